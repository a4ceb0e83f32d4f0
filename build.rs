//! Gives the shared object its SONAME and, with the feature `header`, generates the C header into
//! the build's own folder (a test compares it with the committed one).

use std::env;
use std::error::Error;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    // The header is generated from all sources.
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    #[cfg(feature = "header")]
    header::generate()?;

    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        let major = env::var("CARGO_PKG_VERSION_MAJOR")?;
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libisotsap.so.{major}");
    }
    Ok(())
}

#[cfg(feature = "header")]
#[allow(dead_code, unused_imports)]
#[path = "src/registry/mod.rs"]
mod registry;

#[cfg(feature = "header")]
mod header {
    use super::{Outcome, registry};
    use std::error::Error;
    use std::ffi::CStr;
    use std::fmt::Write;
    use std::path::Path;
    use std::{env, fs};

    /// Writes the header into the build's own folder.
    pub fn generate() -> Outcome {
        let source = env::var("CARGO_MANIFEST_DIR")?;
        let output = env::var("OUT_DIR")?;
        write_header(source.as_ref(), &Path::new(&output).join("isotsap.h"))
    }

    fn write_header(source: &Path, header: &Path) -> Outcome {
        let mut config = cbindgen::Config::from_file(source.join("cbindgen.toml"))?;
        config.after_includes = Some(constants()?);
        let mut text = Vec::new();
        cbindgen::Builder::new()
            .with_crate(source)
            .with_config(config)
            .generate()?
            .write(&mut text);
        let text = without_safety_sections(&String::from_utf8(text)?);
        // In one step, so that a build that is cut off leaves the old header or none.
        let unfinished = header.with_extension("h.unfinished");
        fs::write(&unfinished, text)?;
        Ok(fs::rename(&unfinished, header)?)
    }

    /// Rust's lints require safety sections; to C programmers they say nothing new.
    fn without_safety_sections(header: &str) -> String {
        let mut in_section = false;
        let mut text = String::new();
        for line in header.lines() {
            if line.trim_start() == "* # Safety" {
                in_section = true;
                // The empty line before it.
                text.truncate(text.trim_end_matches([' ', '*', '\n']).len());
                text.push('\n');
            } else if line.trim_end().ends_with("*/") {
                in_section = false;
            }
            if !in_section {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }

    /// The ids, which come from tables rather than from Rust items cbindgen could see.
    fn constants() -> Outcome<String> {
        let version = |part| Ok::<u32, Box<dyn Error>>(env::var(part)?.parse()?);
        let abi = version("CARGO_PKG_VERSION_MAJOR")? << 16 | version("CARGO_PKG_VERSION_MINOR")?;
        let mut text = String::from("\n");
        let fields = registry::FIELDS
            .iter()
            .map(|field| (field.abbreviation, field.description));
        let experts = registry::EXPERTS
            .iter()
            .map(|expert| (expert.abbreviation, expert.summary));
        write!(
            text,
            "/** Numbers of the ABI. */\n\
             enum isotsap_constant {{\n\
             {0}/** The ABI of this header: major << 16 | minor. */\n\
             {0}ISOTSAP_ABI_VERSION = {abi:#x},\n\
             {0}/** The first id of a field. */\n\
             {0}ISOTSAP_FIELD_BASE = {1:#x},\n\
             {0}/** The first id of an expert info. */\n\
             {0}ISOTSAP_EXPERT_BASE = {2:#x},\n\
             {0}/** The parent of an item at the top of its PDU's tree. */\n\
             {0}ISOTSAP_NO_PARENT = {3:#x},\n\
             {0}/** The fewest items that an array has room for, unless no items are asked for. */\n\
             {0}ISOTSAP_MINIMUM_ITEMS = {4}\n\
             }};\n\n",
            INDENT,
            registry::FIELD_BASE,
            registry::EXPERT_BASE,
            registry::NO_PARENT,
            registry::MINIMUM_ITEMS,
        )?;
        ids(
            &mut text,
            "field",
            "Ids of fields.",
            registry::FIELD_BASE,
            fields,
        )?;
        ids(
            &mut text,
            "expert",
            "Ids of expert infos.",
            registry::EXPERT_BASE,
            experts,
        )?;
        Ok(text)
    }

    const INDENT: &str = "  ";

    fn ids(
        text: &mut String,
        name: &str,
        comment: &str,
        base: u16,
        entries: impl ExactSizeIterator<Item = (&'static CStr, &'static CStr)>,
    ) -> Outcome {
        let last = entries.len();
        writeln!(text, "/** {comment} */\nenum isotsap_{name} {{")?;
        for (position, (abbreviation, meaning)) in entries.enumerate() {
            let abbreviation = registry::text(abbreviation);
            let constant = abbreviation.to_uppercase().replace(['.', '-'], "_");
            let comma = if position + 1 < last { "," } else { "" };
            writeln!(
                text,
                "{INDENT}/** {abbreviation}: {} */\n{INDENT}ISOTSAP_{}_{constant} = {:#x}{comma}",
                registry::text(meaning),
                name.to_uppercase(),
                usize::from(base) + position,
            )?;
        }
        text.push_str("};\n\n");
        Ok(())
    }
}
