//! Searching: the best passages for some words, with the sentences to read first.
//!
//! Owns what a search gives back, and its JSON form (docs/search.md). How passages are ordered is `order`'s, what words
//! are looked for `understand`'s.

use crate::full_text::{CANDIDATES, SentenceScores};
use crate::order::{Placed, order};
use crate::relevance::Weighed;
use crate::search::Loaded;
use crate::studied::Group;
use crate::understand::understand;
use crate::{Desk, DeskError};
use evidence::{Identifiers, Kind, Part, Passage, Source, SourceId, Span, Standing};
use library::Snapshot;
use retrieval::{Analyzer, Bm25, EvidenceIndex, Filter, Prior, Priors, Query};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Passages ranked for a search, for each result asked for.
const RANKED_PER_RESULT: usize = 4;
/// Passages of one source in a list of results: its share.
const SHARE: usize = 2;
/// Sentences shown of a passage.
const SENTENCES: usize = 2;
/// A second sentence is shown when it matches this well, against the best.
const SECOND: f64 = 0.6;

/// Restricts a search. Empty means everything that is not retracted.
#[derive(Debug, Clone, Default)]
pub struct SearchOptions {
    /// Only this collection.
    pub collection: Option<String>,
    /// Only these kinds.
    pub kinds: Vec<Kind>,
    /// Only from this year on; leaves out sources without a date.
    pub from: Option<u16>,
    /// Only up to this year; leaves out sources without a date.
    pub to: Option<u16>,
    /// Leaves out sources that say they are about others.
    pub population: Option<Group>,
    /// What is believed of kinds, ages and standings.
    pub priors: Priors,
    /// Steps left out, to measure what each is worth. Empty but in benchmarks.
    pub without: Vec<Step>,
    /// Passages that the words looked up may stand in, all together, in place of the default: to measure on a small library what
    /// a large one gives.
    pub postings: Option<u64>,
    /// At most so many passages.
    pub limit: usize,
}

/// A step of a search that can be left out, to see what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Other names for what is asked about.
    Synonyms,
    /// The nearest by vector among the candidates.
    Nearest,
    /// The learned weighing of documents: BM25 orders them then.
    Weighing,
    /// The ranker that reads full texts.
    Ranker,
    /// Priors of kinds, ages and standings.
    Priors,
}

/// What a search found, and what it looked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    /// The words typed.
    pub query: String,
    /// The words looked for, by stem.
    pub words: Vec<Word>,
    /// Snapshot of the library.
    pub snapshot: String,
    /// The passages, best first; at most two of a source.
    pub hits: Vec<Hit>,
}

/// A word looked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Word {
    /// Its analysed form.
    pub stem: String,
    /// How much it counts: its weight times its inverse document frequency.
    pub weight: f64,
    /// Whether it is another word for what was asked.
    pub synonym: bool,
}

/// A passage that matches a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Its source.
    pub source: SourceId,
    /// Title of the source.
    pub title: String,
    /// Kind of the source.
    pub kind: Kind,
    /// Year of the source.
    pub year: Option<u16>,
    /// Whether the source stands.
    pub standing: Standing,
    /// Its collection.
    pub collection: String,
    /// Identifiers of the work.
    pub ids: Identifiers,
    /// Place of the passage in the source, from 0.
    pub passage: u32,
    /// Headings above it.
    pub heading: Vec<String>,
    /// What part of the document it is.
    pub part: Part,
    /// Byte range of the passage in the source's text.
    pub span: Span,
    /// What it is ordered by; the parts are in `scores`.
    pub score: f64,
    /// How the score came about.
    pub scores: Scores,
    /// Its best sentences, in the order of the text.
    pub sentences: Vec<Sentence>,
}

