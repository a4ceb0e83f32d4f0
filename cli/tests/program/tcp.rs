//! Segments that do not belong to a connection, or contradict it: what follows is shown all the same.

use super::captures::{CLIENT, CONNECTION, Connection, SERVER, dt, ethernet};
use super::{Case, assert_found};

/// Makes the checksum of a TCP segment wrong.
fn damaged(mut frame: Vec<u8>) -> Vec<u8> {
    const CHECKSUM: usize = 14 + 20 + 16;
    frame[CHECKSUM] ^= 0x55;
    frame
}

fn whole(reference: u8) -> Vec<u8> {
    CONNECTION.data(u32::from(reference - 1) * 11, &dt(reference))
}

/// A SYN of the client with another number.
fn syn(initial: u32) -> Vec<u8> {
    let another = Connection {
        initial,
        ..CONNECTION
    };
    ethernet(&[], &another.ip(CLIENT, 0, "S", &[]))
}

/// What is told of packet 4.
fn told(what: &str) -> String {
    format!("told: 1 TCP segment {what} (packet 4)")
}

const CHECKSUM: &str = "with a SYN, FIN or RST ignored because of a wrong checksum";
const RESET: &str = "with a RST ignored because of its sequence number";
const WINDOW: &str = "outside the window, ignored";
const CONFLICT: &str = "with other content for octets sent before: the first copy is shown";
const BEHIND: &str = "with data behind a FIN or RST, which was not the sender's";
const LATE: &str = "with octets already reported as lost";

#[test]
fn forged_segments_do_not_hide_what_follows() {
    let forged = |what, frame, why| (what, frame, told(why));
    let far = Connection {
        initial: 90_000_000,
        ..CONNECTION
    };
    for (what, frame, told) in [
        forged(
            "a RST with a wrong checksum",
            damaged(CONNECTION.reset(11)),
            CHECKSUM,
        ),
        forged(
            "a FIN with a wrong checksum",
            damaged(CONNECTION.fin(11)),
            CHECKSUM,
        ),
        forged("a SYN with a wrong checksum", damaged(syn(77)), CHECKSUM),
        forged("a RST in the window", CONNECTION.reset(12), RESET),
        forged("a RST outside the window", far.reset(0), RESET),
        forged("octets outside the window", far.data(0, &dt(9)), WINDOW),
        forged(
            "octets behind the window",
            CONNECTION.data(-100_000_i32 as u32, &dt(9)),
            WINDOW,
        ),
    ] {
        let frames = CONNECTION.open([whole(1), frame, whole(2)]);
        assert_found([(what, frames, vec!["3/0 DT 1", "5/0 DT 2", &told])]);
    }
}

#[test]
fn a_syn_that_the_peer_does_not_accept_changes_nothing() {
    let reply = Connection {
        initial: 77,
        ..CONNECTION
    };
    let challenge = CONNECTION.acknowledged(11);
    assert_found(
        [
            ("with another number", vec![whole(1), syn(77), whole(2)]),
            ("with the same number", vec![whole(1), syn(1_000), whole(2)]),
            (
                "with an answer to another SYN",
                vec![whole(1), syn(99), reply.acknowledging(0, "S"), whole(2)],
            ),
            (
                "with a challenge ACK (RFC 5961 4.2)",
                vec![whole(1), syn(77), challenge, whole(2)],
            ),
        ]
        .map(|(what, frames)| {
            let last = frames.len() + 2;
            let found = ["3/0 DT 1", ["5/0 DT 2", "6/0 DT 2"][last - 5]];
            (what, CONNECTION.open(frames), found.to_vec())
        }),
    );
}

/// Network cards compute checksums after the capture: then all of an end are wrong.
#[test]
fn wrong_checksums_of_an_end_are_no_reason() {
    let frames = CONNECTION.open([whole(1), CONNECTION.reset(11)]);
    let again = CONNECTION.open([whole(2)]);
    let frames: Vec<_> = [frames, again].concat().into_iter().map(damaged).collect();
    let found = vec!["3/0 DT 1", "7/1 DT 2 warning tpkt.gap"];
    assert_found([("all are wrong", frames, found)]);
}

#[test]
fn ports_are_reused() {
    let answered = |initial: u32, server: u32| {
        let packet = CONNECTION.with_header(SERVER, 0, "S", &[], |header| {
            header.sequence_number = server;
            (header.ack, header.acknowledgment_number) = (true, initial + 1);
        });
        [syn(initial), ethernet(&[], &packet)]
    };
    let again = |initial: u32, reference| {
        let another = Connection {
            initial,
            ..CONNECTION
        };
        another.data(0, &dt(reference))
    };
    let closed = || {
        vec![
            whole(1),
            CONNECTION.fin(11),
            CONNECTION.acknowledging(12, "F"),
        ]
    };
    let reused = |before: Vec<Vec<u8>>, opening: [Vec<u8>; 2], data: Vec<u8>| {
        CONNECTION.open([before, opening.to_vec(), vec![data]].concat())
    };
    assert_found([
        (
            "after the end, with the same number",
            reused(closed(), answered(1_000, 7_000), again(1_000, 2)),
            vec!["3/0 DT 1", "8/1 DT 2"],
        ),
        (
            "after the end, with another number",
            reused(closed(), answered(500, 7_000), again(500, 2)),
            vec!["3/0 DT 1", "8/1 DT 2"],
        ),
        (
            "without an end, with the same number of the client",
            reused(vec![whole(1)], answered(1_000, 9_000), again(1_000, 2)),
            vec!["3/0 DT 1", "6/1 DT 2"],
        ),
        (
            "without an end, with another number",
            reused(vec![whole(1)], answered(500, 7_000), again(500, 2)),
            vec!["3/0 DT 1", "6/1 DT 2"],
        ),
        (
            "of which only the client's packets were captured",
            vec![
                syn(1_000),
                CONNECTION.data(0, &dt(1)),
                syn(500),
                again(500, 2),
            ],
            vec!["2/0 DT 1", "4/1 DT 2"],
        ),
    ]);
}

