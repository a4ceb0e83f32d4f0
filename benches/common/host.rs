//! A host of the library: the built shared object, called through its C entries.

use super::built;
use super::inputs::Input;
use super::library::Library;
use isotsap::dissection::Encapsulation;
use isotsap::dissection::context::{Context, End};
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{BatchResult, Status, StreamHandle, StreamResult};
use isotsap::recognition::Recognition;
use std::ffi::c_char;
use std::hint::black_box;
use std::ptr;
use std::sync::LazyLock;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let program = std::env::current_exe().expect("this program has a path");
    Library::open(&built::shared_object(&program)).expect("the shared object loads")
});

/// Records an output array holds: 8 KiB, as an IDS would have it.
pub const RECORDS: usize = 128;

/// Room for what comes of a call.
pub struct Output {
    pdus: Vec<Pdu>,
    items: Vec<Item>,
}

impl Output {
    pub fn records() -> Self {
        Self {
            pdus: vec![Pdu::default(); RECORDS],
            items: Vec::new(),
        }
    }

    pub fn records_and_items() -> Self {
        Self {
            items: vec![Item::default(); 32 * RECORDS],
            ..Self::records()
        }
    }

    /// NULL, if items are not asked for.
    fn items(&mut self) -> *mut Item {
        match self.items.as_mut_slice() {
            [] => ptr::null_mut(),
            items => items.as_mut_ptr(),
        }
    }
}

/// Dissects all packets, in calls that take as many as there is room for; hands what comes of each
/// to `use_it`. Those of one connection have a context, those of several have none.
#[inline(always)]
pub fn dissect(
    input: &Input,
    output: &mut Output,
    mut use_it: impl FnMut(&[Packet], &[Pdu], &[Item]),
) {
    let library = &*LIBRARY;
    let mut context = Context {
        struct_size: size_of::<Context>() as u32,
        ..Context::default()
    };
    let context = match input.connection {
        None => &raw mut context,
        Some(_) => ptr::null_mut(),
    };
    let mut rest = input.packets.as_slice();
    while !rest.is_empty() {
        let mut result = BatchResult {
            struct_size: size_of::<BatchResult>() as u32,
            ..BatchResult::default()
        };
        // SAFETY: every pointer is of a slice with the length next to it, of a local, or NULL.
        let status = unsafe {
            (library.dissect)(
                ptr::null(),
                context,
                input.octets.as_ptr(),
                input.octets.len() as u64,
                rest.as_ptr(),
                rest.len() as u64,
                output.pdus.as_mut_ptr(),
                output.pdus.len() as u64,
                output.items(),
                output.items.len() as u64,
                &raw mut result,
            )
        };
        assert!(status >= 0, "status {status}");
        assert!(result.packets_done > 0, "no room for a packet");
        black_box(&mut *output);
        use_it(
            rest,
            &output.pdus[..result.pdus_written as usize],
            &output.items,
        );
        rest = &rest[result.packets_done as usize..];
    }
}

/// What a function that writes like snprintf writes into `text`.
#[inline(always)]
fn write(text: &mut [u8; 512], write: impl FnOnce(*mut c_char, u64) -> i64) {
    let length = write(text.as_mut_ptr().cast(), text.len() as u64);
    assert!(length > 0, "there is text");
    black_box(text);
}

/// Writes the label of each item.
pub fn write_labels(octets: &[u8], packets: &[Packet], pdus: &[Pdu], items: &[Item]) {
    let label = LIBRARY.item_label;
    let mut text = [0; 512];
    for pdu in pdus {
        let packet = &packets[pdu.packet as usize];
        let octets = &octets[packet.offset as usize..][..packet.captured as usize];
        let start = pdu.first_item as usize;
        for item in &items[start..start + usize::from(pdu.item_count)] {
            write(&mut text, |text, size| {
                // SAFETY: every pointer is of a value or a slice with the length next to it.
                unsafe { label(item, octets.as_ptr(), octets.len() as u64, text, size) }
            });
        }
    }
}

/// Writes the summary of each record.
pub fn write_summaries(pdus: &[Pdu]) {
    let summary = LIBRARY.pdu_summary;
    let mut text = [0; 512];
    for pdu in pdus {
        write(&mut text, |text, size| {
            // SAFETY: every pointer is of a value or of an array with the length next to it.
            unsafe { summary(pdu, text, size) }
        });
    }
}

/// Asks of each packet whether a TPKT with a TPDU starts there.
pub fn recognise(input: &Input) {
    let recognise = LIBRARY.recognise;
    for packet in &input.packets {
        let octets = &input.octets[packet.offset as usize..][..packet.captured as usize];
        // SAFETY: the pointer is of a slice with the length next to it.
        let answer = unsafe {
            recognise(
                octets.as_ptr(),
                octets.len() as u64,
                Encapsulation::Tpkt as u32,
            )
        };
        assert_eq!(answer, Recognition::Yes as i32);
    }
}

/// A call of the library that does nothing.
pub fn do_nothing() {
    // SAFETY: the function takes nothing.
    black_box(unsafe { (LIBRARY.abi_version)() });
}

/// A stream that takes octets in pieces.
pub struct Stream {
    library: &'static Library,
    handle: *mut StreamHandle,
}

// SAFETY: a stream may be used by one thread after another.
unsafe impl Send for Stream {}

impl Stream {
    pub fn new() -> Self {
        let library = &*LIBRARY;
        let mut handle = ptr::null_mut();
        // SAFETY: NULL options are the defaults, the other pointer is of a local.
        let status = unsafe { (library.stream_new)(ptr::null(), &raw mut handle) };
        assert_eq!(status, Status::Ok as i32);
        Self { library, handle }
    }

    /// Pushes `octets` that `end` sent, in pieces of `piece` octets.
    #[inline(always)]
    pub fn push(&mut self, end: End, octets: &[u8], piece: usize, output: &mut Output) {
        for mut piece in octets.chunks(piece) {
            loop {
                let (status, consumed) = self.push_once(end, piece, output);
                piece = &piece[consumed as usize..];
                if status != Status::More as i32 {
                    assert_eq!(status, Status::Ok as i32);
                    break;
                }
            }
        }
    }

    /// A single call: its status, and the octets it takes.
    #[inline(always)]
    pub fn push_once(&mut self, end: End, octets: &[u8], output: &mut Output) -> (i32, u64) {
        let mut result = StreamResult {
            struct_size: size_of::<StreamResult>() as u32,
            ..StreamResult::default()
        };
        // SAFETY: the handle is a stream's; every pointer is of a slice with the length next to it,
        // or NULL.
        let status = unsafe {
            (self.library.stream_push)(
                self.handle,
                end as u32,
                octets.as_ptr(),
                octets.len() as u64,
                output.pdus.as_mut_ptr(),
                output.pdus.len() as u64,
                output.items(),
                output.items.len() as u64,
                &raw mut result,
            )
        };
        black_box((output, result.pdus_written));
        (status, result.consumed)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the handle is a stream's.
        unsafe { (self.library.stream_free)(self.handle) }
    }
}
