//! What can be shown: every field and every expert info, each defined once.
//!
//! The build script includes this file to write the constants of the C header, so it depends on
//! nothing but `core`. An id is a promise of the ABI: append, never reuse.
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
    /// Out of the ordinary, yet widespread or asked for by one edition of a standard only.
    Note = 2,
    /// A standard is broken; a strict peer may refuse it.
    Warning = 3,
    /// The octets cannot be what they claim to be.
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
    /// Something out of order, or an event in the life of a connection.
    Sequence = 2,
    /// The peer answered with a failure.
    ResponseCode = 3,
    /// Octets that could not be decoded.
    Undecoded = 4,
    /// Putting octets together failed.
    Reassemble = 5,
    /// Lengths contradict each other.
    Malformed = 6,
    /// A rule of the protocol is broken.
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

/// A number and what it stands for.
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
    /// Names of its bits, when each is something of its own.
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

    /// What `value` stands for, when it has a name.
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

/// An expert info: a remark the library can make about octets.
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
    /// What it means for the person with the broken connection.
    pub explanation: &'static CStr,
    /// The clause it rests on.
    pub clause: &'static CStr,
}

/// Ids of fields begin here; 0 is no field.
pub const FIELD_BASE: u16 = 1;
/// Ids of expert infos begin here; the id less this is the expert info's bit in a PDU record.
pub const EXPERT_BASE: u16 = 0x1000;

/// The parent of an item at the top of a PDU's tree.
pub const NO_PARENT: u16 = u16::MAX;

/// The field of an id.
pub fn field_of(id: u16) -> Option<&'static Field> {
    FIELDS.get(usize::from(id.checked_sub(FIELD_BASE)?))
}

/// The expert info of an id.
pub fn expert_of(id: u16) -> Option<&'static Expert> {
    EXPERTS.get(usize::from(id.checked_sub(EXPERT_BASE)?))
}

