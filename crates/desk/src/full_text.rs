//! Full texts read whole: which passage of the best articles answers, and which sentence of it.
//!
//! Owns which sources are read so, and where their passages go among all others. Must not know how they are scored
//! (`retrieval::ranker`), nor priors and shares (`order`).
//!
//! The ranker was trained on reports of trials, and its scores compare with nothing else. So it never says how an article
//! does against an abstract, a digest or a label: full texts keep, among themselves, the places that they had, and the ranker
//! decides which of them takes which.

use crate::order::Placed;
use crate::search::Loaded;
use crate::understand::other_names;
use crate::{Desk, DeskError};
use answering::Found;
use evidence::{Kind, Part, Source, SourceId};
use retrieval::ranker::{Article, FoundArticle, Ranker};
use retrieval::{Analyzer, Bm25};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Passages asked of the index.
pub(crate) const CANDIDATES: usize = 60;
/// Sources of them that are looked at, best first by their best passage.
pub(crate) const SOURCES: usize = 20;
/// Articles it reads whole, at most.
pub const ARTICLES_READ: usize = 3;

/// How well the sentences of passages answer, by source and place; of the articles read whole.
pub(crate) type SentenceScores = HashMap<(SourceId, u32), Vec<f64>>;

impl Desk {
    /// Puts the passages of full texts in the ranker's order, in the places that full texts have. Passages that no word
    /// found may come in. Some 3 ms for each article read whole.
    pub(crate) fn read_whole(
        &mut self,
        text: &str,
        bm25: &Bm25,
        loaded: &[Loaded],
        placed: &mut Vec<Placed>,
        analyzer: &mut Analyzer,
    ) -> Result<SentenceScores, DeskError> {
        let articles: Vec<&Loaded> = loaded.iter().filter(|l| is_full_text(&l.found.source)).take(SOURCES).collect();
        if articles.is_empty() {
            return Ok(SentenceScores::new());
        }
        let found: Vec<FoundArticle<'_>> = articles.iter().map(|l| found_article(&l.found)).collect();
        let ranker = self.ranker.get_or_insert_with(Ranker::default);
        let asked = ranker.ask(text, &other_names(text));
        let mut ranked = ranker.passages(&asked, bm25, &found, ARTICLES_READ);
        self.reread(text, &found, &mut ranked)?;
        let id = |at: usize| &articles[at].found.source.id;

        let full: HashSet<&SourceId> = (0..articles.len()).map(id).collect();
        let (mut own, others): (Vec<Placed>, Vec<Placed>) =
            std::mem::take(placed).into_iter().partition(|p| full.contains(&p.source) && p.relevance > 0.0);
        *placed = others;
        let mut places: Vec<f64> = own.iter().map(|p| p.relevance).collect();
        places.sort_by(|a, b| b.total_cmp(a));
        let mut place = places.iter().copied();
        let mut last = places.first().copied().unwrap_or_default();
        let mut next = || {
            // A little lower each time, so that no tie undoes the ranker's order.
            last = place.next().unwrap_or(last).min(last * (1.0 - 1e-9));
            last
        };

        // Of the articles read, every passage may come in, at most as many as were found of it.
        let mut scores = SentenceScores::new();
        let mut left: BTreeMap<usize, usize> = BTreeMap::new();
        for passage in &ranked.passages {
            let loaded = articles[passage.found];
            let left = left.entry(passage.found).or_insert(loaded.found.hits.len());
            if *left == 0 {
                continue;
            }
            *left -= 1;
            let at = passage.passage as u32;
            let known = own.iter().position(|p| p.source == *id(passage.found) && p.passage == at);
            let mut one = match known {
                Some(known) => own.swap_remove(known),
                None => {
                    let Some(like) = own.iter().chain(&*placed).find(|p| p.source == *id(passage.found)) else {
                        continue;
                    };
                    let lexical = loaded
                        .found
                        .source
                        .passages
                        .get(passage.passage)
                        .map(|p| crate::search::lexical(&loaded.found.source, p, bm25, analyzer));
                    Placed { passage: at, lexical: lexical.unwrap_or_default(), ..like.clone() }
                }
            };
            one.relevance = next();
            scores.insert((one.source.clone(), at), passage.sentences.clone());
            placed.push(one);
        }
        // Then those of the others, article by article.
        let read: HashSet<&SourceId> = ranked.passages.iter().map(|p| id(p.found)).collect();
        let rank: HashMap<&SourceId, usize> =
            ranked.articles.iter().enumerate().map(|(r, (at, _))| (id(*at), r)).collect();
        own.retain(|p| !read.contains(&p.source));
        own.sort_by(|a, b| {
            let by_score = b.relevance.total_cmp(&a.relevance).then(a.passage.cmp(&b.passage));
            rank[&a.source].cmp(&rank[&b.source]).then(by_score)
        });
        for mut one in own {
            one.relevance = next();
            placed.push(one);
        }
        Ok(scores)
    }
}

/// A source as the ranker sees it.
pub(crate) fn found_article(found: &Found) -> FoundArticle<'_> {
    let hits = found.hits.iter().map(|(at, scored)| (*at as usize, scored.score as f32));
    FoundArticle { article: Article::of(&found.source), hits: hits.collect() }
}

/// Whether a source is an article with its text, which the ranker was trained on: it has an abstract and a body.
pub(crate) fn is_full_text(source: &Source) -> bool {
    let has = |part: Part| source.passages.iter().any(|p| p.part == part);
    source.kind != Kind::Digest && has(Part::Abstract) && has(Part::Body)
}
