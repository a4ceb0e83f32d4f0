//! Hostile changes of a conversation from a seed.

use crate::conversation::{Conversation, Stack, View};
use crate::edit::{At, Edit, Octets, tpkt_of};
use fastrand::Rng;
use std::iter::repeat_with;

type Change = fn(&mut Chance) -> Edit;

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
    ("junk", 8, junk),
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

/// Messages of a conversation that is changed: not the last two, so that two requests follow.
const MESSAGES: usize = 4;

struct Chance(Rng);

/// The conversation of a seed: one change, sometimes a second.
pub fn conversation(stack: Stack, seed: u64) -> Conversation {
    let mut chance = Chance(Rng::with_seed(seed));
    let mut conversation = stack.conversation();
    let mut names = Vec::new();
    for _ in 0..chance.one_of([1, 1, 1, 2]) {
        let (name, change) = chance.pick();
        let edit = change(&mut chance);
        edit.apply(stack, &mut conversation);
        conversation.edits.push(edit);
        names.push(name);
    }
    conversation.segment = match chance.0.u8(0..4) {
        0 => chance.0.usize(5..40),
        _ => usize::MAX,
    };
    // Octets before the first TPKT that is recognised raise nothing on a joined connection, and two
    // changes right behind a loss leave nothing to find, so that a TPKT without a fault comes first.
    let first = conversation.edits.iter().map(Edit::first).min().unwrap();
    conversation.view = match (chance.0.u8(0..8), first) {
        (0, 2..) => View::Joined(chance.0.usize(1..first)),
        (0, 1..) if names == ["number and EOT"] => View::Joined(first),
        (1, 1..) if names.len() == 1 => View::Lost(chance.0.usize(0..first), chance.0.bool()),
        (1, 2..) => View::Lost(chance.0.usize(0..first - 1), chance.0.bool()),
        _ => View::Whole,
    };
    conversation.name = names.join(" and ");
    conversation
}

impl Chance {
    fn pick(&mut self) -> (&'static str, Change) {
        let total = CHANGES.iter().map(|(_, weight, _)| weight).sum();
        let mut left = self.0.usize(0..total);
        for (name, weight, change) in CHANGES {
            if left < *weight {
                return (name, *change);
            }
            left -= weight;
        }
        unreachable!("the weights add up to the total")
    }

    fn one_of<T: Copy, const N: usize>(&mut self, values: [T; N]) -> T {
        values[self.0.usize(0..N)]
    }

    fn message(&mut self) -> usize {
        self.0.usize(0..MESSAGES)
    }

    fn at(&mut self) -> At {
        let first = self.message();
        match self.0.u8(0..3) {
            0 => At::From(first),
            _ => At::One(first),
        }
    }

    fn octet(&mut self) -> u8 {
        match self.0.bool() {
            true => TELLING[self.0.usize(0..TELLING.len())],
            false => self.0.u8(..),
        }
    }

    /// Octets of one kind.
    fn octets(&mut self, count: usize) -> Vec<u8> {
        let same = self.octet();
        match self.0.u8(0..4) {
            0 => vec![same; count],
            1 => vec![0xff; count],
            _ => repeat_with(|| self.octet()).take(count).collect(),
        }
    }

    /// Some octets, the first of which are these.
    fn octets_from(&mut self, start: &[u8], count: usize) -> Octets {
        let mut octets = self.octets(count);
        let length = start.len().min(count);
        octets[..length].copy_from_slice(&start[..length]);
        Octets(octets)
    }

    /// A reference, often one that is in use.
    fn reference(&mut self) -> [u8; 2] {
        let (any, low) = (self.0.u16(..).to_be_bytes(), self.0.u8(0..3));
        self.one_of([[0x7a, 0], [0, low], any])
    }
}

fn version(chance: &mut Chance) -> Edit {
    Edit::Octets(chance.at(), 0, Octets(vec![chance.octet()]))
}

