/*
 * isotsap: dissects TPKT (RFC 1006) and COTP (X.224) for analyzers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from the Rust sources; do not edit.
 *
 * Rules for all functions:
 *
 * Versions. isotsap_abi_version() returns major << 16 | minor. A host should accept a library with
 *   the major version of its header and at least its minor version. New functions increase the
 *   minor version. Ids of fields and expert infos are appended and never reused: ignore ids that
 *   you do not know.
 * Structs that are passed by pointer and start with struct_size may gain members. Set struct_size
 *   to the sizeof of the struct, and zero the other members. The library accesses no octet beyond
 *   struct_size, so a host may use an older or a newer header than the library. The elements of
 *   arrays (isotsap_packet, isotsap_pdu, isotsap_item) do not change within a major version.
 * Types. Integers have a fixed width. An argument or member that is described as a constant of an
 *   enum, or as of an enum, holds one of its constants.
 * Errors. A negative return value is an enum isotsap_status and means misuse of the API, or that a
 *   stream got no memory. Protocol violations in packets are not errors: they are expert infos, with
 *   group, severity, offset and length.
 * Progress. With room for one record, and for ISOTSAP_MINIMUM_ITEMS items or none, every call makes
 *   progress: a loop that repeats a call while it returns ISOTSAP_STATUS_MORE ends, needs no other
 *   arrays and misses no record.
 * Bounds. A TPKT has at most 65,535 octets, 13,106 TPDUs and so many records; a TPDU has less than
 *   1024 items, so an array of 1024 is never cut; a TPKT has less than 200,000 items. The work of a
 *   call is linear in its octets: an octet is looked at a fixed number of times, however it is split
 *   into pushes, and costs at most about 100 times as much as one of an ordinary DT. Calls without
 *   a stream allocate nothing; isotsap_stream_new() states the memory of a stream.
 * NULL. An array may be NULL if its length is 0. NULL with another length is
 *   ISOTSAP_STATUS_NULL_POINTER.
 * Memory. The caller owns all memory that it passes; the library keeps no pointer to it after the
 *   call. Strings and the plugin info are static and valid while the library is loaded. Only
 *   streams allocate memory; their functions describe what they keep. Memory that a call writes
 *   must not overlap its other arguments. Arrays to be filled need not be initialised.
 * Threads. Functions may be called from any thread. There is no global state; two calls at a time
 *   must not use the same isotsap_stream or isotsap_context, or memory that one of them writes.
 * Panics do not leave the library: a bug in it makes a call return ISOTSAP_STATUS_PANIC, 0 or NULL.
 *   A context that was passed to the call may be inconsistent and must be zeroed. A stream returns
 *   ISOTSAP_STATUS_PANIC from then on and must be freed.
 * Offsets count octets from the first octet of the packet, in streams from the first octet of the
 *   result's octets, or of the pushed octets if those are NULL. Lengths count octets. No result
 *   contains a pointer into memory of the caller.
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
  ISOTSAP_NO_PARENT = 0xffff,
  /** The fewest items that an array has room for, unless no items are asked for. */
  ISOTSAP_MINIMUM_ITEMS = 64
};

/** Ids of fields. */
enum isotsap_field {
  /** tpkt: One TPKT: a header of 4 octets and what it carries */
  ISOTSAP_FIELD_TPKT = 0x1,
  /** tpkt.version: Version of the protocol; 3 is the only one in use */
  ISOTSAP_FIELD_TPKT_VERSION = 0x2,
  /** tpkt.reserved: Reserved octet; RFC 2126 fixes it at 0 */
  ISOTSAP_FIELD_TPKT_RESERVED = 0x3,
  /** tpkt.length: Octets of the whole TPKT, its 4 header octets included */
  ISOTSAP_FIELD_TPKT_LENGTH = 0x4,
  /** tpkt.continuation_data: Octets in which no TPKT was found */
  ISOTSAP_FIELD_TPKT_CONTINUATION_DATA = 0x5,
  /** cotp: One TPDU */
  ISOTSAP_FIELD_COTP = 0x6,
  /** cotp.li: Octets of the header after this one; user data is not counted */
  ISOTSAP_FIELD_COTP_LI = 0x7,
  /** cotp.type: TPDU code: the upper four bits of octet 2 */
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
  /** cotp.preferred_maximum_tpdu_size: Preferred maximum TPDU size in octets; on the wire it is in units of 128 octets */
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
  /** cotp.additional_clearing_information: Octets whose meaning the users of the connection define */
  ISOTSAP_FIELD_COTP_ADDITIONAL_CLEARING_INFORMATION = 0x22,
  /** cotp.user_data: User data: the octets after the header, to the end of the NSDU */
  ISOTSAP_FIELD_COTP_USER_DATA = 0x23,
  /** cotp.undecoded: Octets that an invalid length indicator or an undefined code leaves undecoded */
  ISOTSAP_FIELD_COTP_UNDECODED = 0x24,
  /** rdp.rt_cookie: Routing token or cookie of an RDP client, without its CR LF */
  ISOTSAP_FIELD_RDP_RT_COOKIE = 0x25,
  /** rdp.neg_type: Type of the RDP negotiation structure */
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
  /** rdp.fastpath: An RDP PDU without a TPKT header, sent between TPKTs */
  ISOTSAP_FIELD_RDP_FASTPATH = 0x31,
  /** cotp.checksum: Fletcher checksum over the whole TPDU */
  ISOTSAP_FIELD_COTP_CHECKSUM = 0x32,
  /** cotp.checksum.status: Result of verifying the checksum */
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
  /** cotp.protection: Octets whose meaning the users of the connection define */
  ISOTSAP_FIELD_COTP_PROTECTION = 0x4c,
  /** cotp.additional_options: Options proposed or selected, one bit each */
  ISOTSAP_FIELD_COTP_ADDITIONAL_OPTIONS = 0x4d,
  /** cotp.additional_options.reserved: Bit 8 of the additional options, which is not defined */
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
  /** cotp.reverse_connection: Class 2 over TCP: expedited data uses a separate TCP connection */
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
  /** cotp.inactivity_timer: Time without any TPDU after which the sender of the parameter releases the connection */
  ISOTSAP_FIELD_COTP_INACTIVITY_TIMER = 0x5a,
  /** cotp.atn_extended_checksum: Extended checksum of the aeronautical network, 16 or 32 bits */
  ISOTSAP_FIELD_COTP_ATN_EXTENDED_CHECKSUM = 0x5b,
  /** cotp.atn_extended_checksum.status: Result of verifying the extended checksum */
  ISOTSAP_FIELD_COTP_ATN_EXTENDED_CHECKSUM_STATUS = 0x5c
};

