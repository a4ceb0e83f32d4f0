//! The calls that follow a connection.

use super::boundary::{Growing, Status, fill, guard, slice, slice_mut, write};
use super::dissect::Options;
use crate::dissection::context::{Context, End};
use crate::dissection::record::{Item, Pdu};
use crate::dissection::writer::{Array, Items, NoItems, Output};
use crate::stream::{Missing, Progress, Source, Stream};

/// A TCP connection, both directions. Made by isotsap_stream_new(), released by
/// isotsap_stream_free(); used by one thread at a time, different ones in parallel.
pub struct StreamHandle(Followed);

// In C what is in it is nobody's business, so the layout is in a struct of its own.
#[repr(C)]
struct Followed {
    stream: Stream,
    /// A call has panicked: what the stream holds cannot be trusted any more.
    broken: bool,
    /// With what an allocator puts in front of the next stream, which another thread may follow, it
    /// keeps that out of the cache lines of this one.
    apart: [u8; 48],
}

/// How far a call on a stream came, and what its records are about.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamResult {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// DT TPDUs of which `tsdu` consists; 0 when this call gives out no TSDU of that kind.
    pub tsdu_segments: u32,
    /// Pushed octets that were taken. With ISOTSAP_STATUS_MORE, repeat the call without them.
    pub consumed: u64,
    /// Octets the stream keeps of a TPKT that is not complete, in this direction.
    pub pending: u64,
    /// How many more complete it; 0 when that is not known yet.
    pub needed: u64,
    /// PDU records written.
    pub pdus_written: u64,
    /// When the arrays are too small for what comes next, the PDU records it needs.
    pub pdus_needed: u64,
    /// Items written.
    pub items_written: u64,
    /// When the arrays are too small for what comes next, the items it needs.
    pub items_needed: u64,
    /// Octets of the direction before `octets`, those that were lost included as far as known.
    pub position: u64,
    /// What the offsets of records and items count from: the octets that were pushed, or octets of
    /// the stream that are valid until the next call on it.
    pub octets: *const u8,
    /// How many.
    pub octets_length: u64,
    /// A TSDU put together of several DT TPDUs, the last of which is the last record of this call
    /// or of an earlier one. Valid until the next call on the stream.
    pub tsdu: *const u8,
    /// How many octets it has.
    pub tsdu_length: u64,
}

// SAFETY: repr(C), a u32 first, no padding, only integers and pointers.
unsafe impl Growing for StreamResult {}

/// Begins to follow a connection. `options` may be NULL for the defaults; of the encapsulations
/// ISOTSAP_ENCAPSULATION_NSDU is none of a stream's. Nothing of them is used after the call.
///
/// `*stream` becomes the stream, or NULL when the call fails: NULL_POINTER, INVALID_ARGUMENT,
/// UNSUPPORTED.
///
/// For each direction a stream keeps no more than 65,535 octets of a TPKT that is not complete and,
/// of TSDUs that are not, the limit of the options (1 MiB unless set): for DT TPDUs of at most 16
/// destination references, and of each at most 16 that wait for an earlier one. What it gives out
/// of these it keeps until the next call. Beside that it has no more than 16 KiB of its own; a new
/// one less than 320 octets, or 420 with NSAPs.
///
/// # Safety
/// Every pointer is NULL or valid for its length; `stream` for a write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_new(
    options: *const Options,
    stream: *mut *mut StreamHandle,
) -> i32 {
    guard(|| {
        if stream.is_null() {
            return Err(Status::NullPointer);
        }
        if !stream.is_aligned() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL and aligned; the caller promises the rest.
        unsafe { stream.write(std::ptr::null_mut()) };
        // SAFETY: the caller's promise for `options` and what it points to.
        let followed = unsafe { Options::of(options)?.stream()? };
        let handle = Box::new(StreamHandle(Followed {
            stream: followed,
            broken: false,
            apart: [0; 48],
        }));
        // SAFETY: as above.
        unsafe { stream.write(Box::into_raw(handle)) };
        Ok(Status::Ok as i32)
    })
}

