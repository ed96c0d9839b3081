//! Erasing: what an article says goes for good; that it was there, its names, when it went, by whom and why, stay.

use super::Articles;
use crate::LibraryError;
use crate::audit::{self, Deed};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// Articles erased.
    pub articles: u64,
    /// Bodies of versions that went. One that another article has too stays for that one.
    pub bodies: u64,
}

/// Erases an article in the transaction of the deed; erased already is no error.
pub(crate) fn erase(c: &Connection, article: i64, by: &str, why: &str) -> rusqlite::Result<Erasure> {
    let erased: Option<(i64, String)> = c
        .prepare_cached(
            "UPDATE article SET key = NULL, asker = NULL, visibility = 'private',
                 erased_at = unixepoch(), erased_by = ?2, erased_why = ?3
             WHERE id = ?1 AND erased_at IS NULL RETURNING erased_at, slug",
        )?
        .query_row(params![article, by, why], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let Some((at, slug)) = erased else { return Ok(Erasure::default()) };
    crate::review::forget(c, article)?;
    let bodies = c
        .prepare_cached(
            "DELETE FROM body WHERE hash IN (SELECT hash FROM version WHERE article = ?1) AND NOT EXISTS (
                 SELECT 1 FROM version v JOIN article a ON a.id = v.article
                 WHERE v.hash = body.hash AND a.erased_at IS NULL)",
        )?
        .execute([article])?;
    crate::reports::forget(c, article)?;
    audit::append(
        c,
        Deed {
            actor: by.to_owned(),
            action: "erase",
            subject: format!("article {slug}"),
            detail: erase_detail(at, why),
        },
    )?;
    Ok(Erasure { articles: 1, bodies: bodies as u64 })
}

/// What the trail says of an erasure: enough to see that the tombstone was not changed since, and not the reason itself.
pub(crate) fn erase_detail(at: i64, why: &str) -> serde_json::Value {
    let why: String = Sha256::digest(why).iter().map(|b| format!("{b:02x}")).collect();
    serde_json::json!({ "at": at, "why_sha256": why })
}

impl Articles {
    /// Erases an article, whatever its state; who may is decided elsewhere.
    pub fn erase(&self, article: i64, by: &str, why: &str) -> Result<Erasure, LibraryError> {
        let (by, why) = (by.to_owned(), why.to_owned());
        let done = self.change(move |c| erase(c, article, &by, &why))?;
        self.forget_log();
        Ok(done)
    }

    /// Erases the private articles that were last asked for before this moment (seconds since 1970).
    pub fn erase_private_before(&self, moment: i64, by: &str, why: &str) -> Result<Erasure, LibraryError> {
        let (by, why) = (by.to_owned(), why.to_owned());
        let done = self.change(move |c| {
            let old: Vec<i64> = c
                .prepare_cached(
                    "SELECT id FROM article WHERE visibility = 'private' AND erased_at IS NULL AND asked < ?1 ORDER BY id",
                )?
                .query_map([moment], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            old.into_iter().try_fold(Erasure::default(), |sum, id| {
                let one = erase(c, id, &by, &why)?;
                Ok(Erasure { articles: sum.articles + one.articles, bodies: sum.bodies + one.bodies })
            })
        })?;
        self.forget_log();
        Ok(done)
    }

    /// Empties SQLite's log, where erased text would else stand until it is written over. Where somebody reads just now
    /// it stays until the next time.
    fn forget_log(&self) {
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}
