//! Every field and every expert info, each defined once.
//!
//! The build script includes this module to write the constants of the C header, so it depends on
//! nothing but `core`. An id is part of the ABI: append, never reuse.
#![forbid(unsafe_code)]

use std::ffi::CStr;

/// How much an expert info matters.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Not an expert info: the item is a field.
    None = 0,
    /// An event of normal traffic.
    Chat = 1,
    /// A deviation that is widespread, or that only one edition of a standard rules out.
    Note = 2,
    /// A violation of a standard; a strict peer may refuse it.
    Warning = 3,
    /// The octets contradict themselves and cannot be decoded as they are.
    Error = 4,
}

impl Severity {
    /// The severities in rising order, each with its name.
    pub const NAMES: [(Self, &'static CStr); 5] = [
        (Self::None, c"none"),
        (Self::Chat, c"chat"),
        (Self::Note, c"note"),
        (Self::Warning, c"warning"),
        (Self::Error, c"error"),
    ];
}

/// What an expert info is about, in Wireshark's vocabulary.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A checksum fails.
    Checksum = 1,
    /// Something out of sequence, or an event of a connection.
    Sequence = 2,
    /// The peer answered with a failure.
    ResponseCode = 3,
    /// Octets that could not be decoded.
    Undecoded = 4,
    /// Reassembly failed.
    Reassemble = 5,
    /// Lengths contradict each other.
    Malformed = 6,
    /// A rule of the protocol is violated.
    Protocol = 7,
    /// Encryption begins.
    Decryption = 8,
}

impl Group {
    /// Every group with its name.
    pub const NAMES: [(Self, &'static CStr); 8] = [
        (Self::Checksum, c"checksum"),
        (Self::Sequence, c"sequence"),
        (Self::ResponseCode, c"response code"),
        (Self::Undecoded, c"undecoded"),
        (Self::Reassemble, c"reassemble"),
        (Self::Malformed, c"malformed"),
        (Self::Protocol, c"protocol"),
        (Self::Decryption, c"decryption"),
    ];
}

/// What an item of a field holds.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A node of the tree that groups others; its value is 0.
    Protocol = 1,
    /// An unsigned number; the field's width is the widest an item of it can be.
    Uint = 2,
    /// 0 or 1.
    Bool = 3,
    /// Octets of the packet: the item's offset and length say which; its value is the length.
    Bytes = 4,
    /// Octets of the packet that are meant as text: likewise. They may not be UTF-8.
    Text = 5,
}

/// The base a number is shown in.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Not a number.
    None = 0,
    /// Decimal.
    Dec = 1,
    /// Hexadecimal.
    Hex = 2,
}

/// A number and its name.
pub type ValueName = (u64, &'static CStr);

/// A field: something a TPKT or TPDU carries, or something derived from it.
#[derive(Debug)]
pub struct Field {
    /// The name in a display filter, such as `tpkt.reserved`.
    pub abbreviation: &'static CStr,
    /// The name for people, such as `Reserved`.
    pub name: &'static CStr,
    /// What an item of this field holds.
    pub kind: Type,
    /// The base its number is shown in.
    pub base: Base,
    /// Octets of the widest item of this field on the wire; 0 when not a number.
    pub width: u32,
    /// The bits of `width` octets that are this field, 0 when all are. An item shorter than
    /// `width` uses the mask's most significant octets.
    pub mask: u64,
    /// The unit of the number, empty when it has none.
    pub unit: &'static CStr,
    /// Names of its values.
    pub values: &'static [ValueName],
    /// Names of its bits, if each is an option of its own.
    pub bits: &'static [ValueName],
    /// Where the standards define it.
    pub clause: &'static CStr,
    /// What it is.
    pub description: &'static CStr,
}

const fn field(
    abbreviation: &'static CStr,
    name: &'static CStr,
    kind: Type,
    clause: &'static CStr,
    description: &'static CStr,
) -> Field {
    Field {
        abbreviation,
        name,
        kind,
        base: Base::None,
        width: 0,
        mask: 0,
        unit: c"",
        values: &[],
        bits: &[],
        clause,
        description,
    }
}

impl Field {
    const fn dec(mut self, width: u32) -> Self {
        self.base = Base::Dec;
        self.width = width;
        self
    }
    const fn hex(mut self, width: u32) -> Self {
        self.base = Base::Hex;
        self.width = width;
        self
    }
    const fn mask(mut self, mask: u64) -> Self {
        self.mask = mask;
        self
    }
    const fn unit(mut self, unit: &'static CStr) -> Self {
        self.unit = unit;
        self
    }
    const fn bits(mut self, bits: &'static [ValueName]) -> Self {
        self.bits = bits;
        self
    }
    const fn values(mut self, values: &'static [ValueName]) -> Self {
        self.values = values;
        self
    }

    /// How many octets of an item of `length` octets can be this field.
    pub fn octets_of(&self, length: u32) -> u32 {
        length.clamp(self.width.min(1), self.width)
    }

    /// The mask over the octets of an item of `length` octets; 0 when all bits are the field.
    pub fn mask_of(&self, length: u32) -> u64 {
        self.mask >> (8 * (self.width - self.octets_of(length)))
    }

    /// The name of `value`, if it has one.
    pub fn value_name(&self, value: u64) -> Option<&'static CStr> {
        value_name(self.values, value)
    }
}

/// The name of `value` in a table of names.
pub fn value_name(names: &[ValueName], value: u64) -> Option<&'static CStr> {
    names
        .iter()
        .find(|(known, _)| *known == value)
        .map(|(_, name)| *name)
}

