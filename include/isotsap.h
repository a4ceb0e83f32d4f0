/*
 * isotsap: dissects TPKT (RFC 1006) and COTP (X.224) for analyzers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from the Rust sources; do not edit.
 *
 * What every function keeps:
 *
 * Versions. isotsap_abi_version() is major << 16 | minor. A host accepts the major of its header
 *   and at least its minor. A new function is a new minor. Ids are appended, never reused: pass
 *   over ids you do not know.
 * Structs that are passed singly start with struct_size: set it to sizeof, and zero the rest. The
 *   library reads and writes no further, so a host built with an older or a newer header works.
 *   Elements of arrays (isotsap_packet, isotsap_pdu, isotsap_item) are frozen within a major.
 * Types. Integers of fixed width. An argument or member described as being of an enum holds one
 *   of its constants.
 * Errors. A negative status means the API was misused; see enum isotsap_status. What is wrong with
 *   a packet is never an error: it is an expert info, with a group, a severity, an offset and a
 *   length.
 * NULL. A NULL array with length 0 is empty; NULL with a length is NULL_POINTER.
 * Memory. All memory is the caller's, but for strings and the plugin info, which are static and
 *   stay valid while the library is loaded, and for streams, which say what they keep. Nothing is
 *   allocated for a packet. What a call writes must not overlap anything else it is given; arrays
 *   that it fills need not be initialised.
 * Threads. Outside streams the library keeps no state: any function may run in any thread at any
 *   time. An isotsap_stream or isotsap_context, like any memory passed in, is used by one call at a
 *   time.
 * Panics do not cross: a bug in the library is ISOTSAP_STATUS_PANIC, 0 or NULL. A context the call
 *   was given may be half changed then: zero it.
 * Offsets count from the first octet of the packet, in streams from the octets of the result;
 *   lengths count octets.
 */


#ifndef ISOTSAP_H
#define ISOTSAP_H

#include <stdint.h>

/** Numbers of the ABI. */
enum isotsap_constant {
  /** The ABI of this header: major << 16 | minor. */
  ISOTSAP_ABI_VERSION = 0x1,
  /** The first id of a field. */
  ISOTSAP_FIELD_BASE = 0x1,
  /** The first id of an expert info. */
  ISOTSAP_EXPERT_BASE = 0x1000,
  /** The parent of an item at the top of its PDU's tree. */
  ISOTSAP_NO_PARENT = 0xffff
};