/** Ids of expert infos. */
enum isotsap_expert {
  /** tpkt.version.invalid: TPKT version is not 3 */
  ISOTSAP_EXPERT_TPKT_VERSION_INVALID = 0x1000,
  /** tpkt.reserved.nonzero: TPKT reserved octet is not zero */
  ISOTSAP_EXPERT_TPKT_RESERVED_NONZERO = 0x1001,
  /** tpkt.length.invalid: TPKT length does not fit a TPDU */
  ISOTSAP_EXPERT_TPKT_LENGTH_INVALID = 0x1002,
  /** tpkt.gap: octets are missing before or inside this TPKT */
  ISOTSAP_EXPERT_TPKT_GAP = 0x1003,
  /** tpkt.skipped: octets were skipped: no TPKT header was found */
  ISOTSAP_EXPERT_TPKT_SKIPPED = 0x1004,
  /** tpkt.incomplete: the data ends inside this TPKT */
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
  /** cotp.roa.unexpected: request of acknowledgement (ROA) that was not agreed */
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
  /** cotp.user_data.not_allowed: user data in a TPDU that carries none */
  ISOTSAP_EXPERT_COTP_USER_DATA_NOT_ALLOWED = 0x1017,
  /** cotp.user_data.too_long: more user data than the TPDU may carry */
  ISOTSAP_EXPERT_COTP_USER_DATA_TOO_LONG = 0x1018,
  /** cotp.user_data.empty: user data is missing */
  ISOTSAP_EXPERT_COTP_USER_DATA_EMPTY = 0x1019,
  /** cotp.tpdu.too_long: TPDU is longer than 128 octets */
  ISOTSAP_EXPERT_COTP_TPDU_TOO_LONG = 0x101a,
  /** cotp.concatenation.not_allowed: more than one TPDU in a TPKT */
  ISOTSAP_EXPERT_COTP_CONCATENATION_NOT_ALLOWED = 0x101b,
  /** cotp.parameter.truncated: parameter exceeds the header */
  ISOTSAP_EXPERT_COTP_PARAMETER_TRUNCATED = 0x101c,
  /** cotp.parameter.length_invalid: parameter has the wrong length */
  ISOTSAP_EXPERT_COTP_PARAMETER_LENGTH_INVALID = 0x101d,
  /** cotp.parameter.unknown: parameter code is not defined */
  ISOTSAP_EXPERT_COTP_PARAMETER_UNKNOWN = 0x101e,
  /** cotp.parameter.duplicate: parameter is repeated */
  ISOTSAP_EXPERT_COTP_PARAMETER_DUPLICATE = 0x101f,
  /** cotp.parameter.not_allowed: parameter does not belong in this TPDU */
  ISOTSAP_EXPERT_COTP_PARAMETER_NOT_ALLOWED = 0x1020,
  /** cotp.parameter.missing: mandatory parameter is missing */
  ISOTSAP_EXPERT_COTP_PARAMETER_MISSING = 0x1021,
  /** cotp.tpdu_size.invalid: TPDU size is not one of the defined values */
  ISOTSAP_EXPERT_COTP_TPDU_SIZE_INVALID = 0x1022,
  /** cotp.tpdu_size.not_for_class: TPDU size is too large for class 0 */
  ISOTSAP_EXPERT_COTP_TPDU_SIZE_NOT_FOR_CLASS = 0x1023,
  /** cotp.preferred_maximum_tpdu_size.invalid: preferred maximum TPDU size is out of range */
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
  /** cotp.alternative_classes.invalid: alternative class is not possible with the preferred one */
  ISOTSAP_EXPERT_COTP_ALTERNATIVE_CLASSES_INVALID = 0x1038,
  /** cotp.flow_control.reserved_bits: undefined bits are set in a flow control confirmation */
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
  /** cotp.tsdu.too_long: TSDU is discarded */
  ISOTSAP_EXPERT_COTP_TSDU_TOO_LONG = 0x1049,
  /** cotp.tsdu.incomplete: TSDU is incomplete */
  ISOTSAP_EXPERT_COTP_TSDU_INCOMPLETE = 0x104a,
  /** cotp.undecoded_octets: octets of the header are not decoded */
  ISOTSAP_EXPERT_COTP_UNDECODED_OCTETS = 0x104b,
  /** rdp.neg.unexpected: RDP negotiation structure is out of place */
  ISOTSAP_EXPERT_RDP_NEG_UNEXPECTED = 0x104c,
  /** rdp.correlationInfo.missing: RDP correlation info is missing */
  ISOTSAP_EXPERT_RDP_CORRELATIONINFO_MISSING = 0x104d,
  /** rdp.neg.protocol_not_requested: RDP server selects a protocol the client did not request */
  ISOTSAP_EXPERT_RDP_NEG_PROTOCOL_NOT_REQUESTED = 0x104e,
  /** cotp.connection.unanswered: the connection ended without an answer to the CR */
  ISOTSAP_EXPERT_COTP_CONNECTION_UNANSWERED = 0x104f,
  /** cotp.connection.repeated: second CR or CC of a connection */
  ISOTSAP_EXPERT_COTP_CONNECTION_REPEATED = 0x1050,
  /** cotp.connection.wrong_end: CC or DC of the wrong end */
  ISOTSAP_EXPERT_COTP_CONNECTION_WRONG_END = 0x1051,
  /** cotp.connection.without_request: CC without a CR */
  ISOTSAP_EXPERT_COTP_CONNECTION_WITHOUT_REQUEST = 0x1052,
  /** cotp.tpdu_size.missing: CC has no TPDU size, though the CR has one */
  ISOTSAP_EXPERT_COTP_TPDU_SIZE_MISSING = 0x1053,
  /** cotp.next-tpdu-number.not_sent: acknowledged TPDU was not sent */
  ISOTSAP_EXPERT_COTP_NEXT_TPDU_NUMBER_NOT_SENT = 0x1054,
  /** cotp.credit.exceeded: DT exceeds the credit */
  ISOTSAP_EXPERT_COTP_CREDIT_EXCEEDED = 0x1055,
  /** cotp.srcref.mismatch: source reference is not the sender's */
  ISOTSAP_EXPERT_COTP_SRCREF_MISMATCH = 0x1056,
  /** cotp.credit.reduced: AK takes back credit */
  ISOTSAP_EXPERT_COTP_CREDIT_REDUCED = 0x1057,
  /** tpkt.tls.unexpected: TLS is out of place */
  ISOTSAP_EXPERT_TPKT_TLS_UNEXPECTED = 0x1058
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
   * The connection may be RDP: its CR or CC has the variable part of RDP, or the host says so.
   */
  ISOTSAP_CONTEXT_FLAG_RDP = 4,
  /**
   * TLS has taken over in one direction at least.
   */
  ISOTSAP_CONTEXT_FLAG_TLS = 8,
  /**
   * Set by the host: the connection was seen from its start, so that data before any CC raises
   * an expert info. A gap clears the flag.
   */
  ISOTSAP_CONTEXT_FLAG_FROM_START = 16,
  /**
   * Data came before any CC, and the expert info was raised.
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
  /**
   * A DT of end A had another number than the next: `doubtful_numbers` has it, and the number
   * after it is accepted too.
   */
  ISOTSAP_CONTEXT_FLAG_NUMBER_DOUBTFUL_A = (1 << 11),
  /**
   * The same of end B.
   */
  ISOTSAP_CONTEXT_FLAG_NUMBER_DOUBTFUL_B = (1 << 12),
  /**
   * The member of `window_edges` for end A is known.
   */
  ISOTSAP_CONTEXT_FLAG_WINDOW_KNOWN_A = (1 << 13),
  /**
   * The member of `window_edges` for end B is known.
   */
  ISOTSAP_CONTEXT_FLAG_WINDOW_KNOWN_B = (1 << 14),
  /**
   * The CC was faulty: class and format of the connection are not known.
   */
  ISOTSAP_CONTEXT_FLAG_CLASS_UNKNOWN = (1 << 15),
  /**
   * The CR was faulty: what it proposes is not known.
   */
  ISOTSAP_CONTEXT_FLAG_REQUEST_UNKNOWN = (1 << 16),
  /**
   * References were contradictory: `initiator_reference` is not certain.
   */
  ISOTSAP_CONTEXT_FLAG_INITIATOR_UNKNOWN = (1 << 17),
  /**
   * References were contradictory: `responder_reference` is not certain.
   */
  ISOTSAP_CONTEXT_FLAG_RESPONDER_UNKNOWN = (1 << 18),
  /**
   * End A sent a DT without EOT and user data, and the note was raised.
   */
  ISOTSAP_CONTEXT_FLAG_EMPTY_TOLD_A = (1 << 19),
  /**
   * The same of end B.
   */
  ISOTSAP_CONTEXT_FLAG_EMPTY_TOLD_B = (1 << 20),
  /**
   * A fault in what end A sent was reported, which may leave a TSDU without end.
   */
  ISOTSAP_CONTEXT_FLAG_FAULT_TOLD_A = (1 << 21),
  /**
   * The same of end B.
   */
  ISOTSAP_CONTEXT_FLAG_FAULT_TOLD_B = (1 << 22),
  /**
   * The end that has to answer the CR sent something, if not an answer; or the other end sent data
   * as if it had.
   */
  ISOTSAP_CONTEXT_FLAG_RESPONDED = (1 << 23),
  /**
   * The number of the last ED of end A is not known.
   */
  ISOTSAP_CONTEXT_FLAG_EXPEDITED_UNKNOWN_A = (1 << 24),
  /**
   * The same of end B.
   */
  ISOTSAP_CONTEXT_FLAG_EXPEDITED_UNKNOWN_B = (1 << 25),
  /**
   * The connection is RDP: the CC answers as RDP, the first DT of the initiator is an MCS
   * Connect-Initial, or the host says so. Fast-path PDUs may be between its TPKTs.
   */
  ISOTSAP_CONTEXT_FLAG_RDP_CONFIRMED = (1 << 26),
  /**
   * The CC selected TLS.
   */
  ISOTSAP_CONTEXT_FLAG_TLS_SELECTED = (1 << 27),
  /**
   * End A sent a DR on the established connection: a DC, or a DR of end B, releases it.
   */
  ISOTSAP_CONTEXT_FLAG_DISCONNECTING_A = (1 << 28),
  /**
   * The same of end B.
   */
  ISOTSAP_CONTEXT_FLAG_DISCONNECTING_B = (1 << 29),
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
   * The end that the host calls A.
   */
  ISOTSAP_END_A = 0,
  /**
   * The other end.
   */
  ISOTSAP_END_B = 1,
} isotsap_end;

