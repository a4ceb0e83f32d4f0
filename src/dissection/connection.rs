//! CR and CC (X.224 13.3, 13.4): references, class and options, variable part, and what the
//! context learns from them.
#![forbid(unsafe_code)]

use super::context::{ContextFlag, Known, Offer};
use super::output::{Items, Shown, Writer};
use super::parameters::Parameters;
use super::rdp;
use super::record::PduFlag;
use super::shown::{ShownTpdu, undecoded};
use crate::cotp::parameter::{additional_option, code};
use crate::cotp::tpdu::place;
use crate::cotp::{ClassOptions, Classes, Kind};
use crate::recognition::{self, Recognition};
use crate::registry::reasons::{
    CreditUnexpected, OptionNotProposed, OptsReservedBits, ParameterMissing, ParameterNotAllowed,
};
use crate::registry::{experts, fields};

/// A CR or CC; the answer is the class it is judged by.
#[inline(always)]
pub(super) fn dissect<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    mut tpdu: ShownTpdu,
) -> Option<u8> {
    let is_request = tpdu.kind == Kind::Cr;
    let credit = tpdu.show_credit(writer, place::CODE, tpdu.credit().into());
    let dest_ref = tpdu.show_dest_ref(writer);
    let src_ref = tpdu.show_src_ref(writer);
    let event = if is_request {
        experts::COTP_CONNECTION_REQUEST
    } else {
        experts::COTP_CONNECTION_CONFIRM
    };
    let (source, destination) = (writer.pdu.src_ref, writer.pdu.dest_ref);
    let info = tpdu.type_shown().value(source).expected(destination);
    writer.event(event, info);

    let variable_part = tpdu.variable_part();
    let known_rdp = known.context.has(ContextFlag::Rdp);
    let rdp = recognition::rdp_variable_part(variable_part, known_rdp);
    let may_be_rdp = known_rdp || rdp != Recognition::No;
    judge_references(writer, known, tpdu, [dest_ref, src_ref], may_be_rdp);

    let Some(class_options) = tpdu.class_options() else {
        return tpdu.class;
    };
    let class = class_options.class();
    writer.pdu.class_options = class_options.0;
    tpdu.class = Some(class);
    if class <= 1 && tpdu.credit() != 0 {
        let reason = CreditUnexpected::NoCredit(tpdu.code & 0xf0);
        writer.raise(reason, credit.value(tpdu.code));
    }
    if known.over_tpkt && matches!(class, 1 | 3 | 4) {
        let info = tpdu.type_shown_at(place::CLASS_OPTIONS).value(class);
        writer.raise(experts::COTP_CLASS_NOT_FOR_CARRIER, info);
    }
    let shown = show_class_and_options(writer, tpdu, class_options);
    if tpdu.kind == Kind::Cc && known.context.has(ContextFlag::Request) {
        judge_selection(writer, known, class_options, &shown);
    }

    let mut offer = Offer {
        class_options,
        additional_options: known.default_additional_options(),
        ..Offer::default()
    };
    match rdp {
        Recognition::No => {
            parameters(writer, known, tpdu, &mut offer);
            learn(known, tpdu, &offer, (source, destination));
        }
        Recognition::NeedMore => {
            learn(known, tpdu, &offer, (source, destination));
            undecoded(writer, tpdu.node, variable_part);
        }
        Recognition::Yes => {
            learn(known, tpdu, &offer, (source, destination));
            writer.flag(PduFlag::Rdp);
            known.context.set(ContextFlag::Rdp, true);
            rdp::dissect(writer, known.context, tpdu);
        }
    }
    tpdu.class
}

/// DST-REF and SRC-REF. In RDP those of a CR are 0, and servers answer with DST-REF 0 whatever it
/// has.
#[inline(always)]
fn judge_references<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    tpdu: ShownTpdu,
    [dest_ref, src_ref]: [Option<(Shown, u16)>; 2],
    may_be_rdp: bool,
) {
    let context = &*known.context;
    let is_request = tpdu.kind == Kind::Cr;
    let may_answer_rdp =
        may_be_rdp || (context.has(ContextFlag::Request) && context.initiator_reference == 0);
    if let Some((shown, reference)) = dest_ref {
        let info = shown.value(reference);
        if is_request && reference != 0 {
            writer.raise(experts::COTP_DESTREF_NONZERO, info);
        } else if !is_request && reference == 0 && !may_answer_rdp {
            writer.raise(experts::COTP_DESTREF_ZERO, info);
        } else if !is_request
            && context.has(ContextFlag::Request)
            && reference != context.initiator_reference
            && !(reference == 0 && may_be_rdp)
        {
            let info = info.expected(context.initiator_reference);
            writer.raise(experts::COTP_DESTREF_MISMATCH, info);
        }
    }
    if let Some((shown, 0)) = src_ref
        && !(is_request && may_be_rdp)
    {
        let info = shown.value(0u8).expected(tpdu.kind as u8);
        writer.raise(experts::COTP_SRCREF_ZERO, info);
    }
}

/// The items of octet 7.
struct ShownOptions {
    class: Shown,
    extended_formats: Shown,
    no_explicit_flow_control: Shown,
}

