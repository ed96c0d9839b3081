//! Keeping: adding, replacing, removing, two writers, a killed process.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, jats};
use serde_json::Value;
use std::process::Stdio;

fn many(bench: &Bench, folder: &str, articles: u32) -> String {
    let body = "Fasting glucose was lower with metformin than with placebo at week 12 (P = .03). ".repeat(40);
    for i in 1..=articles {
        bench.write(&format!("{folder}/{i:04}.xml"), &jats(i, &format!("Metformin, trial {i}"), &body));
    }
    bench.folder.path().join(folder).to_str().unwrap().to_owned()
}

#[test]
fn the_same_bytes_again_change_nothing_and_newer_ones_replace() {
    let bench = Bench::new();
    let path = bench.write("a.xml", &jats(1, "First title", "Magnesium was given."));
    assert!(bench.run(&["add", &path], 0).starts_with("1 added, 0 replaced, 0 unchanged"));
    let first = bench.snapshot();
    assert!(bench.run(&["add", &path], 0).starts_with("0 added, 0 replaced, 1 unchanged"));
    assert_eq!(bench.snapshot(), first);
    let path = bench.write("a.xml", &jats(1, "Second title", "Magnesium was given."));
    assert!(bench.run(&["add", &path], 0).starts_with("0 added, 1 replaced"));
    assert_ne!(bench.snapshot(), first);
    let listed = bench.run(&["sources", "title"], 0);
    assert!(listed.contains("Second title") && !listed.contains("First title"), "{listed}");
}

