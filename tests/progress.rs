//! Every call makes progress with arrays of any size, and what is written does not depend on them.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::make::{ak, cc, cr, dt, numbered, tpkt};
use common::stream::{
    A, B, Feed, Happening, assert_same, connected, experts, follow, stream_options,
};
use common::{
    Random, Room, abbreviation, context, dissect, dissect_with, options, packet, packet_from,
};
use isotsap::dissection::record::{Item, Packet, PacketFlag, Pdu, PduFlag};
use isotsap::dissection::{Context, Encapsulation, Ending};
use isotsap::ffi::{OptionFlag, Options, Status};
use isotsap::stream::Missing;

/// Room for any TPKT at once, as the header states it.
const MOST: Room = Room {
    pdus: 13_106,
    items: Some(200_000),
};
/// The fewest records, and items.
const LEAST: Room = Room {
    pdus: 1,
    items: Some(64),
};
/// No TPDU has more items, as the header states it.
const MOST_ITEMS: u16 = 1024;

/// AKs of LI 4 in one TPKT.
fn aks(count: usize) -> Vec<u8> {
    tpkt(&[0x04, 0x60, 0x00, 0x02, 0x01].repeat(count))
}

/// A CR with as many parameters as fit.
fn cr_of_empty_parameters(code: u8) -> Vec<u8> {
    let fixed = [0xfe, 0xe0, 0x00, 0x00, 0x00, 0x01, 0x00];
    tpkt(&[&fixed[..], &[code, 0].repeat(124)].concat())
}

fn noise(random: &mut Random, length: usize) -> Vec<u8> {
    (0..length).map(|_| random.octet()).collect()
}

/// Octets that need many records or items, or are no TPKT at all.
fn hostile() -> Vec<(String, Vec<u8>)> {
    let mut random = Random(0x0102_0304_0506_0708);
    let mut all = vec![
        ("129 AKs".into(), aks(129)),
        ("13,106 AKs".into(), aks(13_106)),
        (
            "AKs and a DT".into(),
            tpkt(&[&aks(40)[4..], &dt(true, b"TSDU")[4..]].concat()),
        ),
        (
            "AKs, the third damaged, and a DT".into(),
            tpkt(
                &[
                    &ak(1, 1)[4..],
                    &ak(1, 2)[4..],
                    &[0x05, 0x60, 0x00, 0x02, 0x01, 0x09][..],
                    &ak(1, 3)[4..],
                    &numbered(1, 0, true, b"?")[4..],
                ]
                .concat(),
            ),
        ),
        (
            "TPKTs".into(),
            [
                cr(0),
                cc(0),
                dt(false, b"a "),
                dt(true, b"b"),
                aks(7),
                dt(true, b"c"),
            ]
            .concat(),
        ),
        (
            "a length below a header".into(),
            [&aks(3)[..], &[3, 0, 0, 3, 0xff, 0xff], &dt(true, b"x")].concat(),
        ),
        ("truncated AKs".into(), aks(30)[..100].to_vec()),
        ("another version".into(), {
            let mut octets = [dt(true, b"x"), aks(5), dt(true, b"y")].concat();
            octets[0] = 4;
            octets
        }),
    ];
    for code in [0x00, 0xc0, 0xc1, 0xc7, 0xf0, 0xff] {
        all.push((
            format!("CR of empty parameters {code:#x}"),
            cr_of_empty_parameters(code),
        ));
    }
    for length in [300, 3_000] {
        all.push((
            format!("{length} random octets"),
            noise(&mut random, length),
        ));
        let tpkts = (0..length / 100).map(|_| tpkt(&noise(&mut random, 96)));
        all.push((
            format!("{length} octets of TPKTs"),
            tpkts.collect::<Vec<_>>().concat(),
        ));
        let aks_and_noise = [&aks(20)[4..], &noise(&mut random, length)].concat();
        all.push((format!("AKs and {length} octets"), tpkt(&aks_and_noise)));
    }
    all
}

