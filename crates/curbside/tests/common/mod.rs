//! Helpers of the whole-program tests: the real binary on a data folder of its own.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // each test file uses some of them; a test may panic

pub mod browser;
pub mod client;
pub mod wire;

use assert_cmd::Command;
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

/// The question at the head of the reference article.
pub const RECTAL: &str = "What are the treatment options for a patient with poorly differentiated rectal cancer, post-surgery, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), post adjuvant radiation therapy (RT), now presenting with multiple skeletal metastases, inguinal metastases, and retroperitoneal metastases?";

/// Of every person of a test.
pub const PASSWORD: &str = "seven damp umbrellas";

pub struct Bench {
    pub folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn curbside(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("curbside").unwrap();
        command.arg("--data").arg(self.data()).args(args).env("NO_COLOR", "1").env("COLUMNS", "96");
        command
    }

    /// Runs, expects this exit status, gives standard output.
    pub fn run(&self, args: &[&str], status: i32) -> String {
        let output = self.curbside(args).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}\n{text}\n{errors}");
        text
    }

    pub fn ask(&self, question: &str) -> Value {
        let output = self.curbside(&["ask", "--json", question]).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs as a person of [`Bench::person`], expects this exit status, gives standard output, or standard error where it failed.
    pub fn run_as(&self, person: &str, args: &[&str], status: i32) -> String {
        let output = self
            .curbside(args)
            .env("CURBSIDE_AS", person)
            .env("CURBSIDE_PASSWORD", PASSWORD)
            .env_remove("CURBSIDE_TOKEN")
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(status), "{person}: {args:?}\n{out}\n{err}");
        if status == 0 { out } else { err }
    }

    /// Adds a person with these roles and [`PASSWORD`].
    pub fn person(&self, username: &str, roles: &[&str]) {
        let name = format!("Person {username}");
        let mut args = vec!["people", "add", username, "--name", &name, "--credentials", "MD", "--json"];
        roles.iter().for_each(|r| args.extend(["--role", r]));
        let added: Value = serde_json::from_str(&self.run(&args, 0)).unwrap();
        let link = added["link"].as_str().unwrap();
        let claimed = self.curbside(&["people", "claim", link]).env("CURBSIDE_PASSWORD", PASSWORD).output().unwrap();
        assert_eq!(claimed.status.code(), Some(0), "{}", String::from_utf8_lossy(&claimed.stderr));
    }

    /// Asks as an author, and lets two reviewers approve the answer and an editor publish it; gives its hash. The people are
    /// `wanda`, `vera`, `viktor` and `edith`, and must be there.
    pub fn approved(&self, question: &str) -> String {
        let asked: Value = serde_json::from_str(&self.run_as("wanda", &["ask", "--json", question], 0)).unwrap();
        let hash = asked["hash"].as_str().unwrap().to_owned();
        self.run_as("wanda", &["review", "submit", &hash], 0);
        self.approve(&hash);
        self.run_as("edith", &["review", "publish", &hash], 0);
        hash
    }

    /// Lets `vera` and `viktor` accept every statement of a version and sign for it.
    pub fn approve(&self, hash: &str) {
        for reviewer in ["vera", "viktor"] {
            let shown: Value =
                serde_json::from_str(&self.run_as(reviewer, &["review", "take", hash, "--json"], 0)).unwrap();
            let all = format!("1-{}", shown["statements"].as_array().unwrap().len());
            self.run_as(reviewer, &["review", "conflict", hash, "--none"], 0);
            self.run_as(reviewer, &["review", "mark", hash, "accept", &all], 0);
            self.run_as(reviewer, &["review", "sign", hash, "approve"], 0);
        }
    }

    /// The people of [`Bench::approved`].
    pub fn board(&self) {
        for (name, role) in [("wanda", "author"), ("vera", "reviewer"), ("viktor", "reviewer"), ("edith", "editor")] {
            self.person(name, &[role]);
        }
    }

    /// A version with its review.
    pub fn review(&self, hash: &str) -> Value {
        serde_json::from_str(&self.run_as("edith", &["review", "show", hash, "--json"], 0)).unwrap()
    }

    pub fn snapshot(&self) -> String {
        let health: Value = serde_json::from_str(&self.run(&["doctor", "--json"], 0)).unwrap();
        health["snapshot"]["id"].as_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// Ids of the digest statements an article shows, in order.
pub fn statements(answer: &Value) -> Vec<String> {
    let lines = answer["body"]["bottom_line"].as_array().unwrap().iter().chain(
        answer["body"]["sections"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|s| s["groups"].as_array().unwrap())
            .flat_map(|g| g["lines"].as_array().unwrap()),
    );
    lines
        .flat_map(|l| l["citations"].as_array().unwrap())
        .filter_map(|c| c["statement"].as_str().map(str::to_owned))
        .collect()
}

/// A minimal article of a randomised trial.
pub fn jats(pmcid: u32, title: &str, abstract_text: &str) -> String {
    format!(
        r#"<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.0 20120330//EN" "JATS-archivearticle1.dtd">
<article article-type="research-article"><front><journal-meta><journal-title-group><journal-title>Journal of Trials</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmc">{pmcid}</article-id><article-id pub-id-type="doi">10.1000/{pmcid}</article-id><title-group><article-title>{title}</article-title></title-group>
<pub-date pub-type="ppub"><year>2014</year></pub-date>
<abstract><p>{abstract_text}</p></abstract></article-meta></front><body><sec><title>Results</title><p>All participants were followed for one year.</p></sec></body></article>"#
    )
}
