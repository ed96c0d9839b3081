//! Features of the sentences of one article for one question. The same code makes the rows that a model is trained on and
//! those it ranks, so the two cannot drift apart.
//!
//! Owns the list of features and their arithmetic. Must not know how they are weighed.

use super::article::{Article, Section};
use super::prepared::{Prepared, Read};
use super::question::Asked;
use super::signs;
use evidence::Part;

/// Features of a sentence.
pub const SENTENCE_FEATURES: &[&str] = &[
    "bm25",
    "bm25_ratio",
    "bm25_rank",
    "coverage",
    "coverage_general",
    "outcome_coverage",
    "treatment_coverage",
    "untitled_coverage",
    "untitled_share",
    "outcome_general",
    "window_coverage",
    "window_outcome",
    "passage_bm25_ratio",
    "passage_coverage",
    "passage_outcome",
    "heading_coverage",
    "heading_outcome",
    "span",
    "pairs",
    "outcome_pairs",
    "cosine",
    "cosine_ratio",
    "cosine_rank",
    "outcome_cosine",
    "outcome_cosine_rank",
    "treatment_cosine",
    "passage_cosine",
    "passage_cosine_rank",
    "near",
    "near_min",
    "near_excess",
    "near_excess_rank",
    "outcome_near",
    "outcome_near_min",
    "outcome_excess",
    "outcome_excess_rank",
    "treatment_near",
    "about",
    "previous_bm25",
    "next_bm25",
    "previous_excess",
    "next_excess",
    "previous_outcome",
    "passage_excess",
    "significant",
    "none",
    "up",
    "down",
    "compare",
    "group",
    "aim",
    "background",
    "method",
    "table",
    "numbers",
    "percents",
    "p_value",
    "interval",
    "spread",
    "references",
    "digits",
    "ended",
    "previous_result",
    "position",
    "index",
    "left",
    "part",
    "section",
    "words",
    "place",
    "place_left",
    "sentences",
    "terms",
    "general_weight",
    "compared",
    "placed",
    "best_bm25",
    "best_cosine",
    "best_excess",
    "titled",
    "repeats_outcome",
    "parts_coverage",
    "parts_outcome",
    "other_names",
    "window_excess",
    "passage_union_excess",
    "untitled_excess",
    "untitled_excess_rank",
    "echo",
    "echo_rank",
];

/// How many there are.
pub const SENTENCE_WIDTH: usize = SENTENCE_FEATURES.len();

const K1: f32 = 1.2;
const B: f32 = 0.5;
/// A word that the title comes so near to is what the whole article is about.
const TITLED: f32 = 0.6;
/// Sentences that others are compared with, to see whether they say the same.
const ECHOED: usize = 5;

/// What is known of the whole article before any sentence is looked at.
struct Field {
    /// Weight of each word of the question in this article: inverse document frequency among its sentences.
    weights: Vec<f32>,
    mean_words: f32,
    /// Of each word asked, how near sentences come on average.
    usual: Vec<f32>,
    bm25: Vec<f32>,
    cosine: Vec<f32>,
    outcome_cosine: Vec<f32>,
    excess: Vec<f32>,
    outcome_excess: Vec<f32>,
    passage_bm25: Vec<f32>,
    passage_cosine: Vec<f32>,
    passage_excess: Vec<f32>,
    /// Excess over words that the title does not come near.
    untitled_excess: Vec<f32>,
    /// How like the few sentences a sentence is that come nearest to the question.
    echo: Vec<f32>,
    /// Ranks by BM25, cosine, cosine with the outcome, excess, that of the outcome, that untitled, and echo.
    ranks: [Vec<f32>; 7],
    /// Ranks of passages by cosine.
    passage_ranks: Vec<f32>,
    /// Excess of each passage, all its sentences taken together.
    unions: Vec<f32>,
}

/// One row a sentence, in order.
pub(super) fn rows(asked: &Asked, article: &Article<'_>, prepared: &Prepared) -> Vec<Vec<f32>> {
    let field = Field::of(asked, prepared);
    (0..prepared.sentences.len()).map(|at| row(asked, article, prepared, &field, at)).collect()
}

