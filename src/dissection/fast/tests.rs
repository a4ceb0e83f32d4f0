//! Each fast path equals the general path. Neither can be chosen through the C ABI, so the
//! comparison is made here.
#![forbid(unsafe_code)]

use super::dt::LOOK;
use super::{PlainConnection, PlainDt};
use crate::dissection::context::{Context, ContextFlag, End};
use crate::dissection::framing::Walk;
use crate::dissection::output::{Items, Output};
use crate::dissection::record::{Item, Pdu};
use crate::dissection::settings::Settings;
use crate::span::Span;
use std::mem::MaybeUninit;

const REQUEST: u32 = ContextFlag::Request as u32;
const CONFIRM: u32 = ContextFlag::Confirm as u32;
const FROM_START: u32 = ContextFlag::FromStart as u32;
const DATA_BEFORE_CONFIRM: u32 = ContextFlag::DataBeforeConfirm as u32;
const CLASS_2: u8 = 0x20;
const CR: u8 = 0xe0;
const CC: u8 = 0xd0;
/// The reference the CR gives, and the CC answers.
const INITIATOR: u8 = 1;
/// Offset of the TPKT in its packet.
const OFFSET: u32 = 7;
const PACKET: u32 = 1;
/// The longest TPKT by the TPDU size that some of the contexts have agreed on.
const LARGEST: u16 = 4 + 128;
const SENDERS: [Option<End>; 3] = [None, Some(End::A), Some(End::B)];

/// A DT with EOT and user data in a TPKT of `length` octets, and octets behind it.
fn dt(length: u16) -> Vec<u8> {
    let [high, low] = length.to_be_bytes();
    let mut octets = vec![
        3, 0, high, low, // TPKT: version, reserved, length
        2, 0xf0, 0x80, // DT: LI, code, EOT and TPDU-NR
    ];
    octets.resize(usize::from(length), 0x55);
    octets.extend([0xaa; 3]);
    octets
}

/// A CR or CC of class 0.
fn connection(code: u8, variable_part: &[u8]) -> Vec<u8> {
    let li = 6 + variable_part.len();
    let [high, low] = (5 + li as u16).to_be_bytes();
    let (dest, src) = if code == CR {
        (0, INITIATOR)
    } else {
        (INITIATOR, 2)
    };
    let mut octets = vec![
        3, 0, high, low, // TPKT: version, reserved, length
        li as u8, code, 0, dest, 0, src, // LI, code, references
        0,   // class and options
    ];
    octets.extend(variable_part);
    octets
}

const S7_PARAMETERS: [u8; 11] = [
    0xc0, 1, 10, // TPDU size
    0xc1, 2, 1, 0, // calling T-selector
    0xc2, 2, 1, 2, // called T-selector
];

struct Collected<'a>(&'a mut Vec<Item>);

impl Items for Collected<'_> {
    const WANTED: bool = true;
    fn put<const N: usize>(&mut self, items: [Item; N]) {
        self.0.extend(items);
    }
    fn count(&self) -> usize {
        self.0.len()
    }
    fn capacity(&self) -> usize {
        usize::MAX
    }
}

/// What a path makes of a TPKT: its record, items, and the context behind it.
type Outcome = (Option<Pdu>, Vec<Item>, Context);

fn outcome(
    context: &Context,
    write: impl FnOnce(&mut Output<'_, Collected<'_>>, &mut Context),
) -> Outcome {
    let mut pdus = [MaybeUninit::uninit()];
    let mut items = Vec::new();
    let mut after = *context;
    let mut output = Output::new(&mut pdus, Collected(&mut items));
    write(&mut output, &mut after);
    let pdu = output.last().map(|writer| *writer.pdu);
    (pdu, items, after)
}

/// Dissects on the general path; `length` is what the fast path said.
fn general<I: Items>(
    octets: &[u8],
    sender: Option<End>,
    length: u16,
    output: &mut Output<'_, I>,
    context: &mut Context,
) {
    let mut walk = Walk {
        settings: &Settings::default(),
        packet: PACKET,
        sender,
        output,
        follows_fault: false,
        end_of_fault: None,
        gap: None,
    };
    let rest = Span {
        octets,
        length: octets.len() as u32,
        offset: OFFSET,
    };
    let end = walk.tpkt::<true>(context, rest);
    assert_eq!(end, Some(length.into()));
}

