//! The frames of a packet or stream: TPKTs, NSDUs, and what may be in place of a TPKT.
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag, End, Known};
use super::cursor::Cursor;
use super::fast::PlainDt;
use super::output::{Items, Output, Shown, Writer};
use super::record::PduFlag;
use super::settings::{Encapsulation, Settings};
use super::shown::undecoded;
use super::tpdu;
use crate::cotp::{self, Kind};
use crate::recognition::{self, FastPath, Recognition};
use crate::registry::reasons::{
    TlsUnexpected, TpktGap, TpktIncomplete, TpktLengthInvalid, TpktTls,
};
use crate::registry::{Cause, NO_PARENT, Severity, experts, fields};
use crate::span::{Place, Span};
use crate::tpkt::{self, HEADER_LENGTH, place};

/// The kind of a frame of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// A TPKT, or what is in place of one.
    InSync,
    /// The front of a TPKT whose length cannot be true.
    Header,
    /// An RDP fast-path PDU.
    FastPath,
    /// The header of the TLS record with which TLS begins.
    Tls,
    /// The first octet at which no frame starts.
    Lost,
    /// The same, and it looks like the start of a TLS record.
    LostInTls,
    /// Octets skipped until a TPKT was found.
    Skipped,
    /// Octets in front of the first TPKT of a midstream connection, or behind octets that were not
    /// captured.
    BeforeFirst,
}

/// A frame of a stream.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'p> {
    /// What they are.
    pub kind: FrameKind,
    /// They follow a TPDU with a fault directly, so the fault explains them when they are no TPKT.
    pub follows_fault: bool,
    /// Who sent them.
    pub sender: End,
    /// Octets that were received.
    pub octets: &'p [u8],
    /// Its length; more than `octets` if some were lost.
    pub length: u32,
    /// Offset of the first in the octets of the call's result.
    pub offset: u32,
    /// How many octets were lost right before, 0 when that is not known.
    pub gap: Option<u64>,
}

/// Dissects what is at `cursor` in a frame of a stream: writes its record, and moves the cursor.
#[inline(always)]
pub fn dissect_frame<I: Items>(
    settings: &Settings,
    context: &mut Context,
    frame: &Frame,
    cursor: &mut Cursor,
    output: &mut Output<'_, I>,
) {
    let span = Span {
        octets: frame.octets,
        length: frame.length,
        offset: frame.offset,
    };
    let is_start = cursor.is_start();
    let mut walk = Walk {
        settings,
        packet: 0,
        sender: Some(frame.sender),
        output,
        cursor: match is_start {
            true => Cursor::start(frame.follows_fault),
            false => *cursor,
        },
        is_length_untrue: matches!(frame.kind, FrameKind::Header),
        gap: frame.gap.filter(|_| is_start),
    };
    match (frame.kind, settings.encapsulation) {
        (FrameKind::InSync, Encapsulation::TpktOnly) => walk.tpkts_only(context, span),
        (FrameKind::InSync | FrameKind::Header, _) => walk.tpkts::<true>(context, span),
        (FrameKind::FastPath, _) => {
            walk.fast_path(span);
            walk.cursor = Cursor::done(false);
        }
        (FrameKind::Tls, _) => {
            walk.tls(context, span);
            walk.cursor = Cursor::done(false);
        }
        (FrameKind::Lost, _) => walk.lost(span, experts::TPKT_VERSION_INVALID),
        (FrameKind::LostInTls, _) => walk.lost(span, TlsUnexpected::NotAgreed),
        (FrameKind::Skipped, _) => walk.skip(span),
        (FrameKind::BeforeFirst, _) => {
            walk.continuation(span);
            walk.cursor = Cursor::done(false);
        }
    }
    *cursor = walk.cursor;
}

/// Reports how many octets were passed over as TLS, in a record of its own.
pub fn report_tls<I: Items>(
    offset: u32,
    octets: u64,
    cause: impl Cause,
    output: &mut Output<'_, I>,
) {
    let mut writer = output.pdu(0, offset, false);
    let here = Shown::new(NO_PARENT, offset, 0);
    writer.report(cause, here.value(octets));
}

/// Reports that octets of the other end are no TLS, as this end answers in clear.
pub fn report_disbelief<I: Items>(frame: &Frame, octets: u64, output: &mut Output<'_, I>) {
    if let Some(mut writer) = output.last() {
        let here = Shown::new(NO_PARENT, frame.offset, 0);
        writer.report(TlsUnexpected::OtherEndInClear, here.value(octets));
    }
}

