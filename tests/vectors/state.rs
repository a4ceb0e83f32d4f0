//! Rules that depend on earlier TPDUs: CR and CC settle class, options, size and references; data is
//! numbered.

use super::*;

pub fn vectors() -> Vec<Vector> {
    [selection(), sizes(), options(), references(), numbering(), outcomes()].concat()
}

/// CR and CC of a class with numbers, the request from A; both give credit 15.
fn connected(vector: Vector, class_options: u8) -> Vector {
    connected_with_credit(vector, class_options, 15)
}

/// The same, with another credit.
fn connected_with_credit(vector: Vector, class_options: u8, credit: u8) -> Vector {
    let with_credit = |mut octets: Vec<u8>| {
        octets[1] |= credit;
        octets
    };
    vector
        .after_from(A, with_credit(cr(class_options, &[])))
        .after_from(B, with_credit(cc(class_options, &[])))
}

/// A DT of class 2 in normal format.
fn dt(dest_ref: u8, number: u8) -> [u8; 6] {
    [
        0x04, // LI
        0xf0, // DT
        0x00, dest_ref, // DST-REF
        0x80 | number, // EOT, number
        0xda, // user data
    ]
}

fn selection() -> Vec<Vector> {
    let answer = |name: &str, selected: u8, preferred: u8, variable_part: &[u8]| {
        nsdu(name, cc(selected, &[])).after(cr(preferred, variable_part)).confirm()
    };
    let not_offered = |vector: Vector| vector.raises(WARNING, "cotp.class.not_offered", 6, 1);
    vec![
        answer("CC selects the preferred class", 0x20, 0x20, &[]),
        answer("CC selects class 2, which class 4 implies", 0x20, 0x40, &[0xc3, 0x02, 0, 0]),
        answer("CC selects class 0, which class 1 implies", 0x00, 0x10, &[]),
        answer("CC selects an alternative class", 0x00, 0x20, &[0xc7, 0x01, 0x00]),
        answer("CC selects class 0, which alternative 1 implies", 0x00, 0x30, &[0xc7, 0x01, 0x10]),
        not_offered(answer("CC selects a class that was not offered", 0x30, 0x20, &[])),
        not_offered(answer("CC selects class 0 though nothing offers it", 0x00, 0x20, &[])),
        not_offered(answer("CC selects class 3 for class 4", 0x30, 0x40, &[])),
        nsdu("CC of any class whose CR was not seen", cc(0x30, &[])).confirm(),

        nsdu("CC turns on extended formats", cc(0x22, &[]))
            .after(cr(0x20, &[]))
            .raises(WARNING, "cotp.option.not_proposed", 6, 1)
            .confirm(),
        nsdu("CC accepts extended formats", cc(0x22, &[])).after(cr(0x22, &[])).confirm(),
        nsdu("CC turns off extended formats", cc(0x20, &[])).after(cr(0x22, &[])).confirm(),
        nsdu("CC turns off flow control", cc(0x21, &[]))
            .after(cr(0x20, &[]))
            .raises(WARNING, "cotp.option.not_proposed", 6, 1)
            .confirm(),
        nsdu("CC accepts no flow control", cc(0x21, &[])).after(cr(0x21, &[])).confirm(),
    ]
}

