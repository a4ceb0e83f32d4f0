//! Rules that depend on earlier TPDUs: CR and CC settle class, options, size and references; data is
//! numbered.

use super::*;

pub fn vectors() -> Vec<Vector> {
    [
        roles(),
        selection(),
        sizes(),
        options(),
        references(),
        numbering(),
        windows(),
        expedited(),
        outcomes(),
        standing(),
        unknown(),
    ]
    .concat()
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

/// An AK or RJ of the responder in normal format, its number at offset 8 of the TPKT.
fn ak(code: u8, number: u8) -> [u8; 5] {
    [
        0x04, // LI
        code,
        0x00, 0x01, // DST-REF
        number, // YR-TU-NR
    ]
}

fn roles() -> Vec<Vector> {
    let repeated = |vector: Vector| vector.raises(NOTE, "cotp.connection.repeated", 5, 1);
    vec![
        repeated(tpdu("second CR over TPKT", cr(0x00, &[])).from(A).after_from(A, cr(0x00, &[])))
            .request(),
        repeated(tpdu("CR that answers a CR", cr(0x00, &[])).from(B).after_from(A, cr(0x00, &[])))
            .request(),
        nsdu("second CR without TPKT", cr(0x00, &[])).from(A).after_from(A, cr(0x00, &[])).request(),
        repeated(tpdu("second CC over TPKT", cc(0x00, &[])).from(B))
            .after_from(A, cr(0x00, &[]))
            .after_from(B, cc(0x00, &[]))
            .confirm(),
        tpdu("CC of the end that sent the CR", cc(0x00, &[]))
            .from(A)
            .after_from(A, cr(0x00, &[]))
            .raises(WARNING, "cotp.connection.wrong_end", 5, 1)
            .confirm(),
        tpdu("CC of the other end", cc(0x00, &[])).from(B).after_from(A, cr(0x00, &[])).confirm(),
        tpdu("CC from the start of a connection without CR", cc(0x00, &[]))
            .seen_from_start()
            .raises(NOTE, "cotp.connection.without_request", 5, 1)
            .confirm(),
        tpdu("CC from the start of a connection after its CR", cc(0x00, &[]))
            .seen_from_start()
            .after(cr(0x00, &[]))
            .confirm(),
        repeated(tpdu("CR of the end that sent a CC without CR", cr(0x00, &[])).from(A).after_from(A, cc(0x00, &[])))
            .request(),
        connected(tpdu("DC that no DR precedes", [
            0x05, // LI
            0xc0, // DC
            0x00, 0x02, // DST-REF
            0x00, 0x01, // SRC-REF
        ])
        .from(A)
        .seen_from_start(), 0x21)
        .raises(NOTE, "cotp.connection.wrong_end", 5, 1)
        .raises(CHAT, "cotp.disconnect.confirm", 5, 1)
        .shows("DC TPDU src-ref: 0x0001 dst-ref: 0x0002"),
        connected(tpdu("DC that answers a DR", [
            0x05, // LI
            0xc0, // DC
            0x00, 0x02, // DST-REF
            0x00, 0x01, // SRC-REF
        ])
        .from(A)
        .seen_from_start(), 0x21)
        .after_from(B, dr(0x80, &[]))
        .raises(CHAT, "cotp.disconnect.confirm", 5, 1)
        .shows("DC TPDU src-ref: 0x0001 dst-ref: 0x0002"),
        tpdu("CR after the connection was released", cr(0x21, &[]))
            .from(A)
            .after_from(A, cr(0x21, &[]))
            .after_from(B, cc(0x21, &[]))
            .after_from(B, dr(0x80, &[]))
            .after_from(A, [0x05, 0xc0, 0x00, 0x02, 0x00, 0x01]) // DC
            .request(),
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
        tpdu("CC without the TPDU size that the CR proposes", cc(0x00, &[]))
            .after(cr(0x00, &size(0x0a)))
            .raises(NOTE, "cotp.tpdu_size.missing", 5, 1)
            .confirm(),
        tpdu("CC without the preferred maximum that the CR proposes", cc(0x00, &[]))
            .after(cr(0x00, &preferred(8)))
            .raises(NOTE, "cotp.tpdu_size.missing", 5, 1)
            .confirm(),
        nsdu("CC without the TPDU size that the CR proposes, without TPKT", cc(0x20, &[]))
            .after(cr(0x20, &size(0x0a)))
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
        second("DT with the number behind one that was skipped to", 0x20, 4).after_from(A, dt(2, 3)),
        second("DT with the due number, behind another", 0x20, 1).after_from(A, dt(2, 3)),
        second("DT with the number behind the due one, behind another", 0x20, 2).after_from(A, dt(2, 3)),
        skips(second("DT that skips another number", 0x20, 9).after_from(A, dt(2, 3)), WARNING),
        second("DT that skips to the same number again", 0x20, 3)
            .after_from(A, dt(2, 3))
            .raises(CHAT, "cotp.tpdu-number.out_of_sequence", 8, 1),
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

/// Credit (X.224 10.2.4.2, 12.2.3.6) and acknowledged numbers.
fn windows() -> Vec<Vector> {
    const AK_WITH_CREDIT_15: u8 = 0x6f;
    const AK_WITH_CREDIT_3: u8 = 0x63;
    const AK_WITHOUT_CREDIT: u8 = 0x60;
    const RJ: u8 = 0x5f; // credit 15
    let shown = |vector: Vector, kind: &str, number| {
        vector.shows(format!("{kind} TPDU ({number}) dst-ref: 0x0001"))
    };
    let answer = |name: &str, class_options, code, number| {
        let vector = connected(tpdu(name, ak(code, number)).from(B), class_options);
        match code {
            RJ => shown(vector.raises(NOTE, "cotp.reject", 5, 1), "RJ", number),
            _ => shown(vector, "AK", number),
        }
    };
    let not_sent = |vector: Vector| vector.raises(NOTE, "cotp.next-tpdu-number.not_sent", 8, 1);
    let second = |name: &str, credit| {
        connected_with_credit(tpdu(name, dt(2, 1)).from(A), 0x20, credit)
            .after_from(A, dt(2, 0))
            .shows("DT TPDU (1) dst-ref: 0x0002 EOT")
    };
    vec![
        not_sent(answer("AK of a DT that was not sent", 0x20, AK_WITH_CREDIT_15, 1)),
        answer("AK of the DT that was sent", 0x20, AK_WITH_CREDIT_15, 1).after_from(A, dt(2, 0)),
        answer("AK of the DT that was sent, in class 4", 0x40, AK_WITH_CREDIT_15, 1).after_from(A, dt(2, 0)),
        not_sent(answer("RJ from a DT on that was not sent", 0x30, RJ, 2)).after_from(A, dt(2, 0)),
        answer("RJ from the DT on that was sent", 0x30, RJ, 0).after_from(A, dt(2, 0)),
        second("DT beyond the credit", 1).raises(NOTE, "cotp.credit.exceeded", 8, 1),
        second("DT within the credit", 2),
        tpdu("DT of class 1, which has no credit", [
            0x02, // LI
            0xf0, // DT
            0x80, // EOT, number 0
            0xda, // user data
        ])
        .from(A)
        .after_from(A, cr(0x10, &[]))
        .after_from(B, cc(0x10, &[]))
        .shows("DT TPDU (0) EOT"),
        second("DT within the credit of an AK", 1).after_from(B, ak(AK_WITH_CREDIT_3, 1)),
        connected_with_credit(tpdu("DT within the credit of an RJ", dt(2, 1)).from(A), 0x30, 1)
            .after_from(A, dt(2, 0))
            .after_from(B, ak(RJ, 1))
            .shows("DT TPDU (1) dst-ref: 0x0002 EOT"),
        answer("AK of class 2 that takes back credit", 0x20, AK_WITH_CREDIT_3, 0)
            .raises(NOTE, "cotp.credit.reduced", 5, 1),
        answer("AK of class 2 that keeps the credit", 0x20, AK_WITH_CREDIT_15, 0),
        answer("AK of class 4 that takes back credit", 0x40, AK_WITH_CREDIT_3, 0),
        connected(tpdu("DT of class 4 with the credit from before", dt(2, 1)).from(A), 0x40)
            .after_from(A, dt(2, 0))
            .after_from(B, ak(AK_WITHOUT_CREDIT, 1))
            .shows("DT TPDU (1) dst-ref: 0x0002 EOT"),
        connected(nsdu("DT of class 4 behind a repeated CC", dt(2, 1)).from(A), 0x40)
            .after_from(A, dt(2, 0))
            .after_from(B, cc(0x40, &[]))
            .shows("DT TPDU (1) dst-ref: 0x0002 EOT"),
    ]
}

/// Numbers of ED and EA (X.224 6.11.4, 12.2.3.4).
fn expedited() -> Vec<Vector> {
    let ed = |number: u8| [
        0x04, // LI
        0x10, // ED
        0x00, 0x02, // DST-REF
        0x80 | number, // EOT, number
        0xda, // user data
    ];
    let ea = |number: u8| [
        0x04, // LI
        0x20, // EA
        0x00, 0x01, // DST-REF
        number, // YR-EDTU-NR
    ];
    let agreed = |vector: Vector| {
        vector
            .after_from(A, cr(0x40, &[0xc6, 0x01, 0x01, 0xc3, 0x02, 0, 0]))
            .after_from(B, cc(0x40, &[0xc6, 0x01, 0x01]))
    };
    let sent = |name: &str, number: u8| {
        agreed(tpdu(name, ed(number)).from(A))
            .after_from(A, ed(0))
            .shows(format!("ED TPDU ({number}) dst-ref: 0x0002 EOT"))
    };
    let acknowledged = |name: &str, number: u8| {
        agreed(tpdu(name, ea(number)).from(B))
            .after_from(A, ed(0))
            .shows(format!("EA TPDU ({number}) dst-ref: 0x0001"))
    };
    vec![
        sent("ED of class 4 with the next number", 1),
        sent("ED of class 4 that is repeated", 0),
        sent("ED of class 4 that skips a number", 2)
            .raises(NOTE, "cotp.tpdu-number.out_of_sequence", 8, 1),
        acknowledged("EA of the ED that was sent", 0),
        sent("ED of class 4 that is repeated late", 0).after_from(A, ed(1)),
        sent("ED of class 4 behind a late one", 2).after_from(A, ed(1)).after_from(A, ed(0)),
        acknowledged("EA of class 4 that is repeated late", 0).after_from(A, ed(1)),
        acknowledged("EA of an ED that was not sent", 1)
            .raises(NOTE, "cotp.next-tpdu-number.not_sent", 8, 1),
    ]
}

/// A contradiction that persists is a chat from the second time on.
fn standing() -> Vec<Vector> {
    let of_class_0 = |name: &str, octets: &[u8]| {
        tpdu(name, octets)
            .from(A)
            .after_from(A, cr(0x00, &[]))
            .after_from(B, cc(0x00, &[]))
            .after_from(A, octets)
    };
    vec![
        of_class_0("DT with a number in class 0 again", &[0x02, 0xf0, 0x85, 0xda])
            .raises(CHAT, "cotp.tpdu-number.nonzero", 6, 1)
            .shows("DT TPDU (5) EOT"),
        of_class_0("DT of class 0 with LI 3 again", &[0x03, 0xf0, 0x80, 0xda, 0xda])
            .raises(CHAT, "cotp.type.not_for_class", 4, 1)
            .field("cotp.user_data", 1, 8, 1)
            .shows("DT TPDU (0) EOT"),
        of_class_0("AK in class 0 again", &ak(0x61, 5))
            .raises(CHAT, "cotp.type.not_for_class", 5, 1)
            .shows("AK TPDU (5) dst-ref: 0x0001"),
        of_class_0("DT that is not the last, without data, again", &[0x02, 0xf0, 0x00])
            .raises(CHAT, "cotp.user_data.empty", 4, 3)
            .shows("DT TPDU (0)"),
        connected(tpdu("DT with the wrong reference again", dt(9, 0)).from(A), 0x21)
            .after_from(A, dt(9, 0))
            .raises(CHAT, "cotp.destref.mismatch", 6, 2)
            .shows("DT TPDU (0) dst-ref: 0x0009 EOT"),
        connected(tpdu("DT with another wrong reference", dt(8, 0)).from(A), 0x21)
            .after_from(A, dt(9, 0))
            .raises(WARNING, "cotp.destref.mismatch", 6, 2)
            .shows("DT TPDU (0) dst-ref: 0x0008 EOT"),
    ]
}

/// What a faulty CR or CC says is unknown, so that nothing contradicts it.
fn unknown() -> Vec<Vector> {
    vec![
        nsdu("CC of any class, after a CR of an invalid class", cc(0x30, &[]))
            .after(cr(0x50, &[]))
            .confirm(),
        nsdu("DT in normal format, after a CC of an invalid class", dt(9, 5))
            .after(cr(0x00, &[]))
            .after(cc(0x70, &[]))
            .shows("DT TPDU (5) dst-ref: 0x0009 EOT"),
        nsdu("DT in normal format, after a CC of a class that was not offered", dt(9, 5))
            .after(cr(0x00, &[]))
            .after(cc(0x10, &[]))
            .shows("DT TPDU (5) dst-ref: 0x0009 EOT"),
        tpdu("DT with any reference, after a CC with a wrong DST-REF", dt(9, 0))
            .from(B)
            .after_from(A, cr(0x21, &[]))
            .after_from(B, [0x06, 0xd0, 0x00, 0x07, 0x00, 0x02, 0x21])
            .shows("DT TPDU (0) dst-ref: 0x0009 EOT"),
        connected(tpdu("DT with a wrong checksum and the wrong reference", [
            0x08, // LI
            0xf0, // DT
            0x00, 0x09, // DST-REF
            0x87, // EOT, number 7
            0xc3, 0x02, 0x11, 0x11, // checksum
            0xda, // user data
        ])
        .from(A), 0x40)
        .raises(ERROR, "cotp.checksum.bad", 11, 2)
        .shows("DT TPDU (7) dst-ref: 0x0009 EOT"),
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
        connected(tpdu("DR with another SRC-REF than its sender's", [
            0x06, // LI
            0x80, // DR
            0x00, 0x01, // DST-REF
            0x00, 0x09, // SRC-REF
            0x80, // reason
        ])
        .from(B), 0x21)
        .raises(WARNING, "cotp.srcref.mismatch", 8, 2)
        .raises(CHAT, "cotp.disconnect.request", 10, 1)
        .shows("DR TPDU src-ref: 0x0009 dst-ref: 0x0001"),
        connected(tpdu("DR with the references of CR and CC", dr(0x80, &[])).from(B), 0x21).release(),
        connected(tpdu("DC with another SRC-REF than its sender's", [
            0x05, // LI
            0xc0, // DC
            0x00, 0x02, // DST-REF
            0x00, 0x09, // SRC-REF
        ])
        .from(A), 0x21)
        .raises(WARNING, "cotp.srcref.mismatch", 8, 2)
        .raises(CHAT, "cotp.disconnect.confirm", 5, 1)
        .shows("DC TPDU src-ref: 0x0009 dst-ref: 0x0002"),
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
