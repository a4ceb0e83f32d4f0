//! What a client sends to a server of a real stack, and which octets of the server answer it.

use crate::common::make::{dt, tpkt};
use crate::edit::Edit;
use std::time::Duration;

/// The stacks whose servers are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// snap7's server: S7.
    Snap7,
    /// libIEC61850's server: MMS.
    LibIec61850,
}

/// A request that is told from all others of its conversation by a number in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A CR with this SRC-REF and, if the server reads it, this calling T-selector.
    Connect(u16, Option<Vec<u8>>),
    /// A TSDU.
    Tsdu(Vec<u8>),
}

impl Request {
    /// Whether a record is this request. Data behind a TSDU is not the server's concern.
    pub fn is(&self, record: &Self, answer: &[u8]) -> bool {
        match (self, record) {
            (Self::Tsdu(tsdu), Self::Tsdu(other)) => other.starts_with(tsdu),
            (Self::Connect(reference, calling), Self::Connect(other, other_calling)) => {
                let was_read = |calling: &Vec<u8>| {
                    let parameter = calling_parameter(calling);
                    answer
                        .windows(parameter.len())
                        .any(|window| window == parameter)
                };
                let is_hidden = calling != other_calling && calling.as_ref().is_some_and(was_read);
                reference == other && !is_hidden
            }
            _ => false,
        }
    }
}

/// As a CR has it, and the CC of a server that has read it.
pub fn calling_parameter(calling: &[u8]) -> Vec<u8> {
    [&[0xc1, u8::try_from(calling.len()).unwrap()], calling].concat()
}

/// One step of the client: octets, and what the server may answer once it has them.
#[derive(Clone, Debug)]
pub struct Message {
    pub octets: Vec<u8>,
    pub request: Option<Request>,
    /// Whether the client waits behind it until the server has given up an incomplete TPKT.
    pub pause: bool,
}

/// What of a conversation the stream gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Whole,
    /// From this message on: the host joined midstream.
    Joined(usize),
    /// This message of the client is lost, with or without its length.
    Lost(usize, bool),
}

#[derive(Clone, Debug)]
pub struct Conversation {
    /// What kind of change was made.
    pub name: String,
    pub edits: Vec<Edit>,
    pub messages: Vec<Message>,
    /// The most octets that the client writes at once.
    pub segment: usize,
    pub view: View,
}

/// The upper octet of PDU references, invoke IDs and SRC-REFs; the lower one is the number of the
/// request.
const MARK: u8 = 0x7a;

/// Requests behind the first, which opens the connection of the upper layers.
const REQUESTS: u8 = 4;

impl Stack {
    /// How long a request waits for its answer, on loopback.
    pub fn patience(self) -> Duration {
        match self {
            Self::Snap7 => Duration::from_millis(12), // it answers in one
            Self::LibIec61850 => Duration::from_millis(30), // it looks at a connection every 10
        }
    }

    /// The TPDU size that CR and CC agree on.
    pub fn tpdu_size(self) -> usize {
        match self {
            Self::Snap7 => 1 << 10,
            Self::LibIec61850 => 1 << 13,
        }
    }

    /// A conversation without a fault.
    pub fn conversation(self) -> Conversation {
        let connect = [self.connect(0, &[])];
        let tsdus = (0..=REQUESTS).map(|number| Message::tsdu(&self.tsdu(number)));
        Conversation {
            name: "clean".into(),
            messages: connect.into_iter().chain(tsdus).collect(),
            segment: usize::MAX,
            edits: Vec::new(),
            view: View::Whole,
        }
    }

    /// A CR; `before` stands in front of its usual parameters.
    pub fn connect(self, number: u8, before: &[u8]) -> Message {
        let called: &[u8] = match self {
            Self::Snap7 => &[0x01, 0x02],
            Self::LibIec61850 => &[0x00, 0x01],
        };
        let calling = [0x01, number];
        let size = u8::try_from(self.tpdu_size().ilog2()).unwrap();
        let tail = [
            before,
            &[0xc0, 1, size],
            &calling_parameter(&calling),
            &[0xc2, 2],
            called,
        ];
        let fixed = [0xe0, 0, 0, MARK, number, 0];
        let header = [&fixed, &tail.concat()[..]].concat();
        let li = u8::try_from(header.len()).unwrap();
        Message {
            octets: tpkt(&[&[li], &header[..]].concat()),
            request: Some(Request::Connect(
                u16::from_be_bytes([MARK, number]),
                match self {
                    Self::Snap7 => None, // it sends back what it has not read
                    Self::LibIec61850 => Some(calling.to_vec()),
                },
            )),
            pause: false,
        }
    }

    /// The octets that the upper layers send, in their order.
    fn tsdu(self, number: u8) -> Vec<u8> {
        let tsdu = match (self, number) {
            (Self::Snap7, 0) => SETUP_COMMUNICATION,
            (Self::Snap7, _) => READ,
            (Self::LibIec61850, 0) => INITIATE,
            (Self::LibIec61850, _) => IDENTIFY,
        };
        let mut tsdu = tsdu.to_vec();
        if let Some(mark) = tsdu.windows(2).position(|pair| pair == [MARK, 0]) {
            tsdu[mark + 1] = number;
        }
        tsdu
    }

