//! A TPDU whose items are being written, and the fields that several TPDU types share.
#![forbid(unsafe_code)]

use super::context::{End, Known};
use super::output::{Items, Shown, Writer};
use super::record::PduFlag;
use crate::cotp::checksum;
use crate::cotp::parameter::{Entry, Parameter, VariablePart, code};
use crate::cotp::tpdu::place;
use crate::cotp::{ClassOptions, Format, Kind, Tpdu};
use crate::registry::{Severity, experts, field_of, fields};
use crate::span::{Place, Span};
use std::ops::Deref;

/// A TPDU, with the items that every TPDU has.
#[derive(Clone, Copy)]
pub(super) struct ShownTpdu<'p> {
    view: Tpdu<'p>,
    /// The item that all others of the TPDU are below.
    pub node: u16,
    li_item: u16,
    type_item: u16,
    /// The class: its own in CR and CC, else the connection's when that is known.
    pub class: Option<u8>,
    /// Its checksum is bad, and is the one thing to report of it.
    pub is_damaged: bool,
}

impl<'p> Deref for ShownTpdu<'p> {
    type Target = Tpdu<'p>;

    #[inline(always)]
    fn deref(&self) -> &Tpdu<'p> {
        &self.view
    }
}

impl<'p> ShownTpdu<'p> {
    /// `items` are those of the TPDU, its LI and its type.
    #[inline(always)]
    pub fn new(view: Tpdu<'p>, items: [u16; 3], class: Option<u8>) -> Self {
        let [node, li_item, type_item] = items;
        Self {
            view,
            node,
            li_item,
            type_item,
            class,
            is_damaged: false,
        }
    }

    /// Whether the TPDU has a checksum that does not verify, in a class that may use it (X.224
    /// 6.17.3).
    #[inline(always)]
    pub fn has_bad_checksum(self) -> bool {
        let class = match self.kind {
            Kind::Cr | Kind::Cc => self.class_options().map(ClassOptions::class),
            _ => self.class,
        };
        let may_have = class.is_none_or(|class| class >= 4) && self.kind != Kind::Rj;
        may_have && !self.variable_part().octets.is_empty() && self.finds_bad_checksum()
    }

    #[inline(never)]
    fn finds_bad_checksum(self) -> bool {
        let is_checksum = |entry| {
            matches!(
                entry,
                Entry::Whole(Parameter {
                    code: code::CHECKSUM,
                    length: 2,
                    ..
                })
            )
        };
        VariablePart::new(self.variable_part().octets).any(is_checksum)
            && self
                .checksummed()
                .is_some_and(|octets| !checksum::verify(octets))
    }

    /// An item's octets in the header.
    #[inline(always)]
    fn shown(self, item: u16, place: Place) -> Shown {
        Shown::new(item, self.header.at(place.at), place.length)
    }

    /// The LI.
    #[inline(always)]
    pub fn li_shown(self) -> Shown {
        self.shown(self.li_item, place::LI)
    }

    /// The code octet.
    #[inline(always)]
    pub fn type_shown(self) -> Shown {
        self.shown(self.type_item, place::CODE)
    }

    /// Octets of the header without an item of their own, on the item of the type.
    pub fn type_shown_at(self, place: Place) -> Shown {
        self.shown(self.type_item, place)
    }

    /// The header, on the item of the type.
    pub fn header_shown(self) -> Shown {
        Shown::new(self.type_item, self.whole.offset, self.header.captured())
    }

    /// All of the TPDU.
    pub fn whole_shown(self) -> Shown {
        Shown::new(self.node, self.whole.offset, self.whole.captured())
    }

    /// Shows a field of the header.
    #[inline(always)]
    pub fn field<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        id: u16,
        place: Place,
        value: impl Into<u64>,
    ) -> Shown {
        let offset = self.header.at(place.at);
        writer.field(self.node, id, offset, place.length, value.into())
    }

    /// Shows and records DST-REF.
    #[inline(always)]
    pub fn show_dest_ref<I: Items>(self, writer: &mut Writer<'_, I>) -> Option<(Shown, u16)> {
        let reference = self.dest_ref()?;
        writer.pdu.dest_ref = reference;
        let shown = self.field(writer, fields::COTP_DESTREF, place::DEST_REF, reference);
        Some((shown, reference))
    }

    /// Shows and records SRC-REF.
    #[inline(always)]
    pub fn show_src_ref<I: Items>(self, writer: &mut Writer<'_, I>) -> Option<(Shown, u16)> {
        let reference = self.src_ref()?;
        writer.pdu.src_ref = reference;
        let shown = self.field(writer, fields::COTP_SRCREF, place::SRC_REF, reference);
        Some((shown, reference))
    }

    /// Shows DST-REF of a TPDU of an existing connection, and compares it with the reference the
    /// receiver chose (X.224 6.9.4.2). Without TPKT several connections may share the carrier, and
    /// RDP sets references arbitrarily.
    pub fn connection_dest_ref<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        known: &mut Known,
    ) -> Option<u16> {
        let (shown, reference) = self.show_dest_ref(writer)?;
        let receiver = known.sender.map(End::other);
        if let Some(expected) = known.certain_reference_of(receiver)
            && reference != expected
        {
            let is_first = known
                .context
                .tell_reference(known.sender, reference, expected);
            let info = shown.value(reference).expected(expected);
            let id = experts::COTP_DESTREF_MISMATCH;
            writer.raise_first(is_first, Severity::Warning, id, info);
        }
        Some(reference)
    }

    /// Shows SRC-REF of a TPDU of an existing connection, and compares it with the reference its
    /// sender chose (X.224 13.5.3 c, 13.6.3 c).
    pub fn connection_src_ref<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        known: &Known,
    ) -> Option<(Shown, u16)> {
        let (shown, reference) = self.show_src_ref(writer)?;
        let is_doubtful = known
            .sender
            .is_some_and(|end| known.context.has_told_reference(end.other()));
        if let Some(expected) = known.certain_reference_of(known.sender)
            && reference != expected
            && !is_doubtful
        {
            let info = shown.value(reference).expected(expected);
            writer.raise(experts::COTP_SRCREF_MISMATCH, info);
        }
        Some((shown, reference))
    }

    /// Records the number of a numbered TPDU.
    #[inline(always)]
    pub fn record_number<I: Items>(self, writer: &mut Writer<'_, I>, number: u32) {
        writer.pdu.tpdu_number = number;
        if self.format == Format::Extended {
            writer.flag(PduFlag::Extended);
        }
    }

    /// Shows and records a credit.
    #[inline(always)]
    pub fn show_credit<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        place: Place,
        credit: u16,
    ) -> Shown {
        writer.pdu.credit = credit;
        self.field(writer, fields::COTP_CREDIT, place, credit)
    }
}

/// Shows octets that are not decoded.
#[inline(always)]
pub(super) fn undecoded<I: Items>(writer: &mut Writer<'_, I>, parent: u16, rest: Span) {
    if !rest.octets.is_empty() {
        writer.span(parent, fields::COTP_UNDECODED, rest);
    }
}

/// Whether a value of a field has a name, that is, whether the standard defines it.
pub(super) fn is_defined(field: u16, value: u8) -> bool {
    field_of(field).is_some_and(|field| field.value_name(value.into()).is_some())
}
