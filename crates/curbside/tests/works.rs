//! Works in several files, works that fall, and digests whose works arrive and leave.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, statements};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const QUESTION: &str = "How is zinc deficiency treated?";
const HEADER: &str = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";

const DIGEST: &str = r#"---
title: "Zinc deficiency in adults: treatment"
kind: guideline-digest
topics: [zinc deficiency]
updated: 2026-11-01
review_by: 2027-05-01
status: unreviewed
references:
  - id: trial
    type: article-journal
    title: "Oral zinc for zinc deficiency in adults: a randomized trial"
    container-title: Journal of Trials
    issued: 2014
    PMID: 12345678
    note: "evidence: randomized-trial"
  - id: review
    type: article-journal
    title: "Zinc deficiency: a review of its treatment"
    container-title: Journal of Reviews
    issued: 2015
    PMID: 12345679
    note: "evidence: narrative-review"
---

## Treatment of zinc deficiency

- [Oral zinc sulfate raised serum zinc by 12 percent in adults with zinc deficiency.]{#zn-oral role=outcome section=outcomes}
  [@trial]
- [Treat zinc deficiency in adults by oral zinc first.]{#zn-first role=recommend section=strategy} [@trial; @review]
"#;

/// A PubMed file with one record; `more` goes into its `MedlineCitation`.
fn record(pmid: u32, title: &str, text: &str, types: &str, more: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>
<DateRevised><Year>2024</Year><Month>01</Month><Day>02</Day></DateRevised>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>2014</Year></PubDate></JournalIssue>
<Title>Journal of trials</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<Abstract><AbstractText>{text}</AbstractText></Abstract><Language>eng</Language>
<PublicationTypeList><PublicationType UI="">{types}</PublicationType></PublicationTypeList></Article>{more}</MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"#
    )
}

const TITLE: &str = "Oral zinc for zinc deficiency in adults: a randomized trial";
const SENTENCE: &str = "In adults with zinc deficiency, oral zinc sulfate raised serum zinc by 12 percent.";

fn trial(bench: &Bench) -> String {
    bench.write("trial.xml", &record(12_345_678, TITLE, SENTENCE, "Randomized Controlled Trial", ""))
}

fn basis(answer: &Value, title: &str) -> String {
    let references = answer["body"]["references"].as_array().unwrap();
    let found = references.iter().find(|r| r["title"].as_str().unwrap().starts_with(title));
    found.map_or("none", |r| r["basis"].as_str().unwrap()).to_owned()
}

#[test]
fn a_digest_is_tied_to_its_works_when_they_come_and_untied_when_they_leave() {
    let bench = Bench::new();
    bench.run(&["add", &bench.write("zinc.md", DIGEST)], 0);
    let alone = bench.ask(QUESTION);
    assert_eq!(basis(&alone, "Oral zinc"), "summarised");
    // "Deficiency" alone once brought in a digest that speaks of mismatch repair deficiency.
    assert!(statements(&alone).iter().all(|id| id.starts_with("zn-")), "{:?}", statements(&alone));

    bench.run(&["add", &trial(&bench)], 0);
    let tied = bench.ask(QUESTION);
    assert_eq!(basis(&tied, "Oral zinc"), "quoted", "{tied:#}");
    let sections = tied["body"]["sections"].to_string();
    assert!(sections.contains(SENTENCE) && sections.contains("partly-supported"), "{sections}");
    // The other work is not held, and the other statement is said by no sentence of the trial.
    assert_eq!(basis(&tied, "Zinc deficiency: a review"), "summarised");

    bench.run(&["remove", "pmid:12345678"], 0);
    assert_eq!(bench.ask(QUESTION)["hash"], alone["hash"]);
}

#[test]
fn a_retracted_work_is_not_cited_and_what_rests_on_it_alone_is_withheld() {
    let bench = Bench::new();
    bench.run(&["add", &bench.write("zinc.md", DIGEST)], 0);
    let before = bench.ask(QUESTION);
    let list = |nature: &str| {
        bench.write("list.csv", &format!("{HEADER}\n1,T,1/2/2020 0:00,,,1/1/2014 0:00,,12345678,{nature},+Error;\n"))
    };
    let said = bench.run(&["standing", &list("Retraction")], 0);
    assert!(said.starts_with("1 retraction. The standing of 0 sources here changed."), "{said}");
    let after = bench.ask(QUESTION);
    assert_eq!(basis(&after, "Oral zinc"), "none");
    assert!(!after["body"]["sections"].to_string().contains("12 percent"));
    assert!(after["body"]["sections"].to_string().contains("by oral zinc first"));
    let limits = after["body"]["limits"].to_string();
    assert!(limits.contains("Retracted since") && limits.contains("One statement that rests on"), "{limits}");
    assert_ne!(after["body"]["provenance"]["snapshot"], before["body"]["provenance"]["snapshot"]);

    // A concern is said beside the reference; the list read again without the row takes it back.
    bench.run(&["standing", &list("Expression of concern")], 0);
    let concern = bench.ask(QUESTION);
    let reference = &concern["body"]["references"].as_array().unwrap()[0];
    assert_eq!(reference["standing"], "expression-of-concern");
    bench.run(&["standing", &list("Correction")], 0);
    assert_eq!(bench.ask(QUESTION)["hash"], before["hash"]);
}

#[test]
fn a_retracted_source_is_shown_as_such_and_answers_nothing() {
    let bench = Bench::new();
    let question = "Does oral zinc sulfate raise serum zinc in adults with zinc deficiency?";
    bench.run(&["add", &trial(&bench)], 0);
    assert!(bench.ask(question)["body"]["references"].to_string().contains("12345678"));
    let correct = r#"<CommentsCorrectionsList><CommentsCorrections RefType="RetractionOf"><RefSource>J Trials. 2014</RefSource><PMID Version="1">12345678</PMID></CommentsCorrections></CommentsCorrectionsList>"#;
    let notice =
        record(12_345_680, "Retraction: oral zinc", "This article is retracted.", "Retraction of Publication", correct);
    bench.run(&["add", &bench.write("notice.xml", &notice)], 0);
    let shown = bench.run(&["show", "pmid:12345678"], 0);
    assert!(shown.contains("retracted") && shown.contains("Retraction of 2014, PMID 12345680"), "{shown}");
    assert!(!bench.ask(question)["body"]["references"].to_string().contains("12345678"));
    let doctor = bench.run(&["doctor"], 0);
    assert!(doctor.contains("not current   retracted 1") && doctor.contains("notices       1"), "{doctor}");
    bench.run(&["remove", "pmid:12345680"], 0);
    assert!(bench.run(&["show", "pmid:12345678"], 0).contains("current"));
}

#[test]
fn an_update_file_deletes_what_pubmed_deleted() {
    let bench = Bench::new();
    bench.run(&["add", &trial(&bench)], 0);
    let update =
        "<PubmedArticleSet><DeleteCitation><PMID Version=\"1\">12345678</PMID></DeleteCitation></PubmedArticleSet>";
    let said = bench.run(&["add", &bench.write("update.xml", update)], 0);
    assert!(said.contains("1 deleted by PubMed"), "{said}");
    bench.run(&["show", "pmid:12345678"], 2);
}

#[test]
fn files_of_one_work_make_one_source_and_say_which_field_is_from_which() {
    let bench = Bench::new();
    let page = format!(
        "---\ntitle: \"{TITLE}\"\ndate: 2014\nlicence: CC BY 4.0\n---\n\n# Results\n\n{SENTENCE} It was tolerated.\n"
    );
    let (page, record) = (bench.write("page.md", &page), trial(&bench));
    let said = bench.run(&["add", &record, &page, "--collection", "zinc"], 0);
    assert!(said.contains("2 added") && said.contains("1 joined"), "{said}");
    let shown = bench.run(&["show", "pmid:12345678"], 0);
    assert!(shown.contains("It was tolerated.") && shown.contains("Collection zinc"), "{shown}");
    assert!(shown.contains("page.md (prose)") && shown.contains("trial.xml:2 (pubmed)"), "{shown}");
    let collections: Value = serde_json::from_str(&bench.run(&["collections", "--json"], 0)).unwrap();
    let names: Vec<&str> = collections.as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["starter", "zinc"]);
    assert_eq!(collections[1]["sources"], 1);
    let doctor = bench.run(&["doctor"], 0);
    assert!(doctor.contains("by licence") && doctor.contains("CC-BY-4.0 1"), "{doctor}");
}