    /// The TPKT with which the server answers a request, in what it sent.
    pub fn answer(self, request: &Request, sent: &[u8]) -> Option<Vec<u8>> {
        let mut rest = sent;
        while let [_, _, high, low, ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low])).max(4);
            let (tpkt, behind) = rest.split_at(length.min(rest.len()));
            if self.is_answer(request, tpkt) {
                return Some(tpkt.to_vec());
            }
            rest = behind;
        }
        None
    }

    fn is_answer(self, request: &Request, tpkt: &[u8]) -> bool {
        match (self, request, tpkt) {
            (_, Request::Connect(reference, _), [_, _, _, _, _, 0xd0..0xe0, high, low, ..]) => {
                u16::from_be_bytes([*high, *low]) == *reference // CC, DST-REF
            }
            (Self::Snap7, Request::Tsdu(tsdu), [_, _, _, _, 2, 0xf0, _, answer @ ..]) => {
                // An acknowledgement, without data or with.
                matches!(answer, [0x32, 2 | 3, ..]) && answer.get(4..6) == tsdu.get(4..6)
            }
            (Self::LibIec61850, Request::Tsdu(tsdu), [_, _, _, _, 2, 0xf0, _, answer @ ..]) => {
                if tsdu[0] == 0x0d {
                    return answer.first() == Some(&0x0e); // CONNECT SPDU, ACCEPT SPDU
                }
                let mut numbers = tsdu.windows(4).filter(|window| window[..3] == [2, 2, MARK]);
                let number = numbers.next().unwrap();
                answer.windows(4).any(|window| window == number)
            }
            _ => false,
        }
    }
}

impl Message {
    pub fn tsdu(tsdu: &[u8]) -> Self {
        Self {
            octets: dt(true, tsdu),
            request: Some(Request::Tsdu(tsdu.to_vec())),
            pause: false,
        }
    }

    /// Octets that nothing answers.
    pub fn silent(octets: Vec<u8>) -> Self {
        Self {
            octets,
            request: None,
            pause: false,
        }
    }
}

/// S7 setup communication: one job at a time, 480 octets.
const SETUP_COMMUNICATION: &[u8] = &[
    0x32, 0x01, 0, 0, MARK, 0, 0, 8, 0, 0, // job, PDU reference, lengths
    0xf0, 0, 0, 1, 0, 1, 1, 0xe0,
];

/// S7 read of 4 octets of data block 1.
const READ: &[u8] = &[
    0x32, 0x01, 0, 0, MARK, 0, 0, 14, 0, 0, // job, PDU reference, lengths
    0x04, 1, 0x12, 0x0a, 0x10, 0x02, 0, 4, 0, 1, 0x84, 0, 0, 0,
];

/// Session CONNECT, presentation CP, ACSE AARQ and MMS initiate.
const INITIATE: &[u8] = &[
    0x0d, 0xb2, 0x05, 0x06, 0x13, 0x01, 0x00, 0x16, 0x01, 0x02, 0x14, 0x02, 0x00, 0x02, 0x33, 0x02,
    0x00, 0x01, 0x34, 0x02, 0x00, 0x01, 0xc1, 0x9c, 0x31, 0x81, 0x99, 0xa0, 0x03, 0x80, 0x01, 0x01,
    0xa2, 0x81, 0x91, 0x81, 0x04, 0x00, 0x00, 0x00, 0x01, 0x82, 0x04, 0x00, 0x00, 0x00, 0x01, 0xa4,
    0x23, 0x30, 0x0f, 0x02, 0x01, 0x01, 0x06, 0x04, 0x52, 0x01, 0x00, 0x01, 0x30, 0x04, 0x06, 0x02,
    0x51, 0x01, 0x30, 0x10, 0x02, 0x01, 0x03, 0x06, 0x05, 0x28, 0xca, 0x22, 0x02, 0x01, 0x30, 0x04,
    0x06, 0x02, 0x51, 0x01, 0x61, 0x5e, 0x30, 0x5c, 0x02, 0x01, 0x01, 0xa0, 0x57, 0x60, 0x55, 0xa1,
    0x07, 0x06, 0x05, 0x28, 0xca, 0x22, 0x02, 0x03, 0xa2, 0x07, 0x06, 0x05, 0x29, 0x01, 0x87, 0x67,
    0x01, 0xa3, 0x03, 0x02, 0x01, 0x0c, 0xa6, 0x06, 0x06, 0x04, 0x29, 0x01, 0x87, 0x67, 0xa7, 0x03,
    0x02, 0x01, 0x0c, 0xbe, 0x2f, 0x28, 0x2d, 0x02, 0x01, 0x03, 0xa0, 0x28, 0xa8, 0x26, 0x80, 0x03,
    0x00, 0xfd, 0xe8, 0x81, 0x01, 0x05, 0x82, 0x01, 0x05, 0x83, 0x01, 0x0a, 0xa4, 0x16, 0x80, 0x01,
    0x01, 0x81, 0x03, 0x05, 0xf1, 0x00, 0x82, 0x0c, 0x03, 0xee, 0x1c, 0x00, 0x00, 0x04, 0x08, 0x00,
    0x00, 0x79, 0xef, 0x18,
];

/// Session GIVE TOKENS and DATA TRANSFER, presentation data and MMS identify.
const IDENTIFY: &[u8] = &[
    0x01, 0x00, 0x01, 0x00, 0x61, 0x0f, 0x30, 0x0d, 0x02, 0x01, 0x03, 0xa0, 0x08, 0xa0, 0x06, 0x02,
    0x02, MARK, 0, 0x82, 0x00,
];
