//! Misuse of the API: every invalid call returns its documented status and writes nothing else.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
#[path = "common/guard.rs"]
mod guard;
mod vectors;

use common::make::{ak, cc, cr, numbered};
use common::{
    EXPERT_BASE, LIBRARY, PLENTY, UNWRITTEN, batch_result, context, dissect_whole, options, packet,
    packet_from, recognise, size_of_struct, unwritten,
};
use guard::Guarded;
use isotsap::dissection::record::{Item, Packet, PacketFlag, Pdu};
use isotsap::dissection::{Context, Encapsulation};
use isotsap::ffi::{BatchResult, ExpertInfo, FieldInfo, OptionFlag, Options, Status, ValueInfo};
use std::ffi::c_char;
use std::ptr::{null, null_mut};

const OK: i32 = Status::Ok as i32;
const MORE: i32 = Status::More as i32;
const NULL_POINTER: i32 = Status::NullPointer as i32;
const INVALID_ARGUMENT: i32 = Status::InvalidArgument as i32;
const UNSUPPORTED: i32 = Status::Unsupported as i32;

/// A DT of class 0 in a TPKT.
const OCTETS: [u8; 8] = [
    0x03, 0x00, // version, reserved
    0x00, 0x08, // length
    0x02, // LI
    0xf0, // DT
    0x80, // EOT, TPDU-NR 0
    0xda, // user data
];

/// The arguments of isotsap_dissect, valid until a test changes one.
struct Call {
    options: *const Options,
    context: *mut Context,
    base: *const u8,
    base_length: u64,
    packets: *const Packet,
    packet_count: u64,
    pdus: *mut Pdu,
    pdu_capacity: u64,
    items: *mut Item,
    item_capacity: u64,
    result: *mut BatchResult,
}

/// Calls isotsap_dissect with changed arguments; returns the status and the result.
fn dissect_with(change: impl FnOnce(&mut Call)) -> (i32, BatchResult) {
    let (options, mut context) = (options(Encapsulation::Tpkt), context());
    let packets = [packet(&OCTETS)];
    let mut pdus = [unwritten::<Pdu>(); 2];
    let mut items = [unwritten::<Item>(); 64];
    let mut result = batch_result();
    let mut call = Call {
        options: &options,
        context: &mut context,
        base: OCTETS.as_ptr(),
        base_length: OCTETS.len() as u64,
        packets: packets.as_ptr(),
        packet_count: 1,
        pdus: pdus.as_mut_ptr(),
        pdu_capacity: 2,
        items: items.as_mut_ptr(),
        item_capacity: 64,
        result: &mut result,
    };
    change(&mut call);
    // SAFETY: the pointers are valid for the lengths beside them, or wrong in a way the library
    // has to find without following them.
    let status = unsafe {
        (LIBRARY.dissect)(
            call.options,
            call.context,
            call.base,
            call.base_length,
            call.packets,
            call.packet_count,
            call.pdus,
            call.pdu_capacity,
            call.items,
            call.item_capacity,
            call.result,
        )
    };
    (status, result)
}

/// A failure leaves a result of zeroes.
fn assert_fails(expected: i32, what: &str, change: impl FnOnce(&mut Call)) {
    let (status, result) = dissect_with(change);
    assert_eq!(status, expected, "{what}");
    let zero = BatchResult {
        struct_size: size_of_struct::<BatchResult>(),
        ..BatchResult::default()
    };
    assert_eq!(format!("{result:?}"), format!("{zero:?}"), "{what}");
}

#[test]
fn the_unchanged_call_succeeds() {
    let (status, result) = dissect_with(|_| {});
    assert_eq!(
        (status, result.packets_done, result.pdus_written),
        (OK, 1, 1)
    );
    assert!(result.items_written > 0);
}

#[test]
fn null_with_a_length_is_rejected() {
    assert_fails(NULL_POINTER, "base", |call| call.base = null());
    assert_fails(NULL_POINTER, "packets", |call| call.packets = null());
    assert_fails(NULL_POINTER, "pdus", |call| call.pdus = null_mut());
    assert_fails(NULL_POINTER, "items", |call| call.items = null_mut());
    let (status, result) = dissect_with(|call| call.result = null_mut());
    assert_eq!(
        (status, format!("{result:?}")),
        (NULL_POINTER, format!("{:?}", batch_result()))
    );
}

