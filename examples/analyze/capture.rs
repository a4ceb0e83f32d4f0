//! Capture files, pcap and pcapng, a packet at a time.

use pcap_parser::pcapng::{Block, UnknownBlock};
use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{Linktype, PcapBlockOwned, PcapError, create_reader};
use std::fs::File;
use std::io::Read;

/// When a packet came.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Its number in the file, from 1.
    pub frame: u64,
    /// Nanoseconds since the first packet.
    pub time: i64,
}

/// A packet as it stands in the file.
pub struct Frame<'a> {
    pub arrival: Arrival,
    pub link: Linktype,
    /// What was captured of it; how long it was, the headers in it tell.
    pub octets: &'a [u8],
}

/// The obsolete Packet Block of pcapng.
const PACKET_BLOCK: u32 = 2;
const SMALLEST_BUFFER: usize = 1 << 20;
const LARGEST_BUFFER: usize = 1 << 28;

/// An interface of a pcapng section: its link type, units a second and offset in seconds.
#[derive(Clone, Copy)]
struct Interface {
    link: Linktype,
    resolution: u64,
    offset: i64,
}

/// Hands the packets of a file to `each`, until it ends or `each` refuses one. The error says what
/// is wrong with the file.
pub fn read(
    file: File,
    progress: impl Fn(u64) + Send + 'static,
    mut each: impl FnMut(Frame) -> Result<(), String>,
) -> Result<(), String> {
    let counted = Counted {
        file,
        octets: 0,
        progress,
    };
    let mut reader = create_reader(SMALLEST_BUFFER, counted).map_err(|error| match error {
        PcapError::Eof => "the file is empty".to_owned(),
        PcapError::ReadError => "the file cannot be read".to_owned(),
        _ => "not a capture file: neither pcap nor pcapng".to_owned(),
    })?;
    let mut capacity = SMALLEST_BUFFER;
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut nanoseconds = 1000;
    let mut big_endian = false;
    let mut number = 0;
    let mut first_time = None;
    loop {
        let exhausted = reader.reader_exhausted();
        let (consumed, block) = match reader.next() {
            Ok(block) => block,
            Err(PcapError::Eof) => return Ok(()),
            Err(PcapError::Incomplete(_)) if !exhausted => {
                reader
                    .refill()
                    .map_err(|_| "the file cannot be read".to_owned())?;
                continue;
            }
            Err(PcapError::BufferTooSmall) if capacity < LARGEST_BUFFER => {
                capacity *= 2;
                reader.grow(capacity);
                continue;
            }
            Err(PcapError::Incomplete(_) | PcapError::UnexpectedEof) => {
                return Err(format!("the file is cut off after packet {number}"));
            }
            Err(_) => return Err(damaged(number)),
        };
        let packet = match &block {
            PcapBlockOwned::LegacyHeader(header) => {
                if header.is_nanosecond_precision() {
                    nanoseconds = 1;
                }
                interfaces.push(Interface {
                    // Above them stands how long frame check sequences are.
                    link: Linktype(header.network.0 & 0xffff),
                    resolution: 0,
                    offset: 0,
                });
                None
            }
            PcapBlockOwned::Legacy(packet) => {
                let time = i128::from(packet.ts_sec) * 1_000_000_000
                    + i128::from(packet.ts_usec) * nanoseconds;
                Some((0, time, packet.data))
            }
            PcapBlockOwned::NG(Block::SectionHeader(section)) => {
                big_endian = section.big_endian();
                interfaces.clear();
                None
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
                interfaces.push(Interface {
                    link: interface.linktype,
                    resolution: resolution(interface.if_tsresol),
                    offset: interface.ts_offset(),
                });
                None
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                let units = i128::from(packet.ts_high) << 32 | i128::from(packet.ts_low);
                Some((packet.if_id, units, packet.packet_data()))
            }
            PcapBlockOwned::NG(Block::SimplePacket(packet)) => Some((0, 0, packet.packet_data())),
            // The type comes as if all were little-endian.
            PcapBlockOwned::NG(Block::Unknown(block))
                if number_of(block.block_type.to_le_bytes(), big_endian) == PACKET_BLOCK =>
            {
                let packet = packet_block(block, big_endian);
                Some(packet.ok_or_else(|| damaged(number))?)
            }
            PcapBlockOwned::NG(_) => None,
        };
        if let Some((interface, units, octets)) = packet {
            number += 1;
            let interface = usize::try_from(interface)
                .ok()
                .and_then(|index| interfaces.get(index))
                .ok_or_else(|| format!("packet {number} is of an interface nobody described"))?;
            let time = match interface.resolution {
                0 => units,
                resolution => {
                    units * 1_000_000_000 / i128::from(resolution)
                        + i128::from(interface.offset) * 1_000_000_000
                }
            };
            let time = time - *first_time.get_or_insert(time);
            let most = if time < 0 { i64::MIN } else { i64::MAX };
            each(Frame {
                arrival: Arrival {
                    frame: number,
                    time: i64::try_from(time).unwrap_or(most),
                },
                link: interface.link,
                octets,
            })?;
        }
        reader.consume(consumed);
    }
}

/// Interface, units of time and octets, when the block is a whole Packet Block.
fn packet_block<'a>(block: &UnknownBlock<'a>, big_endian: bool) -> Option<(u32, i128, &'a [u8])> {
    const OCTETS: usize = 20;
    let number = |at: usize| {
        let octets = block.data.get(at..)?.first_chunk()?;
        Some(number_of(*octets, big_endian))
    };
    // Beside it stands how many packets were dropped.
    let interface = match big_endian {
        true => number(0)? >> 16,
        false => number(0)? & 0xffff,
    };
    let units = i128::from(number(4)?) << 32 | i128::from(number(8)?);
    let captured = usize::try_from(number(12)?).ok()?;
    Some((interface, units, block.data.get(OCTETS..)?.get(..captured)?))
}

fn damaged(number: u64) -> String {
    format!("the file is damaged after packet {number}")
}

fn number_of(octets: [u8; 4], big_endian: bool) -> u32 {
    match big_endian {
        true => u32::from_be_bytes(octets),
        false => u32::from_le_bytes(octets),
    }
}

/// Units a second: a negative power of 10, or of 2 when the top bit is set.
fn resolution(if_tsresol: u8) -> u64 {
    match if_tsresol {
        power @ 0..=19 => 10u64.pow(power.into()),
        power @ 0x80..=0xbf => 1 << (power & 0x7f),
        _ => 1_000_000,
    }
}

/// A file that tells how far it has been read.
struct Counted<P> {
    file: File,
    octets: u64,
    progress: P,
}

impl<P: Fn(u64)> Read for Counted<P> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let octets = self.file.read(buffer)?;
        self.octets += octets as u64;
        (self.progress)(self.octets);
        Ok(octets)
    }
}
