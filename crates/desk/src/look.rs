//! Looking at what is held: sources, statements, kept articles.

use crate::{Desk, DeskError};
use evidence::{Source, SourceId, Span, Standing};
use library::{KeptArticle, KeptSummary, Listed};

/// A source to show, with a statement to highlight.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The source with its references.
    pub source: Source,
    /// Its collection.
    pub collection: String,
    /// Whether it stands.
    pub standing: Standing,
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
        let whole: Option<SourceId> = name.parse().ok();
        if let Some(held) = whole.map(|id| self.library.source(&id, true)).transpose()?.flatten() {
            return Ok(Shown {
                source: held.source,
                collection: held.collection,
                standing: held.standing,
                highlight: None,
            });
        }
        let (id, place) = name.rsplit_once('#').or_else(|| name.rsplit_once('@')).ok_or_else(no_source)?;
        let id: SourceId = id.parse().map_err(|_| no_source())?;
        let held = self.library.source(&id, true)?.ok_or_else(no_source)?;
        let highlight = held.source.marked(place).map(|(_, s)| s.span).or_else(|| range(place));
        let highlight = highlight
            .filter(|s| s.of(&held.source.text).is_some())
            .ok_or_else(|| DeskError::NoStatement { source_id: id.to_string(), statement: place.to_owned() })?;
        Ok(Shown {
            source: held.source,
            collection: held.collection,
            standing: held.standing,
            highlight: Some(highlight),
        })
    }

    /// A kept article by its hash, or the first 8 or more digits of it.
    pub fn article(&self, hash: &str) -> Result<KeptArticle, DeskError> {
        self.articles.article(hash)?.ok_or_else(|| DeskError::NoArticle(hash.chars().take(80).collect()))
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
