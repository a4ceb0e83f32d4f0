//! The parameters of AK, and the ED number of a DT (X.224 13.7.4, 13.9.4).
#![forbid(unsafe_code)]

use super::{ShownParameter, big_endian};
use crate::cotp::Format;
use crate::cotp::parameter::Number;
use crate::dissection::output::{Items, Writer};
use crate::registry::{experts, fields};

impl ShownParameter<'_, '_> {
    /// X.224 13.9.4 c.
    pub(super) fn flow_control_confirmation<I: Items>(self, writer: &mut Writer<'_, I>) {
        const fn number(field: u16, at: u8, length: u8) -> Number {
            Number { field, at, length }
        }
        const NUMBERS: [Number; 3] = [
            number(fields::COTP_LOWER_WINDOW_EDGE, 0, 4),
            number(fields::COTP_SEQUENCE_NUMBER, 4, 2),
            number(fields::COTP_CREDIT, 6, 2),
        ];
        /// In extended format only the top bit of the edge is unused, in normal format all but 7
        /// bits of the edge and 4 of the credit.
        const UNUSED_EXTENDED: u64 = 0x8000_0000_0000_0000;
        const UNUSED_NORMAL: u64 = 0xffff_ff80_0000_fff0;
        let shown = self.show_numbers(writer, &NUMBERS);
        let value = self.number();
        let unused = match self.part.tpdu.format {
            Format::Extended => UNUSED_EXTENDED,
            Format::Short | Format::Normal => UNUSED_NORMAL,
        };
        if value & unused != 0 {
            let at = (value & unused).leading_zeros() / 8;
            let octet = value.to_be_bytes().get(at as usize).copied().unwrap_or(0);
            let info = shown
                .at(self.value_offset().saturating_add(at), 1)
                .value(octet);
            writer.raise(experts::COTP_FLOW_CONTROL_RESERVED_BITS, info);
        }
    }

    /// X.224 13.9.4 d: pairs of edges, of one octet each or of four.
    pub(super) fn selective_acknowledgement<I: Items>(self, writer: &mut Writer<'_, I>) {
        let length = match self.part.tpdu.format {
            Format::Extended => 4,
            Format::Short | Format::Normal => 1,
        };
        for (position, octets) in (0..).zip(self.octets().chunks_exact(length as usize)) {
            let field = if position % 2 == 0 {
                fields::COTP_SELECTIVE_ACK_LOWER
            } else {
                fields::COTP_SELECTIVE_ACK_UPPER
            };
            let offset = self.value_offset().saturating_add(position * length);
            let top_bit = 0x80 << (8 * (length - 1));
            let edge = big_endian(octets);
            let node = self.part.tpdu.node;
            let shown = writer.field(node, field, offset, length, edge & !top_bit);
            if edge & top_bit != 0 {
                let info = shown.first_octet().value(edge);
                writer.raise(experts::COTP_SELECTIVE_ACK_RESERVED_BIT, info);
            }
        }
    }

    /// X.224 13.7.4: 7 bits in two octets, or 31 in four.
    pub(super) fn ed_tpdu_number<I: Items>(self, writer: &mut Writer<'_, I>) {
        let number = self.number();
        let shown = self.show(writer, fields::COTP_ED_TPDU_NUMBER, number);
        if number > self.part.tpdu.format.number_mask().into() {
            let info = shown.value(number);
            writer.raise(experts::COTP_ED_TPDU_NUMBER_RESERVED_BITS, info);
        }
    }
}
