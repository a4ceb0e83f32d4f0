//! One TCP connection: TPKTs cut out of its two directions, in step again after loss, and the
//! TSDUs their DT TPDUs make up.
#![forbid(unsafe_code)]

mod assembly;
mod search;

use crate::cotp::{Format, Kind};
use crate::dissection::context::{Context, ContextFlag, End};
use crate::dissection::record::{Pdu, PduFlag};
use crate::dissection::writer::{Extent, Items, Output, Remark, Writer};
use crate::dissection::{Encapsulation, Piece, Settings, Unit, dissect_piece, has_expert, kind_of};
use crate::registry::{NO_PARENT, experts};
use crate::tpkt::{self, Recognition};
use assembly::{Assembly, Data, Tsdu};

/// Octets of the longest TPKT, and the most a direction keeps to complete one.
pub const LONGEST_TPKT: usize = 65_535;
/// Octets passed over make a record at the latest when there are so many, so that what decides
/// about the last of them is kept too.
const MOST_SKIPPED: usize = LONGEST_TPKT - search::LOOKAHEAD;
/// Octets of TSDUs a direction keeps when the host sets no limit.
pub const DEFAULT_TSDU_LIMIT: usize = 1 << 20;
/// Room an empty buffer keeps.
const ROOM_KEPT: usize = 4096;

/// How to follow a connection.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// What its TPKTs carry.
    pub encapsulation: Encapsulation,
    /// The NSAPs of both ends, empty when not known; `None` outside the aeronautical network.
    pub atn: Option<[Box<[u8]>; 2]>,
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

/// What a direction expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// A TPKT starts here.
    #[default]
    InStep,
    /// What starts here should be a TPKT and is none; the next one has to be found.
    OutOfStep,
    /// The next TPKT has to be found; what is passed over is such a unit.
    Searching(Unit),
    /// TLS has taken over.
    Encrypted,
}

/// What stands at the front of the octets of a direction.
enum Next {
    /// All of a unit, and what is expected behind it.
    Unit {
        length: usize,
        unit: Unit,
        then: Place,
    },
    /// So many octets more are needed, or up to so many.
    Needs { octets: usize, exactly: bool },
    /// Nothing that can be read.
    Encrypted,
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

/// One direction.
#[derive(Default)]
struct Direction {
    place: Place,
    /// The unit given out last, and behind it octets of one that is not complete.
    buffer: Vec<u8>,
    /// Octets at the front of the buffer that were given out.
    given_out: usize,
    /// Octets that complete the unit in the buffer, 0 when not known.
    needed: usize,
    /// Octets at the front of what comes next at which no TPKT starts.
    searched: usize,
    /// Octets to come of a TPKT that was given out, because others of it were lost.
    owed: u64,
    /// Octets lost before the next unit, 0 when nobody knows.
    gap: Option<u64>,
    /// Octets of the direction before what comes next.
    position: u64,
    assembly: Assembly,
    /// The TSDU given out last.
    tsdu: Tsdu,
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
    pub needed: Extent,
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
        let tsdu = &self.direction(end).tsdu;
        (&tsdu.octets, tsdu.segments)
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
    pub fn push<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        if direction.begin_call() {
            return direction.progress(Source::Kept).again();
        }
        let mut progress = if direction.buffer.is_empty() {
            self.walk(end, octets, output)
        } else {
            self.complete(end, octets, output)
        };
        progress.more |= progress.taken < octets.len() || self.direction(end).assembly.has_ready();
        progress
    }

