//! Valid and damaged conversations of all classes: the output depends neither on items, nor on calls,
//! splits and arrays, nor on the fast paths.

use crate::build::Carrier;
use crate::common::library::Library;
use crate::common::{LIBRARY, context, options};
use crate::input::Input;
use crate::script::Script;
use crate::seen::{LARGE, Room, Seen, dissect, follow};
use isotsap::dissection::record::Packet;
use isotsap::dissection::{ContextFlag, Encapsulation};
use isotsap::ffi::{OptionFlag, Options};
use std::path::Path;
use std::sync::LazyLock;

/// The library built with `--cfg isotsap_general_path`, when the environment says where it is.
static GENERAL: LazyLock<Option<Library>> = LazyLock::new(|| {
    let path = std::env::var_os("ISOTSAP_GENERAL_PATH")?;
    Some(Library::open(Path::new(&path)).unwrap())
});

const RECORDS_ONLY: Room = (LARGE.0, 0);

/// How the connection is passed, from the octets of the fuzzer.
struct Way {
    in_batches: bool,
    options: Options,
    room: Room,
    packets_a_call: usize,
    /// Bit n: step n is of the packet of the one before.
    joined: u8,
    /// The packet before which the context is copied.
    copied_at: usize,
    pieces: [usize; 3],
}

impl Way {
    fn read(input: &mut Input) -> Self {
        let [flags, pdus, items, calls, joined, copied_at, seed] = input.array();
        let flag = |bit: u8, flag: OptionFlag| u32::from(flags >> bit & 1) * flag as u32;
        let seed = usize::from(seed);
        Self {
            in_batches: flags & 0x10 != 0,
            options: Options {
                flags: flag(0, OptionFlag::Joined)
                    | flag(1, OptionFlag::Rdp)
                    | flag(2, OptionFlag::AllExperts)
                    | flag(3, OptionFlag::Atn),
                ..options(Encapsulation::Tpkt)
            },
            room: (
                1 + usize::from(pdus % 4),
                match items {
                    0..64 => 0,
                    many => many.into(),
                },
            ),
            packets_a_call: 1 + usize::from(calls % 8),
            joined,
            copied_at: copied_at.into(),
            pieces: [1 + seed % 7, 1 + seed, 1 + seed / 16],
        }
    }
}

pub fn run(octets: &[u8]) {
    let mut input = Input(octets);
    let mut way = Way::read(&mut input);
    let script = Script::read(&mut input);
    if script.carrier == Carrier::Nsdu {
        way.options.encapsulation = Encapsulation::Nsdu as u32;
        compare_batches(&way, &script);
    } else if way.in_batches {
        compare_batches(&way, &script);
    } else {
        let seen = compare_streams(&way, &script);
        if let Some(tsdus) = &script.tsdus {
            assert_eq!([0, 1].map(|end| seen.tsdus(end)), *tsdus);
            compare_with_batch(&way, &script, &seen);
        }
    }
}

/// TPKTs of a connection seen from its start are the same as packets and in a stream.
fn compare_with_batch(way: &Way, script: &Script, seen: &Seen) {
    let is = |flag: OptionFlag| way.options.flags & flag as u32 != 0;
    let mut context = context();
    if !is(OptionFlag::Joined) {
        context.flags |= ContextFlag::FromStart as u32;
    }
    if is(OptionFlag::Rdp) {
        context.flags |= ContextFlag::Rdp as u32;
    }
    let options = Options {
        flags: way.options.flags & !(OptionFlag::Joined as u32 | OptionFlag::Rdp as u32),
        ..way.options
    };
    let sent = script.packets(|_| false);
    let packets = (&sent.octets[..], &sent.parts[..]);
    let at_once = sent.parts.len().max(1);
    let batch = dissect(&LIBRARY, &options, Some(context), packets, LARGE, at_once);
    seen.assert_begins_with(&batch);
}

fn compare_batches(way: &Way, script: &Script) {
    let sent = match script.carrier {
        Carrier::Nsdu => script.packets(|_| false),
        Carrier::Tpkt => script.packets(|step| way.joined >> (step % 8) & 1 != 0),
    };
    let (base, packets) = (&sent.octets[..], &sent.parts[..]);
    let dissect = |library, context, packets: &[Packet], room, packets_a_call| {
        dissect(
            library,
            &way.options,
            context,
            (base, packets),
            room,
            packets_a_call,
        )
    };
    let at_once = packets.len().max(1);
    let whole = dissect(&LIBRARY, Some(context()), packets, LARGE, at_once);
    dissect(&LIBRARY, Some(context()), packets, RECORDS_ONLY, at_once)
        .assert_same(&whole, RECORDS_ONLY);
    dissect(
        &LIBRARY,
        Some(context()),
        packets,
        way.room,
        way.packets_a_call,
    )
    .assert_same(&whole, way.room);
    if let Some(general) = &*GENERAL {
        dissect(general, Some(context()), packets, LARGE, at_once).assert_same(&whole, LARGE);
    }
    let without_context = dissect(&LIBRARY, None, packets, LARGE, at_once);
    dissect(&LIBRARY, None, packets, way.room, way.packets_a_call)
        .assert_same(&without_context, way.room);
    let (before, after) = packets.split_at(way.copied_at.min(packets.len()));
    let mut resumed = dissect(&LIBRARY, Some(context()), before, LARGE, at_once);
    let copy = resumed.context();
    resumed.append(dissect(&LIBRARY, Some(copy), after, LARGE, at_once));
    resumed.assert_same(&whole, LARGE);
}

fn compare_streams(way: &Way, script: &Script) -> Seen {
    let sent = script.happenings();
    let follow = |library, room, pieces: &[usize]| {
        follow(
            library,
            &way.options,
            (&sent.octets, &sent.parts),
            room,
            pieces,
        )
    };
    let whole = follow(&LIBRARY, LARGE, &[usize::MAX]);
    follow(&LIBRARY, RECORDS_ONLY, &[usize::MAX]).assert_same(&whole, RECORDS_ONLY);
    follow(&LIBRARY, way.room, &way.pieces).assert_same(&whole, way.room);
    if let Some(general) = &*GENERAL {
        follow(general, LARGE, &[usize::MAX]).assert_same(&whole, LARGE);
    }
    whole
}