#[test]
fn null_is_accepted_where_documented() {
    assert_eq!(dissect_with(|call| call.options = null()).0, OK);
    assert_eq!(dissect_with(|call| call.context = null_mut()).0, OK);
    let (status, result) = dissect_with(|call| (call.packets, call.packet_count) = (null(), 0));
    assert_eq!(
        (status, result.packets_done, result.pdus_written),
        (OK, 0, 0)
    );
    let (status, result) = dissect_with(|call| (call.items, call.item_capacity) = (null_mut(), 0));
    assert_eq!(
        (status, result.pdus_written, result.items_written),
        (OK, 1, 0)
    );
    // An empty buffer does not contain the packet.
    assert_fails(INVALID_ARGUMENT, "base", |call| {
        (call.base, call.base_length) = (null(), 0)
    });
    let empty = [Packet::default()];
    let (status, _) = dissect_with(|call| {
        (call.base, call.base_length) = (null(), 0);
        call.packets = empty.as_ptr();
    });
    assert_eq!(status, OK, "an empty packet is");
}

#[test]
fn arrays_that_are_too_small_are_rejected() {
    assert_fails(INVALID_ARGUMENT, "no record", |call| call.pdu_capacity = 0);
    for items in [1, 63] {
        assert_fails(INVALID_ARGUMENT, "few items", |call| {
            call.item_capacity = items;
        });
    }
    let (status, result) = dissect_with(|call| call.item_capacity = 0);
    assert_eq!((status, result.items_written), (OK, 0), "records only");
}

#[test]
fn misaligned_pointers_are_rejected() {
    fn off<T>(pointer: *const T) -> *mut T {
        pointer.wrapping_byte_add(1).cast_mut()
    }
    assert_fails(INVALID_ARGUMENT, "options", |call| {
        call.options = off(call.options)
    });
    assert_fails(INVALID_ARGUMENT, "context", |call| {
        call.context = off(call.context)
    });
    assert_fails(INVALID_ARGUMENT, "packets", |call| {
        call.packets = off(call.packets)
    });
    assert_fails(INVALID_ARGUMENT, "pdus", |call| call.pdus = off(call.pdus));
    assert_fails(INVALID_ARGUMENT, "items", |call| {
        call.items = off(call.items)
    });
    let (status, result) = dissect_with(|call| call.result = off(call.result));
    assert_eq!(
        (status, format!("{result:?}")),
        (INVALID_ARGUMENT, format!("{:?}", batch_result()))
    );
    let item = [unwritten::<Item>(); 2];
    // SAFETY: the library has to find that the pointer is not aligned.
    let status = unsafe { (LIBRARY.item_label)(off(item.as_ptr()), null(), 0, null_mut(), 0) };
    assert_eq!(status, i64::from(INVALID_ARGUMENT));
}

#[test]
fn lengths_beyond_the_address_space_are_rejected() {
    for octets in [1 << 63, u64::MAX] {
        assert_fails(INVALID_ARGUMENT, "base", |call| call.base_length = octets);
        assert_fails(INVALID_ARGUMENT, "pdus", |call| call.pdu_capacity = octets);
        assert_fails(INVALID_ARGUMENT, "packets", |call| {
            call.packet_count = octets
        });
        let text = |item: *const Item, octets: *const u8, length, text: *mut c_char, capacity| {
            // SAFETY: the library has to find that the lengths cannot be.
            unsafe { (LIBRARY.item_label)(item, octets, length, text, capacity) }
        };
        let (item, mut buffer) = (unwritten::<Item>(), [0; 4]);
        let refused = i64::from(INVALID_ARGUMENT);
        assert_eq!(text(&item, OCTETS.as_ptr(), octets, null_mut(), 0), refused);
        assert_eq!(text(&item, null(), 0, buffer.as_mut_ptr(), octets), refused);
        // SAFETY: likewise.
        let recognised = unsafe { (LIBRARY.recognise)(OCTETS.as_ptr(), octets, 0) };
        assert_eq!(recognised, INVALID_ARGUMENT);
    }
    // Too many elements, though not too many octets by themselves.
    assert_fails(INVALID_ARGUMENT, "pdus", |call| {
        call.pdu_capacity = u64::MAX / 64
    });
    assert_fails(INVALID_ARGUMENT, "items", |call| {
        call.item_capacity = u64::MAX / 24
    });
}

