//! The queue of the board: what waits for whom, in the order that is asked for.

use crate::{DeskError, Seat};
use answering::Body;
use board::{Action, Own, PersonId, Stage};
use clinical::Attribute;
use library::Queued;
use serde::Serialize;
use std::cmp::Reverse;
use std::str::FromStr;

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueueEntry {
    /// The version.
    #[serde(flatten)]
    pub queued: Queued,
    /// The disease that it is about, or its title.
    pub topic: String,
    /// Why it was reopened, in words.
    pub reasons: Vec<String>,
    /// Whether it was approved before that.
    pub was_approved: bool,
    /// Whether the actor asked for, submitted or revised it, and so cannot approve it.
    pub own: bool,
    /// Whether the actor has taken it.
    pub taken: bool,
}

/// In what order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueOrder {
    /// Submitted longest ago first.
    #[default]
    Age,
    /// By disease, then age.
    Topic,
    /// Those with reasons to look again first, most first; then the oldest version.
    Staleness,
    /// Most read first.
    Readers,
    /// Most problems reported and not answered first.
    Reports,
}

impl QueueOrder {
    /// All of them.
    pub const ALL: [QueueOrder; 5] =
        [QueueOrder::Age, QueueOrder::Topic, QueueOrder::Staleness, QueueOrder::Readers, QueueOrder::Reports];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            QueueOrder::Age => "age",
            QueueOrder::Topic => "topic",
            QueueOrder::Staleness => "staleness",
            QueueOrder::Readers => "readers",
            QueueOrder::Reports => "reports",
        }
    }
}

impl FromStr for QueueOrder {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let words = || QueueOrder::ALL.map(QueueOrder::word).join(", ");
        QueueOrder::ALL.into_iter().find(|o| o.word() == word).ok_or_else(|| format!("the orders are {}", words()))
    }
}

impl Seat<'_> {
    /// What is before the board and not approved; with `all` also what is approved.
    pub fn queue(&self, order: QueueOrder, all: bool) -> Result<Vec<QueueEntry>, DeskError> {
        self.allow(Action::SeeQueue, Own::Another)?;
        let me = self.actor.person();
        let mut entries = Vec::new();
        for queued in self.desk.articles.queue(all)? {
            let Some(reviewed) = self.desk.articles.review(&queued.version)? else { continue };
            let Some(kept) = self.desk.articles.version(&queued.version)? else { continue };
            entries.push(entry(queued, &kept.body, &reviewed.stage, me));
        }
        // Sorting is stable: of equals the one that was submitted first comes first.
        match order {
            QueueOrder::Age => {}
            QueueOrder::Topic => entries.sort_by(|a, b| a.topic.cmp(&b.topic)),
            QueueOrder::Staleness => entries.sort_by_key(|e| (Reverse(e.reasons.len()), e.queued.kept_at)),
            QueueOrder::Readers => entries.sort_by_key(|e| Reverse(e.queued.reads)),
            QueueOrder::Reports => entries.sort_by_key(|e| Reverse(e.queued.reports)),
        }
        Ok(entries)
    }
}

fn entry(queued: Queued, body: &Body, stage: &Stage, me: Option<PersonId>) -> QueueEntry {
    let known = stage.known();
    let disease = body.case.of(Attribute::Diagnosis).find_map(|f| f.value.text());
    QueueEntry {
        topic: disease.map_or_else(|| body.title.clone(), str::to_owned),
        reasons: known.reasons().iter().map(|r| r.words.clone()).collect(),
        was_approved: known.was_approved(),
        own: me.is_some_and(|me| known.asker() == Some(me) || known.authors().any(|a| a == me)),
        taken: me.is_some_and(|me| known.reviewers().any(|r| r == me)),
        queued,
    }
}
