//! What every export needs: stops panics, checks pointers and lengths, handles `struct_size`.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Result of a call: 0 or more is success, negative is misuse of the API. No content of a packet
/// makes a call fail.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The call is complete.
    Ok = 0,
    /// The call stopped early, usually because an array is full. Call again as the function's
    /// description says.
    More = 1,
    /// A required pointer is NULL.
    NullPointer = -1,
    /// A length, id, index or option is out of range, a pointer is not aligned, or a reserved
    /// member is not zero.
    InvalidArgument = -2,
    /// A struct is larger than this library knows, and the part that it does not know is not zero:
    /// the host uses a feature of a newer library.
    Unsupported = -3,
    /// A bug in the library caused a panic, which was stopped.
    Panic = -4,
    /// Streams only: the allocator has no memory. The result is filled as after ISOTSAP_STATUS_MORE,
    /// and the stream can still be used: see isotsap_stream_push().
    NoMemory = -5,
}

impl Status {
    pub(super) const NAMES: [(Self, &'static CStr); 7] = [
        (Self::Ok, c"ok"),
        (Self::More, c"more"),
        (Self::NullPointer, c"null pointer"),
        (Self::InvalidArgument, c"invalid argument"),
        (Self::Unsupported, c"unsupported"),
        (Self::Panic, c"panic"),
        (Self::NoMemory, c"no memory"),
    ];
}

/// The type that an export returns.
pub(super) trait ReturnValue {
    /// The value for a call that failed.
    fn failure(status: Status) -> Self;
}

impl ReturnValue for i32 {
    fn failure(status: Status) -> Self {
        status as Self
    }
}

impl ReturnValue for i64 {
    fn failure(status: Status) -> Self {
        (status as i32).into()
    }
}

impl ReturnValue for u32 {
    fn failure(_: Status) -> Self {
        0
    }
}

impl<T> ReturnValue for *const T {
    fn failure(_: Status) -> Self {
        std::ptr::null()
    }
}

/// Runs the body of an export. Stops a panic, and turns a failure into the return value for it.
pub(super) fn guard<A: ReturnValue>(body: impl FnOnce() -> Result<A, Status>) -> A {
    catch_unwind(AssertUnwindSafe(body))
        .unwrap_or(Err(Status::Panic))
        .unwrap_or_else(A::failure)
}

/// Checks pointer and length of a caller's array. NULL with length 0 is empty.
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

/// A caller's array, to be read.
///
/// # Safety
/// Unless it is NULL or `length` is 0, `pointer` is valid for reads of `length` elements that
/// do not change during `'a`.
pub(super) unsafe fn slice<'a, T>(pointer: *const T, length: u64) -> Result<&'a [T], Status> {
    match array_length(pointer, length)? {
        0 => Ok(&[]),
        // SAFETY: not NULL, aligned and within isize::MAX octets by `array_length`; the caller
        // promises the rest.
        length => Ok(unsafe { std::slice::from_raw_parts(pointer, length) }),
    }
}

/// A caller's array, to be written. It need not be initialised.
///
/// # Safety
/// Unless it is NULL or `length` is 0, `pointer` is valid for writes of `length` elements that
/// nothing else accesses during `'a`.
pub(super) unsafe fn slice_mut<'a, T>(
    pointer: *mut T,
    length: u64,
) -> Result<&'a mut [MaybeUninit<T>], Status> {
    match array_length(pointer, length)? {
        0 => Ok(&mut []),
        // SAFETY: as in `slice`; MaybeUninit may have any contents.
        length => Ok(unsafe { std::slice::from_raw_parts_mut(pointer.cast(), length) }),
    }
}

/// A caller's NUL-terminated string.
///
/// # Safety
/// Unless it is NULL, `pointer` is a NUL-terminated string that does not change during `'a`.
pub(super) unsafe fn c_string<'a>(pointer: *const c_char) -> Result<&'a CStr, Status> {
    if pointer.is_null() {
        return Err(Status::NullPointer);
    }
    // SAFETY: not NULL; the caller promises the rest.
    Ok(unsafe { CStr::from_ptr(pointer) })
}

/// A struct that is passed by pointer and may gain members. It starts with `struct_size`, so that
/// host and library may know different lengths of it.
///
/// # Safety
/// The type is `repr(C)`, starts with a `u32`, has no padding but at its end, and every
/// bit pattern is a valid value.
pub(super) unsafe trait Extensible: Copy {
    /// Octets of the struct that [`fill`] zeroes. The members behind them are read, too.
    const FILLED: usize = size_of::<Self>();
}

/// A larger `struct_size` is taken for memory that was not initialised.
const LARGEST_STRUCT: usize = 4096;
const SMALLEST_STRUCT: usize = size_of::<u32>();

/// The `struct_size` of a caller's struct, validated.
///
/// # Safety
/// `pointer` is NULL or valid for reads of a `u32`.
unsafe fn callers_size<T: Extensible>(pointer: *const T) -> Result<usize, Status> {
    if pointer.is_null() {
        return Err(Status::NullPointer);
    }
    if !pointer.is_aligned() {
        return Err(Status::InvalidArgument);
    }
    // SAFETY: not NULL and aligned; the caller promises the rest.
    let size = unsafe { pointer.cast::<u32>().read() };
    // A sizeof is a multiple of the alignment; another size could end within a pointer.
    usize::try_from(size)
        .ok()
        .filter(|size| (SMALLEST_STRUCT..=LARGEST_STRUCT).contains(size))
        .filter(|size| size.is_multiple_of(align_of::<T>()))
        .ok_or(Status::InvalidArgument)
}

