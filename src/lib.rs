//! isotsap dissects TPKT (RFC 1006) and COTP (X.224) for other people's analyzers.
//!
//! Its interface is the C ABI of `include/isotsap.h`, exported by [`ffi`]. The modules in the
//! order of their imports: [`registry`] (every field and expert info), [`tpkt`] and [`cotp`]
//! (checked views over octets), [`recognition`] (do octets start a TPKT or TPDU), [`dissection`]
//! (from views to PDU records, items and expert infos), [`stream`] (one TCP connection: framing and
//! reassembly), [`label`] (text for people). `docs/architecture.md` describes them.

pub mod registry;

pub mod tpkt;

pub mod cotp;

pub mod dissection;

pub mod stream;

pub mod label;

pub mod recognition;

mod memory;

mod span;

mod text;

pub mod ffi;
