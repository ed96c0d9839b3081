//! What the name of a file or member decides: only what is plainly not evidence, and how text without any mark of its
//! own is to be taken.

use crate::problem::{Origin, Problem};
use std::path::Path;

/// A warning for what its name says is no evidence.
pub(super) fn not_evidence(origin: &Origin) -> Option<Problem> {
    let path = origin.member.as_deref().map_or(origin.path.as_path(), Path::new);
    let name = path.file_name()?.to_string_lossy();
    let lower = name.to_ascii_lowercase();
    let what = if lower.starts_with('.') || lower == "__macosx" || lower == "thumbs.db" {
        "a hidden file"
    } else if ["readme", "license", "licence", "copying"].iter().any(|start| lower.starts_with(start)) {
        "about the files beside it"
    } else if lower.starts_with("queries.jsonl") {
        "a list of questions"
    } else {
        return None;
    };
    let message = format!("{name} is {what}, not evidence, and was left out; rename it if it is a document");
    Some(Problem::warning(origin, "not-evidence", message))
}

/// What a name says of text in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// Prose: `.md`, `.markdown`, `.txt`, `.text`.
    Prose,
    /// Nothing: it has no extension.
    Bare,
    /// Something else, by this extension.
    Other(String),
}

impl Named {
    /// By the last extension that is not one of compression.
    pub(super) fn of(origin: &Origin) -> Self {
        let path = origin.member.as_deref().map_or(origin.path.as_path(), Path::new);
        let mut name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        while let Some(inner) = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".xz")) {
            name = inner.to_owned();
        }
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("md" | "markdown" | "txt" | "text") => Self::Prose,
            // `guideline 2.1` and `see J. Smith` have none.
            Some(extension)
                if (1..=10).contains(&extension.len())
                    && extension.bytes().all(|b| b.is_ascii_alphanumeric())
                    && extension.bytes().any(|b| b.is_ascii_alphabetic()) =>
            {
                Self::Other(extension.to_owned())
            }
            _ => Self::Bare,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_told() {
        let named = |member: &str| Named::of(&Origin { member: Some(member.to_owned()), ..Origin::file("x.zip") });
        for name in ["a.md", "b/A.TXT", "a.txt.gz", "in.zip!/x.markdown"] {
            assert_eq!(named(name), Named::Prose, "{name}");
        }
        for name in ["a", "guideline 2.1", "notes by J. Smith", "a.", "x.zip/a"] {
            assert_eq!(named(name), Named::Bare, "{name}");
        }
        assert_eq!(named("a.csv.gz"), Named::Other("csv".to_owned()));
    }
}
