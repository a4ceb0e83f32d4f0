//! Streams through the built shared object: octets of a connection in, records and TSDUs out.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
mod vectors;

use common::make::{ak, cc, cc_of_rdp, cr, cr_of_rdp, dt, numbered, tls_record, tpkt};
use common::stream::{
    A, B, Event, Feed, Happening, ROOMY, Stream, assert_same, connected, connected_within, experts,
    follow, places, stream_options, tsdus,
};
use common::{LIBRARY, PLENTY, dissect, options, size_of_struct, unwritten};
use isotsap::dissection::record::{Item, Pdu, PduFlag};
use isotsap::dissection::{ContextFlag, Encapsulation, Ending};
use isotsap::ffi::{OptionFlag, Options, Status, StreamResult};
use isotsap::stream::Missing;
use proptest::prelude::*;
use std::ptr;

fn none() -> Vec<&'static str> {
    Vec::new()
}

#[test]
fn whole_tpkts_give_the_same_as_packets() {
    let mut compared = 0;
    for vector in vectors::all() {
        let in_sync = {
            let mut rest = &vector.octets[..];
            while let [3, _, high, low, ..] = *rest
                && let length @ 4.. = usize::from(u16::from_be_bytes([high, low]))
                && length <= rest.len()
            {
                rest = &rest[length..];
            }
            rest.is_empty()
        };
        if vector.encapsulation != Encapsulation::Tpkt
            || !in_sync
            || vector.after_gap
            || !vector.before.is_empty()
        {
            continue;
        }
        let mut context = common::context();
        context.flags = ContextFlag::FromStart as u32;
        let length = vector.octets.len();
        let packet = isotsap::dissection::record::Packet {
            flags: isotsap::dissection::record::PacketFlag::FromA as u32,
            ..vector.packet(length, length)
        };
        let whole = dissect(
            Encapsulation::Tpkt,
            &mut context,
            &vector.octets,
            &[packet],
            PLENTY,
        );
        let mut stream = Stream::from_start();
        let given = stream.call(
            A,
            Feed::Push(&vector.octets),
            (PLENTY.pdus, PLENTY.items.unwrap()),
        );
        let without_tsdu = |pdu: &isotsap::dissection::record::Pdu| {
            let flags = pdu.flags & !(PduFlag::Tsdu as u16);
            format!("{:?}", isotsap::dissection::record::Pdu { flags, ..*pdu })
        };
        assert_eq!(
            given.pdus.iter().map(without_tsdu).collect::<Vec<_>>(),
            whole.pdus.iter().map(without_tsdu).collect::<Vec<_>>(),
            "{}",
            vector.name
        );
        assert_eq!(
            format!("{:?}", given.items),
            format!("{:?}", whole.items),
            "{}",
            vector.name
        );
        compared += 1;
    }
    assert!(compared > 200, "{compared} vectors");
}

#[test]
fn vectors_may_be_split_anywhere() {
    let mut compared = 0;
    for vector in vectors::all() {
        if vector.encapsulation != Encapsulation::Tpkt || vector.octets.len() > 400 {
            continue;
        }
        let follow = |at: usize| {
            let mut stream = Stream::from_start();
            let mut events = Vec::new();
            for (sender, octets) in &vector.before {
                events.extend(stream.push(u32::from(*sender == 4), octets));
            }
            let (front, back) = vector.octets.split_at(at);
            events.extend(stream.push(A, front));
            events.extend(stream.push(A, back));
            events.extend(stream.finish(A));
            events
        };
        let whole = follow(0);
        for at in 1..vector.octets.len() {
            assert_eq!(follow(at), whole, "{} split at {at}", vector.name);
        }
        compared += 1;
    }
    assert!(compared > 200, "{compared} vectors");
}

#[test]
fn a_call_reports_consumed_pending_and_needed_octets() {
    let mut stream = Stream::from_start();
    let octets = dt(true, b"data"); // 11 octets
    let mut waits = |octets: &[u8]| {
        let (_, result) = stream.feed(A, Feed::Push(octets));
        (result.consumed, result.pending, result.needed)
    };
    assert_eq!(waits(&octets[..3]), (3, 3, 0), "the length is not there");
    assert_eq!(
        waits(&octets[3..6]),
        (3, 6, 0),
        "nor what shows whether it can be true"
    );
    assert_eq!(waits(&octets[6..8]), (2, 8, 3), "so many are missing");
    assert_eq!(waits(&[]), (0, 8, 3));
    assert_eq!(waits(&octets[8..]), (3, 0, 0));
    let three = [&octets[..], &octets, &octets[..8]].concat();
    assert_eq!(waits(&three), (30, 8, 3));
}

