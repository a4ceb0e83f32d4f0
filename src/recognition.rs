//! Recognition of TPKT, TPDU, TLS record, RDP fast-path PDU and RDP variable part by their octets.
//!
//! The reserved octet of the TPKT is deliberately ignored: requiring zero would allow a one-octet
//! evasion.
#![forbid(unsafe_code)]

use crate::cotp::parameter::{Entry, VariablePart, definition};
use crate::cotp::tpdu::{RESERVED_LI, place};
use crate::cotp::{ClassOptions, Format, Kind, Tpdu, rdp};
use crate::registry::{field_of, fields};
use crate::span::Span;
use crate::tpkt::{HEADER_LENGTH, Header, MINIMUM_LENGTH, VERSION};

/// Whether octets are the start of something.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// They are not.
    No = 0,
    /// They may be: more octets decide.
    NeedMore = 1,
    /// They are.
    Yes = 2,
}

/// Whether `octets` start a TPKT, by version and length.
pub fn tpkt(octets: &[u8]) -> Recognition {
    match (octets.first(), Header::new(octets)) {
        (Some(&version), _) if version != VERSION => Recognition::No,
        (_, None) => Recognition::NeedMore,
        (_, Some(header)) if header.length() < MINIMUM_LENGTH => Recognition::No,
        _ => Recognition::Yes,
    }
}

/// Whether `octets` start a TPKT that carries a TPDU.
pub fn tpkt_with_tpdu(octets: &[u8]) -> Recognition {
    match tpkt(octets) {
        Recognition::Yes => nsdu_of_tpkt(octets),
        undecided => undecided,
    }
}

/// Whether the NSDU behind the TPKT header at the front of `octets` starts with a TPDU: the length
/// has room for one, and LI and code agree with it. The version is ignored.
pub fn nsdu_of_tpkt(octets: &[u8]) -> Recognition {
    let Some((header, nsdu)) = octets.split_at_checked(HEADER_LENGTH as usize) else {
        return Recognition::NeedMore;
    };
    let length = Header::new(header).map_or(0, Header::length);
    if length < MINIMUM_LENGTH {
        return Recognition::No;
    }
    tpdu(nsdu, u32::from(length) - HEADER_LENGTH)
}

/// Whether `octets` start an NSDU of `length` octets that holds a TPDU: the code is defined, and
/// the LI has room for the fixed part and lies within the NSDU.
pub fn tpdu(octets: &[u8], length: u32) -> Recognition {
    let (Some(&li), code) = (octets.first(), octets.get(place::CODE.at as usize)) else {
        return Recognition::NeedMore;
    };
    if u32::from(li) >= length || li == RESERVED_LI {
        return Recognition::No;
    }
    match code.map(|&code| Kind::of(code)) {
        None => Recognition::NeedMore,
        Some(Some(kind)) if kind.format_by_li(li).is_some() => Recognition::Yes,
        Some(_) => Recognition::No,
    }
}

/// Whether the length of the TPKT at the front of `octets`, of which at least
/// [`MINIMUM_LENGTH`] are there, can be true though it is a large one: a TPDU is in it, its code is
/// right, and its type has that many octets of user data. A DT has `longest` octets at most.
pub fn is_length_true(octets: &[u8], longest_dt: Option<u32>) -> bool {
    let Some((header, nsdu)) = octets.split_at_checked(HEADER_LENGTH as usize) else {
        return false;
    };
    let length = u32::from(Header::new(header).map_or(0, Header::length));
    if tpdu(nsdu, length - HEADER_LENGTH) != Recognition::Yes {
        return false;
    }
    let code = nsdu.get(place::CODE.at as usize).copied().unwrap_or(0);
    match Kind::of(code) {
        Some(kind) if code & !kind.code_bits_in_use() != 0 => false,
        Some(Kind::Dt) => longest_dt.is_none_or(|longest| length <= longest),
        Some(Kind::Cr | Kind::Cc | Kind::Dr | Kind::Ed) | None => false,
        Some(_) => true,
    }
}

/// Octets that decide whether a TPKT starts at a place of a stream: a TPKT header, the longest
/// header of a TPDU, and LI and code of a concatenated one.
pub const LOOKAHEAD: usize = HEADER_LENGTH as usize + 1 + 254 + 2;

