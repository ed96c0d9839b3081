//! People on the command line: `--as`, `people`, tokens, the first administrator's link.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use common::browser::{Browser, Served};
use serde_json::Value;

const GOOD: &str = "seven damp umbrellas";

/// Runs with these variables, expects this exit status, gives standard output and standard error.
fn run(bench: &Bench, variables: &[(&str, &str)], args: &[&str], status: i32) -> (String, String) {
    let mut command = bench.curbside(args);
    for name in ["CURBSIDE_AS", "CURBSIDE_PASSWORD", "CURBSIDE_NEW_PASSWORD", "CURBSIDE_TOKEN"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(status), "{args:?}\n{out}\n{err}");
    (out, err)
}

fn add(bench: &Bench, username: &str, roles: &[&str]) {
    let name = format!("Person {username}");
    let mut args = vec!["people", "add", username, "--name", &name, "--json"];
    roles.iter().for_each(|r| args.extend(["--role", r]));
    let added: Value = serde_json::from_str(&run(bench, &[], &args, 0).0).unwrap();
    let link = added["link"].as_str().unwrap();
    let said = run(bench, &[("CURBSIDE_PASSWORD", GOOD)], &["people", "claim", link], 0).0;
    assert!(said.contains(username), "{said}");
}

#[test]
fn people_are_added_sign_in_change_and_leave() {
    let bench = Bench::new();
    add(&bench, "ada", &["administrator"]);
    add(&bench, "lin", &["reviewer", "author"]);
    let ada = [("CURBSIDE_AS", "ada"), ("CURBSIDE_PASSWORD", GOOD)];
    let lin = [("CURBSIDE_AS", "lin"), ("CURBSIDE_PASSWORD", GOOD)];
    let listed: Value = serde_json::from_str(&run(&bench, &ada, &["people", "list", "--json"], 0).0).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(listed.to_string().contains("reviewer") && !listed.to_string().contains("argon2"));
    // Not everyone may; nobody may without the password, nor with a terminal's missing.
    let (_, err) = run(&bench, &lin, &["people", "list"], 7);
    assert!(err.contains("none of your roles may do this [role]"), "{err}");
    let (_, err) = run(&bench, &[("CURBSIDE_PASSWORD", "wrong")], &["--as", "ada", "people", "list"], 7);
    assert!(err.contains("[sign-in-failed]"), "{err}");
    let (_, err) = run(&bench, &[], &["people", "roles", "ada", "reader"], 2);
    assert!(err.contains("[last-administrator]"), "{err}");
    run(&bench, &[], &["people", "roles", "lin", "manager"], 2);
    // A link is good once, and a poor password does not use it up.
    let invited: Value = serde_json::from_str(&run(&bench, &ada, &["people", "invite", "lin", "--json"], 0).0).unwrap();
    let link = format!("http://127.0.0.1:8787/welcome/{}", invited["link"].as_str().unwrap());
    assert_eq!(invited["kind"], "reset");
    let claim =
        |password, status| run(&bench, &[("CURBSIDE_PASSWORD", password)], &["people", "claim", &link], status).1;
    assert!(claim("short", 2).contains("[password]"));
    claim("nine dry umbrellas", 0);
    assert!(claim("nine dry umbrellas", 2).contains("[dead-link]"));
    let (_, err) = run(&bench, &lin, &["people", "show", "lin"], 7);
    assert!(err.contains("[sign-in-failed]"), "{err}");
    let lin = [("CURBSIDE_AS", "lin"), ("CURBSIDE_PASSWORD", "nine dry umbrellas")];
    let new = [lin[0], lin[1], ("CURBSIDE_NEW_PASSWORD", "eleven dry umbrellas")];
    run(&bench, &new, &["people", "password"], 0);
    let lin = [("CURBSIDE_AS", "lin"), ("CURBSIDE_PASSWORD", "eleven dry umbrellas")];
    let shown = run(&bench, &lin, &["people", "change", "lin", "--conflicts", "None known"], 0).0;
    assert!(shown.contains("conflicts of interest: None known"), "{shown}");
    run(&bench, &ada, &["people", "disable", "lin"], 0);
    run(&bench, &lin, &["people", "show", "lin"], 7);
}

