//! The review of one version in one reader's wording: its states as types, and the steps between them.
//!
//! A review is never made or moved but by [`Stage`](crate::Stage), from the list of what happened. Its fields are private and
//! the steps are this crate's own, so that no other crate can make an approved one:
//!
//! ```compile_fail
//! # use board::{Approved, Review, Submitted};
//! fn forged(review: Review<Submitted>) -> Review<Approved> {
//!     Review { facts: review.facts, state: std::marker::PhantomData } // private: does not compile
//! }
//! ```
//!
//! ```compile_fail
//! # use board::{Approved, Review};
//! fn from_nothing() -> Review<Approved> {
//!     Review::default() // there is none: does not compile
//! }
//! ```
//!
//! ```compile_fail
//! # use board::{Approved, Review};
//! fn from_text(json: &str) -> Review<Approved> {
//!     serde_json::from_str(json).unwrap() // a review is not read, its history is: does not compile
//! }
//! ```

use crate::known::{Approval, Ended, Known, MOST, Proposal, words};
use crate::{Decision, Denied, Mark, PersonId, Reason, Rules, Signature, StatementKey};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

/// State: before the board, taken by nobody.
#[derive(Debug, Clone)]
pub struct Submitted;
/// State: taken by a reviewer or more.
#[derive(Debug, Clone)]
pub struct UnderReview;
/// State: enough people signed for it.
#[derive(Debug, Clone)]
pub struct Approved;
/// State: a reviewer requested changes.
#[derive(Debug, Clone)]
pub struct ChangesRequested;
/// State: taken back, or a new version took its place. Nothing follows.
#[derive(Debug, Clone)]
pub struct Retired;

/// The review of one version, in a state.
#[derive(Debug, Clone)]
pub struct Review<State> {
    facts: Known,
    state: PhantomData<State>,
}

impl<State> Review<State> {
    fn of(facts: Known) -> Self {
        Self { facts, state: PhantomData }
    }

    /// What it knows.
    pub fn known(&self) -> &Known {
        &self.facts
    }
}

impl Review<Submitted> {
    pub(crate) fn begun(
        by: PersonId,
        version: String,
        asker: Option<PersonId>,
        authors: &[PersonId],
        statements: Vec<StatementKey>,
        previous: Option<String>,
    ) -> Result<Self, Denied> {
        if statements.is_empty() {
            return Err(Denied::NoStatements);
        }
        if let Some((_, key)) = (1u32..).zip(&statements).find(|(place, key)| key.place() != *place) {
            return Err(Denied::NoStatement { statement: key.to_string() });
        }
        let authors = authors.iter().copied().chain([by]).collect();
        Ok(Self::of(Known {
            version,
            asker,
            authors,
            statements,
            previous,
            conflicts: BTreeMap::new(),
            proposals: BTreeMap::new(),
            known: BTreeSet::new(),
            round: 1,
            reasons: Vec::new(),
            difference: None,
            was_approved: false,
            reviewers: BTreeSet::new(),
            rulings: BTreeMap::new(),
            approvals: BTreeMap::new(),
            ended: None,
        }))
    }

    pub(crate) fn taken(mut self, by: PersonId) -> Review<UnderReview> {
        self.facts.reviewers.insert(by);
        Review::of(self.facts)
    }

    pub(crate) fn decided(self, proposal: u32, accepted: bool) -> Result<Self, Denied> {
        Ok(Self::of(decided(self.facts, proposal, accepted)?))
    }
}

impl Review<UnderReview> {
    pub(crate) fn taken(mut self, by: PersonId) -> Result<Self, Denied> {
        if self.facts.reviewers.insert(by) { Ok(self) } else { Err(Denied::AlreadyTaken) }
    }

    pub(crate) fn conflict_stated(mut self, by: PersonId, conflict: Option<String>) -> Result<Self, Denied> {
        self.facts.holds(by)?;
        if let Some(said) = &conflict {
            words(said)?;
        }
        let held = self.facts.conflicts.entry(by).or_default();
        if conflict.is_some() {
            *held = conflict;
        }
        Ok(self)
    }

    pub(crate) fn marked(
        mut self,
        by: PersonId,
        statement: StatementKey,
        mark: Mark,
        said: Option<&str>,
    ) -> Result<Self, Denied> {
        self.facts.holds(by)?;
        self.facts.has(&statement)?;
        match said {
            Some(said) => words(said)?,
            None if mark == Mark::Accept => {}
            None => return Err(Denied::Words { most: MOST }),
        }
        if mark != Mark::Comment {
            self.facts.rulings.insert((by, statement), mark);
        }
        Ok(self)
    }