/** Ids of fields. */
enum isotsap_field {
  /** tpkt: One TPKT: a header of 4 octets and what it carries */
  ISOTSAP_FIELD_TPKT = 0x1,
  /** tpkt.version: Version of the protocol; 3 is the only one in use */
  ISOTSAP_FIELD_TPKT_VERSION = 0x2,
  /** tpkt.reserved: Reserved octet, 0 by RFC 2126 */
  ISOTSAP_FIELD_TPKT_RESERVED = 0x3,
  /** tpkt.length: Octets of the whole TPKT, its 4 header octets included */
  ISOTSAP_FIELD_TPKT_LENGTH = 0x4,
  /** tpkt.continuation_data: Octets that belong to no TPKT that could be found */
  ISOTSAP_FIELD_TPKT_CONTINUATION_DATA = 0x5,
  /** cotp: One TPDU */
  ISOTSAP_FIELD_COTP = 0x6,
  /** cotp.li: Octets of the header after this one, user data excluded */
  ISOTSAP_FIELD_COTP_LI = 0x7,
  /** cotp.type: TPDU code: the upper nibble of octet 2 */
  ISOTSAP_FIELD_COTP_TYPE = 0x8,
  /** cotp.type.reserved: Bits of octet 2 that are zero in this TPDU; shown when they are not */
  ISOTSAP_FIELD_COTP_TYPE_RESERVED = 0x9,
  /** cotp.roa: ROA bit of a DT TPDU; shown when it is set */
  ISOTSAP_FIELD_COTP_ROA = 0xa,
  /** cotp.credit: Credit (CDT): how many DT TPDUs may be sent */
  ISOTSAP_FIELD_COTP_CREDIT = 0xb,
  /** cotp.destref: Reference the receiver of the TPDU gave the transport connection */
  ISOTSAP_FIELD_COTP_DESTREF = 0xc,
  /** cotp.srcref: Reference the sender of the TPDU gave the transport connection */
  ISOTSAP_FIELD_COTP_SRCREF = 0xd,
  /** cotp.class: Transport protocol class: preferred in a CR, selected in a CC */
  ISOTSAP_FIELD_COTP_CLASS = 0xe,
  /** cotp.opts.reserved: Bits 4 and 3 of the class and options octet, always zero */
  ISOTSAP_FIELD_COTP_OPTS_RESERVED = 0xf,
  /** cotp.opts.extended_formats: Use of extended formats in classes 2, 3 and 4 */
  ISOTSAP_FIELD_COTP_OPTS_EXTENDED_FORMATS = 0x10,
  /** cotp.opts.no_explicit_flow_control: Non-use of explicit flow control in class 2 */
  ISOTSAP_FIELD_COTP_OPTS_NO_EXPLICIT_FLOW_CONTROL = 0x11,
  /** cotp.cause: Why the connection is released or refused (DR) */
  ISOTSAP_FIELD_COTP_CAUSE = 0x12,
  /** cotp.reject_cause: What was wrong with the rejected TPDU (ER) */
  ISOTSAP_FIELD_COTP_REJECT_CAUSE = 0x13,
  /** cotp.tpdu-number: Number of a DT or ED TPDU: 7 bits, or 31 in extended format */
  ISOTSAP_FIELD_COTP_TPDU_NUMBER = 0x14,
  /** cotp.eot: End of TSDU: this TPDU is the last of its TSDU */
  ISOTSAP_FIELD_COTP_EOT = 0x15,
  /** cotp.next-tpdu-number: YR-TU-NR or YR-EDTU-NR: the number acknowledged or expected */
  ISOTSAP_FIELD_COTP_NEXT_TPDU_NUMBER = 0x16,
  /** cotp.next-tpdu-number.reserved: Top bit of YR-TU-NR, always zero; shown when it is not */
  ISOTSAP_FIELD_COTP_NEXT_TPDU_NUMBER_RESERVED = 0x17,
  /** cotp.parameter_code: Code of a parameter of the variable part */
  ISOTSAP_FIELD_COTP_PARAMETER_CODE = 0x18,
  /** cotp.parameter_length: Octets of the parameter's value */
  ISOTSAP_FIELD_COTP_PARAMETER_LENGTH = 0x19,
  /** cotp.parameter_value: Value of a parameter that is shown as octets */
  ISOTSAP_FIELD_COTP_PARAMETER_VALUE = 0x1a,
  /** cotp.tpdu_size: Maximum TPDU size, proposed in a CR, selected in a CC */
  ISOTSAP_FIELD_COTP_TPDU_SIZE = 0x1b,
  /** cotp.preferred_maximum_tpdu_size: Preferred maximum TPDU size; the wire counts units of 128 octets */
  ISOTSAP_FIELD_COTP_PREFERRED_MAXIMUM_TPDU_SIZE = 0x1c,
  /** cotp.src-tsap: Calling T-selector, when all its octets are printable */
  ISOTSAP_FIELD_COTP_SRC_TSAP = 0x1d,
  /** cotp.src-tsap-bytes: Calling T-selector */
  ISOTSAP_FIELD_COTP_SRC_TSAP_BYTES = 0x1e,
  /** cotp.dst-tsap: Called or responding T-selector, when all its octets are printable */
  ISOTSAP_FIELD_COTP_DST_TSAP = 0x1f,
  /** cotp.dst-tsap-bytes: Called or responding T-selector */
  ISOTSAP_FIELD_COTP_DST_TSAP_BYTES = 0x20,
  /** cotp.invalid_tpdu: The rejected TPDU, up to and including the octet that made the peer reject it */
  ISOTSAP_FIELD_COTP_INVALID_TPDU = 0x21,
  /** cotp.additional_clearing_information: User-defined octets about the release */
  ISOTSAP_FIELD_COTP_ADDITIONAL_CLEARING_INFORMATION = 0x22,
  /** cotp.user_data: User data: what follows the header, to the end of the NSDU */
  ISOTSAP_FIELD_COTP_USER_DATA = 0x23,
  /** cotp.undecoded: Octets behind an LI or a code that leaves their meaning open */
  ISOTSAP_FIELD_COTP_UNDECODED = 0x24,
  /** rdp.rt_cookie: Routing token or cookie of an RDP client, without its CR LF */
  ISOTSAP_FIELD_RDP_RT_COOKIE = 0x25,
  /** rdp.neg_type: Which RDP negotiation structure this is */
  ISOTSAP_FIELD_RDP_NEG_TYPE = 0x26,
  /** rdp.neg_length: Octets of the RDP negotiation structure */
  ISOTSAP_FIELD_RDP_NEG_LENGTH = 0x27,
  /** rdp.negReq.flags: Flags of the negotiation request */
  ISOTSAP_FIELD_RDP_NEGREQ_FLAGS = 0x28,
  /** rdp.negReq.requestedProtocols: Security protocols the client supports, one bit each */
  ISOTSAP_FIELD_RDP_NEGREQ_REQUESTEDPROTOCOLS = 0x29,
  /** rdp.negRsp.flags: Flags of the negotiation response */
  ISOTSAP_FIELD_RDP_NEGRSP_FLAGS = 0x2a,
  /** rdp.negReq.selectedProtocol: The security protocol the server selected */
  ISOTSAP_FIELD_RDP_NEGREQ_SELECTEDPROTOCOL = 0x2b,
  /** rdp.negFailure.flags: Flags of the negotiation failure, always zero */
  ISOTSAP_FIELD_RDP_NEGFAILURE_FLAGS = 0x2c,
  /** rdp.negFailure.failureCode: Why the server refused the negotiation */
  ISOTSAP_FIELD_RDP_NEGFAILURE_FAILURECODE = 0x2d,
  /** rdp.correlationInfo.flags: Flags of the correlation info, always zero */
  ISOTSAP_FIELD_RDP_CORRELATIONINFO_FLAGS = 0x2e,
  /** rdp.correlationInfo.correlationId: Identifier the client gave the connection */
  ISOTSAP_FIELD_RDP_CORRELATIONINFO_CORRELATIONID = 0x2f,
  /** rdp.correlationInfo.reserved: 16 reserved octets, always zero */
  ISOTSAP_FIELD_RDP_CORRELATIONINFO_RESERVED = 0x30,
  /** rdp.fastpath: An RDP PDU that travels between TPKTs without a TPKT header */
  ISOTSAP_FIELD_RDP_FASTPATH = 0x31,
  /** cotp.checksum: Fletcher checksum over the whole TPDU */
  ISOTSAP_FIELD_COTP_CHECKSUM = 0x32,
  /** cotp.checksum.status: Outcome of verifying the checksum */
  ISOTSAP_FIELD_COTP_CHECKSUM_STATUS = 0x33,
  /** cotp.ack_time: Longest time until an acknowledgement is sent; informative */
  ISOTSAP_FIELD_COTP_ACK_TIME = 0x34,
  /** cotp.res_error_rate.target_value: A power of ten; taken as 10 to minus this number */
  ISOTSAP_FIELD_COTP_RES_ERROR_RATE_TARGET_VALUE = 0x35,
  /** cotp.res_error_rate.min_accept: A power of ten; taken as 10 to minus this number */
  ISOTSAP_FIELD_COTP_RES_ERROR_RATE_MIN_ACCEPT = 0x36,
  /** cotp.res_error_rate.tdsu: A power of two of octets */
  ISOTSAP_FIELD_COTP_RES_ERROR_RATE_TDSU = 0x37,
  /** cotp.vp_priority: Priority of the connection, 0 the highest */
  ISOTSAP_FIELD_COTP_VP_PRIORITY = 0x38,
  /** cotp.transit_delay.targ_calling_called: Transit delay of a TSDU of 128 octets */
  ISOTSAP_FIELD_COTP_TRANSIT_DELAY_TARG_CALLING_CALLED = 0x39,
  /** cotp.transit_delay.max_accept_calling_called: Transit delay of a TSDU of 128 octets */
  ISOTSAP_FIELD_COTP_TRANSIT_DELAY_MAX_ACCEPT_CALLING_CALLED = 0x3a,
  /** cotp.transit_delay.targ_called_calling: Transit delay of a TSDU of 128 octets */
  ISOTSAP_FIELD_COTP_TRANSIT_DELAY_TARG_CALLED_CALLING = 0x3b,
  /** cotp.transit_delay.max_accept_called_calling: Transit delay of a TSDU of 128 octets */
  ISOTSAP_FIELD_COTP_TRANSIT_DELAY_MAX_ACCEPT_CALLED_CALLING = 0x3c,
  /** cotp.max_throughput.targ_calling_called: Maximum throughput */
  ISOTSAP_FIELD_COTP_MAX_THROUGHPUT_TARG_CALLING_CALLED = 0x3d,
  /** cotp.max_throughput.min_accept_calling_called: Maximum throughput */
  ISOTSAP_FIELD_COTP_MAX_THROUGHPUT_MIN_ACCEPT_CALLING_CALLED = 0x3e,
  /** cotp.max_throughput.targ_called_calling: Maximum throughput */
  ISOTSAP_FIELD_COTP_MAX_THROUGHPUT_TARG_CALLED_CALLING = 0x3f,
  /** cotp.max_throughput.min_accept_called_calling: Maximum throughput */
  ISOTSAP_FIELD_COTP_MAX_THROUGHPUT_MIN_ACCEPT_CALLED_CALLING = 0x40,
  /** cotp.avg_throughput.targ_calling_called: Average throughput */
  ISOTSAP_FIELD_COTP_AVG_THROUGHPUT_TARG_CALLING_CALLED = 0x41,
  /** cotp.avg_throughput.min_accept_calling_called: Average throughput */
  ISOTSAP_FIELD_COTP_AVG_THROUGHPUT_MIN_ACCEPT_CALLING_CALLED = 0x42,
  /** cotp.avg_throughput.targ_called_calling: Average throughput */
  ISOTSAP_FIELD_COTP_AVG_THROUGHPUT_TARG_CALLED_CALLING = 0x43,
  /** cotp.avg_throughput.min_accept_called_calling: Average throughput */
  ISOTSAP_FIELD_COTP_AVG_THROUGHPUT_MIN_ACCEPT_CALLED_CALLING = 0x44,
  /** cotp.sequence_number: Orders AK TPDUs that carry the same YR-TU-NR */
  ISOTSAP_FIELD_COTP_SEQUENCE_NUMBER = 0x45,
  /** cotp.reassignment_time: Time to try reassignment (TTR) after the network connection broke */
  ISOTSAP_FIELD_COTP_REASSIGNMENT_TIME = 0x46,
  /** cotp.lower_window_edge: YR-TU-NR of the AK that is confirmed */
  ISOTSAP_FIELD_COTP_LOWER_WINDOW_EDGE = 0x47,
  /** cotp.selective_ack.lower: First TPDU number of a block received out of sequence */
  ISOTSAP_FIELD_COTP_SELECTIVE_ACK_LOWER = 0x48,
  /** cotp.selective_ack.upper: Last TPDU number of a block received out of sequence */
  ISOTSAP_FIELD_COTP_SELECTIVE_ACK_UPPER = 0x49,
  /** cotp.ed_tpdu_number: Number of the ED TPDU sent right before this DT */
  ISOTSAP_FIELD_COTP_ED_TPDU_NUMBER = 0x4a,
  /** cotp.vp_version_nr: Version of the transport protocol, 1 */
  ISOTSAP_FIELD_COTP_VP_VERSION_NR = 0x4b,
  /** cotp.protection: User-defined octets about protection */
  ISOTSAP_FIELD_COTP_PROTECTION = 0x4c,
  /** cotp.additional_options: Options to be used, one bit each */
  ISOTSAP_FIELD_COTP_ADDITIONAL_OPTIONS = 0x4d,
  /** cotp.additional_options.reserved: Bit 8 of the additional options, of no meaning */
  ISOTSAP_FIELD_COTP_ADDITIONAL_OPTIONS_RESERVED = 0x4e,
  /** cotp.non_blocking_expedited_data: Class 4; class 2 over TCP by RFC 2126 6.6 */
  ISOTSAP_FIELD_COTP_NON_BLOCKING_EXPEDITED_DATA = 0x4f,
  /** cotp.request_acknowledgement: Classes 1, 3 and 4 */
  ISOTSAP_FIELD_COTP_REQUEST_ACKNOWLEDGEMENT = 0x50,
  /** cotp.expedited_data_acknowledgement: Class 2 over TCP */
  ISOTSAP_FIELD_COTP_EXPEDITED_DATA_ACKNOWLEDGEMENT = 0x51,
  /** cotp.selective_acknowledgement: Class 4 */
  ISOTSAP_FIELD_COTP_SELECTIVE_ACKNOWLEDGEMENT = 0x52,
  /** cotp.network_expedited_data: Class 1 */
  ISOTSAP_FIELD_COTP_NETWORK_EXPEDITED_DATA = 0x53,
  /** cotp.reverse_connection: Class 2 over TCP: expedited data on a TCP connection of its own */
  ISOTSAP_FIELD_COTP_REVERSE_CONNECTION = 0x54,
  /** cotp.vp_opt_sel_class1_use: Class 1; otherwise AK TPDUs are used */
  ISOTSAP_FIELD_COTP_VP_OPT_SEL_CLASS1_USE = 0x55,
  /** cotp.use_16_bit_checksum: Class 4: the bit is set when the checksum is not used */
  ISOTSAP_FIELD_COTP_USE_16_BIT_CHECKSUM = 0x56,
  /** cotp.transport_expedited_data_transfer: Classes 1 to 4; class 0 by RFC 1006 5 */
  ISOTSAP_FIELD_COTP_TRANSPORT_EXPEDITED_DATA_TRANSFER = 0x57,
  /** cotp.alternative_class: A class the responder may select instead of the preferred one */
  ISOTSAP_FIELD_COTP_ALTERNATIVE_CLASS = 0x58,
  /** cotp.alternative_class.reserved: Lower bits of an alternative class, always zero; shown when they are not */
  ISOTSAP_FIELD_COTP_ALTERNATIVE_CLASS_RESERVED = 0x59,
  /** cotp.inactivity_timer: Time without any TPDU after which the peer gives up */
  ISOTSAP_FIELD_COTP_INACTIVITY_TIMER = 0x5a,
  /** cotp.atn_extended_checksum: Extended checksum of the aeronautical network, 16 or 32 bits */
  ISOTSAP_FIELD_COTP_ATN_EXTENDED_CHECKSUM = 0x5b,
  /** cotp.atn_extended_checksum.status: Outcome of verifying the extended checksum */
  ISOTSAP_FIELD_COTP_ATN_EXTENDED_CHECKSUM_STATUS = 0x5c
};

