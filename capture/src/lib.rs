//! Reads capture files, and follows the TCP connections in them.
//!
//! From the file up: [`read`] hands out the frames of a pcap or pcapng file, [`datagram`] finds the
//! TCP or UDP payload in a frame, and [`Connections`] puts the payload of each TCP connection in
//! order. The layers are independent of one another: a [`Direction`] may be used without the rest.
//!
//! ```
//! use isotsap_capture::{Error, datagram, read};
//!
//! # let mut file: Vec<u8> = Vec::new();
//! # for field in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
//! #     file.extend(field.to_le_bytes());
//! # }
//! let mut payload = 0;
//! read(file.as_slice(), |frame| {
//!     if let Ok(Some(datagram)) = datagram(&frame) {
//!         payload += datagram.payload.len();
//!     }
//!     Ok::<(), Error>(())
//! })?;
//! # assert_eq!(payload, 0);
//! # Ok::<(), Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod connections;
mod file;
mod layers;
mod tcp;

pub use connections::{ByEnds, Connections, Follow, Opening};
pub use file::{Arrival, Error, Frame, LinkType, read};
pub use layers::{Datagram, Ends, TcpHeader, UnknownLinkType, datagram};
pub use tcp::{Delivery, Direction, Ending};
