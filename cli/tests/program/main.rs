//! The program, run as a user runs it, on the committed captures and on captures made here.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../../../tests/common/built.rs"]
mod built;
mod captures;
mod encapsulation;
mod ending;
mod library;
mod opening;
mod tcp;

use captures::{
    CLIENT, CONNECTION, Connection, ETHERNET, PCAP, Pcap, RAW, SERVER, authenticated, dt, enhanced,
    ethernet, interface, ipv6, obsolete, packet, section, simple, with_options,
};
use etherparse::PacketBuilder;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isotsap");

fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// The captures of all packages.
fn data_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data")
}

fn data(name: &str) -> PathBuf {
    data_folder().join(name)
}

/// What the program printed and how it ended.
#[derive(Debug, PartialEq)]
struct Run {
    out: String,
    err: String,
    code: Option<i32>,
}

fn analyze<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    let output = program().args(arguments).output().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

/// What the program prints when nothing is wrong with the file.
fn printed(options: &[&str], file: &Path) -> String {
    let mut arguments: Vec<_> = options.iter().map(OsStr::new).collect();
    arguments.push(file.as_os_str());
    let run = analyze(arguments);
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)), "{file:?}");
    run.out
}

/// The objects of `--json`, of which each is as it was agreed.
fn objects(options: &[&str], file: &Path) -> Vec<Value> {
    let out = printed(&[options, &["--json"]].concat(), file);
    let objects: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    objects.iter().for_each(assert_agreed);
    objects
}

/// The keys and types of an object: `n`umber, `i`nteger, `s`tring, `b`ool, `a`rray, `o`bject, or
/// `v`alue of a field; a question mark is behind what may be absent.
fn assert_keys(object: &Value, agreed: &[(&str, &str)]) {
    let mut entries = object.as_object().unwrap().iter().peekable();
    for &(key, kind) in agreed {
        let Some((_, value)) = entries.next_if(|(name, _)| *name == key) else {
            assert!(kind.ends_with('?'), "no {key} in its place: {object}");
            continue;
        };
        let fits = match &kind[..1] {
            "n" => value.is_number(),
            "i" => value.is_u64(),
            "s" => value.is_string(),
            "b" => value.is_boolean(),
            "a" => value.is_array(),
            "o" => value.is_object(),
            _ => value.is_u64() || value.is_string() || value.is_boolean(),
        };
        assert!(fits, "{key}: {value}");
    }
    assert_eq!(entries.next(), None, "{object}");
}

fn assert_agreed(object: &Value) {
    assert_keys(
        object,
        &[
            ("frame", "i"),
            ("time", "n"),
            ("stream", "i"),
            ("udp", "b?"),
            ("tp4", "b?"),
            ("src", "s"),
            ("dst", "s"),
            ("summary", "s"),
            ("fields", "a"),
            ("expert", "a"),
            ("payload", "o?"),
            ("tsdu", "o?"),
        ],
    );
    let field = [
        ("abbrev", "s"),
        ("value", "v"),
        ("offset", "i"),
        ("length", "i"),
        ("label", "s"),
    ];
    let expert = [
        ("abbrev", "s"),
        ("group", "s"),
        ("severity", "s"),
        ("offset", "i"),
        ("length", "i"),
        ("message", "s"),
    ];
    for item in object["fields"].as_array().unwrap() {
        assert_keys(item, &field);
    }
    for item in object["expert"].as_array().unwrap() {
        assert_keys(item, &expert);
    }
    if let Some(payload) = object.get("payload") {
        assert_keys(payload, &[("offset", "i"), ("length", "i")]);
    }
}

/// The value of a field, null when it is not there.
fn field<'a>(object: &'a Value, abbreviation: &str) -> &'a Value {
    let mut fields = object["fields"].as_array().unwrap().iter();
    fields
        .find(|field| field["abbrev"] == abbreviation)
        .map_or(&Value::Null, |field| &field["value"])
}

fn above_chat(object: &Value) -> Vec<&Value> {
    let experts = object["expert"].as_array().unwrap().iter();
    experts
        .filter(|expert| expert["severity"] != "chat")
        .collect()
}

/// `frame/stream`, what it is, its destination reference, and expert infos above chat.
fn brief(object: &Value) -> String {
    let summary = object["summary"].as_str().unwrap();
    let what = summary.split(' ').next().unwrap();
    let mut brief = format!("{}/{} {what}", object["frame"], object["stream"]);
    let reference = field(object, "cotp.destref");
    if !reference.is_null() {
        brief += &format!(" {reference}");
    }
    for expert in above_chat(object) {
        let text = |key: &str| expert[key].as_str().unwrap();
        // Most of the connections made here have nothing but data.
        if text("abbrev") == "cotp.connection.missing" {
            continue;
        }
        brief += &format!(" {} {}", text("severity"), text("abbrev"));
    }
    brief
}

/// Runs the program on a file with these octets.
fn objects_of(capture: &[u8]) -> Vec<Value> {
    let folder = TempDir::new().unwrap();
    objects(&[], &written(&folder, "made.pcap", capture))
}

/// The briefs of a file with these octets, and then what the program says on stderr, in its parts.
fn briefs_of(capture: &[u8]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let file = written(&folder, "made.pcap", capture);
    let run = analyze([Path::new("--json"), &file]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let name = format!("isotsap: {}: ", file.display());
    let told = run.err.lines().flat_map(|line| {
        let parts = line.strip_prefix(&name).unwrap().split("; ");
        parts.map(|part| format!("told: {part}"))
    });
    let lines = run.out.lines();
    let objects = lines.map(|line| serde_json::from_str(line).unwrap());
    let briefs = objects.map(|object| {
        assert_agreed(&object);
        brief(&object)
    });
    briefs.chain(told).collect()
}

fn written(folder: &TempDir, name: &str, octets: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, octets).unwrap();
    path
}

const EXCHANGE: &str = "exchange-x400.pcap";

#[test]
fn exchange_is_shown_in_lines() {
    assert_eq!(
        printed(&[], &data(EXCHANGE)),
        "     4     1.500000  199.199.199.199:2185 -> 200.200.200.200:102  \
         CR TPDU src-ref: 0x0001 dst-ref: 0x0000\n     \
         6     2.500000  200.200.200.200:102 -> 199.199.199.199:2185  \
         CC TPDU src-ref: 0x002a dst-ref: 0x0001\n    \
         14     6.500000  199.199.199.199:2185 -> 200.200.200.200:102  \
         CR TPDU src-ref: 0x0001 dst-ref: 0x0000\n       \
         warning  tpkt.reserved.nonzero  octet 1: TPKT reserved octet is 90 (0x5a), expected 0: \
         RFC 1006 leaves it reserved, RFC 2126 fixes it at 0; strict peers refuse such a \
         connection (RFC 2126 4.3)\n    \
         16     7.500000  200.200.200.200:102 -> 199.199.199.199:2185  \
         Connection ended without an answer to the CR\n       \
         warning  cotp.connection.unanswered  the responder closed the connection without an \
         answer to the CR: the TPKT reserved octet of the CR was 90 (0x5a), expected 0, and strict \
         peers refuse such a connection (X.224 6.5)\n\
         3 TPDUs in 2 connections, 2 warnings\n"
    );
}

