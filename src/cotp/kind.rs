//! The TPDU types: one row each in [`KINDS`], with what table 8 of X.224 and clauses 13.3 to 13.12
//! specify by the type alone.
#![forbid(unsafe_code)]

use crate::registry::TPDU_TYPES;
use bitflags::bitflags;

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

impl Format {
    /// The bits of a TPDU number (X.224 13.7.3).
    #[inline(always)]
    pub fn number_mask(self) -> u32 {
        match self {
            Self::Extended => 0x7fff_ffff,
            Self::Short | Self::Normal => 0x7f,
        }
    }
}

bitflags! {
    /// A set of transport protocol classes.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Classes: u8 {
        #[allow(missing_docs)] const C0 = 1 << 0;
        #[allow(missing_docs)] const C1 = 1 << 1;
        #[allow(missing_docs)] const C2 = 1 << 2;
        #[allow(missing_docs)] const C3 = 1 << 3;
        #[allow(missing_docs)] const C4 = 1 << 4;
    }
}

impl Classes {
    /// All but class 0.
    pub const NOT_0: Self = Self::all().difference(Self::C0);

    /// The set of one class; empty for a class above 4.
    pub fn of(class: u8) -> Self {
        Self::from_bits_truncate(1u8.checked_shl(class.into()).unwrap_or(0))
    }

    /// The classes that may be an alternative to a preferred one (X.224 6.5.5 h, table 3).
    pub fn alternatives_to(preferred: u8) -> Self {
        match preferred {
            1 => Self::C0 | Self::C1,
            2 => Self::C0 | Self::C2,
            3 => Self::C0 | Self::C1 | Self::C2,
            4 => Self::all(),
            _ => Self::empty(),
        }
    }

    /// The classes a CC may select when a CR prefers one and offers alternatives (X.224 6.5.5 h,
    /// table 3).
    pub fn responses_to(preferred: u8, alternatives: Self) -> Self {
        let implied = match preferred {
            1 => Self::C0,
            3 | 4 => Self::C2,
            _ => Self::empty(),
        };
        let implied_by_1 = if alternatives.contains(Self::C1) {
            Self::C0
        } else {
            Self::empty()
        };
        Self::of(preferred) | implied | alternatives | implied_by_1
    }
}

/// What follows the header of a TPDU, up to the end of the NSDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// A further TPDU, concatenated (X.224 6.4).
    Tpdu,
    /// User data without a limit of its own.
    UserData,
    /// User data of at most so many octets (X.224 13.3.5, 13.5.5, 13.8.5).
    UserDataUpTo(u32),
}

/// What the standards specify for one TPDU type.
#[derive(Clone, Copy, Debug)]
pub struct Properties {
    /// The type.
    pub kind: Kind,
    /// The name the standard gives it.
    name: &'static str,
    /// Bits of the code octet that are in use: code, credit or ROA (X.224 13.1).
    code_bits: u8,
    /// The smallest LI in short, normal and extended format, `NONE` if the type does not exist in
    /// the format. A type that is not numbered has one layout, given three times.
    minimum_li: [u8; 3],
    /// Classes that have it (X.224 table 8), options left aside.
    pub classes: Classes,
    behind: Behind,
}

/// The type does not exist in the format: no LI is that small.
const NONE: u8 = 0;

/// The LI of a DT of classes 0 and 1, and of the ED of RFC 1006.
pub const SHORT_LI: u8 = 2;

/// Every TPDU type, in the order of the codes.
#[rustfmt::skip]
pub const KINDS: [Properties; 11] = {
    use Behind::{Tpdu, UserData, UserDataUpTo};
    const ALL: Classes = Classes::all();
    const NOT_0: Classes = Classes::NOT_0;
    const RJ: Classes = Classes::C1.union(Classes::C3);
    const fn row(kind: Kind, name: &'static str, code_bits: u8, minimum_li: [u8; 3], classes: Classes, behind: Behind) -> Properties {
        Properties { kind, name, code_bits, minimum_li, classes, behind }
    }
    [
        row(Kind::Ed, "ED", 0xf0, [SHORT_LI, 4, 7], NOT_0, UserDataUpTo(16)),
        row(Kind::Ea, "EA", 0xf0, [NONE, 4, 7], NOT_0, Tpdu),
        row(Kind::Ud, "UD", 0xf0, [1; 3], ALL, UserData),
        row(Kind::Rj, "RJ", 0xff, [NONE, 4, 9], RJ, Tpdu),
        row(Kind::Ak, "AK", 0xff, [NONE, 4, 9], NOT_0, Tpdu),
        row(Kind::Er, "ER", 0xf0, [4; 3], ALL, Tpdu),
        row(Kind::Dr, "DR", 0xf0, [6; 3], ALL, UserDataUpTo(64)),
        row(Kind::Dc, "DC", 0xf0, [5; 3], NOT_0, Tpdu),
        row(Kind::Cc, "CC", 0xff, [6; 3], ALL, UserDataUpTo(32)),
        row(Kind::Cr, "CR", 0xff, [6; 3], ALL, UserDataUpTo(32)),
        row(Kind::Dt, "DT", 0xf1, [SHORT_LI, 4, 7], ALL, UserData),
    ]
};

