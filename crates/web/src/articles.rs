//! An article's own pages: the article, a problem reported on it, putting it before the board.

use crate::article::{Served, render};
use crate::cache::Shows;
use crate::layout::Page;
use crate::pages::{follow_form, message, question_form};
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use crate::site::Site;
use crate::status::day;
use crate::visitor::Visitor;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use desk::answering::Reference;
use desk::board::{Actor, Role};
use desk::evidence::PartialDate;
use desk::{ApprovalShown, DeskError, Named, Reader, Reading, Visibility, WORDS_MOST};
use maud::html;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// This day, for digests whose time is over.
pub(crate) fn today() -> Option<PartialDate> {
    desk::today().and_then(|d| PartialDate::new(d.year(), Some(d.month()), Some(d.day())))
}

#[derive(Deserialize)]
pub(crate) struct Wording {
    /// For whom, where the name is a slug.
    #[serde(default)]
    reader: Option<Reader>,
}

/// `GET /articles/{name}`: by slug or by a version's hash.
pub(crate) async fn article(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(site): Extension<Arc<Site>>,
    Path(name): Path<String>,
    Query(wording): Query<Wording>,
) -> Response {
    let author = actor.has(Role::Author) || actor.has(Role::Editor);
    let board = matches!(&actor, Actor::Person(_)) && Role::ALL.iter().skip(1).any(|r| actor.has(*r));
    let remembered = Visitor::now().reader;
    let read = pool.run(move |desk| {
        let mut seat = desk.by(actor);
        let wanted = wording.reader.or(remembered);
        let mut reading = seat.read(&name, wanted, today())?;
        // A wording that only the browser asks for and that is not there: as if it had asked for none.
        let shown = reading.article.body.reader;
        if wording.reader.is_none() && name == reading.article.slug && wanted.is_some_and(|w| w != shown) {
            reading = seat.read(&name, None, today())?;
        }
        let already = seat.already(&reading.article.body.related, reading.article.body.reader)?;
        Ok((reading, already))
    });
    let (reading, already) = match read.await {
        Ok(read) => read,
        Err(failure) => return failure.into_response(),
    };
    let article = &reading.article;
    let submitted = reading.standing.stage.is_some();
    let address = format!("/articles/{}", article.slug);
    let canonical = site.canonical(&address);
    let content = html! {
        (render(article, Some(&Served { reading: &reading, already: &already, address: &share_address(&reading, &site) })))
        section.ask-again {
            @if author && !submitted {
                form.inline method="post" action={ "/articles/" (article.hash) "/submit" } {
                    button type="submit" { "Put this before the board" }
                }
            }
            @if board && submitted {
                p { a href={ "/board/review/" (article.hash) } { "The review of this version" } }
            }
            p { a href={ "/articles/" (article.hash) "/report" } { "Report a problem with this article" } }
            h2 { "Ask on" }
            (follow_form(&article.hash))
            h2 { "Another question?" }
            (question_form("", Some(remembered.unwrap_or(article.body.reader))))
        }
    };
    let public = article.visibility == Visibility::Published;
    let page = Page {
        canonical: public.then_some(canonical.as_str()),
        structured: public.then(|| structured(&reading, &site, &address)),
        ..Page::new(&article.body.title, content)
    };
    let mut response = page.html().into_response();
    response.extensions_mut().insert(Shows(article.slug.clone()));
    if reading.indexable {
        response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("all"));
    }
    response
}

/// Where who was given a link to this version finds it: the article in this wording, or the version by its whole hash where that
/// is the key to it.
fn share_address(reading: &Reading, site: &Site) -> String {
    let article = &reading.article;
    let path = match (reading.keyed, article.body.reader) {
        (true, _) => format!("/articles/{}", article.hash),
        (false, Reader::Clinician) => format!("/articles/{}", article.slug),
        (false, reader) => format!("/articles/{}?reader={}", article.slug, reader.word()),
    };
    site.canonical(&path)
}

/// What the page says for machines, in the words of schema.org (`MedicalWebPage`; tests/jsonld holds it against their types). Who
/// reviewed it, and that its answer is an accepted one, only where they approved it. No author: a program composed it, and
/// schema.org has only persons and organizations for one.
fn structured(reading: &Reading, site: &Site, address: &str) -> Value {
    let body = &reading.article.body;
    let approved = reading.standing.approved;
    let iso = |at| day(at).map(|d| Value::from(d.to_string()));
    let lead: Vec<&str> = body.bottom_line.iter().map(|l| l.text.as_str()).collect();
    let mut question = Map::new();
    question.insert("@type".to_owned(), "Question".into());
    question.insert("name".to_owned(), body.question.as_str().into());
    question.insert("answerCount".to_owned(), usize::from(!lead.is_empty()).into());
    if !lead.is_empty() {
        let answer = json!({ "@type": "Answer", "text": lead.join(" ") });
        question.insert(if approved { "acceptedAnswer" } else { "suggestedAnswer" }.to_owned(), answer);
    }
    let mut page = Map::new();
    let mut put = |key: &str, value: Option<Value>| value.map(|value| page.insert(key.to_owned(), value));
    put("@context", Some("https://schema.org".into()));
    put("@type", Some("MedicalWebPage".into()));
    put("name", Some(body.title.as_str().into()));
    put("url", Some(site.absolute(address).into()));
    put("inLanguage", Some("en".into()));
    put("dateModified", iso(reading.article.kept_at));
    put("audience", Some(audience(body.reader)));
    put("creativeWorkStatus", Some(if approved { "Approved" } else { "Pending human review" }.into()));
    put("publishingPrinciples", Some(site.absolute("/editorial-policy").into()));
    put("mainEntity", Some(question.into()));
    put("citation", Some(body.references.iter().map(cited).collect()));
    if approved {
        put("reviewedBy", Some(reading.standing.approvals.iter().map(reviewer).collect()));
        put("lastReviewed", reading.standing.approvals.iter().map(|a| a.at).max().and_then(iso));
    }
    page.into()
}

