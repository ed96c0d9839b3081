//! `evals consumer`: questions as worried lay people type them, each with the documents that answer it.

use crate::retrieval::{Asked, Run, measure};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;

/// See the command line.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// corpus.jsonl of medquad
    #[arg(long)]
    corpus: PathBuf,
    /// Questions: {"_id", "text", "docs": [ids of documents that answer]}
    #[arg(long, default_value = "evals/data/medquad-consumer.jsonl")]
    questions: PathBuf,
    /// Folder of a local model for the quality tier
    #[arg(long)]
    rerank_model: Option<PathBuf>,
    /// Ask everything again with each step of the search left out
    #[arg(long)]
    ablations: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Question {
    text: String,
    docs: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let questions: Vec<Question> = crate::beir::lines(&args.questions)?;
    let grades = |docs: Vec<String>| -> HashMap<String, f64> { docs.into_iter().map(|d| (d, 1.0)).collect() };
    let asked: Vec<Asked> = questions.into_iter().map(|q| Asked { text: q.text, grades: grades(q.docs) }).collect();
    let run = Run { rerank_model: args.rerank_model.as_deref(), limit: 200, each: None, ablations: args.ablations };
    crate::print(&measure(&args.corpus, &asked, &run)?, args.json)
}
