//! An article read with one question in mind: for each sentence, which words of the question stand there, how near each
//! piece of the question comes, its vector and its signs.
//!
//! Owns the one pass over the text that every feature is made from. Must not know scores.

use super::abbreviations::explained;
use super::article::Article;
use super::question::Asked;
use super::signs::{Figures, KINDS, Lists, figures};
use crate::Analyzer;
use crate::dense::{Code, Embedder, TokenVector};
use std::collections::HashMap;

/// A sentence, read.
pub(super) struct Read {
    /// The passage it is in.
    pub(super) passage: usize,
    /// Its place there.
    pub(super) place: usize,
    /// Words of the question in order: position in words, term.
    pub(super) hits: Vec<(u32, usize)>,
    /// How often each word of the question stands there, abbreviations spelled out.
    pub(super) counts: Vec<f32>,
    /// Words.
    pub(super) words: f32,
    /// For each piece of the question, the cosine of the nearest piece of the sentence.
    pub(super) near: Vec<f32>,
    /// Share of the sentence's weight that stands near the question: the mean over its pieces of the nearest cosine.
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
    /// How often each word of the question stands in the title.
    pub(super) title: Vec<f32>,
    /// The same for the headings of each passage.
    pub(super) headings: Vec<Vec<f32>>,
    /// Vector of each passage.
    pub(super) vectors: Vec<Code>,
}

/// Of an abbreviation that matters to the question: the words each side adds where it stands.
struct Spelling {
    short: String,
    /// Terms of the question in the long form.
    long_terms: Vec<usize>,
    /// Stems of the long form.
    long: Vec<String>,
    /// Term of the question that is the short form.
    short_term: Option<usize>,
    pieces: Vec<TokenVector>,
}

/// How near pieces of texts come to the pieces of a question.
pub(super) struct Near<'a> {
    asked: &'a Asked,
    slots: HashMap<u32, usize>,
    rows: Vec<f32>,
}

impl<'a> Near<'a> {
    pub(super) fn new(asked: &'a Asked) -> Self {
        Self { asked, slots: HashMap::new(), rows: Vec::new() }
    }

    /// Cosines of a piece with all pieces of the question. Each piece of an article is compared once.
    fn row(&mut self, token: &TokenVector) -> &[f32] {
        let n = self.asked.pieces.len();
        let slot = match self.slots.get(&token.id) {
            Some(slot) => *slot,
            None => {
                let slot = self.slots.len();
                self.rows.extend(self.asked.pieces.iter().map(|p| p.vector.cosine(token).max(0.0)));
                self.slots.insert(token.id, slot);
                slot
            }
        };
        &self.rows[slot * n..(slot + 1) * n]
    }
}

/// Reads an article for a question. Some 10 µs a sentence.
pub(super) fn prepare(
    analyzer: &mut Analyzer,
    lists: &Lists,
    embedder: &Embedder,
    asked: &Asked,
    article: &Article<'_>,
) -> Prepared {
    let spellings = spellings(analyzer, embedder, asked, article);
    let mut near = Near::new(asked);
    let mut sentences = Vec::new();
    let (mut passages, mut headings, mut vectors) = (Vec::new(), Vec::new(), Vec::new());
    for (passage, paragraph) in article.passages.iter().enumerate() {
        let first = sentences.len();
        for (place, text) in paragraph.sentences.iter().enumerate() {
            let mut read = read(analyzer, lists, asked, &spellings, text);
            (read.passage, read.place) = (passage, place);
            let tokens = embedder.embed_tokens(text);
            let (mut about, mut weight) = (0f32, 0f32);
            for token in &tokens {
                let row = near.row(token);
                let mut best = 0f32;
                for (to, x) in read.near.iter_mut().zip(row) {
                    *to = to.max(*x);
                    best = best.max(*x);
                }
                about += token.weight * best;
                weight += token.weight;
            }
            for spelling in &spellings {
                if tokens.iter().any(|t| text.get(t.start..t.end).is_some_and(|w| w == spelling.short)) {
                    for token in &spelling.pieces {
                        let row = near.row(token);
                        for (to, x) in read.near.iter_mut().zip(row) {
                            *to = to.max(*x * 0.95);
                        }
                    }
                }
            }
            read.about = if weight > 0.0 { about / weight } else { 0.0 };
            read.vector = embedder.embed(text).code();
            sentences.push(read);
        }
        passages.push(first..sentences.len());
        let mut heading = vec![0f32; asked.terms.len()];
        for text in paragraph.heading {
            count(analyzer, asked, text, &mut heading);
        }
        headings.push(heading);
        vectors.push(embedder.embed_parts(&paragraph.sentences).code());
    }
    let mut title = vec![0f32; asked.terms.len()];
    count(analyzer, asked, article.title, &mut title);
    Prepared { sentences, passages, title, headings, vectors }
}

