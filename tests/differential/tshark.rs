//! tshark, through its PDML.

use crate::generate::Packet;
use crate::shown::{Kind, Shown, Value};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::Command;

/// What tshark shows of a packet.
#[derive(Debug, Default)]
pub struct Theirs {
    pub shown: Vec<Shown>,
    /// The dissection ran into an exception: octets are missing.
    pub ended: bool,
}

/// The names of all fields tshark knows of the protocols this library dissects.
pub fn fields() -> HashSet<String> {
    run(Command::new("tshark").args(["-G", "fields"]))
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            (columns.next()? == "F").then_some(())?;
            let name = columns.nth(1)?;
            let protocol = name.split('.').next()?;
            matches!(protocol, "tpkt" | "cotp" | "rdp").then(|| name.to_owned())
        })
        .collect()
}

/// What tshark shows of the packets a capture was written of.
pub fn dissect(
    capture: &Path,
    packets: &[Packet],
    compared: &HashMap<&'static str, Kind>,
) -> Vec<Theirs> {
    // Protocols above COTP that would take its user data.
    const ABOVE: &[&str] = &[
        "atn-ulcs", "clsp", "goose", "h1", "mms", "s7comm", "ses", "smb", "t125",
    ];
    const PREFERENCES: &[&str] = &[
        "cotp.reassemble:FALSE",
        "tpkt.desegment:FALSE",
        "tcp.desegment_tcp_streams:FALSE",
    ];
    let mut command = Command::new("tshark");
    command.arg("-n").arg("-r").arg(capture);
    command.args(["-T", "pdml", "-J", "tpkt cotp cltp rdp"]);
    for preference in PREFERENCES {
        command.args(["-o", preference]);
    }
    for protocol in ABOVE {
        command.args(["--disable-protocol", protocol]);
    }
    let pdml = run(&mut command);
    let theirs = parse(&pdml, packets, compared);
    assert_eq!(theirs.len(), packets.len());
    theirs
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn parse(pdml: &str, packets: &[Packet], compared: &HashMap<&'static str, Kind>) -> Vec<Theirs> {
    let mut all: Vec<Theirs> = Vec::new();
    let mut reader = Reader::from_str(pdml);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return all,
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "packet" => all.push(Theirs::default()),
                "proto" => {
                    let name = attribute(&element, "name").unwrap();
                    let exception = matches!(&*name, "_ws.malformed" | "_ws.unreassembled");
                    all.last_mut().unwrap().ended |= exception;
                }
                "field" => {
                    let origin = packets[all.len() - 1].carrier.offset_in_frame();
                    let shown = shown(&element, origin, compared);
                    all.last_mut().unwrap().shown.extend(shown);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn shown(
    element: &BytesStart,
    origin: usize,
    compared: &HashMap<&'static str, Kind>,
) -> Option<Shown> {
    // UD has its fixed part under a name of its own.
    let name = attribute(element, "name")?.replace("cltp.", "cotp.");
    let (&field, kind) = compared.get_key_value(name.as_str())?;
    let value = match kind {
        Kind::Number => Value::Number(number(&attribute(element, "show")?)),
        Kind::Octets => Value::Octets(octets(&attribute(element, "value").unwrap_or_default())),
    };
    let position: usize = attribute(element, "pos")?.parse().unwrap();
    Some(Shown {
        offset: position.checked_sub(origin)?,
        field,
        value,
    })
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).unwrap()?;
    Some(
        attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .unwrap()
            .into_owned(),
    )
}

fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    }
    .unwrap_or_else(|_| panic!("{text} is not a number"))
}

fn octets(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
