//! How well a document answers: a learned weighing of words and vectors, question by question and candidate by candidate.
//!
//! Owns features of whole documents, of any kind, and the trees that weigh them. Must not know the engine that found the
//! candidates, where texts are kept, or what is believed of a source. Sentences and passages of trial reports are the
//! business of [`crate::ranker`].
//!
//! Method: LambdaMART (Burges 2010, MSR-TR-2010-82), trained by `training/documents/`. The model is compiled in
//! (`models/curbside-rank-document-v1.bin`, its card beside it). The same bits on every machine.

mod asked;
mod aspect;
mod read;
mod rows;

pub use rows::{FEATURES, WIDTH, cosine};

use crate::dense::Embedder;
use crate::ranker::Trees;
use crate::{Analyzer, Bm25};
use asked::Asked;
use aspect::Aspects;
use evidence::Source;
use read::Reader;
use std::ops::Range;

/// Bytes of the beginning of a document that are read with each of its passages: an abstract.
const FRONT: usize = 2400;

/// A candidate: a passage, with the beginning of its document.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// Which document: candidates of one document share it.
    pub document: usize,
    /// Title of the document; may be empty.
    pub title: &'a str,
    /// Headings above the passage.
    pub heading: &'a [String],
    /// Sentences of the beginning, and of the passage.
    pub sentences: Vec<&'a str>,
    /// Which of them are the passage's.
    pub passage: Range<usize>,
    /// BM25 of title, headings and passage.
    pub lexical: f32,
}

impl<'a> Text<'a> {
    /// A passage of a source; `None` where there is no such passage.
    pub fn of(source: &'a Source, document: usize, place: usize, lexical: f32) -> Option<Self> {
        let held = source.passages.get(place)?;
        let mut sentences: Vec<&str> = Vec::new();
        let mut passage = None;
        let mut bytes = 0;
        for (at, p) in source.passages.iter().enumerate() {
            if bytes >= FRONT && at > place {
                break;
            }
            if bytes >= FRONT && at != place {
                continue;
            }
            let from = sentences.len();
            sentences.extend(p.statements.iter().map(|s| source.slice(s.span)));
            if p.statements.is_empty() {
                sentences.push(source.slice(p.span));
            }
            bytes += source.slice(p.span).len();
            if at == place {
                passage = Some(from..sentences.len());
            }
        }
        Some(Self { document, title: &source.title, heading: &held.heading, sentences, passage: passage?, lexical })
    }
}

static DOCUMENTS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/curbside-rank-document-v1.bin"));

/// Weighs documents for questions. Holds a cache of stems, so keep one and reuse it; one for each thread.
pub struct Relevance {
    analyzer: Analyzer,
    aspects: Aspects,
    embedder: &'static Embedder,
    trees: Trees,
}

impl Default for Relevance {
    /// The model that is compiled in.
    ///
    /// # Panics
    ///
    /// Never in a build whose tests passed: they parse the same bytes.
    fn default() -> Self {
        let trees = Trees::parse(DOCUMENTS, WIDTH).expect("the model compiled in is whole; a test parses it");
        let mut analyzer = Analyzer::default();
        let aspects = Aspects::new(&mut analyzer);
        Self { analyzer, aspects, embedder: Embedder::shipped(), trees }
    }
}

impl Relevance {
    /// The features of candidates, in the order given ([`FEATURES`] names them). `bm25` is that of the question. Cost: some
    /// 0.3 µs a word, each sentence read once.
    pub fn rows(&mut self, question: &str, bm25: &Bm25, texts: &[Text<'_>]) -> Vec<Vec<f32>> {
        let asked = Asked::new(&mut self.analyzer, self.embedder, &self.aspects, bm25, question);
        let mut reader = Reader::new(&mut self.analyzer, &self.aspects, self.embedder, &asked);
        rows::rows(&mut reader, texts, bm25.mean_bytes() as f32)
    }

    /// How well the candidate of a row answers. Higher is better; compares within one question and one set of candidates
    /// only. Some microseconds.
    pub fn score(&self, row: &[f32]) -> f64 {
        rows::mixture(row) + self.trees.score(row)
    }
}

#[cfg(test)]
mod tests;
