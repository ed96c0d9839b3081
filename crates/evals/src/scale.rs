//! `evals scale`: the index of passages, from two hundred thousand to millions.
//!
//! Owns the making of the passages: real sentences, drawn at random, so that words are as frequent as they are in
//! articles, and rare words as many. Any passage can be made again from its number; three of them and a title are a source, as
//! long as an abstract. What is measured is what a search does for abstracts: the words looked up, the nearest by vector,
//! BM25 from text and the learned weighing. Reading text back from the library is not (its cost does not grow with the number
//! of passages, but for the disk).

use crate::measure::{own_mb, peak_rss_mb, percentile};
use anyhow::Context;
use cpu_time::ProcessTime;
use desk::evidence::{Identifiers, Kind, KindBasis, Part, Passage, Source, Span, Standing, Statement};
use retrieval::dense::Embedder;
use retrieval::relevance::{Relevance, Text as Weighed};
use retrieval::{Analyzer, Bm25, Candidate, EvidenceIndex, Filter, TantivyIndex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Sentences of a passage.
const SENTENCES: u64 = 5;
/// Passages of a source.
const PASSAGES_A_SOURCE: u64 = 3;
/// Words looked up, as `desk` does.
const WORDS: usize = 16;
/// Passages by words that are ranked, and those nearest by vector, as `desk` does.
const BY_WORDS: usize = 60;
const BY_VECTOR: usize = 15;

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
    /// The report of a run that made the index in the folder: measure searches only
    #[arg(long, requires = "folder")]
    made: Option<PathBuf>,
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
    /// Understanding, statistics and candidates by words.
    pub(crate) find: Percentiles,
    /// The nearest by vector, of all passages. Runs before the weighing have none.
    pub(crate) near: Option<Percentiles>,
    /// BM25 of the candidates from their text.
    pub(crate) rank: Percentiles,
    /// The learned weighing of the candidates.
    pub(crate) weigh: Option<Percentiles>,
    /// All together.
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
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
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

/// The sentences of passage `number`.
fn passage(sentences: &[String], number: u64) -> Vec<&str> {
    let mut numbers = Numbers(number.wrapping_mul(0x1000_0000_01b3));
    (0..SENTENCES).map(|_| sentences[numbers.below(sentences.len() as u64) as usize].as_str()).collect()
}

/// Source `number`: its passages, and a sentence for a title.
fn source(sentences: &[String], number: u64) -> anyhow::Result<Source> {
    let (mut text, mut passages) = (String::new(), Vec::new());
    for number in number * PASSAGES_A_SOURCE..(number + 1) * PASSAGES_A_SOURCE {
        let start = text.len();
        let mut statements = Vec::new();
        for sentence in passage(sentences, number) {
            if text.len() > start {
                text.push(' ');
            }
            let from = text.len();
            text.push_str(sentence);
            statements.push(Statement { span: Span::new(from, text.len())?, marks: None });
        }
        let span = Span::new(start, text.len())?;
        passages.push(Passage { span, heading: Vec::new(), part: Part::Abstract, statements });
        text.push('\n');
    }
    let mut numbers = Numbers(!number);
    Ok(Source {
        id: format!("beir:scale/{number}").parse()?,
        kind: Kind::Other,
        kind_basis: KindBasis { from: "default".to_owned(), words: String::new() },
        title: sentences[numbers.below(sentences.len() as u64) as usize].clone(),
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
    let mut relevance = Relevance::default();
    let (mut find, mut near, mut rank, mut weigh, mut all) = (vec![], vec![], vec![], vec![], vec![]);
    for (i, question) in questions.iter().enumerate() {
        let before = ProcessTime::now();
        let query = desk::understand(&mut analyzer, index, question)?;
        let statistics = index.statistics(&query.stems())?;
        let bm25 = Bm25::new(&query, &statistics);
        let rarest = query.rarest(&statistics.frequencies, WORDS, desk::walked(statistics.passages));
        let mut candidates = index.candidates(&rarest, &Filter::default(), BY_WORDS)?;
        let finding = before.elapsed().as_secs_f64() * 1e3;

        let before = ProcessTime::now();
        let vector = Embedder::shipped().embed(question).code();
        let nearest = index.nearest(&vector, &Filter::default(), BY_VECTOR)?;
        let nearing = before.elapsed().as_secs_f64() * 1e3;
        let known = |c: &Candidate| candidates.iter().any(|k| (&k.source, k.passage) == (&c.source, c.passage));
        let new: Vec<Candidate> = nearest.into_iter().filter(|c| !known(c)).collect();
        candidates.extend(new);

        // What the library would give.
        let mut sources: BTreeMap<u64, Source> = BTreeMap::new();
        let mut places = Vec::new();
        for c in &candidates {
            let (_, number) = c.source.as_str().rsplit_once('/').context("another's source")?;
            let number: u64 = number.parse()?;
            if let std::collections::btree_map::Entry::Vacant(entry) = sources.entry(number) {
                entry.insert(source(sentences, number)?);
            }
            places.push((number, c.passage as usize));
        }

        let before = ProcessTime::now();
        let score = |&(number, at): &(u64, usize)| {
            let source = &sources[&number];
            let passage = source.slice(source.passages[at].span);
            ((number, at), bm25.score(&mut analyzer, &[&source.title, passage]))
        };
        let ranked = retrieval::rank(places.iter().map(score).collect());
        let ranking = before.elapsed().as_secs_f64() * 1e3;
        anyhow::ensure!(ranked.len() == candidates.len(), "a candidate has no text");

        let before = ProcessTime::now();
        let texts = ranked.iter().filter_map(|((number, at), scored)| {
            Weighed::of(&sources[number], *number as usize, *at, scored.score as f32)
        });
        let rows = relevance.rows(question, &bm25, &texts.collect::<Vec<_>>());
        let best = rows.iter().map(|row| relevance.score(row)).fold(f64::MIN, f64::max);
        std::hint::black_box(best);
        let weighing = before.elapsed().as_secs_f64() * 1e3;
        if i >= 10 {
            // the first few warm the process
            find.push(finding);
            near.push(nearing);
            rank.push(ranking);
            weigh.push(weighing);
            all.push(finding + nearing + ranking + weighing);
        }
    }
    Ok(Times {
        questions: all.len(),
        find: Percentiles::of(find),
        near: Some(Percentiles::of(near)),
        rank: Percentiles::of(rank),
        weigh: Some(Percentiles::of(weigh)),
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
    if let Some(made) = &args.made {
        let text = std::fs::read_to_string(made).with_context(|| made.display().to_string())?;
        let mut report: Report = serde_json::from_str(&text).with_context(|| made.display().to_string())?;
        anyhow::ensure!(report.passages == index.passages(), "another index: {} passages", index.passages());
        report.short = times(&index, &sentences, &questions(&sentences, args.questions, 3, 5))?;
        report.long = times(&index, &sentences, &questions(&sentences, args.questions, 30, 60))?;
        report.search_own_mb = own_mb();
        return crate::print(&report, args.json);
    }
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let mut batch = index.batch()?;
    let mut text = 0;
    for number in 0..args.passages.div_ceil(PASSAGES_A_SOURCE) {
        let source = source(&sentences, number)?;
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
        text_bytes_a_passage: text as f64 / index.passages() as f64,
        index_bytes_a_passage: size(folder)? as f64 / index.passages() as f64,
        passages_per_cpu_s: index.passages() as f64 / build_cpu,
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
        let source = source(&all, 2).unwrap();
        assert_eq!(source.passages.len(), 3);
        let cut: Vec<&str> = source.passages[1].statements.iter().map(|s| source.slice(s.span)).collect();
        assert_eq!(cut, passage(&all, 7));
        assert_eq!(source.slice(source.passages[1].span), cut.join(" "));
        let question = &questions(&all, 5, 30, 60)[3];
        assert!((30..=60).contains(&question.split_whitespace().count()));
    }
}
