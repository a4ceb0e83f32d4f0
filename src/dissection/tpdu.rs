//! One TPDU: fixed part, variable part, user data (X.224 13.2 to 13.12).
#![forbid(unsafe_code)]

use super::context::{Sequence, Terms};
use super::parameters::{Part, Present};
use super::record::PduFlag;
use super::writer::{Items, Remark, Writer};
use super::{Context, ContextFlag, Scope, Span, rdp};
use crate::cotp::parameter::{Classes, code};
use crate::cotp::rdp::recognise as recognise_rdp;
use crate::cotp::{
    Format, Kind, LONGEST_BEFORE_AGREEMENT, RESERVED_LI, TPDU_SIZE_UNIT, additional_option, at,
    classes_of, option, responses_to,
};
use crate::registry::reasons::{
    ConnectionRefused, CreditUnexpected, LiInvalid, OptionNotProposed, OptsReservedBits,
    ParameterMissing, ParameterNotAllowed, TypeNotForClass, UserDataEmpty,
};
use crate::registry::{NO_PARENT, Severity, experts, field_of, fields};
use crate::tpkt::Recognition;

/// One TPDU on its way through the dissector.
#[derive(Clone, Copy)]
pub(super) struct Tpdu<'p> {
    pub kind: Kind,
    pub format: Format,
    /// The LI has room for the fixed part.
    has_room: bool,
    /// From the LI octet to the end of the NSDU.
    pub whole: Span<'p>,
    /// What the LI covers, and the LI octet itself.
    pub header: Span<'p>,
    /// The tree's node of the TPDU.
    pub node: u16,
    li_item: u16,
    /// The item of the type.
    pub type_item: u16,
    /// The class it is of: its own in CR and CC, else the connection's when that is known.
    pub class: Option<u8>,
}

/// Dissects the TPDU at the front of `whole`; the answer is its length when another one follows.
#[inline(always)]
pub(super) fn dissect<I: Items>(
    writer: &mut Writer<'_, I>,
    scope: &mut Scope,
    whole: Span,
) -> Option<u32> {
    writer.pdu.tpdu_offset = whole.offset;
    if whole.is_short() {
        writer.flag(PduFlag::Short);
    }
    let li = whole.u8(at::LI)?;
    writer.pdu.li = li;
    let header_length = u32::from(li) + 1;
    let header = whole.up_to(header_length);
    let node = writer.field(NO_PARENT, fields::COTP, whole.offset, header.captured(), 0);
    let li_item = writer.field(node, fields::COTP_LI, whole.at(at::LI), 1, li.into());
    let at_li = Remark::new(li_item, whole.at(at::LI), 1).seen(li);
    if li == RESERVED_LI {
        writer.remark(experts::COTP_LI_RESERVED, at_li);
    }
    let Some(code) = header.u8(at::CODE) else {
        if whole.length < 2 || li == 0 {
            let reason = match li {
                0 => LiInvalid::BelowCode,
                _ => LiInvalid::PastTpdu(whole.length),
            };
            writer.remark(reason, at_li);
        }
        undecoded(writer, node, whole.from(1));
        return None;
    };
    writer.pdu.r#type = code >> 4;
    let type_item = writer.field(
        node,
        fields::COTP_TYPE,
        whole.at(at::CODE),
        1,
        (code >> 4).into(),
    );
    if header_length > whole.length {
        writer.remark(LiInvalid::PastTpdu(whole.length), at_li);
    }
    let Some(kind) = Kind::of(code) else {
        writer.remark(
            experts::COTP_TYPE_UNKNOWN,
            Remark::new(type_item, whole.at(at::CODE), 1).seen(code),
        );
        undecoded(writer, node, whole.from(2));
        return None;
    };
    let items = [node, li_item, type_item];
    let context = &*scope.context;
    // With copies of their own, CR and CC do without what only other TPDUs need.
    match kind {
        Kind::Cr => {
            Tpdu::new(Kind::Cr, whole, header, li, items, context).dissect(writer, scope, code)
        }
        Kind::Cc => {
            Tpdu::new(Kind::Cc, whole, header, li, items, context).dissect(writer, scope, code)
        }
        _ => {
            let tpdu = Tpdu::new(kind, whole, header, li, items, context);
            neither_cr_nor_cc(writer, scope, tpdu, code)
        }
    }
}

#[inline(never)]
fn neither_cr_nor_cc<I: Items>(
    writer: &mut Writer<'_, I>,
    scope: &mut Scope,
    tpdu: Tpdu,
    code: u8,
) -> Option<u32> {
    tpdu.dissect(writer, scope, code)
}

