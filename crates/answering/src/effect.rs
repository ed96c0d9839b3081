//! Questions on an effect: what something does to something ("Does IV magnesium reduce postoperative pain?").
//!
//! Owns what such a question looks at, and which digests may be asked it. A digest that speaks of the one and not of the other is
//! no answer, however much it says of the one.

use crate::plan::{Asked, Shelf};
use crate::similar::Meaning;
use crate::words::is_generic;
use clinical::{Assertion, Attribute, ConceptKind};
use evidence::Source;
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// Of the words that say something, by weight, a digest must use so many.
const USED: f64 = 0.8;
/// Of the words of what is looked at, so many.
const OUTCOME_USED: f64 = 0.6;
/// A sentence that holds no word of what is looked at must be as like it as this.
const ALIKE: f64 = 0.5;

/// A question on an effect that names no disease, to be held against digests.
pub(crate) struct Effect {
    outcome: Outcome,
    /// The words that say something, with their weights.
    words: Vec<(String, f64)>,
}

impl Effect {
    /// None where the question names a disease, or asks for no effect.
    pub(crate) fn of(asked: &Asked, shelf: &Shelf, analyzer: &mut Analyzer) -> Option<Self> {
        let disease = asked.case.of(Attribute::Diagnosis).any(|f| f.assertion != Assertion::Absent);
        if disease || !asks(&asked.question) {
            return None;
        }
        let outcome = Outcome::of(&asked.question, analyzer)?;
        Some(Self { outcome, words: words(asked, shelf, analyzer) })
    }

    /// Whether a digest can be what it is asked of: it speaks of most of what the question names, and of what it looks at.
    pub(crate) fn may_be_in(&self, source: &Source, analyzer: &mut Analyzer) -> bool {
        let used = crate::relevance::used_words(source, analyzer);
        let holds = |of: &dyn Fn(&str) -> bool, least: f64| {
            let named = || self.words.iter().filter(|w| of(&w.0));
            let all: f64 = named().map(|w| w.1).sum();
            named().filter(|w| used.contains(&w.0)).map(|w| w.1).sum::<f64>() >= least * all
        };
        holds(&|_| true, USED) && holds(&|word| self.outcome.stems.contains(word), OUTCOME_USED)
    }
}

/// Whether a question asks what something does to something: "Does X reduce Y?".
fn asks(question: &str) -> bool {
    const OPEN: &[&str] = &["does", "do", "did", "can", "could", "will", "would"];
    const EFFECTS: &[&str] = &[
        "affect",
        "alter",
        "change",
        "decrease",
        "increase",
        "improve",
        "influence",
        "lower",
        "prevent",
        "prolong",
        "raise",
        "reduce",
        "shorten",
    ];
    let lower = question.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.next().is_some_and(|w| OPEN.contains(&w)) && words.any(|w| EFFECTS.contains(&w))
}

/// The words of a question that say something, and how rare they are.
pub(crate) fn words(asked: &Asked, shelf: &Shelf, analyzer: &mut Analyzer) -> Vec<(String, f64)> {
    let mut seen = BTreeSet::new();
    let mut words = Vec::new();
    analyzer.each(&asked.question, |t| {
        let word = asked.question[t.start..t.end].to_lowercase();
        let common = word.len() < 2 || is_filler(&word) || is_filler(t.stem) || is_generic(t.stem);
        if !common && seen.insert(t.stem.to_owned()) {
            words.push((t.stem.to_owned(), shelf.bm25.weight(t.stem).max(0.1)));
        }
    });
    words
}

/// What a question looks at, to be looked for in sentences.
pub(crate) struct Outcome {
    stems: BTreeSet<String>,
    concepts: Vec<&'static str>,
    meaning: Meaning,
}

impl Outcome {
    /// What a question looks at; nothing where it asks for no effect. The disease it is looked at in says nothing of it.
    pub(crate) fn of(question: &str, analyzer: &mut Analyzer) -> Option<Self> {
        let places = retrieval::ranker::outcome(question);
        let inside = |s: &[usize; 2]| places.iter().any(|p| p[0] < s[1] && s[0] < p[1]);
        let named: Vec<clinical::Mention> =
            clinical::mentions(question).into_iter().filter(|m| inside(&m.span)).collect();
        let (diseases, others): (Vec<_>, Vec<_>) =
            named.into_iter().partition(|m| m.concept.kind == ConceptKind::Disease);
        let of_disease = |p: &[usize; 2]| diseases.iter().any(|m| m.span[0] < p[1] && p[0] < m.span[1]);
        let all_disease = places.iter().all(of_disease);
        let words: Vec<&str> =
            places.iter().filter(|p| all_disease || !of_disease(p)).map(|p| &question[p[0]..p[1]]).collect();
        let mut stems = BTreeSet::new();
        for word in words.iter().filter(|w| !is_filler(&w.to_lowercase())) {
            stems.extend(analyzer.stems(word));
        }
        let concepts = others.iter().chain(diseases.iter().filter(|_| all_disease)).map(|m| m.concept.name).collect();
        (!stems.is_empty()).then(|| Self { stems, concepts, meaning: Meaning::of(&words.join(" ")) })
    }

    /// Whether these stems hold every word for it: "endurance time" is not told of by "time".
    pub(crate) fn is_of(&self, stems: &BTreeSet<String>) -> bool {
        self.stems.is_subset(stems)
    }

    /// Whether a sentence under its heading speaks of it: in its words, by another name, or in words that are as good.
    pub(crate) fn is_in(&self, heading: &[String], text: &str, analyzer: &mut Analyzer) -> bool {
        let innermost: Vec<&str> = heading.last().into_iter().map(String::as_str).collect();
        let parts = || innermost.iter().copied().chain([text]);
        parts().any(|p| analyzer.stems(p).iter().any(|s| self.stems.contains(s)))
            || parts()
                .flat_map(clinical::mentions)
                .any(|m| self.concepts.iter().any(|c| clinical::is_a(m.concept.name, c)))
            || self.meaning.likeness(&innermost, text) >= ALIKE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_on_another_outcome_is_not_on_the_one_asked_about() {
        let mut analyzer = Analyzer::default();
        let asked = "Does exercise training improve quality of life in heart failure?";
        let outcome = Outcome::of(asked, &mut analyzer).expect("an outcome");
        let mut is_in = |text: &str| outcome.is_in(&[], text, &mut analyzer);
        assert!(is_in("Quality of life scores rose after training (P = .02)."));
        assert!(!is_in("VO2peak tended to increase after training (P = 0.06)."));
        assert!(!is_in("Patients with heart failure trained for twelve weeks."));
        assert!(Outcome::of("What is the treatment of heart failure?", &mut analyzer).is_none());
    }
}
