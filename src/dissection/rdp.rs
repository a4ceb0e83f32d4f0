//! RDP's structures in the variable part of CR and CC (MS-RDPBCGR 2.2.1.1, 2.2.1.2).
#![forbid(unsafe_code)]

use super::context::{Context, Offer, RdpRequest};
use super::output::{ExpertInfo, Items, Shown, Writer};
use super::shown::{ShownTpdu, undecoded};
use crate::cotp::Kind;
use crate::cotp::rdp::{
    CORRELATION_INFO_LENGTH, CORRELATION_INFO_PRESENT, CR_LF, FAILURE_CODES, PROTOCOLS,
    REQUEST_FLAGS, end_of_structure, kind, length_of, place, stated_length, token_length,
};
use crate::recognition::{self, Recognition};
use crate::registry::reasons::{
    ParameterNotAllowed, RdpNegFailure, RdpNegLengthInvalid, RdpNegReserved, RdpNegUnexpected,
    RdpProtocolNotRequested as NotRequested,
};
use crate::registry::{Cause, Severity, experts, fields};
use crate::span::{Place, Span};

/// What a variable part held so far.
#[derive(Default)]
struct Found {
    /// Something was out of place or had a wrong length: nothing behind it is judged.
    faulty: bool,
    request: Option<Request>,
    correlation_info: bool,
    /// A response or failure.
    answer: bool,
}

impl Found {
    /// Raises the first fault.
    fn fault<I: Items>(&mut self, writer: &mut Writer<'_, I>, cause: impl Cause, info: ExpertInfo) {
        if !self.faulty {
            writer.raise(cause, info);
        }
        self.faulty = true;
    }
}

/// A negotiation request.
struct Request {
    flags_shown: Shown,
    flags: u8,
    protocols: u32,
}

/// Dissects a variable part that is RDP's. The answer is what is behind its structures, when that
/// is parameters of X.224: stacks that are not RDP's skip the structures and use them.
pub(super) fn dissect<'p, I: Items>(
    writer: &mut Writer<'_, I>,
    context: &Context,
    tpdu: ShownTpdu<'p>,
    offer: &mut Offer,
) -> Option<Span<'p>> {
    let mut found = Found {
        // The LI has an expert info already.
        faulty: tpdu.overruns(),
        ..Found::default()
    };
    let mut rest = tokens(writer, tpdu, &mut found);
    // Behind a wrong length may stand anything.
    while (!found.faulty || tpdu.overruns() || recognition::rdp_structure(rest) == Recognition::Yes)
        && let Some(end) = structure(writer, context, tpdu, rest, &mut found)
    {
        rest = rest.from(end);
    }
    let is_judged = !found.faulty && !tpdu.header.is_truncated();
    if recognition::parameters(rest) {
        if is_judged {
            let info = Shown::new(tpdu.node, rest.offset, rest.captured()).value(rest.length);
            writer.report(ParameterNotAllowed::BehindRdp, info);
        }
        return Some(rest);
    }
    if !rest.octets.is_empty() {
        let shown = writer.span(tpdu.node, fields::COTP_UNDECODED, rest);
        if is_judged {
            let info = shown.value(rest.length);
            writer.raise(experts::COTP_UNDECODED_OCTETS, info);
        }
    } else if is_judged && tpdu.kind == Kind::Cr {
        judge_announced(writer, &found);
        let request = match found.request {
            Some(request) => RdpRequest::Protocols((request.protocols & PROTOCOLS) as u8),
            None => RdpRequest::Absent,
        };
        offer.rdp_protocols = request.encode();
    }
    None
}

