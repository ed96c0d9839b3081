//! Problems with what an article says: `report add`, `list`, `answer`, `close`, `correct`, `corrections`.

use crate::args::Cli;
use crate::commands::open;
use crate::people::actor;
use crate::print;
use clap::{Args, Subcommand};
use desk::{Date, Ended, ReportShown};
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(after_help = "\
A report says what is wrong with an article or one statement of it, by the name that `curbside review show` prints. Editors
answer it, close it with a reason, or correct: what was wrong and what was done then stands in the corrections log, which
everyone may read. Patient identifiers that are found in the words are taken out.

Examples:
  curbside --as reader report add evaluation-of-hypomagnesemia-0d0c8a6f \"The cut-off has no unit.\"
  curbside --as editor report correct 3 \"The cut-off was given without its unit; the digest was mended.\"")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report a problem
    Add {
        /// The article: its slug, or a version's hash
        article: String,
        /// What is wrong
        words: String,
        /// The statement that it is about, by name
        #[arg(long, value_name = "NAME")]
        statement: Option<String>,
    },
    /// List what was reported and is not ended
    List {
        /// Also what has ended
        #[arg(long)]
        all: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Answer a report; nothing had to be changed
    Answer {
        /// Its number
        report: i64,
        /// The answer
        words: String,
    },
    /// Close a report with a reason
    Close {
        /// Its number
        report: i64,
        /// The reason
        words: String,
    },
    /// End a report as right, and tell in the corrections log what was wrong and what was done
    Correct {
        /// Its number
        report: i64,
        /// What was wrong, and what was done
        words: String,
    },
    /// Tell in the corrections log of a fault that nobody reported
    Tell {
        /// The article: its slug, or a version's hash
        article: String,
        /// What was wrong, and what was done
        words: String,
    },
    /// Print the corrections log
    Corrections {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(cli: &Cli, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let actor = actor(cli, &mut desk)?;
    let mut seat = desk.by(actor);
    match &arguments.command {
        Command::Add { article, words, statement } => {
            let number = seat.report(article, statement.as_deref(), words)?;
            print::line(&format!("Report {number} was taken."))?;
        }
        Command::List { all, json } => {
            let reports = seat.reports(*all)?;
            if *json {
                print::json(&reports)?;
            } else {
                reports.iter().try_for_each(print_report)?;
            }
        }
        Command::Answer { report, words } => end(&mut seat, *report, Ended::Answered, words)?,
        Command::Close { report, words } => end(&mut seat, *report, Ended::Closed, words)?,
        Command::Correct { report, words } => end(&mut seat, *report, Ended::Corrected, words)?,
        Command::Tell { article, words } => {
            seat.correct(article, words)?;
            print::line("It stands in the corrections log.")?;
        }
        Command::Corrections { limit, json } => {
            let corrections = seat.corrections(*limit)?;
            if *json {
                print::json(&corrections)?;
            } else {
                for c in &corrections {
                    let version = c.version.get(..12).unwrap_or_default();
                    print::line(&format!("{}  {} ({version}): {}", day(c.at), c.title, c.words))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn end(seat: &mut desk::Seat<'_>, report: i64, ended: Ended, words: &str) -> anyhow::Result<()> {
    seat.end_report(report, ended, words)?;
    print::line(&format!("Report {report}: {}.", ended.word()))
}

fn print_report(shown: &ReportShown) -> anyhow::Result<()> {
    let report = &shown.report;
    let article = shown.slug.as_deref().unwrap_or("erased");
    let about = shown.said.as_ref().map(|said| format!(" on \u{201c}{said}\u{201d}")).unwrap_or_default();
    print::line(&format!("{}  {}  {article}{about}: {}", report.id, day(report.at), report.words))?;
    if let Some(end) = &report.end {
        print::line(&format!("   {} on {}: {}", end.ended.word(), day(end.at), end.answer))?;
    }
    Ok(())
}

fn day(at: i64) -> String {
    Date::from_unix_days(at.div_euclid(86_400)).map_or(String::new(), |d| d.to_string())
}
