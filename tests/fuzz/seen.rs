//! What a library gives of one connection, in a form that depends neither on how its octets are split
//! nor on the sizes of the arrays. Nothing is written as text and the arrays are used again: a fuzzer
//! spends its time in the library.

use crate::common::library::Library;
use crate::common::{batch_result, context, size_of_struct, unwritten};
use isotsap::cotp::Kind;
use isotsap::dissection::record::{Item, Packet, Pdu, PduFlag};
use isotsap::dissection::{Context, Ending};
use isotsap::ffi::{Options, Status, StreamHandle, StreamResult};
use isotsap::stream::Missing;
use std::cell::RefCell;
use std::ptr;

/// Room for records and items.
pub type Room = (usize, usize);

/// Room for all items of any TPDU.
pub const LARGE: Room = (64, 1024);

/// Of how many items at the end of an array a TPDU that is cut may leave out.
const KEPT_FOR_EXPERTS: usize = 16;

/// Items that a DT of a stream may get when its TSDU is reassembled.
const EXPERTS_OF_REASSEMBLY: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Record {
    end: u32,
    /// Where its TPKT is in the direction, or in the base buffer.
    at: u64,
    /// Its offsets are counted from its TPKT.
    pdu: Pdu,
    items: usize,
    is_cut: bool,
}

/// A TSDU, and how many records are before it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tsdu {
    end: u32,
    records: usize,
    segments: u32,
    length: usize,
}

/// What was given, in order.
#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    records: Vec<Record>,
    items: Vec<Item>,
    tsdus: Vec<Tsdu>,
    tsdu_octets: Vec<u8>,
    context: Context,
    /// Items a DT must have room for beside its own.
    spare_of_dt: usize,
}

thread_local! {
    static ARRAYS: RefCell<(Vec<Pdu>, Vec<Item>)> =
        RefCell::new((vec![unwritten(); LARGE.0], vec![unwritten(); LARGE.1]));
}

impl Seen {
    /// Records of one call; `places` has the end and the position of each packet.
    fn add(&mut self, (pdus, items): (&[Pdu], &[Item]), place: impl Fn(&Pdu) -> (u32, u64)) {
        for pdu in pdus {
            let (end, start) = place(pdu);
            let from_tpkt = |offset: u32| offset.checked_sub(pdu.tpkt_offset).unwrap();
            let first = pdu.first_item as usize;
            let items = &items[first..first + usize::from(pdu.item_count)];
            self.items.extend(items.iter().map(|item| Item {
                offset: from_tpkt(item.offset),
                ..*item
            }));
            self.records.push(Record {
                end,
                at: start + u64::from(pdu.tpkt_offset),
                pdu: Pdu {
                    packet: 0,
                    tpkt_offset: 0,
                    tpdu_offset: from_tpkt(pdu.tpdu_offset),
                    first_item: 0,
                    item_count: 0,
                    flags: pdu.flags & !(PduFlag::ItemsCut as u16),
                    ..*pdu
                },
                items: items.len(),
                is_cut: pdu.has(PduFlag::ItemsCut),
            });
        }
    }

    fn add_tsdu(&mut self, end: u32, segments: u32, octets: &[u8]) {
        self.tsdu_octets.extend(octets);
        self.tsdus.push(Tsdu {
            end,
            records: self.records.len(),
            segments,
            length: octets.len(),
        });
    }

    /// The user data of all TSDUs of an end.
    pub fn tsdus(&self, end: u32) -> Vec<&[u8]> {
        let mut rest = &self.tsdu_octets[..];
        let mut tsdus = Vec::new();
        for tsdu in &self.tsdus {
            let (octets, behind) = rest.split_at(tsdu.length);
            rest = behind;
            if tsdu.end == end {
                tsdus.push(octets);
            }
        }
        tsdus
    }

    /// What is known of the connection at the end.
    pub fn context(&self) -> Context {
        self.context
    }

    /// What was given behind it.
    pub fn append(&mut self, mut behind: Self) {
        self.records.append(&mut behind.records);
        self.items.append(&mut behind.items);
        self.context = behind.context;
    }

