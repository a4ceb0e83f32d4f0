//! One direction of a TCP connection, put in order.

use crate::file::Arrival;
use crate::history::History;
use crate::layers::TcpHeader;
use std::collections::VecDeque;
use std::mem;

/// What a direction delivers, in the order it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// Octets, and when they arrived.
    Octets(&'a [u8], Arrival),
    /// So many octets were sent, but the capture truncates their packet.
    Truncated(u32),
    /// So many octets were lost, or their packets were not captured; 0 when their number is not
    /// known.
    Lost(u32),
    /// Nothing more is sent, and when the packet arrived that says so.
    End(Ending, Arrival),
    /// A segment of which something was not taken, and when it arrived.
    Refused(Refusal, Arrival),
}

/// Why something of a segment was not taken, or came unexpected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// Its octets are far outside the receiver's window, and were not acknowledged.
    OutsideWindow,
    /// A SYN, FIN or RST with a wrong checksum, though most segments of its sender have a right one.
    Checksum,
    /// A RST whose sequence number is not the next one (RFC 5961 3.2).
    Reset,
    /// Octets that were delivered before are repeated with other content.
    Conflict,
    /// Octets that had been reported as lost.
    Late,
    /// There are octets behind the end of the direction: the FIN or RST that ended it was none of the
    /// sender's. The direction continues with them.
    Ended,
}

/// How a direction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Not known: another connection has the same ends now, or the other end reset this one.
    Unknown,
    /// With a FIN.
    Closed,
    /// With a RST of the end that sends: the other direction ends with it.
    Reset,
    /// With the capture.
    Capture,
}

/// A segment that arrived before its turn, or far outside the window.
struct Held {
    sequence: u32,
    octets: Vec<u8>,
    reported: u32,
    arrival: Arrival,
}

/// Limits of held segments and octets; beyond them the gap in front is skipped.
const MOST_HELD: usize = 1024;
const MOST_HELD_OCTETS: usize = 1 << 20;
/// Limits of segments and octets outside the window; beyond them the first one is refused.
const MOST_ASIDE: usize = 32;
const MOST_ASIDE_OCTETS: usize = 64 << 10;
/// A window is taken to be so large at least, because a capture may lack segments.
const SMALLEST_WINDOW: u32 = 0xffff;
/// Segments of an end whose checksums are computed.
const SAMPLE: u32 = 16;

/// How the next sequence number is known.
#[derive(Default, PartialEq, Eq)]
enum Phase {
    /// It is the one of the first segment in the capture.
    #[default]
    Midstream,
    /// There was a SYN.
    Opened,
    /// Octets were delivered or lost.
    Begun,
}

/// What the end that sends a direction has said of itself.
#[derive(Clone, Copy, Default)]
struct Sender {
    /// The largest window in its segments.
    window: Option<u16>,
    /// The shift in its SYN: `None` without a SYN, zero without the option.
    scale: Option<u8>,
    /// How many of its checksums are right and wrong.
    right: u32,
    wrong: u32,
}

/// One direction of a connection.
///
/// Every method that takes `deliver` returns its error. Do not use a direction after an error.
#[derive(Default)]
pub struct Direction {
    phase: Phase,
    sender: Sender,
    /// The sequence number of the octet that is delivered next, once there was a segment.
    next: Option<u32>,
    /// The latest acknowledgement of the other direction.
    acknowledged: Option<u32>,
    /// The sequence number of the latest FIN, and when it arrived.
    fin: Option<(u32, Arrival)>,
    /// In the order of their sequence numbers.
    held: VecDeque<Held>,
    /// Segments far outside the window, in the order of their arrival. An acknowledgement shows that
    /// they belong to the connection.
    aside: VecDeque<Held>,
    held_octets: usize,
    aside_octets: usize,
    history: History,
    /// The latest octets that were reported as lost: their sequence numbers.
    lost: Option<(u32, u32)>,
    ended: Option<Ending>,
}

/// How far `to` is ahead of `from`, in sequence numbers, which wrap around.
fn ahead(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}

