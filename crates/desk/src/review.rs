//! The board at work: what a version's review is, and what people do to it. Every method of [`Seat`] here asks the board's
//! table first; what may happen next is decided by `board` itself.
//!
//! Owns the order of these things and what they look like to whoever asks. It must not decide a rule of review.

mod act;
mod general;
mod publish;
mod queue;
mod revise;
mod show;
mod sign;
mod wording;

pub use general::of_a_patient;
pub use queue::{QueueEntry, QueueOrder};
pub use revise::Revision;
pub use show::{
    ApprovalShown, MarkShown, OtherWording, PersonShown, ProposalShown, ReviewShown, ReviewStanding, SourceShown,
    StatementShown,
};

use crate::{DeskError, Seat};
use board::{Action, Denied, Own, StatementKey};
use clinical::Reader;
use library::{Identity, KeptArticle, Reviewed, VersionKey, statement_keys};
use std::fmt;
use std::str::FromStr;

/// A version, as whoever acts on it names it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// A hash, the first 8 or more digits of one, or a slug: the last version for the reader, a clinician unless said.
    pub name: &'a str,
    /// Whose wording, where the name is a slug.
    pub reader: Option<Reader>,
    /// The change of its review that was looked at before deciding ([`ReviewShown::changes`]); where it is another by now,
    /// nothing is done.
    pub seen: Option<u32>,
}

impl<'a> Named<'a> {
    /// A version by its name alone.
    pub fn new(name: &'a str) -> Self {
        Self { name, reader: None, seen: None }
    }
}

/// A statement of a version: its place from 1, or its whole name, which also binds its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementName {
    /// Its place.
    Place(u32),
    /// Its name.
    Key(StatementKey),
}

impl FromStr for StatementName {
    type Err = board::BadStatement;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.parse::<u32>() {
            Ok(place) => Ok(StatementName::Place(place)),
            Err(_) => Ok(StatementName::Key(word.parse()?)),
        }
    }
}

impl fmt::Display for StatementName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatementName::Place(place) => write!(f, "{place}"),
            StatementName::Key(key) => write!(f, "{key}"),
        }
    }
}

/// A version that was found, for somebody who may read it.
pub(crate) struct Version {
    pub(crate) article: Identity,
    pub(crate) kept: KeptArticle,
    pub(crate) key: VersionKey,
}

impl Version {
    pub(crate) fn of(article: Identity, kept: KeptArticle) -> Self {
        let key = VersionKey { article: article.id, reader: kept.body.reader.word().to_owned(), number: kept.number };
        Self { article, kept, key }
    }

    /// The name of one of its statements.
    pub(crate) fn statement(&self, name: &StatementName) -> Result<StatementKey, DeskError> {
        let none = || DeskError::Review(Denied::NoStatement { statement: name.to_string() });
        let keys = statement_keys(&self.kept.body);
        let found = match name {
            StatementName::Place(place) => keys.into_iter().find(|k| k.place() == *place),
            StatementName::Key(key) => keys.into_iter().find(|k| k == key),
        };
        found.ok_or_else(none)
    }
}

impl Seat<'_> {
    /// The version under a name, for an actor who may do this to it and may read it. Who may do it to nothing is told so before
    /// anything is looked up.
    pub(crate) fn version_for(&self, action: Action, named: &Named<'_>) -> Result<Version, DeskError> {
        self.allow(action, Own::Own)?;
        let version = self.version(named)?;
        self.allow(action, self.own(version.article.asker))?;
        Ok(version)
    }

    /// The version under a name, for who may read it; the last of its wording, published or not.
    pub(crate) fn version(&self, named: &Named<'_>) -> Result<Version, DeskError> {
        let (article, kept) = self.readable_last(named.name, named.reader)?;
        if named.reader.is_some_and(|r| r != kept.body.reader) {
            let reader = named.reader.unwrap_or(kept.body.reader);
            return Err(DeskError::NoArticle(format!("{} in the wording for a {reader}", article.slug)));
        }
        Ok(Version::of(article, kept))
    }

    /// The review of a version that is before the board.
    pub(crate) fn review_of(&self, version: &Version) -> Result<Reviewed, DeskError> {
        self.desk.articles.review(&version.key)?.ok_or(DeskError::Review(Denied::NotSubmitted))
    }

    /// A text that somebody wrote about an article, without blanks around it. Refused where patient identifiers are found in it: it is kept as
    /// long as the article is.
    pub(crate) fn clean(&self, what: &'static str, text: &str) -> Result<String, DeskError> {
        let text = text.trim();
        let kinds = identifiers(text);
        if kinds.is_empty() { Ok(text.to_owned()) } else { Err(DeskError::Identifiers { what, kinds }) }
    }
}

/// What kinds of patient identifiers are found in a text, each once.
pub(crate) fn identifiers(text: &str) -> Vec<String> {
    let mut kinds: Vec<String> = clinical::redact(text).redactions.into_iter().map(|r| r.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}
