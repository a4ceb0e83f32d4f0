//! The library that is linked into the program, and those of `--library`.

use super::{EXCHANGE, PROGRAM, analyze, assert_refused, built, data, data_folder, written};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

#[test]
fn a_shared_object_gives_the_same_output_as_the_linked_library() {
    let library = built::shared_object(Path::new(PROGRAM));
    let captures: Vec<_> = fs::read_dir(data_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!captures.is_empty());
    for form in ["--color=never", "--verbose", "--json"] {
        for capture in &captures {
            let linked = analyze([Path::new(form), capture]);
            let opened = analyze([Path::new(form), capture, Path::new("--library"), &library]);
            assert_eq!(linked.code, Some(0), "{}", linked.err);
            assert!(!linked.out.is_empty(), "{form} {capture:?}");
            assert_eq!(opened, linked, "{form} {capture:?}");
        }
    }
}

#[test]
fn an_installed_copy_needs_nothing_beside_it() {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy");
    // Not `fs::copy`: a child that another test starts meanwhile would inherit the descriptor it
    // writes to, and a file that is open for writing cannot be executed (ETXTBSY).
    let status = Command::new("cp")
        .args([Path::new(PROGRAM), &copy])
        .status();
    assert!(status.unwrap().success());
    let capture = data(EXCHANGE).canonicalize().unwrap();
    let output = Command::new(copy)
        .arg(capture)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.ends_with("3 TPDUs in 2 connections, 2 warnings\n"),
        "{out}"
    );
}

#[test]
fn unloadable_libraries_are_reported_by_name() {
    let folder = TempDir::new().unwrap();
    let no_library = written(&folder, "no-library", b"no library");
    let no_library = no_library.to_str().unwrap();
    let exchange = data(EXCHANGE);
    for library in ["nonexistent", no_library] {
        let run = analyze(["--library", library, exchange.to_str().unwrap()]);
        assert_refused(&run, &[library]);
        assert_eq!(run.out, "");
    }
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn an_unloadable_library_is_named_once_and_a_bare_name_explained() {
    for (library, is_searched_for) in [("nonexistent", true), ("./nonexistent", false)] {
        let run = analyze([Path::new("--library"), Path::new(library), &data(EXCHANGE)]);
        assert_eq!(run.err.matches("nonexistent").count(), 1, "{}", run.err);
        let explained = run.err.contains("is searched for by the loader");
        assert_eq!(explained, is_searched_for, "{}", run.err);
    }
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn a_foreign_library_is_refused() {
    let [option, other] = ["--library", "libc.so.6"].map(Path::new);
    let run = analyze([option, other, &data(EXCHANGE)]);
    assert_refused(&run, &["libc.so.6", "isotsap_abi_version"]);
}

/// A shared object of C code.
#[cfg(target_os = "linux")]
fn compiled(folder: &TempDir, code: &str) -> std::path::PathBuf {
    let unit = written(folder, "library.c", code.as_bytes());
    let library = folder.path().join("library.so");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let status = Command::new(compiler)
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &unit])
        .status();
    assert!(status.unwrap().success());
    library
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_of_another_abi_is_refused() {
    let folder = TempDir::new().unwrap();
    for (version, parts) in [
        ("7 << 16 | 3", ["its ABI is 7.3", "needs 0.1"]),
        ("0", ["its ABI is 0.0", "needs 0.1"]),
    ] {
        let code = format!("unsigned isotsap_abi_version(void) {{ return {version}; }}\n");
        let library = compiled(&folder, &code);
        let run = analyze([Path::new("--library"), &library, &data(EXCHANGE)]);
        assert_refused(&run, &[&[library.to_str().unwrap()], &parts[..]].concat());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_lacks_a_function_is_refused() {
    let folder = TempDir::new().unwrap();
    let code = "unsigned isotsap_abi_version(void) { return 1; }\n";
    let library = compiled(&folder, code);
    let run = analyze([Path::new("--library"), &library, &data(EXCHANGE)]);
    assert_refused(
        &run,
        &[library.to_str().unwrap(), "undefined symbol: isotsap_"],
    );
}
