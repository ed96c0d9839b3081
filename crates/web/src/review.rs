//! The desk of the board on pages: what waits, a version with each statement beside its sources, marks, signatures, reports. What
//! may be done, and by whom, is decided behind `desk`; a page shows every form and is told where it may not.

use crate::layout::Page;
use crate::pages::message;
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use crate::status::day;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use desk::answering::{Basis, Support};
use desk::board::{Actor, Decision, Mark, Role};
use desk::{
    DeskError, Ended, Named, Question, QueueOrder, ReviewShown, Revision, Seat, StatementName, StatementShown, now,
};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The pages of this file.
pub(crate) fn routes() -> Router<Pool> {
    Router::new()
        .route("/board/queue", get(queue))
        .route("/board/review/{name}", get(show).post(act))
        .route("/board/reports", get(reports).post(end_report))
}

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    all: Option<String>,
}

async fn queue(State(pool): State<Pool>, Acting(actor): Acting, Query(order): Query<Order>) -> Response {
    let by: QueueOrder = order.by.as_deref().and_then(|w| w.parse().ok()).unwrap_or_default();
    let all = order.all.is_some();
    let entries = match pool.run(move |desk| desk.by(actor).queue(by, all)).await {
        Ok(entries) => entries,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Before the board" }
        nav.orders aria-label="Order" {
            @for other in QueueOrder::ALL {
                a href={ "/board/queue?by=" (other.word()) } aria-current=[(other == by).then_some("true")] { (other.word()) }
            }
            a href={ "/board/queue?by=" (by.word()) "&all=1" } aria-current=[all.then_some("true")] { "with those approved" }
            a href="/board/reports" { "reported problems" }
        }
        @if entries.is_empty() { p { "Nothing waits." } }
        ul.queue {
            @for entry in &entries {
                li {
                    a href={ "/board/review/" (entry.queued.hash) } { (entry.queued.title) }
                    p.note {
                        (entry.queued.stage) ", for a " (entry.queued.version.reader) ", version " (entry.queued.version.number)
                        @if let Some(day) = day(entry.queued.submitted) { ", submitted " (day) }
                        ", read " (entry.queued.reads) " times"
                        @if entry.queued.published { ", published" }
                        @if entry.own { ", yours" }
                        @if entry.taken { ", taken by you" }
                    }
                    @if entry.was_approved { p.bad { "Was approved before." } }
                    @for reason in &entry.reasons { p.bad { (reason) } }
                }
            }
        }
    };
    Page::new("Before the board", content).html().into_response()
}

async fn show(State(pool): State<Pool>, Acting(actor): Acting, Path(name): Path<String>) -> Response {
    let who = actor.clone();
    match pool.run(move |desk| desk.by(actor).review(&Named::new(&name))).await {
        Ok(review) => Page::new(&format!("Review: {}", review.title), page(&review, &who)).html().into_response(),
        Err(failure) => failure.into_response(),
    }
}

fn page(review: &ReviewShown, who: &Actor) -> Markup {
    let standing = &review.standing;
    let stage = standing.stage.unwrap_or("not before the board");
    let me = who.person();
    let taken = review.reviewers.iter().any(|r| Some(r.id) == me);
    let (reviewer, editor) = (who.has(Role::Reviewer), who.has(Role::Editor));
    let revises = editor || review.asker.as_ref().is_some_and(|a| Some(a.id) == me);
    let names = |people: &[desk::PersonShown]| people.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join(", ");
    html! {
        h1 { "Review: " a href={ "/articles/" (review.hash) } { (review.title) } }
        p.asked { (review.question) }
        dl.facts {
            div { dt { "Stage" } dd { (stage) @if review.round > 1 { ", round " (review.round) } } }
            div { dt { "Wording" } dd { "for a " (review.version.reader) ", version " (review.version.number) } }
            @if let Some(asker) = &review.asker { div { dt { "Asked by" } dd { (asker.name) } } }
            @if !review.authors.is_empty() { div { dt { "Submitted by" } dd { (names(&review.authors)) } } }
            @if !review.reviewers.is_empty() { div { dt { "Reviewers" } dd { (names(&review.reviewers)) } } }
            @for (person, conflict) in &review.conflicts {
                div { dt { "Conflicts of " (person.name) } dd { (conflict.as_deref().unwrap_or("none")) } }
            }
            div { dt { "Signed" } dd { (review.signed.len()) " of " (review.approvals_needed)
                @for a in &review.signed { ", " (a.name) ", " (a.credentials) @if let Some(d) = day(a.at) { " on " (d) } } } }
        }
        @if !review.of_a_patient.is_empty() {
            p.banner { "Made from a case (" (review.of_a_patient.join(", ")) "): it is never listed by search engines unless an editor makes a general article of it." }
        }
        @for reason in &standing.reasons { p.bad { (reason) } }
        @if let Some(difference) = &review.difference { (difference_told(difference)) }
        @if reviewer && !taken && standing.stage.is_some() { (button(review, "take", "Take for review")) }
        @if taken { (conflict_form(review)) }
        form.marks method="post" action={ "/board/review/" (review.hash) } {
            (hidden(review, "mark"))
            @for statement in &review.statements { (statement_shown(statement, taken, me)) }
            @if taken { button type="submit" { "Save the marks" } }
        }
        @if taken {
            details {
                summary { "Propose other words for a statement" }
                form.ask method="post" action={ "/board/review/" (review.hash) } {
                    (hidden(review, "propose"))
                    label for="place" { "Its number" }
                    input #place name="statement" inputmode="numeric" required;
                    label for="wording" { "The words; they are held against the sentences it cites" }
                    textarea #wording name="words" rows="3" required {}
                    button type="submit" { "Propose" }
                }
            }
            (sign_form(review))
        }
        @if revises { (author_forms(review)) }
        @if editor { (editor_forms(review)) }
    }
}

