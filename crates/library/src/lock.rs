//! One writer at a time: an advisory lock on a file in the data folder, dropped by the system when its holder
//! ends, however it ends.

use crate::LibraryError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The right to change sources and index. Held as long as the value lives.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock or says who has it. Never waits.
    pub fn take(folder: &Path) -> Result<Self, LibraryError> {
        let path = folder.join("writer.lock");
        let disk = |error| LibraryError::Disk { path: path.clone(), error };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(disk)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder); // best effort: only for the message
                let holder = if holder.is_empty() { "process unknown".to_owned() } else { holder };
                return Err(LibraryError::Busy { folder: folder.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(disk(error)),
        }
        file.set_len(0).map_err(disk)?;
        file.seek(SeekFrom::Start(0)).map_err(disk)?;
        write!(file, "process {}", std::process::id()).map_err(disk)?;
        Ok(Self { _file: file })
    }
}

/// Held for the moments in which a data folder is opened: making the files and bringing them up to this version
/// must not happen twice at once.
#[derive(Debug)]
pub struct OpenLock {
    _file: File,
}

impl OpenLock {
    /// Takes the lock, waiting for others who are opening the same folder; that takes them milliseconds.
    pub fn take(folder: &Path) -> Result<Self, LibraryError> {
        let path = folder.join("open.lock");
        let disk = |error| LibraryError::Disk { path: path.clone(), error };
        std::fs::create_dir_all(folder).map_err(disk)?;
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(disk)?;
        file.lock().map_err(disk)?;
        Ok(Self { _file: file })
    }
}
