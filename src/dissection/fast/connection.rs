//! Fast path for the class 0 CR and CC of S7 and MMS stacks: T-selectors, a TPDU size, no anomaly.
//! Recognised and recorded in one pass over the octets; items take a second one.
#![forbid(unsafe_code)]

use super::ENABLED;
use crate::cotp::parameter::{
    Entry, PREFIX_LENGTH, VariablePart, code, first_octets, is_text, tpdu_size,
};
use crate::cotp::tpdu::{LONGEST_BEFORE_AGREEMENT, RESERVED_LI, place as in_tpdu};
use crate::cotp::{Format, Kind};
use crate::dissection::context::{Context, ContextFlag, End, Offer};
use crate::dissection::output::{Capacity, Items, Output, Writer, severity_of};
use crate::dissection::record::{Item, Pdu, set_of};
use crate::registry::{NO_PARENT, experts, fields};
use crate::span::Place;
use crate::tpkt::{self, place as in_tpkt};

const CR: u8 = (Kind::Cr as u8) << 4;
const CC: u8 = (Kind::Cc as u8) << 4;
/// Octets from the TPKT's first to the variable part.
const FIXED: usize = match Kind::Cr.minimum_li(Format::Short) {
    Some(li) => tpkt::HEADER_LENGTH as usize + 1 + li as usize,
    None => 0,
};
const CLASS_0: u8 = 0;
/// The item of the TPDU.
const COTP: u16 = 4;

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
    /// SRC-REF.
    pub src_ref: u16,
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

    /// Commits record and items of the one at the front of `octets`, at `offset` of a packet;
    /// without room the error is the capacity required.
    #[inline(always)]
    pub fn commit<I: Items>(
        &self,
        octets: &[u8],
        output: &mut Output<'_, I>,
        packet: u32,
        offset: u32,
    ) -> Result<(), Capacity> {
        if !I::WANTED {
            return output.commit_with_items(self.record(packet, offset), []);
        }
        self.place(octets, output, packet, offset);
        output.fits(0)?;
        output.commit();
        Ok(())
    }

    /// Places record and items.
    #[inline(always)]
    pub(super) fn place<I: Items>(
        &self,
        octets: &[u8],
        output: &mut Output<'_, I>,
        packet: u32,
        offset: u32,
    ) {
        let mut writer = output.pdu(packet, offset, false);
        *writer.pdu = Pdu {
            first_item: writer.pdu.first_item,
            ..self.record(packet, offset)
        };
        if I::WANTED {
            self.fixed_items(&mut writer, offset);
            parameter_items(&mut writer, octets, self.length, offset);
        }
    }

    /// Its event: the id, the set that has only this, and the severity.
    #[inline(always)]
    fn event(&self) -> (u16, [u64; 2], u8) {
        const REQUEST: u16 = experts::COTP_CONNECTION_REQUEST;
        const CONFIRM: u16 = experts::COTP_CONNECTION_CONFIRM;
        match self.kind {
            Kind::Cr => (REQUEST, set_of(REQUEST), severity_of(REQUEST) as u8),
            _ => (CONFIRM, set_of(CONFIRM), severity_of(CONFIRM) as u8),
        }
    }

    #[inline(always)]
    fn fixed_items<I: Items>(&self, writer: &mut Writer<'_, I>, offset: u32) {
        const NSDU: u32 = tpkt::HEADER_LENGTH;
        const TPKT: u16 = 0;
        const TYPE: u16 = COTP + 2;
        let item = |parent, id, at: u32, length, value: u64| Item {
            value,
            offset: offset + at,
            length,
            id,
            parent,
            ..Item::default()
        };
        let tpkt = |id, place: Place, value| item(TPKT, id, place.at, place.length, value);
        let cotp = |id, place: Place, value| item(COTP, id, NSDU + place.at, place.length, value);
        let octet_7 = |id| cotp(id, in_tpdu::CLASS_OPTIONS, 0);
        let header_length = u32::from(self.li) + 1;
        let (event, _, severity) = self.event();
        let event = Item {
            parent: TYPE,
            detail: self.dest_ref,
            severity,
            ..cotp(event, in_tpdu::CODE, self.src_ref.into())
        };
        writer.put([
            item(NO_PARENT, fields::TPKT, 0, tpkt::HEADER_LENGTH, 0),
            tpkt(fields::TPKT_VERSION, in_tpkt::VERSION, tpkt::VERSION.into()),
            tpkt(fields::TPKT_RESERVED, in_tpkt::RESERVED, 0),
            tpkt(fields::TPKT_LENGTH, in_tpkt::LENGTH, self.length.into()),
            item(NO_PARENT, fields::COTP, NSDU, header_length, 0),
            cotp(fields::COTP_LI, in_tpdu::LI, self.li.into()),
            cotp(fields::COTP_TYPE, in_tpdu::CODE, self.kind as u64),
            cotp(fields::COTP_CREDIT, in_tpdu::CODE, 0),
            cotp(
                fields::COTP_DESTREF,
                in_tpdu::DEST_REF,
                self.dest_ref.into(),
            ),
            cotp(fields::COTP_SRCREF, in_tpdu::SRC_REF, self.src_ref.into()),
            event,
            octet_7(fields::COTP_CLASS),
            octet_7(fields::COTP_OPTS_RESERVED),
            octet_7(fields::COTP_OPTS_EXTENDED_FORMATS),
            octet_7(fields::COTP_OPTS_NO_EXPLICIT_FLOW_CONTROL),
        ]);
    }

    /// The record of the one at `offset` of a packet.
    #[inline(always)]
    fn record(&self, packet: u32, offset: u32) -> Pdu {
        let (_, experts, severity) = self.event();
        let [src_tsap_offset, src_tsap_length] = self.parameters.calling.to_be_bytes();
        let [dst_tsap_offset, dst_tsap_length] = self.parameters.called.to_be_bytes();
        Pdu {
            experts,
            packet,
            tpkt_offset: offset,
            tpdu_offset: offset + tpkt::HEADER_LENGTH,
            tpkt_length: self.length,
            dest_ref: self.dest_ref,
            src_ref: self.src_ref,
            tpdu_size: self.parameters.tpdu_size,
            r#type: self.kind as u8,
            li: self.li,
            severity,
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
        let nsdu = octets.get(tpkt::HEADER_LENGTH as usize..);
        let first = first_octets(nsdu.unwrap_or_default(), offset, length);
        (length, first)
    }

    /// Keeps what later TPDUs of the connection are judged by. It is at the front of `octets`.
    #[inline(always)]
    pub fn learn(&self, octets: &[u8], context: &mut Context, sender: Option<End>) {
        let offer = Offer {
            tpdu_size: self.parameters.tpdu_size,
            ..Offer::default()
        };
        if self.kind == Kind::Cr {
            let offer = Offer {
                called_selector: self.called_selector(octets),
                ..offer
            };
            context.request(sender, self.src_ref, &offer);
        } else {
            context.confirm(sender, (self.src_ref, self.dest_ref), &offer, true);
        }
    }
}

