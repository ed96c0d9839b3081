//! From bytes to rows of CSV.
//!
//! Owns where a row ends. A quotation mark without partner would swallow the rest of a file: a row that does not end
//! within bounds gives up its first line only, and reading goes on with the second. It must not know columns.

use csv_core::{ReadRecordResult, Reader};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// The largest row, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// The most lines a row may go over.
const MOST_LINES: usize = 50;

/// What comes next.
pub(super) enum Item {
    Record(Record),
    /// A line that is too long by itself.
    TooLarge {
        line: u64,
    },
    /// A row that never ends, or that ends with a wrong number of fields after several lines.
    Unclosed {
        line: u64,
    },
    /// The list is in UTF-16.
    Utf16,
    Failed {
        error: io::Error,
        line: u64,
    },
    End,
}

/// One row.
pub(super) struct Record {
    /// Where it starts, from 1.
    pub(super) line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    /// Whether it has fewer fields than it should, or words beyond them.
    fn is_wrong(&self, expected: usize) -> bool {
        let last = expected.checked_sub(1).and_then(|at| self.ends.get(at));
        last.is_none_or(|&end| end < self.bytes.len())
    }

    /// Its fields as text, and whether that was UTF-8; where it was not it is read as windows-1252.
    pub(super) fn fields(&self) -> (Vec<Cow<'_, str>>, bool) {
        let utf8 = std::str::from_utf8(&self.bytes).is_ok();
        let mut from = 0;
        let fields = self
            .ends
            .iter()
            .map(|&end| {
                let field = self.bytes.get(from..end).unwrap_or_default();
                from = end;
                match std::str::from_utf8(field) {
                    Ok(text) => Cow::Borrowed(text),
                    Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(field).0,
                }
            })
            .collect();
        (fields, utf8)
    }
}

/// A line with its number, line break included.
type Line = (u64, Vec<u8>);

enum Physical {
    Line(Line),
    TooLong(u64),
    Failed(io::Error),
    End,
}

/// The rows of a list.
pub(super) struct Rows<R: Read> {
    reader: BufReader<R>,
    core: Reader,
    /// Lines to read again.
    pending: VecDeque<Line>,
    number: u64,
    expected: Option<usize>,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(bytes: R) -> Self {
        let reader = BufReader::with_capacity(1 << 16, bytes);
        Self { reader, core: Reader::new(), pending: VecDeque::new(), number: 0, expected: None }
    }

    /// How many fields a row should have.
    pub(super) fn expect(&mut self, fields: usize) {
        self.expected = Some(fields);
    }

    /// The next row. Costs one pass over the bytes, over those of a row that never ends a second one.
    pub(super) fn next(&mut self) -> Item {
        let mut lines: Vec<Line> = Vec::new();
        let mut size = 0;
        let mut record = Record { line: 0, bytes: Vec::new(), ends: Vec::new() };
        self.core.reset();
        loop {
            let line = match self.physical() {
                Physical::Line(line) => line,
                Physical::End if lines.is_empty() => return Item::End,
                Physical::End => return self.give_up(lines),
                Physical::TooLong(line) if lines.is_empty() => return Item::TooLarge { line },
                // The long line is told when the lines before it were read again.
                Physical::TooLong(line) => {
                    lines.push((line, Vec::new()));
                    return self.give_up(lines);
                }
                Physical::Failed(error) => return Item::Failed { error, line: self.number.max(1) },
            };
            let (number, bytes) = line;
            if number == 1 && (bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF")) {
                return Item::Utf16;
            }
            let text = if number == 1 { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes) } else { &bytes };
            if lines.is_empty() {
                if text.trim_ascii().is_empty() {
                    continue;
                }
                record.line = number;
            }
            if let Some(rest) = self.feed(text, &mut record) {
                let rest = rest.trim_ascii().to_vec();
                if !lines.is_empty() {
                    lines.push((number, bytes));
                    let wrong = self.expected.is_some_and(|n| record.is_wrong(n));
                    if wrong || lines.iter().skip(1).any(|(_, line)| self.is_row(line)) {
                        return self.give_up(lines);
                    }
                }
                if !rest.is_empty() {
                    self.pending.push_front((number, rest));
                }
                return Item::Record(record);
            }
            size += bytes.len();
            lines.push((number, bytes));
            if size > MOST_BYTES || lines.len() >= MOST_LINES {
                return self.give_up(lines);
            }
        }
    }

    /// Whether a line reads as a row of its own. Two marks without partners may pair up and swallow rows between them,
    /// and what is left can have the right number of fields.
    fn is_row(&mut self, line: &[u8]) -> bool {
        let mut record = Record { line: 0, bytes: Vec::new(), ends: Vec::new() };
        self.core.reset();
        let whole = self.feed(line, &mut record).is_some();
        let first = record.ends.first().and_then(|&end| record.bytes.get(..end)).unwrap_or_default();
        let numbered = record.ends.len() >= 3 && !first.is_empty() && first.iter().all(u8::is_ascii_digit);
        numbered || whole && self.expected.is_some_and(|n| !record.is_wrong(n))
    }

    /// Gives up the first of these lines; the others are read again.
    fn give_up(&mut self, mut lines: Vec<Line>) -> Item {
        let line = lines.first().map_or(self.number, |(number, _)| *number);
        for again in lines.drain(..).skip(1).rev() {
            self.pending.push_front(again);
        }
        Item::Unclosed { line }
    }

    /// Feeds one line; what stands after the row's end, once it has come.
    fn feed<'l>(&mut self, mut line: &'l [u8], record: &mut Record) -> Option<&'l [u8]> {
        let mut written = record.bytes.len();
        let mut ended = record.ends.len();
        loop {
            // What is written never exceeds what is read; ends never exceed bytes by more than one.
            record.bytes.resize(written + line.len() + 1, 0);
            record.ends.resize(ended + line.len().min(64) + 2, 0);
            let bytes = record.bytes.get_mut(written..).unwrap_or_default();
            let ends = record.ends.get_mut(ended..).unwrap_or_default();
            let (result, read, wrote, fields) = self.core.read_record(line, bytes, ends);
            line = line.get(read..).unwrap_or_default();
            written += wrote;
            ended += fields;
            match result {
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
                ReadRecordResult::InputEmpty => {
                    record.bytes.truncate(written);
                    record.ends.truncate(ended);
                    return None;
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    record.bytes.truncate(written);
                    record.ends.truncate(ended);
                    return Some(line);
                }
            }
        }
    }

    /// The next line, of those to read again first.
    fn physical(&mut self) -> Physical {
        if let Some((number, bytes)) = self.pending.pop_front() {
            return if bytes.is_empty() { Physical::TooLong(number) } else { Physical::Line((number, bytes)) };
        }
        let mut line = Vec::new();
        let mut any = false;
        let mut large = false;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Physical::Failed(error),
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', available);
            let take = end.unwrap_or(available.len());
            if large || line.len() + take > MOST_BYTES {
                large = true;
                line = Vec::new();
            } else {
                line.extend_from_slice(available.get(..take).unwrap_or_default());
            }
            self.reader.consume(end.map_or(take, |n| n + 1));
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Physical::End;
        }
        self.number += 1;
        if large {
            return Physical::TooLong(self.number);
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        // The last line ends as the others do, so that a row is over only outside of quotation marks.
        line.push(b'\n');
        Physical::Line((self.number, line))
    }
}
