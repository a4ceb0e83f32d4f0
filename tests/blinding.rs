//! Streams that cannot be blinded: octets that a peer accepts or skips hide no TPDU behind them. The
//! record of a TPDU comes with its octets, or a warning came with what hides it.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
mod vectors;

use common::make::{cc, cc_of_rdp, cr, cr_of_rdp, dt, tls_record, tpkt};
use common::stream::{
    A, B, Event, Feed, Stream, connected, experts, places, stream_options, tsdus,
};
use common::{Room, context, dissect, packet_from, summary};
use isotsap::cotp::Kind;
use isotsap::dissection::record::{PacketFlag, Pdu};
use isotsap::dissection::{ContextFlag, Encapsulation};
use isotsap::ffi::OptionFlag;
use proptest::prelude::*;

const WARNING: u8 = 3;

/// What one push gives: summary, severity and expert infos above chat of each record.
fn push(stream: &mut Stream, end: u32, octets: &[u8]) -> Vec<(String, u8, Vec<&'static str>)> {
    call(stream, end, Feed::Push(octets))
}

fn call(stream: &mut Stream, end: u32, mut feed: Feed) -> Vec<(String, u8, Vec<&'static str>)> {
    let mut records = Vec::new();
    loop {
        let given = stream.call(end, feed, (64, 2048));
        assert!(given.status >= 0, "{given:?}");
        for pdu in &given.pdus {
            let items = &given.items[pdu.first_item as usize..][..pdu.item_count.into()];
            let remarks = items.iter().filter(|item| item.severity > 1);
            let remarks = remarks.map(common::abbreviation).collect();
            records.push((summary(pdu), pdu.severity, remarks));
        }
        if given.status == 0 {
            return records;
        }
        if let Feed::Push(octets) = &mut feed {
            *octets = &octets[usize::try_from(given.result.consumed).unwrap()..];
        }
    }
}

