//! The committed header: the generated one, and one that every compiler and binding accepts.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;

use common::{STRICT, assert_committed, compiler, dialects, run, shared_object, source};
use std::process::Command;

#[test]
fn committed_header_is_the_generated_one() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/isotsap.h"));
    assert_committed("include/isotsap.h", "header", generated);
}

#[test]
fn header_compiles_alone_and_twice_in_every_dialect() {
    let folder = tempfile::tempdir().unwrap();
    for (compiler, dialect) in dialects() {
        let language = if dialect.contains("++") { "c++" } else { "c" };
        for (name, text) in [
            ("alone", "#include \"isotsap.h\"\n"),
            ("twice", "#include \"isotsap.h\"\n#include \"isotsap.h\"\n"),
        ] {
            let unit = folder.path().join(name);
            std::fs::write(&unit, text).unwrap();
            run(Command::new(&compiler)
                .args(STRICT)
                .args([dialect, "-fsyntax-only", "-x", language, "-I"])
                .arg(source("include"))
                .arg(unit));
        }
    }
}

/// Reads the preprocessed header, opens the library, and compares the sizes of all structs the header
/// defines.
const CFFI: &str = r#"
import sys
from cffi import FFI
ffi = FFI()
ffi.cdef(open(sys.argv[1]).read())
library = ffi.dlopen(sys.argv[2])
assert library.isotsap_abi_version() == library.ISOTSAP_ABI_VERSION
ids = ffi.typeof("enum isotsap_struct").relements
types = [ffi.typeof(name) for name in ffi.list_types()[0] if name.startswith("isotsap_")]
# A stream is opaque: it has no members.
structs = [type for type in types if type.kind == "struct" and type.fields is not None]
sizes = {type.cname.upper().replace("_", "_STRUCT_", 1): ffi.sizeof(type) for type in structs}
assert sizes == {name: library.isotsap_struct_size(id) for name, id in ids.items()}, sizes
print(ffi.string(library.isotsap_version()).decode())
"#;

#[test]
#[ignore = "needs python3 with cffi"]
fn cffi_accepts_the_preprocessed_header() {
    let folder = tempfile::tempdir().unwrap();
    let preprocessed = folder.path().join("isotsap.i");
    run(Command::new(compiler("CC", "cc"))
        .args(["-E", "-P"])
        .arg(source("include/isotsap.h"))
        .arg("-o")
        .arg(&preprocessed));
    let said = run(Command::new("python3")
        .args(["-c", CFFI])
        .arg(&preprocessed)
        .arg(shared_object()));
    assert_eq!(said.trim(), env!("CARGO_PKG_VERSION"));
}
