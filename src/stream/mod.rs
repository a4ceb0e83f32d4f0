//! One TCP connection: finds the TPKTs of its two directions, resynchronises after a gap, and
//! reassembles TSDUs.
#![forbid(unsafe_code)]

mod direction;
mod incomplete;
mod progress;
mod reassembly;
mod tls;

pub use progress::{Progress, Source};

use crate::cotp::Kind;
use crate::dissection::context::{Context, ContextFlag, End};
use crate::dissection::fast::{PlainConnection, PlainDt};
use crate::dissection::output::{Capacity, Items, Output};
use crate::dissection::record::{Pdu, PduFlag};
use crate::dissection::{Encapsulation, Frame, FrameKind, Settings, dissect_frame, report_loss};
use crate::memory::{NoMemory, boxed, copied};
use crate::registry::Severity;
use crate::tpkt;
use direction::{Around, Direction, Next, State, append};
use reassembly::Segment;

/// Octets of the longest TPKT, and the most that a direction keeps of an incomplete one.
pub const LONGEST_TPKT: usize = 65_535;
/// The limit for TSDUs of a direction, in octets, if the host sets none.
pub const DEFAULT_TSDU_LIMIT: usize = 1 << 20;

/// Why octets are missing.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// They were lost, or their packets were not captured. An expert info reports the gap.
    Lost = 0,
    /// The capture has only the start of each packet. No expert info is raised.
    CutOff = 1,
}

/// One connection.
pub struct Stream {
    encapsulation: Encapsulation,
    /// The NSAPs of both ends, as in [`Settings::atn`].
    atn: Option<Box<[[Vec<u8>; 2]; 1]>>,
    tsdu_limit: usize,
    all_experts: bool,
    context: Context,
    directions: [Direction; 2],
}

/// What the fast path did.
enum Fast {
    /// Emitted a TPKT of this length.
    Emitted(usize),
    /// Nothing; the TPKT does not fit into the caller's arrays.
    Full(Capacity),
    /// Nothing; the general path must do it.
    NotApplicable,
}

/// What became of the frame at the front of some octets.
enum Step {
    /// It was emitted and has this length.
    Emitted(usize),
    /// It is incomplete: `octets` more are to be appended, or at most so many when its `length` is
    /// not known.
    Needs {
        octets: usize,
        length: Option<usize>,
    },
    /// None is here, but so many octets of TLS.
    Tls(usize),
    /// The caller's arrays have no room for the rest of its records.
    Full {
        needed: Capacity,
        /// Octets of it.
        length: usize,
    },
    /// Its octets cannot be kept.
    OutOfMemory,
}

impl Stream {
    /// A connection of which no octet was seen. `context` is what is known of it beforehand:
    /// without [`ContextFlag::FromStart`] the connection is picked up midstream.
    #[inline(always)]
    pub fn new(settings: &Settings, tsdu_limit: usize, context: Context) -> Result<Self, NoMemory> {
        let direction = || Direction::new(!context.has(ContextFlag::FromStart));
        let atn = match settings.atn {
            Some([a, b]) => Some(boxed([copied(a)?, copied(b)?])?),
            None => None,
        };
        Ok(Self {
            encapsulation: settings.encapsulation,
            atn,
            tsdu_limit,
            all_experts: settings.all_experts,
            context,
            directions: [direction(), direction()],
        })
    }

    /// What is known of the connection.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The octets of [`Source::Buffered`].
    pub fn buffered(&self, end: End) -> &[u8] {
        self.direction(end).emitted_octets()
    }

    /// The TSDU of several DT TPDUs that the last call emitted, and their number; 0 if there is
    /// none.
    pub fn tsdu(&self, end: End) -> (&[u8], u32) {
        self.direction(end).reassembly.emitted()
    }

    /// Octets kept of an incomplete frame, and how many more complete it; 0 if not known.
    pub fn pending(&self, end: End) -> (usize, usize) {
        self.direction(end).pending()
    }

