//! The variable part (X.224 13.2.3), and the parameters of CR and CC (13.3.4, 13.4.4).

use super::*;

pub fn vectors() -> Vec<Vector> {
    [tpdu_size(), preferred_size(), t_selectors(), whole(), placement(), lengths()].concat()
}

fn tpdu_size() -> Vec<Vector> {
    let of = |class: u8, octet: u8| {
        let octets = cr(class << 4, &[
            0xc0, 0x01, octet, // TPDU size
        ]);
        tpdu(format!("CR of class {class} with TPDU size 0x{octet:02x}"), octets).request()
    };
    let mut vectors = Vec::new();
    for octet in [0x00, 0x06, 0x0e, 0x0f, 0x10, 0x17, 0xff] {
        vectors.push(
            of(0, octet)
                .raises(WARNING, "cotp.tpdu_size.invalid", 13, 1)
                .field("cotp.parameter_value", 1, 13, 1)
                .without("cotp.tpdu_size"),
        );
    }
    for octet in 0x07..=0x0b {
        vectors.push(of(0, octet).field("cotp.tpdu_size", 1 << octet, 13, 1));
    }
    for octet in 0x0c..=0x0d {
        let vector = |class| of(class, octet).field("cotp.tpdu_size", 1 << octet, 13, 1);
        vectors.push(vector(0).raises(NOTE, "cotp.tpdu_size.not_for_class", 13, 1));
        vectors.push(vector(2));
    }
    vectors
}

fn preferred_size() -> Vec<Vector> {
    let with = |value: &[u8]| {
        let length = u8::try_from(value.len()).unwrap();
        cr(0x00, &[&[0xf0, length], value].concat())
    };
    let of = |value: &[u8]| {
        let units = value.iter().fold(0, |units, octet| units << 8 | u64::from(*octet));
        let length = u32::try_from(value.len()).unwrap();
        tpdu(format!("preferred maximum TPDU size {value:02x?}"), with(value))
            .field("cotp.preferred_maximum_tpdu_size", units * 128, 13, length)
            .request()
    };
    let wrong_length = |value: &[u8]| {
        tpdu(format!("preferred maximum TPDU size of {} octets", value.len()), with(value))
            .raises(WARNING, "cotp.parameter.length_invalid", 12, 1)
            .without("cotp.preferred_maximum_tpdu_size")
            .request()
    };
    let refused = |vector: Vector, length| {
        vector.raises(NOTE, "cotp.preferred_maximum_tpdu_size.invalid", 13, length)
    };
    vec![
        wrong_length(&[]),
        refused(of(&[0x00]), 1),
        of(&[0x01]),
        refused(of(&[0x00, 0x00]), 2),
        of(&[0x01, 0xff]),
        refused(of(&[0x02, 0x00]), 2),
        of(&[0x00, 0x01, 0xff]),
        of(&[0x00, 0x00, 0x00, 0x01]),
        refused(of(&[0xff, 0xff, 0xff, 0xff]), 4),
        wrong_length(&[0x00, 0x00, 0x00, 0x00, 0x01]),
        tpdu("preferred maximum TPDU size of the wrong length, then a T-selector", cr(0x00, &[
            0xf0, 0x05, 0x00, 0x00, 0x00, 0x00, 0x01, // preferred maximum TPDU size
            0xc1, 0x01, 0x41, // calling T-selector
        ]))
        .raises(WARNING, "cotp.parameter.length_invalid", 12, 1)
        .field("cotp.src-tsap", 1, 20, 1)
        .request(),
        nsdu("preferred maximum TPDU size 512 without TPKT", with(&[0x02, 0x00])).request(),
        nsdu("preferred maximum TPDU size 0 without TPKT", with(&[0x00]))
            .raises(NOTE, "cotp.preferred_maximum_tpdu_size.invalid", 9, 1)
            .request(),
        // X.224 6.5.5 k: a CC that answers with the preferred size omits the other.
        tpdu("CC with TPDU size and preferred maximum", cc(0x00, &[
            0xf0, 0x01, 0x08, // preferred maximum TPDU size
            0xc0, 0x01, 0x0a, // TPDU size
        ]))
        .raises(WARNING, "cotp.parameter.not_allowed", 14, 1)
        .confirm(),
        tpdu("CR with TPDU size and preferred maximum", cr(0x00, &[
            0xf0, 0x01, 0x08, // preferred maximum TPDU size
            0xc0, 0x01, 0x0a, // TPDU size
        ]))
        .field("cotp.preferred_maximum_tpdu_size", 1024, 13, 1)
        .field("cotp.tpdu_size", 1024, 16, 1)
        .request(),
        tpdu("CC with the preferred maximum only", cc(0x00, &[
            0xf0, 0x01, 0x08, // preferred maximum TPDU size
        ]))
        .confirm(),
    ]
}

