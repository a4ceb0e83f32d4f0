//! The three ways to show a PDU: a line, a tree, an object.

use crate::Problem;
use crate::capture::Arrival;
use crate::dissector::{Dissected, Dissector, Tsdu};
use anstyle::{AnsiColor, Style};
use isotsap::dissection::record::{Item, Pdu, PduFlag};
use isotsap::registry::{NO_PARENT, Severity, Type};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::io::{self, Write};
use std::net::SocketAddr;

/// How to show PDUs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Line,
    Tree,
    Json,
}

/// Where a PDU was seen.
pub struct Seen<'a> {
    /// The file, when there are several.
    pub file: Option<&'a str>,
    pub stream: u64,
    pub udp: bool,
    pub source: SocketAddr,
    pub destination: SocketAddr,
}

/// What was shown of a file.
#[derive(Default)]
pub struct Tally {
    tpdus: u64,
    pub connections: u64,
    /// Of UDP.
    pub conversations: u64,
    severities: [u64; 5],
    /// The expert infos, by id, that were explained.
    explained: HashSet<u16>,
}

impl Tally {
    /// One line about a whole file.
    pub fn line(&self) -> String {
        let counted = |count: u64, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        let [_, _, notes, warnings, errors] = self.severities;
        let connections = counted(self.connections, "connection");
        let conversations = counted(self.conversations, "UDP conversation");
        let place = match (self.connections, self.conversations) {
            (_, 0) => connections,
            (0, _) => conversations,
            _ => format!("{connections} and {conversations}"),
        };
        let mut line = format!("{} in {place}", counted(self.tpdus, "TPDU"));
        for (count, what) in [(errors, "error"), (warnings, "warning"), (notes, "note")] {
            if count > 0 {
                line.push_str(", ");
                line.push_str(&counted(count, what));
            }
        }
        line
    }
}

fn style(severity: u8) -> Style {
    let color = |color: AnsiColor| color.on_default();
    match severity {
        4 => color(AnsiColor::Red).bold(),
        3 => color(AnsiColor::Yellow).bold(),
        2 => color(AnsiColor::Cyan),
        _ => Style::new().dimmed(),
    }
}

impl Dissector {
    /// Shows what came of a call.
    pub fn show(
        &mut self,
        out: &mut dyn Write,
        form: Form,
        dissected: &Dissected,
        arrival: Arrival,
        seen: &Seen,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        for (left, pdu) in (0..dissected.pdus.len()).rev().zip(dissected.pdus) {
            let items = dissected.items_of(pdu);
            tally.tpdus += u64::from(pdu.r#type != 0);
            for item in items {
                if let Some(count) = tally.severities.get_mut(usize::from(item.severity)) {
                    *count += 1;
                }
            }
            let shown = Shown {
                dissector: self,
                pdu,
                items,
                octets: dissected.octets,
                tsdu: dissected.tsdu.filter(|_| left == 0).or(tsdu_of(pdu)),
                arrival,
                seen,
            };
            match form {
                Form::Line => shown.line(out)?,
                Form::Tree => shown.tree(out, &mut tally.explained)?,
                Form::Json => writeln!(out, "{}", shown.json())?,
            }
        }
        Ok(())
    }
}

/// The TSDU that is a PDU's user data.
fn tsdu_of(pdu: &Pdu) -> Option<Tsdu> {
    (pdu.flags & PduFlag::Tsdu as u16 != 0).then_some(Tsdu {
        length: pdu.user_data_length.into(),
        segments: 1,
    })
}

struct Shown<'a> {
    dissector: &'a Dissector,
    pdu: &'a Pdu,
    items: &'a [Item],
    octets: &'a [u8],
    /// The TSDU it completes.
    tsdu: Option<Tsdu>,
    arrival: Arrival,
    seen: &'a Seen<'a>,
}

