//! `evals pubmedqa`: yes, no or maybe for research questions, from the abstract without its conclusion, given or found.
//!
//! Owns the folds, the baselines and the figures. What is fitted here is fitted out of fold and never shipped: the set's abstracts
//! have no clear licence. The shipped weighing saw none of it.

use crate::beir;
use crate::logistic::{Logistic, folds};
use crate::measure::{Interval, bootstrap};
use desk::answering::{Judge, Reply, verdict};
use desk::reading::sentences;
use desk::{AddOptions, Desk, SearchOptions};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// corpus.jsonl: abstracts whose conclusions are left out
    #[arg(long)]
    corpus: PathBuf,
    /// queries.jsonl with `final_decision`
    #[arg(long)]
    queries: PathBuf,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
    /// Write the figures of every question to this file, JSON lines, without any text
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Query {
    #[serde(rename = "_id")]
    id: String,
    text: String,
    final_decision: String,
    long_answer: String,
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "_id")]
    id: String,
    text: String,
}

const CLASSES: [&str; 3] = ["yes", "no", "maybe"];
const FOLDS: usize = 10;
/// Orders of the questions in which they are put into folds; the first gives the figures, the others say how much it matters.
const SEEDS: u64 = 3;
const PENALTIES: [f64; 4] = [0.05, 0.1, 0.2, 0.4];
/// How much likelier maybe is made, against how rare it is.
const MAYBES: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 6.0];

#[derive(Serialize)]
struct Report {
    questions: usize,
    /// Share that the product takes for questions that yes or no answers.
    recognised: f64,
    /// Abstracts that hold the beginning of the conclusion after all.
    conclusions_seen: usize,
    majority: f64,
    /// Fitted out of fold, own abstract given.
    own: Figures,
    /// The same models, the first source that our search finds given.
    retrieved: Figures,
    /// How often that source is the question's own abstract.
    found_own: f64,
    /// The same as `own` with other orders: accuracy, macro-F1, accuracy of the surer half.
    other_orders: Vec<[f64; 3]>,
    /// The shipped weighing, which saw nothing of this set; own abstract given, yes from .5 on, never maybe.
    shipped: Figures,
    /// What the product says, own abstract given: it may say depends or unclear.
    product: Product,
    product_retrieved: Product,
}

#[derive(Serialize)]
struct Figures {
    accuracy: Interval,
    macro_f1: f64,
    f1: BTreeMap<&'static str, f64>,
    /// Accuracy on the half of the questions of which it is surest.
    half: Interval,
    /// Truth, answer, how often.
    confusion: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
}

#[derive(Serialize)]
struct Product {
    /// Truth, reply, how often; "not asked" where it is taken for no question of this kind.
    confusion: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
    /// Share answered by yes or no.
    speaks: f64,
    right_of_spoken: Interval,
    right_of_yes: f64,
    right_of_no: f64,
}

/// One prediction: likelihoods, and the class after maybe was made likelier.
#[derive(Clone)]
struct Predicted {
    likely: Vec<f64>,
    class: usize,
    sure: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let queries: Vec<Query> = beir::lines(&args.queries)?;
    let corpus: HashMap<String, String> =
        beir::lines::<Document>(&args.corpus)?.into_iter().map(|d| (d.id, d.text)).collect();
    let truth: Vec<usize> = queries
        .iter()
        .map(|q| {
            CLASSES
                .iter()
                .position(|c| *c == q.final_decision)
                .ok_or_else(|| anyhow::anyhow!("{}: {}", q.id, q.final_decision))
        })
        .collect::<Result<_, _>>()?;
    let found = first_found(&args.corpus, &queries)?;
    let text = |id: &str| corpus.get(id).map_or("", String::as_str);
    let mut judge = Judge::default();
    let mut row = |q: &Query, text: &str| -> (Vec<f64>, f64, Option<Reply>) {
        let spans = sentences::split(text);
        let cut: Vec<&str> = spans.iter().filter_map(|s| s.of(text)).collect();
        let mut row = judge.features(&q.text, &cut);
        let yes = judge.likelihood(&q.text, &cut);
        row.push(yes);
        let reply = judge.rule(&q.text, &[cut]).map(|r| r.reply);
        (row, yes, reply)
    };
    let own: Vec<_> = queries.iter().map(|q| row(q, text(&q.id))).collect();
    let other: Vec<_> = queries.iter().zip(&found).map(|(q, id)| row(q, id.as_deref().map_or("", text))).collect();
    let rows: Vec<&[f64]> = own.iter().map(|r| r.0.as_slice()).collect();
    let other_rows: Vec<&[f64]> = other.iter().map(|r| r.0.as_slice()).collect();
    let ids: Vec<String> = queries.iter().map(|q| q.id.clone()).collect();

