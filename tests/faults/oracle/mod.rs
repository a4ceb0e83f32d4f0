//! What can be known of a fault, and where: written from docs/rules.md, without the library.

mod connection;
mod definition;
mod number;
mod rdp;
mod variable_part;

use super::conversation::{Carrier, Conversation, Field, Kind, Message};
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowable {
    /// From the TPDU with the fault and what came before it.
    AtTpdu,
    /// From what comes after it.
    Later,
    /// The conversation is as valid as before.
    Never,
    /// The rules leave it open.
    Open,
}

/// Octets of one direction, counted from its start.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub end: u32,
    pub octets: Range<u64>,
}

#[derive(Clone, Debug)]
pub struct Verdict {
    pub knowable: Knowable,
    /// Where a remark is right; several where the rules name no single one.
    pub places: Vec<Place>,
}

impl Verdict {
    pub fn never() -> Self {
        Self {
            knowable: Knowable::Never,
            places: Vec::new(),
        }
    }

    /// The same, and the places of another verdict are right too.
    fn or_at(mut self, other: Self) -> Self {
        self.places.extend(other.places);
        self
    }

    pub fn open() -> Self {
        Self {
            knowable: Knowable::Open,
            places: Vec::new(),
        }
    }
}

/// An octet of a header with another value.
pub struct OctetFault<'c> {
    conversation: &'c Conversation,
    /// Which message.
    index: usize,
    message: &'c Message,
    /// Which octet of it.
    at: usize,
    new: u8,
    /// The message with the fault.
    faulty: Vec<u8>,
}

/// The verdict on an octet of a header that has another value.
pub fn octet(conversation: &Conversation, index: usize, at: usize, new: u8) -> Verdict {
    let message = &conversation.messages[index];
    let mut faulty = message.octets.clone();
    faulty[at] = new;
    let fault = OctetFault {
        conversation,
        index,
        message,
        at,
        new,
        faulty,
    };
    fault.judge()
}

