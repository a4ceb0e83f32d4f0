//! The table of a run, of what criterion wrote down.

use super::common::{inputs::Traffic, machine};
use super::{RESIDENCES, Residence, is_refused, rows};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

const ABOUT: &str = "\
Nanoseconds and MiB/s per TPDU, and the ratio to the floor's nanoseconds of the same run. The floor follows the
TPKT lengths and reads LI and code. In cache are 128 KiB of octets; 64 MiB are not. One core.
Every figure is the fastest of its samples, taken in rounds minutes apart, because other work on the machine only
adds time; what takes seconds is measured once. Rows of 64 MiB that access only a few octets of a long TPKT measure
the memory.

The library's rows are calls of the shared object's C ABI, one packet per TPKT, with the sender. Where there is a CR or
CC, each round of the traffic is a connection: batches have no context, and the time of a stream includes its creation
and release. The DT are one connection: batches have its context, and one stream takes all of them. CC alone are not
pushed into streams. Every rule is checked, with and without items. The peers' rows are
Rust, compiled into the benchmark; none of them reports what is wrong with a TPDU that it decodes. The TPKT header
with nom is built from nom's parsers in the benchmark, because there is no such crate: it reads four octets and skips
the rest.
ironrdp-pdu's headers are version, length, LI and code, without references, class, EOT and parameters; its typed
decode knows the RDP negotiation and no other parameter. packet_parser decodes the TPDU after a TPKT header that the
benchmark skips, its parameters into a vector. A dash marks TPDUs that a peer refuses.
";

pub fn group(traffic: &Traffic, residence: &Residence) -> String {
    format!("{}, {}", traffic.name, residence.name)
}

/// Nanoseconds per TPDU, by group and row, of the fastest sample since `started`.
fn measured(folder: &Path, started: SystemTime) -> HashMap<(String, String), f64> {
    let folders = |path: &Path| {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let json =
        |path: &Path| -> Option<Value> { serde_json::from_slice(&fs::read(path).ok()?).ok() };
    let fastest = |path: &Path| {
        let samples = path.join("new/sample.json");
        if fs::metadata(&samples).ok()?.modified().ok()? < started {
            return None;
        }
        let (about, samples) = (json(&path.join("new/benchmark.json"))?, json(&samples)?);
        let name = |key| about.get(key)?.as_str().map(str::to_string);
        let numbers = |key| samples.get(key)?.as_array();
        let nanoseconds = numbers("times")?
            .iter()
            .zip(numbers("iters")?)
            .filter_map(|(time, passes)| Some(time.as_f64()? / passes.as_f64()?))
            .min_by(f64::total_cmp)?;
        let tpdus = about.get("throughput")?.get("Elements")?.as_f64()?;
        Some((
            (name("group_id")?, name("function_id")?),
            nanoseconds / tpdus,
        ))
    };
    let mut measured = HashMap::new();
    for group in folders(folder) {
        for row in folders(&group) {
            for (row, time) in folders(&row).iter().filter_map(|round| fastest(round)) {
                let so_far = measured.entry(row).or_insert(time);
                *so_far = so_far.min(time);
            }
        }
    }
    measured
}

/// `None` when not all was measured.
pub fn of(all: &[Traffic], folder: &Path, started: SystemTime) -> Option<String> {
    let measured = measured(folder, started);
    let mut table = format!("# Time per TPDU\n\n{}.\n\n{ABOUT}\n", machine());
    let columns = RESIDENCES.map(|residence| format!("{}: ns | MiB/s | x floor", residence.name));
    let _ = writeln!(table, "| | {} |", columns.join(" | "));
    let _ = writeln!(
        table,
        "| --- |{}",
        " ---: | ---: | ---: |".repeat(RESIDENCES.len())
    );
    for traffic in all {
        let (floor, _) = rows(traffic).next()?;
        let octets: usize = traffic.tpkts.iter().map(Vec::len).sum();
        let octets = octets as f64 / traffic.tpkts.len() as f64;
        let _ = writeln!(
            table,
            "| **{}** |{}",
            traffic.name,
            " |".repeat(3 * RESIDENCES.len())
        );
        for row in rows(traffic) {
            let (name, _) = row;
            let _ = write!(table, "| {name}");
            for residence in &RESIDENCES {
                if is_refused(traffic, row) {
                    table.push_str(" | - | - | -");
                    continue;
                }
                let of = |row: &str| measured.get(&(group(traffic, residence), row.to_string()));
                let (floor, time) = (of(floor)?, of(name)?);
                let rate = octets / time * 1e9 / f64::from(1 << 20);
                let _ = write!(table, " | {time:.2} | {rate:.0} | {:.2}", time / floor);
            }
            let _ = writeln!(table, " |");
        }
    }
    Some(table)
}
