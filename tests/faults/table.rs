//! The figures.

use super::Group;
use super::Knowable;
use super::observe::Remark;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How one fault was told.
pub struct Outcome {
    pub group: Group,
    pub knowable: Knowable,
    pub remarks: Vec<Remark>,
    /// A remark is at the right place.
    pub right: bool,
    pub first_is_right: bool,
    pub name: String,
}

impl Outcome {
    fn is_known(&self) -> bool {
        matches!(self.knowable, Knowable::AtTpdu | Knowable::Later)
    }

    fn is_one(&self) -> bool {
        self.remarks.len() == 1 && self.right
    }

    /// How badly it was told, for the list of offenders.
    fn offence(&self) -> usize {
        let silent = self.is_known() && self.remarks.is_empty();
        let elsewhere = self.is_known() && !self.remarks.is_empty() && !self.right;
        let false_alarm = self.knowable == Knowable::Never && !self.remarks.is_empty();
        let unexpected = usize::from(silent || elsewhere || false_alarm);
        unexpected + self.remarks.len().saturating_sub(1)
    }
}

/// Counts of outcomes.
#[derive(Default)]
struct Row {
    known: usize,
    found: usize,
    right: usize,
    one: usize,
    at_tpdu: usize,
    first: usize,
    remarks: usize,
    worst: usize,
    never: usize,
    silent: usize,
    open: usize,
}

impl Row {
    fn add(&mut self, outcome: &Outcome) {
        let count = outcome.remarks.len();
        self.worst = self.worst.max(count);
        match outcome.knowable {
            Knowable::Never => {
                self.never += 1;
                self.silent += usize::from(count == 0);
            }
            Knowable::Open => self.open += 1,
            Knowable::AtTpdu | Knowable::Later => {
                self.known += 1;
                self.found += usize::from(count > 0);
                self.right += usize::from(outcome.right);
                self.one += usize::from(outcome.is_one());
                self.remarks += count;
            }
        }
        if outcome.knowable == Knowable::AtTpdu {
            self.at_tpdu += 1;
            self.first += usize::from(outcome.first_is_right);
        }
    }
}

pub struct Table {
    outcomes: Vec<Outcome>,
}

impl Table {
    pub fn new(outcomes: Vec<Outcome>) -> Self {
        Self { outcomes }
    }

    fn total(&self) -> Row {
        let mut total = Row::default();
        self.outcomes.iter().for_each(|outcome| total.add(outcome));
        total
    }

    /// The faults that are told worst, one of each row and set of remarks.
    pub fn print_offenders(&self, count: usize) {
        let mut alike: BTreeMap<_, Vec<&Outcome>> = BTreeMap::new();
        for outcome in self.outcomes.iter().filter(|outcome| outcome.offence() > 0) {
            let names: BTreeSet<_> = outcome.remarks.iter().map(|remark| remark.name).collect();
            let key = (outcome.group.field, outcome.knowable as u8, names);
            alike.entry(key).or_default().push(outcome);
        }
        let mut alike: Vec<_> = alike.into_values().collect();
        alike.sort_by_key(|same| same.iter().map(|one| one.offence()).sum::<usize>());
        println!("offenders, worst first:");
        for same in alike.iter().rev().take(count) {
            let worst = same.iter().max_by_key(|one| one.offence()).unwrap();
            println!(
                "{:5} like {} ({:?}): {} remarks{}",
                same.len(),
                worst.name,
                worst.knowable,
                worst.remarks.len(),
                if worst.right {
                    ""
                } else {
                    ", none at the right place"
                },
            );
            for remark in worst.remarks.iter().take(4) {
                println!(
                    "          {} at {} {:?}",
                    remark.name, remark.end, remark.at
                );
            }
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        writeln!(
            to,
            "{:30} {:>6} {:>6} {:>6} {:>6} {:>7} {:>6} {:>7} {:>5} {:>6} {:>6} {:>5}",
            "field and fault",
            "known",
            "found",
            "right",
            "one",
            "at TPDU",
            "first",
            "remarks",
            "worst",
            "never",
            "silent",
            "open",
        )?;
        let mut rows: BTreeMap<Group, Row> = BTreeMap::new();
        for outcome in &self.outcomes {
            rows.entry(outcome.group).or_default().add(outcome);
        }
        let rows = rows.iter();
        let rows = rows.map(|(group, row)| (format!("{} {}", group.field, group.kind), row));
        for (name, row) in rows.chain([("all".into(), &self.total())]) {
            writeln!(
                to,
                "{name:30} {:6} {:6} {:6} {:6} {:7} {:6} {:7} {:5} {:6} {:6} {:5}",
                row.known,
                row.found,
                row.right,
                row.one,
                row.at_tpdu,
                row.first,
                row.remarks,
                row.worst,
                row.never,
                row.silent,
                row.open,
            )?;
        }
        let total = self.total();
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
        writeln!(to)?;
        writeln!(
            to,
            "found               {:6.2} %",
            percent(total.found, total.known)
        )?;
        writeln!(
            to,
            "at the right place  {:6.2} %",
            percent(total.right, total.known)
        )?;
        writeln!(
            to,
            "exactly one, right  {:6.2} %",
            percent(total.one, total.known)
        )?;
        writeln!(
            to,
            "first is right      {:6.2} %",
            percent(total.first, total.at_tpdu)
        )?;
        writeln!(
            to,
            "silent when unknown {:6.2} %",
            percent(total.silent, total.never)
        )?;
        writeln!(
            to,
            "remarks a fault     {:6.2}",
            total.remarks as f64 / total.found as f64
        )?;
        writeln!(to, "worst               {:6}", total.worst)
    }
}
