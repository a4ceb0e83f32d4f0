//! One direction of a connection: its octets, cut into frames, and its state.
//!
//! A frame is a TPKT, an RDP fast-path PDU, the start or the end of TLS, or octets that were skipped.
//!
//! ```text
//!           midstream start; gap (unless its end is known)
//!         +----------------------------------------------------+
//!         |                                                    v
//!  start  |   no frame starts here; header that is not true    |
//!  ---> IN SYNC ---------------------------------------> SEARCHING
//!       |  ^  ^ <--------------------------------------- |     |
//!       +--+  |    TPKT recognised, finish               +-----+ 64 KiB without a TPKT
//!      frame  |
//!     emitted |    TLS record header
//!             +----------------------------------------> ENCRYPTED <---+
//!             |                                          |  |  |       |
//!             +------------------------------------------+  |  +-------+ next record
//!                  something else at the end of a record,   |
//!                  TPKT within, finish                      +---> SEARCHING
//!                                                    the other end is in clear
//! ```
//!
//! Only the methods of [`Direction`] change it, one method an event.
#![forbid(unsafe_code)]

mod doubt;
mod ends;
mod front;

pub(super) use front::{Around, Next};

use super::reassembly::Reassembly;
use super::{LONGEST_TPKT, Missing};
use crate::dissection::context::Context;
use crate::dissection::{Cursor, FrameKind};
use crate::memory::{NoMemory, reserve};
use crate::recognition::{self, Recognition};
use crate::tpkt;
use ends::{BELIEVED, Ends};
use front::first_before;
use std::num::NonZeroU64;

/// More than is left of any TLS record.
const UNKNOWN_END: u32 = u32::MAX;
/// Capacity that an empty buffer retains.
const RETAINED_CAPACITY: usize = 4096;

