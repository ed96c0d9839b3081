//! A source on a page: what it is, whether it stands, its text; a digest as the page of its topic; the articles that cite it.

use crate::article::{path_segment, source_link};
use crate::layout::Page;
use crate::people::Acting;
use crate::pool::Pool;
use crate::status::day;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use desk::evidence::{BibReference, Cite, Marks, Notice, Source, Span, Standing, Statement};
use desk::{Citing, Made, Shown, WorkHeld};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Citing articles that are shown.
const CITING: usize = 50;

/// `GET /sources/{id}`; `ID@START-END` and, for a digest, `ID#STATEMENT` (with the `#` escaped) show a place of it.
pub(crate) async fn source(State(pool): State<Pool>, Acting(actor): Acting, Path(id): Path<String>) -> Response {
    let read = pool.run(move |desk| {
        let shown = desk.by(actor.clone()).for_reading()?.show(&id)?;
        let works = if shown.source.digest.is_some() { desk.works_of(&shown.source)? } else { BTreeMap::new() };
        let citing = desk.by(actor).citing(&shown.source, CITING)?;
        Ok((shown, works, citing))
    });
    let (shown, works, citing) = match read.await {
        Ok(read) => read,
        Err(failure) => return failure.into_response(),
    };
    let source = &shown.source;
    let content = html! {
        h1 { (source.title) }
        @if shown.standing != Standing::Current {
            p.fallen-line role="alert" { "This source no longer stands as it is: " (shown.standing.word()) "." }
        }
        @if let Some(digest) = source.digest {
            p.banner { "A summary of the guidelines on this topic, written for this library. Nobody has reviewed it; it is to be looked at again by " (digest.review_by) ". Each statement cites the works it summarises." }
            (topic(source, shown.highlight, &works))
        }
        (facts(&shown))
        @if source.digest.is_none() { (text(source, shown.highlight)) }
        (references(source, &works))
        (cited_by(&citing))
    };
    Page::new(&source.title, content).html().into_response()
}

fn facts(shown: &Shown) -> Markup {
    let source = &shown.source;
    let authors: Vec<String> = source.authors.iter().take(12).map(ToString::to_string).collect();
    html! {
        @if source.digest.is_some() { h2 { "About this digest" } }
        dl.facts {
            div { dt { "Kind" } dd { (source.kind.label()) @if !source.kind_basis.words.is_empty() { " (by " (source.kind_basis.from) ": " (source.kind_basis.words) ")" } } }
            @if !authors.is_empty() { div { dt { "Authors" } dd { (authors.join("; ")) @if source.authors.len() > 12 { "; and others" } } } }
            @if let Some(container) = &source.container { div { dt { "In" } dd { (container) } } }
            @if let Some(date) = source.date { div { dt { "Date" } dd { (date) } } }
            @if let Some(digest) = source.digest { div { dt { "Review" } dd { "unreviewed; to be looked at again by " (digest.review_by) } } }
            div { dt { "Standing" } dd { (shown.standing.word()) } }
            @for notice in &shown.notices { div { dt { (notice.kind.label()) } dd { (notice_text(notice)) } } }
            @if shown.made.documents.len() > 1 {
                @for (at, part) in shown.made.documents.iter().enumerate() {
                    div { dt { "From " (part.format) } dd { (fields(&shown.made, at)) } }
                }
            }
            @if let Some(link) = work_link(&source.ids) { div { dt { "Elsewhere" } dd { a href=(link.0) rel="noopener noreferrer" { (link.1) } } } }
            div { dt { "Licence" } dd { (source.licence.as_ref().map_or("not stated", |l| if l.name.is_empty() { "own terms" } else { &l.name })) } }
            div { dt { "Collection" } dd { (shown.collection) } }
            div { dt { "Id" } dd { code { (path_segment(source.id.as_str())) } } }
        }
    }
}

