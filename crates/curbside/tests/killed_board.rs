//! Killed while people ask, submit, review and back up: what was committed is there, what was not is not, and the audit
//! trail is whole. CURBSIDE_KILLS says how many kills (a few dozen where it says nothing); the numbers by phase go to
//! standard error.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, PASSWORD};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// When it is killed. A command commits several times: that a password was tried, that it was right, what was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kill {
    /// Before a commit, behind so many others.
    Before(u32),
    /// After a commit, before anybody is told, behind so many others.
    After(u32),
    /// After so many thousandths of the time that the whole takes.
    Any(u32),
}

/// Starts as a person, or as the operator.
fn start(bench: &Bench, person: Option<&str>, arguments: &[&str], halt: Option<(&str, u32)>) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("curbside"));
    command.arg("--data").arg(bench.data()).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    for name in ["CURBSIDE_AS", "CURBSIDE_PASSWORD", "CURBSIDE_TOKEN"] {
        command.env_remove(name);
    }
    if let Some(person) = person {
        command.env("CURBSIDE_AS", person).env("CURBSIDE_PASSWORD", PASSWORD);
    }
    if let Some((step, after)) = halt {
        command.env("CURBSIDE_HALT_AT", step).env("CURBSIDE_HALT_AFTER", after.to_string());
    }
    command.spawn().unwrap()
}

/// Kills it as asked; false where it had ended before.
fn kill(bench: &Bench, person: Option<&str>, arguments: &[&str], kill: Kill, whole: Duration) -> bool {
    let step = match kill {
        Kill::Before(n) => Some(("article-written", n)),
        Kill::After(n) => Some(("article-committed", n)),
        Kill::Any(_) => None,
    };
    let mut child = start(bench, person, arguments, step);
    match kill {
        Kill::Any(part) => std::thread::sleep(whole.mul_f64(f64::from(part) / 1000.0)),
        _ => {
            let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
            // To its end, where it commits fewer times.
            lines.take_while(|line| !line.starts_with("halted at")).for_each(drop);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let running = child.try_wait().unwrap().is_none();
    let _ = child.kill(); // it may have ended by itself
    child.wait().unwrap();
    running
}

fn json(bench: &Bench, arguments: &[&str]) -> Value {
    serde_json::from_str(&bench.run(arguments, 0)).unwrap()
}

/// How many articles there are, and how many entries the trail has; the trail must verify.
fn state(bench: &Bench) -> (usize, u64) {
    let verified = json(bench, &["audit", "verify", "--json"]);
    assert_eq!(verified["fault"], Value::Null, "{verified}");
    let articles = json(bench, &["articles", "list", "--limit", "100000", "--json"]);
    (articles.as_array().unwrap().len(), verified["entries"].as_u64().unwrap())
}

#[test]
fn a_kill_at_any_moment_of_a_review_loses_nothing_and_leaves_the_trail_whole() {
    let kills: u32 = std::env::var("CURBSIDE_KILLS").ok().and_then(|k| k.parse().ok()).unwrap_or(32);
    let bench = Bench::new();
    bench.person("wanda", &["author"]);
    bench.person("vera", &["reviewer"]);
    let asked = |n: u32| format!("{n}-year-old woman: how is hypomagnesemia evaluated?");
    let ask = |n: u32| -> String {
        let out = bench.run_as("wanda", &["ask", "--json", &asked(n)], 0);
        serde_json::from_str::<Value>(&out).unwrap()["hash"].as_str().unwrap().to_owned()
    };
    let started = Instant::now();
    let hash = ask(20);
    let whole = started.elapsed();
    bench.run_as("wanda", &["review", "submit", &hash], 0);
    bench.run_as("vera", &["review", "take", &hash], 0);
    let mut counts: BTreeMap<(&str, String), (u32, u32)> = BTreeMap::new();
    // Ages that patients have, two letters of words that no case is read from: each question is another.
    let mut number = 20;
    for round in 0..kills {
        number += 1;
        let phase = ["ask", "submit", "mark", "backup"][round as usize % 4];
        let how = match round / 4 % 4 {
            0 => Kill::Before(round / 16 % 3),
            1 => Kill::After(round / 16 % 3),
            n => Kill::Any((round * 97 + n * 331) % 1000),
        };
        let question = format!("{} Case {number} of ours.", asked(20 + number % 70));
        let words = format!("Looked at in round {round}.");
        let folder = bench.folder.path().join(format!("backup-{round}"));
        let fresh = (phase == "submit").then(|| {
            let out = bench.run_as("wanda", &["ask", "--json", &question], 0);
            serde_json::from_str::<Value>(&out).unwrap()["hash"].as_str().unwrap().to_owned()
        });
        let (person, arguments): (Option<&str>, Vec<&str>) = match phase {
            "ask" => (Some("wanda"), vec!["ask", &question]),
            "submit" => (Some("wanda"), vec!["review", "submit", fresh.as_deref().unwrap()]),
            "mark" => (Some("vera"), vec!["review", "mark", &hash, "comment", "1", "--words", &words]),
            _ => (None, vec!["backup", folder.to_str().unwrap()]),
        };
        let before = state(&bench);
        let running = kill(&bench, person, &arguments, how, whole);
        let left = state(&bench);
        let (more, entries) = (left.0.checked_sub(before.0).unwrap(), left.1.checked_sub(before.1).unwrap());
        // All of a deed or nothing of it: an article is one entry of the trail, as is a step of a review.
        assert!(more <= 1 && entries <= 1 && more as u64 <= entries, "{phase}: {before:?}, then {left:?}");
        if !running {
            assert_eq!(entries, 1, "{phase} ended, and what it did is not there");
        }
        // It works again, whole.
        if phase == "backup" {
            let again = bench.folder.path().join(format!("again-{round}"));
            bench.run(&["backup", again.to_str().unwrap()], 0);
            std::fs::remove_dir_all(&again).unwrap();
        } else {
            let status = start(&bench, person, &arguments, None).wait().unwrap().code();
            assert!(matches!(status, Some(0 | 2)), "{phase}: {status:?}");
        }
        let entry = counts.entry((phase, name(how))).or_default();
        entry.0 += 1;
        entry.1 += u32::from(running);
    }
    let review: Value = serde_json::from_str(&bench.run_as("vera", &["review", "show", &hash, "--json"], 0)).unwrap();
    let marks = review["statements"][0]["marks"].as_array().unwrap();
    let told: std::collections::BTreeSet<&str> = marks.iter().map(|m| m["words"].as_str().unwrap()).collect();
    let expected = (0..kills).filter(|r| r % 4 == 2).count();
    assert_eq!(told.len(), expected, "each round's mark is there");
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{kills} kills:");
    for ((phase, how), (n, running)) in counts {
        let _ = writeln!(err, "  {phase:7} {how:16} {n:4}, still running {running}");
    }
}

fn name(how: Kill) -> String {
    match how {
        Kill::Before(n) => format!("before commit {}", n + 1),
        Kill::After(n) => format!("after commit {}", n + 1),
        Kill::Any(_) => "any time".to_owned(),
    }
}
