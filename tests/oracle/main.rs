//! Servers of real stacks as oracles: what a server answers, the library has seen or has warned of.
//!
//! snap7's server (S7) and libIEC61850's (MMS) run on loopback. Each gets conversations from a seed
//! with a hostile change: in the TPKT header, in LI, code and number, in front of a TPKT, in the CR,
//! between the segments of a TSDU. Each request has a number that its answer repeats, so that it is
//! known which ones the server acted on. `judge.rs` pushes both directions to a stream, in the order
//! on the wire, and asks for each of these requests whether it is a record, or whether a warning came
//! with the octets that hide it. `ISOTSAP_CONVERSATIONS` and `ISOTSAP_SEED` choose other
//! conversations than the default ones.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "../common/mod.rs"]
mod common;
mod conversation;
mod edit;
mod judge;
mod mutation;
mod server;

use conversation::{Conversation, Stack, View};
use edit::{Edit, Octets};
use judge::Verdict;
use server::{Server, Talk};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const DEFAULT_SEED: u64 = 15;
const DEFAULT_CONVERSATIONS: u64 = 3_000;
/// Conversations at a time; most wait for a server that does not answer.
const CLIENTS: usize = 6;
/// Octets of a segment that a report shows: snap7 answers with some of its memory at times.
const MOST_SHOWN: usize = 300;
/// Kinds of violations, and examples of each, that a report spells out.
const REPORTED: usize = 40;
const EXAMPLES: usize = 2;
/// However slow the machine is.
const MOST_TIME: Duration = Duration::from_secs(600);

/// What was counted of the conversations with one server.
#[derive(Default)]
struct Count {
    starts: usize,
    conversations: usize,
    answered: usize,
    seen: usize,
    warned: BTreeMap<&'static str, usize>,
    violations: Vec<Violation>,
}

struct Violation {
    seed: u64,
    verdict: Verdict,
    message: usize,
    name: String,
    view: View,
    edits: Vec<Edit>,
    talk: String,
    remarks: Vec<String>,
}

fn from_environment(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().unwrap())
}

/// What was on the wire, one line for each time that the sender changes.
fn wire(talk: &Talk) -> String {
    let mut text = String::new();
    for (end, octets) in &talk.sent {
        let shown = &octets[..octets.len().min(MOST_SHOWN)];
        let more = if shown.len() < octets.len() { ".." } else { "" };
        writeln!(
            text,
            "    {} {}{more}",
            [">", "<"][*end as usize],
            Octets(shown.to_vec())
        )
        .unwrap();
    }
    text
}

/// Asks servers for as many conversations as there are seeds, some at a time.
fn ask(stack: Stack, seeds: impl Fn() -> Option<u64> + Sync) -> Count {
    let count = Mutex::new(Count::default());
    let client = || {
        let mut server = Server::start(stack);
        assert_clean(stack, &mut server);
        while let Some(seed) = seeds() {
            let conversation = mutation::conversation(stack, seed);
            let talk = server.talk(&conversation);
            count.lock().unwrap().add(seed, &conversation, &talk);
        }
        count.lock().unwrap().starts += server.starts;
    };
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(client);
        }
    });
    count.into_inner().unwrap()
}

/// A conversation without a fault is dissected, without a warning.
fn assert_clean(stack: Stack, server: &mut Server) {
    for _ in 0..5 {
        let clean = stack.conversation();
        let talk = server.talk(&clean);
        assert_eq!(talk.answers.len(), clean.messages.len(), "{}", wire(&talk));
        let judged = judge::judge(&clean, &talk);
        let is_seen = |(_, verdict): &(usize, Verdict)| *verdict == Verdict::Seen;
        assert!(judged.verdicts.iter().all(is_seen), "{}", wire(&talk));
        assert!(
            judged.warnings.is_empty(),
            "{:?} on\n{}",
            judged.warnings,
            wire(&talk)
        );
    }
}

impl Count {
    fn add(&mut self, seed: u64, conversation: &Conversation, talk: &Talk) {
        self.conversations += 1;
        let judged = judge::judge(conversation, talk);
        for (message, verdict) in judged.verdicts {
            self.answered += 1;
            match verdict {
                Verdict::Seen => self.seen += 1,
                Verdict::Warned(name) => *self.warned.entry(name).or_default() += 1,
                verdict => self.violations.push(Violation {
                    seed,
                    verdict,
                    message,
                    name: conversation.name.clone(),
                    view: conversation.view,
                    edits: conversation.edits.clone(),
                    talk: wire(talk),
                    remarks: judged.remarks.clone(),
                }),
            }
        }
    }

    /// The violations by kind, with the shortest examples.
    fn report(&self) -> String {
        let mut kinds: BTreeMap<_, Vec<&Violation>> = BTreeMap::new();
        for violation in &self.violations {
            let silent = violation.verdict == Verdict::Silent;
            let when = if silent {
                "never told"
            } else {
                "told too late"
            };
            let view = match violation.view {
                View::Whole => "",
                View::Joined(_) => " (joined)",
                View::Lost(..) => " (behind a loss)",
            };
            kinds
                .entry((violation.name.clone() + view, when))
                .or_default()
                .push(violation);
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|((name, _), violations)| {
            (name.contains(" and "), Reverse(violations.len()))
        });
        let mut text = String::new();
        for ((name, when), violations) in &mut kinds {
            writeln!(text, "{:>6} {name}: {when}", violations.len()).unwrap();
        }
        for ((name, when), violations) in kinds.iter_mut().take(REPORTED) {
            violations.sort_by_key(|one| one.talk.len());
            for one in violations.iter().take(EXAMPLES) {
                writeln!(
                    text,
                    "{name}: {when}\n  seed {:#x}, message {} {:?}: {:?} {:?}; {:?}\n{}",
                    one.seed, one.message, one.verdict, one.view, one.edits, one.remarks, one.talk
                )
                .unwrap();
            }
        }
        text
    }
}

fn hold(stack: Stack) {
    let seed = from_environment("ISOTSAP_SEED").unwrap_or(DEFAULT_SEED);
    let conversations = from_environment("ISOTSAP_CONVERSATIONS").unwrap_or(DEFAULT_CONVERSATIONS);
    let start = Instant::now();
    let next = AtomicU64::new(seed << 32);
    let count = ask(stack, || {
        let seed_of_one = next.fetch_add(1, Ordering::Relaxed);
        let more = seed_of_one - (seed << 32) < conversations;
        (more && start.elapsed() < MOST_TIME).then_some(seed_of_one)
    });
    println!(
        "{stack:?}: {} conversations in {:.1} s, {} server starts; {} requests answered, {} seen, {} warned of, {} violations",
        count.conversations,
        start.elapsed().as_secs_f64(),
        count.starts,
        count.answered,
        count.seen,
        count.warned.values().sum::<usize>(),
        count.violations.len()
    );
    println!("  warned of with {:?}", count.warned);
    print!("{}", count.report());
    assert!(count.violations.is_empty());
}

#[test]
#[ignore = "needs python3 with python-snap7==2.0.2"]
fn real_server_of_s7_acts_on_nothing_unseen() {
    hold(Stack::Snap7);
}

#[test]
#[ignore = "needs python3 with pyiec61850-ng"]
fn real_server_of_mms_acts_on_nothing_unseen() {
    hold(Stack::LibIec61850);
}
