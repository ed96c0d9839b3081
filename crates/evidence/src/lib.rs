//! What an institution trusts: sources of evidence, their passages and their statements.
//!
//! This crate owns the types and nothing else. It must not know file formats, search or answers.
//! Every identifier here exists only well-formed: parse it at the edge, pass it as a type after.

mod bibliography;
mod ids;
mod kind;
mod marks;
mod notice;
mod source;
mod span;

pub use bibliography::{Author, BibReference, Licence, PartialDate};
pub use ids::{Doi, IdError, Identifiers, NctId, Pmcid, Pmid, SourceId};
pub use kind::{Kind, KindBasis, Standing};
pub use marks::{Certainty, Cite, Marks, Role, Section, Strength, UnknownWord};
pub use notice::{Notice, NoticeKind};
pub use source::{DigestInfo, DigestStatus, Part, Passage, RelatedWork, Source, Statement};
pub use span::{Span, SpanError};
