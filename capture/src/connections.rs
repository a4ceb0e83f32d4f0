//! The TCP connections of a capture, numbered and followed.

use crate::file::Arrival;
use crate::layers::{Datagram, Ends, TcpHeader};
use crate::tcp::{Delivery, Direction, Ending};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A map from the ends of conversations.
pub type ByEnds<T> = HashMap<Ends, T, foldhash::fast::RandomState>;

/// A connection of which the first segment was captured.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// How many connections began before it, as Wireshark numbers TCP streams.
    pub number: u64,
    /// Both ends.
    pub ends: Ends,
    /// The capture starts within it: there is no SYN.
    pub midstream: bool,
}

/// The receiver of what the connections deliver.
pub trait Follow {
    /// The state kept for a connection.
    type Connection;
    /// Why nothing more is taken.
    type Error;

    /// A connection begins, or begins anew because its SYN was refused; `None` when it need not be
    /// followed.
    fn open(&mut self, opening: Opening) -> Option<Self::Connection>;

    /// An end, by its index in [`Ends`], has sent something.
    ///
    /// # Errors
    ///
    /// Nothing more is taken.
    fn deliver(
        &mut self,
        connection: &mut Self::Connection,
        sender: usize,
        delivery: Delivery,
    ) -> Result<(), Self::Error>;
}

/// The connections of a capture, for a follower `F`.
pub struct Connections<F: Follow> {
    connections: ByEnds<Connection<F::Connection>>,
    opened: u64,
}

struct Connection<C> {
    number: u64,
    /// The sequence numbers of the SYNs, when there was none those it must have had.
    initial: [Option<u32>; 2],
    /// `None` when it is not followed, or when nothing more can be delivered.
    live: Option<Box<Live<C>>>,
    /// It was over before each end had sent octets: its SYN may be repeated.
    refused: bool,
}

/// A connection that is followed.
struct Live<C> {
    connection: C,
    /// By the index of the end that sends.
    directions: [Direction; 2],
    /// When the latest segment arrived.
    latest: Arrival,
}

impl<F: Follow> Default for Connections<F> {
    fn default() -> Self {
        Self {
            connections: ByEnds::default(),
            opened: 0,
        }
    }
}

impl<F: Follow> Connections<F> {
    /// Takes a segment, and delivers what has become complete.
    ///
    /// # Errors
    ///
    /// The follower's.
    pub fn segment(
        &mut self,
        follower: &mut F,
        datagram: &Datagram,
        tcp: TcpHeader,
        arrival: Arrival,
    ) -> Result<(), F::Error> {
        let (ends, sender) = datagram.ends();
        let opens = tcp.syn && tcp.acknowledgement.is_none();
        if opens
            && let Entry::Occupied(entry) = self.connections.entry(ends)
            && entry.get().is_over_at(sender, tcp.sequence)
            && let Some(mut live) = entry.remove().live
        {
            live.finish(follower, Ending::Unknown)?;
        }
        let (connection, is_new) = match self.connections.entry(ends) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(entry) => {
                let number = self.opened;
                self.opened += 1;
                let connection = Connection {
                    number,
                    initial: [None; 2],
                    live: None,
                    refused: false,
                };
                (entry.insert(connection), true)
            }
        };
        if is_new || (tcp.syn && connection.refused) {
            let opening = Opening {
                number: connection.number,
                ends,
                midstream: !tcp.syn,
            };
            if let Some(connection_of_follower) = follower.open(opening) {
                connection.live = Some(Box::new(Live {
                    connection: connection_of_follower,
                    directions: Default::default(),
                    latest: arrival,
                }));
            }
            connection.refused = false;
        }
        connection.start(sender, tcp);
        if let Some(live) = &mut connection.live {
            live.segment(follower, sender, datagram, tcp, arrival)?;
            connection.discard_when_over();
        }
        Ok(())
    }

    /// The capture ends: delivers what is still held back.
    ///
    /// # Errors
    ///
    /// The follower's.
    pub fn finish(&mut self, follower: &mut F) -> Result<(), F::Error> {
        let mut connections: Vec<_> = self.connections.drain().map(|(_, it)| it).collect();
        connections.sort_by_key(|connection| connection.number);
        connections
            .into_iter()
            .filter_map(|connection| connection.live)
            .try_for_each(|mut live| live.finish(follower, Ending::Capture))
    }
}

impl<C> Connection<C> {
    /// Whether a SYN of an end opens another connection.
    fn is_over_at(&self, sender: usize, sequence: u32) -> bool {
        let initial = self.initial.get(sender).copied().flatten();
        initial.is_some_and(|initial| initial != sequence)
    }

    /// Notes where the directions start; another start is another connection.
    fn start(&mut self, sender: usize, tcp: TcpHeader) {
        let mut starts = |end: usize, sequence: u32| {
            if let Some(initial) = self.initial.get_mut(end) {
                initial.get_or_insert(sequence);
            }
        };
        starts(sender, tcp.sequence.wrapping_sub((!tcp.syn).into()));
        if let Some(acknowledgement) = tcp.acknowledgement {
            starts(1 - sender, acknowledgement.wrapping_sub(1));
        }
    }

    fn discard_when_over(&mut self) {
        let is_over = |live: &mut Box<Live<C>>| live.directions.iter().all(Direction::is_over);
        if let Some(live) = self.live.take_if(is_over) {
            self.refused = !live.directions.iter().all(Direction::has_begun);
        }
    }
}

impl<C> Live<C> {
    /// Puts a segment in order, and delivers the octets that are in order now.
    fn segment<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        sender: usize,
        datagram: &Datagram,
        tcp: TcpHeader,
        arrival: Arrival,
    ) -> Result<(), F::Error> {
        let Self {
            connection,
            directions: [first, second],
            latest,
        } = self;
        *latest = arrival;
        let (own, other) = if sender == 0 {
            (first, second)
        } else {
            (second, first)
        };
        let mut deliver =
            |sender, delivery: Delivery| follower.deliver(connection, sender, delivery);
        if let Some(acknowledgement) = tcp.acknowledgement {
            other.acknowledge(acknowledgement, &mut |delivery| {
                deliver(1 - sender, delivery)
            })?;
        }
        let Datagram {
            payload, reported, ..
        } = *datagram;
        own.segment(tcp, payload, reported, arrival, &mut |delivery| {
            deliver(sender, delivery)
        })?;
        if tcp.rst && own.is_reset_by(tcp.sequence) {
            own.finish((Ending::Reset, arrival), &mut |delivery| {
                deliver(sender, delivery)
            })?;
            other.finish((Ending::Unknown, arrival), &mut |delivery| {
                deliver(1 - sender, delivery)
            })?;
        }
        Ok(())
    }

    /// Delivers what is still held back, in the order of its arrival.
    fn finish<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        ending: Ending,
    ) -> Result<(), F::Error> {
        let Self {
            connection,
            directions,
            latest,
        } = self;
        let mut deliver =
            |sender, delivery: Delivery| follower.deliver(connection, sender, delivery);
        while let Some((sender, direction)) = directions
            .iter_mut()
            .enumerate()
            .filter(|(_, direction)| direction.held_since().is_some())
            .min_by_key(|(_, direction)| direction.held_since())
        {
            direction.skip_gap(&mut |delivery| deliver(sender, delivery))?;
        }
        for (sender, direction) in directions.iter_mut().enumerate() {
            let end = (ending, *latest);
            direction.finish(end, &mut |delivery| deliver(sender, delivery))?;
        }
        Ok(())
    }
}
