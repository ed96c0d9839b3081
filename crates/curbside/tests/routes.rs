//! Every page for everyone: what the server says to who is not signed in, to each role, to who no longer is anybody here, and to
//! an API token of each scope. Which pages there are is read from the code. The API's own are tried in tests/api.rs.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use common::browser::{Browser, Served};

/// Anonymous, reader, author, reviewer, editor, administrator.
const WHO: [Option<&str>; 6] =
    [None, Some("reader"), Some("author"), Some("reviewer"), Some("editor"), Some("administrator")];

/// Who may see a page: what each of [`WHO`] is told.
const ALL: [u16; 6] = [200; 6];
const SIGNED: [u16; 6] = [401, 200, 200, 200, 200, 200];
const STAFF: [u16; 6] = [401, 403, 200, 200, 200, 200];
const KEEPERS: [u16; 6] = [401, 403, 403, 403, 200, 200];
const ADMINISTRATOR: [u16; 6] = [401, 403, 403, 403, 403, 200];

/// Every page that is got, with an example of what its address names. `ARTICLE` is the hash of an article that is approved and
/// published, `SUBMITTED` of one before the board, `PRIVATE` of one of somebody else.
const PAGES: &[(&str, [u16; 6])] = &[
    ("/", ALL),
    ("/search", ALL),
    ("/search?q=magnesium", ALL),
    ("/articles/ARTICLE", ALL),
    ("/articles/ARTICLE/report", ALL),
    ("/articles/ARTICLE/json", ALL),
    ("/articles/ARTICLE/markdown", ALL),
    ("/articles/SUBMITTED", STAFF),
    ("/articles/SUBMITTED/json", STAFF),
    ("/articles/PRIVATE", [401, 403, 403, 403, 403, 403]),
    ("/articles/PRIVATE/json", [401, 403, 403, 403, 403, 403]),
    ("/articles/00000000", [404; 6]),
    ("/sources", ALL),
    ("/sources/digest:magnesium-disorders", ALL),
    ("/sources/digest:none", [404; 6]),
    ("/board", ALL),
    ("/editorial-policy", ALL),
    ("/sitemap.xml", ALL),
    ("/feed.xml", ALL),
    ("/about", ALL),
    ("/about.json", ALL),
    ("/corrections", ALL),
    ("/disclaimer", ALL),
    ("/health/live", ALL),
    ("/health/ready", ALL),
    ("/metrics", ALL),
    ("/style.css", ALL),
    ("/icon.svg", ALL),
    ("/sign-in", ALL),
    ("/sign-in/oidc", [404; 6]),
    ("/welcome/cbl_none", [410; 6]),
    ("/account", SIGNED),
    ("/board/queue", STAFF),
    ("/board/review/ARTICLE", STAFF),
    ("/board/review/SUBMITTED", STAFF),
    ("/board/reports", STAFF),
    ("/admin", KEEPERS),
    ("/admin/sources", ADMINISTRATOR),
    ("/admin/sources?q=magnesium", ADMINISTRATOR),
    ("/admin/sources/remove?id=digest:magnesium-disorders", ADMINISTRATOR),
    ("/admin/sources/work/99", [401, 403, 403, 403, 403, 404]),
    ("/admin/people", ADMINISTRATOR),
    ("/admin/people/reader", ADMINISTRATOR),
    ("/admin/people/nobody", [401, 403, 403, 403, 403, 404]),
    ("/admin/policy", ADMINISTRATOR),
    ("/admin/audit", KEEPERS),
    ("/admin/audit?who=operator&from=2026-01-01&before=5", KEEPERS),
    ("/admin/audit?from=yesterday", [401, 403, 403, 403, 400, 400]),
    ("/admin/audit.jsonl", KEEPERS),
    ("/admin/leaving", ADMINISTRATOR),
    ("/app.js", ALL),
    ("/sign-in/oidc/back", [400; 6]),
    ("/api/openapi.json", ALL),
    ("/api", [404; 6]),
    ("/api/", [404; 6]),
    ("/api/v1/nothing", [404; 6]),
    ("/no/such/page", [404; 6]),
];

