//! From views to PDU records, items and expert infos, in the caller's memory.
//!
//! Each TPDU takes three steps: a view over its octets ([`crate::cotp`]), its items (`show`), and
//! the expert infos (`judge`). The files, data flowing down:
//!
//! - `batch` (packets of a call), `framing` (TPKTs and what may stand between them), `fast` (the
//!   commonest TPKTs in one piece), `tpdu` (one TPDU, by type);
//! - `connection` (CR, CC), `data` (DT, ED, UD), `release` (DR, DC, ER), `acknowledgement` (AK, EA,
//!   RJ), `class` (does the connection have this TPDU), `numbers` (TPDU numbers and credit),
//!   `ending` (a CR without an answer), `user_data`, `parameters`, `rdp`;
//! - `shown` (what these share), `context` (what is known of the connection), `carried` (may TLS and
//!   fast-path PDUs be there), `cursor` (where a packet goes on), `output`, `record`.
#![forbid(unsafe_code)]

mod acknowledgement;
mod batch;
mod carried;
mod class;
mod connection;
pub mod context;
mod cursor;
mod data;
mod ending;
pub mod fast;
mod framing;
mod numbers;
pub mod output;
mod parameters;
mod rdp;
pub mod record;
mod release;
mod settings;
mod shown;
mod tpdu;
mod user_data;

pub use batch::{Batching, Outcome, dissect};
pub use context::{Context, ContextFlag};
pub use cursor::Cursor;
pub use ending::{Ending, report_end};
pub use framing::{Frame, FrameKind, dissect_frame, report_disbelief, report_loss, report_tls};
pub use settings::{Encapsulation, Settings};
