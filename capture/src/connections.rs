//! The TCP connections of a capture, numbered and followed.

use crate::file::Arrival;
use crate::known::Known;
use crate::layers::{Datagram, Ends, TcpHeader};
use crate::tcp::{Delivery, Direction, Ending, Refusal};
use std::collections::HashMap;

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

    /// There is a segment of a connection that is not followed.
    fn ignore(&mut self, _ends: &Ends) {}

    /// Whether connections of these ends are followed.
    fn follows(&self, ends: &Ends) -> bool;

    /// A connection that is followed begins, or begins anew because its SYN was refused.
    fn open(&mut self, opening: Opening) -> Self::Connection;

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

/// Octets of memory for segments of all connections; beyond them a connection that has another segment
/// keeps none: its gaps are skipped.
const MOST_OCTETS: usize = 64 << 20;

/// The connections of a capture, for a follower `F`.
///
/// Its memory is that of the connections that are followed and open; of all others the latest are
/// remembered, to number them.
pub struct Connections<F: Follow> {
    open: ByEnds<Connection<F::Connection>>,
    /// Connections that are not followed, or over.
    known: Known<Past>,
    opened: u64,
    /// Octets of memory for segments of all open connections.
    size: usize,
}

/// The sequence numbers of the SYNs of both ends, when there was none those it must have had.
type Initial = [Option<u32>; 2];

/// A connection that is not followed, or over.
struct Past {
    number: u64,
    initial: Initial,
    state: PastState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PastState {
    NotFollowed,
    /// There was a SYN, and nothing else.
    HalfOpen(Request),
    /// It was over before an end had sent octets: its SYN may be repeated.
    Refused,
    /// With the sequence numbers where the directions ended, if their senders said so.
    Over([Option<u32>; 2]),
}

/// What a SYN says, beside its sequence number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Request {
    /// It was sent by the second end.
    by_second: bool,
    window: u16,
    window_scale: Option<u8>,
}

impl Request {
    fn new(sender: usize, tcp: TcpHeader) -> Self {
        Self {
            by_second: sender != 0,
            window: tcp.window,
            window_scale: tcp.window_scale,
        }
    }
}

/// A connection that is followed.
struct Connection<C> {
    number: u64,
    initial: Initial,
    live: Box<Live<C>>,
    /// What it adds to [`Connections::size`].
    size: usize,
}

/// What a connection is followed with.
struct Live<C> {
    connection: C,
    /// By the index of the end that sends.
    directions: [Direction; 2],
    /// When the latest segment arrived.
    latest: Arrival,
    /// A SYN on the open connection: another connection begins when the peer accepts it.
    proposed: Option<Proposed>,
}

/// A SYN that the peer has not accepted yet.
#[derive(Clone, Copy)]
struct Proposed {
    sender: usize,
    tcp: TcpHeader,
    arrival: Arrival,
    number: Option<u64>,
}

/// A segment with its place in the conversation.
#[derive(Clone, Copy)]
struct Segment<'a> {
    datagram: &'a Datagram<'a>,
    tcp: TcpHeader,
    sender: usize,
    arrival: Arrival,
}

