//! Keeping: the same question and case of the same asker is the same article, and a body that differs is its next version.

use super::outline::{Outline, same_statements, slug};
use super::{Articles, KeptArticle, Visibility};
use crate::LibraryError;
use crate::audit::{self, Deed};
use answering::{Article, Body, Verified};
use board::Actor;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// How an article came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A question was asked.
    Asked,
    /// A question was asked behind another article.
    Followed,
    /// An editor put the question of an article made from a case in general words.
    Generalised,
}

impl Origin {
    /// The word for it, as in the database and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Origin::Asked => "asked",
            Origin::Followed => "followed",
            Origin::Generalised => "generalised",
        }
    }

    /// The origin of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Origin::Asked, Origin::Followed, Origin::Generalised].into_iter().find(|o| o.word() == word)
    }
}

impl Articles {
    /// Keeps an article for who asked for it. Only a verified one can be: there is no other way in.
    ///
    /// A published article with the same question, case and statements is given back instead of a copy. Else the
    /// asker's own article of this question and case is, with a new version where the body differs from its last.
    pub fn keep(&self, article: &Article<Verified>, asker: &Actor) -> Result<KeptArticle, LibraryError> {
        let origin = if article.body().follows.is_some() { Origin::Followed } else { Origin::Asked };
        self.keep_as(article, asker, origin)
    }

    /// [`Articles::keep`] of an article with another origin than being asked for or following.
    pub fn keep_as(
        &self,
        article: &Article<Verified>,
        asker: &Actor,
        origin: Origin,
    ) -> Result<KeptArticle, LibraryError> {
        let outline = Outline::of(article)?;
        let (asker, label) = (asker.person().map(|p| p.0), asker.label());
        self.change(move |c| keep_outline(c, outline, asker, &label, origin))
    }
}

/// Keeps what [`Articles::keep`] says, in the transaction of the writer.
pub(crate) fn keep_outline(
    c: &Connection,
    outline: Outline,
    asker: Option<i64>,
    label: &str,
    origin: Origin,
) -> rusqlite::Result<KeptArticle> {
    let key = outline.key(c)?;
    if let Some(published) = published(c, &key, &outline.body)? {
        return Ok(published);
    }
    let now = now(c)?;
    let id = article_for(c, &outline, &key, asker, origin, now)?;
    if let Some(number) = next_version(c, id, &outline, now)? {
        log_kept(c, label, id, &outline, number)?;
    }
    let (slug, visibility, number, kept_at) = c
        .prepare_cached(
            "SELECT a.slug, a.visibility, v.number, v.kept_at FROM article a JOIN version v ON v.article = a.id
             WHERE a.id = ?1 AND v.reader = ?2 ORDER BY v.number DESC LIMIT 1",
        )?
        .query_row(params![id, outline.reader()], |r| Ok((r.get(0)?, Visibility::of(r, 1)?, r.get(2)?, r.get(3)?)))?;
    let Outline { hash, body, .. } = outline;
    Ok(KeptArticle { hash, kept_at, slug, number, visibility, body })
}

pub(super) fn now(c: &Connection) -> rusqlite::Result<i64> {
    c.prepare_cached("SELECT unixepoch()")?.query_row([], |r| r.get(0))
}

/// The published version that says the same for this reader, where there is one.
fn published(c: &Connection, key: &str, body: &Body) -> rusqlite::Result<Option<KeptArticle>> {
    let mut statement = c.prepare_cached(
        "SELECT v.hash, v.kept_at, a.slug, v.number, b.json
         FROM article a JOIN publication p ON p.article = a.id AND p.ended IS NULL
         JOIN version v ON v.article = a.id AND v.reader = p.reader AND v.number = p.number JOIN body b ON b.hash = v.hash
         WHERE a.key = ?1 AND a.visibility = 'published' AND p.reader = ?2 ORDER BY a.id",
    )?;
    let mut rows = statement.query(params![key, body.reader.word()])?;
    while let Some(row) = rows.next()? {
        // One that cannot be read is not the same.
        let Ok(held) = serde_json::from_str::<Body>(row.get_ref(4)?.as_str()?) else { continue };
        if same_statements(&held, body) {
            return Ok(Some(KeptArticle {
                hash: row.get(0)?,
                kept_at: row.get(1)?,
                slug: row.get(2)?,
                number: row.get(3)?,
                visibility: Visibility::Published,
                body: held,
            }));
        }
    }
    Ok(None)
}