/// Counts the words of the question in a text.
pub(super) fn count(analyzer: &mut Analyzer, asked: &Asked, text: &str, counts: &mut [f32]) {
    analyzer.each(text, |token| {
        if let Some(&term) = asked.index.get(token.stem) {
            counts[term] += 1.0;
        }
    });
}

/// For each piece of the question, the cosine of the nearest piece of the texts.
pub(super) fn nearest(embedder: &Embedder, near: &mut Near<'_>, texts: &[&str], pieces: usize) -> Vec<f32> {
    let mut out = vec![0f32; pieces];
    for token in texts.iter().flat_map(|t| embedder.embed_tokens(t)) {
        out.iter_mut().zip(near.row(&token)).for_each(|(to, x)| *to = to.max(*x));
    }
    out
}

fn read(analyzer: &mut Analyzer, lists: &Lists, asked: &Asked, spellings: &[Spelling], text: &str) -> Read {
    let mut hits = Vec::new();
    let mut counts = vec![0f32; asked.terms.len()];
    let mut signs = [0f32; KINDS];
    let mut position = 0u32;
    let mut shorts = vec![false; spellings.len()];
    let mut longs = vec![0usize; spellings.len()];
    analyzer.each(text, |token| {
        if let Some(&term) = asked.index.get(token.stem) {
            hits.push((position, term));
            counts[term] += 1.0;
        }
        if let Some(kind) = lists.kind(token.stem) {
            signs[kind] += 1.0;
        }
        for (i, spelling) in spellings.iter().enumerate() {
            let word = &text[token.start..token.end];
            shorts[i] |= word == spelling.short || word.strip_suffix('s') == Some(&spelling.short);
            // The long form, word after word.
            if longs[i] < spelling.long.len() {
                let next = if spelling.long[longs[i]] == token.stem { longs[i] + 1 } else { 0 };
                longs[i] = next.max(usize::from(spelling.long.first().is_some_and(|w| w == token.stem)));
            }
        }
        position += 1;
    });
    for (i, spelling) in spellings.iter().enumerate() {
        if shorts[i] {
            for &term in &spelling.long_terms {
                counts[term] = counts[term].max(0.9);
            }
        }
        if let Some(term) = spelling.short_term.filter(|_| longs[i] >= spelling.long.len()) {
            counts[term] = counts[term].max(0.9);
        }
    }
    Read {
        passage: 0,
        place: 0,
        hits,
        counts,
        words: position as f32,
        near: vec![0.0; asked.pieces.len()],
        about: 0.0,
        vector: Code::new([0; crate::dense::DIMS]),
        signs,
        figures: figures(text),
    }
}

/// Abbreviations of the article that the question has a side of.
fn spellings(analyzer: &mut Analyzer, embedder: &Embedder, asked: &Asked, article: &Article<'_>) -> Vec<Spelling> {
    let mut out: Vec<Spelling> = Vec::new();
    let texts = article.passages.iter().flat_map(|p| p.sentences.iter().copied());
    for found in std::iter::once(article.title).chain(texts).filter(|t| t.contains('(')).flat_map(explained) {
        if out.iter().any(|s| s.short == found.short) {
            continue;
        }
        let short_term = analyzer.stem(found.short).and_then(|s| asked.index.get(s)).copied();
        let long = analyzer.stems(found.long);
        let mut long_terms: Vec<usize> = long.iter().filter_map(|s| asked.index.get(s.as_str())).copied().collect();
        long_terms.dedup();
        if short_term.is_none() && long_terms.is_empty() {
            continue;
        }
        let pieces = embedder.embed_tokens(found.long);
        out.push(Spelling { short: found.short.to_owned(), long_terms, long, short_term, pieces });
    }
    out
}