/// Whether the fast path takes a DT; if so it has to equal the general path.
fn takes_dt(octets: &[u8], context: &Context, sender: Option<End>) -> bool {
    let Some(dt) = PlainDt::new(octets, context.longest_plain_dt()) else {
        return false;
    };
    let fast = outcome(context, |output, _| dt.place(output, PACKET, OFFSET));
    let slow = outcome(context, |output, context| {
        general(octets, sender, dt.length, output, context);
    });
    assert_eq!(fast, slow, "{octets:02x?} {context:?}");
    true
}

/// Whether the fast path takes a CR or CC; if so it has to equal the general path.
fn takes_connection(octets: &[u8], context: &Context, sender: Option<End>) -> bool {
    let Some(connection) = PlainConnection::new(octets, context, sender) else {
        return false;
    };
    let fast = outcome(context, |output, context| {
        connection.place(octets, output, PACKET, OFFSET);
        connection.learn(octets, context, sender);
    });
    let slow = outcome(context, |output, context| {
        general(octets, sender, connection.length, output, context);
    });
    assert_eq!(fast, slow, "{octets:02x?} {context:?}");
    true
}

/// `octets` with two of the bits `0..bits` flipped, in every way.
fn two_bits_flipped(octets: &[u8], bits: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..bits)
        .flat_map(move |a| (0..bits).map(move |b| [a, b]))
        .map(|flipped| {
            let mut octets = octets.to_vec();
            for bit in flipped {
                if let Some(octet) = octets.get_mut(bit / 8) {
                    *octet ^= 1 << (bit % 8);
                }
            }
            octets
        })
}

fn context(flags: u32, class_options: u8, tpdu_size: u16) -> Context {
    Context {
        flags,
        class_options,
        tpdu_size,
        ..Context::default()
    }
}

/// Contexts that a class 0 DT in a TPKT of up to `LARGEST` octets fits.
fn fitting_a_dt() -> [Context; 5] {
    [
        Context::default(),
        context(REQUEST, 0, 0),
        context(CONFIRM, 0, 0),
        context(CONFIRM | FROM_START, 0, 1),
        context(FROM_START | DATA_BEFORE_CONFIRM, 0, 0),
    ]
}

#[test]
fn fast_path_of_a_dt_matches_general_path() {
    let mut taken = 0;
    for length in [8, 9, 32, LARGEST - 1, LARGEST, LARGEST + 1, 0xffff] {
        for octets in two_bits_flipped(&dt(length), LOOK * 8) {
            for (context, sender) in fitting_a_dt().iter().zip(SENDERS.into_iter().cycle()) {
                taken += usize::from(takes_dt(&octets, context, sender));
            }
        }
    }
    assert!(taken > 1000, "only {taken} were taken");
}

#[test]
fn fast_path_leaves_a_dt_that_contradicts_its_context() {
    let takes = |length, context: &Context| takes_dt(&dt(length), context, None);
    for context in fitting_a_dt() {
        assert!(takes(LARGEST, &context), "{context:?}");
    }
    for context in [
        context(FROM_START, 0, 0),
        context(CONFIRM, CLASS_2, 0),
        context(CONFIRM | DATA_BEFORE_CONFIRM, CLASS_2, 0),
    ] {
        assert!(!takes(LARGEST, &context), "{context:?}");
    }
    assert!(!takes(LARGEST + 1, &context(CONFIRM, 0, 1)));
}

/// Every set of flags, with classes, options, sizes and references that matter.
#[test]
fn fast_paths_match_general_path_in_every_context() {
    let good = [
        dt(32),
        connection(CR, &S7_PARAMETERS),
        connection(CC, &S7_PARAMETERS),
    ];
    let [dt, cr, cc] = &good;
    let mut taken = [0; 3];
    let all_flags = 0..ContextFlag::NumberUnknownB as u32 * 2;
    for (flags, sender) in all_flags.flat_map(|flags| SENDERS.map(|sender| (flags, sender))) {
        for class_options in [0x00, 0x01, 0x10, 0x20, 0x21, 0x42] {
            for size in [0, 1, 8] {
                let context = Context {
                    request_class_options: class_options,
                    request_tpdu_size: size,
                    initiator_reference: INITIATOR.into(),
                    responder_reference: 2,
                    ..context(flags, class_options, size)
                };
                for (count, takes) in taken.iter_mut().zip([
                    takes_dt(dt, &context, sender),
                    takes_connection(cr, &context, sender),
                    takes_connection(cc, &context, sender),
                ]) {
                    *count += usize::from(takes);
                }
            }
        }
    }
    assert!(taken.iter().all(|&count| count > 1000), "{taken:?}");
}

