//! Adding and removing sources. The whole of an `add` becomes visible at once: a killed one leaves the snapshot
//! before it or the one after it, and running it again completes it.

use crate::open::mark;
use crate::tally::{Read, Tally};
use crate::{Desk, DeskError, Refreshed};
use evidence::SourceId;
use library::Snapshot;
use reading::pdf::Worker;
use reading::{Context, Event, Problem, Unit};
use serde::Serialize;
use serde_json::json;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

/// How to add.
#[derive(Debug, Clone)]
pub struct AddOptions {
    /// The collection the sources go to.
    pub collection: String,
    /// The child process that reads PDFs; without one each PDF is a problem.
    pub pdf: Option<Worker>,
}

impl Default for AddOptions {
    fn default() -> Self {
        Self { collection: "default".to_owned(), pdf: None }
    }
}

/// What an `add` did.
#[derive(Debug, Clone, Serialize)]
pub struct AddReport {
    /// Documents that were not there before.
    pub added: u64,
    /// Documents of which other bytes were there.
    pub replaced: u64,
    /// Documents of which the same bytes were there.
    pub unchanged: u64,
    /// Documents of which a later version is there, or which were deleted since.
    pub older: u64,
    /// Documents that became part of a source that other documents make too.
    pub joined: u64,
    /// Records that PubMed says to delete and that were there.
    pub withdrawn: u64,
    /// Documents that gave no source; each has a problem.
    pub unread: u64,
    /// Everything that was wrong, in the order of the files.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The library afterwards.
    pub snapshot: Snapshot,
    /// Articles of the board that rest on what changed.
    pub to_look_at: Vec<Refreshed>,
}

/// What a `remove` did.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveReport {
    /// The library afterwards.
    pub snapshot: Snapshot,
    /// Articles of the board that rest on what changed.
    pub to_look_at: Vec<Refreshed>,
}

/// How far an `add` is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes of the files given that were read, compressed as they lie on the disk.
    pub bytes: u64,
    /// All of them.
    pub total: u64,
    /// Sources so far.
    pub sources: u64,
}

/// Documents that may wait between the thread that unpacks and those that read.
const WAITING: usize = 16;

impl Desk {
    /// Reads files, folders and archives into the library. Trouble with a document is listed and stops nothing.
    pub fn add(
        &mut self,
        paths: &[PathBuf],
        options: &AddOptions,
        mut progress: impl FnMut(Progress),
    ) -> Result<AddReport, DeskError> {
        let (collection, pdf) = (collection(&options.collection)?, options.pdf.as_ref());
        let lock = self.lock()?;
        self.agree_locked(&lock)?;
        let total = reading::total_bytes(paths);
        let done = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let mut index = self.index.batch()?;
        let mut batch = self.library.batch()?;
        let mut tally = Tally::default();

        let outcome = std::thread::scope(|scope| {
            let (units, to_read) = mpsc::sync_channel::<(u64, Unit)>(WAITING);
            let (readings, to_keep) = mpsc::sync_channel::<Result<Box<Read>, (u64, Problem)>>(WAITING);
            let to_read = Arc::new(Mutex::new(to_read));
            let (done, stop) = (&done, &stop);
            let walker = readings.clone();
            scope.spawn(move || {
                let mut ord = 0;
                reading::walk(paths, &mut |event| {
                    ord += 1;
                    let sent = match event {
                        Event::Unit(unit) => units.send((ord, unit)).is_ok(),
                        Event::Problem(problem) => walker.send(Err((ord, problem))).is_ok(),
                        Event::Progress { bytes_done } => {
                            done.store(bytes_done, Ordering::Relaxed);
                            true
                        }
                    };
                    if sent && !stop.load(Ordering::Relaxed) {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                });
            });
            let readers = std::thread::available_parallelism().map_or(1, usize::from);
            for _ in 0..readers {
                let (to_read, readings) = (Arc::clone(&to_read), readings.clone());
                scope.spawn(move || {
                    loop {
                        let next = match to_read.lock() {
                            Ok(queue) => queue.recv(),
                            Err(_) => return,
                        };
                        let Ok((ord, unit)) = next else { return };
                        let bytes = library::fingerprint([unit.bytes.as_slice()]);
                        let reading = reading::read(&unit, &Context { collection, pdf });
                        let read = Read { ord, origin: unit.origin, format: unit.format, bytes, reading };
                        if readings.send(Ok(Box::new(read))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop((to_read, readings));
            let mut kept = || -> Result<(), DeskError> {
                for read in &to_keep {
                    tally.take(read, collection, &mut batch, &mut index)?;
                    progress(Progress { bytes: done.load(Ordering::Relaxed), total, sources: tally.kept() });
                }
                Ok(())
            };
            let result = kept();
            stop.store(true, Ordering::Relaxed);
            drop(to_keep); // lets the other threads end when this one stopped early
            result
        });
        outcome?;

        let snapshot = index.commit(|| {
            let snapshot = batch.commit()?;
            Ok::<_, DeskError>((mark(&snapshot), snapshot))
        })?;
        self.agree_locked(&lock)?;
        let report = tally.report(snapshot, self.reopen_fallen()?);
        if report.added + report.replaced + report.withdrawn > 0 {
            let AddReport { added, replaced, withdrawn, snapshot, .. } = &report;
            let detail =
                json!({ "added": added, "replaced": replaced, "withdrawn": withdrawn, "snapshot": snapshot.id });
            self.tell("add-sources", detail)?;
        }
        Ok(report)
    }

    /// Forgets sources. Unknown ids are an error before anything is changed.
    pub fn remove(&mut self, ids: &[SourceId]) -> Result<RemoveReport, DeskError> {
        let lock = self.lock()?;
        self.agree_locked(&lock)?;
        let mut index = self.index.batch()?;
        let mut batch = self.library.batch()?;
        for id in ids {
            let removed = batch.remove(id)?;
            steps::reach("source-removed");
            let Some(changed) = removed else { return Err(DeskError::NoSource(id.to_string())) };
            follow(&mut index, &batch, &changed)?;
        }
        let snapshot = index.commit(|| {
            let snapshot = batch.commit()?;
            Ok::<_, DeskError>((mark(&snapshot), snapshot))
        })?;
        self.agree_locked(&lock)?;
        self.tell("remove-sources", json!({ "sources": ids, "snapshot": snapshot.id }))?;
        Ok(RemoveReport { snapshot, to_look_at: self.reopen_fallen()? })
    }
}

/// Brings the index up to sources that changed in a batch.
pub(crate) fn follow(
    index: &mut retrieval::IndexBatch,
    batch: &library::Batch<'_>,
    changed: &[SourceId],
) -> Result<(), DeskError> {
    for id in changed {
        index.remove(id)?;
        if let Some(held) = batch.source(id)? {
            index.add(&held.source, &held.collection, held.standing)?;
        }
    }
    Ok(())
}

pub(crate) fn collection(name: &str) -> Result<&str, DeskError> {
    let fits =
        (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits { Ok(name) } else { Err(DeskError::BadCollection(name.to_owned())) }
}