fn warnings(records: &[(String, u8, Vec<&'static str>)]) -> usize {
    let is_warned = |record: &&(_, u8, _)| record.1 >= WARNING;
    records.iter().filter(is_warned).count()
}

/// The TSDUs that A's DT TPDUs carry.
fn data(events: &[Event]) -> Vec<Vec<u8>> {
    tsdus(events)
        .into_iter()
        .map(|(octets, _)| octets)
        .collect()
}

/// A DT of class 0 with a TPDU number, which is none of class 0.
fn numbered_dt(number: u8, data: &[u8]) -> Vec<u8> {
    tpkt(&[&[0x02, 0xf0, 0x80 | number], data].concat())
}

fn with_version(version: u8, mut tpkt: Vec<u8>) -> Vec<u8> {
    tpkt[0] = version;
    tpkt
}

/// A connection of class 0 with a TPDU size of 1024 octets.
fn connected_with_size() -> Stream {
    const SIZE: [u8; 3] = [0xc0, 0x01, 0x0a];
    let with_size = |mut octets: Vec<u8>| {
        octets.extend(SIZE);
        octets[3] += 3; // length
        octets[4] += 3; // LI
        octets
    };
    let mut stream = Stream::from_start();
    stream.push(A, &with_size(cr(0x00)));
    stream.push(B, &with_size(cc(0x00)));
    stream
}

fn rdp(protocols: u8) -> Stream {
    let mut stream = Stream::from_start();
    stream.push(A, &cr_of_rdp());
    stream.push(B, &cc_of_rdp(protocols));
    stream
}

/// A CR of RDP whose CC does not answer as RDP.
fn rdp_without_answer() -> Stream {
    let mut stream = Stream::from_start();
    stream.push(A, &cr_of_rdp());
    let mut cc = cc(0x00);
    cc[7] = 0; // DST-REF
    stream.push(B, &cc);
    stream
}

#[test]
fn octets_like_a_tls_record_hide_nothing_behind_cr_and_cc() {
    for content_type in 0x14..=0x17 {
        for minor in 0..=4 {
            let header = [content_type, 3, minor, 0x40, 0x00];
            let mut stream = connected(0x00);
            let told = push(&mut stream, A, &[&header[..], &[0xee; 10]].concat());
            assert_eq!(told[0].2, ["tpkt.tls.unexpected"], "{header:02x?}");
            assert_eq!(told[0].1, WARNING);
            let events = stream.push(A, &dt(true, b"seen"));
            assert_eq!(data(&events), [b"seen"], "{header:02x?}");
        }
    }
}

#[test]
fn version_and_reserved_octet_like_a_tls_record_hide_no_tpdu() {
    for content_type in 0x14..=0x17 {
        let mut stream = Stream::from_start();
        let disguise = |mut octets: Vec<u8>| {
            octets[..2].copy_from_slice(&[content_type, 3]);
            octets
        };
        let records = push(&mut stream, A, &disguise(cr(0x00)));
        assert_eq!(records[0].0, "CR TPDU src-ref: 0x0001 dst-ref: 0x0000");
        assert!(records[0].2.contains(&"tpkt.version.invalid"));
        stream.push(B, &cc(0x00));
        let records = push(&mut stream, A, &disguise(dt(true, b"2 octets")));
        assert_eq!(records[0].0, "DT TPDU (0) EOT");
        assert_eq!(
            records[0].2,
            ["tpkt.version.invalid", "tpkt.reserved.nonzero"]
        );
    }
}

#[test]
fn a_tls_record_before_the_cr_hides_no_cr() {
    // Between version and length of a record, in it, and where a junk octet makes the CR look like one.
    let within = tls_record(0x16, &[&[0x01; 20][..], &cr(0x00), &[0x55; 500]].concat());
    let at_its_header = [&[0x16][..], &cr(0x00)].concat();
    for octets in [&within[..60], &at_its_header] {
        let mut stream = Stream::from_start();
        let records = push(&mut stream, A, octets);
        assert!(
            records.iter().any(|record| record.0.starts_with("CR TPDU")),
            "{records:?}"
        );
        assert!(warnings(&records) > 0, "{records:?}");
    }
}

#[test]
fn an_end_in_clear_shows_that_the_other_one_is_not_in_tls() {
    // What is hidden has another version and cannot be told from TLS.
    let hidden = with_version(4, cr(0x00));
    let mut stream = Stream::from_start();
    let records = push(
        &mut stream,
        A,
        &tls_record(0x16, &[&[0x01][..], &hidden, &[0x55; 39]].concat()),
    );
    assert_eq!(warnings(&records), 0);
    assert_ne!(stream.context().flags & ContextFlag::Tls as u32, 0);

    let given = stream.call(B, Feed::Push(&cc(0x00)), (8, 128));
    let told = given
        .items
        .iter()
        .find(|item| common::abbreviation(item) == "tpkt.tls.unexpected");
    assert_eq!(told.map(|item| item.value), Some(5 + 11 + 40), "{given:?}");
    assert_eq!(stream.context().flags & ContextFlag::Tls as u32, 0);
    let events = stream.push(A, &dt(true, b"seen"));
    assert_eq!(data(&events), [b"seen"]);
}

#[test]
fn tls_before_anything_else_is_silent() {
    let hello = tls_record(
        0x16,
        &[&[0x01, 0x00, 0x01, 0xfc, 0x03, 0x03][..], &[0x5a; 506]].concat(),
    );
    let application = tls_record(0x17, &[&[0xc3; 300][..], &dt(true, b"ciphertext")].concat());
    let mut stream = Stream::from_start();
    for (end, octets) in [
        (A, &hello),
        (B, &hello),
        (A, &application),
        (B, &application),
    ] {
        for piece in octets.chunks(100) {
            let records = push(&mut stream, end, piece);
            assert_eq!(warnings(&records), 0, "{records:?}");
        }
    }
    for end in [A, B] {
        let told = call(&mut stream, end, Feed::Finish);
        assert_eq!(told, [("TLS".to_owned(), 1, vec![])]);
    }
}

/// Servers that are not RDP's send back what the CR has.
#[test]
fn a_cc_that_echoes_the_cr_selects_no_tls() {
    let echoes = [
        (
            "a response",
            &[0x02, 0x00, 0x08, 0x00, 0x01, 0x00, 0x00, 0x00],
        ),
        (
            "a request",
            &[0x01, 0x00, 0x08, 0x00, 0x01, 0x00, 0x00, 0x00],
        ),
    ];
    for (name, structure) in echoes {
        let with = |code, references: [u8; 4]| {
            tpkt(&[&[0x0e, code], &references[..], &[0x00], &structure[..]].concat())
        };
        let mut stream = Stream::from_start();
        push(&mut stream, A, &with(0xe0, [0, 0, 0, 1]));
        push(&mut stream, B, &with(0xd0, [0, 1, 0, 1]));
        let request = dt(true, b"request");
        let events = stream.push(A, &[&[0x17, 3, 3, 0x40, 0], &request[..]].concat());
        assert_eq!(data(&events), [b"request"], "{name}");
    }
}

#[test]
fn tls_that_the_cc_selects_is_silent_whatever_is_in_it() {
    let record = tls_record(0x17, &dt(true, b"ciphertext"));
    let mut stream = rdp(1);
    assert_eq!(
        stream.context().flags & ContextFlag::TlsSelected as u32,
        ContextFlag::TlsSelected as u32
    );
    for end in [A, B, A] {
        let records = push(&mut stream, end, &record);
        assert_eq!(warnings(&records), 0, "{records:?}");
        assert!(records.len() <= 1, "{records:?}");
    }
    let mut stream = rdp(0);
    let records = push(&mut stream, A, &record);
    assert_eq!(
        records[0].2,
        ["tpkt.tls.unexpected"],
        "standard RDP security has no TLS"
    );
}

#[test]
fn a_direction_leaves_tls_at_the_end_of_a_record() {
    let record = tls_record(0x17, &[0x55; 100]);
    for size in [1, 7, 1000] {
        let mut stream = rdp(1);
        stream.push(A, &[&record[..], &record].concat());
        let octets = dt(true, b"in clear");
        let events: Vec<_> = octets
            .chunks(size)
            .flat_map(|octets| stream.push(A, octets))
            .collect();
        assert_eq!(experts(&events), [vec!["tpkt.tls.unexpected"], vec![]]);
        assert_eq!(data(&events), [b"in clear"]);
        assert_eq!(places(&events), [19 + 210, 19 + 210]);
    }

    let mut stream = rdp(1);
    stream.push(A, &record);
    let given = stream.call(A, Feed::Push(&[0xff; 9]), (8, 64));
    let told: Vec<_> = given
        .items
        .iter()
        .filter(|item| item.severity > 1)
        .collect();
    assert_eq!(
        told.len(),
        2,
        "the end of TLS, and that sync is lost: {given:?}"
    );
    assert_eq!((told[0].value, told[0].detail, told[0].length), (105, 1, 0));
    assert_eq!((told[1].value, told[1].length), (0xff, 1));
}

#[test]
fn what_looks_like_fast_path_hides_nothing_where_rdp_cannot_have_it() {
    let as_version = |tpkt: Vec<u8>| {
        let length = tpkt[3];
        [&[0x00, length][..], &tpkt[2..]].concat() // 00 LL 00 LL 02 f0 80
    };
    let skipped = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]; // 32,767 octets by its length
    for mut stream in [connected(0x00), rdp_without_answer()] {
        stream.push(A, &dt(true, b"first"));
        let records = push(&mut stream, A, &as_version(dt(true, b"seen")));
        assert_eq!(records[0].0, "DT TPDU (0) EOT", "{records:?}");
        assert!(
            records[0].2.contains(&"tpkt.version.invalid"),
            "{records:?}"
        );
        let records = push(&mut stream, A, &skipped);
        assert_eq!(records[0].2, ["tpkt.version.invalid"]);
        let events = stream.push(A, &dt(true, b"seen"));
        assert_eq!(data(&events), [b"seen"]);
    }
}

#[test]
fn a_tpkt_within_a_fast_path_pdu_wins() {
    let skipped = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    for size in [1, 5, 1000] {
        let mut stream = rdp_without_answer();
        stream.push(A, &dt(true, b"\x7f\x65MCS"));
        assert_ne!(stream.context().flags & ContextFlag::RdpConfirmed as u32, 0);
        let octets = [&skipped[..], &dt(true, b"seen")].concat();
        let events: Vec<_> = octets
            .chunks(size)
            .flat_map(|octets| stream.push(A, octets))
            .collect();
        assert_eq!(data(&events), [b"seen"]);
        assert_eq!(experts(&events)[0], ["tpkt.version.invalid"]);
    }
}

#[test]
fn fast_path_is_silent_where_rdp_has_it() {
    let pdus = [
        &[0x00, 0x05, 1, 2, 3][..],
        &[0x04, 0x80, 0xc8],
        &[0xda; 197],
    ]
    .concat();
    let confirmed_by_cc = rdp(0);
    let mut confirmed_by_mcs = rdp_without_answer();
    confirmed_by_mcs.push(A, &dt(true, b"\x7f\x65MCS"));
    let told_by_host = Stream::new(&stream_options(&[OptionFlag::Rdp, OptionFlag::Joined]));
    for mut stream in [confirmed_by_cc, confirmed_by_mcs, told_by_host] {
        for end in [A, B] {
            stream.push(end, &dt(true, b"data"));
            let records = push(&mut stream, end, &pdus);
            assert_eq!(records.len(), 2);
            for record in records {
                assert_eq!(record, ("RDP fast-path PDU".to_owned(), 0, vec![]));
            }
        }
    }
}

#[test]
fn rdp_is_confirmed_by_the_first_dt_only() {
    let mut stream = rdp_without_answer();
    stream.push(B, &dt(true, b"\x7f\x65of the responder"));
    stream.push(A, &dt(true, b"\x7f\x65MCS"));
    assert_ne!(stream.context().flags & ContextFlag::RdpConfirmed as u32, 0);

    let mut stream = rdp_without_answer();
    stream.push(A, &dt(true, b"\x32\x01S7"));
    stream.push(A, &dt(true, b"\x7f\x65MCS"));
    assert_eq!(
        stream.context().flags & (ContextFlag::RdpConfirmed as u32 | ContextFlag::Rdp as u32),
        0
    );
}

#[test]
fn tpkts_of_another_version_are_dissected_at_once() {
    for version in [0, 1, 2, 4, 0x80, 0xff] {
        for number in [0, 5] {
            let mut stream = connected_with_size();
            for _ in 0..50 {
                let octets = with_version(version, numbered_dt(number, b"seen"));
                let records = push(&mut stream, A, &octets);
                assert_eq!(records[0].0, format!("DT TPDU ({number}) EOT"));
                assert!(
                    records[0].2.contains(&"tpkt.version.invalid"),
                    "{records:?}"
                );
            }
        }
    }
    // Beyond what may be, none is waited for.
    let mut stream = connected_with_size();
    let mut long = with_version(4, dt(true, &[0; 1]));
    long[2..4].copy_from_slice(&[0xff, 0xff]);
    let records = push(&mut stream, A, &long);
    assert_eq!(warnings(&records), 1);
    assert_eq!(data(&stream.push(A, &dt(true, b"seen"))), [b"seen"]);
}

#[test]
fn loss_of_sync_is_told_when_it_happens() {
    let mut stream = connected(0x00);
    let given = stream.call(A, Feed::Push(&[0xff; 20]), (8, 64));
    let [pdu] = &given.pdus[..] else {
        panic!("{given:?}")
    };
    assert_eq!(
        (summary(pdu).as_str(), pdu.severity),
        ("Skipped octets", WARNING)
    );
    let told = given.items.last().unwrap();
    assert_eq!(
        (
            common::abbreviation(told),
            told.offset,
            told.length,
            told.value
        ),
        ("tpkt.version.invalid", 0, 1, 0xff)
    );

    let given = stream.call(A, Feed::Push(&dt(true, b"seen")), (8, 64));
    assert_eq!(
        given.octets()[..19],
        [0xff; 19],
        "the others are counted when they end"
    );
    let told = given.items.last().unwrap();
    assert_eq!(
        (
            common::abbreviation(told),
            told.offset,
            told.length,
            told.value,
            told.severity
        ),
        ("tpkt.skipped", 0, 19, 19, 1)
    );
}

#[test]
fn tpdu_numbers_never_prevent_that_a_tpkt_is_found() {
    let unusable = [3, 0, 0, 0];
    let noise = [0xff; 20];
    let midstream = || Stream::new(&stream_options(&[OptionFlag::Joined]));
    let after_gap = |count| {
        let mut stream = connected(0x00);
        stream.push(A, &dt(true, &[0xda; 100])[..50]);
        stream.gap(A, count);
        stream
    };
    let scenes: [(_, Stream, &[u8]); 5] = [
        ("unusable header", connected(0x00), &unusable),
        ("noise", connected(0x00), &noise),
        ("midstream", midstream(), &noise),
        ("gap of known size", after_gap(200), &noise),
        ("gap of unknown size", after_gap(0), &noise),
    ];
    for (name, mut stream, before) in scenes {
        let mut octets = before.to_vec();
        let numbers = (1..=100).map(|number| numbered_dt(number, &[number]));
        octets.extend(numbers.flatten());
        let events = stream.push(A, &octets);
        let expected: Vec<_> = (1..=100).map(|number| vec![number]).collect();
        assert_eq!(data(&events), expected, "{name}");
    }
}

#[test]
fn tpkts_of_another_version_are_found_again() {
    for number in [0, 5] {
        let mut stream = connected_with_size();
        let tpkts = (0..20).map(|_| with_version(4, numbered_dt(number, b"seen")));
        let events = stream.push(
            A,
            &[&[0xff; 20][..], &tpkts.collect::<Vec<_>>().concat()].concat(),
        );
        assert_eq!(data(&events), [b"seen"; 20], "{number}");
    }
    // One of class 0 needs no other one behind it.
    let mut stream = connected_with_size();
    stream.push(A, &[0xff; 20]);
    let events = stream.push(A, &with_version(4, dt(true, b"seen")));
    assert_eq!(data(&events), [b"seen"]);
}

#[test]
fn a_length_that_cannot_be_true_hides_nothing() {
    let headers: [(_, &[u8]); 4] = [
        (
            "cotp.type.reserved_bits",
            &[0x03, 0x00, 0xff, 0xff, 0x02, 0xff, 0x00],
        ),
        (
            "cotp.tpdu.exceeds_size",
            &[0x03, 0x00, 0xff, 0xff, 0x02, 0xf0, 0x80],
        ),
        (
            "tpkt.length.invalid",
            &[0x03, 0x00, 0x10, 0x00, 0x06, 0x80, 0x00],
        ),
        (
            "cotp.type.unknown",
            &[0x03, 0x00, 0x10, 0x00, 0x02, 0xb0, 0x00],
        ),
    ];
    for (remark, header) in headers {
        let mut stream = connected_with_size();
        let records = push(&mut stream, A, &header[..6]);
        assert!(records.is_empty());
        let records = push(&mut stream, A, &header[6..]);
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].2, [remark], "{header:02x?}");
        let events = stream.push(A, &dt(true, b"seen"));
        assert_eq!(data(&events), [b"seen"], "{header:02x?}");
        // Chains that only their lengths show, too.
        stream.push(A, header);
        let chain = [numbered_dt(5, b"one"), numbered_dt(6, b"two")].concat();
        assert_eq!(data(&stream.push(A, &chain)), [b"one", b"two"]);
    }
}

