//! The extended checksums of the aeronautical network (ICAO Doc 9705) on committed octets, and
//! tshark's verdict on the same octets in CLNP.
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "common/built.rs"]
mod built;
#[path = "../cli/src/library.rs"]
mod library;

use isotsap::dissection::Encapsulation;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{BatchResult, OptionFlag, Options};
use isotsap::registry::fields::COTP_ATN_EXTENDED_CHECKSUM_STATUS;
use isotsap::registry::{CHECKSUM_BAD, CHECKSUM_GOOD, CHECKSUM_UNVERIFIED};
use library::Library;
use std::io::Write;
use std::process::Command;
use std::ptr;

const DESTINATION: &str = "47002781424d0000000001020304050607080921";
const SOURCE: &str = "47002781475200000000aabbccddeeff01020321";

/// TPDUs, those with user data with `hello`. The checksum covers the NSAP of the destination, then
/// that of the source; the octets of an X.224 checksum count as 0.
const TPDUS: &[&str] = &[
    "0af0123480080445ca69fb68656c6c6f",             // DT, 32 bits
    "0ce500001234400804ca57465668656c6c6f",         // CR, 32 bits
    "10e50000123440c3022482080484f19ce168656c6c6f", // CR, 32 bits and X.224's
    "0ee50000123440c302c7de0902718668656c6c6f",     // CR, 16 bits and X.224's
    "0cd512345678400804cfbf8ce368656c6c6f",         // CC, 32 bits
    "0ed51234567840c3024a5c090297a168656c6c6f",     // CC, 16 bits and X.224's
    "0a651234050804b56bfa76",                       // AK, 32 bits
];

/// tshark calls these wrong: without an X.224 checksum its 16-bit sum leaves out the first two octets.
const TPDUS_WITH_16_BITS_ONLY: &[&str] = &[
    "08f01234800902245468656c6c6f",     // DT
    "0ae500001234400902893868656c6c6f", // CR
    "0ad512345678400902aa5868656c6c6f", // CC
    "08651234050902f0a4",               // AK
];

#[test]
fn a_correct_checksum_is_good_with_the_nsaps_in_either_order() {
    let library = library();
    let (destination, source) = (octets(DESTINATION), octets(SOURCE));
    for tpdu in all() {
        for nsaps in [[&destination, &source], [&source, &destination]] {
            assert_eq!(
                verdict(&library, &tpdu, nsaps),
                CHECKSUM_GOOD,
                "{tpdu:02x?}"
            );
        }
    }
}

#[test]
fn a_damaged_octet_makes_the_checksum_bad() {
    let library = library();
    let (destination, source) = (octets(DESTINATION), octets(SOURCE));
    let mut other = source.clone();
    other[19] ^= 1;
    for tpdu in all() {
        assert_eq!(
            verdict(&library, &tpdu, [&destination, &other]),
            CHECKSUM_BAD
        );
        let last = tpdu.len() - 1;
        for position in [1, 3, last] {
            let mut damaged = tpdu.clone();
            damaged[position] ^= 1;
            let verdict = verdict(&library, &damaged, [&destination, &source]);
            assert_eq!(verdict, CHECKSUM_BAD, "{damaged:02x?}");
        }
    }
}

#[test]
fn a_checksum_is_not_verified_without_both_nsaps() {
    let library = library();
    let destination = octets(DESTINATION);
    for tpdu in all() {
        let verdict = verdict(&library, &tpdu, [&destination, &Vec::new()]);
        assert_eq!(verdict, CHECKSUM_UNVERIFIED);
    }
}

#[test]
#[ignore = "needs tshark"]
fn tshark_agrees() {
    for (tpdus, expected) in [
        (TPDUS, CHECKSUM_GOOD),
        (TPDUS_WITH_16_BITS_ONLY, CHECKSUM_BAD),
    ] {
        let mut damaged: Vec<Vec<u8>> = tpdus.iter().copied().map(octets).collect();
        assert_eq!(tsharks_verdicts(&damaged), vec![expected; tpdus.len()]);
        for tpdu in &mut damaged {
            tpdu[3] ^= 1;
        }
        assert_eq!(tsharks_verdicts(&damaged), vec![CHECKSUM_BAD; tpdus.len()]);
    }
}

