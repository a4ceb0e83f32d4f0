//! The structure of src/: sizes of files and functions, imports, and where `unsafe` may be.
//!
//! Modules do not import in a circle. A module is a file, and an import is any path from `crate` or
//! `super` in its code, followed through `pub use`. That a parent declares, exports and calls its
//! children is no import, so a child may use its parent's items. Everything else counts: a child that
//! imports what imports its parent, or siblings that import each other, are a circle.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const MOST_LINES_OF_A_FILE: usize = 700;
const MOST_LINES_OF_A_FUNCTION: usize = 90;
/// The top modules, each of which imports only itself and those of the lines above.
const LAYERS: [&[&str]; 6] = [
    &["memory", "registry", "span", "text"],
    &["tpkt", "cotp"],
    &["recognition"],
    &["dissection"],
    &["stream", "label"],
    &["ffi"],
];

/// Names from the crate's root; the root itself has none.
type Module = Vec<String>;

/// A file of src/.
struct Source {
    /// Its path below src/.
    path: String,
    module: Module,
    text: String,
}

impl Source {
    fn is_in_ffi(&self) -> bool {
        self.path.starts_with("ffi/")
    }

    /// The root, whose `forbid` would hold for `ffi` too.
    fn is_root(&self) -> bool {
        self.module.is_empty()
    }

    /// Unit tests in a file of their own.
    fn is_test(&self) -> bool {
        self.module.last().is_some_and(|name| name == "tests")
    }

    /// Its lines without comments.
    fn code(&self) -> impl Iterator<Item = &str> {
        let without_comment = |line| str::split(line, "//").next().unwrap_or_default();
        self.text.lines().map(without_comment)
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(&root).unwrap();
            let stem = below.with_extension("");
            let mut module: Module = stem
                .iter()
                .map(|name| name.to_str().unwrap().into())
                .collect();
            if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
                module.pop();
            }
            sources.push(Source {
                path: below.to_str().unwrap().into(),
                module,
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
    assert!(sources.iter().any(Source::is_root) && sources.iter().any(Source::is_in_ffi));
    sources
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn files_are_short() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(
            lines <= MOST_LINES_OF_A_FILE,
            "{}: {lines} lines",
            source.path
        );
    }
}

/// The name of the function that starts in a line.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_qualifier = |word: &str| {
        matches!(word, "const" | "unsafe" | "extern" | "\"C\"") || word.starts_with("pub")
    };
    before
        .split_whitespace()
        .all(is_qualifier)
        .then(|| after.split(['(', '<']).next().unwrap_or_default())
}

/// The functions of a formatted file with their lengths, from `fn` to the closing brace.
fn functions(source: &Source) -> Vec<(&str, usize)> {
    let lines: Vec<_> = source.code().collect();
    let length = |start: usize| {
        let same_indentation = |line: &&str| indentation(line) == indentation(lines[start]);
        let rest = &lines[start..];
        // A function of one line, or a declaration.
        if rest[0].trim_end().ends_with(['}', ';']) {
            return Some(1);
        }
        let ends =
            |line: &&str| line.trim_start().starts_with('}') || line.trim_end().ends_with(';');
        let end = rest
            .iter()
            .position(|line| same_indentation(line) && ends(line));
        end.map(|end| end + 1)
    };
    (0..lines.len())
        .filter_map(|start| Some((function_name(lines[start])?, length(start)?)))
        .collect()
}

#[test]
fn functions_are_short() {
    let mut count = 0;
    for source in sources() {
        for (name, lines) in functions(&source) {
            assert!(
                lines <= MOST_LINES_OF_A_FUNCTION,
                "{}: {name} has {lines} lines",
                source.path
            );
            count += 1;
        }
    }
    assert!(count > 200, "only {count} functions were found");
}

#[test]
fn unsafe_is_in_ffi_only() {
    for source in sources().iter().filter(|source| !source.is_in_ffi()) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let has_unsafe = source
            .code()
            .any(|line| line.split(|c| !is_word(c)).any(|word| word == "unsafe"));
        assert!(!has_unsafe, "{}", source.path);
        let forbids = source.code().any(|line| line == "#![forbid(unsafe_code)]");
        assert!(
            forbids || source.is_root(),
            "{} does not forbid unsafe code",
            source.path
        );
    }
}

/// The leaves of the use tree at the front of `text`, such as `a::{b, c::d}`.
fn leaves(text: &str) -> Vec<Vec<String>> {
    /// The leaves below `prefix`; the answer is what follows the tree.
    fn tree<'t>(text: &'t str, prefix: &[String], leaves: &mut Vec<Vec<String>>) -> &'t str {
        let text = text.trim_start();
        if let Some(mut rest) = text.strip_prefix('{') {
            loop {
                rest = rest.trim_start();
                if rest.is_empty() {
                    return rest;
                }
                if let Some(rest) = rest.strip_prefix('}') {
                    return rest;
                }
                rest = tree(rest, prefix, leaves).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest);
            }
        }
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(text.len());
        // A glob, or something else than a path.
        let (name, rest) = text.split_at(end.max(text.chars().next().map_or(0, char::len_utf8)));
        let path = [prefix, &[name.to_owned()]].concat();
        if let Some(rest) = rest.strip_prefix("::") {
            return tree(rest, &path, leaves);
        }
        leaves.push(path);
        let is_renamed = rest.trim_start().starts_with("as ");
        let renamed_to = |rest: &'t str| rest.find([',', '}', ';']).map_or("", |end| &rest[end..]);
        if is_renamed { renamed_to(rest) } else { rest }
    }
    let mut found = Vec::new();
    tree(text, &[], &mut found);
    found
}

