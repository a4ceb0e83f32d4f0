//! X.224 TPDUs: codes, formats and fixed parts (X.224 13.1 to 13.12).
#![forbid(unsafe_code)]

pub mod checksum;
pub mod parameter;
pub mod rdp;

use crate::tpkt::Recognition;

/// The length indicator that is reserved for extension (X.224 13.2.1).
pub const RESERVED_LI: u8 = 255;
/// The LI of a DT of classes 0 and 1, and of the ED of RFC 1006.
pub const SHORT_LI: u8 = 2;
/// A CR, or a DR that refuses one, is at most this long (X.224 13.3, 13.5.4 a).
pub const LONGEST_BEFORE_AGREEMENT: u32 = 128;

/// TPDU sizes are multiples of it (X.224 13.3.4 c).
pub const TPDU_SIZE_UNIT: u32 = 128;

/// Offsets within a TPDU, from its LI octet; `_SHORT` in classes 0 and 1, `_EXTENDED` in extended
/// format.
pub mod at {
    #![allow(missing_docs)]
    pub const LI: u32 = 0;
    pub const CODE: u32 = 1;
    pub const NUMBER_SHORT: u32 = 2;
    pub const DEST_REF: u32 = 2;
    pub const SRC_REF: u32 = 4;
    pub const NUMBER: u32 = 4;
    pub const REJECT_CAUSE: u32 = 4;
    pub const CLASS_OPTIONS: u32 = 6;
    pub const REASON: u32 = 6;
    pub const CREDIT_EXTENDED: u32 = 8;
}

/// Bits of the class and options octet of CR and CC (X.224 13.3.3 e).
pub mod option {
    #![allow(missing_docs)]
    pub const NO_EXPLICIT_FLOW_CONTROL: u8 = 0x01;
    pub const EXTENDED_FORMATS: u8 = 0x02;
    pub const RESERVED: u8 = 0x0c;
}

/// Bits of the additional options parameter (X.224 13.3.4 g).
pub mod additional_option {
    #![allow(missing_docs)]
    pub const EXPEDITED: u8 = 0x01;
    pub const NON_USE_OF_CHECKSUM: u8 = 0x02;
    pub const RECEIPT_CONFIRMATION: u8 = 0x04;
    pub const NETWORK_EXPEDITED: u8 = 0x08;
    pub const SELECTIVE_ACKNOWLEDGEMENT: u8 = 0x10;
    pub const REQUEST_ACKNOWLEDGEMENT: u8 = 0x20;
    pub const NON_BLOCKING_EXPEDITED: u8 = 0x40;
    pub const RESERVED: u8 = 0x80;
}

/// A TPDU type, by the upper nibble of its code (X.224 table 8; UD: X.234).
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Expedited data.
    Ed = 0x1,
    /// Expedited data acknowledgement.
    Ea = 0x2,
    /// Unit data of the connectionless protocol.
    Ud = 0x4,
    /// Reject.
    Rj = 0x5,
    /// Data acknowledgement.
    Ak = 0x6,
    /// TPDU error.
    Er = 0x7,
    /// Disconnect request.
    Dr = 0x8,
    /// Disconnect confirm.
    Dc = 0xc,
    /// Connection confirm.
    Cc = 0xd,
    /// Connection request.
    Cr = 0xe,
    /// Data.
    Dt = 0xf,
}

/// How the fixed part of a numbered TPDU is laid out (X.224 13.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// No destination reference: DT of classes 0 and 1, ED of RFC 1006.
    Short,
    /// 7-bit numbers.
    Normal,
    /// 31-bit numbers.
    Extended,
}

impl Kind {
    /// The TPDU type of a code octet; `None` for the nibbles the standards leave undefined.
    pub fn of(code: u8) -> Option<Self> {
        Some(match code >> 4 {
            0x1 => Self::Ed,
            0x2 => Self::Ea,
            0x4 => Self::Ud,
            0x5 => Self::Rj,
            0x6 => Self::Ak,
            0x7 => Self::Er,
            0x8 => Self::Dr,
            0xc => Self::Dc,
            0xd => Self::Cc,
            0xe => Self::Cr,
            0xf => Self::Dt,
            _ => return None,
        })
    }

