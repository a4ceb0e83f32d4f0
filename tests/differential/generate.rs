//! TPDUs from a seed: every type, class, format and parameter of X.224, and what RDP puts there.

use crate::mutate;
use fastrand::Rng;
use std::iter::repeat_with;

/// What carries an NSDU in the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A TPKT on TCP port 102.
    Tpkt,
    /// IP protocol 29, without a TPKT header.
    Ip,
}

/// The octets both dissectors get.
#[derive(Debug)]
pub struct Packet {
    pub carrier: Carrier,
    pub octets: Vec<u8>,
    /// TPDUs that were put in, before any mutation.
    pub tpdus: usize,
}

/// Packets with at least `wanted` TPDUs in them; about half of the packets are mutated.
pub fn packets(seed: u64, wanted: usize) -> Vec<Packet> {
    let mut rng = Rng::with_seed(seed);
    let mut packets = Vec::new();
    let mut tpdus = 0;
    while tpdus < wanted {
        let packet = packet(&mut rng);
        tpdus += packet.tpdus;
        packets.push(packet);
    }
    packets
}

fn packet(rng: &mut Rng) -> Packet {
    let (mut nsdu, tpdus) = nsdu(rng);
    let mutated = rng.bool();
    if mutated {
        for _ in 0..rng.usize(1..=2) {
            mutate::nsdu(rng, &mut nsdu);
        }
    }
    if rng.u8(0..4) == 0 {
        return Packet {
            carrier: Carrier::Ip,
            octets: nsdu,
            tpdus,
        };
    }
    let length = u16::try_from(nsdu.len() + 4).unwrap();
    let [high, low] = length.to_be_bytes();
    let mut octets = vec![3, 0, high, low];
    octets.append(&mut nsdu);
    if mutated && rng.u8(0..4) == 0 {
        mutate::tpkt(rng, &mut octets);
    }
    Packet {
        carrier: Carrier::Tpkt,
        octets,
        tpdus,
    }
}

/// One TPDU, or up to four of which the first ones carry no user data (X.224 6.4).
fn nsdu(rng: &mut Rng) -> (Vec<u8>, usize) {
    let leading = if rng.u8(0..8) == 0 {
        rng.usize(1..=3)
    } else {
        0
    };
    let mut octets = Vec::new();
    for _ in 0..leading {
        let code = *rng.choice(&[AK, EA, RJ, ER, DC]).unwrap();
        octets.append(&mut tpdu(rng, code));
    }
    let code = *rng.choice(ALL).unwrap();
    octets.append(&mut tpdu(rng, code));
    (octets, leading + 1)
}

const ED: u8 = 0x10;
const EA: u8 = 0x20;
const UD: u8 = 0x40;
const RJ: u8 = 0x50;
const AK: u8 = 0x60;
const ER: u8 = 0x70;
const DR: u8 = 0x80;
const DC: u8 = 0xc0;
const CC: u8 = 0xd0;
const CR: u8 = 0xe0;
const DT: u8 = 0xf0;
/// CR and CC are the richest.
const ALL: &[u8] = &[
    ED, EA, UD, RJ, AK, ER, DR, DC, CC, CC, CC, CR, CR, CR, CR, DT, DT,
];

const CHECKSUM: u8 = 0xc3;

/// A TPDU on its way: the fixed part behind the LI, the parameters, the user data.
struct Draft {
    fixed: Vec<u8>,
    variable: Vec<Vec<u8>>,
    data: Vec<u8>,
}

fn tpdu(rng: &mut Rng, code: u8) -> Vec<u8> {
    let mut draft = match code {
        CR | CC if rng.u8(0..8) == 0 => return rdp(rng, code),
        CR | CC => connection(rng, code),
        DR => disconnect_request(rng),
        DC => draft(rng, &[DC], 4),
        ER => error(rng),
        UD => unit_data(rng),
        _ => numbered(rng, code),
    };
    rng.shuffle(&mut draft.variable);
    draft.assemble()
}

