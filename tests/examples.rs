//! The hosts of examples/c, which the README shows too.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::make::{cr, dt, tpkt};
use common::{run, shared_object, source};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A folder with the hosts, as their Makefile builds them.
fn built() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("make")
        .arg("-C")
        .arg(folder.path())
        .arg("-f")
        .arg(source("examples/c/Makefile"))
        .arg(format!("LIBRARY={}", shared_object().display())));
    folder
}

#[test]
fn dissect_prints_the_warning() {
    let folder = built();
    assert_eq!(
        run(&mut Command::new(folder.path().join("dissect"))),
        "octet 1: TPKT reserved octet is 90 (0x5a), expected 0: RFC 1006 leaves it reserved, \
         RFC 2126 fixes it at 0; strict peers refuse such a connection (RFC 2126 4.3)\n"
    );
}

/// What `stream` prints when it reads these octets.
fn streamed(folder: &Path, octets: &[u8]) -> String {
    let input = folder.join("input");
    fs::write(&input, octets).unwrap();
    run(Command::new(folder.join("stream")).stdin(File::open(input).unwrap()))
}

#[test]
fn stream_prints_tpdus_and_tsdus() {
    let folder = built();
    let tpkts = [
        cr(0),
        dt(true, b"one"),
        dt(false, b"two "),
        dt(true, b"TPDUs"),
        tpkt(&[0x02, 0xf0, 0x80, b'x'])[..6].to_vec(), // incomplete
    ];
    assert_eq!(
        streamed(folder.path(), &tpkts.concat()),
        "CR TPDU src-ref: 0x0001 dst-ref: 0x0000\n\
         DT TPDU (0) EOT\n\
         TSDU of 3 octets: one\n\
         DT TPDU (0)\n\
         DT TPDU (0) EOT\n\
         TSDU of 9 octets: two TPDUs\n\
         DT TPDU (0)\n"
    );
}

/// More than the program reads at once, and more TPDUs than it has room for in a call.
#[test]
fn stream_prints_all_of_a_long_connection() {
    let folder = built();
    let count = 1000;
    let octets = dt(true, b"").repeat(count);
    let printed = streamed(folder.path(), &octets);
    assert_eq!(printed.matches("DT TPDU").count(), count);
}

#[test]
fn readme_shows_the_hosts() {
    let readme = fs::read_to_string(source("README.md")).unwrap();
    for host in ["dissect", "stream"] {
        let code = fs::read_to_string(source(&format!("examples/c/{host}.c"))).unwrap();
        assert!(
            readme.contains(&format!("```c\n{code}```\n")),
            "README.md does not show {host}.c as it is"
        );
    }
}
