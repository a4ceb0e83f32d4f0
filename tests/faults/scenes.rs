//! The clean conversations.

use super::conversation::{Carrier, Conversation};
use crate::common::stream::{A, B};


pub fn scenes() -> Vec<Conversation> {
    vec![
        s7("S7"),
        class_2("class 2", 0x20),
        class_4("class 4 with checksums", 0x40),
    ]
}

fn s7(name: &'static str) -> Conversation {
    let parameters: [(u8, &[u8]); 3] = [
        (0xc0, &[0x0a]),       // TPDU size
        (0xc1, &[0x01, 0x00]), // calling T-selector
        (0xc2, &[0x01, 0x02]), // called T-selector
    ];
    let exchange = Conversation::new(name, Carrier::Tpkt, 0)
        .cr(0, &parameters)
        .cc(&parameters);
    (0..3).fold(exchange, |exchange, _| {
        exchange.dt(A, true, 25).dt(B, true, 27)
    })
}

fn class_2(name: &'static str, class_options: u8) -> Conversation {
    let parameters: [(u8, &[u8]); 3] = [(0xc0, &[0x0a]), (0xc1, b"client"), (0xc2, b"server")];
    Conversation::new(name, Carrier::Tpkt, class_options)
        .cr(class_options, &parameters)
        .cc(&parameters)
        .dt(A, true, 20)
        .dt(B, true, 30)
        .dt(A, true, 20)
        .ak(B)
        .dt(B, true, 30)
        .ak(A)
        .dt(A, true, 20)
        .dt(B, true, 20)
        .dr(A, 128, &[])
        .dc(B)
}

fn class_4(name: &'static str, class_options: u8) -> Conversation {
    let parameters: [(u8, &[u8]); 4] = [
        (0xc0, &[0x0a]),
        (0xc1, b"client"),
        (0xc2, b"server"),
        (0xc6, &[0x01]), // additional options
    ];
    Conversation::new(name, Carrier::Nsdu, class_options)
        .with_checksums()
        .cr(class_options, &parameters)
        .cc(&parameters)
        .dt(A, true, 20)
        .dt(B, true, 30)
        .ak(A)
        .dt(A, true, 20)
        .ak(B)
        .ed(A, 8)
        .ea(B)
        .dt(B, true, 20)
        .ak(A)
        .dr(A, 128, &[])
        .dc(B)
}
