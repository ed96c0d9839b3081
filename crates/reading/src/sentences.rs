//! Splitting text into sentences.
//!
//! Owns one rule set, made for clinical English: one forward pass over the bytes, each decision from the words right
//! around it, no regular expressions, no backtracking. It must not change the text, and it never loses any: every
//! character that is not white space lies in exactly one sentence.
//!
//! Measured against the crate `sentencex` 0.1 on PMC text: see `examples/boundaries.rs` for how to repeat it.

mod words;

use evidence::Span;
use words::{Stop, class, is_opener, numbered_before, takes_a_letter};

/// How far an opened parenthesis may reach before it counts as never closed, in bytes.
const PARENTHESIS: usize = 300;

/// The sentences of a text, in order, trimmed, not overlapping; together they hold all that is not white space.
///
/// A line break always ends a sentence. Costs one pass, above 100 MB per CPU-second. Text beyond 4 GiB is not looked at.
pub fn split(text: &str) -> Vec<Span> {
    let mut spans = Vec::with_capacity(text.len() / 120 + 1);
    let mut scan = Scan { text, bytes: text.as_bytes(), start: 0, open: None };
    let mut at = 0;
    while let Some(step) = scan.bytes.get(at..).and_then(next_mark) {
        let mark = at + step;
        at = match scan.bytes[mark] {
            b'\n' => {
                push(&mut spans, text, scan.start, mark);
                scan.start = mark + 1;
                scan.open = None;
                mark + 1
            }
            b'(' | b'[' => {
                scan.open.get_or_insert(mark);
                mark + 1
            }
            b')' | b']' => {
                scan.open = None;
                mark + 1
            }
            _ => {
                let (end, ends) = scan.decide(mark);
                if ends {
                    push(&mut spans, text, scan.start, end);
                    scan.start = end;
                }
                if ends || scan.bytes.get(mark..end).is_some_and(|b| b.iter().any(|b| matches!(b, b')' | b']'))) {
                    scan.open = None;
                }
                end
            }
        };
    }
    push(&mut spans, text, scan.start, text.len());
    spans
}

/// Whether a byte can matter: sentence ends, brackets, line breaks.
static MARK: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b".?!\n()[]";
    let mut i = 0;
    while i < marks.len() {
        table[marks[i] as usize] = true;
        i += 1;
    }
    table
};

fn next_mark(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&b| MARK[b as usize])
}

fn push(spans: &mut Vec<Span>, text: &str, start: usize, end: usize) {
    let Some(raw) = text.get(start..end) else { return };
    let trimmed = raw.trim();
    let from = start + (raw.len() - raw.trim_start().len());
    if let Ok(span) = Span::new(from, from + trimmed.len()) {
        spans.push(span);
    }
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Where the current sentence starts.
    start: usize,
    /// The bracket that is open, if any.
    open: Option<usize>,
}

