//! Whether time and memory grow as they should: with the number of TPDUs, of threads, of streams.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::host::{self, Output, Stream};
use common::inputs::{self, Input};
use common::timing::{Figure, SAMPLES, fastest, figure};
use isotsap::dissection::context::End;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

const PUSH: usize = 1460;
const IDLE_STREAMS: usize = 100_000;

/// How often every figure is measured.
const ROUNDS: usize = 10;

fn main() {
    // `cargo bench -- --test` only checks that everything runs.
    let is_test = std::env::args().any(|argument| argument == "--test");
    let (most, rounds) = if is_test {
        (10_000, 1)
    } else {
        (10_000_000, ROUNDS)
    };
    // First, while the heap has no room to spare.
    let streams = streams();
    let mut report = format!("# Scaling\n\n{}.\n", common::machine());
    tpdus(&mut report, most, rounds);
    pushes(&mut report, rounds);
    threads(&mut report, rounds);
    report.push_str(&streams);
    println!("{report}");
    common::keep("scaling.md", &report);
}

fn tpdus(report: &mut String, most: usize, rounds: usize) {
    let _ = writeln!(
        report,
        "\nTime per DT in a TPKT of 32 octets, in nanoseconds: in calls that take as many packets as \
         there are, and as a stream in pushes of {PUSH} octets. A single TPDU takes the time of a \
         whole call.\n\n| TPDUs | records | records and items | stream |\n| ---: | ---: | ---: | ---: |"
    );
    let tpkt = inputs::dt(32, true);
    let counts = std::iter::successors(Some(1), |count| Some(10 * count));
    let counts: Vec<usize> = counts.take_while(|&count| count <= most).collect();
    let inputs = counts
        .iter()
        .map(|count| Input::new(std::slice::from_ref(&tpkt), count * tpkt.len()));
    let inputs: Vec<Input> = inputs.collect();
    let rows = inputs.iter().map(|input| {
        let (mut records, mut items) = (Output::records(), Output::records_and_items());
        let (mut stream, mut output) = (Stream::new(), Output::records());
        [
            figure(move || host::dissect(input, &mut records, |_, _, _| ())),
            figure(move || host::dissect(input, &mut items, |_, _, _| ())),
            figure(move || stream.push(End::A, &input.octets, PUSH, &mut output)),
        ]
    });
    let mut rows: Vec<_> = rows.collect();
    for (count, row) in counts.iter().zip(fastest(&mut rows, rounds)) {
        let [records, items, stream] = row.map(|seconds| seconds * 1e9 / *count as f64);
        let _ = writeln!(
            report,
            "| {count} | {records:.2} | {items:.2} | {stream:.2} |"
        );
    }
}

fn pushes(report: &mut String, rounds: usize) {
    const CALLS: usize = 1000;
    const PUSHES: [usize; 14] = [
        1, 2, 4, 8, 16, 32, 64, 100, 256, 536, 1460, 4096, 16_384, 65_536,
    ];
    let tpkt = inputs::dt(32, true);
    let input = &Input::new(std::slice::from_ref(&tpkt), inputs::CACHED);
    let nothing = figure(|| (0..CALLS).for_each(|_| host::do_nothing()));
    let (mut stream, mut output) = (Stream::new(), Output::records());
    let no_octets = figure(move || {
        for _ in 0..CALLS {
            black_box(stream.push_once(End::A, black_box(&[]), &mut output));
        }
    });
    let rows = PUSHES.map(|octets| {
        let (mut stream, mut output) = (Stream::new(), Output::records());
        [figure(move || {
            stream.push(End::A, &input.octets, octets, &mut output)
        })]
    });
    let mut rows: Vec<_> = [[nothing], [no_octets]].into_iter().chain(rows).collect();
    let fastest = fastest(&mut rows, rounds).concat();
    let (calls, pushes) = fastest.split_at(2);
    let [nothing, no_octets] = [calls[0], calls[1]].map(|seconds| seconds * 1e9 / CALLS as f64);
    let _ = writeln!(
        report,
        "\nTime per DT in a TPKT of 32 octets as a stream, by octets per push. A call of the library that \
         does nothing takes {nothing:.2} ns, and a push of no octets, which checks its arguments and fills \
         the result, {no_octets:.2} ns.\n\n\
         | octets | ns per push | ns per TPDU |\n| ---: | ---: | ---: |"
    );
    for (octets, seconds) in PUSHES.iter().zip(pushes) {
        let each = |count: usize| seconds * 1e9 / count as f64;
        let _ = writeln!(
            report,
            "| {octets} | {:.2} | {:.2} |",
            each(input.octets.len().div_ceil(*octets)),
            each(input.packets.len())
        );
    }
}