    /// Cuts units out of octets that start with one, or with what is owed of one.
    fn walk<I: Items>(&mut self, end: End, octets: &[u8], output: &mut Output<'_, I>) -> Progress {
        let direction = self.direction_mut(end);
        let mut progress = direction.progress(Source::Pushed);
        // Offsets are 32 bits wide.
        let most = octets.len().min(u32::MAX as usize);
        let octets = octets.get(..most).unwrap_or_default();
        progress.taken = direction.take_owed(octets);
        let mut rest = octets.get(progress.taken..).unwrap_or_default();
        while !rest.is_empty() {
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
                    if self.direction_mut(end).give_out_tsdu() {
                        return progress;
                    }
                }
                Next::Needs { octets, exactly } => {
                    let direction = self.direction_mut(end);
                    append(&mut direction.buffer, rest);
                    direction.needed = if exactly { octets } else { 0 };
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

    /// Completes the unit that was begun.
    fn complete<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let mut progress = self.direction(end).progress(Source::Kept);
        let mut buffer = std::mem::take(&mut self.direction_mut(end).buffer);
        let before = buffer.len();
        loop {
            match self.next(end, &buffer) {
                Next::Unit { length, unit, then } => {
                    let cut = Cut {
                        octets: buffer.get(..length).unwrap_or_default(),
                        length,
                        at: 0,
                        unit,
                        lost: None,
                    };
                    let outcome = self.give_out(end, cut, then, output);
                    let direction = self.direction_mut(end);
                    if let Err(needed) = outcome {
                        buffer.truncate(before);
                        direction.searched = direction.searched.min(before);
                        progress = progress.full(needed);
                    } else {
                        // A search looks further than the unit goes; what it has seen of this
                        // push is taken when its turn comes.
                        buffer.truncate(length.max(before));
                        progress.taken = buffer.len() - before;
                        progress.more = buffer.len() > length;
                        direction.given_out = length;
                        direction.give_out_tsdu();
                    }
                    break;
                }
                Next::Needs {
                    octets: wanted,
                    exactly,
                } => {
                    let rest = octets.get(buffer.len() - before..).unwrap_or_default();
                    if rest.is_empty() {
                        progress.taken = buffer.len() - before;
                        self.direction_mut(end).needed = if exactly { wanted } else { 0 };
                        break;
                    }
                    append(&mut buffer, rest.get(..wanted).unwrap_or(rest));
                }
                Next::Encrypted => {
                    progress.taken = octets.len();
                    self.direction_mut(end).pass((before + octets.len()) as u64);
                    buffer.clear();
                    break;
                }
            }
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
        let progress = direction.progress(Source::Kept);
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
        let Self {
            context,
            directions: [a, b],
            ..
        } = self;
        let direction = match end {
            End::A => a,
            End::B => b,
        };
        if direction.place == Place::Encrypted {
            return progress;
        }
        context.lose(Some(end));
        direction.assembly.lose();
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
        let progress = direction.progress(Source::Kept);
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
        if let Err(needed) = direction.give_out_incomplete(output) {
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
            directions: [a, b],
        } = self;
        let (direction, opposite) = match end {
            End::A => (a, b),
            End::B => (b, a),
        };
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
            direction.assembly.lose();
        }
        if let Some(mut writer) = output.last() {
            match kind_of(writer.pdu) {
                Some(Kind::Dt) => {
                    let data = data_of(writer.pdu, &piece, context);
                    direction.join(data, conditions.tsdu_limit, &mut writer);
                }
                Some(Kind::Cc) => {
                    direction.assembly.begin(writer.pdu.dest_ref);
                    opposite.assembly.begin(writer.pdu.src_ref);
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
        let Self {
            conditions,
            context,
            directions: [a, b],
        } = self;
        let direction = match end {
            End::A => a,
            End::B => b,
        };
        direction.next(octets, conditions.encapsulation, context)
    }

    fn direction(&self, end: End) -> &Direction {
        let [a, b] = &self.directions;
        match end {
            End::A => a,
            End::B => b,
        }
    }

    fn direction_mut(&mut self, end: End) -> &mut Direction {
        let [a, b] = &mut self.directions;
        match end {
            End::A => a,
            End::B => b,
        }
    }
}

impl Conditions {
    #[inline(always)]
    fn settings(&self) -> Settings<'_> {
        Settings {
            encapsulation: self.encapsulation,
            atn: self.atn.as_ref().map(|[a, b]| [&**a, &**b]),
        }
    }
}

/// The DT of a record; `None` when its header leaves open where its user data is, or when the
/// connection ends within it.
#[inline(always)]
fn data_of<'p>(pdu: &Pdu, piece: &Piece<'p>, context: &Context) -> Option<Data<'p>> {
    const SHORT_LI: u8 = 2;
    let has = |flag| pdu.flags & flag as u16 != 0;
    let is_last = has(PduFlag::Short) && piece.octets.len() == piece.length as usize;
    if is_last || has_expert(pdu, experts::COTP_LI_INVALID) {
        return None;
    }
    let format = match pdu.li {
        SHORT_LI => Format::Short,
        _ if has(PduFlag::Extended) => Format::Extended,
        _ => Format::Normal,
    };
    let reference = (format != Format::Short).then_some(pdu.dest_ref);
    let number = pdu.tpdu_number;
    let start = pdu.tpdu_offset - piece.offset + u32::from(pdu.li) + 1;
    let octets = piece.octets.get(start as usize..).unwrap_or_default();
    Some(Data {
        reference,
        format,
        number,
        due: reference
            .filter(|_| context.numbers_data())
            .map(|reference| context.due(piece.sender, reference).unwrap_or(number)),
        eot: has(PduFlag::Eot),
        whole: !has(PduFlag::Short),
        octets: octets
            .get(..pdu.user_data_length as usize)
            .unwrap_or_default(),
    })
}

/// Adds octets to a buffer, which grows with them and not with what a TPKT header promises.
fn append(buffer: &mut Vec<u8>, octets: &[u8]) {
    let length = buffer.len() + octets.len();
    if length > buffer.capacity() {
        let room = (2 * length).min(LONGEST_TPKT).max(length);
        buffer.reserve_exact(room - buffer.len());
    }
    buffer.extend_from_slice(octets);
}

impl Direction {
    fn progress(&self, source: Source) -> Progress {
        Progress {
            taken: 0,
            more: false,
            needed: Extent::default(),
            source,
            position: self.position,
        }
    }

