//! Other Rust crates over the same octets. None of them writes records, and none reports what is
//! wrong with a TPDU that it can decode.

use super::common::inputs::{CODE, Input};
use super::common::paths::{Path, Work};
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
use packet_parser::parse::application::protocols::copt::CotpHeader;
use std::hint::black_box;

pub const PATHS: [Path; 4] = [
    ("TPKT header, with nom", |input| over(input, nom_headers)),
    ("ironrdp-pdu, TPKT and TPDU header", |input| {
        over(input, ironrdp_headers)
    }),
    ("ironrdp-pdu, typed decode", |input| {
        over(input, ironrdp_typed)
    }),
    ("packet_parser, COTP header", |input| {
        over(input, packet_parser)
    }),
];

fn over(input: &Input, decode: fn(&[u8]) -> bool) -> Work<'_> {
    Box::new(move || decode(black_box(&input.octets)))
}

/// Both headers, each read and checked.
fn ironrdp_headers(mut octets: &[u8]) -> bool {
    while !octets.is_empty() {
        let mut cursor = ReadCursor::new(octets);
        let tpkt = TpktHeader::read(&mut cursor).expect("a TPKT");
        black_box(TpduHeader::read(&mut cursor, &tpkt).expect("a TPDU"));
        octets = &octets[tpkt.packet_length()..];
    }
    true
}

/// Hands each TPKT to `decode`. The answer is whether all of them can be decoded.
fn each(mut octets: &[u8], mut decode: impl FnMut(&[u8]) -> bool) -> bool {
    while !octets.is_empty() {
        let length = usize::from(u16::from_be_bytes([octets[2], octets[3]]));
        let (tpkt, rest) = octets.split_at(length);
        if !decode(tpkt) {
            return false;
        }
        octets = rest;
    }
    true
}

/// TPKTs decoded into the types of their TPDUs.
fn ironrdp_typed(octets: &[u8]) -> bool {
    fn is<'a, T>(tpkt: &'a [u8]) -> bool
    where
        X224<T>: Decode<'a>,
    {
        black_box(decode::<X224<T>>(tpkt)).is_ok()
    }
    each(octets, |tpkt| match TpduCode::from(tpkt[CODE]) {
        TpduCode::CONNECTION_REQUEST => is::<ConnectionRequest>(tpkt),
        TpduCode::CONNECTION_CONFIRM => is::<ConnectionConfirm>(tpkt),
        _ => is::<X224Data>(tpkt),
    })
}

/// TPDUs decoded with their parameters.
fn packet_parser(octets: &[u8]) -> bool {
    const TPDU: usize = 4;
    each(octets, |tpkt| {
        black_box(CotpHeader::from_bytes(&tpkt[TPDU..])).is_ok()
    })
}

/// A TPKT header made of nom's parsers, and the NSDU behind it taken.
fn nom_headers(mut octets: &[u8]) -> bool {
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
    true
}