#[test]
fn an_invalid_packet_ends_the_batch() {
    let good = packet(&OCTETS);
    let captured = good.captured;
    let bad = [
        ("starts after the end", Packet { offset: 9, ..good }),
        (
            "starts beyond any memory",
            Packet {
                offset: u64::MAX,
                ..good
            },
        ),
        ("ends after the end", Packet { offset: 1, ..good }),
        (
            "has more captured than reported",
            Packet {
                reported: captured - 1,
                ..good
            },
        ),
        ("sets an unknown flag", Packet { flags: 32, ..good }),
        ("comes of both ends", Packet { flags: 6, ..good }),
        ("ends nobody's direction", Packet { flags: 8, ..good }),
        ("resets nobody's direction", Packet { flags: 16, ..good }),
        (
            "closes and resets",
            Packet {
                flags: 2 | 8 | 16,
                ..good
            },
        ),
        (
            "ends the directions of both ends",
            Packet {
                flags: 2 | 4 | 8,
                ..good
            },
        ),
        (
            "sets what is reserved",
            Packet {
                reserved: 1,
                ..good
            },
        ),
    ];
    for (what, bad) in bad {
        let packets = [good, good, bad, good];
        let mut pdus = [unwritten::<Pdu>(); 4];
        let (status, result) = dissect_with(|call| {
            (call.packets, call.packet_count) = (packets.as_ptr(), 4);
            (call.pdus, call.pdu_capacity) = (pdus.as_mut_ptr(), 4);
        });
        assert_eq!(status, INVALID_ARGUMENT, "{what}");
        assert_eq!((result.packets_done, result.pdus_written), (2, 2), "{what}");
        assert_eq!(pdus[1].packet, 1, "{what}: what came before is written");
        assert_eq!(
            format!("{:?}", pdus[2]),
            format!("{:?}", unwritten::<Pdu>()),
            "{what}"
        );
    }
    // An empty packet may start where the buffer ends.
    let empty = [Packet {
        offset: captured.into(),
        ..Packet::default()
    }];
    assert_eq!(dissect_with(|call| call.packets = empty.as_ptr()).0, OK);
}

#[test]
fn unknown_encapsulations_are_rejected() {
    for encapsulation in [3, 255, 256, u32::MAX] {
        let options = Options {
            encapsulation,
            ..options(Encapsulation::Tpkt)
        };
        assert_fails(INVALID_ARGUMENT, "encapsulation", |call| {
            call.options = &options
        });
        assert_eq!(recognise(&OCTETS, encapsulation), INVALID_ARGUMENT);
    }
}

#[test]
fn nonzero_reserved_members_of_a_context_are_rejected() {
    let mut reserved = context();
    reserved.request_rdp_protocols = 0x20;
    assert_fails(INVALID_ARGUMENT, "reserved", |call| {
        call.context = &mut reserved
    });
    let mut flags = Context {
        flags: 1 << 31,
        ..context()
    };
    assert_fails(INVALID_ARGUMENT, "unknown flag", |call| {
        call.context = &mut flags
    });
}

/// A struct that starts with its size, between octets that show whether they were written.
struct Sized {
    memory: Vec<u64>,
    size: usize,
}

impl Sized {
    const AHEAD: usize = 8;

    fn new<T: Copy>(size: u32, value: &T) -> Self {
        let mut memory = vec![u64::from_ne_bytes([UNWRITTEN; 8]); 1 + 4104 / 8];
        let length = size_of::<T>().min(size as usize);
        let target = memory[1..].as_mut_ptr().cast::<u8>();
        // SAFETY: both are valid for `length` octets; a vector just made overlaps nothing.
        unsafe { std::ptr::copy_nonoverlapping((&raw const *value).cast(), target, length) };
        // SAFETY: the first member is the size.
        unsafe { target.cast::<u32>().write(size) };
        Self {
            memory,
            size: size as usize,
        }
    }

