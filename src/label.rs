//! Text for people: an item's label, an expert info's message, a PDU's one-line summary.
#![forbid(unsafe_code)]

use crate::cotp::parameter::{code, tpdu_size};
use crate::cotp::{Classes, Kind};
use crate::dissection::FORMAT_NOT_FOR_CLASS;
use crate::dissection::record::{Item, Pdu, PduFlag};
use crate::registry::{
    Base, Expert, Field, PARAMETER_CODES, Type, expert_of, experts, field_of, fields,
    text as text_of, value_name,
};
use crate::text::Text;
use std::fmt::{self, Write};

/// A numbered TPDU with a smaller LI has no destination reference.
const SHORTEST_WITH_DEST_REF: u8 = 3;

/// Octets of a byte string a label shows before it breaks off.
const MOST_OCTETS_SHOWN: usize = 64;

/// Writes the label of an item of a packet whose captured octets are `octets`: `Name: value` for
/// a field, the message for an expert info. An id this library does not know gets a label too.
pub fn item(text: &mut Text, item: &Item, octets: &[u8]) -> fmt::Result {
    if let Some(expert) = expert_of(item.id) {
        return message(text, expert, item, octets);
    }
    match field_of(item.id) {
        Some(field) => label(text, field, item, octets),
        None => write!(text, "Unknown item {}", item.id),
    }
}

fn octets_of<'p>(item: &Item, octets: &'p [u8]) -> &'p [u8] {
    let start = usize::try_from(item.offset).unwrap_or(usize::MAX);
    let length = usize::try_from(item.length).unwrap_or(usize::MAX);
    octets
        .get(start..)
        .and_then(|rest| rest.get(..length))
        .unwrap_or_default()
}

fn label(text: &mut Text, field: &Field, item: &Item, octets: &[u8]) -> fmt::Result {
    let octets = octets_of(item, octets);
    match field.kind {
        Type::Protocol => {
            protocol(text, field, item, octets);
            Ok(())
        }
        Type::Text => {
            text.name(field.name);
            text.put(": ");
            printable(text, octets)
        }
        Type::Bytes => {
            text.name(field.name);
            text.put(": ");
            hex(text, octets);
            match item.id {
                fields::COTP_SRC_TSAP_BYTES | fields::COTP_DST_TSAP_BYTES => s7(text, octets),
                _ => Ok(()),
            }
        }
        Type::Bool => {
            bits(text, field, item);
            text.name(field.name);
            text.put(if item.value == 0 { ": False" } else { ": True" });
            Ok(())
        }
        Type::Uint => {
            bits(text, field, item);
            text.name(field.name);
            text.put(": ");
            number(text, field, item);
            Ok(())
        }
    }
}

fn protocol(text: &mut Text, field: &Field, item: &Item, octets: &[u8]) {
    match (item.id, octets) {
        (fields::TPKT, &[version, _, high, low]) => {
            text.put("TPKT, Version: ");
            text.decimal(version.into());
            text.put(", Length: ");
            text.decimal(u16::from_be_bytes([high, low]).into());
        }
        (fields::COTP, _) => {
            text.put("ISO 8073/X.224 COTP Connection-Oriented Transport Protocol");
        }
        _ => text.name(field.name),
    }
}

/// The number in its base, with its name and unit.
fn number(text: &mut Text, field: &Field, item: &Item) {
    let value = item.value;
    match (item.id, field.value_name(value)) {
        // X.224 13.3.4 k; the sign is not in the standard, but a rate is below 1.
        (fields::COTP_RES_ERROR_RATE_TARGET_VALUE | fields::COTP_RES_ERROR_RATE_MIN_ACCEPT, _) => {
            text.put("10^-");
            text.decimal(value);
        }
        (fields::COTP_RES_ERROR_RATE_TDSU, _) => {
            text.put("2^");
            text.decimal(value);
            text.put(" octets");
        }
        (_, Some(name)) => {
            text.name(name);
            text.put(" (");
            digits(text, field, item);
            text.put(")");
        }
        (_, None) => {
            digits(text, field, item);
            if !field.unit.is_empty() {
                text.put(" ");
                text.name(field.unit);
            }
            let mut before = " (";
            for (_, name) in field.bits.iter().filter(|(bit, _)| value & bit != 0) {
                text.put(before);
                text.name(name);
                before = ", ";
            }
            if before != " (" {
                text.put(")");
            }
        }
    }
}

