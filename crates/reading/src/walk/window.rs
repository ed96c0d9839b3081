//! The part of a stream that is held in memory, and the lines before it.
//!
//! Owns reading on and letting go; what is looked for in the bytes is for those who cut them.

use memchr::memchr_iter;
use std::io::{self, Read};

/// How much is read at a time.
const CHUNK: usize = 1 << 17;

/// A stream, of which one stretch is held.
pub(super) struct Window<R> {
    reader: R,
    chunk: Vec<u8>,
    /// What is held.
    pub(super) bytes: Vec<u8>,
    /// The line at `counted`.
    line: u64,
    counted: usize,
    /// Whether the stream gives no more.
    pub(super) ended: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, chunk: vec![0; CHUNK], bytes: Vec::new(), line: 1, counted: 0, ended: false }
    }

    /// The line of an offset, counted from 1; offsets never go back.
    pub(super) fn line_at(&mut self, offset: usize) -> u64 {
        if let Some(passed) = self.bytes.get(self.counted..offset) {
            self.line += memchr_iter(b'\n', passed).count() as u64;
            self.counted = offset;
        }
        self.line
    }

    /// Lets go of the first bytes; what was at offset `count` is at 0 now.
    pub(super) fn let_go(&mut self, count: usize) {
        self.line_at(count);
        self.bytes.drain(..count);
        self.counted -= count;
    }

    /// Reads on.
    pub(super) fn more(&mut self) -> io::Result<()> {
        let n = loop {
            match self.reader.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.bytes.extend_from_slice(self.chunk.get(..n).unwrap_or_default());
        self.ended = n == 0;
        Ok(())
    }
}
