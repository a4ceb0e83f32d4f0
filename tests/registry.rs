//! The registry as a host pulls it: every field and every expert info through the C ABI.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
mod vectors;

use common::{
    EXPERT_BASE, LIBRARY, dissect, expert_abbreviation, expert_info, field_info, find_expert,
    find_field, size_of_struct, string, unwritten,
};
use isotsap::ffi::{ExpertInfo, FieldInfo, Status, ValueInfo};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const FIELD_BASE: u32 = 1;

fn field_ids() -> Range<u32> {
    // SAFETY: no arguments.
    FIELD_BASE..FIELD_BASE + unsafe { (LIBRARY.field_count)() }
}

fn expert_ids() -> Range<u32> {
    // SAFETY: no arguments.
    EXPERT_BASE..EXPERT_BASE + unsafe { (LIBRARY.expert_count)() }
}

/// The status and the struct isotsap_field_value_get gives.
fn value_info(id: u32, index: u32) -> (i32, ValueInfo) {
    let mut info = ValueInfo {
        struct_size: size_of_struct::<ValueInfo>(),
        ..unwritten()
    };
    // SAFETY: the struct is as large as its struct_size.
    let status = unsafe { (LIBRARY.field_value_get)(id, index, &mut info) };
    (status, info)
}

fn value_name(id: u32, value: u64) -> Option<&'static str> {
    // SAFETY: no pointers.
    string(unsafe { (LIBRARY.field_value_name)(id, value) })
}

fn field(id: u32) -> FieldInfo {
    field_info(id).unwrap_or_else(|| panic!("field {id}"))
}

fn expert(id: u32) -> ExpertInfo {
    expert_info(id).unwrap_or_else(|| panic!("expert info {id:#x}"))
}

fn field_abbreviation(id: u32) -> &'static str {
    string(field(id).abbreviation).unwrap()
}

#[test]
fn abbreviations_are_unique_and_in_wiresharks_style() {
    let mut seen = BTreeSet::new();
    let all = field_ids()
        .map(field_abbreviation)
        .chain(expert_ids().map(expert_abbreviation));
    for abbreviation in all {
        assert!(seen.insert(abbreviation), "{abbreviation} is there twice");
        let protocol = abbreviation.split('.').next().unwrap();
        assert!(
            ["tpkt", "cotp", "rdp"].contains(&protocol),
            "{abbreviation}"
        );
        // Wireshark's own names of these.
        let camel_case = ["rdp.neg", "rdp.correlationInfo"]
            .iter()
            .any(|prefix| abbreviation.starts_with(prefix));
        for part in abbreviation.split('.') {
            let letters_fit = part.bytes().all(|octet| match octet {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => true,
                b'A'..=b'Z' => camel_case,
                _ => false,
            });
            let starts_well = part.starts_with(|letter: char| letter.is_ascii_lowercase());
            assert!(letters_fit && starts_well, "{abbreviation}");
        }
    }
}

#[test]
fn every_text_says_something() {
    let texts = |what: String, texts: &[*const std::ffi::c_char]| {
        for &pointer in texts {
            let text = string(pointer).unwrap_or_else(|| panic!("{what}: NULL"));
            assert!(
                !text.trim().is_empty() && text.is_ascii(),
                "{what}: {text:?}"
            );
        }
    };
    for id in field_ids() {
        let info = field(id);
        texts(
            format!("field {id}"),
            &[info.abbreviation, info.name, info.clause, info.description],
        );
        assert!(string(info.unit).is_some_and(str::is_ascii), "field {id}");
    }
    for id in expert_ids() {
        let info = expert(id);
        let all = [
            info.abbreviation,
            info.summary,
            info.explanation,
            info.clause,
        ];
        texts(format!("expert info {id:#x}"), &all);
    }
}

