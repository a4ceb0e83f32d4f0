//! One TCP connection: TPKTs cut out of its two directions, in step again after loss, and the
//! TSDUs their DT TPDUs make up.
#![forbid(unsafe_code)]

mod direction;
mod reassembly;
mod search;

use crate::cotp::Kind;
use crate::dissection::context::{Context, ContextFlag, End};
use crate::dissection::record::PduFlag;
use crate::dissection::writer::{Extent, Items, Output};
use crate::dissection::{Encapsulation, Piece, PlainDt, Settings, Unit, dissect_piece, kind_of};
use direction::{Direction, Next, Place, append};
use reassembly::Segment;

/// Octets of the longest TPKT, and the most a direction keeps to complete one.
pub const LONGEST_TPKT: usize = 65_535;
/// Octets of TSDUs a direction keeps when the host sets no limit.
pub const DEFAULT_TSDU_LIMIT: usize = 1 << 20;

/// How to follow a connection.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// What its TPKTs carry.
    pub encapsulation: Encapsulation,
    /// The NSAPs of both ends, empty when not known; `None` outside the aeronautical network.
    pub atn: Option<Box<[Box<[u8]>; 2]>>,
    /// Octets of TSDUs that a direction may keep.
    pub tsdu_limit: usize,
    /// The connection was not seen from its start.
    pub joined: bool,
    /// It is RDP, whatever its CR says or would have said.
    pub rdp: bool,
}

/// Why octets are missing.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// They were lost, or their packets were not captured.
    Lost = 0,
    /// The capture has only the start of each packet: no remark is made.
    CutOff = 1,
}

/// A unit that was cut out.
struct Cut<'p> {
    octets: &'p [u8],
    /// More than `octets` when some were lost.
    length: usize,
    /// Where it starts in the octets that the call gives out.
    at: usize,
    unit: Unit,
    /// Octets lost behind `octets`.
    lost: Option<u64>,
}

/// One connection.
pub struct Stream {
    conditions: Conditions,
    context: Context,
    directions: [Direction; 2],
}

/// The octets that the records of a call are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Those that were pushed.
    Pushed,
    /// Those of [`Stream::kept`].
    Kept,
}

/// How far a call came.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Pushed octets that were taken.
    pub taken: usize,
    /// Whether the call is to be repeated, with the octets that were not taken.
    pub more: bool,
    /// Room the next unit needs, when the caller's arrays are too small for it.
    pub needed: Option<Extent>,
    /// What the records are about.
    pub source: Source,
    /// Octets of the direction before those.
    pub position: u64,
}

impl Stream {
    /// A connection of which nothing was seen yet.
    pub fn new(conditions: Conditions) -> Self {
        let mut context = Context::default();
        context.set(ContextFlag::FromStart, !conditions.joined);
        context.set(ContextFlag::Rdp, conditions.rdp);
        let place = if conditions.joined {
            Place::Searching(Unit::BeforeFirst)
        } else {
            Place::InStep
        };
        let direction = || Direction {
            place,
            ..Direction::default()
        };
        Self {
            conditions,
            context,
            directions: [direction(), direction()],
        }
    }

    /// What is known of the connection.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The octets of [`Source::Kept`].
    pub fn kept(&self, end: End) -> &[u8] {
        let direction = self.direction(end);
        let given_out = direction.buffer.get(..direction.given_out);
        given_out.unwrap_or_default()
    }

    /// The TSDU the last call completed out of several DT TPDUs, and of how many; 0 when it
    /// completed none.
    pub fn tsdu(&self, end: End) -> (&[u8], u32) {
        self.direction(end).reassembly.emitted()
    }

    /// Octets kept of a unit that is not complete, and how many more complete it, 0 when that is
    /// not known.
    pub fn pending(&self, end: End) -> (usize, usize) {
        let direction = self.direction(end);
        (
            direction.buffer.len() - direction.given_out,
            direction.needed,
        )
    }