/// Where the work itself is found, by the best of its identifiers.
fn work_link(ids: &desk::evidence::Identifiers) -> Option<(String, String)> {
    match (ids.pmcid, ids.pmid, &ids.doi) {
        (Some(pmcid), _, _) => Some((format!("https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"), pmcid.to_string())),
        (None, Some(pmid), _) => Some((format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"), format!("PMID {pmid}"))),
        (None, None, Some(doi)) => {
            Some((format!("https://doi.org/{}", path_segment(&doi.to_string())), format!("doi:{doi}")))
        }
        (None, None, None) => None,
    }
}

/// A section of a digest: its heading, and under it parts, each with its own heading where there is one.
struct Section<'s> {
    heading: &'s str,
    parts: Vec<(&'s [String], Vec<&'s Statement>)>,
}

/// A digest's sections in order.
fn sections(source: &Source) -> Vec<Section<'_>> {
    let mut all: Vec<Section<'_>> = Vec::new();
    for passage in &source.passages {
        let (first, rest) = passage.heading.split_first().map_or(("", &[][..]), |(f, r)| (f.as_str(), r));
        if all.last().is_none_or(|s| s.heading != first) {
            all.push(Section { heading: first, parts: Vec::new() });
        }
        let Some(section) = all.last_mut() else { continue };
        match section.parts.last_mut() {
            Some((heading, statements)) if *heading == rest => statements.extend(&passage.statements),
            _ => section.parts.push((rest, passage.statements.iter().collect())),
        }
    }
    all
}

/// A digest, as a page on its topic: its sections, each statement with what it rests on.
fn topic(source: &Source, highlight: Option<Span>, works: &BTreeMap<String, WorkHeld>) -> Markup {
    let sections = sections(source);
    html! {
        nav.orders aria-label="On this page" {
            @for (n, section) in sections.iter().enumerate() { a href={ "#part-" (n + 1) } { (section.heading) } }
            a href="#references" { "References" }
        }
        @for (n, section) in sections.iter().enumerate() {
            h2 id={ "part-" (n + 1) } { (section.heading) }
            @for (heading, statements) in &section.parts {
                @if !heading.is_empty() { h3 { (heading.join(" \u{203a} ")) } }
                ul.topic { @for statement in statements { (said(source, statement, highlight, works)) } }
            }
        }
    }
}

fn said(source: &Source, statement: &Statement, highlight: Option<Span>, works: &BTreeMap<String, WorkHeld>) -> Markup {
    let marks = statement.marks.as_deref();
    let span = statement.span;
    let here = highlight.is_some_and(|h| h.start() < span.end() && span.start() < h.end());
    html! {
        li id=[marks.map(|m| &m.id)] {
            @if let Some(marks) = marks { (role(marks)) }
            @if here { mark { (source.slice(span)) } } @else { (source.slice(span)) }
            @if let Some(marks) = marks { (cites(source, &marks.cites, works)) (conditions(marks)) }
        }
    }
}

/// What a statement does, where that is to be seen before it is read.
fn role(marks: &Marks) -> Markup {
    use desk::evidence::{Role, Strength};
    let word = match (marks.role, marks.strength) {
        (Role::Avoid, _) => Some("Do not"),
        (Role::Warn, _) => Some("Caution"),
        (Role::Ask, _) => Some("Find out"),
        (Role::Recommend, Some(Strength::Strong)) => Some("Strong recommendation"),
        (Role::Recommend, Some(Strength::Weak)) => Some("Weak recommendation"),
        _ => None,
    };
    let grave = matches!(marks.role, Role::Avoid | Role::Warn);
    html! { @if let Some(word) = word { strong.role.grave[grave] { (word) ": " } } }
}

fn conditions(marks: &Marks) -> Markup {
    html! {
        @if marks.when.is_some() || marks.unless.is_some() || marks.certainty.is_some() {
            p.terms {
                @if let Some(when) = &marks.when { "If " (when.describe()) ". " }
                @if let Some(unless) = &marks.unless { "Not if " (unless.describe()) ". " }
                @if let Some(certainty) = marks.certainty { "Certainty of the evidence: " (certainty.word().replace('-', " ")) "." }
            }
        }
    }
}

fn cites(source: &Source, cites: &[Cite], works: &BTreeMap<String, WorkHeld>) -> Markup {
    html! {
        @for cite in cites {
            @if let Some(at) = source.references.iter().position(|r| r.id == cite.reference) {
                @let fallen = works.get(&cite.reference).is_some_and(|w| w.standing != Standing::Current);
                @let label = format!(
                    "{}{}{}",
                    at + 1,
                    cite.locator.as_ref().map(|l| format!(", {l}")).unwrap_or_default(),
                    if fallen { " (no longer stands)" } else { "" }
                );
                " " a.cite href={ "#ref-" (at + 1) } aria-label={ (label) ": " (source.references[at].title) } { (label) }
            }
        }
    }
}

