//! Running text of a page: line breaks, citations, formulas, pictures that stand for signs.
//!
//! Owns what an inline element adds to the text. White space and superscripts are resolved by `jats::inline`, so that
//! an exponent reads the same in every format.

use super::main_text::Found;
use super::names::is_block;
use super::tree::{Tree, Visit};
use crate::jats::inline;

/// What a `br` leaves; control characters cannot come out of text.
pub(crate) const BREAK: char = '\u{1f}';

/// Appends text; in preformatted text line ends are breaks.
pub(super) fn push(buffer: &mut String, text: &str, preformatted: bool) {
    if !preformatted {
        return inline::push(buffer, text);
    }
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            buffer.push(BREAK);
        }
        inline::push(buffer, line);
    }
}

/// The paragraphs of a text with breaks, each as its lines. A break within a sentence is a blank.
pub(crate) fn broken(buffer: &str) -> Vec<Vec<String>> {
    let mut paragraphs: Vec<Vec<String>> = Vec::new();
    let mut after_blank = true;
    for line in buffer.split(BREAK) {
        let text = inline::tidy(line, false);
        if text.is_empty() {
            after_blank = true;
            continue;
        }
        match paragraphs.last_mut().filter(|_| !after_blank) {
            Some(lines) => {
                let goes_on = text.starts_with(char::is_lowercase)
                    && lines.last().is_some_and(|l| !l.ends_with(['.', ':', ';', '!', '?']));
                match lines.last_mut() {
                    Some(last) if goes_on => {
                        last.push(' ');
                        last.push_str(&text);
                    }
                    _ => lines.push(text),
                }
            }
            None => paragraphs.push(vec![text]),
        }
        after_blank = false;
    }
    paragraphs
}

/// What entering an inline element adds; `false` to pass over what is in it.
pub(super) fn enter(tree: &Tree, id: usize, buffer: &mut String) -> bool {
    let parent = tree.parent(id);
    let above = parent.map_or("", |p| tree.name(p));
    let first = parent.and_then(|p| tree.children(p).find(|&c| tree.text(c).is_none())) == Some(id);
    match above {
        "mfrac" if !first => buffer.push('/'),
        "msup" if !first => buffer.push('^'),
        "msub" if !first => buffer.push('_'),
        _ => {}
    }
    match tree.name(id) {
        "br" => {
            buffer.push(BREAK);
            return false;
        }
        "sup" => buffer.push(inline::SUP),
        "sub" if buffer.ends_with(inline::SUP_END) => buffer.push('_'),
        "a" if is_citation(tree, id) => buffer.push(inline::CITE),
        "q" => buffer.push('"'),
        "img" => sign(tree, id, buffer),
        "annotation" | "annotation-xml" | "rt" => return false,
        "math" => {
            if let Some(words) = tree.attribute(id, "alttext").filter(|w| !w.trim().is_empty()) {
                inline::push(buffer, words);
                return false;
            }
        }
        "msqrt" | "mroot" => buffer.push_str("\u{221a}("),
        "mrow" if matches!(above, "mfrac" | "msup" | "msub") && tree.children(id).nth(1).is_some() => buffer.push('('),
        _ => {}
    }
    true
}

/// What leaving an inline element adds.
pub(super) fn leave(tree: &Tree, id: usize, buffer: &mut String) {
    let above = tree.parent(id).map_or("", |p| tree.name(p));
    match tree.name(id) {
        "sup" => buffer.push(inline::SUP_END),
        "a" if is_citation(tree, id) => buffer.push(inline::CITE_END),
        "q" => buffer.push('"'),
        "msqrt" | "mroot" => buffer.push(')'),
        "mrow" if matches!(above, "mfrac" | "msup" | "msub") && tree.children(id).nth(1).is_some() => buffer.push(')'),
        _ => {}
    }
}

