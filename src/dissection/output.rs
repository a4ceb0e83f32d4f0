//! Writes PDU records and items into the caller's arrays.
#![forbid(unsafe_code)]

use super::record::{Item, Pdu, PduFlag, set_of};
use crate::registry::{Cause, Severity, expert_of};
use crate::span::Span;
use std::mem::MaybeUninit;
use std::slice;

/// A destination of items.
pub trait Items {
    /// Whether the host asks for items.
    const WANTED: bool;
    /// Appends items.
    fn put<const N: usize>(&mut self, items: [Item; N]);
    /// How many items were appended, including those that were not written.
    fn count(&self) -> usize;
    /// How many items there is room for.
    fn capacity(&self) -> usize;
}

/// Discards items: the host asks for records only.
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

/// The caller's array of items. Items beyond its end are counted but not written.
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
    /// The record placed last, if there was room for it; not one of [`Self::commit_with_items`].
    last: Option<&'a mut Pdu>,
    items: I,
    /// What was committed.
    committed: Capacity,
    /// Records placed since, including those without room.
    pending: usize,
    /// Receives records without room: their packet will be dissected again.
    unplaced: Pdu,
}

/// Numbers of records and items: used, or required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
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
            committed: Capacity::default(),
            pending: 0,
            unplaced: Pdu::default(),
        }
    }

    /// What was committed.
    pub fn committed(&self) -> Capacity {
        self.committed
    }

    /// The capacity that is required for what was placed since the last [`Self::commit`], and for
    /// `spare` items more.
    fn wanted(&self, spare: usize) -> Capacity {
        Capacity {
            pdus: self.pending,
            items: self.items.count() - self.committed.items + if I::WANTED { spare } else { 0 },
        }
    }

    /// Whether there was room for what was placed, and is for `spare` items more. If not, the error
    /// is the capacity required, and nothing may be placed any more.
    #[inline(always)]
    pub fn fits(&self, spare: usize) -> Result<(), Capacity> {
        let items_fit = !I::WANTED || self.items.count() + spare <= self.items.capacity();
        let pdus_fit = self.pending == 0 || self.last.is_some();
        if items_fit && pdus_fit {
            Ok(())
        } else {
            Err(self.wanted(spare))
        }
    }

    /// Commits what was placed.
    #[inline(always)]
    pub fn commit(&mut self) {
        self.committed = Capacity {
            pdus: self.committed.pdus + self.pending,
            items: self.items.count(),
        };
        self.pending = 0;
    }

    /// Starts the record of a PDU whose TPKT, or TPDU without one, is at `offset`. It is built in
    /// place, in the caller's memory while there is room.
    #[inline(always)]
    pub fn pdu(&mut self, packet: u32, offset: u32, all_experts: bool) -> Writer<'_, I> {
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
            trust: Trust::new(all_experts),
        }
    }

    /// Places a record that is complete but for its items, and its items.
    #[inline(always)]
    pub fn place_with_items<const N: usize>(&mut self, pdu: Pdu, items: [Item; N]) {
        let pdu = self.with_items::<N>(pdu);
        self.place(pdu);
        self.items.put(items);
    }

    /// The same, and commits them; nothing uncommitted may be pending. Without room the error is the
    /// capacity required, and nothing is placed.
    #[inline(always)]
    pub fn commit_with_items<const N: usize>(
        &mut self,
        pdu: Pdu,
        items: [Item; N],
    ) -> Result<(), Capacity> {
        let pdu = self.with_items::<N>(pdu);
        let items_fit = !I::WANTED || self.items.capacity() - self.items.count() >= N;
        let Some(slot) = items_fit.then(|| self.slots.next()).flatten() else {
            return Err(Capacity {
                pdus: 1,
                items: pdu.item_count.into(),
            });
        };
        slot.write(pdu);
        self.items.put(items);
        self.committed.pdus += 1;
        self.committed.items += usize::from(pdu.item_count);
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

    /// The record placed last, to add to it; not one of [`Self::commit_with_items`].
    pub fn last(&mut self) -> Option<Writer<'_, I>> {
        Some(Writer {
            pdu: self.last.as_deref_mut()?,
            items: &mut self.items,
            trust: Trust::new(false),
        })
    }
}

