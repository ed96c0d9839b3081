//! Problems reported, answered, corrected, on the command line.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

#[test]
fn a_report_is_taken_without_identifiers_and_ends_once_and_a_correction_is_public() {
    let bench = Bench::new();
    bench.person("rita", &["reader"]);
    bench.person("edith", &["editor"]);
    let asked = |who: &str| -> String {
        let json = bench.run_as(who, &["ask", "--json", "How is hypomagnesemia evaluated?"], 0);
        serde_json::from_str::<Value>(&json).unwrap()["hash"].as_str().unwrap().to_owned()
    };
    let hash = asked("rita");
    // Nobody reports on what they may not read, and the operator is nobody with a name.
    assert!(bench.run_as("edith", &["report", "add", &hash, "Wrong."], 7).contains("[not-yours]"));
    let refused = bench.curbside(&["report", "add", &hash, "Wrong."]).output().unwrap();
    assert_eq!(refused.status.code(), Some(7));
    let words = "The cut-off has no unit. Seen with Maria Gonzalez, MRN 8812345.";
    assert!(bench.run_as("rita", &["report", "add", &hash, words], 0).contains("Report 1 "));
    assert!(bench.run_as("rita", &["report", "add", &hash, " "], 2).contains("[empty-words]"));
    assert!(bench.run_as("rita", &["report", "add", &hash, "x", "--statement", "1-abc"], 2).contains("[no-statement]"));
    assert!(bench.run_as("rita", &["report", "list"], 7).contains("[role]"));

    let list: Value = serde_json::from_str(&bench.run_as("edith", &["report", "list", "--json"], 0)).unwrap();
    assert_eq!(list[0]["words"], "The cut-off has no unit. Seen with [name], MRN [record number].");
    assert_eq!(list[0]["version"], hash.as_str());
    assert!(bench.run_as("rita", &["report", "answer", "1", "No."], 7).contains("[role]"));
    assert!(bench.run_as("edith", &["report", "correct", "9", "No."], 2).contains("[no-report]"));
    let told = "The cut-off was given without its unit; the digest was mended.";
    bench.run_as("edith", &["report", "correct", "1", told], 0);
    assert!(bench.run_as("edith", &["report", "close", "1", "Again."], 2).contains("[report-ended]"));
    assert_eq!(bench.run_as("edith", &["report", "list"], 0), "");
    let log: Value = serde_json::from_str(&bench.run_as("rita", &["report", "corrections", "--json"], 0)).unwrap();
    assert_eq!((log[0]["words"].as_str(), log[0]["report"].as_i64()), (Some(told), Some(1)));
    assert!(bench.run_as("edith", &["report", "list", "--all"], 0).contains("corrected on "));

    // Erased, what was reported is told of without a word of it, and the correction without the article's title.
    let slug = |who: &str| -> String {
        let shown: Value = serde_json::from_str(&bench.run_as(who, &["articles", "show", &hash, "--json"], 0)).unwrap();
        shown["article"]["slug"].as_str().unwrap().to_owned()
    };
    bench.run_as("rita", &["articles", "erase", &slug("rita"), "--reason", "a test"], 0);
    let list: Value = serde_json::from_str(&bench.run_as("edith", &["report", "list", "--all", "--json"], 0)).unwrap();
    assert_eq!((list[0]["words"].as_str(), list[0]["end"]["ended"].as_str()), (Some(""), Some("corrected")));
    let log: Value = serde_json::from_str(&bench.run_as("rita", &["report", "corrections", "--json"], 0)).unwrap();
    assert_eq!((log[0]["title"].as_str(), log[0]["words"].as_str()), (Some("An erased article"), Some(told)));
}