/// Routing token or cookie; the answer is what follows.
fn tokens<'p, I: Items>(
    writer: &mut Writer<'_, I>,
    tpdu: ShownTpdu<'p>,
    found: &mut Found,
) -> Span<'p> {
    let mut rest = tpdu.variable_part();
    let mut is_first = true;
    while rest.u8(place::TYPE.at).and_then(length_of).is_none()
        && recognition::rdp_token(rest) == Recognition::Yes
    {
        let end = token_length(rest.octets);
        let length = end.unwrap_or(rest.captured());
        let shown = writer.octets(tpdu.node, fields::RDP_RT_COOKIE, rest.offset, length);
        let info = shown.value(length);
        if tpdu.kind == Kind::Cc {
            found.fault(writer, RdpNegUnexpected::TokenInCc, info);
        } else if !is_first {
            found.fault(writer, RdpNegUnexpected::SecondToken, info);
        } else if end.is_none() && !rest.is_truncated() {
            found.fault(writer, experts::RDP_COOKIE_UNTERMINATED, info);
        }
        is_first = false;
        rest = rest.from(length + CR_LF.len() as u32);
    }
    rest
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

/// The structure at the front of `part`; the answer is where it ends, `None` when there is none.
fn structure<I: Items>(
    writer: &mut Writer<'_, I>,
    context: &Context,
    tpdu: ShownTpdu,
    part: Span,
    found: &mut Found,
) -> Option<u32> {
    let kind = part.u8(place::TYPE.at)?;
    let length = length_of(kind)?;
    let node = tpdu.node;
    let type_shown = show(writer, node, part, fields::RDP_NEG_TYPE, place::TYPE, kind);
    if let Some(reason) = out_of_place(context, tpdu.kind, kind, found) {
        found.fault(writer, reason, type_shown.value(kind));
    }
    let is_judged = !found.faulty;
    let flags = part.u8(place::FLAGS.at).map(|flags| {
        let shown = flags_of(writer, node, part, kind, flags, is_judged);
        (flags, shown)
    });
    let stated = stated_length(part);
    let length_shown = stated.map_or(type_shown, |stated| {
        let id = fields::RDP_NEG_LENGTH;
        show(writer, node, part, id, place::LENGTH, stated)
    });
    if part.length < length {
        let reason = RdpNegLengthInvalid::PastHeader(part.length);
        found.fault(writer, reason, length_shown.value(length));
    } else if let Some(stated) = stated
        && stated != length
    {
        let reason = RdpNegLengthInvalid::Type(length);
        found.fault(writer, reason, length_shown.value(stated));
    }
    let is_sound = !found.faulty;
    let value = part.u32(place::PROTOCOLS_OR_CODE.at).map(u32::swap_bytes);
    match (kind, value) {
        (kind::CORRELATION_INFO, _) => {
            found.correlation_info = true;
            correlation_info(writer, node, part, is_sound);
        }
        (kind::REQUEST, Some(value)) => {
            found.request = flags.map(|(flags, flags_shown)| Request {
                flags,
                flags_shown,
                protocols: value,
            });
            requested(writer, node, part, value, is_sound);
        }
        (kind::RESPONSE, Some(value)) => {
            found.answer = true;
            selected(writer, context, node, part, value, is_sound);
        }
        (kind::FAILURE, Some(value)) => {
            found.answer = true;
            // That the server refuses is told whatever the length.
            failure(writer, node, part, value, is_judged);
        }
        _ => {}
    }
    let end = end_of_structure(part, length).unwrap_or(length);
    undecoded(writer, node, part.up_to(end).from(length));
    Some(end)
}

/// Why a structure does not belong behind what was found.
fn out_of_place(
    context: &Context,
    tpdu: Kind,
    kind: u8,
    found: &Found,
) -> Option<RdpNegUnexpected> {
    match (kind, &found.request) {
        (kind::RESPONSE | kind::FAILURE, _) if tpdu == Kind::Cr => Some(RdpNegUnexpected::InCr),
        (kind::REQUEST | kind::CORRELATION_INFO, _) if tpdu == Kind::Cc => {
            Some(RdpNegUnexpected::InCc)
        }
        (kind::RESPONSE | kind::FAILURE, _) if found.answer => Some(RdpNegUnexpected::SecondAnswer),
        (kind::RESPONSE, _) if matches!(context.rdp_request(), RdpRequest::Absent) => {
            Some(RdpNegUnexpected::NotRequested)
        }
        (kind::REQUEST, Some(_)) => Some(RdpNegUnexpected::Repeated),
        (kind::CORRELATION_INFO, _) if found.correlation_info => Some(RdpNegUnexpected::Repeated),
        (kind::CORRELATION_INFO, None) => Some(RdpNegUnexpected::WithoutRequest),
        (kind::CORRELATION_INFO, Some(request))
            if request.flags & CORRELATION_INFO_PRESENT == 0 =>
        {
            Some(RdpNegUnexpected::WithoutFlag(request.flags))
        }
        _ => None,
    }
}

