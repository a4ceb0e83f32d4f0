//! `isotsap_dissect` and `isotsap_recognise`, and the options.

use super::arrays::{Call, Described};
use super::boundary::{Extensible, Status, fill, guard, read, slice, update};
use crate::cotp::checksum;
use crate::dissection::output::{Capacity, Items, Output};
use crate::dissection::record::{Item, Packet, Pdu};
use crate::dissection::{
    Batching, Context, ContextFlag, Encapsulation, Outcome, Settings, dissect,
};
use crate::memory::NoMemory;
use crate::recognition::{self, Recognition};
use crate::stream::{DEFAULT_TSDU_LIMIT, Stream};
use std::mem::offset_of;

/// How to dissect. Zero in every member but `struct_size` selects the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Size of this struct in octets, set by the host.
    pub struct_size: u32,
    /// What packets or streams consist of, a constant of `enum isotsap_encapsulation`.
    pub encapsulation: u32,
    /// Bitwise OR of `enum isotsap_option_flag`.
    pub flags: u32,
    /// Octets in `nsap_a`, at most 20 (X.213 annex A).
    pub nsap_a_length: u32,
    /// Octets in `nsap_b`, at most 20.
    pub nsap_b_length: u32,
    /// Streams only: limit for the memory of incomplete TSDUs of one direction, in octets. 0
    /// selects 1 MiB.
    pub tsdu_limit: u32,
    /// NSAP of one end, for ATN extended checksums; NULL if it is not known.
    pub nsap_a: *const u8,
    /// NSAP of the other end; NULL if it is not known.
    pub nsap_b: *const u8,
}

/// Flags of the options.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionFlag {
    /// The network is the ATN (ICAO Doc 9705): parameters 0x08 and 0x09 are extended checksums,
    /// which are verified if both NSAPs are given.
    Atn = 1,
    /// Streams only: the start of the connection is not in the capture (midstream pickup). Octets
    /// before the first TPKT that is recognised raise no expert info, but where no TPKT comes in 65,274
    /// octets, or none until the end, `tpkt.skipped` says how many they are.
    Joined = 2,
    /// Streams only: the connection is RDP, even if neither CR nor CC shows that: fast-path PDUs may
    /// be between its TPKTs.
    Rdp = 4,
    /// Raises every expert info, for testers of protocol stacks. By default a fault raises one: those
    /// that follow from another fault of the same TPDU are left out, and a fault that persists on a
    /// connection is reported once for each end, and later as a chat.
    AllExperts = 8,
}

/// The result of isotsap_dissect().
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchResult {
    /// Size of this struct in octets, set by the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Packets that were dissected completely. It is also the index of the packet to resume with
    /// after ISOTSAP_STATUS_MORE, and of the bad packet after ISOTSAP_STATUS_INVALID_ARGUMENT.
    pub packets_done: u64,
    /// PDU records written. After ISOTSAP_STATUS_MORE the last may be of the packet to resume with.
    pub pdus_written: u64,
    /// With ISOTSAP_STATUS_MORE, the number of PDU records that did not fit: 1, the next TPDU. Else 0.
    pub pdus_needed: u64,
    /// Items written.
    pub items_written: u64,
    /// With ISOTSAP_STATUS_MORE, the number of items of that TPDU; else 0. If the array has fewer
    /// elements, the next call leaves items out, and says so with ISOTSAP_PDU_FLAG_ITEMS_CUT.
    pub items_needed: u64,
    /// Used if no context is passed: what is known while a packet is written in parts. The host sets
    /// it to zero before the first call and does not change it after ISOTSAP_STATUS_MORE. It is zero
    /// again when the packet is done.
    pub context: Context,
}

// SAFETY: repr(C), a u32 first, no padding but at the end, only integers and pointers.
unsafe impl Extensible for Options {}
// SAFETY: likewise.
unsafe impl Extensible for BatchResult {
    const FILLED: usize = offset_of!(Self, context);
}
// SAFETY: likewise.
unsafe impl Extensible for Context {}

impl Options {
    /// The caller's options, or the defaults for NULL.
    ///
    /// # Safety
    /// `pointer` is NULL or valid for reads of as many octets as its `struct_size` says.
    pub(super) unsafe fn of(pointer: *const Self) -> Result<Self, Status> {
        if pointer.is_null() {
            Ok(Self::default())
        } else {
            // SAFETY: the caller's promise.
            unsafe { read(pointer) }
        }
    }

