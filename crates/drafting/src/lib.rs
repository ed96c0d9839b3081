//! The drafter that asks a chat model, over an OpenAI-compatible endpoint: a local llama.cpp, Ollama or vLLM server
//! as well as a hosted one.
//!
//! The model is given the question (identifiers already removed), the facts of its case and the numbered statements of the
//! extractive draft. It either arranges them, and returns numbers alone; or it words them anew, and returns sentences with the
//! numbers they rest on. A sentence goes into the draft only when the checker finds that it says what those statements say;
//! else they stand there themselves. Nothing a model says, or a source makes it say, can take a warning, a condition or a
//! citation away.
//!
//! This crate must not know where a configuration comes from, what is kept, or how a question was read. It opens no
//! connection unless someone made a [`ChatModel`] and drafts with it.

mod arrangement;
mod budget;
mod endpoint;
mod model;
mod numbering;
mod reply;
mod request;
mod stream;
mod writing;

pub use endpoint::BadSetting;
pub use model::{ChatModel, Part, prompt_hash};
