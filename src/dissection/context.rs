//! What is known of a connection, and what follows from it (X.224 6.5.5, 6.9.4, 6.10.3).
#![forbid(unsafe_code)]

use super::settings::Settings;
use crate::cotp::parameter::additional_option;
use crate::cotp::rdp::PROTOCOLS;
use crate::cotp::{ClassOptions, Classes, Format, Kind};

/// Flags of a context.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextFlag {
    /// A CR was seen: the members `request_` and `initiator_reference` are its.
    Request = 1,
    /// A CC was seen: `class_options`, `tpdu_size` and `responder_reference` are settled.
    Confirm = 2,
    /// The connection is RDP: fast-path PDUs may stand between its TPKTs.
    Rdp = 4,
    /// TLS has taken over in one direction at least.
    Tls = 8,
    /// Set by the host: the connection was seen from its start. Data before any CC raises an expert
    /// info then. A gap clears the flag.
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
}

const _: () = assert!(size_of::<Context>() == 32);

/// An end of a connection.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// One end, whichever the host calls so.
    A = 0,
    /// The other.
    B = 1,
}

/// What a TPDU is judged by.
pub(super) struct Known<'s> {
    /// The carrier is TPKT: RFC 1006 and RFC 2126 apply.
    pub over_tpkt: bool,
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

/// What a CR proposes or a CC selects, beside its references.
#[derive(Clone, Copy, Default)]
pub(super) struct Offer {
    pub class_options: ClassOptions,
    /// Units of 128 octets, 0 when the parameter is absent.
    pub tpdu_size: u16,
    /// Likewise.
    pub preferred_maximum: u16,
    pub additional_options: u8,
    pub alternatives: Classes,
    pub has_inactivity_timer: bool,
}

/// Where the number of a DT is in the order of its connection.
pub(super) enum Sequence {
    Due,
    /// This one was due instead.
    Instead(u32),
    /// Which was due is not known.
    Unknown,
}

impl Context {
    /// Whether all is zero that must be.
    pub fn is_valid(&self) -> bool {
        const FLAGS: u32 = ContextFlag::NumberUnknownB as u32 * 2 - 1;
        self.flags & !FLAGS == 0 && self.request_rdp_protocols & RESERVED_RDP_BITS == 0
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
        self.has(ContextFlag::Confirm)
            .then(|| self.selected().class())
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
    pub(super) fn is_requested(&self) -> bool {
        self.has(ContextFlag::Request) && !self.has(ContextFlag::Confirm)
    }

    /// Whether both CR and CC were seen.
    pub(super) fn is_negotiated(&self) -> bool {
        self.has(ContextFlag::Request) && self.has(ContextFlag::Confirm)
    }

    /// Whether an end sent the CR; `None` when that is not known.
    pub(super) fn is_initiator(&self, end: End) -> Option<bool> {
        let of = |end| match end {
            End::A => self.has(ContextFlag::InitiatedByA),
            End::B => self.has(ContextFlag::InitiatedByB),
        };
        (of(End::A) || of(End::B)).then(|| of(end))
    }

    /// The reference the receiver of a TPDU chose, as far as it is known (X.224 6.9.4.2).
    pub(super) fn reference_of_receiver(&self, sender: End) -> Option<u16> {
        if !self.has(ContextFlag::Confirm) {
            return None;
        }
        self.is_initiator(sender).map(|initiator| match initiator {
            true => self.responder_reference,
            false => self.initiator_reference,
        })
    }

    /// Takes what a CR proposes: whatever was known before was another transport connection's.
    #[inline(always)]
    pub(super) fn request(&mut self, sender: Option<End>, reference: u16, offer: &Offer) {
        let kept =
            ContextFlag::Rdp as u32 | ContextFlag::Tls as u32 | ContextFlag::FromStart as u32;
        *self = Self {
            struct_size: self.struct_size,
            flags: self.flags & kept,
            initiator_reference: reference,
            request_tpdu_size: offer.tpdu_size,
            request_preferred_maximum: offer.preferred_maximum,
            request_class_options: offer.class_options.0,
            request_alternatives: offer.alternatives.bits(),
            request_additional_options: offer.additional_options,
            ..Self::default()
        };
        self.set(ContextFlag::Request, true);
        self.set(
            ContextFlag::RequestInactivityTimer,
            offer.has_inactivity_timer,
        );
        self.initiated_by(sender);
    }

    fn initiated_by(&mut self, end: Option<End>) {
        match end {
            Some(End::A) => self.set(ContextFlag::InitiatedByA, true),
            Some(End::B) => self.set(ContextFlag::InitiatedByB, true),
            None => {}
        }
    }

    /// Takes what a CC selects; its references are the sender's and the receiver's.
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
            self.initiated_by(sender.map(|end| match end {
                End::A => End::B,
                End::B => End::A,
            }));
        }
        self.responder_reference = responder;
        self.class_options = offer.class_options.0;
        self.additional_options = offer.additional_options & self.request_additional_options;
        self.tpdu_size = agreed_tpdu_size(offer, over_tpkt);
        // Each end's first DT is number 0 (X.224 6.10.3).
        self.next_numbers = [0; 2];
        self.set(ContextFlag::NumberUnknownA, false);
        self.set(ContextFlag::NumberUnknownB, false);
        self.set(ContextFlag::Confirm, true);
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

