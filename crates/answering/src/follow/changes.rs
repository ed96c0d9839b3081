//! What changed between an article and the one that follows it: the facts of the case, and the statements that came, went
//! or hang on something else, each with the reason as far as the conditions of the statement tell it.

use super::{FactChange, FollowUp, Follows, How, StatementChange, Turn};
use crate::article::{Article, Body, Line, Outcome, Verified};
use crate::plan::Shelf;
use clinical::{Assertion, Attribute, Case, Change, Detail, Fact, Reader, Truth, change};
use evidence::{Marks, SourceId, Span};

/// Puts into an article what changed since the one that it follows. It stays verified: what is added says nothing of
/// medicine but in sentences of either article.
pub fn compare(
    article: Article<Verified>,
    hash: &str,
    previous: &Body,
    asked: &str,
    follow_up: &FollowUp,
    shelf: &Shelf,
) -> Article<Verified> {
    let body = article.body();
    let mut follows = Follows {
        article: hash.to_owned(),
        asked: asked.to_owned(),
        turn: follow_up.turn,
        about: follow_up.about.clone(),
        unread: follow_up.unread.clone(),
        facts: Vec::new(),
        added: Vec::new(),
        settled: Vec::new(),
        gone: Vec::new(),
        not_asked_again: 0,
    };
    if follow_up.turn != Turn::NewCase {
        follows.facts = facts(&previous.case, &body.case);
        // In the words of their sources, doses among them: nothing for patients.
        if body.reader != Reader::Patient {
            statements(&mut follows, previous, body, shelf);
        }
    }
    article.following(follows)
}

/// The changes of a case, in the order of the new one; what was withdrawn last.
fn facts(before: &Case, now: &Case) -> Vec<FactChange> {
    let plain = |f: &Fact| Detail { conflict: None, ..f.detail.clone() };
    let ill = |f: &Fact| matches!(f.attribute, Attribute::Diagnosis | Attribute::Comorbidity);
    let same = |a: &Fact, b: &Fact| {
        (a.attribute == b.attribute || ill(a) && ill(b))
            && a.value == b.value
            && a.assertion == b.assertion
            && plain(a) == plain(b)
    };
    // What is asked about is no fact of the patient.
    let counts = |f: &&Fact| f.assertion != Assertion::Planned;
    let mut left: Vec<&Fact> =
        before.facts.iter().filter(counts).filter(|b| !now.facts.iter().any(|n| same(n, b))).collect();
    let mut out = Vec::new();
    for new in now.facts.iter().filter(counts).filter(|n| !before.facts.iter().any(|b| same(b, n))) {
        // The same told with more or less beside it is a replacement too.
        let told_again =
            |b: &&Fact| b.attribute == new.attribute && b.value == new.value && b.assertion == new.assertion;
        let at = left.iter().position(|b| change(new, b).is_some() || told_again(b));
        let was = at.map(|at| left.remove(at));
        let withdrawn = was.is_some_and(|w| change(new, w) == Some(Change::Withdrawn));
        out.push(FactChange {
            how: match was {
                Some(_) if withdrawn => How::Withdrawn,
                Some(_) => How::Replaced,
                None => How::Added,
            },
            attribute: new.attribute,
            fact: was.filter(|_| withdrawn).map_or_else(|| new.describe(), Fact::describe),
            was: was.filter(|_| !withdrawn).map(Fact::describe),
        });
    }
    out.extend(left.into_iter().map(|f| FactChange {
        how: How::Withdrawn,
        attribute: f.attribute,
        fact: f.describe(),
        was: None,
    }));
    out
}

/// A statement by its place: of the same digest the id, else the span.
#[derive(Debug, Clone, Copy)]
struct Key<'a> {
    source: &'a SourceId,
    statement: Option<&'a str>,
    span: Span,
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        let place = match (self.statement, other.statement) {
            (Some(a), Some(b)) => a == b,
            (None, None) => self.span == other.span,
            _ => false,
        };
        place && self.source == other.source
    }
}

/// A statement as an article shows it.
struct Shown<'a> {
    key: Key<'a>,
    line: &'a Line,
    hangs_on: Option<&'a str>,
}

fn key(line: &Line) -> Option<Key<'_>> {
    let first = line.citations.first()?;
    Some(Key { source: &first.source, statement: first.statement.as_deref(), span: first.span })
}

