//! Builds one PDU record and its items, and puts them into the caller's memory.
#![forbid(unsafe_code)]

use super::record::{Item, Pdu, PduFlag};
use crate::registry::{Cause, EXPERT_BASE, Severity, expert_of};
use std::mem::MaybeUninit;
use std::slice;

/// Where items go.
pub trait Items {
    /// Whether anybody wants them.
    const WANTED: bool;
    /// Takes items.
    fn put<const N: usize>(&mut self, items: [Item; N]);
    /// How many items were put, including those that found no room.
    fn count(&self) -> usize;
    /// How many items there is room for.
    fn capacity(&self) -> usize;
}

/// Nobody wants items.
pub struct NoItems;

impl Items for NoItems {
    const WANTED: bool = false;
    #[inline(always)]
    fn put<const N: usize>(&mut self, _: [Item; N]) {}
    fn count(&self) -> usize {
        0
    }
    fn capacity(&self) -> usize {
        0
    }
}

/// An array of the caller's, which may be too small: what finds no room is counted.
pub struct Array<'a> {
    slots: &'a mut [MaybeUninit<Item>],
    count: usize,
}

impl<'a> Array<'a> {
    /// Over memory that need not be initialised.
    pub fn new(slots: &'a mut [MaybeUninit<Item>]) -> Self {
        Self { slots, count: 0 }
    }
}

impl Items for Array<'_> {
    const WANTED: bool = true;
    #[inline(always)]
    fn put<const N: usize>(&mut self, items: [Item; N]) {
        let room = self.slots.get_mut(self.count..);
        if let Some(slots) = room.and_then(<[_]>::first_chunk_mut::<N>) {
            *slots = items.map(MaybeUninit::new);
        }
        self.count += N;
    }
    fn count(&self) -> usize {
        self.count
    }
    fn capacity(&self) -> usize {
        self.slots.len()
    }
}

/// The records and items of a call.
pub struct Output<'a, I> {
    /// Room for further records.
    slots: slice::IterMut<'a, MaybeUninit<Pdu>>,
    /// The record placed last, when it found room; not one that was kept as it was put.
    last: Option<&'a mut Pdu>,
    items: I,
    /// What was put and is to stay.
    kept: Extent,
    /// Records put since, including those that found no room.
    pending: usize,
    /// Takes the records that find no room: the packet they are of will be dissected again.
    unplaced: Pdu,
}

/// How much of the caller's arrays is taken, or would have to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// PDU records.
    pub pdus: usize,
    /// Items.
    pub items: usize,
}

impl<'a, I: Items> Output<'a, I> {
    /// Over the caller's memory.
    pub fn new(pdus: &'a mut [MaybeUninit<Pdu>], items: I) -> Self {
        Self {
            slots: pdus.iter_mut(),
            last: None,
            items,
            kept: Extent::default(),
            pending: 0,
            unplaced: Pdu::default(),
        }
    }

    /// What was put and kept.
    pub fn kept(&self) -> Extent {
        self.kept
    }

    /// What was put since the last [`Self::keep`], with `spare` items more.
    fn wanted(&self, spare: usize) -> Extent {
        Extent {
            pdus: self.pending,
            items: self.items.count() - self.kept.items + if I::WANTED { spare } else { 0 },
        }
    }

    /// Whether what was put found room and `spare` items more would. If not, the answer is how
    /// much room all of it wants, and nothing may be put any more.
    #[inline(always)]
    pub fn fits(&self, spare: usize) -> Result<(), Extent> {
        let items_fit = !I::WANTED || self.items.count() + spare <= self.items.capacity();
        let pdus_fit = self.pending == 0 || self.last.is_some();
        if items_fit && pdus_fit {
            Ok(())
        } else {
            Err(self.wanted(spare))
        }
    }

    /// Keeps what was put.
    #[inline(always)]
    pub fn keep(&mut self) {
        self.kept = Extent {
            pdus: self.kept.pdus + self.pending,
            items: self.items.count(),
        };
        self.pending = 0;
    }

    /// Starts the record of a PDU whose TPKT, or TPDU without one, is at `offset`. It is built in
    /// place, in the caller's memory while there is room.
    #[inline(always)]
    pub fn pdu(&mut self, packet: u32, offset: u32) -> Writer<'_, I> {
        let first_item = self.next_item();
        self.place(Pdu {
            packet,
            tpkt_offset: offset,
            tpdu_offset: offset,
            first_item,
            ..Pdu::default()
        });
        Writer {
            pdu: match &mut self.last {
                Some(last) => last,
                None => &mut self.unplaced,
            },
            items: &mut self.items,
        }
    }

    /// Puts a record that is complete but for its items, and these.
    #[inline(always)]
    pub fn put_with_items<const N: usize>(&mut self, pdu: Pdu, items: [Item; N]) {
        let pdu = self.with_items::<N>(pdu);
        self.place(pdu);
        self.items.put(items);
    }

    /// The same, and keeps them. Nothing else may wait to be kept. If there is no room for them, the
    /// answer is how much they want, and nothing is put.
    #[inline(always)]
    pub fn keep_with_items<const N: usize>(
        &mut self,
        pdu: Pdu,
        items: [Item; N],
    ) -> Result<(), Extent> {
        let pdu = self.with_items::<N>(pdu);
        let items_fit = !I::WANTED || self.items.capacity() - self.items.count() >= N;
        let Some(slot) = items_fit.then(|| self.slots.next()).flatten() else {
            return Err(Extent {
                pdus: 1,
                items: pdu.item_count.into(),
            });
        };
        slot.write(pdu);
        self.items.put(items);
        self.kept.pdus += 1;
        self.kept.items += usize::from(pdu.item_count);
        Ok(())
    }

    #[inline(always)]
    fn with_items<const N: usize>(&self, pdu: Pdu) -> Pdu {
        Pdu {
            first_item: self.next_item(),
            item_count: if I::WANTED { N as u16 } else { 0 },
            ..pdu
        }
    }

    #[inline(always)]
    fn place(&mut self, pdu: Pdu) {
        self.pending += 1;
        self.last = self.slots.next().map(|slot| slot.write(pdu));
        if self.last.is_none() {
            self.unplaced = pdu;
        }
    }

    #[inline(always)]
    fn next_item(&self) -> u32 {
        u32::try_from(self.items.count()).unwrap_or(u32::MAX)
    }

    /// The record placed last, to add to it. Its items are the last ones, as long as none is kept
    /// as it is put.
    pub fn last(&mut self) -> Option<Writer<'_, I>> {
        Some(Writer {
            pdu: self.last.as_deref_mut()?,
            items: &mut self.items,
        })
    }
}

