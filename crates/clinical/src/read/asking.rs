//! Where a question asks, as against where it tells: the sentences of a text, the part of each that asks, and what is
//! weighed against each other there.

use super::assertion::Break;
use crate::text::Token;

/// Words that ask wherever they stand.
const ASKS_ANYWHERE: &[&str] =
    &["what", "which", "how", "should", "when", "why", "whether", "would", "could", "wat", "recommend", "any"];
/// Words that ask at the beginning of a part, or before one of [`ASKED_OF`].
const ASKS_FIRST: &[&str] =
    &["is", "are", "doe", "do", "can", "will", "may", "might", "best", "ok", "safe", "need", "role", "use", "treat"];
const ASKED_OF: &[&str] =
    &["i", "she", "he", "it", "this", "we", "they", "you", "that", "these", "there", "my", "his", "her"];

/// What a short beginning is asked for: "betamethasone - dose, interval?".
const ASKED_FOR: &[&str] = &["dose", "dosing", "dosage", "interval", "duration"];
const SHORT: usize = 5;

/// One sentence, by the word after its last.
struct Sentence {
    next: usize,
    /// The word from which it asks.
    asks: Option<usize>,
    /// Whether a question mark ends it.
    marked: bool,
}

/// The sentences of a text and where they ask.
pub(super) struct Asking {
    sentences: Vec<Sentence>,
    /// Whether no sentence asks: the text is a heading, "FOLFOX in stage III colon cancer".
    pub(super) bare: bool,
}

/// Whether the question mark before a word belongs to it: "?sarcoid", "fatigue ? sarcoid".
pub(super) fn queried(text: &str, from: usize, to: usize) -> bool {
    let Some(gap) = text.get(from..to) else { return false };
    let Some(at) = gap.rfind('?') else { return false };
    let (before, after) = (&gap[..at], &gap[at + 1..]);
    let opens = (from == 0 && before.is_empty()) || before.ends_with([' ', '\t', '(', ',', ';', '/', '-']);
    opens && matches!(after, "" | " " | " a " | "\"")
}

impl Asking {
    pub(super) fn new(text: &str, tokens: &[Token], breaks: &[Break]) -> Self {
        let mut sentences = Vec::new();
        let mut first = 0;
        while first < tokens.len() {
            let mut next = first + 1;
            while next < tokens.len() && breaks[next] != Break::Sentence {
                next += 1;
            }
            let end = tokens.get(next).map_or(text.len(), |t| t.start);
            let marked = text.get(tokens[next - 1].end..end).is_some_and(|gap| gap.contains('?'));
            sentences.push(Sentence { next, asks: asks_from(tokens, breaks, first, next, marked), marked });
            first = next;
        }
        let bare = sentences.iter().all(|s| s.asks.is_none());
        Self { sentences, bare }
    }

    fn sentence(&self, word: usize) -> Option<&Sentence> {
        self.sentences.get(self.sentences.partition_point(|s| s.next <= word))
    }

    /// Whether a word stands where the text asks.
    pub(super) fn asks(&self, word: usize) -> bool {
        self.sentence(word).is_some_and(|s| s.asks.is_some_and(|from| from <= word))
    }

    /// The first word of the asking part that a word stands in.
    pub(super) fn from(&self, word: usize) -> Option<usize> {
        self.sentence(word).and_then(|s| s.asks).filter(|from| *from <= word)
    }

    /// Whether words `first..next` are all that a question after others consists of, but for a word or two: "HCM?".
    pub(super) fn alone(&self, first: usize, next: usize) -> bool {
        self.sentence(first).is_some_and(|s| {
            s.marked
                && s.asks.is_some_and(|from| from <= first && first - from <= 1)
                && next <= s.next
                && s.next - next <= 1
                && first > 0
        })
    }

    /// Whether the sentence of a word ends in a question mark.
    pub(super) fn marked(&self, word: usize) -> bool {
        self.sentence(word).is_some_and(|s| s.marked)
    }
}

/// The word from which a sentence asks.
fn asks_from(tokens: &[Token], breaks: &[Break], first: usize, next: usize, marked: bool) -> Option<usize> {
    let asks = |at: usize| {
        let word = tokens[at].norm.as_str();
        let opens = at == first || breaks[at] != Break::None;
        let turns = tokens[at + 1..next].first().is_some_and(|t| ASKED_OF.contains(&t.norm.as_str()));
        (ASKS_ANYWHERE.contains(&word) && (marked || opens || word != "any"))
            || (ASKS_FIRST.contains(&word)
                && (opens || turns)
                && (word != "use" && word != "treat" && word != "need" || marked))
    };
    let numbered = |at: usize| at < next && tokens[at].norm.starts_with(|c: char| c.is_ascii_digit());
    let asked_for = |at: usize| ASKED_FOR.contains(&tokens[at].norm.as_str()) && !numbered(at + 1);
    if marked && (first + 1..next.min(first + SHORT)).any(asked_for) {
        return Some(first);
    }
    if let Some(at) = (first..next).find(|&at| asks(at)) {
        // "Graves vs thyroiditis: which is it?": a short beginning is asked about too.
        return Some(at);
    }
    if !marked {
        return None;
    }
    // A question without a word that asks: its last part, or all of it.
    let last = (first + 1..next).rev().find(|&at| breaks[at] != Break::None);
    Some(last.unwrap_or(first))
}
