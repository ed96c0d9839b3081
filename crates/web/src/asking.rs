//! Asking: with a form and a page that comes when the answer is there, or with a stream that tells what goes on.

use crate::pages::{message, page};
use crate::people::Acting;
use crate::pool::{Failure, Pool};
use crate::site::Site;
use crate::visitor::Visitor;
use crate::wording::remember;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use desk::board::Actor;
use desk::{Answer, Desk, DeskError, Question, Reader, Tell, Told, silent};
use futures_core::Stream;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// How long an answer may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience(pub(crate) Duration);

#[derive(Deserialize)]
pub(crate) struct AskForm {
    question: String,
    /// The article that the question follows; none when empty.
    #[serde(default)]
    follows: String,
    /// Whom the answer is for, as it was chosen in the form; else who the browser remembers, else `fallback`.
    #[serde(default)]
    reader: Option<Reader>,
    /// Whom it is for where nobody ever said: the reader of the page that the question stood on. Nothing: of the article that is
    /// followed, or a clinician.
    #[serde(default, rename = "for")]
    fallback: Option<Reader>,
    /// Sent where choosing the reader is what the form is for.
    #[serde(default)]
    remember: Option<String>,
    /// The published article of which another wording is wanted, by its slug.
    #[serde(default)]
    of: Option<String>,
    /// Who asks was told what may tell who the patient is, and asks all the same. Only for browsers without script.
    #[serde(default)]
    looked: bool,
}

impl AskForm {
    /// Who is to be remembered. What a form says by itself is no choice: the first of a list only counts where somebody once
    /// chose another.
    fn choice(&self, remembered: Option<Reader>) -> Option<Reader> {
        let chosen = |reader: &Reader| self.remember.is_some() || remembered.is_some() || *reader != Reader::Clinician;
        self.reader.filter(chosen)
    }

    /// Answers, and gives the address of the article.
    fn ask(
        self,
        desk: &mut Desk,
        actor: Actor,
        remembered: Option<Reader>,
        tell: &mut Tell<'_>,
    ) -> Result<String, DeskError> {
        let mut desk = desk.by(actor);
        if let (Some(of), Some(reader)) = (&self.of, self.reader)
            && desk.has_published(of, reader)
        {
            return Ok(format!("/articles/{of}?reader={}", reader.word()));
        }
        let question = Question::asked_now(self.question);
        let reader = self.reader.or(remembered).or(self.fallback);
        let answer = if self.follows.is_empty() {
            desk.ask_telling(&Question { reader: reader.unwrap_or(question.reader), ..question }, tell)?
        } else {
            desk.follow_telling(&self.follows, &question, reader, tell)?
        };
        Ok(path(&answer))
    }
}

fn path(answer: &Answer) -> String {
    format!("/articles/{}", answer.article.hash)
}

fn unreadable(rejection: &FormRejection) -> Response {
    message(rejection.status(), "That question could not be read", &rejection.body_text())
}

/// What in a question may tell who the patient is: of which kind it is, and how it stands there.
type Found = Vec<(String, String)>;

fn found(question: &str) -> Result<Found, DeskError> {
    let redactions = desk::identifiers(&Question::asked_now(question))?;
    let text = question.trim();
    let said = |span: [usize; 2]| text.get(span[0]..span[1]).unwrap_or_default().to_owned();
    Ok(redactions.into_iter().map(|r| (r.kind, said(r.span))).collect())
}

/// `POST /ask`: goes to the article when it is there. For browsers without script. What may tell who the patient is is shown
/// before anything is kept, and must be looked at first.
pub(crate) async fn ask(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(site): Extension<Arc<Site>>,
    form: Result<Form<AskForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return unreadable(&rejection),
    };
    let remembered = Visitor::now().reader;
    let choice = form.choice(remembered);
    let done = pool.run_long(move |desk| {
        let found = if form.looked { Found::new() } else { found(&form.question)? };
        match found.is_empty() {
            true => form.ask(desk, actor, remembered, &mut silent).map(Ok),
            false => Ok(Err((form, found))),
        }
    });
    let mut response = match done.await {
        Ok(Ok(address)) => Redirect::to(&address).into_response(),
        Ok(Err((form, found))) => (StatusCode::CONFLICT, page("Look once more", look(&form, &found))).into_response(),
        Err(failure) => failure.into_response(),
    };
    if let Some(reader) = choice {
        remember(&mut response, &site, reader);
    }
    response
}

fn look(form: &AskForm, found: &Found) -> Markup {
    html! {
        h1 { "This may tell who the patient is" }
        ul { @for (kind, text) in found { li { (kind) @if !text.is_empty() { ": " strong { (text) } } } } }
        p { "Nothing is kept yet. What stands here is removed before anything is; better leave it out yourself." }
        form.ask method="post" action="/ask" {
            @if !form.follows.is_empty() { input type="hidden" name="follows" value=(form.follows); }
            @if let Some(reader) = form.reader { input type="hidden" name="reader" value=(reader.word()); }
            @if let Some(reader) = form.fallback { input type="hidden" name="for" value=(reader.word()); }
            label for="question" { "Your question" }
            textarea #question name="question" rows="4" maxlength=(Question::MAX_BYTES) required { (form.question) }
            div.choices {
                button type="submit" { "I have changed it: ask" }
                button type="submit" name="looked" value="true" { "Ask all the same, without these" }
            }
        }
    }
}