fn contexts_of_connections() -> [Context; 12] {
    let context = |flags, request_tpdu_size, request_class_options, initiator: u8| Context {
        flags,
        request_tpdu_size,
        request_class_options,
        initiator_reference: initiator.into(),
        ..Context::default()
    };
    [
        Context::default(),
        context(FROM_START, 0, 0, 0),
        context(REQUEST, 0, 0, INITIATOR),
        context(REQUEST, 8, 0, INITIATOR),
        context(REQUEST, 4, 0, INITIATOR),
        context(REQUEST, 8, CLASS_2, INITIATOR),
        context(REQUEST, 8, 0, 0),
        context(REQUEST, 8, 0, 9),
        context(REQUEST | ContextFlag::InitiatedByB as u32, 8, 0, INITIATOR),
        context(REQUEST | CONFIRM, 8, 0, INITIATOR),
        context(REQUEST | ContextFlag::Rdp as u32, 8, 0, INITIATOR),
        Context {
            class_options: CLASS_2,
            ..context(CONFIRM, 0, 0, INITIATOR)
        },
    ]
}

#[test]
fn fast_path_of_a_connection_matches_general_path() {
    let mut taken = 0;
    for code in [CR, CC] {
        let octets = connection(code, &S7_PARAMETERS);
        for (position, flipped) in two_bits_flipped(&octets, octets.len() * 8).enumerate() {
            let senders = SENDERS.into_iter().cycle().skip(position % 3);
            for (context, sender) in contexts_of_connections().iter().zip(senders) {
                taken += usize::from(takes_connection(&flipped, context, sender));
            }
        }
    }
    assert!(taken > 10_000, "only {taken} were taken");
}

#[test]
fn fast_path_takes_only_common_parameters() {
    let selector = |length: u8| [vec![0xc1, length], vec![b'A'; length.into()]].concat();
    let takes = |code, variable_part: &[u8]| {
        takes_connection(&connection(code, variable_part), &Context::default(), None)
    };
    for code in [CR, CC] {
        assert!(takes(code, &[]));
        for length in 0..=246 {
            let fits = code == CC || length <= 119;
            assert_eq!(takes(code, &selector(length)), fits, "{code:#x} {length}");
        }
        // An LI of 255 is reserved.
        assert!(!takes(code, &selector(247)));
        for size in 0..=255 {
            assert_eq!(takes(code, &[0xc0, 1, size]), (7..=11).contains(&size));
        }
        assert!(!takes(code, &[0xc0, 2, 7, 7]));
        assert!(!takes(code, &[0xc1]));
        assert!(!takes(code, &[0xc1, 2, 0]));
        assert!(!takes(code, &[0xc1, 0, 0xc1, 0]));
        assert!(!takes(code, &[0xc4, 1, 1]));
        assert!(!takes(code, &[1, 0, 8, 0, 0, 0, 0, 0]));
    }
}

#[test]
fn fast_path_leaves_a_connection_that_contradicts_its_context() {
    let cr = |context: &Context| takes_connection(&connection(CR, &[]), context, None);
    let taken = contexts_of_connections().map(|context| cr(&context));
    assert_eq!(taken, [[true; 2].as_slice(), &[false; 10]].concat()[..]);
    let size_1024 = [0xc0, 1, 10];
    let cc = |context: &Context| takes_connection(&connection(CC, &size_1024), context, None);
    let taken = contexts_of_connections().map(|context| cc(&context));
    let expected = [
        true, false, true, true, false, false, false, false, true, false, true, false,
    ];
    assert_eq!(taken, expected);
}
