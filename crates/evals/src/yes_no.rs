//! `evals yes-no-train`: makes the weights of the yes-or-no verdict from evidence-inference, of articles under CC BY and CC0 alone.
//!
//! Owns the questions that annotations make: "Does I compared with C change O?" and others that have the same sentences for
//! evidence. Prints what the weighing reaches on articles held out; questions and articles of the dev split are never read.

use crate::beir;
use crate::logistic::{Logistic, folds};
use crate::measure::{Interval, bootstrap};
use desk::answering::{Judge, verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder of evidence-inference: corpus.jsonl, queries.jsonl, evidence-train.jsonl, sentences.jsonl
    #[arg(long)]
    data: PathBuf,
    /// Where the weights go
    #[arg(long)]
    out: PathBuf,
}

#[derive(Deserialize)]
struct Article {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    license: Option<String>,
}

#[derive(Deserialize)]
struct Query {
    #[serde(rename = "_id")]
    id: String,
    intervention: String,
    comparator: String,
    outcome: String,
    split: String,
}

#[derive(Deserialize)]
struct Annotated {
    #[serde(rename = "_id")]
    id: String,
    pmcid: String,
    label: String,
    gold_sentences: Vec<usize>,
}

#[derive(Deserialize)]
struct Sentences {
    pmcid: String,
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
}

#[derive(Serialize)]
struct Report {
    articles: usize,
    annotations: usize,
    rows: usize,
    yes: f64,
    /// On articles held out.
    accuracy: Interval,
    /// Share answered, share right of those, where yes is said from a likelihood on.
    yes_from: BTreeMap<String, (f64, f64)>,
    no_from: BTreeMap<String, (f64, f64)>,
}

/// Sentences before and behind those annotated that are given with them.
const BEFORE: usize = 4;
const BEHIND: usize = 1;
const PENALTY: f64 = 0.05;

/// Whether a licence allows training what ships, as in `training/claims/rows.py`.
fn free(licence: &str) -> bool {
    licence == "CC ZERO 1.0"
        || licence == "CC CC-BY 4.0"
        || licence.starts_with("CC BY") && !licence.starts_with("CC BY-")
}

