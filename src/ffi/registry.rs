//! What can be shown, for hosts that build their own tables of it.

use super::boundary::{Growing, Status, c_string, guard, write};
use crate::registry::{
    EXPERT_BASE, EXPERTS, FIELD_BASE, FIELDS, Field, Group, Severity, expert_of, field_of,
};
use std::ffi::{CStr, c_char};

/// A field. Strings are static, NUL-terminated ASCII, never NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// Its id.
    pub id: u32,
    /// What an item of it holds, of `enum isotsap_type`.
    pub r#type: u32,
    /// The base its number is shown in, of `enum isotsap_base`.
    pub base: u32,
    /// Octets of the widest item of it on the wire; 0 when it is not a number.
    pub width: u32,
    /// How many of its values have a name.
    pub value_count: u32,
    /// The bits of `width` octets that are the field, 0 when all are. An item of fewer octets
    /// uses the mask's most significant ones. An item's value is already shifted down.
    pub mask: u64,
    /// Name for display filters, such as `tpkt.reserved`.
    pub abbreviation: *const c_char,
    /// Name for people, such as `Reserved`.
    pub name: *const c_char,
    /// Unit of the number, empty without one.
    pub unit: *const c_char,
    /// Where the standards define it.
    pub clause: *const c_char,
    /// What it is.
    pub description: *const c_char,
}

/// A value of a field that has a name.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ValueInfo {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The value.
    pub value: u64,
    /// What it stands for: static, NUL-terminated ASCII.
    pub name: *const c_char,
}

/// An expert info. Strings are static, NUL-terminated ASCII, never NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ExpertInfo {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// Its id; less ISOTSAP_EXPERT_BASE it is the bit in a PDU record.
    pub id: u32,
    /// What it is about, of `enum isotsap_group`.
    pub group: u32,
    /// Its usual severity, of `enum isotsap_severity`; an item says the one it was raised with.
    pub severity: u32,
    /// Name for display filters, such as `tpkt.reserved.nonzero`.
    pub abbreviation: *const c_char,
    /// One line without the value seen; isotsap_item_label() has the value.
    pub summary: *const c_char,
    /// What it means to somebody whose connection fails.
    pub explanation: *const c_char,
    /// The clause it rests on.
    pub clause: *const c_char,
}

// SAFETY: repr(C), a u32 first, no padding but at the end, only integers and pointers.
unsafe impl Growing for FieldInfo {}
// SAFETY: likewise.
unsafe impl Growing for ValueInfo {}
// SAFETY: likewise.
unsafe impl Growing for ExpertInfo {}

fn known<T>(id: u32, of: impl FnOnce(u16) -> Option<T>) -> Result<T, Status> {
    u16::try_from(id)
        .ok()
        .and_then(of)
        .ok_or(Status::InvalidArgument)
}

/// How many fields there are: their ids are ISOTSAP_FIELD_BASE and following.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_field_count() -> u32 {
    guard(|| u32::try_from(FIELDS.len()).map_err(|_| Status::Panic))
}

/// Describes the field `id`. Answers ISOTSAP_STATUS_OK, or INVALID_ARGUMENT for an id it does not
/// know, or NULL_POINTER.
///
/// # Safety
/// `info` is NULL or valid for as many octets as its `struct_size` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_field_get(id: u32, info: *mut FieldInfo) -> i32 {
    guard(|| {
        let field = known(id, field_of)?;
        let described = FieldInfo {
            struct_size: 0,
            id,
            r#type: field.kind as u32,
            base: field.base as u32,
            width: field.width,
            value_count: u32::try_from(field.values.len()).map_err(|_| Status::Panic)?,
            mask: field.mask,
            abbreviation: field.abbreviation.as_ptr(),
            name: field.name.as_ptr(),
            unit: field.unit.as_ptr(),
            clause: field.clause.as_ptr(),
            description: field.description.as_ptr(),
        };
        // SAFETY: the caller's promise.
        unsafe { write(info, described)? };
        Ok(Status::Ok as i32)
    })
}

/// The id of the field with this abbreviation, such as `tpkt.reserved`; 0 when there is none.
///
/// # Safety
/// `abbreviation` is NULL or a NUL-terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_field_find(abbreviation: *const c_char) -> u32 {
    guard(|| {
        // SAFETY: the caller's promise.
        let wanted = unsafe { c_string(abbreviation)? };
        position(FIELDS, FIELD_BASE, |field| field.abbreviation == wanted)
    })
}

