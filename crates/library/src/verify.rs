//! Whether anything that should stay as it was written was changed since: the audit trail, the versions of articles, their
//! bodies and the tombstones of erased ones, each against the hashes that the trail holds.
//!
//! It finds what was changed by who does not also write the chain anew from there to its end. Against that, keep a head
//! elsewhere (each backup's manifest has one) and verify with it.

use crate::articles::{columns, erase_detail};
use crate::audit::{Entry, PRUNE, entry};
use crate::backup::sha256;
use crate::{Articles, EventHash, GENESIS, LibraryError, review_event_hashes};
use answering::Body;
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was looked at, and the first thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Entries of the trail.
    pub entries: u64,
    /// The first entry held, where earlier ones were pruned.
    pub pruned_before: Option<u64>,
    /// Bodies whose hash was computed anew.
    pub bodies: u64,
    /// Versions of articles.
    pub versions: u64,
    /// Tombstones.
    pub erased: u64,
    /// Events of reviews.
    pub reviews: u64,
    /// Hash of the last entry.
    pub head: String,
    /// The first fault; nothing where all is well.
    pub fault: Option<Fault>,
}

/// Something that was changed, taken away or put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What, as `audit entry 5` or `version 3f9c21ab...`.
    pub place: String,
    /// What is wrong with it.
    pub wrong: String,
}

/// Ends the looking: a fault, or that the database cannot be read at all.
enum Stop {
    Fault(Fault),
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Stop::Database(error)
    }
}

fn fault(place: impl Into<String>, wrong: impl Into<String>) -> Stop {
    Stop::Fault(Fault { place: place.into(), wrong: wrong.into() })
}

/// What the trail says was kept and erased.
#[derive(Default)]
struct Told {
    /// (article, reader, number) to hash.
    kept: BTreeMap<(i64, String, i64), String>,
    /// Slug to detail, with who did it.
    erased: BTreeMap<String, (String, String)>,
    /// (article, reader, number, n) to hash.
    reviews: BTreeMap<(i64, String, u32, u32), String>,
    /// The versions that were published.
    published: BTreeSet<(i64, String, u32)>,
    /// Number of the policy to who set it and its hash.
    policies: BTreeMap<String, (String, String)>,
}

impl Articles {
    /// Looks at everything; with a head that was noted before, also whether the trail still holds it. Reads one state of the
    /// database while others write. Cost: each entry and body is read and hashed once.
    pub fn verify(&self, noted: Option<&str>) -> Result<Verification, LibraryError> {
        let transaction = self.db(self.connection.unchecked_transaction())?;
        self.db(verify(&transaction, noted))
    }
}

/// [`Articles::verify`], of the state that this connection reads.
pub(crate) fn verify(c: &Connection, noted: Option<&str>) -> rusqlite::Result<Verification> {
    let mut seen = Verification {
        entries: 0,
        pruned_before: None,
        bodies: 0,
        versions: 0,
        erased: 0,
        reviews: 0,
        head: GENESIS.to_owned(),
        fault: None,
    };
    match looked_at(c, noted, &mut seen) {
        Ok(()) => {}
        Err(Stop::Fault(fault)) => seen.fault = Some(fault),
        Err(Stop::Database(error)) => return Err(error),
    }
    Ok(seen)
}

fn looked_at(c: &Connection, noted: Option<&str>, seen: &mut Verification) -> Result<(), Stop> {
    let told = chain(c, noted, seen)?;
    bodies(c, seen)?;
    versions(c, &told, seen)?;
    tombstones(c, &told, seen)?;
    reviews(c, &told, seen)?;
    policies(c, &told, seen)
}

/// What cannot be read as what was written there was changed too.
fn read<T>(result: rusqlite::Result<T>, place: impl Fn() -> String) -> Result<T, Stop> {
    result.map_err(|error| match error {
        rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => fault(place(), format!("it cannot be read: {error}")),
        error => Stop::Database(error),
    })
}

