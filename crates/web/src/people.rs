//! Who asks: sessions of browsers, API tokens, and the few pages on which people sign in.
//!
//! A session's secret is in a cookie that no script can read and that no form of another site sends (`SameSite=Lax`).

use crate::client::{Client, network};
use crate::pages::{message, page};
use crate::pool::{Failure, Pool};
use crate::site::Site;
use crate::visitor::Session;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use desk::board::{Actor, Member};
use desk::identity::{OidcError, Provider};
use desk::{DeskError, FirstAdministrator, GroupRoles, LinkKind, SESSION_LONGEST, Secret, now};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// The cookie of a session.
pub(crate) const SESSION: &str = "curbside-session";
/// The cookie of a sign-in that is under way at a provider.
const JOURNEY: &str = "curbside-journey";
/// How long a browser keeps that one, seconds.
const JOURNEY_LASTS: i64 = 600;

/// How people sign in at a server, beside their passwords.
#[derive(Default)]
pub struct SignIn {
    /// The OpenID Connect provider, where there is one.
    pub provider: Option<Provider>,
    /// Which roles its groups give.
    pub groups: GroupRoles,
}

/// The pages of this file.
pub(crate) fn routes() -> Router<Pool> {
    Router::new()
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/sign-in/oidc", get(leave))
        .route("/sign-in/oidc/back", get(come_back))
        .route("/welcome/{link}", get(welcome).post(claim))
}

/// Who acts in a request: the owner of its API token, the person of its session, or nobody known.
pub(crate) struct Acting(pub(crate) Actor);

impl FromRequestParts<Pool> for Acting {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pool: &Pool) -> Result<Self, Response> {
        if let Some(Session(person)) = parts.extensions.get::<Session>().filter(|_| bearer(&parts.headers).is_none()) {
            return Ok(Acting(Actor::Person(Member { id: person.id, roles: person.roles.clone(), scopes: None })));
        }
        let site = site(&parts.extensions);
        actor(&parts.headers, site.as_deref(), pool).await.map(Acting).map_err(IntoResponse::into_response)
    }
}

/// Who acts, by the headers of a request to a site.
pub(crate) async fn actor(headers: &HeaderMap, site: Option<&Site>, pool: &Pool) -> Result<Actor, Failure> {
    if let Some(token) = bearer(headers) {
        return pool.run(move |desk| desk.actor_of_token(&token, now())).await;
    }
    let secret = site.and_then(|site| cookie(headers, site, SESSION));
    let Some(secret) = secret else { return Ok(Actor::Anonymous) };
    match pool.run(move |desk| desk.actor_of_session(&secret, now())).await {
        // Whose session is over is nobody known, until they sign in again.
        Err(Failure::Desk(DeskError::SessionOver)) => Ok(Actor::Anonymous),
        found => found,
    }
}

/// From where a request comes, as attempts to sign in are counted; empty where that is not known.
pub(crate) fn client(request: &Request) -> String {
    request.extensions().get::<Client>().map(|client| address(*client)).unwrap_or_default()
}

/// The site that a request was made to.
pub(crate) fn site(extensions: &Extensions) -> Option<Arc<Site>> {
    extensions.get::<Arc<Site>>().cloned()
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The address under which a browser reaches this server, without a path.
pub(crate) fn origin(site: &Site, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    match site.absolute("") {
        known if known.contains("://") => known,
        base => format!("http://{host}{base}"),
    }
}

/// The secret of the session that a browser says it has, where it says so.
pub(crate) struct SessionSecret(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for SessionSecret {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(site(&parts.extensions).and_then(|site| session(&parts.headers, &site))))
    }
}

/// The same out of the headers of a request to a site.
pub(crate) fn session(headers: &HeaderMap, site: &Site) -> Option<String> {
    cookie(headers, site, SESSION)
}

pub(crate) fn cookie(headers: &HeaderMap, site: &Site, name: &str) -> Option<String> {
    let name = site.cookie_name(name);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
}

