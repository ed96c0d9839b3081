//! One function a command: call `desk`, print.

use crate::args::{Add, Ask, CaseArgs, Cli, Doctor, Remove, Search, Serve, Show, Sources};
use crate::print::{self, Style};
use crate::{progress, terminal};
use anyhow::Context;
use clap::CommandFactory;
use desk::answering::{Outcome, markdown};
use desk::reading::Severity;
use desk::{AddOptions, Desk, Leaving, Question, SearchOptions, SourceId};
use drafting::ChatModel;
use etcetera::BaseStrategy;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The library does not answer.
const ABSTAINED: u8 = 3;
/// Some documents could not be read.
const SOME_UNREAD: u8 = 4;

fn folder(cli: &Cli) -> anyhow::Result<PathBuf> {
    match &cli.data {
        Some(folder) => Ok(folder.clone()),
        None => {
            let base =
                etcetera::choose_base_strategy().context("no home folder; name a data folder with --data DIR")?;
            Ok(base.data_dir().join("curbside"))
        }
    }
}

fn open(cli: &Cli) -> anyhow::Result<Desk> {
    Ok(Desk::open(&folder(cli)?)?)
}

/// How long a model may take; then the extractive article is the answer.
const MODEL_TIME: Duration = Duration::from_secs(60);

/// The chat model, if one was configured.
fn model(cli: &Cli) -> anyhow::Result<Option<ChatModel>> {
    let (Some(url), Some(name)) = (&cli.model_url, &cli.model_name) else { return Ok(None) };
    let key = std::env::var("CURBSIDE_MODEL_KEY").ok();
    Ok(Some(ChatModel::new(url, name, key.as_deref(), MODEL_TIME)?))
}

/// The question, from the argument or from standard input.
fn question(argument: &str) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut bytes = Vec::new();
    let most = Question::MAX_BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("standard input")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) fn ask(cli: &Cli, ask: &Ask) -> anyhow::Result<ExitCode> {
    let text = question(&ask.question)?;
    let mut desk = open(cli)?;
    if let Some(model) = model(cli)? {
        desk = desk.with_drafter(Box::new(model));
    }
    let answer = desk.ask(&Question::new(text))?;
    let article = &answer.article;
    if let Some(path) = &ask.html {
        std::fs::write(path, web::standalone(article)).with_context(|| path.display().to_string())?;
    }
    if ask.json {
        print::json(&answer)?;
    } else if ask.markdown {
        print::line(&markdown(&article.body, &article.hash))?;
    } else {
        print::line(&terminal::article(article, Style::of_stdout()))?;
    }
    Ok(match article.body.outcome {
        Outcome::Answered => ExitCode::SUCCESS,
        Outcome::Abstained => ExitCode::from(ABSTAINED),
    })
}

