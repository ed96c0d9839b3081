//! The rules of the board: who may do what, and how an article comes to be approved.
//!
//! Pure: no clock, network or disk, and nothing of how articles are composed or kept. `library` keeps what is decided here,
//! `desk` asks here before it does anything.

mod actor;
mod denied;
mod event;
mod known;
mod policy;
mod review;
mod stage;
mod statement;
mod table;

pub use actor::{Actor, Member, PersonId, Role, Scope};
pub use denied::Denied;
pub use event::{Checked, Decision, Event, Mark, Reason, Record, Signature};
pub use known::{Approval, Ended, Known, Proposal};
pub use policy::{Keeping, Policy, PolicyFault, Publication, ReReview, Rules};
pub use review::{Approved, ChangesRequested, Retired, Review, Submitted, UnderReview};
pub use stage::{Replay, Stage};
pub use statement::{BadStatement, StatementKey};
pub use table::{Action, Open, Openness, Own, Refused, Rule, TABLE, may, rule};
