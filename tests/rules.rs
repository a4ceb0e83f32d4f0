//! docs/rules.md compared with the library: every row raises what it says, or nothing, or says why it
//! is not checked; every rule checked here has a row; every expert info has a row.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
mod vectors;

use common::make::{cc, cr, dt, numbered, tls_record, tpkt};
use common::stream::{A, B, Feed, Stream, stream_options};
use common::{
    LIBRARY, PLENTY, abbreviation, context, dissect_with, expert_info, label, options, packet_from,
    string,
};
use isotsap::dissection::Ending;
use isotsap::dissection::record::{Item, PduFlag};
use isotsap::ffi::{OptionFlag, Options, Status};
use std::collections::{BTreeMap, BTreeSet};
use vectors::{CHAT, ERROR, Expert, NOTE, Vector, WARNING};

/// Rule, severity, expert info, a vector or scene that raises it, and a similar one that does not.
#[rustfmt::skip]
const RULES: &[(&str, u8, &str, &str, &str)] = &[
    ("R1", WARNING, "tpkt.version.invalid", "version 1 with a valid TPDU", "reserved octet 0"),
    ("R2", WARNING, "tpkt.reserved.nonzero", "reserved octet 0x5a of Exchange", "reserved octet 0"),
    ("R3", ERROR, "tpkt.length.invalid", "length 6, no room for a TPDU", "length 7, the minimum"),
    ("R3", ERROR, "tpkt.length.invalid", "length 3 where no TPKT carries a TPDU", "empty TPKTs where none carries a TPDU, as keep-alives"),
    ("R4", ERROR, "cotp.li.reserved", "LI 255 within the TPDU", "LI far past the TPDU"),
    ("R5", WARNING, "cotp.type.unknown", "undefined code 0xb1", "UD"),
    ("R6", WARNING, "cotp.credit.unexpected", "CR of class 0 with credit 1", "CR of class 2 with credit 1"),
    ("R7", WARNING, "cotp.credit.unexpected", "CC of class 1 with credit 1", "CC of class 4 with credit 15"),
    ("R8", WARNING, "cotp.type.reserved_bits", "DC with reserved bit 0x01 of its code", "DC"),
    ("R9", WARNING, "cotp.type.reserved_bits", "DT with reserved bit 0x08 of its code", "DT with ROA in class 1"),
    ("R10", NOTE, "cotp.roa.unexpected", "DT with ROA in class 0", "DT of class 4 with ROA"),
    ("R11", WARNING, "cotp.credit.unexpected", "AK of class 1 without all credit bits", "AK of class 1 with all credit bits"),
    ("R12", WARNING, "cotp.credit.unexpected", "AK in extended format with credit in its code", "AK in extended format"),
    ("R13", WARNING, "cotp.destref.nonzero", "CR with a DST-REF", "CR with valid references"),
    ("R14", NOTE, "cotp.srcref.zero", "CR without SRC-REF", "cookie and negotiation request"),
    ("R15", NOTE, "cotp.srcref.zero", "CC without SRC-REF", "CC with valid references"),
    ("R16", NOTE, "cotp.destref.zero", "CC without DST-REF", "CC without DST-REF, after a CR without SRC-REF"),
    ("R16", WARNING, "cotp.destref.mismatch", "CC with another DST-REF than the CR's SRC-REF", "CC with valid references"),
    ("R17", NOTE, "cotp.srcref.nonzero", "DR that refuses a CR and has a SRC-REF", "DR that refuses a CR"),
    ("R18", ERROR, "cotp.class.invalid", "CR with class and options 0x50", "CR with class and options 0x40"),
    ("R19", WARNING, "cotp.opts.reserved_bits", "CR with class and options 0x24", "CR with class and options 0x21"),
    ("R20", WARNING, "cotp.opts.reserved_bits", "CR with class and options 0x01", "CR with class and options 0x00"),
    ("R21", NOTE, "cotp.opts.not_for_class", "CR with class and options 0x12", "CR with class and options 0x22"),
    ("R22", NOTE, "cotp.opts.not_for_class", "CC with class and options 0x41", "CR with class and options 0x41"),
    ("R23", WARNING, "cotp.opts.conflict", "class 2 without flow control, with expedited data", "class 2 without flow control, with expedited data, over RFC 2126"),
    ("R24", WARNING, "cotp.opts.conflict", "class 2 without flow control, with extended formats", "class 2 with flow control and extended formats"),
    ("R25", WARNING, "cotp.tpdu-number.nonzero", "DT with a number in class 0", "DT with a number in class 1"),
    ("R25", NOTE, "cotp.tpdu-number.nonzero", "DT with a number in an unknown class", "DT"),
    ("R26", WARNING, "cotp.eot.clear", "ED without EOT", "ED in normal format with 16 octets"),
    ("R27", WARNING, "cotp.tpdu-number.nonzero", "ED of RFC 1006 with a number", "ED of RFC 1006"),
    ("R27", NOTE, "cotp.tpdu-number.nonzero", "ED of RFC 1006 with a number in an unknown class", "ED of RFC 1006"),
    ("R27b", NOTE, "cotp.eot.clear", "ED of RFC 1006 without EOT", "ED of RFC 1006"),
    ("R28", WARNING, "cotp.next-tpdu-number.reserved_bit", "AK with the reserved bit of its number", "AK in normal format"),
    ("R29", WARNING, "cotp.next-tpdu-number.reserved_bit", "EA in extended format with the reserved bit of its number", "AK in extended format"),
    ("R30", WARNING, "cotp.parameter.unknown", "CC with unknown parameter 0x3f", "failure"),
    ("R30", NOTE, "cotp.parameter.unknown", "CR with unknown parameter 0x08", "cookie and negotiation request"),
    ("R31", WARNING, "cotp.parameter.unknown", "CC with unknown parameter 0xff", "CC of class 2 with a checksum"),
    ("R31", NOTE, "cotp.parameter.unknown", "CR with unknown parameter 0xff", "version 1"),
    ("R32", WARNING, "cotp.tpdu_size.invalid", "CR of class 0 with TPDU size 0x0e", "CR of class 2 with TPDU size 0x0d"),
    ("R33", NOTE, "cotp.tpdu_size.not_for_class", "CR of class 0 with TPDU size 0x0c", "CR of class 2 with TPDU size 0x0c"),
    ("R34", WARNING, "cotp.vp_version_nr.invalid", "version 2", "version 1"),
    ("R35", NOTE, "cotp.additional_options.reserved_bit", "additional options with bit 8", "additional options of class 4"),
    ("R38", WARNING, "cotp.alternative_classes.reserved_bits", "alternative class with reserved bits", "alternative class 2 to class 2"),
    ("R39", WARNING, "cotp.alternative_classes.invalid", "alternative class 5 to class 4", "alternative class 4 to class 4"),
    ("R40", NOTE, "cotp.flow_control.reserved_bits", "flow control confirmation with the reserved bit of its edge", "flow control confirmation in extended format"),
    ("R41", NOTE, "cotp.flow_control.reserved_bits", "flow control confirmation with more than 7 bits in normal format", "AK with its parameters"),
    ("R42", NOTE, "cotp.selective_ack.reserved_bit", "selective acknowledgement with the reserved bit of an edge", "AK with its parameters"),
    ("R43", NOTE, "cotp.ed_tpdu_number.reserved_bits", "ED-TPDU-NR with bits above its 7", "DT in normal format with ED-TPDU-NR"),
    ("R44", WARNING, "cotp.parameter.length_invalid", "CR with parameter 0x89 of 13 octets", "CR with parameter 0x89 of 24 octets"),
    ("R46", WARNING, "rdp.neg.reserved", "failure with a flag", "failure"),
    ("R47", WARNING, "rdp.neg.reserved", "correlation info with reserved octet 15", "correlation info"),
    ("R47", WARNING, "rdp.neg.reserved", "correlation info with a flag", "correlation info"),
    ("R49", WARNING, "rdp.neg.length_invalid", "correlation info with length 35", "correlation info"),
    ("R49", WARNING, "rdp.neg.length_invalid", "request with length 12", "response"),
    ("R50", NOTE, "rdp.neg.reserved", "request with undefined flag 0x04", "request with every defined flag and protocol except correlation"),
    ("S1", ERROR, "cotp.li.invalid", "LI equal to the length of the TPDU", "LI 2, right for a DT of class 0"),
    ("S1", ERROR, "cotp.li.invalid", "LI 5, too short for a CR", "LI 2, right for a DT of class 0"),
    ("S1", ERROR, "cotp.li.reserved", "LI 255 past the TPDU", "LI far past the TPDU"),
    ("S2", WARNING, "cotp.type.unknown", "undefined code 0x30", "RJ in normal format"),
    ("S3", WARNING, "cotp.type.reserved_bits", "DT with every lower bit", "DT"),
    ("S4", ERROR, "cotp.class.invalid", "CC with class and options 0x50", "CC with class and options 0x41"),
    ("S5", ERROR, "cotp.parameter.truncated", "parameter code without length", "parameter that ends with the header"),
    ("S5", ERROR, "cotp.parameter.truncated", "parameter that exceeds the header, before user data", "parameter that ends with the header"),
    ("S6", WARNING, "cotp.parameter.unknown", "CC with unknown parameter 0xc8", "CC of class 2 with a version number"),
    ("S6", NOTE, "cotp.parameter.unknown", "CR with unknown parameter 0xc8", "CR of class 2 with a version number"),
    ("S7", WARNING, "cotp.parameter.length_invalid", "CR with parameter 0x86 of 4 octets", "CR with parameter 0x86 of 3 octets"),
    ("S8", WARNING, "cotp.parameter.not_allowed", "DT with a parameter of the CR", "DT with a checksum"),
    ("S8", NOTE, "cotp.parameter.not_allowed", "CR with the sub-sequence number of an AK", "AK with its parameters"),
    ("S9", WARNING, "cotp.parameter.not_allowed", "CC of class 0 with protection", "CR of class 2 with protection"),
    ("S9", NOTE, "cotp.parameter.not_allowed", "CR of class 0 with additional options", "CR of class 0 with additional options, which RFC 1006 5 uses"),
    ("S9", NOTE, "cotp.checksum.unexpected", "CC of class 2 with a checksum", "CC of class 4 with the right checksum"),
    ("S10", WARNING, "cotp.parameter.missing", "CR with class and options 0x40", "CR of class 4 with its checksum"),
    ("S11", NOTE, "cotp.tpdu.too_long", "CR of 129 octets", "CR of 128 octets"),
    ("S12", WARNING, "cotp.user_data.not_allowed", "CR of class 0 with user data", "CR of class 0 with user data, which RFC 1006 5 allows"),
    ("S12", WARNING, "cotp.user_data.not_allowed", "DR with user data that refuses a CR of class 0", "DR with user data that refuses a CR of class 2"),
    ("S12", NOTE, "cotp.user_data.too_long", "CR of class 0 with 33 octets of user data over RFC 1006", "CR of class 0 with 32 octets of user data over RFC 1006"),
    ("S12", WARNING, "cotp.user_data.too_long", "CR of class 2 with 33 octets of user data", "CR of class 2 with 32 octets of user data"),
    ("S12", WARNING, "cotp.user_data.too_long", "DR with 65 octets of user data", "DR with 64 octets of user data"),
    ("S12", WARNING, "cotp.user_data.too_long", "ED in normal format with 17 octets", "ED in normal format with 16 octets"),
    ("S12", WARNING, "cotp.user_data.empty", "ED in normal format without data", "ED in extended format with one octet"),
    ("S13", NOTE, "cotp.tpdu.too_long", "DR of 129 octets that refuses a connection", "DR of 129 octets that releases one"),
    ("S14", WARNING, "cotp.parameter.not_allowed", "RJ with a checksum", "RJ in normal format"),
    ("S14", ERROR, "cotp.li.invalid", "RJ with LI 7, of no format", "RJ in extended format"),
    ("S15", ERROR, "cotp.li.invalid", "DT with LI 3, of no format", "DT in normal format"),
    ("S15", ERROR, "cotp.li.invalid", "DT with LI 5, of no format", "DT in extended format"),
    ("S15", ERROR, "cotp.li.invalid", "ED with LI 5, of no format", "ED in extended format with one octet"),
    ("S15", ERROR, "cotp.li.invalid", "EA with LI 3", "EA in normal format"),
    ("S15", ERROR, "cotp.li.invalid", "AK with LI 7, of no format", "AK in extended format"),
    ("S16", NOTE, "cotp.user_data.empty", "DT that is not the last, without data", "DT that is the last, without data"),
    ("S17", WARNING, "cotp.alternative_classes.invalid", "alternative class 1 to class 0", "alternative class 1 to class 1"),
    ("S18", NOTE, "cotp.srcref.zero", "CR without SRC-REF", "CR with valid references"),
    ("S18", WARNING, "cotp.destref.nonzero", "CR with a DST-REF", "CR with valid references"),
    ("S19", WARNING, "cotp.opts.conflict", "class 2 without flow control, with extended formats", "CR with class and options 0x21"),
    ("S19", WARNING, "cotp.opts.conflict", "class 2 without flow control, with expedited data", "CR with class and options 0x21"),
    ("S20", WARNING, "cotp.cause.unknown", "DR with reason 134", "DR with reason 133"),
    ("S20", NOTE, "cotp.cause.not_for_class", "DR with reason 128 that refuses a CR of class 0", "DR with reason 128 that refuses a CR of class 0 with an alternative"),
    ("S20", WARNING, "cotp.reject_cause.unknown", "ER with an undefined cause", "ER with cause 3"),
    ("S21", ERROR, "cotp.checksum.bad", "DT with a wrong checksum", "DT with the right checksum"),
    ("S22", WARNING, "cotp.parameter.missing", "ER without invalid TPDU in class 0", "ER without invalid TPDU in class 2"),
    ("S23", WARNING, "cotp.parameter.not_allowed", "CC of class 3 with a reassignment time", "CR of class 3 with a reassignment time"),
    ("S23", WARNING, "cotp.parameter.not_allowed", "CC of class 2 with a version number", "CR of class 2 with a version number"),
    ("S23", WARNING, "cotp.parameter.not_allowed", "CC of class 2 with alternative classes", "alternative class 0 to class 2"),
    ("S24", WARNING, "cotp.parameter.not_allowed", "CC with TPDU size and preferred maximum", "CR with TPDU size and preferred maximum"),
    ("S25", NOTE, "cotp.opts.not_for_class", "CC with class and options 0x31", "CC with class and options 0x21"),
    ("S26", NOTE, "cotp.concatenation.not_allowed", "AK, EA and DT in one TPKT", "AK, EA and DT in one NSDU"),
    ("S26", NOTE, "cotp.class.not_for_carrier", "CR with class and options 0x10 over TPKT", "CR with class and options 0x00 over TPKT"),
    ("S27", NOTE, "cotp.type.not_for_carrier", "UD over TPKT", "UD"),
    ("S27", NOTE, "cotp.parameter.missing", "UD without parameters", "UD"),
    ("S28", NOTE, "cotp.preferred_maximum_tpdu_size.invalid", "preferred maximum TPDU size [02, 00]", "preferred maximum TPDU size [01, ff]"),
    ("S28", NOTE, "cotp.preferred_maximum_tpdu_size.invalid", "preferred maximum TPDU size [00]", "preferred maximum TPDU size [01]"),
    ("S29", NOTE, "cotp.additional_options.conflict", "non-blocking expedited data without expedited data", "additional options of class 4"),
    ("S30", WARNING, "rdp.neg.unexpected", "response in a CR", "response"),
    ("S30", WARNING, "rdp.neg.unexpected", "failure in a CR", "failure"),
    ("S30", WARNING, "rdp.neg.unexpected", "request in a CC", "cookie and negotiation request"),
    ("S30", WARNING, "rdp.neg.unexpected", "cookie in a CC", "cookie and negotiation request"),
    ("S30", WARNING, "rdp.neg.unexpected", "two requests", "cookie and negotiation request"),
    ("S30", WARNING, "rdp.neg.unexpected", "response and failure", "response"),
    ("S30", WARNING, "rdp.neg.unexpected", "routing token and cookie", "routing token"),
    ("S30", WARNING, "rdp.neg.unexpected", "correlation info without flag", "correlation info"),
    ("S30", WARNING, "rdp.neg.unexpected", "correlation info without request", "correlation info"),
    ("S31", WARNING, "rdp.correlationInfo.missing", "flag without correlation info", "correlation info"),
    ("S32", WARNING, "cotp.undecoded_octets", "cookie with CR LF twice", "cookie and negotiation request"),
    ("S32", WARNING, "cotp.undecoded_octets", "request with octets behind it", "request with length 12"),
    ("S33", WARNING, "cotp.parameter.not_allowed", "request with parameters behind it", "cookie and negotiation request"),
    ("S33", WARNING, "cotp.parameter.not_allowed", "second CR, with parameters behind its request", "second CR over TPKT"),
    ("C1", WARNING, "cotp.class.not_offered", "CC selects a class that was not offered", "CC selects an alternative class"),
    ("C2", WARNING, "cotp.tpdu_size.increased", "CC raises the TPDU size", "CC keeps the TPDU size"),
    ("C3", WARNING, "cotp.tpdu_size.increased", "CC raises the preferred maximum", "CC lowers the preferred maximum"),
    ("C3", WARNING, "cotp.tpdu_size.increased", "CC has a preferred maximum and the CR none", "CC has a preferred maximum and the CR was not seen"),
    ("C4", WARNING, "cotp.option.not_proposed", "CC turns on extended formats", "CC accepts extended formats"),
    ("C4", WARNING, "cotp.option.not_proposed", "CC turns off flow control", "CC accepts no flow control"),
    ("C4", WARNING, "cotp.option.not_proposed", "CC adds expedited data", "CC accepts expedited data"),
    ("C5", WARNING, "cotp.option.not_proposed", "CC has an inactivity timer and the CR none", "CC and CR have an inactivity timer"),
    ("C6", WARNING, "cotp.destref.mismatch", "DT of the initiator with its own reference", "DT of the initiator with the responder's reference"),
    ("C6", WARNING, "cotp.destref.mismatch", "CC with another DST-REF than the CR's SRC-REF", "CC with valid references"),
    ("C7", WARNING, "cotp.tpdu.exceeds_size", "DT longer than the agreed size", "DT as long as the agreed size"),
    ("C8", WARNING, "cotp.type.not_for_class", "DT of class 2 with the LI of class 0", "DT of class 2 in normal format"),
    ("C8", WARNING, "cotp.type.not_for_class", "AK in class 2 without flow control", "AK in class 2"),
    ("C8", WARNING, "cotp.type.not_for_class", "RJ in class 2", "RJ in class 3"),
    ("C8", WARNING, "cotp.type.not_for_class", "ED that was not agreed", "ED that was agreed"),
    ("C9", WARNING, "cotp.type.not_for_class", "DR of class 0 with reason 3", "DR of class 2 with reason 128"),
    ("C9", WARNING, "cotp.tpdu-number.nonzero", "DT with a number in class 0", "DT without a number in class 0"),
    ("C10", WARNING, "cotp.tpdu-number.out_of_sequence", "DT that skips a number in class 2", "DT with the next number"),
    ("C10", NOTE, "cotp.tpdu-number.out_of_sequence", "DT that skips a number in class 4", "DT with the next number, after one with an unknown reference"),
    ("C12", NOTE, "cotp.next-tpdu-number.not_sent", "AK of a DT that was not sent", "AK of the DT that was sent"),
    ("C12", NOTE, "cotp.credit.reduced", "AK of class 2 that takes back credit", "AK of class 2 that keeps the credit"),
    ("C13", NOTE, "cotp.credit.exceeded", "DT beyond the credit", "DT within the credit"),
    ("C13", NOTE, "cotp.credit.exceeded", "DT beyond the credit", "DT within the credit of an AK"),
    ("C13", NOTE, "cotp.credit.exceeded", "DT beyond the credit", "DT within the credit of an RJ"),
    ("C13", NOTE, "cotp.credit.exceeded", "DT beyond the credit", "DT of class 1, which has no credit"),
    ("C14", NOTE, "cotp.next-tpdu-number.not_sent", "RJ from a DT on that was not sent", "RJ from the DT on that was sent"),
    ("C15", NOTE, "cotp.tpdu-number.out_of_sequence", "ED of class 4 that skips a number", "ED of class 4 with the next number"),
    ("C15", NOTE, "cotp.next-tpdu-number.not_sent", "EA of an ED that was not sent", "EA of the ED that was sent"),
    ("C18", NOTE, "cotp.connection.repeated", "second CC over TPKT", "CC of the other end"),
    ("C19", WARNING, "cotp.connection.refused", "DR that refuses a CR", "DR of the initiator before any CC"),
    ("C19", WARNING, "cotp.connection.refused", "ER that answers a CR", "ER that answers a DT"),
    ("C19", NOTE, "cotp.srcref.nonzero", "DR that refuses a CR and has a SRC-REF", "DR of class 2 with reason 128"),
    ("C21", NOTE, "cotp.roa.unexpected", "DT with ROA that was not agreed", "DT with ROA that was agreed"),
    ("C21", NOTE, "cotp.checksum.unexpected", "DT of class 2 with a checksum", "DT of class 4 with a checksum"),
    ("C24", WARNING, "rdp.neg.protocol_not_requested", "selected protocol that was not requested", "selected protocol that was requested"),
    ("C24", WARNING, "rdp.neg.protocol_not_requested", "two selected protocols", "standard RDP security selected"),
    ("C24", WARNING, "rdp.neg.protocol_not_requested", "undefined selected protocol", "selected protocol when the CR was not understood"),
    ("C25", WARNING, "rdp.neg.unexpected", "response that nobody requested", "standard RDP security selected"),
    ("C23", NOTE, "cotp.class.not_for_carrier", "CR with class and options 0x20 over TPKT", "CR with class and options 0x21 over TPKT"),
    ("C23", NOTE, "cotp.class.not_for_carrier", "CC with flow control over TPKT, which the CR does not want", "CC with class and options 0x21"),
    ("C26", WARNING, "cotp.srcref.mismatch", "DR with another SRC-REF than its sender's", "DR with the references of CR and CC"),
    ("C26", WARNING, "cotp.srcref.mismatch", "DC with another SRC-REF than its sender's", "DC"),
    ("C27", NOTE, "cotp.tpdu_size.missing", "CC without the TPDU size that the CR proposes", "CC keeps the TPDU size"),
    ("C27", NOTE, "cotp.tpdu_size.missing", "CC without the preferred maximum that the CR proposes", "CC without the TPDU size that the CR proposes, without TPKT"),
    ("F3", WARNING, "tpkt.reserved.nonzero", "reserved octet 1", "reserved octet 0"),
    ("E1", WARNING, "tpkt.gap", "a TPKT after a gap", "two TPKTs"),
    ("E2", WARNING, "tpkt.skipped", "another protocol", "two TPKTs"),
    ("E2", CHAT, "tpkt.skipped", "length 3, less than the header", "length 4, no room for a TPDU"),
    ("E2", WARNING, "tpkt.skipped", "octets that are no TPKT after a gap", "a TPKT after a gap"),
    ("E3", NOTE, "tpkt.incomplete", "octets end within the TPKT", "two TPKTs"),
    ("E4", CHAT, "tpkt.tls", "TLS", "TLS header with an undefined version"),
    ("E4", CHAT, "tpkt.tls", "TLS of both ends", "end inside a TSDU"),
    ("E5", NOTE, "cotp.parameter.duplicate", "TPDU size three times", "CR with TPDU size and preferred maximum"),
    ("E6", CHAT, "cotp.connection.request", "CR of 128 octets", "CC keeps the TPDU size"),
    ("E6", CHAT, "cotp.connection.confirm", "CC keeps the TPDU size", "CR of 128 octets"),
    ("E7", CHAT, "cotp.disconnect.request", "DR with reason 128", "DC"),
    ("E7", CHAT, "cotp.disconnect.confirm", "DC", "DR with reason 128"),
    ("E8", NOTE, "cotp.reject", "RJ in normal format", "AK in normal format"),
    ("E9", WARNING, "cotp.error", "ER with cause 0", "DR with reason 0"),
    ("E10", NOTE, "cotp.connection.missing", "DT from the start of a connection without CC", "DT after a CC from the start of a connection"),
    ("E11", ERROR, "cotp.atn_extended_checksum.bad", "wrong ATN checksum", "right ATN checksum"),
    ("E12", WARNING, "cotp.tsdu.too_long", "TSDU above the limit", "TSDU as long as the limit"),
    ("E13", NOTE, "cotp.tsdu.incomplete", "end inside a TSDU", "TSDU as long as the limit"),
    ("E13", NOTE, "cotp.tsdu.incomplete", "CR of another connection inside a TSDU", "TSDU as long as the limit"),
    ("E13", NOTE, "cotp.tsdu.incomplete", "gap and end inside a TSDU", "TSDU as long as the limit"),
    ("E14", NOTE, "rdp.neg.failure", "failure", "response"),
    ("E14", WARNING, "rdp.neg.failure", "failure with an undefined code", "response"),
    ("E15", WARNING, "rdp.cookie.unterminated", "cookie without CR LF", "cookie and negotiation request"),
    ("E16", WARNING, "cotp.connection.unanswered", "responder closes after a CR", "responder closes after a CC"),
    ("E16", WARNING, "cotp.connection.unanswered", "initiator resets after a CR", "initiator closes after a CR"),
    ("E16", WARNING, "cotp.connection.unanswered", "initiator resets after a CR", "capture ends after a CR"),
    ("E17", NOTE, "cotp.connection.repeated", "second CR over TPKT", "second CR without TPKT"),
    ("E17", NOTE, "cotp.connection.repeated", "CR that answers a CR", "CC of the other end"),
    ("E17", NOTE, "cotp.connection.repeated", "CR of the end that sent a CC without CR", "CR after the connection was released"),
    ("E18", WARNING, "cotp.connection.wrong_end", "CC of the end that sent the CR", "CC of the other end"),
    ("E18", NOTE, "cotp.connection.wrong_end", "DC that no DR precedes", "DC that answers a DR"),
    ("E19", NOTE, "cotp.connection.without_request", "CC from the start of a connection without CR", "CC from the start of a connection after its CR"),
    ("E20", WARNING, "tpkt.tls.unexpected", "TLS behind a CC that does not select it", "TLS"),
    ("E20", WARNING, "tpkt.tls.unexpected", "TLS of one end and a CC of the other", "TLS of both ends"),
    ("E20", WARNING, "tpkt.tls.unexpected", "data in clear behind TLS", "TLS of both ends"),
    ("E21", ERROR, "tpkt.length.invalid", "DR in a TPKT of 4096 octets", "DR with reason 128"),
];

