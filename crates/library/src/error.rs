//! What can go wrong with the library, who is at fault, and what happens next.

use std::path::PathBuf;

/// Why the library could not do what was asked. Nothing committed before is lost in any of these.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Another process is writing. Nobody's fault; wait for it.
    #[error("another curbside is writing to {folder} ({holder}); wait for it to finish, then run this again")]
    Busy {
        /// The data folder.
        folder: PathBuf,
        /// What the other process said about itself.
        holder: String,
    },
    /// The disk or its permissions: the operator's to mend.
    #[error("{path}: {error}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The database refused: a full disk, a foreign or damaged file. The operator's to mend.
    #[error("the database {path}: {error}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        error: rusqlite::Error,
    },
    /// The database was written by a newer Curbside. The operator's to mend: upgrade.
    #[error("the database {path} cannot be brought to this version: {error}; a newer curbside may have written it")]
    Version {
        /// The file.
        path: PathBuf,
        /// What the migration said.
        error: rusqlite_migration::Error,
    },
    /// A row is not what this version writes: our fault or a damaged disk.
    #[error("the library holds a row that cannot be read ({what}); run `curbside doctor`, or restore a backup")]
    Damaged {
        /// Which row.
        what: String,
    },
    /// The caller's mistake: nothing is written over.
    #[error("the folder {folder} holds something already")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// A backup or an archive that is not what was written once. Nothing was made of it.
    #[error("{path} cannot be used: {why}")]
    BadArchive {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The thread that writes is gone or dropped this piece of work: our fault. Nothing of it was kept.
    #[error("what was to be written to {path} was dropped; nothing of it was kept")]
    WriterStopped {
        /// The file.
        path: PathBuf,
    },
    /// Somebody changed it since the caller looked: nobody's fault. Look again, then decide.
    #[error("{what} was changed by somebody else meanwhile (it is at change {found}, not {expected})")]
    Changed {
        /// What, as `the review of article 3f9c21ab`.
        what: String,
        /// The change the caller had seen.
        expected: u64,
        /// The change it is at.
        found: u64,
    },
    /// The caller's mistake.
    #[error("somebody signs in as {name} already")]
    NameTaken {
        /// The name to sign in with.
        name: String,
    },
    /// The caller's mistake: nobody could let anybody in again.
    #[error("nobody would be left to administer")]
    LastAdministrator,
    /// The caller's: the rules of review do not allow it now.
    #[error(transparent)]
    Denied(#[from] board::Denied),
    /// The caller's: a new version would say what the last one says.
    #[error("nothing would change: the last version says the same")]
    NothingChanged,
}
