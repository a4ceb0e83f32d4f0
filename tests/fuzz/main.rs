//! The targets of fuzz/, run on earlier findings and on pseudo-random octets.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod abi;
#[allow(dead_code)] // tests/faults/ uses the rest
#[path = "../faults/conversation.rs"]
mod build;
#[path = "../common/mod.rs"]
mod common;
mod conversation;
mod input;
mod script;
mod seen;
mod split;

use common::{Random, source};

/// Inputs that made a fuzzer fail once, and those it starts from.
fn kept(target: &str) -> impl Iterator<Item = Vec<u8>> {
    ["tests/fuzz/findings", "fuzz/seeds"]
        .into_iter()
        .flat_map(move |folder| {
            let files = std::fs::read_dir(source(folder).join(target)).unwrap();
            let inputs: Vec<_> = files
                .map(|file| std::fs::read(file.unwrap().path()).unwrap())
                .collect();
            assert!(!inputs.is_empty(), "no {folder} of {target}");
            inputs
        })
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
    kept("split")
        .chain(pseudo_random())
        .for_each(|octets| split::run(&octets));
}

#[test]
fn conversations_are_the_same_in_every_way() {
    kept("conversation")
        .chain(pseudo_random())
        .for_each(|octets| conversation::run(&octets));
}

#[test]
fn any_call_is_answered() {
    kept("abi")
        .chain(pseudo_random())
        .for_each(|octets| abi::run(&octets));
}
