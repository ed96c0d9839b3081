//! The events of a review: read, added to, each in the audit trail by its hash.

use crate::audit::{Deed, append};
use crate::people::Fault;
use crate::{Articles, LibraryError};
use board::{Actor, Decision, Denied, Event, Mark, PersonId, Reason, Record, Stage};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One version of an article, as its review names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VersionKey {
    /// The number of the article.
    pub article: i64,
    /// Whose wording, as `patient`.
    pub reader: String,
    /// From 1 within article and reader.
    pub number: u32,
}

/// A review, as it was read.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// What happened, in order.
    pub history: Vec<Record>,
    /// Where that leads.
    pub stage: Stage,
}

impl Reviewed {
    /// How many changes it has seen: what a caller says they have seen, so that nobody decides on what is no longer so.
    pub fn changes(&self) -> u32 {
        u32::try_from(self.history.len()).unwrap_or(u32::MAX)
    }
}

/// The SHA-256 of an event, and which event it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EventHash {
    /// The article of the version.
    pub article: i64,
    /// Whose wording.
    pub reader: String,
    /// Which version.
    pub number: u32,
    /// The place of the event in the review's history.
    pub n: u32,
    /// In hexadecimal, over everything that is kept of the event.
    pub sha256: String,
}

impl EventHash {
    fn of(key: &VersionKey, n: u32, at: i64, person: Option<i64>, json: &str) -> Self {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(&key.article.to_le_bytes());
        part(key.reader.as_bytes());
        part(&key.number.to_le_bytes());
        part(&n.to_le_bytes());
        part(&at.to_le_bytes());
        part(&person.map_or(Vec::new(), |p| p.to_le_bytes().to_vec()));
        part(json.as_bytes());
        let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Self { article: key.article, reader: key.reader.clone(), number: key.number, n, sha256 }
    }

    /// The event that an entry of the audit trail is about, out of the entry's detail; nothing where it is about none.
    pub fn of_detail(detail: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(detail.get("review")?.clone()).ok()
    }
}

/// The hash of every event that is kept, computed anew, in the order of their keys. The trail holds one entry for each, whose
/// detail [`EventHash::of_detail`] reads; of an erased article the events are gone.
pub fn review_event_hashes(c: &Connection) -> rusqlite::Result<Vec<EventHash>> {
    let mut statement = c.prepare_cached(
        "SELECT article, reader, number, n, at, person, json FROM review_event ORDER BY article, reader, number, n",
    )?;
    let rows = statement.query_map([], |r| {
        let key = VersionKey { article: r.get(0)?, reader: r.get(1)?, number: r.get(2)? };
        Ok(EventHash::of(&key, r.get(3)?, r.get(4)?, r.get(5)?, r.get_ref(6)?.as_str()?))
    })?;
    rows.collect()
}

/// Removes the reviews of an article that is erased: comments may say what it said.
pub(crate) fn forget(c: &Connection, article: i64) -> rusqlite::Result<()> {
    for table in ["review_event", "review", "publication"] {
        c.execute(&format!("DELETE FROM {table} WHERE article = ?1"), [article])?;
    }
    Ok(())
}

/// The history of a version; empty where it never was before the board.
pub(crate) fn history(c: &Connection, key: &VersionKey) -> Result<Vec<Record>, Fault> {
    let mut statement = c.prepare_cached(
        "SELECT n, at, person, json FROM review_event WHERE article = ?1 AND reader = ?2 AND number = ?3 ORDER BY n",
    )?;
    let rows = statement.query_map(params![key.article, key.reader, key.number], |r| {
        Ok((r.get::<_, u32>(0)?, r.get::<_, i64>(1)?, r.get::<_, Option<i64>>(2)?, r.get::<_, String>(3)?))
    })?;
    let mut history = Vec::new();
    for row in rows {
        let (n, at, person, json) = row?;
        let event = serde_json::from_str(&json).map_err(|_| damaged(key, n))?;
        history.push(Record { n, at, by: person.map(PersonId), event });
    }
    Ok(history)
}

fn damaged(key: &VersionKey, n: u32) -> Fault {
    let what = format!("entry {n} of the review of article {}, {} version {}", key.article, key.reader, key.number);
    Fault::Library(LibraryError::Damaged { what })
}

