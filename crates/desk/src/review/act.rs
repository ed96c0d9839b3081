//! What authors and reviewers do to a version: submit, take, state conflicts, mark, propose wordings and decide on them.

use super::{Named, ReviewShown, StatementName, Version, wording};
use crate::{DeskError, Seat};
use board::{Action, Event, Mark};
use library::Reviewed;

impl Seat<'_> {
    /// Puts a version before the board, for its asker or an editor; of a private article that makes it the board's. A second
    /// look for patient identifiers, behind the one at the question: where any are found it is refused; where words might be
    /// some, it is refused until the submitter has looked at them and says so (`looked`).
    pub fn submit(&mut self, named: &Named<'_>, looked: bool) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Submit, named)?;
        let body = &version.kept.body;
        let (mut kinds, mut words) = (Vec::new(), Vec::new());
        for text in std::iter::once(&body.question).chain(body.follows.iter().map(|f| &f.asked)) {
            for suspect in clinical::suspects(text) {
                match suspect.certain {
                    true => kinds.push(suspect.kind.to_owned()),
                    false => words.extend(text.get(suspect.span[0]..suspect.span[1]).map(str::to_owned)),
                }
            }
        }
        for found in [&mut kinds, &mut words] {
            found.sort();
            found.dedup();
        }
        if !kinds.is_empty() {
            return Err(DeskError::Identifiers { what: "the question", kinds });
        }
        if !words.is_empty() && !looked {
            return Err(DeskError::Suspects { words });
        }
        let doubts = u32::try_from(words.len()).unwrap_or(u32::MAX);
        let reviewed = self.desk.articles.submit(&version.key, &self.actor, doubts)?;
        // It is the board's now, whoever it was.
        let version = self.version(named).unwrap_or(version);
        self.shown(&version, Some(&reviewed))
    }

    /// Takes a version for review.
    pub fn take_review(&mut self, named: &Named<'_>) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::TakeReview, named)?;
        self.record(&version, named, vec![Event::Taken])
    }

    /// Says whether the reviewer has a conflict of interest about this version: which, or none. One that was stated stays.
    pub fn state_conflict(&mut self, named: &Named<'_>, conflict: Option<&str>) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Mark, named)?;
        let conflict = conflict.map(|c| self.clean("the conflict of interest", c)).transpose()?;
        self.record(&version, named, vec![Event::ConflictStated { conflict }])
    }

    /// Marks statements, all or none. Rejecting and commenting need words.
    pub fn mark(
        &mut self,
        named: &Named<'_>,
        statements: &[StatementName],
        mark: Mark,
        words: Option<&str>,
    ) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Mark, named)?;
        let words = words.map(|w| self.clean("the comment", w)).transpose()?;
        let event = |name| Ok(Event::Marked { statement: version.statement(name)?, mark, words: words.clone() });
        let events = statements.iter().map(event).collect::<Result<Vec<_>, DeskError>>()?;
        self.record(&version, named, events)
    }

    /// Proposes other words for a statement. They are held against the sentences that the statement cites at once; what the
    /// checker does not find supported is kept as proposed and can never be taken.
    pub fn propose_wording(
        &mut self,
        named: &Named<'_>,
        statement: &StatementName,
        words: &str,
    ) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Mark, named)?;
        let statement = version.statement(statement)?;
        let wording = self.clean("the wording", words)?;
        let checked = wording::checked(&version.kept.body, &statement, &wording);
        self.record(&version, named, vec![Event::WordingProposed { statement, wording, checked }])
    }

    /// Takes a proposed wording into the next version, or does not. `proposal` is the place of it in the history.
    pub fn decide_wording(
        &mut self,
        named: &Named<'_>,
        proposal: u32,
        accepted: bool,
    ) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Revise, named)?;
        self.record(&version, named, vec![Event::WordingDecided { proposal, accepted }])
    }

    /// Adds events to a version's review and tells where it then is.
    pub(super) fn record(
        &mut self,
        version: &Version,
        named: &Named<'_>,
        events: Vec<Event>,
    ) -> Result<ReviewShown, DeskError> {
        let reviewed: Reviewed = self.desk.articles.add_to_review(&version.key, &self.actor, named.seen, events)?;
        self.shown(version, Some(&reviewed))
    }
}
