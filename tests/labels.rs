//! Labels that explain a number, and the message of every expert info.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
#[path = "common/vector.rs"]
mod vector;
mod vectors;

use common::make::{dt, numbered, tpkt};
use common::stream::{A, B, Feed, ROOMY, Stream, connected, connected_within};
use common::{
    EXPERT_BASE, LIBRARY, PLENTY, abbreviation, assert_committed, context, dissect_whole,
    dissect_with, expert_abbreviation, label, options, packet, string,
};
use isotsap::dissection::record::Item;
use isotsap::dissection::{Encapsulation, Ending};
use isotsap::ffi::{OptionFlag, Options};
use isotsap::registry::{EXPERTS, ReasonText, experts};
use isotsap::stream::Missing;
use std::collections::BTreeSet;
use std::fmt::Write;
use vector::dissect_vector;

const CR: [u8; 24] = [
    0x03, 0x00, 0x00, 0x18, // TPKT
    0x13, 0xe0, // CR: LI, code
    0x00, 0x00, // DST-REF
    0x00, 0x01, // SRC-REF
    0x20, // class 2
    0x86, 0x03, 0x06, 0x03, 0x07, // residual error rate
    0xc1, 0x02, 0x01, 0x00, // calling T-selector, as S7 clients have it
    0xc2, 0x02, 0x02, 0x46, // called T-selector: OP, rack 2, slot 6
];

const RDP_CR: [u8; 19] = [
    0x03, 0x00, 0x00, 0x13, // TPKT
    0x0e, 0xe0, // CR: LI, code
    0x00, 0x00, // DST-REF
    0x00, 0x00, // SRC-REF
    0x00, // class 0
    0x01, 0x09, 0x08, 0x00, // RDP_NEG_REQ: type, flags, length
    0x03, 0x00, 0x00, 0x00, // TLS and CredSSP
];

#[test]
fn labels_explain_their_values() {
    for (octets, field, expected) in [
        (
            &CR[..],
            "cotp.res_error_rate.target_value",
            "Residual error rate, target value: 10^-6",
        ),
        (
            &CR,
            "cotp.res_error_rate.tdsu",
            "Residual error rate, TSDU size of interest: 2^7 octets",
        ),
        (
            &CR,
            "cotp.src-tsap-bytes",
            "Source TSAP: 0100 (on S7: PG, rack 0, slot 0)",
        ),
        (
            &CR,
            "cotp.dst-tsap-bytes",
            "Destination TSAP: 0246 (on S7: OP, rack 2, slot 6)",
        ),
        (&CR, "cotp.class", "0010 .... = Class: multiplexing (2)"),
        (
            &RDP_CR,
            "rdp.negReq.flags",
            "Flags: 0x09 (restricted admin mode required, correlation info present)",
        ),
        (
            &RDP_CR,
            "rdp.negReq.requestedProtocols",
            "requestedProtocols: 0x00000003 (TLS, CredSSP)",
        ),
    ] {
        let items = dissect_whole(Encapsulation::Tpkt, octets).items;
        let labels: Vec<_> = items
            .iter()
            .filter(|item| abbreviation(item) == field)
            .map(|item| label(item, octets))
            .collect();
        assert_eq!(labels, [expected]);
    }
}

/// Every message in every wording: each reason, with one octet and with several.
#[test]
fn every_wording_is_the_committed_one() {
    const CALLING_T_SELECTOR: u8 = 0xc1;
    const DT: u8 = 0xf0;
    let mut messages = String::new();
    for (id, expert) in (isotsap::registry::EXPERT_BASE..).zip(EXPERTS) {
        // With an operand where the reason has room for one.
        let detail_of = |reason: &ReasonText| match expert.reason(reason.first | 2).0 == reason.text
        {
            true => reason.first | 2,
            false => reason.first,
        };
        let details: Vec<_> = match expert.reasons {
            [] => vec![0x0d],
            reasons => reasons.iter().map(detail_of).collect(),
        };
        for detail in details {
            for value in [1, 0xc2] {
                let item = Item {
                    value,
                    detail,
                    id,
                    length: 1,
                    severity: expert.severity as u8,
                    ..Item::default()
                };
                let name = expert.abbreviation.to_str().unwrap();
                let message = label(&item, &[CALLING_T_SELECTOR, DT]);
                writeln!(messages, "{name} {value:#x} {detail:#x}: {message}").unwrap();
            }
        }
    }
    assert_committed("tests/abi/wordings.txt", "labels", &messages);
}

