//! Shows the TPKTs and TPDUs of capture files, and what is wrong with them.
//!
//! A host of the library like any other: it finds the shared object, opens it, and uses its C ABI.
#![allow(unsafe_code)]

#[path = "analyze/capture.rs"]
mod capture;
#[path = "analyze/dissector.rs"]
mod dissector;
#[path = "analyze/follower.rs"]
mod follower;
#[path = "analyze/json.rs"]
mod json;
#[path = "analyze/layers.rs"]
mod layers;
#[path = "analyze/library.rs"]
mod library;
#[path = "analyze/print.rs"]
mod print;
#[path = "analyze/tcp.rs"]
mod tcp;

use capture::Arrival;
use clap::Parser;
use dissector::{Dissected, Dissector};
use follower::Follower;
use indicatif::{ProgressBar, ProgressStyle};
use isotsap::dissection::record::Packet;
use layers::{Datagram, Tcp, UnknownLink};
use print::{Conversation, Form, Printer};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tcp::Delivery;

/// Shows the TPKTs and TPDUs of capture files, and what is wrong with them.
#[derive(Parser)]
#[command(name = "analyze", version, disable_version_flag = true)]
struct Arguments {
    /// Capture files, pcap or pcapng; /dev/stdin is one that is piped in
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show every field, as a tree
    #[arg(short = 'V', long, conflicts_with = "json")]
    verbose: bool,
    /// Print one JSON object a TPDU, each on a line
    #[arg(long)]
    json: bool,
    /// TCP port that carries TPKT, instead of 102; may be given more than once. Ports 3389 and 1720
    /// are recognised by content
    #[arg(long, value_name = "PORT", default_values_t = [102])]
    port: Vec<u16>,
    /// The shared object, when it is not where cargo puts it
    #[arg(long, value_name = "PATH")]
    library: Option<PathBuf>,
    /// When to use colour
    #[arg(long, default_value = "auto", value_name = "WHEN")]
    color: Color,
    /// Print the version
    #[arg(long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// RDP and H.323, which put other things on their ports too.
const RECOGNISED_BY_CONTENT: [u16; 2] = [RDP, 1720];
const RDP: u16 = 3389;
/// UD TPDUs travel without TPKT on it (RFC 1240 4).
const UDP_PORT: u16 = 102;
const LARGE_FILE: u64 = 16 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("analyze: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Why a file is not read to its end.
enum Problem {
    /// Something to tell the user.
    Told(String),
    /// Nobody reads what is printed.
    NobodyReads,
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Told(format!("cannot print: {error}")),
        }
    }
}

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Self::Told(problem)
    }
}

/// The answer is whether every file was read to its end.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let mut dissector = Dissector::open(arguments.library.as_deref())?;
    let colored = match arguments.color {
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    let mut out = anstream::AutoStream::always(io::stdout().lock());
    let mut all_well = true;
    for path in &arguments.files {
        match analyze(arguments, path, &mut dissector, colored, &mut out) {
            Ok(()) => {}
            Err(Problem::NobodyReads) => return Ok(true),
            Err(Problem::Told(problem)) => {
                eprintln!("analyze: {}: {problem}", shown(path));
                all_well = false;
            }
        }
    }
    Ok(all_well)
}

fn analyze(
    arguments: &Arguments,
    path: &Path,
    dissector: &mut Dissector,
    colored: bool,
    out: &mut dyn Write,
) -> Result<(), Problem> {
    let file = File::open(path).map_err(|error| format!("cannot be opened: {error}"))?;
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if metadata.is_dir() {
        return Err(Problem::Told("is a folder".into()));
    }
    let name = path.display().to_string();
    let several = arguments.files.len() > 1;
    let form = match (arguments.json, arguments.verbose) {
        (true, _) => Form::Json,
        (false, true) => Form::Tree,
        (false, false) => Form::Line,
    };
    if several && form != Form::Json {
        writeln!(out, "{}", shown(path))?;
    }
    let shown_name = several.then_some(name.as_str());
    let mut analysis = Analysis {
        printer: Printer::new(out, form, colored, shown_name, dissector.field_count()),
        dissector,
        ports: &arguments.port,
        streams: 0,
        connections: HashMap::default(),
        numbers: HashMap::default(),
        conversations: HashMap::default(),
        passed_over: BTreeMap::new(),
    };
    let progress = progress_bar(metadata.len());
    let shown = progress.clone();
    // A broken pipe ends the reading too, and is told apart here.
    let mut stopped = None;
    let read = capture::read(
        file,
        move |octets| shown.set_position(octets),
        |frame| {
            analysis.frame(&frame).map_err(|problem| {
                let text = match &problem {
                    Problem::Told(text) => text.clone(),
                    Problem::NobodyReads => String::new(),
                };
                stopped = Some(problem);
                text
            })
        },
    );
    progress.finish_and_clear();
    if let Some(problem) = stopped {
        analysis.printer.flush()?;
        return Err(problem);
    }
    analysis.end()?;
    analysis.printer.end()?;
    let passed_over = analysis.passed_over.iter().map(|(link, count)| {
        format!(
            "packets passed over: {count}, of link type {link}, which this program does not know"
        )
    });
    let problems: Vec<String> = read.err().into_iter().chain(passed_over).collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Problem::Told(problems.join("; ")))
    }
}

