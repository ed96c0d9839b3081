//! Where the review of a version is. Only ever made from its history.

use crate::known::{Known, Proposal};
use crate::review::{Approved, ChangesRequested, Retired, Review, Signed, Submitted, UnderReview};
use crate::{Denied, Event, PersonId, Record};

/// Where a review is, with all that it knows.
#[derive(Debug, Clone)]
pub enum Stage {
    /// Before the board, taken by nobody.
    Submitted(Review<Submitted>),
    /// Taken by a reviewer or more.
    UnderReview(Review<UnderReview>),
    /// Enough people signed for it.
    Approved(Review<Approved>),
    /// A reviewer requested changes.
    ChangesRequested(Review<ChangesRequested>),
    /// Taken back, or a new version took its place.
    Retired(Review<Retired>),
}

/// A history that is none: the data are damaged, or somebody changed them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {n} cannot have happened: {denied}")]
pub struct Replay {
    /// The first entry that cannot.
    pub n: u32,
    /// Why.
    pub denied: Denied,
}

/// Does a step that every live state has.
macro_rules! live {
    ($stage:expr, $review:ident => $do:expr) => {
        match $stage {
            Stage::Submitted($review) => $do,
            Stage::UnderReview($review) => $do,
            Stage::Approved($review) => $do,
            Stage::ChangesRequested($review) => $do,
            Stage::Retired(_) => return Err(Denied::IsRetired),
        }
    };
}
impl Stage {
    /// Where the review with this history is. Cost: linear in the history, times the statements for each signature.
    pub fn replay(history: &[Record]) -> Result<Self, Replay> {
        let mut stage: Option<Stage> = None;
        for (place, record) in (1u32..).zip(history) {
            let fault = |denied| Replay { n: place, denied };
            if record.n != place {
                return Err(fault(Denied::OutOfOrder { n: place }));
            }
            stage = Some(Self::next(stage, record).map_err(fault)?);
        }
        stage.ok_or(Replay { n: 0, denied: Denied::NotSubmitted })
    }

    /// Where the review is after one more thing happened; from nothing, only a submission can.
    pub fn next(stage: Option<Stage>, record: &Record) -> Result<Stage, Denied> {
        let Some(stage) = stage else {
            let Event::Submitted { version, asker, authors, statements, previous, doubts: _ } = &record.event else {
                return Err(Denied::NotSubmitted);
            };
            let by = person(record)?;
            let begun = Review::begun(by, version.clone(), *asker, authors, statements.clone(), previous.clone())?;
            return Ok(Stage::Submitted(begun));
        };
        stage.then(record)
    }

