//! A server of a real stack in a process of its own, and the client that talks to it.

use crate::common::source;
use crate::common::stream::{A, B};
use crate::conversation::{Conversation, Stack};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// After so long snap7 has given up an incomplete TPKT.
const GIVEN_UP: Duration = Duration::from_millis(3_300);
/// Between two pieces of a message, so that they are two segments.
const BETWEEN_PIECES: Duration = Duration::from_micros(200);
/// snap7 also skips the octets that have arrived when it looks at junk.
const BEHIND_JUNK: Duration = Duration::from_millis(2);
/// A server that hostile octets end is started again, but not for ever.
const MOST_STARTS: usize = 50;

/// How often a server is asked for answers that it gives when it is not too busy.
const TRIES: usize = 4;

pub struct Server {
    stack: Stack,
    running: Running,
    pub starts: usize,
}

struct Running {
    process: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }
}

impl Running {
    fn start(stack: Stack) -> Self {
        let name = match stack {
            Stack::Snap7 => "s7",
            Stack::LibIec61850 => "mms",
        };
        // Somebody else may take the port in between.
        (0..3)
            .find_map(|_| Self::try_start(name))
            .unwrap_or_else(|| {
                panic!(
                    "{stack:?} needs python3 with python-snap7==2.0.2 and pyiec61850-ng, from PyPI"
                )
            })
    }

    fn try_start(name: &str) -> Option<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let process = Command::new("python3")
            .arg(source("tests/oracle/serve.py"))
            .args([name, &address.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut running = Self {
            process: process.expect("python3"),
            address,
        };
        let output = running.process.stdout.take().unwrap();
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).unwrap();
        (line == "ready\n").then_some(running)
    }
}

/// What was on the wire.
#[derive(Debug, Default)]
pub struct Talk {
    /// Who sent which octets, in order.
    pub sent: Vec<(u32, Vec<u8>)>,
    /// For each message, how many elements of `sent` there were when its last octet was sent.
    pub complete: Vec<usize>,
    pub answers: Vec<Answer>,
}

#[derive(Debug)]
pub struct Answer {
    /// The message that is answered.
    pub message: usize,
    /// How many elements of `sent` came before the answer.
    pub steps: usize,
    pub tpkt: Vec<u8>,
}

impl Server {
    pub fn start(stack: Stack) -> Self {
        Self {
            stack,
            running: Running::start(stack),
            starts: 1,
        }
    }

    fn connect(&mut self) -> TcpStream {
        for _ in 0..100 {
            if let Ok(connection) = TcpStream::connect(self.running.address) {
                return connection;
            }
            if self.running.process.try_wait().unwrap().is_some() {
                self.starts += 1;
                assert!(
                    self.starts < MOST_STARTS,
                    "{:?} ends again and again",
                    self.stack
                );
                self.running = Running::start(self.stack);
            }
            thread::sleep(self.stack.patience());
        }
        panic!("{:?} does not accept a connection", self.stack);
    }

    /// Sends each message and waits for its answer.
    pub fn talk(&mut self, conversation: &Conversation) -> Talk {
        let mut connection = self.connect();
        connection.set_nodelay(true).unwrap();
        let mut talk = Talk::default();
        let mut received = Vec::new();
        let mut open = true;
        for (number, message) in conversation.messages.iter().enumerate() {
            for piece in message.octets.chunks(conversation.segment) {
                open &= connection.write_all(piece).is_ok();
                talk.sent.push((A, piece.to_vec()));
                if piece.len() < message.octets.len() {
                    thread::sleep(BETWEEN_PIECES);
                }
            }
            talk.complete.push(talk.sent.len());
            if message.pause {
                thread::sleep(GIVEN_UP);
            }
            if message.request.is_none() {
                thread::sleep(BEHIND_JUNK);
                continue;
            }
            let until = Instant::now() + self.stack.patience();
            let mut answered = false;
            while open && !answered {
                open = receive(&mut connection, until, &mut talk, &mut received);
                self.note_answers(conversation, &mut talk, &received);
                answered = talk.has_answer(number);
                if Instant::now() >= until {
                    break;
                }
            }
            if !open {
                break;
            }
        }
        talk
    }

    /// The same until these messages are answered, if the server did not do so in time.
    pub fn talk_with_answers(
        &mut self,
        conversation: &Conversation,
        wanted: &[usize],
    ) -> Option<Talk> {
        let mut talks = (0..TRIES).map(|_| self.talk(conversation));
        talks.find(|talk| wanted.iter().all(|message| talk.has_answer(*message)))
    }

    fn note_answers(&self, conversation: &Conversation, talk: &mut Talk, received: &[u8]) {
        for message in 0..talk.complete.len() {
            let request = conversation.messages[message].request.as_ref();
            let request = request.filter(|_| !talk.has_answer(message));
            if let Some(tpkt) = request.and_then(|request| self.stack.answer(request, received)) {
                talk.answers.push(Answer {
                    message,
                    steps: talk.sent.len() - 1,
                    tpkt,
                });
            }
        }
    }
}

impl Talk {
    fn has_answer(&self, message: usize) -> bool {
        self.answers.iter().any(|answer| answer.message == message)
    }
}

/// Reads what is there before the deadline; whether the connection is still open.
fn receive(
    connection: &mut TcpStream,
    until: Instant,
    talk: &mut Talk,
    received: &mut Vec<u8>,
) -> bool {
    let left = until.saturating_duration_since(Instant::now());
    let timeout = left.max(Duration::from_micros(100));
    connection.set_read_timeout(Some(timeout)).unwrap();
    let mut octets = [0; 4096];
    match connection.read(&mut octets) {
        Ok(0) => false,
        Ok(count) => {
            received.extend(&octets[..count]);
            talk.sent.push((B, octets[..count].to_vec()));
            true
        }
        Err(error) => matches!(
            error.kind(),
            ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
        ),
    }
}
