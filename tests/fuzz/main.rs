//! What the fuzzers of fuzz/ run, on what they once found and on made-up octets.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod abi;
#[path = "../common/mod.rs"]
mod common;
mod input;
mod split;

use common::{Random, source};

/// Files that made a fuzzer fail once: copy them there from fuzz/artifacts.
fn findings(target: &str) -> Vec<Vec<u8>> {
    let folder = source("tests/fuzz/findings").join(target);
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn made_up() -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random(0x0150_75a9);
    (0..3000).map(move |_| {
        (0..random.below(300))
            .map(|_| match random.below(3) {
                0 => random.octet() % 16,
                _ => random.octet(),
            })
            .collect()
    })
}

#[test]
fn splits() {
    findings("split")
        .into_iter()
        .chain(made_up())
        .for_each(|octets| split::run(&octets));
}

#[test]
fn calls() {
    findings("abi")
        .into_iter()
        .chain(made_up())
        .for_each(|octets| abi::run(&octets));
}
