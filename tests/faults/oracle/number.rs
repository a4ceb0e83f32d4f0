//! TPDU numbers, acknowledgements and windows.

use super::{Knowable, OctetFault, Verdict};
use crate::conversation::{Field, Kind};

impl OctetFault<'_> {
    /// EOT and number of a DT or ED: R25 to R27, C9, C10, C15.
    pub(super) fn number(&self) -> Verdict {
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
    pub(super) fn yr_number(&self) -> Verdict {
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
    pub(super) fn window(&self) -> Verdict {
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
}
