//! The checksum of class 4 and the extended ones of the aeronautical network.
#![forbid(unsafe_code)]

use super::{Parameters, ShownParameter};
use crate::cotp::Kind;
use crate::cotp::checksum::{self, HeaderOctets};
use crate::cotp::parameter::{Entry, PREFIX_LENGTH, VariablePart, code};
use crate::dissection::output::{Items, Shown, Writer};
use crate::registry::{CHECKSUM_BAD, CHECKSUM_GOOD, CHECKSUM_UNVERIFIED, experts, fields};

impl ShownParameter<'_, '_> {
    /// X.224 13.2.3.1, 6.17.3.
    pub(super) fn checksum<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        value: Shown,
        parameters: &mut Parameters,
    ) {
        let tpdu = &self.part.tpdu;
        let status = *parameters
            .checksum_status
            .get_or_insert_with(|| match tpdu.checksummed() {
                None => CHECKSUM_UNVERIFIED,
                Some(octets) if checksum::verify(octets) => CHECKSUM_GOOD,
                Some(_) => CHECKSUM_BAD,
            });
        let id = fields::COTP_CHECKSUM_STATUS;
        writer.field(value.index, id, self.value_offset(), 2, status);
        // In the other classes, and in an RJ, the checksum has no meaning.
        let has_meaning = tpdu.kind != Kind::Rj && tpdu.class.is_none_or(|class| class >= 4);
        if status == CHECKSUM_BAD && has_meaning {
            let info = value.value(self.number());
            match tpdu.is_damaged {
                true => writer.report(experts::COTP_CHECKSUM_BAD, info),
                false => writer.raise(experts::COTP_CHECKSUM_BAD, info),
            }
        }
    }

    /// ICAO Doc 9705 5.5.4.6.4.
    pub(super) fn atn_checksum<I: Items>(
        self,
        writer: &mut Writer<'_, I>,
        value: Shown,
        parameters: &mut Parameters,
    ) {
        let status = *parameters
            .atn_checksum_status
            .get_or_insert_with(|| self.atn_checksum_status());
        writer.field(
            value.index,
            fields::COTP_ATN_EXTENDED_CHECKSUM_STATUS,
            self.value_offset(),
            self.length.into(),
            status,
        );
        if status == CHECKSUM_BAD {
            let info = value.value(self.number()).expected(self.code);
            writer.raise(experts::COTP_ATN_EXTENDED_CHECKSUM_BAD, info);
        }
    }

    fn atn_checksum_status(self) -> u64 {
        let nsaps = self.part.known.settings.atn;
        let (Some(tpdu), Some([one, other])) = (self.part.tpdu.checksummed(), nsaps) else {
            return CHECKSUM_UNVERIFIED;
        };
        if one.is_empty() || other.is_empty() {
            return CHECKSUM_UNVERIFIED;
        }
        let mut zeroed = HeaderOctets::default();
        let part_at = self.part.offset_from_li(0);
        for entry in VariablePart::new(self.part.span.octets) {
            if let Entry::Whole(parameter) = entry
                && matches!(
                    parameter.code,
                    code::CHECKSUM | code::ATN_CHECKSUM_16 | code::ATN_CHECKSUM_32
                )
            {
                let at = part_at + parameter.at + PREFIX_LENGTH;
                zeroed.add(at, parameter.length.into());
            }
        }
        let (nsaps, value) = ([one, other], self.octets());
        let good = if self.code == code::ATN_CHECKSUM_32 {
            checksum::verify_atn::<4>(tpdu, &zeroed, nsaps, value)
        } else {
            checksum::verify_atn::<2>(tpdu, &zeroed, nsaps, value)
        };
        if good { CHECKSUM_GOOD } else { CHECKSUM_BAD }
    }
}
