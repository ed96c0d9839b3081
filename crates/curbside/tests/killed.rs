//! Killed at any moment: SIGKILL inside every step of every command that writes, and at moments in between. The library
//! is always the one before or the one after, it opens, and running the command again completes it.
//!
//! The steps are those of the `steps` crate, which stop only a debug build.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, jats};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What stands after a kill at this step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Before,
    After,
}
use State::{After, Before};

const SENTENCE: &str = "Fasting glucose was lower with metformin than with placebo at week 12 (P = .03).";
const HEADER: &str = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";

fn start(bench: &Bench, arguments: &[&str], halt_at: Option<&str>) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("curbside"));
    command.arg("--data").arg(bench.data()).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(step) = halt_at {
        command.env("CURBSIDE_HALT_AT", step);
    }
    command.spawn().unwrap()
}

/// Runs to a step and kills there.
fn kill_at(bench: &Bench, arguments: &[&str], step: &str) {
    let mut child = start(bench, arguments, Some(step));
    let said: Vec<String> = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.starts_with("halted at"))
        .collect();
    // A child that never came to the step has ended by itself.
    assert!(child.try_wait().unwrap().is_none(), "{arguments:?} did not reach {step}: {said:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Runs for so long and kills; whether it was still running.
fn kill_after(bench: &Bench, arguments: &[&str], time: Duration) -> bool {
    let mut child = start(bench, arguments, None);
    std::thread::sleep(time);
    let running = child.try_wait().unwrap().is_none();
    let _ = child.kill(); // it may have ended by itself
    child.wait().unwrap();
    running
}

/// Opens the folder, as anyone would next, and says what it holds.
fn health(bench: &Bench) -> (String, u64) {
    let health: Value = serde_json::from_str(&bench.run(&["doctor", "--json"], 0)).unwrap();
    assert_eq!(health["index_current"], true);
    assert!(health["passages"].as_u64().unwrap() > 0);
    (health["snapshot"]["id"].as_str().unwrap().to_owned(), health["counts"]["sources"].as_u64().unwrap())
}

/// Runs a command whole; one that a kill came too late for may say that there is nothing left to do.
fn complete(bench: &Bench, arguments: &[&str]) {
    let mut child = start(bench, arguments, None);
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(0 | 2)), "{arguments:?}: {code:?}");
}

/// A retraction of article 1 (DOI 10.1000/1), or of nothing held.
fn list(bench: &Bench, round: usize) -> String {
    let doi = if round.is_multiple_of(2) { "10.1000/1" } else { "10.1000/none" };
    let row = format!("{round},A title,1/2/2020 0:00,,,1/1/2019 0:00,{doi},,Retraction,+Error;");
    bench.write(&format!("list{round}.csv"), &format!("{HEADER}\n{row}\n"))
}

#[test]
fn a_kill_inside_any_step_leaves_the_library_before_or_after() {
    let bench = Bench::new();
    let article = |n: usize| jats(n as u32, &format!("Metformin, trial {n}"), SENTENCE);
    for n in 1..=5 {
        bench.write(&format!("start/{n}.xml"), &article(n));
    }
    bench.run(&["add", bench.folder.path().join("start").to_str().unwrap()], 0);
    let commit = [
        ("index-prepared", Before),
        ("library-written", Before),
        ("library-committed", After),
        ("index-committed", After),
    ];
    let mut kills: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut next = 100;
    for round in 0..12 {
        for (at, (step, expected)) in commit.into_iter().enumerate() {
            next += 1;
            let id = format!("PMC{next}");
            let file = bench.write(&format!("{next}.xml"), &article(next));
            let csv = list(&bench, next);
            let name = ["add", "remove", "standing"][(round + at) % 3];
            let arguments: Vec<&str> = match name {
                "add" => vec!["add", &file],
                "remove" => {
                    bench.run(&["add", &file], 0);
                    vec!["remove", &id]
                }
                _ => vec!["standing", &csv],
            };
            let before = health(&bench);
            kill_at(&bench, &arguments, step);
            let left = health(&bench);
            complete(&bench, &arguments);
            let after = health(&bench);
            let expected = if expected == Before { &before } else { &after };
            assert_eq!(left, *expected, "{name} killed at {step}");
            *kills.entry((name, step)).or_default() += 1;
        }
    }
    // Before anything is committed, and a rebuilding of the index, which must come to the same again.
    for round in 0..10 {
        for (name, step) in [("add", "document-put"), ("remove", "source-removed"), ("standing", "list-closed")] {
            next += 1;
            let (file, csv) = (bench.write(&format!("{next}.xml"), &article(next)), list(&bench, next));
            let arguments: Vec<&str> = match name {
                "add" => vec!["add", &file],
                "remove" => vec!["remove", "PMC2"],
                _ => vec!["standing", &csv],
            };
            let before = health(&bench);
            kill_at(&bench, &arguments, step);
            assert_eq!(health(&bench), before, "{name} killed at {step}");
            *kills.entry((name, step)).or_default() += 1;
        }
        let step = ["index-deleted", "index-empty", "index-prepared", "index-committed"][round % 4];
        let before = health(&bench);
        kill_at(&bench, &["reindex"], step);
        assert_eq!(health(&bench), before, "reindex killed at {step}");
        *kills.entry(("reindex", step)).or_default() += 1;
    }
    let mut by_step: BTreeMap<&str, u32> = BTreeMap::new();
    for ((_, step), n) in &kills {
        *by_step.entry(step).or_default() += n;
    }
    assert!(commit.iter().all(|(step, _)| by_step[step] >= 10));
    // What was retracted by the last list counts, and every source is whole.
    let found = bench.run(&["search", "fasting glucose metformin", "--limit", "50"], 0);
    assert!(found.lines().count() >= 5, "{found}");
    report(&kills, "inside steps");
}

#[test]
fn a_kill_at_any_time_leaves_the_library_before_or_after() {
    let bench = Bench::new();
    let body = SENTENCE.repeat(20);
    for n in 1..=60 {
        bench.write(&format!("all/{n:03}.xml"), &jats(n, &format!("Metformin, trial {n}"), &body));
    }
    let folder = bench.folder.path().join("all").to_str().unwrap().to_owned();
    let ids: Vec<String> = (1..=60).map(|n| format!("PMC{n}")).collect();
    let remove: Vec<&str> = std::iter::once("remove").chain(ids.iter().map(String::as_str)).collect();
    let empty = health(&bench);
    let started = Instant::now();
    bench.run(&["add", &folder], 0);
    let whole = started.elapsed();
    let full = health(&bench);
    let mut kills: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let rounds = 12;
    for round in 1..=rounds {
        let time = whole.mul_f64(f64::from(round) / f64::from(rounds));
        bench.run(&["reindex"], 0);
        if kill_after(&bench, &["reindex"], time) {
            *kills.entry(("reindex", "any time")).or_default() += 1;
        }
        assert_eq!(health(&bench), full);
        for (name, arguments) in [("remove", remove.as_slice()), ("add", &["add", &folder])] {
            if kill_after(&bench, arguments, time) {
                *kills.entry((name, "any time")).or_default() += 1;
            }
            let left = health(&bench);
            assert!(left == empty || left == full, "{name} left neither");
            complete(&bench, arguments);
        }
        assert_eq!(health(&bench), full);
    }
    report(&kills, "at any time");
}

fn report(kills: &BTreeMap<(&str, &str), u32>, how: &str) {
    let total: u32 = kills.values().sum();
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{total} kills {how}:");
    for ((name, step), n) in kills {
        let _ = writeln!(err, "  {name:9} {step:18} {n}");
    }
}
