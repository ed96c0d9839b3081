//! The API over the real binary and a real port: an article from its question to Approved by three people, problems,
//! idempotency keys, pages of lists, who may do what. The file that describes it: openapi.rs.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::browser::Served;
use common::client::Client;
use common::{Bench, PASSWORD};
use serde_json::{Value, json};

const QUESTION: &str = "How is hypomagnesemia evaluated?";

#[test]
fn three_people_take_an_article_to_approved_over_the_api() {
    let bench = Bench::new();
    bench.board();
    bench.person("gil", &["administrator"]);
    let server = Served::start(&bench, 0, &[]);
    let [wanda, vera, viktor, edith, gil] =
        ["wanda", "vera", "viktor", "edith", "gil"].map(|name| Client::signed_in(&server, name));
    let nobody = Client::nobody(&server);

    let asked = wanda.post("/questions", &json!({ "question": QUESTION })).good();
    let hash = asked["hash"].as_str().unwrap();
    let review = |step: &str| format!("/reviews/{hash}/{step}");
    nobody.get(&format!("/articles/{hash}")).problem(401, "sign-in");
    vera.get(&format!("/articles/{hash}")).problem(403, "not-yours");
    vera.post(&review("take"), &json!({})).problem(403, "not-yours");
    wanda.post(&review("revise"), &json!({ "how": "marks" })).problem(409, "not-submitted");

    let shown = wanda.post(&review("submit"), &json!({})).good();
    assert_eq!(shown["standing"]["stage"], "submitted");
    let queue = vera.get("/reviews").good();
    assert_eq!((&queue["items"][0]["hash"], &queue["next"]), (&json!(hash), &Value::Null));
    wanda.post(&review("take"), &json!({})).problem(403, "role");
    let all: Vec<String> = (1..=shown["statements"].as_array().unwrap().len()).map(|n| n.to_string()).collect();
    let mut stale = 0;
    for reviewer in [&vera, &viktor] {
        // No body at all is a step without words.
        assert_eq!(reviewer.send("POST", &format!("/api/v1{}", review("take")), &[], b"").status, 200);
        let sign = json!({ "decision": "approve", "password": PASSWORD });
        reviewer.post(&review("sign"), &sign).problem(403, "conflict-not-stated");
        reviewer.post(&review("conflict"), &json!({})).problem(422, "bad-body");
        reviewer.post(&review("conflict"), &json!({ "conflict": null })).good();
        reviewer
            .post(&review("mark"), &json!({ "statements": ["999"], "mark": "accept" }))
            .problem(409, "no-such-statement");
        reviewer.post(&review("mark"), &json!({ "statements": ["2"], "mark": "reject" })).problem(409, "words-needed");
        stale = reviewer.get(&format!("/reviews/{hash}")).good()["changes"].as_u64().unwrap();
        reviewer.post(&review("mark"), &json!({ "statements": all, "mark": "accept", "seen": stale })).good();
        let late = json!({ "decision": "approve", "password": PASSWORD, "seen": stale });
        reviewer.post(&review("sign"), &late).problem(409, "changed");
        let wrong = json!({ "decision": "approve", "password": "not the password" });
        reviewer.post(&review("sign"), &wrong).problem(401, "sign-in-failed");
        reviewer.post(&review("sign"), &sign).good();
    }
    let shown = edith.get(&format!("/reviews/{hash}")).good();
    assert_eq!((&shown["standing"]["stage"], &shown["standing"]["approved"]), (&json!("approved"), &json!(true)));
    assert_eq!(shown["standing"]["banner"], "Approved by Person vera, MD; Person viktor, MD.");
    vera.post(&review("mark"), &json!({ "statements": all, "mark": "accept", "seen": stale })).problem(409, "changed");
    edith.post(&review("publish"), &json!({})).good();

    // Everyone reads it now, with what the board says of it.
    let slug = shown["slug"].as_str().unwrap();
    let read = nobody.get(&format!("/articles/{slug}")).good();
    assert_eq!((&read["standing"]["approved"], &read["reasons"]), (&json!(true), &json!([])));
    assert_eq!(read["body"]["question"], QUESTION);
    assert_eq!(read["statements"].as_array().unwrap().len(), all.len());
    assert_eq!(nobody.get(&format!("/articles/{slug}/versions")).good()["versions"][0]["hash"], hash);
    let history = wanda.get(&format!("/reviews/{hash}/history")).good();
    assert!(history.to_string().contains("\"signed\""), "{history}");
    assert_eq!(nobody.get("/members").good()[0]["articles"], 1);

    // A problem with one of its statements becomes a correction.
    let about =
        json!({ "article": slug, "statement": read["statements"][0], "words": "Of another drug. MRN 8812345." });
    let made = nobody.post("/reports", &about);
    assert_eq!(made.status, 201);
    let id = made.json()["id"].clone();
    nobody.get("/reports").problem(401, "sign-in");
    let reports = edith.get("/reports").good();
    assert!(reports["items"][0]["said"].is_string() && !reports.to_string().contains("8812345"), "{reports}");
    let end = json!({ "ended": "corrected", "words": "The drug was wrong; it is another now." });
    assert_eq!(edith.post(&format!("/reports/{id}/end"), &end).status, 204);
    edith.post(&format!("/reports/{id}/end"), &end).problem(409, "report-ended");
    assert_eq!(edith.post("/corrections", &json!({ "article": slug, "words": "And a unit." })).status, 204);
    let corrections = nobody.get("/corrections").good();
    let words = |n: usize| corrections["items"][n]["words"].as_str().unwrap().to_owned();
    assert_eq!((words(0), words(1)), ("And a unit.".to_owned(), "The drug was wrong; it is another now.".to_owned()));

    // The policy, and the trail of all that.
    let text = [("content-type", "application/toml")];
    let policy = nobody.get("/policy").good();
    assert!(policy["toml"].as_str().unwrap().contains("[approval]"), "{policy}");
    edith.send("PUT", "/api/v1/policy", &text, b"[approval]\napprovals = 3\n").problem(403, "role");
    gil.send("PUT", "/api/v1/policy", &text, b"[approval]\napprovals = 0\n").problem(400, "bad-policy");
    assert_eq!(
        gil.send("PUT", "/api/v1/policy", &text, b"[approval]\napprovals = 3\n").good()["policy"]["approval"]["approvals"],
        3
    );
    vera.get("/audit").problem(403, "role");
    let signed = gil.get("/audit?action=sign-approve").good();
    assert_eq!(signed["items"].as_array().unwrap().len(), 2, "{signed}");
    assert_eq!(gil.get("/audit/verification").good()["fault"], Value::Null);
    assert_eq!(edith.post("/refresh", &json!({})).good()["looked"], 1);

    // It comes back, and goes.
    let shown = edith.post(&review("reopen"), &json!({ "words": "A trial came out." })).good();
    assert_eq!((&shown["standing"]["stage"], &shown["standing"]["was_approved"]), (&json!("submitted"), &json!(true)));
    edith.post(&review("retire"), &json!({ "words": "Not ours." })).good();
    nobody.get(&format!("/articles/{slug}")).problem(410, "taken-back");
}

