//! Excerpts: the sentences of several documents that together answer a question.
//!
//! Owns choosing them: near the question, near what the documents agree on, none saying again what another says, and in an
//! order that can be read. It must not know where documents are kept, and judges no claim: what is chosen is still quoted
//! word for word, cited and checked.
//!
//! Method: maximal marginal relevance (Carbonell and Goldstein 1998, SIGIR) over static vectors, with centrality as in
//! centroid summaries (Radev 2004, Inf. Process. Manag. 40:919). Every weight is a round number set by hand; there is no
//! trained part. Figures: `evals/runs/2026-11-27-summaries/`.

use clinical::Intent;
use retrieval::dense::{Embedder, Vector};
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// Words that an excerpt of one document has on average; [`Length::fitting`] multiplies.
const WORDS_A_DOCUMENT: usize = 80;
/// How much it counts that another document says nearly the same.
const ECHOED: f64 = 0.3;
/// How much it counts to be near the middle of all that is said.
const CENTRAL: f64 = 0.3;
/// How much it counts that the sentences around are near the question.
const AROUND: f64 = 0.2;
/// What a sentence loses that asks, is a fragment or a link.
const NO_STATEMENT: f64 = 0.2;
/// What a sentence loses for being near one that is chosen.
const SAID: f64 = 0.2;
/// Share of a sentence's words in one that is chosen, from which on it says nothing more.
const SAME: f64 = 0.8;
/// Sentences on either side that are around.
const NEIGHBOURS: usize = 2;
/// Words below which a sentence is a heading or the item of a list.
const FRAGMENT: usize = 6;

/// How long excerpts may get, in words. A little more is taken rather than a sentence cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length(pub usize);

impl Length {
    /// What fits a question answered from so many documents.
    pub fn fitting(documents: usize) -> Self {
        Self(WORDS_A_DOCUMENT * documents.max(1))
    }
}

/// A sentence chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excerpt {
    /// Its document, by its place among those given.
    pub document: usize,
    /// Its place in the document.
    pub sentence: usize,
    /// How near it is to what is asked and said. Compares within one call only.
    pub score: f64,
}

/// A sentence looked at.
struct Candidate<'a> {
    document: usize,
    sentence: usize,
    text: &'a str,
    words: usize,
    stems: BTreeSet<String>,
    vector: Vector,
    score: f64,
}

/// Chooses sentences of documents for a question. `documents` holds the sentences of each, in order; `intents` are those
/// read out of the question ([`clinical::Case`] holds them).
///
/// In reading order: documents by their best sentence, the sentences of each as they stand in it. Empty only where there is
/// no sentence. Deterministic; equal ones go to the earlier. Cost: some 20 µs a sentence, and the square of their number
/// times 0.2 µs.
pub fn excerpts(question: &str, intents: &[Intent], documents: &[Vec<&str>], length: Length) -> Vec<Excerpt> {
    let mut candidates = read(documents);
    score(question, intents, &mut candidates);
    let mut chosen = choose(&candidates, length.0);
    let best = |document: usize| {
        let of = candidates.iter().filter(|c| c.document == document).map(|c| c.score);
        of.fold(f64::MIN, f64::max)
    };
    chosen.sort_by(|a, b| {
        let (a, b) = (&candidates[*a], &candidates[*b]);
        let by_best = best(b.document).total_cmp(&best(a.document));
        by_best.then(a.document.cmp(&b.document)).then(a.sentence.cmp(&b.sentence))
    });
    let excerpt = |at: usize| {
        let c = &candidates[at];
        Excerpt { document: c.document, sentence: c.sentence, score: c.score }
    };
    chosen.into_iter().map(excerpt).collect()
}

