//! X.224 TPDUs: types, views over fixed and variable part, checksums, and what RDP adds.
//!
//! Views say what the octets are. What is wrong with them is said by [`crate::dissection`].
#![forbid(unsafe_code)]

pub mod checksum;
pub mod kind;
pub mod parameter;
pub mod rdp;
pub mod tpdu;

pub use kind::{Classes, Format, Kind};
pub use tpdu::{ClassOptions, Tpdu};