    let (predicted, retrieved) = out_of_fold(&ids, &rows, &other_rows, &truth, 0);
    let other_orders = (1..SEEDS).map(|seed| {
        let f = figures(&out_of_fold(&ids, &rows, &other_rows, &truth, seed).0, &truth);
        [f.accuracy.mean, f.macro_f1, f.half.mean]
    });
    let shipped: Vec<Predicted> = own
        .iter()
        .map(|(_, yes, _)| Predicted {
            likely: vec![*yes, 1.0 - yes, 0.0],
            class: usize::from(*yes < 0.5),
            sure: yes.max(1.0 - yes),
        })
        .collect();
    let seen = |q: &Query| {
        let begin: String = q.long_answer.chars().take(60).collect();
        text(&q.id).contains(&begin)
    };
    let share = |n: usize| n as f64 / queries.len().max(1) as f64;
    let most = (0..CLASSES.len()).map(|c| truth.iter().filter(|t| **t == c).count()).max().unwrap_or(0);
    let report = Report {
        questions: queries.len(),
        recognised: share(queries.iter().filter(|q| verdict::closed(&q.text).is_some()).count()),
        conclusions_seen: queries.iter().filter(|q| seen(q)).count(),
        majority: share(most),
        own: figures(&predicted, &truth),
        retrieved: figures(&retrieved, &truth),
        found_own: share(queries.iter().zip(&found).filter(|(q, id)| id.as_ref() == Some(&q.id)).count()),
        other_orders: other_orders.collect(),
        shipped: figures(&shipped, &truth),
        product: product(&own.iter().map(|r| r.2).collect::<Vec<_>>(), &truth),
        product_retrieved: product(&other.iter().map(|r| r.2).collect::<Vec<_>>(), &truth),
    };
    if let Some(path) = &args.questions {
        let mut out = BufWriter::new(File::create(path)?);
        for (i, q) in queries.iter().enumerate() {
            let line = serde_json::json!({"_id": q.id, "decision": q.final_decision, "own": predicted[i].likely, "answer": CLASSES[predicted[i].class],
                "found": found[i], "retrieved": retrieved[i].likely, "answer_retrieved": CLASSES[retrieved[i].class],
                "shipped_yes": own[i].1, "reply": own[i].2, "reply_retrieved": other[i].2});
            writeln!(out, "{line}")?;
        }
    }
    crate::print(&report, args.json)
}

/// The source that a search puts first for each question.
fn first_found(corpus: &Path, queries: &[Query]) -> anyhow::Result<Vec<Option<String>>> {
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(folder.path())?;
    let options = AddOptions { collection: "eval".to_owned(), pdf: None };
    desk.add(&[corpus.to_owned()], &options, |_| {})?;
    let search = SearchOptions { collection: Some("eval".to_owned()), limit: 5, ..SearchOptions::default() };
    let mut out = Vec::new();
    for q in queries {
        let hits = desk.search(&q.text, &search)?.hits;
        out.push(hits.first().and_then(|h| h.source.as_str().strip_prefix("beir:eval/")).map(str::to_owned));
    }
    Ok(out)
}

/// Predictions of own and of other rows by models that did not see the question.
fn out_of_fold(
    ids: &[String],
    rows: &[&[f64]],
    other: &[&[f64]],
    truth: &[usize],
    seed: u64,
) -> (Vec<Predicted>, Vec<Predicted>) {
    let of = folds(ids, truth, FOLDS, seed);
    let none = Predicted { likely: Vec::new(), class: 0, sure: 0.0 };
    let (mut own, mut found) = (vec![none.clone(); rows.len()], vec![none; rows.len()]);
    for fold in 0..FOLDS {
        let train: Vec<usize> = (0..rows.len()).filter(|i| of[*i] != fold).collect();
        let (penalty, maybe) = chosen(ids, rows, truth, &train, seed);
        let model = fit(rows, truth, &train, penalty);
        for i in (0..rows.len()).filter(|i| of[*i] == fold) {
            own[i] = predict(&model, rows[i], maybe);
            found[i] = predict(&model, other[i], maybe);
        }
    }
    (own, found)
}

fn fit(rows: &[&[f64]], truth: &[usize], of: &[usize], penalty: f64) -> Logistic {
    let some: Vec<&[f64]> = of.iter().map(|i| rows[*i]).collect();
    let classes: Vec<usize> = of.iter().map(|i| truth[*i]).collect();
    Logistic::fit(&some, &classes, CLASSES.len(), penalty)
}

fn predict(model: &Logistic, row: &[f64], maybe: f64) -> Predicted {
    let likely = model.predict(row);
    let weighed = [likely[0], likely[1], likely[2] * maybe];
    let class = (0..3).fold(0, |b, k| if weighed[k] > weighed[b] { k } else { b });
    // What may be maybe is not sure.
    Predicted { sure: likely[class], likely, class }
}

