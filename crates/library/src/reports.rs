//! Problems that readers report with what an article says, how each ended, and the log of corrections.
//!
//! Owns their tables. Who may report and answer is the desk's to ask; the words are kept as given, so whoever calls takes
//! patient identifiers out first.

use crate::audit::{Deed, append};
use crate::{Articles, LibraryError};
use board::PersonId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A problem as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Hash of the version that was read.
    pub version: String,
    /// Name of the statement; none: the whole article.
    pub statement: Option<String>,
    /// What is wrong, in the reader's words without patient identifiers.
    pub words: String,
    /// Who; nobody where they did not sign in.
    pub person: Option<PersonId>,
}

/// How a report ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// It was answered, and nothing had to be changed.
    Answered,
    /// It was closed: a repetition, or nothing that could be answered.
    Closed,
    /// What it told of was wrong; the corrections log says what was done.
    Corrected,
}

impl Ended {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Ended::Answered => "answered",
            Ended::Closed => "closed",
            Ended::Corrected => "corrected",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Ended::Answered, Ended::Closed, Ended::Corrected].into_iter().find(|e| e.word() == word)
    }
}

/// A problem that was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Its number.
    pub id: i64,
    /// Hash of the version that was read.
    pub version: String,
    /// Name of the statement; none: the whole article.
    pub statement: Option<String>,
    /// What is wrong.
    pub words: String,
    /// Who reported it, where they signed in.
    pub person: Option<PersonId>,
    /// When, seconds since 1970.
    pub at: i64,
    /// How it ended, and nothing while it is open.
    pub end: Option<End>,
}

/// How a report ended, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct End {
    /// How.
    pub ended: Ended,
    /// The answer or the reason.
    pub answer: String,
    /// Who said so.
    pub by: Option<PersonId>,
    /// When, seconds since 1970.
    pub at: i64,
}

/// An entry of the corrections log, which everyone may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// Its number.
    pub id: i64,
    /// When, seconds since 1970.
    pub at: i64,
    /// Hash of the version that was wrong.
    pub version: String,
    /// What the article was called.
    pub title: String,
    /// What was wrong, and what was done.
    pub words: String,
    /// The report it came from.
    pub report: Option<i64>,
}

const COLUMNS: &str = "id, version, statement, words, person, at, ended, answer, ended_by, ended_at";

fn report(row: &Row<'_>) -> rusqlite::Result<Report> {
    let ended: Option<String> = row.get(6)?;
    let end = match ended.as_deref().and_then(Ended::from_word) {
        None => None,
        Some(ended) => {
            Some(End { ended, answer: row.get(7)?, by: row.get::<_, Option<i64>>(8)?.map(PersonId), at: row.get(9)? })
        }
    };
    Ok(Report {
        id: row.get(0)?,
        version: row.get(1)?,
        statement: row.get(2)?,
        words: row.get(3)?,
        person: row.get::<_, Option<i64>>(4)?.map(PersonId),
        at: row.get(5)?,
        end,
    })
}

fn actor(person: Option<PersonId>) -> String {
    person.map_or_else(|| "anonymous".to_owned(), |p| p.to_string())
}

impl Articles {
    /// Keeps a report of a problem; gives its number.
    pub fn report(&self, new: NewReport) -> Result<i64, LibraryError> {
        self.change(move |c| {
            c.prepare_cached(
                "INSERT INTO report (version, statement, words, person, at) VALUES (?1, ?2, ?3, ?4, unixepoch())",
            )?
            .execute(params![new.version, new.statement, new.words, new.person.map(|p| p.0)])?;
            let id = c.last_insert_rowid();
            let detail = json!({ "report": id, "statement": new.statement });
            let subject = format!("version {}", new.version);
            append(c, Deed { actor: actor(new.person), action: "report", subject, detail })?;
            Ok(id)
        })
    }