fn sizes() -> Vec<Vector> {
    let size = |exponent| [0xc0, 0x01, exponent]; // TPDU size
    let preferred = |units| [0xf0, 0x01, units]; // preferred maximum TPDU size
    let increased = |vector: Vector| vector.raises(WARNING, "cotp.tpdu_size.increased", 13, 1);
    let dt = |length: usize| with_data([0x02, 0xf0, 0x80], length - 3); // LI, DT, EOT and number 0
    let exceeds = |vector: Vector, length| vector.raises(WARNING, "cotp.tpdu.exceeds_size", 4, length);
    let data = |name: &str, length, request: &[u8], confirm: &[u8]| {
        tpdu(name, dt(length))
            .after(cr(0x00, request))
            .after(cc(0x00, confirm))
            .shows("DT TPDU (0) EOT")
    };
    vec![
        increased(tpdu("CC raises the TPDU size", cc(0x00, &size(0x0a))))
            .after(cr(0x00, &size(0x09)))
            .confirm(),
        tpdu("CC keeps the TPDU size", cc(0x00, &size(0x09)))
            .after(cr(0x00, &size(0x09)))
            .confirm(),
        tpdu("CC lowers the TPDU size", cc(0x00, &size(0x07)))
            .after(cr(0x00, &size(0x09)))
            .confirm(),
        tpdu("CC selects a TPDU size over RFC 1006 and the CR proposes none", cc(0x00, &size(0x0b)))
            .after(cr(0x00, &[]))
            .confirm(),
        nsdu("CC raises the TPDU size of 128 that is the default", cc(0x20, &size(0x08)))
            .after(cr(0x20, &[]))
            .raises(WARNING, "cotp.tpdu_size.increased", 9, 1)
            .confirm(),
        increased(tpdu("CC raises the preferred maximum", cc(0x00, &preferred(9))))
            .after(cr(0x00, &preferred(8)))
            .confirm(),
        tpdu("CC lowers the preferred maximum", cc(0x00, &preferred(7)))
            .after(cr(0x00, &preferred(8)))
            .confirm(),
        increased(tpdu("CC has a preferred maximum and the CR none", cc(0x00, &preferred(1))))
            .after(cr(0x00, &size(0x09)))
            .confirm(),
        tpdu("CC has a preferred maximum and the CR was not seen", cc(0x00, &preferred(9)))
            .confirm(),

        data("DT as long as the agreed size", 128, &size(0x08), &size(0x07)),
        exceeds(data("DT longer than the agreed size", 129, &size(0x08), &size(0x07)), 129),
        exceeds(data("DT longer than the agreed preferred maximum", 257, &preferred(3), &preferred(2)), 257),
        data("DT of any length by the default of RFC 1006", 300, &[], &[]),
        data("DT of any length, as the CC leaves out what the CR proposed", 300, &size(0x07), &[]),
        nsdu("DT longer than the default of X.224", with_data([
            0x04, // LI
            0xf0, // DT
            0x00, 0x01, // DST-REF
            0x80, // EOT, number 0
        ], 124))
        .after(cr(0x20, &[]))
        .after(cc(0x20, &[]))
        .raises(WARNING, "cotp.tpdu.exceeds_size", 0, 129)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
    ]
}

fn options() -> Vec<Vector> {
    const EXPEDITED: [u8; 3] = [0xc6, 0x01, 0x01]; // additional options
    const NONE: [u8; 3] = [0xc6, 0x01, 0x00];
    let ed = |name: &str| {
        tpdu(name, [
            0x02, // LI
            0x10, // ED
            0x80, // EOT, number 0
            0xda, // user data
        ])
        .shows("ED TPDU (0) EOT")
    };
    let not_proposed = |vector: Vector, at| vector.raises(WARNING, "cotp.option.not_proposed", at, 1);
    vec![
        not_proposed(tpdu("CC adds expedited data", cc(0x00, &EXPEDITED)).after(cr(0x00, &[])), 13)
            .confirm(),
        not_proposed(tpdu("CC adds expedited data that the CR declines", cc(0x00, &EXPEDITED))
            .after(cr(0x00, &NONE)), 13)
            .confirm(),
        tpdu("CC accepts expedited data", cc(0x00, &EXPEDITED))
            .after(cr(0x00, &EXPEDITED))
            .confirm(),
        nsdu("CC accepts expedited data, the default of X.224", cc(0x20, &EXPEDITED))
            .after(cr(0x20, &[]))
            .confirm(),
        nsdu("CC has an inactivity timer and the CR none", cc(0x40, &[
            0xf2, 0x04, 0x00, 0x00, 0x10, 0x00, // inactivity timer
        ]))
        .after(cr(0x40, &[]))
        .raises(WARNING, "cotp.option.not_proposed", 9, 4)
        .confirm(),
        nsdu("CC and CR have an inactivity timer", cc(0x40, &[
            0xf2, 0x04, 0x00, 0x00, 0x10, 0x00, // inactivity timer
        ]))
        .after(cr(0x40, &[0xf2, 0x04, 0x00, 0x00, 0x20, 0x00]))
        .confirm(),

        ed("ED that was agreed").after(cr(0x00, &EXPEDITED)).after(cc(0x00, &EXPEDITED)),
        ed("ED that was not agreed")
            .after(cr(0x00, &EXPEDITED))
            .after(cc(0x00, &[]))
            .raises(WARNING, "cotp.type.not_for_class", 5, 1),
        ed("ED whose CR was not seen").after(cc(0x00, &[])),

        nsdu("DT with ROA that was not agreed", [
            0x04, // LI
            0xf1, // DT, ROA
            0x00, 0x01, // DST-REF
            0x80, // EOT, number 0
            0xda, // user data
        ])
        .after(cr(0x40, &[0xc3, 0x02, 0, 0]))
        .after(cc(0x40, &[]))
        .raises(NOTE, "cotp.roa.unexpected", 1, 1)
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
        nsdu("DT with ROA that was agreed", [
            0x04, // LI
            0xf1, // DT, ROA
            0x00, 0x01, // DST-REF
            0x80, // EOT, number 0
            0xda, // user data
        ])
        .after(cr(0x40, &[0xc6, 0x01, 0x21]))
        .after(cc(0x40, &[0xc6, 0x01, 0x21]))
        .shows("DT TPDU (0) dst-ref: 0x0001 EOT"),
    ]
}

