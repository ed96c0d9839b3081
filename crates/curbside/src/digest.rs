//! `curbside digest`: works on files alone, needs no data folder.

use crate::args::{DigestArgs, DigestCommand};
use crate::print;
use anyhow::{Context, bail};
use desk::Date;
use desk::answering::plain_faults;
use desk::answering::verify::Checker;
use desk::evidence::PartialDate;
use desk::reading::digest::{self, Fault, FaultKind, PlainWording};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) fn run(args: &DigestArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        DigestCommand::New { path, title } => new(path, title),
        DigestCommand::Lint { paths, strict } => lint(paths, *strict),
        DigestCommand::Preview { path } => preview(path),
    }
}

fn new(path: &Path, title: &str) -> anyhow::Result<ExitCode> {
    let (today, review_by) = desk::today().and_then(dates).context("the clock of this machine is off")?;
    let text = digest::skeleton(title, today, review_by);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(|| format!("{} was not written (an existing file is never overwritten)", path.display()))?;
    file.write_all(text.as_bytes())?;
    print::line(&format!("{} written. Edit it, then: curbside digest lint {}", path.display(), path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints every fault; fails on errors, and with `strict` on doubts as well.
fn lint(paths: &[PathBuf], strict: bool) -> anyhow::Result<ExitCode> {
    let gravest_borne = if strict { FaultKind::Style } else { FaultKind::Doubt };
    let mut failed = false;
    let mut checker = Checker::default();
    for path in paths {
        let (text, name) = load(path)?;
        let mut faults = digest::lint(&text, &name);
        faults.extend(plain_wordings(&mut checker, &text, &name));
        for fault in faults {
            let borne = fault.kind >= gravest_borne;
            failed |= !borne;
            print::line(&format!(
                "{}:{}:{}: {}{} [{}]",
                path.display(),
                fault.line,
                fault.column,
                if borne { "warning: " } else { "" },
                fault.message,
                fault.code
            ))?;
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What is wrong with the plain wordings of a digest. An error here does not keep the digest from being read; the wording is
/// not shown where it does not say what its statement says, or tells a dose.
fn plain_wordings(checker: &mut Checker, text: &str, name: &str) -> Vec<Fault> {
    let faults_of = |w: &PlainWording, checker: &mut Checker| {
        let headings: Vec<&str> = w.headings.iter().map(String::as_str).collect();
        plain_faults(checker, &w.wording, &w.statement, w.role, &headings)
    };
    let mut out = Vec::new();
    for w in digest::plain_wordings(text, name) {
        out.extend(faults_of(&w, checker).into_iter().map(|f| Fault {
            line: w.line,
            column: w.column,
            code: f.code,
            message: format!("plain wording of #{}: {}", w.id, f.message),
            kind: if f.error { FaultKind::Error } else { FaultKind::Style },
        }));
    }
    out
}

fn preview(path: &Path) -> anyhow::Result<ExitCode> {
    let (text, name) = load(path)?;
    let (source, faults) = digest::read(&text, &name);
    let Some(source) = source else {
        let first = faults.first().map(|f| format!("{}:{}: {}", f.line, f.column, f.message));
        bail!(
            "{} has errors, the first at {}; run: curbside digest lint {}",
            path.display(),
            first.unwrap_or_default(),
            path.display()
        );
    };
    print::line(&digest::preview(&source))?;
    Ok(ExitCode::SUCCESS)
}

fn load(path: &Path) -> anyhow::Result<(String, String)> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((text, name))
}

/// When a digest written today was updated, and when someone must look at it again: in half a year.
fn dates(today: Date) -> Option<(PartialDate, PartialDate)> {
    let months = u16::from(today.month()) - 1 + 6;
    let (year, month) = (today.year() + months / 12, months % 12 + 1);
    // No month is too short for its 28th day.
    let review_by = PartialDate::new(year, Some(u8::try_from(month).ok()?), Some(today.day().min(28)))?;
    Some((PartialDate::new(today.year(), Some(today.month()), Some(today.day()))?, review_by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_digest_is_to_be_reviewed_in_half_a_year() {
        for (today, updated, review_by) in [
            ((2026, 1, 1), "2026-01-01", "2026-07-01"),
            ((2026, 6, 30), "2026-06-30", "2026-12-28"),
            ((2026, 8, 31), "2026-08-31", "2027-02-28"),
            ((2026, 12, 5), "2026-12-05", "2027-06-05"),
        ] {
            let (year, month, day) = today;
            let told = Date::new(year, month, day).and_then(dates).map(|(a, b)| (a.to_string(), b.to_string()));
            assert_eq!(told, Some((updated.to_owned(), review_by.to_owned())));
        }
    }
}
