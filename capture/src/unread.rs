//! What the packets of a capture hold that is not read, and the names of it.

use crate::file::LinkType;
use std::fmt;

/// Why nothing was read of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Unread {
    /// A link type that is not known.
    LinkType(LinkType),
    /// Behind Ethernet, or a header like it.
    EtherType(u16),
    /// In an IEEE 802.2 frame, with this DSAP.
    Llc(u8),
    /// A protocol of PPP.
    Ppp(u16),
    /// A protocol of IP.
    IpProtocol(u8),
    /// An extension header of IPv6 that is damaged or not at its place.
    Ipv6Extension(u8),
    /// The packet ends within a header, or a header contradicts itself.
    Header(&'static str),
    /// A fragment of an IP packet that never became complete.
    Fragment,
    /// A fragment of an IP packet with other octets than an earlier fragment has at the same place.
    FragmentConflict,
}

/// EtherTypes of protocols that do not carry TCP.
const ETHER_TYPES: [(u16, &str); 24] = [
    (0x0806, "ARP"),
    (0x0842, "Wake-on-LAN"),
    (0x2000, "CDP"),
    (0x6002, "DEC remote console"),
    (0x8035, "RARP"),
    (0x809b, "AppleTalk"),
    (0x8137, "IPX"),
    (0x8204, "QNX Qnet"),
    (0x8808, "Ethernet flow control"),
    (0x8809, "LACP"),
    (0x8863, "PPPoE discovery"),
    (0x886d, "Intel ANS"),
    (0x887b, "HomePlug"),
    (0x888e, "EAPOL"),
    (0x8892, "PROFINET"),
    (0x88a4, "EtherCAT"),
    (0x88ab, "POWERLINK"),
    (0x88b8, "GOOSE"),
    (0x88ba, "IEC 61850 sampled values"),
    (0x88cc, "LLDP"),
    (0x88e1, "HomePlug AV"),
    (0x88e3, "MRP"),
    (0x88f7, "PTP"),
    (0x9000, "Ethernet loopback"),
];
/// The same of IEEE 802.2, by DSAP.
const DSAPS: [(u8, &str); 4] = [
    (0x42, "spanning tree"),
    (0xe0, "IPX"),
    (0xf0, "NetBIOS"),
    (0xff, "IPX"),
];
/// The same of PPP; those from 0x8000 on are control protocols, too.
const PPP_PROTOCOLS: [(u16, &str); 2] = [(0xc021, "LCP"), (0x8021, "IPCP")];
/// The same of IP.
const IP_PROTOCOLS: [(u8, &str); 11] = [
    (1, "ICMP"),
    (2, "IGMP"),
    (46, "RSVP"),
    (58, "ICMPv6"),
    (59, "no next header"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (103, "PIM"),
    (112, "VRRP"),
    (132, "SCTP"),
    (136, "UDP-Lite"),
];

fn name<N: PartialEq>(table: &[(N, &'static str)], number: N) -> Option<&'static str> {
    let row = table.iter().find(|(known, _)| *known == number);
    row.map(|&(_, name)| name)
}

impl Unread {
    /// The name of a protocol that does not carry TCP.
    fn harmless(self) -> Option<&'static str> {
        match self {
            Self::EtherType(number) => name(&ETHER_TYPES, number),
            Self::Llc(number) => name(&DSAPS, number),
            Self::Ppp(number) => name(&PPP_PROTOCOLS, number),
            Self::IpProtocol(number) => name(&IP_PROTOCOLS, number),
            _ => None,
        }
    }

    /// Whether there may be TCP in such packets.
    pub fn may_hold_tcp(self) -> bool {
        self.harmless().is_none()
    }
}

impl fmt::Display for Unread {
    /// What the packets are, as in `3 packets: link type 147`.
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        if let Some(name) = self.harmless() {
            return formatter.write_str(name);
        }
        match self {
            Self::LinkType(link) => write!(formatter, "link type {link}"),
            Self::EtherType(0x88e5) => write!(formatter, "MACsec, encrypted"),
            Self::EtherType(number) => write!(formatter, "EtherType 0x{number:04x}"),
            Self::Llc(0xfe) => write!(formatter, "OSI network layer (LLC DSAP 0xfe)"),
            Self::Llc(dsap) => write!(formatter, "LLC DSAP 0x{dsap:02x}"),
            Self::Ppp(protocol) => write!(formatter, "PPP protocol 0x{protocol:04x}"),
            Self::IpProtocol(50) => write!(formatter, "ESP, encrypted (IP protocol 50)"),
            Self::IpProtocol(protocol) => write!(formatter, "IP protocol {protocol}"),
            Self::Ipv6Extension(number) => {
                write!(formatter, "IPv6 extension header {number}, damaged")
            }
            Self::Header(name) => write!(formatter, "{name} header cut off or damaged"),
            Self::Fragment => write!(formatter, "IP fragment of which others are missing"),
            Self::FragmentConflict => {
                write!(
                    formatter,
                    "IP fragment with other octets than an earlier one"
                )
            }
        }
    }
}