#[test]
fn a_tpkt_within_a_push_is_not_copied_and_a_split_one_is_buffered() {
    let mut stream = Stream::from_start();
    let octets = [dt(true, b"one"), dt(true, b"two"), dt(true, b"three")].concat();
    let given = stream.call(A, Feed::Push(&octets[..15]), (8, 64));
    assert_eq!(given.status, Status::Ok as i32);
    assert!(given.result.octets.is_null(), "dissected in place");
    assert_eq!(
        (
            given.pdus.len(),
            given.result.consumed,
            given.result.position
        ),
        (1, 15, 0)
    );

    let rest = &octets[15..];
    let given = stream.call(A, Feed::Push(rest), (8, 64));
    assert_eq!(
        given.status,
        Status::More as i32,
        "the records would be about other octets"
    );
    assert_eq!(given.octets(), dt(true, b"two"));
    assert_eq!(
        (
            given.pdus.len(),
            given.result.consumed,
            given.result.position
        ),
        (1, 5, 10)
    );

    let rest = &rest[5..];
    let given = stream.call(A, Feed::Push(rest), (8, 64));
    assert_eq!(given.status, Status::Ok as i32);
    assert!(given.result.octets.is_null());
    assert_eq!(
        (
            given.pdus.len(),
            given.result.consumed,
            given.result.position
        ),
        (1, 12, 20)
    );
    assert_ne!(given.pdus[0].flags & PduFlag::Tsdu as u16, 0);
}

#[test]
fn small_arrays_lose_nothing() {
    let octets = [
        cr(0x00),
        dt(false, b"one"),
        dt(true, b"two"),
        vec![0xff; 40],
        dt(true, b"three"),
    ]
    .concat();
    let follow = |room| {
        let mut stream = Stream::from_start();
        stream.room = room;
        let mut events = stream.push(A, &octets);
        events.extend(stream.gap(A, 10));
        events.extend(stream.push(A, &dt(false, b"four")[..8]));
        events.extend(stream.finish(A));
        events
    };
    let whole = follow(ROOMY);
    for room in [(1, 0), (1, 64), (2, 64), (2, 0), (3, 65), (8, 64)] {
        assert_same(&follow(room), &whole, room);
    }
}

#[test]
fn directions_are_independent() {
    let mut stream = Stream::from_start();
    stream.push(A, &dt(false, b"from A")[..9]);
    assert_eq!(
        tsdus(&stream.push(B, &dt(true, b"from B"))),
        [(b"from B".to_vec(), 1)]
    );
    stream.push(A, &dt(false, b"from A")[9..]);
    let events = stream.push(A, &dt(true, b", again"));
    assert_eq!(tsdus(&events), [(b"from A, again".to_vec(), 2)]);
}

#[test]
fn tsdus_are_reassembled_until_eot() {
    let mut stream = connected(0x00);
    assert!(tsdus(&stream.push(A, &dt(false, b"one "))).is_empty());
    assert!(tsdus(&stream.push(A, &dt(false, b""))).is_empty());
    let events = stream.push(
        A,
        &[
            dt(true, b"two"),
            dt(true, b"three"),
            dt(false, b"fo"),
            dt(true, b"ur"),
        ]
        .concat(),
    );
    assert_eq!(
        tsdus(&events),
        [
            (b"one two".to_vec(), 3),
            (b"three".to_vec(), 1),
            (b"four".to_vec(), 2)
        ]
    );
    assert_eq!(tsdus(&stream.push(A, &dt(true, b""))), [(Vec::new(), 1)]);
}

#[test]
fn connections_of_one_direction_are_reassembled_separately() {
    let mut stream = connected(0x21);
    let octets = [
        numbered(2, 0, false, b"one "),
        numbered(7, 0, false, b"another "),
        numbered(2, 0, true, b"two"),
        numbered(7, 0, true, b"three"),
    ];
    assert_eq!(
        tsdus(&stream.push(A, &octets.concat())),
        [(b"one two".to_vec(), 2), (b"another three".to_vec(), 2)]
    );
}

