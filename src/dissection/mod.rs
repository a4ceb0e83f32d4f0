//! The writer: turns the octets of packets into PDU records, items and expert infos in the
//! caller's memory. This file walks packets, TPKTs and NSDUs; `tpdu` does what is inside.
#![forbid(unsafe_code)]

pub mod context;
mod parameters;
mod plain_connection;
mod plain_dt;
mod rdp;
pub mod record;
mod tpdu;
pub mod writer;

pub use context::{Context, ContextFlag};
pub use plain_dt::PlainDt;

use crate::cotp::{Kind, additional_option};
use crate::registry::reasons::{TpktGap, TpktIncomplete, TpktLengthInvalid};
use crate::registry::{NO_PARENT, experts, fields};
use crate::tpkt::{self, FastPath, Recognition};
use context::End;
use plain_connection::PlainConnection;
use record::{Packet, PacketFlag, PduFlag};
use writer::{Extent, Items, Output, Remark, Writer, set_of};

/// What a packet consists of.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encapsulation {
    /// TPKTs that carry TPDUs: RFC 1006 and RFC 2126, ITU-T T.123.
    #[default]
    Tpkt = 0,
    /// One NSDU without a TPKT header: the payload of CLNP, of X.25, or of UDP port 102.
    Nsdu = 1,
    /// TPKTs that carry something else, such as the Q.931 of H.323; only the TPKT is dissected.
    TpktOnly = 2,
}

/// What steers the dissection of one packet.
struct Scope<'s> {
    over_tpkt: bool,
    /// Who sent it, when the host says so.
    sender: Option<End>,
    settings: &'s Settings<'s>,
    context: &'s mut Context,
}

impl Scope<'_> {
    /// What a CR or CC without additional options says (X.224 13.3.4 g, RFC 1006 5).
    fn default_additional_options(&self) -> u8 {
        if self.over_tpkt {
            0
        } else {
            additional_option::EXPEDITED
        }
    }

    /// Whether CR and CC did not agree on expedited data.
    fn is_without_expedited(&self) -> bool {
        self.context.is_negotiated()
            && self.context.additional_options & additional_option::EXPEDITED == 0
    }
}

/// How to dissect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'s> {
    /// What a packet consists of.
    pub encapsulation: Encapsulation,
    /// The NSAPs of both ends, empty when not known; `None` outside the aeronautical network.
    pub atn: Option<[&'s [u8]; 2]>,
}

/// Octets of a packet, and where in it they start. `length` is what they are on the wire; fewer
/// may be here. All are 32 bits wide, because a packet's lengths are.
#[derive(Clone, Copy)]
struct Span<'p> {
    octets: &'p [u8],
    length: u32,
    offset: u32,
}

impl<'p> Span<'p> {
    #[inline(always)]
    fn captured(&self) -> u32 {
        self.octets.len() as u32
    }

    #[inline(always)]
    fn is_short(&self) -> bool {
        self.captured() < self.length
    }

    /// What is left from `at` on.
    #[inline(always)]
    fn from(&self, at: u32) -> Self {
        Self {
            octets: self.octets.get(at as usize..).unwrap_or_default(),
            length: self.length.saturating_sub(at),
            // What was not captured has no place to point to.
            offset: self.at(at.min(self.captured())),
        }
    }

    /// The first `length` octets, or fewer when there are not as many.
    #[inline(always)]
    fn up_to(&self, length: u32) -> Self {
        let length = length.min(self.length);
        Self {
            octets: self.octets.get(..length as usize).unwrap_or(self.octets),
            length,
            offset: self.offset,
        }
    }

    #[inline(always)]
    fn chunk<const N: usize>(&self, at: u32) -> Option<[u8; N]> {
        self.octets.get(at as usize..)?.first_chunk().copied()
    }

    #[inline(always)]
    fn u8(&self, at: u32) -> Option<u8> {
        self.octets.get(at as usize).copied()
    }

    #[inline(always)]
    fn u16(&self, at: u32) -> Option<u16> {
        self.chunk(at).map(u16::from_be_bytes)
    }

    #[inline(always)]
    fn u32(&self, at: u32) -> Option<u32> {
        self.chunk(at).map(u32::from_be_bytes)
    }

    /// Where `at` is in the packet. It may lie past its end, where nothing is read or shown.
    #[inline(always)]
    fn at(&self, at: u32) -> u32 {
        self.offset.wrapping_add(at)
    }
}

