//! Damage as of faulty peers, lossy captures and attackers.

use fastrand::Rng;

/// Damages an NSDU once.
pub fn nsdu(rng: &mut Rng, octets: &mut Vec<u8>) {
    if octets.is_empty() {
        return;
    }
    // Damage to the header has the most effect.
    let header = octets.len().min(usize::from(octets[0]) + 1);
    let at = rng.usize(0..header);
    match rng.u8(0..11) {
        0 | 1 => octets[at] ^= 1 << rng.u8(0..8),
        2 => octets[at] = rng.u8(..),
        3 => octets[0] = octets[0].wrapping_add(*rng.choice(&[1, 2, 255, 254]).unwrap()),
        4 => drop(octets.remove(at)),
        5 => octets.insert(at, rng.u8(..)),
        6 => octets.truncate(rng.usize(1..=octets.len())),
        7 => octets.extend([rng.u8(..), rng.u8(..)]),
        8 => reserved_bit(rng, octets),
        9 => another_code(rng, octets),
        _ => parameter(rng, octets),
    }
}

/// Puts the code of another TPDU in place of the one there is.
fn another_code(rng: &mut Rng, octets: &mut [u8]) {
    if let Some(code) = octets.get_mut(1) {
        *code = rng.u8(..) & 0xf0 | *code & 0x0f;
    }
}

/// Sets a bit that is reserved in one TPDU or another (X.224 13.3.3 to 13.12.3).
fn reserved_bit(rng: &mut Rng, octets: &mut [u8]) {
    let (at, bits) = *rng
        .choice(&[(1, 0x0f), (2, 0xff), (4, 0x80), (6, 0xff)])
        .unwrap();
    if let Some(octet) = octets.get_mut(at) {
        *octet |= bits & rng.u8(..);
    }
}

/// Puts a parameter of any code and length at the end of the header, where there is room.
fn parameter(rng: &mut Rng, octets: &mut Vec<u8>) {
    const CODES: &[u8] = &[
        0x00, 0x01, 0x02, 0x03, 0x06, 0x08, 0x09, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c,
        0x8f, 0x90, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xe0, 0xf0, 0xf2, 0xff,
    ];
    let length = *rng.choice(&[0, 1, 2, 3, 4, 8, 10, 12]).unwrap();
    let at = usize::from(octets[0]) + 1;
    let Some(li) = octets[0].checked_add(2 + length) else {
        return;
    };
    if at > octets.len() {
        return;
    }
    octets[0] = li;
    let mut whole = vec![*rng.choice(CODES).unwrap(), length];
    whole.extend((0..length).map(|_| rng.u8(..)));
    octets.splice(at..at, whole);
}

/// Damages a TPKT once.
pub fn tpkt(rng: &mut Rng, octets: &mut Vec<u8>) {
    match rng.u8(0..5) {
        0 => octets[0] = rng.u8(..),
        1 => octets[1] = rng.u8(1..),
        2 => octets.truncate(rng.usize(4..=octets.len())),
        _ => octets[3] = octets[3].wrapping_add(*rng.choice(&[1, 2, 5, 255, 254, 253]).unwrap()),
    }
}