fn flags_of<I: Items>(
    writer: &mut Writer<'_, I>,
    node: u16,
    part: Span,
    kind: u8,
    flags: u8,
    is_judged: bool,
) -> Shown {
    // In the response every flag is defined or to be ignored.
    let (field, defined, severity) = match kind {
        kind::REQUEST => (fields::RDP_NEGREQ_FLAGS, REQUEST_FLAGS, Severity::Note),
        kind::RESPONSE => (fields::RDP_NEGRSP_FLAGS, 0xff, Severity::Note),
        kind::FAILURE => (fields::RDP_NEGFAILURE_FLAGS, 0, Severity::Warning),
        _ => (fields::RDP_CORRELATIONINFO_FLAGS, 0, Severity::Warning),
    };
    let shown = show(writer, node, part, field, place::FLAGS, flags);
    if is_judged && flags & !defined != 0 {
        let reason = RdpNegReserved::Flags(flags & defined);
        writer.raise_as(severity, reason, shown.value(flags));
    }
    shown
}

/// The requested protocols.
fn requested<I: Items>(
    writer: &mut Writer<'_, I>,
    node: u16,
    part: Span,
    value: u32,
    is_judged: bool,
) {
    let field = fields::RDP_NEGREQ_REQUESTEDPROTOCOLS;
    let shown = show(writer, node, part, field, place::PROTOCOLS_OR_CODE, value);
    if is_judged && value & !PROTOCOLS != 0 {
        let reason = RdpNegReserved::Protocols(value & PROTOCOLS);
        writer.raise_as(Severity::Note, reason, shown.value(value));
    }
}

/// The selected protocol: one that the CR requests, or 0 for standard RDP security.
fn selected<I: Items>(
    writer: &mut Writer<'_, I>,
    context: &Context,
    node: u16,
    part: Span,
    value: u32,
    is_judged: bool,
) {
    let field = fields::RDP_NEGREQ_SELECTEDPROTOCOL;
    let shown = show(writer, node, part, field, place::PROTOCOLS_OR_CODE, value);
    let reason = match context.rdp_request() {
        _ if value.count_ones() > 1 => NotRequested::Several,
        _ if value & !PROTOCOLS != 0 => NotRequested::Undefined,
        RdpRequest::Protocols(requested) if value & !u32::from(requested) != 0 => {
            NotRequested::ByCr(requested)
        }
        _ => return,
    };
    if is_judged {
        writer.raise(reason, shown.value(value));
    }
}

fn failure<I: Items>(
    writer: &mut Writer<'_, I>,
    node: u16,
    part: Span,
    code: u32,
    is_judged: bool,
) {
    let field = fields::RDP_NEGFAILURE_FAILURECODE;
    let shown = show(writer, node, part, field, place::PROTOCOLS_OR_CODE, code);
    if !is_judged {
        return;
    }
    let info = shown.value(code);
    if FAILURE_CODES.contains(&code) {
        writer.report(RdpNegFailure::Defined, info);
    } else {
        writer.raise_as(Severity::Warning, RdpNegFailure::Undefined, info);
    }
}

fn correlation_info<I: Items>(writer: &mut Writer<'_, I>, node: u16, part: Span, is_judged: bool) {
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
    if is_judged && let Some((at, &octet)) = nonzero {
        let info = shown.at(reserved.at(at), 1).value(octet);
        writer.raise(RdpNegReserved::Octet, info);
    }
}

/// A request that announces a correlation info has one behind it.
fn judge_announced<I: Items>(writer: &mut Writer<'_, I>, found: &Found) {
    if let Some(request) = &found.request
        && request.flags & CORRELATION_INFO_PRESENT != 0
        && !found.correlation_info
    {
        let info = request.flags_shown.value(request.flags);
        writer.raise(experts::RDP_CORRELATIONINFO_MISSING, info);
    }
}
