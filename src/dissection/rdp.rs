//! RDP's structures in the variable part of CR and CC (MS-RDPBCGR 2.2.1.1, 2.2.1.2).
#![forbid(unsafe_code)]

use super::output::{Items, Shown, Writer};
use super::shown::{ShownTpdu, undecoded};
use crate::cotp::rdp::{
    CORRELATION_INFO_LENGTH, CR_LF, NEGOTIATION_LENGTH, PROTOCOLS, REQUEST_FLAGS, cookie_length,
    is_cookie, kind, place,
};
use crate::registry::reasons::{RdpNegLengthInvalid, RdpNegReserved};
use crate::registry::{Severity, experts, fields};
use crate::span::{Place, Span};

/// Dissects a variable part that is RDP's.
pub(super) fn dissect<I: Items>(writer: &mut Writer<'_, I>, tpdu: ShownTpdu) {
    let mut rest = tpdu.variable_part();
    if is_cookie(rest.octets) {
        rest = cookie(writer, tpdu.node, rest);
    }
    while !rest.octets.is_empty() {
        let Some(length) = negotiation(writer, tpdu.node, rest) else {
            return undecoded(writer, tpdu.node, rest);
        };
        rest = rest.from(length);
    }
}

/// A routing token or cookie; the answer is what follows it.
fn cookie<'p, I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span<'p>) -> Span<'p> {
    let found = cookie_length(part.octets);
    let length = found.unwrap_or(part.captured());
    let shown = writer.octets(node, fields::RDP_RT_COOKIE, part.offset, length);
    if found.is_none() && !part.is_truncated() {
        writer.raise(experts::RDP_COOKIE_UNTERMINATED, shown.value(length));
    }
    part.from(length + CR_LF.len() as u32)
}

/// Shows a number of a structure.
fn show<I: Items>(
    writer: &mut Writer<'_, I>,
    node: u16,
    part: Span,
    id: u16,
    place: Place,
    value: impl Into<u64>,
) -> Shown {
    writer.field(node, id, part.at(place.at), place.length, value.into())
}

/// One negotiation structure; the answer is its length, `None` when it is none.
fn negotiation<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span) -> Option<u32> {
    let kind = part.u8(place::TYPE.at)?;
    let expected = match kind {
        kind::REQUEST | kind::RESPONSE | kind::FAILURE => NEGOTIATION_LENGTH,
        kind::CORRELATION_INFO => CORRELATION_INFO_LENGTH,
        _ => return None,
    };
    show(writer, node, part, fields::RDP_NEG_TYPE, place::TYPE, kind);
    if let Some(flags) = part.u8(place::FLAGS.at) {
        flags_of(writer, node, part, kind, flags);
    }
    if let Some(length) = part.u16(place::LENGTH.at).map(u16::swap_bytes) {
        let shown = show(
            writer,
            node,
            part,
            fields::RDP_NEG_LENGTH,
            place::LENGTH,
            length,
        );
        let info = shown.value(length);
        if u32::from(length) != expected {
            writer.raise(RdpNegLengthInvalid::Type(expected), info);
        } else if part.length < expected {
            writer.raise(RdpNegLengthInvalid::PastHeader(part.length), info);
        }
    }
    if kind == kind::CORRELATION_INFO {
        correlation_info(writer, node, part);
    } else if let Some(value) = part.u32(place::PROTOCOLS_OR_CODE.at).map(u32::swap_bytes) {
        protocols_or_code(writer, node, part, kind, value);
    }
    Some(expected)
}

fn flags_of<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span, kind: u8, flags: u8) {
    // In the response every flag is defined or to be ignored.
    let (field, defined, severity) = match kind {
        kind::REQUEST => (fields::RDP_NEGREQ_FLAGS, REQUEST_FLAGS, Severity::Note),
        kind::RESPONSE => (fields::RDP_NEGRSP_FLAGS, 0xff, Severity::Note),
        kind::FAILURE => (fields::RDP_NEGFAILURE_FLAGS, 0, Severity::Warning),
        _ => (fields::RDP_CORRELATIONINFO_FLAGS, 0, Severity::Warning),
    };
    let shown = show(writer, node, part, field, place::FLAGS, flags);
    if flags & !defined != 0 {
        let reason = RdpNegReserved::Flags(flags & defined);
        writer.raise_as(severity, reason, shown.value(flags));
    }
}

/// Requested or selected protocols, or the failure code.
fn protocols_or_code<I: Items>(
    writer: &mut Writer<'_, I>,
    node: u16,
    part: Span,
    kind: u8,
    value: u32,
) {
    let field = match kind {
        kind::REQUEST => fields::RDP_NEGREQ_REQUESTEDPROTOCOLS,
        kind::RESPONSE => fields::RDP_NEGREQ_SELECTEDPROTOCOL,
        _ => fields::RDP_NEGFAILURE_FAILURECODE,
    };
    let shown = show(writer, node, part, field, place::PROTOCOLS_OR_CODE, value);
    let info = shown.value(value);
    if kind == kind::FAILURE {
        writer.raise(experts::RDP_NEG_FAILURE, info);
    } else if kind == kind::REQUEST && value & !PROTOCOLS != 0 {
        let reason = RdpNegReserved::Protocols(value & PROTOCOLS);
        writer.raise_as(Severity::Note, reason, info);
    }
}

fn correlation_info<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span) {
    let structure = part.up_to(CORRELATION_INFO_LENGTH);
    let field = |place: Place| structure.from(place.at).up_to(place.length);
    let identifier = field(place::CORRELATION_ID);
    if !identifier.octets.is_empty() {
        let id = fields::RDP_CORRELATIONINFO_CORRELATIONID;
        writer.span(node, id, identifier);
    }
    let reserved = field(place::CORRELATION_RESERVED);
    if reserved.octets.is_empty() {
        return;
    }
    let shown = writer.span(node, fields::RDP_CORRELATIONINFO_RESERVED, reserved);
    let nonzero = (0..).zip(reserved.octets).find(|(_, octet)| **octet != 0);
    if let Some((at, &octet)) = nonzero {
        let info = shown.at(reserved.at(at), 1).value(octet);
        writer.raise(RdpNegReserved::Octet, info);
    }
}
