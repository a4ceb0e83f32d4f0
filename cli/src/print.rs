//! The three ways to show a PDU: a line, a tree, an object.

use crate::Problem;
use crate::dissector::{Dissected, Dissector, Tsdu};
use crate::json::{Object, name};
use anstyle::{AnsiColor, Style};
use isotsap::dissection::record::{Item, Pdu, PduFlag};
use isotsap::registry::{FIELD_BASE, NO_PARENT, Severity, Type};
use isotsap_capture::{Arrival, Ends};
use std::collections::HashSet;
use std::io::{self, Write};

/// How to show PDUs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Line,
    Tree,
    Json,
}

/// What carries TPKTs and NSDUs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    Tcp,
    Udp,
    /// IP itself, protocol 29.
    Ip,
}

/// A TCP connection, or a conversation of UDP or IP, as it is shown.
pub struct Conversation {
    stream: u64,
    carrier: Carrier,
    ends: Ends,
    /// Made when its first PDU is shown: most conversations of a capture have none.
    texts: Option<Box<Texts>>,
}

/// The text that every PDU of a conversation is shown with.
struct Texts {
    ends: [String; 2],
    /// Members of every JSON object, by the end that sends.
    members: [String; 2],
}

impl Conversation {
    pub fn new(stream: u64, carrier: Carrier, ends: Ends) -> Self {
        Self {
            stream,
            carrier,
            ends,
            texts: None,
        }
    }
}

impl Texts {
    fn new(conversation: &Conversation) -> Self {
        let Conversation {
            stream,
            carrier,
            ends,
            ..
        } = conversation;
        let ends = ends.map(|end| match carrier {
            Carrier::Tcp | Carrier::Udp => end.to_string(),
            Carrier::Ip => end.ip().to_string(),
        });
        let [first, second] = &ends;
        let carrier = match carrier {
            Carrier::Tcp => "",
            Carrier::Udp => r#""udp":true,"#,
            Carrier::Ip => r#""tp4":true,"#,
        };
        let members = [[first, second], [second, first]].map(|[source, destination]| {
            format!(r#","stream":{stream},{carrier}"src":"{source}","dst":"{destination}""#)
        });
        Self { ends, members }
    }
}

/// The counts of a file.
#[derive(Default)]
struct Tally {
    tpdus: u64,
    connections: u64,
    /// Of UDP.
    conversations: u64,
    /// Pairs of IP addresses.
    pairs: u64,
    severities: [u64; 5],
}

impl Tally {
    /// One line about a whole file.
    fn line(&self) -> String {
        let counted = |count: u64, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        let [_, _, notes, warnings, errors] = self.severities;
        let places: Vec<_> = [
            (self.connections, "connection"),
            (self.conversations, "UDP conversation"),
            (self.pairs, "IP conversation"),
        ]
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
        let places = match places.is_empty() {
            true => counted(0, "connection"),
            false => places.join(" and "),
        };
        let mut line = format!("{} in {places}", counted(self.tpdus, "TPDU"));
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

/// Octets of text that are printed together.
const ENOUGH: usize = 32 << 10;

/// Shows the PDUs of a file.
pub struct Printer<'a> {
    out: &'a mut dyn Write,
    form: Form,
    colored: bool,
    /// The file, when there are several.
    file: Option<&'a str>,
    tally: Tally,
    /// The expert infos, by id, that were already explained.
    explained: HashSet<u16>,
    /// The latest JSON objects of each field: the next TPDU often has the same.
    latest: Vec<Latest>,
    /// Text that is not printed yet.
    text: Vec<u8>,
}

impl<'a> Printer<'a> {
    pub fn new(
        out: &'a mut dyn Write,
        form: Form,
        colored: bool,
        file: Option<&'a str>,
        fields: usize,
    ) -> Self {
        Self {
            out,
            form,
            colored,
            file,
            tally: Tally::default(),
            explained: HashSet::new(),
            latest: match form {
                Form::Json => vec![Latest::default(); fields * SLOTS],
                Form::Line | Form::Tree => Vec::new(),
            },
            text: Vec::new(),
        }
    }

