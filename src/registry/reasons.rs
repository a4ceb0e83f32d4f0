//! The reasons of expert infos that have several, each with its text.
//!
//! An item encodes a reason in its `detail`: the number of the reason plus what the value was
//! compared with. The numbers keep the reasons of an expert info apart and, like ids, are part of
//! the ABI. Texts are templates as messages are; see `label`.
#![forbid(unsafe_code)]

use super::ReasonText;

/// An enum of reasons. `Name(operand: type) = base => text` encodes as base plus operand;
/// `= base, from first` says that the operand makes the detail `first` at least.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$reason_doc:meta])* $reason:ident $(($operand:ident: $type:ty))?
          = $base:literal $(, from $first:literal)? => $text:literal,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$reason_doc])* $reason $(($type))?,)*
        }

        impl $name {
            pub(super) const TEXTS: &[ReasonText] = &[$(ReasonText {
                first: {
                    let first = $base;
                    $(let first = first + $first;)?
                    first
                },
                base: $base,
                text: $text,
            }),*];

            #[inline(always)]
            pub(super) fn encode(self) -> u32 {
                match self {
                    $(Self::$reason $(($operand))? => {
                        let detail: u32 = $base $(+ u32::from($operand))?;
                        $(let detail = detail.max($first);)?
                        detail
                    })*
                }
            }
        }
    )*};
}

