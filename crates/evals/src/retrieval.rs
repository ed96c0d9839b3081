//! `evals retrieval`: the product's own reading, index and search over a BEIR set.

use crate::beir;
use crate::measure::{Interval, average_precision, bootstrap, ndcg, peak_rss_mb, percentile, recall, reciprocal_rank};
use cpu_time::ProcessTime;
use desk::{AddOptions, Desk, SearchOptions, Step};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// corpus.jsonl
    #[arg(long)]
    corpus: PathBuf,
    /// queries.jsonl
    #[arg(long)]
    queries: PathBuf,
    /// Judgements, tab-separated with a header
    #[arg(long)]
    qrels: PathBuf,
    /// Folder of a local model for the quality tier
    #[arg(long)]
    rerank_model: Option<PathBuf>,
    /// Documents asked for: more than 10 read more passages, and cost more
    #[arg(long, default_value_t = 200)]
    limit: usize,
    /// Write the nDCG@10 of each question to this file, in order: to pair runs
    #[arg(long)]
    each: Option<PathBuf>,
    /// Ask everything again with each step of the search left out
    #[arg(long)]
    ablations: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a run is made.
pub(crate) struct Run<'a> {
    pub(crate) rerank_model: Option<&'a Path>,
    pub(crate) limit: usize,
    pub(crate) each: Option<&'a Path>,
    pub(crate) ablations: bool,
}

/// Steps of a search that are left out, and their names.
const STEPS: [(&str, Step); 4] = [
    ("synonyms", Step::Synonyms),
    ("nearest by vector", Step::Nearest),
    ("learned weighing", Step::Weighing),
    ("priors", Step::Priors),
];

/// A search without one of its steps.
#[derive(Serialize)]
struct Ablation {
    #[serde(rename = "ndcg@10")]
    ndcg_10: f64,
    #[serde(rename = "recall@10")]
    recall_10: f64,
    /// nDCG@10 with everything less that without the step, over the same questions.
    gain_of_step: Interval,
    p50_ms: f64,
    p95_ms: f64,
}

#[derive(Serialize)]
pub(crate) struct Report {
    #[serde(rename = "ndcg@10")]
    ndcg_10: f64,
    interval: Interval,
    #[serde(rename = "mrr@10")]
    mrr_10: f64,
    #[serde(rename = "map@10")]
    map_10: f64,
    #[serde(rename = "recall@10")]
    recall_10: f64,
    #[serde(rename = "recall@100")]
    recall_100: f64,
    /// CPU milliseconds of one search, median and 95th percentile.
    p50_ms: f64,
    p95_ms: f64,
    /// Documents read and indexed per CPU-second.
    index_docs_per_s: f64,
    /// Largest resident memory, 10^6 bytes.
    peak_rss_mb: f64,
    documents: u64,
    queries: usize,
    /// By the step left out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    ablations: BTreeMap<&'static str, Ablation>,
}

const COLLECTION: &str = "eval";

/// A question with the grades of the documents judged for it.
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) grades: HashMap<String, f64>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut qrels = beir::qrels(&args.qrels)?;
    let judged = |q: beir::Query| Some(Asked { grades: qrels.remove(&q.id)?, text: q.text });
    let asked: Vec<Asked> = beir::queries(&args.queries)?.into_iter().filter_map(judged).collect();
    let run = Run {
        rerank_model: args.rerank_model.as_deref(),
        limit: args.limit,
        each: args.each.as_deref(),
        ablations: args.ablations,
    };
    crate::print(&measure(&args.corpus, &asked, &run)?, args.json)
}

/// Adds the corpus to a library of its own and asks everything.
pub(crate) fn measure(corpus: &Path, asked: &[Asked], run: &Run<'_>) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let mut desk = crate::with_reranker(Desk::open(folder.path())?, run.rerank_model)?;
    let before = ProcessTime::now();
    let options = AddOptions { collection: COLLECTION.to_owned(), pdf: None };
    let added = desk.add(&[corpus.to_owned()], &options, |_| {})?;
    let indexing = before.elapsed().as_secs_f64();
    anyhow::ensure!(added.unread == 0, "{} documents were not read; first: {}", added.unread, added.problems[0]);

    let n = asked.len();
    anyhow::ensure!(n > 0, "no query has a judgement");
    let options = |without| SearchOptions {
        collection: Some(COLLECTION.to_owned()),
        limit: run.limit,
        without,
        ..SearchOptions::default()
    };
    let mut whole = ask(&mut desk, asked, &options(Vec::new()))?;
    if let Some(path) = run.each {
        let each: String = whole.values.iter().map(|v| format!("{}\n", v[0])).collect();
        std::fs::write(path, each)?;
    }
    let peak_rss_mb = peak_rss_mb();
    let mut ablations = BTreeMap::new();
    for (name, step) in STEPS.iter().filter(|_| run.ablations) {
        let mut less = ask(&mut desk, asked, &options(vec![*step]))?;
        let gains: Vec<f64> = whole.values.iter().zip(&less.values).map(|(a, b)| a[0] - b[0]).collect();
        let ablation = Ablation {
            ndcg_10: less.mean(0),
            recall_10: less.mean(3),
            gain_of_step: bootstrap(&gains),
            p50_ms: percentile(&mut less.times, 0.5),
            p95_ms: percentile(&mut less.times, 0.95),
        };
        ablations.insert(*name, ablation);
    }
    Ok(Report {
        ndcg_10: whole.mean(0),
        interval: bootstrap(&whole.values.iter().map(|v| v[0]).collect::<Vec<f64>>()),
        mrr_10: whole.mean(1),
        map_10: whole.mean(2),
        recall_10: whole.mean(3),
        recall_100: whole.mean(4),
        p50_ms: percentile(&mut whole.times, 0.5),
        p95_ms: percentile(&mut whole.times, 0.95),
        index_docs_per_s: added.added as f64 / indexing,
        peak_rss_mb,
        documents: added.added,
        queries: n,
        ablations,
    })
}

/// Measures of each question, and how long each took.
struct Measured {
    /// nDCG@10, reciprocal rank, average precision, recall of 10 and of 100.
    values: Vec<[f64; 5]>,
    times: Vec<f64>,
}

impl Measured {
    fn mean(&self, at: usize) -> f64 {
        self.values.iter().map(|v| v[at]).sum::<f64>() / self.values.len().max(1) as f64
    }
}

fn ask(desk: &mut Desk, asked: &[Asked], options: &SearchOptions) -> anyhow::Result<Measured> {
    let mut measured = Measured { values: Vec::new(), times: Vec::new() };
    let prefix = format!("beir:{COLLECTION}/");
    for Asked { text, grades } in asked {
        let before = ProcessTime::now();
        let hits = desk.search(text, options)?.hits;
        measured.times.push(before.elapsed().as_secs_f64() * 1e3);
        // Documents are judged: each counts where its best passage stands.
        let mut ranked: Vec<String> =
            hits.iter().map(|h| h.source.as_str().strip_prefix(&prefix).unwrap_or_default().to_owned()).collect();
        let mut seen = HashSet::new();
        ranked.retain(|d| seen.insert(d.clone()));
        measured.values.push([
            ndcg(&ranked, grades, 10),
            reciprocal_rank(&ranked, grades, 10),
            average_precision(&ranked, grades, 10),
            recall(&ranked, grades, 10),
            recall(&ranked, grades, 100),
        ]);
    }
    Ok(measured)
}