/// A file's name, without what a terminal would obey.
fn shown(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, "?")
}

/// A bar on a terminal, for files that take a while.
fn progress_bar(length: u64) -> ProgressBar {
    if length < LARGE_FILE || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// Both ends of a conversation, the one with the higher port, most often the client, first.
type Ends = [SocketAddr; 2];

/// What is known by its ends.
type ByEnds<T> = HashMap<Ends, T, foldhash::fast::RandomState>;

/// A TCP connection.
struct Connection {
    stream: u64,
    /// The sequence numbers of the SYNs, or where they must have been.
    initial: [Option<u32>; 2],
    /// None, when nobody cares or nothing can come any more.
    live: Option<Box<Live>>,
    /// It was over before each end had sent octets: its SYN may come again.
    refused: bool,
}

/// A connection that is followed.
struct Live {
    conversation: Conversation,
    /// By which of the ends sends.
    directions: [tcp::Direction; 2],
    follower: Follower,
}

impl Connection {
    /// Whether a SYN of an end opens another one.
    fn is_over_at(&self, sender: usize, sequence: u32) -> bool {
        let initial = self.initial.get(sender).copied().flatten();
        initial.is_some_and(|initial| initial != sequence)
    }

    /// Takes down where the directions start; another start is another connection.
    fn start(&mut self, sender: usize, tcp: Tcp) {
        let mut starts = |end: usize, sequence: u32| {
            if let Some(initial) = self.initial.get_mut(end) {
                initial.get_or_insert(sequence);
            }
        };
        starts(sender, tcp.sequence.wrapping_sub((!tcp.syn).into()));
        if let Some(acknowledgement) = tcp.acknowledgement {
            starts(1 - sender, acknowledgement.wrapping_sub(1));
        }
    }

    /// Lets go of what nothing can come of any more.
    fn let_go(&mut self) {
        let is_over = |live: &mut Box<Live>| live.directions.iter().all(tcp::Direction::is_over);
        if let Some(live) = self.live.take_if(is_over) {
            self.refused = !live.directions.iter().all(tcp::Direction::has_begun);
        }
    }
}

impl Live {
    /// Puts a segment in order, and shows what comes of it.
    fn take(
        &mut self,
        sender: usize,
        datagram: &Datagram,
        tcp: Tcp,
        arrival: Arrival,
        dissector: &mut Dissector,
        printer: &mut Printer,
    ) -> Result<(), Problem> {
        let Self {
            conversation,
            directions: [first, second],
            follower,
        } = self;
        let (mine, other) = if sender == 0 {
            (first, second)
        } else {
            (second, first)
        };
        let mut outcome = Ok(());
        let mut sink = |sender: usize, delivery: Delivery| {
            if outcome.is_ok() {
                outcome = deliver(follower, conversation, sender, delivery, dissector, printer);
            }
        };
        if let Some(acknowledgement) = tcp.acknowledgement {
            other.acknowledge(acknowledgement, &mut |delivery| sink(1 - sender, delivery));
        }
        let Datagram {
            payload, reported, ..
        } = *datagram;
        mine.segment(tcp, payload, reported, arrival, &mut |delivery| {
            sink(sender, delivery);
        });
        if tcp.rst && mine.is_reset_by(tcp.sequence) {
            mine.end(&mut |delivery| sink(sender, delivery));
            other.end(&mut |delivery| sink(1 - sender, delivery));
        }
        outcome
    }

    /// Shows what is still held back, in the order it came.
    fn end(&mut self, dissector: &mut Dissector, printer: &mut Printer) -> Result<(), Problem> {
        let Self {
            conversation,
            directions,
            follower,
        } = self;
        let mut outcome = Ok(());
        let mut sink = |sender: usize, delivery: Delivery| {
            if outcome.is_ok() {
                outcome = deliver(follower, conversation, sender, delivery, dissector, printer);
            }
        };
        while let Some((sender, direction)) = directions
            .iter_mut()
            .enumerate()
            .filter(|(_, direction)| direction.held_since().is_some())
            .min_by_key(|(_, direction)| direction.held_since())
        {
            direction.give_up(&mut |delivery| sink(sender, delivery));
        }
        for (sender, direction) in directions.iter_mut().enumerate() {
            direction.end(&mut |delivery| sink(sender, delivery));
        }
        outcome
    }
}

/// What a direction delivers goes through the library to the user.
fn deliver(
    follower: &mut Follower,
    conversation: &mut Conversation,
    sender: usize,
    delivery: Delivery,
    dissector: &mut Dissector,
    printer: &mut Printer,
) -> Result<(), Problem> {
    follower.take(
        sender,
        delivery,
        dissector,
        &mut |dissector, dissected, arrival| {
            printer.show(dissector, dissected, arrival, conversation, sender)
        },
    )
}

/// The reading of one file.
struct Analysis<'a> {
    dissector: &'a mut Dissector,
    printer: Printer<'a>,
    ports: &'a [u16],
    streams: u64,
    connections: ByEnds<Connection>,
    /// Of what goes over UDP.
    numbers: ByEnds<u64>,
    /// Those of interest.
    conversations: ByEnds<Conversation>,
    /// How many packets there are of link types that are not known.
    passed_over: BTreeMap<i32, u64>,
}

