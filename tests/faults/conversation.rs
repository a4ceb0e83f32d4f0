//! Clean conversations, built octet by octet together with the field that each header octet is of.

use crate::common::make;
use crate::common::stream::{A, B};
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    Tpkt,
    Nsdu,
}

/// TPDU types, as the upper nibble of their code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ed = 1,
    Ea = 2,
    Ud = 4,
    Rj = 5,
    Ak = 6,
    Er = 7,
    Dr = 8,
    Dc = 12,
    Cc = 13,
    Cr = 14,
    Dt = 15,
}

impl Kind {
    pub fn of(nibble: u8) -> Option<Self> {
        use Kind::{Ak, Cc, Cr, Dc, Dr, Dt, Ea, Ed, Er, Rj, Ud};
        let kinds = [Ed, Ea, Ud, Rj, Ak, Er, Dr, Dc, Cc, Cr, Dt];
        kinds.into_iter().find(|&kind| kind as u8 == nibble)
    }

    pub fn has_user_data(self) -> bool {
        matches!(
            self,
            Self::Cr | Self::Cc | Self::Dr | Self::Dt | Self::Ed | Self::Ud
        )
    }
}

/// Of what a header octet is a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Version,
    Reserved,
    Length,
    Li,
    Code,
    DestRef,
    SrcRef,
    ClassOptions,
    Reason,
    Cause,
    /// EOT and TPDU number of a DT or ED.
    Number,
    /// YR-TU-NR of an AK or RJ, YR-EDTU-NR of an EA.
    YrNumber,
    /// The credit of an extended AK or RJ; else it is in `Code`.
    Credit,
    ParameterCode(usize),
    ParameterLength(usize),
    ParameterValue(usize),
    Cookie,
    RdpType,
    RdpFlags,
    RdpLength,
    /// Requested or selected protocols, or the failure code.
    RdpBody,
}

/// A parameter of the variable part: its code, and where it is in the message.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub code: u8,
    pub at: Range<usize>,
}

/// One TPDU, in its TPKT when the carrier has TPKTs.
#[derive(Clone, Debug)]
pub struct Message {
    pub end: u32,
    pub kind: Kind,
    pub octets: Vec<u8>,
    /// The fields of the header octets; user data follows.
    pub fields: Vec<Field>,
    pub parameters: Vec<Parameter>,
    /// Where the LI is.
    pub li: usize,
    /// TPDU-NR or YR-TU-NR.
    pub number: u32,
    pub eot: bool,
    pub credit: u32,
}

impl Message {
    fn new(end: u32, kind: Kind, low_bits: u8) -> Self {
        Self {
            end,
            kind,
            octets: vec![0, (kind as u8) << 4 | low_bits],
            fields: vec![Field::Li, Field::Code],
            parameters: Vec::new(),
            li: 0,
            number: 0,
            eot: false,
            credit: low_bits.into(),
        }
    }

    fn with(mut self, field: Field, octets: &[u8]) -> Self {
        self.octets.extend(octets);
        self.fields.extend(octets.iter().map(|_| field));
        self
    }

    fn with_parameter(mut self, code: u8, value: &[u8]) -> Self {
        let (index, start) = (self.parameters.len(), self.octets.len());
        let at = start..start + 2 + value.len();
        self.parameters.push(Parameter { code, at });
        self.with(Field::ParameterCode(index), &[code])
            .with(
                Field::ParameterLength(index),
                &[u8::try_from(value.len()).unwrap()],
            )
            .with(Field::ParameterValue(index), value)
    }

    /// The header is complete: sets the LI and appends the user data.
    fn with_user_data(mut self, data: &[u8]) -> Self {
        self.octets[0] = u8::try_from(self.octets.len() - 1).unwrap();
        self.octets.extend(data);
        self
    }

    fn in_tpkt(mut self) -> Self {
        self.octets = make::tpkt(&self.octets);
        let tpkt = [
            Field::Version,
            Field::Reserved,
            Field::Length,
            Field::Length,
        ];
        self.fields.splice(0..0, tpkt);
        self.li = tpkt.len();
        for parameter in &mut self.parameters {
            parameter.at = parameter.at.start + tpkt.len()..parameter.at.end + tpkt.len();
        }
        self
    }