    fn then(self, record: &Record) -> Result<Stage, Denied> {
        match &record.event {
            Event::Submitted { .. } => match self {
                Stage::Retired(_) => Err(Denied::IsRetired),
                _ => Err(Denied::AlreadySubmitted),
            },
            Event::Taken => {
                let by = person(record)?;
                match self {
                    Stage::Submitted(review) => Ok(Stage::UnderReview(review.taken(by))),
                    other => Ok(Stage::UnderReview(other.under_review()?.taken(by)?)),
                }
            }
            Event::ConflictStated { conflict } => {
                let by = person(record)?;
                Ok(Stage::UnderReview(self.under_review()?.conflict_stated(by, conflict.clone())?))
            }
            Event::Marked { statement, mark, words } => {
                let by = person(record)?;
                let review = self.under_review()?;
                Ok(Stage::UnderReview(review.marked(by, statement.clone(), *mark, words.as_deref())?))
            }
            Event::WordingProposed { statement, wording, checked } => {
                let proposal = Proposal {
                    n: record.n,
                    by: person(record)?,
                    statement: statement.clone(),
                    wording: wording.clone(),
                    checked: checked.clone(),
                    accepted: None,
                };
                Ok(Stage::UnderReview(self.under_review()?.proposed(proposal)?))
            }
            Event::WordingDecided { proposal, accepted } => {
                person(record)?;
                match self {
                    Stage::Submitted(review) => Ok(Stage::Submitted(review.decided(*proposal, *accepted)?)),
                    Stage::UnderReview(review) => Ok(Stage::UnderReview(review.decided(*proposal, *accepted)?)),
                    Stage::ChangesRequested(review) => {
                        Ok(Stage::ChangesRequested(review.decided(*proposal, *accepted)?))
                    }
                    Stage::Approved(_) => Err(Denied::IsApproved),
                    Stage::Retired(_) => Err(Denied::IsRetired),
                }
            }
            Event::Signed { decision, signature, rules } => {
                let by = person(record)?;
                let review = self.under_review()?;
                Ok(match review.signed(by, record.at, *decision, signature.clone(), rules)? {
                    Signed::UnderReview(review) => Stage::UnderReview(review),
                    Signed::Approved(review) => Stage::Approved(review),
                    Signed::ChangesRequested(review) => Stage::ChangesRequested(review),
                })
            }
            Event::Published { pending } => {
                person(record)?;
                match self {
                    Stage::Submitted(review) => Ok(Stage::Submitted(review.published(*pending)?)),
                    Stage::UnderReview(review) => Ok(Stage::UnderReview(review.published(*pending)?)),
                    Stage::Approved(review) => Ok(Stage::Approved(review.published(*pending)?)),
                    Stage::ChangesRequested(review) => Ok(Stage::ChangesRequested(review.published(*pending)?)),
                    Stage::Retired(_) => Err(Denied::IsRetired),
                }
            }
            Event::Reopened { reasons, difference } => {
                Ok(Stage::Submitted(live!(self, review => review.reopened(reasons, difference.clone())?)))
            }
            Event::Superseded { by } => match self {
                Stage::Approved(_) => Err(Denied::IsApproved),
                other => Ok(Stage::Retired(live!(other, review => review.superseded(by.clone())))),
            },
            Event::Retired { words } => {
                person(record)?;
                Ok(Stage::Retired(live!(self, review => review.retired(words.clone())?)))
            }
        }
    }

    /// The review under way, or why there is none.
    fn under_review(self) -> Result<Review<UnderReview>, Denied> {
        match self {
            Stage::UnderReview(review) => Ok(review),
            Stage::Submitted(_) => Err(Denied::NotUnderReview),
            Stage::Approved(_) => Err(Denied::IsApproved),
            Stage::ChangesRequested(_) => Err(Denied::ChangesRequested),
            Stage::Retired(_) => Err(Denied::IsRetired),
        }
    }

    /// Its name, as in JSON: `submitted`, `under-review`, `approved`, `changes-requested`, `retired`.
    pub fn word(&self) -> &'static str {
        match self {
            Stage::Submitted(_) => "submitted",
            Stage::UnderReview(_) => "under-review",
            Stage::Approved(_) => "approved",
            Stage::ChangesRequested(_) => "changes-requested",
            Stage::Retired(_) => "retired",
        }
    }

    /// Its name as people read it.
    pub fn said(&self) -> &'static str {
        match self {
            Stage::Submitted(_) => "Submitted",
            Stage::UnderReview(_) => "Under review",
            Stage::Approved(_) => "Approved",
            Stage::ChangesRequested(_) => "Changes requested",
            Stage::Retired(_) => "Retired",
        }
    }

    /// The approved review, where it is one. There is no other way to it.
    pub fn approved(&self) -> Option<&Review<Approved>> {
        match self {
            Stage::Approved(review) => Some(review),
            _ => None,
        }
    }

    /// What the review knows, whatever its state.
    pub fn known(&self) -> &Known {
        match self {
            Stage::Submitted(review) => review.known(),
            Stage::UnderReview(review) => review.known(),
            Stage::Approved(review) => review.known(),
            Stage::ChangesRequested(review) => review.known(),
            Stage::Retired(review) => review.known(),
        }
    }
}

fn person(record: &Record) -> Result<PersonId, Denied> {
    record.by.ok_or(Denied::Nobody)
}
