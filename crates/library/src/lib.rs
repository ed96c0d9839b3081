//! What is kept: sources with their text and standing, the snapshot they make, and articles.
//!
//! SQLite in two files, so that a long `add` never keeps anyone from storing an answer: `sources.sqlite` and
//! `articles.sqlite`. This crate must not know HTTP or ranking.

mod articles;
mod error;
mod lock;
mod schema;
mod sources;

pub use articles::{Articles, KeptArticle, KeptSummary};
pub use error::LibraryError;
pub use lock::{OpenLock, WriterLock};
pub use sources::{Batch, Change, Counts, Held, Library, Listed, Put, Snapshot, fingerprint};