    /// Fills the octets after the members of `T`, up to the size.
    fn with_tail<T>(mut self, octet: u8) -> Self {
        let (known, size) = (size_of::<T>().min(self.size), self.size.min(4096));
        self.octets_mut()[Self::AHEAD..][known..size].fill(octet);
        self
    }

    fn pointer<T>(&mut self) -> *mut T {
        self.memory[1..].as_mut_ptr().cast()
    }

    fn octets(&self) -> &[u8] {
        // SAFETY: octets of the vector.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr().cast(), 8 * self.memory.len()) }
    }

    fn octets_mut(&mut self) -> &mut [u8] {
        let length = 8 * self.memory.len();
        // SAFETY: octets of the vector.
        unsafe { std::slice::from_raw_parts_mut(self.memory.as_mut_ptr().cast(), length) }
    }

    /// The octets of the struct after its size.
    fn body(&self) -> &[u8] {
        &self.octets()[Self::AHEAD..][..self.size][4..]
    }

    fn assert_untouched_around(&self, what: &str) {
        let (ahead, rest) = self.octets().split_at(Self::AHEAD);
        let behind = rest.get(self.size.max(4)..).unwrap_or_default();
        let untouched = ahead.iter().chain(behind).all(|octet| *octet == UNWRITTEN);
        assert!(untouched, "{what}: written outside the struct");
        let size = u32::from_ne_bytes(*rest.first_chunk().unwrap());
        assert_eq!(
            size as usize, self.size,
            "{what}: struct_size is the host's"
        );
    }
}

/// A function that reads or writes a struct of any size.
fn for_sizes<T: Copy>(name: &str, value: T, call: impl Fn(*mut T) -> i32, writes: bool) {
    let known = size_of_struct::<T>();
    let expect = |mut sized: Sized, status, what: &str| {
        let what = format!("{name} {what}");
        assert_eq!(call(sized.pointer()), status, "{what}");
        sized.assert_untouched_around(&what);
        sized
    };
    let member = u32::try_from(align_of::<T>()).unwrap();
    for size in [0, 3, known - 1, known + member / 2, 4097] {
        expect(
            Sized::new(size, &value),
            INVALID_ARGUMENT,
            &format!("of size {size}"),
        );
    }
    // The library must not read as much: most of this struct does not exist.
    let mut enormous = [u64::from(u32::MAX)];
    let status = call(enormous.as_mut_ptr().cast());
    assert_eq!(status, INVALID_ARGUMENT, "{name} of size {}", u32::MAX);
    let whole = expect(Sized::new(known, &value), OK, "as it is")
        .body()
        .to_vec();
    for size in [member, known - member] {
        let smaller = expect(Sized::new(size, &value), OK, &format!("of size {size}"));
        if writes {
            assert_eq!(
                smaller.body(),
                &whole[..size as usize - 4],
                "{name} of size {size}"
            );
        }
    }
    for size in [known + member, known + 8, 4096] {
        let zero = Sized::new(size, &value).with_tail::<T>(0);
        let larger = expect(zero, OK, &format!("of size {size}"));
        if writes {
            let (same, beyond) = larger.body().split_at(whole.len());
            assert_eq!(same, whole, "{name} of size {size}");
            assert!(
                beyond.iter().all(|octet| *octet == 0),
                "{name}: the unknown is zero"
            );
        }
    }
}

#[test]
fn structs_of_other_sizes_are_read_and_written_as_far_as_known() {
    // With records only and a context, so that nothing else changes.
    let call = |change: &dyn Fn(&mut Call)| dissect_with(change).0;
    let tpkt_only = options(Encapsulation::TpktOnly);
    for_sizes(
        "options",
        tpkt_only,
        |pointer| call(&|call| call.options = pointer),
        false,
    );
    for_sizes(
        "context",
        context(),
        |pointer| call(&|call| call.context = pointer),
        true,
    );
    for_sizes(
        "result",
        batch_result(),
        |pointer| call(&|call| call.result = pointer),
        true,
    );
    // SAFETY: the structs are as large as they say, or of a size the library refuses.
    for_sizes(
        "field_info",
        unwritten::<FieldInfo>(),
        |info| unsafe { (LIBRARY.field_get)(8, info) },
        true,
    );
    // SAFETY: likewise.
    let value_get = |info| unsafe { (LIBRARY.field_value_get)(8, 1, info) };
    for_sizes("value_info", unwritten::<ValueInfo>(), value_get, true);
    // SAFETY: likewise.
    let expert_get = |info| unsafe { (LIBRARY.expert_get)(0x1000, info) };
    for_sizes("expert_info", unwritten::<ExpertInfo>(), expert_get, true);
}