#[test]
fn what_goes_wrong_is_told_as_a_problem() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let nobody = Client::nobody(&server);
    let json = [("content-type", "application/json")];
    let post = |headers: &[(&str, &str)], body: &[u8]| nobody.send("POST", "/api/v1/questions", headers, body);
    for path in ["/api", "/api/", "/api/v2/questions", "/api/v1/nothing", "/api/v1/articles/a/b/c"] {
        nobody.send("GET", path, &[], b"").problem(404, "no-route");
    }
    nobody.send("PATCH", "/api/v1/policy", &[], b"").problem(405, "method-not-allowed");
    post(&json, b"{\"question\": ").problem(400, "bad-json");
    post(&json, b"\xff").problem(400, "bad-json");
    post(&json, b"{\"question\": 3}").problem(422, "bad-body");
    post(&json, b"{\"question\": \"Why?\", \"readr\": \"patient\"}").problem(422, "bad-body");
    post(&[], b"").problem(422, "bad-body");
    post(&json, b"{\"question\": \"  \"}").problem(400, "empty-question");
    post(&[("content-type", "text/plain")], b"{\"question\": \"Why?\"}").problem(415, "content-type");
    let long = format!("{{\"question\": \"{}\"}}", "a".repeat(150_000));
    post(&json, long.as_bytes()).problem(413, "long-question");
    let huge = format!("{{\"question\": \"{}\"}}", "a".repeat(400_000));
    post(&json, huge.as_bytes()).problem(413, "too-large");
    // As a page elsewhere makes a browser send it.
    let elsewhere = [json[0], ("sec-fetch-site", "cross-site")];
    post(&elsewhere, b"{\"question\": \"Why?\"}").problem(403, "other-site");
    post(&[json[0], ("authorization", "Bearer cbs_no")], b"{\"question\": \"Why?\"}").problem(401, "bad-token");
    nobody.get("/articles/nothing").problem(404, "no-article");
    nobody.get("/articles/%ff").problem(400, "bad-request");
    nobody.get("/sources/digest%3Anothing").problem(404, "no-source");
    nobody.get("/sources?limit=201").problem(400, "bad-query");
    nobody.get("/sources?limt=2").problem(400, "bad-query");
    nobody.get("/sources?cursor=zz").problem(400, "bad-cursor");
    nobody.get("/search").problem(400, "bad-query");
    nobody.get("/reviews?order=colour").problem(400, "bad-query");
    nobody.get("/reviews").problem(401, "sign-in");
    nobody.get("/audit?from=yesterday").problem(400, "bad-query");
    nobody.post("/reports/x/end", &serde_json::json!({})).problem(400, "bad-request");
    nobody.post("/checks", &serde_json::json!({ "text": " ", "source": "digest:x" })).problem(400, "empty-claim");
}