#[test]
fn numbered_dts_are_reordered_and_duplicates_dropped() {
    let mut stream = connected(0x40);
    let events = stream.push(
        A,
        &[
            numbered(2, 0, true, b"zero"),
            numbered(2, 3, true, b"three"),
            numbered(2, 2, true, b"two"),
            numbered(2, 0, true, b"zero"),
            numbered(2, 3, true, b"three"),
            numbered(2, 1, false, b"one "),
            numbered(2, 5, true, b"five"),
            numbered(2, 4, false, b"four "),
        ]
        .concat(),
    );
    assert_eq!(
        tsdus(&events),
        [
            (b"zero".to_vec(), 1),
            (b"one two".to_vec(), 2),
            (b"three".to_vec(), 1),
            (b"four five".to_vec(), 2),
        ]
    );
}

#[test]
fn numbering_is_per_connection() {
    for foreign in 0..3 {
        let mut tpkts = vec![
            numbered(2, 0, false, b"zero "),
            numbered(2, 1, true, b"one"),
        ];
        tpkts.insert(foreign, numbered(9, 0, false, b"other"));
        let events = connected(0x40).push(A, &tpkts.concat());
        assert_eq!(tsdus(&events), [(b"zero one".to_vec(), 2)], "{foreign}");
        let mut expected = [none(), none(), none()];
        expected[foreign] = vec!["cotp.destref.mismatch"];
        assert_eq!(experts(&events), expected, "{foreign}");
    }
}

#[test]
fn tpdu_numbers_wrap_around() {
    let mut stream = connected(0x40);
    for number in 0..300u32 {
        let number = (number % 128).to_le_bytes()[0];
        let events = stream.push(A, &numbered(2, number, true, &[number]));
        assert_eq!(tsdus(&events), [(vec![number], 1)]);
        assert_eq!(experts(&events), [none()], "{number}");
        assert_eq!(
            experts(&stream.push(B, &ak(1, (number + 1) % 128))),
            [none()]
        );
    }
}

#[test]
fn a_tsdu_above_the_limit_is_discarded_and_the_next_one_is_not() {
    let mut stream = connected_within(1000, 0x00);
    let mut raised = Vec::new();
    for _ in 0..20 {
        raised.extend(experts(&stream.push(A, &dt(false, &[0xda; 100]))));
    }
    assert_eq!(
        raised.iter().filter(|experts| !experts.is_empty()).count(),
        1,
        "{raised:?}"
    );
    assert_eq!(
        raised[10],
        ["cotp.tsdu.too_long"],
        "the eleventh is above 1000 octets"
    );
    assert!(tsdus(&stream.push(A, &dt(true, b"its end"))).is_empty());
    let events = stream.push(A, &[dt(false, b"next "), dt(true, b"one")].concat());
    assert_eq!(tsdus(&events), [(b"next one".to_vec(), 2)]);

    let given = stream.call(
        A,
        Feed::Push(&[dt(false, &[0; 900]), dt(false, &[0; 101])].concat()),
        (8, 64),
    );
    let expert = given.items.last().unwrap();
    assert_eq!(
        (expert.offset, expert.length, expert.value),
        (907 + 7, 101, 1001)
    );
}

#[test]
fn too_many_waiting_dts_are_discarded() {
    let mut stream = connected(0x40);
    let raised: Vec<_> = (1..40)
        .flat_map(|number| experts(&stream.push(A, &numbered(2, number, true, b"data"))))
        .map(|experts| experts.contains(&"cotp.tsdu.too_long"))
        .collect();
    assert_eq!(
        raised.iter().filter(|raised| **raised).count(),
        1,
        "{raised:?}"
    );
    assert!(raised[16], "sixteen may wait: {raised:?}");
    assert_eq!(
        tsdus(&stream.push(A, &numbered(2, 40, true, b"in order"))),
        [(b"in order".to_vec(), 1)]
    );
}

#[test]
fn the_oldest_of_too_many_incomplete_tsdus_is_discarded() {
    let mut stream = connected(0x21);
    for reference in 0..16 {
        assert!(
            !experts(&stream.push(A, &numbered(reference, 0, false, b"begun ")))
                .concat()
                .contains(&"cotp.tsdu.incomplete")
        );
    }
    let events = stream.push(A, &numbered(16, 0, false, b"one more"));
    assert!(
        experts(&events)[0].contains(&"cotp.tsdu.incomplete"),
        "{events:?}"
    );
    let events = stream.push(A, &numbered(15, 0, true, b"and done"));
    assert_eq!(tsdus(&events), [(b"begun and done".to_vec(), 2)]);
}

