//! A stream of the library, and its output in a form that does not depend on how its octets were
//! pushed.
#![allow(dead_code)]

use super::make::{cc, cr};
use super::{LIBRARY, context, options, size_of_struct, unwritten};
use isotsap::dissection::record::{Item, Pdu, PduFlag};
use isotsap::dissection::{Context, Encapsulation, Ending};
use isotsap::ffi::{OptionFlag, Options, Status, StreamHandle, StreamResult};
use isotsap::stream::Missing;
use std::ptr;

pub const A: u32 = 0;
pub const B: u32 = 1;

/// Room for a few records, and for the items of nearly any TPDU.
pub const ROOMY: (usize, usize) = (8, 256);

/// What a stream emits, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A record, its offsets counted from its TPKT, with where that is in the direction.
    Pdu {
        end: u32,
        at: u64,
        pdu: String,
        items: Vec<String>,
        experts: Vec<&'static str>,
        /// Items are left out.
        is_cut: bool,
    },
    Tsdu {
        end: u32,
        octets: Vec<u8>,
        segments: u32,
    },
}

/// The output of one call.
#[derive(Clone, Debug)]
pub struct Given {
    pub status: i32,
    pub result: StreamResult,
    pub pdus: Vec<Pdu>,
    pub items: Vec<Item>,
    /// The octets of the result, or those that were pushed.
    octets: *const u8,
}

pub struct Stream {
    handle: *mut StreamHandle,
    /// Room for records and items in each call.
    pub room: (usize, usize),
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the handle is a stream's.
        unsafe { (LIBRARY.stream_free)(self.handle) }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Feed<'a> {
    Push(&'a [u8]),
    Gap(u64, Missing),
    Finish,
    Close(Ending),
}

pub fn stream_options(flags: &[OptionFlag]) -> Options {
    Options {
        flags: flags.iter().map(|&flag| flag as u32).sum(),
        ..options(Encapsulation::Tpkt)
    }
}

impl Stream {
    pub fn new(options: &Options) -> Self {
        let mut handle = ptr::null_mut();
        // SAFETY: both pointers are of locals.
        let status = unsafe { (LIBRARY.stream_new)(options, &mut handle) };
        assert_eq!(status, Status::Ok as i32);
        assert!(!handle.is_null());
        Self {
            handle,
            room: ROOMY,
        }
    }

    /// A connection seen from its start.
    pub fn from_start() -> Self {
        Self::new(&stream_options(&[]))
    }