#[test]
fn numbers_that_exceed_the_item_are_not_shown_as_exact() {
    let item = Item {
        value: 7,
        detail: u16::MAX,
        id: experts::COTP_TPDU_NUMBER_OUT_OF_SEQUENCE,
        severity: 2,
        ..Item::default()
    };
    let expected = "TPDU number is 7, expected 65535 or more (X.224 6.10.3)";
    assert_eq!(label(&item, &[]), expected);
}

/// Without its code a parameter has no name.
#[test]
fn octets_that_were_not_captured_are_not_named() {
    let item = Item {
        value: 2,
        detail: 1,
        id: experts::COTP_PARAMETER_TRUNCATED,
        severity: 4,
        ..Item::default()
    };
    let expected = "parameter needs 2 octets including code and length, but the header has 1 octet left (X.224 13.2.3)";
    assert_eq!(label(&item, &[]), expected);
}

/// Raised by its id, such an expert info would have an arbitrary reason.
#[test]
fn expert_infos_with_reasons_are_raised_by_their_reasons() {
    let mut sources = Vec::new();
    let mut folders = vec![
        common::source("src/dissection"),
        common::source("src/stream"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => sources.push(std::fs::read_to_string(path).unwrap()),
            }
        }
    }
    let has_reasons = |name: &str| {
        let constant = |expert: &&isotsap::registry::Expert| {
            let abbreviation = expert.abbreviation.to_str().unwrap();
            abbreviation.to_uppercase().replace(['.', '-'], "_") == name
        };
        let expert = EXPERTS.iter().find(constant);
        !expert
            .unwrap_or_else(|| panic!("{name}"))
            .reasons
            .is_empty()
    };
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut raised = 0;
    for source in &sources {
        let calls = [
            "raise(",
            "raise_as(",
            "report(",
            "report_as(",
            "event(",
            "fault(",
        ];
        for (at, call) in calls.iter().flat_map(|call| source.match_indices(call)) {
            let arguments = source[at + call.len()..].split(';').next().unwrap();
            let Some((_, id)) = arguments.split_once("experts::") else {
                continue;
            };
            let name = id.split(|letter| !is_word(letter)).next().unwrap();
            assert!(!has_reasons(name), "{name} is raised without a reason");
            raised += 1;
        }
    }
    assert!(raised > 30, "only {raised} raise sites were found");
}

/// Every message once, with its expert info and severity.
#[derive(Default)]
struct Messages(BTreeSet<(u32, u32, String)>);

impl Messages {
    fn add(&mut self, items: &[Item], octets: &[u8]) {
        let experts = items.iter().filter(|item| item.severity != 0);
        let message = |item: &Item| (item.id.into(), item.severity.into(), label(item, octets));
        self.0.extend(experts.map(message));
    }

    fn add_call(&mut self, stream: &mut Stream, feed: Feed) {
        let given = stream.call(A, feed, ROOMY);
        self.add(&given.items, given.octets());
    }
}

/// Messages that only streams have.
fn add_messages_of_streams(messages: &mut Messages) {
    for missing in [1, 20] {
        let mut stream = Stream::from_start();
        stream.push(A, &dt(true, &[0xda; 100])[..50]);
        messages.add_call(&mut stream, Feed::Gap(missing, Missing::Lost));

        let mut stream = connected(0x00);
        stream.push(A, &dt(true, b"whole"));
        stream.gap(A, missing);
        messages.add_call(&mut stream, Feed::Push(&dt(true, b"next")));
    }

    let mut stream = connected_within(5, 0x00);
    stream.push(A, &dt(false, b"four"));
    messages.add_call(&mut stream, Feed::Push(&dt(false, b"more")));

    // One more DT than may wait for the DT with number 0.
    let mut stream = connected(0x40);
    for number in 1..17 {
        stream.push(A, &numbered(2, number, true, b"data"));
    }
    messages.add_call(&mut stream, Feed::Push(&numbered(2, 17, true, b"data")));

    let mut stream = connected(0x00);
    stream.push(A, &dt(false, b"four"));
    messages.add_call(&mut stream, Feed::Finish);

    // Records have room for an expected number of 16 bits only.
    let mut stream = connected(0x42);
    let extended = |number: u8| {
        tpkt(&[
            0x07, 0xf0, // DT: LI, code
            0x00, 0x02, // DST-REF
            0x80, 0x01, 0x00, number, // EOT, TPDU-NR
            0xda,   // user data
        ])
    };
    stream.push(A, &extended(0));
    messages.add_call(&mut stream, Feed::Push(&extended(2)));

    // One more TSDU than may be incomplete at the same time.
    let mut stream = connected(0x21);
    for reference in 0..16 {
        stream.push(A, &numbered(reference, 0, false, b"four"));
    }
    messages.add_call(&mut stream, Feed::Push(&numbered(16, 0, false, b"four")));
}

