//! AK, EA and RJ (X.224 13.9 to 13.11).

use super::*;

pub fn vectors() -> Vec<Vector> {
    vec![
        nsdu("AK in normal format", [
            0x04, // LI
            0x6f, // AK, credit 15
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
        ])
        .field("cotp.type", 0x6, 1, 1)
        .field("cotp.credit", 15, 1, 1)
        .field("cotp.destref", 1, 2, 2)
        .field("cotp.next-tpdu-number", 5, 4, 1)
        .without("cotp.next-tpdu-number.reserved")
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        tpdu("AK over TPKT, as the CC was not seen", [
            0x04, // LI
            0x6f, // AK, credit 15
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
        ])
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        tpdu("EA over TPKT, as the CC was not seen", [
            0x04, // LI
            0x20, // EA
            0x00, 0x01, // DST-REF
            0x05, // YR-EDTU-NR 5
        ])
        .shows("EA TPDU (5) dst-ref: 0x0001"),
        nsdu("AK in extended format", [
            0x09, // LI
            0x60, // AK
            0x00, 0x01, // DST-REF
            0x00, 0x01, 0x02, 0x03, // YR-TU-NR
            0x01, 0x00, // credit 256
        ])
        .field("cotp.next-tpdu-number", 0x01_02_03, 4, 4)
        .field("cotp.credit", 256, 8, 2)
        .shows("AK TPDU (66051) dst-ref: 0x0001"),
        nsdu("AK with its parameters", [
            0x16, // LI
            0x61, // AK, credit 1
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
            0x8a, 0x02, 0x00, 0x01, // sub-sequence number
            0x8c, 0x08, // flow control confirmation
            0x00, 0x00, 0x00, 0x05, // its lower window edge
            0x00, 0x01, // its sub-sequence number
            0x00, 0x01, // its credit
            0x8f, 0x02, 0x07, 0x08, // selective acknowledgement
        ])
        .field("cotp.sequence_number", 1, 7, 2)
        .field("cotp.lower_window_edge", 5, 11, 4)
        .field("cotp.sequence_number", 1, 15, 2)
        .field("cotp.credit", 1, 17, 2)
        .field("cotp.selective_ack.lower", 7, 21, 1)
        .field("cotp.selective_ack.upper", 8, 22, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("AK with LI 30", [
            0x1e, // LI
            0x61, // AK, credit 1
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
            0x8a, 0x02, 0x00, 0x01, // sub-sequence number
            0x8c, 0x08, // flow control confirmation
            0x00, 0x00, 0x00, 0x05, // its lower window edge
            0x00, 0x01, // its sub-sequence number
            0x00, 0x01, // its credit
            0x8f, 0x0a, // selective acknowledgement
            0x07, 0x08, 0x0a, 0x0b, 0x0d, 0x0e, 0x10, 0x11, 0x13, 0x14, // its edges
        ])
        .field("cotp.selective_ack.lower", 0x13, 29, 1)
        .field("cotp.selective_ack.upper", 0x14, 30, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("AK in extended format with a selective acknowledgement", [
            0x13, // LI
            0x60, // AK
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR 5
            0x00, 0x01, // credit 1
            0x8f, 0x08, // selective acknowledgement
            0x00, 0x00, 0x00, 0x07, // its lower edge
            0x00, 0x00, 0x00, 0x08, // its upper edge
        ])
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("AK in extended format with the selective acknowledgement of normal format", [
            0x0d, // LI
            0x60, // AK
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR 5
            0x00, 0x01, // credit 1
            0x8f, 0x02, 0x07, 0x08, // selective acknowledgement
        ])
        .raises(WARNING, "cotp.parameter.length_invalid", 11, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("AK with the reserved bit of its number", [
            0x04, // LI
            0x61, // AK, credit 1
            0x00, 0x01, // DST-REF
            0x85, // reserved bit, YR-TU-NR 5
        ])
        .field("cotp.next-tpdu-number", 5, 4, 1)
        .field("cotp.next-tpdu-number.reserved", 1, 4, 1)
        .raises(WARNING, "cotp.next-tpdu-number.reserved_bit", 4, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("AK with LI 7, of no format", [
            0x07, // LI
            0x60, // AK
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR, and no credit
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("EA in normal format", [
            0x04, // LI
            0x20, // EA
            0x00, 0x01, // DST-REF
            0x05, // YR-EDTU-NR 5
        ])
        .field("cotp.type", 0x2, 1, 1)
        .field("cotp.next-tpdu-number", 5, 4, 1)
        .without("cotp.credit")
        .shows("EA TPDU (5) dst-ref: 0x0001"),
        nsdu("EA in extended format with a reserved bit in its code", [
            0x07, // LI
            0x21, // EA, a reserved bit
            0x00, 0x01, // DST-REF
            0x80, 0x00, 0x00, 0x05, // reserved bit, YR-EDTU-NR 5
        ])
        .raises(WARNING, "cotp.type.reserved_bits", 1, 1)
        .field("cotp.next-tpdu-number", 5, 4, 4)
        .field("cotp.next-tpdu-number.reserved", 1, 4, 1)
        .shows("EA TPDU (5) dst-ref: 0x0001"),
        nsdu("EA in extended format with the reserved bit of its number", [
            0x07, // LI
            0x20, // EA
            0x00, 0x01, // DST-REF
            0x80, 0x00, 0x00, 0x05, // reserved bit, YR-EDTU-NR 5
        ])
        .raises(WARNING, "cotp.next-tpdu-number.reserved_bit", 4, 1)
        .shows("EA TPDU (5) dst-ref: 0x0001"),
        nsdu("EA of class 2 with any number", [
            0x04, // LI
            0x20, // EA
            0x00, 0x01, // DST-REF
            0x55, // YR-EDTU-NR 85
        ])
        .after(cc(0x20, &[]))
        .shows("EA TPDU (85) dst-ref: 0x0001"),
        nsdu("EA with LI 3", [
            0x03, // LI
            0x20, // EA
            0x00, 0x01, // DST-REF
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .shows("EA TPDU (0) dst-ref: 0x0001"),
        nsdu("RJ in normal format", [
            0x04, // LI
            0x53, // RJ, credit 3
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
        ])
        .field("cotp.type", 0x5, 1, 1)
        .field("cotp.credit", 3, 1, 1)
        .field("cotp.next-tpdu-number", 5, 4, 1)
        .raises(NOTE, "cotp.reject", 1, 1)
        .shows("RJ TPDU (5) dst-ref: 0x0001"),
        nsdu("RJ in extended format", [
            0x09, // LI
            0x50, // RJ
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR 5
            0x00, 0x03, // credit 3
        ])
        .field("cotp.credit", 3, 8, 2)
        .raises(NOTE, "cotp.reject", 1, 1)
        .shows("RJ TPDU (5) dst-ref: 0x0001"),
        nsdu("RJ with LI 7, of no format", [
            0x07, // LI
            0x50, // RJ
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR, and no credit
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .shows("RJ TPDU (5) dst-ref: 0x0001"),
        nsdu("RJ with a checksum", [
            0x08, // LI
            0x53, // RJ, credit 3
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
            0xc3, 0x02, 0x00, 0x00, // checksum
        ])
        .raises(WARNING, "cotp.parameter.not_allowed", 5, 1)
        .raises(NOTE, "cotp.reject", 1, 1)
        .shows("RJ TPDU (5) dst-ref: 0x0001"),
    ]
}
