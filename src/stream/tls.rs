//! The end of TLS in a direction whose octets go on.
#![forbid(unsafe_code)]

use super::direction::Direction;
use super::{Step, Stream};
use crate::dissection::context::{Context, ContextFlag, End};
use crate::dissection::output::{Items, Output};
use crate::dissection::{Frame, report_disbelief, report_tls};
use crate::registry::reasons::TlsUnexpected;

impl Stream {
    /// Emits that TLS ends, in a record without octets.
    #[cold]
    pub(super) fn emit_tls_end<I: Items>(
        &mut self,
        end: End,
        offset: usize,
        output: &mut Output<'_, I>,
    ) -> Step {
        let direction = self.direction(end);
        report_tls(
            offset as u32,
            direction.tls_octets(),
            TlsUnexpected::InClear,
            output,
        );
        if let Err(needed) = output.fits(0) {
            return Step::Full { needed, length: 0 };
        }
        output.commit();
        self.direction_mut(end).end_tls();
        self.context.set(ContextFlag::Tls, false);
        Step::Emitted(0)
    }
}

/// The TLS of the other end is none if this end answers in clear. Reports that; whether it is so.
#[cold]
pub(super) fn disbelieve<I: Items>(
    direction: &Direction,
    opposite: &Direction,
    context: &Context,
    frame: &Frame,
    output: &mut Output<'_, I>,
) -> bool {
    let is_disbelieved = !context.has(ContextFlag::TlsSelected) && !direction.is_encrypted();
    if is_disbelieved {
        report_disbelief(frame, opposite.tls_octets(), output);
    }
    is_disbelieved
}
