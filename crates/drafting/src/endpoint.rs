//! A chat-completions endpoint, within limits of time and size: asked again where nothing was worked on yet, in a simpler form
//! where it does not know a field. It must not know what is asked; and nothing that the server or the key says goes into an
//! error.

use crate::request::Request;
use crate::stream::{Broken, Content, Usage};
use serde::Deserialize;
use std::io::{self, Read};
use std::time::{Duration, Instant};
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use ureq::http::{HeaderValue, Response, StatusCode, Uri};
use ureq::{Agent, Body, RequestBuilder};

/// Longest answer read, in bytes: some 12,000 tokens of an event stream.
const MOST_BYTES: u64 = 4_000_000;
/// Longest wait for the address of a host, and then for a connection to it. Reading may take all the time that is left:
/// a model is silent until it has thought.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for anything that is not the answer: the size of the window, a count of tokens.
const ASIDE: Duration = Duration::from_secs(5);
/// Pauses before each further try, where the last one was certainly not worked on: a local server that is still loading its
/// model says 503 for some seconds. The same each time; one question at a time needs no jitter.
const PAUSES: &[Duration] =
    &[Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(6)];

/// A setting that no chat model can be reached with. Says nothing of the setting's content: it may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// The address.
    #[error(
        "the address of a chat model is http:// or https://, a host and a path, as http://127.0.0.1:8080/v1; no user, query or fragment"
    )]
    Url,
    /// The model's name.
    #[error("the name of a chat model is 1 to 200 characters, none of them a control character")]
    Name,
    /// The key.
    #[error("the key of a chat model holds a character that cannot be sent")]
    Key,
    /// The time limit.
    #[error("the time limit of a chat model is between a tenth of a second and an hour")]
    TimeLimit,
}

/// Where a chat model listens.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    agent: Agent,
    address: Uri,
    /// Marked as sensitive, so that it never prints.
    key: Option<HeaderValue>,
    time_limit: Duration,
}

impl Endpoint {
    /// An endpoint below a base address. Opens no connection.
    pub(crate) fn new(base: &str, key: Option<&str>, time_limit: Duration) -> Result<Self, BadSetting> {
        if !(Duration::from_millis(100)..=Duration::from_secs(3600)).contains(&time_limit) {
            return Err(BadSetting::TimeLimit);
        }
        Ok(Self { agent: agent(), address: address(base)?, key: key.and_then(bearer).transpose()?, time_limit })
    }

