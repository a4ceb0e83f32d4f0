//! Changes of a conversation, each of which can be written down: a report prints them, the table of
//! `named.rs` has them.

use crate::common::make::{dt, tpkt};
use crate::conversation::{Conversation, Message, Request, Stack};
use std::fmt;

/// Octets that are written and read in hex.
#[derive(Clone, PartialEq, Eq)]
pub struct Octets(pub Vec<u8>);

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "hex(\"{self}\")")
    }
}

impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

pub fn hex(digits: &str) -> Octets {
    let digits: Vec<_> = digits.chars().filter(char::is_ascii_hexdigit).collect();
    let pairs = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().collect::<String>());
    Octets(
        pairs
            .map(|pair| u8::from_str_radix(&pair, 16).unwrap())
            .collect(),
    )
}

/// The requests that an edit changes: one, or every one from it on. Messages are counted as they are
/// when the edit is made.
#[derive(Clone, Copy, Debug)]
pub enum At {
    One(usize),
    From(usize),
}

#[derive(Clone, Debug)]
pub enum Edit {
    /// Octets of the TPKT from an offset on.
    Octets(At, usize, Octets),
    /// The length in the TPKT header, by so many octets.
    Length(At, i16),
    /// Octets behind those that LI counts, counted by LI, and by the TPKT length if it says so.
    Header(At, Octets, bool),
    /// Octets in the NSDU, in front of its TPDU or behind it.
    InFrontOfTpdu(At, Octets),
    BehindTpdu(At, Octets),
    /// Octets in front of a message.
    InFront(usize, Octets),
    /// Octets in front of the parameters of the CR, or behind them.
    InFrontOfParameters(Octets),
    BehindParameters(Octets),
    /// A second CR in front of a message, with these octets in front of its parameters.
    Connect(usize, Octets),
    /// The first TSDU from a message on in two DT TPDUs, the first one with so many octets, and
    /// octets between them.
    Segments(usize, usize, Octets),
    /// Nothing more is sent behind a message until the server has given up an incomplete TPKT.
    Pause(usize),
}

impl At {
    fn first(self) -> usize {
        let (Self::One(first) | Self::From(first)) = self;
        first
    }
}

impl Edit {
    /// The first message that differs.
    pub fn first(&self) -> usize {
        match self {
            Self::Octets(at, ..)
            | Self::Length(at, _)
            | Self::Header(at, ..)
            | Self::InFrontOfTpdu(at, _)
            | Self::BehindTpdu(at, _) => at.first(),
            Self::InFront(first, _)
            | Self::Connect(first, _)
            | Self::Segments(first, ..)
            | Self::Pause(first) => *first,
            Self::InFrontOfParameters(_) | Self::BehindParameters(_) => 0,
        }
    }

    pub fn apply(&self, stack: Stack, conversation: &mut Conversation) {
        let messages = &mut conversation.messages;
        match self {
            Self::Octets(at, offset, Octets(octets)) => {
                each(messages, *at, |tpkt| {
                    tpkt[*offset..][..octets.len()].copy_from_slice(octets)
                });
            }
            Self::Length(at, by) => each(messages, *at, |tpkt| {
                let length = u16::from_be_bytes([tpkt[2], tpkt[3]]).wrapping_add_signed(*by);
                tpkt[2..4].copy_from_slice(&length.to_be_bytes());
            }),
            Self::Header(at, Octets(octets), counted) => each(messages, *at, |tpkt| {
                lengthen_header(tpkt, octets);
                if *counted {
                    renew_length(tpkt);
                }
            }),
            Self::InFrontOfTpdu(at, Octets(octets)) => each(messages, *at, |tpkt| {
                tpkt.splice(4..4, octets.iter().copied());
                renew_length(tpkt);
            }),
            Self::BehindTpdu(at, Octets(octets)) => each(messages, *at, |tpkt| {
                tpkt.extend(octets);
                renew_length(tpkt);
            }),
            Self::InFront(at, Octets(octets)) => {
                messages.insert(*at, Message::silent(octets.clone()));
            }
            Self::InFrontOfParameters(Octets(octets)) => *cr(messages) = stack.connect(0, octets),
            Self::BehindParameters(Octets(octets)) => {
                let tpkt = &mut cr(messages).octets;
                lengthen_header(tpkt, octets);
                renew_length(tpkt);
            }
            Self::Connect(at, Octets(octets)) => messages.insert(*at, stack.connect(9, octets)),
            Self::Segments(at, count, Octets(between)) => {
                let mut requests = messages.iter_mut().skip(*at);
                let is_tsdu =
                    |message: &&mut Message| matches!(message.request, Some(Request::Tsdu(_)));
                let message = requests.find(is_tsdu).unwrap();
                let Some(Request::Tsdu(tsdu)) = &message.request else {
                    unreachable!()
                };
                let (first, rest) = tsdu.split_at((*count).min(tsdu.len()));
                message.octets = [dt(false, first), between.clone(), dt(true, rest)].concat();
            }
            Self::Pause(at) => messages[*at].pause = true,
        }
    }
}

fn each(messages: &mut [Message], at: At, change: impl Fn(&mut Vec<u8>)) {
    let count = match at {
        At::One(_) => 1,
        At::From(_) => usize::MAX,
    };
    let requests = messages.iter_mut().skip(at.first());
    let requests = requests.filter(|message| message.request.is_some());
    requests
        .take(count)
        .for_each(|message| change(&mut message.octets));
}

fn cr(messages: &mut [Message]) -> &mut Message {
    let is_cr = |message: &&mut Message| matches!(message.request, Some(Request::Connect(..)));
    messages.iter_mut().find(is_cr).unwrap()
}

fn lengthen_header(tpkt: &mut Vec<u8>, octets: &[u8]) {
    let end = (5 + usize::from(tpkt[4])).min(tpkt.len());
    tpkt.splice(end..end, octets.iter().copied());
    tpkt[4] = tpkt[4].wrapping_add(u8::try_from(octets.len()).unwrap());
}

/// Writes the true length of a TPKT into its header.
fn renew_length(tpkt: &mut [u8]) {
    let length = u16::try_from(tpkt.len()).unwrap().to_be_bytes();
    tpkt[2..4].copy_from_slice(&length);
}

/// A TPKT of a TPDU without LI.
pub fn tpkt_of(tpdu: &[u8]) -> Octets {
    let li = u8::try_from(tpdu.len()).unwrap();
    Octets(tpkt(&[&[li], tpdu].concat()))
}
