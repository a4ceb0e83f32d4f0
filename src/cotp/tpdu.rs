//! A view over one TPDU: its format is determined and its length checked once, then every field of
//! the fixed part has a named place and a getter (X.224 13.2 to 13.12).
//!
//! A getter answers `None` only if the capture ends before the field. No getter validates.
#![forbid(unsafe_code)]

use super::kind::{Format, Kind};
use crate::span::{Place, Span};

/// The length indicator that is reserved for an extension (X.224 13.2.1).
pub const RESERVED_LI: u8 = 255;
/// A CR, or a DR that refuses one, has at most so many octets (X.224 13.3, 13.5.4 a).
pub const LONGEST_BEFORE_AGREEMENT: u32 = 128;

/// Places of the fields, from the LI octet.
pub mod place {
    #![allow(missing_docs)]
    use super::Place;
    pub const LI: Place = Place::new(0, 1);
    pub const CODE: Place = Place::new(1, 1);
    /// TPDU-NR and EOT of a DT or ED in short format.
    pub const NUMBER_SHORT: Place = Place::new(2, 1);
    pub const DEST_REF: Place = Place::new(2, 2);
    pub const SRC_REF: Place = Place::new(4, 2);
    pub const NUMBER_NORMAL: Place = Place::new(4, 1);
    pub const NUMBER_EXTENDED: Place = Place::new(4, 4);
    pub const REJECT_CAUSE: Place = Place::new(4, 1);
    pub const CLASS_OPTIONS: Place = Place::new(6, 1);
    pub const REASON: Place = Place::new(6, 1);
    /// Credit of an AK or RJ in extended format.
    pub const CREDIT_EXTENDED: Place = Place::new(8, 2);
}

/// Octet 7 of CR and CC: class in the upper nibble, options in the lower (X.224 13.3.3 e).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassOptions(pub u8);

impl ClassOptions {
    const NO_EXPLICIT_FLOW_CONTROL: u8 = 0x01;
    const EXTENDED_FORMATS: u8 = 0x02;
    /// Bits 4 and 3, always zero.
    pub const RESERVED: u8 = 0x0c;
    /// All option bits. In class 0 they are zero (note 2).
    pub const OPTIONS: u8 = 0x0f;
    /// The highest class.
    pub const LAST_CLASS: u8 = 4;

    /// The class: preferred in a CR, selected in a CC.
    #[inline(always)]
    pub fn class(self) -> u8 {
        self.0 >> 4
    }

    /// Non-use of explicit flow control in class 2.
    #[inline(always)]
    pub fn no_explicit_flow_control(self) -> bool {
        self.0 & Self::NO_EXPLICIT_FLOW_CONTROL != 0
    }

    /// Use of extended formats in classes 2, 3 and 4.
    #[inline(always)]
    pub fn extended_formats(self) -> bool {
        self.0 & Self::EXTENDED_FORMATS != 0
    }

    /// The options that are set here and not in `other`.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// A TPDU whose LI octet and code were captured.
#[derive(Clone, Copy, Debug)]
pub struct Tpdu<'p> {
    /// Its type.
    pub kind: Kind,
    /// The layout of its fixed part.
    pub format: Format,
    /// Octet 1.
    pub li: u8,
    /// Octet 2.
    pub code: u8,
    /// Whether the LI leaves room for the fixed part. If not, the format is the one whose fixed
    /// part the LI falls short of.
    pub fixed_part_fits: bool,
    /// From the LI octet to the end of the NSDU.
    pub whole: Span<'p>,
    /// The LI octet and what it covers, as far as the NSDU goes.
    pub header: Span<'p>,
}

impl<'p> Tpdu<'p> {
    /// The TPDU of a type at the front of `whole`. `agreed` is the format of the type on this
    /// connection, if it is known.
    #[inline(always)]
    pub fn new(
        kind: Kind,
        whole: Span<'p>,
        header: Span<'p>,
        [li, code]: [u8; 2],
        agreed: Option<Format>,
    ) -> Self {
        let (format, fixed_part_fits) = format(kind, li, agreed);
        Self {
            kind,
            format,
            li,
            code,
            fixed_part_fits,
            whole,
            header,
        }
    }

    /// Octets of the header by the LI, the LI octet included.
    #[inline(always)]
    pub fn header_length(&self) -> u32 {
        u32::from(self.li) + 1
    }

    /// Whether the header by the LI runs past the NSDU.
    #[inline(always)]
    pub fn overruns(&self) -> bool {
        self.header_length() > self.whole.length
    }

    /// The bits of the code octet that are reserved in this type and not zero (X.224 13.1).
    #[inline(always)]
    pub fn reserved_code_bits(&self) -> u8 {
        self.code & !self.kind.code_bits_in_use()
    }

    /// ROA of a DT (X.224 13.7.3 b).
    #[inline(always)]
    pub fn roa(&self) -> bool {
        self.code & 0x01 != 0
    }

