//! The plugin of hosts/wireshark/ inside tshark, run as a user with a home of its own.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

#[allow(dead_code)] // the tests of the program use the rest
#[path = "program/captures.rs"]
mod captures;
#[path = "../../tests/common/command.rs"]
mod command;

use captures::{CLIENT, CONNECTION, PCAP, SERVER, ethernet};
use command::run;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A file of the source tree.
fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A user's home, with the plugin in it.
struct Home(TempDir);

static HOME: LazyLock<Home> = LazyLock::new(|| {
    let home = tempfile::tempdir().unwrap();
    let series = run(Command::new("pkg-config").args(["--modversion", "wireshark"]));
    let series: Vec<_> = series.trim().split('.').take(2).collect();
    let plugins = home
        .path()
        .join(".local/lib/wireshark/plugins")
        .join(series.join("."))
        .join("epan");
    run(Command::new("make")
        .arg("-C")
        .arg(home.path())
        .arg("-f")
        .arg(source("hosts/wireshark/Makefile"))
        .arg("install")
        .arg(format!("PLUGINS={}", plugins.display())));
    let captures = home.path().join("captures");
    std::fs::create_dir(&captures).unwrap();
    for capture in std::fs::read_dir(source("tests/data")).unwrap() {
        let capture = capture.unwrap();
        std::fs::copy(capture.path(), captures.join(capture.file_name())).unwrap();
    }
    Home(home)
});

impl Home {
    /// A capture of the tests, in a folder that the user `nobody` can read.
    fn capture(&self, name: &str) -> String {
        let path = self.0.path().join("captures").join(name);
        path.to_str().unwrap().to_owned()
    }

    fn captures(&self) -> Vec<PathBuf> {
        let mut captures: Vec<_> = std::fs::read_dir(self.0.path().join("captures"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        captures.sort();
        captures
    }

    /// tshark, with the plugin or without. Wireshark loads no personal plugins for root, so root
    /// becomes the user `nobody`.
    fn tshark(&self, plugin: bool, arguments: &[&str]) -> String {
        let root = run(Command::new("id").arg("-u")).trim() == "0";
        run(Command::new("chmod")
            .args(["-R", "a+rX"])
            .arg(self.0.path()));
        let mut command = if root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "tshark"]);
            command
        } else {
            Command::new("tshark")
        };
        let home = if plugin {
            self.0.path().to_owned()
        } else {
            self.0.path().join("empty")
        };
        run(command
            .env("HOME", home)
            .env_remove("XDG_CONFIG_HOME")
            .args(arguments))
    }

    fn pdml(&self, plugin: bool, capture: &Path) -> String {
        self.tshark(
            plugin,
            &["-n", "-T", "pdml", "-r", capture.to_str().unwrap()],
        )
    }
}

#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn the_plugin_is_listed() {
    let home = &*HOME;
    let plugins = home.tshark(true, &["-G", "plugins"]);
    assert!(
        plugins.lines().any(|line| line.starts_with("isotsap.so")),
        "{plugins}"
    );
    assert!(!home.tshark(false, &["-G", "plugins"]).contains("isotsap"));
}

#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn the_reserved_octet_is_found() {
    let home = &*HOME;
    let capture = home.capture("exchange-x400.pcap");
    for pass in [&["-r"][..], &["-2", "-r"]] {
        let with = |arguments: &[&str]| home.tshark(true, &[pass, &[&capture], arguments].concat());
        let frames = with(&[
            "-Y",
            "isotsap.tpkt.reserved.nonzero",
            "-T",
            "fields",
            "-e",
            "frame.number",
        ]);
        assert_eq!(frames.trim(), "14");
        let table = with(&["-q", "-z", "expert,warn,isotsap"]);
        assert!(table.contains("Warns (2)"), "{table}");
        assert!(
            table.contains("TPKT reserved octet is 90 (0x5a), expected 0"),
            "{table}"
        );
        assert!(!table.contains("Errors"), "{table}");
    }
}

