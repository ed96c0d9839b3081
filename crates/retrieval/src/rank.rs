//! Ranking computed from text, with corpus statistics of live passages: the same content gives the same
//! order, whatever the engine's segments look like.

use crate::HashMap;
use crate::{Analyzer, Query, Statistics};

/// BM25 (Robertson and Zaragoza 2009, Found. Trends Inf. Retr. 3:333) with k1 = 1.2, b = 0.75, the peers'
/// setting. Lengths are bytes, not words: a stable count that needs no second pass.
#[derive(Debug, Clone)]
pub struct Bm25 {
    weights: HashMap<String, (usize, f64)>,
    /// Whether each word, by its place in the query, was asked for and is no synonym.
    asked: Vec<bool>,
    mean_bytes: f64,
}

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Words of a query counted in some texts.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// By the place of each word in the query.
    counts: Vec<u32>,
    bytes: usize,
}

/// How well a text matches.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scored {
    /// BM25 score, 0 when no word stands there.
    pub score: f64,
    /// Share of the weight of the words asked for (sum of inverse document frequencies) that stands there, 0 to 1.
    /// Synonyms do not count.
    pub coverage: f64,
}

impl Bm25 {
    /// Weights for the words of a query.
    pub fn new(query: &Query, statistics: &Statistics) -> Self {
        let n = statistics.passages as f64;
        let weights = query
            .terms()
            .iter()
            .zip(&statistics.frequencies)
            .enumerate()
            .map(|(i, (term, &df))| {
                let df = df as f64;
                (term.stem.clone(), (i, term.weight * (1.0 + (n - df + 0.5) / (df + 0.5)).ln()))
            })
            .collect();
        let asked = query.terms().iter().map(|t| !t.synonym).collect();
        Self { weights, asked, mean_bytes: statistics.mean_bytes.max(1.0) }
    }

    /// The inverse document frequency of a stem of the query, times its weight; 0 for others.
    pub fn weight(&self, stem: &str) -> f64 {
        self.weights.get(stem).map_or(0.0, |(_, w)| *w)
    }

    /// The words looked for: place in the query, stem, weight (as [`Bm25::weight`]), whether it was asked for. In no order.
    pub(crate) fn words(&self) -> Vec<(usize, &str, f64, bool)> {
        self.weights.iter().map(|(stem, (at, weight))| (*at, stem.as_str(), *weight, self.asked[*at])).collect()
    }

    /// Bytes of an average passage of the library.
    pub(crate) fn mean_bytes(&self) -> f64 {
        self.mean_bytes
    }

    /// The words asked for that matter most: the heaviest, in order, until they hold `share` of the weight of all. A word that
    /// stands nowhere in the library weighs most of all.
    pub fn heaviest(&self, share: f64) -> Vec<&str> {
        let asked = self.weights.iter().filter(|(_, (i, _))| self.asked[*i]);
        let mut words: Vec<(&str, f64)> = asked.map(|(stem, (_, w))| (stem.as_str(), *w)).collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let total: f64 = words.iter().map(|w| w.1).sum();
        let mut held = 0.0;
        words
            .into_iter()
            .take_while(|(_, weight)| {
                let more = held < share * total;
                held += weight;
                more
            })
            .map(|(stem, _)| stem)
            .collect()
    }

    /// Scores the texts of one passage taken together (title, headings, text). Linear in their length.
    pub fn score(&self, analyzer: &mut Analyzer, texts: &[&str]) -> Scored {
        let mut counted = Counted::default();
        texts.iter().for_each(|text| self.count(analyzer, text, &mut counted));
        self.score_of(&counted)
    }

    /// Counts the words of a text into `counted`: for a text that several passages share. Linear in it.
    pub fn count(&self, analyzer: &mut Analyzer, text: &str, counted: &mut Counted) {
        counted.counts.resize(self.weights.len(), 0);
        counted.bytes += text.len();
        analyzer.terms(text, |token| {
            if let Some((i, _)) = self.weights.get(token.stem) {
                counted.counts[*i] += 1;
            }
        });
    }

    /// Scores what was counted, taken together.
    pub fn score_of(&self, counted: &Counted) -> Scored {
        let Counted { counts, bytes } = counted;
        let norm = K1 * (1.0 - B + B * *bytes as f64 / self.mean_bytes);
        // Summed in the order of the query's words, never in that of the hash map.
        let mut by_index: Vec<f64> = vec![0.0; self.weights.len()];
        for (i, weight) in self.weights.values() {
            by_index[*i] = *weight;
        }
        let (mut score, mut held, mut total) = (0.0, 0.0, 0.0);
        for ((at, &weight), &asked) in by_index.iter().enumerate().zip(&self.asked) {
            let tf = counts.get(at).copied().unwrap_or(0);
            let counts = if asked { weight } else { 0.0 };
            total += counts;
            if tf > 0 {
                let tf = f64::from(tf);
                score += weight * tf * (K1 + 1.0) / (tf + norm);
                held += counts;
            }
        }
        Scored { score, coverage: if total > 0.0 { held / total } else { 0.0 } }
    }
}

/// Sorts by score, best first; ties go to the key, so that the order never depends on the input's.
pub fn rank<K: Ord>(mut scored: Vec<(K, Scored)>) -> Vec<(K, Scored)> {
    scored.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then_with(|| a.0.cmp(&b.0)));
    scored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rarer_word_counts_more_and_ties_go_to_the_key() {
        let mut a = Analyzer::default();
        let q = Query::from_text(&mut a, "magnesium serum");
        let s = Statistics { passages: 100, mean_bytes: 40.0, frequencies: vec![2, 60] };
        let bm25 = Bm25::new(&q, &s);
        let rare = bm25.score(&mut a, &["magnesium was low"]);
        let common = bm25.score(&mut a, &["the serum was low"]);
        assert!(rare.score > common.score && rare.coverage > 0.5 && common.coverage < 0.5);
        let order: Vec<u8> = rank(vec![(2, rare), (1, rare), (3, common)]).into_iter().map(|(k, _)| k).collect();
        assert_eq!(order, [1, 2, 3]);
    }
}
