//! Problems as the API tells them (RFC 9457). What went wrong in a use case is worded by `desk`'s one table; what went wrong
//! before one was reached, by the small table here.

use crate::asking::Trouble;
use crate::pool::Failure;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::DeskError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of a problem.
pub(crate) const MEDIA: &str = "application/problem+json";

/// A problem, after RFC 9457. `code` is stable; programs go by it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:curbside:no-article", "title": "No article", "status": 404,
    "detail": "there is no article nothing", "code": "no-article", "advice": "Ask the question again."
}))]
pub(crate) struct Problem {
    /// `urn:curbside:` and the code.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The code in words; the same for all problems of this code.
    pub(crate) title: String,
    /// The status of the response.
    pub(crate) status: u16,
    /// What happened this time.
    pub(crate) detail: String,
    /// Stable name of the problem.
    pub(crate) code: String,
    /// What to do next; it may name a command of `curbside`.
    pub(crate) advice: String,
}

/// What stops a request before it reaches a use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    NoRoute,
    Method,
    Json,
    Shape,
    ContentType,
    TooLarge,
    Query,
    Cursor,
    Key,
    KeyReused,
    KeyRunning,
    Refused,
    Stopping,
    NotAcceptable,
    TooMany,
    Late,
    Slow,
    Other(StatusCode),
}

impl Wire {
    /// Code, status, what to do next.
    fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Wire::NoRoute => ("no-route", StatusCode::NOT_FOUND, "/api/openapi.json lists the routes."),
            Wire::Method => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "/api/openapi.json lists the methods of each route.",
            ),
            Wire::Json => ("bad-json", StatusCode::BAD_REQUEST, "Send one JSON object, in UTF-8."),
            Wire::Shape => {
                ("bad-body", StatusCode::UNPROCESSABLE_ENTITY, "/api/openapi.json tells the fields of the body.")
            }
            Wire::ContentType => {
                ("content-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send `Content-Type: application/json`.")
            }
            Wire::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "Send less at once."),
            Wire::Query => ("bad-query", StatusCode::BAD_REQUEST, "/api/openapi.json tells the parameters."),
            Wire::Cursor => {
                ("bad-cursor", StatusCode::BAD_REQUEST, "Use `next` as it was given, or begin anew without.")
            }
            Wire::Key => (
                "idempotency-key",
                StatusCode::BAD_REQUEST,
                "Send one key of 1 to 200 visible ASCII characters, as a UUID.",
            ),
            Wire::KeyReused => {
                ("idempotency-reused", StatusCode::UNPROCESSABLE_ENTITY, "Use a new key for another request.")
            }
            Wire::KeyRunning => ("idempotency-running", StatusCode::CONFLICT, "Wait for the first request to end."),
            Wire::Refused => ("other-site", StatusCode::FORBIDDEN, "Ask from this site, or with an API token."),
            Wire::Stopping => ("stopping", StatusCode::SERVICE_UNAVAILABLE, "Ask again in a moment."),
            Wire::NotAcceptable => (
                "not-acceptable",
                StatusCode::NOT_ACCEPTABLE,
                "Ask for ris, bibtex or csl-json, by `format` or by `Accept`.",
            ),
            Wire::TooMany => ("too-many", StatusCode::TOO_MANY_REQUESTS, "Wait as long as `Retry-After` says."),
            Wire::Late => ("late", StatusCode::REQUEST_TIMEOUT, "Send it again."),
            Wire::Slow => ("slow", StatusCode::SERVICE_UNAVAILABLE, "Ask again in a moment."),
            Wire::Other(status) => ("bad-request", status, "/api/openapi.json tells what is taken."),
        }
    }

    /// The problem, with what happened this time.
    pub(crate) fn told(self, detail: impl Into<String>) -> Response {
        let (code, status, advice) = self.row();
        answer(status, code, detail.into(), advice)
    }

    /// The problem that an answer without one is: what the router refuses by itself.
    pub(crate) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Wire::NoRoute,
            StatusCode::METHOD_NOT_ALLOWED => Wire::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Wire::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Wire::ContentType,
            StatusCode::TOO_MANY_REQUESTS => Wire::TooMany,
            StatusCode::REQUEST_TIMEOUT => Wire::Late,
            StatusCode::SERVICE_UNAVAILABLE => Wire::Slow,
            other => Wire::Other(other),
        }
    }
}

/// A problem that is found before an answer to it is made.
#[derive(Debug)]
pub(crate) struct Wrong(pub(crate) Wire, pub(crate) String);

impl Wrong {
    /// The answer to it.
    pub(crate) fn told(self) -> Response {
        self.0.told(self.1)
    }
}

/// The code in words.
fn title(code: &str) -> String {
    let words = code.replace('-', " ");
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn problem(status: StatusCode, code: &str, detail: String, advice: &str) -> Problem {
    Problem {
        kind: format!("urn:curbside:{code}"),
        title: title(code),
        status: status.as_u16(),
        detail,
        code: code.to_owned(),
        advice: advice.to_owned(),
    }
}

fn answer(status: StatusCode, code: &str, detail: String, advice: &str) -> Response {
    // Plain data: writing it to memory cannot fail.
    let text = serde_json::to_string(&problem(status, code, detail, advice)).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, MEDIA)], text).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Status, code, detail and advice of what a use case ended in.
fn parts(error: &DeskError) -> (StatusCode, &'static str, String, &'static str) {
    let info = error.info();
    let status = StatusCode::from_u16(info.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Paths and database messages are the operator's business, not the caller's.
    let detail = match status.is_server_error() {
        true => "something is wrong with this server".to_owned(),
        false => error.to_string(),
    };
    (status, info.code, detail, info.advice)
}

/// The problem that a stream ended in.
pub(crate) fn streamed(trouble: &Trouble<'_>) -> serde_json::Value {
    let wire = |wire: Wire, detail: &str| {
        let (code, status, advice) = wire.row();
        (status, code, detail.to_owned(), advice)
    };
    let (status, code, detail, advice) = match trouble {
        Trouble::Desk(error) => parts(error),
        Trouble::Stopping => wire(Wire::Stopping, STOPPING),
        Trouble::Late => wire(Wire::Slow, "the answer took longer than this server waits for one"),
    };
    serde_json::to_value(problem(status, code, detail, advice)).unwrap_or_default()
}

const STOPPING: &str = "the server is stopping, or has a fault";

/// The problem that a use case ended in.
pub(crate) fn of(failure: &Failure) -> Response {
    let error = match failure {
        Failure::Desk(error) => error,
        Failure::Stopping => return Wire::Stopping.told(STOPPING),
    };
    let (status, code, detail, advice) = parts(error);
    let mut response = answer(status, code, detail, advice);
    if let DeskError::SignInWait { seconds } = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}