/// The text of a string of the registry. They are C strings because hosts get them as they are.
pub fn text(string: &'static CStr) -> &'static str {
    string.to_str().unwrap_or_default()
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

/// A constant for each id and the table the ids index, checked against each other.
macro_rules! registry {
    ($(#[$doc:meta])* $module:ident, $table:ident: $type:ident from $base:ident;
     $($position:literal $name:ident = $entry:expr;)*) => {
        $(#[$doc])*
        pub mod $module {
            $(#[allow(missing_docs)] pub const $name: u16 = super::$base + $position;)*
        }
        $(#[$doc])*
        pub static $table: &[$type] = &[$($entry),*];
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

/// TPDU codes (X.224 table 8; 4 is the UD of X.234): the upper nibble of octet 2.
pub const TPDU_TYPES: &[ValueName] = &[
    (0x1, c"ED Expedited Data"),
    (0x2, c"EA Expedited Data Acknowledgement"),
    (0x4, c"UD Unit Data"),
    (0x5, c"RJ Reject"),
    (0x6, c"AK Data Acknowledgement"),
    (0x7, c"ER TPDU Error"),
    (0x8, c"DR Disconnect Request"),
    (0xc, c"DC Disconnect Confirm"),
    (0xd, c"CC Connection Confirm"),
    (0xe, c"CR Connection Request"),
    (0xf, c"DT Data"),
];

const CLASSES: &[ValueName] = &[
    (0, c"simple"),
    (1, c"basic error recovery"),
    (2, c"multiplexing"),
    (3, c"error recovery and multiplexing"),
    (4, c"error detection and recovery"),
];

const CAUSES: &[ValueName] = &[
    (0, c"reason not specified"),
    (1, c"congestion at TSAP"),
    (2, c"session entity not attached to TSAP"),
    (3, c"address unknown"),
    (128, c"normal disconnect initiated by the session entity"),
    (129, c"remote transport entity congestion at connect time"),
    (130, c"connection negotiation failed"),
    (
        131,
        c"duplicate source reference for the same pair of NSAPs",
    ),
    (132, c"mismatched references"),
    (133, c"protocol error"),
    (135, c"reference overflow"),
    (
        136,
        c"connection request refused on this network connection",
    ),
    (138, c"header or parameter length invalid"),
];

const REJECT_CAUSES: &[ValueName] = &[
    (0, c"reason not specified"),
    (1, c"invalid parameter code"),
    (2, c"invalid TPDU type"),
    (3, c"invalid parameter value"),
];

/// Names of the parameter codes (X.224 13.3.4 to 13.12.4).
pub const PARAMETER_CODES: &[ValueName] = &[
    (0x08, c"ATN extended checksum, 32 bit"),
    (0x09, c"ATN extended checksum, 16 bit"),
    (0x85, c"acknowledgement time"),
    (0x86, c"residual error rate"),
    (0x87, c"priority"),
    (0x88, c"transit delay"),
    (0x89, c"throughput"),
    (0x8a, c"sub-sequence number"),
    (0x8b, c"reassignment time"),
    (0x8c, c"flow control confirmation"),
    (0x8f, c"selective acknowledgement"),
    (0x90, c"ED-TPDU-NR"),
    (0xc0, c"TPDU size"),
    (0xc1, c"calling T-selector"),
    (0xc2, c"called T-selector"),
    (0xc3, c"checksum"),
    (0xc4, c"version number"),
    (0xc5, c"protection"),
    (0xc6, c"additional options"),
    (0xc7, c"alternative protocol classes"),
    (0xe0, c"additional clearing information"),
    (0xf0, c"preferred maximum TPDU size"),
    (0xf2, c"inactivity timer"),
];

/// A checksum that does not verify.
pub const CHECKSUM_BAD: u64 = 0;
/// A checksum that verifies.
pub const CHECKSUM_GOOD: u64 = 1;
/// A checksum of which not all octets were captured, or not all is known that it covers.
pub const CHECKSUM_UNVERIFIED: u64 = 2;

const CHECKSUM_STATUS: &[ValueName] = &[
    (CHECKSUM_BAD, c"bad"),
    (CHECKSUM_GOOD, c"good"),
    (CHECKSUM_UNVERIFIED, c"unverified"),
];

const RDP_TYPES: &[ValueName] = &[
    (1, c"RDP Negotiation Request"),
    (2, c"RDP Negotiation Response"),
    (3, c"RDP Negotiation Failure"),
    (6, c"RDP Correlation Info"),
];

const RDP_PROTOCOLS: &[ValueName] = &[
    (0x00, c"standard RDP security"),
    (0x01, c"TLS"),
    (0x02, c"CredSSP"),
    (0x04, c"RDSTLS"),
    (0x08, c"CredSSP with early user authorization result"),
    (0x10, c"RDS AAD authentication"),
];

const RDP_REQUEST_FLAGS: &[ValueName] = &[
    (0x01, c"restricted admin mode required"),
    (0x02, c"redirected authentication mode required"),
    (0x08, c"correlation info present"),
];

const RDP_RESPONSE_FLAGS: &[ValueName] = &[
    (0x01, c"extended client data supported"),
    (0x02, c"graphics pipeline supported"),
    (0x08, c"restricted admin mode supported"),
    (0x10, c"redirected authentication mode supported"),
];

const RDP_FAILURES: &[ValueName] = &[
    (1, c"the server requires TLS"),
    (2, c"TLS is not allowed by the server"),
    (3, c"the server has no TLS certificate"),
    (4, c"inconsistent flags"),
    (5, c"the server requires CredSSP"),
    (
        6,
        c"the server requires TLS with user authentication by certificate",
    ),
];

use Type::{Bool, Bytes, Protocol, Text, Uint};

registry! {
    /// Every field.
    fields, FIELDS: Field from FIELD_BASE;
    0 TPKT = field(c"tpkt", c"TPKT", Protocol, c"RFC 1006 6", c"One TPKT: a header of 4 octets and what it carries");
    1 TPKT_VERSION = field(c"tpkt.version", c"Version", Uint, c"RFC 1006 6", c"Version of the protocol; 3 is the only one in use").dec(1);
    2 TPKT_RESERVED = field(c"tpkt.reserved", c"Reserved", Uint, c"RFC 2126 4.3", c"Reserved octet, 0 by RFC 2126").dec(1);
    3 TPKT_LENGTH = field(c"tpkt.length", c"Length", Uint, c"RFC 1006 6", c"Octets of the whole TPKT, its 4 header octets included").dec(2);
    4 TPKT_CONTINUATION_DATA = field(c"tpkt.continuation_data", c"Continuation data", Bytes, c"RFC 1006 6", c"Octets that belong to no TPKT that could be found");
    5 COTP = field(c"cotp", c"COTP", Protocol, c"X.224 13", c"One TPDU");
    6 COTP_LI = field(c"cotp.li", c"Length indicator", Uint, c"X.224 13.2.1", c"Octets of the header after this one, user data excluded").dec(1);
    7 COTP_TYPE = field(c"cotp.type", c"PDU Type", Uint, c"X.224 13.2.2.2", c"TPDU code: the upper nibble of octet 2").hex(1).mask(0xf0).values(TPDU_TYPES);
    8 COTP_TYPE_RESERVED = field(c"cotp.type.reserved", c"Reserved bits of the TPDU code", Uint, c"X.224 13.1 table 8", c"Bits of octet 2 that are zero in this TPDU; shown when they are not").hex(1).mask(0x0f);
    9 COTP_ROA = field(c"cotp.roa", c"Request acknowledgement", Bool, c"X.224 13.7.3 b", c"ROA bit of a DT TPDU; shown when it is set").hex(1).mask(0x01);
    10 COTP_CREDIT = field(c"cotp.credit", c"Credit", Uint, c"X.224 13.3.3 b", c"Credit (CDT): how many DT TPDUs may be sent").dec(2);
    11 COTP_DESTREF = field(c"cotp.destref", c"Destination reference", Uint, c"X.224 13.3.3 c", c"Reference the receiver of the TPDU gave the transport connection").hex(2);
    12 COTP_SRCREF = field(c"cotp.srcref", c"Source reference", Uint, c"X.224 13.3.3 d", c"Reference the sender of the TPDU gave the transport connection").hex(2);
    13 COTP_CLASS = field(c"cotp.class", c"Class", Uint, c"X.224 13.3.3 e", c"Transport protocol class: preferred in a CR, selected in a CC").dec(1).mask(0xf0).values(CLASSES);
    14 COTP_OPTS_RESERVED = field(c"cotp.opts.reserved", c"Reserved options", Uint, c"X.224 13.3.3 e", c"Bits 4 and 3 of the class and options octet, always zero").hex(1).mask(0x0c);
    15 COTP_OPTS_EXTENDED_FORMATS = field(c"cotp.opts.extended_formats", c"Extended formats", Bool, c"X.224 13.3.3 e", c"Use of extended formats in classes 2, 3 and 4").hex(1).mask(0x02);
    16 COTP_OPTS_NO_EXPLICIT_FLOW_CONTROL = field(c"cotp.opts.no_explicit_flow_control", c"No explicit flow control", Bool, c"X.224 13.3.3 e", c"Non-use of explicit flow control in class 2").hex(1).mask(0x01);
    17 COTP_CAUSE = field(c"cotp.cause", c"Reason", Uint, c"X.224 13.5.3 d", c"Why the connection is released or refused (DR)").dec(1).values(CAUSES);
    18 COTP_REJECT_CAUSE = field(c"cotp.reject_cause", c"Reject cause", Uint, c"X.224 13.12.3 c", c"What was wrong with the rejected TPDU (ER)").dec(1).values(REJECT_CAUSES);
    19 COTP_TPDU_NUMBER = field(c"cotp.tpdu-number", c"TPDU number", Uint, c"X.224 13.7.3 e", c"Number of a DT or ED TPDU: 7 bits, or 31 in extended format").hex(4).mask(0x7fff_ffff);
    20 COTP_EOT = field(c"cotp.eot", c"Last data unit", Bool, c"X.224 13.7.3 d", c"End of TSDU: this TPDU is the last of its TSDU").hex(1).mask(0x80);
    21 COTP_NEXT_TPDU_NUMBER = field(c"cotp.next-tpdu-number", c"Your TPDU number", Uint, c"X.224 13.9.3 d", c"YR-TU-NR or YR-EDTU-NR: the number acknowledged or expected").hex(4).mask(0x7fff_ffff);
    22 COTP_NEXT_TPDU_NUMBER_RESERVED = field(c"cotp.next-tpdu-number.reserved", c"Reserved bit above your TPDU number", Uint, c"X.224 13.9.3 d", c"Top bit of YR-TU-NR, always zero; shown when it is not").hex(1).mask(0x80);
    23 COTP_PARAMETER_CODE = field(c"cotp.parameter_code", c"Parameter code", Uint, c"X.224 13.2.3", c"Code of a parameter of the variable part").hex(1).values(PARAMETER_CODES);
    24 COTP_PARAMETER_LENGTH = field(c"cotp.parameter_length", c"Parameter length", Uint, c"X.224 13.2.3", c"Octets of the parameter's value").dec(1);
    25 COTP_PARAMETER_VALUE = field(c"cotp.parameter_value", c"Parameter value", Bytes, c"X.224 13.2.3", c"Value of a parameter that is shown as octets");
    26 COTP_TPDU_SIZE = field(c"cotp.tpdu_size", c"TPDU size", Uint, c"X.224 13.3.4 b", c"Maximum TPDU size, proposed in a CR, selected in a CC").dec(1).unit(c"octets");
    27 COTP_PREFERRED_MAXIMUM_TPDU_SIZE = field(c"cotp.preferred_maximum_tpdu_size", c"Preferred maximum TPDU size", Uint, c"X.224 13.3.4 c", c"Preferred maximum TPDU size; the wire counts units of 128 octets").dec(4).unit(c"octets");
    28 COTP_SRC_TSAP = field(c"cotp.src-tsap", c"Source TSAP as text", Text, c"X.224 13.3.4 a", c"Calling T-selector, when all its octets are printable");
    29 COTP_SRC_TSAP_BYTES = field(c"cotp.src-tsap-bytes", c"Source TSAP", Bytes, c"X.224 13.3.4 a", c"Calling T-selector");
    30 COTP_DST_TSAP = field(c"cotp.dst-tsap", c"Destination TSAP as text", Text, c"X.224 13.3.4 a", c"Called or responding T-selector, when all its octets are printable");
    31 COTP_DST_TSAP_BYTES = field(c"cotp.dst-tsap-bytes", c"Destination TSAP", Bytes, c"X.224 13.3.4 a", c"Called or responding T-selector");
    32 COTP_INVALID_TPDU = field(c"cotp.invalid_tpdu", c"Invalid TPDU", Bytes, c"X.224 13.12.4 a", c"The rejected TPDU, up to and including the octet that made the peer reject it");
    33 COTP_ADDITIONAL_CLEARING_INFORMATION = field(c"cotp.additional_clearing_information", c"Additional clearing information", Bytes, c"X.224 13.5.4 a", c"User-defined octets about the release");
    34 COTP_USER_DATA = field(c"cotp.user_data", c"User data", Bytes, c"X.224 13.2.4", c"User data: what follows the header, to the end of the NSDU");
    35 COTP_UNDECODED = field(c"cotp.undecoded", c"Octets not decoded", Bytes, c"X.224 13.2", c"Octets behind an LI or a code that leaves their meaning open");
    36 RDP_RT_COOKIE = field(c"rdp.rt_cookie", c"Routing Token/Cookie", Text, c"MS-RDPBCGR 2.2.1.1", c"Routing token or cookie of an RDP client, without its CR LF");
    37 RDP_NEG_TYPE = field(c"rdp.neg_type", c"Type", Uint, c"MS-RDPBCGR 2.2.1.1.1", c"Which RDP negotiation structure this is").hex(1).values(RDP_TYPES);
    38 RDP_NEG_LENGTH = field(c"rdp.neg_length", c"Length", Uint, c"MS-RDPBCGR 2.2.1.1.1", c"Octets of the RDP negotiation structure").dec(2);
    39 RDP_NEGREQ_FLAGS = field(c"rdp.negReq.flags", c"Flags", Uint, c"MS-RDPBCGR 2.2.1.1.1", c"Flags of the negotiation request").hex(1).bits(RDP_REQUEST_FLAGS);
    40 RDP_NEGREQ_REQUESTEDPROTOCOLS = field(c"rdp.negReq.requestedProtocols", c"requestedProtocols", Uint, c"MS-RDPBCGR 2.2.1.1.1", c"Security protocols the client supports, one bit each").hex(4).bits(RDP_PROTOCOLS);
    41 RDP_NEGRSP_FLAGS = field(c"rdp.negRsp.flags", c"Flags", Uint, c"MS-RDPBCGR 2.2.1.2.1", c"Flags of the negotiation response").hex(1).bits(RDP_RESPONSE_FLAGS);
    42 RDP_NEGREQ_SELECTEDPROTOCOL = field(c"rdp.negReq.selectedProtocol", c"selectedProtocol", Uint, c"MS-RDPBCGR 2.2.1.2.1", c"The security protocol the server selected").hex(4).values(RDP_PROTOCOLS);
    43 RDP_NEGFAILURE_FLAGS = field(c"rdp.negFailure.flags", c"Flags", Uint, c"MS-RDPBCGR 2.2.1.2.2", c"Flags of the negotiation failure, always zero").hex(1);
    44 RDP_NEGFAILURE_FAILURECODE = field(c"rdp.negFailure.failureCode", c"failureCode", Uint, c"MS-RDPBCGR 2.2.1.2.2", c"Why the server refused the negotiation").hex(4).values(RDP_FAILURES);
    45 RDP_CORRELATIONINFO_FLAGS = field(c"rdp.correlationInfo.flags", c"Flags", Uint, c"MS-RDPBCGR 2.2.1.1.2", c"Flags of the correlation info, always zero").hex(1);
    46 RDP_CORRELATIONINFO_CORRELATIONID = field(c"rdp.correlationInfo.correlationId", c"correlationId", Bytes, c"MS-RDPBCGR 2.2.1.1.2", c"Identifier the client gave the connection");
    47 RDP_CORRELATIONINFO_RESERVED = field(c"rdp.correlationInfo.reserved", c"Reserved", Bytes, c"MS-RDPBCGR 2.2.1.1.2", c"16 reserved octets, always zero");
    48 RDP_FASTPATH = field(c"rdp.fastpath", c"RDP fast-path PDU", Bytes, c"MS-RDPBCGR 2.2.8.1.2", c"An RDP PDU that travels between TPKTs without a TPKT header");
    49 COTP_CHECKSUM = field(c"cotp.checksum", c"Checksum", Uint, c"X.224 13.2.3.1", c"Fletcher checksum over the whole TPDU").hex(2);
    50 COTP_CHECKSUM_STATUS = field(c"cotp.checksum.status", c"Checksum Status", Uint, c"X.224 6.17.3", c"Outcome of verifying the checksum").dec(1).values(CHECKSUM_STATUS);
    51 COTP_ACK_TIME = field(c"cotp.ack_time", c"Acknowledgement time", Uint, c"X.224 13.3.4 i", c"Longest time until an acknowledgement is sent; informative").dec(2).unit(c"ms");
    52 COTP_RES_ERROR_RATE_TARGET_VALUE = field(c"cotp.res_error_rate.target_value", c"Residual error rate, target value", Uint, c"X.224 13.3.4 k", c"A power of ten; taken as 10 to minus this number").dec(1);
    53 COTP_RES_ERROR_RATE_MIN_ACCEPT = field(c"cotp.res_error_rate.min_accept", c"Residual error rate, minimum acceptable", Uint, c"X.224 13.3.4 k", c"A power of ten; taken as 10 to minus this number").dec(1);
    54 COTP_RES_ERROR_RATE_TDSU = field(c"cotp.res_error_rate.tdsu", c"Residual error rate, TSDU size of interest", Uint, c"X.224 13.3.4 k", c"A power of two of octets").dec(1);
    55 COTP_VP_PRIORITY = field(c"cotp.vp_priority", c"Priority", Uint, c"X.224 13.3.4 l", c"Priority of the connection, 0 the highest").dec(2);
    56 COTP_TRANSIT_DELAY_TARG_CALLING_CALLED = field(c"cotp.transit_delay.targ_calling_called", c"Transit delay, target value, calling to called", Uint, c"X.224 13.3.4 m", c"Transit delay of a TSDU of 128 octets").dec(2).unit(c"ms");
    57 COTP_TRANSIT_DELAY_MAX_ACCEPT_CALLING_CALLED = field(c"cotp.transit_delay.max_accept_calling_called", c"Transit delay, maximum acceptable, calling to called", Uint, c"X.224 13.3.4 m", c"Transit delay of a TSDU of 128 octets").dec(2).unit(c"ms");
    58 COTP_TRANSIT_DELAY_TARG_CALLED_CALLING = field(c"cotp.transit_delay.targ_called_calling", c"Transit delay, target value, called to calling", Uint, c"X.224 13.3.4 m", c"Transit delay of a TSDU of 128 octets").dec(2).unit(c"ms");
    59 COTP_TRANSIT_DELAY_MAX_ACCEPT_CALLED_CALLING = field(c"cotp.transit_delay.max_accept_called_calling", c"Transit delay, maximum acceptable, called to calling", Uint, c"X.224 13.3.4 m", c"Transit delay of a TSDU of 128 octets").dec(2).unit(c"ms");
    60 COTP_MAX_THROUGHPUT_TARG_CALLING_CALLED = field(c"cotp.max_throughput.targ_calling_called", c"Maximum throughput, target value, calling to called", Uint, c"X.224 13.3.4 j", c"Maximum throughput").dec(3).unit(c"octets/s");
    61 COTP_MAX_THROUGHPUT_MIN_ACCEPT_CALLING_CALLED = field(c"cotp.max_throughput.min_accept_calling_called", c"Maximum throughput, minimum acceptable, calling to called", Uint, c"X.224 13.3.4 j", c"Maximum throughput").dec(3).unit(c"octets/s");
    62 COTP_MAX_THROUGHPUT_TARG_CALLED_CALLING = field(c"cotp.max_throughput.targ_called_calling", c"Maximum throughput, target value, called to calling", Uint, c"X.224 13.3.4 j", c"Maximum throughput").dec(3).unit(c"octets/s");
    63 COTP_MAX_THROUGHPUT_MIN_ACCEPT_CALLED_CALLING = field(c"cotp.max_throughput.min_accept_called_calling", c"Maximum throughput, minimum acceptable, called to calling", Uint, c"X.224 13.3.4 j", c"Maximum throughput").dec(3).unit(c"octets/s");
    64 COTP_AVG_THROUGHPUT_TARG_CALLING_CALLED = field(c"cotp.avg_throughput.targ_calling_called", c"Average throughput, target value, calling to called", Uint, c"X.224 13.3.4 j", c"Average throughput").dec(3).unit(c"octets/s");
    65 COTP_AVG_THROUGHPUT_MIN_ACCEPT_CALLING_CALLED = field(c"cotp.avg_throughput.min_accept_calling_called", c"Average throughput, minimum acceptable, calling to called", Uint, c"X.224 13.3.4 j", c"Average throughput").dec(3).unit(c"octets/s");
    66 COTP_AVG_THROUGHPUT_TARG_CALLED_CALLING = field(c"cotp.avg_throughput.targ_called_calling", c"Average throughput, target value, called to calling", Uint, c"X.224 13.3.4 j", c"Average throughput").dec(3).unit(c"octets/s");
    67 COTP_AVG_THROUGHPUT_MIN_ACCEPT_CALLED_CALLING = field(c"cotp.avg_throughput.min_accept_called_calling", c"Average throughput, minimum acceptable, called to calling", Uint, c"X.224 13.3.4 j", c"Average throughput").dec(3).unit(c"octets/s");
    68 COTP_SEQUENCE_NUMBER = field(c"cotp.sequence_number", c"Sub-sequence number", Uint, c"X.224 13.9.4 b", c"Orders AK TPDUs that carry the same YR-TU-NR").hex(2);
    69 COTP_REASSIGNMENT_TIME = field(c"cotp.reassignment_time", c"Reassignment time", Uint, c"X.224 13.3.4 n", c"Time to try reassignment (TTR) after the network connection broke").dec(2).unit(c"s");
    70 COTP_LOWER_WINDOW_EDGE = field(c"cotp.lower_window_edge", c"Lower window edge", Uint, c"X.224 13.9.4 c", c"YR-TU-NR of the AK that is confirmed").hex(4);
    71 COTP_SELECTIVE_ACK_LOWER = field(c"cotp.selective_ack.lower", c"Selective acknowledgement, lower edge", Uint, c"X.224 13.9.4 d", c"First TPDU number of a block received out of sequence").hex(4).mask(0x7fff_ffff);
    72 COTP_SELECTIVE_ACK_UPPER = field(c"cotp.selective_ack.upper", c"Selective acknowledgement, upper edge", Uint, c"X.224 13.9.4 d", c"Last TPDU number of a block received out of sequence").hex(4).mask(0x7fff_ffff);
    73 COTP_ED_TPDU_NUMBER = field(c"cotp.ed_tpdu_number", c"ED TPDU number", Uint, c"X.224 13.7.4", c"Number of the ED TPDU sent right before this DT").hex(4);
    74 COTP_VP_VERSION_NR = field(c"cotp.vp_version_nr", c"Version", Uint, c"X.224 13.3.4 d", c"Version of the transport protocol, 1").dec(1);
    75 COTP_PROTECTION = field(c"cotp.protection", c"Protection", Bytes, c"X.224 13.3.4 e", c"User-defined octets about protection");
    76 COTP_ADDITIONAL_OPTIONS = field(c"cotp.additional_options", c"Additional options", Uint, c"X.224 13.3.4 g", c"Options to be used, one bit each").hex(1);
    77 COTP_ADDITIONAL_OPTIONS_RESERVED = field(c"cotp.additional_options.reserved", c"Reserved option", Bool, c"X.224 13.3.4 g", c"Bit 8 of the additional options, of no meaning").hex(1).mask(0x80);
    78 COTP_NON_BLOCKING_EXPEDITED_DATA = field(c"cotp.non_blocking_expedited_data", c"Use of non-blocking expedited data", Bool, c"X.224 13.3.4 g", c"Class 4; class 2 over TCP by RFC 2126 6.6").hex(1).mask(0x40);
    79 COTP_REQUEST_ACKNOWLEDGEMENT = field(c"cotp.request_acknowledgement", c"Use of request acknowledgement", Bool, c"X.224 13.3.4 g", c"Classes 1, 3 and 4").hex(1).mask(0x20);
    80 COTP_EXPEDITED_DATA_ACKNOWLEDGEMENT = field(c"cotp.expedited_data_acknowledgement", c"Use of expedited data acknowledgement", Bool, c"RFC 2126 6.6", c"Class 2 over TCP").hex(1).mask(0x20);
    81 COTP_SELECTIVE_ACKNOWLEDGEMENT = field(c"cotp.selective_acknowledgement", c"Use of selective acknowledgement", Bool, c"X.224 13.3.4 g", c"Class 4").hex(1).mask(0x10);
    82 COTP_NETWORK_EXPEDITED_DATA = field(c"cotp.network_expedited_data", c"Use of network expedited data", Bool, c"X.224 13.3.4 g", c"Class 1").hex(1).mask(0x08);
    83 COTP_REVERSE_CONNECTION = field(c"cotp.reverse_connection", c"Use of a reverse connection", Bool, c"RFC 2126 6.6", c"Class 2 over TCP: expedited data on a TCP connection of its own").hex(1).mask(0x08);
    84 COTP_VP_OPT_SEL_CLASS1_USE = field(c"cotp.vp_opt_sel_class1_use", c"Use of receipt confirmation", Bool, c"X.224 13.3.4 g", c"Class 1; otherwise AK TPDUs are used").hex(1).mask(0x04);
    85 COTP_USE_16_BIT_CHECKSUM = field(c"cotp.use_16_bit_checksum", c"Non-use of the 16 bit checksum", Bool, c"X.224 13.3.4 g", c"Class 4: the bit is set when the checksum is not used").hex(1).mask(0x02);
    86 COTP_TRANSPORT_EXPEDITED_DATA_TRANSFER = field(c"cotp.transport_expedited_data_transfer", c"Use of transport expedited data transfer", Bool, c"X.224 13.3.4 g", c"Classes 1 to 4; class 0 by RFC 1006 5").hex(1).mask(0x01);
    87 COTP_ALTERNATIVE_CLASS = field(c"cotp.alternative_class", c"Alternative class", Uint, c"X.224 13.3.4 h", c"A class the responder may select instead of the preferred one").dec(1).mask(0xf0).values(CLASSES);
    88 COTP_ALTERNATIVE_CLASS_RESERVED = field(c"cotp.alternative_class.reserved", c"Reserved bits of an alternative class", Uint, c"X.224 13.3.4 h", c"Lower bits of an alternative class, always zero; shown when they are not").hex(1).mask(0x0f);
    89 COTP_INACTIVITY_TIMER = field(c"cotp.inactivity_timer", c"Inactivity timer", Uint, c"X.224 13.3.4 o", c"Time without any TPDU after which the peer gives up").dec(4).unit(c"ms");
    90 COTP_ATN_EXTENDED_CHECKSUM = field(c"cotp.atn_extended_checksum", c"ATN extended checksum", Uint, c"ICAO Doc 9705 5.5.2.4.3.1", c"Extended checksum of the aeronautical network, 16 or 32 bits").hex(4);
    91 COTP_ATN_EXTENDED_CHECKSUM_STATUS = field(c"cotp.atn_extended_checksum.status", c"ATN extended checksum Status", Uint, c"ICAO Doc 9705 5.5.2.4.3.1", c"Outcome of verifying the extended checksum").dec(1).values(CHECKSUM_STATUS);
}

const fn expert(
    abbreviation: &'static CStr,
    group: Group,
    severity: Severity,
    summary: &'static CStr,
    clause: &'static CStr,
    explanation: &'static CStr,
) -> Expert {
    Expert {
        abbreviation,
        group,
        severity,
        summary,
        explanation,
        clause,
    }
}

use Group::{
    Checksum, Decryption, Malformed, Protocol as Rule, Reassemble, ResponseCode, Sequence,
    Undecoded,
};
use Severity::{Chat, Error, Note, Warning};

registry! {
    /// Every expert info.
    experts, EXPERTS: Expert from EXPERT_BASE;
    0 TPKT_VERSION_INVALID = expert(c"tpkt.version.invalid", Rule, Warning, c"TPKT version is not 3", c"RFC 1006 6",
        c"A TPKT should start here, and its first octet is the version, 3. Another protocol may be on this port, octets may be missing, or the sender lost count of its own lengths.");
    1 TPKT_RESERVED_NONZERO = expert(c"tpkt.reserved.nonzero", Rule, Warning, c"TPKT reserved octet is not zero", c"RFC 2126 4.3",
        c"RFC 1006 6 calls the second octet reserved and says no more; RFC 2126 4.3 fixes it at 0, and 6.10 tells receivers to ignore it. Strict peers refuse the connection all the same, and some detection tools miss the protocol. Clear the octet at the sender.");
    2 TPKT_LENGTH_INVALID = expert(c"tpkt.length.invalid", Malformed, Error, c"TPKT length is below 7", c"RFC 1006 6",
        c"The length counts the TPKT header of 4 octets and a TPDU of at least 3. Below 7 no TPDU fits; below 4 the TPKT is shorter than its own header and the next one cannot be found by it.");
    3 TPKT_GAP = expert(c"tpkt.gap", Reassemble, Warning, c"octets are missing before or inside this TPKT", c"RFC 1006 5",
        c"The host reported octets that were lost or not captured. What they carried is unknown, and the TPKT they were part of is incomplete.");
    4 TPKT_SKIPPED = expert(c"tpkt.skipped", Undecoded, Warning, c"octets passed over: no TPKT found in them", c"RFC 1006 6",
        c"These octets follow no TPKT header that holds together, so they were not decoded.");
    5 TPKT_INCOMPLETE = expert(c"tpkt.incomplete", Reassemble, Note, c"the octets end inside this TPKT", c"RFC 1006 6",
        c"The TPKT's length promises more octets than came. The connection ended in the middle, the capture did, or the rest was not handed over.");
    6 TPKT_TLS = expert(c"tpkt.tls", Decryption, Chat, c"TLS begins here", c"MS-RDPBCGR 5.4.5.1",
        c"A TLS record stands where a TPKT would: what follows is encrypted and is not TPKT to this library.");
    7 COTP_LI_RESERVED = expert(c"cotp.li.reserved", Malformed, Error, c"length indicator is the reserved value 255", c"X.224 13.2.1",
        c"The length indicator ranges from 0 to 254; 255 is reserved for an extension that was never defined.");
    8 COTP_LI_INVALID = expert(c"cotp.li.invalid", Malformed, Error, c"length indicator does not fit the TPDU", c"X.224 13.2.1",
        c"The header the length indicator announces either runs past the octets of the TPDU or is too short for the fixed part of this TPDU type. A receiver treats it as a protocol error.");
    9 COTP_TYPE_UNKNOWN = expert(c"cotp.type.unknown", Undecoded, Warning, c"TPDU code is not defined", c"X.224 13.2.2.2",
        c"Only the codes of X.224 table 8 are valid. Another protocol may travel in these TPKTs, or a length before this one is wrong.");
    10 COTP_TYPE_RESERVED_BITS = expert(c"cotp.type.reserved_bits", Rule, Warning, c"reserved bits of the TPDU code are not zero", c"X.224 13.1",
        c"In this TPDU the lower bits of octet 2 carry nothing and are zero. A receiver that compares the whole octet does not know the TPDU.");
    11 COTP_ROA_UNEXPECTED = expert(c"cotp.roa.unexpected", Rule, Note, c"request of acknowledgement where it cannot be in use", c"X.224 13.7.3 b",
        c"The ROA bit asks for an acknowledgement; it is 0 unless that was agreed, which classes 0 and 2 cannot.");
    12 COTP_CREDIT_UNEXPECTED = expert(c"cotp.credit.unexpected", Rule, Warning, c"credit bits are not what this TPDU requires", c"X.224 13.3.3 b, 13.9.3 b",
        c"Classes 0 and 1 have no credit, so the bits are 0000 in their CR and CC. A receiver that compares the whole octet does not know the TPDU.");
    13 COTP_DESTREF_NONZERO = expert(c"cotp.destref.nonzero", Rule, Warning, c"destination reference of a CR is not zero", c"X.224 13.3.3 c",
        c"A connection request cannot know the peer's reference, so the field is zero.");
    14 COTP_DESTREF_ZERO = expert(c"cotp.destref.zero", Rule, Note, c"destination reference of a CC is zero", c"X.224 13.4.3 c",
        c"A connection confirm repeats the source reference of the request it answers, which is not zero. The requester may not recognise the answer as its own.");
    15 COTP_SRCREF_ZERO = expert(c"cotp.srcref.zero", Rule, Note, c"source reference is zero", c"X.224 6.5.5 a",
        c"Each side names the connection by a reference of its own that is not zero.");
    16 COTP_CLASS_INVALID = expert(c"cotp.class.invalid", Rule, Error, c"transport class is none of 0 to 4", c"X.224 13.3.3 e",
        c"The upper nibble of the octet names the class; there are five, 0 to 4.");
    17 COTP_OPTS_RESERVED_BITS = expert(c"cotp.opts.reserved_bits", Rule, Warning, c"reserved option bits are not zero", c"X.224 13.3.3 e",
        c"Bits 4 and 3 of the class and options octet are always zero, and in class 0 bits 2 and 1 too. A strict peer refuses the connection.");
    18 COTP_OPTS_NOT_FOR_CLASS = expert(c"cotp.opts.not_for_class", Rule, Note, c"option has no meaning in this class", c"X.224 13.3.3 e",
        c"Extended formats are defined for classes 2, 3 and 4, non-use of explicit flow control for class 2.");
    19 COTP_TPDU_NUMBER_NONZERO = expert(c"cotp.tpdu-number.nonzero", Rule, Warning, c"TPDU number is not zero in class 0", c"X.224 13.7.3 e",
        c"Class 0 does not number its TPDUs; the field is zero.");
    20 COTP_CAUSE_UNKNOWN = expert(c"cotp.cause.unknown", Rule, Warning, c"reason of the DR is not defined", c"X.224 13.5.3 d",
        c"The standard gives the value no meaning.");
    21 COTP_CAUSE_NOT_FOR_CLASS = expert(c"cotp.cause.not_for_class", Rule, Note, c"reason of the DR is not for class 0", c"X.224 13.5.3 d",
        c"Reasons of 128 and above are defined for classes 1 to 4; class 0 knows 0 to 3. Implementations send them all the same.");
    22 COTP_REJECT_CAUSE_UNKNOWN = expert(c"cotp.reject_cause.unknown", Rule, Warning, c"reject cause of the ER is not defined", c"X.224 13.12.3 c",
        c"The standard defines the causes 0 to 3.");
    23 COTP_USER_DATA_NOT_ALLOWED = expert(c"cotp.user_data.not_allowed", Rule, Warning, c"user data where the TPDU carries none", c"X.224 13.3.5, 13.4.5, 13.5.5",
        c"In class 0 the CR, CC and DR carry no user data. RFC 1006 5 lifts this for CR and CC over TCP.");
    24 COTP_USER_DATA_TOO_LONG = expert(c"cotp.user_data.too_long", Rule, Warning, c"more user data than the TPDU may carry", c"X.224 13.3.5, 13.5.5, 13.8.5",
        c"A CR or CC carries at most 32 octets of user data, a DR 64, an ED 16.");
    25 COTP_USER_DATA_EMPTY = expert(c"cotp.user_data.empty", Rule, Warning, c"user data is missing", c"X.224 6.3.3, 6.11.4",
        c"A DT that is not the last of its TSDU carries at least one octet, and so does every ED.");
    26 COTP_TPDU_TOO_LONG = expert(c"cotp.tpdu.too_long", Rule, Note, c"TPDU is longer than 128 octets", c"X.224 13.3, 13.5.4 a",
        c"A CR, and a DR that refuses a connection, have at most 128 octets: no larger size is agreed yet.");
    27 COTP_CONCATENATION_NOT_ALLOWED = expert(c"cotp.concatenation.not_allowed", Rule, Note, c"more than one TPDU in a TPKT", c"RFC 1006 6",
        c"RFC 1006 puts exactly one TPDU into a TPKT, and class 0 never concatenates; RFC 2126 allows it for class 2.");
    28 COTP_PARAMETER_TRUNCATED = expert(c"cotp.parameter.truncated", Malformed, Error, c"parameter runs past the header", c"X.224 13.2.3",
        c"The variable part holds whole parameters: a code, a length and as many octets. This one does not fit what the length indicator left.");
    29 COTP_PARAMETER_LENGTH_INVALID = expert(c"cotp.parameter.length_invalid", Malformed, Warning, c"parameter has the wrong length", c"X.224 13.3.4",
        c"The standard fixes the length of this parameter's value; the value is shown as plain octets.");
    30 COTP_PARAMETER_UNKNOWN = expert(c"cotp.parameter.unknown", Undecoded, Warning, c"parameter code is not defined", c"X.224 13.2.3",
        c"An undefined parameter is a protocol error in every TPDU but the CR, where it is ignored. Codes with bits 8 and 7 zero and the code 255 are never assigned.");
    31 COTP_PARAMETER_DUPLICATE = expert(c"cotp.parameter.duplicate", Rule, Note, c"parameter occurs again", c"X.224 13.2.3",
        c"When a parameter is repeated, the later one counts.");
    32 COTP_PARAMETER_NOT_ALLOWED = expert(c"cotp.parameter.not_allowed", Rule, Warning, c"parameter does not belong in this TPDU", c"X.224 13.2.3",
        c"The parameter is defined, but not for this TPDU type or not for this class. A receiver may treat the TPDU as a protocol error.");
    33 COTP_PARAMETER_MISSING = expert(c"cotp.parameter.missing", Rule, Warning, c"mandatory parameter is missing", c"X.224 13.2.3.1, 13.12.4 a",
        c"An ER in class 0 carries the invalid TPDU; without it nobody can tell what the peer rejected. A CR of class 4 carries a checksum.");
    34 COTP_TPDU_SIZE_INVALID = expert(c"cotp.tpdu_size.invalid", Rule, Warning, c"TPDU size is not one of the defined values", c"X.224 13.3.4 b",
        c"The octet is the power of two of the size, 7 to 13 for 128 to 8192 octets.");
    35 COTP_TPDU_SIZE_NOT_FOR_CLASS = expert(c"cotp.tpdu_size.not_for_class", Rule, Note, c"TPDU size is too large for class 0", c"X.224 13.3.4 b",
        c"In class 0 the largest size is 2048 octets. Larger ones are common on port 102 and rarely hurt.");
    36 COTP_PREFERRED_MAXIMUM_TPDU_SIZE_INVALID = expert(c"cotp.preferred_maximum_tpdu_size.invalid", Rule, Note, c"preferred maximum TPDU size makes no sense", c"X.224 13.3.4 c",
        c"The value counts units of 128 octets: 0 would allow no TPDU, and a TPKT cannot carry more than 511 units.");
    37 COTP_CHECKSUM_UNEXPECTED = expert(c"cotp.checksum.unexpected", Rule, Note, c"checksum in a class that has none", c"X.224 13.2.3.1",
        c"Only class 4 uses the checksum parameter.");
    38 COTP_CONNECTION_REQUEST = expert(c"cotp.connection.request", Sequence, Chat, c"connection request", c"X.224 6.5", c"A transport connection is asked for.");
    39 COTP_CONNECTION_CONFIRM = expert(c"cotp.connection.confirm", Sequence, Chat, c"connection confirm", c"X.224 6.5", c"A transport connection is accepted.");
    40 COTP_DISCONNECT_REQUEST = expert(c"cotp.disconnect.request", Sequence, Chat, c"disconnect request", c"X.224 6.7", c"A transport connection is released or refused.");
    41 COTP_ERROR = expert(c"cotp.error", ResponseCode, Warning, c"TPDU error", c"X.224 6.22",
        c"The peer rejected a TPDU as a protocol error. The invalid TPDU parameter holds its octets up to the offending one.");
    42 RDP_NEG_RESERVED = expert(c"rdp.neg.reserved", Rule, Warning, c"reserved octets or bits of an RDP negotiation are not zero", c"MS-RDPBCGR 2.2.1.1",
        c"The octets or bits are reserved and zero. In a request new bits appear now and then, so there it is a note only.");
    43 RDP_NEG_LENGTH_INVALID = expert(c"rdp.neg.length_invalid", Malformed, Warning, c"RDP negotiation structure has the wrong length", c"MS-RDPBCGR 2.2.1.1",
        c"A negotiation request, response and failure have 8 octets, a correlation info 36.");
    44 RDP_NEG_FAILURE = expert(c"rdp.neg.failure", ResponseCode, Note, c"the RDP server refused the security negotiation", c"MS-RDPBCGR 2.2.1.2.2",
        c"Client and server share no security protocol; the failure code says what the server wants.");
    45 RDP_COOKIE_UNTERMINATED = expert(c"rdp.cookie.unterminated", Malformed, Warning, c"RDP cookie has no CR LF", c"MS-RDPBCGR 2.2.1.1",
        c"A routing token or cookie ends with CR LF within the header; this one does not.");
    46 COTP_TYPE_NOT_FOR_CLASS = expert(c"cotp.type.not_for_class", Rule, Warning, c"TPDU type or format is not of the connection's class", c"X.224 13.1 table 8", c"The CC settled class and format; this TPDU does not exist in them, or has the length indicator of another format.");
    47 COTP_TYPE_NOT_FOR_CARRIER = expert(c"cotp.type.not_for_carrier", Rule, Note, c"TPDU type that RFC 1006 does not carry", c"RFC 1006 6", c"RFC 1006 carries the TPDUs of class 0 and an ED; RFC 2126 adds class 2. A UD belongs to the connectionless protocol and to UDP.");
    48 COTP_CLASS_NOT_FOR_CARRIER = expert(c"cotp.class.not_for_carrier", Rule, Note, c"class that RFC 1006 does not carry", c"RFC 1006 6", c"Over TCP RFC 1006 knows class 0, RFC 2126 classes 0 and 2.");
    49 COTP_OPTS_CONFLICT = expert(c"cotp.opts.conflict", Rule, Warning, c"options of class 2 contradict each other", c"X.224 6.5.5", c"Without explicit flow control class 2 has neither expedited data nor extended formats. RFC 2126 lifts the first over TCP.");
    50 COTP_EOT_CLEAR = expert(c"cotp.eot.clear", Rule, Warning, c"EOT of an ED is not set", c"X.224 13.8.3 d", c"Expedited data is never segmented, so the bit is always set.");
    51 COTP_NEXT_TPDU_NUMBER_RESERVED_BIT = expert(c"cotp.next-tpdu-number.reserved_bit", Rule, Warning, c"bit above YR-TU-NR is set", c"X.224 13.9.3 d", c"The top bit of the octet has no meaning and is zero.");
    52 COTP_VP_VERSION_NR_INVALID = expert(c"cotp.vp_version_nr.invalid", Rule, Warning, c"version number is not 1", c"X.224 13.3.4 d", c"There is one version of the transport protocol, 1.");
    53 COTP_ADDITIONAL_OPTIONS_RESERVED_BIT = expert(c"cotp.additional_options.reserved_bit", Rule, Note, c"bit 8 of the additional options is set", c"RFC 2126 6.6", c"No edition gives the bit a meaning.");
    54 COTP_ADDITIONAL_OPTIONS_CONFLICT = expert(c"cotp.additional_options.conflict", Rule, Note, c"option for expedited data without expedited data", c"X.224 6.5.5 t", c"Non-blocking expedited data, and over TCP acknowledgement and reverse connection too, mean something only when expedited data itself is to be used.");
    55 COTP_ALTERNATIVE_CLASSES_RESERVED_BITS = expert(c"cotp.alternative_classes.reserved_bits", Rule, Warning, c"lower bits of an alternative class are not zero", c"X.224 13.3.4 h", c"Each octet has the class in its upper nibble and zero in the lower.");
    56 COTP_ALTERNATIVE_CLASSES_INVALID = expert(c"cotp.alternative_classes.invalid", Rule, Warning, c"alternative class does not go with the preferred one", c"X.224 6.5.5 h table 3", c"Table 3 says which classes may be an alternative to which; class 0 has none.");
    57 COTP_FLOW_CONTROL_RESERVED_BITS = expert(c"cotp.flow_control.reserved_bits", Rule, Note, c"bits without meaning are set in a flow control confirmation", c"X.224 13.9.4 c", c"The top bit of the window edge is zero; in normal format only 7 bits of the edge and 4 of the credit are significant.");
    58 COTP_SELECTIVE_ACK_RESERVED_BIT = expert(c"cotp.selective_ack.reserved_bit", Rule, Note, c"top bit of an edge is set in a selective acknowledgement", c"X.224 13.9.4 d", c"The edges are TPDU numbers, of 7 or 31 bits.");
    59 COTP_ED_TPDU_NUMBER_RESERVED_BITS = expert(c"cotp.ed_tpdu_number.reserved_bits", Rule, Note, c"bits above the ED TPDU number are set", c"X.224 13.7.4", c"The number has 7 or 31 bits; those above are taken to be zero.");
    60 COTP_CHECKSUM_BAD = expert(c"cotp.checksum.bad", Checksum, Error, c"checksum is wrong", c"X.224 6.17.3", c"The octets were damaged, or the sender computed the checksum over others. The receiver discards the TPDU.");
    61 COTP_ATN_EXTENDED_CHECKSUM_BAD = expert(c"cotp.atn_extended_checksum.bad", Checksum, Error, c"ATN extended checksum is wrong", c"ICAO Doc 9705 5.5.4.6.4", c"The octets were damaged, or the NSAPs are not those the sender used.");
    62 COTP_DISCONNECT_CONFIRM = expert(c"cotp.disconnect.confirm", Sequence, Chat, c"disconnect confirm", c"X.224 6.7", c"The release of a transport connection is confirmed.");
    63 COTP_REJECT = expert(c"cotp.reject", Sequence, Note, c"reject", c"X.224 13.11", c"The receiver asks for retransmission from a TPDU number on.");
    64 COTP_SRCREF_NONZERO = expert(c"cotp.srcref.nonzero", Rule, Note, c"source reference of a refusal is not zero", c"X.224 6.6.3, 13.5.3 c",
        c"A DR that answers a CR has no connection to name, so its source reference is zero.");
    65 COTP_CONNECTION_REFUSED = expert(c"cotp.connection.refused", Sequence, Warning, c"the peer refused the connection", c"X.224 6.6",
        c"A DR or an ER answers the CR, so no connection exists. Reason or cause say why; the T-selectors of the CR are the first suspects.");
    66 COTP_CLASS_NOT_OFFERED = expert(c"cotp.class.not_offered", Rule, Warning, c"CC selects a class the CR did not offer", c"X.224 6.5.5 h table 3",
        c"A CC selects the preferred class of the CR, one of its alternatives, or one that table 3 implies: 0 for 1, 2 for 3 and 4.");
    67 COTP_TPDU_SIZE_INCREASED = expert(c"cotp.tpdu_size.increased", Rule, Warning, c"CC selects a larger TPDU size than the CR proposed", c"X.224 6.5.5 j, k",
        c"A CC may lower the proposed size, not raise it, and has a preferred maximum TPDU size only when the CR has one.");
    68 COTP_OPTION_NOT_PROPOSED = expert(c"cotp.option.not_proposed", Rule, Warning, c"CC selects an option the CR did not propose", c"X.224 6.5.5 table 4",
        c"A CC may turn down what the CR proposes, and never adds to it. Without the parameter, expedited data counts as proposed by X.224 and as not proposed by RFC 1006.");
    69 COTP_DESTREF_MISMATCH = expert(c"cotp.destref.mismatch", Sequence, Warning, c"destination reference is not the peer's", c"X.224 6.9.4.2",
        c"The destination reference is the one the receiver chose in its CR or CC. With another one the TPDU belongs to no connection, and the receiver drops it.");
    70 COTP_TPDU_EXCEEDS_SIZE = expert(c"cotp.tpdu.exceeds_size", Rule, Warning, c"TPDU is longer than the agreed size", c"X.224 13.3.4 b, 13.7.5",
        c"CR and CC settle how long a TPDU may be, its header included. A receiver may drop a longer one.");
    71 COTP_TPDU_NUMBER_OUT_OF_SEQUENCE = expert(c"cotp.tpdu-number.out_of_sequence", Sequence, Note, c"TPDU number is not the next", c"X.224 6.10.3",
        c"The first DT of a direction is number 0, and each next one higher. A lower number is a repetition, a higher one means that a TPDU is missing.");
    72 COTP_CONNECTION_MISSING = expert(c"cotp.connection.missing", Sequence, Note, c"data before any connection confirm", c"X.224 6.5",
        c"The TCP connection was seen from its start, yet no CR and CC came before the data.");
    73 COTP_TSDU_TOO_LONG = expert(c"cotp.tsdu.too_long", Reassemble, Warning, c"TSDU is not kept", c"X.224 6.3",
        c"The DT TPDUs of one TSDU hold more octets than the limit set for it, or more than are kept wait for an earlier one. The TPDUs are still dissected.");
    74 COTP_TSDU_INCOMPLETE = expert(c"cotp.tsdu.incomplete", Reassemble, Note, c"the connection ended inside a TSDU", c"X.224 6.3",
        c"No DT with EOT completes the TSDU that was begun.");
}
