//! A real server on the loopback address: HTTP/1.1 over TCP, one thread a connection, replies as a test wants them.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub(crate) fn is_chat(&self) -> bool {
        self.line.contains("/chat/completions ")
    }

    /// The user message, read as the JSON it is.
    pub(crate) fn told(&self) -> Value {
        serde_json::from_str(self.body["messages"][1]["content"].as_str().unwrap()).unwrap()
    }
}

/// A server, until the tests end.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Serves every request with `reply`, which is given how many came before.
    pub(crate) fn start(reply: impl Fn(usize, &Seen, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let reply = Arc::new(reply);
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, reply, log) = (stream.unwrap(), Arc::clone(&reply), Arc::clone(&log));
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    let before = {
                        let mut log = log.lock().unwrap();
                        log.push(request.clone());
                        log.len() - 1
                    };
                    reply(before, &request, &mut stream);
                });
            }
        });
        Self { url, seen }
    }

    /// Answers every request with a chat completion of this content.
    pub(crate) fn saying(content: impl Into<String>) -> Self {
        let content = content.into();
        Self::start(move |_, _, stream| respond(stream, "200 OK", &completion(&content, "stop")))
    }

    /// Answers every request for a chat with a stream of this content, and knows nothing else.
    pub(crate) fn streaming(content: impl Into<String>) -> Self {
        let content = content.into();
        Self::start(move |_, seen, stream| match seen.is_chat() {
            true => stream_of(stream, &content),
            false => respond(stream, "404 Not Found", "{}"),
        })
    }

    /// The requests for a chat so far.
    pub(crate) fn chats(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(Seen::is_chat).collect()
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// A chat completion as llama.cpp, vLLM and hosted servers send it.
pub(crate) fn completion(content: &str, finish_reason: &str) -> String {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "test",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": content},
            "logprobs": null,
            "finish_reason": finish_reason
        }],
        "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}
    })
    .to_string()
}

/// The head of a stream of events.
pub(crate) fn begin_stream(stream: &mut TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

/// One event with a piece of the answer, as llama.cpp sends it.
pub(crate) fn piece(stream: &mut TcpStream, content: &str) -> std::io::Result<()> {
    let chunk = json!({
        "choices": [{"finish_reason": null, "index": 0, "delta": {"content": content}}],
        "id": "chatcmpl-1", "model": "test", "object": "chat.completion.chunk"
    });
    stream.write_all(format!("data: {chunk}\n\n").as_bytes())?;
    stream.flush()
}

/// The end of a stream: why it ended, what it cost, and the mark.
pub(crate) fn end_stream(stream: &mut TcpStream) {
    let stop = json!({"choices": [{"finish_reason": "stop", "index": 0, "delta": {}}]});
    let usage = json!({"choices": [], "usage": {"completion_tokens": 28, "prompt_tokens": 222, "total_tokens": 250}});
    let _ = stream.write_all(format!("data: {stop}\n\ndata: {usage}\n\ndata: [DONE]\n\n").as_bytes());
}

/// A whole stream, in pieces of some bytes.
pub(crate) fn stream_of(stream: &mut TcpStream, content: &str) {
    begin_stream(stream);
    let chars: Vec<char> = content.chars().collect();
    for few in chars.chunks(7) {
        if piece(stream, &few.iter().collect::<String>()).is_err() {
            return;
        }
    }
    end_stream(stream);
}

/// Sends a whole response. The client may have gone: that is its right.
pub(crate) fn respond(stream: &mut TcpStream, status: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let length = headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-length"));
    let mut body = vec![0; length.map_or(0, |(_, v)| v.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).ok()? };
    Some(Seen { line: line.trim_end().to_owned(), headers, body })
}
