//! The captures of `tests/data`, which the tests and the documentation of all packages use.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use etherparse::{PacketBuilder, PacketBuilderStep, TcpHeader};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Name and octets of each capture.
fn generated() -> Outcome<BTreeMap<String, Vec<u8>>> {
    Ok([
        ("exchange-x400.pcap", exchange()?),
        ("rdp-tls.pcap", rdp()?),
        ("rdp-refused.pcap", rdp_refused()?),
        ("h323-q931.pcap", h323()?),
        ("class-2.pcap", class_2()?),
        ("class-4.pcap", class_4()?),
    ]
    .map(|(name, octets)| (name.to_owned(), octets))
    .into())
}

#[test]
fn committed_captures_are_the_generated_ones() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data");
    let generated = generated().unwrap();
    if std::env::var_os("ISOTSAP_BLESS").is_some_and(|value| value == "1") {
        for (name, octets) in &generated {
            fs::write(format!("{folder}/{name}"), octets).unwrap();
        }
    }
    let committed: BTreeMap<String, Vec<u8>> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    assert!(
        committed.keys().eq(generated.keys()),
        "{:?}",
        committed.keys()
    );
    for (name, octets) in &generated {
        assert!(
            committed[name] == *octets,
            "{name} is out of date: ISOTSAP_BLESS=1 cargo test -p isotsap-capture --test data"
        );
    }
}

/// The trace of KB Q157015: an X.400 connection with a valid TPKT, and one with an arbitrary value
/// in the reserved octet, which the server closes.
fn exchange() -> Outcome<Vec<u8>> {
    let mut capture = Capture::new();
    let mut clean = Tcp::new([199, 199, 199, 199], 2185, [200, 200, 200, 200], 102, 1000);
    clean.open(&mut capture)?;
    clean.send(&mut capture, CLIENT, &exchange_request(0))?;
    clean.send(
        &mut capture,
        SERVER,
        &[
            0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
            0x06, 0xd0, // CC: LI, code
            0x00, 0x01, // destination reference
            0x00, 0x2a, // source reference
            0x00, // class 0
        ],
    )?;
    clean.close(&mut capture)?;
    let mut garbage = Tcp::new(
        [199, 199, 199, 199],
        2185,
        [200, 200, 200, 200],
        102,
        900_000,
    );
    garbage.open(&mut capture)?;
    garbage.send(&mut capture, CLIENT, &exchange_request(0x5a))?;
    garbage.close(&mut capture)?;
    Ok(capture.octets)
}

fn exchange_request(reserved: u8) -> [u8; 18] {
    [
        0x03, reserved, 0x00, 0x12, // TPKT: version, reserved, length
        0x0d, 0xe0, // CR: LI, code
        0x00, 0x00, // destination reference
        0x00, 0x01, // source reference
        0x00, // class 0
        0xc1, 0x01, b'A', // calling T-selector
        0xc2, 0x02, b'M', b'T', // called T-selector
    ]
}

/// An RDP connection with a cookie, which switches to TLS.
fn rdp() -> Outcome<Vec<u8>> {
    let mut capture = Capture::new();
    let mut tcp = Tcp::new([192, 0, 2, 10], 50_000, [192, 0, 2, 20], 3389, 1);
    tcp.open(&mut capture)?;
    let request: Vec<u8> = [
        &[
            0x03, 0x00, 0x00, 0x2a, // TPKT: version, reserved, length
            0x25, 0xe0, // CR: LI, code
            0x00, 0x00, // destination reference
            0x00, 0x00, // source reference
            0x00, // class 0
        ][..],
        b"Cookie: mstshash=user\r\n", // cookie
        &[
            0x01, 0x00, 0x08, 0x00, // RDP_NEG_REQ: type, flags, length
            0x03, 0x00, 0x00, 0x00, // TLS and CredSSP
        ],
    ]
    .concat();
    tcp.send(&mut capture, CLIENT, &request)?;
    tcp.send(
        &mut capture,
        SERVER,
        &[
            0x03, 0x00, 0x00, 0x13, // TPKT: version, reserved, length
            0x0e, 0xd0, // CC: LI, code
            0x00, 0x00, // destination reference
            0x12, 0x34, // source reference
            0x00, // class 0
            0x02, 0x00, 0x08, 0x00, // RDP_NEG_RSP: type, flags, length
            0x01, 0x00, 0x00, 0x00, // TLS
        ],
    )?;
    let record = |handshake: u8| {
        [
            0x16, 0x03, 0x01, 0x00, 0x05, // TLS record: handshake, version, length
            handshake, 0x00, 0x00, 0x01, 0x00, // as much of a message as matters here
        ]
    };
    tcp.send(&mut capture, CLIENT, &record(1))?;
    tcp.send(&mut capture, SERVER, &record(2))?;
    tcp.close(&mut capture)?;
    Ok(capture.octets)
}

