//! The library, a lower bound, and other crates, over the same octets in one run. Prints one table
//! at the end.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod floor;
mod peers;
mod table;

use common::inputs::{self, CACHED, Input, Traffic, UNCACHED};
use common::paths::{self, Path};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::collections::HashSet;
use std::time::{Duration, Instant, SystemTime};

/// The rows of a kind of traffic. The first one is what all are compared with.
pub fn rows(traffic: &Traffic) -> impl Iterator<Item = Path> {
    let rows = floor::PATHS.into_iter().chain(paths::of(traffic));
    rows.chain(peers::PATHS)
}

/// Whether a row is of a peer that cannot decode this traffic.
pub fn is_refused(traffic: &Traffic, (_, begin): Path) -> bool {
    const ONCE: usize = 0;
    !begin(&Input::new(&traffic.tpkts, ONCE))()
}

/// Where the octets are.
pub struct Residence {
    pub name: &'static str,
    octets: usize,
    samples: usize,
}

pub const RESIDENCES: [Residence; 2] = [
    Residence {
        name: "in cache",
        octets: CACHED,
        samples: 50,
    },
    Residence {
        name: "64 MiB",
        octets: UNCACHED,
        // The least criterion takes.
        samples: 10,
    },
];

/// How often all of it is measured, each time minutes after the last, but for rows that take longer
/// than this: a pass over 64 MiB in single octets lasts seconds.
const ROUNDS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(4);

fn main() {
    let started = SystemTime::now();
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");
    let mut criterion = Criterion::default()
        .output_directory(folder.as_ref())
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    let all = inputs::all();
    let mut slow = HashSet::new();
    for round in 0..ROUNDS {
        for residence in &RESIDENCES {
            for traffic in &all {
                bench(&mut criterion, traffic, residence, round, &mut slow);
            }
        }
    }
    if let Some(table) = table::of(&all, folder.as_ref(), started) {
        println!("\n{table}");
        common::keep("dissect.md", &table);
    }
}

fn bench(
    criterion: &mut Criterion,
    traffic: &Traffic,
    residence: &Residence,
    round: usize,
    slow: &mut HashSet<(String, &'static str)>,
) {
    let input = Input::new(&traffic.tpkts, residence.octets);
    let name = table::group(traffic, residence);
    let mut group = criterion.benchmark_group(&name);
    group.throughput(Throughput::Elements(input.packets.len() as u64));
    group.sample_size(residence.samples);
    // Samples of one length: the fastest counts.
    group.sampling_mode(SamplingMode::Flat);
    for row in rows(traffic).filter(|row| !is_refused(traffic, *row)) {
        let (row, begin) = row;
        let key = (name.clone(), row);
        if slow.contains(&key) {
            continue;
        }
        let start = Instant::now();
        let mut work = begin(&input);
        group.bench_function(BenchmarkId::new(row, round), |bencher| {
            bencher.iter(&mut work)
        });
        if start.elapsed() > PATIENCE {
            slow.insert(key);
        }
    }
    group.finish();
}