impl Analysis<'_> {
    fn frame(&mut self, frame: &capture::Frame) -> Result<(), Problem> {
        let datagram = match layers::datagram(frame) {
            Ok(Some(datagram)) => datagram,
            Ok(None) => return Ok(()),
            Err(UnknownLink(link)) => {
                *self.passed_over.entry(link).or_default() += 1;
                return Ok(());
            }
        };
        match datagram.tcp {
            Some(tcp) => self.segment(&datagram, tcp, frame.arrival),
            None => self.nsdu(&datagram, frame.arrival),
        }
    }

    /// Everything that is still held back.
    fn end(&mut self) -> Result<(), Problem> {
        let mut connections: Vec<_> = self.connections.drain().map(|(_, it)| it).collect();
        connections.sort_by_key(|connection| connection.stream);
        connections
            .into_iter()
            .filter_map(|connection| connection.live)
            .try_for_each(|mut live| live.end(self.dissector, &mut self.printer))
    }

    fn segment(&mut self, datagram: &Datagram, tcp: Tcp, arrival: Arrival) -> Result<(), Problem> {
        let (ends, sender) = ends(datagram);
        let opens = tcp.syn && tcp.acknowledgement.is_none();
        if opens
            && let Entry::Occupied(entry) = self.connections.entry(ends)
            && entry.get().is_over_at(sender, tcp.sequence)
            && let Some(mut live) = entry.remove().live
        {
            live.end(self.dissector, &mut self.printer)?;
        }
        let (connection, is_new) = match self.connections.entry(ends) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(entry) => {
                let stream = self.streams;
                self.streams += 1;
                let connection = Connection {
                    stream,
                    initial: [None; 2],
                    live: None,
                    refused: false,
                };
                (entry.insert(connection), true)
            }
        };
        if is_new || (tcp.syn && connection.refused) {
            let has = |ports: &[u16]| ends.iter().any(|end| ports.contains(&end.port()));
            let known = has(self.ports);
            if known || has(&RECOGNISED_BY_CONTENT) {
                let rdp = has(&[RDP]);
                connection.live = Some(Box::new(Live {
                    conversation: Conversation::new(connection.stream, false, ends),
                    directions: Default::default(),
                    follower: Follower::new(known, !tcp.syn, rdp),
                }));
            }
            connection.refused = false;
        }
        connection.start(sender, tcp);
        if let Some(live) = &mut connection.live {
            let (dissector, printer) = (&mut *self.dissector, &mut self.printer);
            live.take(sender, datagram, tcp, arrival, dissector, printer)?;
            connection.let_go();
        }
        Ok(())
    }

    /// UDP: each datagram is an NSDU.
    fn nsdu(&mut self, datagram: &Datagram, arrival: Arrival) -> Result<(), Problem> {
        let (ends, sender) = ends(datagram);
        let known = self.numbers.len() as u64;
        let number = *self.numbers.entry(ends).or_insert(known);
        let of_interest = ends.iter().any(|end| end.port() == UDP_PORT);
        if !of_interest || datagram.payload.is_empty() {
            return Ok(());
        }
        let conversation = self
            .conversations
            .entry(ends)
            .or_insert_with(|| Conversation::new(number, true, ends));
        let narrow = |length| u32::try_from(length).unwrap_or(u32::MAX);
        let packet = Packet {
            captured: narrow(datagram.payload.len()),
            reported: narrow(datagram.reported),
            ..Packet::default()
        };
        let printer = &mut self.printer;
        let show = &mut |dissector: &mut Dissector, dissected: &Dissected| {
            printer.show(dissector, dissected, arrival, conversation, sender)
        };
        self.dissector.dissect_nsdu(datagram.payload, packet, show)
    }
}

/// The ends of a datagram's conversation, and which of them sent it.
fn ends(datagram: &Datagram) -> (Ends, usize) {
    let Datagram {
        source,
        destination,
        ..
    } = *datagram;
    // Most often the ports decide.
    if (source.port(), source.ip()) >= (destination.port(), destination.ip()) {
        ([source, destination], 0)
    } else {
        ([destination, source], 1)
    }
}
