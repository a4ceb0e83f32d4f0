//! Labels and summaries, written the way snprintf does.

use super::boundary::{Status, guard, slice, slice_mut};
use crate::dissection::record::{Item, Pdu};
use crate::label;
use crate::text::Text;
use std::ffi::c_char;
use std::fmt;

/// Writes what `body` prints. Returns the length of the whole text.
///
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

/// A caller's value.
///
/// # Safety
/// `pointer` is NULL or valid for reads of a T.
unsafe fn one<'a, T>(pointer: *const T) -> Result<&'a T, Status> {
    // SAFETY: the caller's promise.
    unsafe { slice(pointer, 1)? }
        .first()
        .ok_or(Status::NullPointer)
}

/// Writes the label of an item to `text`. The label of a field is its name and value, for example
/// `Reserved: 90`; the label of an expert info is a message with the value found, the value
/// expected and the clause. `octets` are the `length` captured octets of the item's packet, in
/// streams the octets of the result: the octets that the item's offset refers to.
///
/// Writes at most `capacity` octets including a NUL, in UTF-8. Returns the length of the whole label
/// without the NUL, even if it does not fit, like snprintf; or a negative status:
/// ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT. To get the length only, pass NULL
/// and 0 as `text` and `capacity`.
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

/// Writes a summary of a PDU record in one line to `text`, for example
/// `CR TPDU src-ref: 0x0001 dst-ref: 0x0000`. `capacity` and return value are as for
/// isotsap_item_label().
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