#[test]
fn a_large_tpkt_that_may_be_true_is_waited_for() {
    let long = dt(true, &[0xda; 60_000]);
    let mut stream = connected(0x00); // without a TPDU size
    let events: Vec<_> = long
        .chunks(1000)
        .flat_map(|octets| stream.push(A, octets))
        .collect();
    assert_eq!(data(&events), [vec![0xda; 60_000]]);
    assert_eq!(experts(&events), [vec![""; 0]]);

    let double = dt(true, &[0xda; 2 * 1024 - 3]);
    let mut stream = connected_with_size();
    let events = stream.push(A, &double);
    assert_eq!(experts(&events), [["cotp.tpdu.exceeds_size"]]);
    assert_eq!(
        data(&events).len(),
        1,
        "a fault of the peer, not of the length"
    );
}

/// Only a header that is all there says how long the TPKT is of which octets were lost.
#[test]
fn a_gap_behind_half_a_header_hides_nothing() {
    let mut stream = connected(0x00);
    stream.push(A, &[0x03, 0x00, 0xff, 0xff]);
    stream.gap(A, 1);
    let found = push(&mut stream, A, &dt(true, b"request").repeat(2));
    assert_eq!(found.len(), 2, "{found:?}");
}

/// Stacks that look at no version skip the header alone.
#[test]
fn a_long_tpkt_of_another_version_hides_nothing() {
    for front in [
        [0x04, 0x00, 0x07, 0xd0, 0x06, 0xd0, 0x10],
        [0x16, 0x03, 0x07, 0xd0, 0x06, 0xd0, 0x10],
    ] {
        let mut stream = connected_with_size();
        let mut seen = 0;
        let told = push(&mut stream, A, &front);
        seen += told.len();
        for _ in 0..3 {
            let told = push(&mut stream, A, &dt(true, b"request of the peer"));
            seen += told.len();
        }
        assert!(seen > 0, "{front:02x?}");
    }
}