/// Whether `to` is more than `most` ahead of `from`.
fn is_beyond(from: u32, to: u32, most: u32) -> bool {
    u32::try_from(ahead(from, to)).is_ok_and(|distance| distance > most)
}

impl Direction {
    /// Takes a segment of this direction: what was captured of its payload, and how long that was.
    /// `other` is the other direction, which has the receiver's window.
    ///
    /// # Errors
    ///
    /// Those of `deliver`.
    pub fn segment<E>(
        &mut self,
        tcp: TcpHeader,
        (payload, reported): (&[u8], usize),
        other: &Self,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        let sequence = tcp.sequence.wrapping_add(tcp.syn.into());
        if self.is_undisturbed() && self.next == Some(sequence) && !tcp.syn && !tcp.fin {
            let reported = u32::try_from(reported).unwrap_or(u32::MAX);
            self.sender.window = self.sender.window.max(Some(tcp.window));
            return self.deliver(sequence, payload, reported, arrival, deliver);
        }
        if tcp.syn {
            if self.phase == Phase::Begun || self.is_syn_acknowledged() {
                return Ok(());
            }
            self.phase = Phase::Opened;
            self.next = Some(sequence);
            // A refused SYN may be repeated.
            self.ended = None;
            self.sender.scale = Some(tcp.window_scale.unwrap_or(0));
        }
        let reported = u32::try_from(reported).unwrap_or(u32::MAX);
        let end = sequence.wrapping_add(reported);
        if self.ended.is_some() {
            let is_behind = |end_of_direction| ahead(end_of_direction, end) > 0;
            if reported == 0
                || self.is_outside(sequence, reported, other)
                || !self.own_end().is_some_and(is_behind)
            {
                return Ok(());
            }
            deliver(Delivery::Refused(Refusal::Ended, arrival))?;
            self.ended = None;
        }
        self.next.get_or_insert(sequence);
        if self.is_outside(sequence, reported, other) {
            return match reported {
                0 => Ok(()),
                _ => self.set_aside(sequence, payload, reported, arrival, deliver),
            };
        }
        self.sender.window = self.sender.window.max(Some(tcp.window));
        // No octets are behind a FIN.
        self.fin = self.fin.filter(|&(fin, _)| ahead(fin, end) <= 0);
        if reported > 0 {
            self.pass_keep_alive(sequence);
            if self.next.is_some_and(|next| ahead(next, sequence) > 0) {
                self.hold(sequence, payload, reported, arrival);
            } else {
                self.deliver(sequence, payload, reported, arrival, deliver)?;
                self.release(deliver)?;
            }
        }
        if let Some(acknowledged) = self.acknowledged {
            self.pass_keep_alive(acknowledged);
        }
        if self.held.len() > MOST_HELD
            || self.held_octets > MOST_HELD_OCTETS
            || self.is_acknowledged_past_gap()
        {
            self.skip_gap(deliver)?;
        }
        if tcp.fin {
            self.fin = Some((end, arrival));
        }
        match self.fin {
            Some((fin, arrival)) if self.next == Some(fin) => {
                self.finish((Ending::Closed, arrival), deliver)
            }
            _ => Ok(()),
        }
    }

    /// The largest window that the receiver gave, which sends the other direction; `None` when it has
    /// sent nothing.
    fn window(&self, other: &Self) -> Option<u32> {
        const LARGEST_SCALE: u8 = 14;
        let scale = match (other.sender.scale, self.sender.scale) {
            // Only when both SYNs have the option (RFC 7323 1.3).
            (Some(0), _) | (_, Some(0)) => 0,
            (Some(scale), Some(_)) => scale.min(LARGEST_SCALE),
            _ => LARGEST_SCALE,
        };
        let window = u32::from(other.sender.window?) << scale;
        Some(window.max(SMALLEST_WINDOW))
    }

