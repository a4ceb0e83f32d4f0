//! Where TPKTs end that only further TPKTs behind them verify.
#![forbid(unsafe_code)]

use crate::stream::LONGEST_TPKT;

/// What the TPKTs of a chain weigh together that are believed: each ends where the next one starts.
pub(super) const BELIEVED: u8 = 3;

/// The weight of the heaviest chain of TPKTs that ends at each of the first offsets, two bits each: it
/// is as large whatever the octets are, and each octet is one step. It takes memory only while there
/// are any.
#[derive(Default)]
pub(super) struct Ends {
    words: Option<Box<[u64; WORDS]>>,
}

const BITS: usize = 2;
const PLACES: usize = u64::BITS as usize / BITS;
/// What a direction takes beside its buffer stays below 16 KiB: no chain is noted that ends behind.
const WORDS: usize = (LONGEST_TPKT - 4096) / PLACES;

impl Ends {
    /// Adds a chain. Without memory it is not added, and its TPKTs not verified.
    pub fn insert(&mut self, end: usize, weight: u8) {
        if self.words.is_none() {
            self.words = zeros();
        }
        if weight <= self.weight(end) {
            return;
        }
        let (word, shift) = place(end);
        let words = self.words.as_mut();
        if let Some(word) = words.and_then(|words| words.get_mut(word)) {
            *word = (*word & !(u64::from(BELIEVED) << shift)) | (u64::from(weight) << shift);
        }
    }

    /// The weight of the chain that ends at an offset; 0 if none does.
    pub fn weight(&self, end: usize) -> u8 {
        let (word, shift) = place(end);
        let words = self.words.as_ref();
        let word = words.and_then(|words| words.get(word)).copied();
        (word.unwrap_or(0) >> shift) as u8 & BELIEVED
    }

    /// Removes all, and releases the memory.
    #[inline(always)]
    pub fn clear(&mut self) {
        if self.words.is_some() {
            self.words = None;
        }
    }
}

/// `None` without memory for them.
fn zeros() -> Option<Box<[u64; WORDS]>> {
    let mut words = Vec::new();
    words.try_reserve_exact(WORDS).ok()?;
    words.resize(WORDS, 0);
    words.into_boxed_slice().try_into().ok()
}

/// The word of an offset, and how far its bits are shifted there.
fn place(end: usize) -> (usize, usize) {
    (end / PLACES, BITS * (end % PLACES))
}