fn hidden(review: &ReviewShown, what: &str) -> Markup {
    html! {
        input type="hidden" name="do" value=(what);
        input type="hidden" name="seen" value=(review.changes);
    }
}

fn button(review: &ReviewShown, what: &str, words: &str) -> Markup {
    html! {
        form.inline method="post" action={ "/board/review/" (review.hash) } {
            (hidden(review, what))
            button type="submit" { (words) }
        }
    }
}

/// The difference as the library wrote it, in sentences.
fn difference_told(json: &str) -> Markup {
    let told = serde_json::from_str::<desk::answering::Difference>(json).map(|d| d.in_words());
    html! {
        section.difference {
            h2 { "What changed" }
            @match told {
                Ok(told) => ul { @for sentence in told { li { (sentence) } } },
                Err(_) => p { (json) },
            }
        }
    }
}

fn statement_shown(statement: &StatementShown, taken: bool, me: Option<desk::board::PersonId>) -> Markup {
    let place = statement.place;
    let mine = statement.marks.iter().rev().find(|m| m.counts && Some(m.by.id) == me).map(|m| m.mark);
    html! {
        section.statement id={ "s" (place) } {
            p.where { (place) ". " (statement.section) }
            p.said {
                @for condition in &statement.conditions { em.condition { (condition) ": " } }
                (statement.text)
            }
            @for source in &statement.sources {
                blockquote {
                    p.where { (source.title) @for heading in &source.heading { " \u{203a} " (heading) } }
                    p.passage { (source.before) mark { (source.quote) } (source.after) }
                    p.basis { @match source.basis { Basis::Quoted => "Its own text.", Basis::Summarised => "A digest says so; the primary text is not held here." } }
                }
            }
            p.basis { "Checker: " (support(&statement.support)) }
            @for mark in &statement.marks {
                p.mark { (mark.by.name) ": " (mark.mark.word()) @if !mark.counts { " (no longer counts)" } @if let Some(words) = &mark.words { ": " (words) } }
            }
            @for proposal in &statement.proposals {
                p.proposal {
                    "Proposal " (proposal.n) " of " (proposal.by.name) ": \u{201c}" (proposal.wording) "\u{201d} \u{2014} "
                    @if proposal.supported { "supported" } @else { "not supported, and cannot be taken: " (proposal.checked) }
                    @match proposal.accepted { Some(true) => "; taken", Some(false) => "; declined", None => "" }
                }
            }
            @if taken {
                fieldset {
                    legend { "Statement " (place) }
                    @for (word, label) in [("accept", "Accept"), ("reject", "Reject"), ("comment", "Comment")] {
                        label { input type="radio" name={ "mark-" (place) } value=(word) checked[mine.is_some_and(|m| m.word() == word)]; " " (label) }
                    }
                    input type="text" name={ "words-" (place) } aria-label={ "Why, for statement " (place) } placeholder="Why (to reject or comment)";
                }
            }
        }
    }
}

fn support(support: &Support) -> &'static str {
    match support {
        Support::Supported => "the cited sentence says it",
        Support::PartlySupported => "a digest says it, and a sentence of the primary text says much the same",
        Support::NotCheckedAgainstPrimary => "a digest says it; not checked against the primary text",
        Support::Unchecked => "not checked",
    }
}

