//! The variable part of a TPDU (X.224 13.2.3): the walk over it, the rules for every parameter, and
//! the parameters that are only shown. The others are in the files of this folder.
#![forbid(unsafe_code)]

mod acknowledgement;
mod checksums;
mod negotiation;

use super::context::{ContextFlag, Known};
use super::output::{Items, Shown, Writer};
use super::shown::ShownTpdu;
use crate::cotp::parameter::{
    Definition, Entry, Number, PREFIX_LENGTH, Parameter, VariablePart, code, definition, is_text,
};
use crate::cotp::{Classes, Kind};
use crate::registry::reasons::ParameterNotAllowed;
use crate::registry::{Severity, experts, fields};
use crate::span::Span;

/// What the variable part of a TPDU holds.
#[derive(Default)]
pub(super) struct Parameters {
    codes: CodeSet,
    /// The code of the TPDU size, when there is one.
    pub tpdu_size: Option<Shown>,
    /// The TPDU size in units of 128 octets, 0 when there is none.
    pub tpdu_size_units: u16,
    /// The preferred maximum TPDU size in units of 128 octets, 0 when there is none.
    pub preferred_maximum_units: u16,
    pub additional_options: Option<u8>,
    /// What the part holds is not certain: a parameter is faulty.
    pub is_doubtful: bool,
    /// The alternative classes.
    pub offered: Classes,
    /// Outcome of the checksum: it covers the whole TPDU, so it is verified once.
    checksum_status: Option<u64>,
    atn_checksum_status: Option<u64>,
    /// The alternative classes, those behind the current parameter included.
    alternatives: Option<Classes>,
}

impl Parameters {
    /// Shows and judges the variable part of a TPDU.
    #[inline(always)]
    pub fn dissect<I: Items>(writer: &mut Writer<'_, I>, known: &Known, tpdu: ShownTpdu) -> Self {
        let mut parameters = Self::default();
        let part = Part {
            tpdu,
            known,
            span: tpdu.variable_part(),
            classes: match tpdu.class {
                Some(class @ 0..=4) => Classes::of(class),
                _ => Classes::all(),
            },
        };
        part.walk(writer, &mut parameters);
        parameters
    }

    /// Whether no parameter is of this code, and none is one that may be meant as it.
    pub fn lacks(&self, code: u8) -> bool {
        !self.has(code) && !self.is_doubtful
    }

    /// Whether a parameter of this code is there.
    pub fn has(&self, code: u8) -> bool {
        self.codes.contains(code)
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

/// A variable part with its TPDU and what is known of the connection.
struct Part<'a, 'p> {
    tpdu: ShownTpdu<'p>,
    known: &'a Known<'a>,
    span: Span<'p>,
    /// The classes the TPDU may be of.
    classes: Classes,
}

impl Part<'_, '_> {
    #[inline(never)]
    fn walk<I: Items>(&self, writer: &mut Writer<'_, I>, parameters: &mut Parameters) {
        let faults = writer.faults();
        for entry in VariablePart::new(self.span.octets) {
            if writer.faults() != faults {
                // What is behind a faulty parameter may follow from it.
                writer.distrust_rest();
            }
            let Parameter {
                at, code, length, ..
            } = match entry {
                Entry::Whole(parameter) => parameter,
                Entry::Truncated(at, octets) => {
                    self.truncated(writer, at, octets);
                    break;
                }
            };
            let [code_item, length_item] = self.show_prefix(writer, self.span.at(at), code, length);
            let parameter = ShownParameter {
                part: self,
                at,
                code,
                length,
                code_item,
                length_item,
            };
            let is_duplicate = parameters.codes.insert(code) && definition(code).is_some();
            parameter.dissect(writer, parameters);
            if is_duplicate {
                if writer.faults() != faults {
                    writer.distrust_rest();
                }
                let info = parameter.code_shown().value(code);
                writer.raise(experts::COTP_PARAMETER_DUPLICATE, info);
            }
        }
        parameters.is_doubtful = writer.faults() != faults || writer.is_distrusted();
    }

    /// Where `at` is from the LI octet.
    fn offset_from_li(&self, at: u32) -> u32 {
        (self.span.offset - self.tpdu.whole.offset) + at
    }

    /// Shows code and length of a parameter at `offset`.
    #[inline(always)]
    fn show_prefix<I: Items>(
        &self,
        writer: &mut Writer<'_, I>,
        offset: u32,
        code: u8,
        length: u8,
    ) -> [u16; 2] {
        let node = self.tpdu.node;
        let id = fields::COTP_PARAMETER_CODE;
        let code = writer.field(node, id, offset, 1, code.into());
        let id = fields::COTP_PARAMETER_LENGTH;
        let length = writer.field(node, id, offset.saturating_add(1), 1, length.into());
        [code.index, length.index]
    }

    /// The end of a variable part that is no whole parameter. Octets of the header that were not
    /// captured, or that the NSDU lacks, raise no expert info here.
    #[cold]
    fn truncated<I: Items>(&self, writer: &mut Writer<'_, I>, at: u32, octets: &[u8]) {
        let node = self.tpdu.node;
        let offset = self.span.at(at);
        let captured = octets.len() as u32;
        let parent = match *octets {
            [code, length, ref value @ ..] => {
                let [code_item, _] = self.show_prefix(writer, offset, code, length);
                if !value.is_empty() {
                    let id = fields::COTP_PARAMETER_VALUE;
                    let offset = self.span.at(at + PREFIX_LENGTH);
                    writer.octets(node, id, offset, captured - PREFIX_LENGTH);
                }
                code_item
            }
            [code] => {
                let id = fields::COTP_PARAMETER_CODE;
                writer.field(node, id, offset, 1, code.into()).index
            }
            [] => node,
        };
        let needed = PREFIX_LENGTH + octets.get(1).map_or(0, |&length| length.into());
        let left = self
            .tpdu
            .header_length()
            .saturating_sub(self.offset_from_li(at));
        if needed > left {
            let info = Shown::new(parent, offset, captured)
                .value(needed)
                .expected(left);
            writer.raise(experts::COTP_PARAMETER_TRUNCATED, info);
        }
    }
}

/// One parameter, with the items of its code and length.
#[derive(Clone, Copy)]
struct ShownParameter<'a, 'p> {
    part: &'a Part<'a, 'p>,
    /// Where its code is in the variable part.
    at: u32,
    code: u8,
    length: u8,
    code_item: u16,
    length_item: u16,
}

impl<'a> ShownParameter<'a, '_> {
    /// Offset of the code in the packet.
    fn offset(self) -> u32 {
        self.part.span.at(self.at)
    }

    /// Offset of the value in the packet.
    fn value_offset(self) -> u32 {
        self.offset().saturating_add(PREFIX_LENGTH)
    }

    fn octets(self) -> &'a [u8] {
        let start = (self.at + PREFIX_LENGTH) as usize;
        self.part
            .span
            .octets
            .get(start..start + usize::from(self.length))
            .unwrap_or_default()
    }