#[test]
fn a_discarded_tsdu_makes_room() {
    let mut stream = connected_within(1000, 0x21);
    stream.push(A, &numbered(1, 0, false, &[0xda; 400]));
    (2..17).for_each(|reference| drop(stream.push(A, &numbered(reference, 0, false, b"1"))));
    let events = stream.push(A, &numbered(17, 0, false, &[0xda; 191]));
    let raised = &experts(&events)[0];
    assert!(raised.contains(&"cotp.tsdu.incomplete"), "{raised:?}");
    assert!(!raised.contains(&"cotp.tsdu.too_long"), "{raised:?}");
    let events = stream.push(A, &numbered(17, 0, true, b"!"));
    assert_eq!(tsdus(&events).len(), 1);
}

#[test]
fn incomplete_tpkts_and_tsdus_are_reported_at_the_end() {
    let mut stream = connected(0x00);
    stream.push(A, &dt(false, b"begun"));
    stream.push(A, &dt(true, b"cut short")[..10]);
    // The TSDU has no end because the TPKT has none.
    assert_eq!(experts(&stream.finish(A)), [["tpkt.incomplete"]]);
    assert!(stream.finish(A).is_empty(), "once is enough");
    assert!(stream.finish(B).is_empty());

    let mut stream = connected(0x00);
    stream.push(A, &dt(false, b"begun"));
    let given = stream.call(A, Feed::Finish, ROOMY);
    assert_eq!(common::summary(&given.pdus[0]), "Incomplete TSDU");
    let raised: Vec<_> = given.items.iter().map(common::abbreviation).collect();
    assert_eq!(raised, ["cotp.tsdu.incomplete"]);

    let mut stream = connected(0x00);
    stream.push(A, &dt(false, b""));
    assert!(stream.finish(A).is_empty(), "nothing of a TSDU was there");
}

#[test]
fn a_gap_within_a_tpkt_keeps_the_stream_in_sync() {
    let long = dt(false, &[0xda; 100]); // 107 octets
    for missing in [Missing::Lost, Missing::CutOff] {
        let mut stream = connected(0x00);
        stream.push(A, &long[..50]);
        let (events, _) = stream.feed(A, Feed::Gap(20, missing));
        let expected = match missing {
            Missing::Lost => vec!["tpkt.gap"],
            Missing::CutOff => none(),
        };
        assert_eq!(experts(&events), [expected]);
        assert!(stream.push(A, &long[70..]).is_empty(), "the rest of it");
        let events = stream.push(A, &[dt(true, b"end of it"), dt(true, b"whole")].concat());
        assert_eq!(
            tsdus(&events),
            [(b"whole".to_vec(), 1)],
            "what lacks octets is no TSDU"
        );
        assert_eq!(places(&events), [11 + 107, 11 + 107 + 16]);
    }
}

#[test]
fn offsets_are_right_after_a_damaged_tpkt() {
    let mut stream = connected(0x00);
    stream.push(A, &dt(false, &[0xda; 100])[..50]);
    stream.gap(A, 20);
    let octets = [&[0xda; 37][..], &dt(true, b"end"), &dt(true, b"whole")].concat();
    let given = stream.call(A, Feed::Push(&octets), (8, 64));
    assert_eq!(given.octets(), octets);
    assert_eq!(
        given
            .pdus
            .iter()
            .map(|pdu| pdu.tpkt_offset)
            .collect::<Vec<_>>(),
        [37, 47]
    );
    assert_eq!(given.result.position, 11 + 70);
}

#[test]
fn a_gap_may_have_any_length() {
    for count in [3, 1 << 32, u64::MAX] {
        let mut stream = connected(0x00);
        stream.push(A, &dt(true, b"begun")[..9]);
        stream.gap(A, count);
        stream.gap(A, count);
        assert_eq!(
            tsdus(&stream.push(A, &dt(true, b"found"))),
            [(b"found".to_vec(), 1)],
            "{count}"
        );
    }
}

#[test]
fn a_stream_resynchronises_after_a_gap_beyond_a_tpkt() {
    let mut stream = connected(0x00);
    stream.push(A, &dt(true, &[0xda; 100])[..50]);
    let events = stream.gap(A, 200);
    assert_eq!(experts(&events), [["tpkt.gap"]]);
    let events = stream.push(A, &[vec![0xda; 30], dt(true, b"found")].concat());
    assert_eq!(experts(&events), [vec!["tpkt.skipped"], none()]);
    assert_eq!(places(&events), [11 + 250, 11 + 280]);

    let events = [stream.gap(A, 0), stream.push(A, &dt(true, b"at once"))].concat();
    assert_eq!(experts(&events), [["tpkt.gap"]], "lost in front of it");
    assert_eq!(tsdus(&events), [(b"at once".to_vec(), 1)]);
}

