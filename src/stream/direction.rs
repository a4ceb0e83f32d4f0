//! One direction of a connection: its octets, cut into frames, and its state.
//!
//! A frame is a TPKT, an RDP fast-path PDU, the start of TLS, or octets that were skipped.
//!
//! ```text
//!           midstream start; gap (unless its end is known)
//!         +-------------------------------------------> SEARCHING <-----------+
//!         |                                                 |                 |
//!  start  |              TPKT recognised, finish            |                 |
//!  ---> IN SYNC <-------------------------------------------+                 |
//!       |  ^  |                                             |                 |
//!       +--+  |          no frame starts here               |                 |
//!      frame  +-----------------------------------> OUT OF SYNC --------------+
//!     emitted |                                                gap, or 64 KiB
//!             |          TLS record header                     without a TPKT
//!             +-----------------------------------> ENCRYPTED, until finish
//! ```
//!
//! Only the methods of [`Direction`] change it, one method an event.
#![forbid(unsafe_code)]

use super::reassembly::Reassembly;
use super::{LONGEST_TPKT, Missing};
use crate::dissection::context::{Context, ContextFlag};
use crate::dissection::{Cursor, Encapsulation, FrameKind};
use crate::memory::{NoMemory, reserve};
use crate::recognition::{self, FastPath, Recognition};
use crate::tpkt;

/// The longest frame of skipped octets. A direction keeps this many and the octets that decide
/// whether a TPKT starts at the last of them.
const MAX_SKIPPED: usize = LONGEST_TPKT - recognition::LOOKAHEAD;
/// Capacity that an empty buffer retains.
const RETAINED_CAPACITY: usize = 4096;

/// What a direction expects of its next octet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// A frame starts here.
    #[default]
    InSync,
    /// A frame should start here and does not; the next TPKT is searched for.
    OutOfSync,
    /// The next TPKT is searched for; octets before it are a frame of this kind.
    Searching(FrameKind),
    /// TLS; nothing is dissected.
    Encrypted,
}

/// What is at the front of the octets of a direction.
pub(super) enum Next {
    /// A complete frame, and the state after it.
    Frame {
        length: usize,
        kind: FrameKind,
        then: State,
    },
    /// An incomplete frame.
    Needs {
        /// How many more octets to append.
        octets: usize,
        /// Length of the frame. If it is not known, `octets` is how many may be appended at most.
        length: Option<usize>,
    },
    /// Octets of TLS.
    Encrypted,
}

/// One direction.
#[derive(Default)]
pub(super) struct Direction {
    state: State,
    /// The frame that the last call emitted, and after it an incomplete one.
    buffer: Vec<u8>,
    /// Length of the emitted frame in the buffer.
    emitted: usize,
    /// Octets that complete the frame in the buffer; 0 if not known.
    needed: usize,
    /// Octets, from the next one on, at which no TPKT starts.
    searched: usize,
    /// Octets to come of a TPKT that was emitted without them, because others of it were lost.
    outstanding: u64,
    /// Octets lost right before the next frame; 0 if their number is not known.
    gap: Option<u64>,
    /// Octets of the direction before the next frame.
    position: u64,
    /// Position behind the last frame with a warning or an error.
    end_of_fault: Option<u64>,
    /// Where the next frame goes on, of which a part was emitted.
    pub cursor: Cursor,
    pub reassembly: Reassembly,
}

impl Direction {
    /// A direction that is `midstream` starts with a search, and its first octets are no error.
    pub fn new(midstream: bool) -> Self {
        Self {
            state: if midstream {
                State::Searching(FrameKind::BeforeFirst)
            } else {
                State::InSync
            },
            ..Self::default()
        }
    }

    pub fn state(&self) -> State {
        self.state
    }

    /// Whether the next octets start a frame.
    #[inline(always)]
    pub fn is_in_sync(&self) -> bool {
        self.state == State::InSync
    }

    /// Whether the next frame follows the last one directly and no TSDU is incomplete.
    #[inline(always)]
    pub fn is_undisturbed(&self) -> bool {
        self.is_in_sync()
            && self.gap.is_none()
            && self.cursor.is_start()
            && self.reassembly.is_empty()
    }

    /// Octets of the direction before the next frame.
    #[inline(always)]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Octets lost right before the next frame; 0 if their number is not known.
    #[inline(always)]
    pub fn gap(&self) -> Option<u64> {
        self.gap
    }

