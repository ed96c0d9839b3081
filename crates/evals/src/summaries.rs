//! `evals summaries`: sentences chosen from several answers to a question, against the extractive summaries of experts (MEDIQA
//! 2021, task 2).
//!
//! Owns reading its files and the two baselines. Nothing is fitted here.

use crate::measure::{Interval, bootstrap};
use crate::rouge::{self, Rouge};
use anyhow::Context as _;
use desk::answering::{Length, excerpts};
use desk::reading::sentences;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder of the set: short questions, answers (xlsx), extractive summaries
    #[arg(long)]
    data: PathBuf,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
    /// Write the figures of every question to this file, JSON lines, without any text
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// Write the texts that were scored to this file, for `evals/scripts/rouge_peer.py`; not to be published
    #[arg(long, value_name = "FILE")]
    texts: Option<PathBuf>,
}

struct Question {
    id: String,
    text: String,
    answers: Vec<String>,
    reference: String,
}

#[derive(Serialize)]
struct Report {
    questions: usize,
    systems: BTreeMap<&'static str, Figures>,
    /// ROUGE-2 of the excerpts over that of the better baseline, less 1.
    relative: f64,
    better_baseline: &'static str,
    /// ROUGE-2 of the excerpts less that of the better baseline, over the same questions.
    difference: Interval,
    /// The same less 1.1 times the baseline: above 0 is a tenth better.
    over_a_tenth: Interval,
}

#[derive(Serialize)]
struct Figures {
    rouge1: f64,
    rouge2: Interval,
    #[serde(rename = "rougeL")]
    longest: f64,
    /// Mean words.
    words: f64,
}

/// Baselines cut sentences at a mark before a space and a capital, as NLTK mostly does: that gives the figures others published.
const BASELINES: [(&str, usize); 2] = [("first-three", 3), ("first-ten", 10)];
const PRODUCT: &str = "excerpts";
/// Other lengths, in words a document, for comparison.
const LENGTHS: [(&str, usize); 4] =
    [("excerpts-60", 60), ("excerpts-70", 70), ("excerpts-90", 90), ("excerpts-120", 120)];

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let questions = read(&args.data)?;
    let mut out = args.questions.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    let mut texts = args.texts.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    let mut scored: BTreeMap<&'static str, Vec<(Rouge, usize)>> = BTreeMap::new();
    for q in &questions {
        let mut line = serde_json::json!({"_id": q.id, "answers": q.answers.len()});
        for (name, text) in systems(q) {
            let rouge = rouge::score(&q.reference, &text);
            let words = text.split_whitespace().count();
            line[name] = serde_json::json!({"rouge": rouge, "words": words});
            scored.entry(name).or_default().push((rouge, words));
            if let Some(out) = &mut texts {
                let row = serde_json::json!({"_id": q.id, "system": name, "text": text, "reference": q.reference, "rouge": rouge});
                writeln!(out, "{row}")?;
            }
        }
        if let Some(out) = &mut out {
            writeln!(out, "{line}")?;
        }
    }
    crate::print(&report(questions.len(), &scored), args.json)
}

fn report(questions: usize, scored: &BTreeMap<&'static str, Vec<(Rouge, usize)>>) -> Report {
    let two = |name: &str| -> Vec<f64> { scored[name].iter().map(|(r, _)| r.two).collect() };
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len().max(1) as f64;
    let better = BASELINES
        .into_iter()
        .map(|b| b.0)
        .fold(BASELINES[0].0, |best, name| if mean(&two(name)) > mean(&two(best)) { name } else { best });
    let pairs: Vec<(f64, f64)> = two(PRODUCT).into_iter().zip(two(better)).collect();
    let figures = |rows: &Vec<(Rouge, usize)>| Figures {
        rouge1: mean(&rows.iter().map(|r| r.0.one).collect::<Vec<_>>()),
        rouge2: bootstrap(&rows.iter().map(|r| r.0.two).collect::<Vec<_>>()),
        longest: mean(&rows.iter().map(|r| r.0.longest).collect::<Vec<_>>()),
        words: mean(&rows.iter().map(|r| r.1 as f64).collect::<Vec<_>>()),
    };
    Report {
        questions,
        systems: scored.iter().map(|(n, rows)| (*n, figures(rows))).collect(),
        relative: mean(&two(PRODUCT)) / mean(&two(better)) - 1.0,
        better_baseline: better,
        difference: bootstrap(&pairs.iter().map(|(a, b)| a - b).collect::<Vec<_>>()),
        over_a_tenth: bootstrap(&pairs.iter().map(|(a, b)| a - 1.1 * b).collect::<Vec<_>>()),
    }
}

fn systems(q: &Question) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    for (name, n) in BASELINES {
        let first = q.answers.iter().flat_map(|a| plain(a).into_iter().take(n));
        out.push((name, first.collect::<Vec<_>>().join(" ")));
    }
    let spans: Vec<_> = q.answers.iter().map(|a| (a, sentences::split(a))).collect();
    let documents: Vec<Vec<&str>> =
        spans.iter().map(|(a, spans)| spans.iter().filter_map(|s| s.of(a)).collect()).collect();
    let intents = desk::clinical::read_case(&q.text).intents;
    let lengths = LENGTHS.map(|(name, words)| (name, Length(words * documents.len())));
    for (name, length) in lengths.into_iter().chain([(PRODUCT, Length::fitting(documents.len()))]) {
        let chosen = excerpts(&q.text, &intents, &documents, length);
        out.push((name, chosen.iter().map(|e| documents[e.document][e.sentence]).collect::<Vec<_>>().join(" ")));
    }
    out
}