impl<F: Follow> Default for Connections<F> {
    fn default() -> Self {
        Self {
            open: ByEnds::default(),
            known: Known::default(),
            opened: 0,
            size: 0,
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
        let segment = Segment {
            datagram,
            tcp,
            sender,
            arrival,
        };
        let connection = match self.open.get_mut(&ends) {
            Some(connection) => connection,
            None => {
                self.begin(follower, ends, &segment)?;
                match self.open.get_mut(&ends) {
                    Some(connection) => connection,
                    None => return Ok(()),
                }
            }
        };
        if connection.live.proposed.is_some() {
            connection.replace_when_accepted(follower, ends, &segment, &mut self.opened)?;
        }
        connection.segment(follower, &segment, &mut self.opened)?;
        self.size -= connection.size;
        connection.size = connection.live.size();
        if self.size + connection.size > MOST_OCTETS {
            connection.live.skip_gaps(follower)?;
            let directions = &mut connection.live.directions;
            directions.iter_mut().for_each(Direction::forget_history);
            connection.size = connection.live.size();
        }
        self.size += connection.size;
        if connection.live.directions.iter().all(Direction::is_over) {
            let past = connection.past();
            self.size -= connection.size;
            self.open.remove(&ends);
            self.known.insert(&ends, past);
        }
        Ok(())
    }

    /// Takes the first segment of a connection, or one of a connection that is not open:
    /// the connection is open then, if it is followed.
    fn begin(&mut self, follower: &mut F, ends: Ends, segment: &Segment) -> Result<(), F::Error> {
        let Segment {
            tcp,
            sender,
            arrival,
            ..
        } = *segment;
        let (mut number, mut request) = (None, None);
        if let Some(past) = self.known.get_mut(&ends) {
            match past.next(segment) {
                Next::Nothing => {
                    note_initial(&mut past.initial, sender, tcp);
                    if matches!(past.state, PastState::NotFollowed) {
                        follower.ignore(&ends);
                    }
                    return Ok(());
                }
                Next::Same => (number, request) = (Some(past.number), past.request()),
                Next::Another => {}
            }
        }
        let is_resumed = number.is_some() && request.is_none() && !tcp.syn;
        let number = number.unwrap_or_else(|| next_number(&mut self.opened));
        let (opener, first) = request.unwrap_or((sender, tcp));
        let mut initial = [None; 2];
        note_initial(&mut initial, opener, first);
        let is_followed = follower.follows(&ends);
        if !is_followed {
            follower.ignore(&ends);
        }
        let is_request = tcp.syn && tcp.acknowledgement.is_none() && request.is_none();
        if !is_followed || (is_request && segment.datagram.reported == 0) {
            let past = Past {
                number,
                initial,
                state: match is_followed {
                    true => PastState::HalfOpen(Request::new(sender, tcp)),
                    false => PastState::NotFollowed,
                },
            };
            self.known.insert(&ends, past);
            return Ok(());
        }
        self.known.remove(&ends);
        let mut connection = follower.open(Opening {
            number,
            ends,
            midstream: !first.syn,
        });
        if is_resumed {
            let refused = Delivery::Refused(Refusal::Ended, arrival);
            follower.deliver(&mut connection, sender, refused)?;
        }
        let mut live = Box::new(Live::new(connection, arrival));
        if request.is_some() {
            live.take_request(follower, opener, first, arrival)?;
        }
        self.open.insert(
            ends,
            Connection {
                number,
                initial,
                live,
                size: 0,
            },
        );
        Ok(())
    }

    /// The capture ends: delivers what is still held back.
    ///
    /// # Errors
    ///
    /// The follower's.
    pub fn finish(&mut self, follower: &mut F) -> Result<(), F::Error> {
        let mut connections: Vec<_> = self.open.drain().map(|(_, it)| it).collect();
        connections.sort_by_key(|connection| connection.number);
        connections
            .into_iter()
            .try_for_each(|mut it| it.live.finish(follower, Ending::Capture))
    }
}

fn next_number(opened: &mut u64) -> u64 {
    *opened += 1;
    *opened - 1
}

/// Notes where the directions start, as far as a segment says it.
fn note_initial(initial: &mut Initial, sender: usize, tcp: TcpHeader) {
    let mut starts = |end: usize, sequence: u32| {
        if let Some(initial) = initial.get_mut(end) {
            initial.get_or_insert(sequence);
        }
    };
    starts(sender, tcp.sequence.wrapping_sub((!tcp.syn).into()));
    if let Some(acknowledgement) = tcp.acknowledgement {
        starts(1 - sender, acknowledgement.wrapping_sub(1));
    }
}

/// What a segment of a connection that is not open begins.
enum Next {
    Nothing,
    /// The same connection anew: its SYN was refused, or what ended it was none of its ends'.
    Same,
    Another,
}

/// Whether octets are at a sequence number or in the window behind it.
fn is_soon_behind(end: u32, sequence: u32) -> bool {
    sequence.wrapping_sub(end) <= 0xffff
}

impl Past {
    /// The SYN of a half-open connection, and who sent it.
    fn request(&self) -> Option<(usize, TcpHeader)> {
        let PastState::HalfOpen(request) = self.state else {
            return None;
        };
        let sender = usize::from(request.by_second);
        let tcp = TcpHeader {
            sequence: self.initial.get(sender).copied().flatten()?,
            syn: true,
            window: request.window,
            window_scale: request.window_scale,
            ..TcpHeader::default()
        };
        Some((sender, tcp))
    }

    /// Whether an end's SYN had this number.
    fn is_from(&self, sender: usize, sequence: u32) -> bool {
        self.initial.get(sender).copied().flatten() == Some(sequence)
    }

