//! `evals starter`: questions with the statements that a right answer must and must not hold; a question with
//! `"abstain": true` must not be answered.

use anyhow::Context;
use desk::answering::{Line, Outcome};
use desk::evidence::Role;
use desk::{Desk, Question};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Lines {"id", "text", "must": [...], "must_not": [...], "abstain": bool}
    #[arg(long, default_value = "evals/data/starter.jsonl")]
    file: PathBuf,
    /// Only lines whose "split" is this one
    #[arg(long)]
    split: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    text: String,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
    #[serde(default)]
    abstain: bool,
    #[serde(default)]
    split: String,
}

#[derive(Default, Serialize)]
struct Report {
    /// Questions that must be answered, and how many were not.
    to_answer: usize,
    abstained_wrongly: Vec<String>,
    /// Questions that must not be answered, and how many were.
    to_abstain: usize,
    answered_wrongly: Vec<String>,
    /// Share of the statements that had to appear.
    recall_of_musts: f64,
    /// Of those, what stands open and not behind.
    recall_of_musts_open: f64,
    /// Statements shown for a question that was answered, mean: what the recall costs the reader.
    mean_shown: f64,
    /// Of those, what stands open, and the most of one question.
    mean_open: f64,
    most_open: usize,
    /// Words of the lines that stand open for a question that was answered, mean, and of all lines.
    mean_words_open: f64,
    mean_words: f64,
    /// Warnings and prohibitions that apply and stand behind: must be none.
    safety_behind: Vec<String>,
    missing_open: Vec<String>,
    missing: Vec<String>,
    /// Statements that appeared as applying to the patient and must not.
    violations: Vec<String>,
    /// Statements that must not appear and stand under a condition that the question leaves open ("If ...").
    conditional: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(folder.path())?;
    let text = std::fs::read_to_string(&args.file).with_context(|| args.file.display().to_string())?;
    let mut report = Report::default();
    let (mut musts, mut found, mut all_shown) = (0usize, 0usize, 0usize);
    let (mut found_open, mut all_open, mut words_open, mut words_behind) = (0usize, 0usize, 0usize, 0usize);
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let item: Item = serde_json::from_str(line).with_context(|| format!("{}:{}", args.file.display(), i + 1))?;
        if args.split.as_ref().is_some_and(|s| *s != item.split) {
            continue;
        }
        let answer = desk.ask(&Question::new(&item.text))?;
        let body = &answer.article.body;
        let answered = body.outcome == Outcome::Answered;
        if item.abstain {
            report.to_abstain += 1;
            if answered {
                report.answered_wrongly.push(item.id.clone());
            }
            continue;
        }
        report.to_answer += 1;
        if !answered {
            report.abstained_wrongly.push(item.id.clone());
        }
        let shown: BTreeSet<&str> = body
            .bottom_line
            .iter()
            .chain(body.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines))
            .flat_map(|l| &l.citations)
            .filter_map(|c| c.statement.as_deref())
            .collect();
        all_shown += shown.len();
        let ids = |folded: bool| -> BTreeSet<&str> {
            let groups = body.sections.iter().flat_map(|s| &s.groups).filter(|g| g.folded == folded);
            groups.flat_map(|g| &g.lines).flat_map(|l| &l.citations).filter_map(|c| c.statement.as_deref()).collect()
        };
        let leading = body.bottom_line.iter().flat_map(|l| &l.citations).filter_map(|c| c.statement.as_deref());
        let open: BTreeSet<&str> = ids(false).into_iter().chain(leading).collect();
        all_open += open.len();
        report.most_open = report.most_open.max(open.len());
        let words = |folded: bool| -> usize {
            let groups = body.sections.iter().flat_map(|s| &s.groups).filter(|g| g.folded == folded);
            groups.flat_map(|g| &g.lines).map(|l| l.text.split_whitespace().count()).sum()
        };
        words_open += words(false);
        words_behind += words(true);
        let behind = body.sections.iter().flat_map(|s| &s.groups).filter(|g| g.folded && g.hangs_on.is_none());
        let harms = |l: &&Line| matches!(l.role, Some(Role::Avoid | Role::Warn)) && l.condition.is_none();
        for line in behind.flat_map(|g| &g.lines).filter(harms) {
            let id = line.citations.first().and_then(|c| c.statement.as_deref()).unwrap_or_default();
            if !open.contains(id) {
                report.safety_behind.push(format!("{} {id}", item.id));
            }
        }
        for must in &item.must {
            musts += 1;
            if open.contains(must.as_str()) {
                found_open += 1;
            } else {
                report.missing_open.push(format!("{} {must}", item.id));
            }
            if shown.contains(must.as_str()) {
                found += 1;
            } else {
                report.missing.push(format!("{} {must}", item.id));
            }
        }
        let applies: BTreeSet<&str> = body
            .bottom_line
            .iter()
            .chain(body.sections.iter().flat_map(|s| &s.groups).filter(|g| g.hangs_on.is_none()).flat_map(|g| &g.lines))
            .filter(|l| l.condition.is_none())
            .flat_map(|l| &l.citations)
            .filter_map(|c| c.statement.as_deref())
            .collect();
        for not in item.must_not.iter().filter(|n| shown.contains(n.as_str())) {
            let list = if applies.contains(not.as_str()) { &mut report.violations } else { &mut report.conditional };
            list.push(format!("{} {not}", item.id));
        }
    }
    report.recall_of_musts = found as f64 / (musts.max(1)) as f64;
    report.recall_of_musts_open = found_open as f64 / (musts.max(1)) as f64;
    let answered = (report.to_answer - report.abstained_wrongly.len()).max(1) as f64;
    report.mean_shown = all_shown as f64 / answered;
    report.mean_open = all_open as f64 / answered;
    report.mean_words_open = words_open as f64 / answered;
    report.mean_words = (words_open + words_behind) as f64 / answered;
    crate::print(&report, args.json)
}
