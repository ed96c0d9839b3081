//! What a form sent, by name. Knows nothing of what it is for.

use crate::pages::message;
use crate::pool::Failure;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use desk::Date;
use maud::{Markup, html};

/// The fields of a form, in its order; a name may stand there more than once.
pub(crate) struct Fields(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let read: Result<Form<Vec<(String, String)>>, FormRejection> = Form::from_request(request, state).await;
        match read {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(message(rejection.status(), "That could not be read", &rejection.body_text())),
        }
    }
}

impl Fields {
    /// A field without the blanks around it; empty where it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// A field as it was typed: a password may begin or end with a blank.
    pub(crate) fn exact(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every value of a name: boxes that were ticked.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A list that was typed with commas between.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.text(name).split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }
}

/// What went wrong, to stand above the form that is shown again; nothing where it is not the form's fault.
pub(crate) fn problem(failure: &Failure) -> Option<(StatusCode, String)> {
    let Failure::Desk(error) = failure else { return None };
    let status = StatusCode::from_u16(error.info().status).ok()?;
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY)
        .then(|| (status, capital(&error.to_string())))
}

/// With a capital, and a full stop.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    let text: String = chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
    format!("{text}.")
}

/// The same above a form.
pub(crate) fn caution(problem: Option<&str>) -> Markup {
    html! { @if let Some(problem) = problem { p.caution role="alert" { (problem) } } }
}

/// A moment, to the minute, in universal time.
pub(crate) fn moment(at: i64) -> Markup {
    let day = Date::from_unix_days(at.div_euclid(86_400)).map(|d| d.to_string()).unwrap_or_default();
    let minute = at.rem_euclid(86_400) / 60;
    let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
    html! { time datetime={ (day) "T" (clock) "Z" } { (day) " " (clock) } }
}

/// Refused, or broken: as every page says it.
pub(crate) fn failed(failure: Failure) -> Response {
    failure.into_response()
}