    /// Shows the PDUs that a call of the library wrote.
    pub fn show(
        &mut self,
        dissector: &Dissector,
        dissected: &Dissected,
        arrived: &dyn Fn(&Pdu) -> Arrival,
        conversation: &mut Conversation,
        sender: usize,
    ) -> Result<(), Problem> {
        if dissected.pdus.is_empty() {
            return Ok(());
        }
        let texts = match conversation.texts.take() {
            Some(texts) => texts,
            None => {
                match conversation.carrier {
                    Carrier::Tcp => self.tally.connections += 1,
                    Carrier::Udp => self.tally.conversations += 1,
                    Carrier::Ip => self.tally.pairs += 1,
                }
                Box::new(Texts::new(conversation))
            }
        };
        let texts = conversation.texts.insert(texts);
        for (left, pdu) in (0..dissected.pdus.len()).rev().zip(dissected.pdus) {
            let items = dissected.items_of(pdu);
            self.tally.tpdus += u64::from(pdu.r#type != 0);
            let items_to_count = if pdu.severity > 0 { items } else { &[] };
            for item in items_to_count {
                if let Some(count) = self.tally.severities.get_mut(usize::from(item.severity)) {
                    *count += 1;
                }
            }
            let shown = Shown {
                dissector,
                colored: self.colored,
                pdu,
                items,
                octets: dissected.octets,
                tsdu: dissected.tsdu.filter(|_| left == 0).or(tsdu_of(pdu)),
                arrival: arrived(pdu),
                texts,
                sender,
            };
            match self.form {
                Form::Line => shown.line(&mut self.text)?,
                Form::Tree => shown.tree(&mut self.text, &mut self.explained)?,
                Form::Json => shown.json(&mut self.text, self.file, &mut self.latest)?,
            }
            if self.text.len() >= ENOUGH {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Prints all text.
    pub fn flush(&mut self) -> Result<(), Problem> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(self.out.flush()?)
    }

    /// Whether there was nothing to show.
    pub fn has_shown_nothing(&self) -> bool {
        let Tally {
            connections,
            conversations,
            pairs,
            ..
        } = self.tally;
        connections + conversations + pairs == 0
    }

    /// Prints the rest, and one line about the whole file.
    pub fn end(&mut self) -> Result<(), Problem> {
        if self.form != Form::Json {
            writeln!(self.text, "{}", self.tally.line())?;
        }
        self.flush()
    }
}

/// Writes a number right-aligned, several times as fast as `write!` does.
fn decimal(out: &mut Vec<u8>, mut number: u64, width: usize, fill: u8) {
    let mut text = [fill; 20];
    let mut length = 0;
    for place in text.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
        length += 1;
        if number == 0 {
            break;
        }
    }
    let start = text.len() - width.max(length);
    out.extend_from_slice(text.get(start..).unwrap_or_default());
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
    colored: bool,
    pdu: &'a Pdu,
    items: &'a [Item],
    octets: &'a [u8],
    /// The TSDU it completes.
    tsdu: Option<Tsdu>,
    arrival: Arrival,
    texts: &'a Texts,
    /// Which of the ends sent it.
    sender: usize,
}

impl Shown<'_> {
    /// Source and destination.
    fn ends(&self) -> [&str; 2] {
        let [first, second] = &self.texts.ends;
        if self.sender == 0 {
            [first, second]
        } else {
            [second, first]
        }
    }

    fn headline(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let [source, destination] = self.ends();
        let Arrival { frame, time } = self.arrival;
        let microseconds = time.unsigned_abs() / 1000;
        let (seconds, microseconds) = (microseconds / 1_000_000, microseconds % 1_000_000);
        decimal(out, frame, 6, b' ');
        out.push(b' ');
        if time < 0 {
            let seconds = format!("-{seconds}");
            write!(out, "{seconds:>5}")?;
        } else {
            decimal(out, seconds, 5, b' ');
        }
        out.push(b'.');
        decimal(out, microseconds, 6, b'0');
        for text in ["  ", source, " -> ", destination, "  "] {
            out.extend_from_slice(text.as_bytes());
        }
        self.dissector.summary(out, self.pdu);
        if self.pdu.flags & PduFlag::Short as u16 != 0 {
            write!(out, " (truncated)")?;
        }
        if let Some(Tsdu { length, segments }) = self.tsdu
            && segments > 1
        {
            write!(out, " [TSDU of {length} octets in {segments} TPDUs]")?;
        }
        out.push(b'\n');
        Ok(())
    }

    fn style(&self, severity: u8) -> Style {
        if self.colored {
            style(severity)
        } else {
            Style::new()
        }
    }

    /// Where an item is in its TPKT: a packet handed to the library may hold more than one PDU.
    fn offset_in_tpkt(&self, item: &Item) -> u32 {
        item.offset.saturating_sub(self.pdu.tpkt_offset)
    }

    /// Which octets an item is about, counted from 0 as offsets are, in front of its label; nothing
    /// when the record is about no octets.
    fn place(&self, item: &Item) -> String {
        let first = self.offset_in_tpkt(item);
        match item.length {
            0 if self.items.iter().all(|item| item.severity > 0) => String::new(),
            0 | 1 => format!("octet {first}: "),
            length => format!("octets {first}-{}: ", first + length - 1),
        }
    }

    fn label(&self, item: &Item) -> String {
        let mut label = Vec::new();
        self.dissector.label(&mut label, item, self.octets);
        String::from_utf8(label).unwrap_or_default()
    }

    /// One line, and one below it for each expert info above chat.
    fn line(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let above_chat = || {
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
        for item in above_chat() {
            let style = self.style(item.severity);
            let abbreviation = self
                .dissector
                .expert(item)
                .map_or("", |expert| expert.abbreviation);
            writeln!(
                out,
                "       {style}{:7}{style:#}  {abbreviation}  {}{}",
                self.dissector.severity(item.severity),
                self.place(item),
                self.label(item)
            )?;
        }
        Ok(())
    }

    /// Everything, parents above children.
    fn tree(&self, out: &mut Vec<u8>, explained: &mut HashSet<u16>) -> io::Result<()> {
        self.headline(out)?;
        for item in self.items {
            let indent = 4 * (1 + self.depth(item));
            match self.dissector.expert(item) {
                Some(expert) => {
                    let style = self.style(item.severity);
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

    /// One object on a line.
    fn json(&self, out: &mut Vec<u8>, file: Option<&str>, latest: &mut [Latest]) -> io::Result<()> {
        let Arrival { frame, time } = self.arrival;
        let mut object = Object::begin(out);
        if let Some(file) = file {
            object.foreign(name!("file"), file)?;
        }
        object.member(name!("frame"), frame)?;
        object.member(name!("time"), time as f64 / 1e9)?;
        let [from_first, from_second] = &self.texts.members;
        object.put(if self.sender == 0 {
            from_first
        } else {
            from_second
        });
        object.text(name!("summary"), |text| {
            self.dissector.summary(text, self.pdu)
        })?;
        let fields = self.items.iter().filter(|item| item.severity == 0);
        object.array(name!("fields"), fields, |out, item| {
            self.field(out, item, latest)
        })?;
        let experts = self.items.iter().filter(|item| item.severity > 0);
        object.array(name!("expert"), experts, |out, item| self.expert(out, item))?;
        let length = self.pdu.user_data_length;
        if length > 0 {
            let offset = self.pdu.tpdu_offset + 1 + u32::from(self.pdu.li) - self.pdu.tpkt_offset;
            let mut payload = Object::begin(object.put(name!("payload")));
            payload.member(name!("offset"), offset)?;
            payload.member(name!("length"), length)?;
            payload.end();
        }
        if let Some(Tsdu { length, segments }) = self.tsdu {
            let mut tsdu = Object::begin(object.put(name!("tsdu")));
            tsdu.member(name!("length"), length)?;
            tsdu.member(name!("segments"), segments)?;
            tsdu.end();
        }
        object.end();
        out.push(b'\n');
        Ok(())
    }

    /// The object of a field, from the cache if an earlier one is equal.
    #[inline(always)]
    fn field(&self, out: &mut Vec<u8>, item: &Item, latest: &mut [Latest]) -> io::Result<()> {
        let key = Some((item.value, self.offset_in_tpkt(item), item.length));
        let slot = usize::from(item.id - FIELD_BASE) * SLOTS + item.value as usize % SLOTS;
        match latest.get_mut(slot) {
            Some(slot) if slot.key == key => out.extend_from_slice(&slot.object),
            slot => {
                let start = out.len();
                let is_all_in_key = self.new_field(out, item)?;
                if is_all_in_key && let Some(slot) = slot {
                    slot.key = key;
                    slot.object.clear();
                    slot.object
                        .extend_from_slice(out.get(start..).unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    /// The object of a field, nothing for one that only groups others. Returns whether it depends on
    /// value, offset and length only.
    #[inline(never)]
    fn new_field(&self, out: &mut Vec<u8>, item: &Item) -> io::Result<bool> {
        let Some(field) = self.dissector.field(item) else {
            return Ok(false);
        };
        if field.kind == Type::Protocol as u32 {
            return Ok(true);
        }
        let mut object = Object::begin(out);
        let abbreviation = field.abbreviation.as_bytes();
        object.put(name!("abbrev")).extend_from_slice(abbreviation);
        let octets = || {
            let start = item.offset as usize;
            self.octets
                .get(start..start + item.length as usize)
                .unwrap_or_default()
        };
        let is_octets = match field.kind {
            kind if kind == Type::Bool as u32 => {
                object.member(name!("value"), item.value != 0)?;
                false
            }
            kind if kind == Type::Bytes as u32 => {
                hex(object.put(name!("value")), octets())?;
                true
            }
            kind if kind == Type::Text as u32 => {
                object.foreign(name!("value"), &String::from_utf8_lossy(octets()))?;
                true
            }
            _ => {
                object.member(name!("value"), item.value)?;
                false
            }
        };
        object.member(name!("offset"), self.offset_in_tpkt(item))?;
        object.member(name!("length"), item.length)?;
        object.text(name!("label"), |text| {
            self.dissector.label(text, item, self.octets)
        })?;
        object.end();
        Ok(!is_octets)
    }

    /// The object of an expert info.
    fn expert(&self, out: &mut Vec<u8>, item: &Item) -> io::Result<()> {
        let Some(expert) = self.dissector.expert(item) else {
            return Ok(());
        };
        let mut object = Object::begin(out);
        object.member(name!("abbrev"), expert.abbreviation)?;
        object.member(name!("group"), expert.group)?;
        object.member(name!("severity"), self.dissector.severity(item.severity))?;
        object.member(name!("offset"), self.offset_in_tpkt(item))?;
        object.member(name!("length"), item.length)?;
        object.text(name!("message"), |text| {
            self.dissector.label(text, item, self.octets)
        })?;
        object.end();
        Ok(())
    }
}

/// How many objects of a field are kept, by value.
const SLOTS: usize = 64;

/// The latest object of a field whose value is a number.
#[derive(Clone, Default)]
struct Latest {
    /// Value, offset and length.
    key: Option<(u64, u32, u32)>,
    object: Vec<u8>,
}

/// Adds a string of two digits for each octet.
fn hex(text: &mut Vec<u8>, octets: &[u8]) -> io::Result<()> {
    text.push(b'"');
    let start = text.len();
    text.resize(start + 2 * octets.len(), 0);
    let digits = text.get_mut(start..).unwrap_or_default();
    const_hex::encode_to_slice(octets, digits).map_err(io::Error::other)?;
    text.push(b'"');
    Ok(())
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}
