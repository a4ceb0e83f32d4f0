//! Cuts the octets of one direction into TPKTs. The library's streams will take this over.

use crate::Problem;
use crate::capture::Arrival;
use crate::dissector::Dissector;
use crate::tcp::Delivery;
use isotsap::dissection::record::{Packet, PacketFlag};
use isotsap::dissection::{Context, ContextFlag, Encapsulation};
use isotsap::tpkt::Recognition;

/// What to do with the octets of a direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first octets will tell whether there are TPKTs at all.
    Unrecognised,
    /// A TPKT starts where the buffer does.
    InStep(Encapsulation),
    /// The next TPKT has to be found; whether octets passed over are worth a word.
    Searching { silently: bool },
    /// Nothing of interest comes any more.
    Ignored,
}

/// One direction of a connection.
pub struct Cutter {
    state: State,
    buffer: Vec<u8>,
    /// Octets still to come of a TPKT that has been handed over.
    owed: usize,
    after_gap: bool,
    /// When the last of the octets in the buffer came.
    arrival: Arrival,
}

/// A TPKT, or whatever stands in its place, with its packet's description.
pub struct Cut<'a> {
    pub octets: &'a [u8],
    pub packet: Packet,
    pub encapsulation: Encapsulation,
    /// When it became complete.
    pub arrival: Arrival,
}

/// Takes a cut; the answer is whether there is more to cut in that direction.
pub type HandOver<'a> = dyn FnMut(&mut Dissector, &mut Context, Cut) -> Result<bool, Problem> + 'a;

/// The length field of a TPKT header.
fn tpkt_length(octets: &[u8]) -> Option<usize> {
    match octets {
        [_, _, high, low, ..] => Some(u16::from_be_bytes([*high, *low]).into()),
        _ => None,
    }
}

/// The length of an RDP fast-path PDU (MS-RDPBCGR 2.2.9.1.2).
fn fast_path_length(octets: &[u8]) -> Option<usize> {
    match octets {
        [header, length, ..] if header & 3 == 0 && length & 0x80 == 0 => Some((*length).into()),
        [header, high, low, ..] if header & 3 == 0 => {
            Some(u16::from_be_bytes([high & 0x7f, *low]).into())
        }
        _ => None,
    }
}

const HEADER: usize = 4;

impl Cutter {
    /// `recognised` when the port says that there are TPKTs; `joined` when the connection's start
    /// is not in the capture.
    pub fn new(recognised: bool, joined: bool) -> Self {
        Self {
            state: match (recognised, joined) {
                (false, _) => State::Unrecognised,
                (true, false) => State::InStep(Encapsulation::Tpkt),
                (true, true) => State::Searching { silently: true },
            },
            buffer: Vec::new(),
            owed: 0,
            after_gap: false,
            arrival: Arrival::default(),
        }
    }

    /// Takes what the direction delivers and hands over what it cuts from that.
    pub fn take(
        &mut self,
        delivery: Delivery,
        dissector: &mut Dissector,
        context: &mut Context,
        hand_over: &mut HandOver,
    ) -> Result<(), Problem> {
        match delivery {
            Delivery::Octets(octets, arrival) => {
                self.arrival = match self.buffer.is_empty() {
                    true => arrival,
                    false => self.arrival.max(arrival),
                };
                let owed = self.owed.min(octets.len());
                self.owed -= owed;
                self.buffer
                    .extend_from_slice(octets.get(owed..).unwrap_or_default());
            }
            Delivery::CutOff(count) | Delivery::Lost(count) => {
                let lost = matches!(delivery, Delivery::Lost(_));
                self.gap(count as usize, lost, dissector, context, hand_over)?;
            }
            Delivery::End => {
                let rest = self.buffer.len();
                return self.hand_over(rest, 0, dissector, context, hand_over);
            }
        }
        while let Some((length, tpkt)) = self.next(dissector, context) {
            if tpkt || !matches!(self.state, State::Searching { silently: true }) {
                self.hand_over(length, length, dissector, context, hand_over)?;
            } else {
                self.buffer.drain(..length);
            }
        }
        Ok(())
    }

