//! DR, DC and ER: what ends or refuses a connection (X.224 13.5, 13.6, 13.12).
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag, End, Known};
use super::output::{Items, Writer};
use super::parameters::Parameters;
use super::shown::{ShownTpdu, is_defined};
use crate::cotp::parameter::code;
use crate::cotp::tpdu::place;
use crate::registry::reasons::{ConnectionRefused, ParameterMissing, WrongEnd};
use crate::registry::{Severity, experts, fields};

/// Reasons from here on are for classes 1 to 4 (X.224 13.5.3 d).
const FIRST_REASON_NOT_FOR_CLASS_0: u8 = 128;

/// A DR; the answer is the class it is judged by.
pub(super) fn dr<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
) -> Option<u8> {
    let dest_ref = tpdu.connection_dest_ref(writer, known);
    let refuses = refuses(known, dest_ref);
    let class = match refuses {
        true => known.context.only_class_offered(),
        false => tpdu.class,
    };
    if !refuses {
        tpdu.connection_src_ref(writer, known);
    } else if let Some((shown, reference @ 1..)) = tpdu.show_src_ref(writer) {
        writer.raise(experts::COTP_SRCREF_NONZERO, shown.value(reference));
    }
    let Some(reason) = tpdu.reason() else {
        return class;
    };
    writer.pdu.cause = reason;
    let shown = tpdu.field(writer, fields::COTP_CAUSE, place::REASON, reason);
    let info = shown.value(reason);
    writer.report(experts::COTP_DISCONNECT_REQUEST, info);
    if refuses {
        writer.report(ConnectionRefused::Dr, info);
        known.context.refuse();
    } else if is_sound(writer, known) {
        known.context.request_release(known.sender);
    }
    if !is_defined(fields::COTP_CAUSE, reason) {
        writer.raise(experts::COTP_CAUSE_UNKNOWN, info);
    } else if reason >= FIRST_REASON_NOT_FOR_CLASS_0 && class == Some(0) {
        writer.raise(experts::COTP_CAUSE_NOT_FOR_CLASS, info);
    }
    class
}

/// A DC.
pub(super) fn dc<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    tpdu.connection_dest_ref(writer, known);
    tpdu.connection_src_ref(writer, known);
    let info = tpdu
        .type_shown()
        .value(writer.pdu.src_ref)
        .expected(writer.pdu.dest_ref);
    writer.report(experts::COTP_DISCONNECT_CONFIRM, info);
    if is_sound(writer, known) && known.context.confirm_release(known.sender) {
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise_as(Severity::Note, WrongEnd::Dc, info);
        writer.distrust_rest();
    }
}

/// Whether a DR or DC is one of the established connection.
fn is_sound<I: Items>(writer: &Writer<'_, I>, known: &Known) -> bool {
    known.over_tpkt
        && known.context.has(ContextFlag::Confirm)
        && !known.is_incomplete
        && !writer.is_distrusted()
        && writer.faults() == 0
}

impl Context {
    /// An end sent a DR on the established connection, which waits for a DC or crosses a DR of the
    /// other end (X.224 6.7.1.2).
    fn request_release(&mut self, sender: Option<End>) {
        if self.peer_requests_release(sender) == Some(true) {
            self.release();
        } else {
            self.flags |= sender.map_or(0, |end| end.flag(ContextFlag::DisconnectingA));
        }
    }

    /// Whether the end that receives a TPDU of `sender` has sent a DR; `None` when it may have.
    fn peer_requests_release(&self, sender: Option<End>) -> Option<bool> {
        let peer = sender?.other();
        let has = |of_a| self.flags & peer.flag(of_a) != 0;
        let requests = has(ContextFlag::DisconnectingA);
        // An ED is unknown where octets were lost, and so is a DR.
        let is_unknown = has(ContextFlag::ExpeditedUnknownA) || self.has_told_fault(peer);
        (requests || !is_unknown).then_some(requests)
    }

    /// An end sent a DC. The answer is whether it is one, on a connection seen from its start, that no
    /// DR precedes; it may be a DR with a wrong code then.
    fn confirm_release(&mut self, sender: Option<End>) -> bool {
        if self.peer_requests_release(sender) != Some(false) {
            self.release();
            return false;
        }
        self.request_release(sender);
        self.has(ContextFlag::FromStart)
    }
}

/// An ER.
pub(super) fn er<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    let dest_ref = tpdu.connection_dest_ref(writer, known);
    let refuses = refuses(known, dest_ref);
    let Some(cause) = tpdu.reject_cause() else {
        return;
    };
    writer.pdu.cause = cause;
    let shown = tpdu.field(
        writer,
        fields::COTP_REJECT_CAUSE,
        place::REJECT_CAUSE,
        cause,
    );
    let info = shown.value(cause);
    writer.report(experts::COTP_ERROR, info);
    if !is_defined(fields::COTP_REJECT_CAUSE, cause) {
        writer.raise(experts::COTP_REJECT_CAUSE_UNKNOWN, info);
    }
    if refuses {
        writer.report(ConnectionRefused::Er, info);
        known.context.refuse();
    }
    let parameters = Parameters::dissect(writer, known, tpdu, tpdu.variable_part());
    // Over RFC 1006 the class is 0 until a CC says otherwise.
    let class = tpdu.class.or(known.over_tpkt.then_some(0));
    let invalid_tpdu = code::CALLING_T_SELECTOR;
    if class == Some(0) && parameters.lacks(invalid_tpdu) && !tpdu.header.is_truncated() {
        let info = tpdu.type_shown().value(invalid_tpdu);
        writer.raise(ParameterMissing::Er, info);
    }
}

/// Whether a DR or ER answers the CR (X.224 6.6.3). The initiator's own DR, sent before any CC, has
/// no destination reference to give.
fn refuses(known: &Known, dest_ref: Option<u16>) -> bool {
    let answers = match known.sender.and_then(|end| known.context.is_initiator(end)) {
        Some(by_initiator) => !by_initiator,
        None => dest_ref.is_some_and(|reference| reference != 0),
    };
    known.context.is_requested() && answers
}