/// The asker's article of this key, made where there is none; asked for at `at`.
pub(crate) fn article_for(
    c: &Connection,
    outline: &Outline,
    key: &str,
    asker: Option<i64>,
    origin: Origin,
    at: i64,
) -> rusqlite::Result<i64> {
    let held: Option<i64> = c
        .prepare_cached("UPDATE article SET asked = max(asked, ?3) WHERE key = ?1 AND ifnull(asker, 0) = ifnull(?2, 0) RETURNING id")?
        .query_row(params![key, asker, at], |r| r.get(0))
        .optional()?;
    if let Some(id) = held {
        return Ok(id);
    }
    let root: Option<i64> = match &outline.body.follows {
        // The asker's own where several articles say what is followed.
        Some(follows) => c
            .prepare_cached(
                "SELECT a.root FROM version v JOIN article a ON a.id = v.article WHERE v.hash = ?1
                 ORDER BY ifnull(a.asker, 0) <> ifnull(?2, 0), a.id LIMIT 1",
            )?
            .query_row(params![follows.article, asker], |r| r.get(0))
            .optional()?,
        None => None,
    };
    let mut insert = c.prepare_cached(
        "INSERT OR IGNORE INTO article (slug, key, asker, root, origin, visibility, created, asked)
         VALUES (?1, ?2, ?3, ?4, ?5, 'private', ?6, ?6) RETURNING id",
    )?;
    let mut attempt = 0;
    let id: i64 = loop {
        let slug = slug(&outline.body.title, key, asker, attempt);
        let made = insert.query_row(params![slug, key, asker, root.unwrap_or(0), origin.word(), at], |r| r.get(0));
        match made.optional()? {
            Some(id) => break id,
            // The slug is taken, by another or by one that was erased.
            None => attempt += 1,
        }
    };
    if root.is_none() {
        c.prepare_cached("UPDATE article SET root = id WHERE id = ?1")?.execute([id])?;
    }
    Ok(id)
}

/// Adds a version to an article unless its last for this reader is the same; its number where it was added.
pub(crate) fn next_version(c: &Connection, article: i64, outline: &Outline, at: i64) -> rusqlite::Result<Option<u32>> {
    let last: Option<(u32, String)> = c
        .prepare_cached(
            "SELECT number, hash FROM version WHERE article = ?1 AND reader = ?2 ORDER BY number DESC LIMIT 1",
        )?
        .query_row(params![article, outline.reader()], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    if last.as_ref().is_some_and(|(_, hash)| *hash == outline.hash) {
        return Ok(None);
    }
    outline.write(c)?;
    let number = last.map_or(1, |(number, _)| number + 1);
    c.prepare_cached("INSERT INTO version (article, reader, number, hash, kept_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![article, outline.reader(), number, outline.hash, at])?;
    Ok(Some(number))
}

/// Writes in the trail that a version was kept, so that one that is missing later is found.
pub(crate) fn log_kept(
    c: &Connection,
    actor: &str,
    article: i64,
    outline: &Outline,
    number: u32,
) -> rusqlite::Result<()> {
    audit::append(
        c,
        Deed {
            actor: actor.to_owned(),
            action: "keep",
            subject: format!("article {}", outline.hash),
            detail: serde_json::json!({ "article": article, "reader": outline.reader(), "number": number }),
        },
    )?;
    Ok(())
}
