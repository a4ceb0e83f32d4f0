//! What IP packets are carried in, and what of a capture is not read.

use super::captures::{
    CLIENT, CONNECTION, Connection, ETHERNET, PCAP, Pcap, RAW, SERVER, dt, ethernet, ipv6, packet,
};
use super::{assert_found, brief, briefs_of, field, objects_of};
use etherparse::PacketBuilder;

const FOUND: &str = "1/0 DT 1";

/// `header`, and a packet behind it.
fn behind(header: &[u8], packet: &[u8]) -> Vec<u8> {
    [header, packet].concat()
}

/// An Ethernet frame of any type.
fn typed(ether_type: u16, content: &[u8]) -> Vec<u8> {
    let addresses = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    [&addresses[..], &ether_type.to_be_bytes(), content].concat()
}

/// An IPv4 packet of any protocol.
fn ip(protocol: u8, content: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
        .write(&mut octets, protocol.into(), content)
        .unwrap();
    octets
}

fn udp(port: u16, content: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
        .udp(50_000, port)
        .write(&mut octets, content)
        .unwrap();
    octets
}

#[test]
fn packets_in_tunnels_are_found() {
    const GRE: u8 = 47;
    let frame = || ethernet(&[], &packet());
    let snap = |oui: [u8; 3]| {
        let header = [0xaa, 0xaa, 0x03, oui[0], oui[1], oui[2], 0x08, 0x00];
        let content = behind(&header, &packet());
        typed(u16::try_from(content.len()).unwrap(), &content)
    };
    let labels = [
        0x00, 0x01, 0x00, 0x40, // label 16, TTL 64
        0x00, 0x02, 0x01, 0x40, // label 32, bottom of the stack, TTL 64
    ];
    let session = [
        0x11, 0x00, 0x00, 0x01, 0x00, 0x49, // version, type, session, length
        0x00, 0x21, // PPP: IPv4
    ];
    let tags = [0x81, 0x00, 0x00, 0x07].repeat(9);
    let vxlan = [0x08, 0, 0, 0, 0, 0, 7, 0];
    let geneve = [
        0x01, 0x00, 0x65, 0x58, 0, 0, 7, 0, // one word of options, Ethernet, network 7
        0, 0, 0, 0, // option
    ];
    let erspan = [
        0x10, 0x00, 0x88, 0xbe, 0, 0, 0, 1, // GRE: sequence number, ERSPAN
        0x10, 0x07, 0x00, 0x01, 0, 0, 0, 0, // ERSPAN: version 1
    ];
    let hsr = [0x00, 0x40, 0x00, 0x01, 0x08, 0x00];
    let macsec = [0x00, 0x00, 0, 0, 0, 1, 0x08, 0x00]; // authenticated only
    let link = |link, frame: Vec<u8>| (link, frame);
    for (what, (link, frame)) in [
        ("nine VLAN tags", link(ETHERNET, ethernet(&tags, &packet()))),
        (
            "a VLAN tag of 802.1ad's forerunner",
            link(ETHERNET, ethernet(&[0x91, 0x00, 0, 7], &packet())),
        ),
        ("SNAP", link(ETHERNET, snap([0, 0, 0]))),
        (
            "802.2 with the SAP of IP",
            link(ETHERNET, typed(66, &behind(&[6, 6, 3], &packet()))),
        ),
        (
            "MPLS",
            link(ETHERNET, typed(0x8847, &behind(&labels, &packet()))),
        ),
        (
            "Ethernet over MPLS",
            link(ETHERNET, typed(0x8847, &behind(&labels, &frame()))),
        ),
        (
            "Ethernet over MPLS with a control word",
            link(
                ETHERNET,
                typed(0x8847, &[&labels[..], &[0; 4], &frame()].concat()),
            ),
        ),
        (
            "PPPoE",
            link(ETHERNET, typed(0x8864, &behind(&session, &packet()))),
        ),
        (
            "HSR",
            link(ETHERNET, typed(0x892f, &behind(&hsr, &packet()))),
        ),
        (
            "MACsec",
            link(ETHERNET, typed(0x88e5, &behind(&macsec, &packet()))),
        ),
        ("PPP", link(9, behind(&[0xff, 0x03, 0x00, 0x21], &packet()))),
        (
            "Cisco HDLC",
            link(104, behind(&[0x0f, 0x00, 0x08, 0x00], &packet())),
        ),
        ("IP in IP", link(RAW, ip(4, &packet()))),
        ("IPv6 in IPv4", link(RAW, ip(41, &ipv6(6, &[])))),
        (
            "GRE",
            link(RAW, ip(GRE, &behind(&[0, 0, 0x08, 0x00], &packet()))),
        ),
        (
            "GRE with a checksum and a key",
            link(
                RAW,
                ip(
                    GRE,
                    &behind(&[0xa0, 0, 0x08, 0x00, 0, 0, 0, 0, 0, 0, 0, 7], &packet()),
                ),
            ),
        ),
        (
            "GRE with Ethernet",
            link(RAW, ip(GRE, &behind(&[0, 0, 0x65, 0x58], &frame()))),
        ),
        ("ERSPAN", link(RAW, ip(GRE, &behind(&erspan, &frame())))),
        ("EtherIP", link(RAW, ip(97, &behind(&[0x30, 0], &frame())))),
        ("VXLAN", link(RAW, udp(4789, &behind(&vxlan, &frame())))),
        ("GENEVE", link(RAW, udp(6081, &behind(&geneve, &frame())))),
        (
            "VXLAN in MPLS in a VLAN",
            link(
                ETHERNET,
                behind(
                    &typed(0x8100, &[0, 7, 0x88, 0x47]),
                    &behind(&labels, &udp(4789, &behind(&vxlan, &frame()))),
                ),
            ),
        ),
    ] {
        let found = briefs_of(&Pcap { link, ..PCAP }.of([frame]));
        assert_eq!(found, [FOUND], "{what}");
    }
}

