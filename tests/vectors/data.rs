//! DT, ED and UD (X.224 13.7, 13.8; X.234), and concatenation (X.224 6.4).

use super::*;

pub fn vectors() -> Vec<Vector> {
    [of_class_0(), numbered(), expedited(), unit_data(), concatenation()].concat()
}

/// A DT of classes 0 and 1.
fn dt(code: u8, number_and_eot: u8, data: &[u8]) -> Vec<u8> {
    let header = [
        0x02, // LI
        code,
        number_and_eot,
    ];
    [&header, data].concat()
}

fn of_class_0() -> Vec<Vector> {
    let class_0 = || cc(0x00, &[]);
    let mut vectors = vec![
        tpdu("DT", dt(0xf0, 0x80, &[0xda]))
            .field("cotp.type", 0xf, 5, 1)
            .field("cotp.tpdu-number", 0, 6, 1)
            .field("cotp.eot", 1, 6, 1)
            .field("cotp.user_data", 1, 7, 1)
            .without("cotp.roa")
            .without("cotp.destref")
            .shows("DT TPDU (0) EOT"),
        tpdu("DT that is not the last", dt(0xf0, 0x00, &[0xda]))
            .field("cotp.eot", 0, 6, 1)
            .shows("DT TPDU (0)"),
        tpdu("DT that is not the last, without data", dt(0xf0, 0x00, &[]))
            .raises(NOTE, "cotp.user_data.empty", 4, 3)
            .shows("DT TPDU (0)"),
        tpdu("DT that is the last, without data", dt(0xf0, 0x80, &[]))
            .shows("DT TPDU (0) EOT"),

        tpdu("DT with a number in an unknown class", dt(0xf0, 0x85, &[0xda]))
            .raises(NOTE, "cotp.tpdu-number.nonzero", 6, 1)
            .field("cotp.tpdu-number", 5, 6, 1)
            .shows("DT TPDU (5) EOT"),
        tpdu("DT with a number in class 0", dt(0xf0, 0xff, &[0xda]))
            .after(class_0())
            .raises(WARNING, "cotp.tpdu-number.nonzero", 6, 1)
            .shows("DT TPDU (127) EOT"),
        tpdu("DT with a number in class 1", dt(0xf0, 0x85, &[0xda]))
            .after(cc(0x10, &[]))
            .shows("DT TPDU (5) EOT"),
        tpdu("DT without a number in class 0", dt(0xf0, 0x80, &[0xda]))
            .after(class_0())
            .shows("DT TPDU (0) EOT"),
        nsdu("DT with a number in an unknown class again, after another CR", dt(0xf0, 0x85, &[0xda]))
            .after(class_0())
            .after(cr(0x00, &[]))
            .raises(NOTE, "cotp.tpdu-number.nonzero", 2, 1)
            .shows("DT TPDU (5) EOT"),

        tpdu("DT with ROA over RFC 1006", dt(0xf1, 0x80, &[0xda]))
            .raises(NOTE, "cotp.roa.unexpected", 5, 1)
            .field("cotp.roa", 1, 5, 1)
            .without("cotp.type.reserved")
            .shows("DT TPDU (0) EOT"),
        tpdu("DT with ROA in class 0", dt(0xf1, 0x80, &[0xda]))
            .after(class_0())
            .raises(NOTE, "cotp.roa.unexpected", 5, 1)
            .shows("DT TPDU (0) EOT"),
        tpdu("DT with ROA in class 1", dt(0xf1, 0x80, &[0xda]))
            .after(cc(0x10, &[]))
            .shows("DT TPDU (0) EOT"),
        nsdu("DT with ROA in an unknown class", dt(0xf1, 0x80, &[0xda]))
            .field("cotp.roa", 1, 1, 1)
            .shows("DT TPDU (0) EOT"),
        tpdu("DT with every lower bit", dt(0xff, 0x80, &[0xda]))
            .raises(WARNING, "cotp.type.reserved_bits", 5, 1)
            .field("cotp.roa", 1, 5, 1)
            .shows("DT TPDU (0) EOT"),
    ];
    for bit in [0x02, 0x04, 0x08] {
        vectors.push(
            tpdu(format!("DT with reserved bit 0x{bit:02x} of its code"), dt(0xf0 | bit, 0x80, &[0xda]))
                .raises(WARNING, "cotp.type.reserved_bits", 5, 1)
                .field("cotp.type.reserved", bit.into(), 5, 1)
                .shows("DT TPDU (0) EOT"),
        );
    }
    vectors
}

