//! Streams of peers that mean harm: memory within the limits the header states, and work that grows
//! with the octets and no faster. Counted in a C host that stands between the library and the C
//! library's allocator.
#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::{STRICT, compiler, run, shared_object, source};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

/// What isotsap_stream_new() says in the header.
const NEW: u64 = 320;
const NEW_WITH_NSAPS: u64 = 420;
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
fn memory_follows_what_came_and_not_what_is_promised() {
    /// The least the allocator gives for the start of a TPKT.
    const START: u64 = 24;
    let numbers = play("promises", 100_000, 0);
    let most = NEW + 2 * START;
    assert!(numbers["live"] / 100_000 <= most, "{numbers:?}");
}

#[test]
fn octet_by_octet_nothing_is_allocated() {
    let (few, many) = (play("octets", 10, 0), play("octets", 10_000, 0));
    assert_eq!(many["records"], 10_000);
    assert_eq!(many["tsdus"], 10_000);
    assert_eq!(few["calls"], many["calls"], "{many:?}");
    let (few, many) = (play("segments", 100, 0), play("segments", 100_000, 0));
    assert_eq!(many["records"], 100_000);
    assert_eq!(few["calls"], many["calls"], "{many:?}");
}

#[test]
fn endless_tsdus_stay_within_their_limit() {
    for limit in [1, 2_000, 100_000, 1 << 20] {
        let numbers = play("endless", 5_000, limit);
        assert!(numbers["peak"] <= limit + ITS_OWN, "{limit}: {numbers:?}");
        assert_eq!(
            numbers["too_long"],
            if limit < 2_000 { 2 } else { 1 },
            "{limit}: {numbers:?}"
        );
        let joined = u64::from(limit >= 2_000);
        assert_eq!(
            (numbers["records"], numbers["joined"]),
            (5_005, joined),
            "{limit}: {numbers:?}"
        );
    }
    assert!(
        play("endless", 5_000, 0)["peak"] <= (1 << 20) + ITS_OWN,
        "the default"
    );
}

#[test]
fn connections_without_end_stay_within_the_limit() {
    for limit in [10_000, 1 << 20] {
        let numbers = play("references", 65_536, limit);
        assert!(numbers["peak"] <= limit + ITS_OWN, "{limit}: {numbers:?}");
        assert_eq!(numbers["records"], 65_538, "{limit}");
        assert!(numbers["incomplete"] > 0, "{numbers:?}");
    }
}

#[test]
fn what_waits_for_a_number_that_never_comes_stays_within_the_limit() {
    for limit in [1_000, 1 << 20] {
        let numbers = play("missing", 20_000, limit);
        assert!(numbers["peak"] <= limit + ITS_OWN, "{limit}: {numbers:?}");
        assert_eq!(numbers["records"], 20_002, "{limit}");
        assert!(numbers["too_long"] > 0, "{numbers:?}");
    }
}

#[test]
fn what_waits_counts_with_all_the_memory_it_takes() {
    for (limit, all_are_kept) in [(1_000, false), (5_000, false), (1 << 20, true)] {
        let numbers = play("waiting", 100_000, limit);
        // The limit is that of a direction.
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
fn tsdus_completed_at_once_count_together() {
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
        assert!(numbers["joined"] > 0, "{limit}: {numbers:?}");
    }
}

#[test]
fn noise_is_kept_no_longer_than_a_tpkt() {
    for (scene, count) in [
        ("threes", 1_000_000),
        ("candidates", 200_000),
        ("nearly", 4_000),
        ("empty", 100_000),
    ] {
        let (few, many) = (play(scene, count / 4, 0), play(scene, count, 0));
        assert!(many["peak"] <= TPKT + ITS_OWN, "{scene}: {many:?}");
        // The buffer of a TPKT doubles, and is let go with it.
        let tpkts = many["records"] - few["records"];
        let calls = many["calls"] - few["calls"];
        assert!(calls <= 16 * tpkts.max(1), "{scene}: {few:?} {many:?}");
    }
}

/// Four times the octets may take four times the time, and as much again for a busy machine.
#[test]
fn work_is_linear() {
    const SCENES: [(&str, u64); 10] = [
        ("octets", 3_000),
        ("segments", 50_000),
        ("endless", 5_000),
        ("references", 16_000),
        ("missing", 16_000),
        ("empty", 100_000),
        ("threes", 300_000),
        ("candidates", 50_000),
        ("nearly", 1_000),
        ("promises", 20_000),
    ];
    for (scene, count) in SCENES {
        let time = |count| {
            (0..3)
                .map(|_| play(scene, count, 0)["microseconds"])
                .min()
                .unwrap()
        };
        let linear = (0..3).any(|_| {
            let (few, many) = (time(count), time(4 * count));
            many <= 8 * few.max(1_000)
        });
        assert!(linear, "{scene}");
    }
}