/// The parts of a score: `relevance * kind * age * standing`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// How well it answers, by words and vectors, as the learned weighing sees it. Compares within one search only.
    pub relevance: f64,
    /// BM25 of title, headings and text. Told, a part of what is weighed.
    pub lexical: f64,
    /// Share of the weight of the words asked for that stands there, 0 to 1. Told, not counted.
    pub coverage: f64,
    /// Cosine of the question and the beginning of the document with this passage, -1 to 1, as static embeddings see them;
    /// none where the passage was too far down to be weighed. Told, a part of what is weighed.
    pub cosine: Option<f32>,
    /// How near the local model of the quality tier sees question and document; none where there is no such model, or the
    /// document was too far down to be read by it. Told, a part of what makes `relevance`.
    pub nearness: Option<f32>,
    /// Priors of the source.
    #[serde(flatten)]
    pub prior: Prior,
}

/// A sentence of a passage, with the words that matched.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sentence {
    /// Byte range in the source's text: `curbside show ID@START-END`.
    pub span: Span,
    /// The sentence, word for word.
    pub text: String,
    /// Byte ranges of matched words in `text`, in order.
    pub matched: Vec<Span>,
}

/// What is known of a search before anything is put in order.
pub(crate) struct Scene {
    snapshot: Snapshot,
    all: Query,
    pub(crate) bm25: Bm25,
    pub(crate) loaded: Vec<Loaded>,
    pub(crate) placed: Vec<Placed>,
    weighed: Weighed,
    pub(crate) analyzer: Analyzer,
}

impl SearchOptions {
    fn takes(&self, step: Step) -> bool {
        !self.without.contains(&step)
    }

    pub(crate) fn filter(&self) -> Filter {
        Filter { collection: self.collection.clone(), kinds: self.kinds.clone(), since: self.from, until: self.to }
    }
}

impl Desk {
    /// The passages that match a text best, best first, at most two of a source, each with its best sentences.
    ///
    /// The same text, options and snapshot always give the same results.
    pub fn search(&mut self, text: &str, options: &SearchOptions) -> Result<Results, DeskError> {
        let Scene { snapshot, all, bm25, loaded, mut placed, mut analyzer, .. } = self.scene(text, options)?;
        self.rerank(text, &bm25, &loaded, &mut placed, &mut analyzer)?;
        let scores = match options.takes(Step::Ranker) {
            true => self.read_whole(text, &bm25, &loaded, &mut placed, &mut analyzer)?,
            false => SentenceScores::new(),
        };
        let ordered = order(placed, SHARE, options.limit);
        let by_id: HashMap<&SourceId, _> = loaded.iter().map(|l| (&l.found.source.id, l)).collect();
        let mut hits = Vec::with_capacity(ordered.len());
        for placed in &ordered {
            let Some(loaded) = by_id.get(&placed.source) else { continue };
            let source = &loaded.found.source;
            let Some(passage) = source.passages.get(placed.passage as usize) else { continue };
            let scores = scores.get(&(placed.source.clone(), placed.passage));
            let sentences = sentences(source, passage, scores, &bm25, &mut analyzer);
            hits.push(hit(source, &loaded.collection, loaded.found.standing, placed, passage, sentences));
        }
        self.analyzer = analyzer;
        Ok(Results { query: text.to_owned(), words: words(&all, &bm25), snapshot: snapshot.id, hits })
    }

    /// The passages that a search would read, with their features: what the weighing is trained on.
    pub fn weighed_for(&mut self, text: &str, options: &SearchOptions) -> Result<Weighed, DeskError> {
        let scene = self.scene(text, options)?;
        self.analyzer = scene.analyzer;
        Ok(scene.weighed)
    }

