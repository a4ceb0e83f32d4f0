//! The DT of class 0 with nothing odd about it, which nearly every TPDU on a wire is: recognised at
//! one look and written without asking. `tpdu` says the same of it in more steps.
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag};
use super::record::{Item, Pdu, PduFlag};
use super::writer::{Extent, Items, Output};
use crate::cotp::{self, Kind, SHORT_LI as LI, TPDU_SIZE_UNIT};
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
    /// The one at the front of `octets`, with all its octets, when it is no longer than its
    /// connection allows: [`Context::longest_plain_dt`].
    #[inline(always)]
    pub fn new(octets: &[u8], longest: u32) -> Option<Self> {
        let head = u64::from_be_bytes(*octets.first_chunk::<LOOK>()?);
        let length = (head >> LENGTH_SHIFT) as u16;
        let is_plain = head & MASK == VALUE
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

    /// Puts record and items of the one at `offset` of a packet.
    #[inline(always)]
    pub fn put<I: Items>(self, output: &mut Output<'_, I>, packet: u32, offset: u32) {
        let (pdu, items) = self.record_and_items(packet, offset);
        output.put_with_items(pdu, items);
    }

    /// The same, and keeps them; if there is no room for them, the answer is how much they want.
    #[inline(always)]
    pub fn keep<I: Items>(
        self,
        output: &mut Output<'_, I>,
        packet: u32,
        offset: u32,
    ) -> Result<(), Extent> {
        let (pdu, items) = self.record_and_items(packet, offset);
        output.keep_with_items(pdu, items)
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
        const TPKT: u16 = 0;
        const COTP: u16 = 4;
        (
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
        )
    }
}

impl Context {
    /// Octets of the longest TPKT whose plain DT neither contradicts nor changes what is known; 0
    /// when none does so.
    #[inline(always)]
    pub fn longest_plain_dt(&self) -> u32 {
        let expected = match self.class() {
            Some(class) => class == 0,
            None => !self.has(ContextFlag::FromStart) || self.has(ContextFlag::DataBeforeConfirm),
        };
        match (expected, self.tpdu_size) {
            (false, _) => 0,
            (true, 0) => u32::MAX,
            (true, agreed) => tpkt::HEADER_LENGTH + u32::from(agreed) * TPDU_SIZE_UNIT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, Span, Walk};
    use super::*;
    use crate::dissection::context::End;
    use std::mem::MaybeUninit;

    const CONFIRM: u32 = ContextFlag::Confirm as u32;
    const FROM_START: u32 = ContextFlag::FromStart as u32;
    const DATA_BEFORE_CONFIRM: u32 = ContextFlag::DataBeforeConfirm as u32;
    const CLASS_2: u8 = 0x20;
    /// Of the TPDU size that some of the contexts agree on.
    const LARGEST: u16 = 4 + 128;

    /// A DT with EOT and user data in a TPKT of `length` octets, and something behind it.
    fn dt(length: u16) -> Vec<u8> {
        let [high, low] = length.to_be_bytes();
        let mut octets = vec![
            3, 0, high, low, // TPKT: version, reserved, length
            2, 0xf0, 0x80, // DT: LI, code, EOT and TPDU-NR
        ];
        octets.resize(usize::from(length), 0x55);
        octets.extend([0xaa; 3]);
        octets
    }

    fn context(flags: u32, class_options: u8, tpdu_size: u16) -> Context {
        Context {
            flags,
            class_options,
            tpdu_size,
            ..Context::default()
        }
    }

    /// Contexts that a DT of class 0 in a TPKT of up to `LARGEST` octets fits.
    fn fitting() -> [Context; 5] {
        [
            Context::default(),
            context(ContextFlag::Request as u32, 0, 0),
            context(CONFIRM, 0, 0),
            context(CONFIRM | FROM_START, 0, 1),
            context(FROM_START | DATA_BEFORE_CONFIRM, 0, 0),
        ]
    }

    struct Collected<'a>(&'a mut Vec<Item>);

    impl Items for Collected<'_> {
        const WANTED: bool = true;
        fn put<const N: usize>(&mut self, items: [Item; N]) {
            self.0.extend(items);
        }
        fn count(&self) -> usize {
            self.0.len()
        }
        fn capacity(&self) -> usize {
            usize::MAX
        }
    }

    /// The record and items that `write` puts.
    fn told(write: impl FnOnce(&mut Output<'_, Collected<'_>>)) -> String {
        let mut pdus = [MaybeUninit::uninit()];
        let mut items = Vec::new();
        let mut output = Output::new(&mut pdus, Collected(&mut items));
        write(&mut output);
        let pdu = output.last().map(|writer| *writer.pdu);
        format!("{pdu:?} {items:?}")
    }

    /// Neither path can be chosen through the C ABI.
    #[test]
    fn what_is_plain_dissects_the_same_in_more_steps() {
        const OFFSET: u32 = 7;
        let mut plain = 0;
        let flips = 0..LOOK * 8;
        for length in [8, 9, 32, LARGEST - 1, LARGEST, LARGEST + 1, 0xffff] {
            for flipped in flips
                .clone()
                .flat_map(|a| flips.clone().map(move |b| [a, b]))
            {
                let mut octets = dt(length);
                for bit in flipped {
                    if let Some(octet) = octets.get_mut(bit / 8) {
                        *octet ^= 1 << (bit % 8);
                    }
                }
                for (known, sender) in fitting()
                    .into_iter()
                    .zip([None, Some(End::A)].into_iter().cycle())
                {
                    let Some(dt) = PlainDt::new(&octets, known.longest_plain_dt()) else {
                        continue;
                    };
                    plain += 1;
                    let mut after = known;
                    let in_more_steps = told(|output| {
                        let mut walk = Walk {
                            settings: &Settings::default(),
                            packet: 1,
                            sender,
                            output,
                            gap: None,
                        };
                        let rest = Span {
                            octets: &octets,
                            length: octets.len() as u32,
                            offset: OFFSET,
                        };
                        let end = walk.tpkt::<true>(&mut after, rest);
                        assert_eq!(end, Some(dt.length.into()));
                    });
                    let at_one_look = told(|output| dt.put(output, 1, OFFSET));
                    assert_eq!(at_one_look, in_more_steps, "{octets:02x?} {known:?}");
                    assert_eq!(format!("{after:?}"), format!("{known:?}"));
                }
            }
        }
        assert!(plain > 1000, "only {plain} were plain");
    }

    #[test]
    fn a_dt_that_does_not_fit_its_context_is_not_plain() {
        let is_plain = |length, context: Context| {
            PlainDt::new(&dt(length), context.longest_plain_dt()).is_some()
        };
        for context in fitting() {
            assert!(is_plain(LARGEST, context), "{context:?}");
        }
        for context in [
            context(FROM_START, 0, 0),
            context(CONFIRM, CLASS_2, 0),
            context(CONFIRM | DATA_BEFORE_CONFIRM, CLASS_2, 0),
        ] {
            assert!(!is_plain(LARGEST, context), "{context:?}");
        }
        assert!(!is_plain(LARGEST + 1, context(CONFIRM, 0, 1)));
    }
}
