//! The checker refuses what the evidence does not say, word for word, from a source that may be cited.
#![allow(clippy::unwrap_used)] // a test may panic

use answering::{
    Article, Asked, Basis, Body, Drafter, Extractive, Found, Likely, Outcome, Shelf, Support, plan, verify,
};
use clinical::Reader;
use evidence::{Identifiers, Kind, KindBasis, Part, Passage, Source, Span, Standing, Statement};
use retrieval::{Analyzer, Bm25, Query, Statistics};

const SENTENCE: &str = "Fasting glucose was lower with metformin than with placebo at week 12 (P = .03).";
const QUESTION: &str = "Does metformin compared with placebo lower fasting glucose?";

fn study(id: &str, sentence: &str) -> Source {
    let span = Span::new(0, sentence.len()).unwrap();
    let statements = vec![Statement { span, marks: None }];
    Source {
        id: id.parse().unwrap(),
        kind: Kind::RandomizedTrial,
        kind_basis: KindBasis { from: "title".into(), words: "randomized".into() },
        title: "Metformin in adults with prediabetes: a randomized trial".into(),
        ids: Identifiers::default(),
        authors: vec![],
        container: None,
        date: None,
        licence: None,
        article_type: None,
        topics: vec![],
        related: vec![],
        references: vec![],
        digest: None,
        text: sentence.into(),
        passages: vec![Passage { span, heading: vec![], part: Part::Abstract, statements }],
    }
}

fn shelf(sources: Vec<Source>) -> Shelf {
    let mut analyzer = Analyzer::default();
    let query = Query::from_text(&mut analyzer, QUESTION);
    let frequencies = vec![3; query.terms().len()];
    let bm25 = Bm25::new(&query, &Statistics { passages: 100, mean_bytes: 80.0, frequencies });
    let likely = sources.iter().map(|s| Likely {
        source: s.id.clone(),
        passage: 0,
        odds: 2.0,
        sentences: vec![0.0; s.passages[0].statements.len()],
    });
    let likely = likely.collect();
    let found = sources
        .into_iter()
        .map(|source| {
            let scored = bm25.score(&mut analyzer, &[&source.title, &source.text]);
            Found { source, standing: Standing::Current, bytes: "0".repeat(64), hits: vec![(0, scored)] }
        })
        .collect();
    Shelf { found, likely, bm25, snapshot: "test".into(), newest: None, sources: 1, topics: vec![], works: vec![] }
}

fn draft(shelf: &Shelf) -> Body {
    let asked = Asked { question: QUESTION.into(), case: clinical::read_case(QUESTION), reader: Reader::Clinician };
    let plan = plan(&asked, shelf);
    Extractive.draft(&plan).unwrap().body().clone()
}

#[test]
fn what_the_evidence_says_passes_as_quoted() {
    let shelf = shelf(vec![study("PMC1", SENTENCE)]);
    let article = verify(Article::draft(draft(&shelf)), &shelf);
    let line = article.body().lines().next().unwrap();
    assert_eq!((line.text.as_str(), &line.support), (SENTENCE, &Support::Supported));
    assert_eq!(line.citations[0].basis, Basis::Quoted);
    assert!(article.dropped().is_empty());
}

/// Breaks the draft, expects every line to be dropped for that reason, and nothing to be claimed.
fn refused(spoil: impl Fn(&mut Body, &mut Shelf), reason: &str) {
    let mut shelf = shelf(vec![study("PMC1", SENTENCE)]);
    let mut body = draft(&shelf);
    spoil(&mut body, &mut shelf);
    let article = verify(Article::draft(body), &shelf);
    assert_eq!(article.body().outcome, Outcome::Abstained);
    assert_eq!(article.body().lines().count(), 0);
    assert!(article.body().references.is_empty());
    assert!(!article.dropped().is_empty());
    for dropped in article.dropped() {
        assert!(dropped.reason.contains(reason), "{}", dropped.reason);
    }
}

fn each_line(body: &mut Body, change: impl Fn(&mut answering::Line)) {
    let sections = body.sections.iter_mut().flat_map(|s| &mut s.groups).flat_map(|g| &mut g.lines);
    body.bottom_line.iter_mut().chain(sections).for_each(change);
}

#[test]
fn a_changed_number_is_refused() {
    refused(|body, _| each_line(body, |l| l.text = l.text.replace("12", "24")), "a number is not in the evidence");
}

#[test]
fn a_quote_that_does_not_stand_there_is_refused() {
    refused(
        |body, _| {
            each_line(body, |l| {
                l.text = l.text.replace("lower", "higher");
                l.citations[0].quote = l.text.clone();
            });
        },
        "does not stand",
    );
}

#[test]
fn a_line_without_citation_is_refused() {
    refused(|body, _| each_line(body, |l| l.citations.clear()), "cites nothing");
}

#[test]
fn a_retracted_source_is_refused() {
    refused(|_, shelf| shelf.found[0].standing = Standing::Retracted, "retracted");
}

#[test]
fn a_source_that_changed_or_is_not_there_is_refused() {
    refused(|_, shelf| shelf.found[0].bytes = "1".repeat(64), "has changed");
    refused(|_, shelf| shelf.found.clear(), "not among the evidence");
}

#[test]
fn a_study_cannot_pass_as_a_digest_nor_lead_to_no_reference() {
    refused(|body, _| each_line(body, |l| l.citations[0].basis = Basis::Summarised), "basis");
    refused(|body, _| body.references.clear(), "not in the list");
}

#[test]
fn references_are_numbered_anew_when_lines_are_dropped() {
    let other = "Fasting glucose was no lower with metformin than with placebo at week 4 (P = .40).";
    let shelf = shelf(vec![study("PMC1", SENTENCE), study("PMC2", other)]);
    let mut body = draft(&shelf);
    assert_eq!(body.references.len(), 2);
    let first = body.references[0].held_as.clone();
    each_line(&mut body, |l| {
        if l.citations[0].source == first {
            l.text.push_str(" It cured 99 % of them.");
        }
    });
    let article = verify(Article::draft(body), &shelf);
    let numbers: Vec<usize> = article.body().references.iter().map(|r| r.number).collect();
    assert_eq!(numbers, [1]);
    assert_ne!(article.body().references[0].held_as, first);
    assert!(article.body().lines().flat_map(|l| &l.citations).all(|c| c.references[0].number == 1));
}
