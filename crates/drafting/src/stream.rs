//! What a server answers, as a stream of bytes: the content of the first choice, whether it comes as server-sent events or
//! whole. It must not know what the content means; and nothing that the server says goes into an error but a status.

use serde::Deserialize;
use std::io::{self, BufRead, BufReader, Read};

/// Longest line of an event stream, in bytes. One token needs some 300.
const MOST_LINE: u64 = 1_000_000;

/// How many tokens a request cost, as the server counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Usage {
    #[serde(default)]
    pub(crate) prompt_tokens: u64,
    #[serde(default)]
    pub(crate) completion_tokens: u64,
}

/// Why the content ended before it was whole.
#[derive(Debug)]
pub(crate) enum Broken {
    /// Reading failed.
    Io(io::Error),
    /// What came is not what was expected, in words of ours.
    Form(&'static str),
}

/// The content of an answer, read as it comes.
pub(crate) struct Content<R> {
    lines: BufReader<R>,
    events: bool,
    ready: Vec<u8>,
    at: usize,
    over: bool,
    finished: bool,
    bytes: u64,
    usage: Option<Usage>,
    broken: Option<Broken>,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(default)]
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Said>,
    #[serde(default)]
    message: Option<Said>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    content: Option<String>,
}

impl<R: Read> Content<R> {
    /// The content of a body: of server-sent events, or of one JSON object.
    pub(crate) fn new(body: R, events: bool) -> Self {
        Self {
            lines: BufReader::new(body),
            events,
            ready: Vec::new(),
            at: 0,
            over: false,
            finished: false,
            bytes: 0,
            usage: None,
            broken: None,
        }
    }

    /// Reads to the end, and says what it cost and how many bytes of content came.
    pub(crate) fn finish(mut self) -> Result<(Option<Usage>, u64), Broken> {
        while !self.over {
            self.more();
        }
        match self.broken {
            Some(broken) => Err(broken),
            None => Ok((self.usage, self.bytes)),
        }
    }

    /// Reads one event, or the whole.
    fn more(&mut self) {
        let read = if self.events { self.event() } else { self.whole() };
        if let Err(broken) = read {
            self.broken = Some(broken);
            self.over = true;
        }
    }

    fn whole(&mut self) -> Result<(), Broken> {
        let mut bytes = Vec::new();
        self.lines.read_to_end(&mut bytes).map_err(Broken::Io)?;
        self.over = true;
        let chunk: Chunk = serde_json::from_slice(&bytes)
            .map_err(|_| Broken::Form("it answered with something that is no chat completion"))?;
        if chunk.choices.is_none() {
            return Err(Broken::Form("it answered with something that is no chat completion"));
        }
        if chunk.choices.as_ref().is_some_and(Vec::is_empty) {
            return Err(Broken::Form("it answered with no choice"));
        }
        self.take(chunk)?;
        if self.bytes == 0 { Err(Broken::Form("it answered with no content")) } else { Ok(()) }
    }

    /// One line of the stream. Of its fields only `data` matters, and every server sends an event's data on one line.
    fn event(&mut self) -> Result<(), Broken> {
        let mut line = Vec::new();
        let read = (&mut self.lines).take(MOST_LINE).read_until(b'\n', &mut line).map_err(Broken::Io)?;
        if read == 0 {
            self.over = true;
            let cut = Broken::Form("its answer broke off");
            return if self.finished { Ok(()) } else { Err(cut) };
        }
        let line = line.trim_ascii();
        if line.starts_with(b"error:") {
            return Err(Broken::Form("it reported an error within its answer"));
        }
        let Some(data) = line.strip_prefix(b"data:") else { return Ok(()) };
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            self.over = true;
            let none = Broken::Form("it answered with no content");
            return if self.bytes == 0 { Err(none) } else { Ok(()) };
        }
        let chunk: Chunk = serde_json::from_slice(data)
            .map_err(|_| Broken::Form("it answered with something that is no chat completion"))?;
        self.take(chunk)
    }

    fn take(&mut self, chunk: Chunk) -> Result<(), Broken> {
        if chunk.error.is_some() {
            return Err(Broken::Form("it reported an error within its answer"));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(usage);
        }
        let Some(choice) = chunk.choices.and_then(|c| c.into_iter().next()) else { return Ok(()) };
        if let Some(content) = choice.delta.or(choice.message).and_then(|s| s.content) {
            self.bytes += content.len() as u64;
            self.ready.extend_from_slice(content.as_bytes());
        }
        match choice.finish_reason.as_deref() {
            Some("length") => Err(Broken::Form("its answer was cut off")),
            Some(_) => {
                self.finished = true;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl<R: Read> Read for Content<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            if self.over {
                return Ok(0);
            }
            self.ready.clear();
            self.at = 0;
            self.more();
        }
        let given = into.len().min(self.ready.len() - self.at);
        into[..given].copy_from_slice(&self.ready[self.at..self.at + given]);
        self.at += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What llama.cpp's server sent on 2026-11-27, cut short to two tokens.
    const RECORDED: &str = concat!(
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}],\"object\":\"chat.completion.chunk\"}\n\n",
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"{\\n\"}}],\"object\":\"chat.completion.chunk\"}\n\n",
        ": ping\n\n",
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"}\"}}]}\r\n\r\n",
        "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"completion_tokens\":28,\"prompt_tokens\":22,\"total_tokens\":50},\"timings\":{}}\n\n",
        "data: [DONE]\n\n",
    );

    fn read(stream: &str) -> (String, Result<(Option<Usage>, u64), Broken>) {
        let mut content = Content::new(stream.as_bytes(), true);
        let mut text = String::new();
        content.read_to_string(&mut text).unwrap();
        (text, content.finish())
    }

    #[test]
    fn a_recorded_stream_is_read_with_its_usage() {
        let (text, end) = read(RECORDED);
        assert_eq!(text, "{\n}");
        assert_eq!(end.unwrap(), (Some(Usage { prompt_tokens: 22, completion_tokens: 28 }), 3));
    }

    #[test]
    fn a_stream_that_breaks_off_is_broken_and_one_without_done_is_not() {
        let (cut, _) = RECORDED.split_once("data: {\"choices\":[{\"finish_reason\":\"stop\"").unwrap();
        assert!(matches!(read(cut).1, Err(Broken::Form("its answer broke off"))));
        assert!(read(RECORDED.strip_suffix("data: [DONE]\n\n").unwrap()).1.is_ok());
    }

    #[test]
    fn errors_within_a_stream_are_errors() {
        for (line, why) in [
            ("data: {\"error\":{\"message\":\"SECRET\"}}\n", "it reported an error within its answer"),
            ("error: {\"message\":\"SECRET\"}\n", "it reported an error within its answer"),
            ("data: SECRET\n", "it answered with something that is no chat completion"),
            ("data: [DONE]\n", "it answered with no content"),
            (
                "data: {\"choices\":[{\"delta\":{\"content\":\"{\"},\"finish_reason\":\"length\"}]}\n",
                "its answer was cut off",
            ),
        ] {
            assert!(matches!(read(line).1, Err(Broken::Form(said)) if said == why), "{line}");
        }
    }
}