/// An RDP server that requires CredSSP, and a client that has a correlation id but no CredSSP.
fn rdp_refused() -> Outcome<Vec<u8>> {
    let mut capture = Capture::new();
    let mut tcp = Tcp::new([192, 0, 2, 11], 50_002, [192, 0, 2, 20], 3389, 1);
    tcp.open(&mut capture)?;
    let request: Vec<u8> = [
        &[
            0x03, 0x00, 0x00, 0x37, // TPKT: version, reserved, length
            0x32, 0xe0, // CR: LI, code
            0x00, 0x00, // destination reference
            0x00, 0x00, // source reference
            0x00, // class 0
            0x01, 0x08, 0x08, 0x00, // RDP_NEG_REQ: type, correlation info present, length
            0x01, 0x00, 0x00, 0x00, // TLS
            0x06, 0x00, 0x24, 0x00, // RDP_NEG_CORRELATION_INFO: type, flags, length
        ][..],
        &[0x11; 16], // correlation id
        &[0x00; 16], // reserved
    ]
    .concat();
    tcp.send(&mut capture, CLIENT, &request)?;
    tcp.send(
        &mut capture,
        SERVER,
        &[
            0x03, 0x00, 0x00, 0x13, // TPKT: version, reserved, length
            0x0e, 0xd0, // CC: LI, code
            0x00, 0x00, // destination reference
            0x12, 0x34, // source reference
            0x00, // class 0
            0x03, 0x00, 0x08, 0x00, // RDP_NEG_FAILURE: type, flags, length
            0x05, 0x00, 0x00, 0x00, // CredSSP is required
        ],
    )?;
    tcp.close(&mut capture)?;
    Ok(capture.octets)
}

/// Class 2 over TCP by RFC 2126: no explicit flow control, expedited data with
/// acknowledgement, a TSDU of two DTs.
fn class_2() -> Outcome<Vec<u8>> {
    let mut capture = Capture::new();
    let mut tcp = Tcp::new([192, 0, 2, 50], 50_003, [192, 0, 2, 60], 102, 1);
    tcp.open(&mut capture)?;
    let conversation: [(usize, &[u8]); 8] = [
        (
            CLIENT,
            &[
                0x14, 0xe0, // CR: LI, code
                0x00, 0x00, // destination reference
                0x00, 0x01, // source reference
                0x21, // class 2, no explicit flow control
                0xc0, 0x01, 0x0d, // TPDU size 8192
                0xc1, 0x02, 0x01, 0x00, // calling T-selector
                0xc2, 0x02, 0x01, 0x02, // called T-selector
                0xc6, 0x01, 0x21, // expedited data, acknowledged
            ],
        ),
        (
            SERVER,
            &[
                0x0c, 0xd0, // CC: LI, code
                0x00, 0x01, // destination reference
                0x00, 0x02, // source reference
                0x21, // class 2, no explicit flow control
                0xc0, 0x01, 0x0d, // TPDU size 8192
                0xc6, 0x01, 0x21, // expedited data, acknowledged
            ],
        ),
        (
            CLIENT,
            &[
                0x04, 0xf0, // DT: LI, code
                0x00, 0x02, // destination reference
                0x00, // no EOT, TPDU number
                b'h', b'e', b'l', // user data
            ],
        ),
        (
            CLIENT,
            &[
                0x04, 0xf0, // DT: LI, code
                0x00, 0x02, // destination reference
                0x81, // EOT, TPDU number
                b'l', b'o', // user data
            ],
        ),
        (
            CLIENT,
            &[
                0x04, 0x10, // ED: LI, code
                0x00, 0x02, // destination reference
                0x80, // EOT, TPDU number
                b'!', // user data
            ],
        ),
        (
            SERVER,
            &[
                0x04, 0x20, // EA: LI, code
                0x00, 0x01, // destination reference
                0x00, // number of the ED
            ],
        ),
        (
            SERVER,
            &[
                0x09, 0x80, // DR: LI, code
                0x00, 0x01, // destination reference
                0x00, 0x02, // source reference
                0x80, // normal disconnect
                0xe0, 0x01, 0x80, // additional clearing information: non-disruptive
            ],
        ),
        (
            CLIENT,
            &[
                0x05, 0xc0, // DC: LI, code
                0x00, 0x02, // destination reference
                0x00, 0x01, // source reference
            ],
        ),
    ];
    for (sender, tpdu) in conversation {
        tcp.send(&mut capture, sender, &in_tpkt(tpdu)?)?;
    }
    tcp.close(&mut capture)?;
    Ok(capture.octets)
}

