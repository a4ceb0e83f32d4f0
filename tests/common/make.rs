//! TPKTs for tests.
#![allow(dead_code)]

/// A TPKT.
pub fn tpkt(nsdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from(nsdu.len() + 4).unwrap().to_be_bytes();
    [&[3, 0], &length[..], nsdu].concat() // version, reserved, length
}

/// A DT of class 0.
pub fn dt(eot: bool, data: &[u8]) -> Vec<u8> {
    let eot = if eot { 0x80 } else { 0 };
    tpkt(&[&[0x02, 0xf0, eot], data].concat()) // LI, DT, EOT and number 0
}

/// A DT of classes 2 to 4.
pub fn numbered(dest_ref: u16, number: u8, eot: bool, data: &[u8]) -> Vec<u8> {
    let [high, low] = dest_ref.to_be_bytes();
    let eot = if eot { 0x80 } else { 0 };
    tpkt(&[&[0x04, 0xf0, high, low, eot | number], data].concat()) // LI, DT, DST-REF, EOT and number
}

/// An AK with credit 15.
pub fn ak(dest_ref: u16, number: u8) -> Vec<u8> {
    let [high, low] = dest_ref.to_be_bytes();
    tpkt(&[0x04, 0x6f, high, low, number]) // LI, AK, DST-REF, YR-TU-NR
}

/// As much credit as CR and CC can give, in classes that have it.
fn credit(class_options: u8) -> u8 {
    if class_options < 0x20 { 0 } else { 15 }
}

pub fn cr(class_options: u8) -> Vec<u8> {
    tpkt(&[
        0x06,                         // LI
        0xe0 | credit(class_options), // CR
        0x00,
        0x00, // DST-REF
        0x00,
        0x01, // SRC-REF
        class_options,
    ])
}

pub fn cc(class_options: u8) -> Vec<u8> {
    tpkt(&[
        0x06,                         // LI
        0xd0 | credit(class_options), // CC
        0x00,
        0x01, // DST-REF
        0x00,
        0x02, // SRC-REF
        class_options,
    ])
}

/// A CR of an RDP client.
pub fn cr_of_rdp() -> Vec<u8> {
    tpkt(&[
        0x0e, // LI
        0xe0, // CR, credit 0
        0x00, 0x00, // DST-REF
        0x00, 0x00, // SRC-REF
        0x00, // class and options
        0x01, 0x00, 0x08, 0x00, // negotiation request, flags, length
        0x03, 0x00, 0x00, 0x00, // TLS, CredSSP
    ])
}

/// The CC of an RDP server that selects these protocols.
pub fn cc_of_rdp(protocols: u8) -> Vec<u8> {
    tpkt(&[
        0x0e, // LI
        0xd0, // CC, credit 0
        0x00, 0x00, // DST-REF
        0x12, 0x34, // SRC-REF
        0x00, // class and options
        0x02, 0x00, 0x08, 0x00, // negotiation response, flags, length
        protocols, 0x00, 0x00, 0x00,
    ])
}

/// A TLS record.
pub fn tls_record(content_type: u8, fragment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(fragment.len()).unwrap().to_be_bytes();
    [&[content_type, 3, 3], &length[..], fragment].concat() // type, version, length
}
