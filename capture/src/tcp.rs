//! One direction of a TCP connection, put in order.

use crate::file::Arrival;
use crate::layers::TcpHeader;
use std::collections::VecDeque;

/// What a direction delivers, in the order it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// Octets, and when they arrived.
    Octets(&'a [u8], Arrival),
    /// So many octets were sent, but the capture truncates their packet.
    Truncated(u32),
    /// So many octets were lost, or their packets were not captured.
    Lost(u32),
    /// Nothing more is sent, and when the packet arrived that says so.
    End(Ending, Arrival),
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

/// A segment that arrived before its turn.
struct Held {
    sequence: u32,
    octets: Vec<u8>,
    reported: u32,
    arrival: Arrival,
}

/// Limits of held segments and octets; beyond them the gap in front is skipped.
const MOST_HELD: usize = 1024;
const MOST_HELD_OCTETS: usize = 1 << 20;

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

/// One direction of a connection.
///
/// Every method that takes `deliver` returns its error. Do not use a direction after an error.
#[derive(Default)]
pub struct Direction {
    phase: Phase,
    /// The sequence number of the octet that is delivered next, once there was a segment.
    next: Option<u32>,
    /// The latest acknowledgement of the other direction.
    acknowledged: Option<u32>,
    /// The sequence number of the latest FIN, and when it arrived.
    fin: Option<(u32, Arrival)>,
    /// In the order of their sequence numbers.
    held: VecDeque<Held>,
    held_octets: usize,
    ended: bool,
}

/// How far `to` is ahead of `from`, in sequence numbers, which wrap around.
fn ahead(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}

impl Direction {
    /// Takes a segment of this direction: what was captured of its payload, and how long that was.
    ///
    /// # Errors
    ///
    /// Those of `deliver`.
    pub fn segment<E>(
        &mut self,
        tcp: TcpHeader,
        payload: &[u8],
        reported: usize,
        arrival: Arrival,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        let sequence = tcp.sequence.wrapping_add(tcp.syn.into());
        if tcp.syn && self.phase != Phase::Begun {
            self.phase = Phase::Opened;
            self.next = Some(sequence);
            // A refused SYN may be repeated.
            self.ended = false;
        }
        if self.ended {
            return Ok(());
        }
        self.next.get_or_insert(sequence);
        let reported = u32::try_from(reported).unwrap_or(u32::MAX);
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
            self.fin = Some((sequence.wrapping_add(reported), arrival));
        }
        match self.fin {
            Some((fin, arrival)) if self.next == Some(fin) => {
                self.finish((Ending::Closed, arrival), deliver)
            }
            _ => Ok(()),
        }
    }

    /// Whether a RST with this number ends the connection: any other number may be forged (RFC 5961
    /// 3.2).
    pub fn is_reset_by(&self, sequence: u32) -> bool {
        self.ended || self.next == Some(sequence)
    }

    /// Whether nothing more can be delivered, unless a SYN was refused and is repeated.
    pub fn is_over(&self) -> bool {
        self.ended
    }

    /// Whether octets were delivered or lost.
    pub fn has_begun(&self) -> bool {
        self.phase == Phase::Begun
    }

    /// When the first of the segments that are held back arrived.
    pub fn held_since(&self) -> Option<Arrival> {
        self.held.front().map(|held| held.arrival)
    }

    /// The other direction acknowledges: what is missing below `to` was received, but not captured.
    ///
    /// # Errors
    ///
    /// Those of `deliver`.
    pub fn acknowledge<E>(
        &mut self,
        to: u32,
        deliver: &mut impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        self.acknowledged = Some(to);
        self.pass_keep_alive(to);
        if self.is_acknowledged_past_gap() {
            self.skip_gap(deliver)?;
        }
        Ok(())
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
        if self.ended && ending != Ending::Reset {
            return Ok(());
        }
        while !self.held.is_empty() {
            self.skip_gap(deliver)?;
        }
        let lost = self.lost_at_end();
        if lost > 0 {
            deliver(Delivery::Lost(lost))?;
        }
        self.ended = true;
        deliver(Delivery::End(ending, arrival))
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
        if old >= reported {
            return Ok(());
        }
        self.phase = Phase::Begun;
        self.next = Some(sequence.wrapping_add(reported));
        let new = usize::try_from(old)
            .ok()
            .and_then(|old| payload.get(old..))
            .unwrap_or_default();
        if !new.is_empty() {
            deliver(Delivery::Octets(new, arrival))?;
        }
        let missing =
            u32::try_from(new.len()).map_or(0, |here| (reported - old).saturating_sub(here));
        if missing > 0 {
            deliver(Delivery::Truncated(missing))?;
        }
        Ok(())
    }

    /// Delivers the held segments whose turn has come.
    fn release<E>(&mut self, deliver: &mut impl FnMut(Delivery) -> Result<(), E>) -> Result<(), E> {
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
            let lost = held.sequence.wrapping_sub(next);
            self.phase = Phase::Begun;
            self.next = Some(held.sequence);
            deliver(Delivery::Lost(lost))?;
        }
        self.release(deliver)
    }
}
