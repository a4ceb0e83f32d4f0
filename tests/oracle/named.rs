//! Changes that once hid a request, or that nobody can know of. The servers are asked for each of them,
//! and what they answer is held against the table, so that the table also serves without them.

use crate::common::make::dt;
use crate::common::stream::{A, B};
use crate::conversation::{Conversation, Request, Stack, View, calling_parameter};
use crate::edit::{At, Edit, Octets, hex, tpkt_of};
use crate::server::{Answer, Talk};
use Stack::{LibIec61850, Snap7};

pub struct Row {
    pub name: &'static str,
    /// The servers that act on what comes with the change and behind it.
    pub stacks: &'static [Stack],
    edits: Vec<Edit>,
    /// The requests that they do not answer, by the number of the message.
    unanswered: &'static [usize],
    view: View,
    pub unknowable: Option<Unknowable>,
}

/// What no reader of the octets can know in time.
#[derive(Clone, Copy)]
pub struct Unknowable {
    pub reason: &'static str,
    /// Whether it shows at the end of the stream.
    pub shows: bool,
}

/// A negotiation request of RDP.
const RDP: &str = "01 00 08 00 01 00 00 00";
/// A CC that fits the CR.
const CC: &str = "03 00 00 0b 06 d0 7a 00 00 01 00";

fn row(name: &'static str, stacks: &'static [Stack], edits: Vec<Edit>) -> Row {
    Row {
        name,
        stacks,
        edits,
        unanswered: &[],
        view: View::Whole,
        unknowable: None,
    }
}

fn octets(at: At, offset: usize, octets: &str) -> Edit {
    Edit::Octets(at, offset, hex(octets))
}

fn in_front(at: usize, octets: &str) -> Edit {
    Edit::InFront(at, hex(octets))
}

pub fn rows() -> Vec<Row> {
    [tls(), rdp(), lost_sync(), roles(), unknowable()]
        .into_iter()
        .flatten()
        .collect()
}

/// Octets that look like TLS.
fn tls() -> Vec<Row> {
    vec![
        row(
            "TLS record",
            &[Snap7],
            vec![in_front(3, "16 03 01 00 02 01 00")],
        ),
        row(
            "TLS record without its octets",
            &[Snap7],
            vec![in_front(3, "17 03 03 ff ff 00 00")],
        ),
        Row {
            unanswered: &[4],
            ..row("first octet of TLS", &[Snap7], vec![in_front(3, "15")])
        },
        row(
            "TPKT header as one of TLS",
            &[Snap7],
            vec![octets(At::One(3), 0, "16 03")],
        ),
        row(
            "every TPKT as application data of TLS",
            &[Snap7],
            vec![octets(At::From(0), 0, "17 03")],
        ),
        row(
            "every TPKT as a handshake of TLS",
            &[Snap7],
            vec![
                octets(At::From(0), 0, "16 03"),
                octets(At::One(0), 6, "79"), // DST-REF
            ],
        ),
        row(
            "CR as a TLS record",
            &[Snap7],
            vec![octets(At::One(0), 0, "16 03")],
        ),
    ]
}

/// Octets that look like RDP.
fn rdp() -> Vec<Row> {
    let both: &[_] = &[Snap7, LibIec61850];
    let negotiation = || Edit::InFrontOfParameters(hex(RDP));
    let cookie = Edit::InFrontOfParameters(Octets(b"Cookie: \r\n".into()));
    vec![
        row(
            "RDP negotiation in front of parameters",
            both,
            vec![negotiation()],
        ),
        row(
            "RDP negotiation in a second CR",
            both,
            vec![Edit::Connect(3, hex(RDP))],
        ),
        row("cookie in front of parameters", &[Snap7], vec![cookie]),
        row(
            "fast-path header for a TPKT header",
            &[Snap7],
            vec![negotiation(), octets(At::From(1), 0, "00 19")],
        ),
        row(
            "long fast-path PDU",
            &[Snap7],
            vec![negotiation(), in_front(2, "00 ff ff ff ff ff ff")],
        ),
    ]
}

/// Octets behind which a TPKT has to be found again.
fn lost_sync() -> Vec<Row> {
    let both: &[_] = &[Snap7, LibIec61850];
    let numbers = |from| octets(At::From(from), 6, "85");
    vec![
        row("version 4", &[Snap7], vec![octets(At::From(0), 0, "04")]),
        row(
            "junk and numbers",
            &[Snap7],
            vec![in_front(2, &"ff".repeat(21)), numbers(3)],
        ),
        row(
            "unusable header and numbers",
            &[Snap7],
            vec![in_front(2, "03 00 00 00 00 00 00"), numbers(3)],
        ),
        Row {
            unanswered: &[3],
            ..row(
                "two octets of a header",
                &[Snap7],
                vec![in_front(2, "03 00")],
            )
        },
        Row {
            unanswered: &[3],
            ..row(
                "LI beyond its TPKT",
                &[Snap7],
                vec![octets(At::One(3), 3, "43 43 43")],
            )
        },
        row(
            "header with a reserved octet",
            &[Snap7],
            vec![in_front(3, "03 c9 0e 07 78 6c 45")],
        ),
        row(
            "DR of 172 octets",
            &[Snap7],
            vec![in_front(2, "03 00 00 ac 06 8b b1 06 c7 80")],
        ),
        Row {
            unanswered: &[1],
            ..row(
                "junk in a TSDU",
                &[Snap7],
                vec![Edit::Segments(1, 10, hex("03 6a 07 fd"))],
            )
        },
        row(
            "length of 65,535",
            &[Snap7],
            vec![in_front(2, "03 00 ff ff 02 ff 00")],
        ),
        Row {
            unanswered: &[0], // by octets of snap7's memory
            ..row(
                "CR of 65,535 octets",
                &[Snap7],
                vec![octets(At::One(0), 2, "ff ff")],
            )
        },
        row(
            "version 8 and LI of 67",
            &[Snap7],
            vec![octets(At::One(1), 0, "08"), octets(At::From(0), 4, "43")],
        ),
        row("LI of 125", &[Snap7], vec![octets(At::From(1), 4, "7d")]),
        Row {
            view: View::Joined(2),
            ..row("numbers, joined midstream", both, vec![numbers(2)])
        },
        Row {
            view: View::Lost(1, false),
            ..row("numbers behind a loss", both, vec![numbers(2)])
        },
        Row {
            view: View::Lost(1, true),
            ..row(
                "versions behind a loss",
                &[Snap7],
                vec![octets(At::From(2), 0, "a0")],
            )
        },
        Row {
            view: View::Lost(1, false),
            ..row(
                "LI of 224 behind a loss",
                &[Snap7],
                vec![octets(At::From(2), 4, "e0")],
            )
        },
    ]
}

