//! Joins the DT TPDUs of one direction into TSDUs (X.224 6.3.3, 6.10.3).
#![forbid(unsafe_code)]

use crate::cotp::Format;
use crate::cotp::kind::SHORT_LI;
use crate::dissection::Frame;
use crate::dissection::context::Context;
use crate::dissection::output::{Capacity, Items, Output, Shown, Writer};
use crate::dissection::record::{Pdu, PduFlag};
use crate::registry::reasons::{TsduDiscarded, TsduIncomplete};
use crate::registry::{NO_PARENT, experts};
use std::collections::VecDeque;

/// Transport connections of a direction that are told apart at a time. RFC 1006 and RFC 2126 have
/// one; a hostile peer may name 65536.
pub(super) const MOST_REFERENCES: usize = 16;
/// DT TPDUs of a connection that wait for an earlier one.
pub(super) const MOST_WAITING: usize = 16;

/// A DT TPDU.
#[derive(Clone, Copy)]
pub(super) struct Data<'p> {
    /// Its destination reference; none in classes 0 and 1.
    pub reference: Option<u16>,
    pub format: Format,
    pub number: u32,
    /// The number to begin with when nothing of its connection is known here; `None` when the
    /// connection has no order of numbers.
    pub due: Option<u32>,
    pub eot: bool,
    /// All of its octets are there.
    pub whole: bool,
    pub octets: &'p [u8],
}

impl<'p> Data<'p> {
    /// The DT of a record; `None` when its header leaves open where its user data is, or when the
    /// connection ends within it.
    #[inline(always)]
    pub fn of(pdu: &Pdu, piece: &Frame<'p>, context: &Context) -> Option<Self> {
        let has = |flag| pdu.flags & flag as u16 != 0;
        let is_last = has(PduFlag::Short) && piece.octets.len() == piece.length as usize;
        if is_last || pdu.has_expert(experts::COTP_LI_INVALID) {
            return None;
        }
        let format = match pdu.li {
            SHORT_LI => Format::Short,
            _ if has(PduFlag::Extended) => Format::Extended,
            _ => Format::Normal,
        };
        let reference = (format != Format::Short).then_some(pdu.dest_ref);
        let number = pdu.tpdu_number;
        let start = pdu.tpdu_offset - piece.offset + u32::from(pdu.li) + 1;
        let octets = piece.octets.get(start as usize..).unwrap_or_default();
        Some(Self {
            reference,
            format,
            number,
            due: reference
                .filter(|_| context.numbers_data())
                .map(|reference| context.due(piece.sender, reference).unwrap_or(number)),
            eot: has(PduFlag::Eot),
            whole: !has(PduFlag::Short),
            octets: octets
                .get(..pdu.user_data_length as usize)
                .unwrap_or_default(),
        })
    }
}

/// What became of a DT. Most often it is part of a TSDU that is not complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// It is a TSDU by itself.
    pub is_tsdu: bool,
    /// The TSDU it is part of, of so many octets so far, is let go.
    pub let_go: Option<(TsduDiscarded, u64)>,
}

impl Outcome {
    const TAKEN: Self = Self {
        is_tsdu: false,
        let_go: None,
    };
    const TSDU: Self = Self {
        is_tsdu: true,
        let_go: None,
    };

    fn let_go(why: TsduDiscarded, octets: usize) -> Self {
        Self {
            is_tsdu: false,
            let_go: Some((why, octets as u64)),
        }
    }
}

/// A complete TSDU of more than one DT, or of one that had to wait.
#[derive(Default)]
struct Tsdu {
    octets: Vec<u8>,
    segments: u32,
}

/// A DT that came before its turn.
struct Waiting {
    number: u32,
    eot: bool,
    octets: Box<[u8]>,
}

/// The least an allocator takes for the octets of a DT, and more than it takes beside them.
const PIECE_OF_HEAP: usize = 24;