fn digits(text: &mut Text, field: &Field, item: &Item) {
    match field.base {
        Base::Hex => text.hexadecimal(item.value, field.octets_of(item.length)),
        Base::Dec | Base::None => text.decimal(item.value),
    }
}

/// The bits of the octets a masked field is, such as `0000 .... = `.
fn bits(text: &mut Text, field: &Field, item: &Item) {
    let mask = field.mask_of(item.length);
    if mask == 0 {
        return;
    }
    let value = item.value << mask.trailing_zeros();
    for nibble in (0..2 * field.octets_of(item.length)).rev() {
        let bit = |bit: u32| match (mask >> bit & 1, value >> bit & 1) {
            (0, _) => b'.',
            (_, 0) => b'0',
            _ => b'1',
        };
        let last = 4 * nibble;
        text.octets(&[bit(last + 3), bit(last + 2), bit(last + 1), bit(last), b' ']);
    }
    text.put("= ");
}

/// What a T-selector of two octets says when the connection is S7's: connection type in the
/// first, rack and slot in the second. Types from 0x11 on are used otherwise too.
fn s7(text: &mut Text, octets: &[u8]) -> fmt::Result {
    let &[kind @ 0x01..=0x10, place] = octets else {
        return Ok(());
    };
    let kind = match kind {
        0x01 => "PG",
        0x02 => "OP",
        _ => "S7 basic",
    };
    write!(
        text,
        " (on S7: {kind}, rack {}, slot {})",
        place >> 5,
        place & 0x1f
    )
}

fn printable(text: &mut Text, octets: &[u8]) -> fmt::Result {
    octets.iter().try_for_each(|&octet| match octet {
        b' '..=b'~' => text.write_char(octet.into()),
        _ => write!(text, "\\x{octet:02x}"),
    })
}

fn hex(text: &mut Text, octets: &[u8]) {
    match octets.get(..MOST_OCTETS_SHOWN) {
        Some(shown) if octets.len() > MOST_OCTETS_SHOWN => {
            text.hex(shown);
            text.put("… (");
            text.decimal(octets.len() as u64);
            text.put(" octets)");
        }
        _ => text.hex(octets),
    }
}

/// A value with the name its field gives it.
struct Named(u16, u64);

impl fmt::Display for Named {
    fn fmt(&self, text: &mut fmt::Formatter) -> fmt::Result {
        let Self(field, value) = *self;
        match field_of(field).and_then(|field| field.value_name(value)) {
            Some(name) => write!(text, "{value} ({})", text_of(name)),
            None => write!(text, "{value}"),
        }
    }
}

/// A parameter code with its name.
struct Parameter(u64);

impl fmt::Display for Parameter {
    fn fmt(&self, text: &mut fmt::Formatter) -> fmt::Result {
        let code = self.0;
        match value_name(PARAMETER_CODES, code) {
            Some(name) => write!(text, "{} (0x{code:02x})", text_of(name)),
            None => write!(text, "0x{code:02x}"),
        }
    }
}

fn tpdu_name(kind: u64) -> &'static str {
    u8::try_from(kind)
        .ok()
        .and_then(|kind| Kind::of(kind << 4))
        .map_or("TPDU", Kind::name)
}

