//! Any calls in any order, with any arguments but invalid memory: each returns a documented status and
//! writes within its arrays.

use crate::common::{CONTEXT_FLAGS, LIBRARY, UNWRITTEN, unwritten};
use crate::input::Input;
use isotsap::dissection::Context;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{
    BatchResult, ExpertInfo, FieldInfo, Options, Status, StreamHandle, StreamResult, ValueInfo,
};
use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

/// A value from the input.
fn value<T: Copy>(input: &mut Input) -> T {
    let mut value = MaybeUninit::<T>::zeroed();
    for at in 0..size_of::<T>() {
        let octet = input.octet().unwrap_or(0);
        // SAFETY: within the value; every pattern of bits is one of the ABI's structs.
        unsafe { value.as_mut_ptr().cast::<u8>().add(at).write(octet) };
    }
    // SAFETY: as above.
    unsafe { value.assume_init() }
}

/// A struct_size: most often the right one, never a larger one.
fn size<T>(input: &mut Input) -> u32 {
    let size = u32::try_from(size_of::<T>()).unwrap();
    match input.octet().unwrap_or(255) {
        short @ 0..=40 => u32::from(short).min(size),
        _ => size,
    }
}

/// An array of the host with a canary after it.
struct Guarded<T> {
    elements: Vec<T>,
    capacity: usize,
    /// 0: as it is, 1: NULL, 2: not aligned.
    kind: u8,
}

impl<T: Copy> Guarded<T> {
    fn new(input: &mut Input, most: u8) -> Self {
        let [capacity, kind] = input.array();
        let capacity = usize::from(capacity % most);
        Self {
            elements: vec![unwritten(); capacity + 1],
            capacity,
            kind: match kind {
                0..=200 => 0,
                201..=230 => 1,
                _ => 2,
            },
        }
    }

    fn pointer(&mut self) -> *mut T {
        match self.kind {
            1 => ptr::null_mut(),
            2 => self.elements.as_mut_ptr().wrapping_byte_add(1),
            _ => self.elements.as_mut_ptr(),
        }
    }

    fn assert_intact(&self, written: u64) {
        assert!(written <= self.capacity as u64);
        // SAFETY: octets of an element that is there.
        let canary = unsafe {
            std::slice::from_raw_parts(
                self.elements.as_ptr().add(self.capacity).cast::<u8>(),
                size_of::<T>(),
            )
        };
        assert!(canary.iter().all(|&octet| octet == UNWRITTEN));
    }
}

fn options(input: &mut Input) -> Options {
    let [encapsulation, flags, atn] = input.array();
    Options {
        struct_size: size::<Options>(input),
        encapsulation: u32::from(encapsulation % 5),
        flags: u32::from(flags % 12),
        nsap_a_length: u32::from(atn % 3),
        nsap_b_length: u32::from(atn / 3 % 3),
        tsdu_limit: value(input),
        nsap_a: if atn < 100 {
            ptr::null()
        } else {
            b"NSAP".as_ptr()
        },
        nsap_b: if atn < 200 {
            ptr::null()
        } else {
            b"NSAP".as_ptr()
        },
    }
}

fn assert_status(status: i32) {
    let documented = [
        Status::Ok,
        Status::More,
        Status::NullPointer,
        Status::InvalidArgument,
        Status::Unsupported,
    ];
    assert!(
        documented.iter().any(|known| *known as i32 == status),
        "{status}"
    );
}