#[test]
fn a_gap_is_reported_where_octets_are_missing() {
    let mut stream = Stream::from_start();
    stream.push(A, &dt(true, &[0xda; 100])[..50]);
    let given = stream.call(A, Feed::Gap(20, Missing::Lost), (4, 64));
    let gap = given.items.last().unwrap();
    assert_eq!(
        (gap.offset, gap.length, gap.value, gap.detail),
        (50, 0, 20, 1)
    );
    assert_ne!(given.pdus[0].flags & PduFlag::Short as u16, 0);
}

#[test]
fn a_stream_resynchronises_wherever_it_starts() {
    // User data that hardly ever looks like a TPKT.
    let mut random = common::Random(0x5eed);
    let mut octets = Vec::new();
    let mut starts = Vec::new();
    for number in 0..60 {
        starts.push(octets.len());
        let data: Vec<u8> = (0..random.below(90)).map(|_| random.octet()).collect();
        octets.extend(match number % 3 {
            0 => dt(true, &data),
            1 => {
                let mut dt = dt(false, &[&data[..], b"\x03\x00\x00\x07\x02\xf0"].concat());
                dt[1] = 0x5a; // the reserved octet does not prevent recognition
                dt
            }
            _ => tpkt(&[0x06, 0x80, 0x00, 0x01, 0x00, 0x02, 0x80]), // DR
        });
    }
    for cut in 1..octets.len() {
        let mut stream = connected(0x00);
        let before = 11 + octets.len() as u64;
        stream.push(A, &octets);
        stream.gap(A, 0);
        let found = places(&stream.push(A, &octets[cut..]));
        let expected: Vec<_> = starts
            .iter()
            .filter(|&&start| start >= cut)
            .map(|&start| (start - cut) as u64 + before)
            .collect();
        let missed: Vec<_> = expected
            .iter()
            .filter(|place| !found.contains(place))
            .collect();
        assert!(
            missed.is_empty(),
            "cut at {cut}: missed {missed:?}, found {found:?}"
        );
    }
}

#[test]
fn octets_that_are_no_tpkt_are_skipped_and_counted() {
    let mut stream = connected(0x00);
    let events = stream.push(
        A,
        &[dt(true, b"one"), vec![0xff; 25], dt(true, b"two")].concat(),
    );
    assert_eq!(
        experts(&events),
        [none(), vec!["tpkt.version.invalid"], none(), none()],
        "the count of the skipped ones is a chat"
    );
    assert_eq!(places(&events), [11, 21, 22, 46]);

    let mut stream = connected(0x00);
    let hopeless = [3, 0, 0, 3]; // version, reserved, a length below the header's
    let events = stream.push(A, &[&hopeless[..], &[0xff; 25], &dt(true, b"two")].concat());
    assert_eq!(
        experts(&events),
        [vec!["tpkt.length.invalid"], none(), none()],
        "the octets behind are skipped for the same reason"
    );

    let mut stream = connected(0x00);
    let mut other_version = dt(true, b"one");
    other_version[0] = 1;
    let events = stream.push(A, &[other_version, dt(true, b"two")].concat());
    assert_eq!(
        experts(&events),
        [vec!["tpkt.version.invalid"], none()],
        "it holds together all the same"
    );
}

#[test]
fn no_more_is_buffered_than_the_longest_tpkt() {
    let mut stream = connected(0x00);
    let mut skipped = 0;
    for _ in 0..40 {
        for event in stream.push(A, &[0xff; 10_000]) {
            assert!(matches!(event, Event::Pdu { .. }));
            skipped += 1;
        }
        let (_, result) = stream.feed(A, Feed::Push(&[]));
        assert!(result.pending <= 65_535, "{}", result.pending);
    }
    let told = 1; // where sync was lost
    assert_eq!(skipped, told + 400_000 / (65_535 - 261));
}

#[test]
fn midstream_pickup_raises_no_gap() {
    let mut stream = Stream::new(&stream_options(&[OptionFlag::Joined]));
    let events = stream.push(
        A,
        &[&dt(true, &[0xda; 50])[20..], &dt(true, b"first")].concat(),
    );
    assert_eq!(experts(&events), [none(), none()]);
    assert_eq!(tsdus(&events), [(b"first".to_vec(), 1)]);
    assert_eq!(
        experts(&Stream::from_start().push(A, &dt(true, b"first"))),
        [["cotp.connection.missing"]]
    );
}

