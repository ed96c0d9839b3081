//! Sources, their text and standing, and the snapshot they make.

use crate::LibraryError;
use crate::schema::{Which, open};
use evidence::{Kind, PartialDate, Passage, Source, SourceId, Standing};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// A source as the library holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The document.
    pub source: Source,
    /// The collection it is part of.
    pub collection: String,
    /// Whether it still stands.
    pub standing: Standing,
    /// SHA-256 of the bytes it was read from, in hexadecimal.
    pub bytes: String,
}

/// Names the exact content of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// SHA-256 over the sorted (source, bytes, standing), in hexadecimal.
    pub id: String,
    /// Number of commits that made it; changes exactly when the content may have.
    pub seq: u64,
    /// Date of the newest source.
    pub newest: Option<PartialDate>,
}

/// What putting a source did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was not there.
    Added,
    /// Other bytes were there under its id.
    Replaced,
    /// The same bytes were there already.
    Unchanged,
}

/// A source that changed since some state, for an index to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub source: SourceId,
}

/// One line of a list of sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub id: SourceId,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
    /// Its year.
    pub year: Option<u16>,
    /// Its collection.
    pub collection: String,
    /// Whether it stands.
    pub standing: Standing,
}

/// How much a library holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sources in all.
    pub sources: u64,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Sources by kind.
    pub by_kind: Vec<(String, u64)>,
    /// Sources by collection.
    pub by_collection: Vec<(String, u64)>,
    /// Sources that are not current, by standing.
    pub by_standing: Vec<(String, u64)>,
    /// Sources by licence; empty name for none recognised.
    pub by_licence: Vec<(String, u64)>,
}

/// The evidence library.
pub struct Library {
    connection: Connection,
    path: PathBuf,
}

impl Library {
    /// Opens the library in `folder`, making an empty one where there is none.
    pub fn open(folder: &Path) -> Result<Self, LibraryError> {
        std::fs::create_dir_all(folder).map_err(|error| LibraryError::Disk { path: folder.to_owned(), error })?;
        let path = folder.join("sources.sqlite");
        let connection = open(&path, &Which::Sources)?;
        Ok(Self { connection, path })
    }

    fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|error| LibraryError::Database { path: self.path.clone(), error })
    }

    /// The current snapshot. Cheap: it is computed at each commit.
    pub fn snapshot(&self) -> Result<Snapshot, LibraryError> {
        let stored: Option<String> = self.db(self
            .connection
            .query_row("SELECT value FROM state WHERE key = 'snapshot'", [], |row| row.get(0))
            .optional())?;
        match stored {
            Some(json) => serde_json::from_str(&json).map_err(|_| LibraryError::Damaged { what: "snapshot".into() }),
            None => Ok(Snapshot { id: snapshot_id(std::iter::empty()), seq: 0, newest: None }),
        }
    }

    /// Starts changing sources. The caller holds the [`WriterLock`](crate::WriterLock). Nothing is visible to
    /// anyone before [`Batch::commit`]; dropping the batch undoes it.
    pub fn batch(&mut self) -> Result<Batch<'_>, LibraryError> {
        let path = self.path.clone();
        let seq = self.snapshot()?.seq + 1;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| LibraryError::Database { path: path.clone(), error })?;
        Ok(Batch { transaction, path, seq, changed: 0 })
    }

    /// A source with its text; without its reference list unless asked for, since that is long and seldom
    /// needed.
    pub fn source(&self, id: &SourceId, with_references: bool) -> Result<Option<Held>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT collection, standing, bytes, meta, passages, text, CASE WHEN ?2 THEN refs END
             FROM source WHERE id = ?1",
        ))?;
        let row = self.db(statement
            .query_row(params![id.as_str(), with_references], |row| {
                Ok(Stored {
                    collection: row.get(0)?,
                    standing: row.get(1)?,
                    bytes: row.get(2)?,
                    meta: row.get(3)?,
                    passages: row.get(4)?,
                    text: row.get(5)?,
                    references: row.get(6)?,
                })
            })
            .optional())?;
        row.map(|stored| stored.into_held().ok_or_else(|| LibraryError::Damaged { what: format!("source {id}") }))
            .transpose()
    }

    /// Sources that hold an external identifier, as `("pmid", "23168366")`.
    pub fn by_identifier(&self, scheme: &str, value: &str) -> Result<Vec<SourceId>, LibraryError> {
        let mut statement = self.db(self
            .connection
            .prepare_cached("SELECT source FROM identifier WHERE scheme = ?1 AND value = ?2 ORDER BY source"))?;
        let rows = self.db(statement.query_map([scheme, value], |row| row.get::<_, String>(0)))?;
        let ids = self.db(rows.collect::<rusqlite::Result<Vec<_>>>())?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Sources whose title or id contains `query` (all for an empty one), by id, at most `limit`.
    pub fn list(&self, query: &str, limit: usize) -> Result<Vec<Listed>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT id, title, kind, year, collection, standing FROM source
             WHERE instr(lower(title), lower(?1)) > 0 OR instr(lower(id), lower(?1)) > 0 OR ?1 = ''
             ORDER BY id LIMIT ?2",
        ))?;
        let rows = self.db(statement.query_map(params![query, limit as i64], listed))?;
        Ok(self.db(rows.collect::<rusqlite::Result<Vec<_>>>())?.into_iter().flatten().collect())
    }

    /// Sources of one kind, by id.
    pub fn of_kind(&self, kind: Kind) -> Result<Vec<Listed>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT id, title, kind, year, collection, standing FROM source WHERE kind = ?1 ORDER BY id",
        ))?;
        let rows = self.db(statement.query_map([kind.word()], listed))?;
        Ok(self.db(rows.collect::<rusqlite::Result<Vec<_>>>())?.into_iter().flatten().collect())
    }

    /// All source ids, sorted. One pass over the key.
    pub fn ids(&self) -> Result<Vec<SourceId>, LibraryError> {
        self.changed_since(-1)
    }

    /// Sources added, replaced or removed after the state with this number, sorted by id.
    pub fn changes_since(&self, seq: u64) -> Result<Vec<Change>, LibraryError> {
        Ok(self.changed_since(seq as i64)?.into_iter().map(|source| Change { source }).collect())
    }

    fn changed_since(&self, seq: i64) -> Result<Vec<SourceId>, LibraryError> {
        let sql = if seq < 0 {
            "SELECT id FROM source WHERE ?1 < 0 ORDER BY id"
        } else {
            "SELECT source FROM change WHERE seq > ?1 ORDER BY source"
        };
        let mut statement = self.db(self.connection.prepare_cached(sql))?;
        let rows = self.db(statement.query_map([seq], |row| row.get::<_, String>(0)))?;
        let ids = self.db(rows.collect::<rusqlite::Result<Vec<_>>>())?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// How many sources there are.
    pub fn size(&self) -> Result<u64, LibraryError> {
        self.db(self.connection.query_row("SELECT count(*) FROM source", [], |row| Ok(row.get::<_, i64>(0)? as u64)))
    }

    /// A fact about the library itself.
    pub fn state(&self, key: &str) -> Result<Option<String>, LibraryError> {
        self.db(self.connection.query_row("SELECT value FROM state WHERE key = ?1", [key], |row| row.get(0)).optional())
    }

    /// How much it holds. One pass over all sources.
    pub fn counts(&self) -> Result<Counts, LibraryError> {
        let (sources, text_bytes) = self.db(self.connection.query_row(
            "SELECT count(*), coalesce(sum(octet_length(text)), 0) FROM source",
            [],
            |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64)),
        ))?;
        let by = |sql: &str| -> Result<Vec<(String, u64)>, LibraryError> {
            let mut statement = self.db(self.connection.prepare(sql))?;
            let rows = self.db(statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64))))?;
            self.db(rows.collect())
        };
        Ok(Counts {
            sources,
            text_bytes,
            by_kind: by("SELECT kind, count(*) FROM source GROUP BY 1 ORDER BY 2 DESC, 1")?,
            by_collection: by("SELECT collection, count(*) FROM source GROUP BY 1 ORDER BY 2 DESC, 1")?,
            by_standing: by("SELECT standing, count(*) FROM source WHERE standing <> 'current' GROUP BY 1 ORDER BY 1")?,
            by_licence: by(
                "SELECT coalesce(json_extract(meta, '$.licence.name'), ''), count(*) FROM source GROUP BY 1 ORDER BY 2 DESC, 1",
            )?,
        })
    }
}

