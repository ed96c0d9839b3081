//! Changing sources: documents in, sources out, all of it visible at once or not at all.
//!
//! Owns what follows from a document that comes or goes: which source it belongs to, what that source says now, and
//! the standing of every work it speaks of.

use crate::documents::Store;
use crate::sources::{Held, Snapshot, stored_meta};
use crate::works::{self, Row};
use crate::{Fingerprint, LibraryError};
use evidence::{Identifiers, Notice, PartialDate, Pmid, Source, SourceId, Standing};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// One document as its reader gave it, with what the library must know to place it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The source it would make alone.
    pub source: Source,
    /// Its format, in one word.
    pub format: String,
    /// How much of a work this format can hold: the source shows the text of its richest document.
    pub richness: u8,
    /// How far this format's bibliographic fields are trusted over those of others.
    pub authority: u8,
    /// The collection it goes to.
    pub collection: String,
    /// The file it came from.
    pub origin: String,
    /// SHA-256 of the bytes it was read from, in hexadecimal.
    pub bytes: String,
    /// When it was last revised, where it says.
    pub revised: Option<PartialDate>,
    /// Its place in this batch: of a record and its deletion the later one counts.
    pub place: u64,
    /// What it says about the standing of works.
    pub notices: Vec<Notice>,
}

/// What putting a document did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was not there.
    Added,
    /// Other bytes of the same record were there.
    Replaced,
    /// The same bytes were there already.
    Unchanged,
    /// A later version of the same record is there, or it was deleted after: it was not kept.
    Older,
}

/// The outcome of one change, for an index to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was done.
    pub put: Put,
    /// Another version came in this very batch, and neither says when it was revised.
    pub unsure: bool,
    /// The source the document is now part of.
    pub source: SourceId,
    /// The source was not there before, under any document.
    pub fresh: bool,
    /// Sources that were made, changed or that ceased to be.
    pub changed: Vec<SourceId>,
}

/// A set of changes that becomes visible as a whole or not at all.
pub struct Batch<'a> {
    transaction: Transaction<'a>,
    path: PathBuf,
    seq: u64,
    changed: u64,
    /// Deletions of this batch: they are few.
    withdrawn: BTreeMap<Pmid, u64>,
}

/// The version of a record that is held.
struct Version {
    row: i64,
    bytes: String,
    collection: String,
    source: String,
    revised: Option<PartialDate>,
    seq: u64,
    /// Of two versions in one batch that do not say when they were revised: the later dated, then the longer, then the
    /// greater hash; never the one that happened to come first.
    rank: (Option<PartialDate>, usize, String),
}

impl<'a> Batch<'a> {
    pub(crate) fn new(transaction: Transaction<'a>, path: PathBuf, seq: u64) -> Self {
        Self { transaction, path, seq, changed: 0, withdrawn: BTreeMap::new() }
    }

