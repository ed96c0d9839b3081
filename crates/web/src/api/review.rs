//! The review of a version: what waits, one version with each statement beside its sources, and each step. What may be done, and
//! by whom, is decided behind `desk`.
//!
//! A version is named by its hash, the first 8 or more digits of it, or the article's slug, which leads to the last version for
//! clinicians. Each step may name the change of the review that was looked at (`seen`); where it is another by now, nothing is
//! done and the problem is `changed`.

use super::faults::{Does, Reads};
use super::list;
use super::problem::Wire;
use super::request::{Caller, Json, Params, told};
use super::shapes;
use super::{Key, paged, unpaged};
use crate::pool::Pool;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use desk::board::{Actor, Decision, Mark};
use desk::{DeskError, Named, Question, QueueOrder, ReviewShown, Revision, Seat, StatementName, now};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which part of the queue.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// `age`, `topic`, `staleness`, `readers` or `reports`.
    order: Option<String>,
    /// Also what is approved.
    all: Option<bool>,
    /// Items at most, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What is before the board.
#[utoipa::path(
    get, path = "/reviews", tag = "review", operation_id = "listReviews",
    params(Which),
    responses((status = 200, description = "A page of the queue.", body = shapes::List<shapes::QueueEntry>), Reads)
)]
pub(crate) async fn queue(State(pool): State<Pool>, Caller(actor): Caller, Params(w): Params<Which>) -> Response {
    let (limit, after) = match list::Page::read(w.limit, w.cursor.as_deref()) {
        Ok(read) => read,
        Err(wrong) => return wrong.told(),
    };
    let order = match w.order.as_deref().map(str::parse::<QueueOrder>).transpose() {
        Ok(order) => order.unwrap_or_default(),
        Err(words) => return Wire::Query.told(words),
    };
    let done = pool.run(move |desk| {
        let entries = desk.by(actor).queue(order, w.all.unwrap_or_default())?;
        unpaged(list::held(limit, after.as_deref(), entries, |e| e.queued.hash.clone()))
    });
    paged(&done.await)
}

/// A version with its review.
#[utoipa::path(
    get, path = "/reviews/{name}", tag = "review", operation_id = "readReview",
    params(("name" = String, Path, description = "Hash or slug.")),
    responses((status = 200, description = "The version with its review.", body = shapes::Review), Reads)
)]
pub(crate) async fn review(State(pool): State<Pool>, Caller(actor): Caller, Path(name): Path<String>) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| desk.by(actor).review(&Named::new(&name))).await)
}

/// What happened in the review of a version, in order.
#[utoipa::path(
    get, path = "/reviews/{name}/history", tag = "review", operation_id = "readHistory",
    params(("name" = String, Path, description = "Hash or slug.")),
    responses((status = 200, description = "What happened.", body = Vec<shapes::Record>), Reads)
)]
pub(crate) async fn history(State(pool): State<Pool>, Caller(actor): Caller, Path(name): Path<String>) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| desk.by(actor).review_history(&Named::new(&name))).await)
}

/// Takes a step and tells where the review then is.
async fn step(
    pool: Pool,
    actor: Actor,
    name: String,
    seen: Option<u32>,
    take: impl FnOnce(&mut Seat<'_>, &Named<'_>) -> Result<ReviewShown, DeskError> + Send + 'static,
) -> Response {
    let done = pool.run(move |desk| take(&mut desk.by(actor), &Named { name: &name, reader: None, seen }));
    told(StatusCode::OK, &done.await)
}

/// A statement by its place or its whole name.
fn statement(name: &str) -> Result<StatementName, DeskError> {
    let none = |_| DeskError::Review(desk::board::Denied::NoStatement { statement: name.chars().take(80).collect() });
    name.parse().map_err(none)
}

/// Of a step that needs nothing more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// `changes` of the review as it was looked at.
    #[serde(default)]
    seen: Option<u32>,
}

/// Of submitting.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Submit {
    /// Somebody looked at the words that might tell who the patient is (the problem `suspects` names them), and they do not.
    #[serde(default)]
    looked: bool,
}

/// Of stating a conflict of interest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conflict {
    /// Which; null: none. It must be said.
    #[serde(deserialize_with = "said")]
    #[schema(required)]
    conflict: Option<String>,
    #[serde(default)]
    seen: Option<u32>,
}

/// A field that may be null but not left out.
fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// What a reviewer holds of a statement.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MarkWord {
    Accept,
    Reject,
    Comment,
}

/// Of marking statements.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Marking {
    /// Their places from 1, as `"3"`, or their whole names, which bind their words too.
    statements: Vec<String>,
    #[schema(value_type = MarkWord)]
    mark: Mark,
    /// Why: needed to reject and to comment.
    #[serde(default)]
    words: Option<String>,
    #[serde(default)]
    seen: Option<u32>,
}

/// Of proposing other words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    /// The statement: place or name.
    statement: String,
    /// The words; they are held against the sentences that the statement cites.
    wording: String,
    #[serde(default)]
    seen: Option<u32>,
}

/// Of deciding on proposed words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deciding {
    /// Its place in the history.
    proposal: u32,
    /// Whether it is taken.
    accept: bool,
    #[serde(default)]
    seen: Option<u32>,
}

/// What a signature is for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DecisionWord {
    Approve,
    RequestChanges,
}

