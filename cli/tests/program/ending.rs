//! How connections end: which packet ended one whose CR was not answered.

use super::captures::{CLIENT, CONNECTION, PCAP, SERVER, dt, ethernet};
use super::{
    EXCHANGE, PROGRAM, above_chat, analyze, assert_found, built, data, objects_of, printed, written,
};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A CR of class 0, 11 octets long.
const CR: [u8; 11] = [
    0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
    0x06, 0xe0, // CR: LI, code
    0x00, 0x00, 0x00, 0x01, // references
    0x00, // class and options
];
/// The CC that answers it.
const CC: [u8; 11] = [
    0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
    0x06, 0xd0, // CC: LI, code
    0x00, 0x01, 0x00, 0x02, // references
    0x00, // class and options
];

fn sent(sender: usize, at: u32, flags: &str, octets: &[u8]) -> Vec<u8> {
    ethernet(&[], &CONNECTION.ip(sender, at, flags, octets))
}

#[test]
fn the_packet_that_ended_an_unanswered_connection_is_shown() {
    let cr = || CONNECTION.data(0, &CR);
    let unanswered = |frame| {
        let end = format!("{frame}/0 Connection warning cotp.connection.unanswered");
        vec!["3/0 CR 0".to_owned(), end]
    };
    let answered = || vec!["3/0 CR 0".to_owned(), "4/0 CC 1".to_owned()];
    let cases = [
        (
            "reset by the server",
            vec![cr(), sent(SERVER, 0, "R", &[])],
            unanswered(4),
        ),
        (
            "reset by the client",
            vec![cr(), CONNECTION.acknowledged(11), CONNECTION.reset(11)],
            unanswered(5),
        ),
        (
            "reset by the client after its FIN",
            vec![cr(), CONNECTION.fin(11), CONNECTION.reset(12)],
            unanswered(5),
        ),
        (
            "closed by the server",
            vec![cr(), sent(SERVER, 0, "F", &[]), CONNECTION.fin(11)],
            unanswered(4),
        ),
        (
            "closed by the client first",
            vec![cr(), CONNECTION.fin(11), sent(SERVER, 0, "F", &[])],
            unanswered(5),
        ),
        (
            "the FIN before the CR",
            vec![CONNECTION.fin(11), cr(), sent(SERVER, 0, "F", &[])],
            vec!["4/0 CR 0".to_owned(), unanswered(5).remove(1)],
        ),
        (
            "the capture ends",
            vec![cr(), CONNECTION.acknowledged(11)],
            vec!["3/0 CR 0".to_owned()],
        ),
        (
            "a RST that does not belong to the connection",
            vec![cr(), sent(SERVER, 500, "R", &[])],
            vec![
                "3/0 CR 0".to_owned(),
                "told: 1 TCP segment with a RST ignored because of its sequence number (packet 4)"
                    .to_owned(),
            ],
        ),
        (
            "answered, then reset",
            vec![cr(), sent(SERVER, 0, "", &CC), sent(SERVER, 11, "R", &[])],
            answered(),
        ),
        (
            "answered, then closed",
            vec![cr(), sent(SERVER, 0, "F", &CC)],
            answered(),
        ),
        (
            "the answer is cut off",
            vec![
                cr(),
                sent(SERVER, 0, "", &CC[..5]),
                sent(SERVER, 5, "R", &[]),
            ],
            vec![
                "3/0 CR 0".to_owned(),
                "4/0 TPKT note tpkt.incomplete".to_owned(),
            ],
        ),
    ];
    for (what, frames, expected) in cases {
        let found = super::briefs_of(&PCAP.of(CONNECTION.open(frames)));
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn a_connection_on_the_same_ports_ends_the_earlier_one() {
    let another = super::Connection {
        initial: 50_000,
        ..CONNECTION
    };
    let syn = ethernet(&[], &another.ip(CLIENT, 0, "S", &[]));
    let fin = ethernet(&[], &another.ip(SERVER, 0, "F", &[]));
    let accepted = another.acknowledging(0, "S");
    let frames = CONNECTION.open([
        CONNECTION.data(0, &CR),
        syn,
        accepted,
        another.data(0, &CR),
        fin,
    ]);
    let objects = objects_of(&PCAP.of(frames));
    let ends: Vec<_> = objects
        .iter()
        .filter(|object| {
            object["summary"]
                .as_str()
                .unwrap()
                .starts_with("Connection")
        })
        .map(|object| {
            let message = above_chat(object)[0]["message"].as_str().unwrap();
            let (how, _) = message.split_once(" without an answer").unwrap();
            (
                object["frame"].as_u64().unwrap(),
                object["stream"].as_u64().unwrap(),
                how.to_owned(),
            )
        })
        .collect();
    assert_eq!(
        ends,
        [
            (3, 0, "the connection ended".to_owned()),
            (7, 1, "the responder closed the connection".to_owned())
        ]
    );
}

/// Octets that the responder sent, but that are not in the capture, may be the answer.
#[test]
fn a_connection_whose_answer_was_not_captured_ends_silently() {
    assert_found([
        (
            "the FIN is behind them",
            CONNECTION.open([CONNECTION.data(0, &CR), sent(SERVER, 11, "F", &[])]),
            vec!["3/0 CR 0"],
        ),
        (
            "only the client's packets were captured",
            vec![
                ethernet(&[], &CONNECTION.ip(CLIENT, 0, "S", &[])),
                CONNECTION.data(0, &CR),
                CONNECTION.data(11, &dt(2)),
                CONNECTION.reset(22),
            ],
            vec!["2/0 CR 0", "3/0 DT 2"],
        ),
    ]);
}

/// The record has no octets to give a place.
#[test]
fn the_line_of_an_end_has_no_place() {
    let folder = TempDir::new().unwrap();
    let frames = CONNECTION.open([CONNECTION.data(0, &CR), sent(SERVER, 0, "R", &[])]);
    let file = written(&folder, "reset.pcap", &PCAP.of(frames));
    let lines = printed(&[], &file);
    let expected = "\
         4     1.500000  192.0.2.2:102 -> 192.0.2.1:40000  \
         Connection ended without an answer to the CR\n       \
         warning  cotp.connection.unanswered  the responder reset the connection without an answer \
         to the CR: the peer may expect another protocol on this port (X.224 6.5)\n\
         1 TPDU in 1 connection, 1 warning\n";
    assert!(lines.ends_with(expected), "{lines}");
}

/// A library of the same ABI from before isotsap_stream_close(): the linked one with its name hidden.
#[test]
#[cfg(target_os = "linux")]
fn a_library_without_the_function_is_used_all_the_same() {
    const NAME: &[u8] = b"isotsap_stream_close\0";
    let folder = TempDir::new().unwrap();
    let mut octets = fs::read(built::shared_object(Path::new(PROGRAM))).unwrap();
    let places: Vec<_> = (0..octets.len() - NAME.len())
        .filter(|&at| octets[at..].starts_with(NAME))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        octets[at] = b'I';
    }
    let library = written(&folder, "earlier.so", &octets);
    let run = analyze([Path::new("--library"), &library, &data(EXCHANGE)]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let how = "the connection ended without an answer to the CR";
    assert!(run.out.contains(how), "{}", run.out);
}