/// The fragments of an IPv4 packet: its payload cut at these places.
fn fragments(packet: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    const HEADER: usize = 20;
    let (header, payload) = packet.split_at(HEADER);
    let starts = [&[0], cuts].concat();
    let ends = [cuts, &[payload.len()]].concat();
    let pieces = starts.into_iter().zip(ends);
    pieces
        .map(|(start, end)| {
            let mut header = header.to_vec();
            header[3] = u8::try_from(HEADER + end - start).unwrap();
            header[5] = 0x77; // identification
            header[6] = if end < payload.len() { 0x20 } else { 0 }; // more fragments
            header[7] = u8::try_from(start / 8).unwrap();
            [&header, &payload[start..end]].concat()
        })
        .collect()
}

/// The same of an IPv6 packet.
fn fragments_of_ipv6(at: usize) -> Vec<Vec<u8>> {
    let whole = ipv6(6, &[]);
    let (header, payload) = whole.split_at(40);
    [(0, at, 1), (at, payload.len(), 0)]
        .map(|(start, end, more)| {
            let mut header = header.to_vec();
            header[5] = u8::try_from(8 + end - start).unwrap();
            header[6] = 44; // next header: fragment
            let offset = u8::try_from(start).unwrap() | more;
            let fragment = [6, 0, 0, offset, 0, 0, 0, 0x77];
            [&header, &fragment[..], &payload[start..end]].concat()
        })
        .to_vec()
}

#[test]
fn fragments_are_put_together() {
    let raw = Pcap { link: RAW, ..PCAP };
    let of = |packet: &[u8]| fragments(packet, &[8, 24]);
    let mut reversed = of(&packet());
    reversed.reverse();
    let mut twice = of(&packet());
    twice.insert(1, twice[0].clone());
    let tunnel = ip(4, &packet());
    for (what, frames, frame) in [
        ("in order", of(&packet()), 3),
        ("in reverse", reversed, 3),
        ("one of them twice", twice, 4),
        ("of a tunnel", of(&tunnel), 3),
        (
            "in a tunnel",
            of(&packet()).iter().map(|it| ip(4, it)).collect(),
            3,
        ),
        ("of IPv6", fragments_of_ipv6(16), 2),
    ] {
        let found = briefs_of(&raw.of(frames));
        assert_eq!(found, [format!("{frame}/0 DT 1")], "{what}");
    }
}

