//! CR and CC (X.224 13.3, 13.4): references, class and options, variable part, and what the
//! context learns from them.
#![forbid(unsafe_code)]

use super::context::{ContextFlag, Known, Offer};
use super::output::{Items, Shown, Writer};
use super::parameters::Parameters;
use super::rdp;
use super::record::PduFlag;
use super::shown::{ShownTpdu, undecoded};
use crate::cotp::parameter::{additional_option, code, first_octets};
use crate::cotp::rdp::selected_protocols;
use crate::cotp::tpdu::place;
use crate::cotp::{ClassOptions, Classes, Kind};
use crate::recognition::{self, Recognition};
use crate::registry::reasons::{
    ClassNotForCarrier, ConnectionRepeated, CreditUnexpected, OptionNotProposed, OptsReservedBits,
    ParameterMissing, ParameterNotAllowed, WrongEnd,
};
use crate::registry::{experts, fields};
use crate::span::Span;

/// A CR or CC; the answer is the class it is judged by.
#[inline(always)]
pub(super) fn dissect<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    mut tpdu: ShownTpdu,
) -> Option<u8> {
    let is_expected = judge_role(writer, known, tpdu);
    let credit = tpdu.show_credit(writer, place::CODE, tpdu.credit().into());
    let dest_ref = tpdu.show_dest_ref(writer);
    let src_ref = tpdu.show_src_ref(writer);
    let event = if tpdu.kind == Kind::Cr {
        experts::COTP_CONNECTION_REQUEST
    } else {
        experts::COTP_CONNECTION_CONFIRM
    };
    let references = (writer.pdu.src_ref, writer.pdu.dest_ref);
    let (source, destination) = references;
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
    let was_distrusted = writer.is_distrusted();
    let class = class_options.class();
    writer.pdu.class_options = class_options.0;
    tpdu.class = Some(class);
    let faults = writer.faults();
    let shown = show_class_and_options(writer, tpdu, class_options);
    if tpdu.kind == Kind::Cc && known.context.has(ContextFlag::Request) {
        judge_selection(writer, known, class_options, &shown);
    }
    let is_class_doubtful =
        was_distrusted || class > ClassOptions::LAST_CLASS || writer.faults() != faults;
    if class <= 1 && tpdu.credit() != 0 {
        let reason = CreditUnexpected::NoCredit(tpdu.code & 0xf0);
        writer.raise(reason, credit.value(tpdu.code));
    }
    let is_downgrade = judge_class_of_carrier(writer, known, tpdu, class_options);

    let mut offer = Offer {
        class_options,
        is_class_doubtful: is_class_doubtful || is_downgrade,
        is_doubtful: was_distrusted || faults != 0,
        additional_options: known.default_additional_options(),
        tpkt_reserved: known.tpkt_reserved,
        credit: tpdu.credit(),
        ..Offer::default()
    };
    let mut is_rdp = false;
    match rdp {
        Recognition::No => parameters(writer, known, tpdu, variable_part, &mut offer),
        Recognition::NeedMore => undecoded(writer, tpdu.node, variable_part),
        Recognition::Yes => {
            writer.flag(PduFlag::Rdp);
            match rdp::dissect(writer, known.context, tpdu, &mut offer) {
                // RDP has no parameters of X.224.
                Some(part) => parameters_behind_rdp(writer, known, tpdu, part, &mut offer),
                None => is_rdp = true,
            }
        }
    }
    let is_foreign = known.context.has(ContextFlag::Confirm) && writer.is_distrusted();
    let is_repeated = tpdu.kind == Kind::Cc && known.context.is_confirmed_by(references);
    if is_expected && !is_foreign && !is_repeated {
        learn(known, tpdu, &offer, references);
        if is_rdp {
            known.context.set(ContextFlag::Rdp, true);
            if tpdu.kind == Kind::Cc {
                known.context.confirm_rdp(selected_protocols(variable_part));
            }
        }
    }
    tpdu.class
}

/// Whether a CR or CC is due here; if not, nothing is learned from it (X.224 6.5). Without TPKT
/// several connections may share the carrier.
#[inline(always)]
fn judge_role<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) -> bool {
    let context = &*known.context;
    let has_request = context.has(ContextFlag::Request);
    let is_open = has_request || context.has(ContextFlag::Confirm);
    let of_initiator = known
        .sender
        .is_some_and(|end| context.initiated_by_end(end));
    let is_wrong_end = tpdu.kind == Kind::Cc && of_initiator;
    let is_due = match tpdu.kind {
        Kind::Cr => !is_open,
        _ if is_open => context.is_requested(),
        _ => !context.has(ContextFlag::FromStart),
    };
    let may_be_another = is_open && !known.over_tpkt;
    if (is_due || may_be_another) && !is_wrong_end {
        return !known.is_incomplete;
    }
    if may_be_another {
        return false;
    }
    if tpdu.kind == Kind::Cr && !has_request {
        // A CR that was completed after its CC has nothing to add. One of the end that sent the CC
        // shows that the CC answered nothing.
        let is_initiator = known.sender.and_then(|end| context.is_initiator(end));
        let is_reversed = is_initiator == Some(false);
        if is_reversed {
            let info = tpdu.type_shown().value(tpdu.code);
            writer.raise(ConnectionRepeated::Reversed, info);
        }
        return is_reversed && !known.is_incomplete;
    }
    judge_unexpected(writer, known, tpdu, is_open, of_initiator);
    false
}

