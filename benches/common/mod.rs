//! What the benchmarks share.
#![allow(dead_code)] // each uses its part

#[path = "../../tests/common/built.rs"]
mod built;
pub mod host;
pub mod inputs;
#[path = "../../cli/src/library.rs"]
pub mod library;
pub mod paths;
pub mod timing;

use std::process::Command;

/// The machine that the figures of a run are from.
pub fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let of = |key: &str| {
        cpus.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.trim() == key)
            .map_or("unknown", |(_, value)| value.trim())
    };
    let [name, family, model] = ["model name", "cpu family", "model"].map(of);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{name} (family {family}, model {model}), {cores} cores, {}",
        compiler()
    )
}

/// The compiler, as it names itself.
pub fn compiler() -> String {
    let answer = Command::new("rustc").arg("--version").output();
    answer.map_or_else(
        |_| "unknown compiler".into(),
        |answer| String::from_utf8_lossy(&answer.stdout).trim().into(),
    )
}

/// Stores the result of a benchmark in the source tree, if the user asks for it and the run is
/// complete: a filtered or shortened run is not stored.
pub fn keep(file: &str, content: &str) {
    let is_plain = std::env::args()
        .skip(1)
        .all(|argument| argument == "--bench");
    if is_plain && std::env::var_os("ISOTSAP_BLESS").is_some_and(|value| value == "1") {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(&path, content).expect("the source tree can be written");
    }
}
