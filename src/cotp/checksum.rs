//! The checksum of class 4 (X.224 6.17.3, annex D) and the extended ones of the aeronautical
//! network. All are sums modulo 255 that are zero if no octet was damaged.
#![forbid(unsafe_code)]

/// Octets of the longest NSAP (X.213 annex A).
pub const LONGEST_NSAP: u32 = 20;

/// Cascaded sums modulo 255: the first is the sum of the octets, each other one of the sum before.
#[derive(Clone, Copy, Debug)]
struct Sums<const N: usize>([u32; N]);

impl<const N: usize> Sums<N> {
    fn add(&mut self, octet: u8) {
        let mut carried = u32::from(octet);
        for sum in &mut self.0 {
            *sum = (*sum + carried) % 255;
            carried = *sum;
        }
    }

    fn add_all(&mut self, octets: &[u8]) {
        octets.iter().for_each(|&octet| self.add(octet));
    }

    fn are_zero(&self) -> bool {
        self.0.iter().all(|&sum| sum == 0)
    }
}

/// Whether the checksum in `tpdu` is right. The sums include the checksum itself; in X.224 the
/// value 0 does not mean that it is not used.
pub fn verify(tpdu: &[u8]) -> bool {
    // So many octets do not overflow 32 bits: 255 * n * (n + 1) / 2 + 255 * n.
    const BLOCK: usize = 4096;
    let (mut first, mut second) = (0u32, 0u32);
    for block in tpdu.chunks(BLOCK) {
        for &octet in block {
            first += u32::from(octet);
            second += first;
        }
        first %= 255;
        second %= 255;
    }
    first == 0 && second == 0
}

/// Octets of a header, by their offset from the LI octet.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeaderOctets([u64; 4]);

impl HeaderOctets {
    /// Adds `length` octets from `at` on.
    pub fn add(&mut self, at: u32, length: u32) {
        for position in at..at + length {
            if let Some(word) = self.0.get_mut(position as usize / 64) {
                *word |= 1 << (position % 64);
            }
        }
    }

    fn has(&self, position: usize) -> bool {
        self.0
            .get(position / 64)
            .is_some_and(|word| word >> (position % 64) & 1 != 0)
    }
}

/// Whether an extended checksum is right (ICAO Doc 9705 5.5.4.6.4): `N` sums over the TPDU with
/// the `zeroed` octets taken as 0 (the values of all its checksums), over a trailer of both NSAPs
/// with their lengths, and over the `checksum` itself. The order of the NSAPs is not established,
/// so either one is accepted.
pub fn verify_atn<const N: usize>(
    tpdu: &[u8],
    zeroed: &HeaderOctets,
    nsaps: [&[u8]; 2],
    checksum: &[u8],
) -> bool {
    let mut sums = Sums([0; N]);
    for (position, &octet) in tpdu.iter().enumerate() {
        sums.add(if zeroed.has(position) { 0 } else { octet });
    }
    let [one, other] = nsaps;
    [[one, other], [other, one]].into_iter().any(|order| {
        let mut sums = sums;
        for nsap in order {
            sums.add(u8::try_from(nsap.len()).unwrap_or(u8::MAX));
            sums.add_all(nsap);
        }
        sums.add_all(checksum);
        sums.are_zero()
    })
}