    /// One call.
    pub fn call(&mut self, end: u32, feed: Feed, room: (usize, usize)) -> Given {
        let (mut pdus, mut items) = (
            vec![unwritten::<Pdu>(); room.0],
            vec![unwritten::<Item>(); room.1],
        );
        let mut result = StreamResult {
            struct_size: size_of_struct::<StreamResult>(),
            ..unwritten()
        };
        let (pdu_pointer, pdu_room) = (pdus.as_mut_ptr(), pdus.len() as u64);
        let (item_pointer, item_room) = (items.as_mut_ptr(), items.len() as u64);
        // SAFETY: every pointer is valid for the length beside it.
        let status = unsafe {
            match feed {
                Feed::Push(octets) => (LIBRARY.stream_push)(
                    self.handle,
                    end,
                    octets.as_ptr(),
                    octets.len() as u64,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
                Feed::Gap(count, missing) => (LIBRARY.stream_gap)(
                    self.handle,
                    end,
                    count,
                    missing as u32,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
                Feed::Finish => (LIBRARY.stream_finish)(
                    self.handle,
                    end,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
                Feed::Close(ending) => (LIBRARY.stream_close.unwrap())(
                    self.handle,
                    end,
                    ending as u32,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
            }
        };
        pdus.truncate(usize::try_from(result.pdus_written).unwrap());
        items.truncate(usize::try_from(result.items_written).unwrap());
        let octets = match feed {
            Feed::Push(pushed) if result.octets.is_null() => pushed.as_ptr(),
            _ => result.octets,
        };
        Given {
            status,
            result,
            pdus,
            items,
            octets,
        }
    }

    /// Calls until all is done; returns the last result too.
    pub fn feed(&mut self, end: u32, feed: Feed) -> (Vec<Event>, StreamResult) {
        let mut events = Vec::new();
        let mut feed = feed;
        let mut idle_calls = 0;
        loop {
            let given = self.call(end, feed, self.room);
            let result = given.result;
            assert!(given.status >= 0, "{given:?}");
            let before = events.len();
            given.events(end, &mut events);
            if given.status == Status::Ok as i32 {
                return (events, result);
            }
            assert_eq!(given.status, Status::More as i32);
            let progress = result.consumed > 0 || events.len() > before;
            // A call may do no more than discard what the call before it emitted.
            idle_calls = if progress { 0 } else { idle_calls + 1 };
            assert!(idle_calls < 2, "no progress: {given:?}");
            if let Feed::Push(octets) = &mut feed {
                *octets = &octets[usize::try_from(result.consumed).unwrap()..];
            }
        }
    }

    pub fn push(&mut self, end: u32, octets: &[u8]) -> Vec<Event> {
        self.feed(end, Feed::Push(octets)).0
    }

    pub fn gap(&mut self, end: u32, count: u64) -> Vec<Event> {
        self.feed(end, Feed::Gap(count, Missing::Lost)).0
    }

    pub fn finish(&mut self, end: u32) -> Vec<Event> {
        self.feed(end, Feed::Finish).0
    }

    pub fn close(&mut self, end: u32, ending: Ending) -> Vec<Event> {
        self.feed(end, Feed::Close(ending)).0
    }

    pub fn context(&self) -> Context {
        let mut context = context();
        // SAFETY: the handle is a stream's, the context a local.
        let status = unsafe { (LIBRARY.stream_context)(self.handle, &mut context) };
        assert_eq!(status, Status::Ok as i32);
        context
    }
}

impl Given {
    /// The octets the offsets of the records count in.
    pub fn octets(&self) -> &[u8] {
        octets_at(self.octets, self.result.octets_length)
    }

    pub fn tsdu(&self) -> &[u8] {
        octets_at(self.result.tsdu, self.result.tsdu_length)
    }

    fn events(&self, end: u32, events: &mut Vec<Event>) {
        for pdu in &self.pdus {
            let first = pdu.first_item as usize;
            let items = &self.items[first..first + usize::from(pdu.item_count)];
            let from_tpkt = |offset: u32| offset.checked_sub(pdu.tpkt_offset).unwrap();
            for item in items {
                assert!(
                    (item.offset + item.length) as usize <= self.octets().len(),
                    "{self:?}"
                );
            }
            events.push(Event::Pdu {
                end,
                at: self.result.position + u64::from(pdu.tpkt_offset),
                pdu: format!(
                    "{:?}",
                    Pdu {
                        tpkt_offset: 0,
                        tpdu_offset: from_tpkt(pdu.tpdu_offset),
                        first_item: 0,
                        item_count: 0,
                        flags: pdu.flags & !(PduFlag::ItemsCut as u16),
                        ..*pdu
                    }
                ),
                items: items
                    .iter()
                    .map(|item| {
                        format!(
                            "{:?}",
                            Item {
                                offset: from_tpkt(item.offset),
                                ..*item
                            }
                        )
                    })
                    .collect(),
                experts: items
                    .iter()
                    .filter(|item| item.severity > 1)
                    .map(super::abbreviation)
                    .collect(),
                is_cut: pdu.flags & PduFlag::ItemsCut as u16 != 0,
            });
            if pdu.flags & PduFlag::Tsdu as u16 != 0 {
                let start = pdu.tpdu_offset as usize + usize::from(pdu.li) + 1;
                let octets = &self.octets()[start..start + pdu.user_data_length as usize];
                events.push(Event::Tsdu {
                    end,
                    octets: octets.to_vec(),
                    segments: 1,
                });
            }
        }
        if self.result.tsdu_segments > 0 {
            events.push(Event::Tsdu {
                end,
                octets: self.tsdu().to_vec(),
                segments: self.result.tsdu_segments,
            });
        }
    }
}

fn octets_at<'a>(pointer: *const u8, length: u64) -> &'a [u8] {
    match usize::try_from(length).unwrap() {
        0 => &[],
        // SAFETY: the stream promises so many octets until the next call, and they are not kept longer.
        length => unsafe { std::slice::from_raw_parts(pointer, length) },
    }
}

/// A stream whose CR and CC were exchanged, A the initiator.
pub fn connected(class_options: u8) -> Stream {
    connected_within(0, class_options)
}

/// The same with a limit of TSDUs.
pub fn connected_within(tsdu_limit: u32, class_options: u8) -> Stream {
    let mut stream = Stream::new(&Options {
        tsdu_limit,
        ..stream_options(&[])
    });
    stream.push(A, &cr(class_options));
    stream.push(B, &cc(class_options));
    stream
}

/// The TSDUs among events.
pub fn tsdus(events: &[Event]) -> Vec<(Vec<u8>, u32)> {
    let tsdu = |event: &Event| match event {
        Event::Tsdu {
            octets, segments, ..
        } => Some((octets.clone(), *segments)),
        Event::Pdu { .. } => None,
    };
    events.iter().filter_map(tsdu).collect()
}

/// The expert infos above chat among events, record by record.
pub fn experts(events: &[Event]) -> Vec<Vec<&'static str>> {
    let experts = |event: &Event| match event {
        Event::Pdu { experts, .. } => Some(experts.clone()),
        Event::Tsdu { .. } => None,
    };
    events.iter().filter_map(experts).collect()
}

/// Checks that events of calls with arrays for `room` are those of calls with large ones.
pub fn assert_same(events: &[Event], whole: &[Event], room: (usize, usize)) {
    assert_eq!(events.len(), whole.len(), "{room:?}");
    for pair in events.iter().zip(whole) {
        let mut expected = pair.1.clone();
        if let (
            Event::Pdu {
                items,
                experts,
                is_cut,
                ..
            },
            Event::Pdu {
                items: all_items,
                experts: all_experts,
                is_cut: is_expected_cut,
                ..
            },
        ) = (pair.0, &mut expected)
        {
            if *is_cut {
                assert!(
                    room.1 - 16 <= items.len() && items.len() <= room.1,
                    "{pair:?}"
                );
                assert!(all_items.len() > room.1, "{pair:?}");
                let is_among = |expert| all_experts.contains(expert);
                assert!(experts.iter().all(is_among), "{pair:?}");
            }
            if *is_cut || room.1 == 0 {
                all_items.clone_from(items);
                all_experts.clone_from(experts);
                *is_expected_cut = *is_cut;
            }
        }
        assert_eq!(*pair.0, expected, "{room:?}");
    }
}

/// The positions of the records in their direction.
pub fn places(events: &[Event]) -> Vec<u64> {
    let place = |event: &Event| match event {
        Event::Pdu { at, .. } => Some(*at),
        Event::Tsdu { .. } => None,
    };
    events.iter().filter_map(place).collect()
}

/// What happens on a connection.
#[derive(Clone, Debug)]
pub enum Happening {
    Octets(u32, Vec<u8>),
    Gap(u32, u64, Missing),
    Finish(u32),
}

/// The output for a connection whose octets are pushed in pieces of these lengths, repeated in turn.
pub fn follow(
    options: &Options,
    happenings: &[Happening],
    room: (usize, usize),
    pieces: &[usize],
) -> Vec<Event> {
    let mut stream = Stream::new(options);
    stream.room = room;
    let mut lengths = pieces.iter().cycle();
    let mut events = Vec::new();
    for happening in happenings {
        match happening {
            Happening::Octets(end, octets) => {
                let mut rest = &octets[..];
                while !rest.is_empty() {
                    let (piece, behind) = rest.split_at(rest.len().min(*lengths.next().unwrap()));
                    events.extend(stream.push(*end, piece));
                    rest = behind;
                }
            }
            Happening::Gap(end, count, missing) => {
                events.extend(stream.feed(*end, Feed::Gap(*count, *missing)).0);
            }
            Happening::Finish(end) => events.extend(stream.finish(*end)),
        }
    }
    for end in [A, B] {
        events.extend(stream.finish(end));
    }
    events
}
