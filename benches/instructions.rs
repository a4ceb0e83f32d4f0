//! Instructions per TPDU, counted by callgrind, because clocks on busy machines are not exact
//! enough. Fails if a path takes more instructions than `benches/instructions.txt` says, or so many
//! less that a later increase would not be noticed.
//!
//! ISOTSAP_BLESS=1 rewrites the file.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::inputs::{self, Input};
use common::paths;
use std::collections::HashMap;
use std::fmt::Write;
use std::process::{Command, ExitCode};

/// The ratio to the baseline that is tolerated, and its inverse.
const TOLERANCE: f64 = 1.02;
/// Tells a run of this program what to measure: traffic, path and passes.
const TASK: &str = "ISOTSAP_TASK";
/// The C library has a memcpy for each kind of processor; this selects the generic one.
const PLAIN_LIBC: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-ERMS,-FSRM,-Fast_Unaligned_Copy,\
     -AVX_Fast_Unaligned_Load,-Prefer_No_VZEROUPPER",
);
/// Octets of a pass; a run with two of them tells start-up from work.
const OCTETS: usize = 32 << 10;

fn main() -> ExitCode {
    if let Ok(task) = std::env::var(TASK) {
        let numbers: Vec<usize> = task.split(' ').flat_map(str::parse).collect();
        let [traffic, path, passes] = numbers[..] else {
            panic!("{TASK} needs three numbers");
        };
        run(traffic, path, passes);
        return ExitCode::SUCCESS;
    }
    let counted = count_all();
    let heading = format!("{} with {}", valgrind(), common::compiler());
    let mut baseline = format!("Instructions a TPDU, by {heading}.\n\n");
    for (name, instructions) in &counted {
        let _ = writeln!(baseline, "{instructions:10.1}  {name}");
    }
    println!("{baseline}");
    common::keep("instructions.txt", &baseline);
    compare(&counted, &heading)
}

/// What is measured: so many passes over a kind of traffic.
fn run(traffic: usize, path: usize, passes: usize) {
    let traffic = &inputs::all()[traffic];
    let input = Input::new(&traffic.tpkts, OCTETS);
    let (_, begin) = paths::of(traffic).nth(path).expect("a path");
    let mut work = begin(&input);
    for _ in 0..passes {
        work();
    }
}

fn count_all() -> Vec<(String, f64)> {
    let mut counted = Vec::new();
    for (index, traffic) in inputs::all().iter().enumerate() {
        let tpdus = Input::new(&traffic.tpkts, OCTETS).packets.len();
        for (path, (name, _)) in paths::of(traffic).enumerate() {
            let [once, twice] = [1, 2].map(|passes| count(index, path, passes));
            let name = format!("{}: {name}", traffic.name);
            counted.push((name, (twice - once) / tpdus as f64));
        }
    }
    counted
}

/// Instructions of a run of this program.
fn count(traffic: usize, path: usize, passes: usize) -> f64 {
    let program = std::env::current_exe().expect("this program has a path");
    let answer = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .env(TASK, format!("{traffic} {path} {passes}"))
        .env(PLAIN_LIBC.0, PLAIN_LIBC.1)
        .output()
        .expect("valgrind is installed");
    let text = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{text}");
    let collected = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.expect("callgrind says what it has collected");
    count.trim().parse().expect("a number")
}

fn valgrind() -> String {
    let answer = Command::new("valgrind").arg("--version").output();
    let answer = answer.expect("valgrind is installed");
    String::from_utf8_lossy(&answer.stdout).trim().into()
}

/// Compares the counts with the baseline.
fn compare(counted: &[(String, f64)], heading: &str) -> ExitCode {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt");
    let baseline = std::fs::read_to_string(path).expect("there is a baseline");
    let mut before: HashMap<&str, f64> = baseline
        .lines()
        .filter_map(|line| line.trim().split_once("  "))
        .filter_map(|(number, name)| Some((name, number.parse().ok()?)))
        .collect();
    let mut differences = Vec::new();
    for (name, now) in counted {
        let same = |before: f64| {
            let tolerated = before / TOLERANCE..=before * TOLERANCE;
            tolerated.contains(now)
        };
        match before.remove(name.as_str()) {
            Some(before) if same(before) => {}
            Some(before) => differences.push(format!("{name}: {before} before, {now:.1} now")),
            None => differences.push(format!("{name}: not in the baseline")),
        }
    }
    differences.extend(before.keys().map(|name| format!("{name}: not measured")));
    if differences.is_empty() {
        println!("every path is within 2 % of the baseline");
        return ExitCode::SUCCESS;
    }
    println!("{}", differences.join("\n"));
    if !baseline.contains(heading) {
        println!("the baseline is of another compiler or valgrind: now it is {heading}");
    }
    println!(
        "if that is intended: ISOTSAP_BLESS=1 cargo bench -p isotsap-benches --bench instructions"
    );
    ExitCode::FAILURE
}
