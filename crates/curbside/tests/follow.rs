//! `ask --follow`: a thread as a user meets it, on the starter library.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, RECTAL, statements};
use serde_json::Value;

fn follow(bench: &Bench, article: &Value, text: &str) -> Value {
    let hash = article["hash"].as_str().unwrap();
    let output = bench.curbside(&["ask", "--json", "--follow", &hash[..12], text]).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list<'a>(answer: &'a Value, key: &str) -> &'a [Value] {
    answer["body"]["follows"][key].as_array().unwrap()
}

/// The changes of the case, in short.
fn facts(answer: &Value) -> Vec<String> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    list(answer, "facts").iter().map(|f| format!("{} {}", text(&f["how"]), text(&f["fact"]))).collect()
}

fn why<'a>(answer: &'a Value, key: &str, statement: &str) -> Option<&'a str> {
    list(answer, key).iter().find(|s| s["statement"] == statement).and_then(|s| s["why"].as_str())
}

#[test]
fn a_fact_changes_the_case_and_the_article_says_what_changed() {
    let bench = Bench::new();
    let first = bench.ask(RECTAL);
    let mutant = follow(&bench, &first, "what if KRAS is mutant?");
    assert_eq!(mutant["body"]["follows"]["article"], first["hash"]);
    assert_eq!(mutant["body"]["follows"]["turn"], "same-question");
    assert_eq!(facts(&mutant), ["added KRAS mutant"]);
    let shown = statements(&mutant);
    assert!(!shown.iter().any(|s| s == "crc-egfr-option"), "anti-EGFR offered in KRAS-mutant disease");
    assert!(shown.iter().any(|s| s == "crc-anti-vegf"), "bevacizumab went with it");
    let reason = why(&mutant, "gone", "crc-egfr-option").unwrap();
    assert!(reason.contains("RAS"), "{reason}");
    assert!(why(&mutant, "settled", "crc-avoid-egfr-ras-mutant").is_some(), "{mutant}");

    // The follow-up of a follow-up: the marker is replaced, and what went comes back.
    let wild = follow(&bench, &mutant, "and if it is RAS wild-type instead?");
    assert_eq!(facts(&wild), ["replaced RAS wild-type"]);
    assert!(statements(&wild).iter().any(|s| s == "crc-egfr-option"));
    assert!(why(&wild, "added", "crc-egfr-option").is_some());

    let unstable = follow(&bench, &first, "MSI-high?");
    assert_eq!(facts(&unstable), ["added MSI-high"]);
    let pregnant = follow(&bench, &first, "and in pregnancy?");
    assert_eq!(facts(&pregnant), ["added pregnant"]);

    // Same article, same follow-up, same bytes; and every form prints it.
    assert_eq!(follow(&bench, &first, "what if KRAS is mutant?")["hash"], mutant["hash"]);
    let hash = first["hash"].as_str().unwrap();
    for form in [&["ask", "--follow", hash][..], &["ask", "--markdown", "--follow", hash][..]] {
        let printed = bench.run(&[form, &["what if KRAS is mutant?"]].concat(), 0);
        assert!(printed.to_lowercase().contains("what changed since the previous answer"), "{printed}");
        assert!(printed.contains("Biomarker: KRAS mutant"), "{printed}");
    }
}

/// What a clinician reads of a change. Look at it before accepting another.
#[test]
fn a_changed_marker_reads_like_this() {
    let bench = Bench::new();
    let mutant = follow(&bench, &bench.ask(RECTAL), "what if KRAS is mutant?");
    let mut outline = String::new();
    for fact in facts(&mutant) {
        outline.push_str(&format!("{fact}\n"));
    }
    for key in ["gone", "settled", "added"] {
        outline.push_str(&format!("{key}\n"));
        for change in list(&mutant, key) {
            outline.push_str(&format!(
                "  {}: {}\n",
                change["statement"].as_str().unwrap_or("-"),
                change["why"].as_str().unwrap()
            ));
        }
    }
    insta::assert_snapshot!(outline);
}

#[test]
fn another_question_keeps_the_case() {
    let bench = Bench::new();
    let first = bench.ask(RECTAL);
    let surgery = follow(&bench, &first, "why not surgery?");
    assert_eq!(surgery["body"]["follows"]["turn"], "another-question");
    assert_eq!(facts(&surgery), Vec::<String>::new());
    assert_eq!(surgery["body"]["case"]["facts"].as_array().unwrap().len(), 8);
    let resect = surgery["body"]["not_applying"].as_array().unwrap().iter();
    let mut reasons = resect.filter_map(|n| n["reason"].as_str());
    assert!(reasons.any(|r| r.contains("surgery")), "{}", surgery["body"]["not_applying"]);

    let dose = follow(&bench, &first, "what dose?");
    assert_eq!(dose["body"]["case"]["intents"][0], "dosing");
    assert_eq!(dose["body"]["follows"]["about"][0], "FOLFIRI");
    let magnesium = bench.ask("How is severe hypomagnesemia treated?");
    let dose = follow(&bench, &magnesium, "what dose?");
    let doses = statements(&dose);
    assert!(!doses.is_empty() && dose["body"]["bottom_line"][0]["role"] == "dose", "{}", dose["body"]["bottom_line"]);
}

#[test]
fn a_fact_can_be_withdrawn() {
    let bench = Bench::new();
    let first = bench.ask(RECTAL);
    let never = follow(&bench, &first, "actually she never had FOLFOX");
    assert!(facts(&never).iter().any(|f| f.starts_with("withdrawn FOLFOX")), "{:?}", facts(&never));
    let question = never["body"]["question"].as_str().unwrap();
    assert!(!question.contains("4 cycles"), "{question}");
    let past = never["body"]["case"]["facts"].as_array().unwrap().iter();
    assert!(!past.filter(|f| f["assertion"] == "past").any(|f| f["value"] == "FOLFOX"));
}

#[test]
fn another_topic_begins_a_new_case() {
    let bench = Bench::new();
    let first = bench.ask(RECTAL);
    let other = follow(&bench, &first, "How is hypermagnesemia treated?");
    assert_eq!(other["body"]["follows"]["turn"], "new-case");
    let asked = bench.ask("How is hypermagnesemia treated?");
    assert_eq!(statements(&other), statements(&asked));
    assert_eq!(other["body"]["case"], asked["body"]["case"]);
}

#[test]
fn a_follow_up_that_cannot_be_followed_is_an_error_and_identifiers_are_removed() {
    let bench = Bench::new();
    let output = bench.curbside(&["ask", "--follow", "0123456789ab", "what dose?"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-article"));
    let first = bench.ask("How is hypomagnesemia treated?");
    let output = bench.curbside(&["ask", "--follow", first["hash"].as_str().unwrap(), "  "]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("empty-question"));

    let followed = follow(&bench, &first, "what if Mrs. Jane Doe, MRN 48291375, has an eGFR of 20?");
    let json = serde_json::to_string(&followed).unwrap();
    for secret in ["Jane", "Doe", "48291375"] {
        assert!(!json.contains(secret), "{secret} in {json}");
        let kept = std::fs::read(bench.data().join("articles.sqlite")).unwrap_or_default();
        assert!(!kept.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} is kept");
    }
    assert!(facts(&followed).iter().any(|f| f.contains("eGFR 20")), "{:?}", facts(&followed));
}