/// What a direction expects of its next octet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// A frame starts here.
    #[default]
    InSync,
    /// The next TPKT is searched for; octets before it are a frame of this kind.
    Searching(FrameKind),
    /// TLS, of which records are passed over.
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
    needed: u32,
    /// Octets, from the next one on, at which no TPKT starts.
    searched: usize,
    /// Where, from the next octet on, TPKTs end that need another one behind them to be believed.
    ends: Ends,
    /// Where the TPKT ends of which only the header was dissected, in octets of the direction.
    expected: u64,
    /// Octets to come of the last TLS record; [`UNKNOWN_END`] when its end is not known.
    tls_left: u32,
    /// Octets passed over since TLS began.
    tls_passed: u64,
    /// Octets to come of a TPKT that was emitted without them, because others of it were lost.
    outstanding: u32,
    /// Octets lost right before the next frame; 0 if their number is not known.
    gap: Option<u64>,
    /// Octets of the direction before the next frame.
    position: u64,
    /// Position behind the last frame with a warning or an error.
    end_of_fault: Option<NonZeroU64>,
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

    pub fn is_encrypted(&self) -> bool {
        self.state == State::Encrypted
    }

    /// Octets passed over since TLS began.
    pub fn tls_octets(&self) -> u64 {
        self.tls_passed
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

    /// The kind of the octets in the buffer when none follow. If they are all that was sent, a TPKT
    /// should have been among them, unless there are too few, as in a TCP keep-alive.
    pub fn kind_at_end(&self) -> FrameKind {
        let is_all = self.position == 0 && self.buffer.len() >= tpkt::MINIMUM_LENGTH.into();
        match self.kind() {
            FrameKind::BeforeFirst if is_all => FrameKind::Skipped,
            kind => kind,
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
        (self.buffer.len() - self.emitted, self.needed as usize)
    }

    /// The length of the TPKT whose header is at the front of the buffer.
    fn tpkt_length(&self) -> Option<u64> {
        tpkt::Header::new(&self.buffer)
            .filter(|header| self.is_in_sync() && header.version() == tpkt::VERSION)
            .map(|header| header.length().into())
    }

    /// Whether the buffer starts with all of a TPKT, of which a part may have been emitted.
    pub fn has_whole(&self) -> bool {
        let received = self.buffer.len() as u64;
        let is_whole = |length| (tpkt::HEADER_LENGTH.into()..=received).contains(&length);
        self.has_incomplete() && self.tpkt_length().is_some_and(is_whole)
    }

    /// A call begins: what the last one emitted is released, unless it was a part only. If another
    /// TSDU is ready, this call emits it and does nothing else; the answer is `true` then.
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
        count < self.needed as usize
    }

    /// Appends octets that do not complete the frame in the buffer. It has no emitted octets before
    /// it: [`Self::begin_call`] is not necessary.
    #[inline(always)]
    pub fn append_partial(&mut self, octets: &[u8]) -> Result<(), NoMemory> {
        let length = self.buffer.len() + self.needed as usize;
        append(&mut self.buffer, octets, Some(length))?;
        self.needed -= octets.len() as u32;
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
        let outstanding = octets.len().min(self.outstanding as usize);
        self.outstanding -= outstanding as u32;
        self.advance(outstanding as u64);
        outstanding
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
        self.needed = length.map_or(0, |_| octets as u32);
    }

    /// Nothing of the frame was emitted. Only the first `count` octets of those that
    /// were searched will be there in the next call.
    pub fn emission_failed(&mut self, count: usize) {
        self.searched = self.searched.min(count);
    }

    /// `count` octets at the front are TLS.
    pub fn pass_tls(&mut self, count: usize) {
        self.searched = 0;
        self.needed = 0;
        self.tls_passed = self.tls_passed.saturating_add(count as u64);
        if self.tls_left != UNKNOWN_END {
            self.tls_left = self.tls_left.saturating_sub(count as u32);
        }
        self.advance(count as u64);
    }

    /// `count` octets of TLS were lost, 0 if their number is not known.
    pub fn lost_tls(&mut self, count: u64) {
        let left = u32::try_from(count).ok().filter(|&count| count > 0);
        self.tls_left = left
            .filter(|_| self.tls_left != UNKNOWN_END)
            .and_then(|count| self.tls_left.checked_sub(count))
            .unwrap_or(UNKNOWN_END);
        self.advance(count);
    }

    /// Behind a record is no other one.
    pub fn end_tls(&mut self) {
        self.searched = 0;
        self.state = State::InSync;
    }

    /// The octets that were passed over were no TLS.
    pub fn disbelieve_tls(&mut self) {
        self.state = State::Searching(FrameKind::Skipped);
        self.searched = 0;
        self.reassembly.lose();
    }

    /// No octets follow those in the buffer: they are TLS too.
    pub fn finish_tls(&mut self) {
        let (pending, _) = self.pending();
        self.pass_tls(pending);
        self.buffer.clear();
    }

    /// The frame at the front was emitted, of which `count` octets were there.
    #[inline(always)]
    pub fn emitted(&mut self, count: usize, is_faulty: bool, then: State) {
        self.gap = None;
        self.cursor = Cursor::default();
        if self.searched > 0 {
            self.searched = 0;
            self.ends.clear();
        }
        self.needed = 0;
        self.state = then;
        self.advance(count as u64);
        if is_faulty {
            self.end_of_fault = NonZeroU64::new(self.position);
        }
    }

    /// Whether the next frame follows one with a fault directly.
    pub fn follows_fault(&self) -> bool {
        self.end_of_fault
            .is_some_and(|end| end.get() == self.position)
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
    /// with further octets is accepted as it is. The answer is how many octets are before it.
    pub fn accept_undecided(&mut self, context: &Context) -> usize {
        if !matches!(self.state, State::Searching(_)) {
            return 0;
        }
        let end = self.buffer.len();
        let undecided = self.buffer.get(self.searched..).unwrap_or_default();
        let is_whole = self.searched == 0 || front::tpkt_length(undecided) <= undecided.len();
        let at = if self.ends.weight(end) + 1 >= BELIEVED {
            first_before(&self.buffer, end, BELIEVED - 1, context)
        } else if is_whole && recognition::tpkt_with_tpdu(undecided) == Recognition::Yes {
            Some(self.searched)
        } else {
            None
        };
        if at == Some(0) {
            self.state = State::InSync;
        }
        at.unwrap_or(0)
    }

    /// `count` octets were lost. Whether all of them belong to a TPKT that was emitted without
    /// them; nothing else changes then.
    pub fn lost_outstanding(&mut self, count: u64) -> bool {
        let is_outstanding = count > 0 && u64::from(self.outstanding) >= count;
        if is_outstanding {
            self.outstanding -= count as u32;
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
    pub fn lost(&mut self, count: u64, missing: Missing, context: &Context) {
        let received = self.emitted as u64;
        let outstanding = self
            .tpkt_length()
            .filter(|&length| count > 0 && front::is_believed(length, &self.buffer, context))
            .and_then(|length| length.checked_sub(received.saturating_add(count)));
        self.cursor = Cursor::default();
        self.reassembly.lose();
        if missing == Missing::CutOff {
            // The host knows, and nothing is reported.
            self.reassembly.explain();
        }
        self.advance(count);
        self.outstanding = outstanding.unwrap_or(0) as u32;
        if received == 0 && missing == Missing::Lost {
            self.gap = Some(match self.gap {
                None => count,
                Some(before) if before > 0 && count > 0 => before.saturating_add(count),
                Some(_) => 0,
            });
        }
        if outstanding.is_none() {
            self.searched = 0;
            self.ends.clear();
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
        self.ends.clear();
        self.outstanding = 0;
        self.gap = None;
    }

    fn advance(&mut self, count: u64) {
        self.position = self.position.saturating_add(count);
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
