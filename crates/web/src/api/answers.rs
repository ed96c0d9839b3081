//! Asking, and reading what was answered.

use super::faults::{Does, Reads};
use super::list::{self, Page};
use super::problem::{self, Wire};
use super::request::{Caller, Json, Params, told};
use super::shapes::{self, ReaderWord};
use super::{paged, unpaged};
use crate::articles::today;
use crate::asking::{Patience, streamed};
use crate::pool::Pool;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use desk::answering::{Format, bibliography};
use desk::board::Action;
use desk::{ArticleShown, Desk, KeptSummary, Question, Reader, Reading, Tell};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// In English, at most 100,000 bytes. What looks like a patient identifier is taken out before anything is kept.
    question: String,
    /// Whom the answer is for. Where nothing is said, a clinician, or the reader of the article followed.
    #[serde(default)]
    #[schema(value_type = Option<ReaderWord>)]
    reader: Option<Reader>,
    /// The article that the question follows: a hash, the first 8 or more digits of one, or a slug.
    #[serde(default)]
    follows: Option<String>,
}

/// Asks a question, or follows one up. The answer belongs to who asks. The same question from the same library gives the same
/// answer.
#[utoipa::path(
    post, path = "/questions", tag = "answers", operation_id = "ask",
    params(super::Key),
    request_body(content = Ask, example = json!({ "question": "How is hypomagnesemia evaluated?", "reader": "clinician" })),
    responses((status = 200, description = "The answer.", body = shapes::Answer), Does)
)]
pub(crate) async fn ask(State(pool): State<Pool>, Caller(actor): Caller, Json(ask): Json<Ask>) -> Response {
    let done = pool.run_long(move |desk| {
        let mut seat = desk.by(actor);
        let question = Question::asked_now(ask.question);
        match ask.follows {
            Some(article) => seat.follow(&article, &question, ask.reader),
            None => seat.ask(&Question { reader: ask.reader.unwrap_or(question.reader), ..question }),
        }
    });
    told(StatusCode::OK, &done.await)
}

/// The same, telling meanwhile what is being done, as `text/event-stream`. Events, each with one line of JSON: `stage`
/// (`reading`, `finding`, `composing`, `checking`); `line`, a statement that passed the checker, where a model writes; then `done`
/// with the answer, or `problem` with a problem after RFC 9457. Close the connection to stop. A request that is refused before it begins
/// gets its problem as an ordinary response.
#[utoipa::path(
    post, path = "/questions/stream", tag = "answers", operation_id = "askStreaming",
    request_body(content = Ask, example = json!({ "question": "How is hypomagnesemia evaluated?" })),
    responses(
        (status = 200, description = "What is told, as it comes.", content_type = "text/event-stream", body = shapes::Event),
        Does
    )
)]
pub(crate) async fn ask_streaming(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Extension(Patience(patience)): Extension<Patience>,
    Json(ask): Json<Ask>,
) -> Response {
    // Who may not ask, and what is no question, is told before a stream begins.
    let checked = pool.run(move |desk| {
        desk.by(actor.clone()).require(Action::Ask)?;
        desk::identifiers(&Question::asked_now(&ask.question))?;
        Ok((actor, ask))
    });
    let (actor, ask) = match checked.await {
        Ok(checked) => checked,
        Err(failure) => return problem::of(&failure),
    };
    let asked = move |desk: &mut Desk, tell: &mut Tell<'_>| {
        let mut seat = desk.by(actor);
        let question = Question::asked_now(ask.question);
        let answer = match ask.follows {
            Some(article) => seat.follow_telling(&article, &question, ask.reader, tell)?,
            None => seat.ask_telling(&Question { reader: ask.reader.unwrap_or(question.reader), ..question }, tell)?,
        };
        // Plain data: writing it to memory cannot fail.
        Ok(serde_json::to_value(&answer).unwrap_or_default())
    };
    streamed(pool, patience, asked, problem::streamed)
}

/// Why an article is erased.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Erasing {
    /// In words, for the audit trail. Leave out whatever may tell who the patient is.
    #[serde(default)]
    why: String,
}

/// Erases an article with all its versions, for its asker and for administrators. What it said is gone; that it was there, when and by whom
/// it was erased stays, and its addresses answer 410.
#[utoipa::path(
    delete, path = "/articles/{name}", tag = "answers", operation_id = "eraseArticle",
    params(("name" = String, Path, description = "Slug or hash."), Erasing),
    responses((status = 200, description = "What was erased.", body = shapes::Erased), Does)
)]
pub(crate) async fn erase(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Params(erasing): Params<Erasing>,
) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| desk.by(actor).erase(&name, &erasing.why)).await)
}

/// Articles that you may read and need no key for, those asked for last first.
#[utoipa::path(
    get, path = "/articles", tag = "answers", operation_id = "listArticles",
    params(Page),
    responses((status = 200, description = "A page of them.", body = shapes::List<shapes::Summary>), Reads)
)]
pub(crate) async fn articles(State(pool): State<Pool>, Caller(actor): Caller, Params(p): Params<Page>) -> Response {
    let (limit, after) = match Page::read(p.limit, p.cursor.as_deref()) {
        Ok(read) => read,
        Err(wrong) => return wrong.told(),
    };
    let done = pool.run(move |desk| {
        let seat = desk.by(actor);
        let place = |s: &KeptSummary| (s.article.asked, s.article.id);
        unpaged(list::page(
            limit,
            after.as_deref(),
            |n| seat.articles(n),
            |s| format!("{}:{}", s.article.asked, s.article.id),
            |s, key| {
                let (asked, id) = key.split_once(':')?;
                Some(place(s) >= (asked.parse().ok()?, id.parse().ok()?))
            },
        ))
    });
    paged(&done.await)
}

