//! Opening a data folder: the library is the truth, the index follows it.

use crate::DeskError;
use answering::Drafter;
use board::Actor;
use library::{Articles, Deed, Library, LibraryError, OpenLock, Reads, Snapshot, Watch, WriterLock};
use reranking::Reranker;
use retrieval::ranker::Ranker;
use retrieval::relevance::Relevance;
use retrieval::{Analyzer, TantivyIndex};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One data folder, opened. Not shared between threads: open one for each.
pub struct Desk {
    pub(crate) folder: PathBuf,
    pub(crate) library: Library,
    pub(crate) articles: Articles,
    pub(crate) index: TantivyIndex,
    /// Keeps the stems of words seen; taken out for the time of a search.
    pub(crate) analyzer: Analyzer,
    pub(crate) relevance: Relevance,
    /// Made when it is first needed.
    pub(crate) ranker: Option<Ranker>,
    pub(crate) drafter: Option<Box<dyn Drafter + Send + Sync>>,
    pub(crate) reranker: Option<Arc<Reranker>>,
    /// Who changes sources now, as the audit trail calls them: [`Seat::for_sources`](crate::Seat::for_sources) says.
    pub(crate) keeper: String,
    seen: Option<String>,
}

/// How long a reader waits for another process to finish the last step of a commit.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

impl Desk {
    /// Opens the data folder, making it where there is none. The first opening loads the starter digests; an
    /// index that lags behind the library (a killed `add`) is brought up to it.
    pub fn open(folder: &Path) -> Result<Self, DeskError> {
        let mut desk = Self::made(folder, || Articles::open(folder))?;
        desk.load_starter()?;
        desk.agree()?;
        Ok(desk)
    }

    /// Another desk on the same data folder, for another thread, with the same local model and no drafter. What both write goes
    /// through one writer, which makes one commit of what comes together.
    pub fn another(&self) -> Result<Self, DeskError> {
        let mut desk = Self::made(&self.folder, || self.articles.another())?;
        desk.reranker = self.reranker.clone();
        desk.agree()?;
        Ok(desk)
    }

    fn made(folder: &Path, articles: impl FnOnce() -> Result<Articles, LibraryError>) -> Result<Self, DeskError> {
        let opening = OpenLock::take(folder)?;
        let library = Library::open(folder)?;
        let articles = articles()?;
        let index = TantivyIndex::open(&folder.join("index"))?;
        drop(opening);
        Ok(Self {
            folder: folder.to_owned(),
            library,
            articles,
            index,
            analyzer: Analyzer::default(),
            relevance: Relevance::default(),
            ranker: None,
            drafter: None,
            reranker: None,
            keeper: Actor::Operator.label(),
            seen: None,
        })
    }

    /// Answers through a drafter from now on. When it fails, the extractive article is the answer and says so.
    pub fn with_drafter(mut self, drafter: Box<dyn Drafter + Send + Sync>) -> Self {
        self.drafter = Some(drafter);
        self
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Watches for whatever is committed to this data folder, by this process or another.
    pub fn watch(&self) -> Result<Watch, DeskError> {
        Ok(Watch::open(&self.folder)?)
    }

    /// Counts readings of articles that somebody was shown again without being read from here again.
    pub fn reads(&self) -> Reads {
        self.articles.reads()
    }

    /// Writes the readings that were counted until now, as a server does that stops.
    pub fn write_reads(&self) -> Result<(), DeskError> {
        Ok(self.articles.write_reads()?)
    }

    /// Writes in the audit trail what was done to the sources. A process killed between their commit and this one leaves no entry.
    pub(crate) fn tell(&self, action: &'static str, detail: serde_json::Value) -> Result<(), DeskError> {
        let deed = Deed { actor: self.keeper.clone(), action, subject: "library".to_owned(), detail };
        self.articles.record(deed)?;
        Ok(())
    }

    /// Takes the right to change sources, or says who has it.
    pub(crate) fn lock(&self) -> Result<WriterLock, DeskError> {
        Ok(WriterLock::take(&self.folder)?)
    }

    /// Waits until index and library say the same, helping where nobody else does.
    pub(crate) fn agree(&mut self) -> Result<Snapshot, DeskError> {
        let started = Instant::now();
        loop {
            if let Some(snapshot) = self.agreed()? {
                return Ok(snapshot);
            }
            match self.lock() {
                Ok(lock) => return self.agree_locked(&lock),
                Err(DeskError::Library(LibraryError::Busy { .. })) if started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The snapshot, when the index reflects it.
    fn agreed(&mut self) -> Result<Option<Snapshot>, DeskError> {
        let snapshot = self.library.snapshot()?;
        let mark = mark(&snapshot);
        // What was loaded stays as it was, whatever others do to the folder: it need not be looked at again.
        if self.seen.as_ref() == Some(&mark) {
            return Ok(Some(snapshot));
        }
        if self.index.reflects()?.as_ref() != Some(&mark) {
            return Ok(None);
        }
        self.index.reload()?;
        self.seen = Some(mark);
        Ok(Some(snapshot))
    }

    /// The same for a writer, who need not wait for anyone.
    pub(crate) fn agree_locked(&mut self, lock: &WriterLock) -> Result<Snapshot, DeskError> {
        loop {
            if let Some(snapshot) = self.agreed()? {
                return Ok(snapshot);
            }
            self.catch_up(lock)?;
        }
    }

    /// Brings the index up to the library from wherever it is; from nothing when its mark is unknown.
    fn catch_up(&mut self, _lock: &WriterLock) -> Result<(), DeskError> {
        let reflected = self.index.reflects()?;
        let from = reflected.as_deref().and_then(seq_of);
        let snapshot = self.library.snapshot()?;
        let mut batch = self.index.batch()?;
        let changed = match from.filter(|seq| *seq <= snapshot.seq) {
            Some(seq) => self.library.changes_since(seq)?.into_iter().map(|c| c.source).collect(),
            None => {
                batch.clear()?;
                self.library.ids()?
            }
        };
        for id in &changed {
            batch.remove(id)?;
            if let Some(held) = self.library.source(id, false)? {
                batch.add(&held.source, &held.collection, held.standing)?;
            }
        }
        batch.commit(|| Ok::<_, DeskError>((mark(&snapshot), ())))?;
        Ok(())
    }

    /// Builds the index anew from the library. Nothing but time is lost when it is stopped.
    pub fn reindex(&mut self) -> Result<u64, DeskError> {
        let lock = self.lock()?;
        let index = self.folder.join("index");
        let disk = |error| LibraryError::Disk { path: index.clone(), error };
        // At once, and then file by file: one that is half deleted must not be taken for an index.
        let old = self.folder.join("index-old");
        if old.exists() {
            std::fs::remove_dir_all(&old).map_err(disk)?;
        }
        if index.exists() {
            std::fs::rename(&index, &old).map_err(disk)?;
            std::fs::remove_dir_all(&old).map_err(disk)?;
        }
        steps::reach("index-deleted");
        self.index = TantivyIndex::open(&index)?;
        steps::reach("index-empty");
        self.seen = None;
        self.catch_up(&lock)?;
        drop(lock);
        self.agree()?;
        Ok(self.index.passages())
    }
}

/// What the index remembers of the library it reflects.
pub(crate) fn mark(snapshot: &Snapshot) -> String {
    format!("{} {}", snapshot.seq, snapshot.id)
}

fn seq_of(mark: &str) -> Option<u64> {
    mark.split_once(' ')?.0.parse().ok()
}
