//! Finding units in files, folders and archives.
//!
//! Owns what is opened and how: every file is streamed, never held whole; compression and format are told by content;
//! names only mark what is plainly not evidence. Nothing is ever written. A file that gives nothing gives a problem, so
//! that what was put in can be accounted for.

mod archive;
mod files;
mod sniff;

use crate::problem::{Origin, Problem};
use crate::{Format, Unit};
use files::{Files, Found};
use sniff::Content;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A larger unit is a problem and is not read.
pub const MAX_UNIT_BYTES: usize = 64 << 20;

/// How often progress is told, in bytes on disk.
const PROGRESS_STEP: u64 = 1 << 20;

/// What a walk comes upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A document to read.
    Unit(Unit),
    /// A file, or a part of one, that gives none.
    Problem(Problem),
    /// Bytes on disk dealt with so far, of [`total_bytes`].
    Progress {
        /// Compressed where files are; never falls.
        bytes_done: u64,
    },
}

/// Gives every unit under these files and folders to `sink`, in the order of the paths, folders sorted by name, until
/// `sink` breaks. Never fails: what cannot be read becomes a problem and the walk goes on.
///
/// Costs memory for one unit at a time, at most [`MAX_UNIT_BYTES`], plus the decompressor's window.
pub fn walk(paths: &[PathBuf], sink: &mut dyn FnMut(Event) -> ControlFlow<()>) {
    let mut walker = Walker { sink, counter: Rc::default(), reported: 0 };
    let mut done = 0u64;
    for found in Files::new(paths) {
        let flow = match found {
            Found::Problem(problem) => walker.emit(Event::Problem(problem)),
            Found::File { path, bytes } => {
                walker.counter.set(done);
                let flow = walker.file(&path);
                done += bytes;
                walker.counter.set(done);
                flow
            }
        };
        if flow.is_break() || walker.progress().is_break() {
            return;
        }
    }
    if walker.reported != done {
        let _ = walker.emit(Event::Progress { bytes_done: done });
    }
}

/// Bytes on disk of all files under these paths. Costs a listing of the folders; opens no file.
pub fn total_bytes(paths: &[PathBuf]) -> u64 {
    Files::new(paths).map(|found| if let Found::File { bytes, .. } = found { bytes } else { 0 }).sum()
}

/// What a stream may still hold.
#[derive(Debug, Clone, Copy)]
struct Nest {
    /// Whether it is already inside an archive.
    in_archive: bool,
    /// Compressions around it.
    layers: u8,
}

struct Walker<'a> {
    sink: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
    /// Bytes on disk read so far.
    counter: Rc<Cell<u64>>,
    reported: u64,
}

