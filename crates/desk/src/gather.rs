//! What the literature of the library may say to a question: the best sources, read sentence by sentence.
//!
//! Owns which sources are read for an answer. How their sentences are scored is `retrieval::ranker`'s, what may be quoted of
//! them is decided in `answering`.

use crate::full_text::{SOURCES, found_article};
use crate::hits::Scene;
use crate::understand::other_names;
use crate::{Desk, DeskError, SearchOptions};
use answering::{Found, Likely};
use retrieval::Bm25;
use retrieval::ranker::{FoundArticle, Ranker};
use std::collections::HashMap;

/// Sources read whole for an answer.
pub const SOURCES_READ: usize = 6;

/// The sources that a search found, before their sentences are looked at.
pub struct Gathered {
    /// How rare words are in the library.
    pub bm25: Bm25,
    /// The sources, best first by their best passage, with the passages found of each.
    pub found: Vec<Found>,
}

impl Gathered {
    /// As the ranker sees them.
    pub fn articles(&self) -> Vec<FoundArticle<'_>> {
        self.found.iter().map(found_article).collect()
    }
}

impl Desk {
    /// The sources that may answer a text, best first by words and vectors: what the ranker reads for [`Desk::ask`].
    pub fn gather(&mut self, text: &str, options: &SearchOptions) -> Result<Gathered, DeskError> {
        let Scene { bm25, loaded, placed, analyzer, .. } = self.scene(text, options)?;
        self.analyzer = analyzer;
        let mut best: HashMap<_, f64> = HashMap::new();
        for p in &placed {
            let score = best.entry(p.source.clone()).or_default();
            *score = score.max(p.total());
        }
        let mut found: Vec<Found> = loaded.into_iter().map(|l| l.found).collect();
        let score = |f: &Found| best.get(&f.source.id).copied().unwrap_or_default();
        found.sort_by(|a, b| score(b).total_cmp(&score(a)).then_with(|| a.source.id.cmp(&b.source.id)));
        found.truncate(SOURCES);
        Ok(Gathered { bm25, found })
    }

    /// The sentences of the sources gathered that may answer, in the order of how likely their passages do. Some 3 ms for each full
    /// text read.
    pub(crate) fn read(&mut self, text: &str, gathered: &Gathered) -> Result<Vec<Likely>, DeskError> {
        let articles = gathered.articles();
        let ranker = self.ranker.get_or_insert_with(Ranker::default);
        let asked = ranker.ask(text, &other_names(text));
        let mut ranked = ranker.passages(&asked, &gathered.bm25, &articles, SOURCES_READ);
        self.reread(text, &articles, &mut ranked)?;
        let likely = ranked.passages.into_iter().map(|p| Likely {
            source: gathered.found[p.found].source.id.clone(),
            passage: p.passage as u32,
            odds: p.odds,
            sentences: p.sentences,
        });
        let mut likely: Vec<Likely> = likely.collect();
        likely.sort_by(|a, b| {
            b.odds.total_cmp(&a.odds).then_with(|| (&a.source, a.passage).cmp(&(&b.source, b.passage)))
        });
        Ok(likely)
    }
}
