//! Streams of hostile peers: memory stays within the limits the header states, and work is linear in
//! the octets. Memory is counted in a C host that wraps the C library's
//! allocator.
#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::stream::{A, Feed, Stream};
use common::{STRICT, compiler, make, run, shared_object, source};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

/// The limits that the header states at isotsap_stream_new().
const NEW: u64 = 450;
const NEW_WITH_NSAPS: u64 = 600;
const ITS_OWN: u64 = 16 << 10;
const TPKT: u64 = 65_535;

static HOST: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new(compiler("CC", "cc"))
        .args(STRICT)
        .args(["-std=c11", "-O1", "-rdynamic"])
        .arg("-I")
        .arg(source("include"))
        .arg(source("tests/c/hostile_streams.c"))
        .arg("-o")
        .arg(folder.path().join("host"))
        .arg("-ldl"));
    folder
});

type Numbers = BTreeMap<String, u64>;

fn play(scene: &str, count: u64, limit: u64) -> Numbers {
    play_with(scene, count, limit, &[])
}

/// `nsaps` holds the length of the NSAPs, if there are any.
fn play_with(scene: &str, count: u64, limit: u64, nsaps: &[&str]) -> Numbers {
    let printed = run(Command::new(HOST.path().join("host"))
        .arg(shared_object())
        .args([scene, &count.to_string(), &limit.to_string()])
        .args(nsaps));
    let numbers: Numbers = printed
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
        .collect();
    assert_eq!(numbers["left"], 0, "{scene}: all memory is given back");
    numbers
}

#[test]
fn an_idle_stream_is_small() {
    let numbers = play("many", 100_000, 0);
    assert!(numbers["live"] / 100_000 <= NEW, "{numbers:?}");
    let numbers = play_with("many", 100_000, 0, &["20"]);
    assert!(numbers["live"] / 100_000 <= NEW_WITH_NSAPS, "{numbers:?}");
}

#[test]
fn memory_grows_with_octets_received_not_with_tpkt_lengths() {
    /// The least the allocator gives for the start of a TPKT.
    const START: u64 = 24;
    let numbers = play("promises", 100_000, 0);
    let most = NEW + 2 * START;
    assert!(numbers["live"] / 100_000 <= most, "{numbers:?}");
}

#[test]
fn complete_tpkts_allocate_nothing_more() {
    let (few, many) = (play("octets", 10, 0), play("octets", 10_000, 0));
    assert_eq!(many["records"], 10_000);
    assert_eq!(many["tsdus"], 10_000);
    assert_eq!(few["calls"], many["calls"], "{many:?}");
    let (few, many) = (play("segments", 100, 0), play("segments", 100_000, 0));
    assert_eq!(many["records"], 100_000);
    assert_eq!(few["calls"], many["calls"], "{many:?}");
}

#[test]
fn endless_tsdus_stay_within_the_limit() {
    for limit in [1, 2_000, 100_000, 1 << 20] {
        let numbers = play("endless", 5_000, limit);
        assert!(numbers["peak"] <= limit + ITS_OWN, "{limit}: {numbers:?}");
        assert_eq!(
            numbers["too_long"],
            if limit < 2_000 { 2 } else { 1 },
            "{limit}: {numbers:?}"
        );
        let reassembled = u64::from(limit >= 2_000);
        assert_eq!(
            (numbers["records"], numbers["reassembled"]),
            (5_005, reassembled),
            "{limit}: {numbers:?}"
        );
    }
    assert!(
        play("endless", 5_000, 0)["peak"] <= (1 << 20) + ITS_OWN,
        "the default"
    );
}

#[test]
fn many_connections_stay_within_the_limit() {
    for limit in [10_000, 1 << 20] {
        let numbers = play("references", 65_536, limit);
        assert!(numbers["peak"] <= limit + ITS_OWN, "{limit}: {numbers:?}");
        assert_eq!(numbers["records"], 65_538, "{limit}");
        assert!(numbers["incomplete"] > 0, "{numbers:?}");
    }
}

#[test]
fn dts_after_a_missing_number_stay_within_the_limit() {
    for limit in [1_000, 1 << 20] {
        let numbers = play("missing", 20_000, limit);
        assert!(numbers["peak"] <= limit + ITS_OWN, "{limit}: {numbers:?}");
        assert_eq!(numbers["records"], 20_002, "{limit}");
        assert!(numbers["too_long"] > 0, "{numbers:?}");
    }
}

#[test]
fn waiting_dts_count_with_allocator_overhead() {
    for (limit, all_are_kept) in [(1_000, false), (5_000, false), (1 << 20, true)] {
        let numbers = play("waiting", 100_000, limit);
        // The limit is one of each direction.
        assert!(
            numbers["peak"] <= 2 * limit + ITS_OWN,
            "{limit}: {numbers:?}"
        );
        assert_eq!(numbers["records"], 100_004, "{limit}");
        assert_eq!(
            numbers["too_long"] == 0,
            all_are_kept,
            "{limit}: {numbers:?}"
        );
    }
}

