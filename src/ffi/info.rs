//! Versions, plugin info and struct sizes.

use super::boundary::guard;
use super::{BatchResult, ExpertInfo, FieldInfo, Options, Status, StreamResult, ValueInfo};
use crate::dissection::Context;
use crate::dissection::record::{Item, Packet, Pdu};
use std::ffi::{CStr, c_char};

/// The version of the ABI is that of the crate: new functions increase the minor version, other
/// changes the major.
pub const ABI_VERSION: u32 =
    number(env!("CARGO_PKG_VERSION_MAJOR")) << 16 | number(env!("CARGO_PKG_VERSION_MINOR"));

const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

const LICENSE: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_LICENSE"), "\0").as_bytes()) {
        Ok(license) => license,
        Err(_) => c"",
    };

/// Describes the library to a host that loads it as a plugin. Static, never freed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Plugin {
    /// Size of this struct in octets, set by the library.
    pub struct_size: u32,
    /// Same as isotsap_abi_version().
    pub abi_version: u32,
    /// Name of the library, `isotsap`.
    pub name: *const c_char,
    /// Version of the library, for example `0.1.0`.
    pub version: *const c_char,
    /// Licence, an SPDX expression.
    pub license: *const c_char,
    /// Names of the protocols, as used in display filters.
    pub protocols: *const *const c_char,
    /// TCP ports whose payload is TPKTs by default.
    pub tcp_ports: *const u16,
    /// UDP ports whose payload is one NSDU by default.
    pub udp_ports: *const u16,
    /// Entries in `protocols`.
    pub protocol_count: u32,
    /// Entries in `tcp_ports`.
    pub tcp_port_count: u32,
    /// Entries in `udp_ports`.
    pub udp_port_count: u32,
    /// Zero.
    pub reserved: u32,
}

/// Pointers to immutable statics.
#[repr(transparent)]
struct Shared<T>(T);

// SAFETY: the pointers are to statics that are never written.
unsafe impl<T> Sync for Shared<T> {}

static PROTOCOLS: Shared<[*const c_char; 2]> = Shared([c"tpkt".as_ptr(), c"cotp".as_ptr()]);
/// RFC 1006 5. RDP and H.323 use other ports and are recognised by content.
static TCP_PORTS: [u16; 1] = [102];
/// RFC 1240 4.
static UDP_PORTS: [u16; 1] = [102];

static PLUGIN: Shared<Plugin> = Shared(Plugin {
    struct_size: size_of::<Plugin>() as u32,
    abi_version: ABI_VERSION,
    name: c"isotsap".as_ptr(),
    version: VERSION.as_ptr(),
    license: LICENSE.as_ptr(),
    protocols: PROTOCOLS.0.as_ptr(),
    tcp_ports: TCP_PORTS.as_ptr(),
    udp_ports: UDP_PORTS.as_ptr(),
    protocol_count: PROTOCOLS.0.len() as u32,
    tcp_port_count: TCP_PORTS.len() as u32,
    udp_port_count: UDP_PORTS.len() as u32,
    reserved: 0,
});

/// The version of the ABI, major << 16 | minor. A host should accept a library whose major equals
/// that of ISOTSAP_ABI_VERSION and whose minor is not less.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_abi_version() -> u32 {
    guard(|| Ok(ABI_VERSION))
}

/// The version of the library, for example `0.1.0`: a static NUL-terminated string, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_version() -> *const c_char {
    guard(|| Ok(VERSION.as_ptr()))
}

/// Describes the library to a host that loads it as a plugin. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_plugin_info() -> *const Plugin {
    guard(|| Ok(&raw const PLUGIN.0))
}

/// Ids of the structs of the ABI, for isotsap_struct_size().
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Struct {
    /// `isotsap_packet`.
    Packet = 1,
    /// `isotsap_pdu`.
    Pdu = 2,
    /// `isotsap_item`.
    Item = 3,
    /// `isotsap_options`.
    Options = 4,
    /// `isotsap_context`.
    Context = 5,
    /// `isotsap_result`.
    Result = 6,
    /// `isotsap_field_info`.
    FieldInfo = 7,
    /// `isotsap_value_info`.
    ValueInfo = 8,
    /// `isotsap_expert_info`.
    ExpertInfo = 9,
    /// `isotsap_plugin`.
    Plugin = 10,
    /// `isotsap_stream_result`.
    StreamResult = 11,
}

/// The size of a struct in octets, so that a binding that was not made from the header can check its
/// own layout. `id` is a constant of `enum isotsap_struct`. Returns 0 for an unknown id.
#[unsafe(no_mangle)]
pub extern "C" fn isotsap_struct_size(id: u32) -> u32 {
    const SIZES: [(Struct, usize); 11] = [
        (Struct::Packet, size_of::<Packet>()),
        (Struct::Pdu, size_of::<Pdu>()),
        (Struct::Item, size_of::<Item>()),
        (Struct::Options, size_of::<Options>()),
        (Struct::Context, size_of::<Context>()),
        (Struct::Result, size_of::<BatchResult>()),
        (Struct::FieldInfo, size_of::<FieldInfo>()),
        (Struct::ValueInfo, size_of::<ValueInfo>()),
        (Struct::ExpertInfo, size_of::<ExpertInfo>()),
        (Struct::Plugin, size_of::<Plugin>()),
        (Struct::StreamResult, size_of::<StreamResult>()),
    ];
    guard(|| {
        SIZES
            .iter()
            .find(|(known, _)| *known as u32 == id)
            .and_then(|(_, size)| u32::try_from(*size).ok())
            .ok_or(Status::InvalidArgument)
    })
}
