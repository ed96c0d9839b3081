//! The use cases: add, ask, search, show, remove, reindex, doctor. Command line, pages and APIs call this and nothing else.
//!
//! This crate must not know HTTP or terminals. It decides the order of things; how each is done is the business
//! of the crates below it.

mod add;
mod ask;
mod doctor;
mod error;
mod look;
mod open;
mod search;
mod starter;

pub use add::{AddOptions, AddReport, Progress};
pub use ask::{Answer, Question, read_case};
pub use doctor::{Health, Leaving};
pub use error::{DeskError, ErrorInfo};
pub use look::Shown;
pub use open::Desk;
pub use search::{Hit, SearchOptions};
pub use starter::STARTER_COLLECTION;

pub use answering::{self, Article, Body, Verified};
pub use clinical::{self, Case, Reader};
pub use evidence::{self, SourceId};
pub use library::{Counts, KeptArticle, KeptSummary, Listed, Snapshot};
pub use reading::{self, Problem};
