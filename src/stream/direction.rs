//! One direction of a connection: what stands where in its octets, and what is kept of them.
#![forbid(unsafe_code)]

use super::LONGEST_TPKT;
use super::reassembly::Reassembly;
use super::search;
use crate::dissection::context::{Context, ContextFlag};
use crate::dissection::{Encapsulation, Unit};
use crate::tpkt::{self, FastPath, Recognition};

/// Octets passed over make a record at the latest when there are so many, so that what decides
/// about the last of them is kept too.
const MOST_SKIPPED: usize = LONGEST_TPKT - search::LOOKAHEAD;
/// Room an empty buffer keeps.
const ROOM_KEPT: usize = 4096;

/// What a direction expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// A TPKT starts here.
    #[default]
    InStep,
    /// What starts here should be a TPKT and is none; the next one has to be found.
    OutOfStep,
    /// The next TPKT has to be found; what is passed over is such a unit.
    Searching(Unit),
    /// TLS has taken over.
    Encrypted,
}

/// What stands at the front of the octets of a direction.
pub(super) enum Next {
    /// All of a unit, and what is expected behind it.
    Unit {
        length: usize,
        unit: Unit,
        then: Place,
    },
    /// So many octets more are needed, or up to so many.
    Needs {
        octets: usize,
        /// How long the unit is, when that is known: so many more exactly then.
        whole: Option<usize>,
    },
    /// Nothing that can be read.
    Encrypted,
}

/// One direction.
#[derive(Default)]
pub(super) struct Direction {
    pub place: Place,
    /// The unit given out last, and behind it octets of one that is not complete.
    pub buffer: Vec<u8>,
    /// Octets at the front of the buffer that were given out.
    pub given_out: usize,
    /// Octets that complete the unit in the buffer, 0 when not known.
    pub needed: usize,
    /// Octets at the front of what comes next at which no TPKT starts.
    pub searched: usize,
    /// Octets to come of a TPKT that was given out, because others of it were lost.
    pub owed: u64,
    /// Octets lost before the next unit, 0 when nobody knows.
    pub gap: Option<u64>,
    /// Octets of the direction before what comes next.
    pub position: u64,
    pub reassembly: Reassembly,
}

impl Direction {
    /// Lets go of what the last call gave out. When another TSDU is ready, this call gives out that
    /// and nothing else.
    pub fn begin_call(&mut self) -> bool {
        match std::mem::take(&mut self.given_out) {
            0 => {}
            all if all == self.buffer.len() => self.buffer.clear(),
            some => drop(self.buffer.drain(..some)),
        }
        if self.buffer.is_empty() && self.buffer.capacity() > ROOM_KEPT {
            self.buffer = Vec::new();
        }
        self.reassembly.emit()
    }

    /// Whether the next TPKT follows on the one before, and no TSDU is open.
    #[inline(always)]
    pub fn is_undisturbed(&self) -> bool {
        self.place == Place::InStep && self.gap.is_none() && self.reassembly.is_empty()
    }

    /// Goes on in the direction, over octets that were seen or lost.
    pub fn pass(&mut self, count: u64) {
        self.position = self.position.saturating_add(count);
    }

    /// Octets at the front of what is pushed that belong to a TPKT given out before.
    pub fn take_owed(&mut self, octets: &[u8]) -> usize {
        let owed = self.owed.min(octets.len() as u64);
        self.owed -= owed;
        self.pass(owed);
        owed as usize
    }

    /// Takes what is kept for a TPKT, when a search waits for more of it in vain.
    pub fn believe(&mut self) {
        let undecided = matches!(self.place, Place::Searching(_)) && self.searched == 0;
        if undecided && tpkt::recognise_with_cotp(&self.buffer) == Recognition::Yes {
            self.place = Place::InStep;
        }
    }

    /// The length of the TPKT that was begun.
    pub fn length_begun(&self) -> Option<u64> {
        tpkt::Header::new(&self.buffer)
            .filter(|header| header.version() == tpkt::VERSION)
            .map(|header| header.length().into())
    }

    /// What stands at the front of `octets`.
    #[inline(always)]
    pub fn next(&mut self, octets: &[u8], encapsulation: Encapsulation, context: &Context) -> Next {
        if self.place == Place::InStep
            && let Some(header) = tpkt::Header::new(octets)
            && header.version() == tpkt::VERSION
            && u32::from(header.length()) >= tpkt::HEADER_LENGTH
        {
            return Next::unit(octets, header.length().into());
        }
        self.next_out_of_ordinary(octets, encapsulation, context)
    }

