//! Taking an article elsewhere: as a file to read, for programs, for reference managers; copied, shared, printed.

use crate::people::Acting;
use crate::pool::{Failure, Pool};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::answering::{Format, bibliography, markdown};
use desk::{DeskError, KeptArticle, Reading, Visibility};
use maud::{Markup, html};

/// What an article can be had as: the word in the address, the ending of the file, the media type, what a page calls it.
const FILES: &[(&str, &str, &str, &str)] = &[
    ("markdown", "md", "text/markdown; charset=utf-8", "Markdown"),
    ("html", "html", "text/html; charset=utf-8", "HTML"),
    ("json", "json", "application/json", "JSON"),
];

/// `GET /articles/{hash}/{format}`.
pub(crate) async fn download(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Path((hash, format)): Path<(String, String)>,
) -> Response {
    let article = match pool.run(move |desk| desk.by(actor).article(&hash)).await {
        Ok(article) => article,
        Err(failure) => return failure.into_response(),
    };
    match file(&article, &format) {
        Some((ending, media, text)) => {
            let name = article.hash.get(..12).unwrap_or(&article.hash);
            let disposition = format!("attachment; filename=\"curbside-{name}.{ending}\"");
            ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text)
                .into_response()
        }
        None => Failure::Desk(DeskError::NoArticle(format)).into_response(),
    }
}

/// Ending, media type and text of a file.
fn file(article: &KeptArticle, format: &str) -> Option<(&'static str, &'static str, String)> {
    if let Some(format) = Format::from_word(format) {
        return Some((format.extension(), format.media_type(), bibliography(&article.body, format)));
    }
    let (word, ending, media, _) = FILES.iter().find(|(word, ..)| *word == format)?;
    let text = match *word {
        "markdown" => markdown(&article.body, &article.hash),
        "html" => crate::standalone(article),
        // Plain data: writing it to memory cannot fail.
        _ => serde_json::to_string_pretty(article).unwrap_or_default(),
    };
    Some((ending, media, text))
}

/// What a script can do with the article on the page: shown by the script, which has the words of what it did said.
pub(crate) fn tools() -> Markup {
    html! {
        p.tools hidden {
            button type="button" data-does="copy" { "Copy with citations" }
            button type="button" data-does="share" { "Copy the link" }
            button type="button" data-does="print" { "Print or save as PDF" }
            span.done role="status" {}
        }
    }
}

/// The link to the article, and who can open it.
pub(crate) fn share(reading: &Reading, address: &str) -> Markup {
    let who = match reading.article.visibility {
        Visibility::Published => "Who may read this site can open it.",
        Visibility::Submitted => "Before it is published only its asker and the board can open it.",
        Visibility::Private if reading.keyed => {
            "It is listed nowhere; who has the link can read the answer and the question."
        }
        Visibility::Private => "The answer is its asker\u{2019}s own: nobody else can open the link.",
    };
    html! { p.share { a href=(address) { "Link to this article" } ". " span #who-can-open { (who) } } }
}

/// Links to all of them.
pub(crate) fn links(hash: &str) -> Markup {
    let references = [("ris", "RIS"), ("bibtex", "BibTeX"), ("csl-json", "CSL-JSON")];
    html! {
        p.files {
            "Download: "
            @for (n, (word, _, _, name)) in FILES.iter().enumerate() {
                @if n > 0 { ", " }
                a href={ "/articles/" (hash) "/" (word) } download { (name) }
            }
            ". References: "
            @for (n, (word, name)) in references.iter().enumerate() {
                @if n > 0 { ", " }
                a href={ "/articles/" (hash) "/" (word) } download { (name) }
            }
            "."
        }
    }
}
