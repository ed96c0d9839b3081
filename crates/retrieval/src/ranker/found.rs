//! Features of articles that an engine found, and of the passages of the best of them.
//!
//! An article is looked at through its title, its abstract and the passages found; only the best few are then read whole,
//! sentence by sentence. Owns those features. Must not know how they are weighed, nor the engine: what it says of a
//! candidate is one score, used relative to the others' only.

use super::article::{Article, Section};
use super::question::Asked;
use super::sentence::{SENTENCE_FEATURES, best, part, ranks, section, share};
use super::view::{Seen, View};
use evidence::Part;

/// An article that an engine found.
#[derive(Debug, Clone)]
pub struct FoundArticle<'a> {
    /// Its text.
    pub article: Article<'a>,
    /// Passages found and the engine's score of each, best first.
    pub hits: Vec<(usize, f32)>,
}

/// Features of an article.
pub const ARTICLE_FEATURES: &[&str] = &[
    "best",
    "best_ratio",
    "best_rank",
    "second_ratio",
    "third_ratio",
    "hits",
    "sum_ratio",
    "sum_rank",
    "title_coverage",
    "title_treatment",
    "title_outcome",
    "abstract_bm25",
    "abstract_bm25_ratio",
    "abstract_bm25_rank",
    "abstract_coverage",
    "abstract_treatment",
    "abstract_outcome",
    "union_coverage",
    "union_coverage_ratio",
    "union_treatment",
    "union_outcome",
    "title_cosine",
    "title_cosine_ratio",
    "title_cosine_rank",
    "treatment_cosine",
    "abstract_cosine",
    "abstract_cosine_ratio",
    "abstract_cosine_rank",
    "near",
    "near_ratio",
    "near_rank",
    "near_min",
    "treatment_near",
    "treatment_near_min",
    "outcome_near",
    "title_near",
    "candidates",
    "terms",
    "compared",
    "placed",
    "weight",
    "has_abstract",
    "missing_weight",
    "hit_near",
    "hit_near_ratio",
    "hit_outcome_near",
];

/// How many there are.
pub const ARTICLE_WIDTH: usize = ARTICLE_FEATURES.len();

/// Features of a passage besides those of its best sentence.
const PASSAGE_OWN: &[&str] = &[
    "article_score",
    "article_rank",
    "article_gap",
    "sentence_score",
    "sentence_second",
    "sentence_mean",
    "sentence_gap",
    "sentence_rank",
    "sentence_mass",
    "passage_rank",
    "passage_sentences",
    "passage_words",
    "passage_part",
    "passage_section",
    "passage_position",
    "corpus_coverage",
    "corpus_outcome",
    "passages",
];

/// How many features a passage has: its own, then those of its best sentence.
pub const PASSAGE_WIDTH: usize = PASSAGE_OWN.len() + SENTENCE_FEATURES.len();

/// Names of the features of a passage.
pub fn passage_features() -> Vec<&'static str> {
    PASSAGE_OWN.iter().chain(SENTENCE_FEATURES).copied().collect()
}

/// Abstracts longer than this are read no further.
const ABSTRACT_BYTES: usize = 4000;
/// Passages found of one article that are looked at.
const HITS: usize = 3;
const ABSTRACT_WORDS: f32 = 250.0;

/// What one article shows at a glance.
struct Glance {
    hits: Vec<f32>,
    title: Vec<f32>,
    front: Vec<f32>,
    union: Vec<f32>,
    words: f32,
    title_cosine: f32,
    treatment_cosine: f32,
    abstract_cosine: f32,
    near: Vec<f32>,
    title_near: Vec<f32>,
    hit_near: Vec<f32>,
    has_abstract: bool,
}

/// Weight of the wanted words that stand there, over the weight of all wanted.
fn coverage(weights: &[f32], counts: &[f32], wanted: impl Fn(usize) -> bool) -> f32 {
    let (mut held, mut total) = (0f32, 0f32);
    for (t, weight) in weights.iter().enumerate().filter(|(t, _)| wanted(*t)) {
        total += weight;
        held += if counts[t] > 0.0 { *weight } else { 0.0 };
    }
    share(held, total)
}

fn front<'a>(article: &'a Article<'_>) -> Vec<&'a str> {
    let mut bytes = 0;
    let all = article.passages.iter().filter(|p| p.part == Part::Abstract).flat_map(|p| p.sentences.iter().copied());
    all.take_while(|s| {
        bytes += s.len();
        bytes <= ABSTRACT_BYTES
    })
    .collect()
}

