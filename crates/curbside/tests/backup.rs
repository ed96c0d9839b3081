//! `backup` and `restore`: what is damaged is refused, and a process that is killed leaves nothing that is taken for whole.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, jats};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const QUESTION: &str = "How is hypomagnesemia evaluated?";

/// Runs to a step and kills there.
fn kill_at(data: &Path, arguments: &[&str], step: &str) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("curbside"))
        .arg("--data")
        .arg(data)
        .args(arguments)
        .env("CURBSIDE_HALT_AT", step)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let said: Vec<String> = said.take_while(|line| !line.starts_with("halted at")).collect();
    assert!(child.try_wait().unwrap().is_none(), "{arguments:?} did not reach {step}: {said:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

fn restored(bench: &Bench, from: &str, name: &str) -> (Option<i32>, String) {
    let data = bench.folder.path().join(name);
    let output = bench.curbside(&["restore", from, "--data", data.to_str().unwrap()]).output();
    let output = output.unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

impl Bench {
    /// The real binary on another data folder.
    fn on(&self, data: &str, args: &[&str]) -> String {
        let data = self.folder.path().join(data);
        let mut command = assert_cmd::Command::cargo_bin("curbside").unwrap();
        let output = command.arg("--data").arg(data).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn a_backup_comes_back_with_everything_in_it() {
    let bench = Bench::new();
    let path =
        bench.write("a.xml", &jats(1, "Metformin: a randomized trial", "Fasting glucose was lower with metformin."));
    bench.run(&["add", &path], 0);
    let asked = bench.ask(QUESTION);
    fs::write(bench.data().join("curbside.toml"), "").unwrap();
    let to = bench.folder.path().join("backup");
    let to = to.to_str().unwrap();
    let manifest: Value = serde_json::from_str(&bench.run(&["backup", to, "--json"], 0)).unwrap();
    assert_eq!(manifest["snapshot"], bench.snapshot());
    let restore = |data: &str| {
        let mut command = assert_cmd::Command::cargo_bin("curbside").unwrap();
        command.arg("--data").arg(bench.folder.path().join(data)).args(["restore", to]).output().unwrap()
    };
    let output = restore("new");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let health: Value = serde_json::from_str(&bench.on("new", &["doctor", "--json"])).unwrap();
    assert_eq!((&health["snapshot"]["id"], &health["index_current"]), (&bench.snapshot().into(), &true.into()));
    assert!(bench.folder.path().join("new/curbside.toml").exists());
    bench.on("new", &["articles", "show", asked["slug"].as_str().unwrap()]);
    bench.on("new", &["audit", "verify", "--head", manifest["audit_head"].as_str().unwrap()]);
    let again: Value = serde_json::from_str(&bench.on("new", &["ask", "--json", QUESTION])).unwrap();
    assert_eq!(again["hash"], asked["hash"]);
    // Nothing is written over.
    assert_eq!(restore("new").status.code(), Some(2));
    bench.run(&["backup", to], 2);
}

#[test]
fn what_was_damaged_is_refused_and_leaves_nothing() {
    let bench = Bench::new();
    bench.ask(QUESTION);
    let to = bench.folder.path().join("backup");
    bench.run(&["backup", to.to_str().unwrap()], 0);
    let mut seen = 0;
    for name in ["articles.sqlite", "sources.sqlite", "manifest.json"] {
        let path = to.join(name);
        let whole = fs::read(&path).unwrap();
        let mut damaged: Vec<Option<Vec<u8>>> = vec![None, Some(Vec::new()), Some(whole[..whole.len() - 1].to_vec())];
        for at in [0, whole.len() / 3, whole.len() / 2, whole.len() - 2] {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            damaged.push(Some(bytes));
        }
        for bytes in damaged {
            match bytes {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let (code, said) = restored(&bench, to.to_str().unwrap(), "refused");
            assert_eq!(code, Some(6), "{name}: {said}");
            assert!(said.contains("[bad-archive]"), "{name}: {said}");
            assert!(!bench.folder.path().join("refused").exists());
            fs::write(&path, &whole).unwrap();
            seen += 1;
        }
    }
    assert_eq!(seen, 21);
    assert_eq!(restored(&bench, to.to_str().unwrap(), "taken").0, Some(0));
}

#[test]
fn killed_inside_a_backup_or_a_restore_nothing_is_taken_for_whole_and_the_next_one_works() {
    let bench = Bench::new();
    bench.ask(QUESTION);
    let (to, unfinished) = (bench.folder.path().join("backup"), bench.folder.path().join("data2.unfinished"));
    let to = to.to_str().unwrap();
    for step in ["backup-copied", "backup-written", "backup-copied"] {
        kill_at(&bench.data(), &["backup", to], step);
        let (code, said) = restored(&bench, to, "data2");
        assert_eq!(code, Some(6), "{step}: {said}");
        assert!(said.contains("was not finished"), "{said}");
    }
    bench.run(&["backup", to], 0);
    bench.run(&["audit", "verify"], 0);
    let data2 = bench.folder.path().join("data2");
    for step in ["restore-copied", "folder-staged"] {
        kill_at(&data2, &["restore", to], step);
        assert!(unfinished.exists() && !data2.exists(), "{step}");
    }
    assert_eq!(restored(&bench, to, "data2").0, Some(0));
    assert!(!unfinished.exists());
    bench.on("data2", &["audit", "verify"]);
}
