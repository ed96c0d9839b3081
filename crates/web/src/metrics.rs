//! What the server counts about itself, in the OpenMetrics text format, and whether it is alive and ready. Nothing of it tells
//! what was asked or by whom: a request is known by its route, never by its address.

use crate::pool::Pool;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use std::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// From where a page came that may be kept in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct From {
    from: &'static str,
}

/// Counts such pages.
pub(crate) type Pages = Family<From, Counter>;

/// Counts one.
pub(crate) fn page(pages: &Pages, from: &'static str) {
    pages.get_or_create(&From { from }).inc();
}

/// The counters of one server.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    at_work: Gauge,
    pub(crate) pages: Pages,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let requests = Family::<Answered, Counter>::default();
        // From a millisecond to half a minute.
        let seconds =
            Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 16)));
        let at_work = Gauge::default();
        let mut registry = Registry::with_prefix("curbside");
        registry.register("requests", "Requests answered, by method, route and status", requests.clone());
        registry.register_with_unit("request", "Time from request to answer", Unit::Seconds, seconds.clone());
        registry.register("requests_at_work", "Requests being answered", at_work.clone());
        let pages = Pages::default();
        let help = "Pages for nobody in particular, kept in memory or made";
        registry.register("pages", help, pages.clone());
        Self { registry: Arc::new(registry), requests, seconds, at_work, pages }
    }
}

/// Counts each request by the route that took it.
pub(crate) async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = known_method(request.method()).to_owned();
    let started = Instant::now();
    metrics.at_work.inc();
    let response = next.run(request).await;
    metrics.at_work.dec();
    metrics.seconds.get_or_create(&Route { route: route.clone() }).observe(started.elapsed().as_secs_f64());
    metrics.requests.get_or_create(&Answered { method, route, status: response.status().as_u16() }).inc();
    response
}

/// The method as it is counted and noted. Anyone may make one up, and each would be a counter for ever.
pub(crate) fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.iter().find(|k| **k == method.as_str()).copied().unwrap_or("other")
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(metrics): State<Metrics>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &metrics.registry) {
        Ok(()) => {
            let media = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, media)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /health/live`: the process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: the library can be read and the index reflects it.
pub(crate) async fn ready(State(pool): State<Pool>) -> Response {
    match pool.run(|desk| desk.is_ready()).await {
        Ok(true) => "ready\n".into_response(),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "the index lags behind the library\n").into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the data folder cannot be read\n").into_response(),
    }
}
