//! Whether all is well, and what may leave the machine.

use crate::{Desk, DeskError, Seat};
use board::{Action, Own};
use library::{Counts, Snapshot};
use serde::Serialize;
use std::path::PathBuf;

/// The state of an installation.
#[derive(Debug, Clone, Serialize)]
pub struct Health {
    /// Version of Curbside.
    pub version: &'static str,
    /// The data folder.
    pub folder: PathBuf,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// The library's state.
    pub snapshot: Snapshot,
    /// What it holds.
    pub counts: Counts,
    /// Passages in the index.
    pub passages: u64,
    /// Articles kept.
    pub articles: u64,
    /// Whether the index reflects the library.
    pub index_current: bool,
    /// The local model that searches let read their first documents, where there is one.
    pub rerank_model: Option<RerankModel>,
    /// Everything that may leave the machine; empty: nothing does.
    pub leaving: Vec<Leaving>,
}

/// Something that may leave the machine, because somebody configured it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leaving {
    /// What, as `questions without patient identifiers`.
    pub what: String,
    /// Where to.
    pub to: String,
}

/// The local model of the quality tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RerankModel {
    /// What it is called.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its licence, as its folder says.
    pub licence: String,
    /// Where it is from, as its folder says.
    pub origin: String,
}

impl Seat<'_> {
    /// [`Desk::doctor`], for who keeps sources.
    pub fn doctor(&self, leaving: Vec<Leaving>) -> Result<Health, DeskError> {
        self.allow(Action::ManageSources, Own::Nobodys)?;
        self.desk.doctor(leaving)
    }
}

impl Desk {
    /// Whether the library can be read and the index reflects it. Cost: two small reads.
    pub fn is_ready(&self) -> Result<bool, DeskError> {
        let snapshot = self.library.snapshot()?;
        Ok(self.index.reflects()?.as_deref() == Some(crate::open::mark(&snapshot).as_str()))
    }

    /// Looks at everything. `leaving` is what the caller configured to leave the machine. Counts take one pass over the sources.
    pub fn doctor(&self, leaving: Vec<Leaving>) -> Result<Health, DeskError> {
        let snapshot = self.library.snapshot()?;
        let index_current = self.is_ready()?;
        Ok(Health {
            version: env!("CARGO_PKG_VERSION"),
            folder: self.folder.clone(),
            disk_bytes: size_of(&self.folder),
            counts: self.library.counts()?,
            passages: self.index.passages(),
            articles: self.articles.count()?,
            index_current,
            snapshot,
            rerank_model: self.reranker().map(|m| RerankModel {
                name: m.about().name.clone(),
                folder: m.folder().to_owned(),
                licence: m.about().licence.clone(),
                origin: m.about().origin.clone(),
            }),
            leaving,
        })
    }
}

/// Bytes of the files below a folder; what cannot be read counts nothing.
fn size_of(folder: &std::path::Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|e| match e.metadata() {
            Ok(m) if m.is_dir() => size_of(&e.path()),
            Ok(m) => m.len(),
            Err(_) => 0,
        })
        .sum()
}
