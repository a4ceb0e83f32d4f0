//! The CR and CC of class 0 that S7 and MMS stacks send, for hosts that want no items: T-selectors,
//! a TPDU size, nothing odd. Recognised and written in one pass over the octets; `tpdu` says the
//! same of them in more steps.
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag, End, Terms};
use super::record::Pdu;
use super::writer::{set_of, severity_of};
use crate::cotp::parameter::{code, tpdu_size};
use crate::cotp::{Format, Kind, LONGEST_BEFORE_AGREEMENT, RESERVED_LI};
use crate::registry::experts;
use crate::tpkt;

const CR: u8 = (Kind::Cr as u8) << 4;
const CC: u8 = (Kind::Cc as u8) << 4;
/// Octets from the TPKT's first to the variable part.
const FIXED: usize = match Kind::Cr.minimum_li(Format::Short) {
    Some(li) => tpkt::HEADER_LENGTH as usize + 1 + li as usize,
    None => 0,
};
const CLASS_0: u8 = 0;

/// A T-selector: where it is from the LI octet, and behind that its length. Both in one number, so
/// that all of a connection is in registers; 0 when there is none.
type Selector = u16;

/// A TPKT that holds one.
pub struct PlainConnection {
    /// Octets of the TPKT.
    pub length: u16,
    kind: Kind,
    li: u8,
    dest_ref: u16,
    src_ref: u16,
    parameters: Parameters,
}

#[derive(Default)]
struct Parameters {
    /// In units of 128 octets, 0 when there is none.
    tpdu_size: u16,
    calling: Selector,
    called: Selector,
}

impl PlainConnection {
    /// The one at the front of `octets`, with all its octets, when its connection has nothing to
    /// say against it.
    #[inline(always)]
    pub fn new(octets: &[u8], context: &Context) -> Option<Self> {
        let (fixed, _) = octets.split_first_chunk::<FIXED>()?;
        let [version, reserved, l0, l1, li, code, .., class_options] = *fixed;
        let kind = match code {
            CR => Kind::Cr,
            CC => Kind::Cc,
            _ => return None,
        };
        let length = u16::from_be_bytes([l0, l1]);
        let is_plain = version == tpkt::VERSION
            && reserved == 0
            && li != RESERVED_LI
            && u32::from(length) == tpkt::HEADER_LENGTH + 1 + u32::from(li)
            && class_options == CLASS_0;
        if !is_plain {
            return None;
        }
        let parameters = Parameters::new(octets.get(FIXED..length.into())?, li)?;
        // References wait until here, so that the parameters have the registers.
        let [.., d0, d1, s0, s1, _] = *fixed;
        let connection = Self {
            length,
            kind,
            li,
            dest_ref: u16::from_be_bytes([d0, d1]),
            src_ref: u16::from_be_bytes([s0, s1]),
            parameters,
        };
        connection.fits(context).then_some(connection)
    }

    /// Whether nothing in it contradicts what is known.
    #[inline(always)]
    fn fits(&self, context: &Context) -> bool {
        let is_requested = context.has(ContextFlag::Request);
        self.src_ref != 0
            && match self.kind {
                Kind::Cr => self.dest_ref == 0 && u32::from(self.li) < LONGEST_BEFORE_AGREEMENT,
                _ if is_requested => {
                    let most = context.request_tpdu_size;
                    self.dest_ref != 0
                        && self.dest_ref == context.initiator_reference
                        && context.request_class_options == CLASS_0
                        && (most == 0 || self.parameters.tpdu_size <= most)
                }
                _ => self.dest_ref != 0,
            }
    }

    /// The record of the one at `offset` of a packet.
    #[inline(always)]
    pub fn record(&self, packet: u32, offset: u32) -> Pdu {
        const REQUEST: u16 = experts::COTP_CONNECTION_REQUEST;
        const CONFIRM: u16 = experts::COTP_CONNECTION_CONFIRM;
        let (event, severity) = match self.kind {
            Kind::Cr => (set_of(REQUEST), severity_of(REQUEST)),
            _ => (set_of(CONFIRM), severity_of(CONFIRM)),
        };
        let [src_tsap_offset, src_tsap_length] = self.parameters.calling.to_be_bytes();
        let [dst_tsap_offset, dst_tsap_length] = self.parameters.called.to_be_bytes();
        Pdu {
            experts: event,
            packet,
            tpkt_offset: offset,
            tpdu_offset: offset + tpkt::HEADER_LENGTH,
            tpkt_length: self.length,
            dest_ref: self.dest_ref,
            src_ref: self.src_ref,
            tpdu_size: self.parameters.tpdu_size,
            r#type: self.kind as u8,
            li: self.li,
            severity: severity as u8,
            src_tsap_offset,
            src_tsap_length,
            dst_tsap_offset,
            dst_tsap_length,
            ..Pdu::default()
        }
    }

