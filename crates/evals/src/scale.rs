//! `evals scale`: the index of passages, from two hundred thousand to millions.
//!
//! Owns the making of the passages: real sentences, drawn at random, so that words are as frequent as they are in
//! articles, and rare words as many. Any passage can be made again from its number. What is measured is the index, the
//! words looked up and the ranking from text; reading text back from the library is not (its cost does not grow with the
//! number of passages, but for the disk).

use crate::measure::{own_mb, peak_rss_mb, percentile};
use anyhow::Context;
use cpu_time::ProcessTime;
use desk::evidence::{Identifiers, Kind, KindBasis, Part, Passage, Source, Span, Standing};
use retrieval::{Analyzer, Bm25, EvidenceIndex, Filter, TantivyIndex};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Sentences of a passage.
const SENTENCES: u64 = 5;
/// Passages of a source.
const PASSAGES_A_SOURCE: u64 = 20;
/// Words looked up, as `desk` does.
const WORDS: usize = 16;
/// Passages ranked, as `desk` does.
const RANKED: usize = 100;

/// See the command line.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// sentences.jsonl of evinf: {"sentences": [{"text"}]}
    #[arg(long)]
    sentences: PathBuf,
    /// How many passages
    #[arg(long, default_value_t = 200_000)]
    passages: u64,
    /// Questions of each length
    #[arg(long, default_value_t = 300)]
    questions: u64,
    /// An empty folder for the index [default: a temporary one]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// One line of JSON
    #[arg(long)]
    json: bool,
}

/// What one run gives; `evals scale-plot` draws it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Report {
    /// Passages indexed.
    pub(crate) passages: u64,
    /// Bytes of text, a passage.
    pub(crate) text_bytes_a_passage: f64,
    /// Bytes of index on disk, a passage.
    pub(crate) index_bytes_a_passage: f64,
    /// Passages indexed a CPU-second, all threads and the commit counted.
    pub(crate) passages_per_cpu_s: f64,
    /// Seconds by the clock.
    pub(crate) build_wall_s: f64,
    /// Largest resident memory after building, 10^6 bytes.
    pub(crate) build_peak_mb: f64,
    /// Memory no file backs, while searching, 10^6 bytes.
    pub(crate) search_own_mb: f64,
    /// Questions of 3 to 5 words.
    pub(crate) short: Times,
    /// Questions of 30 to 60 words.
    pub(crate) long: Times,
}

/// CPU milliseconds.
#[derive(Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) questions: usize,
    /// Understanding, statistics and candidates.
    pub(crate) find: Percentiles,
    /// Ranking 100 candidates from their text.
    pub(crate) rank: Percentiles,
    /// Both.
    pub(crate) all: Percentiles,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
}

impl Percentiles {
    fn of(mut values: Vec<f64>) -> Self {
        let mut at = |p| percentile(&mut values, p);
        Self { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
    }
}

/// A sequence of numbers that is the same on every machine (splitmix64; Steele 2014, OOPSLA).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }
}