fn glance(view: &mut View<'_>, asked: &Asked, f: &FoundArticle<'_>) -> Glance {
    let terms = asked.terms.len();
    let texts = front(&f.article);
    view.explain(std::iter::once(f.article.title).chain(texts.iter().copied()));
    let look = |view: &mut View<'_>, text: &str, seen: &mut Seen| view.look(text, seen, |_, _, _, _| {});
    let (mut title, mut body) = (Seen::nothing(terms), Seen::nothing(terms));
    look(view, f.article.title, &mut title);
    texts.iter().for_each(|t| look(view, t, &mut body));
    let mut front = title.counts.clone();
    front.iter_mut().zip(&body.counts).for_each(|(to, x)| *to += x);
    let mut hit = Seen::without_sum(terms);
    for passage in f.hits.iter().take(HITS).filter_map(|(p, _)| f.article.passages.get(*p)) {
        passage.sentences.iter().for_each(|t| look(view, t, &mut hit));
    }
    let mut union = front.clone();
    union.iter_mut().zip(&hit.counts).for_each(|(to, x)| *to += x);
    let mut near = body.near;
    near.iter_mut().zip(&title.near).for_each(|(to, x)| *to = to.max(*x));
    let title_vector = title.sum.vector().code();
    let words = texts.iter().map(|t| t.len()).sum::<usize>() as f32 / 6.5;
    Glance {
        hits: f.hits.iter().map(|h| h.1).collect(),
        title: title.counts,
        front,
        union,
        words,
        title_cosine: asked.whole.cosine(&title_vector),
        treatment_cosine: asked.treatment.cosine(&title_vector),
        abstract_cosine: asked.whole.cosine(&body.sum.vector().code()),
        near,
        title_near: title.near,
        hit_near: hit.near,
        has_abstract: !texts.is_empty(),
    }
}

/// Mean by weight, and least, of how near the wanted words come.
fn nearness(asked: &Asked, near: &[f32], wanted: impl Fn(usize) -> bool) -> (f32, f32) {
    let (mut sum, mut total, mut least) = (0f32, 0f32, 1f32);
    for (q, term) in asked.terms.iter().enumerate().filter(|(q, _)| wanted(*q)) {
        sum += term.weight * near[q];
        total += term.weight;
        least = least.min(near[q]);
    }
    if total > 0.0 { (sum / total, least) } else { (0.0, 0.0) }
}

/// One row an article, in the order given. `weights`: how rare each word of the question is in the library.
pub(super) fn article_rows(
    view: &mut View<'_>,
    asked: &Asked,
    weights: &[f32],
    found: &[FoundArticle<'_>],
) -> Vec<Vec<f32>> {
    let all: Vec<Glance> = found.iter().map(|f| glance(view, asked, f)).collect();
    let column = |f: &dyn Fn(&Glance) -> f32| all.iter().map(f).collect::<Vec<f32>>();
    let bests = column(&|g| best(&g.hits));
    let sums = column(&|g| g.hits.iter().take(5).sum());
    let bm25 = column(&|g| {
        let norm = 1.2 * (0.25 + 0.75 * g.words / ABSTRACT_WORDS);
        g.front.iter().zip(weights).map(|(tf, w)| w * tf * 2.2 / (tf + norm)).sum()
    });
    let unions = column(&|g| coverage(weights, &g.union, |_| true));
    let titles = column(&|g| g.title_cosine);
    let abstracts = column(&|g| g.abstract_cosine);
    let nears = column(&|g| nearness(asked, &g.near, |_| true).0);
    let hit_nears = column(&|g| nearness(asked, &g.hit_near, |_| true).0);
    let ranked = [&bests, &sums, &bm25, &titles, &abstracts, &nears].map(|v| ranks(v));
    let outcome = |t: usize| asked.terms[t].outcome;
    let treatment = |t: usize| asked.terms[t].treatment;
    let weight: f32 = weights.iter().sum();
    let row = |(i, g): (usize, &Glance)| {
        let hit = |k: usize| g.hits.get(k).copied().unwrap_or(0.0);
        let (near_mean, near_min) = nearness(asked, &g.near, |_| true);
        let (treatment_near, treatment_least) = nearness(asked, &g.near, |q| asked.terms[q].treatment);
        let missing = weights.iter().zip(&g.union).filter(|(_, c)| **c == 0.0).map(|(w, _)| *w).fold(0.0, f32::max);
        let row = vec![
            hit(0),
            share(hit(0), best(&bests)),
            ranked[0][i],
            share(hit(1), best(&bests)),
            share(hit(2), best(&bests)),
            g.hits.len() as f32,
            share(sums[i], best(&sums)),
            ranked[1][i],
            coverage(weights, &g.title, |_| true),
            coverage(weights, &g.title, treatment),
            coverage(weights, &g.title, outcome),
            bm25[i],
            share(bm25[i], best(&bm25)),
            ranked[2][i],
            coverage(weights, &g.front, |_| true),
            coverage(weights, &g.front, treatment),
            coverage(weights, &g.front, outcome),
            unions[i],
            share(unions[i], best(&unions)),
            coverage(weights, &g.union, treatment),
            coverage(weights, &g.union, outcome),
            titles[i],
            share(titles[i], best(&titles)),
            ranked[3][i],
            g.treatment_cosine,
            abstracts[i],
            share(abstracts[i], best(&abstracts)),
            ranked[4][i],
            near_mean,
            share(near_mean, best(&nears)),
            ranked[5][i],
            near_min,
            treatment_near,
            treatment_least,
            nearness(asked, &g.near, |q| asked.terms[q].outcome).0,
            nearness(asked, &g.title_near, |_| true).0,
            found.len() as f32,
            asked.terms.len() as f32,
            f32::from(u8::from(asked.compared)),
            f32::from(u8::from(asked.placed)),
            weight,
            f32::from(u8::from(g.has_abstract)),
            missing,
            hit_nears[i],
            share(hit_nears[i], best(&hit_nears)),
            nearness(asked, &g.hit_near, |q| asked.terms[q].outcome).0,
        ];
        debug_assert_eq!(row.len(), ARTICLE_WIDTH);
        row
    };
    all.iter().enumerate().map(row).collect()
}

/// An article read whole: features of its sentences, and their scores.
pub(super) struct Whole<'a> {
    pub(super) article: &'a Article<'a>,
    pub(super) rows: Vec<Vec<f32>>,
    /// How often each word of the question stands in each passage or the title.
    pub(super) counts: Vec<Vec<f32>>,
    pub(super) scores: Vec<f64>,
    /// How well the article does among those found, and the best of all.
    pub(super) article_score: f64,
    pub(super) article_rank: usize,
    pub(super) best_article: f64,
}

