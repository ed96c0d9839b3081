//! Byte ranges in the text of a source.

use serde::{Deserialize, Serialize};

/// A byte range `start..end` in [`Source::text`](crate::Source::text); never empty, never reversed.
/// Offsets are UTF-8 bytes and are limited to 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u32; 2]", into = "[u32; 2]")]
pub struct Span {
    start: u32,
    end: u32,
}

/// Why two offsets are not a span. The caller's mistake; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{start}..{end} is not a span: it must not be empty, reversed or beyond 4 GiB")]
pub struct SpanError {
    start: usize,
    end: usize,
}

impl Span {
    /// The range `start..end`, if it holds at least one byte.
    pub fn new(start: usize, end: usize) -> Result<Self, SpanError> {
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(s), Ok(e)) if s < e => Ok(Self { start: s, end: e }),
            _ => Err(SpanError { start, end }),
        }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Length in bytes, at least 1.
    #[allow(clippy::len_without_is_empty)] // never empty by construction
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// The text it covers; `None` where it leaves `text` or cuts a character.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start()..self.end())
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl TryFrom<[u32; 2]> for Span {
    type Error = SpanError;
    fn try_from([start, end]: [u32; 2]) -> Result<Self, SpanError> {
        Span::new(start as usize, end as usize)
    }
}

impl From<Span> for [u32; 2] {
    fn from(span: Span) -> Self {
        [span.start, span.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_never_empty_or_reversed() {
        assert!(Span::new(3, 3).is_err());
        assert!(Span::new(4, 3).is_err());
        assert!(serde_json::from_str::<Span>("[5,2]").is_err());
        assert_eq!(serde_json::to_string(&Span::new(2, 5).unwrap()).unwrap(), "[2,5]");
    }

    #[test]
    fn a_span_that_cuts_a_character_covers_nothing() {
        assert_eq!(Span::new(0, 1).unwrap().of("é"), None);
        assert_eq!(Span::new(0, 2).unwrap().of("é"), Some("é"));
    }
}