#[test]
fn archives_are_read_like_folders() {
    let (plain, packed) = (Bench::new(), Bench::new());
    let folder = many(&plain, "articles", 5);
    plain.run(&["add", &folder], 0);
    let archive = packed.folder.path().join("articles.tar.gz");
    let file = flate2::write::GzEncoder::new(std::fs::File::create(&archive).unwrap(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(file);
    tar.append_dir_all("x", &folder).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
    packed.run(&["add", archive.to_str().unwrap()], 0);
    assert_eq!(plain.snapshot(), packed.snapshot());
}

#[test]
fn what_cannot_be_read_is_listed_and_stops_nothing() {
    let bench = Bench::new();
    let good = bench.write("in/good.xml", &jats(1, "A good one", "Magnesium was given."));
    bench.write("in/empty.xml", "");
    bench.write("in/cut.xml", &std::fs::read_to_string(&good).unwrap()[..420]);
    bench.write("in/photo.bin", "\u{0}\u{1}\u{2}PNG");
    let folder = bench.folder.path().join("in");
    let problems = bench.folder.path().join("problems.jsonl");
    let report = bench.run(&["add", folder.to_str().unwrap(), "--problems", problems.to_str().unwrap()], 4);
    assert!(report.starts_with("1 added"), "{report}");
    let listed: Vec<Value> =
        std::fs::read_to_string(problems).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for name in ["empty.xml", "cut.xml", "photo.bin"] {
        let about = listed.iter().filter(|p| p["path"].as_str().unwrap_or_default().ends_with(name));
        assert!(about.filter(|p| p["severity"] == "error").count() >= 1, "{name} in {listed:?}");
    }
    let output = bench.curbside(&["add", "/nonexistent/evidence"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nonexistent/evidence"));
}

/// Two documents of one work in one `add`: which is kept depends on them, never on their order, and it is said.
#[test]
fn of_two_documents_of_one_work_the_longer_is_kept_whatever_the_order() {
    let (long, short) = (jats(1, "Title", "Magnesium was given to all participants."), jats(1, "Title", "Magnesium."));
    let mut snapshots = Vec::new();
    for (first, second) in [(&long, &short), (&short, &long)] {
        let bench = Bench::new();
        bench.write("in/a.xml", first);
        bench.write("in/b.xml", second);
        let folder = bench.folder.path().join("in");
        let problems = bench.folder.path().join("problems.jsonl");
        bench.run(&["add", folder.to_str().unwrap(), "--problems", problems.to_str().unwrap()], 0);
        assert!(std::fs::read_to_string(problems).unwrap().contains("same-work"));
        snapshots.push(bench.snapshot());
    }
    assert_eq!(snapshots[0], snapshots[1]);
}

#[test]
fn removing_what_is_not_there_is_an_error_that_changes_nothing() {
    let bench = Bench::new();
    let path = bench.write("a.xml", &jats(1, "Title", "Magnesium was given."));
    bench.run(&["add", &path], 0);
    let before = bench.snapshot();
    let output = bench.curbside(&["remove", "PMC1", "PMC2"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-source"));
    assert_eq!(bench.snapshot(), before);
}

#[test]
fn a_second_writer_is_told_and_readers_go_on() {
    let bench = Bench::new();
    bench.run(&["doctor"], 0);
    let lock = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(bench.data().join("writer.lock"))
        .unwrap();
    lock.lock().unwrap();
    let path = bench.write("a.xml", &jats(1, "Title", "Magnesium was given."));
    let output = bench.curbside(&["add", &path]).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another curbside is writing"));
    bench.run(&["ask", "How is hypomagnesemia evaluated?"], 0);
    lock.unlock().unwrap();
    bench.run(&["add", &path], 0);
}

/// A new data folder met by several processes at once: each opens it, and one fills it.
#[test]
fn several_first_questions_at_once_are_all_answered() {
    for _ in 0..5 {
        let bench = Bench::new();
        let children: Vec<_> = (0..6)
            .map(|_| {
                std::process::Command::new(assert_cmd::cargo::cargo_bin("curbside"))
                    .arg("--data")
                    .arg(bench.data())
                    .args(["ask", "How is hypomagnesemia evaluated?"])
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

/// A disk that takes no more: files may not grow past a limit, and every write beyond it fails as one does on a full
/// disk.
#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let bench = Bench::new();
    let path = bench.write("a.xml", &jats(1, "A good one", "Magnesium was given."));
    bench.run(&["add", &path], 0);
    let before = bench.snapshot();
    let folder = many(&bench, "articles", 400);
    for limit in [200, 1000, 3000] {
        let output = std::process::Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh", &limit.to_string()])
            .arg(assert_cmd::cargo::cargo_bin("curbside"))
            .arg("--data")
            .arg(bench.data())
            .args(["add", &folder])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(6), "{limit}: {said}");
        assert!(said.contains("Check the disk") || said.contains("free space") || said.contains("reindex"), "{said}");
        assert_eq!(bench.snapshot(), before);
    }
    assert!(bench.run(&["add", &folder], 0).starts_with("399 added, 1 replaced"));
}

#[test]
fn an_index_that_was_lost_is_built_again() {
    let bench = Bench::new();
    let path = bench.write(
        "a.xml",
        &jats(
            1,
            "Metformin: a randomized trial",
            "Fasting glucose was lower with metformin than with placebo at week 12.",
        ),
    );
    bench.run(&["add", &path], 0);
    let question = "Does metformin compared with placebo lower fasting glucose?";
    let before = bench.ask(question);
    std::fs::remove_dir_all(bench.data().join("index")).unwrap();
    assert_eq!(bench.ask(question)["hash"], before["hash"]);
}

/// What a process leaves that is killed between the two commits: a library ahead of its index.
#[test]
fn an_index_that_lags_behind_the_library_is_brought_up() {
    let bench = Bench::new();
    let sentence = "Fasting glucose was lower with metformin than with placebo at week 12 (P = .03).";
    let one = bench.write("1.xml", &jats(1, "Metformin: a randomized trial", sentence));
    let two = bench.write("2.xml", &jats(2, "Metformin again: a randomized trial", sentence));
    bench.run(&["add", &one], 0);
    let (index, before) = (bench.data().join("index"), bench.folder.path().join("index-before"));
    let copied = std::process::Command::new("cp").arg("-r").args([&index, &before]).status().unwrap();
    assert!(copied.success());
    bench.run(&["add", &two], 0);
    bench.run(&["remove", "PMC1"], 0);
    let question = "Does metformin compared with placebo lower fasting glucose?";
    let right = bench.ask(question);
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::rename(&before, &index).unwrap();
    assert_eq!(bench.ask(question)["hash"], right["hash"]);
    assert_eq!(right["body"]["references"][0]["ids"]["pmcid"], "PMC2");
}

/// A process killed while it deleted an index, or wrote one, left files that were missing or cut short, and every command
/// ended with "rebuild it": the library is the truth, so whoever opens the folder next rebuilds it.
#[test]
fn an_index_of_which_a_file_is_gone_or_cut_short_is_built_again() {
    let bench = Bench::new();
    bench.run(&["doctor"], 0);
    let index = bench.data().join("index");
    let files = || -> Vec<std::path::PathBuf> {
        let names = std::fs::read_dir(&index).unwrap().map(|e| e.unwrap().path());
        let mut of_segments: Vec<_> =
            names.filter(|p| p.file_stem().unwrap().len() == 32 && p.metadata().unwrap().len() > 0).collect();
        of_segments.sort();
        of_segments
    };
    let kinds = files().len();
    assert!(kinds > 3, "{:?}", files());
    for at in 0..kinds {
        for cut in [false, true] {
            // Built again, its files have other names.
            let path = files()[at].clone();
            if cut {
                let text = std::fs::read(&path).unwrap();
                std::fs::write(&path, &text[..text.len() / 2]).unwrap();
            } else {
                std::fs::remove_file(&path).unwrap();
            }
            let found = bench.run(&["search", "hypomagnesemia", "--limit", "3"], 0);
            assert!(found.contains("agnes"), "{}, cut: {cut}: {found}", path.display());
        }
    }
}
