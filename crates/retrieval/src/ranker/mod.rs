//! The learned ranker: which sentence of an article answers a question, which passage of a library.
//!
//! Owns features computed from text and the trees that weigh them. Must not know the engine that found the candidates,
//! what an answer is, or any field of a data set: a question is its wording.
//!
//! Method: LambdaMART (Burges 2010, MSR-TR-2010-82), trained by `training/ranker/`; token-level late interaction after
//! ColBERT (Khattab and Zaharia 2020, SIGIR) over the static vectors of [`crate::dense`]. The models are compiled in
//! (`models/curbside-rank-*.bin`, their card beside them). Same text, same question: the same bits on every machine.

mod abbreviations;
mod article;
mod facets;
mod found;
mod prepared;
mod question;
mod sentence;
mod signs;
mod trees;
mod view;
mod words;

pub use article::{Article, Paragraph};
pub use facets::outcome;
pub use found::{ARTICLE_FEATURES, ARTICLE_WIDTH, FoundArticle, PASSAGE_WIDTH, passage_features};
pub use question::{Asked, OtherName};
pub use sentence::{SENTENCE_FEATURES, SENTENCE_WIDTH};
pub use trees::{Trees, TreesError};

use crate::Bm25;
use view::View;
use words::Words;

macro_rules! model {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/curbside-rank-", $name, "-v1.bin"))
    };
}

static SENTENCES: &[u8] = model!("sentence");
static ARTICLES: &[u8] = model!("article");
static PASSAGES: &[u8] = model!("passage");
static ANSWERS: &[u8] = model!("answer");

/// Trees that score every sentence of an article, and sentences that all trees score.
const FIRST: usize = 60;
const KEPT: usize = 48;

/// An article is read only when its score is no further behind the best one's: of relevant articles of the training split one in
/// a thousand is, and 1.2 articles are read of 3.
const GAP: f64 = 3.0;

/// A sentence of an article with how well it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankedSentence {
    /// Its passage in the article.
    pub passage: usize,
    /// Its place in the passage.
    pub sentence: usize,
    /// Higher is better; compares within one question and one article.
    pub score: f64,
}

/// Makes features of texts. Keeps every word it met, so keep one and reuse it; one for each thread.
#[derive(Default)]
pub struct Features {
    words: Words,
}

impl Features {
    /// Makes a question ready, with other names for what it asks about: some 20 µs.
    pub fn ask(&mut self, text: &str, others: &[OtherName]) -> Asked {
        Asked::new(&mut self.words, text, others)
    }

    /// The features of articles that an engine found, in the order given ([`ARTICLE_FEATURES`] names them). `bm25` knows how
    /// rare words are in the library.
    pub fn articles(&mut self, asked: &Asked, bm25: &Bm25, found: &[FoundArticle<'_>]) -> Vec<Vec<f32>> {
        found::article_rows(&mut View::new(&mut self.words, asked), asked, &weights(asked, bm25), found)
    }

    /// The features of every sentence of an article, in order ([`SENTENCE_FEATURES`] names them).
    pub fn sentences(&mut self, asked: &Asked, article: &Article<'_>) -> Vec<Vec<f32>> {
        let prepared = prepared::prepare(&mut View::new(&mut self.words, asked), asked.terms.len(), article);
        sentence::rows(asked, article, &prepared)
    }
}

/// How rare each word of a question is in a library, by what `bm25` knows: what articles are ranked with.
fn weights(asked: &Asked, bm25: &Bm25) -> Vec<f32> {
    asked.terms.iter().map(|t| bm25.weight(&t.stem) as f32).collect()
}

/// A passage of an article found, with how well it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedPassage {
    /// Its article, by its place among those given.
    pub found: usize,
    /// Its place in the article.
    pub passage: usize,
    /// How well each of its sentences answers; compares within its article.
    pub sentences: Vec<f64>,
    /// Higher is better; compares within one question.
    pub score: f64,
    /// Whether its best sentence answers at all, as log-odds; compares between questions.
    pub odds: f64,
}

impl RankedPassage {
    /// Its best sentence, by its place; the first of equal ones.
    pub fn best(&self) -> usize {
        let better = |a: usize, b: usize| if self.sentences[b] > self.sentences[a] { b } else { a };
        (0..self.sentences.len()).reduce(better).unwrap_or(0)
    }
}

