//! Where the walk over a packet or frame goes on when the caller's arrays hold only part of its
//! records.
#![forbid(unsafe_code)]

use super::context::Context;
use std::mem::offset_of;

/// The place between two records of a packet or frame. The default is its start.
///
/// One number, so that it is compared and copied in one step: the offset in the lower 32 bits, above
/// it 16 bits for the TPDU, and flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor(u64);

const TPDU: u32 = u32::BITS;
const FLAGS: u32 = TPDU + u16::BITS;
/// The judging of the NSDU has ended: where a faulty TPDU ends is not certain.
const DISTRUSTED: u64 = 1 << FLAGS;
/// A fault is directly before.
const FAULTY: u64 = 2 << FLAGS;
/// Nothing is left.
const DONE: u64 = 4 << FLAGS;

impl Cursor {
    /// From its parts.
    #[inline(always)]
    pub fn new(offset: u32, tpdu: u16, flags: u8) -> Self {
        Self(u64::from(offset) | u64::from(tpdu) << TPDU | u64::from(flags) << FLAGS)
    }

    /// The start of a frame, which may follow a fault.
    #[inline(always)]
    pub fn start(follows_fault: bool) -> Self {
        Self(if follows_fault { FAULTY } else { 0 })
    }

    /// Behind everything. `has_fault`: where the last TPKT ends is not certain.
    #[inline(always)]
    pub fn done(has_fault: bool) -> Self {
        Self(Self::start(has_fault).0 | DONE)
    }

    /// Offset of the TPKT, of what is in place of one, or of a TPDU without TPKT.
    #[inline(always)]
    pub fn offset(self) -> u32 {
        self.0 as u32
    }

    /// Offset of the next TPDU from the TPKT header; 0 when the TPKT itself is next.
    #[inline(always)]
    pub fn tpdu(self) -> u16 {
        (self.0 >> TPDU) as u16
    }

    /// What is known of the octets before.
    #[inline(always)]
    pub fn flags(self) -> u8 {
        (self.0 >> FLAGS) as u8
    }

    /// Whether nothing was written yet.
    #[inline(always)]
    pub fn is_start(self) -> bool {
        self.0 == 0
    }

    /// Whether nothing is left.
    #[inline(always)]
    pub fn is_done(self) -> bool {
        self.0 & DONE != 0
    }

    /// Whether a fault is directly before: in this TPKT or at the end of the last one.
    #[inline(always)]
    pub fn follows_fault(self) -> bool {
        self.0 & FAULTY != 0
    }

    /// Whether the judging of the NSDU has ended.
    #[inline(always)]
    pub fn is_distrusted(self) -> bool {
        self.0 & DISTRUSTED != 0
    }

    /// The same place in octets that follow no fault.
    #[inline(always)]
    pub fn without_flags(self) -> Self {
        Self::new(self.offset(), self.tpdu(), 0)
    }

    /// A TPDU was written.
    #[inline(always)]
    pub fn judged(&mut self, is_faulty: bool, is_distrusted: bool) {
        self.0 |= if is_faulty { FAULTY } else { 0 };
        self.0 |= if is_distrusted { DISTRUSTED } else { 0 };
    }

    /// The next TPDU, without TPKT, is `length` octets further on.
    #[inline(always)]
    pub fn advance(&mut self, length: u32) {
        *self = Self::new(self.offset().wrapping_add(length), 0, self.flags());
    }

    /// A TPDU of the TPKT is next, at `offset` from the TPKT header.
    #[inline(always)]
    pub fn enter(&mut self, offset: u32) {
        *self = Self::new(self.offset(), offset as u16, self.flags());
    }
}

/// In a batch the context keeps it.
impl Context {
    /// Whether a host with this header keeps where a packet goes on.
    pub fn keeps_cursor(&self) -> bool {
        self.struct_size as usize >= offset_of!(Self, expedited_numbers)
    }

    /// Where the packet goes on.
    #[inline(always)]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.resume_offset, self.resume_tpdu, self.resume_flags)
    }

    /// Sets where the packet goes on.
    #[inline(always)]
    pub fn set_cursor(&mut self, cursor: Cursor) {
        self.resume_offset = cursor.offset();
        self.resume_tpdu = cursor.tpdu();
        self.resume_flags = cursor.flags();
    }
}