fn numbered() -> Vec<Vector> {
    let normal = [
        0x04, // LI
        0xf0, // DT
        0x00, 0x01, // DST-REF
        0x85, // EOT, TPDU-NR 5
        0xda, // user data
    ];
    let extended = [
        0x07, // LI
        0xf0, // DT
        0x00, 0x01, // DST-REF
        0x80, 0x01, 0x02, 0x03, // EOT, TPDU-NR
        0xda, // user data
    ];
    let checksum = [
        0x08, // LI
        0xf0, // DT
        0x00, 0x01, // DST-REF
        0x80, // EOT, TPDU-NR 0
        0xc3, 0x02, 0xf4, 0x64, // checksum
        0xaa, 0xbb, // user data
    ];
    vec![
        nsdu("DT in normal format", normal)
            .field("cotp.destref", 1, 2, 2)
            .field("cotp.tpdu-number", 5, 4, 1)
            .field("cotp.eot", 1, 4, 1)
            .field("cotp.user_data", 1, 5, 1)
            .shows("DT TPDU (5) dst-ref: 0x0001 EOT"),
        nsdu("DT in extended format", extended)
            .field("cotp.tpdu-number", 0x01_02_03, 4, 4)
            .field("cotp.eot", 1, 4, 1)
            .field("cotp.user_data", 1, 8, 1)
            .shows("DT TPDU (66051) dst-ref: 0x0001 EOT"),
        nsdu("DT with the greatest number and without EOT", [
            0x07, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x7f, 0xff, 0xff, 0xff, // no EOT, TPDU-NR 2^31 - 1
            0xda, // user data
        ])
        .field("cotp.tpdu-number", 0x7fff_ffff, 4, 4)
        .field("cotp.eot", 0, 4, 1)
        .shows("DT TPDU (2147483647) dst-ref: 0x0001"),
        nsdu("DT of class 4 with ROA", [
            0x04, // LI
            0xf1, // DT, ROA
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0xda, // user data
        ])
        .after(cc(0x40, &[]))
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT of class 2 with ROA", [
            0x04, // LI
            0xf1, // DT, ROA
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0xda, // user data
        ])
        .after(cc(0x20, &[]))
        .raises(NOTE, "cotp.roa.unexpected", 1, 1)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT with a checksum", checksum).shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT of class 4 with a checksum", checksum)
            .after(cc(0x40, &[]))
            .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT of class 2 with a checksum", checksum)
            .after(cc(0x20, &[]))
            .raises(NOTE, "cotp.checksum.unexpected", 5, 1)
            .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT with a parameter of the CR", [
            0x08, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0x85, 0x02, 0x00, 0x01, // acknowledgement time
            0xda, // user data
        ])
        .raises(WARNING, "cotp.parameter.not_allowed", 5, 1)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT in normal format with ED-TPDU-NR", [
            0x08, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0x90, 0x02, 0x00, 0x01, // ED-TPDU-NR
            0xda, // user data
        ])
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT in normal format with the ED-TPDU-NR of extended format", [
            0x0a, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0x90, 0x04, 0x00, 0x00, 0x00, 0x01, // ED-TPDU-NR
            0xda, // user data
        ])
        .after(cc(0x40, &[]))
        .raises(WARNING, "cotp.parameter.length_invalid", 6, 1)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT in extended format with ED-TPDU-NR", [
            0x0d, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, 0x00, 0x00, 0x00, // EOT, TPDU-NR 0
            0x90, 0x04, 0x00, 0x00, 0x00, 0x01, // ED-TPDU-NR
            0xda, // user data
        ])
        .after(cc(0x42, &[]))
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT with LI 3, of no format", [
            0x03, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // behind the header
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .without("cotp.eot")
        .shows("DT TPDU (0) dst-ref: 0x0001"),
        nsdu("DT with LI 5, of no format", [
            0x05, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, 0x00, // EOT, part of a TPDU-NR
            0xda, // behind the header
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .shows("DT TPDU (0) dst-ref: 0x0001"),
    ]
}