#[test]
fn nothing_is_dissected_after_tls_begins() {
    let hello = tls_record(0x16, &[&[0x01][..], &[0x55; 31]].concat()); // ClientHello
    let data = tls_record(0x17, &[&[0x55; 900][..], &dt(true, b"encrypted")].concat());
    let mut stream = Stream::from_start();
    stream.push(A, &cr_of_rdp());
    for octet in hello.chunks(1).take(12) {
        stream.push(A, octet);
    }
    assert_ne!(stream.context().flags & ContextFlag::Tls as u32, 0);
    assert!(stream.push(A, &hello[12..]).is_empty());
    stream.push(B, &cc_of_rdp(1));
    let events = stream.push(B, &hello);
    assert_eq!(experts(&events), [none()]);
    for octet in &data {
        assert!(stream.push(A, &[*octet]).is_empty());
    }
    assert!(stream.push(A, &data[..100]).is_empty());
    assert!(stream.gap(A, 100).is_empty(), "within a record");
    assert!(stream.push(A, &[&data[200..], &data].concat()).is_empty());
    assert!(stream.gap(A, 0).is_empty());
    assert!(stream.push(A, &[0x55; 1000]).is_empty());

    let given = stream.call(A, Feed::Finish, ROOMY);
    let passed = 37 + data.len() * 3 - 100 + 1000;
    let [pdu] = &given.pdus[..] else {
        panic!("{given:?}")
    };
    let [counted] = &given.items[..] else {
        panic!("{given:?}")
    };
    assert_eq!(common::abbreviation(counted), "tpkt.tls");
    assert_eq!((counted.value, pdu.severity), (passed as u64, 1));
    assert_eq!(common::summary(pdu), "TLS");
    assert_eq!(experts(&stream.finish(B)), [none()]);
}

#[test]
fn rdp_fast_path_pdus_are_found_between_tpkts() {
    let short = [0x00, 0x05, 1, 2, 3]; // action 0, length
    let long = [&[0x04, 0x80, 0xc8][..], &[0xda; 197]].concat(); // action 0, length of two octets
    let octets = [
        &dt(true, b"one")[..],
        &short,
        &long,
        &dt(true, b"two"),
        &short,
    ]
    .concat();
    let mut stream = Stream::from_start();
    stream.push(A, &cr_of_rdp());
    let events = stream.push(A, &octets);
    assert_eq!(experts(&events).concat(), ["cotp.connection.missing"]);
    assert_eq!(places(&events), [19, 29, 34, 234, 244]);

    let mut stream = Stream::new(&stream_options(&[OptionFlag::Rdp]));
    let events: Vec<_> = octets
        .iter()
        .flat_map(|octet| stream.push(A, &[*octet]))
        .collect();
    assert_eq!(places(&events), [0, 10, 15, 215, 225]);
}

#[test]
fn tpkts_of_other_protocols_are_found() {
    let options = Options {
        flags: 0,
        ..options(Encapsulation::TpktOnly)
    };
    let mut stream = Stream::new(&options);
    let q931 = tpkt(&[0x08, 0x02, 0x00, 0x01, 0x05]);
    let events = stream.push(A, &[&q931[..], &q931, &q931[..4]].concat());
    assert_eq!(experts(&events), [none(), none()]);
    assert!(tsdus(&events).is_empty());
}

#[test]
fn the_context_of_a_stream_can_be_read() {
    let stream = connected(0x22);
    let context = stream.context();
    assert_eq!(
        (context.initiator_reference, context.responder_reference),
        (1, 2)
    );
    assert_eq!(
        (context.class_options, context.request_class_options),
        (0x22, 0x22)
    );
    assert_ne!(context.flags & ContextFlag::InitiatedByA as u32, 0);
}

