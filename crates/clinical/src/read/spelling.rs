//! Misspelt words put right before names are looked for. A word that is known, English or of the lexicon, is left alone;
//! a drug is put right only when no other drug lies near, else the asker must say which was meant. Every word put right
//! is told.

use crate::case::{ReadAs, Unclear};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::text::{self, Token};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words of the reader's own that stand in no name.
const OWN: &[&str] = &[
    "progressed",
    "completed",
    "stopped",
    "denie",
    "denied",
    "allergic",
    "allergy",
    "breastfeeding",
    "pregnant",
    "palliative",
    "adjuvant",
    "neoadjuvant",
    "resolved",
    "relapsed",
    "refractory",
    "metastatic",
    "metastasis",
    "suspected",
    "germline",
    "mutated",
    "mutation",
    "maintenance",
    "positive",
    "negative",
    "diagnosed",
    "previously",
    "amplified",
    "methylated",
];
/// Words looked up in one text; beyond that it is no question.
const MOST: usize = 400;

/// A known word near to one that is not.
#[derive(Clone)]
struct Near {
    word: &'static str,
    edits: u8,
    concept: Option<&'static Concept>,
}

struct Vocabulary {
    /// By first letter; each with its length and the letters in it.
    by_letter: HashMap<u8, Vec<(&'static str, u32)>>,
    known: HashSet<&'static str>,
    english: HashSet<&'static str>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut words: HashSet<String> = OWN.iter().map(|w| (*w).to_owned()).collect();
    for concept in lexicon::all() {
        for name in std::iter::once(&concept.name).chain(&concept.synonyms) {
            words.extend(text::tokens(name).into_iter().map(|t| t.norm));
        }
    }
    let mut by_letter: HashMap<u8, Vec<(&'static str, u32)>> = HashMap::new();
    let mut known = HashSet::new();
    for word in words {
        // The vocabulary lives as long as the program.
        let word: &'static str = Box::leak(word.into_boxed_str());
        known.insert(word);
        if word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase()) {
            by_letter.entry(word.as_bytes()[0]).or_default().push((word, letters(word)));
        }
    }
    let list = include_str!("../../../../lexicon/english-words.txt");
    let english = list.lines().filter(|l| !l.starts_with('#')).map(str::trim).collect();
    Vocabulary { by_letter, known, english }
});

/// The letters of a word, a bit each.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |set, b| set | 1 << (b - b'a'))
}

/// Whether a word stands in a name of the lexicon or is a common English word.
fn knows_word(token: &Token, written: &str) -> bool {
    let lower = written.to_lowercase();
    VOCABULARY.known.contains(token.norm.as_str())
        || VOCABULARY.english.contains(lower.as_str())
        || VOCABULARY.english.contains(token.norm.as_str())
}

/// Known words at most as far away as the length of the word allows, the nearest first.
fn nearest(word: &str) -> Vec<Near> {
    let max: u8 = match word.len() {
        0..=4 => return Vec::new(),
        5..=7 => 1,
        _ => 2,
    };
    let set = letters(word);
    let bytes = word.as_bytes();
    let mut found = Vec::new();
    let mut look = |letter: u8, swapped: bool| {
        for &(near, near_set) in VOCABULARY.by_letter.get(&letter).into_iter().flatten() {
            let unlike = (set ^ near_set).count_ones();
            if near.len().abs_diff(word.len()) > max as usize || unlike > 2 * u32::from(max) {
                continue;
            }
            if swapped && near.as_bytes().get(1) != Some(&bytes[0]) {
                continue;
            }
            if let Some(edits) = edits(bytes, near.as_bytes(), max) {
                let concept = lexicon::concept(near);
                found.push(Near { word: near, edits, concept });
            }
        }
    };
    look(bytes[0], false);
    if bytes[1] != bytes[0] {
        look(bytes[1], true);
    }
    found.sort_by_key(|n| (n.edits, n.concept.is_none(), n.word));
    found
}

