//! Corpus statistics over live passages.
//!
//! Tantivy counts deleted documents until a merge drops them, so the same library could rank differently
//! after an add and a remove. Here deleted documents never count: for a segment that has some, postings are
//! walked against the set of live documents. Cost: nothing for segments without deletions.

use crate::Statistics;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

/// Bytes taken as one word when the engine asks for token counts.
const BYTES_PER_WORD: f64 = 6.5;

pub(crate) struct Exact<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) total_bytes: u64,
}

impl Exact<'_> {
    pub(crate) fn statistics(&self, words: Field, terms: &[String]) -> tantivy::Result<Statistics> {
        let passages = self.searcher.num_docs();
        let frequencies = terms
            .iter()
            .map(|t| self.doc_freq(&Term::from_field_text(words, t)))
            .collect::<tantivy::Result<Vec<u64>>>()?;
        let mean_bytes = if passages == 0 { 1.0 } else { self.total_bytes as f64 / passages as f64 };
        Ok(Statistics { passages, mean_bytes, frequencies })
    }
}

impl Bm25StatisticsProvider for Exact<'_> {
    fn total_num_tokens(&self, _field: Field) -> tantivy::Result<u64> {
        Ok((self.total_bytes as f64 / BYTES_PER_WORD) as u64 + 1)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut total = 0u64;
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(term.field())?;
            match segment.alive_bitset() {
                None => total += u64::from(inverted.doc_freq(term)?),
                Some(alive) => {
                    if let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
                        let mut doc = postings.doc();
                        while doc != TERMINATED {
                            total += u64::from(alive.is_alive(doc));
                            doc = postings.advance();
                        }
                    }
                }
            }
        }
        Ok(total)
    }
}

/// Sum of the passages' lengths in bytes over live documents. One pass over a column; cache it.
pub(crate) fn total_bytes(searcher: &Searcher) -> tantivy::Result<u64> {
    let mut total = 0u64;
    for segment in searcher.segment_readers() {
        let column = segment.fast_fields().u64("bytes")?;
        total += segment.doc_ids_alive().filter_map(|doc| column.first(doc)).sum::<u64>();
    }
    Ok(total)
}
