//! What editors decide: publish, retire, reopen.

use super::{Named, ReviewShown};
use crate::{DeskError, Seat};
use board::{Action, Event, Reason};

/// The kind of a reason that a person gives.
const BY_EDITOR: &str = "editor";

impl Seat<'_> {
    /// Lets everyone who may read see a version that is before the board. It is approved, or it stands under a banner that says
    /// nobody has approved it, where the policy allows that at all.
    pub fn publish(&mut self, named: &Named<'_>) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Publish, named)?;
        let policy = self.desk.articles.policy()?;
        let reviewed = self.desk.articles.publish(&version.key, &self.actor, named.seen, &policy)?;
        let version = self.version(named)?;
        self.shown(&version, Some(&reviewed))
    }

    /// Takes a version back for good. Readers no longer see it; its history stays.
    pub fn retire(&mut self, named: &Named<'_>, words: &str) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Retire, named)?;
        let words = self.clean("the reason", words)?;
        let reviewed = self.desk.articles.retire(&version.key, &self.actor, named.seen, words)?;
        let version = self.version(named)?;
        self.shown(&version, Some(&reviewed))
    }

    /// Puts a version before the board again. What was signed for it no longer counts.
    pub fn reopen(&mut self, named: &Named<'_>, words: &str) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Reopen, named)?;
        let reasons = vec![Reason { kind: BY_EDITOR.to_owned(), words: self.clean("the reason", words)? }];
        self.record(&version, named, vec![Event::Reopened { reasons, difference: None }])
    }
}
