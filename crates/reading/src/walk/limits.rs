//! How much a file may ask for: what it unpacks to, how deep, how much is held in memory.
//!
//! Owns the figures and the counting. Only what is decompressed counts: bytes on disk are bounded by the disk.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// Archives in archives: a zip of zips of tars is read, anything deeper is a problem.
pub(super) const ARCHIVES: u8 = 3;
/// Compressions around one another, counted anew in each archive.
pub(super) const LAYERS: u8 = 2;
/// What a file may always unpack to, in all.
const FREE: u64 = 256 << 20;
/// Beyond that it may unpack to this many times its size on disk. Text compresses 3 to 30 times.
const RATIO: u64 = 200;
/// Bytes of all archives held at once because they cannot be streamed: zips inside archives.
const HELD: u64 = 256 << 20;
/// Bytes of the directory of a zip: its names are held in memory.
pub(super) const DIRECTORY: u64 = 64 << 20;

/// What is left for one file on disk.
#[derive(Debug)]
pub(super) struct Budget {
    unpack: Cell<u64>,
    spent: Cell<bool>,
    told: Cell<bool>,
    hold: Cell<u64>,
}

impl Budget {
    pub(super) fn new(bytes_on_disk: u64) -> Rc<Self> {
        let unpack = FREE.saturating_add(bytes_on_disk.saturating_mul(RATIO));
        Rc::new(Self {
            unpack: Cell::new(unpack),
            spent: Cell::new(false),
            told: Cell::new(false),
            hold: Cell::new(HELD),
        })
    }

    /// Whether reading of this file stopped for good.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.get()
    }

    /// Whether that is still to be told.
    pub(super) fn tell(&self) -> bool {
        !self.told.replace(true)
    }

    /// Bytes that may still be held.
    pub(super) fn may_hold(&self) -> u64 {
        self.hold.get()
    }

    /// Bytes are held from now on.
    pub(super) fn hold(&self, bytes: u64) {
        self.hold.set(self.hold.get().saturating_sub(bytes));
    }

    /// They no longer are.
    pub(super) fn release(&self, bytes: u64) {
        self.hold.set(self.hold.get().saturating_add(bytes));
    }
}

/// What a bomb is, in words.
pub(super) fn bomb() -> String {
    format!(
        "this unpacks to more than {RATIO} times its size on disk, as no real document does; reading of this file stopped here; if it is in order, unpack it and add what is in it"
    )
}

/// Counts what comes out of a decompressor, and ends it where that is too much.
pub(super) struct Unpacked<R> {
    inner: R,
    budget: Rc<Budget>,
}

impl<R: Read> Unpacked<R> {
    pub(super) fn new(inner: R, budget: &Rc<Budget>) -> Self {
        Self { inner, budget: Rc::clone(budget) }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget.spent.get() {
            return Err(io::Error::other(bomb()));
        }
        let n = self.inner.read(buffer)?;
        let left = self.budget.unpack.get();
        self.budget.unpack.set(left.saturating_sub(n as u64));
        if n as u64 > left {
            self.budget.spent.set(true);
            return Err(io::Error::other(bomb()));
        }
        Ok(n)
    }
}

/// An error with a code of its own.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    /// As an error of reading.
    pub(super) fn error(code: &'static str, message: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { code, message })
    }
}

/// Bytes of files dealt with so far, however often a file is read over.
#[derive(Debug, Default)]
pub(super) struct Progress {
    before: Cell<u64>,
    length: Cell<u64>,
    read: Cell<u64>,
}

impl Progress {
    /// A file of this length comes next.
    pub(super) fn open(&self, length: u64) {
        self.length.set(length);
        self.read.set(0);
    }

    /// It is dealt with.
    pub(super) fn close(&self) {
        self.before.set(self.before.get() + self.length.take());
        self.read.set(0);
    }

    pub(super) fn done(&self) -> u64 {
        self.before.get() + self.read.get().min(self.length.get())
    }
}

/// Counts what is read from disk.
pub(super) struct Counted<R> {
    inner: R,
    progress: Rc<Progress>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, progress: &Rc<Progress>) -> Self {
        Self { inner, progress: Rc::clone(progress) }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.progress.read.set(self.progress.read.get() + n as u64);
        Ok(n)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Ends reading with an error once `left` bytes, where there is such a number, have been read.
pub(super) struct Bounded<R> {
    pub(super) inner: R,
    pub(super) left: Rc<Cell<Option<u64>>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == Some(0) {
            let message = format!(
                "the list of members of this archive is larger than {} MB; unpack it and add what is in it",
                DIRECTORY >> 20
            );
            return Err(Refusal::error("too-large", message));
        }
        let n = self.inner.read(buffer)?;
        self.left.set(self.left.get().map(|left| left.saturating_sub(n as u64)));
        Ok(n)
    }
}

impl<R: Seek> Seek for Bounded<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_unpacks_to_is_bounded_in_all() {
        let budget = Budget::new(0);
        budget.unpack.set(10);
        let mut first = Unpacked::new(&[0u8; 8][..], &budget);
        assert_eq!(io::copy(&mut first, &mut io::sink()).ok(), Some(8));
        assert!(!budget.is_spent());
        let mut second = Unpacked::new(&[0u8; 8][..], &budget);
        assert!(io::copy(&mut second, &mut io::sink()).is_err());
        assert!(budget.is_spent() && budget.tell() && !budget.tell());
    }

    #[test]
    fn reading_twice_is_not_twice_the_progress() {
        let progress = Rc::new(Progress::default());
        progress.open(5);
        for _ in 0..2 {
            let _ = io::copy(&mut Counted::new(&b"abcde"[..], &progress), &mut io::sink());
            assert_eq!(progress.done(), 5);
        }
        progress.close();
        progress.open(3);
        assert_eq!(progress.done(), 5);
    }
}
