//! Where TPKTs end that only a further TPKT behind them verifies.
#![forbid(unsafe_code)]

use crate::stream::LONGEST_TPKT;

/// A set of offsets up to the length of the longest TPKT, one bit each: it is as large whatever the
/// octets are, and each octet is one step. It takes memory only while there are any.
#[derive(Default)]
pub(super) struct Ends {
    words: Option<Box<[u64; WORDS]>>,
}

const WORDS: usize = LONGEST_TPKT / u64::BITS as usize + 1;

impl Ends {
    /// Adds an offset. Without memory it is not added, and its TPKT not verified.
    pub fn insert(&mut self, end: usize) {
        if self.words.is_none() {
            self.words = zeros();
        }
        let (word, bit) = place(end);
        let words = self.words.as_mut();
        if let Some(word) = words.and_then(|words| words.get_mut(word)) {
            *word |= bit;
        }
    }

    pub fn contains(&self, end: usize) -> bool {
        let (word, bit) = place(end);
        let words = self.words.as_ref();
        words
            .and_then(|words| words.get(word))
            .is_some_and(|word| word & bit != 0)
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

/// The word of an offset, and its bit.
fn place(end: usize) -> (usize, u64) {
    let bits = u64::BITS as usize;
    (end / bits, 1 << (end % bits))
}