/// Whether a TPKT with a TPDU starts in the middle of a stream, where user data may look like one.
/// Every fixed bit except the reserved octet is checked, and that the number of class 0 is 0: of
/// random octets one place in a million passes. `class` is the connection's, when it is known.
pub fn tpkt_in_stream(octets: &[u8], class: Option<u8>) -> Recognition {
    match tpkt(octets) {
        Recognition::Yes => sound_tpkt(octets, class, class != Some(1)),
        undecided => undecided,
    }
}

/// As [`tpkt_in_stream`], for a place where a TPKT is due: it may have another version and any TPDU
/// number, as there are stacks that look at neither.
pub fn tpkt_of_any_version(octets: &[u8], class: Option<u8>) -> Recognition {
    sound_tpkt(octets, class, false)
}

/// As [`tpkt_in_stream`], within octets that may be something else altogether: a DT, CR or CC of
/// class 0. Of random octets one place in 200 million passes.
pub fn tpkt_in_disguise(octets: &[u8]) -> Recognition {
    const CODE: usize = (HEADER_LENGTH + place::CODE.at) as usize;
    const CLASS_OPTIONS: usize = (HEADER_LENGTH + place::CLASS_OPTIONS.at) as usize;
    let is_possible = match octets.get(CODE).map(|&code| (Kind::of(code), code & 0x0f)) {
        None | Some((Some(Kind::Dt), 0)) => true,
        Some((Some(Kind::Cr | Kind::Cc), 0)) => {
            octets.get(CLASS_OPTIONS).is_none_or(|&octet| octet == 0)
        }
        Some(_) => false,
    };
    match is_possible {
        true => tpkt_in_stream(octets, Some(0)),
        false => Recognition::No,
    }
}

/// Whether a TPKT starts here that dissection accepts where one is due, so that the next one behind
/// it is enough to believe in it.
pub fn tpkt_before_another(octets: &[u8], class: Option<u8>) -> Recognition {
    match (tpkt_with_tpdu(octets), octets) {
        (Recognition::No, &[VERSION, _, high, low, li, code, ..])
            if matches!(class, Some(0 | 1))
                && Kind::of(code) == Some(Kind::Dt)
                && Kind::Dt.has_room(Format::Short, li)
                && u32::from(li) + HEADER_LENGTH < u16::from_be_bytes([high, low]).into() =>
        {
            Recognition::Yes
        }
        (recognition, _) => recognition,
    }
}

/// Whether the octets behind the TPKT header are a TPDU whose fixed bits are all right.
/// `is_number_0`: the number of a DT or ED in the short format has to be 0.
fn sound_tpkt(octets: &[u8], class: Option<u8>, is_number_0: bool) -> Recognition {
    match nsdu_of_tpkt(octets) {
        Recognition::Yes => {}
        undecided => return undecided,
    }
    let (Some(header), Some((_, nsdu))) = (
        Header::new(octets),
        octets.split_at_checked(HEADER_LENGTH as usize),
    ) else {
        return Recognition::NeedMore;
    };
    let whole = Span {
        octets: nsdu,
        length: u32::from(header.length()) - HEADER_LENGTH,
        offset: 0,
    };
    let (Some(li), Some(code)) = (whole.u8(place::LI.at), whole.u8(place::CODE.at)) else {
        return Recognition::NeedMore;
    };
    let Some(kind) = Kind::of(code) else {
        return Recognition::No;
    };
    let header = whole.up_to(u32::from(li) + 1);
    let tpdu = Tpdu::new(kind, whole, header, [li, code], None);
    let fits_class = class.is_none_or(|class| match (kind, class) {
        (Kind::Dt, 0 | 1) => tpdu.format == Format::Short,
        (Kind::Dt, _) => tpdu.format != Format::Short,
        _ => true,
    });
    if !fits_class || kind == Kind::Ud || tpdu.reserved_code_bits() != 0 {
        return Recognition::No;
    }
    if !is_sound(&tpdu, is_number_0) {
        return Recognition::No;
    }
    if tpdu.header.is_truncated() {
        return Recognition::NeedMore;
    }
    let behind = tpdu.behind();
    match kind {
        Kind::Dr if behind.length > 64 => Recognition::No,
        Kind::Ed if behind.length > 16 => Recognition::No,
        _ if kind.has_user_data() || behind.length == 0 => Recognition::Yes,
        _ => self::tpdu(behind.octets, behind.length),
    }
}