    /// The full address that is asked.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// When a draft that begins now must be done.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.time_limit
    }

    /// Asks, and hands what comes to `read` as it comes, with what the answer cost. The error is words for a log.
    ///
    /// Tries again, after growing pauses or those the server asks for, when no connection was made or the server says that it
    /// is busy or not there (429, 502, 503), never otherwise, and never once an answer has begun: the request may have cost
    /// something. A server that says it does not understand (400, 422) is asked in a simpler form. Returns by
    /// `end`, all tries included.
    pub(crate) fn ask<T>(
        &self,
        request: &Request<'_>,
        end: Instant,
        read: impl FnOnce(&mut dyn Read) -> Result<T, String>,
    ) -> Result<(T, Cost), String> {
        let mut form = request.first_form();
        let mut tries = 0;
        let response = loop {
            let fault = match self.post(&self.address, &request.body(form)?, end) {
                Ok(response) => break response,
                Err(fault) => fault,
            };
            let left = end.saturating_duration_since(Instant::now());
            let simpler = form.simpler().filter(|_| fault.does_not_understand());
            let pause = PAUSES.get(tries).filter(|_| tries < fault.tries());
            match (simpler, pause.map(|p| fault.pause().unwrap_or_default().max(*p))) {
                (Some(simpler), _) => form = simpler,
                (None, Some(pause)) if pause < left => {
                    std::thread::sleep(pause);
                    tries += 1;
                }
                _ => return Err(fault.words(self.time_limit)),
            }
        };
        let events = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let events = events.is_some_and(|v| v.trim_start().to_ascii_lowercase().starts_with("text/event-stream"));
        let body = response.into_body().into_with_config().limit(MOST_BYTES).reader();
        let mut content = Content::new(body, events);
        let value = read(&mut content);
        // What was wrong with the stream says more than what could not be read of it.
        match content.finish() {
            Ok((usage, bytes)) => Ok((value?, Cost { usage, bytes })),
            Err(Broken::Form(why)) => Err(why.to_owned()),
            Err(Broken::Io(error)) => Err(Fault::from(ureq::Error::from(error)).words(self.time_limit)),
        }
    }

    /// How many tokens a text is, by the server's own tokenizer; none where it has no such thing (llama.cpp and vLLM have).
    pub(crate) fn tokens(&self, model: &str, text: &str, end: Instant) -> Option<u64> {
        #[derive(Deserialize)]
        struct Counted {
            count: Option<u64>,
            tokens: Option<Vec<serde::de::IgnoredAny>>,
        }
        let body = serde_json::json!({"model": model, "content": text, "prompt": text}).to_string();
        let address = self.beside("tokenize")?;
        let response = self.post(&address, body.as_bytes(), end.min(Instant::now() + ASIDE)).ok()?;
        let counted: Counted = read_json(response)?;
        counted.count.or_else(|| counted.tokens.map(|t| t.len() as u64))
    }

    /// How many tokens a model reads and writes at most, where the server says so (llama.cpp and vLLM do).
    pub(crate) fn window(&self, model: &str, end: Instant) -> Option<u64> {
        #[derive(Deserialize)]
        struct Models {
            data: Vec<Model>,
        }
        #[derive(Deserialize)]
        struct Model {
            id: String,
            max_model_len: Option<u64>,
            meta: Option<Meta>,
        }
        #[derive(Deserialize)]
        struct Meta {
            n_ctx: Option<u64>,
        }
        let address: Uri = self.address.to_string().replace("/chat/completions", "/models").parse().ok()?;
        let left = end.saturating_duration_since(Instant::now()).min(ASIDE);
        let response = self.configured(self.agent.get(&address), left).call().ok()?;
        let response = Some(response).filter(|r| r.status() == StatusCode::OK)?;
        let mut models: Models = read_json(response)?;
        // A server with one model answers to any name.
        let at = models.data.iter().position(|m| m.id == model).or((models.data.len() == 1).then_some(0))?;
        let model = models.data.swap_remove(at);
        model.max_model_len.or(model.meta.and_then(|m| m.n_ctx))
    }

    /// An address beside the API: `/tokenize` stands above `/v1`.
    fn beside(&self, path: &str) -> Option<Uri> {
        let base = self.address.to_string();
        let base = base.strip_suffix("/chat/completions")?;
        format!("{}/{path}", base.strip_suffix("/v1").unwrap_or(base)).parse().ok()
    }

    fn configured<K>(&self, request: RequestBuilder<K>, left: Duration) -> RequestBuilder<K> {
        let request = request
            .config()
            .timeout_global(Some(left))
            .timeout_resolve(Some(CONNECT.min(left)))
            .timeout_connect(Some(CONNECT.min(left)))
            .build();
        match &self.key {
            Some(key) => request.header(AUTHORIZATION, key.clone()),
            None => request,
        }
    }

    fn post(&self, address: &Uri, body: &[u8], end: Instant) -> Result<Response<Body>, Fault> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::Slow);
        }
        let request = self.configured(self.agent.post(address), left).header(CONTENT_TYPE, "application/json");
        let response = request.send(body)?;
        if response.status() != StatusCode::OK {
            let seconds = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
            return Err(Fault::Status(response.status(), seconds.map(Duration::from_secs)));
        }
        Ok(response)
    }
}

/// What an answer cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// As the server counted.
    pub(crate) usage: Option<Usage>,
    /// Bytes of content.
    pub(crate) bytes: u64,
}

