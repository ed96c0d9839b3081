//! The quality tier: a local model has a word on the first documents of a search.
//!
//! Owns which documents it reads, which of their sentences, and how its word counts beside the learned weighing. Must not know
//! how the model reads (`reranking`), nor priors and shares (`order`).
//!
//! A model that gives similarities is not asked about sentences of full texts: on annotated trials it ranks them far worse than
//! the ranker does, and any weight on its word lowered what the ranker reaches (docs/decisions/0018-quality-tier.md). What one that
//! gives probabilities says of them is `reread`'s.

use crate::hits::best;
use crate::order::Placed;
use crate::relevance::SCALE;
use crate::search::Loaded;
use crate::{Desk, DeskError};
use evidence::SourceId;
use reranking::Reranker;
use retrieval::{Analyzer, Bm25};
use std::collections::HashMap;
use std::sync::Arc;

/// Documents that the model reads: each costs 5 to 12 ms, and one that stands lower is seldom the answer.
pub const DOCUMENTS_RERANKED: usize = 10;
/// Tokens read of each: its title and its best two sentences, mostly.
const TOKENS: usize = 96;
/// What the model did not read stays behind what it read.
const BEHIND: f64 = 0.5;

impl Desk {
    /// Lets a local model have a word on the first documents of a search from now on.
    pub fn with_reranker(mut self, reranker: Arc<Reranker>) -> Self {
        self.reranker = Some(reranker);
        self
    }

    /// The local model, where there is one.
    pub fn reranker(&self) -> Option<&Reranker> {
        self.reranker.as_deref()
    }

    /// How near texts are to a question, as the local model sees them; nothing where there is none. Compares within one
    /// question. Some 5 ms of one core a text of 40 tokens; of each, 96 are read at most.
    pub fn nearness(&self, question: &str, texts: &[&str]) -> Result<Option<Vec<f32>>, DeskError> {
        let Some(model) = &self.reranker else { return Ok(None) };
        Ok(Some(model.similarities(question, texts, TOKENS)?))
    }

