//! RDP's structures in CR and CC (MS-RDPBCGR 2.2.1.1, 2.2.1.2), and fast-path PDUs (2.2.8.1.2).

use super::*;

/// A CR as RDP clients send it: without SRC-REF.
fn cr_of_rdp(variable_part: &[u8]) -> Vec<u8> {
    let mut octets = cr(0x00, variable_part);
    octets[4..6].fill(0); // SRC-REF
    octets
}

/// A CC as RDP servers send it: without DST-REF.
fn cc_of_rdp(variable_part: &[u8]) -> Vec<u8> {
    let mut octets = cc(0x00, variable_part);
    octets[2..4].fill(0); // DST-REF
    octets
}

fn request(name: &str, variable_part: &[u8]) -> Vector {
    tpdu(name, cr_of_rdp(variable_part))
        .raises(CHAT, "cotp.connection.request", 5, 1)
        .shows("CR TPDU src-ref: 0x0000 dst-ref: 0x0000")
}

fn response(name: &str, variable_part: &[u8]) -> Vector {
    tpdu(name, cc_of_rdp(variable_part))
        .raises(CHAT, "cotp.connection.confirm", 5, 1)
        .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0000")
}

const NEG_RSP: [u8; 8] = [
    0x02, // type: RDP_NEG_RSP
    0x00, // flags
    0x08, 0x00, // length
    0x00, 0x00, 0x00, 0x00, // selectedProtocol: standard RDP security
];

pub fn vectors() -> Vec<Vector> {
    [
        cookies(),
        parameters(),
        requests(),
        lengths(),
        order(),
        responses(),
        selections(),
        references(),
        correlation_info(),
        fast_path(),
    ]
    .concat()
}

fn cookies() -> Vec<Vector> {
    let with_request = |cookie: &[u8]| [
        cookie,
        &[
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x08, 0x00, // length
            0x0b, 0x00, 0x00, 0x00, // requestedProtocols
        ],
    ].concat();
    vec![
        request("cookie and negotiation request", &with_request(b"Cookie: mstshash=ab\r\n"))
            .field("rdp.rt_cookie", 19, 11, 19)
            .field("rdp.neg_type", 1, 32, 1)
            .field("rdp.negReq.flags", 0, 33, 1)
            .field("rdp.neg_length", 8, 34, 2)
            .field("rdp.negReq.requestedProtocols", 0x0b, 36, 4)
            .without("cotp.parameter_code"),
        request("routing token", b"Cookie: msts=3640205228.15629.0000\r\n")
            .field("rdp.rt_cookie", 34, 11, 34)
            .without("rdp.neg_type"),
        request("routing token of a connection broker", &with_request(b"tsv://MS Terminal Services\r\n"))
            .field("rdp.rt_cookie", 26, 11, 26)
            .field("rdp.negReq.requestedProtocols", 0x0b, 43, 4),
        request("routing token of other octets and negotiation request", &with_request(b"\x10\xff\x00token\r\n"))
            .field("rdp.rt_cookie", 8, 11, 8)
            .field("rdp.negReq.requestedProtocols", 0x0b, 25, 4)
            .without("cotp.parameter_code"),
        request("routing token of other octets", b"token\r\n")
            .field("rdp.rt_cookie", 5, 11, 5)
            .without("cotp.parameter_code"),
        tpdu("no routing token but an unknown parameter that ends with CR LF", cr(0x00, b"t\x04ab\r\n"))
            .request()
            .raises(NOTE, "cotp.parameter.unknown", 11, 1)
            .without("rdp.rt_cookie"),
        tpdu("no routing token but a T-selector that ends with CR LF", cr(0x00, b"\xc1\x09ab\r\n"))
            .request()
            .raises(ERROR, "cotp.parameter.truncated", 11, 6)
            .without("rdp.rt_cookie"),
        tpdu("no routing token but octets behind CR LF", cr(0x00, b"token\r\nand"))
            .request()
            .raises(ERROR, "cotp.parameter.truncated", 11, 10)
            .without("rdp.rt_cookie"),
        request("routing token and cookie", &with_request(b"tsv://a\r\nCookie: mstshash=b\r\n"))
            .raises(WARNING, "rdp.neg.unexpected", 20, 18)
            .field("rdp.rt_cookie", 18, 20, 18)
            .field("rdp.negReq.requestedProtocols", 0x0b, 44, 4),
        request("cookie with CR LF twice", &with_request(b"Cookie: mstshash=ab\r\n\r\n"))
            .raises(WARNING, "cotp.undecoded_octets", 32, 10)
            .field("rdp.rt_cookie", 19, 11, 19)
            .field("cotp.undecoded", 10, 32, 10)
            .without("rdp.neg_type"),
        request("cookie without CR LF", b"Cookie: mstshash=ab")
            .raises(WARNING, "rdp.cookie.unterminated", 11, 19)
            .field("rdp.rt_cookie", 19, 11, 19),
        request("cookie with CR only", b"Cookie: mstshash=ab\r")
            .raises(WARNING, "rdp.cookie.unterminated", 11, 20),
        tpdu("CR without SRC-REF and without cookie", cr_of_rdp(&[
            0xc1, 0x01, b'C', // calling T-selector
        ]))
        .raises(CHAT, "cotp.connection.request", 5, 1)
        .raises(NOTE, "cotp.srcref.zero", 8, 2)
        .shows("CR TPDU src-ref: 0x0000 dst-ref: 0x0000"),
    ]
}

