//! Fast paths for the most common TPKTs: the class 0 DT, and the CR and CC of S7 and MMS stacks.
//!
//! Each must equal the general path in record, items and context: the tests in these files compare
//! both. `--cfg isotsap_general_path` switches the fast paths off, so that the whole test suite can
//! run without them.
#![forbid(unsafe_code)]

mod connection;
mod dt;
#[cfg(all(test, not(isotsap_general_path)))]
mod tests;

pub use connection::PlainConnection;
pub use dt::PlainDt;

/// Whether the fast paths are in use.
const ENABLED: bool = !cfg!(isotsap_general_path);
