//! What may not change within a major version of the ABI: symbols, layouts, constants, SONAME.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::{LIBRARY, STRICT, assert_committed, compiler, run, shared_object, source};
use isotsap::dissection::Context;
use isotsap::dissection::record::{Item, Packet, Pdu};
use isotsap::ffi::{
    BatchResult, ExpertInfo, FieldInfo, Options, Plugin, StreamResult, Struct, ValueInfo,
};
use std::fmt::Write;
use std::mem::offset_of;
use std::process::Command;

#[test]
fn exported_symbols_are_the_committed_ones() {
    // Symbols a linker may add to any shared object.
    const OF_THE_LINKER: [&str; 5] = ["_init", "_fini", "__bss_start", "_edata", "_end"];
    let table = run(Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(shared_object()));
    let mut symbols: Vec<_> = table
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .filter(|symbol| !OF_THE_LINKER.contains(symbol))
        .collect();
    symbols.sort_unstable();
    let foreign: Vec<_> = symbols
        .iter()
        .filter(|symbol| !symbol.starts_with("isotsap_"))
        .collect();
    assert!(
        foreign.is_empty(),
        "exported besides isotsap's own: {foreign:?}"
    );
    assert_committed("tests/abi/symbols.txt", "abi", &(symbols.join("\n") + "\n"));
}

#[test]
fn soname_carries_the_major_version() {
    let dynamic = run(Command::new("readelf").arg("-d").arg(shared_object()));
    // SAFETY: no arguments.
    let major = unsafe { (LIBRARY.abi_version)() } >> 16;
    let soname = format!("Library soname: [libisotsap.so.{major}]");
    assert!(dynamic.contains(&soname), "{soname} is not in\n{dynamic}");
}

/// The structs of the header with their members, and the constants.
fn declarations() -> (Vec<(String, Vec<String>)>, Vec<String>) {
    let header = std::fs::read_to_string(source("include/isotsap.h")).unwrap();
    let mut structs: Vec<(String, Vec<String>)> = Vec::new();
    let mut constants = Vec::new();
    let mut in_struct = false;
    for line in header.lines().map(str::trim) {
        let of_struct = line
            .strip_prefix("typedef struct ")
            .and_then(|rest| rest.strip_suffix(" {"));
        if let Some(name) = of_struct {
            structs.push((name.into(), Vec::new()));
            in_struct = true;
        } else if line.starts_with('}') {
            in_struct = false;
        } else if in_struct && let Some(member) = line.strip_suffix(';') {
            let declarator = member.rsplit([' ', '*']).next().unwrap();
            let name = declarator.split('[').next().unwrap();
            structs.last_mut().unwrap().1.push(name.into());
        } else if line.starts_with("ISOTSAP_")
            && let Some((constant, _)) = line.split_once(" = ")
        {
            constants.push(constant.into());
        }
    }
    (structs, constants)
}

