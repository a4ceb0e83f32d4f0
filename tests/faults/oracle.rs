//! What can be known of a fault, and where: written from docs/rules.md, without the library.

use super::conversation::{Carrier, Conversation, Field, Kind, Message, Parameter, REFERENCES};
use super::parameters::{Definition, Judge};
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

/// Which classes a CC may select, bit n for class n.
fn offered(preferred: u8, alternatives: &[u8]) -> u8 {
    let alone = [0b1, 0b11, 0b100, 0b1100, 0b1_0100];
    let alone = alone.get(usize::from(preferred)).copied().unwrap_or(0);
    let added = alternatives
        .iter()
        .map(|octet| alternative(preferred, octet >> 4));
    added.fold(alone, |all, one| all | one)
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
        let mut verdict = self.at_tpdu(&[checksum.at.clone()]);
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

    /// The variable part when the TPDU, which starts at `li`, has the LI that `octets` say.
    fn variable_part_of<'a>(&self, octets: &'a [u8]) -> Option<&'a [u8]> {
        let tpdu = &octets[self.message.li..];
        let start = self.variable_start() - self.message.li;
        tpdu.get(start..usize::from(tpdu[0]) + 1)
    }

    /// Where the variable part of the message starts.
    fn variable_start(&self) -> usize {
        let is_variable = |field: &Field| {
            matches!(
                field,
                Field::ParameterCode(_) | Field::Cookie | Field::RdpType
            )
        };
        let fields = &self.message.fields;
        fields.iter().position(is_variable).unwrap_or(fields.len())
    }

    fn judge_parameters(&self) -> Judge {
        let class = match self.message.kind {
            Kind::Cr | Kind::Cc => self.message.class_options() >> 4,
            _ => self.conversation.class(),
        };
        Judge {
            kind: self.message.kind,
            class,
            carrier: self.conversation.carrier,
            extended: self.conversation.is_extended(),
        }
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

    /// C6, R13, R16.
    fn dest_ref(&self) -> Verdict {
        let field = self.field();
        let new = u16::from_be_bytes([self.faulty[field.start], self.faulty[field.start + 1]]);
        if self.conversation.rdp {
            return Verdict::open();
        }
        let is_known = match self.message.kind {
            Kind::Cr => true,
            Kind::Cc if new == 0 => true,
            // Without TPKT it may be of another connection.
            _ => self.is_over_tpkt(),
        };
        if is_known {
            self.at_tpdu(&[field])
        } else {
            Verdict::open()
        }
    }

    /// R14, R15, R17, C6: the peer keeps to the other reference.
    fn src_ref(&self) -> Verdict {
        let field = self.field();
        let new = u16::from_be_bytes([self.faulty[field.start], self.faulty[field.start + 1]]);
        if self.conversation.rdp {
            return Verdict::never();
        }
        let is_refusal = self.conversation.find(Kind::Cc).is_none();
        match self.message.kind {
            Kind::Dr if is_refusal => return self.at_tpdu(&[field]),
            Kind::Cr | Kind::Cc if new == 0 => return self.at_tpdu(&[field]),
            _ if !self.is_over_tpkt() => return Verdict::open(),
            Kind::Cr | Kind::Cc => {}
            _ => return self.at_tpdu(&[field]),
        }
        // The first TPDU that names the reference, from either end.
        let own = REFERENCES[self.message.end as usize];
        for (index, other) in self.behind() {
            let from_peer = other.end != self.message.end;
            let named = if from_peer {
                Field::DestRef
            } else {
                Field::SrcRef
            };
            if let Some(at) = other.find(named)
                && other.octets[at.clone()] == own.to_be_bytes()
            {
                let mut verdict = self.later(index, at);
                verdict.places.push(self.place(self.index, field));
                return verdict;
            }
        }
        Verdict::never()
    }

    /// What octet 7 alone may not be, and what does not go with it (R18 to R24, R6, R7, S9, S10, S26).
    fn class_options_alone(&self) -> Option<Verdict> {
        let (class, options) = (self.new >> 4, self.new & 0xf);
        let is_cc = self.message.kind == Kind::Cc;
        let over_tpkt = self.is_over_tpkt();
        // What the clean conversation raises as well is nothing new.
        let had_flow_control = self.old() & 0xf1 == 0x20;
        let is_wrong = class > 4
            || options & 0b1100 != 0
            || match class {
                0 => options != 0,
                1 => over_tpkt || options != 0,
                2 => options == 0b11 || (over_tpkt && options & 1 == 0 && !had_flow_control),
                _ => over_tpkt || (is_cc && options & 1 != 0),
            };
        if is_wrong {
            return Some(self.at_tpdu(&[]));
        }
        let code = self.message.li + 1;
        if class < 2 && self.message.credit != 0 {
            return Some(self.at_tpdu(&[code..code + 1]));
        }
        let judge = Judge {
            class,
            ..self.judge_parameters()
        };
        let part = self.variable_part_of(&self.faulty).unwrap();
        let lacks_checksum =
            self.message.kind == Kind::Cr && class == 4 && self.message.parameter(0xc3).is_none();
        if !self.conversation.rdp && (judge.walk(part).is_err() || lacks_checksum) {
            return Some(self.at_tpdu(&[self.header()]));
        }
        let expedited = self
            .message
            .value(0xc6)
            .map_or(!over_tpkt, |value| value[0] & 1 != 0);
        let conflicts = class == 2 && options & 1 != 0 && expedited && !over_tpkt;
        conflicts.then(|| match self.message.value(0xc6) {
            Some(_) => self.at_tpdu(&[self.header()]),
            None => Verdict::open(), // expedited data by default only
        })
    }

    fn class_options_of_cr(&self) -> Verdict {
        let confirmed = self.confirm_contradicts();
        match (self.class_options_alone(), confirmed) {
            (Some(alone), Some(confirmed)) => alone.or_at(confirmed),
            (one, other) => one.or(other).unwrap_or_else(Verdict::never),
        }
    }

    /// The CC selects what the CR does not offer any more.
    fn confirm_contradicts(&self) -> Option<Verdict> {
        let alternatives = self.message.value(0xc7).unwrap_or(&[]);
        let (index, confirm) = self.behind().find(|(_, other)| other.kind == Kind::Cc)?;
        let selected = confirm.class_options();
        let is_offered = offered(self.new >> 4, alternatives) >> (selected >> 4) & 1 != 0;
        let adds = selected & !self.new & 0b11 != 0;
        let at = confirm.find(Field::ClassOptions).unwrap();
        (!is_offered || adds).then(|| self.later(index, at))
    }

    fn class_options_of_cc(&self) -> Verdict {
        let request = self.conversation.find(Kind::Cr).unwrap();
        let alternatives = request.value(0xc7).unwrap_or(&[]);
        let proposed = request.class_options();
        let is_offered = offered(proposed >> 4, alternatives) >> (self.new >> 4).min(7) & 1 != 0;
        let adds = self.new & !proposed & 0b11 != 0;
        if !is_offered || adds {
            return self.at_tpdu(&[]);
        }
        let later = self.data_contradicts();
        match self.class_options_alone() {
            Some(alone) => alone.or_at(later),
            None => later,
        }
    }

    fn data_contradicts(&self) -> Verdict {
        // The TPDUs that follow are of another class or format.
        let agreed = self.conversation.with_class_options(self.new);
        for (index, other) in self.behind() {
            let header = other.li..other.fields.len();
            let is_foreign = match other.kind {
                Kind::Dt | Kind::Ed => {
                    (agreed.class() < 2) != (self.conversation.class() < 2)
                        || (agreed.class() >= 2
                            && agreed.is_extended() != self.conversation.is_extended())
                        || (!agreed.has_numbers() && agreed.class() == 0 && other.number != 0)
                        || (agreed.has_numbers() && !self.conversation.has_numbers())
                            && self.is_repeated(index)
                }
                Kind::Ak | Kind::Rj | Kind::Ea | Kind::Dc => {
                    agreed.class() == 0
                        || (other.kind == Kind::Rj && matches!(agreed.class(), 2 | 4))
                        || (other.kind != Kind::Dc
                            && agreed.is_extended() != self.conversation.is_extended())
                        || (other.kind == Kind::Ak && agreed.is_without_flow_control())
                }
                _ => false,
            };
            if is_foreign {
                return self.later(index, header);
            }
        }
        Verdict::never()
    }

    /// Whether a DT before it, of the same end, has the same number.
    fn is_repeated(&self, index: usize) -> bool {
        let one = &self.conversation.messages[index];
        let before = &self.conversation.messages[..index];
        before
            .iter()
            .any(|other| (other.kind, other.end, other.number) == (one.kind, one.end, one.number))
    }

    /// S20.
    fn reason(&self) -> Verdict {
        let is_defined = matches!(self.new, 0..=3 | 128..=133 | 135 | 136 | 138);
        if !is_defined || (self.new >= 128 && self.conversation.class() == 0) {
            self.at_tpdu(&[])
        } else {
            Verdict::never()
        }
    }

    /// EOT and number of a DT or ED: R25 to R27, C9, C10, C15.
    fn number(&self) -> Verdict {
        let field = self.field();
        let is_first = self.at == field.start;
        let eot_changes = is_first && (self.old() ^ self.new) & 0x80 != 0;
        let number = field.clone().fold(0u32, |number, at| {
            let octet = if at == field.start {
                self.faulty[at] & 0x7f
            } else {
                self.faulty[at]
            };
            number << 8 | u32::from(octet)
        });
        if number != self.message.number {
            let verdict = self.other_number(number);
            if verdict.knowable != Knowable::Never {
                return verdict;
            }
        }
        if !eot_changes {
            return Verdict::never();
        }
        if self.message.kind == Kind::Ed {
            return self.at_tpdu(&[]);
        }
        if self.message.eot {
            let octets = self.message.octets.len();
            if octets == self.message.fields.len() {
                return self.at_tpdu(&[octets..octets]); // S16
            }
            let mut same = self.behind();
            let goes_on =
                same.any(|(_, other)| (other.kind, other.end) == (Kind::Dt, self.message.end));
            // E13; only streams know the end of a connection.
            if !goes_on && self.is_over_tpkt() {
                return self.known(Knowable::Later, &[self.at..usize::MAX / 2]);
            }
        }
        Verdict::never()
    }

    fn other_number(&self, number: u32) -> Verdict {
        let conversation = self.conversation;
        match (self.message.kind, conversation.class()) {
            (_, 0) => return self.at_tpdu(&[]),
            (Kind::Ed, 2) => return Verdict::never(), // F2
            (Kind::Ed, _) => return self.at_tpdu(&[self.field()]),
            (_, 2) if conversation.is_without_flow_control() => return Verdict::never(), // F1
            (_, 2) => return self.at_tpdu(&[self.field()]),
            _ => {}
        }
        // Classes 1, 3 and 4: a lower number is a repetition, and the due one never comes.
        let next = self
            .behind()
            .find(|(_, other)| (other.kind, other.end) == (Kind::Dt, self.message.end));
        if number > self.message.number && conversation.class() != 4 {
            return self.at_tpdu(&[self.field()]);
        }
        match next {
            Some((index, next)) => {
                let mut verdict = self.later(index, next.find(Field::Number).unwrap());
                verdict.places.push(self.place(self.index, self.field()));
                verdict
            }
            None => Verdict::open(),
        }
    }

    /// R28, R29, C12, C14, C15.
    fn yr_number(&self) -> Verdict {
        let field = self.field();
        if self.at == field.start && self.new & 0x80 != 0 {
            return self.at_tpdu(&[]);
        }
        match (self.message.kind, self.conversation.class()) {
            (Kind::Ea, 2) => Verdict::never(),
            (Kind::Ea, _) => self.at_tpdu(&[field]),
            _ => self.window(),
        }
    }

    /// Follows the windows of a conversation with the fault: C12, C13, C14.
    fn window(&self) -> Verdict {
        let conversation = self.conversation;
        let explicit = conversation.class() > 1 && conversation.has_numbers();
        let mut sent = [0u32; 2];
        let mut upper = [0u32; 2];
        for (index, message) in conversation.messages.iter().enumerate() {
            let (own, peer) = (message.end as usize, 1 - message.end as usize);
            let is_faulty = index == self.index;
            let octets = if is_faulty {
                &self.faulty
            } else {
                &message.octets
            };
            let number = message.find(Field::YrNumber).map_or(0, |at| {
                octets[at]
                    .iter()
                    .fold(0, |sum, &octet| sum << 8 | u32::from(octet))
            });
            let credit = message.find(Field::Credit).map_or_else(
                || u32::from(octets[message.li + 1] & 0xf),
                |at| {
                    octets[at]
                        .iter()
                        .fold(0, |sum, &octet| sum << 8 | u32::from(octet))
                },
            );
            let is_wrong = match message.kind {
                Kind::Cr | Kind::Cc => {
                    upper[peer] = credit;
                    false
                }
                Kind::Dt => {
                    let is_new = message.number >= sent[own];
                    sent[own] = sent[own].max(message.number + 1);
                    explicit && is_new && message.number >= upper[own]
                }
                Kind::Ak => {
                    let edge = number + credit;
                    let takes_back = explicit && conversation.class() != 4 && edge < upper[peer];
                    upper[peer] = edge;
                    number > sent[peer] || takes_back
                }
                Kind::Rj => {
                    upper[peer] = number + credit;
                    number > sent[peer]
                }
                _ => false,
            };
            if is_wrong && is_faulty {
                return self.at_tpdu(&[self.header()]);
            }
            if is_wrong && self.message.kind == Kind::Ak && conversation.class() == 4 {
                return Verdict::open(); // the DT may have been under way before the AK came
            }
            if is_wrong {
                return self.later(index, message.li..message.fields.len());
            }
        }
        if self.message.kind == Kind::Rj && self.message.fields[self.at] == Field::YrNumber {
            return Verdict::open(); // what is repeated is not what was asked for
        }
        Verdict::never()
    }

    /// The code or length of a parameter: S5 to S9, R30, R31.
    fn variable_part(&self) -> Verdict {
        let part = self.variable_part_of(&self.faulty).unwrap();
        if self.judge_parameters().walk(part).is_err() {
            return self.at_tpdu(&[self.at..self.message.fields.len()]);
        }
        // Another valid parameter stands there, or others do: what is missing may show.
        let (Field::ParameterCode(index) | Field::ParameterLength(index)) =
            self.message.fields[self.at]
        else {
            return Verdict::open();
        };
        match self.message.parameters[index].code {
            0xc1 | 0xc2 if self.message.kind != Kind::Ud => Verdict::never(),
            _ => Verdict::open(),
        }
    }

    /// The value of a parameter, which is otherwise as it was.
    fn value(&self, parameter: &Parameter) -> Verdict {
        let value = &self.faulty[parameter.at.start + 2..parameter.at.end];
        let judge = self.judge_parameters();
        let at = [parameter.at.clone()];
        let is_valid = Definition::of(parameter.code)
            .is_some_and(|definition| judge.allows_value(definition, value));
        if !is_valid {
            return self.at_tpdu(&at);
        }
        let confirm = self.behind().find(|(_, other)| other.kind == Kind::Cc);
        let request = self.conversation.find(Kind::Cr);
        let of_request = request.and_then(|request| request.value(parameter.code));
        let is_cc = self.message.kind == Kind::Cc;
        match parameter.code {
            0xc3 => self.at_tpdu(&at),
            0xc0 | 0xf0 if is_cc && of_request.is_some_and(|proposed| value > proposed) => {
                self.at_tpdu(&at) // C2, C3
            }
            0xc0 | 0xf0 if is_cc => self.exceeded(parameter.code, value),
            0xc0 | 0xf0 => match confirm.and_then(|(index, confirm)| {
                let selected = confirm.value(parameter.code)?;
                (selected > value).then_some((index, confirm))
            }) {
                Some((index, confirm)) => {
                    self.later(index, confirm.parameter(parameter.code).unwrap().at.clone())
                }
                None => Verdict::never(),
            },
            0xc6 => self.additional_options(parameter, value[0]),
            0xc7 => {
                let Some((index, confirm)) = confirm else {
                    return Verdict::never();
                };
                let selected = confirm.class_options() >> 4;
                let preferred = self.message.class_options() >> 4;
                if offered(preferred, value) >> selected & 1 == 0 {
                    self.later(index, confirm.find(Field::ClassOptions).unwrap())
                } else {
                    Verdict::never()
                }
            }
            0x8a | 0x8c | 0x8f | 0x90 => Verdict::open(),
            _ => Verdict::never(),
        }
    }

    /// C7: a later TPDU is longer than what the CC says now.
    fn exceeded(&self, code: u8, value: &[u8]) -> Verdict {
        let number = value
            .iter()
            .fold(0usize, |sum, &octet| sum << 8 | usize::from(octet));
        let size = match code {
            0xc0 => 1 << number,
            _ => number * 128,
        };
        let longer = self.behind().find(|(_, other)| other.tpdu_length() > size);
        match longer {
            Some((index, other)) => self.later(index, 0..other.octets.len()),
            None => Verdict::never(),
        }
    }

    /// C4, R23, R35, S29.
    fn additional_options(&self, parameter: &Parameter, new: u8) -> Verdict {
        let code = parameter.code;
        let class = self.conversation.class();
        // What C4 names, and what else is of the class.
        let (certain, other) = match (class, self.is_over_tpkt()) {
            (0, _) => (0x01, 0),
            (1, _) => (0x0d, 0x20),
            (2, true) => (0x01, 0x68),
            (2, false) => (0x01, 0),
            (3, _) => (0x01, 0x20),
            _ => (0x03, 0x70),
        };
        let at = [parameter.at.clone()];
        let about_expedited = match (class, self.is_over_tpkt()) {
            (2, true) => 0x68,
            (4, _) => 0x40,
            _ => 0,
        };
        if new & 1 == 0 && new & about_expedited != 0 {
            return self.at_tpdu(&at);
        }
        let no_flow_control = self.message.class_options() & 0xf1 == 0x21;
        if no_flow_control && new & 1 != 0 && !self.is_over_tpkt() {
            return self.at_tpdu(&[self.header()]);
        }
        if self.message.kind == Kind::Cr {
            let confirm = self.behind().find(|(_, other)| other.kind == Kind::Cc);
            let Some((index, confirm)) = confirm else {
                return Verdict::never();
            };
            let added = confirm.value(code).map_or(0, |selected| selected[0] & !new);
            return if added & certain != 0 {
                self.later(index, confirm.parameter(code).unwrap().at.clone())
            } else if added & other != 0 {
                Verdict::open()
            } else {
                Verdict::never()
            };
        }
        let request = self.conversation.find(Kind::Cr).unwrap();
        let default = u8::from(!self.is_over_tpkt());
        let proposed = request.value(code).map_or(default, |value| value[0]);
        let added = new & !proposed;
        if added & certain != 0 {
            return self.at_tpdu(&at);
        }
        if added & other != 0 {
            return Verdict::open();
        }
        let expedited = self.behind().find(|(_, other)| other.kind == Kind::Ed);
        match expedited {
            Some((index, other)) if new & 1 == 0 => self.later(index, other.li..other.li + 2),
            _ => Verdict::never(),
        }
    }

    /// A structure of another type; a response that becomes a failure, or the reverse, may be valid.
    fn rdp_type(&self) -> Verdict {
        let at = self.message.find(Field::RdpBody).unwrap();
        let body = little_endian(&self.message.octets[at]);
        let is_valid = match (self.old(), self.new) {
            (2, 3) => is_failure_code(body),
            (3, 2) => self.may_be_selected(body),
            _ => false,
        };
        if is_valid {
            Verdict::open()
        } else {
            self.at_tpdu(&[self.at..self.message.fields.len()])
        }
    }

    fn may_be_selected(&self, protocol: u32) -> bool {
        let request = self.conversation.find(Kind::Cr).unwrap();
        let at = request.find(Field::RdpBody).unwrap();
        let requested = little_endian(&request.octets[at]);
        protocol & !requested == 0 && protocol.count_ones() <= 1
    }

    /// E15.
    fn cookie(&self) -> Verdict {
        let field = self.field();
        let place = self.at - field.start;
        if self.at + 2 >= field.end {
            return self.at_tpdu(&[field.start..self.message.fields.len()]);
        }
        if place < b"Cookie: ".len() || matches!(self.new, b'\r' | b'\n' | 0) {
            return Verdict::open(); // a routing token may be any text
        }
        Verdict::never()
    }

    /// R46, R50.
    fn rdp_flags(&self) -> Verdict {
        let kind = self.message.octets[self.message.find(Field::RdpType).unwrap().start];
        match kind {
            1 if self.new & !0b11 != 0 => self.at_tpdu(&[]),
            1 => Verdict::never(),
            2 if self.new & 0xe0 != 0 => Verdict::open(),
            2 => Verdict::never(),
            _ => self.at_tpdu(&[]),
        }
    }

    fn rdp_body(&self) -> Verdict {
        let field = self.field();
        let new = little_endian(&self.faulty[field.clone()]);
        let kind = self.message.octets[self.message.find(Field::RdpType).unwrap().start];
        let is_valid = match kind {
            1 => new & !0x1f == 0,
            2 => self.may_be_selected(new),
            _ => is_failure_code(new),
        };
        if !is_valid {
            return self.at_tpdu(&[field]);
        }
        // What the CC selects has to be requested.
        let is_response = |message: &Message| {
            let at = message.find(Field::RdpType);
            at.is_some_and(|at| message.octets[at.start] == 2)
        };
        let response = self.behind().find(|(_, other)| is_response(other));
        if let Some((index, response)) = response {
            let at = response.find(Field::RdpBody).unwrap();
            if little_endian(&response.octets[at.clone()]) & !new != 0 {
                return self.later(index, at);
            }
        }
        Verdict::never()
    }
}

fn little_endian(octets: &[u8]) -> u32 {
    octets
        .iter()
        .rfold(0, |sum, &octet| sum << 8 | u32::from(octet))
}

/// MS-RDPBCGR 2.2.1.2.2.
fn is_failure_code(code: u32) -> bool {
    (1..=6).contains(&code)
}
