//! The library's exports, as a table of function pointers: linked into this program, or those of a
//! shared object. The types are the crate's own, which the C header is generated from.

use isotsap::dissection::Context;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{
    ABI_VERSION, BatchResult, ExpertInfo, FieldInfo, Options, Plugin, StreamHandle, StreamResult,
    ValueInfo,
};
use std::error::Error;
use std::ffi::c_char;
use std::path::Path;

/// What the system's loader reports, without the path, which the program names itself.
fn reason(path: &Path, error: &libloading::Error) -> String {
    let text = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let named = format!("{}: ", path.display());
    text.strip_prefix(&named).unwrap_or(&text).to_owned()
}

/// Why a library cannot be opened.
fn not_opened(path: &Path, error: &libloading::Error) -> String {
    let reason = reason(path, error);
    let is_bare_name = path.parent() == Some(Path::new(""));
    if !is_bare_name {
        return reason;
    }
    format!(
        "{reason}; a name without \"/\" is searched for by the loader, \
         for a file in this folder write \"./\" before it"
    )
}

/// An export of a shared object.
///
/// # Safety
///
/// `T` is the type of a pointer to the function `name`.
unsafe fn export<T: Copy>(
    path: &Path,
    handle: &libloading::Library,
    name: &str,
) -> Result<T, String> {
    // SAFETY: the caller's promise.
    let symbol = unsafe { handle.get::<T>(name.as_bytes()) };
    symbol.map(|it| *it).map_err(|error| reason(path, &error))
}

fn check_version(found: u32) -> Result<(), String> {
    if found >> 16 == ABI_VERSION >> 16 && found >= ABI_VERSION {
        return Ok(());
    }
    let text = |version: u32| format!("{}.{}", version >> 16, version & 0xffff);
    let (found, wanted) = (text(found), text(ABI_VERSION));
    Err(format!("its ABI is {found}, this program needs {wanted}"))
}

macro_rules! exports {
    (
        later { $($later:ident = $late:ident: fn($($more:ty),*) -> $reply:ty;)* }
        $($name:ident = $symbol:ident: fn($($argument:ty),*) -> $answer:ty;)*
    ) => {
        /// The exports, by name without the prefix `isotsap_`; `None` for those that a library of
        /// this version of the ABI may lack, because they were added later.
        #[allow(dead_code)]
        pub struct Library {
            $(pub $name: unsafe extern "C" fn($($argument),*) -> $answer,)*
            $(pub $later: Option<unsafe extern "C" fn($($more),*) -> $reply>,)*
            /// Keeps the shared object loaded; dropped last. `None` when the library is linked.
            _handle: Option<libloading::Library>,
        }

        #[allow(dead_code)]
        impl Library {
            /// The functions that are linked into this program.
            pub fn linked() -> Self {
                Self {
                    $($name: isotsap::ffi::$symbol,)*
                    $($later: Some(isotsap::ffi::$late),)*
                    _handle: None,
                }
            }

            /// Opens the shared object at `path`, as a plugin host does: its ABI must be of the same
            /// major version, and of this minor version or a later one.
            pub fn open(path: &Path) -> Result<Self, String> {
                // SAFETY: isotsap has no initialisers; those of any other library are run because
                // the user asks for it.
                let handle = unsafe { libloading::Library::new(path) };
                let handle = handle.map_err(|error| not_opened(path, &error))?;
                type Version = unsafe extern "C" fn() -> u32;
                // SAFETY: the type it has in every version.
                let version = unsafe { export::<Version>(path, &handle, "isotsap_abi_version")? };
                // SAFETY: the function has no arguments.
                check_version(unsafe { version() })?;
                $(
                    // SAFETY: the type it has in this major version.
                    let $name = unsafe { export(path, &handle, stringify!($symbol))? };
                )*
                $(
                    // SAFETY: likewise.
                    let $later = unsafe { export(path, &handle, stringify!($late)) }.ok();
                )*
                Ok(Self { $($name,)* $($later,)* _handle: Some(handle) })
            }
        }
    };
}

exports! {
    later {
        stream_close = isotsap_stream_close: fn(
            *mut StreamHandle, u32, u32, *mut Pdu, u64, *mut Item, u64, *mut StreamResult
        ) -> i32;
    }
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
