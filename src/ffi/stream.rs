//! The `isotsap_stream_*` functions.

use super::boundary::{Extensible, Status, fill, guard, slice, slice_mut, write};
use super::dissect::Options;
use crate::dissection::Ending;
use crate::dissection::context::{Context, End};
use crate::dissection::output::{Array, Items, NoItems, Output};
use crate::dissection::record::{Item, Pdu};
use crate::stream::{Missing, Progress, Source, Stream};

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
    /// If an array is too small for the next TPKT, the PDU records that it needs; else 0.
    pub pdus_needed: u64,
    /// Items written.
    pub items_written: u64,
    /// If an array is too small for the next TPKT, the items that it needs; else 0.
    pub items_needed: u64,
    /// Position in the direction of the first octet of `octets`: the number of octets before it,
    /// including lost ones as far as their number is known.
    pub position: u64,
    /// The octets that the offsets of records and items refer to: the pushed octets if the call
    /// dissected TPKTs in place, else memory of the stream, which is valid until the next call on
    /// the stream.
    pub octets: *const u8,
    /// Octets in `octets`.
    pub octets_length: u64,
    /// A complete TSDU, reassembled from several DT TPDUs. The TPDU that completed it has the last
    /// record written: by this call or, if it wrote none, by an earlier one. Memory of the stream,
    /// which is valid until the next call on the stream.
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
/// Returns ISOTSAP_STATUS_OK; or ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT or
/// ISOTSAP_STATUS_UNSUPPORTED, with `*stream` set to NULL if `stream` is valid.
///
/// Memory: a new stream takes less than 400 octets, or 500 with NSAPs. A direction keeps at most
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
        let handle = Box::new(StreamHandle(Inner {
            stream: followed,
            poisoned: false,
            padding: [0; 48],
        }));
        // SAFETY: as above.
        unsafe { stream.write(Box::into_raw(handle)) };
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
            // SAFETY: by the caller's promise isotsap_stream_new() created it and no call uses it.
            drop(unsafe { Box::from_raw(stream) });
        }
        Ok(Status::Ok as i32)
    });
}

/// The caller's arrays.
struct Arrays {
    items: *mut Item,
    pdus: *mut Pdu,
    item_capacity: u64,
    pdu_capacity: u64,
}

/// An operation on a stream.
#[derive(Clone, Copy)]
enum Call<'a> {
    Push(&'a [u8]),
    Gap(u64, Missing),
    Finish(Ending),
}

impl Call<'_> {
    #[inline(always)]
    fn run<I: Items>(
        self,
        stream: &mut Stream,
        end: End,
        mut output: Output<'_, I>,
        result: &mut StreamResult,
    ) -> Progress {
        let progress = match self {
            Self::Push(octets) => stream.push(end, octets, &mut output),
            Self::Gap(count, missing) => stream.gap(end, count, missing, &mut output),
            Self::Finish(ending) => stream.finish(end, ending, &mut output),
        };
        let written = output.committed();
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

/// Runs an operation and fills the result.
///
/// # Safety
/// `stream` is NULL or a stream that no other call uses; the members of `arrays` are NULL or valid
/// for their lengths.
#[inline(always)]
unsafe fn call(
    stream: *mut StreamHandle,
    end: u32,
    call: Result<Call, Status>,
    arrays: Arrays,
    result: &mut StreamResult,
) -> Result<i32, Status> {
    // SAFETY: the caller's promise for `stream`.
    let StreamHandle(handle) = unsafe { stream.as_mut() }.ok_or(Status::NullPointer)?;
    let (end, call) = (self::end(end)?, call?);
    if handle.poisoned {
        return Err(Status::Panic);
    }
    // SAFETY: the caller's promise for `pdus` and `items`.
    let (pdus, items) = unsafe {
        (
            slice_mut(arrays.pdus, arrays.pdu_capacity)?,
            slice_mut(arrays.items, arrays.item_capacity)?,
        )
    };
    // Indexes of items are 32 bits wide.
    let most = items.len().min(u32::MAX as usize);
    let (items, _) = items.split_at_mut(most);
    let stream = &mut handle.stream;
    handle.poisoned = true;
    let progress = if arrays.items.is_null() {
        call.run(stream, end, Output::new(pdus, NoItems), result)
    } else {
        call.run(stream, end, Output::new(pdus, Array::new(items)), result)
    };
    handle.poisoned = false;
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

/// Pushes the next octets of the direction that `end` sends, a constant of `enum isotsap_end`.
///
/// Dissects every TPKT that is complete, and keeps the octets of an incomplete one. `pdus` and
/// `items` are filled as by isotsap_dissect(), with one record a TPDU; offsets refer to
/// `result->octets`, and the member `packet` of a record is 0.
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
///   first `result->consumed`, even if none are left. If `result->pdus_needed` or
///   `result->items_needed` exceeds the capacity of the array, enlarge the array before. The other
///   reasons for this status are that the next records refer to other octets, and that another
///   TSDU is complete.
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
    let arrays = Arrays {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    // SAFETY: the caller's promises.
    guard(|| unsafe {
        fill(result, |result| {
            let push = slice(octets, length).map(Call::Push);
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
/// Fills arrays and result as isotsap_stream_push() does, with the same return values. After
/// ISOTSAP_STATUS_MORE repeat the call with the same `count` and `missing`.
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
    let arrays = Arrays {
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
    guard(|| unsafe { fill(result, |result| call(stream, end, gap, arrays, result)) })
}

/// Ends the direction that `end` sends. Writes a record for an incomplete TPKT or skipped octets, one
/// for all incomplete TSDUs, and in TLS one with the number of its octets. Octets that are pushed afterwards start the direction again, in sync.
///
/// Fills arrays and result as isotsap_stream_push() does, with the same return values. After
/// ISOTSAP_STATUS_MORE repeat the call.
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
    let arrays = Arrays {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    // SAFETY: the caller's promises.
    guard(|| unsafe {
        fill(result, |result| {
            let finish = Ok(Call::Finish(Ending::Unknown));
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
    let arrays = Arrays {
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
    .map(Call::Finish)
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