/// Parameters of X.224 behind what RDP has in place of them: stacks that are not RDP's use them.
fn parameters() -> Vec<Vector> {
    const NEG_REQ: [u8; 8] = [
        0x01, // type: RDP_NEG_REQ
        0x00, // flags
        0x08, 0x00, // length
        0x01, 0x00, 0x00, 0x00, // requestedProtocols: TLS
    ];
    const PARAMETERS: [u8; 10] = [
        0xc0, 0x01, 0x0a, // TPDU size: 1024
        0xc1, 0x01, b'C', // calling T-selector
        0xc2, 0x02, b'S', b'1', // called T-selector
    ];
    let behind = |name: &str, front: &[u8], parameters: &[u8]| {
        let offset = 11 + u32::try_from(front.len()).unwrap();
        let length = u32::try_from(parameters.len()).unwrap();
        tpdu(name, cr(0x00, &[front, parameters].concat()))
            .request()
            .raises(WARNING, "cotp.parameter.not_allowed", offset, length)
    };
    vec![
        behind("request with parameters behind it", &NEG_REQ, &PARAMETERS)
            .field("rdp.negReq.requestedProtocols", 1, 15, 4)
            .field("cotp.tpdu_size", 1024, 21, 1)
            .field("cotp.src-tsap", 1, 24, 1)
            .field("cotp.dst-tsap", 2, 27, 2)
            .without("cotp.undecoded"),
        behind("empty cookie with parameters behind it", b"Cookie: \r\n", &PARAMETERS)
            .field("rdp.rt_cookie", 8, 11, 8)
            .field("cotp.dst-tsap", 2, 29, 2),
        behind("request with an unknown parameter and a T-selector behind it", &NEG_REQ, &[
            0x50, 0x00, // unknown
            0xc2, 0x02, b'S', b'1', // called T-selector
        ])
            .raises(NOTE, "cotp.parameter.unknown", 19, 1)
            .field("cotp.dst-tsap", 2, 23, 2),
        behind("second CR, with parameters behind its request", &NEG_REQ, &PARAMETERS)
            .from(A)
            .after_from(A, cr(0x00, &[]))
            .raises(NOTE, "cotp.connection.repeated", 5, 1)
            .field("cotp.dst-tsap", 2, 27, 2),
        // RDP's references and fast-path PDUs need more than a structure in front of parameters.
        Vector::new("no fast-path PDU behind such a request", Encapsulation::Tpkt, &[
            0x00, 0x05, 1, 2, 3, // action 0, length
        ])
            .from(A)
            .after_from(A, cr(0x00, &[&NEG_REQ[..], &PARAMETERS].concat()))
            .raises(WARNING, "tpkt.version.invalid", 0, 1)
            .raises(WARNING, "tpkt.skipped", 0, 5)
            .shows("Skipped octets")
            .without("rdp.fastpath"),
        tpdu("CC with another class than a CR with parameters behind its request", cc(0x21, &[]))
            .from(B)
            .after_from(A, cr(0x00, &[&NEG_REQ[..], &PARAMETERS].concat()))
            .raises(WARNING, "cotp.class.not_offered", 10, 1)
            .confirm(),
        Vector { context_flags: ContextFlag::Rdp as u32, ..request("request with a wrong length and parameters behind it", &[
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x09, 0x00, // length
            0x01, 0x00, 0x00, 0x00, // requestedProtocols
            0xc2, 0x02, b'S', b'1', // called T-selector
        ]) }
            .raises(WARNING, "rdp.neg.length_invalid", 13, 2)
            .field("cotp.dst-tsap", 2, 21, 2),
    ]
}