fn expedited() -> Vec<Vector> {
    let normal = [
        0x04, // LI
        0x10, // ED
        0x00, 0x01, // DST-REF
        0x81, // EOT, ED-TPDU-NR 1
    ];
    let extended = [
        0x07, // LI
        0x10, // ED
        0x00, 0x01, // DST-REF
        0x80, 0x00, 0x00, 0x02, // EOT, ED-TPDU-NR
    ];
    let of_rfc_1006 = |code: u8, number_and_eot: u8| [
        0x02, // LI
        code,
        number_and_eot,
    ];
    vec![
        nsdu("ED in normal format with 16 octets", with_data(normal, 16))
            .field("cotp.type", 0x1, 1, 1)
            .field("cotp.tpdu-number", 1, 4, 1)
            .field("cotp.eot", 1, 4, 1)
            .field("cotp.user_data", 16, 5, 16)
            .shows("ED TPDU (1) dst-ref: 0x0001 EOT"),
        nsdu("ED in normal format with 17 octets", with_data(normal, 17))
            .raises(WARNING, "cotp.user_data.too_long", 5, 17)
            .shows("ED TPDU (1) dst-ref: 0x0001 EOT"),
        nsdu("ED in normal format without data", with_data(normal, 0))
            .raises(WARNING, "cotp.user_data.empty", 0, 5)
            .shows("ED TPDU (1) dst-ref: 0x0001 EOT"),
        nsdu("ED in extended format with one octet", with_data(extended, 1))
            .field("cotp.tpdu-number", 2, 4, 4)
            .shows("ED TPDU (2) dst-ref: 0x0001 EOT"),
        nsdu("ED in extended format without data", with_data(extended, 0))
            .raises(WARNING, "cotp.user_data.empty", 0, 8)
            .shows("ED TPDU (2) dst-ref: 0x0001 EOT"),
        tpdu("ED of RFC 1006", with_data(of_rfc_1006(0x10, 0x80), 1))
            .field("cotp.eot", 1, 6, 1)
            .shows("ED TPDU (0) EOT"),
        tpdu("ED of RFC 1006 with credit", with_data(of_rfc_1006(0x11, 0x80), 1))
            .raises(WARNING, "cotp.type.reserved_bits", 5, 1)
            .shows("ED TPDU (0) EOT"),
        tpdu("ED of RFC 1006 with a number", with_data(of_rfc_1006(0x10, 0x81), 1))
            .after(cc(0x00, &[]))
            .raises(WARNING, "cotp.tpdu-number.nonzero", 6, 1)
            .shows("ED TPDU (1) EOT"),
        tpdu("ED of RFC 1006 with a number in an unknown class", with_data(of_rfc_1006(0x10, 0x81), 1))
            .raises(NOTE, "cotp.tpdu-number.nonzero", 6, 1)
            .shows("ED TPDU (1) EOT"),
        nsdu("ED of class 2 with any number", [
            0x04, // LI
            0x10, // ED
            0x00, 0x01, // DST-REF
            0xd5, // EOT, ED-TPDU-NR 85
            0xda, // user data
        ])
        .after(cc(0x20, &[]))
        .shows("ED TPDU (85) dst-ref: 0x0001 EOT"),
        nsdu("ED with LI 5, of no format", [
            0x05, // LI
            0x10, // ED
            0x00, 0x01, // DST-REF
            0x80, 0x00, // EOT, part of an ED-TPDU-NR
            0xda, // behind the header
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .shows("ED TPDU (0) dst-ref: 0x0001"),
    ]
}

fn unit_data() -> Vec<Vector> {
    vec![
        nsdu("UD", [
            0x07, // LI
            0x40, // UD
            0xc1, 0x01, 0x41, // source T-selector
            0xc2, 0x01, 0x42, // destination T-selector
            0xda, // user data
        ])
        .field("cotp.type", 0x4, 1, 1)
        .field("cotp.src-tsap", 1, 4, 1)
        .field("cotp.dst-tsap", 1, 7, 1)
        .field("cotp.user_data", 1, 8, 1)
        .shows("UD TPDU"),
        tpdu("UD over TPKT", [
            0x07, // LI
            0x40, // UD
            0xc1, 0x01, 0x41, // source T-selector
            0xc2, 0x01, 0x42, // destination T-selector
            0xda, // user data
        ])
        .raises(NOTE, "cotp.type.not_for_carrier", 5, 1)
        .shows("UD TPDU"),
        nsdu("UD without parameters", [
            0x01, // LI
            0x40, // UD
            0xda, // user data
        ])
        .raises(NOTE, "cotp.parameter.missing", 1, 1)
        .shows("UD TPDU"),
        nsdu("UD with reserved bits, without parameters", [
            0x01, // LI
            0x4f, // UD, reserved bits
            0xda, // user data
        ])
        .raises(WARNING, "cotp.type.reserved_bits", 1, 1)
        .field("cotp.user_data", 1, 2, 1)
        .shows("UD TPDU"),
        nsdu("UD with a TPDU size", [
            0x04, // LI
            0x40, // UD
            0xc0, 0x01, 0x0a, // TPDU size
        ])
        .raises(WARNING, "cotp.parameter.not_allowed", 2, 1)
        .shows("UD TPDU"),
    ]
}

fn concatenation() -> Vec<Vector> {
    let set = [
        0x04, // LI
        0x61, // AK, credit 1
        0x00, 0x01, // DST-REF
        0x02, // YR-TU-NR 2
        0x04, // LI
        0x20, // EA
        0x00, 0x01, // DST-REF
        0x03, // YR-EDTU-NR 3
        0x04, // LI
        0xf0, // DT
        0x00, 0x01, // DST-REF
        0x80, // EOT, TPDU-NR 0
        0xda, // user data
    ];
    let summaries = |vector: Vector| {
        vector
            .shows("AK TPDU (2) dst-ref: 0x0001")
            .shows("EA TPDU (3) dst-ref: 0x0001")
            .shows("DT TPDU (0) dst-ref: 0x0001 EOT")
    };
    vec![
        summaries(nsdu("AK, EA and DT in one NSDU", set))
            .field("cotp.user_data", 1, 15, 1),
        summaries(tpdu("AK, EA and DT in one TPKT", set))
            .raises(NOTE, "cotp.concatenation.not_allowed", 9, 11)
            .raises(NOTE, "cotp.concatenation.not_allowed", 14, 6),
        tpdu("ER followed by one octet", [
            0x07, // LI
            0x70, // ER
            0x00, 0x01, // DST-REF
            0x02, // reject cause
            0xc1, 0x01, 0xb0, // invalid TPDU
            0x05, // a TPDU's LI, and the TPKT ends
        ])
        .error()
        .raises(NOTE, "cotp.concatenation.not_allowed", 12, 1)
        .raises(ERROR, "cotp.li.invalid", 12, 1)
        .shows("Incomplete TPDU"),
        tpdu("octets after a DT header are its user data", [
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
            0x02, 0xf0, 0x80, // user data that looks like another
        ])
        .field("cotp.user_data", 3, 7, 3)
        .shows("DT TPDU (0) EOT"),
    ]
}