fn read<'a>(documents: &[Vec<&'a str>]) -> Vec<Candidate<'a>> {
    let embedder = Embedder::shipped();
    let mut analyzer = Analyzer::default();
    let mut out = Vec::new();
    for (document, sentences) in documents.iter().enumerate() {
        for (sentence, text) in sentences.iter().enumerate() {
            let mut stems = BTreeSet::new();
            analyzer.each(text, |token| {
                let word = text.get(token.start..token.end).unwrap_or_default().to_lowercase();
                if !is_filler(&word) {
                    stems.insert(token.stem.to_owned());
                }
            });
            let words = text.split_whitespace().count();
            out.push(Candidate { document, sentence, text, words, stems, vector: embedder.embed(text), score: 0.0 });
        }
    }
    out
}

fn score(question: &str, intents: &[Intent], candidates: &mut [Candidate<'_>]) {
    let embedder = Embedder::shipped();
    let asked = embedder.embed(&format!("{question} {}", wanted(intents)));
    let near: Vec<f64> = candidates.iter().map(|c| cosine(&asked, &c.vector)).collect();
    let mut sum = retrieval::dense::Sum::default();
    candidates.iter().for_each(|c| sum.add_vector(&c.vector, 1.0));
    let middle = sum.vector();
    let scores: Vec<f64> = candidates
        .iter()
        .enumerate()
        .map(|(at, c)| {
            let others = candidates.iter().filter(|o| o.document != c.document);
            let echoed = others.map(|o| cosine(&o.vector, &c.vector)).fold(0.0, f64::max);
            let (from, to) = (at.saturating_sub(NEIGHBOURS), (at + NEIGHBOURS + 1).min(candidates.len()));
            let around = (from..to).filter(|i| *i != at && candidates[*i].document == c.document).map(|i| near[i]);
            let around: Vec<f64> = around.collect();
            let around = around.iter().sum::<f64>() / around.len().max(1) as f64;
            let lost = if is_statement(c) { 0.0 } else { NO_STATEMENT };
            near[at] + ECHOED * echoed + CENTRAL * cosine(&middle, &c.vector) + AROUND * around - lost
        })
        .collect();
    for (c, score) in candidates.iter_mut().zip(scores) {
        c.score = score;
    }
}

fn choose(candidates: &[Candidate<'_>], words: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..candidates.len()).collect();
    let mut said = vec![0f64; candidates.len()];
    let (mut chosen, mut taken): (Vec<usize>, usize) = (Vec::new(), 0);
    while taken < words && !left.is_empty() {
        let worth = |at: usize| candidates[at].score - SAID * said[at];
        let better = |a: usize, b: usize| if worth(left[b]) > worth(left[a]) { b } else { a };
        let Some(place) = (0..left.len()).reduce(better) else { break };
        let at = left.remove(place);
        let c = &candidates[at];
        let too_long = taken > 0 && taken + c.words > words + words / 10;
        if too_long || c.words == 0 || chosen.iter().any(|k| says_again(c, &candidates[*k])) {
            continue;
        }
        chosen.push(at);
        taken += c.words;
        for &other in &left {
            said[other] = said[other].max(cosine(&c.vector, &candidates[other].vector));
        }
    }
    chosen
}

/// Whether a sentence has nearly no word that the other has not. A figure or a denial more is another statement.
fn says_again(c: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let shared = c.stems.intersection(&other.stems).count();
    let new = || c.stems.difference(&other.stems);
    let adds = || new().any(|s| s.starts_with(|d: char| d.is_ascii_digit())) || denies(c.text) != denies(other.text);
    !c.stems.is_empty() && shared as f64 >= SAME * c.stems.len() as f64 && !adds()
}

fn denies(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|w| matches!(w.to_ascii_lowercase().as_str(), "no" | "not" | "never" | "without" | "cannot" | "nor"))
}

fn is_statement(c: &Candidate<'_>) -> bool {
    let text = c.text;
    c.words >= FRAGMENT && !text.trim_end().ends_with('?') && !text.contains("http") && !text.contains('<')
}

/// Words in which what is wanted is said where the question says it otherwise ("what helps", "find a surgeon").
fn wanted(intents: &[Intent]) -> &'static str {
    match intents.first() {
        Some(Intent::Treatment) => "treatment therapy medicines drugs surgery",
        Some(Intent::Diagnosis) => "diagnosis causes symptoms signs",
        Some(Intent::Workup) => "tests imaging examination diagnosis",
        Some(Intent::Monitoring | Intent::FollowUp) => "monitoring follow-up checks",
        Some(Intent::Prognosis) => "prognosis outlook survival",
        Some(Intent::Prevention) => "prevention risk vaccination screening",
        Some(Intent::Safety) => "side effects risk safety",
        Some(Intent::Dosing) => "dose mg daily",
        _ => "",
    }
}

