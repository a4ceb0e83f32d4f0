//! What is at the front of a direction.
#![forbid(unsafe_code)]

use super::doubt::{self, Belief, DT, HEADER_TO_DOUBT, LOOK};
use super::ends::BELIEVED;
use super::{Direction, State};
use crate::cotp::Kind;
use crate::cotp::kind::SHORT_LI;
use crate::dissection::context::{Context, ContextFlag};
use crate::dissection::{Encapsulation, FrameKind};
use crate::recognition::{self, FastPath, Recognition};
use crate::stream::LONGEST_TPKT;
use crate::tpkt;

/// The longest frame of skipped octets. A direction keeps this many and the octets that decide
/// whether a TPKT starts at the last of them.
const MAX_SKIPPED: usize = LONGEST_TPKT - recognition::LOOKAHEAD;
/// Octets of the longest TPKT that is waited for whatever its header shows.
const MOST_UNDOUBTED: u32 = tpkt::HEADER_LENGTH + 2048;
/// What decides, beside its octets, what is at the front of a direction.
pub(in crate::stream) struct Around<'a> {
    pub encapsulation: Encapsulation,
    pub context: &'a Context,
    pub opposite: &'a Direction,
}

/// What is at the front of the octets of a direction.
pub(in crate::stream) enum Next {
    /// A complete frame, and the state after it.
    Frame {
        length: usize,
        kind: FrameKind,
        then: State,
    },
    /// An incomplete frame.
    Needs {
        /// How many more octets to append.
        octets: usize,
        /// Length of the frame. If it is not known, `octets` is how many may be appended at most.
        length: Option<usize>,
    },
    /// So many octets of TLS, which are in no frame.
    Tls(usize),
    /// TLS ends here, and no octets are in the frame that says so.
    TlsEnd,
}

impl Direction {
    /// Finds what is at the front of `octets`.
    #[inline(always)]
    pub fn next(&mut self, octets: &[u8], around: &Around) -> Next {
        if self.is_in_sync()
            && let Some(header) = tpkt::Header::new(octets)
            && header.version() == tpkt::VERSION
            && u32::from(header.length()) <= MOST_UNDOUBTED
            && doubt::is_usual(octets)
        {
            return Next::frame(octets, header.length().into());
        }
        self.next_other(octets, around)
    }

    /// As [`Self::next`], if it is not a short TPKT with the usual header of a direction in sync.
    #[inline(never)]
    fn next_other(&mut self, octets: &[u8], around: &Around) -> Next {
        match self.state {
            State::Encrypted => self.next_encrypted(octets, around),
            State::InSync if octets.first() == Some(&tpkt::VERSION) => {
                self.next_of_version_3(octets, around)
            }
            State::InSync => self.next_in_sync(octets, around),
            State::Searching(kind) => self.search(octets, kind, around),
        }
    }

    /// What a direction in sync may have in place of a TPKT of version 3.
    fn next_in_sync(&mut self, octets: &[u8], around: &Around) -> Next {
        let context = around.context;
        if self.may_begin_tls(around)
            && let Some(next) = self.begin_tls(octets, around)
        {
            return next;
        }
        if context.may_have_fast_path()
            && let Some(next) = self.fast_path(octets, context)
        {
            return next;
        }
        if around.encapsulation == Encapsulation::Tpkt
            && let Some(next) = self.tpkt_of_other_version(octets, context)
        {
            return next;
        }
        match recognition::tls_record(octets) {
            Recognition::Yes => Next::lost(FrameKind::LostInTls),
            Recognition::NeedMore => Next::at_most(recognition::TLS_HEADER_LENGTH - octets.len()),
            Recognition::No => Next::lost(FrameKind::Lost),
        }
    }

    /// A TPKT of another version, if one is here that is believed. Another TPKT within it shows that it
    /// is none, unless its own octets have shown it before.
    fn tpkt_of_other_version(&mut self, octets: &[u8], context: &Context) -> Option<Next> {
        let length = tpkt_length(octets);
        let other = self.other_within(octets, length, (1, Belief::Doubtful), context);
        let until = octets
            .get(..other.unwrap_or(octets.len()))
            .unwrap_or(octets);
        match (tpkt_of_other_version(until, context), other) {
            (Recognition::No, _) => {}
            (_, Some(_)) => return Some(Next::lost(FrameKind::Lost)),
            (Recognition::Yes, None) => return Some(Next::doubtful(octets, length)),
            (Recognition::NeedMore, None) => return Some(Next::lookahead(octets, 0)),
        }
        match dt_with_any_li(octets, context) {
            Recognition::No => None,
            Recognition::NeedMore => Some(Next::at_most(HEADER_TO_DOUBT - octets.len())),
            Recognition::Yes => Some(self.header_only(length)),
        }
    }

