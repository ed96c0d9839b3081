//! Opening a folder, and asking its model.
//!
//! Texts are read one at a time and on one thread. A batch would be no faster (the products are large enough), and what is
//! quantised as it comes would then depend on the other texts of the batch: so the similarity of two texts is their own.

use crate::tokens::{Tokenizer, Tokens};
use crate::{About, Architecture, Pooling, RerankError};
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ABOUT: &str = "model.json";
const TOKENIZER: &str = "tokenizer.json";
const MODEL: &str = "model.onnx";

/// A model opened. Shared between threads as it is.
pub struct Reranker {
    folder: PathBuf,
    about: About,
    tokenizer: Tokenizer,
    model: Model,
    ids: NodeId,
    mask: Option<NodeId>,
    types: Option<NodeId>,
    out: NodeId,
    one_thread: Arc<ThreadPool>,
}

impl std::fmt::Debug for Reranker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reranker").field("folder", &self.folder).field("about", &self.about).finish_non_exhaustive()
    }
}

impl Reranker {
    /// Whether a folder holds a model, so that it can be opened without being named.
    pub fn lies_in(folder: &Path) -> bool {
        folder.join(ABOUT).is_file()
    }

    /// Opens a folder with `model.json`, `tokenizer.json` and `model.onnx` (docs/search.md), and tries it on a few words.
    /// 0.1 s and some 60 MB of memory for a model of 23 MB.
    pub fn open(folder: &Path) -> Result<Self, RerankError> {
        let about = About::parse(&text(read(&folder.join(ABOUT))?))?;
        let file = |name: &str| -> Result<Vec<u8>, RerankError> {
            let path = folder.join(name);
            let bytes = read(&path)?;
            match about.sha256.get(name) {
                Some(wanted) if !wanted.eq_ignore_ascii_case(&hex(&bytes)) => Err(RerankError::Changed { path }),
                _ => Ok(bytes),
            }
        };
        let tokenizer = Tokenizer::parse(&text(file(TOKENIZER)?))?;
        let unfit = |e: &dyn std::fmt::Display| RerankError::Model(e.to_string());
        let model = ModelOptions::with_all_ops().prepack_weights(true).load(file(MODEL)?).map_err(|e| unfit(&e))?;
        let ids = model.node_id("input_ids").map_err(|e| unfit(&e))?;
        let (mask, types) = (model.find_node("attention_mask"), model.find_node("token_type_ids"));
        let out = *model.output_ids().first().ok_or_else(|| unfit(&"no output"))?;
        let known = [Some(ids), mask, types];
        if model.input_ids().iter().any(|i| !known.contains(&Some(*i))) {
            return Err(unfit(&"inputs other than input_ids, attention_mask and token_type_ids"));
        }
        let one_thread = Arc::new(ThreadPool::with_num_threads(1));
        let made = Self { folder: folder.to_owned(), about, tokenizer, model, ids, mask, types, out, one_thread };
        made.similarities("Is it a model?", &["It is.", ""], made.about.most_tokens)?;
        Ok(made)
    }

    /// What the folder says of the model.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How near each text is to a question, higher is nearer: the cosine of a bi-encoder (-1 to 1), the probability of a
    /// cross-encoder (0 to 1). Of each text, at most so many tokens are read, and never more than the model says.
    ///
    /// The same question and text give the same number on one machine, whatever else is asked; on another kind of processor
    /// it may differ in its last digits. Cost: some 0.12 ms of one core a token with six layers of 384 numbers.
    pub fn similarities(&self, question: &str, texts: &[&str], most_tokens: usize) -> Result<Vec<f32>, RerankError> {
        let most = most_tokens.clamp(3, self.about.most_tokens);
        match self.about.architecture {
            Architecture::BiEncoder => {
                let asked = self.vector(question, self.about.most_tokens)?;
                texts.iter().map(|text| Ok(dot(&asked, &self.vector(text, most)?))).collect()
            }
            Architecture::CrossEncoder => texts.iter().map(|text| self.probability(question, text)).collect(),
        }
    }

    /// The vector of a text, of length 1.
    fn vector(&self, text: &str, most: usize) -> Result<Vec<f32>, RerankError> {
        let tokens = self.tokenizer.one(text, most);
        let n = tokens.ids.len();
        let (shape, states) = self.run(tokens)?;
        let d = self.about.dimensions;
        if shape != [1, n, d] {
            return Err(self.shape(&format!("1 × tokens × {d}"), &shape));
        }
        let mut vector = vec![0.0f32; d];
        let counted = if self.about.pooling == Pooling::Cls { 1 } else { n };
        for state in states.chunks_exact(d).take(counted) {
            vector.iter_mut().zip(state).for_each(|(sum, value)| *sum += value);
        }
        let length = dot(&vector, &vector).sqrt();
        // Of no length is only what a broken model gives.
        if !length.is_finite() || length <= 0.0 {
            return Err(RerankError::NotANumber);
        }
        vector.iter_mut().for_each(|v| *v /= length);
        Ok(vector)
    }

    /// The probability that a text answers.
    fn probability(&self, question: &str, text: &str) -> Result<f32, RerankError> {
        let (shape, logits) = self.run(self.tokenizer.pair(question, text, self.about.most_tokens))?;
        match logits.as_slice() {
            [logit] if logit.is_finite() => Ok(1.0 / (1.0 + (-logit).exp())),
            [_] => Err(RerankError::NotANumber),
            _ => Err(self.shape("one number", &shape)),
        }
    }

    /// The first output of the model, with its shape.
    fn run(&self, tokens: Tokens) -> Result<(Vec<usize>, Vec<f32>), RerankError> {
        let unfit = |e: &dyn std::fmt::Display| RerankError::Model(e.to_string());
        let n = tokens.ids.len();
        let row = |values: Vec<i32>| -> Result<ValueOrView<'static>, RerankError> {
            Ok(Value::from_shape(&[1, n], values).map_err(|e| unfit(&e))?.into())
        };
        let mut given = vec![(self.ids, row(tokens.ids)?)];
        if let Some(mask) = self.mask {
            given.push((mask, row(vec![1; n])?));
        }
        if let Some(types) = self.types {
            given.push((types, row(tokens.types)?));
        }
        let options = RunOptions::default().with_thread_pool(Some(self.one_thread.clone()));
        let outputs = self.model.run(given, &[self.out], Some(options)).map_err(|e| unfit(&e))?;
        let first = outputs.into_iter().next().and_then(Value::into_tensor::<f32>);
        let tensor = first.ok_or_else(|| unfit(&"its output is no tensor of 32-bit numbers"))?;
        Ok((tensor.shape().to_vec(), tensor.into_data()))
    }

    fn shape(&self, expected: &str, found: &[usize]) -> RerankError {
        let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ");
        RerankError::Shape { expected: expected.to_owned(), found }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn read(path: &Path) -> Result<Vec<u8>, RerankError> {
    std::fs::read(path).map_err(|error| RerankError::File { path: path.to_owned(), error })
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
