//! The faults of a conversation: every octet of every header changed, and TPKTs or NSDUs changed as a
//! whole.

use super::conversation::{Carrier, Conversation, Field, Kind};
use super::observe::Sent;
use super::oracle::{self, Knowable, Place, Verdict};
use crate::common::stream::{A, B};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// What kind of octet a fault hits, or what it does to a whole TPKT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub field: &'static str,
    pub kind: &'static str,
}

pub struct Fault {
    pub group: Group,
    pub name: String,
    pub sent: Vec<Sent>,
    pub verdict: Verdict,
}

/// A changed octet, before it is made.
#[derive(Clone, Copy)]
pub struct Change {
    message: usize,
    at: usize,
    new: u8,
    kind: &'static str,
}

pub fn sent(conversation: &Conversation) -> Vec<Sent> {
    let messages = conversation.messages.iter();
    messages
        .map(|message| (message.end, message.octets.clone()))
        .collect()
}

/// Every changed octet of the headers of these messages.
pub fn changes(conversation: &Conversation, messages: Range<usize>) -> Vec<Change> {
    let mut changes = Vec::new();
    for index in messages {
        let message = &conversation.messages[index];
        for at in 0..message.fields.len() {
            let old = message.octets[at];
            let flips = (0..8).map(|bit| (old ^ 1 << bit, "bit"));
            let values = [0, 255, old.wrapping_add(1), old.wrapping_sub(1)];
            let values = values.map(|new| (new, "value"));
            let mut seen = BTreeSet::from([old]);
            for (new, kind) in flips.chain(values) {
                if seen.insert(new) {
                    changes.push(Change {
                        message: index,
                        at,
                        new,
                        kind,
                    });
                }
            }
        }
    }
    changes
}

pub fn make(conversation: &Conversation, change: Change) -> Fault {
    let Change {
        message,
        at,
        new,
        kind,
    } = change;
    let mut sent = sent(conversation);
    let old = std::mem::replace(&mut sent[message].1[at], new);
    let one = &conversation.messages[message];
    Fault {
        group: Group {
            field: field_name(one.kind, one.fields[at]),
            kind,
        },
        name: format!(
            "{}: {:?} {message}, octet {at} ({:?}): {old:02x} -> {new:02x}",
            conversation.name, one.kind, one.fields[at]
        ),
        sent,
        verdict: oracle::octet(conversation, message, at, new),
    }
}

fn field_name(kind: Kind, field: Field) -> &'static str {
    match field {
        Field::Version => "tpkt.version",
        Field::Reserved => "tpkt.reserved",
        Field::Length => "tpkt.length",
        Field::Li => "LI",
        Field::Code => "code",
        Field::DestRef => "DST-REF",
        Field::SrcRef => "SRC-REF",
        Field::ClassOptions if kind == Kind::Cr => "class of CR",
        Field::ClassOptions => "class of CC",
        Field::Reason => "reason",
        Field::Cause => "cause",
        Field::Number => "EOT and number",
        Field::YrNumber => "YR-TU-NR",
        Field::Credit => "credit",
        Field::ParameterCode(_) => "parameter code",
        Field::ParameterLength(_) => "parameter length",
        Field::ParameterValue(_) => "parameter value",
        Field::Cookie => "RDP cookie",
        Field::RdpType => "RDP type",
        Field::RdpFlags => "RDP flags",
        Field::RdpLength => "RDP length",
        Field::RdpBody => "RDP body",
    }
}

/// The faults of these TPKTs or NSDUs as a whole.
pub fn structural(conversation: &Conversation, messages: Range<usize>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for index in messages {
        let unit = Unit {
            conversation,
            index,
        };
        if conversation.carrier == Carrier::Tpkt {
            unit.boundary_faults(&mut faults);
        }
        unit.order_faults(&mut faults);
    }
    faults
}

/// A whole TPKT or NSDU.
struct Unit<'c> {
    conversation: &'c Conversation,
    index: usize,
}

/// Starts no TPKT, TLS record or RDP fast-path PDU.
const GARBAGE: [u8; 4] = [0xde, 0xad, 0xbe, 0xef];
const INSERTED: u8 = 0x55;