/// One row a passage, in order.
pub(super) fn passage_rows(asked: &Asked, weights: &[f32], whole: &Whole<'_>) -> Vec<Vec<f32>> {
    let top = whole.scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = whole.scores.iter().map(|s| (s - top).exp()).sum();
    let sentence_ranks = ranks(&whole.scores.iter().map(|s| *s as f32).collect::<Vec<f32>>());
    let count_of = whole.article.passages.len();
    let mut first = 0;
    let mut out = Vec::with_capacity(count_of);
    for (at, passage) in whole.article.passages.iter().enumerate() {
        let range = first..first + passage.sentences.len();
        first = range.end;
        let mut order: Vec<usize> = range.clone().collect();
        order.sort_by(|a, b| whole.scores[*b].total_cmp(&whole.scores[*a]).then(a.cmp(b)));
        let Some(&leader) = order.first() else {
            out.push(vec![0.0; PASSAGE_WIDTH]);
            continue;
        };
        let score = |i: usize| order.get(i).map_or(-10.0, |s| whole.scores[*s]);
        let counts = &whole.counts[at];
        let bytes: usize = passage.sentences.iter().map(|t| t.len()).sum();
        let mass: f64 = range.clone().map(|i| (whole.scores[i] - top).exp()).sum();
        let mean = range.clone().map(|i| whole.scores[i]).sum::<f64>() / order.len() as f64;
        let mut row = vec![
            whole.article_score as f32,
            whole.article_rank as f32,
            (whole.article_score - whole.best_article) as f32,
            score(0) as f32,
            score(1) as f32,
            mean as f32,
            (score(0) - top) as f32,
            sentence_ranks[leader],
            (mass / all) as f32,
            0.0,
            order.len() as f32,
            bytes as f32 / 6.5,
            part(passage.part),
            section(Section::of(passage.heading)),
            at as f32 / count_of as f32,
            coverage(weights, counts, |_| true),
            coverage(weights, counts, |t| asked.terms[t].outcome),
            count_of as f32,
        ];
        debug_assert_eq!(row.len(), PASSAGE_OWN.len());
        row.extend_from_slice(&whole.rows[leader]);
        out.push(row);
    }
    let mass: Vec<f32> = out.iter().map(|r| r[8]).collect();
    for (row, rank) in out.iter_mut().zip(ranks(&mass)) {
        row[9] = rank;
    }
    out
}
