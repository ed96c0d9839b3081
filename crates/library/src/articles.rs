//! Articles, each version kept for ever under the hash of its content.

use crate::LibraryError;
use crate::schema::{Which, open};
use crate::writer::Writer;
use answering::{Article, Body, Verified};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The articles of an installation.
pub struct Articles {
    /// Reads; the writer has one of its own.
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) writer: Writer,
}

/// An article that was verified and kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeptArticle {
    /// SHA-256 of its content: its name.
    pub hash: String,
    /// When it was first kept, seconds since 1970.
    pub kept_at: i64,
    /// Its content.
    pub body: Body,
}

/// One line of a list of articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptSummary {
    /// Its name.
    pub hash: String,
    /// Its title.
    pub title: String,
    /// When it was first kept, seconds since 1970.
    pub kept_at: i64,
}

impl Articles {
    /// Opens the articles in `folder`, making an empty store where there is none.
    pub fn open(folder: &Path) -> Result<Self, LibraryError> {
        let path = folder.join("articles.sqlite");
        let connection = open(&path, &Which::Articles)?;
        let writer = Writer::new(&path);
        Ok(Self { connection, path, writer })
    }

    /// The same store with a connection of its own to read by, for another thread; both write through one writer.
    pub fn another(&self) -> Result<Self, LibraryError> {
        let connection = open(&self.path, &Which::Articles)?;
        Ok(Self { connection, path: self.path.clone(), writer: self.writer.clone() })
    }

    pub(crate) fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|error| LibraryError::Database { path: self.path.clone(), error })
    }

    /// Keeps an article. Only a verified one can be: there is no other way in. The same content again keeps
    /// the first.
    pub fn keep(&self, article: &Article<Verified>) -> Result<KeptArticle, LibraryError> {
        let body = article.body();
        let hash = article.hash();
        let damaged = |_| LibraryError::Damaged { what: format!("article {hash}") };
        let json = serde_json::to_string(body).map_err(damaged)?;
        let word = |v: serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        let reader = word(serde_json::to_value(body.reader).map_err(damaged)?);
        let outcome = word(serde_json::to_value(body.outcome).map_err(damaged)?);
        let (name, question, title) = (hash.clone(), body.question.clone(), body.title.clone());
        let (snapshot, path) = (body.provenance.snapshot.clone(), self.path.clone());
        let kept_at = self.writer.write(move |c| {
            let kept = || {
                c.prepare_cached(
                    "INSERT OR IGNORE INTO article (hash, question, title, reader, snapshot, outcome, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![name, question, title, reader, snapshot, outcome, json])?;
                c.prepare_cached("SELECT kept_at FROM article WHERE hash = ?1")?.query_row([&name], |row| row.get(0))
            };
            kept().map_err(|error| LibraryError::Database { path, error })
        })?;
        Ok(KeptArticle { hash, kept_at, body: body.clone() })
    }

    /// The article with this hash, or with the only hash that starts so (at least 8 digits).
    pub fn article(&self, hash: &str) -> Result<Option<KeptArticle>, LibraryError> {
        if hash.len() < 8 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT hash, kept_at, body FROM article WHERE hash >= ?1 AND hash < ?1 || 'g' ORDER BY hash LIMIT 2",
        ))?;
        let rows = self.db(statement.query_map([hash.to_ascii_lowercase()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
        }))?;
        let mut rows = self.db(rows.collect::<rusqlite::Result<Vec<_>>>())?;
        if rows.len() != 1 {
            return Ok(None);
        }
        let (hash, kept_at, json) = rows.swap_remove(0);
        let body =
            serde_json::from_str(&json).map_err(|_| LibraryError::Damaged { what: format!("article {hash}") })?;
        Ok(Some(KeptArticle { hash, kept_at, body }))
    }

    /// The newest articles first.
    pub fn recent(&self, limit: usize) -> Result<Vec<KeptSummary>, LibraryError> {
        let mut statement = self.db(self
            .connection
            .prepare_cached("SELECT hash, title, kept_at FROM article ORDER BY kept_at DESC, hash LIMIT ?1"))?;
        let rows = self.db(statement.query_map([limit as i64], |row| {
            Ok(KeptSummary { hash: row.get(0)?, title: row.get(1)?, kept_at: row.get(2)? })
        }))?;
        self.db(rows.collect())
    }

    /// How many are kept.
    pub fn count(&self) -> Result<u64, LibraryError> {
        let count: Option<i64> =
            self.db(self.connection.query_row("SELECT count(*) FROM article", [], |row| row.get(0)).optional())?;
        Ok(count.unwrap_or(0) as u64)
    }
}
