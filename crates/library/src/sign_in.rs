//! How people sign in: passwords as they are kept, one-time links, sessions, API tokens, and what was tried in vain.
//!
//! Every secret comes here as its hash. Rules on time come as numbers or as a function of the caller's.

use crate::people::{NewPerson, administered, insert, json, of, told};
use crate::{Articles, LibraryError, Person};
use board::{PersonId, Scope};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Whoever opens it becomes the first administrator.
    FirstAdministrator,
    /// A person sets their first password.
    Invitation,
    /// A person sets a new password.
    Reset,
}

impl LinkKind {
    fn word(self) -> &'static str {
        match self {
            LinkKind::FirstAdministrator => "first-administrator",
            LinkKind::Invitation => "invitation",
            LinkKind::Reset => "reset",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "first-administrator" => LinkKind::FirstAdministrator,
            "reset" => LinkKind::Reset,
            _ => LinkKind::Invitation,
        }
    }
}

/// A one-time link that is still good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What for.
    pub kind: LinkKind,
    /// For whom; the first administrator's is for who opens it.
    pub person: Option<Person>,
}

/// A session, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The beginning of its hash: enough to name it, of no use to enter.
    pub name: String,
    /// When it began.
    pub started_at: i64,
    /// When it was last used, to the minute.
    pub seen_at: i64,
}

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub made_at: i64,
    /// When it ends.
    pub ends_at: i64,
    /// When it was last used, to the minute.
    pub used_at: Option<i64>,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
}

/// Failures in a row, and when the last was.
pub type Failures = (u32, i64);

fn failures(c: &Connection, kind: &str, name: &str) -> rusqlite::Result<Failures> {
    let found = c
        .prepare_cached("SELECT failures, last_at FROM attempt WHERE kind = ?1 AND name = ?2")?
        .query_row([kind, name], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or((0, 0)))
}

