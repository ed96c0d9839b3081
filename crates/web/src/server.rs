//! The server: routes, limits, start and stop.

use crate::about;
use crate::account;
use crate::admin::{self, Administration};
use crate::articles;
use crate::board;
use crate::guard::{Hosts, guard};
use crate::metrics::{self, Metrics};
use crate::pages;
use crate::people::{self, SignIn};
use crate::pool::{Failure, Pool};
use crate::review;
use crate::search;
use crate::source;
use crate::visitor;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use axum::{Extension, Router};
use desk::DeskError;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Largest request body: the longest question, form-encoded.
const BODY_BYTES: usize = 3 * desk::Question::MAX_BYTES + 1024;

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    pool: Pool,
}

/// Why a server did not start.
#[derive(Debug)]
pub enum ServerError {
    /// The data folder.
    Desk(DeskError),
    /// The address: taken, or not this machine's.
    Address(SocketAddr, std::io::Error),
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ServerError::Desk(error) => error.fmt(f),
            ServerError::Address(address, error) => {
                write!(f, "cannot listen on {address}: {error}; choose another --port")
            }
        }
    }
}

impl std::error::Error for ServerError {}

impl Server {
    /// Opens the data folder and takes the port (0: any free one).
    pub async fn bind(
        folder: PathBuf,
        host: IpAddr,
        port: u16,
        sign_in: SignIn,
        administration: Administration,
    ) -> Result<Self, ServerError> {
        let wanted = SocketAddr::new(host, port);
        let listener = TcpListener::bind(wanted).await.map_err(|e| ServerError::Address(wanted, e))?;
        let address = listener.local_addr().map_err(|e| ServerError::Address(wanted, e))?;
        let opened = tokio::task::spawn_blocking(move || Pool::open(&folder)).await;
        let pool = match opened {
            Ok(pool) => pool.map_err(ServerError::Desk)?,
            Err(error) => return Err(ServerError::Address(wanted, std::io::Error::other(error))),
        };
        let router = router(pool.clone(), hosts(address), sign_in, administration);
        Ok(Self { listener, address, router, pool })
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

    /// Serves until `stop` ends, then finishes the requests under way.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service).with_graceful_shutdown(stop).await
    }
}

fn router(pool: Pool, hosts: Hosts, sign_in: SignIn, administration: Administration) -> Router {
    let counters = Metrics::new();
    Router::new()
        .route("/", get(pages::home))
        .route("/ask", post(pages::ask))
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
        .route("/metrics", get(metrics::metrics).with_state(counters.clone()))
        .route("/style.css", get(pages::style))
        .route("/icon.svg", get(pages::icon))
        .merge(people::routes())
        .merge(review::routes())
        .merge(account::routes())
        .merge(admin::routes(administration))
        .merge(search::routes())
        .fallback(pages::not_found)
        .layer(Extension(Arc::new(sign_in)))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(pool.clone(), visitor::known))
        .layer(middleware::from_fn_with_state(hosts, guard))
        .with_state(pool)
        .layer(middleware::from_fn_with_state(counters, metrics::count))
}

/// On the loopback address only its own names are answered to. Whoever opens the server to a network chose its
/// names elsewhere, and they are not known here.
fn hosts(address: SocketAddr) -> Hosts {
    if !address.ip().is_loopback() {
        return Hosts(None);
    }
    let port = address.port();
    let mut names =
        vec![format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}"), address.to_string()];
    if port == 80 {
        names.extend(["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()]);
    }
    Hosts(Some(Arc::new(names)))
}
