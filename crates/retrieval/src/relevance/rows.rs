//! Features of documents that may answer. Owns their names and order; must not know how they are weighed.

use super::Text;
use super::asked::Asked;
use super::read::{Read, Reader};
use crate::dense::Code;

/// Features of a candidate. `_ratio`: of the best candidate's; `_rank`: 1 for the first, less for those behind; `_share`: of
/// the most there could be.
pub const FEATURES: &[&str] = &[
    // The engine's and the whole document's words.
    "passage_bm25_share",
    "passage_bm25_ratio",
    "passage_bm25_rank",
    "doc_bm25_share",
    "doc_bm25_ratio",
    "doc_bm25_rank",
    "doc_coverage",
    "doc_coverage_ratio",
    "passage_coverage",
    "title_coverage",
    "title_coverage_ratio",
    "heading_coverage",
    "synonyms",
    "heaviest_1",
    "heaviest_3",
    "heaviest_1_title",
    "heaviest_3_title",
    "pairs",
    "pairs_title",
    // Sentences.
    "sentence_bm25_share",
    "sentence_bm25_ratio",
    "sentence_coverage",
    "sentence_cosine",
    "sentence_cosine_ratio",
    "sentence_near",
    // Vectors.
    "title_cosine",
    "title_cosine_ratio",
    "title_cosine_rank",
    "doc_cosine",
    "doc_cosine_ratio",
    "doc_cosine_rank",
    "passage_cosine",
    "passage_cosine_ratio",
    "whole_cosine",
    "whole_title_cosine",
    // Piece by piece.
    "doc_near",
    "doc_near_ratio",
    "doc_near_rank",
    "doc_near_rare",
    "doc_near_rare_ratio",
    "doc_near_least",
    "title_near",
    "title_near_ratio",
    "title_near_rare",
    "title_about",
    "title_about_ratio",
    "doc_about",
    "passage_about",
    // What is asked of the thing.
    "aspect_title",
    "aspect_title_other",
    "aspect_heading",
    "aspect_doc",
    "aspect_passage",
    // The question, the same for all its candidates.
    "q_terms",
    "q_words",
    "q_filler",
    "q_own",
    "q_sentences",
    "q_mark",
    "q_mean_weight",
    "q_most_weight",
    "q_missing",
    "q_aspects",
    "q_best_share",
    "q_spread",
    "q_best_cosine",
    "q_cosine_spread",
    "q_agreement",
];

/// How many there are.
pub const WIDTH: usize = FEATURES.len();

/// What the trees correct: words and vectors mixed seven to three, each against the best candidate's. The trees are trained on
/// top of it (`training/documents/train.py` has the same numbers).
pub(super) fn mixture(row: &[f32]) -> f64 {
    let of = |name: usize| f64::from(row.get(name).copied().unwrap_or(0.0));
    5.0 * (0.7 * of(DOC_BM25_RATIO) + 0.3 * of(DOC_COSINE_RATIO))
}

/// Of a row: the cosine of the question's subject and the document.
pub fn cosine(row: &[f32]) -> f32 {
    row.get(DOC_COSINE).copied().unwrap_or(0.0)
}

const DOC_BM25_RATIO: usize = 4;
const DOC_COSINE: usize = 28;
const DOC_COSINE_RATIO: usize = 29;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A candidate, read.
struct Seen {
    title: Read,
    heading: Read,
    passage: Read,
    doc: Read,
    bm25: f32,
    sentence: [f32; 4],
    cosines: [f32; 5],
    near: [f32; 5],
}

