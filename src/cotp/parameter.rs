//! The variable part: an iterator over it, and one table of the parameters (X.224 13.2.3).
#![forbid(unsafe_code)]

use super::kind::{Classes, Format, KINDS, Kind};
use crate::registry::{PARAMETER_CODES, fields};

/// A set of TPDU types.
#[derive(Clone, Copy, Debug)]
pub struct Tpdus(u16);

#[allow(clippy::indexing_slicing)] // at compile time
impl Tpdus {
    const fn of(kinds: &[Kind]) -> Self {
        let mut set = 0;
        let mut position = 0;
        while position < kinds.len() {
            set |= Self::bit(kinds[position]);
            position += 1;
        }
        Self(set)
    }

    /// The types that a class has.
    const fn of_class(class: Classes) -> Self {
        let mut set = 0;
        let mut row = 0;
        while row < KINDS.len() {
            if KINDS[row].classes.contains(class) {
                set |= Self::bit(KINDS[row].kind);
            }
            row += 1;
        }
        Self(set)
    }

    #[inline(always)]
    const fn bit(kind: Kind) -> u16 {
        1 << kind as u8
    }

    /// Whether the set has a type.
    #[inline(always)]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & Self::bit(kind) != 0
    }
}

/// The lengths that a parameter's value may have: from `least` to `most` in steps.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    least: u8,
    most: u8,
    step: u8,
}

impl Lengths {
    const ANY: Self = Self::between(0, u8::MAX);

    const fn exactly(length: u8) -> Self {
        Self::between(length, length)
    }

    const fn between(least: u8, most: u8) -> Self {
        Self {
            least,
            most,
            step: 1,
        }
    }

    const fn multiple_of(step: u8) -> Self {
        Self {
            least: 0,
            most: u8::MAX,
            step,
        }
    }

    /// Whether every length is even.
    const fn are_even(self) -> bool {
        let is_one = self.least == self.most;
        self.step.is_multiple_of(2) || (is_one && self.least.is_multiple_of(2))
    }

    /// Whether a value may be `length` octets long.
    #[inline(always)]
    pub fn allow(self, length: u8) -> bool {
        (self.least..=self.most).contains(&length)
            && (self.step == 1 || length.is_multiple_of(self.step))
    }
}

/// A number in the value of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The field it is.
    pub field: u16,
    /// Where it starts in the value.
    pub at: u8,
    /// How many octets it has.
    pub length: u8,
}

/// What the standards specify for one parameter.
#[derive(Debug)]
pub struct Definition {
    /// Its code.
    pub code: u8,
    /// The lengths its value may have.
    lengths: Lengths,
    /// The same in extended format.
    lengths_extended: Lengths,
    /// The TPDUs that may carry it.
    pub tpdus: Tpdus,
    /// The classes that may use it.
    pub classes: Classes,
    /// The numbers its value consists of, if it consists of numbers at fixed places.
    pub numbers: &'static [Number],
}

impl Definition {
    /// The lengths its value may have.
    #[inline(always)]
    pub fn lengths(&self, format: Format) -> Lengths {
        match format {
            Format::Extended => self.lengths_extended,
            Format::Short | Format::Normal => self.lengths,
        }
    }
}

/// Whether the octets of a T-selector are shown as text, too.
#[inline]
pub fn is_text(selector: &[u8]) -> bool {
    let is_printable = |octet: &u8| octet.is_ascii_graphic() || *octet == b' ';
    !selector.is_empty() && selector.iter().all(is_printable)
}

