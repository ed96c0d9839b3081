//! The server as it runs: configuration, base path, who is refused, slow and greedy clients, the log, streams, stopping.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use common::wire::{QUESTION, Server, read};
use serde_json::Value;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// How long until the other side closed the connection without an answer to what is not whole.
fn cut(stream: &mut TcpStream, piece: &[u8], every: Duration, longest: Duration) -> Duration {
    let start = Instant::now();
    stream.set_read_timeout(Some(every)).unwrap();
    let mut rest = [0; 1024];
    while start.elapsed() < longest {
        if stream.write_all(piece).is_err() {
            return start.elapsed();
        }
        match stream.read(&mut rest) {
            Ok(0) => return start.elapsed(),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return start.elapsed(),
        }
    }
    panic!("not cut within {longest:?}");
}

#[test]
fn the_configuration_is_told_with_the_source_of_each_value_and_wrong_ones_with_their_place() {
    let bench = Bench::new();
    bench.write(
        "data/curbside.toml",
        "[server]\nport = 81\nnames = [\"a.example\"]\n[model]\nurl = \"http://me:pw@m/v1\"\nname = \"m\"\n",
    );
    let output = bench
        .curbside(&["config", "check", "--json", "--host", "::1"])
        .env("CURBSIDE_SERVER_LIMITS_CONNECTIONS", "7")
        .output()
        .unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let row = |key: &str| rows.iter().find(|r| r["key"] == key).unwrap_or_else(|| panic!("{key}"));
    assert_eq!((&row("server.port")["source"], &row("server.port")["line"]), (&"file".into(), &2.into()));
    assert_eq!(row("server.names")["value"][0], "a.example");
    assert_eq!((&row("server.host")["source"], &row("server.host")["name"]), (&"flag".into(), &"--host".into()));
    assert_eq!(row("server.limits.connections")["name"], "CURBSIDE_SERVER_LIMITS_CONNECTIONS");
    assert_eq!((&row("server.metrics")["source"], &row("server.metrics")["value"]), (&"default".into(), &true.into()));
    let text = bench.run(&["config", "check"], 0);
    assert!(text.contains("server.port") && text.contains("curbside.toml:2") && !text.contains("pw@"), "{text}");

    bench.write("data/curbside.toml", "[server]\n\nport = \"x\"\n");
    for command in [&["config", "check"][..], &["serve"], &["ask", "How is hypomagnesemia evaluated?"]] {
        let output = bench.curbside(command).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("curbside.toml:3: server.port"), "{said}");
    }
}

