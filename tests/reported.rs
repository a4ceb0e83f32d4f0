//! Faults that peers show in the field, one on a connection each: what is raised above chat, and that
//! nothing else is.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::make::{cc, cr, dt, tpkt};
use common::stream::{A, B, Feed, ROOMY, Stream, stream_options};
use common::{abbreviation, dissect_whole, find_field, label, summary};
use isotsap::dissection::Encapsulation;
use isotsap::dissection::record::Item;
use isotsap::ffi::{OptionFlag, Status};

/// A record: what it is, its fields with value and offset, and its expert infos above chat.
struct Record {
    summary: String,
    fields: Vec<(&'static str, u64, u32)>,
    experts: Vec<String>,
}

/// The records of a connection on which these TPKTs are sent, A the initiator.
fn records(is_rdp: bool, sent: &[(u32, Vec<u8>)]) -> Vec<Record> {
    let flags: &[OptionFlag] = if is_rdp { &[OptionFlag::Rdp] } else { &[] };
    let mut stream = Stream::new(&stream_options(flags));
    let mut records = Vec::new();
    for (end, octets) in sent {
        let given = stream.call(*end, Feed::Push(octets), ROOMY);
        assert_eq!(given.status, Status::Ok as i32);
        for pdu in &given.pdus {
            let items = &given.items[pdu.first_item as usize..][..pdu.item_count.into()];
            let place = |item: &Item| item.offset - pdu.tpkt_offset;
            let fields = items.iter().filter(|item| item.severity == 0);
            let experts = items.iter().filter(|item| item.severity > 1);
            records.push(Record {
                summary: summary(pdu),
                fields: fields
                    .map(|item| (abbreviation(item), item.value, place(item)))
                    .collect(),
                experts: experts
                    .map(|item| {
                        let severity = ["note", "warning", "error"][usize::from(item.severity) - 2];
                        format!(
                            "{severity} {} at {}+{}: {}",
                            abbreviation(item),
                            place(item),
                            item.length,
                            label(item, given.octets())
                        )
                    })
                    .collect(),
            });
        }
    }
    records
}

/// All that the records raise is one expert info, which starts so.
fn assert_only_fault(records: &[Record], expected: &str) {
    let experts: Vec<_> = records.iter().flat_map(|record| &record.experts).collect();
    let is_expected = matches!(experts[..], [only] if only.starts_with(expected));
    assert!(is_expected, "{experts:#?}");
}

/// A CR or CC of RDP: the octets behind its fixed part.
fn rdp(code: u8, parts: &[&[u8]]) -> Vec<u8> {
    let parts = parts.concat();
    let li = u8::try_from(6 + parts.len()).unwrap();
    let source = if code == 0xe0 { 0x00 } else { 0x12 };
    tpkt(&[&[li, code, 0, 0, source, 0, 0], &parts[..]].concat()) // LI, code, references, class
}

/// A negotiation request or response: type, flags, length, protocols.
fn negotiation(kind: u8, protocols: u8) -> [u8; 8] {
    [kind, 0x00, 0x08, 0x00, protocols, 0x00, 0x00, 0x00]
}

const REQUEST: u8 = 0x01;
const RESPONSE: u8 = 0x02;
const TLS: u8 = 0x01;
const CREDSSP: u8 = 0x02;

#[test]
fn a_routing_token_is_any_octets_up_to_its_end() {
    let token = b"tsv://Some.Plugin.1.Pool\r\n";
    let request = negotiation(REQUEST, TLS | CREDSSP);
    let sent = [
        (A, rdp(0xe0, &[token, &request])),
        (B, rdp(0xd0, &[&negotiation(RESPONSE, CREDSSP)])),
    ];
    let records = records(true, &sent);
    for record in &records {
        assert_eq!(record.experts, [""; 0]);
    }
    let has = |abbreviation: &str, value: u64, offset: u32| {
        assert!(find_field(abbreviation) > 0);
        let mut fields = records[0].fields.iter();
        assert!(
            fields.any(|&field| field == (abbreviation, value, offset)),
            "{abbreviation}"
        );
    };
    let length = u32::try_from(token.len()).unwrap();
    has("rdp.rt_cookie", u64::from(length) - 2, 11);
    has("rdp.negReq.requestedProtocols", 3, 11 + length + 4);
}

#[test]
fn octets_behind_a_cookie_that_are_no_structure_are_reported() {
    let cookie = b"Cookie: mstshash=someone\r\n\r\n"; // an end of line too many
    let sent = [
        (A, rdp(0xe0, &[cookie, &negotiation(REQUEST, TLS)])),
        (B, rdp(0xd0, &[])),
    ];
    assert_only_fault(
        &records(true, &sent),
        "warning cotp.undecoded_octets at 37+10: 10 octets were not decoded in the header: \
          neither a routing token, nor a cookie, nor an RDP structure (MS-RDPBCGR 2.2.1.1)",
    );
}

#[test]
fn a_protocol_that_was_not_requested_is_reported() {
    let sent = [
        (A, rdp(0xe0, &[&negotiation(REQUEST, TLS)])),
        (B, rdp(0xd0, &[&negotiation(RESPONSE, CREDSSP)])),
    ];
    assert_only_fault(
        &records(true, &sent),
        "warning rdp.neg.protocol_not_requested at 15+4: selected protocol is 2 (CredSSP), which is \
          not among the requested protocols 0x01 of the CR (MS-RDPBCGR 2.2.1.2.1)",
    );
}

#[test]
fn a_negotiation_request_that_li_cuts_says_what_is_left() {
    let sent = [
        (A, rdp(0xe0, &[&negotiation(REQUEST, TLS)[..5]])),
        (B, rdp(0xd0, &[])),
    ];
    assert_only_fault(
        &records(true, &sent),
        "warning rdp.neg.length_invalid at 13+2: RDP negotiation structure needs 8 octets, but the \
          header has 5 octets left (MS-RDPBCGR 2.2.1.1)",
    );
}

/// What is behind a structure of a wrong length is no list of parameters.
#[test]
fn a_negotiation_request_of_a_wrong_length_is_one_fault() {
    let request = [
        0x01, 0x08, // negotiation request, flags: correlation info present
        0x09, 0x00, // length, one more than it is
        0x03, 0x00, 0x00, 0x00, // TLS, CredSSP
    ];
    let correlation = [
        &[0x06, 0x00, 0x24, 0x00][..], // correlation info, flags, length
        &[0x77; 16],                   // correlation identifier
        &[0x00; 16],                   // reserved
    ];
    let sent = [(A, rdp(0xe0, &[&request, &correlation.concat()]))];
    assert_only_fault(
        &records(true, &sent),
        "warning rdp.neg.length_invalid at 13+2: length of the RDP negotiation structure is 9, \
          expected 8 (MS-RDPBCGR 2.2.1.1)",
    );
}

/// An octet behind the number makes no DT with references.
#[test]
fn a_dt_of_class_0_with_li_3_is_one_fault() {
    let data = tpkt(&[
        0x03, // LI
        0xf0, // DT
        0x80, // number and EOT
        0x32, // one octet too many
        0x32, 0x01, // user data
    ]);
    let sent = [
        (A, cr(0x00)),
        (B, cc(0x00)),
        (A, data),
        (A, dt(true, b"more")),
    ];
    let records = records(false, &sent);
    assert_only_fault(
        &records,
        "warning cotp.type.not_for_class at 4+1: length indicator is 3, expected 2 in class 0",
    );
    let of_data = &records[2];
    let shown = |wanted| of_data.fields.iter().find(|&&(name, ..)| name == wanted);
    assert_eq!(shown("cotp.destref"), None);
    assert_eq!(shown("cotp.eot"), Some(&("cotp.eot", 1, 6)));
    assert_eq!(of_data.summary, "DT TPDU (0) EOT");
}

#[test]
fn a_dr_after_the_cc_of_class_0_is_explained() {
    let release = tpkt(&[
        0x06, 0x80, // LI, DR
        0x00, 0x02, // DST-REF
        0x00, 0x01, // SRC-REF
        0x80, // reason: normal disconnect
    ]);
    let sent = [
        (A, cr(0x00)),
        (B, cc(0x00)),
        (A, dt(true, b"data")),
        (A, release),
    ];
    assert_only_fault(
        &records(false, &sent),
        "warning cotp.type.not_for_class at 5+1: DR after the CC, expected none: class 0 uses a DR \
         only to refuse a CR, and releases a connection by closing the network connection",
    );
}

#[test]
fn a_cc_without_the_tpdu_size_of_the_cr_is_noted() {
    let request = tpkt(&[
        0x09, 0xe0, // LI, CR
        0x00, 0x00, 0x00, 0x01, // references
        0x00, // class and options
        0xc0, 0x01, 0x0a, // TPDU size: code, length, 1024 octets
    ]);
    let sent = [(A, request), (B, cc(0x00)), (A, dt(true, &[0; 1200]))];
    assert_only_fault(
        &records(false, &sent),
        "note cotp.tpdu_size.missing at 5+1: CC has no TPDU size, though the CR proposes 1024 \
         octets",
    );
}

#[test]
fn a_cc_with_reference_0_names_the_one_of_the_cr() {
    let mut confirm = cc(0x00);
    confirm[7] = 0; // DST-REF
    let sent = [(A, cr(0x00)), (B, confirm)];
    assert_only_fault(
        &records(false, &sent),
        "warning cotp.destref.mismatch at 6+2: destination reference is 0x0000, expected 0x0001, \
          which the receiver chose (X.224 6.9.4.2)",
    );
}

#[test]
fn a_cr_without_source_reference_is_the_only_fault() {
    let mut request = cr(0x00);
    request[9] = 0; // SRC-REF
    let records = records(
        false,
        &[(A, request), (B, cc(0x00)), (A, dt(true, b"data"))],
    );
    assert_only_fault(&records, "note cotp.srcref.zero at 8+2");
}

#[test]
fn an_option_that_the_cr_does_not_propose_is_the_only_fault() {
    let confirm = tpkt(&[
        0x09, // LI
        0xd0, // CC, credit 0
        0x00, 0x01, // DST-REF
        0x00, 0x02, // SRC-REF
        0x00, // class and options
        0xc6, 0x01, 0x01, // additional options: expedited data
    ]);
    let expedited = tpkt(&[0x02, 0x10, 0x80, 0xda]); // LI, ED, EOT and number 0, user data
    let records = records(false, &[(A, cr(0x00)), (B, confirm), (A, expedited)]);
    assert_only_fault(&records, "warning cotp.option.not_proposed at 13+1");
}

#[test]
fn what_is_behind_a_wrong_length_in_a_packet_is_no_second_fault() {
    let whole = cr(0x00);
    for length in 4..whole.len() {
        let mut octets = whole.clone();
        octets[3] = u8::try_from(length).unwrap();
        let all = dissect_whole(Encapsulation::Tpkt, &octets);
        let experts = all.items.iter().filter(|item| item.severity > 1);
        let experts: Vec<_> = experts
            .map(|item| (abbreviation(item), item.offset))
            .collect();
        assert_eq!(experts.len(), 1, "TPKT length {length}: {experts:?}");
        assert!(experts[0].1 < 5, "TPKT length {length}: {experts:?}");
    }
}

/// A reserved octet says nothing about where its TPKT ends.
#[test]
fn a_reserved_octet_hides_no_octets_that_are_skipped() {
    let mut reserved = dt(true, b"data");
    reserved[1] = 7;
    let octets = [
        reserved,
        vec![0xff; 8],
        dt(true, b"data"),
        dt(true, b"data"),
    ]
    .concat();
    let records = records(false, &[(A, cr(0x00)), (B, cc(0x00)), (A, octets)]);
    let mut experts = records.iter().flat_map(|record| &record.experts);
    assert!(experts.any(|expert| expert.starts_with("warning tpkt.version.invalid")));
}
