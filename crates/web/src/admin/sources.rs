//! Sources: uploading files, what came of it, collections, removing a source, lists of retractions.

use super::work::{State as At, Work, Works};
use super::{Administration, head};
use crate::article::source_link;
use crate::forms::{Fields, capital, failed};
use crate::layout::Page;
use crate::pages::message;
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use axum::Extension;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use desk::board::{Action, Actor};
use desk::reading::Severity;
use desk::{AddOptions, AddReport, Collection, Listed, Problem, Refreshed, SourceId, StandingReport};
use maud::{Markup, html};
use serde::Deserialize;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Files of one upload, at most.
const FILES: usize = 1000;
/// Sources and problems on a page.
const LISTED: usize = 50;
const PROBLEMS: usize = 200;
/// The list of retractions where nothing else is said: that of the command line.
const LIST: &str = "retraction-watch";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Find {
    q: Option<String>,
}

/// `GET /admin/sources`.
pub(super) async fn page(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(administration): Extension<Arc<Administration>>,
    Extension(works): Extension<Arc<Works>>,
    Query(find): Query<Find>,
) -> Response {
    let q = find.q.clone();
    let read = pool.run(move |desk| {
        let desk = desk.by(actor).for_sources()?;
        let found = q.map(|q| desk.sources(&q, LISTED)).transpose()?;
        Ok((desk.collections()?, found))
    });
    let (collections, found) = match read.await {
        Ok(read) => read,
        Err(failure) => return failure.into_response(),
    };
    let most = administration.upload_bytes as f64 / 1e6;
    let content = html! {
        (head("Sources"))
        h2 { "Add files" }
        form.ask method="post" action="/admin/sources/add" enctype="multipart/form-data" {
            label for="collection" { "Collection" }
            input #collection type="text" name="collection" value="default" list="collections" autocapitalize="none" required;
            datalist #collections { @for collection in &collections { option value=(collection.name) {} } }
            label for="files" { "Files: evidence digests, JATS, PubMed or label XML, PDF, Word, web pages, Markdown, text, corpus.jsonl; also in .gz, .xz, .tar and .zip" }
            input #files type="file" name="file" multiple required;
            p.note { "Up to " (format!("{most:.0}")) " MB together. The formats are told by their content. Larger collections are added on the machine itself: " code { "curbside add FOLDER" } "." }
            button type="submit" { "Add" }
        }
        @let all = works.all();
        @if !all.is_empty() {
            h3 { "Since this server was started" }
            ul.people { @for (number, work) in &all { li { a href={ "/admin/sources/work/" (number) } { (work.what) } " " span.quiet { (brief(&work.state())) } } } }
        }
        (collections_shown(&collections))
        h2 #remove { "Remove a source" }
        form.ask method="get" action="/admin/sources#remove" role="search" {
            label for="q" { "Its title or id contains" }
            input #q type="search" name="q" value=(find.q.as_deref().unwrap_or_default());
            button type="submit" { "Find" }
        }
        @if let Some(found) = &found { (to_remove(found)) }
        h2 { "Read a list of retractions" }
        form.ask method="post" action="/admin/sources/standing" enctype="multipart/form-data" {
            label for="list" { "Name of the list. It replaces what a list of that name said before." }
            input #list type="text" name="list" value=(LIST) autocapitalize="none" required;
            label for="list-file" { "The list, as CSV in the columns of Retraction Watch, plain or in .gz" }
            input #list-file type="file" name="file" required;
            p.note { "Articles that rest on what is retracted go back to the board by themselves." }
            button type="submit" { "Read the list" }
        }
    };
    Page::new("Sources", content).html().into_response()
}

fn collections_shown(collections: &[Collection]) -> Markup {
    html! {
        h2 { "Collections" }
        div.wide tabindex="0" role="region" aria-label="Collections" {
            table.figures {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Sources" } th scope="col" { "Text" } th scope="col" { "Newest" } th scope="col" { "Not current" } } }
                tbody {
                    @for c in collections {
                        tr {
                            td { (c.name) } td { (c.sources) } td { (format!("{:.1} MB", c.text_bytes as f64 / 1e6)) }
                            td { @if let Some(day) = c.newest { (day) } @else { "undated" } } td { (c.not_current) }
                        }
                    }
                }
            }
        }
    }
}

fn to_remove(found: &[Listed]) -> Markup {
    html! {
        @if found.is_empty() { p { "Nothing matches." } }
        ul.people {
            @for source in found {
                li {
                    (source_link(source.id.as_str(), &source.title, true)) " "
                    span.kind { (source.kind.label()) @if let Some(year) = source.year { ", " (year) } }
                    p.note { code { (source.id) } ", in " (source.collection) }
                    p { a href={ "/admin/sources/remove?id=" (super::audit::encoded(source.id.as_str())) } aria-label={ "Remove " (source.title) } { "Remove\u{2026}" } }
                }
            }
        }
        @if found.len() == LISTED { p.note { "The first " (LISTED) " are shown." } }
    }
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    id: String,
}