    fn next(&self, segment: &Segment) -> Next {
        let Segment {
            tcp,
            sender,
            datagram,
            ..
        } = *segment;
        let is_request = tcp.syn && tcp.acknowledgement.is_none();
        let is_repeated = self.is_from(sender, tcp.sequence);
        match self.state {
            PastState::HalfOpen(_) if is_request && is_repeated => Next::Nothing,
            PastState::HalfOpen(_) => Next::Same,
            PastState::Refused if is_request && !is_repeated => Next::Another,
            PastState::Refused if tcp.syn => Next::Same,
            PastState::Over(_) if is_request => Next::Another,
            PastState::Over(ends) if !tcp.syn && !tcp.rst && datagram.reported > 0 => {
                let end = ends.get(sender).copied().flatten();
                match end.is_some_and(|end| is_soon_behind(end, tcp.sequence)) {
                    true => Next::Same,
                    false => Next::Nothing,
                }
            }
            PastState::NotFollowed if is_request => {
                let initial = self.initial.get(sender).copied().flatten();
                match initial.is_some_and(|initial| initial != tcp.sequence) {
                    true => Next::Another,
                    false => Next::Nothing,
                }
            }
            _ => Next::Nothing,
        }
    }
}

impl<C> Connection<C> {
    fn past(&self) -> Past {
        let begun = self.live.directions.iter().any(Direction::has_begun);
        Past {
            number: self.number,
            initial: self.initial,
            state: match begun {
                true => PastState::Over(self.live.directions.each_ref().map(Direction::own_end)),
                false => PastState::Refused,
            },
        }
    }

    /// Ends the connection if a segment shows that the peer accepted another one on the same ports,
    /// and begins that.
    fn replace_when_accepted<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        ends: Ends,
        segment: &Segment,
        opened: &mut u64,
    ) -> Result<(), F::Error> {
        let Some(proposed) = self
            .live
            .proposed
            .filter(|it| self.is_accepted(it, segment))
        else {
            return Ok(());
        };
        let number = proposed.number.unwrap_or_else(|| next_number(opened));
        self.live.finish(follower, Ending::Unknown)?;
        let opening = Opening {
            number,
            ends,
            midstream: false,
        };
        let Proposed {
            sender,
            tcp,
            arrival,
            ..
        } = proposed;
        *self.live = Live::new(follower.open(opening), arrival);
        self.number = number;
        self.initial = [None; 2];
        note_initial(&mut self.initial, sender, tcp);
        self.live.take_request(follower, sender, tcp, arrival)
    }

    /// Whether a segment shows that the peer accepted a SYN: its own SYN acknowledges it, and is
    /// another one than that of the connection; or the peer's segments are not in the capture.
    fn is_accepted(&self, proposed: &Proposed, segment: &Segment) -> bool {
        let Segment { tcp, sender, .. } = *segment;
        let first = proposed.tcp.sequence.wrapping_add(1);
        if sender == proposed.sender {
            let peer = self.live.directions.get(1 - sender);
            return !tcp.syn && tcp.sequence == first && peer.is_some_and(|peer| !peer.is_seen());
        }
        let starts = |end: usize| self.initial.get(end).copied().flatten();
        tcp.syn
            && tcp.acknowledgement == Some(first)
            && (starts(proposed.sender), starts(sender))
                != (Some(proposed.tcp.sequence), Some(tcp.sequence))
    }

    /// Whether a SYN proposes another connection; it is kept.
    #[cold]
    fn is_proposed_by(&mut self, segment: &Segment, opened: &mut u64) -> bool {
        let Segment { tcp, sender, .. } = *segment;
        let initial = self.initial.get(sender).copied().flatten();
        let is_first = initial.is_none() && !self.live.is_seen(sender);
        let is_repeated = initial == Some(tcp.sequence);
        if is_first || (is_repeated && !self.live.has_begun()) {
            return false;
        }
        let earlier = self.live.proposed.map(|it| (it.sender, it.tcp.sequence));
        if earlier != Some((sender, tcp.sequence)) {
            self.live.proposed = Some(Proposed {
                sender,
                tcp,
                arrival: segment.arrival,
                // As Wireshark numbers them.
                number: (!is_repeated).then(|| next_number(opened)),
            });
        }
        true
    }

    fn segment<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        segment: &Segment,
        opened: &mut u64,
    ) -> Result<(), F::Error> {
        let Segment { tcp, sender, .. } = *segment;
        let is_request = tcp.syn && tcp.acknowledgement.is_none();
        let mut segment = *segment;
        if self.live.is_damaged(&segment) {
            self.live.refuse(follower, Refusal::Checksum, &segment)?;
            if tcp.syn || tcp.rst {
                return Ok(());
            }
            segment.tcp.fin = false;
        }
        if is_request && self.is_proposed_by(&segment, opened) {
            return Ok(());
        }
        if self.initial.contains(&None) {
            note_initial(&mut self.initial, sender, tcp);
        }
        self.live.segment(follower, &segment)
    }
}

