//! Fast path for the common class 0 DT, nearly every TPDU of real traffic: recognised by one
//! comparison of its first octets, written as constants.
#![forbid(unsafe_code)]

use super::ENABLED;
use crate::cotp::Kind;
use crate::cotp::kind::SHORT_LI as LI;
use crate::cotp::parameter::tpdu_size;
use crate::cotp::tpdu::place as in_tpdu;
use crate::dissection::context::Context;
use crate::dissection::output::{Capacity, Items, Output};
use crate::dissection::record::{Item, Pdu, PduFlag};
use crate::registry::{NO_PARENT, fields};
use crate::span::Place;
use crate::tpkt::{self, place as in_tpkt};

/// Octets that are compared: the headers, and an octet of user data.
pub(super) const LOOK: usize = 8;

/// Which of their bits are fixed, and their values.
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

/// A TPKT that holds such a DT.
#[derive(Clone, Copy)]
pub struct PlainDt {
    /// Octets of the TPKT.
    pub length: u16,
    /// Flags of its record.
    pub flags: u16,
}

impl PlainDt {
    /// The one at the front of `octets`, with all its octets, when it is no longer than its
    /// connection allows: [`Context::longest_plain_dt`].
    #[inline(always)]
    pub fn new(octets: &[u8], longest: u32) -> Option<Self> {
        let head = u64::from_be_bytes(*octets.first_chunk::<LOOK>()?);
        let length = (head >> LENGTH_SHIFT) as u16;
        let is_plain = ENABLED
            && head & MASK == VALUE
            && (LOOK..=octets.len()).contains(&length.into())
            && u32::from(length) <= longest;
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

    /// Places record and items of the one at `offset` of a packet.
    #[inline(always)]
    pub fn place<I: Items>(self, output: &mut Output<'_, I>, packet: u32, offset: u32) {
        let (pdu, items) = self.record_and_items(packet, offset);
        output.place_with_items(pdu, items);
    }

    /// The same, and commits them; without room the error is the capacity required.
    #[inline(always)]
    pub fn commit<I: Items>(
        self,
        output: &mut Output<'_, I>,
        packet: u32,
        offset: u32,
    ) -> Result<(), Capacity> {
        let (pdu, items) = self.record_and_items(packet, offset);
        output.commit_with_items(pdu, items)
    }

    #[inline(always)]
    fn record_and_items(self, packet: u32, offset: u32) -> (Pdu, [Item; 10]) {
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
        let tpkt = |id, place: Place, value| item(TPKT, id, place.at, place.length, value);
        let cotp = |id, place: Place, value| item(COTP, id, NSDU + place.at, place.length, value);
        const TPKT: u16 = 0;
        const COTP: u16 = 4;
        let eot = self.eot().into();
        let length = self.length.into();
        (
            pdu,
            [
                item(NO_PARENT, fields::TPKT, 0, tpkt::HEADER_LENGTH, 0),
                tpkt(fields::TPKT_VERSION, in_tpkt::VERSION, tpkt::VERSION.into()),
                tpkt(fields::TPKT_RESERVED, in_tpkt::RESERVED, 0),
                tpkt(fields::TPKT_LENGTH, in_tpkt::LENGTH, length),
                item(NO_PARENT, fields::COTP, NSDU, LI as u32 + 1, 0),
                cotp(fields::COTP_LI, in_tpdu::LI, LI.into()),
                cotp(fields::COTP_TYPE, in_tpdu::CODE, Kind::Dt as u64),
                cotp(fields::COTP_TPDU_NUMBER, in_tpdu::NUMBER_SHORT, 0),
                cotp(fields::COTP_EOT, in_tpdu::NUMBER_SHORT, eot),
                item(
                    COTP,
                    fields::COTP_USER_DATA,
                    DATA,
                    data_length,
                    data_length.into(),
                ),
            ],
        )
    }
}

impl Context {
    /// Octets of the longest TPKT whose plain DT neither contradicts nor changes what is known; 0
    /// if there is none.
    #[inline(always)]
    pub fn longest_plain_dt(&self) -> u32 {
        let expected = match self.class() {
            Some(class) => class == 0 && !self.is_rdp_open(),
            None => !self.is_unsettled() && !self.is_rdp_open(),
        };
        match (expected, self.tpdu_size) {
            (false, _) => 0,
            (true, 0) => u32::MAX,
            (true, agreed) => tpkt::HEADER_LENGTH + u32::from(agreed) * tpdu_size::UNIT,
        }
    }
}
