//! A connection from the octets of a fuzzer: without any it is a CR and a CC, each further operation
//! appends a valid TPDU, or changes what was appended before.

use crate::build::{Carrier, Conversation};
use crate::common::make::tpkt;
use crate::input::Input;
use crate::seen::{self, Happening};
use isotsap::dissection::Ending;
use isotsap::dissection::record::{Packet, PacketFlag};
use isotsap::stream::Missing;

/// Classes and options: extended formats are 2, no explicit flow control is 1.
const CLASSES: [u8; 10] = [0x00, 0x10, 0x20, 0x22, 0x21, 0x23, 0x30, 0x32, 0x40, 0x42];

/// More TPDUs than any fault needs.
const MOST: usize = 60;

/// What a packet or its absence is.
#[derive(Clone, Debug)]
pub enum Step {
    Octets {
        end: u32,
        octets: Vec<u8>,
        /// How many octets behind them are on the wire but not in the capture.
        cut_off: u32,
    },
    Lost(u32, u64),
    Finish(u32),
    Close(u32, Ending),
}

/// What happens on a connection.
pub struct Script {
    pub carrier: Carrier,
    pub steps: Vec<Step>,
    /// The TSDUs of both ends, when nothing was changed.
    pub tsdus: Option<[Vec<Vec<u8>>; 2]>,
}

/// The octets of a connection in a row, with packets or happenings as places in them.
pub struct Sent<T> {
    pub octets: Vec<u8>,
    pub parts: Vec<T>,
}

/// A script while it is read.
struct Writer {
    conversation: Conversation,
    steps: Vec<Step>,
    /// The next TPDU is concatenated with the one before.
    joins: bool,
    /// The user data of each end that no EOT has followed, and the TSDUs.
    open: [Vec<u8>; 2],
    tsdus: Option<[Vec<Vec<u8>>; 2]>,
}

impl Script {
    pub fn read(input: &mut Input) -> Self {
        let [kind, choice] = input.array();
        let carrier = match kind & 0x30 {
            0x30 => Carrier::Nsdu,
            _ => Carrier::Tpkt,
        };
        let class_options = CLASSES[usize::from(kind & 0x0f) % CLASSES.len()];
        let mut conversation = Conversation::new("fuzzed", carrier, class_options);
        if kind & 0x40 != 0 && class_options >= 0x40 {
            conversation = conversation.with_checksums();
        }
        let mut writer = Writer {
            conversation: Conversation::new("", carrier, class_options),
            steps: Vec::new(),
            joins: false,
            open: [Vec::new(), Vec::new()],
            tsdus: Some([Vec::new(), Vec::new()]),
        };
        std::mem::swap(&mut writer.conversation, &mut conversation);
        writer.begin(kind & 0x80 != 0, choice, input);
        while writer.steps.len() < MOST
            && let Some(operation) = input.octet()
        {
            writer.operation(operation, input);
        }
        Self {
            carrier,
            steps: writer.steps,
            tsdus: writer.tsdus,
        }
    }

    /// As packets. A step may be joined with the one before, of the same end, into one packet.
    pub fn packets(&self, joins: impl Fn(usize) -> bool) -> Sent<Packet> {
        let mut octets = Vec::new();
        let mut packets: Vec<Packet> = Vec::new();
        let mut after_gap = [0; 2];
        for (index, step) in self.steps.iter().enumerate() {
            let (end, flags) = match step {
                Step::Octets { end, .. } => (*end, 0),
                Step::Lost(end, _) => {
                    after_gap[*end as usize] = PacketFlag::AfterGap as u32;
                    continue;
                }
                Step::Close(end, Ending::Closed) => (*end, PacketFlag::Closed as u32),
                Step::Close(end, Ending::Reset) => (*end, PacketFlag::Reset as u32),
                Step::Close(..) | Step::Finish(_) => continue,
            };
            let sender = (PacketFlag::FromA as u32) << end;
            let gap = std::mem::take(&mut after_gap[end as usize]);
            let at = octets.len();
            let mut cut = 0;
            if let Step::Octets {
                octets: more,
                cut_off,
                ..
            } = step
            {
                octets.extend(more);
                cut = *cut_off;
            }
            let length = u32::try_from(octets.len() - at).unwrap();
            match packets.last_mut() {
                Some(last)
                    if joins(index)
                        && gap == 0
                        && last.captured == last.reported
                        && last.flags & !1 == sender =>
                {
                    last.captured += length;
                    last.reported += length + cut;
                    last.flags |= flags;
                }
                _ => packets.push(Packet {
                    offset: at as u64,
                    captured: length,
                    reported: length + cut,
                    flags: sender | gap | flags,
                    reserved: 0,
                }),
            }
        }
        Sent {
            octets,
            parts: packets,
        }
    }

