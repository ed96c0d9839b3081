//! The everyday commands: doctor, sources, show, digest, completions, help.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

#[test]
fn doctor_says_that_nothing_leaves_the_machine() {
    let bench = Bench::new();
    let text = bench.run(&["doctor"], 0);
    assert!(text.contains("may leave this machine: nothing"), "{text}");
    let health: Value = serde_json::from_str(&bench.run(&["doctor", "--json"], 0)).unwrap();
    assert_eq!(health["leaving"], Value::Array(vec![]));
    assert_eq!(health["counts"]["by_kind"][0][0], "digest");
}

#[test]
fn show_highlights_one_statement() {
    let bench = Bench::new();
    let text = bench.run(&["show", "digest:magnesium-disorders#mg-femg-cutoff"], 0);
    assert!(text.contains(">>>") && text.contains("#mg-femg-cutoff"), "{text}");
    let output = bench.curbside(&["show", "digest:magnesium-disorders#nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-statement"));
}

#[test]
fn a_new_digest_lints_clean_and_can_be_asked() {
    let bench = Bench::new();
    let path = bench.folder.path().join("topic.md");
    let path = path.to_str().unwrap();
    bench.run(&["digest", "new", path, "--title", "A topic"], 0);
    bench.run(&["digest", "lint", path], 0);
    bench.run(&["digest", "preview", path], 0);
    bench.run(&["digest", "new", path], 1); // never overwrites
    bench.run(&["add", path], 0);
    let broken = std::fs::read_to_string(path).unwrap().replace("role=", "rule=");
    std::fs::write(path, broken).unwrap();
    let text = bench.run(&["digest", "lint", path], 1);
    let first = text.lines().next().unwrap();
    let place: Vec<&str> = first.strip_prefix(path).unwrap().split(':').collect();
    assert!(place[1].parse::<u32>().is_ok() && place[2].parse::<u32>().is_ok(), "{first}");
    bench.run(&["add", path], 4);
}

#[test]
fn doubts_about_a_digest_fail_only_when_asked_for() {
    let bench = Bench::new();
    let path = bench.folder.path().join("topic.md");
    let path = path.to_str().unwrap();
    bench.run(&["digest", "new", path], 0);
    let text = bench.run(&["digest", "lint", path], 0);
    assert!(text.starts_with(&format!("{path}:6:10: warning: ")) && text.contains("[unfamiliar-topic]"), "{text}");
    let text = bench.run(&["digest", "lint", "--strict", path], 1);
    assert!(text.starts_with(&format!("{path}:6:10: no question")), "{text}");
    let named = std::fs::read_to_string(path).unwrap().replace("replace me]", "hypomagnesemia]");
    std::fs::write(path, &named).unwrap();
    assert_eq!(bench.run(&["digest", "lint", "--strict", path], 0), "");
    std::fs::write(path, named.replace("own words.", "own words, on zorbitinib mg for flurbitis.")).unwrap();
    let text = bench.run(&["digest", "lint", "--strict", path], 1);
    for code in ["unfamiliar-drug", "unit-without-number", "unfamiliar-disease"] {
        assert!(text.contains(code), "{text}");
    }
}

#[test]
fn completions_and_help_name_every_command() {
    let bench = Bench::new();
    let completions = bench.run(&["completions", "bash"], 0);
    let help = bench.run(&["--help"], 0);
    for command in ["ask", "add", "remove", "sources", "show", "search", "digest", "reindex", "doctor", "serve"] {
        assert!(completions.contains(command) && help.contains(command), "{command}");
    }
}
