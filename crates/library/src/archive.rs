//! The archive: everything of an installation that is not secret to a moment, in one file that other programs can read.
//!
//! Owns the form, which docs/archive.md describes: a tar whose first member lists the others with their SHA-256, then one
//! member a table, a JSON object a row. It is written in order and without times, so that the same content is the same bytes.

mod export;
mod import;
#[cfg(test)]
mod tests;

pub use export::export;
pub use import::import;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

const FORMAT: &str = "curbside-archive";
const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// The last member: the SHA-256 of the first.
const SEAL: &str = "manifest.sha256";
/// The databases, in the order in which they are written.
const DATABASES: [&str; 2] = ["articles", "sources"];
/// Of the articles' database what gives somebody the use of an account, is true for minutes only, or could not be read: not in an
/// archive.
const LEFT_OUT: &[&str] = &["article_0_1", "attempt", "journey", "link", "session", "token"];
/// Where SQLite counts the numbers that are never given twice.
const SEQUENCE: &str = "sqlite_sequence";

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveManifest {
    /// `curbside-archive`.
    pub format: String,
    /// Of the format.
    pub version: u32,
    /// The snapshot of the sources in it.
    pub snapshot: String,
    /// The last entry of the audit trail in it: a head to verify with.
    pub audit_head: String,
    /// Version of the tables of `articles`.
    pub articles_schema: u32,
    /// Version of the tables of `sources`.
    pub sources_schema: u32,
    /// The members, in order.
    pub members: Vec<ArchiveMember>,
}

/// A table in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveMember {
    /// Its name, as `articles/audit.jsonl`.
    pub name: String,
    /// Rows: one a line.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A table, as the database describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    name: String,
    columns: Vec<String>,
    /// The columns that its rows are in the order of.
    key: Vec<String>,
}

impl Table {
    fn member(&self, database: &str) -> String {
        format!("{database}/{}.jsonl", self.name)
    }

    fn columns(&self) -> String {
        quoted(&self.columns)
    }

    fn select(&self) -> String {
        format!(
            "SELECT {} FROM {} ORDER BY {}",
            self.columns(),
            quoted(std::slice::from_ref(&self.name)),
            quoted(&self.key)
        )
    }

    fn insert(&self) -> String {
        let places = vec!["?"; self.columns.len()].join(", ");
        format!("INSERT INTO {} ({}) VALUES ({places})", quoted(std::slice::from_ref(&self.name)), self.columns())
    }
}

/// Names for SQL. They come from a database that may be foreign.
fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("\"{}\"", n.replace('"', "\"\""))).collect::<Vec<_>>().join(", ")
}

/// The tables of a database that an archive holds, by name, the counters last.
fn tables(c: &Connection, database: &str) -> rusqlite::Result<Vec<Table>> {
    let mut names: Vec<String> = c
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names.retain(|name| database != DATABASES[0] || !LEFT_OUT.contains(&name.as_str()));
    let mut tables = Vec::with_capacity(names.len() + 1);
    for name in names {
        let mut columns: Vec<(String, i64)> = c
            .prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?
            .query_map([&name], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let all = columns.iter().map(|(name, _)| name.clone()).collect();
        columns.retain(|(_, place)| *place > 0);
        columns.sort_by_key(|(_, place)| *place);
        let key: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
        let key = if key.is_empty() { vec!["rowid".to_owned()] } else { key };
        tables.push(Table { name, columns: all, key });
    }
    let counters: bool =
        c.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1)", [SEQUENCE], |r| r.get(0))?;
    if counters {
        let columns = vec!["name".to_owned(), "seq".to_owned()];
        tables.push(Table { name: SEQUENCE.to_owned(), columns, key: vec!["name".to_owned()] });
    }
    Ok(tables)
}
