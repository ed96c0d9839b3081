//! Cutting JSON into the objects it is a list of, in memory of one object.
//!
//! Takes objects one after the other, an array of them, and the pages of ClinicalTrials.gov's API,
//! `{"studies": [...], ...}`. Owns where an object starts and ends; whether it is right inside is its reader's.

use super::window::Window;
use memchr::memchr2;
use std::collections::VecDeque;
use std::io::{self, Read};

/// What the stream gives. Lines are counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// An object; whether it says that it is a study, and whether it stands in a list.
    Object { bytes: Vec<u8>, line: u64, study: bool, listed: bool },
    /// An object that was read over because of its size.
    TooLarge { line: u64 },
    /// Something that is no object where only objects should be.
    Stray { line: u64 },
    /// The end came inside an object or a list that starts here.
    Unclosed { line: u64 },
}

/// What objects stand in, and at what depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    Array,
    Page,
    /// The list of a page is at its end, the page is not.
    PageRest,
}

/// A key one level inside the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Study,
    Studies,
    Other,
}

struct Open {
    at: usize,
    line: u64,
    large: bool,
    study: bool,
}

/// A stream of objects.
pub(super) struct Objects<R> {
    window: Window<R>,
    limit: usize,
    pos: usize,
    done: bool,
    around: Around,
    depth: usize,
    open: Option<Open>,
    /// Where the string starts that is being read.
    string: Option<usize>,
    /// The last byte was a backslash in a string.
    escaped: bool,
    /// The string just read, where it may be a key.
    word: Option<Key>,
    /// The key whose value comes next.
    key: Option<Key>,
    list_line: u64,
    stray: Option<u64>,
    queue: VecDeque<Piece>,
}

