//! Instructions a TPDU, counted by callgrind: what a clock on a busy machine cannot tell. Fails
//! when a path takes more than it did when `benches/instructions.txt` was written.
//!
//! ISOTSAP_BLESS=1 writes it anew.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::host::{Host, RECORDS};
use common::inputs::{self, Input};
use isotsap::dissection::record::Pdu;
use std::collections::HashMap;
use std::fmt::Write;
use std::process::{Command, ExitCode};

/// How much more than before is still the same.
const TOLERANCE: f64 = 1.02;
/// Octets of a pass; a run with two of them tells start-up from work.
const OCTETS: usize = 32 << 10;

type Path = (&'static str, fn(&mut Host, &Input));

const PATHS: [Path; 7] = [
    ("records", Host::records),
    ("records and items", Host::records_and_items),
    ("records, items, labels", Host::labels),
    ("stream, pushes of 1 octet", |host, input| {
        push(host, input, 1)
    }),
    ("stream, pushes of 100 octets", |host, input| {
        push(host, input, 100)
    }),
    ("stream, pushes of 1460 octets", |host, input| {
        push(host, input, 1460)
    }),
    ("stream, pushes of 65536 octets", |host, input| {
        push(host, input, 65_536)
    }),
];

fn push(host: &mut Host, input: &Input, piece: usize) {
    let mut pdus = [Pdu::default(); RECORDS];
    host.stream().push(&input.octets, piece, &mut pdus);
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [traffic, path, passes] = arguments.as_slice() {
        let number = |argument: &String| argument.parse().expect("a number");
        run(number(traffic), number(path), number(passes));
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
    let input = Input::new(&inputs::all()[traffic].tpkts, OCTETS);
    let (_, path) = PATHS[path];
    let mut host = Host::new();
    for _ in 0..passes {
        path(&mut host, &input);
    }
}

fn count_all() -> Vec<(String, f64)> {
    let mut counted = Vec::new();
    for (index, traffic) in inputs::all().iter().enumerate() {
        let tpdus = Input::new(&traffic.tpkts, OCTETS).packets.len();
        for (path, (name, _)) in PATHS.iter().enumerate() {
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
        .args([traffic, path, passes].map(|number| number.to_string()))
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

/// Holds what was counted against the baseline.
fn compare(counted: &[(String, f64)], heading: &str) -> ExitCode {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
    let baseline = std::fs::read_to_string(path).expect("there is a baseline");
    let before: HashMap<&str, f64> = baseline
        .lines()
        .filter_map(|line| line.trim().split_once("  "))
        .filter_map(|(number, name)| Some((name, number.parse().ok()?)))
        .collect();
    let mut is_well = true;
    for (name, now) in counted {
        match before.get(name.as_str()) {
            None => println!("not in the baseline: {name}"),
            Some(before) if *now > before * TOLERANCE => {
                println!("more than before: {name}, {before} then, {now:.1} now");
            }
            Some(before) => {
                if *now * TOLERANCE < *before {
                    println!("less than before: {name}, {before} then, {now:.1} now");
                }
                continue;
            }
        }
        is_well = false;
    }
    if is_well {
        println!("nothing takes more than 2 % more instructions than the baseline says");
        return ExitCode::SUCCESS;
    }
    if !baseline.contains(heading) {
        println!("the baseline is of another compiler or valgrind: now it is {heading}");
    }
    println!("when that is meant: ISOTSAP_BLESS=1 cargo bench --bench instructions");
    ExitCode::FAILURE
}
