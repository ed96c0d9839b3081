//! Text in other encodings, made UTF-8 while it is read.
//!
//! Bytes that are not what they are said to be end the stream with an error, never with replacement characters.

use super::limits::Refusal;
use encoding_rs::{Decoder, DecoderResult, Encoding};
use std::io::{self, Read};

const CHUNK: usize = 1 << 15;

/// A stream made UTF-8.
pub(super) struct ToUtf8<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
    /// There is no text behind what was decoded.
    malformed: bool,
    ended: bool,
    /// A decoder must not be used after its last call.
    finished: bool,
}

impl<R: Read> ToUtf8<R> {
    pub(super) fn new(reader: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self {
            reader,
            decoder,
            raw: vec![0; CHUNK],
            raw_at: 0,
            raw_end: 0,
            text: vec![0; CHUNK],
            text_at: 0,
            text_end: 0,
            malformed: false,
            ended: false,
            finished: false,
        }
    }

    /// Decodes what there is; reads more where there is nothing.
    fn refill(&mut self) -> io::Result<()> {
        if self.raw_at >= self.raw_end && !self.ended {
            self.raw_end = loop {
                match self.reader.read(&mut self.raw) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.raw_at = 0;
            self.ended = self.raw_end == 0;
        }
        let raw = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.ended);
        self.raw_at += read;
        self.text_end = written;
        self.text_at = 0;
        self.malformed = matches!(result, DecoderResult::Malformed(..));
        self.finished = self.ended && result == DecoderResult::InputEmpty;
        Ok(())
    }
}

/// The error for text that is not in the encoding it should be in.
fn not_in(encoding: &str) -> io::Error {
    let message =
        format!("this is not text in the encoding {encoding:?} that it declares; convert it to UTF-8 and add it again");
    Refusal::error("encoding", message)
}

impl<R: Read> Read for ToUtf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let text = self.text.get(self.text_at..self.text_end).unwrap_or_default();
            if !text.is_empty() || buffer.is_empty() {
                let n = text.len().min(buffer.len());
                let (Some(from), Some(to)) = (text.get(..n), buffer.get_mut(..n)) else { return Ok(0) };
                to.copy_from_slice(from);
                self.text_at += n;
                return Ok(n);
            }
            if self.malformed {
                return Err(not_in(self.decoder.encoding().name()));
            }
            if self.finished {
                return Ok(0);
            }
            self.refill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_of_the_input_gives_the_same_text() {
        let text = "<a>é \u{1F600} –</a>".repeat(3);
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for step in 1..9 {
            let mut out = String::new();
            let parts = utf16.chunks(step).fold(Box::new(io::empty()) as Box<dyn Read>, |r, c| Box::new(r.chain(c)));
            let read = ToUtf8::new(parts, encoding_rs::UTF_16LE).read_to_string(&mut out);
            assert_eq!((read.ok(), out.as_str()), (Some(text.len()), text.as_str()));
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let mut out = Vec::new();
        let cut = ToUtf8::new(&b"<\0a\0>"[..], encoding_rs::UTF_16LE).read_to_end(&mut out);
        assert!(cut.is_err());
        assert_eq!(out, b"<a");
    }
}