/// The DT TPDUs of one transport connection.
#[derive(Default)]
struct Open {
    reference: Option<u16>,
    tsdu: Tsdu,
    /// Its TSDU is not kept: what comes until EOT is passed over.
    let_go: bool,
    /// The number that is due, in connections that have an order.
    due: Option<u32>,
    waiting: Vec<Waiting>,
}

impl Open {
    fn is_idle(&self) -> bool {
        self.tsdu.segments == 0 && self.waiting.is_empty() && !self.let_go
    }

    /// Octets of memory it holds.
    fn octets(&self) -> usize {
        self.tsdu.octets.capacity() + self.memory_of_waiting()
    }

    fn memory_of_waiting(&self) -> usize {
        self.waiting.capacity() * size_of::<Waiting>()
            + self.waiting.len() * PIECE_OF_HEAP
            + self.octets_waiting()
    }

    fn octets_waiting(&self) -> usize {
        self.waiting.iter().map(|dt| dt.octets.len()).sum()
    }

    /// Octets of the TSDU and of what waits to join it.
    fn octets_seen(&self) -> usize {
        self.tsdu.octets.len() + self.octets_waiting()
    }
}

/// The TSDUs of one direction. Nothing is there before the first one of several DT TPDUs, which
/// many a connection never sees.
#[derive(Default)]
pub(super) struct Assembly(Option<Box<Tsdus>>);

#[derive(Default)]
struct Tsdus {
    /// In the order of their last use.
    open: Vec<Open>,
    /// Complete TSDUs that were not handed over yet.
    ready: VecDeque<Tsdu>,
    /// The one handed over last.
    given_out: Tsdu,
}

impl Assembly {
    /// Joins a DT, whose record is being written, to its TSDU. No more than `limit` octets are
    /// held, all TSDUs of the direction together.
    #[inline(always)]
    pub fn join<I: Items>(&mut self, data: Data, limit: usize, writer: &mut Writer<'_, I>) {
        const BY_ANOTHER: u32 = 1;
        let displaced = self.displaced_by(&data);
        let outcome = self.take(data, limit);
        if outcome.is_tsdu {
            writer.flag(PduFlag::Tsdu);
        }
        let data_offset = writer.pdu.tpdu_offset + u32::from(writer.pdu.li) + 1;
        let here = Shown::new(NO_PARENT, data_offset, writer.pdu.user_data_length);
        if let Some(octets) = displaced {
            let id = experts::COTP_TSDU_INCOMPLETE;
            writer.raise(TsduIncomplete::Displaced, here.value(octets));
        }
        if let Some((why, octets)) = outcome.let_go {
            let id = experts::COTP_TSDU_TOO_LONG;
            writer.raise(why, here.value(octets));
        }
    }

    /// Tells of the TSDUs that are not completed any more, in a record of their own at `at`.
    pub fn give_up<I: Items>(
        &mut self,
        at: u32,
        output: &mut Output<'_, I>,
    ) -> Result<(), Capacity> {
        if self.incomplete().next().is_some() {
            let mut writer = output.pdu(0, at);
            for octets in self.incomplete() {
                let here = Shown::new(NO_PARENT, at, 0);
                writer.raise(TsduIncomplete::ConnectionEnd, here.value(octets));
            }
            output.fits(0)?;
            output.commit();
        }
        self.0 = None;
        Ok(())
    }

    #[inline(always)]
    fn take(&mut self, data: Data, limit: usize) -> Outcome {
        let unordered = data.due.is_none();
        if unordered && data.eot && data.whole && self.is_empty() {
            return Outcome::TSDU;
        }
        self.0.get_or_insert_default().take(data, limit)
    }

    /// The TSDU that a DT of a further connection would push out, as the count of its octets.
    fn displaced_by(&self, data: &Data) -> Option<u64> {
        let known = |open: &Open| open.reference == data.reference;
        let open = self.open();
        let oldest = open.first()?;
        (open.len() >= MOST_REFERENCES && !open.iter().any(known) && !oldest.is_idle())
            .then_some(oldest.octets_seen() as u64)
    }

