//! Who acts: nobody known, the operator of the machine, or a person with roles.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A person of this installation: their number, which is never given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "person {}", self.0)
    }
}

/// What a person is here for. One person may have several; none includes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads and asks.
    Reader,
    /// Submits articles to the board and revises them.
    Author,
    /// Reviews articles and signs for them.
    Reviewer,
    /// Keeps the queue, publishes, retires, answers reports.
    Editor,
    /// Keeps people, policy and sources. Signs for nothing unless a reviewer too.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 5] = [Role::Reader, Role::Author, Role::Reviewer, Role::Editor, Role::Administrator];

    /// The word for it, as in configuration and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Author => "author",
            Role::Reviewer => "reviewer",
            Role::Editor => "editor",
            Role::Administrator => "administrator",
        }
    }

    /// The role of this word.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.word() == word)
    }
}

/// What an API token may be used for. A token never does more than its owner may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Read articles and sources.
    Read,
    /// Ask and follow up.
    Ask,
    /// Take part in review. Never signs: a signature needs a password.
    Review,
    /// Publish, retire, answer reports.
    Edit,
    /// Sources, people, policy, audit, backup.
    Administer,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 5] = [Scope::Read, Scope::Ask, Scope::Review, Scope::Edit, Scope::Administer];

    /// The word for it, as in configuration and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Ask => "ask",
            Scope::Review => "review",
            Scope::Edit => "edit",
            Scope::Administer => "administer",
        }
    }

    /// The scope of this word.
    pub fn from_word(word: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// What for.
    pub roles: BTreeSet<Role>,
    /// Signed in by an API token that may do only this.
    pub scopes: Option<BTreeSet<Scope>>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who did not say who they are.
    Anonymous,
    /// Who holds the data folder, at its command line. May set everything up, and takes no part in review: a review is
    /// by people with names.
    Operator,
    /// A person.
    Person(Member),
}

impl Actor {
    /// The person, where it is one.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Actor::Person(member) => Some(member.id),
            Actor::Anonymous | Actor::Operator => None,
        }
    }

    /// Whether this is a person with the role.
    pub fn has(&self, role: Role) -> bool {
        matches!(self, Actor::Person(member) if member.roles.contains(&role))
    }

    /// What the audit trail calls them: `anonymous`, `operator` or `person 3`.
    pub fn label(&self) -> String {
        match self {
            Actor::Anonymous => "anonymous".to_owned(),
            Actor::Operator => "operator".to_owned(),
            Actor::Person(member) => member.id.to_string(),
        }
    }
}
