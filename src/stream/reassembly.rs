//! Reassembles the DT TPDUs of one direction into TSDUs (X.224 6.3.3, 6.10.3).
#![forbid(unsafe_code)]

use crate::cotp::kind::SHORT_LI;
use crate::cotp::{Format, Kind};
use crate::dissection::Frame;
use crate::dissection::context::Context;
use crate::dissection::output::{Capacity, Items, Output, Shown, Writer};
use crate::dissection::record::{Pdu, PduFlag};
use crate::memory::{NoMemory, boxed, copied, push, reserve};
use crate::registry::NO_PARENT;
use crate::registry::reasons::{TsduDiscarded, TsduIncomplete};
use std::collections::VecDeque;

/// Transport connections of one direction that are reassembled separately. RFC 1006 and RFC 2126
/// have one a TCP connection; a hostile peer may use 65,536 references.
const MAX_CONNECTIONS: usize = 16;
/// DT TPDUs that one connection keeps until an earlier one arrives.
const MAX_OUT_OF_ORDER: usize = 16;
/// Allocator overhead of one boxed slice, estimated from above.
const HEAP_OVERHEAD: usize = 24;

/// The user data of a DT TPDU.
#[derive(Clone, Copy)]
pub(super) struct Segment<'p> {
    /// Destination reference; `None` in classes 0 and 1, whose DT has none.
    reference: Option<u16>,
    format: Format,
    number: u32,
    /// The number expected first if the connection is new here; `None` if its DT TPDUs are not
    /// numbered in order.
    first_number: Option<u32>,
    eot: bool,
    is_complete: bool,
    /// Offset of the user data; of the end of what was received if the header is not complete.
    offset: u32,
    octets: &'p [u8],
}

impl<'p> Segment<'p> {
    /// The segment that a record describes. `None` if the header does not say where the user data
    /// starts, or if the direction ends within the TPDU.
    #[inline(always)]
    pub fn new(pdu: &Pdu, frame: &Frame<'p>, context: &Context) -> Option<Self> {
        let has = |flag| pdu.flags & flag as u16 != 0;
        let is_last = has(PduFlag::Short) && frame.octets.len() == frame.length as usize;
        let format = match pdu.li {
            _ if has(PduFlag::Extended) => Format::Extended,
            _ if has(PduFlag::ShortFormat) => Format::Short,
            SHORT_LI => Format::Short,
            _ => Format::Normal,
        };
        let header_end = pdu.tpdu_offset - pdu.tpkt_offset + u32::from(pdu.li) + 1;
        let fits = Kind::Dt.has_room(format, pdu.li) && header_end <= pdu.tpkt_length.into();
        if is_last || !fits {
            return None;
        }
        let reference = (format != Format::Short).then_some(pdu.dest_ref);
        let number = pdu.tpdu_number;
        let start = pdu.tpdu_offset - frame.offset + u32::from(pdu.li) + 1;
        let octets = frame.octets.get(start as usize..).unwrap_or_default();
        Some(Self {
            reference,
            format,
            number,
            first_number: reference
                .filter(|_| context.reorders_data())
                .map(|reference| context.due(frame.sender, reference).unwrap_or(number)),
            eot: has(PduFlag::Eot),
            is_complete: !has(PduFlag::Short),
            offset: frame.offset + start.min(frame.octets.len() as u32),
            octets: octets
                .get(..pdu.user_data_length as usize)
                .unwrap_or_default(),
        })
    }
}

/// The effect of a segment. In most cases the TSDU needs further segments, and there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// The segment is a TSDU by itself.
    is_tsdu: bool,
    /// The TSDU of the segment was discarded, and had so many octets.
    discarded: Option<(TsduDiscarded, u64)>,
}

impl Outcome {
    const ACCEPTED: Self = Self {
        is_tsdu: false,
        discarded: None,
    };
    const TSDU: Self = Self {
        is_tsdu: true,
        discarded: None,
    };

    fn discarded(reason: TsduDiscarded, octets: usize) -> Self {
        Self {
            is_tsdu: false,
            discarded: Some((reason, octets as u64)),
        }
    }

