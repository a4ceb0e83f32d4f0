//! What captures that are made to fill memory cost.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[path = "../../cli/tests/program/captures.rs"]
#[allow(dead_code)]
mod captures;

use captures::{CONNECTION, Connection, PCAP, RAW};
use isotsap_capture::{
    Connections, Decoder, Delivery, Ends, Error, Follow, Frame, Opening, Transport, read,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the octets that are allocated.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promises are the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Only one test at a time is measured.
static ONE: Mutex<()> = Mutex::new(());

/// The most octets that were allocated at a time while `work` was done.
fn peak(work: impl FnOnce()) -> usize {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    work();
    PEAK.load(Ordering::Relaxed) - before
}

/// Follows the connections of one port, and counts what they deliver.
struct Counted {
    port: u16,
    opened: u64,
    ignored: u64,
    octets: usize,
    lost: usize,
    refused: usize,
}

impl Counted {
    fn of(port: u16) -> Self {
        Self {
            port,
            opened: 0,
            ignored: 0,
            octets: 0,
            lost: 0,
            refused: 0,
        }
    }
}

impl Follow for Counted {
    type Connection = ();
    type Error = Error;

    fn follows(&self, ends: &Ends) -> bool {
        ends.iter().any(|end| end.port() == self.port)
    }

    fn ignore(&mut self, _: &Ends) {
        self.ignored += 1;
    }

    fn open(&mut self, opening: Opening) {
        self.opened = opening.number + 1;
    }

    fn deliver(&mut self, (): &mut (), _: usize, delivery: Delivery) -> Result<(), Error> {
        match delivery {
            Delivery::Octets(octets, _) => self.octets += octets.len(),
            Delivery::Lost(_) => self.lost += 1,
            Delivery::Refused(..) => self.refused += 1,
            Delivery::Truncated(_) | Delivery::End(..) => {}
        }
        Ok(())
    }
}

/// Follows IP packets, each of which is made when it is needed.
fn follow(port: u16, packets: impl Iterator<Item = Vec<u8>>) -> Counted {
    let mut counted = Counted::of(port);
    let (mut connections, mut decoder) = (Connections::default(), Decoder::default());
    for packet in packets {
        let frame = Frame {
            arrival: Default::default(),
            link: isotsap_capture::LinkType(u16::try_from(RAW).unwrap()),
            octets: &packet,
        };
        if let Ok(Some(datagram)) = decoder.datagram(&frame)
            && let Transport::Tcp(tcp) = datagram.transport
        {
            connections
                .segment(&mut counted, &datagram, tcp, frame.arrival)
                .unwrap();
        }
    }
    connections.finish(&mut counted).unwrap();
    counted
}

const MIB: usize = 1 << 20;

/// A packet with another source address: another connection.
fn of_client(number: u32, packet: &[u8]) -> Vec<u8> {
    let [_, address @ ..] = number.to_be_bytes();
    let mut packet = packet.to_vec();
    packet[13..16].copy_from_slice(&address);
    packet
}

/// A packet of the client.
fn sent(at: u32, flags: &str, octets: &[u8]) -> Vec<u8> {
    CONNECTION.ip(captures::CLIENT, at, flags, octets)
}

#[test]
fn connections_without_octets_cost_little() {
    let _one = ONE.lock();
    for (service, ignored) in [(80, 300_000), (102, 0)] {
        let tcp = Connection {
            service,
            ..CONNECTION
        };
        let syn = tcp.ip(captures::CLIENT, 0, "S", &[]);
        let mut counted = Counted::of(0);
        let octets = peak(|| {
            counted = follow(102, (0..300_000).map(|number| of_client(number, &syn)));
        });
        assert_eq!((counted.opened, counted.ignored), (0, ignored));
        assert!(octets < 5 * MIB, "port {service}: {octets} octets");
    }
}

#[test]
fn connections_that_are_over_cost_little() {
    let _one = ONE.lock();
    let mut counted = Counted::of(0);
    let octets = peak(|| {
        let packets = [sent(0, "S", &[]), sent(0, "", b"data"), sent(4, "R", &[])];
        let packets = &packets;
        let of = |number| packets.iter().map(move |packet| of_client(number, packet));
        counted = follow(102, (0..100_000).flat_map(of));
    });
    assert_eq!((counted.opened, counted.octets), (100_000, 400_000));
    assert!(octets < 5 * MIB, "{octets} octets");
}

#[test]
fn segments_out_of_order_have_a_limit_in_all() {
    let _one = ONE.lock();
    const SEGMENTS: usize = 50;
    const CONNECTIONS: usize = 1_500;
    let segment = [0; 1_000];
    let mut counted = Counted::of(0);
    let octets = peak(|| {
        // The first octet of each is missing: everything is held.
        let mut packets: Vec<_> = (0..SEGMENTS as u32)
            .map(|n| sent(1 + n * 1_000, "", &segment))
            .collect();
        packets.insert(0, sent(0, "S", &[]));
        let packets = &packets;
        let of = |number| packets.iter().map(move |packet| of_client(number, packet));
        counted = follow(102, (0..CONNECTIONS as u32).flat_map(of));
    });
    // A connection delivers everything, when there is no room at once.
    assert_eq!(counted.octets, CONNECTIONS * SEGMENTS * segment.len());
    assert_eq!(counted.lost, CONNECTIONS);
    assert!(octets < 72 * MIB, "{octets} octets");
}

#[test]
fn segments_outside_the_window_have_a_limit() {
    let _one = ONE.lock();
    let mut counted = Counted::of(0);
    let octets = peak(|| {
        let tcp = CONNECTION;
        let syn = tcp.ip(captures::CLIENT, 0, "S", &[]);
        let answer = tcp.acknowledging(0, "S")[14..].to_vec();
        let stray = |n: u32| tcp.ip(captures::CLIENT, 1_000_000 * n, "", &[0; 1_000]);
        let last = tcp.ip(captures::CLIENT, 0, "", b"data");
        let packets = [syn, answer].into_iter();
        counted = follow(102, packets.chain((1..2_000).map(stray)).chain([last]));
    });
    assert_eq!((counted.octets, counted.refused), (4, 1_999));
    assert!(octets < MIB, "{octets} octets");
}

#[test]
fn fragments_of_packets_that_never_become_complete_have_a_limit() {
    let _one = ONE.lock();
    let octets = peak(|| {
        let fragments = (0..2_000_u32).map(|number| {
            let mut packet = CONNECTION.ip(captures::CLIENT, 0, "", &[0; 1_004]);
            packet[4..6].copy_from_slice(&number.to_be_bytes()[2..]); // identification
            packet[6..8].copy_from_slice(&0x3f00_u16.to_be_bytes()); // more, far behind
            packet
        });
        assert_eq!(follow(102, fragments).octets, 0);
    });
    assert!((MIB..9 * MIB).contains(&octets), "{octets} octets");
}

/// A header promises what the file does not have.
#[test]
fn a_damaged_length_costs_nothing() {
    let _one = ONE.lock();
    let frame = CONNECTION.data(0, b"data");
    let mut pcapng = [
        captures::section(),
        captures::interface(1, None),
        captures::enhanced(0, 0, &frame),
    ]
    .concat();
    let whole = pcapng.len();
    pcapng.extend(captures::enhanced(0, 0, &frame));
    pcapng[whole + 4..][..4].copy_from_slice(&0x0fff_fff0_u32.to_le_bytes());
    let mut pcap = PCAP.of([&frame, &frame]);
    let whole = 24 + 16 + frame.len();
    pcap[whole + 8..][..4].copy_from_slice(&0x0fff_fff0_u32.to_le_bytes());
    for file in [pcapng, pcap] {
        let mut outcome = Ok(());
        let octets = peak(|| outcome = read(file.as_slice(), |_| Ok::<(), Error>(())));
        assert_eq!(outcome, Err(Error::CutOff(1)));
        assert!(octets < 2 * MIB, "{octets} octets");
    }
}
