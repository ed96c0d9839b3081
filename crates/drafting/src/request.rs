//! The body of a chat-completions request, in three forms: as much as servers can be asked, and less for those that cannot.

use serde::Serialize;
use serde_json::Value;

/// How much is asked of a server. One that answers 400 or 422 to a form is asked in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// With a JSON schema that the answer must keep to, and its usage at the end of the stream.
    Schema,
    /// With an answer that must be JSON.
    Json,
    /// With nothing that is not in the oldest servers.
    Bare,
}

impl Form {
    /// The next simpler form.
    pub(crate) fn simpler(self) -> Option<Form> {
        match self {
            Form::Schema => Some(Form::Json),
            Form::Json => Some(Form::Bare),
            Form::Bare => None,
        }
    }
}

/// A request: deterministic as far as the server allows.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) model: &'a str,
    /// What to do: the system message.
    pub(crate) instructions: &'a str,
    /// What was read: the user message, as data.
    pub(crate) data: &'a str,
    /// The schema of the answer; without one it is only asked to be JSON.
    pub(crate) schema: Option<Value>,
    /// The most tokens it may write.
    pub(crate) most_tokens: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    temperature: u8,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<JsonSchema<'a>>,
}

#[derive(Serialize)]
struct JsonSchema<'a> {
    name: &'static str,
    strict: bool,
    schema: &'a Value,
}

impl Request<'_> {
    /// The form to begin with.
    pub(crate) fn first_form(&self) -> Form {
        if self.schema.is_some() { Form::Schema } else { Form::Json }
    }

    /// The body in a form, as JSON.
    pub(crate) fn body(&self, form: Form) -> Result<Vec<u8>, String> {
        let schema = self.schema.as_ref().filter(|_| form == Form::Schema);
        let asked = form != Form::Bare;
        let body = Body {
            model: self.model,
            messages: [
                Message { role: "system", content: self.instructions },
                Message { role: "user", content: self.data },
            ],
            temperature: 0,
            stream: true,
            stream_options: asked.then_some(StreamOptions { include_usage: true }),
            max_tokens: self.most_tokens.filter(|_| asked),
            response_format: asked.then(|| ResponseFormat {
                kind: if schema.is_some() { "json_schema" } else { "json_object" },
                json_schema: schema.map(|schema| JsonSchema { name: "answer", strict: true, schema }),
            }),
        };
        serde_json::to_vec(&body).map_err(|_| "the question cannot be written as JSON".to_owned())
    }
}
