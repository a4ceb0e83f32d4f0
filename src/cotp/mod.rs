//! X.224 TPDUs: types, views over fixed and variable part, checksums, and what RDP adds.
//!
//! Views decode the octets. [`crate::dissection`] reports what is wrong with them.
#![forbid(unsafe_code)]

pub mod checksum;
pub mod kind;
pub mod parameter;
pub mod rdp;
pub mod tpdu;

pub use kind::{Classes, Format, Kind};
pub use tpdu::{ClassOptions, Tpdu};
