//! Text for people, snprintf-wise.

use super::boundary::{Status, guard, slice, slice_mut};
use crate::dissection::record::{Item, Pdu};
use crate::label;
use crate::text::Text;
use std::ffi::c_char;
use std::fmt;

/// # Safety
/// `text` is NULL or valid for writes of `capacity` octets.
unsafe fn print(
    text: *mut c_char,
    capacity: u64,
    body: impl FnOnce(&mut Text) -> fmt::Result,
) -> Result<i64, Status> {
    // SAFETY: the caller's promise.
    let buffer = unsafe { slice_mut(text.cast::<u8>(), capacity)? };
    let mut output = Text::new(buffer);
    body(&mut output).map_err(|_| Status::Panic)?;
    i64::try_from(output.end()).map_err(|_| Status::Panic)
}

/// # Safety
/// `pointer` is NULL or valid for reads of a T.
unsafe fn one<'a, T>(pointer: *const T) -> Result<&'a T, Status> {
    // SAFETY: the caller's promise.
    unsafe { slice(pointer, 1)? }
        .first()
        .ok_or(Status::NullPointer)
}

/// Writes the label of an item: `Reserved: 90` for a field; for an expert info what was seen, what
/// was expected and the clause. `octets` are the captured octets of the item's packet.
///
/// Behaves like snprintf: writes at most `capacity` octets, NUL included, and answers the length
/// of the whole text without its NUL, or a negative status. The text is UTF-8; `text` may be NULL
/// with capacity 0.
///
/// # Safety
/// Every pointer is NULL or valid for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_item_label(
    item: *const Item,
    octets: *const u8,
    length: u64,
    text: *mut c_char,
    capacity: u64,
) -> i64 {
    guard(|| {
        // SAFETY: the caller's promise for `item` and `octets`.
        let (item, octets) = unsafe { (one(item)?, slice(octets, length)?) };
        // SAFETY: the caller's promise for `text`.
        unsafe { print(text, capacity, |text| label::item(text, item, octets)) }
    })
}

/// Writes what a PDU is in one line, such as `CR TPDU src-ref: 0x0001 dst-ref: 0x0000`. Behaves as
/// isotsap_item_label() does.
///
/// # Safety
/// `pdu` is NULL or valid for reads, `text` NULL or valid for writes of `capacity` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_pdu_summary(
    pdu: *const Pdu,
    text: *mut c_char,
    capacity: u64,
) -> i64 {
    guard(|| {
        // SAFETY: the caller's promise for `pdu`.
        let pdu = unsafe { one(pdu)? };
        // SAFETY: the caller's promise for `text`.
        unsafe { print(text, capacity, |text| label::summary(text, pdu)) }
    })
}
