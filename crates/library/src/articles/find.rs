//! Finding articles: by hash, by the beginning of one, by slug; lists and threads.

use super::keep::Origin;
use super::{Articles, KeptArticle, Visibility};
use crate::{Deed, LibraryError, VersionKey};
use answering::Asked;
use board::PersonId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

/// An article as a whole, whatever its versions say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its number, never given to another.
    pub id: i64,
    /// Its name in addresses.
    pub slug: String,
    /// Who asked; nobody known, or erased.
    pub asker: Option<PersonId>,
    /// The article that its thread begins with; its own number for the first.
    pub root: i64,
    /// How it came to be.
    pub origin: Origin,
    /// Who it is for.
    pub visibility: Visibility,
    /// When it was first kept, seconds since 1970.
    pub created: i64,
    /// When it was asked for last, seconds since 1970.
    pub asked: i64,
    /// How often it was read, by whom is not kept.
    pub reads: u64,
    /// Set where it was erased: when, by whom, why.
    pub erased: Option<Erased>,
}

/// That an article was erased: all that is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// When, seconds since 1970.
    pub at: i64,
    /// By whom, as the audit trail calls them.
    pub by: String,
    /// Why, in their words.
    pub why: String,
}

/// One version of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// SHA-256 of its body.
    pub hash: String,
    /// Whose wording, as `patient`.
    pub reader: String,
    /// From 1 within article and reader.
    pub number: u32,
    /// When it was kept, seconds since 1970.
    pub kept_at: i64,
}

/// One line of a list of articles: what is published of it, else its last version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptSummary {
    /// The hash of that version.
    pub hash: String,
    /// That version's title; nothing of an erased one.
    pub title: String,
    /// When that version was kept, seconds since 1970.
    pub kept_at: i64,
    /// The article.
    pub article: Identity,
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A version, and its article.
    Kept(Box<(Identity, KeptArticle)>),
    /// Something that was erased.
    Erased(Identity),
    /// Nothing, or more than one thing.
    Nothing,
}

/// The columns of [`Identity`], from `article a`.
pub(crate) const IDENTITY: &str = "a.id, a.slug, a.asker, a.root, a.origin, a.visibility, a.created, a.asked, a.reads, \
                        a.erased_at, a.erased_by, a.erased_why";
/// How many they are.
pub(crate) const IDENTITY_COLUMNS: usize = 12;

/// [`IDENTITY`] out of a row.
pub(crate) fn identity(row: &Row<'_>) -> rusqlite::Result<Identity> {
    let at: Option<i64> = row.get(9)?;
    Ok(Identity {
        id: row.get(0)?,
        slug: row.get(1)?,
        asker: row.get::<_, Option<i64>>(2)?.map(PersonId),
        root: row.get(3)?,
        origin: Origin::from_word(row.get_ref(4)?.as_str()?).unwrap_or(Origin::Asked),
        visibility: Visibility::of(row, 5)?,
        created: row.get(6)?,
        asked: row.get(7)?,
        reads: row.get::<_, i64>(8)?.unsigned_abs(),
        erased: match at {
            Some(at) => Some(Erased { at, by: row.get(10)?, why: row.get(11)? }),
            None => None,
        },
    })
}

/// All articles that have this version, in whatever order they are looked at by `viewer`: published, their own, before the
/// board, nobody's, erased, another's.
pub(crate) fn identities_of(c: &Connection, hash: &str, viewer: Option<PersonId>) -> rusqlite::Result<Vec<Identity>> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT DISTINCT {IDENTITY}, CASE
             WHEN a.erased_at IS NOT NULL THEN 4 WHEN a.visibility = 'published' THEN 0
             WHEN a.asker = ?2 THEN 1 WHEN a.visibility = 'submitted' THEN 2 WHEN a.asker IS NULL THEN 3 ELSE 5 END AS rank
         FROM version v JOIN article a ON a.id = v.article WHERE v.hash = ?1 ORDER BY rank, a.id"
    ))?;
    let rows = statement.query_map(params![hash, viewer.map(|p| p.0)], identity)?;
    rows.collect()
}

/// The article with this number.
pub(crate) fn identity_by_id(c: &Connection, id: i64) -> rusqlite::Result<Option<Identity>> {
    c.prepare_cached(&format!("SELECT {IDENTITY} FROM article a WHERE a.id = ?1"))?.query_row([id], identity).optional()
}

/// Says who an article is for, in the transaction of the deed that decides it.
pub(crate) fn set_visibility(c: &Connection, article: i64, visibility: Visibility) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE article SET visibility = ?2 WHERE id = ?1")?
        .execute(params![article, visibility.word()])?;
    Ok(())
}

