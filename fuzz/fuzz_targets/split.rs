#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/fuzz/input.rs"]
mod input;
#[path = "../../tests/fuzz/seen.rs"]
mod seen;
#[path = "../../tests/fuzz/split.rs"]
mod split;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| split::run(octets));
