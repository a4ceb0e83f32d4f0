//! What a dissector shows, in terms both dissectors share.

use std::fmt;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Number,
    /// Text too: how it is spelled is for labels.
    Octets,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Number(u64),
    Octets(Vec<u8>),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number:#x}"),
            Self::Octets(octets) => f.write_str(&hex(octets)),
        }
    }
}

/// One field at one place; the offset counts from the first octet of the packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    pub offset: usize,
    pub field: &'static str,
    pub value: Value,
}

pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
