//! What is asked about a disease that the library holds, and that nothing in the library speaks of, is not answered with the plan
//! of the disease; what hangs on an exception does not lead.
#![allow(clippy::unwrap_used)] // a test may panic

use desk::answering::Outcome;
use desk::{Body, Desk, Question};

fn ask(questions: &[&str]) -> Vec<Body> {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    questions.iter().map(|text| desk.ask(&Question::new(*text)).unwrap().article.body).collect()
}

#[test]
fn a_side_that_nothing_speaks_of_is_not_answered_with_the_plan() {
    let questions = [
        ("My feet have been numb since my bowel cancer chemo ended. Am I still allowed to drive?", "driving"),
        ("My blood magnesium came back a touch low. Which foods have the most magnesium in them?", "food and diet"),
        ("I have multiple myeloma on lenalidomide. Can we go on a long-haul flight in May?", "travel and flying"),
        ("36F resected stage III colon ca, nulliparous. Egg freezing before FOLFOX?", "fertility"),
    ];
    let bodies = ask(&questions.map(|q| q.0));
    for ((question, lacks), body) in questions.iter().zip(bodies) {
        assert_eq!(body.outcome, Outcome::Abstained, "{question}");
        let said = format!("No digest held here speaks of {lacks}.");
        assert!(body.lacking.contains(&said), "{question}: {:?}", body.lacking);
    }
}

#[test]
fn what_else_is_asked_is_answered_and_what_lacks_is_said() {
    let body =
        ask(&["mCRC, RAS mutant, MSS, ECOG 1, progressed on FOLFOX. What second line? And may she drive?"]).remove(0);
    assert_eq!(body.outcome, Outcome::Answered);
    assert!(body.lacking.iter().any(|l| l.contains("speaks of driving")), "{:?}", body.lacking);
}

/// Nothing tells what to take for shivers after zoledronate; that no statement speaks of them is said beside the bottom line.
#[test]
fn words_that_nothing_speaks_of_are_told() {
    let body =
        ask(&["61M mCRC due to start FOLFIRI, DPYD *2A heterozygote. By what percentage is the bolus cut?"]).remove(0);
    assert_eq!(body.lacking, ["Asked, and spoken of by nothing below: \u{201c}bolus\u{201d}."], "{body:?}");
    let plain = ask(&["mCRC, RAS mutant, MSS, ECOG 1, progressed on FOLFOX. What second line?"]).remove(0);
    assert!(plain.lacking.is_empty(), "{:?}", plain.lacking);
}

/// Where only prohibitions apply, the bottom line was empty.
#[test]
fn what_must_not_be_done_leads_where_nothing_else_applies() {
    let body = ask(&["Should prednisolone be given for alcohol-associated hepatitis with MELD 12?"]).remove(0);
    assert_eq!(body.outcome, Outcome::Answered);
    assert!(!body.bottom_line.is_empty());
}

/// A warning on a raised CEA, of which nothing was told, led the answer to a question on neuropathy.
#[test]
fn what_hangs_on_an_exception_does_not_lead() {
    let text = "71M, resected stage III colon cancer, on 3rd CAPOX cycle, tingling fingers that does not settle. Can I stop \
                oxaliplatin and go on with capecitabine alone?";
    let body = ask(&[text]).remove(0);
    let ids: Vec<_> =
        body.bottom_line.iter().flat_map(|l| &l.citations).filter_map(|c| c.statement.as_deref()).collect();
    assert_eq!(ids.first(), Some(&"tox-neuropathy-weigh"), "{ids:?}");
    assert!(!ids.contains(&"sv-avoid-blind-chemo"), "{ids:?}");
}
