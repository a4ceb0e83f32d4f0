//! The figures.

use super::Group;
use super::Knowable;
use super::observe::Remark;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How one fault was told.
#[derive(Clone)]
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
    fn is_one(&self) -> bool {
        self.remarks.len() == 1 && self.right
    }

    /// In what it fell short, if in anything.
    fn shortcoming(&self) -> Option<Shortcoming> {
        match (self.knowable, self.remarks.len()) {
            (Knowable::Never, 0) | (Knowable::Open, 0..=3) => None,
            (Knowable::Never, _) => Some(Shortcoming::FalseAlarm),
            (Knowable::AtTpdu | Knowable::Later, 0) => Some(Shortcoming::Silence),
            (Knowable::AtTpdu | Knowable::Later, _) if !self.right => Some(Shortcoming::WrongPlace),
            (_, 2..) => Some(Shortcoming::SeveralRemarks),
            (_, _) => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shortcoming {
    Silence,
    WrongPlace,
    FalseAlarm,
    SeveralRemarks,
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
    /// What is raised without any fault: conversation and expert info.
    clean: Vec<String>,
}

impl Table {
    pub fn new(outcomes: Vec<Outcome>, clean: Vec<String>) -> Self {
        Self { outcomes, clean }
    }

    fn total(&self) -> Row {
        let mut total = Row::default();
        self.outcomes.iter().for_each(|outcome| total.add(outcome));
        total
    }

    /// What the figures never fall below, whatever the committed ones are.
    pub fn assert_floors(&self) {
        let total = self.total();
        let floors = [
            ("found", total.found, total.known, 99),
            ("exactly one, right", total.one, total.known, 90),
            ("silent when unknown", total.silent, total.never, 99),
            ("first is right", total.first, total.at_tpdu, 97),
        ];
        for (figure, part, whole, floor) in floors {
            assert!(
                part * 100 >= whole * floor,
                "{figure}: {part} of {whole}, below {floor} %"
            );
        }
        assert!(
            total.remarks * 100 <= total.found * 115,
            "{} remarks on {} faults, above 1.15 each",
            total.remarks,
            total.found
        );
    }

    /// The number of remarks on the fault that has most.
    pub fn worst(&self) -> usize {
        self.total().worst
    }

    /// The faults that are told worst, by their shortcoming; those of one field with the same
    /// remarks are named once.
    pub fn print_offenders(&self, count: usize) {
        let mut alike: BTreeMap<_, Vec<&Outcome>> = BTreeMap::new();
        for outcome in &self.outcomes {
            let Some(shortcoming) = outcome.shortcoming() else {
                continue;
            };
            let names: BTreeSet<_> = outcome.remarks.iter().map(|remark| remark.name).collect();
            let key = (shortcoming, outcome.group.field, names);
            alike.entry(key).or_default().push(outcome);
        }
        let mut alike: Vec<_> = alike.into_iter().collect();
        alike.sort_by_key(|((shortcoming, ..), same)| {
            let needless = same.iter().map(|one| one.remarks.len().saturating_sub(1));
            let weight = same.len().max(needless.sum());
            (*shortcoming, std::cmp::Reverse(weight))
        });
        for same_shortcoming in alike.chunk_by(|((one, ..), _), ((next, ..), _)| one == next) {
            println!("{:?}:", same_shortcoming[0].0.0);
            for (_, same) in same_shortcoming.iter().take(count) {
                let worst = same.iter().max_by_key(|one| one.remarks.len()).unwrap();
                println!(
                    "{:5} like {} ({:?})",
                    same.len(),
                    worst.name,
                    worst.knowable
                );
                if !worst.remarks.is_empty() {
                    println!("        {} remarks:", worst.remarks.len());
                }
                for remark in worst.remarks.iter().take(4) {
                    println!(
                        "          {} at {} {:?}",
                        remark.name, remark.end, remark.at
                    );
                }
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
        writeln!(to, "worst               {:6}", total.worst)?;
        writeln!(to, "\nwithout a fault:")?;
        self.clean
            .iter()
            .try_for_each(|line| writeln!(to, "{line}"))
    }
}