/// An item that was written, and the octets it covers: what an expert info is raised on.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Its index among the items of the PDU, which its children name as their parent.
    pub index: u16,
    offset: u32,
    length: u32,
}

impl Shown {
    /// The item at `index`, with `length` octets at `offset`.
    #[inline(always)]
    pub fn new(index: u16, offset: u32, length: u32) -> Self {
        Self {
            index,
            offset,
            length,
        }
    }

    /// The same item, for an expert info about other octets: `length` of them at `offset`.
    #[inline(always)]
    pub fn at(self, offset: u32, length: u32) -> Self {
        Self::new(self.index, offset, length)
    }

    /// The same item, for an expert info about its first octet.
    #[inline(always)]
    pub fn first_octet(self) -> Self {
        self.at(self.offset, 1)
    }

    /// An expert info about these octets, in which `value` was seen.
    #[inline(always)]
    pub fn value(self, value: impl Into<u64>) -> ExpertInfo {
        ExpertInfo {
            on: self,
            value: value.into(),
            detail: 0,
        }
    }
}

/// What an expert info is about: octets, the value seen in them, and what was expected.
#[derive(Clone, Copy, Debug)]
pub struct ExpertInfo {
    on: Shown,
    value: u64,
    detail: u32,
}

impl ExpertInfo {
    /// What was expected instead of the value: a limit, an octet, a class, a TPDU code. A reason
    /// that is raised brings its own.
    #[inline(always)]
    pub fn expected(self, detail: impl Into<u32>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }
}

/// Which faults of a PDU are still reported: its judging ends with the first warning or error,
/// because what is behind that may follow from it. That everything is written does not change what
/// is learned from a PDU.
struct Trust {
    /// Everything is written.
    all: bool,
    /// The judging has ended.
    ended: bool,
    /// A warning or error was admitted.
    faulty: bool,
    /// Faults admitted so far.
    faults: u16,
    /// The octets of the last one.
    last: (u32, u32),
}

impl Trust {
    #[inline(always)]
    fn new(all: bool) -> Self {
        Self {
            all,
            ended: false,
            faulty: false,
            faults: 0,
            last: (u32::MAX, 0),
        }
    }

    /// Whether a fault in these octets is written. One octet makes one expert info.
    fn admits(&mut self, octets: (u32, u32), severity: Severity) -> bool {
        let admits = !(self.ended || self.last == octets);
        if admits {
            self.faults = self.faults.saturating_add(1);
            self.last = octets;
            self.faulty = severity >= Severity::Warning;
            self.ended = self.faulty;
        }
        admits || self.all
    }
}

/// Writes one PDU.
pub struct Writer<'w, I> {
    /// The record so far.
    pub pdu: &'w mut Pdu,
    items: &'w mut I,
    trust: Trust,
}