/// What a host that repeats while there is more gets: records, items, and the context behind.
fn repeat(
    options: &Options,
    mut known: Option<Context>,
    base: &[u8],
    packets: &[Packet],
    room: Room,
) -> (Vec<Pdu>, Vec<Item>, Option<Context>) {
    let (mut pdus, mut items) = (Vec::<Pdu>::new(), Vec::<Item>::new());
    let (mut kept, mut done) = (Context::default(), 0);
    loop {
        let (part, context) =
            common::dissect_keeping(options, known.as_mut(), kept, base, &packets[done..], room);
        kept = context;
        pdus.extend(part.pdus.iter().map(|pdu| Pdu {
            packet: pdu.packet + u32::try_from(done).unwrap(),
            first_item: pdu.first_item + u32::try_from(items.len()).unwrap(),
            ..*pdu
        }));
        items.extend(&part.items);
        let packets_done = usize::try_from(part.result.packets_done).unwrap();
        done += packets_done;
        if part.status == Status::Ok as i32 {
            assert_eq!(done, packets.len());
            assert_eq!(kept, Context::default(), "no packet is under way");
            return (pdus, items, known);
        }
        assert_eq!(part.status, Status::More as i32);
        assert!(packets_done > 0 || !part.pdus.is_empty(), "progress");
    }
}

fn worst(items: &[Item]) -> u8 {
    items.iter().map(|item| item.severity).max().unwrap_or(0)
}

fn items_of<'i>(pdu: &Pdu, items: &'i [Item]) -> &'i [Item] {
    &items[pdu.first_item as usize..][..pdu.item_count.into()]
}

/// Compares what arrays for `room` give with what large ones do.
fn compare(
    (pdus, items): (&[Pdu], &[Item]),
    (all_pdus, all_items): (&[Pdu], &[Item]),
    room: Room,
    what: &str,
) {
    assert_eq!(pdus.len(), all_pdus.len(), "{what} {room:?}");
    for (pdu, whole) in pdus.iter().zip(all_pdus) {
        let cut = PduFlag::ItemsCut as u16;
        let expected = Pdu {
            first_item: pdu.first_item,
            item_count: pdu.item_count,
            flags: whole.flags | pdu.flags & cut,
            ..*whole
        };
        assert_eq!(*pdu, expected, "{what} {room:?}");
        let (here, there) = (items_of(pdu, items), items_of(whole, all_items));
        let Some(capacity) = room.items else {
            assert!(here.is_empty());
            continue;
        };
        if pdu.flags & cut == 0 {
            assert_eq!(here, there, "{what} {room:?}");
            continue;
        }
        assert!(there.len() > capacity, "{what}: cut without need");
        assert!((capacity - 16..=capacity).contains(&here.len()), "{what}");
        assert_eq!(worst(here), pdu.severity, "{what}: the worst is there");
        // Without parents, which may be left out.
        let plain = |item: &Item| Item { parent: 0, ..*item };
        let mut rest = there.iter().map(plain);
        for item in here {
            assert!(rest.any(|other| other == plain(item)), "{what}: {item:?}");
            let parent = here.get(usize::from(item.parent));
            assert!(item.parent == u16::MAX || parent.is_some_and(|parent| parent.severity == 0));
        }
    }
}

