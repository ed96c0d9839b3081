//! What may leave the machine, and the state of the installation: `doctor` on a page.

use super::{Administration, head};
use crate::layout::Page;
use crate::people::Acting;
use crate::pool::Pool;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use std::sync::Arc;

/// `GET /admin/leaving`.
pub(super) async fn page(
    State(pool): State<Pool>,
    Acting(actor): Acting,
    Extension(administration): Extension<Arc<Administration>>,
) -> Response {
    let leaving = administration.leaving.clone();
    let health = match pool.run(move |desk| desk.by(actor).doctor(leaving)).await {
        Ok(health) => health,
        Err(failure) => return failure.into_response(),
    };
    let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let listed = |list: &[(String, u64)]| {
        let parts: Vec<String> = list
            .iter()
            .map(|(name, n)| format!("{} {n}", if name.is_empty() { "none recognised" } else { name }))
            .collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    };
    let counts = &health.counts;
    let content = html! {
        (head("What may leave this machine"))
        @if health.leaving.is_empty() {
            p.banner.approved { "Nothing. No connector, no model endpoint and no sign-in provider is configured." }
        } @else {
            table.figures {
                thead { tr { th scope="col" { "What" } th scope="col" { "Where to" } } }
                tbody { @for leaving in &health.leaving { tr { td { (leaving.what) } td { code { (leaving.to) } } } } }
            }
        }
        p.note { "Read from the configuration that this server was started with. Nothing else in the program opens a connection to anywhere." }
        h2 { "This installation" }
        dl.facts {
            div { dt { "Version" } dd { "Curbside " (health.version) } }
            div { dt { "Data folder" } dd { code { (health.folder.display()) } ", " (megabytes(health.disk_bytes)) } }
            div { dt { "Snapshot" } dd { code { (health.snapshot.id) } } }
            div { dt { "Newest source" } dd { @if let Some(date) = health.snapshot.newest { (date) } @else { "none" } } }
            div { dt { "Sources" } dd { (counts.sources) ", " (megabytes(counts.text_bytes)) " of text" } }
            div { dt { "Documents" } dd { (counts.documents) " that make them: " (listed(&counts.by_format)) } }
            div { dt { "By kind" } dd { (listed(&counts.by_kind)) } }
            div { dt { "By collection" } dd { (listed(&counts.by_collection)) } }
            div { dt { "By licence" } dd { (listed(&counts.by_licence)) } }
            div { dt { "Not current" } dd { (listed(&counts.by_standing)) } }
            div { dt { "Notices" } dd { (counts.notices) } }
            div { dt { "Index" } dd { (health.passages) " passages, " @if health.index_current { "current" } @else { "behind the library" } } }
            div { dt { "Articles" } dd { (health.articles) } }
            div { dt { "Rerank model" } dd { @if let Some(model) = &health.rerank_model { (model.name) " (" (model.licence) ")" } @else { "none" } } }
        }
    };
    Page::new("What may leave this machine", content).html().into_response()
}
