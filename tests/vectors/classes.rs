//! What classes 1 to 4 add: options, alternatives, checksums, formats, the parameters of AK and DT.

use super::*;

pub fn vectors() -> Vec<Vector> {
    [options(), alternatives(), checksums(), formats(), numbers()].concat()
}

/// A CR of class 4 with one parameter at offset 7, and its checksum.
fn cr_of_class_4(parameter: &[u8]) -> Vec<u8> {
    let octets = cr(0x40, &[parameter, &[0xc3, 0x02, 0x00, 0x00]].concat());
    let at = octets.len() - 2;
    with_checksum(octets, at)
}

fn options() -> Vec<Vector> {
    vec![
        nsdu("additional options of class 4", cr_of_class_4(&[
            0xc6, 0x01, 0x73, // additional options
        ]))
        .field("cotp.additional_options", 0x73, 9, 1)
        .field("cotp.non_blocking_expedited_data", 1, 9, 1)
        .field("cotp.request_acknowledgement", 1, 9, 1)
        .field("cotp.selective_acknowledgement", 1, 9, 1)
        .field("cotp.use_16_bit_checksum", 1, 9, 1)
        .field("cotp.transport_expedited_data_transfer", 1, 9, 1)
        .without("cotp.network_expedited_data")
        .without("cotp.vp_opt_sel_class1_use")
        .without("cotp.additional_options.reserved")
        .request(),
        nsdu("additional options of class 1", cr(0x10, &[
            0xc6, 0x01, 0x0d, // additional options
        ]))
        .field("cotp.network_expedited_data", 1, 9, 1)
        .field("cotp.vp_opt_sel_class1_use", 1, 9, 1)
        .field("cotp.request_acknowledgement", 0, 9, 1)
        .field("cotp.transport_expedited_data_transfer", 1, 9, 1)
        .without("cotp.selective_acknowledgement")
        .without("cotp.use_16_bit_checksum")
        .request(),
        nsdu("additional options of an alternative class", cr(0x20, &[
            0xc6, 0x01, 0x01, // additional options
            0xc7, 0x01, 0x20, // alternative classes
        ]))
        .field("cotp.transport_expedited_data_transfer", 1, 9, 1)
        .without("cotp.network_expedited_data")
        .request(),
        tpdu("additional options of class 2 over RFC 2126", cr(0x21, &[
            0xc6, 0x01, 0x69, // additional options
        ]))
        .field("cotp.non_blocking_expedited_data", 1, 13, 1)
        .field("cotp.expedited_data_acknowledgement", 1, 13, 1)
        .field("cotp.reverse_connection", 1, 13, 1)
        .field("cotp.transport_expedited_data_transfer", 1, 13, 1)
        .without("cotp.request_acknowledgement")
        .request(),
        nsdu("additional options with bit 8", cr(0x20, &[
            0xc6, 0x01, 0x81, // additional options
        ]))
        .field("cotp.additional_options.reserved", 1, 9, 1)
        .raises(NOTE, "cotp.additional_options.reserved_bit", 9, 1)
        .request(),
        nsdu("non-blocking expedited data without expedited data", cr_of_class_4(&[
            0xc6, 0x01, 0x40, // additional options
        ]))
        .raises(NOTE, "cotp.additional_options.conflict", 9, 1)
        .request(),
        tpdu("reverse connection without expedited data over RFC 2126", cr(0x20, &[
            0xc6, 0x01, 0x08, // additional options
        ]))
        .raises(NOTE, "cotp.additional_options.conflict", 13, 1)
        .request(),
        nsdu("additional options of classes that are not proposed", cr(0x20, &[
            0xc6, 0x01, 0x7e, // additional options
        ]))
        .request(),
        nsdu("class 2 without flow control, with expedited data", cr(0x21, &[
            0xc6, 0x01, 0x01, // additional options
        ]))
        .raises(WARNING, "cotp.opts.conflict", 6, 1)
        .request(),
        tpdu("class 2 without flow control, with expedited data, over RFC 2126", cr(0x21, &[
            0xc6, 0x01, 0x01, // additional options
        ]))
        .request(),
        nsdu("class 2 without flow control, with extended formats", cr(0x23, &[]))
            .raises(WARNING, "cotp.opts.conflict", 6, 1)
            .request(),
        nsdu("class 2 with flow control and extended formats", cr(0x22, &[])).request(),
        nsdu("version 1", cr(0x20, &[
            0xc4, 0x01, 0x01, // version
        ]))
        .field("cotp.vp_version_nr", 1, 9, 1)
        .request(),
        nsdu("version 2", cr(0x20, &[
            0xc4, 0x01, 0x02, // version
        ]))
        .raises(WARNING, "cotp.vp_version_nr.invalid", 9, 1)
        .request(),
    ]
}

