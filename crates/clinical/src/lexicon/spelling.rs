//! Words near to a word that nobody knows: help with misspellings. It proposes; whoever asks decides.

use super::{Concept, ConceptKind, concept};
use crate::text;
use fst::raw::{Fst, Node};
use std::sync::LazyLock;

static VOCABULARY: LazyLock<Option<Fst<&'static [u8]>>> =
    LazyLock::new(|| Fst::new(&include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.fst"))[..]).ok());
static ENGLISH: LazyLock<Option<Fst<&'static [u8]>>> =
    LazyLock::new(|| Fst::new(&include_bytes!(concat!(env!("OUT_DIR"), "/english.fst"))[..]).ok());

/// A word near to the one asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    /// The word of the vocabulary: lower case, American spelling, singular.
    pub(crate) word: String,
    /// Letters added, left out, changed or swapped with their neighbour.
    pub(crate) edits: u8,
    /// The concept, where the word alone names one.
    pub(crate) concept: Option<&'static Concept>,
}

/// Whether the word stands in a name of the lexicon, or is a common English word. Case, spelling and plural do not matter.
pub(crate) fn knows_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    let normal = text::normal(word);
    let within = |set: &Option<Fst<&'static [u8]>>, w: &str| set.as_ref().is_some_and(|s| s.contains_key(w));
    within(&VOCABULARY, &normal) || within(&ENGLISH, &normal) || within(&ENGLISH, &lower)
}

/// How many edits a word of this length may be away: none below 5 letters, one up to 7, two beyond.
pub(crate) fn allowed_edits(word: &str) -> u8 {
    match word.chars().count() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    }
}

/// Words of the lexicon at most `max_edits` away, and no more than the length of the word allows; the nearest first, those
/// that are a name on their own before those that are part of one, then by letter. Digits are never corrected: a dose
/// or a stage is not a misspelling. A word begins as it is written, but for a swap. Walks only the part of the automaton within reach.
pub(crate) fn nearest(word: &str, max_edits: u8) -> Vec<Near> {
    let word = text::normal(word);
    let max = max_edits.min(allowed_edits(&word));
    if max == 0 || word.len() > 40 || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Vec::new();
    }
    let Some(fst) = VOCABULARY.as_ref() else { return Vec::new() };
    let first: Vec<u8> = (0..=word.len() as u8).collect();
    let mut walk = Walk { fst, word: word.as_bytes(), max, path: Vec::new(), rows: vec![first], found: Vec::new() };
    walk.visit(fst.root());
    let mut found = walk.found;
    found.retain(|n| n.word.len() >= 4 && n.word.bytes().all(|b| b.is_ascii_alphabetic()));
    found.sort_by(|a, b| (a.edits, a.concept.is_none(), &a.word).cmp(&(b.edits, b.concept.is_none(), &b.word)));
    found
}

/// What a word that is cut short may go on to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cut {
    /// No word of the lexicon begins so.
    No,
    /// Names of one drug and nothing else begin so: "rivarox".
    Drug(String),
    /// Several things begin so.
    Several,
}

/// What words of the lexicon begin with a word of at least five letters. Looks at forty of them at most.
pub(crate) fn completed(word: &str) -> Cut {
    let word = text::normal(word);
    let Some(fst) = VOCABULARY.as_ref().filter(|_| word.len() >= 5 && word.bytes().all(|b| b.is_ascii_lowercase()))
    else {
        return Cut::No;
    };
    let mut node = fst.root();
    for &byte in word.as_bytes() {
        let Some(at) = node.find_input(byte) else { return Cut::No };
        node = fst.node(node.transition(at).addr);
    }
    let mut open = vec![(node, word.clone())];
    let mut only: Option<(&'static Concept, String)> = None;
    let mut seen = 0;
    while let Some((node, path)) = open.pop() {
        if node.is_final() {
            seen += 1;
            let Some(named) = concept(&path).filter(|c| c.kind == ConceptKind::Drug && seen <= 40) else {
                return Cut::Several;
            };
            match &only {
                Some((other, _)) if *other != named => return Cut::Several,
                Some(_) => {}
                None => only = Some((named, path.clone())),
            }
        }
        open.extend(node.transitions().map(|t| (fst.node(t.addr), format!("{path}{}", char::from(t.inp)))));
    }
    only.map_or(Cut::No, |(_, word)| Cut::Drug(word))
}

/// A walk down the automaton, with one row of the table of edit distances (optimal string alignment) for each letter.
struct Walk<'a> {
    fst: &'a Fst<&'static [u8]>,
    word: &'a [u8],
    max: u8,
    path: Vec<u8>,
    rows: Vec<Vec<u8>>,
    found: Vec<Near>,
}