    /// Keeps what later TPDUs of the connection are judged by.
    #[inline(always)]
    pub fn learn(&self, context: &mut Context, sender: Option<End>) {
        let terms = Terms {
            tpdu_size: self.parameters.tpdu_size,
            ..Terms::default()
        };
        match self.kind {
            Kind::Cr => context.request(sender, self.src_ref, &terms),
            _ => context.confirm(sender, (self.src_ref, self.dest_ref), &terms, true),
        }
    }
}

impl Parameters {
    /// Those of a variable part, when all are plain.
    #[inline(always)]
    fn new(variable_part: &[u8], li: u8) -> Option<Self> {
        let mut parameters = Self::default();
        // RDP's structures and cookies start with other octets than these codes.
        let mut rest = variable_part;
        while let Some((&[code, length], behind)) = rest.split_first_chunk() {
            let (value, next) = behind.split_at_checked(length.into())?;
            let selector = Selector::from_be_bytes([li + 1 - (behind.len() as u8), length]);
            match code {
                code::CALLING_T_SELECTOR if parameters.calling == 0 => {
                    parameters.calling = selector;
                }
                code::CALLED_T_SELECTOR if parameters.called == 0 => {
                    parameters.called = selector;
                }
                code::TPDU_SIZE if parameters.tpdu_size == 0 => match *value {
                    [exponent @ tpdu_size::SMALLEST..=tpdu_size::LARGEST_IN_CLASS_0] => {
                        parameters.tpdu_size = 1 << (exponent - tpdu_size::SMALLEST);
                    }
                    _ => return None,
                },
                _ => return None,
            }
            rest = next;
        }
        rest.is_empty().then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::super::writer::{NoItems, Output};
    use super::super::{Settings, Span, Walk};
    use super::*;
    use std::mem::MaybeUninit;

    const REQUEST: u32 = ContextFlag::Request as u32;
    const CONFIRM: u32 = ContextFlag::Confirm as u32;
    const CLASS_2: u8 = 0x20;
    const OFFSET: u32 = 7;
    /// The reference the CR gives, and the CC answers.
    const INITIATOR: u8 = 1;

    fn tpkt(code: u8, variable_part: &[u8]) -> Vec<u8> {
        let li = 6 + variable_part.len();
        let [high, low] = (5 + li as u16).to_be_bytes();
        let (dest, src) = if code == CR {
            (0, INITIATOR)
        } else {
            (INITIATOR, 2)
        };
        let mut octets = vec![
            3, 0, high, low, // TPKT: version, reserved, length
            li as u8, code, 0, dest, 0, src, // LI, code, references
            0,   // class and options
        ];
        octets.extend(variable_part);
        octets
    }

    fn contexts() -> Vec<Context> {
        let context = |flags, request_tpdu_size, request_class_options, initiator: u8| Context {
            flags,
            request_tpdu_size,
            request_class_options,
            initiator_reference: initiator.into(),
            ..Context::default()
        };
        vec![
            Context::default(),
            context(ContextFlag::FromStart as u32, 0, 0, 0),
            context(REQUEST, 0, 0, INITIATOR),
            context(REQUEST, 8, 0, INITIATOR),
            context(REQUEST, 4, 0, INITIATOR),
            context(REQUEST, 8, CLASS_2, INITIATOR),
            context(REQUEST, 8, 0, 0),
            context(REQUEST, 8, 0, 9),
            context(REQUEST | ContextFlag::InitiatedByB as u32, 8, 0, INITIATOR),
            context(REQUEST | CONFIRM, 8, 0, INITIATOR),
            context(REQUEST | ContextFlag::Rdp as u32, 8, 0, INITIATOR),
            Context {
                class_options: CLASS_2,
                ..context(CONFIRM, 0, 0, INITIATOR)
            },
        ]
    }

    /// The record that `write` puts, and the context behind it.
    fn told(
        context: &Context,
        write: impl FnOnce(&mut Output<'_, NoItems>, &mut Context),
    ) -> String {
        let mut pdus = [MaybeUninit::uninit()];
        let mut output = Output::new(&mut pdus, NoItems);
        let mut context = *context;
        write(&mut output, &mut context);
        let pdu = output.last().map(|writer| *writer.pdu);
        format!("{pdu:?} {context:?}")
    }

    /// Whether it is plain; if so it has to be the same in more steps.
    fn is_plain(octets: &[u8], context: &Context, sender: Option<End>) -> bool {
        let Some(connection) = PlainConnection::new(octets, context) else {
            return false;
        };
        let in_one_pass = told(context, |output, context| {
            output.put_with_items(connection.record(1, OFFSET), []);
            connection.learn(context, sender);
        });
        let in_more_steps = told(context, |output, context| {
            let mut walk = Walk {
                settings: &Settings::default(),
                packet: 1,
                sender,
                output,
                gap: None,
            };
            let rest = Span {
                octets,
                length: octets.len() as u32,
                offset: OFFSET,
            };
            let end = walk.tpkt::<true>(context, rest);
            assert_eq!(end, Some(connection.length.into()));
        });
        assert_eq!(in_one_pass, in_more_steps, "{octets:02x?} {context:?}");
        true
    }

    /// Neither path can be chosen through the C ABI.
    #[test]
    fn what_is_plain_dissects_the_same_in_more_steps() {
        const PARAMETERS: [u8; 11] = [
            0xc0, 1, 10, // TPDU size
            0xc1, 2, 1, 0, // calling T-selector
            0xc2, 2, 1, 2, // called T-selector
        ];
        let mut plain = 0;
        for code in [CR, CC] {
            let octets = tpkt(code, &PARAMETERS);
            let bits = 0..octets.len() * 8;
            for [a, b] in bits.clone().flat_map(|a| bits.clone().map(move |b| [a, b])) {
                let mut flipped = octets.clone();
                for bit in [a, b] {
                    if let Some(octet) = flipped.get_mut(bit / 8) {
                        *octet ^= 1 << (bit % 8);
                    }
                }
                let senders = [None, Some(End::A), Some(End::B)].into_iter().cycle();
                for (context, sender) in contexts().iter().zip(senders.skip(a % 3)) {
                    plain += usize::from(is_plain(&flipped, context, sender));
                }
            }
        }
        assert!(plain > 10_000, "only {plain} were plain");
    }

    #[test]
    fn lengths_and_parameters_decide_whether_it_is_plain() {
        let selector = |length: u8| [vec![0xc1, length], vec![b'A'; length.into()]].concat();
        let plain = |code, variable_part: &[u8]| {
            is_plain(&tpkt(code, variable_part), &Context::default(), None)
        };
        for code in [CR, CC] {
            assert!(plain(code, &[]));
            for length in 0..=246 {
                let fits = code == CC || length <= 119;
                assert_eq!(plain(code, &selector(length)), fits, "{code:#x} {length}");
            }
            // An LI of 255 is reserved.
            assert!(!plain(code, &selector(247)));
            for size in 0..=255 {
                assert_eq!(plain(code, &[0xc0, 1, size]), (7..=11).contains(&size));
            }
            assert!(!plain(code, &[0xc0, 2, 7, 7]));
            assert!(!plain(code, &[0xc1]));
            assert!(!plain(code, &[0xc1, 2, 0]));
            assert!(!plain(code, &[0xc1, 0, 0xc1, 0]));
            assert!(!plain(code, &[0xc4, 1, 1]));
            assert!(!plain(code, &[1, 0, 8, 0, 0, 0, 0, 0]));
        }
    }

    #[test]
    fn what_does_not_fit_its_context_is_not_plain() {
        let cr = |context: &Context| is_plain(&tpkt(CR, &[]), context, None);
        assert!(contexts().iter().all(cr));
        let cc = |context: &Context| is_plain(&tpkt(CC, &[0xc0, 1, 10]), context, None);
        let fits: Vec<bool> = contexts().iter().map(cc).collect();
        let expected = [
            true, true, true, true, false, false, false, false, true, true, true, true,
        ];
        assert_eq!(fits, expected);
    }
}