    /// Ends a report with an answer or a reason. One that was wrong becomes an entry of the corrections log, with what the
    /// article was called. False where there is no such report or it ended before.
    pub fn end_report(
        &self,
        id: i64,
        ended: Ended,
        answer: String,
        by: Option<PersonId>,
        title: String,
    ) -> Result<bool, LibraryError> {
        self.change(move |c| {
            let version: Option<String> = c
                .prepare_cached(
                    "UPDATE report SET ended = ?2, answer = ?3, ended_by = ?4, ended_at = unixepoch()
                         WHERE id = ?1 AND ended IS NULL RETURNING version",
                )?
                .query_row(params![id, ended.word(), answer, by.map(|p| p.0)], |r| r.get(0))
                .optional()?;
            let Some(version) = version else { return Ok(false) };
            let subject = format!("version {version}");
            let detail = json!({ "report": id, "ended": ended.word() });
            append(c, Deed { actor: actor(by), action: "end-report", subject, detail })?;
            if ended == Ended::Corrected {
                correct(c, &version, &title, &answer, Some(id), by)?;
            }
            Ok(true)
        })
    }

    /// Writes an entry of the corrections log that no report led to.
    pub fn correct(
        &self,
        version: String,
        title: String,
        words: String,
        by: Option<PersonId>,
    ) -> Result<(), LibraryError> {
        self.change(move |c| correct(c, &version, &title, &words, None, by))
    }

    /// Reports, the oldest first: those that are open, or all.
    pub fn reports(&self, all: bool) -> Result<Vec<Report>, LibraryError> {
        let which = if all { "" } else { "WHERE ended IS NULL" };
        let mut statement =
            self.db(self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM report {which} ORDER BY at, id")))?;
        let rows = self.db(statement.query_map([], report))?;
        self.db(rows.collect())
    }

    /// One report.
    pub fn report_of(&self, id: i64) -> Result<Option<Report>, LibraryError> {
        let mut statement =
            self.db(self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM report WHERE id = ?1")))?;
        self.db(statement.query_row([id], report).optional())
    }

    /// How many reports on a version are open.
    pub fn open_reports(&self, version: &str) -> Result<u64, LibraryError> {
        let mut statement = self
            .db(self.connection.prepare_cached("SELECT count(*) FROM report WHERE version = ?1 AND ended IS NULL"))?;
        self.db(statement.query_row([version], |r| r.get::<_, i64>(0))).map(i64::unsigned_abs)
    }

    /// The corrections log, the newest first.
    pub fn corrections(&self, limit: usize) -> Result<Vec<Correction>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT id, at, version, title, words, report FROM correction ORDER BY at DESC, id DESC LIMIT ?1",
        ))?;
        let rows = self.db(statement.query_map([limit as i64], |r| {
            Ok(Correction {
                id: r.get(0)?,
                at: r.get(1)?,
                version: r.get(2)?,
                title: r.get(3)?,
                words: r.get(4)?,
                report: r.get(5)?,
            })
        }))?;
        self.db(rows.collect())
    }
}

/// Takes away what was said of the versions of an erased article that are gone: it may quote them. That something was reported
/// and how it ended stays, and so does what was corrected, under no title.
pub(crate) fn forget(c: &Connection, article: i64) -> rusqlite::Result<()> {
    const GONE: &str = "version IN (SELECT hash FROM version WHERE article = ?1)
                        AND version NOT IN (SELECT hash FROM body)";
    c.prepare_cached(&format!("UPDATE report SET words = '', answer = iif(answer IS NULL, NULL, '') WHERE {GONE}"))?
        .execute([article])?;
    c.prepare_cached(&format!("UPDATE correction SET title = 'An erased article' WHERE {GONE}"))?.execute([article])?;
    Ok(())
}

fn correct(
    c: &Connection,
    version: &str,
    title: &str,
    words: &str,
    report: Option<i64>,
    by: Option<PersonId>,
) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT INTO correction (at, version, title, words, report, person) VALUES (unixepoch(), ?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![version, title, words, report, by.map(|p| p.0)])?;
    let detail = json!({ "correction": c.last_insert_rowid(), "report": report });
    append(c, Deed { actor: actor(by), action: "correct", subject: format!("version {version}"), detail })?;
    Ok(())
}