impl Shown<'_> {
    fn headline(&self, out: &mut dyn Write) -> io::Result<()> {
        let Seen {
            source,
            destination,
            ..
        } = self.seen;
        let Arrival { frame, time } = self.arrival;
        let sign = if time < 0 { "-" } else { "" };
        let microseconds = time.unsigned_abs() / 1000;
        let seconds = format!("{sign}{}", microseconds / 1_000_000);
        let short = if self.pdu.flags & PduFlag::Short as u16 == 0 {
            ""
        } else {
            " (short)"
        };
        let tsdu = match self.tsdu {
            Some(Tsdu { length, segments }) if segments > 1 => {
                format!(" [TSDU of {length} octets in {segments} TPDUs]")
            }
            _ => String::new(),
        };
        writeln!(
            out,
            "{frame:>6} {seconds:>5}.{:06}  {source} -> {destination}  {}{short}{tsdu}",
            microseconds % 1_000_000,
            self.dissector.summary(self.pdu)
        )
    }

    /// Where an item is in its TPKT: a packet handed to the library may hold more than one PDU.
    fn offset_in_tpkt(&self, item: &Item) -> u32 {
        item.offset.saturating_sub(self.pdu.tpkt_offset)
    }

    /// Which octets an item is about, counted from 0 as offsets are.
    fn place(&self, item: &Item) -> String {
        let first = self.offset_in_tpkt(item);
        match item.length {
            0 | 1 => format!("octet {first}"),
            length => format!("octets {first}-{}", first + length - 1),
        }
    }

    fn label(&self, item: &Item) -> String {
        self.dissector.label(item, self.octets)
    }

    /// One line, and one below it for each expert info that is more than an event.
    fn line(&self, out: &mut dyn Write) -> io::Result<()> {
        let remarks = || {
            self.items
                .iter()
                .filter(|item| item.severity > Severity::Chat as u8)
        };
        let is_fast_path =
            self.pdu.r#type == 0 && self.pdu.severity == 0 && self.pdu.tpkt_length == 0;
        if is_fast_path {
            return Ok(());
        }
        self.headline(out)?;
        for item in remarks() {
            let style = style(item.severity);
            let abbreviation = self
                .dissector
                .expert(item)
                .map_or("", |expert| expert.abbreviation);
            writeln!(
                out,
                "       {style}{:7}{style:#}  {abbreviation}  {}: {}",
                self.dissector.severity(item.severity),
                self.place(item),
                self.label(item)
            )?;
        }
        Ok(())
    }

    /// Everything, parents above children.
    fn tree(&self, out: &mut dyn Write, explained: &mut HashSet<u16>) -> io::Result<()> {
        self.headline(out)?;
        for item in self.items {
            let indent = 4 * (1 + self.depth(item));
            match self.dissector.expert(item) {
                Some(expert) => {
                    let style = style(item.severity);
                    writeln!(
                        out,
                        "{:indent$}{style}[Expert Info ({}/{}): {}]{style:#}",
                        "",
                        capitalised(self.dissector.severity(item.severity)),
                        capitalised(expert.group),
                        self.label(item)
                    )?;
                    if item.severity > Severity::Chat as u8 && explained.insert(item.id) {
                        writeln!(out, "{:indent$}    {}", "", expert.explanation)?;
                    }
                }
                None => writeln!(out, "{:indent$}{}", "", self.label(item))?,
            }
        }
        writeln!(out)
    }

    fn depth(&self, item: &Item) -> usize {
        let mut depth = 0;
        let mut parent = item.parent;
        while parent != NO_PARENT
            && let Some(item) = self.items.get(usize::from(parent))
        {
            parent = item.parent;
            depth += 1;
        }
        depth
    }

    fn json(&self) -> Value {
        let (experts, fields): (Vec<&Item>, Vec<&Item>) =
            self.items.iter().partition(|item| item.severity > 0);
        let fields: Vec<Value> = fields
            .into_iter()
            .filter_map(|item| {
                let field = self.dissector.field(item)?;
                (field.kind != Type::Protocol as u32).then(|| {
                    json!({
                        "abbrev": field.abbreviation,
                        "value": self.value(item, field.kind),
                        "offset": self.offset_in_tpkt(item),
                        "length": item.length,
                        "label": self.label(item),
                    })
                })
            })
            .collect();
        let experts: Vec<Value> = experts
            .into_iter()
            .filter_map(|item| {
                let expert = self.dissector.expert(item)?;
                Some(json!({
                    "abbrev": expert.abbreviation,
                    "group": expert.group,
                    "severity": self.dissector.severity(item.severity),
                    "offset": self.offset_in_tpkt(item),
                    "length": item.length,
                    "message": self.label(item),
                }))
            })
            .collect();
        let mut object = Map::new();
        if let Some(file) = self.seen.file {
            object.insert("file".into(), file.into());
        }
        let Arrival { frame, time } = self.arrival;
        object.insert("frame".into(), frame.into());
        object.insert("time".into(), (time as f64 / 1e9).into());
        object.insert("stream".into(), self.seen.stream.into());
        if self.seen.udp {
            object.insert("udp".into(), true.into());
        }
        object.insert("src".into(), self.seen.source.to_string().into());
        object.insert("dst".into(), self.seen.destination.to_string().into());
        object.insert("summary".into(), self.dissector.summary(self.pdu).into());
        object.insert("fields".into(), fields.into());
        object.insert("expert".into(), experts.into());
        if self.pdu.user_data_length > 0 {
            let offset = self.pdu.tpdu_offset + 1 + u32::from(self.pdu.li) - self.pdu.tpkt_offset;
            let payload = json!({"offset": offset, "length": self.pdu.user_data_length});
            object.insert("payload".into(), payload);
        }
        if let Some(Tsdu { length, segments }) = self.tsdu {
            let tsdu = json!({"length": length, "segments": segments});
            object.insert("tsdu".into(), tsdu);
        }
        object.into()
    }

    fn value(&self, item: &Item, kind: u32) -> Value {
        let octets = || {
            let start = item.offset as usize;
            self.octets
                .get(start..start + item.length as usize)
                .unwrap_or_default()
        };
        match kind {
            kind if kind == Type::Bool as u32 => (item.value != 0).into(),
            kind if kind == Type::Bytes as u32 => octets()
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect::<String>()
                .into(),
            kind if kind == Type::Text as u32 => String::from_utf8_lossy(octets()).into(),
            _ => item.value.into(),
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}
