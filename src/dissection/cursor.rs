//! Where the walk over a packet or frame goes on when the caller's arrays hold only part of its
//! records.
#![forbid(unsafe_code)]

/// The judging of the NSDU has ended: where a faulty TPDU ends is not certain.
const DISTRUSTED: u8 = 1;
/// A fault is directly before.
const FAULTY: u8 = 2;
/// Nothing is left.
const DONE: u8 = 4;

/// The place between two records of a packet or frame. The default is its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Offset of the TPKT, of what is in place of one, or of a TPDU without TPKT.
    pub offset: u32,
    /// Offset of the next TPDU from the TPKT header; 0 when the TPKT itself is next.
    pub tpdu: u16,
    /// What is known of the octets before.
    pub flags: u8,
}

impl Cursor {
    /// The start of a frame, which may follow a fault.
    #[inline(always)]
    pub fn start(follows_fault: bool) -> Self {
        Self {
            flags: if follows_fault { FAULTY } else { 0 },
            ..Self::default()
        }
    }

    /// Behind everything. `has_fault`: where the last TPKT ends is not certain.
    #[inline(always)]
    pub fn done(has_fault: bool) -> Self {
        Self {
            flags: Self::start(has_fault).flags | DONE,
            ..Self::default()
        }
    }

    /// Whether nothing was written yet.
    #[inline(always)]
    pub fn is_start(self) -> bool {
        self == Self::default()
    }

    /// Whether nothing is left.
    #[inline(always)]
    pub fn is_done(self) -> bool {
        self.flags & DONE != 0
    }

    /// Whether a fault is directly before: in this TPKT or at the end of the last one.
    #[inline(always)]
    pub fn follows_fault(self) -> bool {
        self.flags & FAULTY != 0
    }

    /// Whether the judging of the NSDU has ended.
    #[inline(always)]
    pub fn is_distrusted(self) -> bool {
        self.flags & DISTRUSTED != 0
    }

    /// A TPDU was written.
    #[inline(always)]
    pub fn judged(&mut self, is_faulty: bool, is_distrusted: bool) {
        self.flags |= if is_faulty { FAULTY } else { 0 };
        self.flags |= if is_distrusted { DISTRUSTED } else { 0 };
    }
}
