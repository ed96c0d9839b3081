//! One request to a chat-completions endpoint, within limits of time and size. It must not know what is asked; and
//! nothing that the server or the key says goes into an error.

use serde::{Deserialize, Serialize};
use std::io;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{HeaderValue, StatusCode, Uri};

/// Longest answer read, in bytes. Numbers for hundreds of statements fit in a hundredth of it.
const MOST_BYTES: u64 = 1_000_000;
/// Longest wait for the address of a host, and then for a connection to it. Reading may take all the time that is left:
/// a model is silent until it has thought.
const CONNECT: Duration = Duration::from_secs(5);
/// Pause before the one retry: a local server that is still loading its model says 503.
const PAUSE: Duration = Duration::from_millis(300);

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

    /// Asks, and gives the content of the first choice. The error is words for a log.
    ///
    /// Tries once more when the connection is refused or the server is unavailable (503), never otherwise: the request
    /// may have cost something. Returns within the time limit, retry included.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Result<String, String> {
        let body = serde_json::to_vec(request).map_err(|_| "the question cannot be written as JSON".to_owned())?;
        let end = Instant::now() + self.time_limit;
        let answer = match self.send(&body, end) {
            Err(fault) if fault.passes() => {
                std::thread::sleep(PAUSE.min(end.saturating_duration_since(Instant::now())));
                self.send(&body, end)
            }
            first => first,
        };
        let bytes = answer.map_err(|fault| fault.words(self.time_limit))?;
        content(&bytes)
    }

    fn send(&self, body: &[u8], end: Instant) -> Result<Vec<u8>, Fault> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::Slow);
        }
        let mut request = self
            .agent
            .post(&self.address)
            .config()
            .timeout_global(Some(left))
            .timeout_resolve(Some(CONNECT.min(left)))
            .timeout_connect(Some(CONNECT.min(left)))
            .build()
            .header(CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key.clone());
        }
        let mut response = request.send(body)?;
        if response.status() != StatusCode::OK {
            return Err(Fault::Status(response.status()));
        }
        Ok(response.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?)
    }
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
    Slow,
    Long(u64),
    Status(StatusCode),
    Broken(String),
}

impl Fault {
    /// Whether it may have passed in a moment, and the request was certainly not worked on.
    fn passes(&self) -> bool {
        matches!(self, Fault::Refused | Fault::Status(StatusCode::SERVICE_UNAVAILABLE))
    }

    fn words(&self, time_limit: Duration) -> String {
        match self {
            Fault::Refused => "the connection was refused".to_owned(),
            Fault::Slow => format!("no whole answer within {} s", time_limit.as_secs_f32()),
            Fault::Long(most) => format!("the answer is longer than {most} bytes"),
            Fault::Status(status) if status.is_redirection() => {
                format!("it answered with HTTP status {}; redirects are not followed", status.as_u16())
            }
            Fault::Status(status) => format!("it answered with HTTP status {}", status.as_u16()),
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
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                Fault::Broken("no connection could be made in time".to_owned())
            }
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

/// A chat-completions request: deterministic as far as the server allows, one whole answer, JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Request<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    temperature: u8,
    stream: bool,
    response_format: ResponseFormat,
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Debug, Serialize)]
struct ResponseFormat {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl<'a> Request<'a> {
    /// What to do goes into the system message; what was read goes into the user message, as data.
    pub(crate) fn new(model: &'a str, instructions: &'a str, data: &'a str) -> Self {
        Self {
            model,
            messages: [Message { role: "system", content: instructions }, Message { role: "user", content: data }],
            temperature: 0,
            stream: false,
            response_format: ResponseFormat { kind: "json_object" },
        }
    }
}

#[derive(Deserialize)]
struct Response {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
}

fn content(bytes: &[u8]) -> Result<String, String> {
    let response: Response = serde_json::from_slice(bytes)
        .map_err(|_| "it answered with something that is no chat completion".to_owned())?;
    let choice = response.choices.into_iter().next().ok_or_else(|| "it answered with no choice".to_owned())?;
    match (choice.finish_reason.as_deref(), choice.message.content) {
        (Some("length"), _) => Err("its answer was cut off".to_owned()),
        (_, Some(content)) => Ok(content),
        (_, None) => Err("it answered with no content".to_owned()),
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
