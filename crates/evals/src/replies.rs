//! `evals replies`: questions that yes or no answers, with the word a careful reader of the starter library would say.
//!
//! Owns the counting. A wrong word is one that is neither the label nor among what else would be right; no word is never wrong.

use anyhow::Context;
use desk::answering::YesNo;
use desk::{Desk, Question};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Lines {"id", "text", "answer", "also": [...]}
    #[arg(long, default_value = "evals/data/yes-no.jsonl")]
    file: PathBuf,
    /// Data folder to ask; without it the starter library
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    text: String,
    answer: YesNo,
    #[serde(default)]
    also: Vec<YesNo>,
}

#[derive(Default, Serialize)]
struct Report {
    questions: usize,
    right: usize,
    wrong: usize,
    no_word: usize,
    /// Said and right, by label.
    by_label: BTreeMap<String, [usize; 2]>,
    /// Each question with the word said, the label and the first statement that decided.
    said: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(args.data.as_deref().unwrap_or(folder.path()))?;
    let text = std::fs::read_to_string(&args.file).with_context(|| args.file.display().to_string())?;
    let mut report = Report::default();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let item: Item = serde_json::from_str(line).with_context(|| format!("{}:{}", args.file.display(), i + 1))?;
        let answer = desk.ask(&Question::new(&item.text))?;
        let body = &answer.article.body;
        report.questions += 1;
        let label = format!("{:?}", item.answer).to_lowercase();
        let entry = report.by_label.entry(label.clone()).or_default();
        let said = body.reply.as_ref();
        let word = match said.map(|r| r.word) {
            None => {
                report.no_word += 1;
                "-".to_owned()
            }
            Some(word) => {
                entry[0] += 1;
                if word == item.answer || item.also.contains(&word) {
                    report.right += 1;
                    entry[1] += 1;
                } else {
                    report.wrong += 1;
                }
                format!("{word:?}").to_lowercase()
            }
        };
        let first = body.bottom_line.first().and_then(|l| l.citations.first()).and_then(|c| c.statement.clone());
        let on = said.and_then(|r| r.on.clone()).unwrap_or_default();
        report.said.push(format!("{} {word} ({label}) {} {on}", item.id, first.unwrap_or_default()));
    }
    crate::print(&report, args.json)
}