fn requests() -> Vec<Vector> {
    let mut vectors = of_requests();
    for bit in [0x04, 0x10, 0x20, 0x40, 0x80] {
        vectors.push(
            request(&format!("request with undefined flag 0x{bit:02x}"), &[
                0x01, // type: RDP_NEG_REQ
                bit, // flags
                0x08, 0x00, // length
                0x01, 0x00, 0x00, 0x00, // requestedProtocols
            ])
            .raises(NOTE, "rdp.neg.reserved", 12, 1),
        );
    }
    for bit in (5..32).map(|bit| 1u32 << bit) {
        let head = [
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x08, 0x00, // length
        ];
        let variable_part = [head, bit.to_le_bytes()].concat(); // and requestedProtocols
        vectors.push(
            request(&format!("request with undefined protocol 0x{bit:08x}"), &variable_part)
                .raises(NOTE, "rdp.neg.reserved", 15, 4),
        );
    }
    vectors
}

fn of_requests() -> Vec<Vector> {
    let neg_req = |flags: u8, protocols: u8| [
        0x01, // type: RDP_NEG_REQ
        flags,
        0x08, 0x00, // length
        protocols, 0x00, 0x00, 0x00, // requestedProtocols
    ];
    vec![
        request("request with every defined flag and protocol except correlation", &neg_req(0x03, 0x1f))
            .field("rdp.negReq.flags", 3, 12, 1)
            .field("rdp.negReq.requestedProtocols", 0x1f, 15, 4),
        request("request with every undefined flag", &neg_req(0xf4, 0x01))
            .raises(NOTE, "rdp.neg.reserved", 12, 1),
        request("request with length 12", &[
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x0c, 0x00, // length
            0x01, 0x00, 0x00, 0x00, // requestedProtocols
        ])
        .raises(WARNING, "rdp.neg.length_invalid", 13, 2)
        .field("rdp.neg_length", 12, 13, 2),
        request("request that ends after 6 octets", &[
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x08, 0x00, // length
            0x01, 0x00, // part of requestedProtocols
        ])
        .raises(WARNING, "rdp.neg.length_invalid", 13, 2),
        request("flag without correlation info", &neg_req(0x08, 0x01))
            .raises(WARNING, "rdp.correlationInfo.missing", 12, 1),
        request("request with octets behind it", &[&neg_req(0x00, 0x01)[..], &[0x00, 0x01]].concat())
            .raises(WARNING, "cotp.undecoded_octets", 19, 2)
            .field("cotp.undecoded", 2, 19, 2),
    ]
}

/// A request of another length, with `behind` behind its 8 octets.
fn of_length(length: u8, behind: &[u8]) -> Vec<u8> {
    let neg_req = [
        0x01, // type: RDP_NEG_REQ
        0x08, // flags: correlation info present
        length, 0x00, // length
        0x01, 0x00, 0x00, 0x00, // requestedProtocols
    ];
    [&neg_req, behind].concat()
}

/// A correlation info as it should be.
const CORRELATION_INFO: [u8; 36] = {
    let mut octets = [0x00; 36];
    octets[0] = 0x06; // type: RDP_NEG_CORRELATION_INFO
    octets[2] = 36; // length
    octets
};

