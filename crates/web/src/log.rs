//! One line for each request: when, which route, what came of it, how long. Never its address, its query or its body: a
//! question stands nowhere in the log.

use crate::client::Client;
use crate::metrics::known_method;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request in the log and to who asked. In the extensions of every request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The stable code of an error. In the extensions of the answer that tells it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code(pub(crate) &'static str);

impl RequestId {
    /// The one that a trusted proxy gave, or a new one.
    pub(crate) fn of(headers: &HeaderMap, trusted: bool) -> Self {
        let given = headers.get(X_REQUEST_ID).and_then(|v| v.to_str().ok()).filter(|_| trusted);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        match given.filter(|id| (8..=64).contains(&id.len()) && id.chars().all(plain)) {
            Some(id) => Self(id.to_owned()),
            None => Self::new(),
        }
    }

    fn new() -> Self {
        static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("request"));
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        // Odd factors only shuffle: no two of a process are the same.
        Self(format!("{:016x}", START.wrapping_add(n).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }
}

/// Writes the line; `address`: with the client's address.
pub(crate) async fn note(State(address): State<bool>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let client = request.extensions().get::<Client>().filter(|_| address).map(|c| c.address.to_string());
    let method = known_method(request.method());
    let started = Instant::now();
    let mut response = next.run(request).await;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    let code = response.extensions().get::<Code>().map(|c| c.0);
    let client = client.as_deref();
    if response.status().is_server_error() {
        tracing::error!(request = id, method, route, status, milliseconds, code, client, "answered");
    } else {
        tracing::info!(request = id, method, route, status, milliseconds, code, client, "answered");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_only_a_trusted_proxys_is_taken_over() {
        let headers = |id: &'static str| HeaderMap::from_iter([(X_REQUEST_ID, HeaderValue::from_static(id))]);
        let of = |id, trusted| RequestId::of(&headers(id), trusted).0;
        assert_eq!(of("from-the-proxy", true), "from-the-proxy");
        for (id, trusted) in [("from-the-proxy", false), ("short", true), ("with blanks in it", true)] {
            assert_ne!(of(id, trusted), id);
        }
        let many: std::collections::HashSet<String> = (0..1000).map(|_| RequestId::new().0).collect();
        assert_eq!(many.len(), 1000);
    }
}
