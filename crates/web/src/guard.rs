//! What every request and every answer goes through: who may ask, and what a browser may do with a page.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Names this server answers to. Another `Host` is refused: a page elsewhere must not reach a server on this
/// machine under a name of its own (DNS rebinding).
#[derive(Clone)]
pub(crate) struct Hosts(pub(crate) Option<Arc<Vec<String>>>);

const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

pub(crate) async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let mut response = match refuse(&hosts, request.method(), request.headers()) {
        Some(reason) if request.uri().path().starts_with("/api/") => crate::api::refused(reason),
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Only a page that says so is for search engines.
    headers.entry("x-robots-tag").or_insert(HeaderValue::from_static("noindex"));
    // Articles are private to who asked; nothing between server and reader may keep them.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refuse(hosts: &Hosts, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    if let Some(allowed) = &hosts.0 {
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
        if !allowed.iter().any(|a| a.eq_ignore_ascii_case(host)) {
            return Some("This server does not answer to that host name.\n");
        }
    }
    // A form on another site must not make this one ask. Browsers that do not say where it is are let through: their
    // session's cookie is not sent with such a form (`SameSite=Lax`).
    let site = headers.get("sec-fetch-site").and_then(|h| h.to_str().ok()).unwrap_or("none");
    if method != Method::GET && method != Method::HEAD && !matches!(site, "same-origin" | "none") {
        return Some("Questions are only taken from this site's own pages.\n");
    }
    None
}