fn chain(c: &Connection, noted: Option<&str>, seen: &mut Verification) -> Result<Told, Stop> {
    let mut told = Told::default();
    let mut statement = c.prepare("SELECT * FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut start: Option<(u64, String)> = None;
    let mut cut: Option<Value> = None;
    let mut expected = 1;
    let mut found = noted.is_none_or(|noted| noted == GENESIS);
    while let Some(row) = rows.next()? {
        let place = || match row.get::<_, i64>(0) {
            Ok(seq) => format!("audit entry {seq}"),
            Err(_) => format!("audit entry {expected}"),
        };
        let entry = read(entry(row), place)?;
        if start.is_none() {
            start = Some((entry.seq, entry.previous.clone()));
            found |= noted == Some(entry.previous.as_str());
        } else if entry.seq != expected {
            return Err(fault(
                format!("audit entry {expected}"),
                format!("it is missing; entry {} follows", entry.seq),
            ));
        } else if entry.previous != seen.head {
            return Err(fault(place(), "it does not name the hash of the entry before it"));
        }
        if entry.computed() != entry.hash {
            return Err(fault(place(), "its hash is not that of its content"));
        }
        if entry.action == PRUNE {
            cut = serde_json::from_str(&entry.detail).ok();
        }
        told.note(&entry);
        expected = entry.seq + 1;
        found |= noted == Some(entry.hash.as_str());
        seen.head = entry.hash;
        seen.entries += 1;
    }
    let begins = match (&cut, start) {
        (Some(cut), Some((seq, previous))) => {
            seen.pruned_before = Some(seq);
            cut["through"].as_u64() == seq.checked_sub(1) && cut["hash"].as_str() == Some(&previous)
        }
        (None, Some((seq, previous))) => seq == 1 && previous == GENESIS,
        (_, None) => true,
    };
    if !begins {
        return Err(fault("the first audit entry", "the trail does not begin where it began or was last pruned"));
    }
    if !found {
        return Err(fault(
            "the head that was noted",
            "no entry has this hash: entries were taken away or written anew",
        ));
    }
    Ok(told)
}

impl Told {
    fn note(&mut self, entry: &Entry) {
        let subject = entry.subject.strip_prefix("article ").unwrap_or_default().to_owned();
        match entry.action.as_str() {
            "keep" => {
                let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
                let place = (detail["article"].as_i64(), detail["reader"].as_str(), detail["number"].as_i64());
                if let (Some(article), Some(reader), Some(number)) = place {
                    self.kept.insert((article, reader.to_owned(), number), subject);
                }
            }
            "erase" => {
                self.erased.insert(subject, (entry.actor.clone(), entry.detail.clone()));
            }
            "set-policy" => {
                let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
                let sha256 = detail["sha256"].as_str().unwrap_or_default().to_owned();
                self.policies.insert(entry.subject.clone(), (entry.actor.clone(), sha256));
            }
            action if entry.detail.contains("\"review\"") => {
                let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
                if let Some(event) = EventHash::of_detail(&detail) {
                    if action == "publish" {
                        self.published.insert((event.article, event.reader.clone(), event.number));
                    }
                    self.reviews.insert((event.article, event.reader, event.number, event.n), event.sha256);
                }
            }
            _ => {}
        }
    }
}

fn bodies(c: &Connection, seen: &mut Verification) -> Result<(), Stop> {
    let mut statement = c.prepare(
        "SELECT hash, json, title, reader, outcome, snapshot, composer, curbside, model, prompt FROM body ORDER BY hash",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name = || row.get::<_, String>(0).unwrap_or_else(|_| "without a name".to_owned());
        let place = || format!("version {}", name());
        // As bytes: what is no longer text has another hash, and is no error.
        let bytes = match read(row.get_ref(1), place)? {
            rusqlite::types::ValueRef::Text(bytes) => bytes,
            _ => return Err(fault(place(), "its content is no text")),
        };
        if sha256(bytes) != name() {
            return Err(fault(place(), "its hash is not that of its content"));
        }
        let Ok(body) = serde_json::from_slice::<Body>(bytes) else {
            return Err(fault(place(), "its content is not an article that this version of Curbside reads"));
        };
        for (at, column) in columns(&body).into_iter().enumerate() {
            if read(row.get::<_, Option<String>>(at + 2), place)? != column {
                return Err(fault(place(), "what stands beside its content does not agree with it"));
            }
        }
        seen.bodies += 1;
    }
    Ok(())
}

fn versions(c: &Connection, told: &Told, seen: &mut Verification) -> Result<(), Stop> {
    let mut statement = c.prepare(
        "SELECT v.article, v.reader, v.number, v.hash, a.erased_at IS NOT NULL, b.hash IS NOT NULL, b.reader
         FROM version v LEFT JOIN article a ON a.id = v.article LEFT JOIN body b ON b.hash = v.hash
         ORDER BY v.article, v.reader, v.number",
    )?;
    let mut rows = statement.query([])?;
    let mut held = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let place = || format!("version {}", row.get::<_, String>(3).unwrap_or_else(|_| "without a name".to_owned()));
        let at = read(version_key(row), place)?;
        let hash: String = read(row.get(3), place)?;
        let (erased, body): (bool, bool) = (read(row.get(4), place)?, read(row.get(5), place)?);
        if !erased && !body {
            return Err(fault(place(), "its content is missing, and its article was not erased"));
        }
        if body && read(row.get::<_, Option<String>>(6), place)?.as_ref() != Some(&at.1) {
            return Err(fault(place(), "it is kept as another reader's"));
        }
        // What was kept before the trail was pruned is told no more.
        match told.kept.get(&at) {
            Some(kept) if *kept != hash => {
                return Err(fault(place(), "the trail says that another version was kept there"));
            }
            None if seen.pruned_before.is_none() => {
                return Err(fault(place(), "the trail does not say that it was kept"));
            }
            _ => {}
        }
        held.insert(at);
        seen.versions += 1;
    }
    match told.kept.iter().find(|(at, _)| !held.contains(at)) {
        Some((_, hash)) => Err(fault(format!("version {hash}"), "the trail says that it was kept, and it is missing")),
        None => Ok(()),
    }
}