/// The format of a TPDU, and whether the LI has room for its fixed part. When it has not, the
/// format is the one whose room it falls short of.
///
/// What was agreed counts as long as the LI leaves room for it; only the short format has an LI
/// of its own.
#[inline(always)]
fn format(kind: Kind, li: u8, agreed: Option<Format>) -> (Format, bool) {
    let by_li = kind.format_by_li(li);
    if !kind.is_numbered() || agreed.is_none() || agreed == by_li {
        return match by_li {
            Some(format) => (format, true),
            None => (missed_format(kind, li), false),
        };
    }
    let has_room = |format| kind.minimum_li(format).is_some_and(|minimum| li >= minimum);
    match (agreed, by_li) {
        (Some(Format::Short), Some(format)) | (_, Some(format @ Format::Short)) => (format, true),
        (Some(format @ (Format::Normal | Format::Extended)), _) if has_room(format) => {
            (format, true)
        }
        (_, Some(format)) => (format, true),
        (_, None) => (missed_format(kind, li), false),
    }
}

#[cold]
fn missed_format(kind: Kind, li: u8) -> Format {
    [Format::Short, Format::Normal, Format::Extended]
        .into_iter()
        .find(|&format| kind.minimum_li(format).is_some_and(|minimum| li < minimum))
        .unwrap_or(Format::Normal)
}

/// Octets that cannot be given a meaning.
#[inline(always)]
pub(super) fn undecoded<I: Items>(writer: &mut Writer<'_, I>, parent: u16, rest: Span) {
    if !rest.octets.is_empty() {
        writer.octets(parent, fields::COTP_UNDECODED, rest.offset, rest.captured());
    }
}

impl<'p> Tpdu<'p> {
    #[inline(always)]
    fn new(
        kind: Kind,
        whole: Span<'p>,
        header: Span<'p>,
        li: u8,
        [node, li_item, type_item]: [u16; 3],
        context: &Context,
    ) -> Self {
        let (format, has_room) = format(kind, li, context.format(kind));
        Self {
            kind,
            format,
            has_room,
            whole,
            header,
            node,
            li_item,
            type_item,
            class: context.class(),
        }
    }

    /// Fixed part, variable part, user data.
    #[inline(always)]
    fn dissect<I: Items>(
        mut self,
        writer: &mut Writer<'_, I>,
        scope: &mut Scope,
        code: u8,
    ) -> Option<u32> {
        let header_length = u32::from(writer.pdu.li) + 1;
        let overrun = header_length > self.whole.length;
        if !self.has_room && !overrun {
            let minimum = self.kind.minimum_li(self.format).unwrap_or(0);
            writer.remark(LiInvalid::BelowFixedPart(minimum), self.at_li(writer));
        }
        self.reserved_code_bits(writer, code);
        self.belongs(writer, scope, code);
        self.before_confirm(writer, scope, code);
        match self.kind {
            Kind::Dt => self.dt(writer, scope, code),
            Kind::Ed => self.ed(writer, scope),
            Kind::Cr | Kind::Cc => self.connection(writer, scope, code),
            Kind::Dr => self.dr(writer, scope),
            Kind::Dc => self.dc(writer, scope),
            Kind::Er => self.er(writer, scope),
            Kind::Ak | Kind::Rj | Kind::Ea => self.acknowledgement(writer, scope, code),
            Kind::Ud => self.ud(writer, scope),
        }
        if !matches!(self.kind, Kind::Cr | Kind::Cc | Kind::Er | Kind::Ud)
            && !self.variable_part().octets.is_empty()
        {
            self.parameters(writer, scope, self.variable_part());
        }
        if !self.has_room || overrun {
            undecoded(writer, self.node, self.whole.from(header_length));
            return None;
        }
        if self.kind.has_user_data() {
            self.user_data(writer, scope);
            self.agreed_size(writer, scope);
            return None;
        }
        let more = self.whole.length > header_length;
        if more && scope.over_tpkt {
            let next = self.whole.from(header_length);
            writer.remark(
                experts::COTP_CONCATENATION_NOT_ALLOWED,
                Remark::new(self.node, next.offset, next.captured()).seen(next.length),
            );
        }
        // A record for a TPDU of which nothing was captured would say nothing.
        (more && self.whole.captured() > header_length).then_some(header_length)
    }

    fn at_li<I: Items>(self, writer: &Writer<'_, I>) -> Remark {
        Remark::new(self.li_item, self.whole.at(at::LI), 1).seen(writer.pdu.li)
    }

