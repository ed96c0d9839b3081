//! What is read from requests: bodies, parameters, who asks. Whatever cannot be read is told as a problem.

use super::problem::{self, Wire, Wrong};
use crate::people;
use crate::pool::Pool;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::board::Actor;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Who acts, as [`people::Acting`] finds them.
pub(crate) struct Caller(pub(crate) Actor);

impl FromRequestParts<Pool> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pool: &Pool) -> Result<Self, Response> {
        let site = people::site(&parts.extensions);
        people::actor(&parts.headers, site.as_deref(), pool).await.map(Caller).map_err(|failure| problem::of(&failure))
    }
}

/// A JSON body. None at all is read as `{}`, for requests in which nothing must be said.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await.map_err(|e| unread(&e))?;
        if bytes.is_empty() {
            return read(b"{}").map(Json).map_err(Wrong::told);
        }
        if !json {
            return Err(Wire::ContentType.told("the body is not said to be JSON"));
        }
        read(&bytes).map(Json).map_err(Wrong::told)
    }
}

/// A body of text, of any media type.
pub(crate) struct Text(pub(crate) String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let toml = matches!(media.split(';').next().unwrap_or_default().trim(), "application/toml" | "text/plain");
        let bytes = Bytes::from_request(request, state).await.map_err(|e| unread(&e))?;
        if !toml {
            return Err(Wire::ContentType.told("the body is not said to be TOML: application/toml"));
        }
        match String::from_utf8(bytes.into()) {
            Ok(text) => Ok(Text(text)),
            Err(_) => Err(Wire::Other(StatusCode::BAD_REQUEST).told("the body is not UTF-8")),
        }
    }
}

fn unread(rejection: &BytesRejection) -> Response {
    Wire::of(rejection.status()).told(rejection.body_text())
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Wrong> {
    serde_json::from_slice(bytes).map_err(|error| match error.is_data() {
        true => Wrong(Wire::Shape, error.to_string()),
        false => Wrong(Wire::Json, error.to_string()),
    })
}

/// Parameters of the address.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(read)) => Ok(Params(read)),
            Err(rejection) => Err(Wire::Query.told(rejection.body_text())),
        }
    }
}

/// What a use case gave, as JSON.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (status, [(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => Wire::Other(StatusCode::INTERNAL_SERVER_ERROR).told("the answer could not be written"),
    }
}

/// The answer to a request that a use case was run for.
pub(crate) fn told<T: Serialize>(status: StatusCode, done: &Result<T, crate::pool::Failure>) -> Response {
    match done {
        Ok(value) => json(status, value),
        Err(failure) => problem::of(failure),
    }
}