/// Sets a cookie, or takes it away where it lasts no time.
fn set_cookie(response: &mut Response, site: &Site, name: &str, value: &str, seconds: i64) {
    if let Some(value) = site.cookie(name, value, Some(seconds.unsigned_abs())) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Back to the question box, in a new session.
fn entered(site: &Site, secret: &Secret) -> Response {
    let mut response = Redirect::to("/").into_response();
    set_cookie(&mut response, site, SESSION, secret.reveal(), SESSION_LONGEST);
    response
}

/// From where a request comes, as far as it counts wrong passwords.
fn address(client: Client) -> String {
    network(client.address).to_string()
}

async fn sign_in_page(Extension(settings): Extension<Arc<SignIn>>, session: Option<Extension<Session>>) -> Response {
    match session {
        Some(Extension(Session(person))) => page(
            "Signed in",
            html! {
                h1 { "Signed in as " (person.name) }
                @let roles: Vec<&str> = person.roles.iter().map(|r| r.word()).collect();
                p { @if roles.is_empty() { "No role." } @else { "Roles: " (roles.join(", ")) "." } }
                p { a href="/account" { "Your account" } }
                form.ask method="post" action="/sign-out" { button type="submit" { "Sign out" } }
            },
        )
        .into_response(),
        None => page("Sign in", sign_in_form(&settings, None)).into_response(),
    }
}

fn sign_in_form(settings: &SignIn, problem: Option<&str>) -> Markup {
    html! {
        h1 { "Sign in" }
        @if let Some(problem) = problem { p.caution role="alert" { (problem) } }
        form.ask method="post" action="/sign-in" {
            label for="username" { "Name" }
            input #username type="text" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required;
            label for="password" { "Password" }
            input #password type="password" name="password" autocomplete="current-password" required;
            button type="submit" { "Sign in" }
        }
        @if let Some(provider) = &settings.provider {
            p { a href="/sign-in/oidc" { "Sign in through " (host(provider.issuer())) } }
        }
        p.note { "No account is needed to read or to ask. Accounts are made by an administrator." }
    }
}

/// The host of an address.
fn host(url: &str) -> &str {
    url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(url)
}

#[derive(Deserialize)]
struct SignInForm {
    username: String,
    password: String,
}

async fn sign_in(
    State(pool): State<Pool>,
    Extension(settings): Extension<Arc<SignIn>>,
    Extension(client): Extension<Client>,
    Extension(site): Extension<Arc<Site>>,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unreadable() };
    let from = address(client);
    let entering = pool.run(move |desk| desk.sign_in(&form.username, &form.password, Some(&from), now())).await;
    match entering {
        Ok((_, secret)) => entered(&site, &secret),
        Err(Failure::Desk(error)) if error.info().status < 500 => {
            let mut response = again(&error, |problem| sign_in_form(&settings, Some(problem)));
            if let DeskError::SignInWait { seconds } = error {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        Err(failure) => failure.into_response(),
    }
}

/// The form again, with what was wrong.
fn again(error: &DeskError, form: impl FnOnce(&str) -> Markup) -> Response {
    let info = error.info();
    let status = StatusCode::from_u16(info.status).unwrap_or(StatusCode::BAD_REQUEST);
    let text = error.to_string();
    let mut chars = text.chars();
    let text: String = chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
    (status, page("Sign in", form(&format!("{text}. {}", info.advice)))).into_response()
}

fn unreadable() -> Response {
    message(StatusCode::BAD_REQUEST, "That form could not be read", "Fill it in again.")
}

async fn sign_out(State(pool): State<Pool>, Extension(site): Extension<Arc<Site>>, headers: HeaderMap) -> Response {
    if let Some(secret) = cookie(&headers, &site, SESSION)
        && let Err(failure) = pool.run(move |desk| desk.sign_out(&secret)).await
    {
        return failure.into_response();
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &site, SESSION, "", 0);
    response
}

async fn welcome(State(pool): State<Pool>, Path(secret): Path<String>) -> Response {
    let given = secret.clone();
    match pool.run(move |desk| desk.link(&given, now())).await {
        Ok(link) => {
            page("Welcome", welcome_form(&secret, link.kind == LinkKind::FirstAdministrator, None)).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

fn welcome_form(link: &str, first: bool, problem: Option<&str>) -> Markup {
    html! {
        h1 { @if first { "The first administrator" } @else { "Set your password" } }
        @if let Some(problem) = problem { p.caution role="alert" { (problem) } }
        form.ask method="post" action={ "/welcome/" (link) } {
            @if first {
                label for="username" { "Name to sign in with" }
                input #username type="text" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required;
                label for="name" { "Your name, as others read it" }
                input #name type="text" name="name" autocomplete="name" required;
            }
            label for="password" { "Password: 15 characters or more. A few words that do not belong together are good; a password manager is better." }
            input #password type="password" name="password" autocomplete="new-password" required;
            label for="again" { "The same again" }
            input #again type="password" name="again" autocomplete="new-password" required;
            button type="submit" { "Set the password" }
        }
    }
}

#[derive(Deserialize)]
struct ClaimForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    name: String,
    password: String,
    again: String,
}

async fn claim(
    State(pool): State<Pool>,
    Extension(client): Extension<Client>,
    Extension(site): Extension<Arc<Site>>,
    Path(link): Path<String>,
    form: Result<Form<ClaimForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unreadable() };
    let from = address(client);
    let secret = link.clone();
    let first = !form.username.is_empty() || !form.name.is_empty();
    if form.password != form.again {
        let form = welcome_form(&link, first, Some("The two passwords are not the same."));
        return (StatusCode::BAD_REQUEST, page("Welcome", form)).into_response();
    }
    let claimed = pool
        .run(move |desk| {
            let administrator = FirstAdministrator { username: form.username, name: form.name };
            let person = desk.claim(&secret, first.then_some(&administrator), &form.password, now())?;
            desk.sign_in(&person.username, &form.password, Some(&from), now())
        })
        .await;
    match claimed {
        Ok((_, secret)) => entered(&site, &secret),
        Err(Failure::Desk(error)) if matches!(error.info().status, 400 | 409) => {
            let first = first || matches!(error, DeskError::FirstNeedsName);
            again(&error, |problem| welcome_form(&link, first, Some(problem)))
        }
        Err(failure) => failure.into_response(),
    }
}

/// Runs what asks a provider away from the threads that serve connections, and without a desk: it may take long.
async fn asking<T: Send + 'static>(
    settings: Arc<SignIn>,
    ask: impl FnOnce(&Provider) -> Result<T, OidcError> + Send + 'static,
) -> Result<T, Failure> {
    let asked = tokio::task::spawn_blocking(move || match &settings.provider {
        Some(provider) => ask(provider),
        None => Err(OidcError::Settings("there is none".to_owned())),
    });
    match asked.await {
        Ok(done) => done.map_err(|error| Failure::Desk(error.into())),
        Err(_) => Err(Failure::Stopping),
    }
}

async fn leave(
    State(pool): State<Pool>,
    Extension(settings): Extension<Arc<SignIn>>,
    Extension(site): Extension<Arc<Site>>,
) -> Response {
    if settings.provider.is_none() {
        return crate::pages::not_found().await;
    }
    let leaving = async {
        let departure = asking(settings, Provider::begin).await?;
        let (state, journey) = (departure.state.clone(), departure.journey);
        pool.run(move |desk| desk.keep_journey(&state, &journey, now())).await?;
        Ok((departure.url, departure.state))
    };
    match leaving.await {
        Ok((url, state)) => {
            let mut response = Redirect::to(&url).into_response();
            set_cookie(&mut response, &site, JOURNEY, state.reveal(), JOURNEY_LASTS);
            response
        }
        Err(failure) => Failure::into_response(failure),
    }
}

/// What a provider sends back with somebody.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

async fn come_back(
    State(pool): State<Pool>,
    Extension(settings): Extension<Arc<SignIn>>,
    Extension(site): Extension<Arc<Site>>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Response {
    let state = back.state.clone();
    let coming = async {
        // The browser that left must come back: nobody is signed in by a link that another made (RFC 9700, 4.7).
        if cookie(&headers, &site, JOURNEY).is_none_or(|kept| kept != state) {
            return Err(Failure::Desk(DeskError::JourneyOver));
        }
        let journey = pool.run(move |desk| desk.take_journey(&state, now())).await?;
        // Another provider's answer must not be taken for this one's (RFC 9207).
        let issuer = settings.provider.as_ref().map(Provider::issuer);
        let refused = |why: &str| Failure::Desk(OidcError::Refused(why.to_owned()).into());
        if back.iss.as_deref().is_some_and(|iss| Some(iss) != issuer) {
            return Err(refused("the answer is another provider's"));
        }
        let code = match (back.code, back.error) {
            (Some(code), None) => code,
            (_, Some(error)) => {
                let word: String = error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
                return Err(refused(&word));
            }
            (None, None) => return Err(refused("it gave no code")),
        };
        let vouched = asking(settings.clone(), move |provider| provider.finish(journey, &code)).await?;
        pool.run(move |desk| desk.sign_in_vouched(&vouched, &settings.groups, now())).await
    };
    let mut response = match coming.await {
        Ok((_, secret)) => entered(&site, &secret),
        Err(failure) => Failure::into_response(failure),
    };
    set_cookie(&mut response, &site, JOURNEY, "", 0);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_and_tokens_are_found_among_others() {
        let mut headers = HeaderMap::new();
        let settings = crate::settings::Settings::default();
        let site = Site::new(&settings, std::net::SocketAddr::new(settings.host, 8787));
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; curbside-session=cbw_1;c=d"));
        assert_eq!(cookie(&headers, &site, SESSION).as_deref(), Some("cbw_1"));
        assert_eq!(cookie(&headers, &site, "session"), None);
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("bearer  cbs_2"));
        assert_eq!(bearer(&headers).as_deref(), Some("cbs_2"));
    }
}
