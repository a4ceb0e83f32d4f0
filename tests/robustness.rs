//! Results are consistent for any octets, and no memory outside the arrays is touched.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
#[path = "common/guard.rs"]
mod guard;
#[path = "common/vector.rs"]
mod vector;
mod vectors;

use common::{
    CONTEXT_FLAGS, Dissected, LIBRARY, PLENTY, RECORDS_ONLY, Random, Room, abbreviation,
    batch_result, context, dissect, dissect_with, label, make, options, summary, unwritten,
};
use guard::Guarded;
use isotsap::dissection::record::{Item, Packet, PacketFlag, Pdu, PduFlag};
use isotsap::dissection::{Context, Encapsulation};
use isotsap::ffi::{OptionFlag, Options, Status};
use std::collections::BTreeSet;
use vector::context_before;
use vectors::Vector;

const NO_PARENT: u16 = u16::MAX;
const EXPERT_BASE: u16 = 0x1000;
const ENCAPSULATIONS: [Encapsulation; 3] = [
    Encapsulation::Tpkt,
    Encapsulation::Nsdu,
    Encapsulation::TpktOnly,
];

fn experts_of(items: &[Item]) -> BTreeSet<u16> {
    let experts = items.iter().filter(|item| item.severity != 0);
    experts.map(|item| item.id).collect()
}

/// Checks what holds for every result.
fn assert_consistent(dissected: &Dissected, packets: &[Packet], base: &[u8]) {
    assert_eq!(dissected.status, Status::Ok as i32);
    assert_eq!(dissected.result.packets_done, packets.len() as u64);
    let mut next_item = 0;
    let mut last_packet = 0;
    for pdu in &dissected.pdus {
        assert!(
            pdu.packet >= last_packet,
            "records are in the order of the packets"
        );
        last_packet = pdu.packet;
        let packet = &packets[pdu.packet as usize];
        let octets = &base[packet.offset as usize..][..packet.captured as usize];
        let captured = packet.captured;
        assert!(pdu.tpkt_offset <= pdu.tpdu_offset && pdu.tpdu_offset <= captured);
        assert!(pdu.user_data_length <= captured - pdu.tpdu_offset);
        if pdu.user_data_length != 0 {
            let end = pdu.tpdu_offset + 1 + u32::from(pdu.li) + pdu.user_data_length;
            assert!(end <= captured, "the user data is where the record says");
        }
        assert_eq!(pdu.reserved, 0);

        assert_eq!(
            pdu.first_item, next_item,
            "items of PDUs follow one another"
        );
        next_item += u32::from(pdu.item_count);
        let items = dissected.items_of(pdu);
        let (mut worst, mut field_offset) = (0, 0);
        for (index, item) in items.iter().enumerate() {
            assert!(
                item.offset.checked_add(item.length).unwrap() <= captured,
                "{item:?}"
            );
            assert!(
                item.parent == NO_PARENT || usize::from(item.parent) < index,
                "{item:?}"
            );
            let parent = items.get(usize::from(item.parent));
            assert!(parent.is_none_or(|parent| parent.severity == 0), "{item:?}");
            if item.severity == 0 {
                assert!(
                    item.offset >= field_offset,
                    "fields are in the order of the wire"
                );
                field_offset = item.offset;
            }
            assert_eq!(item.reserved, 0);
            assert_eq!(item.severity != 0, item.id >= EXPERT_BASE, "{item:?}");
            worst = worst.max(item.severity);
            assert!(!label(item, octets).is_empty());
        }
        assert_eq!(pdu.severity, worst);
        let bits: BTreeSet<u16> = (0..128)
            .filter(|bit| pdu.experts[bit / 64] >> (bit % 64) & 1 != 0)
            .map(|bit| EXPERT_BASE + u16::try_from(bit).unwrap())
            .collect();
        assert_eq!(
            bits,
            experts_of(items),
            "the set of expert infos is that of the items"
        );
        assert!(!summary(pdu).is_empty());
    }
    assert_eq!(next_item as usize, dissected.items.len());
}

/// All members of records, so that a comparison leaves none out.
fn shown(pdus: &[Pdu]) -> Vec<String> {
    pdus.iter().map(|pdu| format!("{pdu:?}")).collect()
}

fn shown_items(items: &[Item]) -> Vec<String> {
    items.iter().map(|item| format!("{item:?}")).collect()
}