    /// Validates the options.
    ///
    /// # Safety
    /// The NSAPs are NULL or valid for their lengths during `'a`.
    unsafe fn settings<'a>(&self) -> Result<Settings<'a>, Status> {
        const FLAGS: u32 = OptionFlag::Atn as u32
            | OptionFlag::Joined as u32
            | OptionFlag::Rdp as u32
            | OptionFlag::AllExperts as u32;
        let longest_nsap = self.nsap_a_length.max(self.nsap_b_length);
        if self.flags & !FLAGS != 0 || longest_nsap > checksum::LONGEST_NSAP {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: the caller's promise.
        let nsaps = unsafe {
            [
                slice(self.nsap_a, self.nsap_a_length.into())?,
                slice(self.nsap_b, self.nsap_b_length.into())?,
            ]
        };
        Ok(Settings {
            encapsulation: encapsulation(self.encapsulation)?,
            atn: self.has(OptionFlag::Atn).then_some(nsaps),
            all_experts: self.has(OptionFlag::AllExperts),
        })
    }

    /// A stream with these options.
    ///
    /// # Safety
    /// The NSAPs are NULL or valid for their lengths.
    #[inline(always)]
    pub(super) unsafe fn stream(&self) -> Result<Stream, Status> {
        // SAFETY: the caller's promise.
        let settings = unsafe { self.settings()? };
        if settings.encapsulation == Encapsulation::Nsdu {
            return Err(Status::InvalidArgument);
        }
        let tsdu_limit = match self.tsdu_limit {
            0 => DEFAULT_TSDU_LIMIT,
            limit => usize::try_from(limit).unwrap_or(usize::MAX),
        };
        let mut context = Context::default();
        context.set(ContextFlag::FromStart, !self.has(OptionFlag::Joined));
        context.set(ContextFlag::Rdp, self.has(OptionFlag::Rdp));
        context.set(ContextFlag::RdpConfirmed, self.has(OptionFlag::Rdp));
        Stream::new(&settings, tsdu_limit, context).map_err(|NoMemory| Status::NoMemory)
    }

    fn has(&self, flag: OptionFlag) -> bool {
        self.flags & flag as u32 != 0
    }
}

fn encapsulation(value: u32) -> Result<Encapsulation, Status> {
    [
        Encapsulation::Tpkt,
        Encapsulation::Nsdu,
        Encapsulation::TpktOnly,
    ]
    .into_iter()
    .find(|known| *known as u32 == value)
    .ok_or(Status::InvalidArgument)
}

/// Dissects packets.
///
/// `options` may be NULL for the defaults. `context` is the state of the one connection that all
/// packets belong to, in the order they were sent; the call updates it for what is done. It is NULL
/// if the state is not known or the packets belong to several connections. To dissect a packet
/// again, pass a copy of the context from before the packet.
///
/// `base` and `packets` are read only. The call writes one record a TPDU to `pdus`, and the fields
/// and expert infos of all records to `items`. `pdu_capacity` is at least 1. `item_capacity` is at
/// least ISOTSAP_MINIMUM_ITEMS, or 0 for records without items.
///
/// Returns:
/// - ISOTSAP_STATUS_OK: all packets are done.
/// - ISOTSAP_STATUS_MORE: an array is full. Use what was written, then call again with the packets
///   from index `result->packets_done` on, the same context and the same result. A packet may be
///   written in parts, each of whole TPDUs: the context says where the next call goes on. Repeating
///   the call ends, and what is written does not depend on the capacities, but for a TPDU with more
///   items than `item_capacity`: see ISOTSAP_PDU_FLAG_ITEMS_CUT. The `packet` and `first_item` of a
///   record are indexes in the arrays of its own call.
/// - ISOTSAP_STATUS_INVALID_ARGUMENT: an argument is invalid and nothing was written; or the packet
///   at index `result->packets_done` is invalid, for example outside the base buffer, and those
///   before it are done.
/// - ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_UNSUPPORTED: nothing was written.
///
/// Hosts with an earlier header: if the `struct_size` of context or, without one, result has no
/// room for where a packet goes on, a packet is written completely or not at all, and needs arrays
/// of `result->pdus_needed` and `result->items_needed`.
///
/// # Safety
/// Every pointer is NULL or valid for its length; `result` and `context` for reads and writes.
/// Memory that is written overlaps no other argument.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_dissect(
    options: *const Options,
    context: *mut Context,
    base: *const u8,
    base_length: u64,
    packets: *const Packet,
    packet_count: u64,
    pdus: *mut Pdu,
    pdu_capacity: u64,
    items: *mut Item,
    item_capacity: u64,
    result: *mut BatchResult,
) -> i32 {
    let described = Described {
        pdus,
        pdu_capacity,
        items,
        item_capacity,
    };
    let dissect_with = |context: &mut Context, batching| {
        if !context.is_valid() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: the caller's promise for `options`.
        let options = unsafe { Options::of(options)? };
        // SAFETY: the caller's promise for what `options` points to.
        let settings = unsafe { options.settings()? };
        // Indexes of packets are 32 bits wide.
        let packet_count = Some(packet_count)
            .filter(|&count| count <= u32::MAX.into())
            .ok_or(Status::InvalidArgument)?;
        // SAFETY: the caller's promise for `base` and `packets`.
        let (base, packets) = unsafe { (slice(base, base_length)?, slice(packets, packet_count)?) };
        // SAFETY: the caller's promise for `pdus` and `items`.
        let arrays = unsafe { described.arrays()? };
        let mut batch = Batch {
            settings,
            batching,
            context,
            base,
            packets,
        };
        Ok(arrays.fill(&mut batch))
    };
    let with_callers_context = |result: &mut BatchResult| {
        let (done, outcome, written) = if context.is_null() {
            let batching = Batching {
                one_connection: false,
                in_parts: result.struct_size as usize >= size_of::<BatchResult>(),
            };
            dissect_with(&mut result.context, batching)?
        } else {
            let dissect_with = |context: &mut Context| {
                context.forget_unkept();
                let batching = Batching {
                    one_connection: true,
                    in_parts: context.keeps_cursor(),
                };
                dissect_with(context, batching)
            };
            // SAFETY: the caller's promise for `context`.
            unsafe { update(context, dissect_with)? }
        };
        Ok(result.report(done, outcome, written) as i32)
    };
    // SAFETY: the caller's promise for `result`.
    guard(|| unsafe { fill(result, with_callers_context) })
}