#[test]
fn exchange_is_shown_in_json() {
    let objects = objects(&[], &data(EXCHANGE));
    assert_eq!(
        objects.iter().map(brief).collect::<Vec<_>>(),
        [
            "4/0 CR 0",
            "6/0 CC 1",
            "14/1 CR 0 warning tpkt.reserved.nonzero",
            "16/1 Connection warning cotp.connection.unanswered"
        ]
    );
    assert_eq!(field(&objects[2], "tpkt.reserved"), 90);
    assert_eq!(field(&objects[2], "cotp.src-tsap"), "A");
    assert_eq!(field(&objects[2], "cotp.src-tsap-bytes"), "41");
    assert_eq!(field(&objects[2], "cotp.opts.extended_formats"), false);
    assert_eq!(objects[1]["src"], "200.200.200.200:102");
    assert_eq!(objects[1]["dst"], "199.199.199.199:2185");
    assert_eq!(objects[1]["time"], 2.5);
    let expert = above_chat(&objects[2])[0];
    assert_eq!(expert["group"], "protocol");
    assert_eq!(
        (&expert["offset"], &expert["length"]),
        (&1.into(), &1.into())
    );
    let message = expert["message"].as_str().unwrap();
    for part in ["90", "RFC 1006", "RFC 2126", "refuse"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn exchange_is_shown_as_a_tree() {
    let tree = printed(&["-V"], &data(EXCHANGE));
    assert_eq!(tree, printed(&["--verbose"], &data(EXCHANGE)));
    for lines in [
        "     4     1.500000  199.199.199.199:2185 -> 200.200.200.200:102  CR TPDU src-ref: 0x0001 \
         dst-ref: 0x0000\n    TPKT, Version: 3, Length: 18\n        Version: 3\n        \
         Reserved: 0\n        Length: 18\n    \
         ISO 8073/X.224 COTP Connection-Oriented Transport Protocol\n        Length indicator: 13\n",
        "        Reserved: 90\n            [Expert Info (Warning/Protocol): TPKT reserved octet is \
         90 (0x5a), expected 0: RFC 1006 leaves it reserved",
        "        Source TSAP as text: A\n        Parameter code: called T-selector (0xc2)\n",
        "        Destination TSAP as text: MT\n\n     6     2.500000  ",
        "  Connection ended without an answer to the CR\n    [Expert Info (Warning/Sequence): the \
         responder closed the connection without an answer to the CR: the TPKT reserved octet",
        "\n\n3 TPDUs in 2 connections, 2 warnings\n",
    ] {
        assert!(tree.contains(lines), "{lines}\nis not in\n{tree}");
    }
}

#[test]
fn payload_is_located() {
    let [object] = &objects_of(&PCAP.of([CONNECTION.data(0, &dt(1))]))[..] else {
        panic!("one TPDU");
    };
    assert_eq!(
        object["payload"],
        serde_json::json!({"offset": 9, "length": 2})
    );
}

#[test]
fn rdp_switches_to_tls() {
    let objects = objects(&[], &data("rdp-tls.pcap"));
    assert_eq!(
        objects.iter().map(brief).collect::<Vec<_>>(),
        [
            "4/0 CR 0", "6/0 CC 0", "8/0 TLS", "10/0 TLS", // it begins
            "10/0 TLS", "8/0 TLS", // how many octets there were
        ]
    );
}

#[test]
fn rdp_without_tls_raises_nothing() {
    let tcp = Connection {
        service: 3389,
        ..CONNECTION
    };
    let request = [
        0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
        0x06, 0xe0, // CR: LI, code
        0x00, 0x00, // destination reference
        0x00, 0x01, // source reference
        0x00, // class 0
    ];
    let data = [
        0x03, 0x00, 0x00, 0x08, // TPKT: version, reserved, length
        0x02, 0xf0, // DT: LI, code
        0x80, // EOT
        0x64, // user data
    ];
    let short = [
        0x04, 0x05, // fast path: one event, length
        0x03, 0x00, 0x00, // events that look like a TPKT
    ];
    let long = [
        0x00, 0x80, 0x06, // fast path: action, length in two octets
        0x03, 0x00, 0x00, // updates that look like a TPKT
    ];
    let stream = [&request[..], &data, &short, &data, &long, &short, &data].concat();
    for size in [1, 3, 7, stream.len()] {
        let segments = stream.chunks(size).zip((0..).step_by(size));
        let frames = segments.map(|(octets, at)| tcp.data(at, octets));
        let found: Vec<_> = briefs_of(&PCAP.of(tcp.open(frames)))
            .iter()
            .map(|brief| brief.split_once(' ').unwrap().1.to_owned())
            .collect();
        let expected = ["CR 0", "DT", "RDP", "DT", "RDP", "RDP", "DT"];
        assert_eq!(found, expected, "segments of {size} octets");
    }
}

#[test]
fn connections_on_shared_ports_are_recognised_by_content() {
    let on = |service| Connection {
        service,
        ..CONNECTION
    };
    let q931 = [
        0x03, 0x00, 0x00, 0x09, // TPKT: version, reserved, length
        0x08, // Q.931 protocol discriminator
        0x02, 0x12, 0x34, // call reference
        0x05, // SETUP
    ];
    let mut marked = dt(1);
    marked[1] = 0x5a; // reserved
    let (rdp, h323) = (on(3389), on(1720));
    assert_found([
        (
            "HTTP",
            rdp.open([rdp.data(0, b"GET / HTTP/1.0\r\n\r\n")]),
            vec![
                "told: no TPKT found",
                "told: 3 TCP segments on the ports that are read",
            ],
        ),
        (
            "a TPKT with a reserved octet that is not zero",
            rdp.open([rdp.data(0, &marked)]),
            vec!["3/0 DT 1 warning tpkt.reserved.nonzero"],
        ),
        (
            "the TPKT header alone, as H.323 sends it",
            h323.open([h323.data(0, &q931[..4]), h323.data(4, &q931[4..])]),
            vec!["4/0 TPKT"],
        ),
    ]);
}

#[test]
fn tsdus_are_reported_with_their_last_tpdu() {
    let objects = objects(&[], &data("class-2.pcap"));
    let tsdus: Vec<_> = objects
        .iter()
        .filter_map(|object| Some((&object["frame"], object.get("tsdu")?)))
        .collect();
    let reassembled = json!({"length": 5, "segments": 2});
    assert_eq!(tsdus, [(&json!(10), &reassembled)]);
    let lines = printed(&[], &data("class-2.pcap"));
    assert_eq!(lines.matches("[TSDU of 5 octets in 2 TPDUs]").count(), 1);

    let single = objects_of(&PCAP.of(CONNECTION.open([CONNECTION.data(0, &dt(1))])));
    assert_eq!(single[0]["tsdu"], json!({"length": 2, "segments": 1}));
    assert_eq!(
        above_chat(&single[0])[0]["abbrev"],
        "cotp.connection.missing"
    );
}

#[test]
fn h323_has_no_cotp() {
    let objects = objects(&[], &data("h323-q931.pcap"));
    assert_eq!(
        objects.iter().map(brief).collect::<Vec<_>>(),
        ["4/0 TPKT", "6/0 TPKT warning tpkt.reserved.nonzero"]
    );
    for object in &objects {
        assert!(
            !object["fields"].to_string().contains("\"cotp."),
            "{object}"
        );
    }
}

/// What a case is about, its frames, and what the program has to find in them.
type Case<'a> = (&'a str, Vec<Vec<u8>>, Vec<&'a str>);

fn assert_found<const N: usize>(cases: [Case; N]) {
    let wrong: Vec<String> = cases
        .into_iter()
        .filter_map(|(what, frames, expected)| {
            let found = briefs_of(&PCAP.of(frames));
            (found != expected).then(|| format!("{what}: {found:?}, expected {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn tpkts_are_found_in_segments() {
    const CONFLICT: &str = "told: 1 TCP segment with other content for octets sent before: the first \
                            copy is shown (packet 4)";
    let (a, b, c) = (dt(1), dt(2), dt(3));
    let tcp = CONNECTION;
    let whole = |reference: u8| tcp.data(u32::from(reference - 1) * 11, &dt(reference));
    assert_found(
        [
            (
                "a TPKT over three segments, the first short of its header",
                vec![
                    tcp.data(0, &a[..3]),
                    tcp.data(3, &a[3..7]),
                    tcp.data(7, &a[7..]),
                ],
                vec!["5/0 DT 1"],
            ),
            (
                "two TPKTs in one segment",
                vec![tcp.data(0, &[a, b].concat())],
                vec!["3/0 DT 1", "3/0 DT 2"],
            ),
            (
                "retransmission",
                vec![whole(1), whole(1), whole(2), whole(1)],
                vec!["3/0 DT 1", "5/0 DT 2"],
            ),
            (
                "retransmission with more behind it",
                vec![whole(1), tcp.data(0, &[a, b].concat())],
                vec!["3/0 DT 1", "4/0 DT 2"],
            ),
            (
                "overlap: the first copy wins",
                vec![tcp.data(0, &a[..8]), tcp.data(4, &c[4..])],
                vec!["4/0 DT 1", CONFLICT],
            ),
            (
                "overlap out of order: what came first of the second half stays",
                vec![
                    tcp.data(4, &a[4..]),
                    tcp.data(4, &c[4..]),
                    tcp.data(0, &a[..4]),
                ],
                vec!["5/0 DT 1", CONFLICT],
            ),
            (
                "reordering within a TPKT",
                vec![tcp.data(5, &a[5..]), tcp.data(0, &a[..5]), whole(2)],
                vec!["4/0 DT 1", "5/0 DT 2"],
            ),
            (
                "FIN within a TPKT",
                vec![whole(1), tcp.data(11, &b[..9]), tcp.fin(20)],
                vec!["3/0 DT 1", "4/0 DT 2 note tpkt.incomplete"],
            ),
            (
                "octets between TPKTs that are none",
                vec![tcp.data(0, &[&a[..], &[0xff; 5], &b].concat())],
                vec![
                    "3/0 DT 1",
                    "3/0 Skipped warning tpkt.version.invalid",
                    "3/0 Skipped",
                    "3/0 DT 2",
                ],
            ),
        ]
        .map(|(what, frames, found)| (what, tcp.open(frames), found)),
    );
}

#[test]
fn octets_are_counted_from_the_tpkt_in_every_form() {
    let frames = [
        CONNECTION.data(0, &[0xff; 2]),
        CONNECTION.data(
            2,
            &[
                &dt(1)[..], // 11 octets
                &[
                    0x03, 0x00, 0x00,
                    0x03, // TPKT: version, reserved, length below the header's
                    0x0f, 0x80, // skipped
                ],
            ]
            .concat(),
        ),
    ];
    let folder = TempDir::new().unwrap();
    let file = written(&folder, "skipped.pcap", &PCAP.of(CONNECTION.open(frames)));
    let objects = objects(&[], &file);
    // A consequence of the length, so a chat.
    let experts = objects.last().unwrap()["expert"].as_array().unwrap();
    let skipped = experts
        .iter()
        .find(|expert| expert["abbrev"] == "tpkt.skipped")
        .unwrap();
    assert_eq!(
        (&skipped["offset"], &skipped["length"]),
        (&0.into(), &2.into())
    );
    let lines = printed(&[], &file);
    let told = lines.matches("tpkt.version.invalid  octet 0: ").count();
    assert_eq!(told, 1, "{lines}");
}

#[test]
fn an_expert_info_is_explained_once() {
    let marked = |reference| {
        let mut tpkt = dt(reference);
        tpkt[1] = 0x5a; // reserved
        tpkt
    };
    let folder = TempDir::new().unwrap();
    let both = [marked(1), marked(2)].concat();
    let file = written(&folder, "twice.pcap", &PCAP.of([CONNECTION.data(0, &both)]));
    let tree = printed(&["-V"], &file);
    let mut lines = tree.lines();
    let mut below = || {
        lines.find(|line| line.contains("[Expert Info (Warning/Protocol)"))?;
        lines.next()
    };
    let explanation = below().unwrap();
    assert!(explanation.starts_with(&" ".repeat(16)), "{tree}");
    assert!(below().is_some(), "{tree}");
    assert_eq!(tree.matches(explanation).count(), 1, "{tree}");
}

#[test]
fn lost_segments_are_reported() {
    let (a, b, c) = (dt(1), dt(2), dt(3));
    let tcp = CONNECTION;
    let whole = |reference: u8| tcp.data(u32::from(reference - 1) * 11, &dt(reference));
    assert_found(
        [
            (
                "lost and acknowledged",
                vec![whole(1), whole(3), tcp.acknowledged(33), whole(4)],
                vec!["3/0 DT 1", "4/0 DT 3 warning tpkt.gap", "6/0 DT 4"],
            ),
            (
                "lost at the end of the file",
                vec![whole(1), whole(3), whole(4)],
                vec!["3/0 DT 1", "4/0 DT 3 warning tpkt.gap", "5/0 DT 4"],
            ),
            (
                "two losses",
                vec![whole(1), whole(3), whole(5), tcp.acknowledged(55), whole(6)],
                vec![
                    "3/0 DT 1",
                    "4/0 DT 3 warning tpkt.gap",
                    "5/0 DT 5 warning tpkt.gap",
                    "7/0 DT 6",
                ],
            ),
            (
                "the end of a TPKT lost",
                vec![
                    tcp.data(0, &a[..9]),
                    whole(2),
                    tcp.acknowledged(22),
                    whole(3),
                ],
                vec!["3/0 DT 1 warning tpkt.gap", "4/0 DT 2", "6/0 DT 3"],
            ),
            (
                "the middle of a TPKT lost",
                vec![
                    tcp.data(0, &a[..9]),
                    tcp.data(10, &[&a[10..], &b].concat()),
                    tcp.acknowledged(22),
                ],
                vec!["3/0 DT 1 warning tpkt.gap", "4/0 DT 2"],
            ),
            (
                "lost from within one TPKT into the next",
                vec![
                    tcp.data(0, &a[..9]),
                    tcp.data(16, &[&b[5..], &c].concat()),
                    tcp.acknowledged(33),
                    whole(4),
                ],
                vec![
                    "3/0 DT 1 warning tpkt.gap",
                    "4/0 Skipped warning tpkt.skipped",
                    "4/0 DT 3",
                    "6/0 DT 4",
                ],
            ),
        ]
        .map(|(what, frames, found)| (what, tcp.open(frames), found)),
    );
}

#[test]
fn held_segments_are_delivered_in_order_at_the_end() {
    let tcp = CONNECTION;
    let cr = [
        0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
        0x06, 0xe0, // CR: LI, code
        0x00, 0x00, 0x00, 0x01, // references
        0x00, // class and options
    ];
    let cc = [
        0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
        0x06, 0xd0, // CC: LI, code
        0x00, 0x01, 0x00, 0x02, // references
        0x00, // class and options
    ];
    let data = [
        0x03, 0x00, 0x00, 0x08, // TPKT: version, reserved, length
        0x02, 0xf0, // DT: LI, code
        0x80, // EOT
        b'x', // user data
    ];
    let served = |at, octets| ethernet(&[], &tcp.ip(SERVER, at, "", octets));
    // Both ends lack what came first, and the client's last octets too.
    let frames = [
        tcp.data(100, &cr),
        served(100, &cc),
        served(111, &data),
        tcp.data(200, &data),
    ];
    let found = vec![
        "3/0 CR 0 warning tpkt.gap",
        "4/0 CC 1 warning tpkt.gap",
        "5/0 DT",
        "6/0 DT warning tpkt.gap",
    ];
    assert_found([("of both ends", tcp.open(frames), found)]);
}

#[test]
fn stray_segments_do_not_hide_others() {
    let tcp = CONNECTION;
    let whole = |reference: u8| tcp.data(u32::from(reference - 1) * 11, &dt(reference));
    let elsewhere = Connection {
        initial: 90_000,
        ..tcp
    };
    assert_found(
        [
            (
                "far ahead, then a loss",
                vec![
                    whole(1),
                    tcp.data(90_000_000, &dt(9)),
                    tcp.acknowledged(22),
                    whole(3),
                    tcp.acknowledged(33),
                    whole(4),
                ],
                vec![
                    "3/0 DT 1",
                    "6/0 DT 3 warning tpkt.gap",
                    "8/0 DT 4",
                    "told: 1 TCP segment outside the window, ignored (packet 4)",
                ],
            ),
            (
                "a RST with another sequence number",
                vec![whole(1), tcp.reset(5_000), whole(2)],
                vec![
                    "3/0 DT 1",
                    "5/0 DT 2",
                    "told: 1 TCP segment with a RST ignored because of its sequence number (packet 4)",
                ],
            ),
            (
                "a FIN from before what is due",
                vec![whole(1), tcp.fin(5), whole(2)],
                vec!["3/0 DT 1", "5/0 DT 2"],
            ),
            (
                "an answer to a SYN of another connection",
                vec![whole(1), elsewhere.acknowledging(0, "S"), whole(2)],
                vec!["3/0 DT 1", "5/0 DT 2"],
            ),
        ]
        .map(|(what, frames, found)| (what, tcp.open(frames), found)),
    );
}

#[test]
fn last_octets_of_a_connection_are_shown() {
    let (a, b) = (dt(1), dt(2));
    let tcp = CONNECTION;
    assert_found(
        [
            (
                "RST within a TPKT",
                vec![tcp.data(0, &a[..9]), tcp.reset(9)],
                vec!["3/0 DT 1 note tpkt.incomplete"],
            ),
            (
                "the last octets lost before the FIN",
                vec![tcp.data(0, &a[..9]), tcp.fin(11)],
                vec!["3/0 DT 1 warning tpkt.gap"],
            ),
            (
                "the last octets lost, but acknowledged",
                vec![tcp.data(0, &a[..9]), tcp.acknowledged(11)],
                vec!["3/0 DT 1 warning tpkt.gap"],
            ),
            (
                "FIN before the octets",
                vec![tcp.fin(22), tcp.data(11, &b), tcp.data(0, &a)],
                vec!["5/0 DT 1", "4/0 DT 2"],
            ),
        ]
        .map(|(what, frames, found)| (what, tcp.open(frames), found)),
    );
}

#[test]
fn keep_alives_raise_nothing() {
    let (a, b) = (dt(1), dt(2));
    let tcp = CONNECTION;
    let (empty, garbage) = (tcp.data(10, &[]), tcp.data(10, &[0x00]));
    let answer = || tcp.acknowledged(11);
    let within = |keep_alive: &Vec<u8>| {
        let frames = [
            tcp.data(0, &a),
            answer(),
            keep_alive.clone(),
            answer(),
            tcp.data(11, &b),
        ];
        tcp.open(frames)
    };
    let midstream = |keep_alive: &Vec<u8>| vec![keep_alive.clone(), answer(), tcp.data(11, &b)];
    assert_found([
        ("empty", within(&empty), vec!["3/0 DT 1", "7/0 DT 2"]),
        (
            "of one octet",
            within(&garbage),
            vec!["3/0 DT 1", "7/0 DT 2"],
        ),
        (
            "midstream at an empty one",
            midstream(&empty),
            vec!["3/0 DT 2"],
        ),
        (
            "midstream at one of one octet",
            midstream(&garbage),
            vec!["3/0 Octets", "3/0 DT 2"],
        ),
        (
            "midstream at the answer to one",
            [vec![answer()], midstream(&empty)].concat(),
            vec!["4/0 DT 2"],
        ),
        (
            "midstream at one without an answer",
            vec![empty.clone(), tcp.data(11, &b), tcp.acknowledged(22)],
            vec!["2/0 DT 2"],
        ),
    ]);
}

#[test]
fn reordered_tpkts_keep_their_frames_and_times() {
    let (a, b, c) = (dt(1), dt(2), dt(3));
    let tcp = CONNECTION;
    for (what, frames, references) in [
        (
            "reordered",
            [tcp.data(11, &b), tcp.data(0, &a), tcp.data(22, &c)],
            &[1, 2, 3][..],
        ),
        (
            "held back until the file's end",
            [tcp.data(22, &c), tcp.data(0, &a), tcp.fin(33)],
            &[1, 3],
        ),
        (
            "torn",
            [tcp.data(0, &a[..9]), tcp.data(11, &b), tcp.acknowledged(22)],
            &[1, 2],
        ),
    ] {
        let objects = objects_of(&PCAP.of(tcp.open(frames)));
        let found: Vec<_> = objects.iter().map(|o| field(o, "cotp.destref")).collect();
        assert_eq!(found, references, "{what}: in the order they were sent");
        for object in objects {
            let half_seconds = object["time"].as_f64().unwrap() * 2.0;
            let frame = object["frame"].as_f64().unwrap();
            assert_eq!(half_seconds + 1.0, frame, "{what}: {object}");
        }
    }
}

#[test]
fn midstream_pickup_raises_nothing() {
    let frames = vec![
        CONNECTION.data(0, &[&dt(1)[5..], &dt(2)].concat()),
        CONNECTION.data(17, &dt(3)),
    ];
    assert_found([(
        "within a TPKT",
        frames.clone(),
        vec!["1/0 Octets", "1/0 DT 2", "2/0 DT 3"],
    )]);
    let folder = TempDir::new().unwrap();
    let file = written(&folder, "midstream.pcap", &PCAP.of(frames));
    let lines = printed(&[], &file);
    assert_eq!(lines.lines().count(), 3, "two TPDUs and the count: {lines}");
}

#[test]
fn sequence_numbers_wrap_around() {
    assert_found([0, 1, 10, 11, 12, 21, 22, 25].map(|before| {
        let tcp = Connection {
            initial: u32::MAX - before,
            ..CONNECTION
        };
        let frames = [0, 2, 1, 3].map(|at: u8| tcp.data(u32::from(at) * 11, &dt(at + 1)));
        let found = vec!["3/0 DT 1", "5/0 DT 2", "4/0 DT 3", "6/0 DT 4"];
        ("around 2^32", tcp.open(frames), found)
    }));
}

#[test]
fn streams_are_numbered_over_all_of_tcp() {
    let other = Connection {
        service: 80,
        ..CONNECTION
    };
    let again = Connection {
        initial: 90_000,
        ..CONNECTION
    };
    let third = Connection {
        port: 40_001,
        ..CONNECTION
    };
    let frames = [
        other.open([other.data(0, b"GET / HTTP/1.0\r\n\r\n")]), // frames 1 to 3
        CONNECTION.open([CONNECTION.data(0, &dt(1))]),          // 4 to 6
        again.open([again.data(0, &dt(2))]),                    // 7 to 9: the port used again
        third.open([third.data(0, &dt(3))]),                    // 10 to 12
        vec![again.data(11, &dt(4))],                           // 13
    ];
    let found = vec!["6/1 DT 1", "9/2 DT 2", "12/3 DT 3", "13/2 DT 4"];
    assert_found([("four connections", frames.concat(), found)]);
}

#[test]
fn a_syn_after_midstream_pickup_opens_another_connection() {
    let old = Connection {
        initial: 50_000,
        ..CONNECTION
    };
    let next = Connection {
        port: 40_001,
        ..CONNECTION
    };
    let opened = [CONNECTION, next].map(|tcp| tcp.open([tcp.data(0, &dt(2))]));
    assert_found([
        (
            "behind data and a FIN",
            [vec![old.data(0, &dt(1)), old.fin(11)], opened.concat()].concat(),
            vec!["1/0 DT 1", "5/1 DT 2", "8/2 DT 2"],
        ),
        (
            "behind an acknowledgement of the server",
            [vec![old.acknowledged(0)], opened.concat()].concat(),
            vec!["4/1 DT 2", "7/2 DT 2"],
        ),
    ]);
}

#[test]
fn a_server_may_answer_a_syn_twice() {
    let tcp = CONNECTION;
    let next = Connection {
        port: 40_001,
        ..CONNECTION
    };
    let again = tcp.with_header(SERVER, 0, "S", &[], |header| {
        header.sequence_number = 9_000;
        (header.ack, header.acknowledgment_number) = (true, tcp.initial + 1);
    });
    let again = ethernet(&[], &again);
    let frames = [
        tcp.open([again, tcp.data(0, &dt(1))]),
        next.open([next.data(0, &dt(2))]),
    ];
    let found = vec!["4/0 DT 1", "7/1 DT 2"];
    assert_found([("with other numbers", frames.concat(), found)]);
}

#[test]
fn a_refused_syn_may_be_repeated() {
    let tcp = CONNECTION;
    let open = tcp.open([tcp.data(0, &dt(1))]);
    let refused = vec![open[0].clone(), tcp.acknowledging(0, "R")];
    let closed = tcp.open([tcp.fin(0), tcp.acknowledging(1, "F")]);
    assert_found([
        (
            "with the same number",
            [refused.clone(), open.clone()].concat(),
            vec!["5/0 DT 1"],
        ),
        (
            "more than once",
            [refused.clone(), refused, open.clone()].concat(),
            vec!["7/0 DT 1"],
        ),
        (
            "when no octet was sent",
            [closed, open].concat(),
            vec!["7/0 DT 1"],
        ),
    ]);
}

#[test]
fn no_more_than_1024_segments_are_held() {
    let other = Connection {
        port: 40_001,
        ..CONNECTION
    };
    let (few, many) = (1_024, 1_025);
    for (count, first) in [(few, other.port), (many, CONNECTION.port)] {
        let held = (1..=count).map(|n| CONNECTION.data(n * 11, &dt(1)));
        let last = [other.data(0, &dt(2))];
        let objects = objects_of(&PCAP.of(CONNECTION.open(held.chain(last))));
        assert_eq!(objects.len() as u32, count + 1);
        assert_eq!(objects[0]["src"], format!("192.0.2.1:{first}"), "{count}");
    }
}

#[test]
fn a_repeated_syn_changes_nothing() {
    let (a, b) = (dt(1), dt(2));
    let open = CONNECTION.open([]);
    let early = [open.clone(), open.clone(), vec![CONNECTION.data(0, &a)]];
    let late = [
        CONNECTION.open([CONNECTION.data(0, &a)]),
        open,
        vec![CONNECTION.data(11, &b)],
    ];
    assert_found([
        ("before data", early.concat(), vec!["5/0 DT 1"]),
        ("behind data", late.concat(), vec!["3/0 DT 1", "6/0 DT 2"]),
    ]);
}

#[test]
fn truncated_packets_are_not_malformed() {
    const HEADERS: usize = 14 + 20 + 20;
    let long = |reference: u8| {
        [
            &[
                0x03, 0x00, 0x00, 0x4b, // TPKT: version, reserved, length
                0x04, 0xf0, // DT: LI, code
                0x00, reference, // destination reference
                0x80,      // EOT, TPDU number
            ][..],
            &[0x55; 66], // user data
        ]
        .concat()
    };
    let tcp = CONNECTION;
    let frames = tcp.open([
        tcp.data(0, &long(1)),
        tcp.data(75, &[long(2), long(3)].concat()),
        tcp.data(225, &long(4)),
    ]);
    let mut wrong = Vec::new();
    for captured in (0..=12).chain(70..=90).chain([149, 150, 224, 225]) {
        let pcap = Pcap {
            snaplen: HEADERS + captured,
            ..PCAP
        };
        let found = briefs_of(&pcap.of(&frames));
        let expected = match captured {
            8..=75 => "3/0 DT 1, 4/0 DT 2, 5/0 DT 4",
            83.. => "3/0 DT 1, 4/0 DT 2, 4/0 DT 3, 5/0 DT 4",
            // Not enough of a TPKT to tell what is in it.
            _ if !found.concat().contains('.') => continue,
            _ => "no expert infos",
        };
        if found.join(", ") != expected {
            wrong.push(format!("{captured} octets: {found:?}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn link_types() {
    const V4: &str = "192.0.2.1:40000";
    const V6: &str = "[2001:db8::1]:40000";
    const TCP: u8 = 6;
    const DESTINATION_OPTIONS: u8 = 60;
    let behind = |header: &[u8], packet: &[u8]| [header, packet].concat();
    let sll = [
        0x00, 0x00, // packet type: to us
        0x00, 0x01, // ARPHRD: Ethernet
        0x00, 0x06, // length of the address
        2, 0, 0, 0, 0, 1, 0, 0, // address
        0x08, 0x00, // protocol: IPv4
    ];
    let sll2 = [
        0x08, 0x00, // protocol: IPv4
        0x00, 0x00, // reserved
        0x00, 0x00, 0x00, 0x01, // interface
        0x00, 0x01, // ARPHRD: Ethernet
        0x00, 0x06, // packet type: to us, length of the address
        2, 0, 0, 0, 0, 1, 0, 0, // address
    ];
    let options = [
        TCP, 0x00, // next header, length less 8 octets
        0x01, 0x04, 0x00, 0x00, 0x00, 0x00, // PadN: type, length, padding
    ];
    let mut offloaded = packet();
    offloaded[2..4].fill(0); // total length, which the network card fills in
    let padded = [ethernet(&[], &packet()), vec![0x03; 6]].concat();
    for (what, link, frame, source) in [
        ("Ethernet", ETHERNET, ethernet(&[], &packet()), V4),
        ("padding", ETHERNET, padded, V4),
        (
            "segmentation offload",
            ETHERNET,
            ethernet(&[], &offloaded),
            V4,
        ),
        (
            "VLAN tag",
            ETHERNET,
            ethernet(&[0x81, 0x00, 0x00, 0x07], &packet()), // TPID, VLAN 7
            V4,
        ),
        (
            "two VLAN tags",
            ETHERNET,
            ethernet(&[0x88, 0xa8, 0x00, 0x07, 0x81, 0x00, 0x00, 0x08], &packet()), // TPID, VLAN
            V4,
        ),
        ("IPv4 options", ETHERNET, ethernet(&[], &with_options()), V4),
        ("IPv6", ETHERNET, ethernet(&[], &ipv6(TCP, &[])), V6),
        (
            "IPv6 extension",
            ETHERNET,
            ethernet(&[], &ipv6(DESTINATION_OPTIONS, &options)),
            V6,
        ),
        ("SLL", 113, behind(&sll, &packet()), V4),
        ("SLL2", 276, behind(&sll2, &packet()), V4),
        ("raw IPv4", RAW, packet(), V4),
        ("raw IPv6", RAW, ipv6(TCP, &[]), V6),
        ("IPv4", 228, packet(), V4),
        ("IPv6 alone", 229, ipv6(TCP, &[]), V6),
        ("null", 0, behind(&[2, 0, 0, 0], &packet()), V4), // AF_INET of a little-endian host
        ("null, big-endian", 0, behind(&[0, 0, 0, 2], &packet()), V4),
        ("null, IPv6", 0, behind(&[30, 0, 0, 0], &ipv6(TCP, &[])), V6), // AF_INET6 of macOS
        ("loop", 108, behind(&[0, 0, 0, 2], &packet()), V4),
    ] {
        let objects = objects_of(&Pcap { link, ..PCAP }.of([frame]));
        let found: Vec<_> = objects.iter().map(|o| (brief(o), &o["src"])).collect();
        assert_eq!(found, [("1/0 DT 1".into(), &source.into())], "{what}");
    }
}

#[test]
fn padding_of_ethernet_is_no_payload() {
    let a = dt(1);
    let pad = |mut frame: Vec<u8>| {
        frame.extend(&a[..60 - frame.len()]);
        frame
    };
    let frames = [
        pad(CONNECTION.data(0, &[])),
        pad(CONNECTION.data(0, &a[..2])),
        CONNECTION.data(2, &a[2..]),
    ];
    assert_found([("padded", CONNECTION.open(frames), vec!["5/0 DT 1"])]);
}

#[test]
fn an_authentication_header_is_no_payload() {
    let (a, b) = (
        CONNECTION.ip(CLIENT, 0, "", &dt(1)),
        CONNECTION.ip(CLIENT, 11, "", &dt(2)),
    );
    let capture = Pcap { link: RAW, ..PCAP }.of([a, b].map(authenticated));
    assert_eq!(briefs_of(&capture), ["1/0 DT 1", "2/0 DT 2"]);
}

#[test]
fn other_traffic_is_skipped() {
    let arp = [&[0xff; 12][..], &[0x08, 0x06], &[0x00; 28]].concat();
    let frames = vec![arp, CONNECTION.data(0, &dt(1))];
    assert_found([("ARP", frames, vec!["2/0 DT 1"])]);
}

/// The times of two TPDUs.
fn times(capture: &[u8]) -> Vec<f64> {
    objects_of(capture)
        .iter()
        .map(|object| object["time"].as_f64().unwrap())
        .collect()
}

#[test]
fn pcap_of_either_order_and_resolution() {
    let frames = [CONNECTION.data(0, &dt(1)), CONNECTION.data(11, &dt(2))];
    for big_endian in [false, true] {
        for nanoseconds in [false, true] {
            let pcap = Pcap {
                big_endian,
                nanoseconds,
                ..PCAP
            };
            let octets = pcap.of(&frames);
            assert_eq!(times(&octets), [0.0, 0.5], "{big_endian} {nanoseconds}");
        }
    }
}

#[test]
fn times_before_the_first_packet_are_negative() {
    const SECONDS_OF_FIRST: usize = 24;
    let mut octets = PCAP.of([0, 11].map(|at| CONNECTION.data(at, &dt(1))));
    octets[SECONDS_OF_FIRST] += 1;
    assert_eq!(times(&octets), [0.0, -0.5]);
    let folder = TempDir::new().unwrap();
    let out = printed(&[], &written(&folder, "back.pcap", &octets));
    assert!(out.contains("\n     2    -0.500000  "), "{out}");
}

#[test]
fn pcapng_of_any_resolution() {
    for (resolution, units) in [
        (None, 1_000_000),
        (Some(3), 1_000),
        (Some(6), 1_000_000),
        (Some(9), 1_000_000_000),
        (Some(0x8a), 1_024), // 2^10 a second
    ] {
        let start = 839_808_000 * units;
        let capture = [
            section(),
            interface(ETHERNET, resolution),
            enhanced(0, start, &CONNECTION.data(0, &dt(1))),
            enhanced(0, start + units * 5 / 4, &CONNECTION.data(11, &dt(2))),
        ];
        assert_eq!(times(&capture.concat()), [0.0, 1.25], "{resolution:?}");
    }
}

#[test]
fn times_saturate_at_292_years() {
    const YEARS_292: f64 = 9_223_372_036.0;
    let second_of = |times: [u64; 2]| {
        let capture = [
            section(),
            interface(ETHERNET, Some(0)), // a second a unit
            enhanced(0, times[0], &CONNECTION.data(0, &dt(1))),
            enhanced(0, times[1], &CONNECTION.data(11, &dt(2))),
        ];
        self::times(&capture.concat())[1]
    };
    let far = u64::MAX >> 1;
    assert!(second_of([0, far]) > YEARS_292);
    assert!(second_of([far, 0]) < -YEARS_292);
}

#[test]
fn pcapng_with_simple_packets() {
    let capture = [
        section(),
        interface(ETHERNET, None),
        simple(&CONNECTION.data(0, &dt(1))),
        simple(&CONNECTION.data(11, &dt(2))),
    ];
    assert_eq!(briefs_of(&capture.concat()), ["1/0 DT 1", "2/0 DT 2"]);
}

#[test]
fn pcapng_with_obsolete_packets() {
    let capture = [
        section(),
        interface(ETHERNET, None),
        obsolete(0, 5_000_000, &CONNECTION.data(0, &dt(1))),
        enhanced(0, 5_500_000, &CONNECTION.data(11, &dt(2))),
        obsolete(0, 6_000_000, &CONNECTION.data(22, &dt(3))),
    ];
    let capture = capture.concat();
    assert_eq!(briefs_of(&capture), ["1/0 DT 1", "2/0 DT 2", "3/0 DT 3"]);
    assert_eq!(times(&capture), [0.0, 0.5, 1.0]);
    let promising = [section(), interface(ETHERNET, None), {
        let mut block = obsolete(0, 0, &CONNECTION.data(0, &dt(1)));
        const CAPTURED_LENGTH: usize = 8 + 12;
        block[CAPTURED_LENGTH] = 0xff;
        block
    }];
    let folder = TempDir::new().unwrap();
    let file = written(&folder, "promising.pcapng", &promising.concat());
    assert_refused(&analyze([&file]), &["damaged"]);
}

#[test]
fn pcapng_of_either_order() {
    let frame = CONNECTION.data(0, &dt(1));
    let captured = u32::try_from(frame.len()).unwrap();
    let big_endian = |kind: u32, fields: &[u32], octets: &[u8]| {
        let fields: Vec<u8> = fields
            .iter()
            .flat_map(|field| field.to_be_bytes())
            .collect();
        let padding = vec![0; octets.len().next_multiple_of(4) - octets.len()];
        let total = u32::try_from(12 + fields.len() + octets.len() + padding.len()).unwrap();
        let total = &total.to_be_bytes()[..];
        [&kind.to_be_bytes(), total, &fields, octets, &padding, total].concat()
    };
    let start = [
        // Byte order, version 1.0, section of any length.
        big_endian(
            0x0a0d_0d0a,
            &[0x1a2b_3c4d, 0x0001_0000, u32::MAX, u32::MAX],
            &[],
        ),
        big_endian(1, &[ETHERNET << 16, 0], &[]), // link type, snaplen
    ];
    // Interface, time, captured length and length on the wire.
    let fields = [0, 0, 5_000_000, captured, captured];
    for kind in [2, 6] {
        let capture = [&start[..], &[big_endian(kind, &fields, &frame)]].concat();
        assert_eq!(
            briefs_of(&capture.concat()),
            ["1/0 DT 1"],
            "block of type {kind}"
        );
    }
}

#[test]
fn packets_of_unknown_link_types_are_skipped() {
    const USB: u32 = 220;
    const PRIVATE: u32 = 147;
    let capture = [
        section(),
        interface(ETHERNET, None),
        interface(USB, None),
        interface(PRIVATE, None),
        enhanced(0, 0, &CONNECTION.data(0, &dt(1))),
        enhanced(1, 0, &[0x55; 64]),
        enhanced(2, 0, &[0x55; 64]),
        enhanced(1, 0, &[0x55; 64]),
        enhanced(0, 0, &CONNECTION.data(11, &dt(2))),
    ];
    let folder = TempDir::new().unwrap();
    let file = written(&folder, "usb.pcapng", &capture.concat());
    let run = analyze([&file]);
    assert_refused(
        &run,
        &[
            "2 packets not read: link type 220",
            "1 packet not read: link type 147",
        ],
    );
    assert!(
        run.out.ends_with("2 TPDUs in 1 connection\n"),
        "{}",
        run.out
    );
}

#[test]
fn pcapng_of_several_interfaces() {
    let next = CONNECTION.ip(CLIENT, 11, "", &dt(2));
    let capture = [
        section(),
        interface(ETHERNET, None),
        interface(RAW, Some(9)),
        enhanced(0, 5_000_000, &CONNECTION.data(0, &dt(1))),
        enhanced(1, 5_500_000_000, &next),
        section(),
        interface(RAW, Some(9)),
        enhanced(0, 6_000_000_000, &CONNECTION.ip(CLIENT, 22, "", &dt(3))),
    ];
    let capture = capture.concat();
    assert_eq!(briefs_of(&capture), ["1/0 DT 1", "2/0 DT 2", "3/0 DT 3"]);
    assert_eq!(times(&capture), [0.0, 0.5, 1.0]);
}

#[test]
fn unit_data_over_udp() {
    let tpdu = [
        0x08, 0x40, // UD: LI, code
        0xc1, 0x01, b'A', // calling T-selector
        0xc2, 0x02, b'M', b'T', // called T-selector
        b'o', b'k', // user data
    ];
    let datagram = |service| {
        let mut packet = Vec::new();
        PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64)
            .udp(40_000, service)
            .write(&mut packet, &tpdu)
            .unwrap();
        ethernet(&[], &packet)
    };
    let objects = objects_of(&PCAP.of([datagram(103), datagram(102)]));
    assert_eq!(objects.iter().map(brief).collect::<Vec<_>>(), ["2/1 UD"]);
    assert_eq!(objects[0]["udp"], true);
    assert_eq!(
        objects[0]["payload"],
        serde_json::json!({"offset": 9, "length": 2})
    );
    assert!(!objects[0]["fields"].to_string().contains("\"tpkt."));
    let folder = TempDir::new().unwrap();
    for (frame, told) in [
        (datagram(102), "2 TPDUs in 1 UDP conversation\n"),
        (
            CONNECTION.data(0, &dt(1)),
            "2 TPDUs in 1 connection and 1 UDP conversation\n",
        ),
    ] {
        let file = written(&folder, "udp.pcap", &PCAP.of([datagram(102), frame]));
        let out = printed(&[], &file);
        assert!(out.ends_with(told), "{told}: {out}");
    }
}

#[test]
fn port_option_replaces_the_default_port() {
    let folder = TempDir::new().unwrap();
    let on = |service| Connection {
        service,
        ..CONNECTION
    };
    let frames = [4102, 2102, 80].map(|service| on(service).data(0, &dt(1)));
    let file = written(&folder, "ports.pcap", &PCAP.of(frames));
    for (ports, found) in [
        (&["--port", "2102"][..], &["2/1 DT 1"][..]),
        (
            &["--port", "2102", "--port", "4102"],
            &["1/0 DT 1", "2/1 DT 1"],
        ),
    ] {
        let briefs: Vec<_> = objects(ports, &file).iter().map(brief).collect();
        assert_eq!(briefs, found, "{ports:?}");
    }
}

#[test]
fn colour_follows_the_option() {
    for form in [&[][..], &["-V"]] {
        for (when, coloured) in [("always", true), ("never", false), ("auto", false)] {
            let out = printed(&[&["--color", when], form].concat(), &data(EXCHANGE));
            assert_eq!(out.contains('\x1b'), coloured, "{when} {form:?}: {out}");
        }
    }
}

#[test]
fn several_files_have_headings() {
    let files = [data(EXCHANGE), data("h323-q931.pcap")];
    let run = analyze(&files);
    let expected = files
        .each_ref()
        .map(|file| format!("{}\n{}", file.display(), printed(&[], file)));
    assert_eq!(run.out, expected.concat());
    let run = analyze([Path::new("--json"), &files[0], &files[1]]);
    let named: Vec<String> = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["file"].to_string())
        .collect();
    let names = files.map(|file| Value::from(file.to_str().unwrap()).to_string());
    assert_eq!(
        named,
        [0, 0, 0, 0, 1, 1].map(|file: usize| names[file].clone())
    );
}

#[test]
fn json_has_no_control_characters() {
    let cookie = "Cookie: mstshash=\u{9b}31m\u{7f}\u{202e}\u{1f980}\r\n";
    let li = u8::try_from(6 + cookie.len()).unwrap();
    let cr = [
        &[0x03, 0x00, 0x00, 5 + li][..], // TPKT: version, reserved, length
        &[li, 0xe0, 0, 0, 0, 0, 0],      // LI, CR, references, class and options
        cookie.as_bytes(),
    ];
    let capture = PCAP.of([Connection {
        service: 3389,
        ..CONNECTION
    }
    .data(0, &cr.concat())]);
    let folder = TempDir::new().unwrap();
    let out = printed(&["--json"], &written(&folder, "cookie.pcap", &capture));
    assert!(
        out.lines()
            .flat_map(str::chars)
            .all(|shown| (' '..='~').contains(&shown)),
        "{out}"
    );
    let object = &objects_of(&capture)[0];
    let value = field(object, "rdp.rt_cookie").as_str().unwrap();
    assert!(
        cookie.contains(value) && value.ends_with('\u{1f980}'),
        "{value:?}"
    );
}

#[test]
fn headings_have_no_control_characters() {
    let folder = TempDir::new().unwrap();
    let octets = PCAP.of(CONNECTION.open([]));
    let files = ["a\x1b[31m", "b"].map(|name| written(&folder, name, &octets));
    let run = analyze(&files);
    assert!(run.out.contains("/a?[31m\n"), "{}", run.out);
    assert!(!run.out.contains('\x1b'), "{}", run.out);
}

/// One line on stderr, which says so much, and a failure.
fn assert_refused(run: &Run, parts: &[&str]) {
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.err.starts_with("isotsap: "), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    for part in parts {
        assert!(run.err.contains(part), "{part}: {}", run.err);
    }
}

#[test]
fn unreadable_files_are_reported_by_name() {
    let folder = TempDir::new().unwrap();
    let frame = CONNECTION.data(0, &dt(1));
    let unknown = Pcap { link: 147, ..PCAP };
    let undescribed = [section(), enhanced(0, 0, &frame)].concat();
    for (name, octets, part) in [
        (
            "text",
            &b"This is no capture of anything at all."[..],
            "capture",
        ),
        ("short", b"This", "capture"),
        ("empty", b"", "empty"),
        ("link type", &unknown.of([&frame]), "147"),
        ("half a header", &PCAP.of([&frame])[..20], ""),
        ("interface", &undescribed, "interface"),
    ] {
        let file = written(&folder, name, octets);
        assert_refused(&analyze([&file]), &[file.to_str().unwrap(), part]);
    }
    let missing = folder.path().join("missing.pcap");
    assert_refused(&analyze([&missing]), &["missing.pcap"]);
    assert_refused(&analyze([folder.path()]), &["folder"]);
}

#[test]
fn truncated_files_are_read_up_to_the_cut() {
    let folder = TempDir::new().unwrap();
    let frames = [CONNECTION.data(0, &dt(1)), CONNECTION.data(11, &dt(2))];
    let [first, whole] = [1, 2].map(|count| PCAP.of(&frames[..count]).len());
    let octets = PCAP.of(&frames);
    for kept in [first + 1, first + 15, first + 16, first + 17, whole - 1] {
        let file = written(&folder, "truncated.pcap", &octets[..kept]);
        let run = analyze([Path::new("--json"), &file]);
        assert_refused(&run, &["truncated.pcap", "cut off after packet 1"]);
        let found: Vec<_> = run
            .out
            .lines()
            .map(|line| brief(&serde_json::from_str(line).unwrap()))
            .collect();
        assert_eq!(found, ["1/0 DT 1"], "{kept}");
    }
}

#[test]
fn files_after_an_unreadable_one_are_read() {
    let missing = Path::new("missing.pcap");
    let run = analyze([missing, &data(EXCHANGE)]);
    assert_refused(&run, &["missing.pcap"]);
    assert!(
        run.out.ends_with(&printed(&[], &data(EXCHANGE))),
        "{}",
        run.out
    );
}

#[test]
fn a_closed_pipe_ends_the_program_without_error() {
    let folder = TempDir::new().unwrap();
    // More than any pipe holds.
    let frames: Vec<_> = (0..4_000)
        .map(|n| CONNECTION.data(n * 11, &dt(1)))
        .collect();
    let file = written(&folder, "long.pcap", &PCAP.of(frames));
    for form in ["--color=never", "-V", "--json"] {
        let mut child = program()
            .args([OsStr::new(form), file.as_os_str()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!((&*err, output.status.code()), ("", Some(0)), "{form}");
    }
}
