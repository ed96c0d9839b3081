//! What can happen in the review of one version. The history of a review is a list of these and nothing else.

use crate::{PersonId, Rules, StatementKey};
use serde::{Deserialize, Serialize};

/// One thing that happened, and when, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its place in the history, from 1, without a gap.
    pub n: u32,
    /// When, seconds since 1970.
    pub at: i64,
    /// Who; nobody where Curbside did it by itself, as when a source was retracted.
    pub by: Option<PersonId>,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The version was put before the board.
    Submitted {
        /// SHA-256 of the version.
        version: String,
        /// Who asked the question; nobody known where nobody signed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asker: Option<PersonId>,
        /// Who wrote it beside whoever submits it: those who submitted and revised the versions before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        authors: Vec<PersonId>,
        /// Its statements, in order.
        statements: Vec<StatementKey>,
        /// How many words of the question might tell who the patient is; whoever submitted it looked at them and said that
        /// they do not.
        #[serde(default, skip_serializing_if = "none")]
        doubts: u32,
        /// The version it comes from, where it is a revision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<String>,
    },
    /// A reviewer took it.
    Taken,
    /// A reviewer said whether anything makes them partial.
    ConflictStated {
        /// What; nothing where nothing does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conflict: Option<String>,
    },
    /// A reviewer marked a statement.
    Marked {
        /// Which.
        statement: StatementKey,
        /// How.
        mark: Mark,
        /// Why. Needed to reject and to comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// A reviewer proposed other words for a statement.
    WordingProposed {
        /// Which.
        statement: StatementKey,
        /// The words.
        wording: String,
        /// What the checker found when they were held against the sentences that the statement cites.
        checked: Checked,
    },
    /// Whoever revises the article took a proposed wording, or did not.
    WordingDecided {
        /// The place of the proposal in this history.
        proposal: u32,
        /// Whether the next version has it.
        accepted: bool,
    },
    /// A reviewer signed.
    Signed {
        /// For what.
        decision: Decision,
        /// As whom.
        signature: Signature,
        /// The rules in force then: they decide whether the version is approved, today and whenever this history is read.
        rules: Rules,
    },
    /// An editor let everyone who may read see it.
    Published {
        /// Not approved; shown under a banner that says so.
        pending: bool,
    },
    /// It went back to the beginning, and what was signed no longer counts.
    Reopened {
        /// Why.
        reasons: Vec<Reason>,
        /// What changed, as whoever reopened it found: data of theirs, as JSON in a string.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        difference: Option<String>,
    },
    /// A new version took its place. What is approved is reopened first.
    Superseded {
        /// SHA-256 of that version.
        by: String,
    },
    /// It was taken back for good.
    Retired {
        /// Why.
        words: String,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes references
fn none(count: &u32) -> bool {
    *count == 0
}

impl Event {
    /// Its name, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Event::Submitted { .. } => "submitted",
            Event::Taken => "taken",
            Event::ConflictStated { .. } => "conflict-stated",
            Event::Marked { .. } => "marked",
            Event::WordingProposed { .. } => "wording-proposed",
            Event::WordingDecided { .. } => "wording-decided",
            Event::Signed { .. } => "signed",
            Event::Published { .. } => "published",
            Event::Reopened { .. } => "reopened",
            Event::Superseded { .. } => "superseded",
            Event::Retired { .. } => "retired",
        }
    }
}

/// What a reviewer holds of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It may stand.
    Accept,
    /// It may not stand. No version with such a statement is approved.
    Reject,
    /// Something to say about it, which rules on nothing.
    Comment,
}

impl Mark {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Accept => "accept",
            Mark::Reject => "reject",
            Mark::Comment => "comment",
        }
    }
}

/// What the checker found for a proposed wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Whether the cited sentences support it, and it says all that they say.
    pub supported: bool,
    /// What the checker said, in words.
    pub words: String,
}

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The signer stands behind this version in this reader's wording.
    Approve,
    /// It must be changed first.
    RequestChanges,
}

/// As whom somebody signed, as their account said when they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// Credentials, as `MD, PhD`.
    pub credentials: String,
    /// What they practise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specialties: Vec<String>,
    /// What they say with it. Needed to request changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// Why a version was reopened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// Stable word for programs, as `retracted`.
    pub kind: String,
    /// In words.
    pub words: String,
}
