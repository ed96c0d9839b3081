//! Signing in through a real OpenID Connect provider (node-oidc-provider, `tests/oidc`), its forms filled in as a browser would.
//!
//! Needs Node and `npm ci --prefix tests/oidc`, so it runs only when asked: `cargo test -p curbside --test oidc -- --ignored`.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use common::browser::{Browser, Page, Served};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

const SECRET: &str = "known to curbside and its provider";

struct Provider {
    issuer: String,
    child: Child,
    // Closed, they would end it.
    _held: (ChildStdin, BufReader<ChildStdout>),
}

impl Provider {
    fn start(redirect: &str) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oidc");
        let mut child = std::process::Command::new("node")
            .args(["provider.mjs", redirect, SECRET])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).expect("run `npm ci --prefix tests/oidc` first");
        let held = (child.stdin.take().unwrap(), stdout);
        Self { issuer: said["issuer"].as_str().unwrap().to_owned(), child, _held: held }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the form of a page goes.
fn action(page: &Page) -> String {
    let start = page.body.find("action=\"").unwrap_or_else(|| panic!("no form: {page:?}")) + 8;
    page.body[start..].split('"').next().unwrap().to_owned()
}

/// Goes to the provider, says who one is, agrees; ends before the address at Curbside that it sends the browser back to.
fn to_the_door(browser: &mut Browser, served: &Served, login: &str) -> Page {
    let start = browser.get(&served.at("/sign-in/oidc"));
    assert_eq!(start.status, 303, "{}", start.body);
    assert!(start.location.contains("code_challenge_method=S256") && start.location.contains("nonce="));
    let form = browser.follow(start);
    let mut page = browser.post(&action(&form), &[("prompt", "login"), ("login", login), ("password", "x")]);
    loop {
        if page.location.starts_with(&served.address) {
            return page;
        }
        page = match page.status {
            200 => browser.post(&action(&page), &[("prompt", "consent")]),
            _ => browser.step(&page),
        };
    }
}

fn enter(browser: &mut Browser, served: &Served, login: &str) -> Page {
    let door = to_the_door(browser, served, login);
    browser.get(&door.location)
}

fn people(bench: &Bench) -> Vec<Value> {
    serde_json::from_str(&bench.run(&["people", "list", "--json"], 0)).unwrap()
}

#[test]
#[ignore = "needs Node and `npm ci --prefix tests/oidc`"]
fn a_real_provider_vouches_for_people_and_its_groups_give_roles() {
    let bench = Bench::new();
    bench.run(&["people", "add", "ada", "--name", "Ada Min", "--role", "administrator"], 0);
    // The provider must know where to send people back to, and Curbside who the provider is.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}");
    let provider = Provider::start(&format!("{address}/sign-in/oidc/back"));
    let settings = format!(
        "[sign-in.oidc]\nissuer = \"{}\"\nclient-id = \"curbside\"\nsecret-env = \"OIDC_SECRET\"\naddress = \"{address}\"\nscopes = [\"groups\"]\n\
         [sign-in.oidc.groups]\nboard = [\"reviewer\", \"author\"]\nadmins = [\"administrator\"]\nreaders = [\"reader\"]\n",
        provider.issuer
    );
    std::fs::write(bench.data().join("curbside.toml"), settings).unwrap();
    let doctor = bench.run(&["doctor"], 0);
    assert!(
        doctor.contains("may leave this machine: at each sign-in") && doctor.contains(&provider.issuer),
        "{doctor}"
    );
    let served = Served::start(&bench, port, &[("OIDC_SECRET", SECRET)]);

    // Somebody of the board comes for the first time, and again.
    for _ in 0..2 {
        let mut browser = Browser::default();
        let back = enter(&mut browser, &served, "r.reviewer");
        assert_eq!((back.status, back.location.as_str()), (303, "/"), "{}", back.body);
        let page = browser.get(&served.at("/sign-in")).body;
        assert!(page.contains("Signed in as Rosa Reviewer") && page.contains("author, reviewer"), "{page}");
    }
    let all = people(&bench);
    assert_eq!(all.len(), 2, "one account for one person");
    assert_eq!(
        (all[1]["username"].as_str(), &all[1]["issuer"]),
        (Some("r.reviewer"), &Value::from(provider.issuer.clone()))
    );

    // Who calls themselves ada there is not ada here.
    let mut browser = Browser::default();
    assert_eq!(enter(&mut browser, &served, "taken").status, 303);
    let all = people(&bench);
    let (ada, other) = (&all[0], &all[1]);
    assert_eq!((ada["username"].as_str(), &ada["issuer"]), (Some("ada"), &Value::Null));
    assert!(other["username"].as_str().unwrap().starts_with("ada-"), "{other}");
    assert_eq!(other["roles"], serde_json::json!(["author", "reviewer"]));

    // Whose groups say nothing here is not let in, and no account is made.
    let refused = enter(&mut Browser::default(), &served, "stranger");
    assert!(refused.status == 403 && refused.body.contains("not-vouched"), "{}", refused.body);
    assert_eq!(people(&bench).len(), 3);

    // Roles follow the groups.
    let roles = |bench: &Bench| people(bench).iter().find(|p| p["username"] == "moved").unwrap()["roles"].clone();
    let mut old = Browser::default();
    enter(&mut old, &served, "moved");
    assert_eq!(roles(&bench), serde_json::json!(["author", "reviewer", "administrator"]));
    Browser::default().get(&format!("{}/test/move", provider.issuer));
    enter(&mut Browser::default(), &served, "moved");
    assert_eq!(roles(&bench), serde_json::json!(["reader"]));
    assert!(old.get(&served.at("/sign-in")).body.contains("Roles: reader."), "in sessions of before too");

    // What came back cannot be used again, in another browser, or with something changed in it.
    let mut browser = Browser::default();
    let door = to_the_door(&mut browser, &served, "r.reviewer").location;
    let status = |browser: &mut Browser, url: &str| browser.get(url).status;
    assert_eq!(status(&mut Browser::default(), &door), 400, "another browser");
    let mut again = Browser::default();
    let other = to_the_door(&mut again, &served, "r.reviewer").location;
    assert_eq!(status(&mut again, &door), 400, "another journey's answer");
    assert_eq!(status(&mut browser, &door), 303);
    assert_eq!(status(&mut browser, &door), 400, "twice");
    let mut tampered = Browser::default();
    let door = to_the_door(&mut tampered, &served, "r.reviewer").location;
    let code = other.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let own = door.split("code=").nth(1).unwrap().split('&').next().unwrap();
    assert_eq!(status(&mut tampered, &door.replace(own, code)), 403, "the code of another journey: PKCE refuses it");
    let mut elsewhere = Browser::default();
    let door = to_the_door(&mut elsewhere, &served, "r.reviewer").location;
    assert!(door.contains("iss="), "{door}");
    assert_eq!(status(&mut elsewhere, &door.replace("iss=", "iss=x")), 403, "another provider's answer");

    // A closed account stays closed, whoever vouches.
    bench.run(&["people", "disable", "r.reviewer"], 0);
    assert_eq!(enter(&mut Browser::default(), &served, "r.reviewer").status, 401);

    // The trail says what came through the provider; secrets are nowhere.
    drop(served);
    let files = std::fs::read_dir(bench.data()).unwrap().flatten().filter(|e| e.path().is_file());
    let bytes: Vec<u8> = files.flat_map(|e| std::fs::read(e.path()).unwrap()).collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("openid-connect"));
    assert!(!holds(SECRET) && !holds(code));
}
