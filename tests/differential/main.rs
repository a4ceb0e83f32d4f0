//! The library against tshark, field by field, on TPDUs from a seed.
//!
//! `ISOTSAP_SEED` and `ISOTSAP_TPDUS` choose other TPDUs than the default ones. A difference is either
//! a row of `accepted.rs` or a failure.
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod accepted;
#[path = "../common/built.rs"]
mod built;
mod capture;
mod generate;
#[path = "../../cli/src/library.rs"]
mod library;
mod mutate;
mod ours;
mod scene;
mod shown;
mod tshark;

use accepted::ACCEPTED;
use generate::Packet;
use ours::Ours;
use scene::{Difference, Scene};
use shown::{Shown, hex};
use std::env;
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use tshark::Theirs;

const DEFAULT_SEED: u64 = 2126;
const DEFAULT_TPDUS: usize = 30_000;
/// Packets with unlisted differences that a report spells out.
const REPORTED: usize = 10;

#[test]
#[ignore = "needs tshark"]
fn fields_equal_those_of_tshark() {
    let seed = from_environment("ISOTSAP_SEED").unwrap_or(DEFAULT_SEED);
    let tpdus = from_environment("ISOTSAP_TPDUS").map_or(DEFAULT_TPDUS, |tpdus| tpdus as usize);
    let packets = generate::packets(seed, tpdus);

    let mut ours = Ours::open(&tshark::fields());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut output = BufWriter::new(&mut file);
    capture::write(&packets, &mut output).unwrap();
    output.flush().unwrap();
    drop(output);
    let theirs = tshark::dissect(file.path(), &packets, &ours.fields());

    let mut uses = vec![0usize; ACCEPTED.len()];
    let mut unlisted = 0;
    let mut reports = Vec::new();
    for (packet, theirs) in packets.iter().zip(&theirs) {
        let ours = ours.dissect(packet);
        let scene = Scene::new(packet, theirs);
        let mut differing = Vec::new();
        for difference in differences(&ours, &theirs.shown) {
            match ACCEPTED
                .iter()
                .position(|row| (row.holds)(&scene, &difference))
            {
                Some(row) => uses[row] += 1,
                None => differing.push(difference),
            }
        }
        if !differing.is_empty() {
            unlisted += differing.len();
            reports.push(report(packet, &ours, theirs, &differing));
        }
    }

    println!(
        "compared {} TPDUs in {} packets, {} accepted differences in {} rows, {unlisted} unlisted differences",
        packets.iter().map(|packet| packet.tpdus).sum::<usize>(),
        packets.len(),
        uses.iter().sum::<usize>(),
        uses.iter().filter(|uses| **uses > 0).count(),
    );
    for (row, uses) in ACCEPTED.iter().zip(&uses) {
        println!("{uses:>8} {:<4} {}", row.id, row.reason);
    }
    assert!(
        reports.is_empty(),
        "seed {seed}: {} packets with unlisted differences\n{}",
        reports.len(),
        reports[..reports.len().min(REPORTED)].concat()
    );
    if (seed, tpdus) == (DEFAULT_SEED, DEFAULT_TPDUS) {
        let unused: Vec<_> = ACCEPTED
            .iter()
            .zip(&uses)
            .filter(|(_, uses)| **uses == 0)
            .map(|(row, _)| row.id)
            .collect();
        assert!(unused.is_empty(), "rows without use: {unused:?}");
    }
}

fn from_environment(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().unwrap())
}

/// The fields that only one of the lists has. A field is compared with the one of the same name at
/// the same place.
fn differences(ours: &[Shown], theirs: &[Shown]) -> Vec<Difference> {
    let without = |some: &[Shown], others: &[Shown]| {
        let mut others = others.to_vec();
        let mut left: Vec<Shown> = Vec::new();
        for shown in some {
            match others.iter().position(|other| other == shown) {
                Some(position) => drop(others.swap_remove(position)),
                None => left.push(shown.clone()),
            }
        }
        left
    };
    let mut theirs_only = without(theirs, ours);
    let mut differences = Vec::new();
    for shown in without(ours, theirs) {
        let same_place = |other: &Shown| (other.offset, other.field) == (shown.offset, shown.field);
        let theirs = theirs_only.iter().position(same_place);
        differences.push(Difference {
            offset: shown.offset,
            field: shown.field,
            ours: Some(shown.value),
            theirs: theirs.map(|position| theirs_only.remove(position).value),
        });
    }
    differences.extend(theirs_only.into_iter().map(|shown| Difference {
        offset: shown.offset,
        field: shown.field,
        ours: None,
        theirs: Some(shown.value),
    }));
    differences
}

fn report(packet: &Packet, ours: &[Shown], theirs: &Theirs, differing: &[Difference]) -> String {
    let mut text = format!("\n{:?} {}\n", packet.carrier, hex(&packet.octets));
    for difference in differing {
        let Difference { offset, field, .. } = difference;
        let or_nothing = |value: &Option<_>| {
            value
                .as_ref()
                .map_or("nothing".to_owned(), |value| format!("{value:?}"))
        };
        let (ours, theirs) = (or_nothing(&difference.ours), or_nothing(&difference.theirs));
        writeln!(
            text,
            "  at {offset} {field}: ours {ours}, tshark's {theirs}"
        )
        .unwrap();
    }
    for (whose, shown) in [("ours", ours), ("tshark's", &theirs.shown)] {
        write!(text, "  {whose}:").unwrap();
        for Shown {
            offset,
            field,
            value,
        } in shown
        {
            write!(text, " {offset} {field} {value:?};").unwrap();
        }
        writeln!(text).unwrap();
    }
    if theirs.ended {
        text.push_str("  tshark ran into an exception\n");
    }
    text
}
