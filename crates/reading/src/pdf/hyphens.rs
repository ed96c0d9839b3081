//! Hyphens at the ends of lines.
//!
//! Owns the rule whether such a hyphen belongs to the word. The document itself is the dictionary: a word that it
//! writes elsewhere in one piece, or elsewhere with a hyphen, is written so here. Where it does neither, the hyphen
//! goes, unless it stands between two whole words of the document.

use super::wire::Page;
use std::collections::HashMap;

/// How often a document writes its words, in small letters.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: HashMap<String, u32>,
}

/// Hyphens that a line may end with.
const HYPHENS: [char; 4] = ['-', '\u{2010}', '\u{2011}', SOFT];
const SOFT: char = '\u{ad}';

impl Vocabulary {
    /// The words that stand inside lines.
    pub(super) fn of(pages: &[Page]) -> Self {
        let mut words = HashMap::new();
        let mut broken = false;
        for line in pages.iter().flat_map(|p| &p.lines) {
            let mut parts = line.text.split_whitespace().peekable();
            // What a hyphen parted at the end of the line before is half a word.
            if broken {
                parts.next();
            }
            broken = line.text.trim_end().ends_with(HYPHENS);
            while let Some(part) = parts.next() {
                if parts.peek().is_none() && broken {
                    break;
                }
                let word = plain(part);
                if word.contains('-') {
                    for piece in word.split('-').filter(|p| !p.is_empty()) {
                        *words.entry(piece.to_owned()).or_insert(0) += 1;
                    }
                }
                if !word.is_empty() {
                    *words.entry(word).or_insert(0) += 1;
                }
            }
        }
        Self { words }
    }

    fn count(&self, word: &str) -> u32 {
        self.words.get(word).copied().unwrap_or(0)
    }

    /// Appends a line to a text that ends with a line before it.
    pub(super) fn join(&self, text: &mut String, line: &str) {
        let trimmed = text.trim_end().len();
        text.truncate(trimmed);
        let line = line.trim_start();
        let Some(hyphen) = text.chars().next_back().filter(|c| HYPHENS.contains(c)) else {
            if !text.is_empty() && !line.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
            return;
        };
        let head = text.strip_suffix(hyphen).unwrap_or_default();
        let (before, after) = (last_word(head), line.split_whitespace().next().unwrap_or_default());
        let letters = head.ends_with(char::is_alphanumeric);
        if letters && (hyphen == SOFT || self.parted(before, after)) {
            text.truncate(text.len() - hyphen.len_utf8());
        } else if !letters {
            // A dash, a minus sign or a range.
            text.push(' ');
        }
        text.push_str(line);
    }

    /// Whether a word was parted between `before` and `after`, so that the hyphen is not its own.
    fn parted(&self, before: &str, after: &str) -> bool {
        if !after.starts_with(char::is_lowercase) || !before.ends_with(char::is_lowercase) {
            return false;
        }
        let (before, after) = (plain(before), plain(after));
        let (whole, joined) = (format!("{before}{after}"), format!("{before}-{after}"));
        let (whole, joined) = (self.count(&whole), self.count(&joined));
        if whole > 0 || joined > 0 {
            return whole >= joined;
        }
        // "placebo-controlled": both are words of this document.
        let word = |w: &str| w.len() >= 4 && self.count(w) > 0;
        let last = before.rsplit('-').next().unwrap_or_default();
        // "t-test", "p-value", "x-ray".
        if last.chars().count() < 2 {
            return false;
        }
        !(word(last) && word(after.split('-').next().unwrap_or_default()))
    }
}

fn last_word(text: &str) -> &str {
    text.rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// A word without the signs around it, in small letters, with plain hyphens and without ligatures.
fn plain(word: &str) -> String {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let mut out = String::with_capacity(word.len());
    crate::jats::inline::push(&mut out, word);
    out.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::wire::Line;
    use super::*;

    fn joined(document: &str, first: &str, second: &str) -> String {
        let line = |text: &str| Line { text: text.to_owned(), ..Line::default() };
        let page = Page { lines: vec![line(document), line(first), line(second)], ..Page::default() };
        let mut text = first.to_owned();
        Vocabulary::of(&[page]).join(&mut text, second);
        text
    }

    #[test]
    fn words_are_mended() {
        assert_eq!(joined("", "the treat-", "ment of"), "the treatment of");
        assert_eq!(joined("", "the treat\u{ad}", "Ment of"), "the treatMent of");
        assert_eq!(joined("", "one line", "and another"), "one line and another");
    }

    #[test]
    fn real_hyphens_stay() {
        assert_eq!(joined("a follow-up visit", "at follow-", "up of"), "at follow-up of");
        assert_eq!(joined("a followup visit", "at follow-", "up of"), "at followup of");
        assert_eq!(joined("a placebo and controlled trials", "placebo-", "controlled"), "placebo-controlled");
        assert_eq!(joined("", "the IL-", "6 level"), "the IL-6 level");
        assert_eq!(joined("", "COX-", "positive"), "COX-positive");
        assert_eq!(joined("", "Smith-", "Jones"), "Smith-Jones");
        assert_eq!(joined("", "a -", "b"), "a - b");
    }
}
