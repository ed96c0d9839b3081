//! What a Word document's properties say of it.
//!
//! Owns which of them are believed: a title that a program made up, or an author that is an account, is none.

use super::package::{Step, each};
use crate::prose::values::{authors, date, folded, plain};
use evidence::{Author, PartialDate};

/// Properties as stored in `docProps/core.xml`.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) title: String,
    pub(super) authors: Vec<Author>,
    pub(super) created: Option<PartialDate>,
    pub(super) modified: Option<PartialDate>,
    pub(super) language: String,
    pub(super) keywords: Vec<String>,
}

/// Names that are no one's.
const ACCOUNTS: &[&str] = &[
    "admin",
    "administrator",
    "author",
    "microsoft office user",
    "office user",
    "owner",
    "pc",
    "unknown",
    "user",
    "windows user",
    "python docx",
];

/// Reads the properties.
pub(super) fn read(text: &str) -> Properties {
    let mut properties = Properties::default();
    let mut value = String::new();
    each(text, |step| match step {
        Step::Start(..) => value.clear(),
        Step::Text(text) => value.push_str(text),
        Step::End(name) => {
            let text = plain(&std::mem::take(&mut value));
            match name {
                "title" if !is_made_up(&text) => properties.title = text,
                "creator" => {
                    let known = |a: &Author| !ACCOUNTS.contains(&folded(&a.to_string()).as_str());
                    // One word is an account, not a name.
                    let named = |a: &Author| a.to_string().contains(' ');
                    properties.authors = authors(&text).into_iter().filter(|a| known(a) && named(a)).collect();
                }
                "created" => properties.created = date(&text),
                "modified" => properties.modified = date(&text),
                "language" => properties.language = text,
                "keywords" => {
                    let by = if text.contains(';') { ';' } else { ',' };
                    properties.keywords = text.split(by).map(plain).filter(|k| !k.is_empty()).take(60).collect();
                }
                _ => {}
            }
        }
    });
    properties
}

/// Titles that programs put in.
fn is_made_up(title: &str) -> bool {
    let fold = folded(title);
    let starts = ["microsoft word", "document", "untitled", "powerpoint", "template", "word document", "title"];
    fold.is_empty()
        || starts.iter().any(|s| fold == *s || fold.strip_prefix(s).is_some_and(|r| r.trim().parse::<u32>().is_ok()))
        || fold.starts_with("microsoft word ")
        || [".doc", ".docx", ".dotx", ".dot", ".pdf"].iter().any(|e| title.to_ascii_lowercase().ends_with(e))
}
