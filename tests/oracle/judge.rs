//! Holds the library to what a server did: every request that the server answered is a record, or a
//! warning came with the octets that hide it.

use crate::common::abbreviation;
use crate::common::stream::{A, B, Feed, Given, Stream, stream_options};
use crate::conversation::{Conversation, Request};
use crate::server::Talk;
use isotsap::dissection::record::{Pdu, PduFlag};
use isotsap::ffi::Status;
use isotsap::registry::Severity;
use std::ops::Range;

/// Records and items of the TPKTs of one push, however they are crafted here.
const ROOM: (usize, usize) = (512, 4096);

/// What the library says of a request that the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a record.
    Seen,
    /// It is not, but a warning came by then.
    Warned(&'static str),
    /// A warning came at the end of the stream only.
    WarnedAtEnd(&'static str),
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
    Warning(&'static str),
}

/// What the library finds in the initiator's direction.
fn observe(talk: &Talk) -> (Vec<Found>, Vec<&'static str>) {
    let mut stream = Stream::new(&stream_options(&[]));
    let mut found = Vec::new();
    let mut of_responder = Vec::new();
    let pushed = talk
        .sent
        .iter()
        .map(|(end, octets)| (*end, Feed::Push(octets)));
    let finished = [A, B].map(|end| (end, Feed::Finish));
    for (step, (end, mut feed)) in pushed.chain(finished).enumerate() {
        loop {
            let given = stream.call(end, feed, ROOM);
            assert!(given.status >= 0, "{given:?}");
            if end == A {
                add(&mut found, step, &given);
            } else {
                of_responder.extend(warnings(&given).map(|(name, _)| name));
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
    (found, of_responder)
}

fn warnings(given: &Given) -> impl Iterator<Item = (&'static str, Range<u64>)> {
    let items = given.items.iter();
    let warnings = items.filter(|item| item.severity >= Severity::Warning as u8);
    warnings.map(|item| {
        let start = given.result.position + u64::from(item.offset);
        (abbreviation(item), start..start + u64::from(item.length))
    })
}

fn add(found: &mut Vec<Found>, step: usize, given: &Given) {
    for (name, at) in warnings(given) {
        let what = What::Warning(name);
        found.push(Found { step, at, what });
    }
    let octets = given.octets();
    let position = |pdu: &Pdu| given.result.position + u64::from(pdu.tpdu_offset);
    let mut add = |pdu: &Pdu, request| {
        found.push(Found {
            step,
            at: position(pdu)
                ..position(pdu) + 1 + u64::from(pdu.li) + u64::from(pdu.user_data_length),
            what: What::Request(request),
        });
    };
    for pdu in &given.pdus {
        if pdu.r#type == 14 {
            let start = pdu.tpdu_offset as usize + usize::from(pdu.dst_tsap_offset);
            let called = &octets[start..start + usize::from(pdu.dst_tsap_length)];
            add(pdu, Request::Connect(pdu.src_ref, called.to_vec()));
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

/// The verdict on each request that was answered, by the number of its message.
pub fn judge(conversation: &Conversation, talk: &Talk) -> Vec<(usize, Verdict)> {
    let (found, _) = observe(talk);
    let mut answered = talk.answered.clone();
    answered.sort_unstable();
    // Where the last request ends that is a record: a warning before it tells of nothing behind it.
    let mut seen_until = 0;
    let verdicts = answered.into_iter().map(|number| {
        let request = conversation.messages[number].request.as_ref().unwrap();
        let in_time = |one: &&Found| one.step < talk.complete[number];
        let is_it = |one: &&Found| matches!(&one.what, What::Request(other) if other == request);
        if let Some(one) = found.iter().filter(in_time).find(is_it) {
            seen_until = one.at.end;
            return (number, Verdict::Seen);
        }
        let warning = |one: &Found| match one.what {
            What::Warning(name) if one.at.end >= seen_until => Some(name),
            _ => None,
        };
        let verdict = if let Some(name) = found.iter().filter(in_time).find_map(warning) {
            Verdict::Warned(name)
        } else if let Some(name) = found.iter().find_map(warning) {
            Verdict::WarnedAtEnd(name)
        } else {
            Verdict::Silent
        };
        (number, verdict)
    });
    verdicts.collect()
}

/// The warnings on a conversation, of both directions.
pub fn all_warnings(talk: &Talk) -> Vec<&'static str> {
    let (found, of_responder) = observe(talk);
    let names = found.into_iter().filter_map(|one| match one.what {
        What::Warning(name) => Some(name),
        What::Request(_) => None,
    });
    names.chain(of_responder).collect()
}