    /// Lets go of the TSDU handed over last, and hands over the next complete one; the answer is
    /// whether there is one.
    pub fn give_out(&mut self) -> bool {
        let Some(tsdus) = &mut self.0 else {
            return false;
        };
        let next = tsdus.ready.pop_front();
        let has_next = next.is_some();
        if has_next || tsdus.given_out.segments > 0 {
            tsdus.given_out = next.unwrap_or_default();
        }
        has_next
    }

    /// The TSDU handed over last, and of how many DT TPDUs it is.
    pub fn given_out(&self) -> (&[u8], u32) {
        self.0.as_ref().map_or((&[], 0), |tsdus| {
            (&tsdus.given_out.octets, tsdus.given_out.segments)
        })
    }

    /// Those that were begun.
    #[inline(always)]
    fn open(&self) -> &[Open] {
        self.0.as_ref().map_or(&[], |tsdus| &tsdus.open)
    }

    /// Whether nothing was begun: a DT with EOT is a TSDU by itself then.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.open().is_empty()
    }

    /// Whether a complete TSDU waits.
    pub fn has_ready(&self) -> bool {
        self.0.as_ref().is_some_and(|tsdus| !tsdus.ready.is_empty())
    }

    /// Octets were lost: what was begun is not completed any more.
    pub fn lose(&mut self) {
        let Some(tsdus) = &mut self.0 else {
            return;
        };
        for open in &mut tsdus.open {
            open.let_go |= !open.is_idle();
            open.tsdu = Tsdu::default();
            open.waiting = Vec::new();
        }
        tsdus.open.retain(|open| open.let_go);
    }

    /// A connection begins: what was left of one with its reference is over.
    pub fn begin(&mut self, reference: u16) {
        if let Some(tsdus) = &mut self.0 {
            let is_over = |open: &Open| open.reference.is_none_or(|open| open == reference);
            tsdus.open.retain(|open| !is_over(open));
        }
    }

    /// How many octets there are of each TSDU that no EOT has completed. With none nothing is
    /// missed: Siemens stacks send empty DT TPDUs without EOT for a heartbeat.
    fn incomplete(&self) -> impl Iterator<Item = u64> {
        self.open()
            .iter()
            .map(|open| open.octets_seen() as u64)
            .filter(|&octets| octets > 0)
    }
}

impl Tsdus {
    fn take(&mut self, data: Data, limit: usize) -> Outcome {
        let Some((open, others)) = open_of(&mut self.open, &data) else {
            return Outcome::default();
        };
        let held: usize = others.iter().map(Open::octets).sum();
        let outcome = open.take(data, limit.saturating_sub(held), &mut self.ready);
        if open.is_idle() && open.due.is_none() {
            self.open.pop();
        }
        outcome
    }
}

/// Octets of memory that complete TSDUs hold.
fn octets_of(ready: &VecDeque<Tsdu>) -> usize {
    ready.iter().map(|tsdu| tsdu.octets.capacity()).sum()
}

/// The connection of a DT, as the last one in use, and the others.
fn open_of<'o>(all: &'o mut Vec<Open>, data: &Data) -> Option<(&'o mut Open, &'o mut [Open])> {
    let position = all.iter().position(|open| open.reference == data.reference);
    match position {
        Some(position) => {
            let open = all.remove(position);
            all.push(open);
        }
        None => {
            if all.len() >= MOST_REFERENCES {
                all.remove(0);
            }
            // Most streams have one.
            all.reserve_exact(1);
            all.push(Open {
                reference: data.reference,
                due: data.due,
                ..Open::default()
            });
        }
    }
    all.split_last_mut()
}