    /// The kind of the next frame.
    pub fn kind(&self) -> FrameKind {
        match self.state {
            State::Searching(kind) => kind,
            _ => FrameKind::InSync,
        }
    }

    /// Whether the buffer has octets of an incomplete frame.
    #[inline(always)]
    pub fn has_incomplete(&self) -> bool {
        self.buffer.len() > self.emitted
    }

    /// The frame in the buffer that the last call emitted.
    #[inline(always)]
    pub fn emitted_octets(&self) -> &[u8] {
        self.buffer.get(..self.emitted).unwrap_or_default()
    }

    /// Octets in the buffer of an incomplete frame, and how many more complete it; 0 if not known.
    #[inline(always)]
    pub fn pending(&self) -> (usize, usize) {
        (self.buffer.len() - self.emitted, self.needed)
    }

    /// The length of the TPKT whose header is at the front of the buffer.
    fn tpkt_length(&self) -> Option<u64> {
        tpkt::Header::new(&self.buffer)
            .filter(|header| self.is_in_sync() && header.version() == tpkt::VERSION)
            .map(|header| header.length().into())
    }

    /// Whether the buffer starts with all of a TPKT of which a part was emitted.
    pub fn has_unfinished(&self) -> bool {
        let received = self.buffer.len() as u64;
        let is_whole = |length| length <= received;
        !self.cursor.is_start() && self.tpkt_length().is_some_and(is_whole)
    }

    /// A call begins: what the last one emitted is released, unless it was a part only. If another TSDU is ready, this call
    /// emits it and does nothing else; the answer is `true` then.
    pub fn begin_call(&mut self) -> bool {
        match std::mem::take(&mut self.emitted) {
            0 => {}
            _ if !self.cursor.is_start() => {}
            some if some < self.buffer.len() => drop(self.buffer.drain(..some)),
            _ => self.buffer.clear(),
        }
        if self.buffer.is_empty() && self.buffer.capacity() > RETAINED_CAPACITY {
            self.buffer = Vec::new();
        }
        self.reassembly.emit()
    }

    /// Whether so many octets are known not to complete the frame in the buffer.
    #[inline(always)]
    pub fn is_partial(&self, count: usize) -> bool {
        count < self.needed
    }

    /// Appends octets that do not complete the frame in the buffer. It has no emitted octets before
    /// it: [`Self::begin_call`] is not necessary.
    #[inline(always)]
    pub fn append_partial(&mut self, octets: &[u8]) -> Result<(), NoMemory> {
        let length = self.buffer.len() + self.needed;
        append(&mut self.buffer, octets, Some(length))?;
        self.needed -= octets.len();
        Ok(())
    }

    /// Octets arrived that follow an emitted frame and are an incomplete one.
    pub fn append_incomplete(
        &mut self,
        octets: &[u8],
        needed: usize,
        length: Option<usize>,
    ) -> Result<(), NoMemory> {
        append(&mut self.buffer, octets, length)?;
        self.needs(needed, length);
        Ok(())
    }

    /// Octets arrived. The answer is how many of them belong to a TPKT that was emitted without
    /// them.
    pub fn accept_outstanding(&mut self, octets: &[u8]) -> usize {
        let outstanding = self.outstanding.min(octets.len() as u64);
        self.outstanding -= outstanding;
        self.advance(outstanding);
        outstanding as usize
    }

    /// Takes the buffer out while its frame is emitted; [`Self::put_back`] must follow.
    #[inline(always)]
    pub fn take_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// Puts the buffer back, of which the first `emitted` octets were emitted.
    #[inline(always)]
    pub fn put_back(&mut self, buffer: Vec<u8>, emitted: usize) {
        self.buffer = buffer;
        self.emitted = emitted;
    }

    /// The frame in the buffer needs `octets` more, if its `length` is known.
    #[inline(always)]
    pub fn needs(&mut self, octets: usize, length: Option<usize>) {
        self.needed = length.map_or(0, |_| octets);
    }

    /// Nothing of the frame was emitted. Only the first `count` octets of those that
    /// were searched will be there in the next call.
    pub fn emission_failed(&mut self, count: usize) {
        self.searched = self.searched.min(count);
    }

    /// `count` octets are TLS.
    pub fn skip_encrypted(&mut self, count: usize) {
        self.advance(count as u64);
    }

    /// The frame at the front was emitted, of which `count` octets were there.
    #[inline(always)]
    pub fn emitted(&mut self, count: usize, is_faulty: bool, then: State) {
        self.gap = None;
        self.cursor = Cursor::default();
        self.searched = 0;
        self.needed = 0;
        self.state = then;
        self.advance(count as u64);
        if is_faulty {
            self.end_of_fault = Some(self.position);
        }
    }

