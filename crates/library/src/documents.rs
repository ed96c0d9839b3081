//! The rows behind sources: documents, links, notices. Owns the SQL that both reading and changing need.

use crate::LibraryError;
use crate::works::{Row, TITLE, TITLE_OF_PMID, same_ids, strong};
use evidence::{Identifiers, Notice, Source, SourceId, Standing};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;
use std::path::Path;

/// A connection, or the transaction on it, with the path its errors name.
#[derive(Clone, Copy)]
pub(crate) struct Store<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) path: &'a Path,
}

impl Store<'_> {
    pub(crate) fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|error| LibraryError::Database { path: self.path.to_owned(), error })
    }

    fn column<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<T>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(sql))?;
        let rows = self.db(statement.query_map(params, |row| row.get(0)))?;
        self.db(rows.collect())
    }

    /// Documents of a source.
    pub(crate) fn documents_of(&self, source: &str) -> Result<Vec<i64>, LibraryError> {
        self.column("SELECT row FROM document WHERE source = ?1 ORDER BY row", [source])
    }

    /// All documents that links join to these, directly or through others.
    pub(crate) fn component(&self, start: impl IntoIterator<Item = i64>) -> Result<BTreeSet<i64>, LibraryError> {
        let mut found: BTreeSet<i64> = BTreeSet::new();
        let mut waiting: Vec<i64> = start.into_iter().collect();
        while let Some(next) = waiting.pop() {
            if !found.insert(next) {
                continue;
            }
            // A registration names a trial, not a work: its papers are works of their own.
            waiting.extend(self.column::<i64>(
                "SELECT b.document FROM link a JOIN link b ON a.scheme = b.scheme AND a.value = b.value
                 WHERE a.document = ?1 AND a.scheme IN ('pmid', 'pmcid', 'doi')",
                [next],
            )?);
            for (ours, theirs) in [(TITLE, TITLE), (TITLE, TITLE_OF_PMID), (TITLE_OF_PMID, TITLE)] {
                waiting.extend(self.column::<i64>(
                    "SELECT b.document FROM link a JOIN link b ON b.scheme = ?3 AND b.value = a.value
                     JOIN document mine ON mine.row = a.document JOIN document other ON other.row = b.document
                     WHERE a.document = ?1 AND a.scheme = ?2 AND other.format <> mine.format",
                    params![next, ours, theirs],
                )?);
            }
        }
        Ok(found)
    }

    /// A document for grouping and merging.
    pub(crate) fn row(&self, row: i64) -> Result<Option<Row>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT own, format, collection, origin, bytes, richness, octet_length(text), authority, source, meta
             FROM document WHERE row = ?1",
        ))?;
        let found = self.db(statement
            .query_row([row], |r| {
                let meta: String = r.get(9)?;
                let make = |meta: Source| -> rusqlite::Result<Row> {
                    Ok(Row {
                        row,
                        own: r.get(0)?,
                        format: r.get(1)?,
                        collection: r.get(2)?,
                        origin: r.get(3)?,
                        bytes: r.get(4)?,
                        richness: r.get(5)?,
                        length: r.get::<_, i64>(6)?.unsigned_abs(),
                        authority: r.get(7)?,
                        source: r.get(8)?,
                        meta,
                    })
                };
                serde_json::from_str(&meta).ok().map(make).transpose()
            })
            .optional())?;
        match found {
            None => Ok(None),
            Some(Some(row)) => Ok(Some(row)),
            Some(None) => Err(LibraryError::Damaged { what: format!("document {row}") }),
        }
    }

    /// What was said about the work with these identifiers, in a fixed order.
    pub(crate) fn notices(&self, ids: &Identifiers) -> Result<Vec<Notice>, LibraryError> {
        let mut found = BTreeSet::new();
        for (scheme, value) in strong(ids) {
            let list: Vec<String> = self.column(
                "SELECT n.json FROM target t JOIN notice n ON n.row = t.notice WHERE t.scheme = ?1 AND t.value = ?2",
                [scheme, value.as_str()],
            )?;
            for json in list {
                let notice: Notice = serde_json::from_str(&json)
                    .map_err(|_| LibraryError::Damaged { what: format!("a notice about {scheme} {value}") })?;
                // One DOI may stand for a whole supplement; a PMID that differs says it is another work.
                if same_ids(&notice.target, ids) == Some(true) {
                    found.insert(notice);
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Keeps a notice, said by a document or a list.
    pub(crate) fn note(&self, document: Option<i64>, list: Option<&str>, notice: &Notice) -> Result<(), LibraryError> {
        let json = serde_json::to_string(notice).map_err(|_| LibraryError::Damaged { what: "a notice".to_owned() })?;
        let mut statement =
            self.db(self.connection.prepare_cached("INSERT INTO notice (document, list, json) VALUES (?1, ?2, ?3)"))?;
        self.db(statement.execute(params![document, list, json]))?;
        let row = self.connection.last_insert_rowid();
        let mut statement =
            self.db(self.connection.prepare_cached("INSERT OR IGNORE INTO target VALUES (?1, ?2, ?3)"))?;
        for (scheme, value) in strong(&notice.target) {
            self.db(statement.execute(params![scheme, value, row]))?;
        }
        Ok(())
    }

    /// The works that a document speaks of.
    pub(crate) fn targets_of(&self, document: i64) -> Result<Vec<Identifiers>, LibraryError> {
        let list: Vec<String> = self.column("SELECT json FROM notice WHERE document = ?1", [document])?;
        Ok(list.iter().filter_map(|json| serde_json::from_str::<Notice>(json).ok()).map(|n| n.target).collect())
    }

    /// The sources whose documents carry one of these identifiers.
    pub(crate) fn sources_with(&self, ids: &Identifiers) -> Result<BTreeSet<String>, LibraryError> {
        let mut sources = BTreeSet::new();
        for (scheme, value) in strong(ids) {
            sources.extend(self.column::<String>(
                "SELECT d.source FROM link l JOIN document d ON d.row = l.document WHERE l.scheme = ?1 AND l.value = ?2",
                [scheme, value.as_str()],
            )?);
        }
        Ok(sources)
    }

    /// Works that digests cite and that no longer stand, as (digest, reference, standing), sorted: answers depend on
    /// them though they are not held.
    pub(crate) fn fallen_references(&self) -> Result<Vec<(SourceId, String, Standing)>, LibraryError> {
        let any: bool = self.db(self.connection.query_row("SELECT EXISTS (SELECT 1 FROM notice)", [], |r| r.get(0)))?;
        let mut fallen = Vec::new();
        if !any {
            return Ok(fallen);
        }
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT s.id, d.refs FROM source s JOIN document d ON d.row = s.document WHERE s.kind = 'digest' ORDER BY s.id",
        ))?;
        let mut rows = self.db(statement.query([]))?;
        while let Some(row) = self.db(rows.next())? {
            let (id, refs): (String, String) = (self.db(row.get(0))?, self.db(row.get(1))?);
            let damaged = || LibraryError::Damaged { what: format!("source {id}") };
            let references: Vec<evidence::BibReference> = serde_json::from_str(&refs).map_err(|_| damaged())?;
            for reference in references {
                let standing = Standing::after(&self.notices(&reference.ids)?);
                if standing != Standing::Current {
                    fallen.push((id.parse().map_err(|_| damaged())?, reference.id, standing));
                }
            }
        }
        fallen.sort();
        Ok(fallen)
    }
}