    /// The name the standard gives the TPDU.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed => "ED",
            Self::Ea => "EA",
            Self::Ud => "UD",
            Self::Rj => "RJ",
            Self::Ak => "AK",
            Self::Er => "ER",
            Self::Dr => "DR",
            Self::Dc => "DC",
            Self::Cc => "CC",
            Self::Cr => "CR",
            Self::Dt => "DT",
        }
    }

    /// The bits of the code octet that mean something: code, credit or ROA (X.224 13.1).
    pub fn code_bits_in_use(self) -> u8 {
        match self {
            Self::Cr | Self::Cc | Self::Ak | Self::Rj => 0xff,
            Self::Dt => 0xf1,
            _ => 0xf0,
        }
    }

    /// Whether what follows the header is user data, rather than a concatenated TPDU.
    pub fn has_user_data(self) -> bool {
        matches!(
            self,
            Self::Cr | Self::Cc | Self::Dr | Self::Dt | Self::Ed | Self::Ud
        )
    }

    /// The smallest LI: octets of the fixed part behind the LI octet. `None` when the TPDU does
    /// not come in this format.
    #[inline(always)]
    pub const fn minimum_li(self, format: Format) -> Option<u8> {
        Some(match (self, format) {
            (Self::Cr | Self::Cc | Self::Dr, _) => 6,
            (Self::Dc, _) => 5,
            (Self::Er, _) => 4,
            (Self::Ud, _) => 1,
            (Self::Dt | Self::Ed, Format::Short) => SHORT_LI,
            (_, Format::Short) => return None,
            (_, Format::Normal) => 4,
            (Self::Dt | Self::Ed | Self::Ea, Format::Extended) => 7,
            (Self::Ak | Self::Rj, Format::Extended) => 9,
        })
    }

    /// The format an LI tells by itself: [`SHORT_LI`] is short, even is normal and odd is extended,
    /// because every parameter of these TPDUs has an even total size. `None`: no format has this LI.
    #[inline(always)]
    pub fn format_by_li(self, li: u8) -> Option<Format> {
        let fits = |format| self.minimum_li(format).is_some_and(|minimum| li >= minimum);
        let format = match (self, li) {
            _ if !self.is_numbered() => Format::Short,
            (Self::Dt | Self::Ed, SHORT_LI) => Format::Short,
            _ if li.is_multiple_of(2) => Format::Normal,
            _ => Format::Extended,
        };
        fits(format).then_some(format)
    }

    /// Whether the TPDU comes in more than one format.
    pub fn is_numbered(self) -> bool {
        matches!(self, Self::Dt | Self::Ed | Self::Ea | Self::Ak | Self::Rj)
    }
}

/// The bits of a TPDU number (X.224 13.7.3).
#[inline(always)]
pub fn number_mask(format: Format) -> u32 {
    match format {
        Format::Extended => 0x7fff_ffff,
        Format::Short | Format::Normal => 0x7f,
    }
}

/// The classes that have a TPDU type (X.224 table 8), `None` when all have. Explicit flow control
/// and agreed options are left aside.
pub fn classes_of(kind: Kind) -> Option<parameter::Classes> {
    use parameter::Classes;
    match kind {
        Kind::Cr | Kind::Cc | Kind::Dr | Kind::Dt | Kind::Er | Kind::Ud => None,
        Kind::Dc | Kind::Ed | Kind::Ea | Kind::Ak => Some(Classes::NOT_0),
        Kind::Rj => Some(Classes::C1.union(Classes::C3)),
    }
}

/// The classes that may be an alternative to a preferred one (X.224 6.5.5 h, table 3).
pub fn alternatives_to(preferred: u8) -> parameter::Classes {
    use parameter::Classes;
    match preferred {
        1 => Classes::C0.union(Classes::C1),
        2 => Classes::C0.union(Classes::C2),
        3 => Classes::C0.union(Classes::C1).union(Classes::C2),
        4 => Classes::all(),
        _ => Classes::empty(),
    }
}

/// The classes a CC may select when a CR prefers one and offers others (X.224 6.5.5 h, table 3).
pub fn responses_to(preferred: u8, alternatives: parameter::Classes) -> parameter::Classes {
    use parameter::Classes;
    let implied = match preferred {
        1 => Classes::C0,
        3 | 4 => Classes::C2,
        _ => Classes::empty(),
    };
    let implied_by_1 = if alternatives.contains(Classes::C1) {
        Classes::C0
    } else {
        Classes::empty()
    };
    Classes::of(preferred) | implied | alternatives | implied_by_1
}

/// Whether `octets` start an NSDU of `length` octets that holds a TPDU: the code is defined, and
/// the LI has room for the fixed part and lies within the NSDU.
pub fn recognise(octets: &[u8], length: u32) -> Recognition {
    let (Some(&li), code) = (octets.first(), octets.get(at::CODE as usize)) else {
        return Recognition::NeedMore;
    };
    if u32::from(li) >= length || li == RESERVED_LI {
        return Recognition::No;
    }
    match code.map(|&code| Kind::of(code)) {
        None => Recognition::NeedMore,
        Some(Some(kind)) if kind.format_by_li(li).is_some() => Recognition::Yes,
        Some(_) => Recognition::No,
    }
}