fn version_key(row: &Row<'_>) -> rusqlite::Result<(i64, String, i64)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn tombstones(c: &Connection, told: &Told, seen: &mut Verification) -> Result<(), Stop> {
    let mut statement = c.prepare(
        "SELECT slug, erased_at, erased_by, erased_why FROM article WHERE erased_at IS NOT NULL ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    let mut held = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let place = || format!("tombstone {}", row.get::<_, String>(0).unwrap_or_else(|_| "without a name".to_owned()));
        let (slug, at): (String, i64) = (read(row.get(0), place)?, read(row.get(1), place)?);
        let (by, why): (String, String) = (read(row.get(2), place)?, read(row.get(3), place)?);
        match told.erased.get(&slug) {
            Some(said) if *said != (by, erase_detail(at, &why).to_string()) => {
                return Err(fault(place(), "the trail tells of its erasure otherwise"));
            }
            None if seen.pruned_before.is_none() => {
                return Err(fault(place(), "the trail does not tell of its erasure"));
            }
            _ => {}
        }
        held.insert(slug);
        seen.erased += 1;
    }
    match told.erased.keys().find(|slug| !held.contains(*slug)) {
        Some(slug) => Err(fault(format!("tombstone {slug}"), "the trail tells of its erasure, and it is missing")),
        None => Ok(()),
    }
}

