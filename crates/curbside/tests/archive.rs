//! `export` and `import`: an installation there and back.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, jats};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn on(data: &Path, args: &[&str]) -> String {
    let mut command = assert_cmd::Command::cargo_bin("curbside").unwrap();
    let output = command.arg("--data").arg(data).args(args).env_remove("CURBSIDE_AS").output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_installation_comes_back_from_its_archive_and_gives_the_same_archive() {
    let bench = Bench::new();
    let text = "Fasting glucose was lower with metformin than with placebo at week 12 (P = .03). Also \u{201c}\u{e9}\u{201d} <b> \\ \t";
    let path = bench.write("a.xml", &jats(1, "Metformin: a randomized trial", &text.replace("<b>", "&lt;b&gt;")));
    bench.run(&["add", &path], 0);
    let list = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason
1,A title,1/2/2020 0:00,,,1/1/2019 0:00,10.1000/none,,Retraction,+Error;
";
    bench.run(&["standing", &bench.write("list.csv", list)], 0);
    let asked = bench.ask("Does metformin compared with placebo lower fasting glucose?");
    let other = bench.ask("How is hypomagnesemia evaluated?");
    bench.run(&["articles", "erase", other["slug"].as_str().unwrap(), "--reason", "a test"], 0);
    bench.run(&["people", "add", "ann", "--role", "reviewer", "--name", "Ann"], 0);
    let (one, two) = (bench.folder.path().join("one.tar"), bench.folder.path().join("two.tar"));
    let manifest: Value = serde_json::from_str(&bench.run(&["export", one.to_str().unwrap(), "--json"], 0)).unwrap();
    assert_eq!(manifest["snapshot"], bench.snapshot());

    // Other programs read it.
    let mut archive = tar::Archive::new(fs::File::open(&one).unwrap());
    let names: Vec<String> =
        archive.entries().unwrap().map(|e| e.unwrap().path().unwrap().display().to_string()).collect();
    assert_eq!((names[0].as_str(), names.last().unwrap().as_str()), ("manifest.json", "manifest.sha256"));
    for secret in ["session", "token", "articles/link", "attempt", "journey"] {
        assert!(!names.iter().any(|n| n.contains(secret)), "{names:?}");
    }

    let new = bench.folder.path().join("new");
    on(&new, &["import", one.to_str().unwrap()]);
    let health: Value = serde_json::from_str(&on(&new, &["doctor", "--json"])).unwrap();
    assert_eq!((&health["snapshot"]["id"], &health["index_current"]), (&bench.snapshot().into(), &true.into()));
    on(&new, &["export", two.to_str().unwrap()]);
    assert!(fs::read(&one).unwrap() == fs::read(&two).unwrap(), "the second archive differs");

    on(&new, &["audit", "verify", "--head", manifest["audit_head"].as_str().unwrap()]);
    on(&new, &["articles", "show", asked["slug"].as_str().unwrap()]);
    assert!(on(&new, &["people", "list"]).contains("ann"));
    let again: Value = serde_json::from_str(&on(
        &new,
        &["ask", "--json", "Does metformin compared with placebo lower fasting glucose?"],
    ))
    .unwrap();
    assert_eq!(again["hash"], asked["hash"]);
    // Only into an empty folder.
    let output = bench.curbside(&["import", one.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
