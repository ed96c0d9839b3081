//! `evals ask`: CPU time of a whole answer, in one warm process, on an existing data folder; and where the answers come
//! from. With qrels it tells how often a study quoted is the one that the question was made from, which says little of the
//! others: they may answer as well.

use crate::measure::{peak_rss_mb, percentile};
use crate::{beir, evinf};
use cpu_time::ProcessTime;
use desk::answering::{Basis, Citation, Outcome};
use desk::{Desk, Question};
use evinf::letters;
use serde::Serialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Data folder; questions asked are kept there
    #[arg(long)]
    data: PathBuf,
    /// queries.jsonl
    #[arg(long)]
    queries: PathBuf,
    /// qrels-*.tsv: question to article
    #[arg(long)]
    qrels: Option<PathBuf>,
    /// evidence-*.jsonl, with --articles: which sentences answer
    #[arg(long, requires_all = ["articles", "qrels"])]
    evidence: Option<PathBuf>,
    /// sentences.jsonl
    #[arg(long)]
    articles: Option<PathBuf>,
    /// Write one JSON line a question: what it is answered from
    #[arg(long)]
    list: Option<PathBuf>,
    /// The same questions in other words, by id: ask questions of 30 to 60 words, each followed by the other wording
    #[arg(long, value_name = "FILE")]
    longer: Option<PathBuf>,
    /// Ask so many of them, evenly spread
    #[arg(long, default_value_t = 500)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    questions: usize,
    answered: usize,
    /// Answers with statements of digests.
    from_digests: usize,
    /// Answers with sentences of studies.
    from_studies: usize,
    /// Sentences of studies quoted, all answers together.
    sentences: usize,
    /// With qrels: answers that quote the study the question was made from; that quote it first; sentences of it.
    quoting_own: usize,
    own_first: usize,
    own_sentences: usize,
    /// With evidence: questions that have it, and answers that quote a sentence that annotators marked.
    with_evidence: usize,
    quoting_evidence: usize,
    /// Words of a question, on average.
    question_words: f64,
    p50_ms: f64,
    p95_ms: f64,
    max_ms: f64,
    peak_rss_mb: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut desk = Desk::open(&args.data)?;
    let mut queries = beir::queries(&args.queries)?;
    let qrels = args.qrels.as_deref().map(beir::qrels).transpose()?;
    if let Some(qrels) = &qrels {
        queries.retain(|q| qrels.contains_key(&q.id));
    }
    let marked = match (&args.evidence, &args.articles) {
        (Some(evidence), Some(articles)) => marked(evidence, articles)?,
        _ => HashMap::new(),
    };
    let mut list = args.list.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    if let Some(others) = &args.longer {
        queries = beir::longer(queries, others)?;
    }
    let queries = beir::spread(queries, args.limit);
    let (mut times, mut words, mut report) = (Vec::new(), 0, Report::default());
    for (i, query) in queries.iter().enumerate() {
        words += query.text.split_whitespace().count();
        let before = ProcessTime::now();
        let answer = desk.ask(&Question::new(&query.text))?;
        if i >= 5 {
            // the first few warm the process
            times.push(before.elapsed().as_secs_f64() * 1e3);
        }
        let body = &answer.article.body;
        let cited =
            body.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines).filter_map(|l| l.citations.first());
        let (digests, studies): (Vec<_>, Vec<_>) = cited.partition(|c| c.basis == Basis::Summarised);
        let own = |c: &&Citation| {
            qrels.as_ref().and_then(|q| q.get(&query.id)).is_some_and(|g| g.contains_key(c.source.as_str()))
        };
        let answers = |c: &Citation| {
            let quote = letters(&c.quote);
            marked.get(&query.id).is_some_and(|m| m.iter().any(|m| m.contains(&quote) || quote.contains(m)))
        };
        report.answered += usize::from(body.outcome == Outcome::Answered);
        report.from_digests += usize::from(!digests.is_empty());
        report.from_studies += usize::from(!studies.is_empty());
        report.sentences += studies.len();
        report.quoting_own += usize::from(studies.iter().any(own));
        report.own_first += usize::from(studies.first().is_some_and(own));
        report.own_sentences += studies.iter().filter(|c| own(c)).count();
        report.with_evidence += usize::from(marked.contains_key(&query.id));
        report.quoting_evidence += usize::from(studies.iter().filter(|c| own(c)).any(|c| answers(c)));
        if let Some(list) = &mut list {
            let studies: Vec<(&str, &str)> = studies.iter().map(|c| (c.source.as_str(), c.quote.as_str())).collect();
            let digests: Vec<&str> = digests.iter().filter_map(|c| c.statement.as_deref()).collect();
            let line =
                serde_json::json!({"_id": query.id, "question": query.text, "digests": digests, "studies": studies});
            writeln!(list, "{line}")?;
        }
    }
    if let Some(mut list) = list {
        list.flush()?;
    }
    report.questions = times.len();
    report.question_words = words as f64 / queries.len().max(1) as f64;
    report.p50_ms = percentile(&mut times, 0.5);
    report.p95_ms = percentile(&mut times, 0.95);
    report.max_ms = percentile(&mut times, 1.0);
    report.peak_rss_mb = peak_rss_mb();
    crate::print(&report, args.json)
}

/// The letters of the sentences that annotators marked, by question.
fn marked(evidence: &Path, articles: &Path) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let articles = evinf::articles(articles, None)?;
    let mut out = HashMap::new();
    for known in evinf::evidence(evidence)? {
        let Some(text) = articles.get(&known.pmcid) else { continue };
        let sentences = known.gold.iter().filter_map(|g| text.sentences.get(*g)).map(|s| letters(s));
        // The cells of a table are no sentences.
        let sentences: Vec<String> = sentences.filter(|s| s.len() >= 20).collect();
        if !sentences.is_empty() {
            out.insert(known.id, sentences);
        }
    }
    Ok(out)
}
