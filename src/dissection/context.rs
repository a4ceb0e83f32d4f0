//! What is known of a connection, and what follows from it (X.224 6.5.5, 6.9.4, 6.10.3).
#![forbid(unsafe_code)]

use super::settings::Settings;
use crate::cotp::parameter::additional_option;
use crate::cotp::rdp::PROTOCOLS;
use crate::cotp::{ClassOptions, Classes, Format, Kind};
use std::mem::offset_of;

/// Flags of a context.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextFlag {
    /// A CR was seen: the members `request_` and `initiator_reference` are its.
    Request = 1,
    /// A CC was seen: `class_options`, `tpdu_size` and `responder_reference` are settled.
    Confirm = 2,
    /// The connection may be RDP: its CR or CC has the variable part of RDP, or the host says so.
    Rdp = 4,
    /// TLS has taken over in one direction at least.
    Tls = 8,
    /// Set by the host: the connection was seen from its start, so that data before any CC raises
    /// an expert info. A gap clears the flag.
    FromStart = 16,
    /// Data came before any CC, and the expert info was raised.
    DataBeforeConfirm = 32,
    /// End A sent the CR.
    InitiatedByA = 64,
    /// End B sent the CR.
    InitiatedByB = 128,
    /// The CR has an inactivity timer parameter.
    RequestInactivityTimer = 256,
    /// The number of the next DT of end A is not known.
    NumberUnknownA = 512,
    /// The number of the next DT of end B is not known.
    NumberUnknownB = 1024,
    /// A DT of end A had another number than the next: `doubtful_numbers` has it, and the number
    /// after it is accepted too.
    NumberDoubtfulA = 1 << 11,
    /// The same of end B.
    NumberDoubtfulB = 1 << 12,
    /// The member of `window_edges` for end A is known.
    WindowKnownA = 1 << 13,
    /// The member of `window_edges` for end B is known.
    WindowKnownB = 1 << 14,
    /// The CC was faulty: class and format of the connection are not known.
    ClassUnknown = 1 << 15,
    /// The CR was faulty: what it proposes is not known.
    RequestUnknown = 1 << 16,
    /// References were contradictory: `initiator_reference` is not certain.
    InitiatorUnknown = 1 << 17,
    /// References were contradictory: `responder_reference` is not certain.
    ResponderUnknown = 1 << 18,
    /// End A sent a DT without EOT and user data, and the note was raised.
    EmptyToldA = 1 << 19,
    /// The same of end B.
    EmptyToldB = 1 << 20,
    /// A fault in what end A sent was reported, which may leave a TSDU without end.
    FaultToldA = 1 << 21,
    /// The same of end B.
    FaultToldB = 1 << 22,
    /// The end that has to answer the CR sent something, if not an answer; or the other end sent data
    /// as if it had.
    Responded = 1 << 23,
    /// The number of the last ED of end A is not known.
    ExpeditedUnknownA = 1 << 24,
    /// The same of end B.
    ExpeditedUnknownB = 1 << 25,
    /// The connection is RDP: the CC answers as RDP, the first DT of the initiator is an MCS
    /// Connect-Initial, or the host says so. Fast-path PDUs may be between its TPKTs.
    RdpConfirmed = 1 << 26,
    /// The CC selected TLS.
    TlsSelected = 1 << 27,
    /// End A sent a DR on the established connection: a DC, or a DR of end B, releases it.
    DisconnectingA = 1 << 28,
    /// The same of end B.
    DisconnectingB = 1 << 29,
}

impl ContextFlag {
    const LAST: Self = Self::DisconnectingB;
}

