//! `evals sentences`: the sentences of the right article ranked for a question, against those that annotators marked.

use crate::measure::{Interval, bootstrap, percentile};
use crate::{beir, evinf};
use cpu_time::ProcessTime;
use desk::Reranker;
use desk::retrieval::dense::Embedder;
use desk::retrieval::ranker::{RankedSentence, Ranker, SENTENCE_WIDTH, Trees};
use desk::retrieval::{Analyzer, Bm25, Query, Statistics};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// sentences.jsonl
    #[arg(long)]
    articles: PathBuf,
    /// A data folder that holds the articles as JATS: headings from there, as in the product
    #[arg(long)]
    data: Option<PathBuf>,
    /// queries.jsonl
    #[arg(long)]
    queries: PathBuf,
    /// evidence-*.jsonl
    #[arg(long)]
    evidence: PathBuf,
    /// The same questions in other words; measured besides
    #[arg(long)]
    paraphrases: Option<PathBuf>,
    /// Trees other than those shipped
    #[arg(long)]
    model: Option<PathBuf>,
    /// Folder of a local model that has its word on the first sentences of each question
    #[arg(long)]
    rerank_model: Option<PathBuf>,
    /// Writes the first sentences of each question, a line each, with the ranker's scores: what a local model is trained and its
    /// weight chosen on
    #[arg(long)]
    rows: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Sentences of a question that are written as rows.
const ROWS: usize = 20;

/// The first sentences of one question.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    pmcid: &'a str,
    question: &'a str,
    ranked: Vec<RankedRow<'a>>,
}

#[derive(Serialize)]
struct RankedRow<'a> {
    text: &'a str,
    heading: &'a [String],
    score: f64,
    gold: bool,
}

#[derive(Serialize)]
struct Report {
    questions: usize,
    scorers: BTreeMap<&'static str, Figures>,
    /// Learned less BM25, reciprocal rank, over the same questions.
    learned_over_bm25: Interval,
    paraphrases: Option<BTreeMap<&'static str, Figures>>,
    /// CPU milliseconds to rank one article with the learned ranker.
    p50_ms: f64,
    p95_ms: f64,
    /// The same with the local model's word.
    reread_p50_ms: Option<f64>,
    reread_p95_ms: Option<f64>,
}

#[derive(Serialize)]
struct Figures {
    mrr: f64,
    mrr_interval: Interval,
    #[serde(rename = "hit@1")]
    hit_1: f64,
    #[serde(rename = "hit@5")]
    hit_5: f64,
    hit_5_interval: Interval,
}

struct Bench {
    articles: HashMap<String, evinf::Text>,
    evidence: Vec<evinf::Evidence>,
    analyzer: Analyzer,
    ranker: Ranker,
    times: Vec<f64>,
    rows: Option<std::io::BufWriter<std::fs::File>>,
    model: Option<Reranker>,
    model_times: Vec<f64>,
}

/// Rank of the first right sentence, by scorer, for each question.
type Ranks = BTreeMap<&'static str, Vec<usize>>;

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut ranker = Ranker::default();
    if let Some(path) = &args.model {
        ranker = ranker.with_sentences(Trees::parse(&std::fs::read(path)?, SENTENCE_WIDTH)?);
    }
    let mut bench = Bench {
        articles: evinf::articles(&args.articles, args.data.as_deref())?,
        evidence: evinf::evidence(&args.evidence)?,
        analyzer: Analyzer::default(),
        ranker,
        times: Vec::new(),
        rows: args.rows.as_ref().map(std::fs::File::create).transpose()?.map(std::io::BufWriter::new),
        model: args.rerank_model.as_deref().map(Reranker::open).transpose()?,
        model_times: Vec::new(),
    };
    let ranks = bench.ranks(&texts(&args.queries)?)?;
    let paraphrases = args.paraphrases.as_ref().map(|p| bench.ranks(&texts(p)?)).transpose()?;
    if let Some(rows) = &mut bench.rows {
        rows.flush()?;
    }
    let questions = ranks.values().next().map_or(0, Vec::len);
    anyhow::ensure!(questions > 0, "no question has evidence");
    let reciprocal = |name: &str| -> Vec<f64> { ranks[name].iter().map(|r| 1.0 / *r as f64).collect() };
    let (learned, bm25) = (reciprocal("learned"), reciprocal("bm25"));
    let difference: Vec<f64> = learned.iter().zip(&bm25).map(|(a, b)| a - b).collect();
    let report = Report {
        questions,
        scorers: figures(&ranks),
        learned_over_bm25: bootstrap(&difference),
        paraphrases: paraphrases.as_ref().map(figures),
        p50_ms: percentile(&mut bench.times, 0.5),
        p95_ms: percentile(&mut bench.times, 0.95),
        reread_p50_ms: bench.model.is_some().then(|| percentile(&mut bench.model_times, 0.5)),
        reread_p95_ms: bench.model.is_some().then(|| percentile(&mut bench.model_times, 0.95)),
    };
    crate::print(&report, args.json)
}

