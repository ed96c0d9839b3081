//! Texts looked at with one question in mind: which of its words stand there, under any name, and how near others come.
//!
//! Owns comparing words with the words of a question, each word once. Must not know sentences, passages or scores.

use super::abbreviations::{Abbreviation, explained};
use super::question::Asked;
use super::words::{Token, Words};
use crate::dense::Sum;
use crate::{HashMap, HashSet};
use rten_simd::{Isa, SimdOp};

/// What a name counts for that an article itself explains.
const EXPLAINED: f32 = 0.9;
/// Parts of words shorter than this say nothing.
const PART: usize = 5;
/// Of the three runs of three letters that such a part has at least, those that must be seen before it is looked for; two
/// may fall on one bit.
const RUNS: u32 = 2;
const NONE: u32 = u32::MAX;

/// Another way to say words of the question.
struct Name {
    /// Stems, in order.
    stems: Vec<u32>,
    /// The words as written, for an abbreviation: OR is not "or".
    exact: Vec<u32>,
    /// Words of the question that it stands for.
    terms: Vec<usize>,
    weight: f32,
    /// How near it comes to each word of the question.
    near: Vec<f32>,
}

/// What was seen in some texts.
pub(super) struct Seen {
    /// How often each word of the question stands there; under another name, less than once.
    pub(super) counts: Vec<f32>,
    /// For each word of the question, the cosine of the nearest word.
    pub(super) near: Vec<f32>,
    /// For each word of the question, the largest share of letters that a word has in common with it.
    pub(super) parts: Vec<f32>,
    /// Words.
    pub(super) words: f32,
    /// Weight of the words, and the same each times the nearest cosine to the question.
    pub(super) weight: f32,
    pub(super) about: f32,
    /// The sum of the words' vectors, where it is wanted.
    pub(super) sum: Sum,
    summed: bool,
}

impl Seen {
    pub(super) fn nothing(terms: usize) -> Self {
        let none = vec![0f32; terms];
        Self {
            summed: true,
            counts: none.clone(),
            near: none.clone(),
            parts: none,
            words: 0.0,
            weight: 0.0,
            about: 0.0,
            sum: Sum::default(),
        }
    }

    /// The same where no vector of the whole is wanted.
    pub(super) fn without_sum(terms: usize) -> Self {
        Self { summed: false, ..Self::nothing(terms) }
    }
}

/// A question, and the words it was compared with so far.
pub(super) struct View<'a> {
    pub(super) words: &'a mut Words,
    asked: &'a Asked,
    /// Words of the question by the number of their stem.
    terms: HashMap<u32, usize>,
    /// Other names that come with the question, then those that an article explains.
    names: Vec<Name>,
    given: usize,
    /// Stems that a name begins with.
    begins: HashSet<u32>,
    /// By the number of a word: its place in `rows`, or `NONE`.
    slots: Vec<u32>,
    rows: Vec<Row>,
    near: Vec<f32>,
    parts: Vec<f32>,
    tokens: Vec<Token>,
}

#[derive(Clone, Copy)]
struct Row {
    stem: u32,
    term: Option<usize>,
    best: f32,
    /// Whether it shares a part with any word of the question.
    parted: bool,
    begins: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(words: &'a mut Words, asked: &'a Asked) -> Self {
        words.tidy();
        let terms = asked.terms.iter().enumerate().map(|(i, t)| (words.stem_number(&t.stem), i)).collect();
        let mut view = Self {
            words,
            asked,
            terms,
            names: Vec::new(),
            given: 0,
            begins: HashSet::default(),
            slots: Vec::new(),
            rows: Vec::new(),
            near: Vec::new(),
            parts: Vec::new(),
            tokens: Vec::new(),
        };
        for other in &asked.others {
            let abbreviation = other.name.bytes().filter(u8::is_ascii_uppercase).count() >= 2;
            view.name(&other.name, abbreviation, other.terms.clone(), other.weight);
        }
        view.given = view.names.len();
        view.see_beginnings();
        view
    }

    fn name(&mut self, name: &str, abbreviation: bool, terms: Vec<usize>, weight: f32) {
        self.words.read(name, &mut self.tokens);
        let stems: Vec<u32> = self.tokens.iter().map(|t| self.words.word(t.word).stem).collect();
        let exact = if abbreviation { self.tokens.iter().map(|t| t.word).collect() } else { Vec::new() };
        let mut near = vec![0f32; self.asked.terms.len()];
        for word in std::mem::take(&mut self.tokens) {
            let vector = &self.words.word(word.word).vector;
            for (to, term) in near.iter_mut().zip(&self.asked.terms) {
                *to = to.max(weight * term.vector.cosine(vector));
            }
        }
        for &term in &terms {
            near[term] = near[term].max(weight);
        }
        if !stems.is_empty() {
            self.names.push(Name { stems, exact, terms, weight, near });
        }
    }

