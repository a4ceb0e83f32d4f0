//! Which end a TPDU has to come from, and when: what another end or another moment makes of it
//! changes neither the connection nor its TSDUs, and no TSDU is lost without a remark.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::make::{cc, cr, dt, numbered, tpkt};
use common::stream::{
    A, B, Event, Feed, Stream, connected, connected_within, experts, stream_options, tsdus,
};
use isotsap::dissection::{Context, ContextFlag};
use isotsap::ffi::OptionFlag;
use isotsap::stream::Missing;

const CLASS_0: u8 = 0x00;
/// Class 2 without explicit flow control, as RFC 2126 has it.
const CLASS_2: u8 = 0x21;

/// References of A and of B.
const REFERENCES: [u8; 2] = [0x01, 0x02];
/// References that neither end has.
const FOREIGN: [u8; 2] = [0x07, 0x09];

/// A TPDU by its destination and source reference.
type Make = fn(u8, u8) -> Vec<u8>;

/// TPDU, who sends it, and what is raised above chat: in class 0, with references of neither end, in
/// class 2, with references of neither end.
type Row = (&'static str, [bool; 2], Make, [&'static [&'static str]; 4]);

const BOTH: [bool; 2] = [true, true];
const REPEATED: &[&str] = &["cotp.connection.repeated"];
const WRONG_END: &[&str] = &["cotp.connection.wrong_end"];
const NOT_FOR_CLASS: &[&str] = &["cotp.type.not_for_class"];
const MISMATCH: &[&str] = &["cotp.destref.mismatch"];
const NOTHING: &[&str] = &[];
const ERROR: &[&str] = &["cotp.error"];
const MISMATCH_AND_ERROR: &[&str] = &["cotp.destref.mismatch", "cotp.error"];

/// Every TPDU but the DT. CR and CC have another class and another size than the connection.
#[rustfmt::skip]
const TPDUS: &[Row] = &[
    ("CR", BOTH, |_, src| vec![0x09, 0xe0, 0, 0, 0, src, 0x40, 0xc0, 0x01, 0x07], [REPEATED; 4]),
    ("CC", [true, false], |dst, src| vec![0x09, 0xd0, 0, dst, 0, src, 0x40, 0xc0, 0x01, 0x07], [WRONG_END; 4]),
    ("CC", [false, true], |dst, src| vec![0x09, 0xd0, 0, dst, 0, src, 0x40, 0xc0, 0x01, 0x07], [REPEATED; 4]),
    ("CC of RDP", [false, true], |_, src| vec![0x0e, 0xd0, 0, 0, 0, src, 0, 2, 0, 8, 0, 1, 0, 0, 0], [REPEATED; 4]),
    ("DR", BOTH, |dst, src| vec![0x06, 0x80, 0, dst, 0, src, 0x80], [NOT_FOR_CLASS, NOT_FOR_CLASS, NOTHING, MISMATCH]),
    ("DC", BOTH, |dst, src| vec![0x05, 0xc0, 0, dst, 0, src], [NOT_FOR_CLASS, NOT_FOR_CLASS, WRONG_END, MISMATCH]),
    ("ER", BOTH, |dst, _| vec![0x07, 0x70, 0, dst, 0x02, 0xc1, 0x01, 0xf0], [ERROR, MISMATCH_AND_ERROR, ERROR, MISMATCH_AND_ERROR]),
    ("ED", BOTH, |dst, _| vec![0x04, 0x10, 0, dst, 0x80, 0xda], [NOT_FOR_CLASS; 4]),
    ("ED of RFC 1006", BOTH, |_, _| vec![0x02, 0x10, 0x80, 0xda], [NOT_FOR_CLASS; 4]),
    ("EA", BOTH, |dst, _| vec![0x04, 0x20, 0, dst, 0x00], [NOT_FOR_CLASS, NOT_FOR_CLASS, NOTHING, MISMATCH]),
    ("AK", BOTH, |dst, _| vec![0x04, 0x61, 0, dst, 0x00], [NOT_FOR_CLASS; 4]),
    ("RJ", BOTH, |dst, _| vec![0x04, 0x51, 0, dst, 0x00], [NOT_FOR_CLASS; 4]),
    ("UD", BOTH, |_, _| vec![0x01, 0x40, 0xda], [&["cotp.type.not_for_carrier"]; 4]),
    ("undefined code", BOTH, |_, _| vec![0x02, 0xb0, 0x00, 0xda], [&["cotp.type.unknown"]; 4]),
    ("no TPDU", BOTH, |_, _| Vec::new(), [&["tpkt.length.invalid"]; 4]),
];

/// A connection on which a TPDU has 512 octets at most; `midway` in a TSDU of each end.
fn settled_stream(class: u8, midway: bool) -> Stream {
    let mut stream = Stream::from_start();
    stream.push(A, &tpkt(&[0x09, 0xe0, 0, 0, 0, 1, class, 0xc0, 0x01, 0x0b])); // size 2048
    stream.push(B, &tpkt(&[0x09, 0xd0, 0, 1, 0, 2, class, 0xc0, 0x01, 0x09])); // size 512
    if midway {
        for end in [A, B] {
            assert!(tsdus(&stream.push(end, &data(class, end, false, b"begun "))).is_empty());
        }
    }
    stream
}

/// A DT that an end sends on its connection.
fn data(class: u8, end: u32, eot: bool, octets: &[u8]) -> Vec<u8> {
    match class {
        CLASS_0 => dt(eot, octets),
        _ => numbered(REFERENCES[1 - end as usize].into(), 0, eot, octets),
    }
}

/// What CR and CC settled.
fn settled(context: &Context) -> Context {
    let flags = [
        ContextFlag::Request,
        ContextFlag::Confirm,
        ContextFlag::Rdp,
        ContextFlag::InitiatedByA,
        ContextFlag::InitiatedByB,
        ContextFlag::RequestUnknown,
        ContextFlag::ClassUnknown,
        ContextFlag::InitiatorUnknown,
        ContextFlag::ResponderUnknown,
    ];
    Context {
        flags: flags.iter().map(|&flag| context.flags & flag as u32).sum(),
        told_references: [0; 2],
        told_types: 0,
        told_li: 0,
        next_numbers: [0; 2],
        expedited_numbers: [0; 2],
        doubtful_numbers: [0; 2],
        window_edges: [0; 2],
        ..*context
    }
}

#[test]
fn no_tpdu_changes_a_settled_connection_or_loses_a_tsdu() {
    let mut cases = 0;
    for (name, senders, make, remarks) in TPDUS {
        for end in [A, B].into_iter().filter(|&end| senders[end as usize]) {
            for (column, expected) in remarks.iter().enumerate() {
                let class = [CLASS_0, CLASS_2][column / 2];
                let references = [REFERENCES, FOREIGN][column % 2];
                let [own, peer] = [end, 1 - end].map(|end| references[end as usize]);
                for midway in [false, true] {
                    let case = format!("{name} of end {end}, column {column}, midway {midway}");
                    let mut stream = settled_stream(class, midway);
                    let before = settled(&stream.context());
                    let events = stream.push(end, &tpkt(&make(peer, own)));
                    assert_eq!(experts(&events), [*expected], "{case}");
                    assert_eq!(settled(&stream.context()), before, "{case}");
                    for end in [A, B] {
                        let events = stream.push(end, &data(class, end, true, b"done"));
                        let (octets, count) = match midway {
                            true => (&b"begun done"[..], 2),
                            false => (&b"done"[..], 1),
                        };
                        assert_eq!(tsdus(&events), [(octets.to_vec(), count)], "{case}");
                        assert_eq!(experts(&events), [none()], "{case}");
                        let events = stream.push(end, &data(class, end, true, &[0xda; 520]));
                        assert_eq!(experts(&events), [["cotp.tpdu.exceeds_size"]], "{case}");
                        assert!(stream.finish(end).is_empty(), "{case}");
                    }
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 8 * (12 * 2 + 3));
}

fn none() -> Vec<&'static str> {
    Vec::new()
}

/// A CR or CC whose references are 1 and 2, without parameters; class 0 is `connected`'s.
const CLASS_4: u8 = 0x40;

#[test]
fn a_cc_that_no_cr_precedes_settles_nothing_whoever_repeats_it() {
    let mut stream = Stream::from_start();
    for _ in 0..3 {
        let events = stream.push(A, &cc(CLASS_4));
        assert_eq!(experts(&events), [["cotp.connection.without_request"]]);
    }
    let events = [stream.push(A, &cr(CLASS_0)), stream.push(B, &cc(CLASS_0))].concat();
    assert_eq!(experts(&events), [none(), none()]);
    let context = stream.context();
    assert_eq!(
        (context.class_options, context.responder_reference),
        (CLASS_0, 2)
    );
    let events = stream.push(A, &dt(true, b"data"));
    assert_eq!(experts(&events), [none()]);
    assert_eq!(tsdus(&events), [(b"data".to_vec(), 1)]);
}

#[test]
fn a_cr_of_the_end_that_sent_a_cc_replaces_what_the_cc_says() {
    // Midstream the CC may answer a CR that was not captured.
    let mut stream = Stream::new(&stream_options(&[OptionFlag::Joined]));
    assert_eq!(
        experts(&stream.push(A, &cc(CLASS_4))),
        [["cotp.class.not_for_carrier"]]
    );
    let events = [stream.push(A, &cr(CLASS_0)), stream.push(B, &cc(CLASS_0))].concat();
    assert_eq!(experts(&events), [vec!["cotp.connection.repeated"], none()]);
    assert_eq!(stream.context().class_options, CLASS_0);
    assert_ne!(stream.context().flags & ContextFlag::InitiatedByA as u32, 0);
}

#[test]
fn a_dc_releases_a_connection_only_behind_a_dr_of_the_other_end() {
    const RELEASED: u32 = ContextFlag::Request as u32 | ContextFlag::Confirm as u32;
    let dr = |dst, src| tpkt(&[0x06, 0x80, 0, dst, 0, src, 0x80]); // normal disconnect
    let dc = |dst, src| tpkt(&[0x05, 0xc0, 0, dst, 0, src]);
    let (dr_of_a, dr_of_b, dc_of_a, dc_of_b) = (dr(2, 1), dr(1, 2), dc(2, 1), dc(1, 2));
    for (sent, is_released) in [
        (vec![(A, &dc_of_a)], false),
        (vec![(B, &dc_of_b)], false),
        (vec![(A, &dr_of_a), (A, &dc_of_a)], false),
        (vec![(A, &dr_of_a), (B, &dc_of_b)], true),
        (vec![(B, &dr_of_b), (A, &dc_of_a)], true),
        (vec![(A, &dr_of_a), (B, &dr_of_b)], true),
        (vec![(A, &dr_of_a), (A, &dr_of_a)], false),
    ] {
        let mut stream = settled_stream(CLASS_2, false);
        for (end, octets) in &sent {
            stream.push(*end, octets);
        }
        let is_open = stream.context().flags & RELEASED != 0;
        assert_eq!(is_open, !is_released, "{sent:02x?}");
        let expected = match is_released {
            true => none(),
            false => vec!["cotp.connection.repeated"],
        };
        assert_eq!(
            experts(&stream.push(B, &cr(CLASS_2))),
            [expected],
            "{sent:02x?}"
        );
    }

    let mut stream = settled_stream(CLASS_2, false);
    stream.gap(A, 11);
    stream.push(B, &dc_of_b);
    assert_eq!(stream.context().flags & RELEASED, 0, "the DR may be lost");
}

#[test]
fn a_dc_before_the_cc_leaves_the_cr_alone() {
    let mut stream = Stream::from_start();
    stream.push(A, &cr(CLASS_0));
    stream.push(A, &tpkt(&[0x05, 0xc0, 0, 0, 0, 1]));
    let events = stream.push(B, &cc(CLASS_2));
    assert_eq!(experts(&events), [["cotp.class.not_offered"]]);
}

/// Servers take data that follows the CR at once: the CC crosses it.
#[test]
fn a_cc_keeps_the_tsdus_that_were_begun_before_it() {
    for class in [CLASS_0, CLASS_2] {
        let mut stream = Stream::from_start();
        stream.push(A, &[cr(class), data(class, A, false, b"begun ")].concat());
        stream.push(B, &cc(class));
        let events = stream.push(A, &data(class, A, true, b"done"));
        assert_eq!(tsdus(&events), [(b"begun done".to_vec(), 2)], "{class:#x}");
    }
}

/// What is told when TSDUs are discarded: what is fed, and what is raised above chat in the end.
#[test]
fn no_tsdu_is_lost_without_a_remark() {
    let begun = || {
        let mut stream = connected(CLASS_0);
        stream.push(A, &dt(false, b"begun"));
        stream
    };
    const INCOMPLETE: &str = "cotp.tsdu.incomplete";

    assert_eq!(experts(&begun().finish(A)), [[INCOMPLETE]], "the end");

    let mut stream = begun();
    stream.gap(A, 100);
    assert_eq!(
        experts(&stream.finish(A)),
        [[INCOMPLETE]],
        "a gap and the end"
    );
    let mut stream = begun();
    stream.gap(A, 100);
    assert_eq!(experts(&stream.push(A, &dt(false, b"on"))), [["tpkt.gap"]]);
    assert!(stream.finish(A).is_empty(), "the gap explains it");
    let mut stream = begun();
    stream.feed(A, Feed::Gap(100, Missing::CutOff));
    assert!(
        stream.finish(A).is_empty(),
        "the host knows that packets were cut"
    );

    let mut stream = begun();
    let events = stream.push(
        A,
        &[&[0xff; 25][..], &dt(true, b"rest"), &dt(false, b"next")].concat(),
    );
    // What is skipped behind the loss is an event.
    let lost = vec!["tpkt.version.invalid"];
    assert_eq!(experts(&events), [lost, none(), none(), none()]);
    assert!(tsdus(&events).is_empty());
    assert_eq!(
        experts(&stream.finish(A)),
        [[INCOMPLETE]],
        "the one behind it"
    );

    let mut stream = connected(CLASS_0);
    let events = stream.push(A, &tpkt(&[0x02, 0xf0, 0x85])); // a number in class 0
    assert_eq!(experts(&events), [["cotp.tpdu-number.nonzero"]]);
    stream.push(A, &dt(false, b"begun"));
    assert_eq!(
        experts(&stream.finish(A)),
        [[INCOMPLETE]],
        "a fault of another TSDU"
    );
    let mut stream = begun();
    stream.push(A, &tpkt(&[0x02, 0xb0, 0x80])); // an undefined code in place of a DT
    assert!(stream.finish(A).is_empty(), "the fault explains it");

    let mut stream = connected_within(1000, CLASS_0);
    stream.push(A, &dt(false, &[0xda; 900]));
    let events = stream.push(A, &dt(false, &[0xda; 900]));
    assert_eq!(experts(&events), [["cotp.tsdu.too_long"]], "the limit");
    assert!(stream.finish(A).is_empty(), "once is enough");

    let mut stream = connected(CLASS_2);
    for reference in 2..18 {
        stream.push(A, &numbered(reference, 0, false, b"begun"));
    }
    let events = stream.push(A, &numbered(18, 0, true, b"whole"));
    let raised = experts(&events).concat();
    assert_eq!(
        raised,
        ["cotp.destref.mismatch", INCOMPLETE],
        "a seventeenth connection"
    );

    let mut stream = connected(CLASS_4);
    let raised = (1..18).flat_map(|number| stream.push(A, &numbered(2, number, true, b"ahead")));
    let raised = experts(&raised.collect::<Vec<_>>()).concat();
    let discarded = raised.iter().filter(|&&name| name == "cotp.tsdu.too_long");
    assert_eq!(
        discarded.count(),
        1,
        "a seventeenth DT out of order: {raised:?}"
    );
}

/// A CR that a fast path may take discards, too, what the other end sent before it.
#[test]
fn a_cr_reports_the_tsdu_that_the_other_end_began_before_it() {
    for reserved in [0, 0x5a] {
        let mut stream = Stream::from_start();
        stream.push(B, &dt(false, b"begun"));
        let mut request = cr(CLASS_0);
        request[1] = reserved;
        let raised = experts(&stream.push(A, &request)).concat();
        assert!(raised.contains(&"cotp.tsdu.incomplete"), "{raised:?}");
        stream.push(B, &cc(CLASS_0));
        let events = stream.push(B, &dt(true, b"whole"));
        assert_eq!(tsdus(&events), [(b"whole".to_vec(), 1)]);
    }
}

#[test]
fn a_cr_that_begins_another_connection_reports_the_tsdus_it_discards() {
    let mut stream = settled_stream(CLASS_2, true);
    stream.push(A, &tpkt(&[0x06, 0x80, 0, 2, 0, 1, 0x80])); // DR
    stream.push(B, &tpkt(&[0x05, 0xc0, 0, 1, 0, 2])); // DC
    let given = stream.call(A, Feed::Push(&cr(CLASS_2)), (8, 128));
    let incomplete: Vec<_> = given
        .items
        .iter()
        .filter(|item| common::abbreviation(item) == "cotp.tsdu.incomplete")
        .map(|item| (item.offset, item.length, item.value))
        .collect();
    assert_eq!(incomplete, [(5, 1, 6), (5, 1, 6)], "one of each end");
    stream.push(B, &cc(CLASS_2));
    for end in [A, B] {
        let events = stream.push(end, &data(CLASS_2, end, true, b"new"));
        assert_eq!(tsdus(&events), [(b"new".to_vec(), 1)]);
        assert!(stream.finish(end).is_empty());
    }
}

/// The record of a second CR has its parameters, and nothing of the connection is theirs.
#[test]
fn parameters_behind_a_structure_of_rdp_do_not_make_a_connection_of_rdp() {
    const RDP: u32 = ContextFlag::Rdp as u32;
    let request = [0x01, 0x00, 0x08, 0x00, 0x01, 0x00, 0x00, 0x00]; // RDP_NEG_REQ
    let parameters = [0xc0, 0x01, 0x0a, 0xc2, 0x02, b'S', b'1']; // size 1024, called T-selector
    let cr_with = |parts: &[&[u8]]| {
        let parts = parts.concat();
        let li = u8::try_from(6 + parts.len()).unwrap();
        tpkt(&[&[li, 0xe0, 0, 0, 0, 1, 0][..], &parts].concat())
    };
    let fast_path = [&[0x00, 0x07][..], &tpkt(&[0x02, 0xf0, 0x80])].concat();
    for front in [&request[..], b"Cookie: \r\n"] {
        let sneaky = cr_with(&[front, &parameters]);
        let mut stream = Stream::from_start();
        let given = stream.call(A, Feed::Push(&sneaky), (8, 128));
        let pdu = given.pdus[0];
        assert_eq!((pdu.tpdu_size, pdu.dst_tsap_length), (8, 2));
        assert_eq!(stream.context().request_tpdu_size, 8);
        assert_eq!(stream.context().flags & RDP, 0);
        stream.push(B, &cc(CLASS_0));
        let events = stream.push(A, &fast_path);
        assert!(
            matches!(&events[0], Event::Pdu { experts, .. } if !experts.is_empty()),
            "{events:?}"
        );

        let mut stream = connected(CLASS_0);
        let events = stream.push(A, &sneaky);
        let expected = ["cotp.connection.repeated", "cotp.parameter.not_allowed"];
        assert_eq!(experts(&events), [expected]);
        assert_eq!(stream.context().flags & RDP, 0);
        let plain = cr_with(&[front]);
        assert_eq!(
            experts(&stream.push(A, &plain)),
            [["cotp.connection.repeated"]]
        );
        assert_eq!(stream.context().flags & RDP, 0, "a second CR makes no RDP");
    }
}