#[test]
fn a_header_that_cannot_be_true_hides_nothing() {
    let headers: [&[u8]; 9] = [
        &[0x03, 0x00],
        &[0x03, 0x6a, 0x07, 0xfd],
        &[0x03, 0x00, 0x00, 0x43, 0x43, 0x43, 0x80],
        &[0x03, 0x00, 0x00, 0x91, 0xff, 0xf0, 0x80],
        &[0x03, 0x00, 0x00, 0x91, 0x0d, 0x0d, 0x0d],
        &[0x03, 0x00, 0x00, 0x91, 0x02, 0xff, 0xff],
        &[0x03, 0x00, 0x00, 0xac, 0x06, 0x8b, 0xb1, 0x06, 0xc7, 0x80],
        &[0x03, 0xc9, 0x0e, 0x07, 0x78, 0x6c, 0x45],
        &[0x27, 0xfe, 0x02, 0x93, 0x98, 0xd3, 0x15, 0x7f, 0x79],
    ];
    for header in headers {
        for size in [1, 5, 1000] {
            let mut stream = connected_with_size();
            let mut records = push(&mut stream, A, header);
            // A header that is not all there is completed by the next TPKT, as a peer reads it.
            let is_whole = header.len() >= 7;
            let mut behind = vec![numbered_dt(5, b"told")];
            behind.extend((!is_whole).then(|| dt(true, b"told")));
            for octets in behind.concat().chunks(size) {
                records.extend(push(&mut stream, A, octets));
            }
            assert!(warnings(&records) > 0, "{header:02x?}: {records:?}");
            let behind = [dt(true, b"seen"), dt(true, b"seen")].concat();
            let events: Vec<_> = behind
                .chunks(size)
                .flat_map(|octets| stream.push(A, octets))
                .collect();
            assert!(
                data(&events).ends_with(&[b"seen".to_vec()]),
                "{header:02x?}"
            );
        }
    }
}

