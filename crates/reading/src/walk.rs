//! Finding units in files, folders and archives.
//!
//! Owns what is opened and how: every file is streamed, never held whole; compression and format are told by content;
//! names only mark what is plainly not evidence. Nothing is ever written. A file that gives nothing gives a problem, so
//! that what was put in can be accounted for. `docs/formats/README.md` says what is told from what, and the limits.

mod compressed;
mod doctype;
mod encoding;
mod files;
mod limits;
mod markup;
mod names;
mod objects;
mod records;
mod sniff;
mod studies;
mod tar;
mod window;
mod zip;

use crate::problem::{Origin, Problem};
use crate::{Format, Unit};
use compressed::Gzip;
use encoding::ToUtf8;
use files::{Files, Found, Stamp};
use limits::{Budget, Counted, Progress, Refusal, Unpacked};
use names::Named;
use sniff::Content;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A larger unit is a problem and is not read.
pub const MAX_UNIT_BYTES: usize = 64 << 20;

/// How often progress is told, in bytes on disk.
const PROGRESS_STEP: u64 = 1 << 20;

/// White space that may come before everything else.
const BLANK: usize = 1 << 20;

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
/// Costs memory for two units at a time, each at most [`MAX_UNIT_BYTES`], plus the decompressor's window, plus 256 MB
/// at most for zips inside archives, which cannot be streamed.
pub fn walk(paths: &[PathBuf], sink: &mut dyn FnMut(Event) -> ControlFlow<()>) {
    let mut walker =
        Walker { sink, progress: Rc::default(), reported: 0, budget: Budget::new(0), pictures: 0, too_deep: 0 };
    for found in Files::new(paths) {
        let flow = match found {
            Found::Problem(problem) => walker.emit(Event::Problem(problem)),
            Found::File { path, bytes } => {
                walker.progress.open(bytes);
                let flow = walker.file(&path);
                walker.progress.close();
                flow
            }
        };
        if flow.is_break() || walker.progress().is_break() {
            return;
        }
    }
    let bytes_done = walker.progress.done();
    if walker.reported != bytes_done {
        let _ = walker.emit(Event::Progress { bytes_done });
    }
}

/// The files under these paths, in the order in which [`walk`] reads them; what cannot be listed is left to it to report.
pub fn files(paths: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    Files::new(paths).filter_map(|found| if let Found::File { path, .. } = found { Some(path) } else { None })
}

/// Bytes on disk of all files under these paths. Costs a listing of the folders; opens no file.
pub fn total_bytes(paths: &[PathBuf]) -> u64 {
    Files::new(paths).map(|found| if let Found::File { bytes, .. } = found { bytes } else { 0 }).sum()
}

/// What is around a stream.
#[derive(Debug, Clone, Copy, Default)]
struct Nest {
    /// Archives around it.
    archives: u8,
    /// Compressions around it, in the innermost archive.
    layers: u8,
    /// It was text in another encoding, and has been decoded.
    is_utf8: bool,
}

struct Walker<'a> {
    sink: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
    progress: Rc<Progress>,
    reported: u64,
    /// What the file on disk that is being read may still ask for.
    budget: Rc<Budget>,
    /// Pictures in the innermost archive so far.
    pictures: usize,
    /// Archives in the file on disk that were too deep in others.
    too_deep: usize,
}

