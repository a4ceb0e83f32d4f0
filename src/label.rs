//! Text for people: labels of items, messages of expert infos, summaries of PDUs.
#![forbid(unsafe_code)]

mod message;

use crate::cotp::Kind;
use crate::dissection::record::{Item, Pdu, PduFlag};
use crate::registry::{Base, Field, Type, expert_of, experts, field_of, fields};
use crate::text::Text;
use std::fmt::{self, Write};

/// A numbered TPDU with a smaller LI has no destination reference.
const SHORTEST_WITH_DEST_REF: u8 = 3;

/// Octets of a byte string that a label shows; the rest is left out.
const MOST_OCTETS_SHOWN: usize = 64;

/// Writes the label of an item of a packet whose captured octets are `octets`: `Name: value` for
/// a field, the message for an expert info. An unknown id has a label too.
pub fn item(text: &mut Text, item: &Item, octets: &[u8]) -> fmt::Result {
    if let Some(expert) = expert_of(item.id) {
        message::write(text, expert, item, octets);
        return Ok(());
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
                _ => {}
            }
            Ok(())
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

/// The bits of a masked field within its octets, such as `0000 .... = `.
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
fn s7(text: &mut Text, octets: &[u8]) {
    let &[kind @ 0x01..=0x10, place] = octets else {
        return;
    };
    let kind = match kind {
        0x01 => "PG",
        0x02 => "OP",
        _ => "S7 basic",
    };
    text.put(" (on S7: ");
    text.put(kind);
    text.put(", rack ");
    text.decimal((place >> 5).into());
    text.put(", slot ");
    text.decimal((place & 0x1f).into());
    text.put(")");
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

/// Writes the summary of a PDU in one line.
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
            if pdu.li >= SHORTEST_WITH_DEST_REF && !pdu.has(PduFlag::ShortFormat) {
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
    if raised(experts::COTP_CONNECTION_UNANSWERED) {
        text.write_str("Connection ended without an answer to the CR")
    } else if raised(experts::COTP_TSDU_INCOMPLETE) {
        text.write_str("Incomplete TSDU")
    } else if raised(experts::TPKT_TLS) || raised(experts::TPKT_TLS_UNEXPECTED) {
        text.write_str("TLS")
    } else if raised(experts::TPKT_SKIPPED) || raised(experts::TPKT_VERSION_INVALID) {
        text.write_str("Skipped octets")
    } else if raised(experts::COTP_TYPE_UNKNOWN) {
        write!(text, "TPDU of undefined type 0x{:x}", pdu.r#type)
    } else if pdu.flags & PduFlag::Rdp as u16 != 0 {
        text.write_str("RDP fast-path PDU")
    } else if pdu.flags & PduFlag::Concatenated as u16 != 0 {
        text.write_str("Incomplete TPDU")
    } else if pdu.tpkt_length != 0 || raised(experts::TPKT_LENGTH_INVALID) {
        text.put("TPKT of ");
        text.count_of_octets(pdu.tpkt_length.into());
        Ok(())
    } else if raised(experts::COTP_LI_INVALID) || pdu.li != 0 {
        text.write_str("Incomplete TPDU")
    } else if pdu.severity == 0 && pdu.flags & PduFlag::Short as u16 == 0 {
        text.write_str("Octets before the first TPKT")
    } else {
        text.write_str("Incomplete TPKT")
    }
}
