//! The audit trail: page by page, held against itself, and as a file.

use super::head;
use crate::forms::{Fields, capital, caution, moment};
use crate::layout::Page;
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::board::Action;
use desk::{Date, DeskError, Entry, Filter, Verification};
use futures_core::Stream;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, oneshot};

/// Entries on a page.
const LISTED: usize = 50;
/// Bytes of a download that are sent at once, and how many such pieces may wait for a slow client.
const PIECE: usize = 32 * 1024;
const WAITING: usize = 4;

/// Which entries, as the form says.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Which {
    who: String,
    action: String,
    subject: String,
    from: String,
    to: String,
    before: String,
}

impl Which {
    /// As the trail is asked; what is wrong with it, in words.
    fn filter(&self, limit: Option<usize>) -> Result<Filter, String> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        let day = |text: &str| match some(text) {
            None => Ok(None),
            Some(text) => match text.parse::<Date>() {
                Ok(day) => Ok(Some(day.to_string())),
                Err(_) => Err(format!("\u{201c}{text}\u{201d} is not a day; write it as 2026-11-27.")),
            },
        };
        Ok(Filter {
            actor: some(&self.who),
            action: some(&self.action),
            subject: some(&self.subject),
            from: day(&self.from)?,
            to: day(&self.to)?,
            before: self.before.trim().parse().ok(),
            limit,
        })
    }

    /// As the query of an address, before an entry.
    fn query(&self, before: Option<u64>) -> String {
        let fields = [
            ("who", &self.who),
            ("action", &self.action),
            ("subject", &self.subject),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let before = before.map(|n| n.to_string());
        let all = fields.into_iter().chain(before.as_ref().map(|b| ("before", b)));
        let said: Vec<String> = all
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value.trim())))
            .collect();
        said.join("&")
    }
}

