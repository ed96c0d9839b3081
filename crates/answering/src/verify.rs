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
mod left_out;
mod names;
mod opposites;
mod orders;
mod plainly;
mod polarity;
mod quantity;
mod result;
mod signs;
mod text;
mod unit;
pub mod verdict;
mod weighing;

pub use checker::{Checker, Context, Evidence};
pub use finding::{Deciding, Fault, Finding, Reason, Side, Verdict};
pub use orders::for_a_machine;
pub(crate) use result::{Way, Went, results};
pub use weighing::{BUCKETS, Row};

use crate::article::{
    Article, Basis, Body, Citation, Drafted, Dropped, Line, Outcome, Reference, Support, Verified, YesNo,
};
use crate::frame;
use crate::plan::Shelf;
use crate::reader;
use crate::tie;
use clinical::{Reader, glossary};
use evidence::Standing;
use std::collections::BTreeSet;

/// Checks a draft against the evidence it was made from.
pub fn verify(draft: Article<Drafted>, shelf: &Shelf) -> Article<Verified> {
    let mut body = draft.body().clone();
    let mut dropped = draft.dropped().to_vec();
    let by_model = body.provenance.model.is_some();
    let checker = Lines { shelf, references: &body.references.clone(), reader: body.reader, by_model };

    let led = body.bottom_line.len();
    retain(&mut body.bottom_line, &[], &checker, &mut dropped);
    // A word stands only with all that decided it.
    if body.bottom_line.len() < led && body.reply.as_ref().is_some_and(|r| r.rests_on > 0) {
        body.reply = None;
    }
    for section in &mut body.sections {
        for group in &mut section.groups {
            let beside: Vec<&str> = group.lead.iter().chain(&group.hangs_on).map(String::as_str).collect();
            retain(&mut group.lines, &beside, &checker, &mut dropped);
        }
        section.groups.retain(|g| !g.lines.is_empty());
    }
    body.sections.retain(|s| !s.groups.is_empty());
    body.not_applying.retain_mut(|n| pass(&mut n.line, &[], &checker, &mut dropped));
    if body.sections.is_empty() {
        // What a draft that abstains says does not apply is why it does; of one that lost its sections it is nothing.
        if body.outcome == Outcome::Answered {
            body.not_applying.clear();
        }
        body.outcome = Outcome::Abstained;
        body.bottom_line.clear();
        if body.reply.as_ref().is_some_and(|r| r.word != YesNo::NotInLibrary) {
            body.reply = None;
        }
    }
    only_cited(&mut body);
    draft.into_verified(body, dropped)
}

struct Lines<'a> {
    shelf: &'a Shelf,
    references: &'a [Reference],
    reader: Reader,
    by_model: bool,
}

fn retain(lines: &mut Vec<Line>, beside: &[&str], checker: &Lines<'_>, dropped: &mut Vec<Dropped>) {
    lines.retain_mut(|line| pass(line, beside, checker, dropped));
}

