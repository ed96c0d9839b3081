//! Kept articles: `articles list`, `show`, `thread`, `erase`, `expire`.

use crate::args::Cli;
use crate::commands::open;
use crate::people::actor;
use crate::print::{self, Style};
use crate::terminal;
use anyhow::Context;
use clap::{Args, Subcommand};
use desk::{Date, KeptSummary, Reader};
use std::process::ExitCode;
use std::time::SystemTime;

#[derive(Debug, Args)]
#[command(after_help = "\
An article is named by its slug, by the hash of one of its versions, or by the first 8 digits of one. The same question and
case asked again is the same article; where the answer differs it gets another version. docs/archive.md tells what is kept.

Examples:
  curbside articles list
  curbside articles show evaluation-of-hypomagnesemia-0d0c8a6f --reader patient
  curbside articles expire --days 90")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List articles, those asked for last first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an article
    Show {
        /// Its slug, or a version's hash
        article: String,
        /// The wording for whom, where a slug is given and there is one
        #[arg(long, value_name = "READER")]
        reader: Option<Reader>,
        /// Print the article, its versions and the one shown as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the articles of its thread, oldest first
    Thread {
        /// An article of it
        article: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Erase an article for good: what it says goes, that it was there stays
    Erase {
        /// Its slug, or a version's hash
        article: String,
        /// Why; kept for ever
        #[arg(long)]
        reason: String,
    },
    /// Erase articles that were never submitted and were not asked for lately
    Expire {
        /// For so many days [default: as the policy says]
        #[arg(long)]
        days: Option<u32>,
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
        Command::List { limit, json } => print_list(&seat.articles(*limit)?, *json)?,
        Command::Thread { article, json } => print_list(&seat.thread(article)?, *json)?,
        Command::Show { article, reader, json: true } => print::json(&seat.show_article(article, *reader)?)?,
        Command::Show { article, reader, json: false } => {
            let shown = seat.article_for(article, *reader)?;
            print::line(&terminal::article(&shown, Style::of_stdout()))?;
        }
        Command::Erase { article, reason } => {
            let gone = seat.erase(article, reason)?;
            print::line(&format!("{} article erased, {} versions gone.", gone.articles, gone.bodies))?;
        }
        Command::Expire { days, json } => {
            let gone = seat.expire(*days, now()?)?;
            if *json {
                print::json(&gone)?;
            } else {
                print::line(&format!("{} articles erased, {} versions gone.", gone.articles, gone.bodies))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// This moment, in seconds since 1970.
pub(crate) fn now() -> anyhow::Result<i64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).context("the clock stands before 1970")?;
    Ok(i64::try_from(since.as_secs())?)
}

fn print_list(list: &[KeptSummary], json: bool) -> anyhow::Result<()> {
    if json {
        return print::json(&list);
    }
    for summary in list {
        let article = &summary.article;
        let day = |at: i64| Date::from_unix_days(at.div_euclid(86_400)).map_or(String::new(), |d| d.to_string());
        let state = match &article.erased {
            Some(erased) => format!("erased on {} by {}: {}", day(erased.at), erased.by, erased.why),
            None => format!("{}; {}", summary.title, article.visibility.word()),
        };
        print::line(&format!(
            "{}  {}  {}  {state}",
            article.slug,
            summary.hash.get(..12).unwrap_or_default(),
            day(summary.kept_at)
        ))?;
    }
    Ok(())
}
