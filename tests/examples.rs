//! The hosts of examples/c, which the README shows too.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::make::{cr, dt, tpkt};
use common::{Random, run, shared_object, source};
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

/// What a host prints when it reads these octets.
fn printed(host: &str, folder: &Path, octets: &[u8]) -> String {
    let input = folder.join("input");
    fs::write(&input, octets).unwrap();
    let output = Command::new(folder.join(host))
        .stdin(File::open(input).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    // A TSDU is printed as it is.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What `stream` prints when it reads these octets.
fn streamed(folder: &Path, octets: &[u8]) -> String {
    printed("stream", folder, octets)
}

#[test]
fn dissect_prints_the_warning() {
    let folder = built();
    let tpkt = [
        &[3, 0x5a, 0, 18][..],                 // TPKT: version, reserved, length
        &[13, 0xe0, 0, 0, 0, 1, 0],            // CR: LI, code, references, class 0
        &[0xc1, 1, b'A', 0xc2, 2, b'M', b'T'], // calling and called T-selector
    ]
    .concat();
    assert_eq!(
        printed("dissect", folder.path(), &tpkt),
        "octet 1: TPKT reserved octet is 90 (0x5a), expected 0: RFC 1006 leaves it reserved, \
         RFC 2126 fixes it at 0; strict peers refuse such a connection (RFC 2126 4.3)\n"
    );
    let escapes: String = tpkt
        .iter()
        .map(|octet| match octet {
            b'A' | b'M' | b'T' => char::from(*octet).to_string(),
            _ => format!("\\{octet:03o}"),
        })
        .collect();
    let readme = fs::read_to_string(source("README.md")).unwrap();
    assert!(
        readme.contains(&format!("printf '{escapes}' |")),
        "{escapes}"
    );
}

/// Hosts that know nothing of the worst cases end, and warn.
#[test]
fn hosts_get_through_hostile_octets() {
    let folder = built();
    let aks = tpkt(&[0x04, 0x60, 0x00, 0x02, 0x01].repeat(13_106));
    let parameters = [
        &[0xfe, 0xe0, 0x00, 0x00, 0x00, 0x01, 0x00][..],
        &[0xff, 0].repeat(124),
    ];
    let mut random = Random(1996);
    let noise: Vec<u8> = (0..60_000).map(|_| random.octet()).collect();
    let tpkts: Vec<_> = noise.chunks(100).map(tpkt).collect();
    for octets in [
        aks,
        tpkt(&parameters.concat()),
        noise.clone(),
        tpkts.concat(),
    ] {
        let warnings = printed("dissect", folder.path(), &octets);
        assert!(
            warnings.starts_with("octet "),
            "{:02x?} {warnings}",
            &octets[..30]
        );
        let lines = streamed(folder.path(), &octets);
        assert!(lines.lines().any(|line| line.starts_with("  ")), "{lines}");
    }
    let aks = tpkt(&[0x04, 0x60, 0x00, 0x02, 0x01].repeat(13_106));
    let lines = streamed(folder.path(), &aks);
    assert_eq!(lines.matches("AK TPDU").count(), 13_106);
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
         \x20 TPDU code 0xf0 (DT) before any CC, expected CR and CC first: the connection was seen from \
         its start (X.224 6.5)\n\
         TSDU of 3 octets: one\n\
         DT TPDU (0)\n\
         DT TPDU (0) EOT\n\
         TSDU of 9 octets: two TPDUs\n\
         DT TPDU (0)\n\
         \x20 TPKT length is 8, but the data ends after 6 octets of this TPKT (RFC 1006 6)\n"
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
