//! People: who has an account, what for, and what stands under their signature.
//!
//! What is kept here was checked by `identity` and allowed by `board`: this file knows neither rule. The one that it keeps
//! itself, because only a transaction can: somebody stays who may administer.

use crate::audit::{Deed, append};
use crate::{Articles, LibraryError};
use board::{PersonId, Role};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use std::collections::BTreeSet;

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Their number.
    pub id: PersonId,
    /// What they sign in with.
    pub username: String,
    /// Their name as others read it.
    pub name: String,
    /// Degrees and posts, as they stand under a signature; may be empty.
    pub credentials: String,
    /// What they know, as a policy may ask for.
    pub specialties: Vec<String>,
    /// Conflicts of interest that always stand, in their words; may be empty.
    pub conflicts: String,
    /// What they are here for.
    pub roles: BTreeSet<Role>,
    /// Whether they have a password here.
    pub has_password: bool,
    /// The OpenID Connect provider that vouches for them.
    pub issuer: Option<String>,
    /// When their account was closed, if it is.
    pub disabled_at: Option<i64>,
    /// When they were added.
    pub added_at: i64,
}

/// What a person is added with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// What they will sign in with, as `identity::username` writes it.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Degrees and posts.
    pub credentials: String,
    /// What they know.
    pub specialties: Vec<String>,
    /// Standing conflicts of interest.
    pub conflicts: String,
    /// What for.
    pub roles: BTreeSet<Role>,
    /// The provider that vouches for them and their name there.
    pub vouched: Option<(String, String)>,
}

/// What a person says of themselves, to be changed; nothing: it stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// Their name.
    pub name: Option<String>,
    /// Degrees and posts.
    pub credentials: Option<String>,
    /// What they know.
    pub specialties: Option<Vec<String>>,
    /// Standing conflicts of interest.
    pub conflicts: Option<String>,
}

const COLUMNS: &str = "id, username, name, credentials, specialties, conflicts, roles, password IS NOT NULL, issuer, disabled_at, added_at";

/// A list as JSON; one that no longer reads as such is empty, which gives no right.
fn list<T: serde::de::DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).unwrap_or_default()
}

pub(crate) fn json(list: &impl Serialize) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned())
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: PersonId(row.get(0)?),
        username: row.get(1)?,
        name: row.get(2)?,
        credentials: row.get(3)?,
        specialties: list(&row.get::<_, String>(4)?),
        conflicts: row.get(5)?,
        roles: list(&row.get::<_, String>(6)?).into_iter().collect(),
        has_password: row.get(7)?,
        issuer: row.get(8)?,
        disabled_at: row.get(9)?,
        added_at: row.get(10)?,
    })
}

pub(crate) fn of(c: &Connection, id: PersonId) -> rusqlite::Result<Option<Person>> {
    c.prepare_cached(&format!("SELECT {COLUMNS} FROM person WHERE id = ?1"))?.query_row([id.0], person).optional()
}

/// Whether somebody may administer.
pub(crate) fn administered(c: &Connection) -> rusqlite::Result<bool> {
    c.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM person, json_each(person.roles)
                        WHERE disabled_at IS NULL AND json_each.value = 'administrator')",
    )?
    .query_row([], |r| r.get(0))
}

/// Adds a person, in the transaction of more than that.
pub(crate) fn insert(c: &Connection, new: &NewPerson, by: &str) -> Result<PersonId, Fault> {
    let taken = c.prepare_cached("SELECT 1 FROM person WHERE username = ?1")?.exists([&new.username])?;
    if taken {
        return Err(Fault::Library(LibraryError::NameTaken { name: new.username.clone() }));
    }
    let (issuer, vouched) = new.vouched.clone().unzip();
    c.prepare_cached(
        "INSERT INTO person (username, name, credentials, specialties, conflicts, roles, issuer, vouched, added_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, unixepoch())",
    )?
    .execute(params![
        new.username,
        new.name,
        new.credentials,
        json(&new.specialties),
        new.conflicts,
        json(&new.roles),
        issuer,
        vouched
    ])?;
    let id = PersonId(c.last_insert_rowid());
    told(c, by, "add-person", id, serde_json::json!({ "roles": new.roles, "issuer": issuer }))?;
    Ok(id)
}

/// Writes in the trail what was done to a person.
pub(crate) fn told(
    c: &Connection,
    by: &str,
    action: &'static str,
    id: PersonId,
    detail: serde_json::Value,
) -> rusqlite::Result<()> {
    append(c, Deed { actor: by.to_owned(), action, subject: id.to_string(), detail }).map(drop)
}

/// What goes wrong in a transaction: SQLite, or a rule that it keeps.
pub(crate) enum Fault {
    Sqlite(rusqlite::Error),
    Library(LibraryError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::Sqlite(error)
    }
}

impl Articles {
    /// Does work in the writer's transaction.
    pub(crate) fn alter<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, LibraryError> {
        let path = self.path.clone();
        self.writer.write(move |c| {
            work(c).map_err(|fault| match fault {
                Fault::Sqlite(error) => LibraryError::Database { path, error },
                Fault::Library(error) => error,
            })
        })
    }

    /// Everyone who has or had an account, by their names to sign in with.
    pub fn people(&self) -> Result<Vec<Person>, LibraryError> {
        let read = || {
            let mut rows =
                self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM person ORDER BY username"))?;
            rows.query_map([], person)?.collect()
        };
        self.db(read())
    }

