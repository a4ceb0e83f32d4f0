//! Every expert info.
#![forbid(unsafe_code)]

use super::{EXPERT_BASE, Expert, Group, Severity, named_after};
use std::ffi::CStr;

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

use super::Group::{
    Checksum, Decryption, Malformed, Protocol as Rule, Reassemble, ResponseCode, Sequence,
    Undecoded,
};
use super::Severity::{Chat, Error, Note, Warning};

registry! {
    /// Every expert info.
    EXPERTS: Expert from EXPERT_BASE;
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
