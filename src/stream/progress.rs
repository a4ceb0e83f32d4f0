//! What a call on a stream returns.
#![forbid(unsafe_code)]

use super::direction::Direction;
use crate::dissection::output::Capacity;

/// The octets that the records of a call describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The octets that were pushed.
    Pushed,
    /// [`Stream::buffered`](super::Stream::buffered).
    Buffered,
}

/// The result of a call.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Pushed octets that were consumed.
    pub consumed: usize,
    /// Whether the call must be repeated with the octets that were not consumed.
    pub more: bool,
    /// The capacity that the next TPDU needs, if there is not so much left in the caller's arrays.
    pub needed: Option<Capacity>,
    /// The octets that were not consumed cannot be kept.
    pub out_of_memory: bool,
    /// The octets that the records describe.
    pub source: Source,
    /// Octets of the direction before those.
    pub position: u64,
}

impl Progress {
    pub(super) fn new(direction: &Direction, source: Source) -> Self {
        Self {
            consumed: 0,
            more: false,
            needed: None,
            out_of_memory: false,
            source,
            position: direction.position(),
        }
    }

    /// The call has emitted a TSDU only and must be repeated.
    pub(super) fn again(self) -> Self {
        Self { more: true, ..self }
    }

    /// The caller's arrays have no room for the next TPDU.
    pub(super) fn full(self, needed: Capacity) -> Self {
        Self {
            more: true,
            needed: Some(needed),
            ..self
        }
    }

    /// The octets that are left cannot be kept.
    #[cold]
    pub(super) fn starved(self) -> Self {
        Self {
            out_of_memory: true,
            ..self
        }
    }
}
