//! DR, DC and ER: what ends or refuses a connection (X.224 13.5, 13.6, 13.12).
#![forbid(unsafe_code)]

use super::context::Known;
use super::output::{Items, Writer};
use super::parameters::Parameters;
use super::shown::{ShownTpdu, is_defined};
use crate::cotp::parameter::code;
use crate::cotp::tpdu::place;
use crate::registry::reasons::{ConnectionRefused, ParameterMissing};
use crate::registry::{experts, fields};

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
    if known.over_tpkt && writer.faults() == 0 {
        known.context.release();
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
