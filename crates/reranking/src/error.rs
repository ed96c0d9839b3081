//! Why a folder cannot be used, in words for whoever made it.

use std::path::PathBuf;

/// Why a model could not be opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum RerankError {
    /// A file is missing or unreadable.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// `model.json` is not of its form.
    #[error("model.json: {0}")]
    About(serde_json::Error),
    /// `model.json` says what cannot be.
    #[error("model.json: {0}")]
    Unfit(String),
    /// A file is not the one `model.json` was written for: cut short, or changed.
    #[error("{path}: its SHA-256 is not the one in model.json")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// `tokenizer.json` cannot be used.
    #[error("tokenizer.json: {0}")]
    Tokenizer(String),
    /// A graph is no model.
    #[error("{file}: {why}")]
    Model {
        /// Its file.
        file: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The model gives something else than `model.json` says.
    #[error("{file} gives {found}, not {expected} as model.json says")]
    Shape {
        /// Its file.
        file: &'static str,
        /// What it should give.
        expected: String,
        /// What it gave.
        found: String,
    },
    /// The model gave what is no number.
    #[error("the model gave something that is not a number")]
    NotANumber,
}
