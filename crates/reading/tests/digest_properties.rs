//! Digests: whatever the bytes, no panic, every fault inside the file, and a source only without faults.

#![allow(clippy::unwrap_used)]

use evidence::PartialDate;
use proptest::prelude::*;
use reading::digest::{self, FaultKind};

const EVERYTHING: &str = include_str!("digests/everything.md");

/// Pieces that mean something in a digest, so that mutations get past the first check.
const PIECES: [&str; 34] = [
    "[", "]", "{", "}", "#", "##", "\n", "\n\n", "- ", "  ", "\t", "\\", "'", "\"", "=", "@", ";", ",", ".", "<!--",
    "-->", "---\n", "role=", "when='", "&amp;", "*", "é", "\u{feff}", "\r", "1. ", "> ", ": ", "!", "\u{0}",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    let (source, faults) = digest::read(text, "x");
    let all = digest::lint(text, "x");
    digest::written(text);
    prop_assert_eq!(source.is_some(), faults.is_empty());
    prop_assert_eq!(&all.iter().filter(|f| f.kind == FaultKind::Error).cloned().collect::<Vec<_>>(), &faults);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    for fault in &all {
        let line = lines.get(fault.line as usize - 1);
        prop_assert!(line.is_some(), "{} has {} lines", fault, lines.len());
        prop_assert!((1..=line.unwrap().chars().count() + 1).contains(&(fault.column as usize)), "{fault}");
    }
    if let Some(source) = source {
        digest::preview(&source);
        prop_assert!(source.passages.iter().all(|p| !source.slice(p.span).is_empty()));
    }
    Ok(())
}

/// The nearest character boundary below a byte.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

proptest! {
    #[test]
    fn any_text(text in "\\PC{0,200}|(?s).{0,200}") {
        check(&text)?;
    }

    #[test]
    fn any_front_matter(yaml in "[a-z:\\-\\[\\]{}\"'#&*!|> \n0-9]{0,120}", body in "(?s).{0,80}") {
        check(&format!("---\n{yaml}\n---\n{body}"))?;
    }

    #[test]
    fn any_body(pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40)) {
        let front = EVERYTHING.find("\n---\n").unwrap() + 5;
        check(&format!("{}{}", &EVERYTHING[..front], pieces.concat()))?;
    }

    #[test]
    fn mutated_digests(edits in proptest::collection::vec((0..EVERYTHING.len(), 0usize..30, proptest::sample::select(PIECES.to_vec())), 1..6)) {
        let mut text = EVERYTHING.to_owned();
        for (at, length, piece) in edits {
            let start = boundary(&text, at);
            let end = boundary(&text, start + length).max(start);
            text.replace_range(start..end, piece);
        }
        check(&text)?;
    }

    // YAML holds no U+FFFE and no U+FFFF (YAML 1.2.2, 5.1): such a title is a fault, told like any other.
    #[test]
    fn any_title(title in "\\PC{0,60}|(?s)[^\\u{FFFE}\\u{FFFF}]{0,60}") {
        let date = |y| PartialDate::new(y, Some(5), None).unwrap();
        let faults = digest::lint(&digest::skeleton(&title, date(2026), date(2027)), "new");
        // Its topic is yet to be named.
        let codes: Vec<&str> = faults.iter().map(|f| f.code).collect();
        prop_assert_eq!(codes, ["unfamiliar-topic"], "{:?}", faults);
    }
}