    /// Whether the next frame follows one with a fault directly.
    pub fn follows_fault(&self) -> bool {
        self.end_of_fault == Some(self.position)
    }

    /// Whether all octets of the direction so far were understood.
    pub fn is_complete(&self) -> bool {
        self.is_in_sync() && !self.has_incomplete()
    }

    /// The same, for a TPKT of an undisturbed direction: the rest of the state does not change.
    #[inline(always)]
    pub fn emitted_undisturbed(&mut self, length: u16) {
        self.needed = 0;
        self.advance(length.into());
    }

    /// No further octets follow the ones in the buffer directly: a TPKT that a search would verify
    /// with further octets is accepted as it is.
    pub fn accept_undecided(&mut self) {
        let is_undecided = matches!(self.state, State::Searching(_)) && self.searched == 0;
        if is_undecided && recognition::tpkt_with_tpdu(&self.buffer) == Recognition::Yes {
            self.state = State::InSync;
        }
    }

    /// `count` octets were lost. Whether all of them belong to a TPKT that was emitted without
    /// them; nothing else changes then.
    pub fn lost_outstanding(&mut self, count: u64) -> bool {
        let is_outstanding = count > 0 && self.outstanding >= count;
        if is_outstanding {
            self.outstanding -= count;
            self.advance(count);
        }
        is_outstanding
    }

