//! The fields and expert infos, for hosts that register them.

use super::boundary::{Extensible, Status, c_string, guard, write};
use crate::registry::{
    EXPERT_BASE, EXPERTS, FIELD_BASE, FIELDS, Field, Group, Severity, expert_of, field_of,
};
use std::ffi::{CStr, c_char};

/// Describes a field. Strings are static NUL-terminated ASCII, never NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    /// Size of this struct in octets, set by the host.
    pub struct_size: u32,
    /// Id of the field.
    pub id: u32,
    /// Type of its items, a constant of `enum isotsap_type`.
    pub r#type: u32,
    /// Base to display its number in, a constant of `enum isotsap_base`.
    pub base: u32,
    /// Octets of its longest item on the wire; 0 if it is not a number.
    pub width: u32,
    /// Number of named values, for isotsap_field_value_get().
    pub value_count: u32,
    /// The bits of the field in an integer of `width` octets; 0 if it is all of them. For an item
    /// of fewer octets the most significant ones of the mask apply. The value of an item is already
    /// shifted right.
    pub mask: u64,
    /// Name in display filters, for example `tpkt.reserved`.
    pub abbreviation: *const c_char,
    /// Display name, for example `Reserved`.
    pub name: *const c_char,
    /// Unit of the number; an empty string if there is none.
    pub unit: *const c_char,
    /// Clause of the standard that defines the field.
    pub clause: *const c_char,
    /// Description in one sentence.
    pub description: *const c_char,
}

/// A named value of a field.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ValueInfo {
    /// Size of this struct in octets, set by the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The value.
    pub value: u64,
    /// Its name: static NUL-terminated ASCII, never NULL.
    pub name: *const c_char,
}

/// Describes an expert info. Strings are static NUL-terminated ASCII, never NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ExpertInfo {
    /// Size of this struct in octets, set by the host.
    pub struct_size: u32,
    /// Id of the expert info. Its bit in a PDU record is `id - ISOTSAP_EXPERT_BASE`.
    pub id: u32,
    /// Its group, a constant of `enum isotsap_group`.
    pub group: u32,
    /// Its default severity, a constant of `enum isotsap_severity`. An item may have another one.
    pub severity: u32,
    /// Name in display filters, for example `tpkt.reserved.nonzero`.
    pub abbreviation: *const c_char,
    /// Summary in one line, without the value found; isotsap_item_label() includes it.
    pub summary: *const c_char,
    /// Its meaning and its effect on the connection.
    pub explanation: *const c_char,
    /// Clause of the standard that it refers to.
    pub clause: *const c_char,
}

// SAFETY: repr(C), a u32 first, no padding but at the end, only integers and pointers.
unsafe impl Extensible for FieldInfo {}
// SAFETY: likewise.
unsafe impl Extensible for ValueInfo {}
// SAFETY: likewise.
unsafe impl Extensible for ExpertInfo {}

fn known<T>(id: u32, of: impl FnOnce(u16) -> Option<T>) -> Result<T, Status> {
    u16::try_from(id)
        .ok()
        .and_then(of)
        .ok_or(Status::InvalidArgument)
}

/// The number of fields. Their ids are consecutive from ISOTSAP_FIELD_BASE.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_field_count() -> u32 {
    guard(|| u32::try_from(FIELDS.len()).map_err(|_| Status::Panic))
}

/// Describes the field `id`. Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_INVALID_ARGUMENT for an
/// unknown id, or ISOTSAP_STATUS_NULL_POINTER.
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

/// The id of the field with this abbreviation, for example `tpkt.reserved`; 0 if there is none.
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

/// Describes the named value of the field `id` at `index`, which is less than the field's
/// `value_count`. Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_INVALID_ARGUMENT for an unknown id or
/// index, or ISOTSAP_STATUS_NULL_POINTER.
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

/// The name of `value` of the field `id`: static NUL-terminated ASCII; NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_field_value_name(id: u32, value: u64) -> *const c_char {
    guard(|| {
        known(id, field_of)
            .map(|field: &Field| field.value_name(value))?
            .map(CStr::as_ptr)
            .ok_or(Status::InvalidArgument)
    })
}

/// The number of expert infos. Their ids are consecutive from ISOTSAP_EXPERT_BASE.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_expert_count() -> u32 {
    guard(|| u32::try_from(EXPERTS.len()).map_err(|_| Status::Panic))
}

/// Describes the expert info `id`. Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_INVALID_ARGUMENT for
/// an unknown id, or ISOTSAP_STATUS_NULL_POINTER.
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

/// The id of the expert info with this abbreviation, for example `tpkt.reserved.nonzero`; 0 if there
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

/// The name of a severity, for example `warning`: a static string; NULL for an unknown one.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_severity_name(severity: u32) -> *const c_char {
    guard(|| name_of(&Severity::NAMES, |known| known as u32 == severity))
}

/// The name of a group, for example `protocol`: a static string; NULL for an unknown one.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_group_name(group: u32) -> *const c_char {
    guard(|| name_of(&Group::NAMES, |known| known as u32 == group))
}

/// The name of a status, for example `invalid argument`: a static string; NULL for an unknown one.
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