    #[inline(never)]
    fn next_out_of_ordinary(
        &mut self,
        octets: &[u8],
        encapsulation: Encapsulation,
        context: &Context,
    ) -> Next {
        match self.place {
            Place::Encrypted => return Next::Encrypted,
            Place::InStep => {
                if let Some(next) = next_in_step(octets, context) {
                    return next;
                }
                self.place = Place::OutOfStep;
                self.searched = 1;
            }
            Place::OutOfStep | Place::Searching(_) => {}
        }
        self.search(octets, encapsulation, context)
    }

    /// Looks for a TPKT.
    fn search(&mut self, octets: &[u8], encapsulation: Encapsulation, context: &Context) -> Next {
        let unit = match self.place {
            Place::Searching(unit) => unit,
            _ => Unit::InStep,
        };
        let stands = |octets: &[u8]| match encapsulation {
            Encapsulation::TpktOnly => tpkt::recognise(octets),
            _ => search::stands(octets, context.class()),
        };
        let window = octets
            .get(..octets.len().min(MOST_SKIPPED))
            .unwrap_or_default();
        while let Some(found) = window
            .get(self.searched..)
            .and_then(|rest| rest.iter().position(|&octet| octet == tpkt::VERSION))
        {
            let at = self.searched + found;
            let rest = octets.get(at..).unwrap_or_default();
            match stands(rest) {
                Recognition::No => self.searched = at + 1,
                Recognition::NeedMore => {
                    self.searched = at;
                    return Next::Needs {
                        octets: search::LOOKAHEAD - rest.len(),
                        whole: None,
                    };
                }
                Recognition::Yes if at == 0 => {
                    self.place = Place::InStep;
                    let length = tpkt::Header::new(octets).map_or(0, tpkt::Header::length);
                    return Next::unit(octets, length.into());
                }
                Recognition::Yes => {
                    return Next::Unit {
                        length: at,
                        unit,
                        then: Place::InStep,
                    };
                }
            }
        }
        self.searched = window.len();
        if window.len() < MOST_SKIPPED {
            return Next::Needs {
                octets: LONGEST_TPKT - window.len(),
                whole: None,
            };
        }
        Next::Unit {
            length: MOST_SKIPPED,
            unit,
            then: Place::Searching(match unit {
                Unit::InStep => Unit::Skipped,
                unit => unit,
            }),
        }
    }
}

/// What may stand where a TPKT should, beside one; `None` when nothing of that kind does.
#[cold]
fn next_in_step(octets: &[u8], context: &Context) -> Option<Next> {
    const TPKT_HEADER: usize = tpkt::HEADER_LENGTH as usize;
    let needs = |octets| Next::Needs {
        octets,
        whole: None,
    };
    let first = *octets.first()?;
    if first == tpkt::VERSION {
        return (octets.len() < TPKT_HEADER).then(|| needs(TPKT_HEADER - octets.len()));
    }
    match tpkt::recognise_tls(octets) {
        Recognition::Yes => {
            return Some(Next::Unit {
                length: tpkt::TLS_HEADER_LENGTH,
                unit: Unit::InStep,
                then: Place::Encrypted,
            });
        }
        Recognition::NeedMore => return Some(needs(tpkt::TLS_HEADER_LENGTH - octets.len())),
        Recognition::No => {}
    }
    if !context.has(ContextFlag::Rdp) {
        return None;
    }
    match tpkt::fast_path(octets) {
        FastPath::No => None,
        FastPath::NeedsMore => Some(needs(1)),
        FastPath::Length(length) => Some(Next::unit(octets, length.into())),
    }
}

impl Next {
    /// A unit that is `length` octets long, if all of them are there.
    #[inline(always)]
    fn unit(octets: &[u8], length: usize) -> Self {
        match length.checked_sub(octets.len()) {
            None | Some(0) => Self::Unit {
                length,
                unit: Unit::InStep,
                then: Place::InStep,
            },
            Some(missing) => Self::Needs {
                octets: missing,
                whole: Some(length),
            },
        }
    }
}

/// Adds octets to a buffer. It grows with them, and not with what a TPKT header promises, but no
/// further than the `whole` unit.
#[inline(always)]
pub(super) fn append(buffer: &mut Vec<u8>, octets: &[u8], whole: Option<usize>) {
    let length = buffer.len() + octets.len();
    if length > buffer.capacity() {
        grow(buffer, length, whole);
    }
    buffer.extend_from_slice(octets);
}

#[cold]
fn grow(buffer: &mut Vec<u8>, length: usize, whole: Option<usize>) {
    let most = whole.unwrap_or(LONGEST_TPKT);
    let room = (2 * length).min(most).max(length);
    buffer.reserve_exact(room - buffer.len());
}
