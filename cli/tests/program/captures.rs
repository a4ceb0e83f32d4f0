//! Builds capture files: frames with a TCP connection in them, in pcap or pcapng.

use etherparse::{PacketBuilder, TcpHeader};

pub const ETHERNET: u32 = 1;
pub const RAW: u32 = 101;
const WHOLE: usize = 65_535;

/// How a pcap file is written.
#[derive(Clone, Copy)]
pub struct Pcap {
    pub link: u32,
    pub snaplen: usize,
    pub big_endian: bool,
    pub nanoseconds: bool,
}

pub const PCAP: Pcap = Pcap {
    link: ETHERNET,
    snaplen: WHOLE,
    big_endian: false,
    nanoseconds: false,
};

impl Pcap {
    /// A file of these frames, half a second apart.
    pub fn of<F: AsRef<[u8]>>(self, frames: impl IntoIterator<Item = F>) -> Vec<u8> {
        let mut file = Vec::new();
        let mut put = |field: u32, octets: &[u8]| {
            file.extend(match self.big_endian {
                true => field.to_be_bytes(),
                false => field.to_le_bytes(),
            });
            file.extend(octets);
        };
        let (magic, half) = match self.nanoseconds {
            true => (0xa1b2_3c4d, 500_000_000),
            false => (0xa1b2_c3d4, 500_000),
        };
        put(magic, &[]);
        // Version 2.4, its halves in the file's order.
        put(
            if self.big_endian {
                0x0002_0004
            } else {
                0x0004_0002
            },
            &[],
        );
        for field in [0, 0, length(self.snaplen), self.link] {
            put(field, &[]); // time zone, accuracy, snaplen, link type
        }
        for (index, frame) in (0..).zip(frames) {
            let frame = frame.as_ref();
            let captured = &frame[..frame.len().min(self.snaplen)];
            put(839_808_000 + index / 2, &[]); // seconds
            put(index % 2 * half, &[]); // their fraction
            put(length(captured.len()), &[]); // captured length
            put(length(frame.len()), captured); // length on the wire
        }
        file
    }
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}

/// An Ethernet frame; `tags` are the octets before the EtherType of IP.
pub fn ethernet(tags: &[u8], ip: &[u8]) -> Vec<u8> {
    let ether_type = match ip[0] >> 4 {
        4 => [0x08, 0x00],
        _ => [0x86, 0xdd],
    };
    [
        &[2, 0, 0, 0, 0, 2][..], // destination
        &[2, 0, 0, 0, 0, 1],     // source
        tags,
        &ether_type,
        ip,
    ]
    .concat()
}

pub const CLIENT: usize = 0;
pub const SERVER: usize = 1;

/// A TCP connection; places in it count from the first octet behind the SYN.
#[derive(Clone, Copy)]
pub struct Connection {
    pub port: u16,
    pub service: u16,
    /// The sequence number of the client's SYN.
    pub initial: u32,
}

pub const CONNECTION: Connection = Connection {
    port: 40_000,
    service: 102,
    initial: 1_000,
};

impl Connection {
    pub fn ip(self, sender: usize, at: u32, flags: &str, octets: &[u8]) -> Vec<u8> {
        self.with_header(sender, at, flags, octets, |_| {})
    }

    /// The same with a header that `change` changes; the checksum is right.
    pub fn with_header(
        self,
        sender: usize,
        at: u32,
        flags: &str,
        octets: &[u8],
        change: impl FnOnce(&mut TcpHeader),
    ) -> Vec<u8> {
        let syn = flags.contains('S');
        let (client, server) = (([192, 0, 2, 1], self.port), ([192, 0, 2, 2], self.service));
        let (from, to, initial) = match sender {
            CLIENT => (client, server, self.initial),
            _ => (server, client, 7_000),
        };
        let sequence = initial.wrapping_add(at).wrapping_add((!syn).into());
        let mut header = TcpHeader::new(from.1, to.1, sequence, 8192);
        (header.syn, header.fin) = (syn, flags.contains('F'));
        header.rst = flags.contains('R');
        change(&mut header);
        let mut packet = Vec::new();
        PacketBuilder::ipv4(from.0, to.0, 64)
            .tcp_header(header)
            .write(&mut packet, octets)
            .unwrap();
        packet
    }

    /// Octets of the client.
    pub fn data(self, at: u32, octets: &[u8]) -> Vec<u8> {
        ethernet(&[], &self.ip(CLIENT, at, "", octets))
    }

    pub fn fin(self, at: u32) -> Vec<u8> {
        ethernet(&[], &self.ip(CLIENT, at, "F", &[]))
    }

    pub fn reset(self, at: u32) -> Vec<u8> {
        ethernet(&[], &self.ip(CLIENT, at, "R", &[]))
    }

    /// The server has everything of the client up to there.
    pub fn acknowledged(self, to: u32) -> Vec<u8> {
        self.acknowledging(to, "")
    }