#[test]
fn an_odd_tpkt_without_another_one_in_it_is_dissected() {
    let reserved = |mut octets: Vec<u8>| {
        octets[1] = 0x5a;
        octets
    };
    let long_dr = tpkt(
        &[
            &[0x06, 0x80, 0x00, 0x01, 0x00, 0x02, 0x80][..],
            &[0xda; 100],
        ]
        .concat(),
    );
    let ak_and_dt = tpkt(&[
        0x04, 0x60, 0x00, 0x02, 0x01, // AK
        0x04, 0xf0, 0x00, 0x02, 0x80, 0xda, // DT
    ]);
    for (octets, expected) in [
        (reserved(dt(true, &[0xda; 100])), vec!["DT TPDU (0) EOT"]),
        (long_dr, vec!["DR TPDU src-ref: 0x0002 dst-ref: 0x0001"]),
        (ak_and_dt.clone(), vec!["AK TPDU", "DT TPDU"]),
        (reserved(ak_and_dt), vec!["AK TPDU", "DT TPDU"]),
    ] {
        for size in [1, 5, 1000] {
            let mut stream = Stream::from_start();
            let records: Vec<_> = octets
                .chunks(size)
                .flat_map(|octets| push(&mut stream, A, octets))
                .collect();
            assert_eq!(records.len(), expected.len(), "{records:?}");
            for (record, expected) in records.iter().zip(&expected) {
                assert!(record.0.starts_with(expected), "{records:?}");
            }
        }
    }
}

