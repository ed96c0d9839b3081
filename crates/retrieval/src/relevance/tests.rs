//! The weighing as a whole, on a few small documents.

use super::*;
use crate::{Query, Statistics};

fn text<'a>(document: usize, title: &'a str, sentences: &[&'a str]) -> Text<'a> {
    let n = sentences.len();
    Text { document, title, heading: &[], sentences: sentences.to_vec(), passage: 0..n, lexical: 0.0 }
}

fn bm25(question: &str) -> Bm25 {
    let query = Query::from_text(&mut Analyzer::default(), question);
    let statistics = Statistics { passages: 1000, mean_bytes: 700.0, frequencies: vec![5; query.terms().len()] };
    Bm25::new(&query, &statistics)
}

#[test]
fn rows_have_the_names_they_are_said_to_have() {
    let mut relevance = Relevance::default();
    let question = "what helps against a heart attack";
    let texts = [
        text(
            0,
            "Treatments for myocardial infarction",
            &["Aspirin is given.", "Treatment opens the heart's arteries."],
        ),
        text(1, "Treatments for warts", &["Zinc is given."]),
    ];
    let rows = relevance.rows(question, &bm25(question), &texts);
    assert!(rows.iter().all(|r| r.len() == WIDTH && r.iter().all(|x| x.is_finite())));
    let at = |name: &str| FEATURES.iter().position(|n| *n == name).unwrap();
    assert_eq!(rows[0][at("aspect_title")], 1.0);
    assert!(rows[0][at("title_cosine")] > rows[1][at("title_cosine")]);
    assert!(rows[0][at("doc_coverage")] > 0.2 && rows[1][at("doc_coverage")] == 0.0);
    let mut row = vec![0.0; WIDTH];
    (row[at("doc_bm25_ratio")], row[at("doc_cosine_ratio")]) = (1.0, 1.0);
    row[at("doc_cosine")] = 0.5;
    assert_eq!(cosine(&row), 0.5);
    assert!((rows::mixture(&row) - 5.0).abs() < 1e-6);
    let mut names = FEATURES.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), WIDTH);
}

#[test]
fn the_document_on_the_thing_and_the_aspect_comes_first() {
    let mut relevance = Relevance::default();
    let question = "my dad had a heart attack, how do they treat that";
    let texts = [
        text(0, "Treatments for warts", &["Zinc is given to treat warts."]),
        text(1, "What causes a heart attack", &["A clot closes an artery of the heart."]),
        text(2, "What are the treatments for heart attack", &["Aspirin and a stent open the artery."]),
    ];
    let rows = relevance.rows(question, &bm25(question), &texts);
    let scores: Vec<f64> = rows.iter().map(|r| relevance.score(r)).collect();
    assert!(scores[2] > scores[1] && scores[1] > scores[0], "{scores:?}");
}

#[test]
fn nothing_asked_and_nothing_held_are_no_trouble() {
    let mut relevance = Relevance::default();
    assert!(relevance.rows("", &bm25(""), &[]).is_empty());
    let rows = relevance.rows("", &bm25(""), &[text(0, "", &[])]);
    assert!(rows[0].iter().all(|x| x.is_finite()));
}
