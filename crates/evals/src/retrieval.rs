//! `evals retrieval`: the product's own reading, index and search over a BEIR set.

use crate::beir;
use crate::measure::{average_precision, ndcg, peak_rss_mb, percentile, recall, reciprocal_rank};
use cpu_time::ProcessTime;
use desk::{AddOptions, Desk, SearchOptions};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
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
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a run is made.
pub(crate) struct Run<'a> {
    pub(crate) rerank_model: Option<&'a Path>,
    pub(crate) limit: usize,
    pub(crate) each: Option<&'a Path>,
}

#[derive(Serialize)]
pub(crate) struct Report {
    #[serde(rename = "ndcg@10")]
    ndcg_10: f64,
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
    let run = Run { rerank_model: args.rerank_model.as_deref(), limit: args.limit, each: args.each.as_deref() };
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

    let (mut times, mut each) = (Vec::new(), String::new());
    let mut sums = [0.0; 5];
    let search =
        SearchOptions { collection: Some(COLLECTION.to_owned()), limit: run.limit, ..SearchOptions::default() };
    let prefix = format!("beir:{COLLECTION}/");
    for Asked { text, grades } in asked {
        let before = ProcessTime::now();
        let hits = desk.search(text, &search)?.hits;
        times.push(before.elapsed().as_secs_f64() * 1e3);
        // Documents are judged: each counts where its best passage stands.
        let mut ranked: Vec<String> =
            hits.iter().map(|h| h.source.as_str().strip_prefix(&prefix).unwrap_or_default().to_owned()).collect();
        let mut seen = HashSet::new();
        ranked.retain(|d| seen.insert(d.clone()));
        let values = [
            ndcg(&ranked, grades, 10),
            reciprocal_rank(&ranked, grades, 10),
            average_precision(&ranked, grades, 10),
            recall(&ranked, grades, 10),
            recall(&ranked, grades, 100),
        ];
        each.push_str(&format!("{}\n", values[0]));
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    if let Some(path) = run.each {
        std::fs::write(path, each)?;
    }
    let n = times.len();
    anyhow::ensure!(n > 0, "no query has a judgement");
    let [ndcg_10, mrr_10, map_10, recall_10, recall_100] = sums.map(|s| s / n as f64);
    Ok(Report {
        ndcg_10,
        mrr_10,
        map_10,
        recall_10,
        recall_100,
        p50_ms: percentile(&mut times, 0.5),
        p95_ms: percentile(&mut times, 0.95),
        index_docs_per_s: added.added as f64 / indexing,
        peak_rss_mb: peak_rss_mb(),
        documents: added.added,
        queries: n,
    })
}