/// Penalty and factor of maybe that do best within the questions that may be seen, in five folds: accuracy plus macro-F1.
fn chosen(ids: &[String], rows: &[&[f64]], truth: &[usize], train: &[usize], seed: u64) -> (f64, f64) {
    let some_ids: Vec<String> = train.iter().map(|i| ids[*i].clone()).collect();
    let some: Vec<usize> = train.iter().map(|i| truth[*i]).collect();
    let of = folds(&some_ids, &some, 5, seed + 100);
    let mut best = (f64::MIN, (PENALTIES[0], MAYBES[0]));
    for penalty in PENALTIES {
        let mut predicted: Vec<[Predicted; MAYBES.len()]> = Vec::new();
        let mut order = Vec::new();
        for fold in 0..5 {
            let inner: Vec<usize> = (0..train.len()).filter(|at| of[*at] != fold).map(|at| train[at]).collect();
            let model = fit(rows, truth, &inner, penalty);
            for at in (0..train.len()).filter(|at| of[*at] == fold) {
                predicted.push(MAYBES.map(|m| predict(&model, rows[train[at]], m)));
                order.push(truth[train[at]]);
            }
        }
        for (at, maybe) in MAYBES.into_iter().enumerate() {
            let of: Vec<Predicted> = predicted.iter().map(|p| p[at].clone()).collect();
            let right = of.iter().zip(&order).filter(|(p, t)| p.class == **t).count() as f64 / of.len() as f64;
            let score = right + mean_f1(&of, &order).0;
            if score > best.0 + 1e-12 {
                best = (score, (penalty, maybe));
            }
        }
    }
    best.1
}

fn mean_f1(predicted: &[Predicted], truth: &[usize]) -> (f64, [f64; 3]) {
    let of = [0, 1, 2].map(|c: usize| {
        let right = predicted.iter().zip(truth).filter(|(p, t)| p.class == c && **t == c).count();
        let all = predicted.iter().filter(|p| p.class == c).count() + truth.iter().filter(|t| **t == c).count();
        if all == 0 { 0.0 } else { 2.0 * right as f64 / all as f64 }
    });
    (of.iter().sum::<f64>() / 3.0, of)
}

fn figures(predicted: &[Predicted], truth: &[usize]) -> Figures {
    let right: Vec<f64> = predicted.iter().zip(truth).map(|(p, t)| f64::from(u8::from(p.class == *t))).collect();
    let (macro_f1, each) = mean_f1(predicted, truth);
    let mut order: Vec<usize> = (0..predicted.len()).collect();
    order.sort_by(|a, b| predicted[*b].sure.total_cmp(&predicted[*a].sure).then(a.cmp(b)));
    let half: Vec<f64> = order.iter().take(predicted.len() / 2).map(|i| right[*i]).collect();
    let mut confusion: BTreeMap<&'static str, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for (p, t) in predicted.iter().zip(truth) {
        *confusion.entry(CLASSES[*t]).or_default().entry(CLASSES[p.class]).or_default() += 1;
    }
    let f1 = CLASSES.into_iter().zip(each).collect();
    Figures { accuracy: bootstrap(&right), macro_f1, f1, half: bootstrap(&half), confusion }
}

fn product(replies: &[Option<Reply>], truth: &[usize]) -> Product {
    let mut confusion: BTreeMap<&'static str, BTreeMap<&'static str, usize>> = BTreeMap::new();
    let mut right = Vec::new();
    for (reply, t) in replies.iter().zip(truth) {
        let word = reply.map_or("not asked", Reply::words);
        *confusion.entry(CLASSES[*t]).or_default().entry(word).or_default() += 1;
        if matches!(reply, Some(Reply::Yes | Reply::No)) {
            right.push(f64::from(u8::from(word == CLASSES[*t])));
        }
    }
    let cell = |t: &str, r: &str| confusion.get(t).and_then(|c| c.get(r)).copied().unwrap_or(0) as f64;
    let of = |r: &str| cell(r, r) / CLASSES.iter().map(|t| cell(t, r)).sum::<f64>().max(1.0);
    Product {
        speaks: right.len() as f64 / replies.len().max(1) as f64,
        right_of_spoken: bootstrap(&right),
        right_of_yes: of("yes"),
        right_of_no: of("no"),
        confusion,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_computed_by_hand() {
        let p = |class: usize, sure: f64| Predicted { likely: Vec::new(), class, sure };
        let found = figures(&[p(0, 0.9), p(0, 0.8), p(1, 0.7), p(2, 0.4)], &[0, 1, 1, 0]);
        assert!((found.accuracy.mean - 0.5).abs() < 1e-12 && (found.half.mean - 0.5).abs() < 1e-12);
        assert!((found.macro_f1 - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        let found = product(&[Some(Reply::Yes), Some(Reply::Unclear), None, Some(Reply::No)], &[0, 0, 1, 0]);
        assert!((found.speaks - 0.5).abs() < 1e-12 && (found.right_of_yes - 1.0).abs() < 1e-12);
        assert!(found.right_of_no.abs() < 1e-12);
    }
}
