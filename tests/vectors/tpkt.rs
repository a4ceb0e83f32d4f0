//! TPKT headers (RFC 1006 6), and other octets in place of one.

use super::*;

/// A DT TPDU of class 0 with one octet of user data.
const DT: [u8; 4] = [
    0x02, // LI
    0xf0, // DT
    0x80, // EOT, TPDU-NR 0
    0xda, // user data
];

fn dt_in(version: u8, reserved: u8) -> Vec<u8> {
    let header = [
        version,
        reserved,
        0x00, 0x08, // length
    ];
    [header, DT].concat()
}

fn dt(name: &str, octets: &[u8]) -> Vector {
    tpkts(name, octets).shows("DT TPDU (0) EOT")
}

pub fn vectors() -> Vec<Vector> {
    let mut vectors = vec![
        tpkts("reserved octet 0x5a of Exchange", &[
            0x03, // version
            0x5a, // reserved
            0x00, 0x12, // length
            0x0d, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // class 0, no options
            0xc1, 0x02, 0x01, 0x00, // calling T-selector
            0xc2, 0x01, 0x41, // called T-selector: A
        ])
        .request()
        .raises(WARNING, "tpkt.reserved.nonzero", 1, 1)
        .field("tpkt", 0, 0, 4)
        .field("tpkt.version", 3, 0, 1)
        .field("tpkt.reserved", 0x5a, 1, 1)
        .field("tpkt.length", 18, 2, 2)
        .field("cotp", 0, 4, 14)
        .field("cotp.li", 13, 4, 1)
        .field("cotp.type", 0xe, 5, 1)
        .field("cotp.credit", 0, 5, 1)
        .field("cotp.destref", 0, 6, 2)
        .field("cotp.srcref", 1, 8, 2)
        .field("cotp.class", 0, 10, 1)
        .field("cotp.parameter_code", 0xc1, 11, 1)
        .field("cotp.parameter_length", 2, 12, 1)
        .field("cotp.src-tsap-bytes", 2, 13, 2)
        .field("cotp.parameter_code", 0xc2, 15, 1)
        .field("cotp.dst-tsap-bytes", 1, 17, 1)
        .field("cotp.dst-tsap", 1, 17, 1)
        .without("cotp.src-tsap")
        .without("cotp.user_data"),

        dt("reserved octet 0", &dt_in(3, 0))
            .field("tpkt.reserved", 0, 1, 1)
            .field("cotp.user_data", 1, 7, 1),
        dt("reserved octet 1", &dt_in(3, 1))
            .raises(WARNING, "tpkt.reserved.nonzero", 1, 1),
        dt("reserved octet 255", &dt_in(3, 0xff))
            .field("tpkt.reserved", 0xff, 1, 1)
            .raises(WARNING, "tpkt.reserved.nonzero", 1, 1),

        dt("version 1 with a valid TPDU", &dt_in(1, 0))
            .field("tpkt.version", 1, 0, 1)
            .raises(WARNING, "tpkt.version.invalid", 0, 1),
        dt("version 5 and a reserved octet", &dt_in(5, 7))
            .raises(WARNING, "tpkt.version.invalid", 0, 1)
            .raises(WARNING, "tpkt.reserved.nonzero", 1, 1),
        tpkts("another protocol", b"GET / HTTP/1.1\r\n")
            .raises(WARNING, "tpkt.version.invalid", 0, 1)
            .raises(WARNING, "tpkt.skipped", 0, 16)
            .field("tpkt.continuation_data", 16, 0, 16)
            .without("tpkt")
            .shows("Skipped octets"),
        tpkts("another protocol, fewer octets than a TPKT header", b"GET")
            .raises(WARNING, "tpkt.version.invalid", 0, 1)
            .raises(WARNING, "tpkt.skipped", 0, 3)
            .shows("Skipped octets"),
        tpkts("another protocol after a TPKT", &[&dt_in(3, 0)[..], b"GET /"].concat())
            .shows("DT TPDU (0) EOT")
            .raises(WARNING, "tpkt.version.invalid", 8, 1)
            .raises(WARNING, "tpkt.skipped", 8, 5)
            .shows("Skipped octets"),

        tpkts("TLS", &[
            0x16, // handshake
            0x03, 0x01, // TLS 1.0
            0x00, 0x05, // length
            0x01, 0x00, 0x00, 0x01, 0x00, // ClientHello
        ])
        .raises(CHAT, "tpkt.tls", 0, 10)
        .shows("TLS"),
        tpkts("TLS behind a CC that does not select it", &[
            0x16, // handshake
            0x03, 0x03, // version 3.3
            0x00, 0x05, // length
            0x01, 0x00, 0x00, 0x01, 0x00, // ClientHello
        ])
        .after(cr(0x00, &[]))
        .after(cc(0x00, &[]))
        .raises(WARNING, "tpkt.tls.unexpected", 0, 1)
        .raises(WARNING, "tpkt.skipped", 0, 10)
        .shows("TLS"),
        tpkts("a TPKT whose version and reserved octet look like TLS", &[
            0x16, // version 22
            0x03, // reserved
            0x00, 0x07, // length 7
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
        ])
        .raises(WARNING, "tpkt.version.invalid", 0, 1)
        .raises(WARNING, "tpkt.reserved.nonzero", 1, 1)
        .shows("DT TPDU (0) EOT"),
        tpkts("TLS header with an undefined version", &[
            0x16, // handshake
            0x02, 0x01, // major version 2
            0x00, 0x05, // length
            0x01, 0x00, 0x00, 0x01, 0x00,
        ])
        .raises(WARNING, "tpkt.version.invalid", 0, 1)
        .raises(WARNING, "tpkt.skipped", 0, 10)
        .shows("Skipped octets"),

        tpkts("length 7, the minimum", &[
            0x03, 0x00, // version, reserved
            0x00, 0x07, // length
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
        ])
        .without("cotp.user_data")
        .shows("DT TPDU (0) EOT"),
        dt("length 8", &dt_in(3, 0)).field("tpkt.length", 8, 2, 2),

        tpkts("octets end within the TPKT", &[
            0x03, 0x00, // version, reserved
            0x00, 0x16, // length 22
            0x11, // LI 17
            0xe0, // CR, credit 0
        ])
        .raises(NOTE, "tpkt.incomplete", 2, 2)
        .raises(CHAT, "cotp.connection.request", 5, 1)
        .shows("CR TPDU src-ref: 0x0000 dst-ref: 0x0000"),
        tpkts("octets end within a TPKT longer than the agreed size", &[
            0x03, 0x00, // version, reserved
            0x01, 0x2c, // length 300
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
            0xda, // user data
        ])
        .after(cr(0x00, &[0xc0, 0x01, 0x07])) // TPDU size 128
        .after(cc(0x00, &[0xc0, 0x01, 0x07]))
        .raises(NOTE, "tpkt.incomplete", 2, 2)
        .shows("DT TPDU (0) EOT"),
        tpkts("octets end within the TPKT header", &[
            0x03, 0x00, // version, reserved
        ])
        .raises(NOTE, "tpkt.incomplete", 0, 2)
        .shows("Incomplete TPKT"),
        tpkts("octets end after the TPKT header", &[
            0x03, 0x00, // version, reserved
            0x00, 0x08, // length
        ])
        .raises(NOTE, "tpkt.incomplete", 2, 2)
        .without("cotp")
        .shows("TPKT of 8 octets"),

        tpkts("two TPKTs", &[dt_in(3, 0), dt_in(3, 9)].concat())
            .shows("DT TPDU (0) EOT")
            .shows("DT TPDU (0) EOT")
            .field("cotp.user_data", 1, 15, 1)
            .raises(WARNING, "tpkt.reserved.nonzero", 9, 1),
        tpkts("three TPKTs, the last one incomplete", &[
            &dt_in(3, 0)[..],
            &dt_in(3, 0),
            &dt_in(3, 0)[..7],
        ].concat())
            .shows("DT TPDU (0) EOT")
            .shows("DT TPDU (0) EOT")
            .shows("DT TPDU (0) EOT")
            .raises(NOTE, "tpkt.incomplete", 18, 2),
        tpkts("a TPKT after a gap", &dt_in(3, 0)[..])
            .after_gap()
            .shows("DT TPDU (0) EOT")
            .raises(WARNING, "tpkt.gap", 0, 0),
        tpkts("octets that are no TPKT after a gap", b"GET /")
            .after_gap()
            .shows("Skipped octets")
            .raises(WARNING, "tpkt.gap", 0, 0)
            .raises(WARNING, "tpkt.skipped", 0, 5),
        tpkts("two TPKTs after a gap", &[dt_in(3, 0), dt_in(3, 0)].concat())
            .after_gap()
            .shows("DT TPDU (0) EOT")
            .shows("DT TPDU (0) EOT")
            .raises(WARNING, "tpkt.gap", 0, 0),

        Vector::new("a TPKT that carries something else", Encapsulation::TpktOnly, &[
            0x03, // version
            0x01, // reserved
            0x00, 0x0a, // length
            0x08, // Q.931
            0x02, 0x00, 0x01, // call reference
            0x05, // SETUP
            0x04,
        ])
        .raises(WARNING, "tpkt.reserved.nonzero", 1, 1)
        .field("tpkt.length", 10, 2, 2)
        .without("cotp")
        .shows("TPKT of 10 octets"),
        Vector::new("empty TPKTs where none carries a TPDU, as keep-alives", Encapsulation::TpktOnly, &[
            0x03, 0x00, // version, reserved
            0x00, 0x04, // length
            0x03, 0x00, // version, reserved
            0x00, 0x04, // length
        ])
        .field("tpkt.length", 4, 2, 2)
        .field("tpkt.length", 4, 6, 2)
        .shows("TPKT of 4 octets")
        .shows("TPKT of 4 octets"),
        Vector::new("length 3 where no TPKT carries a TPDU", Encapsulation::TpktOnly, &[
            0x03, 0x00, // version, reserved
            0x00, 0x03, // length
        ])
        .raises(ERROR, "tpkt.length.invalid", 2, 2)
        .shows("TPKT of 3 octets"),
    ];

    // Below 4 the next TPKT cannot be found.
    for length in 0..4 {
        let octets = [&[
            0x03, 0x00, // version, reserved
            0x00, length, // length
        ][..], &dt_in(3, 0)].concat();
        vectors.push(
            tpkts(format!("length {length}, less than the header"), &octets)
                .raises(ERROR, "tpkt.length.invalid", 2, 2)
                .raises(CHAT, "tpkt.skipped", 4, 8)
                .shows(format!("TPKT of {length} octet{}", if length == 1 { "" } else { "s" }))
                .shows("Skipped octets"),
        );
    }
    // 4 to 6 leave no room for a TPDU, but the next TPKT follows.
    for length in 4..7 {
        let octets = [&[
            0x03, 0x00, // version, reserved
            0x00, length, // length
        ][..], &DT[..usize::from(length) - 4], &dt_in(3, 0)].concat();
        let rest = u32::from(length) - 4;
        let vector = tpkts(format!("length {length}, no room for a TPDU"), &octets)
            .raises(ERROR, "tpkt.length.invalid", 2, 2)
            .shows(format!("TPKT of {length} octets"))
            .field("tpkt", 0, u32::from(length), 4)
            .shows("DT TPDU (0) EOT");
        vectors.push(match rest {
            0 => vector.without("cotp.undecoded"),
            _ => vector.field("cotp.undecoded", rest.into(), 4, rest),
        });
    }
    vectors.push(
        tpkts("length 0 at the end", &[
            0x03, 0x00, // version, reserved
            0x00, 0x00, // length
        ])
        .raises(ERROR, "tpkt.length.invalid", 2, 2)
        .shows("TPKT of 0 octets"),
    );
    vectors
}
