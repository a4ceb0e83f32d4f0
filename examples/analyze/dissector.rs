//! What this program asks of the library, in Rust's terms.

use crate::library::{self, Library};
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::dissection::{Context, Encapsulation};
use isotsap::ffi::{BatchResult, ExpertInfo, FieldInfo, Options, Status};
use std::ffi::{CStr, c_char};
use std::mem::take;
use std::path::Path;

/// The library with the arrays it fills.
pub struct Dissector {
    library: Library,
    pdus: Vec<Pdu>,
    items: Vec<Item>,
    fields: Vec<Field>,
    experts: Vec<Expert>,
}

/// A field of the registry, as far as this program shows it.
#[derive(Clone, Copy)]
pub struct Field {
    pub abbreviation: &'static str,
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

/// The items of one PDU.
pub fn items_of<'a>(pdu: &Pdu, items: &'a [Item]) -> &'a [Item] {
    items
        .get(pdu.first_item as usize..)
        .and_then(|items| items.get(..pdu.item_count.into()))
        .unwrap_or_default()
}

fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(0)
}

/// A string of the library's, which is static as long as the library stays loaded, and it does
/// until this program ends.
fn text(pointer: *const c_char) -> &'static str {
    if pointer.is_null() {
        return "";
    }
    // SAFETY: not NULL, and the header promises a static NUL-terminated string.
    unsafe { CStr::from_ptr(pointer) }.to_str().unwrap_or("")
}

impl Dissector {
    /// Opens the library at `path`, or where cargo puts it.
    pub fn open(path: Option<&Path>) -> Result<Self, String> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => library::beside_this_program().map_err(|error| error.to_string())?,
        };
        let library = Library::open(&path).map_err(|error| match error.source() {
            Some(reason) => reason.to_string(),
            None => error.to_string(),
        })?;
        // SAFETY: the function takes nothing.
        let version = unsafe { (library.abi_version)() };
        let wanted = isotsap::ffi::ABI_VERSION;
        if version >> 16 != wanted >> 16 || version < wanted {
            return Err(format!(
                "{} has ABI {}.{}, not the {}.{} this program wants",
                path.display(),
                version >> 16,
                version & 0xffff,
                wanted >> 16,
                wanted & 0xffff
            ));
        }
        let fields = fields(&library);
        let experts = experts(&library);
        Ok(Self {
            library,
            pdus: vec![Pdu::default(); 16],
            items: vec![Item::default(); 512],
            fields,
            experts,
        })
    }

    /// Dissects one packet into records and items; [`Self::give_back`] takes the arrays again.
    pub fn dissect(
        &mut self,
        encapsulation: Encapsulation,
        context: &mut Context,
        octets: &[u8],
        packet: Packet,
    ) -> Result<(Vec<Pdu>, Vec<Item>), String> {
        let options = Options {
            struct_size: size::<Options>(),
            encapsulation: encapsulation as u32,
            ..Options::default()
        };
        context.struct_size = size::<Context>();
        loop {
            let mut result = BatchResult {
                struct_size: size::<BatchResult>(),
                ..BatchResult::default()
            };
            // SAFETY: every pointer is of a slice with the length next to it, or of a local.
            let status = unsafe {
                (self.library.dissect)(
                    &raw const options,
                    context,
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
            if status == Status::Ok as i32 {
                let (mut pdus, mut items) = (take(&mut self.pdus), take(&mut self.items));
                truncate(&mut pdus, result.pdus_written);
                truncate(&mut items, result.items_written);
                return Ok((pdus, items));
            }
            if status != Status::More as i32 {
                // SAFETY: the function takes any number.
                let name = text(unsafe { (self.library.status_name)(status) });
                return Err(format!("the library answers {status} ({name}) to a call"));
            }
            grow(&mut self.pdus, result.pdus_needed);
            grow(&mut self.items, result.items_needed);
        }
    }

    /// Takes back the arrays of [`Self::dissect`].
    pub fn give_back(&mut self, pdus: Vec<Pdu>, items: Vec<Item>) {
        (self.pdus, self.items) = (pdus, items);
        self.pdus.resize(self.pdus.capacity(), Pdu::default());
        self.items.resize(self.items.capacity(), Item::default());
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
    pub fn field(&self, item: &Item) -> Option<Field> {
        let index = usize::from(item.id).checked_sub(isotsap::registry::FIELD_BASE.into())?;
        self.fields.get(index).copied()
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

    /// The label of an item, or the message of an expert info.
    pub fn label(&self, item: &Item, octets: &[u8]) -> String {
        self.text(|text, capacity| {
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
        })
    }

    /// What a PDU is, in one line.
    pub fn summary(&self, pdu: &Pdu) -> String {
        self.text(|text, capacity| {
            // SAFETY: the pointer is of a slice with the length next to it, or of a reference.
            unsafe { (self.library.pdu_summary)(pdu, text, capacity) }
        })
    }

    /// The text of a function that behaves as snprintf does.
    fn text(&self, print: impl Fn(*mut c_char, u64) -> i64) -> String {
        let mut buffer = vec![0u8; 256];
        loop {
            let wanted = print(buffer.as_mut_ptr().cast(), buffer.len() as u64);
            let wanted = usize::try_from(wanted).unwrap_or(0);
            if wanted < buffer.len() {
                buffer.truncate(wanted);
                return String::from_utf8(buffer).unwrap_or_default();
            }
            buffer.resize(wanted + 1, 0);
        }
    }
}

fn truncate<T>(array: &mut Vec<T>, count: u64) {
    array.truncate(usize::try_from(count).unwrap_or(usize::MAX));
}

fn grow<T: Clone + Default>(array: &mut Vec<T>, needed: u64) {
    let needed = usize::try_from(needed).unwrap_or(usize::MAX);
    array.resize(needed.max(array.len()), T::default());
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
                abbreviation: text(info.abbreviation),
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
