//! RFC 1006 framing: the header of 4 octets, and what may stand where one should.
#![forbid(unsafe_code)]

use crate::cotp;

/// Octets of a TPKT header.
pub const HEADER_LENGTH: u32 = 4;
/// The one version in use (RFC 1006 6).
pub const VERSION: u8 = 3;
/// A TPKT holds its header and a TPDU of at least 3 octets (RFC 1006 6).
pub const MINIMUM_LENGTH: u16 = 7;

/// Offsets within the header.
pub mod at {
    #![allow(missing_docs)]
    pub const VERSION: u32 = 0;
    pub const RESERVED: u32 = 1;
    pub const LENGTH: u32 = 2;
}

/// The four octets of a TPKT header, judged by nobody yet.
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

/// Whether octets are the start of something.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// They are not.
    No = 0,
    /// They may be: more octets decide.
    NeedMore = 1,
    /// They are.
    Yes = 2,
}

/// Whether `octets` start a TPKT, by version and length. The reserved octet has no say: a strict
/// reader of it is what makes a one-octet evasion work.
pub fn recognise(octets: &[u8]) -> Recognition {
    match (octets.first(), Header::new(octets)) {
        (Some(&version), _) if version != VERSION => Recognition::No,
        (_, None) => Recognition::NeedMore,
        (_, Some(header)) if header.length() < MINIMUM_LENGTH => Recognition::No,
        _ => Recognition::Yes,
    }
}

/// Whether `octets` start a TPKT that carries a TPDU.
pub fn recognise_with_cotp(octets: &[u8]) -> Recognition {
    match recognise(octets) {
        Recognition::Yes => recognise_nsdu(octets),
        undecided => undecided,
    }
}

/// Whether the NSDU behind the header at the front of `octets` holds together: the length has
/// room for a TPDU, and LI and code agree with it. The version and the reserved octet have no say.
pub fn recognise_nsdu(octets: &[u8]) -> Recognition {
    let Some((header, nsdu)) = octets.split_at_checked(HEADER_LENGTH as usize) else {
        return Recognition::NeedMore;
    };
    let length = Header::new(header).map_or(0, Header::length);
    if length < MINIMUM_LENGTH {
        return Recognition::No;
    }
    cotp::recognise(nsdu, u32::from(length) - HEADER_LENGTH)
}

/// Octets of the header of a TLS record.
pub const TLS_HEADER_LENGTH: usize = 5;

/// Whether a TLS record stands here: content type, major version 3, and a length TLS allows
/// (RFC 8446 5.1; 2^14 + 2048 octets in TLS 1.2).
pub fn recognise_tls(octets: &[u8]) -> Recognition {
    const LONGEST_RECORD: u16 = (1 << 14) + 2048;
    const MAJOR_VERSION: u8 = 3;
    let is_type = |content_type: &u8| (20..=23).contains(content_type);
    if !octets.first().is_none_or(is_type)
        || octets.get(1).is_some_and(|&major| major != MAJOR_VERSION)
    {
        return Recognition::No;
    }
    let Some(&[_, _, minor, length_high, length_low]) = octets.first_chunk() else {
        return Recognition::NeedMore;
    };
    let length = u16::from_be_bytes([length_high, length_low]);
    if minor <= 4 && (1..=LONGEST_RECORD).contains(&length) {
        Recognition::Yes
    } else {
        Recognition::No
    }
}

/// Whether an RDP fast-path PDU stands somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FastPath {
    /// It does not.
    No,
    /// More octets tell.
    NeedsMore,
    /// It does, and has this length.
    Length(u16),
}

/// The RDP fast-path PDU that stands here (MS-RDPBCGR 2.2.8.1.2 and 2.2.9.1.2): action 0 in the two
/// low bits of octet 1, then a length of one octet, or of two when its top bit is set.
pub fn fast_path(octets: &[u8]) -> FastPath {
    let (length, shortest) = match *octets {
        [header, ..] if header & 0x03 != 0 => return FastPath::No,
        [_, length, ..] if length & 0x80 == 0 => (u16::from(length), 3),
        [_, high, low, ..] => (u16::from_be_bytes([high & 0x7f, low]), 4),
        _ => return FastPath::NeedsMore,
    };
    if length >= shortest {
        FastPath::Length(length)
    } else {
        FastPath::No
    }
}
