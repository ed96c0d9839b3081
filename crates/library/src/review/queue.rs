//! What is before the board, for its queue.

use super::events::VersionKey;
use crate::{Articles, LibraryError};
use rusqlite::Row;
use serde::Serialize;

/// One version before the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Queued {
    /// Which.
    #[serde(flatten)]
    pub version: VersionKey,
    /// Its hash.
    pub hash: String,
    /// The article's slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Where its review was after its last event. For a list only.
    pub stage: String,
    /// How many changes the review has seen.
    pub changes: u32,
    /// When it was submitted, seconds since 1970.
    pub submitted: i64,
    /// When anything happened last.
    pub changed: i64,
    /// When the version was kept.
    pub kept_at: i64,
    /// How often the article was read.
    pub reads: u64,
    /// Whether readers see it.
    pub published: bool,
    /// Problems that were reported with it and are not answered.
    pub reports: u64,
}

pub(super) const QUEUED: &str =
    "SELECT r.article, r.reader, r.number, v.hash, a.slug, b.title, r.stage, r.changes, r.submitted, r.changed,
        v.kept_at, a.reads, EXISTS (SELECT 1 FROM publication p WHERE p.article = r.article AND p.reader = r.reader
                                    AND p.number = r.number AND p.ended IS NULL),
        (SELECT count(*) FROM report p WHERE p.version = v.hash AND p.ended IS NULL)
     FROM review r JOIN article a ON a.id = r.article
     JOIN version v ON v.article = r.article AND v.reader = r.reader AND v.number = r.number
     JOIN body b ON b.hash = v.hash";

pub(super) fn queued(row: &Row<'_>) -> rusqlite::Result<Queued> {
    Ok(Queued {
        version: VersionKey { article: row.get(0)?, reader: row.get(1)?, number: row.get(2)? },
        hash: row.get(3)?,
        slug: row.get(4)?,
        title: row.get(5)?,
        stage: row.get(6)?,
        changes: row.get(7)?,
        submitted: row.get(8)?,
        changed: row.get(9)?,
        kept_at: row.get(10)?,
        reads: row.get::<_, i64>(11)?.unsigned_abs(),
        published: row.get(12)?,
        reports: row.get::<_, i64>(13)?.unsigned_abs(),
    })
}

impl Articles {
    /// What is before the board and waits for somebody: neither approved nor retired, oldest first; with `all` also what is
    /// approved.
    pub fn queue(&self, all: bool) -> Result<Vec<Queued>, LibraryError> {
        let read = || {
            let mut statement = self.connection.prepare_cached(&format!(
                "{QUEUED} WHERE r.stage <> 'retired' AND (?1 OR r.stage <> 'approved') ORDER BY r.submitted, r.article, r.reader, r.number"
            ))?;
            statement.query_map([all], queued)?.collect()
        };
        self.db(read())
    }

    /// The versions with this hash whose review has not ended, of whatever article: what is reopened when something that the
    /// hash cites no longer stands.
    pub fn live_reviews(&self, hash: &str) -> Result<Vec<VersionKey>, LibraryError> {
        let read = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT r.article, r.reader, r.number FROM version v JOIN review r
                 ON r.article = v.article AND r.reader = v.reader AND r.number = v.number
                 WHERE v.hash = ?1 AND r.stage <> 'retired' ORDER BY r.article, r.reader, r.number",
            )?;
            let rows = statement
                .query_map([hash], |r| Ok(VersionKey { article: r.get(0)?, reader: r.get(1)?, number: r.get(2)? }))?;
            rows.collect()
        };
        self.db(read())
    }

    /// The versions of an article that ever were before the board, by reader and number.
    pub fn reviews_of(&self, article: i64) -> Result<Vec<Queued>, LibraryError> {
        let read = || {
            let mut statement = self
                .connection
                .prepare_cached(&format!("{QUEUED} WHERE r.article = ?1 ORDER BY r.reader, r.number"))?;
            statement.query_map([article], queued)?.collect()
        };
        self.db(read())
    }
}
