//! What the test crates share: the built shared object, opened as any host opens it, and safe calls
//! into it. No function of the crate is linked.
#![allow(dead_code, unused_imports)] // each test uses its part

mod built;
mod command;
#[path = "../../cli/src/library.rs"]
pub mod library;
pub mod make;
pub mod stream;

pub use command::run;

use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::dissection::{Context, Encapsulation};
use isotsap::ffi::{BatchResult, ExpertInfo, FieldInfo, Options, Status};
use library::Library;
use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The shared object, opened once.
#[cfg(not(fuzzing))]
pub static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::open(&shared_object()).unwrap());
#[cfg(fuzzing)]
pub static LIBRARY: LazyLock<Library> = LazyLock::new(Library::linked);

pub fn shared_object() -> PathBuf {
    built::shared_object(&std::env::current_exe().unwrap())
}

/// The octet memory is filled with before the library writes it.
pub const UNWRITTEN: u8 = 0xa5;

/// A struct with every octet `UNWRITTEN`.
pub fn unwritten<T: Copy>() -> T {
    let mut value = MaybeUninit::uninit();
    // SAFETY: the octets are the value's own, and every pattern of bits is one of the ABI's structs
    // of integers and raw pointers.
    unsafe {
        std::ptr::write_bytes(value.as_mut_ptr(), UNWRITTEN, 1);
        value.assume_init()
    }
}

pub fn size_of_struct<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap()
}

pub fn options(encapsulation: Encapsulation) -> Options {
    Options {
        struct_size: size_of_struct::<Options>(),
        encapsulation: encapsulation as u32,
        ..Options::default()
    }
}

/// Every flag a context may have.
pub const CONTEXT_FLAGS: u32 = (1 << 26) - 1;

pub fn context() -> Context {
    Context {
        struct_size: size_of_struct::<Context>(),
        ..Context::default()
    }
}

pub fn batch_result() -> BatchResult {
    BatchResult {
        struct_size: size_of_struct::<BatchResult>(),
        context: Context::default(),
        ..unwritten()
    }
}

/// All of `octets` as one packet.
pub fn packet(octets: &[u8]) -> Packet {
    let length = u32::try_from(octets.len()).unwrap();
    Packet {
        captured: length,
        reported: length,
        ..Packet::default()
    }
}

/// All of `octets` as one packet, with the flag of its sender.
pub fn packet_from(sender: u32, octets: &[u8]) -> Packet {
    Packet {
        flags: sender,
        ..packet(octets)
    }
}

/// How large the caller's arrays are; `None` asks for no items.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub pdus: usize,
    pub items: Option<usize>,
}

pub const PLENTY: Room = Room {
    pdus: 2_000,
    items: Some(20_000),
};
pub const RECORDS_ONLY: Room = Room {
    items: None,
    ..PLENTY
};

/// What a call wrote.
#[derive(Debug)]
pub struct Dissected {
    pub status: i32,
    pub pdus: Vec<Pdu>,
    pub items: Vec<Item>,
    pub result: BatchResult,
}

impl Dissected {
    pub fn items_of(&self, pdu: &Pdu) -> &[Item] {
        let first = pdu.first_item as usize;
        &self.items[first..first + usize::from(pdu.item_count)]
    }
}

/// One call of isotsap_dissect with valid arguments.
pub fn dissect<'c>(
    encapsulation: Encapsulation,
    context: impl Into<Option<&'c mut Context>>,
    base: &[u8],
    packets: &[Packet],
    room: Room,
) -> Dissected {
    dissect_with(&options(encapsulation), context, base, packets, room)
}

/// The same with any options.
pub fn dissect_with<'c>(
    options: &Options,
    context: impl Into<Option<&'c mut Context>>,
    base: &[u8],
    packets: &[Packet],
    room: Room,
) -> Dissected {
    let context = context.into();
    dissect_keeping(options, context, Context::default(), base, packets, room).0
}