    /// The length of the frame in the buffer of which `count` octets were lost, 0 if their number
    /// is not known.
    pub fn length_with_lost(&self, count: u64) -> u32 {
        let received = self.buffer.len() as u64;
        let length = if self.is_in_sync() {
            // Something is missing even if the length field is.
            let at_least = received.saturating_add(count.max(1));
            self.tpkt_length().unwrap_or(at_least)
        } else {
            received
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// `count` octets were lost, 0 if their number is not known. The incomplete frame before them
    /// was emitted. If they end within it, its length says where the next one starts.
    pub fn lost(&mut self, count: u64, missing: Missing) {
        let received = self.emitted as u64;
        let outstanding = self
            .tpkt_length()
            .filter(|_| count > 0)
            .and_then(|length| length.checked_sub(received.saturating_add(count)));
        self.cursor = Cursor::default();
        self.reassembly.lose();
        if missing == Missing::CutOff {
            // The host knows, and nothing is reported.
            self.reassembly.explain();
        }
        self.advance(count);
        self.outstanding = outstanding.unwrap_or(0);
        if received == 0 && missing == Missing::Lost {
            self.gap = Some(match self.gap {
                None => count,
                Some(before) if before > 0 && count > 0 => before.saturating_add(count),
                Some(_) => 0,
            });
        }
        if outstanding.is_none() {
            self.searched = 0;
            self.state = State::Searching(match missing {
                Missing::Lost => FrameKind::Skipped,
                Missing::CutOff => FrameKind::BeforeFirst,
            });
        }
    }

    /// The direction ended. Further octets start it again.
    pub fn finish(&mut self) {
        self.state = State::InSync;
        self.cursor = Cursor::default();
        self.searched = 0;
        self.outstanding = 0;
        self.gap = None;
    }

    fn advance(&mut self, count: u64) {
        self.position = self.position.saturating_add(count);
    }

    /// Finds what is at the front of `octets`.
    #[inline(always)]
    pub fn next(&mut self, octets: &[u8], encapsulation: Encapsulation, context: &Context) -> Next {
        if self.is_in_sync()
            && let Some(header) = tpkt::Header::new(octets)
            && header.version() == tpkt::VERSION
            && u32::from(header.length()) >= tpkt::HEADER_LENGTH
        {
            return Next::frame(octets, header.length().into());
        }
        self.next_other(octets, encapsulation, context)
    }

    /// As [`Self::next`], if it is not a TPKT of a direction in sync.
    #[inline(never)]
    fn next_other(
        &mut self,
        octets: &[u8],
        encapsulation: Encapsulation,
        context: &Context,
    ) -> Next {
        match self.state {
            State::Encrypted => return Next::Encrypted,
            State::InSync => {
                if let Some(next) = next_in_sync(octets, context) {
                    return next;
                }
                self.state = State::OutOfSync;
                self.searched = 1;
            }
            State::OutOfSync | State::Searching(_) => {}
        }
        self.search(octets, encapsulation, context)
    }

    /// Searches for a TPKT, from the octet on at which the last search stopped.
    fn search(&mut self, octets: &[u8], encapsulation: Encapsulation, context: &Context) -> Next {
        let kind = self.kind();
        let recognise = |octets: &[u8]| match encapsulation {
            Encapsulation::TpktOnly => recognition::tpkt(octets),
            _ => recognition::tpkt_in_stream(octets, context.class()),
        };
        let window = octets
            .get(..octets.len().min(MAX_SKIPPED))
            .unwrap_or_default();
        while let Some(found) = window
            .get(self.searched..)
            .and_then(|rest| rest.iter().position(|&octet| octet == tpkt::VERSION))
        {
            let at = self.searched + found;
            let rest = octets.get(at..).unwrap_or_default();
            match recognise(rest) {
                Recognition::No => self.searched = at + 1,
                Recognition::NeedMore => {
                    self.searched = at;
                    return Next::at_most(recognition::LOOKAHEAD - rest.len());
                }
                Recognition::Yes if at == 0 => {
                    self.state = State::InSync;
                    let length = tpkt::Header::new(octets).map_or(0, tpkt::Header::length);
                    return Next::frame(octets, length.into());
                }
                Recognition::Yes => {
                    return Next::Frame {
                        length: at,
                        kind,
                        then: State::InSync,
                    };
                }
            }
        }
        self.searched = window.len();
        if window.len() < MAX_SKIPPED {
            return Next::at_most(LONGEST_TPKT - window.len());
        }
        Next::Frame {
            length: MAX_SKIPPED,
            kind,
            then: State::Searching(match kind {
                FrameKind::InSync => FrameKind::Skipped,
                kind => kind,
            }),
        }
    }
}

/// What a direction in sync may have at the front beside a TPKT; `None` if no frame starts here.
#[cold]
fn next_in_sync(octets: &[u8], context: &Context) -> Option<Next> {
    const TPKT_HEADER: usize = tpkt::HEADER_LENGTH as usize;
    let first = *octets.first()?;
    if first == tpkt::VERSION {
        return (octets.len() < TPKT_HEADER).then(|| Next::at_most(TPKT_HEADER - octets.len()));
    }
    match recognition::tls_record(octets) {
        Recognition::Yes => {
            return Some(Next::Frame {
                length: recognition::TLS_HEADER_LENGTH,
                kind: FrameKind::InSync,
                then: State::Encrypted,
            });
        }
        Recognition::NeedMore => {
            return Some(Next::at_most(recognition::TLS_HEADER_LENGTH - octets.len()));
        }
        Recognition::No => {}
    }
    if !context.has(ContextFlag::Rdp) {
        return None;
    }
    match recognition::rdp_fast_path(octets) {
        FastPath::No => None,
        FastPath::NeedMore => Some(Next::at_most(1)),
        FastPath::Length(length) => Some(Next::frame(octets, length.into())),
    }
}

impl Next {
    /// A frame of `length` octets, complete or not.
    #[inline(always)]
    fn frame(octets: &[u8], length: usize) -> Self {
        match length.checked_sub(octets.len()) {
            None | Some(0) => Self::complete(length),
            Some(missing) => Self::Needs {
                octets: missing,
                length: Some(length),
            },
        }
    }

    /// A complete frame after which the direction is in sync.
    #[inline(always)]
    pub fn complete(length: usize) -> Self {
        Self::Frame {
            length,
            kind: FrameKind::InSync,
            then: State::InSync,
        }
    }

    /// A frame of unknown length, to which `octets` may be appended at most.
    fn at_most(octets: usize) -> Self {
        Self::Needs {
            octets,
            length: None,
        }
    }
}

/// Appends octets to a buffer. Its capacity grows with them, not with what a TPKT header promises,
/// and not beyond the `length` of the frame. Without memory nothing changes.
#[inline(always)]
pub(super) fn append(
    buffer: &mut Vec<u8>,
    octets: &[u8],
    length: Option<usize>,
) -> Result<(), NoMemory> {
    let needed = buffer.len() + octets.len();
    if needed > buffer.capacity() {
        grow(buffer, needed, length)?;
    }
    buffer.extend_from_slice(octets);
    Ok(())
}

#[cold]
fn grow(buffer: &mut Vec<u8>, needed: usize, length: Option<usize>) -> Result<(), NoMemory> {
    let most = length.unwrap_or(LONGEST_TPKT);
    let capacity = (2 * needed).min(most).max(needed);
    reserve(buffer, capacity)
}