impl Settings<'_> {
    /// Whether a TPKT starts here, as far as its octets tell: behind a gap nothing else does.
    #[cold]
    fn is_start(&self, rest: Span) -> bool {
        let recognition = match self.encapsulation {
            Encapsulation::TpktOnly => tpkt::recognise(rest.octets),
            _ => tpkt::recognise_with_cotp(rest.octets),
        };
        recognition == Recognition::Yes || (recognition == Recognition::NeedMore && rest.is_short())
    }
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every packet is done.
    Done,
    /// The next packet wants this much room, more than is left.
    Full(Extent),
    /// The next packet lies outside the base buffer, or claims more captured than reported
    /// octets, or sets what must be zero.
    BadPacket,
}

/// Dissects packets into `output`, as many as there is room for; the first answer is how many.
/// With a context they are of one connection.
pub fn dissect<I: Items>(
    settings: &Settings,
    context: Option<&mut Context>,
    base: &[u8],
    packets: &[Packet],
    output: &mut Output<'_, I>,
) -> (usize, Ending) {
    let mut unknown = Context::default();
    let mut batch = Batch {
        settings,
        keeps_context: context.is_some(),
        context: context.unwrap_or(&mut unknown),
        output,
    };
    let mut longest = batch.longest_plain_dt();
    for (index, packet) in packets.iter().enumerate() {
        let (Some(span), Some(sender)) = (span_of(base, packet), sender_of(packet)) else {
            return (index, Ending::BadPacket);
        };
        let after_gap = packet.flags & PacketFlag::AfterGap as u32 != 0;
        let plain_dt = PlainDt::new(span.octets, longest)
            .filter(|dt| u32::from(dt.length) == span.length && !after_gap);
        let outcome = if let Some(dt) = plain_dt {
            dt.keep(batch.output, index as u32, span.offset)
        } else {
            let outcome = batch.packet(index as u32, sender, after_gap, span);
            longest = batch.longest_plain_dt();
            outcome
        };
        if let Err(needed) = outcome {
            return (index, Ending::Full(needed));
        }
    }
    (packets.len(), Ending::Done)
}

/// What the packets of a call have in common.
struct Batch<'b, 'a, I> {
    settings: &'b Settings<'b>,
    /// They are of one connection.
    keeps_context: bool,
    context: &'b mut Context,
    output: &'b mut Output<'a, I>,
}

impl<I: Items> Batch<'_, '_, I> {
    fn longest_plain_dt(&self) -> u32 {
        match self.settings.encapsulation {
            Encapsulation::Tpkt => self.context.longest_plain_dt(),
            _ => 0,
        }
    }

    /// A packet that is no plain DT.
    #[inline(never)]
    fn packet(
        &mut self,
        index: u32,
        sender: Option<End>,
        after_gap: bool,
        span: Span,
    ) -> Result<(), Extent> {
        if !I::WANTED
            && self.settings.encapsulation == Encapsulation::Tpkt
            && !after_gap
            && let Some(connection) = PlainConnection::new(span.octets, self.context)
            && u32::from(connection.length) == span.length
        {
            let record = connection.record(index, span.offset);
            self.output.keep_with_items(record, [])?;
            // In place: a copy of the context would wait for what is written to it.
            if self.keeps_context {
                connection.learn(self.context, sender);
            }
            return Ok(());
        }
        let mut known = *self.context;
        let mut walk = Walk {
            settings: self.settings,
            packet: index,
            sender,
            output: self.output,
            gap: after_gap.then_some(0),
        };
        walk.packet(&mut known, span);
        self.output.fits(0)?;
        self.output.keep();
        if self.keeps_context {
            *self.context = known;
        }
        Ok(())
    }
}

/// What a stream has cut out of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A TPKT, an RDP fast-path PDU, the start of TLS, or what stands where one of them should.
    InStep,
    /// Octets passed over until a TPKT was found.
    Skipped,
    /// Octets in front of the first TPKT of a connection that was not seen from its start, or
    /// behind octets that were not captured.
    BeforeFirst,
}

/// A unit and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'p> {
    /// What it is.
    pub unit: Unit,
    /// Who sent it.
    pub sender: End,
    /// The octets of it that are there.
    pub octets: &'p [u8],
    /// Octets it has; more than `octets` when some were lost.
    pub length: u32,
    /// Where it starts in the octets that offsets count from.
    pub offset: u32,
    /// How many octets were lost right before it, 0 when nobody knows.
    pub gap: Option<u64>,
    /// How many were lost behind `octets`, likewise.
    pub lost: Option<u64>,
}