#[derive(Deserialize)]
struct Article {
    sentences: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

fn sentences(path: &Path) -> anyhow::Result<Vec<String>> {
    let file = BufReader::new(std::fs::File::open(path).with_context(|| path.display().to_string())?);
    let mut all = Vec::new();
    for line in file.lines() {
        let article: Article = serde_json::from_str(&line?).with_context(|| path.display().to_string())?;
        all.extend(article.sentences.into_iter().map(|s| s.text));
    }
    anyhow::ensure!(!all.is_empty(), "{}: no sentences", path.display());
    Ok(all)
}

/// The text of passage `number`.
fn passage(sentences: &[String], number: u64) -> String {
    let mut numbers = Numbers(number.wrapping_mul(0x1000_0000_01b3));
    let drawn = (0..SENTENCES).map(|_| sentences[numbers.below(sentences.len() as u64) as usize].as_str());
    drawn.collect::<Vec<_>>().join(" ")
}

/// A source of passages `first` to `last`.
fn source(sentences: &[String], first: u64, last: u64) -> anyhow::Result<Source> {
    let (mut text, mut passages) = (String::new(), Vec::new());
    for number in first..last {
        let start = text.len();
        text.push_str(&passage(sentences, number));
        let span = Span::new(start, text.len())?;
        passages.push(Passage { span, heading: Vec::new(), part: Part::Body, statements: Vec::new() });
        text.push('\n');
    }
    Ok(Source {
        id: format!("beir:scale/{}", first / PASSAGES_A_SOURCE).parse()?,
        kind: Kind::Other,
        kind_basis: KindBasis { from: "default".to_owned(), words: String::new() },
        title: "-".to_owned(),
        ids: Identifiers::default(),
        authors: Vec::new(),
        container: None,
        date: None,
        licence: None,
        article_type: None,
        topics: Vec::new(),
        related: Vec::new(),
        references: Vec::new(),
        digest: None,
        text,
        passages,
    })
}

/// Questions: so many words on end, from a place drawn at random.
fn questions(sentences: &[String], many: u64, fewest: u64, most: u64) -> Vec<String> {
    let mut numbers = Numbers(fewest);
    (0..many)
        .map(|_| {
            let at = numbers.below(sentences.len() as u64) as usize;
            let words = sentences[at..].iter().flat_map(|s| s.split_whitespace());
            let length = fewest + numbers.below(most - fewest + 1);
            words.take(length as usize).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn times(index: &TantivyIndex, sentences: &[String], questions: &[String]) -> anyhow::Result<Times> {
    let mut analyzer = Analyzer::default();
    let (mut find, mut rank, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for (i, question) in questions.iter().enumerate() {
        let before = ProcessTime::now();
        let query = desk::understand(&mut analyzer, index, question)?;
        let statistics = index.statistics(&query.stems())?;
        let bm25 = Bm25::new(&query, &statistics);
        let rarest = query.rarest(&statistics.frequencies, WORDS);
        let candidates = index.candidates(&rarest, &Filter::default(), RANKED)?;
        let found = before.elapsed().as_secs_f64() * 1e3;
        let number = |c: &retrieval::Candidate| -> Option<u64> {
            let source: u64 = c.source.as_str().rsplit_once('/')?.1.parse().ok()?;
            Some(source * PASSAGES_A_SOURCE + u64::from(c.passage))
        };
        let texts: Vec<String> = candidates.iter().filter_map(number).map(|n| passage(sentences, n)).collect();
        let before = ProcessTime::now();
        let scored = texts.iter().enumerate().map(|(n, t)| (n, bm25.score(&mut analyzer, &[t]))).collect();
        let ranked = retrieval::rank(scored);
        let ranking = before.elapsed().as_secs_f64() * 1e3;
        anyhow::ensure!(ranked.len() == candidates.len(), "a candidate has no text");
        if i >= 10 {
            // the first few warm the process
            find.push(found);
            rank.push(ranking);
            all.push(found + ranking);
        }
    }
    Ok(Times {
        questions: all.len(),
        find: Percentiles::of(find),
        rank: Percentiles::of(rank),
        all: Percentiles::of(all),
    })
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let entries = std::fs::read_dir(folder)?.flatten();
    Ok(entries.filter_map(|e| e.metadata().ok()).map(|m| m.len()).sum())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let sentences = sentences(&args.sentences)?;
    let temporary = tempfile::tempdir()?;
    let folder = args.folder.as_deref().unwrap_or(temporary.path());
    let mut index = TantivyIndex::open(folder)?;
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let mut batch = index.batch()?;
    let mut text = 0;
    for first in (0..args.passages).step_by(PASSAGES_A_SOURCE as usize) {
        let source = source(&sentences, first, (first + PASSAGES_A_SOURCE).min(args.passages))?;
        text += source.text.len();
        batch.add(&source, "scale", Standing::Current)?;
    }
    batch.commit(|| Ok::<_, retrieval::IndexError>(("scale".to_owned(), ())))?;
    let (build_cpu, build_wall_s) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
    let build_peak_mb = peak_rss_mb();
    index.reload()?;
    let short = times(&index, &sentences, &questions(&sentences, args.questions, 3, 5))?;
    let long = times(&index, &sentences, &questions(&sentences, args.questions, 30, 60))?;
    let report = Report {
        passages: index.passages(),
        text_bytes_a_passage: text as f64 / args.passages as f64,
        index_bytes_a_passage: size(folder)? as f64 / args.passages as f64,
        passages_per_cpu_s: args.passages as f64 / build_cpu,
        build_wall_s,
        build_peak_mb,
        search_own_mb: own_mb(),
        short,
        long,
    };
    crate::print(&report, args.json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_always_the_same_and_seldom_another() {
        let all: Vec<String> = (0..1000).map(|n| format!("Sentence {n}.")).collect();
        assert_eq!(passage(&all, 7), passage(&all, 7));
        assert_ne!(passage(&all, 7), passage(&all, 8));
        let question = &questions(&all, 5, 30, 60)[3];
        assert!((30..=60).contains(&question.split_whitespace().count()));
    }
}