    /// As a stream.
    pub fn happenings(&self) -> Sent<Happening> {
        let (mut octets, mut happenings) = (Vec::new(), Vec::new());
        for step in &self.steps {
            match step {
                Step::Octets {
                    end,
                    octets: more,
                    cut_off,
                } => {
                    let (at, length) = (octets.len(), more.len());
                    octets.extend(more);
                    seen::push(
                        &mut happenings,
                        Happening::Octets {
                            end: *end,
                            at,
                            length,
                        },
                    );
                    if *cut_off > 0 {
                        happenings.push(Happening::Gap(*end, u64::from(*cut_off), Missing::CutOff));
                    }
                }
                Step::Lost(end, count) => {
                    happenings.push(Happening::Gap(*end, *count, Missing::Lost));
                }
                Step::Finish(end) => happenings.push(Happening::Finish(*end)),
                Step::Close(end, ending) => happenings.push(Happening::Close(*end, *ending)),
            }
        }
        Sent {
            octets,
            parts: happenings,
        }
    }
}

impl Writer {
    /// Appends a TPDU.
    fn append(&mut self, build: impl FnOnce(Conversation) -> Conversation) {
        let empty = Conversation::new("", Carrier::Tpkt, 0);
        self.conversation = build(std::mem::replace(&mut self.conversation, empty));
        let message = self.conversation.messages.last_mut().unwrap();
        let (end, octets) = (message.end, std::mem::take(&mut message.octets));
        if self.joins
            && let Some(Step::Octets {
                end: last_end,
                octets: before,
                ..
            }) = self.steps.last_mut()
            && *last_end == end
        {
            match self.conversation.carrier {
                Carrier::Nsdu => before.extend(octets),
                Carrier::Tpkt => {
                    *before = tpkt(&[&before[4.min(before.len())..], &octets[4..]].concat())
                }
            }
        } else {
            self.steps.push(Step::Octets {
                end,
                octets,
                cut_off: 0,
            });
        }
        self.joins = false;
    }

    /// The CR and the CC.
    fn begin(&mut self, is_rdp: bool, choice: u8, input: &mut Input) {
        if is_rdp && self.conversation.class() == 0 {
            let protocols = [None, Some(0), Some(1), Some(3), Some(0x0b)][usize::from(choice % 5)];
            let cookie: &[u8] = match choice >> 6 {
                0 => b"",
                1 => b"Cookie: mstshash=user\r\n",
                2 => b"Cookie: msts=1.2.3\r\n",
                _ => b"routing token\r\n",
            };
            let answer = match choice >> 3 & 7 {
                0 => None,
                1 => Some((3, 2)),
                selected => Some((2, u32::from(selected) - 2)),
            };
            self.append(|conversation| conversation.rdp_cr(cookie, protocols));
            self.append(|conversation| conversation.rdp_cc(answer));
            return;
        }
        let values = input.array();
        if choice & 0x80 == 0 {
            self.cr(choice, values);
        }
        match choice & 0x60 {
            0x60 => {}
            _ => self.cc(choice, values),
        }
    }

    fn cr(&mut self, choice: u8, values: [u8; 4]) {
        let class_options = self.conversation.class_options;
        let parameters = parameters(class_options >> 4, choice, values, true);
        self.append(|conversation| conversation.cr(class_options, &borrowed(&parameters)));
    }

    fn cc(&mut self, choice: u8, values: [u8; 4]) {
        let class = self.conversation.class();
        let parameters = parameters(class, choice, values, false);
        self.append(|conversation| conversation.cc(&borrowed(&parameters)));
    }

    fn dt(&mut self, end: u32, eot: bool, octet: u8) {
        /// A stream believes no longer TPKT whose TPDU is above the size that was agreed.
        const BELIEVED: usize = 2000;
        let length = match octet {
            0..240 => usize::from(octet),
            _ => usize::from(octet - 239) * 130,
        };
        self.append(|conversation| conversation.dt(end, eot, length));
        if length > BELIEVED {
            self.tsdus = None;
        }
        if self.tsdus.is_some() {
            let Some(Step::Octets { octets, .. }) = self.steps.last() else {
                unreachable!("a DT was appended")
            };
            let data = &octets[octets.len() - length..];
            let open = &mut self.open[end as usize];
            open.extend(data);
            if eot && let Some(tsdus) = &mut self.tsdus {
                tsdus[end as usize].push(std::mem::take(open));
            }
        }
    }