/// CC of the end that sent the CR.
fn roles() -> Vec<Row> {
    let in_front = || vec![in_front(2, CC)];
    let between = || vec![Edit::Segments(2, 10, hex(CC))];
    vec![
        Row {
            unanswered: &[3],
            ..row("CC of the initiator", &[Snap7], in_front())
        },
        row("CC of the initiator", &[LibIec61850], in_front()),
        Row {
            unanswered: &[2],
            ..row("CC of the initiator in a TSDU", &[Snap7], between())
        },
        row("CC of the initiator in a TSDU", &[LibIec61850], between()),
    ]
}

/// Whether no CR comes, so that the class is not known, and a DT has an LI of other classes: it is a
/// faultless DT of class 2, whose DST-REF are the first octets of what the server takes as user data.
pub fn is_of_unknown_class(edits: &[Edit]) -> bool {
    let has = |is: fn(&Edit) -> bool| edits.iter().any(is);
    has(|edit| matches!(edit, Edit::Octets(At::One(0), 5, code) if code.0[0] >> 4 != 0x0e))
        && has(|edit| matches!(edit, Edit::Octets(At::One(1..), 4, _)))
}

/// A length within the TPDU size whose octets never come, and a DT without a known class.
fn unknowable() -> Vec<Row> {
    let longer = |by| vec![Edit::Length(At::One(2), by), Edit::Pause(2)];
    vec![
        Row {
            unanswered: &[2],
            unknowable: Some(Unknowable {
                reason: "the server waits three seconds for the rest of the DT, and then for a TPKT",
                shows: true,
            }),
            ..row("length within the TPDU size", &[Snap7], longer(200))
        },
        Row {
            unanswered: &[2],
            unknowable: Some(Unknowable {
                reason: "the same, and the next request is as long as the rest",
                shows: false,
            }),
            ..row("length of two requests", &[Snap7], longer(31))
        },
        Row {
            unanswered: &[0],
            unknowable: Some(Unknowable {
                reason: "no CR tells the class, and the LI is one of class 2",
                shows: true,
            }),
            ..row(
                "no CR, and a DT with LI 4",
                &[Snap7],
                vec![octets(At::One(0), 5, "f4"), octets(At::One(3), 4, "04")],
            )
        },
    ]
}

impl Row {
    pub fn conversation(&self, stack: Stack) -> Conversation {
        let mut conversation = stack.conversation();
        for edit in &self.edits {
            edit.apply(stack, &mut conversation);
        }
        Conversation {
            name: self.name.into(),
            edits: self.edits.clone(),
            view: self.view,
            ..conversation
        }
    }

    /// The numbers of the messages that are answered.
    pub fn answered(&self, conversation: &Conversation) -> Vec<usize> {
        let messages = conversation.messages.iter().enumerate();
        let requests = messages.filter(|(_, message)| message.request.is_some());
        let numbers = requests.map(|(number, _)| number);
        numbers
            .filter(|number| !self.unanswered.contains(number))
            .collect()
    }

    /// What is on the wire when the server answers as the table says.
    pub fn talk(&self, conversation: &Conversation) -> Talk {
        let answered = self.answered(conversation);
        let mut talk = Talk::default();
        for (number, message) in conversation.messages.iter().enumerate() {
            talk.sent.push((A, message.octets.clone()));
            talk.complete.push(talk.sent.len());
            let Some(request) = message
                .request
                .as_ref()
                .filter(|_| answered.contains(&number))
            else {
                continue;
            };
            let tpkt = match request {
                Request::Connect(reference, calling) => {
                    let [high, low] = reference.to_be_bytes();
                    let mut cc = vec![0xd0, high, low, 0, 1, 0];
                    cc.extend(
                        calling
                            .iter()
                            .flat_map(|calling| calling_parameter(calling)),
                    );
                    let mut tpkt = tpkt_of(&cc).0;
                    // snap7 sends version and reserved octet back.
                    tpkt[..2].copy_from_slice(&message.octets[..2]);
                    tpkt
                }
                Request::Tsdu(_) => dt(true, b"answer"),
            };
            talk.answers.push(Answer {
                message: number,
                steps: talk.sent.len(),
                tpkt: tpkt.clone(),
            });
            talk.sent.push((B, tpkt));
        }
        talk
    }
}
