//! From a frame of the capture to the payload of TCP or UDP.

use crate::file::{Arrival, Frame, LinkType};
use crate::fragments::{Fragment, Fragments, Packet};
use crate::unread::Unread;
use etherparse::{IpNumber, Ipv6ExtensionSlice, LaxIpSlice, TcpOptionElement, TcpSlice, UdpSlice};
use pcap_parser::Linktype;
use std::cmp::Ordering;
use std::net::{IpAddr, SocketAddr};

/// Both ends of a conversation, the one with the higher port, most often the client, first.
pub type Ends = [SocketAddr; 2];

/// The payload of TCP, UDP, or of IP itself, with its addresses.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Who it was sent to.
    pub destination: SocketAddr,
    /// What carries it.
    pub transport: Transport,
    /// What was captured of the payload.
    pub payload: &'a [u8],
    /// How long the payload was on the wire.
    pub reported: usize,
    /// What the checksum of TCP is computed over.
    segment: &'a [u8],
}

/// What carries a payload.
#[derive(Clone, Copy, Debug)]
pub enum Transport {
    /// TCP.
    Tcp(TcpHeader),
    /// UDP.
    Udp,
    /// IP itself: the payload is a TPDU of class 4 (IP protocol 29); the ports are 0.
    IsoTp4,
}

impl Datagram<'_> {
    /// The ends of its conversation, and the index of the one that sent it.
    #[inline(always)]
    pub fn ends(&self) -> (Ends, usize) {
        let (source, destination) = (self.source, self.destination);
        // The ports first, because they are cheap to compare and most often differ.
        let order = source.port().cmp(&destination.port());
        match order.then_with(|| source.ip().cmp(&destination.ip())) {
            Ordering::Less => ([destination, source], 1),
            Ordering::Equal | Ordering::Greater => ([source, destination], 0),
        }
    }

    /// Whether the checksum of a TCP segment is that of its octets; `None` when they were not all
    /// captured.
    pub fn has_right_checksum(&self) -> Option<bool> {
        if self.payload.len() < self.reported {
            return None;
        }
        let segment = TcpSlice::from_slice(self.segment).ok()?;
        let computed = match (self.source.ip(), self.destination.ip()) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => segment
                .calc_checksum_ipv4(source.octets(), destination.octets())
                .ok()?,
            (IpAddr::V6(source), IpAddr::V6(destination)) => segment
                .calc_checksum_ipv6(source.octets(), destination.octets())
                .ok()?,
            _ => return None,
        };
        Some(computed == segment.checksum())
    }
}

/// The part of a TCP header that following a connection needs.
#[derive(Clone, Copy, Debug, Default)]
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
    /// The window as it is in the header.
    pub window: u16,
    /// By how many bits the window is shifted: an option of a SYN.
    pub window_scale: Option<u8>,
}

impl TcpHeader {
    #[inline(always)]
    fn new(tcp: &TcpSlice) -> Self {
        let scale = |option| match option {
            Ok(TcpOptionElement::WindowScale(scale)) => Some(scale),
            _ => None,
        };
        Self {
            sequence: tcp.sequence_number(),
            acknowledgement: tcp.ack().then(|| tcp.acknowledgment_number()),
            syn: tcp.syn(),
            fin: tcp.fin(),
            rst: tcp.rst(),
            window: tcp.window_size(),
            window_scale: match tcp.syn() {
                true => tcp.options_iterator().find_map(scale),
                false => None,
            },
        }
    }
}

/// What the next octets of a packet are.
#[derive(Clone, Copy)]
enum Layer {
    Ethernet,
    /// An EtherType, and what it announces.
    Typed,
    EtherType(u16),
    Llc,
    Mpls,
    PppoeSession,
    Ppp,
    Gre,
    Ip,
}

/// The octets behind the next header, and what they are.
type Next<'a> = (Layer, &'a [u8]);

/// What is behind the headers of a packet.
enum Found<'a> {
    Payload(Payload<'a>),
    Fragment(Fragment<'a>),
}

/// What is in an IP packet.
struct Payload<'a> {
    protocol: IpNumber,
    /// Of source and destination.
    addresses: [IpAddr; 2],
    octets: &'a [u8],
    /// How many octets at the end were not captured.
    missing: usize,
}