/// A FIN or RST without payload is in no TPKT.
#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn the_end_of_a_connection_without_an_answer_is_found() {
    let home = &*HOME;
    let frames = |capture: &str, passes: &[&str]| {
        let filter = [
            "-Y",
            "isotsap.cotp.connection.unanswered",
            "-T",
            "fields",
            "-e",
            "frame.number",
        ];
        home.tshark(true, &[passes, &["-r", capture], &filter[..]].concat())
    };
    let cr = [
        0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
        0x06, 0xe0, // CR: LI, code
        0x00, 0x00, 0x00, 0x01, // references
        0x00, // class and options
    ];
    let end = |sender, at, flags| ethernet(&[], &CONNECTION.ip(sender, at, flags, &[]));
    let cases = [
        ("initiator-reset", vec![end(CLIENT, 11, "R")], "4"),
        ("responder-reset", vec![end(SERVER, 0, "R")], "4"),
        (
            "both-closed",
            vec![end(CLIENT, 11, "F"), end(SERVER, 0, "F")],
            "5",
        ),
        ("open", vec![], ""),
    ];
    for passes in [&[][..], &["-2"]] {
        assert_eq!(
            frames(&home.capture("exchange-x400.pcap"), passes).trim(),
            "16"
        );
        for (name, ends, expected) in &cases {
            let sent = [vec![CONNECTION.data(0, &cr)], ends.clone()].concat();
            let capture = home.0.path().join(name).with_extension("pcap");
            std::fs::write(&capture, PCAP.of(CONNECTION.open(sent))).unwrap();
            let found = frames(capture.to_str().unwrap(), passes);
            assert_eq!(found.trim(), *expected, "{name}");
        }
    }
}

/// A field or expert info: name, label, and for a field its place in the TPKT.
type Shown = (String, String, u64, u64);

/// What the plugin shows, frame by frame.
fn shown(pdml: &str) -> BTreeMap<u64, Vec<Shown>> {
    let mut frames: BTreeMap<u64, Vec<Shown>> = BTreeMap::new();
    let mut reader = Reader::from_str(pdml);
    let (mut frame, mut start, mut open, mut in_expert) = (0, 0, Vec::new(), 0);
    loop {
        let (element, closes) = match reader.read_event().unwrap() {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                if open.pop() == Some("_ws.expert".to_owned()) {
                    in_expert -= 1;
                }
                continue;
            }
            Event::Eof => return frames,
            _ => continue,
        };
        let text = |name| attribute(&element, name);
        let number = |name| text(name).parse().unwrap_or(0);
        let name = text("name");
        match name.as_str() {
            "num" if text("show").parse::<u64>().is_ok() => frame = text("show").parse().unwrap(),
            "isotsap" => start = number("pos"),
            "isotsap.tpkt" | "isotsap.cotp" => {}
            _ => {
                if let Some(abbreviation) = name.strip_prefix("isotsap.") {
                    let place = if in_expert > 0 {
                        (0, 0)
                    } else {
                        (number("pos") - start, number("size"))
                    };
                    // Another severity than usual is behind the abbreviation.
                    let severities = [".chat", ".note", ".warning", ".error"];
                    let abbreviation = severities
                        .iter()
                        .find_map(|severity| abbreviation.strip_suffix(severity))
                        .unwrap_or(abbreviation);
                    frames.entry(frame).or_default().push((
                        abbreviation.to_owned(),
                        text("showname"),
                        place.0,
                        place.1,
                    ));
                }
            }
        }
        if !closes {
            in_expert += i32::from(name == "_ws.expert");
            open.push(name);
        }
    }
}

fn attribute(element: &BytesStart, name: &str) -> String {
    element
        .try_get_attribute(name)
        .unwrap()
        .map(|attribute| {
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .unwrap()
                .into_owned()
        })
        .unwrap_or_default()
}

