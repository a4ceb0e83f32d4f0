#![no_main]

#[allow(dead_code)] // tests/faults/ uses the rest
#[path = "../../tests/faults/conversation.rs"]
mod build;
#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/fuzz/conversation.rs"]
mod conversation;
#[path = "../../tests/fuzz/input.rs"]
mod input;
#[path = "../../tests/fuzz/script.rs"]
mod script;
#[path = "../../tests/fuzz/seen.rs"]
mod seen;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| conversation::run(octets));
