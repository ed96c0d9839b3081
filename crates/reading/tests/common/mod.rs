//! What the tests of the readers share: reading bytes, what holds of every reading, and damage done to fixtures.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // each test file uses some of them; a test may panic

use proptest::prelude::*;
use proptest::sample::Index;
use reading::{Context, Format, Origin, Reading, Severity, Unit, read};
use serde_json::{Value, json};
use std::time::Duration;

pub fn unit(format: Format, name: &str, bytes: &[u8]) -> Unit {
    Unit { origin: Origin::file(name), format, bytes: bytes.to_vec() }
}

/// Reads bytes as one document of a format, in a file of this name.
pub fn read_as(format: Format, name: &str, bytes: &[u8]) -> Reading {
    read(&unit(format, name, bytes), &Context::of("test"))
}

pub fn codes(reading: &Reading) -> Vec<&'static str> {
    reading.problems.iter().map(|p| p.code).collect()
}

/// Whether it reports an error.
pub fn fails(reading: &Reading) -> bool {
    reading.problems.iter().any(|p| p.severity == Severity::Error)
}

/// Whether it reports an error of this code.
pub fn fails_with(reading: &Reading, code: &str) -> bool {
    reading.problems.iter().any(|p| p.code == code && p.severity == Severity::Error)
}

/// Every reading gives a source or says why not, and what it gives holds together, without control characters.
#[track_caller]
pub fn holds_together(reading: &Reading) {
    let Some(source) = &reading.source else {
        assert!(fails(reading), "{:?}", reading.problems);
        return;
    };
    assert!(!source.title.is_empty());
    assert!(!source.text.chars().any(|c| c.is_control() && c != '\n'), "{:?}", source.text);
    let passages: Vec<&str> = source.passages.iter().map(|p| source.slice(p.span)).collect();
    assert_eq!(passages.join("\n\n"), source.text);
    for passage in &source.passages {
        assert!(!passage.statements.is_empty());
        for statement in &passage.statements {
            assert!(passage.span.contains(statement.span));
            assert!(!source.slice(statement.span).is_empty());
        }
    }
}

/// A reading as snapshots show it. Spans say little to the eye; the words they cover are shown in their place.
pub fn shown(reading: &Reading) -> Value {
    let mut value = serde_json::to_value(&reading.source).unwrap();
    if let (Some(source), Some(object)) = (&reading.source, value.as_object_mut()) {
        let passages: Vec<Value> = source
            .passages
            .iter()
            .map(|p| {
                let sentences: Vec<&str> = p.statements.iter().map(|s| source.slice(s.span)).collect();
                json!({"part": p.part, "heading": p.heading, "sentences": sentences})
            })
            .collect();
        object.insert("passages".to_owned(), passages.into());
        object.remove("text");
    }
    json!({"source": value, "problems": reading.problems})
}

/// The same of a format that says when a document was last revised.
pub fn shown_with_revision(reading: &Reading) -> Value {
    let mut value = shown(reading);
    value["revised"] = json!(reading.revised);
    value
}

/// Nothing is read of such text, and the last problem says why.
#[track_caller]
pub fn assert_refused(text: &str, reading: &Reading, code: &str) {
    assert!(reading.source.is_none(), "{text}");
    assert_eq!(reading.problems.last().map(|p| p.code), Some(code), "{text}");
}

/// Reads a text cut off at every seventh byte, and looks at what each cut gives.
#[track_caller]
pub fn each_cut(text: &str, read: impl Fn(&[u8]) -> Reading, look: impl Fn(usize, &Reading)) {
    for at in (0..text.trim_end().len()).step_by(7) {
        let reading = read(&text.as_bytes()[..at]);
        holds_together(&reading);
        look(at, &reading);
    }
}

/// Text made to cost much is read in time that grows with its size only.
#[track_caller]
pub fn assert_cheap(text: &str, read: impl Fn(&str) -> Reading) {
    let start = cpu_time::ThreadTime::now();
    let reading = read(text);
    let took = start.elapsed();
    holds_together(&reading);
    assert!(took < Duration::from_secs(20), "{took:?} for {}", text.chars().take(40).collect::<String>());
}

/// Some places and the bytes to put there.
pub fn flips() -> impl Strategy<Value = Vec<(Index, u8)>> {
    prop::collection::vec((any::<Index>(), any::<u8>()), 1..8)
}

pub fn flipped(text: &str, flips: &[(Index, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte) in flips {
        let at = at.index(bytes.len());
        bytes[at] = *byte;
    }
    bytes
}

/// Some stretches and where to move them.
pub fn moves() -> impl Strategy<Value = Vec<(Index, usize, Index)>> {
    prop::collection::vec((any::<Index>(), 1usize..400, any::<Index>()), 1..6)
}

pub fn shuffled(text: &str, moves: &[(Index, usize, Index)]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (from, length, to) in moves {
        let from = from.index(text.len());
        let end = (from + length).min(text.len());
        let moved: Vec<char> = text.drain(from..end).collect();
        let to = to.index(text.len() + 1);
        text.splice(to..to, moved);
    }
    text.into_iter().collect()
}

/// Bytes cut off, with one of the rest changed.
pub fn damaged(bytes: &[u8], cut: usize, at: usize, byte: u8) -> Vec<u8> {
    let mut bytes = bytes[..cut.clamp(1, bytes.len())].to_vec();
    let at = at % bytes.len();
    bytes[at] = byte;
    bytes
}
