//! The sources, searching them, and holding a claim against them.

use super::faults::{Does, Reads};
use super::list;
use super::request::{Caller, Json, Params, told};
use super::shapes;
use super::{paged, unpaged};
use crate::pool::Pool;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use desk::evidence::{Kind, Notice, Source, Span, Standing};
use desk::{SearchOptions, Shown};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Results of a search where nothing is said, and at most.
const FOUND: usize = 10;
const MOST: usize = 50;

/// Which sources.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those whose title or id contains this.
    q: Option<String>,
    /// Items at most, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The sources of the library, by id.
#[utoipa::path(
    get, path = "/sources", tag = "evidence", operation_id = "listSources",
    params(Which),
    responses((status = 200, description = "A page of them.", body = shapes::List<shapes::SourceLine>), Reads)
)]
pub(crate) async fn sources(State(pool): State<Pool>, Caller(actor): Caller, Params(w): Params<Which>) -> Response {
    let (limit, after) = match list::Page::read(w.limit, w.cursor.as_deref()) {
        Ok(read) => read,
        Err(wrong) => return wrong.told(),
    };
    let done = pool.run(move |desk| {
        let desk = desk.by(actor).for_reading()?;
        let query = w.q.unwrap_or_default();
        unpaged(list::page(
            limit,
            after.as_deref(),
            |n| desk.sources(&query, n),
            |s| s.id.to_string(),
            |s, key| Some(s.id.as_str() <= key),
        ))
    });
    paged(&done.await)
}

/// A source as it is told.
#[derive(Serialize)]
struct Told {
    source: Source,
    collection: String,
    standing: Standing,
    notices: Vec<Notice>,
    /// The statement that the name leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    highlight: Option<Span>,
}

impl From<Shown> for Told {
    fn from(shown: Shown) -> Self {
        let Shown { source, collection, standing, notices, highlight, .. } = shown;
        Self { source, collection, standing, notices, highlight }
    }
}

/// A source with its text, by id; `ID#STATEMENT` or `ID@START-END` also marks a place. A slash in an id is written `%2F`, `#`
/// is `%23`.
#[utoipa::path(
    get, path = "/sources/{id}", tag = "evidence", operation_id = "readSource",
    params(("id" = String, Path, description = "Its id.", example = "digest:magnesium-disorders")),
    responses((status = 200, description = "The source.", body = shapes::SourceShown), Reads)
)]
pub(crate) async fn source(State(pool): State<Pool>, Caller(actor): Caller, Path(id): Path<String>) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| Ok(Told::from(desk.by(actor).for_reading()?.show(&id)?))).await)
}

/// What to search for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// The words.
    #[param(example = "magnesium wasting")]
    q: String,
    /// Only this collection.
    collection: Option<String>,
    /// Only this kind, as `guideline`.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// Only from this year on.
    from: Option<u16>,
    /// Only up to this year.
    to: Option<u16>,
    /// Passages at most, 1 to 50; 10 where nothing is said.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
}

/// The passages that match best, best first, each with the sentences to read first. Not paged: what is not among the best 50
/// needs other words.
#[utoipa::path(
    get, path = "/search", tag = "evidence", operation_id = "search",
    params(Search),
    responses((status = 200, description = "What was found.", body = shapes::Results), Reads)
)]
pub(crate) async fn search(State(pool): State<Pool>, Caller(actor): Caller, Params(s): Params<Search>) -> Response {
    let done = pool.run_long(move |desk| {
        let options = SearchOptions {
            collection: s.collection,
            kinds: s.kind.into_iter().collect(),
            from: s.from,
            to: s.to,
            limit: s.limit.unwrap_or(FOUND).clamp(1, MOST),
            ..SearchOptions::default()
        };
        desk.by(actor).for_reading()?.search(&s.q, &options)
    });
    told(StatusCode::OK, &done.await)
}

/// What to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    /// A claim, in one sentence; or, without a source, a text whose sentences are checked one by one.
    text: String,
    /// The source to hold it against, or `ID#STATEMENT`, `ID@START-END`. Without one each sentence is held against what it cites
    /// in square brackets, or else against what the library finds for it.
    #[serde(default)]
    source: Option<String>,
}

/// Holds claims against sources. Sentences of fewer than three words are passed over.
#[utoipa::path(
    post, path = "/checks", tag = "evidence", operation_id = "check",
    params(super::Key),
    request_body(content = Check, example = json!({ "text": "Magnesium is measured in serum.", "source": "digest:magnesium-disorders" })),
    responses((status = 200, description = "What was found for each.", body = Vec<shapes::Checked>), Does)
)]
pub(crate) async fn check(State(pool): State<Pool>, Caller(actor): Caller, Json(check): Json<Check>) -> Response {
    let done = pool.run_long(move |desk| {
        let desk = desk.by(actor).for_checking()?;
        match check.source {
            Some(source) => Ok(vec![desk.check_claim(&check.text, &source)?]),
            None => desk.check_text(&check.text),
        }
    });
    told(StatusCode::OK, &done.await)
}
