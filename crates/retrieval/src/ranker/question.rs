//! A question made ready: its words, their facets, its pieces and vectors. Made once, used for every text.
//!
//! Must not know texts. Everything comes from the wording of the question.

use super::facets::{Facet, place};
use crate::dense::{Code, Embedder, TokenVector};
use crate::{Analyzer, is_filler};
use std::collections::HashMap;

/// Most words of a question that are used; a longer one is cut.
const MOST_TERMS: usize = 64;

/// A question made ready for ranking.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(super) terms: Vec<Term>,
    pub(super) index: HashMap<String, usize>,
    /// Neighbours in the wording, filler left out.
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) pieces: Vec<Piece>,
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
    /// Weight among all English, from the static model: 1 on average, near 0 for "the".
    pub(super) weight: f32,
    pub(super) outcome: bool,
    pub(super) treatment: bool,
}

/// A piece of the question, compared with every piece of a text.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) vector: TokenVector,
    pub(super) outcome: bool,
    pub(super) treatment: bool,
}

impl Asked {
    pub(super) fn new(analyzer: &mut Analyzer, embedder: &Embedder, text: &str) -> Self {
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

        let tokens = embedder.embed_tokens(text);
        let mut asked = Self {
            terms: Vec::new(),
            index: HashMap::new(),
            pairs: Vec::new(),
            pieces: Vec::new(),
            whole: embedder.embed("").code(),
            outcome: embedder.embed("").code(),
            treatment: embedder.embed("").code(),
            compared,
            placed: told,
        };
        let mut last = None;
        for word in placed.iter().take(MOST_TERMS) {
            let Some(stem) = analyzer.stem(&text[word.start..word.end]).map(str::to_owned) else { continue };
            let (outcome, treatment) = (is_outcome(word.facet), is_treatment(word.facet));
            let own = tokens.iter().filter(|t| t.start >= word.start && t.end <= word.end);
            let mut weight = 0f32;
            for vector in own {
                weight = weight.max(vector.weight);
                match asked.pieces.iter_mut().find(|p| p.vector.id == vector.id) {
                    Some(known) => {
                        known.outcome |= outcome;
                        known.treatment |= treatment;
                    }
                    None => asked.pieces.push(Piece { vector: *vector, outcome, treatment }),
                }
            }
            let next = asked.terms.len();
            let at = *asked.index.entry(stem).or_insert(next);
            if at == next {
                // A word the model does not know is a rare one.
                let weight = if weight > 0.0 { weight } else { 1.5 };
                asked.terms.push(Term { weight, outcome: false, treatment: false });
            }
            asked.terms[at].outcome |= outcome;
            asked.terms[at].treatment |= treatment;
            if let Some(before) = last.filter(|b| *b != at) {
                asked.pairs.push((before, at));
            }
            last = Some(at);
        }
        let words = |wanted: &dyn Fn(Facet) -> bool| {
            let parts: Vec<&str> = placed.iter().filter(|p| wanted(p.facet)).map(|p| &text[p.start..p.end]).collect();
            embedder.embed_parts(&parts).code()
        };
        asked.whole = words(&|_| true);
        asked.outcome = words(&is_outcome);
        asked.treatment = words(&is_treatment);
        asked
    }
}
