//! AK, RJ and EA (X.224 13.9 to 13.11).
#![forbid(unsafe_code)]

use super::context::{End, Known};
use super::output::{Items, Writer};
use super::shown::ShownTpdu;
use crate::cotp::tpdu::place;
use crate::cotp::{Format, Kind};
use crate::registry::reasons::{CreditUnexpected, NumberNotSent};
use crate::registry::{experts, fields};

/// An AK, RJ or EA.
pub(super) fn dissect<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    let is_extended = tpdu.format == Format::Extended;
    let has_credit = tpdu.kind != Kind::Ea;
    if has_credit {
        credit_bits(writer, tpdu);
    }
    tpdu.connection_dest_ref(writer, known);
    next_number(writer, known, tpdu);
    if has_credit
        && is_extended
        && let Some(credit) = tpdu.credit_extended()
    {
        tpdu.show_credit(writer, place::CREDIT_EXTENDED, credit);
    }
    if has_credit && known.context.numbers_data() && writer.faults() == 0 {
        open_window(writer, known, tpdu);
    }
}

/// The credit counts from YR-TU-NR on (X.224 6.16).
fn open_window<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    if let Some(peer) = known.sender.map(End::other)
        && known
            .context
            .is_for_receiver(peer.other(), writer.pdu.dest_ref)
    {
        let edge = writer
            .pdu
            .tpdu_number
            .wrapping_add(u32::from(writer.pdu.credit));
        let edge = edge & tpdu.format.number_mask();
        if let Some(taken_back) = known.context.open_window(peer, edge, tpdu.format) {
            let credit = writer.pdu.credit;
            let least = u32::from(credit) + taken_back;
            let info = tpdu.type_shown().value(credit).expected(least);
            writer.raise(experts::COTP_CREDIT_REDUCED, info);
        }
    }
}

/// The lower nibble of the code: the credit in normal format, all ones in class 1, zero in
/// extended format, whose credit is in octets 9 and 10 (X.224 13.9.3 b, 13.11.3 b).
fn credit_bits<I: Items>(writer: &mut Writer<'_, I>, tpdu: ShownTpdu) {
    let shown = match tpdu.format {
        Format::Extended => tpdu.type_shown(),
        Format::Short | Format::Normal => {
            tpdu.show_credit(writer, place::CODE, tpdu.credit().into())
        }
    };
    let reason = match (tpdu.format, tpdu.class) {
        (Format::Extended, _) if tpdu.credit() != 0 => {
            CreditUnexpected::ExtendedFormat(tpdu.code & 0xf0)
        }
        (Format::Short | Format::Normal, Some(1)) if tpdu.credit() != 0x0f => {
            CreditUnexpected::Class1(tpdu.code | 0x0f)
        }
        _ => return,
    };
    writer.raise(reason, shown.value(tpdu.code));
}

/// YR-TU-NR or YR-EDTU-NR, and the reserved bit above it.
fn next_number<I: Items>(writer: &mut Writer<'_, I>, known: &Known, tpdu: ShownTpdu) {
    let Some((number, reserved)) = tpdu.next_number_and_reserved_bit() else {
        return;
    };
    tpdu.record_number(writer, number);
    let place = tpdu.number_place();
    let shown = tpdu.field(writer, fields::COTP_NEXT_TPDU_NUMBER, place, number);
    if tpdu.kind == Kind::Rj && !writer.is_distrusted() {
        writer.report(experts::COTP_REJECT, tpdu.type_shown().value(number));
    }
    let peer = known.sender.filter(|_| known.context.numbers_data());
    let is_not_sent = peer.map(End::other).is_some_and(|peer| match tpdu.kind {
        Kind::Ea => known.context.has_not_expedited(peer, number, tpdu.format),
        _ => known.context.has_not_sent(peer, number, tpdu.format),
    });
    if is_not_sent {
        let reason = match tpdu.kind {
            Kind::Ea => NumberNotSent::Expedited,
            _ => NumberNotSent::Data,
        };
        writer.raise(reason, shown.value(number));
    }
    if reserved {
        let id = fields::COTP_NEXT_TPDU_NUMBER_RESERVED;
        let bit = writer.field(shown.index, id, tpdu.header.at(place.at), 1, 1);
        let info = bit.value(tpdu.number_octet());
        writer.raise(experts::COTP_NEXT_TPDU_NUMBER_RESERVED_BIT, info);
    }
}