    /// Whether a segment has a wrong checksum, which is a reason not to take its flags only when most
    /// of its sender are right: many captures have segments whose checksum the network card computes
    /// later. `is_right` is asked as seldom as possible.
    pub fn is_damaged(&mut self, tcp: TcpHeader, is_right: impl FnOnce() -> Option<bool>) -> bool {
        let Sender { right, wrong, .. } = &mut self.sender;
        let has_flag = tcp.syn || tcp.fin || tcp.rst;
        if !has_flag && *right + *wrong >= SAMPLE {
            return false;
        }
        let trusted = *right > *wrong;
        match is_right() {
            Some(true) => {
                *right += 1;
                false
            }
            Some(false) => {
                *wrong += 1;
                trusted && has_flag
            }
            None => false,
        }
    }

    /// Whether the next octets can be delivered at once, and nothing else is to be done.
    #[inline(always)]
    fn is_undisturbed(&self) -> bool {
        self.phase == Phase::Begun
            && self.held.is_empty()
            && self.fin.is_none()
            && self.ended.is_none()
    }

    /// Whether octets are far outside the window, or behind it.
    #[inline(always)]
    fn is_outside(&self, sequence: u32, reported: u32, other: &Self) -> bool {
        self.next != Some(sequence) && self.is_far(sequence, reported, other)
    }

    fn is_far(&self, sequence: u32, reported: u32, other: &Self) -> bool {
        let (Some(next), Some(window)) = (self.next, self.window(other)) else {
            return false;
        };
        let from = match self.acknowledged {
            Some(acknowledged) if ahead(next, acknowledged) > 0 => acknowledged,
            _ => next,
        };
        is_beyond(from, sequence, window)
            || is_beyond(sequence.wrapping_add(reported), next, window)
    }

    /// Keeps a segment that is outside the window.
    fn set_aside<E>(
        &mut self,
        sequence: u32,
        payload: &[u8],
        reported: u32,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        self.aside_octets += payload.len();
        self.aside.push_back(Held {
            sequence,
            octets: payload.to_vec(),
            reported,
            arrival,
        });
        while self.aside.len() > MOST_ASIDE || self.aside_octets > MOST_ASIDE_OCTETS {
            let Some(first) = self.aside.pop_front() else {
                break;
            };
            self.aside_octets -= first.octets.len();
            deliver(Delivery::Refused(Refusal::OutsideWindow, first.arrival))?;
        }
        Ok(())
    }

    /// An acknowledgement outside the window: if it is of a segment outside the window, both ends are
    /// there, and the capture lacks how they got there.
    fn follow_acknowledgement<E>(
        &mut self,
        to: u32,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        let is_acknowledged = |held: &Held| {
            ahead(held.sequence, to) > 0 && !is_beyond(held.sequence, to, SMALLEST_WINDOW)
        };
        if !self.aside.iter().any(is_acknowledged) {
            return Ok(());
        }
        let (acknowledged, rest): (VecDeque<_>, _) = mem::take(&mut self.aside)
            .into_iter()
            .partition(is_acknowledged);
        self.aside = rest;
        self.aside_octets = self.aside.iter().map(|held| held.octets.len()).sum();
        while !self.held.is_empty() {
            self.skip_gap(deliver)?;
        }
        for held in acknowledged {
            self.insert(held);
        }
        self.acknowledged = Some(to);
        let Some(first) = self.held.front().map(|held| held.sequence) else {
            return Ok(());
        };
        let lost = self.next.map_or(0, |next| ahead(next, first));
        self.skip_to(first, u32::try_from(lost).unwrap_or(0), deliver)?;
        self.release(deliver)
    }

    /// Whether a RST with this number ends the connection: it is the number that the receiver expects,
    /// any other may be forged (RFC 5961 3.2).
    pub fn is_reset_by(&self, sequence: u32) -> bool {
        match (self.next, self.acknowledged) {
            (Some(next), acknowledged) => {
                let behind_fin = self.ended.is_some() && sequence == next.wrapping_add(1);
                sequence == next || acknowledged == Some(sequence) || behind_fin
            }
            (None, Some(acknowledged)) => {
                ahead(acknowledged, sequence) >= 0
                    && !is_beyond(acknowledged, sequence, SMALLEST_WINDOW)
            }
            (None, None) => true,
        }
    }

