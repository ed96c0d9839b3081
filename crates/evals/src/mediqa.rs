//! `evals mediqa`: answers found for a question by another system, put in order and told good from bad (MEDIQA 2019, task 3).
//!
//! Owns reading its XML and the two measures. An answer goes through the product's reading and weighing as a document of
//! its own. What is fitted here, a threshold and how far to trust the order given, is fitted on the training questions and
//! never shipped.

use crate::measure::{Interval, bootstrap};
use anyhow::Context;
use desk::retrieval::relevance::{Relevance, Text};
use desk::retrieval::{Analyzer, Bm25, Query, Statistics};
use desk::{AddOptions, Desk};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Questions to fit on: train-alexa.xml
    #[arg(long)]
    train: PathBuf,
    /// Questions to measure on: validation.xml
    #[arg(long)]
    test: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An answer is good from this score of the experts on.
const GOOD: u32 = 3;
/// What an answer is told by: the weighing's score, the same against the best of its question, the place given, and whether
/// it was given first.
const SIGNALS: usize = 4;

struct Question {
    text: String,
    answers: Vec<Answer>,
}

struct Answer {
    text: String,
    place: u32,
    good: bool,
    signals: [f64; SIGNALS],
}

#[derive(Serialize)]
struct Report {
    questions: usize,
    answers: usize,
    /// Share of answers that are the commoner kind.
    majority: f64,
    /// Reciprocal rank of the first good answer, and share of answers told right, by each way.
    ways: BTreeMap<&'static str, Way>,
}

