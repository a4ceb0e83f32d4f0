//! The plumbing every export goes through: panics, NULL, lengths, struct sizes.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a call answers: 0 and above is success, below is misuse. Nothing in a packet makes a call
/// fail.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// Done up to where the caller's arrays are full; call again with the rest.
    More = 1,
    /// A pointer is NULL that may not be.
    NullPointer = -1,
    /// A length, id, index or option is out of range, a pointer is not aligned, or what must be
    /// zero is not.
    InvalidArgument = -2,
    /// A struct is larger than this library knows and not zero where it does not know it: the
    /// host asks for something newer.
    Unsupported = -3,
    /// A bug in the library, stopped at its boundary.
    Panic = -4,
}

impl Status {
    pub(super) const NAMES: [(Self, &'static CStr); 6] = [
        (Self::Ok, c"ok"),
        (Self::More, c"more"),
        (Self::NullPointer, c"null pointer"),
        (Self::InvalidArgument, c"invalid argument"),
        (Self::Unsupported, c"unsupported"),
        (Self::Panic, c"panic"),
    ];
}

/// What an export returns when it fails.
pub(super) trait Answer {
    fn failure(status: Status) -> Self;
}

impl Answer for i32 {
    fn failure(status: Status) -> Self {
        status as Self
    }
}

impl Answer for i64 {
    fn failure(status: Status) -> Self {
        (status as i32).into()
    }
}

impl Answer for u32 {
    fn failure(_: Status) -> Self {
        0
    }
}

impl<T> Answer for *const T {
    fn failure(_: Status) -> Self {
        std::ptr::null()
    }
}

/// The body of every export: a failure becomes its answer, and a panic goes no further.
pub(super) fn guard<A: Answer>(body: impl FnOnce() -> Result<A, Status>) -> A {
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or(Err(Status::Panic))
        .unwrap_or_else(A::failure)
}

/// Checks pointer and length of an array of the caller's: NULL with 0 is empty.
fn array_length<T>(pointer: *const T, length: u64) -> Result<usize, Status> {
    if length == 0 {
        return Ok(0);
    }
    if pointer.is_null() {
        return Err(Status::NullPointer);
    }
    let length = usize::try_from(length).map_err(|_| Status::InvalidArgument)?;
    let fits = length
        .checked_mul(size_of::<T>())
        .is_some_and(|octets| isize::try_from(octets).is_ok());
    if !fits || !pointer.is_aligned() {
        return Err(Status::InvalidArgument);
    }
    Ok(length)
}

/// An array the caller reads from.
///
/// # Safety
/// Unless it is NULL or `length` is 0, `pointer` is valid for reads of `length` elements that
/// nobody changes during `'a`.
pub(super) unsafe fn slice<'a, T>(pointer: *const T, length: u64) -> Result<&'a [T], Status> {
    match array_length(pointer, length)? {
        0 => Ok(&[]),
        // SAFETY: not NULL, aligned and within isize::MAX octets by `array_length`; the caller
        // promises the rest.
        length => Ok(unsafe { std::slice::from_raw_parts(pointer, length) }),
    }
}

/// An array the library writes to; it need not be initialised.
///
/// # Safety
/// Unless it is NULL or `length` is 0, `pointer` is valid for writes of `length` elements that
/// nobody else touches during `'a`.
pub(super) unsafe fn slice_mut<'a, T>(
    pointer: *mut T,
    length: u64,
) -> Result<&'a mut [MaybeUninit<T>], Status> {
    match array_length(pointer, length)? {
        0 => Ok(&mut []),
        // SAFETY: as in `slice`; MaybeUninit asks nothing of the contents.
        length => Ok(unsafe { std::slice::from_raw_parts_mut(pointer.cast(), length) }),
    }
}

/// A NUL-terminated string of the caller's.
///
/// # Safety
/// Unless it is NULL, `pointer` leads to a NUL-terminated string that nobody changes during `'a`.
pub(super) unsafe fn c_string<'a>(pointer: *const c_char) -> Result<&'a CStr, Status> {
    if pointer.is_null() {
        return Err(Status::NullPointer);
    }
    // SAFETY: not NULL; the caller promises the rest.
    Ok(unsafe { CStr::from_ptr(pointer) })
}

/// A struct that is passed singly. It starts with `struct_size`, so that host and library may
/// know different lengths of it.
///
/// # Safety
/// The type is `repr(C)`, starts with a `u32`, has no padding but at its end, and every
/// pattern of bits is a value of it.
pub(super) unsafe trait Growing: Copy {}

/// Larger sizes are memory that was never initialised.
const LARGEST_STRUCT: usize = 4096;
const SMALLEST_STRUCT: usize = size_of::<u32>();

/// The size the caller gives a struct.
///
/// # Safety
/// `pointer` is NULL or valid for reads of a `u32`.
unsafe fn size_of_callers<T: Growing>(pointer: *const T) -> Result<usize, Status> {
    if pointer.is_null() {
        return Err(Status::NullPointer);
    }
    if !pointer.is_aligned() {
        return Err(Status::InvalidArgument);
    }
    // SAFETY: not NULL and aligned; the caller promises the rest.
    let size = unsafe { pointer.cast::<u32>().read() };
    // No compiler's sizeof ends within a member, where a pointer would be cut in half.
    usize::try_from(size)
        .ok()
        .filter(|size| (SMALLEST_STRUCT..=LARGEST_STRUCT).contains(size))
        .filter(|size| size.is_multiple_of(align_of::<T>()))
        .ok_or(Status::InvalidArgument)
}

