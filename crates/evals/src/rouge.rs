//! ROUGE (Lin 2004, ACL workshop Text Summarization Branches Out): overlap of runs of words, and the longest common
//! subsequence, as F1.
//!
//! Owns the measure. Words are those of the Python package `rouge-score` with stemming: runs of a-z and 0-9 in lower case, those
//! longer than three letters stemmed after Porter (1980). NLTK's stemmer, which that package uses, departs from Porter's for a few
//! words; `evals/scripts/rouge_peer.py` compares.

use frostem::{Algorithm, Stemmer};
use std::collections::HashMap;

/// F1 of ROUGE-1, ROUGE-2 and ROUGE-L.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Rouge {
    #[serde(rename = "rouge1")]
    pub(crate) one: f64,
    #[serde(rename = "rouge2")]
    pub(crate) two: f64,
    #[serde(rename = "rougeL")]
    pub(crate) longest: f64,
}

/// The words of a text as ROUGE counts them.
pub(crate) fn words(text: &str) -> Vec<String> {
    let stemmer = Stemmer::new(Algorithm::Porter);
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.map(|w| if w.len() > 3 { stemmer.stem(w).to_string() } else { w.to_owned() }).collect()
}

/// How much a text shares with a reference. Cost: the product of their lengths.
pub(crate) fn score(reference: &str, text: &str) -> Rouge {
    let (reference, text) = (words(reference), words(text));
    Rouge { one: runs(&reference, &text, 1), two: runs(&reference, &text, 2), longest: longest(&reference, &text) }
}

fn runs(reference: &[String], text: &[String], n: usize) -> f64 {
    let mut held: HashMap<&[String], usize> = HashMap::new();
    reference.windows(n).for_each(|w| *held.entry(w).or_default() += 1);
    let mut shared = 0;
    for run in text.windows(n) {
        if let Some(left) = held.get_mut(run).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    let count = |words: &[String]| (words.len() + 1).saturating_sub(n);
    f1(shared, count(reference), count(text))
}

fn longest(reference: &[String], text: &[String]) -> f64 {
    let mut row = vec![0usize; text.len() + 1];
    for r in reference {
        let mut before = 0;
        for (j, t) in text.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if r == t { before + 1 } else { above.max(row[j]) };
            before = above;
        }
    }
    f1(row[text.len()], reference.len(), text.len())
}

fn f1(shared: usize, reference: usize, text: usize) -> f64 {
    if shared == 0 { 0.0 } else { 2.0 * shared as f64 / (reference + text) as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_python_package() {
        // rouge-score 0.1.2, use_stemmer=True.
        let found = score("The quick brown fox jumps over the lazy dog", "the quick brown dog jumped on the log.");
        assert!((found.one - 0.705_882_352_941_176_5).abs() < 1e-9, "{found:?}");
        assert!((found.two - 0.266_666_666_666_666_66).abs() < 1e-9, "{found:?}");
        assert!((found.longest - 0.588_235_294_117_647).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn a_run_counts_no_oftener_than_in_the_reference() {
        let found = score("pain relief", "pain pain pain relief");
        assert!((found.one - 2.0 * 2.0 / 6.0).abs() < 1e-12 && (found.two - 2.0 / 4.0).abs() < 1e-12);
        assert_eq!(score("", "something"), Rouge { one: 0.0, two: 0.0, longest: 0.0 });
        assert_eq!(words("The β-blockers, 2.5 mg daily"), ["the", "blocker", "2", "5", "mg", "daili"]);
    }
}