fn lengths() -> Vec<Vector> {
    let wrong = |name: &str, octets: &[u8]| request(name, octets).raises(WARNING, "rdp.neg.length_invalid", 13, 2);
    let padded = [&[0x00; 4][..], &CORRELATION_INFO].concat();
    let in_rdp = |name: &str, octets: &[u8]| {
        let vector = wrong(name, octets);
        Vector { context_flags: ContextFlag::Rdp as u32, ..vector }
    };
    vec![
        wrong("request with length 3 and a correlation info", &of_length(3, &CORRELATION_INFO))
            .field("rdp.negReq.requestedProtocols", 1, 15, 4)
            .field("rdp.correlationInfo.correlationId", 16, 23, 16)
            .without("cotp.undecoded"),
        wrong("request with length 12 and 4 octets more, and a correlation info", &of_length(12, &padded))
            .field("cotp.undecoded", 4, 19, 4)
            .field("rdp.correlationInfo.correlationId", 16, 27, 16),
        in_rdp("request with length 3 and octets that are no structure", &of_length(3, &[0x06, 0x06, 0x01]))
            .field("cotp.undecoded", 3, 19, 3)
            .without("cotp.parameter_code"),
        request("request and a correlation info that the header cuts off", &of_length(8, &[0x06, 0x00]))
            .raises(WARNING, "rdp.neg.length_invalid", 19, 1)
            .field("rdp.neg_type", 6, 19, 1),
        request("request that the header cuts off behind its length", &[
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x08, 0x00, // length
        ])
        .raises(WARNING, "rdp.neg.length_invalid", 13, 2)
        .without("rdp.negReq.requestedProtocols"),
        tpdu("type and flags of a request that the LI puts past the TPDU", [
            0x1b, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x00, // SRC-REF
            0x00, // class and options
            b'C', b'o', b'o', b'k', b'i', b'e', b':', b' ', b'a', b'=', b'b', b'\r', b'\n',
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
        ])
        .raises(CHAT, "cotp.connection.request", 5, 1)
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .field("rdp.neg_type", 1, 24, 1)
        .field("rdp.negReq.flags", 0, 25, 1)
        .shows("CR TPDU src-ref: 0x0000 dst-ref: 0x0000"),
        tpdu("request that the LI puts past the TPDU", [
            0x0e, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x00, // SRC-REF
            0x00, // class and options
            0x01, // type: RDP_NEG_REQ
            0x00, // flags
            0x08, 0x00, // length
        ])
        .raises(CHAT, "cotp.connection.request", 5, 1)
        .raises(ERROR, "cotp.li.invalid", 4, 1)
        .shows("CR TPDU src-ref: 0x0000 dst-ref: 0x0000"),
    ]
}

fn order() -> Vec<Vector> {
    let neg_req = [
        0x01, // type: RDP_NEG_REQ
        0x00, // flags
        0x08, 0x00, // length
        0x01, 0x00, 0x00, 0x00, // requestedProtocols
    ];
    let neg_failure = [
        0x03, // type: RDP_NEG_FAILURE
        0x01, // flags: one that is not judged here
        0x08, 0x00, // length
        0x05, 0x00, 0x00, 0x00, // failureCode
    ];
    let unexpected = |vector: Vector, offset, length| vector.raises(WARNING, "rdp.neg.unexpected", offset, length);
    vec![
        unexpected(request("response in a CR", &NEG_RSP), 11, 1)
            .field("rdp.negReq.selectedProtocol", 0, 15, 4),
        unexpected(request("failure in a CR", &neg_failure), 11, 1)
            .field("rdp.negFailure.failureCode", 5, 15, 4),
        unexpected(request("two requests", &[neg_req, neg_req].concat()), 19, 1)
            .field("rdp.negReq.requestedProtocols", 1, 23, 4),
        unexpected(request("three requests", &[neg_req, neg_req, neg_req].concat()), 19, 1),
        unexpected(request("correlation info without flag", &[&neg_req[..], &CORRELATION_INFO].concat()), 19, 1),
        unexpected(request("correlation info without request", &CORRELATION_INFO), 11, 1)
            .field("rdp.correlationInfo.correlationId", 16, 15, 16),
        unexpected(request("two correlation infos", &of_length(8, &[CORRELATION_INFO, CORRELATION_INFO].concat())), 55, 1),
        unexpected(response("request in a CC", &neg_req), 11, 1)
            .field("rdp.negReq.requestedProtocols", 1, 15, 4),
        unexpected(response("cookie in a CC", b"Cookie: mstshash=ab\r\n"), 11, 19)
            .field("rdp.rt_cookie", 19, 11, 19),
        unexpected(response("response and failure", &[NEG_RSP, neg_failure].concat()), 19, 1)
            .field("rdp.negFailure.failureCode", 5, 23, 4),
    ]
}