impl<R: Read> Objects<R> {
    /// An object of more than `limit` bytes is not kept.
    pub(super) fn new(reader: R, limit: usize) -> Self {
        Self {
            window: Window::new(reader),
            limit,
            pos: 0,
            done: false,
            around: Around::Nothing,
            depth: 0,
            open: None,
            string: None,
            escaped: false,
            word: None,
            key: None,
            list_line: 1,
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
                return Ok(None);
            }
            self.step();
            if self.queue.is_empty() {
                if self.window.ended {
                    self.finish();
                } else {
                    self.fill().inspect_err(|_| self.done = true)?;
                }
            }
        }
    }

    /// The depth at which objects stand.
    fn level(&self) -> Option<usize> {
        match self.around {
            Around::Nothing => Some(0),
            Around::Array => Some(1),
            Around::Page => Some(2),
            Around::PageRest => None,
        }
    }

    /// Goes on until there is a piece or the buffer is at its end.
    fn step(&mut self) {
        while self.queue.is_empty() {
            if self.string.is_some() {
                if !self.in_string() {
                    return;
                }
                continue;
            }
            let Some(&b) = self.window.bytes.get(self.pos) else { return };
            match b {
                b' ' | b'\n' | b'\r' | b'\t' | b',' => {
                    // Most of pretty-printed JSON is blanks.
                    let rest = self.window.bytes.get(self.pos..).unwrap_or_default();
                    self.pos += rest.iter().position(|b| !b" \n\r\t,".contains(b)).unwrap_or(rest.len());
                    continue;
                }
                b':' => self.colon(),
                b'"' => {
                    self.key = None;
                    self.string = Some(self.pos);
                    if self.at_level() {
                        self.is_stray();
                    }
                }
                b'{' | b'[' => self.opens(b),
                b'}' | b']' => self.closes(),
                // A byte order mark is white space here.
                0xEF | 0xBB | 0xBF if self.depth == 0 => {}
                _ => {
                    (self.word, self.key) = (None, None);
                    if self.at_level() {
                        self.is_stray();
                    }
                }
            }
            self.pos += 1;
        }
    }

    /// Whether an object might start here.
    fn at_level(&self) -> bool {
        self.open.is_none() && self.level() == Some(self.depth)
    }

    /// Goes on to the end of the string; `false` where the buffer ends first.
    fn in_string(&mut self) -> bool {
        if self.escaped {
            if self.pos >= self.window.bytes.len() {
                return false;
            }
            self.escaped = false;
            self.pos += 1;
        }
        let rest = self.window.bytes.get(self.pos..).unwrap_or_default();
        let Some(i) = memchr2(b'"', b'\\', rest) else {
            self.pos = self.window.bytes.len();
            return false;
        };
        let is_end = rest.get(i) == Some(&b'"');
        self.pos += i + 1;
        if !is_end {
            self.escaped = true;
            return true;
        }
        let start = self.string.take().unwrap_or(self.pos);
        let inside = self.level().is_some_and(|level| self.depth == level + 1);
        self.word = self.open.as_ref().filter(|open| inside && !open.large).map(|_| {
            match self.window.bytes.get(start..self.pos).unwrap_or_default() {
                b"\"protocolSection\"" => Key::Study,
                b"\"studies\"" => Key::Studies,
                _ => Key::Other,
            }
        });
        true
    }

    fn colon(&mut self) {
        self.key = self.word.take();
        if let Some(open) = &mut self.open {
            open.study |= self.key == Some(Key::Study);
        }
    }

    fn opens(&mut self, b: u8) {
        let key = self.key.take();
        self.word = None;
        if self.at_level() {
            let line = self.window.line_at(self.pos);
            if b == b'{' {
                self.flush_stray();
                self.open = Some(Open { at: self.pos, line, large: false, study: false });
            } else if self.around == Around::Nothing {
                self.flush_stray();
                self.around = Around::Array;
                self.list_line = line;
            } else {
                self.is_stray();
            }
        } else if self.around == Around::Nothing && b == b'[' && key == Some(Key::Studies) {
            // What was taken for an object is a page of objects.
            if let Some(page) = self.open.take() {
                self.list_line = page.line;
            }
            self.around = Around::Page;
        }
        self.depth += 1;
    }

    fn closes(&mut self) {
        (self.word, self.key) = (None, None);
        if self.depth == 0 {
            return self.is_stray();
        }
        self.depth -= 1;
        if self.level() == Some(self.depth)
            && let Some(open) = self.open.take()
        {
            let end = self.pos + 1;
            let piece = if open.large || end - open.at > self.limit {
                Piece::TooLarge { line: open.line }
            } else {
                Piece::Object {
                    bytes: self.window.bytes.get(open.at..end).unwrap_or_default().to_vec(),
                    line: open.line,
                    study: open.study,
                    listed: self.around != Around::Nothing,
                }
            };
            self.queue.push_back(piece);
            return;
        }
        self.around = match (self.around, self.depth) {
            (Around::Page, 1) => {
                self.flush_stray();
                Around::PageRest
            }
            (_, 0) => {
                self.flush_stray();
                Around::Nothing
            }
            (around, _) => around,
        };
    }

    fn is_stray(&mut self) {
        if self.stray.is_none() {
            self.stray = Some(self.window.line_at(self.pos));
        }
    }

    fn flush_stray(&mut self) {
        if let Some(line) = self.stray.take() {
            self.queue.push_back(Piece::Stray { line });
        }
    }

    /// Reads more, and lets go of what is no longer needed.
    fn fill(&mut self) -> io::Result<()> {
        if let Some(open) = &mut self.open {
            open.large |= self.window.bytes.len() - open.at > self.limit;
        }
        let keep = self.open.as_ref().filter(|open| !open.large).map_or(self.pos, |open| open.at);
        self.window.let_go(keep);
        self.pos -= keep;
        if let Some(open) = &mut self.open {
            open.at = open.at.saturating_sub(keep);
        }
        self.string = self.string.map(|at| at.saturating_sub(keep));
        self.window.more()
    }

    fn finish(&mut self) {
        self.done = true;
        self.flush_stray();
        match &self.open {
            Some(open) if open.large => self.queue.push_back(Piece::TooLarge { line: open.line }),
            Some(open) => self.queue.push_back(Piece::Unclosed { line: open.line }),
            None if self.depth > 0 => self.queue.push_back(Piece::Unclosed { line: self.list_line }),
            None => {}
        }
    }
}

/// Whether this object says that it is a study.
pub(super) fn is_study(object: &[u8]) -> bool {
    memchr::memmem::find(object, b"\"protocolSection\"").is_some()
        && matches!(Objects::new(object, object.len()).next(), Ok(Some(Piece::Object { study: true, .. })))
}

/// Whether JSON that starts like this has an object a line; else it has objects over several lines, or a list.
pub(super) fn is_lines(head: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped, mut page) = (0usize, false, false, false);
    for (i, &b) in head.iter().enumerate() {
        match b {
            // No string goes over a line.
            b'\n' => return quoted || (depth == 0 && !page),
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => {
                page |= !quoted && depth == 1 && is_studies(head.get(i..).unwrap_or_default());
                quoted = !quoted;
            }
            _ if quoted => {}
            b'[' if depth == 0 => return false,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    !page
}

fn is_studies(head: &[u8]) -> bool {
    head.strip_prefix(b"\"studies\"").is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

#[cfg(test)]
pub(super) mod tests;
