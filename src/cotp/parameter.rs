//! The variable part: one iterator, and one table of what the standards define (X.224 13.2.3).
#![forbid(unsafe_code)]

use super::Kind;
use bitflags::bitflags;

bitflags! {
    /// A set of TPDU types.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Tpdus: u16 {
        #[allow(missing_docs)] const ED = 1 << Kind::Ed as u8;
        #[allow(missing_docs)] const EA = 1 << Kind::Ea as u8;
        #[allow(missing_docs)] const UD = 1 << Kind::Ud as u8;
        #[allow(missing_docs)] const AK = 1 << Kind::Ak as u8;
        #[allow(missing_docs)] const ER = 1 << Kind::Er as u8;
        #[allow(missing_docs)] const DR = 1 << Kind::Dr as u8;
        #[allow(missing_docs)] const DC = 1 << Kind::Dc as u8;
        #[allow(missing_docs)] const CC = 1 << Kind::Cc as u8;
        #[allow(missing_docs)] const CR = 1 << Kind::Cr as u8;
        #[allow(missing_docs)] const DT = 1 << Kind::Dt as u8;
    }
}

impl From<Kind> for Tpdus {
    fn from(kind: Kind) -> Self {
        Self::from_bits_retain(1 << kind as u8)
    }
}

bitflags! {
    /// A set of transport protocol classes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Classes: u8 {
        #[allow(missing_docs)] const C0 = 1 << 0;
        #[allow(missing_docs)] const C1 = 1 << 1;
        #[allow(missing_docs)] const C2 = 1 << 2;
        #[allow(missing_docs)] const C3 = 1 << 3;
        #[allow(missing_docs)] const C4 = 1 << 4;
    }
}

impl Classes {
    /// The set of one class.
    pub fn of(class: u8) -> Self {
        Self::from_bits_truncate(1u8.checked_shl(class.into()).unwrap_or(0))
    }
}

/// What the standards say of one parameter.
#[derive(Debug)]
pub struct Definition {
    /// Its code.
    pub code: u8,
    /// The lengths its value may have: at least and at most.
    pub lengths: (u8, u8),
    /// The TPDUs that may carry it.
    pub tpdus: Tpdus,
    /// The classes that may use it.
    pub classes: Classes,
}

/// Codes the dissector gives meaning to.
pub mod code {
    #![allow(missing_docs)]
    pub const TPDU_SIZE: u8 = 0xc0;
    pub const CALLING_T_SELECTOR: u8 = 0xc1;
    pub const CALLED_T_SELECTOR: u8 = 0xc2;
    pub const CHECKSUM: u8 = 0xc3;
    pub const ADDITIONAL_OPTIONS: u8 = 0xc6;
    pub const CLEARING_INFORMATION: u8 = 0xe0;
    pub const PREFERRED_MAXIMUM_TPDU_SIZE: u8 = 0xf0;
}

const ANY: (u8, u8) = (0, u8::MAX);
const fn exactly(length: u8) -> (u8, u8) {
    (length, length)
}