/// Whether fixed part and variable part conform to the standards, as far as they are there.
fn is_sound(tpdu: &Tpdu, is_number_0: bool) -> bool {
    let has_name = |field, value: Option<u8>| {
        field_of(field)
            .zip(value)
            .is_none_or(|(field, value)| field.value_name(value.into()).is_some())
    };
    let fixed_part = match tpdu.kind {
        Kind::Cr | Kind::Cc => {
            let ClassOptions(octet) = tpdu.class_options().unwrap_or_default();
            octet >> 4 <= ClassOptions::LAST_CLASS
                && octet & ClassOptions::RESERVED == 0
                && (tpdu.kind == Kind::Cc || tpdu.dest_ref().unwrap_or_default() == 0)
        }
        Kind::Dr => has_name(fields::COTP_CAUSE, tpdu.reason()),
        Kind::Er => has_name(fields::COTP_REJECT_CAUSE, tpdu.reject_cause()),
        Kind::Dt | Kind::Ed if is_number_0 && tpdu.format == Format::Short => {
            tpdu.number_and_eot().is_none_or(|(number, _)| number == 0)
        }
        _ => true,
    };
    let variable_part = tpdu.variable_part();
    let may_be_rdp = matches!(tpdu.kind, Kind::Cr | Kind::Cc)
        && rdp_variable_part(variable_part, false) != Recognition::No;
    // Of what is not all there a few are looked at: it comes again with each further octet.
    let is_cut = variable_part.is_truncated();
    let most = if is_cut { 4 } else { usize::MAX };
    let mut parameters = VariablePart::new(variable_part.octets).take(most);
    fixed_part && (may_be_rdp || parameters.all(|entry| is_parameter(&entry, is_cut)))
}

/// Bits 8 and 7 of a code are never both zero, except in the checksums of the ATN (X.224 13.2.3).
/// `is_cut`: the octets end before the variable part does.
fn is_parameter(entry: &Entry, is_cut: bool) -> bool {
    let code = match entry {
        Entry::Whole(parameter) => Some(parameter.code),
        Entry::Truncated(_, rest) if is_cut => rest.first().copied(),
        Entry::Truncated(..) => None,
    };
    matches!(code, Some(0x08 | 0x09 | 0x40..=0xfe))
}

/// Whether parameters of X.224 stand here: the first code is one of its own, or all are whole.
pub fn parameters(part: Span) -> bool {
    let octets = part.octets;
    let is_code = |&code: &u8| code >= 0x40 && definition(code).is_some();
    octets.first().is_some_and(is_code) || (!octets.is_empty() && are_parameters(octets))
}

fn are_parameters(octets: &[u8]) -> bool {
    VariablePart::new(octets).all(|entry| is_parameter(&entry, false))
}

/// Whether the variable part of a CR or CC is RDP's; `known_rdp` when the connection is. No X.224
/// parameter starts like a structure of RDP: its types are no codes that are assigned.
#[inline]
pub fn rdp_variable_part(part: Span, known_rdp: bool) -> Recognition {
    match part.octets.first() {
        Some(&code) if definition(code).is_some() => Recognition::No,
        Some(&kind) if rdp::length_of(kind).is_some() => match known_rdp {
            true => Recognition::Yes,
            false => rdp_structure(part),
        },
        _ => rdp_token(part),
    }
}

/// Whether a structure of RDP stands here: its type is defined, and its length is right or what is
/// behind it shows the right one.
pub fn rdp_structure(part: Span) -> Recognition {
    let Some(&kind) = part.octets.first() else {
        return undecided(part);
    };
    match rdp::length_of(kind) {
        None => Recognition::No,
        Some(length) if rdp::end_of_structure(part, length).is_some() => Recognition::Yes,
        Some(_) => undecided(part),
    }
}