    /// Adds what was discarded by a segment behind this one.
    fn add(&mut self, behind: Self) {
        self.discarded = match (self.discarded, behind.discarded) {
            (Some((reason, octets)), Some((_, more))) => Some((reason, octets + more)),
            (first, second) => first.or(second),
        };
    }
}

/// The octets of a TSDU that is not one segment emitted as it arrived.
#[derive(Default)]
struct Tsdu {
    octets: Vec<u8>,
    segments: u32,
}

/// A segment that arrived before an earlier one.
struct OutOfOrder {
    number: u32,
    eot: bool,
    octets: Vec<u8>,
}

/// The TSDUs of one direction. Nothing is allocated before the first segment without EOT, which
/// many connections never send.
#[derive(Default)]
pub(super) struct Reassembly {
    connections: Option<Box<[Connections; 1]>>,
    /// There was no memory for the connections: segments up to EOT are skipped.
    is_skipping: bool,
}

#[derive(Default)]
struct Connections {
    /// Those with an incomplete TSDU or a known number, the least recently used first.
    active: Vec<Connection>,
    /// Complete TSDUs to be emitted.
    ready: VecDeque<Tsdu>,
    /// The TSDU that the last call emitted.
    emitted: Tsdu,
}

impl Reassembly {
    /// Accepts a segment and completes its record. All TSDUs of the direction together hold at
    /// most `limit` octets of memory.
    #[inline(always)]
    pub fn accept<I: Items>(&mut self, segment: Segment, limit: usize, writer: &mut Writer<'_, I>) {
        let replaced = self.replaced_by(&segment);
        let outcome = self.accept_octets(segment, limit);
        if outcome.is_tsdu {
            writer.flag(PduFlag::Tsdu);
        }
        let user_data = Shown::new(NO_PARENT, segment.offset, writer.pdu.user_data_length);
        if let Some(octets) = replaced {
            writer.report(TsduIncomplete::Displaced, user_data.value(octets));
        }
        if let Some((reason, octets)) = outcome.discarded {
            writer.report(reason, user_data.value(octets));
        }
    }

    #[inline(always)]
    fn accept_octets(&mut self, segment: Segment, limit: usize) -> Outcome {
        let is_unnumbered = segment.first_number.is_none();
        if is_unnumbered && segment.eot && segment.is_complete && self.is_empty() {
            return Outcome::TSDU;
        }
        if self.is_skipping {
            self.is_skipping = !segment.eot;
            return Outcome::ACCEPTED;
        }
        let accepted = self
            .connections()
            .and_then(|connections| connections.accept(segment, limit));
        accepted.unwrap_or_else(|NoMemory| {
            self.is_skipping = !segment.eot;
            Outcome::discarded(TsduDiscarded::NoMemory, segment.octets.len())
        })
    }

    fn connections(&mut self) -> Result<&mut Connections, NoMemory> {
        let connections = match self.connections.take() {
            Some(connections) => connections,
            None => boxed(Connections::default())?,
        };
        let [connections] = &mut **self.connections.insert(connections);
        Ok(connections)
    }

    /// Octets of the incomplete TSDU that is discarded when `segment` begins one connection too
    /// many.
    fn replaced_by(&self, segment: &Segment) -> Option<u64> {
        let active = self.active();
        let is_known = |known: &Connection| known.reference == segment.reference;
        let octets = active.first()?.octets_received();
        (octets > 0 && active.len() >= MAX_CONNECTIONS && !active.iter().any(is_known))
            .then_some(octets as u64)
    }

    /// Ends the direction: reports the incomplete TSDUs in a record of their own at offset `at`
    /// and discards everything.
    pub fn finish<I: Items>(
        &mut self,
        at: u32,
        all_experts: bool,
        output: &mut Output<'_, I>,
    ) -> Result<(), Capacity> {
        if self.incomplete(all_experts).next().is_some() {
            let mut writer = output.pdu(0, at, false);
            for octets in self.incomplete(all_experts) {
                let end = Shown::new(NO_PARENT, at, 0);
                writer.report(TsduIncomplete::ConnectionEnd, end.value(octets));
            }
            output.fits(0)?;
            output.commit();
        }
        *self = Self::default();
        Ok(())
    }