/// The statements of an article, each once, as its sections show them.
fn shown(body: &Body) -> Vec<Shown<'_>> {
    let mut out: Vec<Shown<'_>> = Vec::new();
    let in_sections = body
        .sections
        .iter()
        .flat_map(|s| &s.groups)
        .flat_map(|g| g.lines.iter().map(move |l| (l, l.condition.as_deref().or(g.hangs_on.as_deref()))));
    let leading = body.bottom_line.iter().map(|l| (l, l.condition.as_deref()));
    for (line, hangs_on) in in_sections.chain(leading).filter(|(l, _)| l.sees.is_none()) {
        if let Some(key) = key(line).filter(|k| !out.iter().any(|s| s.key == *k)) {
            out.push(Shown { key, line, hangs_on });
        }
    }
    out
}

fn statements(follows: &mut Follows, previous: &Body, now: &Body, shelf: &Shelf) {
    let (before, after) = (shown(previous), shown(now));
    let asked_anew = follows.turn == Turn::AnotherQuestion;
    let changed = !follows.facts.is_empty();
    for new in &after {
        match before.iter().find(|b| b.key == new.key) {
            Some(old) if old.hangs_on != new.hangs_on => {
                let why = match (old.hangs_on, new.hangs_on) {
                    (Some(was), None) => format!("it hung on \u{201c}{was}\u{201d} and applies now"),
                    (None, Some(now)) => format!("it hangs now on \u{201c}{now}\u{201d}"),
                    (_, Some(now)) => format!("of what it hung on there is left \u{201c}{now}\u{201d}"),
                    (None, None) => continue,
                };
                follows.settled.push(told(new, why));
            }
            Some(_) => {}
            None => {
                if let Some(why) = came(previous, now, new, shelf, asked_anew) {
                    follows.added.push(told(new, why));
                }
            }
        }
    }
    for old in before.iter().filter(|b| !after.iter().any(|a| a.key == b.key)) {
        match went(now, old, shelf, changed) {
            Some(why) => follows.gone.push(told(old, why)),
            None if asked_anew => follows.not_asked_again += 1,
            None if now.outcome == Outcome::Abstained => {
                follows.gone.push(told(old, "the library does not answer the changed question".to_owned()));
            }
            None => follows.gone.push(told(old, "it speaks less of the case as it is told now".to_owned())),
        }
    }
}

fn told(shown: &Shown<'_>, why: String) -> StatementChange {
    StatementChange {
        source: shown.key.source.clone(),
        statement: shown.key.statement.map(str::to_owned),
        span: shown.key.span,
        text: shown.line.text.clone(),
        why,
    }
}

/// Why a statement came in. One that is only what is asked now is the answer, and needs no reason.
fn came(previous: &Body, now: &Body, new: &Shown<'_>, shelf: &Shelf, asked_anew: bool) -> Option<String> {
    if let Some(ruled) = previous.not_applying.iter().find(|n| key(&n.line).is_some_and(|k| k == new.key)) {
        return Some(format!("before, it did not apply: {}", ruled.reason));
    }
    if let Some(when) = marks(shelf, &new.key).and_then(|m| m.when.as_ref()) {
        let (was, is) = (when.evaluate(&previous.case), when.evaluate(&now.case));
        if is == Truth::Met && was != Truth::Met {
            return Some(format!("applies if {}", when.describe()));
        }
        if is == Truth::Unknown && was == Truth::NotMet {
            return Some(format!("may apply: {}", when.describe()));
        }
    }
    (!asked_anew).then(|| "it speaks of the case as it is told now".to_owned())
}

/// Why a statement went out, where the case decides it.
fn went(now: &Body, old: &Shown<'_>, shelf: &Shelf, changed: bool) -> Option<String> {
    if let Some(ruled) = now.not_applying.iter().find(|n| key(&n.line).is_some_and(|k| k == old.key)) {
        return Some(ruled.reason.clone());
    }
    let marks = marks(shelf, &old.key).filter(|_| changed)?;
    let not_met = marks.when.as_ref().filter(|w| w.evaluate(&now.case) == Truth::NotMet);
    let excluded = marks.unless.as_ref().filter(|u| u.evaluate(&now.case) == Truth::Met);
    not_met
        .map(|w| format!("applies only if {}", w.describe()))
        .or(excluded.map(|u| format!("does not apply if {}", u.describe())))
}

/// What its digest says of a statement, if the digest is at hand.
fn marks<'s>(shelf: &'s Shelf, key: &Key<'_>) -> Option<&'s Marks> {
    let found = shelf.found.iter().find(|f| f.source.id == *key.source)?;
    let mut statements = found.source.passages.iter().flat_map(|p| &p.statements).filter_map(|s| s.marks.as_deref());
    statements.find(|m| Some(m.id.as_str()) == key.statement)
}