#[test]
fn an_unanswered_cr_is_reported_once_where_the_stream_ends() {
    const UNANSWERED: [&str; 1] = ["cotp.connection.unanswered"];
    let requested = || {
        let mut stream = Stream::from_start();
        stream.push(A, &cr(0x00));
        stream
    };
    let mut stream = requested();
    assert!(
        stream.close(A, Ending::Closed).is_empty(),
        "the responder may still answer"
    );
    let events = stream.close(B, Ending::Closed);
    assert_eq!(experts(&events), [UNANSWERED]);
    assert_eq!(places(&events), [0]);
    assert!(stream.close(B, Ending::Closed).is_empty(), "once is enough");

    for (end, ending) in [(A, Ending::Reset), (B, Ending::Reset), (B, Ending::Unknown)] {
        let events = requested().close(end, ending);
        assert_eq!(experts(&events), [UNANSWERED], "{end} {ending:?}");
    }

    assert!(
        requested().close(B, Ending::Capture).is_empty(),
        "the answer may have come later"
    );
    let mut stream = requested();
    stream.push(B, &cc(0x00));
    assert!(stream.close(B, Ending::Reset).is_empty(), "it is answered");
    let mut stream = requested();
    stream.push(A, &dt(true, b"data"));
    assert!(
        stream.close(B, Ending::Closed).is_empty(),
        "the initiator would not send data without an answer"
    );
    let mut stream = requested();
    stream.gap(B, 11);
    assert!(
        !experts(&stream.close(B, Ending::Closed))
            .concat()
            .contains(&UNANSWERED[0]),
        "the answer is lost"
    );

    // Behind the record of an incomplete TPKT, for which alone there is room.
    let mut stream = requested();
    stream.push(B, &cc(0x00)[..3]);
    let given = stream.call(B, Feed::Close(Ending::Closed), (1, 64));
    assert_eq!((given.status, given.pdus.len()), (Status::Ok as i32, 1));
    let mut stream = requested();
    stream.push(A, &dt(false, b"data")[..5]);
    let given = stream.call(A, Feed::Close(Ending::Reset), (1, 64));
    assert_eq!((given.status, given.pdus.len()), (Status::More as i32, 1));
    assert_eq!(
        (given.result.pdus_needed, given.result.items_needed),
        (1, 1)
    );
    assert_eq!(experts(&stream.close(A, Ending::Reset)), [UNANSWERED]);
}

#[test]
fn misuse_is_rejected() {
    let octets = [0u8; 8];
    let result = || StreamResult {
        struct_size: size_of_struct::<StreamResult>(),
        ..unwritten()
    };
    let mut stream = ptr::null_mut();
    let mut result = result();
    let mut pdu = unwritten::<Pdu>();
    let pdus = &raw mut pdu;
    // SAFETY: every pointer is NULL, or valid for the length beside it.
    unsafe {
        (LIBRARY.stream_free)(ptr::null_mut());
        let new = LIBRARY.stream_new;
        assert_eq!(
            new(ptr::null(), ptr::null_mut()),
            Status::NullPointer as i32
        );
        let nsdu = options(Encapsulation::Nsdu);
        assert_eq!(new(&nsdu, &mut stream), Status::InvalidArgument as i32);
        assert!(stream.is_null());
        let unknown = Options {
            flags: 16,
            ..stream_options(&[])
        };
        assert_eq!(new(&unknown, &mut stream), Status::InvalidArgument as i32);

        let push = |stream, end, octets, length, result| {
            (LIBRARY.stream_push)(
                stream,
                end,
                octets,
                length,
                pdus,
                1,
                ptr::null_mut(),
                0,
                result,
            )
        };
        assert_eq!(
            push(ptr::null_mut(), A, octets.as_ptr(), 8, &mut result),
            Status::NullPointer as i32
        );
        assert_eq!(new(ptr::null(), &mut stream), Status::Ok as i32);
        assert_eq!(
            push(stream, A, octets.as_ptr(), 8, ptr::null_mut()),
            Status::NullPointer as i32
        );
        assert_eq!(
            push(stream, 2, octets.as_ptr(), 8, &mut result),
            Status::InvalidArgument as i32
        );
        assert_eq!(
            push(stream, A, ptr::null(), 8, &mut result),
            Status::NullPointer as i32
        );
        assert_eq!(result.consumed, 0);
        assert_eq!(
            push(stream, A, ptr::null(), 0, &mut result),
            Status::Ok as i32
        );
        for (pdu_capacity, item_capacity) in [(0, 0), (1, 1), (1, 63), (0, 64)] {
            let mut items = [unwritten::<Item>(); 64];
            let status = (LIBRARY.stream_push)(
                stream,
                A,
                octets.as_ptr(),
                8,
                pdus,
                pdu_capacity,
                items.as_mut_ptr(),
                item_capacity,
                &mut result,
            );
            assert_eq!(status, Status::InvalidArgument as i32);
        }
        let gap = (LIBRARY.stream_gap)(stream, A, 1, 2, pdus, 1, ptr::null_mut(), 0, &mut result);
        assert_eq!(gap, Status::InvalidArgument as i32);
        let close = |stream, end, ending, result| {
            (LIBRARY.stream_close.unwrap())(
                stream,
                end,
                ending,
                pdus,
                1,
                ptr::null_mut(),
                0,
                result,
            )
        };
        for (stream, end, ending, expected) in [
            (ptr::null_mut(), A, 1, Status::NullPointer),
            (stream, 2, 1, Status::InvalidArgument),
            (stream, A, 4, Status::InvalidArgument),
            (stream, A, 3, Status::Ok),
        ] {
            assert_eq!(close(stream, end, ending, &mut result), expected as i32);
        }
        assert_eq!(
            close(stream, A, 1, ptr::null_mut()),
            Status::NullPointer as i32
        );
        let mut context = common::context();
        assert_eq!(
            (LIBRARY.stream_context)(ptr::null(), &mut context),
            Status::NullPointer as i32
        );
        assert_eq!(
            (LIBRARY.stream_context)(stream, ptr::null_mut()),
            Status::NullPointer as i32
        );
        (LIBRARY.stream_free)(stream);
    }
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        // Octets of TPKT and DT headers.
        proptest::collection::vec(
            prop_oneof![Just(3), Just(0), Just(7), Just(2), Just(0xf0), Just(0x80)],
            0..60
        ),
    ]
}