/// Class 4 with every parameter a CR has, extended formats and checksums; the last AK is
/// damaged.
fn class_4() -> Outcome<Vec<u8>> {
    let mut capture = Capture::new();
    let mut tcp = Tcp::new([192, 0, 2, 70], 50_004, [192, 0, 2, 80], 102, 1);
    tcp.open(&mut capture)?;
    let mut request = vec![
        0x68, 0xef, // CR: LI, code and credit 15
        0x00, 0x00, // destination reference
        0x00, 0x04, // source reference
        0x42, // class 4, extended formats
        0xc3, 0x02, 0x00, 0x00, // checksum
        0xc0, 0x01, 0x0a, // TPDU size 1024
        0xf0, 0x01, 0x10, // preferred maximum TPDU size 2048
        0xc1, 0x04, b'P', b'L', b'C', b'1', // calling T-selector
        0xc2, 0x04, b'H', b'M', b'I', b'1', // called T-selector
        0xc4, 0x01, 0x01, // version
        0xc5, 0x01, 0x00, // protection
        0xc6, 0x01, 0x71, // additional options
        0xc7, 0x02, 0x20, 0x30, // alternative classes 2 and 3
        0x85, 0x02, 0x00, 0x64, // acknowledgement time
        0x86, 0x03, 0x06, 0x03, 0x07, // residual error rate
        0x87, 0x02, 0x00, 0x01, // priority
        0x88, 0x08, 0x00, 0x0a, 0x00, 0x14, 0x00, 0x0a, 0x00, 0x14, // transit delay
        0x89, 0x0c, 0x00, 0x27, 0x10, 0x00, 0x03, 0xe8, 0x00, 0x27, 0x10, 0x00, 0x03,
        0xe8, // throughput
        0x8b, 0x02, 0x00, 0x3c, // reassignment time
        0xf2, 0x04, 0x00, 0x00, 0xea, 0x60, // inactivity timer
    ];
    request[0] = u8::try_from(request.len() - 1)?;
    let confirm = vec![
        0x0a, 0xdf, // CC: LI, code and credit 15
        0x00, 0x04, // destination reference
        0x00, 0x05, // source reference
        0x42, // class 4, extended formats
        0xc3, 0x02, 0x00, 0x00, // checksum
    ];
    let data = vec![
        0x0b, 0xf0, // DT: LI, code
        0x00, 0x05, // destination reference
        0x80, 0x00, 0x00, 0x00, // EOT, TPDU number 0
        0xc3, 0x02, 0x00, 0x00, // checksum
        b'd', b'a', b't', b'a', // user data
    ];
    let acknowledgement = vec![
        0x0d, 0x60, // AK: LI, code
        0x00, 0x04, // destination reference
        0x00, 0x00, 0x00, 0x01, // YR-TU-NR 1
        0x00, 0x0f, // credit 15
        0xc3, 0x02, 0x00, 0x00, // checksum
    ];
    for (sender, tpdu, checksum_at) in [
        (CLIENT, request, 9),
        (SERVER, confirm, 9),
        (CLIENT, data, 10),
        (SERVER, acknowledgement.clone(), 12),
    ] {
        tcp.send(
            &mut capture,
            sender,
            &in_tpkt(&with_checksum(tpdu, checksum_at)?)?,
        )?;
    }
    let mut damaged = with_checksum(acknowledgement, 12)?;
    damaged[7] = 0x02;
    tcp.send(&mut capture, SERVER, &in_tpkt(&damaged)?)?;
    tcp.close(&mut capture)?;
    Ok(capture.octets)
}

fn in_tpkt(tpdu: &[u8]) -> Outcome<Vec<u8>> {
    let [high, low] = u16::try_from(tpdu.len() + 4)?.to_be_bytes();
    Ok([&[3, 0, high, low], tpdu].concat())
}

/// Puts the checksum of X.224 annex D into the two zero octets at `at`.
fn with_checksum(mut tpdu: Vec<u8>, at: usize) -> Outcome<Vec<u8>> {
    let length = i64::try_from(tpdu.len())?;
    let position = i64::try_from(at)? + 1;
    let (mut first, mut second) = (0, 0);
    for &octet in &tpdu {
        first += i64::from(octet);
        second += first;
    }
    let x = (length - position) * first - second;
    let y = second - (length - position + 1) * first;
    tpdu[at] = u8::try_from(x.rem_euclid(255))?;
    tpdu[at + 1] = u8::try_from(y.rem_euclid(255))?;
    Ok(tpdu)
}

