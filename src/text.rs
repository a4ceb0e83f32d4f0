//! Text in a caller's buffer, like snprintf: what fits is written, all octets are counted.
#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::fmt;
use std::mem::MaybeUninit;

/// Text that grows in a buffer.
pub struct Text<'a> {
    buffer: &'a mut [MaybeUninit<u8>],
    length: usize,
}

impl<'a> Text<'a> {
    /// Empty, over memory that need not be initialised.
    pub fn new(buffer: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Ends it with a NUL, at the end of the buffer if the text is longer. Returns the length of
    /// the whole text.
    pub fn end(self) -> usize {
        let last = self.buffer.len().wrapping_sub(1);
        if let Some(slot) = self.buffer.get_mut(self.length.min(last)) {
            slot.write(0);
        }
        self.length
    }

    /// Text in octets.
    #[inline]
    pub fn octets(&mut self, octets: &[u8]) {
        let room = self.buffer.get_mut(self.length..).unwrap_or_default();
        for (slot, &octet) in room.iter_mut().zip(octets) {
            slot.write(octet);
        }
        self.length += octets.len();
    }

    /// Text of the program.
    #[inline]
    pub fn put(&mut self, text: &str) {
        self.octets(text.as_bytes());
    }

    /// Text of the registry.
    pub fn name(&mut self, name: &CStr) {
        self.octets(name.to_bytes());
    }

    /// A number.
    pub fn decimal(&mut self, mut value: u64) {
        let mut digits = [b'0'; u64::MAX.ilog10() as usize + 1];
        let mut first = digits.len();
        for (position, digit) in digits.iter_mut().enumerate().rev() {
            *digit += (value % 10) as u8;
            first = position;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.octets(digits.get(first..).unwrap_or_default());
    }

    /// A number of at least so many octets, with `0x` in front.
    pub fn hexadecimal(&mut self, value: u64, octets: u32) {
        self.put("0x");
        let significant = (u64::BITS - value.leading_zeros()).div_ceil(8);
        let all = value.to_be_bytes();
        let skipped = all.len().saturating_sub(significant.max(octets) as usize);
        self.hex(all.get(skipped..).unwrap_or_default());
    }

    /// A count of octets with its unit.
    pub fn count_of_octets(&mut self, count: u64) {
        self.decimal(count);
        self.put(if count == 1 { " octet" } else { " octets" });
    }

    /// Octets, two digits each.
    pub fn hex(&mut self, octets: &[u8]) {
        let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
        let room = self.buffer.get_mut(self.length..).unwrap_or_default();
        // A single slot behind the pairs will hold the NUL.
        let (pairs, _) = room.as_chunks_mut();
        for ([high, low], octet) in pairs.iter_mut().zip(octets) {
            high.write(digit(octet >> 4));
            low.write(digit(octet & 0x0f));
        }
        self.length += 2 * octets.len();
    }
}

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text);
        Ok(())
    }
}
