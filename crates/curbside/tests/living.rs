//! Living articles on the command line: what people approved goes back to them when what it rests on falls.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

const HEADER: &str = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";
const QUESTION: &str = "How is hypomagnesemia evaluated?";

fn list(bench: &Bench, pmid: &str) -> String {
    let row = format!("1,A title,1/2/2026 0:00,,,1/1/2019 0:00,,{pmid},Retraction,+Error;");
    bench.write("list.csv", &format!("{HEADER}\n{row}\n"))
}

#[test]
fn a_retraction_takes_an_approval_back_within_one_run_and_a_new_version_is_approved() {
    let bench = Bench::new();
    bench.board();
    let hash = bench.approved(QUESTION);
    let shown = bench.review(&hash);
    assert_eq!((&shown["standing"]["approved"], &shown["standing"]["published"]), (&true.into(), &true.into()));
    let body: Value = serde_json::from_str(&bench.run_as("edith", &["articles", "show", &hash, "--json"], 0)).unwrap();
    let references = body["shown"]["body"]["references"].as_array().unwrap();
    let cited = references.iter().find(|r| r["ids"]["pmid"].is_u64()).unwrap();

    // Of no work that it cites: nothing happens.
    let report: Value = serde_json::from_str(&bench.run(&["standing", "--json", &list(&bench, "1")], 0)).unwrap();
    assert_eq!(report["to_look_at"], Value::Array(vec![]));
    assert_eq!(bench.review(&hash)["standing"]["approved"], true);

    let path = list(&bench, &cited["ids"]["pmid"].to_string());
    let report: Value = serde_json::from_str(&bench.run(&["standing", "--json", &path], 0)).unwrap();
    assert_eq!(report["to_look_at"][0]["hash"], hash.as_str());
    assert_eq!(report["to_look_at"][0]["reopened"], true);
    let shown = bench.review(&hash);
    let standing = &shown["standing"];
    assert_eq!((standing["stage"].as_str(), standing["approved"].as_bool()), (Some("submitted"), Some(false)));
    assert_eq!((&standing["was_approved"], &standing["published"]), (&true.into(), &true.into()));
    assert!(standing["reasons"][0].as_str().unwrap().starts_with("Cited work retracted: "), "{standing}");
    assert!(standing["approvals"].as_array().unwrap().is_empty());
    // The same list again is no news.
    let again: Value = serde_json::from_str(&bench.run(&["standing", "--json", &path], 0)).unwrap();
    assert_eq!(again["to_look_at"][0]["reopened"], false);
    assert_eq!(bench.review(&hash)["changes"], shown["changes"]);

    // A refresh tells the difference; the next version no longer cites it, and is approved in its turn.
    let refreshed: Value = serde_json::from_str(&bench.run_as("edith", &["refresh", "--json"], 0)).unwrap();
    let difference = refreshed["found"][0]["difference"]["references"].to_string();
    assert!(difference.contains("no longer cited"), "{refreshed}");
    bench.run_as("wanda", &["review", "revise", &hash, "--anew"], 0);
    let versions: Value =
        serde_json::from_str(&bench.run_as("edith", &["articles", "show", &hash, "--json"], 0)).unwrap();
    let versions = versions["versions"].as_array().unwrap();
    let next = versions.iter().find(|v| v["hash"] != hash.as_str()).unwrap()["hash"].as_str().unwrap();
    assert_eq!(bench.review(next)["standing"]["approved"], false);
    bench.approve(next);
    bench.run_as("edith", &["review", "publish", next], 0);
    assert_eq!(bench.review(next)["standing"]["approved"], true);
    assert_eq!(bench.review(&hash)["standing"]["superseded_by"], next);
    let quiet: Value = serde_json::from_str(&bench.run_as("edith", &["refresh", "--json"], 0)).unwrap();
    assert_eq!(quiet["found"], Value::Array(vec![]));

    bench.run(&["audit", "verify"], 0);
    let trail = bench.run(&["audit", "list", "--json"], 0);
    for action in ["submit", "sign-approve", "publish", "reopen", "supersede"] {
        assert!(trail.contains(action), "{action}: {trail}");
    }
    assert!(!trail.contains("hypomagnesemia"), "the trail holds no question");
}

#[test]
fn a_refresh_takes_people_who_may_and_says_what_it_found() {
    let bench = Bench::new();
    bench.board();
    let hash = bench.approved(QUESTION);
    assert!(bench.run_as("wanda", &["refresh"], 7).contains("[role]"));
    assert!(bench.run_as("edith", &["refresh", "--quick"], 0).starts_with("1 versions looked at, 0 put back"));
    // Its digest leaves: the article is told so, though nothing replaces it.
    let source = bench.review(&hash)["statements"][0]["sources"][0]["source"].as_str().unwrap().to_owned();
    let said = bench.run(&["remove", &source], 0);
    assert!(said.contains("put back before the board") && said.contains("no longer held"), "{said}");
    assert!(bench.run_as("edith", &["refresh"], 0).contains("The bottom line changed."));
    // Who took it away stands in the trail.
    let trail: Value = serde_json::from_str(&bench.run(&["audit", "list", "--json"], 0)).unwrap();
    let deed = trail.as_array().unwrap().iter().find(|e| e["action"] == "remove-sources").unwrap();
    assert!(deed["actor"] == "operator" && deed["detail"].as_str().unwrap().contains(&source), "{deed}");
}
