//! The files under a list of paths, in a fixed order.

use crate::problem::{Origin, Problem};
use std::collections::HashSet;
use std::fs::{self, Metadata};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What tells one state of a file from another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Device and number, where files have them.
    identity: Option<(u64, u64)>,
}

impl Stamp {
    pub(super) fn of(data: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = Some((data.dev(), data.ino()));
        #[cfg(not(unix))]
        let identity = None;
        Self { length: data.len(), modified: data.modified().ok(), identity }
    }

    /// The stamp of what is at a path now.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().as_ref().map(Self::of)
    }
}

/// What the listing comes upon.
pub(super) enum Found {
    File {
        path: PathBuf,
        /// Its size on disk.
        bytes: u64,
    },
    Problem(Problem),
}

/// An iterator over the files; folders are listed when their turn comes, so that it holds one listing a level.
pub(super) struct Files {
    /// What is still to come, last first.
    stack: Vec<PathBuf>,
    /// Folders that were entered, by their true path: no link leads into one twice.
    seen: HashSet<PathBuf>,
    given: usize,
}

impl Files {
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        Self { stack: paths.iter().rev().cloned().collect(), seen: HashSet::new(), given: paths.len() }
    }

    /// Enters a folder; the problem if it is not to be entered.
    fn folder(&mut self, path: &Path, was_given: bool) -> Option<Problem> {
        let origin = Origin::file(path);
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden && !was_given {
            let message = "this folder is hidden and was left out; name it to have it read";
            return Some(Problem::warning(&origin, "not-evidence", message));
        }
        match self.list(path) {
            Ok(true) => None,
            Ok(false) => {
                let message = "this leads to a folder that was read already and was left out";
                Some(Problem::warning(&origin, "repeated-folder", message))
            }
            Err(error) => {
                let message = format!("this folder could not be read: {error}; check its permissions");
                Some(Problem::error(&origin, "io", message))
            }
        }
    }

    /// Puts a folder's entries on the stack; `false` if it was entered before.
    fn list(&mut self, path: &Path) -> std::io::Result<bool> {
        if !self.seen.insert(fs::canonicalize(path)?) {
            return Ok(false);
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            entries.push(entry?.path());
        }
        entries.sort_unstable_by(|a, b| b.cmp(a));
        self.stack.append(&mut entries);
        Ok(true)
    }
}

impl Iterator for Files {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let was_given = self.stack.len() <= self.given;
            let path = self.stack.pop()?;
            self.given = self.given.min(self.stack.len());
            match fs::metadata(&path) {
                Ok(data) if data.is_dir() => {
                    if let Some(problem) = self.folder(&path, was_given) {
                        return Some(Found::Problem(problem));
                    }
                }
                Ok(data) if data.is_file() => return Some(Found::File { path, bytes: data.len() }),
                Ok(_) => {
                    let message = "this is neither a file nor a folder and was left out";
                    return Some(Found::Problem(Problem::warning(&Origin::file(path), "not-evidence", message)));
                }
                Err(error) => {
                    let message = format!("this could not be read: {error}; check the path and its permissions");
                    return Some(Found::Problem(Problem::error(&Origin::file(path), "io", message)));
                }
            }
        }
    }
}
