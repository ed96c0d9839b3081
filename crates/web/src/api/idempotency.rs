//! `Idempotency-Key`: the same request sent twice is done once. The answer to a key is kept in memory, for 24 hours at most and
//! never across a restart; the oldest goes when there are too many.
//!
//! Keys are of whoever sends them: of a person or token's owner, and of an address where nobody is known.

use super::problem::{self, Wire};
use crate::people;
use crate::pool::Pool;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use desk::board::Actor;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer is kept.
/// Largest request body that is looked at: the longest question with room for escapes. What the server lets in may be less.
const BODY_BYTES: usize = 3 * desk::Question::MAX_BYTES + 1024;
const KEPT: Duration = Duration::from_hours(24);
/// Answers kept at most.
const ANSWERS: usize = 4_096;
/// Bytes of answers kept at most, all together.
const BYTES: usize = 64 * 1024 * 1024;
/// Longest key.
const KEY: usize = 200;
/// The header.
const NAME: &str = "idempotency-key";
/// Says of an answer that it was given before.
const REPLAYED: &str = "idempotency-replayed";

type Print = [u8; 32];

/// An answer as it is given again.
#[derive(Clone)]
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

enum Slot {
    Running(Print),
    Done(Print, Instant, Kept),
}

#[derive(Default)]
struct Slots {
    by_key: HashMap<(String, String), Slot>,
    /// Keys of answers, the oldest first.
    order: VecDeque<(String, String)>,
    bytes: usize,
}

/// The answers of a server.
#[derive(Clone)]
pub(crate) struct Answers {
    slots: Arc<Mutex<Slots>>,
    /// Of this process alone: a request may hold a password, and what is kept of it must not let one try passwords.
    salt: [u8; 16],
}

/// What a key stands for now.
enum Found {
    Nothing,
    Another,
    Running,
    Answer(Kept),
}

impl Slots {
    fn forget(&mut self, key: &(String, String)) {
        if let Some(Slot::Done(_, _, kept)) = self.by_key.remove(key) {
            self.bytes -= kept.body.len();
        }
    }

    /// Drops what is too old or too much.
    fn tidy(&mut self, now: Instant) {
        while let Some(oldest) = self.order.front() {
            let old = match self.by_key.get(oldest) {
                Some(Slot::Done(_, at, _)) => now.duration_since(*at) >= KEPT,
                _ => true,
            };
            if !old && self.order.len() <= ANSWERS && self.bytes <= BYTES {
                break;
            }
            if let Some(oldest) = self.order.pop_front() {
                self.forget(&oldest);
            }
        }
    }

    /// Takes a key for a request, or tells what it stands for.
    fn take(&mut self, key: &(String, String), print: Print, now: Instant) -> Found {
        self.tidy(now);
        let found = match self.by_key.get(key) {
            None => Found::Nothing,
            Some(Slot::Running(p) | Slot::Done(p, ..)) if *p != print => Found::Another,
            Some(Slot::Running(_)) => Found::Running,
            Some(Slot::Done(_, _, kept)) => Found::Answer(kept.clone()),
        };
        if matches!(found, Found::Nothing) {
            self.by_key.insert(key.clone(), Slot::Running(print));
        }
        found
    }

    fn keep(&mut self, key: &(String, String), print: Print, kept: Kept, now: Instant) {
        self.bytes += kept.body.len();
        self.by_key.insert(key.clone(), Slot::Done(print, now, kept));
        self.order.push_back(key.clone());
        self.tidy(now);
    }
}

/// A key that a request holds; free again where its request ends without an answer that is kept, or its client leaves.
struct Holding {
    answers: Answers,
    key: (String, String),
    print: Print,
    kept: bool,
}

impl Drop for Holding {
    fn drop(&mut self) {
        if !self.kept {
            self.answers.slots().by_key.remove(&self.key);
        }
    }
}

