//! `evals passages`: passages and articles of a whole library ranked for a question, read and found by the product; and
//! the rows that their rankers are trained on.
//!
//! A passage is right when it holds a sentence that annotators marked, told by its letters and digits.

use crate::measure::{Interval, bootstrap, ndcg, percentile, recall};
use crate::{beir, evinf};
use anyhow::Context;
use cpu_time::ProcessTime;
use desk::answering::Found;
use desk::evidence::Source;
use desk::retrieval::ranker::{ARTICLE_FEATURES, ARTICLE_WIDTH, Ranker, SENTENCE_WIDTH, Trees, passage_features};
use desk::retrieval::{Analyzer, Bm25, rank};
use desk::{ARTICLES_READ, AddOptions, Desk, Gathered, SearchOptions};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The articles as JATS; read into a new data folder
    #[arg(long, conflicts_with = "data", required_unless_present = "data")]
    jats: Option<PathBuf>,
    /// A data folder that holds them already
    #[arg(long)]
    data: Option<PathBuf>,
    /// queries.jsonl
    #[arg(long)]
    queries: PathBuf,
    /// qrels-*.tsv: question to article
    #[arg(long)]
    qrels: PathBuf,
    /// sentences.jsonl
    #[arg(long)]
    articles: PathBuf,
    /// evidence-*.jsonl
    #[arg(long)]
    evidence: PathBuf,
    /// The same questions in other words, by id: ask questions of 30 to 60 words, each followed by the other wording
    #[arg(long, value_name = "FILE")]
    longer: Option<PathBuf>,
    /// Passages that the words looked up may stand in, all together: fewer words, as in a library of millions
    #[arg(long)]
    postings: Option<u64>,
    /// Every so many questions of those without evidence
    #[arg(long, default_value_t = 1)]
    step: usize,
    /// Folder of a local model for the quality tier, in the order of search
    #[arg(long)]
    rerank_model: Option<PathBuf>,
    /// Ask the whole data folder, digests among it, not the trials alone: then documents are weighed, and reranked
    #[arg(long)]
    everything: bool,
    /// Write rows for training to this folder (`articles/`, `passages/`)
    #[arg(long)]
    rows: Option<PathBuf>,
    /// Take the article that answers away from every question, so that nothing answers: rows for training only
    #[arg(long, requires = "rows")]
    without_own: bool,
    /// Trees for sentences other than those shipped
    #[arg(long)]
    sentence_model: Option<PathBuf>,
    /// Trees for articles other than those shipped
    #[arg(long)]
    article_model: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    article_questions: usize,
    passage_questions: usize,
    figures: BTreeMap<&'static str, Interval>,
    /// Share of gold sentences that a passage of the product's reading holds.
    gold_found: f64,
    passages: u64,
    mean_words: f64,
    /// CPU milliseconds of a search by the product, best sentences chosen.
    p50_ms: f64,
    p95_ms: f64,
    /// Words of a question, on average.
    question_words: f64,
}

/// Rows of one kind, written as `evals features` does.
struct Rows {
    rows: BufWriter<File>,
    labels: BufWriter<File>,
    groups: BufWriter<File>,
}