    /// Takes octets that an end sent, which follow on those before.
    #[inline(always)]
    pub fn push<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        // While a unit waits for octets, nothing is left of the last call.
        let direction = self.direction_mut(end);
        if octets.len() < direction.needed {
            let whole = direction.buffer.len() + direction.needed;
            append(&mut direction.buffer, octets, Some(whole));
            direction.needed -= octets.len();
            return Progress {
                taken: octets.len(),
                ..Progress::new(direction, Source::Kept)
            };
        }
        self.push_units(end, octets, output)
    }

    #[inline(never)]
    fn push_units<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        if direction.begin_call() {
            return Progress::new(direction, Source::Kept).again();
        }
        let mut progress = if direction.buffer.is_empty() {
            self.walk(end, octets, output)
        } else {
            self.complete(end, octets, output)
        };
        progress.more |=
            progress.taken < octets.len() || self.direction(end).reassembly.has_ready();
        progress
    }

    /// Cuts units out of octets that start with one, or with what is owed of one.
    fn walk<I: Items>(&mut self, end: End, octets: &[u8], output: &mut Output<'_, I>) -> Progress {
        let direction = self.direction_mut(end);
        let mut progress = Progress::new(direction, Source::Pushed);
        // Offsets are 32 bits wide.
        let most = octets.len().min(u32::MAX as usize);
        let octets = octets.get(..most).unwrap_or_default();
        progress.taken = direction.take_owed(octets);
        let mut rest = octets.get(progress.taken..).unwrap_or_default();
        while !rest.is_empty() {
            if let Some(outcome) = self.give_out_plain(end, rest, progress.taken, output) {
                match outcome {
                    Ok(length) => {
                        progress.taken += length;
                        rest = rest.get(length..).unwrap_or_default();
                        continue;
                    }
                    Err(needed) => return progress.full(needed),
                }
            }
            match self.next(end, rest) {
                Next::Unit { length, unit, then } => {
                    let cut = Cut {
                        octets: rest.get(..length).unwrap_or_default(),
                        length,
                        at: progress.taken,
                        unit,
                        lost: None,
                    };
                    if let Err(needed) = self.give_out(end, cut, then, output) {
                        return progress.full(needed);
                    }
                    progress.taken += length;
                    rest = rest.get(length..).unwrap_or_default();
                    let reassembly = &mut self.direction_mut(end).reassembly;
                    if reassembly.emit() {
                        return progress;
                    }
                }
                Next::Needs { octets, whole } => {
                    let direction = self.direction_mut(end);
                    append(&mut direction.buffer, rest, whole);
                    direction.needed = whole.map_or(0, |_| octets);
                    progress.taken += rest.len();
                    return progress;
                }
                Next::Encrypted => {
                    self.direction_mut(end).pass(rest.len() as u64);
                    progress.taken += rest.len();
                    return progress;
                }
            }
        }
        progress
    }

    /// Gives out the TPKT at the front of `octets` when its DT is a TSDU and changes nothing of
    /// what is known; the answer is how many octets it has.
    #[inline(always)]
    fn give_out_plain<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        at: usize,
        output: &mut Output<'_, I>,
    ) -> Option<Result<usize, Extent>> {
        let mut dt = PlainDt::new(octets, self.context.longest_plain_dt())?;
        dt.flags |= PduFlag::Tsdu as u16;
        let is_tsdu = dt.eot()
            && self.direction(end).is_undisturbed()
            && self.conditions.encapsulation == Encapsulation::Tpkt;
        if !is_tsdu {
            return None;
        }
        if let Err(needed) = dt.keep(output, 0, at as u32) {
            return Some(Err(needed));
        }
        let direction = self.direction_mut(end);
        direction.needed = 0;
        direction.pass(dt.length.into());
        Some(Ok(dt.length.into()))
    }

    /// Completes the unit that was begun.
    fn complete<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        let mut progress = Progress::new(direction, Source::Kept);
        let mut buffer = std::mem::take(&mut direction.buffer);
        let before = buffer.len();
        let known_to_need = octets.get(..direction.needed).unwrap_or_default();
        append(&mut buffer, known_to_need, Some(before + direction.needed));
        loop {
            let outcome = if let Some(outcome) = self.give_out_plain(end, &buffer, 0, output) {
                outcome
            } else {
                match self.next(end, &buffer) {
                    Next::Unit { length, unit, then } => {
                        let cut = Cut {
                            octets: buffer.get(..length).unwrap_or_default(),
                            length,
                            at: 0,
                            unit,
                            lost: None,
                        };
                        self.give_out(end, cut, then, output).map(|()| length)
                    }
                    Next::Needs {
                        octets: wanted,
                        whole,
                    } => {
                        let rest = octets.get(buffer.len() - before..).unwrap_or_default();
                        if rest.is_empty() {
                            progress.taken = buffer.len() - before;
                            self.direction_mut(end).needed = whole.map_or(0, |_| wanted);
                            break;
                        }
                        append(&mut buffer, rest.get(..wanted).unwrap_or(rest), whole);
                        continue;
                    }
                    Next::Encrypted => {
                        progress.taken = octets.len();
                        self.direction_mut(end).pass((before + octets.len()) as u64);
                        buffer.clear();
                        break;
                    }
                }
            };
            let direction = self.direction_mut(end);
            match outcome {
                Ok(length) => {
                    // A search looks further than the unit goes; what it has seen of this push is
                    // taken when its turn comes.
                    buffer.truncate(length.max(before));
                    progress.taken = buffer.len() - before;
                    progress.more = buffer.len() > length;
                    direction.given_out = length;
                    direction.reassembly.emit();
                }
                Err(needed) => {
                    buffer.truncate(before);
                    direction.searched = direction.searched.min(before);
                    progress = progress.full(needed);
                }
            }
            break;
        }
        self.direction_mut(end).buffer = buffer;
        progress
    }

    /// Takes note of octets an end sent that are missing, 0 when nobody knows how many.
    pub fn gap<I: Items>(
        &mut self,
        end: End,
        count: u64,
        missing: Missing,
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        let progress = Progress::new(direction, Source::Kept);
        if direction.begin_call() {
            return progress.again();
        }
        if count > 0 && direction.owed >= count {
            direction.owed -= count;
            direction.pass(count);
            return progress;
        }
        direction.believe();
        let lost = (missing == Missing::Lost).then_some(count);
        let begun = direction.buffer.len() as u64;
        let tpkt_length = match direction.place {
            Place::InStep => direction.length_begun(),
            _ => None,
        };
        if begun > 0 {
            // Not even the length may be there, but something is missing all the same.
            let at_least = begun.saturating_add(count.max(1));
            let length = match direction.place {
                Place::InStep => tpkt_length.unwrap_or(at_least),
                _ => begun,
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if let Err(needed) = self.give_out_begun(end, length, lost, output) {
                return progress.full(needed);
            }
        }
        let (direction, _) = both(&mut self.directions, end);
        if direction.place == Place::Encrypted {
            return progress;
        }
        self.context.lose(Some(end));
        direction.reassembly.lose();
        direction.pass(count);
        // What is left of the TPKT is still to come, and its successor is where its length says.
        let owed = tpkt_length
            .filter(|_| count > 0)
            .and_then(|length| length.checked_sub(begun.saturating_add(count)));
        direction.owed = owed.unwrap_or(0);
        if begun == 0 {
            direction.gap = match (direction.gap, lost) {
                (Some(before), Some(more)) if before > 0 && more > 0 => {
                    Some(before.saturating_add(more))
                }
                (Some(_), Some(_)) => Some(0),
                (before, more) => before.or(more),
            };
        }
        if owed.is_none() {
            direction.searched = 0;
            direction.place = Place::Searching(match missing {
                Missing::Lost => Unit::Skipped,
                Missing::CutOff => Unit::BeforeFirst,
            });
        }
        progress
    }

    /// An end sends nothing any more. When octets are pushed all the same, the direction begins
    /// anew.
    pub fn finish<I: Items>(&mut self, end: End, output: &mut Output<'_, I>) -> Progress {
        let direction = self.direction_mut(end);
        let progress = Progress::new(direction, Source::Kept);
        if direction.begin_call() {
            return progress.again();
        }
        direction.believe();
        let begun = direction.buffer.len();
        if begun > 0
            && let Err(needed) = self.give_out_begun(end, begun, None, output)
        {
            return progress.full(needed);
        }
        let direction = self.direction_mut(end);
        let at = u32::try_from(direction.given_out).unwrap_or(u32::MAX);
        if let Err(needed) = direction.reassembly.finish(at, output) {
            return progress.full(needed);
        }
        direction.place = Place::InStep;
        direction.searched = 0;
        direction.owed = 0;
        direction.gap = None;
        progress
    }

    /// Gives out what there is of the unit that was begun.
    fn give_out_begun<I: Items>(
        &mut self,
        end: End,
        length: usize,
        lost: Option<u64>,
        output: &mut Output<'_, I>,
    ) -> Result<(), Extent> {
        let direction = self.direction_mut(end);
        let place = direction.place;
        let buffer = std::mem::take(&mut direction.buffer);
        let cut = Cut {
            octets: &buffer,
            length,
            at: 0,
            unit: match place {
                Place::Searching(unit) => unit,
                _ => Unit::InStep,
            },
            lost,
        };
        let outcome = self.give_out(end, cut, place, output);
        let direction = self.direction_mut(end);
        if outcome.is_ok() {
            direction.given_out = buffer.len();
        }
        direction.buffer = buffer;
        outcome
    }

    /// Dissects a unit. When it does not fit into the caller's arrays, nothing has changed.
    #[inline(always)]
    fn give_out<I: Items>(
        &mut self,
        end: End,
        cut: Cut,
        then: Place,
        output: &mut Output<'_, I>,
    ) -> Result<(), Extent> {
        /// A TSDU may be let go, and another one be displaced.
        const REMARKS_TO_COME: usize = 2;
        let Self {
            conditions,
            context,
            directions,
        } = self;
        let (direction, opposite) = both(directions, end);
        let mut now = *context;
        let piece = Piece {
            unit: cut.unit,
            sender: end,
            octets: cut.octets,
            length: u32::try_from(cut.length).unwrap_or(u32::MAX),
            offset: cut.at as u32,
            gap: direction.gap,
            lost: cut.lost,
        };
        dissect_piece(&conditions.settings(), &mut now, piece, output);
        output.fits(REMARKS_TO_COME)?;
        if direction.place != Place::InStep {
            now.lose(Some(end));
            direction.reassembly.lose();
        }
        if let Some(mut writer) = output.last() {
            match kind_of(writer.pdu) {
                Some(Kind::Dt) => {
                    if let Some(segment) = Segment::new(writer.pdu, &piece, context) {
                        let limit = conditions.tsdu_limit;
                        direction.reassembly.accept(segment, limit, &mut writer);
                    }
                }
                Some(Kind::Cc) => {
                    direction.reassembly.connect(writer.pdu.dest_ref);
                    opposite.reassembly.connect(writer.pdu.src_ref);
                }
                _ => {}
            }
        }
        output.keep();
        *context = now;
        direction.gap = None;
        direction.searched = 0;
        direction.needed = 0;
        direction.place = then;
        direction.pass(cut.octets.len() as u64);
        Ok(())
    }

    #[inline(always)]
    fn next(&mut self, end: End, octets: &[u8]) -> Next {
        let (direction, _) = both(&mut self.directions, end);
        direction.next(octets, self.conditions.encapsulation, &self.context)
    }

    fn direction(&self, end: End) -> &Direction {
        let [a, b] = &self.directions;
        match end {
            End::A => a,
            End::B => b,
        }
    }

    fn direction_mut(&mut self, end: End) -> &mut Direction {
        both(&mut self.directions, end).0
    }
}

/// The direction of what an end sends, and the opposite one.
#[inline(always)]
fn both(directions: &mut [Direction; 2], end: End) -> (&mut Direction, &mut Direction) {
    let [a, b] = directions;
    match end {
        End::A => (a, b),
        End::B => (b, a),
    }
}

impl Conditions {
    #[inline(always)]
    fn settings(&self) -> Settings<'_> {
        Settings {
            encapsulation: self.encapsulation,
            atn: self.atn.as_deref().map(|[a, b]| [&**a, &**b]),
        }
    }
}

impl Progress {
    fn new(direction: &Direction, source: Source) -> Self {
        Self {
            taken: 0,
            more: false,
            needed: None,
            source,
            position: direction.position,
        }
    }

    /// The call has done something else: repeat it.
    fn again(self) -> Self {
        Self { more: true, ..self }
    }

    /// The caller's arrays are too small for the next unit.
    fn full(self, needed: Extent) -> Self {
        Self {
            more: true,
            needed: Some(needed),
            ..self
        }
    }
}
