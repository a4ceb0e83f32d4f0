//! Whether class, carrier and state of the connection allow a TPDU of this type and format (X.224
//! table 8, RFC 1006 6, RFC 2126 4.2).
#![forbid(unsafe_code)]

use super::context::{ContextFlag, Known};
use super::output::{Items, Writer};
use super::shown::ShownTpdu;
use crate::cotp::{Classes, Kind};
use crate::registry::experts;
use crate::registry::reasons::TypeNotForClass;

/// Judges type and format by carrier and class.
#[inline(always)]
pub(super) fn judge<I: Items>(writer: &mut Writer<'_, I>, known: &Known, tpdu: ShownTpdu) {
    if known.over_tpkt && is_foreign_to_rfc_1006(tpdu) {
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise(experts::COTP_TYPE_NOT_FOR_CARRIER, info);
    }
    let Some(class) = tpdu.class else {
        return;
    };
    if !has_type(class, known, tpdu.kind) {
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise(TypeNotForClass::Type(class), info);
        return;
    }
    let agreed = known.context.format(tpdu.kind);
    let by_li = tpdu.kind.format_by_li(tpdu.li);
    if tpdu.kind.is_numbered() && agreed.is_some() && agreed != by_li {
        let info = tpdu.li_shown().value(tpdu.li);
        writer.raise(TypeNotForClass::Format(class), info);
    }
}

/// Whether RFC 1006 has no such TPDU. A CC may select a class of RFC 2126, which has more.
fn is_foreign_to_rfc_1006(tpdu: ShownTpdu) -> bool {
    match tpdu.kind {
        Kind::Ud => true,
        Kind::Dc | Kind::Ea | Kind::Ak | Kind::Rj => tpdu.class.is_none(),
        _ => false,
    }
}

/// Whether the class has the TPDU, with the options that were agreed.
#[inline(always)]
fn has_type(class: u8, known: &Known, kind: Kind) -> bool {
    match (kind, class) {
        // Class 0 is released with the TCP connection (X.224 8.2.4).
        (Kind::Dr, 0) => false,
        (Kind::Ed, _) if known.is_without_expedited() => false,
        // RFC 1006 5 has an ED in class 0, RFC 2126 4.2 ED and EA in class 2 without flow control.
        (Kind::Ed, 0) => known.over_tpkt,
        (Kind::Ed | Kind::Ea, 2) => known.over_tpkt || !known.context.without_flow_control(),
        (Kind::Ak, 2) => !known.context.without_flow_control(),
        _ => {
            let classes = kind.classes();
            classes == Classes::all() || classes.contains(Classes::of(class))
        }
    }
}

/// Reports the first numbered TPDU before any CC, on a connection seen from its start.
#[inline(always)]
pub(super) fn judge_before_confirm<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
) {
    if tpdu.kind.is_numbered()
        && known.context.has(ContextFlag::FromStart)
        && !known.context.has(ContextFlag::Confirm)
        && !known.context.has(ContextFlag::DataBeforeConfirm)
    {
        known.context.set(ContextFlag::DataBeforeConfirm, true);
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise(experts::COTP_CONNECTION_MISSING, info);
    }
}
