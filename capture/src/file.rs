//! Capture files, pcap and pcapng, a frame at a time.

use pcap_parser::pcapng::{Block, UnknownBlock};
use pcap_parser::traits::PcapNGPacketBlock;
use pcap_parser::{Linktype, PcapBlockOwned, PcapError, create_reader};
use std::fmt;
use std::io::Read;

/// When a frame was captured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Its number in the file, from 1.
    pub frame: u64,
    /// Nanoseconds since the first frame.
    pub time: i64,
}

/// What kind of header a frame starts with: a `LINKTYPE_` number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkType(pub u16);

impl fmt::Display for LinkType {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl From<Linktype> for LinkType {
    /// In pcap the length of frame check sequences is in the upper half.
    fn from(link: Linktype) -> Self {
        Self(link.0 as u16)
    }
}

/// A frame as it is in the file.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// When it was captured.
    pub arrival: Arrival,
    /// What it starts with.
    pub link: LinkType,
    /// What was captured of it; its full length is in the headers.
    pub octets: &'a [u8],
}

/// Why a file cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There are no octets.
    Empty,
    /// The system refuses to read it.
    Unreadable,
    /// Neither pcap nor pcapng.
    NotACapture,
    /// The file ends within the frame after this one, counted from 1.
    CutOff(u64),
    /// What follows this frame is not what the format prescribes.
    Damaged(u64),
    /// This frame names an interface that the file does not describe.
    UnknownInterface(u64),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Empty => write!(formatter, "the file is empty"),
            Self::Unreadable => write!(formatter, "the file cannot be read"),
            Self::NotACapture => {
                write!(formatter, "not a capture file: neither pcap nor pcapng")
            }
            Self::CutOff(frame) => write!(formatter, "the file is cut off after packet {frame}"),
            Self::Damaged(frame) => write!(formatter, "the file is damaged after packet {frame}"),
            Self::UnknownInterface(frame) => write!(
                formatter,
                "packet {frame} is of an interface that the file does not describe"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// The obsolete Packet Block of pcapng.
const PACKET_BLOCK: u32 = 2;
const SMALLEST_BUFFER: usize = 1 << 20;
const LARGEST_BUFFER: usize = 1 << 28;

/// How frames of an interface are timed, and what they start with.
#[derive(Clone, Copy)]
struct Interface {
    link: LinkType,
    /// Units of time a second.
    resolution: u64,
    /// Seconds to add to every time.
    offset: i64,
}

impl Interface {
    /// Nanoseconds since 1970.
    fn time(&self, units: i128) -> i128 {
        let second = 1_000_000_000;
        let since_offset = match second % self.resolution {
            0 => units * i128::from(second / self.resolution),
            _ => units * i128::from(second) / i128::from(self.resolution),
        };
        since_offset + i128::from(self.offset) * i128::from(second)
    }
}

/// Hands the frames of a capture file to `each`, until the file ends or `each` fails.
///
/// # Errors
///
/// What is wrong with the file, or the error of `each`.
pub fn read<E: From<Error>>(
    source: impl Read + Send,
    mut each: impl FnMut(Frame) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = create_reader(SMALLEST_BUFFER, source).map_err(|error| match error {
        PcapError::Eof => Error::Empty,
        PcapError::ReadError => Error::Unreadable,
        _ => Error::NotACapture,
    })?;
    let mut capacity = SMALLEST_BUFFER;
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut big_endian = false;
    let mut number = 0;
    let mut first_time = None;
    loop {
        let exhausted = reader.reader_exhausted();
        let is_full = reader.data().len() == capacity;
        let (consumed, block) = match reader.next() {
            Ok(block) => block,
            Err(PcapError::Eof) => return Ok(()),
            Err(PcapError::Incomplete(_)) if !exhausted => {
                reader.refill().map_err(|_| Error::Unreadable)?;
                continue;
            }
            // The buffer grows when it is full, not when a header promises octets.
            Err(PcapError::BufferTooSmall) if !exhausted && !is_full => {
                reader.refill().map_err(|_| Error::Unreadable)?;
                continue;
            }
            Err(PcapError::BufferTooSmall) if !exhausted && capacity < LARGEST_BUFFER => {
                capacity *= 2;
                reader.grow(capacity);
                continue;
            }
            Err(PcapError::Incomplete(_) | PcapError::UnexpectedEof) => {
                return Err(Error::CutOff(number).into());
            }
            Err(_) => return Err(Error::Damaged(number).into()),
        };
        let packet = match &block {
            PcapBlockOwned::LegacyHeader(header) => {
                interfaces.push(Interface {
                    link: header.network.into(),
                    resolution: match header.is_nanosecond_precision() {
                        true => 1_000_000_000,
                        false => 1_000_000,
                    },
                    offset: 0,
                });
                None
            }
            PcapBlockOwned::Legacy(packet) => {
                let resolution = interfaces.first().map_or(0, |it| it.resolution);
                let units =
                    i128::from(packet.ts_sec) * i128::from(resolution) + i128::from(packet.ts_usec);
                Some((0, units, packet.data))
            }
            PcapBlockOwned::NG(Block::SectionHeader(section)) => {
                big_endian = section.big_endian();
                interfaces.clear();
                None
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
                interfaces.push(Interface {
                    link: interface.linktype.into(),
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
            // The parser reads the type of a block it does not know as little-endian.
            PcapBlockOwned::NG(Block::Unknown(block))
                if number_of(block.block_type.to_le_bytes(), big_endian) == PACKET_BLOCK =>
            {
                Some(packet_block(block, big_endian).ok_or(Error::Damaged(number))?)
            }
            PcapBlockOwned::NG(_) => None,
        };
        if let Some((interface, units, octets)) = packet {
            number += 1;
            let interface = usize::try_from(interface)
                .ok()
                .and_then(|index| interfaces.get(index))
                .ok_or(Error::UnknownInterface(number))?;
            let time = interface.time(units);
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
    // The other half is how many packets were dropped.
    let interface = match big_endian {
        true => number(0)? >> 16,
        false => number(0)? & 0xffff,
    };
    let units = i128::from(number(4)?) << 32 | i128::from(number(8)?);
    let captured = usize::try_from(number(12)?).ok()?;
    Some((interface, units, block.data.get(OCTETS..)?.get(..captured)?))
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
