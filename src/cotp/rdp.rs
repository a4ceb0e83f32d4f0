//! What RDP puts where X.224 has the variable part of CR and CC (MS-RDPBCGR 2.2.1.1, 2.2.1.2).
//! Its numbers are little-endian.
#![forbid(unsafe_code)]

use crate::tpkt::Recognition;

/// Types of the negotiation structures.
pub mod kind {
    #![allow(missing_docs)]
    pub const REQUEST: u8 = 1;
    pub const RESPONSE: u8 = 2;
    pub const FAILURE: u8 = 3;
    pub const CORRELATION_INFO: u8 = 6;
}

/// Offsets within a negotiation structure.
pub mod at {
    #![allow(missing_docs)]
    pub const TYPE: u32 = 0;
    pub const FLAGS: u32 = 1;
    pub const LENGTH: u32 = 2;
    pub const BODY: u32 = 4;
    /// The reserved octets of the correlation info.
    pub const RESERVED: u32 = 20;
}

/// Octets of request, response and failure.
pub const NEGOTIATION_LENGTH: u32 = 8;
/// Octets of the correlation info.
pub const CORRELATION_INFO_LENGTH: u32 = 36;
/// Flags of the request that are defined.
pub const REQUEST_FLAGS: u8 = 0x0b;
/// Protocols that are defined.
pub const PROTOCOLS: u32 = 0x1f;

const COOKIE: &[u8] = b"Cookie: ";
/// What ends a routing token or cookie.
pub const CR_LF: &[u8] = b"\r\n";

/// Whether a variable part is RDP's; `short` when it goes on behind these octets. No X.224
/// parameter starts like it: the codes 1, 2, 3 and `C` are not assigned. One of the structure's
/// two lengths has to be right.
#[inline]
pub fn recognise(variable_part: &[u8], short: bool) -> Recognition {
    let is_rdp = match variable_part {
        [kind::REQUEST | kind::RESPONSE | kind::FAILURE, _, rest @ ..] => {
            matches!(rest, [8, 0, ..]) || variable_part.len() == NEGOTIATION_LENGTH as usize
        }
        _ => is_cookie(variable_part),
    };
    match variable_part {
        _ if is_rdp => Recognition::Yes,
        _ if !short => Recognition::No,
        [] | [kind::REQUEST | kind::RESPONSE | kind::FAILURE] => Recognition::NeedMore,
        [kind::REQUEST | kind::RESPONSE | kind::FAILURE, _, rest @ ..] if rest.len() < 6 => {
            Recognition::NeedMore
        }
        _ if COOKIE.starts_with(variable_part) => Recognition::NeedMore,
        _ => Recognition::No,
    }
}

/// Whether a routing token or cookie stands here.
pub fn is_cookie(octets: &[u8]) -> bool {
    octets.starts_with(COOKIE)
}

/// The length of the routing token or cookie at the front of `octets`, CR LF excluded; `None`
/// when it has none.
pub fn cookie_length(octets: &[u8]) -> Option<u32> {
    let position = octets.windows(CR_LF.len()).position(|pair| pair == CR_LF)?;
    u32::try_from(position).ok()
}