/// What the program shows, in the same form.
fn analyzed(capture: &Path) -> BTreeMap<u64, Vec<Shown>> {
    let program = env!("CARGO_BIN_EXE_isotsap");
    let mut frames: BTreeMap<u64, Vec<Shown>> = BTreeMap::new();
    for line in run(Command::new(program).arg("--json").arg(capture)).lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let number = |value: &Value| value.as_u64().unwrap();
        let frame = frames.entry(number(&object["frame"])).or_default();
        for field in object["fields"].as_array().unwrap() {
            frame.push((
                text(&field["abbrev"]),
                text(&field["label"]),
                number(&field["offset"]),
                number(&field["length"]),
            ));
        }
        for expert in object["expert"].as_array().unwrap() {
            frame.push((text(&expert["abbrev"]), text(&expert["message"]), 0, 0));
        }
    }
    frames
}

#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn the_plugin_shows_what_the_analyzer_shows() {
    let home = &*HOME;
    for capture in home.captures() {
        let mut ours = analyzed(&capture);
        let mut theirs = shown(&home.pdml(true, &capture));
        // Wireshark has no node for octets that it does not recognise as a TPKT, and where TLS
        // begins it has one node for all octets.
        let whole = ours.len();
        ours.retain(|frame, shown| {
            let tls = shown.iter().any(|(name, ..)| name == "tpkt.tls");
            !tls && theirs.contains_key(frame)
        });
        theirs.retain(|frame, _| ours.contains_key(frame));
        let refused = whole - ours.len();
        let expected = match capture.file_stem().unwrap().to_str().unwrap() {
            "h323-q931" => 1,
            "rdp-tls" => 2,
            _ => 0,
        };
        assert_eq!(refused, expected, "{capture:?}");
        ours.values_mut()
            .chain(theirs.values_mut())
            .for_each(|shown| shown.sort());
        assert_eq!(theirs, ours, "{capture:?}");
        assert!(!theirs.is_empty(), "{capture:?}");
    }
}

/// The second pass dissects with what was known of the connection at that frame, not at its end.
#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn a_second_pass_shows_the_same() {
    let home = &*HOME;
    for capture in home.captures() {
        let twice = home.tshark(
            true,
            &["-2", "-n", "-T", "pdml", "-r", capture.to_str().unwrap()],
        );
        assert_eq!(
            shown(&twice),
            shown(&home.pdml(true, &capture)),
            "{capture:?}"
        );
    }
}

#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn the_built_in_tree_does_not_change() {
    let home = &*HOME;
    for capture in home.captures() {
        let with = home.pdml(true, &capture);
        let mut rest = String::new();
        let mut inside = None;
        for line in with.lines() {
            let indent = line.len() - line.trim_start().len();
            match inside {
                None if line.contains("<proto name=\"isotsap\"") => inside = Some(indent),
                None => rest += &format!("{line}\n"),
                Some(at) if indent == at && line.contains("</proto>") => inside = None,
                Some(_) => {}
            }
        }
        let without = home.pdml(false, &capture);
        let differing: Vec<_> = without
            .lines()
            .zip(rest.lines())
            .filter(|(one, other)| one != other)
            .collect();
        // The head says when the file was written.
        assert!(
            differing.iter().all(|(line, _)| line.contains("<pdml ")),
            "{capture:?}: {differing:?}"
        );
        assert_eq!(without.lines().count(), rest.lines().count(), "{capture:?}");
    }
}

#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn q931_raises_nothing() {
    let home = &*HOME;
    let shown = shown(&home.pdml(true, Path::new(&home.capture("h323-q931.pcap"))));
    let names: Vec<_> = shown[&4].iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["tpkt.version", "tpkt.reserved", "tpkt.length"]);
}

/// The built-in heuristic requires a reserved octet of zero, so on the RDP port nothing would be
/// dissected.
#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn a_nonzero_reserved_octet_is_accepted_if_the_heuristic_is_on() {
    let home = &*HOME;
    let mut octets = std::fs::read(source("tests/data/rdp-refused.pcap")).unwrap();
    let header = [0x03, 0x00, 0x00]; // version, reserved, length above 255 there is none
    let at = octets
        .windows(header.len())
        .position(|window| window == header)
        .unwrap();
    octets[at + 1] = 0x5a;
    let capture = home.0.path().join("reserved.pcap");
    std::fs::write(&capture, octets).unwrap();
    let frames = |options: &[&str]| {
        let filter = [
            "-Y",
            "isotsap.tpkt.reserved.nonzero",
            "-T",
            "fields",
            "-e",
            "frame.number",
        ];
        home.tshark(
            true,
            &[&["-r", capture.to_str().unwrap()], options, &filter].concat(),
        )
    };
    assert_eq!(frames(&[]), "");
    assert_eq!(
        frames(&["-o", "isotsap.reserved_octet_heuristic:TRUE"]).trim(),
        "4"
    );
}

