//! Every rule of the wire formats, by the number it has in the project's digest of the standards:
//! R for what is reserved or fixed, S for what a single TPDU can break, F for what is free, W for
//! what Wireshark 4.0 gets wrong. Each names a vector that breaks it and one that keeps it.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod vectors;

use std::collections::BTreeSet;
use vectors::{CHAT, Vector};

/// Rule, expert info, a vector that raises it, and one that comes close and does not.
#[rustfmt::skip]
const RULES: &[(&str, &str, &str, &str)] = &[
    ("R1", "tpkt.version.invalid", "version 1 around a TPDU that holds together", "reserved octet 0"),
    ("R2", "tpkt.reserved.nonzero", "reserved octet as Exchange left it", "reserved octet 0"),
    ("R3", "tpkt.length.invalid", "length 6, no room for a TPDU", "length 7, the least there can be"),
    ("R4", "cotp.li.reserved", "LI 255 within the TPDU", "LI far past the TPDU"),
    ("R5", "cotp.type.unknown", "undefined code 0xb1", "UD"),
    ("R6", "cotp.credit.unexpected", "CR of class 0 with credit 1", "CR of class 2 with credit 1"),
    ("R7", "cotp.credit.unexpected", "CC of class 1 with credit 1", "CC of class 4 with credit 15"),
    ("R8", "cotp.type.reserved_bits", "DC with reserved bit 0x01 of its code", "DC"),
    ("R9", "cotp.type.reserved_bits", "DT with reserved bit 0x08 of its code", "DT with ROA in class 1"),
    ("R10", "cotp.roa.unexpected", "DT with ROA in class 0", "DT of class 4 with ROA"),
    ("R11", "cotp.credit.unexpected", "AK of class 1 without all credit bits", "AK of class 1 with all credit bits"),
    ("R12", "cotp.credit.unexpected", "AK in extended format with credit in its code", "AK in extended format"),
    ("R13", "cotp.destref.nonzero", "CR with a DST-REF", "CR with the references it should have"),
    ("R14", "cotp.srcref.zero", "CR without SRC-REF", "cookie and negotiation request"),
    ("R15", "cotp.srcref.zero", "CC without SRC-REF", "CC with the references it should have"),
    ("R16", "cotp.destref.zero", "CC without DST-REF", "CC without DST-REF, as the CR had no SRC-REF"),
    ("R17", "cotp.srcref.nonzero", "DR that refuses a CR and has a SRC-REF", "DR that refuses a CR"),
    ("R18", "cotp.class.invalid", "CR with class and options 0x50", "CR with class and options 0x40"),
    ("R19", "cotp.opts.reserved_bits", "CR with class and options 0x24", "CR with class and options 0x21"),
    ("R20", "cotp.opts.reserved_bits", "CR with class and options 0x01", "CR with class and options 0x00"),
    ("R21", "cotp.opts.not_for_class", "CR with class and options 0x12", "CR with class and options 0x22"),
    ("R22", "cotp.opts.not_for_class", "CC with class and options 0x41", "CR with class and options 0x41"),
    ("R23", "cotp.opts.conflict", "class 2 without flow control, with expedited data", "class 2 without flow control, with expedited data, over RFC 2126"),
    ("R24", "cotp.opts.conflict", "class 2 without flow control, with extended formats", "class 2 with flow control and extended formats"),
    ("R25", "cotp.tpdu-number.nonzero", "DT with a number in class 0", "DT with a number in class 1"),
    ("R26", "cotp.eot.clear", "ED without EOT", "ED in normal format with 16 octets"),
    ("R27", "cotp.tpdu-number.nonzero", "ED of RFC 1006 with a number", "ED of RFC 1006"),
    ("R27b", "cotp.eot.clear", "ED of RFC 1006 without EOT", "ED of RFC 1006"),
    ("R28", "cotp.next-tpdu-number.reserved_bit", "AK with the bit above its number", "AK in normal format"),
    ("R29", "cotp.next-tpdu-number.reserved_bit", "EA in extended format with a reserved bit in its code", "AK in extended format"),
    ("R30", "cotp.parameter.unknown", "CC with unknown parameter 0x3f", "cookie and negotiation request"),
    ("R31", "cotp.parameter.unknown", "CC with unknown parameter 0xff", "CC of class 2 with a checksum"),
    ("R32", "cotp.tpdu_size.invalid", "CR of class 0 with TPDU size 0x0e", "CR of class 2 with TPDU size 0x0d"),
    ("R33", "cotp.tpdu_size.not_for_class", "CR of class 0 with TPDU size 0x0c", "CR of class 2 with TPDU size 0x0c"),
    ("R34", "cotp.vp_version_nr.invalid", "version 2", "version 1"),
    ("R35", "cotp.additional_options.reserved_bit", "additional options with bit 8", "additional options of class 4"),
    ("R38", "cotp.alternative_classes.reserved_bits", "alternative class with lower bits", "alternative class 2 to class 2"),
    ("R39", "cotp.alternative_classes.invalid", "alternative class 5 to class 4", "alternative class 4 to class 4"),
    ("R40", "cotp.flow_control.reserved_bits", "flow control confirmation with the bit above its edge", "flow control confirmation in extended format"),
    ("R41", "cotp.flow_control.reserved_bits", "flow control confirmation with more than 7 bits in normal format", "AK with its parameters"),
    ("R42", "cotp.selective_ack.reserved_bit", "selective acknowledgement with the bit above an edge", "AK with its parameters"),
    ("R43", "cotp.ed_tpdu_number.reserved_bits", "ED-TPDU-NR with bits above its 7", "DT in normal format with ED-TPDU-NR"),
    ("R44", "cotp.parameter.length_invalid", "CR with parameter 0x89 of 13 octets", "CR with parameter 0x89 of 24 octets"),
    ("R46", "rdp.neg.reserved", "failure with a flag", "failure"),
    ("R47", "rdp.neg.reserved", "correlation info with reserved octet 15", "correlation info"),
    ("R49", "rdp.neg.length_invalid", "correlation info with length 35", "correlation info"),
    ("R50", "rdp.neg.reserved", "request with undefined flag 0x04", "request with every known flag and protocol but correlation"),
    ("S1", "cotp.li.invalid", "LI is the length of the TPDU, one too many", "LI 2, right for a DT of class 0"),
    ("S2", "cotp.type.unknown", "undefined code 0x30", "RJ in normal format"),
    ("S3", "cotp.type.reserved_bits", "DT with every lower bit", "DT"),
    ("S4", "cotp.class.invalid", "CC with class and options 0x50", "CC with class and options 0x41"),
    ("S5", "cotp.parameter.truncated", "a code without length", "a parameter as long as what is left"),
    ("S6", "cotp.parameter.unknown", "CC with unknown parameter 0xc8", "CC of class 2 with a version number"),
    ("S7", "cotp.parameter.length_invalid", "CR with parameter 0x86 of 4 octets", "CR with parameter 0x86 of 3 octets"),
    ("S8", "cotp.parameter.not_allowed", "CR with the sub-sequence number of an AK", "AK with its parameters"),
    ("S9", "cotp.parameter.not_allowed", "CR of class 0 with additional options", "CR of class 0 with additional options, which RFC 1006 5 uses"),
    ("S10", "cotp.parameter.missing", "CR with class and options 0x40", "CR of class 4 with its checksum"),
    ("S11", "cotp.tpdu.too_long", "CR of 129 octets", "CR of 128 octets"),
    ("S12", "cotp.user_data.not_allowed", "CR of class 0 with user data", "CR of class 0 with user data, which RFC 1006 5 allows"),
    ("S12", "cotp.user_data.too_long", "DR with 65 octets of user data", "DR with 64 octets of user data"),
    ("S12", "cotp.user_data.empty", "ED in normal format without data", "ED in extended format with one octet"),
    ("S13", "cotp.tpdu.too_long", "DR of 129 octets that refuses a connection", "DR of 129 octets that releases one"),
    ("S14", "cotp.parameter.not_allowed", "RJ with a checksum, which no RJ has", "RJ in normal format"),
    ("S15", "cotp.li.invalid", "DT with LI 5, of no format", "DT in normal format"),
    ("S16", "cotp.user_data.empty", "DT that is not the last, without data", "DT that is the last, without data"),
    ("S17", "cotp.alternative_classes.invalid", "alternative class 1 to class 0", "alternative class 1 to class 1"),
    ("S18", "cotp.srcref.zero", "CR without SRC-REF", "CR with the references it should have"),
    ("S19", "cotp.opts.conflict", "class 2 without flow control, with extended formats", "CR with class and options 0x21"),
    ("S20", "cotp.cause.unknown", "DR with reason 134", "DR with reason 133"),
    ("S20", "cotp.cause.not_for_class", "DR of class 0 with reason 128", "DR of class 2 with reason 128"),
    ("S20", "cotp.reject_cause.unknown", "ER with an undefined cause", "ER with cause 3"),
    ("S21", "cotp.checksum.bad", "DT with a wrong checksum", "DT with the right checksum"),
    ("S22", "cotp.parameter.missing", "ER without invalid TPDU in class 0", "ER without invalid TPDU in class 2"),
    ("S23", "cotp.parameter.not_allowed", "CC of class 3 with a reassignment time", "CR of class 3 with a reassignment time"),
    ("S24", "cotp.parameter.not_allowed", "CC with both sizes", "CR with both sizes, as it should"),
    ("S25", "cotp.opts.not_for_class", "CC with class and options 0x31", "CC with class and options 0x21"),
    ("S26", "cotp.concatenation.not_allowed", "AK, EA and DT in one TPKT", "AK, EA and DT in one NSDU"),
    ("S26", "cotp.type.not_for_carrier", "AK, EA and DT in one TPKT", "EA in class 2 without flow control over RFC 2126"),
    ("S26", "cotp.class.not_for_carrier", "CR of class 1 with credit 15", "CR of class 2 with credit 1"),
    ("S27", "cotp.type.not_for_carrier", "UD with reserved bit 0x01 of its code", "UD"),
    ("S27", "cotp.parameter.missing", "UD with a TPDU size", "UD"),
    ("S28", "cotp.preferred_maximum_tpdu_size.invalid", "preferred maximum TPDU size [02, 00]", "preferred maximum TPDU size [01, ff]"),
    ("S29", "cotp.additional_options.conflict", "non-blocking expedited data without expedited data", "additional options of class 4"),
    ("C1", "cotp.class.not_offered", "CC selects a class that was not offered", "CC selects an alternative class"),
    ("C2", "cotp.tpdu_size.increased", "CC raises the TPDU size", "CC keeps the TPDU size"),
    ("C3", "cotp.tpdu_size.increased", "CC raises the preferred maximum", "CC lowers the preferred maximum"),
    ("C3", "cotp.tpdu_size.increased", "CC has a preferred maximum and the CR none", "CC has a preferred maximum and the CR was not seen"),
    ("C4", "cotp.option.not_proposed", "CC turns on extended formats", "CC accepts extended formats"),
    ("C4", "cotp.option.not_proposed", "CC turns off flow control", "CC accepts no flow control"),
    ("C4", "cotp.option.not_proposed", "CC adds expedited data", "CC accepts expedited data"),
    ("C5", "cotp.option.not_proposed", "CC has an inactivity timer and the CR none", "CC and CR have an inactivity timer"),
    ("C6", "cotp.destref.mismatch", "DT of the initiator with its own reference", "DT of the initiator with the responder's reference"),
    ("C6", "cotp.destref.mismatch", "CC with another DST-REF than the CR's SRC-REF", "CC with the references it should have"),
    ("C7", "cotp.tpdu.exceeds_size", "DT longer than the agreed size", "DT as long as the agreed size"),
    ("C8", "cotp.type.not_for_class", "ED that was not agreed", "ED that was agreed"),
    ("C9", "cotp.type.not_for_class", "DR of class 0 with reason 3", "DR of class 2 with reason 128"),
    ("C10", "cotp.tpdu-number.out_of_sequence", "DT that skips a number in class 2", "DT with the next number"),
    ("C19", "cotp.connection.refused", "DR that refuses a CR", "DR of the initiator before any CC"),
    ("C19", "cotp.connection.refused", "ER that answers a CR", "ER that answers a DT"),
    ("C21", "cotp.roa.unexpected", "DT with ROA that was not agreed", "DT with ROA that was agreed"),
];

