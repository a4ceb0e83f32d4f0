//! The caller's arrays, and how a call fills them.

use super::boundary::{Status, slice_mut};
use crate::dissection::output::{Array, Items, NoItems, Output};
use crate::dissection::record::{Item, Pdu};
use crate::registry::MINIMUM_ITEMS;
use std::mem::MaybeUninit;

/// What fills arrays.
pub(super) trait Call {
    /// What became of it.
    type Outcome;
    /// Fills them.
    fn run<I: Items>(&mut self, output: Output<'_, I>) -> Self::Outcome;
    /// Whether that did nothing, because the next TPDU has more items than `capacity`: then the call
    /// is run again.
    fn is_stuck(&self, outcome: &Self::Outcome, capacity: usize) -> bool;
}

/// The caller's arrays, as the caller describes them.
pub(super) struct Described {
    pub pdus: *mut Pdu,
    pub pdu_capacity: u64,
    pub items: *mut Item,
    pub item_capacity: u64,
}

/// The arrays for records and items.
pub(super) struct Arrays<'a> {
    pdus: &'a mut [MaybeUninit<Pdu>],
    items: &'a mut [MaybeUninit<Item>],
}

impl Described {
    /// Validates them.
    ///
    /// # Safety
    /// Each pointer is NULL or valid for writes of its capacity, which nothing else accesses during
    /// `'a`.
    #[inline(always)]
    pub unsafe fn arrays<'a>(self) -> Result<Arrays<'a>, Status> {
        let has_enough_items =
            self.item_capacity == 0 || self.item_capacity >= MINIMUM_ITEMS.into();
        if self.pdu_capacity == 0 || !has_enough_items {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: the caller's promise.
        let (pdus, items) = unsafe {
            (
                slice_mut(self.pdus, self.pdu_capacity)?,
                slice_mut(self.items, self.item_capacity)?,
            )
        };
        // Indexes of items are 32 bits wide.
        let most = items.len().min(u32::MAX as usize);
        let items = items.get_mut(..most).unwrap_or_default();
        Ok(Arrays { pdus, items })
    }
}

impl Arrays<'_> {
    /// Runs a call. A TPDU with more items than the whole array has room for is cut.
    #[inline(always)]
    pub fn fill<C: Call>(self, call: &mut C) -> C::Outcome {
        let Self { pdus, items } = self;
        if items.is_empty() {
            return call.run(Output::new(pdus, NoItems));
        }
        let mut is_stuck = false;
        loop {
            let output = if is_stuck {
                let one = pdus.get_mut(..1).unwrap_or_default();
                Output::new(one, Array::cutting(items))
            } else {
                Output::new(pdus, Array::new(items))
            };
            let outcome = call.run(output);
            if is_stuck || !call.is_stuck(&outcome, items.len()) {
                return outcome;
            }
            is_stuck = true;
        }
    }
}
