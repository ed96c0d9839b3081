//! From what a reader of pages, labels or registrations found to a source.
//!
//! Owns what those formats have in common: the rules for ids, titles and missing text. It must not know any format.

use crate::Unit;
use crate::cut::{self, Draft};
use crate::kind::{Described, decide};
use crate::licence::{self, Stated};
use crate::problem::{Origin, Problem};
use evidence::{Author, BibReference, Identifiers, Kind, KindBasis, Part, PartialDate, RelatedWork, Source, SourceId};
use sha2::{Digest, Sha256};

/// A document as a reader found it, before it is cut.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// May be empty; then the name of the file stands in, with a warning.
    pub(crate) title: String,
    pub(crate) ids: Identifiers,
    /// The name the format itself gives, used where there is no PMCID, PMID or DOI: `nct:NCT01234567`,
    /// `label:SET-ID`, `NBK1247`.
    pub(crate) own_id: Option<SourceId>,
    pub(crate) authors: Vec<Author>,
    pub(crate) container: Option<String>,
    pub(crate) date: Option<PartialDate>,
    pub(crate) licence: Stated,
    /// The format's own type.
    pub(crate) article_type: Option<String>,
    /// Publication types: they decide the kind; kept among the topics as well.
    pub(crate) types: Vec<String>,
    /// Keywords and subject headings, without the publication types.
    pub(crate) topics: Vec<String>,
    pub(crate) related: Vec<RelatedWork>,
    pub(crate) references: Vec<BibReference>,
    /// What the format itself says the document is, as a drug label; `None` lets its words decide.
    pub(crate) kind: Option<Kind>,
    pub(crate) drafts: Vec<Draft>,
    /// Heading paths that drafts point into.
    pub(crate) headings: Vec<Vec<String>>,
}

impl Document {
    /// Adds a draft under a heading path, which is kept once.
    pub(crate) fn push(&mut self, heading: &[String], part: Part, glue: cut::Glue, text: String) {
        if text.trim().is_empty() {
            return;
        }
        let heading = match self.headings.last() {
            Some(last) if last == heading => self.headings.len() - 1,
            _ => {
                self.headings.push(heading.to_vec());
                self.headings.len() - 1
            }
        };
        self.drafts.push(Draft { heading, part, glue, text });
    }

    /// Makes the source. `None`, with an error, where there is neither a title nor text.
    pub(crate) fn finish(self, unit: &Unit, problems: &mut Vec<Problem>) -> Option<Source> {
        let origin = &unit.origin;
        let mut drafts = self.drafts;
        drafts.retain(|d| !d.text.trim().is_empty());
        if drafts.is_empty() && self.title.trim().is_empty() {
            let message = "this document has neither a title nor text; fetch the file again or remove it";
            problems.push(Problem::error(origin, "empty", message));
            return None;
        }
        if drafts.is_empty() {
            let message = "this document has a title but no text to cite";
            problems.push(Problem::warning(origin, "no-text", message));
        }
        let id = match self.own_id {
            Some(own) if self.ids.pmcid.is_none() && self.ids.pmid.is_none() && self.ids.doi.is_none() => own,
            _ => source_id(&self.ids, origin, &unit.bytes, problems)?,
        };
        let mut title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() {
            let message = "this document has no title; the name of its file is shown in its place";
            problems.push(Problem::warning(origin, "no-title", message));
            title = origin.stem();
        }
        let summary = summary(&drafts);
        let described = Described {
            article_type: self.article_type.as_deref().unwrap_or_default(),
            subjects: &self.types,
            title: &title,
            summary: &summary,
            methods: "",
        };
        let (kind, kind_basis) = match self.kind {
            Some(kind) => (kind, KindBasis { from: "format".to_owned(), words: kind.word().to_owned() }),
            None => decide(&described),
        };
        let (text, passages) = cut::assemble(drafts, &self.headings);
        let mut topics = self.types;
        for topic in self.topics {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        Some(Source {
            id,
            kind,
            kind_basis,
            title,
            ids: self.ids,
            authors: self.authors,
            container: self.container.filter(|c| !c.trim().is_empty()),
            date: self.date,
            licence: licence::recognise(&self.licence),
            article_type: self.article_type,
            topics,
            related: self.related,
            references: self.references,
            digest: None,
            text,
            passages,
        })
    }
}

/// The strongest identifier, else a hash of the file.
pub(crate) fn source_id(
    ids: &Identifiers,
    origin: &Origin,
    bytes: &[u8],
    problems: &mut Vec<Problem>,
) -> Option<SourceId> {
    let known = [
        ids.pmcid.as_ref().map(ToString::to_string),
        ids.pmid.as_ref().map(|p| format!("pmid:{p}")),
        ids.doi.as_ref().map(|d| format!("doi:{d}")),
    ];
    if let Some(id) = known.into_iter().flatten().find_map(|name| name.parse().ok()) {
        return Some(id);
    }
    let message =
        "this document has no identifier; it is named after the hash of its file, so a changed file is another source";
    problems.push(Problem::warning(origin, "no-identifier", message));
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("file:{hex}").parse().ok()
}

/// The abstract's text, or the first words of the document.
fn summary(drafts: &[Draft]) -> String {
    let proper: Vec<&str> = drafts.iter().filter(|d| d.part == Part::Abstract).map(|d| d.text.as_str()).collect();
    if proper.is_empty() {
        drafts.iter().take(2).map(|d| d.text.as_str()).collect::<Vec<_>>().join(" ")
    } else {
        proper.join(" ")
    }
}