fn conflict_form(review: &ReviewShown) -> Markup {
    html! {
        form.ask method="post" action={ "/board/review/" (review.hash) } {
            (hidden(review, "conflict"))
            label for="conflict" { "Your conflicts of interest about this version; leave empty if you have none" }
            input #conflict type="text" name="words";
            button type="submit" { "State it" }
        }
    }
}

fn sign_form(review: &ReviewShown) -> Markup {
    html! {
        section.sign {
            h2 { "Sign" }
            @if let Some(why) = &review.you_cannot_approve { p.note { "You cannot approve it now: " (why) "." } }
            form.ask method="post" action={ "/board/review/" (review.hash) } {
                (hidden(review, "sign"))
                p { "You sign as your account says, with name and credentials, for this version in this reader\u{2019}s wording and for no other." }
                label for="sign-words" { "What you say with it; needed to request changes" }
                textarea #sign-words name="words" rows="2" {}
                label for="password" { "Your password" }
                input #password type="password" name="password" autocomplete="current-password" required;
                div.choices {
                    button type="submit" name="decision" value="approve" { "Approve" }
                    button type="submit" name="decision" value="request-changes" { "Request changes" }
                }
            }
        }
    }
}

fn author_forms(review: &ReviewShown) -> Markup {
    let open = review.statements.iter().flat_map(|s| &s.proposals).filter(|p| p.accepted.is_none() && p.supported);
    html! {
        section.revise {
            h2 { "Revise" }
            @for proposal in open {
                form.inline method="post" action={ "/board/review/" (review.hash) } {
                    (hidden(review, "decide"))
                    input type="hidden" name="proposal" value=(proposal.n);
                    "\u{201c}" (proposal.wording) "\u{201d} "
                    button type="submit" name="decision" value="accept" { "Take it" }
                    button type="submit" name="decision" value="decline" { "Decline" }
                }
            }
            (button(review, "revise", "Next version: with the wordings taken, without what is rejected"))
            (button(review, "anew", "Next version: answered anew from the library"))
        }
    }
}

fn editor_forms(review: &ReviewShown) -> Markup {
    html! {
        section.editor {
            h2 { "Edit" }
            @if !review.standing.published { (button(review, "publish", "Publish")) }
            @for (what, words) in [("reopen", "Put before the board again"), ("retire", "Take back for good")] {
                form.ask method="post" action={ "/board/review/" (review.hash) } {
                    (hidden(review, what))
                    label for=(what) { "Why" }
                    input type="text" id=(what) name="words" required;
                    button type="submit" { (words) }
                }
            }
            @if !review.of_a_patient.is_empty() {
                form.ask method="post" action={ "/board/review/" (review.hash) } {
                    (hidden(review, "generalise"))
                    label for="general" { "A general question in its place, in words that tell of no patient" }
                    textarea #general name="words" rows="2" required {}
                    button type="submit" { "Make a general article" }
                }
            }
        }
    }
}

/// `POST /board/review/{name}`: one step, named by `do`.
async fn act(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let fields: BTreeMap<String, String> = match form {
        Ok(Form(fields)) => fields.into_iter().collect(),
        Err(rejection) => return message(rejection.status(), "That could not be read", &rejection.body_text()),
    };
    let done = pool.run(move |desk| step(&mut desk.by(actor), &name, &fields)).await;
    match done {
        Ok(Some(next)) => Redirect::to(&next).into_response(),
        Ok(None) => message(StatusCode::BAD_REQUEST, "That is no step of a review", "Go back and choose one."),
        Err(failure) => failure.into_response(),
    }
}