/// Of signing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signing {
    #[schema(value_type = DecisionWord)]
    decision: Decision,
    /// Said with it: needed to request changes.
    #[serde(default)]
    words: Option<String>,
    /// Your password, once more. An API token never signs.
    #[schema(format = Password)]
    password: String,
    #[serde(default)]
    seen: Option<u32>,
}

/// How the next version is made.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum How {
    /// With the wordings that were taken and without what was rejected.
    Marks,
    /// Answered anew from the library.
    Anew,
}

/// Of revising.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revising {
    how: How,
    #[serde(default)]
    seen: Option<u32>,
}

/// Of what needs a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    /// The reason, kept in the history.
    words: String,
    #[serde(default)]
    seen: Option<u32>,
}

/// Of making a general article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct General {
    /// A question in words that tell of no patient.
    question: String,
}

/// One step of a review: its route, its words, its body, what it does.
macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident $path:literal $id:literal $body:ty, $example:tt, |$seat:ident, $named:ident, $given:ident| $seen:expr => $does:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "review", operation_id = $id,
            params(("name" = String, Path, description = "Hash or slug."), Key),
            request_body(content = $body, example = json!($example)),
            responses((status = 200, description = "The review after it.", body = shapes::Review), Does)
        )]
        pub(crate) async fn $name(
            State(pool): State<Pool>,
            Caller(actor): Caller,
            Path(name): Path<String>,
            Json($given): Json<$body>,
        ) -> Response {
            let seen = $seen;
            step(pool, actor, name, seen, move |$seat, $named| $does).await
        }
    )*};
}

steps! {
    /// Puts a version before the board: its asker or an editor. Looks for patient identifiers a second time.
    submit "/reviews/{name}/submit" "submit" Submit, { "looked": false },
        |seat, named, given| None => seat.submit(named, given.looked);
    /// Takes a version for review.
    take "/reviews/{name}/take" "take" Seen, {},
        |seat, named, given| given.seen => seat.take_review(named);
    /// States a conflict of interest about this version, or that there is none. One that was stated stays.
    conflict "/reviews/{name}/conflict" "stateConflict" Conflict, { "conflict": null },
        |seat, named, given| given.seen => seat.state_conflict(named, given.conflict.as_deref());
    /// Marks statements, all or none.
    mark "/reviews/{name}/mark" "mark" Marking, { "statements": ["1", "2"], "mark": "accept" },
        |seat, named, given| given.seen => {
            let statements = given.statements.iter().map(|s| statement(s)).collect::<Result<Vec<_>, _>>()?;
            seat.mark(named, &statements, given.mark, given.words.as_deref())
        };
    /// Proposes other words for a statement. What the checker does not find supported can never be taken.
    propose "/reviews/{name}/propose" "propose" Proposal, { "statement": "1", "wording": "Measure serum magnesium." },
        |seat, named, given| given.seen => seat.propose_wording(named, &statement(&given.statement)?, &given.wording);
    /// Takes a proposed wording into the next version, or does not: an author of the version.
    decide "/reviews/{name}/decide" "decide" Deciding, { "proposal": 7, "accept": true },
        |seat, named, given| given.seen => seat.decide_wording(named, given.proposal, given.accept);
    /// Signs: a named, dated decision on exactly this version in this reader's wording. Needs the password of whoever is signed in.
    sign "/reviews/{name}/sign" "sign" Signing, { "decision": "approve", "password": "seven damp umbrellas", "seen": 12 },
        |seat, named, given| given.seen => {
            seat.may_sign(named)?;
            let now = now();
            let confirmed = seat.confirm_password(&given.password, now)?;
            seat.sign(named, given.decision, given.words.as_deref(), &confirmed, now)
        };
    /// Makes the next version and puts it before the board in the place of this one. The answer is the new version's review.
    revise "/reviews/{name}/revise" "revise" Revising, { "how": "marks" },
        |seat, named, given| given.seen => seat.revise(named, match given.how {
            How::Marks => Revision::Marks,
            How::Anew => Revision::Anew,
        });
    /// Lets everyone who may read see it: an editor.
    publish "/reviews/{name}/publish" "publish" Seen, {},
        |seat, named, given| given.seen => seat.publish(named);
    /// Takes it back for good: an editor.
    retire "/reviews/{name}/retire" "retire" Why, { "words": "Superseded by the guideline of 2026." },
        |seat, named, given| given.seen => seat.retire(named, &given.words);
    /// Puts it before the board again: an editor. What was signed no longer counts.
    reopen "/reviews/{name}/reopen" "reopen" Why, { "words": "A trial came out." },
        |seat, named, given| given.seen => seat.reopen(named, &given.words);
}

/// Makes a general article, of no one patient, in the place of one made from a case: an editor. Gives the new article.
#[utoipa::path(
    post, path = "/reviews/{name}/generalise", tag = "review", operation_id = "generalise",
    params(("name" = String, Path, description = "Hash or slug."), Key),
    request_body(content = General, example = json!({ "question": "How is hypomagnesemia evaluated?" })),
    responses((status = 200, description = "The new article.", body = shapes::Answer), Does)
)]
pub(crate) async fn generalise(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Json(given): Json<General>,
) -> Response {
    let done =
        pool.run_long(move |desk| desk.by(actor).generalise(&Named::new(&name), &Question::asked_now(given.question)));
    told(StatusCode::OK, &done.await)
}
