//! No identifier of a patient reaches the disk or an article: a question full of them is asked, and every byte that was
//! written is searched for each. Were they not taken out first, the article would hold the question as typed.

#![allow(clippy::unwrap_used)]

use desk::{AddOptions, Answer, Desk, Question};
use std::path::{Path, PathBuf};

const QUESTION: &str = "Name: Oyelaran, Babatunde  DOB: 07/30/1961  MRN: RX1-449021\n\
    Mrs. Siobhan Gallagher, 14 Elm Grove, Leeds LS6 2QT, NHS No 485 777 3456, tel 07700 900461, s.gallagher@example.org, \
    asks for her husband Bartholomew: urticaria since 9 February 2026, seen on 14 March 2026, eGFR 25, SSN 219-09-9999. \
    Treatment? Kind regards, Dr. Wendeline Achterberg";

const IDENTIFIERS: &[&str] = &[
    "Oyelaran",
    "Babatunde",
    "07/30/1961",
    "RX1-449021",
    "449021",
    "Siobhan",
    "Gallagher",
    "Elm Grove",
    "LS6 2QT",
    "485 777 3456",
    "777 3456",
    "07700 900461",
    "900461",
    "s.gallagher@example.org",
    "@example.org",
    "Bartholomew",
    "9 February",
    "14 March",
    "219-09-9999",
    "Wendeline",
    "Achterberg",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn holds(bytes: &[u8], what: &str) -> bool {
    let what = what.to_ascii_lowercase();
    bytes.to_ascii_lowercase().windows(what.len()).any(|w| w == what.as_bytes())
}

fn holds_none(bytes: &[u8], place: &str) {
    for identifier in IDENTIFIERS {
        assert!(!holds(bytes, identifier), "{identifier:?} is in {place}");
        // As a JSON text or an index of words would hold it.
        for word in
            identifier.split([' ', '@', '/', '-', '.']).filter(|w| w.len() > 5 && *w != "example" && *w != "February")
        {
            assert!(!holds(bytes, word), "{word:?} of {identifier:?} is in {place}");
        }
    }
}

fn ask(folder: &Path) -> Answer {
    let mut desk = Desk::open(folder).unwrap();
    let digest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/made-up-digest.md");
    desk.add(&[digest], &AddOptions::default(), &mut |_| {}).unwrap();
    let question = Question { today: Some("2026-11-24".parse().unwrap()), ..Question::new(QUESTION) };
    desk.ask(&question).unwrap()
}

#[test]
fn no_identifier_reaches_the_disk_or_the_article() {
    for identifier in IDENTIFIERS {
        assert!(holds(QUESTION.as_bytes(), identifier), "{identifier:?} is not asked");
    }
    let folder = tempfile::tempdir().unwrap();
    let answer = ask(folder.path());
    holds_none(serde_json::to_string_pretty(&answer).unwrap().as_bytes(), "the answer");
    // The question is there, with what was taken out told by kind and place only.
    assert!(answer.article.body.case.redactions.len() >= 12, "{:?}", answer.article.body.case.redactions);

    let desk = Desk::open(folder.path()).unwrap();
    let kept = desk.article(&answer.article.hash).unwrap();
    holds_none(serde_json::to_string(&kept).unwrap().as_bytes(), "the kept article");
    holds_none(serde_json::to_string(&desk.recent(10).unwrap()).unwrap().as_bytes(), "the list of articles");

    let mut all = Vec::new();
    files(folder.path(), &mut all);
    assert!(!all.is_empty());
    let mut question_kept = false;
    for path in &all {
        let bytes = std::fs::read(path).unwrap();
        question_kept |= holds(&bytes, "asks for her husband");
        holds_none(&bytes, &path.display().to_string());
        holds_none(path.display().to_string().as_bytes(), "a name of a file");
    }
    // Otherwise files that nobody can search would pass.
    assert!(question_kept, "the question is in none of {all:?} as plain text");
}

#[test]
fn dates_are_kept_as_time_since() {
    let today = Some("2026-11-24".parse().unwrap());
    for (text, value, months) in [
        ("Rectal cancer, FOLFOX completed 03/14/2025. Next line?", "FOLFOX", 20.0),
        ("Rectal cancer, surgery on 12 March 2024. Follow-up?", "surgery", 32.0),
        ("Rectal cancer, last dose of oxaliplatin 2 Jan 2026. Rechallenge?", "oxaliplatin", 10.0),
        ("Rectal cancer, finished adjuvant CAPOX in March 2025, relapsed. Next?", "CAPOX", 20.0),
        ("Rectal cancer, finished CAPOX in 2024, relapsed. Next?", "CAPOX", 24.0),
    ] {
        let case = desk::read_case(&Question { today, ..Question::new(text) }).unwrap();
        let fact = case.facts.iter().find(|f| f.value.to_string() == value);
        assert_eq!(fact.and_then(|f| f.detail.since_months), Some(months), "{text}: {:?}", case.facts);
    }
}
