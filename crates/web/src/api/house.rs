//! The house: problems reported, corrections, the board's members, its policy, the audit trail, bringing articles up to date.

use super::faults::{Does, Reads};
use super::list::{self, Items, Page};
use super::problem::{self, Wire};
use super::request::{Caller, Json, Params, Text, told};
use super::shapes::{self, Made, PolicyShown};
use super::{Key, paged, unpaged};
use crate::articles::today;
use crate::pool::{Failure, Pool};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use desk::board::Policy;
use desk::clinical::Date;
use desk::{DeskError, Ended, Entry, Filter, RefreshOptions};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A problem with an article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReport {
    /// The article: hash or slug.
    article: String,
    /// The name of a statement of it; nothing: the whole article.
    #[serde(default)]
    statement: Option<String>,
    /// What is wrong. What looks like a patient identifier is taken out.
    words: String,
}

/// Reports a problem with an article or one of its statements.
#[utoipa::path(
    post, path = "/reports", tag = "house", operation_id = "report",
    params(Key),
    request_body(content = NewReport, example = json!({ "article": "hypomagnesemia", "words": "The dose is of another drug." })),
    responses((status = 201, description = "The number of the report.", body = Made), Does)
)]
pub(crate) async fn report(State(pool): State<Pool>, Caller(actor): Caller, Json(new): Json<NewReport>) -> Response {
    let done = pool.run(move |desk| {
        let id = desk.by(actor).report(&new.article, new.statement.as_deref(), &new.words)?;
        Ok(Made { id })
    });
    told(StatusCode::CREATED, &done.await)
}

/// Which reports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Also those that ended.
    all: Option<bool>,
    /// Items at most, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Reported problems, the oldest first.
#[utoipa::path(
    get, path = "/reports", tag = "house", operation_id = "listReports",
    params(Which),
    responses((status = 200, description = "A page of them.", body = shapes::List<shapes::Report>), Reads)
)]
pub(crate) async fn reports(State(pool): State<Pool>, Caller(actor): Caller, Params(w): Params<Which>) -> Response {
    let (limit, after) = match Page::read(w.limit, w.cursor.as_deref()) {
        Ok(read) => read,
        Err(wrong) => return wrong.told(),
    };
    let done = pool.run(move |desk| {
        let reports = desk.by(actor).reports(w.all.unwrap_or_default())?;
        unpaged(list::held(limit, after.as_deref(), reports, |r| r.report.id.to_string()))
    });
    paged(&done.await)
}

/// How a report ended.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EndedWord {
    Answered,
    Closed,
    Corrected,
}

/// The end of a report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndReport {
    #[schema(value_type = EndedWord)]
    ended: Ended,
    /// The answer, the reason, or what was wrong and what was done.
    words: String,
}

/// Ends a report. One that told of a fault (`corrected`) becomes an entry of the corrections log, which everyone may read.
#[utoipa::path(
    post, path = "/reports/{id}/end", tag = "house", operation_id = "endReport",
    params(("id" = i64, Path, description = "Its number."), Key),
    request_body(content = EndReport, example = json!({ "ended": "answered", "words": "The dose is as in the source." })),
    responses((status = 204, description = "It has ended."), Does)
)]
pub(crate) async fn end_report(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Path(id): Path<i64>,
    Json(end): Json<EndReport>,
) -> Response {
    nothing(pool.run(move |desk| desk.by(actor).end_report(id, end.ended, &end.words)).await)
}

fn nothing(done: Result<(), Failure>) -> Response {
    use axum::response::IntoResponse;
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => problem::of(&failure),
    }
}

/// The corrections log, the newest first.
#[utoipa::path(
    get, path = "/corrections", tag = "house", operation_id = "listCorrections",
    params(Page),
    responses((status = 200, description = "A page of it.", body = shapes::List<shapes::Correction>), Reads)
)]
pub(crate) async fn corrections(State(pool): State<Pool>, Caller(actor): Caller, Params(p): Params<Page>) -> Response {
    let (limit, after) = match Page::read(p.limit, p.cursor.as_deref()) {
        Ok(read) => read,
        Err(wrong) => return wrong.told(),
    };
    let done = pool.run(move |desk| {
        let seat = desk.by(actor);
        unpaged(list::page(
            limit,
            after.as_deref(),
            |n| seat.corrections(n),
            |c| format!("{}:{}", c.at, c.id),
            |c, key| {
                let (at, id) = key.split_once(':')?;
                Some((c.at, c.id) >= (at.parse().ok()?, id.parse().ok()?))
            },
        ))
    });
    paged(&done.await)
}

/// An entry of the corrections log that no report led to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCorrection {
    /// The article: hash or slug.
    article: String,
    /// What was wrong, and what was done.
    words: String,
}

/// Writes an entry of the corrections log: an editor.
#[utoipa::path(
    post, path = "/corrections", tag = "house", operation_id = "correct",
    params(Key),
    request_body(content = NewCorrection, example = json!({ "article": "hypomagnesemia", "words": "The unit was wrong; it is mmol." })),
    responses((status = 204, description = "It stands in the log."), Does)
)]
pub(crate) async fn correct(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Json(new): Json<NewCorrection>,
) -> Response {
    nothing(pool.run(move |desk| desk.by(actor).correct(&new.article, &new.words)).await)
}

/// The members of the board; nobody where there is no board.
#[utoipa::path(
    get, path = "/members", tag = "house", operation_id = "listMembers",
    responses((status = 200, description = "The members, by name.", body = Vec<shapes::Member>), Reads)
)]
pub(crate) async fn members(State(pool): State<Pool>, Caller(actor): Caller) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| desk.by(actor).members()).await)
}