/// Dissects a piece of a stream.
#[inline(always)]
pub fn dissect_piece<I: Items>(
    settings: &Settings,
    context: &mut Context,
    piece: Piece,
    output: &mut Output<'_, I>,
) {
    let span = Span {
        octets: piece.octets,
        length: piece.length,
        offset: piece.offset,
    };
    let mut walk = Walk {
        settings,
        packet: 0,
        sender: Some(piece.sender),
        output,
        gap: piece.gap,
    };
    match (piece.unit, settings.encapsulation) {
        (Unit::InStep, Encapsulation::TpktOnly) => walk.tpkts::<false>(context, span),
        (Unit::InStep, _) => walk.tpkts::<true>(context, span),
        (Unit::Skipped, _) => walk.skip(span),
        (Unit::BeforeFirst, _) => {
            walk.continuation(span);
        }
    }
    if let Some(lost) = piece.lost
        && let Some(mut writer) = output.last()
    {
        writer.remark(
            TpktGap::Inside,
            Remark::new(NO_PARENT, span.at(span.captured()), 0).seen(lost),
        );
    }
}

#[inline(always)]
fn span_of<'p>(base: &'p [u8], packet: &Packet) -> Option<Span<'p>> {
    if packet.captured > packet.reported || packet.reserved != 0 {
        return None;
    }
    let offset = usize::try_from(packet.offset).ok()?;
    Some(Span {
        octets: base.get(offset..)?.get(..packet.captured as usize)?,
        length: packet.reported,
        offset: 0,
    })
}

/// Who sent a packet; the outer `None` is for flags that mean nothing.
#[inline(always)]
fn sender_of(packet: &Packet) -> Option<Option<End>> {
    const FROM_A: u32 = PacketFlag::FromA as u32;
    const FROM_B: u32 = PacketFlag::FromB as u32;
    match packet.flags & !(PacketFlag::AfterGap as u32) {
        0 => Some(None),
        FROM_A => Some(Some(End::A)),
        FROM_B => Some(Some(End::B)),
        _ => None,
    }
}

/// The walk over one packet.
struct Walk<'w, 'a, I> {
    settings: &'w Settings<'w>,
    packet: u32,
    sender: Option<End>,
    output: &'w mut Output<'a, I>,
    /// How many octets were lost right before what comes next, 0 when nobody knows.
    gap: Option<u64>,
}

