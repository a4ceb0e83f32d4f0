//! LI and code of any TPDU (X.224 13.2), the fixed part and user data of CR and CC (13.3, 13.4).

use super::*;

pub fn vectors() -> Vec<Vector> {
    [length_indicator(), codes(), credit(), references(), class_and_options(), user_data()].concat()
}

fn length_indicator() -> Vec<Vector> {
    let long_t_selector = [
        &[
            0xff, // LI, reserved value
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // class 0, no options
            0xc1, 0xf7, // calling T-selector of 247 octets
        ][..],
        &[0x41; 247],
    ].concat();
    vec![
        tpdu("LI 0", [
            0x00, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
        ])
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .field("cotp.undecoded", 2, 5, 2)
        .without("cotp.type")
        .shows("TPKT of 7 octets"),
        tpdu("LI 1, too short for a DT", [
            0x01, // LI
            0xf0, // DT
            0x80, // behind the header
        ])
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .field("cotp.undecoded", 1, 6, 1)
        .without("cotp.eot")
        .shows("DT TPDU (0)"),
        tpdu("LI 2, right for a DT of class 0", [
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
        ])
        .field("cotp.eot", 1, 6, 1)
        .shows("DT TPDU (0) EOT"),
        tpdu("LI 5, too short for a CR", [
            0x05, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // behind the header
        ])
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .request()
        .without("cotp.class"),
        tpdu("LI equal to the length of the TPDU", [
            0x07, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // class 0, no options
        ])
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .field("cotp.class", 0, 10, 1)
        .request(),
        tpdu("LI far past the TPDU", [
            0xfe, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // class 0, no options
        ])
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .request(),
        tpdu("LI 255 past the TPDU", [
            0xff, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // class 0, no options
        ])
        .raises(ERROR, "cotp.li.reserved", 4, 1)
        .request(),
        tpdu("LI 255 within the TPDU", long_t_selector)
            .raises(ERROR, "cotp.li.reserved", 4, 1)
            .field("cotp.src-tsap", 247, 13, 247)
            .request(),
        nsdu("LI alone", [
            0x04, // LI
        ])
        .raises(ERROR, "cotp.li.invalid", 0, 1)
        .shows("Incomplete TPDU"),
    ]
}

fn codes() -> Vec<Vector> {
    let mut vectors: Vec<_> = [0x00, 0x01, 0x30, 0x9f, 0xa0, 0xb1]
        .into_iter()
        .map(|code| {
            tpdu(format!("undefined code 0x{code:02x}"), [
                0x02, // LI
                code,
                0x80, 0x00,
            ])
            .raises(WARNING, "cotp.type.unknown", 5, 1)
            .field("cotp.type", u64::from(code >> 4), 5, 1)
            .field("cotp.undecoded", 2, 6, 2)
            .shows(format!("TPDU of undefined type 0x{:x}", code >> 4))
        })
        .collect();
    // Every bit the code leaves reserved; DT's are with its ROA bit.
    for bit in [0x01, 0x02, 0x04, 0x08] {
        let of = |mut octets: Vec<u8>, name: &str| {
            octets[1] |= bit;
            tpdu(format!("{name} with reserved bit 0x{bit:02x} of its code"), octets)
                .raises(WARNING, "cotp.type.reserved_bits", 5, 1)
                .field("cotp.type.reserved", bit.into(), 5, 1)
        };
        vectors.extend([
            of(dr(0x00, &[]), "DR").release(),
            of(er(0x02, &[
                0xc1, 0x01, 0xb0, // invalid TPDU
            ]), "ER")
            .error(),
            of(vec![
                0x05, // LI
                0xc0, // DC
                0x00, 0x01, // DST-REF
                0x00, 0x02, // SRC-REF
            ], "DC")
            .raises(CHAT, "cotp.disconnect.confirm", 5, 1)
            .shows("DC TPDU src-ref: 0x0002 dst-ref: 0x0001"),
            of(vec![
                0x04, // LI
                0x10, // ED
                0x00, 0x01, // DST-REF
                0x80, // EOT, ED-TPDU-NR 0
                0xda, // user data
            ], "ED")
            .shows("ED TPDU (0) dst-ref: 0x0001 EOT"),
            of(vec![
                0x04, // LI
                0x20, // EA
                0x00, 0x01, // DST-REF
                0x00, // YR-EDTU-NR 0
            ], "EA")
            .shows("EA TPDU (0) dst-ref: 0x0001"),
        ]);
        vectors.push(
            nsdu(format!("UD with reserved bit 0x{bit:02x} of its code"), [
                0x07, // LI
                0x40 | bit, // UD
                0xc1, 0x01, b'a', // calling T-selector
                0xc2, 0x01, b'b', // called T-selector
                0xda, // user data
            ])
            .raises(WARNING, "cotp.type.reserved_bits", 1, 1)
            .field("cotp.type.reserved", bit.into(), 1, 1)
            .shows("UD TPDU"),
        );
    }
    vectors
}

