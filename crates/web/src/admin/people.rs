//! People: the list, adding somebody, and one person with what may be changed.

use super::head;
use crate::forms::{Fields, capital, caution, failed, moment, problem};
use crate::layout::Page;
use crate::pages::message;
use crate::people::{Acting, origin};
use crate::pool::Pool;
use crate::site::Site;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use desk::board::Role;
use desk::{DeskError, Details, LinkKind, NewLink, NewPerson, Person, Seat, Session, Token, now};
use maud::{Markup, html};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a role is for, as the form says it.
fn meaning(role: Role) -> &'static str {
    match role {
        Role::Reader => "reads and asks",
        Role::Author => "puts articles before the board and revises them",
        Role::Reviewer => "reviews and signs; shown as a member of the board",
        Role::Editor => "publishes, retires, answers reports, reads the trail",
        Role::Administrator => "keeps people, policy and sources",
    }
}

/// `GET /admin/people`.
pub(super) async fn page(State(pool): State<Pool>, Acting(actor): Acting) -> Response {
    match pool.run(move |desk| desk.by(actor).people()).await {
        Ok(people) => Page::new("People", list(&people, None, None)).html().into_response(),
        Err(failure) => failure.into_response(),
    }
}

fn list(people: &[Person], given: Option<&Fields>, wrong: Option<&str>) -> Markup {
    let typed = |name: &str| given.map_or("", |g| g.text(name));
    html! {
        (head("People"))
        ul.people {
            @for person in people {
                li {
                    a href={ "/admin/people/" (super::audit::encoded(&person.username)) } { (person.name) }
                    @if !person.credentials.is_empty() { ", " (person.credentials) }
                    p.note { (person.username) ": " (state(person)) }
                }
            }
        }
        h2 #add { "Add a person" }
        (caution(wrong))
        form.ask method="post" action="/admin/people" {
            label for="username" { "Name to sign in with" }
            input #username type="text" name="username" value=(typed("username")) autocomplete="off" autocapitalize="none" spellcheck="false" required;
            label for="name" { "Their name, as others read it" }
            input #name type="text" name="name" value=(typed("name")) autocomplete="off" required;
            label for="credentials" { "Credentials, as \u{201c}MD, nephrology\u{201d}" }
            input #credentials type="text" name="credentials" value=(typed("credentials")) autocomplete="off";
            label for="specialties" { "Specialties, with commas between" }
            input #specialties type="text" name="specialties" value=(typed("specialties")) autocomplete="off";
            (roles(&given.map(ticked).unwrap_or_else(|| [Role::Reader].into())))
            button type="submit" { "Add, and make a link" }
        }
        p.note { "They set their password themselves with a one-time link, which is shown to you once." }
    }
}

fn roles(has: &BTreeSet<Role>) -> Markup {
    html! {
        fieldset.boxes {
            legend { "Roles; none includes another" }
            @for role in Role::ALL {
                label { input type="checkbox" name="role" value=(role.word()) checked[has.contains(&role)]; " " (role.word()) span.quiet { ": " (meaning(role)) } }
            }
        }
    }
}

fn ticked(fields: &Fields) -> BTreeSet<Role> {
    fields.all("role").filter_map(Role::from_word).collect()
}

/// What a person is here for, and whether they can come in.
fn state(person: &Person) -> String {
    let roles: Vec<&str> = person.roles.iter().map(|r| r.word()).collect();
    let mut said = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
    match (&person.issuer, person.has_password) {
        (Some(issuer), _) => said.push_str(&format!("; vouched for by {issuer}")),
        (None, false) => said.push_str("; has no password yet"),
        (None, true) => {}
    }
    if person.disabled_at.is_some() {
        said.push_str("; account closed");
    }
    said
}

/// `POST /admin/people`.
pub(super) async fn add(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(site): Extension<Arc<Site>>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let new = NewPerson {
        username: fields.text("username").to_owned(),
        name: fields.text("name").to_owned(),
        credentials: fields.text("credentials").to_owned(),
        specialties: fields.list("specialties"),
        conflicts: String::new(),
        roles: ticked(&fields),
        vouched: None,
    };
    let who = actor.clone();
    let added = pool.run(move |desk| desk.by(actor).add_person(new, now())).await;
    let failure = match added {
        Ok((person, link)) => return shown_once(&person, &link, &site, &headers),
        Err(failure) => failure,
    };
    let Some((status, wrong)) = problem(&failure) else { return failed(failure) };
    match pool.run(move |desk| desk.by(who).people()).await {
        Ok(people) => (status, Page::new("People", list(&people, Some(&fields), Some(&wrong))).html()).into_response(),
        Err(failure) => failed(failure),
    }
}

