//! The variable part of a TPDU (X.224 13.2.3, 13.3.4 to 13.12.4).
#![forbid(unsafe_code)]

use super::tpdu::Tpdu;
use super::writer::{Items, Remark, Writer};
use super::{ContextFlag, Scope, Span};
use crate::cotp::checksum::{self, HeaderOctets};
use crate::cotp::parameter::{
    Classes, Entry, Number, PREFIX_LENGTH, Parameter, Parameters, Tpdus, code, definition,
    tpdu_size,
};
use crate::cotp::{Format, Kind, TPDU_SIZE_UNIT, additional_option, number_mask};
use crate::registry::reasons::{
    OptionNotProposed, ParameterNotAllowed, PreferredMaximumInvalid, TpduSizeIncreased,
};
use crate::registry::{
    CHECKSUM_BAD, CHECKSUM_GOOD, CHECKSUM_UNVERIFIED, Severity, experts, fields,
};

/// What the variable part turned out to hold.
#[derive(Default)]
pub(super) struct Present {
    seen: CodeSet,
    /// The item of the TPDU size, and where it stands.
    pub tpdu_size: Option<(u16, u32)>,
    /// The TPDU size in units of 128 octets, 0 when there is none.
    pub tpdu_size_units: u16,
    /// The preferred maximum TPDU size in units of 128 octets, 0 when there is none.
    pub preferred_maximum_units: u16,
    pub additional_options: Option<u8>,
    /// The alternative classes.
    pub offered: Classes,
    /// Outcome of the checksum: it covers the whole TPDU, so once is enough.
    checksum_status: Option<u64>,
    atn_checksum_status: Option<u64>,
    alternatives: Option<Classes>,
}

impl Present {
    pub(super) fn has(&self, code: u8) -> bool {
        self.seen.contains(code)
    }
}

/// A variable part and what it is part of.
pub(super) struct Part<'a, 'p> {
    tpdu: Tpdu<'p>,
    scope: &'a Scope<'a>,
    span: Span<'p>,
    /// The classes the TPDU may be of.
    classes: Classes,
}

/// One parameter.
#[derive(Clone, Copy)]
struct Place<'a, 'p> {
    part: &'a Part<'a, 'p>,
    /// Where its code stands in the variable part.
    at: u32,
    code: u8,
    length: u8,
    code_item: u16,
    length_item: u16,
}

impl<'a, 'p> Part<'a, 'p> {
    /// The variable part of a TPDU.
    #[inline(always)]
    pub fn new(tpdu: Tpdu<'p>, span: Span<'p>, scope: &'a Scope<'a>) -> Self {
        Self {
            tpdu,
            scope,
            span,
            classes: match tpdu.class {
                Some(class @ 0..=4) => Classes::of(class),
                _ => Classes::all(),
            },
        }
    }

    /// Dissects it.
    #[inline(never)]
    pub fn dissect<I: Items>(&self, writer: &mut Writer<'_, I>, present: &mut Present) {
        for entry in Parameters::new(self.span.octets) {
            let Parameter {
                at, code, length, ..
            } = match entry {
                Entry::Whole(parameter) => parameter,
                Entry::Truncated(at, octets) => return self.truncated(writer, at, octets),
            };
            let (code_item, length_item) =
                self.code_and_length(writer, self.span.at(at), code, length);
            let place = Place {
                part: self,
                at,
                code,
                length,
                code_item,
                length_item,
            };
            if present.seen.insert(code) {
                writer.remark(
                    experts::COTP_PARAMETER_DUPLICATE,
                    place.at_code().seen(code),
                );
            }
            place.dissect(writer, present);
        }
    }
}

/// The codes that have occurred.
#[derive(Default)]
struct CodeSet([u64; 4]);

impl CodeSet {
    /// Adds a code; the answer is whether it was there already.
    #[inline]
    fn insert(&mut self, code: u8) -> bool {
        let bit = 1 << (code % 64);
        self.0.get_mut(usize::from(code / 64)).is_some_and(|word| {
            let there = *word & bit != 0;
            *word |= bit;
            there
        })
    }