fn count(c: &Connection, kind: &str, name: &str, (failures, at): Failures) -> rusqlite::Result<()> {
    c.prepare_cached("INSERT OR REPLACE INTO attempt VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kind, name, failures, at])
        .map(drop)
}

/// Writes that something was used, once a minute at most: a write for every request would be one too many.
const USED_TO: i64 = 60;

impl Articles {
    /// Counts an attempt to sign in as failed before the password is looked at, so that many at once are not judged by one
    /// count; [`Articles::attempt_was_right`] takes it back. `rule` says from the failures of account and address whether
    /// it may be tried, and what counts so far for the address; where not, nothing is counted. `known`: somebody has that
    /// account, and its failures count until the right password comes; others are forgotten after a day, addresses after an hour.
    pub fn attempt<R: Send + 'static>(
        &self,
        account: String,
        known: bool,
        address: Option<String>,
        now: i64,
        rule: impl FnOnce(Failures, Failures) -> Result<Failures, R> + Send + 'static,
    ) -> Result<Result<(), R>, LibraryError> {
        self.alter(move |c| {
            c.prepare_cached(
                "DELETE FROM attempt WHERE (kind = 'nobody' AND last_at < ?1 - 86400) OR (kind = 'address' AND last_at < ?1 - 3600)",
            )?
            .execute([now])?;
            let kind = if known { "account" } else { "nobody" };
            let of_account = failures(c, kind, &account)?;
            let of_address = address.as_ref().map_or(Ok((0, 0)), |a| failures(c, "address", a))?;
            let counted = match rule(of_account, of_address) {
                Ok(counted) => counted,
                Err(refused) => return Ok(Err(refused)),
            };
            count(c, kind, &account, (of_account.0.saturating_add(1), now))?;
            if let Some(address) = &address {
                count(c, "address", address, (counted.0.saturating_add(1), now))?;
            }
            Ok(Ok(()))
        })
    }

    /// The attempt was right: the account's failures are forgotten, the address's go back by this one. `rehashed`: the
    /// password as it is to be kept from now on.
    pub fn attempt_was_right(
        &self,
        id: PersonId,
        account: String,
        address: Option<String>,
        rehashed: Option<String>,
    ) -> Result<(), LibraryError> {
        self.alter(move |c| {
            c.prepare_cached("DELETE FROM attempt WHERE kind = 'account' AND name = ?1")?.execute([&account])?;
            if let Some(address) = &address {
                c.prepare_cached(
                    "UPDATE attempt SET failures = max(0, failures - 1) WHERE kind = 'address' AND name = ?1",
                )?
                .execute([address])?;
            }
            if let Some(rehashed) = rehashed {
                c.prepare_cached("UPDATE person SET password = ?2 WHERE id = ?1")?.execute(params![id.0, rehashed])?;
            }
            Ok(())
        })
    }

    /// Writes in the trail that somebody tried to be this person in vain.
    pub fn attempt_was_wrong(&self, id: PersonId) -> Result<(), LibraryError> {
        self.alter(move |c| Ok(told(c, "anonymous", "sign-in-failed", id, serde_json::json!({}))?))
    }

    /// The password of a person as it is kept.
    pub fn password(&self, id: PersonId) -> Result<Option<String>, LibraryError> {
        let read = self
            .connection
            .prepare_cached("SELECT password FROM person WHERE id = ?1")
            .and_then(|mut s| s.query_row([id.0], |r| r.get(0)).optional());
        Ok(self.db(read)?.flatten())
    }

    /// Sets a password and ends all sessions but the one kept. `account`: under which name its failures were counted.
    pub fn set_password(
        &self,
        id: PersonId,
        hashed: String,
        account: String,
        kept: Option<String>,
        by: String,
    ) -> Result<(), LibraryError> {
        self.alter(move |c| Ok(change_password(c, id, &hashed, &account, kept.as_deref(), &by)?))
    }

    /// Keeps a one-time link; older ones for the same person, or of the first administrator, are no longer good.
    pub fn add_link(
        &self,
        hash: String,
        kind: LinkKind,
        person: Option<PersonId>,
        ends_at: i64,
        by: String,
    ) -> Result<(), LibraryError> {
        self.alter(move |c| {
            c.prepare_cached("DELETE FROM link WHERE person IS ?1")?.execute([person.map(|p| p.0)])?;
            c.prepare_cached("INSERT INTO link VALUES (?1, ?2, ?3, ?4)")?.execute(params![
                hash,
                kind.word(),
                person.map(|p| p.0),
                ends_at
            ])?;
            let subject = person.map_or_else(|| "first administrator".to_owned(), |p| p.to_string());
            let deed = crate::Deed {
                actor: by,
                action: "make-link",
                subject,
                detail: serde_json::json!({ "kind": kind, "ends_at": ends_at }),
            };
            crate::audit::append(c, deed)?;
            Ok(())
        })
    }

    /// The link with this hash, if it is still good.
    pub fn link(&self, hash: &str, now: i64) -> Result<Option<Link>, LibraryError> {
        self.db(link(&self.connection, hash, now))
    }

    /// Uses up the link of an invitation or a reset: its person has this password from now on, and all their sessions end.
    /// Nothing where the link is no longer good.
    pub fn claim(
        &self,
        hash: String,
        now: i64,
        hashed: String,
        account: impl FnOnce(&Person) -> String + Send + 'static,
    ) -> Result<Option<PersonId>, LibraryError> {
        self.alter(move |c| {
            let found = link(c, &hash, now)?;
            let Some(person) = found.and_then(|l| l.person).filter(|p| p.disabled_at.is_none()) else {
                return Ok(None);
            };
            c.prepare_cached("DELETE FROM link WHERE hash = ?1")?.execute([&hash])?;
            change_password(c, person.id, &hashed, &account(&person), None, &person.id.to_string())?;
            Ok(Some(person.id))
        })
    }

    /// Uses up the first administrator's link: this person is added with this password. Nothing where the link is no longer
    /// good, or somebody administers already.
    pub fn claim_first(
        &self,
        hash: String,
        now: i64,
        new: NewPerson,
        hashed: String,
    ) -> Result<Option<PersonId>, LibraryError> {
        self.alter(move |c| {
            let first = link(c, &hash, now)?.is_some_and(|l| l.kind == LinkKind::FirstAdministrator);
            if !first || administered(c)? {
                return Ok(None);
            }
            let id = insert(c, &new, "first administrator")?;
            c.prepare_cached("DELETE FROM link WHERE person IS NULL")?.execute([])?;
            c.prepare_cached("UPDATE person SET password = ?2 WHERE id = ?1")?.execute(params![id.0, hashed])?;
            told(c, &id.to_string(), "set-password", id, serde_json::json!({}))?;
            Ok(Some(id))
        })
    }

    /// Begins a session.
    pub fn start_session(
        &self,
        hash: String,
        person: PersonId,
        now: i64,
        way: &'static str,
    ) -> Result<(), LibraryError> {
        self.alter(move |c| {
            c.prepare_cached("INSERT INTO session VALUES (?1, ?2, ?3, ?3)")?.execute(params![hash, person.0, now])?;
            Ok(told(c, &person.to_string(), "sign-in", person, serde_json::json!({ "with": way }))?)
        })
    }

    /// The person of a session that began after `started` and was used after `seen`, and whose account is open.
    pub fn session(&self, hash: &str, now: i64, started: i64, seen: i64) -> Result<Option<Person>, LibraryError> {
        let read = || {
            self.connection
                .prepare_cached("SELECT person, started_at, seen_at FROM session WHERE hash = ?1")?
                .query_row([hash], |r| Ok((PersonId(r.get(0)?), r.get::<_, i64>(1)?, r.get::<_, i64>(2)?)))
                .optional()
        };
        let Some((id, started_at, seen_at)) = self.db(read())? else { return Ok(None) };
        if started_at <= started || seen_at <= seen {
            return Ok(None);
        }
        let person = self.person(id)?.filter(|p| p.disabled_at.is_none());
        if person.is_some() && now - seen_at >= USED_TO {
            let hash = hash.to_owned();
            self.alter(move |c| {
                c.prepare_cached("UPDATE session SET seen_at = max(seen_at, ?2) WHERE hash = ?1")?
                    .execute(params![hash, now])?;
                Ok(())
            })?;
        }
        Ok(person)
    }

    /// Ends a session; whether there was one.
    pub fn end_session(&self, hash: String) -> Result<bool, LibraryError> {
        self.alter(move |c| {
            let id: Option<i64> = c
                .prepare_cached("DELETE FROM session WHERE hash = ?1 RETURNING person")?
                .query_row([&hash], |r| r.get(0))
                .optional()?;
            if let Some(id) = id {
                let id = PersonId(id);
                told(c, &id.to_string(), "sign-out", id, serde_json::json!({}))?;
            }
            Ok(id.is_some())
        })
    }

    /// Ends all sessions of a person; how many. Old ones of everybody go too.
    pub fn end_sessions(&self, person: PersonId, started: i64, by: String) -> Result<usize, LibraryError> {
        self.alter(move |c| {
            c.prepare_cached("DELETE FROM session WHERE started_at <= ?1")?.execute([started])?;
            let ended = c.prepare_cached("DELETE FROM session WHERE person = ?1")?.execute([person.0])?;
            told(c, &by, "end-sessions", person, serde_json::json!({ "ended": ended }))?;
            Ok(ended)
        })
    }

    /// The sessions of a person that began after `started` and were used after `seen`, newest first.
    pub fn sessions(&self, person: PersonId, started: i64, seen: i64) -> Result<Vec<Session>, LibraryError> {
        let read = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT substr(hash, 1, 12), started_at, seen_at FROM session
                 WHERE person = ?1 AND started_at > ?2 AND seen_at > ?3 ORDER BY started_at DESC, hash",
            )?;
            rows.query_map([person.0, started, seen], |r| {
                Ok(Session { name: r.get(0)?, started_at: r.get(1)?, seen_at: r.get(2)? })
            })?
            .collect()
        };
        self.db(read())
    }

    /// Keeps an API token; its number.
    pub fn add_token(
        &self,
        hash: String,
        person: PersonId,
        name: String,
        scopes: BTreeSet<Scope>,
        (made_at, ends_at): (i64, i64),
    ) -> Result<i64, LibraryError> {
        self.alter(move |c| {
            c.prepare_cached(
                "INSERT INTO token (hash, person, name, scopes, made_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![hash, person.0, name, json(&scopes), made_at, ends_at])?;
            let id = c.last_insert_rowid();
            let detail = serde_json::json!({ "token": id, "scopes": scopes, "ends_at": ends_at });
            told(c, &person.to_string(), "make-token", person, detail)?;
            Ok(id)
        })
    }

    /// The owner of a token that is good, whose account is open, and what it may be used for.
    pub fn token(&self, hash: &str, now: i64) -> Result<Option<(Person, Token)>, LibraryError> {
        let found = self
            .connection
            .prepare_cached(&format!("SELECT {TOKEN} FROM token WHERE hash = ?1"))
            .and_then(|mut s| s.query_row([hash], token).optional());
        let Some(found) = self.db(found)? else { return Ok(None) };
        if found.revoked_at.is_some() || found.ends_at <= now {
            return Ok(None);
        }
        let Some(person) = self.person(found.person)?.filter(|p| p.disabled_at.is_none()) else { return Ok(None) };
        if found.used_at.is_none_or(|at| now - at >= USED_TO) {
            let id = found.id;
            self.alter(move |c| {
                c.prepare_cached("UPDATE token SET used_at = ?2 WHERE id = ?1")?.execute([id, now])?;
                Ok(())
            })?;
        }
        Ok(Some((person, found)))
    }

    /// The tokens of a person, newest first, also those that ended or were taken back.
    pub fn tokens(&self, person: PersonId) -> Result<Vec<Token>, LibraryError> {
        let read = || {
            let mut rows = self
                .connection
                .prepare_cached(&format!("SELECT {TOKEN} FROM token WHERE person = ?1 ORDER BY id DESC"))?;
            rows.query_map([person.0], token)?.collect()
        };
        self.db(read())
    }

    /// Takes a token of a person back; whether there was one to take.
    pub fn revoke_token(&self, id: i64, person: PersonId, by: String) -> Result<bool, LibraryError> {
        self.alter(move |c| {
            let taken = c
                .prepare_cached(
                    "UPDATE token SET revoked_at = unixepoch() WHERE id = ?1 AND person = ?2 AND revoked_at IS NULL",
                )?
                .execute([id, person.0])?;
            if taken > 0 {
                told(c, &by, "revoke-token", person, serde_json::json!({ "token": id }))?;
            }
            Ok(taken > 0)
        })
    }

    /// Keeps what must be known when a sign-in comes back from a provider. Those that never came back are forgotten.
    pub fn add_journey(&self, state: String, held: String, now: i64, ends_at: i64) -> Result<(), LibraryError> {
        self.alter(move |c| {
            c.prepare_cached("DELETE FROM journey WHERE ends_at <= ?1")?.execute([now])?;
            c.prepare_cached("INSERT INTO journey VALUES (?1, ?2, ?3)")?.execute(params![state, held, ends_at])?;
            Ok(())
        })
    }

    /// Takes what was kept of a sign-in under way: each comes back once.
    pub fn take_journey(&self, state: String, now: i64) -> Result<Option<String>, LibraryError> {
        self.alter(move |c| {
            let held: Option<(String, i64)> = c
                .prepare_cached("DELETE FROM journey WHERE state = ?1 RETURNING held, ends_at")?
                .query_row([&state], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            Ok(held.filter(|(_, ends_at)| *ends_at > now).map(|(held, _)| held))
        })
    }
}

const TOKEN: &str = "id, person, name, scopes, made_at, ends_at, used_at, revoked_at";

fn token(row: &rusqlite::Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: row.get(0)?,
        person: PersonId(row.get(1)?),
        name: row.get(2)?,
        scopes: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
        made_at: row.get(4)?,
        ends_at: row.get(5)?,
        used_at: row.get(6)?,
        revoked_at: row.get(7)?,
    })
}