/// The link, which is not kept anywhere and cannot be shown again.
fn shown_once(person: &Person, link: &NewLink, site: &Site, headers: &HeaderMap) -> Response {
    let what = match link.kind {
        LinkKind::Reset => "a new password",
        LinkKind::Invitation | LinkKind::FirstAdministrator => "their password",
    };
    let content = html! {
        p.above { a href="/admin" { "Administration" } " \u{203a} " a href="/admin/people" { "People" } }
        h1 { "A link for " (person.name) }
        p { "Give " (person.name) " this link, by a way that only they read. With it they set " (what) ", once." }
        p.secret { code { (origin(site, headers)) "/welcome/" (link.secret.reveal()) } }
        p.note { "Good until " (moment(link.ends_at)) " UTC. It is shown only now, and is not kept: whoever has it can become " (person.name) ". A new link makes this one void." }
        p { a href={ "/admin/people/" (super::audit::encoded(&person.username)) } { "On to " (person.name) } }
    };
    Page::new("A link", content).html().into_response()
}

/// `GET /admin/people/{username}`.
pub(super) async fn person(State(pool): State<Pool>, Acting(actor): Acting, Path(username): Path<String>) -> Response {
    show(pool, actor, username, None).await
}

async fn show(
    pool: Pool,
    actor: desk::board::Actor,
    username: String,
    wrong: Option<(StatusCode, String)>,
) -> Response {
    let read = pool.run(move |desk| {
        let seat = desk.by(actor);
        // One's own account is no page of the administration: the table is asked for people.
        seat.require(desk::board::Action::ManagePeople)?;
        let person = seat.person(&username)?;
        Ok((seat.sessions(&username, now())?, seat.tokens(&username)?, person))
    });
    match read.await {
        Ok((sessions, tokens, person)) => {
            let (status, wrong) = wrong.unzip();
            let content = one(&person, &sessions, &tokens, wrong.as_deref());
            (status.unwrap_or(StatusCode::OK), Page::new(&person.name, content).html()).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

fn one(person: &Person, sessions: &[Session], tokens: &[Token], wrong: Option<&str>) -> Markup {
    let address = format!("/admin/people/{}", super::audit::encoded(&person.username));
    let closed = person.disabled_at.is_some();
    let button = |what: &str, words: &str| {
        html! {
            form.inline method="post" action=(address) {
                input type="hidden" name="do" value=(what);
                button type="submit" { (words) }
            }
        }
    };
    html! {
        p.above { a href="/admin" { "Administration" } " \u{203a} " a href="/admin/people" { "People" } }
        h1 { (person.name) }
        (caution(wrong))
        dl.facts {
            div { dt { "Signs in as" } dd { (person.username) } }
            div { dt { "Roles" } dd { (state(person)) } }
            div { dt { "Added" } dd { (moment(person.added_at)) } }
            @if let Some(at) = person.disabled_at { div { dt { "Closed" } dd { (moment(at)) } } }
            div { dt { "Sessions" } dd { (sessions.len()) @if let Some(last) = sessions.iter().map(|s| s.seen_at).max() { ", last seen " (moment(last)) } } }
        }
        h2 { "Roles" }
        @if person.issuer.is_some() { p.note { "Their provider\u{2019}s groups give their roles at each sign-in." } }
        form.ask method="post" action=(address) {
            input type="hidden" name="do" value="roles";
            (roles(&person.roles))
            button type="submit" { "Give exactly these" }
        }
        h2 { "What stands under their signature" }
        form.ask method="post" action=(address) {
            input type="hidden" name="do" value="details";
            (details(person))
            button type="submit" { "Save" }
        }
        h2 { "Coming in" }
        div.choices {
            @if !closed { (button("link", "Make a new one-time link")) }
            (button("end-sessions", "End all sessions"))
            @if closed { (button("enable", "Open the account again")) } @else { (button("disable", "Close the account")) }
        }
        p.note { "Closing an account ends its sessions, and its tokens let nobody in. What they signed stays signed." }
        @if !tokens.is_empty() {
            h2 { "API tokens" }
            (token_list(tokens, &address))
        }
    }
}

/// Fields for what a person says of themselves.
pub(crate) fn details(person: &Person) -> Markup {
    html! {
        label for="name" { "Name" }
        input #name type="text" name="name" value=(person.name) autocomplete="off" required;
        label for="credentials" { "Credentials" }
        input #credentials type="text" name="credentials" value=(person.credentials) autocomplete="off";
        label for="specialties" { "Specialties, with commas between" }
        input #specialties type="text" name="specialties" value=(person.specialties.join(", ")) autocomplete="off";
        label for="conflicts" { "Conflicts of interest that always stand" }
        textarea #conflicts name="conflicts" rows="2" { (person.conflicts) }
    }
}

/// The same, as given.
pub(crate) fn details_given(fields: &Fields) -> Details {
    Details {
        name: Some(fields.text("name").to_owned()),
        credentials: Some(fields.text("credentials").to_owned()),
        specialties: Some(fields.list("specialties")),
        conflicts: Some(fields.text("conflicts").to_owned()),
    }
}

/// Tokens without their secrets, each with what takes it back.
pub(crate) fn token_list(tokens: &[Token], address: &str) -> Markup {
    html! {
        ul.people {
            @for token in tokens {
                li {
                    (token.name) ": " (token.scopes.iter().map(|s| s.word()).collect::<Vec<_>>().join(", "))
                    p.note {
                        "Made " (moment(token.made_at)) ", good until " (moment(token.ends_at))
                        @if let Some(at) = token.used_at { ", last used " (moment(at)) } @else { ", never used" }
                    }
                    @match token.revoked_at {
                        Some(at) => p.note { "Taken back " (moment(at)) },
                        None if token.ends_at <= now() => p.note { "Ended" },
                        None => form.inline method="post" action=(address) {
                            input type="hidden" name="do" value="revoke";
                            input type="hidden" name="token" value=(token.id);
                            button type="submit" aria-label={ "Take back the token " (token.name) } { "Take it back" }
                        },
                    }
                }
            }
        }
    }
}

/// What was done.
enum Done {
    Plain,
    Link(Box<(Person, NewLink)>),
}

/// `POST /admin/people/{username}`: one thing, named by `do`.
pub(super) async fn act(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Path(username): Path<String>,
    Extension(site): Extension<Arc<Site>>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let (who, name) = (actor.clone(), username.clone());
    match pool.run(move |desk| done(desk.by(actor), &name, &fields)).await {
        Ok(Some(Done::Plain)) => {
            Redirect::to(&format!("/admin/people/{}", super::audit::encoded(&username))).into_response()
        }
        Ok(Some(Done::Link(made))) => shown_once(&made.0, &made.1, &site, &headers),
        Ok(None) => message(StatusCode::BAD_REQUEST, "That is nothing to do here", "Go back and choose something."),
        Err(failure) => match problem(&failure) {
            Some((status, wrong)) => show(pool, who, username, Some((status, capital(&wrong)))).await,
            None => failed(failure),
        },
    }
}

fn done(mut seat: Seat<'_>, username: &str, fields: &Fields) -> Result<Option<Done>, DeskError> {
    seat.require(desk::board::Action::ManagePeople)?;
    match fields.text("do") {
        "roles" => seat.set_roles(username, ticked(fields)).map(drop)?,
        "details" => seat.set_details(username, details_given(fields)).map(drop)?,
        "disable" => seat.set_disabled(username, true).map(drop)?,
        "enable" => seat.set_disabled(username, false).map(drop)?,
        "end-sessions" => seat.end_sessions(username, now()).map(drop)?,
        "revoke" => seat.revoke_token(username, fields.text("token").parse().unwrap_or_default())?,
        "link" => {
            let link = seat.make_link(username, now())?;
            return Ok(Some(Done::Link(Box::new((seat.person(username)?, link)))));
        }
        _ => return Ok(None),
    }
    Ok(Some(Done::Plain))
}
