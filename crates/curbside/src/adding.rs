//! Bringing evidence in: `add`, once or watching, and `standing`.

use crate::args::{Add, Cli, Standing};
use crate::commands::open;
use crate::people::seat;
use crate::{print, progress};
use anyhow::Context;
use desk::reading::Severity;
use desk::{AddOptions, AddReport, PdfWorker};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// Some documents could not be read.
const SOME_UNREAD: u8 = 4;
/// The hidden command that reads one PDF.
pub(crate) const PDF_CHILD: &str = "read-pdf";
/// What a PDF may cost: address space in bytes, and time.
const PDF_MEMORY: u64 = 2 << 30;
const PDF_TIME: Duration = Duration::from_secs(60);

pub(crate) fn add(cli: &Cli, add: &Add) -> anyhow::Result<ExitCode> {
    if add.watch {
        return watch(cli, add);
    }
    let report = once(cli, add, &add.paths)?;
    Ok(if report.unread == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_UNREAD) })
}

/// Adds these paths and says what that did.
fn once(cli: &Cli, add: &Add, paths: &[PathBuf]) -> anyhow::Result<AddReport> {
    let mut desk = open(cli)?;
    let bar = progress::bytes();
    let options = AddOptions { collection: add.collection.clone(), pdf: Some(pdf_worker()?) };
    let report = seat(cli, &mut desk)?.for_sources()?.add(paths, &options, |p| progress::show(&bar, p, "documents"))?;
    bar.finish_and_clear();
    if let Some(path) = &add.problems {
        write_problems(path, &report.problems)?;
    }
    if add.json {
        print::json(&report)?;
    } else {
        let mut said = format!(
            "{} added, {} replaced, {} unchanged, {} not read",
            report.added, report.replaced, report.unchanged, report.unread
        );
        let more = [
            (report.joined, "joined to other documents of the same work"),
            (report.older, "older than what is held"),
            (report.withdrawn, "deleted by PubMed"),
        ];
        for (n, what) in more.iter().filter(|(n, _)| *n > 0) {
            said.push_str(&format!(", {n} {what}"));
        }
        print::line(&format!("{said}. Snapshot {}.", report.snapshot.id))?;
        crate::refresh::to_look_at(&report.to_look_at)?;
    }
    if add.problems.is_none() {
        list_problems(&report.problems);
    }
    Ok(report)
}

/// This program reads PDFs in a child process of itself.
pub(crate) fn pdf_worker() -> anyhow::Result<PdfWorker> {
    let program = std::env::current_exe().context("the path of this program")?;
    Ok(PdfWorker { program, arguments: vec![PDF_CHILD.to_owned()], memory: PDF_MEMORY, time: PDF_TIME })
}

/// Adds everything, then whatever appears or changes, until it is stopped. A file is added once it has kept its size
/// and time for one look; files that vanish stay in the library.
fn watch(cli: &Cli, add: &Add) -> anyhow::Result<ExitCode> {
    let pause = Duration::from_secs(add.every.max(1));
    let mut seen: HashMap<PathBuf, Stamp> = HashMap::new();
    let mut growing: HashMap<PathBuf, Stamp> = HashMap::new();
    print::complain(&format!("Watching; looks every {} s. Stop with Ctrl-C.", pause.as_secs()));
    loop {
        let now = stamps(&add.paths);
        let ready: Vec<PathBuf> = now
            .iter()
            .filter(|(path, stamp)| seen.get(*path) != Some(stamp) && growing.get(*path) == Some(stamp))
            .map(|(path, _)| path.clone())
            .collect();
        if !ready.is_empty() {
            match once(cli, add, &ready) {
                Ok(_) => seen.extend(ready.into_iter().filter_map(|p| now.get(&p).map(|s| (p, *s)))),
                // Another writer holds the folder, or the disk is full: what was not added is tried again.
                Err(error) => print::complain(&format!("curbside: {error:#}; tried again in {} s", pause.as_secs())),
            }
        }
        growing = now;
        std::thread::sleep(pause);
    }
}

/// Size and time of the last change.
type Stamp = (u64, Option<SystemTime>);

/// Every file under these paths; what cannot be looked at is reported when it is added.
fn stamps(paths: &[PathBuf]) -> HashMap<PathBuf, Stamp> {
    let stamp = |path: PathBuf| {
        let data = std::fs::metadata(&path).ok()?;
        Some((path, (data.len(), data.modified().ok())))
    };
    desk::reading::files(paths).filter_map(stamp).collect()
}

pub(crate) fn standing(cli: &Cli, args: &Standing) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let bar = progress::bytes();
    let report =
        seat(cli, &mut desk)?.for_sources()?.standing(&args.path, &args.list, |p| progress::show(&bar, p, "rows"))?;
    bar.finish_and_clear();
    if let Some(path) = &args.problems {
        write_problems(path, &report.problems)?;
    } else {
        list_problems(&report.problems);
    }
    if args.json {
        print::json(&report)?;
    } else if report.notices.is_empty() {
        print::line("Nothing was changed: the list broke off or held no notice.")?;
    } else {
        let kinds: Vec<String> = report.by_kind().map(|(kind, n)| format!("{n} {kind}")).collect();
        print::line(&format!(
            "{}. The standing of {} sources here changed. Snapshot {}.",
            kinds.join(", "),
            report.changed.len(),
            report.snapshot.id
        ))?;
        for id in &report.changed {
            print::line(id.as_str())?;
        }
        crate::refresh::to_look_at(&report.to_look_at)?;
    }
    Ok(if report.notices.is_empty() { ExitCode::from(SOME_UNREAD) } else { ExitCode::SUCCESS })
}

fn write_problems(path: &Path, problems: &[desk::Problem]) -> anyhow::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).with_context(|| path.display().to_string())?);
    for problem in problems {
        serde_json::to_writer(&mut file, problem)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

/// Problems on standard error: all errors, then how many warnings there were.
fn list_problems(problems: &[desk::Problem]) {
    const SHOWN: usize = 200;
    let errors: Vec<_> = problems.iter().filter(|p| p.severity == Severity::Error).collect();
    for problem in errors.iter().take(SHOWN) {
        print::complain(&problem.to_string());
    }
    if errors.len() > SHOWN {
        print::complain(&format!("... and {} more; --problems FILE writes them all", errors.len() - SHOWN));
    }
    let warnings = problems.len() - errors.len();
    if warnings > 0 {
        print::complain(&format!("{warnings} warnings; --problems FILE writes them"));
    }
}