/// Codes that need code of their own.
pub mod code {
    #![allow(missing_docs)]
    pub const ATN_CHECKSUM_32: u8 = 0x08;
    pub const ATN_CHECKSUM_16: u8 = 0x09;
    pub const FLOW_CONTROL_CONFIRMATION: u8 = 0x8c;
    pub const SELECTIVE_ACKNOWLEDGEMENT: u8 = 0x8f;
    pub const ED_TPDU_NR: u8 = 0x90;
    pub const TPDU_SIZE: u8 = 0xc0;
    pub const CALLING_T_SELECTOR: u8 = 0xc1;
    pub const CALLED_T_SELECTOR: u8 = 0xc2;
    pub const CHECKSUM: u8 = 0xc3;
    pub const VERSION: u8 = 0xc4;
    pub const PROTECTION: u8 = 0xc5;
    pub const ADDITIONAL_OPTIONS: u8 = 0xc6;
    pub const ALTERNATIVE_CLASSES: u8 = 0xc7;
    pub const CLEARING_INFORMATION: u8 = 0xe0;
    pub const PREFERRED_MAXIMUM_TPDU_SIZE: u8 = 0xf0;
    pub const INACTIVITY_TIMER: u8 = 0xf2;
}

/// TPDU sizes are powers of two: the exponents in use (X.224 13.3.4 b).
pub mod tpdu_size {
    #![allow(missing_docs)]
    pub const SMALLEST: u8 = 7;
    pub const LARGEST: u8 = 13;
    pub const LARGEST_IN_CLASS_0: u8 = 11;
    /// Octets of a unit of the preferred maximum TPDU size (X.224 13.3.4 c), which records and
    /// contexts use for all TPDU sizes.
    pub const UNIT: u32 = 1 << SMALLEST;
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

/// Numbers of `length` octets, one behind the other.
macro_rules! numbers {
    ($length:literal: $($field:ident),*) => {{
        const FIELDS: &[u16] = &[$(fields::$field),*];
        #[allow(clippy::indexing_slicing)] // at compile time
        const NUMBERS: [Number; FIELDS.len()] = {
            let mut numbers = [Number { field: 0, at: 0, length: $length }; FIELDS.len()];
            let mut position = 0;
            while position < FIELDS.len() {
                numbers[position].field = FIELDS[position];
                numbers[position].at = position as u8 * $length;
                position += 1;
            }
            numbers
        };
        &NUMBERS
    }};
}

/// Every parameter of X.224, X.234 and the aeronautical network, in the order of their codes.
#[rustfmt::skip]
pub const DEFINITIONS: &[Definition] = {
    const ALL: Classes = Classes::all();
    const NOT_0: Classes = Classes::NOT_0;
    const ONLY_4: Classes = Classes::C4;
    const CR: Tpdus = Tpdus::of(&[Kind::Cr]);
    const CR_CC: Tpdus = Tpdus::of(&[Kind::Cr, Kind::Cc]);
    const AK: Tpdus = Tpdus::of(&[Kind::Ak]);
    const OF_CLASS_4: Tpdus = Tpdus::of_class(ONLY_4);
    const ANY: Lengths = Lengths::ANY;
    const fn exactly(length: u8) -> Lengths {
        Lengths::exactly(length)
    }
    const fn define(code: u8, lengths: Lengths, tpdus: Tpdus, classes: Classes, numbers: &'static [Number]) -> Definition {
        define_by_format(code, [lengths; 2], tpdus, classes, numbers)
    }
    const fn define_by_format(code: u8, lengths: [Lengths; 2], tpdus: Tpdus, classes: Classes, numbers: &'static [Number]) -> Definition {
        let [lengths, lengths_extended] = lengths;
        Definition { code, lengths, lengths_extended, tpdus, classes, numbers }
    }
    &[
        define(code::ATN_CHECKSUM_32, exactly(4), OF_CLASS_4, ONLY_4, numbers!(4: COTP_ATN_EXTENDED_CHECKSUM)),
        define(code::ATN_CHECKSUM_16, exactly(2), OF_CLASS_4, ONLY_4, numbers!(2: COTP_ATN_EXTENDED_CHECKSUM)),
        define(0x85, exactly(2), CR_CC, ONLY_4, numbers!(2: COTP_ACK_TIME)),
        define(0x86, exactly(3), CR_CC, NOT_0, numbers!(1: COTP_RES_ERROR_RATE_TARGET_VALUE, COTP_RES_ERROR_RATE_MIN_ACCEPT, COTP_RES_ERROR_RATE_TDSU)),
        define(0x87, exactly(2), CR_CC, NOT_0, numbers!(2: COTP_VP_PRIORITY)),
        define(0x88, exactly(8), CR_CC, NOT_0, numbers!(2:
            COTP_TRANSIT_DELAY_TARG_CALLING_CALLED, COTP_TRANSIT_DELAY_MAX_ACCEPT_CALLING_CALLED,
            COTP_TRANSIT_DELAY_TARG_CALLED_CALLING, COTP_TRANSIT_DELAY_MAX_ACCEPT_CALLED_CALLING)),
        // The second half is optional and is the average.
        define(0x89, Lengths { least: 12, most: 24, step: 12 }, CR_CC, NOT_0, numbers!(3:
            COTP_MAX_THROUGHPUT_TARG_CALLING_CALLED, COTP_MAX_THROUGHPUT_MIN_ACCEPT_CALLING_CALLED,
            COTP_MAX_THROUGHPUT_TARG_CALLED_CALLING, COTP_MAX_THROUGHPUT_MIN_ACCEPT_CALLED_CALLING,
            COTP_AVG_THROUGHPUT_TARG_CALLING_CALLED, COTP_AVG_THROUGHPUT_MIN_ACCEPT_CALLING_CALLED,
            COTP_AVG_THROUGHPUT_TARG_CALLED_CALLING, COTP_AVG_THROUGHPUT_MIN_ACCEPT_CALLED_CALLING)),
        define(0x8a, exactly(2), AK, ONLY_4, numbers!(2: COTP_SEQUENCE_NUMBER)),
        define(0x8b, exactly(2), CR, Classes::C1.union(Classes::C3).union(Classes::C4), numbers!(2: COTP_REASSIGNMENT_TIME)),
        define(code::FLOW_CONTROL_CONFIRMATION, exactly(8), AK, ONLY_4, &[]),
        define_by_format(code::SELECTIVE_ACKNOWLEDGEMENT, [Lengths::multiple_of(2), Lengths::multiple_of(8)], AK, ONLY_4, &[]),
        define_by_format(code::ED_TPDU_NR, [exactly(2), exactly(4)], Tpdus::of(&[Kind::Dt]), ONLY_4, &[]),
        define(code::TPDU_SIZE, exactly(1), CR_CC, ALL, &[]),
        define(code::CALLING_T_SELECTOR, ANY, Tpdus::of(&[Kind::Cr, Kind::Cc, Kind::Ud, Kind::Er]), ALL, &[]),
        define(code::CALLED_T_SELECTOR, ANY, Tpdus::of(&[Kind::Cr, Kind::Cc, Kind::Ud]), ALL, &[]),
        define(code::CHECKSUM, exactly(2), OF_CLASS_4, ONLY_4, numbers!(2: COTP_CHECKSUM)),
        define(code::VERSION, exactly(1), CR, NOT_0, numbers!(1: COTP_VP_VERSION_NR)),
        define(code::PROTECTION, ANY, CR_CC, NOT_0, &[]),
        define(code::ADDITIONAL_OPTIONS, exactly(1), CR_CC, NOT_0, &[]),
        // With class 0 preferred every alternative is invalid by table 3.
        define(code::ALTERNATIVE_CLASSES, Lengths::between(1, u8::MAX), CR, ALL, &[]),
        define(code::CLEARING_INFORMATION, ANY, Tpdus::of(&[Kind::Dr]), ALL, &[]),
        define(code::PREFERRED_MAXIMUM_TPDU_SIZE, Lengths::between(1, 4), CR_CC, ALL, &[]),
        define(code::INACTIVITY_TIMER, exactly(4), CR_CC, ONLY_4, numbers!(4: COTP_INACTIVITY_TIMER)),
    ]
};

#[allow(clippy::indexing_slicing)] // at compile time
static BY_CODE: [Option<&Definition>; 256] = {
    let mut by_code = [None; 256];
    let mut position = 0;
    while position < DEFINITIONS.len() {
        let definition = &DEFINITIONS[position];
        by_code[definition.code as usize] = Some(definition);
        position += 1;
    }
    by_code
};

// Every parameter that is defined here has a name for hosts, and no other has.
#[allow(clippy::indexing_slicing)] // at compile time
const _: () = {
    assert!(
        PARAMETER_CODES.len() == DEFINITIONS.len(),
        "add the parameter to both: its name to PARAMETER_CODES, its row to DEFINITIONS"
    );
    let mut row = 0;
    while row < DEFINITIONS.len() {
        assert!(
            PARAMETER_CODES[row].0 == DEFINITIONS[row].code as u64,
            "sort PARAMETER_CODES and DEFINITIONS by code; both have the same codes"
        );
        row += 1;
    }
};

// The LI tells normal from extended format (`Kind::format_by_li`).
#[allow(clippy::indexing_slicing)] // at compile time
const _: () = {
    let mut definitions = DEFINITIONS;
    while let [definition, others @ ..] = definitions {
        let are_even = definition.lengths.are_even() && definition.lengths_extended.are_even();
        let mut row = 0;
        while row < KINDS.len() {
            let kind = KINDS[row].kind;
            assert!(
                are_even || !kind.is_numbered() || !definition.tpdus.contains(kind),
                "no parameter of ED, EA, RJ, AK or DT has an odd length: their LI tells the format"
            );
            row += 1;
        }
        definitions = others;
    }
};

/// The definition of a code; `None` if the standards do not define it.
#[inline]
pub fn definition(code: u8) -> Option<&'static Definition> {
    *BY_CODE.get(usize::from(code))?
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    /// Offset of its code from the start of the variable part.
    pub at: u32,
    /// Its code.
    pub code: u8,
    /// How many octets its value has.
    pub length: u8,
    /// The octets of its value.
    pub value: &'a [u8],
}

