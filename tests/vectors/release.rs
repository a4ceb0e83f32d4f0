//! DR, DC and ER (X.224 13.5, 13.6, 13.12).

use super::*;

pub fn vectors() -> Vec<Vector> {
    [reasons(), disconnection(), rejection()].concat()
}

/// A DR that refuses a connection has no SRC-REF.
fn dr_without_source(reason: u8) -> Vec<u8> {
    let mut octets = dr(reason, &[]);
    octets[4..6].fill(0);
    octets
}

fn reasons() -> Vec<Vector> {
    const KNOWN: [u8; 13] = [0, 1, 2, 3, 128, 129, 130, 131, 132, 133, 135, 136, 138];
    const UNKNOWN: [u8; 6] = [4, 127, 134, 137, 139, 255];
    let of = |reason: u8| tpdu(format!("DR with reason {reason}"), dr(reason, &[]))
        .field("cotp.destref", 1, 6, 2)
        .field("cotp.srcref", 2, 8, 2)
        .field("cotp.cause", reason.into(), 10, 1)
        .release();
    let of_class_0 = |reason: u8| Vector {
        name: format!("DR of class 0 with reason {reason}"),
        ..of(reason)
            .after(cc(0x00, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 5, 1)
    };
    let refusal = |name: &str, reason| tpdu(name, dr_without_source(reason))
        .raises(CHAT, "cotp.disconnect.request", 10, 1)
        .raises(WARNING, "cotp.connection.refused", 10, 1)
        .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0001");
    let of_class_2 = |reason: u8| Vector {
        name: format!("DR of class 2 with reason {reason}"),
        ..of(reason).after(cc(0x20, &[]))
    };
    let mut vectors = Vec::new();
    vectors.extend(KNOWN.map(of));
    vectors.extend(UNKNOWN.map(|reason| {
        of(reason).raises(WARNING, "cotp.cause.unknown", 10, 1)
    }));
    vectors.extend([
        of_class_0(3),
        of_class_2(128),
        refusal("DR with reason 128 that refuses a CR of class 0", 128)
            .after(cr(0x00, &[]))
            .raises(NOTE, "cotp.cause.not_for_class", 10, 1),
        refusal("DR with reason 138 that refuses a CR of class 0", 138)
            .after(cr(0x00, &[]))
            .raises(NOTE, "cotp.cause.not_for_class", 10, 1),
        refusal("DR with reason 3 that refuses a CR of class 0", 3).after(cr(0x00, &[])),
        refusal("DR with reason 128 that refuses a CR of class 2", 128).after(cr(0x21, &[])),
        refusal("DR with reason 128 that refuses a CR of class 0 with an alternative", 128)
            .after(cr(0x10, &[0xc7, 0x01, 0x00])),
    ]);
    vectors
}

fn disconnection() -> Vec<Vector> {
    let clearing = |count| parameter(0xe0, count, 0x80);
    let refusal = |count| {
        let mut octets = dr(0x01, &clearing(count));
        octets[4..6].fill(0); // SRC-REF
        octets
    };
    vec![
        tpdu("DR with additional clearing information", dr(0x80, &[
            0xe0, 0x01, 0x80, // additional clearing information: non-disruptive (RFC 2126 4.2.3)
        ]))
        .field("cotp.additional_clearing_information", 1, 13, 1)
        .release(),
        tpdu("DR with a T-selector", dr(0x00, &[
            0xc1, 0x01, 0x41, // calling T-selector
        ]))
        .raises(WARNING, "cotp.parameter.not_allowed", 11, 1)
        .release(),
        tpdu("DR with 64 octets of user data", with_data(dr(0x80, &[]), 64)).release(),
        tpdu("DR with 65 octets of user data", with_data(dr(0x80, &[]), 65))
            .raises(WARNING, "cotp.user_data.too_long", 11, 65)
            .release(),
        tpdu("DR with user data that refuses a CR of class 0", with_data(dr_without_source(0x01), 1))
            .after(cr(0x00, &[]))
            .raises(CHAT, "cotp.disconnect.request", 10, 1)
            .raises(WARNING, "cotp.connection.refused", 10, 1)
            .raises(WARNING, "cotp.user_data.not_allowed", 11, 1)
            .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0001"),
        tpdu("DR with user data that refuses a CR of class 2", with_data(dr_without_source(0x01), 1))
            .after(cr(0x21, &[]))
            .raises(CHAT, "cotp.disconnect.request", 10, 1)
            .raises(WARNING, "cotp.connection.refused", 10, 1)
            .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0001"),
        tpdu("DR of class 2 with user data", with_data(dr(0x00, &[]), 1))
            .after(cc(0x20, &[]))
            .release(),
        tpdu("DR of 128 octets that refuses a connection", refusal(119))
            .raises(CHAT, "cotp.disconnect.request", 10, 1)
            .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0001"),
        tpdu("DR of 129 octets that refuses a connection", refusal(120))
            .raises(CHAT, "cotp.disconnect.request", 10, 1)
            .raises(NOTE, "cotp.tpdu.too_long", 4, 129)
            .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0001"),
        tpdu("DR of 129 octets that releases one", dr(0x01, &clearing(120))).release(),
        // X.224 6.7.5: class 4 may release before the CC told the peer's reference.
        nsdu("DR of class 4 before any CC", [
            0x06, // LI
            0x80, // DR
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x80, // reason
        ])
        .after(cr(0x40, &[0xc3, 0x02, 0x00, 0x00]))
        .raises(CHAT, "cotp.disconnect.request", 6, 1)
        .shows("DR TPDU src-ref: 0x0001 dst-ref: 0x0000"),

        nsdu("DC", [
            0x05, // LI
            0xc0, // DC
            0x00, 0x01, // DST-REF
            0x00, 0x02, // SRC-REF
        ])
        .field("cotp.type", 0xc, 1, 1)
        .field("cotp.destref", 1, 2, 2)
        .field("cotp.srcref", 2, 4, 2)
        .raises(CHAT, "cotp.disconnect.confirm", 1, 1)
        .shows("DC TPDU src-ref: 0x0002 dst-ref: 0x0001"),
        nsdu("DC with a reserved bit and a checksum", with_checksum([
            0x09, // LI
            0xc4, // DC, a reserved bit
            0x00, 0x01, // DST-REF
            0x00, 0x02, // SRC-REF
            0xc3, 0x02, 0x00, 0x00, // checksum
        ], 8))
        .raises(CHAT, "cotp.disconnect.confirm", 1, 1)
        .raises(WARNING, "cotp.type.reserved_bits", 1, 1)
        .shows("DC TPDU src-ref: 0x0002 dst-ref: 0x0001"),
        nsdu("DC with LI 13", with_checksum([
            0x0d, // LI
            0xc0, // DC
            0x00, 0x01, // DST-REF
            0x00, 0x02, // SRC-REF
            0xc3, 0x02, 0x00, 0x00, // checksum
            0xc3, 0x02, 0x00, 0x00, // checksum again
        ], 8))
        .field("cotp.checksum.status", 1, 8, 2)
        .raises(CHAT, "cotp.disconnect.confirm", 1, 1)
        .raises(NOTE, "cotp.parameter.duplicate", 10, 1)
        .shows("DC TPDU src-ref: 0x0002 dst-ref: 0x0001"),
        nsdu("DC with LI 4", [
            0x04, // LI
            0xc0, // DC
            0x00, 0x01, // DST-REF
            0x00, // and the header ends
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .raises(CHAT, "cotp.disconnect.confirm", 1, 1)
        .shows("DC TPDU src-ref: 0x0000 dst-ref: 0x0001"),
    ]
}

fn rejection() -> Vec<Vector> {
    let invalid_tpdu = [
        0xc1, 0x02, 0x02, 0xb0, // invalid TPDU
    ];
    let mut vectors: Vec<_> = (0..=3)
        .map(|cause| {
            tpdu(format!("ER with cause {cause}"), er(cause, &invalid_tpdu))
                .field("cotp.reject_cause", cause.into(), 8, 1)
                .field("cotp.invalid_tpdu", 2, 11, 2)
                .without("cotp.src-tsap-bytes")
                .error()
        })
        .collect();
    vectors.extend([
        tpdu("ER with an undefined cause", er(4, &invalid_tpdu))
            .raises(WARNING, "cotp.reject_cause.unknown", 8, 1)
            .error(),
        tpdu("ER without invalid TPDU over RFC 1006, where the class is 0", er(0, &[]))
            .raises(WARNING, "cotp.parameter.missing", 5, 1)
            .error(),
        tpdu("ER without invalid TPDU in class 0", er(0, &[]))
            .after(cc(0x00, &[]))
            .raises(WARNING, "cotp.parameter.missing", 5, 1)
            .error(),
        tpdu("ER without invalid TPDU in class 2", er(0, &[]))
            .after(cc(0x20, &[]))
            .error(),
        nsdu("ER without invalid TPDU in an unknown class", er(0, &[])).error(),
        tpdu("ER with an empty invalid TPDU", er(0, &[
            0xc1, 0x00, // invalid TPDU
        ]))
        .field("cotp.invalid_tpdu", 0, 11, 0)
        .error(),
        tpdu("ER with an invalid TPDU of 20 octets", er(0, &parameter(0xc1, 20, 0xe0)))
            .field("cotp.invalid_tpdu", 20, 11, 20)
            .error(),
        tpdu("ER with a called T-selector", er(0, &[
            0xc1, 0x01, 0x02, // invalid TPDU
            0xc2, 0x01, 0x41, // called T-selector
        ]))
        .raises(WARNING, "cotp.parameter.not_allowed", 12, 1)
        .error(),
        tpdu("ER with LI 3", [
            0x03, // LI
            0x70, // ER
            0x00, 0x01, // DST-REF
        ])
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .shows("ER TPDU dst-ref: 0x0001"),
    ]);
    vectors
}
