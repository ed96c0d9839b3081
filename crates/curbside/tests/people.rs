//! People on the command line: `--as`, `people`, tokens, the first administrator's link.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

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
fn a_server_that_nobody_administers_prints_a_link_for_the_first() {
    let bench = Bench::new();
    let port = std::cell::RefCell::new(0);
    let serve = || {
        let mut server = std::process::Command::new(assert_cmd::cargo::cargo_bin("curbside"))
            .arg("--data")
            .arg(bench.data())
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.next().unwrap();
        let at = address.strip_prefix("Curbside answers at http://127.0.0.1:").unwrap();
        port.replace(at.split('/').next().unwrap().parse::<u16>().unwrap());
        (server, lines)
    };
    let (mut server, mut lines) = serve();
    assert!(lines.next().unwrap().starts_with("Nobody administers yet."));
    let link = lines.next().unwrap();
    let claim = ["people", "claim", link.trim(), "--username", "ada", "--name", "Ada Min"];
    run(&bench, &[("CURBSIDE_PASSWORD", GOOD)], &claim, 0);
    server.kill().unwrap();
    server.wait().unwrap();
    let listed = run(&bench, &[], &["people", "list"], 0).0;
    assert!(listed.contains("ada  Ada Min (person 1): administrator"), "{listed}");
    let (mut server, lines) = serve();
    // What it would print, it printed before it answers.
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", *port.borrow())).unwrap();
    stream.write_all(b"GET /style.css HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(stream.read(&mut [0; 16]).unwrap() > 0);
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(lines.count(), 0, "the link is not offered again");
}