/**
 * How an end stopped sending.
 */
typedef enum isotsap_ending {
  /**
   * Not known.
   */
  ISOTSAP_ENDING_UNKNOWN = 0,
  /**
   * It closed its direction of the TCP connection (FIN).
   */
  ISOTSAP_ENDING_CLOSED = 1,
  /**
   * It reset the TCP connection (RST): neither end sends anything more.
   */
  ISOTSAP_ENDING_RESET = 2,
  /**
   * The capture ends; the connection may go on.
   */
  ISOTSAP_ENDING_CAPTURE = 3,
} isotsap_ending;

/**
 * What an expert info is about, in Wireshark's vocabulary.
 */
typedef enum isotsap_group {
  /**
   * A checksum fails.
   */
  ISOTSAP_GROUP_CHECKSUM = 1,
  /**
   * Something out of sequence, or an event of a connection.
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
   * Reassembly failed.
   */
  ISOTSAP_GROUP_REASSEMBLE = 5,
  /**
   * Lengths contradict each other.
   */
  ISOTSAP_GROUP_MALFORMED = 6,
  /**
   * A rule of the protocol is violated.
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
   * The network is the ATN (ICAO Doc 9705): parameters 0x08 and 0x09 are extended checksums,
   * which are verified if both NSAPs are given.
   */
  ISOTSAP_OPTION_FLAG_ATN = 1,
  /**
   * Streams only: the start of the connection is not in the capture (midstream pickup). Octets
   * before the first TPKT that is recognised raise no expert info.
   */
  ISOTSAP_OPTION_FLAG_JOINED = 2,
  /**
   * Streams only: the connection is RDP, even if neither CR nor CC shows that: fast-path PDUs may
   * be between its TPKTs.
   */
  ISOTSAP_OPTION_FLAG_RDP = 4,
  /**
   * Raises every expert info, for testers of protocol stacks. By default a fault raises one: those
   * that follow from another fault of the same TPDU are left out, and a fault that persists on a
   * connection is reported once for each end, and later as a chat.
   */
  ISOTSAP_OPTION_FLAG_ALL_EXPERTS = 8,
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
   * End A of the connection sent it. References, numbers and roles are checked only with one of
   * these two flags.
   */
  ISOTSAP_PACKET_FLAG_FROM_A = 2,
  /**
   * End B sent it.
   */
  ISOTSAP_PACKET_FLAG_FROM_B = 4,
  /**
   * Its sender closed its direction of the TCP connection after it (FIN). This flag and the next
   * one exclude each other and need the flag of the sender. A packet with one of them may be
   * empty. When the connection ends without an answer to the CR, a record of its own behind those
   * of the packet has the expert info `cotp.connection.unanswered`, which says so: at the end of
   * the responder, or at a reset.
   */
  ISOTSAP_PACKET_FLAG_CLOSED = 8,
  /**
   * Its sender reset the TCP connection after it (RST).
   */
  ISOTSAP_PACKET_FLAG_RESET = 16,
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
   * The TPKT or TPDU is truncated: some of its octets were not captured, or have not arrived.
   * Missing octets raise no expert info.
   */
  ISOTSAP_PDU_FLAG_SHORT = 8,
  /**
   * The TPDU follows another one in the same NSDU.
   */
  ISOTSAP_PDU_FLAG_CONCATENATED = 16,
  /**
   * The variable part is that of MS-RDPBCGR; on a record without a TPDU: an RDP fast-path PDU.
   */
  ISOTSAP_PDU_FLAG_RDP = 32,
  /**
   * Streams only: the user data of this DT is a whole TSDU. A TSDU of several DT TPDUs is in the
   * result of the call.
   */
  ISOTSAP_PDU_FLAG_TSDU = 64,
  /**
   * The DT or ED is read in the short format, which has no DST-REF, though its LI is not 2: its
   * class has no other format.
   */
  ISOTSAP_PDU_FLAG_SHORT_FORMAT = 128,
  /**
   * The TPDU has more items than the whole array of the call has room for, or it is a DT of a stream
   * and two more, which reassembly may need, do not fit. Fields are left out; of
   * the expert infos that do not fit, as many as have room in the last 16 elements are there, and
   * one of the worst severity in any case. `experts` and `severity` are complete.
   */
  ISOTSAP_PDU_FLAG_ITEMS_CUT = 256,
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
   * A deviation that is widespread, or that only one edition of a standard rules out.
   */
  ISOTSAP_SEVERITY_NOTE = 2,
  /**
   * A violation of a standard; a strict peer may refuse it.
   */
  ISOTSAP_SEVERITY_WARNING = 3,
  /**
   * The octets contradict themselves and cannot be decoded as they are.
   */
  ISOTSAP_SEVERITY_ERROR = 4,
} isotsap_severity;

