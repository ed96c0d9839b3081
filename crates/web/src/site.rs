//! Where the site lies: its base path and what browsers know it as. Pages write addresses from the root (`/ask`); the one
//! layer here puts the base path before them on the way out and takes it off on the way in, so that no page can forget it.

use crate::settings::{Settings, origin};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use std::net::SocketAddr;

/// Where the site lies. In the extensions of every request, as `Arc<Site>`.
#[derive(Debug)]
pub(crate) struct Site {
    /// Empty, or `/a/b`.
    base: String,
    /// Scheme and authority that browsers use, where the operator told.
    public: Option<(String, String)>,
    /// Names answered to, in small letters; nothing: all.
    names: Option<Vec<String>>,
}

/// In the extensions of an answer whose addresses have the base path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rebased;

impl Site {
    /// Of a server with these settings that listens at this address.
    pub(crate) fn new(settings: &Settings, address: SocketAddr) -> Self {
        let public = settings.public_url.as_deref().and_then(origin);
        let mut names: Vec<String> = settings.names.iter().map(|n| n.to_ascii_lowercase()).collect();
        names.extend(public.iter().map(|(_, authority)| without_default_port(authority).to_owned()));
        let names = if names.is_empty() && !address.ip().is_loopback() {
            // Whoever opens the server to a network chose its names elsewhere, and they are not known here.
            None
        } else {
            // Of the machine's own, for health checks and proxies beside it.
            let port = address.port();
            let own = ["localhost", "127.0.0.1", "[::1]"];
            names.extend(own.iter().map(|n| format!("{n}:{port}")));
            names.push(address.to_string());
            names.extend(own.iter().filter(|_| port == 80).map(|n| (*n).to_owned()));
            Some(names)
        };
        Self { base: settings.base_path.clone(), public, names }
    }

    /// An address of this site, from its path: what a browser asks for.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The same with scheme and host, where the operator told them: for what is read elsewhere.
    pub(crate) fn absolute(&self, path: &str) -> String {
        match &self.public {
            Some((scheme, authority)) => format!("{scheme}://{authority}{}{path}", self.base),
            None => self.at(path),
        }
    }

    /// The one address of a page, as the page itself gives it: whole where the operator told scheme and host.
    pub(crate) fn canonical(&self, path: &str) -> String {
        if self.public.is_some() { self.absolute(path) } else { path.to_owned() }
    }

