//! What of a capture was not read or not taken, counted and named.

use isotsap_capture::{Arrival, Ends, Refusal, Unread};
use std::collections::{BTreeMap, HashMap};

/// The counts of a file.
#[derive(Default)]
pub struct Unseen {
    /// Packets by what they hold.
    unread: BTreeMap<Unread, u64>,
    /// Segments by why something of them was not taken, with the first packet.
    refused: BTreeMap<Refusal, (u64, u64)>,
    /// TCP segments on other ports than those that are read, by the lower port.
    other_ports: HashMap<u16, u64>,
    /// TCP segments in all, and UDP datagrams on other ports.
    segments: u64,
    datagrams: u64,
    /// Octets in front of the first TPKT of connections that are recognised by content.
    passed_over: u64,
}

/// A count and what was counted.
fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

impl Unseen {
    pub fn unread(&mut self, reason: Unread) {
        *self.unread.entry(reason).or_default() += 1;
    }

    pub fn refused(&mut self, refusal: Refusal, arrival: Arrival) {
        let first = (0, arrival.frame);
        self.refused.entry(refusal).or_insert(first).0 += 1;
    }

    /// A TCP segment on any port.
    pub fn segment(&mut self) {
        self.segments += 1;
    }

    /// That TCP segment is on another port than those that are read.
    pub fn on_other_port(&mut self, ends: &Ends) {
        let [first, second] = ends.map(|end| end.port());
        *self.other_ports.entry(first.min(second)).or_default() += 1;
    }

    /// A UDP datagram on another port than the one that is read.
    pub fn datagram(&mut self) {
        self.datagrams += 1;
    }

    pub fn passed_over(&mut self, octets: u64) {
        self.passed_over += octets;
    }

    /// Fragments of IP packets that did not become complete.
    pub fn fragments(&mut self, count: u64) {
        if count > 0 {
            *self.unread.entry(Unread::Fragment).or_default() += count;
        }
    }

    /// Whether frames of a link type were not read.
    pub fn has_unknown_link(&self) -> bool {
        let mut reasons = self.unread.keys();
        reasons.any(|reason| matches!(reason, Unread::LinkType(_)))
    }

    /// What to tell, in parts; when there was no TPKT, why that may be.
    pub fn parts(&self, found_nothing: bool) -> Vec<String> {
        let mut parts = Vec::new();
        if found_nothing {
            parts.push("no TPKT found".to_owned());
            self.tell_traffic(&mut parts);
        }
        for (reason, &count) in &self.unread {
            if found_nothing || reason.may_hold_tcp() {
                parts.push(format!("{} not read: {reason}", counted(count, "packet")));
            }
        }
        for (refusal, &(count, first)) in &self.refused {
            let segments = counted(count, "TCP segment");
            let place = match count {
                1 => format!("packet {first}"),
                _ => format!("the first in packet {first}"),
            };
            parts.push(format!("{segments} {} ({place})", what_is_wrong(*refusal)));
        }
        if self.passed_over > 0 {
            let octets = counted(self.passed_over, "octet");
            parts.push(format!("{octets} passed over in front of the first TPKT"));
        }
        parts
    }

    /// What the TCP and UDP of a capture without TPKTs is.
    fn tell_traffic(&self, parts: &mut Vec<String>) {
        let elsewhere: u64 = self.other_ports.values().sum();
        let most = self.other_ports.iter().max_by_key(|&(&port, &count)| {
            let lower_first = u16::MAX - port;
            (count, lower_first)
        });
        if self.segments > elsewhere {
            let segments = counted(self.segments - elsewhere, "TCP segment");
            parts.push(format!("{segments} on the ports that are read"));
        }
        if let Some((port, _)) = most {
            let segments = counted(elsewhere, "TCP segment");
            parts.push(format!(
                "{segments} on other ports, most on port {port} (--port {port} reads it)"
            ));
        }
        if self.datagrams > 0 {
            parts.push(counted(self.datagrams, "UDP datagram"));
        }
    }
}

fn what_is_wrong(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::OutsideWindow => "outside the window, ignored",
        Refusal::Checksum => "with a SYN, FIN or RST ignored because of a wrong checksum",
        Refusal::Reset => "with a RST ignored because of its sequence number",
        Refusal::Conflict => "with other content for octets sent before: the first copy is shown",
        Refusal::Late => "with octets already reported as lost",
        Refusal::Ended => "with data behind a FIN or RST, which was not the sender's",
        _ => "not taken",
    }
}