#[test]
fn a_request_with_a_key_is_done_once() {
    let bench = Bench::new();
    bench.board();
    let server = Served::start(&bench, 0, &[]);
    let (wanda, vera) = (Client::signed_in(&server, "wanda"), Client::signed_in(&server, "vera"));
    let asked = wanda.post("/questions", &json!({ "question": QUESTION })).good();
    let report = json!({ "article": asked["hash"], "words": "A line is missing." });
    let key = [("idempotency-key", "6b1f5c1e-9a0e-4a34-8b0b-3b1f0a5c7d10")];
    let send = |who: &Client, body: &Value| who.post_with("/reports", &key, body);
    let first = send(&wanda, &report);
    let again = send(&wanda, &report);
    assert_eq!((first.status, first.replayed), (201, false));
    assert_eq!((again.status, again.replayed, &again.text), (201, true, &first.text));
    let another = json!({ "article": asked["hash"], "words": "Two lines are missing." });
    send(&wanda, &another).problem(422, "idempotency-reused");
    wanda.post_with("/checks", &key, &report).problem(422, "idempotency-reused");
    // The key of another person is another key: theirs is done, and here refused, and being refused is not kept.
    send(&vera, &report).problem(403, "not-yours");
    assert!(!send(&vera, &report).replayed);
    // Without a key it is done each time.
    assert_ne!(wanda.post("/reports", &report).text, first.text);
    wanda.post_with("/reports", &[("idempotency-key", "a b")], &report).problem(400, "idempotency-key");
    // What was wrong stays wrong under its key.
    let empty = json!({ "question": "" });
    let ask = || wanda.post_with("/questions", &[("idempotency-key", "q")], &empty);
    ask().problem(400, "empty-question");
    assert!(ask().replayed);
}