#[test]
fn with_a_base_path_nothing_points_outside_it() {
    let bench = Bench::new();
    let server = Server::start(&bench, "[server]\nbase_path = \"/curb\"\n");
    assert!(server.said.contains("/curb/"), "{}", server.said);
    let asked = server.send("POST /curb/ask", &[], QUESTION);
    let article = &asked.headers["location"];
    assert!(asked.status == 303 && article.starts_with("/curb/articles/"), "{article}");
    let address = |page: &str| -> Vec<String> {
        let attributes = ["href=\"", "action=\"", "src=\""];
        let found = attributes.iter().flat_map(|a| page.split(a).skip(1)).filter_map(|rest| rest.split('"').next());
        found.filter(|a| a.starts_with('/')).map(str::to_owned).collect()
    };
    let mut seen = 0;
    for path in ["/curb", "/curb/", "/curb/sources", article, "/curb/nothing"] {
        let page = server.get(path);
        for address in address(&page.body) {
            assert!(address.starts_with("/curb/"), "{path}: {address}");
            if !address.ends_with("/ask") {
                assert_eq!(server.get(&address).status, 200, "{path}: {address}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
    for outside in ["/", "/ask", "/curbs", "/articles/1", "/style.css"] {
        assert_eq!(server.get(outside).status, 404, "{outside}");
    }
    let done = server.send("POST /curb/ask/stream", &[], QUESTION).body;
    assert!(done.contains(&format!("\"address\":\"{article}\"")), "{done}");
}

#[test]
fn other_names_and_other_sites_are_refused() {
    let bench = Bench::new();
    let server = Server::start(&bench, "");
    assert_eq!(server.send("GET /", &[("Host", "evil.example")], "").status, 403);
    let own = format!("http://{}", server.address);
    for (headers, status) in [
        (vec![], 303),
        (vec![("Cookie", "a=b")], 403),
        (vec![("Origin", own.as_str()), ("Cookie", "a=b")], 303),
        (vec![("Origin", "http://evil.example")], 403),
        (vec![("Origin", "null")], 403),
        (vec![("Sec-Fetch-Site", "same-origin"), ("Cookie", "a=b")], 303),
        (vec![("Sec-Fetch-Site", "same-site")], 403),
        (vec![("Sec-Fetch-Site", "cross-site")], 403),
    ] {
        assert_eq!(server.send("POST /ask", &headers, QUESTION).status, status, "{headers:?}");
    }
    let answer = server.get("/");
    assert!(answer.headers["content-security-policy"].contains("script-src 'self'"));
    assert!(!answer.headers["content-security-policy"].contains("unsafe"));
    assert!(!answer.headers.contains_key("strict-transport-security"));
    assert_eq!(server.send("POST /ask", &[], &format!("question={}", "x".repeat(400_000))).status, 413);
    drop(server);

    let public = Server::start_public(&bench);
    let answer = public.send("GET /", &[("Host", "c.example")], "");
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
    assert_eq!(
        public.send("POST /ask", &[("Host", "c.example"), ("Origin", "https://c.example")], QUESTION).status,
        303
    );
    assert_eq!(
        public.send("POST /ask", &[("Host", "c.example"), ("Origin", "http://c.example")], QUESTION).status,
        403
    );
    assert_eq!(public.get("/metrics").status, 404);
}

#[test]
fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let bench = Bench::new();
    let configuration = "[server]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[server.limits]\nasks_per_minute = 3\nrequests_per_minute = 20\n";
    let server = Server::start(&bench, configuration);
    let ask = |client: &str| server.send("POST /ask", &[("X-Forwarded-For", client)], QUESTION);
    assert!((0..3).all(|_| ask("192.0.2.1").status == 303));
    let refused = ask("192.0.2.1");
    assert_eq!(refused.status, 429);
    assert!((1..=20).contains(&refused.headers["retry-after"].parse::<u32>().unwrap()));
    // Who writes other addresses before their own is the same client to the proxy, which appends what it saw.
    assert_eq!(ask("203.0.113.77, 192.0.2.1").status, 429);
    let by_api = server.send("POST /api/v1/questions", &[("X-Forwarded-For", "192.0.2.1")], "{}");
    assert_eq!(by_api.status, 429, "the same share, asked another way");
    assert_eq!(ask("192.0.2.2").status, 303);
    let look = |client: &str| server.send("GET /style.css", &[("X-Forwarded-For", client)], "").status;
    assert!((0..20).all(|_| look("192.0.2.1") == 200));
    assert_eq!(look("192.0.2.1"), 429);
    // From this machine itself, without a proxy.
    assert!((0..40).all(|_| server.get("/style.css").status == 200));
    assert_eq!(server.send("POST /ask", &[], QUESTION).status, 303);
}

#[test]
fn clients_that_drip_are_cut_and_others_are_served_meanwhile() {
    let bench = Bench::new();
    let limits = "[server.limits]\nheader_seconds = 2\nbody_seconds = 2\nconnections = 60\n";
    let server = Server::start(&bench, limits);
    let drip = Duration::from_millis(200);
    let longest = Duration::from_secs(20);
    // As many as there is room for but ten, with a head that never ends.
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = server.connect();
            thread::spawn(move || {
                stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").unwrap();
                cut(&mut stream, b"a", drip, longest)
            })
        })
        .collect();
    let start = Instant::now();
    assert_eq!(server.get("/").status, 200);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for cut in slow {
        let after = cut.join().unwrap();
        assert!(after > Duration::from_millis(1500) && after < Duration::from_secs(10), "{after:?}");
    }

    // A body that never ends.
    let mut stream = server.connect();
    let whole = server.request("POST /ask", &[], &"x".repeat(5000));
    let start = Instant::now();
    stream.write_all(&whole.as_bytes()[..whole.len() - 4990]).unwrap();
    let mut dripping = stream.try_clone().unwrap();
    let drops = thread::spawn(move || {
        while dripping.write_all(b"a").is_ok() && start.elapsed() < longest {
            thread::sleep(drip);
        }
    });
    assert_eq!(read(&mut stream).status, 408);
    assert!(start.elapsed() > Duration::from_millis(1500) && start.elapsed() < Duration::from_secs(10));
    drop(stream);
    drops.join().unwrap();

    // An answer that nobody takes: requests one behind the other until no more is taken, then the end.
    let mut stream = server.connect();
    stream.set_write_timeout(Some(longest)).unwrap();
    let start = Instant::now();
    let request = format!("GET /style.css HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).repeat(100);
    let mut error = None;
    while error.is_none() && start.elapsed() < longest {
        error = stream.write_all(request.as_bytes()).err();
    }
    let kind = error.unwrap().kind();
    assert!(matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{kind:?} after {:?}", start.elapsed());

    // With all places taken by idle connections, who comes waits until these are closed.
    let idle: Vec<TcpStream> = (0..60).map(|_| server.connect()).collect();
    let start = Instant::now();
    assert_eq!(server.get("/").status, 200);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    drop(idle);
}

#[test]
fn no_word_of_a_question_stands_in_what_the_server_writes() {
    let bench = Bench::new();
    let marker = "Xyzzyquux";
    for format in ["json", "text"] {
        let server = Server::start(&bench, &format!("[server.log]\nformat = \"{format}\"\n"));
        let question = format!("question=How+is+hypomagnesemia+evaluated+in+{marker}+MRN+12345678%3F");
        // What may tell who the patient is is shown first; who asks all the same says so.
        let asked = server.send("POST /ask", &[], &format!("{question}&looked=true"));
        assert_eq!(asked.status, 303);
        assert_eq!(server.get(&asked.headers["location"]).status, 200);
        server.send("POST /ask/stream", &[], &question);
        server.send("POST /ask/identifiers", &[], &question);
        server.get(&format!("/sources?q={marker}"));
        server.get(&format!("/sources/{marker}"));
        server.get(&format!("/{marker}"));
        server.send("POST /ask", &[], &format!("reader={marker}&question={marker}"));
        server.send("POST /ask", &[], &format!("question={marker}&follows={marker}"));
        let told =
            server.send(&format!("POST /ask?{marker}"), &[("User-Agent", marker), ("Referer", marker)], &question);
        assert_eq!(told.status, 409);
        server.send(&format!("{marker} /"), &[], "");
        let log = server.stop();
        assert!(!log.to_lowercase().contains("xyzzy") && !log.contains("12345678") && !log.contains("magnes"), "{log}");
        let lines: Vec<&str> = log.lines().filter(|l| l.contains("answered")).collect();
        assert_eq!(lines.len(), 11, "{log}");
        assert!(!log.contains("127.0.0.1"), "{log}");
        if format == "json" {
            let first: Value = serde_json::from_str(lines[0]).unwrap();
            assert_eq!(
                (&first["method"], &first["route"], &first["status"]),
                (&"POST".into(), &"/ask".into(), &303.into())
            );
            assert_eq!(first["request"], asked.headers["x-request-id"].as_str());
            assert!(first["milliseconds"].is_u64() && first["timestamp"].is_string());
        }
    }
    let server = Server::start(&bench, "[server.log]\nclient_address = true\n");
    server.get("/");
    assert!(server.stop().contains("127.0.0.1"));
}

#[test]
fn a_stream_tells_the_stages_and_then_where_the_answer_is() {
    let bench = Bench::new();
    let server = Server::start(&bench, "");
    let answer = server.send("POST /ask/stream", &[], QUESTION);
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let events = |body: &str| -> Vec<(String, Value)> {
        let lines: Vec<&str> = body.lines().collect();
        let pairs =
            lines.windows(2).filter_map(|w| Some((w[0].strip_prefix("event: ")?, w[1].strip_prefix("data: ")?)));
        pairs.map(|(event, data)| (event.to_owned(), serde_json::from_str(data).unwrap())).collect()
    };
    let told = events(&answer.body);
    let stages: Vec<&str> = told.iter().filter_map(|(_, data)| data["stage"].as_str()).collect();
    assert_eq!(stages, ["reading", "finding", "composing", "checking"]);
    let (last, data) = told.last().unwrap();
    assert_eq!(last, "done");
    let article = data["address"].as_str().unwrap();
    assert!(server.get(article).body.contains("magnesium"));
    // The same as without script.
    assert_eq!(server.send("POST /ask", &[], QUESTION).headers["location"], article);
    // A follow-up, and what goes wrong.
    let follows = format!("question=And+in+pregnancy%3F&follows={}", article.rsplit('/').next().unwrap());
    assert_eq!(events(&server.send("POST /ask/stream", &[], &follows).body).last().unwrap().0, "done");
    let (last, data) = events(&server.send("POST /ask/stream", &[], "question=+").body).pop().unwrap();
    assert_eq!((last.as_str(), &data["code"]), ("problem", &"empty-question".into()));

    let found =
        server.send("POST /ask/identifiers", &[], "question=+Mr+John+Smith%2C+born+12.3.1960%2C+has+low+magnesium");
    let found: Value = serde_json::from_str(&found.body).unwrap();
    let texts: Vec<&str> = found["found"].as_array().unwrap().iter().filter_map(|f| f["text"].as_str()).collect();
    assert!(texts.iter().any(|t| t.contains("Smith")) && texts.iter().any(|t| t.contains("12.3.1960")), "{texts:?}");
    let none = server.send("POST /ask/identifiers", &[], QUESTION);
    assert_eq!(none.body, "{\"found\":[]}");
}

#[test]
fn who_leaves_does_not_keep_the_server_and_nothing_is_kept_for_them() {
    let bench = Bench::new();
    // A chat model that takes every question and never answers.
    let model = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", model.local_addr().unwrap());
    let configuration = format!("[model]\nurl = \"{url}\"\nname = \"m\"\nwrite = true\nseconds = 3\n");
    let server = Server::start(&bench, &configuration);
    let mut stream = server.connect();
    stream.write_all(server.request("POST /ask/stream", &[], QUESTION).as_bytes()).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|l| l.contains("composing")));
    drop(lines);
    stream.shutdown(std::net::Shutdown::Both).unwrap();
    drop(stream);
    // The model's time ends, the extractive article would be kept now.
    thread::sleep(Duration::from_secs(5));
    assert_eq!(server.get("/health/ready").status, 200);
    server.stop();
    let listed: Value = serde_json::from_str(&bench.run(&["articles", "list", "--json"], 0)).unwrap();
    assert_eq!(listed.as_array().map(Vec::len), Some(0), "{listed}");
}

#[test]
fn stopped_it_finishes_what_is_under_way_and_takes_nothing_new() {
    let bench = Bench::new();
    let mut server = Server::start(&bench, "");
    let (mut stream, idle) = (server.connect(), server.connect());
    let whole = server.request("POST /ask", &[], QUESTION);
    let (first, rest) = whole.split_at(whole.len() - 5);
    stream.write_all(first.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(300));
    server.terminate();
    thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(server.address).is_err());
    assert!(server.child.try_wait().unwrap().is_none());
    stream.write_all(rest.as_bytes()).unwrap();
    assert_eq!(read(&mut stream).status, 303);
    drop(idle);
    assert!(server.child.wait().unwrap().success());

    // But no longer than it is told.
    let mut server = Server::start(&bench, "[server]\nstop_seconds = 1\n");
    let mut stream = server.connect();
    stream.write_all(first.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    server.terminate();
    assert!(server.child.wait().unwrap().success());
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}
