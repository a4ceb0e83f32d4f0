//! IP packets that came in fragments, put together again.

use crate::file::Arrival;
use crate::unread::Unread;
use std::collections::HashMap;
use std::net::IpAddr;

/// Packets that are put together at a time; the one that began first gives way.
const MOST_PACKETS: usize = 64;
/// Pieces of a packet with holes between them.
const MOST_PIECES: usize = 64;
/// The longest payload of an IP packet.
const LONGEST: usize = 65_535;
/// Nanoseconds after which an identification is another packet's (RFC 8200 4.5: 60 seconds).
const TIMEOUT: i64 = 60_000_000_000;

/// What the fragments of a packet have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Packet {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub identification: u32,
    /// The protocol of its payload.
    pub protocol: u8,
}

/// One fragment.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    pub packet: Packet,
    /// Where in the payload it belongs.
    pub offset: usize,
    /// It is not the last one.
    pub more: bool,
    pub octets: &'a [u8],
}

/// A packet of which fragments are missing.
struct Incomplete {
    octets: Vec<u8>,
    /// Start and end of what is there, in order, with holes between them.
    pieces: Vec<(usize, usize)>,
    /// The length of the payload, once the last fragment was there.
    length: Option<usize>,
    /// How many fragments were there.
    fragments: u64,
    /// When the first arrived.
    since: Arrival,
}

/// The packets that are being put together.
#[derive(Default)]
pub struct Fragments {
    packets: HashMap<Packet, Incomplete, foldhash::fast::RandomState>,
    /// Fragments of packets that were given up.
    lost: u64,
}

impl Fragments {
    /// Takes a fragment; the payload of its packet when it is complete. Of octets that differ the
    /// first copy counts.
    pub fn add(
        &mut self,
        fragment: &Fragment,
        arrival: Arrival,
    ) -> Result<Option<Vec<u8>>, Unread> {
        let end = fragment.offset + fragment.octets.len();
        if end > LONGEST || (fragment.more && !fragment.octets.len().is_multiple_of(8)) {
            return Err(Unread::Header("IP fragment"));
        }
        let key = fragment.packet;
        let is_late =
            |packet: &Incomplete| arrival.time.saturating_sub(packet.since.time) > TIMEOUT;
        if self.packets.get(&key).is_some_and(is_late) {
            self.give_up(&key);
        }
        if self.packets.len() >= MOST_PACKETS
            && !self.packets.contains_key(&key)
            && let Some(oldest) = self.oldest()
        {
            self.give_up(&oldest);
        }
        let packet = self.packets.entry(key).or_insert_with(|| Incomplete {
            octets: Vec::new(),
            pieces: Vec::new(),
            length: None,
            fragments: 0,
            since: arrival,
        });
        packet.fragments += 1;
        let outcome = packet.add(fragment);
        if packet.pieces.len() > MOST_PIECES {
            self.give_up(&key);
        } else if packet.is_complete() {
            let whole = self.packets.remove(&key).map(|packet| packet.octets);
            return Ok(whole);
        }
        outcome.map(|()| None)
    }

    /// How many fragments are of packets that did not become complete.
    pub fn missed(&self) -> u64 {
        let held: u64 = self.packets.values().map(|packet| packet.fragments).sum();
        self.lost + held
    }

    fn oldest(&self) -> Option<Packet> {
        let oldest = self.packets.iter().min_by_key(|(_, packet)| packet.since);
        oldest.map(|(&key, _)| key)
    }

    fn give_up(&mut self, key: &Packet) {
        self.lost += self
            .packets
            .remove(key)
            .map_or(0, |packet| packet.fragments);
    }
}

impl Incomplete {
    fn is_complete(&self) -> bool {
        self.length
            .is_some_and(|length| self.pieces.first() == Some(&(0, length)))
    }

    fn add(&mut self, fragment: &Fragment) -> Result<(), Unread> {
        let (start, end) = (fragment.offset, fragment.offset + fragment.octets.len());
        let reached = self.pieces.last().map_or(0, |&(_, end)| end);
        let fits = match self.length {
            Some(length) => end <= length && (fragment.more || end == length),
            None => fragment.more || end >= reached,
        };
        if !fits {
            return Err(Unread::FragmentConflict);
        }
        if !fragment.more {
            self.length = Some(end);
        }
        if self.octets.len() < end {
            self.octets.resize(end, 0);
        }
        let mut octets = fragment.octets.to_vec();
        let mut conflict = false;
        for &(from, to) in &self.pieces {
            let (from, to) = (from.max(start), to.min(end));
            if let (Some(kept), Some(new)) = (
                self.octets.get(from..to),
                octets.get_mut(from.wrapping_sub(start)..to.wrapping_sub(start)),
            ) {
                conflict |= kept != new;
                new.copy_from_slice(kept);
            }
        }
        if let Some(place) = self.octets.get_mut(start..end) {
            place.copy_from_slice(&octets);
        }
        self.merge(start, end);
        match conflict {
            true => Err(Unread::FragmentConflict),
            false => Ok(()),
        }
    }

    /// Adds a piece, with those that it touches.
    fn merge(&mut self, mut start: usize, mut end: usize) {
        self.pieces.retain(|&(from, to)| {
            let apart = to < start || end < from;
            if !apart {
                (start, end) = (start.min(from), end.max(to));
            }
            apart
        });
        let at = self.pieces.partition_point(|&(from, _)| from < start);
        self.pieces.insert(at, (start, end));
    }
}
