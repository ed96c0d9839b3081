//! A text read with one question in mind. Owns the one pass over the text that every feature is made from; must not know
//! scores.

use super::asked::Asked;
use super::aspect::{ASPECTS, Aspects};
use crate::Analyzer;
use crate::HashMap;
use crate::dense::{Embedder, Sum, TokenVector};
use rten_simd::{Isa, SimdOp};

/// What a stretch of text shows.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) bytes: f32,
    /// How often each word looked for stands there.
    pub(super) counts: Vec<f32>,
    /// Pairs of neighbouring words of the question that are neighbours there too, by their place in the question.
    pub(super) pairs: Vec<bool>,
    /// For each piece of the question, the cosine of the nearest piece.
    pub(super) near: Vec<f32>,
    /// Sum over its pieces of weight times the nearest cosine, and of weight.
    pub(super) about: f32,
    pub(super) weight: f32,
    pub(super) sum: Sum,
    /// Words of each aspect.
    pub(super) aspects: [f32; ASPECTS],
}

impl Read {
    pub(super) fn nothing(asked: &Asked) -> Self {
        Self {
            bytes: 0.0,
            counts: vec![0.0; asked.terms.len()],
            pairs: vec![false; asked.pairs.len()],
            near: vec![0.0; asked.pieces.len()],
            about: 0.0,
            weight: 0.0,
            sum: Sum::default(),
            aspects: [0.0; ASPECTS],
        }
    }

    /// Takes another stretch in.
    pub(super) fn join(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(a, b)| *a |= b);
        self.near.iter_mut().zip(&other.near).for_each(|(a, b)| *a = a.max(*b));
        self.about += other.about;
        self.weight += other.weight;
        self.sum.join(&other.sum);
        self.aspects.iter_mut().zip(&other.aspects).for_each(|(a, b)| *a += b);
    }
}

const UNSEEN: u32 = u32::MAX;

/// Reads texts for one question. Remembers what it read by where the text lies, so that what several passages of one
/// source share is read once.
pub(super) struct Reader<'a> {
    pub(super) analyzer: &'a mut Analyzer,
    pub(super) aspects: &'a Aspects,
    pub(super) embedder: &'a Embedder,
    pub(super) asked: &'a Asked,
    /// Where the cosines of a piece with all pieces of the question lie in `rows`, by its id; `UNSEEN` before.
    slots: Vec<u32>,
    rows: Vec<f32>,
    known: HashMap<(usize, usize), usize>,
    pub(super) reads: Vec<Read>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        analyzer: &'a mut Analyzer,
        aspects: &'a Aspects,
        embedder: &'a Embedder,
        asked: &'a Asked,
    ) -> Self {
        let (slots, rows, known, reads) = (Vec::new(), Vec::new(), HashMap::default(), Vec::new());
        Self { analyzer, aspects, embedder, asked, slots, rows, known, reads }
    }

    /// Reads a text, or finds it among those read. Linear in it: some 0.3 µs a word.
    pub(super) fn read(&mut self, text: &str) -> usize {
        let place = (text.as_ptr() as usize, text.len());
        if let Some(&at) = self.known.get(&place) {
            return at;
        }
        let asked = self.asked;
        let mut read = Read::nothing(asked);
        read.bytes = text.len() as f32;
        let mut last: Option<usize> = None;
        let mut between = 0;
        let aspects = self.aspects;
        self.analyzer.terms(text, |token| {
            if let Some(aspect) = aspects.of(token.stem) {
                read.aspects[aspect] += 1.0;
            }
            let Some(&term) = asked.index.get(token.stem) else {
                between += 1;
                return;
            };
            read.counts[term] += 1.0;
            // One word may stand between two that are neighbours in the question.
            if let Some(before) = last.filter(|_| between <= 1)
                && let Ok(at) = asked.pairs.binary_search(&(before, term))
            {
                read.pairs[at] = true;
            }
            (last, between) = (Some(term), 0);
        });
        let tokens = self.embedder.embed_tokens(text);
        Compare { reader: self, tokens: &tokens, read: &mut read }.dispatch();
        self.reads.push(read);
        self.known.insert(place, self.reads.len() - 1);
        self.reads.len() - 1
    }

    /// Takes pieces of a text into what is known of it.
    #[inline(always)]
    fn compare(&mut self, tokens: &[TokenVector], read: &mut Read) {
        let asked = self.asked;
        for token in tokens {
            read.sum.add(token);
            let n = asked.pieces.len();
            let id = token.id as usize;
            if self.slots.len() <= id {
                self.slots.resize(id + 1, UNSEEN);
            }
            if self.slots[id] == UNSEEN {
                self.slots[id] = self.rows.len() as u32;
                self.rows.extend(asked.pieces.iter().map(|p| p.cosine(token).max(0.0)));
            }
            let row = self.slots[id] as usize;
            let mut best = 0f32;
            for (to, x) in read.near.iter_mut().zip(&self.rows[row..row + n]) {
                *to = to.max(*x);
                best = best.max(*x);
            }
            read.about += token.weight * best;
            read.weight += token.weight;
        }
    }
}

/// One text compared, compiled for several kinds of processor.
struct Compare<'r, 'a, 't> {
    reader: &'r mut Reader<'a>,
    tokens: &'t [TokenVector],
    read: &'t mut Read,
}

impl SimdOp for Compare<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        self.reader.compare(self.tokens, self.read);
    }
}
