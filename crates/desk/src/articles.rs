//! Articles as somebody may see them: one, a list, a thread; erasing, and the end of what is kept for a time only.

use crate::{DeskError, Seat};
use board::{Action, Actor, Own};
use clinical::Reader;
use library::{Erasure, Identity, KeptArticle, KeptSummary, Version, VersionKey, Visibility};
use serde::Serialize;

/// An article with its versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArticleShown {
    /// The article.
    pub article: Identity,
    /// All its versions, by reader and number.
    pub versions: Vec<Version>,
    /// The version that the name leads to.
    pub shown: KeptArticle,
}

/// Digits of a whole hash.
const WHOLE: usize = 64;

impl Seat<'_> {
    /// A version of an article by its hash, the first 8 or more digits of it, or the article's slug, for who may read it. What
    /// belongs to nobody and was not submitted is found by its whole hash only, but for the operator: the hash is the key to it.
    pub fn article(&mut self, name: &str) -> Result<KeptArticle, DeskError> {
        self.article_for(name, None)
    }

    /// The same; a slug leads to the last version in the wording for this reader, where there is one.
    pub fn article_for(&mut self, name: &str, reader: Option<Reader>) -> Result<KeptArticle, DeskError> {
        Ok(self.counted(name, reader)?.1)
    }

    /// What a name leads to, counted as read.
    pub(crate) fn counted(&mut self, name: &str, reader: Option<Reader>) -> Result<(Identity, KeptArticle), DeskError> {
        let (article, kept) = self.readable(name, reader)?;
        if self.actor != Actor::Operator {
            self.desk.articles.reads().count(&article.slug);
        }
        Ok((article, kept))
    }

    /// An article with its versions, for who may read it.
    pub fn show_article(&mut self, name: &str, reader: Option<Reader>) -> Result<ArticleShown, DeskError> {
        let (article, shown) = self.readable(name, reader)?;
        Ok(ArticleShown { versions: self.desk.articles.versions(article.id)?, article, shown })
    }

    /// What a name leads to, where this actor may read it. The slug of a published article leads to what is published of it; a
    /// version of one that was never published is the board's.
    pub(crate) fn readable(&self, name: &str, reader: Option<Reader>) -> Result<(Identity, KeptArticle), DeskError> {
        let (article, mut kept) = match self.readable_last(name, reader) {
            Err(DeskError::Refused(refused)) => {
                // Whoever has the address of what was public, and may read what is, is told what became of it.
                let (article, _) = self.desk.named(name, reader, self.actor.person())?;
                let was = article.visibility == Visibility::Submitted
                    && self.allow(Action::Read, Own::Nobodys).is_ok()
                    && self.desk.articles.was_ever_published(article.id)?;
                return Err(if was { DeskError::TakenBack { slug: article.slug } } else { refused.into() });
            }
            found => found?,
        };
        if article.visibility != Visibility::Published {
            return Ok((article, kept));
        }
        if name == article.slug {
            let wanted = reader.unwrap_or(Reader::Clinician).word();
            let published = self.desk.articles.published(article.id)?;
            let shown = published.iter().find(|p| p.version.reader == wanted).or(published.first());
            if let Some(version) = shown.map(|p| self.desk.articles.version(&p.version)).transpose()?.flatten() {
                kept = version;
            }
        }
        let key = VersionKey { article: article.id, reader: kept.body.reader.word().to_owned(), number: kept.number };
        if !self.desk.articles.was_published(&key)? {
            self.allow(Action::ReadSubmitted, self.own(article.asker))?;
        }
        Ok((article, kept))
    }

    /// The same, but a slug always leads to the last version, published or not. Whether a version was published is not asked.
    pub(crate) fn readable_last(
        &self,
        name: &str,
        reader: Option<Reader>,
    ) -> Result<(Identity, KeptArticle), DeskError> {
        let (article, kept) = self.desk.named(name, reader, self.actor.person())?;
        if let Err(refused) = self.may_read(&article) {
            // The same answer may be nobody's beside that which is before the board: the hash stays the key to it.
            return self.nobodys(name)?.ok_or(refused);
        }
        let key = article.visibility != Visibility::Private || article.asker.is_some() || name.len() == WHOLE;
        if !key && self.actor != Actor::Operator {
            return Err(DeskError::NoArticle(name.chars().take(80).collect()));
        }
        Ok((article, kept))
    }

    /// What belongs to nobody under this whole hash, where this actor may read it.
    fn nobodys(&self, hash: &str) -> Result<Option<(Identity, KeptArticle)>, DeskError> {
        if hash.len() != WHOLE {
            return Ok(None);
        }
        let articles = &self.desk.articles;
        let all = articles.identities(&hash.to_ascii_lowercase(), None)?;
        let nobodys = |a: &Identity| a.asker.is_none() && a.erased.is_none() && a.visibility == Visibility::Private;
        let Some(article) = all.into_iter().find(|a| nobodys(a) && self.may_read(a).is_ok()) else { return Ok(None) };
        let version = articles.versions(article.id)?.into_iter().find(|v| v.hash.eq_ignore_ascii_case(hash));
        let Some(version) = version else { return Ok(None) };
        let key = VersionKey { article: article.id, reader: version.reader, number: version.number };
        Ok(articles.version(&key)?.map(|kept| (article, kept)))
    }

    fn may_read(&self, article: &Identity) -> Result<(), DeskError> {
        let action = match article.visibility {
            Visibility::Private => Action::ReadPrivate,
            Visibility::Submitted => Action::ReadSubmitted,
            Visibility::Published => Action::Read,
        };
        self.allow(action, self.own(article.asker))
    }

    /// Articles asked for last that this actor may read and needs no key for.
    pub fn articles(&self, limit: usize) -> Result<Vec<KeptSummary>, DeskError> {
        let articles = &self.desk.articles;
        if self.actor == Actor::Operator {
            return Ok(articles.recent(limit)?);
        }
        let may = |action| self.allow(action, Own::Another).is_ok();
        // Who may read nothing is told so, and is not shown an empty list.
        self.allow(Action::Read, Own::Nobodys)?;
        let own = self.actor.person().filter(|_| self.allow(Action::ReadPrivate, Own::Own).is_ok());
        Ok(articles.recent_for(own, may(Action::Read), may(Action::ReadSubmitted), limit)?)
    }

    /// The thread that an article is part of, oldest first, without what this actor may not read. Erased ones are told by
    /// slug alone.
    pub fn thread(&self, name: &str) -> Result<Vec<KeptSummary>, DeskError> {
        let (article, _) = self.readable(name, None)?;
        let all = self.desk.articles.thread(article.root)?;
        Ok(all.into_iter().filter(|s| s.article.id == article.id || self.listed(&s.article)).collect())
    }

    pub(crate) fn listed(&self, article: &Identity) -> bool {
        let keyed = article.visibility == Visibility::Private && article.asker.is_none() && article.erased.is_none();
        self.may_read(article).is_ok() && (!keyed || self.actor == Actor::Operator)
    }

    /// Erases an article: what it says goes, that it was there stays. Once submitted an article is the board's: its asker may
    /// no longer erase it. The reason is kept for ever; patient identifiers that are found in it are taken out.
    pub fn erase(&mut self, name: &str, why: &str) -> Result<Erasure, DeskError> {
        let (found, kept) = self.desk.named(name, None, self.actor.person())?;
        // Under a hash that several articles have, one's own is meant.
        let all = if name == found.slug { Vec::new() } else { self.desk.articles.identities(&kept.hash, None)? };
        let mine = all.into_iter().find(|a| a.erased.is_none() && self.own(a.asker) == Own::Own);
        let article = mine.unwrap_or(found);
        let own = match article.visibility {
            Visibility::Private => self.own(article.asker),
            Visibility::Submitted | Visibility::Published => Own::Another,
        };
        self.allow(Action::Erase, own)?;
        let why: String = clinical::redact(why.trim()).text.chars().take(REASON).collect();
        Ok(self.desk.articles.erase(article.id, &self.actor.label(), &why)?)
    }

    /// Erases what was never submitted and was last asked for more than so many days before `now` (seconds since 1970): as many
    /// as the policy says, where nothing is said.
    pub fn expire(&mut self, days: Option<u32>, now: i64) -> Result<Erasure, DeskError> {
        self.allow(Action::Erase, Own::Another)?;
        let days = days.or(self.desk.policy()?.keeping.private_days).ok_or(DeskError::NoDays)?;
        let why = format!("not submitted, and not asked for in {days} days");
        Ok(self.desk.articles.erase_private_before(now - i64::from(days) * 86_400, &self.actor.label(), &why)?)
    }
}

/// Characters of a reason that are kept.
const REASON: usize = 200;
