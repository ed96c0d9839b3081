//! The pages of the administration, for who may by the table: sources, people, policy, audit trail, what may leave the machine.
//! Each works without a script. What may be done, and by whom, is decided behind `desk`.

mod audit;
mod leaving;
mod people;
mod policy;
mod sources;
mod work;

pub(crate) use people::{details, details_given, token_list};

use crate::layout::Page;
use crate::people::Acting;
use crate::pool::Pool;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use desk::board::Action;
use desk::{DeskError, Leaving, PdfWorker};
use maud::{Markup, html};
use std::sync::Arc;
use work::Works;

/// What the administration needs to know of how this server was started.
pub struct Administration {
    /// Everything that was configured to leave the machine.
    pub leaving: Vec<Leaving>,
    /// Most bytes that one upload may have.
    pub upload_bytes: usize,
    /// The child process that reads PDFs; without one each PDF is a problem.
    pub pdf: Option<PdfWorker>,
}

impl Default for Administration {
    fn default() -> Self {
        Self { leaving: Vec::new(), upload_bytes: 50_000_000, pdf: None }
    }
}

/// An area: where, what it is called, what one does there, what it takes.
struct Area {
    path: &'static str,
    name: &'static str,
    what: &'static str,
    takes: Action,
}

const AREAS: &[Area] = &[
    Area {
        path: "/admin/sources",
        name: "Sources",
        what: "Add and remove what answers rest on; collections; lists of retractions.",
        takes: Action::ManageSources,
    },
    Area {
        path: "/admin/people",
        name: "People",
        what: "Add people, give them roles, make links for passwords, close accounts.",
        takes: Action::ManagePeople,
    },
    Area {
        path: "/admin/policy",
        name: "Policy",
        what: "What makes an article approved, who may read and ask, how long things are kept.",
        takes: Action::SetPolicy,
    },
    Area {
        path: "/admin/audit",
        name: "Audit trail",
        what: "Who did what and when; whether anything was changed since.",
        takes: Action::ReadAudit,
    },
    Area {
        path: "/admin/leaving",
        name: "What may leave",
        what: "What this machine may send elsewhere, and the state of the installation.",
        takes: Action::ManageSources,
    },
];

/// The pages of this folder.
pub(crate) fn routes(administration: Administration) -> Router<Pool> {
    // What stands around the files of a form takes some bytes too.
    let upload = DefaultBodyLimit::max(administration.upload_bytes.saturating_add(64 * 1024));
    let uploads = Router::new()
        .route("/admin/sources/add", post(sources::add))
        .route("/admin/sources/standing", post(sources::standing))
        .layer(upload);
    Router::new()
        .route("/admin", get(index))
        .route("/admin/sources", get(sources::page))
        .route("/admin/sources/remove", get(sources::confirm).post(sources::remove))
        .route("/admin/sources/work/{number}", get(sources::work))
        .merge(uploads)
        .route("/admin/people", get(people::page).post(people::add))
        .route("/admin/people/{username}", get(people::person).post(people::act))
        .route("/admin/policy", get(policy::page).post(policy::set))
        .route("/admin/audit", get(audit::page))
        .route("/admin/audit/verify", post(audit::verify))
        .route("/admin/audit.jsonl", get(audit::download))
        .route("/admin/leaving", get(leaving::page))
        .layer(Extension(Arc::new(administration)))
        .layer(Extension(Arc::new(Works::default())))
}

/// `GET /admin`: the areas that are for who looks.
async fn index(State(pool): State<Pool>, Acting(actor): Acting) -> Response {
    let areas = pool.run(move |desk| {
        let seat = desk.by(actor);
        let areas: Vec<&Area> = AREAS.iter().filter(|a| seat.may(a.takes)).collect();
        // Who may nothing of it is told why.
        match areas.is_empty() {
            true => seat.for_sources().map(|_| Vec::new()),
            false => Ok::<_, DeskError>(areas),
        }
    });
    let areas = match areas.await {
        Ok(areas) => areas,
        Err(failure) => return failure.into_response(),
    };
    let content = html! {
        h1 { "Administration" }
        ul.areas {
            @for area in areas {
                li { a href=(area.path) { (area.name) } p { (area.what) } }
            }
        }
    };
    Page::new("Administration", content).html().into_response()
}

/// The head of a page of the administration: where one is.
fn head(title: &str) -> Markup {
    html! {
        p.above { a href="/admin" { "Administration" } }
        h1 { (title) }
    }
}