/// The message of an expert info: what was seen, what was expected, the clause.
fn message(text: &mut Text, expert: &Expert, item: &Item, octets: &[u8]) -> fmt::Result {
    let value = item.value;
    let detail = u64::from(item.detail);
    match item.id {
        experts::TPKT_VERSION_INVALID => write!(
            text,
            "TPKT version is {value}, expected 3; another protocol, missing octets or a wrong length before this"
        ),
        experts::TPKT_RESERVED_NONZERO => write!(
            text,
            "TPKT reserved octet is {value} (0x{value:02x}), expected 0: RFC 1006 leaves it reserved, RFC 2126 fixes it at 0; strict peers refuse such a connection"
        ),
        experts::TPKT_LENGTH_INVALID if value < 4 => write!(
            text,
            "TPKT length is {value}, less than the TPKT header of 4 octets: the next TPKT cannot be found by it"
        ),
        experts::TPKT_LENGTH_INVALID => write!(
            text,
            "TPKT length is {value}, expected at least 7: a header of 4 octets and a TPDU of 3"
        ),
        experts::TPKT_GAP => {
            match value {
                0 => text.write_str("octets were"),
                1 => text.write_str("1 octet was"),
                _ => write!(text, "{value} octets were"),
            }?;
            text.write_str(match detail {
                0 => " lost or not captured right before this",
                _ => " lost or not captured here",
            })
        }
        experts::TPKT_SKIPPED => {
            write!(text, "{value} octets passed over: no TPKT was found in them")
        }
        experts::TPKT_INCOMPLETE => match value {
            0 => write!(text, "only {detail} of the 4 octets of a TPKT header are there"),
            _ => write!(text, "TPKT length is {value}, but only {detail} octets are there"),
        },
        experts::TPKT_TLS => write!(
            text,
            "TLS begins here (content type {value}): what follows is encrypted, TPKT is carried inside it if at all"
        ),
        experts::COTP_LI_RESERVED => text.write_str("length indicator is 255, which is reserved; expected 254 at most"),
        experts::COTP_LI_INVALID if value >= detail => write!(
            text,
            "length indicator is {value}, so the header takes {} octets, but the TPDU has {detail}",
            value.saturating_add(1)
        ),
        experts::COTP_LI_INVALID => write!(
            text,
            "length indicator is {value}, expected at least {detail}: the fixed part of this TPDU does not fit"
        ),
        experts::COTP_TYPE_UNKNOWN => write!(
            text,
            "TPDU code 0x{value:02x} is not defined: none of X.224 table 8"
        ),
        experts::COTP_TYPE_RESERVED_BITS => write!(
            text,
            "TPDU code octet is 0x{value:02x}, expected 0x{detail:02x}: the lower bits are reserved in this TPDU"
        ),
        experts::COTP_CREDIT_UNEXPECTED => write!(
            text,
            "TPDU code octet is 0x{value:02x}, expected 0x{detail:02x}: {}",
            match detail {
                0xd0 | 0xe0 => "classes 0 and 1 have no credit",
                _ if detail & 0x0f == 0 => "in extended format the credit is in octets 9 and 10",
                _ => "class 1 sets all credit bits",
            }
        ),
        experts::COTP_ROA_UNEXPECTED => write!(
            text,
            "DT code octet is 0x{value:02x}, expected 0xf0: acknowledgement is requested (ROA) where that is not in use"
        ),
        experts::COTP_DESTREF_NONZERO => write!(
            text,
            "destination reference of the CR is 0x{value:04x}, expected 0: the peer's reference is not known yet"
        ),
        experts::COTP_DESTREF_ZERO => text.write_str(
            "destination reference of the CC is 0, expected the source reference of the CR it answers",
        ),
        experts::COTP_SRCREF_ZERO => write!(
            text,
            "source reference of the {} is 0, expected a number of the sender's choice that is not 0",
            tpdu_name(detail)
        ),
        experts::COTP_SRCREF_NONZERO => write!(
            text,
            "source reference of the DR is 0x{value:04x}, expected 0: it refuses a connection, so there is none to name"
        ),
        experts::COTP_CLASS_INVALID => {
            write!(text, "transport class is {value}, expected 0 to 4")
        }
        experts::COTP_OPTS_RESERVED_BITS => write!(
            text,
            "class and options octet is 0x{value:02x}, expected 0x{detail:02x}: {}",
            if value >> 4 == 0 {
                "in class 0 all four option bits are zero"
            } else {
                "bits 4 and 3 are reserved"
            }
        ),
        experts::COTP_OPTS_NOT_FOR_CLASS => write!(
            text,
            "class and options octet is 0x{value:02x}: the option has no meaning in class {detail}"
        ),
        experts::COTP_TPDU_NUMBER_NONZERO => write!(
            text,
            "TPDU number is {value}, expected 0: class 0 does not number its TPDUs"
        ),
        experts::COTP_CAUSE_UNKNOWN => {
            write!(text, "reason {value} of the DR is not defined")
        }
        experts::COTP_CAUSE_NOT_FOR_CLASS => write!(
            text,
            "reason is {}, expected 0 to 3: higher ones are for classes 1 to 4",
            Named(fields::COTP_CAUSE, value)
        ),
        experts::COTP_REJECT_CAUSE_UNKNOWN => write!(
            text,
            "reject cause {value} of the ER is not defined, expected 0 to 3"
        ),
        experts::COTP_USER_DATA_NOT_ALLOWED => write!(
            text,
            "{value} octets of user data, expected none: a {} of class 0 carries no user data",
            tpdu_name(detail)
        ),
        experts::COTP_USER_DATA_TOO_LONG => write!(
            text,
            "{value} octets of user data, expected {detail} at most"
        ),
        experts::COTP_USER_DATA_EMPTY if detail == Kind::Ed as u64 => {
            text.write_str("no user data, expected 1 to 16 octets: an ED carries some")
        }
        experts::COTP_USER_DATA_EMPTY => text.write_str(
            "no user data in a DT without EOT, expected at least one octet: only the last DT of a TSDU may be empty",
        ),
        experts::COTP_TPDU_TOO_LONG => write!(
            text,
            "TPDU has {value} octets, expected {detail} at most: no larger size is agreed yet"
        ),
        experts::COTP_CONCATENATION_NOT_ALLOWED => write!(
            text,
            "{value} octets follow this TPDU in the same TPKT: RFC 1006 6 puts one TPDU into a TPKT"
        ),
        experts::COTP_PARAMETER_TRUNCATED => write!(
            text,
            "parameter needs {value} octets, but {detail} are left of the header"
        ),
        experts::COTP_PARAMETER_LENGTH_INVALID => write!(
            text,
            "length of parameter {} is {value}, which its definition does not allow",
            Parameter(detail)
        ),
        experts::COTP_PARAMETER_UNKNOWN => {
            write!(text, "parameter code 0x{value:02x} is not defined")
        }
        experts::COTP_PARAMETER_DUPLICATE => write!(
            text,
            "parameter {} occurs again: this later one counts",
            Parameter(value)
        ),
        experts::COTP_PARAMETER_NOT_ALLOWED => write!(
            text,
            "parameter {} does not belong in this {} or in its class",
            Parameter(value),
            tpdu_name(detail)
        ),
        experts::COTP_PARAMETER_MISSING if detail == Kind::Er as u64 => text.write_str(
            "parameter invalid TPDU (0xc1) is missing: in class 0 an ER carries the octets it rejects",
        ),
        experts::COTP_PARAMETER_MISSING if detail == Kind::Cr as u64 => write!(
            text,
            "parameter {} is missing: a CR that prefers class 4 carries it",
            Parameter(value)
        ),
        experts::COTP_PARAMETER_MISSING => {
            write!(text, "parameter {} is missing", Parameter(value))
        }
        experts::COTP_TPDU_SIZE_INVALID => write!(
            text,
            "TPDU size is coded 0x{value:02x}, expected 0x07 to 0x0d (128 to 8192 octets)"
        ),
        experts::COTP_TPDU_SIZE_NOT_FOR_CLASS => write!(
            text,
            "TPDU size is {value} octets, expected 2048 at most in class 0"
        ),
        experts::COTP_PREFERRED_MAXIMUM_TPDU_SIZE_INVALID => write!(
            text,
            "preferred maximum TPDU size is {value} units of 128 octets, expected {}",
            if value == 0 { "at least 1" } else { "511 at most over TPKT" }
        ),
        experts::COTP_CHECKSUM_UNEXPECTED => write!(
            text,
            "parameter {} in class {detail}, expected in class 4 only",
            Parameter(value)
        ),
        experts::COTP_CONNECTION_REQUEST => {
            write!(text, "connection request from reference 0x{value:04x}")
        }
        experts::COTP_CONNECTION_CONFIRM => write!(
            text,
            "connection confirm from reference 0x{value:04x} to 0x{detail:04x}"
        ),
        experts::COTP_DISCONNECT_REQUEST => write!(
            text,
            "disconnect request, reason {}",
            Named(fields::COTP_CAUSE, value)
        ),
        experts::COTP_ERROR => write!(
            text,
            "the peer rejected a TPDU, cause {}",
            Named(fields::COTP_REJECT_CAUSE, value)
        ),
        experts::COTP_TYPE_NOT_FOR_CLASS if item.detail >= FORMAT_NOT_FOR_CLASS => write!(
            text,
            "length indicator is {value}, which is not of the format agreed for class {}",
            detail - u64::from(FORMAT_NOT_FOR_CLASS)
        ),
        experts::COTP_TYPE_NOT_FOR_CLASS => write!(
            text,
            "TPDU code 0x{value:02x} ({}) does not exist in class {detail} as it was agreed",
            tpdu_name(value >> 4)
        ),
        experts::COTP_TYPE_NOT_FOR_CARRIER => write!(
            text,
            "TPDU code 0x{value:02x} ({}) in a TPKT, expected one of class 0: CR, CC, DR, DT, ER or ED",
            tpdu_name(value >> 4)
        ),
        experts::COTP_CLASS_NOT_FOR_CARRIER => write!(
            text,
            "transport class is {value}, expected 0, or 2 by RFC 2126, over TPKT"
        ),
        experts::COTP_OPTS_CONFLICT => write!(
            text,
            "class and options octet is 0x{value:02x}: class 2 without explicit flow control has neither extended formats nor expedited data"
        ),
        experts::COTP_EOT_CLEAR => write!(
            text,
            "octet with EOT and number is 0x{value:02x}, expected its top bit set: an ED is never segmented"
        ),
        experts::COTP_NEXT_TPDU_NUMBER_RESERVED_BIT => write!(
            text,
            "first octet of YR-TU-NR is 0x{value:02x}, expected its top bit to be zero"
        ),
        experts::COTP_VP_VERSION_NR_INVALID => {
            write!(text, "version number is {value}, expected 1")
        }
        experts::COTP_ADDITIONAL_OPTIONS_RESERVED_BIT => write!(
            text,
            "additional options are 0x{value:02x}, expected bit 8 to be zero"
        ),
        experts::COTP_ADDITIONAL_OPTIONS_CONFLICT => write!(
            text,
            "additional options are 0x{value:02x}: an option for expedited data is set, but bit 1, expedited data itself, is not"
        ),
        experts::COTP_ALTERNATIVE_CLASSES_RESERVED_BITS => write!(
            text,
            "alternative class octet is 0x{value:02x}, expected 0x{detail:02x}: the lower bits are zero"
        ),
        experts::COTP_ALTERNATIVE_CLASSES_INVALID => write!(
            text,
            "alternative class is {value}, which is no alternative to the preferred class {detail}"
        ),
        experts::COTP_FLOW_CONTROL_RESERVED_BITS => write!(
            text,
            "octet 0x{value:02x} of the flow control confirmation has bits set that mean nothing in this format"
        ),
        experts::COTP_SELECTIVE_ACK_RESERVED_BIT => write!(
            text,
            "edge is 0x{value:02x}, expected its top bit to be zero"
        ),
        experts::COTP_ED_TPDU_NUMBER_RESERVED_BITS => write!(
            text,
            "ED TPDU number is 0x{value:04x}, expected the bits above it to be zero"
        ),
        experts::COTP_CHECKSUM_BAD => write!(
            text,
            "checksum 0x{value:04x} does not fit the octets of this TPDU"
        ),
        experts::COTP_ATN_EXTENDED_CHECKSUM_BAD => write!(
            text,
            "ATN extended checksum 0x{value:04x} does not fit the octets of this TPDU and the two NSAPs"
        ),
        experts::COTP_DISCONNECT_CONFIRM => write!(
            text,
            "disconnect confirm from reference 0x{value:04x} to 0x{detail:04x}"
        ),
        experts::COTP_REJECT => write!(
            text,
            "reject: retransmission is asked for from TPDU number {value} on"
        ),
        experts::COTP_CONNECTION_REFUSED => {
            let reason = match detail == Kind::Er as u64 {
                true => Named(fields::COTP_REJECT_CAUSE, value),
                false => Named(fields::COTP_CAUSE, value),
            };
            write!(
                text,
                "the connection is refused: the {} gives {reason}",
                tpdu_name(detail)
            )
        }
        experts::COTP_CLASS_NOT_OFFERED => {
            write!(text, "transport class {value} is selected, expected one the CR leaves open:")?;
            Classes::from_bits_truncate(detail as u8)
                .iter()
                .try_for_each(|class| write!(text, " {}", class.bits().trailing_zeros()))
        }
        experts::COTP_TPDU_SIZE_INCREASED if detail == 0 => write!(
            text,
            "preferred maximum TPDU size of {value} octets is selected, expected none: the CR proposes none"
        ),
        experts::COTP_TPDU_SIZE_INCREASED => write!(
            text,
            "TPDU size of {value} octets is selected, expected {} at most as the CR proposes",
            detail * u64::from(tpdu_size::UNIT)
        ),
        experts::COTP_OPTION_NOT_PROPOSED if value == u64::from(code::INACTIVITY_TIMER) && detail == 0 => write!(
            text,
            "parameter {} is selected, expected none: the CR proposes none",
            Parameter(value)
        ),
        experts::COTP_OPTION_NOT_PROPOSED => write!(
            text,
            "options 0x{value:02x} are selected, expected none beyond 0x{detail:02x} as the CR proposes"
        ),
        experts::COTP_DESTREF_MISMATCH => write!(
            text,
            "destination reference is 0x{value:04x}, expected 0x{detail:04x}, which the receiver chose"
        ),
        experts::COTP_TPDU_EXCEEDS_SIZE => write!(
            text,
            "TPDU has {value} octets, expected {detail} at most as CR and CC agreed"
        ),
        experts::COTP_TPDU_NUMBER_OUT_OF_SEQUENCE if item.detail == u16::MAX => {
            write!(text, "TPDU number is {value}, which is not the next")
        }
        experts::COTP_TPDU_NUMBER_OUT_OF_SEQUENCE => {
            write!(text, "TPDU number is {value}, expected {detail}")
        }
        experts::COTP_CONNECTION_MISSING => write!(
            text,
            "TPDU code 0x{value:02x} ({}) before any CC, expected CR and CC first: the connection was seen from its start",
            tpdu_name(value >> 4)
        ),
        experts::COTP_TSDU_TOO_LONG => write!(
            text,
            "TSDU is let go after {value} octets{}",
            match detail {
                0 => ": more are not kept",
                _ => ": too many DT TPDUs wait for one that is missing",
            }
        ),
        experts::COTP_TSDU_INCOMPLETE => write!(
            text,
            "{value} octets of a TSDU were seen, but not its end{}",
            match detail {
                0 => "",
                _ => ": too many others were begun at the same time",
            }
        ),
        experts::RDP_NEG_RESERVED => write!(
            text,
            "reserved {} 0x{value:02x}, expected 0x{detail:02x}",
            if octets_of(item, octets).len() > 1 { "bits are set: the protocols are" } else { "octet or bits are set: the octet is" }
        ),
        experts::RDP_NEG_LENGTH_INVALID => write!(
            text,
            "length of the RDP negotiation structure is {value}, expected {detail}, all within the header"
        ),
        experts::RDP_NEG_FAILURE => write!(
            text,
            "the RDP server refused: {}",
            Named(fields::RDP_NEGFAILURE_FAILURECODE, value)
        ),
        experts::RDP_COOKIE_UNTERMINATED => write!(
            text,
            "routing token or cookie of {value} octets does not end with CR LF within the header"
        ),
        _ => text.write_str(text_of(expert.summary)),
    }?;
    write!(text, " ({})", text_of(expert.clause))
}