/// A form that is sent: where, with what, and what each is told. Each is one that changes nothing where it is taken, so that all
/// may be asked.
type Sent = (&'static str, &'static [(&'static str, &'static str)], [u16; 6]);
const FORMS: &[Sent] = &[
    ("/ask", &[("question", "How is hypomagnesemia evaluated?")], [303; 6]),
    ("/ask", &[("question", " ")], [400; 6]),
    ("/articles/PRIVATE/submit", &[], [401, 403, 403, 403, 403, 403]),
    ("/board/review/SUBMITTED", &[("do", "publish"), ("seen", "0")], [401, 403, 403, 403, 409, 403]),
    ("/board/reports", &[("report", "99"), ("ended", "closed"), ("words", "no")], [401, 403, 403, 403, 404, 403]),
    ("/admin/people", &[("username", "a b"), ("name", "A")], [401, 403, 403, 403, 403, 400]),
    ("/admin/people/reader", &[("do", "nothing")], [401, 403, 403, 403, 403, 400]),
    ("/admin/policy", &[("policy", "no = policy")], [401, 403, 403, 403, 403, 400]),
    ("/admin/audit/verify", &[], KEEPERS),
    ("/admin/sources/remove", &[("id", "digest:none")], [401, 403, 403, 403, 403, 404]),
    ("/admin/sources/add", &[("collection", "x")], [401, 403, 403, 403, 403, 400]),
    ("/admin/sources/standing", &[("list", "x")], [401, 403, 403, 403, 403, 400]),
    ("/account", &[("do", "password"), ("old", "x"), ("new", "y"), ("again", "z")], [401, 400, 400, 400, 400, 400]),
    ("/ask/stream", &[("question", " ")], [200; 6]),
    ("/ask/identifiers", &[("question", "Mr John Smith: how is hypomagnesemia evaluated?")], [200; 6]),
    ("/articles/ARTICLE/report", &[("words", " ")], [400; 6]),
    ("/articles/PRIVATE/report", &[("words", "A line is missing.")], [401, 403, 403, 403, 403, 403]),
    ("/sign-in", &[("username", "nobody")], [400; 6]),
    ("/welcome/cbl_none", &[("password", common::PASSWORD), ("again", common::PASSWORD)], [410; 6]),
];

/// Ends a session, so it comes last.
const LEAVING: Sent = ("/sign-out", &[], [303; 6]);

/// The routes as the code of the server has them: each method and path of it, but for those of the API's own description.
fn routes() -> Vec<(&'static str, String)> {
    let mut routes = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../web/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in text.split(".route(").skip(1) {
                let mut quoted = call.trim_start().splitn(3, '"');
                assert_eq!(quoted.next(), Some(""), "{path:?}: a route whose path is not written there: {call:.80}");
                let address = quoted.next().unwrap();
                let mut depth = 1;
                let within = |c: &char| {
                    depth += i32::from(*c == '(') - i32::from(*c == ')');
                    depth > 0
                };
                let given: String = quoted.next().unwrap().chars().take_while(within).collect();
                let posts = given.contains("post(");
                if !posts || given.contains("get(") {
                    routes.push(("GET", address.to_owned()));
                }
                if posts {
                    routes.push(("POST", address.to_owned()));
                }
            }
        }
    }
    routes
}

/// Whether an address is one of a route.
fn is_of(route: &str, address: &str) -> bool {
    let mut parts = address.split('?').next().unwrap_or_default().split('/');
    for wanted in route.split('/') {
        if wanted.starts_with("{*") {
            return parts.next().is_some();
        }
        if !parts.next().is_some_and(|part| part == wanted || (wanted.starts_with('{') && !part.is_empty())) {
            return false;
        }
    }
    parts.next().is_none()
}

#[test]
fn every_route_of_the_code_is_tried() {
    let routes = routes();
    assert!(routes.len() > 50, "{routes:?}");
    let left: Vec<_> = routes
        .iter()
        .filter(|(method, route)| match *method {
            // The list of sources and one of them are two routes: an address is tried for the one without a name in it.
            "GET" => !PAGES.iter().any(|(address, _)| is_of(route, address)),
            _ => !FORMS.iter().chain([&LEAVING]).any(|(address, ..)| is_of(route, address)),
        })
        .collect();
    assert!(left.is_empty(), "nobody tries {left:?}");
}

/// Signed in, one browser each; the last is a person whose article is nobody else's.
fn browsers(bench: &Bench, server: &Served) -> Vec<Browser> {
    WHO.iter()
        .map(|who| {
            let mut browser = Browser::default();
            if let Some(who) = who {
                bench.person(who, &[who]);
                let form = [("username", *who), ("password", common::PASSWORD)];
                assert_eq!(browser.post(&server.at("/sign-in"), &form).status, 303, "{who}");
            }
            browser
        })
        .collect()
}