/// `first` octets and `more` of any value.
fn draft(rng: &mut Rng, first: &[u8], more: usize) -> Draft {
    let mut fixed = first.to_vec();
    fixed.extend(some(rng, more));
    Draft {
        fixed,
        variable: checksum(rng),
        data: Vec::new(),
    }
}

fn some(rng: &mut Rng, length: usize) -> Vec<u8> {
    repeat_with(|| rng.u8(..)).take(length).collect()
}

fn some_up_to(rng: &mut Rng, most: usize) -> Vec<u8> {
    let length = rng.usize(0..=most);
    some(rng, length)
}

fn parameter(code: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    [&[code, length], value].concat()
}

/// The checksum of class 4, in half of the TPDUs.
fn checksum(rng: &mut Rng) -> Vec<Vec<u8>> {
    let wanted = usize::from(rng.bool());
    vec![parameter(CHECKSUM, &[0, 0]); wanted]
}

fn connection(rng: &mut Rng, code: u8) -> Draft {
    let class = rng.u8(0..=4);
    let credit = if class < 2 { 0 } else { rng.u8(0..16) };
    let options = if class < 2 { 0 } else { rng.u8(0..4) };
    let references = if code == CR {
        [0, 0, rng.u8(..), 1]
    } else {
        [rng.u8(..), 1, rng.u8(..), 1]
    };
    let mut fixed = vec![code | credit];
    fixed.extend(references);
    fixed.push(class << 4 | options);

    let mut variable = Vec::new();
    if class == 4 {
        variable.push(parameter(CHECKSUM, &[0, 0]));
    }
    let mut room = 248usize - 8;
    for parameter_code in parameters_of(code, class) {
        let parameter = connection_parameter(rng, *parameter_code, class);
        if rng.bool() && parameter.len() <= room {
            room -= parameter.len();
            variable.push(parameter);
        }
    }
    let data = if class == 0 { 0 } else { 32 };
    Draft {
        fixed,
        variable,
        data: some_up_to(rng, data),
    }
}

fn parameters_of(code: u8, class: u8) -> &'static [u8] {
    match (code, class) {
        (_, 0) => &[0xc0, 0xc1, 0xc2, 0xc6, 0xf0],
        (CR, 4) => &[
            0x85, 0x86, 0x87, 0x88, 0x89, 0x8b, 0xc0, 0xc1, 0xc2, 0xc4, 0xc5, 0xc6, 0xc7, 0xf0,
            0xf2,
        ],
        (CR, _) => &[
            0x86, 0x87, 0x88, 0x89, 0x8b, 0xc0, 0xc1, 0xc2, 0xc4, 0xc5, 0xc6, 0xc7, 0xf0,
        ],
        (_, 4) => &[
            0x85, 0x86, 0x87, 0x88, 0x89, 0xc0, 0xc1, 0xc2, 0xc5, 0xc6, 0xf0, 0xf2,
        ],
        _ => &[0x86, 0x87, 0x88, 0x89, 0xc0, 0xc1, 0xc2, 0xc5, 0xc6, 0xf0],
    }
}

fn connection_parameter(rng: &mut Rng, code: u8, class: u8) -> Vec<u8> {
    let value = match code {
        0x85 | 0x87 | 0x8b => some(rng, 2),
        0x86 => some(rng, 3),
        0x88 => some(rng, 8),
        0x89 => {
            let length = 12 * rng.usize(1..=2);
            some(rng, length)
        }
        0xc0 => vec![rng.u8(7..=if class == 0 { 11 } else { 13 })],
        0xc1 | 0xc2 => t_selector(rng),
        0xc4 => vec![1],
        0xc5 => some_up_to(rng, 8),
        0xc6 => vec![rng.u8(..0x80)],
        0xc7 => {
            let length = rng.usize(1..=2);
            repeat_with(|| rng.u8(0..=class) << 4)
                .take(length)
                .collect()
        }
        0xf0 => {
            let length = rng.usize(1..=4);
            let mut value = some(rng, length);
            value[0] &= 0x01;
            value
        }
        0xf2 => some(rng, 4),
        _ => unreachable!(),
    };
    parameter(code, &value)
}

