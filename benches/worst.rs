//! What an octet costs at most: streams of hostile peers, in time per octet.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::host::{Output, Stream};
use common::inputs;
use common::timing::{fastest, figure};
use isotsap::dissection::context::End;
use std::fmt::Write;

/// Octets of a stream.
const OCTETS: usize = 64 << 10;
const PUSH: usize = 1460;
const ROUNDS: usize = 5;

/// What a hostile peer sends.
struct Attack {
    name: &'static str,
    /// What comes first: an end, and what it sends.
    start: Vec<(End, Vec<u8>)>,
    /// What end A sends behind that, over and over.
    repeated: Vec<u8>,
}

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let attacks = attacks();
    let rows = attacks.iter().map(|attack| {
        let octets = attack
            .repeated
            .repeat(OCTETS.div_ceil(attack.repeated.len()));
        let run = move |output: &mut Output| {
            let mut stream = Stream::new();
            for (end, first) in &attack.start {
                stream.push(*end, first, PUSH, output);
            }
            stream.push(End::A, &octets, PUSH, output);
        };
        let again = run.clone();
        let (mut records, mut items) = (Output::records(), Output::records_and_items());
        [
            figure(move || run(&mut records)),
            figure(move || again(&mut items)),
        ]
    });
    let mut rows: Vec<_> = rows.collect();
    let seconds = fastest(&mut rows, if is_test { 1 } else { ROUNDS });
    let mut report = format!(
        "# Worst cost of an octet\n\n{}.\n\n\
         Streams of {} KiB in pushes of {PUSH} octets, each in a stream of its own: nanoseconds per octet. \
         The first row is ordinary traffic.\n\n\
         | what end A sends | records | records and items |\n| --- | ---: | ---: |\n",
        common::machine(),
        OCTETS >> 10
    );
    for (attack, seconds) in attacks.iter().zip(seconds) {
        let [records, items] = seconds.map(|seconds| seconds * 1e9 / OCTETS as f64);
        let _ = writeln!(report, "| {} | {records:.2} | {items:.2} |", attack.name);
    }
    println!("{report}");
    common::keep("worst.md", &report);
}

fn attacks() -> Vec<Attack> {
    let plain = |name, repeated: Vec<u8>| Attack {
        name,
        start: Vec::new(),
        repeated,
    };
    let of_class_4 = |name, references: u16, number: u8| {
        let repeated = (0..references).flat_map(|reference| numbered(reference, number));
        Attack {
            name,
            start: [(End::A, 0xe0), (End::B, 0xd0)]
                .map(|(end, code)| (end, connection(code, 0x40)))
                .into(),
            repeated: repeated.collect(),
        }
    };
    let mut random = fastrand::Rng::with_seed(1);
    let random = (0..OCTETS).map(|_| random.u8(..)).collect();
    let aks = [4, 0x60, 0, 2, 1].repeat(13_106); // LI, code, DST-REF, YR-TU-NR
    let mut concatenated = vec![3, 0, 0, 0];
    concatenated.extend(&aks);
    concatenated.truncate(65_534);
    concatenated[2..4].copy_from_slice(&65_534u16.to_be_bytes());
    vec![
        plain("DTs in TPKTs of 32 octets", inputs::dt(32, true)),
        plain("DTs in TPKTs of 8 octets", inputs::dt(8, true)),
        plain("DTs without EOT in TPKTs of 8 octets", inputs::dt(8, false)),
        plain("DTs without octets", vec![3, 0, 0, 7, 2, 0xf0, 0]),
        plain("TPKTs of 4 octets", vec![3, 0, 0, 4]),
        plain("TPKTs of version 4", vec![4, 0, 0, 8, 2, 0xf0, 0x80, b'?']),
        plain(
            "what looks like a TPKT at every third octet",
            vec![3, 0x67, 0xfd, 3, 0xfd, 0xf0, 0x5e, 0x5b, 3, 0x39],
        ),
        plain("octets of the value 3", vec![3]),
        plain("random octets", random),
        plain("TLS records of 1 octet", vec![0x17, 3, 3, 0, 1, 0]),
        plain("RDP fast-path PDUs of 3 octets", vec![0, 3, 0]),
        plain("CRs of 124 empty parameters", inputs::worst_cr()),
        plain("TPKTs of 13,106 AKs", concatenated),
        of_class_4("class 4, 16 references in turn, DTs without EOT", 16, 1),
        of_class_4(
            "class 4, 1,000 references in turn, DTs without EOT",
            1000,
            1,
        ),
        of_class_4("class 4, DTs without EOT", 1, 1),
    ]
}

/// A CR or CC.
fn connection(code: u8, class_options: u8) -> Vec<u8> {
    let dest_ref = u8::from(code == 0xd0);
    // Version, reserved, length, LI, code, references, class and options.
    vec![3, 0, 0, 11, 6, code, 0, dest_ref, 0, 1, class_options]
}

/// A DT of class 4.
fn numbered(reference: u16, number: u8) -> Vec<u8> {
    let [high, low] = reference.to_be_bytes();
    // Version, reserved, length, LI, code, DST-REF, TPDU-NR, user data.
    vec![3, 0, 0, 10, 4, 0xf0, high, low, number, b'?']
}
