//! How often articles were read: counted in memory, written with the next commit, or alone a few seconds later.
//!
//! A commit for each reading would make all that watches for commits ([`Watch`](crate::Watch)) see one with each page that is read.

use super::Articles;
use crate::writer::Writer;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Readings that were not written yet, by slug. All clones are one.
#[derive(Clone, Default)]
pub(crate) struct Unwritten(Arc<Mutex<HashMap<String, i64>>>);

impl Unwritten {
    /// Counts one; true where there was none.
    pub(crate) fn count(&self, slug: &str) -> bool {
        let Ok(mut counts) = self.0.lock() else { return false };
        let first = counts.is_empty();
        match counts.get_mut(slug) {
            Some(count) => *count += 1,
            None => drop(counts.insert(slug.to_owned(), 1)),
        }
        first
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().is_ok_and(|counts| counts.is_empty())
    }

    /// Takes them out.
    pub(crate) fn take(&self) -> HashMap<String, i64> {
        self.0.lock().map(|mut counts| std::mem::take(&mut *counts)).unwrap_or_default()
    }
}

/// Writes them in the open transaction.
pub(crate) fn write(connection: &Connection, counts: HashMap<String, i64>) -> rusqlite::Result<()> {
    let mut add = connection.prepare_cached("UPDATE article SET reads = reads + ?1 WHERE slug = ?2")?;
    for (slug, count) in counts {
        add.execute((count, slug))?;
    }
    Ok(())
}

/// Counts readings, from any thread.
#[derive(Clone)]
pub struct Reads(Writer);

impl Reads {
    /// Counts that an article was read. Does not wait. What a process that is killed did not write, some seconds of it, is lost and not
    /// missed.
    pub fn count(&self, slug: &str) {
        self.0.count_read(slug);
    }
}

impl Articles {
    /// Counts readings, without a connection to read by.
    pub fn reads(&self) -> Reads {
        Reads(self.writer.clone())
    }

    /// Writes what was counted until now.
    pub fn write_reads(&self) -> Result<(), crate::LibraryError> {
        // The writer puts them into the next commit, whatever it is for.
        self.writer.write(|_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Library, Watch};

    #[test]
    fn readings_are_all_counted_and_are_no_commit_each() {
        let folder = tempfile::tempdir().unwrap();
        let (_library, articles) = (Library::open(folder.path()).unwrap(), Articles::open(folder.path()).unwrap());
        let insert = |slug: &str| {
            let sql = "INSERT INTO article (slug, root, origin, visibility, created, asked) VALUES (?1, 1, 'asked', 'private', 0, 0)";
            articles.connection.execute(sql, [slug]).unwrap();
        };
        insert("one");
        insert("other");
        let watch = Watch::open(folder.path()).unwrap();
        let (before, reads) = (watch.now().unwrap(), articles.reads());
        (0..1000).for_each(|_| reads.count("one"));
        reads.count("other");
        reads.count("erased meanwhile");
        assert_eq!(watch.now().unwrap(), before);
        articles.write_reads().unwrap();
        let read = |slug: &str| -> i64 {
            articles.connection.query_row("SELECT reads FROM article WHERE slug = ?1", [slug], |r| r.get(0)).unwrap()
        };
        assert_eq!((read("one"), read("other")), (1000, 1));
        articles.write_reads().unwrap();
        assert_eq!((read("one"), read("other")), (1000, 1));
    }

    #[test]
    fn readings_are_written_with_nobody_asking() {
        let folder = tempfile::tempdir().unwrap();
        let articles = Articles::open(folder.path()).unwrap();
        let sql = "INSERT INTO article (slug, root, origin, visibility, created, asked) VALUES ('one', 1, 'asked', 'private', 0, 0)";
        articles.connection.execute(sql, []).unwrap();
        articles.reads().count("one");
        let counted =
            || articles.connection.query_row("SELECT reads FROM article", [], |r| r.get::<_, i64>(0)).unwrap();
        let until = std::time::Instant::now() + 4 * crate::writer::READS_WAIT;
        while counted() == 0 {
            assert!(std::time::Instant::now() < until);
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(counted(), 1);
    }
}
