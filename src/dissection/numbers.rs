//! Numbers and windows of a connection: what is due, what was not sent, how much may be sent (X.224
//! 6.10.3, 6.11.4, 6.16).
#![forbid(unsafe_code)]

use super::context::{Context, ContextFlag, End};
use crate::cotp::Format;

/// Where the number of a DT is in the order of its connection.
pub(super) enum Sequence {
    Due,
    /// This one was due instead; `is_new` unless the same number came instead before.
    Instead {
        due: u32,
        is_new: bool,
    },
    /// Which was due is not known.
    Unknown,
}

impl Context {
    /// Whether the DT TPDUs of the connection are numbered in order.
    pub fn numbers_data(&self) -> bool {
        self.class().is_some_and(|class| class > 0) && !self.without_flow_control()
    }

    /// Whether the DT TPDUs of the connection may arrive out of order or twice: class 2 neither
    /// repeats nor reorders (X.224 10.2.4.1 c).
    pub fn reorders_data(&self) -> bool {
        matches!(self.class(), Some(1 | 3 | 4))
    }

    /// The number of the next DT to `reference`, when the connection numbers them and it is known.
    pub fn due(&self, sender: End, reference: u16) -> Option<u32> {
        let is_known = self.flags & sender.flag(ContextFlag::NumberUnknownA) == 0;
        (self.is_for_receiver(sender, reference) && is_known).then(|| self.next_number(sender))
    }

    fn next_number(&self, end: End) -> u32 {
        of_end(self.next_numbers, end)
    }

    /// Whether a destination reference may be that of the end that `sender` sends to.
    pub(super) fn is_for_receiver(&self, sender: End, reference: u16) -> bool {
        self.reference_of(sender.other())
            .is_none_or(|expected| expected == reference)
    }

    /// Takes the number of a DT of an end. After a number that was not due, three others are
    /// accepted: the due one, the one after it, and the one after what came instead.
    pub(super) fn number(&mut self, sender: End, number: u32, format: Format) -> Sequence {
        let mask = format.number_mask();
        let unknown = sender.flag(ContextFlag::NumberUnknownA);
        let doubtful = sender.flag(ContextFlag::NumberDoubtfulA);
        let due = self.next_number(sender);
        let after = |number: u32| number.wrapping_add(1) & mask;
        let ahead = number.wrapping_sub(due) & mask;
        let is_known = self.flags & unknown == 0;
        let instead = of_end(self.doubtful_numbers, sender);
        let was_doubtful = self.flags & doubtful != 0;
        let accepted =
            number == due || (was_doubtful && (number == after(due) || number == after(instead)));
        self.flags &= !unknown;
        if !is_known || accepted {
            self.flags &= !doubtful;
            // The due one came late: the other one follows on it.
            let swapped = was_doubtful && number == due && instead == after(due);
            let last = if swapped { instead } else { number };
            set_of_end(&mut self.next_numbers, sender, after(last));
            return match is_known {
                true => Sequence::Due,
                false => Sequence::Unknown,
            };
        }
        // A repeated DT is behind, and changes nothing.
        if ahead > mask / 2 && self.reorders_data() {
            return Sequence::Due;
        }
        let is_new = !was_doubtful || number != instead;
        self.flags |= doubtful | sender.flag(ContextFlag::FaultToldA);
        set_of_end(&mut self.doubtful_numbers, sender, number);
        Sequence::Instead { due, is_new }
    }

    /// Takes the number of an ED. The answer is the number that was due instead: class 4 counts
    /// them, and may repeat one (X.224 12.2.3.4).
    pub(super) fn expedite(&mut self, sender: End, number: u32, format: Format) -> Option<u32> {
        let unknown = sender.flag(ContextFlag::ExpeditedUnknownA);
        let mask = format.number_mask();
        let due = of_end(self.expedited_numbers, sender).wrapping_add(1) & mask;
        let is_known = self.class() == Some(4) && self.flags & unknown == 0;
        // A repeated ED is behind, and changes nothing.
        if is_known && number.wrapping_sub(due) & mask > mask / 2 {
            return None;
        }
        self.flags &= !unknown;
        set_of_end(&mut self.expedited_numbers, sender, number);
        (is_known && number != due).then_some(due)
    }

    /// Whether an EA acknowledges another ED than the last one of `end` (X.224 6.11.4). In class 2
    /// ED TPDUs have any number (10.2.4.3); in class 4 the EA of an earlier one may come again.
    pub(super) fn has_not_expedited(&self, end: End, number: u32, format: Format) -> bool {
        let is_known = self.flags & end.flag(ContextFlag::ExpeditedUnknownA) == 0;
        let last = of_end(self.expedited_numbers, end);
        let mask = format.number_mask();
        let is_earlier = number.wrapping_sub(last) & mask > mask / 2;
        let is_repeated = self.class() == Some(4) && is_earlier;
        self.reorders_data() && is_known && last != number && !is_repeated
    }

    /// Opens the window of `end`: `edge` is the first number it may not send yet. The answer is how
    /// much credit that takes back, which class 2 does not allow (X.224 10.2.4.2). In the other
    /// classes the DT TPDUs under way have the credit from before, or the AK is late.
    pub(super) fn open_window(&mut self, end: End, edge: u32, format: Format) -> Option<u32> {
        let known = end.flag(ContextFlag::WindowKnownA);
        let mask = format.number_mask();
        let taken_back = of_end(self.window_edges, end).wrapping_sub(edge) & mask;
        let is_back = self.flags & known != 0 && (1..=mask / 2).contains(&taken_back);
        if is_back && self.reorders_data() {
            return None;
        }
        let is_reduced = is_back && self.class() == Some(2);
        set_of_end(&mut self.window_edges, end, edge);
        self.flags |= known;
        is_reduced.then_some(taken_back)
    }

    /// The first number that `sender` may not send yet, when a DT exceeds the credit its peer gave.
    /// That is reported once, until the peer gives credit again. Class 1 has no credit (X.224
    /// 13.9.3 b).
    pub(super) fn exceeded_edge(
        &mut self,
        sender: End,
        number: u32,
        format: Format,
    ) -> Option<u32> {
        let known = sender.flag(ContextFlag::WindowKnownA);
        let mask = format.number_mask();
        let edge = of_end(self.window_edges, sender);
        let room = edge.wrapping_sub(number) & mask;
        let has_credit = self.class() != Some(1) && self.flags & known != 0;
        let exceeds = has_credit && (room == 0 || room > mask / 2);
        if exceeds {
            self.flags &= !known;
        }
        exceeds.then_some(edge)
    }

    /// Whether `end` has not sent the DT TPDUs before `number` (X.224 10.2.4.2, 12.2.3.7).
    pub(super) fn has_not_sent(&self, end: End, number: u32, format: Format) -> bool {
        let uncertain =
            end.flag(ContextFlag::NumberUnknownA) | end.flag(ContextFlag::NumberDoubtfulA);
        let mask = format.number_mask();
        // No window is larger than the credit field.
        let window = (mask / 2).min(u16::MAX.into());
        let behind = self.next_number(end).wrapping_sub(number) & mask;
        self.flags & uncertain == 0 && behind > window
    }
}

fn of_end(numbers: [u32; 2], end: End) -> u32 {
    let [a, b] = numbers;
    match end {
        End::A => a,
        End::B => b,
    }
}

fn set_of_end(numbers: &mut [u32; 2], end: End, number: u32) {
    let [a, b] = numbers;
    match end {
        End::A => *a = number,
        End::B => *b = number,
    }
}
