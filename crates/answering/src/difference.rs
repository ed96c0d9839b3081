//! How two versions of an article differ, statement by statement: what a reader of the first must be told of the second.
//!
//! Owns the comparison only. How an article was made (snapshot, version, model) is no difference, nor is the order.

use crate::article::{Body, Line, Reference};
use evidence::SourceId;
use serde::{Deserialize, Serialize};

/// What differs between two versions. Empty: a reader is told the same by both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The bottom line says something else.
    pub bottom_line: bool,
    /// Statements, in the order of the later version; those that left last.
    pub statements: Vec<Changed>,
    /// Works cited, by title.
    pub references: Vec<ChangedReference>,
    /// Limits and what is lacking, as sentences: those that came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
}

/// A statement that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The source it rests on first.
    pub source: SourceId,
    /// Its `#id` in a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// What was said, with its condition; nothing where it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// What is said now; nothing where it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// What is otherwise, where the words are the same: `strength`, `condition`, `sources`, `section`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<String>,
}

/// A work that came, left or stands otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedReference {
    /// Its title.
    pub title: String,
    /// `cited now`, `no longer cited`, or the standings before and now.
    pub what: String,
}

impl Difference {
    /// Whether a reader is told the same by both.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// It in sentences, one a change, for a terminal or a page without markup.
    pub fn in_words(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.bottom_line {
            out.push("The bottom line changed.".to_owned());
        }
        for change in &self.statements {
            out.push(match (&change.was, &change.now) {
                (None, Some(now)) => format!("New: {now}"),
                (Some(was), None) => format!("No longer said: {was}"),
                (Some(was), Some(now)) if was != now => format!("Was: {was} Now: {now}"),
                (_, now) => {
                    format!("Other {}: {}", change.otherwise.join(", "), now.as_deref().unwrap_or_default())
                }
            });
        }
        out.extend(self.references.iter().map(|r| format!("{}: {}", r.what, r.title)));
        out.extend(self.limits.iter().map(|l| format!("New limit: {l}")));
        out
    }
}

/// A line where it stands.
struct Placed<'a> {
    line: &'a Line,
    /// Key of its section; `not-applying` for what does not.
    section: &'a str,
    hangs_on: Option<&'a str>,
}

/// Compares two versions. Cost: the product of their numbers of lines, which are some dozens.
pub fn difference(before: &Body, after: &Body) -> Difference {
    let mut old = placed(before);
    let mut statements = Vec::new();
    for new in placed(after) {
        match old.iter().position(|o| same_statement(o.line, new.line)) {
            None => statements.push(changed(None, Some(&new), Vec::new())),
            Some(at) => {
                let was = old.remove(at);
                let otherwise = otherwise(&was, &new);
                if said(&was) != said(&new) || !otherwise.is_empty() {
                    statements.push(changed(Some(&was), Some(&new), otherwise));
                }
            }
        }
    }
    statements.extend(old.iter().map(|was| changed(Some(was), None, Vec::new())));
    let statements = statements.into_iter().flatten().collect();
    let told = |b: &Body| -> Vec<String> { b.limits.iter().chain(&b.lacking).cloned().collect() };
    let known = told(before);
    Difference {
        bottom_line: texts(&before.bottom_line) != texts(&after.bottom_line) || before.reply != after.reply,
        statements,
        references: references(&before.references, &after.references),
        limits: told(after).into_iter().filter(|l| !known.contains(l)).collect(),
    }
}

fn texts(lines: &[Line]) -> Vec<(&str, Option<&str>, Option<&str>)> {
    lines.iter().map(|l| (l.text.as_str(), l.condition.as_deref(), l.caution.as_deref())).collect()
}

/// The statements of an article outside its bottom line, which repeats them; those of the bottom line that stand nowhere else too.
fn placed(body: &Body) -> Vec<Placed<'_>> {
    let mut out: Vec<Placed<'_>> = Vec::new();
    for section in &body.sections {
        for group in &section.groups {
            let hangs_on = group.hangs_on.as_deref();
            let lines = group.lines.iter().filter(|l| l.sees.is_none());
            out.extend(lines.map(|line| Placed { line, section: &section.key, hangs_on }));
        }
    }
    let known = out.len();
    for line in &body.bottom_line {
        if !out[..known].iter().any(|p| same_statement(p.line, line)) {
            out.push(Placed { line, section: "bottom-line", hangs_on: None });
        }
    }
    out.extend(body.not_applying.iter().map(|n| Placed { line: &n.line, section: "not-applying", hangs_on: None }));
    out
}

