//! The policy of the board: shown to everyone, set by administrators.

use crate::{Desk, DeskError, Seat};
use board::{Action, Own, Policy};

impl Desk {
    /// The policy in force. Anyone may know it.
    pub fn policy(&self) -> Result<Policy, DeskError> {
        Ok(self.articles.policy()?)
    }
}

impl Seat<'_> {
    /// Puts a policy in force, read from TOML; what it does not speak of is as in the default. What was approved under another
    /// stays approved.
    pub fn set_policy(&mut self, toml: &str) -> Result<Policy, DeskError> {
        self.allow(Action::SetPolicy, Own::Another)?;
        let policy = Policy::parse(toml)?;
        self.desk.articles.set_policy(&policy, &self.actor.label())?;
        Ok(policy)
    }
}
