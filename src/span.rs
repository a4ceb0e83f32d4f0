//! Octets of a packet, together with where they are in it.
#![forbid(unsafe_code)]

/// Where a field is in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of its first octet from the first octet of the header.
    pub at: u32,
    /// Octets it has.
    pub length: u32,
}

impl Place {
    /// `length` octets from `at` on.
    pub const fn new(at: u32, length: u32) -> Self {
        Self { at, length }
    }

    /// Offset of the octet behind it.
    pub const fn end(self) -> u32 {
        self.at + self.length
    }
}

/// Captured octets of a packet, the length they had on the wire, and their offset in the packet.
///
/// All numbers have 32 bits, like the lengths of a packet.
#[derive(Clone, Copy, Debug)]
pub struct Span<'p> {
    /// The captured octets.
    pub octets: &'p [u8],
    /// Octets on the wire; more than `octets` when the capture is truncated.
    pub length: u32,
    /// Offset of the first octet in the packet.
    pub offset: u32,
}

impl<'p> Span<'p> {
    /// How many octets were captured.
    #[inline(always)]
    pub fn captured(&self) -> u32 {
        self.octets.len() as u32
    }

    /// Whether octets are missing from the capture.
    #[inline(always)]
    pub fn is_truncated(&self) -> bool {
        self.captured() < self.length
    }

    /// The rest from `at` on.
    #[inline(always)]
    pub fn from(&self, at: u32) -> Self {
        Self {
            octets: self.octets.get(at as usize..).unwrap_or_default(),
            length: self.length.saturating_sub(at),
            // Octets that were not captured have no offset.
            offset: self.at(at.min(self.captured())),
        }
    }

    /// The first `length` octets, or all when there are fewer.
    #[inline(always)]
    pub fn up_to(&self, length: u32) -> Self {
        let length = length.min(self.length);
        Self {
            octets: self.octets.get(..length as usize).unwrap_or(self.octets),
            length,
            offset: self.offset,
        }
    }

    #[inline(always)]
    fn chunk<const N: usize>(&self, at: u32) -> Option<[u8; N]> {
        self.octets.get(at as usize..)?.first_chunk().copied()
    }

    /// The octet at `at`; `None` when it was not captured.
    #[inline(always)]
    pub fn u8(&self, at: u32) -> Option<u8> {
        self.octets.get(at as usize).copied()
    }

    /// The big-endian number of two octets at `at`; `None` when it was not captured.
    #[inline(always)]
    pub fn u16(&self, at: u32) -> Option<u16> {
        self.chunk(at).map(u16::from_be_bytes)
    }

    /// The big-endian number of four octets at `at`; `None` when it was not captured.
    #[inline(always)]
    pub fn u32(&self, at: u32) -> Option<u32> {
        self.chunk(at).map(u32::from_be_bytes)
    }

    /// The offset of `at` in the packet. It may be past the end, where nothing is read or shown.
    #[inline(always)]
    pub fn at(&self, at: u32) -> u32 {
        self.offset.wrapping_add(at)
    }
}