/// Values that the standards permit: nothing above chat is raised.
#[rustfmt::skip]
const SILENT: &[(&str, &str)] = &[
    ("R36", "additional options of class 4"),
    ("R37", "additional options of classes that are not proposed"),
    ("R45", "CR of class 2 with protection"),
    ("R45", "DR with additional clearing information"),
    ("R48", "response"),
    ("F1", "DT without flow control, with any number"),
    ("F2", "ED of class 2 with any number"),
    ("F2", "EA of class 2 with any number"),
    ("F4", "DR of 128 octets that refuses a connection"),
    ("F4", "DR of class 4 before any CC"),
    ("F5", "T-selectors that are not printable"),
    ("F6", "routing token of other octets and negotiation request"),
    ("F7", "DT that repeats a number in class 3"),
    ("F7", "ED of class 4 that is repeated"),
    ("F8", "AK over TPKT, as the CC was not seen"),
    ("F8", "EA over TPKT, as the CC was not seen"),
    ("F9", "AK of class 4 that takes back credit"),
    ("F10", "CR after the connection was released"),
    ("F10", "second CR without TPKT"),
    ("F11", "empty TPKTs where none carries a TPDU, as keep-alives"),
];

/// Rule, a vector or scene, what it raises above chat, and what ISOTSAP_OPTION_FLAG_ALL_EXPERTS
/// raises above chat beside that.
type OneFault = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// What is reported of one fault.
#[rustfmt::skip]
const ONE_FAULT: &[OneFault] = &[
    ("O1", "UD with reserved bits, without parameters", &["cotp.type.reserved_bits"], &["cotp.parameter.missing"; 2]),
    ("O1", "EA in extended format with a reserved bit in its code", &["cotp.type.reserved_bits"], &["cotp.next-tpdu-number.reserved_bit"]),
    ("O2", "DT with every lower bit", &["cotp.type.reserved_bits"], &["cotp.roa.unexpected"]),
    ("O2", "UD without parameters", &["cotp.parameter.missing"], &["cotp.parameter.missing"]),
    ("O3", "DT with the wrong reference again", &[], &["cotp.destref.mismatch"]),
    ("O3", "DT with another wrong reference", &["cotp.destref.mismatch"], &[]),
    ("O3", "AK in class 0 again", &[], &["cotp.destref.mismatch", "cotp.type.not_for_class"]),
    ("O3", "DT of class 0 with LI 3 again", &[], &["cotp.type.not_for_class"]),
    ("O3", "DT with a number in class 0 again", &[], &["cotp.tpdu-number.nonzero"]),
    ("O3", "DT that is not the last, without data, again", &[], &["cotp.user_data.empty"]),
    ("O4", "CC of any class, after a CR of an invalid class", &[], &[]),
    ("O4", "DT in normal format, after a CC of an invalid class", &[], &[]),
    ("O4", "DT in normal format, after a CC of a class that was not offered", &[], &[]),
    ("O4", "DT with any reference, after a CC with a wrong DST-REF", &[], &[]),
    ("O5", "DT with a wrong checksum and the wrong reference", &["cotp.checksum.bad"], &["cotp.destref.mismatch"]),
    ("O6", "octets end within the TPKT", &["tpkt.incomplete"], &[]),
    ("O6", "octets end within a TPKT longer than the agreed size", &["tpkt.incomplete"], &[]),
    ("O7", "length 3, less than the header", &["tpkt.length.invalid"], &["tpkt.skipped"]),
    ("O8", "DT with the number behind one that was skipped to", &[], &[]),
    ("O8", "DT with the due number, behind another", &[], &[]),
    ("O8", "DT with the number behind the due one, behind another", &[], &[]),
    ("O8", "DT that skips another number", &["cotp.tpdu-number.out_of_sequence"], &[]),
    ("O9", "UD with a TPDU size", &["cotp.parameter.not_allowed"], &["cotp.parameter.missing"; 2]),
    ("O9", "TPDU size three times", &["cotp.parameter.duplicate"], &["cotp.parameter.duplicate"]),
    ("O10", "end inside a TPKT that continues a TSDU", &["tpkt.incomplete"], &["cotp.tsdu.incomplete"]),
    ("O10", "gap inside a TSDU", &["tpkt.gap"], &["cotp.tsdu.incomplete"]),
    ("O11", "failure with a flag", &["rdp.neg.failure", "rdp.neg.reserved"], &[]),
    ("O11", "version 5 and a reserved octet", &["tpkt.reserved.nonzero", "tpkt.version.invalid"], &[]),
];

