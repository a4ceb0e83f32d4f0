//! The library, the least anybody can do, and others, over the same octets in one run. Prints one
//! table at the end.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod floor;
mod peers;
mod table;

use common::host::{Host, RECORDS};
use common::inputs::{self, CACHED, Input, Traffic, UNCACHED};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use isotsap::dissection::record::Pdu;
use std::hint::black_box;
use std::time::{Duration, SystemTime};

/// Octets a push takes, and what its row is called.
const PUSHES: [(usize, &str); 4] = [
    (1, "stream, pushes of 1 octet"),
    (100, "stream, pushes of 100 octets"),
    (1460, "stream, pushes of 1460 octets"),
    (65_536, "stream, pushes of 65536 octets"),
];

/// A row of the table. The first one is what all are compared with.
pub const ROWS: [&str; 13] = [
    "floor",
    "floor, a record stored",
    "records",
    "records and items",
    "records, items, labels",
    PUSHES[0].1,
    PUSHES[1].1,
    PUSHES[2].1,
    PUSHES[3].1,
    "nom, TPKT header",
    "ironrdp-pdu, TPKT and TPDU header",
    PICKY_PEERS[0].0,
    PICKY_PEERS[1].0,
];

/// Others that refuse TPDUs they do not know, and what they do with octets.
type PickyPeer = (&'static str, fn(&[u8]) -> bool);
const PICKY_PEERS: [PickyPeer; 2] = [
    ("ironrdp-pdu, typed decode", peers::ironrdp_typed),
    ("packet_parser, COTP header", peers::packet_parser),
];

/// Where the octets are.
pub struct Residence {
    pub name: &'static str,
    octets: usize,
    /// How often all of it is measured, each time minutes after the last.
    rounds: usize,
    samples: usize,
}

pub const RESIDENCES: [Residence; 2] = [
    Residence {
        name: "in cache",
        octets: CACHED,
        rounds: 4,
        samples: 50,
    },
    Residence {
        name: "64 MiB",
        octets: UNCACHED,
        rounds: 1,
        // The least criterion takes: a pass in single octets lasts seconds.
        samples: 10,
    },
];

fn main() {
    let started = SystemTime::now();
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");
    let mut criterion = Criterion::default()
        .output_directory(folder.as_ref())
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    let all = inputs::all();
    let rounds = RESIDENCES.iter().map(|residence| residence.rounds).max();
    for round in 0..rounds.unwrap_or(0) {
        for residence in RESIDENCES {
            for traffic in all.iter().filter(|_| round < residence.rounds) {
                bench(&mut criterion, traffic, &residence, round);
            }
        }
    }
    if let Some(table) = table::of(&all, folder.as_ref(), started) {
        println!("\n{table}");
        common::keep("dissect.md", &table);
    }
}

fn bench(criterion: &mut Criterion, traffic: &Traffic, residence: &Residence, round: usize) {
    let input = Input::new(&traffic.tpkts, residence.octets);
    let mut group = criterion.benchmark_group(table::group(traffic, residence));
    group.throughput(Throughput::Elements(input.packets.len() as u64));
    group.sample_size(residence.samples);
    // Samples of one length: the fastest counts.
    group.sampling_mode(SamplingMode::Flat);
    let mut row = |name: &str, run: &mut dyn FnMut()| {
        group.bench_function(BenchmarkId::new(name, round), |bencher| {
            bencher.iter(&mut *run)
        });
    };

    let [
        floor,
        floor_and_record,
        records,
        items,
        labels,
        one,
        few,
        segment,
        most,
        nom,
        headers,
        ..,
    ] = ROWS;
    let octets = input.octets.as_slice();
    let mut ring = [Pdu::default(); RECORDS];
    row(floor, &mut || {
        black_box(floor::floor(black_box(octets)));
    });
    row(floor_and_record, &mut || {
        floor::floor_and_record(black_box(octets), &mut ring);
    });
    let mut host = Host::new();
    row(records, &mut || host.records(&input));
    row(items, &mut || host.records_and_items(&input));
    row(labels, &mut || host.labels(&input));
    for ((piece, _), name) in PUSHES.into_iter().zip([one, few, segment, most]) {
        let mut stream = host.stream();
        row(name, &mut || {
            black_box(stream.push(black_box(octets), piece, &mut ring));
        });
    }
    row(nom, &mut || peers::nom_headers(black_box(octets)));
    row(headers, &mut || peers::ironrdp_headers(black_box(octets)));
    for (name, decode) in PICKY_PEERS {
        if !is_refused(traffic, name) {
            row(name, &mut || {
                black_box(decode(black_box(octets)));
            });
        }
    }
    group.finish();
}

/// Whether a row is of a peer that refuses to decode this traffic.
pub fn is_refused(traffic: &Traffic, row: &str) -> bool {
    let octets = traffic.tpkts.concat();
    PICKY_PEERS
        .iter()
        .any(|(name, decode)| *name == row && !decode(&octets))
}
