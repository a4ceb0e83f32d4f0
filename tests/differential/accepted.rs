//! Every difference from tshark that is accepted, and why. W rows are known deviations of
//! Wireshark 4.0 from the standards; D rows are choices of how to show the same octets.

use crate::scene::{Difference, Parameter, Scene, Tpdu, is_rdp_structure, states_its_length};
use crate::shown::Value;

/// One accepted difference.
pub struct Row {
    pub id: &'static str,
    pub reason: &'static str,
    pub holds: fn(&Scene, &Difference) -> bool,
}

const fn row(
    id: &'static str,
    reason: &'static str,
    holds: fn(&Scene, &Difference) -> bool,
) -> Row {
    Row { id, reason, holds }
}

const ED: u8 = 1;
const EA: u8 = 2;
const UD: u8 = 4;
const RJ: u8 = 5;
const AK: u8 = 6;
const ER: u8 = 7;
const DR: u8 = 8;
const DC: u8 = 0xc;
const CC: u8 = 0xd;
const CR: u8 = 0xe;
const DT: u8 = 0xf;
const ALL: &[u8] = &[ED, EA, UD, RJ, AK, ER, DR, DC, CC, CR, DT];

#[rustfmt::skip]
pub const ACCEPTED: &[Row] = &[
    row("W1", "additional options of classes 1 and 4 are told by the whole octet 7, which other TPDUs have not",
        is_additional_option_by_octet_7),
    row("W2", "the checksum is summed up over the wrong octets",
        |scene, difference| difference.field == "cotp.checksum.status" && scene.tpdu_of(difference.offset)
            .is_some_and(|tpdu| difference.ours == Some(Value::Number(tpdu.checksum_status())))),
    row("W4", "residual error rate, transit delay, throughput and flow control take their octets regardless of the length",
        |scene, difference| scene.derails(difference, |tpdu, parameter|
            matches!(parameter.code, 0x86 | 0x88 | 0x89 | 0x8c) && parameter.has_wrong_length(tpdu))),
    row("W4", "an acknowledgement time or inactivity timer of no octets, or of too many, ends the dissection",
        |scene, difference| scene.derails(difference, |_, parameter|
            matches!(parameter.code, 0x85 | 0xf2) && !matches!(parameter.length, Some(1..=4)))),
    row("W4", "a number of the wrong length is read past the NSDU, which ends the dissection",
        |scene, difference| scene.derails(difference, |tpdu, parameter| parameter.has_wrong_length(tpdu)
            && parameter.start + 2 + octets_read(parameter.code) > tpdu.end())),
    row("W4", "a number of the wrong length is shown as a number, here as octets",
        |scene, difference| has_value_by_one_only(difference)
            && in_value(scene, difference, |tpdu, parameter| parameter.has_wrong_length(tpdu))),
    row("W5", "a TPDU size that is not defined is shown as a size of its lower nibble, here as octets",
        |scene, difference| has_value_by_one_only(difference) && in_value(scene, difference, |_, parameter|
            parameter.code == 0xc0 && matches!(parameter.value, [size] if !(7..=13).contains(size)))),
    row("W6", "the preferred maximum TPDU size overflows 32 bits",
        |_, difference| difference.field == "cotp.preferred_maximum_tpdu_size"
            && are_numbers(difference, |ours, theirs| ours > theirs && ours & 0xffff_ffff == theirs)),
    row("W6", "a preferred maximum TPDU size of the wrong length ends the variable part",
        |scene, difference| scene.derails(difference, |tpdu, parameter|
            parameter.code == 0xf0 && parameter.has_wrong_length(tpdu))),
    row("W7", "values without a field of their own are shown as plain octets",
        |scene, difference| difference.field == "cotp.parameter_value" && difference.ours.is_none()
            && in_value(scene, difference, |_, parameter| matches!(parameter.code, 0xc5 | 0xc7 | 0xe0))),
    row("W8", "the parameters 0x8f and 0x90 are unknown",
        |scene, difference| difference.field == "cotp.parameter_value" && difference.ours.is_none()
            && in_value(scene, difference, |_, parameter| matches!(parameter.code, 0x8f | 0x90))),
    row("W9", "T-selectors that are empty or longer than 32 octets have no text",
        |scene, difference| is_t_selector_text(difference) && difference.theirs == Some(Value::Octets(Vec::new()))
            && in_value(scene, difference, |_, parameter| !matches!(parameter.value.len(), 1..=32))),
    row("W9", "the invalid TPDU of an ER is shown as a T-selector",
        |scene, difference| difference.field.starts_with("cotp.src-tsap") && difference.ours.is_none()
            && in_value(scene, difference, |tpdu, _| tpdu.kind == ER)),
    row("W10", "a parameter that runs past the header takes what follows, or ends the dissection",
        |scene, difference| scene.derails(difference, |_, parameter| parameter.is_truncated())),
    row("W11", "a DR with a reason X.224 does not define is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu|
            tpdu.kind == DR && !matches!(tpdu.octet(6), 0..=3 | 128..=133 | 135 | 136 | 138))),
    row("W12", "a DT with an LI other than 2, 4, 7, or 8 and 11 with a checksum, is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu|
            tpdu.kind == DT && !has_li_or_checksum(tpdu, &[2, 4, 7]))),
    row("W13", "an ED with an LI other than 4, 7, or 8 and 11 with a checksum, or without EOT, is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu|
            tpdu.kind == ED && (!has_li_or_checksum(tpdu, &[4, 7]) || tpdu.octet(4) & 0x80 == 0))),
    row("W13", "the EOT of an ED is not shown",
        |scene, difference| difference.field == "cotp.eot" && is_only_ours_and_masked(scene, difference, 0x80)
            && is_at(scene, difference, 4, &[ED])),
    row("W14", "an RJ with an LI other than 4 and 9 is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu| tpdu.kind == RJ && !matches!(tpdu.li, 4 | 9))),
    row("W15", "an ER with an LI over 8, or with an undefined cause, is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu| tpdu.kind == ER && (tpdu.li > 8 || tpdu.octet(4) > 3))),
    row("W16", "an AK with an LI over 27, a DC with one over 9, an EA with one other than 4, 7, 8 and 11 is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu| match tpdu.kind {
            AK => tpdu.li > 27,
            DC => tpdu.li > 9,
            EA => !has_li_or_checksum(tpdu, &[4, 7]),
            _ => false,
        })),
    row("W17", "the top bit of YR-TU-NR counts as part of the number",
        |scene, difference| difference.field == "cotp.next-tpdu-number" && is_at(scene, difference, 4, &[AK, RJ, EA])
            && are_numbers(difference, |ours, theirs| matches!(ours ^ theirs, 0x80 | 0x8000_0000))),
    row("W18", "a CR or CC of class 5 and above is not dissected",
        |scene, difference| scene.leaves(difference, |tpdu| matches!(tpdu.kind, CR | CC) && tpdu.octet(6) >> 4 > 4)),
    row("W18", "the credit of a CR or CC is not shown",
        |scene, difference| difference.field == "cotp.credit" && is_only_ours_and_masked(scene, difference, 0x0f)
            && is_at(scene, difference, 1, &[CR, CC])),
    row("W20", "LI 0 and undefined codes are left without a word",
        |scene, difference| scene.leaves(difference, |tpdu| tpdu.li == 0 || !ALL.contains(&tpdu.kind))),
    row("W26", "a TPKT length below 7 is not noticed, and below 4 what follows is read as TPDU and as TPKT",
        |scene, difference| scene.short_tpkt().is_some_and(|(start, length)|
            difference.offset > start && (length < 4 || difference.offset < start + length))),
    row("W27", "a version other than 3 makes the rest continuation data, regardless of the content of the TPKT",
        |scene, difference| scene.other_version().is_some_and(|start| difference.offset >= start)
            && (difference.theirs.is_none() || difference.field == "tpkt.continuation_data")),
    row("W28", "the length of an RDP negotiation structure is read as one octet",
        |scene, difference| difference.field == "rdp.neg_length"
            && (are_numbers(difference, |ours, theirs| ours & 0xff == theirs)
                || scene.rdp_structures().any(|(start, octets)| start + 2 == difference.offset && octets.len() == 3))),
    row("W28", "the flags of an RDP negotiation failure go by the name of the request's",
        |scene, difference| difference.field == "rdp.negReq.flags" && difference.ours.is_none()
            && scene.rdp_structures().any(|(start, octets)| start + 1 == difference.offset && octets[0] == 3)),
    row("W28", "an RDP negotiation structure of the wrong length ends the dissection",
        |scene, difference| difference.field.starts_with("rdp.") && difference.theirs.is_none()
            && scene.rdp_structures().any(|(start, octets)| start < difference.offset && has_wrong_rdp_length(octets))),
    row("W28", "what follows an RDP cookie is always taken for a negotiation request",
        |scene, difference| difference.field.starts_with("rdp.")
            && (difference.ours.is_none() || difference.theirs.is_none())
            && scene.tpdu_of(difference.offset).is_some_and(|tpdu| tpdu.variable_part().starts_with(b"C"))
            && scene.rdp_structures().next().is_some_and(|(start, octets)| start <= difference.offset && octets[0] != 1)),
    row("W28", "an RDP cookie ends at the first CR or LF, be it a single one",
        |scene, difference| difference.field.starts_with("rdp.") && scene.tpdu_of(difference.offset)
            .is_some_and(|tpdu| ends_with_half_a_line_end(tpdu.variable_part()))),
    row("D1", "of a TPDU whose fixed part is not all in the LI, or not all there, tshark shows nothing",
        |scene, difference| scene.leaves(difference, |tpdu| tpdu.has_short_li() || tpdu.is_truncated())),
    row("D1", "or it reads the fixed part past the LI, that of an AK or RJ as the parity of the LI says",
        |scene, difference| scene.tpdu_of(difference.offset).is_some_and(|tpdu| tpdu.has_short_li())
            && (difference.ours.is_none() && !is_at(scene, difference, 1, ALL)
                || difference.field == "cotp.credit" && is_at(scene, difference, 1, &[AK, RJ]))),
    row("D2", "tshark spells T-selectors as text that are not printable",
        |scene, difference| is_t_selector_text(difference) && difference.ours.is_none()
            && in_value(scene, difference, |_, parameter| !parameter.value.iter().all(|octet| matches!(octet, b' '..=b'~')))),
    row("D3", "tshark adds a destination reference of no octets to a DT that has none",
        |scene, difference| difference.field == "cotp.destref" && difference.theirs == Some(Value::Number(0))
            && is_at(scene, difference, 2, &[DT])
            && scene.tpdu_of(difference.offset).is_some_and(|tpdu| tpdu.li == 2)),
    row("D4", "an RDP structure of the wrong length is told by the octets there are or the next one, tshark reads parameters",
        |scene, difference| scene.rdp_structures().any(|(start, octets)| start <= difference.offset
            && is_rdp_structure(octets) && !states_its_length(octets))),
    row("D5", "of a correlation info that is truncated what there is is shown here",
        |scene, difference| difference.field.starts_with("rdp.correlationInfo") && difference.theirs.is_none()
            && scene.rdp_structures().any(|(start, octets)| start < difference.offset && octets.len() < 36)),
    row("D6", "behind the first RDP structure tshark reads nothing but the correlation info that its flag announces",
        |scene, difference| difference.field.starts_with("rdp.") && difference.theirs.is_none()
            && is_unannounced_structure(scene, difference.offset)),
    row("D6", "and where the flag announces one it shows the type of any octets that follow",
        |scene, difference| difference.field == "rdp.neg_type" && difference.ours.is_none()
            && scene.rdp_structures().nth(1).is_some_and(|(start, octets)| start == difference.offset && octets[0] != 6)),
    row("D6", "and no parameters of X.224, which other stacks use there",
        |scene, difference| difference.field.starts_with("cotp.") && difference.theirs.is_none()
            && scene.rdp_structures().next().is_some_and(|(start, _)| start <= difference.offset)),
    row("D7", "a cookie or a negotiation request in a CC, a response or a failure in a CR, is not RDP to tshark",
        |scene, difference| scene.tpdu_of(difference.offset).is_some_and(|tpdu|
            tpdu.is_rdp() && difference.offset > tpdu.start + 6
                && matches!((tpdu.kind, tpdu.variable_part()[0]), (CC, 1 | b'C') | (CR, 2 | 3)))),
    row("D11", "a routing token is any octets up to CR LF here, to tshark only what starts with Cookie",
        |scene, difference| scene.tpdu_of(difference.offset)
            .is_some_and(|tpdu| difference.offset > tpdu.start + 6 && tpdu.other_token().is_some())),
    row("D8", "fewer octets than a TPKT header has are continuation data here, an exception to tshark",
        |scene, difference| difference.field == "tpkt.continuation_data" && difference.theirs.is_none()
            && scene.tpkts.last() == Some(&difference.offset) && scene.octets.len() - difference.offset < 4),
    row("D9", "a variable part that is cut off, and may yet be RDP's, is decoded here only when a structure fills it",
        |scene, difference| (difference.ours.is_none() || difference.field.starts_with("rdp.")) && scene.tpdu_of(difference.offset)
            .is_some_and(|tpdu| difference.offset > tpdu.start + 6 && tpdu.may_become_rdp())),
    row("D12", "behind the first TPDU of an incomplete TPKT nothing is dissected here, as its length proves nothing",
        |scene, difference| difference.ours.is_none() && scene.tpdu_of(difference.offset)
            .is_some_and(|tpdu| tpdu.length > tpdu.octets.len() && scene.is_concatenated_in_tpkt(tpdu))),
];