    pub(crate) fn proposed(mut self, proposal: Proposal) -> Result<Self, Denied> {
        self.facts.holds(proposal.by)?;
        self.facts.has(&proposal.statement)?;
        words(&proposal.wording)?;
        self.facts.proposals.insert(proposal.n, proposal);
        Ok(self)
    }

    pub(crate) fn decided(self, proposal: u32, accepted: bool) -> Result<Self, Denied> {
        Ok(Self::of(decided(self.facts, proposal, accepted)?))
    }

    pub(crate) fn signed(
        mut self,
        by: PersonId,
        at: i64,
        decision: Decision,
        signature: Signature,
        rules: &Rules,
    ) -> Result<Signed, Denied> {
        self.facts.holds(by)?;
        if signature.name.trim().is_empty() || signature.credentials.trim().is_empty() {
            return Err(Denied::Unnamed);
        }
        match (&signature.words, decision) {
            (Some(said), _) => words(said)?,
            (None, Decision::Approve) => {}
            (None, Decision::RequestChanges) => return Err(Denied::Words { most: MOST }),
        }
        if decision == Decision::RequestChanges {
            self.facts.approvals.remove(&by);
            return Ok(Signed::ChangesRequested(Review::of(self.facts)));
        }
        self.facts.may_approve(by, rules)?;
        self.facts.approvals.insert(by, Approval { by, at, signature });
        if !self.facts.enough(rules) {
            return Ok(Signed::UnderReview(self));
        }
        // What it was reopened for was before those who now signed.
        self.facts.reasons.clear();
        self.facts.difference = None;
        self.facts.was_approved = false;
        Ok(Signed::Approved(Review::of(self.facts)))
    }
}

/// Where a signature leads.
pub(crate) enum Signed {
    UnderReview(Review<UnderReview>),
    Approved(Review<Approved>),
    ChangesRequested(Review<ChangesRequested>),
}

impl Review<ChangesRequested> {
    pub(crate) fn decided(self, proposal: u32, accepted: bool) -> Result<Self, Denied> {
        Ok(Self::of(decided(self.facts, proposal, accepted)?))
    }
}

fn decided(mut facts: Known, n: u32, accepted: bool) -> Result<Known, Denied> {
    let proposal = facts.proposals.get_mut(&n).ok_or(Denied::NoProposal { n })?;
    if proposal.accepted.is_some() {
        return Err(Denied::AlreadyDecided { n });
    }
    if accepted && !proposal.checked.supported {
        return Err(Denied::NotSupported { n });
    }
    let statement = proposal.statement.clone();
    proposal.accepted = Some(accepted);
    if accepted {
        // A statement has one wording in the next version: the one taken last.
        for other in facts.proposals.values_mut().filter(|p| p.n != n && p.statement == statement) {
            other.accepted = other.accepted.map(|_| false);
        }
    }
    Ok(facts)
}

/// A state from which something can still happen.
pub(crate) trait Live: Sized {
    /// Whether it is the approved one.
    const APPROVED: bool;
}

impl Live for Submitted {
    const APPROVED: bool = false;
}
impl Live for UnderReview {
    const APPROVED: bool = false;
}
impl Live for Approved {
    const APPROVED: bool = true;
}
impl Live for ChangesRequested {
    const APPROVED: bool = false;
}

#[allow(private_bounds)] // which states are live is this crate's business
impl<State: Live> Review<State> {
    pub(crate) fn published(self, pending: bool) -> Result<Self, Denied> {
        if pending == State::APPROVED { Err(Denied::NotAsSaid) } else { Ok(self) }
    }

    pub(crate) fn reopened(
        mut self,
        reasons: &[Reason],
        difference: Option<String>,
    ) -> Result<Review<Submitted>, Denied> {
        if reasons.is_empty() {
            return Err(Denied::Words { most: MOST });
        }
        for reason in reasons {
            words(&reason.words)?;
        }
        let facts = &mut self.facts;
        facts.known.extend(reasons.iter().cloned());
        // Reasons that nobody has approved it in the face of stay.
        let new = reasons.iter().filter(|r| !facts.reasons.contains(r)).cloned().collect::<Vec<_>>();
        facts.reasons.extend(new);
        facts.difference = difference.or(facts.difference.take());
        facts.was_approved |= State::APPROVED;
        facts.round += 1;
        facts.reviewers.clear();
        facts.rulings.clear();
        facts.approvals.clear();
        Ok(Review::of(self.facts))
    }

    pub(crate) fn superseded(mut self, by: String) -> Review<Retired> {
        self.facts.ended = Some(Ended::Superseded(by));
        Review::of(self.facts)
    }

    pub(crate) fn retired(mut self, said: String) -> Result<Review<Retired>, Denied> {
        words(&said)?;
        self.facts.ended = Some(Ended::TakenBack(said));
        Ok(Review::of(self.facts))
    }
}