#[test]
fn tls_of_both_ends_begins_with_their_hellos() {
    let disguise = |mut octets: Vec<u8>| {
        octets[..2].copy_from_slice(&[0x16, 3]);
        octets
    };
    let mut stream = Stream::from_start();
    for (end, octets) in [(A, cr(0x00)), (B, cc(0x00)), (A, dt(true, b"seen"))] {
        let records = push(&mut stream, end, &disguise(octets));
        assert_eq!(records.len(), 1);
        assert!(
            records[0].2.contains(&"tpkt.version.invalid"),
            "{records:?}"
        );
    }
    // A server that refuses TLS answers with an alert.
    let mut stream = Stream::from_start();
    let hello = tls_record(0x16, &[&[0x01][..], &[0x55; 99]].concat());
    for (end, octets) in [(A, hello), (B, tls_record(0x15, &[2, 40]))] {
        let records = push(&mut stream, end, &octets);
        assert_eq!(warnings(&records), 0, "{records:?}");
    }
}

#[test]
fn tpkts_whose_lengths_chain_are_found_whatever_their_li_is() {
    let with_li = |version, li| {
        let mut octets = with_version(version, dt(true, &[0xda; 24]));
        octets[4] = li;
        octets
    };
    for (version, li) in [(3, 0xe0), (3, 0x00), (0xa0, 0x43), (0x16, 0x02)] {
        let mut stream = connected_with_size();
        stream.gap(A, 0);
        stream.push(A, &with_li(version, li));
        stream.push(A, &with_li(version, li));
        let records = push(&mut stream, A, &with_li(version, li));
        assert!(warnings(&records) > 0, "version {version}, LI {li}");
    }
    // Where one is due it needs no others.
    let mut stream = connected_with_size();
    for version in [8, 3, 3, 8] {
        let records = push(&mut stream, A, &with_li(version, 0x43));
        assert!(warnings(&records) > 0, "{records:?}");
    }
}

