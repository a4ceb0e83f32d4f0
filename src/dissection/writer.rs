//! Builds one PDU record and its items, and puts them into the caller's memory.
#![forbid(unsafe_code)]

use super::record::{Item, Pdu, PduFlag};
use crate::registry::{EXPERT_BASE, Severity, expert_of};
use std::mem::MaybeUninit;

/// Where items go.
pub trait Items {
    /// Whether anybody wants them.
    const WANTED: bool;
    /// Takes one item.
    fn put(&mut self, item: Item);
    /// How many items were put, including those that found no room.
    fn count(&self) -> usize;
    /// Forgets the items from the `count`th on.
    fn truncate(&mut self, count: usize);
    /// How many items there is room for.
    fn capacity(&self) -> usize;
}

/// Nobody wants items.
pub struct NoItems;

impl Items for NoItems {
    const WANTED: bool = false;
    #[inline(always)]
    fn put(&mut self, _: Item) {}
    fn count(&self) -> usize {
        0
    }
    fn truncate(&mut self, _: usize) {}
    fn capacity(&self) -> usize {
        0
    }
}

/// An array of the caller's, which may be too small: what finds no room is counted.
pub struct Array<'a, T> {
    slots: &'a mut [MaybeUninit<T>],
    count: usize,
}

impl<'a, T> Array<'a, T> {
    /// Over memory that need not be initialised.
    pub fn new(slots: &'a mut [MaybeUninit<T>]) -> Self {
        Self { slots, count: 0 }
    }
}

impl Items for Array<'_, Item> {
    const WANTED: bool = true;
    #[inline(always)]
    fn put(&mut self, item: Item) {
        if let Some(slot) = self.slots.get_mut(self.count) {
            slot.write(item);
        }
        self.count += 1;
    }
    fn count(&self) -> usize {
        self.count
    }
    fn truncate(&mut self, count: usize) {
        self.count = count;
    }
    fn capacity(&self) -> usize {
        self.slots.len()
    }
}

/// The records and items of a call.
pub struct Output<'a, I> {
    pdus: Array<'a, Pdu>,
    items: I,
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
            pdus: Array::new(pdus),
            items,
            unplaced: Pdu::default(),
        }
    }

    /// What has been put, whether or not there was room for it.
    #[inline]
    pub fn extent(&self) -> Extent {
        Extent {
            pdus: self.pdus.count,
            items: self.items.count(),
        }
    }

    /// Whether there was room for everything so far.
    #[inline]
    pub fn fits(&self) -> bool {
        self.pdus.count <= self.pdus.slots.len() && self.items.count() <= self.items.capacity()
    }

    /// Goes back to an earlier extent.
    pub fn truncate(&mut self, extent: Extent) {
        self.pdus.count = extent.pdus;
        self.items.truncate(extent.items);
    }

    /// Starts the record of a PDU whose TPKT, or TPDU without one, is at `offset`. It is built in
    /// place, in the caller's memory while there is room.
    #[inline(always)]
    pub fn pdu(&mut self, packet: u32, offset: u32) -> Writer<'_, I> {
        let blank = Pdu {
            packet,
            tpkt_offset: offset,
            tpdu_offset: offset,
            first_item: u32::try_from(self.items.count()).unwrap_or(u32::MAX),
            ..Pdu::default()
        };
        let pdu = match self.pdus.slots.get_mut(self.pdus.count) {
            Some(slot) => slot.write(blank),
            None => &mut self.unplaced,
        };
        self.pdus.count += 1;
        Writer {
            pdu,
            items: &mut self.items,
        }
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
        let index = self.pdu.item_count;
        self.items.put(item);
        // Fewer than 1,000 items come of a header of 255 octets.
        self.pdu.item_count = index.saturating_add(u16::from(I::WANTED));
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

    /// Adds an expert info with the severity of the registry.
    #[cold]
    pub fn remark(&mut self, id: u16, remark: Remark) {
        let severity = expert_of(id).map_or(Severity::Error, |expert| expert.severity);
        self.remark_as(severity, id, remark);
    }

    /// Adds an expert info with a severity of its own.
    #[cold]
    pub fn remark_as(&mut self, severity: Severity, id: u16, remark: Remark) {
        let bit = usize::from(id - EXPERT_BASE);
        if let Some(word) = self.pdu.experts.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
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

/// Where an expert info points and what it has seen there.
#[derive(Clone, Copy, Debug)]
pub struct Remark {
    /// The item it is about.
    pub parent: u16,
    /// The octets that are odd.
    pub offset: u32,
    /// How many.
    pub length: u32,
    /// The value seen.
    pub value: u64,
    /// What it was held against.
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

    /// What it was held against: a limit, a TPDU code, a class.
    pub fn against(self, detail: impl Into<u32>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }
}
