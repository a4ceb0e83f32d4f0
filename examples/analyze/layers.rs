//! From a packet of the capture to the payload of TCP or UDP.

use crate::capture::Frame;
use etherparse::{EtherType, IpNumber, LaxIpSlice, LaxSlicedPacket, TcpSlice, UdpSlice};
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

/// A link header: how long it is, and where its ether type stands.
type Link = (usize, usize);
const ETHERNET: Link = (14, 12);
/// Linux cooked captures.
const SLL: Link = (16, 14);
const SLL2: Link = (20, 0);
/// The address family in front of a packet of a BSD loopback.
const NULL_HEADER: usize = 4;

/// A link type that is not known.
pub struct UnknownLink(pub i32);

/// The datagram a frame holds; `None` when it holds none, a fragment, or not enough of one.
pub fn datagram<'a>(frame: &Frame<'a>) -> Result<Option<Datagram<'a>>, UnknownLink> {
    let octets = frame.octets;
    Ok(match frame.link {
        Linktype::ETHERNET => behind(ETHERNET, octets),
        Linktype::LINUX_SLL => behind(SLL, octets),
        Linktype::LINUX_SLL2 => behind(SLL2, octets),
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | Linktype(12 | 14) => ip(octets),
        Linktype::NULL | Linktype::LOOP => octets.get(NULL_HEADER..).and_then(ip),
        Linktype(other) => return Err(UnknownLink(other)),
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
    // VLAN tags and the like.
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
                Some(Tcp {
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
