//! Sources, their text and standing, and the snapshot they make.

use crate::documents::Store;
use crate::schema::{Which, open};
use crate::works::{Made, same_ids};
use crate::{Batch, LibraryError};
use evidence::{Identifiers, Kind, Notice, PartialDate, Passage, Source, SourceId, Standing};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
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
    /// Documents that make them: several may be of one work.
    pub documents: u64,
    /// Documents by format.
    pub by_format: Vec<(String, u64)>,
    /// Notices about works, held here or not: retractions, corrections, ...
    pub notices: u64,
    /// Sources by kind.
    pub by_kind: Vec<(String, u64)>,
    /// Sources by collection.
    pub by_collection: Vec<(String, u64)>,
    /// Sources that are not current, by standing.
    pub by_standing: Vec<(String, u64)>,
    /// Sources by licence; empty name for none recognised.
    pub by_licence: Vec<(String, u64)>,
}

/// A named part of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// Sources in it.
    pub sources: u64,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Sources that are not current.
    pub not_current: u64,
    /// Date of the newest source.
    pub newest: Option<PartialDate>,
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
            None => Ok(Snapshot { id: fingerprint([]), seq: 0, newest: None }),
        }
    }

    fn store(&self) -> Store<'_> {
        Store { connection: &self.connection, path: &self.path }
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
        Ok(Batch::new(transaction, path, seq))
    }

    /// A source with its text; without its reference list unless asked for, since that is long and seldom
    /// needed.
    pub fn source(&self, id: &SourceId, with_references: bool) -> Result<Option<Held>, LibraryError> {
        held(self.store(), id, with_references)
    }

    /// The source that has this name, or that a document with this name became part of, as `pmid:23168366` once its
    /// full text is held as `PMC…`.
    pub fn named(&self, name: &SourceId) -> Result<Option<SourceId>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT id FROM source WHERE id = ?1 UNION ALL SELECT source FROM document WHERE own = ?1 LIMIT 1",
        ))?;
        let id: Option<String> = self.db(statement.query_row([name.as_str()], |r| r.get(0)).optional())?;
        Ok(id.and_then(|id| id.parse().ok()))
    }

    /// The bytes and the standing of a source, by the name it has now; nothing where it is not held.
    pub fn stands(&self, id: &SourceId) -> Result<Option<(String, Standing)>, LibraryError> {
        let mut statement =
            self.db(self.connection.prepare_cached("SELECT bytes, standing FROM source WHERE id = ?1"))?;
        let row: Option<(String, String)> =
            self.db(statement.query_row([id.as_str()], |r| Ok((r.get(0)?, r.get(1)?))).optional())?;
        row.map(|(bytes, word)| match Standing::from_word(&word) {
            Some(standing) => Ok((bytes, standing)),
            None => Err(LibraryError::Damaged { what: format!("source {id}") }),
        })
        .transpose()
    }

    /// Whether any notice speaks of a work by this identifier, as `("pmid", "23168366")`.
    pub fn is_spoken_of(&self, scheme: &str, value: &str) -> Result<bool, LibraryError> {
        let mut statement = self.db(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM target WHERE scheme = ?1 AND value = ?2)"))?;
        self.db(statement.query_row([scheme, value], |r| r.get(0)))
    }

    /// The documents that make a source, and which field is from which.
    pub fn made(&self, id: &SourceId) -> Result<Made, LibraryError> {
        let json: Option<String> = self.db(self
            .connection
            .query_row("SELECT made FROM source WHERE id = ?1", [id.as_str()], |r| r.get(0))
            .optional())?;
        if let Some(made) = json.filter(|j| !j.is_empty()) {
            return serde_json::from_str(&made).map_err(|_| LibraryError::Damaged { what: format!("source {id}") });
        }
        let mut made = Made::default();
        for row in self.store().documents_of(id.as_str())? {
            made.documents.extend(self.store().row(row)?.map(|r| crate::works::Part {
                format: r.format,
                origin: r.origin,
                bytes: r.bytes,
            }));
        }
        Ok(made)
    }

    /// What was said about the work with these identifiers, held or not, in a fixed order.
    pub fn notices(&self, ids: &Identifiers) -> Result<Vec<Notice>, LibraryError> {
        self.store().notices(ids)
    }

    /// The source that holds the work with these identifiers, without its references, if one does.
    pub fn holding(&self, ids: &Identifiers) -> Result<Option<Held>, LibraryError> {
        for id in self.store().sources_with(ids)? {
            let Ok(id) = id.parse() else { continue };
            let held = self.source(&id, false)?.filter(|held| same_ids(&held.source.ids, ids) == Some(true));
            if held.is_some() {
                return Ok(held);
            }
        }
        Ok(None)
    }

    /// The collections, by name, with what each holds. One pass over all sources.
    pub fn collections(&self) -> Result<Vec<Collection>, LibraryError> {
        let mut statement = self.db(self.connection.prepare(
            "SELECT s.collection, count(*), sum(octet_length(d.text)), sum(s.standing <> 'current'), max(s.date)
             FROM source s JOIN document d ON d.row = s.document GROUP BY 1 ORDER BY 1",
        ))?;
        let rows = self.db(statement.query_map([], |r| {
            Ok(Collection {
                name: r.get(0)?,
                sources: r.get::<_, i64>(1)?.unsigned_abs(),
                text_bytes: r.get::<_, i64>(2)?.unsigned_abs(),
                not_current: r.get::<_, i64>(3)?.unsigned_abs(),
                newest: r.get::<_, Option<String>>(4)?.and_then(|d| d.try_into().ok()),
            })
        }))?;
        self.db(rows.collect())
    }

    /// Sources that hold an external identifier, as `("pmid", "23168366")`.
    pub fn by_identifier(&self, scheme: &str, value: &str) -> Result<Vec<SourceId>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT DISTINCT d.source FROM link l JOIN document d ON d.row = l.document
                 WHERE l.scheme = ?1 AND l.value = ?2 ORDER BY 1",
        ))?;
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
            "SELECT count(*), coalesce(sum(octet_length(d.text)), 0)
             FROM source s JOIN document d ON d.row = s.document",
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
            documents: self
                .db(self.connection.query_row("SELECT count(*) FROM document", [], |r| r.get::<_, i64>(0)))?
                .unsigned_abs(),
            by_format: by("SELECT format, count(*) FROM document GROUP BY 1 ORDER BY 2 DESC, 1")?,
            notices: self
                .db(self.connection.query_row("SELECT count(*) FROM notice", [], |r| r.get::<_, i64>(0)))?
                .unsigned_abs(),
            by_licence: by(
                "SELECT coalesce(json_extract(meta, '$.licence.name'), ''), count(*) FROM source GROUP BY 1 ORDER BY 2 DESC, 1",
            )?,
        })
    }
}

