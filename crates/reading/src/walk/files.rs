//! The files under a list of paths, in a fixed order.

use crate::problem::{Origin, Problem};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

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

    fn folder(&mut self, path: &Path, was_given: bool) -> Result<(), Problem> {
        let origin = Origin::file(path);
        let io = |error: std::io::Error| Problem::error(&origin, "io", format!("this folder could not be read: {error}; check its permissions"));
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden && !was_given {
            return Err(Problem::warning(&origin, "not-evidence", "this folder is hidden and was left out; name it to have it read"));
        }
        if !self.seen.insert(fs::canonicalize(path).map_err(io)?) {
            return Err(Problem::warning(&origin, "repeated-folder", "this leads to a folder that was read already and was left out"));
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(io)? {
            entries.push(entry.map_err(io)?.path());
        }
        entries.sort_unstable_by(|a, b| b.cmp(a));
        self.stack.append(&mut entries);
        Ok(())
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
                    if let Err(problem) = self.folder(&path, was_given) {
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