    /// A field of the fixed part, by its octets in the header.
    #[inline(always)]
    fn field<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        id: u16,
        at: u32,
        length: u32,
        value: impl Into<u64>,
    ) -> u16 {
        writer.field(self.node, id, self.header.at(at), length, value.into())
    }

    pub(super) fn remark_at(self, parent: u16, at: u32, length: u32) -> Remark {
        Remark::new(parent, self.header.at(at), length)
    }

    #[inline(always)]
    fn reserved_code_bits<I: Items>(self, writer: &mut Writer<'_, I>, code: u8) {
        let reserved = code & !self.kind.code_bits_in_use();
        if reserved != 0 {
            let item = self.field(writer, fields::COTP_TYPE_RESERVED, at::CODE, 1, reserved);
            writer.remark(
                experts::COTP_TYPE_RESERVED_BITS,
                self.remark_at(item, at::CODE, 1)
                    .seen(code)
                    .against(code & self.kind.code_bits_in_use()),
            );
        }
    }

    /// Whether class and carrier have this TPDU in this format (X.224 table 8, RFC 1006 6).
    #[inline(always)]
    fn belongs<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope, code: u8) {
        let at_type = self.remark_at(self.type_item, at::CODE, 1).seen(code);
        if scope.over_tpkt && self.is_foreign_to_rfc_1006() {
            writer.remark(experts::COTP_TYPE_NOT_FOR_CARRIER, at_type);
        }
        let Some(class) = self.class else {
            return;
        };
        // RFC 1006 has an ED in class 0, RFC 2126 ED and EA in class 2 without flow control.
        let right_class = match (self.kind, class) {
            // The release of class 0 is that of the TCP connection (X.224 8.2.4).
            (Kind::Dr, 0) => false,
            (Kind::Ed, _) if scope.is_without_expedited() => false,
            (Kind::Ed, 0) => scope.over_tpkt,
            (Kind::Ed | Kind::Ea, 2) => scope.over_tpkt || !scope.context.without_flow_control(),
            (Kind::Ak, 2) => !scope.context.without_flow_control(),
            _ => classes_of(self.kind).is_none_or(|classes| classes.contains(Classes::of(class))),
        };
        if !right_class {
            writer.remark(TypeNotForClass::Type(class), at_type);
            return;
        }
        let agreed = scope.context.format(self.kind);
        let by_li = self.kind.format_by_li(writer.pdu.li);
        if self.kind.is_numbered() && agreed.is_some() && agreed != by_li {
            writer.remark(TypeNotForClass::Format(class), self.at_li(writer));
        }
    }

    /// Data wants a connection.
    #[inline(always)]
    fn before_confirm<I: Items>(self, writer: &mut Writer<'_, I>, scope: &mut Scope, code: u8) {
        if self.kind.is_numbered()
            && scope.context.has(ContextFlag::FromStart)
            && !scope.context.has(ContextFlag::Confirm)
            && !scope.context.has(ContextFlag::DataBeforeConfirm)
        {
            scope.context.set(ContextFlag::DataBeforeConfirm, true);
            writer.remark(
                experts::COTP_CONNECTION_MISSING,
                self.remark_at(self.type_item, at::CODE, 1).seen(code),
            );
        }
    }

    /// The size CR and CC agree on (X.224 13.3.4 b, 13.7.5).
    #[inline(always)]
    fn agreed_size<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope) {
        let agreed = u32::from(scope.context.tpdu_size) * TPDU_SIZE_UNIT;
        if agreed != 0
            && self.whole.length > agreed
            && !matches!(self.kind, Kind::Cr | Kind::Cc | Kind::Ud)
        {
            writer.remark(
                experts::COTP_TPDU_EXCEEDS_SIZE,
                Remark::new(self.node, self.whole.offset, self.whole.captured())
                    .seen(self.whole.length)
                    .against(agreed),
            );
        }
    }

    /// X.224 6.9.4.2: the receiver's reference. RDP has none to speak of, and without TPKT there
    /// may be several connections.
    fn checked_dest_ref<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &Scope,
    ) -> Option<(u16, u16)> {
        let dest_ref = self.dest_ref(writer);
        let expected = scope
            .sender
            .and_then(|sender| scope.context.reference_of_receiver(sender));
        if let (Some((item, seen)), Some(expected)) = (dest_ref, expected)
            && seen != expected
            && scope.over_tpkt
            && !scope.context.has(ContextFlag::Rdp)
        {
            writer.remark(
                experts::COTP_DESTREF_MISMATCH,
                self.remark_at(item, at::DEST_REF, 2)
                    .seen(seen)
                    .against(expected),
            );
        }
        dest_ref
    }

    /// X.224 6.10.3. The numbers of another connection are another order.
    fn check_number<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &mut Scope,
        number: u32,
        item: u16,
    ) {
        let Some(sender) = scope.sender.filter(|_| scope.context.numbers_data()) else {
            return;
        };
        let is_of_another = self.format != Format::Short
            && !scope.context.is_for_receiver(sender, writer.pdu.dest_ref);
        if is_of_another {
            return;
        }
        if let Sequence::Instead(due) = scope.context.number(sender, number, self.format) {
            let (at, length) = self.number_place();
            let here = self.remark_at(item, at, length).seen(number).against(due);
            // Class 2 neither repeats nor reorders (X.224 10.2.4.1 c).
            let severity = match self.class {
                Some(2) => Severity::Warning,
                _ => Severity::Note,
            };
            writer.remark_as(severity, experts::COTP_TPDU_NUMBER_OUT_OF_SEQUENCE, here);
        }
    }

    /// While no CC has selected a class of RFC 2126.
    fn is_foreign_to_rfc_1006(self) -> bool {
        match self.kind {
            Kind::Ud => true,
            Kind::Dc | Kind::Ea | Kind::Ak | Kind::Rj => self.class.is_none(),
            _ => false,
        }
    }

    #[inline(always)]
    fn dest_ref<I: Items>(self, writer: &mut Writer<'_, I>) -> Option<(u16, u16)> {
        let reference = self.header.u16(at::DEST_REF)?;
        writer.pdu.dest_ref = reference;
        let item = self.field(writer, fields::COTP_DESTREF, at::DEST_REF, 2, reference);
        Some((item, reference))
    }

    fn src_ref<I: Items>(self, writer: &mut Writer<'_, I>) -> Option<(u16, u16)> {
        let reference = self.header.u16(at::SRC_REF)?;
        writer.pdu.src_ref = reference;
        let item = self.field(writer, fields::COTP_SRCREF, at::SRC_REF, 2, reference);
        Some((item, reference))
    }

    fn dc<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope) {
        self.checked_dest_ref(writer, scope);
        self.src_ref(writer);
        writer.remark(
            experts::COTP_DISCONNECT_CONFIRM,
            self.remark_at(self.type_item, at::CODE, 1)
                .seen(writer.pdu.src_ref)
                .against(writer.pdu.dest_ref),
        );
    }

    /// X.234: whether both T-selectors are mandatory is not established, so it is a note.
    fn ud<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope) {
        let present = self.parameters(writer, scope, self.variable_part());
        for code in [code::CALLING_T_SELECTOR, code::CALLED_T_SELECTOR] {
            if !present.has(code) && !self.header.is_short() {
                writer.remark_as(Severity::Note, ParameterMissing::Ud, self.missing(code));
            }
        }
    }

    fn missing(self, code: u8) -> Remark {
        self.remark_at(self.type_item, at::CODE, 1).seen(code)
    }

    /// The number of a DT or ED and the EOT bit above it (X.224 13.7.3, 13.8.3).
    #[inline(always)]
    fn number_and_eot<I: Items>(self, writer: &mut Writer<'_, I>) -> Option<NumberAndEot> {
        let (at, length) = self.number_place();
        let (eot, number) = self.top_bit_and_rest(at, length)?;
        self.note_number(writer, number);
        if eot {
            writer.flag(PduFlag::Eot);
        }
        let number_item = self.field(writer, fields::COTP_TPDU_NUMBER, at, length, number);
        let eot_item = self.field(writer, fields::COTP_EOT, at, 1, eot);
        Some(NumberAndEot {
            number,
            number_item,
            eot,
            eot_item,
        })
    }

    #[inline(always)]
    fn note_number<I: Items>(self, writer: &mut Writer<'_, I>, number: u32) {
        writer.pdu.tpdu_number = number;
        if self.format == Format::Extended {
            writer.flag(PduFlag::Extended);
        }
    }

    /// Where the number of a numbered TPDU is, and how many octets it has.
    #[inline(always)]
    fn number_place(self) -> (u32, u32) {
        match self.format {
            Format::Short => (at::NUMBER_SHORT, 1),
            Format::Normal => (at::NUMBER, 1),
            Format::Extended => (at::NUMBER, 4),
        }
    }

    /// A number of one or four octets without its top bit, and that bit.
    #[inline(always)]
    fn top_bit_and_rest(self, at: u32, length: u32) -> Option<(bool, u32)> {
        if length == 1 {
            let octet = self.header.u8(at)?;
            Some((octet & 0x80 != 0, u32::from(octet & 0x7f)))
        } else {
            let word = self.header.u32(at)?;
            Some((word & 0x8000_0000 != 0, word & 0x7fff_ffff))
        }
    }

    #[inline(always)]
    fn dt<I: Items>(self, writer: &mut Writer<'_, I>, scope: &mut Scope, code: u8) {
        const ROA: u8 = 0x01;
        if code & ROA != 0 {
            writer.flag(PduFlag::Roa);
            let item = self.field(writer, fields::COTP_ROA, at::CODE, 1, true);
            let options = scope.context.additional_options;
            let agreement_possible = match self.class {
                Some(1 | 3 | 4) if scope.context.is_negotiated() => {
                    options & additional_option::REQUEST_ACKNOWLEDGEMENT != 0
                }
                Some(class) => matches!(class, 1 | 3 | 4),
                None => !scope.over_tpkt,
            };
            if !agreement_possible {
                writer.remark(
                    experts::COTP_ROA_UNEXPECTED,
                    self.remark_at(item, at::CODE, 1).seen(code),
                );
            }
        }
        if self.format != Format::Short {
            self.checked_dest_ref(writer, scope);
        }
        let Some(NumberAndEot {
            number,
            number_item,
            ..
        }) = self.number_and_eot(writer)
        else {
            return;
        };
        self.check_number(writer, scope, number, number_item);
        if self.format == Format::Short && number != 0 && !matches!(self.class, Some(1)) {
            writer.remark_as(
                self.severity_in_class_0(),
                experts::COTP_TPDU_NUMBER_NONZERO,
                self.remark_at(number_item, at::NUMBER_SHORT, 1)
                    .seen(number),
            );
        }
    }

    fn ed<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope) {
        if self.format != Format::Short {
            self.checked_dest_ref(writer, scope);
        }
        let Some(NumberAndEot {
            number,
            number_item,
            eot,
            eot_item,
        }) = self.number_and_eot(writer)
        else {
            return;
        };
        let (at, _) = self.number_place();
        let short = self.format == Format::Short;
        if short && number != 0 {
            writer.remark_as(
                self.severity_in_class_0(),
                experts::COTP_TPDU_NUMBER_NONZERO,
                self.remark_at(number_item, at, 1).seen(number),
            );
        }
        if !eot {
            let severity = if short {
                Severity::Note
            } else {
                Severity::Warning
            };
            writer.remark_as(
                severity,
                experts::COTP_EOT_CLEAR,
                self.remark_at(eot_item, at, 1)
                    .seen(self.header.u8(at).unwrap_or(0)),
            );
        }
    }

    /// A warning when the class is 0 for certain.
    fn severity_in_class_0(self) -> Severity {
        match self.class {
            Some(0) => Severity::Warning,
            _ => Severity::Note,
        }
    }

    /// AK, RJ and EA (X.224 13.9 to 13.11).
    fn acknowledgement<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope, code: u8) {
        if self.kind != Kind::Ea {
            let item = match self.format {
                Format::Extended => self.type_item,
                Format::Short | Format::Normal => {
                    self.credit(writer, at::CODE, 1, (code & 0x0f).into())
                }
            };
            let wrong = match (self.format, self.class) {
                (Format::Extended, _) if code & 0x0f != 0 => {
                    Some(CreditUnexpected::ExtendedFormat(code & 0xf0))
                }
                (Format::Short | Format::Normal, Some(1)) if code & 0x0f != 0x0f => {
                    Some(CreditUnexpected::Class1(code | 0x0f))
                }
                _ => None,
            };
            if let Some(reason) = wrong {
                writer.remark(reason, self.remark_at(item, at::CODE, 1).seen(code));
            }
        }
        self.checked_dest_ref(writer, scope);
        let (at, length) = self.number_place();
        if let Some((reserved, number)) = self.top_bit_and_rest(at, length) {
            self.note_number(writer, number);
            let item = self.field(writer, fields::COTP_NEXT_TPDU_NUMBER, at, length, number);
            if self.kind == Kind::Rj {
                writer.remark(
                    experts::COTP_REJECT,
                    self.remark_at(self.type_item, at::CODE, 1).seen(number),
                );
            }
            if reserved {
                let offset = self.header.at(at);
                let id = fields::COTP_NEXT_TPDU_NUMBER_RESERVED;
                let item = writer.field(item, id, offset, 1, 1);
                writer.remark(
                    experts::COTP_NEXT_TPDU_NUMBER_RESERVED_BIT,
                    self.remark_at(item, at, 1)
                        .seen(self.header.u8(at).unwrap_or(0)),
                );
            }
        }
        if self.kind != Kind::Ea
            && self.format == Format::Extended
            && let Some(credit) = self.header.u16(at::CREDIT_EXTENDED)
        {
            self.credit(writer, at::CREDIT_EXTENDED, 2, credit);
        }
    }

    fn credit<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        at: u32,
        length: u32,
        credit: u16,
    ) -> u16 {
        writer.pdu.credit = credit;
        self.field(writer, fields::COTP_CREDIT, at, length, credit)
    }

    /// CR and CC (X.224 13.3, 13.4).
    #[inline(always)]
    fn connection<I: Items>(&mut self, writer: &mut Writer<'_, I>, scope: &mut Scope, code: u8) {
        let request = self.kind == Kind::Cr;
        let credit = code & 0x0f;
        let credit_item = self.credit(writer, at::CODE, 1, credit.into());
        let dest_ref = self.dest_ref(writer);
        let src_ref = self.src_ref(writer);
        let (dest, src) = (writer.pdu.dest_ref, writer.pdu.src_ref);
        let event = if request {
            experts::COTP_CONNECTION_REQUEST
        } else {
            experts::COTP_CONNECTION_CONFIRM
        };
        writer.event(
            event,
            self.remark_at(self.type_item, at::CODE, 1)
                .seen(src)
                .against(dest),
        );
        let variable_part = self.variable_part();
        let rdp = recognise_rdp(variable_part.octets, variable_part.is_short());
        // RDP has no references to speak of.
        let may_be_rdp = rdp != Recognition::No;
        let may_answer_rdp = may_be_rdp
            || (scope.context.has(ContextFlag::Request) && scope.context.initiator_reference == 0);
        if let Some((item, reference)) = dest_ref {
            let remark = self.remark_at(item, at::DEST_REF, 2).seen(reference);
            if request && reference != 0 {
                writer.remark(experts::COTP_DESTREF_NONZERO, remark);
            } else if !request && reference == 0 && !may_answer_rdp {
                writer.remark(experts::COTP_DESTREF_ZERO, remark);
            } else if !request
                && scope.context.has(ContextFlag::Request)
                && !scope.context.has(ContextFlag::Rdp)
                && reference != scope.context.initiator_reference
            {
                writer.remark(
                    experts::COTP_DESTREF_MISMATCH,
                    remark.against(scope.context.initiator_reference),
                );
            }
        }
        if let Some((item, 0)) = src_ref
            && !(request && may_be_rdp)
        {
            writer.remark(
                experts::COTP_SRCREF_ZERO,
                self.remark_at(item, at::SRC_REF, 2)
                    .against(self.kind as u8),
            );
        }
        let Some(class_options) = self.header.u8(at::CLASS_OPTIONS) else {
            return;
        };
        writer.pdu.class_options = class_options;
        let class = class_options >> 4;
        self.class = Some(class);
        if class <= 1 && credit != 0 {
            writer.remark(
                CreditUnexpected::NoCredit(code & 0xf0),
                self.remark_at(credit_item, at::CODE, 1).seen(code),
            );
        }
        if scope.over_tpkt && matches!(class, 1 | 3 | 4) {
            writer.remark(
                experts::COTP_CLASS_NOT_FOR_CARRIER,
                self.remark_at(self.type_item, at::CLASS_OPTIONS, 1)
                    .seen(class),
            );
        }
        self.class_and_options(writer, scope, class, class_options);
        let mut terms = Terms {
            class_options,
            additional_options: scope.default_additional_options(),
            ..Terms::default()
        };
        if may_be_rdp {
            self.learn(scope, &terms, (src, dest));
            if rdp == Recognition::NeedMore {
                return undecoded(writer, self.node, variable_part);
            }
            writer.flag(PduFlag::Rdp);
            scope.context.set(ContextFlag::Rdp, true);
            return rdp::dissect(writer, *self);
        }
        let present = self.parameters(writer, scope, variable_part);
        if request && class == 4 && !present.has(code::CHECKSUM) && !self.header.is_short() {
            writer.remark(ParameterMissing::Cr, self.missing(code::CHECKSUM));
        }
        // X.224 6.5.5 k: a CC has one or the other.
        if !request
            && present.has(code::PREFERRED_MAXIMUM_TPDU_SIZE)
            && let Some((item, offset)) = present.tpdu_size
        {
            writer.remark(
                ParameterNotAllowed::WithPreferredMaximum,
                Remark::new(item, offset, 1).seen(code::TPDU_SIZE),
            );
        }
        let expedited = present
            .additional_options
            .is_some_and(|options| options & additional_option::EXPEDITED != 0);
        self.options_of_class_2(writer, scope, class_options, expedited);
        terms.tpdu_size = present.tpdu_size_units;
        terms.preferred_maximum = present.preferred_maximum_units;
        terms.alternatives = present.offered;
        terms.has_inactivity_timer = present.has(code::INACTIVITY_TIMER);
        if let Some(options) = present.additional_options {
            terms.additional_options = options;
        }
        self.learn(scope, &terms, (src, dest));
    }

    /// X.224 13.3.3 e note 1, 6.5.5: without explicit flow control class 2 has neither extended
    /// formats nor expedited data; RFC 2126 4.2 wants the latter over TCP.
    fn options_of_class_2<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &Scope,
        class_options: u8,
        expedited: bool,
    ) {
        let without_flow_control =
            class_options >> 4 == 2 && class_options & option::NO_EXPLICIT_FLOW_CONTROL != 0;
        let conflict =
            class_options & option::EXTENDED_FORMATS != 0 || (expedited && !scope.over_tpkt);
        if without_flow_control && conflict {
            writer.remark(
                experts::COTP_OPTS_CONFLICT,
                self.remark_at(self.type_item, at::CLASS_OPTIONS, 1)
                    .seen(class_options),
            );
        }
    }

    /// Octet 7 of CR and CC (X.224 13.3.3 e).
    #[inline(always)]
    fn class_and_options<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &Scope,
        class: u8,
        class_options: u8,
    ) {
        let here = |parent| self.remark_at(parent, at::CLASS_OPTIONS, 1);
        let class_item = self.field(writer, fields::COTP_CLASS, at::CLASS_OPTIONS, 1, class);
        if class > 4 {
            writer.remark(experts::COTP_CLASS_INVALID, here(class_item).seen(class));
        }
        let reserved_item = self.field(
            writer,
            fields::COTP_OPTS_RESERVED,
            at::CLASS_OPTIONS,
            1,
            (class_options & option::RESERVED) >> 2,
        );
        // Note 2: in class 0 all four bits are zero.
        let reserved = if class == 0 { 0x0f } else { option::RESERVED };
        if class_options & reserved != 0 {
            let reason = match class {
                0 => OptsReservedBits::Class0,
                _ => OptsReservedBits::OtherClass(class_options & !reserved),
            };
            writer.remark(reason, here(reserved_item).seen(class_options));
        }
        let extended = class_options & option::EXTENDED_FORMATS != 0;
        let extended_item = self.field(
            writer,
            fields::COTP_OPTS_EXTENDED_FORMATS,
            at::CLASS_OPTIONS,
            1,
            extended,
        );
        let no_flow_control = class_options & option::NO_EXPLICIT_FLOW_CONTROL != 0;
        let flow_control_item = self.field(
            writer,
            fields::COTP_OPTS_NO_EXPLICIT_FLOW_CONTROL,
            at::CLASS_OPTIONS,
            1,
            no_flow_control,
        );
        // A CR that prefers class 3 or 4 may be answered with class 2, so the option may be
        // meant for that.
        let flow_control_out_of_place = match class {
            1 => true,
            3 | 4 => self.kind == Kind::Cc,
            _ => false,
        };
        for (item, out_of_place) in [
            (extended_item, extended && class == 1),
            (
                flow_control_item,
                no_flow_control && flow_control_out_of_place,
            ),
        ] {
            if out_of_place {
                writer.remark(
                    experts::COTP_OPTS_NOT_FOR_CLASS,
                    here(item).seen(class_options).against(class),
                );
            }
        }
        if self.kind == Kind::Cc && scope.context.has(ContextFlag::Request) {
            self.selection(
                writer,
                scope,
                class_options,
                [class_item, extended_item, flow_control_item],
            );
        }
    }

    /// Whether the CR left the CC this choice (X.224 6.5.5 h, table 4).
    fn selection<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &Scope,
        class_options: u8,
        [class_item, extended_item, flow_control_item]: [u16; 3],
    ) {
        let proposed = scope.context.request_class_options;
        let here = |parent| self.remark_at(parent, at::CLASS_OPTIONS, 1);
        let (preferred, selected) = (proposed >> 4, class_options >> 4);
        let alternatives = Classes::from_bits_truncate(scope.context.request_alternatives);
        let possible = responses_to(preferred, alternatives);
        if preferred <= 4 && selected <= 4 && !possible.contains(Classes::of(selected)) {
            writer.remark(
                experts::COTP_CLASS_NOT_OFFERED,
                here(class_item).seen(selected).against(possible.bits()),
            );
        }
        let added = class_options & !proposed;
        for (item, option, classes) in [
            (extended_item, option::EXTENDED_FORMATS, 2..=4),
            (flow_control_item, option::NO_EXPLICIT_FLOW_CONTROL, 2..=2),
        ] {
            if added & option != 0 && classes.contains(&selected) {
                writer.remark(
                    OptionNotProposed::Options(proposed),
                    here(item).seen(class_options),
                );
            }
        }
    }

    /// Keeps what later TPDUs of the connection are judged by.
    #[inline(always)]
    fn learn(self, scope: &mut Scope, terms: &Terms, references: (u16, u16)) {
        if self.kind == Kind::Cr {
            let (source, _) = references;
            scope.context.request(scope.sender, source, terms);
        } else {
            scope
                .context
                .confirm(scope.sender, references, terms, scope.over_tpkt);
        }
    }

    /// Whether a DR or ER answers the CR (X.224 6.6.3). The initiator's own DR, sent before any
    /// CC, has no destination reference to give.
    fn refuses(self, scope: &Scope, dest_ref: Option<u16>) -> bool {
        let context = &scope.context;
        let answers = match scope.sender.and_then(|end| context.is_initiator(end)) {
            Some(by_initiator) => !by_initiator,
            None => dest_ref.is_some_and(|reference| reference != 0),
        };
        context.is_requested() && answers
    }

    fn dr<I: Items>(self, writer: &mut Writer<'_, I>, scope: &mut Scope) {
        let dest_ref = self.checked_dest_ref(writer, scope);
        let src_ref = self.src_ref(writer);
        let refuses = self.refuses(scope, dest_ref.map(|(_, reference)| reference));
        if let Some((item, reference @ 1..)) = src_ref
            && refuses
        {
            writer.remark(
                experts::COTP_SRCREF_NONZERO,
                self.remark_at(item, at::SRC_REF, 2).seen(reference),
            );
        }
        let Some(reason) = self.header.u8(at::REASON) else {
            return;
        };
        writer.pdu.cause = reason;
        let item = self.field(writer, fields::COTP_CAUSE, at::REASON, 1, reason);
        let here = self.remark_at(item, at::REASON, 1).seen(reason);
        writer.remark(experts::COTP_DISCONNECT_REQUEST, here);
        if refuses {
            writer.remark(ConnectionRefused::Dr, here);
            scope.context.refuse();
        }
        if !has_name(fields::COTP_CAUSE, reason) {
            writer.remark(experts::COTP_CAUSE_UNKNOWN, here);
        } else if reason >= 128 && self.class == Some(0) {
            writer.remark(experts::COTP_CAUSE_NOT_FOR_CLASS, here);
        }
    }

    fn er<I: Items>(self, writer: &mut Writer<'_, I>, scope: &mut Scope) {
        let dest_ref = self.checked_dest_ref(writer, scope);
        let refuses = self.refuses(scope, dest_ref.map(|(_, reference)| reference));
        let Some(cause) = self.header.u8(at::REJECT_CAUSE) else {
            return;
        };
        writer.pdu.cause = cause;
        let item = self.field(
            writer,
            fields::COTP_REJECT_CAUSE,
            at::REJECT_CAUSE,
            1,
            cause,
        );
        let here = self.remark_at(item, at::REJECT_CAUSE, 1).seen(cause);
        writer.remark(experts::COTP_ERROR, here);
        if !has_name(fields::COTP_REJECT_CAUSE, cause) {
            writer.remark(experts::COTP_REJECT_CAUSE_UNKNOWN, here);
        }
        if refuses {
            writer.remark(ConnectionRefused::Er, here);
            scope.context.refuse();
        }
        let present = self.parameters(writer, scope, self.variable_part());
        // Over RFC 1006 the class is 0 until a CC says otherwise.
        let class = self.class.or(scope.over_tpkt.then_some(0));
        if class == Some(0) && !present.has(code::CALLING_T_SELECTOR) && !self.header.is_short() {
            writer.remark(ParameterMissing::Er, self.missing(code::CALLING_T_SELECTOR));
        }
    }

    /// The octets a checksum covers (X.224 6.17.3): all of the TPDU, as far as it goes; `None`
    /// when not all were captured.
    pub(super) fn checksummed(self) -> Option<&'p [u8]> {
        let covered = if self.kind.has_user_data() {
            self.whole
        } else {
            self.header
        };
        (!covered.is_short()).then_some(covered.octets)
    }

    /// The octets of the header behind the fixed part.
    #[inline(always)]
    pub(super) fn variable_part(self) -> Span<'p> {
        let fixed = self.kind.minimum_li(self.format).unwrap_or(u8::MAX);
        self.header.from(u32::from(fixed) + 1)
    }

    #[inline(always)]
    fn parameters<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &Scope,
        part: Span,
    ) -> Present {
        let mut present = Present::default();
        Part::new(self, part, scope).dissect(writer, &mut present);
        present
    }

    #[inline(always)]
    fn user_data<I: Items>(self, writer: &mut Writer<'_, I>, scope: &Scope) {
        let data = self.whole.from(u32::from(writer.pdu.li) + 1);
        writer.pdu.user_data_length = data.captured();
        let item = if data.octets.is_empty() {
            self.node
        } else {
            writer.octets(
                self.node,
                fields::COTP_USER_DATA,
                data.offset,
                data.captured(),
            )
        };
        if self.kind == Kind::Dt {
            let last = writer.pdu.flags & PduFlag::Eot as u16 != 0;
            if data.length == 0 && !last && !self.header.is_short() {
                // Siemens stacks send it all the time, and nobody minds.
                writer.remark_as(Severity::Note, UserDataEmpty::Dt, self.without_data());
            }
        } else {
            self.user_data_limits(writer, scope, item, data);
        }
    }

    fn without_data(self) -> Remark {
        Remark::new(self.type_item, self.whole.offset, self.header.captured())
    }

    /// How much user data the TPDUs other than DT may carry (X.224 13.3.5, 13.5.5, 13.8.5).
    #[inline(always)]
    fn user_data_limits<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        scope: &Scope,
        item: u16,
        data: Span,
    ) {
        if self.header.is_short() {
            return;
        }
        let seen = Remark::new(item, data.offset, data.captured()).seen(data.length);
        let (limit, lifted) = match (self.kind, self.class) {
            // RFC 1006 5 allows user data in the CR and CC of class 0.
            (Kind::Cr | Kind::Cc, Some(0)) => (0, scope.over_tpkt),
            (Kind::Dr, Some(0)) => (0, false),
            (Kind::Cr | Kind::Cc, _) => (32, false),
            (Kind::Dr, _) => (64, false),
            (Kind::Ed, _) => (16, false),
            _ => (0, true),
        };
        if data.length > limit && !lifted {
            if limit == 0 {
                writer.remark(
                    experts::COTP_USER_DATA_NOT_ALLOWED,
                    seen.against(self.kind as u8),
                );
            } else {
                writer.remark(experts::COTP_USER_DATA_TOO_LONG, seen.against(limit));
            }
        }
        if self.kind == Kind::Ed && data.length == 0 {
            writer.remark(UserDataEmpty::Ed, self.without_data());
        }
        let bounded = match self.kind {
            Kind::Cr => true,
            // A refusal has no source reference (X.224 6.6.3).
            Kind::Dr => writer.pdu.src_ref == 0,
            _ => false,
        };
        if bounded && self.whole.length > LONGEST_BEFORE_AGREEMENT {
            writer.remark(
                experts::COTP_TPDU_TOO_LONG,
                Remark::new(self.node, self.whole.offset, self.whole.captured())
                    .seen(self.whole.length)
                    .against(LONGEST_BEFORE_AGREEMENT),
            );
        }
    }
}

/// The number of a DT or ED, and the bit above it.
struct NumberAndEot {
    number: u32,
    number_item: u16,
    eot: bool,
    eot_item: u16,
}

fn has_name(field: u16, value: u8) -> bool {
    field_of(field).is_some_and(|field| field.value_name(value.into()).is_some())
}