/// Members the library does not know must be zero in a struct it reads, but not in one it writes.
#[test]
fn nonzero_members_of_a_newer_struct_are_unsupported() {
    let size = |known| known + 8;
    let mut newer = Sized::new(
        size(size_of_struct::<Options>()),
        &options(Encapsulation::Tpkt),
    )
    .with_tail::<Options>(1);
    assert_fails(UNSUPPORTED, "options", |call| {
        call.options = newer.pointer()
    });
    let mut newer =
        Sized::new(size(size_of_struct::<Context>()), &context()).with_tail::<Context>(1);
    assert_fails(UNSUPPORTED, "context", |call| {
        call.context = newer.pointer()
    });
    newer.assert_untouched_around("context");

    let mut newer = Sized::new(size(size_of_struct::<BatchResult>()), &batch_result())
        .with_tail::<BatchResult>(UNWRITTEN);
    assert_eq!(dissect_with(|call| call.result = newer.pointer()).0, OK);
    assert_eq!(newer.body().last_chunk(), Some(&[0; 8]));
}

#[test]
fn null_structs_and_strings_are_rejected() {
    // SAFETY: NULL, which the library has to find.
    unsafe {
        assert_eq!((LIBRARY.field_get)(1, null_mut()), NULL_POINTER);
        assert_eq!((LIBRARY.field_value_get)(8, 0, null_mut()), NULL_POINTER);
        assert_eq!((LIBRARY.expert_get)(0x1000, null_mut()), NULL_POINTER);
        assert_eq!((LIBRARY.recognise)(null(), 1, 0), NULL_POINTER);
        let (item, pdu) = (Item::default(), Pdu::default());
        let refused = i64::from(NULL_POINTER);
        assert_eq!(
            (LIBRARY.item_label)(null(), null(), 0, null_mut(), 0),
            refused
        );
        assert_eq!(
            (LIBRARY.item_label)(&item, null(), 1, null_mut(), 0),
            refused
        );
        assert_eq!(
            (LIBRARY.item_label)(&item, null(), 0, null_mut(), 1),
            refused
        );
        assert_eq!((LIBRARY.pdu_summary)(null(), null_mut(), 0), refused);
        assert_eq!((LIBRARY.pdu_summary)(&pdu, null_mut(), 1), refused);
    }
}

#[test]
fn texts_are_truncated_as_by_snprintf() {
    let dissected = dissect_whole(Encapsulation::Tpkt, &OCTETS);
    let length = OCTETS.len() as u64;
    let item = &dissected.items[1];
    let pdu = &dissected.pdus[0];
    let expected = [common::label(item, &OCTETS), common::summary(pdu)];
    assert_eq!(expected, ["Version: 3", "DT TPDU (0) EOT"]);
    for (what, expected) in expected.iter().enumerate() {
        for capacity in 0..=expected.len() + 3 {
            let mut buffer = vec![UNWRITTEN; expected.len() + 4];
            let text = buffer.as_mut_ptr().cast();
            // SAFETY: every pointer is valid for the length beside it.
            let answer = unsafe {
                match what {
                    0 => (LIBRARY.item_label)(item, OCTETS.as_ptr(), length, text, capacity as u64),
                    _ => (LIBRARY.pdu_summary)(pdu, text, capacity as u64),
                }
            };
            assert_eq!(
                usize::try_from(answer),
                Ok(expected.len()),
                "capacity {capacity}"
            );
            let kept = capacity.saturating_sub(1).min(expected.len());
            let end = kept + usize::from(capacity > 0);
            assert_eq!(
                &buffer[..kept],
                &expected.as_bytes()[..kept],
                "capacity {capacity}"
            );
            assert!(
                buffer[kept..end].iter().all(|octet| *octet == 0),
                "capacity {capacity}"
            );
            assert!(
                buffer[end..].iter().all(|octet| *octet == UNWRITTEN),
                "capacity {capacity}"
            );
        }
    }
}

