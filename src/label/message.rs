//! The message of an expert info.
//!
//! Messages are templates of the registry. A placeholder `{source}` or `{source:form}` is a number:
//!
//! | source | the number |
//! | --- | --- |
//! | `value` | the value seen |
//! | `expected` | what it was compared with: the item's detail without the number of the reason |
//! | `first` | the first octet of the item |
//! | `next` | the octet behind the item |
//!
//! | form | shown as |
//! | --- | --- |
//! | none | decimal |
//! | `x2`, `x4`, `x8` | hexadecimal, of that many digits at least |
//! | `octets` | a count of octets: `1 octet`, `5 octets` |
//! | `octets_were` | the same with its verb, without the count when it is 0: `1 octet was` |
//! | `units` | units of 128 octets, as a count of octets |
//! | `header` | a length indicator, as the count of octets of its header |
//! | `cause`, `reject_cause`, `failure`, `protocol` | with the name of the value in the field of that name |
//! | `structure` | the name of an RDP negotiation structure by its type |
//! | `parameter` | a parameter code with its name: `parameter TPDU size (0xc0)` |
//! | `tpdu`, `code` | the name of a TPDU by the upper four bits of its code, by its code octet |
//! | `classes` | a set of transport classes, one bit each: `0 or 2` |
//! | `ending` | how a connection ended: an `isotsap_ending` times 2, plus 1 when the responder ended it |
//! | `selector` | a T-selector: its length in the most significant octet, then its first octets |
//!
//! `{reason}` is the text of the reason that the item's detail encodes, itself a template. All
//! templates are checked at compile time.
#![forbid(unsafe_code)]

use crate::cotp::parameter::tpdu_size;
use crate::cotp::{Classes, Kind};
use crate::dissection::record::Item;
use crate::registry::{
    EXPERTS, Expert, PARAMETER_CODES, RDP_TYPES, field_of, fields, text, value_name,
};
use crate::text::Text;

/// Where a placeholder's number comes from.
#[derive(Clone, Copy)]
enum Source {
    /// The value seen.
    Value,
    /// What the value was compared with.
    Expected,
    /// The first octet of the item.
    First,
    /// The octet behind the item.
    Next,
}

/// How a placeholder shows its number.
#[derive(Clone, Copy)]
enum Form {
    Decimal,
    Hex(u32),
    Octets,
    OctetsWere,
    Units,
    Header,
    Name(u16),
    Structure,
    Parameter,
    Tpdu,
    Code,
    Classes,
    Ending,
    Selector,
}

#[derive(Clone, Copy)]
enum Placeholder {
    Number(Source, Form),
    Reason,
}

impl Placeholder {
    /// The placeholder of what is between the braces.
    const fn parse(name: &[u8]) -> Option<Self> {
        let (source, form) = match name {
            b"reason" => return Some(Self::Reason),
            [b'v', b'a', b'l', b'u', b'e', form @ ..] => (Source::Value, form),
            [b'e', b'x', b'p', b'e', b'c', b't', b'e', b'd', form @ ..] => (Source::Expected, form),
            [b'f', b'i', b'r', b's', b't', form @ ..] => (Source::First, form),
            [b'n', b'e', b'x', b't', form @ ..] => (Source::Next, form),
            _ => return None,
        };
        let form = match form {
            b"" => Form::Decimal,
            b":x2" => Form::Hex(1),
            b":x4" => Form::Hex(2),
            b":x8" => Form::Hex(4),
            b":octets" => Form::Octets,
            b":octets_were" => Form::OctetsWere,
            b":units" => Form::Units,
            b":header" => Form::Header,
            b":cause" => Form::Name(fields::COTP_CAUSE),
            b":reject_cause" => Form::Name(fields::COTP_REJECT_CAUSE),
            b":failure" => Form::Name(fields::RDP_NEGFAILURE_FAILURECODE),
            b":protocol" => Form::Name(fields::RDP_NEGREQ_SELECTEDPROTOCOL),
            b":structure" => Form::Structure,
            b":parameter" => Form::Parameter,
            b":tpdu" => Form::Tpdu,
            b":code" => Form::Code,
            b":classes" => Form::Classes,
            b":ending" => Form::Ending,
            b":selector" => Form::Selector,
            _ => return None,
        };
        Some(Self::Number(source, form))
    }
}

/// Whether every placeholder of a template is one, `{reason}` only when `reasons` are given.
const fn is_template(template: &str, reasons: bool) -> bool {
    let mut rest = template.as_bytes();
    let mut has_reason = false;
    while let [octet, tail @ ..] = rest {
        rest = tail;
        if *octet == b'{' {
            let mut length = 0;
            while let [octet, behind @ ..] = rest
                && *octet != b'}'
            {
                length += 1;
                rest = behind;
            }
            match Placeholder::parse(tail.split_at(length).0) {
                Some(Placeholder::Reason) => has_reason = true,
                Some(Placeholder::Number(..)) => {}
                None => return false,
            }
        }
    }
    has_reason == reasons
}

// The error of the compiler names the expert info.
const _: () = {
    let mut experts = EXPERTS;
    while let [expert, other_experts @ ..] = experts {
        let name = text(expert.abbreviation);
        let mut reasons = expert.reasons;
        assert!(is_template(expert.message, !reasons.is_empty()), "{}", name);
        while let [reason, others @ ..] = reasons {
            assert!(is_template(reason.text, false), "{}", name);
            if let [next, ..] = others {
                assert!(reason.first < next.first, "{}", name);
            }
            reasons = others;
        }
        experts = other_experts;
    }
};

