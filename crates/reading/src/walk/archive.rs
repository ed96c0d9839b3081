//! Compressed streams and archives. Members are streamed; their paths are labels and never touch the disk.

use super::{Nest, Walker, not_evidence};
use crate::problem::{Origin, Problem};
use crate::walk::Event;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

/// What an xz stream may ask for as its dictionary: 1.5 times that of `xz -9`.
const XZ_MEMORY: u64 = 100 << 20;

/// A decoder for one or more xz streams, one after the other.
pub(super) fn xz<'r>(reader: Box<dyn Read + 'r>) -> io::Result<Box<dyn Read + 'r>> {
    let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
    Ok(Box::new(liblzma::bufread::XzDecoder::new_stream(BufReader::with_capacity(1 << 16, reader), stream)))
}

impl Walker<'_> {
    pub(super) fn tar(&mut self, origin: &Origin, reader: Box<dyn Read + '_>, nest: Nest) -> ControlFlow<()> {
        let mut archive = tar::Archive::new(reader);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.failed(origin, &error),
        };
        let mut members = 0usize;
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                // Nothing can be found after a damaged header.
                Err(error) => return self.failed(origin, &cut_off(error)),
            };
            members += 1;
            let member = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let inside = Origin { member: Some(member), ..origin.clone() };
            let kind = entry.header().entry_type();
            if kind.is_dir() {
                continue;
            }
            if !(kind.is_file() || kind.is_contiguous()) {
                let message = "this member is a link or a device, not a file, and was left out";
                self.emit(Event::Problem(Problem::warning(&inside, "not-evidence", message)))?;
                continue;
            }
            if let Some(problem) = not_evidence(&inside) {
                self.emit(Event::Problem(problem))?;
                continue;
            }
            let left = entry.size();
            self.stream(&inside, Box::new(Exact { inner: entry, left }), nest)?;
        }
        if members == 0 {
            return self.problem(origin, "empty", "there is nothing in this archive; fetch it again or remove it");
        }
        ControlFlow::Continue(())
    }
}

/// The archive reader words the end of its input in its own way.
fn cut_off(error: io::Error) -> io::Error {
    let told = error.to_string();
    if told.contains("unexpected EOF") || told.contains("failed to read entire block") {
        io::Error::from(io::ErrorKind::UnexpectedEof)
    } else {
        error
    }
}

/// A member that must be as long as its header says; a shorter one is an error, not an end.
struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if n == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(n as u64);
        Ok(n)
    }
}
