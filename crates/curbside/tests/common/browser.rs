//! A server under test, and something like a browser: cookies by origin, forms, redirects one by one.

use super::Bench;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// `curbside serve`, stopped when it is dropped.
pub struct Served {
    pub address: String,
    /// What it printed before it answered.
    pub printed: Vec<String>,
    child: Child,
}

impl Served {
    pub fn start(bench: &Bench, port: u16, variables: &[(&str, &str)]) -> Self {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("curbside"))
            .arg("--data")
            .arg(bench.data())
            .args(["serve", "--port", &port.to_string()])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(|l| drop(sender.send(l))));
        let first = lines.recv_timeout(Duration::from_secs(60)).unwrap();
        let address =
            first.split_whitespace().find(|w| w.starts_with("http")).unwrap().trim_end_matches('/').to_owned();
        // It answers only after it has printed all it prints at its start.
        assert_eq!(Browser::default().get(&format!("{address}/style.css")).status, 200);
        let mut printed = vec![first];
        while let Ok(line) = lines.recv_timeout(Duration::from_millis(200)) {
            printed.push(line);
        }
        Self { address, printed, child }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Lets it finish what it does.
    #[allow(dead_code)] // most tests kill it
    pub fn stop(mut self) {
        assert!(std::process::Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub url: String,
    pub status: u16,
    pub body: String,
    pub location: String,
    pub cookies: Vec<String>,
    pub retry_after: String,
}

/// Keeps cookies by origin. Follows no redirect unless told to.
#[derive(Default)]
pub struct Browser {
    jar: HashMap<String, HashMap<String, String>>,
}

/// How a browser sends a form without files.
const FORM: &str = "application/x-www-form-urlencoded";

fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// As the body of a form.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let one = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}

impl Browser {
    pub fn keep(&mut self, url: &str, name: &str, value: &str) {
        self.jar.entry(origin(url)).or_default().insert(name.to_owned(), value.to_owned());
    }

    fn send(&mut self, url: &str, body: Option<(&str, Vec<u8>)>, more: &[(&str, &str)]) -> Page {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
        let jar = self.jar.get(&origin(url)).cloned().unwrap_or_default();
        let cookies: Vec<String> = jar.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut request = ureq::http::Request::builder().uri(url).header("cookie", cookies.join("; "));
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some((media, bytes)) => {
                // As browsers do with forms, whether they go to their own site or not.
                let request = request.method("POST").header("origin", origin(url)).header("content-type", media);
                agent.run(request.body(bytes).unwrap())
            }
            None => agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap();
        let header = |name: &str| -> Vec<String> {
            answer.headers().get_all(name).iter().map(|v| v.to_str().unwrap().to_owned()).collect()
        };
        let (cookies, location, retry_after) = (header("set-cookie"), header("location"), header("retry-after"));
        for cookie in &cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            let gone = value.is_empty() || cookie.contains("Max-Age=0") || cookie.contains("expires=Thu, 01 Jan 1970");
            let kept = self.jar.entry(origin(url)).or_default();
            if gone {
                kept.remove(name)
            } else {
                kept.insert(name.to_owned(), value.to_owned())
            };
        }
        Page {
            url: url.to_owned(),
            status: answer.status().as_u16(),
            body: answer.body_mut().read_to_string().unwrap(),
            location: location.concat(),
            cookies,
            retry_after: retry_after.concat(),
        }
    }

    pub fn get(&mut self, url: &str) -> Page {
        self.send(url, None, &[])
    }

    pub fn get_with(&mut self, url: &str, name: &str, value: &str) -> Page {
        self.send(url, None, &[(name, value)])
    }

    pub fn post(&mut self, url: &str, form: &[(&str, &str)]) -> Page {
        self.send(url, Some((FORM, encoded(form).into_bytes())), &[])
    }

    /// Sends a body of another kind than a plain form.
    #[allow(dead_code)] // not every test uploads
    pub fn post_bytes(&mut self, url: &str, media: &str, bytes: &[u8]) -> Page {
        self.send(url, Some((media, bytes.to_vec())), &[])
    }

    /// As a browser sends a form of another site.
    pub fn post_from_elsewhere(&mut self, url: &str, form: &[(&str, &str)]) -> Page {
        self.send(url, Some((FORM, encoded(form).into_bytes())), &[("sec-fetch-site", "cross-site")])
    }

    /// Follows one redirect.
    pub fn step(&mut self, page: &Page) -> Page {
        match page.location.starts_with('/') {
            true => self.get(&format!("{}{}", origin(&page.url), page.location)),
            false => self.get(&page.location),
        }
    }

    /// Follows redirects to a page.
    pub fn follow(&mut self, mut page: Page) -> Page {
        let begun = Instant::now();
        while (300..400).contains(&page.status) {
            assert!(begun.elapsed() < Duration::from_secs(60), "round and round: {page:?}");
            page = self.step(&page);
        }
        page
    }
}