fn responses() -> Vec<Vector> {
    let neg_failure = |flags: u8, code: u8| [
        0x03, // type: RDP_NEG_FAILURE
        flags,
        0x08, 0x00, // length
        code, 0x00, 0x00, 0x00, // failureCode
    ];
    vec![
        response("response", &[
            0x02, // type: RDP_NEG_RSP
            0x1f, // flags: all of them, the one to be ignored too
            0x08, 0x00, // length
            0x02, 0x00, 0x00, 0x00, // selectedProtocol: CredSSP
        ])
        .field("rdp.neg_type", 2, 11, 1)
        .field("rdp.negRsp.flags", 0x1f, 12, 1)
        .field("rdp.negReq.selectedProtocol", 2, 15, 4),
        response("failure", &neg_failure(0x00, 0x05))
            .raises(NOTE, "rdp.neg.failure", 15, 4)
            .field("rdp.negFailure.flags", 0, 12, 1)
            .field("rdp.negFailure.failureCode", 5, 15, 4),
        response("failure with a flag", &neg_failure(0x01, 0x02))
            .raises(WARNING, "rdp.neg.reserved", 12, 1)
            .raises(NOTE, "rdp.neg.failure", 15, 4),
        response("failure with an undefined code", &neg_failure(0x00, 0x07))
            .raises(WARNING, "rdp.neg.failure", 15, 4),
        response("failure with length 9", &[
            0x03, // type: RDP_NEG_FAILURE
            0x00, // flags
            0x09, 0x00, // length
            0x05, 0x00, 0x00, 0x00, // failureCode
        ])
        .raises(WARNING, "rdp.neg.length_invalid", 13, 2)
        .raises(NOTE, "rdp.neg.failure", 15, 4),
        response("response with length 0 and two protocols", &[
            0x02, // type: RDP_NEG_RSP
            0x00, // flags
            0x00, 0x00, // length
            0x03, 0x00, 0x00, 0x00, // selectedProtocol
        ])
        .raises(WARNING, "rdp.neg.length_invalid", 13, 2),
        response("failure of code 0", &neg_failure(0x00, 0x00)).raises(WARNING, "rdp.neg.failure", 15, 4),
        tpdu("a CC without DST-REF that is not RDP's", cc_of_rdp(&[]))
            .raises(CHAT, "cotp.connection.confirm", 5, 1)
            .raises(NOTE, "cotp.destref.zero", 6, 2)
            .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0000"),
    ]
}

/// Responses to a request of TLS and CredSSP, or to another CR.
fn selections() -> Vec<Vector> {
    let selects = |name: &str, protocol: u8| response(name, &[
        0x02, // type: RDP_NEG_RSP
        0x00, // flags
        0x08, 0x00, // length
        protocol, 0x00, 0x00, 0x00, // selectedProtocol
    ]);
    let neg_req = [
        0x01, // type: RDP_NEG_REQ
        0x00, // flags
        0x08, 0x00, // length
        0x03, 0x00, 0x00, 0x00, // requestedProtocols
    ];
    let cr = cr_of_rdp(&neg_req);
    let not_requested = |vector: Vector| vector.raises(WARNING, "rdp.neg.protocol_not_requested", 15, 4);
    vec![
        selects("selected protocol that was requested", 0x02).after(&*cr),
        selects("standard RDP security selected", 0x00).after(&*cr),
        selects("selected protocol when the CR was not understood", 0x08)
            .after(cr_of_rdp(&[&neg_req[..], &[0x00]].concat())),
        selects("selected protocol when the CR was not seen", 0x08),
        not_requested(selects("selected protocol that was not requested", 0x08)).after(&*cr),
        not_requested(selects("two selected protocols", 0x03)).after(&*cr),
        not_requested(selects("undefined selected protocol", 0x20)),
        // Nothing is learned from the second one.
        selects("selected protocol that a second CR does not request", 0x02)
            .after(&*cr)
            .after(cr_of_rdp(&[
                0x01, // type: RDP_NEG_REQ
                0x00, // flags
                0x08, 0x00, // length
                0x00, 0x00, 0x00, 0x00, // requestedProtocols: standard RDP security
            ])),
        selects("response that nobody requested", 0x00)
            .after(cr_of_rdp(b"Cookie: mstshash=ab\r\n"))
            .raises(WARNING, "rdp.neg.unexpected", 11, 1),
        response("failure that nobody requested", &[
            0x03, // type: RDP_NEG_FAILURE
            0x00, // flags
            0x08, 0x00, // length
            0x05, 0x00, 0x00, 0x00, // failureCode
        ])
        .after(cr_of_rdp(b"Cookie: mstshash=ab\r\n"))
        .raises(NOTE, "rdp.neg.failure", 15, 4),
    ]
}