fn threads(report: &mut String, rounds: usize) {
    const PASSES: usize = 48;
    let input = &Input::new(&[inputs::dt(32, true)], inputs::CACHED);
    // Seconds from when the first of some streams, a thread each, begins until the last has taken
    // everything.
    let run = |streams: usize| {
        let mut streams: Vec<Stream> = (0..streams).map(|_| Stream::new()).collect();
        let waiting = AtomicUsize::new(streams.len());
        let push = |stream: &mut Stream| {
            let mut output = Output::records();
            // All at once: to be woken takes as long as a run.
            waiting.fetch_sub(1, Ordering::AcqRel);
            while waiting.load(Ordering::Acquire) > 0 {
                std::hint::spin_loop();
            }
            let start = Instant::now();
            for _ in 0..PASSES {
                stream.push(End::A, &input.octets, PUSH, &mut output);
            }
            (start, Instant::now())
        };
        thread::scope(|scope| {
            let workers = streams
                .iter_mut()
                .map(|stream| scope.spawn(|| push(stream)));
            let workers: Vec<_> = workers.collect();
            let times = workers.into_iter().map(|worker| worker.join());
            let (starts, ends): (Vec<_>, Vec<_>) = times.map(|time| time.expect("it ends")).unzip();
            let first = starts.into_iter().min().expect("a thread");
            let last = ends.into_iter().max().expect("a thread");
            last.duration_since(first).as_secs_f64()
        })
    };
    let of = |streams| -> Figure {
        Box::new(move || {
            (0..SAMPLES)
                .map(|_| run(streams))
                .fold(f64::INFINITY, f64::min)
        })
    };
    // Both cores must be undisturbed at the same time, so it takes more rounds.
    let seconds = fastest(&mut [[of(1), of(2)]], 10 * rounds)[0];
    let [one, two] = [(1, seconds[0]), (2, seconds[1])]
        .map(|(streams, seconds)| (streams * PASSES * input.packets.len()) as f64 / seconds / 1e6);
    let _ = writeln!(
        report,
        "\nThe same TPDUs pushed into the stream of one thread, in pushes of {PUSH} octets: {one:.0} million per \
         second. Into one stream of each of two threads, from the start of the first to the end of the last: \
         {two:.0} million, {:.2} times as many.",
        two / one
    );
}

/// The memory of idle streams.
fn streams() -> String {
    const DT: usize = 1000;
    let mut streams: Vec<Stream> = Vec::with_capacity(IDLE_STREAMS);
    let mut output = Output::records();
    // Loads the library.
    host::do_nothing();
    let before = allocated();
    let mut report = format!(
        "\n{IDLE_STREAMS} idle streams, and the growth of the heap, including allocator overhead. What a call \
         emitted from a stream's own buffers stays valid until the next call, and so stays in memory; TPDUs \
         have {DT} octets.\n\n\
         | after | MiB | octets each |\n| --- | ---: | ---: |\n"
    );
    let mut row = |after: &str| {
        let octets = allocated() - before;
        let _ = writeln!(
            report,
            "| {after} | {:.1} | {} |",
            octets as f64 / f64::from(1 << 20),
            octets / IDLE_STREAMS
        );
    };
    streams.extend((0..IDLE_STREAMS).map(|_| Stream::new()));
    row("nothing");
    let mut push = |octets: &[u8], piece: usize| {
        for stream in &mut streams {
            stream.push(End::A, octets, piece, &mut output);
        }
    };
    let (part, last) = (inputs::dt(DT, false), inputs::dt(DT, true));
    push(&last, DT);
    row("a TPDU in one push");
    push(&last, DT - 1);
    row("a TPDU in two pushes");
    push(&[part, last].concat(), DT);
    row("a TSDU of two TPDUs");
    report
}

/// Octets of the heap, those between what is in use included.
fn allocated() -> usize {
    // SAFETY: the function takes nothing and only reads the allocator's books.
    let books = unsafe { libc::mallinfo2() };
    books.arena + books.hblkhd
}
