//! What went wrong, where, and what to do next.
//!
//! Owns where a document came from and how a problem prints. Codes are stable: scripts and the documentation match on
//! them, so one is never renamed or given another meaning.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::fmt;
use std::path::PathBuf;

/// Where a document came from: a file, a member of an archive in it, a line of a line-based file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file on disk.
    pub path: PathBuf,
    /// The member's own path inside an archive. A label only; nothing is ever written under it.
    pub member: Option<String>,
    /// Line of a line-based file, from 1.
    pub line: Option<u64>,
}

impl Origin {
    /// A whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), member: None, line: None }
    }

    /// The name of the file or member without folders and without its last extension, as `magnesium` for
    /// `digests/magnesium.md`; a leading dot is part of the name.
    pub fn stem(&self) -> String {
        let path = self.member.as_deref().map_or(self.path.as_path(), std::path::Path::new);
        path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

impl fmt::Display for Origin {
    /// `path!member:line`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(member) = &self.member {
            write!(f, "!{member}")?;
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        Ok(())
    }
}

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

impl Place {
    /// The place of a byte offset; an offset beyond the end is the end. Costs a scan of the text before it.
    pub(crate) fn of(text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        // Bytes that continue a character are not columns of their own.
        let column = 1 + before.iter().skip(start).filter(|&&b| b & 0xC0 != 0x80).count();
        Self { line: line as u64, column: column as u64 }
    }
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something was lost: a document, or a part of one.
    Error,
    /// Nothing was lost that counts as evidence; worth a look.
    Warning,
}

/// Something wrong with a file or a document in it.
///
/// Serialises to one flat object: `path`, `member`, `line`, `column`, `severity`, `code`, `message`; absent parts are
/// left out. `line` is that of [`Place`] where there is one, else that of [`Origin`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The document.
    pub origin: Origin,
    /// Where in it, if it can be told.
    pub place: Option<Place>,
    /// How bad.
    pub severity: Severity,
    /// Stable kebab-case word.
    pub code: &'static str,
    /// What is wrong and what to do next.
    pub message: String,
}

impl Problem {
    pub(crate) fn error(origin: &Origin, code: &'static str, message: impl Into<String>) -> Self {
        Self { origin: origin.clone(), place: None, severity: Severity::Error, code, message: message.into() }
    }

    pub(crate) fn warning(origin: &Origin, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(origin, code, message) }
    }

    /// Moves a place within a document that starts on its origin's line to the place in the file.
    pub(crate) fn in_file(mut self) -> Self {
        if let (Some(place), Some(first)) = (&mut self.place, self.origin.line) {
            place.line += first.saturating_sub(1);
        }
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub(crate) fn not_utf8(origin: &Origin, place: Place) -> Self {
        Self::error(origin, "not-utf8", "this is not UTF-8 from here on; convert the file to UTF-8 and add it again")
            .at(place)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            // A place is one in the whole file, whatever line its document starts on.
            Some(Place { line, column }) => {
                write!(f, "{}:{line}:{column}", Origin { line: None, ..self.origin.clone() })?;
            }
            None => write!(f, "{}", self.origin)?,
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, ": {severity}[{}]: {}", self.code, self.message)
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &self.origin.path.to_string_lossy())?;
        if let Some(member) = &self.origin.member {
            map.serialize_entry("member", member)?;
        }
        if let Some(line) = self.place.map(|p| p.line).or(self.origin.line) {
            map.serialize_entry("line", &line)?;
        }
        if let Some(place) = self.place {
            map.serialize_entry("column", &place.column)?;
        }
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_flat_object_and_one_line() {
        let origin = Origin { path: "a.tar.gz".into(), member: Some("x/b.jsonl".into()), line: Some(7) };
        assert_eq!(origin.to_string(), "a.tar.gz!x/b.jsonl:7");
        assert_eq!(origin.stem(), "b");
        let problem = Problem::error(&origin, "json", "no").at(Place { line: 7, column: 3 });
        let json = serde_json::to_string(&problem).unwrap_or_default();
        assert_eq!(
            json,
            r#"{"path":"a.tar.gz","member":"x/b.jsonl","line":7,"column":3,"severity":"error","code":"json","message":"no"}"#
        );
    }

    #[test]
    fn a_place_counts_characters() {
        assert_eq!(Place::of("é\nüx".as_bytes(), 5), Place { line: 2, column: 2 });
        assert_eq!(Place::of(b"ab", 99), Place { line: 1, column: 3 });
        assert_eq!(Place::of(b"", 0), Place { line: 1, column: 1 });
    }
}
