//! Fast path for the class 0 CR and CC of S7 and MMS stacks, for hosts that ask for no items:
//! T-selectors, a TPDU size, no anomaly. Recognised and recorded in one pass over the octets.
#![forbid(unsafe_code)]

use super::ENABLED;
use crate::cotp::parameter::{code, first_octets, tpdu_size};
use crate::cotp::tpdu::{LONGEST_BEFORE_AGREEMENT, RESERVED_LI};
use crate::cotp::{Format, Kind};
use crate::dissection::context::{Context, ContextFlag, End, Offer};
use crate::dissection::output::severity_of;
use crate::dissection::record::{Pdu, set_of};
use crate::registry::experts;
use crate::tpkt;

const CR: u8 = (Kind::Cr as u8) << 4;
const CC: u8 = (Kind::Cc as u8) << 4;
/// Octets from the TPKT's first to the variable part.
const FIXED: usize = match Kind::Cr.minimum_li(Format::Short) {
    Some(li) => tpkt::HEADER_LENGTH as usize + 1 + li as usize,
    None => 0,
};
const CLASS_0: u8 = 0;

/// A T-selector: its offset from the LI octet in the upper octet, its length in the lower. One
/// number, so that all of a connection is in registers; 0 if there is none.
type Selector = u16;

/// A TPKT that holds such a CR or CC.
pub struct PlainConnection {
    /// Octets of the TPKT.
    pub length: u16,
    /// CR or CC.
    pub kind: Kind,
    li: u8,
    dest_ref: u16,
    src_ref: u16,
    parameters: Parameters,
}

#[derive(Default)]
struct Parameters {
    /// In units of 128 octets, 0 when there is none.
    tpdu_size: u16,
    calling: Selector,
    called: Selector,
}

impl PlainConnection {
    /// The one at the front of `octets`, with all its octets, when it contradicts nothing that is
    /// known of the connection.
    #[inline(always)]
    pub fn new(octets: &[u8], context: &Context, sender: Option<End>) -> Option<Self> {
        let (fixed, _) = octets.split_first_chunk::<FIXED>()?;
        let [version, reserved, l0, l1, li, code, .., class_options] = *fixed;
        let kind = match code {
            CR => Kind::Cr,
            CC => Kind::Cc,
            _ => return None,
        };
        let length = u16::from_be_bytes([l0, l1]);
        let is_plain = ENABLED
            && version == tpkt::VERSION
            && reserved == 0
            && li != RESERVED_LI
            && u32::from(length) == tpkt::HEADER_LENGTH + 1 + u32::from(li)
            && class_options == CLASS_0;
        if !is_plain {
            return None;
        }
        let parameters = Parameters::new(octets.get(FIXED..length.into())?, li)?;
        // References are read here, so that the parameters have the registers.
        let [.., d0, d1, s0, s1, _] = *fixed;
        let connection = Self {
            length,
            kind,
            li,
            dest_ref: u16::from_be_bytes([d0, d1]),
            src_ref: u16::from_be_bytes([s0, s1]),
            parameters,
        };
        connection.fits(context, sender).then_some(connection)
    }

    /// Whether it is due, and nothing in it contradicts what is known.
    #[inline(always)]
    fn fits(&self, context: &Context, sender: Option<End>) -> bool {
        let has_request = context.has(ContextFlag::Request);
        let is_open = has_request || context.has(ContextFlag::Confirm);
        self.src_ref != 0
            && match self.kind {
                Kind::Cr => {
                    !is_open && self.dest_ref == 0 && u32::from(self.li) < LONGEST_BEFORE_AGREEMENT
                }
                _ if context.is_requested() => {
                    let most = context.request_tpdu_size;
                    let size = self.parameters.tpdu_size;
                    self.dest_ref != 0
                        && self.dest_ref == context.initiator_reference
                        && context.request_class_options == CLASS_0
                        && !context.has(ContextFlag::RequestUnknown)
                        && context.request_preferred_maximum == 0
                        && (most == 0 || (1..=most).contains(&size))
                        && sender.is_none_or(|end| !context.initiated_by_end(end))
                }
                _ => !is_open && !context.has(ContextFlag::FromStart) && self.dest_ref != 0,
            }
    }

    /// The record of the one at `offset` of a packet.
    #[inline(always)]
    pub fn record(&self, packet: u32, offset: u32) -> Pdu {
        const REQUEST: u16 = experts::COTP_CONNECTION_REQUEST;
        const CONFIRM: u16 = experts::COTP_CONNECTION_CONFIRM;
        let (event, severity) = match self.kind {
            Kind::Cr => (set_of(REQUEST), severity_of(REQUEST)),
            _ => (set_of(CONFIRM), severity_of(CONFIRM)),
        };
        let [src_tsap_offset, src_tsap_length] = self.parameters.calling.to_be_bytes();
        let [dst_tsap_offset, dst_tsap_length] = self.parameters.called.to_be_bytes();
        Pdu {
            experts: event,
            packet,
            tpkt_offset: offset,
            tpdu_offset: offset + tpkt::HEADER_LENGTH,
            tpkt_length: self.length,
            dest_ref: self.dest_ref,
            src_ref: self.src_ref,
            tpdu_size: self.parameters.tpdu_size,
            r#type: self.kind as u8,
            li: self.li,
            severity: severity as u8,
            src_tsap_offset,
            src_tsap_length,
            dst_tsap_offset,
            dst_tsap_length,
            ..Pdu::default()
        }
    }

    /// The called T-selector of a CR at the front of `octets`.
    #[inline(always)]
    fn called_selector(&self, octets: &[u8]) -> (u8, [u8; 8]) {
        let [offset, length] = self.parameters.called.to_be_bytes();
        let start = tpkt::HEADER_LENGTH as usize + usize::from(offset);
        (length, first_octets(octets.get(start..), length))
    }

    /// Keeps what later TPDUs of the connection are judged by. It is at the front of `octets`.
    #[inline(always)]
    pub fn learn(&self, octets: &[u8], context: &mut Context, sender: Option<End>) {
        let offer = Offer {
            tpdu_size: self.parameters.tpdu_size,
            called_selector: self.called_selector(octets),
            ..Offer::default()
        };
        match self.kind {
            Kind::Cr => context.request(sender, self.src_ref, &offer),
            _ => context.confirm(sender, (self.src_ref, self.dest_ref), &offer, true),
        }
    }
}

impl Parameters {
    /// Those of a variable part, when all are plain.
    #[inline(always)]
    fn new(variable_part: &[u8], li: u8) -> Option<Self> {
        let mut parameters = Self::default();
        // RDP's structures and cookies start with other octets than these codes.
        let mut rest = variable_part;
        while let Some((&[code, length], behind)) = rest.split_first_chunk() {
            let (value, next) = behind.split_at_checked(length.into())?;
            let selector = Selector::from_be_bytes([li + 1 - (behind.len() as u8), length]);
            match code {
                code::CALLING_T_SELECTOR if parameters.calling == 0 => {
                    parameters.calling = selector;
                }
                code::CALLED_T_SELECTOR if parameters.called == 0 => {
                    parameters.called = selector;
                }
                code::TPDU_SIZE if parameters.tpdu_size == 0 => match *value {
                    [exponent @ tpdu_size::SMALLEST..=tpdu_size::LARGEST_IN_CLASS_0] => {
                        parameters.tpdu_size = 1 << (exponent - tpdu_size::SMALLEST);
                    }
                    _ => return None,
                },
                _ => return None,
            }
            rest = next;
        }
        rest.is_empty().then_some(parameters)
    }
}
