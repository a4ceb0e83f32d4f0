//! Single faults in clean conversations: what the library finds, where, and in how many remarks.
//!
//! `conversation.rs` builds conversations together with the field that each header octet is of, and
//! `fault.rs` changes every header octet and every TPKT or NSDU, one at a time. `oracle/` says what
//! can be known of each fault. It is written from docs/rules.md, field by field, and asks the library
//! nothing: whether the TPDU itself shows the fault, or one that comes later, or none does; and at
//! which octets a remark is right. Where the rules name several octets each of them is right, and
//! where they leave it open whether there is a fault at all, the fault is counted as open: silence
//! and a remark are both accepted.
//!
//! `observe.rs` runs a conversation through the shared object. A remark is an expert info of severity
//! note or above that the clean conversation does not raise; a wrong TPKT version and the octets
//! skipped after it are one. `table.rs` counts, by field and kind of fault:
//!
//! - `known`: faults that can be known; `found`: with any remark; `right`: with one at a right place;
//!   `one`: with that one alone; `remarks` in all, and the `worst` number for one fault;
//! - `at TPDU`: faults that their TPDU shows; `first`: the first remark is at a right place;
//! - `never`: faults that cannot be known; `silent`: without a remark; `open`: the others.
//!
//! The tables are committed, and a test fails when a figure changes. What falls short is listed with
//! `--nocapture`.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing, clippy::single_range_in_vec_init)]

#[path = "../common/mod.rs"]
mod common;
mod conversation;
mod fault;
mod observe;
mod oracle;
mod scenes;
mod table;

use conversation::Conversation;
use fault::{Fault, Group};
use isotsap::ffi::OptionFlag;
use observe::{Observed, Remark};
use oracle::Knowable;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use table::{Outcome, Table};

/// Offenders that a report names for each shortcoming.
const REPORTED: usize = 40;

fn outcome(conversation: &Conversation, clean: &Observed, fault: &Fault) -> Outcome {
    let remarks = Observed::new(conversation, &fault.sent).without(clean);
    let is_right = |remark: &Remark| {
        let mut places = fault.verdict.places.iter();
        places.any(|place| place.end == remark.end && meet(&place.octets, &remark.at))
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

/// Whether two ranges have an octet in common; an empty one stands for the octet behind it.
fn meet(one: &Range<u64>, other: &Range<u64>) -> bool {
    let end = |range: &Range<u64>| range.end.max(range.start + 1);
    one.start < end(other) && other.start < end(one)
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
    table.assert_floors();
    assert_baseline(&table, "tests/faults/baseline.txt");
}

/// Every eleventh fault: what is reported by default is reported, at the same octets, when nothing
/// is suppressed.
#[test]
fn suppression_only_removes_remarks() {
    const EVERY: usize = 11;
    let scenes = scenes::scenes();
    let lost = in_parallel(scenes.len(), |number| {
        let scene = &scenes[number];
        let messages = 0..scene.messages.len();
        let changes = fault::changes(scene, messages.clone()).into_iter();
        let changed = changes
            .step_by(EVERY)
            .map(|change| fault::make(scene, change));
        let structural = fault::structural(scene, messages).into_iter();
        changed
            .chain(structural.step_by(EVERY))
            .flat_map(|fault| lost_remarks(scene, &fault))
            .collect::<Vec<_>>()
    });
    let lost = lost.concat();
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), lost.join("\n"));
}

/// The remarks that are made by default, but not when nothing is suppressed.
fn lost_remarks(scene: &Conversation, fault: &Fault) -> Vec<String> {
    let all = observe::observe(scene, &fault.sent, &[OptionFlag::AllExperts]);
    let is_lost = |one: &Remark| {
        !all.iter().any(|other| {
            (other.name, other.end, other.at.start) == (one.name, one.end, one.at.start)
        })
    };
    let default = observe::observe(scene, &fault.sent, &[]).into_iter();
    default
        .filter(is_lost)
        .map(|remark| format!("{}: {}: {remark:?}", scene.name, fault.name))
        .collect()
}

/// One fault in CR, CC or an early DT, and some 1,000 TPDUs behind it.
#[test]
fn early_faults_are_told_as_committed_in_long_conversations() {
    let table = measure(&scenes::long_scenes(), 4);
    table.assert_floors();
    let worst = table.worst();
    assert!(worst <= 3, "{worst} remarks on one fault");
    assert_baseline(&table, "tests/faults/baseline_long.txt");
}