/** Ids of expert infos. */
enum isotsap_expert {
  /** tpkt.version.invalid: TPKT version is not 3 */
  ISOTSAP_EXPERT_TPKT_VERSION_INVALID = 0x1000,
  /** tpkt.reserved.nonzero: TPKT reserved octet is not zero */
  ISOTSAP_EXPERT_TPKT_RESERVED_NONZERO = 0x1001,
  /** tpkt.length.invalid: TPKT length is below 7 */
  ISOTSAP_EXPERT_TPKT_LENGTH_INVALID = 0x1002,
  /** tpkt.gap: octets are missing before or inside this TPKT */
  ISOTSAP_EXPERT_TPKT_GAP = 0x1003,
  /** tpkt.skipped: octets passed over: no TPKT found in them */
  ISOTSAP_EXPERT_TPKT_SKIPPED = 0x1004,
  /** tpkt.incomplete: the octets end inside this TPKT */
  ISOTSAP_EXPERT_TPKT_INCOMPLETE = 0x1005,
  /** tpkt.tls: TLS begins here */
  ISOTSAP_EXPERT_TPKT_TLS = 0x1006,
  /** cotp.li.reserved: length indicator is the reserved value 255 */
  ISOTSAP_EXPERT_COTP_LI_RESERVED = 0x1007,
  /** cotp.li.invalid: length indicator does not fit the TPDU */
  ISOTSAP_EXPERT_COTP_LI_INVALID = 0x1008,
  /** cotp.type.unknown: TPDU code is not defined */
  ISOTSAP_EXPERT_COTP_TYPE_UNKNOWN = 0x1009,
  /** cotp.type.reserved_bits: reserved bits of the TPDU code are not zero */
  ISOTSAP_EXPERT_COTP_TYPE_RESERVED_BITS = 0x100a,
  /** cotp.roa.unexpected: request of acknowledgement where it cannot be in use */
  ISOTSAP_EXPERT_COTP_ROA_UNEXPECTED = 0x100b,
  /** cotp.credit.unexpected: credit bits are not what this TPDU requires */
  ISOTSAP_EXPERT_COTP_CREDIT_UNEXPECTED = 0x100c,
  /** cotp.destref.nonzero: destination reference of a CR is not zero */
  ISOTSAP_EXPERT_COTP_DESTREF_NONZERO = 0x100d,
  /** cotp.destref.zero: destination reference of a CC is zero */
  ISOTSAP_EXPERT_COTP_DESTREF_ZERO = 0x100e,
  /** cotp.srcref.zero: source reference is zero */
  ISOTSAP_EXPERT_COTP_SRCREF_ZERO = 0x100f,
  /** cotp.class.invalid: transport class is none of 0 to 4 */
  ISOTSAP_EXPERT_COTP_CLASS_INVALID = 0x1010,
  /** cotp.opts.reserved_bits: reserved option bits are not zero */
  ISOTSAP_EXPERT_COTP_OPTS_RESERVED_BITS = 0x1011,
  /** cotp.opts.not_for_class: option has no meaning in this class */
  ISOTSAP_EXPERT_COTP_OPTS_NOT_FOR_CLASS = 0x1012,
  /** cotp.tpdu-number.nonzero: TPDU number is not zero in class 0 */
  ISOTSAP_EXPERT_COTP_TPDU_NUMBER_NONZERO = 0x1013,
  /** cotp.cause.unknown: reason of the DR is not defined */
  ISOTSAP_EXPERT_COTP_CAUSE_UNKNOWN = 0x1014,
  /** cotp.cause.not_for_class: reason of the DR is not for class 0 */
  ISOTSAP_EXPERT_COTP_CAUSE_NOT_FOR_CLASS = 0x1015,
  /** cotp.reject_cause.unknown: reject cause of the ER is not defined */
  ISOTSAP_EXPERT_COTP_REJECT_CAUSE_UNKNOWN = 0x1016,
  /** cotp.user_data.not_allowed: user data where the TPDU carries none */
  ISOTSAP_EXPERT_COTP_USER_DATA_NOT_ALLOWED = 0x1017,
  /** cotp.user_data.too_long: more user data than the TPDU may carry */
  ISOTSAP_EXPERT_COTP_USER_DATA_TOO_LONG = 0x1018,
  /** cotp.user_data.empty: user data is missing */
  ISOTSAP_EXPERT_COTP_USER_DATA_EMPTY = 0x1019,
  /** cotp.tpdu.too_long: TPDU is longer than 128 octets */
  ISOTSAP_EXPERT_COTP_TPDU_TOO_LONG = 0x101a,
  /** cotp.concatenation.not_allowed: more than one TPDU in a TPKT */
  ISOTSAP_EXPERT_COTP_CONCATENATION_NOT_ALLOWED = 0x101b,
  /** cotp.parameter.truncated: parameter runs past the header */
  ISOTSAP_EXPERT_COTP_PARAMETER_TRUNCATED = 0x101c,
  /** cotp.parameter.length_invalid: parameter has the wrong length */
  ISOTSAP_EXPERT_COTP_PARAMETER_LENGTH_INVALID = 0x101d,
  /** cotp.parameter.unknown: parameter code is not defined */
  ISOTSAP_EXPERT_COTP_PARAMETER_UNKNOWN = 0x101e,
  /** cotp.parameter.duplicate: parameter occurs again */
  ISOTSAP_EXPERT_COTP_PARAMETER_DUPLICATE = 0x101f,
  /** cotp.parameter.not_allowed: parameter does not belong in this TPDU */
  ISOTSAP_EXPERT_COTP_PARAMETER_NOT_ALLOWED = 0x1020,
  /** cotp.parameter.missing: mandatory parameter is missing */
  ISOTSAP_EXPERT_COTP_PARAMETER_MISSING = 0x1021,
  /** cotp.tpdu_size.invalid: TPDU size is not one of the defined values */
  ISOTSAP_EXPERT_COTP_TPDU_SIZE_INVALID = 0x1022,
  /** cotp.tpdu_size.not_for_class: TPDU size is too large for class 0 */
  ISOTSAP_EXPERT_COTP_TPDU_SIZE_NOT_FOR_CLASS = 0x1023,
  /** cotp.preferred_maximum_tpdu_size.invalid: preferred maximum TPDU size makes no sense */
  ISOTSAP_EXPERT_COTP_PREFERRED_MAXIMUM_TPDU_SIZE_INVALID = 0x1024,
  /** cotp.checksum.unexpected: checksum in a class that has none */
  ISOTSAP_EXPERT_COTP_CHECKSUM_UNEXPECTED = 0x1025,
  /** cotp.connection.request: connection request */
  ISOTSAP_EXPERT_COTP_CONNECTION_REQUEST = 0x1026,
  /** cotp.connection.confirm: connection confirm */
  ISOTSAP_EXPERT_COTP_CONNECTION_CONFIRM = 0x1027,
  /** cotp.disconnect.request: disconnect request */
  ISOTSAP_EXPERT_COTP_DISCONNECT_REQUEST = 0x1028,
  /** cotp.error: TPDU error */
  ISOTSAP_EXPERT_COTP_ERROR = 0x1029,
  /** rdp.neg.reserved: reserved octets or bits of an RDP negotiation are not zero */
  ISOTSAP_EXPERT_RDP_NEG_RESERVED = 0x102a,
  /** rdp.neg.length_invalid: RDP negotiation structure has the wrong length */
  ISOTSAP_EXPERT_RDP_NEG_LENGTH_INVALID = 0x102b,
  /** rdp.neg.failure: the RDP server refused the security negotiation */
  ISOTSAP_EXPERT_RDP_NEG_FAILURE = 0x102c,
  /** rdp.cookie.unterminated: RDP cookie has no CR LF */
  ISOTSAP_EXPERT_RDP_COOKIE_UNTERMINATED = 0x102d,
  /** cotp.type.not_for_class: TPDU type or format is not of the connection's class */
  ISOTSAP_EXPERT_COTP_TYPE_NOT_FOR_CLASS = 0x102e,
  /** cotp.type.not_for_carrier: TPDU type that RFC 1006 does not carry */
  ISOTSAP_EXPERT_COTP_TYPE_NOT_FOR_CARRIER = 0x102f,
  /** cotp.class.not_for_carrier: class that RFC 1006 does not carry */
  ISOTSAP_EXPERT_COTP_CLASS_NOT_FOR_CARRIER = 0x1030,
  /** cotp.opts.conflict: options of class 2 contradict each other */
  ISOTSAP_EXPERT_COTP_OPTS_CONFLICT = 0x1031,
  /** cotp.eot.clear: EOT of an ED is not set */
  ISOTSAP_EXPERT_COTP_EOT_CLEAR = 0x1032,
  /** cotp.next-tpdu-number.reserved_bit: bit above YR-TU-NR is set */
  ISOTSAP_EXPERT_COTP_NEXT_TPDU_NUMBER_RESERVED_BIT = 0x1033,
  /** cotp.vp_version_nr.invalid: version number is not 1 */
  ISOTSAP_EXPERT_COTP_VP_VERSION_NR_INVALID = 0x1034,
  /** cotp.additional_options.reserved_bit: bit 8 of the additional options is set */
  ISOTSAP_EXPERT_COTP_ADDITIONAL_OPTIONS_RESERVED_BIT = 0x1035,
  /** cotp.additional_options.conflict: option for expedited data without expedited data */
  ISOTSAP_EXPERT_COTP_ADDITIONAL_OPTIONS_CONFLICT = 0x1036,
  /** cotp.alternative_classes.reserved_bits: lower bits of an alternative class are not zero */
  ISOTSAP_EXPERT_COTP_ALTERNATIVE_CLASSES_RESERVED_BITS = 0x1037,
  /** cotp.alternative_classes.invalid: alternative class does not go with the preferred one */
  ISOTSAP_EXPERT_COTP_ALTERNATIVE_CLASSES_INVALID = 0x1038,
  /** cotp.flow_control.reserved_bits: bits without meaning are set in a flow control confirmation */
  ISOTSAP_EXPERT_COTP_FLOW_CONTROL_RESERVED_BITS = 0x1039,
  /** cotp.selective_ack.reserved_bit: top bit of an edge is set in a selective acknowledgement */
  ISOTSAP_EXPERT_COTP_SELECTIVE_ACK_RESERVED_BIT = 0x103a,
  /** cotp.ed_tpdu_number.reserved_bits: bits above the ED TPDU number are set */
  ISOTSAP_EXPERT_COTP_ED_TPDU_NUMBER_RESERVED_BITS = 0x103b,
  /** cotp.checksum.bad: checksum is wrong */
  ISOTSAP_EXPERT_COTP_CHECKSUM_BAD = 0x103c,
  /** cotp.atn_extended_checksum.bad: ATN extended checksum is wrong */
  ISOTSAP_EXPERT_COTP_ATN_EXTENDED_CHECKSUM_BAD = 0x103d,
  /** cotp.disconnect.confirm: disconnect confirm */
  ISOTSAP_EXPERT_COTP_DISCONNECT_CONFIRM = 0x103e,
  /** cotp.reject: reject */
  ISOTSAP_EXPERT_COTP_REJECT = 0x103f,
  /** cotp.srcref.nonzero: source reference of a refusal is not zero */
  ISOTSAP_EXPERT_COTP_SRCREF_NONZERO = 0x1040,
  /** cotp.connection.refused: the peer refused the connection */
  ISOTSAP_EXPERT_COTP_CONNECTION_REFUSED = 0x1041,
  /** cotp.class.not_offered: CC selects a class the CR did not offer */
  ISOTSAP_EXPERT_COTP_CLASS_NOT_OFFERED = 0x1042,
  /** cotp.tpdu_size.increased: CC selects a larger TPDU size than the CR proposed */
  ISOTSAP_EXPERT_COTP_TPDU_SIZE_INCREASED = 0x1043,
  /** cotp.option.not_proposed: CC selects an option the CR did not propose */
  ISOTSAP_EXPERT_COTP_OPTION_NOT_PROPOSED = 0x1044,
  /** cotp.destref.mismatch: destination reference is not the peer's */
  ISOTSAP_EXPERT_COTP_DESTREF_MISMATCH = 0x1045,
  /** cotp.tpdu.exceeds_size: TPDU is longer than the agreed size */
  ISOTSAP_EXPERT_COTP_TPDU_EXCEEDS_SIZE = 0x1046,
  /** cotp.tpdu-number.out_of_sequence: TPDU number is not the next */
  ISOTSAP_EXPERT_COTP_TPDU_NUMBER_OUT_OF_SEQUENCE = 0x1047,
  /** cotp.connection.missing: data before any connection confirm */
  ISOTSAP_EXPERT_COTP_CONNECTION_MISSING = 0x1048,
  /** cotp.tsdu.too_long: TSDU is not kept */
  ISOTSAP_EXPERT_COTP_TSDU_TOO_LONG = 0x1049,
  /** cotp.tsdu.incomplete: the connection ended inside a TSDU */
  ISOTSAP_EXPERT_COTP_TSDU_INCOMPLETE = 0x104a
};