    fn store(&self) -> Store<'_> {
        Store { connection: &self.transaction, path: &self.path }
    }

    fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        self.store().db(result)
    }

    /// Keeps a document and brings every source and standing that depends on it up to date. Cost: some ten look-ups by
    /// key, and one row of each document that links join to it.
    pub fn put(&mut self, document: &Document) -> Result<Kept, LibraryError> {
        let own = document.source.id.clone();
        let unchanged = |put, source: Option<SourceId>| Kept {
            put,
            unsure: false,
            fresh: false,
            source: source.unwrap_or(own.clone()),
            changed: Vec::new(),
        };
        let deleted = document.source.ids.pmid.and_then(|pmid| self.withdrawn.get(&pmid));
        if document.format == PUBMED && deleted.is_some_and(|place| *place > document.place) {
            return Ok(unchanged(Put::Older, None));
        }
        let before = self.version(own.as_str(), &document.format)?;
        let mut unsure = false;
        if let Some(before) = &before {
            let source = before.source.parse().ok();
            if before.bytes == document.bytes && before.collection == document.collection {
                return Ok(unchanged(Put::Unchanged, source));
            }
            let rank = (document.source.date, document.source.text.len(), document.bytes.clone());
            let newer = match before.revised.zip(document.revised) {
                Some((held, new)) if held != new => held > new,
                _ => {
                    unsure = before.seq == self.seq;
                    unsure && before.rank >= rank
                }
            };
            if newer {
                return Ok(Kept { unsure, ..unchanged(Put::Older, source) });
            }
        }
        let mut near = BTreeSet::new();
        let mut spoken_of: Vec<Identifiers> = document.notices.iter().map(|n| n.target.clone()).collect();
        if let Some(before) = &before {
            near.extend(self.store().documents_of(&before.source)?);
            near.remove(&before.row);
            spoken_of.extend(self.store().targets_of(before.row)?);
            self.db(self.transaction.execute("DELETE FROM document WHERE row = ?1", [before.row]))?;
        }
        let row = self.insert(document, before.as_ref().map_or("", |b| b.source.as_str()))?;
        let fresh = before.is_none() && self.standing_of(&document.source.id)?.is_none();
        near.insert(row);
        let mut changed = self.regroup(near, before.iter().map(|b| b.source.clone()).collect())?;
        self.restand(&spoken_of, &mut changed)?;
        let source: String =
            self.db(self.transaction.query_row("SELECT source FROM document WHERE row = ?1", [row], |r| r.get(0)))?;
        Ok(Kept {
            put: if before.is_some() { Put::Replaced } else { Put::Added },
            unsure,
            fresh,
            source: source.parse().map_err(|_| LibraryError::Damaged { what: format!("source {source}") })?,
            changed: changed.into_iter().filter_map(|id| id.parse().ok()).collect(),
        })
    }

    fn version(&self, own: &str, format: &str) -> Result<Option<Version>, LibraryError> {
        let mut statement = self.db(self.transaction.prepare_cached(
            "SELECT row, bytes, collection, source, revised, seq, json_extract(meta, '$.date'), octet_length(text)
             FROM document WHERE own = ?1 AND format = ?2",
        ))?;
        let date = |text: Option<String>| text.and_then(|t| PartialDate::try_from(t).ok());
        self.db(statement
            .query_row([own, format], |r| {
                let bytes: String = r.get(1)?;
                Ok(Version {
                    row: r.get(0)?,
                    rank: (date(r.get(6)?), r.get::<_, i64>(7)?.unsigned_abs() as usize, bytes.clone()),
                    bytes,
                    collection: r.get(2)?,
                    source: r.get(3)?,
                    revised: date(r.get(4)?),
                    seq: r.get::<_, i64>(5)?.unsigned_abs(),
                })
            })
            .optional())
    }

    fn insert(&mut self, document: &Document, source: &str) -> Result<i64, LibraryError> {
        let own = &document.source.id;
        let damaged = |_| LibraryError::Damaged { what: format!("source {own}") };
        let meta = serde_json::to_string(&stored_meta(&document.source)).map_err(damaged)?;
        let references = serde_json::to_string(&document.source.references).map_err(damaged)?;
        let passages = serde_json::to_string(&document.source.passages).map_err(damaged)?;
        let mut statement = self.db(self.transaction.prepare_cached(
            "INSERT INTO document (own, format, source, collection, origin, bytes, revised, seq, ord, richness, authority,
                                   meta, refs, passages, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        ))?;
        self.db(statement.execute(params![
            own.as_str(),
            document.format,
            source,
            document.collection,
            document.origin,
            document.bytes,
            document.revised.map(|d| d.to_string()),
            self.seq.cast_signed(),
            document.place.cast_signed(),
            document.richness,
            document.authority,
            meta,
            references,
            passages,
            document.source.text,
        ]))?;
        let row = self.transaction.last_insert_rowid();
        let mut statement =
            self.db(self.transaction.prepare_cached("INSERT OR IGNORE INTO link VALUES (?1, ?2, ?3)"))?;
        for (scheme, value) in works::links(&document.source) {
            self.db(statement.execute(params![scheme, value, row]))?;
        }
        for trial in &document.source.ids.nct {
            self.db(statement.execute(params!["nct", trial.to_string(), row]))?;
        }
        for notice in &document.notices {
            self.store().note(Some(row), None, notice)?;
        }
        Ok(row)
    }

    /// Makes the sources of these documents, and of all that links join to them, anew; `former` are sources that may
    /// have lost their last document.
    fn regroup(
        &mut self,
        start: BTreeSet<i64>,
        mut former: BTreeSet<String>,
    ) -> Result<BTreeSet<String>, LibraryError> {
        let mut rows = Vec::new();
        for row in self.store().component(start)? {
            rows.extend(self.store().row(row)?);
        }
        former.extend(rows.iter().map(|r| r.source.clone()).filter(|s| !s.is_empty()));
        let mut changed = BTreeSet::new();
        for group in works::partition(rows) {
            let Some((source, made)) = works::merge(&group) else { continue };
            former.remove(source.id.as_str());
            let made = if group.len() > 1 { serde_json::to_string(&made).unwrap_or_default() } else { String::new() };
            if self.write(&source, &group, &made)? {
                changed.insert(source.id.to_string());
            }
        }
        for id in former {
            if self.db(self.transaction.execute("DELETE FROM source WHERE id = ?1", [&id]))? > 0 {
                self.mark(&id)?;
                changed.insert(id);
            }
        }
        Ok(changed)
    }

    /// Writes a source as its documents make it; false when it already says so.
    fn write(&mut self, source: &Source, group: &[Row], made: &str) -> Result<bool, LibraryError> {
        let id = source.id.as_str();
        let Some(text) = group.first() else { return Ok(false) };
        let bytes = match group {
            [one] => one.bytes.clone(),
            several => {
                let mut all: Vec<&str> = several.iter().map(|r| r.bytes.as_str()).collect();
                all.sort_unstable();
                crate::fingerprint(all.into_iter().map(str::as_bytes))
            }
        };
        let standing = self.standing(source, group)?;
        for row in group.iter().filter(|r| r.source != id) {
            let mut statement =
                self.db(self.transaction.prepare_cached("UPDATE document SET source = ?1 WHERE row = ?2"))?;
            self.db(statement.execute(params![id, row.row]))?;
        }
        let same: bool = {
            let mut statement = self.db(self.transaction.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?1 AND bytes = ?2 AND collection = ?3 AND standing = ?4
                                                     AND document = ?5)",
            ))?;
            self.db(statement.query_row(params![id, bytes, text.collection, standing.word(), text.row], |r| r.get(0)))?
        };
        if same {
            return Ok(false);
        }
        let meta = serde_json::to_string(source).map_err(|_| LibraryError::Damaged { what: format!("source {id}") })?;
        let mut statement = self.db(self.transaction.prepare_cached(
            "INSERT OR REPLACE INTO source
             (id, collection, kind, year, date, title, standing, bytes, meta, document, made)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        ))?;
        self.db(statement.execute(params![
            id,
            text.collection,
            source.kind.word(),
            source.year(),
            source.date.map(|d| d.to_string()),
            source.title,
            standing.word(),
            bytes,
            meta,
            text.row,
            made,
        ]))?;
        drop(statement);
        self.mark(id)?;
        Ok(true)
    }

    /// The standing of a work by everything that was said about any of its documents.
    fn standing(&self, source: &Source, group: &[Row]) -> Result<Standing, LibraryError> {
        let mut notices: BTreeSet<Notice> = self.store().notices(&source.ids)?.into_iter().collect();
        for row in group.iter().filter(|r| r.meta.ids != source.ids) {
            notices.extend(self.store().notices(&row.meta.ids)?);
        }
        Ok(Standing::after(&notices))
    }

    /// Brings the standing of the works that were spoken of up to date.
    fn restand(&mut self, spoken_of: &[Identifiers], changed: &mut BTreeSet<String>) -> Result<(), LibraryError> {
        let mut sources = BTreeSet::new();
        for ids in spoken_of {
            sources.extend(self.store().sources_with(ids)?);
        }
        self.remake(sources, changed)
    }

    /// Makes sources anew from their documents.
    fn remake(
        &mut self,
        sources: impl IntoIterator<Item = String>,
        changed: &mut BTreeSet<String>,
    ) -> Result<(), LibraryError> {
        for id in sources {
            let rows = self.store().documents_of(&id)?.into_iter().collect();
            changed.extend(self.regroup(rows, BTreeSet::new())?);
        }
        Ok(())
    }

    /// Forgets a PubMed record that PubMed deleted; versions of it that came before this place in the batch are not
    /// kept either. A source keeps its other documents.
    pub fn withdraw(&mut self, pmid: Pmid, place: u64) -> Result<Vec<SourceId>, LibraryError> {
        let latest = self.withdrawn.entry(pmid).or_default();
        *latest = place.max(*latest);
        let held: Option<(i64, i64, i64)> = {
            let mut statement = self.db(self.transaction.prepare_cached(
                "SELECT d.row, d.seq, d.ord FROM link l JOIN document d ON d.row = l.document
                 WHERE l.scheme = 'pmid' AND l.value = ?1 AND d.format = ?2",
            ))?;
            self.db(statement
                .query_row(params![pmid.to_string(), PUBMED], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
                .optional())?
        };
        match held {
            Some((row, seq, ord)) if seq.unsigned_abs() != self.seq || ord.unsigned_abs() < place => {
                self.forget(&BTreeSet::from([row]))
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Forgets a source with all its documents; false when it was not there. What its documents said about others is
    /// forgotten too: `changed` names those.
    pub fn remove(&mut self, id: &SourceId) -> Result<Option<Vec<SourceId>>, LibraryError> {
        let rows = self.store().documents_of(id.as_str())?;
        if rows.is_empty() {
            return Ok(None);
        }
        self.forget(&rows.into_iter().collect()).map(Some)
    }

    fn forget(&mut self, rows: &BTreeSet<i64>) -> Result<Vec<SourceId>, LibraryError> {
        let mut near = self.store().component(rows.iter().copied())?;
        let mut spoken_of = Vec::new();
        let mut former = BTreeSet::new();
        for &row in rows {
            near.remove(&row);
            spoken_of.extend(self.store().targets_of(row)?);
            former.extend(self.store().row(row)?.map(|r| r.source));
            self.db(self.transaction.execute("DELETE FROM document WHERE row = ?1", [row]))?;
        }
        let mut changed = self.regroup(near, former)?;
        self.restand(&spoken_of, &mut changed)?;
        Ok(changed.into_iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Starts a list of notices anew: what it said before is forgotten. The works it spoke of are brought up to date by
    /// [`Batch::close_list`].
    pub fn open_list(&mut self, name: &str) -> Result<(), LibraryError> {
        self.db(self.transaction.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS restand (source TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM temp.restand;",
        ))?;
        self.spoken_of(name)?;
        self.db(self.transaction.execute("DELETE FROM notice WHERE list = ?1", [name]))?;
        Ok(())
    }

    /// Adds a notice to a list that was opened.
    pub fn list_notice(&mut self, name: &str, notice: &Notice) -> Result<(), LibraryError> {
        self.store().note(None, Some(name), notice)
    }

    /// Brings the standing of everything the list speaks of, or spoke of before, up to date; gives what changed.
    pub fn close_list(&mut self, name: &str) -> Result<Vec<SourceId>, LibraryError> {
        self.spoken_of(name)?;
        // The snapshot holds the standing of works that digests cite: it may change though no source does.
        self.changed += 1;
        let sources: Vec<String> = {
            let mut statement = self.db(self.transaction.prepare("SELECT source FROM temp.restand ORDER BY source"))?;
            let rows = self.db(statement.query_map([], |r| r.get(0)))?;
            self.db(rows.collect::<rusqlite::Result<_>>())?
        };
        let mut changed = BTreeSet::new();
        self.remake(sources, &mut changed)?;
        Ok(changed.into_iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Collects the sources a list speaks of.
    fn spoken_of(&self, name: &str) -> Result<(), LibraryError> {
        self.db(self.transaction.execute(
            "INSERT OR IGNORE INTO temp.restand
             SELECT d.source FROM notice n JOIN target t ON t.notice = n.row
             JOIN link l ON l.scheme = t.scheme AND l.value = t.value JOIN document d ON d.row = l.document
             WHERE n.list = ?1",
            [name],
        ))?;
        Ok(())
    }

    /// A source as it stands in this batch, without its references.
    pub fn source(&self, id: &SourceId) -> Result<Option<Held>, LibraryError> {
        crate::sources::held(self.store(), id, false)
    }

    /// Whether one document alone makes this source.
    pub fn alone(&self, id: &SourceId) -> Result<bool, LibraryError> {
        Ok(self.store().documents_of(id.as_str())?.len() == 1)
    }

    /// The standing of a source as it is in this batch.
    pub fn standing_of(&self, id: &SourceId) -> Result<Option<Standing>, LibraryError> {
        let mut statement = self.db(self.transaction.prepare_cached("SELECT standing FROM source WHERE id = ?1"))?;
        let word: Option<String> = self.db(statement.query_row([id.as_str()], |r| r.get(0)).optional())?;
        Ok(word.and_then(|w| Standing::from_word(&w)))
    }

    fn mark(&mut self, id: &str) -> Result<(), LibraryError> {
        self.changed += 1;
        let mut statement =
            self.db(self.transaction.prepare_cached("INSERT OR REPLACE INTO change VALUES (?1, ?2)"))?;
        self.db(statement.execute(params![id, self.seq.cast_signed()]))?;
        Ok(())
    }

    /// Remembers a fact about the library itself, as that the starter digests were loaded.
    pub fn set_state(&mut self, key: &str, value: &str) -> Result<(), LibraryError> {
        self.db(self.transaction.execute("INSERT OR REPLACE INTO state VALUES (?1, ?2)", [key, value]))?;
        Ok(())
    }

    /// Makes all of it visible and durable. Cost: one pass over (id, bytes, standing), streamed.
    pub fn commit(self) -> Result<Snapshot, LibraryError> {
        let snapshot = {
            let mut hash = Fingerprint::default();
            let mut statement =
                self.db(self.transaction.prepare("SELECT id, bytes, standing FROM source ORDER BY id"))?;
            let mut rows = self.db(statement.query([]))?;
            while let Some(row) = self.db(rows.next())? {
                for column in 0..3 {
                    hash.part(self.db(row.get_ref(column).and_then(|v| Ok(v.as_bytes()?)))?);
                }
            }
            for (digest, reference, standing) in self.store().fallen_references()? {
                hash.part(digest.as_str().as_bytes());
                hash.part(reference.as_bytes());
                hash.part(standing.word().as_bytes());
            }
            let newest: Option<String> =
                self.db(self.transaction.query_row("SELECT max(date) FROM source", [], |row| row.get(0)))?;
            Snapshot {
                id: hash.finish(),
                seq: if self.changed > 0 { self.seq } else { self.seq - 1 },
                newest: newest.and_then(|d| d.try_into().ok()),
            }
        };
        let json = serde_json::to_string(&snapshot).map_err(|_| LibraryError::Damaged { what: "snapshot".into() })?;
        self.db(self.transaction.execute("INSERT OR REPLACE INTO state VALUES ('snapshot', ?1)", [json]))?;
        let path = self.path.clone();
        steps::reach("library-written");
        self.transaction.commit().map_err(|error| LibraryError::Database { path, error })?;
        steps::reach("library-committed");
        Ok(snapshot)
    }
}

/// The format whose records PubMed can delete.
const PUBMED: &str = "pubmed";