#[test]
fn what_was_skipped_is_counted_at_the_end() {
    let mut stream = Stream::new(&stream_options(&[OptionFlag::Joined]));
    assert!(stream.push(A, &[0x55; 100]).is_empty());
    assert_eq!(
        call(&mut stream, A, Feed::Finish),
        [("Skipped octets".to_owned(), WARNING, vec!["tpkt.skipped"])]
    );
    // A TCP keep-alive has an octet that was sent before.
    assert!(stream.push(B, &[0x00]).is_empty());
    assert_eq!(warnings(&call(&mut stream, B, Feed::Finish)), 0);

    let mut stream = Stream::new(&stream_options(&[OptionFlag::Joined]));
    let events = stream.push(A, &vec![0x55; 200_000]);
    let raised = experts(&events).concat();
    assert_eq!(
        raised,
        ["tpkt.skipped"],
        "behind the longest TPKT that may have begun before"
    );
}

/// Every TPDU of the vectors that dissection accepts in sync.
fn accepted() -> Vec<(String, Vec<u8>)> {
    let vectors = vectors::all().into_iter();
    let tpkts = vectors.filter(|vector| vector.encapsulation == Encapsulation::Tpkt);
    let accepted: Vec<_> = tpkts
        .filter(|vector| is_accepted(&vector.octets))
        .map(|vector| (vector.name, vector.octets))
        .collect();
    assert!(accepted.len() > 150, "{}", accepted.len());
    accepted
}