    /// One operation. Only DTs, acknowledgements and ends leave it known what the TSDUs are.
    fn operation(&mut self, operation: u8, input: &mut Input) {
        let end = u32::from(operation & 1);
        let class = self.conversation.class();
        let value = input.octet().unwrap_or(0);
        match operation >> 1 & 31 {
            0..=4 => return self.dt(end, true, value),
            5..=8 => return self.dt(end, false, value),
            9 if class != 0 => return self.append(|conversation| conversation.ak(end)),
            _ => self.tsdus = None,
        }
        match operation >> 1 & 31 {
            10 => self.append(|conversation| conversation.rj(end)),
            11 => self.append(|conversation| conversation.ed(end, usize::from(value % 20))),
            12 => self.append(|conversation| conversation.ea(end)),
            13 => {
                let parameters: &[(u8, &[u8])] = if value & 0x80 != 0 {
                    &[(0xe0, b"bye")]
                } else {
                    &[]
                };
                self.append(|conversation| conversation.dr(end, value & 0x7f, parameters));
            }
            14 => self.append(|conversation| conversation.dc(end)),
            15 => self.append(|conversation| conversation.er(end, value & 3, &[0x02, 0xf0])),
            16 => self.append(|conversation| conversation.ud(end, &[(0xc1, b"a"), (0xc2, b"b")])),
            17 => self.cr(value, input.array()),
            18 => self.cc(value, input.array()),
            19 => self.steps.push(Step::Lost(end, value.into())),
            20 => self.steps.push(Step::Lost(end, 0)),
            21 => self.steps.push(match value % 5 {
                0 => Step::Finish(end),
                1 => Step::Close(end, Ending::Unknown),
                2 => Step::Close(end, Ending::Closed),
                3 => Step::Close(end, Ending::Reset),
                _ => Step::Close(end, Ending::Capture),
            }),
            22 => self.joins = true,
            23 => self.conversation.class_options = CLASSES[usize::from(value) % CLASSES.len()],
            24 => self.foreign(end, value, input),
            25 => {
                let octets = input.octets().to_vec();
                self.steps.push(Step::Octets {
                    end,
                    octets,
                    cut_off: 0,
                });
            }
            change => self.change(change, value, input),
        }
    }

    /// What is no TPKT.
    fn foreign(&mut self, end: u32, value: u8, input: &mut Input) {
        let octets = match value % 4 {
            0 => [
                &[0x16, 0x03, 0x01, 0x00, value >> 2][..],
                &vec![1; usize::from(value >> 2)],
            ]
            .concat(),
            1 => [
                &[value & 0xc0, 2 + (value >> 2)][..],
                &vec![7; usize::from(value >> 2)],
            ]
            .concat(),
            2 => tpkt(input.octets()),
            _ => tpkt(&[&[0x02, 0xf0, 0x80, 0x7f, 0x65], input.octets()].concat()),
        };
        self.steps.push(Step::Octets {
            end,
            octets,
            cut_off: 0,
        });
    }

    /// Changes the last octets that were appended.
    fn change(&mut self, change: u8, value: u8, input: &mut Input) {
        let number = self.steps.len();
        let Some(Step::Octets {
            octets, cut_off, ..
        }) = self.steps.last_mut()
        else {
            return;
        };
        let at = usize::from(value).min(octets.len());
        match change {
            26 => {
                if let Some(octet) = octets.get_mut(at) {
                    *octet = input.octet().unwrap_or(0);
                }
            }
            27 => {
                *cut_off += u32::try_from(octets.len() - at).unwrap();
                octets.truncate(at);
            }
            28 => octets.truncate(at),
            29 => {
                octets.splice(at..at, input.octets().iter().copied());
            }
            30 => {
                let again = self.steps[number - 1].clone();
                self.steps.push(again);
            }
            _ if number > 1 => self.steps.swap(number - 1, number - 2),
            _ => {}
        }
    }
}

/// Parameters of a CR or CC, with lengths that are allowed.
fn parameters(class: u8, choice: u8, values: [u8; 4], is_request: bool) -> Vec<(u8, Vec<u8>)> {
    let [size, selector, options, more] = values;
    let mut parameters = Vec::new();
    if choice & 1 == 0 {
        let largest = if class == 0 { 11 } else { 13 };
        parameters.push((0xc0, vec![7 + size % (largest - 6)]));
    }
    if choice & 2 == 0 {
        let text = |length: u8| vec![b'a'; usize::from(length % 9)];
        parameters.push((0xc1, text(selector)));
        parameters.push((0xc2, text(selector >> 4)));
    }
    if choice & 4 != 0 {
        parameters.push((0xf0, vec![size; 1 + usize::from(size % 4)]));
    }
    if choice & 8 != 0 && class != 0 {
        if is_request {
            parameters.push((0xc4, vec![1]));
            parameters.push((0xc7, vec![options & 0x70]));
        }
        parameters.push((0xc6, vec![options]));
    }
    if choice & 16 != 0 && class == 4 {
        parameters.push((0x85, vec![more, 0]));
        parameters.push((0xf2, vec![0, 0, more, 1]));
        parameters.push((0x89, vec![more; 12]));
    }
    parameters
}

fn borrowed(parameters: &[(u8, Vec<u8>)]) -> Vec<(u8, &[u8])> {
    parameters
        .iter()
        .map(|(code, value)| (*code, &value[..]))
        .collect()
}