/// The text of what is no digest, with the place that the address names.
fn text(source: &Source, highlight: Option<Span>) -> Markup {
    html! {
        @for (i, passage) in source.passages.iter().enumerate() {
            @if i == 0 || source.passages[i - 1].heading != passage.heading {
                @if !passage.heading.is_empty() { h2 { (passage.heading.join(" \u{203a} ")) } }
            }
            p.passage { (marked(source, passage.span, highlight)) }
        }
    }
}

/// A part of the text with what of it is to be seen.
fn marked(source: &Source, span: Span, highlight: Option<Span>) -> Markup {
    let within =
        highlight.map(|h| (h.start().max(span.start()), h.end().min(span.end()))).filter(|(start, end)| start < end);
    let parts = within.and_then(|(start, end)| {
        let text = &source.text;
        Some((text.get(span.start()..start)?, text.get(start..end)?, text.get(end..span.end())?))
    });
    html! {
        @match parts {
            Some((before, here, after)) => { (before) mark { (here) } (after) }
            None => (source.slice(span)),
        }
    }
}

fn references(source: &Source, works: &BTreeMap<String, WorkHeld>) -> Markup {
    html! {
        @if !source.references.is_empty() {
            h2 #references { "References" }
            ol.references {
                @for (at, reference) in source.references.iter().enumerate() {
                    li id={ "ref-" (at + 1) } { (referred(reference, works.get(&reference.id))) }
                }
            }
        }
    }
}

fn referred(r: &BibReference, work: Option<&WorkHeld>) -> Markup {
    html! {
        @if let Some(kind) = r.kind { span.kind { (kind.label()) } " " }
        @if let Some(first) = r.authors.first() { (first.to_string().trim_end_matches('.')) @if r.authors.len() > 1 { " et al" } ". " }
        cite { (r.title.trim_end_matches('.')) "." }
        @if let Some(container) = &r.container { " " (container) }
        @if let Some(date) = r.issued { @if r.container.is_some() { ", " } @else { " " } (date.year()) }
        "."
        @if let Some((address, words)) = work_link(&r.ids) { " " a href=(address) rel="noopener noreferrer" { (words) } }
        @if let Some(work) = work {
            @if work.standing != Standing::Current { " " strong.bad { (work.standing.word()) } }
            " " @match &work.source {
                Some(id) => (source_link(id.as_str(), "Its text is held here", true)),
                None => span.basis { "Summarised by this digest; its text is not held here" },
            }
        }
    }
}

fn cited_by(citing: &[Citing]) -> Markup {
    html! {
        h2 #cited-by { "Articles that cite it" }
        @if citing.is_empty() { p { "None that you may read." } }
        ul {
            @for article in citing {
                li {
                    a href={ "/articles/" (article.slug) } { (article.title) }
                    @if let Some(day) = day(article.kept_at) { " " span.kind { time datetime=(day) { (day) } } }
                    @if !article.quotes { " " span.basis { "refers to it" } }
                }
            }
        }
        @if citing.len() == CITING { p.note { "The last " (CITING) " are shown." } }
    }
}

/// When, by which notice, why.
fn notice_text(notice: &Notice) -> String {
    let date = notice.date.map(|d| d.to_string());
    let by = notice.by.pmid.map(|p| format!("PMID {p}")).or(notice.by.doi.as_ref().map(|d| format!("doi:{d}")));
    let note = (!notice.note.is_empty()).then(|| notice.note.clone());
    let parts: Vec<String> = [date, by, note].into_iter().flatten().collect();
    if parts.is_empty() { "no details given".to_owned() } else { parts.join("; ") }
}

/// What one document gives to a source.
fn fields(made: &Made, at: usize) -> String {
    let fields: Vec<&str> = made.fields.iter().filter(|(_, d)| **d == at).map(|(f, _)| f.as_str()).collect();
    if fields.is_empty() { "what the others give too".to_owned() } else { fields.join(", ") }
}
