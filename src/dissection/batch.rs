//! The packets of a call.
#![forbid(unsafe_code)]

use super::context::{Context, End};
use super::ending::{Ending, report_end};
use super::fast::{PlainConnection, PlainDt};
use super::framing::Walk;
use super::output::{Capacity, Items, Output};
use super::record::{Packet, PacketFlag};
use super::settings::{Encapsulation, Settings};
use crate::span::Span;

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every packet is done.
    Done,
    /// The next packet requires more capacity than is left.
    Full(Capacity),
    /// The next packet lies outside the base buffer, or claims more captured than reported
    /// octets, or sets what must be zero.
    BadPacket,
}

/// Dissects packets into `output`, as many as it has capacity for; the first answer is how many.
/// With a context they are of one connection.
pub fn dissect<I: Items>(
    settings: &Settings,
    context: Option<&mut Context>,
    base: &[u8],
    packets: &[Packet],
    output: &mut Output<'_, I>,
) -> (usize, Outcome) {
    let mut unknown = Context::default();
    let mut batch = Batch {
        settings,
        keeps_context: context.is_some(),
        context: context.unwrap_or(&mut unknown),
        output,
    };
    let mut longest = batch.longest_plain_dt();
    for (index, packet) in packets.iter().enumerate() {
        let Some(span) = span_of(base, packet) else {
            return (index, Outcome::BadPacket);
        };
        let plain_dt = PlainDt::new(span.octets, longest).filter(|dt| {
            u32::from(dt.length) == span.length && plain_sender(packet.flags).is_some()
        });
        let outcome = if let Some(dt) = plain_dt {
            dt.commit(batch.output, index as u32, span.offset)
                .map_err(Outcome::Full)
        } else {
            let outcome = batch.packet(index as u32, packet.flags, span);
            longest = batch.longest_plain_dt();
            outcome
        };
        if let Err(outcome) = outcome {
            return (index, outcome);
        }
    }
    (packets.len(), Outcome::Done)
}

/// What the packets of a call share.
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
    fn packet(&mut self, index: u32, flags: u32, span: Span) -> Result<(), Outcome> {
        if let Some(sender) = plain_sender(flags)
            && self.settings.encapsulation == Encapsulation::Tpkt
            && let Some(connection) = PlainConnection::new(span.octets, self.context, sender)
            && u32::from(connection.length) == span.length
        {
            connection
                .commit(span.octets, self.output, index, span.offset)
                .map_err(Outcome::Full)?;
            // In place: a copy of the context would stall on the writes before it.
            if self.keeps_context {
                connection.learn(span.octets, self.context, sender);
            }
            return Ok(());
        }
        self.walk(index, flags, span)
    }

    /// A packet for which there is no fast path. Not inlined, so that it takes no registers from
    /// those that have one.
    #[inline(never)]
    fn walk(&mut self, index: u32, flags: u32, span: Span) -> Result<(), Outcome> {
        let Circumstances {
            sender,
            after_gap,
            ending,
        } = Circumstances::of(flags).ok_or(Outcome::BadPacket)?;
        let mut known = *self.context;
        let mut walk = Walk {
            settings: self.settings,
            packet: index,
            sender,
            output: self.output,
            follows_fault: false,
            end_of_fault: None,
            gap: after_gap.then_some(0),
        };
        if ending.is_none() || span.length > 0 {
            walk.packet(&mut known, span);
        } else if after_gap {
            known.lose(sender);
            known.sent(sender);
        }
        if let (Some(end), Some(ending)) = (sender, ending) {
            let place = (index, span.offset + span.captured());
            report_end(&mut known, end, ending, place, self.output);
        }
        self.output.fits(0).map_err(Outcome::Full)?;
        self.output.commit();
        if self.keeps_context {
            *self.context = known;
        }
        Ok(())
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

/// What a packet's flags say.
#[derive(Clone, Copy)]
struct Circumstances {
    sender: Option<End>,
    after_gap: bool,
    /// How the sender stopped sending after it.
    ending: Option<Ending>,
}

impl Circumstances {
    /// `None` for invalid flags.
    #[inline(always)]
    fn of(flags: u32) -> Option<Self> {
        const FLAGS: u32 = PacketFlag::Reset as u32 * 2 - 1;
        let has = |flag: PacketFlag| flags & flag as u32 != 0;
        let sender = match (has(PacketFlag::FromA), has(PacketFlag::FromB)) {
            (false, false) => None,
            (true, false) => Some(End::A),
            (false, true) => Some(End::B),
            (true, true) => return None,
        };
        let ending = match (has(PacketFlag::Closed), has(PacketFlag::Reset)) {
            (false, false) => None,
            (true, false) => Some(Ending::Closed),
            (false, true) => Some(Ending::Reset),
            (true, true) => return None,
        };
        let is_valid = flags & !FLAGS == 0 && (sender.is_some() || ending.is_none());
        is_valid.then_some(Self {
            sender,
            after_gap: has(PacketFlag::AfterGap),
            ending,
        })
    }
}

/// Who sent a packet that neither follows a gap nor ends a direction; `None` when its flags say
/// something else.
#[inline(always)]
fn plain_sender(flags: u32) -> Option<Option<End>> {
    const FROM_A: u32 = PacketFlag::FromA as u32;
    const FROM_B: u32 = PacketFlag::FromB as u32;
    match flags {
        0 => Some(None),
        FROM_A => Some(Some(End::A)),
        FROM_B => Some(Some(End::B)),
        _ => None,
    }
}
