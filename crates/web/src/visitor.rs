//! Who looks at the page that is being made: known once for a request, so that the header of any page can say so and a handler
//! need not look again.

use crate::people;
use crate::pool::{Failure, Pool};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use desk::board::Role;
use desk::{DeskError, Person, Reader, now};

tokio::task_local! {
    /// Who makes the request that this task serves.
    static VISITOR: Visitor;
}

/// Who looks at a page.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    /// The person of the session; none: nobody known, or a program with a token.
    pub(crate) person: Option<Known>,
    /// Whom they want words for, where their browser remembers it.
    pub(crate) reader: Option<Reader>,
}

/// What a header says of a person, and what it offers them. Whether they may is asked again where they go.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) name: String,
    roles: Vec<Role>,
}

impl Known {
    fn new(person: &Person) -> Self {
        Self { name: person.name.clone(), roles: person.roles.iter().copied().collect() }
    }

    /// Whether there is a queue for them.
    pub(crate) fn sees_queue(&self) -> bool {
        self.roles.iter().any(|r| *r != Role::Reader)
    }

    /// Whether a page of the administration is for them.
    pub(crate) fn administers(&self) -> bool {
        self.roles.iter().any(|r| matches!(r, Role::Editor | Role::Administrator))
    }
}

impl Visitor {
    /// Who makes the request that is being served. Nobody outside of one, as in the body of an answer that is streamed: take it
    /// before.
    pub(crate) fn now() -> Self {
        VISITOR.try_with(Clone::clone).unwrap_or_default()
    }
}

/// The person of a request's session, looked up once.
#[derive(Clone)]
pub(crate) struct Session(pub(crate) Person);

/// Finds out who comes, before anything is done for them.
pub(crate) async fn known(State(pool): State<Pool>, mut request: Request, next: Next) -> Response {
    let mut visitor = Visitor::default();
    let plain = ["/style.css", "/icon.svg", "/app.js", "/health/live", "/health/ready", "/metrics"];
    let site = people::site(request.extensions());
    visitor.reader = site.as_ref().and_then(|site| crate::wording::remembered(request.headers(), site));
    let secret = site
        .and_then(|site| people::session(request.headers(), &site))
        .filter(|_| !plain.contains(&request.uri().path()));
    if let Some(secret) = secret {
        match pool.run(move |desk| desk.person_of_session(&secret, now())).await {
            Ok(person) => {
                visitor.person = Some(Known::new(&person));
                request.extensions_mut().insert(Session(person));
            }
            // Whose session is over is nobody known, until they sign in again.
            Err(Failure::Desk(DeskError::SessionOver)) => {}
            Err(failure) => return failure.into_response(),
        }
    }
    VISITOR.scope(visitor, next.run(request)).await
}
