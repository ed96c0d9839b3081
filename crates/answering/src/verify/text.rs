//! A text as the checker reads it: words with their stems, sentences and clauses, and phrases found among them.
//!
//! Owns places and forms of words. Must not know what a phrase means.

use super::finding::{Deciding, Side};
use retrieval::Analyzer;
use std::collections::BTreeSet;

/// One word.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Lower case.
    pub(super) lower: String,
    /// English stem, spelling folded.
    pub(super) stem: String,
    /// Its sentence, counted from 0.
    pub(super) sentence: usize,
    /// Its clause, counted from 0 over the whole text.
    pub(super) clause: usize,
}

/// A text, read.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub(super) raw: &'a str,
    pub(super) side: Side,
    pub(super) words: Vec<Word>,
    stems: BTreeSet<String>,
}

/// Words at which a clause begins.
const BREAKS: &[&str] = &["but", "whereas", "while", "however", "although", "though", "except", "yet"];

impl<'a> Text<'a> {
    /// Reads a text. Linear in its length.
    pub(super) fn read(analyzer: &mut Analyzer, raw: &'a str, side: Side) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let (mut sentence, mut clause) = (0, 0);
        analyzer.each(raw, |token| {
            let lower = raw.get(token.start..token.end).unwrap_or_default().to_lowercase();
            if let Some(last) = words.last() {
                let gap = raw.get(last.end..token.start).unwrap_or_default();
                if ends_sentence(&last.lower, gap, &raw[token.start..]) {
                    sentence += 1;
                    clause += 1;
                } else if gap.contains([';', '(', ')', '[', ']', ':']) || BREAKS.contains(&lower.as_str()) {
                    clause += 1;
                }
            }
            let stem = token.stem.to_owned();
            words.push(Word { start: token.start, end: token.end, lower, stem, sentence, clause });
        });
        let stems = words.iter().map(|w| w.stem.clone()).collect();
        Self { raw, side, words, stems }
    }

    /// Whether a stem stands anywhere in it.
    pub(super) fn has(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    /// The words as something that decided.
    pub(super) fn deciding(&self, span: [usize; 2]) -> Deciding {
        let text = self.raw.get(span[0]..span[1]).unwrap_or_default().to_owned();
        Deciding { side: self.side, span, text }
    }

    /// Byte range of words `from..to`.
    pub(super) fn span(&self, from: usize, to: usize) -> [usize; 2] {
        let start = self.words.get(from).map_or(self.raw.len(), |w| w.start);
        let end = to.checked_sub(1).and_then(|at| self.words.get(at)).map_or(start, |w| w.end);
        [start, end.max(start)]
    }

    /// Place of the first word that begins at or behind a byte.
    pub(super) fn word_at(&self, byte: usize) -> usize {
        self.words.partition_point(|w| w.end <= byte)
    }
}

fn ends_sentence(last: &str, gap: &str, next: &str) -> bool {
    if gap.contains(['\n', '!', '?']) {
        return true;
    }
    let Some(at) = gap.find('.') else { return false };
    let abbreviated = matches!(last, "vs" | "v" | "dr" | "approx" | "e" | "i" | "al" | "fig" | "ca" | "no" | "p");
    gap[at + 1..].starts_with(char::is_whitespace)
        && !abbreviated
        && next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

/// How many words of `words` from `at` on match a phrase: words with a space between; `x*` is any word that begins with x,
/// `~` any two words at most. `None` when they do not.
pub(super) fn matches(words: &[Word], at: usize, phrase: &[&str]) -> Option<usize> {
    let Some((first, rest)) = phrase.split_first() else { return Some(0) };
    if *first == "~" {
        return (0..=2).find_map(|skipped| {
            let same = words.get(at)?.clause == words.get(at + skipped)?.clause;
            matches(words, at + skipped, rest).filter(|_| same).map(|n| n + skipped)
        });
    }
    let word = words.get(at)?;
    let fits = match first.strip_suffix('*') {
        Some(stem) => word.lower.starts_with(stem),
        None => word.lower == *first,
    };
    if !fits {
        return None;
    }
    matches(words, at + 1, rest).map(|n| n + 1)
}
