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