/// What is known of a connection. All zero but `struct_size` means that nothing is known. A host may
/// copy it, keep a copy per frame, and dissect a packet again with the copy it was first given.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// Or of `enum isotsap_context_flag`.
    pub flags: u32,
    /// Numbers of the next DT of end A and of end B, in classes that number them.
    pub next_numbers: [u32; 2],
    /// Reference of the end that sent the CR.
    pub initiator_reference: u16,
    /// Reference of the end that sent the CC.
    pub responder_reference: u16,
    /// TPDU size the CR proposes, in units of 128 octets; 0: none.
    pub request_tpdu_size: u16,
    /// TPDU size that was agreed, in units of 128 octets; 0: no limit is known.
    pub tpdu_size: u16,
    /// Preferred maximum TPDU size the CR proposes, in units of 128 octets; 0: none.
    pub request_preferred_maximum: u16,
    /// Octet 7 of the CC: class in the upper nibble, options in the lower.
    pub class_options: u8,
    /// Octet 7 of the CR.
    pub request_class_options: u8,
    /// Alternative classes of the CR, bit n for class n.
    pub request_alternatives: u8,
    /// Additional options of the CR, its carrier's default when it has none.
    pub request_additional_options: u8,
    /// Additional options that CR and CC agree on.
    pub additional_options: u8,
    /// What an RDP CR requests: its protocols in the lower five bits (MS-RDPBCGR 2.2.1.1.1), and
    /// 0x80 to say so, or 0x40 when it has no negotiation request. 0: not known. 0x20 is reserved.
    pub request_rdp_protocols: u8,
    /// Numbers of the DT of end A and of end B that came instead of the next, with
    /// ISOTSAP_CONTEXT_FLAG_NUMBER_DOUBTFUL_A and _B.
    pub doubtful_numbers: [u32; 2],
    /// Numbers of the first DT that end A and end B may not send yet, with
    /// ISOTSAP_CONTEXT_FLAG_WINDOW_KNOWN_A and _B.
    pub window_edges: [u32; 2],
    /// For end A and end B, the wrong destination reference that was reported, exclusive or the
    /// right one; 0: none.
    pub told_references: [u16; 2],
    /// TPDU types that were reported as not of the class, bit n for code n; bit 0: a number.
    pub told_types: u16,
    /// The last LI that was not of the class; 0: none.
    pub told_li: u8,
    /// Reserved octet of the TPKT that carried the CR.
    pub request_tpkt_reserved: u8,
    /// Octets of the called T-selector of the CR.
    pub called_selector_length: u8,
    /// Its first octets.
    pub called_selector: [u8; 8],
    /// With the next two members, where isotsap_dissect() goes on in the packet of which it has
    /// written a part; all three are 0 but after ISOTSAP_STATUS_MORE.
    pub resume_flags: u8,
    /// Offset of the next TPDU from its TPKT.
    pub resume_tpdu: u16,
    /// Offset of that TPKT, or without TPKT of the TPDU, in the packet.
    pub resume_offset: u32,
    /// Numbers of the last ED of end A and of end B; 0xffffffff before the first.
    pub expedited_numbers: [u32; 2],
}

const _: () = assert!(size_of::<Context>() == 80);

/// An end of a connection.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end that the host calls A.
    A = 0,
    /// The other end.
    B = 1,
}

impl End {
    /// The other end.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// A flag that exists for each end: end B's is the next bit.
    pub(super) fn flag(self, of_a: ContextFlag) -> u32 {
        (of_a as u32) << self as u32
    }
}

/// What an unknown sender shares with end A.
fn end_or_a(sender: Option<End>) -> End {
    sender.unwrap_or(End::A)
}

/// What a TPDU is judged by.
pub(super) struct Known<'s> {
    /// The carrier is TPKT: RFC 1006 and RFC 2126 apply.
    pub over_tpkt: bool,
    /// Reserved octet of the TPKT.
    pub tpkt_reserved: u8,
    /// The data ends inside the TPKT: its length cannot be trusted.
    pub is_incomplete: bool,
    /// The number of the TPDU was taken.
    pub is_numbered: bool,
    /// Who sent the TPDU, when the host says so.
    pub sender: Option<End>,
    pub settings: &'s Settings<'s>,
    pub context: &'s mut Context,
}