fn dissect(input: &mut Input) {
    let (with_options, with_context) = (input.array::<1>()[0] < 200, input.array::<1>()[0] < 200);
    let options = options(input);
    let mut context = Context {
        struct_size: size::<Context>(input),
        ..value(input)
    };
    if input.array::<1>()[0] < 128 {
        context.flags &= CONTEXT_FLAGS;
        context.request_rdp_protocols &= !0x20;
    }
    let octets = input.octets().to_vec();
    let [count, narrow] = input.array();
    let packets: Vec<Packet> = (0..count % 4)
        .map(|_| match narrow {
            0..=50 => value(input),
            _ => {
                let [offset, captured, more, flags] = input.array();
                let captured = u32::from(captured).min(u32::try_from(octets.len()).unwrap());
                Packet {
                    offset: u64::from(offset % 8),
                    captured,
                    reported: captured + u32::from(more % 9),
                    flags: u32::from(flags % 8),
                    reserved: 0,
                }
            }
        })
        .collect();
    let (mut pdus, mut items) = (
        Guarded::<Pdu>::new(input, 9),
        Guarded::<Item>::new(input, 90),
    );
    let mut result = BatchResult {
        struct_size: size::<BatchResult>(input),
        ..BatchResult::default()
    };
    // SAFETY: every pointer is NULL, not aligned, or valid for the length beside it.
    let status = unsafe {
        (LIBRARY.dissect)(
            if with_options { &options } else { ptr::null() },
            if with_context {
                &mut context
            } else {
                ptr::null_mut()
            },
            octets.as_ptr(),
            octets.len() as u64,
            packets.as_ptr(),
            packets.len() as u64,
            pdus.pointer(),
            pdus.capacity as u64,
            items.pointer(),
            items.capacity as u64,
            &mut result,
        )
    };
    assert_status(status);
    pdus.assert_intact(result.pdus_written);
    items.assert_intact(result.items_written);
    for item in items
        .elements
        .iter()
        .take(usize::try_from(result.items_written).unwrap())
    {
        label(item, &octets, input);
    }
}

fn label(item: &Item, octets: &[u8], input: &mut Input) {
    let mut text = Guarded::<u8>::new(input, 200);
    text.kind = 0;
    // SAFETY: every pointer is valid for the length beside it.
    let length = unsafe {
        (LIBRARY.item_label)(
            item,
            octets.as_ptr(),
            octets.len() as u64,
            text.pointer().cast::<c_char>(),
            text.capacity as u64,
        )
    };
    assert!(length > 0);
    text.assert_intact(0);
}

fn summary(input: &mut Input) {
    let pdu: Pdu = value(input);
    let mut text = Guarded::<u8>::new(input, 60);
    text.kind = 0;
    // SAFETY: every pointer is valid for the length beside it.
    let length = unsafe {
        (LIBRARY.pdu_summary)(&pdu, text.pointer().cast::<c_char>(), text.capacity as u64)
    };
    assert!(length > 0);
    text.assert_intact(0);
}

fn registry(input: &mut Input) {
    let [low, high, index] = input.array();
    let id = u32::from(u16::from_le_bytes([low, high % 0x11]));
    let mut field = FieldInfo {
        struct_size: size::<FieldInfo>(input),
        ..unwritten()
    };
    let mut expert = ExpertInfo {
        struct_size: size::<ExpertInfo>(input),
        ..unwritten()
    };
    let mut value_info = ValueInfo {
        struct_size: size::<ValueInfo>(input),
        ..unwritten()
    };
    let name = CString::new(
        input
            .octets()
            .iter()
            .copied()
            .filter(|&octet| octet != 0)
            .collect::<Vec<_>>(),
    )
    .unwrap();
    // SAFETY: every pointer is of a local as large as its struct_size, the string ends with a NUL.
    unsafe {
        assert_status((LIBRARY.field_get)(id, &mut field));
        assert_status((LIBRARY.expert_get)(id, &mut expert));
        assert_status((LIBRARY.field_value_get)(id, index.into(), &mut value_info));
        (LIBRARY.field_value_name)(id, index.into());
        (LIBRARY.field_find)(name.as_ptr());
        (LIBRARY.expert_find)(name.as_ptr());
        (LIBRARY.severity_name)(id);
        (LIBRARY.group_name)(id);
        (LIBRARY.status_name)(i32::from(index) - 128);
        (LIBRARY.struct_size)(index.into());
    }
}

/// The streams alive.
#[derive(Default)]
struct Streams(Vec<*mut StreamHandle>);

impl Drop for Streams {
    fn drop(&mut self) {
        for handle in &self.0 {
            // SAFETY: a stream's, or NULL.
            unsafe { (LIBRARY.stream_free)(*handle) };
        }
    }
}

impl Streams {
    fn begin(&mut self, input: &mut Input) {
        let options = options(input);
        let mut handle = ptr::null_mut();
        // SAFETY: both pointers are of locals.
        let status = unsafe { (LIBRARY.stream_new)(&options, &mut handle) };
        assert_status(status);
        assert_eq!(handle.is_null(), status < 0);
        self.0.push(handle);
    }

