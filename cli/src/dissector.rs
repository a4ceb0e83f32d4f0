//! Safe calls of the library's C ABI.
#![allow(unsafe_code)]

use crate::Problem;
use crate::library::Library;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::dissection::{Context, Encapsulation, Ending};
use isotsap::ffi::{
    BatchResult, ExpertInfo, FieldInfo, Options, Status, StreamHandle, StreamResult,
};
use isotsap::registry::experts::COTP_CONNECTION_UNANSWERED;
use isotsap::stream::Missing;
use std::ffi::{CStr, c_char};
use std::mem::take;
use std::ptr;
use std::rc::Rc;

/// The library with the arrays it fills.
pub struct Dissector {
    library: Rc<Library>,
    pdus: Vec<Pdu>,
    items: Vec<Item>,
    fields: Vec<Field>,
    experts: Vec<Expert>,
}

/// A field of the registry, as far as this program shows it.
pub struct Field {
    /// Its abbreviation, as a string of JSON.
    pub abbreviation: String,
    /// Of `enum isotsap_type`.
    pub kind: u32,
}

/// An expert info of the registry.
#[derive(Clone, Copy)]
pub struct Expert {
    pub abbreviation: &'static str,
    pub group: &'static str,
    pub explanation: &'static str,
}

/// What a call of the library wrote.
pub struct Dissected<'a> {
    pub pdus: &'a [Pdu],
    items: &'a [Item],
    /// What the offsets count from.
    pub octets: &'a [u8],
    /// How many octets of the direction are before them; of a stream only.
    pub position: u64,
    /// A TSDU of several TPDUs, which the last record completes.
    pub tsdu: Option<Tsdu>,
}

/// A complete TSDU.
#[derive(Clone, Copy)]
pub struct Tsdu {
    pub length: u64,
    /// How many TPDUs it consists of.
    pub segments: u32,
}

impl Dissected<'_> {
    /// The records of octets, and those that say how the connection ended, which come last.
    pub fn split_at_end(&self) -> [Dissected<'_>; 2] {
        let is_of_octets = |pdu: &Pdu| !pdu.has_expert(COTP_CONNECTION_UNANSWERED);
        let (octets, end) = self.pdus.split_at(self.pdus.partition_point(is_of_octets));
        [octets, end].map(|pdus| Dissected { pdus, ..*self })
    }

    /// The items of one of the PDUs.
    pub fn items_of(&self, pdu: &Pdu) -> &[Item] {
        self.items
            .get(pdu.first_item as usize..)
            .and_then(|items| items.get(..pdu.item_count.into()))
            .unwrap_or_default()
    }
}

/// What happens on one direction of a connection.
#[derive(Clone, Copy)]
pub enum Feed<'a> {
    Octets(&'a [u8]),
    Gap(u64, Missing),
    End(Ending),
}

/// A stream of the library's.
pub struct Stream {
    handle: *mut StreamHandle,
    library: Rc<Library>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the handle is a stream's, and this its only owner.
        unsafe { (self.library.stream_free)(self.handle) }
    }
}

fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(0)
}

/// A string of the library's: static while the library is loaded, and it is until this program ends.
fn text(pointer: *const c_char) -> &'static str {
    if pointer.is_null() {
        return "";
    }
    // SAFETY: not NULL, and the header promises a static NUL-terminated string.
    unsafe { CStr::from_ptr(pointer) }.to_str().unwrap_or("")
}

impl Dissector {
    /// Uses a library, with everything in its registry.
    pub fn new(library: Library) -> Self {
        let fields = fields(&library);
        let experts = experts(&library);
        Self {
            library: Rc::new(library),
            pdus: vec![Pdu::default(); 128],
            items: vec![Item::default(); 4096],
            fields,
            experts,
        }
    }

