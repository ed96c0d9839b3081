//! The drafter that asks a chat model, over an OpenAI-compatible endpoint: a local llama.cpp, Ollama or vLLM server
//! as well as a hosted one.
//!
//! The model arranges and writes nothing. It is given the question (identifiers already removed) and the numbered
//! statements of the extractive draft, and returns numbers: their order, which to leave out, and the bottom line.
//! Because only numbers come back, nothing a model says, or a source makes it say, can change a sentence.
//!
//! This crate must not know where a configuration comes from, what is kept, or how a question was read. It opens no
//! connection unless someone made a [`ChatModel`] and drafts with it.

mod arrangement;
mod endpoint;
mod model;
mod numbering;

pub use endpoint::BadSetting;
pub use model::{ChatModel, prompt_hash};
