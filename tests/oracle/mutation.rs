//! Hostile changes of a conversation from a seed.

use crate::common::make::{dt, tpkt};
use crate::conversation::{Conversation, Message, Request, Stack, View};
use fastrand::Rng;
use std::iter::repeat_with;

/// A conversation in which the messages from `at` on are changed.
struct Changed<'r> {
    rng: &'r mut Rng,
    stack: Stack,
    messages: Vec<Message>,
    at: usize,
    pause: bool,
    /// The first message that is changed.
    first: usize,
}

type Change = fn(&mut Changed);

/// A kind of change and how often it is made.
const CHANGES: &[(&str, usize, Change)] = &[
    ("version", 3, version),
    ("reserved octet", 1, reserved),
    ("length", 5, length),
    ("LI", 3, li),
    ("octets in the header", 3, longer_header),
    ("code", 3, code),
    ("number and EOT", 3, number),
    ("header octets", 5, header_octets),
    ("TLS in place", 2, tls_in_place),
    ("TLS in front", 5, tls_in_front),
    ("fast-path in place", 1, fast_path_in_place),
    ("fast-path in front", 4, fast_path_in_front),
    ("junk", 8, junk_in_front),
    ("TPDU", 6, tpdu_in_front),
    ("CC of the initiator", 3, cc_in_front),
    ("CR again", 3, cr_in_front),
    ("CR fixed part", 3, cr_fixed),
    ("CR parameters", 6, cr_parameters),
    ("TSDU in segments", 4, segments),
    ("concatenation", 3, concatenation),
];

/// Values of an octet that mean something to somebody.
const TELLING: &[u8] = &[
    0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0d, 0x0e, 0x10, 0x14, 0x15, 0x16, 0x17, 0x30, 0x32, 0x43, 0x60,
    0x7f, 0x80, 0xc0, 0xc1, 0xd0, 0xe0, 0xf0, 0xfe, 0xff,
];

/// The conversation of a seed: one change, sometimes a second.
pub fn conversation(stack: Stack, seed: u64) -> Conversation {
    let rng = &mut Rng::with_seed(seed);
    let clean = stack.conversation();
    let last = clean.messages.len() - 2;
    let mut changed = Changed {
        at: rng.usize(0..last),
        rng,
        stack,
        messages: clean.messages,
        pause: false,
        first: usize::MAX,
    };
    let mut names = Vec::new();
    for _ in 0..[1, 1, 1, 2][changed.rng.usize(0..4)] {
        changed.at = changed.rng.usize(0..last);
        let (name, change) = pick(changed.rng);
        change(&mut changed);
        changed.first = changed.first.min(changed.at);
        names.push(name);
    }
    let segment = match changed.rng.u8(0..4) {
        0 => changed.rng.usize(5..40),
        _ => usize::MAX,
    };
    // Octets before the first TPKT that is recognised raise nothing on a joined connection, so that
    // one without a fault comes first.
    let view = match (changed.rng.u8(0..8), changed.first) {
        (0, first @ 2..) => View::Joined(changed.rng.usize(1..first)),
        (0, first @ 1..) if names == ["number and EOT"] => View::Joined(first),
        (1, first @ 1..) => View::Lost(changed.rng.usize(0..first), changed.rng.bool()),
        _ => View::Whole,
    };
    Conversation {
        name: names.join(" and "),
        messages: changed.messages,
        segment,
        pause: changed.pause,
        view,
    }
}

fn pick(rng: &mut Rng) -> (&'static str, Change) {
    let total = CHANGES.iter().map(|(_, weight, _)| weight).sum();
    let mut left = rng.usize(0..total);
    for (name, weight, change) in CHANGES {
        if left < *weight {
            return (name, *change);
        }
        left -= weight;
    }
    unreachable!("the weights add up to the total")
}

