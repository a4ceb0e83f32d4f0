//! A connection on its way into the library, which cuts and joins it.

use crate::Problem;
use crate::capture::Arrival;
use crate::dissector::{Dissected, Dissector, Feed, Stream};
use crate::tcp::Delivery;
use isotsap::dissection::Encapsulation;
use isotsap::ffi::OptionFlag;
use isotsap::recognition::Recognition;
use isotsap::stream::Missing;

/// What comes of a connection, and how it is shown.
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
    /// When the last of the octets came that wait for others.
    arrival: Arrival,
    waiting: bool,
}

enum State {
    /// The first octets, by who sent them, will tell whether there are TPKTs.
    Unrecognised([Vec<u8>; 2]),
    /// There are TPKTs, but nothing of them came yet.
    Recognised,
    Followed(Stream),
    /// There are none.
    Ignored,
}

impl Follower {
    /// `recognised` when the port says that there are TPKTs; `joined` when the connection's start
    /// is not in the capture.
    pub fn new(recognised: bool, joined: bool, rdp: bool) -> Self {
        let flag = |flag: OptionFlag, on| if on { flag as u32 } else { 0 };
        Self {
            state: if recognised {
                State::Recognised
            } else {
                State::Unrecognised(Default::default())
            },
            flags: flag(OptionFlag::Joined, joined) | flag(OptionFlag::Rdp, rdp),
            directions: Default::default(),
        }
    }

    /// Takes what a direction delivers, and shows what comes of it.
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
                    direction.arrival = if direction.waiting {
                        direction.arrival.max(arrival)
                    } else {
                        arrival
                    };
                }
                Feed::Octets(octets)
            }
            Delivery::CutOff(count) => Feed::Gap(count.into(), Missing::CutOff),
            Delivery::Lost(count) => Feed::Gap(count.into(), Missing::Lost),
            Delivery::End => Feed::End,
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
            (State::Unrecognised(_), Feed::End) => Ok(()),
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
        direction.waiting =
            dissector.follow(stream, sender, feed, &mut |dissector, dissected| {
                show(dissector, dissected, direction.arrival)
            })?;
        Ok(())
    }
}

/// Whether TPKTs begin here, of either kind.
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