impl Walk<'_> {
    fn visit(&mut self, node: Node<'_>) {
        let depth = self.path.len();
        let edits = self.rows[depth][self.word.len()];
        if node.is_final() && edits <= self.max && edits > 0 {
            let word = String::from_utf8_lossy(&self.path).into_owned();
            let concept = concept(&word);
            self.found.push(Near { word, edits, concept });
        }
        for transition in node.transitions() {
            if !self.begins(transition.inp) {
                continue;
            }
            let row = self.row(transition.inp);
            if row.iter().all(|&d| d > self.max) {
                continue;
            }
            self.path.push(transition.inp);
            self.rows.push(row);
            self.visit(self.fst.node(transition.addr));
            self.path.pop();
            self.rows.pop();
        }
    }

    /// Whether a word may begin so: the first letter is seldom wrong, unless it changed places with the second. Nine tenths
    /// of the automaton need no visit for it.
    fn begins(&self, letter: u8) -> bool {
        let first = |i: usize| self.word.get(i) == Some(&letter);
        match self.path.as_slice() {
            [] => first(0) || first(1),
            [a] => self.word.first() == Some(a) || first(0),
            _ => true,
        }
    }

    /// The next row, after one more letter.
    fn row(&self, letter: u8) -> Vec<u8> {
        let depth = self.path.len();
        let above = &self.rows[depth];
        let mut row = Vec::with_capacity(above.len());
        row.push(above[0].saturating_add(1));
        for (i, &wanted) in self.word.iter().enumerate() {
            let mut least = (above[i] + u8::from(wanted != letter)).min(above[i + 1] + 1).min(row[i] + 1);
            let swapped = depth > 0 && i > 0 && self.path[depth - 1] == wanted && self.word[i - 1] == letter;
            if swapped {
                least = least.min(self.rows[depth - 1][i - 1] + 1);
            }
            row.push(least);
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(word: &str) -> Option<String> {
        nearest(word, 2).first().map(|n| n.word.clone())
    }

    #[test]
    fn misspellings_lead_to_the_word() {
        for (written, meant) in [
            ("metforman", "metformin"),
            ("hypertenison", "hypertension"),
            ("diarhea", "diarrhea"),
            ("oxalipaltin", "oxaliplatin"),
            ("pnuemonia", "pneumonia"),
            ("rectla", "rectal"),
        ] {
            assert_eq!(first(written).as_deref(), Some(meant), "{written}");
        }
        assert_eq!(nearest("metforman", 2)[0].concept.unwrap().name, "metformin");
        assert_eq!(nearest("rectla", 1)[0].edits, 1, "a swap is one edit");
    }

    #[test]
    fn short_words_and_numbers_are_left_alone() {
        for word in ["gaut", "t3n0", "5fu", "", "zzzzzzzzzz", "metformin"] {
            assert_eq!(nearest(word, 2).iter().filter(|n| n.edits == 0).count(), 0);
        }
        assert!(nearest("gaut", 2).is_empty());
        assert!(nearest("zzzzzzzzzz", 2).is_empty());
    }

    #[test]
    fn a_drug_cut_short_is_completed_where_only_one_begins_so() {
        for (written, meant) in
            [("rivaroxa", "rivaroxaban"), ("levetirac", "levetiracetam"), ("lenalido", "lenalidomide")]
        {
            let Cut::Drug(word) = completed(written) else { panic!("{written}") };
            assert_eq!(concept(&word).unwrap().name, meant, "{written}");
        }
        assert_eq!(completed("predn"), Cut::Several);
        assert_eq!(completed("pneum"), Cut::Several);
        assert_eq!(completed("qqqqq"), Cut::No);
    }

    #[test]
    fn known_words() {
        for word in ["metformin", "Hypertension", "tumours", "patient", "received", "because"] {
            assert!(knows_word(word), "{word}");
        }
        for word in ["metforman", "hypertenison", "qqqx"] {
            assert!(!knows_word(word), "{word}");
        }
    }
}