/// The direction of an end, and the other one.
fn both([first, second]: &mut [Direction; 2], sender: usize) -> (&mut Direction, &mut Direction) {
    match sender {
        0 => (first, second),
        _ => (second, first),
    }
}

impl<C> Live<C> {
    fn new(connection: C, latest: Arrival) -> Self {
        Self {
            connection,
            directions: Default::default(),
            latest,
            proposed: None,
        }
    }

    /// Takes the SYN that opened the connection.
    fn take_request<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        sender: usize,
        tcp: TcpHeader,
        arrival: Arrival,
    ) -> Result<(), F::Error> {
        let (own, other) = both(&mut self.directions, sender);
        own.segment(tcp, (&[], 0), other, arrival, &mut |delivery| {
            follower.deliver(&mut self.connection, sender, delivery)
        })
    }

    fn size(&self) -> usize {
        self.directions.iter().map(Direction::size).sum()
    }

    fn has_begun(&self) -> bool {
        self.directions.iter().any(Direction::has_begun)
    }

    fn is_seen(&self, sender: usize) -> bool {
        self.directions.get(sender).is_some_and(Direction::is_seen)
    }

    fn is_damaged(&mut self, segment: &Segment) -> bool {
        let (own, _) = both(&mut self.directions, segment.sender);
        own.is_damaged(segment.tcp, || segment.datagram.has_right_checksum())
    }

    fn refuse<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        refusal: Refusal,
        segment: &Segment,
    ) -> Result<(), F::Error> {
        let delivery = Delivery::Refused(refusal, segment.arrival);
        follower.deliver(&mut self.connection, segment.sender, delivery)
    }

    /// Puts a segment in order, and delivers the octets that are in order now.
    fn segment<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        segment: &Segment,
    ) -> Result<(), F::Error> {
        let Segment {
            datagram,
            tcp,
            sender,
            arrival,
        } = *segment;
        let Self {
            connection,
            directions,
            latest,
            ..
        } = self;
        *latest = arrival;
        let (own, other) = both(directions, sender);
        let mut deliver =
            |sender, delivery: Delivery| follower.deliver(connection, sender, delivery);
        if tcp.rst && !own.is_reset_by(tcp.sequence) {
            return deliver(sender, Delivery::Refused(Refusal::Reset, arrival));
        }
        if let Some(acknowledgement) = tcp.acknowledgement {
            other.acknowledge(acknowledgement, own, &mut |delivery| {
                deliver(1 - sender, delivery)
            })?;
        }
        // The octets of a RST say why it was sent: they are not of the stream (RFC 9293 3.5.3).
        if !tcp.rst {
            let payload = (datagram.payload, datagram.reported);
            return own.segment(tcp, payload, other, arrival, &mut |delivery| {
                deliver(sender, delivery)
            });
        }
        own.finish((Ending::Reset, arrival), &mut |delivery| {
            deliver(sender, delivery)
        })?;
        other.finish((Ending::Unknown, arrival), &mut |delivery| {
            deliver(1 - sender, delivery)
        })
    }

    /// Delivers the segments that are held back, in the order of their arrival.
    fn skip_gaps<F: Follow<Connection = C>>(&mut self, follower: &mut F) -> Result<(), F::Error> {
        while let Some((sender, direction)) = self
            .directions
            .iter_mut()
            .enumerate()
            .filter(|(_, direction)| direction.held_since().is_some())
            .min_by_key(|(_, direction)| direction.held_since())
        {
            direction.skip_gap(&mut |delivery| {
                follower.deliver(&mut self.connection, sender, delivery)
            })?;
        }
        Ok(())
    }

    /// Delivers what is still held back, and the ends.
    fn finish<F: Follow<Connection = C>>(
        &mut self,
        follower: &mut F,
        ending: Ending,
    ) -> Result<(), F::Error> {
        self.skip_gaps(follower)?;
        for (sender, direction) in self.directions.iter_mut().enumerate() {
            let end = (ending, self.latest);
            direction.finish(end, &mut |delivery| {
                follower.deliver(&mut self.connection, sender, delivery)
            })?;
        }
        Ok(())
    }
}
