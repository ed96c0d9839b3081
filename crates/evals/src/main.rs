//! Benchmarks of quality and speed. Goes through `desk` like everyone else; in no binary a user installs.

mod ask;
mod beir;
mod board;
mod cases;
mod claims;
mod consumer;
mod corrupt;
mod documents;
mod evinf;
mod features;
mod logistic;
mod measure;
mod mediqa;
mod passages;
mod plain;
mod plot;
mod pubmed;
mod pubmedqa;
mod readers;
mod replies;
mod retrieval;
mod rouge;
mod scale;
mod sentences;
mod starter;
mod summaries;
mod written;
mod yes_no;

use clap::{Parser, Subcommand};

/// Measures Curbside. Figures go to standard output; nothing is tuned here.
#[derive(Parser)]
#[command(name = "evals")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The board under load, and many articles kept up with the library
    Board(board::Args),
    /// Ranking of documents for queries, in BEIR form
    Retrieval(retrieval::Args),
    /// The same for questions of lay people
    Consumer(consumer::Args),
    /// Answers of another system, put in order and told good from bad
    Mediqa(mediqa::Args),
    /// Rows to train the weighing of documents on
    Documents(documents::Args),
    /// The index at some hundred thousand to millions of passages
    Scale(scale::Args),
    /// Draws reports of `scale`
    ScalePlot(plot::Args),
    /// Ranking of the sentences of an article for a question, against those that annotators marked
    Sentences(sentences::Args),
    /// Ranking of passages and articles of a whole library
    Passages(passages::Args),
    /// Rows to train a ranker on
    Features(features::Args),
    /// What is read out of questions, against what a careful clinician reads
    Cases(cases::Args),
    /// CPU time of `ask`, warm, on a library of real articles
    Ask(ask::Args),
    /// Records a CPU-second and peak memory of `add` on a synthetic PubMed file
    Pubmed(pubmed::Args),
    /// Whether evidence supports, contradicts or does not address claims
    Claims(claims::Args),
    /// Faithful and broken variants of real statements: what the checker lets through and what it refuses
    Corrupt(corrupt::Args),
    /// Sentences chosen from several answers, against the summaries of experts
    Summaries(summaries::Args),
    /// Yes, no and maybe from abstracts, against what annotators said
    Pubmedqa(pubmedqa::Args),
    /// Makes the weights of the yes-or-no verdict
    YesNoTrain(yes_no::Args),
    /// How hard the articles on the starter topics are to read, for each reader
    Readers(readers::Args),
    /// What the checker makes of the plain wordings of digests, and of broken ones
    Plain(plain::Args),
    /// Sentences that language models wrote, labelled by hand: what the checker lets through and what it refuses
    ModelOutputs(written::Args),
    /// Which word questions get that yes or no answers
    Replies(replies::Args),
    /// Whether the starter library answers what it should, and abstains where it should
    Starter(starter::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Board(args) => board::run(&args),
        Command::Retrieval(args) => retrieval::run(&args),
        Command::Consumer(args) => consumer::run(&args),
        Command::Mediqa(args) => mediqa::run(&args),
        Command::Documents(args) => documents::run(&args),
        Command::Scale(args) => scale::run(&args),
        Command::ScalePlot(args) => plot::run(&args),
        Command::Sentences(args) => sentences::run(&args),
        Command::Passages(args) => passages::run(&args),
        Command::Features(args) => features::run(&args),
        Command::Cases(args) => cases::run(&args),
        Command::Ask(args) => ask::run(&args),
        Command::Pubmed(args) => pubmed::run(&args),
        Command::Claims(args) => claims::run(&args),
        Command::Corrupt(args) => corrupt::run(&args),
        Command::Summaries(args) => summaries::run(&args),
        Command::Pubmedqa(args) => pubmedqa::run(&args),
        Command::YesNoTrain(args) => yes_no::run(&args),
        Command::Readers(args) => readers::run(&args),
        Command::Plain(args) => plain::run(&args),
        Command::ModelOutputs(args) => written::run(&args),
        Command::Replies(args) => replies::run(&args),
        Command::Starter(args) => starter::run(&args),
    }
}

/// A desk with a local model for the quality tier, where one is named.
fn with_reranker(desk: desk::Desk, folder: Option<&std::path::Path>) -> anyhow::Result<desk::Desk> {
    Ok(match folder {
        Some(folder) => desk.with_reranker(std::sync::Arc::new(desk::Reranker::open(folder)?)),
        None => desk,
    })
}

/// Prints a report as JSON, on one line for machines and indented for people.
#[allow(clippy::print_stdout)] // the product of this program
fn print(report: &impl serde::Serialize, json: bool) -> anyhow::Result<()> {
    let text = if json { serde_json::to_string(report)? } else { serde_json::to_string_pretty(report)? };
    println!("{text}");
    Ok(())
}