/// The review of a version; nothing where it never was before the board.
pub(crate) fn read(c: &Connection, key: &VersionKey) -> Result<Option<Reviewed>, Fault> {
    let history = history(c, key)?;
    if history.is_empty() {
        return Ok(None);
    }
    let stage = Stage::replay(&history).map_err(|replay| damaged(key, replay.n))?;
    Ok(Some(Reviewed { history, stage }))
}

/// What the trail calls an event.
fn action(event: &Event) -> &'static str {
    match event {
        Event::Submitted { .. } => "submit",
        Event::Taken => "take-review",
        Event::ConflictStated { .. } => "state-conflict",
        Event::Marked { .. } => "mark",
        Event::WordingProposed { .. } => "propose-wording",
        Event::WordingDecided { .. } => "decide-wording",
        Event::Signed { decision: Decision::Approve, .. } => "sign-approve",
        Event::Signed { decision: Decision::RequestChanges, .. } => "sign-request-changes",
        Event::Published { .. } => "publish",
        Event::Reopened { .. } => "reopen",
        Event::Superseded { .. } => "supersede",
        Event::Retired { .. } => "retire",
    }
}

/// What of an event the trail says in plain: names and words of the programme, never what anybody wrote.
fn plain(event: &Event) -> serde_json::Value {
    let mark = |m: &Mark| m.word();
    match event {
        Event::Marked { statement, mark: m, .. } => serde_json::json!({ "statement": statement, "mark": mark(m) }),
        Event::ConflictStated { conflict } => serde_json::json!({ "conflict": conflict.is_some() }),
        Event::WordingProposed { statement, checked, .. } => {
            serde_json::json!({ "statement": statement, "supported": checked.supported })
        }
        Event::WordingDecided { proposal, accepted } => {
            serde_json::json!({ "proposal": proposal, "accepted": accepted })
        }
        Event::Signed { rules, .. } => serde_json::json!({ "approvals-needed": rules.approvals }),
        Event::Published { pending } => serde_json::json!({ "pending": pending }),
        Event::Reopened { reasons, .. } => {
            serde_json::json!({ "reasons": reasons.iter().map(|r| r.kind.as_str()).collect::<Vec<_>>() })
        }
        Event::Superseded { by } => serde_json::json!({ "by": by }),
        Event::Submitted { doubts, .. } => serde_json::json!({ "doubts": doubts }),
        Event::Taken | Event::Retired { .. } => serde_json::json!({}),
    }
}

/// Adds an event to a review, if `board` allows it from where the review is, and writes it in the trail: all in the
/// transaction of `c`. `actor` is as the trail calls them. Cost: reads the whole history of the version.
pub(crate) fn add(
    c: &Connection,
    key: &VersionKey,
    before: Option<Reviewed>,
    (person, actor): (Option<PersonId>, &str),
    event: Event,
) -> Result<Reviewed, Fault> {
    let (mut history, stage) = before.map_or((Vec::new(), None), |r| (r.history, Some(r.stage)));
    let at: i64 = c.prepare_cached("SELECT unixepoch()")?.query_row([], |r| r.get(0))?;
    let n = u32::try_from(history.len()).unwrap_or(u32::MAX).saturating_add(1);
    let record = Record { n, at, by: person, event };
    let stage = Stage::next(stage, &record).map_err(|denied| Fault::Library(LibraryError::Denied(denied)))?;
    let json = serde_json::to_string(&record.event).map_err(|_| damaged(key, n))?;
    let hash = EventHash::of(key, n, at, person.map(|p| p.0), &json);
    c.prepare_cached("INSERT INTO review_event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(params![
        key.article,
        key.reader,
        key.number,
        n,
        at,
        person.map(|p| p.0),
        json
    ])?;
    c.prepare_cached(
        "INSERT INTO review (article, reader, number, stage, changes, submitted, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
         ON CONFLICT DO UPDATE SET stage = ?4, changes = ?5, changed = ?6",
    )?
    .execute(params![key.article, key.reader, key.number, stage.word(), n, at])?;
    let mut detail = plain(&record.event);
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("review".to_owned(), serde_json::to_value(&hash).unwrap_or_default());
    }
    append(
        c,
        Deed {
            actor: actor.to_owned(),
            action: action(&record.event),
            subject: format!("article {}", stage.known().version()),
            detail,
        },
    )?;
    history.push(record);
    Ok(Reviewed { history, stage })
}