/**
 * Result of a call: 0 or more is success, negative is misuse of the API. No content of a packet
 * makes a call fail.
 */
typedef enum isotsap_status {
  /**
   * The call is complete.
   */
  ISOTSAP_STATUS_OK = 0,
  /**
   * The call stopped early, usually because an array is full. Call again as the function's
   * description says.
   */
  ISOTSAP_STATUS_MORE = 1,
  /**
   * A required pointer is NULL.
   */
  ISOTSAP_STATUS_NULL_POINTER = -1,
  /**
   * A length, id, index or option is out of range, a pointer is not aligned, or a reserved
   * member is not zero.
   */
  ISOTSAP_STATUS_INVALID_ARGUMENT = -2,
  /**
   * A struct is larger than this library knows, and the part that it does not know is not zero:
   * the host uses a feature of a newer library.
   */
  ISOTSAP_STATUS_UNSUPPORTED = -3,
  /**
   * A bug in the library caused a panic, which was stopped.
   */
  ISOTSAP_STATUS_PANIC = -4,
  /**
   * Streams only: the allocator has no memory. The result is filled as after ISOTSAP_STATUS_MORE,
   * and the stream can still be used: see isotsap_stream_push().
   */
  ISOTSAP_STATUS_NO_MEMORY = -5,
} isotsap_status;

/**
 * Ids of the structs of the ABI, for isotsap_struct_size().
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
 * Both directions of one TCP connection. Created by isotsap_stream_new(), released by
 * isotsap_stream_free(). One call at a time may use a stream; different streams may be used in
 * parallel.
 */
