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
use crate::understand::{other_names, understand};
use crate::{Desk, DeskError, SearchOptions};
use evidence::{Kind, Part, Source, SourceId};
use retrieval::ranker::{Article, FoundArticle, Ranker};
use retrieval::{Analyzer, Bm25, Candidate, EvidenceIndex};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Passages asked of the index.
pub(crate) const CANDIDATES: usize = 60;
/// Sources of them that are looked at, best first by their best passage.
pub(crate) const SOURCES: usize = 20;
/// Articles it reads whole, at most.
pub const ARTICLES_READ: usize = 3;

/// The articles that a search found, before any ranking.
pub struct Gathered {
    /// How rare words are in the library.
    pub bm25: Bm25,
    /// The articles, best first by their best passage.
    pub sources: Vec<Source>,
    /// Passages found of each, with their scores, best first.
    pub hits: Vec<Vec<(usize, f32)>>,
}

impl Gathered {
    /// As the ranker sees them.
    pub fn found(&self) -> Vec<FoundArticle<'_>> {
        let found = self.sources.iter().zip(&self.hits);
        found.map(|(s, hits)| FoundArticle { article: Article::of(s), hits: hits.clone() }).collect()
    }
}

/// How well the sentences of passages answer, by source and place; of the articles read whole.
pub(crate) type SentenceScores = HashMap<(SourceId, u32), Vec<f64>>;

impl Desk {
    /// The full texts that may answer a text: what [`Desk::search`] hands to the ranker.
    pub fn gather(&mut self, text: &str, options: &SearchOptions) -> Result<Gathered, DeskError> {
        self.agree()?;
        let mut analyzer = std::mem::take(&mut self.analyzer);
        let (query, bm25) = self.weighed(&understand(&mut analyzer, &self.index, text)?)?;
        let filter = options.filter();
        let candidates = first_sources(self.index.candidates(&query, &filter, CANDIDATES)?, SOURCES);
        let loaded = self.load(&candidates, &filter, &bm25, &mut analyzer)?;
        self.analyzer = analyzer;
        let mut gathered = Gathered { bm25, sources: Vec::new(), hits: Vec::new() };
        for loaded in loaded.into_iter().filter(|l| is_full_text(&l.found.source)).take(SOURCES) {
            gathered.hits.push(hits(&loaded));
            gathered.sources.push(loaded.found.source);
        }
        Ok(gathered)
    }

    /// Puts the passages of full texts in the ranker's order, in the places that full texts have. Passages that no word
    /// found may come in. Some 3 ms for each article read whole.
    pub(crate) fn read_whole(
        &mut self,
        text: &str,
        bm25: &Bm25,
        loaded: &[Loaded],
        placed: &mut Vec<Placed>,
        analyzer: &mut Analyzer,
    ) -> SentenceScores {
        let articles: Vec<&Loaded> = loaded.iter().filter(|l| is_full_text(&l.found.source)).take(SOURCES).collect();
        if articles.is_empty() {
            return SentenceScores::new();
        }
        let found: Vec<FoundArticle<'_>> =
            articles.iter().map(|l| FoundArticle { article: Article::of(&l.found.source), hits: hits(l) }).collect();
        let ranker = self.ranker.get_or_insert_with(Ranker::default);
        let asked = ranker.ask(text, &other_names(text));
        let ranked = ranker.passages(&asked, bm25, &found, ARTICLES_READ);
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
        scores
    }
}

fn hits(loaded: &Loaded) -> Vec<(usize, f32)> {
    loaded.found.hits.iter().map(|(at, scored)| (*at as usize, scored.score as f32)).collect()
}

/// Whether a source is an article with its text, which the ranker was trained on: it has an abstract and a body.
pub(crate) fn is_full_text(source: &Source) -> bool {
    let has = |part: Part| source.passages.iter().any(|p| p.part == part);
    source.kind != Kind::Digest && has(Part::Abstract) && has(Part::Body)
}

/// The candidates of the first so many sources.
pub(crate) fn first_sources(candidates: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    let mut known: HashSet<SourceId> = HashSet::new();
    let mut kept = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        if known.len() < most || known.contains(&candidate.source) {
            known.insert(candidate.source.clone());
            kept.push(candidate);
        }
    }
    kept
}
