//! Single faults in clean conversations: what the library finds, where, and in how many remarks.
//!
//! `conversation.rs` builds conversations together with the field that each header octet is of;
//! `fault.rs` changes every header octet and every TPKT, one at a time; `oracle.rs` says from
//! docs/rules.md whether the fault can be known, at the TPDU or later, and at which octets a remark is
//! right. `observe.rs` runs the conversation through the shared object and keeps the expert infos of
//! severity note and above that the clean conversation does not raise.
//!
//! The figures are committed in `baseline.txt`; a change of any fails. The faults that are told worst
//! are printed with `--nocapture`.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "../common/mod.rs"]
mod common;
mod conversation;
mod fault;
mod observe;
mod oracle;
mod parameters;
mod scenes;
mod table;

use conversation::Conversation;
use fault::{Fault, Group};
use observe::{Observed, Remark};
use oracle::Knowable;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use table::{Outcome, Table};

/// Offenders that a report names for each shortcoming.
const REPORTED: usize = 40;

fn outcome(conversation: &Conversation, clean: &Observed, fault: &Fault) -> Outcome {
    let remarks = Observed::new(conversation, &fault.sent).without(clean);
    let is_right = |remark: &Remark| {
        fault.verdict.places.iter().any(|place| {
            place.end == remark.end
                && place.octets.start <= remark.at.end.max(remark.at.start + 1) - 1
                && remark.at.start <= place.octets.end.max(place.octets.start + 1) - 1
        })
    };
    Outcome {
        group: fault.group,
        knowable: fault.verdict.knowable,
        right: remarks.iter().any(is_right),
        first_is_right: remarks.first().is_some_and(is_right),
        remarks,
        name: fault.name.clone(),
    }
}

/// Runs `job` on each of `count` numbers, on all processors; the answers are in the order of the
/// numbers.
fn in_parallel<T: Send>(count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut answers = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return answers;
            }
            answers.push((number, job(number)));
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let mut answers = thread::scope(|scope| {
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(worker)).collect();
        let answers = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap());
        answers.collect::<Vec<_>>()
    });
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// The faults of the first so many messages of these conversations.
fn measure(scenes: &[Conversation], messages: usize) -> Table {
    let measured = in_parallel(scenes.len(), |number| {
        let scene = &scenes[number];
        let clean = Observed::new(scene, &fault::sent(scene));
        let messages = 0..messages.min(scene.messages.len());
        let changes = fault::changes(scene, messages.clone()).into_iter();
        let changed = changes.map(|change| outcome(scene, &clean, &fault::make(scene, change)));
        let mut outcomes: Vec<Outcome> = changed.collect();
        let structural = fault::structural(scene, messages);
        outcomes.extend(structural.iter().map(|fault| outcome(scene, &clean, fault)));
        let names = clean.remarks.iter();
        let names: Vec<_> = names
            .map(|remark| format!("{}: {}", scene.name, remark.name))
            .collect();
        (outcomes, names)
    });
    let (outcomes, clean): (Vec<_>, Vec<_>) = measured.into_iter().unzip();
    Table::new(outcomes.concat(), clean.concat())
}

fn assert_baseline(table: &Table, file: &str) {
    table.print_offenders(REPORTED);
    println!("{table}");
    common::assert_committed(file, "faults", &table.to_string());
}

#[test]
fn single_faults_are_told_as_committed() {
    let table = measure(&scenes::scenes(), usize::MAX);
    assert_baseline(&table, "tests/faults/baseline.txt");
}

/// One fault in CR, CC or an early DT, and some 1,000 TPDUs behind it.
#[test]
fn early_faults_are_told_as_committed_in_long_conversations() {
    let table = measure(&scenes::long_scenes(), 4);
    assert_baseline(&table, "tests/faults/baseline_long.txt");
}
