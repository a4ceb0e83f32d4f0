//! The variable part of a TPDU (X.224 13.2.3, 13.3.4 to 13.12.4).
#![forbid(unsafe_code)]

use super::tpdu::{Tpdu, from_li};
use super::writer::{Items, Remark, Writer};
use super::{Scope, Span};
use crate::cotp::Kind;
use crate::cotp::parameter::{
    Classes, Entry, PREFIX_LENGTH, Parameter, Parameters, Tpdus, code, definition,
};
use crate::registry::{Severity, experts, fields};

/// What the variable part turned out to hold.
#[derive(Default)]
pub(super) struct Present {
    pub checksum: bool,
    pub invalid_tpdu: bool,
    preferred_size: bool,
}

/// Where one parameter stands and what it is part of.
struct Place<'a, 'p> {
    tpdu: &'a Tpdu<'p>,
    over_tpkt: bool,
    parameter: Parameter<'a>,
    /// Offset of the code in the packet.
    offset: u32,
    code_item: u16,
    length_item: u16,
}

/// Dissects a variable part.
pub(super) fn dissect<I: Items>(
    writer: &mut Writer<'_, '_, I>,
    scope: &Scope,
    tpdu: &Tpdu,
    part: Span,
) -> Present {
    let mut present = Present::default();
    let mut seen = CodeSet::default();
    for entry in Parameters::new(part.octets) {
        match entry {
            Entry::Whole(parameter) => {
                let offset = part.at(parameter.at);
                let (code_item, length_item) =
                    code_and_length(writer, tpdu, offset, parameter.code, parameter.value.len());
                let place = Place {
                    tpdu,
                    over_tpkt: scope.over_tpkt,
                    parameter,
                    offset,
                    code_item,
                    length_item,
                };
                if seen.insert(parameter.code) {
                    writer.remark(
                        experts::COTP_PARAMETER_DUPLICATE,
                        place.at_code().seen(parameter.code),
                    );
                }
                place.dissect(writer, &mut present);
            }
            Entry::Truncated(at, octets) => truncated(writer, tpdu, part, at, octets),
        }
    }
    present
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
}

#[inline(always)]
fn code_and_length<I: Items>(
    writer: &mut Writer<'_, '_, I>,
    tpdu: &Tpdu,
    offset: u32,
    code: u8,
    length: usize,
) -> (u16, u16) {
    (
        writer.field(
            tpdu.node,
            fields::COTP_PARAMETER_CODE,
            offset,
            1,
            code.into(),
        ),
        writer.field(
            tpdu.node,
            fields::COTP_PARAMETER_LENGTH,
            offset.saturating_add(1),
            1,
            length as u64,
        ),
    )
}

/// The end of a variable part that holds no whole parameter. Octets the LI promises and that are
/// missing, because they were not captured or the NSDU ends before, are not the parameter's fault.
#[cold]
fn truncated<I: Items>(
    writer: &mut Writer<'_, '_, I>,
    tpdu: &Tpdu,
    part: Span,
    at: usize,
    octets: &[u8],
) {
    let offset = part.at(at);
    let parent = match *octets {
        [code, length, ref value @ ..] => {
            let (code_item, _) = code_and_length(writer, tpdu, offset, code, length.into());
            if !value.is_empty() {
                writer.octets(
                    tpdu.node,
                    fields::COTP_PARAMETER_VALUE,
                    part.at(at + PREFIX_LENGTH),
                    value.len(),
                );
            }
            code_item
        }
        [code] => writer.field(
            tpdu.node,
            fields::COTP_PARAMETER_CODE,
            offset,
            1,
            code.into(),
        ),
        [] => tpdu.node,
    };
    let wanted = PREFIX_LENGTH + octets.get(1).map_or(0, |&length| length.into());
    let left = (usize::from(writer.pdu.li) + 1).saturating_sub(from_li(tpdu, offset).into());
    if wanted > left {
        writer.remark(
            experts::COTP_PARAMETER_TRUNCATED,
            Remark::new(parent, offset, super::tpdu::length_of(octets))
                .seen(wanted as u64)
                .against(left),
        );
    }
}

impl Place<'_, '_> {
    fn at_code(&self) -> Remark {
        Remark::new(self.code_item, self.offset, 1)
    }

    fn value_offset(&self) -> u32 {
        self.offset.saturating_add(PREFIX_LENGTH as u32)
    }

    fn at_value(&self, item: u16) -> Remark {
        let length = super::tpdu::length_of(self.parameter.value);
        Remark::new(item, self.value_offset(), length)
    }

    /// The value, as a number or whatever else the field is.
    #[inline(always)]
    fn value<I: Items>(&self, writer: &mut Writer<'_, '_, I>, field: u16, value: u64) -> u16 {
        writer.field(
            self.tpdu.node,
            field,
            self.value_offset(),
            super::tpdu::length_of(self.parameter.value),
            value,
        )
    }

    /// The value as octets.
    #[inline(always)]
    fn octets<I: Items>(&self, writer: &mut Writer<'_, '_, I>, field: u16) -> u16 {
        self.value(writer, field, self.parameter.value.len() as u64)
    }

    /// In a CR an undefined or misplaced parameter is ignored rather than refused.
    fn warning_or_note_in_cr(&self) -> Severity {
        match self.tpdu.kind {
            Kind::Cr => Severity::Note,
            _ => Severity::Warning,
        }
    }

