//! Parameters and the part they stand in.

use super::connection::offered;
use super::definition::{Definition, Judge};
use super::{OctetFault, Verdict};
use crate::conversation::{Field, Kind, Parameter};

impl OctetFault<'_> {
    /// The variable part when the TPDU, which starts at `li`, has the LI that `octets` say.
    pub(super) fn variable_part_of<'a>(&self, octets: &'a [u8]) -> Option<&'a [u8]> {
        let tpdu = &octets[self.message.li..];
        let start = self.variable_start() - self.message.li;
        tpdu.get(start..usize::from(tpdu[0]) + 1)
    }

    /// Where the variable part of the message starts.
    pub(super) fn variable_start(&self) -> usize {
        let is_variable = |field: &Field| {
            matches!(
                field,
                Field::ParameterCode(_) | Field::Cookie | Field::RdpType
            )
        };
        let fields = &self.message.fields;
        fields.iter().position(is_variable).unwrap_or(fields.len())
    }

    pub(super) fn judge_parameters(&self) -> Judge {
        let class = match self.message.kind {
            Kind::Cr | Kind::Cc => self.message.class_options() >> 4,
            _ => self.conversation.class(),
        };
        Judge {
            kind: self.message.kind,
            class,
            carrier: self.conversation.carrier,
            extended: self.conversation.is_extended(),
        }
    }

    /// The code or length of a parameter: S5 to S9, R30, R31.
    pub(super) fn variable_part(&self) -> Verdict {
        let part = self.variable_part_of(&self.faulty).unwrap();
        if self.judge_parameters().walk(part).is_err() {
            return self.at_tpdu(&[self.at..self.message.fields.len()]);
        }
        // Another valid parameter stands there, or others do: what is missing may show.
        let (Field::ParameterCode(index) | Field::ParameterLength(index)) =
            self.message.fields[self.at]
        else {
            return Verdict::open();
        };
        match self.message.parameters[index].code {
            0xc1 | 0xc2 if self.message.kind != Kind::Ud => Verdict::never(),
            _ => Verdict::open(),
        }
    }

    /// The value of a parameter, which is otherwise as it was.
    pub(super) fn value(&self, parameter: &Parameter) -> Verdict {
        let value = &self.faulty[parameter.at.start + 2..parameter.at.end];
        let judge = self.judge_parameters();
        let at = [parameter.at.clone()];
        let is_valid = Definition::of(parameter.code)
            .is_some_and(|definition| judge.allows_value(definition, value));
        if !is_valid {
            return self.at_tpdu(&at);
        }
        let confirm = self.behind().find(|(_, other)| other.kind == Kind::Cc);
        let request = self.conversation.find(Kind::Cr);
        let of_request = request.and_then(|request| request.value(parameter.code));
        let is_cc = self.message.kind == Kind::Cc;
        match parameter.code {
            0xc3 => self.at_tpdu(&at),
            0xc0 | 0xf0 if is_cc && of_request.is_some_and(|proposed| value > proposed) => {
                self.at_tpdu(&at) // C2, C3
            }
            0xc0 | 0xf0 if is_cc => self.exceeded(parameter.code, value),
            0xc0 | 0xf0 => match confirm.and_then(|(index, confirm)| {
                let selected = confirm.value(parameter.code)?;
                (selected > value).then_some((index, confirm))
            }) {
                Some((index, confirm)) => {
                    self.later(index, confirm.parameter(parameter.code).unwrap().at.clone())
                }
                None => Verdict::never(),
            },
            0xc6 => self.additional_options(parameter, value[0]),
            0xc7 => {
                let Some((index, confirm)) = confirm else {
                    return Verdict::never();
                };
                let selected = confirm.class_options() >> 4;
                let preferred = self.message.class_options() >> 4;
                if offered(preferred, value) >> selected & 1 == 0 {
                    self.later(index, confirm.find(Field::ClassOptions).unwrap())
                } else {
                    Verdict::never()
                }
            }
            0x8a | 0x8c | 0x8f | 0x90 => Verdict::open(),
            _ => Verdict::never(),
        }
    }

    /// C7: a later TPDU is longer than what the CC says now.
    fn exceeded(&self, code: u8, value: &[u8]) -> Verdict {
        let number = value
            .iter()
            .fold(0usize, |sum, &octet| sum << 8 | usize::from(octet));
        let size = match code {
            0xc0 => 1 << number,
            _ => number * 128,
        };
        let longer = self.behind().find(|(_, other)| other.tpdu_length() > size);
        match longer {
            Some((index, other)) => self.later(index, 0..other.octets.len()),
            None => Verdict::never(),
        }
    }

    /// C4, R23, R35, S29.
    fn additional_options(&self, parameter: &Parameter, new: u8) -> Verdict {
        let code = parameter.code;
        let class = self.conversation.class();
        // What C4 names, and what else is of the class.
        let (certain, other) = match (class, self.is_over_tpkt()) {
            (0, _) => (0x01, 0),
            (1, _) => (0x0d, 0x20),
            (2, true) => (0x01, 0x68),
            (2, false) => (0x01, 0),
            (3, _) => (0x01, 0x20),
            _ => (0x03, 0x70),
        };
        let at = [parameter.at.clone()];
        let about_expedited = match (class, self.is_over_tpkt()) {
            (2, true) => 0x68,
            (4, _) => 0x40,
            _ => 0,
        };
        if new & 1 == 0 && new & about_expedited != 0 {
            return self.at_tpdu(&at);
        }
        let no_flow_control = self.message.class_options() & 0xf1 == 0x21;
        if no_flow_control && new & 1 != 0 && !self.is_over_tpkt() {
            return self.at_tpdu(&[self.header()]);
        }
        if self.message.kind == Kind::Cr {
            let confirm = self.behind().find(|(_, other)| other.kind == Kind::Cc);
            let Some((index, confirm)) = confirm else {
                return Verdict::never();
            };
            let added = confirm.value(code).map_or(0, |selected| selected[0] & !new);
            return if added & certain != 0 {
                self.later(index, confirm.parameter(code).unwrap().at.clone())
            } else if added & other != 0 {
                Verdict::open()
            } else {
                Verdict::never()
            };
        }
        let request = self.conversation.find(Kind::Cr).unwrap();
        let default = u8::from(!self.is_over_tpkt());
        let proposed = request.value(code).map_or(default, |value| value[0]);
        let added = new & !proposed;
        if added & certain != 0 {
            return self.at_tpdu(&at);
        }
        if added & other != 0 {
            return Verdict::open();
        }
        let expedited = self.behind().find(|(_, other)| other.kind == Kind::Ed);
        match expedited {
            Some((index, other)) if new & 1 == 0 => self.later(index, other.li..other.li + 2),
            _ => Verdict::never(),
        }
    }
}