    /// Where the first and the last octet of a field are.
    pub fn find(&self, field: Field) -> Option<Range<usize>> {
        let first = self.fields.iter().position(|&other| other == field)?;
        let last = self.fields.iter().rposition(|&other| other == field)?;
        Some(first..last + 1)
    }

    pub fn parameter(&self, code: u8) -> Option<&Parameter> {
        self.parameters.iter().find(|one| one.code == code)
    }

    pub fn value(&self, code: u8) -> Option<&[u8]> {
        let at = self.parameter(code)?.at.clone();
        Some(&self.octets[at.start + 2..at.end])
    }

    /// Octets of the TPDU, header and user data.
    pub fn tpdu_length(&self) -> usize {
        self.octets.len() - self.li
    }

    /// Octet 7 of a CR or CC.
    pub fn class_options(&self) -> u8 {
        self.octets[self.find(Field::ClassOptions).unwrap().start]
    }
}

/// A clean conversation.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub name: &'static str,
    pub carrier: Carrier,
    pub rdp: bool,
    /// The host knows that it is RDP, by its port.
    pub known_as_rdp: bool,
    /// What is sent in a row is pushed in segments of so many octets.
    pub segment: usize,
    /// Octet 7 of the CC, or of the CR where it is refused.
    pub class_options: u8,
    /// TPDUs get a checksum.
    checksum: bool,
    pub messages: Vec<Message>,
    numbers: [u32; 2],
    ed_numbers: [u32; 2],
}

/// Without the octets of a TPKT version, so that no TPKT seems to stand in user data.
fn data(length: usize) -> Vec<u8> {
    (b'A'..=b'Z').cycle().take(length).collect()
}

pub const REFERENCES: [u16; 2] = [0x4c01, 0x2d02];
const CREDIT: u8 = 12;

impl Conversation {
    pub fn new(name: &'static str, carrier: Carrier, class_options: u8) -> Self {
        Self {
            name,
            carrier,
            rdp: false,
            known_as_rdp: false,
            segment: 1460,
            class_options,
            checksum: false,
            messages: Vec::new(),
            numbers: [0; 2],
            ed_numbers: [0; 2],
        }
    }

    pub fn with_checksums(self) -> Self {
        Self {
            checksum: true,
            ..self
        }
    }

    pub fn without_checksums(self) -> Self {
        Self {
            checksum: false,
            ..self
        }
    }

    pub fn known_as_rdp(self) -> Self {
        Self {
            known_as_rdp: true,
            ..self
        }
    }

    pub fn in_segments_of(self, segment: usize) -> Self {
        Self { segment, ..self }
    }

    /// The same messages under another octet 7 of the CC.
    pub fn with_class_options(&self, class_options: u8) -> Self {
        Self {
            class_options,
            ..self.clone()
        }
    }

    pub fn class(&self) -> u8 {
        self.class_options >> 4
    }

    pub fn is_extended(&self) -> bool {
        self.class_options & 2 != 0
    }

    /// Whether DTs are numbered.
    pub fn has_numbers(&self) -> bool {
        self.class() != 0 && !self.is_without_flow_control()
    }

    pub fn is_without_flow_control(&self) -> bool {
        self.class_options >> 4 == 2 && self.class_options & 1 != 0
    }

    fn credit(&self, class_options: u8) -> u8 {
        match class_options >> 4 {
            0 | 1 => 0,
            2 if class_options & 1 != 0 => 0,
            _ => CREDIT,
        }
    }

    /// Appends a TPDU without the rest of its variable part: checksum and user data.
    fn finish(mut self, message: Message, data: &[u8]) -> Self {
        let mut message = if self.checksum {
            let covered = if message.kind.has_user_data() {
                data
            } else {
                &[]
            };
            with_checksum(message, covered)
        } else {
            message
        }
        .with_user_data(data);
        if self.carrier == Carrier::Tpkt {
            message = message.in_tpkt();
        }
        self.messages.push(message);
        self
    }

    pub fn cr(self, class_options: u8, parameters: &[(u8, &[u8])]) -> Self {
        let message = Message::new(A, Kind::Cr, self.credit(class_options))
            .with(Field::DestRef, &[0, 0])
            .with(Field::SrcRef, &REFERENCES[0].to_be_bytes())
            .with(Field::ClassOptions, &[class_options]);
        self.finish(with_parameters(message, parameters), &[])
    }

