//! Pages as they were sent to nobody in particular, kept in memory while nothing that they show can have changed.
//!
//! A page that is shown when it is no longer true is a danger: a retraction, an erased article, a policy that closes the site must
//! show at once, whoever made the change. So a kept page is sent only if all of this holds:
//!
//! - **Nothing was committed** to either database since before the page was begun, by this process or another, as
//!   [`desk::Watch`] says. It is asked for every request, before the page is looked for. One commit anywhere and all are dropped;
//!   where it cannot be asked, none is sent. Who asks while a page is made waits for it only if nothing was committed since it was begun. A page is made of those two databases, of the settings of this process, which never
//!   change, of the program, and
//! - **of the day**, on which review dates of digests depend: another day, and all are dropped.
//! - **It was made for a request like this.** Who has a session or a token is never answered from here. What is asked on behalf of
//!   anybody else is first reduced to what the key holds: address, host, encoding, the reader that the browser remembers. No page
//!   can depend on what it is not given; a page for a person cannot get in here, because the request that made it had none.
//! - It was an answer 200 of one of [`ROUTES`], of known length, and set no cookie.
//!
//! It is looked for behind the guard (limits, host names, headers), the log and the counters: these go on for each request. Readings
//! of articles are counted here.

use crate::metrics::{self, Pages};
use crate::pack;
use crate::people;
use crate::site::Rebased;
use crate::wording;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use desk::{Commits, Date, Desk, DeskError, Reader, Reads, Watch};
use lru::LruCache;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Pages that show nothing but what is committed, the day, and what the key holds.
const ROUTES: &[&str] = &[
    "/",
    "/articles/{name}",
    "/sources",
    "/sources/{*id}",
    "/board",
    "/editorial-policy",
    "/about",
    "/corrections",
    "/disclaimer",
    "/sitemap.xml",
    "/feed.xml",
];

/// Longer addresses are nobody's links.
const ADDRESS_MOST: usize = 512;
/// A page's share of the whole is at most this part.
const SHARE: usize = 8;
/// What a page takes beside its body and its address, roughly.
const BESIDE: usize = 1_024;
/// How often a request waits for somebody who goes away without having made the page, before it makes its own.
const PATIENCE: usize = 4;

/// In the extensions of an answer that shows an article: its slug, for the count of readings.
#[derive(Debug, Clone)]
pub(crate) struct Shows(pub(crate) String);

/// All of a request that a kept page depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    address: String,
    host: Option<HeaderValue>,
    gzip: bool,
    reader: Option<Reader>,
}

/// When all that is kept was true.
type Moment = (Commits, Option<Date>);

/// A page as it is sent.
struct Kept {
    headers: HeaderMap,
    body: Bytes,
    shows: Option<Shows>,
}

/// What became of a page that others wait for.
#[derive(Clone)]
enum Made {
    NotYet,
    /// It is as it was at the moment at which they began to wait, or later: true enough for them, even where it already fell.
    Page(Arc<Kept>),
    /// It cannot be kept: each makes its own.
    Not,
}

struct Shelf {
    watch: Watch,
    moment: Option<Moment>,
    pages: LruCache<Key, Arc<Kept>>,
    bytes: usize,
    under_way: HashMap<Key, watch::Receiver<Made>>,
}

/// Keeps pages; all clones are one.
#[derive(Clone)]
pub(crate) struct Cache {
    shelf: Arc<Mutex<Shelf>>,
    reads: Reads,
    most: usize,
    pages: Pages,
}

/// What is there for a request.
enum Found {
    Page(Arc<Kept>),
    /// Somebody makes it.
    Wait(watch::Receiver<Made>),
    /// Nobody did; it is for who asked to make it.
    Make(Making),
    /// It cannot be told what is committed.
    Unknown,
}

/// A page under way. Dropped before it was kept, others are told to make their own.
struct Making {
    cache: Cache,
    key: Key,
    moment: Moment,
    tell: watch::Sender<Made>,
}