/// Finds the datagrams in frames, and puts together those that came in fragments.
#[derive(Default)]
pub struct Decoder {
    fragments: Fragments,
    /// The payload of the latest packet that was put together.
    whole: Vec<u8>,
}

impl Decoder {
    /// The datagram in a frame; `None` when it holds a fragment and others are missing yet.
    ///
    /// # Errors
    ///
    /// What the frame holds instead.
    pub fn datagram<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Option<Datagram<'a>>, Unread> {
        match find(first_layer(frame.link, frame.octets)?)? {
            Found::Payload(payload) => payload.datagram().map(Some),
            Found::Fragment(fragment) => self.fragment(&fragment, frame.arrival),
        }
    }

    fn fragment(
        &mut self,
        fragment: &Fragment,
        arrival: Arrival,
    ) -> Result<Option<Datagram<'_>>, Unread> {
        let Some(whole) = self.fragments.add(fragment, arrival)? else {
            return Ok(None);
        };
        self.whole = whole;
        let Packet {
            source,
            destination,
            protocol,
            ..
        } = fragment.packet;
        let payload = Payload {
            protocol: IpNumber(protocol),
            addresses: [source, destination],
            octets: &self.whole,
            missing: 0,
        };
        let payload = match payload.tunnelled()? {
            None => payload,
            Some(next) => match find(next)? {
                Found::Payload(payload) => payload,
                // Fragments of a tunnel with fragments in it.
                Found::Fragment(_) => return Err(Unread::Fragment),
            },
        };
        payload.datagram().map(Some)
    }

    /// How many fragments are of packets that did not become complete.
    pub fn missed_fragments(&self) -> u64 {
        self.fragments.missed()
    }
}

/// The address family in front of a packet of a BSD loopback.
const NULL_HEADER: usize = 4;

/// What the frames of a link type start with.
fn first_layer(link: LinkType, octets: &[u8]) -> Result<Next<'_>, Unread> {
    const C_HDLC: i32 = 104;
    const PPP: i32 = 9;
    const PPP_HDLC: i32 = 50;
    const PPPOE: i32 = 51;
    let behind = |layer, header| Some((layer, octets.get(header..)?));
    match Linktype(link.0.into()) {
        Linktype::ETHERNET => Some((Layer::Ethernet, octets)),
        Linktype::LINUX_SLL => behind(Layer::Typed, 14),
        Linktype::LINUX_SLL2 => {
            let protocol = octets.first_chunk().map(|it| u16::from_be_bytes(*it));
            protocol.and_then(|protocol| behind(Layer::EtherType(protocol), 20))
        }
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | Linktype(12 | 14) => {
            Some((Layer::Ip, octets))
        }
        Linktype::NULL | Linktype::LOOP => behind(Layer::Ip, NULL_HEADER),
        Linktype(PPP | PPP_HDLC) => Some((Layer::Ppp, octets)),
        Linktype(PPPOE) => Some((Layer::PppoeSession, octets)),
        Linktype(C_HDLC) => behind(Layer::Typed, 2),
        _ => return Err(Unread::LinkType(link)),
    }
    .ok_or(Unread::Header("link layer"))
}

/// Takes the headers off a packet; each has an octet at least.
#[inline(always)]
fn find((mut layer, mut octets): Next<'_>) -> Result<Found<'_>, Unread> {
    loop {
        let next = match layer {
            Layer::Ethernet => octets.get(12..).and_then(typed),
            Layer::Typed => typed(octets),
            Layer::EtherType(0x0800 | 0x86dd) | Layer::Ip => {
                let found = ip(octets)?;
                match &found {
                    Found::Payload(payload) => match payload.tunnelled()? {
                        None => return Ok(found),
                        next => next,
                    },
                    Found::Fragment(_) => return Ok(found),
                }
            }
            Layer::EtherType(ether_type) => behind_ether_type(ether_type, octets)?,
            Layer::Llc => llc(octets)?,
            Layer::Mpls => mpls(octets),
            Layer::PppoeSession => octets.get(6..).map(|rest| (Layer::Ppp, rest)),
            Layer::Ppp => ppp(octets)?,
            Layer::Gre => gre(octets)?,
        };
        (layer, octets) = next.ok_or(Unread::Header(name_of(layer)))?;
    }
}

fn name_of(layer: Layer) -> &'static str {
    match layer {
        Layer::Ethernet | Layer::Typed => "Ethernet",
        Layer::EtherType(_) => "VLAN tag or similar",
        Layer::Llc => "LLC",
        Layer::Mpls => "MPLS",
        Layer::PppoeSession => "PPPoE",
        Layer::Ppp => "PPP",
        Layer::Gre => "GRE",
        Layer::Ip => "IP",
    }
}

