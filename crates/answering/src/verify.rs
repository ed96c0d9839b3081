//! The checker: every sentence against the sentences it cites, whoever wrote it. What does not pass is dropped
//! and said to be.
//!
//! A sentence passes when it is one of the sentences it cites, word for word, or when the [`Checker`] finds it supported by
//! one of them; and that sentence stands where the citation says in a source that is not retracted. A digest's sentence
//! beside which a sentence of the primary text says much the same is partly supported, never more.
//!
//! Owns the decision about a whole draft; that about one claim is the [`Checker`]'s, which anyone may ask.

mod alignment;
mod checker;
mod comparison;
mod coverage;
mod direction;
mod figures;
mod finding;
mod learned;
mod names;
mod opposites;
mod polarity;
mod quantity;
mod signs;
mod text;
mod unit;
mod weighing;

pub use checker::{Checker, Context, Evidence};
pub use finding::{Deciding, Fault, Finding, Reason, Side, Verdict};
pub use weighing::{BUCKETS, Row};

use crate::article::{Article, Basis, Body, Citation, Drafted, Dropped, Line, Outcome, Reference, Support, Verified};
use crate::plan::Shelf;
use crate::tie;
use evidence::Standing;
use std::collections::BTreeSet;

/// Checks a draft against the evidence it was made from.
pub fn verify(draft: Article<Drafted>, shelf: &Shelf) -> Article<Verified> {
    let mut body = draft.body().clone();
    let mut dropped = draft.dropped().to_vec();
    let checker = Lines { shelf, references: &body.references.clone() };

    retain(&mut body.bottom_line, &checker, &mut dropped);
    for section in &mut body.sections {
        for group in &mut section.groups {
            retain(&mut group.lines, &checker, &mut dropped);
        }
        section.groups.retain(|g| !g.lines.is_empty());
    }
    body.sections.retain(|s| !s.groups.is_empty());
    body.not_applying.retain_mut(|n| pass(&mut n.line, &checker, &mut dropped));
    if body.sections.is_empty() {
        // What a draft that abstains says does not apply is why it does; of one that lost its sections it is nothing.
        if body.outcome == Outcome::Answered {
            body.not_applying.clear();
        }
        body.outcome = Outcome::Abstained;
        body.bottom_line.clear();
    }
    only_cited(&mut body);
    draft.into_verified(body, dropped)
}

struct Lines<'a> {
    shelf: &'a Shelf,
    references: &'a [Reference],
}

fn retain(lines: &mut Vec<Line>, checker: &Lines<'_>, dropped: &mut Vec<Dropped>) {
    lines.retain_mut(|line| pass(line, checker, dropped));
}

fn pass(line: &mut Line, checker: &Lines<'_>, dropped: &mut Vec<Dropped>) -> bool {
    match checker.check(line) {
        Ok(support) => {
            line.support = support;
            true
        }
        Err(reason) => {
            dropped.push(Dropped { text: line.text.clone(), reason });
            false
        }
    }
}

impl Lines<'_> {
    fn check(&self, line: &Line) -> Result<Support, String> {
        if line.citations.is_empty() {
            return Err("it cites nothing".to_owned());
        }
        for citation in &line.citations {
            self.resolves(citation)?;
        }
        let said = |c: &Citation| match line.sees {
            None => c.quote.split_whitespace().eq(line.text.split_whitespace()),
            Some(_) => c.heading.last() == Some(&line.text),
        };
        let citation = match line.citations.iter().find(|c| said(c)) {
            Some(citation) => citation,
            None if line.sees.is_some() => {
                return Err("none of the sentences it cites says it in these words".to_owned());
            }
            None => reworded(line)?,
        };
        let tied = |c: &Citation| c.basis == Basis::Quoted && tie::agrees(&line.text, &c.quote);
        Ok(match citation.basis {
            Basis::Quoted => Support::Supported,
            Basis::Summarised if line.sees.is_none() && line.citations.iter().any(tied) => Support::PartlySupported,
            Basis::Summarised => Support::NotCheckedAgainstPrimary,
        })
    }

    /// The cited sentence stands where the citation says, in a source that may be cited.
    fn resolves(&self, citation: &Citation) -> Result<(), String> {
        let Some(found) = self.shelf.source(&citation.source) else {
            return Err(format!("its source {} is not among the evidence", citation.source));
        };
        if found.standing == Standing::Retracted {
            return Err(format!("its source {} is retracted", citation.source));
        }
        if found.bytes != citation.source_bytes {
            return Err(format!("its source {} has changed", citation.source));
        }
        if citation.span.of(&found.source.text) != Some(citation.quote.as_str()) {
            return Err(format!("the sentence it cites does not stand in {} where it says", citation.source));
        }
        let digest = found.source.digest.is_some();
        if digest != (citation.basis == Basis::Summarised) {
            return Err("its basis is not what its source can give".to_owned());
        }
        if citation.references.is_empty() {
            return Err("it leads to no reference".to_owned());
        }
        if citation.references.iter().any(|r| !self.references.iter().any(|known| known.number == r.number)) {
            return Err("it leads to a reference that is not in the list".to_owned());
        }
        Ok(())
    }
}

/// The citation whose sentence supports a line that says it in other words.
fn reworded(line: &Line) -> Result<&Citation, String> {
    let mut checker = Checker::default();
    let mut first = None;
    for citation in &line.citations {
        let headings: Vec<&str> =
            std::iter::once(&citation.source_title).chain(&citation.heading).map(String::as_str).collect();
        let around = [citation.before.as_str(), citation.after.as_str()];
        let context = Context::Source { headings: &headings, around: &around };
        let found = checker.check(&line.text, &Evidence { text: &citation.quote, context });
        if found.verdict == Verdict::Supported {
            return Ok(citation);
        }
        first.get_or_insert(found);
    }
    let reason = first.map_or(Reason::Empty, |f| f.reason);
    Err(format!("the sentences it cites do not support it: {}", reason.said()))
}

/// Leaves the references that are still cited, numbered anew in the order of their first use.
fn only_cited(body: &mut Body) {
    let mut order: Vec<usize> = Vec::new();
    let mut seen = BTreeSet::new();
    for number in body.lines().flat_map(|l| &l.citations).flat_map(|c| &c.references).map(|r| r.number) {
        if seen.insert(number) {
            order.push(number);
        }
    }
    let new_number = |old: usize| order.iter().position(|n| *n == old).map_or(0, |at| at + 1);
    body.references.retain(|r| seen.contains(&r.number));
    for reference in &mut body.references {
        reference.number = new_number(reference.number);
    }
    body.references.sort_by_key(|r| r.number);
    let sections = body.sections.iter_mut().flat_map(|s| &mut s.groups).flat_map(|g| &mut g.lines);
    let lines = body.bottom_line.iter_mut().chain(sections).chain(body.not_applying.iter_mut().map(|n| &mut n.line));
    for cited in lines.flat_map(|l| &mut l.citations).flat_map(|c| &mut c.references) {
        cited.number = new_number(cited.number);
    }
}