/// The expected result of a vector or scene that Wireshark dissects wrongly.
enum Claim {
    /// A field with this value.
    Field(&'static str, u64),
    /// No such field.
    Absent(&'static str),
    Raises(u8, &'static str),
    /// A field whose label contains this.
    Label(&'static str, &'static str),
    /// The TSDUs of a scene.
    Tsdus(&'static [&'static str]),
}

use Claim::{Absent, Field, Label, Raises, Tsdus};

/// Errors of Wireshark 4.0, and a vector or scene that the library dissects correctly.
#[rustfmt::skip]
const WIRESHARK: &[(&str, &str, Claim)] = &[
    ("W1", "additional options of class 4", Field("cotp.non_blocking_expedited_data", 1)),
    ("W1", "additional options of class 4", Field("cotp.use_16_bit_checksum", 1)),
    ("W1", "additional options of class 1", Field("cotp.network_expedited_data", 1)),
    ("W2", "DT with the right checksum", Field("cotp.checksum.status", 1)),
    ("W2", "DT with a checksum of 0 that is right", Field("cotp.checksum.status", 1)),
    ("W3", "CR with parameter 0x86 of 3 octets", Label("cotp.res_error_rate.target_value", "10^-1")),
    ("W4", "CR with parameter 0x88 of 9 octets", Raises(WARNING, "cotp.parameter.length_invalid")),
    ("W4", "CR with parameter 0x87 of 1 octets", Raises(WARNING, "cotp.parameter.length_invalid")),
    ("W4", "CR with parameter 0x85 of 3 octets", Absent("cotp.ack_time")),
    ("W4", "CR with parameter 0x85 of 3 octets", Field("cotp.checksum.status", 1)),
    ("W5", "CR of class 0 with TPDU size 0x17", Raises(WARNING, "cotp.tpdu_size.invalid")),
    ("W5", "CR of class 0 with TPDU size 0x17", Absent("cotp.tpdu_size")),
    ("W5", "CR of class 0 with TPDU size 0x0a", Field("cotp.tpdu_size", 1024)),
    ("W6", "preferred maximum TPDU size [ff, ff, ff, ff]", Field("cotp.preferred_maximum_tpdu_size", 0xffff_ffff * 128)),
    ("W6", "preferred maximum TPDU size of the wrong length, then a T-selector", Field("cotp.src-tsap", 1)),
    ("W7", "alternative class 2 to class 2", Field("cotp.alternative_class", 2)),
    ("W7", "CR of class 2 with protection", Field("cotp.protection", 2)),
    ("W7", "DR with additional clearing information", Field("cotp.additional_clearing_information", 1)),
    ("W7", "CR with unknown parameter 0xc8", Field("cotp.parameter_value", 1)),
    ("W8", "AK with its parameters", Field("cotp.selective_ack.lower", 7)),
    ("W8", "DT in normal format with ED-TPDU-NR", Field("cotp.ed_tpdu_number", 1)),
    ("W9", "ER with cause 0", Field("cotp.invalid_tpdu", 2)),
    ("W9", "ER with cause 0", Absent("cotp.src-tsap-bytes")),
    ("W9", "calling T-selector of 246 octets", Field("cotp.src-tsap", 246)),
    ("W10", "parameter that exceeds the header", Raises(ERROR, "cotp.parameter.truncated")),
    ("W10", "LI far past the TPDU", Raises(ERROR, "cotp.li.invalid")),
    ("W11", "DR with reason 134", Field("cotp.cause", 134)),
    ("W11", "DR with reason 134", Raises(WARNING, "cotp.cause.unknown")),
    ("W11", "DR with 65 octets of user data", Raises(WARNING, "cotp.user_data.too_long")),
    ("W12", "DT with LI 3, of no format", Raises(ERROR, "cotp.li.invalid")),
    ("W12", "DT with LI 3, of no format", Field("cotp.destref", 1)),
    ("W12", "DT in normal format with ED-TPDU-NR", Field("cotp.user_data", 1)),
    ("W13", "ED of RFC 1006", Field("cotp.eot", 1)),
    ("W13", "ED without EOT", Raises(WARNING, "cotp.eot.clear")),
    ("W13", "ED in normal format with 17 octets", Raises(WARNING, "cotp.user_data.too_long")),
    ("W14", "RJ with a checksum", Field("cotp.next-tpdu-number", 5)),
    ("W14", "RJ with a checksum", Raises(WARNING, "cotp.parameter.not_allowed")),
    ("W15", "ER with an invalid TPDU of 20 octets", Field("cotp.invalid_tpdu", 20)),
    ("W15", "ER with an undefined cause", Field("cotp.reject_cause", 4)),
    ("W16", "AK with LI 30", Field("cotp.selective_ack.upper", 0x14)),
    ("W16", "DC with LI 13", Field("cotp.checksum.status", 1)),
    ("W17", "AK with the reserved bit of its number", Field("cotp.next-tpdu-number", 5)),
    ("W17", "AK with the reserved bit of its number", Raises(WARNING, "cotp.next-tpdu-number.reserved_bit")),
    ("W17", "EA in extended format with a reserved bit in its code", Field("cotp.next-tpdu-number", 5)),
    ("W18", "CR of class 2 with credit 1", Field("cotp.credit", 1)),
    ("W18", "CR with class and options 0x50", Field("cotp.class", 5)),
    ("W18", "CR with class and options 0x50", Raises(ERROR, "cotp.class.invalid")),
    ("W18", "LI 5, too short for a CR", Raises(ERROR, "cotp.li.invalid")),
    ("W18", "CR with a DST-REF", Raises(WARNING, "cotp.destref.nonzero")),
    ("W18", "CR of 129 octets", Raises(NOTE, "cotp.tpdu.too_long")),
    ("W19", "DC with reserved bit 0x01 of its code", Raises(WARNING, "cotp.type.reserved_bits")),
    ("W19", "DC with reserved bit 0x01 of its code", Field("cotp.type.reserved", 1)),
    ("W19", "DT with every lower bit", Field("cotp.roa", 1)),
    ("W20", "LI 255 within the TPDU", Raises(ERROR, "cotp.li.reserved")),
    ("W20", "LI 0", Raises(ERROR, "cotp.li.invalid")),
    ("W20", "undefined code 0xb1", Raises(WARNING, "cotp.type.unknown")),
    ("W21", "reserved octet 0x5a of Exchange", Raises(WARNING, "tpkt.reserved.nonzero")),
    ("W22", "numbered data out of order and repeated", Tsdus(&["one", "two three"])),
    ("W23", "DT of class 0 with the LI of class 2", Raises(WARNING, "cotp.type.not_for_class")),
    ("W23", "DT with an odd LI where normal format is agreed", Field("cotp.tpdu-number", 0)),
    ("W24", "right ATN checksum", Field("cotp.atn_extended_checksum.status", 1)),
    ("W25", "reserved octet 255", Field("tpkt.reserved", 255)),
    ("W25", "reserved octet 255", Raises(WARNING, "tpkt.reserved.nonzero")),
    ("W26", "length 3, less than the header", Raises(ERROR, "tpkt.length.invalid")),
    ("W26", "length 3, less than the header", Raises(CHAT, "tpkt.skipped")),
    ("W26", "length 3, less than the header", Absent("cotp")),
    ("W27", "version 1 with a valid TPDU", Raises(WARNING, "tpkt.version.invalid")),
    ("W27", "version 1 with a valid TPDU", Field("cotp.eot", 1)),
    ("W28", "request with every defined flag and protocol except correlation", Field("rdp.negReq.flags", 3)),
    ("W28", "request with every defined flag and protocol except correlation", Field("rdp.negReq.requestedProtocols", 0x1f)),
    ("W28", "request with length 12", Raises(WARNING, "rdp.neg.length_invalid")),
    ("W28", "failure with a flag", Raises(WARNING, "rdp.neg.reserved")),
    ("W29", "CR with class and options 0x40", Raises(WARNING, "cotp.parameter.missing")),
    ("W29", "DT longer than the agreed size", Raises(WARNING, "cotp.tpdu.exceeds_size")),
    ("W30", "UD with a TPDU size", Raises(WARNING, "cotp.parameter.not_allowed")),
    ("W30", "UD with reserved bits, without parameters", Raises(WARNING, "cotp.type.reserved_bits")),
];

/// A name and the calls of a scene, with these flags of the options.
type Scene = (&'static str, fn(u32) -> Outcome);

/// Rules that a single packet with default options cannot check.
const SCENES: &[Scene] = &[
    ("right ATN checksum", |_| with_atn_checksum(b"hello")),
    ("wrong ATN checksum", |_| with_atn_checksum(b"hullo")),
    ("TSDU as long as the limit", |flags| {
        with_tsdu_limit(flags, 8, &[dt(false, b"four"), dt(true, b"more")])
    }),
    ("TSDU above the limit", |flags| {
        with_tsdu_limit(flags, 7, &[dt(false, b"four"), dt(true, b"more")])
    }),
    ("end inside a TSDU", |flags| {
        with_tsdu_limit(flags, 8, &[dt(false, b"four")])
    }),
    ("end inside a TPKT that continues a TSDU", |flags| {
        let [first, second] = [dt(false, b"four"), dt(true, b"more")];
        with_tsdu_limit(flags, 8, &[first, second[..9].to_vec()])
    }),
    ("gap and end inside a TSDU", |flags| {
        behind_a_gap_in_a_tsdu(flags, &[])
    }),
    ("gap inside a TSDU", |flags| {
        behind_a_gap_in_a_tsdu(flags, &[dt(false, b"more")])
    }),
    ("CR of another connection inside a TSDU", |flags| {
        let mut stream = Stream::new(&Options {
            flags,
            ..stream_options(&[])
        });
        let sent = [
            (A, cr(0x21)),
            (B, cc(0x21)),
            (A, numbered(2, 0, false, b"four")),
            (B, tpkt(&[0x06, 0x80, 0, 1, 0, 2, 0x80])), // DR
            (A, tpkt(&[0x05, 0xc0, 0, 2, 0, 1])),       // DC
        ];
        for (end, octets) in &sent {
            stream.push(*end, octets);
        }
        follow(&mut stream, &[cr(0x21)])
    }),
    ("responder closes after a CR", |_| {
        ended(&[(A, cr(0x00))], B, Ending::Closed)
    }),
    ("responder closes after a CC", |_| {
        ended(&[(A, cr(0x00)), (B, cc(0x00))], B, Ending::Closed)
    }),
    ("initiator resets after a CR", |_| {
        ended(&[(A, cr(0x00))], A, Ending::Reset)
    }),
    ("initiator closes after a CR", |_| {
        ended(&[(A, cr(0x00))], A, Ending::Closed)
    }),
    ("capture ends after a CR", |_| {
        ended(&[(A, cr(0x00))], B, Ending::Capture)
    }),
    ("TLS of both ends", |_| {
        let record = tls_record(0x16, b"\x01hello");
        in_turn(&[(A, &record), (B, &record), (A, &record), (B, &record)])
    }),
    ("TLS of one end and a CC of the other", |_| {
        in_turn(&[(A, &tls_record(0x16, b"\x01no TPKT")), (B, &cc(0x00))])
    }),
    ("data in clear behind TLS", |_| {
        let record = tls_record(0x16, b"\x01hello");
        in_turn(&[(A, &record), (B, &record), (A, &dt(true, b"clear"))])
    }),
    ("DR in a TPKT of 4096 octets", |_| {
        let front = [
            0x03, 0x00, // version, reserved
            0x10, 0x00, // length
            0x06, // LI
            0x80, // DR
            0x00, 0x01, // DST-REF
        ];
        in_turn(&[(A, &front)])
    }),
    ("numbered data out of order and repeated", |_| {
        let data = [
            numbered(2, 0, true, b"one"),
            numbered(2, 2, true, b"three"),
            numbered(2, 0, true, b"one"),
            numbered(2, 1, false, b"two "),
            numbered(2, 2, true, b"three"),
        ];
        followed(&stream_options(&[]), 0x40, &data)
    }),
];

/// A DT whose ATN checksum of 16 bits, the only one it has, is that of the user data `hello`.
fn with_atn_checksum(user_data: &[u8]) -> Outcome {
    const DESTINATION: [u8; 20] =
        *b"\x47\x00\x27\x81\x42\x4d\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x21";
    const SOURCE: [u8; 20] =
        *b"\x47\x00\x27\x81\x47\x52\0\0\0\0\xaa\xbb\xcc\xdd\xee\xff\x01\x02\x03\x21";
    let options = Options {
        nsap_a_length: 20,
        nsap_b_length: 20,
        nsap_a: DESTINATION.as_ptr(),
        nsap_b: SOURCE.as_ptr(),
        ..stream_options(&[OptionFlag::Atn, OptionFlag::Joined])
    };
    let header = [
        0x08, // LI
        0xf0, // DT
        0x12, 0x34, // DST-REF
        0x80, // EOT, TPDU-NR 0
        0x09, 0x02, 0x24, 0x54, // ATN extended checksum
    ];
    // Its DST-REF is that of no CC.
    let mut stream = Stream::new(&options);
    follow(&mut stream, &[tpkt(&[&header, user_data].concat())])
}

/// What the end of one direction raises, behind these TPKTs.
fn ended(tpkts: &[(u32, Vec<u8>)], end: u32, ending: Ending) -> Outcome {
    let mut stream = Stream::from_start();
    for (sender, octets) in tpkts {
        stream.push(*sender, octets);
    }
    let given = stream.call(end, Feed::Close(ending), (8, 64));
    assert_eq!(given.status, Status::Ok as i32);
    let mut outcome = Outcome::default();
    outcome.add_items(&given.items, given.octets());
    outcome
}

/// What the octets of both ends and the end of A's raise.
fn in_turn(octets: &[(u32, &[u8])]) -> Outcome {
    let mut stream = Stream::from_start();
    let mut outcome = Outcome::default();
    let pushes = octets
        .iter()
        .map(|(end, octets)| (*end, Feed::Push(octets)));
    for (end, mut feed) in pushes.chain([(A, Feed::Finish)]) {
        loop {
            let given = stream.call(end, feed, (64, 1024));
            assert!(given.status >= 0, "{given:?}");
            outcome.add_items(&given.items, given.octets());
            if given.status == Status::Ok as i32 {
                break;
            }
            if let Feed::Push(octets) = &mut feed {
                *octets = &octets[usize::try_from(given.result.consumed).unwrap()..];
            }
        }
    }
    outcome
}

fn with_tsdu_limit(flags: u32, tsdu_limit: u32, data: &[Vec<u8>]) -> Outcome {
    let options = Options {
        flags,
        tsdu_limit,
        ..stream_options(&[])
    };
    followed(&options, 0x00, data)
}

/// A DT without EOT and lost octets, then data from A to the end of the connection.
fn behind_a_gap_in_a_tsdu(flags: u32, data: &[Vec<u8>]) -> Outcome {
    let mut stream = Stream::new(&Options {
        flags,
        ..stream_options(&[])
    });
    stream.push(A, &cr(0x00));
    stream.push(B, &cc(0x00));
    stream.push(A, &dt(false, b"four"));
    stream.gap(A, 10);
    follow(&mut stream, data)
}

/// CR and CC, then data from A to the end of the connection.
fn followed(options: &Options, class_options: u8, data: &[Vec<u8>]) -> Outcome {
    let mut stream = Stream::new(options);
    stream.push(A, &cr(class_options));
    stream.push(B, &cc(class_options));
    follow(&mut stream, data)
}

/// Data from A to the end of the connection.
fn follow(stream: &mut Stream, data: &[Vec<u8>]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut octets = &data.concat()[..];
    loop {
        let feed = match octets {
            [] => Feed::Finish,
            _ => Feed::Push(octets),
        };
        let given = stream.call(A, feed, (64, 1024));
        assert!(given.status >= 0, "{given:?}");
        outcome.add_items(&given.items, given.octets());
        for pdu in given
            .pdus
            .iter()
            .filter(|pdu| pdu.flags & PduFlag::Tsdu as u16 != 0)
        {
            let start = pdu.tpdu_offset as usize + usize::from(pdu.li) + 1;
            let user_data = &given.octets()[start..start + pdu.user_data_length as usize];
            outcome.tsdus.push(user_data.to_vec());
        }
        if given.result.tsdu_segments > 0 {
            outcome.tsdus.push(given.tsdu().to_vec());
        }
        octets = &octets[usize::try_from(given.result.consumed).unwrap()..];
        if matches!(feed, Feed::Finish) && given.status == Status::Ok as i32 {
            return outcome;
        }
    }
}

/// The result of a vector or scene through the C ABI.
#[derive(Default)]
struct Outcome {
    items: Vec<(Item, String)>,
    tsdus: Vec<Vec<u8>>,
}

impl Outcome {
    fn add_items(&mut self, items: &[Item], octets: &[u8]) {
        let labelled = items.iter().map(|item| (*item, label(item, octets)));
        self.items.extend(labelled);
    }

    fn experts(&self) -> Vec<Expert> {
        self.items
            .iter()
            .filter(|(item, _)| item.severity != 0)
            .map(|(item, _)| (item.severity, abbreviation(item), item.offset, item.length))
            .collect()
    }

    /// The severities with which an expert info is raised.
    fn severities(&self, expert: &str) -> Vec<u8> {
        self.experts()
            .into_iter()
            .filter(|(_, raised, ..)| *raised == expert)
            .map(|(severity, ..)| severity)
            .collect()
    }

    /// The expert infos above chat, sorted.
    fn remarks(&self) -> Vec<&'static str> {
        let experts = self.experts().into_iter();
        let mut remarks: Vec<_> = experts
            .filter(|(severity, ..)| *severity > CHAT)
            .map(|(_, expert, ..)| expert)
            .collect();
        remarks.sort_unstable();
        remarks
    }

    /// Values and labels of the fields of this name.
    fn fields(&self, field: &str) -> Vec<(u64, &str)> {
        self.items
            .iter()
            .filter(|(item, _)| item.severity == 0 && abbreviation(item) == field)
            .map(|(item, label)| (item.value, label.as_str()))
            .collect()
    }
}

/// Dissects what has this name; a vector raises all of its expert infos and no others.
fn outcome(name: &str) -> Outcome {
    if let Some((_, scene)) = scene(name) {
        return scene(0);
    }
    let vector = vector(name);
    let outcome = dissected(&vector, 0);
    let (mut raised, mut expected) = (outcome.experts(), vector.experts);
    raised.sort_unstable();
    expected.sort_unstable();
    assert_eq!(raised, expected, "{name}");
    outcome
}

/// The same with ISOTSAP_OPTION_FLAG_ALL_EXPERTS.
fn outcome_with_all_experts(name: &str) -> Outcome {
    let flags = OptionFlag::AllExperts as u32;
    match scene(name) {
        Some((_, scene)) => scene(flags),
        None => dissected(&vector(name), flags),
    }
}

fn scene(name: &str) -> Option<&'static Scene> {
    SCENES.iter().find(|(scene, _)| *scene == name)
}

fn vector(name: &str) -> Vector {
    vectors::all()
        .into_iter()
        .find(|vector| vector.name == name)
        .unwrap_or_else(|| panic!("no vector or scene is named {name:?}"))
}

fn dissected(vector: &Vector, flags: u32) -> Outcome {
    let options = Options {
        flags,
        ..options(vector.encapsulation)
    };
    let mut context = context();
    context.flags = vector.context_flags;
    let mut dissect = |octets: &[u8], packet| {
        let given = dissect_with(&options, &mut context, octets, &[packet], PLENTY);
        assert_eq!(given.status, Status::Ok as i32, "{}", vector.name);
        given
    };
    for (sender, octets) in &vector.before {
        dissect(octets, packet_from(*sender, octets));
    }
    let octets = &vector.octets;
    let given = dissect(octets, vector.packet(octets.len(), octets.len()));
    let mut outcome = Outcome::default();
    outcome.add_items(&given.items, octets);
    outcome
}

/// The first id of an expert info in the header.
const EXPERT_BASE: u32 = 0x1000;

const PAGE: &str = include_str!("../docs/rules.md");

/// A row of the page's tables of rules.
struct Row {
    id: &'static str,
    /// The clauses it rests on.
    basis: &'static str,
    /// Its cell about expert infos, or the fields and expert infos by which Wireshark differs.
    raises: &'static str,
}

impl Row {
    /// The names in backquotes, each with the text up to the next.
    fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let mut pieces = self.raises.split('`').skip(1);
        std::iter::from_fn(move || Some((pieces.next()?, pieces.next()?)))
    }

