//! Which parameters a TPDU may have, for the oracle.

use crate::conversation::{Carrier, Kind};

/// A row of table 3 (X.224 6.5.5 h): what an alternative adds, bit n for class n; 0 is a combination
/// that is not valid. The library holds class 3 as an alternative to itself for invalid.
pub fn alternative(preferred: u8, alternative: u8) -> u8 {
    let row: [u8; 5] = match preferred {
        1 => [0b11, 0b11, 0, 0, 0],
        2 => [0b101, 0, 0b100, 0, 0],
        3 => [0b1101, 0b1111, 0b1100, 0, 0],
        4 => [0b1_0101, 0b1_0111, 0b1_0100, 0b1_1100, 0b1_0100],
        _ => [0; 5],
    };
    row.get(usize::from(alternative)).copied().unwrap_or(0)
}

/// A row of the table of parameters.
pub struct Definition {
    code: u8,
    kinds: &'static [Kind],
    /// Bit n for class n.
    classes: u8,
}

const CR_CC: &[Kind] = &[Kind::Cr, Kind::Cc];
const CLASS_4: u8 = 0b1_0000;
const NOT_0: u8 = 0b1_1110;
const ALL: u8 = 0b1_1111;

const DEFINITIONS: [Definition; 20] = [
    row(0x85, CR_CC, CLASS_4),
    row(0x86, CR_CC, NOT_0),
    row(0x87, CR_CC, NOT_0),
    row(0x88, CR_CC, NOT_0),
    row(0x89, CR_CC, NOT_0),
    row(0x8a, &[Kind::Ak], CLASS_4),
    row(0x8b, &[Kind::Cr], 0b0_1010),
    row(0x8c, &[Kind::Ak], CLASS_4),
    row(0x8f, &[Kind::Ak], CLASS_4),
    row(0x90, &[Kind::Dt], CLASS_4),
    row(0xc0, CR_CC, ALL),
    row(0xc1, &[Kind::Cr, Kind::Cc, Kind::Ud, Kind::Er], ALL),
    row(0xc2, &[Kind::Cr, Kind::Cc, Kind::Ud], ALL),
    row(
        0xc3,
        &[
            Kind::Cr,
            Kind::Cc,
            Kind::Dr,
            Kind::Dc,
            Kind::Dt,
            Kind::Ed,
            Kind::Ea,
            Kind::Ak,
            Kind::Er,
            Kind::Ud,
        ],
        CLASS_4,
    ),
    row(0xc4, &[Kind::Cr], NOT_0),
    row(0xc5, CR_CC, NOT_0),
    row(0xc6, CR_CC, NOT_0),
    row(0xc7, &[Kind::Cr], NOT_0),
    row(0xe0, &[Kind::Dr], ALL),
    row(0xf0, CR_CC, ALL),
];

/// The inactivity timer.
const INACTIVITY: Definition = row(0xf2, CR_CC, CLASS_4);

const fn row(code: u8, kinds: &'static [Kind], classes: u8) -> Definition {
    Definition {
        code,
        kinds,
        classes,
    }
}

impl Definition {
    pub fn of(code: u8) -> Option<&'static Self> {
        let mut all = DEFINITIONS.iter().chain([&INACTIVITY]);
        all.find(|definition| definition.code == code)
    }

    fn allows_length(&self, length: usize, extended: bool) -> bool {
        match self.code {
            0xc0 | 0xc4 | 0xc6 => length == 1,
            0x85 | 0x87 | 0x8a | 0x8b | 0xc3 => length == 2,
            0x86 => length == 3,
            0xf2 => length == 4,
            0x88 | 0x8c => length == 8,
            0x89 => length == 12 || length == 24,
            0x8f if extended => length > 0 && length.is_multiple_of(8),
            0x8f => length > 0 && length.is_multiple_of(2),
            0x90 if extended => length == 4,
            0x90 => length == 2,
            0xf0 => (1..=4).contains(&length),
            0xc7 => length > 0,
            _ => true,
        }
    }
}

/// In what a parameter stands.
#[derive(Clone, Copy)]
pub struct Judge {
    pub kind: Kind,
    pub class: u8,
    pub carrier: Carrier,
    pub extended: bool,
}

impl Judge {
    /// R32 to R44, as far as the value alone decides.
    pub fn allows_value(&self, definition: &Definition, value: &[u8]) -> bool {
        let preferred_maximum = || {
            value
                .iter()
                .fold(0u64, |sum, &octet| sum << 8 | u64::from(octet))
        };
        match definition.code {
            0xc0 if self.class == 0 => (7..=11).contains(&value[0]),
            0xc0 => (7..=13).contains(&value[0]),
            0xc4 => value[0] == 1,
            0xc6 => value[0] & 0x80 == 0,
            0xc7 => value
                .iter()
                .all(|octet| octet & 0xf == 0 && alternative(self.class, octet >> 4) != 0),
            0xf0 if self.carrier == Carrier::Tpkt => (1..=511).contains(&preferred_maximum()),
            0xf0 => preferred_maximum() > 0,
            0x8c => value[0] & 0x80 == 0 && (self.extended || value[..3] == [0; 3]),
            0x8f if self.extended => value.chunks(4).all(|edge| edge[0] & 0x80 == 0),
            0x8f => value.iter().all(|edge| edge & 0x80 == 0),
            0x90 if self.extended => value[0] & 0x80 == 0,
            0x90 => value[0] == 0 && value[1] & 0x80 == 0,
            _ => true,
        }
    }

    /// The first octet of a variable part that is wrong, if there is one.
    pub fn walk(&self, part: &[u8]) -> Result<(), usize> {
        let (mut at, mut seen) = (0, Vec::new());
        while at < part.len() {
            let code = part[at];
            let length = usize::from(*part.get(at + 1).ok_or(at)?);
            let value = part.get(at + 2..at + 2 + length).ok_or(at)?;
            let definition = Definition::of(code).ok_or(at)?;
            let additional_options_over_tcp = code == 0xc6 && self.carrier == Carrier::Tpkt;
            let of_class = definition.classes >> self.class.min(7) & 1 != 0
                || self.kind == Kind::Ud
                || additional_options_over_tcp;
            let fits = definition.kinds.contains(&self.kind)
                && of_class
                && definition.allows_length(length, self.extended)
                && self.allows_value(definition, value)
                && !seen.contains(&code);
            if !fits {
                return Err(at);
            }
            seen.push(code);
            at += 2 + length;
        }
        Ok(())
    }
}
