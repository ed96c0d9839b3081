//! What one `add` has done so far. Owns how a reading becomes a document of the library, and what is counted.

use crate::add::follow;
use crate::{AddReport, DeskError, Refreshed};
use evidence::{Part, SourceId};
use library::{Document, Put, Snapshot};
use reading::{Format, Origin, Problem, Reading, Severity};

/// One unit, read.
pub(crate) struct Read {
    /// Its place in the walk.
    pub(crate) ord: u64,
    pub(crate) origin: Origin,
    pub(crate) format: Format,
    pub(crate) bytes: String,
    pub(crate) reading: Reading,
}

/// Counts and problems.
#[derive(Default)]
pub(crate) struct Tally {
    added: u64,
    replaced: u64,
    unchanged: u64,
    older: u64,
    joined: u64,
    withdrawn: u64,
    unread: u64,
    problems: Vec<(u64, Problem)>,
}

impl Tally {
    /// Documents kept so far.
    pub(crate) fn kept(&self) -> u64 {
        self.added + self.replaced
    }

    pub(crate) fn take(
        &mut self,
        read: Result<Box<Read>, (u64, Problem)>,
        collection: &str,
        batch: &mut library::Batch<'_>,
        index: &mut retrieval::IndexBatch,
    ) -> Result<(), DeskError> {
        let read = match read {
            Ok(read) => *read,
            Err(problem) => {
                if problem.1.severity == Severity::Error {
                    self.unread += 1;
                }
                self.problems.push(problem);
                return Ok(());
            }
        };
        let Reading { source, notices, withdrawn, revised, problems } = read.reading;
        self.problems.extend(problems.into_iter().map(|p| (read.ord, p)));
        for pmid in &withdrawn {
            let changed = batch.withdraw(*pmid, read.ord)?;
            self.withdrawn += u64::from(!changed.is_empty());
            follow(index, batch, &changed)?;
        }
        let Some(source) = source else {
            self.unread += u64::from(withdrawn.is_empty());
            return Ok(());
        };
        let document = document(source, read.format, collection, &read.origin, read.bytes);
        let document = Document { revised, notices, place: read.ord, ..document };
        let kept = batch.put(&document)?;
        steps::reach("document-put");
        if kept.unsure {
            self.problems.push((read.ord, same_work(read.origin, &kept.source)));
        }
        match kept.put {
            Put::Unchanged => self.unchanged += 1,
            Put::Older => self.older += 1,
            Put::Added => self.added += 1,
            Put::Replaced => self.replaced += 1,
        }
        let own = &document.source.id;
        self.joined += u64::from(!kept.changed.is_empty() && (kept.source != *own || kept.changed.len() > 1));
        if let [only] = kept.changed.as_slice()
            && only == own
            && batch.alone(own)?
        {
            // The common case: what was read is what is held, and need not be read back.
            if let Some(standing) = batch.standing_of(own)? {
                // Deletions are kept in memory until the commit: a new source needs none.
                if !kept.fresh {
                    index.remove(own)?;
                }
                index.add(&document.source, collection, standing)?;
            }
            return Ok(());
        }
        follow(index, batch, &kept.changed)
    }

    pub(crate) fn report(mut self, snapshot: Snapshot, to_look_at: Vec<Refreshed>) -> AddReport {
        self.problems.sort_by_key(|(ord, _)| *ord);
        AddReport {
            added: self.added,
            replaced: self.replaced,
            unchanged: self.unchanged,
            older: self.older,
            joined: self.joined,
            withdrawn: self.withdrawn,
            unread: self.unread,
            problems: self.problems.into_iter().map(|(_, p)| p).collect(),
            snapshot,
            to_look_at,
        }
    }
}

/// A document of the library, without what its place in an `add` adds.
pub(crate) fn document(
    source: evidence::Source,
    format: Format,
    collection: &str,
    origin: &Origin,
    bytes: String,
) -> Document {
    // An abstract alone is less than any full text, whatever it came in.
    let full = source.passages.iter().any(|p| matches!(p.part, Part::Body | Part::Table));
    Document {
        source,
        format: format.word().to_owned(),
        richness: format.richness() + if full { 10 } else { 0 },
        authority: format.authority(),
        collection: collection.to_owned(),
        origin: origin.to_string(),
        bytes,
        revised: None,
        place: 0,
        notices: Vec::new(),
    }
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
