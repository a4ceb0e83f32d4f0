//! A view over the TPKT header (RFC 1006 6).
#![forbid(unsafe_code)]

use crate::span::Place;

/// Octets of a TPKT header.
pub const HEADER_LENGTH: u32 = 4;
/// The one version in use (RFC 1006 6).
pub const VERSION: u8 = 3;
/// A TPKT holds its header and a TPDU of at least 3 octets (RFC 1006 6).
pub const MINIMUM_LENGTH: u16 = 7;

/// Places of the fields, from the first octet of the header.
pub mod place {
    #![allow(missing_docs)]
    use super::{HEADER_LENGTH, Place};
    pub const HEADER: Place = Place::new(0, HEADER_LENGTH);
    pub const VERSION: Place = Place::new(0, 1);
    pub const RESERVED: Place = Place::new(1, 1);
    pub const LENGTH: Place = Place::new(2, 2);
}

/// The four octets of a TPKT header, as they are.
#[derive(Clone, Copy, Debug)]
pub struct Header([u8; HEADER_LENGTH as usize]);

impl Header {
    /// The header at the front of `octets`, when all of it is there.
    pub fn new(octets: &[u8]) -> Option<Self> {
        octets.first_chunk().copied().map(Self)
    }

    /// Octet 1.
    pub fn version(self) -> u8 {
        let [version, ..] = self.0;
        version
    }

    /// Octet 2.
    pub fn reserved(self) -> u8 {
        let [_, reserved, ..] = self.0;
        reserved
    }

    /// Octets 3 and 4: the length of the whole TPKT, this header included.
    pub fn length(self) -> u16 {
        let [.., high, low] = self.0;
        u16::from_be_bytes([high, low])
    }
}