fn position<T>(table: &[T], base: u16, is: impl FnMut(&T) -> bool) -> Result<u32, Status> {
    table
        .iter()
        .position(is)
        .and_then(|position| u32::try_from(position + usize::from(base)).ok())
        .ok_or(Status::InvalidArgument)
}

/// Describes the named value at `index`, from 0, of the field `id`. Answers ISOTSAP_STATUS_OK, or
/// INVALID_ARGUMENT for an id or index it does not know, or NULL_POINTER.
///
/// # Safety
/// `info` is NULL or valid for as many octets as its `struct_size` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_field_value_get(id: u32, index: u32, info: *mut ValueInfo) -> i32 {
    guard(|| {
        let field = known(id, field_of)?;
        let &(value, name) = usize::try_from(index)
            .ok()
            .and_then(|index| field.values.get(index))
            .ok_or(Status::InvalidArgument)?;
        let described = ValueInfo {
            struct_size: 0,
            reserved: 0,
            value,
            name: name.as_ptr(),
        };
        // SAFETY: the caller's promise.
        unsafe { write(info, described)? };
        Ok(Status::Ok as i32)
    })
}

/// What `value` of the field `id` stands for: static, NUL-terminated ASCII; NULL when it has no
/// name.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_field_value_name(id: u32, value: u64) -> *const c_char {
    guard(|| {
        known(id, field_of)
            .map(|field: &Field| field.value_name(value))?
            .map(CStr::as_ptr)
            .ok_or(Status::InvalidArgument)
    })
}

/// How many expert infos there are: their ids are ISOTSAP_EXPERT_BASE and following.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_expert_count() -> u32 {
    guard(|| u32::try_from(EXPERTS.len()).map_err(|_| Status::Panic))
}

/// Describes the expert info `id`. Answers ISOTSAP_STATUS_OK, or INVALID_ARGUMENT for an id it does
/// not know, or NULL_POINTER.
///
/// # Safety
/// `info` is NULL or valid for as many octets as its `struct_size` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_expert_get(id: u32, info: *mut ExpertInfo) -> i32 {
    guard(|| {
        let expert = known(id, expert_of)?;
        let described = ExpertInfo {
            struct_size: 0,
            id,
            group: expert.group as u32,
            severity: expert.severity as u32,
            abbreviation: expert.abbreviation.as_ptr(),
            summary: expert.summary.as_ptr(),
            explanation: expert.explanation.as_ptr(),
            clause: expert.clause.as_ptr(),
        };
        // SAFETY: the caller's promise.
        unsafe { write(info, described)? };
        Ok(Status::Ok as i32)
    })
}

/// The id of the expert info with this abbreviation, such as `tpkt.reserved.nonzero`; 0 when there
/// is none.
///
/// # Safety
/// `abbreviation` is NULL or a NUL-terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_expert_find(abbreviation: *const c_char) -> u32 {
    guard(|| {
        // SAFETY: the caller's promise.
        let wanted = unsafe { c_string(abbreviation)? };
        position(EXPERTS, EXPERT_BASE, |expert| expert.abbreviation == wanted)
    })
}

/// The name of a severity, such as `warning`: static; NULL for one it does not know.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_severity_name(severity: u32) -> *const c_char {
    guard(|| name_of(&Severity::NAMES, |known| known as u32 == severity))
}

/// The name of a group, such as `protocol`: static; NULL for one it does not know.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_group_name(group: u32) -> *const c_char {
    guard(|| name_of(&Group::NAMES, |known| known as u32 == group))
}

/// The name of a status, such as `invalid argument`: static; NULL for one it does not know.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_status_name(status: i32) -> *const c_char {
    guard(|| name_of(&Status::NAMES, |known| known as i32 == status))
}

fn name_of<T: Copy>(
    names: &[(T, &'static CStr)],
    is: impl Fn(T) -> bool,
) -> Result<*const c_char, Status> {
    names
        .iter()
        .find(|(known, _)| is(*known))
        .map(|(_, name)| name.as_ptr())
        .ok_or(Status::InvalidArgument)
}