    pub fn cc(self, parameters: &[(u8, &[u8])]) -> Self {
        let message = Message::new(B, Kind::Cc, self.credit(self.class_options))
            .with(Field::DestRef, &REFERENCES[0].to_be_bytes())
            .with(Field::SrcRef, &REFERENCES[1].to_be_bytes())
            .with(Field::ClassOptions, &[self.class_options]);
        self.finish(with_parameters(message, parameters), &[])
    }

    fn peer(end: u32) -> [u8; 2] {
        REFERENCES[1 - end as usize].to_be_bytes()
    }

    fn numbered(&self, message: Message, eot: bool, number: u32, short: bool) -> Message {
        let eot_bit = u32::from(eot);
        let message = Message {
            number,
            eot,
            ..message
        };
        let end = message.end;
        if short {
            let octet = eot_bit << 7 | number;
            return message.with(Field::Number, &[u8::try_from(octet).unwrap()]);
        }
        let message = message.with(Field::DestRef, &Self::peer(end));
        if self.is_extended() {
            message.with(Field::Number, &(eot_bit << 31 | number).to_be_bytes())
        } else {
            let octet = eot_bit << 7 | number;
            message.with(Field::Number, &[u8::try_from(octet).unwrap()])
        }
    }

    pub fn dt(mut self, end: u32, eot: bool, length: usize) -> Self {
        let number = self.numbers[end as usize];
        if self.has_numbers() {
            self.numbers[end as usize] = (number + 1) % 128;
        }
        let message = Message::new(end, Kind::Dt, 0);
        let message = self.numbered(message, eot, number, self.class() < 2);
        self.finish(message, &data(length))
    }

    pub fn ed(mut self, end: u32, length: usize) -> Self {
        let number = self.ed_numbers[end as usize];
        self.ed_numbers[end as usize] += u32::from(self.class() != 0);
        let message = Message::new(end, Kind::Ed, 0);
        let message = self.numbered(message, true, number, self.class() == 0);
        self.finish(message, &data(length))
    }

    fn acknowledgement(&self, end: u32, kind: Kind, number: u32, credit: u8) -> Message {
        let extended = self.is_extended();
        let in_code = kind != Kind::Ea && !extended;
        let message = Message::new(end, kind, if in_code { credit } else { 0 })
            .with(Field::DestRef, &Self::peer(end));
        let message = Message {
            number,
            credit: credit.into(),
            ..message
        };
        if !extended {
            return message.with(Field::YrNumber, &[u8::try_from(number).unwrap()]);
        }
        let message = message.with(Field::YrNumber, &number.to_be_bytes());
        match kind {
            Kind::Ea => message,
            _ => message.with(Field::Credit, &u16::from(credit).to_be_bytes()),
        }
    }

    /// Acknowledges all that the peer has sent.
    pub fn ak(self, end: u32) -> Self {
        let number = self.numbers[1 - end as usize];
        let credit = if self.class() == 1 { 15 } else { CREDIT };
        let message = self.acknowledgement(end, Kind::Ak, number, credit);
        self.finish(message, &[])
    }

    /// Acknowledges the last ED of the peer.
    pub fn ea(self, end: u32) -> Self {
        let number = (self.ed_numbers[1 - end as usize] + 127) % 128;
        let message = self.acknowledgement(end, Kind::Ea, number, 0);
        self.finish(message, &[])
    }

    /// Requests the last DT of the peer again, which the peer then repeats.
    pub fn rj(mut self, end: u32) -> Self {
        let number = (self.numbers[1 - end as usize] + 127) % 128;
        let credit = if self.class() == 1 { 15 } else { CREDIT };
        let message = self.acknowledgement(end, Kind::Rj, number, credit);
        self.numbers[1 - end as usize] = number;
        self.finish(message, &[])
    }