    /// CDT of CR, CC, AK and RJ: the lower nibble of the code (X.224 13.3.3 b, 13.9.3 b).
    #[inline(always)]
    pub fn credit(&self) -> u8 {
        self.code & 0x0f
    }

    /// CDT of an AK or RJ in extended format (X.224 13.9.3 e).
    #[inline(always)]
    pub fn credit_extended(&self) -> Option<u16> {
        self.header.u16(place::CREDIT_EXTENDED.at)
    }

    /// DST-REF.
    #[inline(always)]
    pub fn dest_ref(&self) -> Option<u16> {
        self.header.u16(place::DEST_REF.at)
    }

    /// SRC-REF.
    #[inline(always)]
    pub fn src_ref(&self) -> Option<u16> {
        self.header.u16(place::SRC_REF.at)
    }

    /// Class and options of a CR or CC.
    #[inline(always)]
    pub fn class_options(&self) -> Option<ClassOptions> {
        self.header.u8(place::CLASS_OPTIONS.at).map(ClassOptions)
    }

    /// Reason of a DR.
    #[inline(always)]
    pub fn reason(&self) -> Option<u8> {
        self.header.u8(place::REASON.at)
    }

    /// Reject cause of an ER.
    #[inline(always)]
    pub fn reject_cause(&self) -> Option<u8> {
        self.header.u8(place::REJECT_CAUSE.at)
    }

    /// Where the number of a numbered TPDU is.
    #[inline(always)]
    pub fn number_place(&self) -> Place {
        match self.format {
            Format::Short => place::NUMBER_SHORT,
            Format::Normal => place::NUMBER_NORMAL,
            Format::Extended => place::NUMBER_EXTENDED,
        }
    }

    /// TPDU-NR of a DT or ED, and EOT, the bit above it (X.224 13.7.3 d and e, 13.8.3 c and d).
    #[inline(always)]
    pub fn number_and_eot(&self) -> Option<(u32, bool)> {
        self.number_and_top_bit()
    }

    /// YR-TU-NR of an AK, RJ or EA, and the reserved bit above it (X.224 13.9.3 d).
    #[inline(always)]
    pub fn next_number_and_reserved_bit(&self) -> Option<(u32, bool)> {
        self.number_and_top_bit()
    }

    #[inline(always)]
    fn number_and_top_bit(&self) -> Option<(u32, bool)> {
        let Place { at, length } = self.number_place();
        if length == 1 {
            let octet = self.header.u8(at)?;
            Some((u32::from(octet & 0x7f), octet & 0x80 != 0))
        } else {
            let word = self.header.u32(at)?;
            Some((word & 0x7fff_ffff, word & 0x8000_0000 != 0))
        }
    }

    /// The first octet of the number, with the bit above it.
    pub fn number_octet(&self) -> u8 {
        self.header.u8(self.number_place().at).unwrap_or(0)
    }

    /// The octets of the header behind the fixed part.
    #[inline(always)]
    pub fn variable_part(&self) -> Span<'p> {
        let fixed = self.kind.minimum_li(self.format).unwrap_or(u8::MAX);
        self.header.from(u32::from(fixed) + 1)
    }

    /// What is behind the header, to the end of the NSDU.
    #[inline(always)]
    pub fn behind(&self) -> Span<'p> {
        self.whole.from(self.header_length())
    }

    /// The octets that a checksum covers (X.224 6.17.3): all of the TPDU; `None` if some of them
    /// were not captured.
    pub fn checksummed(&self) -> Option<&'p [u8]> {
        let covered = if self.kind.has_user_data() {
            self.whole
        } else {
            self.header
        };
        (!covered.is_truncated()).then_some(covered.octets)
    }
}

/// The format of a TPDU, and whether the LI leaves room for its fixed part.
///
/// The agreed format counts as long as the LI leaves room for it. The LI of the short format is of
/// no other one; a DT of classes 0 and 1 is read as one whatever its LI.
#[inline(always)]
fn format(kind: Kind, li: u8, agreed: Option<Format>) -> (Format, bool) {
    let by_li = kind.format_by_li(li);
    if !kind.is_numbered() || agreed.is_none() || agreed == by_li {
        return match by_li {
            Some(format) => (format, true),
            None => (missed_format(kind, li), false),
        };
    }
    match (agreed, by_li) {
        (Some(Format::Short), _) => (Format::Short, kind.has_room(Format::Short, li)),
        (_, Some(format @ Format::Short)) => (format, true),
        (Some(format @ (Format::Normal | Format::Extended)), _) if kind.has_room(format, li) => {
            (format, true)
        }
        (_, Some(format)) => (format, true),
        (_, None) => (missed_format(kind, li), false),
    }
}

/// The smallest format whose fixed part an LI falls short of.
#[cold]
fn missed_format(kind: Kind, li: u8) -> Format {
    [Format::Short, Format::Normal, Format::Extended]
        .into_iter()
        .find(|&format| kind.minimum_li(format).is_some_and(|minimum| li < minimum))
        .unwrap_or(Format::Normal)
}
