//! How to dissect.
#![forbid(unsafe_code)]

/// What a packet consists of.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encapsulation {
    /// TPKTs that carry TPDUs: RFC 1006 and RFC 2126, ITU-T T.123.
    #[default]
    Tpkt = 0,
    /// One NSDU without a TPKT header: the payload of CLNP, of X.25, or of UDP port 102.
    Nsdu = 1,
    /// TPKTs that carry something else, such as the Q.931 of H.323; only the TPKT is dissected.
    TpktOnly = 2,
}

/// How to dissect the packets of a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'s> {
    /// What a packet consists of.
    pub encapsulation: Encapsulation,
    /// The NSAPs of both ends, empty when not known; `None` outside the aeronautical network.
    pub atn: Option<[&'s [u8]; 2]>,
    /// Raises the expert infos too that follow from another fault, or repeat a standing one.
    pub all_experts: bool,
}