/// A host may pass any item or record: each has a text.
#[test]
fn invalid_items_and_records_have_texts() {
    let ends = [0, 1, 7, 8, 9, 0x8000_0000, u32::MAX];
    // SAFETY: no arguments.
    let (fields, experts) = unsafe { ((LIBRARY.field_count)(), (LIBRARY.expert_count)()) };
    // Every id of the registry and its neighbours.
    let ids = (0..=fields + 1)
        .chain(EXPERT_BASE - 1..=EXPERT_BASE + experts)
        .chain([u16::MAX.into()])
        .map(|id| u16::try_from(id).unwrap());
    let octets = Guarded::new(OCTETS.len());
    let base = octets.put_at_end(&OCTETS);
    let mut buffer = [0; 512];
    for id in ids {
        for offset in ends {
            for length in ends {
                for (value, severity) in [(0, 0), (u64::MAX, 255), (1 << 40, 3)] {
                    let item = Item {
                        value,
                        offset,
                        length,
                        id,
                        severity,
                        ..unwritten()
                    };
                    let text = buffer.as_mut_ptr();
                    // SAFETY: every pointer is valid for the length beside it.
                    let answer = unsafe { (LIBRARY.item_label)(&item, base, 8, text, 512) };
                    assert!((1..4096).contains(&answer), "{answer}: {item:?}");
                }
            }
        }
    }
    for r#type in 0..=u8::MAX {
        for offset in ends {
            for (experts, li) in [(0, 0), (u64::MAX, 255), (1 << 4, 2), (1 << 9, 3)] {
                let pdu = Pdu {
                    r#type,
                    li,
                    tpkt_offset: offset,
                    tpdu_offset: offset,
                    experts: [experts; 2],
                    ..unwritten()
                };
                // SAFETY: every pointer is valid for the length beside it.
                let answer = unsafe { (LIBRARY.pdu_summary)(&pdu, buffer.as_mut_ptr(), 512) };
                assert!((1..512).contains(&answer), "{answer}: {pdu:?}");
            }
        }
    }
}

#[test]
fn unknown_struct_ids_have_size_zero() {
    // SAFETY: no pointers.
    let size = |id| unsafe { (LIBRARY.struct_size)(id) };
    assert_eq!([0, 12, 256, u32::MAX].map(size), [0; 4]);
}

#[test]
fn recognition_decides_at_the_first_octet_that_allows_it() {
    const NO: i32 = 0;
    const NEED_MORE: i32 = 1;
    const YES: i32 = 2;
    let [tpkt, nsdu, tpkt_only] = [
        Encapsulation::Tpkt,
        Encapsulation::Nsdu,
        Encapsulation::TpktOnly,
    ]
    .map(|it| it as u32);
    // Every prefix of a TPKT: the code, octet 6, decides; for the TPKT alone its header.
    for reserved in [0x00, 0x5a, 0xff] {
        let mut octets = OCTETS;
        octets[1] = reserved;
        for length in 0..=octets.len() {
            let prefix = &octets[..length];
            let expected = if length < 6 { NEED_MORE } else { YES };
            assert_eq!(recognise(prefix, tpkt), expected, "{prefix:02x?}");
            let expected = if length < 4 { NEED_MORE } else { YES };
            assert_eq!(recognise(prefix, tpkt_only), expected, "{prefix:02x?}");
        }
    }
    // The answer is no as soon as an octet is wrong.
    for (position, octet) in [
        (0, 0x05), // version
        (3, 0x06), // length too short for a TPDU
        (4, 0xff), // LI reserved
        (4, 0x04), // LI past the TPKT
        (5, 0x90), // code undefined
        (5, 0xe0), // code of a CR, which LI is too short for
    ] {
        let mut octets = OCTETS;
        octets[position] = octet;
        for length in 0..=octets.len() {
            let expected = match length {
                _ if length > position => NO,
                6.. => YES,
                _ => NEED_MORE,
            };
            assert_eq!(
                recognise(&octets[..length], tpkt),
                expected,
                "{:02x?}",
                &octets[..length]
            );
        }
    }
    // An NSDU must be whole, since its end decides whether the LI fits.
    let whole = &OCTETS[4..];
    assert_eq!(recognise(&[], nsdu), NEED_MORE);
    assert_eq!(recognise(whole, nsdu), YES);
    assert_eq!(recognise(&whole[..2], nsdu), NO);
    // Vectors without malformed TPDUs are recognised whole and never refused before.
    let malformed: Vec<_> = ["malformed", "undecoded"].into();
    let mut sound = 0;
    for vector in vectors::all()
        .iter()
        .filter(|it| it.encapsulation == Encapsulation::Tpkt)
    {
        let call = dissect_whole(Encapsulation::Tpkt, &vector.octets);
        let first = &call.pdus[0];
        let faulty = call.items_of(first).iter().any(|item| {
            let Some(info) = common::expert_info(item.id.into()) else {
                return false;
            };
            // SAFETY: no pointers.
            let group = common::string(unsafe { (LIBRARY.group_name)(info.group) }).unwrap();
            item.severity != 0 && malformed.contains(&group)
        });
        if faulty || vector.octets[0] != 3 || vector.octets.len() < 6 {
            continue;
        }
        sound += 1;
        for length in 0..=vector.octets.len() {
            let expected = if length < 6 { NEED_MORE } else { YES };
            let prefix = &vector.octets[..length];
            assert_eq!(
                recognise(prefix, tpkt),
                expected,
                "{}: {prefix:02x?}",
                vector.name
            );
        }
    }
    assert!(sound > 100, "{sound} sound vectors");
}

