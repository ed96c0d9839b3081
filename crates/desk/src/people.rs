//! People, through a seat: adding them, their roles, their own passwords, sessions and tokens.

use crate::DeskError;
use crate::seat::Seat;
use crate::sign_in::{Confirmed, SESSION_IDLE, SESSION_LONGEST, account, link_for};
use board::{Action, Own, PersonId, Role, Scope};
use identity::{About, Kind, Secret};
use library::{Details, LinkKind, NewPerson, Person, Session, Token};
use std::collections::BTreeSet;

/// Longest life of an API token, in days.
pub const TOKEN_DAYS_MOST: u32 = 366;
/// Most characters of what people say of themselves.
const MOST_WORDS: usize = 2000;

/// A one-time link that was made for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its secret, which is shown once.
    pub secret: Secret,
    /// What for.
    pub kind: LinkKind,
    /// Until when it is good.
    pub ends_at: i64,
}

/// An API token that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The token, which is shown once.
    pub secret: Secret,
    /// Its number.
    pub id: i64,
    /// Until when it is good.
    pub ends_at: i64,
}

/// Puts in order what somebody says of themselves, or says what is wrong with it.
fn details(details: Details) -> Result<Details, DeskError> {
    let text = |what: &'static str, text: String| {
        let text = text.trim().to_owned();
        if text.chars().count() > MOST_WORDS { Err(DeskError::LongDetail { what, most: MOST_WORDS }) } else { Ok(text) }
    };
    Ok(Details {
        name: details.name.map(|n| identity::person_name(&n)).transpose()?,
        credentials: details.credentials.map(|t| text("credentials", t)).transpose()?,
        conflicts: details.conflicts.map(|t| text("conflicts", t)).transpose()?,
        specialties: details.specialties.map(|l| specialties(&l)).transpose()?,
    })
}

/// Specialties in one form, so that a policy that asks for one finds it.
fn specialties(list: &[String]) -> Result<Vec<String>, DeskError> {
    let list: BTreeSet<String> = list.iter().map(|s| s.trim().to_lowercase()).filter(|s| !s.is_empty()).collect();
    match list.iter().map(|s| s.chars().count()).sum::<usize>() {
        n if n > MOST_WORDS => Err(DeskError::LongDetail { what: "specialties", most: MOST_WORDS }),
        _ => Ok(list.into_iter().collect()),
    }
}