impl Known<'_> {
    /// The additional options of a CR or CC without the parameter (X.224 13.3.4 g, RFC 1006 5).
    pub fn default_additional_options(&self) -> u8 {
        if self.over_tpkt {
            0
        } else {
            additional_option::EXPEDITED
        }
    }

    /// The reference that an end chose, where no TPDU can have another one for a good reason: without
    /// TPKT several connections may share the carrier, and RDP sets references arbitrarily.
    pub fn certain_reference_of(&self, end: Option<End>) -> Option<u16> {
        if !self.over_tpkt || self.context.has(ContextFlag::Rdp) {
            return None;
        }
        self.context.reference_of(end?)
    }

    /// Whether CR and CC did not agree on expedited data.
    pub fn is_without_expedited(&self) -> bool {
        self.context.is_negotiated()
            && self.context.additional_options & additional_option::EXPEDITED == 0
    }
}

/// What the CR of a connection says of RDP's security protocols.
pub(super) enum RdpRequest {
    Unknown,
    /// It has no negotiation request.
    Absent,
    /// It requests these.
    Protocols(u8),
}

const RDP_REQUEST_PRESENT: u8 = 0x80;
const RDP_REQUEST_ABSENT: u8 = 0x40;
const RDP_PROTOCOLS: u8 = PROTOCOLS as u8;
const RESERVED_RDP_BITS: u8 = !(RDP_REQUEST_PRESENT | RDP_REQUEST_ABSENT | RDP_PROTOCOLS);

impl RdpRequest {
    /// As [`Context::request_rdp_protocols`] has it.
    pub fn encode(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Absent => RDP_REQUEST_ABSENT,
            Self::Protocols(protocols) => RDP_REQUEST_PRESENT | protocols,
        }
    }
}

/// What a CR proposes or a CC selects, beside its references.
#[derive(Clone, Copy, Default)]
pub(super) struct Offer {
    pub class_options: ClassOptions,
    /// What it says of class and options contradicts a rule, or the CR.
    pub is_class_doubtful: bool,
    /// Its parameters contradict a rule.
    pub is_part_doubtful: bool,
    /// It is faulty in front of its parameters.
    pub is_doubtful: bool,
    /// Octets of the called T-selector, and the first of them.
    pub called_selector: (u8, [u8; 8]),
    pub tpkt_reserved: u8,
    /// CDT: DT TPDUs the other end may send.
    pub credit: u8,
    /// Units of 128 octets, 0 when the parameter is absent.
    pub tpdu_size: u16,
    /// Likewise.
    pub preferred_maximum: u16,
    pub additional_options: u8,
    pub alternatives: Classes,
    pub has_inactivity_timer: bool,
    /// As [`Context::request_rdp_protocols`].
    pub rdp_protocols: u8,
}

impl Context {
    /// Whether everything is zero that must be.
    pub fn is_valid(&self) -> bool {
        const FLAGS: u32 = ContextFlag::LAST as u32 * 2 - 1;
        self.flags & !FLAGS == 0 && self.request_rdp_protocols & RESERVED_RDP_BITS == 0
    }

    /// Forgets what a host with an older header does not keep: the flags must not say that members
    /// behind its `struct_size` are known.
    pub fn forget_unkept(&mut self) {
        let is_kept = |end: usize| self.struct_size as usize >= end;
        let mut flags = self.flags;
        if !is_kept(offset_of!(Self, doubtful_numbers)) {
            flags &= ContextFlag::Rdp as u32
                | ContextFlag::Tls as u32
                | ContextFlag::RdpConfirmed as u32
                | ContextFlag::TlsSelected as u32;
        }
        if !is_kept(offset_of!(Self, window_edges)) {
            flags &= !(ContextFlag::NumberDoubtfulA as u32 | ContextFlag::NumberDoubtfulB as u32);
        }
        if !is_kept(offset_of!(Self, told_references)) {
            flags &= !(ContextFlag::WindowKnownA as u32 | ContextFlag::WindowKnownB as u32);
        }
        if !is_kept(size_of::<Self>()) && self.has(ContextFlag::Confirm) {
            flags |= ContextFlag::ExpeditedUnknownA as u32 | ContextFlag::ExpeditedUnknownB as u32;
        }
        self.flags = flags;
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: ContextFlag) -> bool {
        self.flags & flag as u32 != 0
    }