/// Reads a struct: what the caller does not know is zero, what the library does not know must be.
///
/// # Safety
/// `pointer` is NULL or valid for reads of as many octets as its `struct_size` says.
pub(super) unsafe fn read<T: Growing>(pointer: *const T) -> Result<T, Status> {
    // SAFETY: as the caller promises.
    let size = unsafe { size_of_callers(pointer)? };
    // SAFETY: the caller promises `size` octets; any of them may be read as u8.
    let octets = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), size) };
    let (known, beyond) = octets.split_at(size.min(size_of::<T>()));
    if beyond.iter().any(|&octet| octet != 0) {
        return Err(Status::Unsupported);
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` is at most as long as T and does not overlap a local; by `Growing` any
    // pattern of bits is a T, so the value is initialised.
    unsafe {
        std::ptr::copy_nonoverlapping(known.as_ptr(), value.as_mut_ptr().cast(), known.len());
        Ok(value.assume_init())
    }
}

/// Lets `fill` fill a struct, which is all zero before, as far as the caller knows it; its
/// `struct_size` stays as it is.
///
/// # Safety
/// `pointer` is NULL or valid for reads and writes of as many octets as its `struct_size` says,
/// which nobody else touches meanwhile.
#[inline(always)]
pub(super) unsafe fn fill<T: Growing, A>(
    pointer: *mut T,
    fill: impl FnOnce(&mut T) -> Result<A, Status>,
) -> Result<A, Status> {
    // SAFETY: as the caller promises.
    let size = unsafe { size_of_callers(pointer)? };
    let is_of_this_size = size == size_of::<T>();
    let behind_size = |start: *mut T| start.cast::<u8>().wrapping_add(SMALLEST_STRUCT);
    let mut own = MaybeUninit::<T>::uninit();
    // SAFETY: the caller promises `size` octets, which is at least SMALLEST_STRUCT; a local has
    // those of a T, which starts with a u32.
    let target = unsafe {
        let target = if is_of_this_size {
            pointer
        } else {
            behind_size(pointer).write_bytes(0, size - SMALLEST_STRUCT);
            own.as_mut_ptr().cast::<u32>().write(size as u32);
            own.as_mut_ptr()
        };
        behind_size(target).write_bytes(0, size_of::<T>() - SMALLEST_STRUCT);
        target
    };
    // SAFETY: the target is a T of the caller's or our own; by `Growing` what it holds is one.
    let filled = fill(unsafe { &mut *target });
    if is_of_this_size {
        // SAFETY: as above; T starts with a u32.
        unsafe { pointer.cast::<u32>().write(size as u32) };
    } else {
        let known = size.min(size_of::<T>()) - SMALLEST_STRUCT;
        // SAFETY: both are valid for `known` octets behind the size; a local overlaps nothing of
        // the caller's.
        unsafe { behind_size(pointer).copy_from_nonoverlapping(behind_size(target), known) };
    }
    filled
}

/// Lets `update` change a struct, of which the caller may not know all; its `struct_size` stays as
/// it is.
///
/// # Safety
/// As of [`fill`].
#[inline(always)]
pub(super) unsafe fn update<T: Growing, A>(
    pointer: *mut T,
    update: impl FnOnce(&mut T) -> Result<A, Status>,
) -> Result<A, Status> {
    // SAFETY: as the caller promises.
    let size = unsafe { size_of_callers(pointer)? };
    if size == size_of::<T>() {
        // SAFETY: the caller promises as many octets; by `Growing` any pattern of bits is a T.
        return update(unsafe { &mut *pointer });
    }
    // SAFETY: as the caller promises.
    let mut value = unsafe { read(pointer)? };
    let updated = update(&mut value);
    // SAFETY: likewise.
    unsafe { write(pointer, value)? };
    updated
}

/// Writes a struct as far as the caller knows it; its `struct_size` stays as it is, and what the
/// library does not know of it becomes zero.
///
/// # Safety
/// As of [`fill`].
pub(super) unsafe fn write<T: Growing>(pointer: *mut T, value: T) -> Result<(), Status> {
    // SAFETY: as the caller promises.
    unsafe {
        fill(pointer, |target| {
            *target = value;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Answers {
        struct_size: u32,
        number: u32,
    }

    // SAFETY: repr(C), a u32 first, no padding, only integers.
    unsafe impl Growing for Answers {}

    /// No call through the C ABI panics.
    #[test]
    fn behind_a_panic_a_struct_keeps_its_size() {
        for struct_size in [4, 8, 12] {
            let mut answers = [
                Answers {
                    struct_size,
                    number: 1,
                },
                Answers {
                    struct_size: 2,
                    number: 3,
                },
            ];
            let pointer = answers.as_mut_ptr();
            let status: i32 = guard(|| {
                // SAFETY: the pointer is valid for the 12 octets the size says at most.
                unsafe {
                    fill(pointer, |answers| {
                        answers.number = 4;
                        std::panic::resume_unwind(Box::new(()))
                    })
                }
            });
            assert_eq!(status, Status::Panic as i32);
            let [first, _] = answers;
            assert_eq!(first.struct_size, struct_size);
        }
    }
}
