//! Test vectors: octets with the exact result of dissecting them.
#![allow(dead_code)]

// Octets are in lines of one field each.
#[rustfmt::skip]
mod acknowledgement;
#[rustfmt::skip]
mod classes;
#[rustfmt::skip]
mod connection;
#[rustfmt::skip]
mod data;
#[rustfmt::skip]
mod parameters;
#[rustfmt::skip]
mod rdp;
#[rustfmt::skip]
mod release;
#[rustfmt::skip]
mod state;
#[rustfmt::skip]
mod tpkt;

use isotsap::dissection::record::{Packet, PacketFlag};
use isotsap::dissection::{ContextFlag, Encapsulation};

/// Who sent a packet.
const UNKNOWN: u32 = 0;
const A: u32 = PacketFlag::FromA as u32;
const B: u32 = PacketFlag::FromB as u32;

/// Severities as the header numbers them.
pub const CHAT: u8 = 1;
pub const NOTE: u8 = 2;
pub const WARNING: u8 = 3;
pub const ERROR: u8 = 4;

/// Severity, abbreviation, offset and length of an expert info.
pub type Expert = (u8, &'static str, u32, u32);

/// One packet and its expected result. Offsets count from its first octet.
#[derive(Clone)]
pub struct Vector {
    pub name: String,
    pub encapsulation: Encapsulation,
    /// Packets of the same connection before this one, each with the flag that says who sent it.
    pub before: Vec<(u32, Vec<u8>)>,
    /// Flags of the context before any of them.
    pub context_flags: u32,
    /// The flag that says who sent this one.
    pub sender: u32,
    pub octets: Vec<u8>,
    pub after_gap: bool,
    /// Abbreviation, value, offset and length of fields that must be there.
    pub fields: Vec<(&'static str, u64, u32, u32)>,
    /// Fields that must not be there.
    pub absent: Vec<&'static str>,
    /// All expert infos.
    pub experts: Vec<Expert>,
    /// The summary of each PDU.
    pub summaries: Vec<String>,
}

impl Vector {
    fn new(name: impl Into<String>, encapsulation: Encapsulation, octets: &[u8]) -> Self {
        Self {
            name: name.into(),
            encapsulation,
            before: Vec::new(),
            context_flags: 0,
            sender: 0,
            octets: octets.into(),
            after_gap: false,
            fields: Vec::new(),
            absent: Vec::new(),
            experts: Vec::new(),
            summaries: Vec::new(),
        }
    }

    /// Its packet, with the first `captured` of its octets there.
    pub fn packet(&self, captured: usize, reported: usize) -> Packet {
        Packet {
            captured: u32::try_from(captured).unwrap(),
            reported: u32::try_from(reported).unwrap(),
            flags: self.sender | (u32::from(self.after_gap) * PacketFlag::AfterGap as u32),
            ..Packet::default()
        }
    }

    fn after(self, before: impl Into<Vec<u8>>) -> Self {
        self.after_from(UNKNOWN, before)
    }

    fn after_from(mut self, sender: u32, before: impl Into<Vec<u8>>) -> Self {
        let octets = match self.encapsulation {
            Encapsulation::Tpkt => in_tpkt(&before.into()),
            _ => before.into(),
        };
        self.before.push((sender, octets));
        self
    }

    fn from(self, sender: u32) -> Self {
        Self { sender, ..self }
    }

    fn seen_from_start(self) -> Self {
        Self {
            context_flags: ContextFlag::FromStart as u32,
            ..self
        }
    }

    fn after_gap(mut self) -> Self {
        self.after_gap = true;
        self
    }

    fn field(mut self, abbreviation: &'static str, value: u64, offset: u32, length: u32) -> Self {
        self.fields.push((abbreviation, value, offset, length));
        self
    }

    fn without(mut self, abbreviation: &'static str) -> Self {
        self.absent.push(abbreviation);
        self
    }

    fn raises(mut self, severity: u8, expert: &'static str, offset: u32, length: u32) -> Self {
        self.experts.push((severity, expert, offset, length));
        self
    }

    fn shows(mut self, summary: impl Into<String>) -> Self {
        self.summaries.push(summary.into());
        self
    }

    /// Where the LI of its first TPDU is.
    fn li(&self) -> u32 {
        match self.encapsulation {
            Encapsulation::Nsdu => 0,
            _ => 4,
        }
    }

    /// Over TPKT a CR or CC of a class that RFC 1006 and RFC 2126 do not carry raises a note, and so
    /// does class 2 with explicit flow control.
    fn class_is_carried(self) -> Self {
        const CLASS_IN_TPKT: u32 = 10;
        let octet = self.octets.get(CLASS_IN_TPKT as usize);
        let class_and_flow_control = octet.map(|octet| (octet >> 4, octet & 1 == 0));
        match (self.encapsulation, class_and_flow_control) {
            (Encapsulation::Tpkt, Some((1 | 3 | 4, _) | (2, true))) => {
                self.raises(NOTE, "cotp.class.not_for_carrier", CLASS_IN_TPKT, 1)
            }
            _ => self,
        }
    }

    /// A plain CR of `cr`, or another with the same references.
    fn request(self) -> Self {
        let code = self.li() + 1;
        self.class_is_carried()
            .raises(CHAT, "cotp.connection.request", code, 1)
            .shows("CR TPDU src-ref: 0x0001 dst-ref: 0x0000")
    }

    /// A plain CC of `cc`, or another with the same references.
    fn confirm(self) -> Self {
        let code = self.li() + 1;
        self.class_is_carried()
            .raises(CHAT, "cotp.connection.confirm", code, 1)
            .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0001")
    }

    /// A DR of `dr`.
    fn release(self) -> Self {
        let reason = self.li() + 6;
        self.raises(CHAT, "cotp.disconnect.request", reason, 1)
            .shows("DR TPDU src-ref: 0x0002 dst-ref: 0x0001")
    }

    /// An ER of `er`.
    fn error(self) -> Self {
        let cause = self.li() + 4;
        self.raises(WARNING, "cotp.error", cause, 1)
            .shows("ER TPDU dst-ref: 0x0001")
    }
}

/// TPKTs, header and all.
fn tpkts(name: impl Into<String>, octets: &[u8]) -> Vector {
    Vector::new(name, Encapsulation::Tpkt, octets)
}

/// A TPDU in a valid TPKT: the TPDU starts at offset 4.
fn tpdu(name: impl Into<String>, octets: impl AsRef<[u8]>) -> Vector {
    tpkts(name, &in_tpkt(octets.as_ref()))
}

/// A TPDU without TPKT: it starts at offset 0.
fn nsdu(name: impl Into<String>, octets: impl AsRef<[u8]>) -> Vector {
    Vector::new(name, Encapsulation::Nsdu, octets.as_ref())
}

fn in_tpkt(nsdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from(nsdu.len() + 4).unwrap().to_be_bytes();
    [
        &[3],        // version
        &[0],        // reserved
        &length[..], // length of header and NSDU
        nsdu,
    ]
    .concat()
}

/// A CR; with a TPKT its class is at offset 10 and its variable part starts at 11.
fn cr(class_and_options: u8, variable_part: &[u8]) -> Vec<u8> {
    let fixed_part = [
        li(6, variable_part), // LI
        0xe0,                 // CR, credit 0
        0x00,                 // DST-REF
        0x00,
        0x00, // SRC-REF
        0x01,
        class_and_options, // class and options
    ];
    [&fixed_part, variable_part].concat()
}

/// A CC that answers `cr`; laid out likewise.
fn cc(class_and_options: u8, variable_part: &[u8]) -> Vec<u8> {
    let fixed_part = [
        li(6, variable_part), // LI
        0xd0,                 // CC, credit 0
        0x00,                 // DST-REF
        0x01,
        0x00, // SRC-REF
        0x02,
        class_and_options, // class and options
    ];
    [&fixed_part, variable_part].concat()
}

/// A DR; with a TPKT its reason is at offset 10 and its variable part starts at 11.
fn dr(reason: u8, variable_part: &[u8]) -> Vec<u8> {
    let fixed_part = [
        li(6, variable_part), // LI
        0x80,                 // DR
        0x00,                 // DST-REF
        0x01,
        0x00, // SRC-REF
        0x02,
        reason, // reason
    ];
    [&fixed_part, variable_part].concat()
}

/// An ER; with a TPKT its cause is at offset 8 and its variable part starts at 9.
fn er(cause: u8, variable_part: &[u8]) -> Vec<u8> {
    let fixed_part = [
        li(4, variable_part), // LI
        0x70,                 // ER
        0x00,                 // DST-REF
        0x01,
        cause, // reject cause
    ];
    [&fixed_part, variable_part].concat()
}

/// Puts the checksum of X.224 annex D into the two zero octets at `at`.
fn with_checksum(octets: impl AsRef<[u8]>, at: usize) -> Vec<u8> {
    let mut octets = octets.as_ref().to_vec();
    let (length, position) = (octets.len() as i64, at as i64 + 1);
    let (mut first, mut second) = (0, 0);
    for &octet in &octets {
        first += i64::from(octet);
        second += first;
    }
    let x = (length - position) * first - second;
    let y = second - (length - position + 1) * first;
    octets[at] = u8::try_from(x.rem_euclid(255)).unwrap();
    octets[at + 1] = u8::try_from(y.rem_euclid(255)).unwrap();
    octets
}

fn li(fixed_part: u8, variable_part: &[u8]) -> u8 {
    fixed_part + u8::try_from(variable_part.len()).unwrap()
}

/// `header` and `count` octets of user data.
fn with_data(header: impl AsRef<[u8]>, count: usize) -> Vec<u8> {
    [header.as_ref(), &vec![0xda; count]].concat()
}

/// A parameter with `length` octets of `octet` as its value.
fn parameter(code: u8, length: u8, octet: u8) -> Vec<u8> {
    [&[code, length][..], &vec![octet; length.into()]].concat()
}

/// Every vector.
pub fn all() -> Vec<Vector> {
    [
        tpkt::vectors(),
        connection::vectors(),
        parameters::vectors(),
        release::vectors(),
        data::vectors(),
        acknowledgement::vectors(),
        rdp::vectors(),
        classes::vectors(),
        state::vectors(),
    ]
    .concat()
}
