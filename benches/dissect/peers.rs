//! What others in Rust do with the same octets. None of them writes anything down, and none says
//! what is wrong with a TPDU it can decode.

use ironrdp_pdu::cursor::ReadCursor;
use ironrdp_pdu::nego::{ConnectionConfirm, ConnectionRequest};
use ironrdp_pdu::tpdu::{TpduCode, TpduHeader};
use ironrdp_pdu::tpkt::TpktHeader;
use ironrdp_pdu::x224::{X224, X224Data};
use ironrdp_pdu::{Decode, decode};
use nom::IResult;
use nom::Parser;
use nom::bytes::complete::{tag, take};
use nom::number::complete::{be_u8, be_u16};
use std::hint::black_box;

/// Both headers, each read and checked.
pub fn ironrdp_headers(mut octets: &[u8]) {
    while !octets.is_empty() {
        let mut cursor = ReadCursor::new(octets);
        let tpkt = TpktHeader::read(&mut cursor).expect("a TPKT");
        black_box(TpduHeader::read(&mut cursor, &tpkt).expect("a TPDU"));
        octets = &octets[tpkt.packet_length()..];
    }
}

/// TPKTs decoded into the types of their TPDUs. The answer is whether all of them can be.
pub fn ironrdp_typed(mut octets: &[u8]) -> bool {
    fn is<'a, T>(tpkt: &'a [u8]) -> bool
    where
        X224<T>: Decode<'a>,
    {
        black_box(decode::<X224<T>>(tpkt)).is_ok()
    }
    const CODE: usize = 5;
    while !octets.is_empty() {
        let length = usize::from(u16::from_be_bytes([octets[2], octets[3]]));
        let (tpkt, rest) = octets.split_at(length);
        let decoded = match TpduCode::from(tpkt[CODE]) {
            TpduCode::CONNECTION_REQUEST => is::<ConnectionRequest>(tpkt),
            TpduCode::CONNECTION_CONFIRM => is::<ConnectionConfirm>(tpkt),
            _ => is::<X224Data>(tpkt),
        };
        if !decoded {
            return false;
        }
        octets = rest;
    }
    true
}

/// A TPKT header made of nom's parsers, and the NSDU behind it taken.
pub fn nom_headers(mut octets: &[u8]) {
    fn tpkt(octets: &[u8]) -> IResult<&[u8], (u8, &[u8])> {
        let (rest, (_, reserved, length)) = (tag(&[3][..]), be_u8, be_u16).parse(octets)?;
        let (rest, nsdu) = take(length.saturating_sub(4)).parse(rest)?;
        Ok((rest, (reserved, nsdu)))
    }
    while !octets.is_empty() {
        let (rest, tpkt) = tpkt(octets).expect("a TPKT");
        black_box(tpkt);
        octets = rest;
    }
}
