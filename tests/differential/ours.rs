//! The library, through its C ABI.

use crate::built;
use crate::generate::{Carrier, Packet};
use crate::library::Library;
use crate::shown::{Kind, Shown, Value};
use isotsap::dissection::Encapsulation;
use isotsap::dissection::record::{self, Item, Pdu};
use isotsap::ffi::{BatchResult, FieldInfo, Options};
use isotsap::registry::Type;
use std::collections::{HashMap, HashSet};
use std::ffi::CStr;
use std::ptr;

pub struct Ours {
    library: Library,
    /// By their ids.
    fields: HashMap<u32, (&'static str, Kind)>,
    pdus: Vec<Pdu>,
    items: Vec<Item>,
}

impl Ours {
    /// Opens the library, of which only the fields named in `compared` are of interest.
    pub fn open(compared: &HashSet<String>) -> Self {
        let path = built::shared_object(&std::env::current_exe().unwrap());
        let library = Library::open(&path).unwrap();
        // SAFETY: the function has no preconditions.
        let count = unsafe { (library.field_count)() };
        let fields = (1..=count)
            .filter_map(|id| field(&library, id))
            .filter(|(_, (name, _))| compared.contains(*name))
            .collect();
        Self {
            library,
            fields,
            pdus: vec![Pdu::default(); 256],
            items: vec![Item::default(); 4096],
        }
    }

    /// The fields to compare, with what they hold.
    pub fn fields(&self) -> HashMap<&'static str, Kind> {
        self.fields.values().copied().collect()
    }

    /// What the library shows of a packet without context.
    pub fn dissect(&mut self, packet: &Packet) -> Vec<Shown> {
        let encapsulation = match packet.carrier {
            Carrier::Tpkt => Encapsulation::Tpkt,
            Carrier::Ip => Encapsulation::Nsdu,
        };
        let options = Options {
            struct_size: size_of::<Options>() as u32,
            encapsulation: encapsulation as u32,
            ..Options::default()
        };
        let length = packet.octets.len() as u32;
        let input = record::Packet {
            captured: length,
            reported: length,
            ..record::Packet::default()
        };
        let mut result = BatchResult {
            struct_size: size_of::<BatchResult>() as u32,
            ..BatchResult::default()
        };
        // SAFETY: every pointer is of a value or a slice with the length next to it, or NULL.
        let status = unsafe {
            (self.library.dissect)(
                &raw const options,
                ptr::null_mut(),
                packet.octets.as_ptr(),
                packet.octets.len() as u64,
                &raw const input,
                1,
                self.pdus.as_mut_ptr(),
                self.pdus.len() as u64,
                self.items.as_mut_ptr(),
                self.items.len() as u64,
                &raw mut result,
            )
        };
        assert_eq!((status, result.packets_done), (0, 1));
        self.items[..result.items_written as usize]
            .iter()
            .filter(|item| item.severity == 0)
            .filter_map(|item| {
                let &(field, kind) = self.fields.get(&item.id.into())?;
                Some(shown(field, kind, item, &packet.octets))
            })
            .collect()
    }
}

fn field(library: &Library, id: u32) -> Option<(u32, (&'static str, Kind))> {
    let mut info = FieldInfo {
        struct_size: size_of::<FieldInfo>() as u32,
        id: 0,
        r#type: 0,
        base: 0,
        width: 0,
        value_count: 0,
        mask: 0,
        abbreviation: ptr::null(),
        name: ptr::null(),
        unit: ptr::null(),
        clause: ptr::null(),
        description: ptr::null(),
    };
    // SAFETY: `info` is valid for writes and says its size.
    let status = unsafe { (library.field_get)(id, &raw mut info) };
    assert_eq!(status, 0);
    let kind = [
        (Type::Uint, Kind::Number),
        (Type::Bool, Kind::Number),
        (Type::Bytes, Kind::Octets),
        (Type::Text, Kind::Octets),
    ]
    .into_iter()
    .find_map(|(known, kind)| (known as u32 == info.r#type).then_some(kind))?;
    // SAFETY: strings of the library are static and NUL-terminated.
    let name = unsafe { CStr::from_ptr(info.abbreviation) };
    Some((id, (name.to_str().unwrap(), kind)))
}

fn shown(field: &'static str, kind: Kind, item: &Item, packet: &[u8]) -> Shown {
    let offset = item.offset as usize;
    let value = match kind {
        Kind::Number => Value::Number(item.value),
        Kind::Octets => Value::Octets(packet[offset..offset + item.length as usize].to_vec()),
    };
    Shown {
        offset,
        field,
        value,
    }
}
