//! The clean conversations.

use super::conversation::{Carrier, Conversation};
use crate::common::stream::{A, B};

type Parameters<'p> = [(u8, &'p [u8])];

/// TPDU size and T-selectors of an S7 connection.
const S7: &Parameters<'static> = &[
    (0xc0, &[0x0a]),
    (0xc1, &[0x01, 0x00]),
    (0xc2, &[0x01, 0x02]),
];
/// The same with longer T-selectors.
const NAMED: &Parameters<'static> = &[(0xc0, &[0x0a]), (0xc1, b"client"), (0xc2, b"server")];

pub fn scenes() -> Vec<Conversation> {
    [
        class_0(),
        rdp(),
        refusals(),
        class_1(),
        class_2(),
        class_3(),
        class_4(),
    ]
    .concat()
}

/// Conversations of some 1,000 TPDUs.
pub fn long_scenes() -> Vec<Conversation> {
    let long = |name, carrier, class_options| {
        let opened = Conversation::new(name, carrier, class_options)
            .cr(class_options, NAMED)
            .cc(NAMED);
        let in_a_row = |sent: Conversation, end| {
            let sent = (0..8).fold(sent, |sent, _| sent.dt(end, true, 20));
            match sent.has_numbers() {
                true => sent.ak(1 - end),
                false => sent,
            }
        };
        (0..62).fold(opened, |sent, _| in_a_row(in_a_row(sent, A), B))
    };
    vec![
        long("long class 0", Carrier::Tpkt, 0),
        long("long class 1", Carrier::Nsdu, 0x10),
        long("long class 2", Carrier::Tpkt, 0x20),
        long("long class 2 of RFC 2126", Carrier::Tpkt, 0x21),
    ]
}

fn class_0() -> Vec<Conversation> {
    let s7 = |name| {
        let opened = Conversation::new(name, Carrier::Tpkt, 0).cr(0, S7).cc(S7);
        (0..3).fold(opened, |sent, _| sent.dt(A, true, 25).dt(B, true, 27))
    };
    let selectors: &Parameters = &[
        (0xc0, &[0x07]),
        (0xc1, b"a calling T-selector of 32 octets"),
        (0xc2, b"the called T-selector, as long"),
    ];
    let mms = |name| {
        Conversation::new(name, Carrier::Tpkt, 0)
            .cr(0, selectors)
            .cc(selectors)
            .dt(A, false, 125)
            .dt(A, false, 125)
            .dt(A, true, 40)
            .dt(B, false, 125)
            .dt(B, true, 3)
            .dt(A, true, 60)
            .dt(B, true, 70)
    };
    let expedited = [S7, &[(0xc6, &[0x01])]].concat();
    let sized = [S7, &[(0xf0, &[0x08])]].concat();
    vec![
        s7("S7"),
        s7("S7 in segments of 7 octets").in_segments_of(7),
        s7("S7 octet by octet").in_segments_of(1),
        mms("MMS"),
        mms("MMS in segments of 100 octets").in_segments_of(100),
        Conversation::new("class 0 with expedited data", Carrier::Tpkt, 0)
            .cr(0, &expedited)
            .cc(&expedited)
            .dt(A, true, 25)
            .ed(A, 5)
            .dt(B, true, 27)
            .ed(B, 16)
            .dt(A, true, 25),
        Conversation::new("class 0 with a preferred maximum", Carrier::Tpkt, 0)
            .cr(0, &sized)
            .cc(&sized[1..])
            .dt(A, true, 25)
            .dt(B, true, 200),
        Conversation::new("class 0 over X.25", Carrier::Nsdu, 0)
            .cr(0, S7)
            .cc(S7)
            .dt(A, false, 25)
            .dt(A, true, 25)
            .dt(B, true, 25),
        Conversation::new("UD", Carrier::Nsdu, 0)
            .ud(A, &NAMED[1..])
            .ud(B, &NAMED[1..]),
    ]
}