fn shown(policy: &Policy) -> PolicyShown {
    PolicyShown {
        toml: policy.to_toml(),
        sentences: policy.in_words(),
        // Plain data: writing it to memory cannot fail.
        policy: serde_json::to_value(policy).unwrap_or_default(),
    }
}

/// The policy in force. Anyone may know it.
#[utoipa::path(
    get, path = "/policy", tag = "house", operation_id = "readPolicy",
    responses((status = 200, description = "The policy.", body = PolicyShown), Reads)
)]
pub(crate) async fn policy(State(pool): State<Pool>) -> Response {
    told(StatusCode::OK, &pool.run(|desk| Ok(shown(&desk.policy()?))).await)
}

/// Puts a policy in force: an administrator. What it does not speak of is as in the default; what was approved stays approved.
#[utoipa::path(
    put, path = "/policy", tag = "house", operation_id = "setPolicy",
    request_body(content(
        (String = "application/toml", example = json!("[approval]\napprovals = 2\n")),
        (String = "text/plain", example = json!("[approval]\napprovals = 2\n")),
    )),
    responses((status = 200, description = "The policy now in force.", body = PolicyShown), Does)
)]
pub(crate) async fn set_policy(State(pool): State<Pool>, Caller(actor): Caller, Text(toml): Text) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| Ok(shown(&desk.by(actor).set_policy(&toml)?))).await)
}

/// Which entries of the trail.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Entries {
    /// By this actor, as `person 3`.
    actor: Option<String>,
    /// Of this action, as `submit`.
    action: Option<String>,
    /// On a subject that begins so.
    subject: Option<String>,
    /// From this day on, as `2026-11-27`, in universal time.
    #[param(format = Date)]
    from: Option<String>,
    /// Until the end of this day.
    #[param(format = Date)]
    to: Option<String>,
    /// Items at most, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The walk over the trail ended: by trouble, or because a page is full.
enum Stopped {
    Desk(DeskError),
    Full,
}

impl From<DeskError> for Stopped {
    fn from(error: DeskError) -> Self {
        Stopped::Desk(error)
    }
}

/// The audit trail, the oldest entries first.
#[utoipa::path(
    get, path = "/audit", tag = "house", operation_id = "listAudit",
    params(Entries),
    responses((status = 200, description = "A page of it.", body = shapes::List<shapes::AuditEntry>), Reads)
)]
pub(crate) async fn audit(State(pool): State<Pool>, Caller(actor): Caller, Params(e): Params<Entries>) -> Response {
    let (limit, after) = match Page::read(e.limit, e.cursor.as_deref()) {
        Ok(read) => read,
        Err(wrong) => return wrong.told(),
    };
    let Ok(after) = after.as_deref().map(str::parse::<u64>).transpose() else {
        return Wire::Cursor.told("this cursor is of another list");
    };
    if [&e.from, &e.to].into_iter().flatten().any(|day| day.parse::<Date>().is_err()) {
        return Wire::Query.told("a day is written as 2026-11-27");
    }
    let filter = Filter {
        actor: e.actor,
        action: e.action,
        subject: e.subject,
        from: e.from,
        to: e.to,
        before: None,
        limit: None,
    };
    let done = pool.run(move |desk| {
        let mut items: Vec<Entry> = Vec::new();
        let walked = desk.by(actor).audit(&filter, &mut |entry| {
            if after.is_none_or(|seq| entry.seq > seq) {
                items.push(entry);
            }
            if items.len() > limit { Err(Stopped::Full) } else { Ok(()) }
        });
        match walked {
            Err(Stopped::Desk(error)) => return Err(error),
            Err(Stopped::Full) => {
                items.truncate(limit);
                let next = items.last().map(|entry| list::hexadecimal(&entry.seq.to_string()));
                return Ok(Items { items, next });
            }
            Ok(()) => {}
        }
        Ok(Items { items, next: None })
    });
    told(StatusCode::OK, &done.await)
}

/// What to hold the trail against.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Noted {
    /// A head that was noted before: then the trail must still hold it.
    head: Option<String>,
}

/// Whether the trail, and what it tells of, are as they were written. Cost: every version and body is read and hashed.
#[utoipa::path(
    get, path = "/audit/verification", tag = "house", operation_id = "verifyAudit",
    params(Noted),
    responses((status = 200, description = "What was looked at, and the first fault.", body = shapes::Verified), Reads)
)]
pub(crate) async fn verify(State(pool): State<Pool>, Caller(actor): Caller, Params(n): Params<Noted>) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| desk.by(actor).audit_verify(n.head.as_deref())).await)
}

/// How far a refresh goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    /// Compose each article anew and compare. Cost: an answer for each.
    #[serde(default)]
    compose: bool,
}

/// Looks at every version that is before the board or approved, and puts back before it what must be looked at again.
#[utoipa::path(
    post, path = "/refresh", tag = "house", operation_id = "refresh",
    params(Key),
    request_body(content = Refresh, example = json!({ "compose": false })),
    responses((status = 200, description = "What was found.", body = shapes::Refreshed), Does)
)]
pub(crate) async fn refresh(State(pool): State<Pool>, Caller(actor): Caller, Json(given): Json<Refresh>) -> Response {
    let options = RefreshOptions { compose: given.compose, today: today() };
    told(StatusCode::OK, &pool.run_long(move |desk| desk.by(actor).refresh(options, |_, _| {})).await)
}
