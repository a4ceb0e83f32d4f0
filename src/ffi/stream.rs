//! The `isotsap_stream_*` functions.

use super::arrays::{Call, Described};
use super::boundary::{Extensible, Status, fill, guard, slice, write};
use super::dissect::Options;
use crate::dissection::Ending;
use crate::dissection::context::{Context, End};
use crate::dissection::output::{Capacity, Items, Output};
use crate::dissection::record::{Item, Pdu};
use crate::stream::{Missing, Progress, Source, Stream};
use std::alloc::{Layout, alloc};

/// Both directions of one TCP connection. Created by isotsap_stream_new(), released by
/// isotsap_stream_free(). One call at a time may use a stream; different streams may be used in
/// parallel.
pub struct StreamHandle(Inner);

// Opaque in C: cbindgen would export the members of a repr(C) handle.
#[repr(C)]
struct Inner {
    stream: Stream,
    /// A call has panicked: the state of the stream is not reliable.
    poisoned: bool,
    /// Together with the allocator's header of the next block, separates two streams by a cache
    /// line: different threads may use them.
    padding: [u8; 48],
}

/// The result of isotsap_stream_push(), isotsap_stream_gap() and isotsap_stream_finish(). The call
/// sets all members but `struct_size`. On misuse of the API they are 0 or NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamResult {
    /// Size of this struct in octets, set by the host.
    pub struct_size: u32,
    /// Number of DT TPDUs in `tsdu`; 0 if this call emits no such TSDU.
    pub tsdu_segments: u32,
    /// Pushed octets that the call consumed. After ISOTSAP_STATUS_MORE, resume with the octets
    /// after these.
    pub consumed: u64,
    /// Octets that the stream keeps of an incomplete TPKT of this direction.
    pub pending: u64,
    /// Octets that complete that TPKT; 0 if their number is not known.
    pub needed: u64,
    /// PDU records written.
    pub pdus_written: u64,
    /// If an array has no room for the next TPDU, 1: its record; else 0.
    pub pdus_needed: u64,
    /// Items written.
    pub items_written: u64,
    /// If an array has no room for the next TPDU, its items; else 0. If there are more than the array
    /// has elements, the next call leaves items out and sets ISOTSAP_PDU_FLAG_ITEMS_CUT.
    pub items_needed: u64,
    /// Position in the direction of the first octet of `octets`: the number of octets before it,
    /// including lost ones as far as their number is known.
    pub position: u64,
    /// The octets that the offsets of records and items refer to. NULL if they are the pushed octets,
    /// because the call dissected TPKTs in place: `result.octets ? result.octets : pushed`. Else
    /// memory of the stream, which is valid until the next call on the stream.
    pub octets: *const u8,
    /// How many octets they are.
    pub octets_length: u64,
    /// A complete TSDU, reassembled from several DT TPDUs. The TPDU that completed it has the last
    /// record written: by this call or, if it wrote none, by an earlier one. Memory of the stream,
    /// which is valid until the next call on the stream; NULL if there is none.
    pub tsdu: *const u8,
    /// Octets in `tsdu`.
    pub tsdu_length: u64,
}

// SAFETY: repr(C), a u32 first, no padding, only integers and pointers.
unsafe impl Extensible for StreamResult {}

/// Creates a stream and stores it in `*stream`. The caller owns it and releases it with
/// isotsap_stream_free().
///
/// `options` may be NULL for the defaults; the call copies what it needs. The encapsulation is
/// ISOTSAP_ENCAPSULATION_TPKT or ISOTSAP_ENCAPSULATION_TPKT_ONLY.
///
/// Returns ISOTSAP_STATUS_OK; or ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT,
/// ISOTSAP_STATUS_UNSUPPORTED or ISOTSAP_STATUS_NO_MEMORY, with `*stream` set to NULL if `stream` is
/// valid.
///
/// Memory: a new stream takes less than 450 octets, or 600 with NSAPs. A direction keeps at most
/// 65,535 octets of an incomplete TPKT, and incomplete TSDUs up to `tsdu_limit` of the options:
/// of at most 16 transport connections, told apart by destination reference, with at most 16 DT
/// TPDUs each that arrived before an earlier one. What a call emits is kept until the next call.
/// Everything else takes at most 16 KiB.
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
        // SAFETY: a handle has octets.
        let handle: *mut StreamHandle = unsafe { alloc(Layout::new::<StreamHandle>()) }.cast();
        if handle.is_null() {
            return Err(Status::NoMemory);
        }
        // SAFETY: the memory is a handle's; `stream` as above.
        unsafe {
            handle.write(StreamHandle(Inner {
                stream: followed,
                poisoned: false,
                padding: [0; 48],
            }));
            stream.write(handle);
        }
        Ok(Status::Ok as i32)
    })
}

