//! Registrations made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use reading::{Context, Format, Origin, Reading, Severity, Unit, read};

const RESULTS: &str = include_str!("fixtures/trial/results.json");
const WITHDRAWN: &str = include_str!("fixtures/trial/withdrawn.json");

fn trial(bytes: &[u8]) -> Reading {
    let unit = Unit { origin: Origin::file("study.json"), format: Format::Trial, bytes: bytes.to_vec() };
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
        let reading = trial(text.as_bytes());
        assert!(reading.source.is_none(), "{text}");
        assert_eq!(reading.problems.last().map(|p| p.code), Some(code), "{text}");
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
    let origin = Origin { path: "studies.jsonl".into(), member: None, line: Some(12) };
    let unit = Unit { origin, format: Format::Trial, bytes: b"{\"a\":".to_vec() };
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
    assert!(reading.problems.iter().any(|p| p.code == "too-large" && p.severity == Severity::Error));
}

#[test]
fn every_cut_is_reported() {
    for text in [RESULTS, WITHDRAWN] {
        for at in (0..text.trim_end().len()).step_by(7) {
            if let Some(part) = text.as_bytes().get(..at) {
                let reading = trial(part);
                holds_together(&reading);
                assert_eq!(reading.problems[0].code, "json", "cut at {at}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&trial(&bytes));
    }

    #[test]
    fn damage_never_breaks_reading(flips in prop::collection::vec((0..RESULTS.len(), any::<u8>()), 1..8)) {
        let mut bytes = RESULTS.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        holds_together(&trial(&bytes));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(cuts in prop::collection::vec((0..WITHDRAWN.len(), 1usize..400, 0..WITHDRAWN.len()), 1..6)) {
        let mut text: Vec<char> = WITHDRAWN.chars().collect();
        for (from, length, to) in cuts {
            let from = from.min(text.len().saturating_sub(1));
            let end = (from + length).min(text.len());
            let moved: Vec<char> = text.drain(from..end).collect();
            let to = to.min(text.len());
            text.splice(to..to, moved);
        }
        let text: String = text.into_iter().collect();
        holds_together(&trial(text.as_bytes()));
    }
}