/// Like those of S7, of text, or of anything.
fn t_selector(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(0..4) {
        0 => vec![rng.u8(1..4), rng.u8(..0x20)],
        1 => some_up_to(rng, 40),
        _ => {
            let length = rng.usize(0..16);
            repeat_with(|| rng.u8(b' '..=b'~')).take(length).collect()
        }
    }
}

fn disconnect_request(rng: &mut Rng) -> Draft {
    const REASONS: &[u8] = &[0, 1, 2, 3, 128, 129, 130, 131, 132, 133, 135, 136, 138];
    let mut draft = draft(rng, &[DR], 4);
    draft.fixed.push(*rng.choice(REASONS).unwrap());
    if rng.bool() {
        let value = some_up_to(rng, 20);
        draft.variable.push(parameter(0xe0, &value));
    }
    draft.data = some_up_to(rng, 64);
    draft
}

fn error(rng: &mut Rng) -> Draft {
    let mut draft = draft(rng, &[ER], 2);
    draft.fixed.push(rng.u8(0..=3));
    // tshark knows the short ones only.
    let most = if rng.bool() { 2 } else { 20 };
    let value = some_up_to(rng, most);
    draft.variable.push(parameter(0xc1, &value));
    draft
}

fn unit_data(rng: &mut Rng) -> Draft {
    let mut draft = draft(rng, &[UD], 0);
    for code in [0xc1, 0xc2] {
        let value = t_selector(rng);
        draft.variable.push(parameter(code, &value));
    }
    draft.data = some_up_to(rng, 200);
    draft
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Short,
    Normal,
    Extended,
}

fn numbered(rng: &mut Rng, code: u8) -> Draft {
    let formats: &[_] = if matches!(code, DT | ED) {
        &[Format::Short, Format::Normal, Format::Extended]
    } else {
        &[Format::Normal, Format::Extended]
    };
    let format = *rng.choice(formats).unwrap();
    let has_credit = matches!(code, AK | RJ);
    let top_bit = match code {
        DT => rng.u8(0..=1) << 7,
        ED => 0x80,
        _ => 0,
    };
    let credit = match format {
        Format::Normal if has_credit => rng.u8(0..16),
        _ => 0,
    };
    let number = top_bit | rng.u8(..0x80);
    let mut draft = match format {
        Format::Short => Draft {
            fixed: vec![code, top_bit],
            variable: Vec::new(),
            data: Vec::new(),
        },
        Format::Normal => {
            let mut draft = draft(rng, &[code | credit], 2);
            draft.fixed.push(number);
            draft
        }
        Format::Extended => {
            let mut draft = draft(rng, &[code], 2);
            draft.fixed.push(number);
            draft.fixed.extend(some(rng, 3));
            if has_credit {
                draft.fixed.extend(some(rng, 2));
            }
            draft
        }
    };
    match code {
        RJ => draft.variable.clear(),
        AK => draft
            .variable
            .extend(acknowledgement_parameters(rng, format)),
        DT if format != Format::Short && rng.u8(0..4) == 0 => {
            draft.variable.push(ed_tpdu_number(rng, format));
        }
        _ => {}
    }
    draft.data = match code {
        DT => {
            let length = rng.usize(1..=200);
            some(rng, length)
        }
        ED => {
            let length = rng.usize(1..=16);
            some(rng, length)
        }
        _ => Vec::new(),
    };
    draft
}

