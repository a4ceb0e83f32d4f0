//! A packet as the rows of the table of accepted differences see it. It reads the octets by itself,
//! so that the table does not depend on either dissector.

use crate::generate::{Carrier, Packet, checksum_sums};
use crate::shown::{Shown, Value};
use crate::tshark::Theirs;

/// What the two dissectors show differently at one place; one of them may show nothing.
#[derive(Clone, Debug)]
pub struct Difference {
    pub offset: usize,
    pub field: &'static str,
    pub ours: Option<Value>,
    pub theirs: Option<Value>,
}

pub struct Scene<'a> {
    pub octets: &'a [u8],
    /// The offsets of TPKT headers; the last may be no TPKT.
    pub tpkts: Vec<usize>,
    pub tpdus: Vec<Tpdu<'a>>,
    theirs: &'a [Shown],
}

/// One TPDU, by its LI and code.
#[derive(Debug)]
pub struct Tpdu<'a> {
    pub start: usize,
    /// From the LI octet to the end of the NSDU.
    pub octets: &'a [u8],
    /// Octets there should be to the end of the NSDU.
    pub length: usize,
    pub li: usize,
    /// The upper nibble of the code; 0 when there is none.
    pub kind: u8,
    pub parameters: Vec<Parameter<'a>>,
}

/// A parameter, which may run past the header.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Where its code is.
    pub start: usize,
    pub code: u8,
    /// `None` when the header ends before it.
    pub length: Option<usize>,
    /// As much of the value as the header has.
    pub value: &'a [u8],
}

impl<'a> Scene<'a> {
    pub fn new(packet: &'a Packet, theirs: &'a Theirs) -> Self {
        let mut scene = Self {
            octets: &packet.octets,
            tpkts: Vec::new(),
            tpdus: Vec::new(),
            theirs: &theirs.shown,
        };
        match packet.carrier {
            Carrier::Ip => scene.nsdu(0, &packet.octets, packet.octets.len()),
            Carrier::Tpkt => scene.walk_tpkts(),
        }
        scene
    }

    fn walk_tpkts(&mut self) {
        let octets = self.octets;
        let mut start = 0;
        while start < octets.len() {
            self.tpkts.push(start);
            let &[3, _, high, low, ref rest @ ..] = &octets[start..] else {
                return;
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            if length < 4 {
                return;
            }
            if length >= 7 {
                let captured = rest.len().min(length - 4);
                self.nsdu(start + 4, &rest[..captured], length - 4);
            }
            start += length;
        }
    }

    /// An NSDU of which `length` octets were announced.
    fn nsdu(&mut self, mut start: usize, mut octets: &'a [u8], mut length: usize) {
        while let Some(tpdu) = Tpdu::new(start, octets, length) {
            let next = 1 + tpdu.li;
            let more = matches!(tpdu.kind, 2 | 5 | 6 | 7 | 0xc) && !tpdu.has_short_li();
            self.tpdus.push(tpdu);
            if !more || next >= octets.len() {
                return;
            }
            octets = &octets[next..];
            start += next;
            length -= next;
        }
    }

    /// The TPDU a place is in.
    pub fn tpdu_of(&self, offset: usize) -> Option<&Tpdu<'a>> {
        self.tpdus.iter().rev().find(|tpdu| tpdu.start <= offset)
    }

    /// The parameter whose value a place is in, or is where the value would be.
    pub fn parameter_of(&self, offset: usize) -> Option<(&Tpdu<'a>, &Parameter<'a>)> {
        let mut all = self.tpdus.iter().flat_map(|tpdu| {
            let parameters = tpdu.parameters.iter();
            parameters.map(move |parameter| (tpdu, parameter))
        });
        all.rfind(|(_, parameter)| {
            let value = parameter.start + 2;
            let length = parameter.length.unwrap_or(0).max(1);
            (value..value + length).contains(&offset)
        })
    }

    /// Whether a TPDU is not the first of its TPKT.
    pub fn is_concatenated_in_tpkt(&self, tpdu: &Tpdu) -> bool {
        let is_first = |tpkt: &usize| tpdu.start == tpkt + 4;
        !self.tpkts.is_empty() && !self.tpkts.iter().any(is_first)
    }

    /// The negotiation structures of RDP: where each starts, and the octets from there on.
    pub fn rdp_structures(&self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let rdp = self.tpdus.iter().filter(|tpdu| tpdu.is_rdp());
        rdp.flat_map(Tpdu::rdp_structures)
    }

    /// The offset of a version other than 3 where a TPKT should start.
    pub fn other_version(&self) -> Option<usize> {
        let mut starts = self.tpkts.iter().copied();
        starts.find(|&start| matches!(self.octets[start..], [version, _, _, _, ..] if version != 3))
    }