impl Answers {
    pub(crate) fn new() -> Self {
        let mut salt = [0; 16];
        // Two keys of the standard library's maps, which are random.
        for half in salt.chunks_mut(8) {
            half.copy_from_slice(&RandomState::new().hash_one(0_u8).to_le_bytes());
        }
        Self { slots: Arc::default(), salt }
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, Slots> {
        // Somebody who panicked left whole entries.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn print(&self, request: &Request, body: &[u8]) -> Print {
        let mut hash = Sha256::new();
        let media = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        for part in [&self.salt[..], request.uri().to_string().as_bytes(), media, body] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// Goes before every route; what is no POST, or has no key, passes.
pub(crate) async fn once(State((pool, answers)): State<(Pool, Answers)>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(NAME) {
        return next.run(request).await;
    }
    let mut keys = request.headers().get_all(NAME).iter();
    let key = keys.next().and_then(|k| k.to_str().ok()).unwrap_or_default().to_owned();
    if keys.next().is_some() || key.is_empty() || key.len() > KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Wire::Key.told("this is no idempotency key");
    }
    let actor = match people::actor(request.headers(), people::site(request.extensions()).as_deref(), &pool).await {
        Ok(actor) => actor,
        Err(failure) => return problem::of(&failure),
    };
    let who = match actor {
        Actor::Anonymous => format!("anonymous {}", people::client(&request)),
        known => known.label(),
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES).await else {
        return Wire::TooLarge.told("the body is too large, or did not come whole");
    };
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let print = answers.print(&request, &body);
    let key = (who, key);
    match answers.slots().take(&key, print, Instant::now()) {
        Found::Nothing => {}
        Found::Another => return Wire::KeyReused.told("this key was used for another request"),
        Found::Running => return Wire::KeyRunning.told("the first request with this key is not answered yet"),
        Found::Answer(kept) => return again(kept),
    }
    let mut holding = Holding { answers: answers.clone(), key, print, kept: false };
    let (parts, body) = next.run(request).await.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Wire::Stopping.told("the answer could not be read");
    };
    if is_final(parts.status) {
        let kept = Kept { status: parts.status, headers: parts.headers.clone(), body: body.clone() };
        holding.answers.slots().keep(&holding.key, holding.print, kept, Instant::now());
        holding.kept = true;
    }
    Response::from_parts(parts, Body::from(body))
}

/// Whether the same request would be answered so again: not where it was refused for who asked or how often, nor where the
/// server failed.
fn is_final(status: StatusCode) -> bool {
    let passing = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
    !status.is_server_error() && !passing.contains(&status)
}

fn again(kept: Kept) -> Response {
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = kept.status;
    *response.headers_mut() = kept.headers;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> (String, String) {
        ("person 1".to_owned(), n.to_string())
    }

    fn kept(bytes: usize) -> Kept {
        Kept { status: StatusCode::OK, headers: HeaderMap::new(), body: vec![b'a'; bytes].into() }
    }

    #[test]
    fn a_key_is_free_running_done_and_free_again_after_a_day() {
        let (mut slots, now) = (Slots::default(), Instant::now());
        assert!(matches!(slots.take(&key(1), [1; 32], now), Found::Nothing));
        assert!(matches!(slots.take(&key(1), [1; 32], now), Found::Running));
        assert!(matches!(slots.take(&key(1), [2; 32], now), Found::Another));
        slots.keep(&key(1), [1; 32], kept(5), now);
        assert!(matches!(slots.take(&key(1), [1; 32], now + KEPT / 2), Found::Answer(_)));
        assert!(matches!(slots.take(&key(1), [2; 32], now), Found::Another));
        assert!(matches!(slots.take(&key(1), [2; 32], now + KEPT), Found::Nothing));
        assert_eq!(slots.bytes, 0);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (mut slots, now) = (Slots::default(), Instant::now());
        for n in 0..ANSWERS + 10 {
            slots.take(&key(n), [0; 32], now);
            slots.keep(&key(n), [0; 32], kept(1), now);
        }
        assert_eq!((slots.order.len(), slots.bytes), (ANSWERS, ANSWERS));
        assert!(matches!(slots.take(&key(3), [0; 32], now), Found::Nothing), "the oldest went");
        slots.take(&key(9_999), [0; 32], now);
        slots.keep(&key(9_999), [0; 32], kept(BYTES - 2), now);
        assert!(slots.bytes <= BYTES && slots.order.len() < 4);
    }

    #[test]
    fn a_request_that_is_left_frees_its_key() {
        let answers = Answers::new();
        answers.slots().take(&key(1), [1; 32], Instant::now());
        drop(Holding { answers: answers.clone(), key: key(1), print: [1; 32], kept: false });
        assert!(matches!(answers.slots().take(&key(1), [2; 32], Instant::now()), Found::Nothing));
    }
}