fn credit() -> Vec<Vector> {
    // The credit, the class and whether the class has credit.
    let of_cr = |credit: u8, class: u8| {
        let mut octets = cr(class << 4, &[]);
        octets[1] |= credit;
        nsdu(format!("CR of class {class} with credit {credit}"), octets)
            .field("cotp.credit", credit.into(), 1, 1)
            .request()
    };
    let of_cc = |credit: u8, class: u8| {
        let mut octets = cc(class << 4, &[]);
        octets[1] |= credit;
        nsdu(format!("CC of class {class} with credit {credit}"), octets)
            .field("cotp.credit", credit.into(), 1, 1)
            .confirm()
    };
    vec![
        of_cr(1, 0).raises(WARNING, "cotp.credit.unexpected", 1, 1),
        of_cr(15, 1).raises(WARNING, "cotp.credit.unexpected", 1, 1),
        of_cr(1, 2),
        of_cc(8, 0).raises(WARNING, "cotp.credit.unexpected", 1, 1),
        of_cc(1, 1).raises(WARNING, "cotp.credit.unexpected", 1, 1),
        of_cc(15, 4),
    ]
}

fn references() -> Vec<Vector> {
    let with = |code, [dest, src]: [u8; 2]| [
        0x06, // LI
        code,
        0x00, dest, // DST-REF
        0x00, src, // SRC-REF
        0x00, // class 0, no options
    ];
    vec![
        tpdu("CR with a DST-REF", with(0xe0, [9, 1]))
            .raises(WARNING, "cotp.destref.nonzero", 6, 2)
            .raises(CHAT, "cotp.connection.request", 5, 1)
            .shows("CR TPDU src-ref: 0x0001 dst-ref: 0x0009"),
        tpdu("CR without SRC-REF", with(0xe0, [0, 0]))
            .raises(NOTE, "cotp.srcref.zero", 8, 2)
            .raises(CHAT, "cotp.connection.request", 5, 1)
            .shows("CR TPDU src-ref: 0x0000 dst-ref: 0x0000"),
        tpdu("CR with valid references", with(0xe0, [0, 1])).request(),
        tpdu("CC without DST-REF", with(0xd0, [0, 2]))
            .raises(NOTE, "cotp.destref.zero", 6, 2)
            .raises(CHAT, "cotp.connection.confirm", 5, 1)
            .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0000"),
        tpdu("CC without DST-REF, after a CR with SRC-REF", with(0xd0, [0, 2]))
            .after(with(0xe0, [0, 1]))
            .raises(WARNING, "cotp.destref.mismatch", 6, 2)
            .raises(CHAT, "cotp.connection.confirm", 5, 1)
            .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0000"),
        tpdu("CC without DST-REF, after a CR without SRC-REF", with(0xd0, [0, 2]))
            .after(with(0xe0, [0, 0]))
            .raises(CHAT, "cotp.connection.confirm", 5, 1)
            .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0000"),
        tpdu("CC without SRC-REF", with(0xd0, [1, 0]))
            .raises(NOTE, "cotp.srcref.zero", 8, 2)
            .raises(CHAT, "cotp.connection.confirm", 5, 1)
            .shows("CC TPDU src-ref: 0x0000 dst-ref: 0x0001"),
        tpdu("CC with valid references", with(0xd0, [1, 2])).confirm(),
    ]
}