    /// Whether TLS may begin here: behind CR and CC that allow it, or before anything else in both
    /// directions.
    fn may_begin_tls(&self, around: &Around) -> bool {
        let is_first = |direction: &Self| direction.position == 0;
        let is_before_all =
            is_first(self) && (is_first(around.opposite) || around.opposite.is_encrypted());
        around.context.may_begin_tls() || is_before_all
    }

    /// A TLS record, if one is here.
    fn begin_tls(&mut self, octets: &[u8], around: &Around) -> Option<Next> {
        let recognised = match around.context.may_begin_tls() {
            true => recognition::tls_record(octets),
            false => recognition::tls_start(octets, around.opposite.is_encrypted()),
        };
        match recognised {
            Recognition::No => return None,
            Recognition::NeedMore => {
                return Some(Next::at_most(recognition::TLS_START_LENGTH - octets.len()));
            }
            Recognition::Yes => {}
        }
        if !self.is_tls_certain(around) {
            match tpkt_of_other_version(octets, around.context) {
                Recognition::No => {}
                Recognition::Yes => return None,
                Recognition::NeedMore => return Some(Next::lookahead(octets, 0)),
            }
            match disguised(octets, 0, recognition::TLS_HEADER_LENGTH) {
                (_, Recognition::No) => {}
                (_, Recognition::Yes) => return None,
                (at, Recognition::NeedMore) => return Some(Next::lookahead(octets, at)),
            }
        }
        let header = recognition::TLS_HEADER_LENGTH as u32;
        self.tls_left = recognition::tls_record_length(octets) - header;
        self.tls_passed = header.into();
        Some(Next::Frame {
            length: recognition::TLS_HEADER_LENGTH,
            kind: FrameKind::Tls,
            then: State::Encrypted,
        })
    }

    /// Whether nothing else can be meant by TLS records: the CC selected TLS, or both ends send it.
    fn is_tls_certain(&self, around: &Around) -> bool {
        around.context.has(ContextFlag::TlsSelected) || around.opposite.is_encrypted()
    }

    /// A direction in TLS. As long as TLS is not certain, a TPKT within a record ends it.
    fn next_encrypted(&mut self, octets: &[u8], around: &Around) -> Next {
        if self.tls_left == 0 {
            match recognition::tls_record(octets) {
                Recognition::Yes => self.tls_left = recognition::tls_record_length(octets),
                Recognition::NeedMore => {
                    return Next::at_most(recognition::TLS_HEADER_LENGTH - octets.len());
                }
                Recognition::No => return Next::TlsEnd,
            }
        }
        let count = octets.len().min(self.tls_left as usize);
        if self.is_tls_certain(around) {
            return Next::Tls(count);
        }
        match disguised(octets, self.searched, count) {
            (0, Recognition::Yes) => Next::TlsEnd,
            (0, Recognition::NeedMore) => Next::lookahead(octets, 0),
            (at, _) => Next::Tls(at),
        }
    }

    /// An RDP fast-path PDU, if one is here. A TPKT within it shows that it is none.
    fn fast_path(&mut self, octets: &[u8], context: &Context) -> Option<Next> {
        let length = match recognition::rdp_fast_path(octets) {
            FastPath::No => return None,
            FastPath::NeedMore => return Some(Next::at_most(1)),
            FastPath::Length(length) => usize::from(length),
        };
        let pdu = octets.get(..length).unwrap_or(octets);
        // Behind so many octets it was decided.
        if self.searched < recognition::LOOKAHEAD
            && tpkt_of_other_version(pdu, context) == Recognition::Yes
        {
            return None;
        }
        // Only its own octets: a complete PDU waits for no others.
        let (at, recognised) = disguised(pdu, self.searched, pdu.len());
        self.searched = at;
        let missing = length.saturating_sub(octets.len());
        Some(match recognised {
            Recognition::Yes => Next::lost(FrameKind::Lost),
            _ if missing > 0 => Next::at_most(missing),
            _ => Next::Frame {
                length,
                kind: FrameKind::FastPath,
                then: State::InSync,
            },
        })
    }