/// Whose wording.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wording {
    /// Where the name is a slug: for whom.
    #[param(value_type = Option<ReaderWord>)]
    reader: Option<Reader>,
}

/// An article with the names of its statements.
#[derive(Serialize)]
struct Read {
    #[serde(flatten)]
    reading: Reading,
    statements: Vec<String>,
}

/// An article by slug, by hash or by the first 8 or more digits of one, with the board's word on it and the reasons for which it
/// must be looked at again.
#[utoipa::path(
    get, path = "/articles/{name}", tag = "answers", operation_id = "readArticle",
    params(("name" = String, Path, description = "Slug or hash.", example = "hypomagnesemia"), Wording),
    responses((status = 200, description = "The article.", body = shapes::Reading), Reads)
)]
pub(crate) async fn article(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Params(wording): Params<Wording>,
) -> Response {
    let done = pool.run(move |desk| {
        let reading = desk.by(actor).read(&name, wording.reader, today())?;
        let statements = reading.statements.iter().map(ToString::to_string).collect();
        Ok(Read { reading, statements })
    });
    told(StatusCode::OK, &done.await)
}

/// The versions of an article.
#[derive(Serialize)]
struct Versions {
    article: desk::Identity,
    versions: Vec<desk::Version>,
}

/// The article under a name, and all its versions.
#[utoipa::path(
    get, path = "/articles/{name}/versions", tag = "answers", operation_id = "listVersions",
    params(("name" = String, Path, description = "Slug or hash.")),
    responses((status = 200, description = "Its versions.", body = shapes::Versions), Reads)
)]
pub(crate) async fn versions(State(pool): State<Pool>, Caller(actor): Caller, Path(name): Path<String>) -> Response {
    let done = pool.run(move |desk| {
        let ArticleShown { article, versions, .. } = desk.by(actor).show_article(&name, None)?;
        Ok(Versions { article, versions })
    });
    told(StatusCode::OK, &done.await)
}

/// The thread that an article is part of, the oldest first, without what you may not read.
#[utoipa::path(
    get, path = "/articles/{name}/thread", tag = "answers", operation_id = "readThread",
    params(("name" = String, Path, description = "Slug or hash.")),
    responses((status = 200, description = "The thread.", body = Vec<shapes::Summary>), Reads)
)]
pub(crate) async fn thread(State(pool): State<Pool>, Caller(actor): Caller, Path(name): Path<String>) -> Response {
    told(StatusCode::OK, &pool.run(move |desk| desk.by(actor).thread(&name)).await)
}

/// As what references are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct As {
    /// `ris`, `bibtex` or `csl-json`; where nothing is said, what `Accept` names, and else CSL-JSON.
    #[param(example = "ris")]
    format: Option<String>,
}

/// The references of an article, for a reference manager.
#[utoipa::path(
    get, path = "/articles/{name}/references", tag = "answers", operation_id = "readReferences",
    params(("name" = String, Path, description = "Slug or hash."), As),
    responses(
        (status = 200, description = "The references.", content(
            (Vec<Object> = "application/vnd.citationstyles.csl+json"),
            (String = "application/x-research-info-systems"),
            (String = "application/x-bibtex"),
        )),
        (status = 406, description = "No such format.", body = problem::Problem, content_type = "application/problem+json"),
        Reads
    )
)]
pub(crate) async fn references(
    State(pool): State<Pool>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Params(wanted): Params<As>,
    headers: HeaderMap,
) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok());
    let Some(format) = format_for(wanted.format.as_deref(), accept) else {
        return Wire::NotAcceptable.told("there is no such format of references");
    };
    match pool.run(move |desk| desk.by(actor).article(&name)).await {
        Ok(article) => {
            ([(header::CONTENT_TYPE, format.media_type())], bibliography(&article.body, format)).into_response()
        }
        Err(failure) => problem::of(&failure),
    }
}

/// The format that is asked for: by its word, else by the first media type that is one. Weights are not looked at.
fn format_for(word: Option<&str>, accept: Option<&str>) -> Option<Format> {
    if let Some(word) = word {
        return Format::from_word(word);
    }
    for media in accept.unwrap_or("*/*").split(',') {
        let media = media.split(';').next().unwrap_or_default().trim();
        if let Some(format) = Format::ALL.into_iter().find(|f| f.media_type() == media) {
            return Some(format);
        }
        if matches!(media, "*/*" | "application/*" | "application/json") {
            return Some(Format::CslJson);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_as_they_are_asked_for() {
        assert_eq!(format_for(Some("ris"), Some("application/json")), Some(Format::Ris));
        assert_eq!(format_for(Some("docx"), None), None);
        assert_eq!(format_for(None, None), Some(Format::CslJson));
        assert_eq!(format_for(None, Some("text/html, application/x-bibtex;q=0.9, */*")), Some(Format::BibTex));
        assert_eq!(format_for(None, Some("image/png")), None);
    }
}