fn number(octets: &[u8], at: usize) -> Option<u16> {
    octets
        .get(at..)?
        .first_chunk()
        .map(|it| u16::from_be_bytes(*it))
}

#[inline(always)]
fn typed(octets: &[u8]) -> Option<Next<'_>> {
    Some((Layer::EtherType(number(octets, 0)?), octets.get(2..)?))
}

/// Below this a length is where an EtherType would be (IEEE 802.3 3.2.6).
const FIRST_ETHER_TYPE: u16 = 0x600;

fn behind_ether_type(ether_type: u16, octets: &[u8]) -> Result<Option<Next<'_>>, Unread> {
    const SECURITY_TAG_WITH_CHANNEL: u8 = 0x20;
    const ENCRYPTED_OR_CHANGED: u8 = 0x0c;
    let (layer, header) = match ether_type {
        // VLAN tags: those of IEEE 802.1Q, and those that came before 802.1ad.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => (Layer::Typed, 2),
        0x892f => (Layer::Typed, 4), // HSR (IEC 62439-3)
        0x893f => (Layer::Typed, 6), // E-TAG (IEEE 802.1BR)
        0x8847 | 0x8848 => (Layer::Mpls, 0),
        0x8864 => (Layer::PppoeSession, 0),
        0x6558 => (Layer::Ethernet, 0),
        // MACsec (IEEE 802.1AE 9.5) that only authenticates.
        0x88e5 => match octets.first() {
            Some(flags) if flags & ENCRYPTED_OR_CHANGED != 0 => {
                return Err(Unread::EtherType(ether_type));
            }
            Some(flags) if flags & SECURITY_TAG_WITH_CHANNEL != 0 => (Layer::Typed, 14),
            _ => (Layer::Typed, 6),
        },
        ..FIRST_ETHER_TYPE => (Layer::Llc, 0),
        _ => return Err(Unread::EtherType(ether_type)),
    };
    Ok(octets.get(header..).map(|rest| (layer, rest)))
}

/// IEEE 802.2, and SNAP behind it.
fn llc(octets: &[u8]) -> Result<Option<Next<'_>>, Unread> {
    const SNAP: u8 = 0xaa;
    const IP: u8 = 0x06;
    const CISCO: [u8; 3] = [0x00, 0x00, 0x0c];
    let Some(&[dsap, _, _]) = octets.first_chunk() else {
        return Ok(None);
    };
    Ok(match dsap {
        SNAP if octets.get(3..6) == Some(&CISCO) => return Err(Unread::EtherType(0x2000)),
        SNAP => octets.get(6..).and_then(typed),
        IP => octets.get(3..).map(|rest| (Layer::Ip, rest)),
        _ => return Err(Unread::Llc(dsap)),
    })
}

/// The labels, and what is most likely behind them: they do not say it (RFC 4928 3).
fn mpls(octets: &[u8]) -> Option<Next<'_>> {
    const LABEL: usize = 4;
    const CONTROL_WORD: usize = 4;
    let bottom = octets
        .chunks_exact(LABEL)
        .position(|label| label.get(2).is_some_and(|octet| octet & 1 != 0))?;
    let rest = octets.get((bottom + 1) * LABEL..)?;
    let is_ethernet = matches!(number(rest, 12), Some(0x0800 | 0x86dd | 0x8100 | 0x88a8));
    Some(match rest.first()? >> 4 {
        4 | 6 => (Layer::Ip, rest),
        0 if !is_ethernet => (Layer::Ethernet, rest.get(CONTROL_WORD..)?),
        _ => (Layer::Ethernet, rest),
    })
}