    /// How far the next piece goes, and whether it is a TPKT; `None` when more octets are needed.
    fn next(&mut self, dissector: &Dissector, context: &Context) -> Option<(usize, bool)> {
        const YES: i32 = Recognition::Yes as i32;
        const NO: i32 = Recognition::No as i32;
        if self.buffer.is_empty() {
            return None;
        }
        match self.state {
            State::Ignored => {
                self.buffer.clear();
                None
            }
            State::Unrecognised => {
                let with_cotp = dissector.recognise(&self.buffer, Encapsulation::Tpkt);
                let alone = dissector.recognise(&self.buffer, Encapsulation::TpktOnly);
                self.state = match (with_cotp, alone) {
                    (YES, _) => State::InStep(Encapsulation::Tpkt),
                    (NO, YES) => State::InStep(Encapsulation::TpktOnly),
                    (NO, NO) => State::Ignored,
                    _ => return None,
                };
                self.next(dissector, context)
            }
            State::InStep(_) => {
                let version = *self.buffer.first()?;
                let rdp = context.flags & ContextFlag::Rdp as u32 != 0;
                let length = match version {
                    3 => tpkt_length(&self.buffer)?,
                    _ if rdp && version & 3 == 0 => fast_path_length(&self.buffer)?,
                    _ => 0,
                };
                if length >= HEADER || (version != 3 && length > 0) {
                    return (length <= self.buffer.len()).then_some((length, true));
                }
                self.state = State::Searching { silently: false };
                Some((self.find(1, dissector), true))
            }
            State::Searching { .. } => match self.find(0, dissector) {
                0 if dissector.recognise(&self.buffer, Encapsulation::Tpkt) == YES => {
                    self.state = State::InStep(Encapsulation::Tpkt);
                    self.next(dissector, context)
                }
                0 => None,
                skipped => Some((skipped, false)),
            },
        }
    }

    /// Where from `start` on the next TPKT stands, or may stand.
    fn find(&self, start: usize, dissector: &Dissector) -> usize {
        (start..self.buffer.len())
            .find(|&at| {
                let rest = self.buffer.get(at..).unwrap_or_default();
                dissector.recognise(rest, Encapsulation::Tpkt) != Recognition::No as i32
            })
            .unwrap_or(self.buffer.len())
    }

    /// Hands over the first `length` octets as one packet; `reported` is at least what it was on
    /// the wire.
    fn hand_over(
        &mut self,
        length: usize,
        reported: usize,
        dissector: &mut Dissector,
        context: &mut Context,
        hand_over: &mut HandOver,
    ) -> Result<(), Problem> {
        let encapsulation = match self.state {
            State::InStep(encapsulation) => encapsulation,
            State::Searching { .. } => Encapsulation::Tpkt,
            State::Unrecognised | State::Ignored => return Ok(()),
        };
        if length == 0 {
            return Ok(());
        }
        let octets = self.buffer.get(..length).unwrap_or_default();
        let narrow = |length| u32::try_from(length).unwrap_or(u32::MAX);
        let cut = Cut {
            octets,
            packet: Packet {
                captured: narrow(octets.len()),
                reported: narrow(reported.max(octets.len())),
                flags: if self.after_gap {
                    PacketFlag::AfterGap as u32
                } else {
                    0
                },
                ..Packet::default()
            },
            encapsulation,
            arrival: self.arrival,
        };
        self.after_gap = false;
        if hand_over(dissector, context, cut)? {
            self.buffer.drain(..length);
        } else {
            self.state = State::Ignored;
        }
        Ok(())
    }

    /// Octets are missing: those of the TPKT that has begun, and then perhaps its successors.
    fn gap(
        &mut self,
        count: usize,
        lost: bool,
        dissector: &mut Dissector,
        context: &mut Context,
        hand_over: &mut HandOver,
    ) -> Result<(), Problem> {
        if self.owed >= count {
            self.owed -= count;
        } else {
            let begun = self.buffer.len();
            let whole = match self.state {
                State::InStep(_) | State::Searching { .. } => {
                    tpkt_length(&self.buffer).unwrap_or(0)
                }
                State::Unrecognised | State::Ignored => 0,
            };
            // Not even the length may be there, but something is missing all the same.
            let reported = if whole == 0 { begun + count } else { whole };
            self.hand_over(begun, reported, dissector, context, hand_over)?;
            match whole.checked_sub(begun + count) {
                Some(owed) => self.owed = owed,
                None if self.state == State::Unrecognised => self.state = State::Ignored,
                None if self.state != State::Ignored => {
                    self.owed = 0;
                    self.state = State::Searching { silently: !lost };
                }
                None => {}
            }
        }
        self.after_gap |= lost;
        Ok(())
    }
}
