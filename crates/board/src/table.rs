//! The one table that says for every action who may.

use crate::{Actor, Role, Scope};
use serde::{Deserialize, Serialize};

/// Something that somebody may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Read published articles and the sources held.
    Read,
    /// Read an article that is before the board, with its review.
    ReadSubmitted,
    /// Read an article that was not submitted.
    ReadPrivate,
    /// Ask a question, follow up, check a claim.
    Ask,
    /// Put an article before the board.
    Submit,
    /// Make a new version of a submitted article from what its review said.
    Revise,
    /// See the queue of the board.
    SeeQueue,
    /// Take an article for review.
    TakeReview,
    /// Mark a statement: accept, reject, comment, propose wording; state conflicts of interest.
    Mark,
    /// Sign: approve, or request changes.
    Sign,
    /// Let everyone who may read see an article.
    Publish,
    /// Take an article back for good.
    Retire,
    /// Put an approved article before the board again.
    Reopen,
    /// Make a general article from one that was made of a case.
    Generalise,
    /// Report a problem with a statement.
    Report,
    /// Answer and close reports of problems; write in the corrections log.
    AnswerReport,
    /// Erase an article, leaving a tombstone.
    Erase,
    /// Compose articles anew and say which changed.
    Refresh,
    /// Add and remove sources, read lists of retractions, rebuild the index.
    ManageSources,
    /// Add people, give roles, end sessions.
    ManagePeople,
    /// Change one's own name, credentials, password, tokens.
    ManageSelf,
    /// Change the policy of the board.
    SetPolicy,
    /// Examine the audit trail.
    ReadAudit,
    /// Write an archive or a backup of everything.
    Export,
    /// Read an archive into an empty installation.
    Import,
}

/// How far the installation is open, by its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Openness {
    /// Everyone who reaches it may read published articles, sources, and report problems.
    pub reading: bool,
    /// Everyone who reaches it may ask.
    pub asking: bool,
}

impl Default for Openness {
    fn default() -> Self {
        Self { reading: true, asking: true }
    }
}

/// Whether the thing acted upon belongs to who acts: an article to its asker, an account to its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// It does.
    Own,
    /// It belongs to another.
    Another,
    /// It belongs to nobody.
    Nobodys,
}

/// Who may do an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What.
    pub action: Action,
    /// Roles that may, whoever it belongs to.
    pub roles: &'static [Role],
    /// Roles that may where it is their own or nobody's.
    pub own: &'static [Role],
    /// Whether the operator may.
    pub operator: bool,
    /// Whether everyone may, by what setting; where no role may on anyone's, only on what is nobody's.
    pub open: Open,
    /// What a token needs to be used for it; nothing: no token may.
    pub scope: Option<Scope>,
}

/// What lets those who did not sign in do an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Nothing.
    Never,
    /// [`Openness::reading`].
    Reading,
    /// [`Openness::asking`].
    Asking,
}

use Role::{Administrator as A, Author as W, Editor as E, Reader as R, Reviewer as V};

const ALL: &[Role] = &Role::ALL;
const STAFF: &[Role] = &[W, V, E, A];

/// A row: action, roles, roles on their own, operator, openness, scope.
const fn row(
    action: Action,
    roles: &'static [Role],
    own: &'static [Role],
    operator: bool,
    open: Open,
    scope: Option<Scope>,
) -> Rule {
    Rule { action, roles, own, operator, open, scope }
}