    /// The expert infos, each with the severities behind it.
    fn experts(&self) -> Vec<(u8, &'static str)> {
        const NAMES: [(&str, u8); 4] = [
            ("chat", CHAT),
            ("note", NOTE),
            ("warning", WARNING),
            ("error", ERROR),
        ];
        self.names()
            .flat_map(|(expert, behind)| {
                let severities: Vec<_> = NAMES
                    .into_iter()
                    .filter(|(name, _)| behind.contains(name))
                    .map(|(_, severity)| (severity, expert))
                    .collect();
                assert!(
                    !severities.is_empty(),
                    "{}: {expert} has no severity",
                    self.id
                );
                severities
            })
            .collect()
    }

    /// Why no test can tell whether the rule is kept.
    fn not_checked(&self) -> Option<&'static str> {
        self.raises.strip_prefix("not checked: ")
    }
}

/// Letter and number of a rule; `None` for the first cell of another table.
fn number_of(id: &str) -> Option<(char, u32)> {
    let letter = id
        .chars()
        .next()
        .filter(|letter| "RSCFEOW".contains(*letter))?;
    let number = id[1..].trim_end_matches('b').parse().ok()?;
    Some((letter, number))
}

/// The rows of all rules, in the order of the page.
fn rows() -> Vec<Row> {
    let mut columns = 0;
    let mut rows = Vec::new();
    for line in PAGE.lines() {
        let Some(line) = line.strip_prefix("| ") else {
            columns = 0;
            continue;
        };
        let cells: Vec<_> = line
            .strip_suffix('|')
            .expect(line)
            .split('|')
            .map(str::trim)
            .collect();
        if columns == 0 {
            columns = cells.len();
        }
        assert_eq!(cells.len(), columns, "{line}");
        if let Some((letter, _)) = number_of(cells[0]) {
            let (basis, raises) = match letter {
                'W' => ("practice", cells[2]),
                'O' => (cells[2], ""),
                _ => (cells[2], cells[3]),
            };
            rows.push(Row {
                id: cells[0],
                basis,
                raises,
            });
        }
    }
    rows
}

