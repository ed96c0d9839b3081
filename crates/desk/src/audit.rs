//! Examining the audit trail: is it whole, what does it say, what is past its time.

use crate::{DeskError, Seat};
use board::{Action, Own};
use library::{Entry, Filter, Pruned, Verification};

/// Days of a year, with the leap day, so that no year is cut short.
const YEAR: i64 = 366;

impl Seat<'_> {
    /// Whether the trail and what it tells of are as they were written; with a head noted before, whether it still holds that
    /// too.
    pub fn audit_verify(&self, noted: Option<&str>) -> Result<Verification, DeskError> {
        self.allow(Action::ReadAudit, Own::Nobodys)?;
        Ok(self.desk.articles.verify(noted)?)
    }

    /// Entries of the trail in order, one after the other.
    pub fn audit<E: From<DeskError>>(
        &self,
        filter: &Filter,
        each: &mut dyn FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        self.allow(Action::ReadAudit, Own::Nobodys)?;
        let mut failed = None;
        let walked = self.desk.articles.audit_each(filter, &mut |entry| {
            each(entry).map_err(|error| {
                failed = Some(error);
                Stopped(None)
            })
        });
        match (failed, walked) {
            (Some(error), _) => Err(error),
            (None, Err(Stopped(Some(error)))) => Err(DeskError::from(error).into()),
            (None, _) => Ok(()),
        }
    }

    /// Takes away entries older than so many years before `now` (seconds since 1970), and writes down that it did. No fewer than
    /// the policy says, and as many where nothing is said.
    pub fn audit_prune(&mut self, years: Option<u32>, now: i64) -> Result<Option<Pruned>, DeskError> {
        self.allow(Action::SetPolicy, Own::Nobodys)?;
        let least = u32::from(self.desk.policy()?.keeping.audit_years);
        let years = years.unwrap_or(least);
        if years < least {
            return Err(DeskError::AuditYears { years, least });
        }
        let before = now - i64::from(years) * YEAR * 86_400;
        Ok(self.desk.articles.audit_prune(before, &self.actor.label())?)
    }
}

/// The walk ended early: by the library's trouble, or because whoever listens had enough.
struct Stopped(Option<library::LibraryError>);

impl From<library::LibraryError> for Stopped {
    fn from(error: library::LibraryError) -> Self {
        Stopped(Some(error))
    }
}