/// A set of changes that becomes visible as a whole or not at all.
pub struct Batch<'a> {
    transaction: Transaction<'a>,
    path: PathBuf,
    seq: u64,
    changed: u64,
}

impl Batch<'_> {
    fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|error| LibraryError::Database { path: self.path.clone(), error })
    }

    /// Keeps a source. The same bytes again, in the same collection, change nothing.
    pub fn put(&mut self, held: &Held) -> Result<Put, LibraryError> {
        let source = &held.source;
        let before: Option<(String, String)> = {
            let mut statement =
                self.db(self.transaction.prepare_cached("SELECT bytes, collection FROM source WHERE id = ?1"))?;
            self.db(statement.query_row([source.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional())?
        };
        if before.as_ref().is_some_and(|(bytes, collection)| *bytes == held.bytes && *collection == held.collection) {
            return Ok(Put::Unchanged);
        }
        let damaged = |_| LibraryError::Damaged { what: format!("source {}", source.id) };
        let meta = serde_json::to_string(&Meta::of(source)).map_err(damaged)?;
        let references = serde_json::to_string(&source.references).map_err(damaged)?;
        let passages = serde_json::to_string(&source.passages).map_err(damaged)?;
        {
            let mut statement = self.db(self.transaction.prepare_cached(
                "INSERT OR REPLACE INTO source
                 (id, collection, kind, year, date, title, standing, bytes, meta, refs, passages, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            ))?;
            self.db(statement.execute(params![
                source.id.as_str(),
                held.collection,
                source.kind.word(),
                source.year(),
                source.date.map(|d| d.to_string()),
                source.title,
                held.standing.word(),
                held.bytes,
                meta,
                references,
                passages,
                source.text,
            ]))?;
            let mut statement =
                self.db(self.transaction.prepare_cached("INSERT OR IGNORE INTO identifier VALUES (?1, ?2, ?3)"))?;
            let ids = &source.ids;
            let known = [
                ids.pmid.map(|v| ("pmid", v.to_string())),
                ids.pmcid.map(|v| ("pmcid", v.to_string())),
                ids.doi.as_ref().map(|v| ("doi", v.to_string())),
            ];
            let trials = ids.nct.iter().map(|v| ("nct", v.to_string()));
            for (scheme, value) in known.into_iter().flatten().chain(trials) {
                self.db(statement.execute(params![scheme, value, source.id.as_str()]))?;
            }
        }
        self.note(&source.id)?;
        Ok(if before.is_some() { Put::Replaced } else { Put::Added })
    }

    /// Forgets a source; false when it was not there.
    pub fn remove(&mut self, id: &SourceId) -> Result<bool, LibraryError> {
        let gone = {
            let mut statement = self.db(self.transaction.prepare_cached("DELETE FROM source WHERE id = ?1"))?;
            self.db(statement.execute([id.as_str()]))? > 0
        };
        if gone {
            self.note(id)?;
        }
        Ok(gone)
    }

    fn note(&mut self, id: &SourceId) -> Result<(), LibraryError> {
        self.changed += 1;
        let mut statement =
            self.db(self.transaction.prepare_cached("INSERT OR REPLACE INTO change VALUES (?1, ?2)"))?;
        self.db(statement.execute(params![id.as_str(), self.seq as i64]))?;
        Ok(())
    }

    /// Remembers a fact about the library itself, as that the starter digests were loaded.
    pub fn set_state(&mut self, key: &str, value: &str) -> Result<(), LibraryError> {
        self.db(self.transaction.execute("INSERT OR REPLACE INTO state VALUES (?1, ?2)", [key, value]))?;
        Ok(())
    }

    /// Makes all of it visible and durable. Cost: one pass over (id, bytes, standing).
    pub fn commit(self) -> Result<Snapshot, LibraryError> {
        let snapshot = {
            let mut statement =
                self.db(self.transaction.prepare("SELECT id, bytes, standing FROM source ORDER BY id"))?;
            let rows = self.db(statement.query_map([], |row: &Row<'_>| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            }))?;
            let rows = self.db(rows.collect::<rusqlite::Result<Vec<_>>>())?;
            let newest: Option<String> =
                self.db(self.transaction.query_row("SELECT max(date) FROM source", [], |row| row.get(0)))?;
            Snapshot {
                id: snapshot_id(rows.into_iter()),
                seq: if self.changed > 0 { self.seq } else { self.seq - 1 },
                newest: newest.and_then(|d| d.try_into().ok()),
            }
        };
        let json = serde_json::to_string(&snapshot).map_err(|_| LibraryError::Damaged { what: "snapshot".into() })?;
        self.db(self.transaction.execute("INSERT OR REPLACE INTO state VALUES ('snapshot', ?1)", [json]))?;
        let path = self.path.clone();
        self.transaction.commit().map_err(|error| LibraryError::Database { path, error })?;
        Ok(snapshot)
    }
}

/// SHA-256 over parts, each with its length before it, in hexadecimal.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

fn snapshot_id(rows: impl Iterator<Item = (String, String, String)>) -> String {
    let rows: Vec<_> = rows.collect();
    fingerprint(rows.iter().flat_map(|(id, bytes, standing)| [id.as_bytes(), bytes.as_bytes(), standing.as_bytes()]))
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Option<Listed>> {
    let (id, kind, standing): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(5)?);
    let parsed = (id.parse().ok(), Kind::from_word(&kind), Standing::from_word(&standing));
    let (Some(id), Some(kind), Some(standing)) = parsed else { return Ok(None) };
    Ok(Some(Listed { id, title: row.get(1)?, kind, year: row.get(3)?, collection: row.get(4)?, standing }))
}

/// A source without its long parts.
#[derive(Serialize, Deserialize)]
struct Meta(Source);

impl Meta {
    fn of(source: &Source) -> Self {
        Self(Source {
            id: source.id.clone(),
            kind: source.kind,
            kind_basis: source.kind_basis.clone(),
            title: source.title.clone(),
            ids: source.ids.clone(),
            authors: source.authors.clone(),
            container: source.container.clone(),
            date: source.date,
            licence: source.licence.clone(),
            article_type: source.article_type.clone(),
            topics: source.topics.clone(),
            related: source.related.clone(),
            digest: source.digest,
            references: Vec::new(),
            text: String::new(),
            passages: Vec::new(),
        })
    }
}

struct Stored {
    collection: String,
    standing: String,
    bytes: String,
    meta: String,
    passages: String,
    text: String,
    references: Option<String>,
}

impl Stored {
    fn into_held(self) -> Option<Held> {
        let Meta(mut source) = serde_json::from_str(&self.meta).ok()?;
        source.passages = serde_json::from_str::<Vec<Passage>>(&self.passages).ok()?;
        source.text = self.text;
        if let Some(references) = self.references {
            source.references = serde_json::from_str(&references).ok()?;
        }
        let standing = Standing::from_word(&self.standing)?;
        Some(Held { source, collection: self.collection, standing, bytes: self.bytes })
    }
}