/// A picture within the text: what stands for a sign or a formula must not vanish without a trace.
fn sign(tree: &Tree, id: usize, buffer: &mut String) {
    let words = tree.attribute(id, "alt").unwrap_or_default().trim();
    let class = tree.attribute(id, "class").unwrap_or_default().to_ascii_lowercase();
    let formula = ["math", "tex", "equation", "formula"].iter().any(|w| class.contains(w));
    if words.chars().count() <= 3 || formula {
        inline::push(buffer, if words.is_empty() && formula { "[formula]" } else { words });
    }
}

/// Whether a link is a mark that leads to a reference or a footnote of this page.
fn is_citation(tree: &Tree, id: usize) -> bool {
    const TARGETS: &[&str] =
        &["ref", "bib", "cit", "cr", "fn", "footnote", "note", "endnote", "b", "r", "en", "ftn", "edn"];
    let Some((_, target)) = tree.attribute(id, "href").and_then(|h| h.rsplit_once('#')) else { return false };
    let target = target.to_ascii_lowercase();
    let start = target.trim_start_matches(['_', '-']);
    let word: &str = start.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let known = TARGETS.contains(&word)
        || ["ref", "bib", "cite", "footnote", "endnote"].iter().any(|t| start.contains(t))
        || (word.is_empty() && !start.is_empty());
    let figures = |text: &str| {
        text.len() <= 24
            && text.chars().all(|c| !c.is_alphabetic() || (c.is_ascii_lowercase() && text.trim().len() <= 3))
    };
    known && tree.children(id).nth(6).is_none() && figures(tree.all_text(id).trim())
}

/// The text of one element, its blocks parted by blanks.
pub(super) struct Text<'a> {
    pub(super) tree: &'a Tree,
    pub(super) found: &'a Found,
    pub(super) buffer: String,
}

impl Text<'_> {
    /// The text below a node.
    pub(super) fn of(tree: &Tree, found: &Found, id: usize) -> String {
        let mut text = Text { tree, found, buffer: String::new() };
        tree.visit(id, &mut text);
        inline::tidy(&text.buffer.replace(BREAK, " "), false)
    }
}

impl Visit for Text<'_> {
    fn enter(&mut self, id: usize) -> bool {
        if self.found.is_left_out(id) {
            return false;
        }
        match self.tree.text(id) {
            Some(text) => inline::push(&mut self.buffer, text),
            None => {
                if is_block(self.tree.name(id)) {
                    self.buffer.push(' ');
                }
                return enter(self.tree, id, &mut self.buffer);
            }
        }
        false
    }

    fn leave(&mut self, id: usize) {
        leave(self.tree, id, &mut self.buffer);
        if is_block(self.tree.name(id)) {
            self.buffer.push(' ');
        }
    }
}

/// Whether the text speaks of its items by number, as "go to step 3"; then numbered lists keep their numbers.
pub(super) fn counts_on_numbers(tree: &Tree, found: &Found) -> bool {
    struct Words<'a>(&'a Tree, &'a Found, bool);
    impl Visit for Words<'_> {
        fn enter(&mut self, id: usize) -> bool {
            if self.2 || self.1.is_left_out(id) {
                return false;
            }
            if let Some(text) = self.0.text(id) {
                self.2 = speaks_of_numbers(text);
            }
            true
        }
        fn leave(&mut self, _: usize) {}
    }
    let mut words = Words(tree, found, false);
    tree.visit(found.root, &mut words);
    words.2
}

/// Whether a text speaks of a numbered item.
pub(crate) fn speaks_of_numbers(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "step",
        "steps",
        "item",
        "items",
        "point",
        "points",
        "recommendation",
        "recommendations",
        "statement",
        "statements",
        "criterion",
        "criteria",
        "option",
        "question",
        "rule",
    ];
    let mut last = "";
    for word in text.split_ascii_whitespace() {
        let numbered = word.starts_with(|c: char| c.is_ascii_digit())
            && word.trim_end_matches(|c: char| !c.is_ascii_digit()).len() <= 2
            && word.trim_end_matches(|c: char| c.is_ascii_punctuation()).bytes().all(|b| b.is_ascii_digit());
        if numbered && WORDS.iter().any(|w| last.eq_ignore_ascii_case(w)) {
            return true;
        }
        last = word.trim_start_matches('(');
    }
    false
}
