//! The server: routes, limits, start and stop.

use crate::about;
use crate::account;
use crate::admin::{self, Administration};
use crate::api;
use crate::articles;
use crate::asking::{self, Patience};
use crate::assets;
use crate::board;
use crate::cache::{self, Cache};
use crate::connections::Door;
use crate::guard::{Guard, guard};
use crate::log;
use crate::metrics::{self, Metrics};
use crate::pack;
use crate::pages;
use crate::people::{self, SignIn};
use crate::pool::{Equip, Failure, Pool};
use crate::review;
use crate::search;
use crate::settings::Settings;
use crate::site::Site;
use crate::source;
use crate::visitor;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use axum::{Extension, Router};
use desk::{Desk, DeskError};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    door: Door,
    pool: Pool,
    settings: Arc<Settings>,
}

/// Why a server did not start.
#[derive(Debug)]
pub enum ServerError {
    /// The data folder.
    Desk(DeskError),
    /// The address: taken, or not this machine's.
    Address(SocketAddr, std::io::Error),
    /// A setting: its key under `server`, and why.
    Setting(&'static str, String),
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ServerError::Desk(error) => error.fmt(f),
            ServerError::Address(address, error) => {
                write!(f, "cannot listen on {address}: {error}; choose another --port")
            }
            ServerError::Setting(key, why) => write!(f, "server.{key} {why}"),
        }
    }
}

impl std::error::Error for ServerError {}

impl Server {
    /// Opens the data folder, gives its desks what is configured for them, and takes the port (0: any free one).
    pub async fn bind(
        folder: PathBuf,
        settings: Settings,
        sign_in: SignIn,
        equip: Equip,
        administration: Administration,
    ) -> Result<Self, ServerError> {
        if let Some((key, why)) = settings.problems().into_iter().next() {
            return Err(ServerError::Setting(key, why));
        }
        let wanted = SocketAddr::new(settings.host, settings.port);
        let listener = TcpListener::bind(wanted).await.map_err(|e| ServerError::Address(wanted, e))?;
        let address = listener.local_addr().map_err(|e| ServerError::Address(wanted, e))?;
        let counters = Metrics::new();
        let (most, pages) = (settings.cache_bytes, counters.pages.clone());
        let opened = tokio::task::spawn_blocking(move || {
            let first = Desk::open(&folder)?;
            let kept = if most == 0 { None } else { Some(Cache::new(&first, most, pages)?) };
            Ok((Pool::new(first, equip), kept))
        });
        let (pool, kept) = match opened.await {
            Ok(opened) => opened.map_err(ServerError::Desk)?,
            Err(error) => return Err(ServerError::Address(wanted, std::io::Error::other(error))),
        };
        let (site, settings) = (Arc::new(Site::new(&settings, address)), Arc::new(settings));
        let guarding = Guard::new(Arc::clone(&site), &settings);
        let router = router(pool.clone(), kept, counters, guarding, &settings, sign_in, administration);
        let door = Door::new(router, site, Arc::clone(&settings));
        Ok(Self { listener, address, door, pool, settings })
    }

    /// The address of the first page, without the slash at its end: as browsers know it, or as this machine does.
    pub fn url(&self) -> String {
        let base = &self.settings.base_path;
        match &self.settings.public_url {
            Some(public) => format!("{}{base}", public.trim_end_matches('/')),
            None => format!("http://{}{base}", self.address),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The secret of a new one-time link to become the first administrator, where nobody administers yet.
    pub async fn first_administrator_link(&self) -> Result<Option<String>, ServerError> {
        let made = self.pool.run(|desk| desk.first_administrator_link(desk::now())).await;
        match made {
            Ok(link) => Ok(link.map(|l| l.reveal().to_owned())),
            Err(Failure::Desk(error)) => Err(ServerError::Desk(error)),
            Err(Failure::Stopping) => Ok(None),
        }
    }

    /// Serves until `stop` ends, then finishes the answers under way, for at most the seconds that the settings give.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        self.door.serve(self.listener, stop).await;
        // Nobody misses a count that could not be written.
        let _ = self.pool.run(|desk| desk.write_reads()).await;
    }
}

fn router(
    pool: Pool,
    kept: Option<Cache>,
    counters: Metrics,
    guarding: Guard,
    settings: &Settings,
    sign_in: SignIn,
    administration: Administration,
) -> Router {
    let counted = match settings.metrics {
        true => Router::new().route("/metrics", get(metrics::metrics).with_state(counters.clone())),
        false => Router::new(),
    };
    Router::new()
        .route("/", get(pages::home))
        .route("/ask", post(asking::ask))
        .route("/ask/stream", post(asking::stream))
        .route("/ask/identifiers", post(asking::identifiers))
        .route("/articles/{name}", get(articles::article))
        .route("/articles/{name}/report", get(articles::report_form).post(articles::report))
        .route("/articles/{name}/submit", post(articles::submit))
        .route("/articles/{name}/{format}", get(crate::download::download))
        .route("/sources", get(pages::sources))
        .route("/sources/{*id}", get(source::source))
        .route("/board", get(board::board))
        .route("/editorial-policy", get(board::policy))
        .route("/sitemap.xml", get(board::sitemap))
        .route("/feed.xml", get(board::feed))
        .route("/about", get(about::about))
        .route("/about.json", get(about::figures))
        .route("/corrections", get(about::corrections))
        .route("/disclaimer", get(about::disclaimer_page))
        .route("/health/live", get(metrics::live))
        .route("/health/ready", get(metrics::ready))
        .route("/style.css", get(assets::style))
        .route("/app.js", get(assets::script))
        .route("/icon.svg", get(assets::icon))
        .merge(people::routes())
        .merge(review::routes())
        .merge(counted)
        .merge(api::routes(&pool))
        .merge(account::routes())
        .merge(admin::routes(administration))
        .merge(search::routes())
        .fallback(pages::not_found)
        .layer(Extension(Arc::new(sign_in)))
        .layer(Extension(Patience(Duration::from_secs(settings.limits.answer_seconds))))
        .layer(DefaultBodyLimit::max(settings.limits.body_bytes))
        .layer(middleware::from_fn_with_state(pool.clone(), visitor::known))
        .layer(middleware::from_fn(pack::pack))
        .layer(middleware::from_fn_with_state(kept, cache::kept))
        .layer(middleware::from_fn_with_state(guarding, guard))
        .with_state(pool)
        .layer(middleware::from_fn_with_state(counters, metrics::count))
        .layer(middleware::from_fn_with_state(settings.log.client_address, log::note))
}