impl Changed<'_> {
    /// Changes one message, or from it on every one, in the same way.
    fn each(&mut self, change: impl Fn(&mut Vec<u8>)) {
        let count = match self.rng.u8(0..3) {
            0 => usize::MAX,
            _ => 1,
        };
        let requests = self.messages.iter_mut().skip(self.at);
        let requests = requests.filter(|message| message.request.is_some());
        let requests = requests.take(count);
        requests.for_each(|message| change(&mut message.octets));
    }

    /// The first CR.
    fn cr(&mut self) -> &mut Message {
        let is_cr = |message: &&mut Message| matches!(message.request, Some(Request::Connect(..)));
        self.messages.iter_mut().find(is_cr).unwrap()
    }

    fn insert(&mut self, octets: Vec<u8>) {
        self.messages.insert(self.at, Message::silent(octets));
    }

    fn octet(&mut self) -> u8 {
        octet(self.rng)
    }

    /// Octets of one kind.
    fn octets(&mut self, count: usize) -> Vec<u8> {
        let same = self.octet();
        match self.rng.u8(0..4) {
            0 => vec![same; count],
            1 => vec![0xff; count],
            _ => repeat_with(|| octet(self.rng)).take(count).collect(),
        }
    }
}

fn octet(rng: &mut Rng) -> u8 {
    match rng.bool() {
        true => TELLING[rng.usize(0..TELLING.len())],
        false => rng.u8(..),
    }
}

/// Writes the true length of a TPKT into its header.
fn renew_length(octets: &mut [u8]) {
    let length = u16::try_from(octets.len()).unwrap().to_be_bytes();
    octets[2..4].copy_from_slice(&length);
}

fn version(changed: &mut Changed) {
    let version = changed.octet();
    changed.each(|octets| octets[0] = version);
}

fn reserved(changed: &mut Changed) {
    let reserved = changed.octet();
    changed.each(|octets| octets[1] = reserved);
}

fn length(changed: &mut Changed) {
    let rng = &mut *changed.rng;
    let small = rng.u16(1..24);
    let (kind, any, within) = (rng.u8(0..7), rng.u16(..), rng.u16(8..1031));
    changed.pause = rng.u8(0..40) == 0;
    changed.each(|octets| {
        let length = u16::from_be_bytes([octets[2], octets[3]]);
        let length = match kind {
            0 => length.wrapping_add(small),
            1 => length.saturating_sub(small),
            2 => small % 8,
            3 => any,
            4 => within,
            5 => 0xffff,
            _ => any | 0x8000,
        };
        octets[2..4].copy_from_slice(&length.to_be_bytes());
    });
}

fn li(changed: &mut Changed) {
    let li = match changed.rng.bool() {
        true => changed.rng.u8(0..20),
        false => changed.octet(),
    };
    changed.each(|octets| octets[4] = li);
}

/// A longer LI, with the octets that it counts.
fn longer_header(changed: &mut Changed) {
    let count = changed.rng.usize(1..12);
    let more = changed.octets(count);
    let counted = changed.rng.u8(0..4) > 0;
    changed.each(|octets| {
        let li = usize::from(octets[4]);
        let end = (5 + li).min(octets.len());
        octets.splice(end..end, more.iter().copied());
        octets[4] = octets[4].wrapping_add(more.len() as u8);
        if counted {
            renew_length(octets);
        }
    });
}

fn code(changed: &mut Changed) {
    let (any, low) = (changed.octet(), changed.rng.u8(1..16));
    let whole = changed.rng.bool();
    changed.each(|octets| octets[5] = if whole { any } else { octets[5] | low });
}

fn number(changed: &mut Changed) {
    let number = changed.octet();
    let eot = [0x80, 0x80, 0x80, 0][changed.rng.usize(0..4)];
    changed.each(|octets| octets[6] = number | eot);
}

fn header_octets(changed: &mut Changed) {
    let count = changed.rng.usize(1..=4);
    let octets: Vec<_> = repeat_with(|| (changed.rng.usize(0..7), octet(changed.rng)))
        .take(count)
        .collect();
    changed.each(|message| octets.iter().for_each(|(at, octet)| message[*at] = *octet));
}