fn audience(reader: Reader) -> Value {
    match reader {
        Reader::Clinician => json!({ "@type": "MedicalAudience", "audienceType": "Clinician" }),
        Reader::Trainee => json!({ "@type": "MedicalAudience", "audienceType": "Medical trainee" }),
        Reader::Patient => json!({ "@type": "Patient", "audienceType": "Patient" }),
    }
}

fn reviewer(approval: &ApprovalShown) -> Value {
    let mut person = json!({ "@type": "Person", "name": approval.name });
    if !approval.credentials.is_empty() {
        person["honorificSuffix"] = approval.credentials.as_str().into();
    }
    person
}

/// A reference. Whatever has a number of PubMed or a DOI is taken for an article of a journal.
fn cited(reference: &Reference) -> Value {
    let ids = &reference.ids;
    let scholarly = ids.pmid.is_some() || ids.pmcid.is_some() || ids.doi.is_some();
    let mut work =
        json!({ "@type": if scholarly { "ScholarlyArticle" } else { "CreativeWork" }, "name": reference.title });
    if let Some(link) = reference.link() {
        work["url"] = link.into();
    }
    if let Some(year) = reference.year {
        // A year alone is a date by ISO 8601.
        work["datePublished"] = year.to_string().into();
    }
    work
}

#[derive(Deserialize)]
pub(crate) struct About {
    /// The name of a statement.
    #[serde(default)]
    statement: Option<String>,
}

/// `GET /articles/{name}/report`.
pub(crate) async fn report_form(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    Query(about): Query<About>,
) -> Response {
    let reading = match pool.run(move |desk| desk.by(actor).read(&name, None, None)).await {
        Ok(reading) => reading,
        Err(failure) => return failure.into_response(),
    };
    let body = &reading.article.body;
    let place = reading.statements.iter().position(|k| Some(k.to_string()) == about.statement);
    let said = place.and_then(|at| body.lines().nth(at)).map(|l| l.text.as_str());
    let content = html! {
        h1 { "Report a problem" }
        p { "With " a href={ "/articles/" (reading.article.hash) } { (body.title) } @if said.is_some() { ", in this statement:" } @else { "." } }
        @if let Some(said) = said { blockquote { (said) } }
        form.ask method="post" action={ "/articles/" (reading.article.hash) "/report" } {
            @if let (Some(_), Some(key)) = (said, &about.statement) { input type="hidden" name="statement" value=(key); }
            label for="words" { "What is wrong? Leave out names, dates of birth and record numbers." }
            textarea #words name="words" rows="5" maxlength=(WORDS_MOST) required {}
            button type="submit" { "Report" }
        }
    };
    Page::new("Report a problem", content).html().into_response()
}

#[derive(Deserialize)]
pub(crate) struct ReportForm {
    words: String,
    #[serde(default)]
    statement: Option<String>,
}

/// `POST /articles/{name}/report`.
pub(crate) async fn report(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    form: Result<Form<ReportForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return message(rejection.status(), "That report could not be read", &rejection.body_text()),
    };
    let back = name.clone();
    let done = pool.run(move |desk| desk.by(actor).report(&name, form.statement.as_deref(), &form.words)).await;
    match done {
        Ok(number) => {
            let content = html! {
                h1 { "Thank you" }
                p { "Report " (number) " was taken. An editor answers it or says why it was closed; what was wrong is told in the " a href="/corrections" { "corrections" } "." }
                p { a href={ "/articles/" (back) } { "Back to the article" } }
            };
            (StatusCode::CREATED, Page::new("Thank you", content).html()).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

#[derive(Deserialize)]
pub(crate) struct SubmitForm {
    /// Whoever submits has looked at the words that might tell who the patient is.
    #[serde(default)]
    looked: bool,
}

/// `POST /articles/{name}/submit`: where words might tell who the patient is, they are shown and must be looked at first.
pub(crate) async fn submit(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    form: Result<Form<SubmitForm>, FormRejection>,
) -> Response {
    let looked = form.is_ok_and(|Form(form)| form.looked);
    let address = format!("/articles/{name}");
    match pool.run(move |desk| desk.by(actor).submit(&Named::new(&name), looked)).await {
        Ok(review) => Redirect::to(&format!("/articles/{}", review.hash)).into_response(),
        Err(Failure::Desk(DeskError::Suspects { words })) => {
            let content = html! {
                h1 { "Could any of this tell who the patient is?" }
                p { "Whoever may see what is before the board will read the question. These words of it are no words of medicine that are known here:" }
                ul { @for word in &words { li { strong { (word) } } } }
                p { "If one is the name of a person or a place, ask the question again without it." }
                form.ask method="post" action={ (address) "/submit" } {
                    input type="hidden" name="looked" value="true";
                    button type="submit" { "None of them does: put it before the board" }
                }
                p { a href=(address) { "Back to the article" } }
            };
            (StatusCode::CONFLICT, Page::new("Look once more", content).html()).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}