    /// Checks that a stream gave first what a batch gave for the same TPKTs.
    pub fn assert_begins_with(&self, batch: &Self) {
        let of_tpdu = |record: &Record| Record {
            at: 0,
            pdu: Pdu {
                flags: record.pdu.flags & !(PduFlag::Tsdu as u16),
                ..record.pdu
            },
            ..*record
        };
        assert!(self.records.len() >= batch.records.len());
        for (record, expected) in self.records.iter().zip(&batch.records) {
            assert_eq!(of_tpdu(record), of_tpdu(expected));
        }
        assert_eq!(self.items[..batch.items.len()], batch.items[..]);
    }

    /// Checks that calls with arrays for `room` gave the same as those with large ones.
    pub fn assert_same(&self, whole: &Self, room: Room) {
        if self == whole {
            return;
        }
        let (mut items, mut all_items) = (&self.items[..], &whole.items[..]);
        for (record, expected) in self.records.iter().zip(&whole.records) {
            let (given, rest) = items.split_at(record.items);
            let (all, all_rest) = all_items.split_at(expected.items);
            (items, all_items) = (rest, all_rest);
            let is_same = Record {
                items: expected.items,
                is_cut: expected.is_cut,
                ..*record
            } == *expected;
            assert!(is_same, "{room:?}\n{record:#?}\n{expected:#?}");
            if record.is_cut {
                let is_dt = record.pdu.r#type == Kind::Dt as u8;
                let spare = if is_dt { self.spare_of_dt } else { 0 };
                assert!(all.len() + spare > room.1, "{room:?}\n{record:?}");
                assert!(given.len() <= room.1, "{record:?}");
                assert!(given.len() >= room.1 - KEPT_FOR_EXPERTS, "{record:?}");
                assert_worst_is_kept(given, all);
            } else if room.1 > 0 {
                assert_eq!(given, all, "{room:?}\n{record:?}");
            } else {
                assert!(given.is_empty());
            }
        }
        assert_eq!(
            self.records.len(),
            whole.records.len(),
            "{self:#?}\n{whole:#?}"
        );
        assert_eq!(self.tsdus, whole.tsdus, "{room:?}");
        assert_eq!(self.tsdu_octets, whole.tsdu_octets, "{room:?}");
        assert_eq!(self.context, whole.context, "{room:?}");
    }
}

/// Of a TPDU whose items do not fit: what is there is among all, and has the worst severity.
fn assert_worst_is_kept(given: &[Item], all: &[Item]) {
    let worst = |items: &[Item]| items.iter().map(|item| item.severity).max();
    assert_eq!(worst(given), worst(all));
    let is_the_same = |one: &Item, other: &Item| {
        (one.id, one.offset, one.length, one.value)
            == (other.id, other.offset, other.length, other.value)
    };
    for item in given {
        assert!(all.iter().any(|other| is_the_same(item, other)), "{item:?}");
    }
}

/// What happens on a connection. Octets are a place in a buffer of the caller.
#[derive(Clone, Copy, Debug)]
pub enum Happening {
    Octets { end: u32, at: usize, length: usize },
    Gap(u32, u64, Missing),
    Finish(u32),
    Close(u32, Ending),
}

/// Joins what an end sends without anything between.
pub fn push(happenings: &mut Vec<Happening>, next: Happening) {
    if let Some(Happening::Octets { end, length, .. }) = happenings.last_mut()
        && let Happening::Octets {
            end: next_end,
            length: more,
            ..
        } = next
        && *end == next_end
    {
        *length += more;
    } else {
        happenings.push(next);
    }
}

struct Stream<'l> {
    library: &'l Library,
    handle: *mut StreamHandle,
    room: Room,
    seen: Seen,
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is a stream's.
        unsafe { (self.library.stream_free)(self.handle) }
    }
}