fn rdp() -> Vec<Conversation> {
    let new = |name| Conversation::new(name, Carrier::Tpkt, 0);
    let data = |opened: Conversation| opened.dt(A, true, 40).dt(B, true, 40).dt(A, true, 20);
    let standard = |opened: Conversation| data(opened.rdp_cc(Some((2, 0))));
    vec![
        new("RDP with a cookie")
            .rdp_cr(b"Cookie: mstshash=operator\r\n", Some(3))
            .rdp_cc(Some((2, 2))),
        standard(
            new("RDP with a token").rdp_cr(b"Cookie: msts=3640205228.15629.0000\r\n", Some(1)),
        ),
        standard(new("RDP with a token of another form").rdp_cr(b"tsv://farm.1.desk\r\n", Some(1))),
        standard(new("RDP without cookie").rdp_cr(b"", Some(0x0b))),
        data(
            new("RDP without negotiation")
                .known_as_rdp()
                .rdp_cr(b"", None)
                .rdp_cc(None),
        ),
        new("RDP refused")
            .rdp_cr(b"Cookie: mstshash=operator\r\n", Some(0))
            .rdp_cc(Some((3, 5))),
    ]
}

fn refusals() -> Vec<Conversation> {
    let clearing: &Parameters = &[(0xe0, b"busy")];
    let request = [NAMED, &[(0xc6, &[0x01])]].concat();
    vec![
        Conversation::new("S7 refused by a DR", Carrier::Tpkt, 0)
            .cr(0, S7)
            .dr(B, 3, &[]),
        Conversation::new("S7 refused with clearing information", Carrier::Tpkt, 0)
            .cr(0, S7)
            .dr(B, 1, clearing),
        // The CR up to its last T-selector.
        Conversation::new("S7 refused by an ER", Carrier::Tpkt, 0)
            .cr(0, S7)
            .er(B, 3, &[0x11, 0xe0, 0x00, 0x00, 0x4c, 0x01, 0x00, 0xc0]),
        Conversation::new("class 2 refused", Carrier::Tpkt, 0x21)
            .cr(0x21, NAMED)
            .dr(B, 130, &[]),
        Conversation::new("class 4 refused", Carrier::Nsdu, 0x40)
            .with_checksums()
            .cr(0x40, &request)
            .dr(B, 136, &[]),
        Conversation::new("class 4 refused by an ER", Carrier::Nsdu, 0x40)
            .with_checksums()
            .cr(0x40, &request)
            .er(B, 1, &[0x1f, 0xe0, 0x00, 0x00, 0x4c, 0x01]),
    ]
}

fn class_1() -> Vec<Conversation> {
    let exchange = |opened: Conversation| {
        opened
            .dt(A, false, 20)
            .dt(A, true, 20)
            .dt(B, true, 20)
            .ak(A)
            .ak(B)
            .dt(A, true, 20)
            .dt(B, true, 20)
            .dr(A, 128, &[])
            .dc(B)
    };
    let request = [NAMED, &[(0xc4, &[0x01]), (0x8b, &[0, 30])]].concat();
    vec![exchange(
        Conversation::new("class 1", Carrier::Nsdu, 0x10)
            .cr(0x10, &request)
            .cc(NAMED),
    )]
}

