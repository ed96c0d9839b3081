//! Reviews: what happened to each version that was put before the board, and what is published.
//!
//! Owns their tables. What may happen next is decided by `board`, from the events in the very transaction that adds the
//! next one; this file knows no rule of review. Who may do it is asked by `desk`.

mod cited;
mod events;
mod policy;
mod publication;
mod queue;
mod submit;

pub use cited::BoardCites;
pub(crate) use events::forget;
pub use events::{EventHash, Reviewed, VersionKey, reopen, review_event_hashes};
pub use publication::Published;
pub use queue::Queued;
pub use submit::statement_keys;