    /// Lets go of what the last call gave out. When another TSDU is ready, this call gives out that
    /// and nothing else.
    fn begin_call(&mut self) -> bool {
        if self.given_out > 0 {
            self.buffer.drain(..self.given_out);
            self.given_out = 0;
        }
        if self.buffer.is_empty() && self.buffer.capacity() > ROOM_KEPT {
            self.buffer = Vec::new();
        }
        self.tsdu = Tsdu::default();
        self.give_out_tsdu()
    }

    /// Gives out a TSDU that is ready.
    #[inline(always)]
    fn give_out_tsdu(&mut self) -> bool {
        self.assembly.has_ready() && {
            self.tsdu = self.assembly.next_ready();
            true
        }
    }

    /// Goes on in the direction, over octets that were seen or lost.
    fn pass(&mut self, count: u64) {
        self.position = self.position.saturating_add(count);
    }

    /// Octets at the front of what is pushed that belong to a TPKT given out before.
    fn take_owed(&mut self, octets: &[u8]) -> usize {
        let owed = self.owed.min(octets.len() as u64);
        self.owed -= owed;
        self.pass(owed);
        owed as usize
    }

    /// Takes what is kept for a TPKT, when a search waits for more of it in vain.
    fn believe(&mut self) {
        let undecided = matches!(self.place, Place::Searching(_)) && self.searched == 0;
        if undecided && tpkt::recognise_with_cotp(&self.buffer) == Recognition::Yes {
            self.place = Place::InStep;
        }
    }

    /// The length of the TPKT that was begun.
    fn length_begun(&self) -> Option<u64> {
        tpkt::Header::new(&self.buffer)
            .filter(|header| header.version() == tpkt::VERSION)
            .map(|header| header.length().into())
    }

    /// What stands at the front of `octets`.
    #[inline(always)]
    fn next(&mut self, octets: &[u8], encapsulation: Encapsulation, context: &Context) -> Next {
        if self.place == Place::InStep
            && let Some(header) = tpkt::Header::new(octets)
            && header.version() == tpkt::VERSION
            && u32::from(header.length()) >= tpkt::HEADER_LENGTH
        {
            return Next::unit(octets, header.length().into());
        }
        self.next_out_of_ordinary(octets, encapsulation, context)
    }

    #[inline(never)]
    fn next_out_of_ordinary(
        &mut self,
        octets: &[u8],
        encapsulation: Encapsulation,
        context: &Context,
    ) -> Next {
        match self.place {
            Place::Encrypted => return Next::Encrypted,
            Place::InStep => {
                if let Some(next) = next_in_step(octets, context) {
                    return next;
                }
                self.place = Place::OutOfStep;
                self.searched = 1;
            }
            Place::OutOfStep | Place::Searching(_) => {}
        }
        self.search(octets, encapsulation, context)
    }

    /// Looks for a TPKT.
    fn search(&mut self, octets: &[u8], encapsulation: Encapsulation, context: &Context) -> Next {
        let unit = match self.place {
            Place::Searching(unit) => unit,
            _ => Unit::InStep,
        };
        let stands = |octets: &[u8]| match encapsulation {
            Encapsulation::TpktOnly => tpkt::recognise(octets),
            _ => search::stands(octets, context.class()),
        };
        let window = octets
            .get(..octets.len().min(MOST_SKIPPED))
            .unwrap_or_default();
        while let Some(found) = window
            .get(self.searched..)
            .and_then(|rest| rest.iter().position(|&octet| octet == tpkt::VERSION))
        {
            let at = self.searched + found;
            let rest = octets.get(at..).unwrap_or_default();
            match stands(rest) {
                Recognition::No => self.searched = at + 1,
                Recognition::NeedMore => {
                    self.searched = at;
                    return Next::Needs {
                        octets: search::LOOKAHEAD - rest.len(),
                        exactly: false,
                    };
                }
                Recognition::Yes if at == 0 => {
                    self.place = Place::InStep;
                    let length = tpkt::Header::new(octets).map_or(0, tpkt::Header::length);
                    return Next::unit(octets, length.into());
                }
                Recognition::Yes => {
                    return Next::Unit {
                        length: at,
                        unit,
                        then: Place::InStep,
                    };
                }
            }
        }
        self.searched = window.len();
        if window.len() < MOST_SKIPPED {
            return Next::Needs {
                octets: LONGEST_TPKT - window.len(),
                exactly: false,
            };
        }
        Next::Unit {
            length: MOST_SKIPPED,
            unit,
            then: Place::Searching(match unit {
                Unit::InStep => Unit::Skipped,
                unit => unit,
            }),
        }
    }

