//! A drug that is planned is asked about wherever the question tells of it.
#![allow(clippy::unwrap_used)] // a test may panic

use desk::answering::Outcome;
use desk::{Desk, Question};

/// "Now starting rifampicin. Can she stay on it?" asks in a sentence that names no drug; nothing was answered, and the interaction
/// that the library holds was not said.
#[test]
fn an_interaction_is_said_whichever_sentence_names_the_drug() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let text = "55F on apixaban for a PE 8 months ago, now starting rifampicin for TB. Can she stay on it?";
    let body = desk.ask(&Question::new(text)).unwrap().article.body;
    assert_eq!(body.outcome, Outcome::Answered);
    let ids = body.bottom_line.iter().flat_map(|l| &l.citations).filter_map(|c| c.statement.as_deref());
    assert_eq!(ids.collect::<Vec<_>>(), ["pe-avoid-inducers"]);
}

/// A direct oral anticoagulant led the bottom line for a patient on rifampicin, and the warning stood three sections below.
#[test]
fn what_a_drug_of_the_patient_forbids_stands_in_the_bottom_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let text = "72F, acute PE, on rifampicin for TB, eGFR 55, no bleeding. Which anticoagulant, and for how long?";
    let body = desk.ask(&Question::new(text)).unwrap().article.body;
    let ids = body.bottom_line.iter().flat_map(|l| &l.citations).filter_map(|c| c.statement.as_deref());
    assert!(ids.collect::<Vec<_>>().contains(&"pe-avoid-inducers"), "{:?}", body.bottom_line);
}