    /// The same with flags.
    pub fn acknowledging(self, to: u32, flags: &str) -> Vec<u8> {
        let number = self.initial.wrapping_add(1).wrapping_add(to);
        let packet = self.with_header(SERVER, 0, flags, &[], |header| {
            (header.ack, header.acknowledgment_number) = (true, number);
        });
        ethernet(&[], &packet)
    }

    /// The two SYNs, and the frames behind them, which are numbered from 3.
    pub fn open(self, frames: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
        [
            ethernet(&[], &self.ip(CLIENT, 0, "S", &[])),
            self.acknowledging(0, "S"),
        ]
        .into_iter()
        .chain(frames)
        .collect()
    }
}

/// A TPKT of 11 octets, told from others by its reference.
pub fn dt(reference: u8) -> [u8; 11] {
    [
        0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
        0x04, 0xf0, // DT: LI, code
        0x00, reference, // destination reference
        0x80,      // EOT, TPDU number
        b'o', b'k', // user data
    ]
}

/// An IPv4 packet with `dt(1)` in TCP.
pub fn packet() -> Vec<u8> {
    CONNECTION.ip(CLIENT, 0, "", &dt(1))
}

/// The same with what IPv4 may have between its header and TCP.
pub fn with_options() -> Vec<u8> {
    const OPTIONS: [u8; 4] = [
        0x94, 0x04, 0x00, 0x00, // router alert: type, length, value
    ];
    let mut packet = packet();
    packet[0] += 1; // header length, in words
    packet[3] += 4; // total length
    packet.splice(20..20, OPTIONS);
    packet
}

/// An IPv4 packet, its TCP behind an authentication header.
pub fn authenticated(mut packet: Vec<u8>) -> Vec<u8> {
    const AUTHENTICATION: [u8; 24] = [
        0x06, 0x04, 0x00, 0x00, // next header: TCP; length in words, less 2; reserved
        0x00, 0x00, 0x00, 0x01, // security parameters index
        0x00, 0x00, 0x00, 0x01, // sequence number
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // integrity check value
    ];
    packet[3] += 24; // total length
    packet[9] = 51; // protocol: AH
    packet.splice(20..20, AUTHENTICATION);
    packet
}

/// The same in IPv6, with these extension headers, of which `first` is the first one's number.
pub fn ipv6(first: u8, extensions: &[u8]) -> Vec<u8> {
    let segment = &packet()[20..];
    let length = u8::try_from(extensions.len() + segment.len()).unwrap();
    let address = |last| {
        [
            0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last,
        ]
    };
    [
        &[
            0x60, 0x00, 0x00, 0x00, // version, traffic class, flow label
            0x00, length, // payload length
            first, 64, // next header, hop limit
        ][..],
        &address(1), // source
        &address(2), // destination
        extensions,
        segment,
    ]
    .concat()
}

/// A block of pcapng.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = body.len().next_multiple_of(4) - body.len();
    let total = length(12 + body.len() + padding).to_le_bytes();
    [
        &kind.to_le_bytes(),
        &total,
        body,
        &[0; 3][..padding],
        &total,
    ]
    .concat()
}

pub fn section() -> Vec<u8> {
    let body = [
        &0x1a2b_3c4d_u32.to_le_bytes()[..], // byte order
        &[0x01, 0x00, 0x00, 0x00],          // version 1.0
        &[0xff; 8],                         // section of any length
    ];
    block(0x0a0d_0d0a, &body.concat())
}

/// An interface; `resolution` is its option if_tsresol.
pub fn interface(link: u32, resolution: Option<u8>) -> Vec<u8> {
    let option = resolution.map(|resolution| {
        [
            0x09, 0x00, 0x01, 0x00, resolution, 0x00, 0x00, 0x00, // if_tsresol: code, length
            0x00, 0x00, 0x00, 0x00, // end of options
        ]
    });
    let body = [
        &link.to_le_bytes()[..], // link type, reserved
        &[0; 4],                 // snaplen: none
        option.as_ref().map_or(&[], |option| &option[..]),
    ];
    block(1, &body.concat())
}

/// A packet of an interface, with its time in the interface's units.
pub fn enhanced(interface: u32, time: u64, packet: &[u8]) -> Vec<u8> {
    timed(6, interface, time, packet)
}

/// The same in the block that was before the enhanced one; the upper half of its interface is how
/// many packets were dropped.
pub fn obsolete(interface: u16, time: u64, packet: &[u8]) -> Vec<u8> {
    timed(2, interface.into(), time, packet)
}

fn timed(kind: u32, interface: u32, time: u64, packet: &[u8]) -> Vec<u8> {
    let [low, high] = [time, time >> 32].map(|half| half as u32);
    let here = length(packet.len());
    let mut body: Vec<u8> = [interface, high, low, here, here]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    body.extend(packet);
    block(kind, &body)
}

/// A packet of the first interface, without a time.
pub fn simple(packet: &[u8]) -> Vec<u8> {
    block(3, &[&length(packet.len()).to_le_bytes(), packet].concat())
}