    /// A TPKT whose length leaves no room for a TPDU: where it starts, and the length.
    pub fn short_tpkt(&self) -> Option<(usize, usize)> {
        self.tpkts
            .iter()
            .find_map(|&start| match self.octets[start..] {
                [3, _, 0, length @ 0..7, ..] => Some((start, length.into())),
                _ => None,
            })
    }

    /// tshark shows nothing from a TPDU on, at or before the place in the same NSDU, for which
    /// `why` holds.
    pub fn leaves(&self, difference: &Difference, why: impl Fn(&Tpdu) -> bool) -> bool {
        let is_silent = |tpdu: &Tpdu| {
            let inside = tpdu.start + 1..tpdu.end();
            self.theirs.iter().all(|shown| {
                !inside.contains(&shown.offset)
                    && (shown.offset, shown.field) != (tpdu.start, "cotp.li")
            })
        };
        difference.theirs.is_none()
            && self
                .tpdus
                .iter()
                .filter(|tpdu| (tpdu.start..=tpdu.end()).contains(&difference.offset))
                .any(|tpdu| why(tpdu) && is_silent(tpdu))
    }

    /// tshark misreads the value of a parameter, before the place in the same NSDU, for
    /// which `why` holds.
    pub fn derails(
        &self,
        difference: &Difference,
        why: impl Fn(&Tpdu, &Parameter) -> bool,
    ) -> bool {
        self.tpdus.iter().any(|tpdu| {
            tpdu.parameters.iter().any(|parameter| {
                let behind = parameter.start + 2..=tpdu.end();
                behind.contains(&difference.offset) && why(tpdu, parameter)
            })
        })
    }
}

impl<'a> Tpdu<'a> {
    fn new(start: usize, octets: &'a [u8], length: usize) -> Option<Self> {
        let li = usize::from(*octets.first()?);
        let header = &octets[..octets.len().min(1 + li)];
        let kind = header.get(1).map_or(0, |code| code >> 4);
        let mut tpdu = Self {
            start,
            octets,
            length,
            li,
            kind,
            parameters: Vec::new(),
        };
        let mut at = 1 + tpdu.fixed_part();
        while at < header.len() && !tpdu.is_rdp() {
            let length = header.get(at + 1).copied().map(usize::from);
            let end = at + 2 + length.unwrap_or(0);
            tpdu.parameters.push(Parameter {
                start: start + at,
                code: header[at],
                length,
                value: header
                    .get(at + 2..)
                    .map_or(&[], |value| &value[..value.len().min(length.unwrap_or(0))]),
            });
            at = end;
        }
        Some(tpdu)
    }

    /// Where the NSDU ends.
    pub fn end(&self) -> usize {
        self.start + self.octets.len()
    }

    pub fn octet(&self, at: usize) -> u8 {
        self.octets.get(at).copied().unwrap_or(0)
    }

    pub fn is_extended(&self) -> bool {
        matches!(self.kind, 1 | 2 | 5 | 6 | 0xf) && self.li % 2 == 1
    }

    /// Octets of the fixed part behind the LI, by code and LI.
    pub fn fixed_part(&self) -> usize {
        match (self.kind, self.is_extended()) {
            (0xd | 0xe | 8, _) => 6,
            (0xc, _) => 5,
            (7, _) => 4,
            (4, _) => 1,
            (1 | 0xf, false) if self.li <= 2 => 2,
            (1 | 2 | 0xf, true) => 7,
            (5 | 6, true) => 9,
            _ => 4,
        }
    }

    /// The LI leaves no room for the fixed part.
    pub fn has_short_li(&self) -> bool {
        self.li < self.fixed_part()
    }

    /// A known TPDU whose fixed part is not all there.
    pub fn is_truncated(&self) -> bool {
        self.octets.len() <= self.fixed_part()
    }