    /// The value as one number.
    fn number(self) -> u64 {
        big_endian(self.octets())
    }

    fn code_shown(self) -> Shown {
        Shown::new(self.code_item, self.offset(), 1)
    }

    fn length_shown(self) -> Shown {
        Shown::new(self.length_item, self.offset().saturating_add(1), 1)
    }

    /// Shows the value, as a number or as the type of the field requires.
    #[inline(always)]
    fn show<I: Items>(self, writer: &mut Writer<'_, I>, field: u16, value: u64) -> Shown {
        writer.field(
            self.part.tpdu.node,
            field,
            self.value_offset(),
            self.length.into(),
            value,
        )
    }

    /// Shows the value as octets.
    #[inline(always)]
    fn show_octets<I: Items>(self, writer: &mut Writer<'_, I>, field: u16) -> Shown {
        self.show(writer, field, self.length.into())
    }

    /// Shows a number at a place of the value.
    fn show_number<I: Items>(self, writer: &mut Writer<'_, I>, number: &Number) -> Option<Shown> {
        let start = usize::from(number.at);
        let octets = self
            .octets()
            .get(start..start + usize::from(number.length))?;
        Some(writer.field(
            self.part.tpdu.node,
            number.field,
            self.value_offset().saturating_add(number.at.into()),
            number.length.into(),
            big_endian(octets),
        ))
    }

    /// Shows the numbers at fixed places of the value. The answer is the value, on the item of the
    /// first number.
    #[inline(always)]
    fn show_numbers<I: Items>(self, writer: &mut Writer<'_, I>, numbers: &[Number]) -> Shown {
        let mut first = self.code_item;
        if I::WANTED {
            for (position, number) in numbers.iter().enumerate() {
                if let Some(shown) = self.show_number(writer, number)
                    && position == 0
                {
                    first = shown.index;
                }
            }
        }
        Shown::new(first, self.value_offset(), self.length.into())
    }

    /// Whether this is a parameter of a CC whose CR is known.
    fn answers(self) -> bool {
        let context = &self.part.known.context;
        self.part.tpdu.kind == Kind::Cc
            && context.has(ContextFlag::Request)
            && !context.has(ContextFlag::RequestUnknown)
    }

    /// An undefined or misplaced parameter is ignored in a CR, and a protocol error elsewhere (X.224
    /// 13.2.3).
    fn warning_or_note_in_cr(self) -> Severity {
        match self.part.tpdu.kind {
            Kind::Cr => Severity::Note,
            _ => Severity::Warning,
        }
    }