/**
 * The base a number is shown in.
 */
typedef enum isotsap_base {
  /**
   * Not a number.
   */
  ISOTSAP_BASE_NONE = 0,
  /**
   * Decimal.
   */
  ISOTSAP_BASE_DEC = 1,
  /**
   * Hexadecimal.
   */
  ISOTSAP_BASE_HEX = 2,
} isotsap_base;

/**
 * Flags of a context.
 */
typedef enum isotsap_context_flag {
  /**
   * A CR was seen: the members `request_` and `initiator_reference` are its.
   */
  ISOTSAP_CONTEXT_FLAG_REQUEST = 1,
  /**
   * A CC was seen: `class_options`, `tpdu_size` and `responder_reference` are settled.
   */
  ISOTSAP_CONTEXT_FLAG_CONFIRM = 2,
  /**
   * The connection is RDP: fast-path PDUs may stand between its TPKTs.
   */
  ISOTSAP_CONTEXT_FLAG_RDP = 4,
  /**
   * TLS has taken over in one direction at least.
   */
  ISOTSAP_CONTEXT_FLAG_TLS = 8,
  /**
   * For the host to set: nothing of the connection was missed so far. What comes before any CC
   * is worth a remark then. A gap clears it.
   */
  ISOTSAP_CONTEXT_FLAG_FROM_START = 16,
  /**
   * Data came before any CC, and was remarked on.
   */
  ISOTSAP_CONTEXT_FLAG_DATA_BEFORE_CONFIRM = 32,
  /**
   * End A sent the CR.
   */
  ISOTSAP_CONTEXT_FLAG_INITIATED_BY_A = 64,
  /**
   * End B sent the CR.
   */
  ISOTSAP_CONTEXT_FLAG_INITIATED_BY_B = 128,
  /**
   * The CR has an inactivity timer parameter.
   */
  ISOTSAP_CONTEXT_FLAG_REQUEST_INACTIVITY_TIMER = 256,
  /**
   * The number of the next DT of end A is not known.
   */
  ISOTSAP_CONTEXT_FLAG_NUMBER_UNKNOWN_A = 512,
  /**
   * The number of the next DT of end B is not known.
   */
  ISOTSAP_CONTEXT_FLAG_NUMBER_UNKNOWN_B = 1024,
} isotsap_context_flag;

