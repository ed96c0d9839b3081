//! The audit trail: who did what to what, and when; appended to, never changed, each entry tied to the one before it by
//! its hash (as in a Merkle chain, Haber and Stornetta 1991).
//!
//! An entry names people by number and things by hash or slug. It never holds a question, a patient or a password.

use crate::LibraryError;
use rusqlite::{Connection, OptionalExtension, params};
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

impl crate::Articles {
    /// Writes down a deed that changes nothing else here, as a backup that was made.
    pub fn record(&self, deed: Deed) -> Result<Entry, LibraryError> {
        let path = self.path.clone();
        self.writer.write(move |c| append(c, deed).map_err(|error| LibraryError::Database { path, error }))
    }
}