    fn contains(&self, code: u8) -> bool {
        self.0
            .get(usize::from(code / 64))
            .is_some_and(|word| word >> (code % 64) & 1 != 0)
    }
}

impl Part<'_, '_> {
    /// Where `at` is from the LI octet.
    fn offset_from_li(&self, at: u32) -> u32 {
        (self.span.offset - self.tpdu.whole.offset) + at
    }

    #[inline(always)]
    fn code_and_length<I: Items>(
        &self,
        writer: &mut Writer<'_, I>,
        offset: u32,
        code: u8,
        length: u8,
    ) -> (u16, u16) {
        (
            writer.field(
                self.tpdu.node,
                fields::COTP_PARAMETER_CODE,
                offset,
                1,
                code.into(),
            ),
            writer.field(
                self.tpdu.node,
                fields::COTP_PARAMETER_LENGTH,
                offset.saturating_add(1),
                1,
                length.into(),
            ),
        )
    }

    /// The end of a variable part that holds no whole parameter. Octets the LI promises and that are
    /// missing, because they were not captured or the NSDU ends before, are not the parameter's fault.
    #[cold]
    fn truncated<I: Items>(&self, writer: &mut Writer<'_, I>, at: u32, octets: &[u8]) {
        let offset = self.span.at(at);
        let parent = match *octets {
            [code, length, ref value @ ..] => {
                let (code_item, _) = self.code_and_length(writer, offset, code, length);
                if !value.is_empty() {
                    writer.octets(
                        self.tpdu.node,
                        fields::COTP_PARAMETER_VALUE,
                        self.span.at(at + PREFIX_LENGTH),
                        value.len() as u32,
                    );
                }
                code_item
            }
            [code] => writer.field(
                self.tpdu.node,
                fields::COTP_PARAMETER_CODE,
                offset,
                1,
                code.into(),
            ),
            [] => self.tpdu.node,
        };
        let wanted = PREFIX_LENGTH + octets.get(1).map_or(0, |&length| length.into());
        let left = (u32::from(writer.pdu.li) + 1).saturating_sub(self.offset_from_li(at));
        if wanted > left {
            writer.remark(
                experts::COTP_PARAMETER_TRUNCATED,
                Remark::new(parent, offset, octets.len() as u32)
                    .seen(wanted)
                    .against(left),
            );
        }
    }
}

