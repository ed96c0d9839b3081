//! What is kept: sources with their text and standing, the snapshot they make, and articles.
//!
//! SQLite in two files, so that a long `add` never keeps anyone from storing an answer: `sources.sqlite` and
//! `articles.sqlite`. This crate must not know HTTP or ranking.

mod archive;
mod articles;
mod audit;
mod backup;
mod batch;
mod documents;
mod error;
mod lock;
mod people;
mod reports;
mod review;
mod schema;
mod sign_in;
mod sources;
mod staging;
mod verify;
mod watch;
mod works;
mod writer;

pub use archive::{ArchiveManifest, ArchiveMember, export, import};
pub use articles::{
    Articles, Erased, Erasure, Found, Identity, KeptArticle, KeptSummary, Origin, Reads, Version, Visibility,
    same_statements,
};
pub use audit::{Deed, Entry, Filter, GENESIS, Pruned};
pub use backup::{BackupFile, BackupManifest, Told, backup, restore, verify_backup};
pub use batch::{Batch, Document, Kept, Put};
pub use error::LibraryError;
pub use lock::{OpenLock, WriterLock};
pub use people::{Details, NewPerson, Person};
pub use reports::{Correction, End, Ended, NewReport, Report};
pub use review::{
    BoardCites, EventHash, Published, Queued, Reviewed, VersionKey, reopen, review_event_hashes, statement_keys,
};
pub use sign_in::{Failures, Link, LinkKind, Session, Token};
pub(crate) use sources::Fingerprint;
pub use sources::{Change, Collection, Counts, Held, Library, Listed, Snapshot, fingerprint};
pub use verify::{Fault, Verification};
pub use watch::{Commits, Watch};
pub use works::{Made, Part};