/// One connection as a stream. What is sent in a row is pushed in pieces of these lengths, repeated in
/// turn.
pub fn follow(
    library: &Library,
    options: &Options,
    (octets, happenings): (&[u8], &[Happening]),
    room: Room,
    pieces: &[usize],
) -> Seen {
    let mut handle = ptr::null_mut();
    // SAFETY: both pointers are of locals.
    let status = unsafe { (library.stream_new)(options, &mut handle) };
    assert_eq!(status, Status::Ok as i32);
    let mut stream = Stream {
        library,
        handle,
        room,
        seen: Seen {
            spare_of_dt: EXPERTS_OF_REASSEMBLY,
            ..Seen::default()
        },
    };
    let mut lengths = pieces.iter().cycle();
    for happening in happenings {
        match *happening {
            Happening::Octets { end, at, length } => {
                let mut rest = &octets[at..at + length];
                while !rest.is_empty() {
                    let (piece, behind) = rest.split_at(rest.len().min(*lengths.next().unwrap()));
                    stream.feed(end, piece, &Happening::Octets { end, at, length });
                    rest = behind;
                }
            }
            Happening::Gap(end, ..) | Happening::Finish(end) | Happening::Close(end, _) => {
                stream.feed(end, &[], happening);
            }
        }
    }
    for end in [0, 1] {
        stream.feed(end, &[], &Happening::Finish(end));
    }
    let mut context = context();
    // SAFETY: the handle is a stream's, the context a local.
    let status = unsafe { (library.stream_context)(stream.handle, &mut context) };
    assert_eq!(status, Status::Ok as i32);
    Seen {
        context,
        ..std::mem::take(&mut stream.seen)
    }
}