    /// Releases the TSDU emitted last and emits the next complete one. Returns whether there is
    /// one.
    pub fn emit(&mut self) -> bool {
        let Some([connections]) = self.connections.as_deref_mut() else {
            return false;
        };
        let next = connections.ready.pop_front();
        let has_next = next.is_some();
        if has_next || connections.emitted.segments > 0 {
            connections.emitted = next.unwrap_or_default();
        }
        has_next
    }

    /// The octets of the TSDU emitted last and its number of segments; 0 if there is none.
    pub fn emitted(&self) -> (&[u8], u32) {
        self.connections
            .as_deref()
            .map_or((&[], 0), |[connections]| {
                (&connections.emitted.octets, connections.emitted.segments)
            })
    }

    #[inline(always)]
    fn active(&self) -> &[Connection] {
        self.connections
            .as_deref()
            .map_or(&[], |[connections]| &connections.active)
    }

    /// Whether no connection is active: a DT with EOT is a TSDU by itself then.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.active().is_empty() && !self.is_skipping
    }

    /// Whether a complete TSDU is to be emitted.
    pub fn has_ready(&self) -> bool {
        self.connections
            .as_deref()
            .is_some_and(|[connections]| !connections.ready.is_empty())
    }

    /// Octets were lost: discards the incomplete TSDUs and what follows of them.
    pub fn lose(&mut self) {
        let Some([connections]) = self.connections.as_deref_mut() else {
            return;
        };
        for connection in &mut connections.active {
            connection.lost = connection.octets_without_end();
            connection.discarding |= !connection.is_idle();
            connection.tsdu = Tsdu::default();
            connection.out_of_order = Vec::new();
        }
        connections.active.retain(|known| known.discarding);
    }

    /// A fault or a gap of the direction was reported, which may be why the incomplete TSDUs will
    /// have no end.
    #[inline(always)]
    pub fn explain(&mut self) {
        if let Some([connections]) = self.connections.as_deref_mut() {
            for connection in &mut connections.active {
                connection.is_explained = true;
            }
        }
    }

    /// A CR begins another transport connection: reports the octets of incomplete TSDUs and discards
    /// them.
    pub fn discard<I: Items>(&mut self, writer: &mut Writer<'_, I>) {
        let octets: u64 = self.incomplete(true).sum();
        if octets > 0 {
            let code = Shown::new(NO_PARENT, writer.pdu.tpdu_offset + 1, 1);
            writer.report(TsduIncomplete::Requested, code.value(octets));
        }
        self.is_skipping = false;
        if let Some([connections]) = self.connections.as_deref_mut() {
            connections.active.clear();
        }
    }

    /// The octets of each TSDU without end, unless a reported fault explains it. Those without any
    /// are left out: Siemens stacks send an empty DT without EOT as a heartbeat.
    fn incomplete(&self, all_experts: bool) -> impl Iterator<Item = u64> {
        self.active()
            .iter()
            .filter(move |known| all_experts || !known.is_explained)
            .map(|known| known.octets_without_end() as u64)
            .filter(|&octets| octets > 0)
    }
}

impl Connections {
    fn accept(&mut self, segment: Segment, limit: usize) -> Result<Outcome, NoMemory> {
        let (connection, others) = activate(&mut self.active, &segment)?;
        let held: usize = others.iter().map(Connection::memory).sum();
        let outcome = connection.accept(segment, limit.saturating_sub(held), &mut self.ready);
        if connection.is_idle() && connection.next_number.is_none() {
            self.active.pop();
        }
        Ok(outcome)
    }
}

