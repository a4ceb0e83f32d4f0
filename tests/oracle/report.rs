//! What was counted of many conversations, and the violations among them.

use crate::conversation::{Conversation, View};
use crate::edit::{Edit, Octets};
use crate::judge::{Verdict, judge};
use crate::named;
use crate::server::Talk;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// Kinds of violations, and examples of each, that a report spells out.
const KINDS: usize = 40;
const EXAMPLES: usize = 2;
/// Octets of a segment that a report shows: snap7 answers with some of its memory at times.
const MOST_SHOWN: usize = 300;

#[derive(Default)]
pub struct Count {
    pub conversations: usize,
    /// How often a server was started.
    pub starts: usize,
    pub took: Duration,
    /// Requests that were answered and are records.
    pub seen: usize,
    /// Requests that were answered and hidden, by the warning that came.
    warned: BTreeMap<&'static str, usize>,
    /// The most of them in a row.
    in_a_row: usize,
    /// Those of a listed kind that no reader can know in time, and that were told when they showed.
    listed: usize,
    pub violations: Vec<Violation>,
}

/// A request that was answered and that the library has neither seen nor warned of.
pub struct Violation {
    seed: u64,
    message: usize,
    verdict: Verdict,
    name: String,
    view: View,
    edits: Vec<Edit>,
    remarks: Vec<String>,
    wire: String,
}

/// What was on the wire, a line for each segment.
pub fn wire(talk: &Talk) -> String {
    let mut text = String::new();
    for (end, octets) in &talk.sent {
        let shown = &octets[..octets.len().min(MOST_SHOWN)];
        let more = if shown.len() < octets.len() { ".." } else { "" };
        let sender = ["A", "B"][*end as usize];
        writeln!(text, "    {sender} {}{more}", Octets(shown.to_vec())).unwrap();
    }
    text
}

impl Count {
    pub fn add(&mut self, seed: u64, conversation: &Conversation, talk: &Talk) {
        self.conversations += 1;
        let judged = judge(conversation, talk);
        let is_warned = |(_, verdict): &(_, _)| matches!(verdict, Verdict::Warned(_));
        let rows = judged
            .verdicts
            .chunk_by(|one, next| is_warned(one) && is_warned(next));
        let warned = rows.filter(|row| is_warned(&row[0])).map(<[_]>::len);
        self.in_a_row = warned.chain([self.in_a_row]).max().unwrap_or(0);
        for (message, verdict) in judged.verdicts {
            match verdict {
                Verdict::Seen => self.seen += 1,
                Verdict::Warned(name) => *self.warned.entry(name).or_default() += 1,
                Verdict::Later(_) if named::is_of_unknown_class(&conversation.edits) => {
                    self.listed += 1;
                }
                verdict => self.violations.push(Violation {
                    seed,
                    message,
                    verdict,
                    name: conversation.name.clone(),
                    view: conversation.view,
                    edits: conversation.edits.clone(),
                    remarks: judged.remarks.clone(),
                    wire: wire(talk),
                }),
            }
        }
    }

    /// The violations by kind, single changes first, with the shortest examples.
    pub fn report(&self) -> String {
        let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for violation in &self.violations {
            kinds.entry(violation.kind()).or_default().push(violation);
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|(_, some)| (some[0].edits.len(), Reverse(some.len())));
        let mut text = String::from("violations:\n");
        for (kind, some) in &kinds {
            writeln!(text, "{:>6} {kind}", some.len()).unwrap();
        }
        for (kind, some) in kinds.iter_mut().take(KINDS) {
            some.sort_by_key(|violation| violation.wire.len());
            for violation in some.iter().take(EXAMPLES) {
                write!(text, "{kind}\n{violation}").unwrap();
            }
        }
        text
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            conversations,
            starts,
            seen,
            in_a_row,
            listed,
            violations,
            ..
        } = self;
        let seconds = self.took.as_secs_f64();
        let warned: usize = self.warned.values().sum();
        write!(
            f,
            "{conversations} conversations in {seconds:.0} s, {starts} servers started; of {} requests \
             answered, {seen} are records, {warned} were warned of, at most {in_a_row} in a row, {listed} were of a listed kind, {} were hidden\n  {:?}",
            seen + warned + listed + violations.len(),
            violations.len(),
            self.warned
        )
    }
}

impl Violation {
    fn kind(&self) -> String {
        let view = match self.view {
            View::Whole => "",
            View::Joined(_) => " (joined)",
            View::Lost(..) => " (behind a loss)",
        };
        let when = match self.verdict {
            Verdict::Silent => "never told",
            _ => "told too late",
        };
        format!("{}{view}: {when}", self.name)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            seed,
            message,
            verdict,
            view,
            edits,
            remarks,
            wire,
            ..
        } = self;
        writeln!(
            f,
            "  seed {seed}, message {message}: {verdict:?} {view:?} {edits:?}"
        )?;
        write!(f, "  {remarks:?}\n{wire}")
    }
}