/// `GET /admin/sources/remove?id=`: what is asked before a source goes.
pub(super) async fn confirm(State(pool): State<Pool>, Acting(actor): Acting, Query(which): Query<Which>) -> Response {
    let read = pool.run(move |desk| {
        let seat = desk.by(actor.clone());
        seat.require(Action::ManageSources)?;
        let shown = seat.for_sources()?.show(&which.id)?;
        let citing = desk.by(actor).citing(&shown.source, LISTED)?;
        Ok((shown, citing))
    });
    let (shown, citing) = match read.await {
        Ok(read) => read,
        Err(failure) => return failure.into_response(),
    };
    let source = &shown.source;
    let content = html! {
        p.above { a href="/admin" { "Administration" } " \u{203a} " a href="/admin/sources" { "Sources" } }
        h1 { "Remove this source?" }
        p { (source_link(source.id.as_str(), &source.title, true)) " " span.kind { (source.kind.label()) } }
        @if citing.is_empty() {
            p { "No article that you may read cites it." }
        } @else {
            p { "These articles cite it. They keep the sentences they quote; those of the board go back to it." }
            ul { @for article in &citing { li { a href={ "/articles/" (article.slug) } { (article.title) } } } }
        }
        form.ask method="post" action="/admin/sources/remove" {
            input type="hidden" name="id" value=(source.id);
            button.grave type="submit" { "Remove it" }
        }
        p { a href="/admin/sources" { "Keep it" } }
    };
    Page::new("Remove a source", content).html().into_response()
}

/// `POST /admin/sources/remove`.
pub(super) async fn remove(State(pool): State<Pool>, Acting(actor): Acting, fields: Fields) -> Response {
    let id = fields.text("id").to_owned();
    let removed = pool.run(move |desk| {
        let desk = desk.by(actor).for_sources()?;
        let id: SourceId = desk.show(&id)?.source.id;
        Ok((desk.remove(std::slice::from_ref(&id))?, id))
    });
    match removed.await {
        Ok((report, id)) => {
            let content = html! {
                p.above { a href="/admin" { "Administration" } " \u{203a} " a href="/admin/sources" { "Sources" } }
                h1 { "Removed" }
                p { code { (id) } " is no longer in the library." }
                (look_at(&report.to_look_at))
                p.note { "Snapshot " code { (report.snapshot.id) } }
            };
            Page::new("Removed", content).html().into_response()
        }
        Err(failure) => failed(failure),
    }
}

/// What an upload brought: files in a folder that goes with it, and a name.
struct Received {
    folder: tempfile::TempDir,
    files: Vec<PathBuf>,
    names: Vec<String>,
    name: String,
}

/// `POST /admin/sources/add`.
pub(super) async fn add(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(administration): Extension<Arc<Administration>>,
    Extension(works): Extension<Arc<Works>>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let received = match receive(&pool, &actor, form, "collection").await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let options = AddOptions {
        collection: if received.name.is_empty() { "default".to_owned() } else { received.name.clone() },
        pdf: administration.pdf.clone(),
    };
    let (number, work) = works.begin(format!("{} to {}", told(&received.names), options.collection));
    let telling = work.clone();
    tokio::spawn(async move {
        let added = pool.run_long(move |desk| {
            let report = desk.by(actor).for_sources()?.add(&received.files, &options, |progress| {
                telling.set(At::Running(Some(progress)));
            });
            drop(received.folder);
            report
        });
        finished(&work, added.await.map(|report| At::Added(Arc::new(report))));
    });
    Redirect::to(&format!("/admin/sources/work/{number}")).into_response()
}

/// `POST /admin/sources/standing`.
pub(super) async fn standing(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(works): Extension<Arc<Works>>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let received = match receive(&pool, &actor, form, "list").await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let list = if received.name.is_empty() { LIST.to_owned() } else { received.name.clone() };
    let (number, work) = works.begin(format!("{} as the list {list}", told(&received.names)));
    let telling = work.clone();
    tokio::spawn(async move {
        let read = pool.run(move |desk| {
            let path = received.files.first().cloned().unwrap_or_default();
            let report = desk.by(actor).for_sources()?.standing(&path, &list, |progress| {
                telling.set(At::Running(Some(progress)));
            });
            drop(received.folder);
            report
        });
        finished(&work, read.await.map(|report| At::Listed(Arc::new(report))));
    });
    Redirect::to(&format!("/admin/sources/work/{number}")).into_response()
}

