//! Labels made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use reading::{Context, Format, Origin, Reading, Severity, Unit, read};

const PLR: &str = include_str!("fixtures/label/plr.xml");
const OTC: &str = include_str!("fixtures/label/otc.xml");

fn label(bytes: &[u8]) -> Reading {
    let unit = Unit { origin: Origin::file("label.xml"), format: Format::Label, bytes: bytes.to_vec() };
    read(&unit, &Context::of("test"))
}

/// Every reading gives a source or says why not, and what it gives holds together.
fn holds_together(reading: &Reading) {
    let Some(source) = &reading.source else {
        assert!(reading.problems.iter().any(|p| p.severity == Severity::Error));
        return;
    };
    let passages: Vec<&str> = source.passages.iter().map(|p| source.slice(p.span)).collect();
    assert_eq!(passages.join("\n\n"), source.text);
    for passage in &source.passages {
        assert!(passage.statements.iter().all(|s| passage.span.contains(s.span)));
    }
}

fn shown(reading: &Reading) -> serde_json::Value {
    let mut value = serde_json::to_value(&reading.source).unwrap();
    if let (Some(source), Some(object)) = (&reading.source, value.as_object_mut()) {
        let passages: Vec<serde_json::Value> = source
            .passages
            .iter()
            .map(|p| {
                let sentences: Vec<&str> = p.statements.iter().map(|s| source.slice(s.span)).collect();
                serde_json::json!({"part": p.part, "heading": p.heading, "sentences": sentences})
            })
            .collect();
        object.insert("passages".to_owned(), passages.into());
        object.remove("text");
    }
    serde_json::json!({"source": value, "revised": reading.revised, "problems": reading.problems})
}

#[test]
fn a_prescription_label_with_all_its_parts() {
    let reading = label(PLR.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn an_old_over_the_counter_label() {
    let reading = label(OTC.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn the_boxed_warning_is_never_lost() {
    let source = label(PLR.as_bytes()).source.unwrap();
    let boxed = source.passages.iter().find(|p| p.heading.first().is_some_and(|h| h == "Boxed Warning")).unwrap();
    assert!(source.slice(boxed.span).contains("Stop it at the first sign"));
    assert!(source.topics.iter().any(|t| t == "Boxed warning"));
    // Where only the highlights hold it, it is told from there.
    let at = PLR.find("<text><paragraph><content styleCode=\"bold\">Fictara may").unwrap();
    let end = PLR[at..].find("</text>").unwrap() + at + 7;
    let source = label(format!("{}{}", &PLR[..at], &PLR[end..]).as_bytes()).source.unwrap();
    let boxed = source.passages.iter().find(|p| p.heading.first().is_some_and(|h| h == "Boxed Warning")).unwrap();
    assert_eq!(source.slice(boxed.span), "Fictara may do harm. (5.1)");
    assert_eq!(boxed.part, evidence::Part::OtherAbstract);
}

#[test]
fn highlights_do_not_repeat_what_sections_say() {
    let text = label(PLR.as_bytes()).source.unwrap().text;
    assert!(!text.contains("FICTARA is for flutterosis."));
    assert!(text.contains("Avoid placebex."));
}

#[test]
fn a_set_id_that_is_none_names_nothing() {
    let text = OTC.replace("0a0b0c0d-1111-2222-3333-444455556667", "1.2.3");
    let reading = label(text.as_bytes());
    let source = reading.source.unwrap();
    assert!(source.id.as_str().starts_with("file:") && source.ids.other.is_empty());
    assert!(reading.problems.iter().any(|p| p.code == "no-identifier"));
}

#[test]
fn a_label_cut_off_keeps_what_stands_before_and_says_so() {
    let at = PLR.find("8 USE IN SPECIFIC").unwrap();
    let reading = label(&PLR.as_bytes()[..at]);
    assert!(reading.source.unwrap().text.contains("Avoid placebex."));
    assert!(reading.problems.iter().any(|p| p.code == "truncated" && p.severity == Severity::Error));
}

#[test]
fn what_is_no_label_is_an_error() {
    for (text, code) in [
        ("<article><body/></article>", "unknown-format"),
        ("<document></document>", "empty"),
        ("", "unknown-format"),
        ("<document><title></document>", "empty"),
        ("<?xml version='1.0' encoding='nope'?><document/>", "encoding"),
    ] {
        let reading = label(text.as_bytes());
        assert!(reading.source.is_none(), "{text}");
        assert_eq!(reading.problems.last().map(|p| p.code), Some(code), "{text}");
    }
    let deep = format!("<document><component>{}", "<component>".repeat(100_000));
    assert!(label(deep.as_bytes()).problems.iter().any(|p| p.code == "too-deep"));
}

#[test]
fn every_cut_is_reported() {
    for text in [PLR, OTC] {
        for at in (0..text.trim_end().len()).step_by(7) {
            if let Some(part) = text.as_bytes().get(..at) {
                let reading = label(part);
                holds_together(&reading);
                assert!(reading.problems.iter().any(|p| p.severity == Severity::Error), "cut at {at}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&label(&bytes));
    }

    #[test]
    fn damage_never_breaks_reading(flips in prop::collection::vec((0..PLR.len(), any::<u8>()), 1..8)) {
        let mut bytes = PLR.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        holds_together(&label(&bytes));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(cuts in prop::collection::vec((0..OTC.len(), 1usize..400, 0..OTC.len()), 1..6)) {
        let mut text: Vec<char> = OTC.chars().collect();
        for (from, length, to) in cuts {
            let from = from.min(text.len().saturating_sub(1));
            let end = (from + length).min(text.len());
            let moved: Vec<char> = text.drain(from..end).collect();
            let to = to.min(text.len());
            text.splice(to..to, moved);
        }
        let text: String = text.into_iter().collect();
        holds_together(&label(text.as_bytes()));
    }
}