#[test]
fn a_full_array_ends_a_call_between_packets() {
    let packets = [packet(&OCTETS); 3];
    let (status, result) = dissect_with(|call| {
        (call.packets, call.packet_count) = (packets.as_ptr(), 3);
    });
    assert_eq!(
        (status, result.packets_done),
        (MORE, 2),
        "there is room for two records"
    );
    assert_eq!((result.pdus_written, result.pdus_needed), (2, 1));
    assert_eq!(result.items_needed, result.items_written / 2);
}

/// Three TPKTs, the first of which has a warning.
const TPKTS: [u8; 22] = [
    0x03, 0x01, 0x00, 0x08, // TPKT: version, reserved octet that is not zero, length
    0x02, 0xf0, // DT: LI, code
    0x80, // EOT
    0x55, // user data
    0x03, 0x00, 0x00, 0x07, // TPKT: version, reserved, length
    0x02, 0xf0, // DT: LI, code
    0x00, // no EOT, nor user data
    0x03, 0x00, 0x00, 0x07, // TPKT: version, reserved, length
    0x02, 0xf0, // DT: LI, code
    0x80, // EOT
];

/// Whether a host with structs of an earlier size gets TPKTS in parts; if not, what is needed.
fn gets_parts(change: impl Fn(&mut Call)) -> Result<(), (u64, u64)> {
    let packets = [packet(&TPKTS)];
    let with = |call: &mut Call, pdus: &mut [Pdu], items: &mut [Item]| {
        (call.base, call.base_length) = (TPKTS.as_ptr(), TPKTS.len() as u64);
        call.packets = packets.as_ptr();
        (call.pdus, call.pdu_capacity) = (pdus.as_mut_ptr(), pdus.len() as u64);
        (call.items, call.item_capacity) = (items.as_mut_ptr(), items.len() as u64);
        change(call);
    };
    let mut pdus = [unwritten::<Pdu>(); 3];
    let mut items = [unwritten::<Item>(); 64];
    let (status, whole) = dissect_with(|call| with(call, &mut pdus, &mut items));
    assert_eq!((status, whole.packets_done, whole.pdus_written), (OK, 1, 3));
    let (status, result) = dissect_with(|call| with(call, &mut pdus[..2], &mut items));
    assert_eq!((status, result.packets_done), (MORE, 0));
    let needed = (result.pdus_needed, result.items_needed);
    if result.pdus_written > 0 {
        assert_eq!((result.pdus_written, needed.0), (2, 1));
        return Ok(());
    }
    assert_eq!(result.items_written, 0);
    assert_eq!(needed, (whole.pdus_written, whole.items_written));
    Err(needed)
}

