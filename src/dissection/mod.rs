//! The writer: turns the octets of packets into PDU records, items and expert infos in the
//! caller's memory. This file walks packets, TPKTs and NSDUs; `tpdu` does what is inside.
#![forbid(unsafe_code)]

mod parameters;
mod rdp;
pub mod record;
mod tpdu;
pub mod writer;

pub use tpdu::FORMAT_NOT_FOR_CLASS;

use crate::cotp::{Format, Kind};
use crate::registry::{EXPERT_BASE, NO_PARENT, experts, fields};
use crate::tpkt::{self, Recognition};
use record::{Packet, PacketFlag, PduFlag};
use writer::{Extent, Items, Output, Remark, Writer};

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

/// Flags of a context.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextFlag {
    /// A CR was seen.
    Request = 1,
    /// A CC was seen: `class_options` is what it selected.
    Confirm = 2,
    /// The CR's source reference was 0, as RDP's is.
    RequestWithoutReference = 4,
    /// The connection is RDP: fast-path PDUs may stand between its TPKTs.
    Rdp = 8,
    /// TLS has taken over in one direction at least.
    Tls = 16,
}

/// What is known of a connection. All zero but `struct_size`, nothing is known; a host may copy
/// it, keep a copy per frame, and dissect a packet again with the copy it was first given.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// Size of this struct, set by the host.
    pub struct_size: u32,
    /// Or of `enum isotsap_context_flag`.
    pub flags: u32,
    /// Octet 7 of the CC: class in the upper nibble, options in the lower.
    pub class_options: u8,
    /// Zero.
    pub reserved: [u8; 23],
}

impl Context {
    /// Whether all is zero that must be.
    pub fn is_valid(&self) -> bool {
        const FLAGS: u32 = ContextFlag::Request as u32
            | ContextFlag::Confirm as u32
            | ContextFlag::RequestWithoutReference as u32
            | ContextFlag::Rdp as u32
            | ContextFlag::Tls as u32;
        self.flags & !FLAGS == 0 && self.reserved.iter().all(|&octet| octet == 0)
    }

    fn has(&self, flag: ContextFlag) -> bool {
        self.flags & flag as u32 != 0
    }

    fn set(&mut self, flag: ContextFlag, on: bool) {
        if on {
            self.flags |= flag as u32;
        } else {
            self.flags &= !(flag as u32);
        }
    }

    /// The class of the connection, once a CC selected it.
    fn class(&self) -> Option<u8> {
        self.has(ContextFlag::Confirm)
            .then_some(self.class_options >> 4)
    }

    /// The format of a numbered TPDU, once a CC selected class and format. An ED of class 0 is
    /// RFC 1006's.
    fn format(&self, kind: Kind) -> Option<Format> {
        const EXTENDED: u8 = 0x02;
        self.class().map(|class| match (class, kind) {
            (0 | 1, Kind::Dt) | (0, Kind::Ed) => Format::Short,
            (0 | 1, _) => Format::Normal,
            _ if self.class_options & EXTENDED != 0 => Format::Extended,
            _ => Format::Normal,
        })
    }

    /// Whether class 2 was selected without explicit flow control.
    fn without_flow_control(&self) -> bool {
        const NO_EXPLICIT_FLOW_CONTROL: u8 = 0x01;
        self.class() == Some(2) && self.class_options & NO_EXPLICIT_FLOW_CONTROL != 0
    }
}

/// What steers the dissection of one packet.
struct Scope<'s> {
    over_tpkt: bool,
    settings: &'s Settings<'s>,
    context: &'s mut Context,
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