#[test]
fn batches_give_the_same_in_arrays_of_any_size() {
    const FROM_A: u32 = PacketFlag::FromA as u32;
    const FROM_B: u32 = PacketFlag::FromB as u32;
    let all = hostile();
    let rooms = [
        LEAST,
        Room { pdus: 2, ..LEAST },
        Room {
            pdus: 3,
            items: None,
        },
        Room {
            pdus: 1,
            items: None,
        },
        Room {
            pdus: 128,
            items: Some(65),
        },
        Room {
            pdus: 7,
            items: Some(1_000),
        },
    ];
    for encapsulation in [
        Encapsulation::Tpkt,
        Encapsulation::Nsdu,
        Encapsulation::TpktOnly,
    ] {
        for flags in [0, OptionFlag::AllExperts as u32] {
            let options = Options {
                flags,
                ..options(encapsulation)
            };
            for class in [0x00, 0x20, 0x21, 0x40, 0x42] {
                let mut base = Vec::new();
                let mut packets = Vec::new();
                let opening = [(FROM_A, cr(class)), (FROM_B, cc(class))];
                let hostile = all.iter().map(|(_, octets)| (FROM_A, octets.clone()));
                let gap = (FROM_B | PacketFlag::AfterGap as u32, all[5].1.clone());
                let end = (FROM_B | PacketFlag::Closed as u32, aks(3));
                let start = if encapsulation == Encapsulation::Nsdu {
                    4
                } else {
                    0
                };
                for (flags, octets) in opening.into_iter().chain(hostile).chain([gap, end]) {
                    let octets = &octets[start..];
                    packets.push(Packet {
                        offset: base.len() as u64,
                        ..packet_from(flags, octets)
                    });
                    base.extend_from_slice(octets);
                }
                for known in [None, Some(context())] {
                    let all_of_it = repeat(&options, known, &base, &packets, MOST);
                    let (all_pdus, all_items, after) = &all_of_it;
                    for room in rooms {
                        let (pdus, items, context) = repeat(&options, known, &base, &packets, room);
                        let what = format!("{encapsulation:?} class {class:#x}");
                        compare((&pdus, &items), (all_pdus, all_items), room, &what);
                        assert_eq!(context, *after, "{what} {room:?}");
                    }
                    let most = all_pdus.iter().map(|pdu| pdu.item_count).max();
                    assert!(most.unwrap() <= MOST_ITEMS, "{most:?}");
                }
            }
        }
    }
}

#[test]
fn streams_give_the_same_in_arrays_of_any_size() {
    for flags in [&[][..], &[OptionFlag::Joined], &[OptionFlag::AllExperts]] {
        let options = stream_options(flags);
        for class in [0x00, 0x20, 0x21, 0x40] {
            for (name, octets) in hostile() {
                let happenings = [
                    Happening::Octets(A, cr(class)),
                    Happening::Octets(B, cc(class)),
                    Happening::Octets(A, [&octets[..], &dt(true, b"behind")].concat()),
                    Happening::Octets(B, octets[..octets.len() - 1].to_vec()),
                    Happening::Gap(B, 1, Missing::Lost),
                    Happening::Octets(B, [&octets[..], &dt(false, b"open")].concat()),
                ];
                let large = (MOST.pdus, MOST.items.unwrap());
                let whole = follow(&options, &happenings, large, &[usize::MAX]);
                let long = octets.len() > 10_000;
                let splits: [&[usize]; 4] = [&[usize::MAX], &[1], &[61], &[1460, 3]];
                for (room, pieces) in [(1, 64), (2, 64), (3, 0), (128, 100)]
                    .into_iter()
                    .zip(splits.into_iter().cycle().skip(octets.len() % 4))
                {
                    if long && pieces == [1] {
                        continue;
                    }
                    let events = follow(&options, &happenings, room, pieces);
                    assert_same(&events, &whole, room);
                }
                assert!(whole.len() >= 5, "{name}");
            }
        }
    }
}

/// Of a TPKT in parts, no TPDU is dissected twice.
#[test]
fn work_is_linear_in_tpkts_of_many_tpdus() {
    let octets = aks(13_106);
    let packets = [packet(&octets)];
    let time = |room| {
        let start = std::time::Instant::now();
        for _ in 0..3 {
            repeat(
                &options(Encapsulation::Tpkt),
                Some(context()),
                &octets,
                &packets,
                room,
            );
            let mut stream = connected(0x20);
            stream.room = (room.pdus, room.items.unwrap_or(0));
            stream.push(A, &octets[..1]);
            stream.push(A, &octets[1..]);
            stream.push(A, &octets);
        }
        start.elapsed()
    };
    let room = |pdus| Room { pdus, items: None };
    time(room(64));
    let (few, many) = (time(room(4)), time(room(128)));
    // A call costs, too; quadratic work would cost 1,000 times as much.
    assert!(few < many * 20, "{few:?} in parts, {many:?} at once");
}

