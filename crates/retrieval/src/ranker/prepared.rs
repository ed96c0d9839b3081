//! An article read with one question in mind: for each sentence, which words of the question stand there, how near each
//! word of the question comes, its vector and its signs.
//!
//! Owns the one pass over the text that every feature is made from. Must not know scores.

use super::article::Article;
use super::signs::{Figures, KINDS, figures};
use super::view::{Seen, View};
use crate::dense::{Code, Sum};

/// A sentence, read.
pub(super) struct Read {
    /// The passage it is in.
    pub(super) passage: usize,
    /// Its place there.
    pub(super) place: usize,
    /// Words of the question in order: position in words, term.
    pub(super) hits: Vec<(u32, usize)>,
    /// How often each word of the question stands there; under another name, less than once.
    pub(super) counts: Vec<f32>,
    /// Words.
    pub(super) words: f32,
    /// For each word of the question, the cosine of the nearest word of the sentence.
    pub(super) near: Vec<f32>,
    /// For each word of the question, the largest share of its letters that a word of the sentence has.
    pub(super) parts: Vec<f32>,
    /// Share of the sentence's weight that stands near the question: the mean over its words of the nearest cosine.
    pub(super) about: f32,
    /// Its vector.
    pub(super) vector: Code,
    /// Words of each kind of sign.
    pub(super) signs: [f32; KINDS],
    /// Its figures.
    pub(super) figures: Figures,
}

/// An article, read.
pub(super) struct Prepared {
    pub(super) sentences: Vec<Read>,
    /// The sentences of each passage.
    pub(super) passages: Vec<std::ops::Range<usize>>,
    /// What stands in the title.
    pub(super) title: Seen,
    /// How often each word of the question stands in the headings of each passage.
    pub(super) headings: Vec<Vec<f32>>,
    /// Vector of each passage.
    pub(super) vectors: Vec<Code>,
}

impl Prepared {
    /// How often each word of the question stands in each passage or the title.
    pub(super) fn passage_counts(&self) -> Vec<Vec<f32>> {
        let of = |range: &std::ops::Range<usize>| {
            let mut counts = self.title.counts.clone();
            for s in &self.sentences[range.clone()] {
                counts.iter_mut().zip(&s.counts).for_each(|(to, x)| *to += x);
            }
            counts
        };
        self.passages.iter().map(of).collect()
    }
}

/// Reads an article for a question. Some 3 µs a sentence.
pub(super) fn prepare(view: &mut View<'_>, terms: usize, article: &Article<'_>) -> Prepared {
    let texts = article.passages.iter().flat_map(|p| p.sentences.iter().copied());
    view.explain(std::iter::once(article.title).chain(texts));
    let mut sentences = Vec::new();
    let (mut passages, mut headings, mut vectors) = (Vec::new(), Vec::new(), Vec::new());
    for (passage, paragraph) in article.passages.iter().enumerate() {
        let first = sentences.len();
        let mut sum = Sum::default();
        for (place, text) in paragraph.sentences.iter().enumerate() {
            let mut seen = Seen::nothing(terms);
            let (mut hits, mut signs) = (Vec::new(), [0f32; KINDS]);
            view.look(text, &mut seen, |words, position, token, term| {
                hits.extend(term.map(|t| (position, t)));
                if let Some(kind) = words.word(token.word).sign {
                    signs[kind] += 1.0;
                }
            });
            sum.join(&seen.sum);
            sentences.push(Read {
                passage,
                place,
                hits,
                counts: seen.counts,
                words: seen.words,
                near: seen.near,
                parts: seen.parts,
                about: if seen.weight > 0.0 { seen.about / seen.weight } else { 0.0 },
                vector: seen.sum.vector().code(),
                signs,
                figures: figures(text),
            });
        }
        passages.push(first..sentences.len());
        let mut heading = Seen::without_sum(terms);
        for text in paragraph.heading {
            view.look(text, &mut heading, |_, _, _, _| {});
        }
        headings.push(heading.counts);
        vectors.push(sum.vector().code());
    }
    let mut title = Seen::nothing(terms);
    view.look(article.title, &mut title, |_, _, _, _| {});
    Prepared { sentences, passages, title, headings, vectors }
}