/// What is nobody's fault: nothing is raised but events.
#[rustfmt::skip]
const SILENT: &[(&str, &str)] = &[
    ("R36", "additional options of class 4"),
    ("R37", "additional options of classes nobody proposes"),
    ("R45", "DR with additional clearing information"),
    ("R48", "response"),
    ("F1", "DT with the greatest number and without EOT"),
    ("F2", "EA in normal format"),
    ("F4", "DR of 128 octets that refuses a connection"),
    ("F5", "T-selectors that are not printable"),
];

/// What Wireshark 4.0 gets wrong about a TPDU, and the vector that has it right. W3 is in tests/labels.rs, and
/// W22 and W23 need the connection's state; W24 is in tests/atn.rs.
#[rustfmt::skip]
const WIRESHARK: &[(&str, &str)] = &[
    ("W1", "additional options of class 4"),
    ("W2", "DT with the right checksum"),
    ("W4", "CR with parameter 0x88 of 9 octets"),
    ("W5", "CR of class 0 with TPDU size 0x17"),
    ("W6", "preferred maximum TPDU size [ff, ff, ff, ff]"),
    ("W7", "alternative class 2 to class 2"),
    ("W8", "AK with its parameters"),
    ("W9", "ER with an empty invalid TPDU"),
    ("W10", "a parameter longer than what is left"),
    ("W11", "DR with reason 134"),
    ("W12", "DT with LI 3, of no format"),
    ("W13", "ED of RFC 1006"),
    ("W14", "RJ with a checksum, which no RJ has"),
    ("W15", "ER with an undefined cause"),
    ("W16", "AK with its parameters"),
    ("W17", "AK with the bit above its number"),
    ("W18", "CR with class and options 0x50"),
    ("W19", "DT with every lower bit"),
    ("W20", "LI 255 within the TPDU"),
    ("W21", "reserved octet as Exchange left it"),
    ("W25", "reserved octet 1"),
    ("W26", "length 3, less than the header"),
    ("W27", "version 1 around a TPDU that holds together"),
    ("W28", "request with every known flag and protocol but correlation"),
    ("W29", "CR with class and options 0x40"),
    ("W30", "UD with a TPDU size"),
];