/// Questions on one annotation, and whether yes answers them.
fn questions(q: &Query, label: &str) -> Vec<(String, bool)> {
    let (i, c, o) = (q.intervention.trim(), q.comparator.trim(), q.outcome.trim());
    let (up, down) = (label.ends_with("increased"), label.ends_with("decreased"));
    vec![
        (format!("Does {i} compared with {c} change {o}?"), up || down),
        (format!("Does {i} increase {o} compared with {c}?"), up),
        (format!("Does {i} reduce {o}?"), down),
        (format!("Does {i} have an effect on {o}?"), up || down),
        (format!("Is {i} associated with {o}?"), up || down),
        (format!("Is {i} effective for {o}?"), up || down),
        (format!("Is {o} similar with {i} and {c}?"), !(up || down)),
    ]
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let file = |name: &str| args.data.join(name);
    let licences: HashMap<String, bool> = beir::lines::<Article>(&file("corpus.jsonl"))?
        .into_iter()
        .map(|a| (a.id, a.license.as_deref().is_some_and(free)))
        .collect();
    let queries: HashMap<String, Query> = beir::lines::<Query>(&file("queries.jsonl"))?
        .into_iter()
        .filter(|q| q.split == "train")
        .map(|q| (q.id.clone(), q))
        .collect();
    let annotated: Vec<Annotated> = beir::lines(&file("evidence-train.jsonl"))?;
    let allowed = |a: &Annotated| licences.get(&a.pmcid).copied().unwrap_or(false) && !a.gold_sentences.is_empty();
    let annotated: Vec<Annotated> = annotated.into_iter().filter(allowed).collect();
    let wanted: std::collections::HashSet<&str> = annotated.iter().map(|a| a.pmcid.as_str()).collect();
    let texts: HashMap<String, Vec<String>> = beir::lines::<Sentences>(&file("sentences.jsonl"))?
        .into_iter()
        .filter(|s| wanted.contains(s.pmcid.as_str()))
        .map(|s| (s.pmcid, s.sentences.into_iter().map(|s| s.text).collect()))
        .collect();

    let mut judge = Judge::default();
    let (mut rows, mut classes, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for a in &annotated {
        let (Some(query), Some(text)) = (queries.get(&a.id), texts.get(&a.pmcid)) else { continue };
        let first = a.gold_sentences.iter().min().copied().unwrap_or(0);
        let last = a.gold_sentences.iter().max().copied().unwrap_or(0);
        // Marks far apart would take the whole article between them.
        let from = first.max(last.saturating_sub(2 * BEFORE)).saturating_sub(BEFORE);
        let part = text.get(from..(last + BEHIND + 1).min(text.len())).unwrap_or_default();
        let part: Vec<&str> = part.iter().map(String::as_str).collect();
        for (question, yes) in questions(query, &a.label) {
            rows.push(judge.features(&question, &part));
            classes.push(usize::from(yes));
            groups.push(a.pmcid.clone());
        }
    }
    anyhow::ensure!(!rows.is_empty(), "nothing to train on");
    let held = held_out(&rows, &classes, &groups);
    let model = fit(&rows, &classes, &(0..rows.len()).collect::<Vec<_>>());
    std::fs::write(&args.out, written(&model))?;

    let right: Vec<f64> =
        held.iter().zip(&classes).map(|(p, c)| f64::from(u8::from((*p >= 0.5) == (*c == 1)))).collect();
    let from = |yes: bool| -> BTreeMap<String, (f64, f64)> {
        let at = |t: f64| {
            let said: Vec<usize> =
                (0..held.len()).filter(|i| if yes { held[*i] >= t } else { 1.0 - held[*i] >= t }).collect();
            let good = said.iter().filter(|i| (classes[**i] == 1) == yes).count();
            (said.len() as f64 / held.len() as f64, good as f64 / said.len().max(1) as f64)
        };
        [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8].map(|t| (t.to_string(), at(t))).into_iter().collect()
    };
    let report = Report {
        articles: wanted.len(),
        annotations: annotated.len(),
        rows: rows.len(),
        yes: classes.iter().sum::<usize>() as f64 / classes.len() as f64,
        accuracy: bootstrap(&right),
        yes_from: from(true),
        no_from: from(false),
    };
    crate::print(&report, false)
}

fn fit(rows: &[Vec<f64>], classes: &[usize], of: &[usize]) -> Logistic {
    let some: Vec<&[f64]> = of.iter().map(|i| rows[*i].as_slice()).collect();
    let some_classes: Vec<usize> = of.iter().map(|i| classes[*i]).collect();
    Logistic::fit(&some, &some_classes, 2, PENALTY)
}

/// How likely yes is for each row by a model that saw nothing of its article; five folds.
fn held_out(rows: &[Vec<f64>], classes: &[usize], groups: &[String]) -> Vec<f64> {
    let mut articles: Vec<String> = groups.to_vec();
    articles.sort_unstable();
    articles.dedup();
    let of: HashMap<&String, usize> = articles.iter().zip(folds(&articles, &vec![0; articles.len()], 5, 0)).collect();
    let mut out = vec![0.0; rows.len()];
    for fold in 0..5 {
        let (test, train): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|i| of[&groups[*i]] == fold);
        let model = fit(rows, classes, &train);
        test.into_iter().for_each(|i| out[i] = model.predict(&rows[i])[1]);
    }
    out
}

/// The file that `answering::verdict` reads.
fn written(model: &Logistic) -> String {
    let mut out = String::from(
        "# Weighing of yes and no, made by `evals yes-no-train`; card in README.md. Columns: feature, mean, standard deviation, weight.\n",
    );
    let weight = |c: usize| model.weights[1][c] - model.weights[0][c];
    let _ = writeln!(out, "(bias)\t0\t1\t{:.5}", weight(0));
    for (at, (name, (mean, deviation))) in verdict::names().iter().zip(&model.scale).enumerate() {
        let _ = writeln!(out, "{name}\t{mean:.5}\t{deviation:.5}\t{:.5}", weight(at + 1));
    }
    out
}