/// Each event of a review has the hash that the trail says, and what is or was published was so by one of them.
fn reviews(c: &Connection, told: &Told, seen: &mut Verification) -> Result<(), Stop> {
    let named =
        |article: i64, reader: &str, number: u32| format!("review of article {article}, {reader} version {number}");
    let mut held = BTreeSet::new();
    for event in read(review_event_hashes(c), || "a review".to_owned())? {
        let place = || format!("event {} of the {}", event.n, named(event.article, &event.reader, event.number));
        let key = (event.article, event.reader.clone(), event.number, event.n);
        match told.reviews.get(&key) {
            Some(said) if *said != event.sha256 => return Err(fault(place(), "its hash is not the one in the trail")),
            None if seen.pruned_before.is_none() => return Err(fault(place(), "the trail does not tell of it")),
            _ => {}
        }
        held.insert(key);
        seen.reviews += 1;
    }
    let mut erased = c.prepare("SELECT EXISTS (SELECT 1 FROM article WHERE id = ?1 AND erased_at IS NOT NULL)")?;
    for key in told.reviews.keys().filter(|key| !held.contains(*key)) {
        if !erased.query_row([key.0], |r| r.get::<_, bool>(0))? {
            let place = format!("event {} of the {}", key.3, named(key.0, &key.1, key.2));
            return Err(fault(place, "the trail tells of it, and it is missing"));
        }
    }
    let mut statement = c.prepare("SELECT article, reader, number FROM publication ORDER BY row")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: (i64, String, u32) = read(row.try_into(), || "a publication".to_owned())?;
        if !told.published.contains(&key) && seen.pruned_before.is_none() {
            let place = format!("publication of article {}, {} version {}", key.0, key.1, key.2);
            return Err(fault(place, "the trail does not say that it was published"));
        }
    }
    Ok(())
}

