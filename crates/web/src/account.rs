//! One's own account: what stands under a signature, the password, API tokens, sessions.

use crate::admin::{details, details_given, token_list};
use crate::forms::{Fields, caution, failed, moment, problem};
use crate::layout::Page;
use crate::pages::message;
use crate::people::{Acting, SessionSecret};
use crate::pool::Pool;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use desk::board::{Actor, Scope};
use desk::identity::digest;
use desk::{DeskError, NewToken, Person, Seat, Session, TOKEN_DAYS_MOST, Token, now};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Days that a token is good for, unless another number is given.
const TOKEN_DAYS: u32 = 90;

/// The pages of this file.
pub(crate) fn routes() -> Router<Pool> {
    Router::new().route("/account", get(page).post(act))
}

/// What a scope lets a token do.
fn meaning(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "articles and sources",
        Scope::Ask => "ask and follow up",
        Scope::Review => "take part in review, but never sign",
        Scope::Edit => "publish, retire, answer reports",
        Scope::Administer => "sources, people, policy, audit",
    }
}

async fn page(State(pool): State<Pool>, Acting(actor): Acting, SessionSecret(secret): SessionSecret) -> Response {
    show(pool, actor, secret, None).await
}

async fn show(pool: Pool, actor: Actor, secret: Option<String>, wrong: Option<(StatusCode, String)>) -> Response {
    let read = pool.run(move |desk| {
        let seat = desk.by(actor);
        let me = seat.me()?;
        Ok((seat.sessions(&me.username, now())?, seat.tokens(&me.username)?, me))
    });
    match read.await {
        Ok((sessions, tokens, me)) => {
            let here = secret.map(|secret| digest(&secret));
            let (status, wrong) = wrong.unzip();
            let content = content(&me, &sessions, &tokens, here.as_deref(), wrong.as_deref());
            (status.unwrap_or(StatusCode::OK), Page::new("Your account", content).html()).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

fn content(me: &Person, sessions: &[Session], tokens: &[Token], here: Option<&str>, wrong: Option<&str>) -> Markup {
    let roles: Vec<&str> = me.roles.iter().map(|r| r.word()).collect();
    html! {
        h1 { "Your account" }
        (caution(wrong))
        dl.facts {
            div { dt { "You sign in as" } dd { (me.username) @if let Some(issuer) = &me.issuer { ", through " (issuer) } } }
            div { dt { "Roles" } dd { @if roles.is_empty() { "none" } @else { (roles.join(", ")) } } }
        }
        h2 { "What stands under your signature" }
        form.ask method="post" action="/account" {
            input type="hidden" name="do" value="details";
            (details(me))
            p.note { "Changes count from now on. What you signed keeps the name and credentials of then." }
            button type="submit" { "Save" }
        }
        @if me.has_password {
            h2 { "Password" }
            form.ask method="post" action="/account" {
                input type="hidden" name="do" value="password";
                // So that a password manager knows whose it is.
                input.unseen type="text" name="username" value=(me.username) autocomplete="username" tabindex="-1" aria-hidden="true" readonly;
                label for="old" { "The one you have" }
                input #old type="password" name="old" autocomplete="current-password" required;
                label for="new" { "A new one: 15 characters or more" }
                input #new type="password" name="new" autocomplete="new-password" required;
                label for="again" { "The same again" }
                input #again type="password" name="again" autocomplete="new-password" required;
                button type="submit" { "Change it, and end all other sessions" }
            }
        }
        h2 { "Sessions" }
        ul.people {
            @for session in sessions {
                li {
                    "Begun " (moment(session.started_at)) " UTC, last seen " (moment(session.seen_at))
                    @if here.is_some_and(|h| h.starts_with(&session.name)) { " " strong { "this one" } }
                }
            }
        }
        form.inline method="post" action="/account" {
            input type="hidden" name="do" value="end-sessions";
            button type="submit" { "End all sessions, this one too" }
        }
        h2 { "API tokens" }
        @if tokens.is_empty() { p { "You have none." } } @else { (token_list(tokens, "/account")) }
        h3 { "Make one" }
        form.ask method="post" action="/account" {
            input type="hidden" name="do" value="token";
            label for="token-name" { "What it is for" }
            input #token-name type="text" name="name" autocomplete="off" required;
            fieldset.boxes {
                legend { "What it may do. Never more than you may." }
                @for scope in Scope::ALL {
                    label { input type="checkbox" name="scope" value=(scope.word()) checked[scope == Scope::Read]; " " (scope.word()) span.quiet { ": " (meaning(scope)) } }
                }
            }
            label for="days" { "Good for how many days" }
            input #days type="number" name="days" value=(TOKEN_DAYS) min="1" max=(TOKEN_DAYS_MOST) required;
            button type="submit" { "Make it" }
        }
    }
}

/// The token, which is not kept anywhere and cannot be shown again.
fn shown_once(token: &NewToken) -> Response {
    let content = html! {
        p.above { a href="/account" { "Your account" } }
        h1 { "Your new token" }
        p.secret { code { (token.secret.reveal()) } }
        p.note { "Good until " (moment(token.ends_at)) " UTC. It is shown only now, and is not kept: put it where only the program that uses it can read it." }
        p { "A program sends it in the header " code { "Authorization: Bearer" } ", or gives the command line " code { "CURBSIDE_TOKEN" } "." }
        p { a href="/account" { "Back to your account" } }
    };
    Page::new("Your new token", content).html().into_response()
}

/// What was done.
enum Done {
    Plain,
    Token(NewToken),
    Out,
}

/// `POST /account`: one thing, named by `do`.
async fn act(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    SessionSecret(secret): SessionSecret,
    fields: Fields,
) -> Response {
    if fields.exact("new") != fields.exact("again") {
        let wrong = "The two new passwords are not the same. Nothing was changed.".to_owned();
        return show(pool, actor, secret, Some((StatusCode::BAD_REQUEST, wrong))).await;
    }
    let (who, kept) = (actor.clone(), secret.clone());
    match pool.run(move |desk| done(desk.by(actor), &fields, kept.as_deref())).await {
        Ok(Some(Done::Plain)) => Redirect::to("/account").into_response(),
        Ok(Some(Done::Token(token))) => shown_once(&token),
        Ok(Some(Done::Out)) => Redirect::to("/sign-in").into_response(),
        Ok(None) => message(StatusCode::BAD_REQUEST, "That is nothing to do here", "Go back and choose something."),
        Err(failure) => {
            // A wrong password is told beside the form too; who is signed in is not asked to sign in.
            let wrong = problem(&failure).or_else(|| match &failure {
                crate::pool::Failure::Desk(error @ (DeskError::SignInFailed | DeskError::SignInWait { .. })) => {
                    let status = StatusCode::from_u16(error.info().status).ok()?;
                    Some((status, format!("{} Nothing was changed.", crate::forms::capital(&error.to_string()))))
                }
                _ => None,
            });
            match wrong {
                Some(wrong) => show(pool, who, secret, Some(wrong)).await,
                None => failed(failure),
            }
        }
    }
}

fn done(mut seat: Seat<'_>, fields: &Fields, kept: Option<&str>) -> Result<Option<Done>, DeskError> {
    let me = seat.me()?.username;
    match fields.text("do") {
        "details" => seat.set_details(&me, details_given(fields)).map(drop)?,
        "password" => seat.change_password(fields.exact("old"), fields.exact("new"), kept, now())?,
        "revoke" => seat.revoke_token(&me, fields.text("token").parse().unwrap_or_default())?,
        "token" => {
            let scopes: BTreeSet<Scope> = fields.all("scope").filter_map(Scope::from_word).collect();
            let days = fields.text("days").parse().unwrap_or_default();
            return Ok(Some(Done::Token(seat.make_token(fields.text("name"), scopes, days, now())?)));
        }
        "end-sessions" => {
            seat.end_sessions(&me, now())?;
            return Ok(Some(Done::Out));
        }
        _ => return Ok(None),
    }
    Ok(Some(Done::Plain))
}