#[test]
fn tsdus_completed_together_stay_within_the_limit() {
    for (limit, all_are_kept) in [(1 << 18, false), (3 << 19, true)] {
        let numbers = play("pairs", 10, limit);
        assert!(
            numbers["peak"] <= limit + TPKT + ITS_OWN,
            "{limit}: {numbers:?}"
        );
        assert_eq!(
            numbers["too_long"] == 0,
            all_are_kept,
            "{limit}: {numbers:?}"
        );
        assert!(numbers["reassembled"] > 0, "{limit}: {numbers:?}");
    }
}

#[test]
fn no_more_noise_is_buffered_than_the_longest_tpkt() {
    for (scene, count) in [
        ("threes", 1_000_000),
        ("candidates", 200_000),
        ("nearly", 4_000),
        ("empty", 100_000),
    ] {
        let (few, many) = (play(scene, count / 4, 0), play(scene, count, 0));
        assert!(many["peak"] <= TPKT + ITS_OWN, "{scene}: {many:?}");
        // The buffer of a TPKT grows by doubling, and is freed with it.
        let tpkts = many["records"] - few["records"];
        let calls = many["calls"] - few["calls"];
        assert!(calls <= 16 * tpkts.max(1), "{scene}: {few:?} {many:?}");
    }
}

/// Fails unless four times as much to do takes about four times the CPU time; 16 times would be
/// quadratic. Other work on the machine makes single times longer, never shorter.
fn assert_linear(what: &str, few: impl Fn() -> u64, many: impl Fn() -> u64) {
    const SAMPLES: usize = 3;
    const MOST: u64 = 6;
    let fewest = (0..SAMPLES).map(|_| few()).min().unwrap();
    let mut times = Vec::new();
    let linear = (0..SAMPLES).any(|_| {
        let time = many();
        times.push(time);
        time <= MOST * fewest
    });
    assert!(linear, "{what}: {fewest} and {times:?} microseconds");
}

/// Each scene is played as often as makes it long enough to measure, within its first and last count.
#[test]
fn work_is_linear_in_octets() {
    /// Shorter times are not measured well.
    const LEAST: u64 = 20_000;
    const UNLIMITED: u64 = u32::MAX as u64;
    for (scene, limit, first, last) in [
        ("octets", 0, 3_000, u64::MAX),
        ("segments", 0, 50_000, u64::MAX),
        ("endless", 0, 5_000, u64::MAX),
        // Of a TSDU above the limit nothing is kept, so that this one needs a higher limit.
        ("endless", UNLIMITED, 1_000, u64::MAX),
        ("references", 0, 16_000, u64::MAX),
        ("missing", 0, 16_000, u64::MAX),
        ("empty", 0, 50_000, u64::MAX),
        ("threes", 0, 300_000, u64::MAX),
        ("candidates", 0, 30_000, u64::MAX),
        ("nearly", 0, 1_000, u64::MAX),
        // The host has room for 100,000 streams.
        ("promises", 0, 25_000, 25_000),
    ] {
        let time = |count| play(scene, count, limit)["microseconds"];
        let mut count = first;
        while count < last && time(count) < LEAST {
            count *= 2;
        }
        assert_linear(scene, || time(count), || time(4 * count));
    }
}

/// A stream keeps 65,535 octets of a direction at most. Work that is quadratic in what is kept shows
/// only below that.
#[test]
fn work_is_linear_within_a_tpkt() {
    const FEW: usize = 15_000;
    const STREAMS: usize = 4;
    let tpkt = |length: usize| make::dt(true, &vec![0xda; length - 7]);
    let noise = |length, octets: &[u8]| [&[0xff], &octets.repeat(length)[1..length]].concat();
    let threes = |length| noise(length, &[0x03]);
    // Version, reserved, length, LI, CR.
    let starts_of_crs = |length| noise(length, &[0x03, 0x00, 0xff, 0x04, 0xfe, 0xe0]);
    let contents: [(_, &dyn Fn(usize) -> Vec<u8>); 3] = [
        ("a TPKT", &tpkt),
        ("threes", &threes),
        ("starts of CRs", &starts_of_crs),
    ];
    for (what, content) in contents {
        let time = |length| {
            let octets = content(length);
            let start = cpu_microseconds();
            for _ in 0..STREAMS {
                let mut stream = Stream::from_start();
                // There is no TPKT at the first of them, which needs a record.
                let (told, rest) = octets.split_at(8);
                stream.push(A, told);
                // Without the last octet, for a TPKT with it would make a record.
                for octet in rest[..rest.len() - 1].chunks(1) {
                    let given = stream.call(A, Feed::Push(octet), (1, 0));
                    assert_eq!((given.status, given.result.consumed), (0, 1), "{what}");
                }
            }
            cpu_microseconds() - start
        };
        assert_linear(what, || time(FEW), || time(4 * FEW));
    }
}

/// CPU time of this thread.
fn cpu_microseconds() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is of a local.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0);
    u64::try_from(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000).unwrap()
}