    /// Sets a flag or clears it.
    pub fn set(&mut self, flag: ContextFlag, on: bool) {
        if on {
            self.flags |= flag as u32;
        } else {
            self.flags &= !(flag as u32);
        }
    }

    /// Class and options that the CC selected.
    fn selected(&self) -> ClassOptions {
        ClassOptions(self.class_options)
    }

    /// Class and options that the CR proposed.
    pub(super) fn proposed(&self) -> ClassOptions {
        ClassOptions(self.request_class_options)
    }

    /// The class of the connection, once a CC selected it.
    #[inline(always)]
    pub fn class(&self) -> Option<u8> {
        const SETTLED: u32 = ContextFlag::Confirm as u32;
        const SETTLED_OR_NOT: u32 = SETTLED | ContextFlag::ClassUnknown as u32;
        (self.flags & SETTLED_OR_NOT == SETTLED).then(|| self.selected().class())
    }

    /// The format of a numbered TPDU, once a CC selected class and format. An ED of class 0 is
    /// RFC 1006's.
    #[inline(always)]
    pub(super) fn format(&self, kind: Kind) -> Option<Format> {
        self.class().map(|class| match (class, kind) {
            (0 | 1, Kind::Dt) | (0, Kind::Ed) => Format::Short,
            (0 | 1, _) => Format::Normal,
            _ if self.selected().extended_formats() => Format::Extended,
            _ => Format::Normal,
        })
    }

    /// Whether class 2 was selected without explicit flow control.
    pub(super) fn without_flow_control(&self) -> bool {
        self.class() == Some(2) && self.selected().no_explicit_flow_control()
    }

    /// Whether a CR waits for its answer.
    pub fn is_requested(&self) -> bool {
        self.has(ContextFlag::Request) && !self.has(ContextFlag::Confirm)
    }

    /// Whether both CR and CC were seen.
    pub(super) fn is_negotiated(&self) -> bool {
        self.has(ContextFlag::Request) && self.has(ContextFlag::Confirm)
    }

    /// Whether this end is known to have sent the CR.
    pub fn initiated_by_end(&self, end: End) -> bool {
        self.is_initiator(end) == Some(true)
    }

    /// Whether an end sent the CR; `None` when that is not known.
    pub(super) fn is_initiator(&self, end: End) -> Option<bool> {
        let of = |end| match end {
            End::A => self.has(ContextFlag::InitiatedByA),
            End::B => self.has(ContextFlag::InitiatedByB),
        };
        (of(End::A) || of(End::B)).then(|| of(end))
    }

    /// The reference that an end chose, as far as it is known (X.224 6.9.4.2). Before the CC only
    /// the initiator has one.
    pub(super) fn reference_of(&self, end: End) -> Option<u16> {
        let settled = self.has(ContextFlag::Confirm);
        match self.is_initiator(end)? {
            true if self.has(ContextFlag::InitiatorUnknown) => None,
            true if settled || self.is_requested() => Some(self.initiator_reference),
            false if settled && !self.has(ContextFlag::ResponderUnknown) => {
                Some(self.responder_reference)
            }
            _ => None,
        }
    }

    /// Whether a destination reference of `sender` contradicts `expected` in a way that was not
    /// reported yet.
    pub(super) fn tell_reference(
        &mut self,
        sender: Option<End>,
        reference: u16,
        expected: u16,
    ) -> bool {
        tell(&mut self.told_references, sender, reference ^ expected)
    }