/// Goes on only where the review is at the change that the caller has seen.
pub(crate) fn at_change(key: &VersionKey, reviewed: Option<&Reviewed>, seen: Option<u32>) -> Result<(), Fault> {
    let found = reviewed.map_or(0, Reviewed::changes);
    match seen {
        Some(expected) if expected != found => Err(Fault::Library(LibraryError::Changed {
            what: format!("the review of article {}, {} version {},", key.article, key.reader, key.number),
            expected: expected.into(),
            found: found.into(),
        })),
        _ => Ok(()),
    }
}

/// Puts a version back before the board for reasons that it was not reopened for before, as `system` in the trail; does nothing where all of
/// them are known to its review, where it never was before the board, and where it was retired or has a successor. In the
/// transaction of `c`; whether it did anything.
pub(crate) fn reopen_in(
    c: &Connection,
    key: &VersionKey,
    reasons: &[Reason],
    difference: Option<&str>,
) -> Result<bool, Fault> {
    let Some(reviewed) = read(c, key)? else { return Ok(false) };
    if matches!(reviewed.stage, Stage::Retired(_)) {
        return Ok(false);
    }
    let new: Vec<Reason> = reasons.iter().filter(|r| !reviewed.stage.known().knows(r)).cloned().collect();
    if new.is_empty() {
        return Ok(false);
    }
    let event = Event::Reopened { reasons: new, difference: difference.map(str::to_owned) };
    add(c, key, Some(reviewed), (None, "system"), event)?;
    Ok(true)
}

/// [`Articles::reopen`] of many versions in one commit; how many were reopened.
pub fn reopen(
    articles: &Articles,
    versions: Vec<(VersionKey, Vec<Reason>, Option<String>)>,
) -> Result<usize, LibraryError> {
    articles.alter(move |c| {
        let mut reopened = 0;
        for (key, reasons, difference) in &versions {
            reopened += usize::from(reopen_in(c, key, reasons, difference.as_deref())?);
        }
        Ok(reopened)
    })
}

impl Articles {
    /// [`review_event_hashes`] of this store.
    pub fn review_event_hashes(&self) -> Result<Vec<EventHash>, LibraryError> {
        self.db(review_event_hashes(&self.connection))
    }

    /// The review of a version; nothing where it never was before the board.
    pub fn review(&self, key: &VersionKey) -> Result<Option<Reviewed>, LibraryError> {
        read(&self.connection, key).map_err(|fault| self.fault(fault))
    }

    pub(crate) fn fault(&self, fault: Fault) -> LibraryError {
        match fault {
            Fault::Sqlite(error) => LibraryError::Database { path: self.path.clone(), error },
            Fault::Library(error) => error,
        }
    }

    /// Adds events to the review of a version, all or none, each only if `board` allows it then. `seen` is the change that
    /// the caller decided upon, where that matters. That it goes back to Submitted for reasons of the library's own is
    /// [`Articles::reopen`].
    pub fn add_to_review(
        &self,
        key: &VersionKey,
        by: &Actor,
        seen: Option<u32>,
        events: Vec<Event>,
    ) -> Result<Reviewed, LibraryError> {
        let (key, person, label) = (key.clone(), by.person(), by.label());
        self.alter(move |c| {
            let mut reviewed = read(c, &key)?;
            at_change(&key, reviewed.as_ref(), seen)?;
            for event in events {
                reviewed = Some(add(c, &key, reviewed, (person, &label), event)?);
            }
            reviewed.ok_or(Fault::Library(LibraryError::Denied(Denied::NotSubmitted)))
        })
    }

    /// Puts a version back before the board for reasons that its review does not know yet, as `system`. Does nothing, and says
    /// so, where it knows them all, never was before the board, or is retired or superseded.
    pub fn reopen(
        &self,
        key: &VersionKey,
        reasons: Vec<Reason>,
        difference: Option<String>,
    ) -> Result<bool, LibraryError> {
        Ok(reopen(self, vec![(key.clone(), reasons, difference)])? > 0)
    }
}