    /// Takes the names that a document explains in place of those of the one before. Linear in its parentheses.
    pub(super) fn explain<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        self.names.truncate(self.given);
        let mut known: HashSet<&str> = HashSet::default();
        for Abbreviation { short, long } in texts.filter(|t| t.contains('(')).flat_map(explained) {
            if !known.insert(short) {
                continue;
            }
            let of = |stems: Vec<u32>, terms: &HashMap<u32, usize>| -> Vec<usize> {
                let mut found: Vec<usize> = stems.iter().filter_map(|s| terms.get(s)).copied().collect();
                found.dedup();
                found
            };
            let in_long = of(self.words.stems_of(long), &self.terms);
            let in_short = of(self.words.stems_of(short), &self.terms);
            if !in_short.is_empty() {
                self.name(long, false, in_short, EXPLAINED);
            }
            if !in_long.is_empty() {
                self.name(&format!("{short}s"), true, in_long.clone(), EXPLAINED);
                self.name(short, true, in_long, EXPLAINED);
            }
        }
        self.see_beginnings();
    }

    fn see_beginnings(&mut self) {
        self.begins = self.names.iter().filter_map(|n| n.stems.first()).copied().collect();
        for row in &mut self.rows {
            row.begins = self.begins.contains(&row.stem);
        }
    }

    /// Where what is known of a word stands. Each word is compared with the question once.
    #[inline(always)]
    fn slot(&mut self, word: u32) -> usize {
        if self.slots.len() <= word as usize {
            self.slots.resize(self.words.len(), NONE);
        }
        let slot = self.slots[word as usize];
        if slot != NONE {
            return slot as usize;
        }
        let slot = self.rows.len();
        self.slots[word as usize] = slot as u32;
        let read = self.words.word(word);
        let (stem, runs) = (self.words.stem(read.stem), self.words.runs(read.stem));
        let term = self.terms.get(&read.stem).copied();
        let (mut best, mut parted) = (0f32, false);
        for (at, asked) in self.asked.terms.iter().enumerate() {
            let part = match term {
                Some(term) if term == at => 1.0,
                _ if (asked.runs & runs).count_ones() >= RUNS => common(&asked.stem, stem),
                _ => 0.0,
            };
            let near = if term == Some(at) { 1.0 } else { asked.vector.cosine(&read.vector).max(0.9 * part) };
            best = best.max(near);
            parted |= part > 0.0;
            self.near.push(near.max(0.0));
            self.parts.push(part);
        }
        self.rows.push(Row { stem: read.stem, term, best, parted, begins: self.begins.contains(&read.stem) });
        slot
    }

    /// Looks at a text; `each` is told of its words, by position, with the word of the question that it is.
    pub(super) fn look(&mut self, text: &str, seen: &mut Seen, each: impl FnMut(&Words, u32, Token, Option<usize>)) {
        Look { view: self, text, seen, each }.dispatch();
    }

    #[inline(always)]
    fn look_at(&mut self, text: &str, seen: &mut Seen, mut each: impl FnMut(&Words, u32, Token, Option<usize>)) {
        let mut tokens = std::mem::take(&mut self.tokens);
        self.words.read(text, &mut tokens);
        let n = self.asked.terms.len();
        for (position, token) in tokens.iter().enumerate() {
            let slot = self.slot(token.word);
            let row = self.rows[slot];
            let vector = &self.words.word(token.word).vector;
            seen.weight += vector.weight;
            seen.about += vector.weight * row.best;
            if seen.summed {
                seen.sum.add_word(vector);
            }
            let own = slot * n..(slot + 1) * n;
            seen.near.iter_mut().zip(&self.near[own.clone()]).for_each(|(to, x)| *to = to.max(*x));
            if row.parted {
                seen.parts.iter_mut().zip(&self.parts[own]).for_each(|(to, x)| *to = to.max(*x));
            }
            if let Some(term) = row.term {
                seen.counts[term] += 1.0;
            }
            if let Some(term) = token.name.and_then(|name| self.terms.get(&name)).copied() {
                seen.counts[term] += 1.0;
                seen.near[term] = 1.0;
            }
            if row.begins {
                for name in self.names.iter().filter(|n| n.stands_at(self.words, &tokens[position..])) {
                    for &term in &name.terms {
                        seen.counts[term] = seen.counts[term].max(name.weight);
                    }
                    seen.near.iter_mut().zip(&name.near).for_each(|(to, x)| *to = to.max(*x));
                }
            }
            each(self.words, position as u32, *token, row.term);
        }
        seen.words += tokens.len() as f32;
        self.tokens = tokens;
    }
}

/// One look at a text, compiled for several kinds of processor: vectors are compared and summed in it.
struct Look<'v, 'a, 't, F> {
    view: &'v mut View<'a>,
    text: &'t str,
    seen: &'v mut Seen,
    each: F,
}

impl<F: FnMut(&Words, u32, Token, Option<usize>)> SimdOp for Look<'_, '_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        self.view.look_at(self.text, self.seen, self.each);
    }
}

impl Name {
    fn stands_at(&self, words: &Words, tokens: &[Token]) -> bool {
        if self.exact.is_empty() {
            tokens.len() >= self.stems.len()
                && self.stems.iter().zip(tokens).all(|(stem, t)| *stem == words.word(t.word).stem)
        } else {
            tokens.len() >= self.exact.len() && self.exact.iter().zip(tokens).all(|(word, t)| *word == t.word)
        }
    }
}

/// The longest run of letters that two stems share, over the length of the longer; 0 where it is short.
fn common(a: &str, b: &str) -> f32 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() < PART || b.len() < PART || !a.is_ascii() || !b.is_ascii() {
        return 0.0;
    }
    let mut longest = 0;
    for shift in 0..a.len() + b.len() {
        // Diagonals of the table of pairs: b moved along a.
        let (from_a, from_b) = (shift.saturating_sub(b.len()), b.len().saturating_sub(shift));
        let mut run = 0;
        for (x, y) in a[from_a..].iter().zip(&b[from_b..]) {
            run = if x == y && x.is_ascii_alphabetic() { run + 1 } else { 0 };
            longest = longest.max(run);
        }
    }
    if longest >= PART { longest as f32 / a.len().max(b.len()) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_share_parts() {
        assert_eq!(common("overstimul", "hyperstimul"), 8.0 / 11.0);
        assert_eq!(common("thrombocyt", "thrombocytopenia"), 10.0 / 16.0);
        assert_eq!(common("pain", "paint"), 0.0);
        assert_eq!(common("mortal", "surviv"), 0.0);
    }
}
