//! Looking at what is held: sources, statements, kept articles.

use crate::{Desk, DeskError};
use board::PersonId;
use clinical::{Date, Reader};
use evidence::{Notice, Source, SourceId, Span, Standing};
use library::{Collection, Found, Held, Identity, KeptArticle, KeptSummary, Listed, Made};

/// A source to show, with a statement to highlight.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The source with its references.
    pub source: Source,
    /// Its collection.
    pub collection: String,
    /// Whether it stands.
    pub standing: Standing,
    /// What was said about it after publication.
    pub notices: Vec<Notice>,
    /// The documents that make it, and which field is from which.
    pub made: Made,
    /// The statement asked for.
    pub highlight: Option<Span>,
}

impl Desk {
    /// Sources whose title or id contains the query; all for an empty one.
    pub fn sources(&self, query: &str, limit: usize) -> Result<Vec<Listed>, DeskError> {
        Ok(self.library.list(query, limit)?)
    }

    /// A source by id. `ID#STATEMENT` names a statement of a digest, `ID@START-END` a byte range.
    pub fn show(&self, name: &str) -> Result<Shown, DeskError> {
        let no_source = || DeskError::NoSource(name.to_owned());
        if let Some(held) = name.parse().ok().map(|id| self.held(&id)).transpose()?.flatten() {
            return self.shown(held, None);
        }
        let (id, place) = name.rsplit_once('#').or_else(|| name.rsplit_once('@')).ok_or_else(no_source)?;
        let id: SourceId = id.parse().map_err(|_| no_source())?;
        let held = self.held(&id)?.ok_or_else(no_source)?;
        let highlight = held.source.marked(place).map(|(_, s)| s.span).or_else(|| range(place));
        let highlight = highlight
            .filter(|s| s.of(&held.source.text).is_some())
            .ok_or_else(|| DeskError::NoStatement { source_id: id.to_string(), statement: place.to_owned() })?;
        self.shown(held, Some(highlight))
    }

    /// A source by its name, or by one that a document of it has.
    fn held(&self, name: &SourceId) -> Result<Option<Held>, DeskError> {
        let Some(id) = self.library.named(name)? else { return Ok(None) };
        Ok(self.library.source(&id, true)?)
    }

    fn shown(&self, held: Held, highlight: Option<Span>) -> Result<Shown, DeskError> {
        Ok(Shown {
            notices: self.library.notices(&held.source.ids)?,
            made: self.library.made(&held.source.id)?,
            source: held.source,
            collection: held.collection,
            standing: held.standing,
            highlight,
        })
    }

    /// The collections, by name, with what each holds.
    pub fn collections(&self) -> Result<Vec<Collection>, DeskError> {
        Ok(self.library.collections()?)
    }

    /// A version of an article by its hash, the first 8 or more digits of it, or the article's slug, whoever it belongs to:
    /// for the operator. [`Seat::article`](crate::Seat::article) is for everyone else.
    pub fn article(&self, name: &str) -> Result<KeptArticle, DeskError> {
        Ok(self.named(name, None, None)?.1)
    }

    /// An article under a name as this viewer finds it.
    pub(crate) fn named(
        &self,
        name: &str,
        reader: Option<Reader>,
        viewer: Option<PersonId>,
    ) -> Result<(Identity, KeptArticle), DeskError> {
        match self.articles.find(name, reader.map(Reader::word), viewer)? {
            Found::Kept(found) => Ok(*found),
            Found::Erased(article) => Err(DeskError::Erased {
                slug: article.slug,
                on: article.erased.and_then(|e| Date::from_unix_days(e.at.div_euclid(86_400))),
            }),
            Found::Nothing => Err(DeskError::NoArticle(name.chars().take(80).collect())),
        }
    }

    /// Articles kept last.
    pub fn recent(&self, limit: usize) -> Result<Vec<KeptSummary>, DeskError> {
        Ok(self.articles.recent(limit)?)
    }
}

fn range(text: &str) -> Option<Span> {
    let (start, end) = text.split_once('-')?;
    Span::new(start.parse().ok()?, end.parse().ok()?).ok()
}