#[test]
fn what_an_end_sends_behind_a_forged_end_is_shown() {
    let server = |at, octets: &[u8]| ethernet(&[], &CONNECTION.ip(SERVER, at, "", octets));
    let behind = told(BEHIND).replace("(packet 4)", "(packet 5)");
    assert_found([
        (
            "a FIN",
            CONNECTION.open([whole(1), CONNECTION.fin(11), whole(2)]),
            vec!["3/0 DT 1", "5/0 DT 2", &behind],
        ),
        (
            "a RST",
            CONNECTION.open([whole(1), CONNECTION.reset(11), whole(2)]),
            vec!["3/0 DT 1", "5/0 DT 2", &behind],
        ),
        (
            "a retransmission behind the end is none",
            CONNECTION.open([whole(1), CONNECTION.reset(11), whole(1)]),
            vec!["3/0 DT 1"],
        ),
        (
            "the peer had not seen the RST yet",
            CONNECTION.open([whole(1), CONNECTION.reset(11), server(0, &dt(2))]),
            vec!["3/0 DT 1"],
        ),
        (
            "a FIN of the future",
            CONNECTION.open([whole(1), CONNECTION.fin(22), whole(2), whole(3)]),
            vec![
                "3/0 DT 1",
                "5/0 DT 2",
                "6/0 DT 3",
                &behind.replace("(packet 5)", "(packet 6)"),
            ],
        ),
    ]);
}

#[test]
fn octets_with_other_content_are_told() {
    let mut other = dt(2);
    other[10] = b'!';
    let both = [dt(1), other].concat();
    let told = [4, 5].map(|packet| told(CONFLICT).replace('4', &packet.to_string()));
    let cases: [Case; 4] = [
        (
            "a repetition of what was delivered",
            vec![whole(1), whole(2), CONNECTION.data(11, &other)],
            vec!["3/0 DT 1", "4/0 DT 2", &told[1]],
        ),
        (
            "in other segments",
            vec![whole(1), whole(2), CONNECTION.data(0, &both)],
            vec!["3/0 DT 1", "4/0 DT 2", &told[1]],
        ),
        (
            "out of order",
            vec![whole(2), CONNECTION.data(11, &other), whole(1)],
            vec!["5/0 DT 1", "3/0 DT 2", &told[0]],
        ),
        (
            "acknowledged before: no receiver takes it",
            vec![
                whole(1),
                CONNECTION.acknowledged(11),
                CONNECTION.data(0, &dt(9)),
                whole(2),
            ],
            vec!["3/0 DT 1", "6/0 DT 2"],
        ),
    ];
    assert_found(cases.map(|(what, frames, found)| (what, CONNECTION.open(frames), found)));
}

#[test]
fn octets_of_a_reported_gap_are_told() {
    let frames = [whole(1), whole(3), CONNECTION.acknowledged(33), whole(2)];
    let late = told(LATE).replace('4', "6");
    let found = vec!["3/0 DT 1", "4/0 DT 3 warning tpkt.gap", &late];
    assert_found([("late", CONNECTION.open(frames), found)]);
}

/// The capture lacks more than a window, in either direction of the sequence numbers.
#[test]
fn a_jump_that_both_ends_show_is_followed() {
    let at = |place: u32, reference| CONNECTION.data(place, &dt(reference));
    let acknowledged = |place: u32| CONNECTION.acknowledged(place + 11);
    let far = 500_000_000;
    assert_found([
        (
            "ahead",
            CONNECTION.open([whole(1), at(far, 2), acknowledged(far), at(far + 11, 3)]),
            vec!["3/0 DT 1", "4/0 DT 2 warning tpkt.gap", "6/0 DT 3"],
        ),
        (
            "back from a forged jump",
            CONNECTION.open([
                whole(1),
                at(far, 9),
                acknowledged(far),
                whole(2),
                CONNECTION.acknowledged(22),
                whole(3),
            ]),
            vec![
                "3/0 DT 1",
                "4/0 DT 9 warning tpkt.gap",
                "6/0 DT 2 warning tpkt.gap",
                "8/0 DT 3",
            ],
        ),
    ]);
}

/// The windows of both SYNs are scaled (RFC 7323 2.2).
#[test]
fn scaled_windows_are_windows() {
    let open = |scale: Option<u8>| {
        [CLIENT, SERVER].map(|sender| {
            let packet = CONNECTION.with_header(sender, 0, "S", &[], |header| {
                let scale = scale.map(etherparse::TcpOptionElement::WindowScale);
                header.set_options(scale.as_slice()).unwrap();
                if sender == SERVER {
                    (header.ack, header.acknowledgment_number) = (true, 1_001);
                }
            });
            ethernet(&[], &packet)
        })
    };
    // The window is 8192.
    for (scale, place, is_taken) in [
        (Some(10), 8_000_000, true),
        (Some(10), 9_000_000, false),
        (Some(0), 60_000, true),
        (Some(0), 70_000, false),
        (None, 60_000, true),
        (None, 70_000, false),
    ] {
        let data = [whole(1), CONNECTION.data(place, &dt(2))];
        let found = match is_taken {
            true => "4/0 DT 2 warning tpkt.gap".to_owned(),
            false => told(WINDOW),
        };
        let what = format!("{scale:?}, {place}");
        let frames = [open(scale).to_vec(), data.to_vec()].concat();
        assert_found([(&what, frames, vec!["3/0 DT 1", &found])]);
    }
}