#[test]
fn a_token_acts_for_its_owner() {
    let bench = Bench::new();
    add(&bench, "ada", &["administrator"]);
    let ada = [("CURBSIDE_AS", "ada"), ("CURBSIDE_PASSWORD", GOOD)];
    let make = ["people", "token", "add", "--name", "cron", "--scope", "administer", "--json"];
    let made: Value = serde_json::from_str(&run(&bench, &ada, &make, 0).0).unwrap();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("cbs_"));
    run(&bench, &[("CURBSIDE_TOKEN", token)], &["people", "list"], 0);
    run(&bench, &[("CURBSIDE_TOKEN", token), ("CURBSIDE_AS", "lin")], &["people", "list"], 7);
    let (_, err) = run(&bench, &[("CURBSIDE_TOKEN", token)], &make, 7);
    assert!(err.contains("[token-scope]"), "{err}");
    let listed = run(&bench, &ada, &["people", "token", "list", "ada"], 0).0;
    assert!(listed.contains("cron: administer; good for 90 days"), "{listed}");
    let id = made["id"].to_string();
    run(&bench, &ada, &["people", "token", "revoke", "ada", &id], 0);
    let (_, err) = run(&bench, &[("CURBSIDE_TOKEN", token)], &["people", "list"], 7);
    assert!(err.contains("[bad-token]"), "{err}");
}

#[test]
fn the_first_administrator_welcomes_themselves_on_a_page_and_signs_in_and_out() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let link = server.printed.iter().find_map(|l| l.trim().strip_prefix(&server.address)).unwrap().to_owned();
    assert!(link.starts_with("/welcome/cbl_"), "{link}");
    let mut browser = Browser::default();
    let page = browser.get(&server.at(&link));
    assert!(page.status == 200 && page.body.contains("The first administrator"), "{}", page.body);
    let form = |password, again| [("username", "ada"), ("name", "Ada Min"), ("password", password), ("again", again)];
    let poor = browser.post(&server.at(&link), &form("short", "short"));
    assert!(poor.status == 400 && poor.body.contains("needs 15"), "{}", poor.body);
    assert_eq!(browser.post(&server.at(&link), &form(GOOD, "another")).status, 400);
    let in_ = browser.post(&server.at(&link), &form(GOOD, GOOD));
    assert_eq!((in_.status, in_.location.as_str()), (303, "/"));
    let cookie = in_.cookies.join("");
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(browser.get(&server.at(&link)).status, 410, "used up");
    let here = browser.get(&server.at("/sign-in")).body;
    assert!(here.contains("Signed in as Ada Min") && here.contains("administrator"), "{here}");
    // What somebody asks who is signed in is theirs alone; who has no session may not read it.
    let asked = browser.post(&server.at("/ask"), &[("question", "How is hypomagnesemia evaluated?")]);
    assert_eq!(asked.status, 303);
    let mut stranger = Browser::default();
    for path in [asked.location.clone(), format!("{}/json", asked.location)] {
        assert_eq!(browser.get(&server.at(&path)).status, 200, "{path}");
        assert_eq!(stranger.get(&server.at(&path)).status, 401, "{path}");
    }
    assert_eq!(browser.post(&server.at("/sign-out"), &[]).status, 303);
    assert!(browser.get(&server.at("/sign-in")).body.contains("<h1>Sign in</h1>"));
    assert_eq!(browser.get(&server.at(&asked.location)).status, 401);
    // A session that was copied before it ended is of no use.
    let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
    stranger.keep(&server.address, name, value);
    assert_eq!(stranger.get(&server.at(&asked.location)).status, 401);
    let wrong =
        |browser: &mut Browser| browser.post(&server.at("/sign-in"), &[("username", "ada"), ("password", "wrong")]);
    let first = wrong(&mut browser);
    assert!(first.status == 401 && first.body.contains("No account has this name and password"), "{}", first.body);
    // The sixth waits; a machine that pauses for longer than the wait between two tries is given more of them.
    let answers: Vec<_> = (0..20).map(|_| wrong(&mut browser)).collect();
    assert!(answers[..4].iter().all(|answer| answer.status == 401));
    let told = answers.iter().find(|answer| answer.status == 429).expect("nobody was asked to wait");
    assert!(told.retry_after.parse::<u64>().is_ok_and(|seconds| seconds >= 1), "{}", told.retry_after);
    // A page elsewhere makes nobody sign in here, and tokens get in by their header.
    let (asks, token) = (server.at("/sign-in"), token(&bench));
    assert_eq!(browser.post_from_elsewhere(&asks, &[("username", "ada"), ("password", GOOD)]).status, 403);
    assert_eq!(browser.get_with(&server.at(&asked.location), "authorization", &format!("Bearer {token}")).status, 200);
    assert_eq!(browser.get_with(&server.at("/articles/00000000"), "authorization", "Bearer cbs_no").status, 401);
}