fn finished(work: &Work, done: Result<At, Failure>) {
    work.set(match done {
        Ok(at) => at,
        Err(Failure::Desk(error)) => {
            // Paths and database messages are the operator's business; an administrator is told what to do.
            let info = error.info();
            let what = if info.status >= 500 {
                "Something is wrong with this server.".to_owned()
            } else {
                capital(&error.to_string())
            };
            At::Failed(what, format!("{} (code {})", info.advice, info.code))
        }
        Err(Failure::Stopping) => At::Failed("The server was stopped.".to_owned(), "Add it again.".to_owned()),
    });
}

/// The files of a form, written to a folder of their own. Who may not add them is refused before they are taken.
async fn receive(
    pool: &Pool,
    actor: &Actor,
    form: Result<Multipart, MultipartRejection>,
    name_of: &str,
) -> Result<Received, Response> {
    let who = actor.clone();
    pool.run(move |desk| desk.by(who).require(Action::ManageSources)).await.map_err(failed)?;
    let unreadable = |status, text: &str| message(status, "That upload could not be read", text);
    let mut form = form.map_err(|r| unreadable(r.status(), &r.body_text()))?;
    let broken = |e: MultipartError| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => unreadable(
            StatusCode::PAYLOAD_TOO_LARGE,
            "It is larger than this server takes. Add it on the machine itself with `curbside add`, or raise [uploads] most-mb.",
        ),
        status => unreadable(status, &e.body_text()),
    };
    // Out of room, or no place for files: the operator's business.
    let disk =
        |_: std::io::Error| unreadable(StatusCode::INSUFFICIENT_STORAGE, "There is no room for it on this machine.");
    let folder = tempfile::Builder::new().prefix("curbside-upload-").tempdir().map_err(disk)?;
    let mut received = Received { folder, files: Vec::new(), names: Vec::new(), name: String::new() };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some(name_of) {
            received.name = field.text().await.map_err(broken)?.trim().to_owned();
            continue;
        }
        let name = file_name(field.file_name().unwrap_or_default());
        if field.name() != Some("file") || field.file_name().is_none_or(str::is_empty) {
            continue;
        }
        if received.files.len() == FILES {
            return Err(unreadable(StatusCode::PAYLOAD_TOO_LARGE, "It has more than 1000 files; pack them into one."));
        }
        // Each in a folder of its own: two may have the same name, and the name tells what a digest is called.
        let place = received.folder.path().join(received.files.len().to_string());
        std::fs::create_dir(&place).map_err(disk)?;
        let path = place.join(&name);
        let mut file = std::fs::File::create_new(&path).map_err(disk)?;
        while let Some(bytes) = field.chunk().await.map_err(broken)? {
            file.write_all(&bytes).map_err(disk)?;
        }
        received.files.push(path);
        received.names.push(name);
    }
    match received.files.is_empty() {
        true => Err(unreadable(StatusCode::BAD_REQUEST, "It has no file. Choose one, then add it.")),
        false => Ok(received),
    }
}

/// The name of a file without folders and without what a file name may not hold here.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).collect();
    let kept = kept.trim().trim_start_matches('.');
    // The end of a long name tells its format.
    let skip = kept.chars().count().saturating_sub(100);
    let kept: String = kept.chars().skip(skip).collect();
    if kept.is_empty() { "file".to_owned() } else { kept }
}