    /// Whether a destination reference of an end was reported as wrong.
    pub(super) fn has_told_reference(&self, end: End) -> bool {
        let [a, b] = self.told_references;
        match end {
            End::A => a != 0,
            End::B => b != 0,
        }
    }

    /// Whether the connection had no LI yet that is not of its class.
    pub(super) fn tell_li(&mut self, li: u8) -> bool {
        let is_first = self.told_li == 0;
        self.told_li = li;
        is_first
    }

    /// Whether a TPDU type that is not of the class was not reported yet.
    pub(super) fn tell_type(&mut self, kind: Kind) -> bool {
        self.tell_code(kind as u8)
    }

    /// Whether a number in a class that has none was not reported yet.
    pub(super) fn tell_number(&mut self) -> bool {
        // No TPDU type has the code 0.
        self.tell_code(0)
    }

    fn tell_code(&mut self, code: u8) -> bool {
        let bit = 1 << code;
        let is_first = self.told_types & bit == 0;
        self.told_types |= bit;
        is_first
    }

    /// Whether an empty DT without EOT of `sender` was not reported yet.
    pub(super) fn tell_empty(&mut self, sender: Option<End>) -> bool {
        let flag = end_or_a(sender).flag(ContextFlag::EmptyToldA);
        let is_new = self.flags & flag == 0;
        self.flags |= flag;
        is_new
    }

    /// Whether a fault in what an end sent was reported.
    pub fn has_told_fault(&self, end: End) -> bool {
        self.flags & end.flag(ContextFlag::FaultToldA) != 0
    }

    /// A fault in what an end sent was reported.
    pub(super) fn tell_fault(&mut self, sender: Option<End>) {
        self.flags |= end_or_a(sender).flag(ContextFlag::FaultToldA);
    }

    /// Stores what a CR proposes; what was known of an earlier transport connection is forgotten.
    #[inline(always)]
    pub(super) fn request(&mut self, sender: Option<End>, reference: u16, offer: &Offer) {
        let kept = ContextFlag::Rdp as u32
            | ContextFlag::RdpConfirmed as u32
            | ContextFlag::Tls as u32
            | ContextFlag::FromStart as u32;
        *self = Self {
            struct_size: self.struct_size,
            flags: self.flags & kept,
            initiator_reference: reference,
            request_tpdu_size: offer.tpdu_size,
            request_preferred_maximum: offer.preferred_maximum,
            request_class_options: offer.class_options.0,
            request_alternatives: offer.alternatives.bits(),
            request_additional_options: offer.additional_options,
            request_rdp_protocols: offer.rdp_protocols,
            request_tpkt_reserved: offer.tpkt_reserved,
            called_selector_length: offer.called_selector.0,
            called_selector: offer.called_selector.1,
            ..Self::default()
        };
        let is_doubtful = offer.is_class_doubtful || offer.is_part_doubtful;
        self.set(ContextFlag::RequestUnknown, is_doubtful);
        self.set(ContextFlag::InitiatorUnknown, offer.is_doubtful);
        self.set(ContextFlag::Request, true);
        self.set(
            ContextFlag::RequestInactivityTimer,
            offer.has_inactivity_timer,
        );
        self.initiated_by(sender);
        if let Some(sender) = sender.filter(|_| offer.class_options.class() > 1) {
            self.open_window(sender.other(), offer.credit.into(), Format::Normal);
        }
    }

    /// An end sent the CR, or what may be one.
    #[inline(always)]
    pub(super) fn initiated_by(&mut self, end: Option<End>) {
        match end {
            Some(End::A) => self.set(ContextFlag::InitiatedByA, true),
            Some(End::B) => self.set(ContextFlag::InitiatedByB, true),
            None => {}
        }
    }

