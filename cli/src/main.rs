//! Shows the TPKTs and TPDUs of capture files, and what is wrong with them.
//!
//! A host of the library like any other: it uses nothing but the C ABI, linked in or, with
//! `--library`, of a shared object.

mod analysis;
mod arrivals;
mod dissector;
mod follower;
mod json;
#[allow(unsafe_code)]
mod library;
mod opening;
mod print;
mod unseen;

use analysis::Analysis;
use clap::Parser;
use dissector::Dissector;
use indicatif::{ProgressBar, ProgressStyle};
use library::Library;
use print::{Form, Printer};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Shows the TPKTs and TPDUs of capture files, and what is wrong with them.
#[derive(Parser)]
#[command(name = "isotsap", version, disable_version_flag = true)]
struct Arguments {
    /// Capture files, pcap or pcapng; /dev/stdin is one that is piped in
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show every field, as a tree
    #[arg(short = 'V', long, conflicts_with = "json")]
    verbose: bool,
    /// Print one JSON object per TPDU, each on a line
    #[arg(long)]
    json: bool,
    /// TCP port that carries TPKT, instead of 102; can be repeated. Ports 3389 and 1720 are
    /// recognised by content
    #[arg(long, value_name = "PORT", default_values_t = [102])]
    port: Vec<u16>,
    /// Use this shared object instead of the library that is linked in; a name without "/" is
    /// searched for by the loader
    #[arg(long, value_name = "FILE")]
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

/// Files of this many octets get a progress bar.
const LARGE_FILE: u64 = 16 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("isotsap: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Why the analysis of a file fails.
enum Problem {
    /// The file cannot be read to its end.
    Capture(isotsap_capture::Error),
    /// Anything else to tell the user.
    Message(String),
    /// The reader of the output has closed it.
    BrokenPipe,
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Message(format!("cannot print: {error}")),
        }
    }
}

impl From<isotsap_capture::Error> for Problem {
    fn from(error: isotsap_capture::Error) -> Self {
        Self::Capture(error)
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

/// The answer is whether every file was read to its end.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let library = match &arguments.library {
        Some(path) => {
            Library::open(path).map_err(|error| format!("{}: {error}", printable(path)))?
        }
        None => Library::linked(),
    };
    let mut dissector = Dissector::new(library);
    let colored = match arguments.color {
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    let mut out = anstream::AutoStream::always(io::stdout().lock());
    let mut all_read = true;
    for path in &arguments.files {
        let problem = match analyze(arguments, path, &mut dissector, colored, &mut out) {
            Ok(()) => continue,
            Err(Problem::BrokenPipe) => return Ok(true),
            Err(Problem::Capture(error)) => error.to_string(),
            Err(Problem::Message(message)) => message,
        };
        eprintln!("isotsap: {}: {problem}", printable(path));
        all_read = false;
    }
    Ok(all_read)
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
        return Err(Problem::Message("is a folder".into()));
    }
    let name = path.display().to_string();
    let several = arguments.files.len() > 1;
    let form = match (arguments.json, arguments.verbose) {
        (true, _) => Form::Json,
        (false, true) => Form::Tree,
        (false, false) => Form::Line,
    };
    if several && form != Form::Json {
        writeln!(out, "{}", printable(path))?;
    }
    let shown_name = several.then_some(name.as_str());
    let printer = Printer::new(out, form, colored, shown_name, dissector.field_count());
    let mut analysis = Analysis::new(dissector, printer, &arguments.port);
    let progress = progress_bar(metadata.len());
    let read = isotsap_capture::read(progress.wrap_read(file), |frame| analysis.frame(&frame));
    progress.finish_and_clear();
    let damage = match read {
        Ok(()) => None,
        Err(Problem::Capture(error)) => Some(error.to_string()),
        Err(problem) => {
            analysis.flush()?;
            return Err(problem);
        }
    };
    let (unseen, found_nothing) = analysis.finish()?;
    let is_whole = damage.is_none();
    let parts = unseen.parts(found_nothing && is_whole);
    let told: Vec<_> = damage.into_iter().chain(parts).collect();
    match (told.join("; "), is_whole && !unseen.has_unknown_link()) {
        (told, false) => Err(Problem::Message(told)),
        (told, true) if told.is_empty() => Ok(()),
        (told, true) => {
            eprintln!("isotsap: {}: {told}", printable(path));
            Ok(())
        }
    }
}

/// A file's name, without control characters.
fn printable(path: &Path) -> String {
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
