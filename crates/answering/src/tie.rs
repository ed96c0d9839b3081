//! Tying a digest's statement to the sentence of a work it cites, when that work's own text is held here.
//!
//! Owns the test for "says much the same": every figure of the statement, most of its words, the same denial and the
//! same direction. It is lexical and strict on purpose: a tie that is not found leaves the digest's word for it, a wrong one would pass for
//! proof. It must not decide that a sentence *supports* a statement: that is the checker's word, and a paraphrase never
//! gets it here.

use evidence::{Part, Passage, Source, Span};
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// The least share of a statement's content words that a sentence must have.
const SHARE: f64 = 0.6;
/// The fewest content words that two sentences must have in common, whatever the share.
const WORDS: usize = 4;

/// What a sentence claims, as far as words and figures tell.
struct Content {
    stems: BTreeSet<String>,
    figures: BTreeSet<String>,
    denies: bool,
    /// Whether it speaks of more, and whether it speaks of less.
    direction: (bool, bool),
}

impl Content {
    fn of(analyzer: &mut Analyzer, text: &str) -> Self {
        let mut content = Content {
            stems: BTreeSet::new(),
            figures: figures(text),
            denies: has(text, &DENIALS),
            direction: (has(text, &MORE), has(text, &LESS)),
        };
        analyzer.each(text, |token| {
            let word = text.get(token.start..token.end).unwrap_or_default().to_lowercase();
            if !is_filler(&word) && !token.stem.bytes().all(|b| b.is_ascii_digit()) {
                content.stems.insert(token.stem.to_owned());
            }
        });
        content
    }

    /// The share of this content that a sentence has too; `None` when it cannot be the same claim.
    fn share(&self, sentence: &Content) -> Option<f64> {
        if self.denies != sentence.denies
            || self.direction != sentence.direction
            || !self.figures.is_subset(&sentence.figures)
        {
            return None;
        }
        let common = self.stems.intersection(&sentence.stems).count();
        let share = common as f64 / self.stems.len().max(1) as f64;
        (common >= WORDS && share >= SHARE).then_some(share)
    }
}

/// Whether a sentence says much the same as a statement.
pub(crate) fn agrees(statement: &str, sentence: &str) -> bool {
    let mut analyzer = Analyzer::default();
    let statement = Content::of(&mut analyzer, statement);
    statement.share(&Content::of(&mut analyzer, sentence)).is_some()
}

/// The sentence of a source that comes closest to a statement, if one says much the same. Of equals the first.
pub(crate) fn sentence<'a>(statement: &str, source: &'a Source) -> Option<(&'a Passage, Span)> {
    let mut analyzer = Analyzer::default();
    let wanted = Content::of(&mut analyzer, statement);
    let mut best: Option<(f64, &Passage, Span)> = None;
    for passage in source.passages.iter().filter(|p| matches!(p.part, Part::Abstract | Part::Body)) {
        for candidate in &passage.statements {
            let content = Content::of(&mut analyzer, source.slice(candidate.span));
            if let Some(share) = wanted.share(&content)
                && best.is_none_or(|(most, ..)| share > most)
            {
                best = Some((share, passage, candidate.span));
            }
        }
    }
    best.map(|(_, passage, span)| (passage, span))
}

/// The numbers of a text as written, thousands separators dropped: `8.5`, `1000`, `65`.
fn figures(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        // A digit inside a name, as in BRCA1 or FOLFOX6, is no figure.
        let named = at > 0 && bytes.get(at - 1).is_some_and(u8::is_ascii_alphabetic);
        let mut number = String::new();
        while let Some(&b) = bytes.get(at) {
            let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            match b {
                b'0'..=b'9' => number.push(char::from(b)),
                b'.' if next_is_digit => number.push('.'),
                b',' if next_is_digit => {}
                _ => break,
            }
            at += 1;
        }
        if !named {
            out.insert(number);
        }
    }
    out
}

const DENIALS: [&str; 8] = ["no", "not", "nor", "never", "without", "neither", "cannot", "fail"];
const MORE: [&str; 10] =
    ["more", "increas", "high", "great", "long", "prolong", "improv", "rais", "better", "superior"];
const LESS: [&str; 10] = ["less", "decreas", "low", "few", "short", "reduc", "wors", "declin", "inferior", "small"];

/// Whether a word of the text starts with one of these; `no`, `not` and `nor` count as whole words only.
fn has(text: &str, starts: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let word = word.to_lowercase();
        starts.iter().any(|s| if s.len() <= 3 { word == *s } else { word.starts_with(s) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = "Bevacizumab continued beyond first progression prolonged overall survival to 11.2 months.";

    #[test]
    fn figures_and_denials_must_agree() {
        let same =
            "Overall survival was prolonged to 11.2 months when bevacizumab was continued beyond first progression.";
        assert!(agrees(STATEMENT, same));
        assert!(!agrees(STATEMENT, &same.replace("11.2", "9.8")));
        assert!(!agrees(STATEMENT, &same.replace("was prolonged", "was not prolonged")));
        assert!(!agrees(STATEMENT, &same.replace("prolonged", "shortened")));
        assert!(!agrees(STATEMENT, "Overall survival was 11.2 months with placebo."));
    }

    #[test]
    fn figures_are_numbers_not_parts_of_names() {
        let all: Vec<String> =
            figures("1,000 mg of mFOLFOX6 in 65-year-olds: 8.5 months, P = .03.").into_iter().collect();
        assert_eq!(all, ["03", "1000", "65", "8.5"]);
    }
}
