//! Compiles the tables of `lexicon/` into the one file that the crate embeds: an automaton of all names, and the
//! records it leads to. Nothing is checked in that could go stale. Hand-written tables win over generated ones.

#[allow(dead_code)]
#[path = "src/text.rs"]
mod text;

#[path = "build/compile.rs"]
mod compile;

use std::path::Path;

fn main() {
    // Of the tree that is built now: a build folder may have been filled from another place, this program included.
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
    let root = Path::new(&root).join("../../lexicon");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=src/text.rs");
    println!("cargo::rerun-if-changed=build/compile.rs");
    let out = std::env::var_os("OUT_DIR").map(std::path::PathBuf::from);
    let result = out.ok_or_else(|| "OUT_DIR is not set".to_owned()).and_then(|out| compile::compile(&root, &out));
    if let Err(error) = result {
        println!("cargo::error=the lexicon does not compile: {error}");
    }
}
