//! Asking: one function a command, which calls `desk` and prints.

use crate::args::{Ask, CaseArgs, Cli};
use crate::config;
use crate::people::{actor, seat};
use crate::print::{self, Style};
use crate::terminal;
use anyhow::Context;
use clap::CommandFactory;
use desk::answering::{Outcome, markdown};
use desk::retrieval::Priors;
use desk::{Desk, DeskError, KeptArticle, Question, Reranker, Told};
use drafting::{ChatModel, Part};
use etcetera::BaseStrategy;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The library does not answer.
const ABSTAINED: u8 = 3;

pub(crate) fn folder(cli: &Cli) -> anyhow::Result<PathBuf> {
    match &cli.data {
        Some(folder) => Ok(folder.clone()),
        None => {
            let base =
                etcetera::choose_base_strategy().context("no home folder; name a data folder with --data DIR")?;
            Ok(base.data_dir().join("curbside"))
        }
    }
}

pub(crate) fn open(cli: &Cli) -> anyhow::Result<Desk> {
    Ok(Desk::open(&folder(cli)?)?)
}

/// The folder of the local model in a data folder.
const RERANK_MODEL: &str = "rerank-model";
/// Says that the local model is left alone.
const NONE: &str = "none";

/// The local model of the quality tier: the folder named, or the one in the data folder if it is there.
pub(crate) fn reranker(cli: &Cli) -> Result<Option<Arc<Reranker>>, DeskError> {
    let folder = match &cli.rerank_model {
        Some(named) if named.as_os_str() == NONE => None,
        Some(named) => Some(named.clone()),
        None => folder(cli).ok().map(|f| f.join(RERANK_MODEL)).filter(|f| Reranker::lies_in(f)),
    };
    Ok(folder.map(|f| Reranker::open(&f)).transpose()?.map(Arc::new))
}

/// The desk, with the local model if there is one.
pub(crate) fn open_with_reranker(cli: &Cli) -> anyhow::Result<Desk> {
    let model = reranker(cli)?;
    let desk = open(cli)?;
    Ok(match model {
        Some(model) => desk.with_reranker(model),
        None => desk,
    })
}

/// What a search believes of kinds, ages and standings: as measured, but for what `curbside.toml` says.
pub(crate) fn priors(cli: &Cli) -> anyhow::Result<Priors> {
    let settings = config::load(cli, None)?.config.priors;
    Ok(Priors::default().set(&settings)?)
}

/// How long a model may take unless configured; then the extractive article is the answer.
const MODEL_TIME: Duration = Duration::from_secs(60);

/// The chat model, if one was configured.
pub(crate) fn model(cli: &Cli) -> anyhow::Result<Option<ChatModel>> {
    let config = config::load(cli, None)?.config.model;
    let (url, name) = match (&config.url, &config.name) {
        (Some(url), Some(name)) => (url, name),
        (None, None) => return Ok(None),
        (Some(_), None) => anyhow::bail!("the chat model has an address and no name: --model-name NAME"),
        (None, Some(_)) => anyhow::bail!("the chat model has a name and no address: --model-url URL"),
    };
    let key = std::env::var(config.key_env.as_deref().unwrap_or("CURBSIDE_MODEL_KEY")).ok();
    let time = config.seconds.map_or(MODEL_TIME, Duration::from_secs);
    let part = if config.write { Part::Write } else { Part::Arrange };
    let model = ChatModel::new(url, name, key.as_deref(), time)?.with_part(part);
    Ok(Some(match config.context {
        Some(tokens) => model.with_window(tokens),
        None => model,
    }))
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
    let live = ask.live;
    let question = Question::asked_now(text);
    let actor = actor(cli, &mut desk)?;
    let answer = match &ask.follow {
        Some(article) => desk.by(actor).follow(article, &question, ask.reader)?,
        None => {
            let question = Question { reader: ask.reader.unwrap_or(question.reader), ..question };
            desk.by(actor).ask_telling(&question, &mut |told| {
                if let (true, Told::Line { section, line }) = (live, told) {
                    print::complain(&format!("[{section}] {}", line.text));
                }
                ControlFlow::Continue(())
            })?
        }
    };
    let article = &answer.article;
    if let Some(path) = &ask.html {
        std::fs::write(path, web::standalone(article)).with_context(|| path.display().to_string())?;
    }
    let printed = || match ask.all {
        true => KeptArticle { body: article.body.clone().unfolded(), ..article.clone() },
        false => article.clone(),
    };
    if ask.json {
        print::json(&answer)?;
    } else if ask.markdown {
        print::line(&markdown(&printed().body, &article.hash))?;
    } else {
        print::line(&terminal::article(&printed(), Style::of_stdout()))?;
    }
    Ok(match article.body.outcome {
        Outcome::Answered => ExitCode::SUCCESS,
        Outcome::Abstained => ExitCode::from(ABSTAINED),
    })
}

pub(crate) fn case(args: &CaseArgs) -> anyhow::Result<ExitCode> {
    let text = question(&args.question)?;
    let case = desk::read_case(&Question::asked_now(text))?;
    if args.json {
        print::json(&case)?;
    } else {
        for intent in &case.intents {
            print::line(&format!("Intent: {intent}"))?;
        }
        for fact in &case.facts {
            print::line(&format!("{}: {}", fact.attribute.label(), fact.describe()))?;
        }
        for note in case.notes() {
            print::line(&note)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn reindex(cli: &Cli) -> anyhow::Result<ExitCode> {
    let passages = seat(cli, &mut open(cli)?)?.for_sources()?.reindex()?;
    print::line(&format!("{passages} passages indexed."))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitCode> {
    clap_complete::generate(shell, &mut Cli::command(), "curbside", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