    /// Takes the protocols of the negotiation request of an RDP CR, or that it has none.
    pub(super) fn request_rdp(&mut self, protocols: Option<u32>) {
        self.request_rdp_protocols = match protocols {
            Some(protocols) => RDP_REQUEST_PRESENT | (protocols & PROTOCOLS) as u8,
            None => RDP_REQUEST_ABSENT,
        };
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
        if sender != Some(End::B) {
            self.set(ContextFlag::NumberUnknownA, true);
        }
        if sender != Some(End::A) {
            self.set(ContextFlag::NumberUnknownB, true);
        }
    }

    /// Whether the DT TPDUs of the connection are numbered in order.
    pub fn numbers_data(&self) -> bool {
        self.class().is_some_and(|class| class > 0) && !self.without_flow_control()
    }

    /// The number of the next DT to `reference`, when the connection numbers them and it is known.
    pub fn due(&self, sender: End, reference: u16) -> Option<u32> {
        let [a, b] = self.next_numbers;
        let (next, unknown) = match sender {
            End::A => (a, ContextFlag::NumberUnknownA),
            End::B => (b, ContextFlag::NumberUnknownB),
        };
        (self.is_for_receiver(sender, reference) && !self.has(unknown)).then_some(next)
    }

    /// Whether a destination reference may be that of the end that `sender` sends to.
    pub(super) fn is_for_receiver(&self, sender: End, reference: u16) -> bool {
        self.reference_of_receiver(sender)
            .is_none_or(|expected| expected == reference)
    }

    /// Takes the number of a DT of an end.
    pub(super) fn number(&mut self, sender: End, number: u32, format: Format) -> Sequence {
        let mask = format.number_mask();
        let [a, b] = &mut self.next_numbers;
        let (next, unknown) = match sender {
            End::A => (a, ContextFlag::NumberUnknownA),
            End::B => (b, ContextFlag::NumberUnknownB),
        };
        let due = *next;
        let known = self.flags & unknown as u32 == 0;
        let ahead = number.wrapping_sub(due) & mask;
        // A repeated DT is behind, and changes nothing.
        if !known || ahead <= mask / 2 {
            *next = number.wrapping_add(1) & mask;
        }
        self.set(unknown, false);
        match (known, ahead) {
            (false, _) => Sequence::Unknown,
            (true, 0) => Sequence::Due,
            (true, _) => Sequence::Instead(due),
        }
    }
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
