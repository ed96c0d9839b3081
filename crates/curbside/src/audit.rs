//! The audit trail: `audit verify`, `list`, `export`, `prune`.

use crate::args::Cli;
use crate::articles::now;
use crate::commands::open;
use crate::people::actor;
use crate::print;
use anyhow::Context;
use clap::{Args, Subcommand};
use desk::{Date, Entry, Filter};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(after_help = "\
Each entry holds the hash of the one before. `verify` computes all of them anew, and the hash of every kept version; exit status 1
when something was changed. Somebody who can write the whole file could write the whole chain anew: note the head that `verify`
prints somewhere else, and give it back with --head. docs/archive.md tells what an entry holds.

Examples:
  curbside audit verify --head 3f9c21ab...
  curbside audit list --action submit --from 2026-11-01
  curbside audit export > trail.jsonl")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell whether anything was changed
    Verify {
        /// A head that was noted before: the trail must still hold it
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List entries, the last ones, oldest first
    List {
        #[command(flatten)]
        which: Which,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write entries as one JSON line each
    Export {
        #[command(flatten)]
        which: Which,
        /// To this file; must not exist [default: standard output]
        file: Option<PathBuf>,
    },
    /// Take away entries that are past their time, and write down that it was done
    Prune {
        /// Older than so many years; no fewer than the policy says [default: as it says]
        #[arg(long)]
        years: Option<u32>,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// By whom: operator, anonymous, system, or as `person 3`
    #[arg(long, value_name = "WHO")]
    who: Option<String>,
    /// What was done, as `submit`
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// To what; the beginning will do, as `article 3f9c`
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,
    /// From this day on (universal time), as 2026-11-27
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Until the end of this day
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
}

impl Which {
    fn filter(&self, limit: Option<usize>) -> Filter {
        Filter {
            actor: self.who.clone(),
            action: self.action.clone(),
            subject: self.subject.clone(),
            from: self.from.map(|d| d.to_string()),
            to: self.to.map(|d| d.to_string()),
            before: None,
            limit,
        }
    }
}

pub(crate) fn run(cli: &Cli, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let actor = actor(cli, &mut desk)?;
    let mut seat = desk.by(actor);
    match &arguments.command {
        Command::Verify { head, json } => {
            let seen = seat.audit_verify(head.as_deref())?;
            if *json {
                print::json(&seen)?;
            } else {
                print::line(&format!(
                    "{} audit entries, {} versions, {} bodies, {} erased articles looked at.",
                    seen.entries, seen.versions, seen.bodies, seen.erased
                ))?;
                match &seen.fault {
                    None => print::line(&format!("All as it was written. Head {}", seen.head))?,
                    Some(fault) => print::line(&format!("CHANGED: {}: {}.", fault.place, fault.wrong))?,
                }
            }
            return Ok(if seen.fault.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::List { which, limit, json } => {
            let mut entries = Vec::new();
            seat.audit(&which.filter(Some(*limit)), &mut |entry| {
                entries.push(entry);
                anyhow::Ok(())
            })?;
            if *json {
                print::json(&entries)?;
            } else {
                for entry in &entries {
                    print::line(&told(entry))?;
                }
            }
        }
        Command::Export { which, file } => {
            let mut out: Box<dyn Write> = match file {
                Some(path) => Box::new(File::create_new(path).with_context(|| path.display().to_string())?),
                None => Box::new(std::io::stdout().lock()),
            };
            let mut out = BufWriter::new(&mut out);
            seat.audit(&which.filter(None), &mut |entry| {
                serde_json::to_writer(&mut out, &entry)?;
                out.write_all(b"\n")?;
                anyhow::Ok(())
            })?;
            out.flush()?;
        }
        Command::Prune { years } => {
            let said = match seat.audit_prune(*years, now()?)? {
                Some(gone) => format!("{} entries taken away, through entry {}.", gone.entries, gone.through),
                None => "No entry is past its time.".to_owned(),
            };
            print::line(&said)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(entry: &Entry) -> String {
    let day = Date::from_unix_days(entry.at.div_euclid(86_400)).map_or(String::new(), |d| d.to_string());
    let second = entry.at.rem_euclid(86_400);
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let detail = if entry.detail == "{}" { String::new() } else { format!("  {}", entry.detail) };
    format!("{:>6}  {day} {time}  {:<10}  {:<12}  {}{detail}", entry.seq, entry.actor, entry.action, entry.subject)
}
