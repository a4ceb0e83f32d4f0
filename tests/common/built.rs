//! Where cargo puts the shared object.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};

/// The shared object that was built with `program`: in the folder `deps` of the profile, in which
/// tests and benchmarks are, or below the one in which programs are.
pub fn shared_object(program: &Path) -> PathBuf {
    let name = format!("{DLL_PREFIX}isotsap{DLL_SUFFIX}");
    let mut folders = program.ancestors().skip(1).take(2);
    folders
        .find_map(|folder| {
            let path = folder.join("deps").join(&name);
            path.is_file().then_some(path)
        })
        .unwrap_or_else(|| panic!("cargo builds {name} with {}", program.display()))
}