#[test]
fn infos_are_written_whole() {
    for id in field_ids() {
        let info = field(id);
        assert_eq!(
            (info.id, info.struct_size),
            (id, size_of_struct::<FieldInfo>())
        );
        let (protocol, text) = (1, 5);
        assert!((protocol..=text).contains(&info.r#type), "field {id}");
        let is_number = info.width != 0;
        assert_eq!(
            info.base != 0,
            is_number,
            "field {id}: a base and a width, or neither"
        );
        assert_eq!([2, 3].contains(&info.r#type), is_number, "field {id}");
        assert!((0..=4).contains(&info.width), "field {id}");
        let bits = 8 * info.width;
        assert!(
            info.mask.checked_shr(bits).unwrap_or(0) == 0,
            "field {id}: the mask fits the width"
        );
    }
    for id in expert_ids() {
        let info = expert(id);
        assert_eq!(
            (info.id, info.struct_size),
            (id, size_of_struct::<ExpertInfo>())
        );
    }
}

#[test]
fn what_is_found_is_what_was_got() {
    for id in field_ids() {
        assert_eq!(find_field(field_abbreviation(id)), id);
        assert_eq!(find_expert(field_abbreviation(id)), 0);
    }
    for id in expert_ids() {
        assert_eq!(find_expert(expert_abbreviation(id)), id);
        assert_eq!(find_field(expert_abbreviation(id)), 0);
    }
    for unknown in [
        "",
        "tpk",
        "tpkt.",
        "TPKT",
        "tpkt.reserved ",
        "cotp.nothing",
        "tpkt.réservé",
    ] {
        assert_eq!(
            (find_field(unknown), find_expert(unknown)),
            (0, 0),
            "{unknown:?}"
        );
    }
    // SAFETY: NULL is allowed.
    let of_null = unsafe { (LIBRARY.field_find)(std::ptr::null()) };
    // SAFETY: likewise.
    let expert_of_null = unsafe { (LIBRARY.expert_find)(std::ptr::null()) };
    assert_eq!((of_null, expert_of_null), (0, 0));
}

#[test]
fn ids_outside_the_registry_are_refused() {
    let refused = Status::InvalidArgument as i32;
    for id in [0, field_ids().end, EXPERT_BASE, 0xffff, 0x1_0001, u32::MAX] {
        let mut info = FieldInfo {
            struct_size: size_of_struct::<FieldInfo>(),
            ..unwritten()
        };
        // SAFETY: the struct is as large as its struct_size.
        let status = unsafe { (LIBRARY.field_get)(id, &mut info) };
        assert_eq!(status, refused, "{id}");
        assert_eq!(value_info(id, 0).0, refused, "{id}");
        assert_eq!(value_name(id, 0), None, "{id}");
    }
    for id in [0, 1, EXPERT_BASE - 1, expert_ids().end, 0x1_1000, u32::MAX] {
        let mut info = ExpertInfo {
            struct_size: size_of_struct::<ExpertInfo>(),
            ..unwritten()
        };
        // SAFETY: the struct is as large as its struct_size.
        let status = unsafe { (LIBRARY.expert_get)(id, &mut info) };
        assert_eq!(status, refused, "{id}");
    }
}

#[test]
fn names_of_values_agree_both_ways() {
    for id in field_ids() {
        let count = field(id).value_count;
        let mut named = BTreeMap::new();
        for index in 0..count {
            let (status, info) = value_info(id, index);
            assert_eq!(
                (status, info.reserved),
                (Status::Ok as i32, 0),
                "field {id}"
            );
            let name = string(info.name).unwrap();
            assert!(!name.is_empty() && name.is_ascii(), "field {id}: {name:?}");
            let twice = named.insert(info.value, name);
            assert_eq!(twice, None, "field {id}: {}", info.value);
        }
        for index in [count, u32::MAX] {
            assert_eq!(
                value_info(id, index).0,
                Status::InvalidArgument as i32,
                "field {id}"
            );
        }
        for value in (0..=256).chain([1 << 32, u64::MAX]) {
            assert_eq!(
                value_name(id, value),
                named.get(&value).copied(),
                "field {id}: {value}"
            );
        }
    }
}

#[test]
fn numbers_of_severities_groups_and_statuses_have_names() {
    // SAFETY: no pointers.
    let severity = |number| string(unsafe { (LIBRARY.severity_name)(number) });
    let severities = ["none", "chat", "note", "warning", "error"];
    for (number, name) in (0..).zip(severities) {
        assert_eq!(severity(number), Some(name));
    }
    assert_eq!([severity(5), severity(u32::MAX)], [None; 2]);

    // SAFETY: no pointers.
    let group = |number| string(unsafe { (LIBRARY.group_name)(number) });
    let groups = [
        "checksum",
        "sequence",
        "response code",
        "undecoded",
        "reassemble",
        "malformed",
        "protocol",
        "decryption",
    ];
    for (number, name) in (1..).zip(groups) {
        assert_eq!(group(number), Some(name));
    }
    assert_eq!([group(0), group(9), group(u32::MAX)], [None; 3]);

    // SAFETY: no pointers.
    let status = |number| string(unsafe { (LIBRARY.status_name)(number) });
    let statuses = [
        "panic",
        "unsupported",
        "invalid argument",
        "null pointer",
        "ok",
        "more",
    ];
    for (number, name) in (-4..).zip(statuses) {
        assert_eq!(status(number), Some(name));
    }
    assert_eq!(
        [status(-5), status(2), status(i32::MIN), status(i32::MAX)],
        [None; 4]
    );
}

/// The constants of an enum of the committed header.
fn constants(name: &str) -> BTreeMap<String, u32> {
    let header = std::fs::read_to_string(common::source("include/isotsap.h")).unwrap();
    let start = header.find(&format!("enum {name} {{")).unwrap();
    let body = &header[start..][..header[start..].find('}').unwrap()];
    body.lines()
        .filter_map(|line| line.trim().trim_end_matches(',').split_once(" = 0x"))
        .map(|(constant, value)| (constant.into(), u32::from_str_radix(value, 16).unwrap()))
        .collect()
}

#[test]
fn constants_of_the_header_are_the_ids() {
    let named_after = |kind: &str, abbreviation: &str| {
        let name = abbreviation.to_uppercase().replace(['.', '-'], "_");
        format!("ISOTSAP_{kind}_{name}")
    };
    let fields: BTreeMap<_, _> = field_ids()
        .map(|id| (named_after("FIELD", field_abbreviation(id)), id))
        .collect();
    assert_eq!(constants("isotsap_field"), fields);
    let experts: BTreeMap<_, _> = expert_ids()
        .map(|id| (named_after("EXPERT", expert_abbreviation(id)), id))
        .collect();
    assert_eq!(constants("isotsap_expert"), experts);
    let numbers = constants("isotsap_constant");
    // SAFETY: no arguments.
    assert_eq!(numbers["ISOTSAP_ABI_VERSION"], unsafe {
        (LIBRARY.abi_version)()
    });
    assert_eq!(numbers["ISOTSAP_FIELD_BASE"], FIELD_BASE);
    assert_eq!(numbers["ISOTSAP_EXPERT_BASE"], EXPERT_BASE);
    assert_eq!(numbers["ISOTSAP_NO_PARENT"], 0xffff);
}

#[test]
fn a_stranger_learns_who_the_library_is() {
    // SAFETY: no arguments.
    let (version, abi) = unsafe { ((LIBRARY.version)(), (LIBRARY.abi_version)()) };
    assert_eq!(string(version), Some(env!("CARGO_PKG_VERSION")));
    // SAFETY: no arguments.
    let plugin = unsafe { (LIBRARY.plugin_info)() };
    // SAFETY: the struct is static.
    let plugin = unsafe { plugin.as_ref() }.unwrap();
    assert_eq!(plugin.struct_size, size_of_struct::<isotsap::ffi::Plugin>());
    assert_eq!((plugin.abi_version, plugin.reserved), (abi, 0));
    assert_eq!(string(plugin.name), Some("isotsap"));
    assert_eq!(string(plugin.version), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(string(plugin.license), Some("MIT OR Apache-2.0"));
    // SAFETY: the arrays are static and as long as the counts say.
    let (protocols, tcp_ports, udp_ports) = unsafe {
        (
            std::slice::from_raw_parts(plugin.protocols, plugin.protocol_count as usize),
            std::slice::from_raw_parts(plugin.tcp_ports, plugin.tcp_port_count as usize),
            std::slice::from_raw_parts(plugin.udp_ports, plugin.udp_port_count as usize),
        )
    };
    let protocols: Vec<_> = protocols
        .iter()
        .map(|name| string(*name).unwrap())
        .collect();
    assert_eq!(protocols, ["tpkt", "cotp"]);
    assert_eq!((tcp_ports, udp_ports), (&[102][..], &[102][..]));
}

/// The expert infos hosts filter on: abbreviation, group, usual severity.
#[rustfmt::skip]
const EXPERTS: &[(&str, &str, &str)] = &[
    ("tpkt.version.invalid", "protocol", "warning"),
    ("tpkt.reserved.nonzero", "protocol", "warning"),
    ("tpkt.length.invalid", "malformed", "error"),
    ("tpkt.gap", "reassemble", "warning"),
    ("tpkt.skipped", "undecoded", "warning"),
    ("tpkt.incomplete", "reassemble", "note"),
    ("tpkt.tls", "decryption", "chat"),
    ("cotp.li.reserved", "malformed", "error"),
    ("cotp.li.invalid", "malformed", "error"),
    ("cotp.type.unknown", "undecoded", "warning"),
    ("cotp.type.reserved_bits", "protocol", "warning"),
    ("cotp.roa.unexpected", "protocol", "note"),
    ("cotp.credit.unexpected", "protocol", "warning"),
    ("cotp.destref.nonzero", "protocol", "warning"),
    ("cotp.destref.zero", "protocol", "note"),
    ("cotp.srcref.zero", "protocol", "note"),
    ("cotp.class.invalid", "protocol", "error"),
    ("cotp.opts.reserved_bits", "protocol", "warning"),
    ("cotp.opts.not_for_class", "protocol", "note"),
    ("cotp.opts.conflict", "protocol", "warning"),
    ("cotp.tpdu-number.nonzero", "protocol", "warning"),
    ("cotp.eot.clear", "protocol", "warning"),
    ("cotp.next-tpdu-number.reserved_bit", "protocol", "warning"),
    ("cotp.cause.unknown", "protocol", "warning"),
    ("cotp.cause.not_for_class", "protocol", "note"),
    ("cotp.reject_cause.unknown", "protocol", "warning"),
    ("cotp.user_data.not_allowed", "protocol", "warning"),
    ("cotp.user_data.too_long", "protocol", "warning"),
    ("cotp.user_data.empty", "protocol", "warning"),
    ("cotp.tpdu.too_long", "protocol", "note"),
    ("cotp.concatenation.not_allowed", "protocol", "note"),
    ("cotp.parameter.truncated", "malformed", "error"),
    ("cotp.parameter.length_invalid", "malformed", "warning"),
    ("cotp.parameter.unknown", "undecoded", "warning"),
    ("cotp.parameter.duplicate", "protocol", "note"),
    ("cotp.parameter.not_allowed", "protocol", "warning"),
    ("cotp.parameter.missing", "protocol", "warning"),
    ("cotp.tpdu_size.invalid", "protocol", "warning"),
    ("cotp.tpdu_size.not_for_class", "protocol", "note"),
    ("cotp.preferred_maximum_tpdu_size.invalid", "protocol", "note"),
    ("cotp.vp_version_nr.invalid", "protocol", "warning"),
    ("cotp.additional_options.reserved_bit", "protocol", "note"),
    ("cotp.additional_options.conflict", "protocol", "note"),
    ("cotp.alternative_classes.reserved_bits", "protocol", "warning"),
    ("cotp.alternative_classes.invalid", "protocol", "warning"),
    ("cotp.flow_control.reserved_bits", "protocol", "note"),
    ("cotp.selective_ack.reserved_bit", "protocol", "note"),
    ("cotp.ed_tpdu_number.reserved_bits", "protocol", "note"),
    ("cotp.checksum.bad", "checksum", "error"),
    ("cotp.checksum.unexpected", "protocol", "note"),
    ("cotp.atn_extended_checksum.bad", "checksum", "error"),
    ("cotp.connection.request", "sequence", "chat"),
    ("cotp.connection.confirm", "sequence", "chat"),
    ("cotp.connection.refused", "sequence", "warning"),
    ("cotp.disconnect.request", "sequence", "chat"),
    ("cotp.disconnect.confirm", "sequence", "chat"),
    ("cotp.reject", "sequence", "note"),
    ("cotp.srcref.nonzero", "protocol", "note"),
    ("cotp.error", "response code", "warning"),
    ("cotp.class.not_offered", "protocol", "warning"),
    ("cotp.tpdu_size.increased", "protocol", "warning"),
    ("cotp.option.not_proposed", "protocol", "warning"),
    ("cotp.destref.mismatch", "sequence", "warning"),
    ("cotp.srcref.nonzero", "protocol", "note"),
    ("cotp.tpdu.exceeds_size", "protocol", "warning"),
    ("cotp.type.not_for_class", "protocol", "warning"),
    ("cotp.tpdu-number.out_of_sequence", "sequence", "note"),
    ("cotp.connection.missing", "sequence", "note"),
    ("cotp.tsdu.too_long", "reassemble", "warning"),
    ("cotp.tsdu.incomplete", "reassemble", "note"),
    ("rdp.neg.reserved", "protocol", "warning"),
    ("rdp.neg.length_invalid", "malformed", "warning"),
    ("rdp.neg.failure", "response code", "note"),
    ("rdp.cookie.unterminated", "malformed", "warning"),
    ("cotp.type.not_for_class", "protocol", "warning"),
    // Ours, in the same style.
    ("cotp.type.not_for_carrier", "protocol", "note"),
    ("cotp.class.not_for_carrier", "protocol", "note"),
    ("cotp.opts.conflict", "protocol", "warning"),
    ("cotp.eot.clear", "protocol", "warning"),
    ("cotp.next-tpdu-number.reserved_bit", "protocol", "warning"),
    ("cotp.vp_version_nr.invalid", "protocol", "warning"),
    ("cotp.additional_options.reserved_bit", "protocol", "note"),
    ("cotp.additional_options.conflict", "protocol", "note"),
    ("cotp.alternative_classes.reserved_bits", "protocol", "warning"),
    ("cotp.alternative_classes.invalid", "protocol", "warning"),
    ("cotp.flow_control.reserved_bits", "protocol", "note"),
    ("cotp.selective_ack.reserved_bit", "protocol", "note"),
    ("cotp.ed_tpdu_number.reserved_bits", "protocol", "note"),
    ("cotp.checksum.bad", "checksum", "error"),
    ("cotp.atn_extended_checksum.bad", "checksum", "error"),
    ("cotp.disconnect.confirm", "sequence", "chat"),
    ("cotp.reject", "sequence", "note"),
    ("cotp.srcref.nonzero", "protocol", "note"),
];

#[test]
fn expert_infos_are_the_ones_hosts_filter_on() {
    for id in expert_ids() {
        let info = expert(id);
        // SAFETY: no pointers.
        let (group, severity) = unsafe {
            (
                (LIBRARY.group_name)(info.group),
                (LIBRARY.severity_name)(info.severity),
            )
        };
        let entry = (
            expert_abbreviation(id),
            string(group).unwrap(),
            string(severity).unwrap(),
        );
        assert!(EXPERTS.contains(&entry), "{entry:?}");
    }
}

/// A field or expert info without a vector has no test.
#[test]
fn vectors_produce_every_field_and_every_expert_info() {
    let mut produced = BTreeSet::new();
    for vector in vectors::all() {
        let mut context = common::context();
        context.flags = vector.context_flags;
        let this = (vector.packet(0, 0).flags, vector.octets.clone());
        for (flags, octets) in vector.before.iter().chain([&this]) {
            let mut packet = common::packet(octets);
            packet.flags = *flags;
            let room = common::PLENTY;
            let dissected = dissect(vector.encapsulation, &mut context, octets, &[packet], room);
            produced.extend(dissected.items.iter().map(|item| u32::from(item.id)));
        }
    }
    let fields = field_ids()
        .filter(|id| !produced.contains(id))
        .map(field_abbreviation);
    let experts = expert_ids()
        .filter(|id| !produced.contains(id))
        .map(expert_abbreviation);
    // They want options of their own, or a stream: tests/atn.rs, tests/stream.rs.
    let elsewhere = |abbreviation: &&str| {
        abbreviation.starts_with("cotp.atn_extended_checksum")
            || abbreviation.starts_with("cotp.tsdu.")
    };
    let missing: Vec<_> = fields
        .chain(experts)
        .filter(|name| !elsewhere(name))
        .collect();
    assert!(missing.is_empty(), "no vector has {missing:?}");
}