fn cosine(a: &Vector, b: &Vector) -> f64 {
    let products = a.components().iter().zip(b.components()).map(|(x, y)| f64::from(*x) * f64::from(*y));
    products.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents() -> Vec<Vec<&'static str>> {
        vec![
            vec![
                "Psoriasis is a chronic disease of the skin that affects two in a hundred people.",
                "Mild plaque psoriasis is treated with topical corticosteroids and vitamin D analogues.",
                "Would you like to know more?",
                "Phototherapy is an option when creams alone do not clear the plaques.",
            ],
            vec![
                "The hospital was founded in 1911 and moved to its present site after a fire.",
                "Topical corticosteroids and vitamin D analogues are used to treat mild plaque psoriasis.",
                "Methotrexate is given once a week for psoriasis that covers much of the body.",
            ],
        ]
    }

    #[test]
    fn what_answers_is_chosen_and_nothing_twice() {
        let documents = documents();
        let chosen = excerpts("How is plaque psoriasis treated?", &[Intent::Treatment], &documents, Length(40));
        let texts: Vec<&str> = chosen.iter().map(|e| documents[e.document][e.sentence]).collect();
        assert!(texts.iter().filter(|t| t.contains("vitamin D")).count() == 1, "{texts:?}");
        assert!(texts.iter().any(|t| t.starts_with("Methotrexate") || t.starts_with("Phototherapy")), "{texts:?}");
        assert!(!texts.iter().any(|t| t.contains("hospital") || t.ends_with('?')), "{texts:?}");
    }

    #[test]
    fn sentences_of_one_document_stay_together_in_their_order() {
        let documents = documents();
        let chosen = excerpts("How is plaque psoriasis treated?", &[], &documents, Length(1000));
        let places: Vec<(usize, usize)> = chosen.iter().map(|e| (e.document, e.sentence)).collect();
        let mut of: Vec<usize> = places.iter().map(|p| p.0).collect();
        of.dedup();
        assert_eq!(of.len(), 2, "{places:?}");
        assert!(places.windows(2).all(|p| p[0].0 != p[1].0 || p[0].1 < p[1].1), "{places:?}");
        assert_eq!(chosen, excerpts("How is plaque psoriasis treated?", &[], &documents, Length(1000)));
    }

    #[test]
    fn a_denial_or_a_figure_more_is_not_the_same_again() {
        let said = "Aspirin lowers the risk of stroke in adults with atrial fibrillation.";
        let denied = "Aspirin does not lower the risk of stroke in adults with atrial fibrillation.";
        let figure = "Aspirin lowers the risk of stroke in adults with atrial fibrillation by 19%.";
        let documents = vec![vec![said], vec![denied], vec![figure], vec![said]];
        assert_eq!(excerpts("Does aspirin prevent stroke?", &[], &documents, Length(500)).len(), 3);
    }

    #[test]
    fn nothing_comes_of_nothing_and_one_long_sentence_is_whole() {
        assert!(excerpts("Is it safe?", &[], &[], Length(50)).is_empty());
        assert!(excerpts("", &[], &[vec![""], vec![]], Length(50)).is_empty());
        let long = "word ".repeat(80);
        assert_eq!(excerpts("word", &[], &[vec![long.as_str()]], Length(50)).len(), 1);
        assert_eq!(Length::fitting(3), Length(240));
    }
}