    /// Accepts octets that an end sent, which follow the last ones directly.
    #[inline(always)]
    pub fn push<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        if !direction.is_partial(octets.len()) {
            return self.push_frames(end, octets, output);
        }
        let appended = direction.append_partial(octets);
        let progress = Progress::new(direction, Source::Buffered);
        match appended {
            Ok(()) => Progress {
                consumed: octets.len(),
                ..progress
            },
            Err(NoMemory) => progress.starved(),
        }
    }

    #[inline(never)]
    fn push_frames<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        if direction.begin_call() {
            return Progress::new(direction, Source::Buffered).again();
        }
        let mut progress = if direction.has_incomplete() {
            self.complete(end, octets, output)
        } else {
            self.walk(end, octets, output)
        };
        let has_ready = self.direction(end).reassembly.has_ready();
        progress.more |= progress.consumed < octets.len() || has_ready;
        progress
    }

    /// Emits frames in place: the buffer is empty. The first octets may be the rest of a TPKT that
    /// was emitted without them.
    fn walk<I: Items>(&mut self, end: End, octets: &[u8], output: &mut Output<'_, I>) -> Progress {
        let direction = self.direction_mut(end);
        let mut progress = Progress::new(direction, Source::Pushed);
        // Offsets are 32 bits wide.
        let most = octets.len().min(u32::MAX as usize);
        let octets = octets.get(..most).unwrap_or_default();
        progress.consumed = direction.accept_outstanding(octets);
        let mut rest = octets.get(progress.consumed..).unwrap_or_default();
        let mut longest = self.longest_plain_dt(end);
        while !rest.is_empty() {
            match self.emit_plain(end, longest, rest, progress.consumed, output) {
                Fast::Emitted(length) => {
                    progress.consumed += length;
                    rest = rest.get(length..).unwrap_or_default();
                    continue;
                }
                Fast::Full(needed) => return progress.full(needed),
                Fast::NotApplicable => {}
            }
            match self.emit_next(end, rest, progress.consumed, output) {
                Step::Emitted(length) => {
                    progress.consumed += length;
                    rest = rest.get(length..).unwrap_or_default();
                    longest = self.longest_plain_dt(end);
                    if self.direction_mut(end).reassembly.emit() {
                        return progress;
                    }
                }
                Step::Full { needed, .. } => return progress.full(needed),
                Step::Needs {
                    octets: needed,
                    length,
                } => {
                    let direction = self.direction_mut(end);
                    if let Err(NoMemory) = direction.append_incomplete(rest, needed, length) {
                        direction.emission_failed(0);
                        return progress.starved();
                    }
                    progress.consumed += rest.len();
                    return progress;
                }
                Step::OutOfMemory => return progress.starved(),
                Step::Tls(count) => {
                    progress.consumed += count;
                    rest = rest.get(count..).unwrap_or_default();
                    self.direction_mut(end).pass_tls(count);
                }
            }
        }
        progress
    }

    /// Completes the frame in the buffer and emits it, behind TLS if there is any.
    fn complete<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Progress {
        let mut passed = 0;
        loop {
            let rest = octets.get(passed..).unwrap_or_default();
            match self.complete_frame(end, rest, output) {
                Ok(progress) => {
                    let consumed = passed + progress.consumed;
                    return Progress {
                        consumed,
                        ..progress
                    };
                }
                Err(tls) => passed += tls,
            }
            let direction = self.direction(end);
            if !direction.has_incomplete() {
                return Progress {
                    consumed: passed,
                    ..Progress::new(direction, Source::Buffered)
                };
            }
        }
    }

    /// The same, if no TLS is in front of it. Else the error is how many of `octets` are TLS, together
    /// with what is in the buffer.
    #[inline(always)]
    fn complete_frame<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Result<Progress, usize> {
        let direction = self.direction_mut(end);
        let mut progress = Progress::new(direction, Source::Buffered);
        let (before, needed) = direction.pending();
        let mut buffer = direction.take_buffer();
        let known_part = octets.get(..needed).unwrap_or_default();
        let next = match append(&mut buffer, known_part, Some(before + needed)) {
            Ok(()) => self.emit_appending(end, &mut buffer, before, octets, output),
            Err(NoMemory) => Step::OutOfMemory,
        };
        let direction = self.direction_mut(end);
        let mut emitted = 0;
        match next {
            Step::Emitted(length) => {
                // A search reads beyond the frame. The octets of this push that it has read are
                // consumed with their own frame.
                buffer.truncate(length.max(before));
                progress.consumed = buffer.len() - before;
                progress.more = buffer.len() > length;
                emitted = length;
                direction.reassembly.emit();
            }
            Step::Full { needed, length } => {
                progress = progress.full(needed);
                if output.committed().pdus == 0 {
                    buffer.truncate(before);
                    direction.emission_failed(before);
                } else {
                    // All of the frame is here. The rest of its records are for the next call.
                    progress.consumed = buffer.len() - before;
                    direction.needs(0, None);
                    emitted = length;
                }
            }
            Step::OutOfMemory => {
                buffer.truncate(before);
                direction.emission_failed(before);
                progress = progress.starved();
            }
            Step::Needs {
                octets: needed,
                length,
            } => {
                progress.consumed = buffer.len() - before;
                direction.needs(needed, length);
            }
            Step::Tls(count) => {
                buffer.truncate(count.max(before));
                let passed = buffer.len() - before;
                buffer.drain(..count);
                direction.pass_tls(count);
                direction.put_back(buffer, 0);
                return Err(passed);
            }
        }
        direction.put_back(buffer, emitted);
        Ok(progress)
    }

    /// Emits the frame at the front of `buffer`, to which it appends octets as long as the frame
    /// needs some. The buffer had `before` octets before any of `octets` were appended.
    #[inline(always)]
    fn emit_appending<I: Items>(
        &mut self,
        end: End,
        buffer: &mut Vec<u8>,
        before: usize,
        octets: &[u8],
        output: &mut Output<'_, I>,
    ) -> Step {
        loop {
            match self.emit_plain(end, self.longest_plain_dt(end), buffer, 0, output) {
                Fast::Emitted(length) => return Step::Emitted(length),
                Fast::Full(needed) => return Step::Full { needed, length: 0 },
                Fast::NotApplicable => {}
            }
            match self.emit_next(end, buffer, 0, output) {
                Step::Needs {
                    octets: needed,
                    length,
                } if buffer.len() - before < octets.len() => {
                    let rest = octets.get(buffer.len() - before..).unwrap_or_default();
                    let rest = rest.get(..needed).unwrap_or(rest);
                    if let Err(NoMemory) = append(buffer, rest, length) {
                        return Step::OutOfMemory;
                    }
                }
                outcome => return outcome,
            }
        }
    }

    /// The fast path: emits the TPKT at the front of `octets` if it carries a DT that is a TSDU by
    /// itself and changes nothing of the context. Must equal the general path.
    #[inline(always)]
    fn emit_plain<I: Items>(
        &mut self,
        end: End,
        longest: u32,
        octets: &[u8],
        offset: usize,
        output: &mut Output<'_, I>,
    ) -> Fast {
        let Some(mut dt) = PlainDt::new(octets, longest).filter(|dt| dt.eot()) else {
            return Fast::NotApplicable;
        };
        dt.flags |= PduFlag::Tsdu as u16;
        if let Err(needed) = dt.commit(output, 0, offset as u32) {
            return Fast::Full(needed);
        }
        self.direction_mut(end).emitted_undisturbed(dt.length);
        Fast::Emitted(dt.length.into())
    }

    /// The fast path of a common CR or CC.
    #[inline(always)]
    fn emit_plain_connection<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        offset: usize,
        output: &mut Output<'_, I>,
    ) -> Fast {
        if !self.is_plain(end) {
            return Fast::NotApplicable;
        }
        let Some(connection) = PlainConnection::new(octets, &self.context, Some(end)) else {
            return Fast::NotApplicable;
        };
        let opposite = self.direction(end.other());
        // What was sent before a CR may be its answer, or incomplete and so discarded.
        if connection.kind == Kind::Cr && opposite.position() > 0 {
            return Fast::NotApplicable;
        }
        if let Err(needed) = connection.commit(octets, output, 0, offset as u32) {
            return Fast::Full(needed);
        }
        connection.learn(octets, &mut self.context, Some(end));
        self.direction_mut(end)
            .emitted_undisturbed(connection.length);
        Fast::Emitted(connection.length.into())
    }

    /// Octets of the longest TPKT of an end whose plain DT can take the fast path; 0 when none can.
    #[inline(always)]
    fn longest_plain_dt(&self, end: End) -> u32 {
        match self.is_plain(end) {
            true => self.context.longest_plain_dt(),
            false => 0,
        }
    }

    /// Whether the next TPKT of an end can take the fast path: nothing of either end is incomplete.
    #[inline(always)]
    fn is_plain(&self, end: End) -> bool {
        self.direction(end).is_undisturbed()
            && self.direction(end.other()).is_complete()
            && self.encapsulation == Encapsulation::Tpkt
    }

    /// Emits the frame at the front of `octets`, if it is complete and no plain DT.
    #[inline(always)]
    fn emit_next<I: Items>(
        &mut self,
        end: End,
        octets: &[u8],
        offset: usize,
        output: &mut Output<'_, I>,
    ) -> Step {
        match self.emit_plain_connection(end, octets, offset, output) {
            Fast::Emitted(length) => return Step::Emitted(length),
            Fast::Full(needed) => return Step::Full { needed, length: 0 },
            Fast::NotApplicable => {}
        }
        let (direction, opposite) = both(&mut self.directions, end);
        let around = Around {
            encapsulation: self.encapsulation,
            context: &self.context,
            opposite,
        };
        match direction.next(octets, &around) {
            Next::Frame { length, kind, then } => {
                let octets = octets.get(..length).unwrap_or_default();
                self.emit_frame(end, (kind, then), octets, offset, output)
            }
            Next::Needs { octets, length } => Step::Needs { octets, length },
            Next::Tls(count) => Step::Tls(count),
            Next::TlsEnd => self.emit_tls_end(end, offset, output),
        }
    }

    /// Emits a frame for which there is no fast path, and changes the state of its direction. Not
    /// inlined, so that it takes no registers from those that have one.
    #[inline(never)]
    fn emit_frame<I: Items>(
        &mut self,
        end: End,
        (kind, then): (FrameKind, State),
        octets: &[u8],
        offset: usize,
        output: &mut Output<'_, I>,
    ) -> Step {
        let (direction, opposite) = both(&mut self.directions, end);
        if !opposite.is_complete() {
            self.context.miss(end.other());
        }
        let frame = Frame {
            kind,
            follows_fault: direction.follows_fault(),
            sender: end,
            octets,
            length: match kind {
                FrameKind::Header => tpkt::Header::new(octets)
                    .map_or(0, tpkt::Header::length)
                    .into(),
                _ => octets.len() as u32,
            },
            offset: offset as u32,
            gap: direction.gap(),
        };
        match self.emit(&frame, None, then, output) {
            Ok(()) => Step::Emitted(octets.len()),
            Err(needed) => Step::Full {
                needed,
                length: octets.len(),
            },
        }
    }

    /// Dissects a frame from the direction's cursor on, behind which octets may have been lost. The
    /// TPDUs for which the caller's arrays have no room are left for the next call.
    #[inline(always)]
    fn emit<I: Items>(
        &mut self,
        frame: &Frame,
        lost: Option<u64>,
        then: State,
        output: &mut Output<'_, I>,
    ) -> Result<(), Capacity> {
        /// One TSDU may be discarded and another one replaced, or those of both ends discarded.
        const EXPERTS_OF_REASSEMBLY: usize = 2;
        let settings = Settings {
            encapsulation: self.encapsulation,
            atn: self.atn.as_deref().map(|[[a, b]]| [&**a, &**b]),
            all_experts: self.all_experts,
        };
        let (direction, opposite) = both(&mut self.directions, frame.sender);
        loop {
            let before = &self.context;
            let (mut context, mut cursor) = (*before, direction.cursor);
            dissect_frame(&settings, &mut context, frame, &mut cursor, output);
            let is_last = cursor.is_done();
            if is_last && let Some(lost) = lost {
                report_loss(frame, lost, output);
            }
            let kind = output.last().and_then(|writer| writer.pdu.kind());
            let is_disbelieved = kind.is_some() && opposite.is_encrypted() && {
                tls::disbelieve(direction, opposite, &context, frame, output)
            };
            // A CC begins no connection: data of both ends may come before it.
            let begins = context.has(ContextFlag::Request) && !before.has(ContextFlag::Request);
            let discards =
                begins && !(direction.reassembly.is_empty() && opposite.reassembly.is_empty());
            output.fits(match discards || kind == Some(Kind::Dt) {
                true => EXPERTS_OF_REASSEMBLY,
                false => 0,
            })?;
            // Whatever it is, its sender was not silent.
            context.sent(Some(frame.sender));
            if is_disbelieved {
                context.set(ContextFlag::Tls, false);
                context.lose(Some(frame.sender.other()));
                opposite.disbelieve_tls();
            }
            if !direction.is_in_sync() || matches!(then, State::Searching(_)) {
                if direction.cursor.is_start() {
                    direction.reassembly.lose();
                    direction.reassembly.explain();
                }
                if is_last {
                    context.lose(Some(frame.sender));
                }
            }
            if let Some(mut writer) = output.last() {
                if discards {
                    for tsdus in [&mut direction.reassembly, &mut opposite.reassembly] {
                        tsdus.discard(&mut writer);
                    }
                }
                // What is behind a header that is not true is no user data of it.
                if writer.pdu.kind() == Some(Kind::Dt)
                    && frame.kind != FrameKind::Header
                    // With the context before the DT.
                    && let Some(segment) = Segment::new(writer.pdu, frame, before)
                {
                    let limit = self.tsdu_limit;
                    direction.reassembly.accept(segment, limit, &mut writer);
                }
            }
            if cursor.follows_fault() || frame.gap.is_some() || lost.is_some() {
                direction.reassembly.explain();
            }
            // What answers the CR may have come before it was found.
            if context.is_requested() && opposite.position() > 0 && !before.is_requested() {
                context.set(ContextFlag::Responded, true);
            }
            let is_skipped = (output.last()).is_some_and(|writer| is_loss(writer.pdu));
            output.commit();
            self.context = context;
            if is_last {
                let has_fault = cursor.follows_fault() || is_skipped;
                direction.emitted(frame.octets.len(), has_fault, then);
                return Ok(());
            }
            direction.cursor = cursor;
            // The TSDU belongs to the last record of its call.
            if direction.reassembly.has_ready() {
                return Err(Capacity::default());
            }
        }
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

/// Whether a record is of octets that are no TPKT and should be one.
fn is_loss(pdu: &Pdu) -> bool {
    pdu.tpkt_length == 0 && pdu.severity >= Severity::Warning as u8
}