/// Builds one PDU.
pub struct Writer<'w, I> {
    /// The record so far.
    pub pdu: &'w mut Pdu,
    items: &'w mut I,
}

impl<I: Items> Writer<'_, I> {
    #[inline(always)]
    fn put(&mut self, item: Item) -> u16 {
        if !I::WANTED {
            return 0;
        }
        let index = self.pdu.item_count;
        self.items.put([item]);
        // Fewer than 1,000 items come of a header of 255 octets.
        self.pdu.item_count = index.saturating_add(1);
        index
    }

    /// Adds a field; the answer is the parent its children name.
    #[inline(always)]
    pub fn field(&mut self, parent: u16, id: u16, offset: u32, length: u32, value: u64) -> u16 {
        self.put(Item {
            value,
            offset,
            length,
            id,
            parent,
            ..Item::default()
        })
    }

    /// Adds a field that is octets of the packet.
    #[inline(always)]
    pub fn octets(&mut self, parent: u16, id: u16, offset: u32, length: u32) -> u16 {
        self.field(parent, id, offset, length, length.into())
    }

    /// Adds an expert info, by its id or its reason, with the severity of the registry.
    #[inline(always)]
    pub fn remark(&mut self, cause: impl Cause, remark: Remark) {
        self.remark_as(severity_of(cause.id()), cause, remark);
    }

    /// Adds an expert info with a severity of its own.
    #[inline(always)]
    pub fn remark_as(&mut self, severity: Severity, cause: impl Cause, remark: Remark) {
        let detail = cause.detail().unwrap_or(remark.detail);
        self.put_rare(severity, cause.id(), Remark { detail, ..remark });
    }

    #[cold]
    fn put_rare(&mut self, severity: Severity, id: u16, remark: Remark) {
        self.put_remark(severity, id, remark);
    }

    /// As [`Self::remark`], for events of normal traffic, where speed counts.
    #[inline(always)]
    pub fn event(&mut self, id: u16, remark: Remark) {
        self.put_remark(severity_of(id), id, remark);
    }

    #[inline(always)]
    fn put_remark(&mut self, severity: Severity, id: u16, remark: Remark) {
        for (word, one) in self.pdu.experts.iter_mut().zip(set_of(id)) {
            *word |= one;
        }
        let severity = severity as u8;
        self.pdu.severity = self.pdu.severity.max(severity);
        self.put(Item {
            value: remark.value,
            offset: remark.offset,
            length: remark.length,
            id,
            parent: remark.parent,
            detail: u16::try_from(remark.detail).unwrap_or(u16::MAX),
            severity,
            reserved: 0,
        });
    }

    /// Sets a flag of the record.
    #[inline(always)]
    pub fn flag(&mut self, flag: PduFlag) {
        self.pdu.flags |= flag as u16;
    }
}

/// The set of one expert info, as records have it.
#[inline(always)]
pub const fn set_of(id: u16) -> [u64; 2] {
    let set = 1u128 << (id - EXPERT_BASE);
    [set as u64, (set >> 64) as u64]
}

/// The severity that the registry gives an expert info.
#[inline(always)]
pub fn severity_of(id: u16) -> Severity {
    expert_of(id).map_or(Severity::Error, |expert| expert.severity)
}

/// Where an expert info points and what it has seen there.
#[derive(Clone, Copy, Debug)]
pub struct Remark {
    /// The item it is about.
    pub parent: u16,
    /// The first of the octets it is about.
    pub offset: u32,
    /// How many.
    pub length: u32,
    /// The value seen.
    pub value: u64,
    /// What the value was compared with.
    pub detail: u32,
}

impl Remark {
    /// About `length` octets at `offset`, shown under `parent`.
    pub fn new(parent: u16, offset: u32, length: u32) -> Self {
        Self {
            parent,
            offset,
            length,
            value: 0,
            detail: 0,
        }
    }

    /// What was seen there.
    pub fn seen(self, value: impl Into<u64>) -> Self {
        Self {
            value: value.into(),
            ..self
        }
    }

    /// What the value was compared with: a limit, a TPDU code, a class. A reason that is raised
    /// says it itself.
    pub fn against(self, detail: impl Into<u32>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }
}
