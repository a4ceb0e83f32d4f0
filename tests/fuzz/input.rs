//! The octets of a fuzzer as a source of decisions.

pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// `None` when there are no more.
    pub fn octet(&mut self) -> Option<u8> {
        let (&octet, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(octet)
    }

    /// Up to 255 octets, as many as the next one says.
    pub fn octets(&mut self) -> &'a [u8] {
        let length = usize::from(self.octet().unwrap_or(0)).min(self.0.len());
        let (octets, rest) = self.0.split_at(length);
        self.0 = rest;
        octets
    }

    /// The next `N` octets, zeros when there are no more.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.octet().unwrap_or(0))
    }
}
