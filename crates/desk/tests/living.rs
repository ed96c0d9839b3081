//! Living articles over a real data folder: the reasons for which one must be looked at again.

#![allow(clippy::unwrap_used)] // a test may panic

use desk::evidence::{PartialDate, Standing};
use desk::{AddOptions, Desk, Question, Reason, SourceId};
use std::path::Path;

const HEADER: &str = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";
const QUESTION: &str = "67-year-old man with metastatic colon cancer, progressed on FOLFOX, ECOG 1: what next?";

fn retract(desk: &mut Desk, folder: &Path, pmid: &str) {
    let list = folder.join("list.csv");
    let row = format!("1,A title,1/2/2026 0:00,,,1/1/2019 0:00,,{pmid},Retraction,+Error;");
    std::fs::write(&list, format!("{HEADER}\n{row}\n")).unwrap();
    desk.standing(&list, "test", |_| {}).unwrap();
}

#[test]
fn composed_anew_over_the_same_library_nothing_differs() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    for (question, follow_up) in [
        (QUESTION, "what if KRAS is mutant?"),
        ("How is hypomagnesemia evaluated?", "and in pregnancy?"),
        ("72F pneumonia, CURB-65 2, penicillin anaphylaxis: which antibiotic?", "she also takes warfarin"),
    ] {
        let asked = desk.ask(&Question::new(question)).unwrap().article;
        let followed = desk.follow(&asked.hash, &Question::new(follow_up), None).unwrap().article;
        for article in [asked, followed] {
            let anew = desk.anew(&article.body).unwrap();
            assert!(anew.difference.is_empty(), "{question}: {:#?}", anew.difference);
            assert_eq!(anew.reason, None);
            assert_eq!(desk.reasons(&article.body, PartialDate::new(2026, Some(11), Some(27))).unwrap(), []);
        }
    }
}

#[test]
fn a_work_that_falls_a_digest_that_ages_and_one_that_leaves_are_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let body = desk.ask(&Question::new(QUESTION)).unwrap().article.body;
    let late = PartialDate::new(2199, Some(1), Some(1));
    let aged = desk.reasons(&body, late).unwrap();
    assert!(aged.iter().any(|r| matches!(r, Reason::ReviewBy { .. })), "{aged:?}");
    assert_eq!(desk.reasons(&body, None).unwrap(), []);

    let cited = body.references.iter().find(|r| r.ids.pmid.is_some()).unwrap();
    retract(&mut desk, folder.path(), &cited.ids.pmid.unwrap().to_string());
    let fell = desk.reasons(&body, None).unwrap();
    let expected = Reason::Standing { title: cited.title.clone(), was: Standing::Current, now: Standing::Retracted };
    assert_eq!(fell, [expected]);
    assert!(fell[0].is_grave());
    // What is composed now no longer cites it.
    let anew = desk.anew(&body).unwrap();
    assert!(anew.difference.references.iter().any(|r| r.title == cited.title && r.what == "no longer cited"));

    let digest: SourceId = body.bottom_line[0].citations[0].source.clone();
    desk.remove(std::slice::from_ref(&digest)).unwrap();
    let left = desk.reasons(&body, None).unwrap();
    assert!(left.iter().any(|r| matches!(r, Reason::Removed { source, .. } if *source == digest)), "{left:?}");
    assert!(matches!(desk.anew(&body).unwrap().reason, Some(Reason::Evidence)));
}

#[test]
fn a_source_replaced_is_a_reason_only_where_what_is_quoted_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(&folder.path().join("data")).unwrap();
    let body = desk.ask(&Question::new("How is hypomagnesemia evaluated?")).unwrap().article.body;
    let cited = &body.bottom_line[0].citations[0];
    let path = folder.path().join("magnesium-disorders.md");
    let text = include_str!("../../../starter/magnesium-disorders.md");
    let mut replace = |text: String| {
        std::fs::write(&path, text).unwrap();
        desk.add(std::slice::from_ref(&path), &AddOptions::default(), |_| {}).unwrap();
        desk.reasons(&body, None).unwrap()
    };
    assert_eq!(replace(format!("{text}\n")), []);
    let quote = cited.quote.as_str();
    assert!(text.contains(quote));
    let replaced = replace(text.replace(quote, &quote.replacen(' ', " always ", 1)));
    assert!(replaced.iter().any(|r| matches!(r, Reason::Replaced { source, .. } if *source == cited.source)));
}