impl OctetFault<'_> {
    fn old(&self) -> u8 {
        self.message.octets[self.at]
    }

    fn is_over_tpkt(&self) -> bool {
        self.conversation.carrier == Carrier::Tpkt
    }

    fn place(&self, index: usize, octets: Range<usize>) -> Place {
        let start = self.conversation.start(index);
        Place {
            end: self.conversation.messages[index].end,
            octets: start + octets.start as u64..start + octets.end as u64,
        }
    }

    /// Known at the TPDU: at the faulty octet's field or at other octets of the TPDU.
    fn at_tpdu(&self, others: &[Range<usize>]) -> Verdict {
        self.known(Knowable::AtTpdu, others)
    }

    fn known(&self, knowable: Knowable, others: &[Range<usize>]) -> Verdict {
        let own = self.at..self.at + 1;
        let octets = [own].into_iter().chain(others.iter().cloned());
        let octets = octets.map(|octets| self.place(self.index, octets));
        Verdict {
            knowable,
            places: octets.collect(),
        }
    }

    /// Known at a later message: at these octets of it. The faulty octet itself is right too.
    fn later(&self, index: usize, octets: Range<usize>) -> Verdict {
        Verdict {
            knowable: Knowable::Later,
            places: vec![
                self.place(self.index, self.at..self.at + 1),
                self.place(index, octets),
            ],
        }
    }

    /// The field of the faulty octet as a whole.
    fn field(&self) -> Range<usize> {
        self.message.find(self.message.fields[self.at]).unwrap()
    }

    fn behind(&self) -> impl Iterator<Item = (usize, &Message)> {
        let messages = self.conversation.messages.iter().enumerate();
        messages.skip(self.index + 1)
    }

    fn header(&self) -> Range<usize> {
        self.message.li..self.message.fields.len()
    }

    fn judge(&self) -> Verdict {
        let plain = self.judge_field();
        let Some(checksum) = self.message.parameter(0xc3) else {
            return plain;
        };
        // 0 and 255 are the same to the checksum.
        if self.old() % 255 == self.new % 255 || self.at < self.message.li {
            return plain;
        }
        // The checksum is wrong, and what else the octets say is doubtful.
        let mut verdict = self.at_tpdu(std::slice::from_ref(&checksum.at));
        if plain.knowable == Knowable::AtTpdu {
            verdict.places.extend(plain.places);
        }
        verdict
    }

    fn judge_field(&self) -> Verdict {
        match self.message.fields[self.at] {
            Field::Version | Field::Reserved => self.at_tpdu(&[]),
            Field::Length => self.tpkt_length(),
            Field::Li => self.li(),
            Field::Code => self.code(),
            Field::DestRef => self.dest_ref(),
            Field::SrcRef => self.src_ref(),
            Field::ClassOptions if self.message.kind == Kind::Cr => self.class_options_of_cr(),
            Field::ClassOptions => self.class_options_of_cc(),
            Field::Reason => self.reason(),
            Field::Cause => match self.new {
                0..=3 => Verdict::never(),
                _ => self.at_tpdu(&[]),
            },
            Field::Number => self.number(),
            Field::YrNumber => self.yr_number(),
            Field::Credit => self.window(),
            Field::ParameterCode(_) | Field::ParameterLength(_) => self.variable_part(),
            Field::ParameterValue(index) => self.value(&self.message.parameters[index]),
            Field::Cookie => self.cookie(),
            Field::RdpType => self.rdp_type(),
            Field::RdpFlags => self.rdp_flags(),
            Field::RdpLength => self.at_tpdu(&[self.field()]),
            Field::RdpBody => self.rdp_body(),
        }
    }

    /// R3; else the next TPKT is not where the length says.
    fn tpkt_length(&self) -> Verdict {
        let field = self.field();
        let length = u16::from_be_bytes([self.faulty[2], self.faulty[3]]).into();
        let clean = self.message.octets.len();
        if length < 7 {
            return self.at_tpdu(&[field]);
        }
        let li = self.message.li;
        // Where the next version should be: an octet of this direction.
        let mut places = vec![field, li..li + 1, length..length + 1];
        let left: usize = self
            .behind()
            .filter(|(_, other)| other.end == self.message.end)
            .map(|(_, other)| other.octets.len())
            .sum();
        if length < clean {
            // What is left of the TPDU: its parameters, its checksum, user data.
            places.push(li..length.max(li + 1));
            let cut_header = length < self.message.fields.len();
            let knowable = if cut_header {
                Knowable::AtTpdu
            } else {
                Knowable::Later
            };
            return self.known(knowable, &places);
        }
        if length > clean + left {
            // It never ends.
            return self.known(Knowable::Later, &[0..clean]);
        }
        let mut boundary = clean;
        for (_, other) in self.behind() {
            if other.end == self.message.end && boundary < length {
                boundary += other.octets.len();
            }
        }
        if boundary == length && self.message.kind.has_user_data() {
            return Verdict::open(); // whole TPKTs became user data
        }
        // The TPDU may be too long, or another one seems to follow it.
        places.push(li..clean + 2);
        self.known(Knowable::Later, &places)
    }

    /// S1, S14, S15, C8; else the variable part ends elsewhere.
    fn li(&self) -> Verdict {
        let octets = self.message.tpdu_length();
        let new = usize::from(self.new);
        if self.new == 255 || new >= octets || new + 1 < self.variable_start() - self.message.li {
            return self.at_tpdu(&[]);
        }
        let variable_start = self.variable_start();
        let end = self.message.li + 1 + new;
        let variable = variable_start..end.max(self.message.fields.len());
        if self.message.kind == Kind::Rj || self.is_other_format(new) {
            return self.at_tpdu(&[]);
        }
        let structure = self.message.find(Field::RdpType);
        let before_structure = structure.is_some_and(|structure| structure.start == end);
        if self.conversation.rdp && (end == variable_start || before_structure) {
            return Verdict::open(); // a CR without structure, and user data, which RFC 1006 allows
        }
        let part = self.variable_part_of(&self.faulty).unwrap();
        if self.conversation.rdp || self.judge_parameters().walk(part).is_err() {
            return self.at_tpdu(&[variable]);
        }
        // The header ends behind another parameter: the others are user data or another TPDU.
        if !self.message.kind.has_user_data() || self.message.parameter(0xc3).is_some() {
            return self.at_tpdu(&[variable_start..(end + 2).max(self.message.fields.len())]);
        }
        Verdict::open()
    }

    /// Whether the LI contradicts the format of the connection.
    fn is_other_format(&self, li: usize) -> bool {
        match self.message.kind {
            Kind::Dt | Kind::Ed if self.conversation.class() < 2 => li != 2,
            Kind::Dt | Kind::Ed | Kind::Ea | Kind::Ak => {
                (li % 2 == 1) != self.conversation.is_extended()
            }
            _ => false,
        }
    }

    /// R5 to R12 and C8: low bits, or another TPDU.
    fn code(&self) -> Verdict {
        let (old, new) = (self.old() >> 4, self.new >> 4);
        let kind = self.message.kind;
        if old == new {
            return match kind {
                Kind::Cr | Kind::Cc if self.message.class_options() >> 4 < 2 => self.at_tpdu(&[]),
                Kind::Cr | Kind::Cc => self.window(),
                Kind::Ak | Kind::Rj if self.conversation.is_extended() => self.at_tpdu(&[]),
                Kind::Ak | Kind::Rj if self.conversation.class() == 1 => self.at_tpdu(&[]),
                Kind::Ak | Kind::Rj => self.window(),
                Kind::Dt if self.old() ^ self.new == 1 && self.is_roa_agreed() => Verdict::never(),
                _ => self.at_tpdu(&[]),
            };
        }
        if (kind, Kind::of(new), self.conversation.class()) == (Kind::Ea, Some(Kind::Ak), 4) {
            return Verdict::open(); // an AK that takes back credit, which class 4 may
        }
        let li = self.message.li..self.message.li + 1;
        let Some(other) = Kind::of(new) else {
            return self.at_tpdu(&[]);
        };
        let minimum = match other {
            Kind::Cr | Kind::Cc | Kind::Dr => 6,
            Kind::Dc => 5,
            Kind::Ud => 1,
            Kind::Dt | Kind::Ed => 2,
            _ => 4,
        };
        if usize::from(self.message.octets[self.message.li]) < minimum {
            return self.at_tpdu(&[li]);
        }
        // Octets mean something else in a TPDU of that type: any of them may show the contradiction.
        let header = self.header();
        let behind = if other.has_user_data() { 0 } else { 2 };
        let end = (header.end + behind).min(self.message.octets.len());
        self.at_tpdu(&[header.start..end])
    }

    /// C21: request of acknowledgement is agreed.
    fn is_roa_agreed(&self) -> bool {
        let proposes = |kind| {
            let message = self.conversation.find(kind);
            let options = message.and_then(|message| message.value(0xc6));
            options.is_some_and(|options| options[0] & 0x20 != 0)
        };
        matches!(self.conversation.class(), 1 | 3 | 4) && proposes(Kind::Cr) && proposes(Kind::Cc)
    }
}