reasons! {
    /// What does not fit into the length of a TPKT.
    TpktLengthInvalid {
        /// The TPKT header.
        BelowHeader = 4 => "expected at least 4, which the TPKT header alone has: the end of this TPKT is unknown",
        /// A TPDU.
        BelowTpdu = 7 => "expected at least 7: a header of 4 octets and a TPDU of 3",
        /// A TPDU, as there is nothing but the TPKT header.
        Empty = 8 => "expected at least 7: a header of 4 octets and a TPDU of 3; empty TPKTs are keep-alives of H.323, which has no TPDUs",
        /// The TPDU, which is too short for it.
        Untrue = 9 => "which is too much for this TPDU: the octets behind its header are searched for the next TPKT",
    }

    /// Where octets of the stream are missing.
    TpktGap {
        /// Right before the record's first octet.
        Before = 0 => "right before these octets",
        /// Behind the record's last octet, inside its TPKT.
        Inside = 1 => "after these octets, inside this TPKT",
    }

    /// Where the data ends; the value is the length of the TPKT, or of what there is of its header.
    TpktIncomplete {
        /// Inside the TPKT header.
        InHeader = 0 => "the data ends after {value:octets} of a TPKT header, expected 4",
        /// After so many octets of the TPKT, including its header.
        InTpkt(present: u32) = 0, from 4 => "TPKT length is {value}, but the data ends after {expected:octets} of this TPKT",
    }

    /// What the length indicator contradicts.
    LiInvalid {
        /// The end of the TPDU, which has so many octets.
        PastTpdu(length: u32) = 0 => "so the header takes {value:header}, but the TPDU has {expected:octets}",
        /// The fixed part, which needs at least this length indicator.
        BelowFixedPart(minimum: u8) = 0x100 => "expected at least {expected}: the fixed part of the {next:code} does not fit",
        /// The TPDU code, which every header has.
        BelowCode = 0x200 => "so the header has no TPDU code",
    }

    /// Why the credit bits have to be what is expected: the TPDU code octet as it should be.
    CreditUnexpected {
        /// CR or CC of class 0 or 1.
        NoCredit(code: u8) = 0 => "classes 0 and 1 have no credit",
        /// AK or RJ in extended format.
        ExtendedFormat(code: u8) = 0x100 => "in extended format the credit is in octets 9 and 10",
        /// AK or RJ of class 1.
        Class1(code: u8) = 0x200 => "class 1 sets all credit bits",
    }

    /// Which option bits are reserved.
    OptsReservedBits {
        /// All four; the octet should be 0.
        Class0 = 0 => "in class 0 all four option bits are zero",
        /// Two; the octet as it should be.
        OtherClass(octet: u8) = 0, from 0x10 => "bits 4 and 3 are reserved",
    }

    /// Which TPDU has no user data; the numbers are the TPDU codes.
    UserDataEmpty {
        /// An ED.
        Ed = 0x1 => "no user data in an ED, expected 1 to 16 octets",
        /// A DT that does not end a TSDU.
        Dt = 0xf => "no user data in a DT without EOT, expected at least 1 octet: only the last DT of a TSDU may be empty",
    }

    /// Why a parameter does not belong where it is; the operand is the TPDU code.
    ParameterNotAllowed {
        /// The TPDU has no such parameter.
        ForTpdu(kind: u8) = 0 => "{value:parameter} is not allowed in the {expected:tpdu}",
        /// The class has no such parameter.
        ForClass(kind: u8) = 0x100 => "{value:parameter} of the {expected:tpdu} is not allowed in its transport class",
        /// A CC selects a TPDU size or a preferred maximum TPDU size.
        WithPreferredMaximum = 0x200 => "{value:parameter} is in a CC that also has a preferred maximum TPDU size (0xf0), expected only one of them",
        /// Structures of RDP stand in place of parameters; the value is how many octets of parameters.
        BehindRdp = 0x201 => "{value:octets} of parameters behind a token or structure of RDP, expected none: RDP has no X.224 parameters, but stacks of other protocols skip what is before them",
    }

    /// Which TPDU lacks the parameter; the numbers are the TPDU codes.
    ParameterMissing {
        /// A UD.
        Ud = 0x4 => "{value:parameter} is missing in the UD",
        /// An ER of class 0. Its parameter 0xc1 is the invalid TPDU.
        Er = 0x7 => "parameter invalid TPDU ({value:x2}) is missing in the ER: in class 0 an ER carries the octets that were rejected",
        /// A CR of class 4.
        Cr = 0xe => "{value:parameter} is missing in the CR: a CR that prefers class 4 carries it",
    }

    /// What is wrong with the number of units.
    PreferredMaximumInvalid {
        /// It allows no TPDU.
        Zero = 0 => "expected at least 1",
        /// It exceeds the largest TPDU of a TPKT, in units.
        AboveTpkt(limit: u16) = 0, from 1 => "expected {expected} at most over TPKT",
    }

    /// What an RDP negotiation structure has reserved; the operand is the number without it.
    RdpNegReserved {
        /// Flags.
        Flags(defined: u8) = 0 => "flags of the RDP negotiation are {value:x2}, expected {expected:x2}: reserved bits are set",
        /// Protocols of a request.
        Protocols(defined: u32) = 0x100 => "requested protocols of the RDP negotiation are {value:x8}, expected {expected:x8}: reserved bits are set",
        /// Octets of a correlation info.
        Octet = 0x200 => "reserved octet of the RDP correlation info is {value:x2}, expected 0",
    }

    /// What the length of an RDP negotiation structure contradicts.
    RdpNegLengthInvalid {
        /// The length of a structure of its type.
        Type(length: u32) = 0 => "length of the RDP negotiation structure is {value}, expected {expected}",
        /// The end of the header, before which so many octets are left; the value is what it needs.
        PastHeader(left: u32) = 0x100 => "RDP negotiation structure needs {value:octets}, but the header has {expected:octets} left",
    }

    /// Whether the code of an RDP failure is defined.
    RdpNegFailure {
        /// It is.
        Defined = 0 => "the RDP server refused the negotiation with failure code {value:failure}",
        /// It is not.
        Undefined = 1 => "the RDP server refused the negotiation with failure code {value}, which is not defined, expected 1 to 6",
    }

    /// Why a structure or token of RDP does not belong where it is; the value is the type of the
    /// structure.
    RdpNegUnexpected {
        /// A response or failure in a CR.
        InCr = 0 => "{value:structure} in a CR, expected none: only the server sends one",
        /// A request or correlation info in a CC.
        InCc = 1 => "{value:structure} in a CC, expected none: only the client sends one",
        /// A request or correlation info behind another.
        Repeated = 2 => "{value:structure} is repeated, expected once",
        /// A response or failure behind another.
        SecondAnswer = 3 => "{value:structure} behind another answer, expected one response or one failure",
        /// A correlation info that no request announces.
        WithoutRequest = 4 => "{value:structure} without a negotiation request before it",
        /// A response to nothing.
        NotRequested = 5 => "{value:structure}, expected none: the CR has no negotiation request",
        /// A routing token or cookie in a CC.
        TokenInCc = 6 => "routing token or cookie in a CC, expected none: only the client sends one",
        /// A routing token or cookie behind another.
        SecondToken = 7 => "second routing token or cookie, expected one",
        /// A correlation info though the request has these flags.
        WithoutFlag(flags: u8) = 0x100 => "{value:structure}, expected none: flags of the negotiation request are {expected:x2}, without 0x08",
    }

    /// What the selected protocol contradicts.
    RdpProtocolNotRequested {
        /// The protocols that the CR requests.
        ByCr(requested: u8) = 0 => "selected protocol is {value:protocol}, which is not among the requested protocols {expected:x2} of the CR",
        /// That there is one.
        Several = 0x100 => "selected protocols are {value:x8}, expected exactly one",
        /// The protocols that are defined.
        Undefined = 0x101 => "selected protocol is {value:x8}, which is not defined",
    }

    /// What contradicts the class of the connection, given as operand.
    TypeNotForClass {
        /// The TPDU type.
        Type(class: u8) = 0 => "TPDU code {value:x2} ({value:code}) is not used on this connection: its class {expected} and options exclude it",
        /// The length indicator, in a class with normal or extended formats.
        Format(class: u8) = 0x100 => "length indicator is {value}, which is not that of the format agreed for class {expected}",
        /// The length indicator, where only one is allowed.
        Short(class: u8) = 0x200 => "length indicator is {value}, expected 2 in class {expected}",
        /// A DR of class 0 after the CC.
        Release = 0x300 => "DR after the CC, expected none: class 0 uses a DR only to refuse a CR, and releases a connection by closing the network connection",
        /// An ED that was not agreed.
        Expedited = 0x301 => "ED, expected none: CR and CC did not agree on expedited data (additional options, parameter 0xc6)",
    }

    /// Why a CR may have had no answer; the operand says how the connection ended.
    Unanswered {
        /// The TPKT reserved octet; the value is it.
        Reserved(ending: u8) = 0 => "{expected:ending} without an answer to the CR: the TPKT reserved octet of the CR was {value} ({value:x2}), expected 0, and strict peers refuse such a connection",
        /// The called T-selector; the value has its length in the first octet, and its octets.
        Selector(ending: u8) = 0x100 => "{expected:ending} without an answer to the CR: the peer may not know the called T-selector {value:selector}",
        /// The class; the value is it.
        Class(ending: u8) = 0x200 => "{expected:ending} without an answer to the CR: the peer may not support transport class {value}",
        /// The TPDU size; the value is it.
        Size(ending: u8) = 0x300 => "{expected:ending} without an answer to the CR: the peer may not accept the TPDU size of {value:octets}",
        /// Nothing in particular.
        Nothing(ending: u8) = 0x400 => "{expected:ending} without an answer to the CR: the peer may expect another protocol on this port",
    }

    /// What the carrier does not have.
    ClassNotForCarrier {
        /// The class.
        Class = 0 => "transport class is {value}, expected 0 (RFC 1006) or 2 (RFC 2126) over TPKT",
        /// Class 2 with explicit flow control.
        FlowControl = 1 => "transport class 2 with explicit flow control, expected option bit 1 to be set: RFC 2126 4.2.1 has class 2 without it, RFC 1006 has class 0",
    }

    /// Which TPDU the other end would have to send.
    WrongEnd {
        /// A CC.
        Cc = 0 => "CC from the end that sent the CR, expected from the other end",
        /// A DC.
        Dc = 1 => "DC, expected none: the other end has sent no DR",
    }

    /// Which TPDU came again.
    ConnectionRepeated {
        /// A CR.
        Request = 0 => "second CR on this TCP connection, expected one",
        /// A CC.
        Confirm = 1 => "second CC on this TCP connection, expected one",
        /// A CR of the other end.
        Answer = 2 => "CR from the end that has to answer a CR, expected a CC, a DR or an ER",
        /// A CR of the end that sent a CC, on a connection whose CR was not seen.
        Reversed = 3 => "CR from the end that sent a CC, expected from the other end: the CC answered no CR",
    }

    /// What an AK, RJ or EA acknowledges though it was not sent; the value is its number.
    NumberNotSent {
        /// DT TPDUs below the number of an AK or RJ.
        Data = 0 => "YR-TU-NR is {value}: it acknowledges a DT TPDU that the peer has not sent, or that was not captured",
        /// The ED with the number of an EA.
        Expedited = 1 => "YR-EDTU-NR is {value}, expected the number of the last ED that the peer sent",
    }

    /// Which TPDU refuses the connection; the numbers are the TPDU codes.
    ConnectionRefused {
        /// An ER.
        Er = 0x7 => "the ER gives cause {value:reject_cause}",
        /// A DR.
        Dr = 0x8 => "the DR gives reason {value:cause}",
    }

    /// What the size that a CC selects exceeds.
    TpduSizeIncreased {
        /// The CR has no preferred maximum TPDU size, so the CC may not have one.
        NoPreferredMaximum = 0 => "preferred maximum TPDU size of {value:octets} is selected, expected none: the CR proposes none",
        /// The CR's proposal, in units of 128 octets.
        Proposal(units: u16) = 0, from 1 => "TPDU size of {value:octets} is selected, expected {expected:units} at most, as the CR proposes",
        /// The default, since the CR proposes no size.
        Default = 0xffff => "TPDU size of {value:octets} is selected, expected 128 octets at most: the CR proposes no size",
    }

    /// What the CC selects though the CR does not propose it; the operand is the CR's octet.
    OptionNotProposed {
        /// Options of the class and options octet.
        Options(proposed: u8) = 0 => "class and options octet is {value:x2}, expected no option beyond those of the CR ({expected:x2})",
        /// Options of the additional options parameter.
        AdditionalOptions(proposed: u8) = 0x100 => "additional options are {value:x2}, expected none beyond those of the CR ({expected:x2})",
        /// A parameter.
        Parameter = 0x200 => "{value:parameter} is selected, expected none: the CR does not propose it",
    }

    /// What is known of TLS.
    TpktTls {
        /// It begins; the value is the content type.
        Begins = 0 => "TLS begins here (content type {value}): the data from here on consists of TLS records and is not dissected",
        /// The direction ends; the value is how many octets were passed over.
        Skipped = 1 => "{value:octets_were} TLS and not dissected",
    }

    /// Why TLS is out of place.
    TlsUnexpected {
        /// Neither CR and CC agreed on it nor does it come before them; the value is the content type.
        NotAgreed = 0 => "TLS record (content type {value}) where a TPKT should start, though CR and CC did not agree on TLS: TLS belongs inside DT or before the CR",
        /// Behind a record is none; the value is how many octets were passed over.
        InClear = 1 => "no TLS record behind the last one: {value:octets_were} TLS and not dissected, and the data is in clear from here on",
        /// The other end answers in clear; the value is how many octets were passed over.
        OtherEndInClear = 2 => "the other end is in TLS, but nobody agreed on it and this TPDU is in clear: {value:octets_were} taken for TLS and not dissected",
    }

    /// Why a TSDU is not reassembled.
    TsduDiscarded {
        /// It exceeds the limit.
        TooLong = 0 => "the limit for reassembly is exceeded",
        /// Too many DT TPDUs wait for a missing one.
        TooManyWaiting = 1 => "too many DT TPDUs wait for a missing one",
        /// The host has no memory for it.
        NoMemory = 2 => "there is no memory for it",
    }

    /// Why a TSDU has no end.
    TsduIncomplete {
        /// The connection ended.
        ConnectionEnd = 0 => "the connection ended",
        /// TSDUs of too many other transport connections were begun.
        Displaced = 1 => "too many other TSDUs were begun",
        /// A CR came before its end.
        Requested = 2 => "a CR begins another transport connection here",
    }
}
