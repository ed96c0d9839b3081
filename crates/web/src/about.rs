//! The pages about the site itself: what it is for, how it is made, how good it was measured to be, what was corrected, and the
//! disclaimer. What they say of figures lies in one file that programs can read too.

use crate::layout::Page;
use crate::people::Acting;
use crate::pool::Pool;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use desk::answering::disclaimer;
use desk::{Date, Reader};
use maud::html;
use serde::Deserialize;
use std::sync::LazyLock;

const FIGURES: &str = include_str!("../assets/figures.json");

/// A measured figure.
#[derive(Deserialize)]
struct Figure {
    what: String,
    value: String,
    /// The day it was measured.
    on: String,
    /// The folder of `evals/runs` with setup and raw figures.
    run: String,
}

static MEASURED: LazyLock<Vec<Figure>> = LazyLock::new(|| serde_json::from_str(FIGURES).unwrap_or_default());

/// `GET /about`.
pub(crate) async fn about(State(pool): State<Pool>) -> Response {
    let health = match pool.run(|desk| desk.doctor(Vec::new())).await {
        Ok(health) => health,
        Err(failure) => return failure.into_response(),
    };
    let newest = health.snapshot.newest.map_or_else(|| "no date".to_owned(), |d| d.to_string());
    let content = html! {
        h1 { "About this answer engine" }
        h2 { "What it is for" }
        p { "Curbside answers clinical questions from the evidence that this installation trusts, for people who can judge an answer: clinicians, trainees, and patients who read with them. It shows the exact sentence behind each of its own. It is not a medical device, makes no diagnosis, and does not know the patient." }
        h2 { "How an answer is made" }
        ol {
            li { "What looks like a patient\u{2019}s name, date, number or address is taken out of the question. What is left is kept." }
            li { "Facts of the case are read by rules from the question\u{2019}s words. What is not told is unknown, and what hangs on it is shown as such." }
            li { "Sources are found by words, by meaning and by a ranking learned from judged questions; all on this machine." }
            li { "Statements are chosen by what they are for: a condition that the case does not meet keeps a statement out, with the reason." }
            li { "Every sentence is checked against the sentence it cites: numbers with units, names, population, negation, direction and force. What does not pass is not shown." }
        }
        p { "Without a configured model no language model writes anything: the sentences are those of the sources. An article says at its end how it was composed." }
        h2 { "What it cannot do" }
        ul {
            li { "It knows only what its library holds: " (health.counts.sources) " sources, the newest dated " (newest) ". English only, no live search." }
            li { "The starter digests are summaries that nobody has reviewed. They never pass for the guidelines they summarise." }
            li { "It misreads questions, misses statements and answers some questions beside its topics: see the figures." }
            li { "It finds identifiers by what they look like. A bare first name that no list knows is not found." }
        }
        h2 { "What your browser keeps" }
        ul {
            li { "Which reader you chose, where you chose one: a cookie of this site alone, \u{201c}reader\u{201d}, for a year. It holds the word clinician, trainee or patient and nothing that tells who you are." }
            li { "While you sign in and are signed in, a cookie for that. Nothing else, and nothing from other sites." }
        }
        h2 { "Measured" }
        p { "As measured by its makers on the days given; no one else has. " a href="/about.json" { "The same for programs." } }
        table.figures {
            thead { tr { th scope="col" { "What" } th scope="col" { "Figure" } th scope="col" { "Measured" } } }
            tbody {
                @for figure in MEASURED.iter() {
                    tr { td { (figure.what) } td { (figure.value) } td { (figure.on) " (" code { (figure.run) } ")" } }
                }
            }
        }
        p.note { "Version " (health.version) ", snapshot " code { (health.snapshot.id.get(..12).unwrap_or_default()) } "." }
    };
    Page { canonical: Some("/about"), ..Page::new("About this answer engine", content) }.html().into_response()
}

/// `GET /about.json`.
pub(crate) async fn figures() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], FIGURES).into_response()
}

/// `GET /disclaimer`.
pub(crate) async fn disclaimer_page() -> Response {
    let content = html! {
        h1 { "Disclaimer" }
        @for reader in Reader::ALL {
            h2 { (crate::wording::label(*reader)) }
            p { (disclaimer(*reader)) }
        }
    };
    Page { canonical: Some("/disclaimer"), ..Page::new("Disclaimer", content) }.html().into_response()
}

/// How many corrections a page shows.
const CORRECTIONS: usize = 200;

/// `GET /corrections`.
pub(crate) async fn corrections(State(pool): State<Pool>, Acting(actor): Acting) -> Response {
    let found = match pool.run(|desk| desk.by(actor).corrections(CORRECTIONS)).await {
        Ok(found) => found,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Corrections" }
        p { "What was found to be wrong in an article, and what was done. Every statement of an article can be reported." }
        @if found.is_empty() { p { "Nothing has been corrected yet." } }
        ul.corrections {
            @for correction in &found {
                li {
                    @if let Some(day) = Date::from_unix_days(correction.at.div_euclid(86_400)) { time datetime=(day) { (day) } " " }
                    cite { (correction.title) } ": " (correction.words)
                }
            }
        }
    };
    Page { canonical: Some("/corrections"), ..Page::new("Corrections", content) }.html().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_run_that_is_there() {
        assert!(MEASURED.len() > 5);
        for figure in MEASURED.iter() {
            let run = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../evals/runs").join(&figure.run);
            assert!(run.join("README.md").is_file(), "{}", figure.run);
        }
    }
}
