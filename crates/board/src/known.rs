//! What a review knows: who wrote, took, marked and signed, and what follows from it for whoever wants to approve.
//!
//! It is read by everyone and changed only by the steps in `review`.

use crate::policy::folded;
use crate::{Checked, Denied, Mark, PersonId, Reason, Rules, Signature, StatementKey};
use std::collections::{BTreeMap, BTreeSet};

/// A wording that a reviewer proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The place of it in the history.
    pub n: u32,
    /// Who.
    pub by: PersonId,
    /// For which statement.
    pub statement: StatementKey,
    /// The words.
    pub wording: String,
    /// What the checker found.
    pub checked: Checked,
    /// Whether it is taken; nothing where nobody decided yet.
    pub accepted: Option<bool>,
}

/// A person's approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub by: PersonId,
    /// When, seconds since 1970.
    pub at: i64,
    /// As whom.
    pub signature: Signature,
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was taken back, for this reason.
    TakenBack(String),
    /// This version took its place.
    Superseded(String),
}

/// What a review knows. It cannot be made outside this crate.
#[derive(Debug, Clone)]
pub struct Known {
    pub(crate) version: String,
    pub(crate) asker: Option<PersonId>,
    pub(crate) authors: BTreeSet<PersonId>,
    pub(crate) statements: Vec<StatementKey>,
    pub(crate) previous: Option<String>,
    /// For this version conflicts are never taken back: who had one has it.
    pub(crate) conflicts: BTreeMap<PersonId, Option<String>>,
    pub(crate) proposals: BTreeMap<u32, Proposal>,
    /// Every reason for which it was ever reopened.
    pub(crate) known: BTreeSet<Reason>,
    /// What follows is of the present round: reopening begins another.
    pub(crate) round: u32,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) difference: Option<String>,
    /// Whether it was approved when it was last reopened, and not approved since.
    pub(crate) was_approved: bool,
    pub(crate) reviewers: BTreeSet<PersonId>,
    pub(crate) rulings: BTreeMap<(PersonId, StatementKey), Mark>,
    pub(crate) approvals: BTreeMap<PersonId, Approval>,
    pub(crate) ended: Option<Ended>,
}

/// Longest text that a review holds, in bytes.
pub(crate) const MOST: usize = 4_000;

/// The text, where it says something and is not too long.
pub(crate) fn words(text: &str) -> Result<(), Denied> {
    if text.trim().is_empty() || text.len() > MOST { Err(Denied::Words { most: MOST }) } else { Ok(()) }
}

impl Known {
    pub(crate) fn has(&self, statement: &StatementKey) -> Result<(), Denied> {
        let at = (statement.place() as usize).checked_sub(1);
        match at.and_then(|at| self.statements.get(at)) {
            Some(own) if own == statement => Ok(()),
            _ => Err(Denied::NoStatement { statement: statement.to_string() }),
        }
    }

    pub(crate) fn holds(&self, by: PersonId) -> Result<(), Denied> {
        if self.reviewers.contains(&by) { Ok(()) } else { Err(Denied::NotTaken) }
    }

    /// The statements that somebody rejects in this round, in order.
    pub fn rejected(&self) -> Vec<&StatementKey> {
        let rejects = |s: &&StatementKey| self.rulings.iter().any(|((_, of), mark)| of == *s && *mark == Mark::Reject);
        self.statements.iter().filter(rejects).collect()
    }

    /// Whether this person may approve under these rules, as things stand; else why not.
    pub fn may_approve(&self, by: PersonId, rules: &Rules) -> Result<(), Denied> {
        self.holds(by)?;
        if self.asker == Some(by) {
            return Err(Denied::OwnQuestion);
        }
        if self.authors.contains(&by) {
            return Err(Denied::OwnArticle);
        }
        match self.conflicts.get(&by) {
            Some(Some(_)) => return Err(Denied::Conflicted),
            None if rules.conflict_statements => return Err(Denied::ConflictNotStated),
            _ => {}
        }
        if let Some(rejected) = self.rejected().first() {
            return Err(Denied::Rejected { place: rejected.place() });
        }
        if rules.every_statement {
            let unmarked = |s: &&StatementKey| !self.rulings.contains_key(&(by, (*s).clone()));
            let mut left = self.statements.iter().filter(unmarked);
            if let Some(first) = left.next() {
                return Err(Denied::Unmarked { count: left.count() + 1, first: first.place() });
            }
        }
        Ok(())
    }

    /// Whether those who approved are enough under these rules. Each is looked at again: what happened since they signed, or
    /// rules that came since, may have taken their approval away.
    pub(crate) fn enough(&self, rules: &Rules) -> bool {
        let standing: Vec<&Approval> =
            self.approvals.values().filter(|a| self.may_approve(a.by, rules).is_ok()).collect();
        let practised: BTreeSet<String> =
            standing.iter().flat_map(|a| &a.signature.specialties).map(|s| folded(s)).collect();
        standing.len() >= usize::from(rules.approvals.max(1))
            && rules.specialties.iter().all(|s| practised.contains(&folded(s)))
    }
}

impl Known {
    /// SHA-256 of the version it is of.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Who asked the question.
    pub fn asker(&self) -> Option<PersonId> {
        self.asker
    }

    /// Who submitted and revised it.
    pub fn authors(&self) -> impl Iterator<Item = PersonId> {
        self.authors.iter().copied()
    }

    /// Its statements, in order.
    pub fn statements(&self) -> &[StatementKey] {
        &self.statements
    }

    /// The version it is a revision of.
    pub fn previous(&self) -> Option<&str> {
        self.previous.as_deref()
    }

    /// How often it began: 1, and one more each time it was reopened.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// Who took it in this round.
    pub fn reviewers(&self) -> impl Iterator<Item = PersonId> {
        self.reviewers.iter().copied()
    }

    /// How people ruled on a statement in this round.
    pub fn rulings(&self, statement: &StatementKey) -> impl Iterator<Item = (PersonId, Mark)> {
        let of = self.rulings.iter().filter(move |((_, s), _)| s == statement);
        of.map(|((by, _), mark)| (*by, *mark))
    }

    /// Wordings that were proposed, in order.
    pub fn proposals(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.values()
    }

    /// What each person said of conflicts of interest.
    pub fn conflicts(&self) -> impl Iterator<Item = (PersonId, Option<&str>)> {
        self.conflicts.iter().map(|(by, conflict)| (*by, conflict.as_deref()))
    }

    /// Who approved in this round. That is not yet an approved version: only `Review<Approved>` is.
    pub fn approvals(&self) -> impl Iterator<Item = &Approval> {
        self.approvals.values()
    }

    /// Why the present round began; empty in the first, and once it is approved again.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// What changed, where whoever reopened it said so.
    pub fn difference(&self) -> Option<&str> {
        self.difference.as_deref()
    }

    /// Whether it was approved before it was reopened, and is not approved again.
    pub fn was_approved(&self) -> bool {
        self.was_approved
    }

    /// Whether it was ever reopened for this.
    pub fn knows(&self, reason: &Reason) -> bool {
        self.known.contains(reason)
    }

    /// How it ended.
    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }
}