/// The items of the parameters of the one at the front of `octets`.
#[inline(always)]
fn parameter_items<I: Items>(writer: &mut Writer<'_, I>, octets: &[u8], length: u16, offset: u32) {
    let variable_part = octets.get(FIXED..length.into()).unwrap_or_default();
    for entry in VariablePart::new(variable_part) {
        let Entry::Whole(parameter) = entry else {
            return;
        };
        let at = offset + FIXED as u32 + parameter.at;
        let length = u32::from(parameter.length);
        let item = |id, at, length, value: u64| Item {
            value,
            offset: at,
            length,
            id,
            parent: COTP,
            ..Item::default()
        };
        let of_value = |id, number| item(id, at + PREFIX_LENGTH, length, number);
        writer.put([
            item(fields::COTP_PARAMETER_CODE, at, 1, parameter.code.into()),
            item(fields::COTP_PARAMETER_LENGTH, at + 1, 1, length.into()),
        ]);
        let (selector, text) = match parameter.code {
            code::CALLING_T_SELECTOR => (fields::COTP_SRC_TSAP_BYTES, fields::COTP_SRC_TSAP),
            code::CALLED_T_SELECTOR => (fields::COTP_DST_TSAP_BYTES, fields::COTP_DST_TSAP),
            _ => {
                let exponent = parameter.value.first().copied().unwrap_or(0);
                writer.put([of_value(fields::COTP_TPDU_SIZE, 1 << exponent)]);
                continue;
            }
        };
        writer.put([of_value(selector, length.into())]);
        if is_text(parameter.value) {
            writer.put([of_value(text, length.into())]);
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