/// Whether two lines rest on the same sentence: of a digest the statement with that id, else the same words of a source.
fn same_statement(a: &Line, b: &Line) -> bool {
    a.citations.first().zip(b.citations.first()).is_some_and(|(a, b)| {
        a.source == b.source
            && match (&a.statement, &b.statement) {
                (Some(a), Some(b)) => a == b,
                (None, None) => a.quote == b.quote,
                _ => false,
            }
    })
}

fn said(placed: &Placed<'_>) -> String {
    let line = placed.line;
    let condition = line.condition.as_deref().or(placed.hangs_on).map(|c| format!("{c}: ")).unwrap_or_default();
    let caution = line.caution.as_deref().map(|c| format!(" ({c})")).unwrap_or_default();
    format!("{condition}{}{caution}", line.text)
}

fn otherwise(was: &Placed<'_>, now: &Placed<'_>) -> Vec<String> {
    let (a, b) = (was.line, now.line);
    let sources =
        |l: &Line| -> Vec<_> { l.citations.iter().map(|c| (c.source.clone(), c.quote.clone(), c.basis)).collect() };
    [
        ("section", was.section != now.section),
        ("strength", a.strength != b.strength),
        ("certainty", a.certainty != b.certainty),
        ("support", a.support != b.support),
        ("sources", sources(a) != sources(b)),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(what, _)| what.to_owned())
    .collect()
}

/// None only for a line that cites nothing, and a verified article has none.
fn changed(was: Option<&Placed<'_>>, now: Option<&Placed<'_>>, otherwise: Vec<String>) -> Option<Changed> {
    let first = now.or(was)?.line.citations.first()?;
    Some(Changed {
        source: first.source.clone(),
        statement: first.statement.clone(),
        was: was.map(said),
        now: now.map(said),
        otherwise,
    })
}

fn references(before: &[Reference], after: &[Reference]) -> Vec<ChangedReference> {
    let same = |a: &Reference, b: &Reference| a.ids == b.ids && a.title == b.title && a.held_as == b.held_as;
    let mut out = Vec::new();
    for new in after {
        match before.iter().find(|old| same(old, new)) {
            None => out.push(("cited now".to_owned(), new)),
            Some(old) if old.standing != new.standing => {
                let word = |r: &Reference| r.standing.map_or("not known", |s| s.word());
                out.push((format!("stands as {}, before as {}", word(new), word(old)), new));
            }
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|old| !after.iter().any(|new| same(old, new)));
    out.extend(gone.map(|old| ("no longer cited".to_owned(), old)));
    out.into_iter().map(|(what, r)| ChangedReference { title: r.title.clone(), what }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn line(id: &str, text: &str) -> Value {
        json!({ "text": text, "support": "supported", "citations": [{
            "source": "digest:a", "source_title": "A", "statement": id, "span": [0, 3], "quote": text,
            "before": "", "after": "", "heading": [], "source_bytes": "", "basis": "summarised", "references": []
        }]})
    }

    fn body(lead: &str, lines: &[Value], hangs_on: Option<&str>) -> Body {
        let case = clinical::read_case("What helps?");
        serde_json::from_value(json!({
            "question": "What helps?", "title": "What helps", "reader": "clinician", "outcome": "answered",
            "bottom_line": [line("a", lead)], "case": case, "not_applying": [], "references": [], "related": [],
            "sections": [{"key": "s", "title": "S", "groups": [{"lead": null, "hangs_on": hangs_on, "lines": lines}]}],
            "nearest": [], "limits": [],
            "provenance": {"composer": "extractive", "version": "1", "snapshot": "s"},
        }))
        .unwrap()
    }

    #[test]
    fn what_came_left_and_changed_is_told_by_statement() {
        let before = body("Give A.", &[line("a", "Give A."), line("b", "Give B.")], None);
        let after = body("Give A.", &[line("c", "Give C."), line("a", "Give A.")], Some("If RAS is mutant"));
        let found = difference(&before, &after);
        assert!(!found.bottom_line);
        assert_eq!(
            found.in_words(),
            [
                "New: If RAS is mutant: Give C.",
                "Was: Give A. Now: If RAS is mutant: Give A.",
                "No longer said: Give B.",
            ]
        );
    }

    #[test]
    fn how_it_was_made_and_the_order_are_no_difference() {
        let before = body("Give A.", &[line("a", "Give A."), line("b", "Give B.")], None);
        let mut after = body("Give A.", &[line("b", "Give B."), line("a", "Give A.")], None);
        after.provenance.snapshot = "another".to_owned();
        assert!(difference(&before, &after).is_empty());
        after.bottom_line[0].caution = Some("Not if A was given before".to_owned());
        assert!(difference(&before, &after).bottom_line);
    }
}