fn in_value(
    scene: &Scene,
    difference: &Difference,
    why: impl Fn(&Tpdu, &Parameter) -> bool,
) -> bool {
    scene
        .parameter_of(difference.offset)
        .is_some_and(|(tpdu, parameter)| why(tpdu, parameter))
}

/// The place is `at` octets into a TPDU of one of these kinds.
fn is_at(scene: &Scene, difference: &Difference, at: usize, kinds: &[u8]) -> bool {
    scene
        .tpdu_of(difference.offset)
        .is_some_and(|tpdu| kinds.contains(&tpdu.kind) && difference.offset == tpdu.start + at)
}

fn are_numbers(difference: &Difference, how: impl Fn(u64, u64) -> bool) -> bool {
    matches!(
        (&difference.ours, &difference.theirs),
        (Some(Value::Number(ours)), Some(Value::Number(theirs))) if how(*ours, *theirs)
    )
}

/// The library shows a value as octets, or tshark as something else.
fn has_value_by_one_only(difference: &Difference) -> bool {
    match difference.field {
        "cotp.parameter_value" => difference.theirs.is_none(),
        "cotp.parameter_code" | "cotp.parameter_length" => false,
        _ => difference.ours.is_none(),
    }
}

/// Octets that tshark reads as the number of a parameter, regardless of its length.
fn octets_read(code: u8) -> usize {
    match code {
        0x87 | 0x8a | 0x8b | 0xc3 => 2,
        0xc0 | 0xc4 | 0xc6 => 1,
        _ => 0,
    }
}

