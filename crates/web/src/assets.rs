//! The files that pages load: style, script, icon. A page names them with the hash of their content, so that a browser keeps what it
//! has until there is another.

use crate::pack::{GZIP, gzip, takes_gzip, varies};
use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// A file.
pub(crate) struct Asset {
    media: &'static str,
    text: &'static str,
    /// Digits of the SHA-256 of its content.
    version: String,
    address: String,
    /// Nothing where it is no shorter.
    packed: Option<Bytes>,
}

/// How every page looks.
pub(crate) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/style.css", "text/css; charset=utf-8", include_str!("../assets/style.css")));
/// What makes pages live.
pub(crate) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/app.js", "text/javascript; charset=utf-8", include_str!("../assets/app.js")));
/// The sign of the site.
pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("/icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")));

/// Whose address has the hash need not be asked for again: under that address it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Asked for by its bare name: for this long.
const A_WHILE: &str = "public, max-age=300";

impl Asset {
    fn new(path: &str, media: &'static str, text: &'static str) -> Self {
        let version: String = Sha256::digest(text.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect();
        let address = format!("{path}?v={version}");
        let packed = gzip(text.as_bytes()).filter(|p| p.len() < text.len());
        Self { media, text, version, address, packed }
    }

    /// What a page calls it by.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn answer(&self, headers: &HeaderMap, query: Option<&str>) -> Response {
        let packed = self.packed.as_ref().filter(|_| takes_gzip(headers));
        let named = query.and_then(|q| q.strip_prefix("v=")).is_some_and(|v| v == self.version);
        let tag = format!("\"{}{}\"", self.version, if packed.is_some() { "-gzip" } else { "" });
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
        let known = known.flat_map(|v| v.split(',')).any(|t| {
            let t = t.trim();
            t == "*" || t.strip_prefix("W/").unwrap_or(t) == tag
        });
        let mut response = Response::new(match (known, packed) {
            (true, _) => Body::empty(),
            (false, Some(packed)) => Body::from(packed.clone()),
            (false, None) => Body::from(self.text),
        });
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(if named { FOR_EVER } else { A_WHILE }));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        varies(headers);
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media));
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, GZIP);
        }
        response
    }
}

/// `GET /style.css`.
pub(crate) async fn style(headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    STYLE.answer(&headers, query.as_deref())
}

/// `GET /app.js`.
pub(crate) async fn script(headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    SCRIPT.answer(&headers, query.as_deref())
}

/// `GET /icon.svg`.
pub(crate) async fn icon(headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    ICON.answer(&headers, query.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let one = |(name, value): &(&'static str, &str)| {
            (header::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(one).collect()
    }

    #[test]
    fn a_file_is_kept_for_ever_under_its_hash_and_not_sent_twice() {
        let query = STYLE.address().split_once('?').unwrap().1;
        let first = STYLE.answer(&sent(&[("accept-encoding", "gzip")]), Some(query));
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()["cache-control"], FOR_EVER);
        assert_eq!(first.headers()["content-encoding"], "gzip");
        assert_eq!(first.headers()["vary"], "accept-encoding");
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        for (name, not_again) in [
            (tag.clone(), true),
            (format!("\"x\", W/{tag}"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
        ] {
            let again = STYLE.answer(&sent(&[("accept-encoding", "gzip"), ("if-none-match", &name)]), Some(query));
            assert_eq!(again.status() == StatusCode::NOT_MODIFIED, not_again, "{name}");
        }
        // Who cannot unpack has another file, with another tag.
        let plain = STYLE.answer(&sent(&[("if-none-match", &tag)]), None);
        assert_eq!((plain.status(), plain.headers().contains_key("content-encoding")), (StatusCode::OK, false));
        assert_eq!(plain.headers()["cache-control"], A_WHILE);
        // An address of another version shows what there is now, and not for long.
        assert_eq!(STYLE.answer(&sent(&[]), Some("v=0123456789abcdef")).headers()["cache-control"], A_WHILE);
    }
}