/// SHA-256 over parts, each with its length before it, in hexadecimal.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Fingerprint::default();
    for part in parts {
        hash.part(part);
    }
    hash.finish()
}

/// A [`fingerprint`] in the making.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    pub(crate) fn part(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    pub(crate) fn finish(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Option<Listed>> {
    let (id, kind, standing): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(5)?);
    let parsed = (id.parse().ok(), Kind::from_word(&kind), Standing::from_word(&standing));
    let (Some(id), Some(kind), Some(standing)) = parsed else { return Ok(None) };
    Ok(Some(Listed { id, title: row.get(1)?, kind, year: row.get(3)?, collection: row.get(4)?, standing }))
}

/// A source without its long parts, which have columns of their own.
pub(crate) fn stored_meta(source: &Source) -> Source {
    Source {
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
    }
}

/// A source with its text.
pub(crate) fn held(store: Store<'_>, id: &SourceId, with_references: bool) -> Result<Option<Held>, LibraryError> {
    let mut statement = store.db(store.connection.prepare_cached(
        "SELECT s.collection, s.standing, s.bytes, s.meta, d.passages, d.text, CASE WHEN ?2 THEN d.refs END
         FROM source s JOIN document d ON d.row = s.document WHERE s.id = ?1",
    ))?;
    let row = store.db(statement
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
        let mut source: Source = serde_json::from_str(&self.meta).ok()?;
        source.passages = serde_json::from_str::<Vec<Passage>>(&self.passages).ok()?;
        source.text = self.text;
        if let Some(references) = self.references {
            source.references = serde_json::from_str(&references).ok()?;
        }
        let standing = Standing::from_word(&self.standing)?;
        Some(Held { source, collection: self.collection, standing, bytes: self.bytes })
    }
}
