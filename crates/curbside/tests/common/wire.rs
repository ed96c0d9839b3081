//! A server with a configuration, asked byte by byte: for what a client that keeps no rules may send, and what comes back over the wire.

use super::Bench;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

pub const QUESTION: &str = "question=How+is+hypomagnesemia+evaluated%3F";

/// A server on a free port, ended when dropped.
pub struct Server {
    pub child: Child,
    pub address: SocketAddr,
    /// What it printed before it served, the address first.
    pub said: String,
    pub log: Option<thread::JoinHandle<String>>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Server {
    pub fn start(bench: &Bench, configuration: &str) -> Self {
        std::fs::create_dir_all(bench.data()).unwrap();
        std::fs::write(bench.data().join("curbside.toml"), configuration).unwrap();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("curbside"))
            .arg("--data")
            .arg(bench.data())
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = first_line(&mut child);
        let mut errors = child.stderr.take().unwrap();
        let log = thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let port = said.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).map(|p| p.parse().unwrap());
        let address = SocketAddr::from(([127, 0, 0, 1], port.unwrap_or_else(|| panic!("{said}"))));
        Self { child, address, said, log: Some(log) }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends one request with these headers beside the necessary ones.
    pub fn send(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(self.request(line, headers, body).as_bytes()).unwrap();
        read(&mut stream)
    }

    pub fn request(&self, line: &str, headers: &[(&str, &str)], body: &str) -> String {
        let host = headers.iter().find(|(k, _)| *k == "Host").map_or(self.address.to_string(), |h| h.1.to_owned());
        let mut text = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers.iter().filter(|(k, _)| *k != "Host") {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if line.starts_with("POST") {
            let length = body.len();
            text.push_str(&format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"));
        }
        format!("{text}\r\n{body}")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], "")
    }

    pub fn terminate(&self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Stops it and gives all it wrote to standard error.
    pub fn stop(mut self) -> String {
        self.terminate();
        assert!(self.child.wait().unwrap().success());
        self.log.take().unwrap().join().unwrap()
    }
}

impl Server {
    /// One that browsers know as `https://c.example`, at a port chosen beforehand: what it prints does not tell it.
    pub fn start_public(bench: &Bench) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let text = format!("[server]\nport = {port}\npublic_url = \"https://c.example\"\nmetrics = false\n");
        std::fs::write(bench.data().join("curbside.toml"), text).unwrap();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("curbside"))
            .arg("--data")
            .arg(bench.data())
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = first_line(&mut child);
        assert!(said.contains("https://c.example/"), "{said}");
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), said, log: None }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

/// What it prints first; the rest is read so that it can print on.
pub fn first_line(child: &mut Child) -> String {
    let (mut out, mut first) = (BufReader::new(child.stdout.take().unwrap()), String::new());
    out.read_line(&mut first).unwrap();
    thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    first
}

pub fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A server that closes early may reset the connection; what came counts.
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
    read_text(&bytes)
}

pub fn read_text(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
    let headers = lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
    Answer { status, headers, body: body.to_owned() }
}