/// Reads a struct. Members that the caller does not know are zero; those that the library does not
/// know must be.
///
/// # Safety
/// `pointer` is NULL or valid for reads of as many octets as its `struct_size` says.
pub(super) unsafe fn read<T: Extensible>(pointer: *const T) -> Result<T, Status> {
    // SAFETY: as the caller promises.
    let size = unsafe { callers_size(pointer)? };
    // SAFETY: the caller promises `size` octets; any of them may be read as u8.
    let octets = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), size) };
    let (known, beyond) = octets.split_at(size.min(size_of::<T>()));
    if beyond.iter().any(|&octet| octet != 0) {
        return Err(Status::Unsupported);
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` is at most as long as T and does not overlap a local; by `Extensible` any
    // bit pattern is a T, so the value is initialised.
    unsafe {
        std::ptr::copy_nonoverlapping(known.as_ptr(), value.as_mut_ptr().cast(), known.len());
        Ok(value.assume_init())
    }
}

/// Zeroes a struct up to [`Extensible::FILLED`], lets `fill` fill it and writes the members that the
/// caller knows. Its `struct_size` does not change.
///
/// # Safety
/// `pointer` is NULL or valid for reads and writes of as many octets as its `struct_size` says,
/// which nothing else accesses meanwhile.
#[inline(always)]
pub(super) unsafe fn fill<T: Extensible, A>(
    pointer: *mut T,
    fill: impl FnOnce(&mut T) -> Result<A, Status>,
) -> Result<A, Status> {
    // SAFETY: as the caller promises.
    let size = unsafe { callers_size(pointer)? };
    let is_this_size = size == size_of::<T>();
    let after_size = |start: *mut T| start.cast::<u8>().wrapping_add(SMALLEST_STRUCT);
    let mut own = MaybeUninit::<T>::uninit();
    // SAFETY: the caller promises `size` octets, which is at least SMALLEST_STRUCT; a local
    // is a whole T, which starts with a u32 and overlaps no memory of the caller.
    let target = unsafe {
        let target = if is_this_size {
            pointer
        } else {
            own.as_mut_ptr().write_bytes(0, 1);
            let known = size.min(size_of::<T>());
            own.as_mut_ptr()
                .cast::<u8>()
                .copy_from_nonoverlapping(pointer.cast(), known);
            after_size(pointer).write_bytes(0, size - SMALLEST_STRUCT);
            own.as_mut_ptr()
        };
        after_size(target).write_bytes(0, T::FILLED - SMALLEST_STRUCT);
        target
    };
    // SAFETY: the target is the caller's T or the local one; by `Extensible` its contents are valid.
    let filled = fill(unsafe { &mut *target });
    if is_this_size {
        // SAFETY: as above; T starts with a u32.
        unsafe { pointer.cast::<u32>().write(size as u32) };
    } else {
        let known = size.min(size_of::<T>()) - SMALLEST_STRUCT;
        // SAFETY: both are valid for `known` octets after the size; a local overlaps no memory of
        // the caller.
        unsafe { after_size(pointer).copy_from_nonoverlapping(after_size(target), known) };
    }
    filled
}

/// Lets `update` change a struct and writes the members that the caller knows. Its `struct_size`
/// does not change.
///
/// # Safety
/// As for [`fill`].
#[inline(always)]
pub(super) unsafe fn update<T: Extensible, A>(
    pointer: *mut T,
    update: impl FnOnce(&mut T) -> Result<A, Status>,
) -> Result<A, Status> {
    // SAFETY: as the caller promises.
    let size = unsafe { callers_size(pointer)? };
    if size == size_of::<T>() {
        // SAFETY: the caller promises as many octets; by `Extensible` any bit pattern is a T.
        return update(unsafe { &mut *pointer });
    }
    // SAFETY: as the caller promises.
    let mut value = unsafe { read(pointer)? };
    let updated = update(&mut value);
    // SAFETY: likewise.
    unsafe { write(pointer, value)? };
    updated
}

/// Writes the members of a struct that the caller knows, and zeroes those that the library does
/// not know. Its `struct_size` does not change.
///
/// # Safety
/// As for [`fill`].
pub(super) unsafe fn write<T: Extensible>(pointer: *mut T, value: T) -> Result<(), Status> {
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
    struct Sample {
        struct_size: u32,
        number: u32,
    }

    // SAFETY: repr(C), a u32 first, no padding, only integers.
    unsafe impl Extensible for Sample {}

    /// A unit test, because no call of the C ABI can be made to panic.
    #[test]
    fn struct_size_survives_a_panic() {
        for struct_size in [4, 8, 12] {
            let mut sample = [
                Sample {
                    struct_size,
                    number: 1,
                },
                Sample {
                    struct_size: 2,
                    number: 3,
                },
            ];
            let pointer = sample.as_mut_ptr();
            let status: i32 = guard(|| {
                // SAFETY: the pointer is valid for the 12 octets the size says at most.
                unsafe {
                    fill(pointer, |sample| {
                        sample.number = 4;
                        std::panic::resume_unwind(Box::new(()))
                    })
                }
            });
            assert_eq!(status, Status::Panic as i32);
            let [first, _] = sample;
            assert_eq!(first.struct_size, struct_size);
        }
    }
}
