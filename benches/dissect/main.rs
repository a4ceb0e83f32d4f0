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
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
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

/// Where the octets are, and how they are told apart.
pub const RESIDENCES: [(usize, &str); 2] = [(CACHED, "in cache"), (UNCACHED, "64 MiB")];

fn main() {
    let started = SystemTime::now();
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");
    let mut criterion = Criterion::default()
        .output_directory(folder.as_ref())
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .configure_from_args();
    let all = inputs::all();
    for traffic in &all {
        for (octets, residence) in RESIDENCES {
            bench(&mut criterion, traffic, octets, residence);
        }
    }
    if let Some(table) = table::of(&all, folder.as_ref(), started) {
        println!("\n{table}");
        common::keep("dissect.md", &table);
    }
}

fn bench(criterion: &mut Criterion, traffic: &Traffic, octets: usize, residence: &str) {
    let input = Input::new(&traffic.tpkts, octets);
    let mut group = criterion.benchmark_group(table::group(traffic, residence));
    group.throughput(Throughput::Elements(input.packets.len() as u64));
    // The least criterion takes: a pass over 64 MiB in single octets lasts a second.
    group.sample_size(if octets == UNCACHED { 10 } else { 30 });

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
    row(&mut group, floor, || {
        black_box(floor::floor(black_box(octets)));
    });
    row(&mut group, floor_and_record, || {
        floor::floor_and_record(black_box(octets), &mut ring);
    });
    let mut host = Host::new();
    row(&mut group, records, || host.records(&input));
    row(&mut group, items, || host.records_and_items(&input));
    row(&mut group, labels, || host.labels(&input));
    for ((piece, _), name) in PUSHES.into_iter().zip([one, few, segment, most]) {
        let mut stream = host.stream();
        row(&mut group, name, || {
            black_box(stream.push(black_box(octets), piece, &mut ring));
        });
    }
    row(&mut group, nom, || peers::nom_headers(black_box(octets)));
    row(&mut group, headers, || {
        peers::ironrdp_headers(black_box(octets))
    });
    for (name, decode) in PICKY_PEERS {
        if !is_refused(traffic, name) {
            row(&mut group, name, || {
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

fn row(group: &mut BenchmarkGroup<WallTime>, name: &str, mut run: impl FnMut()) {
    group.bench_function(name, |bencher| bencher.iter(&mut run));
}
