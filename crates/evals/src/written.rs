//! `evals model-outputs`: sentences that small language models wrote from numbered statements, labelled by hand: what the checker
//! lets through of those that say something else, and what it refuses of those that say the same.
//!
//! Owns the figures. Each sentence is judged as a draft's would be: against each statement it rests on, all of which must say it.

use crate::beir;
use desk::answering::Verdict;
use desk::answering::verify::{Checker, Context, Evidence};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The labelled sentences
    #[arg(long, default_value = "evals/data/model-outputs.jsonl")]
    file: PathBuf,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
    /// Only this half: dev or test
    #[arg(long)]
    split: Option<String>,
    /// Write the sentences of the development half that were judged wrongly to this file
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Output {
    id: String,
    model: String,
    split: String,
    text: String,
    rests_on: Vec<Statement>,
    label: Label,
}

#[derive(Deserialize)]
struct Statement {
    text: String,
    title: String,
    heading: Vec<String>,
    #[serde(default)]
    lead: Option<String>,
    #[serde(default)]
    condition: Option<String>,
    #[serde(default)]
    caution: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Label {
    Supported,
    Partly,
    Unsupported,
    Contradicted,
}

#[derive(Default, Serialize)]
struct Counts {
    sentences: usize,
    /// Copies of a statement, which no rule needs to judge; not counted below.
    copies: usize,
    labels: BTreeMap<Label, usize>,
    /// Of those that do not say the same, how many passed as a draft's sentence.
    false_supported: usize,
    not_supported: usize,
    /// The same by the rules of `curbside check`, which ask less.
    false_supported_by_check: usize,
    /// Of those that say the same, how many were refused.
    refused: usize,
    refused_by_check: usize,
    supported: usize,
    /// What passed wrongly, by label.
    passed_wrongly: BTreeMap<Label, usize>,
    /// Why the others were refused.
    reasons: BTreeMap<&'static str, usize>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let outputs: Vec<Output> = beir::lines(&args.file)?;
    let mut misses = args.misses.as_ref().map(File::create).transpose()?;
    let mut checker = Checker::default();
    let mut report: BTreeMap<String, Counts> = BTreeMap::new();
    for output in outputs.iter().filter(|o| args.split.as_ref().is_none_or(|s| o.split == *s)) {
        let copied = output.rests_on.iter().any(|s| s.text.trim() == output.text.trim());
        let (written, reason) = written(&mut checker, output);
        let checked = by_check(&mut checker, output);
        let wrong = (output.label == Label::Supported) != written;
        if let Some(out) = misses.as_mut().filter(|_| wrong && output.split == "dev") {
            let line = serde_json::json!({"id": output.id, "label": output.label, "reason": reason, "text": output.text,
                "rests_on": output.rests_on.iter().map(|s| s.text.as_str()).collect::<Vec<_>>()});
            writeln!(out, "{line}")?;
        }
        for key in [output.split.clone(), format!("{} {}", output.split, output.model)] {
            let counts = report.entry(key).or_default();
            counts.sentences += 1;
            if copied {
                counts.copies += 1;
                continue;
            }
            *counts.labels.entry(output.label).or_default() += 1;
            if output.label == Label::Supported {
                counts.supported += 1;
                counts.refused += usize::from(!written);
                counts.refused_by_check += usize::from(!checked);
            } else {
                counts.not_supported += 1;
                counts.false_supported += usize::from(written);
                counts.false_supported_by_check += usize::from(checked);
                if written {
                    *counts.passed_wrongly.entry(output.label).or_default() += 1;
                }
            }
            if !written {
                *counts.reasons.entry(reason).or_default() += 1;
            }
        }
    }
    crate::print(&report, args.json)
}

/// Whether it passes as a sentence of a draft does, and why not.
fn written(checker: &mut Checker, output: &Output) -> (bool, &'static str) {
    let mut reason = "rests-on-nothing";
    for statement in &output.rests_on {
        let headings: Vec<&str> =
            std::iter::once(&statement.title).chain(&statement.heading).map(String::as_str).collect();
        let shown = statement.lead.iter().chain(&statement.condition).chain(&statement.caution);
        let shown: Vec<&str> = shown.map(String::as_str).collect();
        let found = checker.check_written(&output.text, &statement.text, &headings, &shown);
        reason = found.reason.word();
        if found.verdict != Verdict::Supported {
            return (false, reason);
        }
    }
    (!output.rests_on.is_empty(), reason)
}

/// Whether `curbside check` would call it supported by one of them.
fn by_check(checker: &mut Checker, output: &Output) -> bool {
    output.rests_on.iter().any(|statement| {
        let headings: Vec<&str> =
            std::iter::once(&statement.title).chain(&statement.heading).map(String::as_str).collect();
        let context = Context::Source { headings: &headings, around: &[] };
        checker.check(&output.text, &Evidence { text: &statement.text, context }).verdict == Verdict::Supported
    })
}