impl Unit<'_> {
    fn fault(
        &self,
        kind: &'static str,
        detail: impl fmt::Display,
        sent: Vec<Sent>,
        verdict: Verdict,
    ) -> Fault {
        let message = &self.conversation.messages[self.index];
        let name = format!(
            "{}: {:?} {} {kind} {detail}",
            self.conversation.name, message.kind, self.index
        );
        let field = match self.conversation.carrier {
            Carrier::Tpkt => "TPKT",
            Carrier::Nsdu => "NSDU",
        };
        Fault {
            group: Group { field, kind },
            name,
            sent,
            verdict,
        }
    }

    fn known(&self, knowable: Knowable, octets: Range<usize>) -> Verdict {
        let start = self.conversation.start(self.index);
        Verdict {
            knowable,
            places: vec![Place {
                end: self.conversation.messages[self.index].end,
                octets: start + octets.start as u64..start + octets.end as u64,
            }],
        }
    }

    fn with(&self, change: impl FnOnce(&mut Vec<u8>)) -> Vec<Sent> {
        let mut sent = sent(self.conversation);
        change(&mut sent[self.index].1);
        sent
    }

    /// The boundaries of TPKTs are no longer where their lengths say.
    fn boundary_faults(&self, faults: &mut Vec<Fault>) {
        let conversation = self.conversation;
        let message = &conversation.messages[self.index];
        let (octets, header) = (message.octets.len(), message.fields.len());
        for cut in [1, octets / 2] {
            let sent = self.with(|one| one.truncate(octets - cut));
            // From the cut to where the next version should be; all of it when it never ends.
            let start = if self.octets_behind() < cut {
                0
            } else {
                octets - cut
            };
            let verdict = self.known(Knowable::Later, start..octets + 1);
            faults.push(self.fault("cut", cut, sent, verdict));
        }
        let sent = self.with(|one| one.push(INSERTED));
        let verdict = self.known(Knowable::AtTpdu, octets..octets + 1);
        faults.push(self.fault("lengthened", "", sent, verdict));

        let sent = self.with(|one| one.extend(GARBAGE));
        let verdict = self.known(Knowable::AtTpdu, octets..octets + GARBAGE.len());
        faults.push(self.fault("garbage behind", "", sent, verdict));

        for at in 0..header {
            let sent = self.with(|one| one.insert(at, INSERTED));
            let verdict = match at {
                0 => self.known(Knowable::AtTpdu, 0..1),
                1 => self.known(Knowable::AtTpdu, 0..5),
                // The length is another.
                2 | 3 => self.known(Knowable::Later, 0..(octets + 2).max(INSERTED.into())),
                _ => self.known(Knowable::Later, at..octets + 2),
            };
            // The last octet is left over, and may begin an RDP fast-path PDU.
            let is_fast_path = conversation.rdp && message.octets[octets - 1] & 3 == 0;
            let verdict = match at {
                0 => verdict,
                _ if is_fast_path => Verdict::open(),
                _ => verdict,
            };
            faults.push(self.fault("octet inserted", at, sent, verdict));

            let sent = self.with(|one| {
                one.remove(at);
            });
            let verdict = match at {
                0 => self.known(Knowable::AtTpdu, 0..1),
                // The length is another: where it ends nothing begins.
                1..4 => self.known(Knowable::Later, 0..octets + 1),
                _ if self.next_of_same_end().is_none() => {
                    self.known(Knowable::Later, 0..octets + 1)
                }
                _ => self.known(Knowable::Later, at..octets + 1),
            };
            faults.push(self.fault("octet removed", at, sent, verdict));
        }
    }

    /// Octets of the same direction that follow.
    fn octets_behind(&self) -> usize {
        let messages = &self.conversation.messages;
        let end = messages[self.index].end;
        let behind = messages[self.index + 1..].iter();
        let octets = behind.filter(|other| other.end == end);
        octets.map(|other| other.octets.len()).sum()
    }

    fn next_of_same_end(&self) -> Option<usize> {
        let messages = &self.conversation.messages;
        let end = messages[self.index].end;
        (self.index + 1..messages.len()).find(|&other| messages[other].end == end)
    }

    /// Whole TPDUs are there twice, missing, or in another order.
    fn order_faults(&self, faults: &mut Vec<Fault>) {
        let mut doubled = sent(self.conversation);
        doubled.insert(self.index, doubled[self.index].clone());
        faults.push(self.fault("doubled", "", doubled, self.verdict_on_doubled()));

        let mut dropped = sent(self.conversation);
        dropped.remove(self.index);
        faults.push(self.fault("dropped", "", dropped, self.verdict_on_dropped()));

        if let Some(next) = self.next_of_same_end() {
            let mut swapped = sent(self.conversation);
            swapped.swap(self.index, next);
            let verdict = self.verdict_on_swapped(next);
            faults.push(self.fault("swapped", "", swapped, verdict));
        }
    }

    fn verdict_on_doubled(&self) -> Verdict {
        let conversation = self.conversation;
        let message = &conversation.messages[self.index];
        let octets = message.octets.len();
        let second = octets..2 * octets;
        match (message.kind, conversation.class()) {
            // Class 4 retransmits.
            (Kind::Cr | Kind::Cc, 4) => Verdict::open(),
            (Kind::Cr | Kind::Cc, _) => self.known(Knowable::AtTpdu, second),
            (Kind::Dt, 2) if conversation.has_numbers() => self.known(Knowable::AtTpdu, second),
            (Kind::Dt | Kind::Ak, _) | (Kind::Ed, 0 | 4) => Verdict::never(),
            _ => Verdict::open(),
        }
    }

    fn verdict_on_dropped(&self) -> Verdict {
        let conversation = self.conversation;
        let messages = &conversation.messages;
        let message = &messages[self.index];
        let behind = || messages.iter().enumerate().skip(self.index + 1);
        let at = |index: usize| {
            let other = &messages[index];
            let mut start = conversation.start(index);
            if other.end == message.end {
                start -= message.octets.len() as u64;
            }
            Place {
                end: other.end,
                octets: start..start + other.octets.len() as u64,
            }
        };
        // Class 4 may send in any order: there only a gap that lasts is a fault.
        let knowable = match (message.kind, conversation.class()) {
            (Kind::Dt, 4) => Knowable::Later,
            _ => Knowable::AtTpdu,
        };
        let known = |found: Option<usize>| match found {
            Some(index) => Verdict {
                knowable,
                places: vec![at(index)],
            },
            None => Verdict::open(), // an acknowledgement may tell
        };
        let answers_request = conversation.messages[..self.index]
            .iter()
            .all(|other| other.kind == Kind::Cr);
        match message.kind {
            // The next TPDU, which needs a CR or a CC before it.
            Kind::Cr if conversation.find(Kind::Cc).is_some() => known(Some(self.index + 1)),
            Kind::Cr => Verdict::open(),
            Kind::Cc if self.index + 1 < messages.len() => known(Some(self.index + 1)),
            Kind::Dt if conversation.has_numbers() => known(
                behind()
                    .find(|(_, other)| (other.kind, other.end) == (Kind::Dt, message.end))
                    .map(|(index, _)| index),
            ),
            // Nobody answers the CR, which the end of the streams shows.
            Kind::Cc | Kind::Dr | Kind::Er
                if answers_request && conversation.carrier == Carrier::Tpkt =>
            {
                let request = messages[0].octets.len() as u64;
                let places = [(A, request), (B, 0)].map(|(end, length)| Place {
                    end,
                    octets: 0..length + 1,
                });
                Verdict {
                    knowable: Knowable::Later,
                    places: places.into(),
                }
            }
            Kind::Dt if !message.eot => Verdict::never(),
            Kind::Dt => {
                let same = |other: &&super::conversation::Message| {
                    (other.kind, other.end) == (Kind::Dt, message.end)
                };
                let is_last = messages[self.index + 1..].iter().find(same).is_none();
                let before = messages[..self.index].iter().rfind(same);
                match before.is_some_and(|before| !before.eot) && is_last {
                    true => Verdict::open(), // E13 in streams
                    false => Verdict::never(),
                }
            }
            _ => Verdict::open(),
        }
    }

    fn verdict_on_swapped(&self, next: usize) -> Verdict {
        let conversation = self.conversation;
        let (one, other) = (
            &conversation.messages[self.index],
            &conversation.messages[next],
        );
        let both = 0..one.octets.len() + other.octets.len();
        match (one.kind, other.kind) {
            (Kind::Cr | Kind::Cc, _) => self.known(Knowable::AtTpdu, both),
            (Kind::Dt, Kind::Dt) => match conversation.class() {
                0 => Verdict::never(),
                4 => Verdict::open(),
                _ if conversation.has_numbers() => self.known(Knowable::AtTpdu, both),
                _ => Verdict::never(),
            },
            _ => Verdict::open(),
        }
    }
}