typedef struct isotsap_stream isotsap_stream;

/**
 * How to dissect. Zero in every member but `struct_size` selects the defaults.
 */
typedef struct isotsap_options {
  /**
   * Size of this struct in octets, set by the host.
   */
  uint32_t struct_size;
  /**
   * What packets or streams consist of, a constant of `enum isotsap_encapsulation`.
   */
  uint32_t encapsulation;
  /**
   * Bitwise OR of `enum isotsap_option_flag`.
   */
  uint32_t flags;
  /**
   * Octets in `nsap_a`, at most 20 (X.213 annex A).
   */
  uint32_t nsap_a_length;
  /**
   * Octets in `nsap_b`, at most 20.
   */
  uint32_t nsap_b_length;
  /**
   * Streams only: limit for the memory of incomplete TSDUs of one direction, in octets. 0
   * selects 1 MiB.
   */
  uint32_t tsdu_limit;
  /**
   * NSAP of one end, for ATN extended checksums; NULL if it is not known.
   */
  const uint8_t *nsap_a;
  /**
   * NSAP of the other end; NULL if it is not known.
   */
  const uint8_t *nsap_b;
} isotsap_options;

/**
 * What is known of a connection. All zero but `struct_size` means that nothing is known. A host may
 * copy it, keep a copy per frame, and dissect a packet again with the copy it was first given.
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
   * What an RDP CR requests: its protocols in the lower five bits (MS-RDPBCGR 2.2.1.1.1), and
   * 0x80 to say so, or 0x40 when it has no negotiation request. 0: not known. 0x20 is reserved.
   */
  uint8_t request_rdp_protocols;
  /**
   * Numbers of the DT of end A and of end B that came instead of the next, with
   * ISOTSAP_CONTEXT_FLAG_NUMBER_DOUBTFUL_A and _B.
   */
  uint32_t doubtful_numbers[2];
  /**
   * Numbers of the first DT that end A and end B may not send yet, with
   * ISOTSAP_CONTEXT_FLAG_WINDOW_KNOWN_A and _B.
   */
  uint32_t window_edges[2];
  /**
   * For end A and end B, the wrong destination reference that was reported, exclusive or the
   * right one; 0: none.
   */
  uint16_t told_references[2];
  /**
   * TPDU types that were reported as not of the class, bit n for code n; bit 0: a number.
   */
  uint16_t told_types;
  /**
   * The last LI that was not of the class; 0: none.
   */
  uint8_t told_li;
  /**
   * Reserved octet of the TPKT that carried the CR.
   */
  uint8_t request_tpkt_reserved;
  /**
   * Octets of the called T-selector of the CR.
   */
  uint8_t called_selector_length;
  /**
   * Its first octets.
   */
  uint8_t called_selector[8];
  /**
   * With the next two members, where isotsap_dissect() goes on in the packet of which it has
   * written a part; all three are 0 but after ISOTSAP_STATUS_MORE.
   */
  uint8_t resume_flags;
  /**
   * Offset of the next TPDU from its TPKT.
   */
  uint16_t resume_tpdu;
  /**
   * Offset of that TPKT, or without TPKT of the TPDU, in the packet.
   */
  uint32_t resume_offset;
  /**
   * Numbers of the last ED of end A and of end B; 0xffffffff before the first.
   */
  uint32_t expedited_numbers[2];
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
 * The record of one TPDU, or of a TPKT that holds none (`type` is 0 then).
 *
 * All offsets count from the first octet of the packet. What a TPDU does not carry is 0.
 */