fn references() -> Vec<Vector> {
    let mismatch = |vector: Vector| vector.raises(WARNING, "cotp.destref.mismatch", 6, 2);
    let shown = |vector: Vector, dest_ref: u8| vector.shows(format!("DT TPDU (0) dst-ref: 0x{dest_ref:04x} EOT"));
    vec![
        mismatch(tpdu("CC with another DST-REF than the CR's SRC-REF", [
            0x06, // LI
            0xd0, // CC, credit 0
            0x00, 0x07, // DST-REF
            0x00, 0x02, // SRC-REF
            0x00, // class and options
        ]))
        .after(cr(0x00, &[]))
        .raises(CHAT, "cotp.connection.confirm", 5, 1)
        .shows("CC TPDU src-ref: 0x0002 dst-ref: 0x0007"),
        shown(connected(tpdu("DT of the initiator with the responder's reference", dt(2, 0)).from(A), 0x20), 2),
        shown(connected(tpdu("DT of the responder with the initiator's reference", dt(1, 0)).from(B), 0x20), 1),
        shown(mismatch(connected(tpdu("DT of the initiator with its own reference", dt(1, 0)).from(A), 0x20)), 1),
        shown(mismatch(connected(tpdu("DT of the responder with an unknown reference", dt(9, 0)).from(B), 0x20)), 9),
        shown(connected(tpdu("DT of an unknown sender", dt(9, 0)), 0x20), 9),
        shown(connected(nsdu("DT of another connection without TPKT", dt(9, 0)).from(A), 0x20), 9),
        shown(mismatch(tpdu("DT with the wrong reference, and the CR was not seen", dt(9, 0)))
            .from(A)
            .after_from(B, cc(0x20, &[])), 9),
    ]
}