    /// The person with this number.
    pub fn person(&self, id: PersonId) -> Result<Option<Person>, LibraryError> {
        self.db(of(&self.connection, id))
    }

    /// The person who signs in with this name.
    pub fn person_named(&self, username: &str) -> Result<Option<Person>, LibraryError> {
        let read = || {
            self.connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM person WHERE username = ?1"))?
                .query_row([username], person)
                .optional()
        };
        self.db(read())
    }

    /// Whether somebody with an open account may administer.
    pub fn administered(&self) -> Result<bool, LibraryError> {
        self.db(administered(&self.connection))
    }

    /// Adds a person without a password.
    pub fn add_person(&self, new: NewPerson, by: String) -> Result<PersonId, LibraryError> {
        self.alter(move |c| insert(c, &new, &by))
    }

    /// The person for whom a provider vouches, with the roles it gives them: added under the first of these names that nobody
    /// has where they come for the first time and have a role. Nothing where they have neither account nor role.
    pub fn vouched(
        &self,
        (issuer, subject): (String, String),
        names: Vec<String>,
        name: String,
        roles: BTreeSet<Role>,
    ) -> Result<Option<Person>, LibraryError> {
        self.alter(move |c| {
            let id: Option<i64> = c
                .prepare_cached("SELECT id FROM person WHERE issuer = ?1 AND vouched = ?2")?
                .query_row([&issuer, &subject], |r| r.get(0))
                .optional()?;
            let found = id.map(|id| of(c, PersonId(id))).transpose()?.flatten();
            if let Some(person) = found {
                if person.roles != roles {
                    c.prepare_cached("UPDATE person SET roles = ?2 WHERE id = ?1")?
                        .execute(params![person.id.0, json(&roles)])?;
                    let detail = serde_json::json!({ "roles": roles, "issuer": issuer });
                    told(c, "openid-connect", "set-roles", person.id, detail)?;
                }
                return Ok(of(c, person.id)?);
            }
            if roles.is_empty() {
                return Ok(None);
            }
            let mut free = c.prepare_cached("SELECT 1 FROM person WHERE username = ?1")?;
            for username in names {
                if !free.exists([&username])? {
                    let (vouched, empty) = (Some((issuer, subject)), String::new());
                    let (credentials, conflicts) = (empty.clone(), empty);
                    let new =
                        NewPerson { username, name, credentials, specialties: Vec::new(), conflicts, roles, vouched };
                    let id = insert(c, &new, "openid-connect")?;
                    return Ok(of(c, id)?);
                }
            }
            Ok(None)
        })
    }

    /// Changes what a person says of themselves.
    pub fn set_details(&self, id: PersonId, details: Details, by: String) -> Result<(), LibraryError> {
        self.alter(move |c| {
            let specialties = details.specialties.as_ref().map(json);
            c.prepare_cached(
                "UPDATE person SET name = coalesce(?2, name), credentials = coalesce(?3, credentials),
                                   specialties = coalesce(?4, specialties), conflicts = coalesce(?5, conflicts)
                 WHERE id = ?1",
            )?
            .execute(params![id.0, details.name, details.credentials, specialties, details.conflicts])?;
            let changed: Vec<&str> = [
                ("name", details.name.is_some()),
                ("credentials", details.credentials.is_some()),
                ("specialties", specialties.is_some()),
                ("conflicts", details.conflicts.is_some()),
            ]
            .into_iter()
            .filter_map(|(what, changed)| changed.then_some(what))
            .collect();
            Ok(told(c, &by, "change-person", id, serde_json::json!({ "changed": changed }))?)
        })
    }

    /// Gives a person exactly these roles. `watched`: refused where nobody would be left to administer.
    pub fn set_roles(
        &self,
        id: PersonId,
        roles: BTreeSet<Role>,
        by: String,
        watched: bool,
    ) -> Result<(), LibraryError> {
        self.alter(move |c| {
            let before = administered(c)?;
            c.prepare_cached("UPDATE person SET roles = ?2 WHERE id = ?1")?.execute(params![id.0, json(&roles)])?;
            if watched && before && !administered(c)? {
                return Err(Fault::Library(LibraryError::LastAdministrator));
            }
            Ok(told(c, &by, "set-roles", id, serde_json::json!({ "roles": roles }))?)
        })
    }

    /// Closes an account, with its sessions and links, or opens it again. Refused where nobody would be left to administer.
    pub fn set_disabled(&self, id: PersonId, disabled: bool, by: String) -> Result<(), LibraryError> {
        self.alter(move |c| {
            let before = administered(c)?;
            c.prepare_cached("UPDATE person SET disabled_at = CASE WHEN ?2 THEN unixepoch() END WHERE id = ?1")?
                .execute(params![id.0, disabled])?;
            if before && !administered(c)? {
                return Err(Fault::Library(LibraryError::LastAdministrator));
            }
            c.prepare_cached("DELETE FROM session WHERE person = ?1")?.execute([id.0])?;
            c.prepare_cached("DELETE FROM link WHERE person = ?1")?.execute([id.0])?;
            let action = if disabled { "disable-person" } else { "enable-person" };
            Ok(told(c, &by, action, id, serde_json::json!({}))?)
        })
    }
}