    /// Searches for a TPKT, from the octet on at which the last search stopped: one of which every
    /// fixed bit is right, one that others follow, or one behind the only header that was dissected.
    fn search(&mut self, octets: &[u8], kind: FrameKind, around: &Around) -> Next {
        let is_tpkt_only = around.encapsulation == Encapsulation::TpktOnly;
        let window = octets
            .get(..octets.len().min(MAX_SKIPPED))
            .unwrap_or_default();
        while let Some(at) = next_start(window, self.searched, is_tpkt_only) {
            self.searched = at;
            let rest = octets.get(at..).unwrap_or_default();
            let (weight, verified) = match is_tpkt_only {
                true => (0, recognition::tpkt(rest)),
                false => (
                    weight(rest, around.context),
                    tpkt_in_stream(rest, around.context),
                ),
            };
            if weight > 0 && self.position.saturating_add(at as u64) == self.expected {
                return self.found(octets, at, kind, around);
            }
            if weight > 0
                && self.ends.weight(at) + weight >= BELIEVED
                && let Some(first) = first_before(octets, at, BELIEVED - weight, around.context)
            {
                return self.found(octets, first, kind, around);
            }
            match verified {
                Recognition::Yes => return self.found(octets, at, kind, around),
                Recognition::NeedMore => return Next::lookahead(octets, at),
                Recognition::No if weight > 0 => {
                    let chain = self.ends.weight(at) + weight;
                    let end = at + tpkt_length(rest);
                    self.ends.insert(end, chain.min(BELIEVED - 1));
                }
                Recognition::No => {}
            }
            self.searched = at + 1;
        }
        // A TPKT may start in the last of them.
        self.searched = self.searched.max(window.len().saturating_sub(LOOK - 1));
        if window.len() < MAX_SKIPPED {
            return Next::at_most(LONGEST_TPKT - window.len());
        }
        Next::Frame {
            length: MAX_SKIPPED,
            kind,
            then: State::Searching(FrameKind::Skipped),
        }
    }

    /// A search has found a TPKT.
    fn found(&mut self, octets: &[u8], at: usize, kind: FrameKind, around: &Around) -> Next {
        if at > 0 {
            return Next::Frame {
                length: at,
                kind,
                then: State::InSync,
            };
        }
        self.state = State::InSync;
        self.searched = 0;
        self.ends.clear();
        self.next(octets, around)
    }

    /// The front of a direction in sync that has the version of a TPKT, and an unusual header or one
    /// that is not all there.
    #[cold]
    fn next_of_version_3(&mut self, octets: &[u8], around: &Around) -> Next {
        const TPKT_HEADER: usize = tpkt::HEADER_LENGTH as usize;
        let Some(header) = tpkt::Header::new(octets) else {
            return Next::at_most(TPKT_HEADER - octets.len());
        };
        let length = usize::from(header.length());
        if length < TPKT_HEADER {
            return next_without_length(octets, around.context.class());
        }
        if around.encapsulation == Encapsulation::TpktOnly || header.length() < tpkt::MINIMUM_LENGTH
        {
            return Next::frame(octets, length);
        }
        let context = around.context;
        let belief = doubt::belief(octets, context);
        let is_large = u32::from(header.length()) > MOST_UNDOUBTED;
        match belief {
            Belief::NeedMore => Next::at_most(HEADER_TO_DOUBT - octets.len()),
            _ if is_large && !is_length_true(octets, context) => self.header_only(length),
            Belief::Yes => Next::frame(octets, length),
            _ => match self.other_within(octets, length, (HEADER_TO_DOUBT, belief), context) {
                Some(_) => self.header_only(length),
                None => Next::doubtful(octets, length),
            },
        }
    }

    /// Where the octets end that show another TPKT within a doubtful one of this length, at its octet
    /// `first` or behind.
    fn other_within(
        &mut self,
        octets: &[u8],
        length: usize,
        (first, belief): (usize, Belief),
        context: &Context,
    ) -> Option<usize> {
        let tpkt = octets.get(..length).unwrap_or(octets);
        let other = doubt::other_within(tpkt, self.searched.max(first), belief, context);
        self.searched = other.err().unwrap_or(0);
        other.ok()
    }

