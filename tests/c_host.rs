//! A host in C and C++, built in every dialect, linked and opened at run time, with sanitizers.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::{LIBRARY, STRICT, compiler, dialects, run, shared_object, source};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const EXPECTED: &str = "\
CR TPDU src-ref: 0x0001 dst-ref: 0x0000
  warning tpkt.reserved.nonzero at 1+1: TPKT reserved octet is 90 (0x5a), expected 0";

fn soname() -> String {
    // SAFETY: no arguments.
    let major = unsafe { (LIBRARY.abi_version)() } >> 16;
    format!("libisotsap.so.{major}")
}

/// A folder with the library under the names a linker and a loader look for.
fn installed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["libisotsap.so".into(), soname()] {
        symlink(shared_object(), folder.path().join(name)).unwrap();
    }
    folder
}

fn build(compiler: &str, flags: &[&str], libraries: &[&str], folder: &Path) -> PathBuf {
    let language = if flags.iter().any(|flag| flag.contains("++")) {
        "c++"
    } else {
        "c"
    };
    let executable = folder.join("host");
    run(Command::new(compiler)
        .args(STRICT)
        .args(flags)
        .args(["-x", language])
        .arg(source("tests/c/host.c"))
        .args(["-x", "none", "-I"])
        .arg(source("include"))
        .arg("-L")
        .arg(folder)
        .args(libraries)
        .arg("-o")
        .arg(&executable));
    executable
}

fn assert_warns(host: &mut Command, folder: &Path) {
    let output = run(host.env("LD_LIBRARY_PATH", folder));
    assert!(output.starts_with(EXPECTED), "{output}");
    assert!(
        output.contains("chat cotp.connection.request at 5+1: "),
        "{output}"
    );
    assert_eq!(output.lines().count(), 3, "{output}");
}

#[test]
fn linked_host_warns_in_every_dialect() {
    for (compiler, dialect) in dialects() {
        let folder = installed();
        let host = build(&compiler, &[dialect], &["-lisotsap"], folder.path());
        assert_warns(&mut Command::new(host), folder.path());
    }
}

#[test]
fn host_that_opens_the_library_warns_in_every_dialect() {
    for (compiler, dialect) in dialects() {
        let folder = installed();
        let flags = [dialect, "-DHOST_OPENS_THE_LIBRARY"];
        let host = build(&compiler, &flags, &["-ldl"], folder.path());
        assert_warns(Command::new(host).arg(soname()), folder.path());
    }
}

#[test]
fn host_warns_under_sanitizers() {
    let folder = installed();
    let flags = [
        "-std=c11",
        "-g",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
    ];
    let host = build(&compiler("CC", "cc"), &flags, &["-lisotsap"], folder.path());
    let symbols = run(Command::new("nm").arg(&host));
    for sanitizer in ["__asan_", "__ubsan_"] {
        assert!(
            symbols.contains(sanitizer),
            "{sanitizer} is not in the host"
        );
    }
    assert_warns(&mut Command::new(host), folder.path());
}

#[test]
fn linked_host_asks_the_loader_for_the_major_version() {
    let folder = installed();
    let host = build(
        &compiler("CC", "cc"),
        &["-std=c11"],
        &["-lisotsap"],
        folder.path(),
    );
    let dynamic = run(Command::new("readelf").arg("-d").arg(host));
    let needed = format!("[{}]", soname());
    assert!(dynamic.contains(&needed), "{needed} is not in\n{dynamic}");
}
