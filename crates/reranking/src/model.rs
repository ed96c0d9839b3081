//! Opening a folder, and asking its model.
//!
//! Texts are read one at a time and on one thread. A batch would be no faster (the products are large enough), and what is
//! quantised as it comes would then depend on the other texts of the batch: so the similarity of two texts is their own.

use crate::graph::Graph;
use crate::tokens::{Tokenizer, Tokens};
use crate::{About, Architecture, Pooling, RerankError};
use rten::NodeId;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const ABOUT: &str = "model.json";
const TOKENIZER: &str = "tokenizer.json";
const MODEL: &str = "model.onnx";
const JOINT: &str = "joint.onnx";
/// Names of outputs.
const ANSWERS: &str = "answers";
const CLAIMS: &str = "claims";

/// A model opened. Shared between threads as it is.
pub struct Reranker {
    folder: PathBuf,
    about: About,
    tokenizer: Tokenizer,
    model: Graph,
    ids: NodeId,
    mask: Option<NodeId>,
    types: Option<NodeId>,
    out: NodeId,
    claims: Option<NodeId>,
    joint: Option<Joint>,
}

/// The layers of a late encoder that read both texts.
struct Joint {
    graph: Graph,
    first: NodeId,
    second: NodeId,
    answers: NodeId,
    claims: Option<NodeId>,
}

/// What a text says of a claim: three shares of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// It says so.
    pub supported: f32,
    /// It does not say.
    pub unsupported: f32,
    /// It says otherwise.
    pub contradicted: f32,
}

/// A first text, made ready to be read beside others.
enum Ready<'a> {
    Text(&'a str),
    States(Vec<f32>),
}

/// What is asked of two texts.
#[derive(Clone, Copy)]
enum Asked {
    Answers,
    Claims,
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

    /// Opens a folder with `model.json`, `tokenizer.json` and `model.onnx`, of a late encoder `joint.onnx` too (docs/search.md),
    /// and tries it on a few words. 0.1 s and some 60 MB of memory for a model of 23 MB.
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
        let model = Graph::load(MODEL, file(MODEL)?)?;
        let ids = model.node("input_ids")?;
        let (mask, types) = (model.find("attention_mask"), model.find("token_type_ids"));
        model.takes_only(&[Some(ids), mask, types], "input_ids, attention_mask and token_type_ids")?;
        let late = about.architecture == Architecture::LateEncoder;
        let joint = if late { Some(Joint::load(file(JOINT)?, about.claims)?) } else { None };
        let out = match about.architecture {
            Architecture::CrossEncoder => model.find(ANSWERS).map_or_else(|| model.first_output(), Ok)?,
            _ => model.first_output()?,
        };
        let claims = if about.claims && !late { Some(model.node(CLAIMS)?) } else { None };
        let folder = folder.to_owned();
        let made = Self { folder, about, tokenizer, model, ids, mask, types, out, claims, joint };
        made.similarities("Is it a model?", &["It is.", ""], made.about.most_tokens)?;
        made.judgements("It is a model.", &["It is."])?;
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

    /// Whether what it gives for a question and a text is a probability that the text answers, not a cosine.
    pub fn tells_answers(&self) -> bool {
        self.about.architecture != Architecture::BiEncoder
    }

    /// How near each text is to a question, higher is nearer: the cosine of a bi-encoder (-1 to 1), the probability of
    /// others (0 to 1). Of each text, at most so many tokens are read, and never more than the model says.
    ///
    /// The same question and text give the same number on one machine, whatever else is asked; on another kind of processor
    /// it may differ in its last digits. Cost: some 0.02 ms of one core a token and layer of 384 numbers.
    pub fn similarities(&self, question: &str, texts: &[&str], most_tokens: usize) -> Result<Vec<f32>, RerankError> {
        let most = most_tokens.clamp(3, self.about.most_tokens);
        if self.about.architecture == Architecture::BiEncoder {
            let asked = self.vector(question, self.about.most_tokens)?;
            return texts.iter().map(|text| Ok(dot(&asked, &self.vector(text, most)?))).collect();
        }
        let ready = self.ready(question)?;
        let probability = |text: &&str| match self.both(&ready, text, most, Asked::Answers)?.as_slice() {
            [odds] => Ok(1.0 / (1.0 + (-odds).exp())),
            other => Err(self.model.shape("one number", &[other.len()])),
        };
        texts.iter().map(probability).collect()
    }