/// Type and version of a TLS record are version and reserved octet of the TPKT.
fn tls_in_place(changed: &mut Changed) {
    let kind = changed.rng.u8(0x14..0x18);
    changed.each(|octets| octets[..2].copy_from_slice(&[kind, 3]));
}

/// A record in front of a TPKT: with the octets it announces, or without, or as long as what
/// snap7 skips.
fn tls_in_front(changed: &mut Changed) {
    let rng = &mut *changed.rng;
    let length = [0, 2, rng.u16(0..64), rng.u16(..), 0xffff][rng.usize(0..5)];
    let [high, low] = length.to_be_bytes();
    let mut record = vec![rng.u8(0x14..0x18), 3, rng.u8(0..5), high, low];
    let follow = [0, 2, usize::from(length), 9][rng.usize(0..4)].min(2000);
    record.extend(changed.octets(follow));
    changed.insert(record);
}

fn fast_path_in_place(changed: &mut Changed) {
    let first = changed.rng.u8(..) & 0xfc;
    let length = changed.octet();
    changed.each(|octets| octets[..2].copy_from_slice(&[first, length]));
}

fn fast_path_in_front(changed: &mut Changed) {
    let first = [0, changed.rng.u8(..) & 0xfc][changed.rng.usize(0..2)];
    let length = changed.octet();
    let header = [first, length, changed.octet()];
    let count = [7, 14, 2, 3, usize::from(length & 0x7f).max(3)][changed.rng.usize(0..5)];
    let mut octets = changed.octets(count);
    let length = header.len().min(count);
    octets[..length].copy_from_slice(&header[..length]);
    changed.insert(octets);
}

/// Junk, often as long as what snap7 skips, or an unusable header.
fn junk_in_front(changed: &mut Changed) {
    let rng = &mut *changed.rng;
    let count = match rng.bool() {
        true => 7 * rng.usize(1..6),
        false => rng.usize(1..41),
    };
    let mut octets = changed.octets(count);
    let rng = &mut *changed.rng;
    let length = [rng.u8(..), rng.u8(0..8)][rng.usize(0..2)];
    let high = [0, 0, 0xff, rng.u8(..)][rng.usize(0..4)];
    let starts: [&[u8]; 6] = [
        &[],
        &[],
        &[3, 0, high, length],
        &[3, 0, high, length, 2, 0xf0, 0x80],
        &[3, 0, high, length, 2],
        &[3],
    ];
    let start = starts[rng.usize(0..starts.len())];
    let length = start.len().min(octets.len());
    octets[..length].copy_from_slice(&start[..length]);
    changed.insert(octets);
}

/// A reference, often one that is in use.
fn reference(changed: &mut Changed) -> [u8; 2] {
    match changed.rng.u8(0..3) {
        0 => [0x7a, 0],
        1 => [0, changed.rng.u8(0..3)],
        _ => [changed.rng.u8(..), changed.rng.u8(..)],
    }
}

/// A well-formed TPDU of any type, whoever sends such a one.
fn tpdu(changed: &mut Changed) -> Vec<u8> {
    let [a, b] = reference(changed);
    let [c, d] = reference(changed);
    let (low, last) = (changed.octet(), changed.octet());
    let tpdu: &[u8] = match changed.rng.u8(0..11) {
        0 => &[0xe0, a, b, c, d, last],
        1 => &[0xd0, a, b, c, d, last],
        2 => &[0x80, a, b, c, d, last],
        3 => &[0xc0, a, b, c, d],
        4 => &[0x70, a, b, last],
        5 => &[0x60 | (low & 15), a, b, last],
        6 => &[0x50 | (low & 15), a, b, last],
        7 => &[0x20, a, b, last],
        8 => &[0x10, a, b, last],
        9 => &[0x40, 0xc1, 1, a, 0xc2, 1, b],
        _ => &[low, last, a],
    };
    [&[tpdu.len() as u8], tpdu].concat()
}