/**
 * What a packet consists of.
 */
typedef enum isotsap_encapsulation {
  /**
   * TPKTs that carry TPDUs: RFC 1006 and RFC 2126, ITU-T T.123.
   */
  ISOTSAP_ENCAPSULATION_TPKT = 0,
  /**
   * One NSDU without a TPKT header: the payload of CLNP, of X.25, or of UDP port 102.
   */
  ISOTSAP_ENCAPSULATION_NSDU = 1,
  /**
   * TPKTs that carry something else, such as the Q.931 of H.323; only the TPKT is dissected.
   */
  ISOTSAP_ENCAPSULATION_TPKT_ONLY = 2,
} isotsap_encapsulation;

/**
 * An end of a connection.
 */
typedef enum isotsap_end {
  /**
   * One end, whichever the host calls so.
   */
  ISOTSAP_END_A = 0,
  /**
   * The other.
   */
  ISOTSAP_END_B = 1,
} isotsap_end;

/**
 * What an expert info is about, in Wireshark's vocabulary.
 */
typedef enum isotsap_group {
  /**
   * A checksum fails.
   */
  ISOTSAP_GROUP_CHECKSUM = 1,
  /**
   * Something out of order, or an event in the life of a connection.
   */
  ISOTSAP_GROUP_SEQUENCE = 2,
  /**
   * The peer answered with a failure.
   */
  ISOTSAP_GROUP_RESPONSE_CODE = 3,
  /**
   * Octets that could not be decoded.
   */
  ISOTSAP_GROUP_UNDECODED = 4,
  /**
   * Putting octets together failed.
   */
  ISOTSAP_GROUP_REASSEMBLE = 5,
  /**
   * Lengths contradict each other.
   */
  ISOTSAP_GROUP_MALFORMED = 6,
  /**
   * A rule of the protocol is broken.
   */
  ISOTSAP_GROUP_PROTOCOL = 7,
  /**
   * Encryption begins.
   */
  ISOTSAP_GROUP_DECRYPTION = 8,
} isotsap_group;

/**
 * Why octets are missing.
 */
typedef enum isotsap_missing {
  /**
   * They were lost, or their packets were not captured. An expert info reports the gap.
   */
  ISOTSAP_MISSING_LOST = 0,
  /**
   * The capture has only the start of each packet. No expert info is raised.
   */
  ISOTSAP_MISSING_CUT_OFF = 1,
} isotsap_missing;

/**
 * Flags of the options.
 */
typedef enum isotsap_option_flag {
  /**
   * The network is the aeronautical one (ICAO Doc 9705): parameters 0x08 and 0x09 are its
   * extended checksums, verified when both NSAPs are given.
   */
  ISOTSAP_OPTION_FLAG_ATN = 1,
  /**
   * Streams only: the connection was not seen from its start. What stands before the first TPKT
   * that is found is passed over without a remark.
   */
  ISOTSAP_OPTION_FLAG_JOINED = 2,
  /**
   * Streams only: the connection is RDP, even if no CR says so.
   */
  ISOTSAP_OPTION_FLAG_RDP = 4,
} isotsap_option_flag;

/**
 * Flags of a packet.
 */
typedef enum isotsap_packet_flag {
  /**
   * Octets of the connection were lost, or not captured, right before this packet.
   */
  ISOTSAP_PACKET_FLAG_AFTER_GAP = 1,
  /**
   * End A of the connection sent it. Who sends what is checked only when the host says so.
   */
  ISOTSAP_PACKET_FLAG_FROM_A = 2,
  /**
   * End B sent it.
   */
  ISOTSAP_PACKET_FLAG_FROM_B = 4,
} isotsap_packet_flag;

/**
 * Flags of a PDU record.
 */
typedef enum isotsap_pdu_flag {
  /**
   * The EOT bit of a DT or ED is set: its user data ends a TSDU.
   */
  ISOTSAP_PDU_FLAG_EOT = 1,
  /**
   * The ROA bit of a DT is set.
   */
  ISOTSAP_PDU_FLAG_ROA = 2,
  /**
   * The TPDU has the extended format: 31-bit numbers.
   */
  ISOTSAP_PDU_FLAG_EXTENDED = 4,
  /**
   * Not all octets of the TPKT or TPDU were captured or had arrived; nothing is said of the
   * missing ones.
   */
  ISOTSAP_PDU_FLAG_SHORT = 8,
  /**
   * The TPDU follows another one in the same NSDU.
   */
  ISOTSAP_PDU_FLAG_CONCATENATED = 16,
  /**
   * The variable part is the one of MS-RDPBCGR; on a record of no TPDU, an RDP fast-path PDU.
   */
  ISOTSAP_PDU_FLAG_RDP = 32,
  /**
   * Streams only: this DT completes a TSDU that is nothing but its user data. One of several DT
   * TPDUs is in the result of the call.
   */
  ISOTSAP_PDU_FLAG_TSDU = 64,
} isotsap_pdu_flag;

/**
 * Whether octets are the start of something.
 */
typedef enum isotsap_recognition {
  /**
   * They are not.
   */
  ISOTSAP_RECOGNITION_NO = 0,
  /**
   * They may be: more octets decide.
   */
  ISOTSAP_RECOGNITION_NEED_MORE = 1,
  /**
   * They are.
   */
  ISOTSAP_RECOGNITION_YES = 2,
} isotsap_recognition;

/**
 * How much an expert info matters.
 */
typedef enum isotsap_severity {
  /**
   * Not an expert info: the item is a field.
   */
  ISOTSAP_SEVERITY_NONE = 0,
  /**
   * An event of normal traffic.
   */
  ISOTSAP_SEVERITY_CHAT = 1,
  /**
   * Out of the ordinary, yet widespread or asked for by one edition of a standard only.
   */
  ISOTSAP_SEVERITY_NOTE = 2,
  /**
   * A standard is broken; a strict peer may refuse it.
   */
  ISOTSAP_SEVERITY_WARNING = 3,
  /**
   * The octets cannot be what they claim to be.
   */
  ISOTSAP_SEVERITY_ERROR = 4,
} isotsap_severity;

/**
 * What a call answers: 0 and above is success, below is misuse. Nothing in a packet makes a call
 * fail.
 */
typedef enum isotsap_status {
  /**
   * Done.
   */
  ISOTSAP_STATUS_OK = 0,
  /**
   * Done up to where the caller's arrays are full; call again with the rest.
   */
  ISOTSAP_STATUS_MORE = 1,
  /**
   * A pointer is NULL that may not be.
   */
  ISOTSAP_STATUS_NULL_POINTER = -1,
  /**
   * A length, id, index or option is out of range, a pointer is not aligned, or what must be
   * zero is not.
   */
  ISOTSAP_STATUS_INVALID_ARGUMENT = -2,
  /**
   * A struct is larger than this library knows and not zero where it does not know it: the
   * host asks for something newer.
   */
  ISOTSAP_STATUS_UNSUPPORTED = -3,
  /**
   * A bug in the library, stopped at its boundary.
   */
  ISOTSAP_STATUS_PANIC = -4,
} isotsap_status;

