//! The end of TLS in a direction whose octets go on.
#![forbid(unsafe_code)]

use super::{Step, Stream};
use crate::dissection::context::{ContextFlag, End};
use crate::dissection::output::{Items, Output};
use crate::dissection::report_tls;
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
