//! Labels made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

mod common;

use common::{
    assert_refused, each_cut, fails, fails_with, flipped, flips, holds_together, moves, read_as,
    shown_with_revision as shown, shuffled,
};
use proptest::prelude::*;
use reading::{Format, Reading};

const PLR: &str = include_str!("fixtures/label/plr.xml");
const OTC: &str = include_str!("fixtures/label/otc.xml");

fn label(bytes: &[u8]) -> Reading {
    read_as(Format::Label, "label.xml", bytes)
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
    assert!(fails_with(&reading, "truncated"));
    assert!(reading.source.unwrap().text.contains("Avoid placebex."));
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
        assert_refused(text, &label(text.as_bytes()), code);
    }
    let deep = format!("<document><component>{}", "<component>".repeat(100_000));
    assert!(label(deep.as_bytes()).problems.iter().any(|p| p.code == "too-deep"));
}

#[test]
fn every_cut_is_reported() {
    for text in [PLR, OTC] {
        each_cut(text, label, |at, reading| assert!(fails(reading), "cut at {at}"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&label(&bytes));
    }

    #[test]
    fn damage_never_breaks_reading(flips in flips()) {
        holds_together(&label(&flipped(PLR, &flips)));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(moves in moves()) {
        holds_together(&label(shuffled(OTC, &moves).as_bytes()));
    }
}

#[test]
fn control_characters_of_attributes_stay_out_of_the_text() {
    assert!(PLR.contains("displayName=\"NDA\""));
    let text = PLR.replace("displayName=\"NDA\"", "displayName=\"ND\u{14}A\"");
    holds_together(&label(text.as_bytes()));
}