/// Writes what a PDU is, in one line.
pub fn summary(text: &mut Text, pdu: &Pdu) -> fmt::Result {
    let Some(kind) = pdu.kind() else {
        return without_tpdu(text, pdu);
    };
    let reference = |text: &mut Text, name, reference: u16| {
        text.put(name);
        text.hexadecimal(reference.into(), u16::BITS / 8);
    };
    text.put(kind.name());
    text.put(" TPDU");
    match kind {
        Kind::Cr | Kind::Cc | Kind::Dr | Kind::Dc => {
            reference(text, " src-ref: ", pdu.src_ref);
            reference(text, " dst-ref: ", pdu.dest_ref);
        }
        Kind::Er => reference(text, " dst-ref: ", pdu.dest_ref),
        Kind::Ud => {}
        Kind::Dt | Kind::Ed | Kind::Ea | Kind::Ak | Kind::Rj => {
            text.put(" (");
            text.decimal(pdu.tpdu_number.into());
            text.put(")");
            if pdu.li >= SHORTEST_WITH_DEST_REF {
                reference(text, " dst-ref: ", pdu.dest_ref);
            }
            if pdu.flags & PduFlag::Eot as u16 != 0 {
                text.put(" EOT");
            }
        }
    }
    Ok(())
}

fn without_tpdu(text: &mut Text, pdu: &Pdu) -> fmt::Result {
    let raised = |id| pdu.has_expert(id);
    if raised(experts::COTP_TSDU_INCOMPLETE) {
        text.write_str("Incomplete TSDU")
    } else if raised(experts::TPKT_TLS) {
        text.write_str("TLS")
    } else if raised(experts::TPKT_SKIPPED) {
        text.write_str("Octets passed over")
    } else if raised(experts::COTP_TYPE_UNKNOWN) {
        write!(text, "TPDU of undefined type 0x{:x}", pdu.r#type)
    } else if pdu.flags & PduFlag::Rdp as u16 != 0 {
        text.write_str("RDP fast-path PDU")
    } else if pdu.flags & PduFlag::Concatenated as u16 != 0 {
        text.write_str("Incomplete TPDU")
    } else if pdu.tpkt_length != 0 || raised(experts::TPKT_LENGTH_INVALID) {
        write!(text, "TPKT of {} octets", pdu.tpkt_length)
    } else if raised(experts::COTP_LI_INVALID) || pdu.li != 0 {
        text.write_str("Incomplete TPDU")
    } else if pdu.severity == 0 && pdu.flags & PduFlag::Short as u16 == 0 {
        text.write_str("Octets in front of a TPKT")
    } else {
        text.write_str("Incomplete TPKT")
    }
}