fn tpdu_in_front(changed: &mut Changed) {
    let mut nsdu = tpdu(changed);
    if changed.rng.u8(0..3) == 0 {
        let count = changed.rng.usize(1..20);
        nsdu.extend(changed.octets(count));
    }
    changed.insert(tpkt(&nsdu));
}

fn cc_in_front(changed: &mut Changed) {
    let [a, b] = reference(changed);
    let [c, d] = reference(changed);
    let class = [0, 0, 0x20, 0x40, changed.octet()][changed.rng.usize(0..5)];
    let size = changed.rng.u8(7..14);
    let parameters: &[u8] = match changed.rng.bool() {
        true => &[0xc0, 1, size],
        false => &[],
    };
    let li = 6 + parameters.len() as u8;
    let cc = tpkt(&[&[li, 0xd0, a, b, c, d, class], parameters].concat());
    let count = changed.rng.usize(1..3);
    for _ in 0..count {
        changed.insert(cc.clone());
    }
}

fn cr_in_front(changed: &mut Changed) {
    let before = match changed.rng.bool() {
        true => parameters(changed),
        false => Vec::new(),
    };
    let cr = changed.stack.connect(9, &before);
    changed.messages.insert(changed.at, cr);
}

/// References, class and options of the CR.
fn cr_fixed(changed: &mut Changed) {
    changed.at = 0;
    let at = [6, 7, 10][changed.rng.usize(0..3)];
    let octet = changed.octet();
    changed.cr().octets[at] = octet;
}

/// Octets that may stand in front of, or behind, the parameters of a CR.
fn parameters(changed: &mut Changed) -> Vec<u8> {
    let count = changed.rng.usize(0..12);
    let junk = changed.octets(count);
    let rng = &mut *changed.rng;
    match rng.u8(0..7) {
        0 => vec![1, rng.u8(0..4), 8, 0, rng.u8(0..16), 0, 0, 0],
        1 => [&[rng.u8(0..7), rng.u8(..), 8, 0][..], &[0; 4]].concat(),
        2 => b"Cookie: \r\n".to_vec(),
        3 => b"Cookie: mstshash=user\r\n\x01\0\x08\0\0\0\0\0".to_vec(),
        4 => [&[octet(rng), junk.len() as u8], &junk[..]].concat(),
        5 => [&[octet(rng), octet(rng)], &junk[..]].concat(),
        _ => junk,
    }
}

fn cr_parameters(changed: &mut Changed) {
    changed.at = 0;
    let more = parameters(changed);
    let behind = changed.rng.u8(0..3) == 0;
    if !behind {
        *changed.cr() = changed.stack.connect(0, &more);
        return;
    }
    let octets = &mut changed.cr().octets;
    octets.extend(&more);
    octets[4] = octets[4].wrapping_add(more.len() as u8);
    renew_length(octets);
}

/// The TSDU in DT TPDUs of any length, with something between them.
fn segments(changed: &mut Changed) {
    let mut tsdus = changed.messages.iter().enumerate().skip(changed.at);
    let Some((at, tsdu)) = tsdus.find_map(|(at, message)| match &message.request {
        Some(Request::Tsdu(tsdu)) => Some((at, tsdu.clone())),
        _ => None,
    }) else {
        return;
    };
    let count = changed.rng.usize(1..tsdu.len());
    let between = match changed.rng.u8(0..4) {
        0 => Vec::new(),
        1 => tpkt(&tpdu(changed)),
        2 => changed.stack.connect(8, &[]).octets,
        _ => {
            let count = changed.rng.usize(0..15);
            changed.octets(count)
        }
    };
    let (first, rest) = tsdu.split_at(count);
    changed.messages[at].octets = [dt(false, first), between, dt(true, rest)].concat();
}

/// Another TPDU in the NSDU, in front of that of the message or behind it.
fn concatenation(changed: &mut Changed) {
    let other = tpdu(changed);
    let behind = changed.rng.u8(0..3) == 0;
    changed.each(|octets| {
        let at = if behind { octets.len() } else { 4 };
        octets.splice(at..at, other.iter().copied());
        renew_length(octets);
    });
}
