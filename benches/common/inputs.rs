//! What is dissected: TPKTs back to back, one a packet.

use isotsap::cotp::Kind;
use isotsap::dissection::context::End;
use isotsap::dissection::record::{Packet, PacketFlag};

/// Octets that stay in a core's own cache, with the packets and the output.
pub const CACHED: usize = 128 << 10;
/// Octets that do not.
pub const UNCACHED: usize = 64 << 20;

/// Where the code of a TPKT's TPDU is.
pub const CODE: usize = 5;

/// TPKTs back to back, and where each is.
pub struct Input {
    pub octets: Vec<u8>,
    pub packets: Vec<Packet>,
    /// If the traffic has a CR or CC, each round of it is a connection: what the ends send in it,
    /// one after the other, and how many octets that are. Without, all rounds are one connection.
    pub connection: Option<Vec<(End, usize)>>,
}

impl Input {
    /// `tpkts` one after the other, as many times as `octets` has room for, but once at least.
    pub fn new(tpkts: &[Vec<u8>], octets: usize) -> Self {
        let round: usize = tpkts.iter().map(Vec::len).sum();
        let rounds = (octets / round).max(1);
        let has_cr_or_cc = tpkts
            .iter()
            .any(|tpkt| matches!(Kind::of(tpkt[CODE]), Some(Kind::Cr | Kind::Cc)));
        let turns = tpkts.chunk_by(|one, next| sender(one) == sender(next));
        let turns = turns.map(|turn| (sender(&turn[0]), turn.iter().map(Vec::len).sum()));
        let mut input = Self {
            octets: tpkts.concat().repeat(rounds),
            packets: Vec::with_capacity(tpkts.len() * rounds),
            connection: has_cr_or_cc.then(|| turns.collect()),
        };
        let mut offset = 0;
        for tpkt in tpkts.iter().cycle().take(tpkts.len() * rounds) {
            let length = u32::try_from(tpkt.len()).expect("a TPKT is short");
            input.packets.push(Packet {
                offset,
                captured: length,
                reported: length,
                flags: match sender(tpkt) {
                    End::A => PacketFlag::FromA,
                    End::B => PacketFlag::FromB,
                } as u32,
                ..Packet::default()
            });
            offset += u64::from(length);
        }
        input
    }
}

/// The end that sends a TPKT: A opens the connection.
fn sender(tpkt: &[u8]) -> End {
    match Kind::of(tpkt[CODE]) {
        Some(Kind::Cc) => End::B,
        _ => End::A,
    }
}

/// What takes a kind of traffic.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takers {
    All,
    /// A stream that starts with a CC lacks the CR.
    Batches,
    /// A batch takes CR and CC alone too.
    Streams,
}

/// A kind of traffic.
pub struct Traffic {
    pub name: &'static str,
    pub tpkts: Vec<Vec<u8>>,
    pub takers: Takers,
}

/// All of them.
pub fn all() -> Vec<Traffic> {
    let traffic = |name, tpkts, takers| Traffic {
        name,
        tpkts,
        takers,
    };
    let [cr, cc] = [cr_of_s7(), cc_of_s7()];
    let cr_and_cc = vec![cr.clone(), cc.clone()];
    vec![
        traffic("DT of 32 octets", vec![dt(32, true)], Takers::All),
        traffic(
            "CR of S7 with three parameters, one per connection",
            vec![cr],
            Takers::All,
        ),
        traffic(
            "CC of S7 with three parameters, one per connection",
            vec![cc],
            Takers::Batches,
        ),
        traffic(
            "CR and CC of S7 with three parameters",
            cr_and_cc,
            Takers::Streams,
        ),
        traffic("mix, 386 TPDUs per connection", mix(), Takers::All),
        traffic("RDP connection setups", rdp_setup(), Takers::All),
        traffic(
            "CR of 124 empty parameters, one per connection",
            vec![worst_cr()],
            Takers::All,
        ),
    ]
}

