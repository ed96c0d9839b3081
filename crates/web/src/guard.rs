//! What every request and every answer goes through: who may ask, how often, and what a browser may do with a page.

use crate::client::{Client, network};
use crate::pages::message;
use crate::rate::Rate;
use crate::settings::Settings;
use crate::site::Site;
use crate::slow::Late;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// A year, as browsers ask for. Not for names below: they may be others'.
const ENCRYPTED_ONLY: &str = "max-age=31536000";

/// The routes by which a question is asked: they have a limit of their own.
const ASKING: &[&str] = &["/ask", "/ask/stream", "/api/v1/questions", "/api/v1/questions/stream"];

/// What the guard knows.
#[derive(Clone)]
pub(crate) struct Guard {
    site: Arc<Site>,
    asks: Rate,
    others: Rate,
    answer: Duration,
}

impl Guard {
    pub(crate) fn new(site: Arc<Site>, settings: &Settings) -> Self {
        let limits = &settings.limits;
        Self {
            site,
            asks: Rate::new(limits.asks_per_minute),
            others: Rate::new(limits.requests_per_minute),
            answer: Duration::from_secs(limits.answer_seconds),
        }
    }

    /// How long this client must wait before this.
    fn wait(&self, request: &Request) -> Option<Duration> {
        let client = request.extensions().get::<Client>().filter(|c| !c.is_local)?;
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let asks = request.method() == Method::POST && route.is_some_and(|route| ASKING.contains(&route));
        let rate = if asks { &self.asks } else { &self.others };
        rate.take(network(client.address), Instant::now()).err()
    }
}

pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let mut response = answer(&guard, request, next).await;
    if api {
        response = crate::api::as_problem(response).await;
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Only a page that says so is for search engines.
    headers.entry("x-robots-tag").or_insert(HeaderValue::from_static("noindex"));
    if guard.site.is_encrypted() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ENCRYPTED_ONLY));
    }
    // Articles are private to who asked; nothing between server and reader may keep them.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn answer(guard: &Guard, request: Request, next: Next) -> Response {
    if let Some(reason) = refuse(&guard.site, request.method(), request.headers()) {
        return match request.uri().path().starts_with("/api/") {
            true => crate::api::refused(reason),
            false => (StatusCode::FORBIDDEN, reason).into_response(),
        };
    }
    if let Some(wait) = guard.wait(&request) {
        let seconds = wait.as_secs() + 1;
        let text = format!("Ask again in {seconds} seconds.");
        let mut response = message(StatusCode::TOO_MANY_REQUESTS, "Too many requests from your address", &text);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    let late = request.extensions().get::<Late>().cloned().unwrap_or_default();
    let answered = tokio::time::timeout(guard.answer, next.run(request)).await;
    match answered {
        Ok(_) if late.is() => {
            let mut response =
                message(StatusCode::REQUEST_TIMEOUT, "The request did not come in time", "Try it again.");
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
        Ok(response) => response,
        Err(_) => {
            let text = "The server is busy, or the question is a hard one. Ask again in a moment.";
            message(StatusCode::SERVICE_UNAVAILABLE, "This took too long", text)
        }
    }
}

/// Why a request is not taken at all.
fn refuse(site: &Site, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    // A page elsewhere must not reach a server on this machine under a name of its own (DNS rebinding).
    if !site.answers_to(text(header::HOST).unwrap_or_default()) {
        return Some("This server does not answer to that host name.\n");
    }
    if method.is_safe() {
        return None;
    }
    // A form on another site must not make this one do anything. Browsers say where a request is from; who says nothing and
    // has no cookie is no browser with a session that could be abused.
    let own = match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(from), _) => matches!(from, "same-origin" | "none"),
        (None, Some(origin)) => site.is_own_origin(origin, headers),
        (None, None) => !headers.contains_key(header::COOKIE),
    };
    (!own).then_some("This is only taken from this site's own pages.\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use std::net::SocketAddr;

    #[test]
    fn what_changes_something_must_come_from_this_site() {
        let settings = Settings { public_url: Some("https://c.example".to_owned()), ..Settings::default() };
        let site = Site::new(&settings, SocketAddr::new(settings.host, 8787));
        let refused = |method: &Method, sent: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("c.example"))]);
            for (name, value) in sent {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            refuse(&site, method, &headers).is_some()
        };
        let (fetch, origin, cookie) = ("sec-fetch-site", "origin", ("cookie", "session=1"));
        for (sent, wanted) in [
            (vec![], false),
            (vec![cookie], true),
            (vec![(fetch, "same-origin"), cookie], false),
            (vec![(fetch, "none"), cookie], false),
            (vec![(fetch, "same-site")], true),
            (vec![(fetch, "cross-site"), (origin, "https://c.example")], true),
            (vec![(origin, "https://c.example"), cookie], false),
            (vec![(origin, "https://evil.example")], true),
            (vec![(origin, "null"), cookie], true),
        ] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert_eq!(refused(&method, &sent), wanted, "{method} {sent:?}");
            }
            assert!(!refused(&Method::GET, &sent), "{sent:?}");
        }
        assert!(refused(&Method::GET, &[("host", "evil.example")]));
    }
}
