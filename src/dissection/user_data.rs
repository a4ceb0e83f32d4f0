//! User data, and how long it and its TPDU may be (X.224 13.2.4, 13.3.5, 13.5.5, 13.8.5).
#![forbid(unsafe_code)]

use super::context::Known;
use super::output::{Items, Shown, Writer};
use super::record::PduFlag;
use super::shown::ShownTpdu;
use crate::cotp::Kind;
use crate::cotp::kind::Behind;
use crate::cotp::parameter::tpdu_size;
use crate::cotp::tpdu::LONGEST_BEFORE_AGREEMENT;
use crate::registry::reasons::UserDataEmpty;
use crate::registry::{Severity, experts, fields};
use crate::span::Span;

/// Dissects the user data of a TPDU.
#[inline(always)]
pub(super) fn dissect<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    data: Span,
) {
    writer.pdu.user_data_length = data.captured();
    let shown = if data.octets.is_empty() {
        Shown::new(tpdu.node, data.offset, 0)
    } else {
        writer.span(tpdu.node, fields::COTP_USER_DATA, data)
    };
    // A length that never came true says nothing about sizes.
    if known.is_incomplete {
        return;
    }
    if !tpdu.header.is_truncated() {
        if tpdu.kind == Kind::Dt {
            judge_empty_dt(writer, known, tpdu, data);
        } else {
            judge_length(writer, known, tpdu, data, shown);
        }
    }
    judge_agreed_size(writer, known, tpdu);
}

/// Only the last DT of a TSDU may be empty (X.224 6.3.3). A note, once a direction: Siemens stacks
/// send such DT TPDUs regularly, and no peer objects.
#[inline(always)]
fn judge_empty_dt<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
    data: Span,
) {
    let eot = writer.pdu.has(PduFlag::Eot);
    if data.length == 0 && !eot {
        let info = tpdu.header_shown().value(0u8);
        let is_first = known.context.tell_empty(known.sender);
        writer.raise_first(is_first, Severity::Note, UserDataEmpty::Dt, info);
    }
}

/// How much user data a TPDU other than a DT may carry.
#[inline(always)]
fn judge_length<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &Known,
    tpdu: ShownTpdu,
    data: Span,
    shown: Shown,
) {
    // RFC 1006 5 allows user data in the CR and CC of class 0, and states no limit.
    let by_rfc_1006 =
        matches!((tpdu.kind, tpdu.class), (Kind::Cr | Kind::Cc, Some(0))) && known.over_tpkt;
    let limit = match (tpdu.kind, tpdu.class) {
        (Kind::Cr | Kind::Cc | Kind::Dr, Some(0)) if !by_rfc_1006 => Some(0),
        _ => match tpdu.kind.behind() {
            Behind::UserDataUpTo(limit) => Some(limit),
            Behind::UserData | Behind::Tpdu => None,
        },
    };
    let is_too_long = limit.is_some_and(|limit| data.length > limit);
    if let Some(limit) = limit
        && is_too_long
    {
        let info = shown.value(data.length);
        if limit == 0 {
            let info = info.expected(tpdu.kind as u8);
            writer.raise(experts::COTP_USER_DATA_NOT_ALLOWED, info);
        } else {
            let severity = match by_rfc_1006 {
                true => Severity::Note,
                false => Severity::Warning,
            };
            let info = info.expected(limit);
            writer.raise_as(severity, experts::COTP_USER_DATA_TOO_LONG, info);
        }
    }
    if tpdu.kind == Kind::Ed && data.length == 0 {
        writer.raise(UserDataEmpty::Ed, tpdu.header_shown().value(0u8));
    }
    let is_before_agreement = match tpdu.kind {
        Kind::Cr => true,
        // A refusal has no source reference (X.224 6.6.3).
        Kind::Dr => writer.pdu.src_ref == 0,
        _ => false,
    };
    if is_before_agreement && !is_too_long && tpdu.whole.length > LONGEST_BEFORE_AGREEMENT {
        let info = tpdu
            .whole_shown()
            .value(tpdu.whole.length)
            .expected(LONGEST_BEFORE_AGREEMENT);
        writer.raise(experts::COTP_TPDU_TOO_LONG, info);
    }
}

/// The TPDU size that CR and CC agreed on (X.224 13.3.4 b, 13.7.5).
#[inline(always)]
fn judge_agreed_size<I: Items>(writer: &mut Writer<'_, I>, known: &Known, tpdu: ShownTpdu) {
    let agreed = u32::from(known.context.tpdu_size) * tpdu_size::UNIT;
    if agreed != 0
        && tpdu.whole.length > agreed
        && !matches!(tpdu.kind, Kind::Cr | Kind::Cc | Kind::Ud)
    {
        let info = tpdu.whole_shown().value(tpdu.whole.length).expected(agreed);
        writer.raise(experts::COTP_TPDU_EXCEEDS_SIZE, info);
    }
}