/// Every parameter of X.224 and X.234, in the order of their codes.
#[rustfmt::skip]
pub static DEFINITIONS: &[Definition] = {
    const ALL: Classes = Classes::all();
    const NOT_0: Classes = Classes::C1.union(Classes::C2).union(Classes::C3).union(Classes::C4);
    const ONLY_4: Classes = Classes::C4;
    const CR_CC: Tpdus = Tpdus::CR.union(Tpdus::CC);
    const fn define(code: u8, lengths: (u8, u8), tpdus: Tpdus, classes: Classes) -> Definition {
        Definition { code, lengths, tpdus, classes }
    }
    &[
        define(0x85, exactly(2), CR_CC, ONLY_4),
        define(0x86, exactly(3), CR_CC, NOT_0),
        define(0x87, exactly(2), CR_CC, NOT_0),
        define(0x88, exactly(8), CR_CC, NOT_0),
        define(0x89, (12, 24), CR_CC, NOT_0),
        define(0x8a, exactly(2), Tpdus::AK, ONLY_4),
        define(0x8b, exactly(2), Tpdus::CR, Classes::C1.union(Classes::C3).union(Classes::C4)),
        define(0x8c, exactly(8), Tpdus::AK, ONLY_4),
        define(0x8f, ANY, Tpdus::AK, ONLY_4),
        define(0x90, (2, 4), Tpdus::DT, ONLY_4),
        define(code::TPDU_SIZE, exactly(1), CR_CC, ALL),
        define(code::CALLING_T_SELECTOR, ANY, CR_CC.union(Tpdus::UD).union(Tpdus::ER), ALL),
        define(code::CALLED_T_SELECTOR, ANY, CR_CC.union(Tpdus::UD), ALL),
        define(code::CHECKSUM, exactly(2), Tpdus::all(), ONLY_4),
        define(0xc4, exactly(1), Tpdus::CR, NOT_0),
        define(0xc5, ANY, CR_CC, NOT_0),
        // RFC 1006 5 negotiates expedited data by it in class 0.
        define(code::ADDITIONAL_OPTIONS, exactly(1), CR_CC, ALL),
        define(0xc7, (1, u8::MAX), Tpdus::CR, NOT_0),
        define(code::CLEARING_INFORMATION, ANY, Tpdus::DR, ALL),
        define(code::PREFERRED_MAXIMUM_TPDU_SIZE, (1, 4), CR_CC, ALL),
        define(0xf2, exactly(4), CR_CC, ONLY_4),
    ]
};

/// For each code the position in `DEFINITIONS` plus 1, or 0.
#[allow(clippy::indexing_slicing)] // at compile time
static POSITIONS: [u8; 256] = {
    let mut positions = [0; 256];
    let mut position = 0;
    while position < DEFINITIONS.len() {
        positions[DEFINITIONS[position].code as usize] = position as u8 + 1;
        position += 1;
    }
    positions
};

/// What the standards say of a code; `None` when they do not define it.
#[inline]
pub fn definition(code: u8) -> Option<&'static Definition> {
    let position = POSITIONS.get(usize::from(code)).copied()?;
    DEFINITIONS.get(usize::from(position).checked_sub(1)?)
}

/// One parameter, as it stands in the octets.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    /// Where its code stands, from the start of the variable part.
    pub at: usize,
    /// Its code.
    pub code: u8,
    /// The octets of its value.
    pub value: &'a [u8],
}

/// Octets of a parameter in front of its value.
pub const PREFIX_LENGTH: usize = 2;

/// What the variable part holds next.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A whole parameter.
    Whole(Parameter<'a>),
    /// The rest, which holds no whole parameter: a single octet, or a length that runs past the
    /// end. The fields are where it starts and its octets.
    Truncated(usize, &'a [u8]),
}

/// The parameters of a variable part, front to back. Always advances, never reads past the end.
#[derive(Clone, Debug)]
pub struct Parameters<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Parameters<'a> {
    /// Over the octets of a variable part.
    pub fn new(variable_part: &'a [u8]) -> Self {
        Self {
            rest: variable_part,
            at: 0,
        }
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Entry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'a>> {
        let at = self.at;
        let rest = self.rest;
        if rest.is_empty() {
            return None;
        }
        let whole =
            rest.split_first_chunk::<PREFIX_LENGTH>()
                .and_then(|(&[code, length], rest)| {
                    let (value, rest) = rest.split_at_checked(length.into())?;
                    Some((Parameter { at, code, value }, rest))
                });
        Some(match whole {
            Some((parameter, rest)) => {
                self.at = at + PREFIX_LENGTH + parameter.value.len();
                self.rest = rest;
                Entry::Whole(parameter)
            }
            None => {
                self.rest = &[];
                Entry::Truncated(at, rest)
            }
        })
    }
}
