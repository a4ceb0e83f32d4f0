//! Whether time and memory grow as they should: with the number of TPDUs, of threads, of streams.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::host::{Host, RECORDS, Stream};
use common::inputs::{self, Input};
use isotsap::dissection::record::Pdu;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

const PUSH: usize = 1460;
const IDLE_STREAMS: usize = 100_000;

/// Samples for a figure, of which the fastest counts: what else a machine does only adds.
const SAMPLES: usize = 50;
/// Runs of each number of threads, of which the fastest counts likewise.
const RUNS: usize = 20;
/// How long a sample lasts at least.
const SAMPLE: Duration = Duration::from_millis(10);

fn main() {
    // `cargo bench -- --test` only wants to see everything run.
    let most = if std::env::args().any(|argument| argument == "--test") {
        10_000
    } else {
        10_000_000
    };
    let mut report = format!("# Scaling\n\n{}.\n", common::machine());
    tpdus(&mut report, most);
    pushes(&mut report);
    threads(&mut report, most);
    streams(&mut report);
    println!("{report}");
    common::keep("scaling.md", &report);
}

/// Seconds that `run` takes when nothing else slows it down.
fn time(mut run: impl FnMut()) -> f64 {
    let mut rounds = 1;
    let mut sample = |rounds: u32| {
        let start = Instant::now();
        (0..rounds).for_each(|_| run());
        start.elapsed()
    };
    while sample(rounds) < SAMPLE {
        rounds *= 2;
    }
    let seconds = (0..SAMPLES).map(|_| sample(rounds).as_secs_f64() / f64::from(rounds));
    seconds.fold(f64::INFINITY, f64::min)
}

fn tpdus(report: &mut String, most: usize) {
    let _ = writeln!(
        report,
        "\nTime a DT in a TPKT of 32 octets, in nanoseconds: in calls that take as many packets as \
         there are, and as a stream in pushes of {PUSH} octets. A single TPDU bears the whole of a \
         call.\n\n| TPDUs | records | records and items | stream |\n| ---: | ---: | ---: | ---: |"
    );
    let tpkt = inputs::dt(32, true);
    let mut host = Host::new();
    let mut count = 1;
    while count <= most {
        let input = Input::new(std::slice::from_ref(&tpkt), count * tpkt.len());
        let each = |seconds: f64| seconds * 1e9 / count as f64;
        let records = each(time(|| host.records(&input)));
        let items = each(time(|| host.records_and_items(&input)));
        let (mut stream, mut pdus) = (host.stream(), [Pdu::default(); RECORDS]);
        let pushed = each(time(|| {
            black_box(stream.push(&input.octets, PUSH, &mut pdus));
        }));
        let _ = writeln!(
            report,
            "| {count} | {records:.2} | {items:.2} | {pushed:.2} |"
        );
        count *= 10;
    }
}

fn pushes(report: &mut String) {
    let _ = writeln!(
        report,
        "\nTime a DT in a TPKT of 32 octets as a stream, by the octets a push takes. A push of none is a call \
         that has nothing to do but check its arguments and fill the result.\n\n\
         | octets | ns a push | ns a TPDU |\n| ---: | ---: | ---: |"
    );
    let tpkt = inputs::dt(32, true);
    let input = Input::new(std::slice::from_ref(&tpkt), inputs::CACHED);
    let host = Host::new();
    let (mut stream, mut pdus) = (host.stream(), [Pdu::default(); RECORDS]);
    const CALLS: usize = 1000;
    let none = time(|| {
        for _ in 0..CALLS {
            black_box(stream.push_once(black_box(&[]), &mut pdus));
        }
    });
    let _ = writeln!(report, "| 0 | {:.2} | |", none * 1e9 / CALLS as f64);
    for octets in [
        1, 2, 4, 8, 16, 32, 64, 100, 256, 536, 1460, 4096, 16_384, 65_536,
    ] {
        let mut stream = host.stream();
        let seconds = time(|| {
            black_box(stream.push(&input.octets, octets, &mut pdus));
        });
        let each = |count: usize| seconds * 1e9 / count as f64;
        let _ = writeln!(
            report,
            "| {octets} | {:.2} | {:.2} |",
            each(input.octets.len().div_ceil(octets)),
            each(input.packets.len())
        );
    }
}

fn threads(report: &mut String, most: usize) {
    let input = Input::new(&[inputs::dt(32, true)], inputs::CACHED);
    let passes = most.div_ceil(input.packets.len());
    let host = Host::new();
    // Seconds from the start of the first of some streams, a thread each, to the end of the last.
    let run = |streams: usize| {
        let mut streams: Vec<Stream> = (0..streams).map(|_| host.stream()).collect();
        let barrier = Barrier::new(streams.len());
        let times: Vec<(Instant, Instant)> = thread::scope(|scope| {
            let workers: Vec<_> = streams
                .iter_mut()
                .map(|stream| {
                    scope.spawn(|| {
                        let mut pdus = [Pdu::default(); RECORDS];
                        barrier.wait();
                        let start = Instant::now();
                        for _ in 0..passes {
                            black_box(stream.push(&input.octets, PUSH, &mut pdus));
                        }
                        (start, Instant::now())
                    })
                })
                .collect();
            let joined = workers.into_iter().map(|worker| worker.join());
            joined.map(|times| times.expect("a thread ends")).collect()
        });
        let start = times.iter().map(|(start, _)| *start).min();
        let end = times.iter().map(|(_, end)| *end).max();
        match (start, end) {
            (Some(start), Some(end)) => (end - start).as_secs_f64(),
            _ => 0.0,
        }
    };
    // In turn, so that both see the same machine.
    let mut fastest = [f64::INFINITY; 2];
    for _ in 0..RUNS {
        for (streams, fastest) in (1..).zip(&mut fastest) {
            *fastest = fastest.min(run(streams));
        }
    }
    let [one, two] = fastest;
    let gain = 2.0 * one / two;
    let _ = writeln!(
        report,
        "\nThe same TPDUs pushed into a stream of each of two threads, in pushes of {PUSH} octets: {gain:.2} \
         times as many a second as with one thread."
    );
}

fn streams(report: &mut String) {
    let host = Host::new();
    let before = allocated();
    let mut streams: Vec<Stream> = Vec::with_capacity(IDLE_STREAMS);
    let own = IDLE_STREAMS * size_of::<Stream>();
    streams.extend((0..IDLE_STREAMS).map(|_| host.stream()));
    let fresh = allocated() - before - own;
    // Whole TPKTs that lie within a push leave nothing behind.
    let tpkt = inputs::dt(32, true);
    let mut pdus = [Pdu::default(); RECORDS];
    for stream in &mut streams {
        stream.push(&tpkt, tpkt.len(), &mut pdus);
    }
    let used = allocated() - before - own;
    let mib = |octets: usize| octets as f64 / f64::from(1 << 20);
    let _ = writeln!(
        report,
        "\n{IDLE_STREAMS} idle streams take {:.1} MiB, {} octets each; after a TPDU of each, \
         {:.1} MiB. So much of the heap they occupy, what the allocator adds included.",
        mib(fresh),
        fresh / IDLE_STREAMS,
        mib(used),
    );
}

/// Octets of the heap that are in use.
fn allocated() -> usize {
    // SAFETY: the function takes nothing and only reads the allocator's books.
    let books = unsafe { libc::mallinfo2() };
    books.uordblks + books.hblkhd
}
