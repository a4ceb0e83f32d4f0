//! The latest octets of a direction, to see whether a repetition has others.

/// Octets that are kept; of more, only the latest half.
const MOST: usize = 16 << 10;
/// The same when no acknowledgements are captured: then octets are never settled.
const MOST_UNSETTLED: usize = 2 << 10;

/// Octets that were delivered, but not acknowledged yet: a receiver that has acknowledged octets
/// takes no others.
#[derive(Default)]
pub struct History {
    /// The sequence number behind the last octet.
    end: u32,
    octets: Vec<u8>,
}

impl History {
    /// Appends octets that were delivered; `end` is the sequence number behind them. `is_settling` says
    /// whether there are acknowledgements.
    pub fn append(&mut self, octets: &[u8], end: u32, is_settling: bool) {
        let most = if is_settling { MOST } else { MOST_UNSETTLED };
        if self.octets.len() + octets.len() > most {
            let excess = self.octets.len().saturating_sub(most / 2);
            self.octets.drain(..excess);
        }
        let latest = octets.get(octets.len().saturating_sub(most / 2)..);
        self.octets.extend_from_slice(latest.unwrap_or_default());
        self.end = end;
    }

    /// Forgets everything: what follows is not behind it.
    pub fn clear(&mut self) {
        self.octets.clear();
    }

    /// Forgets what is acknowledged, when that is all.
    pub fn acknowledge(&mut self, to: u32) {
        if to == self.end {
            self.octets.clear();
        }
    }

    /// Whether some of these octets, the first of which has this sequence number, are others than
    /// those that were delivered. `acknowledged` is where they are settled.
    pub fn contradicts(&self, sequence: u32, octets: &[u8], acknowledged: Option<u32>) -> bool {
        let behind = |number: u32| usize::try_from(self.end.wrapping_sub(number)).unwrap_or(0);
        let unsettled = acknowledged.map_or(usize::MAX, behind);
        let kept = self.octets.len().min(unsettled);
        let start = behind(sequence);
        // Both from the same octet on.
        let (kept, octets) = match start.checked_sub(kept) {
            Some(older) => (
                self.octets.get(self.octets.len() - kept..),
                octets.get(older..),
            ),
            None => (self.octets.get(self.octets.len() - start..), Some(octets)),
        };
        let (kept, octets) = (kept.unwrap_or_default(), octets.unwrap_or_default());
        kept.iter().zip(octets).any(|(kept, octet)| kept != octet)
    }

    /// Octets of memory.
    pub fn size(&self) -> usize {
        self.octets.capacity()
    }
}
