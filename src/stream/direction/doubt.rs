//! What a TPKT header shows of its length, before the rest of the TPKT is there, and the TPKTs that
//! show that a doubtful one is none.
#![forbid(unsafe_code)]

use crate::cotp::kind::{Behind, SHORT_LI};
use crate::cotp::tpdu::RESERVED_LI;
use crate::cotp::{Format, Kind};
use crate::dissection::context::Context;
use crate::tpkt;

/// Octets that show whether the length of a TPKT can be true: its header and the shortest TPDU.
pub(super) const HEADER_TO_DOUBT: usize = tpkt::MINIMUM_LENGTH as usize;
/// Octets by which a DT is told apart in a TPKT of any version.
pub(super) const LOOK: usize = 6;
/// Octets by which the CR of a TPKT of any version is told apart.
const LOOK_FOR_CR: usize = 11;
/// The code of a DT, and of a CR of class 0.
pub(super) const DT: u8 = (Kind::Dt as u8) << 4;
const CR: u8 = (Kind::Cr as u8) << 4;
/// EOT, beside the number of a DT of class 0.
const EOT: u8 = 0x80;

/// How far a TPKT header is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belief {
    /// More octets decide.
    NeedMore,
    /// The length may be true.
    Yes,
    /// It may be, unless another TPKT is within the octets of this one.
    Doubtful,
    /// The same, and no TPDU is here.
    No,
}

/// Judges the header of a TPKT of any version, which has [`tpkt::MINIMUM_LENGTH`] at least.
pub(super) fn belief(octets: &[u8], context: &Context) -> Belief {
    /// More than any TPDU but DT and UD has behind its header.
    const MOST_USER_DATA: u32 = 64;
    let Some(&[_, reserved, high, low, li, code, _]) = octets.first_chunk::<HEADER_TO_DOUBT>()
    else {
        return Belief::NeedMore;
    };
    let nsdu = u32::from(u16::from_be_bytes([high, low])).saturating_sub(tpkt::HEADER_LENGTH);
    let Some(kind) = Kind::of(code).filter(|_| li != RESERVED_LI) else {
        return Belief::No;
    };
    let behind = nsdu.checked_sub(u32::from(li) + 1);
    let has_room = match (kind, context.class()) {
        (Kind::Dt, Some(0 | 1)) => kind.has_room(Format::Short, li),
        _ => kind.format_by_li(li).is_some(),
    };
    let is_dissected = behind.is_some() || matches!(kind, Kind::Cr | Kind::Cc);
    if !(has_room && is_dissected) {
        return Belief::No;
    }
    let is_too_long = match kind.behind() {
        Behind::UserData => false,
        Behind::UserDataUpTo(_) => behind.is_some_and(|length| length > MOST_USER_DATA),
        Behind::Tpdu => behind != Some(0),
    };
    let is_class_0 = context.class() == Some(0);
    let is_of_class_0 = match kind {
        Kind::Dt => li == SHORT_LI,
        Kind::Ak | Kind::Rj | Kind::Ea => false,
        _ => true,
    };
    let has_fault = reserved != 0 || code & !kind.code_bits_in_use() != 0 || kind == Kind::Ud;
    match has_fault || behind.is_none() || is_too_long || (is_class_0 && !is_of_class_0) {
        true => Belief::Doubtful,
        false => Belief::Yes,
    }
}

/// Whether the first octets are a header that [`belief`] has no doubt in, without a look at the class.
#[inline(always)]
pub(super) fn is_usual(octets: &[u8]) -> bool {
    matches!(octets, [_, 0, high, low, SHORT_LI, DT, _, ..] if (*high, *low) >= (0, HEADER_TO_DOUBT as u8))
}

/// Where the octets end that show another TPKT, from `from` on: with a DT of class 0 that ends a TSDU
/// and has any number, and in [`Belief::No`] any LI with version 3, or with a CR of class 0. If there
/// is none, the error is where to go on when there are more octets.
pub(super) fn other_within(
    octets: &[u8],
    from: usize,
    belief: Belief,
    context: &Context,
) -> Result<usize, usize> {
    let mut from = from;
    let may_start = |octets: &[u8]| match *octets {
        [_, _, _, _, SHORT_LI, DT] => true,
        [tpkt::VERSION, _, _, _, _, DT] => belief == Belief::No,
        [_, _, _, _, _, CR] => true,
        _ => false,
    };
    while let Some(found) = octets
        .get(from..)
        .and_then(|rest| rest.windows(LOOK).position(may_start))
    {
        let at = from + found;
        let rest = octets.get(at..).unwrap_or_default();
        let is_cr = rest.get(LOOK - 1) == Some(&CR);
        let look = if is_cr { LOOK_FOR_CR } else { HEADER_TO_DOUBT };
        let is_tpkt = match is_cr {
            _ if rest.len() < look => return Err(at),
            true => is_cr_of_class_0(rest),
            // A parameter may have the code of a DT, but no such length.
            false => is_dt(rest, context) && rest.get(LOOK).is_some_and(|octet| octet & EOT != 0),
        };
        if is_tpkt && !is_concatenated(octets, at + tpkt::HEADER_LENGTH as usize) {
            return Ok(at + look);
        }
        from = at + 1;
    }
    Err(from.max(octets.len().saturating_sub(LOOK - 1)))
}

/// Whether a TPDU starts at an offset of a TPKT, behind others that carry no user data (X.224 6.4).
fn is_concatenated(tpkt: &[u8], offset: usize) -> bool {
    let mut at = tpkt::HEADER_LENGTH as usize;
    while at < offset
        && let Some(&[li, code]) = tpkt.get(at..).and_then(|tpdu| tpdu.first_chunk())
        && Kind::of(code).is_some_and(|kind| !kind.has_user_data())
    {
        at += usize::from(li) + 1;
    }
    at == offset
}

fn is_cr_of_class_0(octets: &[u8]) -> bool {
    let Some(&[_, _, high, low, li, _, 0, 0, _, _, 0]) = octets.first_chunk::<LOOK_FOR_CR>() else {
        return false;
    };
    let header = u16::from(li) + 1 + tpkt::HEADER_LENGTH as u16;
    Kind::Cr.has_room(Format::Short, li) && u16::from_be_bytes([high, low]) == header
}

/// Whether these octets, of which [`LOOK`] are there, may start a TPKT of any version with a DT that
/// has any LI.
pub(super) fn is_dt(octets: &[u8], context: &Context) -> bool {
    let longest = context.longest_doubtful_tpkt();
    matches!(context.class(), None | Some(0 | 1))
        && octets.get(LOOK - 1) == Some(&DT)
        && tpkt::Header::new(octets).is_some_and(|header| {
            (tpkt::MINIMUM_LENGTH.into()..=longest).contains(&header.length().into())
        })
}
