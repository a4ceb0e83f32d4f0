//! DT, ED and UD: what carries user data (X.224 13.7, 13.8; X.234).
#![forbid(unsafe_code)]

use super::context::{End, Known};
use super::numbers::Sequence;
use super::output::{Items, Shown, Writer};
use super::parameters::Parameters;
use super::record::PduFlag;
use super::shown::ShownTpdu;
use crate::cotp::Format;
use crate::cotp::kind::SHORT_LI;
use crate::cotp::parameter::{additional_option, code};
use crate::cotp::tpdu::place;
use crate::registry::reasons::ParameterMissing;
use crate::registry::{Severity, experts, fields};
use crate::span::Place;

/// The number of a DT or ED, EOT above it, and their items.
struct NumberAndEot {
    number: u32,
    number_shown: Shown,
    eot: bool,
    eot_shown: Shown,
}

/// Shows and records TPDU-NR and EOT.
#[inline(always)]
fn show_number_and_eot<I: Items>(
    writer: &mut Writer<'_, I>,
    tpdu: ShownTpdu,
) -> Option<NumberAndEot> {
    let (number, eot) = tpdu.number_and_eot()?;
    let place = tpdu.number_place();
    tpdu.record_number(writer, number);
    if tpdu.format == Format::Short && tpdu.li != SHORT_LI {
        writer.flag(PduFlag::ShortFormat);
    }
    if eot {
        writer.flag(PduFlag::Eot);
    }
    let number_shown = tpdu.field(writer, fields::COTP_TPDU_NUMBER, place, number);
    let eot_place = Place::new(place.at, 1);
    let eot_shown = tpdu.field(writer, fields::COTP_EOT, eot_place, eot);
    Some(NumberAndEot {
        number,
        number_shown,
        eot,
        eot_shown,
    })
}

/// A DT.
#[inline(always)]
pub(super) fn dt<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    if tpdu.roa() {
        writer.flag(PduFlag::Roa);
        let shown = tpdu.field(writer, fields::COTP_ROA, place::CODE, true);
        if !may_request_acknowledgement(known, tpdu.class) {
            writer.raise(experts::COTP_ROA_UNEXPECTED, shown.value(tpdu.code));
        }
    }
    if tpdu.format != Format::Short {
        tpdu.connection_dest_ref(writer, known);
    }
    if known.context.is_rdp_open() && tpdu.code & 0x0f == 0 {
        settle_rdp(known, tpdu);
    }
    let Some(shown) = show_number_and_eot(writer, tpdu) else {
        return;
    };
    judge_sequence(writer, known, tpdu, &shown);
    if tpdu.class != Some(1) {
        judge_number_in_class_0(writer, known, tpdu, &shown);
    }
}

/// What the initiator sends first tells whether the connection is RDP.
#[cold]
fn settle_rdp(known: &mut Known, tpdu: ShownTpdu) {
    let context = &known.context;
    let by_responder = known.sender.and_then(|end| context.is_initiator(end)) == Some(false);
    // A server that is not RDP's sends back what is wrong in a CR.
    let is_doubtful = [End::A, End::B]
        .iter()
        .any(|&end| context.has_told_fault(end));
    let user_data = tpdu.behind();
    if !by_responder && !is_doubtful && !user_data.is_truncated() && user_data.length > 0 {
        known.context.settle_rdp(user_data.octets);
    }
}

/// An ED.
pub(super) fn ed<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    let is_short = tpdu.format == Format::Short;
    if !is_short {
        tpdu.connection_dest_ref(writer, known);
    }
    let Some(shown) = show_number_and_eot(writer, tpdu) else {
        return;
    };
    judge_number_in_class_0(writer, known, tpdu, &shown);
    judge_expedited_number(writer, known, tpdu, &shown);
    // RFC 1006 5 does not say that the bit is set.
    let severity = if is_short {
        Severity::Note
    } else {
        Severity::Warning
    };
    if !shown.eot {
        let info = shown.eot_shown.value(tpdu.number_octet());
        writer.raise_as(severity, experts::COTP_EOT_CLEAR, info);
    }
}

/// A UD. Whether X.234 demands both T-selectors is not established: a note.
pub(super) fn ud<I: Items>(writer: &mut Writer<'_, I>, known: &Known, tpdu: ShownTpdu) {
    let parameters = Parameters::dissect(writer, known, tpdu, tpdu.variable_part());
    for code in [code::CALLING_T_SELECTOR, code::CALLED_T_SELECTOR] {
        if !parameters.has(code) && !tpdu.header.is_truncated() {
            let info = tpdu.type_shown().value(code);
            writer.raise_as(Severity::Note, ParameterMissing::Ud, info);
        }
    }
}

/// Whether CR and CC can have agreed on request of acknowledgement (X.224 13.7.3 b).
fn may_request_acknowledgement(known: &Known, class: Option<u8>) -> bool {
    let options = known.context.additional_options;
    match class {
        Some(1 | 3 | 4) if known.context.is_negotiated() => {
            options & additional_option::REQUEST_ACKNOWLEDGEMENT != 0
        }
        Some(class) => matches!(class, 1 | 3 | 4),
        None => !known.over_tpkt,
    }
}

/// X.224 6.10.3. Numbering is per connection: a DT to another reference is not compared.
fn judge_sequence<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    shown: &NumberAndEot,
) {
    let Some(sender) = known.sender.filter(|_| known.context.numbers_data()) else {
        return;
    };
    let is_of_another =
        tpdu.format != Format::Short && !known.context.is_for_receiver(sender, writer.pdu.dest_ref);
    if is_of_another {
        return;
    }
    known.is_numbered = true;
    let sequence = known.context.number(sender, shown.number, tpdu.format);
    if let Sequence::Instead { due, is_new } = sequence {
        // Class 2 neither repeats nor reorders (X.224 10.2.4.1 c).
        let severity = match tpdu.class {
            Some(2) => Severity::Warning,
            _ => Severity::Note,
        };
        let info = shown.number_shown.value(shown.number).expected(due);
        writer.raise_first(
            is_new,
            severity,
            experts::COTP_TPDU_NUMBER_OUT_OF_SEQUENCE,
            info,
        );
    } else if let Some(edge) = known
        .context
        .exceeded_edge(sender, shown.number, tpdu.format)
    {
        let info = shown.number_shown.value(shown.number).expected(edge);
        writer.raise(experts::COTP_CREDIT_EXCEEDED, info);
    }
}

/// The number of the short format is 0 in class 0; a warning when the class is known (X.224
/// 13.7.3 e).
#[inline(always)]
fn judge_number_in_class_0<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    shown: &NumberAndEot,
) {
    if tpdu.format == Format::Short && shown.number != 0 {
        let severity = match tpdu.class {
            Some(0) => Severity::Warning,
            _ => Severity::Note,
        };
        let is_first = known.context.tell_number();
        let info = shown.number_shown.value(shown.number);
        writer.raise_first(is_first, severity, experts::COTP_TPDU_NUMBER_NONZERO, info);
    }
}

/// X.224 6.11.4, 12.2.3.4.
fn judge_expedited_number<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    shown: &NumberAndEot,
) {
    let Some(sender) = known.sender.filter(|_| known.context.numbers_data()) else {
        return;
    };
    if let Some(due) = known.context.expedite(sender, shown.number, tpdu.format) {
        let info = shown.number_shown.value(shown.number).expected(due);
        writer.raise(experts::COTP_TPDU_NUMBER_OUT_OF_SEQUENCE, info);
    }
}
