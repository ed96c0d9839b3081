//! The audit trail: who did what to what, and when; appended to, never changed, each entry tied to the one before it by
//! its hash (linking, Haber and Stornetta, J. Cryptology 1991).
//!
//! An entry names people by number and things by hash or slug. It never holds a question, a patient or a password.

use crate::LibraryError;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its place, from 1, without a gap.
    pub seq: u64,
    /// When, seconds since 1970.
    pub at: i64,
    /// Who: `anonymous`, `operator`, `system`, `person 3`.
    pub actor: String,
    /// What was done, in one word, as `submit`.
    pub action: String,
    /// To what, as `article 3f9c21ab...` or `person 3`.
    pub subject: String,
    /// More of it, as JSON.
    pub detail: String,
    /// SHA-256 of the entry before, in hexadecimal; [`GENESIS`] before the first.
    pub previous: String,
    /// SHA-256 of this one.
    pub hash: String,
}

impl Entry {
    /// The hash that its content should have: over the hash before and each field with its length in front, so that
    /// nothing can move from one field to the next.
    pub fn computed(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(self.previous.as_bytes());
        part(&self.seq.to_le_bytes());
        part(&self.at.to_le_bytes());
        for text in [&self.actor, &self.action, &self.subject, &self.detail] {
            part(text.as_bytes());
        }
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// What is to be written in the trail; the time and the chain are added when it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: &'static str,
    /// To what.
    pub subject: String,
    /// More of it; nothing that tells who a patient is.
    pub detail: serde_json::Value,
}

/// Appends an entry, in the transaction that does the deed. Cost: one read, one insert.
pub(crate) fn append(connection: &Connection, deed: Deed) -> rusqlite::Result<Entry> {
    let last: Option<(i64, String)> = connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (seq, previous) = last.unwrap_or_else(|| (0, GENESIS.to_owned()));
    let at = connection.prepare_cached("SELECT unixepoch()")?.query_row([], |r| r.get(0))?;
    let mut entry = Entry {
        seq: seq.unsigned_abs() + 1,
        at,
        actor: deed.actor,
        action: deed.action.to_owned(),
        subject: deed.subject,
        detail: deed.detail.to_string(),
        previous,
        hash: String::new(),
    };
    entry.hash = entry.computed();
    connection.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(params![
        entry.seq.cast_signed(),
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
        entry.previous,
        entry.hash
    ])?;
    Ok(entry)
}

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By this actor, as the trail calls them.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// On a subject that begins so.
    pub subject: Option<String>,
    /// From this day on, as `2026-11-27`, in universal time.
    pub from: Option<String>,
    /// Until the end of this day.
    pub to: Option<String>,
    /// Only those before this one, by number.
    pub before: Option<u64>,
    /// At most so many, the last ones.
    pub limit: Option<usize>,
}

/// What a pruning took away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// How many entries went.
    pub entries: u64,
    /// The last of them.
    pub through: u64,
}

/// The action of the entry that records a cut.
pub(crate) const PRUNE: &str = "prune";

/// An entry out of a row of all columns.
pub(crate) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        previous: row.get(6)?,
        hash: row.get(7)?,
    })
}

impl crate::Articles {
    /// The hash of the last entry; [`GENESIS`] before the first. Whoever keeps it elsewhere can tell later that nothing
    /// before it was changed or taken away.
    pub fn audit_head(&self) -> Result<String, LibraryError> {
        let head = self.connection.query_row("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1", [], |r| r.get(0));
        Ok(self.db(head.optional())?.unwrap_or_else(|| GENESIS.to_owned()))
    }

    /// Entries in order, one after the other.
    pub fn audit_each<E: From<LibraryError>>(
        &self,
        filter: &Filter,
        each: &mut dyn FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT * FROM (
                 SELECT * FROM audit WHERE (?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR action = ?2)
                     AND (?3 IS NULL OR substr(subject, 1, length(?3)) = ?3)
                     AND (?4 IS NULL OR at >= unixepoch(?4)) AND (?5 IS NULL OR at < unixepoch(?5, '+1 day'))
                     AND (?7 IS NULL OR seq < ?7)
                 ORDER BY seq DESC LIMIT ?6) ORDER BY seq",
        ))?;
        let limit = filter.limit.map_or(-1, |n| n as i64);
        let mut rows = self.db(statement.query(params![
            filter.actor,
            filter.action,
            filter.subject,
            filter.from,
            filter.to,
            limit,
            filter.before.map(|n| i64::try_from(n).unwrap_or(i64::MAX))
        ]))?;
        while let Some(row) = self.db(rows.next())? {
            each(self.db(entry(row))?)?;
        }
        Ok(())
    }

    /// Takes away the entries that are older than a moment (seconds since 1970), from the first on without a gap, and writes
    /// down that it did, and where the chain begins now. Nothing where none is older.
    pub fn audit_prune(&self, before: i64, actor: &str) -> Result<Option<Pruned>, LibraryError> {
        let actor = actor.to_owned();
        self.change(move |c| {
            // The clock may have gone back once: what stands behind a younger entry stays.
            let last: Option<(i64, String, i64)> = c
                .query_row(
                    "SELECT seq, hash, (SELECT count(*) FROM audit b WHERE b.seq <= a.seq) FROM audit a
                     WHERE seq < ifnull((SELECT min(seq) FROM audit WHERE at >= ?1), 9223372036854775807)
                     ORDER BY seq DESC LIMIT 1",
                    [before],
                    |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
                )
                .optional()?;
            let Some((seq, hash, entries)) = last else { return Ok(None) };
            append(
                c,
                Deed {
                    actor,
                    action: PRUNE,
                    subject: "audit trail".to_owned(),
                    detail: serde_json::json!({ "through": seq, "hash": hash }),
                },
            )?;
            c.execute("DELETE FROM audit WHERE seq <= ?1", [seq])?;
            Ok(Some(Pruned { entries: entries.unsigned_abs(), through: seq.unsigned_abs() }))
        })
    }

    /// Writes down a deed that changes nothing else here, as a backup that was made.
    pub fn record(&self, deed: Deed) -> Result<Entry, LibraryError> {
        let path = self.path.clone();
        self.writer.write(move |c| append(c, deed).map_err(|error| LibraryError::Database { path, error }))
    }
}
