//! Registrations made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

mod common;

use common::{
    assert_refused, each_cut, fails_with, flipped, flips, holds_together, moves, read_as, shown_with_revision as shown,
    shuffled, unit,
};
use proptest::prelude::*;
use reading::{Context, Format, Reading, read};

const RESULTS: &str = include_str!("fixtures/trial/results.json");
const WITHDRAWN: &str = include_str!("fixtures/trial/withdrawn.json");

fn trial(bytes: &[u8]) -> Reading {
    read_as(Format::Trial, "study.json", bytes)
}

#[test]
fn a_terminated_trial_with_results() {
    let reading = trial(RESULTS.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn a_withdrawn_trial_without_results() {
    let reading = trial(WITHDRAWN.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn only_posted_results_of_random_allocation_make_a_trial() {
    let kind = |text: String| trial(text.as_bytes()).source.unwrap().kind;
    assert_eq!(kind(RESULTS.to_owned()), evidence::Kind::RandomizedTrial);
    assert_eq!(kind(RESULTS.replace("\"RANDOMIZED\"", "\"NON_RANDOMIZED\"")), evidence::Kind::Other);
    assert_eq!(kind(RESULTS.replace("resultsSection", "x")), evidence::Kind::Other);
    assert_eq!(kind(WITHDRAWN.to_owned()), evidence::Kind::Other);
}

#[test]
fn publications_never_name_the_study() {
    let source = trial(RESULTS.as_bytes()).source.unwrap();
    assert_eq!(source.id.as_str(), "nct:NCT00000000");
    assert_eq!(source.ids.pmid, None);
    assert_eq!(source.references.len(), 4);
    assert_eq!(source.related.len(), 2);
}

#[test]
fn groups_that_share_an_id_are_not_named() {
    let text =
        RESULTS.replace("{\"id\": \"EG001\", \"title\": \"Placebo\"", "{\"id\": \"EG000\", \"title\": \"Placebo\"");
    let reading = trial(text.as_bytes());
    assert!(reading.problems.iter().any(|p| p.code == "duplicate-id"));
    let source = reading.source.unwrap();
    assert!(
        source.text.contains("Serious adverse event: Invented harm | Cardiac disorders | EG000: 2 of 137 affected")
    );
}

#[test]
fn what_is_no_study_is_an_error() {
    for (text, code) in
        [("[1]", "unknown-format"), ("{}", "unknown-format"), ("", "json"), ("{\"protocolSection\": {}}", "empty")]
    {
        assert_refused(text, &trial(text.as_bytes()), code);
    }
    let reading = trial(b"{\n \"protocolSection\": nope}");
    assert_eq!(reading.problems[0].code, "json");
    assert_eq!(reading.problems[0].place.map(|p| (p.line, p.column)), Some((2, 22)));
    assert_eq!(trial(b"{\n \"a\": \"\xff\"}").problems[0].code, "not-utf8");
    let deep = format!("{{\"protocolSection\": {}", "[".repeat(100_000));
    assert_eq!(trial(deep.as_bytes()).problems[0].code, "json");
}

#[test]
fn a_study_on_a_line_is_reported_on_that_line() {
    let mut unit = unit(Format::Trial, "studies.jsonl", b"{\"a\":");
    unit.origin.line = Some(12);
    assert_eq!(read(&unit, &Context::of("test")).problems[0].place.map(|p| p.line), Some(12));
}

#[test]
fn fields_of_the_wrong_kind_lose_only_themselves() {
    let text = RESULTS
        .replace("\"phases\": [\"PHASE2\", \"PHASE3\"]", "\"phases\": \"PHASE2\"")
        .replace("\"secondaryOutcomes\": [{\"measure\": \"Relapse\"}]", "\"secondaryOutcomes\": 7")
        .replace("\"maskingInfo\": {", "\"maskingInfo\": null, \"y\": {");
    let source = trial(text.as_bytes()).source.unwrap();
    assert!(source.text.contains("Phase: phase 2."));
    assert!(source.text.contains("Allocation: randomized."));
}

#[test]
fn a_study_with_more_rows_than_can_be_read_says_so() {
    let event = r#"{"term":"x","stats":[{"groupId":"a","numAffected":1}]}"#;
    let events = vec![event; 50_001].join(",");
    let text = format!(
        r#"{{"protocolSection":{{"identificationModule":{{"briefTitle":"t"}}}},"resultsSection":{{"adverseEventsModule":{{"seriousEvents":[{events}]}}}}}}"#
    );
    let reading = trial(text.as_bytes());
    assert!(reading.source.is_some());
    assert!(fails_with(&reading, "too-large"));
}

#[test]
fn every_cut_is_reported() {
    for text in [RESULTS, WITHDRAWN] {
        each_cut(text, trial, |at, reading| assert_eq!(reading.problems[0].code, "json", "cut at {at}"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&trial(&bytes));
    }

    #[test]
    fn damage_never_breaks_reading(flips in flips()) {
        holds_together(&trial(&flipped(RESULTS, &flips)));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(moves in moves()) {
        holds_together(&trial(shuffled(WITHDRAWN, &moves).as_bytes()));
    }
}
