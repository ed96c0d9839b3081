//! Signing in: passwords, sessions, API tokens, one-time links. Everything here is for who has not shown yet who they are; what
//! signed-in people may do is in `people.rs`.
//!
//! Time comes as an argument, seconds since 1970, so that its rules can be tested.

use crate::{Desk, DeskError};
use board::{Actor, Member, PersonId, Role, Scope};
use identity::{About, Gate, Hashed, Kind, Secret, Tally};
use library::{Failures, Link, LinkKind, NewPerson, Person};
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds without use after which a session is over: NIST SP 800-63B-4, section 2.2.3, asks for an hour at most where
/// two factors are needed; it does no harm where one is.
pub const SESSION_IDLE: i64 = 60 * 60;
/// Seconds after which a session is over in any case; the same section asks for a day at most.
pub const SESSION_LONGEST: i64 = 12 * 60 * 60;
/// Seconds for which a link to the first administrator's account, or to a new password, is good.
const LINK_LASTS: i64 = 24 * 60 * 60;
/// Seconds for which an invitation is good.
const INVITATION_LASTS: i64 = 7 * 24 * 60 * 60;

/// Now, in seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
}

/// That a person gave their password just now. Only [`Desk::confirm_password`] makes one: a signature takes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Confirmed {
    person: PersonId,
    at: i64,
}

impl Confirmed {
    /// Who.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// When, seconds since 1970.
    pub fn at(&self) -> i64 {
        self.at
    }
}

/// What the first administrator says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAdministrator {
    /// What they will sign in with.
    pub username: String,
    /// Their name.
    pub name: String,
}

/// A person as who acts.
pub(crate) fn actor_of(person: &Person, scopes: Option<BTreeSet<Scope>>) -> Actor {
    Actor::Person(Member { id: person.id, roles: person.roles.clone(), scopes })
}

/// Under what the failures of an account are counted.
pub(crate) fn account(username: &str) -> String {
    identity::digest(username)
}

/// A link's kind and how long it is good, for this person.
pub(crate) fn link_for(person: &Person, now: i64) -> (LinkKind, i64) {
    if person.has_password {
        (LinkKind::Reset, now + LINK_LASTS)
    } else {
        (LinkKind::Invitation, now + INVITATION_LASTS)
    }
}

impl Desk {
    /// Who it is that gives this name and password, from this address where there is one. Cost: one Argon2id.
    pub fn authenticate(
        &self,
        username: &str,
        password: &str,
        address: Option<&str>,
        now: i64,
    ) -> Result<Person, DeskError> {
        // What is no name is counted and refused as one that nobody has.
        let username = identity::username(username).unwrap_or_else(|_| username.to_owned());
        let found = self.articles.person_named(&username)?;
        self.try_password(&username, found, password, address, now)
    }

    fn try_password(
        &self,
        username: &str,
        found: Option<Person>,
        password: &str,
        address: Option<&str>,
        now: i64,
    ) -> Result<Person, DeskError> {
        let account = account(username);
        let address = address.map(identity::digest);
        let rule = move |of_account: Failures, of_address: Failures| {
            let tally = |(failures, last_at): Failures| Tally { failures, last_at };
            let (gate, counted) = identity::address(tally(of_address), now);
            match (identity::account(tally(of_account), now), gate) {
                (Gate::Locked, _) | (_, Gate::Locked) => Err(DeskError::SignInLocked),
                (Gate::Wait(a), Gate::Wait(b)) => Err(DeskError::SignInWait { seconds: a.max(b) }),
                (Gate::Wait(seconds), _) | (_, Gate::Wait(seconds)) => Err(DeskError::SignInWait { seconds }),
                (Gate::Open, Gate::Open) => Ok((counted.failures, counted.last_at)),
            }
        };
        self.articles.attempt(account.clone(), found.is_some(), address.clone(), now, rule)??;
        let kept = found.as_ref().map(|p| self.articles.password(p.id)).transpose()?.flatten();
        let (right, rehashed) = match &kept {
            Some(kept) => identity::matches(password, &Hashed(kept.clone())),
            None => {
                identity::waste(password);
                (false, None)
            }
        };
        match found {
            Some(person) if right && person.disabled_at.is_none() => {
                self.articles.attempt_was_right(person.id, account, address, rehashed.map(|h| h.0))?;
                Ok(person)
            }
            Some(person) => {
                self.articles.attempt_was_wrong(person.id)?;
                Err(DeskError::SignInFailed)
            }
            None => Err(DeskError::SignInFailed),
        }
    }

