use super::*;
use crate::article::{Outcome, Provenance};
use clinical::Reader;

/// An article that says nothing, to a question.
fn article(question: &str) -> Body {
    Body {
        question: question.to_owned(),
        title: String::new(),
        reader: Reader::Clinician,
        outcome: Outcome::Answered,
        reply: None,
        bottom_line: Vec::new(),
        case: read_case(question),
        sections: Vec::new(),
        lacking: Vec::new(),
        not_applying: Vec::new(),
        references: Vec::new(),
        related: Vec::new(),
        nearest: Vec::new(),
        limits: Vec::new(),
        follows: None,
        guide: None,
        provenance: Provenance {
            composer: String::new(),
            version: String::new(),
            snapshot: String::new(),
            newest: None,
            model: None,
        },
    }
}

fn after(question: &str, typed: &str) -> (Turn, String, Vec<String>) {
    let found = follow_up(&article(question), typed);
    let mut case = read_case(&found.text);
    found.settle(&mut case);
    let facts = case.facts.iter().map(|f| format!("{}: {}", f.attribute.label(), f.describe())).collect();
    (found.turn, found.text, facts)
}

const COLON: &str = "67F with metastatic colon cancer, KRAS wild-type, progressed on FOLFOX, ECOG 1. What next?";

#[test]
fn what_only_tells_keeps_the_question_and_changes_the_case() {
    for (typed, text) in [
        (
            "what if KRAS is mutant?",
            "67F with metastatic colon cancer, progressed on FOLFOX, ECOG 1. What next? KRAS is mutant.",
        ),
        (
            "MSI-high?",
            "67F with metastatic colon cancer, KRAS wild-type, progressed on FOLFOX, ECOG 1. What next? MSI-high.",
        ),
        (
            "and in pregnancy?",
            "67F with metastatic colon cancer, KRAS wild-type, progressed on FOLFOX, ECOG 1. What next? In pregnancy.",
        ),
        (
            "Actually, she never had FOLFOX.",
            "67F with metastatic colon cancer, KRAS wild-type, ECOG 1. What next? She never had FOLFOX.",
        ),
        ("but ECOG 3", "67F with metastatic colon cancer, KRAS wild-type, progressed on FOLFOX. What next? ECOG 3."),
        (
            "what if she also has CKD",
            "67F with metastatic colon cancer, KRAS wild-type, progressed on FOLFOX, ECOG 1. What next? She also has CKD.",
        ),
    ] {
        let (turn, found, _) = after(COLON, typed);
        assert_eq!((turn, found.as_str()), (Turn::SameQuestion, text), "{typed}");
    }
}

#[test]
fn what_asks_keeps_the_case() {
    let story = "67F with metastatic colon cancer, KRAS wild-type, progressed on FOLFOX, ECOG 1.";
    for (typed, asks) in [
        ("why not surgery?", "Is surgery an option?"),
        ("what about bevacizumab?", "What about bevacizumab?"),
        ("and bevacizumab?", "What about bevacizumab?"),
        ("how often should I monitor?", "How often should I monitor?"),
        ("prognosis?", "Prognosis?"),
        ("what about side effects?", "What about side effects?"),
    ] {
        let (turn, found, _) = after(COLON, typed);
        assert_eq!((turn, found), (Turn::AnotherQuestion, format!("{story} {asks}")), "{typed}");
    }
    let (turn, text, _) = after(COLON, "if she is pregnant, is chemotherapy safe?");
    assert_eq!((turn, text), (Turn::AnotherQuestion, format!("{story} She is pregnant. Is chemotherapy safe?")));
}

#[test]
fn another_topic_begins_a_new_case() {
    for typed in [
        "How is community-acquired pneumonia treated?",
        "A 45-year-old man with pulmonary embolism, which anticoagulant?",
        "and pneumonia?",
        "what about pulmonary embolism?",
    ] {
        assert_eq!(after(COLON, typed).0, Turn::NewCase, "{typed}");
    }
    for typed in
        ["How do I treat her pneumonia?", "what if she has pneumonia?", "with pneumonia?", "is it safe in CKD?"]
    {
        assert_ne!(after(COLON, typed).0, Turn::NewCase, "{typed}");
    }
    let (turn, text, _) = after("How is hypomagnesemia treated?", "and hypermagnesemia?");
    assert_eq!((turn, text.as_str()), (Turn::NewCase, "How is hypermagnesemia treated?"));
}

#[test]
fn what_cannot_be_cut_out_is_taken_out_of_the_case() {
    let (_, _, facts) = after(COLON, "He stopped smoking and is 82.");
    assert!(facts.contains(&"Age: 82 years".to_owned()), "{facts:?}");
    assert!(!facts.contains(&"Age: 67 years".to_owned()), "{facts:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 48, ..Default::default() })]
    #[test]
    fn no_text_makes_it_panic(question in "\\PC{0,80}", typed in "\\PC{0,60}") {
        after(&question, &typed);
    }

    /// Texts in which there is something to cut, join and point back to.
    #[test]
    fn no_clinical_text_makes_it_panic(
        question in "(what|how|67F|é|rectal cancer|KRAS wild-type|FOLFOX|\\(|\\)|,|\\.|\\?| |post |\n){0,24}",
        typed in "(what if|why not|and|what dose|it|KRAS mutant|never had FOLFOX|surgery|ü|,|\\.|\\?| |pneumonia){0,12}",
    ) {
        after(&question, &typed);
    }
}
