//! The DT of class 0 with nothing odd about it, which nearly every TPDU on a wire is: recognised at
//! one look and written without asking. `tpdu` says the same of it in more steps.
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag};
use super::record::{Item, Pdu, PduFlag};
use super::writer::{Items, Output};
use crate::cotp::{self, Kind, TPDU_SIZE_UNIT};
use crate::registry::{NO_PARENT, fields};
use crate::tpkt;

/// Octets that tell one: the headers, and an octet of user data.
const LOOK: usize = 8;

/// Which bits of them are the same in every one, and what they are.
const FIXED: [(u8, u8); LOOK] = [
    (0xff, tpkt::VERSION),
    (0xff, 0), // reserved
    (0x00, 0), // length
    (0x00, 0),
    (0xff, LI),
    (0xff, (Kind::Dt as u8) << 4), // ROA is clear
    (0x7f, 0),                     // TPDU-NR; above it EOT
    (0x00, 0),                     // user data
];
const LI: u8 = 2;
const EOT: u64 = 0x8000;
const LENGTH_SHIFT: u32 = 32;

const MASK: u64 = packed(true);
const VALUE: u64 = packed(false);

#[allow(clippy::indexing_slicing)] // at compile time
const fn packed(mask: bool) -> u64 {
    let mut word = 0;
    let mut position = 0;
    while position < LOOK {
        let (bits, value) = FIXED[position];
        word = word << 8 | (if mask { bits } else { value }) as u64;
        position += 1;
    }
    word
}

/// A TPKT that holds one.
#[derive(Clone, Copy)]
pub struct PlainDt {
    /// Octets of the TPKT.
    pub length: u16,
    /// Flags of its record.
    pub flags: u16,
}

impl PlainDt {
    /// The one at the front of `octets`, with all its octets, when its connection has nothing to
    /// say against it.
    #[inline(always)]
    pub fn new(octets: &[u8], context: &Context) -> Option<Self> {
        let head = u64::from_be_bytes(*octets.first_chunk::<LOOK>()?);
        let length = (head >> LENGTH_SHIFT) as u16;
        let is_plain = head & MASK == VALUE
            && (LOOK..=octets.len()).contains(&length.into())
            && context.allows_plain_dt(u32::from(length) - tpkt::HEADER_LENGTH);
        is_plain.then_some(Self {
            length,
            flags: if head & EOT != 0 {
                PduFlag::Eot as u16
            } else {
                0
            },
        })
    }

    /// Whether it ends a TSDU.
    #[inline(always)]
    pub fn eot(self) -> bool {
        self.flags & PduFlag::Eot as u16 != 0
    }

    /// Writes record and items of the one at `offset` of a packet.
    #[inline(always)]
    pub fn write<I: Items>(self, output: &mut Output<'_, I>, packet: u32, offset: u32) {
        const DATA: u32 = tpkt::HEADER_LENGTH + LI as u32 + 1;
        const NSDU: u32 = tpkt::HEADER_LENGTH;
        let data_length = u32::from(self.length) - DATA;
        let pdu = Pdu {
            packet,
            tpkt_offset: offset,
            tpdu_offset: offset + NSDU,
            user_data_length: data_length,
            tpkt_length: self.length,
            flags: self.flags,
            r#type: Kind::Dt as u8,
            li: LI,
            ..Pdu::default()
        };
        let item = |parent, id, at: u32, length, value: u64| Item {
            value,
            offset: offset + at,
            length,
            id,
            parent,
            ..Item::default()
        };
        const TPKT: u16 = 0;
        const COTP: u16 = 4;
        output.put_with_items(
            pdu,
            [
                item(NO_PARENT, fields::TPKT, 0, tpkt::HEADER_LENGTH, 0),
                item(
                    TPKT,
                    fields::TPKT_VERSION,
                    tpkt::at::VERSION,
                    1,
                    tpkt::VERSION.into(),
                ),
                item(TPKT, fields::TPKT_RESERVED, tpkt::at::RESERVED, 1, 0),
                item(
                    TPKT,
                    fields::TPKT_LENGTH,
                    tpkt::at::LENGTH,
                    2,
                    self.length.into(),
                ),
                item(NO_PARENT, fields::COTP, NSDU, LI as u32 + 1, 0),
                item(COTP, fields::COTP_LI, NSDU + cotp::at::LI, 1, LI.into()),
                item(
                    COTP,
                    fields::COTP_TYPE,
                    NSDU + cotp::at::CODE,
                    1,
                    Kind::Dt as u64,
                ),
                item(
                    COTP,
                    fields::COTP_TPDU_NUMBER,
                    NSDU + cotp::at::NUMBER_SHORT,
                    1,
                    0,
                ),
                item(
                    COTP,
                    fields::COTP_EOT,
                    NSDU + cotp::at::NUMBER_SHORT,
                    1,
                    self.eot().into(),
                ),
                item(
                    COTP,
                    fields::COTP_USER_DATA,
                    DATA,
                    data_length,
                    data_length.into(),
                ),
            ],
        );
    }
}

impl Context {
    /// Whether a plain DT in an NSDU of `length` octets neither contradicts nor changes what is
    /// known.
    #[inline(always)]
    fn allows_plain_dt(&self, length: u32) -> bool {
        let agreed = u32::from(self.tpdu_size) * TPDU_SIZE_UNIT;
        let expected = match self.class() {
            Some(class) => class == 0,
            None => !self.has(ContextFlag::FromStart) || self.has(ContextFlag::DataBeforeConfirm),
        };
        expected && (agreed == 0 || length <= agreed)
    }
}
