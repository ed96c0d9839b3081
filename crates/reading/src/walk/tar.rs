//! Tar archives. Members are streamed; their paths are labels and never touch the disk.

use super::{Nest, Walker};
use crate::problem::{Origin, Problem};
use crate::walk::Event;
use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

/// A longer description of a member is damage: names have at most a few thousand bytes.
const LONGEST: u64 = 1 << 16;

/// Zeros that end an archive.
const END: usize = 1024;

impl Walker<'_> {
    pub(super) fn tar(&mut self, origin: &Origin, reader: Box<dyn Read + '_>, nest: Nest) -> ControlFlow<()> {
        let end = Rc::new(Cell::new(0));
        let mut archive = tar::Archive::new(Tail { inner: reader, zeros: Rc::clone(&end) });
        // Archives put one behind the other are read on.
        archive.set_ignore_zeros(true);
        let entries = match archive.entries() {
            Ok(entries) => entries.raw(true),
            Err(error) => return self.failed(origin, &error),
        };
        let mut members = 0usize;
        let mut name: Option<Vec<u8>> = None;
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                // Nothing can be found after a damaged header.
                Err(error) => return self.failed(origin, &cut_off(error)),
            };
            let kind = entry.header().entry_type();
            if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
                match description(&mut entry) {
                    Ok(bytes) if kind.is_gnu_longname() => name = Some(bytes),
                    Ok(bytes) => {
                        name = pax(&bytes, "path").or(name);
                        let is_other = |size: &[u8]| {
                            std::str::from_utf8(size).ok().and_then(|s| s.parse::<u64>().ok()) > Some(LONGEST << 17)
                        };
                        if pax(&bytes, "size").is_some_and(|size| is_other(&size)) {
                            let message = "this archive holds a member of more than 8 GB; unpack it and add what is in it; what stands before is kept";
                            return self.problem(origin, "too-large", message);
                        }
                    }
                    Err(error) => return self.failed(origin, &cut_off(error)),
                }
                continue;
            }
            if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
                continue;
            }
            members += 1;
            let path = name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
            let inside = inside(origin, &String::from_utf8_lossy(&path));
            if kind.is_dir() {
                continue;
            }
            if !(kind.is_file() || kind.is_contiguous()) {
                let message = "this member is a link, a device or a file with holes and was left out; unpack the archive and add what is in it";
                self.emit(Event::Problem(Problem::warning(&inside, "not-evidence", message)))?;
                continue;
            }
            let left = entry.size();
            self.member(&inside, Box::new(Exact { inner: entry, left }), nest)?;
            if self.budget.is_spent() {
                return ControlFlow::Continue(());
            }
        }
        if members == 0 {
            return self.problem(origin, "empty", "there is nothing in this archive; fetch it again or remove it");
        }
        // Some writers leave half of it out.
        if end.get() < END / 2 {
            let message = "this archive ends without its end mark; what stands before is kept, fetch it again if there should be more";
            return self.problem(origin, "truncated", message);
        }
        ControlFlow::Continue(())
    }
}

/// The origin of a member. The sign between the path of an archive in an archive and its member is `!/`.
pub(super) fn inside(origin: &Origin, member: &str) -> Origin {
    let member = match &origin.member {
        Some(archive) => format!("{archive}!/{member}"),
        None => member.to_owned(),
    };
    Origin { member: Some(member), ..origin.clone() }
}

/// What an archive says of its next member.
fn description(entry: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::other("the name of a member is too long"));
    }
    if bytes.last() == Some(&0) {
        bytes.pop();
    }
    Ok(bytes)
}

fn pax(bytes: &[u8], key: &str) -> Option<Vec<u8>> {
    tar::PaxExtensions::new(bytes)
        .filter_map(Result::ok)
        .find(|record| record.key_bytes() == key.as_bytes())
        .map(|record| record.value_bytes().to_vec())
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

/// Counts the zeros at the end, of which a whole archive has [`END`] or more.
struct Tail<R> {
    inner: R,
    zeros: Rc<Cell<usize>>,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let last = buffer.get(n.saturating_sub(END)..n).unwrap_or_default();
        match last.iter().rposition(|&b| b != 0) {
            Some(at) => self.zeros.set(last.len() - at - 1),
            None => self.zeros.set(self.zeros.get().saturating_add(last.len())),
        }
        Ok(n)
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