fn tpkt(tpdu: &[&[u8]]) -> Vec<u8> {
    let nsdu = tpdu.concat();
    let length = u16::try_from(4 + nsdu.len()).expect("a TPKT is short");
    let [high, low] = length.to_be_bytes();
    let mut octets = vec![3, 0, high, low]; // version, reserved, length
    octets.extend(nsdu);
    octets
}

/// A DT of class 0 in a TPKT of `length` octets.
pub fn dt(length: usize, eot: bool) -> Vec<u8> {
    const HEADERS: usize = 7;
    let number = if eot { 0x80 } else { 0 };
    tpkt(&[
        &[2, 0xf0, number], // LI, code, EOT and TPDU-NR
        &vec![0x55; length - HEADERS],
    ])
}

const PARAMETERS_OF_S7: [u8; 11] = [
    0xc0, 1, 10, // TPDU size
    0xc1, 2, 1, 0, // calling T-selector
    0xc2, 2, 1, 2, // called T-selector
];

fn cr_of_s7() -> Vec<u8> {
    tpkt(&[
        &[17, 0xe0],   // LI, code
        &[0, 0, 0, 1], // references
        &[0],          // class and options
        &PARAMETERS_OF_S7,
    ])
}

fn cc_of_s7() -> Vec<u8> {
    tpkt(&[
        &[17, 0xd0],   // LI, code
        &[0, 1, 0, 2], // references
        &[0],          // class and options
        &PARAMETERS_OF_S7,
    ])
}

/// Octets of TPKTs with a DT: 32 quantiles of 14696 that S7 and MMS stations sent, 7 the DT
/// without user data that S7 answers an alarm with.
const LENGTHS: &str = include_str!("lengths.txt");

/// CR, CC and 384 DT TPDUs with the distribution of lengths of real ones, shuffled.
fn mix() -> Vec<Vec<u8>> {
    const ROUNDS: usize = 12;
    let lengths = LENGTHS.split_whitespace().map(str::parse);
    let lengths: Vec<usize> = lengths.collect::<Result<_, _>>().expect("numbers");
    let mut lengths = lengths.repeat(ROUNDS);
    fastrand::Rng::with_seed(1006).shuffle(&mut lengths);
    let data = lengths.into_iter().map(|length| dt(length, length > 7));
    [cr_of_s7(), cc_of_s7()].into_iter().chain(data).collect()
}

/// An RDP connection up to its encryption.
fn rdp_setup() -> Vec<Vec<u8>> {
    let cookie = b"Cookie: mstshash=operator\r\n";
    let request = [
        1, 0, 8, 0, // type, flags, length (little endian)
        3, 0, 0, 0, // requested protocols
    ];
    let response = [
        2, 1, 8, 0, // type, flags, length (little endian)
        0, 0, 0, 0, // selected protocol
    ];
    let li = |variable: usize| [u8::try_from(6 + variable).expect("LI is an octet")];
    let cr = tpkt(&[
        &li(cookie.len() + request.len()),
        &[0xe0, 0, 0, 0, 0, 0], // code, references, class and options
        cookie,
        &request,
    ]);
    let cc = tpkt(&[
        &li(response.len()),
        &[0xd0, 0, 0, 0x12, 0x34, 0], // code, references, class and options
        &response,
    ]);
    // MCS: connect initial and response, erect domain, attach user, and its confirm; then a join
    // of each of six channels, and its confirm.
    const MCS: [usize; 5] = [412, 113, 12, 8, 11];
    const JOIN: [usize; 2] = [12, 15];
    let mcs = MCS.into_iter().chain(JOIN.into_iter().cycle().take(12));
    let data = mcs.map(|length| dt(length, true));
    [cr, cc].into_iter().chain(data).collect()
}

/// The longest CR, of the shortest parameters: all but the first raise an expert info.
pub fn worst_cr() -> Vec<u8> {
    tpkt(&[
        &[254, 0xe0],           // LI, code
        &[0, 0, 0, 1],          // references
        &[0],                   // class and options
        &[0xc1, 0].repeat(124), // calling T-selector without octets
    ])
}