/// What a CR that nobody answered may have been refused for, and how the connection ended.
fn add_messages_of_unanswered_crs(messages: &mut Messages) {
    const SELECTOR: [u8; 4] = [0xc2, 0x02, 0x01, 0x02]; // called T-selector
    const LONG_SELECTOR: [u8; 11] = *b"\xc2\x09long name";
    const SIZE: [u8; 3] = [0xc0, 0x01, 0x0a]; // TPDU size
    let mut reserved = cr_with(0x00, &SELECTOR);
    reserved[1] = 0x5a;
    for (cr, end, ending) in [
        (reserved, B, Ending::Closed),
        (cr_with(0x00, &SELECTOR), B, Ending::Reset),
        (cr_with(0x00, &LONG_SELECTOR), A, Ending::Reset),
        (cr_with(0x21, &SIZE), B, Ending::Unknown),
        (cr_with(0x00, &SIZE), B, Ending::Closed),
        (cr_with(0x00, &[]), B, Ending::Closed),
    ] {
        let mut stream = Stream::from_start();
        stream.push(A, &cr);
        let given = stream.call(end, Feed::Close(ending), ROOMY);
        messages.add(&given.items, given.octets());
    }
}

/// A CR with a variable part.
fn cr_with(class_options: u8, variable_part: &[u8]) -> Vec<u8> {
    let li = 6 + u8::try_from(variable_part.len()).unwrap();
    let fixed_part = [
        li,
        0xe0, // CR, credit 0
        0x00,
        0x00, // DST-REF
        0x00,
        0x01, // SRC-REF
        class_options,
    ];
    tpkt(&[&fixed_part, variable_part].concat())
}

/// The message of an extended checksum, which takes NSAPs to verify.
fn add_messages_of_atn(messages: &mut Messages) {
    let nsap = [0x47; 20];
    let options = Options {
        flags: OptionFlag::Atn as u32,
        nsap_a_length: 20,
        nsap_b_length: 20,
        nsap_a: nsap.as_ptr(),
        nsap_b: nsap.as_ptr(),
        ..options(Encapsulation::Nsdu)
    };
    let octets = [
        0x0a, 0xf0, // DT: LI, code
        0x12, 0x34, // DST-REF
        0x80, // EOT, TPDU-NR 0
        0x08, 0x04, 0x12, 0x34, 0x56, 0x78, // extended 32-bit checksum, a wrong one
        0xda, // user data
    ];
    let packets = [packet(&octets)];
    let dissected = dissect_with(&options, &mut context(), &octets, &packets, PLENTY);
    messages.add(&dissected.items, &octets);
}

#[test]
fn every_message_is_the_committed_one() {
    let mut messages = Messages::default();
    for vector in vectors::all() {
        messages.add(&dissect_vector(&vector).items, &vector.octets);
    }
    add_messages_of_streams(&mut messages);
    add_messages_of_unanswered_crs(&mut messages);
    add_messages_of_atn(&mut messages);

    // SAFETY: no arguments.
    let count = unsafe { (LIBRARY.expert_count)() };
    let without_message: Vec<_> = (EXPERT_BASE..EXPERT_BASE + count)
        .filter(|&id| !messages.0.iter().any(|&(raised, ..)| raised == id))
        .map(expert_abbreviation)
        .collect();
    assert!(
        without_message.is_empty(),
        "nothing raises {without_message:?}"
    );

    let mut lines = String::new();
    for (id, severity, message) in &messages.0 {
        // SAFETY: no pointers.
        let severity = string(unsafe { (LIBRARY.severity_name)(*severity) }).unwrap();
        writeln!(lines, "{} {severity}: {message}", expert_abbreviation(*id)).unwrap();
    }
    assert_committed("tests/abi/messages.txt", "labels", &lines);
}