/// Releases a stream and all that it gave out. NULL is fine.
///
/// # Safety
/// `stream` is NULL or a stream that was not released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_free(stream: *mut StreamHandle) {
    let _ = guard(|| {
        if !stream.is_null() {
            // SAFETY: by the caller's promise it came of isotsap_stream_new() and nobody uses it.
            drop(unsafe { Box::from_raw(stream) });
        }
        Ok(Status::Ok as i32)
    });
}

/// The caller's arrays for what comes of a call.
struct Room {
    items: *mut Item,
    pdus: *mut Pdu,
    item_capacity: u64,
    pdu_capacity: u64,
}

/// What to do with a stream.
#[derive(Clone, Copy)]
enum Call<'a> {
    Push(&'a [u8]),
    Gap(u64, Missing),
    Finish,
}

impl Call<'_> {
    #[inline(always)]
    fn of<I: Items>(
        self,
        stream: &mut Stream,
        end: End,
        mut output: Output<'_, I>,
        result: &mut StreamResult,
    ) -> Progress {
        let progress = match self {
            Self::Push(octets) => stream.push(end, octets, &mut output),
            Self::Gap(count, missing) => stream.gap(end, count, missing, &mut output),
            Self::Finish => stream.finish(end, &mut output),
        };
        let written = output.kept();
        result.pdus_written = written.pdus as u64;
        result.items_written = written.items as u64;
        progress
    }
}

fn end(value: u32) -> Result<End, Status> {
    [End::A, End::B]
        .into_iter()
        .find(|end| *end as u32 == value)
        .ok_or(Status::InvalidArgument)
}

/// What every call on a stream does.
///
/// # Safety
/// `stream` is NULL or a stream, which nobody else uses; the members of `room` are NULL or valid
/// for their lengths.
#[inline(always)]
unsafe fn call(
    stream: *mut StreamHandle,
    end: u32,
    call: Result<Call, Status>,
    room: Room,
    result: &mut StreamResult,
) -> Result<i32, Status> {
    // SAFETY: the caller's promise for `stream`.
    let StreamHandle(handle) = unsafe { stream.as_mut() }.ok_or(Status::NullPointer)?;
    let (end, call) = (self::end(end)?, call?);
    if handle.broken {
        return Err(Status::Panic);
    }
    // SAFETY: the caller's promise for `pdus` and `items`.
    let (pdus, items) = unsafe {
        (
            slice_mut(room.pdus, room.pdu_capacity)?,
            slice_mut(room.items, room.item_capacity)?,
        )
    };
    // Indexes of items are 32 bits wide.
    let most = items.len().min(u32::MAX as usize);
    let (items, _) = items.split_at_mut(most);
    let stream = &mut handle.stream;
    handle.broken = true;
    let progress = if room.items.is_null() {
        call.of(stream, end, Output::new(pdus, NoItems), result)
    } else {
        call.of(stream, end, Output::new(pdus, Array::new(items)), result)
    };
    handle.broken = false;
    let octets = match (progress.source, call) {
        (Source::Pushed, Call::Push(octets)) => octets,
        _ => stream.buffered(end),
    };
    let (tsdu, tsdu_segments) = stream.tsdu(end);
    let (pending, needed) = stream.pending(end);
    result.tsdu_segments = tsdu_segments;
    result.consumed = progress.consumed as u64;
    result.pending = pending as u64;
    result.needed = needed as u64;
    if let Some(needed) = progress.needed {
        result.pdus_needed = needed.pdus as u64;
        result.items_needed = needed.items as u64;
    }
    result.position = progress.position;
    result.octets = octets.as_ptr();
    result.octets_length = octets.len() as u64;
    result.tsdu = tsdu.as_ptr();
    result.tsdu_length = tsdu.len() as u64;
    Ok(if progress.more {
        Status::More
    } else {
        Status::Ok
    } as i32)
}

