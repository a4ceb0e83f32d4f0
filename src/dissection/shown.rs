//! A TPDU whose items are being written, and the fields that several TPDU types share.
#![forbid(unsafe_code)]

use super::context::{ContextFlag, Known};
use super::output::{Items, Shown, Writer};
use super::record::PduFlag;
use crate::cotp::tpdu::place;
use crate::cotp::{Format, Tpdu};
use crate::registry::{experts, field_of, fields};
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
        }
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
        known: &Known,
    ) -> Option<u16> {
        let (shown, reference) = self.show_dest_ref(writer)?;
        let expected = known
            .sender
            .and_then(|sender| known.context.reference_of_receiver(sender));
        if let Some(expected) = expected
            && reference != expected
            && known.over_tpkt
            && !known.context.has(ContextFlag::Rdp)
        {
            let info = shown.value(reference).expected(expected);
            writer.raise(experts::COTP_DESTREF_MISMATCH, info);
        }
        Some(reference)
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