    /// Asks a person for their password once more, as before a signature. Counts as an attempt to sign in.
    pub fn confirm_password(&self, person: PersonId, password: &str, now: i64) -> Result<Confirmed, DeskError> {
        let found = self.articles.person(person)?.ok_or_else(|| DeskError::NoPerson(person.to_string()))?;
        if !found.has_password {
            return Err(DeskError::NoPassword);
        }
        let username = found.username.clone();
        let person = self.try_password(&username, Some(found), password, None, now)?.id;
        Ok(Confirmed { person, at: now })
    }

    /// Signs in: who it is, and the secret of a new session.
    pub fn sign_in(
        &self,
        username: &str,
        password: &str,
        address: Option<&str>,
        now: i64,
    ) -> Result<(Actor, Secret), DeskError> {
        let person = self.authenticate(username, password, address, now)?;
        self.start_session(&person, now, "password")
    }

    pub(crate) fn start_session(
        &self,
        person: &Person,
        now: i64,
        way: &'static str,
    ) -> Result<(Actor, Secret), DeskError> {
        let secret = Secret::new(Kind::Session)?;
        self.articles.start_session(secret.digest(), person.id, now, way)?;
        Ok((actor_of(person, None), secret))
    }

    /// Ends the session of this secret, if there is one.
    pub fn sign_out(&self, secret: &str) -> Result<(), DeskError> {
        self.articles.end_session(identity::digest(secret))?;
        Ok(())
    }

    /// The person of a session that is not over.
    pub fn person_of_session(&self, secret: &str, now: i64) -> Result<Person, DeskError> {
        let (started, seen) = (now - SESSION_LONGEST, now - SESSION_IDLE);
        self.articles.session(&identity::digest(secret), now, started, seen)?.ok_or(DeskError::SessionOver)
    }

    /// The same as who acts.
    pub fn actor_of_session(&self, secret: &str, now: i64) -> Result<Actor, DeskError> {
        Ok(actor_of(&self.person_of_session(secret, now)?, None))
    }

    /// The owner of an API token that is good, held to what it is for.
    pub fn actor_of_token(&self, secret: &str, now: i64) -> Result<Actor, DeskError> {
        let found = self.articles.token(&identity::digest(secret), now)?;
        let (person, token) = found.ok_or(DeskError::BadToken)?;
        Ok(actor_of(&person, Some(token.scopes)))
    }

    /// Who acts, where somebody gave their name and password with the command itself.
    pub fn actor_of_password(&self, username: &str, password: &str, now: i64) -> Result<Actor, DeskError> {
        Ok(actor_of(&self.authenticate(username, password, None, now)?, None))
    }

    /// The secret of a one-time link to become the first administrator, where nobody administers yet; one made before is no
    /// longer good.
    pub fn first_administrator_link(&self, now: i64) -> Result<Option<Secret>, DeskError> {
        if self.articles.administered()? {
            return Ok(None);
        }
        let secret = Secret::new(Kind::Link)?;
        let (kind, ends_at) = (LinkKind::FirstAdministrator, now + LINK_LASTS);
        self.articles.add_link(secret.digest(), kind, None, ends_at, "system".to_owned())?;
        Ok(Some(secret))
    }

    /// What a one-time link is for, and for whom, while it is good.
    pub fn link(&self, secret: &str, now: i64) -> Result<Link, DeskError> {
        let link = self.articles.link(&identity::digest(secret), now)?.ok_or(DeskError::DeadLink)?;
        match link.kind {
            LinkKind::FirstAdministrator if self.articles.administered()? => Err(DeskError::DeadLink),
            _ => Ok(link),
        }
    }

    /// Uses up a one-time link with a password of the person's choice. The first administrator says who they are.
    pub fn claim(
        &self,
        secret: &str,
        first: Option<&FirstAdministrator>,
        password: &str,
        now: i64,
    ) -> Result<Person, DeskError> {
        let link = self.link(secret, now)?;
        let hash = identity::digest(secret);
        let id = match link.person {
            Some(person) => {
                identity::check(password, About { username: &person.username, name: &person.name })?;
                let hashed = identity::hash(password)?;
                self.articles.claim(hash, now, hashed.0, |p| account(&p.username))?
            }
            None => {
                let first = first.ok_or(DeskError::FirstNeedsName)?;
                let (username, name) = (identity::username(&first.username)?, identity::person_name(&first.name)?);
                identity::check(password, About { username: &username, name: &name })?;
                let hashed = identity::hash(password)?;
                let new = NewPerson {
                    username,
                    name,
                    credentials: String::new(),
                    specialties: Vec::new(),
                    conflicts: String::new(),
                    roles: [Role::Administrator].into(),
                    vouched: None,
                };
                self.articles.claim_first(hash, now, new, hashed.0)?
            }
        };
        let id = id.ok_or(DeskError::DeadLink)?;
        self.articles.person(id)?.ok_or(DeskError::DeadLink)
    }
}
