//! Everything at once: `export`, `import`, `backup`, `restore`.

use crate::args::Cli;
use crate::commands::{folder, open};
use crate::people::actor;
use crate::{print, progress};
use clap::Args;
use desk::board::Actor;
use desk::{ArchiveManifest, BackupManifest, Date, Desk};
use indicatif::ProgressBar;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(after_help = "\
The folder gets a copy of both databases, each as it stood at one moment, and a manifest with their SHA-256 and the head of the audit
trail, written last: a backup without one was not finished. A backup is as secret as the data folder.

Example:
  curbside backup /srv/backups/2026-11-27")]
pub(crate) struct Backup {
    /// A folder that is new, empty, or holds a backup that was not finished
    folder: PathBuf,
    /// Print the manifest as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Each file is held against its SHA-256, and the audit trail against what it tells of. The data folder is made whole or not at all.

Example:
  curbside --data /srv/curbside restore /srv/backups/2026-11-27")]
pub(crate) struct Restore {
    /// A folder that `curbside backup` made
    folder: PathBuf,
    /// Print the manifest as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A tar of one JSON line for each row of each table, with a manifest and SHA-256 throughout (docs/archive.md). The same content gives the
same bytes. Sessions, one-time links and API tokens are not in it; passwords are, as hashes: keep it as secret as the data folder.

Example:
  curbside export curbside.tar && zstd --rm curbside.tar")]
pub(crate) struct Export {
    /// The file; must not exist
    file: PathBuf,
    /// Print the manifest as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Each table is held against its SHA-256, and the audit trail against what it tells of. The data folder is made whole or not at all.

Example:
  curbside --data /srv/curbside import curbside.tar")]
pub(crate) struct Import {
    /// A file that `curbside export` wrote
    file: PathBuf,
    /// Print the manifest as JSON
    #[arg(long)]
    json: bool,
}

/// Brings the bar up to where the work is.
fn told(bar: &ProgressBar) -> impl FnMut(u64, u64) {
    move |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    }
}

pub(crate) fn backup(cli: &Cli, arguments: &Backup) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let actor = actor(cli, &mut desk)?;
    let bar = progress::bytes();
    let manifest = desk.by(actor).backup(&arguments.folder, &mut told(&bar))?;
    bar.finish_and_clear();
    said(&manifest, arguments.json, "Backed up")
}

pub(crate) fn restore(cli: &Cli, arguments: &Restore) -> anyhow::Result<ExitCode> {
    let data = folder(cli)?;
    let bar = progress::bytes();
    let manifest = desk::restore(&Actor::Operator, &arguments.folder, &data, &mut told(&bar))?;
    bar.finish_and_clear();
    // Builds the index; nothing is lost where this is stopped.
    drop(Desk::open(&data)?);
    said(&manifest, arguments.json, "Restored")
}

pub(crate) fn export(cli: &Cli, arguments: &Export) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let actor = actor(cli, &mut desk)?;
    let bar = progress::bytes();
    let manifest = desk.by(actor).export(&arguments.file, &mut told(&bar))?;
    bar.finish_and_clear();
    archived(&manifest, arguments.json, "Exported")
}

pub(crate) fn import(cli: &Cli, arguments: &Import) -> anyhow::Result<ExitCode> {
    let data = folder(cli)?;
    let bar = progress::bytes();
    let manifest = desk::import(&Actor::Operator, &arguments.file, &data, &mut told(&bar))?;
    bar.finish_and_clear();
    drop(Desk::open(&data)?);
    archived(&manifest, arguments.json, "Imported")
}

fn archived(manifest: &ArchiveManifest, json: bool, done: &str) -> anyhow::Result<ExitCode> {
    if json {
        print::json(manifest)?;
    } else {
        let rows: u64 = manifest.members.iter().map(|m| m.rows).sum();
        let tables = manifest.members.len();
        print::line(&format!("{done}: {rows} rows of {tables} tables. Audit head {}", manifest.audit_head))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn said(manifest: &BackupManifest, json: bool, done: &str) -> anyhow::Result<ExitCode> {
    if json {
        print::json(manifest)?;
    } else {
        let size = manifest.files.values().map(|f| f.bytes).sum::<u64>() as f64 / 1e6;
        let day = Date::from_unix_days(manifest.at.div_euclid(86_400)).map_or(String::new(), |d| d.to_string());
        print::line(&format!("{done}: {size:.1} MB of {day}. Audit head {}", manifest.audit_head))?;
    }
    Ok(ExitCode::SUCCESS)
}
