//! Finding passages: an index of candidates by id, and a ranking computed from text.
//!
//! The index can be rebuilt from the library at any time and is never the truth about anything. This crate
//! knows passages and words; it must not know articles or what an answer is.

mod analysis;
pub mod dense;
mod forget;
mod index;
mod priors;
mod query;
mod rank;
pub mod ranker;
pub mod relevance;
mod spelling;
mod stats;
mod vectors;

pub use analysis::{Analyzer, Token, is_filler};
pub use index::{Filter, IndexBatch, IndexError, TantivyIndex};
pub use priors::{Prior, PriorError, PriorSettings, Priors};
pub use query::{Query, QueryTerm};
pub use rank::{Bm25, Counted, Scored, rank};

use dense::Code;
use evidence::SourceId;

/// A passage that may answer: where it is, and the engine's own rough score (not comparable between engines).
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its source.
    pub source: SourceId,
    /// Its place in `Source::passages`.
    pub passage: u32,
    /// The engine's score, used only to cut the list.
    pub score: f32,
}

/// Maps by a hash that is quicker than the standard library's for the short words looked up here, and seeded anew in each
/// process as that is. Nothing may depend on the order of what they hold.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;

/// What an engine must offer. Candidates come back as ids; everything else is computed from text, so that
/// another engine can supply them.
pub trait EvidenceIndex {
    /// The best `limit` passages for the terms, best first, deterministic for the same content.
    ///
    /// Cost: one look-up a term, then a walk of its postings.
    fn candidates(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Vec<Candidate>, IndexError>;

    /// The `limit` passages whose vectors are nearest, best first, deterministic for the same content; none from an engine
    /// that keeps no vectors. Words are not looked at.
    fn nearest(&self, vector: &Code, filter: &Filter, limit: usize) -> Result<Vec<Candidate>, IndexError> {
        let _ = (vector, filter, limit);
        Ok(Vec::new())
    }

    /// How many live passages there are, their mean length in bytes, and in how many each term stands.
    /// Deleted passages do not count, whatever state the engine's segments are in.
    fn statistics(&self, terms: &[String]) -> Result<Statistics, IndexError>;
}

/// Corpus statistics over live passages.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// Number of passages.
    pub passages: u64,
    /// Mean length of a passage in bytes; 1 for an empty index.
    pub mean_bytes: f64,
    /// Document frequency of each term asked for, in the same order.
    pub frequencies: Vec<u64>,
}
