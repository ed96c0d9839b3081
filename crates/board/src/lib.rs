//! The rules of the board: who may do what, and how an article comes to be approved.
//!
//! Pure: no clock, network or disk, and nothing of how articles are composed or kept. `library` keeps what is decided here,
//! `desk` asks here before it does anything.

mod actor;
mod table;

pub use actor::{Actor, Member, PersonId, Role, Scope};
pub use table::{Action, Open, Openness, Own, Refused, Rule, TABLE, may, rule};
