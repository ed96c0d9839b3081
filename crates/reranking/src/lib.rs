//! A local model that reads a question beside a sentence: the quality tier.
//!
//! Owns the folder such a model lies in, and what the model says of a question and some texts. Must not know sources, the
//! index, or what else decides an order: how much its word counts beside the rest is `desk`'s business.
//!
//! Nothing is fetched: without a folder there is no such tier.

mod about;
mod error;
mod graph;
mod model;
mod tokens;

pub use about::{About, Architecture, Pooling};
pub use error::RerankError;
pub use model::{Judgement, Reranker};