/// Shows octet 7, and judges it by itself (X.224 13.3.3 e).
#[inline(always)]
fn show_class_and_options<I: Items>(
    writer: &mut Writer<'_, I>,
    tpdu: ShownTpdu,
    class_options: ClassOptions,
) -> ShownOptions {
    let ClassOptions(octet) = class_options;
    let class = class_options.class();
    let at = place::CLASS_OPTIONS;
    let class_shown = tpdu.field(writer, fields::COTP_CLASS, at, class);
    if class > ClassOptions::LAST_CLASS {
        writer.raise(experts::COTP_CLASS_INVALID, class_shown.value(class));
    }
    let reserved_bits = (octet & ClassOptions::RESERVED) >> ClassOptions::RESERVED.trailing_zeros();
    let reserved_shown = tpdu.field(writer, fields::COTP_OPTS_RESERVED, at, reserved_bits);
    let (reserved, reason) = if class == 0 {
        (ClassOptions::OPTIONS, OptsReservedBits::Class0)
    } else {
        let expected = octet & !ClassOptions::RESERVED;
        (
            ClassOptions::RESERVED,
            OptsReservedBits::OtherClass(expected),
        )
    };
    if octet & reserved != 0 {
        writer.raise(reason, reserved_shown.value(octet));
    }
    let shown = ShownOptions {
        class: class_shown,
        extended_formats: tpdu.field(
            writer,
            fields::COTP_OPTS_EXTENDED_FORMATS,
            at,
            class_options.extended_formats(),
        ),
        no_explicit_flow_control: tpdu.field(
            writer,
            fields::COTP_OPTS_NO_EXPLICIT_FLOW_CONTROL,
            at,
            class_options.no_explicit_flow_control(),
        ),
    };
    if class_options.extended_formats() && class == 1 {
        let info = shown.extended_formats.value(octet).expected(class);
        writer.raise(experts::COTP_OPTS_NOT_FOR_CLASS, info);
    }
    // A CR that prefers class 3 or 4 may be answered with class 2, so the option may be meant for
    // that.
    let flow_control_out_of_place = match class {
        1 => true,
        3 | 4 => tpdu.kind == Kind::Cc,
        _ => false,
    };
    if class_options.no_explicit_flow_control() && flow_control_out_of_place {
        let info = shown.no_explicit_flow_control.value(octet).expected(class);
        writer.raise(experts::COTP_OPTS_NOT_FOR_CLASS, info);
    }
    shown
}

/// Whether the CR left the CC this choice of class and options (X.224 6.5.5 h, table 4).
fn judge_selection<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    selected: ClassOptions,
    shown: &ShownOptions,
) {
    let proposed = known.context.proposed();
    let alternatives = Classes::from_bits_truncate(known.context.request_alternatives);
    let possible = Classes::responses_to(proposed.class(), alternatives);
    let class = selected.class();
    if proposed.class() <= ClassOptions::LAST_CLASS
        && class <= ClassOptions::LAST_CLASS
        && !possible.contains(Classes::of(class))
    {
        let info = shown.class.value(class).expected(possible.bits());
        writer.raise(experts::COTP_CLASS_NOT_OFFERED, info);
    }
    let added = selected.without(proposed);
    let reason = OptionNotProposed::Options(proposed.0);
    if added.extended_formats() && (2..=4).contains(&class) {
        writer.raise(reason, shown.extended_formats.value(selected.0));
    }
    if added.no_explicit_flow_control() && class == 2 {
        writer.raise(reason, shown.no_explicit_flow_control.value(selected.0));
    }
}

/// The variable part, and what follows from all of it.
#[inline(always)]
fn parameters<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    tpdu: ShownTpdu,
    offer: &mut Offer,
) {
    let is_request = tpdu.kind == Kind::Cr;
    let parameters = Parameters::dissect(writer, known, tpdu);
    if is_request
        && tpdu.class == Some(4)
        && !parameters.has(code::CHECKSUM)
        && !tpdu.header.is_truncated()
    {
        let info = tpdu.type_shown().value(code::CHECKSUM);
        writer.raise(ParameterMissing::Cr, info);
    }
    // X.224 6.5.5 k: a CC has one or the other.
    if !is_request
        && parameters.has(code::PREFERRED_MAXIMUM_TPDU_SIZE)
        && let Some(shown) = parameters.tpdu_size
    {
        let info = shown.value(code::TPDU_SIZE);
        writer.raise(ParameterNotAllowed::WithPreferredMaximum, info);
    }
    let expedited = parameters
        .additional_options
        .is_some_and(|options| options & additional_option::EXPEDITED != 0);
    judge_options_of_class_2(writer, known, tpdu, offer.class_options, expedited);
    offer.tpdu_size = parameters.tpdu_size_units;
    offer.preferred_maximum = parameters.preferred_maximum_units;
    offer.alternatives = parameters.offered;
    offer.has_inactivity_timer = parameters.has(code::INACTIVITY_TIMER);
    if let Some(options) = parameters.additional_options {
        offer.additional_options = options;
    }
}

/// Without explicit flow control class 2 has neither extended formats nor expedited data (X.224
/// 13.3.3 e note 1, 6.5.5); RFC 2126 4.2 has the latter over TCP.
#[inline(always)]
fn judge_options_of_class_2<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    tpdu: ShownTpdu,
    class_options: ClassOptions,
    expedited: bool,
) {
    let conflict = class_options.extended_formats() || (expedited && !known.over_tpkt);
    if class_options.class() == 2 && class_options.no_explicit_flow_control() && conflict {
        let info = tpdu
            .type_shown_at(place::CLASS_OPTIONS)
            .value(class_options.0);
        writer.raise(experts::COTP_OPTS_CONFLICT, info);
    }
}

/// Keeps what later TPDUs of the connection are judged by.
#[inline(always)]
fn learn(known: &mut Known, tpdu: ShownTpdu, offer: &Offer, references: (u16, u16)) {
    let (source, _) = references;
    let sender = known.sender;
    if tpdu.kind == Kind::Cr {
        known.context.request(sender, source, offer);
    } else {
        let over_tpkt = known.over_tpkt;
        known.context.confirm(sender, references, offer, over_tpkt);
    }
}
