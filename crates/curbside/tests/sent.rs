//! What leaves the server: a reader remembered in a cookie, text packed, files named by their content.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use common::wire::{Answer, QUESTION, Server, read_text};
use serde_json::Value;
use std::io::{Read, Write};

#[test]
fn the_reader_that_was_chosen_is_remembered_and_what_a_form_says_by_itself_is_not() {
    let bench = Bench::new();
    let server = Server::start(&bench, "");
    let own = ("Sec-Fetch-Site", "same-origin");
    let ask = |path: &str, cookie: Option<&str>, fields: &str| {
        let cookie = cookie.map(|c| ("Cookie", c));
        let headers: Vec<(&str, &str)> = std::iter::once(own).chain(cookie).collect();
        server.send(&format!("POST {path}"), &headers, &format!("{QUESTION}{fields}"))
    };
    let reader = |answer: &Answer| {
        let json: Value =
            serde_json::from_str(&server.get(&format!("{}/json", answer.headers["location"])).body).unwrap();
        json["body"]["reader"].as_str().unwrap().to_owned()
    };
    let set = |answer: &Answer| answer.headers.get("set-cookie").cloned();

    // The list of the first page stands on clinicians.
    let plain = ask("/ask", None, "&reader=clinician");
    assert_eq!((reader(&plain), set(&plain)), ("clinician".to_owned(), None));
    assert!(!server.get(&plain.headers["location"]).body.contains("<details class=\"reader\""));
    // Whom a page was for is no choice either.
    let related = ask("/ask", None, "&for=patient");
    assert_eq!((reader(&related), set(&related)), ("patient".to_owned(), None));

    let chosen = ask("/ask", None, "&reader=patient&remember=yes");
    let cookie = set(&chosen).unwrap();
    assert!(cookie.starts_with("reader=patient; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(set(&ask("/ask/stream", None, "&reader=clinician&remember=yes")).unwrap().starts_with("reader=clinician;"));
    let cookie = Some("reader=patient");
    // From then on it is the choice of forms that make none: the first, a related question's, a follow-up's.
    let hash = plain.headers["location"].rsplit('/').next().unwrap();
    for fields in ["", "&for=clinician", &format!("&follows={hash}")] {
        let asked = ask("/ask", cookie, fields);
        assert_eq!((reader(&asked), set(&asked)), ("patient".to_owned(), None), "{fields}");
    }
    let streamed = ask("/ask/stream", cookie, "").body;
    assert!(streamed.contains(&chosen.headers["location"]), "{streamed}");
    // And it can be changed back anywhere.
    assert!(set(&ask("/ask", cookie, "&reader=clinician")).unwrap().starts_with("reader=clinician;"));
    let page = server.send(&format!("GET {}", chosen.headers["location"]), &[("Cookie", "reader=patient")], "").body;
    assert!(page.contains("<summary>Worded for patients and families. "), "{page}");
    assert!(page.contains("<option value=\"patient\" selected>"));
    let other = server.send(&format!("GET {}", plain.headers["location"]), &[("Cookie", "reader=patient")], "").body;
    assert!(other.contains("<details class=\"reader\" open>"));
    let unknown = server.send(&format!("GET {}", plain.headers["location"]), &[("Cookie", "reader=nurse")], "").body;
    assert!(!unknown.contains("<details class=\"reader\""));
}

/// An answer with its body as it came over the wire.
fn raw(server: &Server, line: &str, headers: &[(&str, &str)], body: &str) -> (Answer, Vec<u8>) {
    let (mut stream, mut bytes) = (server.connect(), Vec::new());
    stream.write_all(server.request(line, headers, body).as_bytes()).unwrap();
    stream.read_to_end(&mut bytes).unwrap();
    let at = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = read_text(&bytes[..at]);
    (head, bytes[at + 4..].to_vec())
}

#[test]
fn text_leaves_packed_to_who_takes_it_but_no_stream_and_no_secret() {
    const GZIP: &[(&str, &str)] = &[("Accept-Encoding", "gzip, deflate, br")];
    let bench = Bench::new();
    let server = Server::start(&bench, "[server]\nbase_path = \"/curb\"\n");
    let article = server.send("POST /curb/ask", &[], QUESTION).headers["location"].clone();
    for path in [article.as_str(), "/curb/", &format!("{article}/json"), "/curb/api/openapi.json", "/curb/style.css"] {
        let (plain, text) = raw(&server, &format!("GET {path}"), &[], "");
        assert!(
            !plain.headers.contains_key("content-encoding") && plain.headers["vary"] == "accept-encoding",
            "{path}"
        );
        // Made, then, where it is a page, out of memory.
        for _ in 0..2 {
            let (packed, bytes) = raw(&server, &format!("GET {path}"), GZIP, "");
            assert_eq!(
                (packed.headers["content-encoding"].as_str(), packed.headers["vary"].as_str()),
                ("gzip", "accept-encoding")
            );
            assert_eq!(packed.headers["content-length"], bytes.len().to_string());
            assert!(bytes.len() < text.len() / 2, "{path}: {} of {}", bytes.len(), text.len());
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, text, "{path}");
            for header in ["cache-control", "x-robots-tag", "content-security-policy", "content-type"] {
                assert_eq!(packed.headers.get(header), plain.headers.get(header), "{path}: {header}");
            }
        }
    }
    // The page of a one-time link holds its secret.
    let added = bench.run(&["people", "add", "ann", "--name", "Ann", "--json"], 0);
    let link = serde_json::from_str::<Value>(&added).unwrap()["link"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("/curb/welcome/{link}")).status, 200);
    let refused = ("POST /curb/sign-in", "username=nobody&password=wrong");
    for (line, body) in
        [(format!("GET /curb/welcome/{link}").as_str(), ""), ("POST /curb/ask/stream", QUESTION), refused]
    {
        let (answer, _) = raw(&server, line, GZIP, body);
        assert!(answer.status != 404 && !answer.headers.contains_key("content-encoding"), "{line}");
    }
}

#[test]
fn a_page_names_its_files_by_their_content_and_they_are_not_sent_twice() {
    let bench = Bench::new();
    let server = Server::start(&bench, "");
    let page = server.get("/").body;
    for file in ["/style.css", "/app.js", "/icon.svg"] {
        let address = page.split('"').find(|a| a.starts_with(&format!("{file}?v="))).unwrap();
        let first = server.get(address);
        assert_eq!((first.status, first.headers["cache-control"].contains("immutable")), (200, true), "{address}");
        let tag = first.headers["etag"].as_str();
        let again = server.send(&format!("GET {address}"), &[("If-None-Match", tag)], "");
        assert_eq!((again.status, again.body.as_str(), again.headers["etag"].as_str()), (304, "", tag));
        assert!(!server.get(file).headers["cache-control"].contains("immutable"), "{file}");
    }
}