/// The rows by the upper nibble of the code; the rows of undefined codes are never read.
#[allow(clippy::indexing_slicing)] // at compile time
static BY_NIBBLE: [Properties; 16] = {
    let mut by_nibble = [KINDS[0]; 16];
    let mut row = 0;
    while row < KINDS.len() {
        by_nibble[KINDS[row].kind as usize] = KINDS[row];
        row += 1;
    }
    by_nibble
};

// The names that hosts show, and `Kind::of`, have each type and no others.
#[allow(clippy::indexing_slicing)] // at compile time
const _: () = {
    assert!(TPDU_TYPES.len() == KINDS.len());
    let mut row = 0;
    while row < KINDS.len() {
        let (code, name) = TPDU_TYPES[row];
        let [a, b] = *KINDS[row].name.as_bytes() else {
            panic!("a TPDU name has two letters");
        };
        let long_name = name.to_bytes();
        assert!(code == KINDS[row].kind as u64);
        assert!(long_name[0] == a && long_name[1] == b && long_name[2] == b' ');
        row += 1;
    }
    let (mut nibble, mut known) = (0, 0);
    while nibble < BY_NIBBLE.len() {
        if let Some(kind) = Kind::of((nibble as u8) << 4) {
            assert!(kind as usize == nibble && BY_NIBBLE[nibble].kind as usize == nibble);
            known += 1;
        }
        nibble += 1;
    }
    assert!(known == KINDS.len());
};

impl Kind {
    /// The TPDU type of a code octet; `None` for the nibbles the standards leave undefined.
    pub const fn of(code: u8) -> Option<Self> {
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

    /// Its row of [`KINDS`].
    #[inline(always)]
    #[allow(clippy::indexing_slicing)] // a nibble is below 16
    const fn properties(self) -> &'static Properties {
        &BY_NIBBLE[self as usize & 0x0f]
    }

    /// The name the standard gives the TPDU.
    pub fn name(self) -> &'static str {
        self.properties().name
    }

    /// The bits of the code octet that are in use: code, credit or ROA (X.224 13.1).
    #[inline(always)]
    pub fn code_bits_in_use(self) -> u8 {
        self.properties().code_bits
    }

    /// The classes that have this TPDU (X.224 table 8). Explicit flow control and agreed options
    /// are left aside.
    pub fn classes(self) -> Classes {
        self.properties().classes
    }

    /// What follows the header.
    #[inline(always)]
    pub fn behind(self) -> Behind {
        self.properties().behind
    }

    /// Whether what follows the header is user data, rather than a concatenated TPDU.
    #[inline(always)]
    pub fn has_user_data(self) -> bool {
        self.behind() != Behind::Tpdu
    }

    /// The smallest LI: octets of the fixed part behind the LI octet. `None` if the TPDU does not
    /// exist in this format.
    #[inline(always)]
    pub const fn minimum_li(self, format: Format) -> Option<u8> {
        let [short, normal, extended] = self.properties().minimum_li;
        let minimum = match format {
            Format::Short => short,
            Format::Normal => normal,
            Format::Extended => extended,
        };
        if minimum == NONE { None } else { Some(minimum) }
    }

    /// Whether an LI leaves room for the fixed part in a format.
    #[inline(always)]
    pub fn has_room(self, format: Format, li: u8) -> bool {
        self.minimum_li(format).is_some_and(|minimum| li >= minimum)
    }

    /// The format by the LI alone: [`SHORT_LI`] is short, an even LI normal and an odd one
    /// extended, because every parameter of these TPDUs has an even size, as a `const` assert in
    /// `parameter.rs` checks. `None`: no format has this LI.
    #[inline(always)]
    pub fn format_by_li(self, li: u8) -> Option<Format> {
        let format = match (self, li) {
            _ if !self.is_numbered() => Format::Short,
            (Self::Dt | Self::Ed, SHORT_LI) => Format::Short,
            _ if li.is_multiple_of(2) => Format::Normal,
            _ => Format::Extended,
        };
        self.has_room(format, li).then_some(format)
    }

    /// Whether the TPDU has a number, and more than one format.
    #[inline(always)]
    pub const fn is_numbered(self) -> bool {
        let [_, normal, extended] = self.properties().minimum_li;
        normal != extended
    }
}