impl Field {
    fn of(asked: &Asked, p: &Prepared) -> Self {
        let n = p.sentences.len() as f32;
        let weights: Vec<f32> = (0..asked.terms.len())
            .map(|t| {
                let df = p.sentences.iter().filter(|s| s.counts[t] > 0.0).count() as f32;
                (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
            })
            .collect();
        let mean_words = (p.sentences.iter().map(|s| s.words).sum::<f32>() / n.max(1.0)).max(1.0);
        let usual: Vec<f32> =
            (0..asked.terms.len()).map(|q| p.sentences.iter().map(|s| s.near[q]).sum::<f32>() / n.max(1.0)).collect();
        let mut field = Self {
            weights,
            mean_words,
            usual,
            bm25: Vec::new(),
            cosine: p.sentences.iter().map(|s| asked.whole.cosine(&s.vector)).collect(),
            outcome_cosine: p.sentences.iter().map(|s| asked.outcome.cosine(&s.vector)).collect(),
            excess: p.sentences.iter().map(|_| 0.0).collect(),
            outcome_excess: Vec::new(),
            passage_bm25: Vec::new(),
            passage_cosine: p.vectors.iter().map(|v| asked.whole.cosine(v)).collect(),
            passage_excess: Vec::new(),
            untitled_excess: Vec::new(),
            echo: Vec::new(),
            ranks: Default::default(),
            passage_ranks: Vec::new(),
            unions: Vec::new(),
        };
        field.bm25 = p.sentences.iter().map(|s| field.bm25_of(&s.counts, s.words, mean_words)).collect();
        field.excess = p.sentences.iter().map(|s| field.excess_of(asked, &s.near, |_| true)).collect();
        field.outcome_excess =
            p.sentences.iter().map(|s| field.excess_of(asked, &s.near, |q| asked.terms[q].outcome)).collect();
        let untitled = |q: usize| p.title.near[q] < TITLED;
        field.untitled_excess = p.sentences.iter().map(|s| field.excess_of(asked, &s.near, untitled)).collect();
        field.echo = field.echoes(p);
        for range in &p.passages {
            let own = &p.sentences[range.clone()];
            let words: f32 = own.iter().map(|s| s.words).sum();
            field.passage_bm25.push(field.bm25_of(&total(asked, own), words, 5.0 * mean_words));
            field.passage_excess.push(range.clone().map(|i| field.excess[i]).fold(0.0, f32::max));
        }
        field.ranks = [
            &field.bm25,
            &field.cosine,
            &field.outcome_cosine,
            &field.excess,
            &field.outcome_excess,
            &field.untitled_excess,
            &field.echo,
        ]
        .map(|v| ranks(v));
        field.passage_ranks = ranks(&field.passage_cosine);
        let union =
            |r: &std::ops::Range<usize>| field.excess_of(asked, &nearest(asked, &p.sentences[r.clone()]), |_| true);
        field.unions = p.passages.iter().map(union).collect();
        field
    }

    fn bm25_of(&self, counts: &[f32], words: f32, mean: f32) -> f32 {
        let norm = K1 * (1.0 - B + B * words / mean);
        counts.iter().zip(&self.weights).map(|(tf, w)| w * tf * (K1 + 1.0) / (tf + norm)).sum()
    }

    /// How much nearer than usual in this article a sentence comes to the words of the question.
    fn excess_of(&self, asked: &Asked, near: &[f32], wanted: impl Fn(usize) -> bool) -> f32 {
        let (mut sum, mut total) = (0f32, 0f32);
        for (q, term) in asked.terms.iter().enumerate().filter(|(q, _)| wanted(*q)) {
            sum += term.weight * (near[q] - self.usual[q]);
            total += term.weight;
        }
        share(sum, total)
    }

    /// For each sentence, the mean cosine with the few that come nearest to the question, itself left out.
    fn echoes(&self, p: &Prepared) -> Vec<f32> {
        let mut order: Vec<usize> = (0..p.sentences.len()).collect();
        order.sort_by(|a, b| self.excess[*b].total_cmp(&self.excess[*a]).then(a.cmp(b)));
        order.truncate(ECHOED);
        let echo = |at: usize| {
            let others = order.iter().filter(|o| **o != at);
            let sum: f32 = others.clone().map(|o| p.sentences[*o].vector.cosine(&p.sentences[at].vector)).sum();
            share(sum, others.count() as f32)
        };
        (0..p.sentences.len()).map(echo).collect()
    }

    /// Share of the weight of the wanted words that `counts` holds, by the weights of this article.
    fn coverage(&self, counts: &[f32], wanted: impl Fn(usize) -> bool) -> f32 {
        let (mut held, mut total) = (0f32, 0f32);
        for (t, weight) in self.weights.iter().enumerate().filter(|(t, _)| wanted(*t)) {
            total += weight;
            held += if counts[t] > 0.0 { *weight } else { 0.0 };
        }
        share(held, total)
    }
}

pub(super) fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn total(asked: &Asked, sentences: &[Read]) -> Vec<f32> {
    let mut counts = vec![0f32; asked.terms.len()];
    for s in sentences {
        counts.iter_mut().zip(&s.counts).for_each(|(to, x)| *to += x);
    }
    counts
}

/// For each word asked, how near any of the sentences comes.
fn nearest(asked: &Asked, sentences: &[Read]) -> Vec<f32> {
    let mut near = vec![0f32; asked.terms.len()];
    for s in sentences {
        near.iter_mut().zip(&s.near).for_each(|(to, x)| *to = to.max(*x));
    }
    near
}

/// Share of the weight of the wanted words, each as far as a word of the sentence shares letters with it.
fn in_parts(asked: &Asked, s: &Read, wanted: impl Fn(usize) -> bool) -> f32 {
    let (mut held, mut total) = (0f32, 0f32);
    for (t, term) in asked.terms.iter().enumerate().filter(|(t, _)| wanted(*t)) {
        total += term.weight;
        held += term.weight * if s.counts[t] > 0.0 { 1.0 } else { s.parts[t] };
    }
    share(held, total)
}

fn general(asked: &Asked, counts: &[f32], wanted: impl Fn(usize) -> bool) -> f32 {
    let (mut held, mut total) = (0f32, 0f32);
    for (t, term) in asked.terms.iter().enumerate().filter(|(t, _)| wanted(*t)) {
        total += term.weight;
        held += if counts[t] > 0.0 { term.weight } else { 0.0 };
    }
    share(held, total)
}

/// 1 over the rank of each value among all, best 1; equal values share the better rank.
pub(super) fn ranks(values: &[f32]) -> Vec<f32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    values.iter().map(|v| 1.0 / (1.0 + sorted.partition_point(|x| x.total_cmp(v).is_gt()) as f32)).collect()
}

