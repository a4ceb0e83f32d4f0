//! A lower bound: follow the TPKT lengths, read LI and code.

use super::common::host;
use super::common::paths::Path;
use isotsap::dissection::record::Pdu;
use std::hint::black_box;

fn hop(octets: &[u8], mut see: impl FnMut(&[u8], u16, [u8; 2])) {
    let mut rest = octets;
    while let Some(&[_, _, high, low, li, code]) = rest.first_chunk() {
        let length = u16::from_be_bytes([high, low]);
        see(rest, length, [li, code]);
        let Some(next) = rest.get(usize::from(length)..) else {
            return;
        };
        rest = next;
    }
}

pub const PATHS: [Path; 2] = [
    ("floor", |input| {
        Box::new(|| {
            black_box(floor(black_box(&input.octets)));
            true
        })
    }),
    ("floor, a record stored", |input| {
        // As many as the library's rows have.
        let mut records = vec![Pdu::default(); host::RECORDS];
        Box::new(move || {
            floor_and_record(black_box(&input.octets), &mut records);
            true
        })
    }),
];

fn floor(octets: &[u8]) -> u64 {
    let mut sum = 0;
    hop(octets, |_, _, [li, code]| {
        sum += u64::from(li) + u64::from(code)
    });
    sum
}

/// Stores a record too, in a ring.
fn floor_and_record(octets: &[u8], records: &mut [Pdu]) {
    let mut next = 0;
    hop(octets, |rest, tpkt_length, [li, code]| {
        if next == records.len() {
            next = 0;
            black_box(&records);
        }
        let at = (octets.len() - rest.len()) as u32;
        records[next] = Pdu {
            tpkt_offset: at,
            tpdu_offset: at + 4,
            tpkt_length,
            li,
            r#type: code >> 4,
            ..Pdu::default()
        };
        next += 1;
    });
    black_box(&records);
}