/// Reports `lost` octets behind those of a frame, 0 when their number is not known.
pub fn report_loss<I: Items>(frame: &Frame, lost: u64, output: &mut Output<'_, I>) {
    if let Some(mut writer) = output.last() {
        let end = frame.offset.saturating_add(frame.octets.len() as u32);
        let shown = Shown::new(NO_PARENT, end, 0);
        writer.report(TpktGap::Inside, shown.value(lost));
    }
}

/// The walk over one packet or frame, record by record.
pub(super) struct Walk<'w, 'a, I> {
    pub settings: &'w Settings<'w>,
    /// Index of the packet.
    pub packet: u32,
    pub sender: Option<End>,
    pub output: &'w mut Output<'a, I>,
    /// What is next.
    pub cursor: Cursor,
    /// The length of the TPKT cannot be true.
    pub is_length_untrue: bool,
    /// How many octets were lost right before what is next, 0 when that is not known.
    pub gap: Option<u64>,
}

impl<'a, I: Items> Walk<'_, 'a, I> {
    /// What is next in a packet: at most one record.
    pub fn packet(&mut self, context: &mut Context, packet: Span) {
        let after_gap = self.gap.is_some();
        if after_gap {
            context.lose(self.sender);
        }
        match self.settings.encapsulation {
            Encapsulation::Nsdu => self.nsdu(context, packet),
            Encapsulation::Tpkt | Encapsulation::TpktOnly if after_gap && !self.is_tpkt(packet) => {
                self.skip(packet);
            }
            Encapsulation::Tpkt => self.tpkts::<true>(context, packet),
            Encapsulation::TpktOnly => self.tpkts_only(context, packet),
        }
        context.sent(self.sender);
    }

    /// Whether a TPKT starts here, as far as its octets tell. After a gap nothing else is accepted.
    #[cold]
    fn is_tpkt(&self, rest: Span) -> bool {
        let recognition = match self.settings.encapsulation {
            Encapsulation::TpktOnly => recognition::tpkt(rest.octets),
            _ => recognition::tpkt_with_tpdu(rest.octets),
        };
        recognition == Recognition::Yes
            || (recognition == Recognition::NeedMore && rest.is_truncated())
    }

    /// Starts a record, and reports the gap before it.
    #[inline(always)]
    fn pdu(&mut self, offset: u32) -> Writer<'_, I> {
        let gap = self.gap.take();
        let mut writer = self
            .output
            .pdu(self.packet, offset, self.settings.all_experts);
        if let Some(lost) = gap {
            let start = Shown::new(NO_PARENT, offset, 0);
            writer.report(TpktGap::Before, start.value(lost));
        }
        writer
    }

    /// TPKTs back to back that carry something else than TPDUs.
    #[inline(never)]
    fn tpkts_only(&mut self, context: &mut Context, packet: Span) {
        self.tpkts::<false>(context, packet);
    }

    /// What is next of TPKTs back to back, with TPDUs in them or something else.
    #[inline(always)]
    fn tpkts<const COTP: bool>(&mut self, context: &mut Context, packet: Span) {
        if packet.octets.is_empty() && packet.length > 0 {
            self.continuation(packet);
            self.cursor = Cursor::done(false);
            return;
        }
        let rest = packet.from(self.cursor.offset());
        if rest.octets.is_empty() {
            self.cursor = Cursor::done(false);
        } else if self.cursor.tpdu() != 0 {
            self.rest_of_tpkt(context, rest);
        } else if COTP
            && self.gap.is_none()
            && let Some(dt) = PlainDt::new(rest.octets, context.longest_plain_dt())
        {
            dt.place(self.output, self.packet, rest.offset);
            self.cursor = self.cursor.without_flags();
            self.pass(rest, dt.length.into());
        } else {
            self.tpkt::<COTP>(context, rest);
        }
    }

    /// What is at the front of `rest` ends after `length` octets.
    #[inline(always)]
    pub fn pass(&mut self, rest: Span, length: u32) {
        let has_fault = self.cursor.follows_fault();
        self.cursor = if length < rest.captured() {
            let mut next = Cursor::start(has_fault);
            next.advance(self.cursor.offset() + length);
            next
        } else {
            Cursor::done(has_fault)
        };
    }

    /// The TPKT at the front of `rest`, with its first TPDU, or what is in place of it.
    #[inline(never)]
    pub fn tpkt<const COTP: bool>(&mut self, context: &mut Context, rest: Span) {
        if rest.u8(place::VERSION.at) != Some(tpkt::VERSION) && !self.is_length_untrue {
            match self.other_than_tpkt::<COTP>(context, rest) {
                Other::Tpkt => {}
                Other::Frame(length) => {
                    self.cursor = self.cursor.without_flags();
                    self.pass(rest, length);
                    return;
                }
                Other::Rest => {
                    self.cursor = Cursor::done(false);
                    return;
                }
            }
        }
        self.cursor = self.cursor.without_flags();
        let Some(header) = tpkt::Header::new(rest.octets) else {
            self.incomplete_header(rest);
            self.cursor = Cursor::done(false);
            return;
        };

        let (settings, sender) = (self.settings, self.sender);
        let is_length_untrue = self.is_length_untrue;
        let mut writer = self.pdu(rest.offset);
        let tpkt_length = header.length();
        let length = u32::from(tpkt_length);
        writer.pdu.tpkt_length = tpkt_length;
        let tpkt = rest.up_to(length);
        let (node, shown_length) = header_fields(&mut writer, rest, tpkt, header);
        // Where it carries no TPDU it may be empty.
        if tpkt_length < tpkt::MINIMUM_LENGTH && (COTP || length < HEADER_LENGTH) {
            let reason = match length {
                ..HEADER_LENGTH => TpktLengthInvalid::BelowHeader,
                HEADER_LENGTH => TpktLengthInvalid::Empty,
                _ => TpktLengthInvalid::BelowTpdu,
            };
            writer.raise(reason, shown_length.value(tpkt_length));
            context.lose(sender);
            context.sent(sender);
            undecoded(&mut writer, node, tpkt.from(HEADER_LENGTH));
            self.cursor.judged(true, false);
            if length < HEADER_LENGTH && rest.captured() > HEADER_LENGTH {
                self.cursor.enter(HEADER_LENGTH);
            } else {
                self.pass(rest, length.max(HEADER_LENGTH));
            }
            return;
        }
        if length > rest.length {
            let reason = TpktIncomplete::InTpkt(rest.length);
            writer.raise(reason, shown_length.value(tpkt_length));
            writer.distrust_rest();
        }
        let nsdu = nsdu_of(tpkt, header);
        if !COTP {
            if nsdu.is_truncated() {
                writer.flag(PduFlag::Short);
            }
            self.pass(rest, length);
            return;
        }
        let mut known = Known {
            over_tpkt: true,
            tpkt_reserved: header.reserved(),
            is_incomplete: length > rest.length,
            is_numbered: false,
            sender,
            settings,
            context,
        };
        let untrue = shown_length.value(tpkt_length);
        if is_length_untrue && is_too_long(nsdu) {
            writer.raise(TpktLengthInvalid::Untrue, untrue);
        }
        let next = tpdu::dissect(&mut writer, &mut known, nsdu);
        known.context.sent(sender);
        if is_length_untrue && writer.pdu.severity < Severity::Warning as u8 {
            writer.report(TpktLengthInvalid::Untrue, untrue);
        }
        let (is_faulty, is_distrusted) = (writer.is_faulty(), writer.is_distrusted());
        self.cursor
            .judged(is_faulty || is_length_untrue, is_distrusted);
        match next {
            Some(behind) if !is_length_untrue => self.cursor.enter(HEADER_LENGTH + behind),
            _ => self.pass(rest, length),
        }
    }

    /// The next TPDU of the TPKT at the front of `rest` (X.224 6.4); or the octets behind a header
    /// whose length field is less than a header.
    #[inline(never)]
    fn rest_of_tpkt(&mut self, context: &mut Context, rest: Span) {
        let at = u32::from(self.cursor.tpdu());
        let Some(header) = tpkt::Header::new(rest.octets) else {
            self.cursor = Cursor::done(false);
            return;
        };
        let length = u32::from(header.length());
        if length < HEADER_LENGTH {
            self.skip(rest.from(HEADER_LENGTH));
            self.cursor = Cursor::done(true);
            return;
        }
        let mut known = Known {
            over_tpkt: true,
            tpkt_reserved: header.reserved(),
            is_incomplete: length > rest.length,
            is_numbered: false,
            sender: self.sender,
            settings: self.settings,
            context,
        };
        let nsdu = nsdu_of(rest.up_to(length), header);
        let tpdu = nsdu.from(at.saturating_sub(HEADER_LENGTH));
        match self.concatenated(&mut known, tpdu, (rest.offset, header.length())) {
            Some(behind) => self.cursor.enter(at + behind),
            None => self.pass(rest, length),
        }
    }

    /// What is next of one NSDU.
    fn nsdu(&mut self, context: &mut Context, packet: Span) {
        let mut known = Known {
            over_tpkt: false,
            tpkt_reserved: 0,
            is_incomplete: false,
            is_numbered: false,
            sender: self.sender,
            settings: self.settings,
            context,
        };
        let next = if self.cursor.offset() == 0 {
            let mut writer = self.pdu(packet.offset);
            let next = tpdu::dissect(&mut writer, &mut known, packet);
            let is_distrusted = writer.is_distrusted();
            self.cursor.judged(false, is_distrusted);
            next
        } else {
            let tpdu = packet.from(self.cursor.offset());
            self.concatenated(&mut known, tpdu, (packet.offset, 0))
        };
        match next {
            Some(behind) => self.cursor.advance(behind),
            None => self.cursor = Cursor::done(false),
        }
    }

    /// A TPDU behind the first one of an NSDU (X.224 6.4); `tpkt` is where their TPKT starts and
    /// its length. The answer is the length of the TPDU when another one follows. Where a faulty
    /// TPDU ends is not certain.
    fn concatenated(
        &mut self,
        known: &mut Known,
        tpdu: Span,
        (offset, tpkt_length): (u32, u16),
    ) -> Option<u32> {
        let is_distrusted = self.cursor.is_distrusted();
        let mut writer = self.pdu(offset);
        writer.pdu.tpkt_length = tpkt_length;
        writer.flag(PduFlag::Concatenated);
        if is_distrusted {
            writer.distrust_rest();
        }
        let next = tpdu::dissect(&mut writer, known, tpdu);
        let (is_faulty, is_distrusted) = (writer.is_faulty(), writer.is_distrusted());
        self.cursor.judged(is_faulty, is_distrusted);
        next
    }

    /// The record of octets that are no TPKT, and their item.
    fn continuation(&mut self, rest: Span) -> (Writer<'_, I>, Shown) {
        let mut writer = self.pdu(rest.offset);
        if rest.is_truncated() {
            writer.flag(PduFlag::Short);
        }
        let data = writer.span(NO_PARENT, fields::TPKT_CONTINUATION_DATA, rest);
        (writer, data)
    }

    /// The octets end within a TPKT header.
    #[cold]
    fn incomplete_header(&mut self, rest: Span) {
        let (mut writer, data) = self.continuation(rest);
        writer.flag(PduFlag::Short);
        if !rest.is_truncated() {
            writer.raise(TpktIncomplete::InHeader, data.value(rest.length));
        }
    }

    /// What is in place of a TPKT, if the version is not 3.
    #[cold]
    fn other_than_tpkt<const COTP: bool>(&mut self, context: &mut Context, rest: Span) -> Other {
        /// What tells TLS, a TPKT and everything else apart.
        const DECISIVE: u32 = HEADER_LENGTH + 2;
        let first = rest.u8(place::VERSION.at).unwrap_or(0);
        let is_tls = recognition::tls_record(rest.octets) == Recognition::Yes;
        if is_tls && context.may_begin_tls() {
            self.tls(context, rest);
            return Other::Rest;
        }
        let length = tpkt::Header::new(rest.octets).map_or(0, tpkt::Header::length);
        let is_all_there = COTP && u32::from(length) <= rest.length;
        let sound = match is_all_there {
            true => recognition::tpkt_of_any_version(rest.octets, context.class()),
            false => Recognition::No,
        };
        if sound == Recognition::Yes {
            return Other::Tpkt;
        }
        let begins = || recognition::tls_start(rest.octets, true) != Recognition::No;
        if is_tls && context.is_blank() && sound == Recognition::No && begins() {
            self.tls(context, rest);
            return Other::Rest;
        }
        if context.may_have_fast_path()
            && let FastPath::Length(length) = recognition::rdp_fast_path(rest.octets)
        {
            let length = u32::from(length);
            self.fast_path(rest.up_to(length));
            return Other::Frame(length);
        }
        if rest.is_truncated() && rest.captured() < DECISIVE {
            self.continuation(rest);
            return Other::Rest;
        }
        if is_all_there && recognition::nsdu_of_tpkt(rest.octets) == Recognition::Yes {
            return Other::Tpkt;
        }
        let is_first = !self.cursor.follows_fault();
        let (mut writer, data) = self.continuation(rest);
        let severity = writer.persisting(is_first, Severity::Warning);
        let info = data.first_octet().value(first);
        let id = match is_tls {
            true => experts::TPKT_TLS_UNEXPECTED,
            false => experts::TPKT_VERSION_INVALID,
        };
        writer.report_as(severity, id, info);
        let info = data.value(rest.length);
        writer.report_as(severity, experts::TPKT_SKIPPED, info);
        Other::Rest
    }

    /// TLS begins.
    #[cold]
    fn tls(&mut self, context: &mut Context, rest: Span) {
        context.set(ContextFlag::Tls, true);
        let (mut writer, data) = self.continuation(rest);
        let first = rest.u8(place::VERSION.at).unwrap_or(0);
        writer.report(TpktTls::Begins, data.value(first));
    }

    /// An RDP fast-path PDU.
    fn fast_path(&mut self, pdu: Span) {
        let mut writer = self.pdu(pdu.offset);
        writer.span(NO_PARENT, fields::RDP_FASTPATH, pdu);
        writer.flag(PduFlag::Rdp);
        if pdu.is_truncated() {
            writer.flag(PduFlag::Short);
        }
    }

    /// No frame starts here: the octets behind this one are searched for the next TPKT.
    #[cold]
    fn lost(&mut self, rest: Span, cause: impl Cause) {
        let is_first = !self.cursor.follows_fault();
        let (mut writer, data) = self.continuation(rest);
        let first = rest.u8(place::VERSION.at).unwrap_or(0);
        writer.raise_first(is_first, Severity::Warning, cause, data.value(first));
        self.cursor = Cursor::done(true);
    }

    /// Skips octets after a TPKT with an unusable length, or after a gap.
    #[cold]
    fn skip(&mut self, rest: Span) {
        let is_first = !self.cursor.follows_fault();
        let (mut writer, data) = self.continuation(rest);
        let info = data.value(rest.length);
        writer.raise_first(is_first, Severity::Warning, experts::TPKT_SKIPPED, info);
        self.cursor = Cursor::done(false);
    }
}

