//! The parameters by which CR and CC negotiate (X.224 13.3.4, 6.5.5).
#![forbid(unsafe_code)]

use super::{Parameters, ShownParameter};
use crate::cotp::Classes;
use crate::cotp::parameter::{
    Entry, Parameter, VariablePart, additional_option as option, code, tpdu_size,
};
use crate::dissection::context::{ContextFlag, Known};
use crate::dissection::output::{Items, Shown, Writer};
use crate::registry::reasons::{OptionNotProposed, PreferredMaximumInvalid, TpduSizeIncreased};
use crate::registry::{experts, fields};

impl ShownParameter<'_, '_> {
    /// The TPDU size that CR and CC negotiate: a power of two (X.224 13.3.4 b, 6.5.5 j).
    #[inline(always)]
    pub(super) fn tpdu_size<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        parameters: &mut Parameters,
    ) {
        use tpdu_size::{LARGEST, LARGEST_IN_CLASS_0, SMALLEST};
        parameters.tpdu_size = Some(self.code_shown());
        let exponent = self.octets().first().copied().unwrap_or(0);
        if !(SMALLEST..=LARGEST).contains(&exponent) {
            let shown = self.show_octets(writer, fields::COTP_PARAMETER_VALUE);
            writer.raise(experts::COTP_TPDU_SIZE_INVALID, shown.value(exponent));
            return;
        }
        let size = 1u64 << exponent;
        let shown = self.show(writer, fields::COTP_TPDU_SIZE, size);
        parameters.tpdu_size_units = 1 << (exponent - SMALLEST);
        if !parameters.has(code::PREFERRED_MAXIMUM_TPDU_SIZE) {
            writer.pdu.tpdu_size = parameters.tpdu_size_units;
        }
        let Known {
            context, over_tpkt, ..
        } = self.part.known;
        let most = context.largest_size_to_select(*over_tpkt);
        if self.answers() && parameters.tpdu_size_units > most {
            let reason = match context.request_tpdu_size {
                0 => TpduSizeIncreased::Default,
                _ => TpduSizeIncreased::Proposal(most),
            };
            writer.raise(reason, shown.value(size));
            parameters.tpdu_size_units = 0;
        }
        if self.part.tpdu.class == Some(0) && exponent > LARGEST_IN_CLASS_0 {
            // Common, and without consequences.
            writer.report(experts::COTP_TPDU_SIZE_NOT_FOR_CLASS, shown.value(size));
        }
    }

    /// The preferred maximum TPDU size: a big-endian number of units of 128 octets (X.224 13.3.4 c,
    /// 6.5.5 k).
    pub(super) fn preferred_maximum_tpdu_size<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        parameters: &mut Parameters,
    ) {
        const MOST_UNITS_IN_A_TPKT: u16 = 511;
        let known = self.part.known;
        let units = self.number();
        let size = units * u64::from(tpdu_size::UNIT);
        let shown = self.show(writer, fields::COTP_PREFERRED_MAXIMUM_TPDU_SIZE, size);
        parameters.preferred_maximum_units = u16::try_from(units).unwrap_or(u16::MAX);
        writer.pdu.tpdu_size = parameters.preferred_maximum_units;
        // None in the CR, none in the CC.
        let most = known.context.request_preferred_maximum;
        if self.answers() && parameters.preferred_maximum_units > most {
            let reason = match most {
                0 => TpduSizeIncreased::NoPreferredMaximum,
                _ => TpduSizeIncreased::Proposal(most),
            };
            writer.raise(reason, shown.value(size));
            parameters.preferred_maximum_units = 0;
        }
        let info = shown.value(units);
        if units == 0 {
            writer.raise(PreferredMaximumInvalid::Zero, info);
        } else if known.over_tpkt && units > MOST_UNITS_IN_A_TPKT.into() {
            writer.raise(
                PreferredMaximumInvalid::AboveTpkt(MOST_UNITS_IN_A_TPKT),
                info,
            );
        }
    }

    /// X.224 13.3.4 d.
    pub(super) fn version<I: Items>(self, writer: &mut Writer<'_, I>, value: Shown) {
        const VERSION: u64 = 1;
        let version = self.number();
        if version != VERSION {
            writer.raise(experts::COTP_VP_VERSION_NR_INVALID, value.value(version));
        }
    }

    /// X.224 13.3.4 g, RFC 2126 6.6.
    pub(super) fn additional_options<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        parameters: &mut Parameters,
    ) {
        /// RFC 2126 6.6 gives bits 6 and 4 a meaning of its own.
        const ONLY_WITH_EXPEDITED_OVER_TCP: u8 = option::NON_BLOCKING_EXPEDITED
            | option::REQUEST_ACKNOWLEDGEMENT
            | option::NETWORK_EXPEDITED;
        let known = self.part.known;
        let class = self.part.tpdu.class;
        let options = self.octets().first().copied().unwrap_or(0);
        let node = self.show(writer, fields::COTP_ADDITIONAL_OPTIONS, options.into());
        let alternatives = *parameters
            .alternatives
            .get_or_insert_with(|| alternative_classes(self.part.span.octets));
        let classes = alternatives | class.map_or(Classes::all(), Classes::of);
        let over_tcp = known.over_tpkt && classes.contains(Classes::C2);
        self.show_options(writer, node, options, classes, over_tcp);
        let info = node.value(options);
        if options & option::RESERVED != 0 {
            writer.raise(experts::COTP_ADDITIONAL_OPTIONS_RESERVED_BIT, info);
        }
        let dependent = if over_tcp {
            ONLY_WITH_EXPEDITED_OVER_TCP
        } else if classes.intersects(Classes::C4) {
            option::NON_BLOCKING_EXPEDITED
        } else {
            0
        };
        if options & option::EXPEDITED == 0 && options & dependent != 0 {
            writer.raise(experts::COTP_ADDITIONAL_OPTIONS_CONFLICT, info);
        }
        parameters.additional_options = Some(options);
        // Table 4; for the other bits the rule is not established.
        let negotiable = match class {
            Some(1) => option::EXPEDITED | option::RECEIPT_CONFIRMATION | option::NETWORK_EXPEDITED,
            Some(4) => option::EXPEDITED | option::NON_USE_OF_CHECKSUM,
            _ => option::EXPEDITED,
        };
        let proposed = known.context.request_additional_options;
        if self.answers() && options & !proposed & negotiable != 0 {
            writer.raise(OptionNotProposed::AdditionalOptions(proposed), info);
        }
    }

    /// A bit is shown when a class that has it is preferred, selected or an alternative.
    fn show_options<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        node: Shown,
        options: u8,
        classes: Classes,
        over_tcp: bool,
    ) {
        const WITH_ACKNOWLEDGEMENT: Classes = Classes::C1.union(Classes::C3).union(Classes::C4);
        let any = |of: Classes| classes.intersects(of);
        let bits = [
            (
                fields::COTP_ADDITIONAL_OPTIONS_RESERVED,
                option::RESERVED,
                options & option::RESERVED != 0,
            ),
            (
                fields::COTP_NON_BLOCKING_EXPEDITED_DATA,
                option::NON_BLOCKING_EXPEDITED,
                any(Classes::C4) || over_tcp,
            ),
            (
                fields::COTP_REQUEST_ACKNOWLEDGEMENT,
                option::REQUEST_ACKNOWLEDGEMENT,
                any(WITH_ACKNOWLEDGEMENT),
            ),
            (
                fields::COTP_EXPEDITED_DATA_ACKNOWLEDGEMENT,
                option::REQUEST_ACKNOWLEDGEMENT,
                over_tcp,
            ),
            (
                fields::COTP_SELECTIVE_ACKNOWLEDGEMENT,
                option::SELECTIVE_ACKNOWLEDGEMENT,
                any(Classes::C4),
            ),
            (
                fields::COTP_NETWORK_EXPEDITED_DATA,
                option::NETWORK_EXPEDITED,
                any(Classes::C1),
            ),
            (
                fields::COTP_REVERSE_CONNECTION,
                option::NETWORK_EXPEDITED,
                over_tcp,
            ),
            (
                fields::COTP_VP_OPT_SEL_CLASS1_USE,
                option::RECEIPT_CONFIRMATION,
                any(Classes::C1),
            ),
            (
                fields::COTP_USE_16_BIT_CHECKSUM,
                option::NON_USE_OF_CHECKSUM,
                any(Classes::C4),
            ),
            (
                fields::COTP_TRANSPORT_EXPEDITED_DATA_TRANSFER,
                option::EXPEDITED,
                true,
            ),
        ];
        for (field, bit, _) in bits.into_iter().filter(|(_, _, shown)| *shown) {
            let set = u64::from(options & bit != 0);
            writer.field(node.index, field, self.value_offset(), 1, set);
        }
    }

    /// X.224 13.3.4 h: one octet a class, encoded as octet 7 is.
    pub(super) fn alternative_classes<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        parameters: &mut Parameters,
    ) {
        let preferred = self.part.tpdu.class.unwrap_or(0);
        let valid = Classes::alternatives_to(preferred);
        for (at, &octet) in (0..).zip(self.octets()) {
            let offset = self.value_offset().saturating_add(at);
            let class = octet >> 4;
            parameters.offered |= Classes::of(class);
            let node = self.part.tpdu.node;
            let id = fields::COTP_ALTERNATIVE_CLASS;
            let shown = writer.field(node, id, offset, 1, class.into());
            let reserved = octet & 0x0f;
            if reserved != 0 {
                let id = fields::COTP_ALTERNATIVE_CLASS_RESERVED;
                writer.field(shown.index, id, offset, 1, reserved.into());
                let info = shown.value(octet).expected(octet & 0xf0);
                writer.raise(experts::COTP_ALTERNATIVE_CLASSES_RESERVED_BITS, info);
            }
            if !valid.contains(Classes::of(class)) || Classes::of(class).is_empty() {
                let info = shown.value(class).expected(preferred);
                writer.raise(experts::COTP_ALTERNATIVE_CLASSES_INVALID, info);
            }
        }
    }

    /// X.224 6.5.5 h.
    pub(super) fn inactivity_timer<I: Items>(self, writer: &mut Writer<'_, I>, value: Shown) {
        let proposed = self
            .part
            .known
            .context
            .has(ContextFlag::RequestInactivityTimer);
        if self.answers() && !proposed {
            writer.raise(OptionNotProposed::Parameter, value.value(self.code));
        }
    }
}

/// The alternative classes a variable part offers.
fn alternative_classes(variable_part: &[u8]) -> Classes {
    VariablePart::new(variable_part)
        .filter_map(|entry| match entry {
            Entry::Whole(Parameter {
                code: code::ALTERNATIVE_CLASSES,
                value,
                ..
            }) => Some(value),
            _ => None,
        })
        .flatten()
        .fold(Classes::empty(), |classes, octet| {
            classes | Classes::of(octet >> 4)
        })
}
