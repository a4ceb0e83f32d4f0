//! How a connection ends, in streams and with whole packets: a CR that nobody answered.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::make::{cc, cr, cr_of_rdp, dt, tpkt};
use common::stream::{A, B, Feed, ROOMY, Stream};
use common::{
    PLENTY, RECORDS_ONLY, Room, abbreviation, context, dissect, find_expert, label, packet, summary,
};
use isotsap::dissection::record::{Item, Packet, PacketFlag, Pdu};
use isotsap::dissection::{Encapsulation, Ending};
use isotsap::ffi::Status;

const UNANSWERED: &str = "cotp.connection.unanswered";
const WARNING: u8 = 3;

const FROM_A: u32 = PacketFlag::FromA as u32;
const FROM_B: u32 = PacketFlag::FromB as u32;
const AFTER_GAP: u32 = PacketFlag::AfterGap as u32;
const CLOSED: u32 = PacketFlag::Closed as u32;
const RESET: u32 = PacketFlag::Reset as u32;

/// A CR of class 0 with a called T-selector of S7: PG, rack 0, slot 2.
fn cr_of_s7() -> Vec<u8> {
    tpkt(&[
        0x0a, // LI
        0xe0, // CR, credit 0
        0x00, 0x00, // DST-REF
        0x00, 0x01, // SRC-REF
        0x00, // class and options
        0xc2, 0x02, 0x01, 0x02, // called T-selector: code, length, value
    ])
}

/// A DR or ER that refuses the CR.
fn refusal(code: u8) -> Vec<u8> {
    match code {
        0x80 => tpkt(&[
            0x06, 0x80, // LI, DR
            0x00, 0x01, // DST-REF
            0x00, 0x00, // SRC-REF
            0x03, // reason: address unknown
        ]),
        _ => tpkt(&[
            0x04, 0x70, // LI, ER
            0x00, 0x01, // DST-REF
            0x00, // reject cause: not specified
        ]),
    }
}

/// The one expert info of a record that is about the end of a connection: severity and message.
fn told(pdu: &Pdu, items: &[Item]) -> (u8, String) {
    assert_eq!(summary(pdu), "Connection ended without an answer to the CR");
    let [item] = items else {
        panic!("{items:?}");
    };
    assert_eq!(abbreviation(item), UNANSWERED);
    assert_eq!((item.length, pdu.severity), (0, item.severity));
    (item.severity, label(item, &[]))
}

/// What the directions say when they end after these octets: end, severity and message.
fn ended(pushed: &[(u32, Vec<u8>)], endings: &[(u32, Ending)]) -> Vec<(u32, u8, String)> {
    let mut stream = Stream::from_start();
    for (end, octets) in pushed {
        stream.push(*end, octets);
    }
    ended_stream(&mut stream, endings)
}

fn ended_stream(stream: &mut Stream, endings: &[(u32, Ending)]) -> Vec<(u32, u8, String)> {
    let unanswered = u16::try_from(find_expert(UNANSWERED)).unwrap();
    let mut all = Vec::new();
    for &(end, ending) in endings {
        let given = stream.call(end, Feed::Close(ending), ROOMY);
        assert_eq!(given.status, Status::Ok as i32);
        for pdu in given.pdus.iter().filter(|pdu| pdu.has_expert(unanswered)) {
            let items = &given.items[pdu.first_item as usize..];
            let (severity, message) = told(pdu, &items[..pdu.item_count.into()]);
            all.push((end, severity, message));
        }
    }
    all
}

#[test]
fn the_end_of_an_unanswered_connection_is_reported_once() {
    let message = |how: &str| {
        format!(
            "{how} without an answer to the CR: the peer may not know the called T-selector 0x0102 \
             (on S7: PG, rack 0, slot 2) (X.224 6.5)"
        )
    };
    let cases = [
        (
            vec![(B, Ending::Reset), (A, Ending::Unknown)],
            (B, WARNING, "the responder reset the connection"),
        ),
        (
            vec![(A, Ending::Reset), (B, Ending::Unknown)],
            (A, WARNING, "the initiator reset the connection"),
        ),
        (
            vec![(B, Ending::Closed), (A, Ending::Closed)],
            (B, WARNING, "the responder closed the connection"),
        ),
        (
            vec![(A, Ending::Closed), (B, Ending::Closed)],
            (B, WARNING, "the responder closed the connection"),
        ),
        (
            vec![(A, Ending::Unknown), (B, Ending::Unknown)],
            (B, WARNING, "the connection ended"),
        ),
        (
            vec![(A, Ending::Closed), (A, Ending::Reset)],
            (A, WARNING, "the initiator reset the connection"),
        ),
    ];
    for (endings, (end, severity, how)) in cases {
        let expected = [(end, severity, message(how))];
        assert_eq!(ended(&[(A, cr_of_s7())], &endings), expected, "{endings:?}");
    }
    assert!(ended(&[(A, cr_of_s7())], &[(A, Ending::Closed)]).is_empty());
    let unfinished = [(A, Ending::Capture), (B, Ending::Capture)];
    assert!(
        ended(&[(A, cr_of_s7())], &unfinished).is_empty(),
        "the answer may come after the capture"
    );
}