/// `POST /ask/stream`: the same as `text/event-stream`. Events: `stage` {stage}; `line` {section, text}, for a model that writes
/// only; then `done` {address} or `problem` {title, advice, code}. Whoever closes the connection stops the work where it can be
/// stopped: between its parts, and between two sentences of a model.
pub(crate) async fn stream(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(site): Extension<Arc<Site>>,
    Extension(Patience(patience)): Extension<Patience>,
    form: Result<Form<AskForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return unreadable(&rejection),
    };
    let remembered = Visitor::now().reader;
    let choice = form.choice(remembered);
    let at = Arc::clone(&site);
    let asked = move |desk: &mut Desk, tell: &mut Tell<'_>| {
        form.ask(desk, actor, remembered, tell).map(|address| json!({ "address": at.at(&address) }))
    };
    let mut response = streamed(pool, patience, asked, problem);
    if let Some(reader) = choice {
        remember(&mut response, &site, reader);
    }
    response
}

/// Why a stream ends without an answer.
pub(crate) enum Trouble<'a> {
    Desk(&'a DeskError),
    Stopping,
    Late,
}

/// Asks, and sends what is told meanwhile as events: `stage`, `line`, then `done` with what asking gave, or `problem` in these words.
pub(crate) fn streamed(
    pool: Pool,
    patience: Duration,
    ask: impl FnOnce(&mut Desk, &mut Tell<'_>) -> Result<Value, DeskError> + Send + 'static,
    problem: fn(&Trouble<'_>) -> Value,
) -> Response {
    // Without a bound: what waits in it is no more than an article, and a desk must not wait for a slow client.
    let (events, waiting) = unbounded_channel();
    tokio::spawn(answer(pool, patience, ask, problem, events));
    let mut response = Sse::new(Events(waiting)).keep_alive(KeepAlive::default()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hand the stream on only when it is whole.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn answer(
    pool: Pool,
    patience: Duration,
    ask: impl FnOnce(&mut Desk, &mut Tell<'_>) -> Result<Value, DeskError> + Send + 'static,
    problem: fn(&Trouble<'_>) -> Value,
    events: UnboundedSender<Event>,
) {
    let (telling, over) = (events.clone(), Arc::new(AtomicBool::new(false)));
    let is_over = Arc::clone(&over);
    let work = pool.run_long(move |desk| {
        ask(desk, &mut |told| {
            let event = match told {
                Told::Stage(stage) => event("stage", &json!({ "stage": stage })),
                Told::Line { section, line } => event("line", &json!({ "section": section, "text": line.text })),
            };
            match telling.send(event) {
                Ok(()) if !is_over.load(Ordering::Relaxed) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        })
    });
    let worked = tokio::select! {
        worked = timeout(patience, work) => worked,
        () = events.closed() => return,
    };
    let last = match worked {
        Ok(Ok(done)) => event("done", &done),
        Ok(Err(Failure::Desk(error))) => {
            let info = error.info();
            if info.status >= 500 {
                tracing::error!(code = info.code, "a streamed answer failed");
            }
            event("problem", &problem(&Trouble::Desk(&error)))
        }
        Ok(Err(Failure::Stopping)) => event("problem", &problem(&Trouble::Stopping)),
        Err(_) => {
            over.store(true, Ordering::Relaxed);
            event("problem", &problem(&Trouble::Late))
        }
    };
    // Who went away in this moment needs no answer.
    let _ = events.send(last);
}

/// In the words of pages.
fn problem(trouble: &Trouble<'_>) -> Value {
    let told = |title: &str, advice, code| json!({ "title": title, "advice": advice, "code": code });
    match trouble {
        Trouble::Desk(error) => {
            let (info, title) = crate::pages::told(error);
            told(&title, info.advice, info.code)
        }
        Trouble::Stopping => told("The server is stopping", "Ask again in a moment.", "stopping"),
        Trouble::Late => told("This took too long", "Ask again in a moment.", "too-long"),
    }
}

fn event(name: &str, data: &Value) -> Event {
    // JSON has no line break outside of strings, and none unescaped within.
    Event::default().event(name).data(data.to_string())
}

struct Events(UnboundedReceiver<Event>);

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|event| event.map(Ok))
    }
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    question: String,
}

/// `POST /ask/identifiers`: what in a question may tell who the patient is, as JSON: `{"found": [{kind, text}]}`. Nothing is kept.
pub(crate) async fn identifiers(State(pool): State<Pool>, form: Result<Form<Typed>, FormRejection>) -> Response {
    let typed = match form {
        Ok(Form(typed)) => typed,
        Err(rejection) => return unreadable(&rejection),
    };
    let found = pool.run(move |_| {
        let found = found(&typed.question)?;
        Ok(found.iter().map(|(kind, text)| json!({ "kind": kind, "text": text })).collect::<Vec<Value>>())
    });
    match found.await {
        Ok(found) => {
            let json = json!({ "found": found }).to_string();
            ([(header::CONTENT_TYPE, "application/json")], json).into_response()
        }
        // Nothing was typed yet.
        Err(Failure::Desk(DeskError::EmptyQuestion)) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => failure.into_response(),
    }
}
