//! What the context knows of the protocols that share a TCP connection with TPKTs: TLS, and the
//! fast-path PDUs of RDP.
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag, RdpRequest};
use crate::cotp::parameter::tpdu_size;
use crate::tpkt::HEADER_LENGTH;

/// What the Connect-Initial of MCS starts with, in BER (T.125 7).
const MCS_CONNECT_INITIAL: [u8; 2] = [0x7f, 0x65];

impl Context {
    /// The CC answers as RDP, and selects these protocols if it is no failure: some of those that its
    /// CR requests. Each of them but 0 is carried in TLS. Stacks that are not RDP's send back what a CR
    /// has, so a CC that answers no request of RDP says nothing.
    pub(super) fn confirm_rdp(&mut self, protocols: Option<u32>) {
        let selected = protocols.unwrap_or(0);
        let answers = match self.rdp_request() {
            RdpRequest::Protocols(requested) => selected & !u32::from(requested) == 0,
            RdpRequest::Absent => selected == 0,
            RdpRequest::Unknown => !self.has(ContextFlag::Request),
        };
        if answers {
            self.set(ContextFlag::RdpConfirmed, true);
        }
        self.set(ContextFlag::TlsSelected, answers && selected != 0);
    }

    /// Whether the first DT of the initiator has to tell whether the connection is RDP: its CC does
    /// not, which is legal without negotiation (MS-RDPBCGR 2.2.1.2), or was not seen.
    #[inline(always)]
    pub(super) fn is_rdp_open(&self) -> bool {
        const OPEN: u32 = ContextFlag::Rdp as u32;
        self.flags & (OPEN | ContextFlag::RdpConfirmed as u32) == OPEN
    }

    /// The initiator sent a DT with this user data while [`Self::is_rdp_open`].
    pub(super) fn settle_rdp(&mut self, user_data: &[u8]) {
        if user_data.starts_with(&MCS_CONNECT_INITIAL) {
            self.set(ContextFlag::RdpConfirmed, true);
        } else if self.has(ContextFlag::Confirm) {
            self.set(ContextFlag::Rdp, false);
        }
    }

    /// Whether fast-path PDUs of RDP may be between the TPKTs: not before there was an answer to the
    /// CR.
    pub fn may_have_fast_path(&self) -> bool {
        let has_data = self.has(ContextFlag::Responded) || self.has(ContextFlag::DataBeforeConfirm);
        let is_cc_missing = !self.has(ContextFlag::Confirm) && has_data;
        self.has(ContextFlag::RdpConfirmed) || (self.has(ContextFlag::Rdp) && is_cc_missing)
    }

    /// Whether TLS may begin behind CR and CC: the CC selected it, or the CC was not seen.
    pub fn may_begin_tls(&self) -> bool {
        let is_cc_missing = self.has(ContextFlag::Rdp) && self.is_requested();
        self.has(ContextFlag::TlsSelected) || is_cc_missing
    }

    /// Whether nothing of a transport connection was seen.
    pub(super) fn is_blank(&self) -> bool {
        const SEEN: u32 = ContextFlag::Request as u32
            | ContextFlag::Confirm as u32
            | ContextFlag::DataBeforeConfirm as u32;
        self.flags & SEEN == 0
    }

    /// The longest TPKT that is believed when its header shows a fault, in octets. A peer that takes
    /// the TPDU size for that of the user data stays far below it.
    pub fn longest_doubtful_tpkt(&self) -> u32 {
        const AT_LEAST: u32 = 2048;
        let agreed = u32::from(self.tpdu_size) * tpdu_size::UNIT;
        HEADER_LENGTH + (2 * agreed).max(AT_LEAST)
    }
}