fn acknowledgement_parameters(rng: &mut Rng, format: Format) -> Vec<Vec<u8>> {
    let mut parameters = Vec::new();
    if rng.bool() {
        parameters.push(parameter(0x8a, &some(rng, 2)));
    }
    if rng.bool() {
        let mut value = some(rng, 8);
        value[0] &= 0x7f;
        if format == Format::Normal {
            value[..3].fill(0);
            value[3] &= 0x7f;
            value[6] = 0;
            value[7] &= 0x0f;
        }
        parameters.push(parameter(0x8c, &value));
    }
    if rng.u8(0..4) == 0 {
        let edge = if format == Format::Extended { 4 } else { 1 };
        let edges = 2 * rng.usize(1..=3);
        let value: Vec<u8> = repeat_with(|| rng.u8(..0x80)).take(edge * edges).collect();
        parameters.push(parameter(0x8f, &value));
    }
    parameters
}

fn ed_tpdu_number(rng: &mut Rng, format: Format) -> Vec<u8> {
    let number = rng.u8(..0x80);
    match format {
        Format::Extended => parameter(0x90, &[0, 0, 1, number]),
        _ => parameter(0x90, &[0, number]),
    }
}

/// What RDP puts into the variable part of CR and CC (MS-RDPBCGR 2.2.1.1, 2.2.1.2).
fn rdp(rng: &mut Rng, code: u8) -> Vec<u8> {
    let mut part = Vec::new();
    let fixed = if code == CR {
        match rng.u8(0..4) {
            0 => part.extend(b"Cookie: msts=3640205228.15629.0000\r\n"),
            1 => {}
            _ => {
                part.extend(b"Cookie: mstshash=");
                let length = rng.usize(1..9);
                part.extend(repeat_with(|| rng.lowercase() as u8).take(length));
                part.extend(b"\r\n");
            }
        }
        if part.is_empty() || rng.bool() {
            let with_correlation = rng.bool();
            part.extend([
                1,
                u8::from(with_correlation) << 3,
                8,
                0,
                rng.u8(0..0x20),
                0,
                0,
                0,
            ]);
            if with_correlation {
                part.extend([6, 0, 36, 0]);
                part.extend(repeat_with(|| rng.u8(0x10..0xf0)).take(16));
                part.extend([0; 16]);
            }
        }
        vec![CR, 0, 0, 0, 0, 0]
    } else {
        if rng.bool() {
            part.extend([2, rng.u8(..0x20), 8, 0, 1 << rng.u8(0..5), 0, 0, 0]);
        } else {
            part.extend([3, 0, 8, 0, rng.u8(1..=6), 0, 0, 0]);
        }
        vec![CC, 0, 0, 0x12, 0x34, 0]
    };
    Draft {
        fixed,
        variable: vec![part],
        data: Vec::new(),
    }
    .assemble()
}

impl Draft {
    fn assemble(self) -> Vec<u8> {
        let variable = self.variable.concat();
        let li = self.fixed.len() + variable.len();
        let mut octets = vec![u8::try_from(li).unwrap()];
        octets.extend(&self.fixed);
        octets.extend(variable);
        octets.extend(&self.data);
        let mut at = 1 + self.fixed.len();
        for parameter in &self.variable {
            if parameter[0] == CHECKSUM {
                set_checksum(&mut octets, at + 2);
            }
            at += parameter.len();
        }
        octets
    }
}

/// Sets the checksum at `at` so that both sums come out as zero (X.224 annex D).
fn set_checksum(tpdu: &mut [u8], at: usize) {
    let (first, second) = checksum_sums(tpdu);
    let behind = (tpdu.len() - at) as i64;
    let (first, second) = (i64::from(first), i64::from(second));
    let modulo = |sum: i64| u8::try_from(sum.rem_euclid(255)).unwrap();
    tpdu[at] = modulo((behind - 1) * first - second);
    tpdu[at + 1] = modulo(second - behind * first);
}

/// The sums of X.224 6.17.3: both are 0 when the checksum is right.
pub fn checksum_sums(tpdu: &[u8]) -> (u32, u32) {
    tpdu.iter().fold((0, 0), |(first, second), &octet| {
        let first = (first + u32::from(octet)) % 255;
        (first, (second + first) % 255)
    })
}
