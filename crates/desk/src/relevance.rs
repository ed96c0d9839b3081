//! The learned order of what a search found: which candidates are weighed, and what their weight means as a score.
//!
//! Owns how many candidates come from vectors, and how many are read. How a text is weighed is `retrieval::relevance`'s
//! business, what is believed of its source `order`'s.

use crate::full_text::is_full_text;
use crate::order::Placed;
use crate::search::Loaded;
use crate::{Desk, DeskError};
use evidence::SourceId;
use retrieval::dense::Embedder;
use retrieval::relevance::{Text, cosine};
use retrieval::{Bm25, Candidate, EvidenceIndex, Filter};
use std::collections::{HashMap, HashSet};

/// Candidates weighed: the best by words.
const BY_WORDS: usize = 60;
/// And those nearest by vector.
const BY_VECTOR: usize = 15;
/// A passage that shares no word with the question must be as near as this: whatever is asked, something is nearest.
const NEAR_ENOUGH: f32 = 0.4;
/// The weighing's score is a logarithm in units of this: half a point of score is a factor of 1.28, the best kind of source
/// against the worst (5 %) a tenth of a point.
pub(crate) const SCALE: f64 = 2.0;
/// What is not weighed stays behind what is, priors and all.
const BEHIND: f64 = 0.5;

/// Passages by the name of their source and their place in it.
type Places = HashSet<(SourceId, u32)>;

/// The passages that a search weighed, and by what.
#[derive(Debug, Clone, Default)]
pub struct Weighed {
    /// The passages, in no particular order.
    pub passages: Vec<(SourceId, u32)>,
    /// Their features, in the same order (`retrieval::relevance::FEATURES`).
    pub rows: Vec<Vec<f32>>,
}

impl Desk {
    /// Adds the passages nearest by vector to the candidates found by words, and says which they are. Cost: 4 to 6 ns a passage
    /// of the library; the first search after a change reads the vectors, 0.2 µs a passage.
    pub(crate) fn with_near(
        &self,
        text: &str,
        filter: &Filter,
        candidates: &mut Vec<Candidate>,
    ) -> Result<Places, DeskError> {
        let vector = Embedder::shipped().embed(text);
        if vector.is_zero() {
            return Ok(Places::new());
        }
        let place = |c: &Candidate| (c.source.clone(), c.passage);
        let near = self.index.nearest(&vector.code(), filter, BY_VECTOR)?;
        let places: Places = near.iter().map(place).collect();
        let known: Places = candidates.iter().map(place).collect();
        candidates.extend(near.into_iter().filter(|c| !known.contains(&place(c))));
        Ok(places)
    }

    /// Sets how well each passage answers. The best by words and the nearest by vector are weighed; the others stay behind
    /// them in the order of their words. What shares no word and is not near is nothing. Full texts alone are not weighed: they
    /// are read whole, and that decides (`full_text`). Some 50 µs a passage of an abstract, 200 µs of a full text.
    pub(crate) fn weigh(
        &mut self,
        text: &str,
        bm25: &Bm25,
        loaded: &[Loaded],
        near: &Places,
        placed: &mut [Placed],
    ) -> Weighed {
        if loaded.iter().all(|l| is_full_text(&l.found.source)) {
            return Weighed::default();
        }
        placed.sort_by(|a, b| {
            let by_name = || (&a.source, a.passage).cmp(&(&b.source, b.passage));
            b.lexical.score.total_cmp(&a.lexical.score).then_with(by_name)
        });
        let by_id: HashMap<&SourceId, usize> =
            loaded.iter().enumerate().map(|(i, l)| (&l.found.source.id, i)).collect();
        let (mut chosen, mut texts) = (Vec::new(), Vec::new());
        for (at, p) in placed.iter().enumerate() {
            if at >= BY_WORDS && !near.contains(&(p.source.clone(), p.passage)) {
                continue;
            }
            let Some(&document) = by_id.get(&p.source) else { continue };
            let source = &loaded[document].found.source;
            if let Some(text) = Text::of(source, document, p.passage as usize, p.lexical.score as f32) {
                chosen.push(at);
                texts.push(text);
            }
        }
        let rows = self.relevance.rows(text, bm25, &texts);
        let mut least = 1.0f64;
        for (at, row) in chosen.iter().zip(&rows) {
            let placed = &mut placed[*at];
            placed.cosine = Some(cosine(row));
            let off = placed.lexical.score <= 0.0 && cosine(row) < NEAR_ENOUGH;
            placed.relevance = if off { 0.0 } else { (self.relevance.score(row) / SCALE).exp() };
            if !off {
                least = least.min(placed.relevance);
            }
        }
        let passages = chosen.iter().map(|at| (placed[*at].source.clone(), placed[*at].passage)).collect();
        // In the order of their words, so the first that was not weighed has the most.
        let best = placed.iter().find(|p| p.cosine.is_none()).map_or(1.0, |p| p.lexical.score);
        for rest in placed.iter_mut().filter(|p| p.cosine.is_none()) {
            rest.relevance = if best > 0.0 { BEHIND * least * rest.lexical.score / best } else { 0.0 };
        }
        Weighed { passages, rows }
    }
}