fn class_and_options() -> Vec<Vector> {
    let of_cr = |octet: u8| nsdu(format!("CR with class and options 0x{octet:02x}"), cr(octet, &[]))
        .field("cotp.class", (octet >> 4).into(), 6, 1)
        .field("cotp.opts.reserved", (octet >> 2 & 3).into(), 6, 1)
        .field("cotp.opts.extended_formats", (octet >> 1 & 1).into(), 6, 1)
        .field("cotp.opts.no_explicit_flow_control", (octet & 1).into(), 6, 1)
        .request();
    let of_cc = |octet: u8| nsdu(format!("CC with class and options 0x{octet:02x}"), cc(octet, &[]))
        .confirm();
    let no_checksum = |vector: Vector| vector.raises(WARNING, "cotp.parameter.missing", 1, 1);
    let over_tpkt = |octet: u8| tpdu(format!("CR with class and options 0x{octet:02x} over TPKT"), cr(octet, &[]))
        .request();
    let mut vectors = Vec::new();
    for class in 5..=15 {
        vectors.push(of_cr(class << 4).raises(ERROR, "cotp.class.invalid", 6, 1));
    }
    vectors.extend([
        of_cc(0x50).raises(ERROR, "cotp.class.invalid", 6, 1),
        // Note 2 of 13.3.3 e: in class 0 all four bits are zero.
        of_cr(0x01).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cr(0x02).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cr(0x04).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cr(0x08).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cr(0x00),
        of_cc(0x03).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cc(0x00),
        of_cr(0x24).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cr(0x28).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        of_cr(0x21),
        of_cr(0x22),
        of_cr(0x11).raises(NOTE, "cotp.opts.not_for_class", 6, 1),
        of_cr(0x12).raises(NOTE, "cotp.opts.not_for_class", 6, 1),
        of_cr(0x10),
        of_cr(0x14).raises(WARNING, "cotp.opts.reserved_bits", 6, 1),
        // The CC may select class 2, which the option is for.
        of_cr(0x31),
        no_checksum(of_cr(0x41)),
        of_cc(0x31).raises(NOTE, "cotp.opts.not_for_class", 6, 1),
        of_cc(0x41).raises(NOTE, "cotp.opts.not_for_class", 6, 1),
        of_cc(0x32),
        of_cc(0x21),
        no_checksum(of_cr(0x40)),
        over_tpkt(0x00),
        over_tpkt(0x10),
        over_tpkt(0x20),
        over_tpkt(0x21),
        over_tpkt(0x30),
        tpdu("CC of class 3 over TPKT", cc(0x30, &[])).confirm(),
        tpdu("CC with flow control over TPKT, which the CR does not want", cc(0x20, &[]))
            .after(cr(0x21, &[]))
            .confirm(),
        nsdu("CR of class 4 with its checksum", [
            0x12, // LI
            0xe1, // CR, credit 1
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x40, // class 4, no options
            0xc3, 0x02, 0x59, 0xcd, // checksum
            0xc2, 0x06, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, // called T-selector
        ])
        .field("cotp.dst-tsap-bytes", 6, 13, 6)
        .without("tpkt")
        .request(),
    ]);
    vectors
}

fn user_data() -> Vec<Vector> {
    // T-selectors that make the TPDU 128 octets long.
    let of_121_octets = [
        &parameter(0xc1, 58, 0x01)[..], // calling T-selector
        &parameter(0xc2, 59, 0x02), // called T-selector
    ].concat();
    let of_122_octets = [
        &parameter(0xc1, 59, 0x01)[..], // calling T-selector
        &parameter(0xc2, 59, 0x02), // called T-selector
    ].concat();
    vec![
        tpdu("CR of class 0 with user data, which RFC 1006 5 allows", with_data(cr(0x00, &[]), 1))
            .field("cotp.user_data", 1, 11, 1)
            .request(),
        tpdu("CR of class 0 with 32 octets of user data over RFC 1006", with_data(cr(0x00, &[]), 32))
            .request(),
        tpdu("CR of class 0 with 33 octets of user data over RFC 1006", with_data(cr(0x00, &[]), 33))
            .raises(NOTE, "cotp.user_data.too_long", 11, 33)
            .request(),
        nsdu("CR of class 0 with user data", with_data(cr(0x00, &[]), 1))
            .raises(WARNING, "cotp.user_data.not_allowed", 7, 1)
            .request(),
        nsdu("CR of class 0 without user data", cr(0x00, &[])).request(),
        tpdu("CC of class 0 with user data, which RFC 1006 5 allows", with_data(cc(0x00, &[]), 32))
            .confirm(),
        nsdu("CC of class 0 with user data", with_data(cc(0x00, &[]), 2))
            .raises(WARNING, "cotp.user_data.not_allowed", 7, 2)
            .confirm(),
        tpdu("CR of class 2 with 32 octets of user data", with_data(cr(0x20, &[]), 32)).request(),
        tpdu("CR of class 2 with 33 octets of user data", with_data(cr(0x20, &[]), 33))
            .raises(WARNING, "cotp.user_data.too_long", 11, 33)
            .request(),
        nsdu("CC of class 2 with 32 octets of user data", with_data(cc(0x20, &[]), 32)).confirm(),
        nsdu("CC of class 2 with 33 octets of user data", with_data(cc(0x20, &[]), 33))
            .raises(WARNING, "cotp.user_data.too_long", 7, 33)
            .confirm(),
        tpdu("CR of 128 octets", cr(0x00, &of_121_octets)).request(),
        tpdu("CR of 129 octets", cr(0x00, &of_122_octets))
            .raises(NOTE, "cotp.tpdu.too_long", 4, 129)
            .request(),
        tpdu("CC of 129 octets", cc(0x00, &of_122_octets)).confirm(),
    ]
}
