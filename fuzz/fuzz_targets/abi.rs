#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/fuzz/input.rs"]
mod input;
#[path = "../../tests/fuzz/abi.rs"]
mod abi;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| abi::run(octets));
