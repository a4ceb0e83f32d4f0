//! Labels that say more than a number.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::{abbreviation, assert_committed, dissect_whole, label};
use isotsap::dissection::Encapsulation;
use isotsap::dissection::record::Item;
use isotsap::registry::{EXPERT_BASE, EXPERTS, ReasonText, experts};
use std::fmt::Write;

const CR: [u8; 29] = [
    0x03, 0x00, 0x00, 0x1d, // TPKT
    0x18, 0xe0, // CR: LI, code
    0x00, 0x00, // DST-REF
    0x00, 0x01, // SRC-REF
    0x20, // class 2
    0x86, 0x03, 0x06, 0x03, 0x07, // residual error rate
    0xc1, 0x02, 0x01, 0x00, // calling T-selector, as S7 clients have it
    0xc2, 0x02, 0x02, 0x46, // called T-selector: OP, rack 2, slot 6
    0x87, 0x03, 0x00, 0x00, 0x00, // priority, an octet too long
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
        (
            &CR,
            "cotp.parameter.length_invalid",
            "length of parameter priority (0x87) is 3, which its definition does not allow (X.224 13.3.4)",
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
fn messages_are_the_committed_ones() {
    const CALLING_T_SELECTOR: u8 = 0xc1;
    const DT: u8 = 0xf0;
    let mut messages = String::new();
    for (id, expert) in (EXPERT_BASE..).zip(EXPERTS) {
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
    assert_committed("tests/labels/messages.txt", "labels", &messages);
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

/// Raising such an expert info by its id would leave its reason to chance.
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
        let calls = ["raise(", "raise_as(", "event("];
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