#[test]
#[ignore = "needs tshark and the headers of Wireshark"]
fn expert_infos_below_the_lowest_severity_are_not_shown() {
    let home = &*HOME;
    let capture = home.capture("exchange-x400.pcap");
    let events = |severity: &str| {
        let preference = format!("isotsap.lowest_severity:{severity}");
        let filter = [
            "-Y",
            "isotsap.cotp.connection.request",
            "-T",
            "fields",
            "-e",
            "frame.number",
        ];
        home.tshark(
            true,
            &[&["-r", &capture, "-o", &preference], &filter[..]].concat(),
        )
    };
    assert_eq!(events("Chat").lines().count(), 2);
    assert_eq!(events("Note"), "");
}

/// A capture of raw IPv4 packets: one direction of a connection, a DT of 32 octets a frame.
fn capture_of(frames: u32) -> Vec<u8> {
    let tpkt = [
        &[3, 0, 0, 32][..], // TPKT: version, reserved, length
        &[2, 0xf0, 0x80],   // DT: LI, code, EOT and number
        &[0x55; 25],        // user data
    ]
    .concat();
    let length = u16::try_from(40 + tpkt.len()).unwrap();
    let mut capture = [
        &0xa1b2_c3d4_u32.to_le_bytes()[..], // pcap
        &[2, 0, 4, 0],                      // version
        &[0; 8],                            // time zone, accuracy
        &65_535_u32.to_le_bytes(),          // longest packet
        &101_u32.to_le_bytes(),             // raw IP
    ]
    .concat();
    for frame in 0..frames {
        for number in [
            frame / 1000,
            frame % 1000 * 1000,
            length.into(),
            length.into(),
        ] {
            capture.extend(number.to_le_bytes()); // seconds, microseconds, captured, reported
        }
        capture.extend([0x45, 0]); // IPv4: version and header length, service
        capture.extend(length.to_be_bytes());
        capture.extend([0, 0, 0, 0, 64, 6, 0, 0]); // identification, fragment, hops, TCP, checksum
        capture.extend([10, 0, 0, 1, 10, 0, 0, 2]); // addresses
        capture.extend([0x9c, 0x40, 0, 102]); // ports
        capture.extend((frame * 32).to_be_bytes()); // sequence number
        capture.extend([0, 0, 0, 0, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]); // the rest of TCP
        capture.extend(&tpkt);
    }
    capture
}

/// `cargo test --release --test wireshark -- --ignored --nocapture` prints what the plugin costs.
#[test]
#[ignore = "benchmark: what the plugin costs tshark"]
fn cost_of_100_000_frames() {
    let home = &*HOME;
    let capture = home.0.path().join("large.pcap");
    std::fs::write(&capture, capture_of(100_000)).unwrap();
    for arguments in [
        &["-T", "fields", "-e", "tpkt.reserved", "-e", "cotp.type"][..],
        &["-q", "-z", "expert"],
        &["-V"],
    ] {
        let time = |plugin| {
            let run = || {
                let start = std::time::Instant::now();
                home.tshark(
                    plugin,
                    &[&["-n", "-r", capture.to_str().unwrap()], arguments].concat(),
                );
                start.elapsed().as_secs_f64()
            };
            (0..5).map(|_| run()).fold(f64::INFINITY, f64::min)
        };
        let (without, with) = (time(false), time(true));
        println!(
            "{arguments:?}: {without:.2} s without, {with:.2} s with, {:.2} times",
            with / without
        );
    }
}
