//! One writer for the articles' database: what many ask for at once becomes one commit.
//!
//! Owns the connection that writes, on a thread of its own. Each piece of work is all or nothing, and is answered only
//! after the commit that holds it reached the disk. Other processes may write too: SQLite's lock puts them in order.

use crate::LibraryError;
use crate::schema::{Which, open};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};

/// Most pieces of work in one commit: bounds how long the first waits for the last.
const BATCH: usize = 256;

/// Tells whoever waits how it ended, once the commit did or did not happen.
type Reply = Box<dyn FnOnce(Option<LibraryError>) + Send>;
/// Does a piece of work in the open transaction, or hears why there is none; false where it is to be taken back.
type Work = Box<dyn FnOnce(Result<&Connection, LibraryError>) -> (bool, Reply) + Send>;

/// A handle to the writer; all clones are one. The thread starts with the first write and ends with the last handle.
#[derive(Clone)]
pub(crate) struct Writer {
    path: Arc<PathBuf>,
    work: Arc<OnceLock<Mutex<Sender<Work>>>>,
}

impl Writer {
    /// A writer of this database, which must exist in this version.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: Arc::new(path.to_owned()), work: Arc::default() }
    }

    /// Does work in a transaction and waits until it is on disk. Where it fails, nothing of it stays.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<T, LibraryError> {
        let (reply, answer) = channel();
        let job: Work = Box::new(move |connection| {
            let done = connection.and_then(work);
            let keep = done.is_ok();
            let tell: Reply = Box::new(move |trouble| {
                // Whoever asked may have gone.
                let _ = reply.send(trouble.map_or(done, Err));
            });
            (keep, tell)
        });
        let sender = self.sender()?;
        sender.send(job).map_err(|_| self.stopped())?;
        answer.recv().map_err(|_| self.stopped())?
    }

    /// Does work in a transaction, some time soon; whoever asks does not wait and does not hear how it ended.
    pub(crate) fn post(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static) {
        let job: Work = Box::new(move |connection| {
            let keep = connection.is_ok_and(|c| work(c).is_ok());
            (keep, Box::new(|_| ()))
        });
        if let Ok(sender) = self.sender() {
            let _ = sender.send(job);
        }
    }

    fn sender(&self) -> Result<Sender<Work>, LibraryError> {
        if self.work.get().is_none() {
            let connection = open(&self.path, &Which::Articles)?;
            let (sender, receiver) = channel();
            // Of two that start at once one is dropped here and its thread never begins.
            if self.work.set(Mutex::new(sender)).is_ok() {
                let path = Arc::clone(&self.path);
                std::thread::spawn(move || serve(&connection, &path, &receiver));
            }
        }
        let sender = self.work.get().and_then(|s| s.lock().ok().map(|s| s.clone()));
        sender.ok_or_else(|| self.stopped())
    }

    fn stopped(&self) -> LibraryError {
        LibraryError::WriterStopped { path: self.path.as_ref().clone() }
    }
}

fn serve(connection: &Connection, path: &Path, receiver: &Receiver<Work>) {
    while let Ok(first) = receiver.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            let (_, reply) = first(Err(LibraryError::Database { path: path.to_owned(), error }));
            reply(None);
            continue;
        }
        let mut replies = Vec::new();
        match commit(connection, first, receiver, &mut replies) {
            Ok(()) => replies.into_iter().for_each(|reply| reply(None)),
            Err(error) => {
                let _ = connection.execute_batch("ROLLBACK"); // SQLite may have done so itself
                let said = error.to_string();
                for reply in replies {
                    let error = rusqlite::Error::ToSqlConversionFailure(std::io::Error::other(said.clone()).into());
                    reply(Some(LibraryError::Database { path: path.to_owned(), error }));
                }
            }
        }
    }
}

/// Does what waits, and commits it as one.
fn commit(
    connection: &Connection,
    first: Work,
    receiver: &Receiver<Work>,
    replies: &mut Vec<Reply>,
) -> rusqlite::Result<()> {
    let mut next = Some(first);
    while let Some(work) = next.take() {
        connection.execute_batch("SAVEPOINT work")?;
        // Work that panics is taken back alone; whoever waits for it hears that the writer dropped it.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(Ok(connection))));
        let keep = matches!(done, Ok((true, _)));
        connection.execute_batch(if keep { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" })?;
        replies.extend(done.ok().map(|(_, reply)| reply));
        if replies.len() < BATCH {
            next = receiver.try_recv().ok();
        }
    }
    steps::reach("article-written");
    connection.execute_batch("COMMIT")?;
    steps::reach("article-committed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Articles, Deed, LibraryError};

    fn deed(n: usize) -> Deed {
        Deed {
            actor: "operator".to_owned(),
            action: "test",
            subject: format!("thing {n}"),
            detail: serde_json::json!({}),
        }
    }

    #[test]
    fn many_at_once_are_all_kept_in_one_whole_chain() {
        let folder = tempfile::tempdir().unwrap();
        let first = Articles::open(folder.path()).unwrap();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let articles = first.another().unwrap();
                scope.spawn(move || (0..50).for_each(|m| drop(articles.record(deed(50 * n + m)).unwrap())));
            }
        });
        let count: i64 =
            first.connection.query_row("SELECT count(DISTINCT subject) FROM audit", [], |r| r.get(0)).unwrap();
        assert_eq!(count, 400);
    }

    #[test]
    fn work_that_fails_or_panics_leaves_nothing_and_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let articles = Articles::open(folder.path()).unwrap();
        let half = |fail: fn() -> Result<(), LibraryError>| {
            articles.writer.write(move |c| {
                crate::audit::append(c, deed(1)).unwrap();
                fail()
            })
        };
        assert!(matches!(
            half(|| Err(LibraryError::Damaged { what: "this".to_owned() })),
            Err(LibraryError::Damaged { .. })
        ));
        assert!(matches!(half(|| panic!("a fault")), Err(LibraryError::WriterStopped { .. })));
        let entry = articles.record(deed(2)).unwrap();
        assert_eq!((entry.seq, entry.previous.as_str()), (1, crate::GENESIS));
        assert_eq!(entry.hash, entry.computed());
    }
}