#[test]
fn lists_come_in_pages_and_references_as_they_are_asked_for() {
    let bench = Bench::new();
    bench.person("ada", &["reader"]);
    let server = Served::start(&bench, 0, &[]);
    let ada = Client::signed_in(&server, "ada");
    let mut asked = Vec::new();
    for age in 30..35 {
        let question = format!("How is hypomagnesemia evaluated in a {age} year old?");
        asked.push(ada.post("/questions", &json!({ "question": question })).good()["hash"].clone());
    }
    let all = |path: &str| {
        let mut seen: Vec<Value> = Vec::new();
        let mut next = String::new();
        loop {
            let page = ada.get(&format!("{path}?limit=2{next}")).good();
            let items = page["items"].as_array().unwrap();
            assert!(!items.is_empty() && items.len() <= 2);
            seen.extend(items.iter().cloned());
            match page["next"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => return seen,
            }
        }
    };
    let hashes: Vec<Value> = all("/articles").iter().map(|item| item["hash"].clone()).collect();
    asked.reverse();
    assert_eq!(hashes, asked);
    let sources: Vec<String> = all("/sources").iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect();
    assert!(sources.len() > 5 && sources.windows(2).all(|w| w[0] < w[1]), "{sources:?}");
    let shown = ada.get(&format!("/sources/{}", sources[0].replace('/', "%2F"))).good();
    assert_eq!(shown["source"]["id"], sources[0].as_str());
    let found = ada.get("/search?q=magnesium%20wasting&limit=3").good();
    assert_eq!(found["hits"].as_array().unwrap().len(), 3);
    let claim = found["hits"][0]["sentences"][0]["text"].clone();
    let checked = ada.post("/checks", &json!({ "text": claim, "source": found["hits"][0]["source"] })).good();
    assert_eq!(checked[0]["verdict"], "supported", "{checked}");

    let hash = asked[0].as_str().unwrap();
    let references = |query: &str, accept: &str| {
        ada.send("GET", &format!("/api/v1/articles/{hash}/references{query}"), &[("accept", accept)], b"")
    };
    assert!(references("?format=ris", "*/*").text.starts_with("TY  - "));
    let bibtex = references("", "application/x-bibtex");
    assert!(bibtex.media == "application/x-bibtex" && bibtex.text.starts_with('@'), "{bibtex:?}");
    assert!(references("", "*/*").json().as_array().is_some_and(|all| !all.is_empty()));
    references("?format=docx", "*/*").problem(406, "not-acceptable");

    let follow = ada.post("/questions", &json!({ "question": "And with diarrhea?", "follows": hash })).good();
    let thread = ada.get(&format!("/articles/{}/thread", follow["hash"].as_str().unwrap())).good();
    assert_eq!(thread.as_array().unwrap().len(), 2, "{thread}");
}

#[test]
fn asking_tells_its_stages_and_ends_in_the_same_answer() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let nobody = Client::nobody(&server);
    let question = json!({ "question": QUESTION, "reader": "patient" });
    let told = nobody.post("/questions/stream", &question);
    assert!(told.status == 200 && told.media == "text/event-stream", "{told:?}");
    let events: Vec<(&str, Value)> = told
        .text
        .split("\n\n")
        .filter(|block| block.starts_with("event: "))
        .map(|block| {
            let (event, data) = block.split_once('\n').unwrap();
            let data = data.strip_prefix("data: ").unwrap();
            (event.strip_prefix("event: ").unwrap(), serde_json::from_str(data).unwrap())
        })
        .collect();
    let (done, stages) = events.split_last().unwrap();
    let stages: Vec<&Value> = stages
        .iter()
        .map(|(event, data)| {
            assert_eq!(*event, "stage");
            &data["stage"]
        })
        .collect();
    assert_eq!(stages, ["reading", "finding", "composing", "checking"]);
    let answer = nobody.post("/questions", &question).good();
    assert_eq!((done.0, &done.1["hash"], &done.1["body"]), ("done", &answer["hash"], &answer["body"]));
    // What cannot be asked is told before a stream begins, what cannot be followed within it.
    nobody.post("/questions/stream", &json!({ "question": " " })).problem(400, "empty-question");
    let lost = nobody.post("/questions/stream", &json!({ "question": QUESTION, "follows": "nothing-of-the-kind" }));
    assert!(
        lost.status == 200 && lost.text.contains("event: problem") && lost.text.contains("urn:curbside:no-article")
    );
}