fn class_2() -> Vec<Conversation> {
    let exchange = |opened: Conversation| {
        opened
            .dt(A, true, 20)
            .dt(B, false, 30)
            .dt(A, true, 20)
            .ak(B)
            .dt(B, true, 30)
            .ak(A)
            .dt(A, true, 20)
            .dt(B, true, 20)
            .dr(A, 128, &[])
            .dc(B)
    };
    let with_expedited = |opened: Conversation| {
        opened
            .dt(A, true, 20)
            .ed(A, 8)
            .ea(B)
            .dt(B, true, 20)
            .ed(A, 8)
            .ea(B)
            .dt(A, true, 20)
            .dt(B, true, 20)
    };
    let expedited = [NAMED, &[(0xc6, &[0x01])]].concat();
    let acknowledged = [NAMED, &[(0xc6, &[0x21])]].concat();
    let quality: &Parameters = &[
        (0x86, &[7, 5, 10]),
        (0x87, &[0, 2]),
        (0x88, &[0, 100, 1, 0, 0, 100, 1, 0]),
        (0x89, &[1, 0, 0, 0, 64, 0, 1, 0, 0, 0, 64, 0]),
        (0xc5, b"sealed"),
        (0xf0, &[0x10]),
    ];
    let request: &Parameters = &[(0xc4, &[0x01]), (0xc6, &[0x01]), (0xc7, &[0x00])];
    let request = [NAMED, quality, request].concat();
    let confirm = [&NAMED[1..], quality, &[(0xc6, &[0x01])]].concat();
    let open = |name, carrier, class_options, parameters: &Parameters| {
        Conversation::new(name, carrier, class_options)
            .cr(class_options, parameters)
            .cc(parameters)
    };
    let no_flow_control = open("class 2 of RFC 2126", Carrier::Tpkt, 0x21, NAMED)
        .dt(A, false, 20)
        .dt(A, true, 20)
        .dt(B, true, 30)
        .dt(A, true, 20)
        .dr(A, 128, &[])
        .dc(B);
    let acknowledged_expedited = open(
        "class 2 of RFC 2126 with expedited data",
        Carrier::Tpkt,
        0x21,
        &acknowledged,
    );
    vec![
        exchange(open("class 2", Carrier::Tpkt, 0x20, NAMED)),
        exchange(open("class 2 extended", Carrier::Tpkt, 0x22, NAMED)),
        exchange(open("class 2 over X.25", Carrier::Nsdu, 0x20, NAMED)),
        exchange(open(
            "class 2 extended over X.25",
            Carrier::Nsdu,
            0x22,
            NAMED,
        )),
        with_expedited(open(
            "class 2 with expedited data",
            Carrier::Nsdu,
            0x20,
            &expedited,
        )),
        no_flow_control,
        with_expedited(acknowledged_expedited),
        exchange(
            Conversation::new("class 2 with quality of service", Carrier::Nsdu, 0x20)
                .cr(0x20, &request)
                .cc(&confirm),
        ),
    ]
}

fn class_3() -> Vec<Conversation> {
    let exchange = |opened: Conversation| {
        opened
            .dt(A, true, 20)
            .dt(A, true, 20)
            .rj(B)
            .dt(A, true, 20)
            .ak(B)
            .dt(B, true, 20)
            .ed(B, 8)
            .ea(A)
            .ak(A)
            .dt(B, true, 20)
            .dr(A, 128, &[])
            .dc(B)
    };
    let options: &Parameters = &[(0xc6, &[0x01])];
    let request: &Parameters = &[(0xc7, &[0x20]), (0x8b, &[0, 30])];
    let confirm = [NAMED, options].concat();
    let request = [NAMED, options, request].concat();
    let open = |name, class_options: u8| {
        Conversation::new(name, Carrier::Nsdu, class_options)
            .cr(class_options, &request)
            .cc(&confirm)
    };
    vec![
        exchange(open("class 3", 0x30)),
        exchange(open("class 3 extended", 0x32)),
        Conversation::new("class 2 as an alternative to 3", Carrier::Nsdu, 0x20)
            .cr(0x30, &request)
            .cc(&confirm)
            .dt(A, true, 20)
            .dt(B, true, 20)
            .ak(A)
            .dt(A, true, 20),
    ]
}

fn class_4() -> Vec<Conversation> {
    let exchange = |opened: Conversation| {
        opened
            .dt(A, true, 20)
            .dt(B, false, 30)
            .ak(A)
            .dt(A, true, 20)
            .ak(B)
            .ed(A, 8)
            .ea(B)
            .dt(B, true, 20)
            .ak(A)
            .dr(A, 128, &[])
            .dc(B)
    };
    let open = |name, class_options, additional: &'static [u8]| {
        let timers: &Parameters = &[
            (0xc6, additional),
            (0x85, &[0, 200]),
            (0xf2, &[0, 0, 117, 48]),
        ];
        let parameters = [NAMED, timers].concat();
        Conversation::new(name, Carrier::Nsdu, class_options)
            .with_checksums()
            .cr(class_options, &parameters)
            .cc(&parameters)
    };
    vec![
        exchange(open("class 4", 0x40, &[0x01])),
        exchange(open("class 4 extended", 0x42, &[0x01])),
        exchange(open("class 4 without checksums", 0x40, &[0x03]).without_checksums()),
        exchange(open("class 4 extended without checksums", 0x42, &[0x03]).without_checksums()),
    ]
}