impl<'a, I: Items> Walk<'_, 'a, I> {
    #[inline(always)]
    fn pdu(&mut self, offset: u32) -> Writer<'_, I> {
        let gap = self.gap.take();
        let mut writer = self.output.pdu(self.packet, offset);
        if let Some(lost) = gap {
            writer.remark(
                TpktGap::Before,
                Remark::new(NO_PARENT, offset, 0).seen(lost),
            );
        }
        writer
    }

    fn packet(&mut self, context: &mut Context, span: Span) {
        let after_gap = self.gap.is_some();
        if after_gap {
            context.lose(self.sender);
        }
        match self.settings.encapsulation {
            Encapsulation::Nsdu => self.nsdu(context, span),
            Encapsulation::Tpkt | Encapsulation::TpktOnly
                if after_gap && !self.settings.is_start(span) =>
            {
                self.skip(span);
            }
            Encapsulation::Tpkt => self.tpkts::<true>(context, span),
            Encapsulation::TpktOnly => self.tpkts::<false>(context, span),
        }
    }

    /// TPKTs back to back, with TPDUs in them or something else.
    #[inline(always)]
    fn tpkts<const COTP: bool>(&mut self, context: &mut Context, packet: Span) {
        if packet.octets.is_empty() && packet.length > 0 {
            self.continuation(packet);
            return;
        }
        let mut rest = packet;
        while !rest.octets.is_empty() {
            let length = if COTP
                && self.gap.is_none()
                && let Some(dt) = PlainDt::new(rest.octets, context.longest_plain_dt())
            {
                dt.put(self.output, self.packet, rest.offset);
                dt.length.into()
            } else if COTP
                && !I::WANTED
                && self.gap.is_none()
                && let Some(connection) = PlainConnection::new(rest.octets, context)
            {
                let record = connection.record(self.packet, rest.offset);
                self.output.put_with_items(record, []);
                connection.learn(context, self.sender);
                connection.length.into()
            } else if let Some(length) = self.tpkt::<COTP>(context, rest) {
                length
            } else {
                return;
            };
            rest = rest.from(length);
        }
    }

    /// One TPKT at the front of `rest`; the answer is how far it goes, `None` when nothing can
    /// follow.
    #[inline(always)]
    fn tpkt<const COTP: bool>(&mut self, context: &mut Context, rest: Span) -> Option<u32> {
        if rest.u8(tpkt::at::VERSION) != Some(tpkt::VERSION)
            && let Some(beyond) = self.no_tpkt::<COTP>(context, rest)
        {
            return beyond;
        }
        let Some(header) = tpkt::Header::new(rest.octets) else {
            self.header_cut_short(rest);
            return None;
        };

        let (settings, sender) = (self.settings, self.sender);
        let mut writer = self.pdu(rest.offset);
        let length = u32::from(header.length());
        writer.pdu.tpkt_length = header.length();
        let tpkt = rest.up_to(length);
        let node = writer.field(
            NO_PARENT,
            fields::TPKT,
            rest.offset,
            tpkt.captured().min(tpkt::HEADER_LENGTH),
            0,
        );
        let version = writer.field(
            node,
            fields::TPKT_VERSION,
            rest.at(tpkt::at::VERSION),
            1,
            header.version().into(),
        );
        if header.version() != tpkt::VERSION {
            writer.remark(
                experts::TPKT_VERSION_INVALID,
                Remark::new(version, rest.at(tpkt::at::VERSION), 1).seen(header.version()),
            );
        }
        let reserved = writer.field(
            node,
            fields::TPKT_RESERVED,
            rest.at(tpkt::at::RESERVED),
            1,
            header.reserved().into(),
        );
        if header.reserved() != 0 {
            writer.remark(
                experts::TPKT_RESERVED_NONZERO,
                Remark::new(reserved, rest.at(tpkt::at::RESERVED), 1).seen(header.reserved()),
            );
        }
        let length_item = writer.field(
            node,
            fields::TPKT_LENGTH,
            rest.at(tpkt::at::LENGTH),
            2,
            header.length().into(),
        );
        if header.length() < tpkt::MINIMUM_LENGTH {
            let reason = if length < tpkt::HEADER_LENGTH {
                TpktLengthInvalid::BelowHeader
            } else {
                TpktLengthInvalid::BelowTpdu
            };
            writer.remark(
                reason,
                Remark::new(length_item, rest.at(tpkt::at::LENGTH), 2).seen(header.length()),
            );
            tpdu::undecoded(&mut writer, node, tpkt.from(tpkt::HEADER_LENGTH));
            if length < tpkt::HEADER_LENGTH {
                let beyond = rest.from(tpkt::HEADER_LENGTH);
                if !beyond.octets.is_empty() {
                    self.skip(beyond);
                }
                return None;
            }
            return Some(length);
        }
        if length > rest.length {
            writer.remark(
                TpktIncomplete::InTpkt(rest.length),
                Remark::new(length_item, rest.at(tpkt::at::LENGTH), 2).seen(header.length()),
            );
        }
        let nsdu = Span { length, ..tpkt }.from(tpkt::HEADER_LENGTH);
        if !COTP && nsdu.is_short() {
            writer.flag(PduFlag::Short);
        }
        if COTP {
            let mut scope = Scope {
                over_tpkt: true,
                sender,
                settings,
                context,
            };
            let next = tpdu::dissect(&mut writer, &mut scope, nsdu);
            self.concatenated(&mut scope, nsdu, next, (rest.offset, header.length()));
        }
        Some(length)
    }

    /// One NSDU.
    fn nsdu(&mut self, context: &mut Context, nsdu: Span) {
        let mut scope = Scope {
            over_tpkt: false,
            sender: self.sender,
            settings: self.settings,
            context,
        };
        let mut writer = self.pdu(nsdu.offset);
        let next = tpdu::dissect(&mut writer, &mut scope, nsdu);
        self.concatenated(&mut scope, nsdu, next, (nsdu.offset, 0));
    }

    /// The TPDUs behind the first one of an NSDU (X.224 6.4); `next` is where the second starts,
    /// `tpkt` where their TPKT does and its length.
    #[inline(always)]
    fn concatenated(
        &mut self,
        scope: &mut Scope,
        nsdu: Span,
        mut next: Option<u32>,
        tpkt: (u32, u16),
    ) {
        let mut rest = nsdu;
        while let Some(length) = next {
            rest = rest.from(length);
            let (offset, tpkt_length) = tpkt;
            let mut writer = self.output.pdu(self.packet, offset);
            writer.pdu.tpkt_length = tpkt_length;
            writer.flag(PduFlag::Concatenated);
            next = tpdu::dissect(&mut writer, scope, rest);
        }
    }

    /// The record of octets that are no TPKT, and their item.
    fn continuation(&mut self, rest: Span) -> (Writer<'_, I>, u16) {
        let mut writer = self.pdu(rest.offset);
        if rest.is_short() {
            writer.flag(PduFlag::Short);
        }
        let data = writer.octets(
            NO_PARENT,
            fields::TPKT_CONTINUATION_DATA,
            rest.offset,
            rest.captured(),
        );
        (writer, data)
    }

    /// The octets end within a TPKT header.
    #[cold]
    fn header_cut_short(&mut self, rest: Span) {
        let (mut writer, data) = self.continuation(rest);
        writer.flag(PduFlag::Short);
        if !rest.is_short() {
            writer.remark(
                TpktIncomplete::InHeader,
                Remark::new(data, rest.offset, rest.captured()).seen(rest.length),
            );
        }
    }

    /// What stands where a TPKT should, when its version is not 3. `None`: a TPKT all the same.
    #[cold]
    fn no_tpkt<const COTP: bool>(
        &mut self,
        context: &mut Context,
        rest: Span,
    ) -> Option<Option<u32>> {
        /// What tells TLS, a TPKT and everything else apart.
        const DECISIVE: u32 = tpkt::HEADER_LENGTH + 2;
        let first = rest.u8(tpkt::at::VERSION).unwrap_or(0);
        if tpkt::recognise_tls(rest.octets) == Recognition::Yes {
            context.set(ContextFlag::Tls, true);
            let (mut writer, data) = self.continuation(rest);
            writer.remark(
                experts::TPKT_TLS,
                Remark::new(data, rest.offset, rest.captured()).seen(first),
            );
            return Some(None);
        }
        if context.has(ContextFlag::Rdp)
            && let FastPath::Length(length) = tpkt::fast_path(rest.octets)
        {
            let length = u32::from(length);
            let pdu = rest.up_to(length);
            let mut writer = self.pdu(rest.offset);
            writer.octets(NO_PARENT, fields::RDP_FASTPATH, pdu.offset, pdu.captured());
            writer.flag(PduFlag::Rdp);
            if length > pdu.captured() {
                writer.flag(PduFlag::Short);
            }
            return Some(Some(length));
        }
        if rest.is_short() && rest.captured() < DECISIVE {
            self.continuation(rest);
            return Some(None);
        }
        let length = tpkt::Header::new(rest.octets).map_or(0, tpkt::Header::length);
        if COTP
            && u32::from(length) <= rest.length
            && tpkt::recognise_nsdu(rest.octets) == Recognition::Yes
        {
            return None;
        }
        let (mut writer, data) = self.continuation(rest);
        writer.remark(
            experts::TPKT_VERSION_INVALID,
            Remark::new(data, rest.offset, 1).seen(first),
        );
        writer.remark(experts::TPKT_SKIPPED, whole(data, rest));
        Some(None)
    }

    /// Passes over octets behind a TPKT whose length leads nowhere, or behind a gap.
    #[cold]
    fn skip(&mut self, rest: Span) {
        let (mut writer, data) = self.continuation(rest);
        writer.remark(experts::TPKT_SKIPPED, whole(data, rest));
    }
}

/// About all of `rest`.
fn whole(parent: u16, rest: Span) -> Remark {
    Remark::new(parent, rest.offset, rest.captured()).seen(rest.length)
}

/// The kind of TPDU a record is of; `None` when its code is undefined or it holds no TPDU.
pub fn kind_of(pdu: &record::Pdu) -> Option<Kind> {
    Kind::of(pdu.r#type << 4)
}

/// Whether a record's set of expert infos has `id`.
pub fn has_expert(pdu: &record::Pdu, id: u16) -> bool {
    pdu.experts
        .iter()
        .zip(set_of(id))
        .any(|(word, one)| word & one != 0)
}
