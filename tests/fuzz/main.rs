//! The targets of fuzz/, run on earlier findings and on pseudo-random octets.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod abi;
#[path = "../common/mod.rs"]
mod common;
mod input;
mod seen;
mod split;

use common::{Random, source};

/// Inputs that made a fuzzer fail once; findings/README.md says how they get there.
fn findings(target: &str) -> Vec<Vec<u8>> {
    let folder = source("tests/fuzz/findings").join(target);
    let findings: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(!findings.is_empty(), "no findings of {target}");
    findings
}

fn pseudo_random() -> impl Iterator<Item = Vec<u8>> {
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
fn splits_make_no_difference() {
    findings("split")
        .into_iter()
        .chain(pseudo_random())
        .for_each(|octets| split::run(&octets));
}

#[test]
fn any_call_is_answered() {
    findings("abi")
        .into_iter()
        .chain(pseudo_random())
        .for_each(|octets| abi::run(&octets));
}