#[test]
fn a_list_that_breaks_off_or_is_no_list_changes_nothing() {
    let bench = Bench::new();
    let rows = format!("{HEADER}\n1,T,1/2/2020 0:00,,,1/1/2014 0:00,,12345678,Retraction,+Error;\n");
    bench.run(&["standing", &bench.write("list.csv", &rows)], 0);
    let before = bench.snapshot();
    let none = bench.write("none.csv", "a,b\n1,2\n");
    assert!(bench.run(&["standing", &none], 4).contains("Nothing was changed"));
    let gzipped = {
        use std::io::Write;
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        out.write_all(rows.repeat(50).as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let path = bench.folder.path().join("cut.csv.gz");
    std::fs::write(&path, &gzipped[..gzipped.len() / 2]).unwrap();
    assert!(bench.run(&["standing", path.to_str().unwrap()], 4).contains("Nothing was changed"));
    assert_eq!(bench.snapshot(), before);
    bench.run(&["standing", "/nonexistent.csv"], 6);
}

#[test]
fn watching_adds_what_appears() {
    let bench = Bench::new();
    bench.run(&["doctor"], 0);
    let folder = bench.folder.path().join("inbox");
    std::fs::create_dir(&folder).unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("curbside"))
        .arg("--data")
        .arg(bench.data())
        .args(["add", "--watch", "--every", "1", folder.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    bench.write("inbox/trial.xml", &record(12_345_678, TITLE, SENTENCE, "Randomized Controlled Trial", ""));
    assert!(lines.next().unwrap().unwrap().starts_with("1 added, 0 replaced"));
    bench.write("inbox/zinc.md", DIGEST);
    assert!(lines.next().unwrap().unwrap().starts_with("1 added, 0 replaced"));
    let newer = SENTENCE.replace("12 percent", "12 percent within 8 weeks");
    bench.write("inbox/trial.xml", &record(12_345_678, TITLE, &newer, "Randomized Controlled Trial", ""));
    assert!(lines.next().unwrap().unwrap().starts_with("0 added, 1 replaced"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(bench.run(&["show", "pmid:12345678"], 0).contains("within 8 weeks"));
}