fn reserved(chance: &mut Chance) -> Edit {
    Edit::Octets(chance.at(), 1, Octets(vec![chance.octet()]))
}

fn length(chance: &mut Chance) -> Edit {
    let (at, small) = (chance.at(), chance.0.i16(1..24));
    let (any, within) = (chance.0.u16(..), chance.0.u16(8..1031));
    let lengths = [small.unsigned_abs() % 8, any, within, 0xffff, any | 0x8000];
    match chance.0.u8(0..7) {
        0 => Edit::Length(at, small),
        1 => Edit::Length(at, -small),
        _ => Edit::Octets(at, 2, Octets(chance.one_of(lengths).to_be_bytes().into())),
    }
}

fn li(chance: &mut Chance) -> Edit {
    let values = [chance.0.u8(0..20), chance.octet()];
    Edit::Octets(chance.at(), 4, Octets(vec![chance.one_of(values)]))
}

fn longer_header(chance: &mut Chance) -> Edit {
    let count = chance.0.usize(1..12);
    Edit::Header(
        chance.at(),
        Octets(chance.octets(count)),
        chance.0.u8(0..4) > 0,
    )
}

fn code(chance: &mut Chance) -> Edit {
    let low = chance.0.u8(1..16);
    let values = [0xe0 | low, 0xf0 | low, chance.octet()];
    Edit::Octets(chance.at(), 5, Octets(vec![chance.one_of(values)]))
}

fn number(chance: &mut Chance) -> Edit {
    let number = chance.octet() | chance.one_of([0x80, 0x80, 0x80, 0]);
    Edit::Octets(chance.at(), 6, Octets(vec![number]))
}

fn header_octets(chance: &mut Chance) -> Edit {
    let offset = chance.0.usize(0..7);
    let count = chance.0.usize(1..=(7 - offset).min(4));
    Edit::Octets(chance.at(), offset, Octets(chance.octets(count)))
}

/// Type and version of a TLS record are version and reserved octet of the TPKT.
fn tls_in_place(chance: &mut Chance) -> Edit {
    let kind = chance.0.u8(0x14..0x18);
    Edit::Octets(chance.at(), 0, Octets(vec![kind, 3]))
}

/// A record in front of a TPKT: with the octets it announces, or without, or as long as what
/// snap7 skips.
fn tls_in_front(chance: &mut Chance) -> Edit {
    let (short, any) = (chance.0.u16(0..64), chance.0.u16(..));
    let length = chance.one_of([0, 2, short, any, 0xffff]);
    let [high, low] = length.to_be_bytes();
    let start = [chance.0.u8(0x14..0x18), 3, chance.0.u8(0..5), high, low];
    let count = chance.one_of([0, 2, usize::from(length).min(2000), 9]);
    Edit::InFront(chance.message(), chance.octets_from(&start, 5 + count))
}

fn fast_path_in_place(chance: &mut Chance) -> Edit {
    let start = vec![chance.0.u8(..) & 0xfc, chance.octet()];
    Edit::Octets(chance.at(), 0, Octets(start))
}

fn fast_path_in_front(chance: &mut Chance) -> Edit {
    let (first, length) = (chance.0.u8(..) & 0xfc, chance.octet());
    let start = [chance.one_of([0, first]), length, chance.octet()];
    let count = chance.one_of([7, 14, 2, 3, usize::from(length & 0x7f).max(3)]);
    Edit::InFront(chance.message(), chance.octets_from(&start, count))
}

/// Junk, often as long as what snap7 skips, or an unusable header.
fn junk(chance: &mut Chance) -> Edit {
    let counts = [7 * chance.0.usize(1..6), chance.0.usize(1..41)];
    let low = [chance.0.u8(..), chance.0.u8(0..8)];
    let (high, low) = (chance.0.u8(..), chance.one_of(low));
    let start = [3, 0, chance.one_of([0, 0, 0xff, high]), low, 2, 0xf0, 0x80];
    let kept = chance.one_of([0, 0, 1, 4, 5, 7]);
    let count = chance.one_of(counts);
    Edit::InFront(chance.message(), chance.octets_from(&start[..kept], count))
}

