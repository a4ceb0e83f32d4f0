//! One direction of a TCP connection, put in order.

use crate::capture::Arrival;
use crate::layers::Tcp;
use std::collections::VecDeque;

/// What a direction delivers, in the order it was sent.
pub enum Delivery<'a> {
    /// Octets, and when they came.
    Octets(&'a [u8], Arrival),
    /// Octets that are not in the capture because the packet was cut short.
    CutOff(u32),
    /// Octets that were lost, or whose packets were not captured.
    Lost(u32),
    /// Nothing comes any more.
    End,
}

/// A segment that came before its turn.
struct Held {
    sequence: u32,
    octets: Vec<u8>,
    reported: u32,
    arrival: Arrival,
}

/// Segments and octets held back before what is missing is given up.
const MOST_HELD: usize = 1024;
const MOST_HELD_OCTETS: usize = 1 << 20;

/// One direction of a connection.
#[derive(Default)]
pub struct Direction {
    /// The sequence number that is due, once anything was seen.
    due: Option<u32>,
    /// The sequence number of the SYN.
    pub initial: Option<u32>,
    /// The highest acknowledgement of the other direction.
    acknowledged: Option<u32>,
    /// In the order of their sequence numbers.
    held: VecDeque<Held>,
    held_octets: usize,
    ended: bool,
}

/// How far `to` is ahead of `from`, around the end of the number space.
fn ahead(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}

impl Direction {
    /// Takes a segment of this direction.
    pub fn segment(
        &mut self,
        tcp: Tcp,
        payload: &[u8],
        reported: usize,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery),
    ) {
        if self.ended {
            return;
        }
        let sequence = tcp.sequence.wrapping_add(tcp.syn.into());
        if tcp.syn && self.initial != Some(tcp.sequence) {
            self.initial = Some(tcp.sequence);
            self.due = Some(sequence);
        }
        let due = *self.due.get_or_insert(sequence);
        let reported = u32::try_from(reported).unwrap_or(u32::MAX);
        if reported > 0 {
            if ahead(due, sequence) > 0 {
                self.hold(sequence, payload, reported, arrival);
            } else {
                self.deliver(sequence, payload, reported, arrival, deliver);
                self.release(deliver);
            }
        }
        if self.held.len() > MOST_HELD
            || self.held_octets > MOST_HELD_OCTETS
            || self.acknowledged.is_some_and(|to| self.is_lost(to))
        {
            self.give_up(deliver);
        }
        let end = sequence.wrapping_add(reported);
        if tcp.rst || (tcp.fin && self.due.is_some_and(|due| ahead(end, due) >= 0)) {
            self.end(deliver);
        }
    }

    /// The other direction acknowledges: what is missing below was received, but not captured.
    pub fn acknowledge(&mut self, to: u32, deliver: &mut impl FnMut(Delivery)) {
        self.acknowledged = Some(to);
        if self.is_lost(to) {
            self.give_up(deliver);
        }
    }

    fn is_lost(&self, acknowledged: u32) -> bool {
        !self.held.is_empty() && self.due.is_some_and(|due| ahead(due, acknowledged) > 0)
    }

    /// The connection or the capture is over.
    pub fn end(&mut self, deliver: &mut impl FnMut(Delivery)) {
        if self.ended {
            return;
        }
        while !self.held.is_empty() {
            self.give_up(deliver);
        }
        self.ended = true;
        deliver(Delivery::End);
    }

    fn hold(&mut self, sequence: u32, payload: &[u8], reported: u32, arrival: Arrival) {
        let position = self
            .held
            .partition_point(|held| ahead(held.sequence, sequence) >= 0);
        self.held_octets += payload.len();
        self.held.insert(
            position,
            Held {
                sequence,
                octets: payload.to_vec(),
                reported,
                arrival,
            },
        );
    }

    /// Delivers what of a segment has not been delivered before.
    fn deliver(
        &mut self,
        sequence: u32,
        payload: &[u8],
        reported: u32,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery),
    ) {
        let Some(due) = self.due else {
            return;
        };
        let old = ahead(sequence, due).cast_unsigned();
        if old >= reported {
            return;
        }
        let new = usize::try_from(old)
            .ok()
            .and_then(|old| payload.get(old..))
            .unwrap_or_default();
        if !new.is_empty() {
            deliver(Delivery::Octets(new, arrival));
        }
        let missing = u32::try_from(new.len()).map_or(0, |here| reported - old - here);
        if missing > 0 {
            deliver(Delivery::CutOff(missing));
        }
        self.due = Some(sequence.wrapping_add(reported));
    }

    /// Delivers the held segments whose turn has come.
    fn release(&mut self, deliver: &mut impl FnMut(Delivery)) {
        while let (Some(due), Some(held)) = (self.due, self.held.pop_front()) {
            if ahead(due, held.sequence) > 0 {
                self.held.push_front(held);
                return;
            }
            self.held_octets -= held.octets.len();
            self.deliver(
                held.sequence,
                &held.octets,
                held.reported,
                held.arrival,
                deliver,
            );
        }
    }

    /// Takes what is missing before the first held segment as lost.
    fn give_up(&mut self, deliver: &mut impl FnMut(Delivery)) {
        if let (Some(due), Some(held)) = (self.due, self.held.front()) {
            deliver(Delivery::Lost(held.sequence.wrapping_sub(due)));
            self.due = Some(held.sequence);
        }
        self.release(deliver);
    }
}