fn plain(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(' ') {
        let ends = text[..at].ends_with(['.', '!', '?']);
        let begins = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "\"(-<".contains(c);
        if ends && text[at + 1..].starts_with(begins) {
            out.push(&text[from..at]);
            from = at + 1;
        }
    }
    out.push(&text[from..]);
    out
}

fn read(folder: &Path) -> anyhow::Result<Vec<Question>> {
    let file = |ending: &str| -> anyhow::Result<PathBuf> {
        let mut found =
            std::fs::read_dir(folder).with_context(|| folder.display().to_string())?.flatten().map(|e| e.path());
        found
            .find(|p| p.to_string_lossy().ends_with(ending))
            .with_context(|| format!("no {ending} in {}", folder.display()))
    };
    let pairs = |path: PathBuf| -> anyhow::Result<Vec<(String, String)>> {
        let text = std::fs::read_to_string(path)?;
        Ok(text
            .lines()
            .filter_map(|l| l.split_once("||"))
            .map(|(id, t)| (id.trim().to_owned(), t.trim().to_owned()))
            .collect())
    };
    let mut references: HashMap<String, String> = pairs(file("MultiExtractiveSummaries.txt")?)?.into_iter().collect();
    let mut answers = answers(&file("Answers.xlsx")?)?;
    let of = |(id, text): (String, String)| {
        let reference = references.remove(&id).with_context(|| format!("{id}: no summary"))?;
        let answers = answers.remove(&id).with_context(|| format!("{id}: no answer"))?;
        Ok(Question { id, text, answers, reference })
    };
    let questions: anyhow::Result<Vec<Question>> = pairs(file("ShortQuestions.txt")?)?.into_iter().map(of).collect();
    questions.and_then(|q| if q.is_empty() { anyhow::bail!("no questions") } else { Ok(q) })
}

/// The answers of each question, in the order of the sheet: question, answer's name, answer.
fn answers(path: &Path) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let mut archive = zip::ZipArchive::new(File::open(path)?)?;
    let mut part = |name: &str| -> anyhow::Result<String> {
        let mut text = String::new();
        archive.by_name(name)?.read_to_string(&mut text)?;
        Ok(text)
    };
    let shared: Vec<String> = between(&part("xl/sharedStrings.xml")?, "si")
        .into_iter()
        .map(|(_, item)| between(item, "t").into_iter().map(|(_, t)| unescape(t)).collect::<String>())
        .collect();
    let sheet = part("xl/worksheets/sheet1.xml")?;
    let mut out: HashMap<String, Vec<String>> = HashMap::new();
    for (_, row) in between(&sheet, "row").into_iter().skip(1) {
        let cells: Vec<String> = between(row, "c")
            .into_iter()
            .map(|(attributes, cell)| {
                let value = between(cell, "v").first().map_or(String::new(), |(_, v)| unescape(v));
                let text = value.parse::<usize>().ok().and_then(|at| shared.get(at).cloned());
                if attributes.contains("t=\"s\"") { text.unwrap_or_default() } else { value }
            })
            .collect();
        if let [id, _, answer] = cells.as_slice()
            && !id.is_empty()
        {
            let answer = answer.split_whitespace().collect::<Vec<_>>().join(" ");
            out.entry(id.clone()).or_default().push(answer);
        }
    }
    Ok(out)
}

/// Attributes and content of the elements of a name, none of which holds another of its name.
fn between<'x>(xml: &'x str, name: &str) -> Vec<(&'x str, &'x str)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut out = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find(&open) {
        rest = &rest[at + open.len()..];
        if !rest.starts_with(['>', ' ', '/']) {
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let attributes = &rest[..end];
        rest = &rest[end + 1..];
        if attributes.ends_with('/') {
            out.push((attributes, ""));
            continue;
        }
        let Some(end) = rest.find(&close) else { break };
        out.push((attributes, &rest[..end]));
        rest = &rest[end + close.len()..];
    }
    out
}

fn unescape(text: &str) -> String {
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#10;", "\n"), ("&amp;", "&")];
    plain.iter().fold(text.to_owned(), |t, (from, to)| t.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_their_whole_name() {
        let found = between("<row r=\"1\"><c t=\"s\"><v>0</v></c><c/><cols>x</cols></row>", "c");
        assert_eq!(found, [(" t=\"s\"", "<v>0</v>"), ("/", "")]);
        assert_eq!(unescape("a &lt; b &amp;lt; c"), "a < b &lt; c");
    }

    #[test]
    fn sentences_are_cut_plainly() {
        assert_eq!(
            plain("It is so. But e.g. not here.Nor here. (See)"),
            ["It is so.", "But e.g. not here.Nor here.", "(See)"]
        );
    }
}
