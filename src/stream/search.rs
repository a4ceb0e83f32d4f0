//! Recognises a TPKT at any octet of a stream, where user data may look like one.
#![forbid(unsafe_code)]

use crate::cotp::parameter::{Entry, Parameters};
use crate::cotp::rdp::recognise as recognise_rdp;
use crate::cotp::{self, Format, Kind, at, number_mask, option};
use crate::registry::{field_of, fields};
use crate::tpkt::{self, HEADER_LENGTH, Recognition};

/// Octets that are always enough for [`recognise_in_stream`]: a TPKT header, the longest TPDU
/// header, and LI and code of a concatenated TPDU.
pub(super) const LOOKAHEAD: usize = HEADER_LENGTH as usize + 1 + 254 + 2;

/// Whether a TPKT with a TPDU starts here. `class` is the class of the connection, if known.
///
/// Checks everything that the standards fix, so that about one offset in a million of random octets
/// is accepted. The reserved octet of the TPKT header is deliberately ignored: requiring zero would
/// allow a one-octet evasion.
pub(super) fn recognise_in_stream(octets: &[u8], class: Option<u8>) -> Recognition {
    match tpkt::recognise_with_cotp(octets) {
        Recognition::Yes => {}
        undecided => return undecided,
    }
    let (Some(header), Some((_, nsdu))) = (
        tpkt::Header::new(octets),
        octets.split_at_checked(HEADER_LENGTH as usize),
    ) else {
        return Recognition::NeedMore;
    };
    let (Some(&li), Some(&code)) = (nsdu.first(), nsdu.get(at::CODE as usize)) else {
        return Recognition::NeedMore;
    };
    let (Some(kind), header_length) = (Kind::of(code), u32::from(li) + 1) else {
        return Recognition::No;
    };
    let Some(format) = kind.format_by_li(li) else {
        return Recognition::No;
    };
    let fits_class = class.is_none_or(|class| match (kind, class) {
        (Kind::Dt, 0 | 1) => format == Format::Short,
        (Kind::Dt, _) => format != Format::Short,
        _ => true,
    });
    if !fits_class || kind == Kind::Ud || code & !kind.code_bits_in_use() != 0 {
        return Recognition::No;
    }
    let Some((header_octets, rest)) = nsdu.split_at_checked(header_length as usize) else {
        return Recognition::NeedMore;
    };
    if !is_well_formed(kind, format, header_octets, class) {
        return Recognition::No;
    }
    // By `recognise_with_cotp` the header lies within the TPKT.
    let rest_length = u32::from(header.length()).saturating_sub(HEADER_LENGTH + header_length);
    match kind {
        Kind::Dr if rest_length > 64 => Recognition::No,
        Kind::Ed if rest_length > 16 => Recognition::No,
        _ if kind.has_user_data() || rest_length == 0 => Recognition::Yes,
        _ => cotp::recognise(rest, rest_length),
    }
}

/// Whether the values in fixed and variable part are defined ones.
fn is_well_formed(kind: Kind, format: Format, header: &[u8], class: Option<u8>) -> bool {
    let octet = |at: u32| header.get(at as usize).copied().unwrap_or(0);
    let has_name = |field, value: u8| {
        field_of(field).is_some_and(|field| field.value_name(value.into()).is_some())
    };
    let fixed_part = match kind {
        Kind::Cr | Kind::Cc => {
            let class_options = octet(at::CLASS_OPTIONS);
            let dest_ref = u16::from_be_bytes([octet(at::DEST_REF), octet(at::DEST_REF + 1)]);
            class_options >> 4 <= 4
                && class_options & option::RESERVED == 0
                && (kind == Kind::Cc || dest_ref == 0)
        }
        Kind::Dr => has_name(fields::COTP_CAUSE, octet(at::REASON)),
        Kind::Er => has_name(fields::COTP_REJECT_CAUSE, octet(at::REJECT_CAUSE)),
        Kind::Dt | Kind::Ed if format == Format::Short => {
            let number = u32::from(octet(at::NUMBER_SHORT)) & number_mask(format);
            number == 0 || class == Some(1)
        }
        _ => true,
    };
    let fixed = kind.minimum_li(format).map_or(0, usize::from) + 1;
    let variable_part = header.get(fixed..).unwrap_or_default();
    let is_rdp = matches!(kind, Kind::Cr | Kind::Cc)
        && recognise_rdp(variable_part, false) == Recognition::Yes;
    fixed_part && (is_rdp || Parameters::new(variable_part).all(|entry| is_parameter(&entry)))
}

/// Bits 8 and 7 of a parameter code are never both zero (X.224 13.2.3); the exceptions are the
/// extended checksums of the ATN.
fn is_parameter(entry: &Entry) -> bool {
    matches!(entry, Entry::Whole(parameter) if matches!(parameter.code, 0x08 | 0x09 | 0x40..=0xfe))
}
