//! Where the TPKTs of a connection begin whose port other protocols use too.

use crate::dissector::Dissector;
use isotsap::dissection::Encapsulation;
use isotsap::recognition::Recognition;

/// Octets that are kept in front of the first TPKT.
const MOST: usize = 4096;

/// The first octets of a direction, as long as no TPKT was found.
#[derive(Default)]
pub struct Opening {
    octets: Vec<u8>,
    /// Where octets are that may start a TPKT, when more come.
    candidate: usize,
    /// Octets that are no TPKT were sent before.
    passed_over: bool,
    /// Octets that are not kept.
    dropped: u64,
}

/// What was found in a segment.
pub enum Found {
    Nothing,
    /// A TPKT starts at the segment, or at the one before it.
    Tpkt {
        with_tpdu: bool,
    },
}

impl Opening {
    /// Appends a segment.
    pub fn append(&mut self, segment: &[u8], dissector: &Dissector) -> Found {
        let start = self.octets.len();
        self.octets.extend_from_slice(segment);
        for from in [self.candidate, start] {
            let octets = self.octets.get(from..).unwrap_or_default();
            let is_first = from == 0 && !self.passed_over;
            match recognise(dissector, octets, is_first) {
                Recognition::Yes => {
                    let with_tpdu = is(dissector, octets, Encapsulation::Tpkt, Recognition::Yes);
                    return Found::Tpkt { with_tpdu };
                }
                Recognition::NeedMore => {
                    self.candidate = from;
                    return Found::Nothing;
                }
                Recognition::No => {}
            }
        }
        self.passed_over = true;
        self.candidate = self.octets.len();
        if self.octets.len() > MOST {
            self.forget();
        }
        Found::Nothing
    }

    /// Keeps nothing of what was sent.
    pub fn forget(&mut self) {
        self.dropped += self.len();
        self.octets = Vec::new();
        self.candidate = 0;
        self.passed_over = true;
    }

    /// Whether there were octets that are no TPKT.
    pub fn has_passed_over(&self) -> bool {
        self.passed_over
    }

    /// How many octets are kept.
    pub fn len(&self) -> u64 {
        self.octets.len() as u64
    }

    /// How many are not.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }
}

fn is(
    dissector: &Dissector,
    octets: &[u8],
    encapsulation: Encapsulation,
    answer: Recognition,
) -> bool {
    dissector.recognise(octets, encapsulation) == answer as i32
}

/// Whether these octets start a TPKT, with a TPDU or with anything else. Behind octets that are none,
/// more is asked for: of random octets one in 60,000 would pass for a TPKT.
fn recognise(dissector: &Dissector, octets: &[u8], is_first: bool) -> Recognition {
    const YES: i32 = Recognition::Yes as i32;
    const NO: i32 = Recognition::No as i32;
    let of = |encapsulation| dissector.recognise(octets, encapsulation);
    let answer = match (of(Encapsulation::Tpkt), of(Encapsulation::TpktOnly)) {
        (YES, _) | (NO, YES) => Recognition::Yes,
        (NO, NO) => Recognition::No,
        _ => Recognition::NeedMore,
    };
    let is_plain = is_first || begins_connection(dissector, octets) || is_whole(dissector, octets);
    match answer {
        Recognition::Yes if !is_plain => Recognition::No,
        answer => answer,
    }
}

/// Whether there is a CR or CC in the TPKT.
fn begins_connection(dissector: &Dissector, octets: &[u8]) -> bool {
    const CODE: usize = 5;
    octets
        .get(CODE)
        .is_some_and(|code| matches!(code >> 4, 0xd | 0xe))
        && is(dissector, octets, Encapsulation::Tpkt, Recognition::Yes)
}

/// Whether the octets are TPKTs to the last one.
fn is_whole(dissector: &Dissector, mut octets: &[u8]) -> bool {
    while is(dissector, octets, Encapsulation::TpktOnly, Recognition::Yes)
        && let Some(&[_, _, high, low]) = octets.first_chunk()
    {
        match octets.get(usize::from(u16::from_be_bytes([high, low]))..) {
            Some([]) => return true,
            Some(rest) => octets = rest,
            None => return false,
        }
    }
    false
}