impl Seat<'_> {
    /// Whether an account is the actor's own.
    fn owns(&self, id: PersonId) -> Own {
        if self.actor.person() == Some(id) { Own::Own } else { Own::Another }
    }

    /// Goes on where the account is the actor's own, or they keep people.
    fn allow_self_or_people(&self, id: PersonId) -> Result<(), DeskError> {
        match self.owns(id) {
            Own::Own => self.allow(Action::ManageSelf, Own::Own),
            own => self.allow(Action::ManagePeople, own),
        }
    }

    fn found(&self, username: &str) -> Result<Person, DeskError> {
        let none = || DeskError::NoPerson(username.to_owned());
        let name = identity::username(username).map_err(|_| none())?;
        self.desk.articles.person_named(&name)?.ok_or_else(none)
    }

    /// The person who sits there; an error where it is none.
    pub fn me(&self) -> Result<Person, DeskError> {
        let id = self.actor.person().ok_or(board::Refused::SignIn)?;
        self.desk.articles.person(id)?.ok_or_else(|| DeskError::NoPerson(id.to_string()))
    }

    /// Everyone who has or had an account.
    pub fn people(&self) -> Result<Vec<Person>, DeskError> {
        self.allow(Action::ManagePeople, Own::Another)?;
        Ok(self.desk.articles.people()?)
    }

    /// One person, by the name they sign in with: oneself, or anyone for who keeps people.
    pub fn person(&self, username: &str) -> Result<Person, DeskError> {
        let person = match self.me() {
            Ok(me) if identity::username(username).is_ok_and(|n| n == me.username) => me,
            _ => {
                // Who may not know whether there is such a person is told so first.
                self.allow(Action::ManagePeople, Own::Another)?;
                self.found(username)?
            }
        };
        self.allow_self_or_people(person.id)?;
        Ok(person)
    }

    /// Adds a person; the link lets them set their password.
    pub fn add_person(&mut self, new: NewPerson, now: i64) -> Result<(Person, NewLink), DeskError> {
        self.allow(Action::ManagePeople, Own::Another)?;
        let username = identity::username(&new.username)?;
        let said = details(Details {
            name: Some(new.name),
            credentials: Some(new.credentials),
            specialties: Some(new.specialties),
            conflicts: Some(new.conflicts),
        })?;
        let new = NewPerson {
            username: username.clone(),
            name: said.name.unwrap_or_default(),
            credentials: said.credentials.unwrap_or_default(),
            specialties: said.specialties.unwrap_or_default(),
            conflicts: said.conflicts.unwrap_or_default(),
            ..new
        };
        self.desk.articles.add_person(new, self.actor.label())?;
        let link = self.make_link(&username, now)?;
        Ok((self.found(&username)?, link))
    }

    /// A new one-time link for a person to set their password; those made before are no longer good.
    pub fn make_link(&mut self, username: &str, now: i64) -> Result<NewLink, DeskError> {
        self.allow(Action::ManagePeople, Own::Another)?;
        let person = self.found(username)?;
        if person.disabled_at.is_some() {
            return Err(DeskError::Disabled(person.username));
        }
        let secret = Secret::new(Kind::Link)?;
        let (kind, ends_at) = link_for(&person, now);
        self.desk.articles.add_link(secret.digest(), kind, Some(person.id), ends_at, self.actor.label())?;
        Ok(NewLink { secret, kind, ends_at })
    }

    /// Changes what a person says of themselves.
    pub fn set_details(&mut self, username: &str, said: Details) -> Result<Person, DeskError> {
        let person = self.person(username)?;
        self.desk.articles.set_details(person.id, details(said)?, self.actor.label())?;
        self.found(&person.username)
    }

    /// Gives a person exactly these roles. Somebody stays who may administer.
    pub fn set_roles(&mut self, username: &str, roles: BTreeSet<Role>) -> Result<Person, DeskError> {
        self.allow(Action::ManagePeople, Own::Another)?;
        let person = self.found(username)?;
        self.desk.articles.set_roles(person.id, roles, self.actor.label(), true)?;
        self.found(&person.username)
    }

    /// Closes an account, or opens it again. Its sessions end, its tokens no longer let anybody in. Somebody stays who may
    /// administer.
    pub fn set_disabled(&mut self, username: &str, disabled: bool) -> Result<Person, DeskError> {
        self.allow(Action::ManagePeople, Own::Another)?;
        let person = self.found(username)?;
        self.desk.articles.set_disabled(person.id, disabled, self.actor.label())?;
        self.found(&person.username)
    }

    /// Sets the actor's own password, who gives the old one too, and ends all their sessions but the one of the secret kept.
    pub fn change_password(&mut self, old: &str, new: &str, kept: Option<&str>, now: i64) -> Result<(), DeskError> {
        let me = self.me()?;
        self.allow(Action::ManageSelf, Own::Own)?;
        identity::check(new, About { username: &me.username, name: &me.name })?;
        self.confirm_password(old, now)?;
        let hashed = identity::hash(new)?.0;
        let kept = kept.map(identity::digest);
        self.desk.articles.set_password(me.id, hashed, account(&me.username), kept, self.actor.label())?;
        Ok(())
    }

    /// Asks the actor for their password once more: [`crate::Desk::confirm_password`].
    pub fn confirm_password(&self, password: &str, now: i64) -> Result<Confirmed, DeskError> {
        let id = self.actor.person().ok_or(board::Refused::SignIn)?;
        self.desk.confirm_password(id, password, now)
    }

    /// The sessions of a person that are not over.
    pub fn sessions(&self, username: &str, now: i64) -> Result<Vec<Session>, DeskError> {
        let person = self.person(username)?;
        Ok(self.desk.articles.sessions(person.id, now - SESSION_LONGEST, now - SESSION_IDLE)?)
    }

    /// Ends all sessions of a person; how many.
    pub fn end_sessions(&mut self, username: &str, now: i64) -> Result<usize, DeskError> {
        let person = self.person(username)?;
        Ok(self.desk.articles.end_sessions(person.id, now - SESSION_LONGEST, self.actor.label())?)
    }

    /// The API tokens of a person, also those that ended.
    pub fn tokens(&self, username: &str) -> Result<Vec<Token>, DeskError> {
        let person = self.person(username)?;
        Ok(self.desk.articles.tokens(person.id)?)
    }

    /// Makes an API token for the actor, good for some scopes and days. A token makes none.
    pub fn make_token(
        &mut self,
        name: &str,
        scopes: BTreeSet<Scope>,
        days: u32,
        now: i64,
    ) -> Result<NewToken, DeskError> {
        let me = self.me()?;
        self.allow(Action::ManageSelf, Own::Own)?;
        let name = identity::person_name(name)?;
        if scopes.is_empty() || !(1..=TOKEN_DAYS_MOST).contains(&days) {
            return Err(DeskError::BadTokenTerms { most: TOKEN_DAYS_MOST });
        }
        let secret = Secret::new(Kind::Token)?;
        let ends_at = now + i64::from(days) * 24 * 60 * 60;
        let id = self.desk.articles.add_token(secret.digest(), me.id, name, scopes, (now, ends_at))?;
        Ok(NewToken { secret, id, ends_at })
    }

    /// Takes an API token of a person back.
    pub fn revoke_token(&mut self, username: &str, id: i64) -> Result<(), DeskError> {
        let person = self.person(username)?;
        match self.desk.articles.revoke_token(id, person.id, self.actor.label())? {
            true => Ok(()),
            false => Err(DeskError::NoToken(id)),
        }
    }
}