/**
 * The structs of the ABI, for isotsap_struct_size().
 */
typedef enum isotsap_struct {
  /**
   * `isotsap_packet`.
   */
  ISOTSAP_STRUCT_PACKET = 1,
  /**
   * `isotsap_pdu`.
   */
  ISOTSAP_STRUCT_PDU = 2,
  /**
   * `isotsap_item`.
   */
  ISOTSAP_STRUCT_ITEM = 3,
  /**
   * `isotsap_options`.
   */
  ISOTSAP_STRUCT_OPTIONS = 4,
  /**
   * `isotsap_context`.
   */
  ISOTSAP_STRUCT_CONTEXT = 5,
  /**
   * `isotsap_result`.
   */
  ISOTSAP_STRUCT_RESULT = 6,
  /**
   * `isotsap_field_info`.
   */
  ISOTSAP_STRUCT_FIELD_INFO = 7,
  /**
   * `isotsap_value_info`.
   */
  ISOTSAP_STRUCT_VALUE_INFO = 8,
  /**
   * `isotsap_expert_info`.
   */
  ISOTSAP_STRUCT_EXPERT_INFO = 9,
  /**
   * `isotsap_plugin`.
   */
  ISOTSAP_STRUCT_PLUGIN = 10,
  /**
   * `isotsap_stream_result`.
   */
  ISOTSAP_STRUCT_STREAM_RESULT = 11,
} isotsap_struct;

/**
 * What an item of a field holds.
 */
typedef enum isotsap_type {
  /**
   * A node of the tree that groups others; its value is 0.
   */
  ISOTSAP_TYPE_PROTOCOL = 1,
  /**
   * An unsigned number; the field's width is the widest an item of it can be.
   */
  ISOTSAP_TYPE_UINT = 2,
  /**
   * 0 or 1.
   */
  ISOTSAP_TYPE_BOOL = 3,
  /**
   * Octets of the packet: the item's offset and length say which; its value is the length.
   */
  ISOTSAP_TYPE_BYTES = 4,
  /**
   * Octets of the packet that are meant as text: likewise. They may not be UTF-8.
   */
  ISOTSAP_TYPE_TEXT = 5,
} isotsap_type;

/**
 * A TCP connection, both directions. Made by isotsap_stream_new(), released by
 * isotsap_stream_free(); used by one thread at a time, different ones in parallel.
 */
typedef struct isotsap_stream isotsap_stream;

/**
 * How to dissect. All zero but `struct_size` is the default.
 */
typedef struct isotsap_options {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * What a packet consists of, of `enum isotsap_encapsulation`.
   */
  uint32_t encapsulation;
  /**
   * Or of `enum isotsap_option_flag`.
   */
  uint32_t flags;
  /**
   * Octets of the NSAP of one end, for ATN extended checksums: 20 at most (X.213 annex A).
   */
  uint32_t nsap_a_length;
  /**
   * Octets of the NSAP of the other end, likewise.
   */
  uint32_t nsap_b_length;
  /**
   * Streams only: octets of TSDUs a direction keeps until they are complete; 0 is 1 MiB.
   */
  uint32_t tsdu_limit;
  /**
   * NSAP of one end, or NULL when it is not known.
   */
  const uint8_t *nsap_a;
  /**
   * NSAP of the other end, or NULL.
   */
  const uint8_t *nsap_b;
} isotsap_options;

/**
 * What is known of a connection. All zero but `struct_size`, nothing is known; a host may copy
 * it, keep a copy per frame, and dissect a packet again with the copy it was first given.
 */
typedef struct isotsap_context {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * Or of `enum isotsap_context_flag`.
   */
  uint32_t flags;
  /**
   * Numbers of the next DT of end A and of end B, in classes that number them.
   */
  uint32_t next_numbers[2];
  /**
   * Reference of the end that sent the CR.
   */
  uint16_t initiator_reference;
  /**
   * Reference of the end that sent the CC.
   */
  uint16_t responder_reference;
  /**
   * TPDU size the CR proposes, in units of 128 octets; 0: none.
   */
  uint16_t request_tpdu_size;
  /**
   * TPDU size that was agreed, in units of 128 octets; 0: no limit is known.
   */
  uint16_t tpdu_size;
  /**
   * Preferred maximum TPDU size the CR proposes, in units of 128 octets; 0: none.
   */
  uint16_t request_preferred_maximum;
  /**
   * Octet 7 of the CC: class in the upper nibble, options in the lower.
   */
  uint8_t class_options;
  /**
   * Octet 7 of the CR.
   */
  uint8_t request_class_options;
  /**
   * Alternative classes of the CR, bit n for class n.
   */
  uint8_t request_alternatives;
  /**
   * Additional options of the CR, its carrier's default when it has none.
   */
  uint8_t request_additional_options;
  /**
   * Additional options that CR and CC agree on.
   */
  uint8_t additional_options;
  /**
   * Zero.
   */
  uint8_t reserved;
} isotsap_context;

/**
 * One packet to dissect: a place in the base buffer.
 *
 * With ISOTSAP_ENCAPSULATION_TPKT it holds one or more TPKTs back to back, the first starting at
 * its first octet; with ISOTSAP_ENCAPSULATION_NSDU it holds one NSDU.
 */
typedef struct isotsap_packet {
  /**
   * Where the packet starts in the base buffer.
   */
  uint64_t offset;
  /**
   * Octets of it that are in the base buffer.
   */
  uint32_t captured;
  /**
   * Octets it had on the wire, at least `captured`.
   */
  uint32_t reported;
  /**
   * Or of `enum isotsap_packet_flag`.
   */
  uint32_t flags;
  /**
   * Zero.
   */
  uint32_t reserved;
} isotsap_packet;

/**
 * What an IDS needs of one TPDU, or of a TPKT that holds none (`type` is 0 then).
 *
 * All offsets count from the first octet of the packet. What a TPDU does not carry is 0.
 */
typedef struct isotsap_pdu {
  /**
   * The set of expert infos: bit `n % 64` of word `n / 64` stands for the id
   * ISOTSAP_EXPERT_BASE + n.
   */
  uint64_t experts[2];
  /**
   * Index of the packet in the array of this call.
   */
  uint32_t packet;
  /**
   * Where the TPKT header starts.
   */
  uint32_t tpkt_offset;
  /**
   * Where the TPDU's LI octet is. The user data starts at `tpdu_offset + 1 + li`.
   */
  uint32_t tpdu_offset;
  /**
   * Octets of user data that were captured.
   */
  uint32_t user_data_length;
  /**
   * Index of the first item in the array of this call, when items were asked for.
   */
  uint32_t first_item;
  /**
   * TPDU-NR of a DT or ED, YR-TU-NR of an AK, RJ or EA, without the bit above it.
   */
  uint32_t tpdu_number;
  /**
   * How many items the PDU has, when items were asked for.
   */
  uint16_t item_count;
  /**
   * Length field of the TPKT header; 0 without one.
   */
  uint16_t tpkt_length;
  /**
   * DST-REF.
   */
  uint16_t dest_ref;
  /**
   * SRC-REF.
   */
  uint16_t src_ref;
  /**
   * Credit of a CR, CC, AK or RJ.
   */
  uint16_t credit;
  /**
   * TPDU size a CR or CC carries, in units of 128 octets; the preferred maximum TPDU size wins
   * over the TPDU size, and 65535 means that or more.
   */
  uint16_t tpdu_size;
  /**
   * Or of `enum isotsap_pdu_flag`.
   */
  uint16_t flags;
  /**
   * The TPDU code's upper nibble: 1 ED, 2 EA, 4 UD, 5 RJ, 6 AK, 7 ER, 8 DR, 12 DC, 13 CC,
   * 14 CR, 15 DT; others are undefined codes.
   */
  uint8_t type;
  /**
   * Length indicator: octets of the header after the LI octet.
   */
  uint8_t li;
  /**
   * Octet 7 of a CR or CC: class in the upper nibble, options in the lower.
   */
  uint8_t class_options;
  /**
   * Reason of a DR, reject cause of an ER.
   */
  uint8_t cause;
  /**
   * Worst severity among the expert infos, of `enum isotsap_severity`.
   */
  uint8_t severity;
  /**
   * Where the calling T-selector starts, from the LI octet; 0 when there is none.
   */
  uint8_t src_tsap_offset;
  /**
   * Octets of the calling T-selector.
   */
  uint8_t src_tsap_length;
  /**
   * Where the called T-selector starts, from the LI octet; 0 when there is none.
   */
  uint8_t dst_tsap_offset;
  /**
   * Octets of the called T-selector.
   */
  uint8_t dst_tsap_length;
  /**
   * Zero.
   */
  uint8_t reserved;
} isotsap_pdu;

