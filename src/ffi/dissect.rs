//! The calls that look at octets.

use super::boundary::{Growing, Status, fill, guard, read, slice, slice_mut, update};
use crate::cotp::{self, checksum};
use crate::dissection::record::{Item, Packet, Pdu};
use crate::dissection::writer::{Array, Items, NoItems, Output};
use crate::dissection::{Context, ContextFlag, Encapsulation, Ending, Settings, dissect};
use crate::stream::{DEFAULT_TSDU_LIMIT, Stream};
use crate::tpkt::{self, Recognition};

/// How to dissect. All zero but `struct_size` is the default.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// What a packet consists of, of `enum isotsap_encapsulation`.
    pub encapsulation: u32,
    /// Or of `enum isotsap_option_flag`.
    pub flags: u32,
    /// Octets of the NSAP of one end, for ATN extended checksums: 20 at most (X.213 annex A).
    pub nsap_a_length: u32,
    /// Octets of the NSAP of the other end, likewise.
    pub nsap_b_length: u32,
    /// Streams only: octets of TSDUs a direction keeps until they are complete; 0 is 1 MiB.
    pub tsdu_limit: u32,
    /// NSAP of one end, or NULL when it is not known.
    pub nsap_a: *const u8,
    /// NSAP of the other end, or NULL.
    pub nsap_b: *const u8,
}

/// Flags of the options.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionFlag {
    /// The network is the aeronautical one (ICAO Doc 9705): parameters 0x08 and 0x09 are its
    /// extended checksums, verified when both NSAPs are given.
    Atn = 1,
    /// Streams only: the connection was not seen from its start. What stands before the first TPKT
    /// that is found is passed over without a remark.
    Joined = 2,
    /// Streams only: the connection is RDP, even if no CR says so.
    Rdp = 4,
}

/// How far a call came.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchResult {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Packets dissected: resume with the one at this index.
    pub packets_done: u64,
    /// PDU records written.
    pub pdus_written: u64,
    /// With ISOTSAP_STATUS_MORE, the PDU records the next packet needs.
    pub pdus_needed: u64,
    /// Items written.
    pub items_written: u64,
    /// With ISOTSAP_STATUS_MORE, the items the next packet needs.
    pub items_needed: u64,
}

// SAFETY: repr(C), a u32 first, no padding but at the end, only integers and pointers.
unsafe impl Growing for Options {}
// SAFETY: likewise.
unsafe impl Growing for BatchResult {}
// SAFETY: likewise.
unsafe impl Growing for Context {}

impl Options {
    /// The caller's options; NULL is the default.
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

    /// # Safety
    /// The NSAPs are NULL or valid for their lengths during `'a`.
    unsafe fn settings<'a>(&self) -> Result<Settings<'a>, Status> {
        const FLAGS: u32 =
            OptionFlag::Atn as u32 | OptionFlag::Joined as u32 | OptionFlag::Rdp as u32;
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
        })
    }

    /// A stream with these options.
    ///
    /// # Safety
    /// The NSAPs are NULL or valid for their lengths.
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

/// Dissects packets of one connection, in order.
///
/// `options` may be NULL for the defaults, and `context` NULL when nothing is known of the
/// connection or the packets are of several. The context is updated by the packets that were
/// done; dissecting a packet again wants the context it had before.
///
/// Fills `pdus` with one record a TPDU and, unless `items` is NULL with capacity 0, `items` with
/// the fields and expert infos of all of them. When an array is full the call stops at a packet
/// boundary and answers ISOTSAP_STATUS_MORE: `result` says how far it came and what the next
/// packet needs; call again with the rest of the packets.
///
/// Answers ISOTSAP_STATUS_OK or ISOTSAP_STATUS_MORE, or a negative status: NULL_POINTER,
/// INVALID_ARGUMENT (also for a packet outside the base buffer: `packets_done` is its index and
/// what came before is written), UNSUPPORTED.
///
/// # Safety
/// Every pointer is NULL or valid for its length; `result` and `context` for reads and writes.
/// What is written overlaps nothing else.
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
    let with = |known: Option<&mut Context>, result: &mut BatchResult| {
        if known.as_ref().is_some_and(|known| !known.is_valid()) {
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
            return with(None, result);
        }
        // SAFETY: the caller's promise for `context`.
        unsafe { update(context, |known| with(Some(known), result)) }
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
    let written = output.kept();
    result.packets_done = done as u64;
    result.pdus_written = written.pdus as u64;
    result.items_written = written.items as u64;
    match ending {
        Ending::Done => Status::Ok,
        Ending::BadPacket => Status::InvalidArgument,
        Ending::Full(needed) => {
            result.pdus_needed = needed.pdus as u64;
            result.items_needed = needed.items as u64;
            Status::More
        }
    }
}

/// Whether `octets` are the start of what the encapsulation says: a TPKT that carries a TPDU
/// (version, length, LI and code decide; a reserved octet that is not zero is still a yes), an
/// NSDU that starts with a TPDU (all of its octets are wanted then), or any TPKT.
///
/// Answers a value of `enum isotsap_recognition` (no, need more octets, yes), or a negative
/// status.
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
            Encapsulation::Tpkt => tpkt::recognise_with_cotp(octets),
            Encapsulation::Nsdu => {
                cotp::recognise(octets, u32::try_from(octets.len()).unwrap_or(u32::MAX))
            }
            Encapsulation::TpktOnly => tpkt::recognise(octets),
        };
        Ok(recognition as i32)
    })
}
