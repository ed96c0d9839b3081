//! Deleting the passages of a source, in little memory.
//!
//! Tantivy keeps the query of every deletion until the commit. Its own term query holds tables for scoring that a
//! deletion never uses, more than a kilobyte each: a million replaced records would take gigabytes.

use evidence::SourceId;
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, SegmentReader, Term};

/// All passages of one source.
#[derive(Debug, Clone)]
pub(crate) struct Of {
    pub(crate) field: Field,
    pub(crate) source: SourceId,
}

impl Query for Of {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Of {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let term = Term::from_field_text(self.field, self.source.as_str());
        let postings = reader.inverted_index(self.field)?.read_postings(&term, IndexRecordOption::Basic)?;
        Ok(match postings {
            Some(postings) => Box::new(ConstScorer::new(postings, boost)),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("a passage of the source", 1.0))
    }
}