fn texts(path: &std::path::Path) -> anyhow::Result<HashMap<String, String>> {
    Ok(beir::queries(path)?.into_iter().map(|q| (q.id, q.text)).collect())
}

fn figures(ranks: &Ranks) -> BTreeMap<&'static str, Figures> {
    let of = |ranks: &Vec<usize>| {
        let share = |k: usize| ranks.iter().filter(|r| **r <= k).count() as f64 / ranks.len().max(1) as f64;
        let reciprocal: Vec<f64> = ranks.iter().map(|r| 1.0 / *r as f64).collect();
        let hit: Vec<f64> = ranks.iter().map(|r| if *r <= 5 { 1.0 } else { 0.0 }).collect();
        Figures {
            mrr: reciprocal.iter().sum::<f64>() / ranks.len().max(1) as f64,
            mrr_interval: bootstrap(&reciprocal),
            hit_1: share(1),
            hit_5: share(5),
            hit_5_interval: bootstrap(&hit),
        }
    };
    ranks.iter().map(|(name, ranks)| (*name, of(ranks))).collect()
}

impl Bench {
    fn ranks(&mut self, texts: &HashMap<String, String>) -> anyhow::Result<Ranks> {
        let mut ranks = Ranks::new();
        for known in &self.evidence {
            let Some(question) = texts.get(&known.id).filter(|_| !known.gold.is_empty()) else { continue };
            let Some(text) = self.articles.get(&known.pmcid) else { anyhow::bail!("{}: no such article", known.pmcid) };
            let sentences = &text.sentences;
            let bm25 = bm25(&mut self.analyzer, question, sentences);
            ranks.entry("bm25").or_default().push(first(&bm25, &known.gold));
            let embedder = Embedder::shipped();
            let asked = embedder.embed(question).code();
            let dense: Vec<f64> =
                sentences.iter().map(|s| f64::from(asked.cosine(&embedder.embed(s).code()))).collect();
            ranks.entry("static").or_default().push(first(&dense, &known.gold));
            let article = text.article();
            let before = ProcessTime::now();
            let asked = self.ranker.ask(question, &desk::other_names(question));
            let ranked = self.ranker.sentences(&asked, &article);
            self.times.push(before.elapsed().as_secs_f64() * 1e3);
            let mut starts = vec![0];
            for passage in &article.passages {
                starts.push(starts[starts.len() - 1] + passage.sentences.len());
            }
            let gold = |passage: usize, sentence: usize| known.gold.contains(&(starts[passage] + sentence));
            if let Some(rows) = &mut self.rows {
                let row = |r: &RankedSentence| RankedRow {
                    text: article.passages[r.passage].sentences[r.sentence],
                    heading: article.passages[r.passage].heading,
                    score: r.score,
                    gold: gold(r.passage, r.sentence),
                };
                let ranked = ranked.iter().take(ROWS).map(row).collect();
                serde_json::to_writer(&mut *rows, &Row { id: &known.id, pmcid: &known.pmcid, question, ranked })?;
                rows.write_all(b"\n")?;
            }
            let at = ranked.iter().position(|r| gold(r.passage, r.sentence));
            ranks.entry("learned").or_default().push(at.map_or(usize::MAX, |at| at + 1));
            if let Some(model) = &self.model {
                let texts: Vec<&str> =
                    ranked.iter().map(|r| article.passages[r.passage].sentences[r.sentence]).collect();
                let mut scores: Vec<f64> = ranked.iter().map(|r| r.score).collect();
                let before = ProcessTime::now();
                desk::reread(model, question, &texts, &mut scores)?;
                self.model_times.push(self.times[self.times.len() - 1] + before.elapsed().as_secs_f64() * 1e3);
                let right: HashSet<usize> =
                    (0..ranked.len()).filter(|at| gold(ranked[*at].passage, ranked[*at].sentence)).collect();
                ranks.entry("reread").or_default().push(first(&scores, &right));
            }
        }
        Ok(ranks)
    }
}

/// BM25 with the statistics of the article alone.
fn bm25(analyzer: &mut Analyzer, question: &str, sentences: &[String]) -> Vec<f64> {
    let query = Query::from_text(analyzer, question);
    let stems: Vec<HashSet<String>> = sentences.iter().map(|s| analyzer.stems(s).into_iter().collect()).collect();
    let frequencies = query.stems().iter().map(|t| stems.iter().filter(|s| s.contains(t)).count() as u64).collect();
    let bytes: usize = sentences.iter().map(String::len).sum();
    let mean_bytes = bytes as f64 / sentences.len().max(1) as f64;
    let bm25 = Bm25::new(&query, &Statistics { passages: sentences.len() as u64, mean_bytes, frequencies });
    sentences.iter().map(|s| bm25.score(analyzer, &[s]).score).collect()
}

/// Rank of the first right one, from 1; equal scores go to the order of the text.
fn first(scores: &[f64], gold: &HashSet<usize>) -> usize {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    order.iter().position(|i| gold.contains(i)).map_or(usize::MAX, |at| at + 1)
}