impl Open {
    /// Takes a DT. No more than `room` octets of memory are held, by it and what is ready.
    fn take(&mut self, data: Data, room: usize, ready: &mut VecDeque<Tsdu>) -> Outcome {
        let mask = data.format.number_mask();
        self.due = data.due.map(|first| self.due.unwrap_or(first));
        if let Some(due) = self.due {
            let ahead = data.number.wrapping_sub(due) & mask;
            if ahead > mask / 2 {
                return Outcome::TAKEN;
            }
            if ahead > 0 {
                return self.wait(data, room);
            }
            self.due = Some(data.number.wrapping_add(1) & mask);
        }
        let mut outcome = self.join(data.octets, data.eot, data.whole, room, ready);
        while let Some(next) = self.next_waiting(mask) {
            let joined = self.join(&next.octets, next.eot, true, room, ready);
            if joined.is_tsdu {
                ready.push_back(Tsdu {
                    octets: next.octets.into_vec(),
                    segments: 1,
                });
            }
            outcome.let_go = outcome.let_go.or(joined.let_go);
        }
        outcome
    }

    /// The DT that has waited for its turn, and now has it.
    fn next_waiting(&mut self, mask: u32) -> Option<Waiting> {
        let due = self.due?;
        let position = self.waiting.iter().position(|dt| dt.number == due)?;
        self.due = Some(due.wrapping_add(1) & mask);
        let next = self.waiting.swap_remove(position);
        if self.waiting.is_empty() {
            self.waiting = Vec::new();
        }
        Some(next)
    }

    /// Adds the octets of the DT whose turn it is.
    fn join(
        &mut self,
        octets: &[u8],
        eot: bool,
        whole: bool,
        room: usize,
        ready: &mut VecDeque<Tsdu>,
    ) -> Outcome {
        if !whole {
            self.tsdu = Tsdu::default();
            self.let_go = true;
        }
        if self.let_go {
            self.let_go = !eot;
            return Outcome::TAKEN;
        }
        if eot && self.tsdu.segments == 0 {
            return Outcome::TSDU;
        }
        let held = octets_of(ready) + self.memory_of_waiting();
        if !self.tsdu.append(octets, eot, room.saturating_sub(held)) {
            let seen = self.tsdu.octets.len() + octets.len();
            self.tsdu = Tsdu::default();
            self.let_go = !eot;
            return Outcome::let_go(TsduDiscarded::TooLong, seen);
        }
        if eot {
            ready.push_back(std::mem::take(&mut self.tsdu));
        }
        Outcome::TAKEN
    }

    /// Keeps a DT that comes before its turn.
    fn wait(&mut self, data: Data, room: usize) -> Outcome {
        if self.waiting.iter().any(|dt| dt.number == data.number) {
            return Outcome::TAKEN;
        }
        let more = size_of::<Waiting>() + PIECE_OF_HEAP + data.octets.len();
        let has_room = self.octets() + more <= room;
        if data.whole && has_room && self.waiting.len() < MOST_WAITING {
            self.waiting.reserve_exact(1);
            self.waiting.push(Waiting {
                number: data.number,
                eot: data.eot,
                octets: data.octets.into(),
            });
            return Outcome::TAKEN;
        }
        let seen = self.octets_seen() + data.octets.len();
        *self = Self {
            reference: self.reference,
            let_go: !data.eot,
            due: Some(data.number.wrapping_add(1) & data.format.number_mask()),
            ..Self::default()
        };
        let why = if has_room {
            TsduDiscarded::TooManyWaiting
        } else {
            TsduDiscarded::TooLong
        };
        Outcome::let_go(why, seen)
    }
}

impl Tsdu {
    /// Adds octets, with EOT the last ones, unless more than `room` octets would be held.
    fn append(&mut self, octets: &[u8], eot: bool, room: usize) -> bool {
        let length = self.octets.len() + octets.len();
        if length > room {
            return false;
        }
        if length > self.octets.capacity() {
            let capacity = if eot { length } else { (2 * length).min(room) };
            self.octets.reserve_exact(capacity - self.octets.len());
        }
        self.octets.extend_from_slice(octets);
        if eot {
            self.octets.shrink_to_fit();
        }
        self.segments = self.segments.saturating_add(1);
        true
    }
}