    /// Joins a DT to its TSDU.
    #[inline(always)]
    fn join<I: Items>(&mut self, data: Option<Data>, limit: usize, writer: &mut Writer<'_, I>) {
        let Some(data) = data else {
            return;
        };
        let displaced = self.assembly.displaced_by(&data);
        let outcome = self.assembly.take(data, limit);
        if outcome.is_tsdu {
            writer.flag(PduFlag::Tsdu);
        }
        let data_offset = writer.pdu.tpdu_offset + u32::from(writer.pdu.li) + 1;
        let here = Remark::new(NO_PARENT, data_offset, writer.pdu.user_data_length);
        if let Some(octets) = displaced {
            const BY_ANOTHER: u32 = 1;
            let id = experts::COTP_TSDU_INCOMPLETE;
            writer.remark(id, here.seen(octets).against(BY_ANOTHER));
        }
        if let Some((why, octets)) = outcome.let_go {
            let id = experts::COTP_TSDU_TOO_LONG;
            writer.remark(id, here.seen(octets).against(why as u32));
        }
    }

    /// Tells of the TSDUs that are not completed any more, in a record of their own.
    fn give_out_incomplete<I: Items>(&mut self, output: &mut Output<'_, I>) -> Result<(), Extent> {
        if self.assembly.incomplete().next().is_some() {
            let at = u32::try_from(self.given_out).unwrap_or(u32::MAX);
            let mut writer = output.pdu(0, at);
            for octets in self.assembly.incomplete() {
                let here = Remark::new(NO_PARENT, at, 0);
                writer.remark(experts::COTP_TSDU_INCOMPLETE, here.seen(octets));
            }
            output.fits(0)?;
            output.keep();
        }
        self.assembly = Assembly::default();
        Ok(())
    }
}

/// What may stand where a TPKT should, beside one; `None` when nothing of that kind does.
#[cold]
fn next_in_step(octets: &[u8], context: &Context) -> Option<Next> {
    const TPKT_HEADER: usize = tpkt::HEADER_LENGTH as usize;
    let needs = |octets| Next::Needs {
        octets,
        exactly: false,
    };
    let first = *octets.first()?;
    if first == tpkt::VERSION {
        return (octets.len() < TPKT_HEADER).then(|| needs(TPKT_HEADER - octets.len()));
    }
    match tpkt::recognise_tls(octets) {
        Recognition::Yes => {
            return Some(Next::Unit {
                length: tpkt::TLS_HEADER_LENGTH,
                unit: Unit::InStep,
                then: Place::Encrypted,
            });
        }
        Recognition::NeedMore => return Some(needs(tpkt::TLS_HEADER_LENGTH - octets.len())),
        Recognition::No => {}
    }
    if !context.has(ContextFlag::Rdp) {
        return None;
    }
    match tpkt::fast_path(octets) {
        tpkt::FastPath::No => None,
        tpkt::FastPath::NeedsMore => Some(needs(1)),
        tpkt::FastPath::Length(length) => Some(Next::unit(octets, length.into())),
    }
}

impl Next {
    /// A unit that is `length` octets long, if all of them are there.
    #[inline(always)]
    fn unit(octets: &[u8], length: usize) -> Self {
        match length.checked_sub(octets.len()) {
            None | Some(0) => Self::Unit {
                length,
                unit: Unit::InStep,
                then: Place::InStep,
            },
            Some(missing) => Self::Needs {
                octets: missing,
                exactly: true,
            },
        }
    }
}

impl Progress {
    /// The call has done something else: repeat it.
    fn again(self) -> Self {
        Self { more: true, ..self }
    }

    /// The caller's arrays are too small for the next unit.
    fn full(self, needed: Extent) -> Self {
        Self {
            more: true,
            needed,
            ..self
        }
    }
}
