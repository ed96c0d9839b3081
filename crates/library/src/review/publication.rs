//! What is published: of an article one version in each reader's wording, and what was so before.

use super::events::{VersionKey, add, at_change, read};
use crate::articles::{Visibility, set_visibility};
use crate::people::Fault;
use crate::{Articles, LibraryError, Reviewed};
use board::{Actor, Denied, Event, Policy};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

/// A version that everyone who may read sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Which.
    pub version: VersionKey,
    /// Since when, seconds since 1970.
    pub at: i64,
}

/// The number of the version that is published in this reader's wording.
pub(crate) fn published_number(c: &Connection, article: i64, reader: &str) -> rusqlite::Result<Option<u32>> {
    c.prepare_cached("SELECT number FROM publication WHERE article = ?1 AND reader = ?2 AND ended IS NULL")?
        .query_row(params![article, reader], |r| r.get(0))
        .optional()
}

fn end(c: &Connection, article: i64, reader: &str) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE publication SET ended = unixepoch() WHERE article = ?1 AND reader = ?2 AND ended IS NULL",
    )?
    .execute(params![article, reader])?;
    Ok(())
}

impl Articles {
    /// Lets everyone who may read see a version, under a banner unless its review is approved; the policy says whether that
    /// may be. It takes the place of the version that was published before in the same reader's wording.
    pub fn publish(
        &self,
        key: &VersionKey,
        by: &Actor,
        seen: Option<u32>,
        policy: &Policy,
    ) -> Result<Reviewed, LibraryError> {
        let (key, person, label, policy) = (key.clone(), by.person(), by.label(), policy.clone());
        self.alter(move |c| {
            let denied = |d| Fault::Library(LibraryError::Denied(d));
            let reviewed = read(c, &key)?.ok_or(denied(Denied::NotSubmitted))?;
            at_change(&key, Some(&reviewed), seen)?;
            let pending = policy.publishes(&reviewed.stage).map_err(denied)?;
            let reviewed = add(c, &key, Some(reviewed), (person, &label), Event::Published { pending })?;
            end(c, key.article, &key.reader)?;
            c.prepare_cached("INSERT INTO publication (article, reader, number, at) VALUES (?1, ?2, ?3, unixepoch())")?
                .execute(params![key.article, key.reader, key.number])?;
            set_visibility(c, key.article, Visibility::Published)?;
            Ok(reviewed)
        })
    }

    /// Takes a version back for good. Where it was published it no longer is; where no wording of the article is left
    /// published, the article is the board's alone again.
    pub fn retire(
        &self,
        key: &VersionKey,
        by: &Actor,
        seen: Option<u32>,
        words: String,
    ) -> Result<Reviewed, LibraryError> {
        let (key, person, label) = (key.clone(), by.person(), by.label());
        self.alter(move |c| {
            let reviewed = read(c, &key)?.ok_or(Fault::Library(LibraryError::Denied(Denied::NotSubmitted)))?;
            at_change(&key, Some(&reviewed), seen)?;
            let reviewed = add(c, &key, Some(reviewed), (person, &label), Event::Retired { words })?;
            if published_number(c, key.article, &key.reader)? == Some(key.number) {
                end(c, key.article, &key.reader)?;
            }
            let left = c
                .prepare_cached("SELECT 1 FROM publication WHERE article = ?1 AND ended IS NULL")?
                .exists([key.article])?;
            if !left {
                set_visibility(c, key.article, Visibility::Submitted)?;
            }
            Ok(reviewed)
        })
    }

    /// The versions of an article that are published now, one a reader at most.
    pub fn published(&self, article: i64) -> Result<Vec<Published>, LibraryError> {
        let read = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT reader, number, at FROM publication WHERE article = ?1 AND ended IS NULL ORDER BY reader",
            )?;
            let rows = statement.query_map([article], |r| {
                Ok(Published { version: VersionKey { article, reader: r.get(0)?, number: r.get(1)? }, at: r.get(2)? })
            })?;
            rows.collect()
        };
        self.db(read())
    }

    /// Whether a version is published, or was once and was not taken back.
    pub fn was_published(&self, key: &VersionKey) -> Result<bool, LibraryError> {
        let read = || {
            self.connection
                .prepare_cached(
                    "SELECT 1 FROM publication WHERE article = ?1 AND reader = ?2 AND number = ?3 AND NOT EXISTS (
                         SELECT 1 FROM review_event WHERE article = ?1 AND reader = ?2 AND number = ?3
                         AND json_extract(json, '$.event') = 'retired')",
                )?
                .exists(params![key.article, key.reader, key.number])
        };
        self.db(read())
    }

    /// Whether any version of an article ever was published.
    pub fn was_ever_published(&self, article: i64) -> Result<bool, LibraryError> {
        let read = || self.connection.prepare_cached("SELECT 1 FROM publication WHERE article = ?1")?.exists([article]);
        self.db(read())
    }
}
