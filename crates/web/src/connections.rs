//! Connections: taken, limited, served, and let finish when the server is stopped. What a request must know of its
//! connection and of the site is put into its extensions here.

use crate::client::{Proxies, network};
use crate::log::RequestId;
use crate::settings::Settings;
use crate::site::Site;
use crate::slow::{Arriving, Late, Taken};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, Uri};
use axum::routing::RouterIntoService;
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Most bytes of the head of a request.
const HEAD_BYTES: usize = 64 * 1024;

/// What stands before the routes.
#[derive(Clone)]
pub(crate) struct Door {
    router: TowerToHyperService<RouterIntoService<Body>>,
    site: Arc<Site>,
    proxies: Arc<Proxies>,
    settings: Arc<Settings>,
    places: Places,
}

impl Door {
    pub(crate) fn new(router: Router, site: Arc<Site>, settings: Arc<Settings>) -> Self {
        let proxies = Arc::new(Proxies::new(&settings));
        let places = Places { most: settings.limits.connections_per_client, open: Arc::default() };
        Self { router: TowerToHyperService::new(router.into_service()), site, proxies, settings, places }
    }

    /// Serves until `stop` ends, then finishes the answers under way, for as long as the settings say.
    pub(crate) async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let room = Arc::new(Semaphore::new(self.settings.limits.connections));
        let connections = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            let place = tokio::select! {
                () = &mut stop => break,
                place = Arc::clone(&room).acquire_owned() => place,
            };
            let (stream, peer) = tokio::select! {
                () = &mut stop => break,
                taken = listener.accept() => match taken {
                    Ok(taken) => taken,
                    Err(error) => {
                        // Too many open files, most likely; others will end.
                        tracing::warn!(%error, "no connection could be taken");
                        sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
            };
            let Some(seat) = self.place(peer.ip()) else { continue };
            let connection = connections.watch(self.clone().connection(stream, peer));
            tokio::spawn(async move {
                // It ends with an error when the client was too slow or went away: nothing to tell.
                let _ = connection.await;
                drop((place, seat));
            });
        }
        drop(listener);
        let limit = Duration::from_secs(self.settings.stop_seconds);
        let under_way = connections.count();
        if timeout(limit, connections.shutdown()).await.is_err() {
            tracing::warn!(seconds = limit.as_secs(), under_way, "stopped before every answer was finished");
        }
    }

    fn connection(
        self,
        stream: TcpStream,
        peer: SocketAddr,
    ) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
        let _ = stream.set_nodelay(true); // only makes small answers faster
        let limits = &self.settings.limits;
        let stream = Taken::new(stream, Duration::from_secs(limits.body_seconds));
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(limits.header_seconds))
            .max_buf_size(HEAD_BYTES)
            .serve_connection(
                TokioIo::new(stream),
                service_fn(move |request| {
                    let door = self.clone();
                    async move { Ok::<_, Infallible>(door.answer(request, peer.ip()).await) }
                }),
            )
    }

    async fn answer(&self, request: Request<Incoming>, peer: IpAddr) -> Response<Body> {
        let (late, limit) = (Late::default(), Duration::from_secs(self.settings.limits.body_seconds));
        let mut request = request.map(|body| match body.is_end_stream() {
            true => Body::empty(),
            false => Body::new(Arriving::new(body, limit, late.clone())),
        });
        let client = self.proxies.client(peer, request.headers());
        let id = RequestId::of(request.headers(), self.proxies.trusts(peer));
        if !self.site.enter(&mut request) {
            *request.uri_mut() = Uri::from_static("/-"); // no page has this path
        }
        let extensions = request.extensions_mut();
        extensions.insert(client);
        extensions.insert(id);
        extensions.insert(late);
        extensions.insert(Arc::clone(&self.site));
        match self.router.call(request).await {
            Ok(response) => self.site.leave(response).await,
            Err(never) => match never {},
        }
    }

    /// A place for a connection from there, if it has not its share.
    fn place(&self, peer: IpAddr) -> Option<Option<Place>> {
        let unlimited = self.places.most == 0 || peer.to_canonical().is_loopback() || self.proxies.trusts(peer);
        if unlimited { Some(None) } else { self.places.take(network(peer.to_canonical())).map(Some) }
    }
}

/// How many connections each client has open.
#[derive(Clone)]
struct Places {
    most: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One of them; given back when dropped.
struct Place {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    client: IpAddr,
}

impl Places {
    fn take(&self, client: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().ok()?;
        let count = open.entry(client).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { open: Arc::clone(&self.open), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(mut open) = self.open.lock() else { return };
        if let Some(count) = open.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_places_and_gets_them_back() {
        let places = Places { most: 2, open: Arc::default() };
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let held = [places.take(one).unwrap(), places.take(one).unwrap()];
        assert!(places.take(one).is_none());
        assert!(places.take(other).is_some());
        drop(held);
        assert!(places.take(one).is_some());
        assert!(places.open.lock().unwrap().is_empty());
    }
}