/// H.323 call signalling: TPKTs with Q.931 in them.
fn h323() -> Outcome<Vec<u8>> {
    let mut capture = Capture::new();
    let mut tcp = Tcp::new([192, 0, 2, 30], 50_001, [192, 0, 2, 40], 1720, 1);
    tcp.open(&mut capture)?;
    tcp.send(
        &mut capture,
        CLIENT,
        &[
            0x03, 0x00, 0x00, 0x0e, // TPKT: version, reserved, length
            0x08, // Q.931 protocol discriminator
            0x02, 0x12, 0x34, // call reference
            0x05, // SETUP
            0x04, 0x03, 0x88, 0x93, 0xa5, // bearer capability
        ],
    )?;
    tcp.send(
        &mut capture,
        SERVER,
        &[
            0x03, 0x01, 0x00, 0x09, // TPKT: version, reserved that is not zero, length
            0x08, // Q.931 protocol discriminator
            0x02, 0x92, 0x34, // call reference
            0x02, // CALL PROCEEDING
        ],
    )?;
    tcp.close(&mut capture)?;
    Ok(capture.octets)
}

/// A pcap file of Ethernet frames, half a second apart.
struct Capture {
    octets: Vec<u8>,
    frames: u32,
}

impl Capture {
    fn new() -> Self {
        let mut octets = Vec::new();
        for field in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
            octets.extend(field.to_le_bytes());
        }
        Self { octets, frames: 0 }
    }

    fn frame(&mut self, frame: &[u8]) -> Outcome {
        /// 12 August 1996.
        const START: u32 = 839_808_000;
        let length = u32::try_from(frame.len())?;
        let half_seconds = self.frames;
        for field in [
            START + half_seconds / 2,
            half_seconds % 2 * 500_000,
            length,
            length,
        ] {
            self.octets.extend(field.to_le_bytes());
        }
        self.octets.extend(frame);
        self.frames += 1;
        Ok(())
    }
}

type Segment = PacketBuilderStep<TcpHeader>;

const CLIENT: usize = 0;
const SERVER: usize = 1;

/// A TCP connection between a client and a server.
struct Tcp {
    ends: [([u8; 4], u16); 2],
    /// The next sequence number of each end.
    sequence: [u32; 2],
}

impl Tcp {
    fn new(client: [u8; 4], port: u16, server: [u8; 4], service: u16, initial: u32) -> Self {
        Self {
            ends: [(client, port), (server, service)],
            sequence: [initial, initial + 500_000],
        }
    }

    fn open(&mut self, capture: &mut Capture) -> Outcome {
        self.segment(capture, CLIENT, &[], |segment| segment.syn())?;
        self.sequence[CLIENT] += 1;
        let acknowledged = self.sequence[CLIENT];
        self.segment(capture, SERVER, &[], |segment| {
            segment.syn().ack(acknowledged)
        })?;
        self.sequence[SERVER] += 1;
        self.acknowledge(capture, CLIENT)
    }

    fn send(&mut self, capture: &mut Capture, sender: usize, octets: &[u8]) -> Outcome {
        let acknowledged = self.sequence[1 - sender];
        self.segment(capture, sender, octets, |segment| {
            segment.psh().ack(acknowledged)
        })?;
        self.sequence[sender] += u32::try_from(octets.len())?;
        self.acknowledge(capture, 1 - sender)
    }

    fn acknowledge(&self, capture: &mut Capture, sender: usize) -> Outcome {
        let acknowledged = self.sequence[1 - sender];
        self.segment(capture, sender, &[], |segment| segment.ack(acknowledged))
    }

    /// The server closes, the client follows.
    fn close(&mut self, capture: &mut Capture) -> Outcome {
        for sender in [SERVER, CLIENT] {
            let acknowledged = self.sequence[1 - sender];
            self.segment(capture, sender, &[], |segment| {
                segment.fin().ack(acknowledged)
            })?;
            self.sequence[sender] += 1;
        }
        self.acknowledge(capture, SERVER)
    }

    fn segment(
        &self,
        capture: &mut Capture,
        sender: usize,
        octets: &[u8],
        flags: impl FnOnce(Segment) -> Segment,
    ) -> Outcome {
        let (source, source_port) = self.ends[sender];
        let (destination, destination_port) = self.ends[1 - sender];
        // Locally administered addresses.
        let ethernet = |end: usize| [2, 0, 0, 0, 0, if end == CLIENT { 1 } else { 2 }];
        let segment = PacketBuilder::ethernet2(ethernet(sender), ethernet(1 - sender))
            .ipv4(source, destination, 64)
            .tcp(source_port, destination_port, self.sequence[sender], 8192);
        let mut frame = Vec::new();
        flags(segment).write(&mut frame, octets)?;
        capture.frame(&frame)
    }
}