/**
 * One field or expert info of a PDU.
 *
 * Items of a PDU stand together, parents before children, fields in the order of the wire, an
 * expert info behind what it is about.
 */
typedef struct isotsap_item {
  /**
   * The number; for octets and text, how many there are; for an expert info, the value seen.
   */
  uint64_t value;
  /**
   * Where it is, from the first octet of the packet.
   */
  uint32_t offset;
  /**
   * How many octets it covers, all captured; 0 for what has no octets.
   */
  uint32_t length;
  /**
   * Id: a field of `enum isotsap_field`, or an expert info of `enum isotsap_expert` when
   * `severity` is not 0.
   */
  uint16_t id;
  /**
   * The parent, as an index among the items of this PDU; ISOTSAP_NO_PARENT at the top.
   */
  uint16_t parent;
  /**
   * For an expert info what the value was held against, such as a limit or a TPDU code
   * (65535: that or more); its label reads it.
   */
  uint16_t detail;
  /**
   * 0 for a field, else the severity of the expert info, of `enum isotsap_severity`.
   */
  uint8_t severity;
  /**
   * Zero.
   */
  uint8_t reserved;
} isotsap_item;

/**
 * How far a call came.
 */
typedef struct isotsap_result {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * Packets dissected: resume with the one at this index.
   */
  uint64_t packets_done;
  /**
   * PDU records written.
   */
  uint64_t pdus_written;
  /**
   * With ISOTSAP_STATUS_MORE, the PDU records the next packet needs.
   */
  uint64_t pdus_needed;
  /**
   * Items written.
   */
  uint64_t items_written;
  /**
   * With ISOTSAP_STATUS_MORE, the items the next packet needs.
   */
  uint64_t items_needed;
} isotsap_result;

/**
 * What a host that knows nothing of the library wants to know. Static and never freed.
 */
typedef struct isotsap_plugin {
  /**
   * Size of this struct as the library has it.
   */
  uint32_t struct_size;
  /**
   * What isotsap_abi_version() answers.
   */
  uint32_t abi_version;
  /**
   * `isotsap`.
   */
  const char *name;
  /**
   * The library's version, such as `0.1.0`.
   */
  const char *version;
  /**
   * SPDX expression of the licence.
   */
  const char *license;
  /**
   * Names of the protocols dissected, as display filters know them.
   */
  const char *const *protocols;
  /**
   * TCP ports that carry TPKT by default.
   */
  const uint16_t *tcp_ports;
  /**
   * UDP ports that carry a bare NSDU by default.
   */
  const uint16_t *udp_ports;
  /**
   * How many protocols.
   */
  uint32_t protocol_count;
  /**
   * How many TCP ports.
   */
  uint32_t tcp_port_count;
  /**
   * How many UDP ports.
   */
  uint32_t udp_port_count;
  /**
   * Zero.
   */
  uint32_t reserved;
} isotsap_plugin;

/**
 * A field. Strings are static, NUL-terminated ASCII, never NULL.
 */
typedef struct isotsap_field_info {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * Its id.
   */
  uint32_t id;
  /**
   * What an item of it holds, of `enum isotsap_type`.
   */
  uint32_t type;
  /**
   * The base its number is shown in, of `enum isotsap_base`.
   */
  uint32_t base;
  /**
   * Octets of the widest item of it on the wire; 0 when it is not a number.
   */
  uint32_t width;
  /**
   * How many of its values have a name.
   */
  uint32_t value_count;
  /**
   * The bits of `width` octets that are the field, 0 when all are. An item of fewer octets
   * uses the mask's most significant ones. An item's value is already shifted down.
   */
  uint64_t mask;
  /**
   * Name for display filters, such as `tpkt.reserved`.
   */
  const char *abbreviation;
  /**
   * Name for people, such as `Reserved`.
   */
  const char *name;
  /**
   * Unit of the number, empty without one.
   */
  const char *unit;
  /**
   * Where the standards define it.
   */
  const char *clause;
  /**
   * What it is.
   */
  const char *description;
} isotsap_field_info;

/**
 * A value of a field that has a name.
 */
typedef struct isotsap_value_info {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * The value.
   */
  uint64_t value;
  /**
   * What it stands for: static, NUL-terminated ASCII.
   */
  const char *name;
} isotsap_value_info;

/**
 * An expert info. Strings are static, NUL-terminated ASCII, never NULL.
 */
typedef struct isotsap_expert_info {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * Its id; less ISOTSAP_EXPERT_BASE it is the bit in a PDU record.
   */
  uint32_t id;
  /**
   * What it is about, of `enum isotsap_group`.
   */
  uint32_t group;
  /**
   * Its usual severity, of `enum isotsap_severity`; an item says the one it was raised with.
   */
  uint32_t severity;
  /**
   * Name for display filters, such as `tpkt.reserved.nonzero`.
   */
  const char *abbreviation;
  /**
   * One line without the value seen; isotsap_item_label() has the value.
   */
  const char *summary;
  /**
   * What it means to somebody whose connection fails.
   */
  const char *explanation;
  /**
   * The clause it rests on.
   */
  const char *clause;
} isotsap_expert_info;

/**
 * How far a call on a stream came, and what its records are about.
 */
typedef struct isotsap_stream_result {
  /**
   * Size of this struct, set by the host.
   */
  uint32_t struct_size;
  /**
   * DT TPDUs of which `tsdu` consists; 0 when this call gives out no TSDU of that kind.
   */
  uint32_t tsdu_segments;
  /**
   * Pushed octets that were taken. With ISOTSAP_STATUS_MORE, repeat the call without them.
   */
  uint64_t consumed;
  /**
   * Octets the stream keeps of a TPKT that is not complete, in this direction.
   */
  uint64_t pending;
  /**
   * How many more complete it; 0 when that is not known yet.
   */
  uint64_t needed;
  /**
   * PDU records written.
   */
  uint64_t pdus_written;
  /**
   * When the arrays are too small for what comes next, the PDU records it needs.
   */
  uint64_t pdus_needed;
  /**
   * Items written.
   */
  uint64_t items_written;
  /**
   * When the arrays are too small for what comes next, the items it needs.
   */
  uint64_t items_needed;
  /**
   * Octets of the direction before `octets`, those that were lost included as far as known.
   */
  uint64_t position;
  /**
   * What the offsets of records and items count from: the octets that were pushed, or octets of
   * the stream that are valid until the next call on it.
   */
  const uint8_t *octets;
  /**
   * How many.
   */
  uint64_t octets_length;
  /**
   * A TSDU put together of several DT TPDUs, the last of which is the last record of this call
   * or of an earlier one. Valid until the next call on the stream.
   */
  const uint8_t *tsdu;
  /**
   * How many octets it has.
   */
  uint64_t tsdu_length;
} isotsap_stream_result;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Dissects packets of one connection, in order.
 *
 * `options` may be NULL for the defaults, and `context` NULL when nothing is known of the
 * connection or the packets are of several. The context is updated by the packets that were
 * done; dissecting a packet again wants the context it had before.
 *
 * Fills `pdus` with one record a TPDU and, unless `items` is NULL with capacity 0, `items` with
 * the fields and expert infos of all of them. When an array is full the call stops at a packet
 * boundary and answers ISOTSAP_STATUS_MORE: `result` says how far it came and what the next
 * packet needs; call again with the rest of the packets.
 *
 * Answers ISOTSAP_STATUS_OK or ISOTSAP_STATUS_MORE, or a negative status: NULL_POINTER,
 * INVALID_ARGUMENT (also for a packet outside the base buffer: `packets_done` is its index and
 * what came before is written), UNSUPPORTED.
 */
int32_t isotsap_dissect(const struct isotsap_options *options,
                        struct isotsap_context *context,
                        const uint8_t *base,
                        uint64_t base_length,
                        const struct isotsap_packet *packets,
                        uint64_t packet_count,
                        struct isotsap_pdu *pdus,
                        uint64_t pdu_capacity,
                        struct isotsap_item *items,
                        uint64_t item_capacity,
                        struct isotsap_result *result);