/// Whether a routing token or cookie of RDP stands here: text that begins like one, or any octets up
/// to CR LF (MS-RDPBCGR 2.2.1.1) that are no parameters and have nothing or a structure behind them.
pub fn rdp_token(part: Span) -> Recognition {
    let octets = part.octets;
    if rdp::TOKENS.iter().any(|token| octets.starts_with(token)) {
        return Recognition::Yes;
    }
    match rdp::token_length(octets) {
        Some(0) => Recognition::No,
        _ if are_parameters(octets) => undecided(part),
        None => undecided(part),
        Some(length) => match part.from(length + rdp::CR_LF.len() as u32) {
            behind if behind.length == 0 => Recognition::Yes,
            behind => rdp_structure(behind),
        },
    }
}

/// The octets captured do not show that something stands here.
fn undecided(part: Span) -> Recognition {
    if part.is_truncated() {
        Recognition::NeedMore
    } else {
        Recognition::No
    }
}

/// Octets of the header of a TLS record.
pub const TLS_HEADER_LENGTH: usize = 5;

/// Whether octets start a TLS record: content type, major version 3, and a length that TLS allows
/// (RFC 8446 5.1, RFC 6520; 2^14 + 2048 octets in TLS 1.2).
pub fn tls_record(octets: &[u8]) -> Recognition {
    const LONGEST_RECORD: u16 = (1 << 14) + 2048;
    const MAJOR_VERSION: u8 = 3;
    let is_type = |content_type: &u8| (20..=24).contains(content_type);
    if !octets.first().is_none_or(is_type)
        || octets.get(1).is_some_and(|&major| major != MAJOR_VERSION)
    {
        return Recognition::No;
    }
    let Some(&[_, _, minor, length_high, length_low]) = octets.first_chunk() else {
        return Recognition::NeedMore;
    };
    let length = u16::from_be_bytes([length_high, length_low]);
    if minor <= 4 && (1..=LONGEST_RECORD).contains(&length) {
        Recognition::Yes
    } else {
        Recognition::No
    }
}

/// Octets that show whether TLS begins here.
pub const TLS_START_LENGTH: usize = TLS_HEADER_LENGTH + 1;

/// Whether TLS begins here: a record with the hello of client or server (RFC 8446 4), or the alert of
/// an end that answers it.
pub fn tls_start(octets: &[u8], is_answer: bool) -> Recognition {
    const ALERT: u8 = 21;
    const HANDSHAKE: u8 = 22;
    const LENGTH_OF_ALERT: u32 = TLS_HEADER_LENGTH as u32 + 2;
    match (tls_record(octets), octets) {
        (Recognition::No, _) => Recognition::No,
        (_, [HANDSHAKE, _, _, _, _, 1 | 2, ..]) => Recognition::Yes,
        (Recognition::Yes, [ALERT, ..])
            if is_answer && tls_record_length(octets) == LENGTH_OF_ALERT =>
        {
            Recognition::Yes
        }
        (_, [HANDSHAKE, ..]) if octets.len() < TLS_START_LENGTH => Recognition::NeedMore,
        (Recognition::NeedMore, [ALERT, ..]) if is_answer => Recognition::NeedMore,
        (Recognition::NeedMore, []) => Recognition::NeedMore,
        _ => Recognition::No,
    }
}

/// Octets of the TLS record at the front of `octets`, its header included.
pub fn tls_record_length(octets: &[u8]) -> u32 {
    let length = match *octets {
        [_, _, _, high, low, ..] => u16::from_be_bytes([high, low]),
        _ => 0,
    };
    TLS_HEADER_LENGTH as u32 + u32::from(length)
}

/// Whether octets start an RDP fast-path PDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FastPath {
    /// They do not.
    No,
    /// More octets decide.
    NeedMore,
    /// They do, and it has this length.
    Length(u16),
}

/// Recognises an RDP fast-path PDU (MS-RDPBCGR 2.2.8.1.2 and 2.2.9.1.2): action 0 in the two low
/// bits of octet 1, then a length of one octet, or of two when its top bit is set.
pub fn rdp_fast_path(octets: &[u8]) -> FastPath {
    let (length, shortest) = match *octets {
        [header, ..] if header & 0x03 != 0 => return FastPath::No,
        [_, length, ..] if length & 0x80 == 0 => (u16::from(length), 3),
        [_, high, low, ..] => (u16::from_be_bytes([high & 0x7f, low]), 4),
        _ => return FastPath::NeedMore,
    };
    if length >= shortest {
        FastPath::Length(length)
    } else {
        FastPath::No
    }
}