/// Every cell of X.224 table 3, and combinations that it does not have.
fn alternatives() -> Vec<Vector> {
    let valid: [&[u8]; 5] = [&[], &[0, 1], &[0, 2], &[0, 1, 2], &[0, 1, 2, 3, 4]];
    let mut vectors = Vec::new();
    for (preferred, valid) in (0..).zip(valid) {
        for alternative in 0..=5 {
            let parameter = [
                0xc7, 0x01, alternative << 4, // alternative classes
            ];
            let octets = match preferred {
                4 => cr_of_class_4(&parameter),
                _ => cr(preferred << 4, &parameter),
            };
            let name = format!("alternative class {alternative} to class {preferred}");
            let vector = nsdu(name, octets)
                .field("cotp.alternative_class", alternative.into(), 9, 1)
                .request();
            vectors.push(match valid.contains(&alternative) {
                true => vector,
                false => vector.raises(WARNING, "cotp.alternative_classes.invalid", 9, 1),
            });
        }
    }
    vectors.push(
        nsdu("alternative class with reserved bits", cr(0x20, &[
            0xc7, 0x02, 0x20, 0x21, // alternative classes
        ]))
        .field("cotp.alternative_class.reserved", 1, 10, 1)
        .raises(WARNING, "cotp.alternative_classes.reserved_bits", 10, 1)
        .request(),
    );
    vectors
}

/// A checksum that is right and one that is not, in each TPDU that has one, and three that
/// another implementation computed.
fn checksums() -> Vec<Vector> {
    let zero = [0xc3, 0x02, 0x00, 0x00]; // checksum
    let dt = [&[0x08, 0xf0, 0x00, 0x01, 0x80][..], &zero, b"data"].concat();
    let ed = [&[0x08, 0x10, 0x00, 0x01, 0x80][..], &zero, b"!"].concat();
    let ak = [&[0x08, 0x61, 0x00, 0x01, 0x05][..], &zero].concat();
    let ea = [&[0x08, 0x20, 0x00, 0x01, 0x05][..], &zero].concat();
    let ud = [
        &[0x0b, 0x40][..], // LI, UD
        &[0xc1, 0x01, b'a'], // calling T-selector
        &[0xc2, 0x01, b'b'], // called T-selector
        &zero,
        b"data",
    ]
    .concat();
    type Finish = fn(Vector) -> Vector;
    let tpdus: [(&str, Vec<u8>, usize, Finish); 9] = [
        ("CC of class 4", cc(0x40, &zero), 9, Vector::confirm),
        ("DR", with_data(dr(0x80, &zero), 3), 9, Vector::release),
        ("DC", [&[0x09, 0xc0, 0, 1, 0, 2][..], &zero].concat(), 8, |vector| {
            vector
                .raises(CHAT, "cotp.disconnect.confirm", 1, 1)
                .shows("DC TPDU src-ref: 0x0002 dst-ref: 0x0001")
        }),
        ("DT", dt, 7, |vector| vector.shows("DT TPDU (0) dst-ref: 0x0001 EOT")),
        ("ED", ed, 7, |vector| vector.shows("ED TPDU (0) dst-ref: 0x0001 EOT")),
        ("AK", ak, 7, |vector| vector.shows("AK TPDU (5) dst-ref: 0x0001")),
        ("EA", ea, 7, |vector| vector.shows("EA TPDU (5) dst-ref: 0x0001")),
        ("ER", er(0x00, &zero), 7, Vector::error),
        ("UD", ud, 10, |vector| vector.shows("UD TPDU")),
    ];
    let mut vectors = vec![
        nsdu("checksum of a CR, computed elsewhere", [
            0x12, // LI
            0xe1, // CR, credit 1
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x40, // class 4
            0xc3, 0x02, 0x59, 0xcd, // checksum
            0xc2, 0x06, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, // called T-selector
        ])
        .field("cotp.checksum", 0x59cd, 9, 2)
        .field("cotp.checksum.status", 1, 9, 2)
        .request(),
        nsdu("checksum of a DT, computed elsewhere", [
            0x08, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0xc3, 0x02, 0xf4, 0x64, // checksum
            0xaa, 0xbb, // user data
        ])
        .field("cotp.checksum.status", 1, 7, 2)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        // In X.224 the value 0 is a checksum; in CLNP it would mean that there is none.
        nsdu("DT with a checksum of 0 that is right", with_checksum([
            0x08, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0xc3, 0x02, 0x00, 0x00, // checksum
            0x00, 0x00, // user data, which makes the sums 0
        ], 9))
        .field("cotp.checksum", 0, 7, 2)
        .field("cotp.checksum.status", 1, 7, 2)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("checksum of an AK, computed elsewhere", [
            0x08, // LI
            0x61, // AK, credit 1
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
            0xc3, 0x02, 0xad, 0x1d, // checksum
        ])
        .field("cotp.checksum.status", 1, 7, 2)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
    ];
    for (name, octets, at, finish) in tpdus {
        let right = with_checksum(octets, at);
        let mut wrong = right.clone();
        wrong[at] ^= 0x01;
        let offset = u32::try_from(at).unwrap();
        vectors.push(
            finish(nsdu(format!("{name} with the right checksum"), right))
                .field("cotp.checksum.status", 1, offset, 2),
        );
        vectors.push(
            finish(nsdu(format!("{name} with a wrong checksum"), wrong))
                .field("cotp.checksum.status", 0, offset, 2)
                .raises(ERROR, "cotp.checksum.bad", offset, 2),
        );
    }
    vectors
}

