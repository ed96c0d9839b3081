//! Pages as they were sent to nobody in particular, kept in memory while nothing that they show can have changed.
//!
//! A page that is shown when it is no longer true is a danger: a retraction, an erased article, a policy that closes the site must
//! show at once, whoever made the change. So a kept page is sent only if all of this holds:
//!
//! - **Nothing was committed** to either database since before the page was begun, by this process or another, as
//!   [`desk::Watch`] says. It is asked for every request, before the page is looked for. One commit anywhere and all are dropped;
//!   where it cannot be asked, none is sent. A page is made of those two databases, of the settings of this process, which never
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
use crate::site::Site;
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
/// How often a request waits for a page that another makes, before it makes its own.
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
#[derive(Clone, Copy, PartialEq)]
enum Made {
    NotYet,
    Kept,
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
        if let Some(Shows(slug)) = &page.shows {
            self.reads.count(slug);
        }
        let mut response = Response::new(Body::from(page.body.clone()));
        *response.headers_mut() = page.headers.clone();
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
            // Whoever still waits for one of these looks again when it is made, and finds nothing.
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
        let kept = Kept { headers: parts.headers.clone(), body: body.clone(), shows };
        self.put(kept);
        let _ = self.tell.send(Made::Kept);
        Response::from_parts(parts, Body::from(body))
    }

    fn fits(&self, size: u64) -> bool {
        usize::try_from(size).is_ok_and(|size| size <= self.cache.most / SHARE)
    }

    fn put(&self, kept: Kept) {
        let mut shelf = self.cache.shelf();
        if shelf.moment != Some(self.moment) {
            return;
        }
        let size = |key: &Key, page: &Kept| page.body.len() + key.address.len() + BESIDE;
        shelf.bytes += size(&self.key, &kept);
        if let Some((key, old)) = shelf.pages.push(self.key.clone(), Arc::new(kept)) {
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
        reader: remembered(headers, &site),
    })
}

/// Leaves of a request what the key holds.
fn reduce(request: &mut Request, key: &Key) {
    let cookie = people::site(request.extensions()).zip(key.reader).and_then(|(site, reader)| remembers(&site, reader));
    let headers = request.headers_mut();
    headers.clear();
    headers.extend(key.host.clone().map(|host| (header::HOST, host)));
    headers.extend(cookie.map(|cookie| (header::COOKIE, cookie)));
    headers.extend(key.gzip.then_some((header::ACCEPT_ENCODING, pack::GZIP)));
}

/// The cookie by which a browser remembers for whom words are wanted.
const READER: &str = "reader";

fn remembered(headers: &HeaderMap, site: &Site) -> Option<Reader> {
    let word = people::cookie(headers, site, READER)?;
    Reader::ALL.iter().copied().find(|r| r.word() == word)
}

/// The same as a browser sends it.
fn remembers(site: &Site, reader: Reader) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}={}", site.cookie_name(READER), reader.word())).ok()
}

/// Answers with what is kept, or keeps what is answered.
pub(crate) async fn kept(State(cache): State<Option<Cache>>, mut request: Request, next: Next) -> Response {
    let Some((cache, key)) = cache.and_then(|cache| key(&request).map(|key| (cache, key))) else {
        return next.run(request).await;
    };
    reduce(&mut request, &key);
    for _ in 0..PATIENCE {
        match cache.find(&key) {
            Found::Page(page) => {
                metrics::page(&cache.pages, "memory");
                return cache.answer(&page);
            }
            Found::Make(making) => {
                metrics::page(&cache.pages, "made");
                return making.keep(next.run(request).await).await;
            }
            Found::Unknown => break,
            Found::Wait(mut made) => {
                // An error: whoever made it went away.
                let told = made.wait_for(|m| *m != Made::NotYet).await.map(|m| *m);
                if told.is_ok_and(|m| m == Made::Not) {
                    break;
                }
            }
        }
    }
    metrics::page(&cache.pages, "made");
    next.run(request).await
}
