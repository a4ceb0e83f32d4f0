//! The structures that RDP has in place of the variable part of CR and CC (MS-RDPBCGR 2.2.1.1,
//! 2.2.1.2). Their numbers are little-endian.
#![forbid(unsafe_code)]

use crate::span::{Place, Span};
use std::ops::RangeInclusive;

/// Types of the negotiation structures.
pub mod kind {
    #![allow(missing_docs)]
    pub const REQUEST: u8 = 1;
    pub const RESPONSE: u8 = 2;
    pub const FAILURE: u8 = 3;
    pub const CORRELATION_INFO: u8 = 6;
}

/// Places of the fields, from the first octet of the structure.
pub mod place {
    #![allow(missing_docs)]
    use super::{CORRELATION_INFO_LENGTH, Place};
    pub const TYPE: Place = Place::new(0, 1);
    pub const FLAGS: Place = Place::new(1, 1);
    pub const LENGTH: Place = Place::new(2, 2);
    /// Protocols of a request or response, code of a failure.
    pub const PROTOCOLS_OR_CODE: Place = Place::new(4, 4);
    pub const CORRELATION_ID: Place = Place::new(4, 16);
    pub const CORRELATION_RESERVED: Place =
        Place::new(20, CORRELATION_INFO_LENGTH - CORRELATION_ID.end());
}

/// Octets of request, response and failure.
pub const NEGOTIATION_LENGTH: u32 = 8;
/// Octets of the correlation info.
pub const CORRELATION_INFO_LENGTH: u32 = 36;
/// Flags of the request that are defined.
pub const REQUEST_FLAGS: u8 = 0x0b;
/// The flag of the request that announces a correlation info.
pub const CORRELATION_INFO_PRESENT: u8 = 0x08;
/// Protocols that are defined.
pub const PROTOCOLS: u32 = 0x1f;
/// Codes of a failure that are defined.
pub const FAILURE_CODES: RangeInclusive<u32> = 1..=6;

/// Octets of a structure by its type; `None` when the type is not defined.
pub fn length_of(kind: u8) -> Option<u32> {
    match kind {
        kind::REQUEST | kind::RESPONSE | kind::FAILURE => Some(NEGOTIATION_LENGTH),
        kind::CORRELATION_INFO => Some(CORRELATION_INFO_LENGTH),
        _ => None,
    }
}

/// The length that a structure states.
pub fn stated_length(structure: Span) -> Option<u32> {
    let length = structure.u16(place::LENGTH.at)?.swap_bytes();
    Some(length.into())
}

/// The protocols that a response selects; `None` when the structure is another.
pub fn selected_protocols(structure: Span) -> Option<u32> {
    let kind = structure.u8(place::TYPE.at);
    let protocols = structure.u32(place::PROTOCOLS_OR_CODE.at)?.swap_bytes();
    (kind == Some(kind::RESPONSE)).then_some(protocols)
}

/// Where the structure at the front of `part` ends, which has `length` octets by its type. When it
/// states another length, the end of the part or the next structure settles which is right; `None`
/// when neither does.
pub fn end_of_structure(part: Span, length: u32) -> Option<u32> {
    let stated = stated_length(part);
    if stated == Some(length) || part.length == length {
        return Some(length);
    }
    [Some(length), stated.filter(|&stated| stated > length)]
        .into_iter()
        .flatten()
        .find(|&end| states_its_length(part.from(end)))
}

fn states_its_length(structure: Span) -> bool {
    let length = structure.u8(place::TYPE.at).and_then(length_of);
    length.is_some() && length == stated_length(structure)
}

/// What cookies and the usual routing tokens begin with.
pub const TOKENS: [&[u8]; 2] = [b"Cookie: ", b"tsv://"];
/// What ends a routing token or cookie.
pub const CR_LF: &[u8] = b"\r\n";

/// The length of the routing token or cookie at the front of `octets`, CR LF excluded; `None`
/// when no CR LF ends it.
pub fn token_length(octets: &[u8]) -> Option<u32> {
    let position = octets.windows(CR_LF.len()).position(|pair| pair == CR_LF)?;
    u32::try_from(position).ok()
}
