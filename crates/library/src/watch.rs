//! Whether anything was committed to the library or the articles since: by this process or by any other.
//!
//! Owns two connections that never write. SQLite's `data_version` of a connection changes with each commit that is not its own, so
//! theirs change with every commit there is. Nothing here knows what was changed.

use crate::LibraryError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What was committed until some moment. Two of one [`Watch`] are equal only if nothing was committed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commits {
    sources: i64,
    articles: i64,
}

/// Watches the two databases of a data folder.
pub struct Watch {
    sources: (Connection, PathBuf),
    articles: (Connection, PathBuf),
}

impl Watch {
    /// Of a data folder whose databases are there.
    pub fn open(folder: &Path) -> Result<Self, LibraryError> {
        let open = |name: &str| {
            let path = folder.join(name);
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let opened = Connection::open_with_flags(&path, flags).and_then(|c| {
                // Whoever asks has another way to go and must not wait.
                c.busy_timeout(Duration::ZERO)?;
                c.pragma_update(None, "query_only", true)?;
                Ok(c)
            });
            match opened {
                Ok(connection) => Ok((connection, path)),
                Err(error) => Err(LibraryError::Database { path, error }),
            }
        };
        Ok(Self { sources: open("sources.sqlite")?, articles: open("articles.sqlite")? })
    }

    /// What is committed now: whatever was committed before this was called is in it. Cost: two reads of a page header in
    /// memory that all processes share; never waits for a writer. An error says nothing of what was committed.
    pub fn now(&self) -> Result<Commits, LibraryError> {
        let version = |(connection, path): &(Connection, PathBuf)| {
            connection
                .prepare_cached("PRAGMA data_version")
                .and_then(|mut s| s.query_row([], |r| r.get(0)))
                .map_err(|error| LibraryError::Database { path: path.clone(), error })
        };
        Ok(Commits { sources: version(&self.sources)?, articles: version(&self.articles)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Articles, Deed, Library};

    #[test]
    fn every_commit_of_either_database_is_seen_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut library = Library::open(folder.path()).unwrap();
        let articles = Articles::open(folder.path()).unwrap();
        let watch = Watch::open(folder.path()).unwrap();
        let first = watch.now().unwrap();
        assert_eq!(watch.now().unwrap(), first);
        drop(library.batch().unwrap()); // taken back
        library.snapshot().unwrap();
        articles.policy().unwrap();
        assert_eq!(watch.now().unwrap(), first);

        let deed = Deed {
            actor: "operator".to_owned(),
            action: "test",
            subject: "a thing".to_owned(),
            detail: serde_json::json!({}),
        };
        articles.record(deed).unwrap();
        let second = watch.now().unwrap();
        assert_ne!(second, first);
        assert_eq!((second.sources, watch.now().unwrap()), (first.sources, second));

        // In the middle of a change what is committed still is what was.
        let outside = Connection::open(folder.path().join("sources.sqlite")).unwrap();
        outside.execute_batch("BEGIN IMMEDIATE; INSERT INTO state VALUES ('key', 'value')").unwrap();
        assert_eq!(watch.now().unwrap(), second);
        outside.execute_batch("COMMIT").unwrap();
        assert_ne!(watch.now().unwrap(), second);
    }
}