fn named(name: &str) -> Vector {
    vectors::all()
        .into_iter()
        .find(|vector| vector.name == name)
        .unwrap_or_else(|| panic!("no vector is named {name:?}"))
}

/// What a vector raises; tests/dissect.rs holds it to that.
fn raises(vector: &Vector, expert: &str) -> bool {
    vector
        .experts
        .iter()
        .any(|(_, raised, ..)| *raised == expert)
}

#[test]
fn every_rule_has_a_vector_that_breaks_it_and_one_that_keeps_it() {
    for (rule, expert, breaking, keeping) in RULES {
        assert!(raises(&named(breaking), expert), "{rule}: {breaking}");
        assert!(!raises(&named(keeping), expert), "{rule}: {keeping}");
    }
}

#[test]
fn what_is_free_raises_nothing() {
    for (rule, name) in SILENT {
        let vector = named(name);
        let remarks: Vec<_> = vector
            .experts
            .iter()
            .filter(|expert| expert.0 > CHAT)
            .collect();
        assert!(remarks.is_empty(), "{rule}: {name}: {remarks:?}");
    }
}

#[test]
fn what_wireshark_gets_wrong_is_right_here() {
    for (_, name) in WIRESHARK {
        named(name);
    }
}

#[test]
fn no_rule_is_forgotten() {
    let numbered: BTreeSet<&str> = RULES
        .iter()
        .map(|(rule, ..)| *rule)
        .chain(SILENT.iter().chain(WIRESHARK).map(|(rule, _)| *rule))
        .collect();
    // W22 and W23 need the connection's state, W3 is in tests/labels.rs, W24 in tests/atn.rs, and
    // F3 is R2 seen from RFC 1006.
    let elsewhere = ["F3", "W3", "W22", "W23", "W24"];
    for (letter, last) in [("R", 50), ("S", 29), ("F", 5), ("W", 30)] {
        for number in 1..=last {
            let rule = format!("{letter}{number}");
            assert_eq!(
                numbered.contains(rule.as_str()),
                !elsewhere.contains(&rule.as_str()),
                "{rule}"
            );
        }
    }
    assert!(numbered.contains("R27b"));
}