    /// Dissects one NSDU of a connection of which nothing is known.
    pub fn dissect_nsdu(
        &mut self,
        octets: &[u8],
        packet: Packet,
        use_it: &mut dyn FnMut(&mut Self, &Dissected) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let options = options(Encapsulation::Nsdu, 0);
        let mut context = Context {
            struct_size: size::<Context>(),
            ..Context::default()
        };
        loop {
            let mut result = BatchResult {
                struct_size: size::<BatchResult>(),
                ..BatchResult::default()
            };
            // SAFETY: every pointer is of a slice with the length next to it, or of a local.
            let status = unsafe {
                (self.library.dissect)(
                    &raw const options,
                    &raw mut context,
                    octets.as_ptr(),
                    octets.len() as u64,
                    &raw const packet,
                    1,
                    self.pdus.as_mut_ptr(),
                    self.pdus.len() as u64,
                    self.items.as_mut_ptr(),
                    self.items.len() as u64,
                    &raw mut result,
                )
            };
            let more = self.is_more(status)?;
            let written = (result.pdus_written, result.items_written);
            self.pass_on(written, (octets, 0), None, use_it)?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Creates a stream for a connection; the flags are of `enum isotsap_option_flag`.
    pub fn stream(&self, encapsulation: Encapsulation, flags: u32) -> Result<Stream, String> {
        let options = options(encapsulation, flags);
        let mut handle = ptr::null_mut();
        // SAFETY: both pointers are of locals.
        let status = unsafe { (self.library.stream_new)(&raw const options, &raw mut handle) };
        self.is_more(status)?;
        Ok(Stream {
            handle,
            library: Rc::clone(&self.library),
        })
    }

    /// Reports an event of a direction to a stream. Returns how many octets the stream keeps of
    /// what is incomplete.
    pub fn follow(
        &mut self,
        stream: &mut Stream,
        sender: usize,
        mut feed: Feed,
        use_it: &mut dyn FnMut(&mut Self, &Dissected) -> Result<(), Problem>,
    ) -> Result<u64, Problem> {
        let sender = u32::from(sender != 0);
        loop {
            // SAFETY: integers and pointers, for which zero is a value.
            let mut result: StreamResult = unsafe { std::mem::zeroed() };
            result.struct_size = size::<StreamResult>();
            let (pdus, pdu_capacity) = (self.pdus.as_mut_ptr(), self.pdus.len() as u64);
            let (items, item_capacity) = (self.items.as_mut_ptr(), self.items.len() as u64);
            let (library, handle) = (&self.library, stream.handle);
            // SAFETY: the handle is a stream's; every other pointer is of a slice with the length
            // next to it, or of a local.
            let status = unsafe {
                match feed {
                    Feed::Octets(octets) => (library.stream_push)(
                        handle,
                        sender,
                        octets.as_ptr(),
                        octets.len() as u64,
                        pdus,
                        pdu_capacity,
                        items,
                        item_capacity,
                        &raw mut result,
                    ),
                    Feed::Gap(count, missing) => (library.stream_gap)(
                        handle,
                        sender,
                        count,
                        missing as u32,
                        pdus,
                        pdu_capacity,
                        items,
                        item_capacity,
                        &raw mut result,
                    ),
                    Feed::End(ending) => match library.stream_close {
                        Some(close) => close(
                            handle,
                            sender,
                            ending as u32,
                            pdus,
                            pdu_capacity,
                            items,
                            item_capacity,
                            &raw mut result,
                        ),
                        None => (library.stream_finish)(
                            handle,
                            sender,
                            pdus,
                            pdu_capacity,
                            items,
                            item_capacity,
                            &raw mut result,
                        ),
                    },
                }
            };
            let more = self.is_more(status)?;
            let octets = match feed {
                Feed::Octets(octets) if result.octets.is_null() => octets,
                _ if result.octets.is_null() => &[],
                // SAFETY: the stream promises so many octets, until the next call on it.
                _ => unsafe {
                    std::slice::from_raw_parts(result.octets, result.octets_length as usize)
                },
            };
            let tsdu = (result.tsdu_segments > 0).then_some(Tsdu {
                length: result.tsdu_length,
                segments: result.tsdu_segments,
            });
            let written = (result.pdus_written, result.items_written);
            self.pass_on(written, (octets, result.position), tsdu, use_it)?;
            if !more {
                return Ok(result.pending);
            }
            if let Feed::Octets(octets) = &mut feed {
                *octets = octets.get(result.consumed as usize..).unwrap_or_default();
            }
        }
    }

    /// Passes on what the library has written.
    fn pass_on(
        &mut self,
        (pdus, items): (u64, u64),
        (octets, position): (&[u8], u64),
        tsdu: Option<Tsdu>,
        use_it: &mut dyn FnMut(&mut Self, &Dissected) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        // Labels may be requested meanwhile.
        let (all_pdus, all_items) = (take(&mut self.pdus), take(&mut self.items));
        let outcome = use_it(
            self,
            &Dissected {
                pdus: all_pdus.get(..pdus as usize).unwrap_or_default(),
                items: all_items.get(..items as usize).unwrap_or_default(),
                octets,
                position,
                tsdu,
            },
        );
        (self.pdus, self.items) = (all_pdus, all_items);
        outcome
    }

    /// Whether a call must be repeated; an error if it was misused.
    fn is_more(&self, status: i32) -> Result<bool, String> {
        if status >= 0 {
            return Ok(status == Status::More as i32);
        }
        // SAFETY: the function takes any number.
        let name = text(unsafe { (self.library.status_name)(status) });
        Err(format!("a call of the library fails: {status} ({name})"))
    }

    /// Whether octets are the start of what the encapsulation says, of `enum
    /// isotsap_recognition`.
    pub fn recognise(&self, octets: &[u8], encapsulation: Encapsulation) -> i32 {
        // SAFETY: the pointer is of a slice with the length next to it.
        unsafe {
            (self.library.recognise)(octets.as_ptr(), octets.len() as u64, encapsulation as u32)
        }
    }

    /// The field an item is of, when it is no expert info.
    pub fn field(&self, item: &Item) -> Option<&Field> {
        let index = usize::from(item.id).checked_sub(isotsap::registry::FIELD_BASE.into())?;
        self.fields.get(index)
    }

    /// The expert info an item is of.
    pub fn expert(&self, item: &Item) -> Option<Expert> {
        let index = usize::from(item.id).checked_sub(isotsap::registry::EXPERT_BASE.into())?;
        self.experts.get(index).copied()
    }

    /// The name of a severity.
    pub fn severity(&self, severity: u8) -> &'static str {
        // SAFETY: the function takes any number.
        text(unsafe { (self.library.severity_name)(severity.into()) })
    }

    /// Adds the label of an item, or the message of an expert info.
    pub fn label(&self, text: &mut Vec<u8>, item: &Item, octets: &[u8]) {
        add_text(text, |text, capacity| {
            // SAFETY: every pointer is of a slice with the length next to it, or of a reference.
            unsafe {
                (self.library.item_label)(
                    item,
                    octets.as_ptr(),
                    octets.len() as u64,
                    text,
                    capacity,
                )
            }
        });
    }

    /// Adds what a PDU is, in one line.
    pub fn summary(&self, text: &mut Vec<u8>, pdu: &Pdu) {
        add_text(text, |text, capacity| {
            // SAFETY: the pointer is of a slice with the length next to it, or of a reference.
            unsafe { (self.library.pdu_summary)(pdu, text, capacity) }
        });
    }

    /// How many fields the registry has.
    pub fn field_count(&self) -> usize {
        self.fields.len()
    }
}

/// Adds the text of a function that behaves as snprintf does.
fn add_text(text: &mut Vec<u8>, print: impl Fn(*mut c_char, u64) -> i64) {
    let mut room = 256;
    loop {
        text.reserve(room);
        let spare = text.spare_capacity_mut();
        let length = print(spare.as_mut_ptr().cast(), spare.len() as u64);
        let length = usize::try_from(length).unwrap_or(0);
        if length < spare.len() {
            // SAFETY: the function has written so many octets, and a NUL behind them.
            unsafe { text.set_len(text.len() + length) };
            return;
        }
        room = length + 1;
    }
}

fn options(encapsulation: Encapsulation, flags: u32) -> Options {
    Options {
        struct_size: size::<Options>(),
        encapsulation: encapsulation as u32,
        flags,
        ..Options::default()
    }
}

fn fields(library: &Library) -> Vec<Field> {
    // SAFETY: the function takes nothing.
    let count = unsafe { (library.field_count)() };
    (0..count)
        .map(|index| {
            // SAFETY: integers and pointers, for which zero is a value.
            let mut info: FieldInfo = unsafe { std::mem::zeroed() };
            info.struct_size = size::<FieldInfo>();
            let id = u32::from(isotsap::registry::FIELD_BASE) + index;
            // SAFETY: the struct is as long as it says.
            unsafe { (library.field_get)(id, &raw mut info) };
            Field {
                abbreviation: serde_json::Value::from(text(info.abbreviation)).to_string(),
                kind: info.r#type,
            }
        })
        .collect()
}

fn experts(library: &Library) -> Vec<Expert> {
    // SAFETY: the function takes nothing.
    let count = unsafe { (library.expert_count)() };
    (0..count)
        .map(|index| {
            // SAFETY: integers and pointers, for which zero is a value.
            let mut info: ExpertInfo = unsafe { std::mem::zeroed() };
            info.struct_size = size::<ExpertInfo>();
            let id = u32::from(isotsap::registry::EXPERT_BASE) + index;
            // SAFETY: the struct is as long as it says.
            unsafe { (library.expert_get)(id, &raw mut info) };
            Expert {
                abbreviation: text(info.abbreviation),
                // SAFETY: the function takes any number.
                group: text(unsafe { (library.group_name)(info.group) }),
                explanation: text(info.explanation),
            }
        })
        .collect()
}
