//! `curbside check` over the real binary: verdicts, the words that decided, mistakes of the caller.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

const GUIDELINE: &str = "# Torsades de pointes\n\nGive magnesium sulfate 2 g intravenously over 15 minutes for torsades de pointes. Aspirin is not recommended.\n";

#[test]
fn a_claim_is_checked_against_a_file() {
    let bench = Bench::new();
    let file = bench.write("guideline.md", GUIDELINE);
    let check = |claim: &str, status: i32| bench.run(&["check", "--claim", claim, "--evidence", &file], status);
    let text = check("For torsades de pointes, give 2000 mg of magnesium sulfate IV over 15 min.", 0);
    assert!(text.starts_with("SUPPORTED"), "{text}");
    let text = check("Give magnesium sulfate 4 g intravenously over 15 minutes for torsades de pointes.", 3);
    assert!(
        text.contains("CONTRADICTED") && text.contains("a number is not in the evidence") && text.contains("4 g"),
        "{text}"
    );
    let text = check("Aspirin is recommended.", 3);
    assert!(text.contains("CONTRADICTED"), "{text}");
}

#[test]
fn json_holds_the_reason_and_the_words() {
    let bench = Bench::new();
    let file = bench.write("guideline.md", GUIDELINE);
    let claim = "Give magnesium sulfate 2 mg intravenously over 15 minutes for torsades de pointes.";
    let text = bench.run(&["check", "--claim", claim, "--evidence", &file, "--json"], 3);
    let checked: Value = serde_json::from_str(&text).unwrap();
    insta::assert_json_snapshot!(checked, @r#"
    {
      "also": [],
      "claim": "Give magnesium sulfate 2 mg intravenously over 15 minutes for torsades de pointes.",
      "evidence": {
        "source": "guideline",
        "span": [
          23,
          104
        ],
        "summarised": false,
        "text": "Give magnesium sulfate 2 g intravenously over 15 minutes for torsades de pointes."
      },
      "reason": "unit",
      "taken": [],
      "unresolved": [],
      "verdict": "contradicted",
      "words": [
        {
          "side": "claim",
          "span": [
            23,
            27
          ],
          "text": "2 mg"
        },
        {
          "side": "evidence",
          "span": [
            23,
            26
          ],
          "text": "2 g"
        }
      ]
    }
    "#);
}

#[test]
fn a_statement_of_the_library_is_evidence_too() {
    let bench = Bench::new();
    let shown = bench.run(&["show", "digest:magnesium-disorders#mg-femg-cutoff", "--json"], 0);
    assert!(!shown.is_empty());
    let text = bench.run(
        &["check", "--claim", "Magnesium cures gout.", "--evidence", "digest:magnesium-disorders#mg-femg-cutoff"],
        3,
    );
    assert!(text.contains("not checked against the primary text"), "{text}");
}

#[test]
fn a_text_is_checked_sentence_by_sentence() {
    let bench = Bench::new();
    let file = bench
        .write("article.md", "# Title\n\nAspirin 900 mg cures hypomagnesemia within 3 hours [digest:no-such-thing].\n");
    let text = bench.run(&["check", &file], 3);
    assert!(text.contains("which the library cannot cite") && text.contains("1 sentences: 0 supported"), "{text}");
}

#[test]
fn mistakes_of_the_caller_are_told_apart() {
    let bench = Bench::new();
    let file = bench.write("guideline.md", GUIDELINE);
    let fails = |args: &[&str], status: i32, said: &str| {
        let output = bench.curbside(args).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{errors}");
        assert!(errors.contains(said), "{errors}");
    };
    fails(&["check", "--claim", "It is so.", "--evidence", "no/such/file.txt"], 1, "no/such/file.txt");
    fails(&["check", "--claim", "It is so.", "--evidence", "PMC999"], 2, "no-source");
    fails(&["check", "--claim", "  ", "--evidence", &file], 2, "empty-claim");
    fails(&["check", "--claim", "It is so."], 2, "--evidence");
    fails(&["check"], 2, "required");
}