impl Rows {
    fn create(folder: &Path, names: &[&str]) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("names.txt"), names.join("\n"))?;
        let file = |name: &str| -> anyhow::Result<BufWriter<File>> {
            Ok(BufWriter::new(File::create(folder.join(name)).context(folder.display().to_string())?))
        };
        Ok(Self { rows: file("rows.f32")?, labels: file("labels.u8")?, groups: file("groups.tsv")? })
    }

    fn add(&mut self, query: &str, article: &str, rows: &[Vec<f32>], labels: &[bool]) -> anyhow::Result<()> {
        for value in rows.iter().flatten() {
            self.rows.write_all(&value.to_le_bytes())?;
        }
        self.labels.write_all(&labels.iter().map(|l| u8::from(*l)).collect::<Vec<u8>>())?;
        let id = query.split('~').next().unwrap_or_default();
        writeln!(self.groups, "{id}\t{article}\t{}\t{query}", rows.len())?;
        Ok(())
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let temporary = tempfile::tempdir()?;
    let mut desk = Desk::open(args.data.as_deref().unwrap_or(temporary.path()))?;
    desk = crate::with_reranker(desk, args.rerank_model.as_deref())?;
    if let Some(jats) = &args.jats {
        desk.add(std::slice::from_ref(jats), &AddOptions { collection: "pmc".to_owned(), pdf: None }, |_| {})?;
    }
    let collection = (!args.everything).then(|| "pmc".to_owned());
    let options = SearchOptions { collection, limit: 10, postings: args.postings, ..SearchOptions::default() };
    let articles = evinf::articles(&args.articles, None)?;
    let evidence: HashMap<String, evinf::Evidence> =
        evinf::evidence(&args.evidence)?.into_iter().map(|e| (e.id.clone(), e)).collect();
    let qrels = beir::qrels(&args.qrels)?;
    let mut ranker = Ranker::default();
    if let Some(path) = &args.sentence_model {
        ranker = ranker.with_sentences(Trees::parse(&std::fs::read(path)?, SENTENCE_WIDTH)?);
    }
    if let Some(path) = &args.article_model {
        ranker = ranker.with_articles(Trees::parse(&std::fs::read(path)?, ARTICLE_WIDTH)?);
    }
    let mut rows = match &args.rows {
        Some(folder) => Some((
            Rows::create(&folder.join("articles"), ARTICLE_FEATURES)?,
            Rows::create(&folder.join("passages"), &passage_features())?,
        )),
        None => None,
    };
    let mut values: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let (mut times, mut skipped, mut words) = (Vec::new(), 0, 0);
    let mut analyzer = Analyzer::default();
    let mut gold = Gold { known: HashMap::new(), found: 0, all: 0 };
    let mut queries = beir::queries(&args.queries)?;
    if let Some(others) = &args.longer {
        queries = beir::longer(queries, others)?;
    }
    for query in queries {
        let id = query.id.split('~').next().unwrap_or_default();
        let Some(grades) = qrels.get(id) else { continue };
        let known = evidence.get(id).filter(|e| !e.gold.is_empty());
        if known.is_none() {
            skipped += 1;
            if skipped % args.step != 0 {
                continue;
            }
        }
        let article = grades.keys().next().map_or("", String::as_str);
        let (mut shown, mut sources) = (Vec::new(), Vec::new());
        if rows.is_none() {
            let before = ProcessTime::now();
            let results = desk.search(&query.text, &options)?;
            times.push(before.elapsed().as_secs_f64() * 1e3);
            words += query.text.split_whitespace().count();
            shown.extend(results.hits.iter().map(|h| format!("{}#{}", h.source, h.passage)));
            // Two passages a source at most: ten sources take twice as many.
            let wide = SearchOptions { limit: 2 * options.limit, ..options.clone() };
            sources.extend(desk.search(&query.text, &wide)?.hits.iter().map(|h| h.source.as_str().to_owned()));
            let mut seen = HashSet::new();
            sources.retain(|s| seen.insert(s.clone()));
        }
        let mut gathered = desk.gather(&query.text, &options)?;
        if args.without_own {
            gathered.found.retain(|f| !grades.contains_key(f.source.id.as_str()));
        }
        let asked = ranker.ask(&query.text, &desk::other_names(&query.text));
        let found = gathered.articles();
        let ranked = ranker.passages(&asked, &gathered.bm25, &found, ARTICLES_READ);
        let name = |at: usize| gathered.found[at].source.id.as_str().to_owned();
        let right = |at: usize| grades.contains_key(gathered.found[at].source.id.as_str());
        let names: Vec<String> = ranked.articles.iter().map(|(at, _)| name(*at)).collect();
        let mut note = |name: &'static str, value: f64| values.entry(name).or_default().push(value);
        note("article ndcg@10 learned", ndcg(&names, grades, 10));
        if rows.is_none() {
            note("article ndcg@10 search", ndcg(&sources, grades, 10));
        }
        let engine: Vec<String> = (0..gathered.found.len()).map(name).collect();
        note("article ndcg@10 best passage bm25", ndcg(&engine, grades, 10));
        note("article recall@20", recall(&engine, grades, 20));
        note("article read", recall(&names, grades, ARTICLES_READ));
        if let Some((out, _)) = &mut rows {
            let labels: Vec<bool> = (0..found.len()).map(right).collect();
            out.add(&query.id, article, &ranker.features().articles(&asked, &gathered.bm25, &found), &labels)?;
        }
        let Some(known) = known else { continue };
        let passages = gold.passages(&mut desk, known, &articles)?;
        if passages.is_empty() {
            continue;
        }
        let grades: HashMap<String, f64> = passages.iter().map(|p| (format!("{article}#{p}"), 1.0)).collect();
        let learned: Vec<String> = ranked.passages.iter().map(|r| format!("{}#{}", name(r.found), r.passage)).collect();
        note("passage ndcg@10 learned", ndcg(&learned, &grades, 10));
        note("passage ndcg@10 search", ndcg(&shown, &grades, 10));
        note("passage ndcg@10 bm25", ndcg(&by_bm25(&mut analyzer, &gathered), &grades, 10));
        if let Some((_, out)) = &mut rows {
            let labels: Vec<bool> = learned.iter().map(|p| grades.contains_key(p)).collect();
            out.add(&query.id, article, &ranked.rows, &labels)?;
        }
    }
    if let Some((a, b)) = rows {
        for mut out in [a.rows, a.labels, a.groups, b.rows, b.labels, b.groups] {
            out.flush()?;
        }
    }
    let counts = |name: &str| values.get(name).map_or(0, Vec::len);
    let (bytes, passages) = gold.known.values().fold((0, 0), |(b, n), (bytes, texts)| (b + bytes, n + texts.len()));
    let report = Report {
        article_questions: counts("article ndcg@10 learned"),
        passage_questions: counts("passage ndcg@10 learned"),
        figures: values.iter().map(|(name, v)| (*name, bootstrap(v))).collect(),
        gold_found: gold.found as f64 / gold.all.max(1) as f64,
        passages: desk.doctor(Vec::new())?.passages,
        mean_words: bytes as f64 / passages.max(1) as f64,
        question_words: words as f64 / times.len().max(1) as f64,
        p50_ms: percentile(&mut times, 0.5),
        p95_ms: percentile(&mut times, 0.95),
    };
    crate::print(&report, args.json)
}