    #[inline(always)]
    fn dissect<I: Items>(self, writer: &mut Writer<'_, I>, parameters: &mut Parameters) {
        let Self { code, length, .. } = self;
        let kind = self.part.tpdu.kind;
        let Some(definition) = definition(code).filter(|_| !self.is_unassigned()) else {
            let info = self.code_shown().value(code);
            let severity = self.warning_or_note_in_cr();
            writer.raise_as(severity, experts::COTP_PARAMETER_UNKNOWN, info);
            self.show_octets(writer, fields::COTP_PARAMETER_VALUE);
            return;
        };
        if !definition.tpdus.contains(kind) || !definition.classes.intersects(self.part.classes) {
            let faults = writer.faults();
            self.misplaced(writer, definition);
            if writer.faults() != faults {
                writer.distrust_rest();
            }
        }
        if !definition.lengths(self.part.tpdu.format).allow(length) {
            let info = self.length_shown().value(length).expected(code);
            writer.raise(experts::COTP_PARAMETER_LENGTH_INVALID, info);
            self.show_octets(writer, fields::COTP_PARAMETER_VALUE);
            return;
        }
        // Nearly every CR and CC has these three; the others are in a function of their own.
        match code {
            code::TPDU_SIZE => self.tpdu_size(writer, parameters),
            code::CALLING_T_SELECTOR if kind != Kind::Er => {
                let place =
                    self.t_selector(writer, fields::COTP_SRC_TSAP_BYTES, fields::COTP_SRC_TSAP);
                (writer.pdu.src_tsap_offset, writer.pdu.src_tsap_length) = place;
            }
            code::CALLED_T_SELECTOR => {
                let place =
                    self.t_selector(writer, fields::COTP_DST_TSAP_BYTES, fields::COTP_DST_TSAP);
                (writer.pdu.dst_tsap_offset, writer.pdu.dst_tsap_length) = place;
            }
            _ => self.dissect_rare(writer, parameters, definition),
        }
    }

    #[inline(never)]
    fn dissect_rare<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        parameters: &mut Parameters,
        definition: &Definition,
    ) {
        let value = self.show_numbers(writer, definition.numbers);
        match self.code {
            code::PREFERRED_MAXIMUM_TPDU_SIZE => {
                self.preferred_maximum_tpdu_size(writer, parameters);
            }
            code::CHECKSUM => self.checksum(writer, value, parameters),
            code::ATN_CHECKSUM_32 | code::ATN_CHECKSUM_16 => {
                self.atn_checksum(writer, value, parameters);
            }
            code::VERSION => self.version(writer, value),
            code::ADDITIONAL_OPTIONS => self.additional_options(writer, parameters),
            code::ALTERNATIVE_CLASSES => self.alternative_classes(writer, parameters),
            code::FLOW_CONTROL_CONFIRMATION => self.flow_control_confirmation(writer),
            code::SELECTIVE_ACKNOWLEDGEMENT => self.selective_acknowledgement(writer),
            code::ED_TPDU_NR => self.ed_tpdu_number(writer),
            code::INACTIVITY_TIMER => self.inactivity_timer(writer, value),
            code::CALLING_T_SELECTOR => {
                self.show_octets(writer, fields::COTP_INVALID_TPDU);
            }
            code::CLEARING_INFORMATION => {
                self.show_octets(writer, fields::COTP_ADDITIONAL_CLEARING_INFORMATION);
            }
            code::PROTECTION => {
                self.show_octets(writer, fields::COTP_PROTECTION);
            }
            _ => {}
        }
    }

    /// X.224 assigns no codes in the range of the aeronautical network.
    fn is_unassigned(self) -> bool {
        matches!(self.code, code::ATN_CHECKSUM_32 | code::ATN_CHECKSUM_16)
            && self.part.known.settings.atn.is_none()
    }

    /// The parameter does not belong in this TPDU or class (X.224 13.3.4, 13.4.4).
    #[cold]
    fn misplaced<I: Items>(self, writer: &mut Writer<'_, I>, definition: &Definition) {
        let tpdu = &self.part.tpdu;
        let right_tpdu = definition.tpdus.contains(tpdu.kind);
        let info = self.code_shown().value(self.code);
        match self.code {
            // RFC 1006 5 negotiates expedited data by it in class 0.
            code::ADDITIONAL_OPTIONS
                if right_tpdu && tpdu.class == Some(0) && self.part.known.over_tpkt => {}
            code::CHECKSUM if right_tpdu => {
                let info = info.expected(tpdu.class.unwrap_or(0));
                writer.raise(experts::COTP_CHECKSUM_UNEXPECTED, info);
            }
            _ => {
                let reason = if right_tpdu {
                    ParameterNotAllowed::ForClass(tpdu.kind as u8)
                } else {
                    ParameterNotAllowed::ForTpdu(tpdu.kind as u8)
                };
                writer.raise_as(self.warning_or_note_in_cr(), reason, info);
            }
        }
    }

    /// Shows the octets of a T-selector, and its text when all of them are printable; the answer is
    /// where they are, from the LI octet, and how many.
    #[inline(always)]
    fn t_selector<I: Items>(self, writer: &mut Writer<'_, I>, octets: u16, text: u16) -> (u8, u8) {
        self.show_octets(writer, octets);
        if I::WANTED && is_text(self.octets()) {
            self.show_octets(writer, text);
        }
        (
            u8::try_from(self.part.offset_from_li(self.at + PREFIX_LENGTH)).unwrap_or(0),
            self.length,
        )
    }
}

/// A number of up to 8 octets (X.224 13.2: the first is the most significant).
#[inline(always)]
fn big_endian(octets: &[u8]) -> u64 {
    octets
        .iter()
        .fold(0, |number, &octet| number << 8 | u64::from(octet))
}