fn is_t_selector_text(difference: &Difference) -> bool {
    matches!(difference.field, "cotp.src-tsap" | "cotp.dst-tsap")
}

/// tshark shows the option just when octet 7 is nothing but the class.
fn is_additional_option_by_octet_7(scene: &Scene, difference: &Difference) -> bool {
    let (class, bit) = match difference.field {
        "cotp.network_expedited_data" => (1, 0x08),
        "cotp.vp_opt_sel_class1_use" => (1, 0x04),
        "cotp.use_16_bit_checksum" => (4, 0x02),
        _ => return false,
    };
    (difference.ours.is_none() || is_only_ours_and_masked(scene, difference, bit))
        && in_value(scene, difference, |tpdu, parameter| {
            let octet_7 = match tpdu.kind {
                CR | CC => tpdu.octet(6),
                UD => 0,
                _ => 4,
            };
            parameter.code == 0xc6 && difference.theirs.is_some() == (octet_7 == class)
        })
}

/// The library alone shows the field, and its value is that of these bits of the octet.
fn is_only_ours_and_masked(scene: &Scene, difference: &Difference, mask: u8) -> bool {
    let octet = scene
        .octets
        .get(difference.offset)
        .map_or(0, |octet| octet & mask);
    difference.theirs.is_none()
        && difference.ours == Some(Value::Number(u64::from(octet >> mask.trailing_zeros())))
}

