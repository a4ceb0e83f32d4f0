//! What MS-RDPBCGR puts into CR and CC.

use super::{OctetFault, Verdict};
use crate::conversation::{Field, Kind, Message};

impl OctetFault<'_> {
    /// A structure of another type; a response that becomes a failure, or the reverse, may be valid.
    pub(super) fn rdp_type(&self) -> Verdict {
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
    pub(super) fn cookie(&self) -> Verdict {
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
    pub(super) fn rdp_flags(&self) -> Verdict {
        let kind = self.message.octets[self.message.find(Field::RdpType).unwrap().start];
        match kind {
            1 if self.new & !0b11 != 0 => self.at_tpdu(&[]),
            1 => Verdict::never(),
            2 if self.new & 0xe0 != 0 => Verdict::open(),
            2 => Verdict::never(),
            _ => self.at_tpdu(&[]),
        }
    }

    pub(super) fn rdp_body(&self) -> Verdict {
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
