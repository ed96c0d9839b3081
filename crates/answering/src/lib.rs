//! From evidence to an article: plan, select, compose, verify; abstain when the evidence does not answer.
//!
//! Pure: no clock, network or disk. The same question, evidence and version give the same bytes.

mod article;
mod aspect;
mod assume;
mod compose;
mod follow;
mod literature;
mod markdown;
mod plan;
mod references;
mod related;
mod relevance;
mod select;
mod similar;
mod tie;
mod title;
mod topic;
pub mod verify;
mod words;

pub use article::{
    Article, Basis, Body, Citation, CitedReference, Drafted, Dropped, Group, Line, Nearest, NotApplying, Outcome,
    Provenance, Reference, Section, StudiedIn, Support, Verified,
};
pub use compose::{DraftError, Drafter, Extractive};
pub use follow::{FactChange, FollowUp, Follows, How, StatementChange, Turn, compare, follow_up};
pub use literature::StudySentence;
pub use markdown::{BANNER, DISCLAIMER, markdown};
pub use plan::{Asked, Found, Layout, Plan, Shelf, Work, plan};
pub use select::{Chosen, Ruled};
pub use verify::{Finding, Reason, Verdict, verify};
pub use words::missing_label;