impl Scan<'_> {
    /// Whether the run of `.?!` at `mark` ends a sentence, and where to go on.
    fn decide(&self, mark: usize) -> (usize, bool) {
        let mut run = mark;
        while matches!(self.bytes.get(run), Some(b'.' | b'?' | b'!')) {
            run += 1;
        }
        let end = self.closers(run);
        let Some(after) = self.text.get(end..) else { return (run, false) };
        let Some(next) = after.chars().next() else { return (end, true) };
        let stop = if run - mark > 1 {
            Stop::Ellipsis
        } else if self.bytes[mark] == b'.' {
            self.stop(mark)
        } else {
            Stop::Plain
        };
        // Brackets closed right after the stop belong to the sentence: "(see above.) Next".
        let inside = self.open.is_some_and(|open| end == run && self.closes_soon(open, run));
        if inside {
            return (run, false);
        }
        if !next.is_whitespace() {
            return (end, stop == Stop::Plain && self.glued(mark, after));
        }
        let rest = after.trim_start_matches([' ', '\t', '\u{a0}', '\u{2009}', '\r']);
        if rest.starts_with('\n') || rest.is_empty() {
            return (end, true);
        }
        (end, self.follows(mark, end, stop, rest))
    }

    /// The end of the closing brackets and quotation marks at `at`.
    fn closers(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(c) = self.text.get(end..).and_then(|t| t.chars().next()) {
            let closing = match c {
                ')' | ']' | '\u{201d}' | '\u{2019}' | '»' => true,
                // A straight quote closes only where no word follows at once.
                '"' | '\'' => !self.bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
                _ => false,
            };
            if !closing {
                break;
            }
            end += c.len_utf8();
        }
        end
    }

    /// Whether a bracket opened at `open` is closed within reach, so that `at` is really inside it.
    fn closes_soon(&self, open: usize, at: usize) -> bool {
        let limit = self.bytes.len().min(open + PARENTHESIS);
        let window = self.bytes.get(at..limit).unwrap_or_default();
        let line = memchr::memchr(b'\n', window).unwrap_or(window.len());
        memchr::memchr2(b')', b']', &window[..line]).is_some()
    }

    /// The token that ends at `at` (exclusive): back to white space, a bracket, a quote or a dash.
    fn token_before(&self, at: usize) -> &str {
        let from = self.bytes[self.start..at]
            .iter()
            .rposition(|&b| matches!(b, b' ' | b'\t' | b'\n' | b'(' | b'[' | b'"' | b'\''))
            .map_or(self.start, |n| self.start + n + 1);
        let token = self.text.get(from..at).unwrap_or_default();
        token.rsplit(['\u{a0}', '\u{2009}', '\u{2013}', '\u{2014}', '\u{201c}', '\u{2018}']).next().unwrap_or(token)
    }

    /// The word before the token that ends at `at`.
    fn word_before(&self, token: &str, at: usize) -> &str {
        let end = at.saturating_sub(token.len());
        let head = self.text.get(self.start..end).unwrap_or_default().trim_end();
        head.rsplit([' ', '(', '[', '\u{a0}']).next().unwrap_or_default()
    }

    /// What a full stop at `mark` can be, from what stands before it.
    fn stop(&self, mark: usize) -> Stop {
        let token = self.token_before(mark);
        let starts_sentence = mark - token.len() == self.start
            || self
                .text
                .get(self.start..mark - token.len())
                .is_some_and(|t| t.trim_matches(['(', '[', ' ']).is_empty());
        if token.is_empty() {
            return if self.bytes[..mark].last().is_some_and(|b| matches!(b, b')' | b']' | b'"' | b'\'')) {
                Stop::Plain
            } else {
                // "10% . The" ends a sentence, "P < . 05" does not.
                Stop::MayEnd
            };
        }
        if !token.chars().any(char::is_alphanumeric) {
            // "P <. 05" and "= . 5" are numbers with a stray blank; "95%." and ").": sentence ends.
            return if token.ends_with(['<', '>', '=', '\u{2264}', '\u{2265}', '~', '\u{b1}']) {
                Stop::Never
            } else {
                Stop::Plain
            };
        }
        if starts_sentence && is_enumerator(token) {
            return Stop::Never;
        }
        let mut chars = token.chars();
        if let (Some(only), None) = (chars.next(), chars.next())
            && only.is_alphabetic()
        {
            return self.single_letter(only, token, mark);
        }
        if token.contains('.') && token.chars().all(|c| c.is_alphabetic() || c == '.' || c == '-') {
            return class(token).unwrap_or_else(|| {
                // "U.S", "i.v", "a.m", "Ph.D": letters between stops; "www.site.org" is a plain word.
                if token.split(['.', '-']).all(|part| part.chars().count() <= 2) { Stop::Opener } else { Stop::Plain }
            });
        }
        class(token).unwrap_or(Stop::Plain)
    }

    fn single_letter(&self, letter: char, token: &str, mark: usize) -> Stop {
        let before = self.word_before(token, mark);
        if letter.is_lowercase() {
            return match letter {
                // Units after a figure: "for 24 h. The"; "p. 12" is a page.
                'p' if !before.ends_with(|c: char| c.is_ascii_digit()) => Stop::Never,
                _ if before.ends_with(|c: char| c.is_ascii_digit()) || takes_a_letter(before) => Stop::Plain,
                _ => Stop::Opener,
            };
        }
        if takes_a_letter(before) || before.ends_with(|c: char| c.is_ascii_digit() || c == '/') {
            return Stop::Plain;
        }
        // "A and B.", "A, B, and C.": the last of a list of letters.
        if matches!(before, "and" | "or" | "&" | "vs" | "versus" | "to" | "=") {
            return Stop::Plain;
        }
        Stop::Opener
    }

    /// Whether a new sentence starts at `rest`, which follows the stop after white space.
    fn follows(&self, mark: usize, end: usize, stop: Stop, rest: &str) -> bool {
        let next = rest.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let bare = next
            .trim_start_matches(['(', '[', '"', '\'', '\u{201c}', '\u{2018}', '\u{ab}', '*', '\u{2020}', '\u{2022}']);
        let closed = end > mark + 1 && self.bytes.get(mark + 1).is_some_and(|b| matches!(b, b')' | b']'));
        let Some(first) = bare.chars().next() else { return stop == Stop::Plain };
        if first.is_numeric() {
            return match stop {
                Stop::Plain => {
                    !numbered_before(self.token_before(mark), self.word_before(self.token_before(mark), mark))
                }
                Stop::Ellipsis | Stop::Opener => false,
                Stop::MayEnd => !first.is_ascii_digit() || closed,
                Stop::Never | Stop::BeforeNumber => false,
            };
        }
        if first.is_lowercase() {
            // A name that starts small, "mTOR", "p53", "hs-CRP", or a Greek letter, "α-tocopherol".
            let named = bare.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit())
                || ('\u{370}'..='\u{3ff}').contains(&first);
            // "p < 0.05 was significant", "p values were": the letter of statistics.
            let statistic = bare == "p"
                && rest.get(next.len()..).is_some_and(|t| t.trim_start().starts_with(['<', '>', '=', 'v', '\u{2264}']));
            let named = named || statistic;
            // "(ii) the", "vi) with": a list in running text.
            let listed = bare.find(')').is_some_and(|n| n <= 4 && (bare.len() < next.len() || n + 1 == bare.len()));
            return matches!(stop, Stop::Plain) && (named || listed);
        }
        if first.is_uppercase() {
            // "A. B. Jones": initials.
            if bare.len() == 2 && bare.ends_with('.') && self.token_before(mark).chars().count() == 1 {
                return false;
            }
            let word = bare.trim_end_matches([',', ';', ':', ')', '.', '\u{2019}']);
            return match stop {
                Stop::Plain | Stop::Ellipsis | Stop::MayEnd | Stop::BeforeNumber => true,
                Stop::Opener => closed || is_opener(word),
                Stop::Never => false,
            };
        }
        // Signs: a bullet or a dash starts a sentence, an operator goes on with one.
        match first {
            '<' | '>' | '=' | '\u{2264}' | '\u{2265}' | '\u{b1}' | '+' | '/' | '%' | ',' | ';' | ':' | '&' => false,
            '-' | '\u{2013}' | '\u{2212}' | '|' | '.' => false,
            _ => stop == Stop::Plain,
        }
    }

    /// Whether a stop with no white space after it still ends a sentence: "both groups.The dose", but not "J.Med.Chem".
    fn glued(&self, mark: usize, after: &str) -> bool {
        let token = self.token_before(mark);
        let words = token.trim_end_matches([')', ']', '%']);
        let mut chars = after.chars();
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else { return false };
        let tail = words.rsplit(['-', '/', ',']).next().unwrap_or(words);
        first.is_uppercase()
            && second.is_lowercase()
            && tail.len() >= 3
            && tail.bytes().all(|b| b.is_ascii_lowercase())
            && is_opener(after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
    }
}

/// "1", "12", "iv", "a", "2.1" at the start of a sentence number it.
fn is_enumerator(token: &str) -> bool {
    let figures = token.len() <= 4 && token.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let letter = token.len() == 1 && token.bytes().all(|b| b.is_ascii_alphabetic());
    let roman = token.len() <= 4 && token.bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'I' | b'V' | b'X'));
    figures || letter || roman
}

#[cfg(test)]
mod tests;
