//! The hot call against the floor: a loop that only hops over TPKT headers and reads LI and code.
//! The library is the built shared object, called through its C entry.
#![allow(unsafe_code, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../examples/analyze/library.rs"]
mod library;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use isotsap::dissection::context::End;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{BatchResult, Status, StreamHandle, StreamResult};
use library::Library;
use std::hint::black_box;
use std::ptr;

/// TPDUs a run: 128 KiB of octets, which stay in the cache with the packets and the output.
const TPDUS: usize = 4096;
/// Records an output array holds: 8 KiB, as an IDS would have it.
const RECORDS: usize = 128;

/// A DT of class 0 in a TPKT of 32 octets.
const DT: [u8; 32] = {
    let mut octets = [0x55; 32];
    let header = [
        3, 0, 0, 32, // TPKT: version, reserved, length
        2, 0xf0, 0x80, // DT: LI, code, EOT and TPDU-NR
    ];
    let mut at = 0;
    while at < header.len() {
        octets[at] = header[at];
        at += 1;
    }
    octets
};

/// A CR as S7 clients send it, with three parameters.
const CR: [u8; 22] = [
    3, 0, 0, 22, // TPKT: version, reserved, length
    17, 0xe0, // CR: LI, code
    0, 0, 0, 1, // references
    0, // class and options
    0xc1, 2, 1, 0, // calling T-selector
    0xc2, 2, 1, 2, // called T-selector
    0xc0, 1, 10, // TPDU size
];

/// TPKTs back to back, and where each is.
struct Input {
    octets: Vec<u8>,
    packets: Vec<Packet>,
}

impl Input {
    fn of(tpkt: &[u8]) -> Self {
        let length = u32::try_from(tpkt.len()).expect("a TPKT is short");
        let packets = (0..TPDUS as u64).map(|index| Packet {
            offset: index * u64::from(length),
            captured: length,
            reported: length,
            ..Packet::default()
        });
        Self {
            octets: tpkt.repeat(TPDUS),
            packets: packets.collect(),
        }
    }
}

/// The least anybody can do: hop from TPKT to TPKT, look at LI and code.
fn floor(octets: &[u8]) -> u64 {
    let (mut at, mut seen) = (0, 0);
    while let Some(header) = octets.get(at..at + 6) {
        seen += u64::from(header[4]) + u64::from(header[5]);
        at += usize::from(u16::from_be_bytes([header[2], header[3]]));
    }
    seen
}

fn dissect(library: &Library, input: &Input, pdus: &mut [Pdu], items: &mut [Item]) {
    let mut rest = input.packets.as_slice();
    while !rest.is_empty() {
        let mut result = BatchResult {
            struct_size: size_of::<BatchResult>() as u32,
            ..BatchResult::default()
        };
        let items_start = if items.is_empty() {
            ptr::null_mut()
        } else {
            items.as_mut_ptr()
        };
        // SAFETY: every pointer is of a slice with the length next to it, or NULL.
        let status = unsafe {
            (library.dissect)(
                ptr::null(),
                ptr::null_mut(),
                input.octets.as_ptr(),
                input.octets.len() as u64,
                rest.as_ptr(),
                rest.len() as u64,
                pdus.as_mut_ptr(),
                pdus.len() as u64,
                items_start,
                items.len() as u64,
                &raw mut result,
            )
        };
        assert!(status >= 0, "status {status}");
        black_box((&pdus, &items));
        rest = &rest[result.packets_done as usize..];
    }
}

/// A stream that takes octets in pieces.
struct Stream<'l> {
    library: &'l Library,
    handle: *mut StreamHandle,
}

impl<'l> Stream<'l> {
    fn new(library: &'l Library) -> Self {
        let mut handle = ptr::null_mut();
        // SAFETY: NULL options are the defaults, the other pointer is of a local.
        let status = unsafe { (library.stream_new)(ptr::null(), &raw mut handle) };
        assert_eq!(status, Status::Ok as i32);
        Self { library, handle }
    }

    fn push(&mut self, octets: &[u8], piece: usize, pdus: &mut [Pdu]) {
        for mut piece in octets.chunks(piece) {
            loop {
                let mut result = StreamResult {
                    struct_size: size_of::<StreamResult>() as u32,
                    ..StreamResult::default()
                };
                // SAFETY: the handle is a stream's; every pointer is of a slice with the length next
                // to it, or NULL.
                let status = unsafe {
                    (self.library.stream_push)(
                        self.handle,
                        End::A as u32,
                        piece.as_ptr(),
                        piece.len() as u64,
                        pdus.as_mut_ptr(),
                        pdus.len() as u64,
                        ptr::null_mut(),
                        0,
                        &raw mut result,
                    )
                };
                black_box(&pdus);
                piece = &piece[result.consumed as usize..];
                if status != Status::More as i32 {
                    assert_eq!(status, Status::Ok as i32);
                    break;
                }
            }
        }
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is a stream's.
        unsafe { (self.library.stream_free)(self.handle) }
    }
}

fn bench(criterion: &mut Criterion) {
    let path = library::beside_this_program().expect("cargo builds the shared object");
    let library = Library::open(&path).expect("the shared object loads");
    let mut pdus = [Pdu::default(); RECORDS];
    let mut items = vec![Item::default(); RECORDS * 32];
    for (name, tpkt) in [
        ("DT of 32 octets", &DT[..]),
        ("CR with three parameters", &CR),
    ] {
        let input = Input::of(tpkt);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(TPDUS as u64));
        group.bench_function("floor", |bencher| {
            bencher.iter(|| floor(black_box(&input.octets)));
        });
        group.bench_function("records", |bencher| {
            bencher.iter(|| dissect(&library, &input, &mut pdus, &mut []));
        });
        group.bench_function("records and items", |bencher| {
            bencher.iter(|| dissect(&library, &input, &mut pdus, &mut items));
        });
        for piece in [1, 100, 1460, 65_536] {
            let mut stream = Stream::new(&library);
            group.bench_function(format!("stream, records, pushes of {piece}"), |bencher| {
                bencher.iter(|| stream.push(black_box(&input.octets), piece, &mut pdus));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
