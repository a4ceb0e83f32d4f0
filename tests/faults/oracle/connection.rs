//! References, class and options: what CR and CC settle.

use super::definition::{Judge, alternative};
use super::{OctetFault, Verdict};
use crate::conversation::{Field, Kind, REFERENCES};

/// Which classes a CC may select, bit n for class n.
pub(super) fn offered(preferred: u8, alternatives: &[u8]) -> u8 {
    let alone = [0b1, 0b11, 0b100, 0b1100, 0b1_0100];
    let alone = alone.get(usize::from(preferred)).copied().unwrap_or(0);
    let added = alternatives
        .iter()
        .map(|octet| alternative(preferred, octet >> 4));
    added.fold(alone, |all, one| all | one)
}

impl OctetFault<'_> {
    /// C6, R13, R16.
    pub(super) fn dest_ref(&self) -> Verdict {
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
    pub(super) fn src_ref(&self) -> Verdict {
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

    pub(super) fn class_options_of_cr(&self) -> Verdict {
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

    pub(super) fn class_options_of_cc(&self) -> Verdict {
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
    pub(super) fn reason(&self) -> Verdict {
        let is_defined = matches!(self.new, 0..=3 | 128..=133 | 135 | 136 | 138);
        if !is_defined || (self.new >= 128 && self.conversation.class() == 0) {
            self.at_tpdu(&[])
        } else {
            Verdict::never()
        }
    }
}
