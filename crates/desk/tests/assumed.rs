//! A question that names no disease of the library is taken to be about one only where everything it names speaks of it.
#![allow(clippy::unwrap_used)] // a test may panic

use desk::answering::Outcome;
use desk::{Body, Desk, Question};

fn ask(questions: &[&str]) -> Vec<Body> {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    questions.iter().map(|text| desk.ask(&Question::new(*text)).unwrap().article.body.clone()).collect()
}

fn says(body: &Body, statement: &str) -> bool {
    let lines = body.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines);
    lines.flat_map(|l| &l.citations).any(|c| c.statement.as_deref() == Some(statement))
}

/// Nothing was answered to who names the marker and the drug and not the disease.
#[test]
fn what_is_assumed_is_said() {
    let bodies = ask(&["EGFR exon 19 deletion, PD-L1 90%, never smoker, stage IV. Pembrolizumab alone first?"]);
    assert_eq!(bodies[0].outcome, Outcome::Answered);
    assert!(says(&bodies[0], "lun-avoid-ici-egfr"));
    let assumed = bodies[0].limits.iter().filter(|l| l.contains("taken to be about")).count();
    assert_eq!(assumed, 1, "{:?}", bodies[0].limits);
}

#[test]
fn a_disease_that_is_named_is_never_overruled() {
    let questions = [
        "How is rituximab given for rheumatoid arthritis, and is hepatitis B screening needed?",
        "pembrolizumab for MSI-H endometrial cancer second line?",
        "What dose of zoledronic acid is used for osteoporosis?",
        "HIPEC for colorectal peritoneal metastases: benefit over cytoreduction alone?",
        "How often should a 50-year-old at average risk have a screening colonoscopy?",
        "Does FIT replace colonoscopy if my brother had colon cancer at 44?",
        "Does IV magnesium help in a severe asthma exacerbation?",
        "Can I take ondansetron for morning sickness in pregnancy?",
        "Ramosetron with dexamethasone or ramosetron alone for postoperative nausea and vomiting?",
        "Is dexamethasone enough against nausea after surgery?",
        "What is the dose of apixaban for atrial fibrillation with CrCl 25?",
        "duloxetine for depression dose",
    ];
    for (question, body) in questions.iter().zip(ask(&questions)) {
        assert_ne!(body.outcome, Outcome::Answered, "{question}");
    }
}

/// A child's dose was answered from a digest on adults.
#[test]
fn nothing_is_said_of_a_child_from_a_digest_on_adults() {
    let bodies = ask(&["My 4 year old has pneumonia, weighs 16 kg, how many ml of amoxicillin should she get?"]);
    assert_ne!(bodies[0].outcome, Outcome::Answered);
    assert!(bodies[0].limits.iter().any(|l| l.contains("under 18")));
}
