//! What is remembered of conversations that need not be followed, in memory that has a limit.

use crate::layers::Ends;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::mem;

/// Half of what a table of 2^15 places holds: it does not grow when values come and go.
const MOST: usize = 14_336;

type Table<T> = HashMap<u64, T, foldhash::fast::RandomState>;

/// A value for each of the latest conversations: at least 14,336 of them, at most twice as many.
pub struct Known<T> {
    recent: Table<T>,
    /// Those that were used before the table above was begun.
    older: Table<T>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        let state = foldhash::fast::RandomState::default();
        Self {
            recent: HashMap::with_hasher(state.clone()),
            older: HashMap::with_hasher(state),
        }
    }
}

impl<T> Known<T> {
    fn key(&self, ends: &Ends) -> u64 {
        self.recent.hasher().hash_one(ends)
    }

    /// The value of a conversation, which is one of the latest now.
    pub fn get_mut(&mut self, ends: &Ends) -> Option<&mut T> {
        let key = self.key(ends);
        if let Some(value) = self.older.remove(&key) {
            self.put(key, value);
        }
        self.recent.get_mut(&key)
    }

    /// Sets the value of a conversation.
    pub fn insert(&mut self, ends: &Ends, value: T) {
        let key = self.key(ends);
        self.older.remove(&key);
        self.put(key, value);
    }

    /// Removes the value of a conversation.
    pub fn remove(&mut self, ends: &Ends) {
        let key = self.key(ends);
        self.older.remove(&key);
        self.recent.remove(&key);
    }

    fn put(&mut self, key: u64, value: T) {
        if self.recent.len() >= MOST && !self.recent.contains_key(&key) {
            let hasher = self.recent.hasher().clone();
            let recent = mem::replace(&mut self.recent, HashMap::with_hasher(hasher));
            self.older = recent;
        }
        self.recent.insert(key, value);
    }
}