    /// Everything found for a text, each passage with all that decides its place.
    pub(crate) fn scene(&mut self, text: &str, options: &SearchOptions) -> Result<Scene, DeskError> {
        let snapshot = self.agree()?;
        let newest = snapshot.newest.map(|d| d.year());
        let mut analyzer = std::mem::take(&mut self.analyzer);
        let all = match options.takes(Step::Synonyms) {
            true => understand(&mut analyzer, &self.index, text)?,
            false => Query::from_text(&mut analyzer, text),
        };
        let (query, bm25) = self.weighed(&all, options.postings)?;
        let filter = options.filter();
        let limit = options.limit.saturating_mul(RANKED_PER_RESULT).max(CANDIDATES);
        let mut candidates = self.index.candidates(&query, &filter, limit)?;
        let near = match options.takes(Step::Nearest) {
            true => self.with_near(text, &filter, &mut candidates)?,
            false => HashSet::new(),
        };
        let mut loaded = self.load(&candidates, &filter, &bm25, &mut analyzer)?;
        loaded.retain(|l| options.population.is_none_or(|group| group.may_be_in(&l.found.source)));
        let priors = if options.takes(Step::Priors) { options.priors.clone() } else { Priors::none() };
        let placed = loaded.iter().flat_map(|l| {
            let s = &l.found.source;
            let of = (s.kind, s.year(), l.found.standing);
            let priors = &priors;
            l.found.hits.iter().map(move |(at, lexical)| Placed::new((s.id.clone(), *at), *lexical, of, newest, priors))
        });
        let mut placed: Vec<Placed> = placed.collect();
        let weighed = match options.takes(Step::Weighing) {
            true => self.weigh(text, &bm25, &loaded, &near, &mut placed),
            false => Weighed::default(),
        };
        Ok(Scene { snapshot, all, bm25, loaded, placed, weighed, analyzer })
    }
}

fn words(query: &Query, bm25: &Bm25) -> Vec<Word> {
    let word = |stem: &str, synonym| Word { stem: stem.to_owned(), weight: bm25.weight(stem), synonym };
    query.terms().iter().map(|t| word(&t.stem, t.synonym)).collect()
}

fn hit(
    source: &Source,
    collection: &str,
    standing: Standing,
    placed: &Placed,
    passage: &Passage,
    sentences: Vec<Sentence>,
) -> Hit {
    Hit {
        source: source.id.clone(),
        title: source.title.clone(),
        kind: source.kind,
        year: source.year(),
        standing,
        collection: collection.to_owned(),
        ids: source.ids.clone(),
        passage: placed.passage,
        heading: passage.heading.clone(),
        part: passage.part,
        span: passage.span,
        score: placed.total(),
        scores: Scores {
            relevance: placed.relevance,
            lexical: placed.lexical.score,
            coverage: placed.lexical.coverage,
            cosine: placed.cosine,
            nearness: placed.nearness,
            prior: placed.prior,
        },
        sentences,
    }
}

/// The sentences of a passage to be shown, with the words that matched.
fn sentences(
    source: &Source,
    passage: &Passage,
    scores: Option<&Vec<f64>>,
    bm25: &Bm25,
    analyzer: &mut Analyzer,
) -> Vec<Sentence> {
    let shown = best(source, passage, scores, bm25, analyzer);
    let sentence = |span: Span| {
        let text = source.slice(span);
        let mut matched: Vec<Span> = Vec::new();
        analyzer.terms(text, |t| {
            let here = Span::new(t.start, t.end).ok().filter(|_| bm25.weight(t.stem) > 0.0);
            let Some(here) = here else { return };
            matched.retain(|m| !here.contains(*m)); // the whole of a name behind its parts
            matched.push(here);
        });
        Sentence { span, text: text.to_owned(), matched }
    };
    shown.into_iter().map(sentence).collect()
}

/// The sentences of a passage that answer best, where the ranker read it; else those whose words match best, the first where
/// none does (the title matched). In the order of the text. Linear in the passage.
pub(crate) fn best(
    source: &Source,
    passage: &Passage,
    scores: Option<&Vec<f64>>,
    bm25: &Bm25,
    analyzer: &mut Analyzer,
) -> Vec<Span> {
    let mut scored: Vec<(f64, Span)> = Vec::new();
    for (at, statement) in passage.statements.iter().enumerate() {
        let score = match scores {
            // The ranker's scores are logarithms: what is far behind is near 0.
            Some(scores) => scores.get(at).map_or(0.0, |s| s.exp()),
            None => bm25.score(analyzer, &[source.slice(statement.span)]).score,
        };
        scored.push((score, statement.span));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let most = scored.first().map_or(0.0, |s| s.0);
    let good = |score: f64| score > 0.0 && score >= SECOND * most;
    let mut shown: Vec<Span> =
        scored.iter().enumerate().filter(|(i, s)| *i == 0 || *i < SENTENCES && good(s.0)).map(|(_, s)| s.1).collect();
    shown.sort();
    shown
}