impl Cache {
    /// Of at most so many bytes, over the data folder of this desk.
    pub(crate) fn new(desk: &Desk, most: usize, pages: Pages) -> Result<Self, DeskError> {
        let shelf = Shelf {
            watch: desk.watch()?,
            moment: None,
            pages: LruCache::unbounded(),
            bytes: 0,
            under_way: HashMap::new(),
        };
        Ok(Self { shelf: Arc::new(Mutex::new(shelf)), reads: desk.reads(), most, pages })
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Nothing in here is half done when something panics but the count of bytes, which then is too high.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: &Key) -> Found {
        let mut shelf = self.shelf();
        // Asked under the lock, so that nobody who asked before can put an older page in afterwards.
        let Some(moment) = shelf.at_this_moment() else { return Found::Unknown };
        if let Some(page) = shelf.pages.get(key) {
            return Found::Page(Arc::clone(page));
        }
        if let Some(made) = shelf.under_way.get(key) {
            return Found::Wait(made.clone());
        }
        let (tell, made) = watch::channel(Made::NotYet);
        shelf.under_way.insert(key.clone(), made);
        Found::Make(Making { cache: self.clone(), key: key.clone(), moment, tell })
    }

    fn answer(&self, page: &Kept) -> Response {
        metrics::page(&self.pages, "memory");
        if let Some(Shows(slug)) = &page.shows {
            self.reads.count(slug);
        }
        let mut response = Response::new(Body::from(page.body.clone()));
        *response.headers_mut() = page.headers.clone();
        // It had left the site once when it was made.
        response.extensions_mut().insert(Rebased);
        response
    }
}

impl Shelf {
    /// The moment that all that is kept is true at, now; what was kept before another is dropped.
    fn at_this_moment(&mut self) -> Option<Moment> {
        let moment = (self.watch.now().ok()?, desk::today());
        if self.moment != Some(moment) {
            self.pages.clear();
            self.bytes = 0;
            // Whoever waits for one of these is still sent it; who comes from now on is not.
            self.under_way.clear();
            self.moment = Some(moment);
        }
        Some(moment)
    }
}

impl Making {
    /// Keeps an answer where it may be kept and is still true, and gives it back.
    async fn keep(self, response: Response) -> Response {
        let may = response.status() == StatusCode::OK
            && !response.headers().contains_key(header::SET_COOKIE)
            && response.body().size_hint().exact().is_some_and(|size| self.fits(size));
        if !may {
            let _ = self.tell.send(Made::Not); // nobody may wait
            return response;
        }
        let (parts, body) = response.into_parts();
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            let mut failed = Response::new(Body::empty());
            *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return failed;
        };
        let shows = parts.extensions.get::<Shows>().cloned();
        let kept = Arc::new(Kept { headers: parts.headers.clone(), body: body.clone(), shows });
        self.put(Arc::clone(&kept));
        let _ = self.tell.send(Made::Page(kept));
        Response::from_parts(parts, Body::from(body))
    }

    fn fits(&self, size: u64) -> bool {
        usize::try_from(size).is_ok_and(|size| size <= self.cache.most / SHARE)
    }

    fn put(&self, kept: Arc<Kept>) {
        let mut shelf = self.cache.shelf();
        if shelf.moment != Some(self.moment) {
            return;
        }
        let size = |key: &Key, page: &Kept| page.body.len() + key.address.len() + BESIDE;
        shelf.bytes += size(&self.key, &kept);
        if let Some((key, old)) = shelf.pages.push(self.key.clone(), kept) {
            shelf.bytes -= size(&key, &old);
        }
        while shelf.bytes > self.cache.most
            && let Some((key, page)) = shelf.pages.pop_lru()
        {
            shelf.bytes -= size(&key, &page);
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let mut shelf = self.cache.shelf();
        // Only the own: after another commit somebody else may make the same page anew.
        let own = |made: &watch::Receiver<Made>| made.same_channel(&self.tell.subscribe());
        if shelf.under_way.get(&self.key).is_some_and(own) {
            shelf.under_way.remove(&self.key);
        }
    }
}

/// What a request has in common with all that are answered alike; nothing where somebody in particular asks, or for another page.
fn key(request: &Request) -> Option<Key> {
    let route = request.extensions().get::<MatchedPath>()?;
    let site = people::site(request.extensions())?;
    let headers = request.headers();
    let address = request.uri().path_and_query()?.as_str();
    let plain = request.method() == Method::GET
        && ROUTES.contains(&route.as_str())
        && address.len() <= ADDRESS_MOST
        && !headers.contains_key(header::AUTHORIZATION)
        && people::session(headers, &site).is_none();
    plain.then(|| Key {
        address: address.to_owned(),
        host: headers.get(header::HOST).cloned(),
        gzip: pack::takes_gzip(headers),
        reader: wording::remembered(headers, &site),
    })
}

