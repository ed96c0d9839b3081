//! A document of evidence and its parts.

use crate::{Author, BibReference, Identifiers, Kind, KindBasis, Licence, Marks, PartialDate, SourceId, Span};
use serde::{Deserialize, Serialize};

/// One document of evidence, read.
///
/// `text` is the canonical plain text: what the document says, passage after passage, without markup. All
/// spans are byte ranges of it. Reading the same bytes always gives the same text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its name in the library.
    pub id: SourceId,
    /// What it is.
    pub kind: Kind,
    /// How that was decided.
    pub kind_basis: KindBasis,
    /// Title; never empty (readers fall back on the id).
    pub title: String,
    /// Identifiers outside this library.
    #[serde(default)]
    pub ids: Identifiers,
    /// Authors in order.
    #[serde(default)]
    pub authors: Vec<Author>,
    /// Journal, series or site.
    #[serde(default)]
    pub container: Option<String>,
    /// Date of first publication (earliest of print and electronic), or a digest's `updated`.
    #[serde(default)]
    pub date: Option<PartialDate>,
    /// Terms of use.
    #[serde(default)]
    pub licence: Option<Licence>,
    /// The format's own type, as JATS `research-article`.
    #[serde(default)]
    pub article_type: Option<String>,
    /// Keywords, subjects, a digest's topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Works it says it corrects, retracts, comments on, ...
    #[serde(default)]
    pub related: Vec<RelatedWork>,
    /// Its reference list.
    #[serde(default)]
    pub references: Vec<BibReference>,
    /// Set for digests only.
    #[serde(default)]
    pub digest: Option<DigestInfo>,
    /// Canonical text.
    pub text: String,
    /// Its passages, in order, not overlapping.
    pub passages: Vec<Passage>,
}

/// A paragraph-sized part of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it stands in the text.
    pub span: Span,
    /// Headings above it, outermost first, without the title.
    #[serde(default)]
    pub heading: Vec<String>,
    /// What part of the document it is.
    pub part: Part,
    /// Its sentences, in order, inside `span`.
    pub statements: Vec<Statement>,
}

/// What part of a document a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The abstract proper.
    Abstract,
    /// A graphical, plain-language or key-points abstract.
    OtherAbstract,
    /// Running text, lists included.
    Body,
    /// A table: caption, or one or more rows.
    Table,
    /// A figure's caption.
    Figure,
}

/// One sentence that claims something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Its byte range in the source's text.
    pub span: Span,
    /// What a digest's writer says about it; literature has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marks: Option<Box<Marks>>,
}

/// A work that a source says it is related to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedWork {
    /// The relation in the format's own word, as `retracted-article`, `corrected-article`, `commentary`.
    pub relation: String,
    /// The other work.
    pub ids: Identifiers,
}

/// What a digest says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestInfo {
    /// When it must be looked at again; past it, every citing article says so.
    pub review_by: PartialDate,
    /// Whether anyone has reviewed it.
    pub status: DigestStatus,
}

/// Whether a digest has been reviewed by someone other than its writer. A file can only say that it has not:
/// a review is a logged act of a named person, never a word in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestStatus {
    /// Nobody has.
    Unreviewed,
}

impl Source {
    /// The text of a span of this source.
    ///
    /// Spans made by a reader always lie inside the text; for any other the answer is empty.
    pub fn slice(&self, span: Span) -> &str {
        span.of(&self.text).unwrap_or_default()
    }

    /// Year of publication.
    pub fn year(&self) -> Option<u16> {
        self.date.map(PartialDate::year)
    }

    /// A statement of a digest by its `#id`, with its passage.
    pub fn marked(&self, id: &str) -> Option<(&Passage, &Statement)> {
        self.passages
            .iter()
            .flat_map(|p| p.statements.iter().map(move |s| (p, s)))
            .find(|(_, s)| s.marks.as_ref().is_some_and(|m| m.id == id))
    }
}
