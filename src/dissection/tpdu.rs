//! One TPDU: LI and code, the fixed part by type, the variable part, and what follows (X.224 13.2).
#![forbid(unsafe_code)]

use super::context::Known;
use super::output::{Items, Shown, Writer};
use super::parameters::Parameters;
use super::record::PduFlag;
use super::shown::{ShownTpdu, undecoded};
use super::{acknowledgement, class, connection, data, release, user_data};
use crate::cotp::tpdu::{RESERVED_LI, place};
use crate::cotp::{Format, Kind, Tpdu};
use crate::registry::reasons::LiInvalid;
use crate::registry::{NO_PARENT, experts, fields};
use crate::span::Span;

/// Dissects the TPDU at the front of `whole`; the answer is its length when another one follows.
#[inline(always)]
pub(super) fn dissect<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    whole: Span,
) -> Option<u32> {
    known.is_numbered = false;
    let next = header(writer, known, whole);
    if writer.is_distrusted() {
        known.context.tell_fault(known.sender);
        if !known.is_numbered {
            // The faulty TPDU may be the DT that was due.
            known.context.lose_numbers(known.sender);
        }
    }
    next
}

/// LI and code, and all behind them.
#[inline(always)]
fn header<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, whole: Span) -> Option<u32> {
    writer.pdu.tpdu_offset = whole.offset;
    if whole.is_truncated() {
        writer.flag(PduFlag::Short);
    }
    let li = whole.u8(place::LI.at)?;
    writer.pdu.li = li;
    let header_length = u32::from(li) + 1;
    let header = whole.up_to(header_length);
    let node = writer
        .field(NO_PARENT, fields::COTP, whole.offset, header.captured(), 0)
        .index;
    let li_shown = writer.field(node, fields::COTP_LI, whole.at(place::LI.at), 1, li.into());
    if li == RESERVED_LI {
        writer.raise(experts::COTP_LI_RESERVED, li_shown.value(li));
        writer.distrust_rest();
    }
    let Some(code) = header.u8(place::CODE.at) else {
        if whole.length < 2 || li == 0 {
            let reason = match li {
                0 => LiInvalid::BelowCode,
                _ => LiInvalid::PastTpdu(whole.length),
            };
            writer.raise(reason, li_shown.value(li));
        }
        undecoded(writer, node, whole.from(1));
        return None;
    };
    writer.pdu.r#type = code >> 4;
    let type_shown = writer.field(
        node,
        fields::COTP_TYPE,
        whole.at(place::CODE.at),
        1,
        (code >> 4).into(),
    );
    if header_length > whole.length {
        writer.raise(LiInvalid::PastTpdu(whole.length), li_shown.value(li));
        writer.distrust_rest();
    }
    let Some(kind) = Kind::of(code) else {
        writer.raise(experts::COTP_TYPE_UNKNOWN, type_shown.value(code));
        undecoded(writer, node, whole.from(2));
        return None;
    };
    let items = [node, li_shown.index, type_shown.index];
    let spans = [whole, header];
    // Monomorphised separately, so that code for other TPDUs is dropped from CR and CC.
    match kind {
        Kind::Cr => body(writer, known, Kind::Cr, spans, [li, code], items),
        Kind::Cc => body(writer, known, Kind::Cc, spans, [li, code], items),
        _ => body_of_others(writer, known, kind, spans, [li, code], items),
    }
}

#[inline(never)]
fn body_of_others<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    kind: Kind,
    spans: [Span; 2],
    li_and_code: [u8; 2],
    items: [u16; 3],
) -> Option<u32> {
    body(writer, known, kind, spans, li_and_code, items)
}

/// Everything after LI and type.
#[inline(always)]
fn body<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    kind: Kind,
    [whole, header]: [Span; 2],
    li_and_code: [u8; 2],
    items: [u16; 3],
) -> Option<u32> {
    let agreed = known.context.format(kind);
    let view = Tpdu::new(kind, whole, header, li_and_code, agreed);
    let mut tpdu = ShownTpdu::new(view, items, known.context.class());
    // Any octet of the TPDU may be the damaged one: only the checksum is reported.
    if !writer.is_distrusted() && tpdu.has_bad_checksum() {
        tpdu.is_damaged = true;
        writer.distrust_rest();
    }
    class::judge_type(writer, known, tpdu);
    judge_header(writer, tpdu);
    class::judge_format(writer, known, tpdu);
    class::judge_before_confirm(writer, known, tpdu);
    match tpdu.kind {
        Kind::Dt => data::dt(writer, known, tpdu),
        Kind::Ed => data::ed(writer, known, tpdu),
        Kind::Ud => data::ud(writer, known, tpdu),
        Kind::Cr | Kind::Cc => tpdu.class = connection::dissect(writer, known, tpdu),
        Kind::Dr => tpdu.class = release::dr(writer, known, tpdu),
        Kind::Dc => release::dc(writer, known, tpdu),
        Kind::Er => release::er(writer, known, tpdu),
        Kind::Ak | Kind::Rj | Kind::Ea => acknowledgement::dissect(writer, known, tpdu),
    }
    // Those four have dissected it already, because they depend on its parameters.
    if !matches!(tpdu.kind, Kind::Cr | Kind::Cc | Kind::Er | Kind::Ud)
        && !tpdu.variable_part().octets.is_empty()
    {
        if tpdu.kind.is_numbered() && tpdu.format == Format::Short {
            undecoded(writer, tpdu.node, tpdu.variable_part());
        } else {
            Parameters::dissect(writer, known, tpdu, tpdu.variable_part());
        }
    }
    behind_header(writer, known, tpdu)
}

/// LI and code octet, by the rules that depend on the type alone.
#[inline(always)]
fn judge_header<I: Items>(writer: &mut Writer<'_, I>, tpdu: ShownTpdu) {
    if !tpdu.fixed_part_fits && !tpdu.overruns() {
        let minimum = tpdu.kind.minimum_li(tpdu.format).unwrap_or(0);
        let info = tpdu.li_shown().value(tpdu.li);
        writer.raise(LiInvalid::BelowFixedPart(minimum), info);
        writer.distrust_rest();
    }
    let reserved = tpdu.reserved_code_bits();
    if reserved != 0 {
        let shown = tpdu.field(writer, fields::COTP_TYPE_RESERVED, place::CODE, reserved);
        let info = shown.value(tpdu.code).expected(tpdu.code & !reserved);
        writer.raise(experts::COTP_TYPE_RESERVED_BITS, info);
    }
}

/// User data or a concatenated TPDU; the answer is where the latter starts.
#[inline(always)]
fn behind_header<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
) -> Option<u32> {
    let behind = tpdu.behind();
    if !tpdu.fixed_part_fits || tpdu.overruns() {
        undecoded(writer, tpdu.node, behind);
        return None;
    }
    if tpdu.kind.has_user_data() {
        user_data::dissect(writer, known, tpdu, behind);
        return None;
    }
    let more = behind.length > 0 && !known.is_incomplete;
    if more && known.over_tpkt {
        let shown = Shown::new(tpdu.node, behind.offset, behind.captured());
        let info = shown.value(behind.length);
        writer.raise(experts::COTP_CONCATENATION_NOT_ALLOWED, info);
    }
    // A TPDU without captured octets has no record.
    (more && !behind.octets.is_empty()).then_some(tpdu.header_length())
}
