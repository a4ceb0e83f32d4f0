//! Captures read and followed through the interface of the crate.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use isotsap_capture::{
    Arrival, Connections, Decoder, Delivery, Direction, Ending, Ends, Error, Follow, Opening,
    TcpHeader, Transport, read,
};
use std::fs;
use std::io::{self, Read};

fn capture(name: &str) -> Vec<u8> {
    fs::read(format!(
        "{}/../tests/data/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

/// How many frames are read, and what ends that.
fn frames(source: impl Read + Send) -> (u64, Result<(), Error>) {
    let mut count = 0;
    let outcome = read(source, |frame| {
        count += 1;
        assert_eq!(frame.arrival.frame, count);
        Ok::<(), Error>(())
    });
    (count, outcome)
}

const HEADER: usize = 24;

#[test]
fn files_are_read_to_their_end() {
    let (count, outcome) = frames(capture("class-2.pcap").as_slice());
    assert_eq!((count, outcome), (22, Ok(())));
}

#[test]
fn damaged_files_are_reported() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }
    let whole = capture("class-2.pcap");
    let cut_off = &whole[..whole.len() - 1];
    let interface: [u32; 15] = [
        0x0a0d_0d0a, // section header
        28,          // length of the block
        0x1a2b_3c4d, // byte order
        1,           // version 1.0
        u32::MAX,    // section of any length
        u32::MAX,    // its other half
        28,          // length again
        6,           // enhanced packet
        32,          // length of the block
        3,           // interface, of which there is none
        0,           // time
        0,           // its other half
        0,           // captured length
        0,           // length on the wire
        32,          // length again
    ];
    let interface: Vec<u8> = interface.into_iter().flat_map(u32::to_le_bytes).collect();
    assert_eq!(frames(io::empty()), (0, Err(Error::Empty)));
    assert_eq!(frames(Failing), (0, Err(Error::Unreadable)));
    assert_eq!(
        frames(&b"This is not a capture of anything."[..]),
        (0, Err(Error::NotACapture))
    );
    assert_eq!(frames(cut_off), (21, Err(Error::CutOff(21))));
    assert_eq!(
        frames(interface.as_slice()),
        (0, Err(Error::UnknownInterface(1)))
    );
}

#[test]
fn the_error_of_the_callback_ends_the_reading() {
    #[derive(Debug, PartialEq)]
    enum Problem {
        Capture(Error),
        Enough,
    }
    impl From<Error> for Problem {
        fn from(error: Error) -> Self {
            Self::Capture(error)
        }
    }
    let mut count = 0;
    let outcome = read(capture("class-2.pcap").as_slice(), |_| {
        count += 1;
        if count < 3 {
            Ok(())
        } else {
            Err(Problem::Enough)
        }
    });
    assert_eq!((count, outcome), (3, Err(Problem::Enough)));
    assert_eq!(
        read(io::empty(), |_| Ok(())),
        Err(Problem::Capture(Error::Empty))
    );
}

/// Keeps everything that is delivered.
#[derive(Default)]
struct Collected {
    connections: Vec<(Opening, [Vec<u8>; 2])>,
    /// Connection, sender, how and with which frame, in the order they ended.
    ended: Vec<(usize, usize, Ending, u64)>,
}

impl Follow for Collected {
    type Connection = usize;
    type Error = Error;

    fn follows(&self, _: &Ends) -> bool {
        true
    }

    fn open(&mut self, opening: Opening) -> usize {
        self.connections.push((opening, Default::default()));
        self.connections.len() - 1
    }

    fn deliver(
        &mut self,
        index: &mut usize,
        sender: usize,
        delivery: Delivery,
    ) -> Result<(), Error> {
        match delivery {
            Delivery::Octets(octets, _) => self.connections[*index].1[sender].extend(octets),
            Delivery::End(ending, Arrival { frame, .. }) => {
                self.ended.push((*index, sender, ending, frame));
            }
            missing => panic!("{missing:?} in a whole capture"),
        }
        Ok(())
    }
}

fn collected(source: &[u8]) -> Collected {
    let (mut connections, mut collected) = (Connections::default(), Collected::default());
    let mut decoder = Decoder::default();
    read(source, |frame| {
        let datagram = decoder.datagram(&frame).unwrap().unwrap();
        let Transport::Tcp(tcp) = datagram.transport else {
            panic!("{datagram:?}");
        };
        connections.segment(&mut collected, &datagram, tcp, frame.arrival)
    })
    .unwrap();
    connections.finish(&mut collected).unwrap();
    collected
}

#[test]
fn connections_deliver_their_octets_in_order() {
    let Collected { connections, ended } = collected(&capture("exchange-x400.pcap"));
    let [(first, first_octets), (second, second_octets)] = &connections[..] else {
        panic!("two connections");
    };
    assert_eq!((first.number, second.number), (0, 1));
    assert_eq!(first.ends.map(|end| end.port()), [2185, 102]);
    assert!(!first.midstream && !second.midstream);
    let reserved = |octets: &[u8]| octets[1];
    assert_eq!(first_octets.each_ref().map(Vec::len), [18, 11]);
    assert_eq!(second_octets.each_ref().map(Vec::len), [18, 0]);
    assert_eq!(
        (reserved(&first_octets[0]), reserved(&second_octets[0])),
        (0, 0x5a)
    );
    assert_eq!(
        ended,
        [
            (0, 1, Ending::Closed, 8),
            (0, 0, Ending::Closed, 9),
            (1, 1, Ending::Closed, 16),
            (1, 0, Ending::Closed, 17)
        ]
    );
}

#[test]
fn connections_without_a_syn_are_midstream() {
    const HEADER_OF_FRAME: usize = 16;
    let whole = capture("exchange-x400.pcap");
    let length = |at: usize| u32::from_le_bytes(whole[at..][..4].try_into().unwrap()) as usize;
    let second_frame = HEADER + HEADER_OF_FRAME + length(HEADER + 8);
    let third_frame = second_frame + HEADER_OF_FRAME + length(second_frame + 8);
    let rest = [&whole[..HEADER], &whole[third_frame..]].concat();
    let connections = collected(&rest).connections;
    assert!(connections[0].0.midstream);
    assert_eq!(connections[0].1.each_ref().map(Vec::len), [18, 11]);
}

/// A direction panics for no arguments.
#[test]
fn a_payload_longer_than_reported_is_delivered() {
    let tcp = TcpHeader {
        sequence: u32::MAX,
        ..TcpHeader::default()
    };
    let mut delivered = Vec::new();
    Direction::default()
        .segment(
            tcp,
            (b"four", 1),
            &Direction::default(),
            Arrival::default(),
            &mut |delivery| {
                let Delivery::Octets(octets, _) = delivery else {
                    panic!("{delivery:?}");
                };
                delivered.extend_from_slice(octets);
                Ok::<(), Error>(())
            },
        )
        .unwrap();
    assert_eq!(delivered, b"four");
}

/// Any octets are taken: whatever packets hold, nothing panics, and what is delivered ends.
#[test]
fn damaged_packets_are_taken() {
    #[derive(Default)]
    struct Counts(usize, usize);
    impl Follow for Counts {
        type Connection = ();
        type Error = Error;
        fn follows(&self, _: &Ends) -> bool {
            true
        }
        fn open(&mut self, _: Opening) {
            self.0 += 1;
        }
        fn deliver(&mut self, (): &mut (), _: usize, delivery: Delivery) -> Result<(), Error> {
            self.1 += usize::from(matches!(delivery, Delivery::End(..)));
            Ok(())
        }
    }
    // Numerical Recipes' generator.
    let mut state = 1_006_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let mut packets = Vec::new();
    for name in ["class-2.pcap", "exchange-x400.pcap"] {
        read(capture(name).as_slice(), |frame| {
            packets.push((frame.link, frame.octets.to_vec()));
            Ok::<(), Error>(())
        })
        .unwrap();
    }
    let mut frames = 0;
    for _ in 0..200 {
        let (mut connections, mut ends) = (Connections::default(), Counts::default());
        let mut decoder = Decoder::default();
        for (link, octets) in &packets {
            let mut octets = octets.clone();
            for _ in 0..random(4) {
                let at = random(octets.len().min(60));
                octets[at] = random(256) as u8;
            }
            octets.truncate(octets.len() - random(3) * random(20));
            frames += 1;
            let frame = isotsap_capture::Frame {
                arrival: Arrival {
                    frame: frames,
                    time: 0,
                },
                link: *link,
                octets: &octets,
            };
            if let Ok(Some(datagram)) = decoder.datagram(&frame)
                && let Transport::Tcp(tcp) = datagram.transport
            {
                connections
                    .segment(&mut ends, &datagram, tcp, frame.arrival)
                    .unwrap();
            }
        }
        connections.finish(&mut ends).unwrap();
        assert!(ends.1 >= 2 * ends.0, "both directions of each end");
    }
}