    fn any(&self, input: &mut Input) -> *mut StreamHandle {
        let index = usize::from(input.octet().unwrap_or(0));
        self.0
            .get(index % self.0.len().max(1))
            .copied()
            .unwrap_or(ptr::null_mut())
    }

    fn call(&self, input: &mut Input) {
        let handle = self.any(input);
        let [kind, end, missing, any_count] = input.array();
        let count = match any_count {
            0..=20 => u64::from_le_bytes(input.array()),
            few => few.into(),
        };
        let end = u32::from(end % 5 / 2);
        let octets = input.octets().to_vec();
        let (mut pdus, mut items) = (
            Guarded::<Pdu>::new(input, 9),
            Guarded::<Item>::new(input, 90),
        );
        let mut result = StreamResult {
            struct_size: size::<StreamResult>(input),
            ..StreamResult::default()
        };
        let (pdu_pointer, pdu_capacity) = (pdus.pointer(), pdus.capacity as u64);
        let (item_pointer, item_capacity) = (items.pointer(), items.capacity as u64);
        // SAFETY: the handle is a stream's or NULL; every other pointer is NULL, not aligned, or valid
        // for the length beside it.
        let status = unsafe {
            match kind % 8 {
                0..=5 => (LIBRARY.stream_push)(
                    handle,
                    end,
                    octets.as_ptr(),
                    octets.len() as u64,
                    pdu_pointer,
                    pdu_capacity,
                    item_pointer,
                    item_capacity,
                    &mut result,
                ),
                6 => (LIBRARY.stream_gap)(
                    handle,
                    end,
                    count,
                    u32::from(missing % 3),
                    pdu_pointer,
                    pdu_capacity,
                    item_pointer,
                    item_capacity,
                    &mut result,
                ),
                _ if missing < 0x80 => (LIBRARY.stream_finish)(
                    handle,
                    end,
                    pdu_pointer,
                    pdu_capacity,
                    item_pointer,
                    item_capacity,
                    &mut result,
                ),
                _ => (LIBRARY.stream_close.unwrap())(
                    handle,
                    end,
                    u32::from(missing % 5),
                    pdu_pointer,
                    pdu_capacity,
                    item_pointer,
                    item_capacity,
                    &mut result,
                ),
            }
        };
        assert_status(status);
        pdus.assert_intact(result.pdus_written);
        items.assert_intact(result.items_written);
        assert!(result.consumed <= octets.len() as u64);
        let given = match result.octets_length {
            0 => &[],
            // SAFETY: the stream promises so many octets until the next call.
            length if !result.octets.is_null() => unsafe {
                std::slice::from_raw_parts(result.octets, usize::try_from(length).unwrap())
            },
            _ => &octets[..],
        };
        for item in items
            .elements
            .iter()
            .take(usize::try_from(result.items_written).unwrap())
        {
            label(item, given, input);
        }
        let mut context = Context {
            struct_size: size::<Context>(input),
            ..unwritten()
        };
        // SAFETY: the handle is a stream's or NULL, the context as large as its struct_size.
        assert_status(unsafe { (LIBRARY.stream_context)(handle, &mut context) });
    }

    fn end(&mut self, input: &mut Input) {
        let index = usize::from(input.octet().unwrap_or(0));
        if !self.0.is_empty() {
            let handle = self.0.swap_remove(index % self.0.len());
            // SAFETY: a stream or NULL, which no other code uses any more.
            unsafe { (LIBRARY.stream_free)(handle) };
        }
    }
}

pub fn run(octets: &[u8]) {
    let mut input = Input(octets);
    let mut streams = Streams::default();
    while let Some(call) = input.octet() {
        match call % 16 {
            0..=3 => dissect(&mut input),
            4 => {
                let octets = input.octets();
                let encapsulation = input.array::<1>()[0] % 5;
                // SAFETY: the pointer is valid for the length beside it.
                let answer = unsafe {
                    (LIBRARY.recognise)(octets.as_ptr(), octets.len() as u64, encapsulation.into())
                };
                assert!((-3..=2).contains(&answer));
            }
            5 => {
                let item = value(&mut input);
                let octets = input.octets();
                label(&item, octets, &mut input);
            }
            6 => summary(&mut input),
            7 => registry(&mut input),
            8 => streams.begin(&mut input),
            9 => streams.end(&mut input),
            _ => streams.call(&mut input),
        }
    }
}
