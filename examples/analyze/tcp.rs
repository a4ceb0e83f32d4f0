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

/// How sure it is which sequence number is due.
#[derive(Default, PartialEq, Eq)]
enum Phase {
    /// Some segment was the first in the capture.
    #[default]
    Joined,
    /// There was a SYN.
    Opened,
    /// Octets were delivered or lost.
    Begun,
}

/// One direction of a connection.
#[derive(Default)]
pub struct Direction {
    phase: Phase,
    /// The sequence number that is due, once anything was seen.
    due: Option<u32>,
    /// The latest acknowledgement of the other direction.
    acknowledged: Option<u32>,
    /// The sequence number of the latest FIN.
    fin: Option<u32>,
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
        let sequence = tcp.sequence.wrapping_add(tcp.syn.into());
        if tcp.syn && self.phase != Phase::Begun {
            self.phase = Phase::Opened;
            self.due = Some(sequence);
            // A refused SYN may be repeated.
            self.ended = false;
        }
        if self.ended {
            return;
        }
        self.due.get_or_insert(sequence);
        let reported = u32::try_from(reported).unwrap_or(u32::MAX);
        if reported > 0 {
            self.pass_keep_alive(sequence);
            if self.due.is_some_and(|due| ahead(due, sequence) > 0) {
                self.hold(sequence, payload, reported, arrival);
            } else {
                self.deliver(sequence, payload, reported, arrival, deliver);
                self.release(deliver);
            }
        }
        if let Some(acknowledged) = self.acknowledged {
            self.pass_keep_alive(acknowledged);
        }
        if self.held.len() > MOST_HELD
            || self.held_octets > MOST_HELD_OCTETS
            || self.is_acknowledged_past_loss()
        {
            self.give_up(deliver);
        }
        if tcp.fin {
            self.fin = Some(sequence.wrapping_add(reported));
        }
        if self.fin.is_some() && self.fin == self.due {
            self.end(deliver);
        }
    }

    /// Whether a RST with this number ends the connection: any other number may be forged (RFC 5961
    /// 3.2).
    pub fn is_reset_by(&self, sequence: u32) -> bool {
        self.ended || self.due == Some(sequence)
    }

    /// Whether nothing can come any more, but for a SYN that was refused and is repeated.
    pub fn is_over(&self) -> bool {
        self.ended
    }

    /// Whether octets were delivered or lost.
    pub fn has_begun(&self) -> bool {
        self.phase == Phase::Begun
    }

    /// When the first of what is held back came.
    pub fn held_since(&self) -> Option<Arrival> {
        self.held.front().map(|held| held.arrival)
    }

    /// The other direction acknowledges: what is missing below was received, but not captured.
    pub fn acknowledge(&mut self, to: u32, deliver: &mut impl FnMut(Delivery)) {
        self.acknowledged = Some(to);
        self.pass_keep_alive(to);
        if self.is_acknowledged_past_loss() {
            self.give_up(deliver);
        }
    }

    /// Where the capture joins a connection at a keep-alive, what is due is one further (RFC 1122
    /// 4.2.3.6).
    fn pass_keep_alive(&mut self, number: u32) {
        if self.phase == Phase::Joined && self.due.is_some_and(|due| number == due.wrapping_add(1))
        {
            self.due = Some(number);
        }
    }

    /// Only what is acknowledged up to the next segment is lost: a stray segment may be far ahead.
    fn is_acknowledged_past_loss(&self) -> bool {
        match (self.held.front(), self.acknowledged) {
            (Some(held), Some(acknowledged)) => ahead(held.sequence, acknowledged) >= 0,
            _ => false,
        }
    }

    /// Octets at the end that the FIN or an acknowledgement speaks of, but nobody saw.
    fn lost_at_end(&self) -> u32 {
        // The acknowledgement may count a FIN.
        let acknowledged = self.acknowledged.map(|to| to.wrapping_sub(1));
        [self.fin, acknowledged]
            .into_iter()
            .flatten()
            .filter_map(|to| u32::try_from(ahead(self.due?, to)).ok())
            .max()
            .unwrap_or(0)
    }

    /// The connection or the capture is over.
    pub fn end(&mut self, deliver: &mut impl FnMut(Delivery)) {
        if self.ended {
            return;
        }
        while !self.held.is_empty() {
            self.give_up(deliver);
        }
        let lost = self.lost_at_end();
        if lost > 0 {
            deliver(Delivery::Lost(lost));
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
        self.phase = Phase::Begun;
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
    pub fn give_up(&mut self, deliver: &mut impl FnMut(Delivery)) {
        if let (Some(due), Some(held)) = (self.due, self.held.front()) {
            deliver(Delivery::Lost(held.sequence.wrapping_sub(due)));
            self.phase = Phase::Begun;
            self.due = Some(held.sequence);
        }
        self.release(deliver);
    }
}