/// Right passages, by letters and digits.
struct Gold {
    /// Words of an article, and the letters of each of its passages.
    known: HashMap<String, (usize, Vec<String>)>,
    found: usize,
    all: usize,
}

impl Gold {
    fn passages(
        &mut self,
        desk: &mut Desk,
        known: &evinf::Evidence,
        articles: &HashMap<String, evinf::Text>,
    ) -> anyhow::Result<HashSet<usize>> {
        if !self.known.contains_key(&known.pmcid) {
            let source: Source = desk.show(&known.pmcid)?.source;
            let texts: Vec<&str> = source.passages.iter().map(|p| source.slice(p.span)).collect();
            let words = texts.iter().map(|t| t.split_whitespace().count()).sum();
            self.known.insert(known.pmcid.clone(), (words, texts.iter().map(|t| evinf::letters(t)).collect()));
        }
        let (_, passages) = &self.known[&known.pmcid];
        let mut right = HashSet::new();
        let text = articles.get(&known.pmcid).context("an article without sentences")?;
        for wanted in known.gold.iter().filter_map(|g| text.sentences.get(*g)).map(|s| evinf::letters(s)) {
            // A cell of a table is no sentence: its few letters stand in many places.
            if wanted.len() < 20 {
                continue;
            }
            self.all += 1;
            let holders: Vec<usize> = (0..passages.len()).filter(|p| passages[*p].contains(&wanted)).collect();
            self.found += usize::from(!holders.is_empty());
            right.extend(holders);
        }
        Ok(right)
    }
}

/// Passages found, by BM25 of their text with title and headings.
fn by_bm25(analyzer: &mut Analyzer, gathered: &Gathered) -> Vec<String> {
    let bm25: &Bm25 = &gathered.bm25;
    let mut scored = Vec::new();
    for Found { source, hits, .. } in &gathered.found {
        for &(at, _) in hits {
            let Some(passage) = source.passages.get(at as usize) else { continue };
            let mut texts = vec![source.title.as_str()];
            texts.extend(passage.heading.iter().map(String::as_str));
            texts.push(source.slice(passage.span));
            scored.push((format!("{}#{at}", source.id), bm25.score(analyzer, &texts)));
        }
    }
    rank(scored).into_iter().map(|(name, _)| name).collect()
}
