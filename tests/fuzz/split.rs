//! The output of a stream depends neither on how its octets are split nor on the sizes of the arrays.

use crate::common::make::{cc, cr, cr_of_rdp, dt, numbered, tpkt};
use crate::common::{LIBRARY, options};
use crate::input::Input;
use crate::seen::{self, Happening, LARGE, follow};
use isotsap::dissection::Encapsulation;
use isotsap::ffi::{OptionFlag, Options};
use isotsap::stream::Missing;

/// Octets of a connection that is also pushed octet by octet.
const SHORT: usize = 128;

pub fn run(octets: &[u8]) {
    let mut input = Input(octets);
    let [flags, limit, room_for_pdus, room_for_items, seed] = input.array();
    let flag = |bit: u8, flag: OptionFlag| u32::from(flags >> bit & 1) * flag as u32;
    let options = Options {
        flags: flag(0, OptionFlag::Joined) | flag(1, OptionFlag::Rdp),
        tsdu_limit: limit.into(),
        ..options(if flags & 0x0c == 0 {
            Encapsulation::TpktOnly
        } else {
            Encapsulation::Tpkt
        })
    };
    let (mut sent, mut happenings) = (Vec::new(), Vec::new());
    while let Some(next) = happening(&mut input, &mut sent) {
        seen::push(&mut happenings, next);
    }
    let follow =
        |room, pieces: &[usize]| follow(&LIBRARY, &options, (&sent, &happenings), room, pieces);
    let whole = follow(LARGE, &[usize::MAX]);
    let room_for_items = match room_for_items {
        0..64 => 0,
        many => many.into(),
    };
    let room = (1 + usize::from(room_for_pdus % 4), room_for_items);
    let seed = usize::from(seed);
    let pieces = [1 + seed % 7, 1 + seed, 1 + seed / 16];
    follow(room, &pieces).assert_same(&whole, room);
    if sent.len() <= SHORT {
        follow(LARGE, &[1]).assert_same(&whole, LARGE);
    }
}

/// The next happening; what is sent is appended to `sent`.
fn happening(input: &mut Input, sent: &mut Vec<u8>) -> Option<Happening> {
    let control = input.octet()?;
    let (end, kind) = (u32::from(control & 1), control >> 1);
    let octets = match kind % 16 {
        0 => input.octets().to_vec(),
        1 => tpkt(input.octets()),
        2..=4 => dt(kind & 0x10 != 0, input.octets()),
        5..=7 => {
            let [to, number] = input.array();
            numbered(
                u16::from(to % 20),
                number & 0x7f,
                kind & 0x10 != 0,
                input.octets(),
            )
        }
        8 => cr(input.array::<1>()[0]),
        9 => cc(input.array::<1>()[0]),
        10 => cr_of_rdp(),
        11 => match kind & 0x30 {
            0x00 => vec![0x16, 0x03, 0x01, 0x00, 0x20], // TLS: handshake, version, length
            0x10 => vec![0x00, 0x05, 1, 2, 3],          // fast path: action, length
            0x20 => vec![3, 0, 0, input.array::<1>()[0] % 8], // version, reserved, a short length
            _ => vec![input.array::<1>()[0]; 600],
        },
        12 => {
            // An AK, followed by another TPDU.
            tpkt(&[&[0x04, 0x60, 0x00, 0x02, 0x01], input.octets()].concat())
        }
        13 => {
            let mut tpkt = dt(true, input.octets());
            let [at, octet] = input.array();
            let at = usize::from(at) % tpkt.len();
            if kind & 0x10 == 0 {
                tpkt[at] = octet;
            } else {
                tpkt.truncate(at);
            }
            tpkt
        }
        14 => {
            let missing = if kind & 0x10 == 0 {
                Missing::Lost
            } else {
                Missing::CutOff
            };
            return Some(Happening::Gap(end, input.array::<1>()[0].into(), missing));
        }
        _ => return Some(Happening::Finish(end)),
    };
    let (at, length) = (sent.len(), octets.len());
    sent.extend(octets);
    Some(Happening::Octets { end, at, length })
}