fn read_json<T: serde::de::DeserializeOwned>(mut response: Response<Body>) -> Option<T> {
    let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec().ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Follows no redirect, takes no proxy from the environment, keeps no connection open behind the caller's back.
fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .max_idle_connections(0)
        .user_agent(concat!("curbside/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

fn address(base: &str) -> Result<Uri, BadSetting> {
    let uri: Uri = base.trim().parse().map_err(|_| BadSetting::Url)?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.host().is_some_and(|h| !h.is_empty());
    // A user or a query may hold a secret, and an address is shown.
    let plain =
        uri.authority().is_some_and(|a| !a.as_str().contains('@')) && uri.query().is_none() && !base.contains('#');
    if !(web && host && plain) {
        return Err(BadSetting::Url);
    }
    let full = format!("{}/chat/completions", base.trim().trim_end_matches('/'));
    full.parse().map_err(|_| BadSetting::Url)
}

/// The header that carries a key; none for an empty one.
fn bearer(key: &str) -> Option<Result<HeaderValue, BadSetting>> {
    let key = key.trim();
    (!key.is_empty()).then(|| {
        let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| BadSetting::Key)?;
        value.set_sensitive(true);
        Ok(value)
    })
}

/// Why no answer came.
#[derive(Debug)]
enum Fault {
    Refused,
    /// No connection within the time for it.
    Unreached,
    Slow,
    Long(u64),
    /// With the pause that the server asks for.
    Status(StatusCode, Option<Duration>),
    Broken(String),
}

impl Fault {
    /// How often to try again: where it may have passed in a moment, and the request was certainly not worked on. A port that
    /// nobody listens on is seldom listened on a little later.
    fn tries(&self) -> usize {
        let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE];
        match self {
            Fault::Refused | Fault::Unreached => 1,
            Fault::Status(status, _) if busy.contains(status) => PAUSES.len(),
            _ => 0,
        }
    }

    /// Whether the server may not know a field of the request.
    fn does_not_understand(&self) -> bool {
        matches!(self, Fault::Status(StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, _))
    }

    /// The pause that the server asks for.
    fn pause(&self) -> Option<Duration> {
        if let Fault::Status(_, pause) = self { *pause } else { None }
    }

    fn words(&self, time_limit: Duration) -> String {
        match self {
            Fault::Refused => "the connection was refused".to_owned(),
            Fault::Unreached => "no connection could be made in time".to_owned(),
            Fault::Slow => format!("no whole answer within {} s", time_limit.as_secs_f32()),
            Fault::Long(most) => format!("the answer is longer than {most} bytes"),
            Fault::Status(status, _) if status.is_redirection() => {
                format!("it answered with HTTP status {}; redirects are not followed", status.as_u16())
            }
            Fault::Status(status, _) => format!("it answered with HTTP status {}", status.as_u16()),
            Fault::Broken(what) => what.clone(),
        }
    }
}

impl From<ureq::Error> for Fault {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Io(e) if e.kind() == io::ErrorKind::ConnectionRefused => Fault::Refused,
            ureq::Error::Io(e) if e.kind() == io::ErrorKind::TimedOut => Fault::Slow,
            ureq::Error::Io(e) => Fault::Broken(format!("the connection failed ({})", e.kind())),
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => Fault::Unreached,
            ureq::Error::Timeout(_) => Fault::Slow,
            ureq::Error::BodyExceedsLimit(most) => Fault::Long(most),
            ureq::Error::HostNotFound => Fault::Broken("its host was not found".to_owned()),
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
                Fault::Broken("no encrypted connection could be made; its certificate may not be trusted".to_owned())
            }
            // Others may quote what the server sent.
            _ => Fault::Broken("it does not speak HTTP as expected".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_address_is_the_base_and_the_path_of_the_api() {
        for base in ["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/", " http://127.0.0.1:8080/v1\n"] {
            let endpoint = Endpoint::new(base, None, SECOND).unwrap();
            assert_eq!(endpoint.address(), "http://127.0.0.1:8080/v1/chat/completions");
        }
    }

    #[test]
    fn addresses_that_are_none_or_may_hold_a_secret_are_refused() {
        for base in [
            "",
            "127.0.0.1:8080",
            "ftp://a/v1",
            "file:///v1",
            "http://",
            "http://me:secret@a/v1",
            "https://a/v1?key=secret",
            "https://a/v1#x",
        ] {
            let fault = Endpoint::new(base, None, SECOND).unwrap_err();
            assert_eq!(fault, BadSetting::Url, "{base}");
            assert!(!fault.to_string().contains("secret"));
        }
    }

    #[test]
    fn a_key_never_prints() {
        let endpoint = Endpoint::new("https://a/v1", Some("sk-secret\n"), SECOND).unwrap();
        assert!(endpoint.key.is_some() && !format!("{endpoint:?}").contains("sk-secret"));
        let fault = Endpoint::new("https://a/v1", Some("sk-sec\nret"), SECOND).unwrap_err();
        assert!(fault == BadSetting::Key && !format!("{fault:?} {fault}").contains("sk-"));
        assert!(Endpoint::new("https://a/v1", Some(" "), SECOND).unwrap().key.is_none());
    }

    #[test]
    fn a_time_limit_must_be_one() {
        for limit in [Duration::ZERO, Duration::MAX] {
            assert_eq!(Endpoint::new("https://a/v1", None, limit).unwrap_err(), BadSetting::TimeLimit);
        }
    }
}