/// Each policy is the one that the trail says was set, by who it says.
fn policies(c: &Connection, told: &Told, seen: &Verification) -> Result<(), Stop> {
    let mut statement = c.prepare("SELECT n, by, toml FROM policy ORDER BY n")?;
    let mut rows = statement.query([])?;
    let mut held = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (n, by, toml): (i64, String, String) = read(row.try_into(), || "a policy".to_owned())?;
        let name = format!("policy {n}");
        match told.policies.get(&name) {
            Some(said) if *said != (by, sha256(toml.as_bytes())) => {
                return Err(fault(name, "it is not the one that the trail says was set"));
            }
            None if seen.pruned_before.is_none() => return Err(fault(name, "the trail does not say that it was set")),
            _ => {}
        }
        held.insert(name);
    }
    match told.policies.keys().find(|name| !held.contains(*name)) {
        Some(name) => Err(fault(name.clone(), "the trail says that it was set, and it is missing")),
        None => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::articles::{Outline, keep_outline};
    use crate::{Deed, Origin, VersionKey};
    use board::{Actor, Event, Member, PersonId, Policy, Role, StatementKey};
    use rusqlite::types::Value as Sql;
    use std::path::Path;

    pub(crate) fn outline(question: &str) -> Outline {
        let body: Body = serde_json::from_value(serde_json::json!({
            "question": question, "title": "On magnesium", "reader": "clinician", "outcome": "abstained", "bottom_line": [],
            "case": { "intents": [], "facts": [], "missing": [], "read_as": [], "redactions": [] },
            "sections": [], "not_applying": [], "references": [], "related": [], "nearest": [], "limits": [],
            "provenance": { "composer": "extractive", "version": "0.1.0", "snapshot": "aa" },
        }))
        .unwrap();
        Outline { hash: body.hash(), json: serde_json::to_string(&body).unwrap(), body }
    }

    /// Two articles, one with two versions, a third that was erased, and a deed.
    fn filled(folder: &Path) -> Articles {
        let articles = Articles::open(folder).unwrap();
        for question in ["Is magnesium low?", "Is magnesium high?", "is magnesium high", "Is it any?"] {
            articles.change(move |c| keep_outline(c, outline(question), None, "operator", Origin::Asked)).unwrap();
        }
        articles.erase(3, "operator", "a test").unwrap();
        let member = Member { id: PersonId(1), roles: [Role::Editor].into(), scopes: None };
        let (key, editor) =
            (VersionKey { article: 2, reader: "clinician".to_owned(), number: 1 }, Actor::Person(member));
        let version = articles.versions(2).unwrap()[0].hash.clone();
        let statements = vec![StatementKey::new(1, "x")];
        let submitted =
            Event::Submitted { version, asker: None, authors: vec![], statements, doubts: 0, previous: None };
        articles.add_to_review(&key, &editor, None, vec![submitted]).unwrap();
        articles.publish(&key, &editor, None, &Policy::default()).unwrap();
        articles.set_policy(&Policy::default(), "operator").unwrap();
        let deed = Deed {
            actor: "person 1".to_owned(),
            action: "submit",
            subject: "article x".to_owned(),
            detail: serde_json::json!({}),
        };
        articles.record(deed).unwrap();
        articles
    }

    #[test]
    fn what_was_written_is_found_to_be_whole() {
        let folder = tempfile::tempdir().unwrap();
        let articles = filled(folder.path());
        let seen = articles.verify(None).unwrap();
        assert_eq!(seen.fault, None);
        assert_eq!((seen.entries, seen.bodies, seen.versions, seen.erased, seen.reviews), (9, 3, 4, 1, 2));
        assert_eq!(articles.verify(Some(&seen.head)).unwrap().fault, None);
        assert_eq!(articles.verify(Some(GENESIS)).unwrap().fault, None);
        assert!(articles.verify(Some(&"0f".repeat(32))).unwrap().fault.is_some());
        articles.audit_prune(i64::MAX, "operator").unwrap().unwrap();
        assert_eq!(articles.verify(Some(&seen.head)).unwrap().fault, None);
    }

    /// Every byte of every column that is to stay, changed to another by each of two bits.
    #[test]
    fn any_changed_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let articles = filled(folder.path());
        let other = Connection::open(folder.path().join("articles.sqlite")).unwrap();
        other
            .execute_batch(
                "PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON;
                 DROP TRIGGER audit_stays; DROP TRIGGER version_stays; DROP TRIGGER body_stays;
                 DROP TRIGGER review_event_stays; DROP TRIGGER policy_stays;",
            )
            .unwrap();
        let tables = [
            ("audit", "seq", "seq, at, actor, action, subject, detail, previous, hash"),
            ("body", "hash", "hash, title, reader, outcome, snapshot, composer, curbside, model, prompt, json"),
            ("version", "10 * article + number", "article, reader, number, hash"),
            ("review_event", "n", "article, reader, number, n, at, person, json"),
            ("publication", "row", "article, reader, number"),
            ("policy", "n", "n, by, toml"),
            ("article", "iif(erased_at IS NULL, 0, id)", "slug, erased_at, erased_by, erased_why"),
        ];
        let mut flips = 0;
        for (table, key, columns) in tables {
            for column in columns.split(", ") {
                let sql = format!("SELECT {key}, {column} FROM {table} WHERE {key} <> 0");
                let mut rows = other.prepare(&sql).unwrap();
                let rows = rows.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
                for (at, value) in rows.collect::<rusqlite::Result<Vec<(Sql, Sql)>>>().unwrap() {
                    for changed in changes(&value) {
                        other.execute_batch("BEGIN").unwrap();
                        let sql = format!("UPDATE {table} SET {column} = ?2 WHERE {key} = ?1");
                        // Where a key would stand twice, SQLite itself does not take it.
                        if other.execute(&sql, rusqlite::params![at, changed]).is_ok() {
                            let fault = verify(&other, None).unwrap().fault;
                            assert!(fault.is_some(), "{table}.{column}: {value:?} became {changed:?}");
                            flips += 1;
                        }
                        other.execute_batch("ROLLBACK").unwrap();
                    }
                }
            }
        }
        assert!(flips > 5_000, "{flips}");
        assert_eq!(articles.verify(None).unwrap().fault, None);
    }

    /// The value with one byte of it otherwise.
    fn changes(value: &Sql) -> Vec<Sql> {
        match value {
            Sql::Integer(n) => (0..8).map(|byte| Sql::Integer(n ^ (1 << (8 * byte)))).collect(),
            Sql::Text(text) => {
                let flipped = |at: usize, bit: u8| {
                    let mut bytes = text.clone().into_bytes();
                    bytes[at] ^= bit;
                    String::from_utf8(bytes).ok().map(Sql::Text)
                };
                (0..text.len()).flat_map(|at| [1, 16].into_iter().filter_map(move |bit| flipped(at, bit))).collect()
            }
            Sql::Null => vec![Sql::Text("x".to_owned())],
            Sql::Real(_) | Sql::Blob(_) => panic!("no such column"),
        }
    }

    #[test]
    fn what_was_taken_away_or_put_in_is_found() {
        let removed = |sql: &str| {
            let folder = tempfile::tempdir().unwrap();
            let articles = filled(folder.path());
            let head = articles.audit_head().unwrap();
            let other = Connection::open(folder.path().join("articles.sqlite")).unwrap();
            other
                .execute_batch(
                    "DROP TRIGGER version_never_goes; DROP TRIGGER version_stays; DROP TRIGGER policy_never_goes",
                )
                .unwrap();
            assert!(other.execute(sql, []).unwrap() > 0, "{sql}");
            let alone = articles.verify(None).unwrap().fault;
            (alone.is_some(), articles.verify(Some(&head)).unwrap().fault.is_some())
        };
        for sql in [
            "DELETE FROM audit WHERE seq = 1",
            "DELETE FROM audit WHERE seq <= 3",
            "DELETE FROM audit WHERE seq = 3",
            "DELETE FROM version WHERE article = 1",
            "DELETE FROM body WHERE hash = (SELECT hash FROM version WHERE article = 2 AND number = 1)",
            "UPDATE article SET erased_at = NULL, erased_by = NULL, erased_why = NULL WHERE id = 3",
            "INSERT INTO version SELECT article, reader, 9, hash, kept_at FROM version WHERE article = 1",
            "DELETE FROM review_event WHERE n = 2",
            "INSERT INTO review_event SELECT article, reader, number, 3, at, person, json FROM review_event WHERE n = 2",
            "INSERT INTO publication (article, reader, number, at) VALUES (1, 'clinician', 1, 1)",
            "DELETE FROM policy",
            "UPDATE article SET erased_at = 1, erased_by = 'x', erased_why = 'y' WHERE id = 1",
        ] {
            assert_eq!(removed(sql), (true, true), "{sql}");
        }
        // The end cut off is seen by who noted where it was.
        assert_eq!(removed("DELETE FROM audit WHERE seq = 9"), (false, true));
    }

    #[test]
    fn what_is_past_its_time_goes_and_the_rest_is_still_a_chain() {
        let folder = tempfile::tempdir().unwrap();
        let articles = filled(folder.path());
        assert_eq!(articles.audit_prune(0, "operator").unwrap(), None);
        let other = Connection::open(folder.path().join("articles.sqlite")).unwrap();
        let last: i64 = other.query_row("SELECT max(at) FROM audit", [], |r| r.get(0)).unwrap();
        let pruned = articles.audit_prune(last + 1, "operator").unwrap().unwrap();
        assert_eq!((pruned.entries, pruned.through), (9, 9));
        let seen = articles.verify(None).unwrap();
        assert_eq!((seen.fault, seen.entries, seen.pruned_before), (None, 1, Some(10)));
        let deed = Deed {
            actor: "operator".to_owned(),
            action: "test",
            subject: "x".to_owned(),
            detail: serde_json::json!({}),
        };
        assert_eq!(articles.record(deed).unwrap().seq, 11);
        assert_eq!(articles.verify(None).unwrap().fault, None);
        // A second cut, over the record of the first.
        articles.audit_prune(i64::MAX, "operator").unwrap().unwrap();
        assert_eq!(articles.verify(None).unwrap().fault, None);
        other.execute("DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)", []).unwrap();
        let seen = articles.verify(None).unwrap();
        assert!(seen.entries == 0 || seen.fault.is_some());
    }
}