/// TPDUs and formats after a CC selected the class.
fn formats() -> Vec<Vector> {
    let dt = [
        0x04, // LI
        0xf0, // DT
        0x00, 0x01, // DST-REF
        0x80, // EOT, TPDU-NR 0
        0xda, // user data
    ];
    let ak = |credit: u8| [
        0x04, // LI
        0x60 | credit, // AK
        0x00, 0x01, // DST-REF
        0x05, // YR-TU-NR 5
    ];
    let rj = [
        0x04, // LI
        0x53, // RJ, credit 3
        0x00, 0x01, // DST-REF
        0x05, // YR-TU-NR 5
    ];
    let ea = [
        0x04, // LI
        0x20, // EA
        0x00, 0x01, // DST-REF
        0x05, // YR-EDTU-NR 5
    ];
    let is_dt = "DT TPDU (0) dst-ref: 0x0001 EOT";
    let is_ak = "AK TPDU (5) dst-ref: 0x0001";
    let is_ea = "EA TPDU (5) dst-ref: 0x0001";
    vec![
        nsdu("DT of class 0 with the LI of class 2", dt)
            .after(cc(0x00, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 0, 1)
            .without("cotp.destref")
            .without("cotp.parameter_code")
            .shows("DT TPDU (0)"),
        nsdu("DT of class 2 with the LI of class 0", [
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, TPDU-NR 0
            0xda, // user data
        ])
        .after(cc(0x20, &[]))
        .raises(WARNING, "cotp.type.not_for_class", 0, 1)
        .shows("DT TPDU (0) EOT"),
        nsdu("DT of class 2 in normal format", dt).after(cc(0x20, &[])).shows(is_dt),
        nsdu("DT in normal format where extended is agreed", dt)
            .after(cc(0x42, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 0, 1)
            .shows(is_dt),
        nsdu("DT with an odd LI where normal format is agreed", [
            0x07, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0xf9, 0x01, 0x00, // an unknown parameter of odd size
            0xda, // user data
        ])
        .after(cc(0x20, &[]))
        .raises(WARNING, "cotp.type.not_for_class", 0, 1)
        .field("cotp.tpdu-number", 0, 4, 1)
        .shows(is_dt),
        nsdu("AK in class 0", ak(1))
            .after(cc(0x00, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 1, 1)
            .shows(is_ak),
        nsdu("AK in class 2", ak(1)).after(cc(0x20, &[])).shows(is_ak),
        nsdu("AK in class 2 without flow control", ak(1))
            .after(cc(0x21, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 1, 1)
            .shows(is_ak),
        nsdu("EA in class 2 without flow control", ea)
            .after(cc(0x21, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 1, 1)
            .shows(is_ea),
        tpdu("EA in class 2 without flow control over RFC 2126", ea)
            .after(cc(0x21, &[]))
            .shows(is_ea),
        nsdu("RJ in class 2", rj)
            .after(cc(0x20, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 1, 1)
            .shows("RJ TPDU (5) dst-ref: 0x0001"),
        nsdu("RJ in class 3", rj)
            .after(cc(0x30, &[]))
            .raises(NOTE, "cotp.reject", 1, 1)
            .shows("RJ TPDU (5) dst-ref: 0x0001"),
        tpdu("ED of RFC 1006 in class 0", [
            0x02, // LI
            0x10, // ED
            0x80, // EOT, ED-TPDU-NR 0
            0xda, // user data
        ])
        .after(cc(0x00, &[]))
        .shows("ED TPDU (0) EOT"),
        tpdu("DR that refuses a CR and has a SRC-REF", dr(0x01, &[]))
            .after(cr(0x00, &[]))
            .raises(NOTE, "cotp.srcref.nonzero", 8, 2)
            .raises(WARNING, "cotp.connection.refused", 10, 1)
            .release(),
        tpdu("DR that refuses a CR", [
            0x06, // LI
            0x80, // DR
            0x00, 0x01, // DST-REF
            0x00, 0x00, // SRC-REF
            0x01, // reason
        ])
        .after(cr(0x00, &[]))
        .raises(CHAT, "cotp.disconnect.request", 10, 1)
        .raises(WARNING, "cotp.connection.refused", 10, 1)
        .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0001"),
        nsdu("DR of the initiator before any CC", [
            0x06, // LI
            0x80, // DR
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x80, // reason
        ])
        .after(cr(0x20, &[]))
        .raises(CHAT, "cotp.disconnect.request", 6, 1)
        .shows("DR TPDU src-ref: 0x0001 dst-ref: 0x0000"),
        nsdu("AK of class 1 without all credit bits", ak(1))
            .after(cc(0x10, &[]))
            .raises(WARNING, "cotp.credit.unexpected", 1, 1)
            .shows(is_ak),
        nsdu("AK of class 1 with all credit bits", ak(15))
            .after(cc(0x10, &[]))
            .shows(is_ak),
        nsdu("AK in extended format with credit in its code", [
            0x09, // LI
            0x61, // AK, credit 1 where there is none
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR 5
            0x00, 0x0f, // credit 15
        ])
        .raises(WARNING, "cotp.credit.unexpected", 1, 1)
        .field("cotp.credit", 15, 8, 2)
        .shows(is_ak),
    ]
}

/// Reserved bits beside numbers.
fn numbers() -> Vec<Vector> {
    vec![
        nsdu("ED without EOT", [
            0x04, // LI
            0x10, // ED
            0x00, 0x01, // DST-REF
            0x05, // no EOT, ED-TPDU-NR 5
            0xda, // user data
        ])
        .raises(WARNING, "cotp.eot.clear", 4, 1)
        .shows("ED TPDU (5) dst-ref: 0x0001"),
        tpdu("ED of RFC 1006 without EOT", [
            0x02, // LI
            0x10, // ED
            0x00, // no EOT, ED-TPDU-NR 0
            0xda, // user data
        ])
        .raises(NOTE, "cotp.eot.clear", 6, 1)
        .shows("ED TPDU (0)"),
        nsdu("flow control confirmation with the reserved bit of its edge", [
            0x13, // LI
            0x60, // AK
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR 5
            0x00, 0x01, // credit 1
            0x8c, 0x08, // flow control confirmation
            0x80, 0x00, 0x00, 0x05, // its lower window edge
            0x00, 0x01, // its sub-sequence number
            0x00, 0x01, // its credit
        ])
        .raises(NOTE, "cotp.flow_control.reserved_bits", 12, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("flow control confirmation in extended format", [
            0x13, // LI
            0x60, // AK
            0x00, 0x01, // DST-REF
            0x00, 0x00, 0x00, 0x05, // YR-TU-NR 5
            0x00, 0x01, // credit 1
            0x8c, 0x08, // flow control confirmation
            0x00, 0x00, 0x01, 0x05, // its lower window edge
            0x00, 0x01, // its sub-sequence number
            0x01, 0x00, // its credit
        ])
        .field("cotp.lower_window_edge", 0x105, 12, 4)
        .field("cotp.credit", 0x100, 18, 2)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("flow control confirmation with more than 7 bits in normal format", [
            0x0e, // LI
            0x61, // AK, credit 1
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
            0x8c, 0x08, // flow control confirmation
            0x00, 0x00, 0x01, 0x05, // its lower window edge
            0x00, 0x01, // its sub-sequence number
            0x00, 0x01, // its credit
        ])
        .raises(NOTE, "cotp.flow_control.reserved_bits", 9, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("selective acknowledgement with the reserved bit of an edge", [
            0x08, // LI
            0x61, // AK, credit 1
            0x00, 0x01, // DST-REF
            0x05, // YR-TU-NR 5
            0x8f, 0x02, 0x87, 0x08, // selective acknowledgement
        ])
        .field("cotp.selective_ack.lower", 7, 7, 1)
        .raises(NOTE, "cotp.selective_ack.reserved_bit", 7, 1)
        .shows("AK TPDU (5) dst-ref: 0x0001"),
        nsdu("ED-TPDU-NR with bits above its 7", [
            0x08, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, TPDU-NR 0
            0x90, 0x02, 0x00, 0x85, // ED-TPDU-NR
            0xda, // user data
        ])
        .raises(NOTE, "cotp.ed_tpdu_number.reserved_bits", 7, 2)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
    ]
}