impl<'a> Place<'a, '_> {
    /// Offset of the code in the packet.
    fn offset(self) -> u32 {
        self.part.span.at(self.at)
    }

    fn value_octets(self) -> &'a [u8] {
        let start = (self.at + PREFIX_LENGTH) as usize;
        self.part
            .span
            .octets
            .get(start..start + usize::from(self.length))
            .unwrap_or_default()
    }

    fn at_code(self) -> Remark {
        Remark::new(self.code_item, self.offset(), 1)
    }

    fn value_offset(self) -> u32 {
        self.offset().saturating_add(PREFIX_LENGTH)
    }

    fn at_value(self, item: u16) -> Remark {
        Remark::new(item, self.value_offset(), self.length.into())
    }

    /// The value, as a number or whatever else the field is.
    #[inline(always)]
    fn value<I: Items>(self, writer: &mut Writer<'_, I>, field: u16, value: u64) -> u16 {
        writer.field(
            self.part.tpdu.node,
            field,
            self.value_offset(),
            self.length.into(),
            value,
        )
    }

    /// The value as octets.
    #[inline(always)]
    fn octets<I: Items>(self, writer: &mut Writer<'_, I>, field: u16) -> u16 {
        self.value(writer, field, self.length.into())
    }

    /// In a CR an undefined or misplaced parameter is ignored rather than refused.
    fn warning_or_note_in_cr(self) -> Severity {
        match self.part.tpdu.kind {
            Kind::Cr => Severity::Note,
            _ => Severity::Warning,
        }
    }

    #[inline(always)]
    fn dissect<I: Items>(self, writer: &mut Writer<'_, I>, present: &mut Present) {
        let Self { code, length, .. } = self;
        let Some(definition) = definition(code).filter(|_| !self.is_unassigned()) else {
            writer.remark_as(
                self.warning_or_note_in_cr(),
                experts::COTP_PARAMETER_UNKNOWN,
                self.at_code().seen(code),
            );
            self.octets(writer, fields::COTP_PARAMETER_VALUE);
            return;
        };
        if !definition.tpdus.contains(self.part.tpdu.kind.into())
            || !definition.classes.intersects(self.part.classes)
        {
            self.misplaced(writer, definition.tpdus);
        }
        if !definition.lengths(self.part.tpdu.format).allow(length) {
            let here = Remark::new(self.length_item, self.offset().saturating_add(1), 1);
            writer.remark(
                experts::COTP_PARAMETER_LENGTH_INVALID,
                here.seen(self.length).against(code),
            );
            self.octets(writer, fields::COTP_PARAMETER_VALUE);
            return;
        }
        // Nearly every CR and CC has these three; the others are kept out of their way.
        match code {
            code::TPDU_SIZE => self.tpdu_size(writer, present),
            code::CALLING_T_SELECTOR if self.part.tpdu.kind != Kind::Er => {
                let place =
                    self.t_selector(writer, fields::COTP_SRC_TSAP_BYTES, fields::COTP_SRC_TSAP);
                (writer.pdu.src_tsap_offset, writer.pdu.src_tsap_length) = place;
            }
            code::CALLED_T_SELECTOR => {
                let place =
                    self.t_selector(writer, fields::COTP_DST_TSAP_BYTES, fields::COTP_DST_TSAP);
                (writer.pdu.dst_tsap_offset, writer.pdu.dst_tsap_length) = place;
            }
            _ => self.rarer(writer, present, definition.numbers),
        }
    }

    #[inline(never)]
    fn rarer<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        present: &mut Present,
        numbers: &[Number],
    ) {
        let number = self.numbers(writer, numbers);
        match self.code {
            code::PREFERRED_MAXIMUM_TPDU_SIZE => {
                self.preferred_maximum_tpdu_size(writer, present);
            }
            code::CHECKSUM => self.checksum(writer, number, present),
            code::ATN_CHECKSUM_32 | code::ATN_CHECKSUM_16 => {
                self.atn_checksum(writer, number, present);
            }
            code::VERSION => self.version(writer, number),
            code::ADDITIONAL_OPTIONS => self.additional_options(writer, present),
            code::ALTERNATIVE_CLASSES => self.alternative_classes(writer, present),
            code::FLOW_CONTROL_CONFIRMATION => self.flow_control_confirmation(writer),
            code::SELECTIVE_ACKNOWLEDGEMENT => self.selective_acknowledgement(writer),
            code::ED_TPDU_NR => self.ed_tpdu_number(writer),
            code::CALLING_T_SELECTOR => {
                self.octets(writer, fields::COTP_INVALID_TPDU);
            }
            code::CLEARING_INFORMATION => {
                self.octets(writer, fields::COTP_ADDITIONAL_CLEARING_INFORMATION);
            }
            code::INACTIVITY_TIMER => self.inactivity_timer(writer, number),
            code::PROTECTION => {
                self.octets(writer, fields::COTP_PROTECTION);
            }
            _ => {}
        }
    }

    /// The codes of the aeronautical network lie where X.224 never assigns any.
    fn is_unassigned(self) -> bool {
        matches!(self.code, code::ATN_CHECKSUM_32 | code::ATN_CHECKSUM_16)
            && self.part.scope.settings.atn.is_none()
    }

    /// The parameter does not belong in this TPDU or class (X.224 13.3.4, 13.4.4).
    #[cold]
    fn misplaced<I: Items>(self, writer: &mut Writer<'_, I>, tpdus: Tpdus) {
        let Tpdu { kind, class, .. } = self.part.tpdu;
        let code = self.code;
        let right_tpdu = tpdus.contains(kind.into());
        let here = self.at_code().seen(code);
        match code {
            // RFC 1006 5 negotiates expedited data by it in class 0.
            code::ADDITIONAL_OPTIONS
                if right_tpdu && class == Some(0) && self.part.scope.over_tpkt => {}
            code::CHECKSUM if right_tpdu => {
                let here = here.against(class.unwrap_or(0));
                writer.remark(experts::COTP_CHECKSUM_UNEXPECTED, here);
            }
            _ => {
                let reason = if right_tpdu {
                    ParameterNotAllowed::ForClass(kind as u8)
                } else {
                    ParameterNotAllowed::ForTpdu(kind as u8)
                };
                writer.remark_as(self.warning_or_note_in_cr(), reason, here);
            }
        }
    }

    /// The numbers at fixed places in the value; the answer is the item of the first.
    #[inline(always)]
    fn numbers<I: Items>(self, writer: &mut Writer<'_, I>, numbers: &[Number]) -> u16 {
        let mut first = self.code_item;
        if !I::WANTED {
            return first;
        }
        for (position, number) in numbers.iter().enumerate() {
            if let Some(item) = self.number(writer, number)
                && position == 0
            {
                first = item;
            }
        }
        first
    }

    fn number<I: Items>(self, writer: &mut Writer<'_, I>, number: &Number) -> Option<u16> {
        let start = usize::from(number.at);
        let octets = self
            .value_octets()
            .get(start..start + usize::from(number.length))?;
        Some(writer.field(
            self.part.tpdu.node,
            number.field,
            self.within_value(number.at.into()),
            number.length.into(),
            big_endian(octets),
        ))
    }

    fn within_value(self, at: u32) -> u32 {
        self.value_offset().saturating_add(at)
    }

    /// X.224 13.2.3.1, 6.17.3.
    fn checksum<I: Items>(self, writer: &mut Writer<'_, I>, item: u16, present: &mut Present) {
        let status =
            *present
                .checksum_status
                .get_or_insert_with(|| match self.part.tpdu.checksummed() {
                    None => CHECKSUM_UNVERIFIED,
                    Some(octets) if checksum::verify(octets) => CHECKSUM_GOOD,
                    Some(_) => CHECKSUM_BAD,
                });
        writer.field(
            item,
            fields::COTP_CHECKSUM_STATUS,
            self.value_offset(),
            2,
            status,
        );
        // In the other classes, and in an RJ, it means nothing, right or wrong.
        let meant =
            self.part.tpdu.kind != Kind::Rj && self.part.tpdu.class.is_none_or(|class| class >= 4);
        if status == CHECKSUM_BAD && meant {
            writer.remark(
                experts::COTP_CHECKSUM_BAD,
                self.at_value(item).seen(big_endian(self.value_octets())),
            );
        }
    }

    fn atn_checksum<I: Items>(self, writer: &mut Writer<'_, I>, item: u16, present: &mut Present) {
        let (code, value) = (self.code, self.value_octets());
        let status = *present
            .atn_checksum_status
            .get_or_insert_with(|| self.atn_checksum_status());
        writer.field(
            item,
            fields::COTP_ATN_EXTENDED_CHECKSUM_STATUS,
            self.value_offset(),
            self.length.into(),
            status,
        );
        if status == CHECKSUM_BAD {
            writer.remark(
                experts::COTP_ATN_EXTENDED_CHECKSUM_BAD,
                self.at_value(item).seen(big_endian(value)).against(code),
            );
        }
    }

    fn atn_checksum_status(self) -> u64 {
        let (code, value) = (self.code, self.value_octets());
        let (Some(tpdu), Some([one, other])) =
            (self.part.tpdu.checksummed(), self.part.scope.settings.atn)
        else {
            return CHECKSUM_UNVERIFIED;
        };
        if one.is_empty() || other.is_empty() {
            return CHECKSUM_UNVERIFIED;
        }
        let mut zeroed = HeaderOctets::default();
        let part_at = self.part.offset_from_li(0);
        for entry in Parameters::new(self.part.span.octets) {
            if let Entry::Whole(parameter) = entry
                && matches!(
                    parameter.code,
                    code::CHECKSUM | code::ATN_CHECKSUM_16 | code::ATN_CHECKSUM_32
                )
            {
                zeroed.add(
                    part_at + parameter.at + PREFIX_LENGTH,
                    parameter.length.into(),
                );
            }
        }
        let nsaps = [one, other];
        let good = if code == code::ATN_CHECKSUM_32 {
            checksum::verify_atn::<4>(tpdu, &zeroed, nsaps, value)
        } else {
            checksum::verify_atn::<2>(tpdu, &zeroed, nsaps, value)
        };
        if good { CHECKSUM_GOOD } else { CHECKSUM_BAD }
    }

    /// X.224 13.3.4 d.
    fn version<I: Items>(self, writer: &mut Writer<'_, I>, item: u16) {
        const VERSION: u64 = 1;
        let version = big_endian(self.value_octets());
        if version != VERSION {
            writer.remark(
                experts::COTP_VP_VERSION_NR_INVALID,
                self.at_value(item).seen(version),
            );
        }
    }

    /// X.224 13.3.4 g, RFC 2126 6.6: a bit is shown when a class that has it is preferred,
    /// selected or an alternative.
    fn additional_options<I: Items>(self, writer: &mut Writer<'_, I>, present: &mut Present) {
        use additional_option::{
            EXPEDITED, NETWORK_EXPEDITED, NON_BLOCKING_EXPEDITED, NON_USE_OF_CHECKSUM,
            RECEIPT_CONFIRMATION, REQUEST_ACKNOWLEDGEMENT, RESERVED, SELECTIVE_ACKNOWLEDGEMENT,
        };
        /// RFC 2126 6.6 gives bits 6 and 4 a meaning of its own.
        const ONLY_WITH_EXPEDITED_OVER_TCP: u8 =
            NON_BLOCKING_EXPEDITED | REQUEST_ACKNOWLEDGEMENT | NETWORK_EXPEDITED;
        let options = self.value_octets().first().copied().unwrap_or(0);
        let node = self.value(writer, fields::COTP_ADDITIONAL_OPTIONS, options.into());
        let alternatives = *present
            .alternatives
            .get_or_insert_with(|| alternative_classes(self.part.span.octets));
        let classes = alternatives | self.part.tpdu.class.map_or(Classes::all(), Classes::of);
        let over_tcp = self.part.scope.over_tpkt && classes.contains(Classes::C2);
        let any = |of: Classes| classes.intersects(of);
        let with_acknowledgement = Classes::C1 | Classes::C3 | Classes::C4;
        let shown = [
            (
                fields::COTP_ADDITIONAL_OPTIONS_RESERVED,
                RESERVED,
                options & RESERVED != 0,
            ),
            (
                fields::COTP_NON_BLOCKING_EXPEDITED_DATA,
                NON_BLOCKING_EXPEDITED,
                any(Classes::C4) || over_tcp,
            ),
            (
                fields::COTP_REQUEST_ACKNOWLEDGEMENT,
                REQUEST_ACKNOWLEDGEMENT,
                any(with_acknowledgement),
            ),
            (
                fields::COTP_EXPEDITED_DATA_ACKNOWLEDGEMENT,
                REQUEST_ACKNOWLEDGEMENT,
                over_tcp,
            ),
            (
                fields::COTP_SELECTIVE_ACKNOWLEDGEMENT,
                SELECTIVE_ACKNOWLEDGEMENT,
                any(Classes::C4),
            ),
            (
                fields::COTP_NETWORK_EXPEDITED_DATA,
                NETWORK_EXPEDITED,
                any(Classes::C1),
            ),
            (fields::COTP_REVERSE_CONNECTION, NETWORK_EXPEDITED, over_tcp),
            (
                fields::COTP_VP_OPT_SEL_CLASS1_USE,
                RECEIPT_CONFIRMATION,
                any(Classes::C1),
            ),
            (
                fields::COTP_USE_16_BIT_CHECKSUM,
                NON_USE_OF_CHECKSUM,
                any(Classes::C4),
            ),
            (
                fields::COTP_TRANSPORT_EXPEDITED_DATA_TRANSFER,
                EXPEDITED,
                true,
            ),
        ];
        for (field, bit, _) in shown.into_iter().filter(|(_, _, shown)| *shown) {
            let set = u64::from(options & bit != 0);
            writer.field(node, field, self.value_offset(), 1, set);
        }
        let here = self.at_value(node).seen(options);
        if options & RESERVED != 0 {
            writer.remark(experts::COTP_ADDITIONAL_OPTIONS_RESERVED_BIT, here);
        }
        let dependent = if over_tcp {
            ONLY_WITH_EXPEDITED_OVER_TCP
        } else if any(Classes::C4) {
            NON_BLOCKING_EXPEDITED
        } else {
            0
        };
        if options & EXPEDITED == 0 && options & dependent != 0 {
            writer.remark(experts::COTP_ADDITIONAL_OPTIONS_CONFLICT, here);
        }
        present.additional_options = Some(options);
        // Table 4; of the other bits it is not established.
        let negotiable = match self.part.tpdu.class {
            Some(1) => EXPEDITED | RECEIPT_CONFIRMATION | NETWORK_EXPEDITED,
            Some(4) => EXPEDITED | NON_USE_OF_CHECKSUM,
            _ => EXPEDITED,
        };
        let proposed = self.part.scope.context.request_additional_options;
        if self.answers() && options & !proposed & negotiable != 0 {
            writer.remark(OptionNotProposed::AdditionalOptions(proposed), here);
        }
    }

    /// X.224 13.3.4 h: one octet a class, encoded as octet 7 is.
    fn alternative_classes<I: Items>(self, writer: &mut Writer<'_, I>, present: &mut Present) {
        let preferred = self.part.tpdu.class.unwrap_or(0);
        let valid = crate::cotp::alternatives_to(preferred);
        for (at, &octet) in (0..).zip(self.value_octets()) {
            let offset = self.within_value(at);
            let class = octet >> 4;
            present.offered |= Classes::of(class);
            let item = writer.field(
                self.part.tpdu.node,
                fields::COTP_ALTERNATIVE_CLASS,
                offset,
                1,
                class.into(),
            );
            let here = Remark::new(item, offset, 1);
            if octet & 0x0f != 0 {
                writer.field(
                    item,
                    fields::COTP_ALTERNATIVE_CLASS_RESERVED,
                    offset,
                    1,
                    (octet & 0x0f).into(),
                );
                writer.remark(
                    experts::COTP_ALTERNATIVE_CLASSES_RESERVED_BITS,
                    here.seen(octet).against(octet & 0xf0),
                );
            }
            if class > 4 || !valid.contains(Classes::of(class)) {
                writer.remark(
                    experts::COTP_ALTERNATIVE_CLASSES_INVALID,
                    here.seen(class).against(preferred),
                );
            }
        }
    }

    /// X.224 13.9.4 c.
    fn flow_control_confirmation<I: Items>(self, writer: &mut Writer<'_, I>) {
        const NUMBERS: [Number; 3] = [
            Number {
                field: fields::COTP_LOWER_WINDOW_EDGE,
                at: 0,
                length: 4,
            },
            Number {
                field: fields::COTP_SEQUENCE_NUMBER,
                at: 4,
                length: 2,
            },
            Number {
                field: fields::COTP_CREDIT,
                at: 6,
                length: 2,
            },
        ];
        /// In extended format only the top bit of the edge means nothing, in normal format all
        /// but 7 bits of the edge and 4 of the credit.
        const MEANINGLESS_EXTENDED: u64 = 0x8000_0000_0000_0000;
        const MEANINGLESS_NORMAL: u64 = 0xffff_ff80_0000_fff0;
        let edge = self.numbers(writer, &NUMBERS);
        let value = big_endian(self.value_octets());
        let meaningless = match self.part.tpdu.format {
            Format::Extended => MEANINGLESS_EXTENDED,
            Format::Short | Format::Normal => MEANINGLESS_NORMAL,
        };
        if value & meaningless != 0 {
            let at = (value & meaningless).leading_zeros() / 8;
            writer.remark(
                experts::COTP_FLOW_CONTROL_RESERVED_BITS,
                Remark::new(edge, self.value_offset().saturating_add(at), 1)
                    .seen(value.to_be_bytes().get(at as usize).copied().unwrap_or(0)),
            );
        }
    }

    /// X.224 13.9.4 d: pairs of edges, of one octet each or of four.
    fn selective_acknowledgement<I: Items>(self, writer: &mut Writer<'_, I>) {
        let length = match self.part.tpdu.format {
            Format::Extended => 4,
            Format::Short | Format::Normal => 1,
        };
        for (position, octets) in (0..).zip(self.value_octets().chunks_exact(length as usize)) {
            let field = if position % 2 == 0 {
                fields::COTP_SELECTIVE_ACK_LOWER
            } else {
                fields::COTP_SELECTIVE_ACK_UPPER
            };
            let offset = self.within_value(position * length);
            let top_bit = 0x80 << (8 * (length - 1));
            let edge = big_endian(octets);
            let item = writer.field(self.part.tpdu.node, field, offset, length, edge & !top_bit);
            if edge & top_bit != 0 {
                writer.remark(
                    experts::COTP_SELECTIVE_ACK_RESERVED_BIT,
                    Remark::new(item, offset, 1).seen(edge),
                );
            }
        }
    }

    /// X.224 13.7.4: 7 bits in two octets, or 31 in four.
    fn ed_tpdu_number<I: Items>(self, writer: &mut Writer<'_, I>) {
        let number = big_endian(self.value_octets());
        let item = self.value(writer, fields::COTP_ED_TPDU_NUMBER, number);
        if number > number_mask(self.part.tpdu.format).into() {
            writer.remark(
                experts::COTP_ED_TPDU_NUMBER_RESERVED_BITS,
                self.at_value(item).seen(number),
            );
        }
    }

    /// X.224 13.3.4 b: the power of two of the size.
    #[inline(always)]
    fn tpdu_size<I: Items>(self, writer: &mut Writer<'_, I>, present: &mut Present) {
        use tpdu_size::{LARGEST, LARGEST_IN_CLASS_0, SMALLEST};
        /// The size when none is proposed (X.224 13.3.4 b).
        const DEFAULT_UNITS: u16 = 1;
        present.tpdu_size = Some((self.code_item, self.offset()));
        let exponent = self.value_octets().first().copied().unwrap_or(0);
        if !(SMALLEST..=LARGEST).contains(&exponent) {
            let item = self.octets(writer, fields::COTP_PARAMETER_VALUE);
            writer.remark(
                experts::COTP_TPDU_SIZE_INVALID,
                self.at_value(item).seen(exponent),
            );
            return;
        }
        let size = 1u64 << exponent;
        let item = self.value(writer, fields::COTP_TPDU_SIZE, size);
        present.tpdu_size_units = 1 << (exponent - SMALLEST);
        if !present.has(code::PREFERRED_MAXIMUM_TPDU_SIZE) {
            writer.pdu.tpdu_size = present.tpdu_size_units;
        }
        let proposed = self.part.scope.context.request_tpdu_size;
        let most = match (proposed, self.part.scope.over_tpkt) {
            (0, false) => DEFAULT_UNITS,
            // RFC 1006 5: no standard size is above the default.
            (0, true) => u16::MAX,
            (proposed, _) => proposed,
        };
        if self.answers() && present.tpdu_size_units > most {
            let reason = match most {
                DEFAULT_UNITS if proposed == 0 => TpduSizeIncreased::Default,
                _ => TpduSizeIncreased::Proposal(most),
            };
            writer.remark(reason, self.at_value(item).seen(size));
        }
        if self.part.tpdu.class == Some(0) && exponent > LARGEST_IN_CLASS_0 {
            writer.remark(
                experts::COTP_TPDU_SIZE_NOT_FOR_CLASS,
                self.at_value(item).seen(size),
            );
        }
    }

    /// X.224 13.3.4 c: a big-endian number of units of 128 octets.
    fn preferred_maximum_tpdu_size<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        present: &mut Present,
    ) {
        const MOST_UNITS_IN_A_TPKT: u16 = 511;
        let units = big_endian(self.value_octets());
        let item = self.value(
            writer,
            fields::COTP_PREFERRED_MAXIMUM_TPDU_SIZE,
            units * u64::from(TPDU_SIZE_UNIT),
        );
        present.preferred_maximum_units = u16::try_from(units).unwrap_or(u16::MAX);
        writer.pdu.tpdu_size = present.preferred_maximum_units;
        // X.224 6.5.5 k: none in the CR, none in the CC.
        let most = self.part.scope.context.request_preferred_maximum;
        if self.answers() && present.preferred_maximum_units > most {
            let reason = match most {
                0 => TpduSizeIncreased::NoPreferredMaximum,
                _ => TpduSizeIncreased::Proposal(most),
            };
            writer.remark(
                reason,
                self.at_value(item).seen(units * u64::from(TPDU_SIZE_UNIT)),
            );
        }
        let here = self.at_value(item).seen(units);
        if units == 0 {
            writer.remark(PreferredMaximumInvalid::Zero, here);
        } else if self.part.scope.over_tpkt && units > MOST_UNITS_IN_A_TPKT.into() {
            writer.remark(
                PreferredMaximumInvalid::AboveTpkt(MOST_UNITS_IN_A_TPKT),
                here,
            );
        }
    }

    /// Whether this is a CC whose CR was seen.
    fn answers(self) -> bool {
        self.part.tpdu.kind == Kind::Cc && self.part.scope.context.has(ContextFlag::Request)
    }

    /// X.224 6.5.5 h.
    fn inactivity_timer<I: Items>(self, writer: &mut Writer<'_, I>, item: u16) {
        if self.answers()
            && !self
                .part
                .scope
                .context
                .has(ContextFlag::RequestInactivityTimer)
        {
            writer.remark(
                OptionNotProposed::Parameter,
                self.at_value(item).seen(self.code),
            );
        }
    }

    /// The octets of a T-selector, and the text they are when all of them are printable; the
    /// answer is where they are, from the LI octet, and how many.
    #[inline(always)]
    fn t_selector<I: Items>(self, writer: &mut Writer<'_, I>, octets: u16, text: u16) -> (u8, u8) {
        self.octets(writer, octets);
        if I::WANTED {
            let value = self.value_octets();
            if !value.is_empty() && value.iter().all(|&octet| is_printable(octet)) {
                self.octets(writer, text);
            }
        }
        (
            u8::try_from(self.part.offset_from_li(self.at + PREFIX_LENGTH)).unwrap_or(0),
            self.length,
        )
    }
}

/// The alternative classes a variable part offers.
fn alternative_classes(variable_part: &[u8]) -> Classes {
    Parameters::new(variable_part)
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

/// A number of up to 8 octets (X.224 13.2: the first is the most significant).
#[inline(always)]
fn big_endian(octets: &[u8]) -> u64 {
    octets
        .iter()
        .fold(0, |number, &octet| number << 8 | u64::from(octet))
}

fn is_printable(octet: u8) -> bool {
    octet.is_ascii_graphic() || octet == b' '
}
