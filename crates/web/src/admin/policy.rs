//! The policy of the board: in words, as TOML, and set.

use super::head;
use crate::forms::{Fields, caution, failed, problem};
use crate::layout::Page;
use crate::people::Acting;
use crate::pool::Pool;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use desk::board::{Action, Policy};
use desk::{DeskError, Seat};
use maud::{Markup, html};

/// Goes on for who may set it.
fn may(seat: &Seat<'_>) -> Result<(), DeskError> {
    seat.require(Action::SetPolicy)
}

/// `GET /admin/policy`.
pub(super) async fn page(State(pool): State<Pool>, Acting(actor): Acting) -> Response {
    let policy = pool.run(move |desk| {
        may(&desk.by(actor))?;
        desk.policy()
    });
    match policy.await {
        Ok(policy) => {
            let toml = policy.to_toml();
            Page::new("Policy", content(&policy, &toml, None)).html().into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

fn content(policy: &Policy, toml: &str, wrong: Option<&str>) -> Markup {
    html! {
        (head("Policy of the board"))
        @if wrong.is_none() {
            h2 { "In force, in words" }
            ul.policy { @for sentence in policy.in_words() { li { (sentence) } } }
            p.note { "The same as everyone reads on " a href="/editorial-policy" { "Editorial policy" } "." }
        }
        h2 { "Change it" }
        (caution(wrong))
        form.ask method="post" action="/admin/policy" {
            label for="policy" { "The policy as TOML. What it does not speak of is as in the default." }
            textarea.code #policy name="policy" rows="20" spellcheck="false" required { (toml) }
            p.note { "Takes effect at once, for everyone. What was approved under another policy stays approved. The change is written in the audit trail." }
            button type="submit" { "Put in force" }
        }
    }
}

/// `POST /admin/policy`.
pub(super) async fn set(State(pool): State<Pool>, Acting(actor): Acting, fields: Fields) -> Response {
    let toml = fields.exact("policy").replace("\r\n", "\n");
    let given = toml.clone();
    let set = pool.run(move |desk| desk.by(actor).set_policy(&given).map(|_| ())).await;
    let failure = match set {
        Ok(()) => return Redirect::to("/admin/policy").into_response(),
        Err(failure) => failure,
    };
    match problem(&failure) {
        Some((_, wrong)) => {
            let content = content(&Policy::default(), &toml, Some(&format!("{wrong} Nothing was changed.")));
            (StatusCode::BAD_REQUEST, Page::new("Policy", content).html()).into_response()
        }
        None => failed(failure),
    }
}