/// An expert info: something the library reports about octets.
#[derive(Debug)]
pub struct Expert {
    /// The name in a display filter, such as `tpkt.reserved.nonzero`.
    pub abbreviation: &'static CStr,
    /// What it is about.
    pub group: Group,
    /// Its usual severity; an item says the one it was raised with.
    pub severity: Severity,
    /// One line, without the value seen.
    pub summary: &'static CStr,
    /// The template of the message of one item; `label` documents its placeholders.
    pub message: &'static str,
    /// What `{reason}` in the message may be, in rising order of [`ReasonText::first`].
    pub reasons: &'static [ReasonText],
    /// Its meaning and its effect on the connection.
    pub explanation: &'static CStr,
    /// The clause that it is based on.
    pub clause: &'static CStr,
}

const fn expert(
    abbreviation: &'static CStr,
    group: Group,
    severity: Severity,
    clause: &'static CStr,
    summary: &'static CStr,
    message: &'static str,
    explanation: &'static CStr,
) -> Expert {
    Expert {
        abbreviation,
        group,
        severity,
        summary,
        message,
        reasons: &[],
        explanation,
        clause,
    }
}

impl Expert {
    const fn reasons(mut self, reasons: &'static [ReasonText]) -> Self {
        self.reasons = reasons;
        self
    }

    /// The reason that an item's detail encodes, and what the value was compared with. A detail
    /// that encodes none, which only a host can construct, gets the first one.
    pub fn reason(&self, detail: u16) -> (&'static str, u16) {
        let is_reached = |reason: &&ReasonText| reason.first <= detail;
        let reached = self.reasons.iter().rev().find(is_reached);
        reached
            .or(self.reasons.first())
            .map_or(("", detail), |reason| {
                (reason.text, detail.saturating_sub(reason.base))
            })
    }
}

/// One reason of an expert info that has several, and how `Item::detail` encodes it.
#[derive(Debug)]
pub struct ReasonText {
    /// The details from here to the next reason's are this reason.
    pub first: u16,
    /// The detail less this is what the value was compared with.
    pub base: u16,
    /// The template of its text.
    pub text: &'static str,
}

/// The argument of `raise`: the id of an expert info, or a reason of one that has several.
pub trait Cause: Copy {
    /// The id of the expert info.
    fn id(self) -> u16;
    /// The item's detail, when it encodes a reason.
    fn detail(self) -> Option<u32>;
}

impl Cause for u16 {
    #[inline(always)]
    fn id(self) -> u16 {
        self
    }
    #[inline(always)]
    fn detail(self) -> Option<u32> {
        None
    }
}

/// Ids of fields begin here; 0 is no field.
pub const FIELD_BASE: u16 = 1;
/// Ids of expert infos begin here; the id less this is the expert info's bit in a PDU record.
pub const EXPERT_BASE: u16 = 0x1000;

/// The parent of an item at the top of a PDU's tree.
pub const NO_PARENT: u16 = u16::MAX;
/// The fewest items that an array has room for, unless the host asks for none.
pub const MINIMUM_ITEMS: u32 = 64;

/// The field of an id.
pub fn field_of(id: u16) -> Option<&'static Field> {
    FIELDS.get(usize::from(id.checked_sub(FIELD_BASE)?))
}

/// The expert info of an id.
pub fn expert_of(id: u16) -> Option<&'static Expert> {
    EXPERTS.get(usize::from(id.checked_sub(EXPERT_BASE)?))
}

/// The text of a string of the registry. They are C strings because hosts get them as they are.
pub const fn text(string: &'static CStr) -> &'static str {
    match string.to_str() {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Whether a constant is named after its abbreviation (`tpkt.reserved` is `TPKT_RESERVED`).
const fn named_after(constant: &str, abbreviation: &CStr) -> bool {
    let (mut constant, mut abbreviation) = (constant.as_bytes(), abbreviation.to_bytes());
    while let ([c, rest_of_constant @ ..], [a, rest @ ..]) = (constant, abbreviation) {
        let spelled = match *a {
            b'.' | b'-' => b'_',
            letter => letter.to_ascii_uppercase(),
        };
        if *c != spelled {
            return false;
        }
        (constant, abbreviation) = (rest_of_constant, rest);
    }
    constant.is_empty() && abbreviation.is_empty()
}

/// A constant for each id and the table the ids index, checked against each other. `=> Reason`
/// behind an expert info names the enum of its reasons; raising one of them raises it.
macro_rules! registry {
    ($(#[$doc:meta])* $table:ident: $type:ident from $base:ident;
     $($position:literal $name:ident = $entry:expr $(=> $reason:ident)?;)*) => {
        $(#[allow(missing_docs)] pub const $name: u16 = $base + $position;)*
        $(#[$doc])*
        pub static $table: &[$type] = &[$($entry $(.reasons($reason::TEXTS))?),*];
        $($(
            impl Cause for $reason {
                #[inline(always)]
                fn id(self) -> u16 {
                    $name
                }
                #[inline(always)]
                fn detail(self) -> Option<u32> {
                    Some(self.encode())
                }
            }
        )?)*
        const _: () = {
            let mut next = 0;
            $(
                assert!(next == $position, "ids are contiguous");
                assert!(named_after(stringify!($name), $table[$position].abbreviation));
                next += 1;
            )*
            assert!(next == $table.len());
        };
    };
}

pub mod experts;
pub mod fields;
pub mod reasons;

pub use experts::EXPERTS;
pub use fields::{
    CHECKSUM_BAD, CHECKSUM_GOOD, CHECKSUM_UNVERIFIED, FIELDS, PARAMETER_CODES, RDP_TYPES,
    TPDU_TYPES,
};