pub(super) fn best(values: &[f32]) -> f32 {
    values.iter().copied().fold(0.0, f32::max)
}

/// Words of the question that a sentence holds, over the words of the shortest stretch that holds them all.
fn span(s: &Read) -> f32 {
    let mut wanted: Vec<usize> = s.hits.iter().map(|h| h.1).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.len() < 2 {
        return 0.0;
    }
    let mut counts = vec![0u32; wanted.last().map_or(0, |t| t + 1)];
    let (mut first, mut held, mut shortest) = (0, 0, u32::MAX);
    for &(end, term) in &s.hits {
        counts[term] += 1;
        held += usize::from(counts[term] == 1);
        while held == wanted.len() {
            let (start, term) = s.hits[first];
            shortest = shortest.min(end - start + 1);
            counts[term] -= 1;
            held -= usize::from(counts[term] == 0);
            first += 1;
        }
    }
    wanted.len() as f32 / shortest as f32
}

/// Share of the question's neighbouring words that stand together here too.
fn pairs(asked: &Asked, s: &Read, wanted: impl Fn(usize) -> bool) -> f32 {
    let (mut found, mut all) = (0f32, 0f32);
    for &(a, b) in asked.pairs.iter().filter(|(a, b)| wanted(*a) && wanted(*b)) {
        all += 1.0;
        let together = s
            .hits
            .windows(2)
            .any(|w| w[1].0 - w[0].0 <= 3 && ((w[0].1 == a && w[1].1 == b) || (w[0].1 == b && w[1].1 == a)));
        found += if together { 1.0 } else { 0.0 };
    }
    share(found, all)
}

fn near(asked: &Asked, s: &Read, wanted: impl Fn(usize) -> bool) -> (f32, f32) {
    let (mut sum, mut total, mut least) = (0f32, 0f32, 1f32);
    for (q, term) in asked.terms.iter().enumerate().filter(|(q, _)| wanted(*q)) {
        sum += term.weight * s.near[q];
        total += term.weight;
        least = least.min(s.near[q]);
    }
    if total > 0.0 { (sum / total, least) } else { (0.0, 0.0) }
}

