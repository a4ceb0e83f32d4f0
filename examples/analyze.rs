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
use dissector::Dissector;
use follower::Follower;
use indicatif::{ProgressBar, ProgressStyle};
use isotsap::dissection::record::Packet;
use layers::{Datagram, Tcp};
use print::{Form, Seen, Tally};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tcp::Delivery;

/// Shows the TPKTs and TPDUs of capture files, and what is wrong with them.
#[derive(Parser)]
#[command(name = "analyze", version, disable_version_flag = true)]
struct Arguments {
    /// Capture files, pcap or pcapng
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
    let choice = match arguments.color {
        Color::Auto => anstream::AutoStream::choice(&io::stdout()),
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    let mut out = BufWriter::new(anstream::AutoStream::new(io::stdout().lock(), choice));
    let mut all_well = true;
    for path in &arguments.files {
        let outcome = analyze(arguments, path, &mut dissector, &mut out);
        let flushed = out.flush().map_err(Problem::from);
        match outcome.and(flushed) {
            Ok(()) => {}
            Err(Problem::NobodyReads) => return Ok(true),
            Err(Problem::Told(problem)) => {
                eprintln!("analyze: {}: {problem}", path.display());
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
        writeln!(out, "{name}")?;
    }
    let mut analysis = Analysis {
        dissector,
        out,
        form,
        file: several.then_some(name.as_str()),
        ports: &arguments.port,
        streams: 0,
        connections: HashMap::new(),
        conversations: HashMap::new(),
        tally: Tally::default(),
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
        return Err(problem);
    }
    analysis.end()?;
    if form != Form::Json {
        writeln!(analysis.out, "{}", analysis.tally.line())?;
    }
    Ok(read?)
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

/// Both ends of a conversation, the lower one first.
type Ends = [SocketAddr; 2];

/// A TCP connection.
struct Connection {
    stream: u64,
    /// The sequence numbers of the SYNs, or where they must have been.
    initial: [Option<u32>; 2],
    /// By which of the ends sends.
    directions: [tcp::Direction; 2],
    /// None, when nobody cares.
    follower: Option<Follower>,
    /// Whether anything of it was shown.
    shown: bool,
}

impl Connection {
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
}

/// The reading of one file.
struct Analysis<'a> {
    dissector: &'a mut Dissector,
    out: &'a mut dyn Write,
    form: Form,
    file: Option<&'a str>,
    ports: &'a [u16],
    streams: u64,
    connections: HashMap<Ends, Connection>,
    /// UDP conversations, numbered, and whether anything of them was shown.
    conversations: HashMap<Ends, (u64, bool)>,
    tally: Tally,
}

impl Analysis<'_> {
    fn frame(&mut self, frame: &capture::Frame) -> Result<(), Problem> {
        let Some(datagram) = layers::datagram(frame)? else {
            return Ok(());
        };
        match datagram.tcp {
            Some(tcp) => self.segment(&datagram, tcp, frame.arrival),
            None => self.nsdu(&datagram, frame.arrival),
        }
    }

    /// Everything that is still held back.
    fn end(&mut self) -> Result<(), Problem> {
        let mut connections: Vec<_> = self.connections.drain().collect();
        connections.sort_by_key(|(_, connection)| connection.stream);
        for (ends, mut connection) in connections {
            self.end_connection(ends, &mut connection)?;
        }
        Ok(())
    }

    fn segment(&mut self, datagram: &Datagram, tcp: Tcp, arrival: Arrival) -> Result<(), Problem> {
        let (ends, sender) = ends(datagram);
        let opens = tcp.syn && tcp.acknowledgement.is_none();
        let reused = |connection: &Connection| {
            let initial = connection.initial.get(sender).copied().flatten();
            opens && initial.is_some_and(|initial| initial != tcp.sequence)
        };
        if self.connections.get(&ends).is_some_and(reused)
            && let Some(mut old) = self.connections.remove(&ends)
        {
            self.end_connection(ends, &mut old)?;
        }
        let mut connection = match self.connections.remove(&ends) {
            Some(connection) => connection,
            None => self.new_connection(datagram, tcp)?,
        };
        connection.start(sender, tcp);
        let outcome = self.follow(ends, &mut connection, sender, datagram, tcp, arrival);
        self.connections.insert(ends, connection);
        outcome
    }

    fn new_connection(&mut self, datagram: &Datagram, tcp: Tcp) -> Result<Connection, Problem> {
        let stream = self.streams;
        self.streams += 1;
        let has = |ports: &[u16]| {
            [datagram.source, datagram.destination]
                .iter()
                .any(|end| ports.contains(&end.port()))
        };
        let known = has(self.ports);
        let follower = if known || has(&RECOGNISED_BY_CONTENT) {
            let rdp = has(&[RDP]);
            Some(Follower::new(self.dissector, known, !tcp.syn, rdp)?)
        } else {
            None
        };
        Ok(Connection {
            stream,
            initial: [None; 2],
            directions: Default::default(),
            follower,
            shown: false,
        })
    }

    fn follow(
        &mut self,
        ends: Ends,
        connection: &mut Connection,
        sender: usize,
        datagram: &Datagram,
        tcp: Tcp,
        arrival: Arrival,
    ) -> Result<(), Problem> {
        let [first, second] = &mut connection.directions;
        let (mine, other) = if sender == 0 {
            (first, second)
        } else {
            (second, first)
        };
        let Some(follower) = &mut connection.follower else {
            return Ok(());
        };
        let (stream, shown) = (connection.stream, &mut connection.shown);
        let mut outcome = Ok(());
        let mut sink = |sender: usize, delivery: Delivery| {
            if outcome.is_ok() {
                outcome = self.deliver(ends, sender, stream, follower, shown, delivery);
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

    fn end_connection(&mut self, ends: Ends, connection: &mut Connection) -> Result<(), Problem> {
        let Some(follower) = &mut connection.follower else {
            return Ok(());
        };
        let mut outcome = Ok(());
        for (sender, direction) in connection.directions.iter_mut().enumerate() {
            direction.end(&mut |delivery| {
                if outcome.is_ok() {
                    let (stream, shown) = (connection.stream, &mut connection.shown);
                    outcome = self.deliver(ends, sender, stream, follower, shown, delivery);
                }
            });
        }
        outcome
    }

    /// What a direction delivers goes through the library to the user.
    fn deliver(
        &mut self,
        ends: Ends,
        sender: usize,
        stream: u64,
        follower: &mut Follower,
        shown: &mut bool,
        delivery: Delivery,
    ) -> Result<(), Problem> {
        let [lower, higher] = ends;
        let (source, destination) = if sender == 0 {
            (lower, higher)
        } else {
            (higher, lower)
        };
        let seen = Seen {
            file: self.file,
            stream,
            udp: false,
            source,
            destination,
        };
        let Self {
            dissector,
            out,
            form,
            tally,
            ..
        } = self;
        follower.take(
            sender,
            delivery,
            dissector,
            &mut |dissector, dissected, arrival| {
                if !dissected.pdus.is_empty() && !std::mem::replace(shown, true) {
                    tally.connections += 1;
                }
                dissector.show(out, *form, dissected, arrival, &seen, tally)
            },
        )
    }

    /// UDP: each datagram is an NSDU.
    fn nsdu(&mut self, datagram: &Datagram, arrival: Arrival) -> Result<(), Problem> {
        let (ends, _) = ends(datagram);
        let known = self.conversations.len() as u64;
        let (stream, shown) = self.conversations.entry(ends).or_insert((known, false));
        let of_interest = [datagram.source, datagram.destination]
            .iter()
            .any(|end| end.port() == UDP_PORT);
        if !of_interest || datagram.payload.is_empty() {
            return Ok(());
        }
        let narrow = |length| u32::try_from(length).unwrap_or(u32::MAX);
        let packet = Packet {
            captured: narrow(datagram.payload.len()),
            reported: narrow(datagram.reported),
            ..Packet::default()
        };
        let seen = Seen {
            file: self.file,
            stream: *stream,
            udp: true,
            source: datagram.source,
            destination: datagram.destination,
        };
        if !std::mem::replace(shown, true) {
            self.tally.conversations += 1;
        }
        let Self {
            dissector,
            out,
            form,
            tally,
            ..
        } = self;
        dissector.dissect_nsdu(datagram.payload, packet, &mut |dissector, dissected| {
            dissector.show(out, *form, dissected, arrival, &seen, tally)
        })
    }
}

/// The ends of a datagram's conversation, and which of them sent it.
fn ends(datagram: &Datagram) -> (Ends, usize) {
    let Datagram {
        source,
        destination,
        ..
    } = *datagram;
    if source <= destination {
        ([source, destination], 0)
    } else {
        ([destination, source], 1)
    }
}