/// Releases a stream. Pointers that its results contain become invalid. NULL is allowed and has no
/// effect.
///
/// # Safety
/// `stream` is NULL or a stream that was not released and that no other call uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_free(stream: *mut StreamHandle) {
    let _ = guard(|| {
        if !stream.is_null() {
            // SAFETY: by the caller's promise isotsap_stream_new() created it, in memory as a Box has
            // it, and no call uses it.
            drop(unsafe { Box::from_raw(stream) });
        }
        Ok(Status::Ok as i32)
    });
}

/// An operation on a stream.
#[derive(Clone, Copy)]
enum Operation<'a> {
    Push(&'a [u8]),
    Gap(u64, Missing),
    Finish(Ending),
}

/// A call of one of the functions below.
struct OnStream<'c> {
    stream: &'c mut Stream,
    end: End,
    operation: Operation<'c>,
}

impl Call for OnStream<'_> {
    type Outcome = (Progress, Capacity);

    #[inline(always)]
    fn run<I: Items>(&mut self, mut output: Output<'_, I>) -> Self::Outcome {
        let (stream, end) = (&mut *self.stream, self.end);
        let progress = match self.operation {
            Operation::Push(octets) => stream.push(end, octets, &mut output),
            Operation::Gap(count, missing) => stream.gap(end, count, missing, &mut output),
            Operation::Finish(ending) => stream.finish(end, ending, &mut output),
        };
        (progress, output.committed())
    }

    #[inline(always)]
    fn is_stuck(&self, &(progress, written): &Self::Outcome, capacity: usize) -> bool {
        let is_too_much = |needed: Capacity| needed.items > capacity;
        progress.needed.is_some_and(is_too_much)
            && progress.consumed == 0
            && written == Capacity::default()
    }
}

fn end(value: u32) -> Result<End, Status> {
    [End::A, End::B]
        .into_iter()
        .find(|end| *end as u32 == value)
        .ok_or(Status::InvalidArgument)
}

/// Runs an operation and fills the result.
///
/// # Safety
/// `stream` is NULL or a stream that no other call uses; the arrays are NULL or valid for their
/// capacities.
#[inline(always)]
unsafe fn call(
    stream: *mut StreamHandle,
    end: u32,
    operation: Result<Operation, Status>,
    arrays: Described,
    result: &mut StreamResult,
) -> Result<i32, Status> {
    // SAFETY: the caller's promise for `stream`.
    let StreamHandle(handle) = unsafe { stream.as_mut() }.ok_or(Status::NullPointer)?;
    let (end, operation) = (self::end(end)?, operation?);
    if handle.poisoned {
        return Err(Status::Panic);
    }
    // SAFETY: the caller's promise for the arrays.
    let arrays = unsafe { arrays.arrays()? };
    let mut call = OnStream {
        stream: &mut handle.stream,
        end,
        operation,
    };
    handle.poisoned = true;
    let (progress, written) = arrays.fill(&mut call);
    handle.poisoned = false;
    result.pdus_written = written.pdus as u64;
    result.items_written = written.items as u64;
    let stream = &handle.stream;
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
    (result.octets, result.octets_length) = match (progress.source, operation) {
        (Source::Pushed, Operation::Push(octets)) => (std::ptr::null(), octets.len() as u64),
        _ => pointer_and_length(stream.buffered(end)),
    };
    (result.tsdu, result.tsdu_length) = pointer_and_length(tsdu);
    Ok(if progress.out_of_memory {
        Status::NoMemory
    } else if progress.more {
        Status::More
    } else {
        Status::Ok
    } as i32)
}

/// Octets of a stream for a result.
#[inline(always)]
fn pointer_and_length(octets: &[u8]) -> (*const u8, u64) {
    match octets.len() {
        0 => (std::ptr::null(), 0),
        length => (octets.as_ptr(), length as u64),
    }
}