    /// The sequence number where this direction ended, if its sender said so.
    pub fn own_end(&self) -> Option<u32> {
        self.next
            .filter(|_| matches!(self.ended, Some(Ending::Closed | Ending::Reset)))
    }

    /// Whether nothing more can be delivered, unless a SYN was refused and is repeated.
    pub fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether there was a segment.
    pub fn is_seen(&self) -> bool {
        self.next.is_some()
    }

    /// Whether octets were delivered or lost.
    pub fn has_begun(&self) -> bool {
        self.phase == Phase::Begun
    }

    /// When the first of the segments that are held back arrived.
    pub fn held_since(&self) -> Option<Arrival> {
        self.held.front().map(|held| held.arrival)
    }

    /// Forgets the octets that a repetition would be compared with.
    pub fn forget_history(&mut self) {
        self.history = History::default();
    }

    /// Octets of memory for segments and their octets.
    pub fn size(&self) -> usize {
        let segments = self.held.len() + self.aside.len();
        segments * size_of::<Held>() + self.held_octets + self.aside_octets + self.history.size()
    }

    /// The other direction acknowledges: what is missing below `to` was received, but not captured.
    ///
    /// # Errors
    ///
    /// Those of `deliver`.
    pub fn acknowledge<E>(
        &mut self,
        to: u32,
        other: &Self,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.is_undisturbed() && self.next == Some(to) {
            self.acknowledged = Some(to);
            self.history.acknowledge(to);
            return Ok(());
        }
        if self.is_outside(to, 0, other) {
            return self.follow_acknowledgement(to, deliver);
        }
        self.acknowledged = Some(to);
        self.history.acknowledge(to);
        self.pass_keep_alive(to);
        if self.is_acknowledged_past_gap() {
            self.skip_gap(deliver)?;
        }
        Ok(())
    }

    /// Whether the other end has the SYN, and no octet behind it.
    fn is_syn_acknowledged(&self) -> bool {
        self.phase == Phase::Opened && self.acknowledged.is_some() && self.acknowledged == self.next
    }

    /// Where the capture starts at a keep-alive, the next octet is one further (RFC 1122 4.2.3.6).
    fn pass_keep_alive(&mut self, number: u32) {
        if self.phase == Phase::Midstream
            && self.next.is_some_and(|next| number == next.wrapping_add(1))
        {
            self.next = Some(number);
        }
    }

    /// Only a gap that is acknowledged up to the next segment is skipped: that segment may be a stray
    /// one, far ahead.
    fn is_acknowledged_past_gap(&self) -> bool {
        match (self.held.front(), self.acknowledged) {
            (Some(held), Some(acknowledged)) => ahead(held.sequence, acknowledged) >= 0,
            _ => false,
        }
    }

    /// Octets at the end that the FIN or an acknowledgement implies, but that were not captured.
    fn lost_at_end(&self) -> u32 {
        // The acknowledgement may count a FIN.
        let acknowledged = self.acknowledged.map(|to| to.wrapping_sub(1));
        [self.fin.map(|(fin, _)| fin), acknowledged]
            .into_iter()
            .flatten()
            .filter_map(|to| u32::try_from(ahead(self.next?, to)).ok())
            .max()
            .unwrap_or(0)
    }

    /// Delivers everything that is held back, and the end: how it came and when. A direction ends once,
    /// but may be reset after its FIN.
    ///
    /// # Errors
    ///
    /// Those of `deliver`.
    pub fn finish<E>(
        &mut self,
        (ending, arrival): (Ending, Arrival),
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.ended.is_some() && ending != Ending::Reset {
            return Ok(());
        }
        while !self.held.is_empty() {
            self.skip_gap(deliver)?;
        }
        let lost = self.lost_at_end();
        if lost > 0 {
            deliver(Delivery::Lost(lost))?;
        }
        self.aside_octets = 0;
        for held in mem::take(&mut self.aside) {
            deliver(Delivery::Refused(Refusal::OutsideWindow, held.arrival))?;
        }
        self.forget_history();
        self.ended = Some(ending);
        deliver(Delivery::End(ending, arrival))
    }