    /// What each text says of a claim; nothing where the model was not trained for it.
    pub fn judgements(&self, claim: &str, texts: &[&str]) -> Result<Option<Vec<Judgement>>, RerankError> {
        if !self.about.claims {
            return Ok(None);
        }
        let ready = self.ready(claim)?;
        let judge = |text: &&str| match self.both(&ready, text, self.about.most_tokens, Asked::Claims)?.as_slice() {
            [a, b, c] => {
                let most = a.max(*b).max(*c);
                let [a, b, c] = [a, b, c].map(|x| (x - most).exp());
                let sum = a + b + c;
                Ok(Judgement { supported: a / sum, unsupported: b / sum, contradicted: c / sum })
            }
            other => Err(self.model.shape("three numbers", &[other.len()])),
        };
        texts.iter().map(judge).collect::<Result<_, _>>().map(Some)
    }

    /// The vector of a text, of length 1.
    fn vector(&self, text: &str, most: usize) -> Result<Vec<f32>, RerankError> {
        let (n, states) = self.states(text, most)?;
        let d = self.about.dimensions;
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

    /// The states of a text read alone, one a token, and how many there are.
    fn states(&self, text: &str, most: usize) -> Result<(usize, Vec<f32>), RerankError> {
        let tokens = self.tokenizer.one(text, most);
        let n = tokens.ids.len();
        let (shape, states) = self.run(tokens, self.out)?;
        let d = self.about.dimensions;
        if shape != [1, n, d] {
            return Err(self.model.shape(&format!("1 × tokens × {d}"), &shape));
        }
        Ok((n, states))
    }

    fn ready<'a>(&self, first: &'a str) -> Result<Ready<'a>, RerankError> {
        Ok(match self.joint {
            Some(_) => Ready::States(self.states(first, self.about.most_tokens)?.1),
            None => Ready::Text(first),
        })
    }

    /// What the model says of two texts.
    fn both(&self, first: &Ready<'_>, second: &str, most: usize, asked: Asked) -> Result<Vec<f32>, RerankError> {
        let (shape, said) = match (first, &self.joint) {
            (Ready::States(first), Some(joint)) => {
                let (d, graph) = (self.about.dimensions, &joint.graph);
                let second = graph.states(d, self.states(second, most)?.1)?;
                let given = vec![(joint.first, graph.states(d, first.clone())?), (joint.second, second)];
                graph.run(given, joint.output(asked)?)?
            }
            (Ready::Text(first), _) => {
                let out = match asked {
                    Asked::Answers => self.out,
                    Asked::Claims => self.claims.ok_or_else(|| self.model.unfit(&"no claims"))?,
                };
                self.run(self.tokenizer.pair(first, second, self.about.most_tokens), out)?
            }
            (Ready::States(_), None) => return Err(self.model.unfit(&"no layers that read both texts")),
        };
        if said.iter().any(|x| !x.is_finite()) {
            return Err(RerankError::NotANumber);
        }
        let wanted = match asked {
            Asked::Answers => 1,
            Asked::Claims => 3,
        };
        if said.len() != wanted {
            let expected = if wanted == 1 { "one number" } else { "three numbers" };
            return Err(self.joint.as_ref().map_or(&self.model, |j| &j.graph).shape(expected, &shape));
        }
        Ok(said)
    }

    /// One output of the model, with its shape.
    fn run(&self, tokens: Tokens, out: NodeId) -> Result<(Vec<usize>, Vec<f32>), RerankError> {
        let n = tokens.ids.len();
        let mut given = vec![(self.ids, self.model.row(tokens.ids)?)];
        if let Some(mask) = self.mask {
            given.push((mask, self.model.row(vec![1; n])?));
        }
        if let Some(types) = self.types {
            given.push((types, self.model.row(tokens.types)?));
        }
        self.model.run(given, out)
    }
}

impl Joint {
    fn load(bytes: Vec<u8>, claims: bool) -> Result<Self, RerankError> {
        let graph = Graph::load(JOINT, bytes)?;
        let (first, second) = (graph.node("first")?, graph.node("second")?);
        graph.takes_only(&[Some(first), Some(second)], "first and second")?;
        let answers = graph.node(ANSWERS)?;
        let claims = if claims { Some(graph.node(CLAIMS)?) } else { None };
        Ok(Self { graph, first, second, answers, claims })
    }

    fn output(&self, asked: Asked) -> Result<NodeId, RerankError> {
        match asked {
            Asked::Answers => Ok(self.answers),
            Asked::Claims => self.claims.ok_or_else(|| self.graph.unfit(&"no claims")),
        }
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
