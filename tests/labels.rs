//! Labels that say more than a number.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::{abbreviation, dissect_whole, label};
use isotsap::dissection::Encapsulation;

const CR: [u8; 29] = [
    0x03, 0x00, 0x00, 0x1d, // TPKT
    0x18, 0xe0, // CR: LI, code
    0x00, 0x00, // DST-REF
    0x00, 0x01, // SRC-REF
    0x20, // class 2
    0x86, 0x03, 0x06, 0x03, 0x07, // residual error rate
    0xc1, 0x02, 0x01, 0x00, // calling T-selector, as S7 clients have it
    0xc2, 0x02, 0x02, 0x46, // called T-selector: OP, rack 2, slot 6
    0x87, 0x03, 0x00, 0x00, 0x00, // priority, an octet too long
];

const RDP_CR: [u8; 19] = [
    0x03, 0x00, 0x00, 0x13, // TPKT
    0x0e, 0xe0, // CR: LI, code
    0x00, 0x00, // DST-REF
    0x00, 0x00, // SRC-REF
    0x00, // class 0
    0x01, 0x09, 0x08, 0x00, // RDP_NEG_REQ: type, flags, length
    0x03, 0x00, 0x00, 0x00, // TLS and CredSSP
];

#[test]
fn labels_explain_their_values() {
    for (octets, field, expected) in [
        (
            &CR[..],
            "cotp.res_error_rate.target_value",
            "Residual error rate, target value: 10^-6",
        ),
        (
            &CR,
            "cotp.res_error_rate.tdsu",
            "Residual error rate, TSDU size of interest: 2^7 octets",
        ),
        (
            &CR,
            "cotp.src-tsap-bytes",
            "Source TSAP: 0100 (on S7: PG, rack 0, slot 0)",
        ),
        (
            &CR,
            "cotp.dst-tsap-bytes",
            "Destination TSAP: 0246 (on S7: OP, rack 2, slot 6)",
        ),
        (&CR, "cotp.class", "0010 .... = Class: multiplexing (2)"),
        (
            &RDP_CR,
            "rdp.negReq.flags",
            "Flags: 0x09 (restricted admin mode required, correlation info present)",
        ),
        (
            &RDP_CR,
            "rdp.negReq.requestedProtocols",
            "requestedProtocols: 0x00000003 (TLS, CredSSP)",
        ),
        (
            &CR,
            "cotp.parameter.length_invalid",
            "length of parameter priority (0x87) is 3, which its definition does not allow (X.224 13.3.4)",
        ),
    ] {
        let items = dissect_whole(Encapsulation::Tpkt, octets).items;
        let labels: Vec<_> = items
            .iter()
            .filter(|item| abbreviation(item) == field)
            .map(|item| label(item, octets))
            .collect();
        assert_eq!(labels, [expected]);
    }
}