#[test]
fn rows_are_numbered_without_gaps() {
    let mut last: BTreeMap<char, u32> = BTreeMap::new();
    for row in rows() {
        let (letter, number) = number_of(row.id).unwrap();
        let due = last.entry(letter).or_default();
        *due += u32::from(!row.id.ends_with('b'));
        assert_eq!(
            number, *due,
            "{}: a row goes at the end of its table, with the next number",
            row.id
        );
    }
    let letters: String = last.into_keys().collect();
    assert_eq!(letters, "CEFORSW");
}

#[test]
fn every_row_is_checked_and_every_check_has_a_row() {
    let mut claimed = BTreeSet::new();
    let mut silent = BTreeSet::new();
    for row in rows().iter().filter(|row| !row.id.starts_with(['O', 'W'])) {
        let experts = row.experts();
        match (row.raises, row.not_checked()) {
            ("nothing", _) => drop(silent.insert(row.id)),
            (_, Some(reason)) => {
                assert!(row.id.starts_with('C'), "{} can be checked", row.id);
                assert!(!reason.is_empty() && experts.is_empty(), "{}", row.id);
            }
            _ => assert!(
                !experts.is_empty(),
                "{} raises neither this nor that",
                row.id
            ),
        }
        claimed.extend(
            experts
                .into_iter()
                .map(|(severity, expert)| (row.id, severity, expert)),
        );
    }
    let checked = RULES
        .iter()
        .map(|&(rule, severity, expert, ..)| (rule, severity, expert));
    assert_same(&claimed, &checked.collect());
    assert_same(&silent, &SILENT.iter().map(|&(rule, _)| rule).collect());
}