#[test]
fn the_likeliest_reason_is_named() {
    let with = |octet: u8, parameters: &[u8]| {
        let li = u8::try_from(6 + parameters.len()).unwrap();
        let fixed_part = [li, 0xe0, 0, 0, 0, 1, octet]; // LI, CR, references, class
        tpkt(&[&fixed_part, parameters].concat())
    };
    let mut reserved = cr_of_s7();
    reserved[1] = 0x5a;
    let size = [0xc0, 0x01, 0x0a]; // TPDU size: code, length, 1024 octets
    let cases = [
        (
            reserved,
            "the TPKT reserved octet of the CR was 90 (0x5a), expected 0, and strict peers refuse such a connection",
        ),
        (
            cr_of_s7(),
            "the peer may not know the called T-selector 0x0102 (on S7: PG, rack 0, slot 2)",
        ),
        (
            with(0x21, &size),
            "the peer may not support transport class 2",
        ),
        (
            with(0x00, &size),
            "the peer may not accept the TPDU size of 1024 octets",
        ),
        (
            cr_of_rdp(),
            "the peer may expect another protocol on this port",
        ),
    ];
    for (octets, reason) in cases {
        let message = format!(
            "the responder reset the connection without an answer to the CR: {reason} (X.224 6.5)"
        );
        assert_eq!(
            ended(&[(A, octets)], &[(B, Ending::Reset)]),
            [(B, WARNING, message)]
        );
    }
}

#[test]
fn a_connection_with_an_answer_ends_silently() {
    let answers = [
        ("CC", cc(0x00)),
        ("DR", refusal(0x80)),
        ("ER", refusal(0x70)),
        ("DT", dt(true, b"data")),
        ("octets that are no TPKT", b"HTTP/1.1 400\r\n\r\n".to_vec()),
    ];
    for (what, answer) in answers {
        for ending in [Ending::Reset, Ending::Closed, Ending::Capture] {
            for end in [A, B] {
                let mut stream = Stream::from_start();
                stream.push(A, &cr_of_s7());
                stream.push(B, &answer);
                assert_eq!(
                    ended_stream(&mut stream, &[(end, ending)]),
                    [],
                    "{what}: {ending:?} of {end}"
                );
            }
        }
    }
    let ends = [(A, Ending::Reset), (B, Ending::Closed)];
    let data = [(A, cr_of_s7()), (A, dt(true, b"data"))];
    assert_eq!(ended(&data, &ends), [], "one direction was not captured");
    assert_eq!(ended(&[], &ends), [], "no CR");

    let mut stream = Stream::from_start();
    stream.push(A, &cr_of_s7());
    stream.gap(B, 11);
    assert_eq!(
        ended_stream(&mut stream, &[(B, Ending::Reset)]),
        [],
        "the answer may be lost"
    );
}

/// Whatever the responder sent, complete or not, it was not silent.
#[test]
fn what_is_no_tpkt_is_an_answer_too() {
    const TLS_ALERT: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];
    const RDP_FAST_PATH: [u8; 4] = [0x00, 0x04, 0x11, 0x22];
    let answers: [(&str, &[u8]); 4] = [
        ("TLS", &TLS_ALERT),
        ("part of a TLS header", &TLS_ALERT[..1]),
        ("RDP fast path", &RDP_FAST_PATH),
        ("part of a TPKT header", &cc(0x00)[..2]),
    ];
    for (what, answer) in answers {
        for ending in [Ending::Unknown, Ending::Closed, Ending::Reset] {
            for end in [A, B] {
                let pushed = [(A, cr_of_rdp()), (B, answer.to_vec())];
                assert_eq!(
                    ended(&pushed, &[(end, ending)]),
                    [],
                    "{what}: {ending:?} of {end}"
                );
            }
        }
    }
}

/// The capture may end before an answer to a CR whose fault was reported.
#[test]
fn the_end_of_the_capture_adds_nothing_to_a_faulty_cr() {
    let mut faulty = cr(0x00);
    faulty[7] = 9; // DST-REF
    let pushed = [(A, faulty)];
    assert_eq!(ended(&pushed, &[(B, Ending::Capture)]), []);
    assert_eq!(ended(&pushed, &[(B, Ending::Reset)]).len(), 1);
}

