//! Whether carrier, class and state of the connection allow a TPDU of this type and format (X.224
//! table 8, RFC 1006 6, RFC 2126 4.2).
#![forbid(unsafe_code)]

use super::context::{ContextFlag, Known};
use super::output::{Items, Writer};
use super::shown::ShownTpdu;
use crate::cotp::{Classes, Format, Kind};
use crate::registry::reasons::TypeNotForClass;
use crate::registry::{Severity, experts};

/// Judges the type by carrier and class. A type that the connection does not have is the fault, not
/// what its fields hold.
#[inline(always)]
pub(super) fn judge_type<I: Items>(writer: &mut Writer<'_, I>, known: &mut Known, tpdu: ShownTpdu) {
    if known.over_tpkt && tpdu.kind == Kind::Ud {
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise(experts::COTP_TYPE_NOT_FOR_CARRIER, info);
        writer.distrust_rest();
        return;
    }
    if let Some(class) = tpdu.class
        && let Some(reason) = missing_in_class(class, known, tpdu.kind)
    {
        let is_first = known.context.tell_type(tpdu.kind);
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise_first(is_first, Severity::Warning, reason, info);
        writer.distrust_rest();
    }
}

/// Judges the format by the class (X.224 13.7.1).
#[inline(always)]
pub(super) fn judge_format<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
) {
    let Some(class) = tpdu.class else {
        return;
    };
    let agreed = known.context.format(tpdu.kind);
    let by_li = tpdu.kind.format_by_li(tpdu.li);
    if tpdu.kind.is_numbered() && agreed.is_some() && agreed != by_li {
        let is_first = known.context.tell_li(tpdu.li);
        let reason = match agreed {
            Some(Format::Short) => TypeNotForClass::Short(class),
            _ => TypeNotForClass::Format(class),
        };
        let info = tpdu.li_shown().value(tpdu.li);
        writer.raise_first(is_first, Severity::Warning, reason, info);
        writer.distrust_rest();
    }
}

/// Why the class, with the options that were agreed, does not have the TPDU; `None` when it has.
#[inline(always)]
fn missing_in_class(class: u8, known: &Known, kind: Kind) -> Option<TypeNotForClass> {
    let has_type = match (kind, class) {
        // Class 0 is released with the TCP connection (X.224 6.7.1.4, 8.2.4).
        (Kind::Dr, 0) => return Some(TypeNotForClass::Release),
        (Kind::Ed, _) if known.is_without_expedited() => {
            return Some(TypeNotForClass::Expedited);
        }
        // RFC 1006 5 has an ED in class 0, RFC 2126 4.2 ED and EA in class 2 without flow control.
        (Kind::Ed, 0) => known.over_tpkt,
        (Kind::Ed | Kind::Ea, 2) => known.over_tpkt || !known.context.without_flow_control(),
        (Kind::Ak, 2) => !known.context.without_flow_control(),
        _ => {
            let classes = kind.classes();
            classes == Classes::all() || classes.contains(Classes::of(class))
        }
    };
    (!has_type).then_some(TypeNotForClass::Type(class))
}

/// Reports the first numbered TPDU before any CC, on a connection seen from its start.
#[inline(always)]
pub(super) fn judge_before_confirm<I: Items>(
    writer: &mut Writer<'_, I>,
    known: &mut Known,
    tpdu: ShownTpdu,
) {
    if !tpdu.kind.is_numbered() || known.context.has(ContextFlag::Confirm) {
        return;
    }
    known.context.was_answered(known.sender);
    if known.context.has(ContextFlag::FromStart)
        && !known.context.has(ContextFlag::DataBeforeConfirm)
    {
        known.context.set(ContextFlag::DataBeforeConfirm, true);
        let info = tpdu.type_shown().value(tpdu.code);
        writer.raise(experts::COTP_CONNECTION_MISSING, info);
        writer.distrust_rest();
    }
}
