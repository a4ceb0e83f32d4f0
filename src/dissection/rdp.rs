//! RDP's structures in the variable part of CR and CC (MS-RDPBCGR 2.2.1.1, 2.2.1.2).
#![forbid(unsafe_code)]

use super::Span;
use super::tpdu::{Tpdu, undecoded};
use super::writer::{Items, Remark, Writer};
use crate::cotp::rdp::{
    CORRELATION_INFO_LENGTH, CR_LF, NEGOTIATION_LENGTH, PROTOCOLS, REQUEST_FLAGS, at,
    cookie_length, is_cookie, kind,
};
use crate::registry::reasons::{RdpNegLengthInvalid, RdpNegReserved};
use crate::registry::{Severity, experts, fields};

/// Dissects a variable part that is RDP's.
pub(super) fn dissect<I: Items>(writer: &mut Writer<'_, I>, tpdu: Tpdu) {
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
    let item = writer.octets(node, fields::RDP_RT_COOKIE, part.offset, length);
    if found.is_none() && !part.is_short() {
        writer.remark(
            experts::RDP_COOKIE_UNTERMINATED,
            Remark::new(item, part.offset, part.captured()).seen(length),
        );
    }
    part.from(length + CR_LF.len() as u32)
}

/// One negotiation structure; the answer is its length, `None` when it is none.
fn negotiation<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span) -> Option<u32> {
    let kind = part.u8(at::TYPE)?;
    let expected = match kind {
        kind::REQUEST | kind::RESPONSE | kind::FAILURE => NEGOTIATION_LENGTH,
        kind::CORRELATION_INFO => CORRELATION_INFO_LENGTH,
        _ => return None,
    };
    writer.field(
        node,
        fields::RDP_NEG_TYPE,
        part.at(at::TYPE),
        1,
        kind.into(),
    );
    if let Some(flags) = part.u8(at::FLAGS) {
        flags_of(writer, node, part, kind, flags);
    }
    if let Some(length) = part.u16(at::LENGTH).map(u16::swap_bytes) {
        let item = writer.field(
            node,
            fields::RDP_NEG_LENGTH,
            part.at(at::LENGTH),
            2,
            length.into(),
        );
        let here = Remark::new(item, part.at(at::LENGTH), 2).seen(length);
        if u32::from(length) != expected {
            writer.remark(RdpNegLengthInvalid::Type(expected), here);
        } else if part.length < expected {
            writer.remark(RdpNegLengthInvalid::PastHeader(part.length), here);
        }
    }
    if kind == kind::CORRELATION_INFO {
        correlation_info(writer, node, part);
    } else if let Some(value) = part.u32(at::BODY).map(u32::swap_bytes) {
        body(writer, node, part, kind, value);
    }
    Some(expected)
}

fn flags_of<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span, kind: u8, flags: u8) {
    // In the response every flag has a meaning or is to be ignored.
    let (field, defined, severity) = match kind {
        kind::REQUEST => (fields::RDP_NEGREQ_FLAGS, REQUEST_FLAGS, Severity::Note),
        kind::RESPONSE => (fields::RDP_NEGRSP_FLAGS, 0xff, Severity::Note),
        kind::FAILURE => (fields::RDP_NEGFAILURE_FLAGS, 0, Severity::Warning),
        _ => (fields::RDP_CORRELATIONINFO_FLAGS, 0, Severity::Warning),
    };
    let item = writer.field(node, field, part.at(at::FLAGS), 1, flags.into());
    if flags & !defined != 0 {
        writer.remark_as(
            severity,
            RdpNegReserved::Flags(flags & defined),
            Remark::new(item, part.at(at::FLAGS), 1).seen(flags),
        );
    }
}

fn body<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span, kind: u8, value: u32) {
    let field = match kind {
        kind::REQUEST => fields::RDP_NEGREQ_REQUESTEDPROTOCOLS,
        kind::RESPONSE => fields::RDP_NEGREQ_SELECTEDPROTOCOL,
        _ => fields::RDP_NEGFAILURE_FAILURECODE,
    };
    let item = writer.field(node, field, part.at(at::BODY), 4, value.into());
    let here = Remark::new(item, part.at(at::BODY), 4).seen(value);
    if kind == kind::FAILURE {
        writer.remark(experts::RDP_NEG_FAILURE, here);
    } else if kind == kind::REQUEST && value & !PROTOCOLS != 0 {
        writer.remark_as(
            Severity::Note,
            RdpNegReserved::Protocols(value & PROTOCOLS),
            here,
        );
    }
}

fn correlation_info<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span) {
    let whole = part.up_to(CORRELATION_INFO_LENGTH);
    let identifier = whole.from(at::BODY).up_to(at::RESERVED - at::BODY);
    if !identifier.octets.is_empty() {
        writer.octets(
            node,
            fields::RDP_CORRELATIONINFO_CORRELATIONID,
            identifier.offset,
            identifier.captured(),
        );
    }
    let reserved = whole.from(at::RESERVED);
    if reserved.octets.is_empty() {
        return;
    }
    let item = writer.octets(
        node,
        fields::RDP_CORRELATIONINFO_RESERVED,
        reserved.offset,
        reserved.captured(),
    );
    let odd = reserved
        .octets
        .iter()
        .enumerate()
        .find(|(_, octet)| **octet != 0);
    if let Some((at, &octet)) = odd {
        writer.remark(
            RdpNegReserved::Octet,
            Remark::new(item, reserved.at(at as u32), 1).seen(octet),
        );
    }
}