/// The layout in C: a line for each struct, member and constant.
fn layout() -> String {
    let (structs, constants) = declarations();
    let mut program = String::from(
        "#include <stddef.h>\n#include <stdio.h>\n#include \"isotsap.h\"\nint main(void) {\n",
    );
    for (name, members) in &structs {
        let size = format!("sizeof(struct {name})");
        writeln!(program, r#"printf("{name} size %zu\n", {size});"#).unwrap();
        for member in members {
            let offset = format!("offsetof(struct {name}, {member})");
            let size = format!("sizeof(((struct {name} *)0)->{member})");
            let print =
                format!(r#"printf("{name}.{member} offset %zu size %zu\n", {offset}, {size});"#);
            writeln!(program, "{print}").unwrap();
        }
    }
    for constant in &constants {
        writeln!(
            program,
            r#"printf("{constant} %lld\n", (long long){constant});"#
        )
        .unwrap();
    }
    program.push_str("return 0;\n}\n");

    let folder = tempfile::tempdir().unwrap();
    let (unit, executable) = (folder.path().join("layout.c"), folder.path().join("layout"));
    std::fs::write(&unit, program).unwrap();
    run(Command::new(compiler("CC", "cc"))
        .args(STRICT)
        .args(["-std=c99", "-I"])
        .arg(source("include"))
        .arg(unit)
        .arg("-o")
        .arg(&executable));
    run(&mut Command::new(executable))
}

/// The committed layout is that of a 64-bit machine.
#[cfg(target_pointer_width = "64")]
#[test]
fn layout_is_the_committed_one() {
    assert_committed("tests/abi/layout.txt", "abi", &layout());
}

/// Name, id, size and members with their offsets and sizes, as Rust has them.
type Layout = (
    &'static str,
    Struct,
    usize,
    Vec<(&'static str, usize, usize)>,
);

fn size_of_member<T, M>(_: impl FnOnce(T) -> M) -> usize {
    size_of::<M>()
}

macro_rules! layouts {
    ($($c:ident = $id:ident: $rust:ident { $($member:ident),* $(,)? })*) => {
        vec![$((
            stringify!($c),
            Struct::$id,
            size_of::<$rust>(),
            vec![$((
                stringify!($member),
                offset_of!($rust, $member),
                size_of_member(|it: $rust| it.$member),
            )),*],
        )),*]
    };
}

#[rustfmt::skip]
fn layouts_in_rust() -> Vec<Layout> {
    layouts! {
        isotsap_options = Options: Options {
            struct_size, encapsulation, flags, nsap_a_length, nsap_b_length, tsdu_limit, nsap_a, nsap_b,
        }
        isotsap_context = Context: Context {
            struct_size, flags, next_numbers, initiator_reference, responder_reference,
            request_tpdu_size, request_preferred_maximum, tpdu_size, class_options,
            request_class_options, request_alternatives, request_additional_options,
            additional_options, request_rdp_protocols, doubtful_numbers, window_edges, told_references,
            told_types, told_li, request_tpkt_reserved, called_selector_length, called_selector,
            resume_flags, resume_tpdu, resume_offset, expedited_numbers,
        }
        isotsap_packet = Packet: Packet { offset, captured, reported, flags, reserved }
        isotsap_pdu = Pdu: Pdu {
            experts, packet, tpkt_offset, tpdu_offset, user_data_length, first_item, tpdu_number,
            item_count, tpkt_length, dest_ref, src_ref, credit, tpdu_size, flags, r#type, li,
            class_options, cause, severity, src_tsap_offset, src_tsap_length, dst_tsap_offset,
            dst_tsap_length, reserved,
        }
        isotsap_item = Item: Item {
            value, offset, length, id, parent, detail, severity, reserved,
        }
        isotsap_result = Result: BatchResult {
            struct_size, reserved, packets_done, pdus_written, items_written, pdus_needed,
            items_needed, context,
        }
        isotsap_stream_result = StreamResult: StreamResult {
            struct_size, tsdu_segments, consumed, pending, needed, pdus_written, items_written,
            pdus_needed, items_needed, position, octets, octets_length, tsdu, tsdu_length,
        }
        isotsap_plugin = Plugin: Plugin {
            struct_size, abi_version, name, version, license, protocols, tcp_ports, udp_ports,
            protocol_count, tcp_port_count, udp_port_count, reserved,
        }
        isotsap_field_info = FieldInfo: FieldInfo {
            struct_size, id, r#type, base, width, value_count, mask, abbreviation, name, unit,
            clause, description,
        }
        isotsap_value_info = ValueInfo: ValueInfo { struct_size, reserved, value, name }
        isotsap_expert_info = ExpertInfo: ExpertInfo {
            struct_size, id, group, severity, abbreviation, summary, explanation, clause,
        }
    }
}

#[test]
fn rust_and_c_agree_on_every_member() {
    let in_c = layout();
    let assert_in_c = |line: String| {
        let found = in_c.lines().any(|there| there == line);
        assert!(found, "{line} is not in\n{in_c}");
    };
    let in_rust = layouts_in_rust();
    for (name, id, size, members) in &in_rust {
        assert_in_c(format!("{name} size {size}"));
        // SAFETY: no pointers.
        let answered = unsafe { (LIBRARY.struct_size)(*id as u32) };
        assert_eq!(answered as usize, *size, "{name}");
        for (member, offset, size) in members {
            let member = member.trim_start_matches("r#");
            assert_in_c(format!("{name}.{member} offset {offset} size {size}"));
        }
    }
    let (structs, _) = declarations();
    let counted = |layout: &Layout| (layout.0.to_string(), layout.3.len());
    let mut in_rust: Vec<_> = in_rust.iter().map(counted).collect();
    let mut in_c: Vec<_> = structs
        .iter()
        .map(|(name, members)| (name.clone(), members.len()))
        .collect();
    in_rust.sort();
    in_c.sort();
    assert_eq!(in_rust, in_c, "all structs with all their members");
}
