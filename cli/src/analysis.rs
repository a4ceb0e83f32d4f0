//! The analysis of one capture file.

use crate::Problem;
use crate::dissector::{Dissected, Dissector};
use crate::follower::Follower;
use crate::print::{Carrier, Conversation, Printer};
use crate::unseen::Unseen;
use isotsap::dissection::record::Packet;
use isotsap_capture::{
    Arrival, ByEnds, Connections, Datagram, Decoder, Delivery, Ends, Follow, Frame, Known, Opening,
    Transport,
};

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
    decoder: Decoder,
    connections: Connections<Output<'a>>,
    output: Output<'a>,
    udp: Conversations,
    /// Class 4 over IP.
    iso_tp4: Conversations,
}

/// Conversations without connections, and how many there are.
#[derive(Default)]
struct Conversations {
    shown: ByEnds<Conversation>,
    /// The numbers of the others.
    others: Known<()>,
    count: u64,
}

/// Where TPDUs are dissected and printed.
struct Output<'a> {
    dissector: &'a mut Dissector,
    printer: Printer<'a>,
    /// TCP ports that carry TPKT.
    ports: &'a [u16],
    unseen: Unseen,
}

/// A TCP connection that may carry TPKT.
struct Followed {
    conversation: Conversation,
    follower: Follower,
}

impl Follow for Output<'_> {
    type Connection = Followed;
    type Error = Problem;

    fn follows(&self, ends: &Ends) -> bool {
        has_port(ends, self.ports) || has_port(ends, &RECOGNISED_BY_CONTENT)
    }

    fn open(&mut self, opening: Opening) -> Followed {
        let Opening {
            number,
            ends,
            midstream,
        } = opening;
        let recognised = has_port(&ends, self.ports);
        Followed {
            conversation: Conversation::new(number, Carrier::Tcp, ends),
            follower: Follower::new(recognised, midstream, has_port(&ends, &[RDP])),
        }
    }

    fn ignore(&mut self, ends: &Ends) {
        self.unseen.on_other_port(ends);
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
        if let Delivery::Refused(refusal, arrival) = delivery {
            self.unseen.refused(refusal, arrival);
            return Ok(());
        }
        follower.take(
            sender,
            delivery,
            self.dissector,
            &mut |dissector, dissected, arrived| {
                self.printer
                    .show(dissector, dissected, arrived, conversation, sender)
            },
        )?;
        self.unseen.passed_over(follower.take_passed_over());
        Ok(())
    }
}

impl<'a> Analysis<'a> {
    pub fn new(dissector: &'a mut Dissector, printer: Printer<'a>, ports: &'a [u16]) -> Self {
        Self {
            decoder: Decoder::default(),
            connections: Connections::default(),
            output: Output {
                dissector,
                printer,
                ports,
                unseen: Unseen::default(),
            },
            udp: Conversations::default(),
            iso_tp4: Conversations::default(),
        }
    }

    pub fn frame(&mut self, frame: &Frame) -> Result<(), Problem> {
        let datagram = match self.decoder.datagram(frame) {
            Ok(Some(datagram)) => datagram,
            Ok(None) => return Ok(()),
            Err(reason) => {
                self.output.unseen.unread(reason);
                return Ok(());
            }
        };
        let (output, arrival) = (&mut self.output, frame.arrival);
        match datagram.transport {
            Transport::Tcp(tcp) => {
                output.unseen.segment();
                self.connections.segment(output, &datagram, tcp, arrival)
            }
            Transport::Udp => self.udp.datagram(output, Carrier::Udp, &datagram, arrival),
            Transport::IsoTp4 => self
                .iso_tp4
                .datagram(output, Carrier::Ip, &datagram, arrival),
        }
    }

    /// Prints what was dissected.
    pub fn flush(&mut self) -> Result<(), Problem> {
        self.output.printer.flush()
    }

    /// Shows everything that is held back, and the counts. Returns what was not read, and whether
    /// nothing was shown.
    pub fn finish(mut self) -> Result<(Unseen, bool), Problem> {
        let Output {
            mut printer,
            mut unseen,
            ..
        } = {
            self.connections.finish(&mut self.output)?;
            self.output
        };
        printer.end()?;
        unseen.fragments(self.decoder.missed_fragments());
        Ok((unseen, printer.has_shown_nothing()))
    }
}

impl Conversations {
    /// A datagram is an NSDU.
    fn datagram(
        &mut self,
        output: &mut Output,
        carrier: Carrier,
        datagram: &Datagram,
        arrival: Arrival,
    ) -> Result<(), Problem> {
        let (ends, sender) = datagram.ends();
        let is_read = carrier == Carrier::Ip || has_port(&ends, &[UDP_PORT]);
        if !is_read {
            output.unseen.datagram();
            if self.others.get_mut(&ends).is_none() {
                self.others.insert(&ends, ());
                self.count += 1;
            }
            return Ok(());
        }
        let conversation = self.shown.entry(ends).or_insert_with(|| {
            self.count += 1;
            Conversation::new(self.count - 1, carrier, ends)
        });
        if datagram.payload.is_empty() {
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
        } = output;
        let show = &mut |dissector: &mut Dissector, dissected: &Dissected| {
            printer.show(dissector, dissected, &|_| arrival, conversation, sender)
        };
        dissector.dissect_nsdu(datagram.payload, packet, show)
    }
}
