//! The drafter itself: number, ask, judge, draft. It must not let a sentence through that the checker does not pass.

use crate::arrangement::Arrangement;
use crate::budget::{self, Budget};
use crate::endpoint::{BadSetting, Cost, Endpoint};
use crate::numbering::Numbering;
use crate::reply;
use crate::request::Request;
use crate::writing::{Share, Writing};
use answering::{Article, Body, DraftError, Drafted, Drafter, Extractive, Line, ModelUse, Plan};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

const ARRANGE: &str = include_str!("../prompts/arrange.prompt.md");
const WRITE: &str = include_str!("../prompts/write.prompt.md");

/// What the extractive composer says of itself in the limits, which is no longer so.
const NO_MODEL: &str = "no language model was used";
const SELECTED: &str = "Sentences were selected, not written: no language model was used.";

/// What a model may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Put the statements in order, leave some out, choose the bottom line. It writes nothing.
    #[default]
    Arrange,
    /// Word the statements anew. What the checker does not pass is shown in its source's words.
    Write,
}

impl Part {
    fn prompt(self) -> &'static str {
        match self {
            Part::Arrange => ARRANGE,
            Part::Write => WRITE,
        }
    }
}

/// SHA-256 of the prompt for a part, in hexadecimal: with the model's name, what a draft came from.
pub fn prompt_hash(part: Part) -> String {
    Sha256::digest(part.prompt().as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// A chat model that arranges or words the statements of the extractive draft.
///
/// To make one opens no connection. Each [`draft`](Drafter::draft) with something to draft asks this server and no other. What
/// is sent is the question as planned, the facts of its case, the reader, and the statements with their marks.
#[derive(Debug, Clone)]
pub struct ChatModel {
    endpoint: Endpoint,
    model: String,
    name: String,
    part: Part,
    window: Option<u64>,
}

impl ChatModel {
    /// A model by its name at an OpenAI-compatible server, `url` being its base address as
    /// `http://127.0.0.1:8080/v1`. `key` is sent as a bearer token; `time_limit` is for a whole draft.
    pub fn new(url: &str, name: &str, key: Option<&str>, time_limit: Duration) -> Result<Self, BadSetting> {
        if name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(BadSetting::Name);
        }
        let model = name.trim().to_owned();
        let endpoint = Endpoint::new(url, key, time_limit)?;
        Ok(Self { endpoint, name: format!("chat-model {model}"), model, part: Part::default(), window: None })
    }

    /// Lets it do another part.
    #[must_use]
    pub fn with_part(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    /// Says how many tokens it can read and write together. Without it the server is asked, and where it does not say, 4096
    /// are taken.
    #[must_use]
    pub fn with_window(mut self, tokens: u64) -> Self {
        self.window = Some(tokens);
        self
    }

    /// The address that questions are sent to, for whoever lists what may leave the machine.
    pub fn address(&self) -> String {
        self.endpoint.address()
    }

    fn failed(&self, reason: String) -> DraftError {
        DraftError { name: self.name.clone(), reason }
    }

    fn arrange(&self, plan: &Plan<'_>, numbering: &Numbering<'_>) -> Result<Article<Drafted>, DraftError> {
        let told = serde_json::to_string(&numbering.told(plan))
            .map_err(|_| self.failed("the statements cannot be written as JSON".to_owned()))?;
        let request =
            Request { model: &self.model, instructions: ARRANGE, data: &told, schema: None, most_tokens: None };
        let (said, cost) = self
            .endpoint
            .ask(&request, self.endpoint.deadline(), |content| {
                let mut said = String::new();
                content.read_to_string(&mut said).map_err(|_| "its answer is no text".to_owned())?;
                Ok(said)
            })
            .map_err(|r| self.failed(r))?;
        let arrangement = Arrangement::read(&said, numbering).map_err(|r| self.failed(r))?;
        let mut body = Extractive.draft(&arrangement.apply(plan, numbering))?.body().clone();
        body.bottom_line = arrangement.bottom_line(&body, numbering);
        body.limits = self.limits_of_arranged(&body, arrangement.left_out(numbering), numbering.items.len());
        self.signed(&mut body, 0, cost, told.len());
        Ok(Article::draft(body))
    }

    fn write(
        &self,
        plan: &Plan<'_>,
        extractive: &Body,
        numbering: &Numbering<'_>,
        tell: &mut dyn FnMut(&str, &Line) -> ControlFlow<()>,
    ) -> Result<Article<Drafted>, DraftError> {
        let end = self.endpoint.deadline();
        let lead = numbering.leading(extractive);
        let told = |offered: &BTreeSet<usize>| {
            // Plain data: serialising it to memory cannot fail.
            serde_json::to_string(&numbering.told_to_write(plan, offered, &lead)).unwrap_or_default()
        };
        let Budget { offered, reply } = self
            .fit(plan, numbering, &lead, &told, end)
            .ok_or_else(|| self.failed("its window is too small for the prompt and two statements".to_owned()))?;
        let data = told(&offered);
        let request = Request {
            model: &self.model,
            instructions: WRITE,
            data: &data,
            schema: Some(schema(numbering, &offered)),
            most_tokens: Some(reply),
        };
        let mut writing = Writing::new(plan, extractive, numbering, &offered, &lead);
        let most = 2 * offered.len() + lead.len() + 4;
        let ((), cost) = self
            .endpoint
            .ask(&request, end, |content| {
                reply::read(content, most, &mut |section, written| writing.sentence(section, &written, tell))
            })
            .map_err(|r| self.failed(r))?;
        let (mut body, dropped, share) =
            writing.finish(|plan| Extractive.draft(plan).map(|draft| draft.body().clone()))?;
        body.limits = self.limits_of_written(&body, share);
        self.signed(&mut body, share.written, cost, data.len());
        Ok(Article::draft(body).with_dropped(dropped))
    }

    /// The statements that fit into the window. The server's tokenizer is asked once; what is left out is then counted by the
    /// bytes a token it found, with a tenth to spare.
    fn fit(
        &self,
        plan: &Plan<'_>,
        numbering: &Numbering<'_>,
        lead: &[usize],
        told: &dyn Fn(&BTreeSet<usize>) -> String,
        end: Instant,
    ) -> Option<Budget> {
        // Servers that say their window have a tokenizer beside the API; no other is sent anything there.
        let said = self.endpoint.window(&self.model, end);
        let window = self.window.or(said).unwrap_or(budget::WINDOW);
        let mut counted: Option<Option<(u64, usize)>> = said.is_none().then_some(None);
        budget::fit(numbering, plan, lead, window, |offered| {
            let text = format!("{WRITE}{}", told(offered));
            let rate =
                *counted.get_or_insert_with(|| self.endpoint.tokens(&self.model, &text, end).map(|n| (n, text.len())));
            match rate {
                Some((tokens, bytes)) if bytes == text.len() => tokens,
                Some((tokens, bytes)) => (tokens * text.len() as u64 * 11).div_ceil(bytes as u64 * 10),
                None => budget::estimate(text.len()),
            }
        })
    }

    /// Says in the provenance what the model was and what it cost.
    fn signed(&self, body: &mut Body, written: usize, cost: Cost, told: usize) {
        body.provenance.composer.clone_from(&self.name);
        let read = self.part.prompt().len() + told;
        body.provenance.model = Some(ModelUse {
            name: self.model.clone(),
            prompt: prompt_hash(self.part),
            written,
            tokens_read: cost.usage.map_or(budget::estimate(read), |u| u.prompt_tokens),
            tokens_written: cost.usage.map_or(budget::estimate(cost.bytes as usize), |u| u.completion_tokens),
            counted: cost.usage.is_some(),
        });
    }

    /// The limits of the arranged draft, each once, with what the model did.
    fn limits_of_arranged(&self, body: &Body, left_out: usize, of: usize) -> Vec<String> {
        let done = format!(
            "the language model {} chose their order and left out {left_out} of {of}; it wrote none of them",
            self.model
        );
        once_each(body, NO_MODEL, &done, &format!("Sentences were selected, not written: {done}."))
    }

    /// The limits of the written draft, each once, with what the model did.
    fn limits_of_written(&self, body: &Body, share: Share) -> Vec<String> {
        let Share { written, dropped, left_out } = share;
        let worded = match written {
            0 => format!("The language model {} worded none of these sentences", self.model),
            _ => format!(
                "The language model {} worded {written} of these sentences anew; rules found that each says what the sentence it cites says, and rules can err",
                self.model
            ),
        };
        let done = format!(
            "{worded}. Of its sentences {dropped} did not pass and are not shown, and {left_out} of the statements it left out; all else is in the words of its source."
        );
        once_each(body, SELECTED, &done, &done)
    }
}

/// The limits with one passage said otherwise, each once: a digest whose statements now stand apart is named more than once.
/// Where no limit holds the passage, one more is added.
fn once_each(body: &Body, passage: &str, instead: &str, else_added: &str) -> Vec<String> {
    let mut limits: Vec<String> = Vec::new();
    for limit in &body.limits {
        let limit = limit.replace(passage, instead);
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    if !limits.iter().any(|l| l.contains(instead)) {
        limits.push(else_added.to_owned());
    }
    limits
}

/// The schema of a written answer, of what servers' constrained decoding and hosted strict modes both know.
fn schema(numbering: &Numbering<'_>, offered: &BTreeSet<usize>) -> Value {
    let object = |properties: Value, required: &[&str]| json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    let sentence = object(
        json!({
            "rests_on": {"type": "array", "items": {"type": "integer", "enum": offered}},
            "text": {"type": "string"},
        }),
        &["rests_on", "text"],
    );
    let sentences = json!({"type": "array", "items": sentence});
    let keys = numbering.sections.iter().enumerate();
    let keys: Vec<&str> = keys
        .filter(|(at, _)| offered.iter().any(|n| numbering.item(*n).is_some_and(|i| i.section == *at)))
        .map(|(_, (key, _))| *key)
        .collect();
    let section =
        object(json!({"section": {"type": "string", "enum": keys}, "sentences": sentences}), &["section", "sentences"]);
    object(
        json!({"bottom_line": sentences, "sections": {"type": "array", "items": section}}),
        &["bottom_line", "sections"],
    )
}

impl Drafter for ChatModel {
    fn name(&self) -> &str {
        &self.name
    }

    /// The extractive draft, arranged or worded anew. Where there is nothing to do nothing is asked, and the draft is the
    /// extractive one.
    fn draft(&self, plan: &Plan<'_>) -> Result<Article<Drafted>, DraftError> {
        self.draft_telling(plan, &mut |_, _| ControlFlow::Continue(()))
    }

    fn draft_telling(
        &self,
        plan: &Plan<'_>,
        tell: &mut dyn FnMut(&str, &Line) -> ControlFlow<()>,
    ) -> Result<Article<Drafted>, DraftError> {
        let extractive = Extractive.draft(plan)?;
        let numbering = Numbering::of(extractive.body(), plan);
        if numbering.items.len() < 2 {
            return Ok(extractive);
        }
        match self.part {
            Part::Arrange => self.arrange(plan, &numbering),
            Part::Write => self.write(plan, extractive.body(), &numbering, tell),
        }
    }
}
