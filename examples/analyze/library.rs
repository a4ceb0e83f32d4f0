//! The library as any host has it: a shared object that is found, opened, and asked for its
//! exports by name. The types are the crate's own, which the C header is generated from; no
//! function of the crate is linked.

use isotsap::dissection::Context;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{
    BatchResult, ExpertInfo, FieldInfo, Options, Plugin, StreamHandle, StreamResult, ValueInfo,
};
use std::error::Error;
use std::ffi::c_char;
use std::path::{Path, PathBuf};

/// What the system's loader has to say.
fn reason(error: &libloading::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

macro_rules! exports {
    ($($name:ident = $symbol:ident: fn($($argument:ty),*) -> $answer:ty;)*) => {
        /// The exports, by name less the prefix `isotsap_`.
        #[allow(dead_code)]
        pub struct Library {
            $(pub $name: unsafe extern "C" fn($($argument),*) -> $answer,)*
            /// Keeps the shared object loaded; dropped last. None when the crate is linked.
            _handle: Option<libloading::Library>,
        }

        impl Library {
            /// Opens the shared object at `path`.
            pub fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
                // SAFETY: the shared object is isotsap's, whose initialisers do nothing.
                let handle = unsafe { libloading::Library::new(path) };
                let handle = handle.map_err(|error| reason(&error))?;
                $(
                    // SAFETY: the signature is the one of the header.
                    let $name = unsafe {
                        *handle
                            .get::<unsafe extern "C" fn($($argument),*) -> $answer>(
                                stringify!($symbol).as_bytes(),
                            )
                            .map_err(|error| reason(&error))?
                    };
                )*
                Ok(Self { $($name,)* _handle: Some(handle) })
            }

            /// The same functions of the crate itself, for a fuzzer that has to see into them.
            #[cfg(fuzzing)]
            pub fn linked() -> Self {
                Self { $($name: isotsap::ffi::$symbol,)* _handle: None }
            }
        }
    };
}

exports! {
    abi_version = isotsap_abi_version: fn() -> u32;
    version = isotsap_version: fn() -> *const c_char;
    plugin_info = isotsap_plugin_info: fn() -> *const Plugin;
    struct_size = isotsap_struct_size: fn(u32) -> u32;
    field_count = isotsap_field_count: fn() -> u32;
    field_get = isotsap_field_get: fn(u32, *mut FieldInfo) -> i32;
    field_find = isotsap_field_find: fn(*const c_char) -> u32;
    field_value_get = isotsap_field_value_get: fn(u32, u32, *mut ValueInfo) -> i32;
    field_value_name = isotsap_field_value_name: fn(u32, u64) -> *const c_char;
    expert_count = isotsap_expert_count: fn() -> u32;
    expert_get = isotsap_expert_get: fn(u32, *mut ExpertInfo) -> i32;
    expert_find = isotsap_expert_find: fn(*const c_char) -> u32;
    severity_name = isotsap_severity_name: fn(u32) -> *const c_char;
    group_name = isotsap_group_name: fn(u32) -> *const c_char;
    status_name = isotsap_status_name: fn(i32) -> *const c_char;
    recognise = isotsap_recognise: fn(*const u8, u64, u32) -> i32;
    dissect = isotsap_dissect: fn(
        *const Options, *mut Context, *const u8, u64, *const Packet, u64,
        *mut Pdu, u64, *mut Item, u64, *mut BatchResult
    ) -> i32;
    stream_new = isotsap_stream_new: fn(*const Options, *mut *mut StreamHandle) -> i32;
    stream_free = isotsap_stream_free: fn(*mut StreamHandle) -> ();
    stream_push = isotsap_stream_push: fn(
        *mut StreamHandle, u32, *const u8, u64, *mut Pdu, u64, *mut Item, u64, *mut StreamResult
    ) -> i32;
    stream_gap = isotsap_stream_gap: fn(
        *mut StreamHandle, u32, u64, u32, *mut Pdu, u64, *mut Item, u64, *mut StreamResult
    ) -> i32;
    stream_finish = isotsap_stream_finish: fn(
        *mut StreamHandle, u32, *mut Pdu, u64, *mut Item, u64, *mut StreamResult
    ) -> i32;
    stream_context = isotsap_stream_context: fn(*const StreamHandle, *mut Context) -> i32;
    item_label = isotsap_item_label: fn(*const Item, *const u8, u64, *mut c_char, u64) -> i64;
    pdu_summary = isotsap_pdu_summary: fn(*const Pdu, *mut c_char, u64) -> i64;
}

/// Where cargo puts the shared object: into the folder `deps` of the profile, which is beside or
/// above the running program, and with `cargo build` into the profile's folder too.
pub fn beside_this_program() -> Result<PathBuf, Box<dyn Error>> {
    let name = libloading::library_filename("isotsap");
    let program = std::env::current_exe()?;
    program
        .ancestors()
        .skip(1)
        .take(2)
        .flat_map(|folder| [folder.join("deps").join(&name), folder.join(&name)])
        .find(|path| path.is_file())
        .ok_or_else(|| {
            format!(
                "{} is not beside {} nor above it; build it with `cargo build --release`, or say \
                 where it is with --library",
                name.to_string_lossy(),
                program.display()
            )
            .into()
        })
}
