//! Holds the library to what a server did: every request that the server answered is a record, or a
//! warning came with the octets that hide it.

use crate::common::abbreviation;
use crate::common::stream::{A, B, Feed, Given, Stream, stream_options};
use crate::conversation::{Conversation, Request, View};
use crate::server::Talk;
use isotsap::dissection::record::{Pdu, PduFlag};
use isotsap::ffi::{OptionFlag, Status};
use isotsap::registry::Severity;
use isotsap::stream::Missing;
use std::ops::Range;

/// Records and items of the TPKTs of one push, however they are crafted here.
const ROOM: (usize, usize) = (512, 4096);
const WARNING: u8 = Severity::Warning as u8;

/// What the library says of a request that the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a record.
    Seen,
    /// It is not, but a warning came by then.
    Warned(&'static str),
    /// A warning came later, or a remark at the end of the stream.
    Later(&'static str),
    Silent,
}

/// A finding of the library with the step, an index in `Talk::sent`, at which it came.
#[derive(Debug)]
struct Found {
    step: usize,
    /// Its octets, counted from the start of the initiator's direction.
    at: Range<u64>,
    what: What,
}

#[derive(Debug)]
enum What {
    Request(Request),
    /// An expert info with its severity.
    Remark(u8, &'static str),
}

impl Found {
    fn remark(&self) -> Option<&'static str> {
        match self.what {
            What::Remark(_, name) => Some(name),
            What::Request(_) => None,
        }
    }

    fn warning(&self) -> Option<&'static str> {
        match self.what {
            What::Remark(severity, name) if severity >= WARNING && name != "tpkt.gap" => Some(name),
            _ => None,
        }
    }
}

/// What the library makes of a conversation.
#[derive(Default)]
struct Observed {
    /// What it finds in the initiator's direction.
    found: Vec<Found>,
    /// Warnings in the other one.
    of_responder: Vec<&'static str>,
}

/// What the stream gets, and the step of the talk that it is.
fn feeds<'t>(conversation: &Conversation, talk: &'t Talk) -> Vec<(usize, u32, Feed<'t>)> {
    let range = |message: usize| {
        let end = *talk.complete.get(message)?;
        let behind = message
            .checked_sub(1)
            .map_or(0, |before| talk.complete[before]);
        let mut sent = talk.sent[behind..end].iter();
        Some(behind + sent.position(|(end, _)| *end == A)?..end)
    };
    let (joined, lost) = match conversation.view {
        View::Whole => (0, None),
        View::Joined(message) => (
            range(message).map_or(talk.sent.len(), |range| range.start),
            None,
        ),
        View::Lost(message, known) => (0, range(message).map(|range| (range, known))),
    };
    let mut feeds = Vec::new();
    for (step, (end, octets)) in talk.sent.iter().enumerate().skip(joined) {
        let feed = match &lost {
            Some((range, _)) if *end == A && range.contains(&step) && step > range.start => {
                continue;
            }
            Some((range, known)) if step == range.start => {
                let sent = talk.sent[range.clone()].iter();
                let count: usize = sent.map(|(_, octets)| octets.len()).sum();
                Feed::Gap(if *known { count as u64 } else { 0 }, Missing::Lost)
            }
            _ => Feed::Push(octets),
        };
        feeds.push((step, *end, feed));
    }
    feeds.extend([A, B].map(|end| (talk.sent.len(), end, Feed::Finish)));
    feeds
}

fn observe(conversation: &Conversation, talk: &Talk) -> Observed {
    let flags: &[OptionFlag] = match conversation.view {
        View::Joined(_) => &[OptionFlag::Joined],
        _ => &[],
    };
    let mut stream = Stream::new(&stream_options(flags));
    let mut observed = Observed::default();
    for (step, end, mut feed) in feeds(conversation, talk) {
        loop {
            let given = stream.call(end, feed, ROOM);
            assert!(given.status >= 0, "{given:?}");
            if end == A {
                add(&mut observed.found, step, &given);
            } else {
                let warnings = remarks(&given).filter(|(severity, ..)| *severity >= WARNING);
                observed
                    .of_responder
                    .extend(warnings.map(|(_, name, _)| name));
            }
            if given.status == Status::Ok as i32 {
                break;
            }
            assert!(given.result.pdus_needed <= ROOM.0 as u64, "{given:?}");
            assert!(given.result.items_needed <= ROOM.1 as u64, "{given:?}");
            if let Feed::Push(octets) = &mut feed {
                *octets = &octets[usize::try_from(given.result.consumed).unwrap()..];
            }
        }
    }
    observed
}