    /// Of a TPKT of this length nothing but the header is dissected. Where it ends another TPKT may
    /// start.
    fn header_only(&mut self, length: usize) -> Next {
        self.expected = self.position.saturating_add(length as u64);
        Next::Frame {
            length: HEADER_TO_DOUBT,
            kind: FrameKind::Header,
            then: State::Searching(FrameKind::Skipped),
        }
    }
}

/// The next octet from `from` on, with [`LOOK`] octets there, at which a TPKT may start: one that is
/// its version, or one in front of the code of a DT of class 0.
fn next_start(octets: &[u8], from: usize, is_version_3: bool) -> Option<usize> {
    if is_version_3 {
        return next_version(octets, from);
    }
    let may_start = |octets: &[u8]| matches!(octets, [tpkt::VERSION, ..] | [_, _, _, _, _, DT]);
    let found = octets.get(from..)?.windows(LOOK).position(may_start)?;
    Some(from + found)
}

/// Whether a TPKT starts here by all of its fixed bits. One of another version is a DT of class 0.
fn tpkt_in_stream(octets: &[u8], context: &Context) -> Recognition {
    match octets.first() {
        Some(&tpkt::VERSION) => recognition::tpkt_in_stream(octets, context.class()),
        _ => dt_of_other_version(octets, context, true),
    }
}

/// What a TPKT that may start here, of which [`LOOK`] octets are there, adds to a chain: one that
/// dissection accepts makes another one behind it enough, one with a LI that cannot be needs two.
fn weight(octets: &[u8], context: &Context) -> u8 {
    let accepted = match octets.first() {
        Some(&tpkt::VERSION) => recognition::tpkt_before_another(octets, context.class()),
        _ => dt_of_other_version(octets, context, false),
    };
    let is_tpkt = || match octets {
        [tpkt::VERSION, 0, _, _, _, code, ..] => {
            Kind::of(*code).is_some() && tpkt_length(octets) >= tpkt::MINIMUM_LENGTH.into()
        }
        _ => false,
    };
    match accepted {
        Recognition::Yes => BELIEVED - 1,
        Recognition::No if is_tpkt() || doubt::is_dt(octets, context) => 1,
        Recognition::No | Recognition::NeedMore => 0,
    }
}

/// Whether a DT of another version is here, whatever its LI is.
fn dt_with_any_li(octets: &[u8], context: &Context) -> Recognition {
    let longest = context.longest_doubtful_tpkt();
    let length = tpkt_length(octets) as u32;
    match octets.len() {
        4.. if !(tpkt::MINIMUM_LENGTH.into()..=longest).contains(&length) => Recognition::No,
        LOOK.. if !doubt::is_dt(octets, context) => Recognition::No,
        HEADER_TO_DOUBT.. => Recognition::Yes,
        _ => Recognition::NeedMore,
    }
}

fn dt_of_other_version(octets: &[u8], context: &Context, is_number_0: bool) -> Recognition {
    let longest = context.longest_doubtful_tpkt() as usize;
    let &[_, _, _, _, SHORT_LI, DT, number, ..] = octets else {
        return match octets.len() {
            ..=LOOK => Recognition::NeedMore,
            _ => Recognition::No,
        };
    };
    let is_dt = matches!(context.class(), None | Some(0 | 1))
        && (tpkt::MINIMUM_LENGTH.into()..=longest).contains(&tpkt_length(octets))
        && (number & 0x7f == 0 || !is_number_0);
    match is_dt {
        true => Recognition::Yes,
        false => Recognition::No,
    }
}

/// The next octet from `from` on that may be the version of a TPKT.
fn next_version(octets: &[u8], from: usize) -> Option<usize> {
    let rest = octets.get(from..)?;
    let found = rest.iter().position(|&octet| octet == tpkt::VERSION)?;
    Some(from + found)
}

/// The first octet of `octets`, from `from` on and before `end`, at which a TPKT starts though they
/// seem to be something else, or may start; `end` when there is none.
fn disguised(octets: &[u8], from: usize, end: usize) -> (usize, Recognition) {
    let within = octets.get(..end).unwrap_or(octets);
    let mut searched = from;
    while let Some(at) = next_version(within, searched) {
        match recognition::tpkt_in_disguise(octets.get(at..).unwrap_or_default()) {
            Recognition::No => searched = at + 1,
            recognised => return (at, recognised),
        }
    }
    (within.len(), Recognition::No)
}