fn without_items(pdus: &[Pdu]) -> Vec<Pdu> {
    let forget = |pdu: &Pdu| Pdu {
        first_item: 0,
        item_count: 0,
        ..*pdu
    };
    pdus.iter().map(forget).collect()
}

/// Checks a call and its variations; returns the call with room for everything.
fn examine(
    encapsulation: Encapsulation,
    before: Context,
    base: &[u8],
    packets: &[Packet],
) -> Dissected {
    let call = |room| {
        let mut context = before;
        let dissected = dissect(encapsulation, &mut context, base, packets, room);
        (dissected, context)
    };
    let (whole, context) = call(PLENTY);
    assert_consistent(&whole, packets, base);

    let (again, context_again) = call(PLENTY);
    assert_eq!(
        shown(&whole.pdus),
        shown(&again.pdus),
        "the same octets give the same records"
    );
    assert_eq!(shown_items(&whole.items), shown_items(&again.items));
    assert_eq!(format!("{context:?}"), format!("{context_again:?}"));

    let (records, context_of_records) = call(RECORDS_ONLY);
    assert_eq!(
        shown(&without_items(&whole.pdus)),
        shown(&records.pdus),
        "without items"
    );
    assert_eq!(records.result.items_written, 0);
    assert_eq!(format!("{context:?}"), format!("{context_of_records:?}"));
    whole
}

fn whole(vector: &Vector) -> Dissected {
    let length = vector.octets.len();
    let packets = [vector.packet(length, length)];
    examine(
        vector.encapsulation,
        context_before(vector),
        &vector.octets,
        &packets,
    )
}

#[test]
fn vectors_give_consistent_results() {
    for vector in vectors::all() {
        whole(&vector);
    }
}

