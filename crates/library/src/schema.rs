//! The tables, as migrations. Never edit one that was released; add another.

use crate::LibraryError;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::path::Path;
use std::time::Duration;

const SOURCES: &[M<'_>] = &[
    M::up(
        "CREATE TABLE source (
         id         TEXT PRIMARY KEY,
         collection TEXT NOT NULL,
         kind       TEXT NOT NULL,
         year       INTEGER,
         date       TEXT,
         title      TEXT NOT NULL,
         standing   TEXT NOT NULL,
         bytes      TEXT NOT NULL,     -- SHA-256 of what it was read from
         meta       TEXT NOT NULL,     -- the Source as JSON without text, passages, references
         refs       TEXT NOT NULL,     -- its reference list as JSON
         passages   TEXT NOT NULL,     -- its passages as JSON
         text       TEXT NOT NULL
     ) STRICT;
     CREATE TABLE identifier (
         scheme TEXT NOT NULL,
         value  TEXT NOT NULL,
         source TEXT NOT NULL REFERENCES source(id) ON DELETE CASCADE,
         PRIMARY KEY (scheme, value, source)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX identifier_source ON identifier(source);
     -- What changed, in order, so that an index that lags can catch up. One row a source: the latest change.
     CREATE TABLE change (
         source TEXT PRIMARY KEY,
         seq    INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX change_seq ON change(seq);
     CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;",
    ),
    M::up(
        "-- A document is what one file said; a source is what the documents of one work say together.
     CREATE TABLE document (
         row        INTEGER PRIMARY KEY,
         own        TEXT NOT NULL,        -- the id its reader gave it
         format     TEXT NOT NULL,
         source     TEXT NOT NULL,        -- the source it is part of
         collection TEXT NOT NULL,
         origin     TEXT NOT NULL,        -- the file it was read from
         bytes      TEXT NOT NULL,        -- SHA-256 of what it was read from
         revised    TEXT,                 -- of two versions of a record the later counts
         seq        INTEGER NOT NULL,     -- the commit that brought it
         ord        INTEGER NOT NULL,     -- its place in that commit
         richness   INTEGER NOT NULL,
         authority  INTEGER NOT NULL,
         meta       TEXT NOT NULL,        -- the Source as JSON without text, passages, references
         refs       TEXT NOT NULL,
         passages   TEXT NOT NULL,
         text       TEXT NOT NULL,
         UNIQUE (own, format)
     ) STRICT;
     CREATE INDEX document_source ON document(source);
     INSERT INTO document (own, format, source, collection, origin, bytes, seq, ord, richness, authority,
                           meta, refs, passages, text)
         SELECT id, CASE WHEN id LIKE 'digest:%' THEN 'digest' WHEN id LIKE 'beir:%' THEN 'beir' ELSE 'jats' END,
                id, collection, '', bytes, 0, 0, 0, 0, meta, refs, passages, text
         FROM source;
     CREATE TABLE link (
         scheme   TEXT NOT NULL,          -- pmid, pmcid, doi, nct, title, title-of-pmid
         value    TEXT NOT NULL,
         document INTEGER NOT NULL REFERENCES document(row) ON DELETE CASCADE,
         PRIMARY KEY (scheme, value, document)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX link_document ON link(document);
     INSERT INTO link SELECT i.scheme, i.value, d.row FROM identifier i JOIN document d ON d.source = i.source;
     DROP TABLE identifier;
     ALTER TABLE source DROP COLUMN refs;
     ALTER TABLE source DROP COLUMN passages;
     ALTER TABLE source DROP COLUMN text;
     ALTER TABLE source ADD COLUMN document INTEGER NOT NULL DEFAULT 0;  -- whose text it shows
     ALTER TABLE source ADD COLUMN made TEXT NOT NULL DEFAULT '';        -- Made as JSON where several documents make it
     UPDATE source SET document = (SELECT row FROM document d WHERE d.source = source.id);
     CREATE INDEX source_kind ON source(kind);
     -- What was said about works, held here or not, by a document or by a list.
     CREATE TABLE notice (
         row      INTEGER PRIMARY KEY,
         document INTEGER REFERENCES document(row) ON DELETE CASCADE,
         list     TEXT,
         json     TEXT NOT NULL
     ) STRICT;
     CREATE INDEX notice_document ON notice(document);
     CREATE INDEX notice_list ON notice(list);
     CREATE TABLE target (
         scheme TEXT NOT NULL,
         value  TEXT NOT NULL,
         notice INTEGER NOT NULL REFERENCES notice(row) ON DELETE CASCADE,
         PRIMARY KEY (scheme, value, notice)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX target_notice ON target(notice);",
    ),
];

/// Those of the articles. Not a constant: the third runs a function.
fn articles() -> Vec<M<'static>> {
    vec![
        M::up(
            "CREATE TABLE article (
         hash     TEXT PRIMARY KEY,
         question TEXT NOT NULL,
         title    TEXT NOT NULL,
         reader   TEXT NOT NULL,
         snapshot TEXT NOT NULL,
         outcome  TEXT NOT NULL,
         kept_at  INTEGER NOT NULL DEFAULT (unixepoch()),
         body     TEXT NOT NULL
     ) STRICT;",
        ),
        M::up(
            "-- Who did what, each entry tied to the one before.
     CREATE TABLE audit (
         seq      INTEGER PRIMARY KEY,
         at       INTEGER NOT NULL,
         actor    TEXT NOT NULL,
         action   TEXT NOT NULL,
         subject  TEXT NOT NULL,
         detail   TEXT NOT NULL,
         previous TEXT NOT NULL,
         hash     TEXT NOT NULL
     ) STRICT;
     CREATE INDEX audit_subject ON audit(subject);",
        ),
        M::up_with_hook(include_str!("schema/articles_3.sql"), crate::articles::articles_of_0_1),
        M::up(include_str!("schema/people_4.sql")),
        M::up(include_str!("schema/review_5.sql")),
        M::up(include_str!("schema/reports_6.sql")),
    ]
}

pub(crate) enum Which {
    Sources,
    Articles,
}

pub(crate) fn open(path: &Path, which: &Which) -> Result<Connection, LibraryError> {
    let database = |error| LibraryError::Database { path: path.to_owned(), error };
    let mut connection = Connection::open(path).map_err(database)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(database)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(database)?;
    // WAL with NORMAL never corrupts; a power cut may lose the last commits, FULL does not.
    connection.pragma_update(None, "synchronous", "FULL").map_err(database)?;
    // A long `add` is one transaction; its log goes back to this size with the next one.
    connection.pragma_update(None, "journal_size_limit", 64 << 20).map_err(database)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(database)?;
    connection.pragma_update(None, "cache_size", -32_000).map_err(database)?;
    if matches!(which, Which::Articles) {
        // What is erased is written over.
        connection.pragma_update(None, "secure_delete", true).map_err(database)?;
    }
    migrations(which).to_latest(&mut connection).map_err(|error| match error {
        // A full disk says nothing about the version.
        rusqlite_migration::Error::RusqliteError { err: error, .. } => database(error),
        error => LibraryError::Version { path: path.to_owned(), error },
    })?;
    Ok(connection)
}

pub(crate) fn migrations(which: &Which) -> Migrations<'static> {
    match which {
        Which::Sources => Migrations::from_slice(SOURCES),
        Which::Articles => Migrations::new(articles()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_valid() {
        Migrations::from_slice(SOURCES).validate().unwrap();
        Migrations::new(articles()).validate().unwrap();
    }
}
