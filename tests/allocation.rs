//! Dissecting and describing packets allocates nothing. A C host that replaces the allocator counts.
#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
mod vectors;

use common::{STRICT, compiler, run, shared_object, source};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A host of tests/c that replaces the allocator, built in `folder`.
fn host(name: &str, folder: &Path) -> PathBuf {
    let host = folder.join(name);
    run(Command::new(compiler("CC", "cc"))
        .args(STRICT)
        .args(["-std=c11", "-rdynamic"])
        .arg("-I")
        .arg(source("include"))
        .arg(source(&format!("tests/c/{name}.c")))
        .arg("-o")
        .arg(&host)
        .arg("-ldl"));
    host
}

/// Each allocation of a conversation fails in turn: a status or an expert info says so, no record is
/// lost, and nothing ends the process.
#[test]
fn missing_memory_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let host = host("fail_allocations", folder.path());
    let counted = run(Command::new(&host).arg(shared_object()));
    let numbers: Vec<usize> = counted
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let [allocations, answered, told] = numbers[..] else {
        panic!("{counted}");
    };
    assert!(
        allocations > 100 && answered > 10 && told > 100,
        "{counted}"
    );
}

#[test]
fn no_call_of_the_hot_path_allocates() {
    let folder = tempfile::tempdir().unwrap();
    let host = host("count_allocations", folder.path());

    let vectors = vectors::all();
    let mut file = Vec::new();
    for vector in &vectors {
        file.extend((vector.encapsulation as u32).to_ne_bytes());
        file.extend(u32::try_from(vector.octets.len()).unwrap().to_ne_bytes());
        file.extend(&vector.octets);
    }
    let packets = folder.path().join("vectors");
    std::fs::write(&packets, file).unwrap();

    let counted = run(Command::new(&host).arg(shared_object()).arg(&packets));
    let numbers: Vec<usize> = counted
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let [packets, pdus, texts] = numbers[..] else {
        panic!("{counted}");
    };
    assert_eq!(packets, vectors.len());
    // Every packet is a record at least, and every record has a summary and items.
    assert!(pdus >= packets && texts > 2 * pdus, "{counted}");
}
