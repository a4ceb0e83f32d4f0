//! The analysis of one capture file.

use crate::Problem;
use crate::dissector::{Dissected, Dissector};
use crate::follower::Follower;
use crate::print::{Conversation, Printer};
use isotsap::dissection::record::Packet;
use isotsap_capture::{
    Arrival, ByEnds, Connections, Datagram, Delivery, Ends, Follow, Frame, LinkType, Opening,
    UnknownLinkType, datagram,
};
use std::collections::BTreeMap;

const RDP: u16 = 3389;
/// RDP and H.323 connections, which carry other protocols too.
const RECOGNISED_BY_CONTENT: [u16; 2] = [RDP, 1720];
/// UD TPDUs travel on it without TPKT (RFC 1240 4).
const UDP_PORT: u16 = 102;

fn has_port(ends: &Ends, ports: &[u16]) -> bool {
    ends.iter().any(|end| ports.contains(&end.port()))
}

/// Shows the TPDUs of one file.
pub struct Analysis<'a> {
    connections: Connections<Output<'a>>,
    output: Output<'a>,
    /// All of UDP, because they are numbered.
    conversations: ByEnds<Conversation>,
    /// How many frames have a link type that is not known.
    skipped: BTreeMap<LinkType, u64>,
}

/// Where TPDUs are dissected and printed.
struct Output<'a> {
    dissector: &'a mut Dissector,
    printer: Printer<'a>,
    /// TCP ports that carry TPKT.
    ports: &'a [u16],
}

/// A TCP connection that may carry TPKT.
struct Followed {
    conversation: Conversation,
    follower: Follower,
}

impl Follow for Output<'_> {
    type Connection = Followed;
    type Error = Problem;

    fn open(&mut self, opening: Opening) -> Option<Followed> {
        let Opening {
            number,
            ends,
            midstream,
        } = opening;
        let recognised = has_port(&ends, self.ports);
        if !recognised && !has_port(&ends, &RECOGNISED_BY_CONTENT) {
            return None;
        }
        Some(Followed {
            conversation: Conversation::new(number, false, ends),
            follower: Follower::new(recognised, midstream, has_port(&ends, &[RDP])),
        })
    }

    fn deliver(
        &mut self,
        followed: &mut Followed,
        sender: usize,
        delivery: Delivery,
    ) -> Result<(), Problem> {
        let Followed {
            conversation,
            follower,
        } = followed;
        follower.take(
            sender,
            delivery,
            self.dissector,
            &mut |dissector, dissected, arrival| {
                self.printer
                    .show(dissector, dissected, arrival, conversation, sender)
            },
        )
    }
}

impl<'a> Analysis<'a> {
    pub fn new(dissector: &'a mut Dissector, printer: Printer<'a>, ports: &'a [u16]) -> Self {
        Self {
            connections: Connections::default(),
            output: Output {
                dissector,
                printer,
                ports,
            },
            conversations: ByEnds::default(),
            skipped: BTreeMap::new(),
        }
    }

    pub fn frame(&mut self, frame: &Frame) -> Result<(), Problem> {
        match datagram(frame) {
            Ok(Some(datagram)) => match datagram.tcp {
                Some(tcp) => {
                    self.connections
                        .segment(&mut self.output, &datagram, tcp, frame.arrival)
                }
                None => self.nsdu(&datagram, frame.arrival),
            },
            Ok(None) => Ok(()),
            Err(UnknownLinkType(link)) => {
                *self.skipped.entry(link).or_default() += 1;
                Ok(())
            }
        }
    }

    /// UDP: each datagram is an NSDU.
    fn nsdu(&mut self, datagram: &Datagram, arrival: Arrival) -> Result<(), Problem> {
        let (ends, sender) = datagram.ends();
        let number = self.conversations.len() as u64;
        let conversation = self
            .conversations
            .entry(ends)
            .or_insert_with(|| Conversation::new(number, true, ends));
        if !has_port(&ends, &[UDP_PORT]) || datagram.payload.is_empty() {
            return Ok(());
        }
        let length = |length| u32::try_from(length).unwrap_or(u32::MAX);
        let packet = Packet {
            captured: length(datagram.payload.len()),
            reported: length(datagram.reported),
            ..Packet::default()
        };
        let Output {
            dissector, printer, ..
        } = &mut self.output;
        let show = &mut |dissector: &mut Dissector, dissected: &Dissected| {
            printer.show(dissector, dissected, arrival, conversation, sender)
        };
        dissector.dissect_nsdu(datagram.payload, packet, show)
    }

    /// Prints what was dissected.
    pub fn flush(&mut self) -> Result<(), Problem> {
        self.output.printer.flush()
    }

    /// Shows everything that is held back, and the counts. Returns how many frames were skipped, by
    /// link type.
    pub fn finish(mut self) -> Result<BTreeMap<LinkType, u64>, Problem> {
        self.connections.finish(&mut self.output)?;
        self.output.printer.end()?;
        Ok(self.skipped)
    }
}
