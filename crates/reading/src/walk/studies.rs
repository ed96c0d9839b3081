//! JSON: studies of ClinicalTrials.gov in all forms, and lines of BEIR.

use super::objects::{self, Objects, Piece};
use super::{MAX_UNIT_BYTES, Walker, not_read};
use crate::problem::Origin;
use crate::{Format, Unit};
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

/// A list that starts with so many objects that are no studies has none.
const PATIENCE: usize = 20;

impl Walker<'_> {
    /// A unit a line.
    pub(super) fn lines(&mut self, origin: &Origin, reader: Box<dyn Read + '_>) -> ControlFlow<()> {
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
            let format = if objects::is_study(trimmed) { Format::Trial } else { Format::BeirLine };
            self.unit(Unit { origin: origin.clone(), format, bytes: trimmed.to_vec() })?;
        }
        ControlFlow::Continue(())
    }

    /// A unit a study.
    pub(super) fn studies(&mut self, origin: &Origin, reader: Box<dyn Read + '_>) -> ControlFlow<()> {
        let mut objects = Objects::new(reader, MAX_UNIT_BYTES);
        let at = |line| Origin { line: Some(line), ..origin.clone() };
        // Objects that are no studies count as mistakes only beside studies.
        let mut others = Vec::new();
        let mut studies = 0u64;
        loop {
            let piece = match objects.next() {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error) => return self.failed(origin, &error),
            };
            match piece {
                Piece::Object { bytes, line, study: true, listed } => {
                    studies += 1;
                    for line in std::mem::take(&mut others) {
                        self.no_study(&at(line))?;
                    }
                    // A file that is one study is not a list with lines.
                    let origin = if listed || studies > 1 { at(line) } else { origin.clone() };
                    self.unit(Unit { origin, format: Format::Trial, bytes })?;
                }
                Piece::Object { line, .. } | Piece::Stray { line } if studies > 0 => self.no_study(&at(line))?,
                Piece::Object { line, .. } | Piece::Stray { line } => {
                    others.push(line);
                    if others.len() >= PATIENCE {
                        break;
                    }
                }
                Piece::TooLarge { line } => {
                    studies += 1;
                    self.too_large(&at(line))?;
                }
                Piece::Unclosed { line } => {
                    studies += 1;
                    let message = "the file ends inside what starts here; what stands before is kept, fetch the file again for the rest";
                    self.problem(&at(line), "truncated", message)?;
                }
            }
        }
        if studies > 0 {
            return ControlFlow::Continue(());
        }
        if others.is_empty() {
            return self.problem(origin, "empty", "there is no study in this file; fetch it again or remove it");
        }
        let what = "JSON over several lines, or a list, without studies of ClinicalTrials.gov (\"protocolSection\"); BEIR has one object a line";
        self.problem(origin, "unknown-format", not_read(what))
    }

    fn no_study(&mut self, origin: &Origin) -> ControlFlow<()> {
        let message = "what stands here is no study of ClinicalTrials.gov (it has no \"protocolSection\") and was left out; fetch the study again";
        self.problem(origin, "json", message)
    }
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