/// Takes octets that `end` sent (of `enum isotsap_end`), which follow on those before, and fills
/// `pdus` and, unless it is NULL with capacity 0, `items` as isotsap_dissect() does: one record a
/// TPDU, for the TPKTs that are complete. A TPKT that is not complete is kept.
///
/// Offsets count from `result->octets`; the `packet` of every record is 0. A record flagged
/// ISOTSAP_PDU_FLAG_TSDU has a whole TSDU as its user data; one that several DT TPDUs make up is
/// `result->tsdu`.
///
/// Answers ISOTSAP_STATUS_OK, or ISOTSAP_STATUS_MORE when the call is to be repeated with the
/// octets behind the `result->consumed` first ones (perhaps none): the records are about other
/// octets then, another TSDU is complete, or `result->pdus_needed` and `items_needed` say that an
/// array is too small. A negative status is misuse: NULL_POINTER, INVALID_ARGUMENT, UNSUPPORTED;
/// nothing is taken then.
///
/// # Safety
/// `stream` is NULL or a stream; every other pointer is NULL or valid for its length, `result` for
/// reads and writes. What is written overlaps nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_push(
    stream: *mut StreamHandle,
    end: u32,
    octets: *const u8,
    length: u64,
    pdus: *mut Pdu,
    pdu_capacity: u64,
    items: *mut Item,
    item_capacity: u64,
    result: *mut StreamResult,
) -> i32 {
    let room = Room {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    // SAFETY: the caller's promises.
    guard(|| unsafe {
        fill(result, |result| {
            let push = slice(octets, length).map(Call::Push);
            call(stream, end, push, room, result)
        })
    })
}

/// Takes note that octets `end` sent are missing: `count` of them, or 0 when nobody knows how many.
/// `missing` is of `enum isotsap_missing`. What there is of an incomplete TPKT becomes a record; a
/// TPKT that only lacks octets of its own is left behind by its length, otherwise the next one is
/// searched for.
///
/// Fills the arrays and answers as isotsap_stream_push() does; ISOTSAP_STATUS_MORE means to repeat
/// the call as it was.
///
/// # Safety
/// As of isotsap_stream_push().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_gap(
    stream: *mut StreamHandle,
    end: u32,
    count: u64,
    missing: u32,
    pdus: *mut Pdu,
    pdu_capacity: u64,
    items: *mut Item,
    item_capacity: u64,
    result: *mut StreamResult,
) -> i32 {
    let room = Room {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    let missing = [Missing::Lost, Missing::CutOff]
        .into_iter()
        .find(|known| *known as u32 == missing)
        .ok_or(Status::InvalidArgument);
    let gap = missing.map(|missing| Call::Gap(count, missing));
    // SAFETY: the caller's promises.
    guard(|| unsafe { fill(result, |result| call(stream, end, gap, room, result)) })
}

/// Takes note that `end` sends nothing any more. An incomplete TPKT becomes a record, and so do
/// TSDUs that are not complete. Octets that are pushed all the same begin a direction anew.
///
/// Fills the arrays and answers as isotsap_stream_push() does; ISOTSAP_STATUS_MORE means to repeat
/// the call as it was.
///
/// # Safety
/// As of isotsap_stream_push().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_finish(
    stream: *mut StreamHandle,
    end: u32,
    pdus: *mut Pdu,
    pdu_capacity: u64,
    items: *mut Item,
    item_capacity: u64,
    result: *mut StreamResult,
) -> i32 {
    let room = Room {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    // SAFETY: the caller's promises.
    guard(|| unsafe {
        fill(result, |result| {
            call(stream, end, Ok(Call::Finish), room, result)
        })
    })
}

/// Fills `context` with what is known of the connection: its class, references and sizes.
///
/// # Safety
/// `stream` is NULL or a stream; `context` is NULL or valid for reads and writes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_context(
    stream: *const StreamHandle,
    context: *mut Context,
) -> i32 {
    guard(|| {
        // SAFETY: the caller's promise for `stream`.
        let StreamHandle(handle) = unsafe { stream.as_ref() }.ok_or(Status::NullPointer)?;
        // SAFETY: the caller's promise for `context`.
        unsafe { write(context, *handle.stream.context())? };
        Ok(Status::Ok as i32)
    })
}