/// The connection of a segment, moved to the end or added there, and the other connections.
fn activate<'c>(
    active: &'c mut Vec<Connection>,
    segment: &Segment,
) -> Result<(&'c mut Connection, &'c mut [Connection]), NoMemory> {
    let position = active
        .iter()
        .position(|known| known.reference == segment.reference);
    match position {
        Some(position) => move_to_end(active, position),
        None => {
            if active.len() >= MAX_CONNECTIONS {
                move_to_end(active, 0);
                active.pop();
            }
            let connection = Connection {
                reference: segment.reference,
                next_number: segment.first_number,
                ..Connection::default()
            };
            // Most streams have one.
            push(active, connection)?;
        }
    }
    active.split_last_mut().ok_or(NoMemory)
}

/// Adds a complete TSDU to those that are ready.
fn queue(ready: &mut VecDeque<Tsdu>, tsdu: Tsdu) -> Outcome {
    if ready.try_reserve(1).is_err() {
        return Outcome::discarded(TsduDiscarded::NoMemory, tsdu.octets.len());
    }
    ready.push_back(tsdu);
    Outcome::ACCEPTED
}

/// Moves a connection behind all others.
fn move_to_end(active: &mut [Connection], position: usize) {
    let mut tail = active.get_mut(position..).unwrap_or_default();
    while let [first, behind @ ..] = tail
        && let Some(second) = behind.first_mut()
    {
        std::mem::swap(first, second);
        tail = behind;
    }
}

/// The segments of one transport connection.
#[derive(Default)]
struct Connection {
    reference: Option<u16>,
    tsdu: Tsdu,
    /// The current TSDU was discarded: segments up to EOT are skipped.
    discarding: bool,
    /// The number of the next segment; `None` if they are not numbered in order.
    next_number: Option<u32>,
    out_of_order: Vec<OutOfOrder>,
    /// Octets of the current TSDU that were discarded with others that were lost.
    lost: usize,
    /// Why the current TSDU may have no end was reported.
    is_explained: bool,
}

impl Connection {
    fn is_idle(&self) -> bool {
        self.tsdu.segments == 0 && self.out_of_order.is_empty() && !self.discarding
    }

    /// Octets of memory, including allocator overhead.
    fn memory(&self) -> usize {
        self.tsdu.octets.capacity() + self.memory_out_of_order()
    }

    fn memory_out_of_order(&self) -> usize {
        self.out_of_order.capacity() * size_of::<OutOfOrder>()
            + self.out_of_order.len() * HEAP_OVERHEAD
            + self.octets_out_of_order()
    }

    fn octets_out_of_order(&self) -> usize {
        self.out_of_order.iter().map(|dt| dt.octets.len()).sum()
    }

    /// Octets of a TSDU without end, including those that were discarded.
    fn octets_without_end(&self) -> usize {
        self.lost + self.octets_received()
    }

    /// User data that was received of the incomplete TSDU, segments out of order included.
    fn octets_received(&self) -> usize {
        self.tsdu.octets.len() + self.octets_out_of_order()
    }

    /// Accepts a segment. The connection and the TSDUs that are ready hold at most `room` octets
    /// of memory.
    fn accept(&mut self, segment: Segment, room: usize, ready: &mut VecDeque<Tsdu>) -> Outcome {
        let mask = segment.format.number_mask();
        self.next_number = segment
            .first_number
            .map(|first| self.next_number.unwrap_or(first));
        if let Some(next) = self.next_number {
            let ahead = segment.number.wrapping_sub(next) & mask;
            if ahead > mask / 2 {
                // A retransmission.
                return Outcome::ACCEPTED;
            }
            if ahead > 0 {
                return self.keep_out_of_order(segment, room);
            }
            self.next_number = Some(segment.number.wrapping_add(1) & mask);
        }
        let mut outcome = self.append(
            segment.octets,
            segment.eot,
            segment.is_complete,
            room,
            ready,
        );
        while let Some(next) = self.take_next(mask) {
            let appended = self.append(&next.octets, next.eot, true, room, ready);
            if appended.is_tsdu {
                let tsdu = Tsdu {
                    octets: next.octets,
                    segments: 1,
                };
                outcome.add(queue(ready, tsdu));
            }
            outcome.add(appended);
        }
        outcome
    }

