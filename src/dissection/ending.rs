//! The end of a connection: a CR that nobody answered (X.224 6.5).
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag, End};
use super::output::{Items, Output, Shown};
use crate::cotp::parameter::tpdu_size;
use crate::registry::NO_PARENT;
use crate::registry::reasons::Unanswered;

/// How an end stopped sending.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Not known.
    Unknown = 0,
    /// It closed its direction of the TCP connection (FIN).
    Closed = 1,
    /// It reset the TCP connection (RST): neither end sends anything more.
    Reset = 2,
    /// The capture ends; the connection may go on.
    Capture = 3,
}

impl Ending {
    /// The number that a reason has for an ending: how, and which end.
    fn encode(self, by_responder: bool) -> u8 {
        (self as u8) << 1 | u8::from(by_responder)
    }
}

/// Reports a CR that nobody can answer any more, in a record of its own at `offset`. The initiator's
/// end alone leaves the responder free to answer, unless it is a reset.
pub fn report_end<I: Items>(
    context: &mut Context,
    end: End,
    ending: Ending,
    (packet, offset): (u32, u32),
    output: &mut Output<'_, I>,
) {
    let by_responder = context.is_initiator(end) == Some(false);
    let is_unanswered = context.is_requested() && !context.has(ContextFlag::Responded);
    let is_over = match ending {
        Ending::Unknown | Ending::Closed => by_responder,
        Ending::Reset => true,
        // The answer may have come later.
        Ending::Capture => false,
    };
    if !is_unanswered || !is_over {
        return;
    }
    let (reason, value) = suspect(context, ending.encode(by_responder));
    let mut writer = output.pdu(packet, offset, false);
    let here = Shown::new(NO_PARENT, offset, 0);
    writer.report(reason, here.value(value));
    context.refuse();
}

/// What about the CR the peer may have refused, the likeliest first, and its value.
fn suspect(context: &Context, ending: u8) -> (Unanswered, u64) {
    let class = context.proposed().class();
    let [a, b, c, d, e, f, g, _] = context.called_selector;
    if context.request_tpkt_reserved != 0 {
        let value = context.request_tpkt_reserved.into();
        (Unanswered::Reserved(ending), value)
    } else if context.called_selector_length != 0 {
        let octets = [context.called_selector_length, a, b, c, d, e, f, g];
        (Unanswered::Selector(ending), u64::from_be_bytes(octets))
    } else if class != 0 {
        (Unanswered::Class(ending), class.into())
    } else if context.request_tpdu_size != 0 {
        let size = u64::from(context.request_tpdu_size) * u64::from(tpdu_size::UNIT);
        (Unanswered::Size(ending), size)
    } else {
        (Unanswered::Nothing(ending), 0)
    }
}
