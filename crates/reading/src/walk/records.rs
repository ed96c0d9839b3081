//! Cutting XML into the records it is a list of, in memory of one record.
//!
//! Owns where a record starts and ends: comments, CDATA sections, processing instructions and document types are
//! passed over whole, so that what looks like a tag in them is none. Only the tags of records are looked at; what is
//! inside a record is its reader's. A raw `<` in an attribute is not XML, and is taken for the start of a tag.

use super::doctype::Doctype;
use super::window::Window;
use memchr::{memchr, memchr2, memchr3, memmem};
use std::collections::VecDeque;
use std::io::{self, Read};

/// What there is to find.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought {
    /// Elements that are records; none stands in another.
    pub(super) names: &'static [&'static str],
    /// Elements around them.
    pub(super) wrappers: &'static [&'static str],
    /// Whether anything else between records is amiss.
    pub(super) strict: bool,
    /// Whether a stream with at most one record is given as it is, all of it.
    pub(super) whole: bool,
    /// Bytes of the largest record.
    pub(super) limit: usize,
}

/// What the stream gives. Lines are counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A record; its name as an index.
    Record { name: usize, bytes: Vec<u8>, line: u64 },
    /// A record without an end tag, up to the next record or the end of the stream.
    Cut { name: usize, bytes: Vec<u8>, line: u64 },
    /// A record that was read over because of its size.
    TooLarge { line: u64 },
    /// Something that is no record where only records should be.
    Stray { line: u64 },
    /// The end came inside this.
    Unclosed { what: &'static str, line: u64 },
    /// The stream itself; where in it is its only record, and that record's name and line.
    Whole { bytes: Vec<u8>, record: Option<(usize, std::ops::Range<usize>, u64)> },
    /// More bytes than a record may have, and none in them; the rest was not read.
    NoRecord,
}

#[derive(Debug, Clone, Copy)]
enum Mode {
    Content,
    Comment,
    CData,
    Instruction,
    Doctype(Doctype),
    /// In a tag; `quote` is 0 outside attributes, `slash` tells whether the last byte was one.
    Tag {
        tag: Tag,
        quote: u8,
        slash: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Record,
    RecordEnd,
    Wrapper,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    name: usize,
    at: usize,
    line: u64,
    large: bool,
}

struct First {
    name: usize,
    at: usize,
    end: usize,
    line: u64,
    cut: bool,
}

/// A stream of records.
pub(super) struct Records<R> {
    window: Window<R>,
    sought: Sought,
    /// The root element where it is none of the known wrappers.
    root: String,
    pos: usize,
    done: bool,
    failed: Option<io::Error>,
    mode: Mode,
    /// The line at which the mode began.
    mark: u64,
    open: Option<Open>,
    /// Wrappers open.
    around: usize,
    /// Whether the stream is still kept from its start.
    whole: bool,
    first: Option<First>,
    stray: Option<u64>,
    queue: VecDeque<Piece>,
}

impl<R: Read> Records<R> {
    /// `root` is the name of the stream's first element.
    pub(super) fn new(reader: R, sought: Sought, root: &str) -> Self {
        Self {
            window: Window::new(reader),
            sought,
            root: if sought.names.contains(&root) { String::new() } else { root.to_owned() },
            pos: 0,
            done: false,
            failed: None,
            mode: Mode::Content,
            mark: 1,
            open: None,
            around: 0,
            whole: sought.whole,
            first: None,
            stray: None,
            queue: VecDeque::new(),
        }
    }

