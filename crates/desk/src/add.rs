//! Adding and removing sources. The whole of an `add` becomes visible at once: a killed one leaves the snapshot
//! before it or the one after it, and running it again completes it.

use crate::open::mark;
use crate::{Desk, DeskError};
use evidence::{SourceId, Standing};
use library::{Held, Put, Snapshot};
use reading::{Context, Event, Origin, Problem, Reading, Severity, Unit};
use serde::Serialize;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

/// How to add.
#[derive(Debug, Clone)]
pub struct AddOptions {
    /// The collection the sources go to.
    pub collection: String,
}

impl Default for AddOptions {
    fn default() -> Self {
        Self { collection: "default".to_owned() }
    }
}

/// What an `add` did.
#[derive(Debug, Clone, Serialize)]
pub struct AddReport {
    /// Sources that were not there before.
    pub added: u64,
    /// Sources of which other bytes were there.
    pub replaced: u64,
    /// Sources of which the same bytes were there.
    pub unchanged: u64,
    /// Documents that gave no source; each has a problem.
    pub unread: u64,
    /// Everything that was wrong, in the order of the files.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The library afterwards.
    pub snapshot: Snapshot,
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

struct Read {
    ord: u64,
    origin: Origin,
    bytes: String,
    reading: Reading,
}

impl Desk {
    /// Reads files, folders and archives into the library. Trouble with a document is listed and stops nothing.
    pub fn add(
        &mut self,
        paths: &[PathBuf],
        options: &AddOptions,
        mut progress: impl FnMut(Progress),
    ) -> Result<AddReport, DeskError> {
        let collection = collection(&options.collection)?;
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
            let (readings, to_keep) = mpsc::sync_channel::<Result<Read, (u64, Problem)>>(WAITING);
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
                        let reading = reading::read(&unit, &Context { collection });
                        if readings.send(Ok(Read { ord, origin: unit.origin, bytes, reading })).is_err() {
                            return;
                        }
                    }
                });
            }
            drop((to_read, readings));
            let mut kept = || -> Result<(), DeskError> {
                for read in &to_keep {
                    tally.take(read, collection, &mut batch, &mut index)?;
                    progress(Progress { bytes: done.load(Ordering::Relaxed), total, sources: tally.kept });
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
        Ok(tally.report(snapshot))
    }

    /// Forgets sources. Unknown ids are an error before anything is changed.
    pub fn remove(&mut self, ids: &[SourceId]) -> Result<Snapshot, DeskError> {
        let lock = self.lock()?;
        self.agree_locked(&lock)?;
        let mut index = self.index.batch()?;
        let mut batch = self.library.batch()?;
        for id in ids {
            if !batch.remove(id)? {
                return Err(DeskError::NoSource(id.to_string()));
            }
            index.remove(id);
        }
        let snapshot = index.commit(|| {
            let snapshot = batch.commit()?;
            Ok::<_, DeskError>((mark(&snapshot), snapshot))
        })?;
        self.agree_locked(&lock)?;
        Ok(snapshot)
    }
}

fn collection(name: &str) -> Result<&str, DeskError> {
    let fits =
        (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits { Ok(name) } else { Err(DeskError::BadCollection(name.to_owned())) }
}

fn same_work(origin: Origin, id: &SourceId) -> Problem {
    Problem {
        origin,
        place: None,
        severity: Severity::Warning,
        code: "same-work",
        message: format!("another document of this add is {id} too; the later dated, else the longer one is kept"),
    }
}

/// What has been done so far in one `add`.
#[derive(Default)]
struct Tally {
    added: u64,
    replaced: u64,
    unchanged: u64,
    unread: u64,
    kept: u64,
    problems: Vec<(u64, Problem)>,
    /// Sources of this `add`, with what decides between two documents of the same work.
    seen: HashMap<SourceId, Rank>,
}

/// Of two documents of one work in one `add` the later dated is kept, then the longer, then the greater hash:
/// never the one that happened to come first.
type Rank = (Option<evidence::PartialDate>, usize, String);

impl Tally {
    fn take(
        &mut self,
        read: Result<Read, (u64, Problem)>,
        collection: &str,
        batch: &mut library::Batch<'_>,
        index: &mut retrieval::IndexBatch,
    ) -> Result<(), DeskError> {
        let read = match read {
            Ok(read) => read,
            Err(problem) => {
                self.unread += 1;
                self.problems.push(problem);
                return Ok(());
            }
        };
        self.problems.extend(read.reading.problems.into_iter().map(|p| (read.ord, p)));
        let Some(source) = read.reading.source else {
            self.unread += 1;
            return Ok(());
        };
        let rank: Rank = (source.date, source.text.len(), read.bytes.clone());
        if let Some(before) = self.seen.get(&source.id) {
            if before.2 != rank.2 {
                self.problems.push((read.ord, same_work(read.origin, &source.id)));
            }
            if *before >= rank {
                self.unchanged += 1;
                return Ok(());
            }
        }
        self.seen.insert(source.id.clone(), rank);
        let held = Held { source, collection: collection.to_owned(), standing: Standing::Current, bytes: read.bytes };
        match batch.put(&held)? {
            Put::Unchanged => {
                self.unchanged += 1;
                return Ok(());
            }
            Put::Added => self.added += 1,
            Put::Replaced => self.replaced += 1,
        }
        self.kept += 1;
        index.remove(&held.source.id);
        index.add(&held.source, &held.collection, held.standing)?;
        Ok(())
    }

    fn report(mut self, snapshot: Snapshot) -> AddReport {
        self.problems.sort_by_key(|(ord, _)| *ord);
        AddReport {
            added: self.added,
            replaced: self.replaced,
            unchanged: self.unchanged,
            unread: self.unread,
            problems: self.problems.into_iter().map(|(_, p)| p).collect(),
            snapshot,
        }
    }
}
