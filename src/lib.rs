//! isotsap dissects TPKT (RFC 1006) and COTP (X.224) for other people's analyzers.
//!
//! Its interface is the C ABI of `include/isotsap.h`, exported by [`ffi`]; the modules above it
//! are the parts it is made of, data flowing down the list: [`registry`] (what can be shown),
//! [`tpkt`] and [`cotp`] (checked views over octets), [`dissection`] (views into PDU records,
//! items and expert infos), [`stream`] (one TCP connection: TPKTs cut out of it, TSDUs joined),
//! [`label`] (what people read, written by `text` into their buffers).

pub mod registry;

pub mod tpkt;

pub mod cotp;

pub mod dissection;

pub mod stream;

pub mod label;

pub mod recognition;

mod span;

mod text;

pub mod ffi;
