//! Finding passages: candidates of the index, ranked by what their articles say as a whole.
//!
//! Owns how many candidates are looked at and how many articles are read whole. Must not know how they are scored.

use crate::{Desk, DeskError, SearchOptions};
use evidence::{Source, SourceId, Span, Standing};
use retrieval::ranker::{Article, FoundArticle, Ranker};
use retrieval::{Analyzer, Bm25, EvidenceIndex, Filter, Query};
use serde::Serialize;

/// Passages asked of the index.
const CANDIDATES: usize = 200;
/// Articles of them that are looked at.
const ARTICLES: usize = 20;
/// Articles read whole.
const READ: usize = 4;

/// A passage that answers, with its best sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PassageHit {
    /// Its source.
    pub source: SourceId,
    /// Title of the source.
    pub title: String,
    /// Its place in `Source::passages`.
    pub passage: u32,
    /// Its best sentence.
    pub sentence: Span,
    /// Higher is better; compares within one question.
    pub score: f64,
}

/// What [`Desk::passages`] found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PassageHits {
    /// Sources, best first: ranked by all that was found of them.
    pub sources: Vec<SourceId>,
    /// Passages of the first few sources, best first.
    pub passages: Vec<PassageHit>,
}

/// The articles that a search found, before any ranking.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// How rare words are in the library.
    pub bm25: Bm25,
    /// The sources, by the engine's score of their best passage.
    pub sources: Vec<Source>,
    /// Passages found of each, and the engine's score.
    pub hits: Vec<Vec<(usize, f32)>>,
}

impl Gathered {
    /// As the ranker sees them.
    pub fn found(&self) -> Vec<FoundArticle<'_>> {
        let found = self.sources.iter().zip(&self.hits);
        found.map(|(s, hits)| FoundArticle { article: Article::of(s), hits: hits.clone() }).collect()
    }
}

impl Desk {
    /// The articles that may answer a text: candidates of the index, the sources they are in, read.
    pub fn gather(&mut self, text: &str, options: &SearchOptions) -> Result<Gathered, DeskError> {
        self.agree()?;
        let (query, bm25) = self.weighed(&Query::from_text(&mut Analyzer::default(), text))?;
        let filter = Filter { collection: options.collection.clone(), ..Filter::default() };
        let mut order: Vec<(SourceId, Vec<(usize, f32)>)> = Vec::new();
        for candidate in self.index.candidates(&query, &filter, CANDIDATES)? {
            let hit = (candidate.passage as usize, candidate.score);
            match order.iter_mut().find(|(id, _)| *id == candidate.source) {
                Some((_, hits)) => hits.push(hit),
                None => order.push((candidate.source, vec![hit])),
            }
        }
        let mut gathered = Gathered { bm25, sources: Vec::new(), hits: Vec::new() };
        for (id, hits) in order.into_iter().take(ARTICLES) {
            let Some(held) = self.library.source(&id, false)? else { continue };
            if held.standing != Standing::Retracted {
                gathered.sources.push(held.source);
                gathered.hits.push(hits);
            }
        }
        Ok(gathered)
    }

    /// The passages that answer a text best, best first, at most `options.limit` of them.
    pub fn passages(
        &mut self,
        ranker: &mut Ranker,
        text: &str,
        options: &SearchOptions,
    ) -> Result<PassageHits, DeskError> {
        let gathered = self.gather(text, options)?;
        let asked = ranker.ask(text);
        let ranked = ranker.passages(&asked, &gathered.bm25, &gathered.found(), READ);
        let hit = |r: &retrieval::ranker::RankedPassage| {
            let source = &gathered.sources[r.found];
            let passage = source.passages.get(r.passage)?;
            Some(PassageHit {
                source: source.id.clone(),
                title: source.title.clone(),
                passage: r.passage as u32,
                sentence: passage.statements.get(r.sentence).map_or(passage.span, |s| s.span),
                score: r.score,
            })
        };
        Ok(PassageHits {
            sources: ranked.articles.iter().map(|(at, _)| gathered.sources[*at].id.clone()).collect(),
            passages: ranked.passages.iter().filter_map(hit).take(options.limit).collect(),
        })
    }
}