/// A well-formed TPDU of any type without its LI, whoever sends such a one.
fn tpdu(chance: &mut Chance) -> Vec<u8> {
    let [a, b] = chance.reference();
    let [c, d] = chance.reference();
    let (low, last) = (chance.octet(), chance.octet());
    let tpdu: &[u8] = match chance.0.u8(0..11) {
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
    tpdu.to_vec()
}

fn tpdu_in_front(chance: &mut Chance) -> Edit {
    Edit::InFront(chance.message(), tpkt_of(&tpdu(chance)))
}

fn cc_in_front(chance: &mut Chance) -> Edit {
    let ([a, b], [c, d]) = (chance.reference(), chance.reference());
    let any = chance.octet();
    let class = chance.one_of([0, 0, 0x20, 0x40, any]);
    let cc = [0xd0, a, b, c, d, class, 0xc0, 1, chance.0.u8(7..14)];
    let cc = tpkt_of(&cc[..chance.one_of([6, 9])]);
    Edit::InFront(chance.message(), Octets(cc.0.repeat(chance.0.usize(1..3))))
}

fn cr_in_front(chance: &mut Chance) -> Edit {
    let before = match chance.0.bool() {
        true => parameters(chance),
        false => Vec::new(),
    };
    Edit::Connect(chance.message(), Octets(before))
}

/// References, class and options of the CR.
fn cr_fixed(chance: &mut Chance) -> Edit {
    let offset = chance.one_of([6, 7, 10]);
    Edit::Octets(At::One(0), offset, Octets(vec![chance.octet()]))
}

/// Octets that may stand in front of, or behind, the parameters of a CR.
fn parameters(chance: &mut Chance) -> Vec<u8> {
    let count = chance.0.usize(0..12);
    let (code, length, junk) = (chance.octet(), chance.octet(), chance.octets(count));
    match chance.0.u8(0..7) {
        0 => vec![1, chance.0.u8(0..4), 8, 0, chance.0.u8(0..16), 0, 0, 0],
        1 => vec![chance.0.u8(0..7), code, 8, 0, 0, 0, 0, 0],
        2 => b"Cookie: \r\n".to_vec(),
        3 => b"Cookie: mstshash=user\r\n\x01\0\x08\0\0\0\0\0".to_vec(),
        4 => [&[code, u8::try_from(count).unwrap()], &junk[..]].concat(),
        5 => [&[code, length], &junk[..]].concat(),
        _ => junk,
    }
}

fn cr_parameters(chance: &mut Chance) -> Edit {
    let more = Octets(parameters(chance));
    match chance.0.u8(0..3) {
        0 => Edit::BehindParameters(more),
        _ => Edit::InFrontOfParameters(more),
    }
}

/// A TSDU in two DT TPDUs, with something between them.
fn segments(chance: &mut Chance) -> Edit {
    let count = chance.0.usize(0..15);
    let between = match chance.0.u8(0..3) {
        0 => Octets(Vec::new()),
        1 => tpkt_of(&tpdu(chance)),
        _ => Octets(chance.octets(count)),
    };
    Edit::Segments(chance.message(), chance.0.usize(1..18), between)
}

/// Another TPDU in the NSDU.
fn concatenation(chance: &mut Chance) -> Edit {
    let tpdu = tpdu(chance);
    let li = u8::try_from(tpdu.len()).unwrap();
    let other = Octets([&[li], &tpdu[..]].concat());
    match chance.0.u8(0..3) {
        0 => Edit::BehindTpdu(chance.at(), other),
        _ => Edit::InFrontOfTpdu(chance.at(), other),
    }
}