    #[inline(always)]
    fn dissect<I: Items>(&self, writer: &mut Writer<'_, '_, I>, present: &mut Present) {
        let Parameter { code, value, .. } = self.parameter;
        let Some(definition) = definition(code) else {
            writer.remark_as(
                self.warning_or_note_in_cr(),
                experts::COTP_PARAMETER_UNKNOWN,
                self.at_code().seen(code),
            );
            self.octets(writer, fields::COTP_PARAMETER_VALUE);
            return;
        };
        self.placement(writer, definition.tpdus, definition.classes);
        let (shortest, longest) = definition.lengths;
        if !(usize::from(shortest)..=longest.into()).contains(&value.len()) {
            let here = Remark::new(self.length_item, self.offset.saturating_add(1), 1);
            writer.remark(
                experts::COTP_PARAMETER_LENGTH_INVALID,
                here.seen(value.len() as u64).against(code),
            );
            self.octets(writer, fields::COTP_PARAMETER_VALUE);
            return;
        }
        match code {
            code::TPDU_SIZE => self.tpdu_size(writer, present),
            code::PREFERRED_MAXIMUM_TPDU_SIZE => {
                present.preferred_size = true;
                self.preferred_maximum_tpdu_size(writer);
            }
            code::CHECKSUM => {
                present.checksum = true;
                self.octets(writer, fields::COTP_PARAMETER_VALUE);
            }
            code::CALLING_T_SELECTOR if self.tpdu.kind == Kind::Er => {
                present.invalid_tpdu = true;
                self.octets(writer, fields::COTP_INVALID_TPDU);
            }
            code::CALLING_T_SELECTOR => {
                let place =
                    self.t_selector(writer, fields::COTP_SRC_TSAP_BYTES, fields::COTP_SRC_TSAP);
                (writer.pdu.src_tsap_offset, writer.pdu.src_tsap_length) = place;
            }
            code::CALLED_T_SELECTOR => {
                let place =
                    self.t_selector(writer, fields::COTP_DST_TSAP_BYTES, fields::COTP_DST_TSAP);
                (writer.pdu.dst_tsap_offset, writer.pdu.dst_tsap_length) = place;
            }
            code::CLEARING_INFORMATION => {
                self.octets(writer, fields::COTP_ADDITIONAL_CLEARING_INFORMATION);
            }
            _ => {
                self.octets(writer, fields::COTP_PARAMETER_VALUE);
            }
        }
    }

    /// Whether the parameter belongs in this TPDU and class (X.224 13.3.4, 13.4.4).
    #[inline(always)]
    fn placement<I: Items>(&self, writer: &mut Writer<'_, '_, I>, tpdus: Tpdus, classes: Classes) {
        let Tpdu { kind, class, .. } = *self.tpdu;
        let here = self.at_code().seen(self.parameter.code).against(kind as u8);
        let right_class =
            class.is_none_or(|class| class > 4 || classes.contains(Classes::of(class)));
        if !tpdus.contains(kind.into()) {
            writer.remark_as(
                self.warning_or_note_in_cr(),
                experts::COTP_PARAMETER_NOT_ALLOWED,
                here,
            );
        } else if !right_class && self.parameter.code == code::CHECKSUM {
            writer.remark(
                experts::COTP_CHECKSUM_UNEXPECTED,
                here.against(class.unwrap_or(0)),
            );
        } else if !right_class {
            writer.remark_as(
                self.warning_or_note_in_cr(),
                experts::COTP_PARAMETER_NOT_ALLOWED,
                here,
            );
        }
    }

    /// X.224 13.3.4 b: the power of two of the size.
    #[inline(always)]
    fn tpdu_size<I: Items>(&self, writer: &mut Writer<'_, '_, I>, present: &Present) {
        const SMALLEST: u8 = 7;
        const LARGEST: u8 = 13;
        const LARGEST_IN_CLASS_0: u8 = 11;
        let exponent = self.parameter.value.first().copied().unwrap_or(0);
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
        if !present.preferred_size {
            writer.pdu.tpdu_size = 1 << (exponent - SMALLEST);
        }
        if self.tpdu.class == Some(0) && exponent > LARGEST_IN_CLASS_0 {
            writer.remark(
                experts::COTP_TPDU_SIZE_NOT_FOR_CLASS,
                self.at_value(item).seen(size),
            );
        }
    }

    /// X.224 13.3.4 c: a big-endian number of units of 128 octets.
    fn preferred_maximum_tpdu_size<I: Items>(&self, writer: &mut Writer<'_, '_, I>) {
        const UNIT: u64 = 128;
        const MOST_UNITS_IN_A_TPKT: u64 = 511;
        let units = self
            .parameter
            .value
            .iter()
            .fold(0, |number, &octet| number << 8 | u64::from(octet));
        let item = self.value(
            writer,
            fields::COTP_PREFERRED_MAXIMUM_TPDU_SIZE,
            units * UNIT,
        );
        writer.pdu.tpdu_size = u16::try_from(units).unwrap_or(u16::MAX);
        if units == 0 || (self.over_tpkt && units > MOST_UNITS_IN_A_TPKT) {
            writer.remark(
                experts::COTP_PREFERRED_MAXIMUM_TPDU_SIZE_INVALID,
                self.at_value(item).seen(units),
            );
        }
    }

    /// The octets of a T-selector, and the text they are when all of them are printable; the
    /// answer is where they are, from the LI octet, and how many.
    #[inline(always)]
    fn t_selector<I: Items>(
        &self,
        writer: &mut Writer<'_, '_, I>,
        octets: u16,
        text: u16,
    ) -> (u8, u8) {
        let value = self.parameter.value;
        self.octets(writer, octets);
        if I::WANTED && !value.is_empty() && value.iter().all(|&octet| is_printable(octet)) {
            self.octets(writer, text);
        }
        (
            from_li(self.tpdu, self.value_offset()),
            u8::try_from(value.len()).unwrap_or(u8::MAX),
        )
    }
}

fn is_printable(octet: u8) -> bool {
    octet.is_ascii_graphic() || octet == b' '
}