/// The first TPKT of a chain of at least this weight that ends at `end`.
pub(super) fn first_before(
    octets: &[u8],
    end: usize,
    least: u8,
    context: &Context,
) -> Option<usize> {
    let mut searched = 0;
    while let Some(at) = next_start(octets.get(..end)?, searched, false) {
        let (mut behind, mut chain) = (at, 0);
        while behind < end && chain < BELIEVED {
            let rest = octets.get(behind..)?;
            match weight(rest, context) {
                0 => break,
                weight => chain += weight,
            }
            behind += tpkt_length(rest);
        }
        if behind == end && chain >= least {
            return Some(at);
        }
        searched = at + 1;
    }
    None
}

pub(super) fn tpkt_length(octets: &[u8]) -> usize {
    tpkt::Header::new(octets)
        .map_or(0, tpkt::Header::length)
        .into()
}

/// The front of a direction in sync with a length below that of a TPKT header. The next TPKT may start
/// within what seems to be this one.
fn next_without_length(octets: &[u8], class: Option<u8>) -> Next {
    const TPKT_HEADER: usize = tpkt::HEADER_LENGTH as usize;
    let mut searched = 1;
    while let Some(at) = next_version(octets.get(..TPKT_HEADER).unwrap_or_default(), searched) {
        let rest = octets.get(at..).unwrap_or_default();
        match recognition::tpkt_in_stream(rest, class) {
            Recognition::No => searched = at + 1,
            // Its header may be long: nobody waits for one that is too long.
            _ if tpkt_length(rest) > MOST_UNDOUBTED as usize => searched = at + 1,
            Recognition::NeedMore => return Next::lookahead(octets, at),
            Recognition::Yes => return Next::complete(at),
        }
    }
    Next::Frame {
        length: TPKT_HEADER,
        kind: FrameKind::InSync,
        then: State::Searching(FrameKind::Skipped),
    }
}

/// Whether the length is waited for of the TPKT at the front of `octets`.
pub(super) fn is_believed(length: u64, octets: &[u8], context: &Context) -> bool {
    length <= MOST_UNDOUBTED.into()
        || (octets.len() >= HEADER_TO_DOUBT && is_length_true(octets, context))
}

fn is_length_true(octets: &[u8], context: &Context) -> bool {
    let is_agreed = context.class().is_some() && context.tpdu_size != 0;
    let longest_dt = is_agreed.then(|| context.longest_doubtful_tpkt());
    recognition::is_length_true(octets, longest_dt)
}

/// Whether a TPKT of another version is here that is believed.
fn tpkt_of_other_version(octets: &[u8], context: &Context) -> Recognition {
    match tpkt_length(octets) <= context.longest_doubtful_tpkt() as usize {
        true => recognition::tpkt_of_any_version(octets, context.class()),
        false => Recognition::No,
    }
}

impl Next {
    /// A frame of `length` octets, complete or not.
    #[inline(always)]
    fn frame(octets: &[u8], length: usize) -> Self {
        match length.checked_sub(octets.len()) {
            None | Some(0) => Self::complete(length),
            Some(missing) => Self::Needs {
                octets: missing,
                length: Some(length),
            },
        }
    }

    /// The same, and each of its octets is looked at when it comes.
    fn doubtful(octets: &[u8], length: usize) -> Self {
        match length.saturating_sub(octets.len()) {
            0 => Self::complete(length),
            missing => Self::at_most(missing),
        }
    }

    /// A complete frame after which the direction is in sync.
    #[inline(always)]
    pub fn complete(length: usize) -> Self {
        Self::Frame {
            length,
            kind: FrameKind::InSync,
            then: State::InSync,
        }
    }

    /// No frame starts here: the first octet tells it, and behind it the search begins.
    fn lost(kind: FrameKind) -> Self {
        Self::Frame {
            length: 1,
            kind,
            then: State::Searching(FrameKind::Skipped),
        }
    }

    /// The octets do not yet show whether a TPKT starts at `at`.
    fn lookahead(octets: &[u8], at: usize) -> Self {
        Self::at_most((at + recognition::LOOKAHEAD).saturating_sub(octets.len()))
    }

    /// A frame of unknown length, to which `octets` may be appended at most.
    fn at_most(octets: usize) -> Self {
        Self::Needs {
            octets,
            length: None,
        }
    }
}
