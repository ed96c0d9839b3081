//! Lists of retractions: what they say about works, held here or not.

use crate::add::follow;
use crate::open::mark;
use crate::{Desk, DeskError, Progress, Refreshed};
use evidence::{NoticeKind, SourceId};
use library::{LibraryError, Snapshot};
use reading::retractions::{self, Row};
use reading::{Origin, Problem};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// What reading a list of retractions did.
#[derive(Debug, Clone, Serialize)]
pub struct StandingReport {
    /// Notices it holds, by kind.
    pub notices: BTreeMap<&'static str, u64>,
    /// Sources whose standing changed by it.
    pub changed: Vec<SourceId>,
    /// Rows that could not be used.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The library afterwards.
    pub snapshot: Snapshot,
    /// Articles of the board that rest on what changed.
    pub to_look_at: Vec<Refreshed>,
}

impl Desk {
    /// Reads a list of retractions, plain or gzipped, under a name. It replaces what a list of that name said before:
    /// a notice that is no longer listed no longer counts. A list that breaks off, or of which no row can be used, changes
    /// nothing.
    pub fn standing(
        &mut self,
        path: &Path,
        list: &str,
        mut progress: impl FnMut(Progress),
    ) -> Result<StandingReport, DeskError> {
        let list = crate::add::collection(list)?;
        let disk = |error: io::Error| LibraryError::Disk { path: path.to_owned(), error };
        let total = std::fs::metadata(path).map_err(disk)?.len();
        let file = BufReader::new(File::open(path).map_err(disk)?);
        let lock = self.lock()?;
        self.agree_locked(&lock)?;
        let mut index = self.index.batch()?;
        let mut batch = self.library.batch()?;
        batch.open_list(list)?;
        let mut notices: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut problems = Vec::new();
        let mut outcome = Ok(());
        let mut rows = 0;
        let read = std::cell::Cell::new(0);
        let file = Counted { inner: file, read: &read };
        retractions::read(&Origin::file(path), unpacked(file).map_err(disk)?, &mut |row| {
            rows += 1;
            progress(Progress { bytes: read.get(), total, sources: rows });
            match row {
                Row::Notice(notice) => match batch.list_notice(list, &notice) {
                    Ok(()) => *notices.entry(notice.kind.word()).or_default() += 1,
                    Err(error) => {
                        outcome = Err(error);
                        return ControlFlow::Break(());
                    }
                },
                Row::Problem(problem) => problems.push(problem),
            }
            ControlFlow::Continue(())
        });
        outcome?;
        // A list that breaks off would take back what its missing rows said.
        let broke_off = problems.iter().any(|p| ["truncated", "corrupt", "io"].contains(&p.code));
        if notices.is_empty() || broke_off {
            notices.clear();
            drop(batch);
            drop(index);
            let snapshot = self.library.snapshot()?;
            return Ok(StandingReport { notices, changed: Vec::new(), problems, snapshot, to_look_at: Vec::new() });
        }
        let changed = batch.close_list(list)?;
        steps::reach("list-closed");
        follow(&mut index, &batch, &changed)?;
        let snapshot = index.commit(|| {
            let snapshot = batch.commit()?;
            Ok::<_, DeskError>((mark(&snapshot), snapshot))
        })?;
        self.agree_locked(&lock)?;
        let detail = json!({ "list": list, "notices": notices, "changed": changed.len(), "snapshot": snapshot.id });
        self.tell("read-notices", detail)?;
        let to_look_at = self.reopen_fallen()?;
        Ok(StandingReport { notices, changed, problems, snapshot, to_look_at })
    }
}

impl StandingReport {
    /// Kinds with their numbers, in the order of [`NoticeKind::ALL`].
    pub fn by_kind(&self) -> impl Iterator<Item = (&'static str, u64)> {
        NoticeKind::ALL.iter().filter_map(|k| self.notices.get(k.word()).map(|n| (k.word(), *n)))
    }
}

/// The text of a file that may be gzipped.
fn unpacked<'a>(mut file: Counted<'a, BufReader<File>>) -> io::Result<Box<dyn Read + 'a>> {
    let gzipped = file.inner.fill_buf()?.starts_with(&[0x1F, 0x8B]);
    Ok(if gzipped { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// Counts what is read from disk.
struct Counted<'a, R> {
    inner: R,
    read: &'a std::cell::Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.set(self.read.get() + n as u64);
        Ok(n)
    }
}
