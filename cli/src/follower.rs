//! One TCP connection, pushed into a stream of the library.

use crate::Problem;
use crate::dissector::{Dissected, Dissector, Feed, Stream};
use isotsap::dissection::{Encapsulation, Ending};
use isotsap::ffi::OptionFlag;
use isotsap::recognition::Recognition;
use isotsap::stream::Missing;
use isotsap_capture::{self as capture, Arrival, Delivery};

/// Shows what a connection carries.
pub type Show<'a> = dyn FnMut(&mut Dissector, &Dissected, Arrival) -> Result<(), Problem> + 'a;

/// One connection.
pub struct Follower {
    state: State,
    /// Flags for the library.
    flags: u32,
    directions: [Direction; 2],
}

#[derive(Clone, Copy, Default)]
struct Direction {
    /// When the latest octets of an incomplete TPKT arrived.
    arrival: Arrival,
    incomplete: bool,
    /// When the packet arrived that ended it.
    end: Arrival,
}

enum State {
    /// The first octets of each direction, not enough to tell whether they are TPKTs.
    Unrecognised([Vec<u8>; 2]),
    /// There are TPKTs, but no octets of them yet.
    Recognised,
    Followed(Stream),
    /// There are no TPKTs.
    Ignored,
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
            directions: Default::default(),
        }
    }

    /// Handles an event of a direction, and shows the TPDUs that it completes.
    pub fn take(
        &mut self,
        sender: usize,
        delivery: Delivery,
        dissector: &mut Dissector,
        show: &mut Show,
    ) -> Result<(), Problem> {
        let feed = match delivery {
            Delivery::Octets(octets, arrival) => {
                if let Some(direction) = self.directions.get_mut(sender) {
                    direction.arrival = if direction.incomplete {
                        direction.arrival.max(arrival)
                    } else {
                        arrival
                    };
                }
                Feed::Octets(octets)
            }
            Delivery::Truncated(count) => Feed::Gap(count.into(), Missing::CutOff),
            Delivery::Lost(count) => Feed::Gap(count.into(), Missing::Lost),
            Delivery::End(ending, arrival) => {
                if let Some(direction) = self.directions.get_mut(sender) {
                    direction.end = arrival;
                }
                Feed::End(match ending {
                    capture::Ending::Unknown => Ending::Unknown,
                    capture::Ending::Closed => Ending::Closed,
                    capture::Ending::Reset => Ending::Reset,
                    capture::Ending::Capture => Ending::Capture,
                })
            }
        };
        match (&mut self.state, feed) {
            (State::Ignored, _) => Ok(()),
            (State::Followed(_), feed) => self.feed(sender, feed, dissector, show),
            (State::Recognised, feed) => {
                self.state = State::Followed(dissector.stream(Encapsulation::Tpkt, self.flags)?);
                self.feed(sender, feed, dissector, show)
            }
            (State::Unrecognised(held), Feed::Octets(octets)) => {
                let Some(held) = held.get_mut(sender) else {
                    return Ok(());
                };
                held.extend_from_slice(octets);
                match recognise(dissector, held) {
                    Recognition::NeedMore => Ok(()),
                    Recognition::No => {
                        self.state = State::Ignored;
                        Ok(())
                    }
                    Recognition::Yes => self.begin(dissector, show),
                }
            }
            (State::Unrecognised(_), Feed::Gap(..)) => {
                self.state = State::Ignored;
                Ok(())
            }
            (State::Unrecognised(_), Feed::End(_)) => Ok(()),
        }
    }

    /// One of the directions was recognised.
    fn begin(&mut self, dissector: &mut Dissector, show: &mut Show) -> Result<(), Problem> {
        let State::Unrecognised(held) = &mut self.state else {
            return Ok(());
        };
        let held = std::mem::take(held);
        let with_cotp = held.iter().any(|octets| {
            dissector.recognise(octets, Encapsulation::Tpkt) == Recognition::Yes as i32
        });
        let encapsulation = if with_cotp {
            Encapsulation::Tpkt
        } else {
            Encapsulation::TpktOnly
        };
        self.state = State::Followed(dissector.stream(encapsulation, self.flags)?);
        for (sender, octets) in held.iter().enumerate() {
            self.feed(sender, Feed::Octets(octets), dissector, show)?;
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
        direction.incomplete =
            dissector.follow(stream, sender, feed, &mut |dissector, dissected| {
                let [octets, end] = dissected.split_at_end();
                show(dissector, &octets, direction.arrival)?;
                show(dissector, &end, direction.end)
            })?;
        Ok(())
    }
}

/// Whether these octets start a TPKT, with a TPDU or with anything else.
fn recognise(dissector: &Dissector, octets: &[u8]) -> Recognition {
    const YES: i32 = Recognition::Yes as i32;
    const NO: i32 = Recognition::No as i32;
    let of = |encapsulation| dissector.recognise(octets, encapsulation);
    match (of(Encapsulation::Tpkt), of(Encapsulation::TpktOnly)) {
        (YES, _) | (NO, YES) => Recognition::Yes,
        (NO, NO) => Recognition::No,
        _ => Recognition::NeedMore,
    }
}
