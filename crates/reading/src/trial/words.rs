//! Fields of a study in words, and the page they go to.
//!
//! Owns how a missing, misspelt or oversized field is met: as if it were not there, or cut with a mark, never as an
//! error. What fields mean is decided in `plan` and `results`.

use crate::cut::Glue;
use crate::document::Document;
use crate::jats::{push, spaces};
use evidence::Part;
use serde_json::Value;
use std::collections::HashMap;

/// Rows of results beyond this are not read.
pub(super) const MOST_ROWS: usize = 50_000;

static NOTHING: Value = Value::Null;

/// What stands under a path of names; `null` where nothing does.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    if path.is_empty() {
        return value;
    }
    path.split('.').try_fold(value, |value, name| value.get(name)).unwrap_or(&NOTHING)
}

/// The text under a path, plain: numbers and truth values are text too.
pub(super) fn text(value: &Value, path: &str) -> String {
    match at(value, path) {
        Value::String(text) => plain(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// The list under a path; a single value counts as a list of one.
pub(super) fn items<'a>(value: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    match at(value, path) {
        Value::Array(list) => list.iter(),
        Value::Null => [].iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

/// The texts in a list.
pub(super) fn texts(value: &Value, path: &str) -> Vec<String> {
    items(value, path).map(|v| text(v, "")).filter(|t| !t.is_empty()).collect()
}

/// Adds a text that is not in a list yet. Lists longer than any study's are not looked through.
pub(super) fn push_new(list: &mut Vec<String>, text: &str) {
    const LOOKED_THROUGH: usize = 2_000;
    if !text.is_empty() && (list.len() > LOOKED_THROUGH || !list.iter().any(|known| known.eq_ignore_ascii_case(text))) {
        list.push(text.to_owned());
    }
}

/// One line of text with single blanks, without control characters and without the escapes of the registry's markup,
/// as "\>= 18".
pub(super) fn plain(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    push(&mut out, raw);
    if out.contains('\\') {
        let mut unescaped = String::with_capacity(out.len());
        let mut chars = out.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '\\' || !chars.peek().is_some_and(|n| "<>[]*_~^#`\\".contains(*n)) {
                unescaped.push(c);
            } else if let Some(next) = chars.next() {
                unescaped.push(next);
            }
        }
        out = unescaped;
    }
    spaces(&out)
}

/// A word of the registry as people write it: `ACTIVE_NOT_RECRUITING`, `PHASE2`.
pub(super) fn humane(code: &str) -> String {
    let known = match code {
        "NA" => "not applicable",
        "EARLY_PHASE1" => "early phase 1",
        "NON_RANDOMIZED" => "non-randomized",
        "NON_INFERIORITY" => "non-inferiority",
        "NON_INFERIORITY_OR_EQUIVALENCE" => "non-inferiority or equivalence",
        "NON_INFERIORITY_OR_EQUIVALENCE_LEGACY" => "non-inferiority or equivalence (legacy)",
        "ACTIVE_NOT_RECRUITING" => "active, not recruiting",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    if code.chars().any(char::is_lowercase) {
        return code.to_owned();
    }
    let text = code.to_lowercase().replace('_', " ");
    match text.strip_prefix("phase").filter(|n| n.starts_with(|c: char| c.is_ascii_digit())) {
        Some(number) => format!("phase {number}"),
        None => text,
    }
}

/// A text of at most so many characters; what is cut is marked.
pub(super) fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or_default().trim_end().to_owned() + "\u{2026}",
        None => text.to_owned(),
    }
}

/// A sentence: what it is about, then what is known; empty where nothing is.
pub(super) fn fact(what: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { stopped(&format!("{what}: {value}")) }
}

/// A text that ends in a full stop.
pub(super) fn stopped(text: &str) -> String {
    if text.is_empty() || text.ends_with(['.', '!', '?', ':', ';']) { text.to_owned() } else { format!("{text}.") }
}

/// Sentences in a row.
pub(super) fn sentences(parts: &[String]) -> String {
    parts.iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Where text goes: the document, heading by heading.
pub(super) struct Page<'a> {
    document: &'a mut Document,
    heading: Vec<String>,
    part: Part,
    list: u32,
    rows: usize,
    /// An id that several groups share.
    pub(super) ambiguous: Option<String>,
    /// Whether rows had to be left out.
    pub(super) full: bool,
}

impl<'a> Page<'a> {
    pub(super) fn new(document: &'a mut Document) -> Self {
        Self { document, heading: Vec::new(), part: Part::Body, list: 0, rows: 0, ambiguous: None, full: false }
    }

    /// What follows stands under these headings, as a list or table of its own.
    pub(super) fn under(&mut self, heading: &[&str]) {
        self.heading = heading.iter().filter(|h| !h.is_empty()).map(|h| short(h, 300)).collect();
        self.part = Part::Body;
        self.list += 1;
    }

    /// What follows is the summary.
    pub(super) fn summary(&mut self) {
        self.under(&[]);
        self.part = Part::Abstract;
    }

    pub(super) fn paragraph(&mut self, text: String) {
        self.document.push(&self.heading, self.part, Glue::Paragraph, text);
    }

    pub(super) fn line(&mut self, text: String) {
        self.document.push(&self.heading, self.part, Glue::Line(self.list), text);
    }

    /// A row of results; whether there is place for more.
    pub(super) fn row(&mut self, text: String) -> bool {
        if self.rows >= MOST_ROWS {
            self.full = true;
            return false;
        }
        self.rows += 1;
        self.document.push(&self.heading, Part::Table, Glue::Row(self.list), text);
        true
    }

    /// Paragraphs of a text in the registry's markup: list items are lines.
    pub(super) fn prose(&mut self, raw: &str) {
        for (glue, text) in blocks(raw) {
            match glue {
                Glue::Paragraph => self.paragraph(text),
                _ => self.line(text),
            }
        }
    }

    /// The names of groups by their ids. An id that several groups share names none of them.
    pub(super) fn groups(&mut self, of: &Value, path: &str) -> HashMap<String, String> {
        let mut names: HashMap<String, String> = HashMap::new();
        for group in items(of, path) {
            let (id, title) = (text(group, "id"), short(&text(group, "title"), 150));
            if id.is_empty() {
                continue;
            }
            let name = if title.is_empty() { id.clone() } else { title };
            match names.get_mut(&id) {
                Some(known) if *known != name => {
                    known.clone_from(&id);
                    self.ambiguous.get_or_insert(id);
                }
                Some(_) => {}
                None => {
                    names.insert(id, name);
                }
            }
        }
        names
    }
}

/// The blocks of a text in the registry's markup. A line that goes on with a small letter belongs to the one before.
pub(super) fn blocks(raw: &str) -> Vec<(Glue, String)> {
    let mut found: Vec<(Glue, String)> = Vec::new();
    let mut fresh = true;
    for line in raw.lines() {
        let (bullet, body) = bullet(line);
        let text = plain(body);
        if text.is_empty() {
            fresh = true;
            continue;
        }
        match found.last_mut() {
            Some((_, last)) if !fresh && !bullet && text.starts_with(char::is_lowercase) => {
                last.push(' ');
                last.push_str(&text);
            }
            _ => found.push((if bullet { Glue::Line(0) } else { Glue::Paragraph }, text)),
        }
        fresh = false;
    }
    found
}

/// Whether a line is an item of a list, and its text: bullets go, numbers stay.
fn bullet(line: &str) -> (bool, &str) {
    let line = line.trim();
    for mark in ["* ", "- ", "\u{2022}", "\u{b7} ", "\u{2013} ", "o "] {
        if let Some(rest) = line.strip_prefix(mark) {
            return (true, rest.trim_start());
        }
    }
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < line.len()
        && line.len() - digits.len() <= 3
        && digits.strip_prefix(['.', ')']).is_some_and(|r| r.starts_with(' '));
    (numbered, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_any_kind_are_met() {
        let value = serde_json::json!({"a": {"b": 3, "c": [1, "x", null, {}], "d": true, "e": "x\n y"}});
        assert_eq!(text(&value, "a.b"), "3");
        assert_eq!(text(&value, "a.d"), "true");
        assert_eq!(text(&value, "a.e"), "x y");
        assert_eq!(text(&value, "a.b.c.d"), "");
        assert_eq!(texts(&value, "a.c"), ["1", "x"]);
        assert_eq!(items(&value, "a.b").count(), 1);
        assert_eq!(items(&value, "a.z").count(), 0);
    }

    #[test]
    fn words_of_the_registry_read_as_people_write() {
        for (code, told) in [
            ("PHASE2", "phase 2"),
            ("EARLY_PHASE1", "early phase 1"),
            ("NON_RANDOMIZED", "non-randomized"),
            ("LEAST_SQUARES_MEAN", "least squares mean"),
            ("Standard Deviation", "Standard Deviation"),
            ("NA", "not applicable"),
        ] {
            assert_eq!(humane(code), told);
        }
        assert_eq!(plain("Age \\>= 18 and \\<65\u{a0}years"), "Age >= 18 and <65 years");
        assert_eq!(short("abcdef", 3), "abc\u{2026}");
    }

    #[test]
    fn lists_and_wrapped_lines_are_told_apart() {
        let found: Vec<(bool, String)> =
            blocks("Intro\n\n* one\n  goes on\n* Two\n\n1. three\n-5 degrees\nBMI above 30\n")
                .into_iter()
                .map(|(glue, text)| (glue != Glue::Paragraph, text))
                .collect();
        let told: Vec<(bool, &str)> = found.iter().map(|(b, t)| (*b, t.as_str())).collect();
        assert_eq!(
            told,
            [
                (false, "Intro"),
                (true, "one goes on"),
                (true, "Two"),
                (true, "1. three"),
                (false, "-5 degrees"),
                (false, "BMI above 30")
            ]
        );
    }
}
