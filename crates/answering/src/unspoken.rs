//! Words of a question that nothing in its article uses, nor anything near them in meaning: told to the reader, as a search engine
//! tells which words it left out, so that nobody takes the plan of a disease for an answer on "pedals". It decides nothing: many
//! such words are only a way of putting things.

use crate::plan::Plan;
use crate::relevance::{asking, tells_of_a_patient};
use crate::words::is_generic;
use clinical::{Assertion, Concept};
use retrieval::dense::{Embedder, WordVector};
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// A word of the article as near as this is another word for it; looked at on 224 questions of development, where "surgeon" and
/// "surgery" are at .73, "foods" and what is nearest to it in magnesium disorders at .35.
const NEAR: f32 = 0.5;
/// What a word must weigh in the embeddings, where 1 is the mean: "took" and "like" weigh less.
const SAYS: f32 = 0.6;
/// Verbs and the like that weigh as much and yet are only ways of putting things. Analysed forms.
#[rustfmt::skip]
const PUTTING: &[&str] = &[
    "add", "adjust", "argu", "bridg", "bump", "combo", "cope", "cover", "cut", "deal", "drop", "els", "ever", "expert",
    "fail", "fill", "forc", "gain", "grow", "hang", "hit", "hold", "insist", "jump", "lean", "lift", "lower", "maximum",
    "miss", "mono", "negat", "nightmar", "page", "pick", "point", "posit", "press", "product", "pull", "push", "quit", "reach",
    "refus", "repeat", "rule", "sampl", "save", "schedul", "sensibl", "share", "shift", "skip", "solo", "solv", "sound", "split",
    "spot", "squeez", "stand", "strength", "strict", "strong", "struggl", "swallow", "swap", "switch", "teach", "throw", "touch",
    "trust", "tube", "wait", "walk", "watch", "yes",
];
/// So many are told; a question with more is told the first.
const MOST: usize = 4;

/// The words, as typed, in order. Cost: one look at each statement, and a comparison of each of its words with each that no
/// statement uses.
pub(crate) fn unspoken(plan: &Plan<'_>) -> Vec<String> {
    let question = plan.asked.question.as_str();
    let mut analyzer = Analyzer::default();
    let (mut used, mut spoken) = (BTreeSet::new(), BTreeSet::new());
    let mut concepts: Vec<&Concept> = Vec::new();
    for text in texts(plan) {
        analyzer.each(text, |t| {
            used.insert(t.stem.to_owned());
            spoken.insert(text[t.start..t.end].to_lowercase());
        });
        concepts.extend(clinical::mentions(text).into_iter().map(|m| m.concept));
    }
    let inside = |spans: &[[usize; 2]], from: usize, to: usize| spans.iter().any(|s| s[0] < to && from < s[1]);
    let mut clauses = if tells_of_a_patient(plan.asked) { asking(question) } else { Vec::new() };
    if clauses.is_empty() {
        clauses.push([0, question.len()]);
    }
    // What was read as a fact is told as such; what is asked about may be what is lacking.
    let told = plan.asked.case.facts.iter().filter(|f| f.assertion != Assertion::Planned);
    let mut known: Vec<[usize; 2]> = told.map(|f| f.span).collect();
    for mention in clinical::mentions(question) {
        if concepts.iter().any(|c| c.is_a(mention.concept) || mention.concept.is_a(c)) {
            known.push(mention.span);
        }
    }
    let mut candidates: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    analyzer.each(question, |t| {
        let word = &question[t.start..t.end];
        let lower = word.to_lowercase();
        let says = lower.chars().filter(|c| c.is_alphabetic()).count() > 2
            && !is_filler(&lower)
            && !is_filler(t.stem)
            && !is_generic(t.stem)
            && PUTTING.binary_search(&t.stem).is_err();
        let open = inside(&clauses, t.start, t.end) && !inside(&known, t.start, t.end);
        if says && open && !used.contains(t.stem) && seen.insert(t.stem.to_owned()) {
            candidates.push(word);
        }
    });
    if candidates.is_empty() {
        return Vec::new();
    }
    let embedder = Embedder::shipped();
    let spoken: Vec<WordVector> = spoken.iter().map(|w| WordVector::of(embedder, w)).collect();
    let far = |word: &&str| {
        let mine = WordVector::of(embedder, &word.to_lowercase());
        mine.weight >= SAYS && spoken.iter().all(|theirs| mine.cosine(theirs) < NEAR)
    };
    candidates.into_iter().filter(far).take(MOST).map(str::to_owned).collect()
}

/// All that the article says: statements of digests under their headings, and sentences of studies.
fn texts<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = &'p str> {
    let digests = plan.chosen.iter().flat_map(|s| {
        let headings = s.passage.heading.iter().map(String::as_str);
        headings.chain([s.found.source.title.as_str(), s.found.source.slice(s.span)])
    });
    let studies = plan.studies.iter().flat_map(|s| [s.found.source.title.as_str(), s.text.as_str()]);
    digests.chain(studies)
}

#[cfg(test)]
mod tests {
    #[test]
    fn ways_of_putting_are_sorted_for_binary_search() {
        assert!(super::PUTTING.is_sorted(), "{:?}", super::PUTTING.windows(2).find(|w| w[0] > w[1]));
    }
}