/// The numbers that the placeholders of a message show.
struct Message<'a> {
    reason: &'static str,
    expected: u16,
    item: &'a Item,
    octets: &'a [u8],
}

/// The message of an expert info: what was seen, what was expected, the clause.
pub(super) fn write(text: &mut Text, expert: &Expert, item: &Item, octets: &[u8]) {
    let (reason, expected) = expert.reason(item.detail);
    let message = Message {
        reason,
        expected,
        item,
        octets,
    };
    message.expand(text, expert.message);
    text.put(" (");
    text.name(expert.clause);
    text.put(")");
}

impl Message<'_> {
    fn expand(&self, text: &mut Text, template: &str) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.put(before);
            let (name, behind) = after.split_once('}').unwrap_or_default();
            match Placeholder::parse(name.as_bytes()) {
                Some(Placeholder::Number(source, form)) => self.number(text, source, form),
                Some(Placeholder::Reason) => self.expand(text, self.reason),
                None => {}
            }
            rest = behind;
        }
        text.put(rest);
    }

    /// The number of a source; `None` for an octet that is not there.
    fn number_of(&self, source: Source) -> Option<u64> {
        let octet = |offset: u64| {
            let octet = self.octets.get(usize::try_from(offset).ok()?);
            octet.copied().map(u64::from)
        };
        let Item { offset, length, .. } = *self.item;
        match source {
            Source::Value => Some(self.item.value),
            Source::Expected => Some(self.expected.into()),
            Source::First => octet(offset.into()),
            Source::Next => octet(u64::from(offset) + u64::from(length)),
        }
    }

    fn number(&self, text: &mut Text, source: Source, form: Form) {
        let number = self.number_of(source);
        let value = number.unwrap_or(0);
        match form {
            Form::Decimal => {
                text.decimal(value);
                if matches!(source, Source::Expected) && self.item.detail == u16::MAX {
                    text.put(" or more");
                }
            }
            Form::Hex(octets) => text.hexadecimal(value, octets),
            Form::Octets => text.count_of_octets(value),
            Form::OctetsWere => octets_were(text, value),
            Form::Units => text.count_of_octets(value.saturating_mul(tpdu_size::UNIT.into())),
            Form::Header => text.count_of_octets(value.saturating_add(1)),
            Form::Name(field) => {
                text.decimal(value);
                if let Some(name) = field_of(field).and_then(|field| field.value_name(value)) {
                    text.put(" (");
                    text.name(name);
                    text.put(")");
                }
            }
            Form::Structure => match value_name(RDP_TYPES, value) {
                Some(name) => text.name(name),
                None => text.put("RDP structure"),
            },
            Form::Parameter => parameter(text, number),
            Form::Tpdu => text.put(tpdu_name(value)),
            Form::Code => text.put(tpdu_name(value >> 4)),
            Form::Classes => classes(text, value),
            Form::Ending => text.put(ending(value)),
            Form::Selector => selector(text, value),
        }
    }
}

/// A count that is 0 when it is unknown.
fn octets_were(text: &mut Text, count: u64) {
    match count {
        0 => text.put("octets"),
        _ => text.count_of_octets(count),
    }
    text.put(if count == 1 { " was" } else { " were" });
}

/// A parameter by its code, when that is known.
fn parameter(text: &mut Text, code: Option<u64>) {
    text.put("parameter");
    let Some(code) = code else {
        return;
    };
    text.put(" ");
    let name = value_name(PARAMETER_CODES, code);
    if let Some(name) = name {
        text.name(name);
        text.put(" (");
    }
    text.hexadecimal(code, 1);
    if name.is_some() {
        text.put(")");
    }
}

fn tpdu_name(kind: u64) -> &'static str {
    u8::try_from(kind)
        .ok()
        .and_then(|kind| Kind::of(kind << 4))
        .map_or("TPDU", Kind::name)
}

/// A set of classes, such as `0, 1 or 2`.
fn classes(text: &mut Text, set: u64) {
    let mut rest = Classes::from_bits_truncate(set as u8).bits();
    let mut before = "";
    while rest != 0 {
        text.put(before);
        text.decimal(rest.trailing_zeros().into());
        rest &= rest - 1;
        before = if rest.count_ones() == 1 { " or " } else { ", " };
    }
}

/// How a connection ended.
fn ending(value: u64) -> &'static str {
    match value {
        2 => "the initiator closed the connection",
        3 => "the responder closed the connection",
        4 => "the initiator reset the connection",
        5 => "the responder reset the connection",
        _ => "the connection ended",
    }
}

/// A T-selector, in hexadecimal, with what S7 makes of it.
fn selector(text: &mut Text, value: u64) {
    let [length, octets @ ..] = value.to_be_bytes();
    let shown = octets.get(..length.into());
    text.put("0x");
    text.hex(shown.unwrap_or(&octets));
    match shown {
        Some(shown) => super::s7(text, shown),
        None => {
            text.put("… (");
            text.count_of_octets(length.into());
            text.put(")");
        }
    }
}
