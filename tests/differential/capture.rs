//! A capture file of packets, each on a connection of its own, so that tshark keeps no state.

use crate::generate::{Carrier, Packet};
use etherparse::{IpNumber, PacketBuilder};
use std::io::{self, Write};

const IP_HEADER: usize = 14 + 20;
const TCP_HEADER: usize = 20;
const TP4_OVER_IP: IpNumber = IpNumber(29);
const TPKT_PORT: u16 = 102;

impl Carrier {
    /// Octets of a frame in front of what the carrier carries.
    pub fn offset_in_frame(self) -> usize {
        match self {
            Self::Tpkt => IP_HEADER + TCP_HEADER,
            Self::Ip => IP_HEADER,
        }
    }
}

/// Writes a capture of Ethernet frames (draft-ietf-opsawg-pcap).
pub fn write(packets: &[Packet], output: &mut impl Write) -> io::Result<()> {
    const MAGIC: u32 = 0xa1b2_c3d4;
    const LONGEST: u32 = 0x4_0000;
    const ETHERNET: u32 = 1;
    for number in [MAGIC, 2 | 4 << 16, 0, 0, LONGEST, ETHERNET] {
        output.write_all(&number.to_le_bytes())?;
    }
    for (index, packet) in (0..).zip(packets) {
        let frame = frame(index, packet);
        let length = u32::try_from(frame.len()).unwrap();
        for number in [index, 0, length, length] {
            output.write_all(&number.to_le_bytes())?;
        }
        output.write_all(&frame)?;
    }
    Ok(())
}

fn frame(index: u32, packet: &Packet) -> Vec<u8> {
    let [_, high, middle, low] = index.to_be_bytes();
    let frame = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4(
        [10, high, middle, low],
        [11, high, middle, low],
        64,
    );
    let mut octets = Vec::new();
    match packet.carrier {
        Carrier::Tpkt => frame
            .tcp(40_000, TPKT_PORT, 1, 8192)
            .psh()
            .ack(1)
            .write(&mut octets, &packet.octets),
        Carrier::Ip => frame.write(&mut octets, TP4_OVER_IP, &packet.octets),
    }
    .unwrap();
    octets
}