/// Pushes the next octets of the direction that `end` sends, a constant of `enum isotsap_end`.
///
/// Dissects every TPKT that is complete, and keeps the octets of an incomplete one. `pdus` and
/// `items` are filled as by isotsap_dissect(), with one record a TPDU and the same least capacities;
/// offsets refer to the octets of the result, and the member `packet` of a record is 0.
///
/// Where neither a TPKT nor a fast-path PDU of RDP nor TLS starts, sync is lost: a record of one octet
/// has the expert info `tpkt.version.invalid` or `tpkt.tls.unexpected`. The next TPKT ends the search:
/// one of which every fixed bit is right, or one that another TPKT follows directly. A record in front
/// of its own says how many octets were skipped. Octets that cannot be the user data that their TPKT
/// header announces are searched too. TLS is followed from record to record; where it ends,
/// `tpkt.tls.unexpected` says how many octets it had.
///
/// A record with ISOTSAP_PDU_FLAG_TSDU has a complete TSDU as its user data. A TSDU of several DT
/// TPDUs is in `result->tsdu`, at most one a call.
///
/// Returns:
/// - ISOTSAP_STATUS_OK: all octets are consumed.
/// - ISOTSAP_STATUS_MORE: use what the call has written, then call again with the octets after the
///   first `result->consumed`, even if none are left. An array is full, the next records refer to
///   other octets, or another TSDU is complete. A TPKT may be written in parts, each of whole TPDUs:
///   the octets of one in the pushed octets are consumed with its last part. Repeating the call ends,
///   and what is written does not depend on the capacities.
/// - ISOTSAP_STATUS_NO_MEMORY: as ISOTSAP_STATUS_MORE, but the octets of an incomplete TPKT after the
///   first `result->consumed` cannot be kept. The stream is as it was before them: push them again
///   when there is memory, or report them with isotsap_stream_gap(), or release the stream. A TSDU
///   for which there is no memory does not make a call fail: it is discarded, and its last TPDU has
///   the expert info `cotp.tsdu.too_long`, which says so.
/// - ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT, ISOTSAP_STATUS_UNSUPPORTED:
///   misuse of the API; no octet is consumed.
///
/// # Safety
/// `stream` is NULL or a stream; every other pointer is NULL or valid for its length, `result` for
/// reads and writes. Memory that is written overlaps no other argument.
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
    let arrays = Described {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    // SAFETY: the caller's promises.
    guard(|| unsafe {
        fill(result, |result| {
            let push = slice(octets, length).map(Operation::Push);
            call(stream, end, push, arrays, result)
        })
    })
}

/// Reports a gap: the next `count` octets of the direction that `end` sends are missing. 0 means
/// that their number is not known. `missing` is a constant of `enum isotsap_missing`.
///
/// Writes a record for an incomplete TPKT before the gap. If the gap ends within that TPKT, its
/// length says where the next one starts. Otherwise the stream is out of sync and resynchronises
/// on the next TPKT that it recognises.
///
/// Fills arrays and result as isotsap_stream_push() does, with the same return values but for
/// ISOTSAP_STATUS_NO_MEMORY. After ISOTSAP_STATUS_MORE repeat the call with the same `count` and
/// `missing`.
///
/// # Safety
/// As for isotsap_stream_push().
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
    let arrays = Described {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    let missing = [Missing::Lost, Missing::CutOff]
        .into_iter()
        .find(|known| *known as u32 == missing)
        .ok_or(Status::InvalidArgument);
    let gap = missing.map(|missing| Operation::Gap(count, missing));
    // SAFETY: the caller's promises.
    guard(|| unsafe { fill(result, |result| call(stream, end, gap, arrays, result)) })
}

/// Ends the direction that `end` sends. Writes a record for an incomplete TPKT or skipped octets, one
/// for all incomplete TSDUs, and in TLS one with the number of its octets. Octets that are pushed
/// afterwards start the direction again, in sync.
///
/// Fills arrays and result as isotsap_stream_push() does, with the same return values but for
/// ISOTSAP_STATUS_NO_MEMORY. After ISOTSAP_STATUS_MORE repeat the call.
///
/// # Safety
/// As for isotsap_stream_push().
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
    let arrays = Described {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    // SAFETY: the caller's promises.
    guard(|| unsafe {
        fill(result, |result| {
            let finish = Ok(Operation::Finish(Ending::Unknown));
            call(stream, end, finish, arrays, result)
        })
    })
}

/// As isotsap_stream_finish(), for a host that knows how `end` stopped sending: `ending` is a value
/// of `enum isotsap_ending`. When the connection ends without an answer to the CR, a record of its
/// own has the expert info `cotp.connection.unanswered`, which says so: at the end of the responder,
/// or at a reset.
///
/// # Safety
/// As for isotsap_stream_push().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_stream_close(
    stream: *mut StreamHandle,
    end: u32,
    ending: u32,
    pdus: *mut Pdu,
    pdu_capacity: u64,
    items: *mut Item,
    item_capacity: u64,
    result: *mut StreamResult,
) -> i32 {
    let arrays = Described {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    let finish = [
        Ending::Unknown,
        Ending::Closed,
        Ending::Reset,
        Ending::Capture,
    ]
    .into_iter()
    .find(|known| *known as u32 == ending)
    .map(Operation::Finish)
    .ok_or(Status::InvalidArgument);
    // SAFETY: the caller's promises.
    guard(|| unsafe { fill(result, |result| call(stream, end, finish, arrays, result)) })
}

/// Writes what is known of the connection, such as class, references and sizes, to `context`.
/// Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_NULL_POINTER or ISOTSAP_STATUS_INVALID_ARGUMENT.
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