    /// Whether browsers reach it by an encrypted connection only.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.public.as_ref().is_some_and(|(scheme, _)| scheme == "https")
    }

    /// The name of a cookie as it is sent: with `https` bound to this host and its root by `__Host-`, where the site has the host for
    /// itself. Whoever sets and whoever reads a cookie asks here.
    pub(crate) fn cookie_name(&self, name: &str) -> String {
        match (self.is_encrypted(), self.base.is_empty()) {
            (true, true) => format!("__Host-{name}"),
            (true, false) => format!("__Secure-{name}"),
            (false, _) => name.to_owned(),
        }
    }

    /// A `Set-Cookie` for this site: not for scripts, not sent along from other sites. `seconds`: how long it is kept (0 ends it; nothing: until the
    /// browser is closed). Nothing where the value cannot stand in a cookie.
    pub(crate) fn cookie(&self, name: &str, value: &str, seconds: Option<u64>) -> Option<HeaderValue> {
        let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b));
        let name = self.cookie_name(name);
        let path = if self.base.is_empty() { "/" } else { &self.base };
        let age = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
        let secure = if self.is_encrypted() { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{age}");
        plain.then(|| HeaderValue::from_str(&text).ok()).flatten()
    }

    /// Whether the server answers to this `Host`.
    pub(crate) fn answers_to(&self, host: &str) -> bool {
        let Some(names) = &self.names else { return true };
        let host = host.to_ascii_lowercase();
        let bare = bare(&host);
        names.iter().any(|n| *n == host || n == bare)
    }

    /// Whether an `Origin` is this site's own: that of `public_url`, or one of the host that was asked.
    pub(crate) fn is_own_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        let Some((scheme, authority)) = crate::settings::origin(origin) else { return false };
        let of_host = |host: &str| without_default_port(host) == without_default_port(&authority);
        if let Some((public_scheme, _)) = self.public.as_ref().filter(|(_, public)| of_host(public)) {
            return *public_scheme == scheme;
        }
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
        // Without encryption here, a page of the same host over it is another site's.
        scheme == "http" && host.eq_ignore_ascii_case(&authority)
    }

    /// Takes the base path off; false where the request is not below it.
    pub(crate) fn enter<B>(&self, request: &mut Request<B>) -> bool {
        if self.base.is_empty() {
            return true;
        }
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        let Some(rest) = path.strip_prefix(self.base.as_str()) else { return false };
        let rest = match rest.chars().next() {
            None => "/".to_owned(),
            Some('?') => format!("/{rest}"),
            Some('/') => rest.to_owned(),
            Some(_) => return false,
        };
        match rest.parse::<Uri>() {
            Ok(uri) => {
                *request.uri_mut() = uri;
                true
            }
            Err(_) => false,
        }
    }

    /// Puts the base path before the addresses of an answer: where it sends to, and in the links, forms and files of a page. Once: an
    /// answer that has it is left as it is.
    pub(crate) async fn leave(&self, response: Response<Body>) -> Response<Body> {
        if self.base.is_empty() || response.extensions().get::<Rebased>().is_some() {
            return response;
        }
        let (mut parts, mut body) = response.into_parts();
        parts.extensions.insert(Rebased);
        let location = parts.headers.get(header::LOCATION).and_then(|l| l.to_str().ok());
        if let Some(path) = location.filter(|l| is_own_path(l))
            && let Ok(value) = HeaderValue::from_str(&self.at(path))
        {
            parts.headers.insert(header::LOCATION, value);
        }
        // A file to keep links nowhere here.
        let kept = parts.headers.contains_key(header::CONTENT_DISPOSITION);
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
        if kind.starts_with("text/html") && !kept {
            body = match to_bytes(body, usize::MAX).await.map(|b| String::from_utf8(b.to_vec())) {
                Ok(Ok(text)) => {
                    parts.headers.remove(header::CONTENT_LENGTH);
                    Body::from(self.rebased(&text))
                }
                _ => {
                    parts.status = StatusCode::INTERNAL_SERVER_ERROR;
                    Body::empty()
                }
            };
        }
        Response::from_parts(parts, body)
    }

    /// A page with the base path before every address. The templates write each attribute between double quotes and no double
    /// quote elsewhere but as `&quot;`, so that what looks like one of these attributes is one.
    fn rebased(&self, page: &str) -> String {
        let mut out = String::with_capacity(page.len() + 1024);
        let mut rest = page;
        while let Some(at) = rest.find("=\"/") {
            let (before, after) = rest.split_at(at + 2);
            out.push_str(before);
            let name = before[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
            if matches!(name, "href" | "action" | "src" | "formaction") && is_own_path(after) {
                out.push_str(&self.base);
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// A path of this site, not `//elsewhere`.
fn is_own_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//")
}

fn without_default_port(authority: &str) -> &str {
    authority.strip_suffix(":443").or_else(|| authority.strip_suffix(":80")).unwrap_or(authority)
}

/// A host without its port.
fn bare(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(change: impl FnOnce(&mut Settings)) -> Site {
        let mut settings = Settings::default();
        change(&mut settings);
        Site::new(&settings, SocketAddr::new(settings.host, 8787))
    }

    #[test]
    fn names_are_those_told_and_the_machines_own() {
        let own = site(|_| {});
        for (host, answered) in [
            ("localhost:8787", true),
            ("127.0.0.1:8787", true),
            ("LOCALHOST:8787", true),
            ("localhost:1", false),
            ("evil.example", false),
            ("", false),
        ] {
            assert_eq!(own.answers_to(host), answered, "{host}");
        }
        let told = site(|s| {
            s.host = [10, 0, 0, 1].into();
            s.names = vec!["a.example".to_owned(), "b.example:8443".to_owned()];
            s.public_url = Some("https://c.example".to_owned());
        });
        for (host, answered) in [
            ("a.example", true),
            ("a.example:1", true),
            ("b.example:8443", true),
            ("b.example", false),
            ("c.example", true),
            ("10.0.0.1:8787", true),
            ("d.example", false),
        ] {
            assert_eq!(told.answers_to(host), answered, "{host}");
        }
        assert!(site(|s| s.host = [10, 0, 0, 1].into()).answers_to("anything"));
    }

    #[test]
    fn only_the_own_origin_is_own() {
        let headers = |host: &str| HeaderMap::from_iter([(header::HOST, HeaderValue::from_str(host).unwrap())]);
        let plain = site(|_| {});
        assert!(plain.is_own_origin("http://localhost:8787", &headers("localhost:8787")));
        for foreign in ["http://localhost:1", "https://localhost:8787", "null", "http://evil.example", ""] {
            assert!(!plain.is_own_origin(foreign, &headers("localhost:8787")), "{foreign}");
        }
        let public = site(|s| s.public_url = Some("https://c.example".to_owned()));
        assert!(public.is_own_origin("https://c.example", &headers("127.0.0.1:8787")));
        for host in ["127.0.0.1:8787", "c.example"] {
            assert!(!public.is_own_origin("http://c.example", &headers(host)), "{host}");
        }
    }

    #[tokio::test]
    async fn the_base_path_comes_off_and_stands_before_every_address() {
        let site = site(|s| s.base_path = "/curb".to_owned());
        for (asked, entered) in [
            ("/curb", Some("/")),
            ("/curb/", Some("/")),
            ("/curb?q=1", Some("/?q=1")),
            ("/curb/sources?q=%20x", Some("/sources?q=%20x")),
            ("/curbs", None),
            ("/", None),
        ] {
            let mut request = Request::get(asked).body(()).unwrap();
            let came = site.enter(&mut request);
            assert_eq!(came.then(|| request.uri().to_string()).as_deref(), entered, "{asked}");
        }
        let page = r##"<a href="/sources">=&quot;/</a><a href="//x"></a><a href="#a"></a><form action="/ask"><img src="/icon.svg" alt="/a"><p title="/x">"##;
        let body =
            Response::builder().header("content-type", "text/html; charset=utf-8").body(Body::from(page)).unwrap();
        let text = to_bytes(site.leave(body).await.into_body(), usize::MAX).await.unwrap();
        let wanted = r##"<a href="/curb/sources">=&quot;/</a><a href="//x"></a><a href="#a"></a><form action="/curb/ask"><img src="/curb/icon.svg" alt="/a"><p title="/x">"##;
        assert_eq!(text, wanted);
        let moved = Response::builder().status(303).header("location", "/articles/1").body(Body::empty()).unwrap();
        assert_eq!(site.leave(moved).await.headers()["location"], "/curb/articles/1");
    }

    #[test]
    fn what_is_read_elsewhere_has_the_whole_address() {
        let told = |s: &mut Settings| {
            s.public_url = Some("https://c.example/".to_owned());
            s.base_path = "/curb".to_owned();
        };
        assert_eq!(site(told).absolute("/a"), "https://c.example/curb/a");
        assert_eq!(site(told).canonical("/a"), "https://c.example/curb/a");
        let below = site(|s| s.base_path = "/curb".to_owned());
        // A page's own address gets the base path as it leaves.
        assert_eq!((below.absolute("/a").as_str(), below.canonical("/a").as_str()), ("/curb/a", "/a"));
    }

    #[test]
    fn cookies_are_bound_as_far_as_the_address_allows() {
        let text = |site: &Site| site.cookie("session", "abc", Some(60)).unwrap().to_str().unwrap().to_owned();
        assert_eq!(text(&site(|_| {})), "session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
        let public = site(|s| s.public_url = Some("https://c.example".to_owned()));
        assert_eq!(text(&public), "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
        let below = site(|s| {
            s.public_url = Some("https://c.example".to_owned());
            s.base_path = "/curb".to_owned();
        });
        assert_eq!(text(&below), "__Secure-session=abc; Path=/curb; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
        assert!(public.cookie("session", "a; Domain=b", None).is_none());
    }
}