    fn hold(&mut self, sequence: u32, payload: &[u8], reported: u32, arrival: Arrival) {
        self.insert(Held {
            sequence,
            octets: payload.to_vec(),
            reported,
            arrival,
        });
    }

    fn insert(&mut self, segment: Held) {
        let position = self
            .held
            .partition_point(|held| ahead(held.sequence, segment.sequence) >= 0);
        self.held_octets += segment.octets.len();
        self.held.insert(position, segment);
    }

    /// Delivers the octets of a segment that were not delivered before.
    fn deliver<E>(
        &mut self,
        sequence: u32,
        payload: &[u8],
        reported: u32,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(next) = self.next else {
            return Ok(());
        };
        let old = ahead(sequence, next).cast_unsigned();
        if old > 0 {
            self.compare(sequence, payload, old.min(reported), arrival, deliver)?;
        }
        if old >= reported {
            return Ok(());
        }
        self.phase = Phase::Begun;
        let end = sequence.wrapping_add(reported);
        self.next = Some(end);
        let new = usize::try_from(old)
            .ok()
            .and_then(|old| payload.get(old..))
            .unwrap_or_default();
        if !new.is_empty() {
            self.history.append(new, end, self.acknowledged.is_some());
            deliver(Delivery::Octets(new, arrival))?;
        }
        let missing =
            u32::try_from(new.len()).map_or(0, |here| (reported - old).saturating_sub(here));
        if missing > 0 {
            self.history.clear();
            deliver(Delivery::Truncated(missing))?;
        }
        Ok(())
    }

    /// Reports a repetition, the first `old` octets of a segment, that differs from what was
    /// delivered, or that comes too late.
    #[cold]
    fn compare<E>(
        &self,
        sequence: u32,
        payload: &[u8],
        old: u32,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        let repeated = payload.get(..old as usize).unwrap_or(payload);
        let end = sequence.wrapping_add(old);
        let was_lost = self
            .lost
            .is_some_and(|(from, to)| old > 0 && ahead(from, end) > 0 && ahead(sequence, to) > 0);
        if self
            .history
            .contradicts(sequence, repeated, self.acknowledged)
        {
            deliver(Delivery::Refused(Refusal::Conflict, arrival))
        } else if was_lost {
            deliver(Delivery::Refused(Refusal::Late, arrival))
        } else {
            Ok(())
        }
    }

    /// Delivers the held segments whose turn has come.
    #[inline(always)]
    fn release<E>(&mut self, deliver: &mut impl FnMut(Delivery) -> Result<(), E>) -> Result<(), E> {
        match self.held.is_empty() {
            true => Ok(()),
            false => self.release_held(deliver),
        }
    }

    fn release_held<E>(
        &mut self,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        while let (Some(next), Some(held)) = (self.next, self.held.pop_front()) {
            if ahead(next, held.sequence) > 0 {
                self.held.push_front(held);
                break;
            }
            self.held_octets -= held.octets.len();
            self.deliver(
                held.sequence,
                &held.octets,
                held.reported,
                held.arrival,
                deliver,
            )?;
        }
        Ok(())
    }

    /// Reports the octets in front of the first held segment as lost, and delivers what follows.
    ///
    /// # Errors
    ///
    /// Those of `deliver`.
    pub fn skip_gap<E>(
        &mut self,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        if let (Some(next), Some(held)) = (self.next, self.held.front()) {
            let (to, lost) = (held.sequence, held.sequence.wrapping_sub(next));
            self.skip_to(to, lost, deliver)?;
        }
        self.release(deliver)
    }

    /// Continues at another sequence number; `lost` octets are missing, 0 if their number is unknown.
    fn skip_to<E>(
        &mut self,
        to: u32,
        lost: u32,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        self.lost = Some((to.wrapping_sub(lost), to));
        self.history.clear();
        self.phase = Phase::Begun;
        self.next = Some(to);
        deliver(Delivery::Lost(lost))
    }
}