/// Each operation with what makes it go through but for who asks; nothing of it changes a review (`seen` is of no change).
fn operations(hash: &str) -> Vec<(&'static str, &'static str, Value)> {
    let seen = json!({ "seen": 9_999 });
    let words = json!({ "seen": 9_999, "words": "A trial came out." });
    vec![
        ("GET", "/articles", Value::Null),
        ("GET", "/articles/{name}", Value::Null),
        // Of an article of wanda's that is not before the board, each time another.
        ("DELETE", "/articles/{name}", Value::Null),
        ("GET", "/articles/{name}/references", Value::Null),
        ("GET", "/articles/{name}/thread", Value::Null),
        ("GET", "/articles/{name}/versions", Value::Null),
        ("GET", "/audit", Value::Null),
        ("GET", "/audit/verification", Value::Null),
        ("POST", "/checks", json!({ "text": "Magnesium is measured in serum." })),
        ("GET", "/corrections", Value::Null),
        ("POST", "/corrections", json!({ "article": hash, "words": "It is there now." })),
        ("GET", "/members", Value::Null),
        ("GET", "/policy", Value::Null),
        ("PUT", "/policy", json!("[approval]\napprovals = 0\n")),
        // Another than that of the article, or each asker would have one of their own under its hash.
        ("POST", "/questions", json!({ "question": "Which diuretics lower magnesium?" })),
        ("POST", "/questions/stream", json!({ "question": "Which diuretics lower magnesium?" })),
        ("POST", "/refresh", json!({})),
        ("GET", "/reports", Value::Null),
        ("POST", "/reports", json!({ "article": hash, "words": "A line is missing." })),
        ("POST", "/reports/{id}/end", json!({ "ended": "closed", "words": "Twice." })),
        ("GET", "/reviews", Value::Null),
        ("GET", "/reviews/{name}", Value::Null),
        ("GET", "/reviews/{name}/history", Value::Null),
        ("POST", "/reviews/{name}/conflict", json!({ "seen": 9_999, "conflict": null })),
        ("POST", "/reviews/{name}/decide", json!({ "seen": 9_999, "proposal": 1, "accept": true })),
        ("POST", "/reviews/{name}/generalise", json!({ "question": "What does a 67-year-old woman take?" })),
        ("POST", "/reviews/{name}/mark", json!({ "seen": 9_999, "statements": ["1"], "mark": "accept" })),
        ("POST", "/reviews/{name}/propose", json!({ "seen": 9_999, "statement": "1", "wording": "Measure it." })),
        ("POST", "/reviews/{name}/publish", seen.clone()),
        ("POST", "/reviews/{name}/reopen", words.clone()),
        ("POST", "/reviews/{name}/retire", words),
        ("POST", "/reviews/{name}/revise", json!({ "seen": 9_999, "how": "anew" })),
        ("POST", "/reviews/{name}/sign", json!({ "seen": 9_999, "decision": "approve", "password": PASSWORD })),
        ("POST", "/reviews/{name}/submit", json!({})),
        ("POST", "/reviews/{name}/take", seen),
        ("GET", "/search", Value::Null),
        ("GET", "/sources", Value::Null),
        ("GET", "/sources/{id}", Value::Null),
    ]
}