fn numbering() -> Vec<Vector> {
    let number = |name: &str, number| {
        tpdu(name, dt(2, number)).from(A).shows(format!("DT TPDU ({number}) dst-ref: 0x0002 EOT"))
    };
    let second = |name: &str, class_options, next| connected(number(name, next), class_options).after_from(A, dt(2, 0));
    let skips = |vector: Vector, severity| vector.raises(severity, "cotp.tpdu-number.out_of_sequence", 8, 1);
    vec![
        second("DT with the next number", 0x20, 1),
        second("DT with the next number, after one with an unknown reference", 0x40, 1).after_from(A, dt(9, 5)),
        connected(number("first DT, after one with an unknown reference", 0), 0x40).after_from(A, dt(9, 0)),
        connected(tpdu("DT with an unknown reference and any number", dt(9, 7)).from(A), 0x40)
            .raises(WARNING, "cotp.destref.mismatch", 6, 2)
            .shows("DT TPDU (7) dst-ref: 0x0009 EOT"),
        skips(second("DT that skips a number in class 2", 0x20, 2), WARNING),
        skips(second("DT that repeats a number in class 2", 0x20, 0), WARNING),
        skips(second("DT that skips a number in class 4", 0x40, 2), NOTE),
        second("DT that repeats a number in class 3", 0x30, 0),
        skips(connected(number("first DT of class 2 that is not number 0", 1), 0x20), WARNING),
        second("DT without flow control, with any number", 0x21, 9),
        number("DT of class 2 with any number, as CC and CR were not seen", 9),
        tpdu("DT that skips a number in class 1", [
            0x02, // LI
            0xf0, // DT
            0x83, // EOT, number 3
            0xda, // user data
        ])
        .from(A)
        .after_from(A, cr(0x10, &[]))
        .after_from(B, cc(0x10, &[]))
        .raises(NOTE, "cotp.tpdu-number.out_of_sequence", 6, 1)
        .shows("DT TPDU (3) EOT"),
        tpdu("DT that skips a number in extended format", [
            0x07, // LI
            0xf0, // DT
            0x00, 0x02, // DST-REF
            0x80, 0x00, 0x01, 0x00, // EOT, number 256
            0xda, // user data
        ])
        .from(A)
        .after_from(A, cr(0x22, &[]))
        .after_from(B, cc(0x22, &[]))
        .raises(WARNING, "cotp.tpdu-number.out_of_sequence", 8, 4)
        .shows("DT TPDU (256) dst-ref: 0x0002 EOT"),
        Vector {
            after_gap: true,
            ..second("DT that skips a number after a gap", 0x20, 5)
        }
        .raises(WARNING, "tpkt.gap", 0, 0),
    ]
}

fn outcomes() -> Vec<Vector> {
    let data = |name: &str| {
        tpdu(name, [
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, number 0
            0xda, // user data
        ])
        .shows("DT TPDU (0) EOT")
    };
    vec![
        data("DT from the start of a connection without CC")
            .seen_from_start()
            .raises(NOTE, "cotp.connection.missing", 5, 1),
        data("second DT from the start of a connection without CC")
            .seen_from_start()
            .after([0x02, 0xf0, 0x80, 0xda]),
        data("DT after a CC from the start of a connection").seen_from_start().after(cc(0x00, &[])),
        data("DT of a connection not seen from its start"),

        tpdu("DR of the responder that refuses a CR without reference", [
            0x06, // LI
            0x80, // DR
            0x00, 0x00, // DST-REF
            0x00, 0x00, // SRC-REF
            0x00, // reason
        ])
        .from(B)
        .after_from(A, [
            0x06, // LI
            0xe0, // CR, credit 0
            0x00, 0x00, // DST-REF
            0x00, 0x00, // SRC-REF
            0x00, // class and options
        ])
        .raises(CHAT, "cotp.disconnect.request", 10, 1)
        .raises(WARNING, "cotp.connection.refused", 10, 1)
        .shows("DR TPDU src-ref: 0x0000 dst-ref: 0x0000"),
        tpdu("DR of the initiator itself", [
            0x06, // LI
            0x80, // DR
            0x00, 0x00, // DST-REF
            0x00, 0x01, // SRC-REF
            0x00, // reason
        ])
        .from(A)
        .after_from(A, cr(0x40, &[]))
        .raises(CHAT, "cotp.disconnect.request", 10, 1)
        .shows("DR TPDU src-ref: 0x0001 dst-ref: 0x0000"),
        tpdu("ER that answers a CR", er(0x03, &[0xc1, 0x02, 0x06, 0xe0]))
            .after(cr(0x00, &[]))
            .raises(WARNING, "cotp.connection.refused", 8, 1)
            .error(),
        tpdu("ER that answers a DT", er(0x03, &[0xc1, 0x02, 0x02, 0xf0]))
            .after(cr(0x00, &[]))
            .after(cc(0x00, &[]))
            .error(),
        tpdu("second DR that refuses", dr(0x00, &[]))
            .after(cr(0x40, &[]))
            .after(dr(0x00, &[]))
            .release(),
    ]
}
