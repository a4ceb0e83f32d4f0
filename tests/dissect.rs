//! Every vector through the built shared object: fields, expert infos, summaries.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
#[path = "common/vector.rs"]
mod vector;
mod vectors;

use common::{abbreviation, summary};
use isotsap::dissection::Encapsulation;
use isotsap::dissection::record::{Item, PduFlag};
use vector::dissect_vector;
use vectors::{Expert, Vector};

/// Checks every vector before it fails, so that one run reports all of them.
fn for_each_vector(check: impl Fn(&Vector, &mut Vec<String>)) {
    let mut failures = Vec::new();
    for vector in vectors::all() {
        let mut wrong = Vec::new();
        check(&vector, &mut wrong);
        if !wrong.is_empty() {
            let octets = &vector.octets;
            failures.push(format!(
                "{}\n  octets: {octets:02x?}\n  {}",
                vector.name,
                wrong.join("\n  ")
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} vectors fail:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

#[test]
fn vector_names_are_unique() {
    let mut names: Vec<_> = vectors::all()
        .into_iter()
        .map(|vector| vector.name)
        .collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn vectors_have_the_expected_fields() {
    for_each_vector(|vector, wrong| {
        let items = dissect_vector(vector).items;
        let fields = || items.iter().filter(|item| item.severity == 0);
        for &expected in &vector.fields {
            let place = |item: &Item| (abbreviation(item), item.value, item.offset, item.length);
            if !fields().any(|item| place(item) == expected) {
                let like: Vec<_> = fields()
                    .map(place)
                    .filter(|field| field.0 == expected.0)
                    .collect();
                wrong.push(format!("no field {expected:?}, only {like:?}"));
            }
        }
        for absent in &vector.absent {
            if fields().any(|item| abbreviation(item) == *absent) {
                wrong.push(format!("there is a field {absent}"));
            }
        }
    });
}

#[test]
fn vectors_raise_exactly_the_expected_expert_infos() {
    for_each_vector(|vector, wrong| {
        let mut raised: Vec<Expert> = dissect_vector(vector)
            .items
            .iter()
            .filter(|item| item.severity != 0)
            .map(|item| (item.severity, abbreviation(item), item.offset, item.length))
            .collect();
        let mut expected = vector.experts.clone();
        raised.sort_unstable();
        expected.sort_unstable();
        for missed in expected.iter().filter(|expert| !raised.contains(expert)) {
            wrong.push(format!("not raised: {missed:?}"));
        }
        for unexpected in raised.iter().filter(|expert| !expected.contains(expert)) {
            wrong.push(format!("raised: {unexpected:?}"));
        }
        if wrong.is_empty() && raised != expected {
            wrong.push(format!("raised {raised:?}, expected {expected:?}"));
        }
    });
}

#[test]
fn vectors_have_the_expected_summaries() {
    for_each_vector(|vector, wrong| {
        let pdus = dissect_vector(vector).pdus;
        let shown: Vec<_> = pdus.iter().map(summary).collect();
        if shown != vector.summaries {
            wrong.push(format!("shows {shown:?}, expected {:?}", vector.summaries));
        }
    });
}

/// Records agree with items, for hosts that ask for records only.
#[test]
fn records_agree_with_items() {
    for_each_vector(|vector, wrong| {
        let dissected = dissect_vector(vector);
        for pdu in &dissected.pdus {
            let items = dissected.items_of(pdu);
            // Of a field that occurs twice the later one counts.
            let last = |field: &str| {
                let mut fields = items.iter().rev().filter(|item| item.severity == 0);
                fields.find(|item| abbreviation(item) == field)
            };
            let shown = |field| last(field).map_or(0, |item| item.value);
            let place = |field| last(field).map_or(0, |item| item.offset - pdu.tpdu_offset);
            let flag = |flag: PduFlag| u64::from(pdu.flags & flag as u16 != 0);
            let number = match pdu.r#type {
                0x2 | 0x5 | 0x6 => "cotp.next-tpdu-number",
                _ => "cotp.tpdu-number",
            };
            let cause = match pdu.r#type {
                0x7 => "cotp.reject_cause",
                _ => "cotp.cause",
            };
            let size = match last("cotp.preferred_maximum_tpdu_size") {
                Some(item) => item.value,
                None => shown("cotp.tpdu_size"),
            };
            // Without a number in the header the format is unknown.
            let extended = match last(number) {
                Some(item) => (item.length == 4).into(),
                None => flag(PduFlag::Extended),
            };
            let is_rdp = ["rdp.rt_cookie", "rdp.neg_type", "rdp.fastpath"]
                .iter()
                .any(|field| last(field).is_some());
            // Only the first TPDU of an NSDU is in the record of its TPKT, or the packet's first.
            let is_first = match vector.encapsulation {
                Encapsulation::Nsdu => pdu.tpdu_offset == 0,
                _ => last("tpkt").is_some(),
            };
            let is_concatenated = last("cotp").is_some() && !is_first;
            // A flow control confirmation has a credit too, after that of the TPDU.
            let credit = items
                .iter()
                .find(|item| item.severity == 0 && abbreviation(item) == "cotp.credit")
                .map_or(0, |item| item.value);
            let tpkt_length = match is_concatenated {
                true => dissected.pdus[0].tpkt_length.into(),
                false => shown("tpkt.length"),
            };
            let members = [
                ("tpkt_length", pdu.tpkt_length.into(), tpkt_length),
                ("li", pdu.li.into(), shown("cotp.li")),
                ("type", pdu.r#type.into(), shown("cotp.type")),
                ("dest_ref", pdu.dest_ref.into(), shown("cotp.destref")),
                ("src_ref", pdu.src_ref.into(), shown("cotp.srcref")),
                ("credit", pdu.credit.into(), credit),
                (
                    "class",
                    (pdu.class_options >> 4).into(),
                    shown("cotp.class"),
                ),
                ("cause", pdu.cause.into(), shown(cause)),
                ("tpdu_number", pdu.tpdu_number.into(), shown(number)),
                ("tpdu_size", pdu.tpdu_size.into(), (size / 128).min(65_535)),
                (
                    "user_data_length",
                    pdu.user_data_length.into(),
                    shown("cotp.user_data"),
                ),
                (
                    "src_tsap_length",
                    pdu.src_tsap_length.into(),
                    shown("cotp.src-tsap-bytes"),
                ),
                (
                    "src_tsap_offset",
                    pdu.src_tsap_offset.into(),
                    place("cotp.src-tsap-bytes").into(),
                ),
                (
                    "dst_tsap_length",
                    pdu.dst_tsap_length.into(),
                    shown("cotp.dst-tsap-bytes"),
                ),
                (
                    "dst_tsap_offset",
                    pdu.dst_tsap_offset.into(),
                    place("cotp.dst-tsap-bytes").into(),
                ),
                ("EOT flag", flag(PduFlag::Eot), shown("cotp.eot")),
                ("ROA flag", flag(PduFlag::Roa), shown("cotp.roa")),
                ("extended flag", flag(PduFlag::Extended), extended),
                ("RDP flag", flag(PduFlag::Rdp), is_rdp.into()),
                (
                    "concatenated flag",
                    flag(PduFlag::Concatenated),
                    is_concatenated.into(),
                ),
            ];
            for (member, recorded, shown) in members {
                if recorded != shown {
                    wrong.push(format!("{member} is {recorded}, the items show {shown}"));
                }
            }
        }
    });
}