/// The same with the context that the result of the last call has; returns that of this call, too.
pub fn dissect_keeping(
    options: &Options,
    context: Option<&mut Context>,
    kept: Context,
    base: &[u8],
    packets: &[Packet],
    room: Room,
) -> (Dissected, Context) {
    let mut pdus = vec![unwritten::<Pdu>(); room.pdus];
    let mut items = vec![unwritten::<Item>(); room.items.unwrap_or(0)];
    let mut result = BatchResult {
        context: kept,
        ..batch_result()
    };
    // SAFETY: every pointer is valid for the length beside it.
    let status = unsafe {
        (LIBRARY.dissect)(
            options,
            context.map_or(std::ptr::null_mut(), std::ptr::from_mut),
            base.as_ptr(),
            base.len() as u64,
            packets.as_ptr(),
            packets.len() as u64,
            pdus.as_mut_ptr(),
            pdus.len() as u64,
            match room.items {
                Some(_) => items.as_mut_ptr(),
                None => std::ptr::null_mut(),
            },
            items.len() as u64,
            &mut result,
        )
    };
    pdus.truncate(usize::try_from(result.pdus_written).unwrap());
    items.truncate(usize::try_from(result.items_written).unwrap());
    let kept = result.context;
    let dissected = Dissected {
        status,
        pdus,
        items,
        result,
    };
    (dissected, kept)
}

/// Dissects one complete packet, with room for all its records and items.
pub fn dissect_whole(encapsulation: Encapsulation, octets: &[u8]) -> Dissected {
    let packets = [packet(octets)];
    let dissected = dissect(encapsulation, &mut context(), octets, &packets, PLENTY);
    assert_eq!(dissected.status, Status::Ok as i32, "{octets:02x?}");
    dissected
}

/// The text of a function that behaves like snprintf: the first call asks for the length.
fn text(call: impl Fn(*mut c_char, u64) -> i64) -> String {
    let length = usize::try_from(call(std::ptr::null_mut(), 0)).expect("a length");
    let mut buffer = vec![UNWRITTEN; length + 1];
    let again = call(buffer.as_mut_ptr().cast(), buffer.len() as u64);
    assert_eq!(usize::try_from(again), Ok(length));
    assert_eq!(buffer.pop(), Some(0), "the text ends with a NUL");
    String::from_utf8(buffer).expect("the text is UTF-8")
}

pub fn label(item: &Item, octets: &[u8]) -> String {
    // SAFETY: every pointer is valid for the length beside it.
    text(|buffer, capacity| unsafe {
        (LIBRARY.item_label)(item, octets.as_ptr(), octets.len() as u64, buffer, capacity)
    })
}

pub fn summary(pdu: &Pdu) -> String {
    // SAFETY: the pointer is valid for the length beside it.
    text(|buffer, capacity| unsafe { (LIBRARY.pdu_summary)(pdu, buffer, capacity) })
}

pub fn recognise(octets: &[u8], encapsulation: u32) -> i32 {
    // SAFETY: the pointer is valid for the length beside it.
    unsafe { (LIBRARY.recognise)(octets.as_ptr(), octets.len() as u64, encapsulation) }
}

/// A static string of the library.
pub fn string(pointer: *const c_char) -> Option<&'static str> {
    // SAFETY: the library's strings are static and end with a NUL.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_str().unwrap())
}

pub fn field_info(id: u32) -> Option<FieldInfo> {
    let mut info = FieldInfo {
        struct_size: size_of_struct::<FieldInfo>(),
        ..unwritten()
    };
    // SAFETY: the struct is as large as its struct_size.
    let status = unsafe { (LIBRARY.field_get)(id, &mut info) };
    (status == Status::Ok as i32).then_some(info)
}

pub fn expert_info(id: u32) -> Option<ExpertInfo> {
    let mut info = ExpertInfo {
        struct_size: size_of_struct::<ExpertInfo>(),
        ..unwritten()
    };
    // SAFETY: the struct is as large as its struct_size.
    let status = unsafe { (LIBRARY.expert_get)(id, &mut info) };
    (status == Status::Ok as i32).then_some(info)
}