/// A token of ada's for reading.
fn token(bench: &Bench) -> String {
    // The wrong passwords of before are waited out by a link.
    let invited: Value = serde_json::from_str(&run(bench, &[], &["people", "invite", "ada", "--json"], 0).0).unwrap();
    run(bench, &[("CURBSIDE_PASSWORD", GOOD)], &["people", "claim", invited["link"].as_str().unwrap()], 0);
    let ada = [("CURBSIDE_AS", "ada"), ("CURBSIDE_PASSWORD", GOOD)];
    let make = ["people", "token", "add", "--name", "reading", "--scope", "read", "--json"];
    let made: Value = serde_json::from_str(&run(bench, &ada, &make, 0).0).unwrap();
    made["token"].as_str().unwrap().to_owned()
}

#[test]
fn sources_are_kept_by_administrators_and_a_closed_house_asks_who_comes() {
    let bench = Bench::new();
    add(&bench, "ada", &["administrator"]);
    add(&bench, "lin", &["reader"]);
    let ada = [("CURBSIDE_AS", "ada"), ("CURBSIDE_PASSWORD", GOOD)];
    let lin = [("CURBSIDE_AS", "lin"), ("CURBSIDE_PASSWORD", GOOD)];
    let article = bench.write("a.xml", &common::jats(1, "A trial", "Magnesium was given."));
    let list = bench.write("list.csv", "");
    for command in [vec!["add", &article], vec!["remove", "PMC1"], vec!["standing", &list], vec!["reindex"]] {
        assert!(run(&bench, &lin, &command, 7).1.contains("[role]"), "{command:?}");
    }
    run(&bench, &ada, &["add", &article], 0);
    run(&bench, &lin, &["show", "PMC1"], 0);
    let closed = bench.write("policy.toml", "[open]\nreading = false\nasking = false\n");
    run(&bench, &ada, &["policy", "set", &closed], 0);
    let server = Served::start(&bench, 0, &[]);
    let mut browser = Browser::default();
    for path in ["/", "/sources", "/sources/PMC1", "/corrections"] {
        let page = browser.get(&server.at(path));
        assert!(page.status == 401 && page.body.contains("href=\"/sign-in\""), "{path} {}", page.body);
    }
    assert_eq!(browser.post(&server.at("/ask"), &[("question", "How is hypomagnesemia evaluated?")]).status, 401);
    assert!(!browser.get(&server.at("/sign-in")).body.contains("No account is needed"));
    let entered = browser.post(&server.at("/sign-in"), &[("username", "lin"), ("password", GOOD)]);
    assert_eq!((entered.status, entered.location.as_str()), (303, "/"));
    for path in ["/", "/sources", "/sources/PMC1", "/corrections"] {
        assert_eq!(browser.get(&server.at(path)).status, 200, "{path}");
    }
}

#[test]
fn a_server_that_nobody_administers_prints_a_link_for_the_first() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let link = server.printed.last().unwrap().trim().to_owned();
    assert!(server.printed[1].starts_with("Nobody administers yet."), "{:?}", server.printed);
    let claim = ["people", "claim", &link, "--username", "ada", "--name", "Ada Min"];
    run(&bench, &[("CURBSIDE_PASSWORD", GOOD)], &claim, 0);
    drop(server);
    let listed = run(&bench, &[], &["people", "list"], 0).0;
    assert!(listed.contains("ada  Ada Min (person 1): administrator"), "{listed}");
    assert_eq!(Served::start(&bench, 0, &[]).printed.len(), 1, "the link is not offered again");
}