fn link(c: &Connection, hash: &str, now: i64) -> rusqlite::Result<Option<Link>> {
    let found = c
        .prepare_cached("SELECT kind, person FROM link WHERE hash = ?1 AND ends_at > ?2")?
        .query_row(params![hash, now], |r| Ok((r.get::<_, String>(0)?, r.get::<_, Option<i64>>(1)?)))
        .optional()?;
    let Some((kind, id)) = found else { return Ok(None) };
    let person = id.map(|id| of(c, PersonId(id))).transpose()?.flatten();
    Ok(Some(Link { kind: LinkKind::from_word(&kind), person }))
}

fn change_password(
    c: &Connection,
    id: PersonId,
    hashed: &str,
    account: &str,
    kept: Option<&str>,
    by: &str,
) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE person SET password = ?2 WHERE id = ?1")?.execute(params![id.0, hashed])?;
    c.prepare_cached("DELETE FROM session WHERE person = ?1 AND hash IS NOT ?2")?.execute(params![id.0, kept])?;
    c.prepare_cached("DELETE FROM attempt WHERE kind = 'account' AND name = ?1")?.execute([account])?;
    told(c, by, "set-password", id, serde_json::json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_guesses_at_once_no_more_are_let_through_than_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let first = Articles::open(folder.path()).unwrap();
        // As several processes would: each with a writer of its own.
        let one = |articles: &Articles| {
            let rule = |account: Failures, _| if account.0 < 5 { Ok((0, 0)) } else { Err(()) };
            articles.attempt("account".to_owned(), true, None, 1000, rule).unwrap().is_ok()
        };
        let through: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|n| {
                    let own = if n < 4 { first.another().unwrap() } else { Articles::open(folder.path()).unwrap() };
                    scope.spawn(move || (0..5).filter(|_| one(&own)).count())
                })
                .collect();
            tries.into_iter().map(|t| t.join().unwrap()).sum()
        });
        assert_eq!(through, 5);
    }

    #[test]
    fn a_journey_comes_back_once_and_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let articles = Articles::open(folder.path()).unwrap();
        let keep = |state: &str| articles.add_journey(state.to_owned(), "held".to_owned(), 1000, 1600).unwrap();
        let take = |state: &str, now| articles.take_journey(state.to_owned(), now).unwrap();
        keep("one");
        keep("two");
        assert_eq!(take("one", 1599).as_deref(), Some("held"));
        assert_eq!(take("one", 1599), None);
        assert_eq!(take("two", 1600), None);
        assert_eq!(take("three", 1000), None);
    }
}