#[test]
fn every_difference_to_wireshark_is_checked_and_every_check_has_a_row() {
    let mut claimed = BTreeSet::new();
    for row in rows().iter().filter(|row| row.id.starts_with('W')) {
        let before = claimed.len();
        claimed.extend(row.names().map(|(name, _)| (row.id, name)));
        assert!(claimed.len() > before, "{} names nothing", row.id);
    }
    let checked = WIRESHARK.iter().map(|(rule, _, claim)| match claim {
        Field(name, _) | Absent(name) | Raises(_, name) | Label(name, _) => (*rule, *name),
        Tsdus(_) => (*rule, "result.tsdu"),
    });
    assert_same(&claimed, &checked.collect());
}

fn assert_same<T: Ord + std::fmt::Debug>(page: &BTreeSet<T>, test: &BTreeSet<T>) {
    let only_in_page: Vec<_> = page.difference(test).collect();
    let only_in_test: Vec<_> = test.difference(page).collect();
    assert!(
        only_in_page.is_empty() && only_in_test.is_empty(),
        "only in docs/rules.md: {only_in_page:?}\nonly in tests/rules.rs: {only_in_test:?}"
    );
}

#[test]
fn rules_are_raised_when_broken_and_not_when_kept() {
    for &(rule, severity, expert, breaking, keeping) in RULES {
        let raised = outcome(breaking).severities(expert);
        assert!(raised.contains(&severity), "{rule}: {breaking}: {raised:?}");
        assert_eq!(outcome(keeping).severities(expert), [], "{rule}: {keeping}");
    }
}