fn ppp(octets: &[u8]) -> Result<Option<Next<'_>>, Unread> {
    // Address and control, which may be left out (RFC 1661 6.6), as the first octet of the protocol
    // may (6.5).
    let octets = octets.strip_prefix(&[0xff, 0x03]).unwrap_or(octets);
    let (protocol, rest) = match octets {
        [short, rest @ ..] if short & 1 != 0 => (u16::from(*short), rest),
        [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return Ok(None),
    };
    Ok(Some(match protocol {
        0x0021 | 0x0057 => (Layer::Ip, rest),
        0x0281 | 0x0283 => (Layer::Mpls, rest),
        _ => return Err(Unread::Ppp(protocol)),
    }))
}

/// RFC 2784 and 2890, version 1 of RFC 2637, and ERSPAN.
fn gre(octets: &[u8]) -> Result<Option<Next<'_>>, Unread> {
    const CHECKSUM: u16 = 0x8000;
    const KEY: u16 = 0x2000;
    const SEQUENCE: u16 = 0x1000;
    const ACKNOWLEDGEMENT: u16 = 0x0080;
    let (Some(flags), Some(protocol)) = (number(octets, 0), number(octets, 2)) else {
        return Ok(None);
    };
    let options = [CHECKSUM, KEY, SEQUENCE, ACKNOWLEDGEMENT];
    let header = 4 + 4 * options.iter().filter(|&option| flags & option != 0).count();
    let Some(rest) = octets.get(header..) else {
        return Ok(None);
    };
    let (layer, header) = match protocol {
        0x880b => (Layer::Ppp, 0),
        // ERSPAN: without a sequence number it has no header.
        0x88be => (Layer::Ethernet, if flags & SEQUENCE != 0 { 8 } else { 0 }),
        0x22eb => {
            let has_more = rest.get(11).is_some_and(|octet| octet & 1 != 0);
            (Layer::Ethernet, if has_more { 20 } else { 12 })
        }
        _ => (Layer::EtherType(protocol), 0),
    };
    Ok(rest.get(header..).map(|rest| (layer, rest)))
}

#[inline(always)]
fn ip(octets: &[u8]) -> Result<Found<'_>, Unread> {
    let Ok((packet, damage)) = LaxIpSlice::from_slice(octets) else {
        return Err(Unread::Header("IP"));
    };
    let content = packet.payload();
    if damage.is_some() {
        return Err(Unread::Ipv6Extension(content.ip_number.0));
    }
    let (addresses, missing) = match &packet {
        LaxIpSlice::Ipv4(ip) => {
            let header = ip.header();
            let authentication = ip.extensions().auth.map_or(0, |auth| auth.slice().len());
            let here = header.slice().len() + authentication + content.payload.len();
            (
                [header.source_addr(), header.destination_addr()].map(IpAddr::V4),
                usize::from(header.total_len()).saturating_sub(here),
            )
        }
        LaxIpSlice::Ipv6(ip) => {
            let header = ip.header();
            let here = ip.extensions().slice().len() + content.payload.len();
            (
                [header.source_addr(), header.destination_addr()].map(IpAddr::V6),
                usize::from(header.payload_length()).saturating_sub(here),
            )
        }
    };
    if content.fragmented {
        return match missing {
            0 => fragment(&packet, addresses).map(Found::Fragment),
            _ => Err(Unread::Header("IP fragment")),
        };
    }
    Ok(Found::Payload(Payload {
        protocol: content.ip_number,
        addresses,
        octets: content.payload,
        missing,
    }))
}