/// Octets of a parameter in front of its value.
pub const PREFIX_LENGTH: u32 = 2;

/// The next entry of the variable part.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A whole parameter.
    Whole(Parameter<'a>),
    /// The rest, which is no whole parameter: a single octet, or a length that exceeds the rest.
    /// The fields are its offset and its octets.
    Truncated(u32, &'a [u8]),
}

/// The parameters of a variable part in order. Always advances, never reads past the end.
#[derive(Clone, Debug)]
pub struct VariablePart<'a> {
    rest: &'a [u8],
    at: u32,
}

impl<'a> VariablePart<'a> {
    /// Over the octets of a variable part.
    pub fn new(octets: &'a [u8]) -> Self {
        Self {
            rest: octets,
            at: 0,
        }
    }
}

impl<'a> Iterator for VariablePart<'a> {
    type Item = Entry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Entry<'a>> {
        let at = self.at;
        let rest = self.rest;
        if rest.is_empty() {
            return None;
        }
        let whole = rest
            .split_first_chunk()
            .and_then(|(&[code, length], rest)| {
                let (value, rest) = rest.split_at_checked(length.into())?;
                let parameter = Parameter {
                    at,
                    code,
                    length,
                    value,
                };
                Some((parameter, rest))
            });
        Some(match whole {
            Some((parameter, rest)) => {
                self.at = at + PREFIX_LENGTH + u32::from(parameter.length);
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

/// The first octets of a value of `length` octets at `start` of a header, with zeros behind them.
#[inline(always)]
pub fn first_octets(header: &[u8], start: u8, length: u8) -> [u8; 8] {
    let start = usize::from(start);
    let (octets, shift) = match length {
        // A loop would be slow: those in front are read too, then shifted out.
        0..8 => (
            header
                .get(..start + usize::from(length))
                .and_then(<[u8]>::last_chunk),
            u8::BITS * (8 - u32::from(length)),
        ),
        _ => (header.get(start..).and_then(<[u8]>::first_chunk), 0),
    };
    let number = octets.map_or(0, |&octets| u64::from_be_bytes(octets));
    number.checked_shl(shift).unwrap_or(0).to_be_bytes()
}