/// Who gets through and who is refused, for each operation, on an article of wanda's that is before the board.
#[test]
fn every_operation_asks_the_table_who_may() {
    let bench = Bench::new();
    bench.board();
    for (name, role) in [("rita", "reader"), ("olga", "author"), ("gil", "administrator")] {
        bench.person(name, &[role]);
    }
    let asked: Value = serde_json::from_str(&bench.run_as("wanda", &["ask", "--json", QUESTION], 0)).unwrap();
    let hash = asked["hash"].as_str().unwrap();
    bench.run_as("wanda", &["review", "submit", hash], 0);
    let server = Served::start(&bench, 0, &[]);
    let file: Value =
        serde_json::from_str(&Client::nobody(&server).send("GET", "/api/openapi.json", &[], b"").text).unwrap();
    let described = file["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let tried = operations(hash);
    let mut tried: Vec<String> = tried.iter().map(|(method, path, _)| format!("{method} /api/v1{path}")).collect();
    let mut described: Vec<String> = described.collect();
    tried.sort();
    described.sort();
    assert_eq!(tried, described, "every operation is tried");

    let mut people = vec![("nobody", Client::nobody(&server))];
    for (what, name) in [
        ("reader", "rita"),
        ("its author", "wanda"),
        ("another author", "olga"),
        ("reviewer", "vera"),
        ("editor", "edith"),
        ("administrator", "gil"),
    ] {
        people.push((what, Client::signed_in(&server, name)));
    }
    // Each with every role: by a session that is over, with an account that is closed, and by tokens of one scope.
    let every = ["reader", "author", "reviewer", "editor", "administrator"];
    for name in ["olaf", "clara", "petra"] {
        bench.person(name, &every);
    }
    let over = Client::signed_in(&server, "olaf");
    assert_eq!(over.send("POST", "/sign-out", &[], b"").status, 200, "led back to the page for signing in");
    people.push(("session over", over));
    people.push(("account closed", Client::signed_in(&server, "clara")));
    let token = |person: &str, scope: &str| {
        let make = ["people", "token", "add", "--name", scope, "--scope", scope, "--json"];
        let made: Value = serde_json::from_str(&bench.run_as(person, &make, 0)).unwrap();
        Client { token: made["token"].as_str().map(str::to_owned), ..Client::nobody(&server) }
    };
    people.push(("token of a closed account", token("clara", "administer")));
    bench.run(&["people", "disable", "clara"], 0);
    for scope in ["read", "ask", "review", "edit", "administer"] {
        people.push((scope, token("petra", scope)));
    }
    let wanda = Client::signed_in(&server, "wanda");
    let source = people[0].1.get("/sources?limit=1").good()["items"][0]["id"].as_str().unwrap().to_owned();
    let mut table = String::new();
    for (method, template, body) in operations(hash) {
        table.push_str(&format!("{method} {template}\n"));
        let mut at = template.replace("{name}", hash);
        if template == "/search" {
            at.push_str("?q=magnesium");
        }
        at = at.replace("{id}", if template.starts_with("/sources") { &source } else { "999" });
        for (n, (what, person)) in people.iter().enumerate() {
            let told = match (method, &body) {
                ("GET", _) => person.get(&at),
                ("DELETE", _) => {
                    let question = json!({ "question": format!("How is hypomagnesemia evaluated in case {n}?") });
                    let own = wanda.post("/questions", &question).good();
                    person.send(
                        method,
                        &format!("/api/v1/articles/{}?why=twice", own["hash"].as_str().unwrap()),
                        &[],
                        b"",
                    )
                }
                (_, Value::String(toml)) => {
                    let media = [("content-type", "application/toml")];
                    person.send(method, &format!("/api/v1{at}"), &media, toml.as_bytes())
                }
                _ => person.post(&at, &body),
            };
            let code =
                if told.status < 300 { "-".to_owned() } else { told.json()["code"].as_str().unwrap().to_owned() };
            let what = if person.token.is_some() && !what.starts_with("token") {
                format!("token to {what}")
            } else {
                (*what).to_owned()
            };
            table.push_str(&format!("  {what}: {} {code}\n", told.status));
            let documented = &file["paths"][format!("/api/v1{template}")][method.to_lowercase()]["responses"];
            assert!(documented.get(told.status.to_string()).is_some(), "{method} {template}: {told:?}");
        }
    }
    insta::assert_snapshot!(table);
}