fn t_selectors() -> Vec<Vector> {
    vec![
        tpdu("printable T-selectors", cr(0x00, &[
            0xc1, 0x03, b'M', b'T', b'A', // calling T-selector
            0xc2, 0x04, b'X', b' ', b'4', b'~', // called T-selector
        ]))
        .field("cotp.src-tsap-bytes", 3, 13, 3)
        .field("cotp.src-tsap", 3, 13, 3)
        .field("cotp.dst-tsap-bytes", 4, 18, 4)
        .field("cotp.dst-tsap", 4, 18, 4)
        .request(),
        tpdu("T-selectors that are not printable", cr(0x00, &[
            0xc1, 0x02, 0x01, 0x00, // calling T-selector
            0xc2, 0x02, b'A', 0x7f, // called T-selector
        ]))
        .field("cotp.src-tsap-bytes", 2, 13, 2)
        .field("cotp.dst-tsap-bytes", 2, 17, 2)
        .without("cotp.src-tsap")
        .without("cotp.dst-tsap")
        .request(),
        tpdu("empty T-selectors", cr(0x00, &[
            0xc1, 0x00, // calling T-selector
            0xc2, 0x00, // called T-selector
        ]))
        .field("cotp.src-tsap-bytes", 0, 13, 0)
        .field("cotp.dst-tsap-bytes", 0, 15, 0)
        .without("cotp.src-tsap")
        .request(),
        tpdu("calling T-selector of 246 octets", cr(0x00, &parameter(0xc1, 246, 0x5f)))
            .field("cotp.src-tsap", 246, 13, 246)
            .raises(NOTE, "cotp.tpdu.too_long", 4, 255)
            .request(),
    ]
}

/// Unknown, repeated and truncated parameters.
fn whole() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for code in [0x00, 0x08, 0x3f, 0xc8, 0xd0, 0xff] {
        let unknown = [
            code, 0x01, 0x77,
            0xc0, 0x01, 0x0a, // TPDU size
        ];
        vectors.extend([
            tpdu(format!("CR with unknown parameter 0x{code:02x}"), cr(0x00, &unknown))
                .raises(NOTE, "cotp.parameter.unknown", 11, 1)
                .field("cotp.parameter_code", code.into(), 11, 1)
                .field("cotp.parameter_value", 1, 13, 1)
                .field("cotp.tpdu_size", 1024, 16, 1)
                .request(),
            tpdu(format!("CC with unknown parameter 0x{code:02x}"), cc(0x00, &unknown))
                .raises(WARNING, "cotp.parameter.unknown", 11, 1)
                .confirm(),
        ]);
    }
    vectors.extend([
        tpdu("TPDU size three times", cr(0x00, &[
            0xc0, 0x01, 0x09, // TPDU size
            0xc0, 0x01, 0x0a, // again
            0xc1, 0x01, 0x41, // calling T-selector
            0xc0, 0x01, 0x0b, // and again
        ]))
        .raises(NOTE, "cotp.parameter.duplicate", 14, 1)
        .field("cotp.tpdu_size", 2048, 22, 1)
        .request(),
        tpdu("T-selectors and preferred maximum twice", cr(0x00, &[
            0xc1, 0x01, 0x41, // calling T-selector
            0xf0, 0x01, 0x04, // preferred maximum TPDU size
            0xc1, 0x02, 0x42, 0x43, // calling T-selector again
            0xf0, 0x01, 0x08, // preferred maximum TPDU size again
        ]))
        .raises(NOTE, "cotp.parameter.duplicate", 17, 1)
        .field("cotp.src-tsap", 2, 19, 2)
        .request(),
        tpdu("parameter code without length", cr(0x00, &[
            0xc0, 0x01, 0x0a, // TPDU size
            0xc1, // calling T-selector, and the header ends
        ]))
        .raises(ERROR, "cotp.parameter.truncated", 14, 1)
        .request(),
        tpdu("parameter that exceeds the header", cr(0x00, &[
            0xc1, 0x03, 0x41, 0x42, // calling T-selector of 3 octets, and the header ends
        ]))
        .raises(ERROR, "cotp.parameter.truncated", 11, 4)
        .field("cotp.parameter_value", 2, 13, 2)
        .without("cotp.src-tsap-bytes")
        .request(),
        tpdu("parameter that exceeds the header, before user data", with_data(cr(0x20, &[
            0xc1, 0x03, // calling T-selector of 3 octets, and the header ends
        ]), 3))
        .raises(ERROR, "cotp.parameter.truncated", 11, 2)
        .field("cotp.user_data", 3, 13, 3)
        .request(),
        tpdu("parameter that ends with the header", cr(0x00, &[
            0xc1, 0x02, 0x41, 0x42, // calling T-selector
        ]))
        .request(),
    ]);
    vectors
}