/// Letters added, left out, changed or swapped with their neighbour; `None` beyond `max`.
fn edits(a: &[u8], b: &[u8], max: u8) -> Option<u8> {
    let width = b.len() + 1;
    let mut before: Vec<u8> = vec![0; width];
    let mut last: Vec<u8> = (0..width).map(|i| i as u8).collect();
    let mut row: Vec<u8> = vec![0; width];
    for i in 1..=a.len() {
        row[0] = i as u8;
        for j in 1..width {
            let cost = u8::from(a[i - 1] != b[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row[j] = least;
        }
        if row.iter().all(|n| *n > max) {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    let edits = last[width - 1];
    (edits <= max).then_some(edits)
}

fn is_drug(concept: Option<&Concept>) -> bool {
    concept.is_some_and(|c| matches!(c.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen))
}

/// Puts misspelt words right in place. What was put right, and what could not be.
pub(super) fn correct(text: &str, tokens: &mut [Token]) -> (Vec<ReadAs>, Vec<Unclear>) {
    let (mut read_as, mut unclear) = (Vec::new(), Vec::new());
    let mut looked = 0;
    for at in 0..tokens.len() {
        let span = [tokens[at].start, tokens[at].end];
        let written = &text[span[0]..span[1]];
        let fits = written.len() >= 5 && written.len() <= 24 && tokens[at].norm.bytes().all(|b| b.is_ascii_lowercase());
        let abbreviation = written.len() < 8 && written.bytes().all(|b| b.is_ascii_uppercase());
        if !fits || abbreviation || knows_word(&tokens[at], written) {
            continue;
        }
        looked += 1;
        if looked > MOST {
            break;
        }
        // A name in the middle of a sentence looks like a misspelt word.
        let proper = written.starts_with(|c: char| c.is_ascii_uppercase())
            && at > 0
            && !text[..span[0]].trim_end().ends_with(['.', '?', '!', ':']);
        let near: Vec<Near> =
            nearest(&tokens[at].norm).into_iter().filter(|n| !proper || (n.edits == 1 && n.word.len() >= 8)).collect();
        match choose(tokens, at, &near) {
            Choice::Word(word) => {
                let value = lexicon::concept(word).map_or(word, |c| c.name).to_owned();
                read_as.push(ReadAs { text: written.to_owned(), value, span });
                tokens[at].norm = word.to_owned();
            }
            Choice::Drugs(candidates) => unclear.push(Unclear { text: written.to_owned(), candidates, span }),
            Choice::None => {}
        }
    }
    (read_as, unclear)
}

enum Choice {
    Word(&'static str),
    Drugs(Vec<String>),
    None,
}

fn choose(tokens: &[Token], at: usize, near: &[Near]) -> Choice {
    let Some(best) = near.first() else { return Choice::None };
    let mut drugs: Vec<&Near> = Vec::new();
    for n in near.iter().filter(|n| is_drug(n.concept) && n.edits <= best.edits + 1) {
        if !drugs.iter().any(|d| d.concept == n.concept) {
            drugs.push(n);
        }
    }
    let nearest: Vec<&Near> = near.iter().filter(|n| n.edits == best.edits).collect();
    if nearest.iter().any(|n| is_drug(n.concept)) {
        // Several drugs, or a drug and something else, look like it: only the asker knows.
        if drugs.len() > 1 {
            return Choice::Drugs(drugs.iter().filter_map(|n| n.concept.map(|c| c.name.to_owned())).collect());
        }
        return if nearest.iter().all(|n| n.concept == nearest[0].concept) {
            Choice::Word(nearest[0].word)
        } else {
            Choice::None
        };
    }
    if nearest.len() == 1 || nearest.iter().all(|n| n.concept.is_some() && n.concept == nearest[0].concept) {
        return Choice::Word(nearest[0].word);
    }
    // Of several the one that makes a name with the words before or after it: "giant cell artritis".
    let fitting: Vec<&&Near> = nearest.iter().filter(|n| makes_name(tokens, at, n.word)).collect();
    match fitting[..] {
        [one] => Choice::Word(one.word),
        [] => {
            let named: Vec<&&Near> = nearest.iter().filter(|n| n.concept.is_some()).collect();
            if let [one] = named[..] { Choice::Word(one.word) } else { Choice::None }
        }
        _ => Choice::None,
    }
}

/// Whether a word together with its neighbours is a name.
fn makes_name(tokens: &[Token], at: usize, word: &str) -> bool {
    (at.saturating_sub(3)..=at).any(|from| {
        (at + 1..=(at + 3).min(tokens.len())).any(|to| {
            let words: Vec<&str> = (from..to).map(|i| if i == at { word } else { tokens[i].norm.as_str() }).collect();
            words.len() > 1 && lexicon::concept(&words.join(" ")).is_some()
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::read_case;

    fn read_as(text: &str) -> Vec<String> {
        read_case(text).read_as.into_iter().map(|r| format!("{} {}", r.text, r.value)).collect()
    }

    #[test]
    fn misspelt_words_are_put_right_and_told() {
        assert_eq!(read_as("panceratic cancer"), ["panceratic pancreatic"]);
        assert_eq!(read_as("giant cell artritis"), ["artritis arteritis"]);
        assert_eq!(read_as("on predisone"), ["predisone prednisone"]);
        assert_eq!(read_as("omeprazole for a serious problem in the house"), Vec::<String>::new());
    }

    #[test]
    fn drugs_that_look_alike_are_not_guessed() {
        let case = read_case("given vincrastine yesterday");
        assert!(case.facts.is_empty(), "{:?}", case.facts);
        assert_eq!(case.unclear[0].candidates, ["vincristine", "vinblastine"]);
        assert!(read_case("vinblastine and vincristine").unclear.is_empty());
    }
}
