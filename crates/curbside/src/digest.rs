//! `curbside digest`: works on files alone, needs no data folder.

use crate::args::{DigestArgs, DigestCommand};
use crate::print;
use anyhow::{Context, bail};
use desk::evidence::PartialDate;
use desk::reading::digest;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) fn run(args: &DigestArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        DigestCommand::New { path, title } => new(path, title),
        DigestCommand::Lint { paths } => lint(paths),
        DigestCommand::Preview { path } => preview(path),
    }
}

fn new(path: &Path, title: &str) -> anyhow::Result<ExitCode> {
    let today = today()?;
    let review_by = half_a_year_after(today).context("the clock of this machine is off")?;
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

fn lint(paths: &[std::path::PathBuf]) -> anyhow::Result<ExitCode> {
    let mut errors = 0;
    for path in paths {
        let (text, name) = load(path)?;
        for fault in digest::lint(&text, &name) {
            let kind = if fault.warning { "warning: " } else { "" };
            errors += usize::from(!fault.warning);
            print::line(&format!(
                "{}:{}:{}: {kind}{} [{}]",
                path.display(),
                fault.line,
                fault.column,
                fault.message,
                fault.code
            ))?;
        }
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn preview(path: &Path) -> anyhow::Result<ExitCode> {
    let (text, name) = load(path)?;
    let (source, faults) = digest::read(&text, &name);
    let Some(source) = source else {
        let first = faults.iter().find(|f| !f.warning).map(|f| format!("{}:{}: {}", f.line, f.column, f.message));
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

/// Today in UTC, from the civil-from-days algorithm (Hinnant, "chrono-compatible low-level date algorithms").
fn today() -> anyhow::Result<PartialDate> {
    let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    let z = days as i64 + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let mp = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    PartialDate::new(year as u16, Some(month as u8), Some(day as u8)).context("the clock of this machine is off")
}

fn half_a_year_after(date: PartialDate) -> Option<PartialDate> {
    let text = date.to_string();
    let mut parts = text.split('-').map(|p| p.parse::<u16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let months = month - 1 + 6;
    PartialDate::new(year + months / 12, Some((months % 12 + 1) as u8), Some(day.min(28) as u8))
}
