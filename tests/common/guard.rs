//! Memory between two guard pages: an access past either end is a crash.
#![allow(dead_code)]

use std::ptr;

/// Whole pages with a guard page before and after them.
pub struct Guarded {
    map: *mut u8,
    page: usize,
    length: usize,
}

impl Guarded {
    /// At least `length` octets.
    pub fn new(length: usize) -> Self {
        // SAFETY: no pointers.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap();
        let length = length.max(1).next_multiple_of(page);
        let (readable, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        // SAFETY: a mapping of its own, wherever there is room.
        let map = unsafe { libc::mmap(ptr::null_mut(), length + 2 * page, readable, flags, -1, 0) };
        assert_ne!(map, libc::MAP_FAILED);
        let map = map.cast::<u8>();
        for guard in [map, map.wrapping_add(page + length)] {
            // SAFETY: a whole page of the mapping above.
            let status = unsafe { libc::mprotect(guard.cast(), page, libc::PROT_NONE) };
            assert_eq!(status, 0);
        }
        Self { map, page, length }
    }

    /// Where the octets begin, right after a guard page.
    pub fn start(&self) -> *mut u8 {
        self.map.wrapping_add(self.page)
    }

    /// Where `count` elements end right before a guard page.
    pub fn ending<T>(&self, count: usize) -> *mut T {
        assert!(count * size_of::<T>() <= self.length);
        let end = self.map.wrapping_add(self.page + self.length).cast::<T>();
        let start = end.wrapping_sub(count);
        assert!(start.is_aligned());
        start
    }

    /// Copies octets so that they end right before a guard page.
    pub fn put_at_end(&self, octets: &[u8]) -> *const u8 {
        let start = self.ending(octets.len());
        // SAFETY: `ending` checked that they fit, and a slice does not overlap a new mapping.
        unsafe { ptr::copy_nonoverlapping(octets.as_ptr(), start, octets.len()) };
        start
    }

    /// Copies octets so that they begin right after a guard page.
    pub fn put_at_start(&self, octets: &[u8]) -> *const u8 {
        assert!(octets.len() <= self.length);
        // SAFETY: they fit, and a slice does not overlap a new mapping.
        unsafe { ptr::copy_nonoverlapping(octets.as_ptr(), self.start(), octets.len()) };
        self.start()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping `new` made.
        unsafe { libc::munmap(self.map.cast(), self.length + 2 * self.page) };
    }
}