/// Parameters in the wrong TPDU or class.
fn placement() -> Vec<Vector> {
    let checksum = [
        0xc3, 0x02, 0x00, 0x00, // checksum
    ];
    let options = [
        0xc6, 0x01, 0x01, // additional options: transport expedited
    ];
    let version = [
        0xc4, 0x01, 0x01, // version number
    ];
    vec![
        tpdu("CR of class 0 with a version number", cr(0x00, &version))
            .raises(NOTE, "cotp.parameter.not_allowed", 11, 1)
            .request(),
        tpdu("CR of class 2 with a version number", cr(0x20, &version)).request(),
        tpdu("CC of class 2 with a version number", cc(0x20, &version))
            .raises(WARNING, "cotp.parameter.not_allowed", 11, 1)
            .confirm(),
        tpdu("CC of class 2 with alternative classes", cc(0x20, &[
            0xc7, 0x01, 0x00, // alternative protocol classes: 0
        ]))
        .raises(WARNING, "cotp.parameter.not_allowed", 11, 1)
        .confirm(),
        tpdu("CC of class 3 with a reassignment time", cc(0x30, &[
            0x8b, 0x02, 0x00, 0x0a, // reassignment time
        ]))
        .raises(WARNING, "cotp.parameter.not_allowed", 11, 1)
        .confirm(),
        tpdu("CR of class 3 with a reassignment time", cr(0x30, &[
            0x8b, 0x02, 0x00, 0x0a, // reassignment time
        ]))
        .request(),
        tpdu("CR of class 2 with protection", cr(0x21, &[
            0xc5, 0x02, 0xff, 0x00, // protection: any value
        ]))
        .field("cotp.protection", 2, 13, 2)
        .request(),
        tpdu("CC of class 0 with protection", cc(0x00, &[
            0xc5, 0x01, 0x00, // protection
        ]))
        .raises(WARNING, "cotp.parameter.not_allowed", 11, 1)
        .confirm(),
        tpdu("CR with the sub-sequence number of an AK", cr(0x20, &[
            0x8a, 0x02, 0x00, 0x01, // sub-sequence number
        ]))
        .raises(NOTE, "cotp.parameter.not_allowed", 11, 1)
        .request(),
        tpdu("CR of class 0 with additional options, which RFC 1006 5 uses", cr(0x00, &options))
            .request(),
        // Without TCP nothing exempts it (X.224 8.2.2 c).
        nsdu("CR of class 0 with additional options", cr(0x00, &options))
            .raises(NOTE, "cotp.parameter.not_allowed", 7, 1)
            .request(),
        nsdu("CR of class 2 with additional options", cr(0x20, &options)).request(),
        tpdu("CR of class 0 with a checksum", cr(0x00, &checksum))
            .raises(NOTE, "cotp.checksum.unexpected", 11, 1)
            .request(),
        tpdu("CC of class 2 with a checksum", cc(0x20, &checksum))
            .raises(NOTE, "cotp.checksum.unexpected", 11, 1)
            .confirm(),
    ]
}

/// Lengths the standard fixes (X.224 13.3.4).
fn lengths() -> Vec<Vector> {
    // Class 3 has all but the first and the last, which class 4 has.
    let definitions: &[(u8, u8, &[u8], &[u8])] = &[
        // Class, code, lengths that are right and that are not.
        (4, 0x85, &[2], &[1, 3]), // acknowledgement time
        (3, 0x86, &[3], &[2, 4]), // residual error rate
        (3, 0x87, &[2], &[1, 3]), // priority
        (3, 0x88, &[8], &[7, 9]), // transit delay
        (3, 0x89, &[12, 24], &[11, 13, 23, 25]), // throughput: maximum, or maximum and average
        (3, 0x8b, &[2], &[0, 4]), // reassignment time
        (3, 0xc0, &[1], &[0, 2]), // TPDU size
        (3, 0xc4, &[1], &[0, 2]), // version number
        (3, 0xc5, &[0, 9], &[]), // protection
        (3, 0xc6, &[1], &[0, 2]), // additional options
        (3, 0xc7, &[1, 2], &[0]), // alternative protocol classes
        (4, 0xf2, &[4], &[3, 5]), // inactivity timer
    ];
    let checksum = parameter(0xc3, 2, 0x00);
    let of = |class: u8, code: u8, length: u8| {
        // A value every one of them may have: a TPDU size, a class, an option.
        let octet = match code {
            0xc0 => 0x0a,
            0xc7 => 0x20,
            _ => 0x01,
        };
        let if_class_4 = if class == 4 { &checksum[..] } else { &[] };
        let mut octets =
            cr(class << 4, &[&parameter(code, length, octet)[..], if_class_4].concat());
        if class == 4 {
            let at = octets.len() - 2;
            octets = with_checksum(octets, at);
        }
        tpdu(format!("CR with parameter 0x{code:02x} of {length} octets"), octets)
            .field("cotp.parameter_code", code.into(), 11, 1)
            .field("cotp.parameter_length", length.into(), 12, 1)
            .request()
    };
    let mut vectors = Vec::new();
    for &(class, code, right, wrong) in definitions {
        vectors.extend(right.iter().map(|&length| of(class, code, length)));
        vectors.extend(wrong.iter().map(|&length| {
            of(class, code, length).raises(WARNING, "cotp.parameter.length_invalid", 12, 1)
        }));
    }
    vectors.push(
        tpdu("checksum of 3 octets", cr(0x40, &[
            0xc3, 0x03, 0x00, 0x00, 0x00, // checksum
        ]))
        .raises(WARNING, "cotp.parameter.length_invalid", 12, 1)
        .request(),
    );
    vectors
}