/// A call of isotsap_dissect().
struct Batch<'c> {
    settings: Settings<'c>,
    batching: Batching,
    context: &'c mut Context,
    base: &'c [u8],
    packets: &'c [Packet],
}

impl Call for Batch<'_> {
    /// Packets that are done, how the batch ended, and what was written.
    type Outcome = (usize, Outcome, Capacity);

    #[inline(always)]
    fn run<I: Items>(&mut self, mut output: Output<'_, I>) -> Self::Outcome {
        let (settings, batching) = (&self.settings, self.batching);
        let (done, outcome) = dissect(
            settings,
            batching,
            self.context,
            self.base,
            self.packets,
            &mut output,
        );
        (done, outcome, output.committed())
    }

    #[inline(always)]
    fn is_stuck(&self, &(done, outcome, written): &Self::Outcome, capacity: usize) -> bool {
        match outcome {
            Outcome::Full(needed) => {
                needed.items > capacity
                    && done == 0
                    && written == Capacity::default()
                    && self.batching.in_parts
            }
            _ => false,
        }
    }
}

impl BatchResult {
    fn report(&mut self, done: usize, outcome: Outcome, written: Capacity) -> Status {
        self.packets_done = done as u64;
        self.pdus_written = written.pdus as u64;
        self.items_written = written.items as u64;
        match outcome {
            Outcome::Done => Status::Ok,
            Outcome::BadPacket => Status::InvalidArgument,
            Outcome::Full(needed) => {
                self.pdus_needed = needed.pdus as u64;
                self.items_needed = needed.items as u64;
                Status::More
            }
        }
    }
}

/// Tells whether `octets` start with what `encapsulation` names:
///
/// - ISOTSAP_ENCAPSULATION_TPKT: a TPKT that carries a TPDU. Version, length, LI and TPDU code are
///   checked; the reserved octet may have any value.
/// - ISOTSAP_ENCAPSULATION_NSDU: an NSDU that starts with a TPDU. `octets` must be all of it.
/// - ISOTSAP_ENCAPSULATION_TPKT_ONLY: a TPKT. Version and length are checked.
///
/// Returns a constant of `enum isotsap_recognition`, or a negative status:
/// ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT.
///
/// # Safety
/// `octets` is NULL or valid for reads of `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn isotsap_recognise(
    octets: *const u8,
    length: u64,
    encapsulation: u32,
) -> i32 {
    guard(|| {
        let encapsulation = self::encapsulation(encapsulation)?;
        // SAFETY: the caller's promise for `octets`.
        let octets = unsafe { slice(octets, length)? };
        let recognition: Recognition = match encapsulation {
            Encapsulation::Tpkt => recognition::tpkt_with_tpdu(octets),
            Encapsulation::Nsdu => {
                recognition::tpdu(octets, u32::try_from(octets.len()).unwrap_or(u32::MAX))
            }
            Encapsulation::TpktOnly => recognition::tpkt(octets),
        };
        Ok(recognition as i32)
    })
}