fn frame() -> impl Strategy<Value = Vec<u8>> {
    let class = || prop_oneof![Just(0x00), Just(0x20), Just(0x21), Just(0x22), Just(0x40)];
    prop_oneof![
        4 => (any::<bool>(), data()).prop_map(|(eot, data)| dt(eot, &data)),
        3 => (0..4u16, 0..6u8, any::<bool>(), data()).prop_map(|(to, number, eot, data)| numbered(to, number, eot, &data)),
        1 => class().prop_map(cr),
        1 => class().prop_map(cc),
        1 => Just(cr_of_rdp()),
        1 => Just(vec![0x16, 0x03, 0x01, 0x00, 0x20]),
        1 => Just(vec![0x00, 0x05, 1, 2, 3]),
        1 => Just(vec![0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        1 => Just(cc_of_rdp(0)),
        1 => data().prop_map(|data| tls_record(0x17, &data)),
        1 => Just(vec![0x03, 0x00, 0xff, 0xff, 0x02, 0xff, 0x00]),
        2 => (any::<u8>(), 0..8u8, data()).prop_map(|(version, number, data)| {
            let mut octets = dt(true, &data);
            octets[0] = version;
            octets[6] |= number;
            octets
        }),
        1 => Just([tpkt(&[0x04, 0x60, 0x00, 0x02, 0x01, 0x04, 0xf0, 0x00, 0x02, 0x80, 0xda])].concat()), // AK and DT
        2 => (any::<bool>(), data(), any::<prop::sample::Index>()).prop_map(|(eot, data, at)| {
            let octets = dt(eot, &data);
            octets[..at.index(octets.len())].to_vec()
        }),
        1 => Just(vec![3, 0, 0, 3]),
        1 => Just(tpkt(&[0x09])),
        2 => data(),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let end = || prop_oneof![Just(A), Just(B)];
    prop_oneof![
        12 => (end(), proptest::collection::vec(frame(), 0..6)).prop_map(|(end, frames)| Happening::Octets(end, frames.concat())),
        1 => (end(), 0..50u64, prop_oneof![Just(Missing::Lost), Just(Missing::CutOff)])
            .prop_map(|(end, count, missing)| Happening::Gap(end, count, missing)),
        1 => end().prop_map(Happening::Finish),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn splits_of_a_stream_make_no_difference(
        happenings in proptest::collection::vec(happening(), 0..12),
        midstream in any::<bool>(),
        tsdu_limit in prop_oneof![Just(0), Just(100)],
        room in (1..5usize, prop_oneof![Just(0), 64..130usize]),
        pieces in proptest::collection::vec(1..40usize, 1..8),
    ) {
        let flags: &[OptionFlag] = if midstream { &[OptionFlag::Joined] } else { &[] };
        let options = Options { tsdu_limit, ..stream_options(flags) };
        let whole = follow(&options, &happenings, ROOMY, &[usize::MAX]);
        assert_same(&follow(&options, &happenings, room, &pieces), &whole, room);
        prop_assert_eq!(&follow(&options, &happenings, ROOMY, &[1]), &whole);
    }
}
