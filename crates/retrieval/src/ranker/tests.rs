//! The rankers as a whole, on a small article.

use super::*;
use crate::{Analyzer, Query, Statistics};
use evidence::Part;

fn article() -> Article<'static> {
    let paragraph = |part, sentences: &[&'static str]| Paragraph { heading: &[], part, sentences: sentences.to_vec() };
    Article {
        title: "Ketamine for pain after caesarean section: a randomised trial",
        passages: vec![
            paragraph(
                Part::Abstract,
                &[
                    "We aimed to compare ketamine with saline for postoperative pain.",
                    "Pain on the visual analogue scale (VAS) was significantly lower with ketamine than with saline (P < 0.01).",
                ],
            ),
            paragraph(
                Part::Body,
                &[
                    "Sixty women were randomly allocated by a computer.",
                    "Nausea did not differ between groups (12% vs 14%, P = 0.7).",
                    "The VAS at two hours was recorded by a nurse.",
                ],
            ),
        ],
    }
}

#[test]
fn rows_have_the_names_they_are_said_to_have() {
    let mut features = Features::default();
    let asked = features.ask("Does ketamine compared with saline change nausea?", &[]);
    let rows = features.sentences(&asked, &article());
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|r| r.len() == SENTENCE_WIDTH && r.iter().all(|x| x.is_finite())));
    let at = |name: &str| SENTENCE_FEATURES.iter().position(|n| *n == name).unwrap();
    assert_eq!(rows[3][at("outcome_coverage")], 1.0);
    assert_eq!(rows[3][at("p_value")], 1.0);
    assert_eq!(rows[2][at("outcome_coverage")], 0.0);
    // An abbreviation explained elsewhere in the article counts as its words.
    let asked = features.ask("visual analogue scale", &[]);
    let rows = features.sentences(&asked, &article());
    assert_eq!(rows[4][at("coverage")], 1.0);
    let mut names = SENTENCE_FEATURES.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), SENTENCE_WIDTH);
}

#[test]
fn words_count_under_other_names_and_in_parts() {
    let mut features = Features::default();
    let at = |name: &str| SENTENCE_FEATURES.iter().position(|n| *n == name).unwrap();
    let question = "sickness after ketamine";
    let sickness = OtherName { start: 0, end: 8, name: "nausea".to_owned(), weight: 0.8 };
    let asked = features.ask(question, &[]);
    let without = features.sentences(&asked, &article());
    let asked = features.ask(question, &[sickness]);
    let with = features.sentences(&asked, &article());
    assert!(with[3][at("coverage")] > without[3][at("coverage")]);
    assert_eq!((with[3][at("other_names")], without[3][at("other_names")]), (1.0, 0.0));
    // An abbreviation is found only as it is written.
    let vas = OtherName { start: 0, end: 4, name: "NURSE".to_owned(), weight: 0.8 };
    let asked = features.ask("pain", &[vas]);
    assert!(features.sentences(&asked, &article()).iter().all(|r| r[at("other_names")] == 0.0));
    let asked = features.ask("nonrandomly", &[]);
    assert!(features.sentences(&asked, &article())[2][at("parts_coverage")] > 0.5);
}

#[test]
fn the_sentence_on_the_outcome_asked_comes_first() {
    let mut ranker = Ranker::default();
    for (question, best) in [
        ("Does ketamine compared with saline change nausea?", (1, 1)),
        ("Is pain lower with ketamine than with saline?", (0, 1)),
        ("nausea ketamine saline", (1, 1)),
    ] {
        let asked = ranker.ask(question, &[]);
        let ranked = ranker.sentences(&asked, &article());
        assert_eq!((ranked[0].passage, ranked[0].sentence), best, "{question}");
        assert_eq!(ranked, Ranker::default().sentences(&asked, &article()));
    }
}

#[test]
fn passages_of_the_better_article_come_first() {
    let mut ranker = Ranker::default();
    let other = Article { title: "Zinc for warts", ..article() };
    let found = [
        FoundArticle { article: other, hits: vec![(1, 3.0)] },
        FoundArticle { article: article(), hits: vec![(1, 6.0), (0, 5.0)] },
    ];
    let question = "Does ketamine compared with saline change nausea?";
    let query = Query::from_text(&mut Analyzer::default(), question);
    let statistics = Statistics { passages: 100, mean_bytes: 500.0, frequencies: vec![3; query.terms().len()] };
    let bm25 = Bm25::new(&query, &statistics);
    let asked = ranker.ask(question, &[]);
    let ranked = ranker.passages(&asked, &bm25, &found, 2);
    assert_eq!(ranked.articles[0].0, 1);
    assert_eq!((ranked.passages[0].found, ranked.passages[0].passage, ranked.passages[0].best()), (1, 1, 1));
    assert_eq!(ranked.passages.len(), 4);
    assert!(ranked.rows.iter().all(|r| r.len() == passage_features().len() && r.iter().all(|x| x.is_finite())));
    assert!(ranker.passages(&asked, &bm25, &[], 2).passages.is_empty());
}

#[test]
fn nothing_asked_and_nothing_held_are_no_trouble() {
    let mut ranker = Ranker::default();
    let asked = ranker.ask("", &[]);
    assert_eq!(ranker.sentences(&asked, &article()).len(), 5);
    assert!(ranker.sentences(&asked, &Article::default()).is_empty());
}