/// The expert infos above chat, with the octets they are about.
fn remarks(given: &Given) -> impl Iterator<Item = (u8, &'static str, Range<u64>)> {
    let items = given.items.iter();
    let remarks = items.filter(|item| item.severity > Severity::Chat as u8);
    remarks.map(|item| {
        let start = given.result.position + u64::from(item.offset);
        let at = start..start + u64::from(item.length);
        (item.severity, abbreviation(item), at)
    })
}

fn add(found: &mut Vec<Found>, step: usize, given: &Given) {
    for (severity, name, at) in remarks(given) {
        let what = What::Remark(severity, name);
        found.push(Found { step, at, what });
    }
    let octets = given.octets();
    let mut add = |pdu: &Pdu, request| {
        let start = given.result.position + u64::from(pdu.tpkt_offset);
        let at = start..start + u64::from(pdu.tpkt_length);
        let what = What::Request(request);
        found.push(Found { step, at, what });
    };
    for pdu in &given.pdus {
        // libIEC61850 takes a CC for a CR.
        let reference = match pdu.r#type {
            13 => Some(pdu.dest_ref),
            14 => Some(pdu.src_ref),
            _ => None,
        };
        if let Some(reference) = reference {
            let start = pdu.tpdu_offset as usize + usize::from(pdu.src_tsap_offset);
            let calling = &octets[start..start + usize::from(pdu.src_tsap_length)];
            add(pdu, Request::Connect(reference, Some(calling.to_vec())));
        }
        if pdu.flags & PduFlag::Tsdu as u16 != 0 {
            let start = pdu.tpdu_offset as usize + usize::from(pdu.li) + 1;
            let tsdu = &octets[start..start + pdu.user_data_length as usize];
            add(pdu, Request::Tsdu(tsdu.to_vec()));
        }
    }
    if let (Some(last), true) = (given.pdus.last(), given.result.tsdu_segments > 0) {
        add(last, Request::Tsdu(given.tsdu().to_vec()));
    }
}

/// What the library is held to.
pub struct Judged {
    /// The verdict on each request that was answered, by the number of its message.
    pub verdicts: Vec<(usize, Verdict)>,
    /// What it says above chat on what the initiator sent.
    pub remarks: Vec<String>,
    /// Its warnings on both directions.
    pub warnings: Vec<&'static str>,
}

pub fn judge(conversation: &Conversation, talk: &Talk) -> Judged {
    let observed = observe(conversation, talk);
    let found = &observed.found;
    let mut answers: Vec<_> = talk.answers.iter().collect();
    answers.retain(|answer| match conversation.view {
        View::Whole => true,
        View::Joined(message) => answer.message >= message,
        View::Lost(message, _) => answer.message != message,
    });
    answers.sort_by_key(|answer| answer.message);
    // Where the last request ends that is a record: a warning before it tells of nothing behind it.
    let mut seen_until = 0;
    let verdicts = answers.into_iter().map(|answer| {
        let number = answer.message;
        let request = conversation.messages[number].request.as_ref().unwrap();
        // A search finds the TPKT behind a hidden one, and may need the one behind that to find it.
        let found_again = talk.complete.get(number + 2);
        let steps = match conversation.view {
            View::Whole => answer.steps,
            _ => found_again.map_or(usize::MAX, |steps| answer.steps.max(*steps)),
        };
        let in_time = |one: &&Found| one.step < steps;
        let is_it = |one: &&Found| match &one.what {
            What::Request(other) => request.is(other, &answer.tpkt),
            What::Remark(..) => false,
        };
        if let Some(one) = found.iter().filter(in_time).find(is_it) {
            seen_until = one.at.end;
            return (number, Verdict::Seen);
        }
        let warning = |one: &Found| one.warning().filter(|_| one.at.end >= seen_until);
        let at_end = || {
            let last = found.iter().filter(|one| one.step == talk.sent.len());
            last.filter_map(Found::remark).next()
        };
        let verdict = if let Some(name) = found.iter().filter(in_time).find_map(warning) {
            Verdict::Warned(name)
        } else if let Some(name) = found.iter().find_map(warning).or_else(at_end) {
            Verdict::Later(name)
        } else {
            Verdict::Silent
        };
        (number, verdict)
    });
    let remark = |one: &Found| match &one.what {
        What::Remark(severity, name) => Some(format!(
            "{severity} {name} at {:?} in step {}",
            one.at, one.step
        )),
        What::Request(_) => None,
    };
    let warnings = found.iter().filter_map(Found::warning);
    Judged {
        verdicts: verdicts.collect(),
        remarks: found.iter().filter_map(remark).collect(),
        warnings: warnings
            .chain(observed.of_responder.iter().copied())
            .collect(),
    }
}
