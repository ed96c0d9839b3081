//! `review`: an article before the board, from submission to a signature; and `policy`.

use crate::args::Cli;
use crate::commands::open;
use crate::people::{actor, password};
use crate::print::{self, Style};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use desk::answering::{Basis, Support};
use desk::board::{Decision, Event, Mark};
use desk::{
    Desk, Named, Question, QueueEntry, QueueOrder, Reader, ReviewShown, Revision, Seat, StatementName, StatementShown,
    now,
};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(after_help = "\
It takes people: say who you are with --as NAME. docs/review.md tells the way of an article and every rule.

Examples:
  curbside --as d.lin review submit 3f9c21ab
  curbside --as r.cole review take evaluation-of-hypomagnesemia-1f2e3d4c
  curbside --as r.cole review mark 3f9c21ab accept 1-12 14
  curbside --as r.cole review mark 3f9c21ab reject 13 --words \"The trial excluded these patients.\"
  curbside --as r.cole review conflict 3f9c21ab --none
  curbside --as r.cole review sign 3f9c21ab approve")]
pub(crate) struct Review {
    #[command(subcommand)]
    command: ReviewCommand,
}

/// Which version.
#[derive(Debug, Args)]
struct Which {
    /// A hash, the first 8 or more digits of one, or a slug (then the last version)
    article: String,
    /// Whose wording, where a slug is given: clinician, trainee or patient
    #[arg(long, value_name = "READER")]
    reader: Option<Reader>,
    /// Do nothing if the review has seen other changes than so many, as `review show` counted them
    #[arg(long, value_name = "CHANGES")]
    seen: Option<u32>,
    /// Print the version with its review as JSON
    #[arg(long)]
    json: bool,
}

impl Which {
    fn named(&self) -> Named<'_> {
        Named { name: &self.article, reader: self.reader, seen: self.seen }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MarkWord {
    Accept,
    Reject,
    Comment,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SignWord {
    Approve,
    RequestChanges,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DecideWord {
    Accept,
    Decline,
}

#[derive(Debug, Subcommand)]
enum ReviewCommand {
    /// List what is before the board
    Queue {
        /// In what order: age, topic, staleness, readers, reports
        #[arg(long, default_value = "age", value_name = "ORDER")]
        by: QueueOrder,
        /// Also what is approved
        #[arg(long)]
        all: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a version: each statement beside the sentences it cites, the checker's verdict, and what was said of it
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Tell how a version differs from the one before, statement by statement
    Diff {
        #[command(flatten)]
        which: Which,
        /// Another version to compare with: its hash, or the first 8 or more digits of it
        #[arg(long, value_name = "VERSION")]
        from: Option<String>,
    },
    /// Print what happened in the review of a version
    History {
        #[command(flatten)]
        which: Which,
    },
    /// Put a version before the board
    Submit {
        #[command(flatten)]
        which: Which,
        /// You looked at the words that might tell who the patient is, and they do not
        #[arg(long)]
        looked: bool,
    },
    /// Take a version for review
    Take {
        #[command(flatten)]
        which: Which,
    },
    /// Say whether you have a conflict of interest about it
    Conflict {
        #[command(flatten)]
        which: Which,
        /// You have none
        #[arg(long, conflicts_with = "words", required_unless_present = "words")]
        none: bool,
        /// Which you have; it cannot be taken back for this version
        #[arg(long, value_name = "TEXT")]
        words: Option<String>,
    },
    /// Mark statements
    Mark {
        #[command(flatten)]
        which: Which,
        /// How
        mark: MarkWord,
        /// Their places, as `review show` numbers them: 3, 5-9; or whole names, as 3-1f2e3d4c5b6a
        #[arg(required = true, value_name = "STATEMENT")]
        statements: Vec<String>,
        /// Why; needed to reject and to comment
        #[arg(long, value_name = "TEXT")]
        words: Option<String>,
    },
    /// Propose other words for a statement; they are held against the sentences it cites
    Propose {
        #[command(flatten)]
        which: Which,
        /// Its place, or its whole name
        statement: StatementName,
        /// The words
        wording: String,
    },
    /// Take a proposed wording into the next version, or do not
    Decide {
        #[command(flatten)]
        which: Which,
        /// The number of the proposal, as `review show` prints it
        proposal: u32,
        /// Which
        decision: DecideWord,
    },
    /// Sign for a version, with your password: approve it, or request changes
    Sign {
        #[command(flatten)]
        which: Which,
        /// For what
        decision: SignWord,
        /// What you say with it; needed to request changes
        #[arg(long, value_name = "TEXT")]
        words: Option<String>,
    },
    /// Make the next version: with the wordings taken and without the statements rejected
    Revise {
        #[command(flatten)]
        which: Which,
        /// Answer the question anew from what the library holds now, instead
        #[arg(long)]
        anew: bool,
    },
    /// Let everyone who may read see a version
    Publish {
        #[command(flatten)]
        which: Which,
    },
    /// Take a version back for good
    Retire {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long, value_name = "TEXT")]
        words: String,
    },
    /// Put a version before the board again; its signatures no longer count
    Reopen {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long, value_name = "TEXT")]
        words: String,
    },
    /// Answer a general question in place of one that was made from a case
    Generalise {
        #[command(flatten)]
        which: Which,
        /// The question, in words that tell of no patient
        question: String,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  curbside policy show
  curbside policy show --toml > policy.toml
  curbside policy set policy.toml")]
pub(crate) struct Policy {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Print the policy of the board in words
    Show {
        /// As TOML, to be changed
        #[arg(long, conflicts_with = "json")]
        toml: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Put a policy in force; what the file does not speak of is as in the default
    Set {
        /// A TOML file (docs/editorial-policy.md)
        file: PathBuf,
    },
}

/// Places, ranges of places, and names of statements.
fn statements(words: &[String]) -> anyhow::Result<Vec<StatementName>> {
    let mut names = Vec::new();
    for word in words {
        let range = word.split_once('-').and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)));
        match range {
            // The hash of a name may be all digits; it is never that short.
            Some((from, to)) if to <= 9_999 => {
                anyhow::ensure!(0 < from && from <= to, "{word} is no range of statements");
                names.extend((from..=to).map(StatementName::Place));
            }
            _ => names.push(word.parse()?),
        }
    }
    Ok(names)
}

pub(crate) fn run(cli: &Cli, review: &Review) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let who = actor(cli, &mut desk)?;
    let seat = &mut desk.by(who);
    match &review.command {
        ReviewCommand::Queue { by, all, json } => {
            let entries = seat.queue(*by, *all)?;
            if *json { print::json(&entries)? } else { entries.iter().try_for_each(queued)? }
        }
        ReviewCommand::History { which } => history(seat, which)?,
        ReviewCommand::Diff { which, from } => {
            let difference = seat.difference(&which.named(), from.as_deref())?;
            if which.json {
                print::json(&difference)?;
            } else if difference.is_empty() {
                print::line("They say the same.")?;
            } else {
                difference.in_words().iter().try_for_each(|l| print::line(l))?;
            }
        }
        ReviewCommand::Generalise { which, question } => {
            let answer = seat.generalise(&which.named(), &Question::asked_now(question))?;
            if which.json {
                print::json(&answer)?;
            } else {
                let (hash, slug) = (&answer.article.hash, &answer.article.slug);
                print::line(&format!("{}\n{slug}\n{hash}", answer.article.body.title))?;
            }
        }
        ReviewCommand::Show { which } => {
            let shown = seat.review(&which.named())?;
            if which.json { print::json(&shown)? } else { show(&shown)? }
        }
        command => {
            let (which, shown) = act(cli, seat, command)?;
            if which.json { print::json(&shown)? } else { told(&shown)? }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What changes a review.
fn act<'c>(cli: &Cli, seat: &mut Seat<'_>, command: &'c ReviewCommand) -> anyhow::Result<(&'c Which, ReviewShown)> {
    Ok(match command {
        ReviewCommand::Submit { which, looked } => (which, seat.submit(&which.named(), *looked)?),
        ReviewCommand::Take { which } => (which, seat.take_review(&which.named())?),
        ReviewCommand::Conflict { which, words, .. } => (which, seat.state_conflict(&which.named(), words.as_deref())?),
        ReviewCommand::Mark { which, mark, statements: names, words } => {
            let mark = match mark {
                MarkWord::Accept => Mark::Accept,
                MarkWord::Reject => Mark::Reject,
                MarkWord::Comment => Mark::Comment,
            };
            (which, seat.mark(&which.named(), &statements(names)?, mark, words.as_deref())?)
        }
        ReviewCommand::Propose { which, statement, wording } => {
            (which, seat.propose_wording(&which.named(), statement, wording)?)
        }
        ReviewCommand::Decide { which, proposal, decision } => {
            let accepted = matches!(decision, DecideWord::Accept);
            (which, seat.decide_wording(&which.named(), *proposal, accepted)?)
        }
        ReviewCommand::Sign { which, decision, words } => {
            let decision = match decision {
                SignWord::Approve => Decision::Approve,
                SignWord::RequestChanges => Decision::RequestChanges,
            };
            // Who may not sign is told so before a password is asked for.
            seat.may_sign(&which.named())?;
            let confirmed = seat.confirm_password(&password(cli)?, now())?;
            (which, seat.sign(&which.named(), decision, words.as_deref(), &confirmed, now())?)
        }
        ReviewCommand::Revise { which, anew } => {
            let revision = if *anew { Revision::Anew } else { Revision::Marks };
            (which, seat.revise(&which.named(), revision)?)
        }
        ReviewCommand::Publish { which } => (which, seat.publish(&which.named())?),
        ReviewCommand::Retire { which, words } => (which, seat.retire(&which.named(), words)?),
        ReviewCommand::Reopen { which, words } => (which, seat.reopen(&which.named(), words)?),
        ReviewCommand::Show { which }
        | ReviewCommand::Diff { which, .. }
        | ReviewCommand::History { which }
        | ReviewCommand::Generalise { which, .. } => (which, seat.review(&which.named())?),
        ReviewCommand::Queue { .. } => anyhow::bail!("the queue is no version"),
    })
}

/// Days since a moment, in words.
fn days(at: i64) -> String {
    match (now() - at).max(0) / 86_400 {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn stage(word: &str) -> String {
    word.replace('-', " ")
}

fn queued(entry: &QueueEntry) -> anyhow::Result<()> {
    let q = &entry.queued;
    let own = if entry.own { "; yours" } else { "" };
    let taken = if entry.taken { "; taken by you" } else { "" };
    let reports = match q.reports {
        0 => String::new(),
        1 => "; 1 problem reported".to_owned(),
        n => format!("; {n} problems reported"),
    };
    let published = if q.published { "; published" } else { "" };
    print::line(&format!("{}  {} ({})", &q.hash[..12.min(q.hash.len())], q.title, q.version.reader))?;
    print::line(&format!(
        "  {}, submitted {}; {}; read {} times{reports}{published}{own}{taken}",
        stage(&q.stage),
        days(q.submitted),
        entry.topic,
        q.reads
    ))?;
    entry.reasons.iter().try_for_each(|r| print::line(&format!("  again because: {r}")))
}

/// Where a version is, after something was done.
fn told(shown: &ReviewShown) -> anyhow::Result<()> {
    let standing = &shown.standing;
    print::line(&format!(
        "{}, {} version {} ({}): {}",
        shown.slug,
        shown.version.reader,
        shown.version.number,
        &shown.hash[..12.min(shown.hash.len())],
        standing.stage.map_or("not before the board".to_owned(), stage)
    ))?;
    print::line(&standing.banner)?;
    standing.reasons.iter().try_for_each(|r| print::line(&format!("Again because: {r}")))?;
    if !standing.approved && !shown.signed.is_empty() {
        print::line(&format!("Signed by {} of {}.", shown.signed.len(), shown.approvals_needed))?;
    }
    if let Some(why) = &shown.you_cannot_approve {
        print::line(&format!("You could not approve it now: {why}."))?;
    }
    print::line(&format!("Changes: {}", shown.changes))
}

fn show(shown: &ReviewShown) -> anyhow::Result<()> {
    let style = Style::of_stdout();
    print::line(&style.bold(&shown.title))?;
    print::line(&format!("Question: {}", shown.question))?;
    if !shown.of_a_patient.is_empty() {
        print::line(&format!("Made from a case: {}.", shown.of_a_patient.join("; ")))?;
    }
    told(shown)?;
    let people = |label: &str, people: &[desk::PersonShown]| -> anyhow::Result<()> {
        let names: Vec<&str> = people.iter().map(|p| p.name.as_str()).collect();
        if names.is_empty() { Ok(()) } else { print::line(&format!("{label}: {}", names.join(", "))) }
    };
    people("Asked by", shown.asker.as_slice())?;
    people("Author", &shown.authors)?;
    people("Reviewer", &shown.reviewers)?;
    for (person, conflict) in &shown.conflicts {
        print::line(&format!("Conflict of interest, {}: {}", person.name, conflict.as_deref().unwrap_or("none")))?;
    }
    for other in &shown.other_wordings {
        let at = other.stage.map_or("not reviewed".to_owned(), stage);
        print::line(&format!("Wording for a {}: {at}", other.reader))?;
    }
    shown.statements.iter().try_for_each(|s| statement(s, style))
}

fn statement(shown: &StatementShown, style: Style) -> anyhow::Result<()> {
    let lines =
        |text: &str, first: &str, rest: &str| style.wrap(text, first, rest).iter().try_for_each(|l| print::line(l));
    print::line("")?;
    print::line(&style.quiet(&format!("[{}] {}", shown.key, shown.section)))?;
    for condition in &shown.conditions {
        lines(condition, "    ", "    ")?;
    }
    lines(&style.bold(&shown.text), &format!("{:>3} ", shown.place), "    ")?;
    let verdict = match shown.support {
        Support::Unchecked => "not looked at",
        Support::Supported => "supported",
        Support::PartlySupported => "partly supported by the primary text",
        Support::NotCheckedAgainstPrimary => "as a digest says; not checked against the primary text",
    };
    print::line(&format!("    Checker: {verdict}"))?;
    for source in &shown.sources {
        let basis = match source.basis {
            Basis::Quoted => "quoted",
            Basis::Summarised => "summarised by a digest",
        };
        lines(&format!("{} ({basis}): {}", source.title, style.accent(&source.quote)), "    = ", "      ")?;
    }
    for mark in &shown.marks {
        let words = mark.words.as_deref().map(|w| format!(": {w}")).unwrap_or_default();
        let past = if mark.counts || mark.mark == Mark::Comment { "" } else { " (no longer counts)" };
        lines(&format!("{} {}{past}{words}", mark.by.name, mark.mark.word()), "    * ", "      ")?;
    }
    for proposal in &shown.proposals {
        let state = match (proposal.accepted, proposal.supported) {
            (Some(true), _) => "taken".to_owned(),
            (Some(false), _) => "not taken".to_owned(),
            (None, true) => "supported, to be decided".to_owned(),
            (None, false) => format!("cannot be taken: {}", proposal.checked),
        };
        let text = format!("proposal {} by {}: {:?} ({state})", proposal.n, proposal.by.name, proposal.wording);
        lines(&text, "    > ", "      ")?;
    }
    Ok(())
}

fn history(seat: &Seat<'_>, which: &Which) -> anyhow::Result<()> {
    let records = seat.review_history(&which.named())?;
    if which.json {
        return print::json(&records);
    }
    for record in &records {
        let who = record.by.map(|id| seat.name_of(id)).transpose()?.unwrap_or_else(|| "Curbside".to_owned());
        let more = match &record.event {
            Event::Marked { statement, mark, words } => {
                let words = words.as_deref().map(|w| format!(": {w}")).unwrap_or_default();
                format!(" {} {}{words}", mark.word(), statement.place())
            }
            Event::ConflictStated { conflict } => format!(": {}", conflict.as_deref().unwrap_or("none")),
            Event::WordingProposed { statement, wording, .. } => format!(" for {}: {wording:?}", statement.place()),
            Event::WordingDecided { proposal, accepted } => {
                format!(": proposal {proposal} {}", if *accepted { "taken" } else { "not taken" })
            }
            Event::Signed { decision, signature, .. } => {
                let what = match decision {
                    Decision::Approve => "approve",
                    Decision::RequestChanges => "request changes",
                };
                let words = signature.words.as_deref().map(|w| format!(": {w}")).unwrap_or_default();
                format!(" {what} as {}, {}{words}", signature.name, signature.credentials)
            }
            Event::Reopened { reasons, .. } => {
                format!(": {}", reasons.iter().map(|r| r.words.as_str()).collect::<Vec<_>>().join("; "))
            }
            Event::Retired { words } => format!(": {words}"),
            Event::Superseded { by } => format!(" by {}", &by[..12.min(by.len())]),
            Event::Published { pending } => if *pending { ", pending" } else { ", approved" }.to_owned(),
            Event::Submitted { .. } | Event::Taken => String::new(),
        };
        let what = record.event.word().replace('-', " ");
        print::line(&format!("{:>3}  {:>12}  {who}: {what}{more}", record.n, days(record.at)))?;
    }
    Ok(())
}

pub(crate) fn policy(cli: &Cli, policy: &Policy) -> anyhow::Result<ExitCode> {
    let mut desk: Desk = open(cli)?;
    match &policy.command {
        PolicyCommand::Show { toml, json } => {
            let policy = desk.policy()?;
            if *toml {
                print::line(&policy.to_toml())?;
            } else if *json {
                print::json(&policy)?;
            } else {
                policy.in_words().iter().try_for_each(|s| print::line(s))?;
            }
        }
        PolicyCommand::Set { file } => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            let who = actor(cli, &mut desk)?;
            let policy = desk.by(who).set_policy(&text)?;
            policy.in_words().iter().try_for_each(|s| print::line(s))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