/// Octets that were not captured are no error: no expert info is raised that the whole packet would
/// not raise, or hide behind a fault of theirs.
#[test]
fn truncation_raises_no_expert_infos() {
    let mut failures = Vec::new();
    for vector in vectors::all() {
        let (octets, reported) = (&vector.octets, vector.octets.len());
        let everything = Options {
            flags: OptionFlag::AllExperts as u32,
            ..options(vector.encapsulation)
        };
        let (mut before, packets) = (context_before(&vector), [vector.packet(reported, reported)]);
        let whole = dissect_with(&everything, &mut before, octets, &packets, PLENTY);
        let complete = experts_of(&whole.items);
        for captured in 0..reported {
            let packets = [vector.packet(captured, reported)];
            let before = context_before(&vector);
            let truncated = examine(vector.encapsulation, before, &octets[..captured], &packets);
            let name = format!("{}, {captured} of {reported} octets", vector.name);
            let experts = truncated.items.iter().filter(|item| item.severity != 0);
            for item in experts.filter(|item| !complete.contains(&item.id)) {
                let expert = abbreviation(item);
                failures.push(format!("{name}: {expert} on the part, not on the whole"));
            }
            let is_truncated = |pdus: &[Pdu]| {
                pdus.iter()
                    .any(|pdu| pdu.flags & PduFlag::Short as u16 != 0)
            };
            // Unless the captured octets end where a PDU ends.
            let packets = [vector.packet(captured, captured)];
            let before = context_before(&vector);
            let alone = examine(vector.encapsulation, before, &octets[..captured], &packets);
            let ends_with_a_pdu = captured > 0 && !is_truncated(&alone.pdus);
            if !ends_with_a_pdu && !is_truncated(&truncated.pdus) {
                failures.push(format!("{name}: no record is flagged as truncated"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_prefix_gives_consistent_results() {
    for vector in vectors::all() {
        for length in 0..vector.octets.len() {
            let packets = [vector.packet(length, length)];
            let before = context_before(&vector);
            examine(
                vector.encapsulation,
                before,
                &vector.octets[..length],
                &packets,
            );
        }
    }
}

#[test]
fn every_change_of_one_octet_gives_consistent_results() {
    let chosen = [
        "reserved octet 0x5a of Exchange",
        "printable T-selectors",
        "correlation info",
        "AK, EA and DT in one NSDU",
        "AK with its parameters",
        "two TPKTs",
        "ER with cause 2",
        "DT in extended format with ED-TPDU-NR",
        "fast-path PDU",
    ];
    let vectors = vectors::all();
    for name in chosen {
        let vector = vectors
            .iter()
            .find(|vector| vector.name == name)
            .expect(name);
        let before = context_before(vector);
        for position in 0..vector.octets.len() {
            let mut octets = vector.octets.clone();
            for value in 0..=u8::MAX {
                octets[position] = value;
                let packets = [common::packet(&octets)];
                let room = PLENTY;
                let dissected = dissect(
                    vector.encapsulation,
                    &mut before.clone(),
                    &octets,
                    &packets,
                    room,
                );
                assert_consistent(&dissected, &packets, &octets);
            }
        }
    }
}

/// Packets in one base buffer: noise, noise behind a TPKT header, and vectors with a few octets
/// changed.
fn random_packets(random: &mut Random, vectors: &[Vector], count: usize) -> (Vec<u8>, Vec<Packet>) {
    let mut base = Vec::new();
    let mut packets = Vec::new();
    for _ in 0..count {
        let mut octets: Vec<u8> = (0..random.below(301)).map(|_| random.octet()).collect();
        match random.below(3) {
            0 => {}
            1 => {
                let length = u16::try_from(octets.len()).unwrap().to_be_bytes();
                let header = [3, 0, length[0], length[1]]; // version, reserved, length
                octets
                    .iter_mut()
                    .zip(header)
                    .for_each(|(octet, new)| *octet = new);
            }
            _ => {
                octets.clone_from(&vectors[random.below(vectors.len())].octets);
                for _ in 0..random.below(4) {
                    let position = random.below(octets.len());
                    octets[position] = random.octet();
                }
            }
        }
        let missing = if random.below(4) == 0 {
            random.below(40)
        } else {
            0
        };
        let length = u32::try_from(octets.len()).unwrap();
        packets.push(Packet {
            offset: base.len() as u64,
            captured: length,
            reported: length + u32::try_from(missing).unwrap(),
            flags: u32::from(random.below(8) == 0),
            reserved: 0,
        });
        base.extend(octets);
    }
    (base, packets)
}

#[test]
fn random_octets_give_consistent_results() {
    const PACKETS: usize = 200_000;
    const IN_A_CALL: usize = 50;
    let vectors = vectors::all();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..PACKETS / IN_A_CALL {
        let (base, packets) = random_packets(&mut random, &vectors, IN_A_CALL);
        let encapsulation = ENCAPSULATIONS[random.below(3)];
        let mut before = context();
        // Any octet 7 a CC might have selected, and any set of flags.
        before.class_options = random.octet();
        before.flags = u32::try_from(random.number() & u64::from(CONTEXT_FLAGS)).unwrap();
        examine(encapsulation, before, &base, &packets);
    }
}

/// Adds the records and items of a call for the packets from `first` on, renumbered as if one call had
/// written them all.
fn add(part: &Dissected, first: usize, pdus: &mut Vec<Pdu>, items: &mut Vec<Item>) {
    pdus.extend(part.pdus.iter().map(|pdu| Pdu {
        packet: pdu.packet + u32::try_from(first).unwrap(),
        first_item: pdu.first_item + u32::try_from(items.len()).unwrap(),
        ..*pdu
    }));
    items.extend(&part.items);
}

/// Dissects with arrays of a given size, resuming until everything is done.
fn resume(
    encapsulation: Encapsulation,
    mut context: Context,
    base: &[u8],
    packets: &[Packet],
    room: Room,
) -> (Vec<Pdu>, Vec<Item>, Context) {
    let (mut pdus, mut items) = (Vec::new(), Vec::new());
    let mut done = 0;
    loop {
        let part = dissect(encapsulation, &mut context, base, &packets[done..], room);
        add(&part, done, &mut pdus, &mut items);
        done += usize::try_from(part.result.packets_done).unwrap();
        let needed = (part.result.pdus_needed, part.result.items_needed);
        if part.status == Status::Ok as i32 {
            assert_eq!(done, packets.len());
            assert_eq!(needed, (0, 0));
            return (pdus, items, context);
        }
        assert_eq!(part.status, Status::More as i32);
        assert!(!part.pdus.is_empty() || part.result.packets_done > 0);
        // What did not fit is one TPDU.
        let left = room.items.map(|items| items - part.items.len());
        let is_full = part.pdus.len() == room.pdus;
        assert!(needed.0 == 1 && (is_full || left.is_some_and(|left| needed.1 > left as u64)));
    }
}

#[test]
fn resumed_calls_give_the_same_as_one_call() {
    let vectors = vectors::all();
    let mut random = Random(1);
    for _ in 0..20 {
        let (base, packets) = random_packets(&mut random, &vectors, 12);
        for encapsulation in ENCAPSULATIONS {
            let whole = examine(encapsulation, context(), &base, &packets);
            let mut learnt = context();
            dissect(encapsulation, &mut learnt, &base, &packets, PLENTY);
            let (most_pdus, most_items) = (whole.pdus.len(), whole.items.len());
            let longest = whole.pdus.iter().map(|pdu| usize::from(pdu.item_count));
            let least_items = longest.max().unwrap_or(0).max(64);
            let rooms = (least_items..=most_items)
                .map(|items| (most_pdus.max(1), Some(items)))
                .chain((1..=most_pdus).map(|pdus| (pdus, Some(most_items.max(64)))))
                .chain((1..=most_pdus).map(|pdus| (pdus, None)));
            for (pdus, items) in rooms {
                let room = Room { pdus, items };
                let (pdus, items, after) = resume(encapsulation, context(), &base, &packets, room);
                assert_eq!(format!("{after:?}"), format!("{learnt:?}"), "{room:?}");
                if room.items.is_some() {
                    assert_eq!(shown(&pdus), shown(&whole.pdus), "{room:?}");
                    assert_eq!(shown_items(&items), shown_items(&whole.items), "{room:?}");
                } else {
                    assert_eq!(shown(&pdus), shown(&without_items(&whole.pdus)), "{room:?}");
                }
            }
        }
    }
}

/// Plain CR, CC and DT, which take the fast paths, and conditions for the general path: a size or
/// class that was agreed, a sender, a gap.
fn random_connections(random: &mut Random, count: usize) -> (Vec<u8>, Vec<Packet>) {
    let size = [0xc0, 0x01, 0x07]; // TPDU size: 128 octets
    let of_size = |code, dest, src| {
        let fixed = [0x09, code, 0, dest, 0, src, 0]; // LI, code, references, class and options
        make::tpkt(&[&fixed[..], &size].concat())
    };
    let kinds = [
        make::cr(0),
        make::cr(0x40),
        make::cc(0),
        make::cc(0x40),
        of_size(0xe0, 0, 1),
        of_size(0xd0, 1, 2),
        of_size(0xd0, 9, 2), // to an unknown reference
        make::dt(true, &[]),
        make::dt(true, &[0xda; 125]), // a TPDU of 128 octets
        make::dt(false, &[0xda; 126]),
        make::numbered(2, 5, true, &[0xda]),
    ];
    let flags = [
        0,
        PacketFlag::FromA as u32,
        PacketFlag::FromB as u32,
        PacketFlag::AfterGap as u32,
        PacketFlag::FromA as u32 | PacketFlag::Closed as u32,
        PacketFlag::FromB as u32 | PacketFlag::Reset as u32,
    ];
    let mut base = Vec::new();
    let mut packets = Vec::new();
    for _ in 0..count {
        let octets = &kinds[random.below(kinds.len())];
        packets.push(Packet {
            offset: base.len() as u64,
            ..common::packet_from(flags[random.below(flags.len())], octets)
        });
        base.extend_from_slice(octets);
    }
    (base, packets)
}

#[test]
fn a_batch_gives_the_same_as_its_packets_one_by_one() {
    let mut random = Random(1006);
    for _ in 0..2_000 {
        let (base, packets) = random_connections(&mut random, 8);
        examine(Encapsulation::Tpkt, context(), &base, &packets);
        for room in [PLENTY, RECORDS_ONLY] {
            for mut of_one in [None, Some(context())] {
                let mut of_all = of_one;
                let all = dissect(Encapsulation::Tpkt, of_all.as_mut(), &base, &packets, room);
                let mut pdus = Vec::new();
                let mut items = Vec::new();
                for (number, packet) in packets.chunks(1).enumerate() {
                    let one = dissect(Encapsulation::Tpkt, of_one.as_mut(), &base, packet, room);
                    add(&one, number, &mut pdus, &mut items);
                }
                assert_eq!(shown(&all.pdus), shown(&pdus), "{base:02x?} {packets:?}");
                assert_eq!(shown_items(&all.items), shown_items(&items));
                assert_eq!(format!("{of_all:?}"), format!("{of_one:?}"));
            }
        }
    }
}

/// Places octets, records, items and text so that an access past their end is a crash.
#[test]
fn no_memory_outside_the_arrays_is_touched() {
    for vector in vectors::all() {
        let expected = whole(&vector);
        let length = vector.octets.len();
        let before = context_before(&vector);
        let packets = [vector.packet(length, length)];
        let memory = [
            length,
            size_of_val(&expected.pdus[..]),
            size_of::<Item>() * expected.items.len().max(64),
        ]
        .map(Guarded::new);
        let [octets, pdus, items] = &memory;
        for base in [
            octets.put_at_end(&vector.octets),
            octets.put_at_start(&vector.octets),
        ] {
            let pdus_here = pdus.ending::<Pdu>(expected.pdus.len());
            let item_capacity = expected.items.len().max(64);
            let items_here = items.ending::<Item>(item_capacity);
            let mut context = before;
            let mut result = batch_result();
            // SAFETY: every pointer is valid for the length beside it, and no further.
            let status = unsafe {
                (LIBRARY.dissect)(
                    &options(vector.encapsulation),
                    &mut context,
                    base,
                    length as u64,
                    packets.as_ptr(),
                    1,
                    pdus_here,
                    expected.pdus.len() as u64,
                    items_here,
                    item_capacity as u64,
                    &mut result,
                )
            };
            assert_eq!(status, Status::Ok as i32, "{}", vector.name);
            // SAFETY: the library wrote all of them.
            let (written, items_written) = unsafe {
                (
                    std::slice::from_raw_parts(pdus_here, expected.pdus.len()),
                    std::slice::from_raw_parts(items_here, expected.items.len()),
                )
            };
            assert_eq!(shown(written), shown(&expected.pdus), "{}", vector.name);
            assert_eq!(
                shown_items(items_written),
                shown_items(&expected.items),
                "{}",
                vector.name
            );
            for item in items_written {
                let text = |buffer, capacity| {
                    // SAFETY: every pointer is valid for the length beside it, and no further.
                    unsafe { (LIBRARY.item_label)(item, base, length as u64, buffer, capacity) }
                };
                ends_at_the_guard(&label(item, &vector.octets), text);
            }
            for pdu in written {
                let text = |buffer, capacity| {
                    // SAFETY: likewise.
                    unsafe { (LIBRARY.pdu_summary)(pdu, buffer, capacity) }
                };
                ends_at_the_guard(&summary(pdu), text);
            }
        }
    }
}

thread_local! {
    static TEXT: Guarded = Guarded::new(1024);
}

/// Writes a text right before a guard page: all of it, half of it, none of it.
fn ends_at_the_guard(expected: &str, call: impl Fn(*mut std::ffi::c_char, u64) -> i64) {
    TEXT.with(|memory| {
        for capacity in [expected.len() + 1, expected.len() / 2, 1, 0] {
            let buffer = memory.ending::<u8>(capacity);
            let length = call(buffer.cast(), capacity as u64);
            assert_eq!(usize::try_from(length), Ok(expected.len()));
            if let Some(kept) = capacity.checked_sub(1) {
                // SAFETY: the library wrote the text and its NUL.
                let written = unsafe { std::slice::from_raw_parts(buffer, capacity) };
                assert_eq!(written[kept], 0);
                assert_eq!(&written[..kept], &expected.as_bytes()[..kept]);
            }
        }
    });
}

/// Elements past those the result counts stay as they were.
#[test]
fn arrays_are_written_no_further_than_the_result_says() {
    for vector in vectors::all() {
        let expected = whole(&vector);
        let length = vector.octets.len();
        let mut pdus = vec![unwritten::<Pdu>(); expected.pdus.len() + 1];
        let mut items = vec![unwritten::<Item>(); expected.items.len().max(63) + 1];
        let packets = [vector.packet(length, length)];
        let mut result = batch_result();
        // SAFETY: every pointer is valid for the length beside it.
        let status = unsafe {
            (LIBRARY.dissect)(
                &options(vector.encapsulation),
                &mut context_before(&vector),
                vector.octets.as_ptr(),
                length as u64,
                packets.as_ptr(),
                1,
                pdus.as_mut_ptr(),
                pdus.len() as u64,
                items.as_mut_ptr(),
                items.len() as u64,
                &mut result,
            )
        };
        assert_eq!(status, Status::Ok as i32);
        let last = (pdus.last().unwrap(), items.last().unwrap());
        let untouched = (&unwritten::<Pdu>(), &unwritten::<Item>());
        assert_eq!(
            format!("{last:?}"),
            format!("{untouched:?}"),
            "{}",
            vector.name
        );
    }
}
