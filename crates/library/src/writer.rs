//! One writer for the articles' database: what many ask for at once becomes one commit.
//!
//! Owns the connection that writes, on a thread of its own. Each piece of work is all or nothing, and is answered only
//! after the commit that holds it reached the disk. Other processes may write too: SQLite's lock puts them in order.

use crate::LibraryError;
use crate::articles::{Unwritten, write_reads};
use crate::schema::{Which, open};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Most pieces of work in one commit: bounds how long the first waits for the last.
const BATCH: usize = 256;
/// How long counted readings wait for a commit to go along with.
pub(crate) const READS_WAIT: Duration = Duration::from_secs(5);

/// Tells whoever waits how it ended, once the commit did or did not happen.
type Reply = Box<dyn FnOnce(Option<LibraryError>) + Send>;
/// Does a piece of work in the open transaction, or hears why there is none; false where it is to be taken back.
type Work = Box<dyn FnOnce(Result<&Connection, LibraryError>) -> (bool, Reply) + Send>;

/// What the thread is sent.
enum Message {
    Work(Work),
    /// Readings were counted: they are to be written some time soon.
    Counted,
}

/// A handle to the writer; all clones are one. The thread starts with the first write and ends with the last handle.
#[derive(Clone)]
pub(crate) struct Writer {
    path: Arc<PathBuf>,
    work: Arc<OnceLock<Mutex<Sender<Message>>>>,
    unwritten: Unwritten,
}

impl Writer {
    /// A writer of this database, which must exist in this version.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: Arc::new(path.to_owned()), work: Arc::default(), unwritten: Unwritten::default() }
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
        sender.send(Message::Work(job)).map_err(|_| self.stopped())?;
        answer.recv().map_err(|_| self.stopped())?
    }

    /// Counts that the article of this slug was read; written some time soon, and nobody waits for it.
    pub(crate) fn count_read(&self, slug: &str) {
        // Once the thread knows of some it looks for all of them.
        if self.unwritten.count(slug)
            && let Ok(sender) = self.sender()
        {
            let _ = sender.send(Message::Counted);
        }
    }

    fn sender(&self) -> Result<Sender<Message>, LibraryError> {
        if self.work.get().is_none() {
            let connection = open(&self.path, &Which::Articles)?;
            let (sender, receiver) = channel();
            // Of two that start at once one is dropped here and its thread never begins.
            if self.work.set(Mutex::new(sender)).is_ok() {
                let (path, unwritten) = (Arc::clone(&self.path), self.unwritten.clone());
                std::thread::spawn(move || serve(&connection, &path, &unwritten, &receiver));
            }
        }
        let sender = self.work.get().and_then(|s| s.lock().ok().map(|s| s.clone()));
        sender.ok_or_else(|| self.stopped())
    }

    fn stopped(&self) -> LibraryError {
        LibraryError::WriterStopped { path: self.path.as_ref().clone() }
    }
}

fn serve(connection: &Connection, path: &Path, unwritten: &Unwritten, receiver: &Receiver<Message>) {
    // Until when counted readings may wait.
    let mut until: Option<Instant> = None;
    loop {
        let message = match until {
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => receiver.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        let first = match message {
            Ok(Message::Counted) => {
                until.get_or_insert_with(|| Instant::now() + READS_WAIT);
                continue;
            }
            Ok(Message::Work(first)) => Some(first),
            Err(RecvTimeoutError::Timeout) if unwritten.is_empty() => {
                until = None;
                continue;
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                if !unwritten.is_empty() {
                    transaction(connection, path, None, unwritten, receiver);
                }
                return;
            }
        };
        until = None;
        if transaction(connection, path, first, unwritten, receiver) {
            until = Some(Instant::now() + READS_WAIT);
        }
    }
}

/// Does what waits, and commits it as one, with the readings counted until then. True where somebody said meanwhile that more were.
fn transaction(
    connection: &Connection,
    path: &Path,
    first: Option<Work>,
    unwritten: &Unwritten,
    receiver: &Receiver<Message>,
) -> bool {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        let Some(first) = first else { return true };
        let (_, reply) = first(Err(LibraryError::Database { path: path.to_owned(), error }));
        reply(None);
        return true;
    }
    let (mut replies, mut counted) = (Vec::new(), false);
    match commit(connection, first, unwritten, receiver, &mut replies, &mut counted) {
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
    counted
}

/// What [`transaction`] does between its beginning and its end.
fn commit(
    connection: &Connection,
    first: Option<Work>,
    unwritten: &Unwritten,
    receiver: &Receiver<Message>,
    replies: &mut Vec<Reply>,
    counted: &mut bool,
) -> rusqlite::Result<()> {
    let mut next = first;
    while let Some(work) = next.take() {
        connection.execute_batch("SAVEPOINT work")?;
        // Work that panics is taken back alone; whoever waits for it hears that the writer dropped it.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(Ok(connection))));
        let keep = matches!(done, Ok((true, _)));
        connection.execute_batch(if keep { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" })?;
        replies.extend(done.ok().map(|(_, reply)| reply));
        while replies.len() < BATCH && next.is_none() {
            match receiver.try_recv() {
                Ok(Message::Work(work)) => next = Some(work),
                Ok(Message::Counted) => *counted = true,
                Err(_) => break,
            }
        }
    }
    // What is not written with this commit is not missed, and no reason to take back what somebody waits for.
    let counts = unwritten.take();
    if !counts.is_empty() {
        connection.execute_batch("SAVEPOINT reads")?;
        let written = write_reads(connection, counts);
        connection.execute_batch(if written.is_ok() { "RELEASE reads" } else { "ROLLBACK TO reads; RELEASE reads" })?;
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
