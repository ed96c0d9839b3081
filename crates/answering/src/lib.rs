//! From evidence to an article: plan, select, compose, verify; abstain when the evidence does not answer.
//!
//! Pure: no clock, network or disk. The same question, evidence and version give the same bytes.

mod article;
mod aspect;
mod assume;
mod bibliography;
mod compose;
mod differ;
mod difference;
mod effect;
mod enrolled;
mod excerpt;
mod follow;
mod frame;
mod length;
mod literature;
mod markdown;
mod merge;
mod plan;
mod reader;
mod references;
mod related;
mod relevance;
mod reply;
mod select;
mod similar;
mod tie;
mod title;
mod topic;
mod unheld;
mod unspoken;
pub mod verify;
mod words;

pub use article::{
    Answer, Article, Basis, Body, Citation, CitedReference, Drafted, Dropped, Group, Line, ModelUse, Nearest,
    NotApplying, Outcome, Provenance, Reference, Section, StudiedIn, Support, Verified, YesNo,
};
pub use bibliography::{Format, bibliography};
pub use compose::{DraftError, Drafter, Extractive};
pub use difference::{Changed, ChangedReference, Difference, difference};
pub use excerpt::{Excerpt, Length, excerpts};
pub use follow::{FactChange, FollowUp, Follows, How, StatementChange, Turn, compare, follow_up};
pub use literature::StudySentence;
pub use markdown::{BANNER, BEHIND, MISSING_SHOWN, NOT_APPLYING_SHOWN, disclaimer, markdown, readability_words};
pub use plan::{Asked, Found, Layout, Likely, Plan, Shelf, Work, plan};
pub use reader::{Grades, Guide, LeftOut, PlainFault, Term, grades, plain_faults, worded};
pub use select::{Chosen, Ruled};
pub use verify::verdict::{self, Judge, Reply, Ruling};
pub use verify::{Finding, Reason, Verdict, verify};
pub use words::missing_label;
