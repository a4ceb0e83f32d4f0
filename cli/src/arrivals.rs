//! Which packet brought which octet of a direction.

use isotsap::dissection::record::Pdu;
use isotsap_capture::Arrival;
use std::collections::VecDeque;

/// When the octets of a direction arrived, as far as the library keeps them.
#[derive(Default)]
pub struct Arrivals {
    /// The positions behind the octets of a packet, in order.
    packets: VecDeque<(u64, Arrival)>,
    /// How many octets there were.
    position: u64,
    /// When the latest octets arrived of what is incomplete.
    latest: Arrival,
    incomplete: bool,
}

impl Arrivals {
    /// The next octets have arrived.
    pub fn append(&mut self, count: u64, arrival: Arrival) {
        self.position += count;
        self.packets.push_back((self.position, arrival));
        self.latest = match self.incomplete {
            true => self.latest.max(arrival),
            false => arrival,
        };
    }

    /// The next octets are missing.
    pub fn skip(&mut self, count: u64) {
        self.position += count;
    }

    /// Forgets all but the last octets, which are incomplete.
    pub fn keep(&mut self, count: u64) {
        self.incomplete = count > 0;
        if !self.incomplete {
            self.packets.clear();
            return;
        }
        let from = self.position.saturating_sub(count);
        while let Some(&(end, _)) = self.packets.front()
            && end <= from
        {
            self.packets.pop_front();
        }
    }

    /// Counts positions from the first of the last octets.
    pub fn restart(&mut self, count: u64) {
        let before = self.position.saturating_sub(count);
        self.position -= before;
        for (end, _) in &mut self.packets {
            *end = end.saturating_sub(before);
        }
    }

    /// When a record was complete, or began if it is of octets that are no TPKT. Its offsets count from
    /// this position.
    pub fn of(&self, pdu: &Pdu, position: u64) -> Arrival {
        let is_skipped = pdu.r#type == 0 && pdu.tpkt_length == 0 && pdu.severity > 0;
        if !is_skipped {
            return self.latest;
        }
        let first = position + u64::from(pdu.tpkt_offset);
        let packet = self.packets.partition_point(|&(end, _)| end <= first);
        let packet = self.packets.get(packet);
        packet.map_or(self.latest, |&(_, arrival)| arrival)
    }
}