/// Whether these octets are one TPKT with a TPDU of a defined type whose LI is possible.
fn is_accepted(octets: &[u8]) -> bool {
    let [3, _, high, low, ..] = *octets else {
        return false;
    };
    let mut context = context();
    let packet = packet_from(PacketFlag::FromA as u32, octets);
    let room = Room {
        pdus: 64,
        items: Some(2048),
    };
    let dissected = dissect(Encapsulation::Tpkt, &mut context, octets, &[packet], room);
    let is_bad = |item| {
        matches!(
            common::abbreviation(item),
            "cotp.li.invalid" | "cotp.li.reserved"
        )
    };
    usize::from(u16::from_be_bytes([high, low])) == octets.len()
        && dissected.pdus.first().and_then(Pdu::kind).is_some()
        && !dissected.items.iter().any(is_bad)
}

/// The ways to lose sync in A's direction, and how many octets of it are before the next one.
fn disturbed() -> Vec<(String, Stream)> {
    let joined = || Stream::new(&stream_options(&[OptionFlag::Joined]));
    let mut scenes = Vec::new();
    for length in 0..4 {
        let mut stream = joined();
        stream.push(A, &dt(true, b"first"));
        stream.push(A, &[3, 0, 0, length]);
        scenes.push((format!("length {length}"), stream));
    }
    let mut stream = joined();
    stream.push(A, &dt(true, b"first"));
    stream.push(A, &[7, 0, 0, 9, 9, 9, 9, 9, 9]);
    scenes.push(("bad version".to_owned(), stream));
    for count in [1000, 0] {
        let mut stream = joined();
        stream.push(A, &dt(true, b"first"));
        stream.push(A, &dt(true, &[0xda; 100])[..50]);
        stream.gap(A, count);
        scenes.push((format!("gap of {count} octets"), stream));
    }
    let mut stream = joined();
    stream.push(A, &[0xda; 33]);
    scenes.push(("midstream".to_owned(), stream));
    scenes
}

/// Whether A's direction has a record of this TPDU, behind what is skipped. The octets are followed by
/// others, or nothing.
fn is_found(stream: &mut Stream, octets: &[u8], successor: &[u8]) -> bool {
    let kind = Kind::of(octets[5]).unwrap() as u8;
    let length = u16::try_from(octets.len()).unwrap();
    let is_it = |pdu: &Pdu| (pdu.r#type, pdu.tpkt_length) == (kind, length);
    let mut found = false;
    let mut feed = Feed::Push(octets);
    let behind = [Feed::Push(successor), Feed::Finish];
    let mut behind = behind.into_iter();
    loop {
        let given = stream.call(A, feed, (64, 2048));
        assert!(given.status >= 0, "{given:?}");
        found |= given.pdus.iter().any(is_it);
        if given.status == 0 {
            match behind.next() {
                Some(next) => feed = next,
                None => return found,
            }
        } else if let Feed::Push(octets) = &mut feed {
            *octets = &octets[usize::try_from(given.result.consumed).unwrap()..];
        }
    }
}

#[test]
fn every_tpdu_is_found_again_after_every_disturbance() {
    for (name, octets) in accepted() {
        for successor in [&dt(true, b"next")[..], &numbered_dt(5, b"next"), &[]] {
            for (disturbance, mut stream) in disturbed() {
                assert!(
                    is_found(&mut stream, &octets, successor),
                    "{name}, after {disturbance}, before {successor:02x?}"
                );
            }
        }
    }
}

fn changed_tpdu() -> impl Strategy<Value = Vec<u8>> {
    let all = accepted();
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    (any::<prop::sample::Index>(), changes).prop_map(move |(index, changes)| {
        let (_, mut octets) = all[index.index(all.len())].clone();
        let header = octets.len().min(40);
        for (at, new) in changes {
            octets[4 + at.index(header - 4)] = new;
        }
        octets
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_accepted_in_sync_is_found_with_a_successor(octets in changed_tpdu()) {
        prop_assume!(is_accepted(&octets));
        // What looks like the start of a header is waited for, 261 octets at most.
        let successor = dt(true, &[0xda; 261]);
        for (disturbance, mut stream) in disturbed() {
            prop_assert!(is_found(&mut stream, &octets, &successor), "after {}", disturbance);
        }
    }
}