    /// Nobody is known to have sent a CR.
    pub(super) fn forget_initiator(&mut self) {
        self.set(ContextFlag::InitiatedByA, false);
        self.set(ContextFlag::InitiatedByB, false);
    }

    /// Whether a CC with these references of sender and receiver was seen: class 4 may repeat it
    /// when data has come already (X.224 12.2.1.2), which starts no numbers again.
    pub(super) fn is_confirmed_by(&self, references: (u16, u16)) -> bool {
        self.has(ContextFlag::Confirm)
            && references == (self.responder_reference, self.initiator_reference)
    }

    /// Stores what a CC selects; the references are those of sender and receiver.
    #[inline(always)]
    pub(super) fn confirm(
        &mut self,
        sender: Option<End>,
        references: (u16, u16),
        offer: &Offer,
        over_tpkt: bool,
    ) {
        let (responder, initiator) = references;
        if !self.has(ContextFlag::Request) {
            self.initiator_reference = initiator;
            self.initiated_by(sender.map(End::other));
        } else if initiator != self.initiator_reference {
            self.set(ContextFlag::InitiatorUnknown, true);
        }
        let is_unknown = responder == 0 || offer.is_doubtful;
        self.set(ContextFlag::ResponderUnknown, is_unknown);
        self.responder_reference = responder;
        self.class_options = offer.class_options.0;
        self.set(ContextFlag::ClassUnknown, offer.is_class_doubtful);
        // What a faulty CC says of them is not known.
        self.additional_options = match offer.is_part_doubtful {
            true => u8::MAX,
            false => offer.additional_options & self.request_additional_options,
        };
        self.tpdu_size = agreed_tpdu_size(offer, over_tpkt);
        // Each end's first DT is number 0 (X.224 6.10.3), and so is its first ED in class 4.
        self.next_numbers = [0; 2];
        self.expedited_numbers = [u32::MAX; 2];
        const UNKNOWN_NUMBERS: u32 = ContextFlag::NumberUnknownA as u32
            | ContextFlag::NumberUnknownB as u32
            | ContextFlag::ExpeditedUnknownA as u32
            | ContextFlag::ExpeditedUnknownB as u32;
        self.flags &= !UNKNOWN_NUMBERS;
        if let Some(sender) = sender.filter(|_| offer.class_options.class() > 1) {
            self.open_window(sender.other(), offer.credit.into(), Format::Normal);
        }
        self.set(ContextFlag::Confirm, true);
    }

    /// Whether a DT settles something before any CC: that data came first, or that the CR has an
    /// answer.
    pub(super) fn is_unsettled(&self) -> bool {
        let is_first_data =
            self.has(ContextFlag::FromStart) && !self.has(ContextFlag::DataBeforeConfirm);
        is_first_data || self.awaits_response()
    }

    /// Whether the end that has to answer the CR has sent nothing yet.
    #[inline(always)]
    pub(super) fn awaits_response(&self) -> bool {
        const INITIATED: u32 = ContextFlag::InitiatedByA as u32 | ContextFlag::InitiatedByB as u32;
        self.is_requested() && self.flags & INITIATED != 0 && !self.has(ContextFlag::Responded)
    }

    /// An end sent something.
    pub fn sent(&mut self, sender: Option<End>) {
        let by_responder = sender.is_some_and(|end| self.is_initiator(end) == Some(false));
        if by_responder && self.is_requested() {
            self.set(ContextFlag::Responded, true);
        }
    }

    /// An end sent data: if it is the one that sent the CR, the answer was not seen.
    pub(super) fn was_answered(&mut self, sender: Option<End>) {
        self.sent(sender.map(End::other));
    }

    /// An established connection was released.
    pub(super) fn release(&mut self) {
        self.refuse();
        self.set(ContextFlag::Confirm, false);
        self.set(ContextFlag::DisconnectingA, false);
        self.set(ContextFlag::DisconnectingB, false);
        self.forget_initiator();
        // What is still under way belongs to it.
        self.set(ContextFlag::FromStart, false);
    }