    /// What the LI covers behind the fixed part.
    pub fn variable_part(&self) -> &'a [u8] {
        let end = self.octets.len().min(1 + self.li);
        self.octets[..end]
            .get(1 + self.fixed_part()..)
            .unwrap_or(&[])
    }

    pub fn is_rdp(&self) -> bool {
        let part = self.variable_part();
        matches!(self.kind, 0xd | 0xe)
            && (part.starts_with(b"Cookie: ")
                || is_rdp_structure(part)
                || self.other_token().is_some())
    }

    /// The end of a routing token that starts otherwise than a cookie: octets that are no
    /// parameters, up to CR LF and with nothing or a structure behind them.
    pub fn other_token(&self) -> Option<usize> {
        let part = self.variable_part();
        let are_parameters = self.parameters.iter().all(|parameter| {
            matches!(parameter.code, 0x08 | 0x09 | 0x40..=0xfe) && !parameter.is_truncated()
        });
        let end = part.windows(2).position(|pair| pair == b"\r\n")? + 2;
        let behind = &part[end..];
        let is_token = self.may_hold_rdp()
            && rdp_length(part).is_none()
            && end > 2
            && !part.starts_with(b"Cookie: ")
            && !are_parameters
            && (behind.is_empty() || is_rdp_structure(behind));
        is_token.then_some(end)
    }

    /// The variable part of a CR or CC that begins with no parameter of X.224.
    fn may_hold_rdp(&self) -> bool {
        let is_defined = |code| matches!(code, 0x08 | 0x09 | 0x85..=0x8c | 0x8f | 0x90 | 0xc0..=0xc7 | 0xe0 | 0xf0 | 0xf2);
        let first = self.variable_part().first();
        matches!(self.kind, 0xd | 0xe) && !first.is_some_and(|&code| is_defined(code))
    }

    /// What is left of a variable part of which octets are missing does not tell whether it is
    /// RDP's.
    pub fn may_become_rdp(&self) -> bool {
        self.octets.len() < self.length.min(1 + self.li) && self.may_hold_rdp() && !self.is_rdp()
    }

    /// 1 when the checksum is right, 0 when it is not, 2 when octets are missing that it covers
    /// (X.224 6.17.3).
    pub fn checksum_status(&self) -> u64 {
        let has_user_data = matches!(self.kind, 1 | 4 | 8 | 0xd | 0xe | 0xf);
        let covered = if has_user_data {
            self.length
        } else {
            self.length.min(1 + self.li)
        };
        self.octets
            .get(..covered)
            .map_or(2, |octets| u64::from(checksum_sums(octets) == (0, 0)))
    }

    /// RDP's negotiation structures: where each starts, and the octets from there on.
    pub fn rdp_structures(&self) -> Vec<(usize, &'a [u8])> {
        let part = self.variable_part();
        let cookie = part
            .starts_with(b"Cookie: ")
            .then(|| part.windows(2).position(|pair| pair == b"\r\n"))
            .flatten()
            .map(|position| position + 2);
        let mut at = cookie.or(self.other_token()).unwrap_or(0);
        let mut structures = Vec::new();
        while let Some(octets) = part.get(at..).filter(|octets| !octets.is_empty()) {
            structures.push((self.start + 1 + self.fixed_part() + at, octets));
            at += if octets[0] == 6 { 36 } else { 8 };
        }
        structures
    }
}

/// Octets of the structure of RDP at the front, by its type.
fn rdp_length(part: &[u8]) -> Option<usize> {
    match part.first()? {
        1..=3 => Some(8),
        6 => Some(36),
        _ => None,
    }
}

fn stated_rdp_length(part: &[u8]) -> Option<usize> {
    let length = part.get(2..4)?.try_into().ok()?;
    Some(u16::from_le_bytes(length).into())
}

/// A structure of RDP whose length is right.
pub fn states_its_length(part: &[u8]) -> bool {
    rdp_length(part).is_some() && rdp_length(part) == stated_rdp_length(part)
}

/// A structure of RDP whose length is right, is that of the part, or leads to another structure.
pub fn is_rdp_structure(part: &[u8]) -> bool {
    rdp_length(part).is_some_and(|length| {
        let stated = stated_rdp_length(part).filter(|stated| *stated > length);
        let mut ends = [Some(length), stated].into_iter().flatten();
        states_its_length(part)
            || part.len() == length
            || ends.any(|end| part.get(end..).is_some_and(states_its_length))
    })
}

impl Parameter<'_> {
    /// It runs past the header, or the packet.
    pub fn is_truncated(&self) -> bool {
        self.length.is_none_or(|length| self.value.len() < length)
    }

    /// Its value has a length X.224 13.3.4 to 13.12.4 does not allow in a TPDU.
    pub fn has_wrong_length(&self, tpdu: &Tpdu) -> bool {
        let length = self.length.unwrap_or(0);
        let lengths: &[usize] = match self.code {
            0x85 | 0x87 | 0x8a | 0x8b | 0xc3 => &[2],
            0x86 => &[3],
            0x88 | 0x8c => &[8],
            0x89 => &[12, 24],
            0x90 if tpdu.is_extended() => &[4],
            0x90 => &[2],
            0xc0 | 0xc4 | 0xc6 => &[1],
            0xf0 => &[1, 2, 3, 4],
            0xf2 => &[4],
            _ => return false,
        };
        !lengths.contains(&length)
    }
}