fn references() -> Vec<Vector> {
    let cookie = b"Cookie: mstshash=ab\r\n";
    let with_dest_ref = |dest_ref| {
        let mut octets = cc_of_rdp(&[]);
        octets[3] = dest_ref;
        octets
    };
    let confirm = |name: &str, dest_ref: u8| tpdu(name, with_dest_ref(dest_ref))
        .raises(CHAT, "cotp.connection.confirm", 5, 1)
        .shows(format!("CC TPDU src-ref: 0x0002 dst-ref: 0x{dest_ref:04x}"));
    let in_rdp = |vector: Vector| Vector { context_flags: ContextFlag::Rdp as u32, ..vector };
    let mismatch = |vector: Vector| vector.raises(WARNING, "cotp.destref.mismatch", 6, 2);
    vec![
        confirm("CC without DST-REF after a cookie with SRC-REF", 0).after(cr(0x00, cookie)),
        confirm("CC with the SRC-REF of a cookie", 1).after(cr(0x00, cookie)),
        mismatch(confirm("CC with another reference than the SRC-REF of a cookie", 9)).after(cr(0x00, cookie)),
        mismatch(confirm("CC with a DST-REF after a cookie without SRC-REF", 9)).after(cr_of_rdp(cookie)),
        in_rdp(request("bare CR where RDP is known", &[])),
        in_rdp(confirm("bare CC where RDP is known", 0)),
    ]
}

fn correlation_info() -> Vec<Vector> {
    let with = |flags: u8, length: u8, reserved: [u8; 16]| [
        &[
            0x01, // type: RDP_NEG_REQ
            0x08, // flags: correlation info present
            0x08, 0x00, // length
            0x01, 0x00, 0x00, 0x00, // requestedProtocols
            0x06, // type: RDP_NEG_CORRELATION_INFO
            flags,
            length, 0x00, // length
        ][..],
        &[0x1d; 16], // correlationId
        &reserved,
    ].concat();
    let mut vectors: Vec<_> = (0..16)
        .map(|position| {
            let mut reserved = [0; 16];
            reserved[position] = 0x80;
            let offset = 39 + u32::try_from(position).unwrap();
            let name = format!("correlation info with reserved octet {position}");
            request(&name, &with(0x00, 36, reserved)).raises(WARNING, "rdp.neg.reserved", offset, 1)
        })
        .collect();
    vectors.extend([
        request("correlation info", &with(0x00, 36, [0; 16]))
            .field("rdp.neg_type", 6, 19, 1)
            .field("rdp.correlationInfo.flags", 0, 20, 1)
            .field("rdp.neg_length", 36, 21, 2)
            .field("rdp.correlationInfo.correlationId", 16, 23, 16)
            .field("rdp.correlationInfo.reserved", 16, 39, 16),
        request("correlation info with a flag", &with(0x10, 36, [0; 16]))
            .raises(WARNING, "rdp.neg.reserved", 20, 1),
        request("correlation info with length 35", &with(0x00, 35, [0; 16]))
            .raises(WARNING, "rdp.neg.length_invalid", 21, 2),
    ]);
    vectors
}

fn fast_path() -> Vec<Vector> {
    let after_cc = |name: &str, octets: &[u8]| {
        let mut vector = tpkts(name, octets);
        vector.before.push((UNKNOWN, in_tpkt(&cc_of_rdp(&NEG_RSP))));
        vector
    };
    let pdu = [
        0x00, // action: fast-path
        0x05, // length
        0x01, 0x02, 0x03,
    ];
    vec![
        after_cc("fast-path PDU", &pdu)
            .field("rdp.fastpath", 5, 0, 5)
            .without("tpkt")
            .shows("RDP fast-path PDU"),
        after_cc("fast-path PDU with a length of two octets, and a TPKT", &[
            0xc4, // action: fast-path, flags
            0x80, 0x06, // length
            0x01, 0x02, 0x03,
            0x03, 0x00, // version, reserved
            0x00, 0x07, // length
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
        ])
        .field("rdp.fastpath", 6, 0, 6)
        .field("tpkt.length", 7, 8, 2)
        .shows("RDP fast-path PDU")
        .shows("DT TPDU (0) EOT"),
        after_cc("fast-path PDU of 3 octets", &[
            0x00, // action: fast-path
            0x03, // length
            0x01,
        ])
        .field("rdp.fastpath", 3, 0, 3)
        .shows("RDP fast-path PDU"),
        after_cc("fast-path PDU with a length that leaves no room for itself", &[
            0x00, // action: fast-path
            0x01, // length
            0x01, 0x02, 0x03,
        ])
        .raises(WARNING, "tpkt.version.invalid", 0, 1)
        .raises(WARNING, "tpkt.skipped", 0, 5)
        .shows("Skipped octets"),
        tpkts("fast-path PDU on a connection that is not known as RDP", &pdu)
            .raises(WARNING, "tpkt.version.invalid", 0, 1)
            .raises(WARNING, "tpkt.skipped", 0, 5)
            .shows("Skipped octets"),
    ]
}
