//! A question made ready: its words, their facets and other names, its vectors. Made once, used for every text.
//!
//! Must not know texts. Everything comes from the wording of the question.

use super::facets::{Facet, place};
use super::words::{Words, runs};
use crate::HashMap;
use crate::dense::{Code, Sum, WordVector};
use crate::is_filler;

/// Most words of a question that are used; a longer one is cut.
const MOST_TERMS: usize = 64;

/// Another way to say some words of a question, told by those who know the language of the field.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherName {
    /// First byte in the question of the words it stands for.
    pub start: usize,
    /// One past their last byte.
    pub end: usize,
    /// The other name. Two capitals or more make it an abbreviation, found only as written.
    pub name: String,
    /// How much it counts where the words themselves count 1.
    pub weight: f32,
}

/// The same, by the words of the question it stands for.
#[derive(Debug, Clone)]
pub(super) struct Other {
    pub(super) name: String,
    pub(super) terms: Vec<usize>,
    pub(super) weight: f32,
}

/// A question made ready for ranking.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(super) terms: Vec<Term>,
    /// Neighbours in the wording, filler left out.
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) others: Vec<Other>,
    pub(super) whole: Code,
    pub(super) outcome: Code,
    pub(super) treatment: Code,
    /// Whether a comparison was read.
    pub(super) compared: bool,
    /// Whether what is looked at was told apart.
    pub(super) placed: bool,
}

/// A word of the question.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) stem: String,
    pub(super) runs: u64,
    pub(super) vector: WordVector,
    /// Weight among all English, from the static model: 1 on average, near 0 for "the".
    pub(super) weight: f32,
    pub(super) outcome: bool,
    pub(super) treatment: bool,
}

impl Asked {
    pub(super) fn new(words: &mut Words, text: &str, others: &[OtherName]) -> Self {
        words.tidy();
        let (mut placed, compared) = place(text);
        let filler = |start: usize, end: usize| is_filler(&text[start..end].to_lowercase());
        if !placed.iter().all(|p| filler(p.start, p.end)) {
            placed.retain(|p| !filler(p.start, p.end));
        }
        // Where no rule found what is looked at, it is what no rule placed; failing that, the whole question.
        let has = |f: Facet| placed.iter().any(|p| p.facet == f);
        let told = has(Facet::Outcome);
        let rest = has(Facet::Unplaced);
        let treated = has(Facet::Intervention) || has(Facet::Comparator);
        let is_outcome = |f: Facet| match f {
            Facet::Outcome => true,
            Facet::Unplaced => !told,
            Facet::Intervention | Facet::Comparator => !told && !rest,
        };
        let is_treatment = |f: Facet| matches!(f, Facet::Intervention | Facet::Comparator) || !treated;

        let (mut whole, mut of_outcome, mut of_treatment) = (Sum::default(), Sum::default(), Sum::default());
        let mut terms: Vec<Term> = Vec::new();
        let mut index = HashMap::default();
        let (mut pairs, mut last) = (Vec::new(), None);
        // A name with a hyphen stands elsewhere without.
        let mut joined = Vec::new();
        words.analyzer.terms(text, |t| {
            if text[t.start..t.end].contains(['-', '\u{2010}', '\u{2011}']) {
                joined.push(OtherName { start: t.start, end: t.end, name: t.stem.to_owned(), weight: 1.0 });
            }
        });
        let mut others: Vec<(&OtherName, Vec<usize>)> = others.iter().chain(&joined).map(|o| (o, Vec::new())).collect();
        for part in placed.iter().take(MOST_TERMS) {
            let Some(word) = words.number(&text[part.start..part.end]).map(|n| words.word(n)) else { continue };
            let (outcome, treatment) = (is_outcome(part.facet), is_treatment(part.facet));
            whole.add_word(&word.vector);
            if outcome {
                of_outcome.add_word(&word.vector);
            }
            if treatment {
                of_treatment.add_word(&word.vector);
            }
            let stem = words.stem(word.stem).to_owned();
            let next = terms.len();
            let at = *index.entry(stem.clone()).or_insert(next);
            if at == next {
                // A word the model does not know is a rare one.
                let weight = if word.vector.weight > 0.0 { word.vector.weight } else { 1.5 };
                let (runs, vector) = (runs(&stem), word.vector.clone());
                terms.push(Term { stem, runs, vector, weight, outcome: false, treatment: false });
            }
            terms[at].outcome |= outcome;
            terms[at].treatment |= treatment;
            for (other, terms) in &mut others {
                if other.start <= part.start && part.end <= other.end && !terms.contains(&at) {
                    terms.push(at);
                }
            }
            if let Some(before) = last.filter(|b| *b != at) {
                pairs.push((before, at));
            }
            last = Some(at);
        }
        let others = others.into_iter().filter(|(_, terms)| !terms.is_empty());
        Self {
            terms,
            pairs,
            others: others.map(|(o, terms)| Other { name: o.name.clone(), terms, weight: o.weight }).collect(),
            whole: whole.vector().code(),
            outcome: of_outcome.vector().code(),
            treatment: of_treatment.vector().code(),
            compared,
            placed: told,
        }
    }
}
