//! Sentences that small models wrote, labelled by hand (`evals/data/README.md`): a sentence that does not say what its statement
//! says hardly passes as a draft's. `evals model-outputs` gives the figures; this holds them.

#![allow(clippy::unwrap_used)]

use answering::Verdict;
use answering::verify::Checker;
use serde_json::Value;
use std::fmt::Write as _;

const OUTPUTS: &str = include_str!("../../../evals/data/model-outputs.jsonl");

#[test]
fn what_models_wrote_wrongly_hardly_passes() {
    let mut checker = Checker::default();
    let (mut wrong, mut passed, mut right, mut refused) = (0, 0, 0, 0);
    let mut misses = String::new();
    let mut by_half = std::collections::BTreeMap::<String, [usize; 4]>::new();
    for output in OUTPUTS.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        let text = output["text"].as_str().unwrap();
        let statement = &output["rests_on"][0];
        if text == statement["text"] {
            continue;
        }
        let strings = |v: &Value| -> Vec<String> {
            v.as_array().unwrap().iter().map(|s| s.as_str().unwrap().to_owned()).collect()
        };
        let mut headings = vec![statement["title"].as_str().unwrap().to_owned()];
        headings.extend(strings(&statement["heading"]));
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let shown: Vec<&str> = statement["lead"].as_str().into_iter().collect();
        let found = checker.check_written(text, statement["text"].as_str().unwrap(), &headings, &shown);
        let supported = found.verdict == Verdict::Supported;
        let label = output["label"].as_str().unwrap();
        let half = by_half.entry(output["split"].as_str().unwrap().to_owned()).or_default();
        half[if label == "supported" { 2 } else { 0 }] += 1;
        half[if label == "supported" { 3 } else { 1 }] += usize::from(supported != (label == "supported"));
        if label == "supported" {
            right += 1;
            refused += usize::from(!supported);
        } else {
            wrong += 1;
            passed += usize::from(supported);
        }
        if output["split"] == "dev" && supported != (label == "supported") {
            let words: Vec<&str> = found.words.iter().map(|w| w.text.as_str()).collect();
            let _ = writeln!(
                misses,
                "{} {label}, {} {words:?}\n  {text}\n  {}",
                output["id"],
                found.reason.word(),
                statement["text"]
            );
        }
    }
    assert!(wrong > 90 && right > 20);
    // As measured on 2026-11-27, of each half: not supported, of these passed, supported, of these refused.
    assert_eq!(by_half["dev"], [53, 1, 15, 10], "{misses}");
    assert_eq!(by_half["test"], [51, 1, 12, 9]);
    assert!(passed * 20 <= wrong, "{passed} of {wrong} passed, {refused} of {right} refused");
}
