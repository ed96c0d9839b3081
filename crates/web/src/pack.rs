//! Compression on the wire: answers to a GET that are text and long enough leave as gzip, where the client takes it.
//!
//! Never packed: what answers anything but a GET (the pages that show a one-time link or a token once are such), and the pages of a
//! one-time link, whose address holds the secret. From the length of a packed page that holds a secret beside text that
//! somebody else chose the secret can be guessed (BREACH; docs/threat-model.md). No stream either: it would be held back.

use crate::people;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::Body as _;
use std::io::Write;

/// Shorter than this a packet is sent either way.
const LEAST: u64 = 1_024;
/// What is longer is not held in memory twice.
const MOST: u64 = 16 << 20;
/// From here on it is packed away from the threads that serve connections.
const LONG: usize = 32 << 10;

/// Kinds of text.
const TEXT: &[&str] = &[
    "text/",
    "application/json",
    "application/problem+json",
    "application/xml",
    "application/atom+xml",
    "application/x-",
    "application/vnd.",
    "image/svg+xml",
];

/// Routes whose pages hold a secret.
const SECRET: &[&str] = &["/welcome/{link}"];

pub(crate) const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");

/// Packs what leaves; puts the base path before its addresses first, since nobody can afterwards.
pub(crate) async fn pack(request: Request, next: Next) -> Response {
    let site = people::site(request.extensions());
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let may = request.method() == Method::GET && !route.is_some_and(|r| SECRET.contains(&r));
    let wanted = may && takes_gzip(request.headers());
    let mut response = next.run(request).await;
    if let Some(site) = site {
        response = site.leave(response).await;
    }
    if !may || !is_packable(&response) {
        return response;
    }
    varies(response.headers_mut());
    if wanted { packed(response).await } else { response }
}

/// Says that the answer is another for who takes other encodings.
pub(crate) fn varies(headers: &mut HeaderMap) {
    headers.append(header::VARY, VARY);
}

/// Whether a client said that it takes gzip (RFC 9110, section 12.5.3).
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    let (mut named, mut any) = (None, None);
    for element in values.flat_map(|v| v.split(',')) {
        let mut parts = element.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
        let takes = weight.is_none_or(|w| w.parse::<f32>().is_ok_and(|w| w > 0.0));
        match name {
            n if n.eq_ignore_ascii_case("gzip") || n.eq_ignore_ascii_case("x-gzip") => named = Some(takes),
            "*" => any = Some(takes),
            _ => {}
        }
    }
    named.or(any).unwrap_or(false)
}

fn is_packable(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::OK
        && !headers.contains_key(header::CONTENT_ENCODING)
        && !kind.starts_with("text/event-stream")
        && TEXT.iter().any(|t| kind.starts_with(t))
        && response.body().size_hint().exact().is_some_and(|size| (LEAST..=MOST).contains(&size))
}

async fn packed(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(plain) = to_bytes(body, usize::MAX).await else {
        // Its length was known, so it lay in memory; there is nothing of it to send.
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    };
    let bytes = plain.clone();
    let packed = match plain.len() > LONG {
        true => tokio::task::spawn_blocking(move || gzip(&bytes)).await.unwrap_or(None),
        false => gzip(&bytes),
    };
    let Some(packed) = packed.filter(|p| p.len() < plain.len()) else {
        return Response::from_parts(parts, Body::from(plain));
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, GZIP);
    Response::from_parts(parts, Body::from(packed))
}

/// Text as gzip; nothing where memory refuses.
pub(crate) fn gzip(text: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::default());
    encoder.write_all(text).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_who_takes_it() {
        for (sent, takes) in [
            (None, false),
            (Some(""), false),
            (Some("gzip"), true),
            (Some("deflate, GZip;q=0.5, br"), true),
            (Some("br, x-gzip"), true),
            (Some("gzip;q=0"), false),
            (Some("gzip; q=0.0, *"), false),
            (Some("*"), true),
            (Some("*;q=0"), false),
            (Some("identity, br"), false),
            (Some("gzip;q=much"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(sent) = sent {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(sent));
            }
            assert_eq!(takes_gzip(&headers), takes, "{sent:?}");
        }
    }

    #[test]
    fn only_text_of_some_length_is_packed() {
        let answer = |kind: &'static str, length: usize| {
            Response::builder().header("content-type", kind).body(Body::from("a".repeat(length))).unwrap()
        };
        for (kind, length, may) in [
            ("text/html; charset=utf-8", 2_000, true),
            ("text/html; charset=utf-8", 1_000, false),
            ("image/svg+xml", 2_000, true),
            ("application/json", 2_000, true),
            ("application/vnd.citationstyles.csl+json", 2_000, true),
            ("application/pdf", 2_000, false),
            ("text/event-stream", 2_000, false),
        ] {
            assert_eq!(is_packable(&answer(kind, length)), may, "{kind} {length}");
        }
        let stream = Body::new(http_body_of_unknown_length());
        assert!(!is_packable(&Response::builder().header("content-type", "text/html").body(stream).unwrap()));
    }

    /// As a stream is: nobody knows how long it gets.
    fn http_body_of_unknown_length() -> impl http_body::Body<Data = Bytes, Error = std::convert::Infallible> {
        struct Stream;
        impl http_body::Body for Stream {
            type Data = Bytes;
            type Error = std::convert::Infallible;
            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
                std::task::Poll::Ready(None)
            }
        }
        Stream
    }
}