/// The code of a file, and for each of its octets how many inline modules are around it.
fn code_and_depths(source: &Source) -> (String, Vec<usize>) {
    let (mut code, mut depths, mut around) = (String::new(), Vec::new(), Vec::new());
    for line in source.code() {
        let words: Vec<_> = line.split_whitespace().collect();
        if matches!(words[..], [.., "mod", _, "{"]) {
            around.push(indentation(line));
        } else if line.trim_start() == "}" && around.last() == Some(&indentation(line)) {
            around.pop();
        }
        code += line;
        code.push('\n');
        depths.resize(code.len(), around.len());
    }
    (code, depths)
}

/// Every path from `crate` or `super` in the code of a file, from the crate's root.
fn paths(source: &Source) -> Vec<Module> {
    let (code, depths) = code_and_depths(source);
    let is_start = |at: usize| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !(before.is_alphanumeric() || "_:$".contains(before))
    };
    let starts = ["crate::", "super::"]
        .into_iter()
        .flat_map(|word| code.match_indices(word));
    starts
        .filter(|&(at, _)| is_start(at))
        .flat_map(|(at, _)| leaves(&code[at..]).into_iter().map(move |path| (at, path)))
        .map(|(at, path)| {
            let inline = (0..depths[at]).map(|_| String::from("(inline)"));
            let mut absolute: Module = source.module.iter().cloned().chain(inline).collect();
            for name in path {
                match name.as_str() {
                    "crate" => absolute.clear(),
                    "super" => drop(absolute.pop()),
                    "self" => {}
                    _ => absolute.push(name),
                }
            }
            absolute
        })
        .collect()
}

/// What `pub use` of a file makes of names: the paths they are at.
fn reexports(source: &Source) -> BTreeMap<Module, Module> {
    let code: Vec<_> = source.code().collect();
    let below = |path: &[String]| [&source.module, path].concat();
    code.join("\n")
        .split("\npub use ")
        .skip(1)
        .flat_map(leaves)
        .map(|path| (below(&path[path.len() - 1..]), below(&path)))
        .collect()
}

/// The modules that each module imports.
fn imports(sources: &[Source]) -> BTreeMap<&Module, BTreeSet<&Module>> {
    let reexports: BTreeMap<_, _> = sources.iter().flat_map(reexports).collect();
    let modules: BTreeSet<_> = sources.iter().map(|source| &source.module).collect();
    let module_of = |path: &Module| {
        let prefix = |length| path[..length].to_vec();
        let path = (0..=path.len())
            .find_map(|length| reexports.get(&prefix(length)))
            .unwrap_or(path);
        let lengths = (0..=path.len()).rev();
        lengths
            .map(|length| &path[..length])
            .find_map(|path| modules.get(&path.to_vec()).copied())
    };
    sources
        .iter()
        .filter(|source| !source.is_test())
        .map(|source| {
            let imported = paths(source);
            let targets = imported.iter().filter_map(module_of);
            let foreign = targets.filter(|target| !target.starts_with(&source.module));
            (&source.module, foreign.collect())
        })
        .collect()
}

/// Follows the imports of the last module of `way`; a way that returns to itself is a circle.
fn follow<'m>(
    imports: &BTreeMap<&'m Module, BTreeSet<&'m Module>>,
    way: &mut Vec<&'m Module>,
    done: &mut BTreeSet<&'m Module>,
) {
    let module = *way.last().unwrap();
    for &next in imports.get(module).into_iter().flatten() {
        way.push(next);
        let is_circle = way.iter().filter(|&&module| module == next).count() > 1;
        let names: Vec<_> = way.iter().map(|module| module.join("::")).collect();
        assert!(
            !is_circle,
            "modules import in a circle: {}",
            names.join(" -> ")
        );
        if !done.contains(next) {
            follow(imports, way, done);
        }
        way.pop();
    }
    done.insert(module);
}

#[test]
fn modules_do_not_import_in_a_circle() {
    let sources = sources();
    let imports = imports(&sources);
    let does_import = |from: &str, to: &str| {
        let module = |path: &str| -> Module { path.split("::").map(String::from).collect() };
        imports[&module(from)].contains(&module(to))
    };
    // Through `super`, `pub use`, an inline module, and with braces.
    assert!(does_import("stream::progress", "stream::direction"));
    assert!(does_import("stream::reassembly", "dissection::framing"));
    assert!(does_import("cotp::rdp", "span"));
    assert!(does_import("dissection::fast::dt", "dissection::context"));
    assert!(does_import("dissection::tpdu", "dissection::release"));
    let mut done = BTreeSet::new();
    for &module in imports.keys() {
        follow(&imports, &mut vec![module], &mut done);
    }
}

#[test]
fn modules_import_lower_layers_only() {
    let sources = sources();
    let layer = |module: &Module| {
        let position = LAYERS
            .iter()
            .position(|names| names.contains(&module[0].as_str()));
        position.unwrap_or_else(|| panic!("{} is in no layer", module[0]))
    };
    for (module, imported) in imports(&sources) {
        for target in imported.into_iter().filter(|target| target[0] != module[0]) {
            assert!(
                layer(target) < layer(module),
                "{module:?} imports {target:?}"
            );
        }
    }
}
