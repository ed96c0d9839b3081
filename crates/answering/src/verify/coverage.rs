//! The rule that nothing of a claim is left over: each word that means something stands in the evidence, around it in the
//! same source, or has a near synonym there.
//!
//! Owns the count of words left over. Must not judge names, numbers or directions, which have rules of their own.

use super::finding::Deciding;
use super::signs::Sign;
use super::text::{Text, Word};
use retrieval::dense::{Embedder, TokenVector};
use retrieval::{Analyzer, is_filler};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The least cosine of static vectors at which a word stands for another. Chosen on training claims: related words that are
/// no synonyms lie at .2 to .5.
const ALIKE: f32 = 0.66;

/// The groups of synonyms a stem is in.
static SYNONYMS: LazyLock<BTreeMap<String, BTreeSet<usize>>> = LazyLock::new(|| {
    let mut analyzer = Analyzer::default();
    let mut groups: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let rows = include_str!("synonyms.tsv").lines().filter(|r| !r.starts_with('#'));
    for (at, row) in rows.enumerate() {
        for word in row.split('|').flat_map(|w| analyzer.stems(w)) {
            groups.entry(word).or_default().insert(at);
        }
    }
    groups
});

/// Whether two stems are in one group of the table.
pub(super) fn synonyms(a: &str, b: &str) -> bool {
    match (SYNONYMS.get(a), SYNONYMS.get(b)) {
        (Some(a), Some(b)) => a.intersection(b).next().is_some(),
        _ => false,
    }
}

/// What is left over of a claim.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// Words that mean something.
    pub(super) total: usize,
    /// Of those, words found nowhere.
    pub(super) left: Vec<Deciding>,
    /// Of those, what looks like the name of a gene, a marker or a thing abbreviated: two capitals, or capitals and digits.
    pub(super) coded: Vec<Deciding>,
    /// Of those, words found only around the sentence.
    pub(super) taken: usize,
}

impl Coverage {
    /// The share that is left over.
    pub(super) fn share(&self) -> f64 {
        self.left.len() as f64 / self.total.max(1) as f64
    }
}

/// A text made ready to be looked up by meaning.
pub(super) struct Ready<'t, 'a> {
    text: &'t Text<'a>,
    vectors: Vec<TokenVector>,
}

impl<'t, 'a> Ready<'t, 'a> {
    pub(super) fn new(text: &'t Text<'a>) -> Self {
        Self { text, vectors: Embedder::shipped().embed_tokens(text.raw) }
    }

    /// Whether a word or a near synonym stands here.
    pub(super) fn says(&self, word: &Word, vectors: &[TokenVector]) -> bool {
        let text = self.text;
        if text.has(&word.stem) || text.words.iter().any(|w| akin(w, word)) {
            return true;
        }
        let own: Vec<&TokenVector> = vectors.iter().filter(|v| v.start >= word.start && v.end <= word.end).collect();
        !own.is_empty() && own.iter().all(|v| self.vectors.iter().map(|o| v.cosine(o)).fold(-1f32, f32::max) >= ALIKE)
    }
}

/// Synonyms of our table, or one word with another ending (hypertension, hypertensive).
pub(super) fn akin(a: &Word, b: &Word) -> bool {
    let common = a.stem.bytes().zip(b.stem.bytes()).take_while(|(x, y)| x == y).count();
    let most = a.stem.len().max(b.stem.len());
    (common >= 5 && common + 3 >= most) || synonyms(&a.stem, &b.stem)
}

fn coded(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    capitals > 1 || capitals == 1 && word.chars().any(|c| c.is_ascii_digit())
}

/// Counts. `covered` are byte ranges of the claim that other rules account for, `signs` those of the claim.
pub(super) fn count(
    claim: &Text<'_>,
    signs: &[Sign],
    covered: &[[usize; 2]],
    evidence: &Ready<'_, '_>,
    around: &[Ready<'_, '_>],
) -> Coverage {
    let vectors = Embedder::shipped().embed_tokens(claim.raw);
    let mut out = Coverage::default();
    for (at, word) in claim.words.iter().enumerate() {
        let counts = !is_filler(&word.lower) && word.lower.chars().any(char::is_alphabetic) && word.lower.len() > 1;
        if !counts || signs.iter().any(|s| s.from <= at && at < s.to) {
            continue;
        }
        out.total += 1;
        let in_covered = covered.iter().any(|c| c[0] <= word.start && word.end <= c[1]);
        if in_covered
            || evidence.says(word, &vectors)
            || super::names::spelled_out(&claim.raw[word.start..word.end], evidence.text)
        {
            continue;
        }
        if around.iter().any(|r| r.says(word, &vectors)) {
            out.taken += 1;
            continue;
        }
        let place = claim.deciding([word.start, word.end]);
        if coded(&place.text) {
            out.coded.push(place.clone());
        }
        out.left.push(place);
    }
    out
}