    /// The class that a refusal is of: that of the CR, when it offers no other.
    pub(super) fn only_class_offered(&self) -> Option<u8> {
        let class = self.proposed().class();
        let is_only = Classes::responses_to(
            class,
            Classes::from_bits_truncate(self.request_alternatives),
        ) == Classes::of(class);
        (is_only && !self.has(ContextFlag::RequestUnknown)).then_some(class)
    }

    /// The largest TPDU size a CC may select, in units of 128 octets (X.224 6.5.5 j). RFC 1006 5: no
    /// standard size is above the default.
    pub(super) fn largest_size_to_select(&self, over_tpkt: bool) -> u16 {
        match self.request_tpdu_size {
            0 if over_tpkt => u16::MAX,
            0 => DEFAULT_TPDU_SIZE,
            proposed => proposed,
        }
    }

    /// What the CR requests.
    pub(super) fn rdp_request(&self) -> RdpRequest {
        match self.request_rdp_protocols {
            bits if !self.has(ContextFlag::Request) || bits == 0 => RdpRequest::Unknown,
            bits if bits & RDP_REQUEST_PRESENT != 0 => RdpRequest::Protocols(bits & RDP_PROTOCOLS),
            _ => RdpRequest::Absent,
        }
    }

    /// The CR was refused.
    pub(super) fn refuse(&mut self) {
        self.set(ContextFlag::Request, false);
    }

    /// Octets of an end, or of an unknown one, were lost.
    pub fn lose(&mut self, sender: Option<End>) {
        self.set(ContextFlag::FromStart, false);
        for end in [End::A, End::B] {
            if sender.is_none_or(|sender| sender == end) {
                self.flags |= end.flag(ContextFlag::NumberUnknownA)
                    | end.flag(ContextFlag::ExpeditedUnknownA);
                // A lost AK may have opened the window of the other end.
                self.flags &= !end.other().flag(ContextFlag::WindowKnownA);
            }
        }
    }

    /// Octets of an end wait to be completed or understood: a CC or DT may be among them.
    #[inline(always)]
    pub fn miss(&mut self, end: End) {
        self.set(ContextFlag::FromStart, false);
        self.flags |= end.flag(ContextFlag::ExpeditedUnknownA);
        if self.numbers_data() {
            self.lose(Some(end));
        }
    }

    /// The number of the next DT of an end, or of an unknown one, is not known any more.
    pub(super) fn lose_numbers(&mut self, sender: Option<End>) {
        let from_start = self.has(ContextFlag::FromStart);
        self.lose(sender);
        // Before the CC the faulty TPDU may be CR or CC.
        self.set(
            ContextFlag::FromStart,
            from_start && self.has(ContextFlag::Confirm),
        );
    }
}

/// Whether a contradiction of `sender` is another than the last one; keeps it.
fn tell<T: PartialEq>(told: &mut [T; 2], sender: Option<End>, contradiction: T) -> bool {
    let [a, b] = told;
    let told = match end_or_a(sender) {
        End::A => a,
        End::B => b,
    };
    let is_new = *told != contradiction;
    *told = contradiction;
    is_new
}

/// The TPDU size without any parameter, in units of 128 octets (X.224 13.3.4 b).
const DEFAULT_TPDU_SIZE: u16 = 1;

/// The TPDU size that a CC settles, in units of 128 octets; 0 without a limit. The default of RFC
/// 1006 5 is more than any TPKT holds.
fn agreed_tpdu_size(confirm: &Offer, over_tpkt: bool) -> u16 {
    match (confirm.preferred_maximum, confirm.tpdu_size) {
        (0, 0) if over_tpkt => 0,
        (0, 0) => DEFAULT_TPDU_SIZE,
        (0, size) => size,
        (preferred, _) => preferred,
    }
}