fn library() -> Library {
    Library::open(&built::shared_object(&std::env::current_exe().unwrap())).unwrap()
}

fn all() -> impl Iterator<Item = Vec<u8>> {
    TPDUS
        .iter()
        .chain(TPDUS_WITH_16_BITS_ONLY)
        .copied()
        .map(octets)
}

fn octets(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The library's verdict on the extended checksum of a TPDU.
fn verdict(library: &Library, tpdu: &[u8], [a, b]: [&Vec<u8>; 2]) -> u64 {
    let options = Options {
        struct_size: size_of::<Options>() as u32,
        encapsulation: Encapsulation::Nsdu as u32,
        flags: OptionFlag::Atn as u32,
        nsap_a_length: a.len() as u32,
        nsap_b_length: b.len() as u32,
        nsap_a: a.as_ptr(),
        nsap_b: b.as_ptr(),
        ..Options::default()
    };
    let packet = Packet {
        captured: tpdu.len() as u32,
        reported: tpdu.len() as u32,
        ..Packet::default()
    };
    let mut result = BatchResult {
        struct_size: size_of::<BatchResult>() as u32,
        ..BatchResult::default()
    };
    let mut pdus = [Pdu::default(); 4];
    let mut items = [Item::default(); 64];
    // SAFETY: every pointer is of a value or a slice with the length next to it, or NULL.
    let status = unsafe {
        (library.dissect)(
            &raw const options,
            ptr::null_mut(),
            tpdu.as_ptr(),
            tpdu.len() as u64,
            &raw const packet,
            1,
            pdus.as_mut_ptr(),
            pdus.len() as u64,
            items.as_mut_ptr(),
            items.len() as u64,
            &raw mut result,
        )
    };
    assert_eq!(status, 0);
    items[..result.items_written as usize]
        .iter()
        .find(|item| item.id == COTP_ATN_EXTENDED_CHECKSUM_STATUS)
        .map(|item| item.value)
        .unwrap()
}

/// tshark's verdicts on the extended checksums of TPDUs, each in a CLNP data PDU.
fn tsharks_verdicts(tpdus: &[Vec<u8>]) -> Vec<u64> {
    let mut capture = tempfile::NamedTempFile::new().unwrap();
    let ethernet = 1;
    for number in [0xa1b2_c3d4, 2 | 4 << 16, 0, 0, 0x4_0000, ethernet] {
        capture.write_all(&u32::to_le_bytes(number)).unwrap();
    }
    for tpdu in tpdus {
        let frame = frame(tpdu);
        let length = frame.len() as u32;
        for number in [0, 0, length, length] {
            capture.write_all(&u32::to_le_bytes(number)).unwrap();
        }
        capture.write_all(&frame).unwrap();
    }
    capture.flush().unwrap();
    let output = Command::new("tshark")
        .arg("-n")
        .arg("-r")
        .arg(capture.path())
        .args(["-o", "cotp.decode_atn:TRUE"])
        .args(["-o", "clnp.always_decode_transport:TRUE"])
        .args(["-T", "fields", "-e", "cotp.atn_extended_checksum.status"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let verdicts = String::from_utf8(output.stdout).unwrap();
    verdicts.lines().map(|line| line.parse().unwrap()).collect()
}

/// IEEE 802.3, LLC for OSI, and a CLNP data PDU (ISO 8473) without a segmentation part.
fn frame(tpdu: &[u8]) -> Vec<u8> {
    const LLC: &[u8] = &[0xfe, 0xfe, 3];
    const FIXED_PART: usize = 9;
    let (destination, source) = (octets(DESTINATION), octets(SOURCE));
    let header = FIXED_PART + 2 + destination.len() + source.len();
    let length = (header + tpdu.len()) as u16;
    let mut frame = vec![2; 12];
    frame.extend((LLC.len() as u16 + length).to_be_bytes());
    frame.extend(LLC);
    // Protocol, header length, version, lifetime, type, length, checksum not used.
    frame.extend([0x81, header as u8, 1, 64, 0x1c]);
    frame.extend(length.to_be_bytes());
    frame.extend([0, 0]);
    for nsap in [destination, source] {
        frame.push(nsap.len() as u8);
        frame.extend(nsap);
    }
    frame.extend(tpdu);
    frame
}