#[test]
fn every_page_says_to_everyone_what_the_table_says() {
    let bench = Bench::new();
    bench.board();
    let approved = bench.approved("How is hypomagnesemia evaluated?");
    bench.person("wim", &["author"]);
    let asked = |question: &str| -> String {
        let json = bench.run_as("wim", &["ask", "--json", question], 0);
        let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
        answer["hash"].as_str().unwrap().to_owned()
    };
    let submitted = asked("How is hypermagnesemia treated?");
    bench.run_as("wim", &["review", "submit", &submitted], 0);
    let private = asked("How is severe hypomagnesemia treated in torsades de pointes?");
    let server = Served::start(&bench, 0, &[]);
    let mut browsers = browsers(&bench, &server);
    let named =
        |path: &str| path.replace("ARTICLE", &approved).replace("SUBMITTED", &submitted).replace("PRIVATE", &private);
    let mut wrong = Vec::new();
    // Who had every role and is nobody here any more is told what nobody is told.
    for (who, mut browser) in [("closed", closed(&bench, &server)), ("signed out", signed_out(&bench, &server))] {
        let pages = PAGES.iter().map(|(path, expected)| (*path, None, expected[0]));
        let forms = FORMS.iter().map(|(path, fields, expected)| (*path, Some(*fields), expected[0]));
        for (path, fields, expected) in pages.chain(forms) {
            let page = match fields {
                None => browser.get(&server.at(&named(path))),
                Some(fields) => browser.post(&server.at(&named(path)), fields),
            };
            if page.status != expected {
                wrong.push(format!("{path} as one who was {who}: {} and not {expected}", page.status));
            }
        }
    }
    for (at, browser) in browsers.iter_mut().enumerate() {
        let who = WHO[at].unwrap_or("anonymous");
        for (path, expected) in PAGES {
            let page = browser.get(&server.at(&named(path)));
            if page.status != expected[at] {
                wrong.push(format!("GET {path} as {who}: {} and not {}", page.status, expected[at]));
            }
            // One script of our own, and data for search engines; nothing inline that runs.
            for script in page.body.split("<script").skip(1) {
                let own =
                    script.starts_with(" src=\"/app.js?v=") || script.starts_with(" type=\"application/ld+json\"");
                assert!(own, "{path}: {}", script.chars().take(80).collect::<String>());
            }
        }
        for (path, fields, expected) in FORMS {
            let page = browser.post(&server.at(&named(path)), fields);
            if page.status != expected[at] {
                wrong.push(format!("POST {path} {fields:?} as {who}: {} and not {}", page.status, expected[at]));
            }
            // No form of another site is taken, whoever the browser's session is.
            assert_eq!(browser.post_from_elsewhere(&server.at(&named(path)), fields).status, 403, "{path}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A source tells of the articles that cite it, of each to who may read it.
    let mut wim = Browser::default();
    wim.post(&server.at("/sign-in"), &[("username", "wim"), ("password", common::PASSWORD)]);
    let slug = |hash: &str| -> String {
        let shown: serde_json::Value =
            serde_json::from_str(&bench.run(&["articles", "show", hash, "--json"], 0)).unwrap();
        shown["article"]["slug"].as_str().unwrap().to_owned()
    };
    let slugs = [slug(&approved), slug(&submitted), slug(&private)];
    let told = |browser: &mut Browser| {
        let page = browser.get(&server.at("/sources/digest:magnesium-disorders")).body;
        let cited = page.split("id=\"cited-by\"").nth(1).unwrap().to_owned();
        slugs.clone().map(|slug| cited.contains(&format!("/articles/{slug}\"")))
    };
    assert_eq!(told(&mut wim), [true, true, true]);
    for (at, browser) in browsers.iter_mut().enumerate() {
        assert_eq!(told(browser), [true, STAFF[at] == 200, false], "{:?}", WHO[at]);
    }
    trail(&mut browsers[5], &server);
    for browser in &mut browsers {
        assert_eq!(browser.post_from_elsewhere(&server.at(LEAVING.0), LEAVING.1).status, 403);
        assert_eq!(browser.post(&server.at(LEAVING.0), LEAVING.1).status, LEAVING.2[0]);
        assert_eq!(browser.get(&server.at("/account")).status, 401);
    }
    insta::assert_snapshot!(tokens(&bench, &server, named));
}

/// Everybody's roles.
const EVERY: [&str; 5] = ["reader", "author", "reviewer", "editor", "administrator"];

/// A browser that still has the session of an account that was closed.
fn closed(bench: &Bench, server: &Served) -> Browser {
    let mut browser = Browser::default();
    bench.person("clara", &EVERY);
    assert_eq!(
        browser.post(&server.at("/sign-in"), &[("username", "clara"), ("password", common::PASSWORD)]).status,
        303
    );
    assert_eq!(browser.get(&server.at("/admin")).status, 200);
    bench.run(&["people", "disable", "clara"], 0);
    browser
}

/// A browser that kept the cookie of a session that is over.
fn signed_out(bench: &Bench, server: &Served) -> Browser {
    let mut browser = Browser::default();
    bench.person("olaf", &EVERY);
    let entered = browser.post(&server.at("/sign-in"), &[("username", "olaf"), ("password", common::PASSWORD)]);
    let (name, value) = entered.cookies[0].split(';').next().unwrap().split_once('=').unwrap();
    assert_eq!(browser.post(&server.at("/sign-out"), &[]).status, 303);
    browser.keep(&server.address, name, value);
    browser
}

/// What a program is told that comes to each page with a token of one scope, of somebody who may everything; and with one that was
/// taken back.
fn tokens(bench: &Bench, server: &Served, named: impl Fn(&str) -> String) -> String {
    bench.person("petra", &EVERY);
    let scopes = ["read", "ask", "review", "edit", "administer", "taken back"];
    let secrets = scopes.map(|scope| {
        let asked = if scope == "taken back" { "administer" } else { scope };
        let make = ["people", "token", "add", "--name", scope, "--scope", asked, "--json"];
        let made: serde_json::Value = serde_json::from_str(&bench.run_as("petra", &make, 0)).unwrap();
        if scope == "taken back" {
            bench.run_as("petra", &["people", "token", "revoke", "petra", &made["id"].to_string()], 0);
        }
        made["token"].as_str().unwrap().to_owned()
    });
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
    let mut table = String::new();
    let pages = PAGES.iter().map(|(path, _)| (*path, None));
    for (path, fields) in pages.chain(FORMS.iter().map(|(path, fields, _)| (*path, Some(*fields)))) {
        let told = secrets.iter().zip(scopes).map(|(secret, scope)| {
            let request = ureq::http::Request::builder()
                .uri(server.at(&named(path)))
                .header("authorization", format!("Bearer {secret}"));
            let answer = match fields {
                None => agent.run(request.body(()).unwrap()),
                Some(fields) => {
                    let request = request.method("POST").header("content-type", "application/x-www-form-urlencoded");
                    agent.run(request.body(common::browser::encoded(fields)).unwrap())
                }
            };
            format!("{scope} {}", answer.unwrap().status().as_u16())
        });
        let told: Vec<String> = told.collect();
        let method = if fields.is_some() { "POST" } else { "GET" };
        table.push_str(&format!("{method} {path}\n    {}\n", told.join(", ")));
    }
    table
}

/// The trail by pages and as a file: the same entries, each once.
fn trail(browser: &mut Browser, server: &Served) {
    let file = browser.get(&server.at("/admin/audit.jsonl"));
    let numbers: Vec<u64> = file
        .body
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["seq"].as_u64().unwrap())
        .collect();
    assert!(numbers.len() > 50 && numbers.windows(2).all(|w| w[0] + 1 == w[1]), "{numbers:?}");
    let mut seen = Vec::new();
    let mut path = "/admin/audit".to_owned();
    loop {
        let page = browser.get(&server.at(&path)).body;
        let rows = page.split("<tr><td>").skip(1);
        seen.extend(rows.map(|r| r.split('<').next().unwrap().parse::<u64>().unwrap()));
        let Some(older) = page.split("\">Older").next().filter(|p| p.len() < page.len()) else { break };
        path = older.rsplit("href=\"").next().unwrap().to_owned();
    }
    seen.reverse();
    assert_eq!(seen, numbers);
    let few = browser.get(&server.at("/admin/audit.jsonl?action=sign-approve&who=person%202")).body;
    assert!(few.lines().count() == 1 && few.contains("\"action\":\"sign-approve\""), "{few}");
    let verified = browser.post(&server.at("/admin/audit/verify"), &[("head", &"f".repeat(64))]).body;
    assert!(verified.contains("Something was changed"), "{verified}");
}

#[test]
fn a_header_says_who_one_is_and_offers_what_their_roles_allow() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let offered: [&[&str]; 6] = [
        &["Sign in"],
        &["Sign out"],
        &["Queue", "Sign out"],
        &["Queue", "Sign out"],
        &["Queue", "Administration", "Sign out"],
        &["Queue", "Administration", "Sign out"],
    ];
    for (at, browser) in browsers(&bench, &server).iter_mut().enumerate() {
        // One that needs no actor has the same header.
        for path in ["/", "/disclaimer", "/no/such/page"] {
            let body = browser.get(&server.at(path)).body;
            let nav = body.split("aria-label=\"You\">").nth(1).unwrap().split("</nav>").next().unwrap();
            for word in ["Queue", "Administration", "Sign in", "Sign out"] {
                assert_eq!(nav.contains(word), offered[at].contains(&word), "{path} {:?} {word}: {nav}", WHO[at]);
            }
        }
    }
}

/// An upload as a browser sends it.
fn upload(server: &Served, field: (&str, &str), name: &str, bytes: &[u8]) -> (u16, String) {
    let mut browser = Browser::default();
    let form = [("username", "administrator"), ("password", common::PASSWORD)];
    assert_eq!(browser.post(&server.at("/sign-in"), &form).status, 303);
    let mark = "----------------curbside";
    let mut body = format!(
        "--{mark}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n--{mark}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
        field.0, field.1
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{mark}--\r\n").as_bytes());
    let path = if field.0 == "list" { "/admin/sources/standing" } else { "/admin/sources/add" };
    let sent = browser.post_bytes(&server.at(path), &format!("multipart/form-data; boundary={mark}"), &body);
    if sent.status != 303 {
        return (sent.status, sent.body);
    }
    for _ in 0..600 {
        let page = browser.step(&sent);
        if !page.body.contains("looks again by itself") {
            return (page.status, page.body);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it is still being read")
}

#[test]
fn an_upload_is_added_with_its_problems_and_too_large_a_one_is_refused() {
    let bench = Bench::new();
    bench.person("administrator", &["administrator"]);
    std::fs::create_dir_all(bench.data()).unwrap();
    std::fs::write(bench.data().join("curbside.toml"), "[uploads]\nmost-mb = 1\n").unwrap();
    let server = Served::start(&bench, 0, &[]);
    let article = common::jats(1, "A trial", "Magnesium was given to everyone.");
    let (status, page) = upload(&server, ("collection", "trials"), "../../a.xml", article.as_bytes());
    assert!(status == 200 && page.contains("Added: a.xml to trials") && page.contains("<dd>1</dd>"), "{page}");
    assert!(bench.run(&["show", "PMC1"], 0).contains("Collection trials"));
    let (_, page) = upload(&server, ("collection", "trials"), "b.xml", b"<article>");
    assert!(page.contains("Not read") && page.contains("Error: ") && page.contains("b.xml"), "{page}");
    assert!(!page.contains("/tmp/"), "{page}");
    let (_, page) = upload(&server, ("collection", "no/name"), "a.xml", article.as_bytes());
    assert!(page.contains("bad-collection"), "{page}");
    let (status, page) = upload(&server, ("collection", "trials"), "c.bin", &vec![b'a'; 1_200_000]);
    assert!(status == 413 && page.contains("larger than this server takes"), "{status} {page}");
    let list = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n1,A title,1/2/2026 0:00,,,1/1/2019 0:00,,23168366,Retraction,+Error;\n";
    let (_, page) = upload(&server, ("list", "retraction-watch"), "list.csv", list.as_bytes());
    assert!(page.contains("Read: list.csv") && page.contains("Retraction"), "{page}");
    let mut browser = Browser::default();
    browser.post(&server.at("/sign-in"), &[("username", "administrator"), ("password", common::PASSWORD)]);
    let removed = browser.post(&server.at("/admin/sources/remove"), &[("id", "PMC1")]);
    assert!(removed.status == 200 && removed.body.contains("no longer in the library"), "{}", removed.body);
    assert_eq!(browser.get(&server.at("/sources/PMC1")).status, 404);
}