    /// Releases the connection, or refuses it when no CC came before.
    pub fn dr(self, end: u32, reason: u8, parameters: &[(u8, &[u8])]) -> Self {
        let source = match self.find(Kind::Cc) {
            Some(_) => REFERENCES[end as usize],
            None => 0,
        };
        let message = Message::new(end, Kind::Dr, 0)
            .with(Field::DestRef, &Self::peer(end))
            .with(Field::SrcRef, &source.to_be_bytes())
            .with(Field::Reason, &[reason]);
        self.finish(with_parameters(message, parameters), &[])
    }

    pub fn dc(self, end: u32) -> Self {
        let message = Message::new(end, Kind::Dc, 0)
            .with(Field::DestRef, &Self::peer(end))
            .with(Field::SrcRef, &REFERENCES[end as usize].to_be_bytes());
        self.finish(message, &[])
    }

    pub fn er(self, end: u32, cause: u8, invalid: &[u8]) -> Self {
        let message = Message::new(end, Kind::Er, 0)
            .with(Field::DestRef, &Self::peer(end))
            .with(Field::Cause, &[cause])
            .with_parameter(0xc1, invalid);
        self.finish(message, &[])
    }

    pub fn ud(self, end: u32, parameters: &[(u8, &[u8])]) -> Self {
        let message = with_parameters(Message::new(end, Kind::Ud, 0), parameters);
        self.finish(message, &data(12))
    }

    /// A CR of RDP: cookie or token, and the protocols that are requested.
    pub fn rdp_cr(mut self, cookie: &[u8], protocols: Option<u32>) -> Self {
        self.rdp = true;
        let message = Message::new(A, Kind::Cr, 0)
            .with(Field::DestRef, &[0, 0])
            .with(Field::SrcRef, &[0, 0])
            .with(Field::ClassOptions, &[0])
            .with(Field::Cookie, cookie);
        let message = match protocols {
            Some(protocols) => rdp_structure(message, 1, protocols),
            None => message,
        };
        self.finish(message, &[])
    }

    /// A CC of RDP, with a response (type 2) or a failure (type 3).
    pub fn rdp_cc(self, structure: Option<(u8, u32)>) -> Self {
        let message = Message::new(B, Kind::Cc, 0)
            .with(Field::DestRef, &[0, 0])
            .with(Field::SrcRef, &0x1234u16.to_be_bytes())
            .with(Field::ClassOptions, &[0]);
        let message = match structure {
            Some((kind, body)) => rdp_structure(message, kind, body),
            None => message,
        };
        self.finish(message, &[])
    }

    pub fn find(&self, kind: Kind) -> Option<&Message> {
        self.messages.iter().find(|message| message.kind == kind)
    }

    /// Where a message starts in its direction.
    pub fn start(&self, index: usize) -> u64 {
        let end = self.messages[index].end;
        let before = self.messages[..index].iter();
        let octets = before.filter(|other| other.end == end);
        octets.map(|other| other.octets.len() as u64).sum()
    }
}

fn with_parameters(message: Message, parameters: &[(u8, &[u8])]) -> Message {
    parameters.iter().fold(message, |message, (code, value)| {
        message.with_parameter(*code, value)
    })
}

fn rdp_structure(message: Message, kind: u8, body: u32) -> Message {
    message
        .with(Field::RdpType, &[kind])
        .with(Field::RdpFlags, &[0])
        .with(Field::RdpLength, &8u16.to_le_bytes())
        .with(Field::RdpBody, &body.to_le_bytes())
}

/// The checksum of X.224 6.17.3 over the header and `data` behind it.
fn with_checksum(message: Message, data: &[u8]) -> Message {
    let message = message.with_parameter(0xc3, &[0, 0]);
    let mut whole = message.clone().with_user_data(data);
    let at = whole.parameter(0xc3).unwrap().at.start + 2;
    let (mut c0, mut c1) = (0i64, 0i64);
    for &octet in &whole.octets {
        c0 += i64::from(octet);
        c1 += c0;
    }
    let behind = i64::try_from(whole.octets.len() - at - 1).unwrap(); // L - n, n counted from 1
    let values = [behind * c0 - c1, c1 - (behind + 1) * c0];
    for (octet, value) in whole.octets[at..].iter_mut().zip(values) {
        *octet = u8::try_from(value.rem_euclid(255)).unwrap();
    }
    let header = whole.octets.len() - data.len();
    whole.octets.truncate(header);
    whole
}
