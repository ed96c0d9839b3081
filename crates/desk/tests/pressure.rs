//! A raised blood pressure is asked about as hypertension is, though nobody says the word.
#![allow(clippy::unwrap_used)] // a test may panic

use desk::answering::{Body, Outcome};
use desk::{Desk, Question};

fn asked(text: &str) -> (Body, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let body = desk.ask(&Question::new(text)).unwrap().article.body;
    let sources = body.bottom_line.iter().flat_map(|l| &l.citations).map(|c| c.source.to_string()).collect();
    (body, sources)
}

/// "30 weeks pregnant, BP 142/91, how is this treated?" led with how to exclude pulmonary embolism.
#[test]
fn a_raised_pressure_in_pregnancy_is_answered_about_pressure() {
    let (body, sources) = asked("30 weeks pregnant, BP 142/91, how is this treated?");
    assert_eq!(body.outcome, Outcome::Answered);
    assert!(!sources.is_empty() && sources.iter().all(|s| s == "digest:hypertension-pregnancy"), "{sources:?}");
}

/// The goal in kidney disease was not told to who gave a pressure and no diagnosis; it is told under the condition that it hangs on.
#[test]
fn the_goal_in_kidney_disease_is_told_under_the_condition_that_it_is_hypertension() {
    let (body, sources) = asked("58M with CKD stage 3, BP 158/95, what blood pressure target?");
    assert_eq!(body.outcome, Outcome::Answered);
    assert!(!sources.is_empty() && sources.iter().all(|s| s == "digest:hypertension-ckd"), "{sources:?}");
    assert!(body.bottom_line.iter().all(|l| l.condition.as_deref().is_some_and(|c| c.contains("hypertension"))));
    let (calm, _) = asked("58M with CKD stage 3, BP 118/70, what blood pressure target?");
    assert_eq!(calm.outcome, Outcome::Abstained);
}
