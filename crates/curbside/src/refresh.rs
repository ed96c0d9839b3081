//! `refresh`: articles of the board against the library as it is now.

use crate::args::Cli;
use crate::commands::{model, open};
use crate::people::actor;
use crate::print;
use crate::progress;
use clap::Args;
use desk::evidence::PartialDate;
use desk::{RefreshOptions, Refreshed};
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(after_help = "\
Looks at every version that is before the board or approved: whether what it cites still stands, whether the digests it rests
on are past their date, and, composed anew, whether its bottom line or a warning says something else. What must be looked at
again goes back before the board with the reasons and the difference; an approved article keeps its text under a notice. `add`,
`remove` and `standing` do the first of these by themselves; a timer should run this once a day.")]
pub(crate) struct Arguments {
    /// Look only at what is cited; compose nothing
    #[arg(long)]
    quick: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(cli: &Cli, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    if let Some(model) = model(cli)? {
        desk = desk.with_drafter(Box::new(model));
    }
    let actor = actor(cli, &mut desk)?;
    let today = desk::today().and_then(|d| PartialDate::new(d.year(), Some(d.month()), Some(d.day())));
    let options = RefreshOptions { compose: !arguments.quick, today };
    let bar = progress::items("articles");
    let report = desk.by(actor).refresh(options, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if arguments.json {
        print::json(&report)?;
    } else {
        print::line(&format!(
            "{} versions looked at, {} put back before the board; {} differ below the bottom line only.",
            report.looked,
            report.reopened(),
            report.differing
        ))?;
        to_look_at(&report.found)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Which articles must be looked at again, and why.
pub(crate) fn to_look_at(found: &[Refreshed]) -> anyhow::Result<()> {
    for article in found {
        let state = if article.reopened { "put back before the board" } else { "known before" };
        print::line(&format!("{} ({} wording): {state}", article.slug, article.version.reader))?;
        for reason in &article.reasons {
            print::line(&format!("  {}", reason.in_words()))?;
        }
        for change in article.difference.iter().flat_map(|d| d.in_words()) {
            print::line(&format!("    {change}"))?;
        }
    }
    Ok(())
}
