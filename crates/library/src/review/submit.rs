//! Putting a version before the board, and the next one that comes of its review.

use super::events::{VersionKey, add, at_change, read};
use crate::articles::{Outline, Visibility, identity_by_id, log_kept, next_version, set_visibility};
use crate::people::Fault;
use crate::{Articles, LibraryError, Reviewed};
use answering::{Article, Body, Verified};
use board::{Actor, Denied, Event, StatementKey};
use rusqlite::{Connection, OptionalExtension, params};

/// The names of the statements of a version, in the order of its lines.
pub fn statement_keys(body: &Body) -> Vec<StatementKey> {
    (1u32..).zip(body.lines()).map(|(place, line)| StatementKey::new(place, &line.text)).collect()
}

/// The hash and body of a version that is kept.
fn version(c: &Connection, key: &VersionKey) -> Result<Option<(String, Body)>, Fault> {
    let row: Option<(String, String)> = c
        .prepare_cached(
            "SELECT v.hash, b.json FROM version v JOIN body b ON b.hash = v.hash
             WHERE v.article = ?1 AND v.reader = ?2 AND v.number = ?3",
        )?
        .query_row(params![key.article, key.reader, key.number], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let Some((hash, json)) = row else { return Ok(None) };
    let body = serde_json::from_str(&json)
        .map_err(|_| Fault::Library(LibraryError::Damaged { what: format!("article {hash}") }))?;
    Ok(Some((hash, body)))
}

impl Articles {
    /// Puts a version before the board, where it is the last in its reader's wording; of a private article that makes it the
    /// board's.
    /// `doubts` is how many words of it might tell who the patient is, and were looked at.
    pub fn submit(&self, key: &VersionKey, by: &Actor, doubts: u32) -> Result<Reviewed, LibraryError> {
        let (key, person, label) = (key.clone(), by.person(), by.label());
        self.alter(move |c| {
            let gone = || Fault::Library(LibraryError::Denied(Denied::NotSubmitted));
            let (hash, body) = version(c, &key)?.ok_or_else(gone)?;
            let article = identity_by_id(c, key.article)?.ok_or_else(gone)?;
            let event = Event::Submitted {
                version: hash,
                asker: article.asker,
                authors: Vec::new(),
                statements: statement_keys(&body),
                doubts,
                previous: None,
            };
            let before = read(c, &key)?;
            let reviewed = add(c, &key, before, (person, &label), event)?;
            if article.visibility == Visibility::Private {
                set_visibility(c, key.article, Visibility::Submitted)?;
            }
            Ok(reviewed)
        })
    }

    /// Keeps the next version of an article in a reader's wording, puts it before the board, and ends the review of the one it
    /// comes from. Whoever wrote that one wrote this one too. Only a verified article can be a version.
    pub fn revise(
        &self,
        from: &VersionKey,
        article: &Article<Verified>,
        by: &Actor,
        seen: Option<u32>,
    ) -> Result<(VersionKey, Reviewed), LibraryError> {
        let outline = Outline::of(article)?;
        let (from, person, label) = (from.clone(), by.person(), by.label());
        self.alter(move |c| {
            let before = read(c, &from)?.ok_or(Fault::Library(LibraryError::Denied(Denied::NotSubmitted)))?;
            at_change(&from, Some(&before), seen)?;
            let (asker, previous) = (before.stage.known().asker(), before.stage.known().version().to_owned());
            let authors = before.stage.known().authors().collect();
            let at = c.prepare_cached("SELECT unixepoch()")?.query_row([], |r| r.get(0))?;
            let number =
                next_version(c, from.article, &outline, at)?.ok_or(Fault::Library(LibraryError::NothingChanged))?;
            log_kept(c, &label, from.article, &outline, number)?;
            add(c, &from, Some(before), (person, &label), Event::Superseded { by: outline.hash.clone() })?;
            let key = VersionKey { article: from.article, reader: outline.body.reader.word().to_owned(), number };
            let statements = statement_keys(&outline.body);
            let event = Event::Submitted {
                version: outline.hash.clone(),
                asker,
                authors,
                statements,
                doubts: 0,
                previous: Some(previous),
            };
            let reviewed = add(c, &key, None, (person, &label), event)?;
            Ok((key, reviewed))
        })
    }
}