impl<I: Items> Writer<'_, I> {
    /// Adds items as they are; the answer is the index of the first.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, items: [Item; N]) -> u16 {
        if !I::WANTED {
            return 0;
        }
        let index = self.pdu.item_count;
        self.items.put(items);
        // A header of 255 octets makes fewer than 1,000 items.
        self.pdu.item_count = index.saturating_add(N as u16);
        index
    }

    /// Adds a field below the item `parent`.
    #[inline(always)]
    pub fn field(&mut self, parent: u16, id: u16, offset: u32, length: u32, value: u64) -> Shown {
        let index = self.put([Item {
            value,
            offset,
            length,
            id,
            parent,
            ..Item::default()
        }]);
        Shown::new(index, offset, length)
    }

    /// Adds a field that is octets of the packet.
    #[inline(always)]
    pub fn octets(&mut self, parent: u16, id: u16, offset: u32, length: u32) -> Shown {
        self.field(parent, id, offset, length, length.into())
    }

    /// Adds a field that is all captured octets of a span.
    #[inline(always)]
    pub fn span(&mut self, parent: u16, id: u16, span: Span) -> Shown {
        self.octets(parent, id, span.offset, span.captured())
    }

    /// Raises a fault, by its id or its reason, with the severity of the registry.
    #[inline(always)]
    pub fn raise(&mut self, cause: impl Cause, info: ExpertInfo) {
        let detail = cause.detail().unwrap_or(info.detail);
        self.write_usual(cause.id(), ExpertInfo { detail, ..info });
    }

    #[cold]
    fn write_usual(&mut self, id: u16, info: ExpertInfo) {
        self.write_rare(severity_of(id), id, info);
    }

    /// Raises a fault with a severity of its own.
    #[inline(always)]
    pub fn raise_as(&mut self, severity: Severity, cause: impl Cause, info: ExpertInfo) {
        let detail = cause.detail().unwrap_or(info.detail);
        self.write_rare(severity, cause.id(), ExpertInfo { detail, ..info });
    }

    #[cold]
    fn write_rare(&mut self, severity: Severity, id: u16, info: ExpertInfo) {
        self.write_judged(severity, severity, id, info);
    }

    /// Writes a fault as `shown`, if it is admitted as `judged`.
    fn write_judged(&mut self, judged: Severity, shown: Severity, id: u16, info: ExpertInfo) {
        let octets = (info.on.offset, info.on.length);
        if self.trust.admits(octets, judged) {
            self.write(shown, id, info);
        }
    }

    /// The severity of a fault that persists: its own the first time, later that of an event.
    pub fn persisting(&self, is_first: bool, severity: Severity) -> Severity {
        if is_first || self.trust.all {
            severity
        } else {
            Severity::Chat
        }
    }

    /// Raises a fault that persists.
    pub fn raise_first(
        &mut self,
        is_first: bool,
        severity: Severity,
        cause: impl Cause,
        info: ExpertInfo,
    ) {
        let detail = cause.detail().unwrap_or(info.detail);
        let judged = match is_first {
            true => severity,
            false => Severity::Chat,
        };
        let shown = self.persisting(is_first, severity);
        self.write_judged(judged, shown, cause.id(), ExpertInfo { detail, ..info });
    }

    /// Reports an event of the connection, or a fault that nothing else hides.
    #[inline(always)]
    pub fn report(&mut self, cause: impl Cause, info: ExpertInfo) {
        let detail = cause.detail().unwrap_or(info.detail);
        self.write_event(cause.id(), ExpertInfo { detail, ..info });
    }

    #[cold]
    fn write_event(&mut self, id: u16, info: ExpertInfo) {
        self.write(severity_of(id), id, info);
    }

    /// The same with a severity of its own.
    #[cold]
    pub fn report_as(&mut self, severity: Severity, id: u16, info: ExpertInfo) {
        self.write(severity, id, info);
    }

    /// As [`Self::report`], for events of normal traffic, where speed counts.
    #[inline(always)]
    pub fn event(&mut self, id: u16, info: ExpertInfo) {
        self.write(severity_of(id), id, info);
    }

    /// Ends the judging of this PDU: what follows cannot be told from the consequences of a fault.
    pub fn distrust_rest(&mut self) {
        self.trust.ended = true;
    }

    /// Whether the judging of this PDU has ended.
    pub fn is_distrusted(&self) -> bool {
        self.trust.ended
    }

    /// Whether a warning or error was reported as a fault: where the TPDU ends is not certain.
    pub fn is_faulty(&self) -> bool {
        self.trust.faulty
    }

    /// How many faults were reported.
    pub fn faults(&self) -> u16 {
        self.trust.faults
    }

    #[inline(always)]
    fn write(&mut self, severity: Severity, id: u16, info: ExpertInfo) {
        for (word, one) in self.pdu.experts.iter_mut().zip(set_of(id)) {
            *word |= one;
        }
        let severity = severity as u8;
        self.pdu.severity = self.pdu.severity.max(severity);
        self.put([Item {
            value: info.value,
            offset: info.on.offset,
            length: info.on.length,
            id,
            parent: info.on.index,
            detail: u16::try_from(info.detail).unwrap_or(u16::MAX),
            severity,
            reserved: 0,
        }]);
    }

    /// Sets a flag of the record.
    #[inline(always)]
    pub fn flag(&mut self, flag: PduFlag) {
        self.pdu.flags |= flag as u16;
    }
}

/// The severity that the registry gives an expert info.
#[inline(always)]
pub fn severity_of(id: u16) -> Severity {
    expert_of(id).map_or(Severity::Error, |expert| expert.severity)
}
