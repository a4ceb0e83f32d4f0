//! Connections on ports that other protocols use too: TPKTs are looked for in every segment.

use super::captures::{CONNECTION, Connection, SERVER, ethernet};
use super::{assert_found, dt};

const RDP: Connection = Connection {
    service: 3389,
    ..CONNECTION
};
const H323: Connection = Connection {
    service: 1720,
    ..CONNECTION
};
/// A CR of RDP, 19 octets long.
const CR: [u8; 19] = [
    0x03, 0x00, 0x00, 0x13, // TPKT: version, reserved, length
    0x0e, 0xe0, // CR: LI, code
    0x00, 0x00, 0x00, 0x00, 0x00, // references, class and options
    0x01, 0x00, 0x08, 0x00, 0x0b, 0x00, 0x00, 0x00, // negotiation request
];
/// The CC that answers it.
const CC: [u8; 19] = [
    0x03, 0x00, 0x00, 0x13, // TPKT: version, reserved, length
    0x0e, 0xd0, // CC: LI, code
    0x00, 0x00, 0x12, 0x34, 0x00, // references, class and options
    0x02, 0x00, 0x08, 0x00, 0x02, 0x00, 0x00, 0x00, // negotiation response
];
const PROXY: &[u8] = b"PROXY TCP4 10.0.0.1 10.0.0.2 51000 3389\r\n";
const LOST: &str = "3/0 Skipped warning tpkt.version.invalid";
const SKIPPED: &str = "3/0 Skipped";

fn served(octets: &[u8]) -> Vec<u8> {
    ethernet(&[], &RDP.ip(SERVER, 0, "", octets))
}

#[test]
fn a_first_segment_that_is_no_tpkt_does_not_hide_those_behind_it() {
    let mut bad_li = CR;
    bad_li[4] = 0x10;
    let end = u32::try_from(PROXY.len()).unwrap();
    let [start, rest] = [&CR[..3], &CR[3..]];
    assert_found([
        (
            "a line of a proxy",
            RDP.open([RDP.data(0, PROXY), RDP.data(end, &CR), served(&CC)]),
            vec![LOST, SKIPPED, "4/0 CR 0", "5/0 CC 0"],
        ),
        (
            "a line of a proxy, and a CR in two segments",
            RDP.open([
                RDP.data(0, PROXY),
                RDP.data(end, start),
                RDP.data(end + 3, rest),
                served(&CC),
            ]),
            vec![LOST, SKIPPED, "5/0 CR 0", "6/0 CC 0"],
        ),
        (
            "the CR alone cannot be recognised: its LI is too large",
            RDP.open([RDP.data(0, &bad_li), served(&CC)]),
            vec!["3/0 CR 0 error cotp.li.invalid", "4/0 CC 0"],
        ),
        (
            "octets that were not captured",
            RDP.open([
                RDP.data(0, PROXY),
                RDP.data(end + 10, &CR),
                RDP.acknowledged(end + 29),
            ]),
            vec![
                "4/0 CR 0",
                "told: 41 octets passed over in front of the first TPKT",
            ],
        ),
        (
            "H.323 behind octets that are none",
            H323.open([H323.data(0, b"?"), H323.data(1, &dt(1))]),
            vec![LOST, "4/0 DT 1"],
        ),
    ]);
}

#[test]
fn few_octets_are_kept_in_front_of_the_first_tpkt() {
    let segments = 100;
    let frames = (0..segments).map(|n| RDP.data(n * 1_000, &[b'x'; 1_000]));
    let frames = frames.chain([RDP.data(segments * 1_000, &CR)]);
    assert_found([(
        "100,000 octets",
        RDP.open(frames),
        vec![
            "103/0 CR 0",
            "told: 100000 octets passed over in front of the first TPKT",
        ],
    )]);
}

/// A segment of another protocol may begin as a TPKT does.
#[test]
fn tpkts_are_no_chance_hits() {
    let almost = [0x03, 0x00, 0x00, 0x80, 0x02, 0xf0, 0x80];
    let end = u32::try_from(PROXY.len()).unwrap();
    assert_found([(
        "one in a segment of another length",
        RDP.open([RDP.data(0, PROXY), RDP.data(end, &almost)]),
        vec![
            "told: no TPKT found",
            "told: 4 TCP segments on the ports that are read",
        ],
    )]);
}

/// Octets that were skipped are shown at the packet that brought the first of them.
#[test]
fn skipped_octets_have_the_frame_of_the_first() {
    let tcp = CONNECTION;
    let junk = |at| tcp.data(at, &[0xff; 10]);
    assert_found([(
        "in four segments",
        tcp.open([
            tcp.data(0, &dt(1)),
            junk(11),
            junk(21),
            tcp.data(31, &[&[0xff; 5][..], &dt(2)[..4]].concat()),
            tcp.data(40, &dt(2)[4..]),
        ]),
        vec![
            "3/0 DT 1",
            "4/0 Skipped warning tpkt.version.invalid",
            "4/0 Skipped",
            "7/0 DT 2",
        ],
    )]);
}
