//! The structures that RDP has in place of the variable part of CR and CC (MS-RDPBCGR 2.2.1.1,
//! 2.2.1.2). Their numbers are little-endian.
#![forbid(unsafe_code)]

use crate::span::Place;

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
/// Protocols that are defined.
pub const PROTOCOLS: u32 = 0x1f;

/// The start of a cookie and of most routing tokens.
pub const COOKIE: &[u8] = b"Cookie: ";
/// The end of a routing token or cookie.
pub const CR_LF: &[u8] = b"\r\n";

/// Whether octets start with a routing token or cookie.
pub fn is_cookie(octets: &[u8]) -> bool {
    octets.starts_with(COOKIE)
}

/// The length of the routing token or cookie at the front of `octets`, CR LF excluded; `None`
/// when it has none.
pub fn cookie_length(octets: &[u8]) -> Option<u32> {
    let position = octets.windows(CR_LF.len()).position(|pair| pair == CR_LF)?;
    u32::try_from(position).ok()
}
