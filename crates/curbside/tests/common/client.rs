//! Somebody at the API, and what they are told.

use super::PASSWORD;
use super::browser::{Browser, Served};
use serde_json::{Value, json};

/// What came back.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    pub media: String,
    pub replayed: bool,
    pub text: String,
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The answer to what went well.
    pub fn good(self) -> Value {
        assert!(self.status == 200 && self.media == "application/json", "{self:?}");
        self.json()
    }

    /// That it is a problem of this status and code, of the right shape.
    pub fn problem(self, status: u16, code: &str) {
        let begin = self.text.get(..300).unwrap_or(&self.text);
        assert_eq!((self.status, self.media.as_str()), (status, "application/problem+json"), "{begin}");
        let told = self.json();
        assert_eq!((&told["code"], &told["status"]), (&json!(code), &json!(status)), "{told}");
        assert_eq!(told["type"], format!("urn:curbside:{code}"));
        for field in ["title", "detail", "advice"] {
            assert!(told[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {told}");
        }
    }
}

/// Somebody at the API, by the session that their browser would send.
pub struct Client {
    pub address: String,
    pub cookie: String,
    pub token: Option<String>,
}

impl Client {
    pub fn nobody(server: &Served) -> Self {
        Self { address: server.address.clone(), cookie: String::new(), token: None }
    }

    pub fn signed_in(server: &Served, username: &str) -> Self {
        let form = [("username", username), ("password", PASSWORD)];
        let entered = Browser::default().post(&server.at("/sign-in"), &form);
        assert_eq!(entered.status, 303, "{entered:?}");
        let cookie = entered.cookies[0].split(';').next().unwrap().to_owned();
        Self { address: server.address.clone(), cookie, token: None }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Told {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let uri = format!("{}{path}", self.address);
        let mut request = ureq::http::Request::builder().method(method).uri(uri);
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
            // As a browser says where a request comes from: with a session it must.
            if headers.iter().all(|(name, _)| *name != "origin" && *name != "sec-fetch-site") {
                request = request.header("origin", &self.address);
            }
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = match body.is_empty() {
            true => agent.run(request.body(()).unwrap()).unwrap(),
            false => agent.run(request.body(body).unwrap()).unwrap(),
        };
        let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        Told {
            status: answer.status().as_u16(),
            media: header("content-type").unwrap_or_default(),
            replayed: header("idempotency-replayed").is_some(),
            text: answer.body_mut().read_to_string().unwrap(),
        }
    }

    pub fn get(&self, path: &str) -> Told {
        self.send("GET", &format!("/api/v1{path}"), &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Told {
        self.post_with(path, &[], body)
    }

    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Told {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.send("POST", &format!("/api/v1{path}"), &headers, body.to_string().as_bytes())
    }
}