impl Walker<'_> {
    fn emit(&mut self, event: Event) -> ControlFlow<()> {
        (self.sink)(event)
    }

    fn unit(&mut self, mut unit: Unit) -> ControlFlow<()> {
        unit.bytes.shrink_to_fit();
        self.emit(Event::Unit(unit))?;
        self.progress()
    }

    fn problem(&mut self, origin: &Origin, code: &'static str, message: impl Into<String>) -> ControlFlow<()> {
        self.emit(Event::Problem(Problem::error(origin, code, message)))
    }

    fn progress(&mut self) -> ControlFlow<()> {
        let bytes_done = self.progress.done();
        if bytes_done < self.reported + PROGRESS_STEP {
            return ControlFlow::Continue(());
        }
        self.reported = bytes_done;
        self.emit(Event::Progress { bytes_done })
    }

    /// Reads a file on disk, and says so where it was not the same all the time.
    fn file(&mut self, path: &Path) -> ControlFlow<()> {
        let origin = Origin::file(path);
        if let Some(problem) = names::not_evidence(&origin) {
            return self.emit(Event::Problem(problem));
        }
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (data, file) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.failed(&origin, &error),
        };
        self.budget = Budget::new(data.len());
        self.too_deep = 0;
        self.opened(&origin, file)?;
        if self.too_deep > 1 {
            let message = format!("{} more archives in this file are as deep and were left out", self.too_deep - 1);
            self.problem(&origin, "too-deep", message)?;
        }
        if Stamp::at(path) != Some(Stamp::of(&data)) {
            let message = "this file was changed, replaced or removed while it was read; what was read of it may be neither the old nor the new, add it again";
            return self.problem(&origin, "changed", message);
        }
        ControlFlow::Continue(())
    }

    fn opened(&mut self, origin: &Origin, mut file: File) -> ControlFlow<()> {
        let mut magic = Vec::with_capacity(4);
        let begun = (&mut file).take(4).read_to_end(&mut magic).and_then(|_| file.seek(SeekFrom::Start(0)));
        if let Err(error) = begun {
            return self.failed(origin, &error);
        }
        let counted = Counted::new(file, &self.progress);
        if sniff::is_zip(&magic) {
            return self.zip(origin, counted, Nest::default());
        }
        let reader = BufReader::with_capacity(1 << 16, counted);
        self.stream(origin, Box::new(reader), Nest::default())
    }

    /// Reads a member of an archive.
    fn member(&mut self, origin: &Origin, reader: Box<dyn Read + '_>, nest: Nest) -> ControlFlow<()> {
        match names::not_evidence(origin) {
            Some(problem) => self.emit(Event::Problem(problem)),
            None => self.stream(origin, reader, nest),
        }
    }

    /// Reads whatever a stream turns out to be.
    fn stream<'r>(&mut self, origin: &Origin, mut reader: Box<dyn Read + 'r>, nest: Nest) -> ControlFlow<()> {
        let mut head = Vec::with_capacity(sniff::HEAD);
        let mut all = false;
        while !all && head.len() < BLANK && head.trim_ascii().is_empty() {
            let wanted = head.len().max(sniff::HEAD) as u64;
            match (&mut reader).take(wanted).read_to_end(&mut head) {
                Ok(n) => all = (n as u64) < wanted,
                Err(error) => return self.failed(origin, &error),
            }
        }
        let named = Named::of(origin);
        let content = match sniff::content(&head, all, &named) {
            Content::Wide(_) if nest.is_utf8 => Content::Unknown("binary data".to_owned()),
            content => content,
        };
        if content == Content::Markup {
            return self.markup(origin, head, reader, nest, named == Named::Prose);
        }
        let whole: Box<dyn Read + 'r> = Box::new(Cursor::new(head).chain(reader));
        let inner = Nest { layers: nest.layers + 1, ..nest };
        match content {
            Content::Gzip | Content::Xz if nest.layers >= limits::LAYERS => {
                let message = "this is compressed more than twice; unpack it and add the result";
                self.problem(origin, "unknown-format", message)
            }
            Content::Gzip => {
                let garbage = Rc::new(Cell::new(false));
                let unpacked = Unpacked::new(Gzip::new(whole, &garbage), &self.budget);
                self.stream(origin, Box::new(unpacked), inner)?;
                if garbage.get() {
                    let message = "behind the compressed data there is something else, which was left out; fetch the file again if there should be more";
                    return self.problem(origin, "corrupt", message);
                }
                ControlFlow::Continue(())
            }
            Content::Xz => match compressed::xz(whole) {
                Ok(decoder) => self.stream(origin, Box::new(Unpacked::new(decoder, &self.budget)), inner),
                Err(error) => self.failed(origin, &error),
            },
            Content::Tar if nest.archives >= limits::ARCHIVES => self.too_nested(origin),
            Content::Tar => {
                let pictures = std::mem::take(&mut self.pictures);
                self.tar(origin, whole, Nest { archives: nest.archives + 1, ..Nest::default() })?;
                self.tell_pictures(origin, pictures)
            }
            Content::Zip => self.held_zip(origin, whole, nest),
            Content::Wide(encoding) => {
                self.stream(origin, Box::new(ToUtf8::new(whole, encoding)), Nest { is_utf8: true, ..nest })
            }
            Content::Json { lines: true } => self.lines(origin, whole),
            Content::Json { lines: false } => self.studies(origin, whole),
            Content::FrontMatter => self.front_matter(origin, whole, &named),
            Content::Markup | Content::Prose => self.whole(origin, Format::Prose, whole),
            Content::Pdf => self.whole(origin, Format::Pdf, whole),
            Content::Picture if nest.archives > 0 => {
                self.pictures += 1;
                ControlFlow::Continue(())
            }
            Content::Picture => self.problem(origin, "unknown-format", not_read("a picture")),
            Content::Retractions => {
                let message = "this is a list of retractions, not evidence, and was left out; give it to `curbside standing FILE`";
                self.emit(Event::Problem(Problem::warning(origin, "not-evidence", message)))
            }
            Content::Empty => {
                self.problem(origin, "empty", "there is nothing in this file; fetch it again or remove it")
            }
            Content::NotUtf8 => {
                self.problem(origin, "not-utf8", "this text is not UTF-8; convert it to UTF-8 and add it again")
            }
            Content::Unknown(what) => self.problem(origin, "unknown-format", not_read(&what)),
        }
    }

    /// A unit that is the whole of a stream.
    fn whole(&mut self, origin: &Origin, format: Format, reader: Box<dyn Read + '_>) -> ControlFlow<()> {
        match self.bytes(origin, reader)? {
            Some(bytes) => self.unit(Unit { origin: origin.clone(), format, bytes }),
            None => ControlFlow::Continue(()),
        }
    }

    /// A digest, or prose with front matter.
    fn front_matter(&mut self, origin: &Origin, reader: Box<dyn Read + '_>, named: &Named) -> ControlFlow<()> {
        let Some(bytes) = self.bytes(origin, reader)? else { return ControlFlow::Continue(()) };
        let format = match named {
            _ if sniff::is_digest(&bytes) => Format::Digest,
            Named::Prose | Named::Bare => Format::Prose,
            Named::Other(extension) => {
                let what = format!(
                    "text with the extension .{extension}, which is not taken for prose; if it is a document, name it .md"
                );
                return self.problem(origin, "unknown-format", not_read(&what));
            }
        };
        self.unit(Unit { origin: origin.clone(), format, bytes })
    }

    /// All bytes of a stream; where there are none to be had, a problem was told.
    fn bytes(&mut self, origin: &Origin, reader: Box<dyn Read + '_>) -> ControlFlow<(), Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(MAX_UNIT_BYTES as u64 + 1).read_to_end(&mut bytes) {
            self.failed(origin, &error)?;
            return ControlFlow::Continue(None);
        }
        if bytes.len() > MAX_UNIT_BYTES {
            self.too_large(origin)?;
            return ControlFlow::Continue(None);
        }
        ControlFlow::Continue(Some(bytes))
    }

    fn too_large(&mut self, origin: &Origin) -> ControlFlow<()> {
        let message = format!("this document is larger than {} MB and was skipped; split it", MAX_UNIT_BYTES >> 20);
        self.problem(origin, "too-large", message)
    }

    /// The first is told; some files have thousands.
    fn too_nested(&mut self, origin: &Origin) -> ControlFlow<()> {
        self.too_deep += 1;
        if self.too_deep > 1 {
            return ControlFlow::Continue(());
        }
        let message = format!(
            "this archive is inside {} others, which is as deep as they are read; unpack the outer ones and add the result",
            limits::ARCHIVES
        );
        self.problem(origin, "too-deep", message)
    }

    /// One line for all pictures of an archive: many have hundreds.
    fn tell_pictures(&mut self, origin: &Origin, around: usize) -> ControlFlow<()> {
        let pictures = std::mem::replace(&mut self.pictures, around);
        if pictures == 0 {
            return ControlFlow::Continue(());
        }
        let message = match pictures {
            1 => "a picture in this archive was left out; text in pictures is not read".to_owned(),
            n => format!("{n} pictures in this archive were left out; text in pictures is not read"),
        };
        self.emit(Event::Problem(Problem::warning(origin, "not-evidence", message)))
    }

    /// A stream that could not be read to its end.
    fn failed(&mut self, origin: &Origin, error: &io::Error) -> ControlFlow<()> {
        if self.budget.is_spent() {
            // All that is around it ends with it.
            return if self.budget.tell() {
                self.problem(origin, "too-large", limits::bomb())
            } else {
                ControlFlow::Continue(())
            };
        }
        if let Some(Refusal { code, message }) = error.get_ref().and_then(|e| e.downcast_ref::<Refusal>()) {
            return self.problem(origin, code, message.clone());
        }
        let (code, message) = match error.kind() {
            io::ErrorKind::UnexpectedEof => (
                "truncated",
                "this ends in the middle; documents that are complete before that are kept, fetch the file again for the rest"
                    .to_owned(),
            ),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => (
                "corrupt",
                format!(
                    "this is damaged: {error}; documents that are complete before that are kept, fetch the file again for the rest"
                ),
            ),
            io::ErrorKind::Unsupported => (
                "unknown-format",
                format!("this is packed in a way that is not read ({error}); unpack it and add the result"),
            ),
            io::ErrorKind::NotFound => ("io", "there is no such file; check the path".to_owned()),
            io::ErrorKind::PermissionDenied => ("io", "this may not be read; check its permissions".to_owned()),
            _ => ("io", format!("this could not be read: {error}; check the disk and try again")),
        };
        self.problem(origin, code, message)
    }
}

/// The message for what it is not.
fn not_read(what: &str) -> String {
    format!(
        "this is {what}; it is not read. What is: articles (JATS), PubMed, Bookshelf, drug labels (SPL), studies of ClinicalTrials.gov, web pages, PDF, .docx, Markdown, text, BEIR; also in .gz, .xz, .tar, .zip"
    )
}