/// The table.
#[rustfmt::skip]
pub const TABLE: &[Rule] = &[
    //                             anyone's    own or nobody's  operator  open           token
    row(Action::Read,              ALL,        &[],             true,     Open::Reading, Some(Scope::Read)),
    row(Action::ReadSubmitted,     STAFF,      &[R],            true,     Open::Never,   Some(Scope::Read)),
    row(Action::ReadPrivate,       &[],        ALL,             true,     Open::Asking,  Some(Scope::Read)),
    row(Action::Ask,               ALL,        &[],             true,     Open::Asking,  Some(Scope::Ask)),
    row(Action::Submit,            &[E],       &[W],            false,    Open::Never,   Some(Scope::Review)),
    row(Action::Revise,            &[E],       &[W],            false,    Open::Never,   Some(Scope::Review)),
    row(Action::SeeQueue,          STAFF,      &[],             true,     Open::Never,   Some(Scope::Review)),
    row(Action::TakeReview,        &[V],       &[],             false,    Open::Never,   Some(Scope::Review)),
    row(Action::Mark,              &[V],       &[],             false,    Open::Never,   Some(Scope::Review)),
    row(Action::Sign,              &[V],       &[],             false,    Open::Never,   None),
    row(Action::Publish,           &[E],       &[],             false,    Open::Never,   Some(Scope::Edit)),
    row(Action::Retire,            &[E],       &[],             false,    Open::Never,   Some(Scope::Edit)),
    row(Action::Reopen,            &[E],       &[],             false,    Open::Never,   Some(Scope::Edit)),
    row(Action::Generalise,        &[E],       &[],             false,    Open::Never,   Some(Scope::Edit)),
    row(Action::Report,            ALL,        &[],             false,    Open::Reading, Some(Scope::Read)),
    row(Action::AnswerReport,      &[E],       &[],             false,    Open::Never,   Some(Scope::Edit)),
    row(Action::Erase,             &[A],       ALL,             true,     Open::Never,   Some(Scope::Administer)),
    row(Action::Refresh,           &[E, A],    &[],             true,     Open::Never,   Some(Scope::Edit)),
    row(Action::ManageSources,     &[A],       &[],             true,     Open::Never,   Some(Scope::Administer)),
    row(Action::ManagePeople,      &[A],       &[],             true,     Open::Never,   Some(Scope::Administer)),
    row(Action::ManageSelf,        &[],        ALL,             false,    Open::Never,   None),
    row(Action::SetPolicy,         &[A],       &[],             true,     Open::Never,   Some(Scope::Administer)),
    row(Action::ReadAudit,         &[E, A],    &[],             true,     Open::Never,   Some(Scope::Administer)),
    row(Action::Export,            &[A],       &[],             true,     Open::Never,   Some(Scope::Administer)),
    row(Action::Import,            &[],        &[],             true,     Open::Never,   None),
];

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// They did not say who they are, and must.
    #[error("sign in first")]
    SignIn,
    /// None of their roles may.
    #[error("none of your roles may do this")]
    Role,
    /// It is somebody else's.
    #[error("this belongs to somebody else")]
    NotYours,
    /// The token they came with is not for this.
    #[error("this API token is not for this")]
    Scope,
    /// The operator takes no part in review.
    #[error("this takes a person who is signed in")]
    Operator,
}

/// The row of an action.
pub fn rule(action: Action) -> &'static Rule {
    // Every action has a row: a test walks them.
    TABLE.iter().find(|r| r.action == action).unwrap_or(&TABLE[0])
}

/// Whether an actor may do an action on something that is or is not their own.
pub fn may(actor: &Actor, action: Action, own: Own, openness: Openness) -> Result<(), Refused> {
    let rule = rule(action);
    let open = match rule.open {
        Open::Never => false,
        Open::Reading => openness.reading,
        Open::Asking => openness.asking,
    };
    let open = open && (!rule.roles.is_empty() || own == Own::Nobodys);
    let member = match actor {
        Actor::Operator if rule.operator => return Ok(()),
        Actor::Operator => return Err(Refused::Operator),
        Actor::Anonymous if open => return Ok(()),
        Actor::Anonymous => return Err(Refused::SignIn),
        Actor::Person(member) => member,
    };
    if let Some(scopes) = &member.scopes
        && !rule.scope.is_some_and(|s| scopes.contains(&s))
    {
        return Err(Refused::Scope);
    }
    let any = |roles: &[Role]| roles.iter().any(|r| member.roles.contains(r));
    match own {
        _ if open || any(rule.roles) => Ok(()),
        Own::Own | Own::Nobodys if any(rule.own) => Ok(()),
        Own::Another if any(rule.own) => Err(Refused::NotYours),
        _ => Err(Refused::Role),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Member, PersonId};

    #[test]
    fn every_action_has_one_row() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(TABLE.iter().all(|row| seen.insert(row.action)));
        assert!(TABLE.iter().all(|row| rule(row.action) == row));
    }

    #[test]
    fn an_article_of_nobody_is_read_by_who_has_its_name_and_one_of_somebody_by_its_asker() {
        let open = Openness::default();
        let reader = |id| Actor::Person(Member { id: PersonId(id), roles: [Role::Reader].into(), scopes: None });
        assert_eq!(may(&Actor::Anonymous, Action::ReadPrivate, Own::Nobodys, open), Ok(()));
        assert_eq!(may(&Actor::Anonymous, Action::ReadPrivate, Own::Another, open), Err(Refused::SignIn));
        assert_eq!(may(&reader(1), Action::ReadPrivate, Own::Another, open), Err(Refused::NotYours));
        let closed = Openness { reading: false, asking: false };
        assert_eq!(may(&Actor::Anonymous, Action::ReadPrivate, Own::Nobodys, closed), Err(Refused::SignIn));
    }
}