/// Takes the step; where to go next.
fn step(seat: &mut Seat<'_>, name: &str, fields: &BTreeMap<String, String>) -> Result<Option<String>, DeskError> {
    let field = |key: &str| fields.get(key).map(|v| v.trim()).filter(|v| !v.is_empty());
    let named = Named { name, reader: None, seen: field("seen").and_then(|s| s.parse().ok()) };
    let words = field("words").unwrap_or_default();
    let review = match field("do").unwrap_or_default() {
        "take" => seat.take_review(&named)?,
        "conflict" => seat.state_conflict(&named, field("words"))?,
        "mark" => return marks(seat, &named, fields).map(Some),
        "propose" => match field("statement").and_then(|s| s.parse::<StatementName>().ok()) {
            Some(statement) => seat.propose_wording(&named, &statement, words)?,
            None => return Ok(None),
        },
        "decide" => match field("proposal").and_then(|p| p.parse().ok()) {
            Some(proposal) => seat.decide_wording(&named, proposal, field("decision") == Some("accept"))?,
            None => return Ok(None),
        },
        "sign" => {
            let decision = match field("decision") {
                Some("approve") => Decision::Approve,
                Some("request-changes") => Decision::RequestChanges,
                _ => return Ok(None),
            };
            seat.may_sign(&named)?;
            // A password may begin or end with a blank.
            let password = fields.get("password").map_or("", String::as_str);
            let now = now();
            let confirmed = seat.confirm_password(password, now)?;
            seat.sign(&named, decision, field("words"), &confirmed, now)?
        }
        "revise" => seat.revise(&named, Revision::Marks)?,
        "anew" => seat.revise(&named, Revision::Anew)?,
        "publish" => seat.publish(&named)?,
        "retire" => seat.retire(&named, words)?,
        "reopen" => seat.reopen(&named, words)?,
        "generalise" => {
            let answer = seat.generalise(&named, &Question::asked_now(words))?;
            return Ok(Some(format!("/articles/{}", answer.article.hash)));
        }
        _ => return Ok(None),
    };
    Ok(Some(format!("/board/review/{}", review.hash)))
}

/// Marks what was marked: all that is accepted at once, the rest each with its words.
fn marks(seat: &mut Seat<'_>, named: &Named<'_>, fields: &BTreeMap<String, String>) -> Result<String, DeskError> {
    let mut accepted = Vec::new();
    let mut others = Vec::new();
    for (key, value) in fields {
        let Some(place) = key.strip_prefix("mark-").and_then(|p| p.parse::<u32>().ok()) else { continue };
        let words = fields.get(&format!("words-{place}")).map(|w| w.trim()).filter(|w| !w.is_empty());
        match value.as_str() {
            "accept" => accepted.push(StatementName::Place(place)),
            "reject" => others.push((place, Mark::Reject, words)),
            "comment" => others.push((place, Mark::Comment, words)),
            _ => {}
        }
    }
    let mut seen = named.seen;
    if !accepted.is_empty() {
        let review = seat.mark(&Named { seen, ..*named }, &accepted, Mark::Accept, None)?;
        seen = Some(review.changes);
    }
    for (place, mark, words) in others {
        let review = seat.mark(&Named { seen, ..*named }, &[StatementName::Place(place)], mark, words)?;
        seen = Some(review.changes);
    }
    Ok(format!("/board/review/{}", named.name))
}

async fn reports(State(pool): State<Pool>, Acting(actor): Acting, Query(order): Query<Order>) -> Response {
    let all = order.all.is_some();
    let reports = match pool.run(move |desk| desk.by(actor).reports(all)).await {
        Ok(reports) => reports,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Reported problems" }
        @if reports.is_empty() { p { "Nothing is reported." } }
        @for shown in &reports {
            @let report = &shown.report;
            section.report-shown {
                h2 { a href={ "/articles/" (report.version) } { (shown.title.as_deref().unwrap_or("An erased article")) } }
                @if let Some(said) = &shown.said { blockquote { (said) } }
                p { @if let Some(day) = day(report.at) { (day) ": " } (report.words) }
                @match &report.end {
                    Some(end) => p.note { (end.ended.word()) ": " (end.answer) },
                    None => form.ask method="post" action="/board/reports" {
                        input type="hidden" name="report" value=(report.id);
                        label for={ "answer-" (report.id) } { "The answer, the reason, or what was wrong and what was done" }
                        textarea id={ "answer-" (report.id) } name="words" rows="2" required {}
                        div.choices {
                            @for ended in [Ended::Answered, Ended::Closed, Ended::Corrected] {
                                button type="submit" name="ended" value=(ended.word()) { (ended.word()) }
                            }
                        }
                    },
                }
            }
        }
    };
    Page::new("Reported problems", content).html().into_response()
}

#[derive(Deserialize)]
struct EndForm {
    report: i64,
    ended: Ended,
    words: String,
}

async fn end_report(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    form: Result<Form<EndForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return message(rejection.status(), "That could not be read", &rejection.body_text()),
    };
    match pool.run(move |desk| desk.by(actor).end_report(form.report, form.ended, &form.words)).await {
        Ok(()) => Redirect::to("/board/reports").into_response(),
        Err(failure) => Failure::into_response(failure),
    }
}
