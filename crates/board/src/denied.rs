//! Why the review of a version does not take a step.

/// Why something cannot happen now. Always the caller's; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It is before the board already.
    #[error("it is before the board already")]
    AlreadySubmitted,
    /// It was never submitted.
    #[error("it is not before the board")]
    NotSubmitted,
    /// Nothing to review.
    #[error("it has no statements that a board could review")]
    NoStatements,
    /// A history with a gap or a turn in it.
    #[error("the history of this review is out of order at entry {n}")]
    OutOfOrder {
        /// The place where.
        n: u32,
    },
    /// Only a person does this.
    #[error("this takes a person who is signed in")]
    Nobody,
    /// They have it.
    #[error("you took this version for review already")]
    AlreadyTaken,
    /// They do not have it.
    #[error("take this version for review first")]
    NotTaken,
    /// Nobody has taken it.
    #[error("nobody has taken this version for review yet")]
    NotUnderReview,
    /// It is approved; what is to be changed is reopened first.
    #[error("this version is approved; an editor must reopen it first")]
    IsApproved,
    /// Somebody requested changes.
    #[error("changes were requested; it must be revised, or an editor must reopen it")]
    ChangesRequested,
    /// It ended.
    #[error("this version was retired or has a successor; nothing more can happen to it")]
    IsRetired,
    /// It has no such statement.
    #[error("this version has no statement {statement}")]
    NoStatement {
        /// As asked.
        statement: String,
    },
    /// There is no such proposal.
    #[error("entry {n} of this review is not a proposed wording")]
    NoProposal {
        /// As asked.
        n: u32,
    },
    /// It was decided before.
    #[error("proposal {n} was decided already")]
    AlreadyDecided {
        /// The proposal.
        n: u32,
    },
    /// The checker did not find it supported.
    #[error("proposal {n} cannot be taken: the sentences that the statement cites do not support it")]
    NotSupported {
        /// The proposal.
        n: u32,
    },
    /// A text that must be there is not, or is too long.
    #[error("say why, in at most {most} bytes")]
    Words {
        /// The most.
        most: usize,
    },
    /// A signature needs both.
    #[error("a signature needs a name and credentials; set them in your account first")]
    Unnamed,
    /// They asked the question.
    #[error("you asked this question; nobody approves an article of their own")]
    OwnQuestion,
    /// They wrote it.
    #[error("you submitted or revised this article; nobody approves an article of their own")]
    OwnArticle,
    /// They stated a conflict of interest.
    #[error("you stated a conflict of interest for this version, and so may not approve it")]
    Conflicted,
    /// They did not say whether they have one.
    #[error("say first whether you have a conflict of interest")]
    ConflictNotStated,
    /// They have not ruled on every statement.
    #[error("not every statement is marked by you: {count} left, the first is {first}")]
    Unmarked {
        /// How many.
        count: usize,
        /// The place of the first.
        first: u32,
    },
    /// A statement is rejected.
    #[error("statement {place} is rejected by a reviewer; a version with a rejected statement is not approved")]
    Rejected {
        /// Its place.
        place: u32,
    },
    /// It says that it is approved, or that it is not, and it is otherwise.
    #[error("whether this version is approved is not as said")]
    NotAsSaid,
    /// The policy lets only approved versions be published.
    #[error("by the policy only approved versions are published")]
    PendingNotPublished,
}

impl Denied {
    /// Stable name, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Denied::AlreadySubmitted => "already-submitted",
            Denied::NotSubmitted => "not-submitted",
            Denied::NoStatements => "no-statements",
            Denied::OutOfOrder { .. } => "out-of-order",
            Denied::Nobody => "person-needed",
            Denied::AlreadyTaken => "already-taken",
            Denied::NotTaken => "not-taken",
            Denied::NotUnderReview => "not-under-review",
            Denied::IsApproved => "is-approved",
            Denied::ChangesRequested => "changes-requested",
            Denied::IsRetired => "is-retired",
            Denied::NoStatement { .. } => "no-such-statement",
            Denied::NoProposal { .. } => "no-proposal",
            Denied::AlreadyDecided { .. } => "already-decided",
            Denied::NotSupported { .. } => "not-supported",
            Denied::Words { .. } => "words-needed",
            Denied::Unnamed => "unnamed",
            Denied::OwnQuestion => "own-question",
            Denied::OwnArticle => "own-article",
            Denied::Conflicted => "conflicted",
            Denied::ConflictNotStated => "conflict-not-stated",
            Denied::Unmarked { .. } => "unmarked",
            Denied::Rejected { .. } => "rejected-statement",
            Denied::NotAsSaid => "not-as-said",
            Denied::PendingNotPublished => "pending-not-published",
        }
    }

    /// Whether it is a rule of the policy that forbids it, to this person; else the review is not where it would have to be.
    pub fn by_policy(&self) -> bool {
        matches!(
            self,
            Denied::OwnQuestion
                | Denied::OwnArticle
                | Denied::Conflicted
                | Denied::ConflictNotStated
                | Denied::Unmarked { .. }
                | Denied::Rejected { .. }
                | Denied::PendingNotPublished
        )
    }
}
