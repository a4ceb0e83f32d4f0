//! From a frame of the capture to the payload of TCP or UDP.

use crate::file::{Frame, LinkType};
use etherparse::{EtherType, IpNumber, LaxIpSlice, LaxSlicedPacket, TcpSlice, UdpSlice};
use pcap_parser::Linktype;
use std::net::{IpAddr, SocketAddr};

/// Both ends of a conversation, the one with the higher port, most often the client, first.
pub type Ends = [SocketAddr; 2];

/// The payload of TCP or UDP, with its addresses.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Who it was sent to.
    pub destination: SocketAddr,
    /// The header, when it is TCP.
    pub tcp: Option<TcpHeader>,
    /// What was captured of the payload.
    pub payload: &'a [u8],
    /// How long the payload was on the wire.
    pub reported: usize,
}

impl Datagram<'_> {
    /// The ends of its conversation, and the index of the one that sent it.
    pub fn ends(&self) -> (Ends, usize) {
        let (source, destination) = (self.source, self.destination);
        // The ports first, because they are cheap to compare and most often differ.
        if (source.port(), source.ip()) >= (destination.port(), destination.ip()) {
            ([source, destination], 0)
        } else {
            ([destination, source], 1)
        }
    }
}

/// The part of a TCP header that following a connection needs.
#[derive(Clone, Copy, Debug)]
pub struct TcpHeader {
    /// The sequence number of the SYN, or else of the first octet.
    pub sequence: u32,
    /// The acknowledgement number, when the ACK flag is set.
    pub acknowledgement: Option<u32>,
    /// The SYN flag.
    pub syn: bool,
    /// The FIN flag.
    pub fin: bool,
    /// The RST flag.
    pub rst: bool,
}

/// A link header: its length, and the offset of its EtherType.
type Link = (usize, usize);
const ETHERNET: Link = (14, 12);
/// Linux cooked captures.
const SLL: Link = (16, 14);
const SLL2: Link = (20, 0);
/// The address family in front of a packet of a BSD loopback.
const NULL_HEADER: usize = 4;

/// Frames of this link type cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLinkType(pub LinkType);

/// The datagram in a frame; `None` when there is none, a fragment, or not enough of one.
///
/// # Errors
///
/// The frame's link type is not known.
pub fn datagram<'a>(frame: &Frame<'a>) -> Result<Option<Datagram<'a>>, UnknownLinkType> {
    let octets = frame.octets;
    Ok(match Linktype(frame.link.0.into()) {
        Linktype::ETHERNET => behind(ETHERNET, octets),
        Linktype::LINUX_SLL => behind(SLL, octets),
        Linktype::LINUX_SLL2 => behind(SLL2, octets),
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | Linktype(12 | 14) => ip(octets),
        Linktype::NULL | Linktype::LOOP => octets.get(NULL_HEADER..).and_then(ip),
        _ => return Err(UnknownLinkType(frame.link)),
    })
}

fn behind((header, ether_type): Link, octets: &[u8]) -> Option<Datagram<'_>> {
    let is_ip = |ether_type| matches!(ether_type, EtherType::IPV4 | EtherType::IPV6);
    let ether_type = octets.get(ether_type..)?.first_chunk()?;
    let ether_type = EtherType(u16::from_be_bytes(*ether_type));
    let octets = octets.get(header..)?;
    if is_ip(ether_type) {
        return ip(octets);
    }
    // VLAN tags and similar headers.
    let inner = LaxSlicedPacket::from_ether_type(ether_type, octets).ether_payload()?;
    is_ip(inner.ether_type).then(|| ip(inner.payload))?
}

fn ip(octets: &[u8]) -> Option<Datagram<'_>> {
    let (packet, None) = LaxIpSlice::from_slice(octets).ok()? else {
        return None;
    };
    let content = packet.payload();
    let (source, destination, missing) = match &packet {
        LaxIpSlice::Ipv4(ip) => {
            let header = ip.header();
            let authentication = ip.extensions().auth.map_or(0, |auth| auth.slice().len());
            let here = header.slice().len() + authentication + content.payload.len();
            (
                IpAddr::V4(header.source_addr()),
                IpAddr::V4(header.destination_addr()),
                usize::from(header.total_len()).saturating_sub(here),
            )
        }
        LaxIpSlice::Ipv6(ip) => {
            let header = ip.header();
            let here = ip.extensions().slice().len() + content.payload.len();
            (
                IpAddr::V6(header.source_addr()),
                IpAddr::V6(header.destination_addr()),
                usize::from(header.payload_length()).saturating_sub(here),
            )
        }
    };
    if content.fragmented {
        return None;
    }
    let (source_port, destination_port, tcp, payload) = match content.ip_number {
        IpNumber::TCP => {
            let tcp = TcpSlice::from_slice(content.payload).ok()?;
            (
                tcp.source_port(),
                tcp.destination_port(),
                Some(TcpHeader {
                    sequence: tcp.sequence_number(),
                    acknowledgement: tcp.ack().then(|| tcp.acknowledgment_number()),
                    syn: tcp.syn(),
                    fin: tcp.fin(),
                    rst: tcp.rst(),
                }),
                tcp.payload(),
            )
        }
        IpNumber::UDP => {
            let udp = UdpSlice::from_slice_lax(content.payload).ok()?;
            (
                udp.source_port(),
                udp.destination_port(),
                None,
                udp.payload(),
            )
        }
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
