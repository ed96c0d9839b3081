//! Signing: a person's name under one version in one reader's wording.

use super::{Named, ReviewShown};
use crate::{Confirmed, DeskError, Seat};
use board::{Action, Decision, Event, Refused, Signature};

/// Seconds for which a password that was given counts for a signature.
const FRESH: i64 = 300;

impl Seat<'_> {
    /// Whether the actor may sign for this version at all, before they are asked for their password.
    pub fn may_sign(&self, named: &Named<'_>) -> Result<(), DeskError> {
        self.version_for(Action::Sign, named).map(drop)
    }

    /// Signs for a version, as who the account says, with the password given again: approves it, or requests changes (which
    /// needs words). The policy in force now is written down with it and decides whether the version is approved. `now` is
    /// in seconds since 1970.
    pub fn sign(
        &mut self,
        named: &Named<'_>,
        decision: Decision,
        words: Option<&str>,
        confirmed: &Confirmed,
        now: i64,
    ) -> Result<ReviewShown, DeskError> {
        let version = self.version_for(Action::Sign, named)?;
        let person = self.me()?;
        if confirmed.person() != person.id || !(0..=FRESH).contains(&(now - confirmed.at())) {
            return Err(Refused::SignIn.into());
        }
        let words = words.map(|w| self.clean("what you sign with", w)).transpose()?;
        let signature =
            Signature { name: person.name, credentials: person.credentials, specialties: person.specialties, words };
        let rules = self.desk.articles.policy()?.approval;
        self.record(&version, named, vec![Event::Signed { decision, signature, rules }])
    }
}
