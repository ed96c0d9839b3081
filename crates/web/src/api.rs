//! The API: REST under `/api/v1` over `desk`, described by `/api/openapi.json`, which is checked in as docs/openapi.json.
//!
//! Owns the form of requests and answers. It must not decide who may do what, nor compute anything.

mod answers;
mod evidence;
mod faults;
mod house;
mod idempotency;
mod list;
mod problem;
mod request;
mod review;
mod shapes;

use crate::pool::{Failure, Pool};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use desk::DeskError;
use list::{Items, Unpaged};
use problem::Wire;
use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, SecurityRequirement};
use utoipa::{IntoParams, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The header that makes a request safe to send again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // read by `idempotency`; here it is described
pub(crate) struct Key {
    /// A name of your choice for this request, as a UUID: sent again within 24 hours with the same body it is not done again, and
    /// the same answer comes back. Kept in the server's memory: a restart forgets it.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 200, pattern = "^[!-~]+$")]
    key: Option<String>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Curbside",
        description = "Clinical questions answered from sources that an installation trusts, each sentence tied to the sentence it rests on. \
            Educational purpose only. An answer is approved by people only where its `standing.approved` says so.\n\n\
            Who asks is told by `Authorization: Bearer TOKEN` or by the session of a browser. Problems are RFC 9457 `application/problem+json`; \
            programs go by `code`. Fields may be added to answers; unknown fields of requests are refused.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "answers", description = "Asking, and reading what was answered."),
        (name = "evidence", description = "Sources, search, checking claims."),
        (name = "review", description = "The board's review of a version."),
        (name = "house", description = "Reports, corrections, members, policy, audit trail, refresh.")
    )
)]
struct Described;

/// The routes of version 1 with their description.
fn described() -> OpenApiRouter<Pool> {
    let v1 = OpenApiRouter::new()
        .routes(routes!(answers::ask))
        .routes(routes!(answers::ask_streaming))
        .routes(routes!(answers::articles))
        .routes(routes!(answers::article, answers::erase))
        .routes(routes!(answers::versions))
        .routes(routes!(answers::thread))
        .routes(routes!(answers::references))
        .routes(routes!(evidence::sources))
        .routes(routes!(evidence::source))
        .routes(routes!(evidence::search))
        .routes(routes!(evidence::check))
        .routes(routes!(review::queue))
        .routes(routes!(review::review))
        .routes(routes!(review::history))
        .routes(routes!(review::submit))
        .routes(routes!(review::take))
        .routes(routes!(review::conflict))
        .routes(routes!(review::mark))
        .routes(routes!(review::propose))
        .routes(routes!(review::decide))
        .routes(routes!(review::sign))
        .routes(routes!(review::revise))
        .routes(routes!(review::publish))
        .routes(routes!(review::retire))
        .routes(routes!(review::reopen))
        .routes(routes!(review::generalise))
        .routes(routes!(house::report, house::reports))
        .routes(routes!(house::end_report))
        .routes(routes!(house::corrections, house::correct))
        .routes(routes!(house::members))
        .routes(routes!(house::policy, house::set_policy))
        .routes(routes!(house::audit))
        .routes(routes!(house::verify))
        .routes(routes!(house::refresh));
    OpenApiRouter::with_openapi(Described::openapi()).nest("/api/v1", v1)
}

/// The routes of the API, and the file that describes them.
pub(crate) fn routes(pool: &Pool) -> Router<Pool> {
    let (router, mut file) = described().split_for_parts();
    let components = file.components.get_or_insert_with(Components::new);
    faults::describe(components);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token.")).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::people::SESSION));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    // Any of them; what is open to everyone needs none.
    let one = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
    file.security = Some(vec![SecurityRequirement::default(), one("token"), one("session")]);
    // Plain data: writing it to memory cannot fail.
    let text = file.to_pretty_json().unwrap_or_default();
    let openapi = get(move || async move { ([(header::CONTENT_TYPE, "application/json")], text) });
    router
        .route("/api/openapi.json", openapi)
        .route("/api", any(no_route))
        .route("/api/", any(no_route))
        .route("/api/{*rest}", any(no_route))
        .layer(middleware::from_fn_with_state((pool.clone(), idempotency::Answers::new()), idempotency::once))
        .layer(middleware::map_response(as_problem))
}

async fn no_route() -> Response {
    Wire::NoRoute.told("there is no such route")
}

/// What the router or the guard refuses by itself is told as a problem too.
pub(crate) async fn as_problem(response: Response) -> Response {
    let status = response.status();
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|c| c == problem::MEDIA);
    if told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = Wire::of(status).told(status.canonical_reason().unwrap_or("refused").to_lowercase());
    for name in [header::ALLOW, header::RETRY_AFTER, header::CONNECTION] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

/// A request that the guard refused.
pub(crate) fn refused(reason: &str) -> Response {
    Wire::Refused.told(reason.trim_end())
}

/// A page, nothing where the cursor is of another list.
fn unpaged<T>(page: Result<Items<T>, Unpaged>) -> Result<Option<Items<T>>, DeskError> {
    match page {
        Ok(items) => Ok(Some(items)),
        Err(Unpaged::Cursor) => Ok(None),
        Err(Unpaged::Desk(error)) => Err(error),
    }
}

/// The answer to a request for a page.
fn paged<T: Serialize>(done: &Result<Option<Items<T>>, Failure>) -> Response {
    match done {
        Ok(Some(items)) => request::json(StatusCode::OK, items),
        Ok(None) => Wire::Cursor.told("this cursor is of another list, or what it names is gone").into_response(),
        Err(failure) => problem::of(failure),
    }
}
