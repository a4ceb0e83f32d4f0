//! The C ABI: the exports of `include/isotsap.h`, and the only `unsafe` of the library.
//!
//! `boundary` checks pointers, lengths and structs and stops panics, `arrays` has what calls fill;
//! the other files are thin. The
//! conventions of all functions are in the header's opening comment.
#![allow(unsafe_code)]

mod arrays;
mod boundary;
mod dissect;
mod info;
mod registry;
mod stream;
mod text;

pub use boundary::Status;
pub use dissect::{BatchResult, OptionFlag, Options, isotsap_dissect, isotsap_recognise};
pub use info::{
    ABI_VERSION, Plugin, Struct, isotsap_abi_version, isotsap_plugin_info, isotsap_struct_size,
    isotsap_version,
};
pub use registry::{
    ExpertInfo, FieldInfo, ValueInfo, isotsap_expert_count, isotsap_expert_find,
    isotsap_expert_get, isotsap_field_count, isotsap_field_find, isotsap_field_get,
    isotsap_field_value_get, isotsap_field_value_name, isotsap_group_name, isotsap_severity_name,
    isotsap_status_name,
};
pub use stream::{
    StreamHandle, StreamResult, isotsap_stream_close, isotsap_stream_context,
    isotsap_stream_finish, isotsap_stream_free, isotsap_stream_gap, isotsap_stream_new,
    isotsap_stream_push,
};
pub use text::{isotsap_item_label, isotsap_pdu_summary};
