//! `model.json`: what a folder says of its model.

use crate::RerankError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The only format so far.
const FORMAT: u32 = 1;
/// More tokens than this in one text would cost seconds.
const MOST_TOKENS: usize = 512;
/// Beyond this nothing but the model would count.
const MOST_WEIGHT: f64 = 100.0;

/// What a folder says of its model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    format: u32,
    /// What it is called, as printed by `curbside doctor`.
    pub name: String,
    /// How it reads a question and a text.
    pub architecture: Architecture,
    /// How a bi-encoder makes one vector of those of the tokens; says nothing of a cross-encoder.
    #[serde(default)]
    pub pooling: Pooling,
    /// Numbers in a vector of a bi-encoder, in a state of a late encoder; 1 for a cross-encoder.
    pub dimensions: usize,
    /// Tokens of a text that are read at most, those that frame it among them.
    pub most_tokens: usize,
    /// Points of the learned score of a document that one whole unit of similarity is worth. It belongs to the model: another
    /// one spreads its similarities otherwise.
    pub weight: f64,
    /// Points of the ranker's score of a sentence that one unit of log-odds is worth, for a model that gives probabilities; 0, as where
    /// nothing is said: sentences of full texts keep the ranker's order.
    #[serde(default)]
    pub sentence_weight: f64,
    /// Whether it also says what a text says of a claim.
    #[serde(default)]
    pub claims: bool,
    /// Its licence, as an SPDX expression.
    pub licence: String,
    /// Where it is from, in words.
    pub origin: String,
    /// Digests of the files beside, in hexadecimal; a file that is named here is checked.
    #[serde(default)]
    pub sha256: BTreeMap<String, String>,
}

/// How a model reads a question and a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Each alone; the cosine of the two vectors counts.
    BiEncoder,
    /// Both at once; the probability that the text answers counts.
    CrossEncoder,
    /// Each alone through the lower layers, then both through a few small ones; the probability that the text answers counts.
    LateEncoder,
}

/// How one vector is made of those of the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    #[default]
    Mean,
    /// That of the first token.
    Cls,
}

impl About {
    pub(crate) fn parse(text: &str) -> Result<Self, RerankError> {
        let about: Self = serde_json::from_str(text).map_err(RerankError::About)?;
        let wrong = if about.format != FORMAT {
            format!("format {} is not known here", about.format)
        } else if about.dimensions == 0 {
            "no dimensions".to_owned()
        } else if about.architecture == Architecture::CrossEncoder && about.dimensions != 1 {
            "a cross-encoder gives one number".to_owned()
        } else if !(3..=MOST_TOKENS).contains(&about.most_tokens) {
            format!("most_tokens is not between 3 and {MOST_TOKENS}")
        } else if !(0.0..=MOST_WEIGHT).contains(&about.weight) {
            format!("weight is not between 0 and {MOST_WEIGHT}")
        } else if !(0.0..=MOST_WEIGHT).contains(&about.sentence_weight) {
            format!("sentence_weight is not between 0 and {MOST_WEIGHT}")
        } else if about.architecture == Architecture::BiEncoder && (about.claims || about.sentence_weight > 0.0) {
            "a bi-encoder says nothing of claims, nor of sentences of full texts".to_owned()
        } else {
            return Ok(about);
        };
        Err(RerankError::Unfit(wrong))
    }
}