/// Leaves of a request what the key holds.
fn reduce(request: &mut Request, key: &Key) {
    let cookie =
        people::site(request.extensions()).zip(key.reader).and_then(|(site, reader)| wording::sent(&site, reader));
    let headers = request.headers_mut();
    headers.clear();
    headers.extend(key.host.clone().map(|host| (header::HOST, host)));
    headers.extend(cookie.map(|cookie| (header::COOKIE, cookie)));
    headers.extend(key.gzip.then_some((header::ACCEPT_ENCODING, pack::GZIP)));
}

/// Answers with what is kept, or keeps what is answered.
pub(crate) async fn kept(State(cache): State<Option<Cache>>, mut request: Request, next: Next) -> Response {
    let Some((cache, key)) = cache.and_then(|cache| key(&request).map(|key| (cache, key))) else {
        return next.run(request).await;
    };
    reduce(&mut request, &key);
    for _ in 0..PATIENCE {
        match cache.find(&key) {
            Found::Page(page) => return cache.answer(&page),
            Found::Make(making) => {
                metrics::page(&cache.pages, "made");
                return making.keep(next.run(request).await).await;
            }
            Found::Unknown => break,
            Found::Wait(mut made) => match made.wait_for(|m| !matches!(m, Made::NotYet)).await.map(|m| m.clone()) {
                Ok(Made::Page(page)) => return cache.answer(&page),
                Ok(_) => break,
                Err(_) => {} // whoever made it went away
            },
        }
    }
    metrics::page(&cache.pages, "made");
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use axum::routing::get;
    use axum::{Router, middleware};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    struct Bench {
        folder: tempfile::TempDir,
        desk: Desk,
        made: Arc<AtomicUsize>,
    }

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let desk = Desk::open(folder.path()).unwrap();
            Self { folder, desk, made: Arc::default() }
        }

        fn cache(&self, most: usize) -> Cache {
            Cache::new(&self.desk, most, Pages::default()).unwrap()
        }

        /// Routes that say how often they were made and what they were given.
        fn router(&self, cache: &Cache) -> Router {
            let settings = Settings::default();
            let site = Arc::new(crate::site::Site::new(&settings, (settings.host, 8787).into()));
            let made = Arc::clone(&self.made);
            let page = move |request: Request| async move {
                let n = made.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(50)).await;
                let mut given: Vec<String> = request.headers().iter().map(|(k, v)| format!("{k}: {v:?}")).collect();
                given.sort();
                let mut response = Response::new(Body::from(format!("{n} {}", given.join(", "))));
                match request.uri().query() {
                    Some("none") => *response.status_mut() = StatusCode::NOT_FOUND,
                    Some("cookie") => {
                        drop(response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static("a=b")));
                    }
                    Some("long") => *response.body_mut() = Body::from("a".repeat(100_000)),
                    _ => {}
                }
                response
            };
            Router::new()
                .route("/", get(page.clone()))
                .route("/search", get(page.clone()))
                .route("/articles/{name}", get(page))
                .layer(middleware::from_fn_with_state(Some(cache.clone()), kept))
                .layer(axum::Extension(site))
        }

        /// Through a desk of its own, as another process does.
        fn commit(&self) {
            let other = Desk::open(self.folder.path()).unwrap();
            assert!(other.first_administrator_link(desk::now()).unwrap().is_some());
        }
    }

    async fn asked(router: &Router, address: &str, sent: &[(&'static str, &'static str)]) -> (StatusCode, String) {
        let mut request = axum::http::Request::get(address);
        for (name, value) in sent {
            request = request.header(*name, *value);
        }
        let answer = tower_call(router, request.body(Body::empty()).unwrap()).await;
        let status = answer.status();
        (status, String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
    }

    async fn tower_call(router: &Router, request: Request) -> Response {
        use hyper::service::Service as _;
        let service = hyper_util::service::TowerToHyperService::new(router.clone().into_service::<Body>());
        match service.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_is_made_once_for_all_until_something_is_committed() {
        let bench = Bench::new();
        let router = bench.router(&bench.cache(1 << 20));
        let all: Vec<_> = (0..20)
            .map(|_| {
                let router = router.clone();
                tokio::spawn(async move { asked(&router, "/", &[]).await })
            })
            .collect();
        for one in all {
            assert!(one.await.unwrap().1.starts_with("0 "));
        }
        bench.commit();
        assert!(asked(&router, "/", &[]).await.1.starts_with("1 "));
        assert!(asked(&router, "/", &[]).await.1.starts_with("1 "));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_committed_while_a_page_is_made_is_in_the_next() {
        let bench = Bench::new();
        let router = bench.router(&bench.cache(1 << 20));
        let first = tokio::spawn({
            let router = router.clone();
            async move { asked(&router, "/", &[]).await }
        });
        while bench.made.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        bench.commit();
        assert!(asked(&router, "/", &[]).await.1.starts_with("1 "), "it waited for a page from before");
        first.await.unwrap();
        assert!(asked(&router, "/", &[]).await.1.starts_with("1 "), "a page from before was kept");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_is_given_nothing_that_tells_who_asks_and_somebody_is_never_answered_from_here() {
        let bench = Bench::new();
        let router = bench.router(&bench.cache(1 << 20));
        let strange = [
            ("host", "h"),
            ("cookie", "other=1; reader=patient; more=2"),
            ("user-agent", "u"),
            ("accept-encoding", "br, gzip"),
        ];
        assert_eq!(
            asked(&router, "/", &strange).await.1,
            "0 accept-encoding: \"gzip\", cookie: \"reader=patient\", host: \"h\""
        );
        assert!(
            asked(&router, "/", &[("host", "h"), ("cookie", "reader=patient"), ("accept-encoding", "gzip")])
                .await
                .1
                .starts_with("0 ")
        );
        // Each of these is another page.
        for (n, sent) in [
            vec![("host", "h"), ("cookie", "reader=patient")],
            vec![("host", "h"), ("cookie", "reader=trainee"), ("accept-encoding", "gzip")],
            vec![("host", "h"), ("cookie", "reader=nobody"), ("accept-encoding", "gzip")],
            vec![("host", "i"), ("cookie", "reader=patient"), ("accept-encoding", "gzip")],
        ]
        .into_iter()
        .enumerate()
        {
            let page = asked(&router, "/", &sent).await.1;
            assert!(page.starts_with(&format!("{} ", n + 1)) && !page.contains("nobody"), "{page}");
        }
        // Somebody, and other pages: each made, each with all it was sent.
        let session = format!("{}=secret", people::SESSION);
        let session: &'static str = Box::leak(session.into_boxed_str());
        for (address, sent) in
            [("/", ("cookie", session)), ("/", ("authorization", "Bearer x")), ("/search", ("user-agent", "u"))]
        {
            let before = bench.made.load(Ordering::Relaxed);
            for n in 0..2 {
                let page = asked(&router, address, &[sent]).await.1;
                assert!(page.starts_with(&format!("{} ", before + n)) && page.contains(sent.1), "{page}");
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_failed_sets_a_cookie_or_is_too_long_is_not_kept_and_memory_is_bounded() {
        let bench = Bench::new();
        let cache = bench.cache(100_000);
        let router = bench.router(&cache);
        for address in ["/?none", "/?cookie", "/?long"] {
            let first = asked(&router, address, &[]).await;
            let second = asked(&router, address, &[]).await;
            assert!(first != second || address == "/?long", "{address}");
        }
        assert_eq!((cache.shelf().pages.len(), bench.made.load(Ordering::Relaxed)), (0, 6));
        let all: Vec<_> = (0..300)
            .map(|n| {
                let router = router.clone();
                tokio::spawn(async move { asked(&router, &format!("/articles/{n}"), &[]).await })
            })
            .collect();
        for one in all {
            one.await.unwrap();
        }
        let shelf = cache.shelf();
        assert!(shelf.bytes <= 100_000 && shelf.pages.len() > 50 && shelf.under_way.is_empty(), "{}", shelf.bytes);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_goes_away_leaves_others_to_make_the_page() {
        let bench = Bench::new();
        let cache = bench.cache(1 << 20);
        let router = bench.router(&cache);
        let asking = |router: Router| async move { asked(&router, "/", &[]).await };
        let gone = tokio::spawn(asking(router.clone()));
        while bench.made.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        let waits = tokio::spawn(asking(router.clone()));
        tokio::time::sleep(Duration::from_millis(5)).await;
        gone.abort();
        assert!(waits.await.unwrap().1.starts_with("1 "));
        assert!(cache.shelf().under_way.is_empty());
    }
}