/// Packets back to back: their flags, and their octets.
fn packets(parts: &[(u32, Vec<u8>)]) -> (Vec<u8>, Vec<Packet>) {
    let mut base = Vec::new();
    let mut packets = Vec::new();
    for (flags, octets) in parts {
        packets.push(Packet {
            offset: base.len() as u64,
            flags: *flags,
            ..packet(octets)
        });
        base.extend(octets);
    }
    (base, packets)
}

/// The records about the end of a connection: index of the packet, offset, severity and message.
fn ended_packets(parts: &[(u32, Vec<u8>)]) -> Vec<(u32, u32, u8, String)> {
    let (base, packets) = packets(parts);
    let tpkt = Encapsulation::Tpkt;
    let given = dissect(tpkt, &mut context(), &base, &packets, PLENTY);
    assert_eq!(given.status, Status::Ok as i32);
    let records = dissect(tpkt, &mut context(), &base, &packets, RECORDS_ONLY);
    assert_eq!(records.pdus.len(), given.pdus.len());
    let ends = given
        .pdus
        .iter()
        .zip(&records.pdus)
        .filter(|(pdu, record)| {
            assert_eq!(pdu.experts, record.experts);
            pdu.r#type == 0 && pdu.tpkt_length == 0
        });
    ends.map(|(pdu, _)| {
        let (severity, message) = told(pdu, given.items_of(pdu));
        (pdu.packet, pdu.tpkt_offset, severity, message)
    })
    .collect()
}

#[test]
fn a_packet_may_end_its_connection() {
    let nothing = Vec::new;
    let cr = |flags| (FROM_A | flags, cr_of_s7());
    let length = u32::try_from(cr_of_s7().len()).unwrap();
    let cases = [
        (
            vec![cr(0), (FROM_B | RESET, nothing())],
            (1, 0, "the responder reset"),
        ),
        (
            vec![
                cr(0),
                (FROM_B | CLOSED, nothing()),
                (FROM_A | RESET, nothing()),
            ],
            (1, 0, "the responder closed"),
        ),
        (
            vec![cr(CLOSED), (FROM_B | CLOSED, nothing())],
            (1, 0, "the responder closed"),
        ),
        (vec![cr(RESET)], (0, length, "the initiator reset")),
    ];
    for (parts, (index, offset, how)) in cases {
        let [(found, at, WARNING, message)] = &ended_packets(&parts)[..] else {
            panic!("{parts:?}: {:?}", ended_packets(&parts));
        };
        assert_eq!((*found, *at), (index, offset), "{parts:?}");
        assert!(message.starts_with(how), "{parts:?}: {message}");
    }
    let silent = [
        vec![cr(CLOSED)],
        vec![cr(0), (FROM_B | RESET, cc(0x00))],
        vec![cr(0), (FROM_B | RESET, refusal(0x80))],
        vec![cr(0), (FROM_B | RESET, dt(true, b"data"))],
        vec![cr(0), (FROM_B | RESET, b"HTTP/1.1 400".to_vec())],
        vec![
            cr(0),
            (FROM_A, dt(true, b"data")),
            (FROM_A | RESET, nothing()),
        ],
        vec![cr(0), (FROM_B | AFTER_GAP | RESET, nothing())],
        vec![(FROM_B | RESET, nothing()), cr(0)],
    ];
    for parts in silent {
        let (base, packets) = packets(&parts);
        let given = dissect(Encapsulation::Tpkt, &mut context(), &base, &packets, PLENTY);
        assert_eq!(given.status, Status::Ok as i32);
        let told = given
            .items
            .iter()
            .any(|item| abbreviation(item) == UNANSWERED);
        assert!(!told, "{parts:?}");
    }
}

/// The record of the end is a part of its packet, and is written once.
#[test]
fn the_end_of_a_connection_is_reported_once_in_any_array() {
    let (base, packets) = packets(&[(FROM_A | RESET, cr_of_s7())]);
    let mut known = context();
    let one = Room { pdus: 1, ..PLENTY };
    let given = dissect(Encapsulation::Tpkt, &mut known, &base, &packets, one);
    assert_eq!((given.status, given.pdus.len()), (Status::More as i32, 1));
    assert_eq!(
        (given.result.pdus_needed, given.result.items_needed),
        (1, 1)
    );
    assert!(given.pdus[0].kind().is_some());
    let given = dissect(Encapsulation::Tpkt, &mut known, &base, &packets, one);
    assert_eq!((given.status, given.pdus.len()), (Status::Ok as i32, 1));
    told(&given.pdus[0], &given.items);
    let reset = [Packet {
        captured: 0,
        reported: 0,
        ..packets[0]
    }];
    let given = dissect(Encapsulation::Tpkt, &mut known, &base, &reset, one);
    assert_eq!((given.status, given.pdus.len()), (Status::Ok as i32, 0));
}
