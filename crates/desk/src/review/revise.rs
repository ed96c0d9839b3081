//! The next version of an article: from what its review said, or composed anew. Whichever it is, it goes through the checker
//! like any draft, and drops the approval that the version before had.

use super::{Named, ReviewShown, Version};
use crate::{Desk, DeskError, Seat};
use answering::{Article, Asked, Body, Found, Line, Outcome, Shelf, Verified, verify};
use board::{Action, Denied, Stage};
use clinical::{Condition, Truth};
use evidence::{SourceId, Span};
use library::statement_keys;
use std::collections::{BTreeMap, BTreeSet};

/// What a new version is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// The version before, with the wordings that were taken and without the statements that were rejected.
    Marks,
    /// The question, answered anew from what the library holds now.
    Anew,
}

impl Seat<'_> {
    /// Makes the next version of an article in a reader's wording and puts it before the board in the place of the one
    /// named, whose review ends. What was approved is reopened first. Refused where the checker would drop a statement that nobody
    /// rejected.
    pub fn revise(&mut self, named: &Named<'_>, revision: Revision) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Revise, named)?;
        let reviewed = self.review_of(&version)?;
        // Before anything is composed; the transaction asks again.
        match &reviewed.stage {
            Stage::Approved(_) => return Err(DeskError::Review(Denied::IsApproved)),
            Stage::Retired(_) => return Err(DeskError::Review(Denied::IsRetired)),
            Stage::Submitted(_) | Stage::UnderReview(_) | Stage::ChangesRequested(_) => {}
        }
        let article = match revision {
            Revision::Marks => self.desk.revised(&version, &reviewed.stage)?,
            Revision::Anew => self.desk.anew(&version.kept.body)?.article,
        };
        if article.body().outcome == Outcome::Abstained && version.kept.body.outcome == Outcome::Answered {
            return Err(DeskError::NothingLeft);
        }
        // The change that was looked at, where the caller said none.
        let seen = named.seen.unwrap_or(reviewed.changes());
        let (key, reviewed) = self.desk.articles.revise(&version.key, &article, &self.actor, Some(seen))?;
        let kept = self.desk.articles.version(&key)?.ok_or_else(|| DeskError::NoArticle(named.name.to_owned()))?;
        self.shown(&Version::of(version.article, kept), Some(&reviewed))
    }
}

impl Desk {
    /// A version with what its review decided, checked against the sources that it cites as they are now.
    fn revised(&mut self, version: &Version, stage: &Stage) -> Result<Article<Verified>, DeskError> {
        let (mut body, gone) = decided(&version.kept.body, stage);
        let asked = Asked { question: body.question.clone(), case: body.case.clone(), reader: body.reader };
        let mut shelf = self.retrieve(&asked)?;
        // What it cites, where the search did not find it just now.
        let cited: BTreeSet<_> = body.lines().flat_map(|l| &l.citations).map(|c| c.source.clone()).collect();
        for id in cited {
            let known = shelf.found.iter().chain(shelf.works.iter().filter_map(|w| w.held.as_ref()));
            if known.into_iter().any(|f| f.source.id == id) {
                continue;
            }
            if let Some(held) = self.library.source(&id, true)? {
                let (source, standing, bytes) = (held.source, held.standing, held.bytes);
                shelf.found.push(Found { source, standing, bytes, hits: Vec::new() });
            }
        }
        fewer_hang(&mut body, &gone, &shelf);
        let draft = Article::draft(Body {
            provenance: answering::Provenance {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                snapshot: shelf.snapshot.clone(),
                newest: shelf.newest,
                ..body.provenance.clone()
            },
            ..body
        });
        let article = verify(draft, &shelf);
        if !article.dropped().is_empty() {
            let lost = article.dropped().iter().map(|d| format!("{:?}: {}", d.text, d.reason)).collect();
            return Err(DeskError::WouldLose { lost });
        }
        Ok(article)
    }
}

/// A statement by its source, its place there, and its name in a digest.
type Gone = BTreeSet<(SourceId, Span, Option<String>)>;

/// The body of a version without what its review rejected and in the words that it took, and the statements that went. A
/// statement that stands in two places, as in the bottom line and below, is the same in both.
fn decided(before: &Body, stage: &Stage) -> (Body, Gone) {
    let keys = statement_keys(before);
    let known = stage.known();
    let named: BTreeMap<_, _> = keys.iter().zip(before.lines()).collect();
    let text = |key| named.get(key).map(|l| l.text.clone());
    let rejected: BTreeSet<String> = known.rejected().into_iter().filter_map(text).collect();
    let taken: BTreeMap<String, String> = known
        .proposals()
        .filter(|p| p.accepted == Some(true))
        .filter_map(|p| Some((text(&p.statement)?, p.wording.clone())))
        .collect();
    let mut body = before.clone();
    let mut plain = 0;
    let mut gone = Gone::new();
    let mut keep = |line: &mut Line| {
        if rejected.contains(&line.text) {
            gone.extend(line.citations.first().map(|c| (c.source.clone(), c.span, c.statement.clone())));
            plain += usize::from(line.plain);
            return false;
        }
        if let Some(wording) = taken.get(&line.text) {
            line.text.clone_from(wording);
            // The board's words now, not the digest's.
            plain += usize::from(std::mem::take(&mut line.plain));
        }
        true
    };
    let led = body.bottom_line.len();
    body.bottom_line.retain_mut(&mut keep);
    for group in body.sections.iter_mut().flat_map(|s| &mut s.groups) {
        group.lines.retain_mut(&mut keep);
    }
    body.not_applying.retain_mut(|n| keep(&mut n.line));
    // A word stands only with all that decided it.
    if body.bottom_line.len() < led && body.reply.as_ref().is_some_and(|r| r.rests_on > 0) {
        body.reply = None;
    }
    if let Some(guide) = &mut body.guide {
        guide.plain_wordings = guide.plain_wordings.saturating_sub(plain);
    }
    // What a follow-up tells of changes quotes statements too.
    if let Some(follows) = &mut body.follows {
        let stands = |c: &answering::StatementChange| !gone.contains(&(c.source.clone(), c.span, c.statement.clone()));
        follows.added.retain(stands);
        follows.settled.retain(stands);
    }
    (body, gone)
}

/// Says of each missing fact how many of the statements that are left hang on it; one that none hangs on is no longer asked for.
fn fewer_hang(body: &mut Body, gone: &Gone, shelf: &Shelf) {
    for (source, _, name) in gone {
        let found = shelf.found.iter().find(|f| f.source.id == *source);
        let marks = found.zip(name.as_ref()).and_then(|(f, name)| f.source.marked(name)?.1.marks.as_deref());
        let Some(marks) = marks else { continue };
        let undecided = |c: &&Condition| c.evaluate(&body.case) == Truth::Unknown;
        let hung = marks.when.iter().chain(&marks.unless).filter(undecided).flat_map(|c| c.unknown(&body.case));
        let mut facts: Vec<(String, String)> = hung.map(|a| (a.attribute, a.value)).collect();
        facts.sort();
        facts.dedup();
        for missing in &mut body.case.missing {
            if facts.iter().any(|(attribute, value)| *attribute == missing.attribute && *value == missing.value) {
                missing.statements = missing.statements.saturating_sub(1);
            }
        }
    }
    if !gone.is_empty() {
        body.case.missing.retain(|m| m.statements > 0);
    }
}