impl Walker<'_> {
    fn emit(&mut self, event: Event) -> ControlFlow<()> {
        (self.sink)(event)
    }

    fn problem(&mut self, origin: &Origin, code: &'static str, message: impl Into<String>) -> ControlFlow<()> {
        self.emit(Event::Problem(Problem::error(origin, code, message)))
    }

    fn progress(&mut self) -> ControlFlow<()> {
        let bytes_done = self.counter.get();
        if bytes_done < self.reported + PROGRESS_STEP {
            return ControlFlow::Continue(());
        }
        self.reported = bytes_done;
        self.emit(Event::Progress { bytes_done })
    }

    fn file(&mut self, path: &Path) -> ControlFlow<()> {
        let origin = Origin::file(path);
        if let Some(problem) = not_evidence(&origin) {
            return self.emit(Event::Problem(problem));
        }
        match File::open(path) {
            Ok(file) => {
                let counted = Counted { inner: file, counter: Rc::clone(&self.counter) };
                let reader = BufReader::with_capacity(1 << 16, counted);
                self.stream(&origin, Box::new(reader), Nest { in_archive: false, layers: 0 })
            }
            Err(error) => self.failed(&origin, &error),
        }
    }

    /// Reads whatever a stream turns out to be.
    fn stream<'r>(&mut self, origin: &Origin, mut reader: Box<dyn Read + 'r>, nest: Nest) -> ControlFlow<()> {
        let mut head = Vec::with_capacity(sniff::HEAD);
        if let Err(error) = (&mut reader).take(sniff::HEAD as u64).read_to_end(&mut head) {
            return self.failed(origin, &error);
        }
        let content = sniff::content(&head);
        let whole: Box<dyn Read + 'r> = Box::new(Cursor::new(head).chain(reader));
        let inner = Nest { layers: nest.layers + 1, ..nest };
        match content {
            Content::Gzip | Content::Xz if nest.layers >= 2 => self.problem(
                origin,
                "unknown-format",
                "this is compressed more than twice; unpack it and add the result",
            ),
            Content::Gzip => self.stream(origin, Box::new(flate2::read::MultiGzDecoder::new(whole)), inner),
            Content::Xz => match archive::xz(whole) {
                Ok(decoder) => self.stream(origin, decoder, inner),
                Err(error) => self.failed(origin, &error),
            },
            Content::Tar if nest.in_archive => self.problem(
                origin,
                "unknown-format",
                "this is an archive inside an archive; unpack the outer one and add the result",
            ),
            Content::Tar => self.tar(origin, whole, Nest { in_archive: true, ..nest }),
            Content::Xml => self.whole(origin, Format::Jats, whole),
            Content::Markdown => self.whole(origin, Format::Digest, whole),
            Content::JsonLines => self.lines(origin, whole),
            Content::Empty => {
                self.problem(origin, "empty", "there is nothing in this file; fetch it again or remove it")
            }
            Content::NotUtf8 => {
                self.problem(origin, "not-utf8", "this text is not UTF-8; convert it to UTF-8 and add it again")
            }
            Content::Unknown(what) => {
                let message = format!(
                    "this is {what}, which Curbside does not read; it reads JATS XML, digests in Markdown and BEIR JSON lines, also in .gz, .xz and .tar"
                );
                self.problem(origin, "unknown-format", message)
            }
        }
    }

    /// A unit that is the whole of a stream.
    fn whole(&mut self, origin: &Origin, format: Format, reader: Box<dyn Read + '_>) -> ControlFlow<()> {
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(MAX_UNIT_BYTES as u64 + 1).read_to_end(&mut bytes) {
            return self.failed(origin, &error);
        }
        if bytes.len() > MAX_UNIT_BYTES {
            return self.too_large(origin);
        }
        if format == Format::Jats && !sniff::is_article(&bytes) {
            let what = sniff::root(&bytes)
                .map_or_else(|| "XML without an element".to_owned(), |root| format!("XML whose root is <{root}>"));
            return self.problem(
                origin,
                "unknown-format",
                format!("this is {what}, not a JATS article; fetch the article's full-text XML"),
            );
        }
        bytes.shrink_to_fit();
        self.emit(Event::Unit(Unit { origin: origin.clone(), format, bytes }))?;
        self.progress()
    }

    /// A unit a line.
    fn lines(&mut self, origin: &Origin, reader: Box<dyn Read + '_>) -> ControlFlow<()> {
        let mut reader = BufReader::with_capacity(1 << 16, reader);
        let mut origin = origin.clone();
        for number in 1.. {
            origin.line = Some(number);
            let mut bytes = Vec::new();
            match bounded_line(&mut reader, &mut bytes) {
                Ok(Line::End) => break,
                Ok(Line::TooLarge) => {
                    self.too_large(&origin)?;
                    continue;
                }
                Ok(Line::Whole) => {}
                Err(error) => return self.failed(&origin, &error),
            }
            let trimmed = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).trim_ascii();
            if trimmed.is_empty() {
                continue;
            }
            if number == 1 && trimmed == b"{" {
                origin.line = None;
                return self.problem(
                    &origin,
                    "unknown-format",
                    "this is one JSON document over several lines; Curbside reads one object a line",
                );
            }
            let bytes = trimmed.to_vec();
            self.emit(Event::Unit(Unit { origin: origin.clone(), format: Format::BeirLine, bytes }))?;
            self.progress()?;
        }
        ControlFlow::Continue(())
    }

    fn too_large(&mut self, origin: &Origin) -> ControlFlow<()> {
        let message = format!("this document is larger than {} MB and was skipped; split it", MAX_UNIT_BYTES >> 20);
        self.problem(origin, "too-large", message)
    }

    /// A stream that could not be read to its end.
    fn failed(&mut self, origin: &Origin, error: &io::Error) -> ControlFlow<()> {
        let (code, message) = match error.kind() {
            io::ErrorKind::UnexpectedEof => (
                "truncated",
                "this ends in the middle; what stands before is kept, fetch the file again for the rest".to_owned(),
            ),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => (
                "corrupt",
                format!("this is damaged: {error}; what stands before is kept, fetch the file again for the rest"),
            ),
            io::ErrorKind::NotFound => ("io", "there is no such file; check the path".to_owned()),
            io::ErrorKind::PermissionDenied => ("io", "this may not be read; check its permissions".to_owned()),
            _ => ("io", format!("this could not be read: {error}; check the disk and try again")),
        };
        self.problem(origin, code, message)
    }
}

/// A warning for what its name says is no evidence.
fn not_evidence(origin: &Origin) -> Option<Problem> {
    let path = origin.member.as_deref().map_or(origin.path.as_path(), Path::new);
    let name = path.file_name()?.to_string_lossy();
    let lower = name.to_ascii_lowercase();
    let what = if lower.starts_with('.') || lower == "__macosx" || lower == "thumbs.db" {
        "a hidden file"
    } else if lower.starts_with("readme")
        || lower.starts_with("license")
        || lower.starts_with("licence")
        || lower.starts_with("copying")
    {
        "about the files beside it"
    } else if lower.starts_with("queries.jsonl") {
        "a list of questions"
    } else {
        return None;
    };
    let message = format!("{name} is {what}, not evidence, and was left out; rename it if it is a document");
    Some(Problem::warning(origin, "not-evidence", message))
}

enum Line {
    Whole,
    TooLarge,
    End,
}

/// Reads to the end of a line; a line beyond the bound is read over, not kept.
fn bounded_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    let mut large = false;
    let mut any = false;
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            break;
        }
        any = true;
        let end = memchr::memchr(b'\n', available);
        let take = end.unwrap_or(available.len());
        if large || line.len() + take > MAX_UNIT_BYTES {
            large = true;
            *line = Vec::new();
        } else {
            line.extend_from_slice(&available[..take]);
        }
        reader.consume(end.map_or(take, |n| n + 1));
        if end.is_some() {
            break;
        }
    }
    Ok(if large {
        Line::TooLarge
    } else if any {
        Line::Whole
    } else {
        Line::End
    })
}

/// Counts what is read from disk.
struct Counted<R> {
    inner: R,
    counter: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.counter.set(self.counter.get() + n as u64);
        Ok(n)
    }
}