#[test]
fn fragments_that_do_not_fit_are_told() {
    let of = |packet: &[u8]| fragments(packet, &[8, 24]);
    let mut other = packet();
    other[20 + 8] ^= 1; // in the second fragment
    let conflict = "told: 1 packet not read: IP fragment with other octets than an earlier one";
    let missing = "told: 2 packets not read: IP fragment of which others are missing";
    let [first, second, last] = of(&packet()).try_into().unwrap();
    let wrong = of(&other).swap_remove(1);
    let whole = CONNECTION.ip(CLIENT, 11, "", &dt(2));
    let raw = Pcap { link: RAW, ..PCAP };
    for (what, frames, expected) in [
        (
            "the first copy counts",
            vec![first.clone(), second, wrong, last.clone()],
            vec!["4/0 DT 1", conflict],
        ),
        (
            "the second one is missing",
            vec![first, last, whole],
            vec!["3/0 DT 2", missing],
        ),
    ] {
        assert_eq!(briefs_of(&raw.of(frames)), expected, "{what}");
    }
}

/// Class 4 in IP without TPKT: each packet is a TPDU.
#[test]
fn tpdus_in_ip_are_dissected() {
    const ISO_TP4: u8 = 29;
    let dt = [
        0x04, 0xf0, // DT: LI, code
        0x00, 0x07, // destination reference
        0x80, // EOT, TPDU number
        b'o', b'k', // user data
    ];
    let objects = objects_of(&Pcap { link: RAW, ..PCAP }.of([ip(ISO_TP4, &dt)]));
    let [object] = &objects[..] else {
        panic!("{objects:?}");
    };
    assert_eq!(brief(object), "1/0 DT 7");
    assert_eq!(field(object, "tpkt.version"), &serde_json::Value::Null);
    assert_eq!(
        (&object["src"], &object["dst"]),
        (&"10.0.0.1".into(), &"10.0.0.2".into())
    );
    assert_eq!(object["tp4"], true);
}

#[test]
fn packets_that_are_not_read_are_counted_and_named() {
    let tpkt = || CONNECTION.data(0, &dt(1));
    let unknown = |what: &str| {
        vec![
            FOUND.to_owned(),
            format!("told: 2 packets not read: {what}"),
        ]
    };
    let hop_by_hop = ipv6(60, &[0, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0]);
    for (frame, told) in [
        (typed(0x1234, &[0; 40]), "EtherType 0x1234"),
        (typed(0x88e5, &[0x0c; 40]), "MACsec, encrypted"),
        (typed(40, &[0xfe; 40]), "OSI network layer (LLC DSAP 0xfe)"),
        (
            typed(0x8864, &[0x11, 0, 0, 1, 0, 4, 0x00, 0x3d, 0, 0]),
            "PPP protocol 0x003d",
        ),
        (
            ethernet(&[], &ip(50, &[0; 40])),
            "ESP, encrypted (IP protocol 50)",
        ),
        (ethernet(&[], &ip(200, &[0; 40])), "IP protocol 200"),
        (
            ethernet(&[], &hop_by_hop),
            "IPv6 extension header 0, damaged",
        ),
        (vec![0; 5], "Ethernet header cut off or damaged"),
        (
            ethernet(&[], &ip(6, &[0; 5])),
            "TCP header cut off or damaged",
        ),
    ] {
        let found = briefs_of(&PCAP.of([tpkt(), frame.clone(), frame]));
        assert_eq!(found, unknown(told));
    }
}

#[test]
fn a_capture_without_tpkts_says_what_there_is() {
    let arp = typed(0x0806, &[0; 28]);
    let other = Connection {
        service: 10_102,
        ..CONNECTION
    };
    let refused = vec![
        ethernet(&[], &CONNECTION.ip(CLIENT, 0, "S", &[])),
        ethernet(&[], &CONNECTION.ip(SERVER, 0, "R", &[])),
    ];
    assert_found([
        ("nothing", vec![], vec!["told: no TPKT found"]),
        (
            "ARP",
            vec![arp.clone(), arp],
            vec!["told: no TPKT found", "told: 2 packets not read: ARP"],
        ),
        (
            "another port",
            other.open([other.data(0, &dt(1))]),
            vec![
                "told: no TPKT found",
                "told: 3 TCP segments on other ports, most on port 10102 (--port 10102 reads it)",
            ],
        ),
        (
            "a refused connection",
            refused,
            vec![
                "told: no TPKT found",
                "told: 2 TCP segments on the ports that are read",
            ],
        ),
        (
            "UDP",
            vec![ethernet(&[], &udp(53, b"?"))],
            vec!["told: no TPKT found", "told: 1 UDP datagram"],
        ),
    ]);
}