#[test]
fn permitted_values_raise_nothing() {
    for (rule, name) in SILENT {
        let mut experts = outcome(name).experts();
        experts.retain(|(severity, ..)| *severity > CHAT);
        assert_eq!(experts, [], "{rule}: {name}");
    }
}

#[test]
fn one_fault_is_reported_once() {
    for &(rule, name, expected, hidden) in ONE_FAULT {
        assert_eq!(outcome(name).remarks(), expected, "{rule}: {name}");
        let mut all = [expected, hidden].concat();
        all.sort_unstable();
        let raised = outcome_with_all_experts(name).remarks();
        assert_eq!(raised, all, "{rule}: {name}, all expert infos");
    }
    let rows = rows();
    let in_page = rows.iter().map(|row| row.id);
    let in_page = in_page.filter(|id| id.starts_with('O')).collect();
    assert_same(&in_page, &ONE_FAULT.iter().map(|row| row.0).collect());
}

/// Prints clause, rule, expert infos and tests of each row; shown with `--nocapture`.
#[test]
fn matrix() {
    for row in rows() {
        let raised = RULES.iter().filter(|rule| rule.0 == row.id);
        let mut tests: Vec<_> = raised.flat_map(|rule| [rule.3, rule.4]).collect();
        tests.extend(
            SILENT
                .iter()
                .filter(|rule| rule.0 == row.id)
                .map(|rule| rule.1),
        );
        tests.extend(
            ONE_FAULT
                .iter()
                .filter(|rule| rule.0 == row.id)
                .map(|rule| rule.1),
        );
        tests.extend(
            WIRESHARK
                .iter()
                .filter(|rule| rule.0 == row.id)
                .map(|rule| rule.1),
        );
        tests.dedup();
        let documents = documents(&row);
        println!(
            "{} | {} | {} | {}",
            row.id,
            documents.join(", "),
            row.basis,
            row.raises
        );
        match row.not_checked() {
            Some(_) => assert_eq!(tests, [""; 0], "{} is checked", row.id),
            None => {
                assert!(!tests.is_empty(), "{} has no test", row.id);
                assert!(!documents.is_empty(), "{} has no basis", row.id);
                tests.iter().for_each(|test| println!("    {test}"));
            }
        }
    }
}

