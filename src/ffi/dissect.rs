//! `isotsap_dissect` and `isotsap_recognise`, and the options.

use super::boundary::{Extensible, Status, fill, guard, read, slice, slice_mut, update};
use crate::cotp::checksum;
use crate::dissection::output::{Array, Items, NoItems, Output};
use crate::dissection::record::{Item, Packet, Pdu};
use crate::dissection::{Context, ContextFlag, Encapsulation, Outcome, Settings, dissect};
use crate::recognition::{self, Recognition};
use crate::stream::{DEFAULT_TSDU_LIMIT, Stream};

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
    /// before the first TPKT that is recognised raise no expert info.
    Joined = 2,
    /// Streams only: the connection is RDP, even if no CR shows that.
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
    /// PDU records written, all of packets that are done.
    pub pdus_written: u64,
    /// With ISOTSAP_STATUS_MORE, the number of PDU records of the packet to resume with; else 0.
    pub pdus_needed: u64,
    /// Items written, all of packets that are done.
    pub items_written: u64,
    /// With ISOTSAP_STATUS_MORE, the number of items of the packet to resume with; else 0.
    pub items_needed: u64,
}

// SAFETY: repr(C), a u32 first, no padding but at the end, only integers and pointers.
unsafe impl Extensible for Options {}
// SAFETY: likewise.
unsafe impl Extensible for BatchResult {}
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
        Ok(Stream::new(&settings, tsdu_limit, context))
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
/// packets belong to, in the order they were sent; the call updates it for the packets that are
/// done. It is NULL if the state is not known or the packets belong to several connections. To
/// dissect a packet again, pass a copy of the context from before the packet.
///
/// `base` and `packets` are read only. The call writes one record a TPDU to `pdus`, and the fields
/// and expert infos of all records to `items`. For records without items pass NULL and 0 as
/// `items` and `item_capacity`.
///
/// Returns:
/// - ISOTSAP_STATUS_OK: all packets are done.
/// - ISOTSAP_STATUS_MORE: the records or items of the next packet do not fit. A packet is written
///   completely or not at all. Use what was written, then call again with the packets from index
///   `result->packets_done` on and the same context. Before that, enlarge an array whose capacity
///   is less than `result->pdus_needed` or `result->items_needed`. The `packet` and `first_item`
///   of a record are indexes in the arrays of its own call.
/// - ISOTSAP_STATUS_INVALID_ARGUMENT: an argument is invalid and nothing was written; or the packet
///   at index `result->packets_done` is invalid, for example outside the base buffer, and those
///   before it are done.
/// - ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_UNSUPPORTED: nothing was written.
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
    let dissect_with = |mut known: Option<&mut Context>, result: &mut BatchResult| {
        if known.as_ref().is_some_and(|known| !known.is_valid()) {
            return Err(Status::InvalidArgument);
        }
        if let Some(known) = &mut known {
            known.forget_unkept();
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
        let (pdus, item_slots) = unsafe {
            (
                slice_mut(pdus, pdu_capacity)?,
                slice_mut(items, item_capacity)?,
            )
        };

        // Indexes of items are 32 bits wide.
        let most = item_slots.len().min(u32::MAX as usize);
        let (item_slots, _) = item_slots.split_at_mut(most);

        let status = if items.is_null() {
            let output = Output::new(pdus, NoItems);
            batch(&settings, known, base, packets, output, result)
        } else {
            let output = Output::new(pdus, Array::new(item_slots));
            batch(&settings, known, base, packets, output, result)
        };
        Ok(status as i32)
    };
    let with_callers_context = |result: &mut BatchResult| {
        if context.is_null() {
            return dissect_with(None, result);
        }
        // SAFETY: the caller's promise for `context`.
        unsafe { update(context, |known| dissect_with(Some(known), result)) }
    };
    // SAFETY: the caller's promise for `result`.
    guard(|| unsafe { fill(result, with_callers_context) })
}

fn batch<I: Items>(
    settings: &Settings,
    context: Option<&mut Context>,
    base: &[u8],
    packets: &[Packet],
    mut output: Output<'_, I>,
    result: &mut BatchResult,
) -> Status {
    let (done, ending) = dissect(settings, context, base, packets, &mut output);
    let written = output.committed();
    result.packets_done = done as u64;
    result.pdus_written = written.pdus as u64;
    result.items_written = written.items as u64;
    match ending {
        Outcome::Done => Status::Ok,
        Outcome::BadPacket => Status::InvalidArgument,
        Outcome::Full(needed) => {
            result.pdus_needed = needed.pdus as u64;
            result.items_needed = needed.items as u64;
            Status::More
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