/**
 * Whether `octets` are the start of what the encapsulation says: a TPKT that carries a TPDU
 * (version, length, LI and code decide; a reserved octet that is not zero is still a yes), an
 * NSDU that starts with a TPDU (all of its octets are wanted then), or any TPKT.
 *
 * Answers a value of `enum isotsap_recognition` (no, need more octets, yes), or a negative
 * status.
 */
int32_t isotsap_recognise(const uint8_t *octets, uint64_t length, uint32_t encapsulation);

/**
 * The version of the ABI: major << 16 | minor. A host accepts the major its header has
 * (ISOTSAP_ABI_VERSION >> 16), and at least its minor.
 */
uint32_t isotsap_abi_version(void);

/**
 * The version of the library, such as `0.1.0`. Static, NUL-terminated, never NULL.
 */
const char *isotsap_version(void);

/**
 * Name, version, licence, protocols and ports, for a host that loads the library as a plugin.
 * Static, never NULL.
 */
const struct isotsap_plugin *isotsap_plugin_info(void);

/**
 * The size in octets the library gives a struct, so that a binding without a C compiler can check
 * its own; 0 for an id it does not know. `id` is of `enum isotsap_struct`.
 */
uint32_t isotsap_struct_size(uint32_t id);

/**
 * How many fields there are: their ids are ISOTSAP_FIELD_BASE and following.
 */
uint32_t isotsap_field_count(void);

/**
 * Describes the field `id`. Answers ISOTSAP_STATUS_OK, or INVALID_ARGUMENT for an id it does not
 * know, or NULL_POINTER.
 */
int32_t isotsap_field_get(uint32_t id, struct isotsap_field_info *info);

/**
 * The id of the field with this abbreviation, such as `tpkt.reserved`; 0 when there is none.
 */
uint32_t isotsap_field_find(const char *abbreviation);

/**
 * Describes the named value at `index`, from 0, of the field `id`. Answers ISOTSAP_STATUS_OK, or
 * INVALID_ARGUMENT for an id or index it does not know, or NULL_POINTER.
 */
int32_t isotsap_field_value_get(uint32_t id, uint32_t index, struct isotsap_value_info *info);

/**
 * What `value` of the field `id` stands for: static, NUL-terminated ASCII; NULL when it has no
 * name.
 */
const char *isotsap_field_value_name(uint32_t id, uint64_t value);

/**
 * How many expert infos there are: their ids are ISOTSAP_EXPERT_BASE and following.
 */
uint32_t isotsap_expert_count(void);

/**
 * Describes the expert info `id`. Answers ISOTSAP_STATUS_OK, or INVALID_ARGUMENT for an id it does
 * not know, or NULL_POINTER.
 */
int32_t isotsap_expert_get(uint32_t id, struct isotsap_expert_info *info);

/**
 * The id of the expert info with this abbreviation, such as `tpkt.reserved.nonzero`; 0 when there
 * is none.
 */
uint32_t isotsap_expert_find(const char *abbreviation);

/**
 * The name of a severity, such as `warning`: static; NULL for one it does not know.
 */
const char *isotsap_severity_name(uint32_t severity);

/**
 * The name of a group, such as `protocol`: static; NULL for one it does not know.
 */
const char *isotsap_group_name(uint32_t group);

/**
 * The name of a status, such as `invalid argument`: static; NULL for one it does not know.
 */
const char *isotsap_status_name(int32_t status);

/**
 * Begins to follow a connection. `options` may be NULL for the defaults; of the encapsulations
 * ISOTSAP_ENCAPSULATION_NSDU is none of a stream's. Nothing of them is used after the call.
 *
 * `*stream` becomes the stream, or NULL when the call fails: NULL_POINTER, INVALID_ARGUMENT,
 * UNSUPPORTED.
 *
 * For each direction a stream keeps no more than 65,535 octets of a TPKT that is not complete and,
 * of TSDUs that are not, the limit of the options (1 MiB unless set): for DT TPDUs of at most 16
 * destination references, and of each at most 16 that wait for an earlier one. What it gives out
 * of these it keeps until the next call. Beside that it has no more than 16 KiB of its own; a new
 * one less than 320 octets, or 420 with NSAPs.
 */
int32_t isotsap_stream_new(const struct isotsap_options *options, struct isotsap_stream **stream);

/**
 * Releases a stream and all that it gave out. NULL is fine.
 */
void isotsap_stream_free(struct isotsap_stream *stream);

/**
 * Takes octets that `end` sent (of `enum isotsap_end`), which follow on those before, and fills
 * `pdus` and, unless it is NULL with capacity 0, `items` as isotsap_dissect() does: one record a
 * TPDU, for the TPKTs that are complete. A TPKT that is not complete is kept.
 *
 * Offsets count from `result->octets`; the `packet` of every record is 0. A record flagged
 * ISOTSAP_PDU_FLAG_TSDU has a whole TSDU as its user data; one that several DT TPDUs make up is
 * `result->tsdu`.
 *
 * Answers ISOTSAP_STATUS_OK, or ISOTSAP_STATUS_MORE when the call is to be repeated with the
 * octets behind the `result->consumed` first ones (perhaps none): the records are about other
 * octets then, another TSDU is complete, or `result->pdus_needed` and `items_needed` say that an
 * array is too small. A negative status is misuse: NULL_POINTER, INVALID_ARGUMENT, UNSUPPORTED;
 * nothing is taken then.
 */
int32_t isotsap_stream_push(struct isotsap_stream *stream,
                            uint32_t end,
                            const uint8_t *octets,
                            uint64_t length,
                            struct isotsap_pdu *pdus,
                            uint64_t pdu_capacity,
                            struct isotsap_item *items,
                            uint64_t item_capacity,
                            struct isotsap_stream_result *result);

/**
 * Takes note that octets `end` sent are missing: `count` of them, or 0 when nobody knows how many.
 * `missing` is of `enum isotsap_missing`. What there is of an incomplete TPKT becomes a record; a
 * TPKT that only lacks octets of its own is left behind by its length, otherwise the next one is
 * searched for.
 *
 * Fills the arrays and answers as isotsap_stream_push() does; ISOTSAP_STATUS_MORE means to repeat
 * the call as it was.
 */
int32_t isotsap_stream_gap(struct isotsap_stream *stream,
                           uint32_t end,
                           uint64_t count,
                           uint32_t missing,
                           struct isotsap_pdu *pdus,
                           uint64_t pdu_capacity,
                           struct isotsap_item *items,
                           uint64_t item_capacity,
                           struct isotsap_stream_result *result);

/**
 * Takes note that `end` sends nothing any more. An incomplete TPKT becomes a record, and so do
 * TSDUs that are not complete. Octets that are pushed all the same begin a direction anew.
 *
 * Fills the arrays and answers as isotsap_stream_push() does; ISOTSAP_STATUS_MORE means to repeat
 * the call as it was.
 */
int32_t isotsap_stream_finish(struct isotsap_stream *stream,
                              uint32_t end,
                              struct isotsap_pdu *pdus,
                              uint64_t pdu_capacity,
                              struct isotsap_item *items,
                              uint64_t item_capacity,
                              struct isotsap_stream_result *result);

/**
 * Fills `context` with what is known of the connection: its class, references and sizes.
 */
int32_t isotsap_stream_context(const struct isotsap_stream *stream,
                               struct isotsap_context *context);

/**
 * Writes the label of an item: `Reserved: 90` for a field; for an expert info what was seen, what
 * was expected and the clause. `octets` are the captured octets of the item's packet.
 *
 * Behaves like snprintf: writes at most `capacity` octets, NUL included, and answers the length
 * of the whole text without its NUL, or a negative status. The text is UTF-8; `text` may be NULL
 * with capacity 0.
 */
int64_t isotsap_item_label(const struct isotsap_item *item,
                           const uint8_t *octets,
                           uint64_t length,
                           char *text,
                           uint64_t capacity);

/**
 * Writes what a PDU is in one line, such as `CR TPDU src-ref: 0x0001 dst-ref: 0x0000`. Behaves as
 * isotsap_item_label() does.
 */
int64_t isotsap_pdu_summary(const struct isotsap_pdu *pdu, char *text, uint64_t capacity);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ISOTSAP_H */