    /// Weighs the first documents anew. In points of the learned score, a document loses what it is less near than the nearest,
    /// times the model's weight; all its passages with it. Those not read follow behind.
    pub(crate) fn rerank(
        &self,
        text: &str,
        bm25: &Bm25,
        loaded: &[Loaded],
        placed: &mut [Placed],
        analyzer: &mut Analyzer,
    ) -> Result<(), DeskError> {
        let Some(model) = self.reranker.as_ref().filter(|m| m.about().weight > 0.0) else { return Ok(()) };
        // A library of full texts alone is ranked by sentences; there the model does not help.
        if placed.iter().all(|p| p.cosine.is_none()) {
            return Ok(());
        }
        let by_id: HashMap<&SourceId, &Loaded> = loaded.iter().map(|l| (&l.found.source.id, l)).collect();
        let (mut read, mut texts) = (Vec::new(), Vec::new());
        for first in first_passages(placed) {
            let Some(source) = by_id.get(&first.source).map(|l| &l.found.source) else { continue };
            let Some(passage) = source.passages.get(first.passage as usize) else { continue };
            let mut words = source.title.clone();
            for span in best(source, passage, None, bm25, analyzer) {
                words.push(' ');
                words.push_str(source.slice(span));
            }
            read.push(first.source.clone());
            texts.push(words);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let near = model.similarities(text, &texts, TOKENS)?;
        let near: HashMap<&SourceId, f32> = read.iter().zip(near).collect();
        apply(placed, &near, model.about().weight);
        Ok(())
    }
}

/// The best passage of each of the best documents, best first.
fn first_passages(placed: &[Placed]) -> Vec<&Placed> {
    let mut all: Vec<&Placed> = placed.iter().filter(|p| p.total() > 0.0).collect();
    all.sort_by(|a, b| {
        b.total().total_cmp(&a.total()).then_with(|| (&a.source, a.passage).cmp(&(&b.source, b.passage)))
    });
    let mut first: Vec<&Placed> = Vec::with_capacity(DOCUMENTS_RERANKED);
    for passage in all {
        if first.len() == DOCUMENTS_RERANKED {
            break;
        }
        if !first.iter().any(|f| f.source == passage.source) {
            first.push(passage);
        }
    }
    first
}

/// Puts what the model said into the relevance of every passage.
fn apply(placed: &mut [Placed], near: &HashMap<&SourceId, f32>, weight: f64) {
    let nearest = near.values().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut least: HashMap<SourceId, f64> = HashMap::new();
    for passage in placed.iter_mut() {
        let Some(near) = near.get(&passage.source) else { continue };
        passage.nearness = Some(*near);
        passage.relevance *= (weight * f64::from(near - nearest) / SCALE).exp();
        let best = least.entry(passage.source.clone()).or_default();
        *best = best.max(passage.relevance);
    }
    let least = least.values().copied().fold(f64::INFINITY, f64::min);
    let rest = |p: &Placed| p.nearness.is_none();
    let most = placed.iter().filter(|p| rest(p)).map(|p| p.relevance).fold(0.0, f64::max);
    if least.is_finite() && most > BEHIND * least {
        let lower = BEHIND * least / most;
        placed.iter_mut().filter(|p| rest(p)).for_each(|p| p.relevance *= lower);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evidence::{Kind, Standing};
    use retrieval::Scored;

    fn placed(source: &str, passage: u32, relevance: f64) -> Placed {
        let of = (Kind::Other, Some(2026), Standing::Current);
        let place = (source.parse().unwrap(), passage);
        let mut placed =
            Placed::new(place, Scored { score: 1.0, coverage: 1.0 }, of, Some(2026), &retrieval::Priors::default());
        placed.relevance = relevance;
        placed
    }

    fn order(placed: &[Placed]) -> Vec<String> {
        let mut all: Vec<&Placed> = placed.iter().collect();
        all.sort_by(|a, b| b.total().total_cmp(&a.total()));
        all.iter().map(|p| format!("{} {}", p.source, p.passage)).collect()
    }

    #[test]
    fn reads_one_passage_of_each_of_the_best_documents() {
        let mut all = vec![placed("PMC1", 0, 0.9), placed("PMC1", 1, 0.8), placed("PMC2", 0, 0.0)];
        all.extend((10..30).map(|n| placed(&format!("PMC{n}"), 0, 1.0 / f64::from(n))));
        let first: Vec<String> = first_passages(&all).iter().map(|p| format!("{} {}", p.source, p.passage)).collect();
        assert_eq!(first.len(), DOCUMENTS_RERANKED);
        assert_eq!(first[..3], ["PMC1 0", "PMC10 0", "PMC11 0"]);
        all.reverse();
        let again: Vec<String> = first_passages(&all).iter().map(|p| format!("{} {}", p.source, p.passage)).collect();
        assert_eq!(first, again);
    }

    #[test]
    fn the_nearest_gains_with_all_its_passages_and_the_unread_stay_behind() {
        let mut all = vec![
            placed("PMC1", 0, 0.9),
            placed("PMC1", 1, 0.5),
            placed("PMC2", 0, 0.8),
            placed("PMC2", 1, 0.4),
            placed("PMC3", 0, 0.7),
        ];
        let (one, two): (SourceId, SourceId) = ("PMC1".parse().unwrap(), "PMC2".parse().unwrap());
        let near = HashMap::from([(&one, 0.3f32), (&two, 0.8f32)]);
        apply(&mut all, &near, 12.0);
        assert_eq!(order(&all), ["PMC2 0", "PMC2 1", "PMC1 0", "PMC1 1", "PMC3 0"]);
        assert_eq!(
            all.iter().map(|p| p.nearness).collect::<Vec<_>>(),
            [Some(0.3), Some(0.3), Some(0.8), Some(0.8), None]
        );
    }

    #[test]
    fn no_weight_changes_no_order_among_what_was_read() {
        let mut all = vec![placed("PMC1", 0, 0.9), placed("PMC2", 0, 0.8), placed("PMC3", 0, 0.7)];
        let ids: Vec<SourceId> = all.iter().map(|p| p.source.clone()).collect();
        let near: HashMap<&SourceId, f32> = ids.iter().zip([0.1, 0.5, 0.9]).collect();
        apply(&mut all, &near, 0.0);
        assert_eq!(order(&all), ["PMC1 0", "PMC2 0", "PMC3 0"]);
    }
}
