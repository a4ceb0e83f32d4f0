//! Reads capture files, and follows the TCP connections in them.
//!
//! From the file up: [`read`] hands out the frames of a pcap or pcapng file, [`Decoder`] finds the
//! TCP or UDP payload in a frame, also in tunnels and in fragments, and [`Connections`] puts the payload of each TCP connection in
//! order. The layers are independent of one another: a [`Direction`] may be used without the rest.
//!
//! ```
//! use isotsap_capture::{Decoder, Error, read};
//!
//! # let mut file: Vec<u8> = Vec::new();
//! # for field in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
//! #     file.extend(field.to_le_bytes());
//! # }
//! let (mut decoder, mut payload) = (Decoder::default(), 0);
//! read(file.as_slice(), |frame| {
//!     if let Ok(Some(datagram)) = decoder.datagram(&frame) {
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
mod fragments;
mod history;
mod known;
mod layers;
mod tcp;
mod unread;

pub use connections::{ByEnds, Connections, Follow, Opening};
pub use file::{Arrival, Error, Frame, LinkType, read};
pub use known::Known;
pub use layers::{Datagram, Decoder, Ends, TcpHeader, Transport};
pub use tcp::{Delivery, Direction, Ending, Refusal};
pub use unread::Unread;