#[derive(Serialize)]
struct Way {
    mrr: Interval,
    /// Of questions, then of answers within: a question counts as a whole when drawn.
    accuracy: Interval,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut sets = [questions(&args.train)?, questions(&args.test)?];
    weigh(&mut sets)?;
    let [train, test] = &sets;
    let mut ways = BTreeMap::new();
    let all: [(&'static str, &[usize]); 3] =
        [("order given", &[2, 3]), ("weighing alone", &[0, 1]), ("both", &[0, 1, 2, 3])];
    for (name, signals) in all {
        let model = Logistic::fit(train, signals);
        let cut = threshold(train, &model);
        let mrr: Vec<f64> = test.iter().map(|q| reciprocal(q, &model)).collect();
        let right = |q: &Question| q.answers.iter().filter(|a| (model.of(a) >= cut) == a.good).count() as f64;
        // Each question's part of the accuracy over all answers, so that the mean over questions is that accuracy.
        let per = test.iter().map(|q| q.answers.len()).sum::<usize>() as f64 / test.len() as f64;
        let accuracy: Vec<f64> = test.iter().map(|q| right(q) / per).collect();
        ways.insert(name, Way { mrr: bootstrap(&mrr), accuracy: bootstrap(&accuracy) });
    }
    let answers: Vec<&Answer> = test.iter().flat_map(|q| &q.answers).collect();
    let good = answers.iter().filter(|a| a.good).count() as f64 / answers.len() as f64;
    let report = Report { questions: test.len(), answers: answers.len(), majority: good.max(1.0 - good), ways };
    crate::print(&report, args.json)
}

fn reciprocal(question: &Question, model: &Logistic) -> f64 {
    let mut order: Vec<&Answer> = question.answers.iter().collect();
    order.sort_by(|a, b| model.of(b).total_cmp(&model.of(a)).then(a.place.cmp(&b.place)));
    order.iter().position(|a| a.good).map_or(0.0, |at| 1.0 / (at as f64 + 1.0))
}

/// The cut that tells most answers right.
fn threshold(train: &[Question], model: &Logistic) -> f64 {
    let mut seen: Vec<(f64, bool)> = train.iter().flat_map(|q| &q.answers).map(|a| (model.of(a), a.good)).collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut right = seen.iter().filter(|s| s.1).count();
    let (mut best, mut cut) = (right, f64::NEG_INFINITY);
    for (i, (value, good)) in seen.iter().enumerate() {
        right = if *good { right - 1 } else { right + 1 };
        if right > best {
            (best, cut) = (right, seen.get(i + 1).map_or(f64::INFINITY, |next| f64::midpoint(*value, next.0)));
        }
    }
    cut
}

/// Logistic regression on standardised signals, by plain gradient descent: a handful of numbers.
struct Logistic {
    signals: Vec<(usize, f64, f64)>,
    weights: Vec<f64>,
}

impl Logistic {
    fn fit(train: &[Question], signals: &[usize]) -> Self {
        let answers: Vec<&Answer> = train.iter().flat_map(|q| &q.answers).collect();
        let n = answers.len() as f64;
        let signals: Vec<(usize, f64, f64)> = signals
            .iter()
            .map(|&s| {
                let mean = answers.iter().map(|a| a.signals[s]).sum::<f64>() / n;
                let spread = (answers.iter().map(|a| (a.signals[s] - mean).powi(2)).sum::<f64>() / n).sqrt();
                (s, mean, spread.max(1e-9))
            })
            .collect();
        let mut model = Self { weights: vec![0.0; signals.len() + 1], signals };
        for _ in 0..2000 {
            let mut slope: Vec<f64> = model.weights.iter().map(|w| 0.001 * w).collect();
            for a in &answers {
                let miss = 1.0 / (1.0 + (-model.of(a)).exp()) - f64::from(u8::from(a.good));
                slope[0] += miss / n;
                for (to, (s, mean, spread)) in slope[1..].iter_mut().zip(&model.signals) {
                    *to += miss * (a.signals[*s] - mean) / spread / n;
                }
            }
            model.weights.iter_mut().zip(slope).for_each(|(w, s)| *w -= s);
        }
        model
    }

    fn of(&self, answer: &Answer) -> f64 {
        let parts = self.weights[1..].iter().zip(&self.signals);
        self.weights[0] + parts.map(|(w, (s, mean, spread))| w * (answer.signals[*s] - mean) / spread).sum::<f64>()
    }
}

/// Reads every answer as the product reads a document, and weighs those of a question together.
fn weigh(sets: &mut [Vec<Question>]) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let corpus = folder.path().join("answers.jsonl");
    let mut lines = String::new();
    for (n, answer) in sets.iter().flatten().flat_map(|q| &q.answers).enumerate() {
        // What stands before the first colon is the name of the page.
        let (title, text) = answer.text.split_once(": ").filter(|(t, _)| t.len() < 120).unwrap_or(("", &answer.text));
        lines += &serde_json::json!({"_id": n.to_string(), "title": title, "text": text}).to_string();
        lines.push('\n');
    }
    std::fs::write(&corpus, lines)?;
    let mut desk = Desk::open(&folder.path().join("data"))?;
    desk.add(&[corpus], &AddOptions { collection: "eval".to_owned(), pdf: None }, |_| {})?;
    let mut analyzer = Analyzer::default();
    let mut sources = Vec::new();
    let mut frequencies: HashMap<String, u64> = HashMap::new();
    let (mut passages, mut bytes) = (0u64, 0usize);
    for n in 0..sets.iter().flatten().map(|q| q.answers.len()).sum() {
        let source = desk.show(&format!("beir:eval/{n}"))?.source;
        for passage in &source.passages {
            let text = source.slice(passage.span);
            (passages, bytes) = (passages + 1, bytes + text.len() + source.title.len());
            let words: BTreeSet<String> =
                analyzer.stems(text).into_iter().chain(analyzer.stems(&source.title)).collect();
            words.into_iter().for_each(|w| *frequencies.entry(w).or_default() += 1);
        }
        sources.push(source);
    }
    let mut relevance = Relevance::default();
    let mut next = 0;
    for question in sets.iter_mut().flatten() {
        let query = Query::from_text(&mut analyzer, &question.text);
        let known = query.stems().iter().map(|s| frequencies.get(s).copied().unwrap_or(0)).collect();
        let statistics = Statistics { passages, mean_bytes: bytes as f64 / passages as f64, frequencies: known };
        let bm25 = Bm25::new(&query, &statistics);
        let mut texts = Vec::new();
        for document in 0..question.answers.len() {
            let source = &sources[next + document];
            for place in 0..source.passages.len() {
                let parts = [source.title.as_str(), source.slice(source.passages[place].span)];
                let lexical = bm25.score(&mut analyzer, &parts).score as f32;
                texts.extend(Text::of(source, document, place, lexical));
            }
        }
        let rows = relevance.rows(&question.text, &bm25, &texts);
        let mut best = vec![-20f64; question.answers.len()];
        for (text, row) in texts.iter().zip(&rows) {
            best[text.document] = best[text.document].max(relevance.score(row));
        }
        let most = best.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (answer, score) in question.answers.iter_mut().zip(&best) {
            let first = f64::from(u8::from(answer.place == 1));
            answer.signals = [*score, score - most, 1.0 / f64::from(answer.place), first];
        }
        next += question.answers.len();
    }
    Ok(())
}

/// Reads the questions of a file.
fn questions(path: &Path) -> anyhow::Result<Vec<Question>> {
    let xml = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut out = Vec::new();
    for part in xml.split("<Question ").skip(1) {
        let text = between(part, "<QuestionText>", "</QuestionText>").context("a question without its text")?;
        let mut answers = Vec::new();
        for answer in part.split("<Answer ").skip(1) {
            let number = |name: &str| -> anyhow::Result<u32> {
                Ok(between(answer, &format!("{name}=\""), "\"").context("an answer without its ranks")?.parse()?)
            };
            let text = between(answer, "<AnswerText>", "</AnswerText>").unwrap_or_default();
            let good = number("ReferenceScore")? >= GOOD;
            answers.push(Answer { text: plain(text), place: number("SystemRank")?, good, signals: [0.0; SIGNALS] });
        }
        out.push(Question { text: plain(text), answers });
    }
    anyhow::ensure!(!out.is_empty(), "{}: no question", path.display());
    Ok(out)
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    Some(rest.split_once(close)?.0)
}

fn plain(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.trim().to_owned(), |t, (from, to)| t.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(values: &[(f64, bool)]) -> Question {
        let answer = |(i, (value, good)): (usize, &(f64, bool))| Answer {
            text: String::new(),
            place: i as u32 + 1,
            good: *good,
            signals: [*value, 0.0, 0.0, 0.0],
        };
        Question { text: String::new(), answers: values.iter().enumerate().map(answer).collect() }
    }

    #[test]
    fn a_signal_that_tells_is_used() {
        let train = [question(&[(0.1, false), (0.9, true), (0.2, false), (0.8, true), (0.7, true)])];
        let model = Logistic::fit(&train, &[0]);
        let cut = threshold(&train, &model);
        assert!(train[0].answers.iter().all(|a| (model.of(a) >= cut) == a.good));
        assert_eq!(reciprocal(&train[0], &model), 1.0);
        assert_eq!(reciprocal(&question(&[(0.9, false), (0.1, true)]), &model), 0.5);
    }

    #[test]
    fn marks_are_read() {
        assert_eq!(plain(" A &lt;b&gt; &amp;amp; "), "A <b> &amp;");
        assert_eq!(between("<a>x</a>", "<a>", "</a>"), Some("x"));
    }
}