impl Articles {
    /// What this name leads `viewer` to: a hash or the only one that begins so (at least 8 digits), or a slug, which
    /// names the last version for `reader` (a clinician unless said, or whoever there is a version for).
    pub fn find(&self, name: &str, reader: Option<&str>, viewer: Option<PersonId>) -> Result<Found, LibraryError> {
        if name.len() > 120 || name.len() < 8 {
            return Ok(Found::Nothing);
        }
        if name.bytes().all(|b| b.is_ascii_hexdigit()) {
            let Some(hash) = self.whole(name)? else { return Ok(Found::Nothing) };
            let found = self.db(identities_of(&self.connection, &hash, viewer))?.into_iter().next();
            return match found {
                Some(article) => self.found(article, Some(&hash), reader),
                None => Ok(Found::Nothing),
            };
        }
        let article = self.db(self
            .connection
            .prepare_cached(&format!("SELECT {IDENTITY} FROM article a WHERE a.slug = ?1"))
            .and_then(|mut s| s.query_row([name], identity).optional()))?;
        article.map_or(Ok(Found::Nothing), |article| self.found(article, None, reader))
    }

    /// The only hash of a version that begins so.
    fn whole(&self, digits: &str) -> Result<Option<String>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT DISTINCT hash FROM version WHERE hash >= ?1 AND hash < ?1 || 'g' ORDER BY hash LIMIT 2",
        ))?;
        let rows = self.db(statement.query_map([digits.to_ascii_lowercase()], |r| r.get(0)))?;
        let mut rows = self.db(rows.collect::<rusqlite::Result<Vec<String>>>())?;
        Ok(if rows.len() == 1 { rows.pop() } else { None })
    }

    fn found(&self, article: Identity, hash: Option<&str>, reader: Option<&str>) -> Result<Found, LibraryError> {
        if article.erased.is_some() {
            return Ok(Found::Erased(article));
        }
        let row = self.db(self
            .connection
            .prepare_cached(
                "SELECT v.hash, v.kept_at, v.number, b.json FROM version v LEFT JOIN body b ON b.hash = v.hash
                 WHERE v.article = ?1 AND (?2 IS NULL OR v.hash = ?2)
                 ORDER BY v.reader <> ifnull(?3, 'clinician'), v.number DESC LIMIT 1",
            )
            .and_then(|mut s| {
                s.query_row(params![article.id, hash, reader], |r| {
                    Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get::<_, Option<String>>(3)?))
                })
                .optional()
            }))?;
        let Some((hash, kept_at, number, json)) = row else { return Ok(Found::Nothing) };
        let body = json.and_then(|json| serde_json::from_str(&json).ok());
        let body = body.ok_or_else(|| LibraryError::Damaged { what: format!("article {hash}") })?;
        let kept =
            KeptArticle { hash, kept_at, slug: article.slug.clone(), number, visibility: article.visibility, body };
        Ok(Found::Kept(Box::new((article, kept))))
    }

    /// A version by its article, reader and number; nothing where there is none or the article was erased.
    pub fn version(&self, key: &VersionKey) -> Result<Option<KeptArticle>, LibraryError> {
        let Some(article) = self.identity(key.article)?.filter(|a| a.erased.is_none()) else { return Ok(None) };
        let row: Option<(String, i64, Option<String>)> = self.db(self
            .connection
            .prepare_cached(
                "SELECT v.hash, v.kept_at, b.json FROM version v LEFT JOIN body b ON b.hash = v.hash
                 WHERE v.article = ?1 AND v.reader = ?2 AND v.number = ?3",
            )
            .and_then(|mut s| {
                s.query_row(params![key.article, key.reader, key.number], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
                    .optional()
            }))?;
        let Some((hash, kept_at, json)) = row else { return Ok(None) };
        let body = json.and_then(|json| serde_json::from_str(&json).ok());
        let body = body.ok_or_else(|| LibraryError::Damaged { what: format!("article {hash}") })?;
        let Identity { slug, visibility, .. } = article;
        Ok(Some(KeptArticle { hash, kept_at, slug, number: key.number, visibility, body }))
    }

    /// The version under this name as [`Articles::find`] has it for nobody in particular; nothing for an erased one.
    pub fn article(&self, name: &str) -> Result<Option<KeptArticle>, LibraryError> {
        Ok(match self.find(name, None, None)? {
            Found::Kept(found) => Some(found.1),
            Found::Erased(_) | Found::Nothing => None,
        })
    }

    /// The articles that have this version, the one that counts for `viewer` first.
    pub fn identities(&self, hash: &str, viewer: Option<PersonId>) -> Result<Vec<Identity>, LibraryError> {
        self.db(identities_of(&self.connection, hash, viewer))
    }

    /// The article with this number.
    pub fn identity(&self, id: i64) -> Result<Option<Identity>, LibraryError> {
        self.db(identity_by_id(&self.connection, id))
    }

    /// Says who an article is for, and writes the deed in the trail.
    pub fn set_visibility(&self, article: i64, visibility: Visibility, deed: Deed) -> Result<(), LibraryError> {
        self.change(move |c| {
            set_visibility(c, article, visibility)?;
            crate::audit::append(c, deed).map(|_| ())
        })
    }

    /// The articles on this question and the case read from it that are published or this viewer's own, published ones first. What follows another
    /// article is none of them.
    pub fn on_question(&self, asked: &Asked, viewer: Option<PersonId>) -> Result<Vec<Identity>, LibraryError> {
        let key = super::outline::key_of(asked);
        let mut statement = self.db(self.connection.prepare_cached(&format!(
            "SELECT {IDENTITY} FROM article a
             WHERE a.key = ?1 AND a.erased_at IS NULL AND (a.visibility = 'published' OR a.asker = ?2)
             ORDER BY a.visibility <> 'published', a.id"
        )))?;
        let rows = self.db(statement.query_map(params![key, viewer.map(|p| p.0)], identity))?;
        self.db(rows.collect())
    }

    /// All versions of an article, by reader and number; of an erased one too.
    pub fn versions(&self, article: i64) -> Result<Vec<Version>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached(
            "SELECT hash, reader, number, kept_at FROM version WHERE article = ?1 ORDER BY reader, number",
        ))?;
        let rows = self.db(statement.query_map([article], |r| {
            Ok(Version { hash: r.get(0)?, reader: r.get(1)?, number: r.get(2)?, kept_at: r.get(3)? })
        }))?;
        self.db(rows.collect())
    }

    /// Articles of the thread that begins with this one, oldest first, erased ones too.
    pub fn thread(&self, root: i64) -> Result<Vec<KeptSummary>, LibraryError> {
        self.summaries("a.root = ?1", "a.created, a.id", params![root])
    }

    /// All articles, those asked for last first.
    pub fn recent(&self, limit: usize) -> Result<Vec<KeptSummary>, LibraryError> {
        self.summaries("a.erased_at IS NULL", "a.asked DESC, a.id DESC LIMIT ?1", params![limit as i64])
    }

    /// The same of those that are somebody's own, published where `published`, before the board where `submitted`.
    pub fn recent_for(
        &self,
        viewer: Option<PersonId>,
        published: bool,
        submitted: bool,
        limit: usize,
    ) -> Result<Vec<KeptSummary>, LibraryError> {
        self.summaries(
            "a.erased_at IS NULL AND (a.asker = ?2 OR a.visibility = 'published' AND ?3 OR a.visibility = 'submitted' AND ?4)",
            "a.asked DESC, a.id DESC LIMIT ?1",
            params![limit as i64, viewer.map(|p| p.0), published, submitted],
        )
    }

    /// Articles under a condition, each with its last version.
    fn summaries(
        &self,
        condition: &str,
        order: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<KeptSummary>, LibraryError> {
        // Of several readers' versions kept at once the first reader's is as good as another's.
        let mut statement = self.db(self.connection.prepare_cached(&format!(
            "SELECT {IDENTITY}, v.hash, ifnull(b.title, ''), v.kept_at
             FROM article a JOIN version v ON v.article = a.id AND (v.reader, v.number) =
                 (SELECT reader, number FROM version w WHERE article = a.id ORDER BY NOT EXISTS (
                      SELECT 1 FROM publication p WHERE p.article = w.article AND p.reader = w.reader AND p.number = w.number
                      AND p.ended IS NULL), kept_at DESC, reader, number DESC LIMIT 1)
             LEFT JOIN body b ON b.hash = v.hash AND a.erased_at IS NULL
             WHERE {condition} ORDER BY {order}"
        )))?;
        let rows = self.db(statement.query_map(values, |row| {
            Ok(KeptSummary {
                hash: row.get(IDENTITY_COLUMNS)?,
                title: row.get(IDENTITY_COLUMNS + 1)?,
                kept_at: row.get(IDENTITY_COLUMNS + 2)?,
                article: identity(row)?,
            })
        }))?;
        self.db(rows.collect())
    }

    /// How many articles are kept, erased ones not counted.
    pub fn count(&self) -> Result<u64, LibraryError> {
        let count: i64 =
            self.db(self
                .connection
                .query_row("SELECT count(*) FROM article WHERE erased_at IS NULL", [], |row| row.get(0)))?;
        Ok(count.unsigned_abs())
    }
}