/// The NSDU of a TPKT, of which some octets may not be there.
#[inline(always)]
fn nsdu_of<'p>(tpkt: Span<'p>, header: tpkt::Header) -> Span<'p> {
    let length = header.length().into();
    Span { length, ..tpkt }.from(HEADER_LENGTH)
}

/// Whether the length is what tells that no such TPDU is here. Each other one shows what is wrong.
fn is_too_long(nsdu: Span) -> bool {
    let code = nsdu.u8(cotp::tpdu::place::CODE.at).unwrap_or(0);
    match Kind::of(code) {
        Some(Kind::Ud) => true,
        Some(Kind::Cr | Kind::Cc | Kind::Dr | Kind::Ed) => {
            recognition::tpdu(nsdu.octets, nsdu.length) == Recognition::Yes
        }
        _ => false,
    }
}

/// What is found if the first octet is not the version of a TPKT.
enum Other {
    /// A TPKT with another version, to be dissected.
    Tpkt,
    /// A frame of this length, whose record is written.
    Frame(u32),
    /// All remaining octets, whose record is written.
    Rest,
}

/// Shows the header of a TPKT, and judges version and reserved octet. The answers are the item of
/// the TPKT and the length.
#[inline(always)]
fn header_fields<I: Items>(
    writer: &mut Writer<'_, I>,
    rest: Span,
    tpkt: Span,
    header: tpkt::Header,
) -> (u16, Shown) {
    let length = tpkt.captured().min(HEADER_LENGTH);
    let node = writer
        .field(NO_PARENT, fields::TPKT, rest.offset, length, 0)
        .index;
    let version = header.version();
    let shown = field(
        writer,
        node,
        fields::TPKT_VERSION,
        rest,
        place::VERSION,
        version,
    );
    if version != tpkt::VERSION {
        writer.report(experts::TPKT_VERSION_INVALID, shown.value(version));
    }
    let reserved = header.reserved();
    let shown = field(
        writer,
        node,
        fields::TPKT_RESERVED,
        rest,
        place::RESERVED,
        reserved,
    );
    if reserved != 0 {
        writer.report(experts::TPKT_RESERVED_NONZERO, shown.value(reserved));
    }
    let length = header.length();
    let shown = field(
        writer,
        node,
        fields::TPKT_LENGTH,
        rest,
        place::LENGTH,
        length,
    );
    (node, shown)
}

/// Shows a field of a TPKT header.
#[inline(always)]
fn field<I: Items>(
    writer: &mut Writer<'_, I>,
    node: u16,
    id: u16,
    tpkt: Span,
    place: Place,
    value: impl Into<u64>,
) -> Shown {
    writer.field(node, id, tpkt.at(place.at), place.length, value.into())
}