/// BM25 with a length norm for `mean` bytes, as a share of the most a text can have.
fn bm25(asked: &Asked, read: &Read, mean: f32) -> f32 {
    let norm = K1 * (1.0 - B + B * read.bytes / mean);
    let sum: f32 = asked.terms.iter().zip(&read.counts).map(|((w, _), tf)| w * tf * (K1 + 1.0) / (tf + norm)).sum();
    share(sum, asked.weight * (K1 + 1.0))
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Share of the weight of the words asked for that stands there.
fn coverage(asked: &Asked, read: &Read) -> f32 {
    let held: f32 =
        asked.terms.iter().zip(&read.counts).filter(|((_, a), n)| *a && **n > 0.0).map(|((w, _), _)| w).sum();
    share(held, asked.weight)
}

/// How near the pieces of the question come: mean by weight in English, by rarity in the library, and the least.
fn nearness(asked: &Asked, read: &Read) -> [f32; 3] {
    let (mut sum, mut weight, mut rare, mut rarity, mut least) = (0f32, 0f32, 0f32, 0f32, 1f32);
    for ((piece, r), near) in asked.pieces.iter().zip(&asked.rarity).zip(&read.near) {
        sum += piece.weight * near;
        weight += piece.weight;
        rare += r * near;
        rarity += r;
        least = least.min(*near);
    }
    [share(sum, weight), share(rare, rarity), least]
}

fn likeness(question: &Code, read: &Read) -> f32 {
    question.cosine(&read.sum.vector().code())
}

fn see(reader: &mut Reader<'_>, text: &Text<'_>, mean: f32) -> Seen {
    let asked = reader.asked;
    let title = reader.read(text.title);
    let headings: Vec<usize> = text.heading.iter().map(|h| reader.read(h)).collect();
    let sentences: Vec<usize> = text.sentences.iter().map(|s| reader.read(s)).collect();
    let own = |read: usize| reader.reads[read].clone();
    let joined = |some: &[usize]| {
        let mut all = Read::nothing(asked);
        some.iter().for_each(|s| all.join(&reader.reads[*s]));
        all
    };
    let title = own(title);
    let heading = joined(&headings);
    let passage = joined(sentences.get(text.passage.clone()).unwrap_or_default());
    let mut doc = joined(&sentences);
    doc.join(&heading);
    let mut sentence = [0f32; 4];
    for at in &sentences {
        let read = &reader.reads[*at];
        let seen =
            [bm25(asked, read, 160.0), coverage(asked, read), likeness(&asked.subject, read), nearness(asked, read)[0]];
        sentence.iter_mut().zip(seen).for_each(|(to, x)| *to = to.max(x));
    }
    let bare = doc.clone();
    doc.join(&title);
    let of_doc = nearness(asked, &doc);
    let of_title = nearness(asked, &title);
    Seen {
        bm25: bm25(asked, &doc, mean),
        sentence,
        cosines: [
            likeness(&asked.subject, &title),
            likeness(&asked.subject, &doc),
            likeness(&asked.subject, &passage),
            likeness(&asked.whole, &bare),
            likeness(&asked.whole, &title),
        ],
        near: [of_doc[0], of_doc[1], of_doc[2], of_title[0], of_title[1]],
        title,
        heading,
        passage,
        doc,
    }
}

/// A column over all candidates, with its greatest value and each one's rank as 1 / (1 + number above).
struct Column {
    values: Vec<f32>,
    most: f32,
    ranks: Vec<f32>,
}

impl Column {
    fn new(values: Vec<f32>) -> Self {
        let mut sorted = values.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let ranks = values.iter().map(|v| 1.0 / (1.0 + sorted.partition_point(|s| s > v) as f32)).collect();
        Self { most: sorted.first().copied().unwrap_or(0.0), values, ranks }
    }

    fn ratio(&self, at: usize) -> f32 {
        share(self.values[at], self.most)
    }

    /// How far the tenth lies below the first, as a share of the first.
    fn spread(&self) -> f32 {
        let mut sorted = self.values.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let tenth = sorted.get(9).or(sorted.last()).copied().unwrap_or(0.0);
        share(self.most - tenth, self.most)
    }
}

/// One row a candidate, in the order given. `mean`: bytes of an average passage of the library.
pub(super) fn rows(reader: &mut Reader<'_>, texts: &[Text<'_>], mean: f32) -> Vec<Vec<f32>> {
    let asked = reader.asked;
    let all: Vec<Seen> = texts.iter().map(|t| see(reader, t, mean)).collect();
    let column = |f: &dyn Fn(&Seen) -> f32| Column::new(all.iter().map(f).collect());
    let top = asked.weight * (K1 + 1.0);
    let engine = Column::new(texts.iter().map(|t| share(t.lexical, top)).collect());
    let bm25 = column(&|s| s.bm25);
    let coverages = column(&|s| coverage(asked, &s.doc));
    let titles = column(&|s| coverage(asked, &s.title));
    let sentence = column(&|s| s.sentence[0]);
    let sentence_cosine = column(&|s| s.sentence[2]);
    let [title_cosine, doc_cosine, passage_cosine] = [0, 1, 2].map(|i| column(&|s| s.cosines[i]));
    let [near, rare, title_near] = [0, 1, 3].map(|i| column(&|s| s.near[i]));
    let title_about = column(&|s| share(s.title.about, s.title.weight));
    let heavy = |read: &Read, n: usize| {
        let some = || asked.heaviest.iter().take(n).map(|t| (asked.terms[*t].0, read.counts[*t]));
        share(some().filter(|(_, c)| *c > 0.0).map(|(w, _)| w).sum(), some().map(|(w, _)| w).sum())
    };
    let pairs = |read: &Read| share(read.pairs.iter().filter(|p| **p).count() as f32, asked.pairs.len() as f32);
    let wanted = asked.aspects.iter().filter(|a| **a).count() as f32;
    let aspects = |read: &Read, own: bool| -> f32 {
        read.aspects.iter().zip(&asked.aspects).filter(|(n, a)| **a == own && **n > 0.0).count() as f32
    };
    let dense = |read: &Read| -> f32 {
        let words: f32 = read.aspects.iter().zip(&asked.aspects).filter(|(_, a)| **a).map(|(n, _)| n).sum();
        share(words * 100.0, read.bytes)
    };
    let agreement = {
        let first = |c: &Column| -> Vec<usize> { (0..texts.len()).filter(|i| c.ranks[*i] > 1.0 / 10.5).collect() };
        let (a, b) = (first(&bm25), first(&doc_cosine));
        share(a.iter().filter(|i| b.contains(i)).count() as f32, a.len() as f32)
    };
    let held = |t: usize| all.iter().any(|s| s.doc.counts[t] > 0.0);
    let missing: f32 =
        (0..asked.terms.len()).filter(|t| asked.terms[*t].1 && !held(*t)).map(|t| asked.terms[t].0).sum();
    let asked_for = asked.terms.iter().filter(|t| t.1).count() as f32;
    let question = [
        asked_for,
        asked.words,
        share(asked.filler, asked.words),
        share(asked.own, asked.words),
        asked.sentences,
        asked.question,
        share(asked.weight, asked_for),
        asked.heaviest.first().map_or(0.0, |t| asked.terms[*t].0),
        share(missing, asked.weight),
        wanted,
        bm25.most,
        bm25.spread(),
        doc_cosine.most,
        doc_cosine.spread(),
        agreement,
    ];
    all.iter()
        .enumerate()
        .map(|(i, s)| {
            let synonyms: f32 =
                asked.terms.iter().zip(&s.doc.counts).filter(|((_, a), n)| !a && **n > 0.0).map(|((w, _), _)| w).sum();
            let mut row = vec![
                engine.values[i],
                engine.ratio(i),
                engine.ranks[i],
                s.bm25,
                bm25.ratio(i),
                bm25.ranks[i],
                coverages.values[i],
                coverages.ratio(i),
                coverage(asked, &s.passage),
                titles.values[i],
                titles.ratio(i),
                coverage(asked, &s.heading),
                share(synonyms, asked.weight),
                heavy(&s.doc, 1),
                heavy(&s.doc, 3),
                heavy(&s.title, 1),
                heavy(&s.title, 3),
                pairs(&s.doc),
                pairs(&s.title),
                s.sentence[0],
                sentence.ratio(i),
                s.sentence[1],
                s.sentence[2],
                sentence_cosine.ratio(i),
                s.sentence[3],
                s.cosines[0],
                title_cosine.ratio(i),
                title_cosine.ranks[i],
                s.cosines[1],
                doc_cosine.ratio(i),
                doc_cosine.ranks[i],
                s.cosines[2],
                passage_cosine.ratio(i),
                s.cosines[3],
                s.cosines[4],
                s.near[0],
                near.ratio(i),
                near.ranks[i],
                s.near[1],
                rare.ratio(i),
                s.near[2],
                s.near[3],
                title_near.ratio(i),
                s.near[4],
                title_about.values[i],
                title_about.ratio(i),
                share(s.doc.about, s.doc.weight),
                share(s.passage.about, s.passage.weight),
                share(aspects(&s.title, true), wanted),
                aspects(&s.title, false),
                share(aspects(&s.heading, true), wanted),
                dense(&s.doc),
                dense(&s.passage),
            ];
            row.extend_from_slice(&question);
            debug_assert_eq!(row.len(), WIDTH);
            row
        })
        .collect()
}
