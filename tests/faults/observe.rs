//! What the library says about a conversation.

use super::conversation::{Carrier, Conversation};
use crate::common::stream::{A, B, Feed, ROOMY, Stream, stream_options};
use crate::common::{Room, abbreviation, context, dissect_with, packet_from};
use isotsap::dissection::record::{Item, PacketFlag};
use isotsap::dissection::{Context, ContextFlag, Encapsulation};
use isotsap::ffi::{OptionFlag, Options, Status};
use std::ops::Range;

const NOTE: u8 = 2;

/// An expert info of severity note or worse.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    pub name: &'static str,
    pub end: u32,
    /// Its octets, counted from the start of the direction.
    pub at: Range<u64>,
}

/// One message of a conversation that may hold a fault.
pub type Sent = (u32, Vec<u8>);

/// The remarks on these messages, carried as those of a conversation, with these options.
pub fn observe(conversation: &Conversation, sent: &[Sent], flags: &[OptionFlag]) -> Vec<Remark> {
    match conversation.carrier {
        Carrier::Tpkt => over_tpkt(conversation, sent, flags),
        Carrier::Nsdu => over_nsdus(sent, flags),
    }
}

fn over_tpkt(conversation: &Conversation, sent: &[Sent], flags: &[OptionFlag]) -> Vec<Remark> {
    let mut flags = flags.to_vec();
    flags.extend(conversation.known_as_rdp.then_some(OptionFlag::Rdp));
    let mut stream = Stream::new(&stream_options(&flags));
    let mut remarks = Vec::new();
    for in_a_row in sent.chunk_by(|(one, _), (next, _)| one == next) {
        let end = in_a_row[0].0;
        let octets = in_a_row.iter().map(|(_, octets)| &octets[..]);
        for piece in octets
            .collect::<Vec<_>>()
            .concat()
            .chunks(conversation.segment)
        {
            call(&mut stream, end, Feed::Push(piece), &mut remarks);
        }
    }
    for end in [A, B] {
        call(&mut stream, end, Feed::Finish, &mut remarks);
    }
    remarks
}

/// Calls until all is done; only the items that are remarks are looked at, which makes it fast.
fn call(stream: &mut Stream, end: u32, mut feed: Feed, remarks: &mut Vec<Remark>) {
    loop {
        let given = stream.call(end, feed, ROOMY);
        assert!(given.status >= 0, "{given:?}");
        add(remarks, &given.items, end, given.result.position);
        if given.status == Status::Ok as i32 {
            return;
        }
        if let Feed::Push(octets) = &mut feed {
            *octets = &octets[usize::try_from(given.result.consumed).unwrap()..];
        }
    }
}

fn over_nsdus(sent: &[Sent], flags: &[OptionFlag]) -> Vec<Remark> {
    let options = Options {
        encapsulation: Encapsulation::Nsdu as u32,
        ..stream_options(flags)
    };
    let mut context = Context {
        flags: ContextFlag::FromStart as u32,
        ..context()
    };
    let mut positions = [0, 0];
    let mut remarks = Vec::new();
    for (end, octets) in sent {
        let sender = [PacketFlag::FromA, PacketFlag::FromB][*end as usize];
        let packets = [packet_from(sender as u32, octets)];
        let room = Room {
            pdus: 32,
            items: Some(512),
        };
        let dissected = dissect_with(&options, &mut context, octets, &packets, room);
        assert_eq!(dissected.status, Status::Ok as i32, "{octets:02x?}");
        let position = &mut positions[*end as usize];
        add(&mut remarks, &dissected.items, *end, *position);
        *position += octets.len() as u64;
    }
    remarks
}

fn add(remarks: &mut Vec<Remark>, items: &[Item], end: u32, position: u64) {
    for item in items.iter().filter(|item| item.severity >= NOTE) {
        let start = position + u64::from(item.offset);
        let remark = Remark {
            name: abbreviation(item),
            end,
            at: start..start + u64::from(item.length),
        };
        let follows = |last: &Remark| is_one_finding(last, &remark);
        if !remarks.last().is_some_and(follows) {
            remarks.push(remark);
        }
    }
}

/// A wrong version, and octets that are skipped because of it.
fn is_one_finding(last: &Remark, next: &Remark) -> bool {
    const PAIR: [&str; 2] = ["tpkt.version.invalid", "tpkt.skipped"];
    let is_pair = [last.name, next.name] == PAIR || [next.name, last.name] == PAIR;
    let touches = (last.at.start..=last.at.end).contains(&next.at.start);
    is_pair && touches && last.end == next.end
}

/// A conversation's messages and what is said about them.
pub struct Observed {
    pub remarks: Vec<Remark>,
    /// Octets of each direction.
    lengths: [u64; 2],
}

impl Observed {
    pub fn new(conversation: &Conversation, sent: &[Sent]) -> Self {
        let length = |end| {
            let octets = sent.iter().filter(|(other, _)| *other == end);
            octets.map(|(_, octets)| octets.len() as u64).sum()
        };
        Self {
            remarks: observe(conversation, sent, &[]),
            lengths: [A, B].map(length),
        }
    }

    /// The remarks that the clean conversation does not raise as well, in their order.
    pub fn without(self, clean: &Self) -> Vec<Remark> {
        let mut new = self.remarks;
        for one in &clean.remarks {
            let end = one.end as usize;
            // A fault before it moves its octets.
            let start = (one.at.start + self.lengths[end]).checked_sub(clean.lengths[end]);
            let same = |other: &Remark| (other.name, other.end) == (one.name, one.end);
            let at = |start| {
                new.iter()
                    .position(|other| same(other) && other.at.start == start)
            };
            let found = at(one.at.start)
                .or_else(|| at(start?))
                .or_else(|| new.iter().position(|other| other.name == one.name));
            if let Some(index) = found {
                new.remove(index);
            }
        }
        new
    }
}