/// Passages of the best articles, and the features they were ranked by.
#[derive(Debug, Clone, Default)]
pub struct RankedPassages {
    /// Articles by their place among those given, best first, each with its score.
    pub articles: Vec<(usize, f64)>,
    /// Passages of the first few of them, best first.
    pub passages: Vec<RankedPassage>,
    /// The row of each passage ([`passage_features`] names them), in the same order.
    pub rows: Vec<Vec<f32>>,
}

/// Ranks texts for questions. One for each thread.
pub struct Ranker {
    features: Features,
    sentences: Trees,
    articles: Trees,
    passages: Trees,
    answers: Trees,
}

impl Default for Ranker {
    /// The models that are compiled in.
    ///
    /// # Panics
    ///
    /// Never in a build whose tests passed: they parse the same bytes.
    fn default() -> Self {
        let shipped =
            |file, width| Trees::parse(file, width).expect("the model compiled in is whole; a test parses it");
        Self {
            features: Features::default(),
            sentences: shipped(SENTENCES, SENTENCE_WIDTH),
            articles: shipped(ARTICLES, ARTICLE_WIDTH),
            passages: shipped(PASSAGES, PASSAGE_WIDTH),
            answers: shipped(ANSWERS, PASSAGE_WIDTH),
        }
    }
}

impl Ranker {
    /// The same with other trees for sentences: for training what rests on them, out of fold, and measuring.
    pub fn with_sentences(self, sentences: Trees) -> Self {
        Self { sentences, ..self }
    }

    /// The same with other trees for articles.
    pub fn with_articles(self, articles: Trees) -> Self {
        Self { articles, ..self }
    }

    /// The features alone.
    pub fn features(&mut self) -> &mut Features {
        &mut self.features
    }

    /// Makes a question ready, with other names for what it asks about: some 20 µs.
    pub fn ask(&mut self, text: &str, others: &[OtherName]) -> Asked {
        self.features.ask(text, others)
    }

    /// The sentences of an article, best first; equal ones in the order of the text. Some 8 µs a sentence.
    pub fn sentences(&mut self, asked: &Asked, article: &Article<'_>) -> Vec<RankedSentence> {
        let rows = self.features.sentences(asked, article);
        let places = article.passages.iter().enumerate().flat_map(|(p, x)| (0..x.sentences.len()).map(move |s| (p, s)));
        let mut ranked: Vec<RankedSentence> = places
            .zip(self.sentences.scores(&rows, FIRST, KEPT))
            .map(|((passage, sentence), score)| RankedSentence { passage, sentence, score })
            .collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        ranked
    }

    /// The articles that an engine found, best first (place among those given, score), and the passages of the first
    /// few of them that are not far behind, at most `read`, best first. `bm25` knows how rare words are in the library. Some 0.1 ms an article, and 8 µs a
    /// sentence of those read.
    pub fn passages(&mut self, asked: &Asked, bm25: &Bm25, found: &[FoundArticle<'_>], read: usize) -> RankedPassages {
        let weights = weights(asked, bm25);
        let mut view = View::new(&mut self.features.words, asked);
        let rows = found::article_rows(&mut view, asked, &weights, found);
        let mut articles: Vec<(usize, f64)> = rows.iter().map(|r| self.articles.score(r)).enumerate().collect();
        articles.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut scored = Vec::new();
        let best = articles.first().map_or(0.0, |a| a.1);
        let near = articles.iter().take(read).take_while(|(_, score)| best - score <= GAP);
        for (rank, &(at, score)) in near.enumerate() {
            let article = &found[at].article;
            let prepared = prepared::prepare(&mut view, asked.terms.len(), article);
            let rows = sentence::rows(asked, article, &prepared);
            let whole = found::Whole {
                article,
                counts: prepared.passage_counts(),
                scores: self.sentences.scores(&rows, FIRST, KEPT),
                rows,
                article_score: score,
                article_rank: rank,
                best_article: best,
            };
            let rows = found::passage_rows(asked, &weights, &whole);
            for ((passage, row), range) in rows.into_iter().enumerate().zip(&prepared.passages) {
                let (score, odds) = (self.passages.score(&row), self.answers.score(&row));
                let sentences = whole.scores[range.clone()].to_vec();
                scored.push((RankedPassage { found: at, passage, sentences, score, odds }, row));
            }
        }
        scored.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
        let (passages, rows) = scored.into_iter().unzip();
        RankedPassages { articles, passages, rows }
    }
}

#[cfg(test)]
mod tests;