/// The files of an upload in few words.
fn told(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

fn brief(at: &At) -> String {
    match at {
        At::Running(_) => "is being read".to_owned(),
        At::Added(report) => format!("{} added, {} not read", report.added, report.unread),
        At::Listed(report) => format!("{} sources changed", report.changed.len()),
        At::Failed(..) => "failed".to_owned(),
    }
}

/// `GET /admin/sources/work/{number}`: how far an upload is, or what came of it.
pub(super) async fn work(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(works): Extension<Arc<Works>>,
    Path(number): Path<u64>,
) -> Response {
    if let Err(failure) = pool.run(move |desk| desk.by(actor).require(Action::ManageSources)).await {
        return failure.into_response();
    }
    let Some(work) = works.get(number) else {
        let text = "It was read before this server was started, or long ago. What was added is under Sources.";
        return message(StatusCode::NOT_FOUND, "Nothing is known of this upload", text);
    };
    let at = work.state();
    let content = html! {
        p.above { a href="/admin" { "Administration" } " \u{203a} " a href="/admin/sources" { "Sources" } }
        @match &at {
            At::Running(progress) => {
                h1 { "Reading " (work.what) }
                @if let Some(p) = progress {
                    p { progress max=(p.total.max(1)) value=(p.bytes) aria-label="How far it is" {} }
                    p { (p.sources) " documents so far." }
                } @else { p { "It waits for its turn." } }
                p.note role="status" { "This page looks again by itself. Nothing shows in the library before all of it does; you may leave the page." }
            }
            At::Added(report) => { h1 { "Added: " (work.what) } (added(report)) }
            At::Listed(report) => { h1 { "Read: " (work.what) } (listed(report)) }
            At::Failed(what, advice) => { h1 { "Not added: " (work.what) } p.caution role="alert" { (what) " " (advice) } }
        }
        p { a href="/admin/sources" { "Back to the sources" } }
    };
    let mut response = Page::new("Upload", content).html().into_response();
    if matches!(at, At::Running(_)) {
        // Works without a script; ends by itself.
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
    }
    response
}

fn added(report: &AddReport) -> Markup {
    let rows = [
        ("New documents", report.added),
        ("Replaced", report.replaced),
        ("The same as before", report.unchanged),
        ("Joined to others of the same work", report.joined),
        ("Older than what is held", report.older),
        ("Deleted by PubMed", report.withdrawn),
        ("Not read", report.unread),
    ];
    html! {
        dl.facts {
            @for (what, n) in rows.iter().filter(|(what, n)| *n > 0 || *what == "New documents") { div { dt { (what) } dd { (n) } } }
            div { dt { "Snapshot" } dd { code { (report.snapshot.id) } } }
        }
        (look_at(&report.to_look_at))
        (problems(&report.problems))
    }
}

fn listed(report: &StandingReport) -> Markup {
    html! {
        @if report.notices.is_empty() { p.caution role="alert" { "Nothing was changed: the list broke off or held no notice." } }
        dl.facts {
            @for (kind, n) in &report.notices { div { dt { (capital(kind).trim_end_matches('.')) } dd { (n) } } }
            div { dt { "Sources changed" } dd { (report.changed.len()) } }
            div { dt { "Snapshot" } dd { code { (report.snapshot.id) } } }
        }
        @if !report.changed.is_empty() { ul { @for id in report.changed.iter().take(PROBLEMS) { li { (source_link(id.as_str(), id.as_str(), true)) } } } }
        (look_at(&report.to_look_at))
        (problems(&report.problems))
    }
}

/// Articles of the board that rest on what changed.
fn look_at(found: &[Refreshed]) -> Markup {
    html! {
        @if !found.is_empty() {
            h2 { "Articles to look at again" }
            ul {
                @for article in found {
                    li {
                        a href={ "/articles/" (article.slug) } { (article.title) } ": "
                        @if article.reopened { "put back before the board" } @else { "known before" }
                        ul { @for reason in &article.reasons { li { (reason.in_words()) } } }
                    }
                }
            }
        }
    }
}

/// What was wrong: errors first, each with its file and place.
fn problems(all: &[Problem]) -> Markup {
    let errors = all.iter().filter(|p| p.severity == Severity::Error);
    let warnings = all.iter().filter(|p| p.severity == Severity::Warning);
    html! {
        h2 { "Problems" }
        @if all.is_empty() { p { "None." } } @else {
            div.wide tabindex="0" role="region" aria-label="Problems" {
                table.figures {
                    thead { tr { th scope="col" { "Where" } th scope="col" { "What" } } }
                    tbody {
                        @for problem in errors.chain(warnings).take(PROBLEMS) {
                            tr {
                                td { (place(problem)) }
                                td {
                                    @if problem.severity == Severity::Error { strong.bad { "Error: " } } @else { "Warning: " }
                                    (problem.message) " " code { (problem.code) }
                                }
                            }
                        }
                    }
                }
            }
            @if all.len() > PROBLEMS { p.note { "The first " (PROBLEMS) " of " (all.len()) " are shown. On the machine itself, " code { "curbside add --problems FILE" } " writes them all." } }
        }
    }
}

/// The file as it was called where it came from, with the place in it.
fn place(problem: &Problem) -> String {
    let mut said = problem.origin.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(member) = &problem.origin.member {
        said.push_str(&format!(" \u{203a} {member}"));
    }
    match (problem.place, problem.origin.line) {
        (Some(place), _) => said.push_str(&format!(", line {}, column {}", place.line, place.column)),
        (None, Some(line)) => said.push_str(&format!(", line {line}")),
        (None, None) => {}
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_leads_nowhere_else() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\papers\\trial 1.pdf"), "trial 1.pdf");
        assert_eq!(file_name(".."), "file");
        assert_eq!(file_name("a\n\0b.xml"), "ab.xml");
        assert_eq!(file_name(&format!("{}.nxml", "x".repeat(300))).len(), 100);
        assert!(file_name(&format!("{}.nxml", "x".repeat(300))).ends_with(".nxml"));
    }
}