/// Whether a TPKT starts here, as far as its octets tell: behind a gap nothing else does.
fn is_start<const COTP: bool>(rest: Span) -> bool {
    let recognition = if COTP {
        tpkt::recognise_with_cotp(rest.octets)
    } else {
        tpkt::recognise(rest.octets)
    };
    recognition == Recognition::Yes || (recognition == Recognition::NeedMore && rest.is_short())
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
    mut context: Option<&mut Context>,
    base: &[u8],
    packets: &[Packet],
    output: &mut Output<'_, I>,
) -> (usize, Ending) {
    for (index, packet) in packets.iter().enumerate() {
        let Some(span) = span_of(base, packet) else {
            return (index, Ending::BadPacket);
        };
        let start = output.extent();
        let mut now = context.as_deref().copied().unwrap_or_default();
        let mut walk = Walk {
            settings,
            packet: index as u32,
            output,
            after_gap: packet.flags & PacketFlag::AfterGap as u32 != 0,
        };
        match settings.encapsulation {
            Encapsulation::Nsdu => walk.nsdu(&mut now, span),
            Encapsulation::Tpkt => walk.tpkts::<true>(&mut now, span),
            Encapsulation::TpktOnly => walk.tpkts::<false>(&mut now, span),
        }
        if !output.fits() {
            let wanted = output.extent();
            output.truncate(start);
            let needed = Extent {
                pdus: wanted.pdus - start.pdus,
                items: wanted.items - start.items,
            };
            return (index, Ending::Full(needed));
        }
        if let Some(context) = &mut context {
            **context = now;
        }
    }
    (packets.len(), Ending::Done)
}

#[inline(always)]
fn span_of<'p>(base: &'p [u8], packet: &Packet) -> Option<Span<'p>> {
    const FLAGS: u32 = PacketFlag::AfterGap as u32;
    if packet.captured > packet.reported || packet.flags & !FLAGS != 0 || packet.reserved != 0 {
        return None;
    }
    let offset = usize::try_from(packet.offset).ok()?;
    Some(Span {
        octets: base.get(offset..)?.get(..packet.captured as usize)?,
        length: packet.reported,
        offset: 0,
    })
}

/// The walk over one packet.
struct Walk<'w, 'a, I> {
    settings: &'w Settings<'w>,
    packet: u32,
    output: &'w mut Output<'a, I>,
    after_gap: bool,
}

impl<'a, I: Items> Walk<'_, 'a, I> {
    #[inline(always)]
    fn pdu(&mut self, offset: u32) -> Writer<'_, I> {
        let after_gap = std::mem::take(&mut self.after_gap);
        let mut writer = self.output.pdu(self.packet, offset);
        if after_gap {
            writer.remark(experts::TPKT_GAP, Remark::new(NO_PARENT, offset, 0));
        }
        writer
    }

    /// TPKTs back to back, with TPDUs in them or something else.
    #[inline(always)]
    fn tpkts<const COTP: bool>(&mut self, context: &mut Context, packet: Span) {
        let mut rest = packet;
        if self.after_gap && !is_start::<COTP>(rest) {
            return self.skip(rest);
        }
        if rest.octets.is_empty() && rest.length > 0 {
            self.continuation(rest);
        }
        while !rest.octets.is_empty() {
            let Some(length) = self.tpkt::<COTP>(context, rest) else {
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

        let settings = self.settings;
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
            writer.remark(
                experts::TPKT_LENGTH_INVALID,
                Remark::new(length_item, rest.at(tpkt::at::LENGTH), 2).seen(header.length()),
            );
            let undecoded = tpkt.from(tpkt::HEADER_LENGTH);
            if !undecoded.octets.is_empty() {
                writer.octets(
                    node,
                    fields::COTP_UNDECODED,
                    undecoded.offset,
                    undecoded.captured(),
                );
            }
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
                experts::TPKT_INCOMPLETE,
                Remark::new(length_item, rest.at(tpkt::at::LENGTH), 2)
                    .seen(header.length())
                    .against(rest.length),
            );
        }
        let nsdu = Span { length, ..tpkt }.from(tpkt::HEADER_LENGTH);
        if !COTP && nsdu.is_short() {
            writer.flag(PduFlag::Short);
        }
        if COTP {
            let mut scope = Scope {
                over_tpkt: true,
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
                experts::TPKT_INCOMPLETE,
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
        if tpkt::is_tls(rest.octets) {
            context.set(ContextFlag::Tls, true);
            let (mut writer, data) = self.continuation(rest);
            writer.remark(
                experts::TPKT_TLS,
                Remark::new(data, rest.offset, rest.captured()).seen(first),
            );
            return Some(None);
        }
        if context.has(ContextFlag::Rdp)
            && let Some(length) = tpkt::fast_path_length(rest.octets)
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
    let bit = usize::from(id.saturating_sub(EXPERT_BASE));
    pdu.experts
        .get(bit / 64)
        .is_some_and(|word| word >> (bit % 64) & 1 != 0)
}
