//! Zip archives, and the documents that are zips themselves. Members are streamed; their paths are labels and never
//! touch the disk.

use super::limits::{self, Bounded, Unpacked};
use super::tar::inside;
use super::{Nest, Walker, not_read};
use crate::Format;
use crate::problem::{Origin, Problem};
use crate::walk::Event;
use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;
use zip::ZipArchive;
use zip::result::ZipError;

/// What a zip is, beside an archive of files.
#[derive(Debug, PartialEq, Eq)]
enum Holds {
    Files,
    Word,
    Other(&'static str),
}

impl Walker<'_> {
    /// A zip in something else: it has to be held in memory, since its list of members is at its end.
    pub(super) fn held_zip(&mut self, origin: &Origin, reader: Box<dyn Read + '_>, nest: Nest) -> ControlFlow<()> {
        let most = self.budget.may_hold();
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(most + 1).read_to_end(&mut bytes) {
            return self.failed(origin, &error);
        }
        let length = bytes.len() as u64;
        if length > most {
            let message = format!("a zip inside an archive is read up to {} MB; unpack it and add it", most >> 20);
            return self.problem(origin, "too-large", message);
        }
        self.budget.hold(length);
        let flow = self.zip(origin, Cursor::new(bytes), nest);
        self.budget.release(length);
        flow
    }

    /// A zip on disk or in memory.
    pub(super) fn zip<R: Read + Seek>(&mut self, origin: &Origin, reader: R, nest: Nest) -> ControlFlow<()> {
        let left = Rc::new(Cell::new(Some(limits::DIRECTORY)));
        let reader = Bounded { inner: reader, left: Rc::clone(&left) };
        let mut archive = match ZipArchive::new(BufReader::with_capacity(1 << 16, reader)) {
            Ok(archive) => archive,
            Err(error) => return self.zip_failed(origin, error, true),
        };
        left.set(None);
        match holds(&mut archive) {
            Holds::Files => {}
            Holds::Word => {
                let mut reader = archive.into_inner();
                return match reader.seek(SeekFrom::Start(0)) {
                    Ok(_) => self.whole(origin, Format::Docx, Box::new(reader)),
                    Err(error) => self.failed(origin, &error),
                };
            }
            Holds::Other(what) => return self.problem(origin, "unknown-format", not_read(what)),
        }
        if nest.archives >= limits::ARCHIVES {
            return self.too_nested(origin);
        }
        if archive.is_empty() {
            return self.problem(origin, "empty", "there is nothing in this archive; fetch it again or remove it");
        }
        if archive.has_duplicate_names() {
            let message = "several members of this archive have the same name, of which only the last is read; unpack it, rename them, and add what is in it";
            self.problem(origin, "corrupt", message)?;
        }
        let nest = Nest { archives: nest.archives + 1, layers: 0, is_utf8: false };
        let pictures = std::mem::take(&mut self.pictures);
        self.zip_members(origin, &mut archive, nest)?;
        self.tell_pictures(origin, pictures)
    }

    fn zip_members<R: Read + Seek>(
        &mut self,
        origin: &Origin,
        archive: &mut ZipArchive<R>,
        nest: Nest,
    ) -> ControlFlow<()> {
        for index in 0..archive.len() {
            let name = match archive.name_for_index(index) {
                Some(Ok(name)) => name.into_owned(),
                _ => format!("member {index}"),
            };
            let inside = inside(origin, &name);
            let member = match archive.by_index(index) {
                Ok(member) => member,
                Err(error) => {
                    self.zip_failed(&inside, error, false)?;
                    continue;
                }
            };
            if member.is_dir() {
                continue;
            }
            if member.is_symlink() {
                let message = "this member is a link, not a file, and was left out";
                self.emit(Event::Problem(Problem::warning(&inside, "not-evidence", message)))?;
                continue;
            }
            let unpacked = Unpacked::new(member, &self.budget);
            self.member(&inside, Box::new(unpacked), nest)?;
            if self.budget.is_spent() {
                break;
            }
        }
        ControlFlow::Continue(())
    }

    fn zip_failed(&mut self, origin: &Origin, error: ZipError, list: bool) -> ControlFlow<()> {
        let (code, message) = match error {
            ZipError::Io(error) if !list || error.kind() != io::ErrorKind::UnexpectedEof => {
                return self.failed(origin, &error);
            }
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                ("unknown-format", "this is encrypted; decrypt it and add it again".to_owned())
            }
            ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => (
                "unknown-format",
                format!("this is packed in a way that is not read ({error}); unpack it and add what is in it"),
            ),
            _ if list => (
                "truncated",
                format!(
                    "the list of members at the end of this archive is missing or damaged ({error}); fetch the file again"
                ),
            ),
            _ => ("corrupt", format!("this is damaged: {error}; fetch the file again")),
        };
        self.problem(origin, code, message)
    }
}

fn holds<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Holds {
    let has = |start: &[u8]| archive.file_names_raw().any(|name| name.starts_with(start));
    if has(b"word/document") && has(b"[Content_Types].xml") || archive.index_for_name("word/document.xml").is_some() {
        return Holds::Word;
    }
    if has(b"ppt/presentation") {
        return Holds::Other("a presentation (.pptx); save it as PDF");
    }
    if has(b"xl/workbook") {
        return Holds::Other("a spreadsheet (.xlsx)");
    }
    if has(b"[Content_Types].xml") && has(b"_rels/") {
        return Holds::Other("an Office document that is not of Word");
    }
    let mut kind = String::new();
    if let Ok(member) = archive.by_name("mimetype") {
        let _ = member.take(100).read_to_string(&mut kind);
    }
    if kind.contains("epub") {
        Holds::Other("an electronic book (.epub)")
    } else if kind.contains("opendocument") {
        Holds::Other("an OpenDocument file; save it as .docx")
    } else {
        Holds::Files
    }
}
