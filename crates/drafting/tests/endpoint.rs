//! What a server may do to us: nothing but cost the time limit.

#![allow(clippy::unwrap_used)]

mod common;

use answering::{DraftError, Drafter};
use common::server::{Server, completion, respond};
use common::with_plan;
use drafting::ChatModel;
use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

const KEY: &str = "sk-very-secret";
const GOOD: &str = r#"{"bottom_line": [3], "sections": [
    {"section": "find-out-first", "statements": [1, 2]}, {"section": "strategy", "statements": [3, 4, 5, 6, 7, 8]},
    {"section": "avoid", "statements": [9]}, {"section": "outcomes", "statements": [10]},
    {"section": "studies", "statements": [12, 11]}]}"#;

fn model(url: &str, time_limit: Duration) -> ChatModel {
    ChatModel::new(url, "test", Some(KEY), time_limit).unwrap()
}

/// Drafts and expects an error, which must not hold the key; says how long it took.
fn fails(url: &str, time_limit: Duration) -> (String, Duration) {
    let model = model(url, time_limit);
    let start = Instant::now();
    let error: DraftError = with_plan(|plan, _| model.draft(plan).unwrap_err());
    let took = start.elapsed();
    assert!(!format!("{error} {error:?} {model:?}").contains("secret"), "{error:?} {model:?}");
    (error.reason, took)
}

const LONG: Duration = Duration::from_secs(20);

#[test]
fn the_key_is_sent_and_never_shown() {
    let server = Server::saying(GOOD);
    let model = model(&server.url, LONG);
    with_plan(|plan, _| model.draft(plan).unwrap());
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer sk-very-secret"));
    assert!(!format!("{model:?} {model:#?}").contains("secret"));
    assert_eq!(model.name(), "chat-model test");
    assert_eq!(model.address(), format!("{}/chat/completions", server.url));
}