#[cold]
fn judge_unexpected<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    is_open: bool,
    of_initiator: bool,
) {
    let info = tpdu.type_shown().value(tpdu.code);
    if tpdu.kind == Kind::Cr {
        let answers = known.context.is_requested() && known.sender.is_some() && !of_initiator;
        let reason = match answers {
            true => ConnectionRepeated::Answer,
            false => ConnectionRepeated::Request,
        };
        writer.raise(reason, info);
    } else if is_open && of_initiator {
        writer.raise(WrongEnd::Cc, info);
    } else if known.context.has(ContextFlag::Confirm) {
        writer.raise(ConnectionRepeated::Confirm, info);
    } else {
        writer.raise(experts::COTP_CONNECTION_WITHOUT_REQUEST, info);
        // It may be a CR with a wrong code: the next CC is of the other end then.
        known.context.forget_initiator();
        known.context.initiated_by(known.sender);
    }
    writer.distrust_rest();
    // What comes next may belong to a CR or CC that is faulty here.
    known.context.set(ContextFlag::FromStart, false);
}

/// RFC 1006 carries class 0, RFC 2126 class 2 without explicit flow control too (C23). The answer is
/// whether a CC selects flow control that its CR does not want.
#[inline(always)]
fn judge_class_of_carrier<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    tpdu: ShownTpdu,
    class_options: ClassOptions,
) -> bool {
    let class = class_options.class();
    let has_flow_control = class == 2 && !class_options.no_explicit_flow_control();
    if known.over_tpkt && (matches!(class, 1 | 3 | 4) || has_flow_control) {
        let reason = match class {
            2 => ClassNotForCarrier::FlowControl,
            _ => ClassNotForCarrier::Class,
        };
        let info = tpdu.type_shown_at(place::CLASS_OPTIONS).value(class);
        writer.raise(reason, info);
    }
    has_flow_control && tpdu.kind == Kind::Cc && known.context.proposed().no_explicit_flow_control()
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
    if let Some((shown, reference)) = dest_ref {
        let info = shown.value(reference);
        let requested = context
            .has(ContextFlag::Request)
            .then_some(context.initiator_reference);
        let is_rdps = reference == 0 && may_be_rdp;
        match requested {
            _ if is_request && reference == 0 => {}
            _ if is_request => writer.raise(experts::COTP_DESTREF_NONZERO, info),
            _ if is_rdps || context.has(ContextFlag::InitiatorUnknown) => {}
            Some(expected) if reference != expected => {
                writer.raise(experts::COTP_DESTREF_MISMATCH, info.expected(expected));
            }
            None if reference == 0 => writer.raise(experts::COTP_DESTREF_ZERO, info),
            _ => {}
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

/// Whether the CR allows this selection of class and options (X.224 6.5.5 h, table 4).
fn judge_selection<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    selected: ClassOptions,
    shown: &ShownOptions,
) {
    if known.context.has(ContextFlag::RequestUnknown) {
        return;
    }
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

/// Apart from the common case, which has registers of its own then.
#[cold]
#[inline(never)]
fn parameters_behind_rdp<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    part: Span,
    offer: &mut Offer,
) {
    parameters(writer, known, tpdu, part, offer);
}

/// The parameters in `part` of the variable part, and what follows from all of them.
#[inline(always)]
fn parameters<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    part: Span,
    offer: &mut Offer,
) {
    let is_request = tpdu.kind == Kind::Cr;
    let parameters = Parameters::dissect(writer, known, tpdu, part);
    let expedited = parameters
        .additional_options
        .is_some_and(|options| options & additional_option::EXPEDITED != 0);
    judge_options_of_class_2(writer, known, tpdu, offer.class_options, expedited);
    offer.is_part_doubtful = parameters.is_doubtful;
    offer.tpdu_size = parameters.tpdu_size_units;
    offer.preferred_maximum = parameters.preferred_maximum_units;
    offer.alternatives = parameters.offered;
    offer.has_inactivity_timer = parameters.has(code::INACTIVITY_TIMER);
    let (start, length) = (writer.pdu.dst_tsap_offset, writer.pdu.dst_tsap_length);
    let octets = first_octets(tpdu.header.octets, start, length);
    offer.called_selector = (length, octets);
    if parameters.is_doubtful {
        offer.additional_options = u8::MAX;
    } else if let Some(options) = parameters.additional_options {
        offer.additional_options = options;
    }
    if is_request
        && tpdu.class == Some(4)
        && parameters.lacks(code::CHECKSUM)
        && !tpdu.header.is_truncated()
    {
        let info = tpdu.type_shown().value(code::CHECKSUM);
        writer.raise(ParameterMissing::Cr, info);
    }
    if !is_request {
        judge_size_of_confirm(writer, known, tpdu, &parameters);
    }
}

/// A CC has a TPDU size or a preferred maximum, not both (X.224 6.5.5 k), and one of them when the
/// CR has (RFC 2126 6.4).
#[inline(always)]
fn judge_size_of_confirm<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    tpdu: ShownTpdu,
    parameters: &Parameters,
) {
    let has_preferred_maximum = parameters.has(code::PREFERRED_MAXIMUM_TPDU_SIZE);
    if let Some(shown) = parameters.tpdu_size {
        if has_preferred_maximum {
            let info = shown.value(code::TPDU_SIZE);
            writer.raise(ParameterNotAllowed::WithPreferredMaximum, info);
        }
        return;
    }
    let context = &*known.context;
    let proposed = context
        .request_tpdu_size
        .max(context.request_preferred_maximum);
    if context.has(ContextFlag::Request)
        && proposed != 0
        && known.over_tpkt
        && !has_preferred_maximum
        && !parameters.is_doubtful
        && !tpdu.header.is_truncated()
    {
        let info = tpdu.type_shown().value(code::TPDU_SIZE).expected(proposed);
        writer.raise(experts::COTP_TPDU_SIZE_MISSING, info);
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

/// Stores in the context what the rules for later TPDUs need.
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
