//! Every field, and the names of their values.
#![forbid(unsafe_code)]

use super::Type::{Bool, Bytes, Protocol, Text, Uint};
use super::{FIELD_BASE, Field, ValueName, field, named_after};

/// TPDU codes (X.224 table 8; 4 is the UD of X.234): the upper four bits of octet 2.
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
/// A checksum that cannot be verified: not all it covers was captured or is known.
pub const CHECKSUM_UNVERIFIED: u64 = 2;

const CHECKSUM_STATUS: &[ValueName] = &[
    (CHECKSUM_BAD, c"bad"),
    (CHECKSUM_GOOD, c"good"),
    (CHECKSUM_UNVERIFIED, c"unverified"),
];

/// Types of RDP's negotiation structures.
pub const RDP_TYPES: &[ValueName] = &[
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

registry! {
    /// Every field.
    FIELDS: Field from FIELD_BASE;
    0 TPKT = field(c"tpkt", c"TPKT", Protocol, c"RFC 1006 6", c"One TPKT: a header of 4 octets and what it carries");
    1 TPKT_VERSION = field(c"tpkt.version", c"Version", Uint, c"RFC 1006 6", c"Version of the protocol; 3 is the only one in use").dec(1);
    2 TPKT_RESERVED = field(c"tpkt.reserved", c"Reserved", Uint, c"RFC 2126 4.3", c"Reserved octet; RFC 2126 fixes it at 0").dec(1);
    3 TPKT_LENGTH = field(c"tpkt.length", c"Length", Uint, c"RFC 1006 6", c"Octets of the whole TPKT, its 4 header octets included").dec(2);
    4 TPKT_CONTINUATION_DATA = field(c"tpkt.continuation_data", c"Continuation data", Bytes, c"RFC 1006 6", c"Octets in which no TPKT was found");
    5 COTP = field(c"cotp", c"COTP", Protocol, c"X.224 13", c"One TPDU");
    6 COTP_LI = field(c"cotp.li", c"Length indicator", Uint, c"X.224 13.2.1", c"Octets of the header after this one; user data is not counted").dec(1);
    7 COTP_TYPE = field(c"cotp.type", c"PDU Type", Uint, c"X.224 13.2.2.2", c"TPDU code: the upper four bits of octet 2").hex(1).mask(0xf0).values(TPDU_TYPES);
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
    27 COTP_PREFERRED_MAXIMUM_TPDU_SIZE = field(c"cotp.preferred_maximum_tpdu_size", c"Preferred maximum TPDU size", Uint, c"X.224 13.3.4 c", c"Preferred maximum TPDU size in octets; on the wire it is in units of 128 octets").dec(4).unit(c"octets");
    28 COTP_SRC_TSAP = field(c"cotp.src-tsap", c"Source TSAP as text", Text, c"X.224 13.3.4 a", c"Calling T-selector, when all its octets are printable");
    29 COTP_SRC_TSAP_BYTES = field(c"cotp.src-tsap-bytes", c"Source TSAP", Bytes, c"X.224 13.3.4 a", c"Calling T-selector");
    30 COTP_DST_TSAP = field(c"cotp.dst-tsap", c"Destination TSAP as text", Text, c"X.224 13.3.4 a", c"Called or responding T-selector, when all its octets are printable");
    31 COTP_DST_TSAP_BYTES = field(c"cotp.dst-tsap-bytes", c"Destination TSAP", Bytes, c"X.224 13.3.4 a", c"Called or responding T-selector");
    32 COTP_INVALID_TPDU = field(c"cotp.invalid_tpdu", c"Invalid TPDU", Bytes, c"X.224 13.12.4 a", c"The rejected TPDU, up to and including the octet that made the peer reject it");
    33 COTP_ADDITIONAL_CLEARING_INFORMATION = field(c"cotp.additional_clearing_information", c"Additional clearing information", Bytes, c"X.224 13.5.4 a", c"Octets whose meaning the users of the connection define");
    34 COTP_USER_DATA = field(c"cotp.user_data", c"User data", Bytes, c"X.224 13.2.4", c"User data: the octets after the header, to the end of the NSDU");
    35 COTP_UNDECODED = field(c"cotp.undecoded", c"Octets not decoded", Bytes, c"X.224 13.2", c"Octets that an invalid length indicator or an undefined code leaves undecoded");
    36 RDP_RT_COOKIE = field(c"rdp.rt_cookie", c"Routing Token/Cookie", Text, c"MS-RDPBCGR 2.2.1.1", c"Routing token or cookie of an RDP client, without its CR LF");
    37 RDP_NEG_TYPE = field(c"rdp.neg_type", c"Type", Uint, c"MS-RDPBCGR 2.2.1.1.1", c"Type of the RDP negotiation structure").hex(1).values(RDP_TYPES);
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
    48 RDP_FASTPATH = field(c"rdp.fastpath", c"RDP fast-path PDU", Bytes, c"MS-RDPBCGR 2.2.8.1.2", c"An RDP PDU without a TPKT header, sent between TPKTs");
    49 COTP_CHECKSUM = field(c"cotp.checksum", c"Checksum", Uint, c"X.224 13.2.3.1", c"Fletcher checksum over the whole TPDU").hex(2);
    50 COTP_CHECKSUM_STATUS = field(c"cotp.checksum.status", c"Checksum Status", Uint, c"X.224 6.17.3", c"Result of verifying the checksum").dec(1).values(CHECKSUM_STATUS);
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
    75 COTP_PROTECTION = field(c"cotp.protection", c"Protection", Bytes, c"X.224 13.3.4 e", c"Octets whose meaning the users of the connection define");
    76 COTP_ADDITIONAL_OPTIONS = field(c"cotp.additional_options", c"Additional options", Uint, c"X.224 13.3.4 g", c"Options proposed or selected, one bit each").hex(1);
    77 COTP_ADDITIONAL_OPTIONS_RESERVED = field(c"cotp.additional_options.reserved", c"Reserved option", Bool, c"X.224 13.3.4 g", c"Bit 8 of the additional options, which is not defined").hex(1).mask(0x80);
    78 COTP_NON_BLOCKING_EXPEDITED_DATA = field(c"cotp.non_blocking_expedited_data", c"Use of non-blocking expedited data", Bool, c"X.224 13.3.4 g", c"Class 4; class 2 over TCP by RFC 2126 6.6").hex(1).mask(0x40);
    79 COTP_REQUEST_ACKNOWLEDGEMENT = field(c"cotp.request_acknowledgement", c"Use of request acknowledgement", Bool, c"X.224 13.3.4 g", c"Classes 1, 3 and 4").hex(1).mask(0x20);
    80 COTP_EXPEDITED_DATA_ACKNOWLEDGEMENT = field(c"cotp.expedited_data_acknowledgement", c"Use of expedited data acknowledgement", Bool, c"RFC 2126 6.6", c"Class 2 over TCP").hex(1).mask(0x20);
    81 COTP_SELECTIVE_ACKNOWLEDGEMENT = field(c"cotp.selective_acknowledgement", c"Use of selective acknowledgement", Bool, c"X.224 13.3.4 g", c"Class 4").hex(1).mask(0x10);
    82 COTP_NETWORK_EXPEDITED_DATA = field(c"cotp.network_expedited_data", c"Use of network expedited data", Bool, c"X.224 13.3.4 g", c"Class 1").hex(1).mask(0x08);
    83 COTP_REVERSE_CONNECTION = field(c"cotp.reverse_connection", c"Use of a reverse connection", Bool, c"RFC 2126 6.6", c"Class 2 over TCP: expedited data uses a separate TCP connection").hex(1).mask(0x08);
    84 COTP_VP_OPT_SEL_CLASS1_USE = field(c"cotp.vp_opt_sel_class1_use", c"Use of receipt confirmation", Bool, c"X.224 13.3.4 g", c"Class 1; otherwise AK TPDUs are used").hex(1).mask(0x04);
    85 COTP_USE_16_BIT_CHECKSUM = field(c"cotp.use_16_bit_checksum", c"Non-use of the 16 bit checksum", Bool, c"X.224 13.3.4 g", c"Class 4: the bit is set when the checksum is not used").hex(1).mask(0x02);
    86 COTP_TRANSPORT_EXPEDITED_DATA_TRANSFER = field(c"cotp.transport_expedited_data_transfer", c"Use of transport expedited data transfer", Bool, c"X.224 13.3.4 g", c"Classes 1 to 4; class 0 by RFC 1006 5").hex(1).mask(0x01);
    87 COTP_ALTERNATIVE_CLASS = field(c"cotp.alternative_class", c"Alternative class", Uint, c"X.224 13.3.4 h", c"A class the responder may select instead of the preferred one").dec(1).mask(0xf0).values(CLASSES);
    88 COTP_ALTERNATIVE_CLASS_RESERVED = field(c"cotp.alternative_class.reserved", c"Reserved bits of an alternative class", Uint, c"X.224 13.3.4 h", c"Lower bits of an alternative class, always zero; shown when they are not").hex(1).mask(0x0f);
    89 COTP_INACTIVITY_TIMER = field(c"cotp.inactivity_timer", c"Inactivity timer", Uint, c"X.224 13.3.4 o", c"Time without any TPDU after which the sender of the parameter releases the connection").dec(4).unit(c"ms");
    90 COTP_ATN_EXTENDED_CHECKSUM = field(c"cotp.atn_extended_checksum", c"ATN extended checksum", Uint, c"ICAO Doc 9705 5.5.2.4.3.1", c"Extended checksum of the aeronautical network, 16 or 32 bits").hex(4);
    91 COTP_ATN_EXTENDED_CHECKSUM_STATUS = field(c"cotp.atn_extended_checksum.status", c"ATN extended checksum Status", Uint, c"ICAO Doc 9705 5.5.2.4.3.1", c"Result of verifying the extended checksum").dec(1).values(CHECKSUM_STATUS);
}
