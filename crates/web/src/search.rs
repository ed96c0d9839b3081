//! The search page: articles whose title has the words, and the passages that a search of the library finds. Works without a
//! script; the box offers the topics of the library.

use crate::article::source_link;
use crate::layout::Page;
use crate::people::Acting;
use crate::pool::Pool;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use desk::{Hit, KeptSummary, Listed, SearchOptions};
use maud::{Markup, html};
use serde::Deserialize;

/// Articles looked through, and shown.
const LOOKED: usize = 2_000;
const ARTICLES: usize = 10;
/// Passages shown.
const HITS: usize = 20;
/// Topics that the box offers.
const TOPICS: usize = 200;
/// Longest search, in characters.
const LONGEST: usize = 400;

/// The pages of this file.
pub(crate) fn routes() -> Router<Pool> {
    Router::new().route("/search", get(page))
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    q: String,
}

/// The box, with the topics to choose from. `typed` stands in it.
pub(crate) fn search_form(typed: &str, digests: &[Listed]) -> Markup {
    html! {
        form.search method="get" action="/search" role="search" {
            label for="search" { "Search articles and sources" }
            div.row {
                input #search type="search" name="q" value=(typed) list="topics" maxlength=(LONGEST) autocomplete="off";
                button type="submit" { "Search" }
            }
            datalist #topics { @for digest in digests.iter().take(TOPICS) { option value=(digest.title) {} } }
        }
    }
}

async fn page(State(pool): State<Pool>, Acting(actor): Acting, Query(words): Query<Words>) -> Response {
    let q: String = words.q.trim().chars().take(LONGEST).collect();
    let asked = q.clone();
    let found = pool.run_long(move |desk| {
        let articles = desk.by(actor.clone()).articles(if asked.is_empty() { 0 } else { LOOKED })?;
        let desk = desk.by(actor).for_reading()?;
        let digests = desk.sources("digest:", TOPICS)?;
        let hits = match asked.is_empty() {
            true => Vec::new(),
            false => desk.search(&asked, &SearchOptions { limit: HITS, ..SearchOptions::default() })?.hits,
        };
        Ok((titled(articles, &asked), digests, hits))
    });
    let (articles, digests, hits) = match found.await {
        Ok(found) => found,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Search" }
        (search_form(&q, &digests))
        @if q.is_empty() {
            h2 { "Topics of the library" }
            ul { @for digest in &digests { li { (source_link(digest.id.as_str(), &digest.title, true)) } } }
        } @else {
            h2 { "Articles" }
            @if articles.is_empty() { p { "No article that you may read has these words in its title." } }
            ul { @for article in &articles { li { a href={ "/articles/" (article.article.slug) } { (article.title) } } } }
            form method="post" action="/ask" {
                input type="hidden" name="question" value=(q);
                button.related type="submit" { "Ask \u{201c}" (q) "\u{201d}" }
            }
            h2 { "Sources" }
            @if hits.is_empty() { p { "Nothing in the library matches." } }
            @for hit in &hits { (shown(hit)) }
        }
    };
    let title = if q.is_empty() { "Search".to_owned() } else { format!("Search: {q}") };
    Page::new(&title, content).html().into_response()
}

/// Those with every word in their title, each beginning a word of it.
fn titled(articles: Vec<KeptSummary>, query: &str) -> Vec<KeptSummary> {
    let parts = |text: &str| -> Vec<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let wanted = parts(query);
    let fits = |title: &str| {
        let words = parts(title);
        !wanted.is_empty() && wanted.iter().all(|w| words.iter().any(|word| word.starts_with(w.as_str())))
    };
    articles.into_iter().filter(|a| a.article.erased.is_none() && fits(&a.title)).take(ARTICLES).collect()
}

fn shown(hit: &Hit) -> Markup {
    html! {
        section.hit {
            h3 {
                (source_link(&format!("{}@{}-{}", hit.source, hit.span.start(), hit.span.end()), &hit.title, true)) " "
                span.kind { (hit.kind.label()) @if let Some(year) = hit.year { ", " (year) } }
                @if hit.standing != desk::evidence::Standing::Current { " " span.kind { (hit.standing.word()) } }
            }
            @if !hit.heading.is_empty() { p.where { (hit.heading.join(" \u{203a} ")) } }
            @for sentence in &hit.sentences { p { (sentence.text) } }
        }
    }
}
