//! Whether a question has an article already that somebody may read: for the questions that an article offers.
//!
//! Must not tell that an article exists to who may not read it: only what is published and what is one's own is looked for at all.

use crate::ask::read;
use crate::{DeskError, Question, Seat};
use board::{Action, Own};
use clinical::Reader;
use library::{Identity, Visibility};

/// An article that answers a question already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Already {
    /// Its name in addresses.
    pub slug: String,
    /// Whether it is published; else it is the asker's own.
    pub published: bool,
}

impl Seat<'_> {
    /// For each question the article on exactly it, the same words and the same facts of a case, that this actor may read in the
    /// wording for this reader: a published one first, else their own. Cost: reading each question, and one or two lookups.
    pub fn already(&self, questions: &[String], reader: Reader) -> Result<Vec<Option<Already>>, DeskError> {
        questions.iter().map(|question| self.answering(question, reader)).collect()
    }

    fn answering(&self, question: &str, reader: Reader) -> Result<Option<Already>, DeskError> {
        // What cannot be read as a question has no article.
        let Ok(asked) = read(&Question::asked_now(question)) else { return Ok(None) };
        let found = self.desk.articles.on_question(&asked, self.actor.person())?;
        for article in found {
            if self.may_open(&article, reader)? {
                let published = article.visibility == Visibility::Published;
                return Ok(Some(Already { slug: article.slug, published }));
            }
        }
        Ok(None)
    }

    /// Whether its slug leads this actor to a wording for this reader.
    fn may_open(&self, article: &Identity, reader: Reader) -> Result<bool, DeskError> {
        if !self.listed(article) {
            return Ok(false);
        }
        let articles = &self.desk.articles;
        Ok(match article.visibility {
            Visibility::Published => articles.published(article.id)?.iter().any(|p| p.version.reader == reader.word()),
            _ => articles.versions(article.id)?.iter().any(|v| v.reader == reader.word()),
        })
    }

    /// Whether a published article, by its slug, has a published wording for this reader that this actor may read.
    pub fn has_published(&self, slug: &str, reader: Reader) -> bool {
        // Who may not read it is told no more than who names nothing.
        self.allow(Action::Read, Own::Nobodys).is_ok()
            && self.readable(slug, Some(reader)).is_ok_and(|(article, kept)| {
                article.visibility == Visibility::Published && article.slug == slug && kept.body.reader == reader
            })
    }
}
