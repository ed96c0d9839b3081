//! The pages: home, asking, the list of sources.

use crate::article::source_link;
use crate::layout::Page;
use crate::log::Code;
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use crate::search::search_form;
use crate::visitor::Visitor;
use crate::wording;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use desk::{DeskError, ErrorInfo, Question, Reader};
use maud::{Markup, html};
use serde::Deserialize;

const EXAMPLES: &[&str] = &[
    "What are the treatment options for rectal cancer with bone metastases after FOLFOX?",
    "How is hypomagnesemia evaluated?",
    "67-year-old with metastatic colon cancer, BRAF V600E, progressed on FOLFOX, ECOG 1: what next?",
];

/// How many sources a list shows.
const LISTED: usize = 200;

/// How many approved articles the first page shows.
const APPROVED: usize = 8;

pub(crate) async fn home(State(pool): State<Pool>, Acting(actor): Acting) -> Response {
    let loaded = pool.run(move |desk| {
        let approved = desk.by(actor.clone()).approved(APPROVED)?;
        let desk = desk.by(actor).for_reading()?;
        Ok((desk.doctor(Vec::new())?, desk.sources("digest:", 50)?, approved))
    });
    let (health, digests, approved) = match loaded.await {
        Ok(loaded) => loaded,
        Err(failure) => return failure.into_response(),
    };
    let newest = health.snapshot.newest.map(|d| d.to_string()).unwrap_or_else(|| "no date".to_owned());
    page(
        "Curbside",
        html! {
            h1 { "Ask a clinical question" }
            p.lede { "The answer is made of what this library holds, and shows the exact sentence behind each of its own." }
            (question_form("", Visitor::now().reader))
            p.note { strong { "English only, no live search." } " Leave out names, dates of birth and record numbers; what looks like one is removed before anything is kept." }
            p.label { "For example" }
            @for example in EXAMPLES {
                form method="post" action="/ask" {
                    input type="hidden" name="question" value=(example);
                    button.related type="submit" { (example) }
                }
            }
            @if !approved.is_empty() {
                h2 { "Approved by the board" }
                ul.plain.approved {
                    @for found in &approved {
                        li {
                            a href={ "/articles/" (found.article.slug) } { (found.article.body.title) } " "
                            @if let Some(day) = crate::status::day(found.at) { span.kind { time datetime=(day) { (day) } } }
                        }
                    }
                }
            }
            h2 { "Search what is held" }
            (search_form("", &digests))
            h2 { "What the library covers" }
            p { (health.counts.sources) " sources, the newest dated " (newest) ". " a href="/sources" { "All sources" } }
            @if !digests.is_empty() {
                p.note { "The topics below are evidence digests: summaries of guidelines that nobody has reviewed." }
                ul.topics { @for digest in &digests { li { (source_link(digest.id.as_str(), &digest.title, true)) } } }
            }
        },
    )
    .into_response()
}

#[derive(Deserialize)]
pub(crate) struct SourceQuery {
    #[serde(default)]
    q: String,
}

pub(crate) async fn sources(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Query(query): Query<SourceQuery>,
) -> Response {
    let q = query.q.clone();
    match pool.run(move |desk| desk.by(actor).for_reading()?.sources(&q, LISTED)).await {
        Ok(listed) => page(
            "Sources",
            html! {
                h1 { "Sources" }
                form method="get" action="/sources" role="search" {
                    label for="q" { "Title or id contains" }
                    input #q type="search" name="q" value=(query.q);
                    button type="submit" { "Search" }
                }
                @if listed.is_empty() { p { "Nothing matches." } }
                ul.sources {
                    @for source in &listed {
                        li {
                            (source_link(source.id.as_str(), &source.title, true)) " "
                            span.kind { (source.kind.label()) @if let Some(year) = source.year { ", " (year) } }
                        }
                    }
                }
                @if listed.len() == LISTED { p.note { "The first " (LISTED) " are shown." } }
            },
        )
        .into_response(),
        Err(failure) => failure.into_response(),
    }
}

pub(crate) async fn not_found() -> Response {
    message(StatusCode::NOT_FOUND, "There is no such page", "Start from the question box.")
}

/// The question box; `reader` is who is chosen in it.
pub(crate) fn question_form(text: &str, reader: Option<Reader>) -> Markup {
    let chosen = reader.unwrap_or(Reader::Clinician);
    html! {
        form.ask method="post" action="/ask" {
            label for="question" { "Your question, with the patient facts that matter" }
            textarea #question name="question" rows="4" maxlength=(Question::MAX_BYTES) required { (text) }
            label for="reader" { "Which best describes you?" }
            select #reader name="reader" {
                @for reader in Reader::ALL { option value=(reader.word()) selected[*reader == chosen] { (wording::label(*reader)) } }
            }
            button type="submit" { "Ask" }
        }
    }
}

/// A question about the patient of an article.
pub(crate) fn follow_form(hash: &str) -> Markup {
    html! {
        form.ask method="post" action="/ask" {
            input type="hidden" name="follows" value=(hash);
            label for="follow-up" { "About this patient: \u{201c}what if KRAS is mutant?\u{201d}, \u{201c}and in pregnancy?\u{201d}, \u{201c}what dose?\u{201d}" }
            textarea #follow-up name="question" rows="2" maxlength=(Question::MAX_BYTES) required {}
            button type="submit" { "Ask on" }
        }
    }
}

pub(crate) fn page(title: &str, content: Markup) -> Html<String> {
    Page::new(title, content).html()
}

pub(crate) fn message(status: StatusCode, title: &str, text: &str) -> Response {
    let content = html! { h1 { (title) } p { (text) } p { a href="/" { "Back to the question box" } } };
    (status, page(title, content)).into_response()
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::Desk(error) => {
                let (info, title) = told(&error);
                let status = StatusCode::from_u16(info.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let text = format!("{} (code {})", info.advice, info.code);
                let mut response = if status == StatusCode::UNAUTHORIZED {
                    let content = html! { h1 { (title) } p { (text) } p { a href="/sign-in" { "Sign in" } } };
                    (status, page(&title, content)).into_response()
                } else {
                    message(status, &title, &text)
                };
                response.extensions_mut().insert(Code(info.code));
                response
            }
            Failure::Stopping => {
                message(StatusCode::SERVICE_UNAVAILABLE, "The server is stopping", "Ask again in a moment.")
            }
        }
    }
}

/// What a reader is told of an error: paths and database messages are the operator's business, not theirs.
pub(crate) fn told(error: &DeskError) -> (ErrorInfo, String) {
    let info = error.info();
    let title = if info.status >= 500 { "Something is wrong with this server".to_owned() } else { capital(error) };
    (info, title)
}

fn capital(error: &DeskError) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