typedef struct isotsap_pdu {
  /**
   * The set of expert infos: bit `n % 64` of word `n / 64` is that of the id
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
   * TPDU size a CR or CC carries, in units of 128 octets; the preferred maximum TPDU size
   * takes precedence over the TPDU size, and 65535 means that or more.
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
 * Items of a PDU are consecutive, parents before children, fields in the order of the wire, an
 * expert info after the item it refers to.
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
   * For an expert info, what was expected instead of the value, such as a limit or a TPDU code,
   * plus the number of its reason when it has several (65535: that or more). Its label decodes
   * it.
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
 * The result of isotsap_dissect().
 */
typedef struct isotsap_result {
  /**
   * Size of this struct in octets, set by the host.
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * Packets that were dissected completely. It is also the index of the packet to resume with
   * after ISOTSAP_STATUS_MORE, and of the bad packet after ISOTSAP_STATUS_INVALID_ARGUMENT.
   */
  uint64_t packets_done;
  /**
   * PDU records written. After ISOTSAP_STATUS_MORE the last may be of the packet to resume with.
   */
  uint64_t pdus_written;
  /**
   * With ISOTSAP_STATUS_MORE, the number of PDU records that did not fit: 1, the next TPDU. Else 0.
   */
  uint64_t pdus_needed;
  /**
   * Items written.
   */
  uint64_t items_written;
  /**
   * With ISOTSAP_STATUS_MORE, the number of items of that TPDU; else 0. If the array has fewer
   * elements, the next call leaves items out, and says so with ISOTSAP_PDU_FLAG_ITEMS_CUT.
   */
  uint64_t items_needed;
  /**
   * Used if no context is passed: what is known while a packet is written in parts. The host sets
   * it to zero before the first call and does not change it after ISOTSAP_STATUS_MORE. It is zero
   * again when the packet is done.
   */
  struct isotsap_context context;
} isotsap_result;

/**
 * Describes the library to a host that loads it as a plugin. Static, never freed.
 */
typedef struct isotsap_plugin {
  /**
   * Size of this struct in octets, set by the library.
   */
  uint32_t struct_size;
  /**
   * Same as isotsap_abi_version().
   */
  uint32_t abi_version;
  /**
   * Name of the library, `isotsap`.
   */
  const char *name;
  /**
   * Version of the library, for example `0.1.0`.
   */
  const char *version;
  /**
   * Licence, an SPDX expression.
   */
  const char *license;
  /**
   * Names of the protocols, as used in display filters.
   */
  const char *const *protocols;
  /**
   * TCP ports whose payload is TPKTs by default.
   */
  const uint16_t *tcp_ports;
  /**
   * UDP ports whose payload is one NSDU by default.
   */
  const uint16_t *udp_ports;
  /**
   * Entries in `protocols`.
   */
  uint32_t protocol_count;
  /**
   * Entries in `tcp_ports`.
   */
  uint32_t tcp_port_count;
  /**
   * Entries in `udp_ports`.
   */
  uint32_t udp_port_count;
  /**
   * Zero.
   */
  uint32_t reserved;
} isotsap_plugin;

/**
 * Describes a field. Strings are static NUL-terminated ASCII, never NULL.
 */
typedef struct isotsap_field_info {
  /**
   * Size of this struct in octets, set by the host.
   */
  uint32_t struct_size;
  /**
   * Id of the field.
   */
  uint32_t id;
  /**
   * Type of its items, a constant of `enum isotsap_type`.
   */
  uint32_t type;
  /**
   * Base to display its number in, a constant of `enum isotsap_base`.
   */
  uint32_t base;
  /**
   * Octets of its longest item on the wire; 0 if it is not a number.
   */
  uint32_t width;
  /**
   * Number of named values, for isotsap_field_value_get().
   */
  uint32_t value_count;
  /**
   * The bits of the field in an integer of `width` octets; 0 if it is all of them. For an item
   * of fewer octets the most significant ones of the mask apply. The value of an item is already
   * shifted right.
   */
  uint64_t mask;
  /**
   * Name in display filters, for example `tpkt.reserved`.
   */
  const char *abbreviation;
  /**
   * Display name, for example `Reserved`.
   */
  const char *name;
  /**
   * Unit of the number; an empty string if there is none.
   */
  const char *unit;
  /**
   * Clause of the standard that defines the field.
   */
  const char *clause;
  /**
   * Description in one sentence.
   */
  const char *description;
} isotsap_field_info;

/**
 * A named value of a field.
 */
typedef struct isotsap_value_info {
  /**
   * Size of this struct in octets, set by the host.
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
   * Its name: static NUL-terminated ASCII, never NULL.
   */
  const char *name;
} isotsap_value_info;

/**
 * Describes an expert info. Strings are static NUL-terminated ASCII, never NULL.
 */
typedef struct isotsap_expert_info {
  /**
   * Size of this struct in octets, set by the host.
   */
  uint32_t struct_size;
  /**
   * Id of the expert info. Its bit in a PDU record is `id - ISOTSAP_EXPERT_BASE`.
   */
  uint32_t id;
  /**
   * Its group, a constant of `enum isotsap_group`.
   */
  uint32_t group;
  /**
   * Its default severity, a constant of `enum isotsap_severity`. An item may have another one.
   */
  uint32_t severity;
  /**
   * Name in display filters, for example `tpkt.reserved.nonzero`.
   */
  const char *abbreviation;
  /**
   * Summary in one line, without the value found; isotsap_item_label() includes it.
   */
  const char *summary;
  /**
   * Its meaning and its effect on the connection.
   */
  const char *explanation;
  /**
   * Clause of the standard that it refers to.
   */
  const char *clause;
} isotsap_expert_info;

/**
 * The result of isotsap_stream_push(), isotsap_stream_gap() and isotsap_stream_finish(). The call
 * sets all members but `struct_size`. On misuse of the API they are 0 or NULL.
 */
typedef struct isotsap_stream_result {
  /**
   * Size of this struct in octets, set by the host.
   */
  uint32_t struct_size;
  /**
   * Number of DT TPDUs in `tsdu`; 0 if this call emits no such TSDU.
   */
  uint32_t tsdu_segments;
  /**
   * Pushed octets that the call consumed. After ISOTSAP_STATUS_MORE, resume with the octets
   * after these.
   */
  uint64_t consumed;
  /**
   * Octets that the stream keeps of an incomplete TPKT of this direction.
   */
  uint64_t pending;
  /**
   * Octets that complete that TPKT; 0 if their number is not known.
   */
  uint64_t needed;
  /**
   * PDU records written.
   */
  uint64_t pdus_written;
  /**
   * If an array has no room for the next TPDU, 1: its record; else 0.
   */
  uint64_t pdus_needed;
  /**
   * Items written.
   */
  uint64_t items_written;
  /**
   * If an array has no room for the next TPDU, its items; else 0. If there are more than the array
   * has elements, the next call leaves items out and sets ISOTSAP_PDU_FLAG_ITEMS_CUT.
   */
  uint64_t items_needed;
  /**
   * Position in the direction of the first octet of `octets`: the number of octets before it,
   * including lost ones as far as their number is known.
   */
  uint64_t position;
  /**
   * The octets that the offsets of records and items refer to. NULL if they are the pushed octets,
   * because the call dissected TPKTs in place: `result.octets ? result.octets : pushed`. Else
   * memory of the stream, which is valid until the next call on the stream.
   */
  const uint8_t *octets;
  /**
   * How many octets they are.
   */
  uint64_t octets_length;
  /**
   * A complete TSDU, reassembled from several DT TPDUs. The TPDU that completed it has the last
   * record written: by this call or, if it wrote none, by an earlier one. Memory of the stream,
   * which is valid until the next call on the stream; NULL if there is none.
   */
  const uint8_t *tsdu;
  /**
   * Octets in `tsdu`.
   */
  uint64_t tsdu_length;
} isotsap_stream_result;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Dissects packets.
 *
 * `options` may be NULL for the defaults. `context` is the state of the one connection that all
 * packets belong to, in the order they were sent; the call updates it for what is done. It is NULL
 * if the state is not known or the packets belong to several connections. To dissect a packet
 * again, pass a copy of the context from before the packet.
 *
 * `base` and `packets` are read only. The call writes one record a TPDU to `pdus`, and the fields
 * and expert infos of all records to `items`. `pdu_capacity` is at least 1. `item_capacity` is at
 * least ISOTSAP_MINIMUM_ITEMS, or 0 for records without items.
 *
 * Returns:
 * - ISOTSAP_STATUS_OK: all packets are done.
 * - ISOTSAP_STATUS_MORE: an array is full. Use what was written, then call again with the packets
 *   from index `result->packets_done` on, the same context and the same result. A packet may be
 *   written in parts, each of whole TPDUs: the context says where the next call goes on. Repeating
 *   the call ends, and what is written does not depend on the capacities, but for a TPDU with more
 *   items than `item_capacity`: see ISOTSAP_PDU_FLAG_ITEMS_CUT. The `packet` and `first_item` of a
 *   record are indexes in the arrays of its own call.
 * - ISOTSAP_STATUS_INVALID_ARGUMENT: an argument is invalid and nothing was written; or the packet
 *   at index `result->packets_done` is invalid, for example outside the base buffer, and those
 *   before it are done.
 * - ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_UNSUPPORTED: nothing was written.
 *
 * Hosts with an earlier header: if the `struct_size` of context or, without one, result has no
 * room for where a packet goes on, a packet is written completely or not at all, and needs arrays
 * of `result->pdus_needed` and `result->items_needed`.
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
 * Tells whether `octets` start with what `encapsulation` names:
 *
 * - ISOTSAP_ENCAPSULATION_TPKT: a TPKT that carries a TPDU. Version, length, LI and TPDU code are
 *   checked; the reserved octet may have any value.
 * - ISOTSAP_ENCAPSULATION_NSDU: an NSDU that starts with a TPDU. `octets` must be all of it.
 * - ISOTSAP_ENCAPSULATION_TPKT_ONLY: a TPKT. Version and length are checked.
 *
 * Returns a constant of `enum isotsap_recognition`, or a negative status:
 * ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT.
 */
int32_t isotsap_recognise(const uint8_t *octets, uint64_t length, uint32_t encapsulation);

/**
 * The version of the ABI, major << 16 | minor. A host should accept a library whose major equals
 * that of ISOTSAP_ABI_VERSION and whose minor is not less.
 */
uint32_t isotsap_abi_version(void);

/**
 * The version of the library, for example `0.1.0`: a static NUL-terminated string, never NULL.
 */
const char *isotsap_version(void);

/**
 * Describes the library to a host that loads it as a plugin. Static, never NULL.
 */
const struct isotsap_plugin *isotsap_plugin_info(void);

/**
 * The size of a struct in octets, so that a binding that was not made from the header can check its
 * own layout. `id` is a constant of `enum isotsap_struct`. Returns 0 for an unknown id.
 */
uint32_t isotsap_struct_size(uint32_t id);

/**
 * The number of fields. Their ids are consecutive from ISOTSAP_FIELD_BASE.
 */
uint32_t isotsap_field_count(void);

/**
 * Describes the field `id`. Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_INVALID_ARGUMENT for an
 * unknown id, or ISOTSAP_STATUS_NULL_POINTER.
 */
int32_t isotsap_field_get(uint32_t id, struct isotsap_field_info *info);

/**
 * The id of the field with this abbreviation, for example `tpkt.reserved`; 0 if there is none.
 */
uint32_t isotsap_field_find(const char *abbreviation);

/**
 * Describes the named value of the field `id` at `index`, which is less than the field's
 * `value_count`. Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_INVALID_ARGUMENT for an unknown id or
 * index, or ISOTSAP_STATUS_NULL_POINTER.
 */
int32_t isotsap_field_value_get(uint32_t id, uint32_t index, struct isotsap_value_info *info);

/**
 * The name of `value` of the field `id`: static NUL-terminated ASCII; NULL if there is none.
 */
const char *isotsap_field_value_name(uint32_t id, uint64_t value);

/**
 * The number of expert infos. Their ids are consecutive from ISOTSAP_EXPERT_BASE.
 */
uint32_t isotsap_expert_count(void);

/**
 * Describes the expert info `id`. Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_INVALID_ARGUMENT for
 * an unknown id, or ISOTSAP_STATUS_NULL_POINTER.
 */
int32_t isotsap_expert_get(uint32_t id, struct isotsap_expert_info *info);

/**
 * The id of the expert info with this abbreviation, for example `tpkt.reserved.nonzero`; 0 if there
 * is none.
 */
uint32_t isotsap_expert_find(const char *abbreviation);

/**
 * The name of a severity, for example `warning`: a static string; NULL for an unknown one.
 */
const char *isotsap_severity_name(uint32_t severity);

/**
 * The name of a group, for example `protocol`: a static string; NULL for an unknown one.
 */
const char *isotsap_group_name(uint32_t group);

/**
 * The name of a status, for example `invalid argument`: a static string; NULL for an unknown one.
 */
const char *isotsap_status_name(int32_t status);

/**
 * Creates a stream and stores it in `*stream`. The caller owns it and releases it with
 * isotsap_stream_free().
 *
 * `options` may be NULL for the defaults; the call copies what it needs. The encapsulation is
 * ISOTSAP_ENCAPSULATION_TPKT or ISOTSAP_ENCAPSULATION_TPKT_ONLY.
 *
 * Returns ISOTSAP_STATUS_OK; or ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT,
 * ISOTSAP_STATUS_UNSUPPORTED or ISOTSAP_STATUS_NO_MEMORY, with `*stream` set to NULL if `stream` is
 * valid.
 *
 * Memory: a new stream takes less than 450 octets, or 600 with NSAPs. A direction keeps at most
 * 65,535 octets of an incomplete TPKT, and incomplete TSDUs up to `tsdu_limit` of the options:
 * of at most 16 transport connections, told apart by destination reference, with at most 16 DT
 * TPDUs each that arrived before an earlier one. What a call emits is kept until the next call.
 * Everything else takes at most 16 KiB.
 */
int32_t isotsap_stream_new(const struct isotsap_options *options, struct isotsap_stream **stream);

/**
 * Releases a stream. Pointers that its results contain become invalid. NULL is allowed and has no
 * effect.
 */
void isotsap_stream_free(struct isotsap_stream *stream);

/**
 * Pushes the next octets of the direction that `end` sends, a constant of `enum isotsap_end`.
 *
 * Dissects every TPKT that is complete, and keeps the octets of an incomplete one. `pdus` and
 * `items` are filled as by isotsap_dissect(), with one record a TPDU and the same least capacities;
 * offsets refer to the octets of the result, and the member `packet` of a record is 0.
 *
 * Where neither a TPKT nor a fast-path PDU of RDP nor TLS starts, sync is lost: a record of one octet
 * has the expert info `tpkt.version.invalid` or `tpkt.tls.unexpected`. The next TPKT ends the search:
 * one of which every fixed bit is right, or one that another TPKT follows directly. A record in front
 * of its own says how many octets were skipped. Octets that cannot be the user data that their TPKT
 * header announces are searched too. TLS is followed from record to record; where it ends,
 * `tpkt.tls.unexpected` says how many octets it had.
 *
 * A record with ISOTSAP_PDU_FLAG_TSDU has a complete TSDU as its user data. A TSDU of several DT
 * TPDUs is in `result->tsdu`, at most one a call.
 *
 * Returns:
 * - ISOTSAP_STATUS_OK: all octets are consumed.
 * - ISOTSAP_STATUS_MORE: use what the call has written, then call again with the octets after the
 *   first `result->consumed`, even if none are left. An array is full, the next records refer to
 *   other octets, or another TSDU is complete. A TPKT may be written in parts, each of whole TPDUs:
 *   the octets of one in the pushed octets are consumed with its last part. Repeating the call ends,
 *   and what is written does not depend on the capacities.
 * - ISOTSAP_STATUS_NO_MEMORY: as ISOTSAP_STATUS_MORE, but the octets of an incomplete TPKT after the
 *   first `result->consumed` cannot be kept. The stream is as it was before them: push them again
 *   when there is memory, or report them with isotsap_stream_gap(), or release the stream. A TSDU
 *   for which there is no memory does not make a call fail: it is discarded, and its last TPDU has
 *   the expert info `cotp.tsdu.too_long`, which says so.
 * - ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT, ISOTSAP_STATUS_UNSUPPORTED:
 *   misuse of the API; no octet is consumed.
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
 * Reports a gap: the next `count` octets of the direction that `end` sends are missing. 0 means
 * that their number is not known. `missing` is a constant of `enum isotsap_missing`.
 *
 * Writes a record for an incomplete TPKT before the gap. If the gap ends within that TPKT, its
 * length says where the next one starts. Otherwise the stream is out of sync and resynchronises
 * on the next TPKT that it recognises.
 *
 * Fills arrays and result as isotsap_stream_push() does, with the same return values but for
 * ISOTSAP_STATUS_NO_MEMORY. After ISOTSAP_STATUS_MORE repeat the call with the same `count` and
 * `missing`.
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
 * Ends the direction that `end` sends. Writes a record for an incomplete TPKT or skipped octets, one
 * for all incomplete TSDUs, and in TLS one with the number of its octets. Octets that are pushed afterwards start the direction again, in sync.
 *
 * Fills arrays and result as isotsap_stream_push() does, with the same return values but for
 * ISOTSAP_STATUS_NO_MEMORY. After ISOTSAP_STATUS_MORE repeat the call.
 */
int32_t isotsap_stream_finish(struct isotsap_stream *stream,
                              uint32_t end,
                              struct isotsap_pdu *pdus,
                              uint64_t pdu_capacity,
                              struct isotsap_item *items,
                              uint64_t item_capacity,
                              struct isotsap_stream_result *result);

/**
 * As isotsap_stream_finish(), for a host that knows how `end` stopped sending: `ending` is a value
 * of `enum isotsap_ending`. When the connection ends without an answer to the CR, a record of its
 * own has the expert info `cotp.connection.unanswered`, which says so: at the end of the responder,
 * or at a reset.
 */
int32_t isotsap_stream_close(struct isotsap_stream *stream,
                             uint32_t end,
                             uint32_t ending,
                             struct isotsap_pdu *pdus,
                             uint64_t pdu_capacity,
                             struct isotsap_item *items,
                             uint64_t item_capacity,
                             struct isotsap_stream_result *result);

/**
 * Writes what is known of the connection, such as class, references and sizes, to `context`.
 * Returns ISOTSAP_STATUS_OK, ISOTSAP_STATUS_NULL_POINTER or ISOTSAP_STATUS_INVALID_ARGUMENT.
 */
int32_t isotsap_stream_context(const struct isotsap_stream *stream,
                               struct isotsap_context *context);

/**
 * Writes the label of an item to `text`. The label of a field is its name and value, for example
 * `Reserved: 90`; the label of an expert info is a message with the value found, the value
 * expected and the clause. `octets` are the `length` captured octets of the item's packet, in
 * streams the octets of the result: the octets that the item's offset refers to.
 *
 * Writes at most `capacity` octets including a NUL, in UTF-8. Returns the length of the whole label
 * without the NUL, even if it does not fit, like snprintf; or a negative status:
 * ISOTSAP_STATUS_NULL_POINTER, ISOTSAP_STATUS_INVALID_ARGUMENT. To get the length only, pass NULL
 * and 0 as `text` and `capacity`.
 */
int64_t isotsap_item_label(const struct isotsap_item *item,
                           const uint8_t *octets,
                           uint64_t length,
                           char *text,
                           uint64_t capacity);

/**
 * Writes a summary of a PDU record in one line to `text`, for example
 * `CR TPDU src-ref: 0x0001 dst-ref: 0x0000`. `capacity` and return value are as for
 * isotsap_item_label().
 */
int64_t isotsap_pdu_summary(const struct isotsap_pdu *pdu, char *text, uint64_t capacity);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ISOTSAP_H */