/// The id of a field, 0 when there is none.
pub fn find_field(abbreviation: &str) -> u32 {
    let abbreviation = CString::new(abbreviation).unwrap();
    // SAFETY: the string ends with a NUL.
    unsafe { (LIBRARY.field_find)(abbreviation.as_ptr()) }
}

/// The id of an expert info, 0 when there is none.
pub fn find_expert(abbreviation: &str) -> u32 {
    let abbreviation = CString::new(abbreviation).unwrap();
    // SAFETY: the string ends with a NUL.
    unsafe { (LIBRARY.expert_find)(abbreviation.as_ptr()) }
}

/// The id of the first expert info.
pub const EXPERT_BASE: u32 = 0x1000;

/// The abbreviation of an expert info of the registry.
pub fn expert_abbreviation(id: u32) -> &'static str {
    let info = expert_info(id).unwrap_or_else(|| panic!("expert info {id:#x}"));
    string(info.abbreviation).unwrap()
}

/// The abbreviation of an item's field or expert info.
pub fn abbreviation(item: &Item) -> &'static str {
    let id = item.id.into();
    let pointer = match item.severity {
        0 => field_info(id).map(|info| info.abbreviation),
        _ => expert_info(id).map(|info| info.abbreviation),
    };
    string(pointer.expect("the id is one of the registry")).unwrap()
}

/// Pseudo-random numbers that are the same on every run (Marsaglia's xorshift).
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % bound as u64).unwrap()
    }

    pub fn octet(&mut self) -> u8 {
        self.number().to_le_bytes()[3]
    }
}

/// A file of the source tree.
pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a committed file with what it should be; ISOTSAP_BLESS=1 rewrites it first.
pub fn assert_committed(path: &str, test: &str, expected: &str) {
    let file = source(path);
    if std::env::var_os("ISOTSAP_BLESS").is_some_and(|value| value == "1") {
        let unfinished = file.with_extension("unfinished");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&unfinished, expected).unwrap();
        std::fs::rename(&unfinished, &file).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == expected,
        "{path} is out of date:\n{}\n\
         If the change is intended, update it with\n  \
         ISOTSAP_BLESS=1 cargo test --test {test}\nand commit the result.",
        differences(&committed, expected),
    );
}

/// The lines only one of two texts has, and where the texts begin to differ.
fn differences(committed: &str, expected: &str) -> String {
    let (committed, expected): (Vec<_>, Vec<_>) =
        (committed.lines().collect(), expected.lines().collect());
    let pairs = committed.iter().zip(&expected);
    let same = pairs.take_while(|(one, other)| one == other).count();
    let only_in = |lines: &[&str], others: &[&str], sign: char| -> Vec<String> {
        let only = lines.iter().filter(|line| !others.contains(line));
        only.map(|line| format!("{sign} {line}")).collect()
    };
    let mut lines = vec![format!("from line {}", same + 1)];
    lines.extend(only_in(&committed, &expected, '-'));
    lines.extend(only_in(&expected, &committed, '+'));
    lines.join("\n")
}

/// A compiler: the environment's or the system's.
pub fn compiler(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.into())
}

/// The language standards the header conforms to, each with its compiler.
pub fn dialects() -> Vec<(String, &'static str)> {
    let c = ["-std=c99", "-std=c11", "-std=c17", "-std=c2x"];
    let cpp = ["-std=c++11", "-std=c++14", "-std=c++17", "-std=c++20"];
    let with = |variable, usual, dialects: [&'static str; 4]| {
        let compiler = compiler(variable, usual);
        dialects.map(|dialect| (compiler.clone(), dialect))
    };
    [with("CC", "cc", c), with("CXX", "c++", cpp)].concat()
}

/// Compiler flags that make every warning an error.
pub const STRICT: [&str; 4] = ["-Wall", "-Wextra", "-pedantic", "-Werror"];
