//! A data folder that is made whole or not at all: everything is written beside it and takes its name at the end.

use crate::LibraryError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What may lie in a folder that a process left which was killed, and nothing else: then it is taken for one of ours.
const OURS: &[&str] = &[
    "articles.sqlite",
    "articles.sqlite-journal",
    "articles.sqlite-shm",
    "articles.sqlite-wal",
    "curbside.toml",
    "open.lock",
    "sources.sqlite",
    "sources.sqlite-journal",
    "sources.sqlite-shm",
    "sources.sqlite-wal",
];

/// The folder while it is written.
pub(crate) struct Staging {
    target: PathBuf,
    folder: PathBuf,
    kept: bool,
}

impl Staging {
    /// Begins. The target must not be there, or be an empty folder.
    pub(crate) fn begin(target: &Path) -> Result<Self, LibraryError> {
        let not_empty = || LibraryError::NotEmpty { folder: target.to_owned() };
        match fs::read_dir(target).map(Iterator::count) {
            Ok(0) => {}
            Ok(_) => return Err(not_empty()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) if target.exists() => return Err(not_empty()),
            Err(error) => return Err(disk(target)(error)),
        }
        let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.is_empty() {
            return Err(not_empty());
        }
        let folder = target.with_file_name(format!("{name}.unfinished"));
        clear(&folder)?;
        fs::create_dir_all(&folder).map_err(disk(&folder))?;
        Ok(Self { target: target.to_owned(), folder, kept: false })
    }

    /// Where to write.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes it the target, once everything in it is on disk.
    pub(crate) fn finish(mut self) -> Result<(), LibraryError> {
        for entry in fs::read_dir(&self.folder).map_err(disk(&self.folder))?.flatten() {
            sync(&entry.path())?;
        }
        sync(&self.folder)?;
        if self.target.exists() {
            // Empty, as it was in the beginning; else the system says that it is not.
            fs::remove_dir(&self.target).map_err(disk(&self.target))?;
        }
        steps::reach("folder-staged");
        fs::rename(&self.folder, &self.target).map_err(disk(&self.target))?;
        self.kept = true;
        match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
            _ => Ok(()),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.kept {
            let _ = clear(&self.folder); // the next one clears what stays
        }
    }
}

/// Removes what an unfinished one left.
fn clear(folder: &Path) -> Result<(), LibraryError> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    if names.iter().any(|name| !OURS.contains(&name.as_str())) {
        return Err(LibraryError::NotEmpty { folder: folder.to_owned() });
    }
    fs::remove_dir_all(folder).map_err(disk(folder))
}

/// Waits until a file or the names in a folder are on disk.
pub(crate) fn sync(path: &Path) -> Result<(), LibraryError> {
    File::open(path).and_then(|f| f.sync_all()).map_err(disk(path))
}

pub(crate) fn disk(path: &Path) -> impl Fn(io::Error) -> LibraryError {
    let path = path.to_owned();
    move |error| LibraryError::Disk { path: path.clone(), error }
}