    /// The next piece; `None` at the end. After an error there is nothing more.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.queue.pop_front() {
                return Ok(Some(piece));
            }
            if self.done {
                return self.failed.take().map_or(Ok(None), Err);
            }
            if !self.step() {
                continue;
            }
            if self.failed.is_some() {
                // A record that is complete is not lost with what comes after it.
                self.release();
                self.done = true;
            } else if self.window.ended {
                self.finish();
            } else if let Err(error) = self.fill() {
                self.failed = Some(error);
                self.window.ended = true;
            }
        }
    }

    /// Goes on until there is a piece; whether more bytes are needed first.
    fn step(&mut self) -> bool {
        while self.queue.is_empty() {
            let short = match self.mode {
                Mode::Content => self.content(),
                Mode::Comment => self.until(b"-->"),
                Mode::CData => self.until(b"]]>"),
                Mode::Instruction => self.until(b"?>"),
                Mode::Doctype(doctype) => self.doctype(doctype),
                Mode::Tag { tag, quote, slash } => self.tag(tag, quote, slash),
            };
            if short {
                return true;
            }
        }
        false
    }

    fn rest(&self) -> &[u8] {
        self.window.bytes.get(self.pos..).unwrap_or_default()
    }

    fn content(&mut self) -> bool {
        let found = memchr(b'<', self.rest());
        let at = found.map_or(self.window.bytes.len(), |i| self.pos + i);
        if self.open.is_none() && self.sought.strict && self.stray.is_none() {
            // A byte order mark is white space here.
            let text = self.window.bytes.get(self.pos..at).unwrap_or_default();
            let word = text.iter().position(|b| !b.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(b));
            if let Some(i) = word {
                self.stray = Some(self.window.line_at(self.pos + i));
            }
        }
        self.pos = at;
        let tag = self.window.bytes.get(at..).unwrap_or_default();
        // Long enough for every name there is.
        if found.is_none() || (!self.window.ended && tag.len() < 32 + self.root.len()) {
            return true;
        }
        match tag.get(1) {
            None => return true,
            Some(b'!') if tag.starts_with(b"<!--") => self.enter(Mode::Comment, 4),
            Some(b'!') if tag.starts_with(b"<![CDATA[") => {
                if self.open.is_none() {
                    self.is_stray();
                }
                self.enter(Mode::CData, 9);
            }
            Some(b'!') if tag.get(2..9).is_some_and(|t| t.eq_ignore_ascii_case(b"DOCTYPE")) => {
                self.enter(Mode::Doctype(Doctype::default()), 9);
            }
            Some(b'?') => self.enter(Mode::Instruction, 2),
            Some(b'/') => self.end_tag(),
            Some(_) => self.start_tag(),
        }
        false
    }

    fn enter(&mut self, mode: Mode, skip: usize) {
        self.mark = self.window.line_at(self.pos);
        self.mode = mode;
        self.pos += skip;
    }

    fn enter_tag(&mut self, tag: Tag, skip: usize) {
        self.mode = Mode::Tag { tag, quote: 0, slash: false };
        self.pos += skip;
    }

    fn is_stray(&mut self) {
        if self.sought.strict && self.stray.is_none() {
            self.stray = Some(self.window.line_at(self.pos));
        }
    }

    fn start_tag(&mut self) {
        let tag = self.rest().get(1..).unwrap_or_default();
        if let Some(name) = self.sought.names.iter().position(|n| named(tag, n)) {
            let skip = 1 + self.sought.names.get(name).map_or(0, |n| n.len());
            // Records do not nest: the one before has lost its end.
            self.close(self.pos, true);
            self.release();
            self.flush_stray();
            let line = self.window.line_at(self.pos);
            self.open = Some(Open { name, at: self.pos, line, large: false });
            self.mark = line;
            self.enter_tag(Tag::Record, skip);
        } else if self.open.is_some() {
            self.pos += 1;
        } else if self.is_wrapper(tag) {
            self.mark = self.window.line_at(self.pos);
            self.enter_tag(Tag::Wrapper, 1);
        } else {
            self.is_stray();
            self.enter_tag(Tag::Other, 1);
        }
    }

    fn end_tag(&mut self) {
        let tag = self.rest().get(2..).unwrap_or_default();
        if let Some(open) = self.open {
            let name = self.sought.names.get(open.name).copied().unwrap_or_default();
            if named(tag, name) {
                self.enter_tag(Tag::RecordEnd, 2 + name.len());
            } else {
                self.pos += 2;
            }
        } else {
            if self.is_wrapper(tag) {
                self.around = self.around.saturating_sub(1);
            } else {
                self.is_stray();
            }
            self.enter_tag(Tag::Other, 2);
        }
    }

    fn is_wrapper(&self, tag: &[u8]) -> bool {
        self.sought.wrappers.iter().any(|w| named(tag, w)) || (!self.root.is_empty() && named(tag, &self.root))
    }

    fn until(&mut self, end: &[u8]) -> bool {
        match memmem::find(self.rest(), end) {
            Some(i) => {
                self.pos += i + end.len();
                self.mode = Mode::Content;
                false
            }
            None => {
                self.pos = self.pos.max(self.window.bytes.len().saturating_sub(end.len() - 1));
                true
            }
        }
    }

    fn doctype(&mut self, mut doctype: Doctype) -> bool {
        match doctype.end(self.rest()) {
            Some(n) => {
                self.pos += n;
                self.mode = Mode::Content;
                false
            }
            None => {
                self.pos = self.window.bytes.len();
                self.mode = Mode::Doctype(doctype);
                true
            }
        }
    }

    fn tag(&mut self, tag: Tag, quote: u8, slash: bool) -> bool {
        let rest = self.rest();
        let found = match quote {
            0 => memchr3(b'>', b'"', b'\'', rest),
            quote => memchr2(quote, b'<', rest),
        };
        let before = |i: usize| i.checked_sub(1).map_or(slash, |i| rest.get(i) == Some(&b'/'));
        let Some(i) = found else {
            self.mode = Mode::Tag { tag, quote, slash: before(rest.len()) };
            self.pos = self.window.bytes.len();
            return true;
        };
        let empty = before(i);
        match rest.get(i) {
            Some(b'>') if quote == 0 => {
                self.pos += i + 1;
                self.mode = Mode::Content;
                match tag {
                    Tag::Record if empty => self.close(self.pos, false),
                    Tag::RecordEnd => self.close(self.pos, false),
                    Tag::Wrapper if !empty => self.around += 1,
                    _ => {}
                }
            }
            // The attribute has no end.
            Some(b'<') => {
                self.pos += i;
                self.mode = Mode::Content;
            }
            Some(&b) => {
                self.pos += i + 1;
                self.mode = Mode::Tag { tag, quote: if quote == 0 { b } else { 0 }, slash: false };
            }
            None => {}
        }
        false
    }

    /// Ends the open record, if there is one.
    fn close(&mut self, end: usize, cut: bool) {
        let Some(open) = self.open.take() else { return };
        if open.large || end - open.at > self.sought.limit {
            self.queue.push_back(Piece::TooLarge { line: open.line });
        } else if self.whole {
            self.first = Some(First { name: open.name, at: open.at, end, line: open.line, cut });
        } else {
            self.give(&First { name: open.name, at: open.at, end, line: open.line, cut });
        }
    }

    fn give(&mut self, record: &First) {
        let &First { name, at, end, line, cut } = record;
        let bytes = self.window.bytes.get(at..end).unwrap_or_default().to_vec();
        self.queue.push_back(if cut { Piece::Cut { name, bytes, line } } else { Piece::Record { name, bytes, line } });
    }

    /// Gives the first record where it was held back; the stream is kept no longer.
    fn release(&mut self) {
        if let Some(first) = self.first.take() {
            self.whole = false;
            self.give(&first);
        }
    }

    fn flush_stray(&mut self) {
        if let Some(line) = self.stray.take() {
            self.queue.push_back(Piece::Stray { line });
        }
    }

    /// Reads more, and lets go of what is no longer needed.
    fn fill(&mut self) -> io::Result<()> {
        if self.whole && self.window.bytes.len() > self.sought.limit {
            if self.first.is_none() && self.open.is_none() {
                self.done = true;
                self.queue.push_back(Piece::NoRecord);
                return Ok(());
            }
            self.release();
            self.whole = false;
        }
        if let Some(open) = &mut self.open {
            open.large |= self.window.bytes.len() - open.at > self.sought.limit;
        }
        let keep = match self.open {
            _ if self.whole => 0,
            Some(open) if !open.large => open.at,
            _ => self.pos,
        };
        if keep > 0 {
            self.window.let_go(keep);
            self.pos -= keep;
            if let Some(open) = &mut self.open {
                open.at = open.at.saturating_sub(keep);
            }
        }
        self.window.more()
    }

    /// The stream is at its end.
    fn finish(&mut self) {
        self.done = true;
        if self.whole {
            let record = self.first.take().map(|f| (f.name, f.at..f.end, f.line));
            let record = record.or_else(|| self.open.map(|o| (o.name, o.at..self.window.bytes.len(), o.line)));
            self.queue.push_back(Piece::Whole { bytes: std::mem::take(&mut self.window.bytes), record });
            return;
        }
        let in_record = self.open.is_some();
        self.flush_stray();
        self.close(self.window.bytes.len(), true);
        let what = match self.mode {
            Mode::Comment => "a comment",
            Mode::CData => "a CDATA section",
            Mode::Instruction => "a processing instruction",
            Mode::Doctype(_) => "a document type declaration",
            Mode::Content | Mode::Tag { .. } if in_record || self.around == 0 => return,
            Mode::Content | Mode::Tag { .. } => {
                self.mark = self.window.line_at(self.window.bytes.len());
                "the list of records"
            }
        };
        self.queue.push_back(Piece::Unclosed { what, line: self.mark });
    }
}

/// Whether a tag, from behind its bracket on, has this name.
fn named(tag: &[u8], name: &str) -> bool {
    tag.strip_prefix(name.as_bytes())
        .is_some_and(|rest| rest.first().is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')))
}

#[cfg(test)]
mod tests;
