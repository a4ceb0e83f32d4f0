//! The registry through the C ABI: every field and every expert info.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
#[path = "common/vector.rs"]
mod vector;
mod vectors;

use common::{
    EXPERT_BASE, LIBRARY, assert_committed, expert_abbreviation, expert_info, field_info,
    find_expert, find_field, size_of_struct, string, unwritten,
};
use isotsap::ffi::{ExpertInfo, FieldInfo, Status, ValueInfo};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;
use vector::dissect_vector;

const FIELD_BASE: u32 = 1;

fn field_ids() -> Range<u32> {
    // SAFETY: no arguments.
    FIELD_BASE..FIELD_BASE + unsafe { (LIBRARY.field_count)() }
}

fn expert_ids() -> Range<u32> {
    // SAFETY: no arguments.
    EXPERT_BASE..EXPERT_BASE + unsafe { (LIBRARY.expert_count)() }
}

/// The status and the struct of isotsap_field_value_get.
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
fn abbreviations_are_unique_and_in_wireshark_style() {
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
        // Wireshark has these names in camel case.
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
fn every_text_is_present_and_ascii() {
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
fn infos_are_complete_and_consistent() {
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
fn every_abbreviation_is_found() {
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
fn ids_outside_the_registry_are_rejected() {
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
fn value_names_agree_with_value_infos() {
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
fn severities_groups_and_statuses_have_names() {
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
        "no memory",
        "panic",
        "unsupported",
        "invalid argument",
        "null pointer",
        "ok",
        "more",
    ];
    for (number, name) in (-5..).zip(statuses) {
        assert_eq!(status(number), Some(name));
    }
    assert_eq!(
        [status(-6), status(2), status(i32::MIN), status(i32::MAX)],
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
fn constants_of_the_header_equal_the_ids() {
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
fn plugin_info_identifies_the_library() {
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

/// What hosts filter on: id, abbreviation, group and usual severity of every expert info.
#[test]
fn expert_infos_are_the_committed_ones() {
    let mut lines = String::new();
    for id in expert_ids() {
        let info = expert(id);
        // SAFETY: no pointers.
        let (group, severity) = unsafe {
            (
                (LIBRARY.group_name)(info.group),
                (LIBRARY.severity_name)(info.severity),
            )
        };
        let (group, severity) = (string(group).unwrap(), string(severity).unwrap());
        let abbreviation = expert_abbreviation(id);
        writeln!(lines, "{id:#x} {abbreviation}: {group}, {severity}").unwrap();
    }
    assert_committed("tests/abi/experts.txt", "registry", &lines);
}

/// A field without a vector has no test. tests/labels.rs says the same of expert infos.
#[test]
fn vectors_produce_every_field() {
    let mut produced = BTreeSet::new();
    for vector in vectors::all() {
        let items = dissect_vector(&vector).items;
        produced.extend(items.iter().map(|item| u32::from(item.id)));
    }
    let missing: Vec<_> = field_ids()
        .filter(|id| !produced.contains(id))
        .map(field_abbreviation)
        .collect();
    // Both take an option: tests/atn.rs.
    let with_atn = [
        "cotp.atn_extended_checksum",
        "cotp.atn_extended_checksum.status",
    ];
    assert_eq!(missing, with_atn);
}