fn row(asked: &Asked, article: &Article<'_>, p: &Prepared, f: &Field, at: usize) -> Vec<f32> {
    let s = &p.sentences[at];
    let range = &p.passages[s.passage];
    let paragraph = &article.passages[s.passage];
    let previous = at.checked_sub(1);
    let next = Some(at + 1).filter(|i| *i < p.sentences.len());
    let of = |i: Option<usize>, values: &[f32]| i.map_or(0.0, |i| values[i]);
    let outcome = |t: usize| asked.terms[t].outcome;
    let treatment = |t: usize| asked.terms[t].treatment;
    let untitled = |t: usize| p.title.counts[t] == 0.0;
    let around = &p.sentences[at.saturating_sub(1)..(at + 2).min(p.sentences.len())];
    let window = total(asked, around);
    let passage = total(asked, &p.sentences[range.clone()]);
    let heading = &p.headings[s.passage];
    let (near_mean, near_min) = near(asked, s, |_| true);
    let (outcome_near, outcome_near_min) = near(asked, s, |q| asked.terms[q].outcome);
    let (treatment_near, _) = near(asked, s, |q| asked.terms[q].treatment);
    let result = |i: usize| {
        let s = &p.sentences[i];
        s.signs[signs::SIGNIFICANT] + s.figures.p_value + s.figures.interval
    };
    let sentences = p.sentences.len() as f32;
    let untitled_share = share(
        asked.terms.iter().enumerate().filter(|(t, _)| untitled(*t)).map(|(_, t)| t.weight).sum(),
        asked.terms.iter().map(|t| t.weight).sum(),
    );
    let repeats: f32 =
        asked.terms.iter().enumerate().filter(|(_, t)| t.outcome).map(|(t, _)| s.counts[t].min(3.0)).sum();
    let sign = |kind: usize| s.signs[kind];
    let row = vec![
        f.bm25[at],
        share(f.bm25[at], best(&f.bm25)),
        f.ranks[0][at],
        f.coverage(&s.counts, |_| true),
        general(asked, &s.counts, |_| true),
        f.coverage(&s.counts, outcome),
        f.coverage(&s.counts, treatment),
        f.coverage(&s.counts, untitled),
        untitled_share,
        general(asked, &s.counts, outcome),
        f.coverage(&window, |_| true),
        f.coverage(&window, outcome),
        share(f.passage_bm25[s.passage], best(&f.passage_bm25)),
        f.coverage(&passage, |_| true),
        f.coverage(&passage, outcome),
        f.coverage(heading, |_| true),
        f.coverage(heading, outcome),
        span(s),
        pairs(asked, s, |_| true),
        pairs(asked, s, outcome),
        f.cosine[at],
        share(f.cosine[at], best(&f.cosine)),
        f.ranks[1][at],
        f.outcome_cosine[at],
        f.ranks[2][at],
        asked.treatment.cosine(&s.vector),
        f.passage_cosine[s.passage],
        f.passage_ranks[s.passage],
        near_mean,
        near_min,
        f.excess[at],
        f.ranks[3][at],
        outcome_near,
        outcome_near_min,
        f.outcome_excess[at],
        f.ranks[4][at],
        treatment_near,
        s.about,
        share(of(previous, &f.bm25), best(&f.bm25)),
        share(of(next, &f.bm25), best(&f.bm25)),
        of(previous, &f.excess),
        of(next, &f.excess),
        of(previous, &f.outcome_excess),
        f.passage_excess[s.passage],
        sign(signs::SIGNIFICANT),
        sign(signs::NONE),
        sign(signs::UP),
        sign(signs::DOWN),
        sign(signs::COMPARE),
        sign(signs::GROUP),
        sign(signs::AIM),
        sign(signs::BACKGROUND),
        sign(signs::METHOD),
        sign(signs::TABLE),
        s.figures.numbers,
        s.figures.percents,
        s.figures.p_value,
        s.figures.interval,
        s.figures.spread,
        s.figures.references,
        s.figures.digits,
        s.figures.ended,
        previous.map_or(0.0, result),
        at as f32 / sentences,
        at as f32,
        sentences - at as f32,
        part(paragraph.part),
        section(Section::of(paragraph.heading)),
        s.words / f.mean_words.max(20.0) * 20.0,
        s.place as f32,
        range.end as f32 - at as f32 - 1.0,
        sentences,
        asked.terms.len() as f32,
        asked.terms.iter().map(|t| t.weight).sum(),
        f32::from(u8::from(asked.compared)),
        f32::from(u8::from(asked.placed)),
        best(&f.bm25),
        best(&f.cosine),
        best(&f.excess),
        f.coverage(&p.title.counts, |_| true),
        repeats,
        in_parts(asked, s, |_| true),
        in_parts(asked, s, outcome),
        s.counts.iter().filter(|c| **c > 0.0 && **c < 1.0).count() as f32,
        f.excess_of(asked, &nearest(asked, around), |_| true),
        f.unions[s.passage],
        f.untitled_excess[at],
        f.ranks[5][at],
        f.echo[at],
        f.ranks[6][at],
    ];
    debug_assert_eq!(row.len(), SENTENCE_WIDTH);
    row
}

/// Parts in an order that one threshold can cut.
pub(super) fn part(part: Part) -> f32 {
    match part {
        Part::Abstract => 0.0,
        Part::OtherAbstract => 1.0,
        Part::Body => 2.0,
        Part::Table => 3.0,
        Part::Figure => 4.0,
    }
}

pub(super) fn section(section: Section) -> f32 {
    match section {
        Section::Background => 0.0,
        Section::Methods => 1.0,
        Section::Unknown => 2.0,
        Section::Discussion => 3.0,
        Section::Conclusion => 4.0,
        Section::Results => 5.0,
    }
}