/// What a row rests on.
fn documents(row: &Row) -> Vec<&'static str> {
    // Clauses of X.224 have no document before them.
    let is_clause = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let mut documents = Vec::new();
    for part in row.basis.split(", ").flat_map(|part| part.split("; ")) {
        documents.push(match part {
            _ if part.starts_with("RFC") => "RFC",
            _ if part.starts_with("MS-") => "MS",
            _ if part.starts_with("ICAO") => "ICAO",
            _ if part.contains("practice") => "practice",
            _ if is_clause(part) || part.starts_with("X.") || part.starts_with("as R") => "ITU",
            _ => continue,
        });
    }
    documents.sort_unstable();
    documents.dedup();
    documents
}

#[test]
fn errors_of_wireshark_are_avoided() {
    for (rule, name, claim) in WIRESHARK {
        let outcome = outcome(name);
        let holds = match *claim {
            Field(field, value) => outcome.fields(field).iter().any(|shown| shown.0 == value),
            Absent(field) => outcome.fields(field).is_empty(),
            Raises(severity, expert) => outcome.severities(expert).contains(&severity),
            Label(field, part) => outcome
                .fields(field)
                .iter()
                .any(|shown| shown.1.contains(part)),
            Tsdus(expected) => outcome
                .tsdus
                .iter()
                .eq(expected.iter().map(|tsdu| tsdu.as_bytes())),
        };
        assert!(holds, "{rule}: {name}");
    }
}

#[test]
fn every_expert_info_has_a_rule() {
    let rows = rows();
    let in_page: BTreeSet<_> = rows
        .iter()
        .filter(|row| !row.id.starts_with('W'))
        .flat_map(|row| row.names().map(|(expert, _)| expert))
        .collect();
    // SAFETY: the function takes nothing.
    let count = unsafe { (LIBRARY.expert_count)() };
    let registered = (0..count).map(|index| {
        let info = expert_info(EXPERT_BASE + index).unwrap();
        string(info.abbreviation).unwrap()
    });
    assert_same(&in_page, &registered.collect());
}
