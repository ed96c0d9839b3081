//! Finding: from a question to the sources that may answer it.

use crate::{Desk, DeskError, SearchOptions};
use answering::{Asked, Found, Nearest, Shelf, Work};
use evidence::{Kind, Passage, Source, SourceId, Standing};
use retrieval::{Analyzer, Bm25, Candidate, Counted, EvidenceIndex, Filter, Query, Scored, rank};
use std::collections::{BTreeMap, BTreeSet};

/// Words looked up in the index: the rarest of a long question.
const WORDS: usize = 16;
/// Passages of digests looked at for an answer: enough that a digest on the topic is found by any word it shares, since a
/// digest that is not found cannot say what it knows.
const DIGEST_PASSAGES: usize = 400;

/// A source found, and the collection it is part of.
pub(crate) struct Loaded {
    pub(crate) found: Found,
    pub(crate) collection: String,
}

impl Desk {
    /// Everything an answer may rest on.
    pub(crate) fn retrieve(&mut self, asked: &Asked) -> Result<Shelf, DeskError> {
        let snapshot = self.agree()?;
        let mut analyzer = std::mem::take(&mut self.analyzer);
        let text = asked.as_read();
        // Digests are found without other names: what of a question they must say was settled without them.
        let (query, bm25) = self.weighed(&Query::from_text(&mut analyzer, &text), None)?;
        let digests = Filter { kinds: vec![Kind::Digest], ..Filter::default() };
        let candidates = self.index.candidates(&query, &digests, DIGEST_PASSAGES)?;
        let loaded = self.load(&candidates, &Filter::default(), &bm25, &mut analyzer)?;
        self.analyzer = analyzer; // with the stems it knows
        let mut found: Vec<Found> = loaded.into_iter().map(|l| l.found).collect();
        let gathered = self.gather(&text, &SearchOptions { kinds: not_digests(), ..SearchOptions::default() })?;
        let likely = self.read(&text, &gathered)?;
        found.extend(gathered.found);
        let topics = self
            .library
            .of_kind(Kind::Digest)?
            .into_iter()
            .map(|l| Nearest { source: l.id, title: l.title, kind: l.kind })
            .collect();
        let sources = self.library.size()?;
        let works = self.works(&found)?;
        Ok(Shelf { found, likely, bm25, snapshot: snapshot.id, newest: snapshot.newest, sources, topics, works })
    }

    /// What the library knows of the works that digests cite in the passages found: whether they stand, and their own
    /// text where it is held.
    fn works(&self, found: &[Found]) -> Result<Vec<Work>, DeskError> {
        let mut works = Vec::new();
        for digest in found.iter().filter(|f| f.source.digest.is_some()) {
            let source = &digest.source;
            let passages = digest.hits.iter().filter_map(|(at, _)| source.passages.get(*at as usize));
            let statements = passages.flat_map(|p| &p.statements).filter_map(|s| s.marks.as_deref());
            let cited: BTreeSet<&str> = statements.flat_map(|m| &m.cites).map(|c| c.reference.as_str()).collect();
            for work in source.references.iter().filter(|r| cited.contains(r.id.as_str())) {
                let standing = Standing::after(&self.library.notices(&work.ids)?);
                let held = self.library.holding(&work.ids)?;
                let held =
                    held.map(|h| Found { source: h.source, standing: h.standing, bytes: h.bytes, hits: Vec::new() });
                let standing = held.as_ref().map_or(standing, |h| standing.max(h.standing));
                if held.is_some() || standing != Standing::Current {
                    works.push(Work { digest: source.id.clone(), reference: work.id.clone(), standing, held });
                }
            }
        }
        Ok(works)
    }

    /// The words of a query to look up in the index, and the weights of all.
    pub(crate) fn weighed(&self, query: &Query, postings: Option<u64>) -> Result<(Query, Bm25), DeskError> {
        let statistics = self.index.statistics(&query.stems())?;
        let bm25 = Bm25::new(query, &statistics);
        Ok((query.rarest(&statistics.frequencies, WORDS, postings.unwrap_or(walked(statistics.passages))), bm25))
    }

    /// Reads the sources of candidates and scores their passages from text, best source first. What is retracted or does
    /// not pass the filter stays out, whatever the engine gave.
    pub(crate) fn load(
        &self,
        candidates: &[Candidate],
        filter: &Filter,
        bm25: &Bm25,
        analyzer: &mut Analyzer,
    ) -> Result<Vec<Loaded>, DeskError> {
        let mut passages: BTreeMap<&SourceId, Vec<u32>> = BTreeMap::new();
        for candidate in candidates {
            passages.entry(&candidate.source).or_default().push(candidate.passage);
        }
        let mut scored = Vec::new();
        for (id, passages) in passages {
            let digest = id.as_str().starts_with("digest:");
            let Some(held) = self.library.source(id, digest)? else { continue };
            let admitted = filter.admits(&held.collection, held.source.kind, held.source.year());
            if !admitted || held.standing == Standing::Retracted {
                continue;
            }
            // Its passages share the title: it is read once.
            let mut title = Counted::default();
            bm25.count(analyzer, &held.source.title, &mut title);
            let mut lexical = |i: u32| {
                let passage = held.source.passages.get(i as usize)?;
                let mut counted = title.clone();
                passage.heading.iter().for_each(|h| bm25.count(analyzer, h, &mut counted));
                bm25.count(analyzer, held.source.slice(passage.span), &mut counted);
                Some((i, bm25.score_of(&counted)))
            };
            let hits = rank(passages.into_iter().filter_map(&mut lexical).collect());
            let best = hits.first().map_or(Scored::default(), |h| h.1);
            let id = held.source.id.clone();
            let found = Found { source: held.source, standing: held.standing, bytes: held.bytes, hits };
            scored.push((id, best, Loaded { found, collection: held.collection }));
        }
        scored.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then_with(|| a.0.cmp(&b.0)));
        Ok(scored.into_iter().map(|(_, _, loaded)| loaded).collect())
    }
}

/// Passages that the words looked up may stand in, all together, in a library of so many: a fifth of it, and what keeps searching
/// millions quick. Of questions of 30 to 60 words over 201,000 passages, 40,000 left nDCG as it was
/// (evals/runs/2026-11-27-find).
pub fn walked(passages: u64) -> u64 {
    (passages / 5).clamp(40_000, 800_000)
}

/// How well the words of a passage match, those of its title and headings among them.
pub(crate) fn lexical(source: &Source, passage: &Passage, bm25: &Bm25, analyzer: &mut Analyzer) -> Scored {
    let mut texts = vec![source.title.as_str()];
    texts.extend(passage.heading.iter().map(String::as_str));
    texts.push(source.slice(passage.span));
    bm25.score(analyzer, &texts)
}

fn not_digests() -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|k| *k != Kind::Digest).collect()
}
