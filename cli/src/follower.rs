//! One TCP connection, pushed into a stream of the library.

use crate::Problem;
use crate::arrivals::Arrivals;
use crate::dissector::{Dissected, Dissector, Feed, Stream};
use crate::opening::{Found, Opening};
use isotsap::dissection::record::Pdu;
use isotsap::dissection::{Encapsulation, Ending};
use isotsap::ffi::OptionFlag;
use isotsap::stream::Missing;
use isotsap_capture::{self as capture, Arrival, Delivery};

/// Shows what a connection carries, and when each record arrived.
pub type Show<'a> =
    dyn FnMut(&mut Dissector, &Dissected, &dyn Fn(&Pdu) -> Arrival) -> Result<(), Problem> + 'a;

/// One connection.
pub struct Follower {
    state: State,
    /// Flags for the library.
    flags: u32,
    rdp: bool,
    directions: [Direction; 2],
    /// Octets in front of the first TPKT that were not kept.
    passed_over: u64,
}

#[derive(Default)]
struct Direction {
    arrivals: Arrivals,
    /// When the packet arrived that ended it.
    end: Arrival,
}

enum State {
    /// What each direction begins with, as long as no TPKT was found.
    Unrecognised([Opening; 2]),
    /// There are TPKTs, but no octets of them yet.
    Recognised,
    Followed(Stream),
}

impl Follower {
    /// `recognised` when the port says that there are TPKTs; `midstream` when the start of the
    /// connection is not in the capture.
    pub fn new(recognised: bool, midstream: bool, rdp: bool) -> Self {
        let flag = |flag: OptionFlag, on| if on { flag as u32 } else { 0 };
        Self {
            state: if recognised {
                State::Recognised
            } else {
                State::Unrecognised(Default::default())
            },
            flags: flag(OptionFlag::Joined, midstream) | flag(OptionFlag::Rdp, rdp),
            rdp,
            directions: Default::default(),
            passed_over: 0,
        }
    }

    /// How many octets in front of the first TPKT were not given to the library, since the last call.
    pub fn take_passed_over(&mut self) -> u64 {
        std::mem::take(&mut self.passed_over)
    }

    /// Handles an event of a direction, and shows the TPDUs that it completes.
    pub fn take(
        &mut self,
        sender: usize,
        delivery: Delivery,
        dissector: &mut Dissector,
        show: &mut Show,
    ) -> Result<(), Problem> {
        let Some(direction) = self.directions.get_mut(sender) else {
            return Ok(());
        };
        let feed = match delivery {
            Delivery::Octets(octets, arrival) => {
                direction.arrivals.append(octets.len() as u64, arrival);
                Feed::Octets(octets)
            }
            Delivery::Truncated(count) => Feed::Gap(count.into(), Missing::CutOff),
            Delivery::Lost(count) => Feed::Gap(count.into(), Missing::Lost),
            Delivery::End(ending, arrival) => {
                direction.end = arrival;
                Feed::End(match ending {
                    capture::Ending::Unknown => Ending::Unknown,
                    capture::Ending::Closed => Ending::Closed,
                    capture::Ending::Reset => Ending::Reset,
                    capture::Ending::Capture => Ending::Capture,
                })
            }
            Delivery::Refused(..) => return Ok(()),
        };
        if let Feed::Gap(count, _) = feed {
            direction.arrivals.skip(count);
        }
        match (&mut self.state, feed) {
            (State::Followed(_), feed) => self.feed(sender, feed, dissector, show),
            (State::Recognised, feed) => {
                self.state = State::Followed(dissector.stream(Encapsulation::Tpkt, self.flags)?);
                self.feed(sender, feed, dissector, show)
            }
            (State::Unrecognised(openings), feed) => {
                let Some(opening) = openings.get_mut(sender) else {
                    return Ok(());
                };
                let found = match feed {
                    Feed::Octets(octets) => opening.append(octets, dissector),
                    Feed::Gap(..) => {
                        opening.forget();
                        Found::Nothing
                    }
                    Feed::End(_) => Found::Nothing,
                };
                let kept = opening.len();
                direction.arrivals.keep(kept);
                match found {
                    Found::Nothing => Ok(()),
                    Found::Tpkt { with_tpdu } => self.begin(sender, with_tpdu, dissector, show),
                }
            }
        }
    }

    /// One of the directions was recognised. RDP always has TPDUs.
    fn begin(
        &mut self,
        sender: usize,
        with_tpdu: bool,
        dissector: &mut Dissector,
        show: &mut Show,
    ) -> Result<(), Problem> {
        let State::Unrecognised(openings) = &mut self.state else {
            return Ok(());
        };
        self.passed_over = openings.iter().map(Opening::dropped).sum();
        if openings.iter().any(Opening::has_passed_over) {
            // Whether it is RDP, the CR says.
            self.flags &= !(OptionFlag::Rdp as u32);
        }
        let octets = std::mem::take(openings).map(Opening::into_octets);
        let encapsulation = match with_tpdu || self.rdp {
            true => Encapsulation::Tpkt,
            false => Encapsulation::TpktOnly,
        };
        self.state = State::Followed(dissector.stream(encapsulation, self.flags)?);
        for sender in [1 - sender, sender] {
            let octets = octets.get(sender).map_or(&[][..], Vec::as_slice);
            if let Some(direction) = self.directions.get_mut(sender) {
                direction.arrivals.restart(octets.len() as u64);
            }
            if !octets.is_empty() {
                self.feed(sender, Feed::Octets(octets), dissector, show)?;
            }
        }
        Ok(())
    }

    fn feed(
        &mut self,
        sender: usize,
        feed: Feed,
        dissector: &mut Dissector,
        show: &mut Show,
    ) -> Result<(), Problem> {
        let (State::Followed(stream), Some(direction)) =
            (&mut self.state, self.directions.get_mut(sender))
        else {
            return Ok(());
        };
        let Direction { arrivals, end } = direction;
        let kept = dissector.follow(stream, sender, feed, &mut |dissector, dissected| {
            let [octets, last] = dissected.split_at_end();
            if !octets.pdus.is_empty() {
                let position = octets.position;
                show(dissector, &octets, &|pdu| arrivals.of(pdu, position))?;
            }
            match last.pdus.is_empty() {
                true => Ok(()),
                false => show(dissector, &last, &|_| *end),
            }
        })?;
        arrivals.keep(kept);
        Ok(())
    }
}