/// Without room for where a packet goes on, it is written completely or not at all.
#[test]
fn hosts_with_shorter_structs_get_whole_packets() {
    const RESULT_OF_0_1: u32 = 48;
    const CONTEXT_WITHOUT_CURSOR: u32 = 64;
    assert_eq!(gets_parts(|_| {}), Ok(()));
    assert_eq!(gets_parts(|call| call.context = null_mut()), Ok(()));
    let mut shorter = Context {
        struct_size: CONTEXT_WITHOUT_CURSOR,
        ..context()
    };
    let pointer = &raw mut shorter;
    assert!(gets_parts(|call| call.context = pointer).is_err());
    assert!(
        gets_parts(|call| {
            call.context = null_mut();
            // SAFETY: the result is a local of the caller.
            unsafe { (*call.result).struct_size = RESULT_OF_0_1 };
        })
        .is_err()
    );
    assert_eq!(
        gets_parts(|call| {
            // SAFETY: likewise.
            unsafe { (*call.result).struct_size = RESULT_OF_0_1 };
        }),
        Ok(()),
        "the context says where to go on"
    );
}

#[test]
fn overlong_nsaps_are_rejected() {
    const LONGEST: u32 = 20;
    let octets = [0; 21];
    let with_nsaps = |a: u32, b: u32| Options {
        flags: OptionFlag::Atn as u32,
        nsap_a_length: a,
        nsap_b_length: b,
        nsap_a: octets.as_ptr(),
        nsap_b: octets.as_ptr(),
        ..options(Encapsulation::Tpkt)
    };
    let longest = with_nsaps(LONGEST, LONGEST);
    assert_eq!(dissect_with(|call| call.options = &longest).0, OK);
    for (a, b) in [(LONGEST + 1, LONGEST), (LONGEST, LONGEST + 1)] {
        let options = with_nsaps(a, b);
        assert_fails(INVALID_ARGUMENT, "NSAP", |call| call.options = &options);
    }
}

/// A host with an older header keeps the first members only: nothing false follows from the others.
#[test]
fn a_context_of_an_older_header_draws_no_false_expert_info() {
    const CHAT: u8 = 1;
    const FROM_A: u32 = PacketFlag::FromA as u32;
    const FROM_B: u32 = PacketFlag::FromB as u32;
    let part = |tpkt: Vec<u8>| tpkt[4..].to_vec();
    let with_parameters = |mut tpdu: Vec<u8>, parameters: &[u8]| {
        tpdu[0] += u8::try_from(parameters.len()).unwrap();
        [tpdu, parameters.to_vec()].concat()
    };
    let expedited = |number: u8| vec![0x04, 0x10, 0x00, 0x02, 0x80 | number, 0xda];
    let acknowledged = |number: u8| vec![0x04, 0x20, 0x00, 0x01, number];
    // Checksum of the CR, and expedited data.
    let mut class_4 = vec![
        (
            FROM_A,
            with_parameters(part(cr(0x40)), &[0xc3, 0x02, 0xd6, 0x28]),
        ),
        (FROM_B, part(cc(0x40))),
    ];
    for number in 0..4 {
        class_4.extend([
            (FROM_A, part(numbered(2, number, true, b"data"))),
            (FROM_B, part(ak(1, number + 1))),
            (FROM_A, expedited(number)),
            (FROM_B, acknowledged(number)),
        ]);
    }
    let class_2 = vec![
        (FROM_A, part(cr(0x20))),
        (FROM_B, part(cc(0x20))),
        (FROM_A, part(numbered(2, 0, true, b"data"))),
        (FROM_B, part(ak(1, 1))),
        (FROM_A, part(numbered(2, 1, true, b"data"))),
    ];
    for conversation in [class_4, class_2] {
        for struct_size in (4..=size_of_struct::<Context>()).step_by(4) {
            let mut context = Context {
                struct_size,
                ..Context::default()
            };
            for (number, (sender, nsdu)) in conversation.iter().enumerate() {
                let packets = [packet_from(*sender, nsdu)];
                let all =
                    common::dissect(Encapsulation::Nsdu, &mut context, nsdu, &packets, PLENTY);
                assert!(
                    all.pdus.iter().all(|pdu| pdu.severity <= CHAT),
                    "size {struct_size}, TPDU {number}: {:?}",
                    all.items
                        .iter()
                        .filter(|item| item.severity > CHAT)
                        .collect::<Vec<_>>()
                );
            }
        }
    }
}
