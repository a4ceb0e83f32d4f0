//! The least anybody can do: hop from TPKT to TPKT, look at LI and code.

use isotsap::dissection::record::Pdu;
use std::hint::black_box;

fn hop(octets: &[u8], mut seen: impl FnMut(usize, u16, u8, u8)) {
    let mut at = 0;
    while let Some(&[_, _, high, low, li, code]) = octets.get(at..).and_then(<[u8]>::first_chunk) {
        let length = u16::from_be_bytes([high, low]);
        seen(at, length, li, code);
        at += usize::from(length);
    }
}

pub fn floor(octets: &[u8]) -> u64 {
    let mut sum = 0;
    hop(octets, |_, _, li, code| {
        sum += u64::from(li) + u64::from(code)
    });
    sum
}

/// And store a record of what was seen, in a ring.
pub fn floor_and_record(octets: &[u8], records: &mut [Pdu]) {
    let mut next = 0;
    hop(octets, |at, tpkt_length, li, code| {
        if next == records.len() {
            next = 0;
            black_box(&records);
        }
        records[next] = Pdu {
            tpkt_offset: at as u32,
            tpdu_offset: at as u32 + 4,
            tpkt_length,
            li,
            r#type: code >> 4,
            ..Pdu::default()
        };
        next += 1;
    });
    black_box(&records);
}
