//! What the fuzzers found worth keeping, read again: `fuzz/corpus/TARGET/*`, with the fuzzers' own checks.

#![allow(clippy::unwrap_used, unreachable_pub, missing_docs)] // a test may panic; the module is the fuzzers'

#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

use reading::Format;
use std::path::Path;

/// Every input of a target; how many there were.
fn replay(target: &str, check: impl Fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in &files {
        check(&std::fs::read(file).unwrap());
    }
    files.len()
}

#[test]
fn every_reader_takes_what_the_fuzzers_found() {
    for format in Format::ALL.into_iter().filter(|f| *f != Format::Pdf) {
        assert!(replay(format.word(), |data| fuzz::unit(format, data)) > 0, "{}", format.word());
    }
}

#[test]
fn questions_pdfs_lists_sentences_and_files_take_it_too() {
    assert!(replay("case", fuzz::case) > 0);
    assert!(replay("pdf", fuzz::pdf) > 0);
    assert!(replay("retractions", fuzz::retractions) > 0);
    assert!(replay("sentences", fuzz::sentences) > 0);
    assert!(replay("walk", fuzz::walk) > 0);
}
