//! Servers of real stacks as oracles: what a server acts on, the library has seen or has warned of.
//!
//! snap7's server (S7) and libIEC61850's (MMS) run on loopback and get conversations with hostile
//! changes: in the TPKT header, in LI, code and number, in front of a TPKT, in the CR, between the
//! segments of a TSDU. `edit.rs` has what can be changed, `mutation.rs` changes from a seed, `named.rs`
//! those that once hid a request. A request has a number that its answer repeats, so that it is known
//! which ones the server acted on. `judge.rs` pushes both directions to a stream, in the order on the
//! wire, and asks whether each of these requests is a record when its answer comes, or whether a
//! warning came with the octets that hide it.
//!
//! A report prints the changes of a conversation as `named.rs` writes them, its octets, and its seed:
//! `ISOTSAP_SEED` and `ISOTSAP_CONVERSATIONS` choose other conversations than the default ones, and 1
//! repeats a single one. What hid a request becomes a row of `named.rs`, which is also held against the
//! library where there is no server.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "../common/mod.rs"]
mod common;
mod conversation;
mod edit;
mod judge;
mod mutation;
mod named;
mod report;
mod server;

use conversation::{Conversation, Stack};
use judge::{Verdict, judge};
use named::Row;
use report::{Count, wire};
use server::{Server, Talk};
use std::env;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const DEFAULT_SEED: u64 = 15;
const DEFAULT_CONVERSATIONS: u64 = 10_000;
/// Clients at a time, each with a server of its own; most of them wait for one that does not answer.
const CLIENTS: usize = 6;
/// A run ends after so long a conversation, however slow the machine is.
const MOST_TIME_EACH: Duration = Duration::from_millis(20);
/// When the client was stopped for so long, snap7 may have given up a TPKT, which nobody can know of.
const LONGEST: Duration = Duration::from_secs(2);

fn from_environment(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().unwrap())
}

/// Conversations without a fault are dissected, without a warning.
fn assert_clean(stack: Stack, server: &mut Server) {
    for segment in [usize::MAX, 40, 20, 7, 3] {
        let clean = Conversation {
            segment,
            ..stack.conversation()
        };
        let all: Vec<_> = (0..clean.messages.len()).collect();
        let talk = server.talk_with_answers(&clean, &all).expect("an answer");
        let judged = judge(&clean, &talk);
        let is_seen = |(_, verdict): &(usize, Verdict)| *verdict == Verdict::Seen;
        assert!(judged.verdicts.iter().all(is_seen), "{}", wire(&talk));
        assert!(
            judged.warnings.is_empty(),
            "{:?}\n{}",
            judged.warnings,
            wire(&talk)
        );
    }
}

/// Conversations from a seed, some at a time.
fn ask(stack: Stack, first: u64, conversations: u64) -> Count {
    let start = Instant::now();
    let most_time = MOST_TIME_EACH * u32::try_from(conversations.max(1_000)).unwrap();
    let next = AtomicU64::new(first);
    let count = Mutex::new(Count::default());
    let client = || {
        let mut server = Server::start(stack);
        assert_clean(stack, &mut server);
        while start.elapsed() < most_time {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + conversations {
                break;
            }
            let conversation = mutation::conversation(stack, seed);
            let asked = Instant::now();
            let talk = server.talk(&conversation);
            if asked.elapsed() < LONGEST {
                count.lock().unwrap().add(seed, &conversation, &talk);
            }
        }
        count.lock().unwrap().starts += server.starts;
    };
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(client);
        }
    });
    let mut count = count.into_inner().unwrap();
    count.took = start.elapsed();
    count
}

/// The rows of the table that a server acts on: it answers what the table says.
fn ask_named(stack: Stack) -> String {
    let mut server = Server::start(stack);
    let mut text = String::new();
    for row in named::rows() {
        if !row.stacks.contains(&stack) {
            continue;
        }
        let conversation = row.conversation(stack);
        let expected = row.answered(&conversation);
        match server.talk_with_answers(&conversation, &expected) {
            Some(talk) => text += &shortcomings(&row, &conversation, &talk),
            None => writeln!(text, "{}: {stack:?} does not answer {expected:?}", row.name).unwrap(),
        }
    }
    text
}

/// Where the library falls short of what a row wants.
fn shortcomings(row: &Row, conversation: &Conversation, talk: &Talk) -> String {
    let judged = judge(conversation, talk);
    let mut hidden = judged.verdicts;
    hidden.retain(|(_, verdict)| !matches!(verdict, Verdict::Seen | Verdict::Warned(_)));
    let fault = match row.unknowable {
        None if hidden.is_empty() => return String::new(),
        None => "hidden".into(),
        Some(unknowable) if hidden.is_empty() => format!("known, though {}", unknowable.reason),
        Some(unknowable) if unknowable.shows => {
            hidden.retain(|(_, verdict)| *verdict == Verdict::Silent);
            if hidden.is_empty() {
                return String::new();
            }
            "never told".into()
        }
        Some(_) => return String::new(),
    };
    format!("{}: {fault}: {hidden:?}; {:?}\n", row.name, judged.remarks)
}

fn hold(stack: Stack) {
    let first = from_environment("ISOTSAP_SEED").unwrap_or(DEFAULT_SEED);
    let conversations = from_environment("ISOTSAP_CONVERSATIONS").unwrap_or(DEFAULT_CONVERSATIONS);
    let named = ask_named(stack);
    let count = ask(stack, first, conversations);
    println!("{stack:?}: {count}");
    let held = named.is_empty() && count.violations.is_empty();
    assert!(held, "{named}{}", count.report());
    // A server that answers nothing proves nothing.
    assert!(count.conversations < 1_000 || count.seen > count.conversations);
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

/// Without a server: what it answers is in the table.
#[test]
fn named_changes_hide_nothing() {
    let mut text = String::new();
    for row in named::rows() {
        for &stack in row.stacks {
            let conversation = row.conversation(stack);
            text += &shortcomings(&row, &conversation, &row.talk(&conversation));
        }
    }
    assert!(text.is_empty(), "{text}");
}
