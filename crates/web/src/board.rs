//! The board as everyone sees it: who they are, by what policy they approve, and what they approved, for people and for search
//! engines. What takes part in reviews is elsewhere.

use crate::layout::Page;
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use crate::site::Site;
use crate::status::day;
use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::ApprovedArticle;
use desk::board::Actor;
use maud::{Markup, html};
use std::sync::Arc;

/// `GET /board`.
pub(crate) async fn board(State(pool): State<Pool>, Acting(actor): Acting) -> Response {
    let members = match pool.run(move |desk| desk.by(actor).members()).await {
        Ok(members) => members,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Medical advisory board" }
        @if members.is_empty() {
            p { "There is no board yet. Nothing on this site has been reviewed by anyone." }
        } @else {
            p { "These people may review articles. An article says at its head who approved it, and when; what says nothing of the kind was approved by no one." }
            @for member in &members {
                section.member {
                    h2 { (member.name) @if !member.credentials.is_empty() { ", " (member.credentials) } }
                    dl.facts {
                        @if !member.specialties.is_empty() { div { dt { "Specialties" } dd { (member.specialties.join(", ")) } } }
                        div { dt { "Conflicts of interest" } dd { @if member.conflicts.is_empty() { "None stated" } @else { (member.conflicts) } } }
                        div { dt { "Articles approved" } dd { (member.articles) } }
                    }
                }
            }
        }
        p { a href="/editorial-policy" { "How articles are reviewed" } }
    };
    Page { canonical: Some("/board"), ..Page::new("Medical advisory board", content) }.html().into_response()
}

/// `GET /editorial-policy`.
pub(crate) async fn policy(State(pool): State<Pool>) -> Response {
    let policy = match pool.run(|desk| desk.policy()).await {
        Ok(policy) => policy,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Editorial policy" }
        p { "Every answer is composed from sources that this installation trusts, each sentence tied to the sentence that it rests on and checked against it. What follows is how an answer comes to be approved by people. It is read from the settings in force, so it says what the program does." }
        ul.policy { @for sentence in policy.in_words() { li { (sentence) } } }
        p { a href="/board" { "The medical advisory board" } " \u{b7} " a href="/corrections" { "Corrections" } " \u{b7} " a href="/disclaimer" { "Disclaimer" } }
    };
    Page { canonical: Some("/editorial-policy"), ..Page::new("Editorial policy", content) }.html().into_response()
}

/// Articles in the site's map and its feed, at most.
const MAPPED: usize = 5_000;
const FED: usize = 50;

/// What is approved and of no one patient, approved last first.
async fn general(pool: &Pool, actor: Actor) -> Result<Vec<ApprovedArticle>, Failure> {
    let mut approved = pool.run(move |desk| desk.by(actor).approved(MAPPED)).await?;
    approved.retain(|a| a.general);
    Ok(approved)
}

/// `GET /sitemap.xml`: articles that are approved and of no one patient.
pub(crate) async fn sitemap(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(site): Extension<Arc<Site>>,
) -> Response {
    let approved = match general(&pool, actor).await {
        Ok(approved) => approved,
        Err(failure) => return failure.into_response(),
    };
    let urls: Markup = html! {
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            @for found in &approved {
                url {
                    loc { (site.absolute(&format!("/articles/{}", found.article.slug))) }
                    @if let Some(day) = day(found.at) { lastmod { (day) } }
                }
            }
        }
    };
    xml("application/xml", &urls)
}

/// `GET /feed.xml`: the articles approved last, as Atom (RFC 4287).
pub(crate) async fn feed(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(site): Extension<Arc<Site>>,
) -> Response {
    let approved = match general(&pool, actor).await {
        Ok(approved) => approved,
        Err(failure) => return failure.into_response(),
    };
    let newest = approved.first().and_then(|a| day(a.at));
    let moment =
        |day: Option<desk::Date>| day.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |d| format!("{d}T00:00:00Z"));
    let entries: Markup = html! {
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { "Curbside: articles approved by the board" }
            id { "urn:curbside:approved" }
            updated { (moment(newest)) }
            @for found in approved.iter().take(FED) {
                entry {
                    title { (found.article.body.title) }
                    id { "urn:sha256:" (found.article.hash) }
                    link href=(site.absolute(&format!("/articles/{}", found.article.slug))) {}
                    updated { (moment(day(found.at))) }
                    @for person in &found.approvals { author { name { (person.name) ", " (person.credentials) } } }
                    summary { @for line in &found.article.body.bottom_line { (line.text) " " } }
                }
            }
        }
    };
    xml("application/atom+xml", &entries)
}

fn xml(media: &'static str, content: &Markup) -> Response {
    ([(header::CONTENT_TYPE, media)], format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", content.0))
        .into_response()
}