/// A value in a query, with everything escaped that means something there.
pub(crate) fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// `GET /admin/audit`.
pub(super) async fn page(State(pool): State<Pool>, Acting(actor): Acting, Query(which): Query<Which>) -> Response {
    let (filter, wrong) = match which.filter(Some(LISTED)) {
        Ok(filter) => (Some(filter), None),
        Err(wrong) => (None, Some(wrong)),
    };
    let read = pool.run(move |desk| {
        let seat = desk.by(actor);
        seat.require(Action::ReadAudit)?;
        let mut entries: Vec<Entry> = Vec::new();
        if let Some(filter) = &filter {
            seat.audit(filter, &mut |entry| {
                entries.push(entry);
                Ok::<_, DeskError>(())
            })?;
        }
        // Who keeps people may know who a number is.
        let names = seat.people().unwrap_or_default().into_iter().map(|p| (p.id.to_string(), p.name)).collect();
        Ok((entries, names))
    });
    let (mut entries, names): (Vec<Entry>, BTreeMap<String, String>) = match read.await {
        Ok(read) => read,
        Err(failure) => return failure.into_response(),
    };
    entries.reverse();
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let content = html! {
        (head("Audit trail"))
        p { "Every entry holds the hash of the one before it: what is changed afterwards is found." }
        form.ask.inline-fields method="post" action="/admin/audit/verify" {
            div { label for="head" { "A head that you noted before, if you have one" }
            input #head type="text" name="head" spellcheck="false" autocomplete="off"; }
            button type="submit" { "Verify now" }
        }
        h2 { "Entries" }
        (caution(wrong.as_deref()))
        form.filter method="get" action="/admin/audit" role="search" {
            @for (name, label, value) in [
                ("who", "Who, as \u{201c}person 3\u{201d}", &which.who),
                ("action", "What, as \u{201c}submit\u{201d}", &which.action),
                ("subject", "On what; its beginning", &which.subject),
            ] { div { label for=(name) { (label) } input type="text" id=(name) name=(name) value=(value) autocapitalize="none" spellcheck="false"; } }
            @for (name, label, value) in [("from", "From the day", &which.from), ("to", "To the day", &which.to)] {
                div { label for=(name) { (label) } input type="date" id=(name) name=(name) value=(value); }
            }
            button type="submit" { "Show" }
        }
        @if entries.is_empty() { p { "No entry." } } @else { (table(&entries, &names)) }
        nav.orders aria-label="Pages" {
            @if !which.before.is_empty() { a href={ "/admin/audit?" (which.query(None)) } { "Newest" } }
            @if let Some(last) = entries.last().filter(|e| entries.len() == LISTED && e.seq > 1) {
                a href={ "/admin/audit?" (which.query(Some(last.seq))) } { "Older" }
            }
            a href={ "/admin/audit.jsonl?" (which.query(None)) } download="audit.jsonl" { "Download these entries (JSON lines)" }
        }
    };
    (status, Page::new("Audit trail", content).html()).into_response()
}

fn table(entries: &[Entry], names: &BTreeMap<String, String>) -> Markup {
    html! {
        // A wide table scrolls by itself, by keyboard too.
        div.wide tabindex="0" role="region" aria-label="Entries" {
            table.figures.entries {
                thead { tr { th scope="col" { "No." } th scope="col" { "When (UTC)" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "On what" } } }
                tbody {
                    @for entry in entries {
                        tr {
                            td { (entry.seq) }
                            td.when { (moment(entry.at)) }
                            td.who { @if let Some(name) = names.get(&entry.actor) { (name) " " br; } span.quiet { (entry.actor) } }
                            td { (entry.action) }
                            td {
                                (shortened(&entry.subject))
                                @if entry.detail != "{}" {
                                    details.detail {
                                        summary { "All of entry " (entry.seq) }
                                        code.detail { (entry.subject) } code.detail { (entry.detail) } code.detail { "hash " (entry.hash) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A subject with the beginning of each hash in it: enough to tell one from another.
fn shortened(subject: &str) -> String {
    let short = |word: &str| match word.get(..12) {
        Some(start) if word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()) => format!("{start}\u{2026}"),
        _ => word.to_owned(),
    };
    subject.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

/// `POST /admin/audit/verify`.
pub(super) async fn verify(State(pool): State<Pool>, Acting(actor): Acting, fields: Fields) -> Response {
    let noted = Some(fields.text("head").to_owned()).filter(|h| !h.is_empty());
    let with = noted.clone();
    match pool.run(move |desk| desk.by(actor).audit_verify(with.as_deref())).await {
        Ok(seen) => Page::new("Verified", verified(&seen, noted.is_some())).html().into_response(),
        Err(failure) => failure.into_response(),
    }
}

fn verified(seen: &Verification, noted: bool) -> Markup {
    html! {
        p.above { a href="/admin" { "Administration" } " \u{203a} " a href="/admin/audit" { "Audit trail" } }
        @match &seen.fault {
            None => {
                h1 { "All as it was written" }
                p.banner.approved role="status" { "Nothing was changed" @if noted { ", and the head that you noted is in the trail" } "." }
            }
            Some(fault) => {
                h1 { "Something was changed" }
                p.fallen-line role="alert" { (capital(&format!("{}: {}", fault.place, fault.wrong))) }
            }
        }
        dl.facts {
            div { dt { "Entries" } dd { (seen.entries) } }
            div { dt { "Versions" } dd { (seen.versions) } }
            div { dt { "Bodies" } dd { (seen.bodies) } }
            div { dt { "Reviews" } dd { (seen.reviews) } }
            div { dt { "Erased articles" } dd { (seen.erased) } }
            @if let Some(before) = seen.pruned_before { div { dt { "Pruned before" } dd { "entry " (before) } } }
            div { dt { "Head" } dd { code { (seen.head) } } }
        }
        p { "Note the head somewhere else, on paper or in another system. Somebody who can write the whole file could write the whole trail anew; a head that was noted elsewhere shows that." }
    }
}

/// The pieces of a download, as they are read.
struct Pieces(mpsc::Receiver<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|piece| piece.map(Ok))
    }
}

/// Nobody listens any more, or the trail cannot be read.
enum Ended {
    Gone,
    Desk(DeskError),
}

impl From<DeskError> for Ended {
    fn from(error: DeskError) -> Self {
        Ended::Desk(error)
    }
}

/// `GET /admin/audit.jsonl`: one entry a line, oldest first, sent as it is read.
pub(super) async fn download(State(pool): State<Pool>, Acting(actor): Acting, Query(which): Query<Which>) -> Response {
    let Ok(filter) = which.filter(None) else {
        return (StatusCode::BAD_REQUEST, "A day is written as 2026-11-27.\n").into_response();
    };
    let (sender, pieces) = mpsc::channel::<Bytes>(WAITING);
    let (allowed, may) = oneshot::channel::<()>();
    let reading = tokio::spawn(async move {
        pool.run(move |desk| {
            let seat = desk.by(actor);
            seat.require(Action::ReadAudit)?;
            let _ = allowed.send(());
            let mut piece: Vec<u8> = Vec::with_capacity(PIECE);
            let walked = seat.audit(&filter, &mut |entry| {
                // Plain data with string keys: writing it into memory cannot fail.
                let _ = serde_json::to_writer(&mut piece, &entry);
                piece.push(b'\n');
                match piece.len() < PIECE {
                    true => Ok(()),
                    false => sender.blocking_send(std::mem::take(&mut piece).into()).map_err(|_| Ended::Gone),
                }
            });
            match walked {
                Err(Ended::Desk(error)) => return Err(error),
                Err(Ended::Gone) => return Ok(()),
                Ok(()) => {}
            }
            let _ = sender.blocking_send(piece.into());
            Ok(())
        })
        .await
    });
    if may.await.is_err() {
        // It ended before it sent anything: it says why.
        return match reading.await {
            Ok(Err(failure)) => failure.into_response(),
            _ => Failure::Stopping.into_response(),
        };
    }
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""),
    ];
    (headers, Body::from_stream(Pieces(pieces))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_goes_into_an_address_and_a_day_that_is_none_is_told() {
        let which = Which { who: "person 3".into(), action: " a&b ".into(), ..Which::default() };
        assert_eq!(which.query(Some(9)), "who=person%203&action=a%26b&before=9");
        let filter = which.filter(Some(5)).unwrap();
        assert_eq!((filter.action.as_deref(), filter.subject, filter.limit), (Some("a&b"), None, Some(5)));
        assert!(Which { from: "yesterday".into(), ..Which::default() }.filter(None).unwrap_err().contains("yesterday"));
    }
}