#[test]
fn an_error_status_is_an_error_at_once_and_its_body_is_not_repeated() {
    for status in ["401 Unauthorized", "403 Forbidden", "404 Not Found", "500 Internal Server Error"] {
        let server = Server::start(move |_, _, s| {
            respond(s, status, r#"{"error": {"message": "Incorrect API key: sk-very-secret"}}"#);
        });
        assert_eq!(fails(&server.url, LONG).0, format!("it answered with HTTP status {}", &status[..3]));
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[test]
fn a_server_that_is_still_starting_is_asked_once_more() {
    let server = Server::start(|before, _, stream| match before {
        0 => respond(stream, "503 Service Unavailable", r#"{"error": {"message": "Loading model"}}"#),
        _ => respond(stream, "200 OK", &completion(GOOD, "stop")),
    });
    with_plan(|plan, _| model(&server.url, LONG).draft(plan).unwrap());
    assert_eq!(server.seen().len(), 2);

    // For as long as the pauses fit into the time.
    let server = Server::start(|_, _, stream| respond(stream, "503 Service Unavailable", "{}"));
    let (reason, took) = fails(&server.url, Duration::from_secs(2));
    assert_eq!(reason, "it answered with HTTP status 503");
    assert_eq!(server.seen().len(), 3);
    assert!(took >= Duration::from_millis(1300) && took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_server_that_is_busy_is_asked_again_when_it_says() {
    for status in ["429 Too Many Requests", "502 Bad Gateway"] {
        let server = Server::start(move |before, _, stream| match before {
            0 => {
                let head = format!("HTTP/1.1 {status}\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
                let _ = stream.write_all(head.as_bytes());
            }
            _ => respond(stream, "200 OK", &completion(GOOD, "stop")),
        });
        let start = Instant::now();
        with_plan(|plan, _| model(&server.url, LONG).draft(plan).unwrap());
        assert_eq!(server.seen().len(), 2);
        assert!(start.elapsed() >= Duration::from_secs(1));
    }
    // Not when that is later than anyone waits.
    let server = Server::start(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
    });
    let (reason, took) = fails(&server.url, LONG);
    assert_eq!(reason, "it answered with HTTP status 429");
    assert!(took < Duration::from_secs(1) && server.seen().len() == 1);
}

#[test]
fn a_server_that_does_not_understand_is_asked_in_a_simpler_form() {
    let server = Server::start(|_, seen, stream| match seen.body.get("response_format") {
        Some(_) => respond(stream, "400 Bad Request", r#"{"error": {"message": "response_format: unknown"}}"#),
        None => respond(stream, "200 OK", &completion(GOOD, "stop")),
    });
    with_plan(|plan, _| model(&server.url, LONG).draft(plan).unwrap());
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    let keys: Vec<&String> = seen[1].body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["messages", "model", "stream", "temperature"]);

    let server = Server::start(|_, _, stream| respond(stream, "400 Bad Request", "{}"));
    assert_eq!(fails(&server.url, LONG).0, "it answered with HTTP status 400");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_refused_connection_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let (reason, took) = fails(&url, Duration::from_secs(1));
    assert_eq!(reason, "the connection was refused");
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_silent_server_costs_no_more_than_the_time_limit() {
    let server = Server::start(|_, _, _| thread::sleep(Duration::from_secs(10)));
    let (reason, took) = fails(&server.url, Duration::from_millis(600));
    assert_eq!(reason, "no whole answer within 0.6 s");
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_server_that_drips_costs_no_more_than_the_time_limit() {
    let server = Server::start(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let (reason, took) = fails(&server.url, Duration::from_millis(600));
    assert_eq!(reason, "no whole answer within 0.6 s");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn a_huge_answer_is_not_read_to_its_end() {
    let declared = Server::start(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n");
        while stream.write_all(&[b' '; 65536]).is_ok() {}
    });
    let chunked = Server::start(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while stream.write_all(b"10000\r\n").and_then(|()| stream.write_all(&[b' '; 65536])).is_ok() {
            let _ = stream.write_all(b"\r\n");
        }
    });
    for server in [declared, chunked] {
        assert_eq!(fails(&server.url, LONG).0, "the answer is longer than 4000000 bytes");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::saying(GOOD);
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let to = elsewhere.url.clone();
        let server = Server::start(move |_, _, stream| {
            let head = format!("HTTP/1.1 {status}\r\nLocation: {to}/chat/completions\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.write_all(head.as_bytes());
        });
        let (reason, _) = fails(&server.url, LONG);
        assert_eq!(reason, format!("it answered with HTTP status {}; redirects are not followed", &status[..3]));
    }
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn what_is_no_chat_completion_is_an_error() {
    let not_one = [
        ("sk-very-secret", "it answered with something that is no chat completion"),
        ("{}", "it answered with something that is no chat completion"),
        (r#"{"choices": []}"#, "it answered with no choice"),
        (r#"{"choices": [{"message": {"role": "assistant", "content": null}}]}"#, "it answered with no content"),
        (r#"{"choices": [{"message": {"role": "assistant", "refusal": "no"}}]}"#, "it answered with no content"),
    ];
    for (body, reason) in not_one {
        let server = Server::start(move |_, _, stream| respond(stream, "200 OK", body));
        assert_eq!(fails(&server.url, LONG).0, reason);
    }
    let server = Server::start(|_, _, stream| respond(stream, "200 OK", &completion(GOOD, "length")));
    assert_eq!(fails(&server.url, LONG).0, "its answer was cut off");
}

#[test]
fn what_is_no_http_or_breaks_off_is_an_error() {
    let other = Server::start(|_, _, stream| drop(stream.write_all(b"220 sk-very-secret ESMTP ready\r\n")));
    assert_eq!(fails(&other.url, LONG).0, "it does not speak HTTP as expected");
    let gone = Server::start(|_, _, stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")));
    assert!(fails(&gone.url, LONG).0.starts_with("the connection failed"));
    let plain = Server::saying(GOOD);
    let (reason, _) = fails(&plain.url.replace("http://", "https://"), LONG);
    assert!(reason.starts_with("no encrypted connection") || reason.starts_with("the connection failed"), "{reason}");
    assert!(plain.seen().is_empty());
}

#[test]
fn a_model_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&model("http://127.0.0.1:1/v1", LONG));
}
