//! Articles for readers who are no clinicians: the real binary, the starter library.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Bench, statements};
use serde_json::Value;
use std::collections::BTreeSet;

const QUESTION: &str = "How is acute pulmonary embolism treated?";

fn ask(bench: &Bench, reader: &str, question: &str) -> Value {
    let text = bench.run(&["ask", "--json", "--reader", reader, question], 0);
    serde_json::from_str(&text).unwrap()
}

fn lines(answer: &Value) -> Vec<Value> {
    let body = &answer["body"];
    let groups = body["sections"].as_array().unwrap().iter().flat_map(|s| s["groups"].as_array().unwrap());
    let lines = groups.flat_map(|g| g["lines"].as_array().unwrap());
    body["bottom_line"].as_array().unwrap().iter().chain(lines).cloned().collect()
}

fn without_hashes(markdown: &str) -> String {
    markdown.lines().filter(|l| !l.starts_with("Snapshot ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_article_for_a_patient_reads_like_this() {
    let bench = Bench::new();
    insta::assert_snapshot!(without_hashes(&bench.run(&["ask", "--markdown", "--reader", "patient", QUESTION], 0)));
}

#[test]
fn an_article_for_a_trainee_reads_like_this() {
    let bench = Bench::new();
    let question = "How is hypermagnesemia treated?";
    insta::assert_snapshot!(without_hashes(&bench.run(&["ask", "--markdown", "--reader", "trainee", question], 0)));
}

#[test]
fn a_reader_decides_wording_and_never_facts() {
    let bench = Bench::new();
    let (clinician, patient) = (ask(&bench, "clinician", QUESTION), ask(&bench, "patient", QUESTION));
    let set = |a: &Value| statements(a).into_iter().collect::<BTreeSet<_>>();
    assert!(set(&patient).is_subset(&set(&clinician)));
    assert_eq!(patient["dropped"].as_array().unwrap().len(), 0);
    let mut put_plainly = 0;
    for line in lines(&patient).iter().filter(|l| l["sees"].is_null()) {
        // A statement of a dose is told only in a plain wording without it.
        assert!(line["role"] != "dose" || line["plain"] == true, "{line}");
        let quotes: Vec<&str> =
            line["citations"].as_array().unwrap().iter().map(|c| c["quote"].as_str().unwrap()).collect();
        put_plainly += usize::from(!quotes.contains(&line["text"].as_str().unwrap()));
    }
    assert!(put_plainly * 2 > lines(&patient).len(), "{put_plainly}");
    assert!(clinician["body"]["guide"].is_null());
    let trainee = ask(&bench, "trainee", QUESTION);
    assert_eq!(set(&trainee), set(&clinician));
    assert!(!trainee["body"]["guide"]["terms"].as_array().unwrap().is_empty());
}

#[test]
fn a_plain_wording_of_a_digest_is_shown_marked_and_cites_the_statement_itself() {
    let bench = Bench::new();
    let (clinician, patient) = (ask(&bench, "clinician", QUESTION), ask(&bench, "patient", QUESTION));
    let shown = lines(&patient);
    let plain: Vec<&Value> = shown.iter().filter(|l| l["plain"] == true).collect();
    let sentences = shown.iter().filter(|l| l["sees"].is_null()).count();
    assert!(plain.len() * 10 > sentences * 9, "{} of {sentences}", plain.len());
    for line in &plain {
        let cited = &line["citations"][0];
        assert!(cited["statement"].is_string() && cited["quote"] != line["text"], "{line}");
        assert_eq!(line["support"], "not-checked-against-primary");
    }
    assert!(lines(&clinician).iter().all(|l| l["plain"].is_null()));
    assert_eq!(patient["body"]["guide"]["in_own_words_of_source"], 0);
    let grade = |a: &Value| a["readability"]["evidence_flesch_kincaid"].as_f64().unwrap();
    assert!(grade(&patient) <= 8.0 && grade(&clinician) > 12.0, "{} {}", grade(&patient), grade(&clinician));
}

#[test]
fn a_wording_that_does_not_say_what_its_statement_says_is_told_and_not_shown() {
    let bench = Bench::new();
    let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/../../starter/hypertension-pregnancy.md");
    let digest = std::fs::read_to_string(starter).unwrap();
    let (right, wrong) = ("It is no treatment for high blood pressure.", "It is a treatment for high blood pressure.");
    assert!(digest.contains(right));
    let path = bench.write("turned-round.md", &digest.replace(right, wrong));
    let told = bench.run(&["digest", "lint", &path], 1);
    assert!(told.contains("plain wording of #htn-magnesium-not-bp") && told.contains("[plain-unfaithful]"), "{told}");
}

#[test]
fn patients_are_told_what_it_is_what_to_ask_and_how_hard_it_is() {
    let bench = Bench::new();
    let patient = ask(&bench, "patient", QUESTION);
    let guide = &patient["body"]["guide"];
    assert!(guide["notices"][0].as_str().unwrap().starts_with("This is general education."));
    assert!(guide["questions"].as_array().unwrap().len() >= 3);
    assert!(guide["emergency"][0].as_str().unwrap().contains("emergency number"));
    assert!(patient["readability"]["flesch_kincaid"].as_f64().unwrap() > 0.0);
    let text = bench.run(&["ask", "--reader", "patient", QUESTION], 0);
    assert!(text.contains("Reading level:") && !text.contains("For healthcare professionals"), "{text}");
}

#[test]
fn a_sign_that_cannot_wait_comes_first_unless_it_is_denied() {
    let bench = Bench::new();
    let first = |question: &str| {
        let answer = ask(&bench, "patient", question);
        answer["body"]["guide"]["emergency"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let there = first("I have pneumonia and bad chest pain now. How is community-acquired pneumonia treated?");
    assert!(
        there[0].starts_with("Call your local emergency number now") && there[0].contains("chest pain"),
        "{there:?}"
    );
    let denied = first("I have no chest pain. How is hypertension in chronic kidney disease treated?");
    assert!(!denied.iter().any(|e| e.contains(" now if there is chest pain")), "{denied:?}");
}
