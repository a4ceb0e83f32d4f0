//! From a packet of the capture to the payload of TCP or UDP.

use crate::capture::Frame;
use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::Linktype;
use std::net::{IpAddr, SocketAddr};

/// The payload of TCP or UDP, and where it belongs.
pub struct Datagram<'a> {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    /// The header, when it is TCP.
    pub tcp: Option<Tcp>,
    /// What was captured of the payload, and how long it was on the wire.
    pub payload: &'a [u8],
    pub reported: usize,
}

/// What following a connection needs of a TCP header.
#[derive(Clone, Copy)]
pub struct Tcp {
    pub sequence: u32,
    pub acknowledgement: Option<u32>,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
}

/// Header length of a Linux cooked capture, and where its protocol stands.
const SLL: (usize, usize) = (16, 14);
const SLL2: (usize, usize) = (20, 0);
/// The address family in front of a packet of a BSD loopback.
const NULL_HEADER: usize = 4;

/// The datagram a frame holds; `None` when it holds none, a fragment, or not enough of one.
/// The error is about the link type.
pub fn datagram<'a>(frame: &Frame<'a>) -> Result<Option<Datagram<'a>>, String> {
    let octets = frame.octets;
    let ip = |octets| transport(LaxSlicedPacket::from_ip(octets).as_ref().ok()?);
    Ok(match frame.link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(octets)
            .as_ref()
            .ok()
            .and_then(transport),
        Linktype::LINUX_SLL => cooked(octets, SLL),
        Linktype::LINUX_SLL2 => cooked(octets, SLL2),
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | Linktype(12 | 14) => ip(octets),
        Linktype::NULL | Linktype::LOOP => octets.get(NULL_HEADER..).and_then(ip),
        Linktype(other) => {
            return Err(format!(
                "packet {}: link type {other} is not one this program knows",
                frame.arrival.frame
            ));
        }
    })
}

fn cooked(octets: &[u8], (header, protocol): (usize, usize)) -> Option<Datagram<'_>> {
    let protocol = octets.get(protocol..)?.first_chunk()?;
    let packet = octets.get(header..)?;
    transport(&LaxSlicedPacket::from_ether_type(
        EtherType(u16::from_be_bytes(*protocol)),
        packet,
    ))
}

fn transport<'a>(packet: &LaxSlicedPacket<'a>) -> Option<Datagram<'a>> {
    let (source, destination, missing) = match packet.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            let authentication = ip.extensions().auth.map_or(0, |auth| auth.slice().len());
            let here = header.slice().len() + authentication + ip.payload().payload.len();
            (
                IpAddr::V4(header.source_addr()),
                IpAddr::V4(header.destination_addr()),
                usize::from(header.total_len()).saturating_sub(here),
            )
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            let here = ip.extensions().slice().len() + ip.payload().payload.len();
            (
                IpAddr::V6(header.source_addr()),
                IpAddr::V6(header.destination_addr()),
                usize::from(header.payload_length()).saturating_sub(here),
            )
        }
        LaxNetSlice::Arp(_) => return None,
    };
    if packet.ip_payload()?.fragmented {
        return None;
    }
    let (source_port, destination_port, tcp, payload) = match packet.transport.as_ref()? {
        TransportSlice::Tcp(tcp) => (
            tcp.source_port(),
            tcp.destination_port(),
            Some(Tcp {
                sequence: tcp.sequence_number(),
                acknowledgement: tcp.ack().then(|| tcp.acknowledgment_number()),
                syn: tcp.syn(),
                fin: tcp.fin(),
                rst: tcp.rst(),
            }),
            tcp.payload(),
        ),
        TransportSlice::Udp(udp) => (
            udp.source_port(),
            udp.destination_port(),
            None,
            udp.payload(),
        ),
        _ => return None,
    };
    Some(Datagram {
        source: SocketAddr::new(source, source_port),
        destination: SocketAddr::new(destination, destination_port),
        tcp,
        payload,
        reported: payload.len() + missing,
    })
}
