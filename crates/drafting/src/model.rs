//! The drafter itself: number, ask, check, arrange. It must not write a sentence of medicine.

use crate::arrangement::Arrangement;
use crate::endpoint::{BadSetting, Endpoint, Request};
use crate::numbering::Numbering;
use answering::{Article, Body, DraftError, Drafted, Drafter, Extractive, Plan};
use sha2::{Digest, Sha256};
use std::time::Duration;

const PROMPT: &str = include_str!("../prompts/arrange.prompt.md");

/// What the extractive composer says of itself in the limits, which is no longer so.
const NO_MODEL: &str = "no language model was used";

/// SHA-256 of the prompt, in hexadecimal: with the model's name, what an arrangement came from.
pub fn prompt_hash() -> String {
    Sha256::digest(PROMPT.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// A chat model that arranges the statements of the extractive draft.
///
/// To make one opens no connection. Each [`draft`](Drafter::draft) with something to arrange asks this address and no
/// other, once, and once more if the connection is refused or the server says 503. What is sent is the question as
/// planned, the reader, and the statements with their marks.
#[derive(Debug, Clone)]
pub struct ChatModel {
    endpoint: Endpoint,
    model: String,
    name: String,
}

impl ChatModel {
    /// A model by its name at an OpenAI-compatible server, `url` being its base address as
    /// `http://127.0.0.1:8080/v1`. `key` is sent as a bearer token; `time_limit` is for a whole draft.
    pub fn new(url: &str, name: &str, key: Option<&str>, time_limit: Duration) -> Result<Self, BadSetting> {
        if name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(BadSetting::Name);
        }
        let model = name.trim().to_owned();
        Ok(Self { endpoint: Endpoint::new(url, key, time_limit)?, name: format!("chat-model {model}"), model })
    }

    /// The address that questions are sent to, for whoever lists what may leave the machine.
    pub fn address(&self) -> String {
        self.endpoint.address()
    }

    fn failed(&self, reason: String) -> DraftError {
        DraftError { name: self.name.clone(), reason }
    }

    /// The limits of the arranged draft, each once, with what the model did.
    fn limits(&self, body: &Body, left_out: usize, of: usize) -> Vec<String> {
        let done = format!(
            "the language model {} chose their order and left out {left_out} of {of}; it wrote none of them",
            self.model
        );
        let mut limits: Vec<String> = Vec::new();
        for limit in &body.limits {
            let limit = limit.replace(NO_MODEL, &done);
            // A digest whose statements now stand apart is named more than once.
            if !limits.contains(&limit) {
                limits.push(limit);
            }
        }
        if !limits.iter().any(|l| l.contains(&done)) {
            limits.push(format!("Sentences were selected, not written: {done}."));
        }
        limits
    }
}

impl Drafter for ChatModel {
    fn name(&self) -> &str {
        &self.name
    }

    /// The extractive draft, arranged. Where there is nothing to arrange nothing is asked, and the draft is the
    /// extractive one.
    fn draft(&self, plan: &Plan<'_>) -> Result<Article<Drafted>, DraftError> {
        let extractive = Extractive.draft(plan)?;
        let numbering = Numbering::of(extractive.body(), plan);
        if numbering.items.len() < 2 {
            return Ok(extractive);
        }
        let told = serde_json::to_string(&numbering.told(plan))
            .map_err(|_| self.failed("the statements cannot be written as JSON".to_owned()))?;
        let said = self.endpoint.ask(&Request::new(&self.model, PROMPT, &told)).map_err(|r| self.failed(r))?;
        let arrangement = Arrangement::read(&said, &numbering).map_err(|r| self.failed(r))?;
        let mut body = Extractive.draft(&arrangement.apply(plan, &numbering))?.body().clone();
        body.bottom_line = arrangement.bottom_line(&body, &numbering);
        body.provenance.composer.clone_from(&self.name);
        body.limits = self.limits(&body, arrangement.left_out(&numbering), numbering.items.len());
        Ok(Article::draft(body))
    }
}
