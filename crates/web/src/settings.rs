//! What an operator may set of the server, with its defaults, and what is wrong with it. Reads no file and no environment: the
//! command line does.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// `[server]` of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on. Anything but this machine opens Curbside to the network.
    pub host: IpAddr,
    /// Port; 0 takes any free one.
    pub port: u16,
    /// What stands before every path, as `/curbside`; empty for none. A proxy in front passes it on.
    pub base_path: String,
    /// The address that browsers see, as `https://curbside.example.org`, without the base path. With `https` cookies are for
    /// encrypted connections only and browsers are told to use no other.
    pub public_url: Option<String>,
    /// Names that the server answers to, as browsers send them in `Host`; with a port for that port only. Empty: the name of
    /// `public_url`, and on the loopback address its own names; without a `public_url` on another address, every name.
    pub names: Vec<String>,
    /// Networks of the proxies in front, as `10.0.0.0/8`: only these are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it. Only one is read: the other could be the client's own.
    pub forwarded_header: ForwardedHeader,
    /// Whether `/metrics` answers.
    pub metrics: bool,
    /// Seconds that answers under way may take when the server is stopped.
    pub stop_seconds: u64,
    /// Bytes of memory for pages that were sent to nobody in particular, kept until anything is committed; 0: none are kept.
    pub cache_bytes: usize,
    /// What one client may use.
    pub limits: Limits,
    /// What is written to standard error.
    pub log: Log,
}

/// Where a proxy says for whom it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` of RFC 7239.
    Forwarded,
}

/// `[server.limits]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Questions that a client may ask in a minute; 0 for any number. Who asks from this machine itself is not limited.
    pub asks_per_minute: u32,
    /// Other requests of a client in a minute, 0 for any number.
    pub requests_per_minute: u32,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Seconds until the head of a request is there, which is also how long an idle connection is kept.
    pub header_seconds: u64,
    /// Seconds until the body of a request is there; a long one gets a second more for each 32 KiB that came. Also how long a
    /// client may take nothing of an answer.
    pub body_seconds: u64,
    /// Seconds that an answer may take.
    pub answer_seconds: u64,
    /// Open connections; more wait.
    pub connections: usize,
    /// Open connections of one client; more are closed. Proxies and this machine itself are not counted. 0 for any number.
    pub connections_per_client: usize,
}

/// `[server.log]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// The least that is written.
    pub level: LogLevel,
    /// Whether a request's line holds the address of the client.
    pub client_address: bool,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The least that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What must be looked at.
    Error,
    /// And what may have to be.
    Warn,
    /// And each request.
    Info,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8787,
            base_path: String::new(),
            public_url: None,
            names: Vec::new(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::XForwardedFor,
            metrics: true,
            stop_seconds: 30,
            cache_bytes: 32 << 20,
            limits: Limits::default(),
            log: Log::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            asks_per_minute: 30,
            requests_per_minute: 600,
            // The longest question, form-encoded.
            body_bytes: 3 * desk::Question::MAX_BYTES + 1024,
            header_seconds: 10,
            body_seconds: 20,
            answer_seconds: 120,
            connections: 4096,
            connections_per_client: 256,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: LogLevel::Info, client_address: false }
    }
}

impl Settings {
    /// What is wrong, each with its key under `server`. The server does not start with any.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if !good_base_path(&self.base_path) {
            problems
                .push(("base_path", "is not empty and not of the form /a/b with letters, digits, - . _ ~".to_owned()));
        }
        if let Some(url) = &self.public_url
            && origin(url).is_none()
        {
            let why = "is not of the form https://name or https://name:port, without a path (that is base_path)";
            problems.push(("public_url", why.to_owned()));
        }
        if let Some(name) = self.names.iter().find(|n| !good_name(n)) {
            problems.push(("names", format!("{name:?} is not a host name, with or without a port")));
        }
        let limits = &self.limits;
        for (key, value) in [
            ("limits.header_seconds", limits.header_seconds),
            ("limits.body_seconds", limits.body_seconds),
            ("limits.answer_seconds", limits.answer_seconds),
            ("limits.connections", limits.connections as u64),
            ("limits.body_bytes", limits.body_bytes as u64),
        ] {
            if value == 0 {
                problems.push((key, "must be at least 1".to_owned()));
            }
        }
        // A semaphore holds no more.
        if limits.connections > 1_000_000 {
            problems.push(("limits.connections", "must be at most 1000000".to_owned()));
        }
        problems
    }
}

fn good_base_path(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let part = |p: &str| !p.is_empty() && p.chars().all(plain) && !p.chars().all(|c| c == '.');
    path.is_empty() || path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(part))
}

fn good_name(name: &str) -> bool {
    name.parse::<axum::http::uri::Authority>().is_ok_and(|a| !a.as_str().contains('@') && !a.host().is_empty())
}

/// Scheme and authority of an address that has nothing else, in small letters, as a browser sends them in `Origin`.
pub(crate) fn origin(url: &str) -> Option<(String, String)> {
    let (scheme, authority) = url.trim_end_matches('/').split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    (matches!(scheme.as_str(), "http" | "https") && good_name(authority))
        .then(|| (scheme, authority.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(settings: &Settings) -> Vec<&'static str> {
        settings.problems().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn the_defaults_are_right_and_each_wrong_value_is_named() {
        assert_eq!(keys(&Settings::default()), [""; 0]);
        let bases = [("", true), ("/a", true), ("/a/b-c.d", true), ("/", false), ("a", false), ("/a/", false)];
        for (base, good) in bases.into_iter().chain([("/a//b", false), ("/a b", false), ("/..", false), ("/\"", false)])
        {
            let settings = Settings { base_path: base.to_owned(), ..Settings::default() };
            assert_eq!(keys(&settings).is_empty(), good, "{base:?}");
        }
        for (url, good) in [
            ("https://a.example", true),
            ("http://a.example:8080/", true),
            ("https://[::1]:9", true),
            ("https://a.example/curbside", false),
            ("ftp://a.example", false),
            ("a.example", false),
            ("https://user@a.example", false),
        ] {
            let settings = Settings { public_url: Some(url.to_owned()), ..Settings::default() };
            assert_eq!(keys(&settings).is_empty(), good, "{url:?}");
        }
        let limits = Limits { header_seconds: 0, connections: 0, ..Limits::default() };
        let names = vec!["good.example".to_owned(), "not good".to_owned()];
        let settings = Settings { limits, names, ..Settings::default() };
        assert_eq!(keys(&settings), ["names", "limits.header_seconds", "limits.connections"]);
    }
}