fn fragment<'a>(
    packet: &LaxIpSlice<'a>,
    [source, destination]: [IpAddr; 2],
) -> Result<Fragment<'a>, Unread> {
    let content = packet.payload();
    let (identification, offset, more) = match packet {
        LaxIpSlice::Ipv4(ip) => {
            let header = ip.header();
            (
                header.identification().into(),
                header.fragments_offset(),
                header.more_fragments(),
            )
        }
        LaxIpSlice::Ipv6(ip) => {
            let fragment = ip.extensions().clone().into_iter().find_map(|it| match it {
                Ipv6ExtensionSlice::Fragment(fragment) => Some(fragment),
                _ => None,
            });
            let fragment = fragment.ok_or(Unread::Header("IP fragment"))?;
            (
                fragment.identification(),
                fragment.fragment_offset(),
                fragment.more_fragments(),
            )
        }
    };
    Ok(Fragment {
        packet: Packet {
            source,
            destination,
            identification,
            protocol: content.ip_number.0,
        },
        offset: offset.byte_offset().into(),
        more,
        octets: content.payload,
    })
}

/// UDP ports of tunnels that carry Ethernet frames.
const VXLAN: [u16; 2] = [4789, 8472];
const GENEVE: u16 = 6081;

const ISO_TP4: IpNumber = IpNumber(29);

impl<'a> Payload<'a> {
    /// What it carries, if it is a tunnel.
    #[inline(always)]
    fn tunnelled(&self) -> Result<Option<Next<'a>>, Unread> {
        const ETHERIP: IpNumber = IpNumber(97);
        const MPLS: IpNumber = IpNumber(137);
        let octets = self.octets;
        Ok(match self.protocol {
            IpNumber::TCP | ISO_TP4 => None,
            IpNumber::UDP => {
                let udp = UdpSlice::from_slice_lax(octets).map_err(|_| Unread::Header("UDP"))?;
                in_udp(udp.destination_port(), udp.payload())
            }
            IpNumber::IPV4 | IpNumber::IPV6 => Some((Layer::Ip, octets)),
            IpNumber::GRE => Some((Layer::Gre, octets)),
            MPLS => Some((Layer::Mpls, octets)),
            ETHERIP => {
                let frame = octets.get(2..).ok_or(Unread::Header("EtherIP"))?;
                Some((Layer::Ethernet, frame))
            }
            other => return Err(Unread::IpProtocol(other.0)),
        })
    }

    #[inline(always)]
    fn datagram(&self) -> Result<Datagram<'a>, Unread> {
        let octets = self.octets;
        let (ports, transport, payload) = match self.protocol {
            IpNumber::TCP => {
                let tcp = TcpSlice::from_slice(octets).map_err(|_| Unread::Header("TCP"))?;
                let ports = [tcp.source_port(), tcp.destination_port()];
                (ports, Transport::Tcp(TcpHeader::new(&tcp)), tcp.payload())
            }
            IpNumber::UDP => {
                let udp = UdpSlice::from_slice_lax(octets).map_err(|_| Unread::Header("UDP"))?;
                let ports = [udp.source_port(), udp.destination_port()];
                (ports, Transport::Udp, udp.payload())
            }
            _ => ([0, 0], Transport::IsoTp4, octets),
        };
        let ([source, destination], [source_port, destination_port]) = (self.addresses, ports);
        Ok(Datagram {
            source: SocketAddr::new(source, source_port),
            destination: SocketAddr::new(destination, destination_port),
            transport,
            payload,
            reported: payload.len() + self.missing,
            segment: octets,
        })
    }
}

/// What a datagram of UDP carries, if it is of a tunnel by port and header.
fn in_udp(port: u16, payload: &[u8]) -> Option<Next<'_>> {
    let &[first, second, high, low, .., reserved] = payload.first_chunk::<8>()?;
    let (layer, header) = match port {
        // RFC 7348 5: the I flag, the others reserved.
        _ if VXLAN.contains(&port) && first == 0x08 && reserved == 0 => (Layer::Ethernet, 8),
        // RFC 8926 3.4: version 0, and the length of the options in words.
        GENEVE if first >> 6 == 0 && second & 0x3f == 0 => (
            Layer::EtherType(u16::from_be_bytes([high, low])),
            8 + 4 * usize::from(first & 0x3f),
        ),
        _ => return None,
    };
    Some((layer, payload.get(header..)?))
}
