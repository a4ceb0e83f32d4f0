//! Every expert info: id, abbreviation, group, severity, clause, summary, message, explanation.
#![forbid(unsafe_code)]

use super::Group::{
    Checksum, Decryption, Malformed, Protocol as Rule, Reassemble, ResponseCode, Sequence,
    Undecoded,
};
use super::Severity::{Chat, Error, Note, Warning};
use super::reasons::{
    ClassNotForCarrier, ConnectionRefused, ConnectionRepeated, CreditUnexpected, LiInvalid,
    NumberNotSent, OptionNotProposed, OptsReservedBits, ParameterMissing, ParameterNotAllowed,
    PreferredMaximumInvalid, RdpNegFailure, RdpNegLengthInvalid, RdpNegReserved, RdpNegUnexpected,
    RdpProtocolNotRequested, TlsUnexpected, TpduSizeIncreased, TpktGap, TpktIncomplete,
    TpktLengthInvalid, TpktTls, TsduDiscarded, TsduIncomplete, TypeNotForClass, Unanswered,
    UserDataEmpty, WrongEnd,
};
use super::{Cause, EXPERT_BASE, Expert, expert, named_after};

registry! {
    /// Every expert info.
    EXPERTS: Expert from EXPERT_BASE;
    0 TPKT_VERSION_INVALID = expert(c"tpkt.version.invalid", Rule, Warning, c"RFC 1006 6",
        c"TPKT version is not 3",
        "TPKT version is {value}, expected 3: possible causes are another protocol, missing octets, or a wrong length before this",
        c"A TPKT should start here, and its first octet is the version, 3. Another protocol may use this port, octets may be missing, or the sender may have computed a length wrongly.");
    1 TPKT_RESERVED_NONZERO = expert(c"tpkt.reserved.nonzero", Rule, Warning, c"RFC 2126 4.3",
        c"TPKT reserved octet is not zero",
        "TPKT reserved octet is {value} ({value:x2}), expected 0: RFC 1006 leaves it reserved, RFC 2126 fixes it at 0; strict peers refuse such a connection",
        c"RFC 1006 6 calls the second octet reserved and says no more; RFC 2126 4.3 fixes it at 0, and 6.10 tells receivers to ignore it. Strict peers refuse the connection all the same, and some detection tools miss the protocol. Clear the octet at the sender.");
    2 TPKT_LENGTH_INVALID = expert(c"tpkt.length.invalid", Malformed, Error, c"RFC 1006 6",
        c"TPKT length does not fit a TPDU",
        "TPKT length is {value}, {reason}",
        c"The length counts the TPKT header of 4 octets and a TPDU of at least 3. Below 7 no TPDU fits; below 4 the TPKT is shorter than its own header and the next one cannot be found by it. A length that is far above that of its TPDU may hide the TPKTs behind it.") => TpktLengthInvalid;
    3 TPKT_GAP = expert(c"tpkt.gap", Reassemble, Warning, c"RFC 1006 5",
        c"octets are missing before or inside this TPKT",
        "{value:octets_were} lost or not captured {reason}",
        c"The host reported octets that were lost or not captured. What they carried is unknown, and the TPKT they were part of is incomplete.") => TpktGap;
    4 TPKT_SKIPPED = expert(c"tpkt.skipped", Undecoded, Warning, c"RFC 1006 6",
        c"octets were skipped: no TPKT header was found",
        "{value:octets_were} skipped: no TPKT header was found",
        c"No valid TPKT header was found in these octets, so they were not decoded. Dissection resumes at the next TPKT.");
    5 TPKT_INCOMPLETE = expert(c"tpkt.incomplete", Reassemble, Note, c"RFC 1006 6",
        c"the data ends inside this TPKT",
        "{reason}",
        c"The TPKT length announces more octets than there are. The connection or the capture ended inside the TPKT, or the rest was not passed to the library.") => TpktIncomplete;
    6 TPKT_TLS = expert(c"tpkt.tls", Decryption, Chat, c"MS-RDPBCGR 5.4.5.1",
        c"TLS begins here",
        "{reason}",
        c"A TLS record is where a TPKT would be: if the data from here on carries TPKTs, they are encrypted inside the TLS records.") => TpktTls;
    7 COTP_LI_RESERVED = expert(c"cotp.li.reserved", Malformed, Error, c"X.224 13.2.1",
        c"length indicator is the reserved value 255",
        "length indicator is {value}, which is reserved, expected 254 at most",
        c"The length indicator ranges from 0 to 254; 255 is reserved for an extension that was never defined.");
    8 COTP_LI_INVALID = expert(c"cotp.li.invalid", Malformed, Error, c"X.224 13.2.1",
        c"length indicator does not fit the TPDU",
        "length indicator is {value}, {reason}",
        c"The header that the length indicator announces either exceeds the TPDU or is too short for the fixed part of this TPDU type. A receiver treats it as a protocol error.") => LiInvalid;
    9 COTP_TYPE_UNKNOWN = expert(c"cotp.type.unknown", Undecoded, Warning, c"X.224 13.2.2.2",
        c"TPDU code is not defined",
        "TPDU code {value:x2} is not defined: possible causes are another protocol, or a wrong length before this",
        c"Only the codes of X.224 table 8 are valid. These TPKTs may carry another protocol, or a length before this one is wrong.");
    10 COTP_TYPE_RESERVED_BITS = expert(c"cotp.type.reserved_bits", Rule, Warning, c"X.224 13.1",
        c"reserved bits of the TPDU code are not zero",
        "TPDU code octet of the {value:code} is {value:x2}, expected {expected:x2}: reserved bits are set",
        c"In this TPDU the lower bits of octet 2 carry no information and are zero. A receiver that compares the whole octet does not recognise the TPDU.");
    11 COTP_ROA_UNEXPECTED = expert(c"cotp.roa.unexpected", Rule, Note, c"X.224 13.7.3 b",
        c"request of acknowledgement (ROA) that was not agreed",
        "TPDU code octet of the DT is {value:x2}, expected 0xf0: it requests an acknowledgement (ROA), which is not in use on this connection",
        c"The ROA bit requests an acknowledgement. It is 0 unless its use was agreed, which is impossible in classes 0 and 2.");
    12 COTP_CREDIT_UNEXPECTED = expert(c"cotp.credit.unexpected", Rule, Warning, c"X.224 13.3.3 b, 13.9.3 b",
        c"credit bits are not what this TPDU requires",
        "TPDU code octet of the {value:code} is {value:x2}, expected {expected:x2}: {reason}",
        c"Classes 0 and 1 have no credit, so the bits are 0000 in their CR and CC and 1111 in the AK and RJ of class 1. In extended format the credit is in octets of its own. A receiver that compares the whole octet does not recognise the TPDU.") => CreditUnexpected;
    13 COTP_DESTREF_NONZERO = expert(c"cotp.destref.nonzero", Rule, Warning, c"X.224 13.3.3 c",
        c"destination reference of a CR is not zero",
        "destination reference of the CR is {value:x4}, expected 0: the sender cannot know the peer's reference yet",
        c"The sender of a connection request cannot know the peer's reference, so the field is zero.");
    14 COTP_DESTREF_ZERO = expert(c"cotp.destref.zero", Rule, Note, c"X.224 13.4.3 c",
        c"destination reference of a CC is zero",
        "destination reference of the CC is {value}, expected the source reference of the CR it answers",
        c"A connection confirm repeats the source reference of the request it answers, which is not zero. The requester may not recognise the answer as its own.");
    15 COTP_SRCREF_ZERO = expert(c"cotp.srcref.zero", Rule, Note, c"X.224 6.5.5 a",
        c"source reference is zero",
        "source reference of the {expected:tpdu} is {value}, expected a number other than 0 that its sender chooses",
        c"Each end identifies the connection by a reference of its own that is not zero.");
    16 COTP_CLASS_INVALID = expert(c"cotp.class.invalid", Rule, Error, c"X.224 13.3.3 e",
        c"transport class is none of 0 to 4",
        "transport class is {value}, expected 0 to 4",
        c"The upper four bits of the octet are the class; the classes 0 to 4 are defined.");
    17 COTP_OPTS_RESERVED_BITS = expert(c"cotp.opts.reserved_bits", Rule, Warning, c"X.224 13.3.3 e",
        c"reserved option bits are not zero",
        "class and options octet is {value:x2}, expected {expected:x2}: {reason}",
        c"Bits 4 and 3 of the class and options octet are always zero, and in class 0 bits 2 and 1 too. A strict peer refuses the connection.") => OptsReservedBits;
    18 COTP_OPTS_NOT_FOR_CLASS = expert(c"cotp.opts.not_for_class", Rule, Note, c"X.224 13.3.3 e",
        c"option has no meaning in this class",
        "class and options octet is {value:x2}: an option is set that has no meaning in class {expected}",
        c"Extended formats are defined for classes 2, 3 and 4, non-use of explicit flow control for class 2.");
    19 COTP_TPDU_NUMBER_NONZERO = expert(c"cotp.tpdu-number.nonzero", Rule, Warning, c"X.224 13.7.3 e",
        c"TPDU number is not zero in class 0",
        "TPDU number is {value}, expected 0 in class 0, which does not number its TPDUs",
        c"Class 0 does not number its TPDUs; the field is zero.");
    20 COTP_CAUSE_UNKNOWN = expert(c"cotp.cause.unknown", Rule, Warning, c"X.224 13.5.3 d",
        c"reason of the DR is not defined",
        "reason {value} of the DR is not defined, expected 0 to 3, 128 to 133, 135, 136 or 138",
        c"The standard does not define this value.");
    21 COTP_CAUSE_NOT_FOR_CLASS = expert(c"cotp.cause.not_for_class", Rule, Note, c"X.224 13.5.3 d",
        c"reason of the DR is not for class 0",
        "reason of the DR is {value:cause}, expected 0 to 3 in class 0: reasons of 128 and above are for classes 1 to 4",
        c"Reasons of 128 and above are defined for classes 1 to 4, reasons 0 to 3 for all classes. Implementations send the others in class 0 all the same.");
    22 COTP_REJECT_CAUSE_UNKNOWN = expert(c"cotp.reject_cause.unknown", Rule, Warning, c"X.224 13.12.3 c",
        c"reject cause of the ER is not defined",
        "reject cause {value} of the ER is not defined, expected 0 to 3",
        c"The standard defines the causes 0 to 3.");
    23 COTP_USER_DATA_NOT_ALLOWED = expert(c"cotp.user_data.not_allowed", Rule, Warning, c"X.224 13.3.5, 13.4.5, 13.5.5",
        c"user data in a TPDU that carries none",
        "{value:octets} of user data, expected none: a {expected:tpdu} of class 0 carries no user data",
        c"In class 0 the CR, CC and DR carry no user data. RFC 1006 5 allows it in CR and CC over TCP.");
    24 COTP_USER_DATA_TOO_LONG = expert(c"cotp.user_data.too_long", Rule, Warning, c"X.224 13.3.5, 13.5.5, 13.8.5",
        c"more user data than the TPDU may carry",
        "{value:octets} of user data, expected {expected} at most in this TPDU",
        c"A CR or CC carries at most 32 octets of user data, a DR 64, an ED 16.");
    25 COTP_USER_DATA_EMPTY = expert(c"cotp.user_data.empty", Rule, Warning, c"X.224 6.3.3, 6.11.4",
        c"user data is missing",
        "{reason}",
        c"A DT that is not the last of its TSDU carries at least one octet, and so does every ED.") => UserDataEmpty;
    26 COTP_TPDU_TOO_LONG = expert(c"cotp.tpdu.too_long", Rule, Note, c"X.224 13.3, 13.5.4 a",
        c"TPDU is longer than 128 octets",
        "TPDU has {value:octets}, expected {expected} at most: no larger size is agreed yet",
        c"A CR, and a DR that refuses a connection, have at most 128 octets: no larger size is agreed yet.");
    27 COTP_CONCATENATION_NOT_ALLOWED = expert(c"cotp.concatenation.not_allowed", Rule, Note, c"RFC 1006 6",
        c"more than one TPDU in a TPKT",
        "{value:octets} after this TPDU in the same TPKT, expected none: one TPKT carries one TPDU",
        c"RFC 1006 puts exactly one TPDU into a TPKT, and class 0 never concatenates; RFC 2126 allows it for class 2.");
    28 COTP_PARAMETER_TRUNCATED = expert(c"cotp.parameter.truncated", Malformed, Error, c"X.224 13.2.3",
        c"parameter exceeds the header",
        "{first:parameter} needs {value:octets} including code and length, but the header has {expected:octets} left",
        c"The variable part consists of whole parameters: a code, a length and as many octets. This one exceeds the header that the length indicator announces.");
    29 COTP_PARAMETER_LENGTH_INVALID = expert(c"cotp.parameter.length_invalid", Malformed, Warning, c"X.224 13.3.4",
        c"parameter has the wrong length",
        "length of {expected:parameter} is {value}, which its definition does not allow",
        c"The standard fixes the length of this parameter's value; the value is shown as plain octets.");
    30 COTP_PARAMETER_UNKNOWN = expert(c"cotp.parameter.unknown", Undecoded, Warning, c"X.224 13.2.3",
        c"parameter code is not defined",
        "parameter code {value:x2} is not defined",
        c"An undefined parameter is a protocol error in every TPDU but the CR, where it is ignored. Codes with bits 8 and 7 zero and the code 255 are never assigned.");
    31 COTP_PARAMETER_DUPLICATE = expert(c"cotp.parameter.duplicate", Rule, Note, c"X.224 13.2.3",
        c"parameter is repeated",
        "{value:parameter} is repeated, expected once: the later one counts",
        c"When a parameter is repeated, the later one counts.");
    32 COTP_PARAMETER_NOT_ALLOWED = expert(c"cotp.parameter.not_allowed", Rule, Warning, c"X.224 13.2.3",
        c"parameter does not belong in this TPDU",
        "{reason}",
        c"The parameter is defined, but not for this TPDU type or not for this class. A receiver may treat the TPDU as a protocol error.") => ParameterNotAllowed;
    33 COTP_PARAMETER_MISSING = expert(c"cotp.parameter.missing", Rule, Warning, c"X.224 13.2.3.1, 13.12.4 a",
        c"mandatory parameter is missing",
        "{reason}",
        c"An ER in class 0 carries the invalid TPDU; without it the rejected TPDU is unknown. A CR of class 4 carries a checksum.") => ParameterMissing;
    34 COTP_TPDU_SIZE_INVALID = expert(c"cotp.tpdu_size.invalid", Rule, Warning, c"X.224 13.3.4 b",
        c"TPDU size is not one of the defined values",
        "TPDU size code is {value:x2}, expected 0x07 to 0x0d (128 to 8192 octets)",
        c"The octet is the power of two of the size, 7 to 13 for 128 to 8192 octets.");
    35 COTP_TPDU_SIZE_NOT_FOR_CLASS = expert(c"cotp.tpdu_size.not_for_class", Rule, Note, c"X.224 13.3.4 b",
        c"TPDU size is too large for class 0",
        "TPDU size is {value:octets}, expected 2048 at most in class 0",
        c"In class 0 the largest size is 2048 octets. Larger ones are common on port 102 and rarely cause a failure.");
    36 COTP_PREFERRED_MAXIMUM_TPDU_SIZE_INVALID = expert(c"cotp.preferred_maximum_tpdu_size.invalid", Rule, Note, c"X.224 13.3.4 c",
        c"preferred maximum TPDU size is out of range",
        "preferred maximum TPDU size is {value} units of 128 octets, {reason}",
        c"The value counts units of 128 octets: 0 would allow no TPDU, and a TPKT cannot carry more than 511 units.") => PreferredMaximumInvalid;
    37 COTP_CHECKSUM_UNEXPECTED = expert(c"cotp.checksum.unexpected", Rule, Note, c"X.224 13.2.3.1",
        c"checksum in a class that has none",
        "{value:parameter} in class {expected}, expected in class 4 only",
        c"Only class 4 uses the checksum parameter.");
    38 COTP_CONNECTION_REQUEST = expert(c"cotp.connection.request", Sequence, Chat, c"X.224 6.5",
        c"connection request",
        "connection request from reference {value:x4}",
        c"A transport connection is requested.");
    39 COTP_CONNECTION_CONFIRM = expert(c"cotp.connection.confirm", Sequence, Chat, c"X.224 6.5",
        c"connection confirm",
        "connection confirm from reference {value:x4} to {expected:x4}",
        c"A transport connection is accepted.");
    40 COTP_DISCONNECT_REQUEST = expert(c"cotp.disconnect.request", Sequence, Chat, c"X.224 6.7",
        c"disconnect request",
        "disconnect request, reason {value:cause}",
        c"A transport connection is released or refused.");
    41 COTP_ERROR = expert(c"cotp.error", ResponseCode, Warning, c"X.224 6.22",
        c"TPDU error",
        "the sender of this ER rejected a TPDU, cause {value:reject_cause}",
        c"The peer rejected a TPDU as a protocol error. The invalid TPDU parameter holds its octets up to the offending one.");
    42 RDP_NEG_RESERVED = expert(c"rdp.neg.reserved", Rule, Warning, c"MS-RDPBCGR 2.2.1.1",
        c"reserved octets or bits of an RDP negotiation are not zero",
        "{reason}",
        c"The octets or bits are reserved and should be zero. New versions of the protocol define further bits of the request, so there it is a note only.") => RdpNegReserved;
    43 RDP_NEG_LENGTH_INVALID = expert(c"rdp.neg.length_invalid", Malformed, Warning, c"MS-RDPBCGR 2.2.1.1",
        c"RDP negotiation structure has the wrong length",
        "{reason}",
        c"A negotiation request, response and failure have 8 octets, a correlation info 36, all inside the header.") => RdpNegLengthInvalid;
    44 RDP_NEG_FAILURE = expert(c"rdp.neg.failure", ResponseCode, Note, c"MS-RDPBCGR 2.2.1.2.2",
        c"the RDP server refused the security negotiation",
        "{reason}",
        c"Client and server have no security protocol in common; the failure code says what the server requires.") => RdpNegFailure;
    45 RDP_COOKIE_UNTERMINATED = expert(c"rdp.cookie.unterminated", Malformed, Warning, c"MS-RDPBCGR 2.2.1.1",
        c"RDP cookie has no CR LF",
        "routing token or cookie of {value:octets} does not end with CR LF within the header",
        c"A routing token or cookie ends with CR LF within the header; this one does not.");
    46 COTP_TYPE_NOT_FOR_CLASS = expert(c"cotp.type.not_for_class", Rule, Warning, c"X.224 13.1 table 8, 6.7.1.4, 8.2.4",
        c"TPDU type or format is not of the connection's class",
        "{reason}",
        c"The CC settles class and format of the connection. The TPDU does not exist in that class, or its length indicator is that of another format.") => TypeNotForClass;
    47 COTP_TYPE_NOT_FOR_CARRIER = expert(c"cotp.type.not_for_carrier", Rule, Note, c"RFC 1006 6",
        c"TPDU type that RFC 1006 does not carry",
        "TPDU code {value:x2} ({value:code}) in a TPKT, expected CR, CC, DR, DT, ER or ED",
        c"RFC 1006 carries the TPDUs of class 0 and an ED; RFC 2126 adds class 2. A UD belongs to the connectionless protocol and to UDP.");
    48 COTP_CLASS_NOT_FOR_CARRIER = expert(c"cotp.class.not_for_carrier", Rule, Note, c"RFC 1006 6",
        c"class that RFC 1006 does not carry",
        "{reason}",
        c"Over TCP RFC 1006 defines class 0, RFC 2126 class 0 and class 2 without explicit flow control.") => ClassNotForCarrier;
    49 COTP_OPTS_CONFLICT = expert(c"cotp.opts.conflict", Rule, Warning, c"X.224 6.5.5",
        c"options of class 2 contradict each other",
        "class and options octet is {value:x2}: class 2 without explicit flow control has neither extended formats nor expedited data",
        c"Without explicit flow control class 2 has neither expedited data nor extended formats. RFC 2126 allows expedited data over TCP.");
    50 COTP_EOT_CLEAR = expert(c"cotp.eot.clear", Rule, Warning, c"X.224 13.8.3 d",
        c"EOT of an ED is not set",
        "octet with EOT and number of the ED is {value:x2}, expected its top bit (EOT) to be set: an ED is never segmented",
        c"Expedited data is never segmented, so the bit is always set.");
    51 COTP_NEXT_TPDU_NUMBER_RESERVED_BIT = expert(c"cotp.next-tpdu-number.reserved_bit", Rule, Warning, c"X.224 13.9.3 d",
        c"bit above YR-TU-NR is set",
        "first octet of YR-TU-NR is {value:x2}, expected its top bit to be zero",
        c"The top bit of the octet has no meaning and is zero.");
    52 COTP_VP_VERSION_NR_INVALID = expert(c"cotp.vp_version_nr.invalid", Rule, Warning, c"X.224 13.3.4 d",
        c"version number is not 1",
        "version number of the transport protocol is {value}, expected 1",
        c"There is one version of the transport protocol, 1.");
    53 COTP_ADDITIONAL_OPTIONS_RESERVED_BIT = expert(c"cotp.additional_options.reserved_bit", Rule, Note, c"RFC 2126 6.6",
        c"bit 8 of the additional options is set",
        "additional options are {value:x2}, expected bit 8 to be zero",
        c"No edition defines the bit.");
    54 COTP_ADDITIONAL_OPTIONS_CONFLICT = expert(c"cotp.additional_options.conflict", Rule, Note, c"X.224 6.5.5 t",
        c"option for expedited data without expedited data",
        "additional options are {value:x2}: an option for expedited data is set, but bit 1, expedited data itself, is not",
        c"Non-blocking expedited data, and over TCP acknowledgement and reverse connection too, have a meaning only when expedited data itself is used.");
    55 COTP_ALTERNATIVE_CLASSES_RESERVED_BITS = expert(c"cotp.alternative_classes.reserved_bits", Rule, Warning, c"X.224 13.3.4 h",
        c"lower bits of an alternative class are not zero",
        "alternative class octet is {value:x2}, expected {expected:x2}: the lower bits are zero",
        c"Each octet has the class in its upper four bits; the lower four are zero.");
    56 COTP_ALTERNATIVE_CLASSES_INVALID = expert(c"cotp.alternative_classes.invalid", Rule, Warning, c"X.224 6.5.5 h table 3",
        c"alternative class is not possible with the preferred one",
        "alternative class {value} is not allowed with the preferred class {expected}",
        c"Table 3 says which classes may be an alternative to which; class 0 has none.");
    57 COTP_FLOW_CONTROL_RESERVED_BITS = expert(c"cotp.flow_control.reserved_bits", Rule, Note, c"X.224 13.9.4 c",
        c"undefined bits are set in a flow control confirmation",
        "octet {value:x2} of the flow control confirmation has bits set that are not defined in this format",
        c"The top bit of the window edge is zero; in normal format only 7 bits of the edge and 4 of the credit are significant.");
    58 COTP_SELECTIVE_ACK_RESERVED_BIT = expert(c"cotp.selective_ack.reserved_bit", Rule, Note, c"X.224 13.9.4 d",
        c"top bit of an edge is set in a selective acknowledgement",
        "edge of the selective acknowledgement is {value:x2}, expected its top bit to be zero",
        c"The edges are TPDU numbers, of 7 or 31 bits.");
    59 COTP_ED_TPDU_NUMBER_RESERVED_BITS = expert(c"cotp.ed_tpdu_number.reserved_bits", Rule, Note, c"X.224 13.7.4",
        c"bits above the ED TPDU number are set",
        "ED TPDU number is {value:x4}, expected the bits above it to be zero",
        c"The number has 7 or 31 bits; those above it are expected to be zero.");
    60 COTP_CHECKSUM_BAD = expert(c"cotp.checksum.bad", Checksum, Error, c"X.224 6.17.3",
        c"checksum is wrong",
        "checksum {value:x4} does not match the octets of this TPDU",
        c"The octets were damaged, or the sender computed the checksum over other octets. The receiver discards the TPDU.");
    61 COTP_ATN_EXTENDED_CHECKSUM_BAD = expert(c"cotp.atn_extended_checksum.bad", Checksum, Error, c"ICAO Doc 9705 5.5.4.6.4",
        c"ATN extended checksum is wrong",
        "ATN extended checksum {value:x4} does not match the octets of this TPDU and the two NSAPs",
        c"The octets were damaged, or the NSAPs are not those the sender used.");
    62 COTP_DISCONNECT_CONFIRM = expert(c"cotp.disconnect.confirm", Sequence, Chat, c"X.224 6.7",
        c"disconnect confirm",
        "disconnect confirm from reference {value:x4} to {expected:x4}",
        c"The release of a transport connection is confirmed.");
    63 COTP_REJECT = expert(c"cotp.reject", Sequence, Note, c"X.224 13.11",
        c"reject",
        "reject: retransmission is requested from TPDU number {value} on",
        c"The receiver requests retransmission from a TPDU number on.");
    64 COTP_SRCREF_NONZERO = expert(c"cotp.srcref.nonzero", Rule, Note, c"X.224 6.6.3, 13.5.3 c",
        c"source reference of a refusal is not zero",
        "source reference of the DR is {value:x4}, expected 0: it refuses a connection, so its sender has no reference",
        c"The sender of a DR that answers a CR has no reference for the connection, so its source reference is zero.");
    65 COTP_CONNECTION_REFUSED = expert(c"cotp.connection.refused", Sequence, Warning, c"X.224 6.6",
        c"the peer refused the connection",
        "the connection is refused: {reason}",
        c"A DR or an ER answers the CR, so no connection exists. Reason or cause say why; check the T-selectors of the CR first.") => ConnectionRefused;
    66 COTP_CLASS_NOT_OFFERED = expert(c"cotp.class.not_offered", Rule, Warning, c"X.224 6.5.5 h table 3",
        c"CC selects a class the CR did not offer",
        "transport class {value} is selected, expected {expected:classes}, as the CR offers",
        c"A CC selects the preferred class of the CR, one of its alternatives, or one that table 3 implies: 0 for 1, 2 for 3 and 4.");
    67 COTP_TPDU_SIZE_INCREASED = expert(c"cotp.tpdu_size.increased", Rule, Warning, c"X.224 6.5.5 j, k",
        c"CC selects a larger TPDU size than the CR proposed",
        "{reason}",
        c"A CC may lower the proposed size, not raise it, and has a preferred maximum TPDU size only when the CR has one.") => TpduSizeIncreased;
    68 COTP_OPTION_NOT_PROPOSED = expert(c"cotp.option.not_proposed", Rule, Warning, c"X.224 6.5.5 table 4",
        c"CC selects an option the CR did not propose",
        "{reason}",
        c"A CC may decline what the CR proposes, and never adds to it. When the parameter is absent, X.224 regards expedited data as proposed, RFC 1006 as not proposed.") => OptionNotProposed;
    69 COTP_DESTREF_MISMATCH = expert(c"cotp.destref.mismatch", Sequence, Warning, c"X.224 6.9.4.2",
        c"destination reference is not the peer's",
        "destination reference is {value:x4}, expected {expected:x4}, which the receiver chose",
        c"The destination reference is the one the receiver chose in its CR or CC. With another one the TPDU belongs to no connection, and the receiver discards it.");
    70 COTP_TPDU_EXCEEDS_SIZE = expert(c"cotp.tpdu.exceeds_size", Rule, Warning, c"X.224 13.3.4 b, 13.7.5",
        c"TPDU is longer than the agreed size",
        "TPDU has {value:octets}, expected {expected} at most, as CR and CC agreed",
        c"CR and CC settle how long a TPDU may be, its header included. A receiver may discard a longer one.");
    71 COTP_TPDU_NUMBER_OUT_OF_SEQUENCE = expert(c"cotp.tpdu-number.out_of_sequence", Sequence, Note, c"X.224 6.10.3",
        c"TPDU number is not the next",
        "TPDU number is {value}, expected {expected}",
        c"The first DT of a direction has number 0, and each further one the next number. A lower number is a repetition, a higher one means that a TPDU is missing.");
    72 COTP_CONNECTION_MISSING = expert(c"cotp.connection.missing", Sequence, Note, c"X.224 6.5",
        c"data before any connection confirm",
        "TPDU code {value:x2} ({value:code}) before any CC, expected CR and CC first: the connection was seen from its start",
        c"The TCP connection was seen from its start, yet no CR and CC came before the data.");
    73 COTP_TSDU_TOO_LONG = expert(c"cotp.tsdu.too_long", Reassemble, Warning, c"X.224 6.3",
        c"TSDU is discarded",
        "TSDU is discarded after {value:octets}: {reason}",
        c"The DT TPDUs of one TSDU hold more octets than the limit set for reassembly, or too many of them wait for an earlier one, or there is no memory for them. The TPDUs are still dissected.") => TsduDiscarded;
    74 COTP_TSDU_INCOMPLETE = expert(c"cotp.tsdu.incomplete", Reassemble, Note, c"X.224 6.3",
        c"TSDU is incomplete",
        "TSDU is incomplete after {value:octets}, expected a DT with EOT: {reason}",
        c"No DT with EOT completes the TSDU that was begun.") => TsduIncomplete;
    75 COTP_UNDECODED_OCTETS = expert(c"cotp.undecoded_octets", Undecoded, Warning, c"MS-RDPBCGR 2.2.1.1",
        c"octets of the header are not decoded",
        "{value:octets_were} not decoded in the header: neither a routing token, nor a cookie, nor an RDP structure",
        c"A CR of RDP holds a routing token or cookie that ends with one CR LF, a negotiation request and a correlation info, a CC one response or failure. A receiver does not see what is behind other octets.");
    76 RDP_NEG_UNEXPECTED = expert(c"rdp.neg.unexpected", Rule, Warning, c"MS-RDPBCGR 2.2.1.1, 2.2.1.2",
        c"RDP negotiation structure is out of place",
        "{reason}",
        c"The client sends a routing token or a cookie, one request and, when the request announces it, one correlation info, in this order; the server answers the request with one response or failure.") => RdpNegUnexpected;
    77 RDP_CORRELATIONINFO_MISSING = expert(c"rdp.correlationInfo.missing", Rule, Warning, c"MS-RDPBCGR 2.2.1.1.1",
        c"RDP correlation info is missing",
        "flags of the negotiation request are {value:x2}: the flag 0x08 announces a correlation info, but none follows the request",
        c"The flag 0x08 of the request says that a correlation info follows. A server may wait for it, or refuse the request.");
    78 RDP_NEG_PROTOCOL_NOT_REQUESTED = expert(c"rdp.neg.protocol_not_requested", Rule, Warning, c"MS-RDPBCGR 2.2.1.2.1",
        c"RDP server selects a protocol the client did not request",
        "{reason}",
        c"The server selects one of the requested security protocols, or 0 for standard RDP security. A client closes the connection on any other.") => RdpProtocolNotRequested;
    79 COTP_CONNECTION_UNANSWERED = expert(c"cotp.connection.unanswered", Sequence, Warning, c"X.224 6.5",
        c"the connection ended without an answer to the CR",
        "{reason}",
        c"The peer neither confirmed nor refused the CR. Many stacks close or reset a connection whose CR they do not accept, without a DR: a TPKT reserved octet that is not 0, a called T-selector they do not know (in S7 a wrong rack or slot), a class or a TPDU size they do not support.") => Unanswered;
    80 COTP_CONNECTION_REPEATED = expert(c"cotp.connection.repeated", Sequence, Note, c"X.224 6.5",
        c"second CR or CC of a connection",
        "{reason}",
        c"RFC 1006 carries one transport connection in a TCP connection, with one CR and one CC. What the later one says is not taken for what CR and CC agreed on.") => ConnectionRepeated;
    81 COTP_CONNECTION_WRONG_END = expert(c"cotp.connection.wrong_end", Sequence, Warning, c"X.224 6.5",
        c"CC or DC of the wrong end",
        "{reason}",
        c"The responder confirms a connection, not the initiator, and a DC confirms the DR of the other end. What this TPDU says is not taken for what CR and CC agreed on, and the connection is not taken for released.") => WrongEnd;
    82 COTP_CONNECTION_WITHOUT_REQUEST = expert(c"cotp.connection.without_request", Sequence, Note, c"X.224 6.5",
        c"CC without a CR",
        "CC without a CR before it, on a connection that was seen from its start",
        c"The TCP connection was seen from its start, yet no CR came before this CC. What it says is not taken for what CR and CC agreed on.");
    83 COTP_TPDU_SIZE_MISSING = expert(c"cotp.tpdu_size.missing", Rule, Note, c"RFC 2126 6.4",
        c"CC has no TPDU size, though the CR has one",
        "CC has no TPDU size, though the CR proposes {expected:units}: the default is 128 octets in X.224 13.3.4 b, but 65531 octets in RFC 1006 5",
        c"The two standards have different defaults, so the ends may disagree on how long a TPDU may be. RFC 2126 6.4 wants the CC to state the size.");
    84 COTP_NEXT_TPDU_NUMBER_NOT_SENT = expert(c"cotp.next-tpdu-number.not_sent", Sequence, Note, c"X.224 6.11.4, 10.2.4.2, 12.2.3.7",
        c"acknowledged TPDU was not sent",
        "{reason}",
        c"An AK or RJ acknowledges the DT TPDUs below its number, an EA the ED of its number. The peer has not sent them as far as the capture shows.") => NumberNotSent;
    85 COTP_CREDIT_EXCEEDED = expert(c"cotp.credit.exceeded", Sequence, Note, c"X.224 10.2.4.2, 12.2.3.6",
        c"DT exceeds the credit",
        "TPDU number of the DT is {value}, but the credit of the peer ends before number {expected}",
        c"The credit of CR, CC, AK and RJ says how many DT TPDUs an end may send before it has to wait.");
    86 COTP_SRCREF_MISMATCH = expert(c"cotp.srcref.mismatch", Sequence, Warning, c"X.224 13.5.3 c, 13.6.3 c",
        c"source reference is not the sender's",
        "source reference is {value:x4}, expected {expected:x4}, which the sender chose",
        c"The source reference of a DR or DC is the one its sender chose in its CR or CC.");
    87 COTP_CREDIT_REDUCED = expert(c"cotp.credit.reduced", Sequence, Note, c"X.224 10.2.4.2",
        c"AK takes back credit",
        "credit is {value}, expected at least {expected} with this YR-TU-NR: class 2 does not take back credit",
        c"In class 2 number and credit of an AK never add up to less than those of an earlier one.");
    88 TPKT_TLS_UNEXPECTED = expert(c"tpkt.tls.unexpected", Decryption, Warning, c"MS-RDPBCGR 5.4.5.1",
        c"TLS is out of place",
        "{reason}",
        c"TLS takes over a connection before its CR, or behind a CC of RDP that selects it. Octets that look like TLS elsewhere may hide TPDUs that the peer reads.") => TlsUnexpected;
}