/// `beside` is what stands over the line wherever it is shown: the lead-in and the condition of its group.
fn pass(line: &mut Line, beside: &[&str], checker: &Lines<'_>, dropped: &mut Vec<Dropped>) -> bool {
    match checker.check(line, beside) {
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
    fn check(&self, line: &Line, beside: &[&str]) -> Result<Support, String> {
        if line.citations.is_empty() {
            return Err("it cites nothing".to_owned());
        }
        for citation in &line.citations {
            self.resolves(citation)?;
        }
        if for_a_machine(&line.text) {
            return Err("it speaks to a machine, not to a clinician".to_owned());
        }
        let said = |c: &Citation| match line.sees {
            // Word for word, with or without "We found that".
            None => {
                c.quote.split_whitespace().eq(line.text.split_whitespace()) || frame::without(&c.quote) == line.text
            }
            Some(_) => c.heading.last().is_some_and(|h| reader::heading(h, self.reader) == line.text),
        };
        let citation = match line.citations.iter().find(|c| said(c)) {
            Some(citation) => citation,
            None if line.sees.is_some() => {
                return Err("none of the sentences it cites says it in these words".to_owned());
            }
            None if line.plain => self.plainly(line)?,
            None => self.reworded(line, beside)?,
        };
        // Whatever the reader's words: it is the digest's sentence that the primary text says much the same as.
        let tied = |c: &Citation| c.basis == Basis::Quoted && tie::agrees(&citation.quote, &c.quote);
        Ok(match citation.basis {
            Basis::Quoted => Support::Supported,
            Basis::Summarised if line.sees.is_none() && line.citations.iter().any(tied) => Support::PartlySupported,
            Basis::Summarised => Support::NotCheckedAgainstPrimary,
        })
    }

    /// The citation whose statement has a line's words for its plain wording, and says the same.
    fn plainly<'l>(&self, line: &'l Line) -> Result<&'l Citation, String> {
        let own = |c: &&Citation| reader::plain_of(c, self.shelf).is_some_and(|(wording, _)| wording == line.text);
        let citation = line.citations.iter().find(own).ok_or("no digest it cites puts it in these words")?;
        let headings: Vec<&str> =
            std::iter::once(&citation.source_title).chain(&citation.heading).map(String::as_str).collect();
        match reader::stands(&mut Checker::default(), &line.text, &citation.quote, &headings) {
            Ok(()) => Ok(citation),
            Err(found) => {
                Err(format!("its plain wording does not say what the statement says: {}", found.reason.said()))
            }
        }
    }

    /// The citation whose sentence says what a line says in other words. A model's line, and any line for clinicians, is judged in
    /// both directions. The wording for other readers was, when it was made (`reader`): here plain words of the glossary are
    /// read as the terms of the sentence that they stand for.
    fn reworded<'l>(&self, line: &'l Line, beside: &[&str]) -> Result<&'l Citation, String> {
        let mut checker = Checker::default();
        let mut first = None;
        for citation in &line.citations {
            let found = self.written(&mut checker, line, beside, citation);
            if found.verdict == Verdict::Supported {
                return Ok(citation);
            }
            first.get_or_insert(found);
        }
        let reason = first.map_or(Reason::Empty, |f| f.reason);
        Err(format!("the sentences it cites do not support it: {}", reason.said()))
    }

    /// Whether the sentence that a citation holds says what a line says. What stands over or beside the line on the page may be
    /// left out of it.
    fn written(&self, checker: &mut Checker, line: &Line, beside: &[&str], citation: &Citation) -> Finding {
        let headings: Vec<&str> =
            std::iter::once(&citation.source_title).chain(&citation.heading).map(String::as_str).collect();
        let plain = self.reader != Reader::Clinician;
        let claim = if plain { glossary::technical(&line.text, &citation.quote) } else { line.text.clone() };
        if plain && !self.by_model {
            let around = [citation.before.as_str(), citation.after.as_str()];
            let context = Context::Source { headings: &headings, around: &around };
            return checker.check(&claim, &Evidence { text: &citation.quote, context });
        }
        let own = line.condition.iter().chain(&line.caution).map(String::as_str);
        let shown: Vec<&str> = beside.iter().copied().chain(own).collect();
        checker.check_written(&claim, &citation.quote, &headings, &shown)
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

/// Checks one line as [`verify`] will: what it finds, or why the line will be dropped. For a drafter that shows lines before
/// its draft is whole; `beside` is the lead-in and the condition of the group it will stand in, none for a bottom line, and
/// `references` are those of the draft.
pub fn check_line(line: &Line, beside: &[&str], shelf: &Shelf, references: &[Reference]) -> Result<Support, String> {
    Lines { shelf, references, reader: Reader::Clinician, by_model: true }.check(line, beside)
}

/// Leaves the references that are still cited, numbered anew in the order of their first use.
fn only_cited(body: &mut Body) {
    let mut order: Vec<usize> = Vec::new();
    let mut seen = BTreeSet::new();
    for number in body.lines_as_printed().flat_map(|l| &l.citations).flat_map(|c| &c.references).map(|r| r.number) {
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
