//! A host of the library: the built shared object, called through its C entries.

use super::inputs::Input;
use super::library::{self, Library};
use isotsap::dissection::context::{Context, End};
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{BatchResult, Status, StreamHandle, StreamResult};
use std::ffi::c_char;
use std::hint::black_box;
use std::ptr;

/// Records an output array holds: 8 KiB, as an IDS would have it.
pub const RECORDS: usize = 128;
const ITEMS: usize = 32 * RECORDS;

/// The library, and room for its output.
pub struct Host {
    library: Library,
    pdus: Vec<Pdu>,
    items: Vec<Item>,
    text: [u8; 512],
}

impl Host {
    pub fn new() -> Self {
        let path = library::beside_this_program().expect("cargo builds the shared object");
        Self {
            library: Library::open(&path).expect("the shared object loads"),
            pdus: vec![Pdu::default(); RECORDS],
            items: vec![Item::default(); ITEMS],
            text: [0; 512],
        }
    }

    pub fn records(&mut self, input: &Input) {
        self.dissect(input, false, |_, _, _| ());
    }

    pub fn records_and_items(&mut self, input: &Input) {
        self.dissect(input, true, |_, _, _| ());
    }

    /// Records and items, and the label of each item.
    pub fn labels(&mut self, input: &Input) {
        let (label, mut text) = (self.library.item_label, self.text);
        self.dissect(input, true, |packets, pdus, items| {
            for pdu in pdus {
                let packet = &packets[pdu.packet as usize];
                let octets = &input.octets[packet.offset as usize..][..packet.captured as usize];
                let start = pdu.first_item as usize;
                for item in &items[start..start + usize::from(pdu.item_count)] {
                    // SAFETY: every pointer is of a value or a slice with the length next to it.
                    let length = unsafe {
                        label(
                            item,
                            octets.as_ptr(),
                            octets.len() as u64,
                            text.as_mut_ptr().cast::<c_char>(),
                            text.len() as u64,
                        )
                    };
                    assert!(length > 0, "label of {item:?}");
                    black_box(&text);
                }
            }
        });
    }

    fn dissect(
        &mut self,
        input: &Input,
        wants_items: bool,
        mut use_them: impl FnMut(&[Packet], &[Pdu], &[Item]),
    ) {
        let (items, item_capacity) = if wants_items {
            (self.items.as_mut_ptr(), self.items.len() as u64)
        } else {
            (ptr::null_mut(), 0)
        };
        let mut context = Context {
            struct_size: size_of::<Context>() as u32,
            ..Context::default()
        };
        let mut rest = input.packets.as_slice();
        while !rest.is_empty() {
            let mut result = BatchResult {
                struct_size: size_of::<BatchResult>() as u32,
                ..BatchResult::default()
            };
            // SAFETY: every pointer is of a slice with the length next to it, or NULL.
            let status = unsafe {
                (self.library.dissect)(
                    ptr::null(),
                    &raw mut context,
                    input.octets.as_ptr(),
                    input.octets.len() as u64,
                    rest.as_ptr(),
                    rest.len() as u64,
                    self.pdus.as_mut_ptr(),
                    self.pdus.len() as u64,
                    items,
                    item_capacity,
                    &raw mut result,
                )
            };
            assert!(status >= 0, "status {status}");
            assert!(result.packets_done > 0, "no room for a packet");
            black_box((&self.pdus, &self.items));
            use_them(
                rest,
                &self.pdus[..result.pdus_written as usize],
                &self.items,
            );
            rest = &rest[result.packets_done as usize..];
        }
    }

    /// A call of the library that does nothing.
    pub fn do_nothing(&self) {
        // SAFETY: the function takes nothing.
        black_box(unsafe { (self.library.abi_version)() });
    }

    pub fn stream(&self) -> Stream<'_> {
        let mut handle = ptr::null_mut();
        // SAFETY: NULL options are the defaults, the other pointer is of a local.
        let status = unsafe { (self.library.stream_new)(ptr::null(), &raw mut handle) };
        assert_eq!(status, Status::Ok as i32);
        Stream {
            library: &self.library,
            handle,
        }
    }
}

/// A stream that takes octets in pieces.
pub struct Stream<'l> {
    library: &'l Library,
    handle: *mut StreamHandle,
}

// SAFETY: a stream may be used by one thread after another.
unsafe impl Send for Stream<'_> {}

impl Stream<'_> {
    /// Pushes `octets` in pieces of `piece` octets; the answer is how many records came out.
    pub fn push(&mut self, octets: &[u8], piece: usize, pdus: &mut [Pdu]) -> u64 {
        let mut records = 0;
        for mut piece in octets.chunks(piece) {
            loop {
                let (status, written, consumed) = self.push_once(piece, pdus);
                records += written;
                piece = &piece[consumed as usize..];
                if status != Status::More as i32 {
                    assert_eq!(status, Status::Ok as i32);
                    break;
                }
            }
        }
        records
    }

    /// A single call: its status, the records it writes and the octets it takes.
    #[inline(always)]
    pub fn push_once(&mut self, octets: &[u8], pdus: &mut [Pdu]) -> (i32, u64, u64) {
        let mut result = StreamResult {
            struct_size: size_of::<StreamResult>() as u32,
            ..StreamResult::default()
        };
        // SAFETY: the handle is a stream's; every pointer is of a slice with the length next to it,
        // or NULL.
        let status = unsafe {
            (self.library.stream_push)(
                self.handle,
                End::A as u32,
                octets.as_ptr(),
                octets.len() as u64,
                pdus.as_mut_ptr(),
                pdus.len() as u64,
                ptr::null_mut(),
                0,
                &raw mut result,
            )
        };
        black_box(&pdus);
        (status, result.pdus_written, result.consumed)
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is a stream's.
        unsafe { (self.library.stream_free)(self.handle) }
    }
}