/// A TPKT of 649 octets, the least that the README's host of 128 records cannot take at once.
#[test]
fn a_tpkt_is_consumed_when_all_of_it_is_given_out() {
    let octets = aks(129);
    let mut stream = connected(0x20);
    let given = stream.call(A, Feed::Push(&octets), (128, 0));
    assert_eq!((given.status, given.pdus.len()), (Status::More as i32, 128));
    assert_eq!((given.result.consumed, given.result.pdus_needed), (0, 1));
    let given = stream.call(A, Feed::Push(&octets), (128, 0));
    assert_eq!((given.status, given.pdus.len()), (Status::Ok as i32, 1));
    assert_eq!(given.result.consumed, octets.len() as u64);

    // In the stream's own memory it is consumed at once.
    let mut stream = connected(0x20);
    stream.push(A, &octets[..2]);
    let given = stream.call(A, Feed::Push(&octets[2..]), (128, 0));
    assert_eq!((given.status, given.pdus.len()), (Status::More as i32, 128));
    assert_eq!((given.result.consumed, given.octets()), (647, &octets[..]));
    let given = stream.call(A, Feed::Push(&[]), (128, 0));
    assert_eq!((given.status, given.pdus.len()), (Status::Ok as i32, 1));
    assert_eq!((given.result.consumed, given.octets()), (0, &octets[..]));
}

/// The other calls go on with a TPKT in parts, too, and end.
#[test]
fn gap_and_finish_go_on_with_a_tpkt_in_parts() {
    let octets = aks(50);
    for feed in [
        Feed::Gap(10, Missing::Lost),
        Feed::Gap(0, Missing::CutOff),
        Feed::Finish,
        Feed::Close(Ending::Reset),
    ] {
        for received in [octets.len() - 1, octets.len()] {
            let mut stream = connected(0x20);
            stream.room = (7, 64);
            stream.push(A, &octets[..3]);
            // The last call of a push is left out.
            let mut rest = &octets[3..received];
            let mut records = 0;
            for _ in 0..3 {
                let given = stream.call(A, Feed::Push(rest), (7, 64));
                records += given.pdus.len();
                rest = &rest[usize::try_from(given.result.consumed).unwrap()..];
            }
            records += experts(&stream.feed(A, feed).0).len();
            // Of an incomplete TPKT only the first TPDU is certain.
            let least = if received == octets.len() { 50 } else { 1 };
            assert!((least..=51).contains(&records), "{feed:?}: {records}");
            assert_eq!(stream.push(B, &dt(true, b"x")).len(), 2, "{feed:?}");
        }
    }
}

/// Fields are left out before expert infos are.
#[test]
fn a_cut_tpdu_shows_its_warning() {
    // The LI is past the end of the TPDU, and the parameters are no standard ones.
    let whole = cr_of_empty_parameters(0xff);
    let octets = tpkt(&whole[4..whole.len() - 1]);
    let packets = [packet(&octets)];
    let whole = dissect(Encapsulation::Tpkt, None, &octets, &packets, MOST);
    assert!(whole.items.len() > 300, "{}", whole.items.len());
    let cut = dissect(Encapsulation::Tpkt, None, &octets, &packets, LEAST);
    assert_eq!((cut.status, cut.pdus.len()), (Status::Ok as i32, 1));
    let pdu = cut.pdus[0];
    assert_ne!(pdu.flags & PduFlag::ItemsCut as u16, 0);
    assert_eq!(pdu.severity, whole.pdus[0].severity);
    let warnings = |items: &[Item]| {
        let warnings = items.iter().filter(|item| item.severity > 2);
        warnings.map(abbreviation).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&cut.items), warnings(&whole.items));
    assert!(!warnings(&cut.items).is_empty());
    // With all expert infos there are more than have room; the worst is among them.
    let options = Options {
        flags: OptionFlag::AllExperts as u32,
        ..options(Encapsulation::Tpkt)
    };
    let cut = dissect_with(&options, None, &octets, &packets, LEAST);
    assert_eq!(cut.items.len(), 64);
    assert_eq!(worst(&cut.items), cut.pdus[0].severity);
    // Fewer elements than a TPDU needs, behind another record: it is not cut, but left for later.
    let two = [dt(true, b"?"), octets.clone()].concat();
    let needs = u64::from(whole.pdus[0].item_count);
    let packets = [packet(&two)];
    let given = dissect(Encapsulation::Tpkt, &mut context(), &two, &packets, LEAST);
    assert_eq!((given.status, given.pdus.len()), (Status::More as i32, 1));
    assert_eq!(given.result.pdus_needed, 1);
    assert!(given.result.items_needed >= needs, "{:?}", given.result);
}