/// An LI that is one of `plain`, or that a checksum as the first parameter makes 8 or 11.
fn has_li_or_checksum(tpdu: &Tpdu, plain: &[usize]) -> bool {
    plain.contains(&tpdu.li)
        || matches!(tpdu.li, 8 | 11) && tpdu.variable_part().starts_with(&[0xc3, 2])
}

fn has_wrong_rdp_length(octets: &[u8]) -> bool {
    let length = if octets[0] == 6 { 36 } else { 8 };
    octets.get(2).is_some_and(|octet| *octet != length)
}

/// The place is in a structure behind the first one that is not the correlation info which the
/// flag of the request announces.
fn is_unannounced_structure(scene: &Scene, offset: usize) -> bool {
    let structures: Vec<_> = scene
        .rdp_structures()
        .take_while(|(start, _)| *start <= offset)
        .collect();
    match *structures.as_slice() {
        [] | [_] => false,
        [(_, [1, flags, ..]), (_, [6, ..])] => flags & 0x08 == 0,
        _ => true,
    }
}

/// The first CR or LF is not part of a CR LF.
fn ends_with_half_a_line_end(cookie: &[u8]) -> bool {
    let end = cookie
        .iter()
        .position(|octet| matches!(octet, b'\r' | b'\n'));
    end.is_some_and(|end| !cookie[end..].starts_with(b"\r\n"))
}