impl Stream<'_> {
    /// Calls until all is done. Every call does something, but one may only discard what the call
    /// before it gave out.
    fn feed(&mut self, end: u32, octets: &[u8], happening: &Happening) {
        let mut rest = octets;
        let mut idle_calls = 0;
        ARRAYS.with_borrow_mut(|(pdus, items)| {
            while self.call(end, &mut rest, happening, (pdus, items), &mut idle_calls) {
                assert!(idle_calls < 2, "no progress: {happening:?}");
            }
        });
    }

    /// One call; whether it must be repeated.
    fn call(
        &mut self,
        end: u32,
        rest: &mut &[u8],
        happening: &Happening,
        (pdus, items): (&mut [Pdu], &mut [Item]),
        idle_calls: &mut u32,
    ) -> bool {
        let (library, handle) = (self.library, self.handle);
        let mut result = StreamResult {
            struct_size: size_of_struct::<StreamResult>(),
            ..StreamResult::default()
        };
        let (pdu_pointer, pdu_room) = (pdus.as_mut_ptr(), self.room.0 as u64);
        let (item_pointer, item_room) = (items.as_mut_ptr(), self.room.1 as u64);
        // SAFETY: every pointer is valid for the length beside it: no room exceeds LARGE.
        let status = unsafe {
            match *happening {
                Happening::Octets { .. } => (library.stream_push)(
                    handle,
                    end,
                    rest.as_ptr(),
                    rest.len() as u64,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
                Happening::Gap(_, count, missing) => (library.stream_gap)(
                    handle,
                    end,
                    count,
                    missing as u32,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
                Happening::Finish(_) => (library.stream_finish)(
                    handle,
                    end,
                    pdu_pointer,
                    pdu_room,
                    item_pointer,
                    item_room,
                    &mut result,
                ),
                Happening::Close(_, ending) => (library.stream_close.unwrap())(
                    handle,
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
        let given = match usize::try_from(result.octets_length).unwrap() {
            length if result.octets.is_null() => &rest[..length],
            // SAFETY: the stream promises so many octets until the next call.
            length => unsafe { std::slice::from_raw_parts(result.octets, length) },
        };
        self.take(end, &result, given, (pdus, items));
        let written = result.pdus_written > 0 || result.tsdu_segments > 0;
        let progress = result.consumed > 0 || written;
        *idle_calls = if progress { 0 } else { *idle_calls + 1 };
        *rest = &rest[usize::try_from(result.consumed).unwrap()..];
        assert!(
            status == Status::Ok as i32 || status == Status::More as i32,
            "{status}"
        );
        status == Status::More as i32
    }

    fn take(
        &mut self,
        end: u32,
        result: &StreamResult,
        octets: &[u8],
        (pdus, items): (&[Pdu], &[Item]),
    ) {
        let pdus = &pdus[..usize::try_from(result.pdus_written).unwrap()];
        let items = &items[..usize::try_from(result.items_written).unwrap()];
        assert!(pdus.len() <= self.room.0 && items.len() <= self.room.1);
        for item in items {
            assert!(
                (item.offset + item.length) as usize <= octets.len(),
                "{item:?}"
            );
        }
        for pdu in pdus {
            self.seen.add((std::slice::from_ref(pdu), items), |_| {
                (end, result.position)
            });
            if pdu.has(PduFlag::Tsdu) {
                let start = pdu.tpdu_offset as usize + usize::from(pdu.li) + 1;
                let length = pdu.user_data_length as usize;
                self.seen.add_tsdu(end, 1, &octets[start..start + length]);
            }
        }
        if result.tsdu_segments > 0 {
            let length = usize::try_from(result.tsdu_length).unwrap();
            let tsdu = match length {
                0 => &[],
                // SAFETY: the stream promises so many octets until the next call.
                _ => unsafe { std::slice::from_raw_parts(result.tsdu, length) },
            };
            self.seen.add_tsdu(end, result.tsdu_segments, tsdu);
        }
    }
}

/// The packets as batches of at most `packets_a_call`, as much in each call as there is room for.
pub fn dissect(
    library: &Library,
    options: &Options,
    known: Option<Context>,
    (base, packets): (&[u8], &[Packet]),
    room: Room,
    packets_a_call: usize,
) -> Seen {
    let mut seen = Seen::default();
    let mut context = known;
    ARRAYS.with_borrow_mut(|(pdus, items)| {
        for packets in packets.chunks(packets_a_call) {
            let mut rest = packets;
            let mut result = batch_result();
            while call(
                library,
                options,
                &mut context,
                (base, rest),
                room,
                (pdus, items),
                &mut result,
            ) {
                let pdus = &pdus[..usize::try_from(result.pdus_written).unwrap()];
                assert!(!pdus.is_empty(), "no progress: {result:?}");
                take(&mut seen, rest, &result, (pdus, items), room);
                rest = &rest[usize::try_from(result.packets_done).unwrap()..];
            }
            take(&mut seen, rest, &result, (pdus, items), room);
        }
    });
    seen.context = context.unwrap_or_default();
    seen
}

/// One call; whether it must be repeated.
fn call(
    library: &Library,
    options: &Options,
    context: &mut Option<Context>,
    (base, packets): (&[u8], &[Packet]),
    room: Room,
    (pdus, items): (&mut [Pdu], &mut [Item]),
    result: &mut isotsap::ffi::BatchResult,
) -> bool {
    // SAFETY: every pointer is NULL or valid for the length beside it: no room exceeds LARGE.
    let status = unsafe {
        (library.dissect)(
            options,
            context.as_mut().map_or(ptr::null_mut(), ptr::from_mut),
            base.as_ptr(),
            base.len() as u64,
            packets.as_ptr(),
            packets.len() as u64,
            pdus.as_mut_ptr(),
            room.0 as u64,
            items.as_mut_ptr(),
            room.1 as u64,
            result,
        )
    };
    assert!(
        status == Status::Ok as i32 || status == Status::More as i32,
        "{status}"
    );
    status == Status::More as i32
}

fn take(
    seen: &mut Seen,
    packets: &[Packet],
    result: &isotsap::ffi::BatchResult,
    (pdus, items): (&[Pdu], &[Item]),
    room: Room,
) {
    let pdus = &pdus[..usize::try_from(result.pdus_written).unwrap()];
    let items = &items[..usize::try_from(result.items_written).unwrap()];
    assert!(pdus.len() <= room.0 && items.len() <= room.1);
    seen.add((pdus, items), |pdu| {
        let packet = &packets[pdu.packet as usize];
        (packet.flags >> 2 & 1, packet.offset)
    });
    for pdu in pdus {
        let captured = packets[pdu.packet as usize].captured;
        let first = pdu.first_item as usize;
        for item in &items[first..first + usize::from(pdu.item_count)] {
            assert!(item.offset + item.length <= captured, "{item:?}");
        }
    }
}