pub(crate) fn case(args: &CaseArgs) -> anyhow::Result<ExitCode> {
    let text = question(&args.question)?;
    let case = desk::read_case(&Question::new(text))?;
    if args.json {
        print::json(&case)?;
    } else {
        for intent in &case.intents {
            print::line(&format!("Intent: {intent}"))?;
        }
        for fact in &case.facts {
            print::line(&format!("{}: {}", fact.attribute.label(), fact.describe()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn add(cli: &Cli, add: &Add) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    let bar = progress::bytes();
    let options = AddOptions { collection: add.collection.clone() };
    let report = desk.add(&add.paths, &options, |p| {
        bar.set_length(p.total);
        bar.set_position(p.bytes);
        bar.set_message(format!("{} sources", p.sources));
    })?;
    bar.finish_and_clear();
    if let Some(path) = &add.problems {
        let mut file =
            std::io::BufWriter::new(std::fs::File::create(path).with_context(|| path.display().to_string())?);
        for problem in &report.problems {
            serde_json::to_writer(&mut file, problem)?;
            file.write_all(b"\n")?;
        }
        file.flush()?;
    }
    if add.json {
        print::json(&report)?;
    } else {
        print::line(&format!(
            "{} added, {} replaced, {} unchanged, {} not read. Snapshot {}.",
            report.added, report.replaced, report.unchanged, report.unread, report.snapshot.id
        ))?;
    }
    if add.problems.is_none() {
        list_problems(&report.problems);
    }
    Ok(if report.unread == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_UNREAD) })
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

pub(crate) fn remove(cli: &Cli, remove: &Remove) -> anyhow::Result<ExitCode> {
    let ids = remove.ids.iter().map(|id| id.parse()).collect::<Result<Vec<SourceId>, _>>()?;
    let snapshot = open(cli)?.remove(&ids)?;
    print::line(&format!("{} removed. Snapshot {}.", ids.len(), snapshot.id))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn sources(cli: &Cli, args: &Sources) -> anyhow::Result<ExitCode> {
    let listed = open(cli)?.sources(&args.query, args.limit)?;
    if args.json {
        print::json(&listed)?;
    } else {
        for s in &listed {
            let year = s.year.map(|y| format!(", {y}")).unwrap_or_default();
            print::line(&format!(
                "{}  {} ({}{year}; {}; {})",
                s.id,
                s.title,
                s.kind.label(),
                s.collection,
                s.standing.word()
            ))?;
        }
        if listed.len() == args.limit {
            print::complain(&format!("the first {} are shown; --limit N shows more", args.limit));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn show(cli: &Cli, args: &Show) -> anyhow::Result<ExitCode> {
    let shown = open(cli)?.show(&args.id)?;
    let source = &shown.source;
    if args.json {
        print::json(source)?;
        return Ok(ExitCode::SUCCESS);
    }
    let style = Style::of_stdout();
    print::line(&style.bold(&source.title))?;
    let year = source.year().map(|y| format!(", {y}")).unwrap_or_default();
    print::line(&style.quiet(&format!(
        "{}{year}; {}; {} (by {}: {})",
        source.kind.label(),
        shown.standing.word(),
        source.id,
        source.kind_basis.from,
        source.kind_basis.words
    )))?;
    let mut heading: &[String] = &[];
    for passage in &source.passages {
        if shown.highlight.is_some_and(|h| !passage.span.contains(h)) {
            continue;
        }
        if passage.heading != heading {
            heading = &passage.heading;
            print::line(&format!("\n{}", style.bold(&heading.join(" \u{203a} "))))?;
        }
        let text = source.slice(passage.span);
        let marked = shown.highlight.and_then(|h| {
            let (start, end) = (h.start() - passage.span.start(), h.end() - passage.span.start());
            Some(format!("{}{}{}", text.get(..start)?, style.mark(text.get(start..end)?), text.get(end..)?))
        });
        print::line(&format!("\n{}", marked.as_deref().unwrap_or(text)))?;
        let digest = passage.statements.iter().filter_map(|s| s.marks.as_deref());
        for marks in digest {
            let when = marks.when.as_ref().map(|c| format!("; if {}", c.describe())).unwrap_or_default();
            let unless = marks.unless.as_ref().map(|c| format!("; not if {}", c.describe())).unwrap_or_default();
            print::line(&style.quiet(&format!("  #{} {}{when}{unless}", marks.id, marks.role.word())))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn search(cli: &Cli, args: &Search) -> anyhow::Result<ExitCode> {
    let options = SearchOptions { collection: args.collection.clone(), limit: args.limit };
    let hits = open(cli)?.search(&args.query, &options)?;
    if args.json {
        print::json(&hits)?;
    } else {
        for hit in &hits {
            print::line(&format!("{:8.2}  {}  {}", hit.score, hit.source, hit.title))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn reindex(cli: &Cli) -> anyhow::Result<ExitCode> {
    let passages = open(cli)?.reindex()?;
    print::line(&format!("{passages} passages indexed."))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn doctor(cli: &Cli, args: &Doctor) -> anyhow::Result<ExitCode> {
    let leaving = model(cli)?.map(|m| Leaving {
        what: "questions without patient identifiers, and the statements that may answer them".to_owned(),
        to: m.address().to_owned(),
    });
    let health = open(cli)?.doctor(leaving.into_iter().collect())?;
    if args.json {
        print::json(&health)?;
        return Ok(ExitCode::SUCCESS);
    }
    let counted = |list: &[(String, u64)]| {
        list.iter()
            .map(|(name, n)| format!("{} {n}", if name.is_empty() { "none recognised" } else { name }))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let c = &health.counts;
    print::line(&format!("curbside {}", health.version))?;
    print::line(&format!("data folder   {} ({:.1} MB)", health.folder.display(), health.disk_bytes as f64 / 1e6))?;
    print::line(&format!("snapshot      {}", health.snapshot.id))?;
    print::line(&format!("newest source {}", health.snapshot.newest.map_or("none".to_owned(), |d| d.to_string())))?;
    print::line(&format!("sources       {} ({:.1} MB of text)", c.sources, c.text_bytes as f64 / 1e6))?;
    print::line(&format!("  by kind       {}", counted(&c.by_kind)))?;
    print::line(&format!("  by collection {}", counted(&c.by_collection)))?;
    print::line(&format!("  by licence    {}", counted(&c.by_licence)))?;
    let not_current = if c.by_standing.is_empty() { "none".to_owned() } else { counted(&c.by_standing) };
    print::line(&format!("  not current   {not_current}"))?;
    let state = if health.index_current { "current" } else { "behind the library; run `curbside reindex`" };
    print::line(&format!("index         {} passages, {state}", health.passages))?;
    print::line(&format!("articles      {}", health.articles))?;
    if health.leaving.is_empty() {
        print::line("may leave this machine: nothing. No connector and no model endpoint is configured.")?;
    }
    for leaving in &health.leaving {
        print::line(&format!("may leave this machine: {} to {}", leaving.what, leaving.to))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn serve(cli: &Cli, args: &Serve) -> anyhow::Result<ExitCode> {
    let folder = folder(cli)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let server = web::Server::bind(folder, args.host, args.port).await?;
        print::line(&format!("Curbside answers at http://{}/ (stop with Ctrl-C)", server.address()))?;
        if !args.host.is_loopback() {
            print::complain("This address can be reached from the network, and there is no sign-in yet: everyone who can reach it can ask.");
        }
        server.run(stopped()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Ends when the process is asked to.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await; // without signals the server runs until it is killed
}

pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitCode> {
    clap_complete::generate(shell, &mut Cli::command(), "curbside", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