    /// Removes the segment with the next number from those out of order.
    fn take_next(&mut self, mask: u32) -> Option<OutOfOrder> {
        let number = self.next_number?;
        let position = self
            .out_of_order
            .iter()
            .position(|dt| dt.number == number)?;
        self.next_number = Some(number.wrapping_add(1) & mask);
        let next = self.out_of_order.swap_remove(position);
        if self.out_of_order.is_empty() {
            self.out_of_order = Vec::new();
        }
        Some(next)
    }

    /// Appends the segment that is next in order.
    fn append(
        &mut self,
        octets: &[u8],
        eot: bool,
        is_complete: bool,
        room: usize,
        ready: &mut VecDeque<Tsdu>,
    ) -> Outcome {
        if !is_complete {
            self.lost += self.tsdu.octets.len() + octets.len();
            self.tsdu = Tsdu::default();
            self.discarding = true;
        }
        if eot {
            self.lost = 0;
            self.is_explained = false;
        }
        if self.discarding {
            self.discarding = !eot;
            return Outcome::ACCEPTED;
        }
        if eot && self.tsdu.segments == 0 {
            return Outcome::TSDU;
        }
        let memory_ready: usize = ready.iter().map(|tsdu| tsdu.octets.capacity()).sum();
        let held = memory_ready + self.memory_out_of_order();
        if let Err(reason) = self.tsdu.append(octets, eot, room.saturating_sub(held)) {
            let received = self.tsdu.octets.len() + octets.len();
            self.tsdu = Tsdu::default();
            self.discarding = !eot;
            return Outcome::discarded(reason, received);
        }
        if eot {
            return queue(ready, std::mem::take(&mut self.tsdu));
        }
        Outcome::ACCEPTED
    }

    /// Keeps a segment until those before it arrive. Without room for it the TSDU is discarded.
    fn keep_out_of_order(&mut self, segment: Segment, room: usize) -> Outcome {
        let is_duplicate = |dt: &OutOfOrder| dt.number == segment.number;
        if self.out_of_order.iter().any(is_duplicate) {
            return Outcome::ACCEPTED;
        }
        let more = size_of::<OutOfOrder>() + HEAP_OVERHEAD + segment.octets.len();
        let has_room = self.memory() + more <= room;
        let is_kept = segment.is_complete && has_room && self.out_of_order.len() < MAX_OUT_OF_ORDER;
        if is_kept && self.wait_with(&segment).is_ok() {
            return Outcome::ACCEPTED;
        }
        let received = self.octets_received() + segment.octets.len();
        *self = Self {
            reference: self.reference,
            discarding: !segment.eot,
            next_number: Some(segment.number.wrapping_add(1) & segment.format.number_mask()),
            ..Self::default()
        };
        let reason = if is_kept {
            TsduDiscarded::NoMemory
        } else if has_room {
            TsduDiscarded::TooManyWaiting
        } else {
            TsduDiscarded::TooLong
        };
        Outcome::discarded(reason, received)
    }

    fn wait_with(&mut self, segment: &Segment) -> Result<(), NoMemory> {
        let waiting = OutOfOrder {
            number: segment.number,
            eot: segment.eot,
            octets: copied(segment.octets)?,
        };
        push(&mut self.out_of_order, waiting)
    }
}

impl Tsdu {
    /// Appends octets, which are the last ones if `eot` is set. Changes nothing if the TSDU would
    /// hold more than `room` octets, or there is no memory for it.
    fn append(&mut self, octets: &[u8], eot: bool, room: usize) -> Result<(), TsduDiscarded> {
        let length = self.octets.len() + octets.len();
        if length > room {
            return Err(TsduDiscarded::TooLong);
        }
        if length > self.octets.capacity() {
            let capacity = if eot { length } else { (2 * length).min(room) };
            reserve(&mut self.octets, capacity).map_err(|NoMemory| TsduDiscarded::NoMemory)?;
        }
        self.octets.extend_from_slice(octets);
        self.segments = self.segments.saturating_add(1);
        Ok(())
    }
}
