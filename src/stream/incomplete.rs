//! What is incomplete in a direction when octets are lost, or when an end stops sending.
#![forbid(unsafe_code)]

use super::direction::State;
use super::progress::{Progress, Source};
use super::{Missing, Stream, both};
use crate::dissection::context::End;
use crate::dissection::output::{Capacity, Items, Output};
use crate::dissection::{Ending, Frame, FrameKind, report_end, report_tls};
use crate::registry::reasons::TpktTls;

impl Stream {
    /// Octets that an end sent are missing: `count`, or 0 if their number is not known.
    pub fn gap<I: Items>(
        &mut self,
        end: End,
        count: u64,
        missing: Missing,
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        let progress = Progress::new(direction, Source::Buffered);
        if direction.begin_call() {
            return progress.again();
        }
        if direction.lost_outstanding(count) {
            return progress;
        }
        if direction.is_encrypted() {
            direction.finish_tls();
            direction.lost_tls(count);
            return progress;
        }
        if let Some(progress) = self.emit_undecided(end, progress, output) {
            return progress;
        }
        if self.direction(end).has_whole() {
            return self.complete(end, &[], output).again();
        }
        let direction = self.direction_mut(end);
        if direction.has_incomplete() {
            let length = direction.length_with_lost(count);
            let kind = direction.kind();
            let lost = (missing == Missing::Lost).then_some(count);
            if let Err(needed) = self.emit_incomplete(end, kind, length, lost, output) {
                return progress.full(needed);
            }
        }
        self.context.lose(Some(end));
        // The answer to a CR may be among them.
        self.context.sent(Some(end));
        let (direction, _) = both(&mut self.directions, end);
        direction.lost(count, missing, &self.context);
        progress
    }

    /// An end sends nothing any more. If octets are pushed all the same, the direction starts
    /// again.
    pub fn finish<I: Items>(
        &mut self,
        end: End,
        ending: Ending,
        output: &mut Output<'_, I>,
    ) -> Progress {
        let direction = self.direction_mut(end);
        if direction.begin_call() {
            return Progress::new(direction, Source::Buffered).again();
        }
        if direction.is_encrypted() {
            direction.finish_tls();
        }
        let progress = Progress::new(direction, Source::Buffered);
        if let Some(progress) = self.emit_undecided(end, progress, output) {
            return progress;
        }
        if self.direction(end).has_whole() {
            return self.complete(end, &[], output).again();
        }
        let direction = self.direction_mut(end);
        if direction.has_incomplete() {
            let (received, _) = direction.pending();
            let kind = direction.kind_at_end();
            if let Err(needed) = self.emit_incomplete(end, kind, received as u32, None, output) {
                return progress.full(needed);
            }
            self.direction_mut(end).reassembly.explain();
        }
        let all_experts = self.all_experts;
        let direction = self.direction_mut(end);
        let at = u32::try_from(direction.emitted_octets().len()).unwrap_or(u32::MAX);
        let reassembly = &mut direction.reassembly;
        if let Err(needed) = reassembly.finish(at, all_experts, output) {
            return progress.full(needed);
        }
        let mut context = self.context;
        if self.direction_mut(end.other()).has_incomplete() {
            context.sent(Some(end.other()));
        }
        // What was wrong with a CR is enough: the capture may just end too early for an answer.
        let is_enough = context.has_told_fault(end.other()) && !self.all_experts;
        if !(is_enough && ending == Ending::Capture) {
            report_end(&mut context, end, ending, (0, at), output);
        }
        let direction = self.direction(end);
        if direction.is_encrypted() {
            report_tls(at, direction.tls_octets(), TpktTls::Skipped, output);
        }
        if let Err(needed) = output.fits(0) {
            return progress.full(needed);
        }
        output.commit();
        self.context = context;
        self.direction_mut(end).finish();
        progress
    }

    /// No octets follow those in the buffer directly. Emits what is in front of a TPKT that is
    /// accepted because of that, if there is any; the call must be repeated then.
    fn emit_undecided<I: Items>(
        &mut self,
        end: End,
        progress: Progress,
        output: &mut Output<'_, I>,
    ) -> Option<Progress> {
        let (direction, _) = both(&mut self.directions, end);
        let before = direction.accept_undecided(&self.context);
        if before == 0 {
            return None;
        }
        let buffer = direction.take_buffer();
        let frame = Frame {
            kind: direction.kind(),
            follows_fault: direction.follows_fault(),
            sender: end,
            octets: buffer.get(..before).unwrap_or_default(),
            length: before as u32,
            offset: 0,
            gap: direction.gap(),
        };
        let outcome = self.emit(&frame, None, State::InSync, output);
        let emitted = if outcome.is_ok() { before } else { 0 };
        self.direction_mut(end).put_back(buffer, emitted);
        Some(match outcome {
            Ok(()) => progress.again(),
            Err(needed) => progress.full(needed),
        })
    }

    /// Emits the incomplete frame in the buffer. `length` is the length of the frame.
    fn emit_incomplete<I: Items>(
        &mut self,
        end: End,
        kind: FrameKind,
        length: u32,
        lost: Option<u64>,
        output: &mut Output<'_, I>,
    ) -> Result<(), Capacity> {
        let direction = self.direction_mut(end);
        let state = direction.state();
        let buffer = direction.take_buffer();
        let frame = Frame {
            kind,
            follows_fault: direction.follows_fault(),
            sender: end,
            octets: &buffer,
            length,
            offset: 0,
            gap: direction.gap(),
        };
        let outcome = self.emit(&frame, lost, state, output);
        let emitted = match output.committed().pdus {
            0 => 0,
            _ => buffer.len(),
        };
        self.direction_mut(end).put_back(buffer, emitted);
        outcome
    }
}
